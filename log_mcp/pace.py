"""How far a question may go: a time limit, and a pulse for whoever waits."""

import time
from collections.abc import Callable, Iterable, Iterator, Sized
from itertools import chain
from typing import Final

from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

Pulse = Callable[[float, str], None]

QUESTION_S: Final = 10.0  # then an answer says how far it came
BEAT_S: Final = 0.1


class Pace:
    """Keeps a question within its time.

    Args:
        pulse: Called about every 100 ms with the share that is done (0 to 1) and what
            is being done; may raise to cancel. None for nobody.
        limit_s: After which no more is looked at.

    Attributes:
        late: Whether the limit was met, so that not all was looked at.
    """

    def __init__(self, pulse: Pulse | None, limit_s: float = QUESTION_S) -> None:
        self.late = False
        self._pulse = pulse
        self._began = time.monotonic()
        self._beat = 0.0
        self._limit_s = limit_s
        self._reached: Segment | None = None

    def beat(self, share: float) -> None:
        """Tell whoever waits, if it is time to."""
        now = time.monotonic()
        if self._pulse is not None and now - self._beat >= BEAT_S:
            self._beat = now
            self._pulse(share, "searching")

    def through(
        self, first: Iterable[Segment], then: Iterable[Segment]
    ) -> Iterator[Segment]:
        """All segments until the time is over; those of `first` come first."""
        count = len(first) if isinstance(first, Sized) else 0
        for at, segment in enumerate(chain(first, then)):
            self.beat(at / (at + 1 + count))
            if time.monotonic() - self._began > self._limit_s:
                self.late = True
                return
            self._reached = segment
            yield segment

    def notes(self, *, newest: bool) -> list[str]:
        """What to say of what was not looked at, if the limit was met.

        Args:
            newest: Whether the segments came newest first.
        """
        if not self.late:
            return []
        far = "nothing"
        if self._reached is not None:
            edge = self._reached.first_ns if newest else self._reached.last_ns
            far = f"{'back' if newest else 'up'} to {iso(edge)}"
        return [
            (
                f"stopped after {self._limit_s:g} s, having looked {far}: narrow the question "
                "with since, until, source or level"
            )
        ]
