"""Other tools on the same files, where they are installed."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, Self

DUCKDB: Final = importlib.util.find_spec("duckdb") is not None
TOOLS: Final = ("rg", "grep", "lnav")
FORMATS: Final = Path(__file__).parent / "lnav"  # lnav has to be told the JSON fields


def missing() -> Iterator[str]:
    """A line for each peer that is not here."""
    for name in TOOLS:
        if shutil.which(name) is None:
            yield f"{name} is not installed: skipped"
    if not DUCKDB:
        yield "duckdb is not installed: skipped"


def has(name: str) -> bool:
    """Whether a tool is installed."""
    return shutil.which(name) is not None


def ripgrep(words: list[str], path: Path) -> int:
    """How many lines `rg -c` counts."""
    return _counted(["rg", "--no-config", "-c", *words, str(path)])


def grep(words: list[str], path: Path) -> int:
    """How many lines `grep -c` counts, in the locale that makes it fastest."""
    return _counted(["grep", "-c", *words, str(path)])


def lnav(path: Path) -> int:
    """How many errors lnav counts, opening the file included."""
    query = ";SELECT count(*) AS n FROM all_logs WHERE log_level = 'error'"
    words = [
        "lnav",
        "-I",
        str(FORMATS),
        "-n",
        "-q",
        "-c",
        query,
        "-c",
        ":write-csv-to -",
        str(path),
    ]
    done = _run(words)
    found = re.search(r"^n\s+(\d+)", done.stdout, re.MULTILINE)
    return int(found[1]) if found else -1


def _counted(words: list[str]) -> int:
    return int(_run(words).stdout or 0)


def _run(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C", "TERM": "dumb"},
    )


class Database:
    """DuckDB on the file or with its records inside, in a process that stays open.

    Args:
        path: The JSON lines.
    """

    def __init__(self, path: Path) -> None:
        self._file = f"read_json('{path}', format='newline_delimited')"
        self._table = self._file
        self._process = subprocess.Popen(
            [sys.executable, "-c", _DUCKDB],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ingest(self) -> int:
        """Take all records in, which later questions are then about; how many."""
        count = self._first(f"CREATE OR REPLACE TABLE held AS FROM {self._file}")
        self._table = "held"
        return count

    def ask(self, sql: str) -> int:
        """The first number that a statement gives; `LOG` stands for the records."""
        return self._first(sql.replace("LOG", self._table))

    def _first(self, sql: str) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(sql), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


_DUCKDB: Final = """\
import json, sys, duckdb
duckdb.sql('SET enable_progress_bar = false')  # its bar would stand among the answers
for line in sys.stdin:
    row = duckdb.sql(json.loads(line)).fetchall()[0]
    print(next((v for v in row if isinstance(v, int)), 0), flush=True)
"""

Peer = Callable[[], int]
