"""What each byte of an input costs that flatters less, beside a byte of the standard one."""

from collections.abc import Iterator
from functools import partial
from typing import Final, NamedTuple

from benchmarks.loading import BUDGET, of
from benchmarks.questions import ABSENT, REGEX, answered
from benchmarks.subject import Loaded, fresh, opened
from benchmarks.table import Row, median
from benchmarks.variants import STANDARD, Variant, variants
from log_mcp.query.filter import Ask

MOST: Final = 2.0  # times the standard input's figure
LABELS: Final = {
    "docker": "wrapped by Docker",
    "entropy": "random messages",
    "long": "lines of 20 KB",
    "sources": "50 files",
    "escapes": "escapes in every record",
}
LOADS: Final = (
    ("all answerable", "loaded_s", "ms", 1e3),
    ("indexed", "sealed_s", "ms", 1e3),
    ("processor time, all told", "processor_s", "ms", 1e3),
    ("memory over an idle process", "growth_mb", "MB", 1.0),
)


class Measured(NamedTuple):
    """One input.

    Attributes:
        loads: Every time it was loaded.
        asked_ms: Of each question, every time it was asked.
        matches: What the question found.
    """

    loads: list[Loaded]
    asked_ms: dict[str, list[float]]
    matches: dict[str, int]


def rows(lines: int, repeat: int) -> Iterator[Row]:
    """All inputs in turn, as often as told.

    Args:
        lines: Records of the standard one.
        repeat: How often each is measured.
    """
    inputs = list(variants(lines))
    found = {one.name: Measured([], {}, {}) for one in inputs}
    for _ in range(repeat):
        for one in inputs:
            _measure(one, found[one.name], repeat)
    plain = inputs[0]
    assert plain.name == STANDARD
    for one in inputs[1:]:
        yield from _compared(one, found[one.name], plain, found[STANDARD])


def _measure(one: Variant, found: Measured, repeat: int) -> None:
    questions = {
        "rare literal": Ask(query=one.trace),
        "absent literal": Ask(query=ABSENT),
        "expression": Ask(regex=REGEX),
        "overview": None,
    }
    with fresh() as child:
        found.loads.append(child.submit(opened, one.paths, BUDGET).result())
        for name, ask in questions.items():
            call = partial(answered, name, ask)
            times = [child.submit(call).result() for _ in range(repeat + 1)]
            found.asked_ms.setdefault(name, []).extend(ms for ms, _ in times[1:])
            found.matches[name] = times[0][1]


def _compared(
    one: Variant, found: Measured, plain: Variant, standard: Measured
) -> Iterator[Row]:
    section = f"{LABELS[one.name]}: a megabyte of {one.lines:,} records, {one.size / 1e6:.3g} MB"
    mb, plain_mb = one.size / 1e6, plain.size / 1e6
    for what, name, unit, scale in LOADS:
        ours, theirs = of(found.loads, name) * scale, of(standard.loads, name) * scale
        note = ""
        if name == "loaded_s" and (held := found.loads[-1].records) != one.lines:
            note = f"{held:,} of {one.lines:,} records held"
        row = Row(section, what, ours / mb, unit, note=note)
        yield row.beside(STANDARD, theirs / plain_mb, MOST)
    for name, times in found.asked_ms.items():
        note = f"{found.matches[name]:,} matches" if name != "overview" else ""
        row = Row(section, name, median(times) / mb, "ms", note=note)
        asked = median(standard.asked_ms[name]) / plain_mb
        yield row.beside(STANDARD, asked, MOST)
