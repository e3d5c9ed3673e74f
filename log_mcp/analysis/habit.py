"""How long something is silent as a rule: a source, or one of many workers.

What is written in bursts is silent most of the time between two lines and not between two
bursts, and a mean or a percentile of the gaps sees the lines alone. So gaps are weighed by
the time they take: the habit is the gap such that nearly all of the time lies in gaps no
longer than it. For a heartbeat that is its period, for requests at random some five times
their mean distance, for bursts the pause between two of them. The longest gap of all is left
out: what happened once, as an outage does, is no habit.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from weakref import WeakKeyDictionary, ref

import numpy as np
from numpy.typing import NDArray

from log_mcp.once import once
from log_mcp.span import DAY, SECOND
from log_mcp.store.segment import Segment

SECONDS_MAX: Final = 10_000  # in which something was written, the youngest, that count
GAPS_MIN: Final = 10  # fewer are no habit
SHARE: Final = 0.95  # of the time
TIMES: Final = 3  # as long as the habit is longer than it
SILENCE_NS_MIN: Final = 10 * SECOND  # shorter is never worth a word
OVER: Final = 10  # ... or so many times what its habit allows, where that is longer

Seconds = NDArray[np.int64]


def seconds_of(times: NDArray[np.int64]) -> Seconds:
    """The seconds in which something was written, since 1970, each once, in order.

    Args:
        times: UTC nanoseconds, in any order.
    """
    return _distinct(times // SECOND)


def _distinct(seconds: Seconds) -> Seconds:
    """Each once, in order."""
    if len(seconds) > 1:
        # Neighbours are equal most often, and sorting what is left of them takes no time.
        seconds = seconds[np.append(True, seconds[1:] != seconds[:-1])]
        if np.any(seconds[1:] < seconds[:-1]):
            seconds = once(seconds)
    return seconds


def habit_s(seconds: Seconds) -> int | None:
    """For how many seconds it is silent as a rule, at most; None if that is not known.

    Args:
        seconds: In which something was written, each once, in order.
    """
    if len(seconds) <= GAPS_MIN:
        return None
    gaps = np.sort(np.diff(seconds))[:-1]
    taken = np.cumsum(gaps)
    return int(gaps[np.searchsorted(taken, SHARE * taken[-1])])


def is_silent(silence_ns: int, habit: int | None) -> bool:
    """Whether a silence is longer than the habit allows, and no end.

    Args:
        silence_ns: Since the last line.
        habit: As `habit_s` tells it.
    """
    return habit is not None and exceeds(silence_ns, allowed_ns(habit))


def allowed_ns(habit: int) -> int:
    """How long a silence may be, of what has this habit."""
    return max(SILENCE_NS_MIN, TIMES * habit * SECOND)


def exceeds(silence_ns: int, allowed: int) -> bool:
    """Whether a silence is longer than what is allowed, and no end."""
    # What ended a day ago is over, and not silent.
    return allowed < silence_ns <= max(DAY, OVER * allowed)


class Activity:
    """In which seconds the records of segments were written. Thread-safe.

    What was found of a segment is kept as long as that is.
    """

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Segment, Seconds] = WeakKeyDictionary()
        self._habits: dict[str, tuple[tuple[ref[Segment], ...], int | None]] = {}

    def habit_s(self, source: str, segments: Sequence[Segment]) -> int | None:
        """`habit_s` of a source; what was told is kept until other segments hold it.

        Args:
            source: Its name.
            segments: What is held of it.
        """
        these = tuple(map(ref, segments))
        known = self._habits.get(source)
        if known is None or known[0] != these:
            known = self._habits[source] = these, habit_s(self.of(segments))
        return known[1]

    def of(self, segments: Iterable[Segment]) -> Seconds:
        """The youngest seconds in which any of some segments has a record, in order."""
        found: list[Seconds] = []
        count = 0
        for one in sorted(segments, key=lambda one: one.last_ns, reverse=True):
            if count >= SECONDS_MAX:
                break
            found.append(self._seconds(one))
            count += len(found[-1])
        if len(found) == 1:
            return found[0]
        every = np.concatenate(found[::-1]) if found else np.empty(0, np.int64)
        return _distinct(every)[-SECONDS_MAX:]

    def _seconds(self, segment: Segment) -> Seconds:
        known = self._known.get(segment)
        if known is None:
            known = self._known[segment] = seconds_of(segment.times)
        return known
