r"""Neighbouring records of a segment, their text open: what a search looks through.

Rows are counted as in the segment, offsets as in the stretch's own text.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.block import Origin
from log_mcp.bytemark import marks
from log_mcp.record import ESCAPED

Rows = NDArray[np.int64]
Texts = tuple[bytes, NDArray[np.uint32], Rows]

BETWEEN: Final = b"\xff"  # in no UTF-8 text, and part of no escape


@dataclass(slots=True, eq=False)
class Stretch:
    """Some records, from `first` on.

    Attributes:
        first: Row of the first of them.
        text: That holds them.
        starts: Offset of each in the text and, last, where they end; uint32.
        flags: Flags of `record`, uint8.
        origin: Where they come from.
        kept: The decoded records of the whole segment, if it keeps them.
        escapes: Whether any record holds escapes.
    """

    first: int
    text: bytes
    starts: NDArray[np.uint32]
    flags: NDArray[np.uint8]
    origin: Origin
    kept: Callable[[], Texts | None]
    escapes: bool = field(init=False)

    def __post_init__(self) -> None:
        self.escapes = bool((self.flags & ESCAPED).any())

    def __len__(self) -> int:
        return len(self.flags)

    @property
    def text_bytes(self) -> int:
        """Length of the text of these records."""
        return int(self.starts[-1]) - int(self.starts[0])

    def some(self, rows: Rows) -> "Stretch":
        """Some records side by side, as a stretch of its own whose rows count from 0."""
        inside = rows - self.first
        text, starts = side_by_side(self.text, self.starts, inside)
        return Stretch(0, text, starts, self.flags[inside], self.origin, lambda: None)

    def raw(self, row: int) -> bytes:
        """One record as held, without its last line end."""
        at = row - self.first
        return self.text[self.starts[at] : self.starts[at + 1]].rstrip(b"\n")

    def search_text(self, row: int) -> bytes:
        """What `query` and `regex` look at, for one record; ends with no line end."""
        raw = self.raw(row)
        if not self.flags[row - self.first] & ESCAPED:
            return raw
        return self.origin.decode(raw).rstrip(b"\n")

    def decoded(self, inside: Rows) -> tuple[bytes, NDArray[np.uint32]]:
        """Some records decoded: their texts, each ended by a newline, and the offsets.

        Args:
            inside: Rows that hold escapes, counted from the first of the stretch.
        """
        return decoded(self.text, self.starts, inside, self.origin)

    def escaped(self) -> Texts:
        """The records that hold escapes, decoded and joined.

        Returns:
            Their search texts one after the other, each ended by a newline; the offset
            of each and, last, the length; the row of each.
        """
        kept = self.kept()
        if kept is None:
            rows = np.flatnonzero(self.flags & ESCAPED)
            text, ends = decoded(self.text, self.starts, rows, self.origin)
            return text, ends, rows + self.first
        text, ends, rows = kept
        a, b = np.searchsorted(rows, (self.first, self.first + len(self))).tolist()
        return text, ends[a : b + 1], rows[a:b]


def side_by_side(
    text: bytes, starts: NDArray[np.uint32], rows: Rows
) -> tuple[bytes, NDArray[np.uint32]]:
    """The texts of some records as one; the offset of each, and the length."""
    begins, ends = starts[rows], starts[rows + 1]
    spans = zip(begins.tolist(), ends.tolist(), strict=True)
    joined = b"".join([text[begin:end] for begin, end in spans])
    return joined, np.append(0, np.cumsum(ends - begins)).astype(np.uint32)


def decoded(
    text: bytes, starts: NDArray[np.uint32], rows: Rows, origin: Origin
) -> tuple[bytes, NDArray[np.uint32]]:
    """Some records decoded, each ended by a newline; the offset of each, and the length.

    All are decoded at once, as the fixed cost of decoding one is most of it.
    """
    spans = zip(starts[rows].tolist(), starts[rows + 1].tolist(), strict=True)
    raw = [text[a:b].rstrip(b"\n") for a, b in spans]
    joined = BETWEEN.join([*raw, b""])
    if joined.count(BETWEEN) == len(raw):
        whole = origin.decode(joined)
        ends = marks(whole, BETWEEN[0]) + 1
        return whole.replace(BETWEEN, b"\n"), np.append(0, ends).astype(np.uint32)
    texts = [origin.decode(one) + b"\n" for one in raw]
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return b"".join(texts), np.append(0, np.cumsum(lengths)).astype(np.uint32)
