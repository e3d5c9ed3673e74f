"""Waits inside traces that grew: a gap between two lines of one trace.

Plan: of each two kinds of records that follow each other in a trace, the gaps of one period
are held against those of the other. It grew if the later ones rank higher by more than
chance and by half at the middle; or, as a fault may hit part of the work alone, if more of
them than chance allows exceed all that came before.

A delay is where the gap sits. Between two lines of one suspect that is the suspect. Between
lines of two it is between them: whoever was called answers for it, and whoever called
counts a third, as what it calls is slow for it, too. Who called is whoever came first in
the trace. A trace counts by the share of its time that is new, so that what hardly matters
hardly counts.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.chance import above_all, longer
from log_mcp.analysis.events import Both, Period
from log_mcp.beat import beat

CHANCE_MAX: Final = 0.01
GAPS_MIN: Final = 3  # of each period
LONGER: Final = 1.5  # times the gap at the middle
ABOVE: Final = 1.2  # times the longest gap before
LEAST_NS: Final = 1_000_000  # many clocks tell no less
CALLER: Final = 0.3


class Wait(NamedTuple):
    """A gap that grew.

    Attributes:
        after: Sort of the line before it.
        then: Sort of the line behind it.
        suspect: Where it sits.
        caller: Who called that, where it sits between two; else -1.
        before_ns: Its middle length before.
        now_ns: Middle length of those that are longer now.
        slow: How many those are.
        of: How many there are now.
    """

    after: int
    then: int
    suspect: int
    caller: int
    before_ns: float
    now_ns: float
    slow: int
    of: int

    @property
    def excess_ns(self) -> float:
        """How much longer all of them are together."""
        return (self.now_ns - self.before_ns) * self.slow


class Waits(NamedTuple):
    """What grew.

    Attributes:
        votes: By suspect: how many traces are slower because of it.
        slow: By trace of the period, in order: whether it is.
        gaps: The one that costs most first.
    """

    votes: NDArray[np.float64]
    slow: NDArray[np.bool_]
    gaps: list[Wait]


class _Gaps:
    """The gaps of a period, by what they are between, and then by length."""

    def __init__(self, period: Period) -> None:
        inside = ~period.begins[1:]
        keys = period.step[:-1] * period.size + period.step[1:]
        lengths = period.at_ns[1:] - period.at_ns[:-1]
        (places,) = inside.nonzero()
        keys, lengths = keys[places], lengths[places]
        order = np.lexsort((lengths, keys))
        self.lengths = lengths[order]
        self.places = places[order]
        self.keys, self.starts, self.counts = np.unique(
            keys[order], return_index=True, return_counts=True
        )

    def of(self, at: int) -> slice:
        """Where the gaps of a key stand."""
        start = int(self.starts[at])
        return slice(start, start + int(self.counts[at]))

    def middles(self) -> NDArray[np.int64]:
        """The middle length of each key."""
        found: NDArray[np.int64] = self.lengths[self.starts + self.counts // 2]
        return found


def waits(both: Both) -> Waits:
    """The gaps that grew.

    Args:
        both: The periods.
    """
    sorts, before, now = both
    count = len(sorts.suspects)
    excess = np.zeros(now.traces)
    shares: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
    had, have = _Gaps(before), _Gaps(now)
    first = _First(now, count)
    found: list[Wait] = []
    _, mine, yours = np.intersect1d(
        had.keys, have.keys, assume_unique=True, return_indices=True
    )
    enough = (had.counts[mine] >= GAPS_MIN) & (have.counts[yours] >= GAPS_MIN)
    longest = had.lengths[had.starts + had.counts - 1][mine]
    newest = have.lengths[have.starts + have.counts - 1][yours]
    maybe = enough & (
        (newest > longest * ABOVE + LEAST_NS)
        | (have.middles()[yours] > had.middles()[mine] * LONGER + LEAST_NS)
    )
    # Of as many gaps as are looked at, one may pass by chance.
    chance = min(CHANCE_MAX, 1 / max(1, int(np.count_nonzero(maybe))))
    for a, b in zip(mine[maybe].tolist(), yours[maybe].tolist(), strict=True):
        beat()
        here = have.of(b)
        lengths = have.lengths[here]
        edge = _edge(had.lengths[had.of(a)], lengths, chance)
        if edge is None:
            continue
        slow = int(np.searchsorted(lengths, edge, "right"))
        if slow == len(lengths):  # A tenth of those before were as long.
            continue
        places = have.places[here][slow:]
        middle = _middle(had.lengths[had.of(a)])
        late = lengths[slow:].astype(np.float64)
        after, then = divmod(int(have.keys[b]), len(sorts))
        trace = now.index[places]
        one, other = sorts.every[after].suspect, sorts.every[then].suspect
        called = np.full(len(places), one)
        if one != other:
            back = first.of(trace, other) < first.of(trace, one)
            called = np.where(back, one, other)
        caller = np.where(called == one, other, one)
        np.add.at(excess, trace, late - middle)
        shares.append((trace, called, late - middle))
        if one != other:
            shares.append((trace, caller, (late - middle) * CALLER))
        most = int(np.bincount(called).argmax())
        least = -1 if one == other else one + other - most
        found.append(
            Wait(
                after,
                then,
                most,
                least,
                middle,
                _middle(late),
                len(late),
                len(lengths),
            )
        )
    found.sort(key=lambda gap: (-gap.excess_ns, gap.after, gap.then))
    votes = np.zeros(count)
    whole = excess + _usual(before)
    for trace, whose, part in shares:
        np.add.at(votes, whose, part / whole[trace])
    return Waits(votes, excess > 0, found)


def _edge(
    before: NDArray[np.int64], now: NDArray[np.int64], chance: float
) -> float | None:
    """From where on a gap is longer than it was; None if it did not grow.

    Args:
        before: Lengths, ascending.
        now: Likewise.
        chance: That is no longer one.
    """
    top = float(before[-1]) * ABOVE + LEAST_NS
    above = len(now) - int(np.searchsorted(now, top, "right"))
    middle = _middle(before)
    moved = _middle(now) >= middle * LONGER + LEAST_NS
    if moved and longer(before, now) < chance:
        nearly = float(before[len(before) * 9 // 10])
        return max(middle * LONGER + LEAST_NS, nearly)
    if above > 1 and above_all(len(before), len(now), above) < chance:
        return top
    return None


def _middle(lengths: NDArray[Any]) -> float:
    """The median of what ascends."""
    half = len(lengths) // 2
    return float(lengths[half] + lengths[-half - 1]) / 2


class _First:
    """Where each suspect comes first in each trace."""

    def __init__(self, period: Period, count: int) -> None:
        self._count = count
        pairs = period.index * count + period.suspects
        self._pairs, self._places = np.unique(pairs, return_index=True)

    def of(self, traces: NDArray[np.int64], suspect: int) -> NDArray[np.int64]:
        """The place of a suspect that comes in all of some traces."""
        at = np.searchsorted(self._pairs, traces * self._count + suspect)
        found: NDArray[np.int64] = self._places[at]
        return found


def _usual(period: Period) -> float:
    """How long a trace takes, at the middle; nanoseconds."""
    lengths = period.at_ns[period.ends] - period.at_ns[period.begins]
    lengths = lengths[lengths > 0]
    return float(np.median(lengths)) if len(lengths) else 1.0
