"""How far a question may go: a time limit, and a pulse for whoever waits."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

from log_mcp.store.segment import Segment

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

    def beat(self, share: float) -> None:
        """Tell whoever waits, if it is time to."""
        now = time.monotonic()
        if self._pulse is not None and now - self._beat >= BEAT_S:
            self._beat = now
            self._pulse(share, "searching")

    def through(
        self, held: Iterable[Segment], older: Iterable[Segment]
    ) -> Iterator[Segment]:
        """All segments until the time is over, what is held first."""
        ready = list(held)
        for at, segment in enumerate(chain(ready, older)):
            self.beat(at / (at + 1 + len(ready)))
            if time.monotonic() - self._began > self._limit_s:
                self.late = True
                return
            yield segment
