"""Processes that are killed, and processes side by side: the records have the same ids."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from log_mcp.capture import FOLDER, Capture
from tests.feeding import eventually, feeding, ids, numbered

ROOT = Path(__file__).parents[1]
FOLLOWS = """
import json, sys, threading
from pathlib import Path
from log_mcp.capture import FOLDER, Capture
from tests.feeding import count_held, eventually, feeding, ids, numbered
folder = Path(sys.argv[1])
with feeding(folder, folder / FOLDER) as feed:
    first = 0
    while True:
        wanted = int(sys.stdin.readline())
        assert eventually(lambda: count_held(feed) >= wanted)
        print(json.dumps({k: v.decode() for k, v in ids(feed).items()}), flush=True)
"""
RUNS = """
import sys
from pathlib import Path
from log_mcp.capture import FOLDER, Capture
from tests.feeding import numbered
capture = Capture(Path(sys.argv[1]) / FOLDER, "app")
capture.write("stdout", numbered(900, 5).encode())
import os
os.write(capture._fd, b"2026-03-04T10:00:00.0Z stdout F half a li")
print("written", flush=True)
sys.stdin.read()
"""


def started(program, folder):
    """A process that is to be killed."""
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
    )


def kill(process):
    """As the system does where memory is short: nothing runs after it."""
    process.send_signal(signal.SIGKILL)
    with process:
        assert -signal.SIGKILL == process.wait(10)


def asked(process, count):
    """Id and text of what a process holds, once that is so many records."""
    process.stdin.write(f"{count}\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


def test_after_kill_9_amid_everything_ids_are_the_same(tmp_path):
    """The reader amid a line and a rotation, a capture amid a line: nothing is repaired."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 500))
    writer = started(RUNS, tmp_path)
    reader = started(FOLLOWS, tmp_path)
    assert "written\n" == writer.stdout.readline()
    first = asked(reader, 505)
    with log.open("a") as file:
        file.write(numbered(500, 1)[:30])
        file.flush()
        kill(reader)
        kill(writer)
        file.write(numbered(500, 1)[30:])
    log.rename(tmp_path / "shop.log.1")
    log.write_text(numbered(501, 3))
    again = Capture(tmp_path / FOLDER, "app")
    again.write("stdout", numbered(905, 1).encode())
    with feeding(tmp_path, tmp_path / FOLDER) as feed:
        assert eventually(lambda: len(ids(feed)) >= 510)
        second = {name: text.decode() for name, text in ids(feed).items()}
    again.close()

    # The rest of a record may have come since; its id does not depend on that.
    assert all(second[name].startswith(text) for name, text in first.items())
    told = [
        int(n) for text in second.values() for n in re.findall(r"number (\d+)", text)
    ]
    assert [*range(504), *range(900, 906)] == sorted(told)


def test_two_processes_on_the_same_files(tmp_path):
    """They disturb each other in nothing, and name each record alike."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 20))
    with feeding(log) as one, feeding(log) as other:
        with log.open("a") as file:
            file.write(numbered(20, 5))
        log.rename(tmp_path / "shop.log.1")
        log.write_text(numbered(25, 5))
        assert eventually(lambda: len(ids(one)) == len(ids(other)) == 30)

        assert ids(one) == ids(other)


READ_ONLY = """
import sys
from pathlib import Path
from log_mcp.capture import FOLDER, Capture
from log_mcp.config import load
from log_mcp.errors import SourceError
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask
folder = Path(sys.argv[1])
try:
    (folder / "new").write_text("")
    print("writable")
except OSError:
    pass
book = Logbook(load([str(folder)]))
book.start()
assert book.wait_loaded(20)
page = book.search(Ask(query="number"))
print(page.matched, page.view.notes)
book.close()
try:
    Capture(folder / FOLDER, "app")
except SourceError as error:
    print(error)
"""


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare")
def test_files_on_a_read_only_mount(tmp_path):
    """All of them are read as usual; a capture says why it cannot be."""
    (tmp_path / "shop.log").write_text(numbered(0, 10))
    where = str(tmp_path)
    mounted = (
        f"mount --bind {where} {where} && mount -o remount,bind,ro {where} && "
        f'exec {sys.executable} -c "$0" {where}'
    )
    done = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", mounted, READ_ONLY],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if "mount:" in done.stderr or "unshare:" in done.stderr:
        pytest.skip(f"needs a mount namespace of its own: {done.stderr}")

    assert "" == done.stderr
    assert [
        "10 []",
        f"{tmp_path / FOLDER}: cannot be written to (Read-only file system)",
    ] == done.stdout.splitlines()
