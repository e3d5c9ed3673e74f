"""Whole lines of one file -> blocks of scanned records.

A `Pipeline` is what a line passes on its way to the ring: the door, then the format. It
holds what must be known from one block to the next, so one pipeline reads one unbroken
stretch of a file, forwards.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.block import Block, Origin, only
from log_mcp.bytemark import marks
from log_mcp.formats import Carry, Columns
from log_mcp.ingest.calendar import Calendar, Stretch
from log_mcp.ingest.door import Door, Text
from log_mcp.ingest.folds import Folds, Part
from log_mcp.ingest.lines import RawLines
from log_mcp.ingest.reading import Reading
from log_mcp.record import NO_TIME, TRUNCATED, UNTIMED
from log_mcp.redact import Redactor

RECORD_BYTES_MAX: Final = 1024 * 1024  # what continues a longer record is left out


class Lines(NamedTuple):
    """Where the records of a block stand in the file, in physical lines from 0.

    Attributes:
        first: Line at which each record begins.
        ends: Line at which each record ends, blank lines behind it left out; what
            continues the last one in the next block is not known yet.
        lead_end: Line at which what continues the record before ends; -1 if nothing but
            blank lines does.
    """

    first: NDArray[np.int64]
    ends: NDArray[np.int64]
    lead_end: int


@dataclass(frozen=True, slots=True, eq=False)
class Scanned:
    """A block, and what only those want to know who print or count lines.

    Attributes:
        block: Ready for the ring.
        read: How many lines belong to a record that was understood.
        left_out: How many records the source leaves out.
    """

    block: Block
    read: int
    _text: Text
    _rows: NDArray[np.uint32]
    _line: int
    left_out: int = 0

    @property
    def nuls(self) -> int:
        """How many NUL bytes were left out."""
        return self._text.nuls

    @property
    def count(self) -> int:
        """How many lines there are, empty ones left out."""
        return int(np.count_nonzero(self._full()))

    def lines(self) -> Lines:
        """Where the records stand in the stretch that the pipeline reads."""
        full, (firsts, lasts) = self._full(), self._text.lines
        rows, line = self._rows.astype(np.int64), self._line
        order = np.arange(len(full))
        filled = np.maximum.accumulate(np.where(full, order, 0)) if len(full) else order
        lead = int(rows[0]) if len(rows) else len(full)
        lead_end = -1
        if lead and full[:lead].any():
            lead_end = int(lasts[filled[lead - 1]]) + line
        if not len(rows):
            return Lines(rows, rows, lead_end)
        after = np.append(rows[1:], len(full)) - 1
        last = np.maximum(filled[after], rows)
        return Lines(firsts[rows] + line, lasts[last] + line, lead_end)

    def _full(self) -> NDArray[np.bool_]:
        """Which lines are not empty."""
        ends = self._text.ends
        if ends is None:
            ends = marks(self._text.data, 10)
        return np.diff(ends, prepend=-1) > 1


def _folded(folds: Folds, raw: RawLines, text: Text, columns: Columns) -> Columns:
    """Columns in which the second pass of an hour is told from the first."""
    starts = np.append(columns.starts, len(text.data)).tolist()

    def record(row: int) -> bytes:
        return text.data[starts[row] : starts[row + 1]]

    offsets = text.offsets[columns.lines]
    part = Part(raw.begin, raw.end, offsets, columns.times, record)
    return columns._replace(times=folds.times(part))


class Pipeline:
    """Reads one unbroken stretch of a file, forwards.

    Args:
        origin: What the blocks come from.
        reading: How the file is read.
        redactor: Takes secrets out.
        calendar: Dates the records, where the reading says that they lack it.
        folds: Tells the second pass of an hour that clocks showed twice.
    """

    def __init__(
        self,
        origin: Origin,
        reading: Reading,
        redactor: Redactor,
        calendar: Calendar | None = None,
        folds: Folds | None = None,
    ) -> None:
        self.origin = origin
        self.reading = reading
        self.calendar = calendar
        self.folds = folds
        self.carry = Carry()
        self._door = Door(reading.encoding, reading.envelope, redactor)
        self._time_ns: int | None = None
        self._open_bytes = 0
        self._line = 0
        self._dropping = False  # the record that is still open

    def feed(
        self,
        raw: RawLines,
        written_ns: int,
        *,
        last: bool = True,
        final: bool = False,
    ) -> Scanned:
        """The records of the next lines.

        Args:
            raw: Lines that follow those fed before.
            written_ns: When they were written, at the latest. Records stand there in
                time while none has stated one.
            last: Whether no more is written yet.
            final: Whether lines that are held are given, too.
        """
        return self.scan(raw, self.admit(raw, final=final), written_ns, last=last)

    def settle(self, position: int, written_ns: int) -> Scanned:
        """The records of lines that are held, where no more lines come.

        Args:
            position: Where the next line would begin.
            written_ns: See `feed`.
        """
        nothing = RawLines(b"", np.zeros(0, np.int64), position, position)
        return self.feed(nothing, written_ns, final=True)

    def admit(self, raw: RawLines, *, final: bool = False) -> Text:
        """The first half of `feed`: through the door; most of it needs no interpreter."""
        return self._door.admit(raw, final=final)

    def scan(
        self, raw: RawLines, text: Text, written_ns: int, *, last: bool = True
    ) -> Scanned:
        """The second half of `feed`, for what `admit` made of the lines."""
        beat()
        before = self.carry
        text = self._emptied(text)
        columns = self._columns(raw, text, written_ns, last=last)
        if self.folds is not None:
            columns = _folded(self.folds, raw, text, columns)
        beat()
        self.carry = columns.carry
        times, flags = self._times(text, columns, written_ns, before)
        data, starts, cut = self._bounded(text.data, columns.starts.astype(np.int64))
        cut |= set((np.searchsorted(columns.lines, text.cut, "right") - 1).tolist())
        amend_level, amend_flags = columns.amend_level, columns.amend_flags
        if -1 in cut and before.open:
            if amend_level is None:
                amend_level, amend_flags = before.level, before.flags
            amend_flags |= TRUNCATED
        flags[[row for row in cut if row >= 0]] |= TRUNCATED
        block = Block(
            origin=self.origin,
            text=data,
            starts=starts.astype(np.uint32),
            times=times,
            levels=columns.levels,
            flags=flags,
            offsets=text.offsets[columns.lines],
            begin=raw.begin,
            end=raw.end,
            amend_level=amend_level,
            amend_flags=amend_flags,
            labels=text.labels.take(columns.lines),
        )
        block, left_out = self._thinned(block)
        scanned = Scanned(
            block, columns.read, text, columns.lines, self._line, left_out
        )
        self._line += len(raw.offsets)
        return scanned

    def _columns(
        self, raw: RawLines, text: Text, written_ns: int, *, last: bool
    ) -> Columns:
        """What the format says, and the dates that it does not."""
        undated, calendar = self.reading.undated, self.calendar
        before, scan = self.carry, self.reading.format.scan
        if undated is None or calendar is None:
            return scan(text.data, before, text.ends, text.changes)
        # The time of an error is no bare one, so nothing can be compared with it.
        bare = undated.format.scan(
            text.data, before._replace(error_ns=NO_TIME), text.ends, text.changes
        )
        lacking = undated.period.lacking(bare.times)
        columns = bare
        if not np.all(lacking | (bare.times == NO_TIME)):
            beat()
            columns = scan(text.data, before, text.ends, text.changes)
            if not np.array_equal(columns.starts, bare.starts):
                return columns
        rows = np.flatnonzero(lacking)
        offsets = text.offsets[columns.lines[rows]]
        phases = undated.period.phases(bare.times[rows])
        stretch = Stretch(raw.begin, raw.end, offsets, phases)
        times = columns.times.copy()
        times[rows] = calendar.times(stretch, written_ns, last=last)
        carry = columns.carry
        if carry.error_ns != NO_TIME and len(times):
            carry = carry._replace(error_ns=int(times[-1]))
        return columns._replace(times=times, carry=carry)

    def _emptied(self, text: Text) -> Text:
        data = self.reading.format.emptied(text.data)
        return text if data is text.data else text._replace(data=data, ends=None)

    def _thinned(self, block: Block) -> tuple[Block, int]:
        """The block without what its source leaves out, and how many records that are."""
        thin = self.origin.thin
        if thin is None or not (len(block.starts) or self._dropping):
            return block, 0
        lead = not self._dropping
        kept = thin(block) if len(block.starts) else np.zeros(0, np.bool_)
        if len(kept):
            self._dropping = not kept[-1]
        if lead and kept.all():
            return block, 0
        return only(block, kept, lead=lead), int(np.count_nonzero(~kept))

    def _times(
        self, text: Text, columns: Columns, written_ns: int, before: Carry
    ) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Times of all records, a neighbour's where none is stated, and the flags."""
        times, flags = columns.times, columns.flags
        silent = times == NO_TIME
        if text.times is not None:
            own = text.times[columns.lines]
            replaced = silent | (
                self._guessed(text, columns, before) & (own != NO_TIME)
            )
            if replaced.any():
                times = np.where(replaced, own, times)
                silent = times == NO_TIME
        if not silent.any():
            if len(times):
                self._time_ns = int(times[-1])
            return times, flags.copy()
        known = np.flatnonzero(~silent)
        if self._time_ns is None:
            self._time_ns = int(times[known[0]]) if len(known) else None
        start_ns = written_ns if self._time_ns is None else self._time_ns
        at = np.maximum.accumulate(np.where(silent, -1, np.arange(len(times))))
        filled = np.where(at >= 0, times[at], start_ns)
        if len(known):
            self._time_ns = int(filled[-1])
        return filled, flags | np.where(silent, UNTIMED, 0).astype(np.uint8)

    def _guessed(
        self, text: Text, columns: Columns, before: Carry
    ) -> NDArray[np.bool_]:
        """Which records state a time whose zone or date had to be guessed."""
        elsewhere = self.reading.elsewhere
        if elsewhere is None:
            return np.zeros(len(columns.times), np.bool_)
        others = elsewhere.scan(text.data, before, text.ends, text.changes).times
        if len(others) != len(columns.times):
            return np.zeros(len(columns.times), np.bool_)
        guessed: NDArray[np.bool_] = columns.times != others
        return guessed

    def _bounded(
        self, data: bytes, starts: NDArray[np.int64]
    ) -> tuple[bytes, NDArray[np.int64], set[int]]:
        """The text without what makes a record too long: whole lines of its end.

        Returns:
            The text, where records start in it, and which were cut; -1 stands for the
            one that was open before.
        """
        edges = np.concatenate([[0], starts, [len(data)]])
        sizes = np.diff(edges)
        sizes[0] += self._open_bytes
        self._open_bytes, before = int(sizes[-1]), self._open_bytes
        cut: set[int] = set()
        pieces, done = [], 0
        for at in np.flatnonzero(sizes > RECORD_BYTES_MAX).tolist():
            begin, end = int(edges[at]), int(edges[at + 1])
            room = max(0, RECORD_BYTES_MAX - before) if at == 0 else RECORD_BYTES_MAX
            # A record's own first line always stays, and may be longer by its end.
            least = 0 if at == 0 else data.index(b"\n", begin) + 1
            stop = max(least, data.rfind(b"\n", begin, begin + room) + 1, begin)
            if stop < end:
                pieces.append(data[done:stop])
                starts[at:] -= end - stop
                done = end
                cut.add(at - 1)
        return b"".join([*pieces, data[done:]]) if cut else data, starts, cut

    @property
    def holds(self) -> bool:
        """Whether lines are held; see `settle`."""
        return self._door.holds

    @property
    def waits(self) -> bool:
        """Whether what was read last is a part of something that has not ended yet."""
        return self._door.waits

    def turn(
        self,
        origin: Origin,
        reading: Reading,
        calendar: Calendar | None = None,
        folds: Folds | None = None,
    ) -> None:
        """Go on by another reading of the same file: nothing that is open is lost."""
        self.origin = origin
        self.reading = reading
        self.calendar = calendar
        self.folds = folds
        self._door.turn(reading.encoding, reading.envelope)
