"""Bad days of the places that logs lie in, under a real watcher."""

import gzip
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from log_mcp.capture import FOLDER, Capture
from log_mcp.census import source_rows
from log_mcp.feed import Feed
from log_mcp.query.filter import Ask
from log_mcp.record import EXCEPTION
from tests.books import config, reading
from tests.feeding import (
    NOON_NS,
    SECOND_NS,
    Clock,
    count_held,
    eventually,
    feeding,
    held,
    numbered,
)

TRACE = """2026-03-04 12:00:01,000 ERROR shop.cart - failed
Traceback (most recent call last):
  File "/srv/shop/cart.py", line 14, in add
    raise Refused(sku)
shop.Refused: 17
"""


def numbers(feed: Feed) -> list[int]:
    """What the records in memory are numbered."""
    return [int(text.rpartition(b" ")[2]) for text in held(feed)]


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_rotation_amid_a_stack_trace(tmp_path, cut):
    """No line is lost; what had been written of it by then is one record."""
    log = tmp_path / "shop.log"
    lines = TRACE.splitlines(keepends=True)
    log.write_text(numbered(0, 3))
    with feeding(log) as feed:
        assert eventually(lambda: count_held(feed) == 3)
        with log.open("a") as file:
            file.write("".join(lines[:cut]))
        log.rename(tmp_path / "shop.log.1")
        log.write_text("".join(lines[cut:]) + numbered(5, 2))

        def texts() -> str:
            return "".join(
                one.text.decode()
                for file in feed.ring.snapshot()
                for one in file.segments
            )

        assert eventually(lambda: "line 6" in texts() or "number 6" in texts())
        found = texts()
        assert all(found.count(line) == 1 for line in lines)


def test_a_gzip_that_is_written_meanwhile(tmp_path):
    """While the file it is made of is there, it is that file's; then it is its place."""
    log, put_away = tmp_path / "shop.log", tmp_path / "shop.log.1"
    log.write_text(numbered(0, 400))
    with feeding(tmp_path / "shop.log") as feed:
        assert eventually(lambda: count_held(feed) == 400)
        log.rename(put_away)
        log.write_text(numbered(400, 10))
        whole = gzip.compress(put_away.read_bytes())
        packed = tmp_path / "shop.log.1.gz"
        with packed.open("wb") as file:
            for at in range(0, len(whole), 97):
                file.write(whole[at : at + 97])
                file.flush()
                feed.nudge()
        put_away.unlink()
        feed.nudge()

        assert eventually(lambda: count_held(feed) == 410)
        assert list(range(410)) == sorted(numbers(feed))


def test_a_truncated_zstd_gives_what_can_be_had(tmp_path):
    """And its source says that this is not all."""
    data = b"".join(
        zstd.compress(numbered(first, 1_000).encode())
        for first in range(0, 4_000, 1_000)
    )
    (tmp_path / "shop.log.1.zst").write_bytes(data[: int(len(data) * 0.7)])
    (tmp_path / "shop.log").write_text(numbered(4_000, 5))
    with feeding(tmp_path / "shop.log", reaching=True) as feed:
        assert feed.wait_loaded(15)
        kept = set(numbers(feed))
        (row,) = source_rows(feed, feed.ring.snapshot())

        assert set(range(2_000)) | set(range(4_000, 4_005)) <= kept
        assert "shop.log.1.zst" in (row.trouble or "")


