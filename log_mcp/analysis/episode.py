"""Runs of failures of one group: where one began, and how long earlier ones lasted."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.report import Episode
from log_mcp.span import MINUTE
from log_mcp.timestamp import iso

PAUSE_NS: Final = 30 * MINUTE  # between two runs, at least
HABIT: Final = 10  # times the usual gap between two failures are a pause
GAPS_MIN: Final = 3  # that make a habit
SHOWN_MAX: Final = 3

Spans = list[tuple[int, int]]


def spans(times_ns: NDArray[np.int64]) -> Spans:
    """First and last index of each run of failures, ascending.

    A group that fails once an hour all day long is one run: a pause is long against the
    habit of the group itself, its shorter gaps, and never shorter than half an hour.

    Args:
        times_ns: Of all its failures, ascending; at least one.
    """
    gaps = np.diff(times_ns)
    pause = PAUSE_NS
    if len(gaps) >= GAPS_MIN:
        pause = max(pause, HABIT * int(np.sort(gaps)[len(gaps) // 4]))
    ends = np.flatnonzero(gaps > pause)
    firsts = [0, *(ends + 1).tolist()]
    lasts = [*ends.tolist(), len(times_ns) - 1]
    return list(zip(firsts, lasts, strict=True))


def onset(times_ns: NDArray[np.int64], when_ns: int) -> int:
    """When the run began that a failure belongs to, UTC nanoseconds.

    Args:
        times_ns: Of all failures of its group, ascending.
        when_ns: Its time.
    """
    begins = [int(times_ns[first]) for first, _ in spans(times_ns)]
    return max((begin for begin in begins if begin <= when_ns), default=when_ns)


def earlier(times_ns: NDArray[np.int64], onset_ns: int) -> list[Episode]:
    """The runs before the one that began at a time, the latest first."""
    found = [
        Episode(iso(int(times_ns[first])), iso(int(times_ns[last])), last - first + 1)
        for first, last in spans(times_ns)
        if int(times_ns[last]) < onset_ns
    ]
    return found[::-1][:SHOWN_MAX]
