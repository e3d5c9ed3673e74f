"""Whoever waits for an answer: hears how far it is, and ends it by going away.

Over the real client, in memory and over pipes, on a log that is much larger than the ring:
each question here would take a minute.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import anyio
import anyio.to_thread
import pytest
from mcp import Client

from log_mcp import desk
from log_mcp.ingest import past
from log_mcp.logbook import Logbook
from log_mcp.server import build
from tests.books import Gate, config, patient, reading
from tests.feeding import Clock
from tests.test_server_serve import META, MODERN, send, text

ROOT = Path(__file__).parent.parent
UNKNOWN = "4bf92f3577b34da6"
LINES = 20_000
LATE_S = 1.5  # 0.1 s on a machine that has nothing else to do
PROGRAM = """\
import sys
from log_mcp import config, pace
from log_mcp.ingest import past
from log_mcp.logbook import Logbook
from log_mcp.server import serve
clock, _, *more = Logbook.__init__.__defaults__
Logbook.__init__.__defaults__ = (clock, lambda p: pace.Pace(p, 60), *more)
serve(config.load(sys.argv[1:]))
"""


def line(number):
    """A record with a secret in it, and with text that hardly packs.

    Reading it from the disk takes its time, and memory holds few.
    """
    noise = Random(number).randbytes(60).hex(" ", 2)
    at = f"2026-03-04T{10 + number // 36000:02}:{number // 600 % 60:02}:{number // 10 % 60:02}Z"
    told = {"time": at, "level": "error" if number % 5 == 0 else "info"}
    told |= {
        "msg": f"order {number} {noise}",
        "password": f"hunter{number}xyz",
        "rid": f"r-{number}",
    }
    return json.dumps(told) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A log much larger than the ring."""
    folder = tmp_path_factory.mktemp("waiting")
    (folder / "api.jsonl").write_text("".join(map(line, range(LINES))))
    return folder


@pytest.fixture(scope="module")
def book(folder):
    """Holds little of it, and gives each question a minute."""
    with reading(config(folder, "api.jsonl", memory=500_000), pace=patient) as book:
        yield book


@pytest.fixture(params=["auto", "legacy"])
def era(request):
    """The protocol as new clients and as old ones speak it."""
    return request.param


LONG: dict[str, dict[str, Any]] = {
    "search_logs": {"query": "nobody wrote this"},
    "error_trends": {"since": "2026-03-04T10:00:00Z", "group_by": ["rid"]},
    "aggregate_logs": {"since": "2026-03-04T10:00:00Z", "group_by": ["rid"]},
    "compare_logs": {"since": "2026-03-04T10:00:00Z", "group_by": "rid"},
    "explain_error_context": {"id": UNKNOWN},
    "get_error": {"id": UNKNOWN},
    "log_patterns": {"since": "2026-03-04T10:00:00Z"},
}


def one_worker():
    """Leave one thread to all calls: the next is answered only if the last gave it back."""
    anyio.to_thread.current_default_thread_limiter().total_tokens = 1


async def freed():
    """The moment at which the worker thread is free."""
    with anyio.fail_after(20):
        return await anyio.to_thread.run_sync(time.monotonic)


@pytest.mark.untraced
@pytest.mark.parametrize("name", LONG)
async def test_a_cancelled_call_frees_its_thread(book, era, name):
    """In every tool, while it reads the disk; and the next call is answered."""
    cancelled = 0.0
    told = []
    one_worker()
    async with Client(build(book), mode=era) as client:
        with anyio.CancelScope() as scope:

            async def enough(_share, _total, what):
                nonlocal cancelled
                told.append(what)
                if what.startswith("read ") and not cancelled:
                    cancelled = time.monotonic()
                    scope.cancel()

            await client.call_tool(name, LONG[name], progress_callback=enough)
        ended = await freed()
        count = len(told)
        result = await client.call_tool("log_overview", {})

    assert scope.cancelled_caught
    assert ended - cancelled < LATE_S
    assert not result.is_error
    assert len(told) == count
    assert "of history" in told[-1]


async def test_a_call_ends_while_it_waits_for_the_first_look(folder, era):
    """Nothing has been read yet; the overview waits for it."""
    book = Logbook(config(folder, "api.jsonl"), Clock())
    one_worker()
    async with Client(build(book), mode=era) as client:
        with anyio.CancelScope() as scope:

            async def enough(_share, _total, _what):
                scope.cancel()

            began = time.monotonic()
            await client.call_tool("log_overview", {}, progress_callback=enough)
        ended = await freed()
    book.close()

    assert scope.cancelled_caught
    assert ended - began < 2.0 < desk.FIRST_LOOK_S


