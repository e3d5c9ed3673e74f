"""Clocks that differ, told from traces that two sources share.

What a service does for a request happens while whoever asked it waits, so of two sources
that write about one trace, the shorter stretch lies within the longer one. Where it lies
outside, by far more than either is long and by the same time in one trace after the other,
the clocks differ: work that waits in a queue is late, too, but never by the same time.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np

from log_mcp.report import ClockSkew

TRACES_MIN: Final = 5  # that show a difference; fewer may be chance
SUPPORT_MIN: Final = 0.9  # of the traces that two sources share
SKEW_NS_MIN: Final = 2_000_000_000  # less is the network's and the scheduler's
TIMES_MIN: Final = 3  # so many times longer than what the traces take


class Span(NamedTuple):
    """First and last record of one source in one trace, UTC nanoseconds."""

    first_ns: int
    last_ns: int


Spans = Mapping[str, Span]


def apart(spans: Spans) -> bool:
    """Whether two sources of a trace are so far apart that it deserves a second look."""
    ordered = sorted(spans.values())
    return any(b.first_ns - a.last_ns >= SKEW_NS_MIN for a, b in pairwise(ordered))


def skews(traces: Sequence[Spans], against: str) -> list[ClockSkew]:
    """Sources whose clock differs from that of one source, the largest difference first.

    Args:
        traces: What each source wrote of some traces.
        against: The source they are compared with.
    """
    names = {name for spans in traces for name in spans} - {against}
    found = []
    for name in sorted(names):
        both = [
            (one[against], one[name]) for one in traces if {name, against} <= {*one}
        ]
        told = _skew(both)
        if told is not None:
            seconds, count, spread = told
            found.append(ClockSkew(name, against, seconds, count, spread))
    return sorted(found, key=lambda one: -abs(one.seconds))


def _skew(both: Sequence[tuple[Span, Span]]) -> tuple[float, int, float] | None:
    """Seconds by which the second clock is ahead, the traces that say so, their spread."""
    if len(both) < TRACES_MIN:
        return None
    # To shift the other by anything in this range puts one stretch within the other.
    ranges = [
        sorted((one.first_ns - two.first_ns, one.last_ns - two.last_ns))
        for one, two in both
    ]
    middles = [(low + high) / 2 for low, high in ranges]
    shift = float(np.median(middles))
    longest = max(span.last_ns - span.first_ns for pair in both for span in pair)
    least = max(SKEW_NS_MIN, TIMES_MIN * longest)
    tolerance = max(longest, SKEW_NS_MIN // 10) / 2
    agree = [
        one
        for one, (low, high) in zip(middles, ranges, strict=True)
        if low - tolerance <= shift <= high + tolerance
    ]
    if abs(shift) < least or len(agree) < max(TRACES_MIN, SUPPORT_MIN * len(both)):
        return None
    spread = (max(agree) - min(agree)) / 1e9
    return round(-shift / 1e9, 1), len(agree), round(spread, 3)
