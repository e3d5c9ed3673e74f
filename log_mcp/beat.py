"""A beat in every long loop, so that whoever waits for the work can end it.

Work that may take long calls `beat()` once a row, a segment or a piece of a file. What a
beat does is said around it, by whoever began the work in this thread; where nobody did,
it does nothing. It may raise, and what it raises ends the work: so a loop that beats must
leave nothing half done.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_thread = threading.local()


class OutOfTime(Exception):
    """The time is over amid something that then counts as not looked at."""


def beat() -> None:
    """Tell whoever waits that the work goes on; may raise to end it."""
    call = getattr(_thread, "call", None)
    if call is not None:
        call()


@contextmanager
def beating(call: Callable[[], None]) -> Iterator[None]:
    """Have each `beat` of this thread call a function, as long as the block lasts.

    Args:
        call: Called often, so it must be quick; may raise.
    """
    before = getattr(_thread, "call", None)
    _thread.call = call
    try:
        yield
    finally:
        _thread.call = before


@contextmanager
def also(call: Callable[[], None]) -> Iterator[None]:
    """As `beating`, and what each beat calls already is called as before."""
    before = getattr(_thread, "call", None)

    def both() -> None:
        if before is not None:
            before()
        call()

    with beating(both):
        yield
