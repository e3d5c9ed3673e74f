"""A metric over the last minutes, by group, kept while records come.

Operations we want: take records of any time in any order; tell the metric of each group
over the window that ends now.

Goals: no Python per record; bounded by groups and not by records; the same as if all
records of the window were looked at again.

Plan: the window moves in steps, a sixtieth of it each, so it is never longer than asked for
and at most a step shorter. Of the records of one step and group count, sum, smallest and
largest value are kept. What a percentile needs are counts of rounded values: half a percent
apart, so that it is told as exactly. What a distinct count needs are hashes.
"""

import math
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.measure import rank
from log_mcp.once import once
from log_mcp.query.metric import Metric
from log_mcp.span import HOUR

STEPS: Final = 60
AHEAD_NS: Final = HOUR  # of now, that records are kept until it is time
PIECES_MAX: Final = 8  # of a step, before they are joined
GROWTH: Final = math.log(
    1.01
)  # of rounded values, each is so much above the one before
_OFFSET: Final = 1 << 20  # larger than the number of any rounded value

Codes = NDArray[Any]  # whole numbers
Values = NDArray[Any]  # fractions


class Part(NamedTuple):
    """What is known of some records, by group and what tells them apart within it."""

    codes: Codes
    extras: Codes
    counts: Values
    sums: Values
    lows: Values
    highs: Values


class Rolling:
    """One metric over one span, by the numbers of groups.

    Args:
        metric: Which; `count` counts all records.
        span_ns: Over which span.
    """

    def __init__(self, metric: Metric, span_ns: int) -> None:
        self.metric = metric
        self.step_ns = max(1, span_ns // STEPS)
        self._parts: dict[int, list[Part]] = {}

    def oldest_ns(self, now_ns: int) -> int:
        """Records before do not count any more."""
        return (now_ns // self.step_ns - STEPS + 1) * self.step_ns

    def add(
        self, times: Codes, codes: Codes, values: Values, extras: Codes, now_ns: int
    ) -> None:
        """Take in some records.

        Args:
            times: UTC nanoseconds.
            codes: Numbers of their groups.
            values: What the metric is of: numbers, or 1 and 0 for a share.
            extras: What else tells them apart; see `rounded`.
            now_ns: The time.
        """
        latest = now_ns + max(AHEAD_NS, STEPS * self.step_ns)
        inside = (times >= self.oldest_ns(now_ns)) & (times <= latest)
        if not inside.all():
            times, codes = times[inside], codes[inside]
            values, extras = values[inside], extras[inside]
        steps = times // self.step_ns
        for step in once(steps).tolist():
            own = steps == step
            value = values[own]
            ones = np.ones(len(value))
            part = Part(codes[own], extras[own], ones, value, value, value)
            pieces = self._parts.setdefault(step, [])
            pieces.append(_folded([part]))
            if len(pieces) > PIECES_MAX:
                self._parts[step] = [_folded(pieces)]

    def at(self, now_ns: int) -> tuple[list[int], list[float]]:
        """Groups that have records in the window, and the metric of each."""
        last = now_ns // self.step_ns
        for step in [one for one in self._parts if one <= last - STEPS]:
            del self._parts[step]
        pieces = [p for step, own in self._parts.items() if step <= last for p in own]
        if not pieces:
            return [], []
        whole = _folded(pieces)
        codes, values = _told(self.metric, whole)
        return codes.tolist(), values.tolist()

    def forget(self) -> None:
        """Forget all records."""
        self._parts.clear()

    def renumber(self, moved: Codes) -> None:
        """Take the new numbers of groups; those that have none are forgotten."""
        for step, pieces in list(self._parts.items()):
            self._parts[step] = [_renumbered(part, moved) for part in pieces]


def rounded(values: Values) -> Codes:
    """Values as numbers of a scale that grows by a hundredth; in the order of the values."""
    found = np.zeros(len(values), np.int64)
    some = values != 0
    size = np.abs(values[some])
    place = np.floor(np.log(size) / GROWTH).astype(np.int64) + _OFFSET
    found[some] = np.where(values[some] < 0, -place, place)
    return found


def of_rounded(number: int) -> float:
    """The value in the middle of what is rounded to a number."""
    if not number:
        return 0.0
    return math.copysign(math.exp((abs(number) - _OFFSET + 0.5) * GROWTH), number)


def _renumbered(part: Part, moved: Codes) -> Part:
    codes = moved[part.codes]
    kept = codes >= 0
    return Part(codes[kept], *(column[kept] for column in part[1:]))


def _folded(pieces: list[Part]) -> Part:
    """Some parts as one, each group once for each extra, in order."""
    whole = Part(*(np.concatenate(columns) for columns in zip(*pieces, strict=True)))
    if not len(whole.codes):
        return whole
    order = np.lexsort((whole.extras, whole.codes))
    codes, extras, counts, sums, lows, highs = (column[order] for column in whole)
    begins = np.append(True, (codes[1:] != codes[:-1]) | (extras[1:] != extras[:-1]))
    at = np.flatnonzero(begins)
    return Part(
        codes[at],
        extras[at],
        np.add.reduceat(counts, at),
        np.add.reduceat(sums, at),
        np.minimum.reduceat(lows, at),
        np.maximum.reduceat(highs, at),
    )


def _told(metric: Metric, whole: Part) -> tuple[Codes, Values]:
    """Groups, and the metric of each."""
    if metric.kind == "distinct":
        codes, counts = np.unique(whole.codes, return_counts=True)
        return codes, counts.astype(np.float64)
    if metric.kind == "percentile":
        codes, begins = np.unique(whole.codes, return_index=True)
        ends = [*begins[1:].tolist(), len(whole.codes)]
        found = [
            _percentile(whole.extras[a:b], whole.counts[a:b], metric.percent)
            for a, b in zip(begins.tolist(), ends, strict=True)
        ]
        return codes, np.array(found)
    values = {
        "count": whole.counts,
        "sum": whole.sums,
        "min": whole.lows,
        "max": whole.highs,
    }.get(metric.kind)
    return whole.codes, whole.sums / whole.counts if values is None else values


def _percentile(numbers: Codes, counts: Values, percent: float) -> float:
    """The smallest rounded value that so many percent of the records do not exceed."""
    running = np.cumsum(counts)
    at = np.searchsorted(running, rank(percent, running[-1:]))
    return of_rounded(int(numbers[at[0]]))
