"""Messages that normally follow each other in one piece of work, and where one is missing.

Operations we want: from records with the pieces of work they belong to, the pairs of
message shapes of which the second follows the first nearly always, and the pieces of work
in which the first was the last to be heard.

Goals: no message is known beforehand; nothing is told where there is no strong habit, or
where a piece of work may have ended in another way; no step in the interpreter for each
record.

Plan: records are sorted by piece of work and time. A record is answered by another one if
that is the first of its shape behind it, at most `DISTANCE` records later, and the first
shape has not come again between them. A pair is a habit

- if at least `ANSWERED_MIN` records of the first shape were answered, in nineteen of twenty
  cases. Those do not count that failed (an error follows in the same piece of work), that
  may still be answered, and that all came after the last one which was: a deadlock ends
  the habit itself;
- if the second shape hardly comes without the first;
- and, where the first follows the second as often (a thread that takes one job after the
  other), if what they say tells which of them begins: else what waits for work would look
  like work that hangs.

A record of the first shape is open if it was not answered, did not fail, did not begin
again, and if its piece of work fell silent at a shape after which others nearly always
went on: what may be an end is one. What it wrote meanwhile must be what others wrote on
the way to their answer: else it went another way. How long it must be silent is said by how long the
answers took.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.span import SECOND

DISTANCE: Final = 12  # records of one piece of work, from the first shape to the second
ANSWERED_MIN: Final = 20
ANSWERED_SHARE: Final = 0.95
PRECEDED_SHARE: Final = 0.8  # of the second shape: what begins before the log, too
BACK_SHARE: Final = 10  # of a pair, one in so many goes the other way: it has no way
HABITS_MAX: Final = 400  # looked at, those with the most answers
PATIENCE: Final = 3  # times the longest answer, until one is missing
PATIENCE_NS_MIN: Final = 5 * SECOND
SPAN_PARTS: Final = 4  # an answer that takes a quarter of all that is held is no habit

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Events(NamedTuple):
    """Records, once for each piece of work they belong to; in any order.

    Attributes:
        works: Which piece of work, as a hash.
        kinds: Of which kind it is, from 0.
        times: UTC nanoseconds.
        records: Numbers of the records, in the order in which they came.
        shapes: Which message shape, from 0.
        severe: Whether it is an error.
        says: Of each shape, whether it says that something begins (1) or is over (-1).
    """

    works: NDArray[np.uint64]
    kinds: Ints
    times: Ints
    records: Ints
    shapes: Ints
    severe: Bools
    says: Ints


class Habit(NamedTuple):
    """Two shapes that follow each other, and records that were not answered.

    Attributes:
        first: Shape of what begins.
        second: Shape of the answer.
        answered: How often it came.
        missed: How often it did not, before the last one that did.
        usual_ns: The median of how long it took.
        longest_ns: The most.
        answers: Some records of the second shape.
        open: Records of the first shape that were not answered, oldest first.
        silent_since: When the piece of work of each was heard last.
        works: Of each of those.
    """

    first: int
    second: int
    answered: int
    missed: int
    usual_ns: int
    longest_ns: int
    answers: Ints
    open: Ints
    silent_since: Ints
    works: NDArray[np.uint64]

    @property
    def patience_ns(self) -> int:
        """How long a piece of work is silent until its answer is missing."""
        return max(PATIENCE * self.longest_ns, PATIENCE_NS_MIN)


def habits(events: Events) -> list[Habit]:
    """The habits in which something is open; of a record one, with the nearest answer."""
    if len(events.works) < 2 * ANSWERED_MIN:
        return []
    return _nearest(list(_Sorted(events).habits()))


class _Sorted:
    """Records by piece of work and time, and what stands around each."""

    def __init__(self, events: Events) -> None:
        order = np.lexsort((events.records, events.works))
        twice = np.zeros(len(order), np.bool_)
        twice[1:] = (np.diff(events.works[order]) == 0) & (
            np.diff(events.records[order]) == 0
        )
        order = order[~twice]
        self.works = events.works[order]
        self.kinds, self.times = events.kinds[order], events.times[order]
        self.records, self.shapes = events.records[order], events.shapes[order]
        self.count = len(order)
        self.size = int(self.shapes.max()) + 1
        self.groups = self.kinds * self.size + self.shapes
        edges = np.flatnonzero(np.diff(self.works, prepend=~self.works[:1]))
        self.first = np.repeat(edges, np.diff(edges, append=self.count))
        self.last = np.repeat(
            np.append(edges[1:], self.count) - 1, np.diff(edges, append=self.count)
        )
        self.before, self.again = self._neighbours()
        self.fails = self._next_error(events.severe[order])
        self.says = events.says
        self.span_ns = int(self.times.max() - self.times.min())
        self.goes_on = self._going_on()

    def _neighbours(self) -> tuple[Ints, Ints]:
        """The record of the same shape before and behind each, in its piece of work."""
        order = np.lexsort((np.arange(self.count), self.shapes, self.first))
        same = (np.diff(self.first[order]) == 0) & (np.diff(self.shapes[order]) == 0)
        before = np.full(self.count, -1)
        again = np.full(self.count, self.count)
        before[order[1:][same]] = order[:-1][same]
        again[order[:-1][same]] = order[1:][same]
        return before, again

    def _next_error(self, severe: Bools) -> Bools:
        """Whether an error follows each, before its shape comes again."""
        places = np.where(severe, np.arange(self.count), self.count)
        behind = np.minimum.accumulate(places[::-1])[::-1]
        end = np.minimum(self.again, self.last + 1)
        found: Bools = behind < end
        return found

    def _going_on(self) -> Bools:
        """Whether a piece of work nearly always goes on behind the shape of each."""
        goes = np.arange(self.count) < self.last
        groups, times = self.groups, self.times
        size = int(groups.max()) + 1
        latest = np.full(size, np.iinfo(np.int64).min)
        np.maximum.at(latest, groups[goes], times[goes])
        known = goes | (times < latest[groups])
        every = np.bincount(groups[known], minlength=size)
        went = np.bincount(groups[goes], minlength=size)
        usual = (went >= ANSWERED_MIN) & (went >= ANSWERED_SHARE * every)
        found: Bools = usual[groups]
        return found

    def habits(self) -> Iterator[Habit]:
        """All habits in which something is open."""
        openers, tos = self._answers()
        if not len(openers):
            return
        pairs = self.groups[openers] * self.size + self.shapes[tos]
        order = np.argsort(pairs, kind="stable")
        names, starts, counts = np.unique(
            pairs[order], return_index=True, return_counts=True
        )
        every = np.bincount(self.groups)
        first = names // self.size
        second = (first // self.size) * self.size + names % self.size
        likely = (counts >= ANSWERED_MIN) & (counts >= PRECEDED_SHARE * every[second])
        likely &= counts < every[first]
        likely &= self._is_directed(names, counts)
        chosen = np.flatnonzero(likely)
        chosen = chosen[np.argsort(-counts[chosen], kind="stable")][:HABITS_MAX]
        by_group = np.argsort(self.groups, kind="stable")
        ends = np.cumsum(every)
        for at in chosen.tolist():
            beat()
            one = order[starts[at] : starts[at] + counts[at]]
            group = int(first[at])
            own = by_group[ends[group] - every[group] : ends[group]]
            found = self._habit(own, openers[one], tos[one])
            if found is not None:
                yield found

    def _is_directed(self, names: Ints, counts: Ints) -> Bools:
        """Whether pairs go one way, or say that they do; names are ascending."""
        group, second = names // self.size, names % self.size
        kind, first = group // self.size, group % self.size
        back = (kind * self.size + second) * self.size + first
        at = np.minimum(np.searchsorted(names, back), len(names) - 1)
        backs = np.where(names[at] == back, counts[at], 0)
        says, answers = self.says[first], self.says[second]
        told = (says >= 0) & (answers <= 0) & (says != answers)
        found: Bools = told | (backs * BACK_SHARE < counts)
        return found

    def _answers(self) -> tuple[Ints, Ints]:
        """Which records are answered, and by which; one of each shape at most."""
        openers: list[Ints] = []
        tos: list[Ints] = []
        places = np.arange(self.count)
        for distance in range(1, DISTANCE + 1):
            beat()
            one = places[: max(0, self.count - distance)]
            other = one + distance
            good = (other <= self.last[one]) & (other < self.again[one])
            good &= (self.before[other] < one) & (
                self.shapes[one] != self.shapes[other]
            )
            openers.append(one[good])
            tos.append(other[good])
        return np.concatenate(openers), np.concatenate(tos)

    def _habit(self, own: Ints, openers: Ints, tos: Ints) -> Habit | None:
        """A pair, if it is a habit and something is open.

        Args:
            own: All records of the first shape.
            openers: Those of them that were answered.
            tos: By which.
        """
        took = self.times[tos] - self.times[openers]
        longest = int(took.max())
        if longest * SPAN_PARTS > self.span_ns:
            return None
        patience = max(PATIENCE * longest, PATIENCE_NS_MIN)
        missing = np.setdiff1d(own, openers, assume_unique=True)
        missing = missing[~self.fails[missing]]
        settled = self.times[missing] + patience < self.times.max()
        early = settled & (self.times[missing] < self.times[openers].max())
        missed, answered = int(np.count_nonzero(early)), len(openers)
        if answered < ANSWERED_SHARE * (answered + missed):
            return None
        silent = self.again[missing] >= self.count
        silent &= self.goes_on[self.last[missing]]
        hanging = self._on_the_way(missing[silent], openers, tos)
        if not len(hanging):
            return None
        hanging = hanging[np.argsort(self.times[hanging], kind="stable")]
        return Habit(
            first=int(self.shapes[own[0]]),
            second=int(self.shapes[tos[0]]),
            answered=answered,
            missed=missed,
            usual_ns=int(np.median(took)),
            longest_ns=longest,
            answers=self.records[tos],
            open=self.records[hanging],
            silent_since=self.times[self.last[hanging]],
            works=self.works[hanging],
        )

    def _on_the_way(self, hanging: Ints, openers: Ints, tos: Ints) -> Ints:
        """Those behind which nothing was heard but what others wrote on the way, too."""
        between = np.zeros(self.size, np.bool_)
        for distance in range(1, DISTANCE):
            places = (openers + distance)[openers + distance < tos]
            between[self.shapes[places]] = True
        strange = np.concatenate([[0], np.cumsum(~between[self.shapes])])
        found: Ints = hanging[strange[self.last[hanging] + 1] == strange[hanging + 1]]
        return found


def _nearest(found: list[Habit]) -> list[Habit]:
    """Of each piece of work the last beginning, and of that the nearest answer."""
    best: dict[Any, tuple[tuple[int, int, int], int]] = {}
    for at, habit in enumerate(found):
        for record, work in zip(habit.open.tolist(), habit.works.tolist(), strict=True):
            rank = (record, -habit.usual_ns, habit.answered)
            if work not in best or best[work][0] < rank:
                best[work] = (rank, at)
    # A record may belong to several pieces of work: of those the best known one stays.
    chosen: dict[int, tuple[tuple[int, int], int, int]] = {}
    for work, ((record, usual, answered), at) in best.items():
        rank_ = (usual, answered)
        if record not in chosen or chosen[record][0] < rank_:
            chosen[record] = (rank_, at, work)
    kept = []
    for at, habit in enumerate(found):
        mask = np.array(
            [
                chosen.get(record, ((0, 0), -1, 0))[1:] == (at, work)
                for record, work in zip(
                    habit.open.tolist(), habit.works.tolist(), strict=True
                )
            ],
            np.bool_,
        )
        if mask.any():
            kept.append(
                habit._replace(
                    open=habit.open[mask],
                    silent_since=habit.silent_since[mask],
                    works=habit.works[mask],
                )
            )
    return kept
