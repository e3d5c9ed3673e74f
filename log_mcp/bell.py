"""Tells those who wait that records arrived.

A wait is no thread that looks again and again: it is rung for, so that hundreds of them
cost nothing while nothing arrives.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Bell:
    """Rung by who reads, heard by who waits. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._heard: dict[int, Callable[[], None]] = {}
        self._next = 0

    def ring(self) -> None:
        """Call everybody who listens; their calls must be quick and never raise."""
        if self._heard:
            with self._lock:
                heard = list(self._heard.values())
            for call in heard:
                call()

    @contextmanager
    def listening(self, call: Callable[[], None]) -> Iterator[None]:
        """Have a function called whenever the bell rings, from the thread that rings it.

        Args:
            call: Must be quick; never raises.
        """
        with self._lock:
            number, self._next = self._next, self._next + 1
            self._heard[number] = call
        try:
            yield
        finally:
            with self._lock:
                del self._heard[number]
