"""Whose turn it is: questions go before work in the background.

One interpreter runs both, so a question that comes while files are read would take twice
as long. Background threads do a piece of work politely: at each beat of it they wait while
somebody asks, until the last question is answered, but no longer in all than a limit. So
questions without pause slow the work down and never stop it.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

from log_mcp.beat import beating

P = ParamSpec("P")
R = TypeVar("R")


class Turn:
    """Counts the questions that are being answered. Thread-safe."""

    def __init__(self) -> None:
        self._asked = 0
        self._lock = threading.Lock()
        self._free = threading.Event()
        self._free.set()

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
        if _asking.get() is self:
            yield
            return
        before = _asking.set(self)
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
    def polite(self, limit_s: float) -> Iterator[None]:
        """A piece of work in this thread that gives way to questions.

        Args:
            limit_s: How long it waits at most, all its beats together.
        """
        left = limit_s

        def give_way() -> None:
            nonlocal left
            if left > 0 and not self._free.is_set():
                begin = time.monotonic()
                self._free.wait(left)
                left -= time.monotonic() - begin

        give_way()
        with beating(give_way):
            yield


# Goes with a question from the loop that took it to the thread that answers it.
_asking: ContextVar[Turn | None] = ContextVar("asking", default=None)


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
