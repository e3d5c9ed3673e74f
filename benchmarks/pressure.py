"""Answers while a file loads, and while a hundred thousand lines a second arrive."""

import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

from benchmarks.generate import BEGIN, SPAN_S, Input
from benchmarks.subject import (
    Beats,
    beats_while_loading,
    beats_while_written,
    fresh,
    ready,
)
from benchmarks.table import Row, percentile
from log_mcp.query.filter import Ask

RATE: Final = 100_000  # lines a second
PIECE: Final = 1_000  # lines written at once
MOST_MS: Final = 100
LAST_MINUTES: Final = Ask(
    query="payment", since=(BEGIN + timedelta(seconds=SPAN_S - 600)).isoformat()
)
ERRORS: Final = Ask(level="error")


def rows(made: Input, seconds: float) -> Iterator[Row]:
    """Latencies while something else goes on, and what was lost.

    Args:
        made: The input.
        seconds: How long lines arrive.
    """
    with fresh() as child:
        job = child.submit(beats_while_loading, made.json, "256MB", LAST_MINUTES)
        beats = job.result()
    yield from _latencies(f"while {made.lines:,} records load", beats)
    with tempfile.TemporaryDirectory() as folder:
        lines = min(made.lines, int(RATE * seconds))
        beats, took_s = _written(made.json, lines, Path(folder))
    section = f"while {lines / took_s:,.0f} lines a second arrive, {took_s:.1f} s"
    yield from _latencies(section, beats)
    yield Row(section, "from the last line to all found", beats.lag_ms, "ms")
    yield Row(section, "lost", beats.lost, "records", 0)


def _latencies(section: str, beats: Beats) -> Iterator[Row]:
    for what, values in (
        ("overview", beats.overview_ms),
        ("bounded search", beats.search_ms),
    ):
        note = f"{len(values)} asked"
        middle, worst = percentile(values, 50), percentile(values, 99)
        yield Row(section, f"{what}, p50", middle, "ms", note=note)
        yield Row(section, f"{what}, p99", worst, "ms", MOST_MS)


def _written(source: Path, lines: int, folder: Path) -> tuple[Beats, float]:
    """Write lines at the rate while a child reads them; also how long that took."""
    path, written = folder / "live.jsonl", folder / "written"
    pieces = _pieces(source, lines)
    with fresh() as child, path.open("ab", buffering=0) as file:
        file.write(pieces[0])
        job = child.submit(beats_while_written, path, "256MB", ERRORS, lines, written)
        while not ready(written).exists() and not job.done():
            time.sleep(0.01)
        begin = time.perf_counter()
        for at, piece in enumerate(pieces[1:], 1):
            file.write(piece)
            ahead = begin + at * PIECE / RATE - time.perf_counter()
            if ahead > 0:
                time.sleep(ahead)
        took_s = time.perf_counter() - begin
        written.touch()
        return job.result(), took_s


def _pieces(source: Path, lines: int) -> list[bytes]:
    with source.open("rb") as file:
        whole = [file.readline() for _ in range(lines)]
    return [b"".join(whole[at : at + PIECE]) for at in range(0, lines, PIECE)]
