"""Which shape each record of a segment has, and which template each shape belongs to.

Operations we want: the shapes of a segment, again in no time; the templates of all of
them, the same however the records came in pieces.

Goals: a record costs as much as a look into a dict. Only one of those that are equal when
`blurred` is read, and only one of those with the same message is taken apart.

Plan: what was made of a segment is remembered by its place in its file, and of a file
which blurred text has which shape, as lines to come mostly look like lines before. All
that can be made again, so it counts as a cache of the ring, which may ask for it back.
"""

from collections.abc import Collection, Iterable
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.blur import blur, blurred
from log_mcp.analysis.shape import Shape, first_line, shape_of
from log_mcp.analysis.template import Template, templates_of
from log_mcp.beat import beat
from log_mcp.store.segment import Segment
from log_mcp.store.stretch import Stretch

TEXTS_MAX: Final = 20_000  # blurred texts of a file that are remembered
TEXTS_BYTES_MAX: Final = 8 * 1024 * 1024  # ... and their bytes
OBJECT_BYTES: Final = 120  # of an entry of a dict and what it points to, measured
WORD_BYTES: Final = 70  # of a token of a shape; most are shared

Place = tuple[str, int, int, int]
"""What tells a run of records from every other: its file, where it lies, its length."""


class Mined(NamedTuple):
    """The shapes of a segment.

    Attributes:
        codes: Index into `shapes`, one a record, uint32.
        shapes: In the order in which they came.
    """

    codes: NDArray[np.uint32]
    shapes: tuple[Shape, ...]

    @property
    def nbytes(self) -> int:
        """Bytes at rest; a shape that others share counts for each."""
        return self.codes.nbytes + sum(_bytes_of(shape) for shape in self.shapes)


class Miner:
    """Tells shapes and templates, remembering what it told."""

    def __init__(self) -> None:
        self._mined: dict[Place, Mined] = {}
        self._texts: dict[str, dict[bytes, Shape]] = {}
        self._templates: dict[Shape, Template] = {}
        self._nbytes = 0
        self._lock = Lock()

    @property
    def nbytes(self) -> int:
        """What is remembered, in bytes."""
        return self._nbytes

    def forget(self) -> None:
        """Remember nothing."""
        with self._lock:
            self._mined, self._texts, self._templates = {}, {}, {}
            self._nbytes = 0

    def is_known(self, segment: Segment) -> bool:
        """Whether the shapes of a segment need not be looked for."""
        return _place(segment) in self._mined

    def __call__(self, segment: Segment, *, keep: bool = True) -> Mined:
        """The shapes of a segment.

        Args:
            segment: Whose records to look at.
            keep: Whether to remember them: not of what is read from the disk for one
                question.
        """
        place = _place(segment)
        found = self._mined.get(place)
        if found is None:
            found = self._mine(segment)
            if keep:
                with self._lock:
                    self._mined[place] = found
                    self._nbytes += found.nbytes
        return found

    def templates(self, mined: Iterable[Mined]) -> dict[Shape, Template]:
        """The template of every shape of some segments, all judged together."""
        shapes = {shape for one in mined for shape in one.shapes}
        known = self._templates
        if shapes != known.keys():
            known = templates_of(shapes)
            with self._lock:
                self._templates = known
        return known

    def keep_only(self, segments: Collection[Segment]) -> None:
        """Forget what is no longer held."""
        held = {_place(segment) for segment in segments}
        with self._lock:
            gone = [place for place in self._mined if place not in held]
            for place in gone:
                self._nbytes -= self._mined.pop(place).nbytes

    def _mine(self, segment: Segment) -> Mined:
        table: dict[Shape, int] = {}
        known = self._texts.get(segment.origin.key, {})
        seen = _Seen(table, known)
        codes = [seen.codes(stretch) for stretch in segment.stretches()]
        self._remember(segment.origin.key, seen)
        return Mined(np.concatenate(codes), tuple(table))

    def _remember(self, key: str, seen: "_Seen") -> None:
        with self._lock:
            texts = self._texts.setdefault(key, {})
            size = sum(map(len, texts))
            for text, shape in seen.new.items():
                size += len(text)
                if len(texts) >= TEXTS_MAX or size > TEXTS_BYTES_MAX:
                    break
                if text not in texts:
                    texts[text] = shape
                    self._nbytes += len(text) + OBJECT_BYTES + _bytes_of(shape)


class _Seen:
    """The shapes of blurred texts of one segment, as they come."""

    def __init__(self, table: dict[Shape, int], known: dict[bytes, Shape]) -> None:
        self.new: dict[bytes, Shape] = {}
        self._table = table
        self._known = known
        self._code: dict[bytes, int] = {}
        self._shapes: dict[str, Shape] = {}

    def codes(self, stretch: Stretch) -> NDArray[np.uint32]:
        """The code of each record."""
        texts = blurred(stretch.text, stretch.starts)
        code = self._code
        for row, text in enumerate(texts):
            if text not in code:
                code[text] = self._coded(stretch, row, text)
        return np.fromiter(map(code.__getitem__, texts), np.uint32, len(texts))

    def _coded(self, stretch: Stretch, row: int, text: bytes) -> int:
        shape = self._known.get(text)
        if shape is None:
            beat()
            shape = self.new[text] = self._read(stretch, row)
        return self._table.setdefault(shape, len(self._table))

    def _read(self, stretch: Stretch, row: int) -> Shape:
        raw, flags = stretch.raw(stretch.first + row), int(stretch.flags[row])
        line = first_line(stretch.origin.failure(raw, flags).message)
        text = blur(line)
        shape = self._shapes.get(text)
        if shape is None:
            shape = self._shapes[text] = shape_of(line)
        return shape


def _place(segment: Segment) -> Place:
    return (segment.origin.key, segment.begin, segment.end, len(segment))


def _bytes_of(shape: Shape) -> int:
    return OBJECT_BYTES + WORD_BYTES * len(shape)
