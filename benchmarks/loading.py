"""Time and memory to load a file, in both forms, in turn with others that open it."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import peers
from benchmarks.generate import Input
from benchmarks.subject import Loaded, fresh, opened
from benchmarks.table import Row, median, timed

MILLION: Final = 1_000_000
BUDGET: Final = "256MB"  # the default
BUDGETS: Final = {"128MB": 230, BUDGET: 400, "512MB": 480}  # to resident MB at most
MOST_OVER_USED: Final = 1.15  # resident growth over what the overview reports
LNAV: Final = "lnav, opened"
INGESTED: Final = "duckdb, ingested"
MOST_RATIO: Final = {LNAV: 1 / 3}


def rows(made: Input, repeat: int) -> Iterator[Row]:
    """Load, index and hold; in turn with lnav and DuckDB.

    Args:
        made: The input.
        repeat: How often each is measured.
    """
    share = made.lines / MILLION
    for form, path, most_s in (("json", made.json, 2.0), ("text", made.text, 1.5)):
        ours, theirs, counts = _in_turn(form, path, repeat)
        section = f"load {made.lines:,} records as {form}"
        yield Row(section, "first answer", of(ours, "first_ms"), "ms", 150)
        loaded = Row(
            section, "all answerable", of(ours, "loaded_s"), "s", most_s * share
        )
        if not theirs:
            yield loaded
        for name, times in theirs.items():
            note = _differing(name, counts[name], ours[-1])
            yield loaded.beside(name, median(times), MOST_RATIO.get(name), note)
        yield Row(section, "indexed", of(ours, "sealed_s"), "s")
        spent = of(ours, "processor_s")
        yield Row(section, "processor time, all told", spent, "s", 5 * share)
        yield from memory(ours[-1], BUDGET, made)


def _in_turn(
    form: str, path: Path, repeat: int
) -> tuple[list[Loaded], dict[str, list[float]], dict[str, int]]:
    """Ours, and per peer its seconds and what it counted."""
    ours: list[Loaded] = []
    theirs: dict[str, list[float]] = {}
    counts: dict[str, int] = {}
    with ExitStack() as stack:
        calls: dict[str, peers.Peer] = {}
        if peers.has("lnav"):
            calls[LNAV] = partial(peers.lnav, path)
        if peers.DUCKDB and form == "json":
            calls[INGESTED] = stack.enter_context(peers.Database(path)).ingest
        for _ in range(repeat):
            with fresh() as child:
                ours.append(child.submit(opened, path, BUDGET).result())
            for name, call in calls.items():
                took_ms, counts[name] = timed(call)
                theirs.setdefault(name, []).append(took_ms / 1e3)
    return ours, theirs, counts


def _differing(name: str, theirs: int, held: Loaded) -> str:
    """What to say where a peer counted other than we did."""
    what, ours = ("errors", held.errors) if name == LNAV else ("records", held.records)
    return "" if theirs == ours else f"{ours:,} {what}, theirs {theirs:,}"


def memory(held: Loaded, budget: str, made: Input) -> Iterator[Row]:
    """What a process needs that holds the input within a budget."""
    section = f"memory with max_memory = {budget}"
    whole = made.lines >= MILLION
    most, over_used = (BUDGETS[budget], MOST_OVER_USED) if whole else (None, None)
    note = f"{held.records:,} of {made.lines:,} records held"
    yield Row(section, "resident", held.resident_mb, "MB", most, note=note)
    yield Row(section, "most ever", held.peak_mb, "MB")
    growth = Row(section, "resident over an idle process", held.growth_mb, "MB")
    yield growth.beside("as the ring counts it", held.used_mb, over_used)


def of(runs: list[Loaded], name: str) -> float:
    """The median of one figure of some runs."""
    return median([float(getattr(run, name)) for run in runs])
