"""Groups that failed just before an error's group, or that rise with it.

Which came first is read off the beginnings: of the run of failures that the error belongs
to, and of those of the other group. How strongly two belong together is the share of this
group's failures that the other comes with, in the same trace or within a minute, less what
chance makes of so frequent a group.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.episode import spans
from log_mcp.analysis.ground import BEFORE_NS, Case, Ground
from log_mcp.analysis.group import FRESH, judged, watched
from log_mcp.analysis.tally import Tally
from log_mcp.beat import beat
from log_mcp.report import Related
from log_mcp.span import DAY, MINUTE, SECOND

RELATED_MAX: Final = 6
STRENGTH_MIN: Final = 0.2  # less is no company
EQUAL_NS: Final = SECOND  # many logs are no more exact
ORDERS: Final = ("before", "with", "among", "after")  # as they stand in an answer
NEAR_NS: Final = MINUTE
OWN_MAX: Final = 2_000  # failures of its own group that are compared, the first ones


def related(case: Case, ground: Ground) -> tuple[list[Related], int]:
    """The groups before it and with it; and how many more there are.

    Those that began before it stand first, the earliest of them at the top; then what began
    with it, what was there all along and comes with it, what began after it, and what only
    was there.
    """
    begin = case.onset_ns - BEFORE_NS
    tallies = ground.between(begin, case.when_ns)
    failed = {kind.id for kind in tallies.kinds}
    base = ground.between(begin - DAY, begin - 1, failed)
    since = watched(ground.segments)
    base_ns = max(0, min(DAY, begin - min(since.values())))
    groups = judged(tallies, begin, case.when_ns, base, base_ns, since=since)
    own = _Own.of(tallies.get(case.kind.id))
    found: list[tuple[tuple[int, bool, float], Related]] = []
    for group in groups:
        beat()
        tally = tallies.get(group.id)
        assert tally is not None
        if group.id == case.kind.id:
            continue
        fresh = group.status in FRESH or base.get(group.id) is None
        order, lag_ns = _order(tally, case, fresh=fresh)
        strength = _strength(own, tally, case.when_ns - begin)
        if order is None or (order == "after" and strength < STRENGTH_MIN):
            continue
        rank = ORDERS.index(order)
        if order == "among" and strength < STRENGTH_MIN:
            rank = len(ORDERS)
        lag = round(lag_ns / 1e9, 3)
        first = -lag if order == "before" else abs(lag)
        one = Related(group, order, lag, strength)
        found.append(((rank, group.status != "new", first), one))
    found.sort(key=lambda one: one[0])
    shown = [one for _, one in found[:RELATED_MAX]]
    return shown, len(found) - len(shown)


def _order(tally: Tally, case: Case, *, fresh: bool) -> tuple[str | None, int]:
    """Which came first, and by how much; None if it is neither near nor with it."""
    times = tally.times
    if fresh:
        begins = [int(times[first]) for first, _ in spans(times)]
        begin = min(begins, key=lambda one: abs(case.onset_ns - one))
        lag = case.onset_ns - begin
        # What rises was there before, so its first failure in the window may be none.
        inside = begin > case.onset_ns - BEFORE_NS + NEAR_NS or len(begins) > 1
        if abs(lag) <= BEFORE_NS and (inside or _is_first(tally, case)):
            if abs(lag) < EQUAL_NS:
                return "with", lag
            return ("before" if lag > 0 else "after"), lag
    last = int(times[-1])
    if case.when_ns - last <= BEFORE_NS:
        return "among", case.when_ns - last
    return None, 0


def _is_first(tally: Tally, case: Case) -> bool:
    """Whether a group began at its first failure, and did not go on from before."""
    gaps = np.diff(tally.times[:32])
    edge = tally.first_ns - (case.onset_ns - BEFORE_NS)
    return not len(gaps) or edge > int(np.median(gaps))


class _Own(NamedTuple):
    """The failures of this group that others are held against.

    Attributes:
        times: Ascending.
        traces: Hashes of their correlation values.
    """

    times: NDArray[np.int64]
    traces: frozenset[int]

    @classmethod
    def of(cls, tally: Tally | None) -> "_Own":
        """Those of a tally; none if there is none, as for a record that is no error."""
        if tally is None:
            return cls(np.empty(0, np.int64), frozenset())
        traces = frozenset(tally.hashes[:OWN_MAX].tolist()) - {0}
        return cls(tally.times[:OWN_MAX], traces)


def _strength(own: _Own, other: Tally, span_ns: int) -> float:
    """Share of a group's failures that another comes with, 0 to 1."""
    if not len(own.times):
        return 0.0
    shared = 0.0
    if own.traces:
        both = own.traces.intersection(other.hashes.tolist())
        shared = len(both) / len(own.traces)
    return round(max(shared, _beside(own.times, other.times, span_ns)), 2)


def _beside(times: NDArray[np.int64], others: NDArray[np.int64], span_ns: int) -> float:
    """Share of times that have one of the others within a minute, above chance."""
    after = np.searchsorted(others, times - NEAR_NS)
    until = np.searchsorted(others, times + NEAR_NS, side="right")
    share = float((until > after).mean())
    gaps = np.minimum(np.diff(others), 2 * NEAR_NS)
    covered = (int(gaps.sum()) + 2 * NEAR_NS) / max(1, span_ns)
    chance = min(1.0, covered)
    return max(0.0, (share - chance) / (1 - chance)) if chance < 1 else 0.0
