"""The server over real stdio: how soon it answers, and how soon a line is found."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.table import Row, median, percentile

EMPTY: Final = Path(__file__).with_name("empty_server.py")
HELLO: Final = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "benchmarks", "version": "1"},
}
PATIENCE_S: Final = 10.0


def rows(starts: int, writes: int) -> Iterator[Row]:
    """Start to first reply, and write to found.

    Args:
        starts: How often a server is started.
        writes: How many lines are waited for.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "live.jsonl"
        path.write_text(_line(0, "first"))
        ours, theirs = [], []
        for _ in range(starts + 1):  # the first one compiles
            ours.append(_first_reply_ms(_serve(path)))
            theirs.append(_first_reply_ms([sys.executable, str(EMPTY)]))
        section = "over stdio"
        empty = median(theirs[1:])
        yield Row(
            section,
            "start to first reply",
            median(ours[1:]),
            "ms",
            empty * 1.15,
            "a server with one empty tool",
            empty,
        )
        found = _found_ms(path, writes)
    note = f"{writes} lines"
    yield Row(
        section, "write to found, p50", percentile(found, 50), "ms", 20, note=note
    )
    yield Row(
        section, "write to found, p99", percentile(found, 99), "ms", 100, note=note
    )


class Wire:
    """A server that is spoken to in JSON-RPC lines.

    Args:
        command: Starts it.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._number = 0
        self.ask("initialize", HELLO)

    def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The result of one request."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        assert self._process.stdout is not None
        while line := self._process.stdout.readline():
            reply = json.loads(line)
            if reply.get("id") == self._number:
                return dict(reply["result"])
        raise ConnectionError(f"the server ended with {self._process.wait()}")

    def close(self) -> None:
        """End its input, and wait until it has gone."""
        self._process.communicate()

    def tell(self, method: str) -> None:
        """Something that gets no answer."""
        self._send({"method": method})

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        line = json.dumps({"jsonrpc": "2.0", **message})
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()


def _serve(path: Path) -> list[str]:
    return [sys.executable, "-m", "log_mcp", "serve", str(path)]


def _first_reply_ms(command: Sequence[str]) -> float:
    begin = time.perf_counter()
    wire = Wire(command)
    took_ms = (time.perf_counter() - begin) * 1e3
    wire.close()
    return took_ms


def _found_ms(path: Path, writes: int) -> list[float]:
    """How long after its write a line is in an answer, asked without pause."""
    wire = Wire([*_serve(path), "--structured"])
    wire.tell("notifications/initialized")
    found = []
    with path.open("a") as file:
        for at in range(1, writes + 1):
            word = f"needle-{at:06}-found"
            question = {"name": "search_logs", "arguments": {"query": word}}
            begin = time.perf_counter()
            file.write(_line(at, word))
            file.flush()
            while not _matched(wire.ask("tools/call", question)):
                if time.perf_counter() - begin > PATIENCE_S:
                    raise TimeoutError(f"{word} was not found within {PATIENCE_S} s")
            found.append((time.perf_counter() - begin) * 1e3)
    wire.close()
    return found


def _matched(result: dict[str, Any]) -> bool:
    return bool(result["structuredContent"]["matched"])


def _line(at: int, message: str) -> str:
    time_text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    entry = {"time": f"{time_text}.{at % 1000:03}Z", "level": "info", "msg": message}
    return f"{json.dumps(entry)}\n"
