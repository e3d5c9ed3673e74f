"""Work that is done at leisure: once records came, and when all that is sealed is indexed.

Goals: it takes a twentieth of a processor at most; the index of what is sealed goes first,
also amid the work, which then begins anew. A log that pours in leaves no leisure at all, so
what was wanted for long is done all the same.
"""

import time
from collections.abc import Callable
from typing import Final

from log_mcp.beat import also

APART: Final = 20  # times as long as it takes: so it takes 5 % of a processor
OVERDUE_S: Final = 30.0  # that it may wait for what is sealed


class _PutOff(Exception):
    """There is no leisure any more: something was sealed, or all ends."""


class Leisure:
    """One piece of work, and when it is done.

    Args:
        work: Beats, and may be ended at any beat.
        sealed: Whether something waits for its index.
        closing: Whether all ends.
        clock: Seconds.
        worked: Seconds that this thread worked: to wait for questions is no work.

    Attributes:
        done: How much had been taken in when it was done last; 0 before that.
    """

    def __init__(
        self,
        work: Callable[[], None],
        sealed: Callable[[], bool],
        closing: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
        worked: Callable[[], float] = time.thread_time,
    ) -> None:
        self.done = 0
        self._work = work
        self._sealed = sealed
        self._closing = closing
        self._clock = clock
        self._worked = worked
        self._from = self._wanted = clock()

    def is_due(self, taken: int) -> bool:
        """Whether it is to be done now.

        Args:
            taken: How much has been taken in; where nothing came there is nothing to do.
        """
        if taken == self.done or self._clock() < self._from:
            return False
        return self.is_overdue or not self._sealed()

    @property
    def is_overdue(self) -> bool:
        """Whether it was wanted for so long that it is done whatever is sealed."""
        return self._clock() >= self._wanted + OVERDUE_S

    def use(self, taken: int) -> None:
        """Do it, unless it is put off; see `is_due`."""
        begin, overdue = self._worked(), self.is_overdue

        def end() -> None:
            if self._closing() or (self._sealed() and not overdue):
                raise _PutOff

        try:
            with also(end):
                self._work()
        except _PutOff:
            self._rest_since(begin)
        else:
            self.done = taken
            self._rest_since(begin)
            self._wanted = self._from

    def _rest_since(self, begin: float) -> None:
        self._from = self._clock() + APART * (self._worked() - begin)
