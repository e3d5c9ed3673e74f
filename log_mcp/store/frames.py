"""Text that rests compressed, in frames that open one by one.

A record that is shown, and a unit that the grams let pass, cost the opening of one frame,
not of a whole segment. What was opened last is kept, as a page reads what its search found;
the ring counts those bytes with its own.

Text rests in one of two grades. Packed (LZ4) it takes a fifth to a fourth of its bytes, and
to open it costs hardly more than to read it; squeezed (zstd) it takes an eighth to a sixth,
and opens three to four times as slowly. Neither library is loaded before it is needed:
most logs rest plain.
"""

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from threading import Lock
from typing import Final

from log_mcp.store.work import Work

SQUEEZE_LEVEL: Final = 1  # higher levels gain a tenth and take three times as long
FRAME_OVERHEAD: Final = 40  # an object and its place in the tuple


class Opened:
    """Frames opened last, the least recently used given up first; thread-safe.

    Args:
        limit_bytes: Of text that are kept at most.
    """

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._texts: OrderedDict[int, tuple[bytes, bytes]] = OrderedDict()
        self._lock = Lock()
        self.nbytes = 0

    def get(self, packed: bytes) -> bytes | None:
        """The text of a frame; None if it is not kept."""
        with self._lock:
            known = self._texts.get(id(packed))  # ours, as long as it is kept
            if known is None:
                return None
            self._texts.move_to_end(id(packed))
            return known[1]

    def put(self, packed: bytes, text: bytes) -> None:
        """Keep a frame's text, if it is not larger than all that may be kept."""
        with self._lock:
            if len(text) > self.limit_bytes or id(packed) in self._texts:
                return
            self._texts[id(packed)] = (packed, text)
            self.nbytes += len(text)
            while self.nbytes > self.limit_bytes:
                self.nbytes -= len(self._texts.popitem(last=False)[1][1])

    def forget(self) -> None:
        """Give back everything."""
        with self._lock:
            self._texts.clear()
            self.nbytes = 0


class Frames:
    """A segment's text, compressed; immutable.

    Attributes:
        rows: The row at which each frame begins and, last, the count of rows.
        cuts: The offset in the text where each begins and, last, its length.
        squeezed: Whether it rests in the smaller of the two grades.
        nbytes: Bytes at rest.
    """

    __slots__ = ("_opened", "_packed", "_unpack", "cuts", "nbytes", "rows", "squeezed")

    def __init__(
        self,
        packed: Iterable[bytes],
        rows: Sequence[int],
        cuts: Sequence[int],
        opened: Opened | None,
        *,
        squeezed: bool,
    ) -> None:
        self.rows, self.cuts = tuple(rows), tuple(cuts)
        self.squeezed = squeezed
        self._packed = tuple(packed)
        _, self._unpack = _way(squeezed=squeezed)
        self._opened = opened
        self.nbytes = sum(len(one) + FRAME_OVERHEAD for one in self._packed)

    @classmethod
    def of(
        cls,
        text: bytes,
        rows: Sequence[int],
        cuts: Sequence[int],
        opened: Opened | None,
        *,
        squeezed: bool = False,
    ) -> "Frames":
        """A text, compressed.

        Args:
            text: The whole of it.
            rows: See `Frames`.
            cuts: See `Frames`.
            opened: Where frames that were opened are kept; None to keep none.
            squeezed: Whether in the smaller grade at once.
        """
        whole = memoryview(text)
        pieces = [whole[a:b] for a, b in pairwise(cuts)]
        pack, _ = _way(squeezed=squeezed)
        return cls(map(pack, pieces), rows, cuts, opened, squeezed=squeezed)

    def squeeze(self) -> "Frames":
        """The same text in the smaller grade."""
        if self.squeezed:
            return self
        pack, _ = _way(squeezed=True)
        packed = map(pack, map(self._unpack, self._packed))
        return Frames(packed, self.rows, self.cuts, self._opened, squeezed=True)

    def __len__(self) -> int:
        return len(self._packed)

    def open(self, at: int, work: Work | None = None, *, keep: bool = True) -> bytes:
        """The text of one frame.

        Args:
            at: From 0.
            work: Counts it, if it was not open.
            keep: Whether it may be asked for again soon; not if all are opened in turn.
        """
        packed = self._packed[at]
        text = None if self._opened is None else self._opened.get(packed)
        if text is None:
            text = self._unpack(packed)
            if work is not None:
                work.opened += 1
            if keep and self._opened is not None:
                self._opened.put(packed, text)
        return text

    def whole(self) -> bytes:
        """The whole text; nothing of it is kept."""
        return b"".join(map(self._unpack, self._packed))


Way = tuple[Callable[[bytes | memoryview], bytes], Callable[[bytes], bytes]]


def _way(*, squeezed: bool) -> Way:
    """How text of a grade is compressed, and opened again."""
    if not squeezed:
        from lz4 import block as lz4  # noqa: PLC0415  see above

        return lz4.compress, lz4.decompress
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415  see above
    else:
        from backports import zstd  # noqa: PLC0415  see above

    return lambda text: zstd.compress(text, SQUEEZE_LEVEL), zstd.decompress
