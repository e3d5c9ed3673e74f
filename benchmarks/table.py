"""What was measured, as rows: printed for people, or as JSON."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

HEADINGS = ("", "ours", "target", "peer", "theirs", "ours/theirs", "")


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
    """

    section: str
    what: str
    ours: float
    unit: str
    most: float | None = None
    peer: str | None = None
    theirs: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours over theirs: below 1 is faster, or smaller."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def reached(self) -> bool | None:
        """Whether the figure is within what was set; None if nothing was."""
        return None if self.most is None else self.ours <= self.most

    def as_json(self) -> dict[str, Any]:
        """All of it, ratio and verdict included."""
        return {**asdict(self), "ratio": self.ratio, "reached": self.reached}


def printed(rows: Sequence[Row]) -> str:
    """The rows as an aligned table, a headline for each section."""
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
        "" if row.most is None else f"<= {_number(row.most)}",
        row.peer or "",
        theirs,
        "" if row.ratio is None else f"{row.ratio:.2f}",
        "  ".join(filter(None, (verdict, row.note))),
    )


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


def milliseconds(call: Callable[[], object]) -> float:
    """How long one call takes."""
    begin = time.perf_counter()
    call()
    return (time.perf_counter() - begin) * 1e3


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


median = statistics.median
