"""What is fuzzed: each target takes any bytes, and fails on what must never happen.

A target answers, or refuses with an error of our own; what else it raises is a finding.
Beyond that each holds a promise: see its docstring. `SEEDS` are where mutation begins.
"""

import asyncio
import atexit
import json
import re
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any, Final

from mcp.server.mcpserver.exceptions import ResourceError
from mcp.shared.exceptions import MCPError

from log_mcp.config import Config, load
from log_mcp.config_file import SourceConfig
from log_mcp.errors import ConfigError, QueryError
from log_mcp.formats import Context, detect
from log_mcp.instruction import instructs
from log_mcp.logbook import Logbook
from log_mcp.query import condition, metric
from log_mcp.redact import START, Redactor
from log_mcp.render import fence, sealed
from log_mcp.server import build
from log_mcp.unseen import in_json
from tests.test_formats_law import CONTEXT, assert_law

ROOT: Final = Path(__file__).parent.parent
_OPEN: Final = ExitStack()
SIZE_MAX: Final = 4096  # bytes; what fails on more, fails on less


def _lines(data: bytes) -> bytes:
    """As the door hands text on: valid UTF-8 without NUL, in whole lines."""
    text = data.replace(b"\0", b" ").decode(errors="replace").replace("\r", "\n")
    return text.rstrip("\n").encode() + b"\n"


def scan(data: bytes) -> None:
    """Whatever the format: scan and parse agree on boundaries, time, level and flags."""
    text = _lines(data)
    assert_law(detect(text, CONTEXT), text)


def parse(data: bytes) -> None:
    """One record of any bytes is read, and all of its text is kept."""
    text = _lines(data)
    found = detect(text, Context(anchor_ns=CONTEXT.anchor_ns)).parse(text.rstrip(b"\n"))
    assert text.rstrip(b"\n").decode() == found.text


def redact(data: bytes) -> None:
    """Twice is as once, no line is lost, and JSON stays JSON."""
    text = _lines(data)
    once, _ = _redactor().block(text, START)
    twice, _ = _redactor().block(once, START)
    assert once == twice
    assert text.count(b"\n") == once.count(b"\n")
    for line, hidden in zip(text.splitlines(), once.splitlines(), strict=False):
        if line.startswith(b"{") and line != hidden and _is_json(line):
            assert _is_json(hidden)


def filters(data: bytes) -> None:
    """A condition or a metric is understood, or refused in one line of bounded length."""
    text = data.decode(errors="replace")
    for read in (condition.parse, metric.parse):
        try:
            read(text)
        except QueryError as error:
            assert len(str(error)) < 2 * len(text) + 1000  # noqa: PT017 - not a test


def config(data: bytes) -> None:
    """A file that a project brought is read, or refused; nobody trusted it by that."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log-mcp.toml"
        file.write_bytes(data)
        try:
            found = load(cwd=Path(folder), environ={"HOME": folder})
        except ConfigError:
            return
        assert not found.trusted


def uri(data: bytes) -> None:
    """An address gives JSON, or an error of the protocol, and is no failure inside."""
    address = f"log://{data.decode(errors='replace')}"
    runner, server = _served()
    try:
        for content in runner.run(server.read_resource(address)):
            json.loads(content.content)
    except (ResourceError, MCPError, ValueError) as error:
        assert "inside log-mcp" not in str(error)  # noqa: PT017 - not a test
        return  # ValueError: it is no address at all


def shown(data: bytes) -> None:
    """What a log says is one line, nothing in it unseen; twice is as once; JSON stays JSON."""
    text = data.decode(errors="surrogateescape")
    once = fence.inert(fence.visible(text))
    assert once == fence.inert(fence.visible(once))
    assert len(once.splitlines()) <= 1
    once.encode()
    assert instructs(text) in (True, False)
    body = sealed.harmless({"message": text, text: [text]})
    assert body == json.loads(json.dumps(body))
    line = json.dumps(text.encode(errors="replace").decode(), ensure_ascii=False)
    assert json.loads(line) == json.loads(in_json(line.encode()))


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


@cache
def _redactor() -> Redactor:
    return Redactor(key=b"fuzz")


@cache
def _served() -> tuple[asyncio.Runner, Any]:
    """Few lines of each log, as addresses are what is tried; one loop for all of them."""
    folder = Path(_OPEN.enter_context(tempfile.TemporaryDirectory()))
    for path in (ROOT / "sample_logs").glob("*.log"):
        lines = path.read_bytes().splitlines(keepends=True)
        (folder / path.name).write_bytes(b"".join(lines[:30]))
    book = Logbook(Config((SourceConfig((str(folder),)),), project_root=folder))
    _OPEN.callback(book.close)
    book.start()
    book.wait_loaded(60)
    return _OPEN.enter_context(asyncio.Runner()), build(book)


@atexit.register
def leave() -> None:
    """Close what targets keep open between two inputs."""
    _OPEN.close()
    _served.cache_clear()


def _settings() -> list[bytes]:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    shown = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    return [
        (ROOT / "sample_logs" / "log-mcp.toml").read_bytes(),
        *map(str.encode, shown),
    ]


def _logs() -> list[bytes]:
    found = sorted((ROOT / "sample_logs" / "formats").rglob("*.*"))
    names = [path for path in found if path.suffix not in (".gz", ".json", ".zst")]
    return [b"\n".join(path.read_bytes()[:2000].split(b"\n")[:8]) for path in names]


def _hostile() -> list[bytes]:
    lines = (ROOT / "tests" / "hostile.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"].encode() for line in lines]


_SECRETS: Final = (
    b'{"password": "hunter2-not-real", "n": 1}',
    b"DATABASE_URL=postgres://app:swordfish-not-real@db/shop",
    b"Authorization: Basic YXBwOnN3b3JkZmlzaA==\nCookie: session=4f3a2b1c4f3a2b1c",
    b"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----",
    b'{"log": "{\\"token\\": \\"4f3a2b1c4f3a2b1c4f3a2b1c\\"}"}',
    b"mysql -pswordfish --api-key 4f3a2b1c4f3a2b1c card 4111 1111 1111 1111",
)
_SETTINGS: Final = b"""\
[[source]]
name = "api"
paths = ["*.log", "../x.log", "logs/"]
drop = ["path = /health"]
sample = { debug = 0.1 }
[redact]
off = ["email"]
on = ["ip"]
"""
_FILTERS: Final = (
    b"level >= error",
    b'message ~ "a|b"',
    b"status in (500, 502, 'a b')",
    b"http.status not in (1, 2)",
    b"user exists",
    b"duration_ms > 1.5s",
    b"p99.9(duration_ms)",
    b"share(status >= 500)",
    b"count",
)
_URIS: Final = (
    *(b"overview", b"sources", b"health", b"alerts", b"errors"),
    *(
        b"source/worker/tail",
        b"source/%2e%2e%2fetc/tail",
        b"error/c0ffee12",
        b"error/%00",
    ),
)

TARGETS: Final[dict[str, tuple[Callable[[bytes], None], Callable[[], list[bytes]]]]] = {
    "scan": (scan, _logs),
    "parse": (parse, _logs),
    "redact": (redact, lambda: [*_SECRETS, *_logs()]),
    "filter": (filters, lambda: list(_FILTERS)),
    "config": (config, _settings),
    "uri": (uri, lambda: list(_URIS)),
    "shown": (shown, _hostile),
}
"""Each by its name: what runs, and what mutation begins with."""
