"""Where an RE2 expression matches.

The wrapper of RE2 makes a generator and a match object for each search, which takes three
times as long as the search of one record. So the object below the wrapper is asked: it
gives numbers. It lets go of the interpreter while it searches.
"""

from collections.abc import Callable
from typing import Any, Final

import re2

NOWHERE: Final = (-1, -1)
_ANYWHERE: Final = re2._Anchor.UNANCHORED  # noqa: SLF001 - see above

Find = Callable[[bytes, int, int], tuple[int, int]]


def finder(compiled: Any) -> Find:
    r"""What finds the matches of an expression.

    Args:
        compiled: By `re2.compile`.

    Returns:
        Of a text, where to begin and where it ends: where the leftmost match begins and
        ends; `NOWHERE` without one. What stands before the begin counts for `^` and `\b`.
    """
    match = compiled._regexp.Match  # noqa: SLF001 - see above

    def find(text: bytes, begin: int, end: int) -> tuple[int, int]:
        # Groups that have names are told of, too.
        span: tuple[int, int] = match(_ANYWHERE, text, begin, end)[0]
        return span

    return find
