"""Freed memory, given back to the system.

Text comes and goes in pieces of some megabytes. glibc keeps what was freed for later, a
tenth more than is held after a large file was read; it gives it back when it is asked.
"""

import ctypes
from functools import cache
from typing import Any


@cache
def _trim() -> Any:
    """The C library's `malloc_trim`; None where it has none (macOS, Windows, musl)."""
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return None


def give_back() -> bool:
    """Give back what is free; whether that is possible here. Takes some milliseconds."""
    trim = _trim()
    if trim is None:
        return False
    trim(0)
    return True
