"""Which shape each record of a segment has, and which template each shape belongs to.

Operations we want: the shapes of a segment, again in no time; the templates of all of
them, the same however the records came in pieces.

Goals: a record costs as much as a look into a dict. Only one of those that are equal when
`blurred` is read, and only one of those with the same message is taken apart.

Plan: what was made of a segment is remembered by its place in its file, and of a file
which blurred text has which shape, as lines to come mostly look like lines before. All
that can be made again, so it counts as a cache of the ring, which may ask for it back.
"""

from collections.abc import Callable, Iterable
from threading import Lock
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.blur import blur, blurred
from log_mcp.analysis.shape import Shape, first_line, shape_of
from log_mcp.analysis.template import Template, templates_of
from log_mcp.beat import OutOfTime, beat
from log_mcp.record import EXCEPTION
from log_mcp.store.segment import Segment
from log_mcp.store.stretch import Stretch

TEXTS_MAX: Final = 20_000  # blurred texts of a file that are remembered
TEXTS_BYTES_MAX: Final = 8 * 1024 * 1024  # ... and their bytes
ROWS: Final = 2_000  # mined before the time is looked at: some milliseconds
FEW: Final = 50  # ... where most of them have a shape of their own: 0.2 s at worst
NEW_SHARE: Final = 8  # new texts among the rows before, one in so many, are most
OBJECT_BYTES: Final = 120  # of an entry of a dict and what it points to, measured
WORD_BYTES: Final = 70  # of a token of a shape; most are shared

Place = tuple[str, int, int, int]
"""What tells a run of records from every other: its file, where it lies, its length."""


def never() -> bool:
    """There is time."""
    return False


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
    """Tells shapes and templates, remembering what it told. Thread-safe."""

    def __init__(self) -> None:
        self._mined: dict[Place, Mined] = {}
        self._begun: dict[Place, _Work] = {}
        self._texts: dict[str, dict[bytes, Shape]] = {}
        self._templates: dict[Shape, Template] = {}
        self._nbytes = 0
        self._lock = Lock()

    @property
    def nbytes(self) -> int:
        """What is remembered, in bytes."""
        begun = sum(work.nbytes for work in tuple(self._begun.values()))
        return self._nbytes + begun + len(self._templates) * OBJECT_BYTES

    def forget(self) -> None:
        """Remember nothing."""
        with self._lock:
            self._mined, self._texts, self._templates = {}, {}, {}
            self._begun = {}
            self._nbytes = 0

    def __call__(
        self,
        segment: Segment,
        is_over: Callable[[], bool] = never,
        *,
        keep: bool = True,
    ) -> Mined | None:
        """The shapes of a segment; None if there was no time for all of it.

        Args:
            segment: Whose records to look at.
            is_over: Whether the time is; a part is done in any case, and the next call
                goes on behind it.
            keep: Whether to remember them: not of what is read from the disk for one
                question.
        """
        place = _place(segment)
        found = self._mined.get(place)
        if found is not None:
            return found
        key = segment.origin.key
        with self._lock:
            work = self._begun.pop(place, None)
        work = work or _Work(segment, self._texts.get(key, {}))
        try:
            done = work.go_on(segment, is_over)
        except OutOfTime:  # amid a piece, which is mined again
            done = False
        found = work.mined() if done else None
        if keep:
            with self._lock:
                self._remember(key, work)
                if found is None:
                    self._begun = {place: work}  # One is enough to get on.
                elif place not in self._mined:  # Another thread may have been faster.
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

    def keep_only(self, segments: Iterable[Segment]) -> None:
        """Forget what is no longer held."""
        held = {_place(segment) for segment in segments}
        keys = {place[0] for place in held}
        with self._lock:
            for place in [place for place in self._begun if place not in held]:
                del self._begun[place]
            for place in [place for place in self._mined if place not in held]:
                self._nbytes -= self._mined.pop(place).nbytes
            for key in [key for key in self._texts if key not in keys]:
                self._nbytes -= sum(map(_entry_bytes, self._texts.pop(key).items()))

    def _remember(self, key: str, work: "_Work") -> None:
        texts = self._texts.setdefault(key, {})
        size = sum(map(len, texts))
        for text, shape in work.new.items():
            size += len(text)
            if len(texts) >= TEXTS_MAX or size > TEXTS_BYTES_MAX:
                break
            if text not in texts:
                texts[text] = shape
                self._nbytes += _entry_bytes((text, shape))
        work.new = {}


