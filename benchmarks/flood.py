"""The budget while lines pour in faster than they are wanted, and what stays behind."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.generate import Input
from benchmarks.loading import MILLION, MOST_OVER_USED
from benchmarks.pouring import begun, poured
from benchmarks.subject import fresh, idle_mb, peak_mb, resident_mb, wait_finished
from benchmarks.table import Row
from log_mcp.config import load
from log_mcp.logbook import Logbook

RECORD_BYTES: Final = 32  # of memory a record: about half of them must go again
MEMORY_MIN: Final = 1_000_000
LEAST_RATE: Final = 100_000  # lines a second
LOOK_S: Final = 0.001
ASK_S: Final = 0.25
STILL_S: Final = 30.0


class Flooded(NamedTuple):
    """What a flood left.

    Attributes:
        top_mb: Most that the ring ever held, looked at every millisecond.
        most_mb: Its budget and one open block.
        used_mb: What the overview reports when all is quiet again.
        resident_mb: Memory of the process then.
        peak_mb: Most it ever was.
        taken: Records held, and those that left again.
        held: Records held.
        end: When the last line had been taken, on the clock of `time.monotonic`.
    """

    top_mb: float
    most_mb: float
    used_mb: float
    resident_mb: float
    peak_mb: float
    taken: int
    held: int
    end: float


def rows(made: Input) -> Iterator[Row]:
    """All of the input as fast as it can be written, once.

    Args:
        made: The input.
    """
    memory = max(MEMORY_MIN, made.lines * RECORD_BYTES)
    with TemporaryDirectory() as folder, fresh() as reader, fresh() as writer:
        path = Path(folder) / "flood.jsonl"
        ready = begun(made.json, path)
        writing = writer.submit(poured, made.json, path, made.lines, None, ready)
        size = made.json.stat().st_size
        seen = reader.submit(flooded, path, f"{memory}", size, ready).result()
        written = writing.result()
    section = f"{made.lines:,} lines poured into max_memory = {memory / 1e6:.3g}MB"
    rate = made.lines / max(1e-3, seen.end - written[0])
    note = f"written in {written[-1] - written[0]:.1f} s"
    yield Row(section, "taken a second", rate, "lines", least=LEAST_RATE, note=note)
    yield Row(section, "lost", made.lines - seen.taken, "records", 0)
    note = "budget and one open block"
    yield Row(section, "most the ring held", seen.top_mb, "MB", seen.most_mb, note=note)
    note = f"{seen.held:,} records held, most ever {seen.peak_mb:.0f} MB"
    growth_mb = max(0.1, seen.resident_mb - idle_mb())
    growth = Row(section, "resident over an idle process", growth_mb, "MB")
    most_ratio = MOST_OVER_USED if made.lines >= MILLION else None
    yield growth.beside("log_overview", seen.used_mb, most_ratio, note)


def flooded(path: Path, memory: str, size: int, ready: Path) -> Flooded:
    """Runs in the child: follow a log until all of it has been taken.

    Args:
        path: A log that another process writes.
        memory: `max_memory`.
        size: Bytes that it will have.
        ready: A file to make once the reading has begun.
    """
    logbook = Logbook(load([str(path)], max_memory=memory))
    logbook.start()
    logbook.overview()
    ready.touch()
    ring, top, at = logbook.ring, 0, 0
    asked = changed = time.monotonic()
    while at < size and time.monotonic() - changed < STILL_S:
        now, before = time.monotonic(), at
        at = sum(logbook.feed.positions().values())
        changed = now if at > before else changed
        top = max(top, ring.used_bytes)
        if now - asked > ASK_S:
            logbook.overview()
            asked = now
        time.sleep(LOOK_S)
    end = time.monotonic()
    wait_finished(logbook)
    time.sleep(ASK_S)
    last = logbook.overview()
    found = Flooded(
        top_mb=max(top, ring.used_bytes) / 1e6,
        most_mb=(ring.budget_bytes + ring.segment_bytes) / 1e6,
        used_mb=last.memory.used_bytes / 1e6,
        resident_mb=resident_mb(),
        peak_mb=peak_mb(),
        taken=last.view.records_held + last.view.evicted,
        held=last.view.records_held,
        end=end,
    )
    logbook.close()
    return found