def test_a_clock_that_jumps_back(tmp_path):
    """Lines go on to be read, in the order of the file, whatever times they state."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 100))
    clock = Clock(NOON_NS)
    with feeding(log, clock=clock) as feed:
        assert eventually(lambda: count_held(feed) == 100)
        clock.advance(-7_200)
        os.utime(log, ns=(NOON_NS - 7_200 * SECOND_NS,) * 2)
        with log.open("a") as file:
            file.write(numbered(0, 50).replace("12:00:", "10:00:"))
            file.write(numbered(100, 10))

        assert eventually(lambda: count_held(feed) == 160)
        assert sorted([*range(110), *range(50)]) == sorted(numbers(feed))


@pytest.mark.untraced
def test_thousands_of_files_open_few(tmp_path):
    """Their records are all held; handles are given back."""
    for at in range(700):
        (tmp_path / f"job{at}.log").write_text(numbered(at, 1))
    before = len(list(Path("/proc/self/fd").iterdir()))
    with feeding(tmp_path / "*.log") as feed:
        assert feed.wait_looked(30)
        assert eventually(lambda: not feed.catalog.waiting, 60)
        assert eventually(lambda: count_held(feed) == 700, 60)
        assert len(list(Path("/proc/self/fd").iterdir())) - before < 200
        assert list(range(700)) == sorted(numbers(feed))


def test_a_pipe_is_no_log(tmp_path):
    """To open it would wait for a writer for ever."""
    os.mkfifo(tmp_path / "pipe.log")
    (tmp_path / "shop.log").write_text(numbered(0, 3))
    with feeding(tmp_path) as feed:
        assert feed.wait_loaded(15)
        assert [0, 1, 2] == sorted(numbers(feed))


def test_a_file_that_comes_slowly(tmp_path):
    """Bytes of a line come one by one, as over a bad network; it is one record."""
    log = tmp_path / "shop.log"
    log.write_text("")
    pause = threading.Event()
    with feeding(log, clock=Clock()) as feed:
        with log.open("a") as file:
            for char in TRACE:
                file.write(char)
                file.flush()
                pause.wait(0.002)
            file.write(numbered(7, 1))
        assert eventually(lambda: count_held(feed) == 2)
        flags = [
            int(f)
            for file_ in feed.ring.snapshot()
            for s in file_.segments
            for f in s.flags
        ]

        assert 1 == sum(bool(flag & EXCEPTION) for flag in flags)


def test_a_glob_that_matches_our_own_capture(tmp_path):
    """It is read once, by whichever pattern finds it."""
    capture = Capture(tmp_path / FOLDER, "app")
    capture.write("stdout", numbered(0, 5).encode())
    with feeding(tmp_path / FOLDER / "*.log", tmp_path / FOLDER) as feed:
        assert eventually(lambda: count_held(feed) == 5)
        capture.write("stdout", numbered(5, 5).encode())
        assert eventually(lambda: count_held(feed) == 10)
        assert list(range(10)) == sorted(numbers(feed))
    capture.close()


def test_a_file_replaced_by_a_folder(tmp_path):
    """Its records stay; what is put into the folder is found; the file may come back."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 3))
    with feeding(log) as feed:
        assert eventually(lambda: count_held(feed) == 3)
        log.unlink()
        log.mkdir()
        (log / "cart.log").write_text(numbered(3, 2))
        feed.nudge()
        assert eventually(lambda: count_held(feed) == 5)
        (log / "cart.log").unlink()
        log.rmdir()
        log.write_text(numbered(9, 1))
        feed.nudge()
        assert eventually(lambda: 9 in numbers(feed))
        assert feed.failure is None


