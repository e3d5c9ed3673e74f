"""Twin of log_mcp/server/serve.py: a process of its own, over real pipes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

from log_mcp import config
from log_mcp.errors import ConfigError
from log_mcp.server.serve import Opening
from log_mcp.turn import Turn

ROOT = Path(__file__).parent.parent
PROGRAM = """\
import sys
from log_mcp import config
from log_mcp.server import serve
serve(config.load(sys.argv[1:]))
"""
LEGACY = [
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "0"},
        },
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
]
META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
MODERN = [
    {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": META}}
]
ERAS = {"legacy": (LEGACY, {}), "modern": (MODERN, {"_meta": META})}


@pytest.fixture
def logs(tmp_path):
    """A folder with one log."""
    (tmp_path / "api.log").write_text(
        "2026-03-01 11:59:00,000 ERROR shop card declined\n" * 50
    )
    return tmp_path


@pytest.fixture
def process(logs):
    """A server over pipes; ended with the test."""
    command = [sys.executable, "-c", PROGRAM, str(logs)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=logs,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as server:
        yield server
        server.kill()


def send(process, *messages):
    """Writes messages, one a line."""
    for message in messages:
        process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()


def text(parts):
    """The text of the only part of a result."""
    [part] = parts
    return part.text


def call(number, name, meta):
    """A call of a tool without arguments."""
    params = {"name": name, "arguments": {}, **meta}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


@pytest.mark.parametrize(("hello", "meta"), ERAS.values(), ids=ERAS)
def test_speaks_nothing_but_protocol_and_ends_with_its_input(process, hello, meta):
    """Every line on stdout is a message; a second after the end of input it is gone."""
    send(process, *hello, call(2, "log_overview", meta), call(3, "search_logs", meta))
    replies = [json.loads(process.stdout.readline()) for _ in range(3)]
    process.stdin.close()
    closed = time.monotonic()
    rest = process.stdout.read()
    code = process.wait(10)
    took = time.monotonic() - closed

    assert {1, 2, 3} == {reply["id"] for reply in replies}
    assert all("result" in reply for reply in replies)
    assert b"" == rest
    assert 0 == code
    assert took < 1.0
    assert not re.search(rb"log-mcp|Traceback|declined", process.stderr.read())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("hello", "meta"), ERAS.values(), ids=ERAS)
def test_a_signal_ends_it_at_once(process, hello, meta, number):
    """With its input still open, and all replies written."""
    send(process, *hello, call(2, "log_overview", meta))
    replies = [json.loads(process.stdout.readline()) for _ in range(2)]
    process.send_signal(number)
    sent = time.monotonic()
    code = process.wait(10)
    took = time.monotonic() - sent

    assert {1, 2} == {reply["id"] for reply in replies}
    assert 0 == code
    assert took < 0.6
    assert b"" == process.stdout.read()
    assert not re.search(rb"log-mcp|Traceback|declined", process.stderr.read())


def test_a_signal_before_it_serves_ends_it_too(process):
    """While it still imports."""
    process.send_signal(signal.SIGTERM)

    assert process.wait(10) in {0, -signal.SIGTERM}


def test_malformed_input_does_not_end_it(process):
    """Nor does it get an answer that is no message."""
    process.stdin.write(b'{"jsonrpc":"2.0","id":9,\nnot json\n[]\n\xff\xfe\n')
    send(process, *LEGACY, call(2, "log_overview", {}))
    replies = [json.loads(process.stdout.readline()) for _ in range(2)]

    assert {1, 2} == {reply["id"] for reply in replies}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_the_real_client_is_served(logs, mode):
    """Tools, resources, and an answer over stdio."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-c", PROGRAM, str(logs)],
        cwd=str(logs),
        env={"PYTHONPATH": str(ROOT)},
    )
    async with Client(server, mode=mode) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        result = await client.call_tool("search_logs", {"query": "declined"})
        sources = await client.read_resource("log://sources")

    assert 9 == len(names)
    assert text(result.content).startswith("50 records of 50 matched")
    assert '"name":"api"' in text(sources.contents)


def test_a_logbook_is_opened_in_the_background(logs):
    """Whoever asks waits for it."""
    opening = Opening(config.load([str(logs)]), Turn())
    opening.begin()
    book = opening.logbook()
    try:
        assert book.wait_loaded(10)
        assert opening.logbook() is book
    finally:
        book.close()


def test_what_keeps_it_from_opening_is_told_every_time(caplog):
    """Once on stderr, and in each answer."""
    opening = opened(Broken())
    opening.begin()

    for _ in range(2):
        with pytest.raises(ConfigError, match="no folder"):
            opening.logbook()
    assert 1 == caplog.text.count("no folder")


def opened(settings):
    """An opening of settings that only look like some."""
    return Opening(settings, Turn())


def test_a_bug_reaches_whoever_asks(caplog):
    """And not stderr: its text may quote a log."""
    opening = opened(None)
    opening.begin()

    with pytest.raises(AttributeError):
        opening.logbook()
    assert "" == caplog.text


def test_nothing_is_closed_that_was_not_opened(monkeypatch):
    """A signal may come before there is a logbook."""
    ended: list[int] = []
    monkeypatch.setattr(os, "_exit", ended.append)

    opened(None).leave()

    assert [0] == ended


class Broken:
    """A configuration that turns out wrong when it is used."""

    @property
    def redact(self):
        raise ConfigError("project_root: 'x' is no folder.")
