"""Leaps: the machine was suspended, or its clock was set, and no time passed for anybody.

What is compared with the time now is wrong by them: after a night's sleep every source
seems to have been silent since yesterday, and after a clock was set back the newest records
lie in the future. So the clock is compared with the time that passes, once a second; what
leapt is remembered, told for a while, and does not count as silence.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Final, NamedTuple

from log_mcp.span import SECOND

LEAST_NS: Final = 5 * SECOND  # less is a busy machine, or a clock that is adjusted
LEAPS_MAX: Final = 32
TOLD_S: Final = 3600.0  # that a leap is told, of time that passes


class Leap(NamedTuple):
    """Time that the clock went and nobody lived through.

    Attributes:
        at_ns: The time after it, UTC epoch nanoseconds.
        by_ns: How far it went; negative for back.
        asleep: Whether the machine was suspended; else its clock was set.
        passed_s: When that was, in seconds that pass.
    """

    at_ns: int
    by_ns: int
    asleep: bool
    passed_s: float


def boot_s() -> float:
    """Seconds since the start of the machine, also those in which it was suspended.

    Only Linux tells both kinds: on macOS a suspended machine looks like a clock that was
    set, and on Windows like time that passed, as both of its clocks go on.
    """
    which = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if which is None else time.clock_gettime(which)


class Leaps:
    """Those that were seen. Looked for in one thread, asked about in any.

    Args:
        clock: The time, UTC epoch nanoseconds.
        watch: Seconds that pass while the machine is awake.
        boot: Seconds that pass.
    """

    def __init__(
        self,
        clock: Callable[[], int] = time.time_ns,
        watch: Callable[[], float] = time.monotonic,
        boot: Callable[[], float] = boot_s,
    ) -> None:
        self._clock, self._watch, self._boot = clock, watch, boot
        self._before: tuple[int, float, float] | None = None
        self._seen: deque[Leap] = deque(maxlen=LEAPS_MAX)
        self._lock = threading.Lock()

    def look(self) -> None:
        """Compare the clock with the time that passed since the last look."""
        now = self._clock(), self._watch(), self._boot()
        before, self._before = self._before, now
        if before is None:
            return
        clock_ns = now[0] - before[0]
        awake_ns = round((now[1] - before[1]) * SECOND)
        passed_ns = round((now[2] - before[2]) * SECOND)
        asleep_ns = passed_ns - awake_ns
        set_ns = clock_ns - passed_ns
        with self._lock:
            if asleep_ns >= LEAST_NS:
                self._seen.append(Leap(now[0], asleep_ns, True, now[1]))
            if abs(set_ns) >= LEAST_NS:
                self._seen.append(Leap(now[0], set_ns, False, now[1]))

    def skipped_ns(self, since_ns: int, until_ns: int) -> int:
        """How much of a span of the clock nobody lived through.

        Args:
            since_ns: Its begin, UTC nanoseconds.
            until_ns: Its end.
        """
        with self._lock:
            seen = tuple(self._seen)
        return sum(
            max(0, min(one.at_ns, until_ns) - max(one.at_ns - one.by_ns, since_ns))
            for one in seen
            if one.by_ns > 0
        )

    def recent(self) -> list[Leap]:
        """Those to tell of, oldest first."""
        since = self._watch() - TOLD_S
        with self._lock:
            return [one for one in self._seen if one.passed_s >= since]
