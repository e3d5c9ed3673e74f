"""An RE2 expression over bytes, asked whether and where it matches."""

import re2

from log_mcp.finder import NOWHERE, finder
from log_mcp.query.required import required


class Expression:
    """A compiled expression; `^` and `$` match at lines, parentheses only group.

    Args:
        pattern: Of RE2.

    Raises:
        re2.error: If it is none.
    """

    __slots__ = ("_find", "pattern", "required")

    def __init__(self, pattern: bytes) -> None:
        options = re2.Options()
        options.log_errors = False
        options.never_capture = True  # to fill groups takes a slower engine
        # Where a match ends decides nothing, so the shortest is asked for: `.*` would go
        # on to the end of a line of 20 KB.
        compiled = re2.compile(b"(?mU)" + pattern, options)
        self.pattern = pattern
        self.required = required(pattern)
        self._find = finder(compiled)

    def search(
        self, text: bytes, begin: int = 0, end: int | None = None
    ) -> tuple[int, int] | None:
        r"""Where the leftmost match begins and, at its shortest, ends; None without one.

        Args:
            text: To look in.
            begin: Where to begin; what stands before counts for `^` and `\b`.
            end: Where the text ends, as far as this search goes; None for its end.
        """
        span = self._find(text, begin, len(text) if end is None else end)
        return None if span == NOWHERE else span
