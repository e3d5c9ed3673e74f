"""Notices of changes in folders."""

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import watchfiles

from log_mcp.ingest.watch import Watch, _why
from tests.feeding import eventually


class Notices:
    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.structure = threading.Event()

    def __call__(self, paths, structure) -> None:
        self.paths |= paths
        if structure:
            self.structure.set()


@pytest.fixture
def notices():
    return Notices()


@pytest.fixture
def watch(notices):
    found = Watch(notices)
    yield found
    found.close()


def until_seen(notices, path) -> bool:
    """Whether a change is noticed; it is made again and again until the watch is up."""

    def changed() -> bool:
        with path.open("a") as writer:
            writer.write("x")
        return str(path) in notices.paths

    return eventually(changed)


def test_a_change_is_noticed(tmp_path, watch, notices):
    """A line that is written is told with its path."""
    watch.follow(frozenset({tmp_path}))

    assert until_seen(notices, tmp_path / "a.log")


def test_what_appears_is_told_from_what_grows(tmp_path, watch, notices):
    """A new file is news of another kind than a new line."""
    watch.follow(frozenset({tmp_path}))
    assert until_seen(notices, tmp_path / "a.log")
    notices.structure.clear()
    (tmp_path / "b.log").touch()

    assert notices.structure.wait(10)


def test_what_lies_below_is_not_watched(tmp_path, watch, notices):
    """Each folder is named that is of interest."""
    (tmp_path / "below").mkdir()
    watch.follow(frozenset({tmp_path}))
    (tmp_path / "below" / "b.log").touch()

    assert until_seen(notices, tmp_path / "a.log")
    assert str(tmp_path / "below" / "b.log") not in notices.paths


def test_a_folder_made_again_is_watched_again(tmp_path, watch, notices):
    """Its name is the same, but it is another folder."""
    folder = tmp_path / "logs"
    folder.mkdir()
    watch.follow(frozenset({folder}))
    before = watch._thread
    watch.follow(frozenset({folder}))
    assert before is watch._thread
    keep = tmp_path / "other"
    folder.rename(keep)
    folder.mkdir()
    watch.follow(frozenset({folder}))

    assert until_seen(notices, folder / "a.log")
    shutil.rmtree(keep)


def test_a_missing_folder_is_waited_for(tmp_path, watch, notices):
    """It is watched once it is there."""
    folder = tmp_path / "logs"
    (tmp_path / "file").touch()
    watch.follow(frozenset({folder, tmp_path / "file"}))
    assert watch._thread is None
    folder.mkdir()
    watch.follow(frozenset({folder}))

    assert until_seen(notices, folder / "a.log")


def test_a_watch_that_cannot_be_had_is_no_error(tmp_path, watch, notices, monkeypatch):
    """Whoever uses it looks by himself; a later attempt may succeed."""

    def refuse(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(watchfiles, "watch", refuse)
        watch.follow(frozenset({tmp_path}))
        assert eventually(lambda: not watch._watched)
        assert eventually(lambda: watch.trouble == "OSError")
    watch.follow(frozenset({tmp_path}))

    assert until_seen(notices, tmp_path / "a.log")
    watch.follow(frozenset({tmp_path}))
    assert watch.trouble is None


LIMITED = """
import sys
from pathlib import Path
from log_mcp.config import load
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask
from tests.feeding import eventually, numbered
log = Path(sys.argv[1]) / "shop.log"
log.write_text(numbered(0, 3))
book = Logbook(load([str(log)]))
book.start()
assert book.wait_loaded(20)
assert eventually(lambda: book.feed.unwatched)
with log.open("a") as file:
    file.write(numbered(3, 1))
assert eventually(lambda: book.search(Ask()).matched == 4)
print(*book.search(Ask()).view.notes, sep="|")
book.close()
"""


@pytest.mark.parametrize("limit", ["max_inotify_watches"])
def test_a_limit_of_the_system_is_said_and_lines_are_found_all_the_same(
    tmp_path, limit
):
    """The real limits, of a user that may have no watch at all."""
    (tmp_path / "run.py").write_text(LIMITED)
    limited = (
        f"echo 0 > /proc/sys/user/{limit} && exec {sys.executable} run.py {tmp_path}"
    )
    done = subprocess.run(
        ["unshare", "-Ur", "sh", "-c", limited],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    if "unshare" in done.stderr or "sysctl" in done.stderr or "nonexist" in done.stderr:
        pytest.skip(f"needs a user namespace of its own: {done.stderr}")
    name = limit.replace("max_inotify", "fs.inotify.max_user")

    assert "" == done.stderr
    assert (
        f"the system tells of no changes (the limit {name} is reached): files are looked at "
        "once a second or less often, so the newest records may be missing\n"
    ) == done.stdout


def test_no_notice_comes_after_the_end(tmp_path, watch, notices):
    """The thread is gone when `close` returns."""
    watch.follow(frozenset({tmp_path}))
    assert until_seen(notices, tmp_path / "a.log")
    watch.close()
    notices.paths.clear()
    (tmp_path / "a.log").write_text("more")

    assert set() == notices.paths
    assert not [t for t in threading.enumerate() if t.name == "log-mcp-watch"]


def test_the_reason_names_no_path():
    """A text of the library may hold one; whoever reads the note knows what to raise."""
    instances = RuntimeError(
        "Error creating watcher: Too many open files (os error 24)"
    )

    assert "the limit fs.inotify.max_user_instances is reached" == _why(instances)
    assert "RuntimeError" == _why(RuntimeError("/srv/secret"))