ASKED = """
import json, os, sys, time
from contextlib import closing
from pathlib import Path
from log_mcp.config import load
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask

with closing(Logbook(load([], cwd=Path(sys.argv[1]), environ={}))) as book:
    book.start()
    book.wait_loaded(20)
    print(os.getpid(), flush=True)
    for _ in sys.stdin:
        begun = time.monotonic()
        page = book.search(Ask(query="number"), limit=50)
        took = time.monotonic() - begun
        print(json.dumps([took, page.matched, page.view.notes]), flush=True)
"""
SETTINGS_OF_TWO = """
[[source]]
name = "fast"
paths = ["fast.log"]
[[source]]
name = "slow"
paths = ["slow.log"]
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_a_disk_that_does_not_answer_keeps_no_question_waiting(tmp_path):
    """As of a network that hangs: each read of one file takes 3 s from some moment on.

    What memory holds is found at once, and that something may be missing is said.
    """
    (tmp_path / "log-mcp.toml").write_text(SETTINGS_OF_TWO)
    for name in ("fast", "slow"):
        (tmp_path / f"{name}.log").write_text(numbered(0, 3))
    asked = (sys.executable, "-c", ASKED, str(tmp_path))
    with subprocess.Popen(
        asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        pid = child.stdout.readline().strip()

        def ask() -> list[Any]:
            assert child.stdout is not None
            print("ask", file=child.stdin, flush=True)
            answer: list[Any] = json.loads(child.stdout.readline())
            return answer

        delay = ("-e", "trace=pread64", "-e", "inject=pread64:delay_enter=3000000")
        slow = ("strace", "-f", "-p", pid, "-P", str(tmp_path / "slow.log"), *delay)
        with subprocess.Popen(slow, stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr is not None
            line = tracer.stderr.readline()
            if "attached" not in line:
                pytest.skip(f"strace may not attach: {line}")
            with (tmp_path / "slow.log").open("a") as file:
                file.write(numbered(3, 1))
            answers = []

            def said() -> bool:
                answers.append(ask())
                return bool(answers[-1][2])

            assert eventually(said)
            tracer.terminate()
        assert eventually(lambda: ask()[1:] == [7, []])
        child.stdin.close()

    assert max(took for took, *_ in answers) < 1
    assert {6} == {matched for _, matched, _ in answers}
    assert answers[-1][2][0].startswith("the disk of slow has not answered for ")


FIRST = """\
import json, sys, time
from log_mcp.config import load
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask
begun = time.monotonic()
book = Logbook(load([], config_file=sys.argv[1] + "/log-mcp.toml"))
book.start()
page = book.search(Ask())
took = time.monotonic() - begun
states = {source.name: source.state for source in book.overview().sources}
print(json.dumps([took, page.matched, page.matched_is_exact, page.view.notes, states]))
book.wait_loaded(1)
while book.search(Ask()).matched < 6:
    pass
print("all", flush=True)
book.close()
"""


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_a_file_that_is_slow_from_the_start_keeps_no_other_waiting(tmp_path):
    """The others are answered from at once, it is named, and it joins them later."""
    (tmp_path / "log-mcp.toml").write_text(SETTINGS_OF_TWO)
    for name in ("fast", "slow"):
        (tmp_path / f"{name}.log").write_text(numbered(0, 3))
    delay = ("-e", "trace=pread64", "-e", "inject=pread64:delay_enter=700000")
    slow = ("strace", "-f", "-o", os.devnull, "-P", str(tmp_path / "slow.log"), *delay)
    command = (*slow, sys.executable, "-c", FIRST, str(tmp_path))
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=50, check=False
    )
    if "ptrace" in done.stderr:
        pytest.skip(f"strace may not trace: {done.stderr}")
    first, last = done.stdout.splitlines()
    took, matched, exact, notes, states = json.loads(first)

    assert took < 5
    assert (3, False) == (matched, exact)
    assert any("the disk has not answered for slow.log" in note for note in notes)
    assert {"fast": "live", "slow": "loading"} == states
    assert "all" == last


def told_apart(count: int) -> str:
    """Records of which each has a field and a trace id that no other has."""
    return "".join(
        f'{{"time":"2026-03-04T10:{n // 60_000 % 60:02}:{n // 1_000 % 60:02}.{n % 1000:03}Z",'
        f'"level":"{"error" if n % 50 == 0 else "info"}","msg":"order accepted",'
        f'"field_{n}":{n},"trace_id":"{n * 7_919:032x}"}}\n'
        for n in range(count)
    )


@pytest.mark.untraced
def test_fields_and_traces_without_end_stay_within_the_budget(tmp_path):
    """Whatever was asked about them; a million of each are measured by hand."""
    (tmp_path / "shop.jsonl").write_text(told_apart(5_000))
    limits = config(tmp_path, "shop.jsonl", memory=1_000_000)
    with reading(limits, Clock()) as book:
        book.feed.wait_finished(15)
        page = book.search(Ask(where=("field_4999 = 4999",)))
        for ask in (
            lambda: book.trends(Ask(), group_by=("trace_id",)),
            lambda: book.aggregate(
                Ask(), metrics=("distinct(trace_id)",), group_by=("trace_id",)
            ),
            lambda: book.patterns(Ask()),
            lambda: book.compare(Ask(since="2026-03-04T10:00:03Z")),
            lambda: book.explain(None, Ask()),
        ):
            assert ask() is not None
            book.ring.make_room()
            assert book.ring.used_bytes <= 1_000_000

        assert page.records[0].fields["field_4999"] == 4_999
