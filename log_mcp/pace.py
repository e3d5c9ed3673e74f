"""How far a question may go: a time limit, and a pulse for whoever waits."""

import math
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Final

from log_mcp import beat

Pulse = Callable[[float, str], None]

# An assistant that waits longer asks something else; half a second of it is a model's own.
QUESTION_S: Final = 2.0
BEAT_S: Final = 0.05  # a call that is cancelled ends within 0.1 s
SLICE_S: Final = 0.02  # of waiting for something that cannot be interrupted
WAIT_S: Final = 30  # for something to be written, unless asked otherwise
WAIT_S_MAX: Final = 300
QUIET_S: Final = 5  # nothing was written for so long
LOOK_S: Final = 0.05  # lines that arrive together are looked at once


class Pace:
    """Keeps a question within its time, and whoever waits in the know.

    Args:
        pulse: Called about every 50 ms with the share that is done (0 to 1) and what is
            being done; may raise to cancel. None for nobody.
        limit_s: After which no more is looked at.
        watch: Seconds since any moment.

    Attributes:
        late: Whether the limit was met, so that not all was looked at.
        limit_s: The limit.
    """

    def __init__(
        self,
        pulse: Pulse | None = None,
        limit_s: float = QUESTION_S,
        watch: Callable[[], float] = time.monotonic,
    ) -> None:
        self.late = False
        self.limit_s = limit_s
        self._pulse = pulse
        self._watch = watch
        self._began = watch()
        self._told = -math.inf
        self._share = 0.0
        self._what = "searching"

    def beating(self) -> AbstractContextManager[None]:
        """Have every loop of this thread tell whoever waits, within the block."""
        return nullcontext() if self._pulse is None else beat.beating(self.tick)

    def tick(self) -> None:
        """Tell whoever waits, if it is time to."""
        if self._pulse is None:
            return
        now = self._watch()
        if now - self._told >= BEAT_S:
            self._told = now
            self._pulse(self._share, self._what)

    def beat(self, share: float, what: str = "searching") -> None:
        """Say how far the work is, and tell it if it is time to."""
        self._share, self._what = share, what
        self.tick()

    def is_over(self, share: float = 1.0) -> bool:
        """Whether the limit is met, or a share of it; remembers that."""
        late = self._watch() - self._began > self.limit_s * share
        self.late = self.late or late
        return late

    def ending(self, share: float = 1.0) -> AbstractContextManager[None]:
        """End what this thread does once a share of the limit is over, within the block.

        Raises:
            OutOfTime: At the first beat then.
        """

        def end() -> None:
            if self.is_over(share):
                raise beat.OutOfTime

        return beat.also(end)

    @property
    def left_s(self) -> float:
        """Seconds until the limit; none behind it."""
        return max(0.0, self.limit_s - (self._watch() - self._began))

    def wait(
        self,
        happens: Callable[[float], bool],
        timeout_s: float,
        far: Callable[[], tuple[float, str]],
    ) -> bool:
        """Wait until something happens; whether it did. That takes none of the limit.

        Args:
            happens: Waits so many seconds at most; whether it happened.
            timeout_s: How long at most.
            far: The share that is done and what is being done, as `pulse` takes them.
        """
        begin = self._watch()
        end = begin + timeout_s
        try:
            while not happens(0):
                left = end - self._watch()
                if left <= 0:
                    return False
                self.beat(*far())
                beat.beat()
                happens(min(left, SLICE_S))
            return True
        finally:
            self._began += self._watch() - begin


def far(done: int, total: int) -> str:
    """`120 of 283 MB`: how many bytes of how many, for people."""
    size, unit = 1.0, "bytes"
    for bigger in ("KB", "MB", "GB", "TB"):
        if total / size < 1000:
            break
        size, unit = size * 1000, bigger
    digits = 0 if total / size >= 10 or unit == "bytes" else 1
    return f"{min(done, total) / size:.{digits}f} of {total / size:.{digits}f} {unit}"
