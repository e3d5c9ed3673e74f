"""Answers while a file loads, and while a hundred thousand lines a second arrive.

Both are measured in a logbook's own process and through a server over stdio.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.beats import Beats, Inside, Plan, Served, while_loading, while_written
from benchmarks.generate import BEGIN, SPAN_S, Input
from benchmarks.pouring import begun, poured
from benchmarks.subject import fresh
from benchmarks.table import Row, percentile
from log_mcp.query.filter import Ask

RATE: Final = 100_000  # lines a second
MOST_MS: Final = 100
MEMORY: Final = "256MB"
LAST_MINUTES: Final = Ask(
    query="payment", since=(BEGIN + timedelta(seconds=SPAN_S - 600)).isoformat()
)
ERRORS: Final = Ask(level="error")
WAYS: Final[dict[str, type[Inside | Served]]] = {
    "in process": Inside,
    "over stdio": Served,
}


def rows(made: Input, seconds: float) -> Iterator[Row]:
    """Latencies while something else goes on, and what was lost.

    Args:
        made: The input.
        seconds: How long lines arrive.
    """
    for way, kind in WAYS.items():
        with fresh() as child:
            plan = Plan(kind, made.json, MEMORY, LAST_MINUTES)
            found = child.submit(while_loading, plan).result()
        yield from _latencies(f"while {made.lines:,} records load, {way}", found)
    lines = min(made.lines, int(RATE * seconds))
    for way, kind in WAYS.items():
        with TemporaryDirectory() as folder:
            found, written = _written(kind, made.json, lines, Path(folder))
        took_s = written[-1] - written[0]
        rate = lines / took_s if took_s else 0.0
        section = f"while {rate:,.0f} lines a second arrive, {took_s:.1f} s, {way}"
        yield from _latencies(section, found)
        answered, taken = found.taken[-1]
        lag_ms = max(0.0, answered - written[-1]) * 1e3
        yield Row(section, "from the last line to all found", lag_ms, "ms")
        longest_ms = max(found.lags_s(written)) * 1e3
        yield Row(section, "longest from a line to its being found", longest_ms, "ms")
        yield Row(section, "lost", lines - taken, "records", 0)


def _latencies(section: str, found: Beats) -> Iterator[Row]:
    for what, values in (
        ("overview", found.overview_ms),
        ("bounded search", found.search_ms),
    ):
        note = f"{len(values)} asked"
        middle, worst = percentile(values, 50), percentile(values, 99)
        yield Row(section, f"{what}, p50", middle, "ms", note=note)
        yield Row(section, f"{what}, p99", worst, "ms", MOST_MS)


def _written(
    kind: type[Inside | Served], source: Path, lines: int, folder: Path
) -> tuple[Beats, list[float]]:
    """Read what another process writes at the rate; also when it wrote each piece."""
    path = folder / "live.jsonl"
    ready = begun(source, path)
    with fresh() as reader, fresh() as writer:
        writing = writer.submit(poured, source, path, lines, RATE, ready)
        plan = Plan(kind, path, MEMORY, ERRORS)
        found = reader.submit(while_written, plan, lines, ready).result()
        return found, writing.result()
