"""Several readers in turn: a file may mix shapes."""

from collections.abc import Sequence

import numpy as np

from log_mcp.beat import beat
from log_mcp.formats.reader import Head, Heads, Opening, Reader, Text


class Chain:
    """The first of some readers that reads a line.

    Args:
        main: Reads most lines.
        others: Tried, in order, on the lines which that does not read, but for empty
            and indented ones.
    """

    def __init__(self, main: Reader, others: Sequence[Reader]) -> None:
        self._main = main
        self._others = tuple(others)
        firsts = [other.firsts for other in others]
        # First bytes of lines that only the others read; none if that may be any.
        self._firsts = tuple(b"".join(firsts)) if all(firsts) else ()

    @property
    def firsts(self) -> bytes:
        """See `Reader`."""
        main = self._main.firsts
        return main + bytes(self._firsts) if main and self._firsts else b""

    def heads(self, text: Text) -> Heads:
        """See `Reader`."""
        heads = self._main.heads(text)
        if heads.kinds.all():
            return heads
        data = np.frombuffer(text.data, np.uint8)
        odd = np.flatnonzero(heads.kinds == 0)
        first = data[text.starts[odd]]
        odd = odd[np.isin(first, self._firsts or (9, 10, 32), invert=not self._firsts)]
        for line in odd.tolist():
            beat()
            if head := self._by_others(text.line(line)):
                heads.put(line, head)
        return heads

    def _by_others(self, line: bytes) -> Head | None:
        if line[:1] in b" \t":  # the empty line is, too
            return None
        return next(filter(None, (other.head(line) for other in self._others)), None)

    def head(self, line: bytes) -> Head | None:
        """See `Reader`."""
        return self._main.head(line) or self._by_others(line)

    def rest(self, line: bytes) -> bytes | None:
        """See `Reader`."""
        found = (one.rest(line) for one in (self._main, *self._others))
        return next((rest for rest in found if rest is not None), None)

    def opening(self, line: bytes) -> Opening | None:
        """See `Reader`."""
        main = self._main.opening(line)
        if main is not None or line[:1] in b" \t":
            return main
        others = (other.opening(line) for other in self._others)
        return next(filter(None, others), None)
