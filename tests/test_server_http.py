"""Twin of log_mcp/server/http.py: a real server on a real port, real clients."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import closing, contextmanager

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from log_mcp import config
from log_mcp.errors import SourceError
from log_mcp.logbook import Logbook
from log_mcp.server import build
from log_mcp.server import http as module
from log_mcp.server.access import Access, Address
from log_mcp.server.http import Gate, Web
from log_mcp.server.metrics import _escaped

WORD = "0123456789abcdef0123456789abcdef"
SHOW = {"authorization": f"Bearer {WORD}"}
ASK = {
    "accept": "application/json, text/event-stream",
    "content-type": "application/json",
}
LIST = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list"})


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """A server that asks for a token, and its logbook."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "api.log").write_text(
        "2026-03-01 11:59:00,000 ERROR shop card declined\n" * 50
    )
    settings = config.load([str(folder)], environ={})
    made = Web("0", None, {"LOG_MCP_HTTP_TOKEN": WORD})
    with closing(Logbook(settings, shared=True)) as book:
        book.start()
        thread = threading.Thread(target=made.run, args=(build(book), lambda: book))
        thread.start()
        yield made
        made.stop()
        thread.join()


def asked(web, method="POST", path="/mcp", body=LIST, **headers):
    """Status and text of one request, with a token unless another one is given."""
    with closing(http.client.HTTPConnection(str(web.address), timeout=20)) as client:
        client.request(method, path, body, {**ASK, **SHOW, **headers})
        answer = client.getresponse()
        return answer.status, answer.read().decode()


@contextmanager
def connected(web, text):
    """A client that sends what it likes."""
    with socket.create_connection(web.address, timeout=20) as client:
        client.sendall(text)
        yield client


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_real_client_is_answered(web, mode):
    """In both eras of the protocol, tools and resources alike."""
    async with httpx2.AsyncClient(headers=SHOW) as carrier:
        transport = streamable_http_client(
            f"http://{web.address}/mcp", http_client=carrier
        )
        async with Client(transport, mode=mode) as client:
            found = await client.call_tool("search_logs", {"query": "declined"})
            lost = await client.call_tool("search_logs", {"since": "last_call"})
            read = await client.read_resource("log://sources")

    assert "50 records of 50 matched" in str(found.content)
    assert "api" in str(read.contents)
    assert lost.is_error
    assert "last_call means nothing over HTTP" in str(lost.content)


def test_who_is_refused(web):
    """Before the protocol sees anything; health needs no token."""
    assert 401 == asked(web, authorization="")[0]
    assert 401 == asked(web, authorization=f"Bearer {WORD}x")[0]
    assert 421 == asked(web, host="evil.example")[0]
    assert 403 == asked(web, origin="http://evil.example")[0]
    assert 403 == asked(web, "OPTIONS", origin="http://localhost:3000")[0]
    assert (200, "ok\n") == asked(web, "GET", "/health", authorization="")
    assert 421 == asked(web, "GET", "/health", host="evil.example")[0]
    assert 404 == asked(web, "GET", "/etc/passwd")[0]


def test_metrics(web):
    """For those with the token: of each source, of memory, and of the questions so far."""
    status, text = asked(web, "GET", "/metrics")

    assert 200 == status
    assert 'log_mcp_records{source="api"} 50' in text.splitlines()
    assert 'log_mcp_errors{source="api"} 50' in text.splitlines()
    assert "log_mcp_memory_limit_bytes 256000000" in text.splitlines()
    assert re.search(
        r'^log_mcp_question_seconds_bucket\{le="\+Inf"\} \d+$', text, re.MULTILINE
    )
    for line in text.splitlines():
        assert re.fullmatch(r'# (?:HELP|TYPE) .+|\w+(?:\{\w+="[^"]*"\})? [\d.]+', line)
    assert 401 == asked(web, "GET", "/metrics", authorization="")[0]
    assert 404 == asked(web, "DELETE", "/metrics")[0]


