"""Text that rests compressed, in frames that open one by one.

A record that is shown, and a unit that the grams let pass, cost the opening of one frame,
not of a whole segment. What was opened last is kept, as a page reads what its search found;
the ring counts those bytes with its own.
"""

import sys
from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from threading import Lock
from typing import Final

from log_mcp.store.work import Work

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK_LEVEL: Final = 1  # 464 MB/s; higher levels gain a tenth and cost three times that
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

    Args:
        text: The whole text.
        rows: The row at which each frame begins and, last, the count of rows.
        cuts: The offset in the text where each begins and, last, its length.
        opened: Where frames that were opened are kept; None to keep none.
    """

    __slots__ = ("_opened", "_packed", "cuts", "nbytes", "rows")

    def __init__(
        self,
        text: bytes,
        rows: Sequence[int],
        cuts: Sequence[int],
        opened: Opened | None,
    ) -> None:
        self.rows, self.cuts = tuple(rows), tuple(cuts)
        self._packed = tuple(
            zstd.compress(text[a:b], PACK_LEVEL) for a, b in pairwise(cuts)
        )
        self._opened = opened
        self.nbytes = sum(len(one) + FRAME_OVERHEAD for one in self._packed)

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
            text = zstd.ZstdDecompressor().decompress(packed)
            if work is not None:
                work.opened += 1
            if keep and self._opened is not None:
                self._opened.put(packed, text)
        return text

    def whole(self) -> bytes:
        """The whole text; nothing of it is kept."""
        return b"".join([zstd.decompress(one) for one in self._packed])
