"""Time and memory to load a file: both forms, and a tenth of one."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from benchmarks import peers
from benchmarks.generate import Input
from benchmarks.subject import Loaded, fresh, opened
from benchmarks.table import Row, median, milliseconds

MILLION: Final = 1_000_000
BUDGET: Final = "256MB"  # the default
BUDGETS: Final = {"128MB": 230, BUDGET: 400, "512MB": 480}  # to resident MB at most
GROWTH_MOST: Final = 1.0  # ten times the lines cost at most ten times as much


def rows(made: Input, tenth: Input, repeat: int) -> Iterator[Row]:
    """Load, seal and hold; in turn with lnav.

    Args:
        made: The input.
        tenth: The same with a tenth of the lines.
        repeat: How often each is measured.
    """
    share = made.lines / MILLION
    for form, path, most_s in (("json", made.json, 2.0), ("text", made.text, 1.5)):
        ours, theirs = [], []
        for _ in range(repeat):
            with fresh() as child:
                ours.append(child.submit(opened, path, BUDGET).result())
            if peers.has("lnav"):
                theirs.append(milliseconds(partial(peers.lnav, path)) / 1e3)
        section = f"load {made.lines:,} records as {form}"
        peer = ("lnav, opened", median(theirs)) if theirs else (None, None)
        yield Row(section, "first answer", _of(ours, "first_ms"), "ms", 150)
        loaded = _of(ours, "loaded_s")
        yield Row(section, "all answerable", loaded, "s", most_s * share, *peer)
        yield Row(section, "indexed", _of(ours, "sealed_s"), "s")
        spent = _of(ours, "processor_s")
        yield Row(section, "processor time, all told", spent, "s", 5 * share)
        if form == "json":
            yield from _growth(section, ours, tenth, repeat)
            yield from memory(ours[-1], BUDGET, made)


def _growth(
    section: str, ours: list[Loaded], tenth: Input, repeat: int
) -> Iterator[Row]:
    """What ten times the lines cost, over ten times what one time costs."""
    small = []
    for _ in range(repeat):
        with fresh() as child:
            small.append(child.submit(opened, tenth.json, BUDGET).result())
    grown = _of(ours, "loaded_s") / (10 * _of(small, "loaded_s"))
    note = f"against 10 x {tenth.lines:,} records"
    yield Row(section, "growth of time", grown, "times", GROWTH_MOST, note=note)


def memory(held: Loaded, budget: str, made: Input) -> Iterator[Row]:
    """What a process needs that holds the input within a budget."""
    section = f"memory with max_memory = {budget}"
    most = BUDGETS[budget] if made.lines >= MILLION else None
    note = f"{held.records:,} of {made.lines:,} records held"
    yield Row(section, "resident", held.resident_mb, "MB", most, note=note)
    yield Row(section, "most ever", held.peak_mb, "MB")
    yield Row(section, "as the ring counts it", held.used_mb, "MB")


def _of(runs: list[Loaded], name: str) -> float:
    return median([float(getattr(run, name)) for run in runs])