def test_a_name_cannot_forge_a_metric():
    """It comes from a file."""
    assert 'a\\"} 1?b \\\\ 2' == _escaped('a"} 1\nb \\ 2')


def test_headers_that_stand_twice_are_none(web):
    """Whoever reads another one of them would be led astray."""
    head = f"POST /mcp HTTP/1.1\r\nhost: {web.address}\r\n"
    for line, expected in {
        "host: evil.example\r\n": (b"400", b"421"),
        f"authorization: Bearer {WORD}\r\nauthorization: Bearer x\r\n": (b"401",),
    }.items():
        text = f"{head}{line}content-length: 0\r\n\r\n"
        with connected(web, text.encode()) as client:
            assert client.recv(12).split()[1] in expected


def test_a_request_is_bounded(web, monkeypatch):
    """In size, told or not, in its headers, and in the time that it takes to arrive."""
    assert 413 == asked(web, body="x" * (module.BODY_BYTES_MAX + 1))[0]
    chunk = b"x" * 2**20
    assert 413 == asked(web, body=iter([chunk, chunk, b"x"]))[0]
    assert 400 == asked(web, body=b"{}", **{"x-long": "x" * 40_000})[0]
    monkeypatch.setattr(module, "BODY_S", 0.05)
    text = "".join(f"{name}: {value}\r\n" for name, value in {**ASK, **SHOW}.items())
    head = (
        f"POST /mcp HTTP/1.1\r\nhost: {web.address}\r\n{text}content-length: 9\r\n\r\n"
    )
    with connected(web, f"{head}{{".encode()) as client:
        assert b"408" in client.recv(12)
    with connected(web, f"{head}{{".encode()):
        pass  # gone before all was sent
    assert 200 == asked(web, "GET", "/health")[0]


def test_requests_at_work_are_bounded(web, monkeypatch):
    """One that waits keeps its place; when it is gone there is room again."""
    monkeypatch.setattr(module, "AT_WORK_CLIENT_MAX", 1)
    text = "".join(f"{name}: {value}\r\n" for name, value in {**ASK, **SHOW}.items())
    head = (
        f"POST /mcp HTTP/1.1\r\nhost: {web.address}\r\n{text}content-length: 9\r\n\r\n"
    )
    with connected(web, head.encode()):
        until(lambda: asked(web, "GET", "/health")[0] == 503)
    until(lambda: asked(web, "GET", "/health")[0] == 200)


def until(happens):
    """Wait for something that gives no notice."""
    pause = threading.Event()
    for _ in range(500):
        if happens():
            return
        pause.wait(0.02)
    raise AssertionError("it did not happen")


def test_the_command_serves_and_ends(tmp_path):
    """It says where on stderr, writes nothing to stdout, and a signal ends it at once."""
    (tmp_path / "api.log").write_text("2026-03-01 11:59:00,000 ERROR declined\n")
    with subprocess.Popen(
        (sys.executable, "-m", "log_mcp", "serve", "--http", "0"),
        cwd=tmp_path,
        env={**os.environ, "LOG_MCP_HTTP_TOKEN": WORD},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        port = int(re.findall(r"serving on http://127\.0\.0\.1:(\d+)/mcp", line)[0])
        with closing(http.client.HTTPConnection("127.0.0.1", port)) as client:
            client.request("GET", "/health")
            assert b"ok\n" == client.getresponse().read()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)

    assert (0, "", "") == (process.returncode, out, err)


async def test_metrics_of_logs_that_cannot_be_read():
    """Says no more than that: the reason may name files, and stderr has it."""
    said = []

    def book():
        raise SourceError("/secret/place: gone")

    async def send(message):
        said.append(message)

    async def nothing(*_):
        raise AssertionError("the protocol is not asked")

    access = Access(Address("127.0.0.1", 80), None)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/metrics",
        "headers": [(b"host", b"localhost")],
    }
    await Gate(nothing, access, book)(scope, nothing, send)

    assert 503 == said[0]["status"]
    assert b"secret" not in said[1]["body"]
