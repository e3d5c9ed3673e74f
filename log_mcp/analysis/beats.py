"""When each of many was last heard of, and how often that is as a rule: workers, sources."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from log_mcp.analysis.habit import Seconds, habit_s, seconds_of
from log_mcp.analysis.keys import Key
from log_mcp.analysis.rolling import Codes
from log_mcp.span import SECOND

SECONDS_MAX: Final = 500  # of each, the youngest, that make its habit
MOST: Final = 1_000  # of which is known when they were heard of


@dataclass(slots=True)
class Beat:
    """When one was heard of.

    Attributes:
        last_ns: The last time.
        seconds: In which it was, the youngest, each once, in order.
        example: Id of its last record.
    """

    last_ns: int
    example: str = ""
    seconds: Seconds = field(default_factory=lambda: np.empty(0, np.int64))
    _habit: int | None = None
    _told: bool = False

    def add(self, times: Codes) -> None:
        """Take in when it was heard of, in any order."""
        known = self.seconds
        if len(known) == SECONDS_MAX and int(times.max()) < known[0] * SECOND:
            return
        found = seconds_of(times)[-SECONDS_MAX:]
        if len(known) and (found[0] <= known[-1]):
            found = np.union1d(known, found)
        else:
            found = np.concatenate([known, found])
        self.seconds, self._told = found[-SECONDS_MAX:], False

    @property
    def habit_s(self) -> int | None:
        """How long it is silent as a rule, in seconds; None if that is not known."""
        if not self._told:
            self._habit, self._told = habit_s(self.seconds), True
        return self._habit


class Beats:
    """When each group was heard of; of too many, those that were last."""

    def __init__(self) -> None:
        self._known: dict[Key, Beat] = {}

    def add(self, key: Key, times: Codes, example: str) -> Beat:
        """Take in records of one group.

        Args:
            key: Which.
            times: UTC nanoseconds of at least one record, in any order.
            example: Id of the youngest of them.
        """
        last = int(times.max())
        beat = self._known.get(key)
        if beat is None:
            if len(self._known) >= MOST:
                self._forget()
            beat = self._known[key] = Beat(last, example)
        elif last >= beat.last_ns:
            beat.last_ns, beat.example = last, example
        beat.add(times)
        return beat

    def _forget(self) -> None:
        """Forget a tenth, those that were not heard of for the longest time."""
        order = sorted(self._known, key=lambda key: self._known[key].last_ns)
        for key in order[: MOST // 10]:
            del self._known[key]

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[tuple[Key, Beat]]:
        return iter(list(self._known.items()))

    def since(self, oldest_ns: int) -> Iterable[tuple[Key, Beat]]:
        """Those that were heard of since a time."""
        return [(key, one) for key, one in self if one.last_ns >= oldest_ns]


Skipped = Callable[[int, int], int]
"""How much of a span of the clock nobody lived through, both in nanoseconds."""


def nothing_skipped(_since_ns: int, _until_ns: int) -> int:
    """What a clock skips that goes with the time."""
    return 0


def silence_ns(beat: Beat, now_ns: int, skipped: Skipped) -> int:
    """For how long one was not heard of; no less than nothing.

    Args:
        beat: Of that one.
        now_ns: The time.
        skipped: What of it does not count.
    """
    return max(0, now_ns - beat.last_ns - skipped(beat.last_ns, now_ns))
