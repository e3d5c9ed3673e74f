"""A run of records of one file, sealed: columns, text, index.

Operations we want: which rows have this level, lie in this window, hold this text; one
row's record; and to rest in as few bytes as possible.

Goals: no Python object per record; answers the same before and after indexing and
packing; safe to read from any thread without a lock.

Plan: columns are read-only arrays. The text is plain bytes until `pack` replaces it by
its compressed form, and `squeeze` that by a smaller one: the new form is stored before the
old one is dropped, so a reader finds one of them. What is derived (grams, errors, decoded escapes) is added once.

Units of neighbouring records are what the grams tell apart and what is opened at once. Of
packed text the few records of a high level are kept once more, side by side: else to look
through them would be to open everything.
"""

from bisect import bisect_right
from collections.abc import Iterator
from threading import Lock
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.block import Block, Origin
from log_mcp.labels import with_label
from log_mcp.once import once
from log_mcp.record import ESCAPED, INFERRED, TRUNCATED, UNTIMED, Level, Record
from log_mcp.store import grams
from log_mcp.store.frames import Frames, Opened
from log_mcp.store.index import Index, index_of
from log_mcp.store.kind import ErrorKind as ErrorKind  # noqa: PLC0414  asked of a segment
from log_mcp.store.kind import Errors as Errors  # noqa: PLC0414  likewise
from log_mcp.store.stretch import Rows as Rows  # noqa: PLC0414  likewise
from log_mcp.store.stretch import Stretch, Texts, decoded
from log_mcp.store.traits import Traits, as_written, traits_of
from log_mcp.store.work import Work

LEVELS: Final = len(Level)
SMALL_BYTES: Final = 16 * 1024  # of a text without an index that is looked at at once
FRAME_BYTES: Final = 192 * 1024  # at least, of units that are packed together
OVERHEAD: Final = 1_000  # bytes of its objects, measured
LOUD: Final = Level.WARNING  # and above: what most questions about packed text are for
LOUD_SHARE: Final = 4  # one in so many bytes at most are kept apart
LOUD_BYTES_MIN: Final = (
    512 * 1024
)  # of a text, before that is worth a segment of its own
_weighing: Final = Lock()

Units = NDArray[np.bool_]


class Loud(NamedTuple):
    """The records of a high level of a segment, once more.

    Attributes:
        rows: Their rows there, ascending.
        segment: Those records alone.
    """

    rows: Rows
    segment: "Segment"

    @property
    def nbytes(self) -> int:
        """Bytes at rest."""
        return self.rows.nbytes + self.segment.nbytes


