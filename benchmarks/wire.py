"""The server over real stdio, and how soon it finds a line that was written."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from benchmarks.table import Row, percentile

HELLO: Final = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "benchmarks", "version": "1"},
}
PATIENCE_S: Final = 10.0


def rows(writes: int) -> Iterator[Row]:
    """Write to found.

    Args:
        writes: How many lines are waited for.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "live.jsonl"
        path.write_text(_line(0, "first"))
        found = _found_ms(path, writes)
    section, note = "over stdio", f"{writes} lines"
    middle, worst = percentile(found, 50), percentile(found, 99)
    yield Row(section, "write to found, p50", middle, "ms", 20, note=note)
    yield Row(section, "write to found, p99", worst, "ms", 100, note=note)


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

    @property
    def pid(self) -> int:
        """Of the server's process."""
        return self._process.pid

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

    def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The data that a tool answers with; the server must be `--structured`."""
        result = self.ask("tools/call", {"name": name, "arguments": arguments})
        return dict(result["structuredContent"])

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


def serve(path: Path) -> list[str]:
    """The command that serves a log."""
    return [sys.executable, "-m", "log_mcp", "serve", str(path)]


def _found_ms(path: Path, writes: int) -> list[float]:
    """How long after its write a line is in an answer, asked without pause."""
    wire = Wire([*serve(path), "--structured"])
    wire.tell("notifications/initialized")
    found = []
    with path.open("a") as file:
        for at in range(1, writes + 1):
            word = f"needle-{at:06}-found"
            question = {"query": word}
            begin = time.perf_counter()
            file.write(_line(at, word))
            file.flush()
            while not wire.call("search_logs", question)["matched"]:
                if time.perf_counter() - begin > PATIENCE_S:
                    raise TimeoutError(f"{word} was not found within {PATIENCE_S} s")
            found.append((time.perf_counter() - begin) * 1e3)
    wire.close()
    return found


def _line(at: int, message: str) -> str:
    time_text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
    entry = {"time": f"{time_text}.{at % 1000:03}Z", "level": "info", "msg": message}
    return f"{json.dumps(entry)}\n"