class _Work:
    """A segment that is being mined, as far as it was.

    Attributes:
        new: Blurred texts that were not known, with their shapes.
    """

    def __init__(self, segment: Segment, known: dict[bytes, Shape]) -> None:
        self.new: dict[bytes, Shape] = {}
        self._rows = len(segment)
        self._row = 0
        self._step = FEW
        self._known = known
        self._codes: list[NDArray[np.uint32]] = []
        self._table: dict[Shape, int] = {}
        self._code: dict[bytes, int] = {}
        self._shapes: dict[str, Shape] = {}
        self._tells: dict[bytes, bool] = {}

    @property
    def nbytes(self) -> int:
        """Bytes at rest, about."""
        texts = len(self._code) + len(self._shapes)
        return 4 * self._row + texts * 2 * OBJECT_BYTES

    def mined(self) -> Mined:
        """What was found, once all is done."""
        return Mined(np.concatenate(self._codes), tuple(self._table))

    def go_on(self, segment: Segment, is_over: Callable[[], bool]) -> bool:
        """Mine on, at least some rows; whether all is done."""
        for stretch in segment.stretches():
            end = stretch.first + len(stretch)
            while self._row < end:
                last = min(self._row + self._step, end)
                texts = len(self.new)
                self._codes.append(self._piece(stretch, self._row, last))
                few = (len(self.new) - texts) * NEW_SHARE > last - self._row
                self._step = FEW if few else ROWS
                self._row = last
                if is_over():
                    return self._row == self._rows
        return True

    def _piece(self, stretch: Stretch, first: int, last: int) -> NDArray[np.uint32]:
        beat()
        starts = stretch.starts[first - stretch.first : last + 1 - stretch.first]
        texts = blurred(stretch.text, starts)
        flags = stretch.flags[first - stretch.first : last - stretch.first]
        for at in np.flatnonzero(flags & EXCEPTION).tolist():
            texts[at] = self._head(stretch, first + at, texts[at])
        code = self._code
        for text in dict.fromkeys(texts):
            if text not in code:
                row = first + texts.index(text)
                code[text] = self._coded(stretch, row, text)
        return np.fromiter(map(code.__getitem__, texts), np.uint32, len(texts))

    def _coded(self, stretch: Stretch, row: int, text: bytes) -> int:
        shape = self._known.get(text)
        if shape is None:
            beat()
            shape = self.new[text] = self._read(stretch, row)
        return self._table.setdefault(shape, len(self._table))

    def _head(self, stretch: Stretch, row: int, text: bytes) -> bytes:
        """What stands before a stack trace, if the message does; else all of a text.

        Hardly two traces are alike, and most are written below their message.
        """
        head = text[: _head_bytes(text)]
        tells = True if head in self._known else self._tells.get(head)
        if tells is None:
            raw = stretch.raw(row)
            line = self._line(stretch, row).encode(errors="replace")
            tells = self._tells[head] = line in b" ".join(
                raw[: _head_bytes(raw)].split()
            )
        return head if tells else text

    def _line(self, stretch: Stretch, row: int) -> str:
        raw, flags = stretch.raw(row), int(stretch.flags[row - stretch.first])
        return first_line(stretch.origin.failure(raw, flags).message)

    def _read(self, stretch: Stretch, row: int) -> Shape:
        line = self._line(stretch, row)
        text = blur(line)
        shape = self._shapes.get(text)
        if shape is None:
            shape = self._shapes[text] = shape_of(line)
        return shape


def _head_bytes(text: bytes) -> int:
    """Where the first line of a record ends, be it in a string of JSON."""
    ends = [at for at in (text.find(b"\n"), text.find(b"\\n")) if at >= 0]
    return min(ends, default=len(text))


def _place(segment: Segment) -> Place:
    return (segment.origin.key, segment.begin, segment.end, len(segment))


def _bytes_of(shape: Shape) -> int:
    return OBJECT_BYTES + WORD_BYTES * len(shape)


def _entry_bytes(entry: tuple[bytes, Shape]) -> int:
    return len(entry[0]) + OBJECT_BYTES + _bytes_of(entry[1])
