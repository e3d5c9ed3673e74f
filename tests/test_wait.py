"""Waiting for what is still to be written."""

import json
import subprocess
import sys
import threading
import time
from itertools import product

import anyio
import anyio.lowlevel
import pytest
from mcp import Client

from log_mcp.bell import Bell
from log_mcp.errors import QueryError
from log_mcp.query.filter import Ask
from log_mcp.server import build
from log_mcp.timestamp import iso
from tests.books import config, reading
from tests.test_server_serve import text

pytestmark = pytest.mark.anyio


def line(number, level="info", **more):
    """A record of a worker."""
    told = {"time": f"2026-03-04T11:{number // 60:02}:{number % 60:02}Z"}
    return (
        json.dumps({**told, "level": level, "msg": f"job {number} done", **more}) + "\n"
    )


def append(path, *lines):
    with path.open("a") as file:
        file.write("".join(lines))


async def listeners(book, count):
    """Wait until so many wait."""
    while len(book.feed.arrived._heard) < count:
        await anyio.lowlevel.checkpoint()


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "worker.jsonl"
    path.write_text(
        "".join(map(line, range(20))) + line(20, "error", msg="disk is full")
    )
    return path


@pytest.fixture
def book(log):
    with reading(config(log.parent, "worker.jsonl"), time.time_ns) as book:
        yield book


def test_a_match_that_is_written(book, log):
    """What was there does not count, whatever it holds."""
    wait = book.waiting(Ask(query="done", level="info"), timeout_s=20)
    assert wait.look() is None
    append(log, line(21, "debug"), line(22), line(23))

    found = book.wait(wait)

    assert "match" == found.reason
    assert ["job 22 done", "job 23 done"] == [row.message for row in found.records]
    assert 2 == found.matched
    assert found.waited_s < 20


def test_time_is_up(book):
    """The answer says so, and that nothing arrived."""
    found = book.wait(book.waiting(Ask(query="never"), timeout_s=0.1))

    assert ("timeout", [], 0) == (found.reason, found.records, found.matched)
    assert found.waited_s >= 0.1


def test_quiet(book, log):
    """Lines that match put the end off; others do not."""
    wait = book.waiting(Ask(level="info"), stop_on="quiet", timeout_s=20, quiet_s=0.4)
    append(log, line(30), line(31))
    found = book.wait(wait)

    assert ("quiet", 2) == (found.reason, found.matched)
    assert found.waited_s >= 0.4


def test_an_error_of_a_new_kind(book, log):
    """One that is known is none, and of a new one the first is shown."""
    wait = book.waiting(Ask(), stop_on="new_error", timeout_s=20)
    append(log, line(40, "error", msg="disk is full"))
    append(log, *(line(n, "error", msg="no route to host") for n in (41, 42)))
    found = book.wait(wait)

    assert "new_error" == found.reason
    assert ["no route to host"] == [row.message for row in found.records]


def test_a_file_that_appears(tmp_path):
    """All of it is news."""
    (tmp_path / "a.jsonl").write_text(line(1))
    with reading(config(tmp_path, "*.jsonl"), time.time_ns) as book:
        wait = book.waiting(Ask(source=("*",)), timeout_s=20)
        (tmp_path / "b.jsonl").write_text(line(2) + line(3))
        found = book.wait(wait)

    assert {"b"} == {row.source for row in found.records}


def test_going_on(book, log):
    """What a look has shown is not shown again, and what came meanwhile is."""
    wait = book.waiting(Ask(), stop_on="new_error", timeout_s=20)
    append(log, line(50, "error", msg="no route to host"))
    first = book.wait(wait)
    append(log, line(51, "error", msg="no route to host"))
    append(log, line(52, "error", msg="token has expired"))
    wait.go_on()
    second = book.wait(wait)

    assert ["no route to host"] == [row.message for row in first.records]
    assert ["token has expired"] == [row.message for row in second.records]


BAD = {
    "what to stop on": ({"stop_on": "matches"}, "Did you mean 'match'?"),
    "no time": ({"timeout_s": 0}, "timeout_s: 0 is out of range"),
    "too long": ({"timeout_s": 301}, "at most 300 seconds"),
    "no silence": ({"quiet_s": -1}, "quiet_s: -1 is out of range"),
}


@pytest.mark.parametrize(("given", "said"), BAD.values(), ids=BAD)
def test_what_means_nothing_is_refused(book, given, said):
    """With what would be valid."""
    with pytest.raises(QueryError) as caught:
        book.waiting(Ask(), **given)
    assert said in str(caught.value)