async def test_a_client_that_is_gone_ends_its_call(book):
    """The connection is closed in the middle of a question."""
    read = anyio.Event()
    one_worker()

    async def tell(_share, _total, what):
        if what.startswith("read "):
            read.set()

    async with anyio.create_task_group() as tasks, Client(build(book)) as client:

        async def ask():
            await client.call_tool(
                "search_logs", LONG["search_logs"], progress_callback=tell
            )

        tasks.start_soon(ask)
        await read.wait()
        gone = time.monotonic()
        tasks.cancel_scope.cancel()
    ended = await freed()

    assert ended - gone < LATE_S


@pytest.mark.untraced
async def test_progress_says_how_much_of_the_disk_was_read(book, era):
    """It only grows, and names the bytes."""
    told = []

    async def progress(share, total, what):
        told.append((share, total, what))

    async with Client(build(book), mode=era) as client:
        await client.call_tool(
            "search_logs", LONG["search_logs"], progress_callback=progress
        )

    shares = [share for share, _, _ in told]
    words = [what for _, _, what in told if what.startswith("read ")]
    assert sorted(set(shares)) == shares
    assert {1.0} == {total for _, total, _ in told}
    assert len(words) > 2
    assert all(what.endswith(" MB of history") for what in words)


async def test_progress_is_told_while_history_is_loading(tmp_path, monkeypatch, era):
    """And the answer says how far loading is."""
    monkeypatch.setattr(desk, "SMALL_S", 0.2)
    monkeypatch.setattr(past, "UNIT_BYTES", 400_000)
    (tmp_path / "api.jsonl").write_text("".join(map(line, range(6_000))))
    gate, told = Gate(), []

    async def progress(_share, _total, what):
        told.append(what)

    with reading(config(tmp_path, "api.jsonl"), gate, loaded=False) as book:
        gate.wait_shut()
        async with Client(build(book), mode=era) as client:
            result = await client.call_tool(
                "search_logs", {"query": "zzz"}, progress_callback=progress
            )
        gate.open()

    said = text(result.content)
    assert told[0].startswith("read ")
    assert told[0].endswith(" MB of history")
    assert "history is still loading (" in said
    assert "% of 1.6 MB is held" in said


@pytest.fixture
def process(folder):
    """A server over pipes, its questions long ones; ended with the test."""
    command = [sys.executable, "-c", PROGRAM, str(folder / "api.jsonl")]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "LOG_MCP_MAX_MEMORY": "1MB"},
    ) as server:
        yield server
        server.kill()


def begin(process):
    """A long question, asked until the server is at work on the disk."""
    arguments = {"name": "search_logs", "arguments": LONG["search_logs"]}
    meta = {**META, "progressToken": "p"}
    for number in range(2, 200):
        params = {**arguments, "_meta": meta}
        call = {
            "jsonrpc": "2.0",
            "id": number,
            "method": "tools/call",
            "params": params,
        }
        send(process, call)
        while True:
            message = json.loads(process.stdout.readline())
            if message.get("id") == number:
                break  # History was still loading; ask again.
            if message["params"].get("message", "").startswith("read "):
                return number
    raise AssertionError


def test_over_pipes_a_cancelled_call_is_not_answered_and_the_next_one_is(process):
    """`notifications/cancelled` names it; nothing more is heard of it."""
    send(process, *MODERN)
    json.loads(process.stdout.readline())
    number = begin(process)
    params = {"requestId": number, "_meta": META}
    send(
        process,
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params},
        {
            "jsonrpc": "2.0",
            "id": 999,
            "method": "tools/call",
            "params": {"name": "log_overview", "arguments": {}, "_meta": META},
        },
    )
    sent = time.monotonic()
    heard: list[dict[str, Any]] = []
    while not heard or heard[-1].get("id") != 999:
        heard.append(json.loads(process.stdout.readline()))
    took = time.monotonic() - sent
    process.stdin.close()
    rest = process.stdout.read()

    assert "result" in heard[-1]
    assert number not in {message.get("id") for message in heard}
    assert took < 5.0
    assert b"" == rest


def test_over_pipes_the_end_of_input_ends_a_question(process):
    """A server whose client is gone does not work on."""
    send(process, *MODERN)
    json.loads(process.stdout.readline())
    begin(process)
    process.stdin.close()
    closed = time.monotonic()
    code = process.wait(10)
    took = time.monotonic() - closed

    assert 0 == code
    assert took < 2.0
