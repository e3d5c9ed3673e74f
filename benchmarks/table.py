"""What was measured, as rows: printed for people, or as JSON."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

HEADINGS = ("", "ours", "target", "peer", "theirs", "ours/theirs", "target", "")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure.

    Attributes:
        section: What it belongs to.
        what: What was measured.
        ours: The figure, in `unit`; a median where it was measured more than once.
        unit: `ms`, `s`, `MB`, `lines`, ...
        most: What the figure should not exceed; None if nothing was set.
        peer: Who did the same; None for nobody.
        theirs: Their figure, measured in turn with ours; None without a peer.
        note: What a reader must know to read it right.
        least: What the figure should reach; None if nothing was set.
        most_ratio: What ours over theirs should not exceed; None if nothing was set.
    """

    section: str
    what: str
    ours: float
    unit: str
    most: float | None = None
    peer: str | None = None
    theirs: float | None = None
    note: str = ""
    least: float | None = None
    most_ratio: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours over theirs: below 1 is faster, or smaller."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def reached(self) -> bool | None:
        """Whether the figure is within all that was set; None if nothing was."""
        verdicts = []
        if self.most is not None:
            verdicts.append(self.ours <= self.most)
        if self.least is not None:
            verdicts.append(self.ours >= self.least)
        if self.most_ratio is not None and self.ratio is not None:
            verdicts.append(self.ratio <= self.most_ratio)
        return all(verdicts) if verdicts else None

    def beside(
        self,
        peer: str,
        theirs: float,
        most_ratio: float | None = None,
        note: str = "",
    ) -> "Row":
        """The same figure next to that of a peer."""
        return replace(
            self,
            peer=peer,
            theirs=theirs,
            most_ratio=most_ratio,
            note=note or self.note,
        )

    def as_json(self) -> dict[str, Any]:
        """All of it, ratio and verdict included."""
        return {**asdict(self), "ratio": self.ratio, "reached": self.reached}


def printed(rows: Sequence[Row]) -> str:
    """The rows as an aligned table, a headline for each section.

    The first `target` is of the figure, the second one of its ratio.
    """
    cells = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [_line(HEADINGS, widths)]
    section = None
    for row in rows:
        if row.section != section:
            section = row.section
            lines += ["", section]
        lines.append(_line(_cells(row), widths))
    return "\n".join(lines)


def _cells(row: Row) -> tuple[str, ...]:
    verdict = {None: "", True: "", False: "MISSED"}[row.reached]
    theirs = "" if row.theirs is None else f"{_number(row.theirs)} {row.unit}"
    return (
        f"  {row.what}",
        f"{_number(row.ours)} {row.unit}",
        _bounds(row.most, row.least),
        row.peer or "",
        theirs,
        "" if row.ratio is None else f"{row.ratio:.2f}",
        _bounds(row.most_ratio, None),
        "  ".join(filter(None, (verdict, row.note))),
    )


def _bounds(most: float | None, least: float | None) -> str:
    if least is not None:
        return f">= {_number(least)}"
    return "" if most is None else f"<= {_number(most)}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    what, *numbers, note = cells
    shown = [what.ljust(widths[0])]
    shown += [
        cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True)
    ]
    return "  ".join([*shown, note]).rstrip()


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def timed(call: Callable[[], T]) -> tuple[float, T]:
    """How long one call takes, in milliseconds, and what it gives."""
    begin = time.perf_counter()
    given = call()
    return (time.perf_counter() - begin) * 1e3, given


def milliseconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    return timed(call)[0]


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


median = statistics.median
