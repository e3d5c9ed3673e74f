"""Which trace each record of a segment belongs to, told from its text alone.

To read a record takes a hundred times as long as to find where its text names a trace, and
a comparison asks that of all records. So names of ids are looked for in the text as it is
held: `"trace_id":"4bf9"`, `trace_id=4bf9`, `TraceID: 4bf9`, `traceparent` with its four
parts. Of a record that has several, the order of `Record.trace` decides: a trace's id, a
correlation's, a request's. Unlike there, a name in prose counts too.
"""

from collections.abc import Iterator
from itertools import pairwise
from threading import Lock
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.lazy import lazy
from log_mcp.store.segment import Segment
from log_mcp.store.stretch import Stretch

VALUE_BYTES: Final = 100  # of a value that is kept, beside its characters
PIECE_BYTES: Final = 256 * 1024  # looked through between two beats, about
_VALUE: Final = rb"""\\?["']?\]?(?:=>?|[ \t]=>?[ \t]|[ \t]?:[ \t]?)\[?\\?["']?([0-9a-z][\w.:/+=-]{0,127})"""
# In lower-cased text, and each beginning with a literal: so looking for them is quick.
_NAMES: Final = (
    lazy(
        rb"""trace(?:[_.-]?id|parent|\\?"[ \t]?:[ \t]?\{[^{}]{0,40}?\\?"id|(?<!\wtrace)(?=[="]))"""
        + _VALUE
    ),
    lazy(rb"correlation[_.-]?id" + _VALUE),
    lazy(rb"req(?:uest)?[_.-]?id" + _VALUE),
    lazy(rb"rid(?<![\w.-]rid)" + _VALUE),
)
_PARENT: Final = lazy(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_NONE: Final = frozenset({b"null", b"none", b"undefined", b"nil", b"nan", b"n/a"})


class Traced(NamedTuple):
    """The traces of a segment.

    Attributes:
        codes: One a record: 0 for none, else 1 more than the index of its value; uint32.
        values: The different values, as written.
        nbytes: Bytes at rest; counted once, as they are asked for at every append.
    """

    codes: NDArray[np.uint32]
    values: tuple[bytes, ...]
    nbytes: int


class Traces:
    """Tells the traces of segments, remembering those of what is held. Thread-safe."""

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[Segment, Traced] = WeakKeyDictionary()
        self._lock = Lock()

    @property
    def nbytes(self) -> int:
        """Bytes that are kept."""
        with self._lock:
            return sum(one.nbytes for one in self._kept.values())

    def forget(self) -> None:
        """Remember nothing."""
        with self._lock:
            self._kept.clear()

    def __call__(self, segment: Segment, *, keep: bool = True) -> Traced:
        """The traces of a segment.

        Args:
            segment: Whose records to look at.
            keep: Whether to remember them: not of what was read for one question.
        """
        found = self._kept.get(segment)
        if found is None:
            found = traced(segment)
            if keep:
                with self._lock:
                    self._kept[segment] = found
        return found


def traced(segment: Segment) -> Traced:
    """The traces of a segment, looked for in its text."""
    codes = np.zeros(len(segment), np.uint32)
    values: dict[bytes, int] = {}
    written: dict[bytes, int] = {}
    for stretch in segment.stretches():
        for first, text, cuts in _pieces(stretch):
            beat()
            lower = text.lower()
            # The name that counts comes last, and of one name the first in a record.
            for name in reversed(_NAMES):
                places, found = [], []
                for match in name.finditer(lower):
                    raw = text[match.start(1) : match.end(1)]
                    code = written.get(raw)
                    if code is None:
                        code = written[raw] = _code(raw, values)
                    if code:
                        places.append(match.start())
                        found.append(code)
                rows = np.searchsorted(cuts, np.array(places, np.int64), "right") - 1
                codes[rows[::-1] + first] = np.array(found, np.uint32)[::-1]
    nbytes = codes.nbytes + VALUE_BYTES * len(values) + sum(map(len, values))
    return Traced(codes, tuple(values), nbytes)


def _pieces(stretch: Stretch) -> Iterator[tuple[int, bytes, NDArray[np.int64]]]:
    """The first row of each piece of a stretch, its text, and where its records begin."""
    starts = stretch.starts
    count = max(1, stretch.text_bytes // PIECE_BYTES)
    edges = np.linspace(0, len(stretch), count + 1).astype(np.int64).tolist()
    for first, last in pairwise(edges):
        begin, end = int(starts[first]), int(starts[last])
        cuts = starts[first:last].astype(np.int64) - begin
        yield stretch.first + first, stretch.text[begin:end], cuts


def _code(raw: bytes, values: dict[bytes, int]) -> int:
    """The number of a value, from 1; 0 if it says that there is none."""
    whole = _PARENT.match(raw.lower()) if raw[2:3] == b"-" else None
    value = whole[1] if whole else raw.rstrip(b".:-=/+")
    if not value or value.lower() in _NONE:
        return 0
    return values.setdefault(value, len(values) + 1)
