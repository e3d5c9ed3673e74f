"""Whose turn it is: questions go before work in the background.

One interpreter runs both, so a question that comes while files are read would take twice
as long. Background threads do a piece of work politely: at each beat of it they wait while
somebody asks, until the last question is answered, but no longer in all than a limit. So
questions without pause slow the work down and never stop it. Work that can wait for long
says what else its thread may be wanted for meanwhile.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar, cast

from log_mcp.beat import also, beating

LOOK_S: Final = 0.1  # between two looks whether there is something else to do
SOON_S: Final = 0.02  # after a message, in which the next one comes if there is one

P = ParamSpec("P")
R = TypeVar("R")


def never() -> bool:
    """Nothing else is to be done."""
    return False


class Polite(Protocol):
    """Around a piece of work: it gives way to questions, see `Turn.polite`."""

    def __call__(
        self, limit_s: float, unless: Callable[[], bool] = never, /
    ) -> AbstractContextManager[None]:
        """The piece of work stands in the block."""


def at_once(
    _limit_s: float, _unless: Callable[[], bool] = never, /
) -> AbstractContextManager[None]:
    """Around a piece of work that gives way to nobody."""
    return nullcontext()


class Turn:
    """Counts the questions that are being answered. Thread-safe."""

    def __init__(self) -> None:
        self._asked = 0
        self._lock = threading.Lock()
        self._free = threading.Event()
        self._free.set()
        self._soon_s = 0.0

    def comes(self) -> None:
        """Say that something short has come, and that more may be about to."""
        self._soon_s = time.monotonic() + SOON_S

    def _add(self, count: int) -> None:
        with self._lock:
            self._asked += count
            if self._asked:
                self._free.clear()
            else:
                self._free.set()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While a question is answered; one that is asked within another is part of it."""
        others = _asking.get()
        if self in others:
            yield
            return
        before = _asking.set(others | {self})
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)
            _asking.reset(before)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """While a question waits for the very work that would give way to it."""
        self._add(-1)
        try:
            yield
        finally:
            self._add(1)

    @contextmanager
    def polite(
        self, limit_s: float, unless: Callable[[], bool] = never
    ) -> Iterator[None]:
        """A piece of work in this thread that gives way to questions.

        Args:
            limit_s: How long it waits at most, all its beats together.
            unless: Whether there is something to be done meanwhile; asked now and then.
        """
        give_way = self._giving_way(limit_s, unless)
        give_way()
        with beating(give_way):
            yield

    def yielding(self, limit_s: float) -> AbstractContextManager[None]:
        """As `polite`, from the first beat on; what each beat does already stays.

        Args:
            limit_s: How long it waits at most, all its beats together.
        """
        return also(self._giving_way(limit_s, never))

    def _giving_way(
        self, limit_s: float, unless: Callable[[], bool]
    ) -> Callable[[], None]:
        left = limit_s

        def give_way() -> None:
            nonlocal left
            while left > 0 and (self._soon_s or not self._free.is_set()):
                if unless():
                    break
                begin = time.monotonic()
                if not self._free.is_set():
                    self._free.wait(min(left, LOOK_S))
                elif begin < self._soon_s:
                    time.sleep(min(left, self._soon_s - begin))
                else:
                    self._soon_s = 0.0
                left -= time.monotonic() - begin

        return give_way


# Goes with a question from the loop that took it to the thread that answers it.
_asking: ContextVar[frozenset[Turn]] = ContextVar("asking", default=frozenset())


class Asked(Protocol):
    """What has questions."""

    turn: Turn


Q = TypeVar("Q", bound=Asked)
Method = Callable[Concatenate[Q, P], R]


def question(method: Method[Q, P, R]) -> Method[Q, P, R]:
    """A method during which background work gives way."""

    @wraps(method)
    def asked(self: Q, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.turn.asking():
            return method(self, *args, **kwargs)

    return cast("Method[Q, P, R]", asked)
