"""`GET /metrics`: how the server is, as Prometheus' text format 0.0.4 has it.

The names of sources come from files, so they are written as values of labels, escaped.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from log_mcp.logbook import Logbook

BOUNDS_S: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


class Latency:
    """How long questions took; told from the event loop alone."""

    def __init__(self) -> None:
        self._counts = [0] * (len(BOUNDS_S) + 1)
        self._sum_s = 0.0

    def add(self, seconds: float) -> None:
        """One more question."""
        self._counts[bisect_left(BOUNDS_S, seconds)] += 1
        self._sum_s += seconds

    def lines(self) -> Iterator[str]:
        """A histogram."""
        name, below = "log_mcp_question_seconds", 0
        yield f"# HELP {name} How long tools took to answer."
        yield f"# TYPE {name} histogram"
        for bound, count in zip((*BOUNDS_S, "+Inf"), self._counts, strict=True):
            below += count
            yield f'{name}_bucket{{le="{bound}"}} {below}'
        yield f"{name}_sum {self._sum_s:.6f}"
        yield f"{name}_count {below}"


def metrics(book: "Logbook", latency: Latency) -> str:
    """All of them; from a worker thread."""
    rows = book.sources()
    dropped = {
        source.name: sum(tail.left_out for tail in tuple(source.tails))
        for source in book.feed.catalog.sources
    }
    labels = [f'{{source="{_escaped(row.name)}"}}' for row in rows]

    def each(values: Iterable[float | None]) -> list[tuple[str, float]]:
        return [(label, v or 0) for label, v in zip(labels, values, strict=True)]

    ring = book.ring
    return "".join(
        f"{line}\n"
        for line in (
            *_gauge("records", "Records held.", each(r.records for r in rows)),
            *_gauge("errors", "Of these, errors.", each(r.errors for r in rows)),
            *_gauge("file_bytes", "Size of files.", each(r.bytes for r in rows)),
            *_gauge("lag_bytes", "Not read yet.", each(r.lag_bytes for r in rows)),
            *_gauge("lag_seconds", "Likewise.", each(r.lag_seconds for r in rows)),
            *_gauge(
                "dropped_records",
                "Left out by drop and sample.",
                each(dropped.get(r.name) for r in rows),
            ),
            *_gauge("memory_bytes", "Of the ring.", [("", ring.used_bytes)]),
            *_gauge("memory_limit_bytes", "Its budget.", [("", ring.budget_bytes)]),
            *latency.lines(),
        )
    )


def _gauge(name: str, text: str, values: Iterable[tuple[str, Any]]) -> Iterator[str]:
    yield f"# HELP log_mcp_{name} {text}"
    yield f"# TYPE log_mcp_{name} gauge"
    for label, value in values:
        yield f"log_mcp_{name}{label} {value}"


def _escaped(name: str) -> str:
    shown = "".join(char if char.isprintable() else "?" for char in name)
    return shown.replace("\\", "\\\\").replace('"', '\\"')