def test_a_bell_rings_for_who_listens():
    """From when they begin until they end."""
    bell, heard = Bell(), []
    bell.ring()
    with (
        bell.listening(lambda: heard.append("a")),
        bell.listening(lambda: heard.append("b")),
    ):
        bell.ring()
    bell.ring()

    assert ["a", "b"] == heard


@pytest.mark.parametrize("era", ["auto", "legacy"])
async def test_through_a_client(book, log, era):
    """The text says why it ended, and shows what arrived inside the fence."""
    async with (
        Client(build(book), mode=era) as client,
        anyio.create_task_group() as tasks,
    ):
        answers = []

        async def wait():
            given = {"query": "expired", "timeout_s": 20}
            answers.append(await client.call_tool("wait_for_log", given))

        tasks.start_soon(wait)
        await listeners(book, 1)
        append(log, line(60, "error", msg="token has expired"))

    said = text(answers[0].content)
    assert said.startswith("a match arrived after ")
    assert "1 record arrived that matches" in said
    assert "token has expired" in said.partition("log data ")[2]


async def test_hundreds_wait_at_once(book, log):
    """More than there are threads, and none of them holds one."""
    async with Client(build(book)) as client, anyio.create_task_group() as tasks:
        answers = []

        async def wait(number):
            given = {"query": f"job {number} done", "timeout_s": 30}
            answers.append(await client.call_tool("wait_for_log", given))

        for number in range(100, 300):
            tasks.start_soon(wait, number)
        await listeners(book, 200)
        threads = threading.active_count()
        append(log, *map(line, range(100, 300)))

    assert threads < 80
    assert 200 == sum("a match arrived" in text(one.content) for one in answers)


async def test_long_waits_need_a_progress_token(book):
    """Without one a client gives the call up; a client in the same process has none."""
    async with Client(build(book), mode="legacy") as client:
        told = []

        async def progress(share, _total, what):
            told.append((share, what))

        refused = await client.call_tool("wait_for_log", {"timeout_s": 100})
        given = {"timeout_s": 100, "stop_on": "quiet", "quiet_s": 0.2}
        allowed = await client.call_tool(
            "wait_for_log", given, progress_callback=progress
        )

    assert refused.is_error
    assert "progress token" in text(refused.content)
    assert "nothing more arrived" in text(allowed.content)


def test_the_command(log):
    """Waits, prints and ends."""
    command = [sys.executable, "-m", "log_mcp", "wait", str(log), "--timeout-s", "0.2"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.startswith("time is up after 0.2")


SETTINGS = """
[[source]]
name = "worker"
paths = ["worker.jsonl"]
[[alert]]
name = "storm"
level = "error"
rate_above = "3/m"
group_by = "channel_id"
"""


@pytest.mark.parametrize("only", [False, True], ids=["with alerts", "without"])
def test_watch_prints_a_line_for_each_alert(log, only):
    """That fires, unless errors alone are asked for."""
    file = log.parent / "log-mcp.toml"
    file.write_text(SETTINGS)
    command = [sys.executable, "-m", "log_mcp", "watch", "--config", str(file)]
    command += ["--new-errors"] * only
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        output = process.stdout
        lines: list[str] = []
        reader = threading.Thread(target=lambda: lines.extend(map(str, output)))
        reader.start()
        words = map("".join, product("bcdfg", repeat=5))
        wanted = " is away" if only else " alert firing storm [log data "
        while not any(wanted in line for line in lines):
            now = {"time": iso(time.time_ns()), "channel_id": 7}
            msg = f"{next(words)} is away"  # A kind that is new.
            append(log, *[line(70, "error", msg=msg, **now)] * 4)
            reader.join(0.2)
        process.kill()
        reader.join()

    (found,) = [line for line in lines if wanted in line][:1]
    rule = ": channel_id=7: more than 3 records in 1m where level >= error: "
    assert only or rule in found
    assert not (only and any(" alert " in line for line in lines))


def test_watch_prints_a_line_for_each_new_kind(log):
    """As it appears, until it is stopped."""
    command = [sys.executable, "-m", "log_mcp", "watch", str(log), "--new-errors"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        lines: list[str] = []
        assert process.stdout is not None
        output = process.stdout
        reader = threading.Thread(target=lambda: lines.append(output.readline()))
        reader.start()
        words = map("".join, product("bcdfg", repeat=5))
        while reader.is_alive():  # It says nothing of when it has begun.
            word = next(words)  # A kind that was there before it began is not new.
            append(log, line(70, "error", msg=f"{word} is away"))
            reader.join(0.2)
        process.kill()

    assert "worker" in lines[0]
    assert " is away" in lines[0]
