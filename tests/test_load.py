"""Clients that ask too much, over real pipes: the next question is answered all the same."""

import json
import os
import select
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from log_mcp.server.gate import CALLS_MAX
from tests.test_server_serve import LEGACY, send

ROOT = Path(__file__).parent.parent
MIB = 1 << 20
STORM = 1_000
PINGS = 50  # written at once
GROWN_MB_MAX = 100  # resident; 30 are measured with all that a client may leave unread
TEXT = "x" * MIB
MANY = [f"v{n}" for n in range(MIB // 8)]
HUGE = {
    "a text": ("search_logs", {"query": TEXT}),
    "an expression": ("search_logs", {"regex": "(a|b)*" * (MIB // 6)}),
    "a time": ("search_logs", {"since": TEXT}),
    "a source": ("search_logs", {"source": TEXT}),
    "an id": ("get_error", {"id": TEXT}),
    "a condition": ("search_logs", {"where": [f"a in ({', '.join(MANY)})"]}),
    "many conditions": ("search_logs", {"where": MANY}),
    "many texts": ("search_logs", {"exclude": MANY}),
    "many fields": ("search_logs", {"fields": MANY}),
    "nested lists": ("search_logs", {"exclude": "[" * MIB}),
    "an unknown name": ("search_logs", {TEXT: 1}),
    "an unknown tool": (TEXT, {}),
}

ENDLESS = {
    "that says who asks": (b'{"jsonrpc":"2.0","id":"a","params":{"x":"', b"\n", "a"),
    "that says it last": (b'{"params":{"id":"', b'"},"jsonrpc":"2.0","id":4}\n', 4),
    "of anything": (b"", b"\n", None),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all of it: it must outlive each."""
    logs = tmp_path_factory.mktemp("logs")
    (logs / "api.log").write_text(
        "2026-03-01 11:59:00,000 ERROR shop card declined\n" * 50
    )
    with subprocess.Popen(
        [sys.executable, "-m", "log_mcp", "serve", str(logs)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        send(process, *LEGACY, call(2, "log_overview"))
        assert [1, 2] == [reply(process)["id"] for _ in range(2)]
        yield process
        process.kill()


def call(number, name, **arguments):
    """A call of a tool."""
    params = {"name": name, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


def reply(process):
    """The next message."""
    return json.loads(process.stdout.readline())


def resident_mb(process):
    """Memory of a process."""
    pages = Path(f"/proc/{process.pid}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.parametrize(("name", "arguments"), HUGE.values(), ids=HUGE)
def test_a_call_with_a_mebibyte_is_refused_in_short(server, name, arguments):
    """Before anything is made of it; most of these once took seconds, and some for ever."""
    send(server, call(3, name, **arguments))
    line = server.stdout.readline()
    said = json.loads(line)

    assert 3 == said["id"]
    assert len(line) < 1_000
    assert "error" in said or said["result"]["isError"]


@pytest.mark.parametrize(("begin", "end", "number"), ENDLESS.values(), ids=ENDLESS)
def test_a_line_without_end_is_not_held(server, begin, end, number):
    """64 MiB of it; the client is told, and its next question answered."""
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")  # What was highest, anew.
    before_mb = resident_mb(server)
    server.stdin.write(begin)
    for _ in range(64):
        server.stdin.write(TEXT.encode())
    server.stdin.write(end)
    send(server, call("next", "log_overview"))
    replies = [reply(server) for _ in range(1 if number is None else 2)]
    status = Path(f"/proc/{server.pid}/status").read_text()
    highest_mb = int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e6

    assert [*([] if number is None else [number]), "next"] == [
        one["id"] for one in replies
    ]
    assert number is None or "over 4 MiB" in replies[0]["error"]["message"]
    assert highest_mb - before_mb < 32


@pytest.mark.untraced
def test_a_storm_of_calls_is_answered(server):
    """A thousand at once: each has its answer, by few threads, and so has the next one."""
    kinds: list[dict[str, Any]] = [
        {"query": "declined"},
        {"level": "loud"},
        {"lines": 5},
    ]
    calls = [call(n, "search_logs", **kinds[n % 3], limit=1) for n in range(STORM)]
    writer = threading.Thread(target=send, args=(server, *calls))
    writer.start()
    replies = [reply(server) for _ in range(STORM)]
    threads = len(list(Path(f"/proc/{server.pid}/task").iterdir()))
    writer.join()
    send(server, call("next", "log_overview"))

    assert set(range(STORM)) == {one["id"] for one in replies}
    said = ("50 matched", "level", "unknown parameter 'lines'")
    assert all(said[one["id"] % 3] in json.dumps(one) for one in replies)
    assert threads < 32
    assert "next" == reply(server)["id"]


def test_a_client_that_never_reads_is_not_read_any_more(server):
    """What it asks costs so much and no more; once it reads, it has all its answers."""
    before_mb = resident_mb(server)
    asked = json.dumps({"jsonrpc": "2.0", "id": "p" * 200, "method": "ping"}).encode()
    ping = (asked + b"\n") * PINGS
    sent, left = 0, b""
    os.set_blocking(server.stdin.fileno(), False)
    while select.select([], [server.stdin], [], 1.0)[1]:
        left = left or ping
        written = os.write(server.stdin.fileno(), left)
        left, sent = left[written:], sent + PINGS * (written == len(left))
        assert sent < 4 * CALLS_MAX
    os.set_blocking(server.stdin.fileno(), True)
    grown_mb = resident_mb(server) - before_mb

    def go_on():
        server.stdin.write(left)
        send(server, call("next", "log_overview"))

    writer = threading.Thread(target=go_on)
    writer.start()
    replies = 0
    while "next" != reply(server)["id"]:
        replies += 1
    writer.join()

    assert sent > CALLS_MAX
    assert replies >= sent
    assert grown_mb < GROWN_MB_MAX


def test_a_client_that_dies_amid_an_answer_ends_its_server(server):
    """At once, and another one answers the next client: nothing is left behind."""
    send(server, *[call(n, "search_logs", limit=500) for n in range(200)])
    server.stdout.read(100)
    server.stdout.close()
    server.stdin.close()

    assert server.wait(5) is not None
