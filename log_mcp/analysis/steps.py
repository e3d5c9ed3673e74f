"""What follows the same record of a trace now, and did not before.

Plan: of what one suspect writes in a trace, each record has a next one, or none. Where the
usual next one follows less often by more than chance, that is told with what comes instead,
with what comes behind it as ever, and with a piece of one trace of each kind. What an error
gave way to is a recovery, and not told. What another variant of the work explains (another
next one that is new and no error) goes last.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.chance import oftener
from log_mcp.analysis.events import Both, Period, Sorts
from log_mcp.analysis.lockstep import EDGE_SHARE
from log_mcp.answer import Passage, Step
from log_mcp.beat import beat

CHANCE_MAX: Final = 0.01
BEFORE_MIN: Final = 5  # how often a record must have come
NOW_MIN: Final = 3
DROP_MIN: Final = 0.3  # of the share of the usual next one
STILL: Final = 0.95  # of the traces
PASSAGE: Final = 4  # records of a piece of a trace
LOOKED_AT: Final = 200  # traces of each kind, for what comes behind


class _Next(NamedTuple):
    """A next one that changed."""

    after: int
    usual: int
    instead: int
    before: int
    before_of: int
    now: int
    now_of: int
    rank: tuple[int, int, float]


class _Chain:
    """The next record of each, of the same suspect in the same trace.

    Attributes:
        places: Of the records that have a next one, or none for sure.
        step: Sort of each.
        then: Sort of the next one; the number of sorts for none.
    """

    def __init__(self, period: Period) -> None:
        order = np.lexsort((period.suspects, period.trace))
        trace, whose = period.trace[order], period.suspects[order]
        step = period.step[order]
        same = (trace[1:] == trace[:-1]) & (whose[1:] == whose[:-1])
        then = np.full(len(order), period.size, np.int64)
        then[:-1][same] = step[1:][same]
        last = period.at_ns[period.ends][period.index][order]
        edge = period.end_ns - int(period.span_ns * EDGE_SHARE)
        sure = (then < period.size) | (last < edge)
        self.places, self.step, self.then = order[sure], step[sure], then[sure]
        width = period.size + 1
        keys, counts = np.unique(self.step * width + self.then, return_counts=True)
        self.counts: dict[int, dict[int, int]] = {}
        for key, count in zip(keys.tolist(), counts.tolist(), strict=True):
            after, then_ = divmod(key, width)
            self.counts.setdefault(after, {})[then_] = count


def steps(
    both: Both, traces: list[bytes], ranks: dict[str, int], limit: int
) -> list[Step]:
    """The next steps that changed.

    Args:
        both: The periods.
        traces: Their values, in order of their numbers.
        ranks: Suspects that are shown, the first one most suspected.
        limit: How many at most.
    """
    sorts, before, now = both
    had, have = _Chain(before), _Chain(now)
    found = []
    for after, old in had.counts.items():
        new = have.counts.get(after)
        if new is not None:
            beat()
            one = _changed(both, after, (old, new), ranks)
            if one is not None:
                found.append(one)
    found.sort(key=lambda one: (one.rank, one.after))
    told: dict[int, _Next] = {}
    for one in found:
        told.setdefault(one.usual, one)
    return [
        _step(sorts, (before, had), (now, have), one, traces)
        for one in list(told.values())[:limit]
    ]


def _changed(
    both: Both,
    after: int,
    counts: tuple[dict[int, int], dict[int, int]],
    ranks: dict[str, int],
) -> _Next | None:
    sorts, before, _ = both
    old, new = counts
    of, out_of = sum(old.values()), sum(new.values())
    if of < BEFORE_MIN or out_of < NOW_MIN:
        return None
    drops = {then: n / of - new.get(then, 0) / out_of for then, n in old.items()}
    usual = max(drops, key=lambda then: (drops[then], -then))
    nothing = len(sorts)
    if drops[usual] < DROP_MIN or usual == nothing or sorts.failed[usual]:
        return None
    gains = {then: n / out_of - old.get(then, 0) / of for then, n in new.items()}
    instead = max(gains, key=lambda then: (gains[then], -then))
    was, is_ = old[usual], new.get(usual, 0)
    if oftener(of - was, of, out_of - is_, out_of) >= CHANCE_MAX:
        return None
    fails = instead < nothing and bool(sorts.failed[instead])
    fresh = instead < nothing and not fails and not before.counts[instead]
    rank = ranks.get(sorts.named(after), len(ranks))
    kind = 0 if fails else 2 if fresh else 1
    weight = -drops[usual] * out_of
    return _Next(after, usual, instead, was, of, is_, out_of, (kind, rank, weight))


def _step(
    sorts: Sorts,
    old: tuple[Period, _Chain],
    new: tuple[Period, _Chain],
    one: _Next,
    traces: list[bytes],
) -> Step:
    def title(sort: int) -> str | None:
        return _title(sorts, sort) if sort < len(sorts) else None

    usual = _where(old[1], one.after, one.usual)
    instead = _where(new[1], one.after, one.instead)
    still = _still(old[0], usual, new[0], instead, {one.after, one.usual, one.instead})
    return Step(
        suspect=sorts.named(one.after),
        after=_title(sorts, one.after),
        usual=_title(sorts, one.usual),
        instead=title(one.instead),
        before=one.before,
        before_of=one.before_of,
        now=one.now,
        now_of=one.now_of,
        still=None if still is None else f"{sorts.named(still)}: {sorts.title(still)}",
        passages=[
            _passage(sorts, old[0], int(usual[-1]), traces),
            _passage(sorts, new[0], int(instead[-1]), traces),
        ],
    )


def _title(sorts: Sorts, sort: int) -> str:
    """What a sort says, and whether it is an error: the same place may log both."""
    return f"{sorts.title(sort)}{' (error)' * sorts.every[sort].failed}"


def _where(chain: _Chain, after: int, then: int) -> NDArray[np.int64]:
    """Where a record with some next one stands."""
    found: NDArray[np.int64] = chain.places[
        (chain.step == after) & (chain.then == then)
    ]
    return found


def _still(
    before: Period,
    usual: NDArray[np.int64],
    now: Period,
    instead: NDArray[np.int64],
    apart: set[int],
) -> int | None:
    """What comes behind in nearly all of the traces, before and now; the first of those."""
    seen: list[dict[int, int]] = []
    counts: list[int] = []
    for period, places in ((before, usual), (now, instead)):
        few = places[:: -(-len(places) // LOOKED_AT)]
        counted: dict[int, int] = {}
        for place in few.tolist():
            for sort in dict.fromkeys(_rest(period, place)):
                counted[sort] = counted.get(sort, 0) + 1
        seen.append(counted)
        counts.append(len(few))
    for sort, count in seen[1].items():
        often = count >= STILL * counts[1]
        if sort not in apart and often and seen[0].get(sort, 0) >= STILL * counts[0]:
            return sort
    return None


def _rest(period: Period, place: int) -> list[int]:
    """The sorts of what comes behind a record in its trace."""
    end = int(np.searchsorted(period.trace, period.trace[place], "right"))
    rest: list[int] = period.step[place + 1 : min(end, place + 1 + LOOKED_AT)].tolist()
    return rest


def _passage(sorts: Sorts, period: Period, place: int, traces: list[bytes]) -> Passage:
    trace = int(period.trace[place])
    end = int(np.searchsorted(period.trace, trace, "right"))
    lines = []
    for at in range(place, min(end, place + PASSAGE)):
        ms = (int(period.at_ns[at]) - int(period.at_ns[place])) / 1e6
        sort = int(period.step[at])
        lines.append(f"+{ms:.0f} ms {sorts.named(sort)}: {_title(sorts, sort)}")
    if place + PASSAGE >= end:
        lines.append("end of the trace")
    return Passage(traces[trace].decode("utf-8", "replace"), lines)
