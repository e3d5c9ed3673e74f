"""What logs are not supposed to be: each kind has a named behaviour, and a clear line.

Each is put before `check`, before `parse`, and before a feed at work; the feed's threads
never die, and the good log beside it is always read.
"""

import os
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.analysis.annotate import Annotator
from log_mcp.census import source_rows
from log_mcp.config import load
from log_mcp.coverage import view
from log_mcp.errors import ConfigError
from log_mcp.feed import Feed
from log_mcp.ingest.lines import LINE_BYTES_MAX
from log_mcp.query.filter import Ask, Filter
from log_mcp.store.ring import Ring
from tests.books import config, reading
from tests.feeding import (
    NOON_NS,
    Clock,
    catalog_of,
    count_held,
    eventually,
    feeding,
    held,
    numbered,
)


def log_mcp(*arguments) -> tuple[int, str, str]:
    """A command's exit status, output and errors."""
    done = subprocess.run(
        [sys.executable, "-m", "log_mcp", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LOG_MCP_CONFIG": ""},
    )
    return done.returncode, done.stdout, done.stderr


def states(feed) -> dict[str, str]:
    return {row.name: row.state for row in source_rows(feed, feed.ring.snapshot())}


def notes(feed) -> list[str]:
    return view(feed, feed.ring.snapshot(), Filter(), NOON_NS, None).notes


def make_loop(path) -> None:
    path.symlink_to(path.with_name("other.log"))
    path.with_name("other.log").symlink_to(path)


def make_folder(path) -> None:
    path.mkdir()
    (path / "notes.md").write_text("no log")


NOT_READ = {
    "a path that does not exist yet": (lambda _: None, "no such file", "missing"),
    "a pipe": (os.mkfifo, "not a regular file", "missing"),
    "a circle of links": (make_loop, "lead in a circle", "missing"),
    "a folder without logs that is called x.log": (
        make_folder,
        "holds no file that is called like a log; name the files themselves",
        None,
    ),
    "a link to nothing": (
        lambda path: path.symlink_to(path.with_name("nothing")),
        "no such file",
        "missing",
    ),
    "a binary file": (
        lambda path: path.write_bytes(bytes(range(256)) * 40),
        "holds no text (binary), is not read",
        "binary",
    ),
    "an empty file": (lambda path: path.touch(), "empty", "empty"),
}


@pytest.mark.parametrize(("make", "line", "state"), NOT_READ.values(), ids=NOT_READ)
def test_what_cannot_be_read_is_named(tmp_path, make, line, state):
    """By `check` in a line, and by the state of the source; the log beside it is read."""
    path, good = tmp_path / "x.log", tmp_path / "good.log"
    make(path)
    good.write_text(numbered(0, 3))
    status, out, err = log_mcp("check", path, good)

    assert (0, "") == (status, err)
    assert line in out
    assert f"{good}\n  source good" in out
    with feeding(path, good) as feed:
        assert 3 == count_held(feed)
        assert state in {states(feed).get("x"), None} or feed.catalog.trouble
        if state in ("missing", "binary") and "x" in states(feed):
            assert f"source x is {state}" in notes(feed)


@pytest.mark.parametrize("there", [False, True], ids=["nothing", "an empty file"])
def test_what_appears_later_is_picked_up(tmp_path, there):
    """No restart is needed."""
    path = tmp_path / "x.log"
    if there:
        path.touch()
    with feeding(path) as feed:
        path.write_text(numbered(0, 3))
        assert eventually(lambda: 3 == count_held(feed))
        assert {"x": "live"} == states(feed)
        assert [] == notes(feed)


NOBODY = """
import os, sys
from log_mcp.cli import main
from log_mcp.census import source_rows
from tests.feeding import feeding
from pathlib import Path
path = Path(sys.argv[1])
main(["check", sys.argv[2]])  # so that all is imported: nobody may not read modules
os.setgroups([]); os.setgid(65534); os.setuid(65534)
assert main(["check", str(path)]) == 1
assert main(["parse", str(path)]) == 1
with feeding(path) as feed:
    for row in source_rows(feed, ()):
        print(row.name, row.state, row.trouble)
    print(feed.catalog.trouble)
"""


@pytest.mark.parametrize("secret", ["file", "folder"])
def test_no_permission_is_said(secret):
    """And what to do about it; a process without rights is needed to see it."""
    with TemporaryDirectory() as folder:  # tmp_path lies where nobody may not go
        Path(folder).chmod(0o755)
        path = Path(folder) / "logs" / "x.log"
        path.parent.mkdir()
        path.write_text(numbered(0, 3))
        (path.parent if secret == "folder" else path).chmod(0)
        done = subprocess.run(
            [sys.executable, "-c", NOBODY, str(path), folder],
            capture_output=True,
            text=True,
            check=False,
            env={k: v for k, v in os.environ.items() if "COVERAGE" not in k},
        )

    assert "Traceback" not in done.stderr
    assert "permission" in done.stderr
    assert "permission" in done.stdout
    assert "number" not in done.stdout


def memory_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


HUGE = {"letters": 64, "a hole": 64, "a hole of a gigabyte": 1024}  # MiB


@pytest.mark.parametrize("kind", HUGE)
def test_one_huge_line_is_bounded(tmp_path, kind):
    """Little of it is kept, and all of the lines around it.

    Read backwards, a line of more than 32 MiB is taken for two; a hole is stepped over.
    """
    path, size = tmp_path / "x.log", HUGE[kind] * 1024 * 1024
    with path.open("wb") as writer:
        writer.write(numbered(0, 2).encode())
        if kind == "letters":
            writer.write(b"2026-03-04 10:00:02,000 INFO ")
            for _ in range(64):
                writer.write(b"x" * (size // 64))
            writer.write(b"\n")
        else:
            writer.seek(size)
        writer.write(numbered(3, 2).encode())
    before = memory_bytes()
    with feeding(path) as feed:
        found = held(feed)
        assert eventually(lambda: feed.loaded)

    assert [b"number 0", b"number 1"] == [text[-8:] for text in found[:2]]
    assert [b"number 3", b"number 4"] == [text[-8:] for text in found[-2:]]
    assert (6 if kind == "letters" else 4) == len(found)
    assert all(len(text) <= LINE_BYTES_MAX for text in found)
    assert memory_bytes() - before < 200 * 1024 * 1024


ENCODED = {
    "invalid UTF-8": (
        numbered(0, 1).encode()
        + b"2026-03-04 10:00:01,000 INFO \xff\xfe\xc3 number 1\n",
        "2026-03-04 10:00:01,000 INFO \ufffd\ufffd\ufffd number 1",
        "  odd: 3 characters that are no text, shown as U+FFFD",
    ),
    "UTF-16": (
        numbered(0, 2).encode("utf-16"),
        "2026-03-04 10:00:01,000 INFO shop - number 1",
        "format utf-16-le+text:",
    ),
    "a run of NUL after a crash": (
        numbered(0, 1).encode() + bytes(70_000) + numbered(1, 1).encode(),
        "2026-03-04 10:00:01,000 INFO shop - number 1",
        "  odd: 70000 NUL bytes, left out",
    ),
}
NULS = (
    "source x: 70000 NUL bytes left out, as a crash or a truncation leaves them"  # once
)


@pytest.mark.parametrize(("data", "expected", "line"), ENCODED.values(), ids=ENCODED)
def test_odd_bytes_are_read(tmp_path, data, expected, line):
    """What is no text becomes U+FFFD, NUL vanishes, and every line is kept; it is said."""
    path = tmp_path / "x.log"
    path.write_bytes(data)
    status, out, err = log_mcp("check", path)

    assert (0, "") == (status, err)
    assert "2 records" in out
    assert line in out
    assert "trouble" not in out
    with feeding(path) as feed:
        assert expected == held(feed)[1].decode()
        assert ([NULS] if "NUL" in line else []) == notes(feed)


LOST = "records shown that hold bytes which are no text in their encoding, shown as U+FFFD: 1"
CUT = "records shown that were too long and are cut: 1"
TOLD = {
    "bytes that are no text": (b"ERROR \xff\xfe lost\n", [LOST]),
    "such bytes in a field": (b'ERROR lost who="\xff x"\n', [LOST]),
    "a line that is too long": (b"ERROR " + b"x" * 2**21 + b"\n", [CUT]),
    "other alphabets": ("ERROR \u4e2d\u6587 \U0001f600\n".encode(), []),
}


@pytest.mark.untraced
@pytest.mark.parametrize(("line", "expected"), TOLD.values(), ids=TOLD)
def test_an_answer_tells_what_it_shows_otherwise(tmp_path, line, expected):
    """Of the records that it shows, and in each answer that shows one."""
    path = tmp_path / "x.log"
    stamp = b"2026-03-04 11:00:01,000 "
    path.write_bytes(numbered(0, 1).encode() + stamp + line)
    with reading(config(tmp_path, "x.log")) as book:
        page = book.search(Ask(query="error"))
        [row] = page.records
        answers = [page, book.error(row.id), book.explain(row.id, Ask())]
        other = book.search(Ask(query="number"))

    told = [[n for n in one.view.notes if n in (LOST, CUT)] for one in answers]
    assert [expected] * 3 == told
    assert [] == other.view.notes


def test_a_line_that_is_cut_is_said(tmp_path):
    """By `check`; the rest of it is skipped."""
    path = tmp_path / "x.log"
    path.write_text(
        numbered(0, 1) + "2026-03-04 10:00:01,000 INFO " + "x" * 2**21 + "\n"
    )
    status, out, _ = log_mcp("check", path)

    assert 0 == status
    assert "  odd: 1 too long, cut" in out


BAD_SETTINGS = {
    "an unknown key": ('max_memroy = "1GB"\n', "max_memory"),
    "a bad duration": ('max_age = "7 parsecs"\n', "max_age"),
    "a bad size": ('max_memory = "much"\n', "max_memory"),
    "no TOML": ("max_memory = \n", "log-mcp.toml"),
}


@pytest.mark.parametrize(("text", "expected"), BAD_SETTINGS.values(), ids=BAD_SETTINGS)
def test_bad_settings_are_said(tmp_path, text, expected):
    """In a line on stderr that names the key; exit status 2."""
    file = tmp_path / "log-mcp.toml"
    file.write_text(text)
    status, out, err = log_mcp("check", "--config", file)

    assert (2, "") == (status, out)
    assert expected in err
    assert 2 >= len(err.splitlines())
    with pytest.raises(ConfigError):
        load([], config_file=str(file))


@settings(max_examples=30)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=300),
            st.sampled_from(
                [
                    b"\n",
                    b"{}\n",
                    b"\0" * 50,
                    b"\xff\xfe",
                    b'{"log":"half","stream":"stdout","time":"2026-03-04T05:06:07Z"}\n',
                    b"Traceback (most recent call last):\n",
                    b"2026-03-04 10:00:00,000 INFO x\n",
                    b"\x1f\x8b\x08",
                ]
            ),
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_no_bytes_end_the_feed(tmp_path_factory, chunks, truncates):
    """Whatever is appended, looked at after each piece, reading goes on."""
    path = tmp_path_factory.mktemp("bytes") / "x.log"
    path.touch()
    clock = Clock()
    feed = Feed(catalog_of(path), Ring(2**24), Annotator(), clock)
    feed.catalog.refresh(clock(), started=False)
    for chunk in chunks:
        with path.open("ab") as writer:
            writer.write(chunk)
        clock.advance(0.7)
        feed._catch_up(force=False)
    if truncates:
        path.write_bytes(b"")
        feed._catch_up(force=True)
    with path.open("ab") as writer:
        writer.write(b"\nlast words\n")
    feed._catch_up(force=True)
    clock.advance(2)
    feed._catch_up(force=False)
    feed.close()

    binary = any(tail.binary for tail in feed.tails())
    packed = any(tail.file.packed for tail in feed.tails())
    wide = any(t.reading and t.reading.encoding != "utf-8" for t in feed.tails())
    assert binary or packed or wide or any(b"last words" in text for text in held(feed))


def test_random_bytes_do_not_end_a_feed_at_work(tmp_path):
    """The same with its own threads: it still reads what comes afterwards."""
    path, good = tmp_path / "x.log", tmp_path / "good.log"
    path.write_text(numbered(0, 10))
    with feeding(path, good) as feed:
        for _ in range(20):
            with path.open("ab") as writer:
                writer.write(os.urandom(5000) + b"\n")
        good.write_text(numbered(0, 5))
        assert eventually(lambda: sum(b"number" in text for text in held(feed)) >= 15)


LOSES = """
import os, sys
from pathlib import Path
from log_mcp.census import source_rows
from tests.feeding import count_held, eventually, feeding

path = Path(sys.argv[1])
with feeding(path.parent) as feed:
    count_held(feed)  # so that all is imported: nobody may not read modules
    if os.geteuid() == 0:
        os.setgroups([]); os.setgid(65534); os.setuid(65534)

    def trouble():
        feed.nudge()
        return " ".join(row.trouble or "" for row in source_rows(feed, ()))

    print(eventually(lambda: count_held(feed) == 3), flush=True)
    input()
    print(eventually(lambda: "permission" in trouble()), count_held(feed), flush=True)
    input()
    print(eventually(lambda: count_held(feed) == 5 and not trouble()), flush=True)
    print(sorted(one.segments[0].raw(0)[-1:] for one in feed.ring.snapshot()))
"""


def test_a_permission_that_is_lost_and_regained():
    """What was read stays; what may not be read is said, and read once it may be."""
    with TemporaryDirectory() as folder:  # tmp_path lies where nobody may not go
        Path(folder).chmod(0o755)
        path = Path(folder) / "logs" / "x.log"
        path.parent.mkdir()
        path.write_text(numbered(0, 3))
        with subprocess.Popen(
            [sys.executable, "-c", LOSES, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if "COVERAGE" not in k},
        ) as child:
            assert child.stdin is not None
            assert child.stdout is not None
            assert "True\n" == child.stdout.readline()
            closed = path.with_name("closed")
            closed.write_text(numbered(3, 2))
            closed.chmod(0)
            path.rename(path.with_name("x.log.1"))
            closed.rename(path)
            print(file=child.stdin, flush=True)
            assert "True 3\n" == child.stdout.readline()
            path.chmod(0o644)
            print(file=child.stdin, flush=True)
            assert "True\n" == child.stdout.readline()
            assert "[b'0', b'3']\n" == child.stdout.readline()