class Segment:
    r"""Records of one file, in file order; immutable but for how its text rests.

    Attributes:
        origin: Where they come from.
        starts: Offset of each record in the text and, last, the text's length; uint32.
        times: UTC epoch nanoseconds, int64; a neighbour's where UNTIMED is set.
        levels: `Level` values, uint8.
        flags: Flags of `record`, uint8.
        begin: Where the segment begins in the file, bytes before any decoding.
        end: Where it ends.
        labels: What the envelope says of each record.
        first_ns: Smallest of `times`.
        last_ns: Largest of `times`.
        counts: Number of records of each level.
        at_least: Number of records of each level or a higher one.
        sorted: Whether rows stand in the order of answers: neither `times` nor offsets
            go back.
        unlevelled: Number of records that state no level.
        untimed: Number of records that state no time.
        escapes: Whether any record holds escapes.
        loud: Its records of `LOUD` and above; None where the text rests plain, or where
            they are none or many.
        text_bytes: Length of the text while it is plain.
        indexed: Its index; None until there is one.
        nbytes: Bytes at rest, everything counted in.
    """

    __slots__ = (
        "__weakref__",
        "_base",
        "_decoded",
        "_errors",
        "_fixed_bytes",
        "_frames",
        "_offsets",
        "_text",
        "_traits",
        "_units",
        "at_least",
        "begin",
        "counts",
        "end",
        "escapes",
        "first_ns",
        "flags",
        "indexed",
        "labels",
        "last_ns",
        "levels",
        "loud",
        "nbytes",
        "origin",
        "sorted",
        "starts",
        "text_bytes",
        "times",
        "unlevelled",
        "untimed",
    )

    def __init__(self, block: Block) -> None:
        assert len(block.starts), "a segment has at least one record"
        lead = block.lead
        text = block.text[lead:] if lead else block.text
        self.origin: Origin = block.origin
        self.starts = np.append(block.starts, np.uint32(len(block.text))) - np.uint32(
            lead
        )
        self.times = block.times
        self.levels = block.levels
        self.flags = block.flags
        # A record whose pieces a container runtime wrote between those of others begins
        # before them, at times even before the block.
        self.labels = block.labels
        self._base = int(block.offsets.min())
        offsets = block.offsets - self._base
        self._offsets: NDArray[Any] = offsets.astype(
            np.uint32 if int(offsets.max()) < 2**32 else np.int64
        )
        # What stands before the first record of a file, a table's header, is of none.
        self.begin = int(block.offsets[0]) if lead and block.begin else block.begin
        self.end = block.end
        columns = (self.starts, self.times, self.levels, self.flags, self._offsets)
        for column in columns:
            column.flags.writeable = False
        self._fixed_bytes = sum(column.nbytes for column in columns) + OVERHEAD
        self._fixed_bytes += self.labels.nbytes
        self.first_ns = int(self.times.min())
        self.last_ns = int(self.times.max())
        self.sorted = _never_goes_back(self.times) and _never_goes_back(self._offsets)
        self.counts = np.bincount(self.levels, minlength=LEVELS)
        self.at_least: list[int] = self.counts[::-1].cumsum()[::-1].tolist()
        self.unlevelled = int(self.counts[Level.UNKNOWN])
        self.untimed = int(np.count_nonzero(self.flags & UNTIMED))
        self.text_bytes = len(text)
        self.escapes = bool(np.any(self.flags & ESCAPED))
        self._traits: Traits | None = None
        self.loud: Loud | None = None
        self.indexed: Index | None = None
        self._errors: Errors | None = None
        self._text: bytes | None = text
        self._frames: Frames | None = None
        self._units: Rows | None = None
        self._decoded: Texts | None = None
        self.nbytes = self._fixed_bytes + len(text)

    def __len__(self) -> int:
        return len(self.times)

    @property
    def packed(self) -> bool:
        """Whether the text rests compressed."""
        return self._text is None

    @property
    def squeezed(self) -> bool:
        """Whether it rests in as few bytes as may be."""
        frames = self._frames
        return frames is not None and frames.squeezed

    @property
    def errors(self) -> Errors | None:
        """None until `analysis` has looked at them."""
        return self._errors

    @errors.setter
    def errors(self, errors: Errors | None) -> None:
        self._errors = errors
        self._weigh()

    def _weigh(self) -> None:
        """Count anew what it takes: that is asked of every segment at every question."""
        with _weighing:
            text, frames, index = self._text, self._frames, self.indexed
            total = self._fixed_bytes
            total += len(text) if text is not None else 0
            total += frames.nbytes if frames is not None else 0
            total += index.planes.nbytes if index is not None else 0
            total += self._errors.nbytes if self._errors is not None else 0
            total += self.loud.nbytes if self.loud is not None else 0
            kept = self._decoded
            if kept is not None:
                total += len(kept[0]) + kept[1].nbytes + kept[2].nbytes
            self.nbytes = total

    @property
    def text(self) -> bytes:
        """The whole text, opened for this call if it rests compressed."""
        text = self._text
        if text is None:
            assert self._frames is not None
            return self._frames.whole()
        return text

    @property
    def units(self) -> Rows:
        """The row at which each unit begins and, last, the count of rows; some are empty."""
        units = self._units
        if units is None:
            count = grams.units(self.text_bytes)
            marks = np.arange(1, count) * (self.text_bytes / count)
            inner = np.searchsorted(self.starts[:-1], marks)
            units = self._units = np.concatenate([[0], inner, [len(self)]])
        return units

    @property
    def traits(self) -> Traits:
        """What stands in the text that makes it harder to search."""
        traits = self._traits
        if traits is None:
            traits = self._traits = traits_of(self.text, escapes=self.escapes)
        return traits

    def index(self, text: bytes | None = None) -> None:
        """Add what lets `may_hold` say no.

        Args:
            text: `self.text`, where the caller has it open already.
        """
        if self.indexed is None:
            traits = self.traits
            cuts = self.starts[self.units].tolist()
            planes = grams.build(text or self.text, cuts)
            self.indexed = index_of(planes, traits, escapes=self.escapes)
            self._weigh()

    def pack(self, opened: Opened | None = None, *, squeezed: bool = False) -> None:
        """Let the text rest compressed.

        Args:
            opened: Where what is opened of it again may be kept.
            squeezed: Whether as `squeeze` would leave it.
        """
        text = self._text
        if text is not None:
            assert self.traits  # ... is told while the text is open
            self.loud = self._loud(opened, squeezed=squeezed)
            rows = self._frame_rows()
            cuts = self.starts[rows].tolist()
            self._frames = Frames.of(
                text, rows.tolist(), cuts, opened, squeezed=squeezed
            )
            self._text = None
        self._decoded = None
        self._weigh()

    def squeeze(self) -> None:
        """Let compressed text rest in fewer bytes, and be opened more slowly."""
        frames = self._frames
        if frames is not None:
            self._frames = frames.squeeze()
        if self.loud is not None:
            self.loud.segment.squeeze()
        self._weigh()

    def _loud(self, opened: Opened | None, *, squeezed: bool) -> Loud | None:
        rows = np.flatnonzero(self.levels >= LOUD)
        size = int((self.starts[rows + 1] - self.starts[rows]).sum())
        few = size * LOUD_SHARE <= self.text_bytes
        if not size or not few or self.text_bytes < LOUD_BYTES_MIN:
            return None
        apart = self.only(rows)
        apart.pack(opened, squeezed=squeezed)
        return Loud(rows, apart)

    def _frame_rows(self) -> Rows:
        """Rows at which frames begin and, last, the count of rows; none is empty."""
        units = self.units
        few = max(1, round(FRAME_BYTES * (len(units) - 1) / max(1, self.text_bytes)))
        return once(np.append(units[:-1:few], len(self)))

    def forget_decoded(self) -> None:
        """Give back what `escaped` keeps."""
        if self._decoded is not None:
            self._decoded = None
            self._weigh()

    def may_hold(self, needle: bytes) -> Units | None:
        """Which units' search text can hold a lower-cased needle; None if all can."""
        index, text, found = self.indexed, self._text, None
        if index is None and text is not None and len(text) <= SMALL_BYTES:
            folded = text.lower()
            if not all(piece in folded for piece in self.as_written(needle)):
                return np.zeros(len(self.units) - 1, np.bool_)
        elif index is not None:
            for piece in self.as_written(needle):
                if len(piece) >= grams.GRAM_BYTES:
                    held = grams.may_hold(index.planes, piece)
                    found = held if found is None else found & held
        return found

    def as_written(self, needle: bytes) -> list[bytes]:
        """Pieces of a needle that text which holds it also holds before decoding."""
        return as_written(needle, self.traits if self.escapes else None)

    def holds_as_written(self, needle: bytes) -> bool:
        """Whether search text that holds the needle also does so before decoding.

        So it is where nothing is escaped, and for a needle that no escape can yield.
        """
        return not self.escapes or self.traits.runs.fullmatch(needle) is not None

    def stretches(
        self, units: Units | None = None, work: Work | None = None
    ) -> Iterator[Stretch]:
        """The records of some units, opened one stretch after the other.

        Args:
            units: Which of them; None for all. Others may come with them.
            work: Counts what had to be opened.
        """
        text, frames = self._text, self._frames
        if text is not None:
            whole = units is None or bool(units.all())
            kept = self.escaped if whole else self._kept
            for first, last in [(0, len(self))] if whole else self._runs(units):
                yield self._stretch(first, last, text, 0, kept)
            return
        assert frames is not None
        for at in range(len(frames)):
            first, last = frames.rows[at], frames.rows[at + 1]
            if units is None or self._any(units, first, last):
                opened = frames.open(at, work, keep=units is not None)
                base = frames.cuts[at]
                yield self._stretch(first, last, opened, base, lambda: None)

    def _stretch(
        self, first: int, last: int, text: bytes, base: int, kept: Any
    ) -> Stretch:
        starts = self.starts[first : last + 1]
        if base:
            starts = starts - np.uint32(base)  # a copy: the column is shared
        return Stretch(first, text, starts, self.flags[first:last], self.origin, kept)

    def _runs(self, units: Units | None) -> list[tuple[int, int]]:
        """First and last row of units that stand side by side."""
        assert units is not None
        edges = np.flatnonzero(np.diff(units, prepend=False, append=False))
        rows = self.units[edges].tolist()
        pairs = zip(rows[::2], rows[1::2], strict=True)
        return [(first, last) for first, last in pairs if first < last]

    def _any(self, units: Units, first: int, last: int) -> bool:
        begin, end = np.searchsorted(self.units, (first, last)).tolist()
        return bool(units[begin:end].any())

    def unit_of(self, rows: Rows) -> Rows:
        """The unit that holds each of some rows."""
        return np.searchsorted(self.units, rows, side="right") - 1

    def _kept(self) -> Texts | None:
        return self._decoded

    def raw(self, row: int, text: bytes | None = None) -> bytes:
        """One record as held, without its last line end.

        Args:
            row: From 0.
            text: `self.text`, where the caller has it open already.
        """
        begin, end = int(self.starts[row]), int(self.starts[row + 1])
        whole, base = (text or self._text), 0
        if whole is None:
            loud, frames = self.loud, self._frames
            if loud is not None and self.levels[row] >= LOUD:
                return loud.segment.raw(int(np.searchsorted(loud.rows, row)))
            assert frames is not None
            at = bisect_right(frames.rows, row) - 1
            whole, base = frames.open(at), frames.cuts[at]
        return whole[begin - base : end - base].rstrip(b"\n")

    def search_text(self, row: int, text: bytes | None = None) -> bytes:
        """What `query` and `regex` look at, for one record; ends with no line end."""
        raw = self.raw(row, text)
        if not self.flags[row] & ESCAPED:
            return raw
        return self.origin.decode(raw).rstrip(b"\n")

    def escaped(self) -> Texts:
        """The records that hold escapes, decoded and joined; see `Stretch.escaped`.

        Kept for the next call only beside text that rests plain: packed, it would outgrow
        what packing gained.
        """
        kept = self._decoded
        if kept is None:
            rows = np.flatnonzero(self.flags & ESCAPED)
            text, ends = decoded(self.text, self.starts, rows, self.origin)
            kept = (text, ends, rows)
            if not self.packed:
                self._decoded = kept
                self._weigh()
        return kept

    def offset(self, row: int) -> int:
        """Where the record begins in its file, bytes before any decoding."""
        return self._base + int(self._offsets[row])

    def offsets(self, rows: Rows) -> Rows:
        """`offset` of some rows."""
        return self._base + self._offsets[rows].astype(np.int64)

    def row_at(self, offset: int) -> int | None:
        """The row that begins at this byte of the file; None if none does."""
        found = np.flatnonzero(self._offsets == offset - self._base)
        return int(found[0]) if len(found) else None

    def only(self, rows: Rows) -> "Segment":
        """A segment of some of the records, for whoever needs no others.

        Args:
            rows: Ascending, at least one.
        """
        texts = [self.raw(row) + b"\n" for row in rows.tolist()]
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
        return Segment(
            Block(
                origin=self.origin,
                text=b"".join(texts),
                starts=np.concatenate([[0], ends[:-1]]).astype(np.uint32),
                times=self.times[rows],
                levels=self.levels[rows],
                flags=self.flags[rows],
                offsets=self.offsets(rows),
                begin=self.begin,
                end=self.end,
                labels=self.labels.take(rows),
            )
        )

    def rows_from(self, offset: int) -> Rows:
        """The rows that begin at or after this byte of the file."""
        if offset <= self.begin:
            return np.arange(len(self))
        return np.flatnonzero(self._offsets >= offset - self._base)

    def record_id(self, row: int) -> str:
        """Public id of one record."""
        return self.origin.record_id(self.offset(row))

    def record(self, row: int, text: bytes | None = None) -> Record:
        """One record, read whole; its time and level are the columns'."""
        read = self.origin.parse(self.raw(row, text))
        flags = int(self.flags[row])
        return Record(
            time_ns=None if flags & UNTIMED else int(self.times[row]),
            level=Level(int(self.levels[row])),
            message=read.message,
            text=read.text,
            level_inferred=bool(flags & INFERRED),
            logger=read.logger,
            service=read.service,
            trace=read.trace,
            fields=with_label(read.fields, self.labels.of(row)),
            exception=read.exception,
            truncated=bool(flags & TRUNCATED),
        )

    def kind_at(self, row: int) -> ErrorKind | None:
        """The group of an error; None for other records and before errors are known."""
        errors = self.errors
        if errors is None:
            return None
        at = int(np.searchsorted(errors.rows, row))
        if at >= len(errors.rows) or errors.rows[at] != row:
            return None
        return errors.table[int(errors.kinds[at])]


def _never_goes_back(column: NDArray[Any]) -> bool:
    return bool(np.all(column[1:] >= column[:-1]))
