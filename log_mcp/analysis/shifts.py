"""Kinds of records that come more or less often, in the measure in which they could come.

Of records that belong to traces that is the number of traces through their suspect: so a
query that is now made fifty times a request shows, and more requests do not. Of others it
is time. A kind without a trace that comes no more fell silent; of one with traces that is
`lockstep`'s to tell, as other work may simply not have been asked for.
"""

from typing import Final, NamedTuple

import numpy as np

from log_mcp.analysis.blame import Units
from log_mcp.analysis.events import Both
from log_mcp.analysis.trend import change

RATIO_MIN: Final = 2.0  # between the two rates
SHIFTED: Final = 0.05  # added at most to a score: by itself it says little
SILENT: Final = 0.15  # likewise


class Shift(NamedTuple):
    """A kind whose rate moved.

    Attributes:
        sort: Its number.
        before: Its rate, in events a trace or a minute.
        now: Likewise.
        by_trace: Whether it is a trace.
        weight: What it adds to the score of its suspect.
    """

    sort: int
    before: float
    now: float
    by_trace: bool
    weight: float


def shifts(both: Both, had: Units, have: Units) -> list[Shift]:
    """Kinds that are no errors and whose rate moved by more than chance, most first.

    Args:
        both: The periods.
        had: Of the first one.
        have: Of the other one.
    """
    sorts, before, now = both
    size = len(sorts)
    traced = np.bincount(before.step, minlength=size)
    traced += np.bincount(now.step, minlength=size)
    found = []
    for at in range(size):
        old, new = int(before.counts[at]), int(now.counts[at])
        if sorts.failed[at] or not old:
            continue
        suspect = sorts.every[at].suspect
        by_trace = 2 * int(traced[at]) > old + new
        if by_trace and not new:
            continue
        spans = (before.span_ns, now.span_ns)
        if by_trace:
            spans = (int(had.suspects[suspect]), int(have.suspects[suspect]))
        if change(new, spans[1], old, spans[0]) == "steady":
            continue
        scale = 1.0 if by_trace else 60e9
        rates = (old / spans[0] * scale, new / spans[1] * scale)
        low, high = min(rates), max(rates)
        if low and high / low < RATIO_MIN:
            continue
        weight = SHIFTED * (1 - low / high) if low else SILENT
        found.append(Shift(at, *rates, by_trace, weight))
    return sorted(found, key=lambda one: (-one.weight, one.sort))
