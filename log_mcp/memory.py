"""Freed memory, given back to the system.

Text comes and goes in pieces of some megabytes, between columns and frames that stay. glibc
keeps what was freed for later, in a heap for each thread, where small things that stay hold
large holes open: over half an hour of a log that rotates that was a third of all memory. So
large pieces are had from the system itself, which takes them back at once, and the threads
share two heaps. Pieces of a megabyte come and go too often for that: while lines pour in
it took a fifth more processor time.
"""

import ctypes
from functools import cache
from typing import Any, Final

LARGE_BYTES: Final = 4 * 1024 * 1024
HEAPS: Final = 2
_MMAP_THRESHOLD: Final = -3  # glibc's names of what `mallopt` sets
_ARENA_MAX: Final = -8


@cache
def _library() -> Any:
    """The C library; None where it is not glibc (macOS, Windows, musl)."""
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):
        return None
    return library if hasattr(library, "malloc_trim") else None


def settle() -> bool:
    """Have large pieces given back when they are freed, from now on; whether they will be."""
    library = _library()
    if library is None:
        return False
    large = library.mallopt(_MMAP_THRESHOLD, LARGE_BYTES)
    few = library.mallopt(_ARENA_MAX, HEAPS)
    return bool(large and few)


def give_back() -> bool:
    """Give back what is free; whether that is possible here. Takes some milliseconds."""
    library = _library()
    if library is None:
        return False
    library.malloc_trim(0)
    return True
