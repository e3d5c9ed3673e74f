"""What a file holds already, read apart from its live end.

Operations we want: a stretch that begins and ends where records do; a compressed file
from its beginning to its end; the record at an offset.

Plan: a stretch must not begin inside a record, a line that came in pieces, or a private
key. So a beginning is looked for in windows, further and further back, and what stands
before it is looked at too. A compressed file can only be read forwards, in pieces that
end anywhere; what continues a record is moved to the block that the record is in.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timezone, tzinfo
from itertools import chain
from typing import Final

import numpy as np

from log_mcp.beat import beat, beating
from log_mcp.block import Block, join
from log_mcp.errors import SourceError
from log_mcp.formats.reader import Text as Lines
from log_mcp.ingest.calendar import Calendar, Stretch
from log_mcp.ingest.door import Text, decode, unwrap
from log_mcp.ingest.folds import Folds
from log_mcp.ingest.lines import LINE_BYTES_MAX, LineReader, RawLines
from log_mcp.ingest.origin import FileOrigin
from log_mcp.ingest.pipeline import Pipeline, Scanned
from log_mcp.ingest.weave import is_clear
from log_mcp.labels import UNLABELLED, Labels
from log_mcp.period import Period
from log_mcp.record import UNTIMED
from log_mcp.redact import Redactor

READ_BYTES: Final = 1024 * 1024
UNIT_BYTES: Final = 4 * 1024 * 1024
LOOK_BYTES: Final = 256 * 1024  # ... for a question, which may be cancelled any moment
UNIT_BYTES_MAX: Final = 32 * 1024 * 1024  # a record's beginning is looked for this far
WINDOW_BYTES: Final = 16 * 1024
_TRIES_MAX: Final = 32  # at places where traces of other streams go on
HOLE_BYTES: Final = 64  # of NUL before a place, then it is worth a look for more
# Private keys are shorter, and so is what stands between two pieces of a line.
BEFORE_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A stretch of a file that is read and through the door, but not scanned yet.

    Attributes:
        begin: Where it begins in the file.
    """

    begin: int
    _past: "Past"
    _pipeline: Pipeline
    _raw: RawLines
    _text: Text
    _mtime_ns: int

    def scanned(self) -> Scanned:
        """Its records."""
        self._past.learn(self._raw.end)
        return self._pipeline.scan(self._raw, self._text, self._mtime_ns)


def told_apart(origin: FileOrigin, redactor: Redactor, zone: tzinfo) -> FileOrigin:
    """An origin that tells the passes apart of an hour which its zone's clocks repeat.

    Args:
        origin: Of a file.
        redactor: Takes secrets out.
        zone: Of times that state none.
    """
    if isinstance(zone, timezone):
        return origin
    before = Past(replace(origin, thin=None), redactor).units
    return replace(origin, folds=Folds(zone, before))


class Past:
    """What a file holds, by one reading of it; immutable.

    Args:
        origin: The file, and how it is read.
        redactor: Takes secrets out.
    """

    def __init__(self, origin: FileOrigin, redactor: Redactor) -> None:
        self._origin = origin
        self._file = origin.file
        self._reading = origin.reading
        self._redactor = redactor

    def before(self, end: int) -> Unit:
        """The stretch before a place where a record begins, or the file ends.

        Raises:
            OSError: It cannot be read.
            SourceError: It is not there any more.
        """
        return self._unit(self.start_before(end - UNIT_BYTES, end), end)

    def _unit(self, begin: int, end: int) -> Unit:
        solid = max(begin, self._hole_before(end))
        data = self._file.read(begin, solid - begin)
        if len(data) < solid - begin:
            raise SourceError("is shorter than it was: truncated, or gone")
        return self._admitted(LineReader(begin, self._reading.encoding), data, end)

    def _admitted(
        self, reader: LineReader, data: bytes, end: int | None = None
    ) -> Unit:
        begin = reader.position
        raw = reader.take(data, final=True)
        if raw is None and not data.strip(b"\0"):  # Nothing but hole: a blank line.
            newline = "\n".encode(self._reading.encoding)
            raw = RawLines(newline, np.array([begin]), begin, begin + len(data))
        if raw is None:
            raise SourceError("holds no line where lines were read before")
        if end is not None:
            raw = raw._replace(end=end)
        pipeline = self._pipeline()
        text = pipeline.admit(raw, final=True)
        return Unit(begin, self, pipeline, raw, text, self._file.mtime_ns)

    def units(self, end: int) -> Iterator[Block]:
        """All that lies before an offset, from the last stretch to the first.

        Raises:
            OSError, SourceError: See `before`.
        """
        while end > 0:
            size = min(LOOK_BYTES, UNIT_BYTES)
            unit = self._unit(self.start_before(end - size, end), end)
            yield unit.scanned().block
            end = unit.begin

    def forwards(
        self, end: int | None, begin: int = 0, piece_bytes: int | None = None
    ) -> Iterator[Scanned]:
        """All of it from the first byte on, in blocks that may end inside a record.

        Args:
            end: An offset at which a record begins; None for all of it.
            begin: Where to begin instead: some line that is no more than `READ_BYTES`
                before it, so that a secret which goes on there is known.
            piece_bytes: Of one block, about; None for `UNIT_BYTES`.

        Raises:
            OSError: It cannot be read.
            SourceError: It is compressed and damaged; what could be read came before.
        """
        self.learn(0 if self._file.packed else begin)
        yield from self._forwards(self._pipeline(), end, begin, piece_bytes)

    def _pipeline(self) -> Pipeline:
        origin = self._origin
        return Pipeline(
            origin, self._reading, self._redactor, origin.calendar, origin.folds
        )

    def learn(self, begin: int) -> None:
        """Know the dates of all records from a place on, where their times lack it.

        It may be ended in any beat: the next call goes on where it was.
        """
        calendar, undated = self._origin.calendar, self._reading.undated
        if undated is None or calendar is None:
            return
        begin = 0 if self._file.packed else begin
        bare = self._reading._replace(format=undated.format, undated=None)
        origin = replace(
            self._origin, thin=None, reading=bare, calendar=None, folds=None
        )
        past = Past(origin, self._redactor)
        # Who reads the records will meet what is damaged, too, and say so.
        with suppress(OSError, SourceError):
            while not calendar.knows(begin):
                if calendar.begin is not None and not self._file.packed:
                    self._learn_before(calendar, past, calendar.begin)
                elif self._file.packed or begin < self._file.size:
                    self._learn_on(calendar, past, begin)
                if calendar.begin is None:
                    return
                beat()

    def _learn_before(self, calendar: Calendar, bare: "Past", end: int) -> None:
        """Know the dates of one stretch more, the last before those that are known."""
        begin = self.start_before(end - UNIT_BYTES, end)
        block = bare._unit(begin, end).scanned().block  # noqa: SLF001 - another Past
        calendar.take(_undated(block, calendar.period), self._file.mtime_ns)

    def _learn_on(self, calendar: Calendar, bare: "Past", begin: int) -> None:
        """Know all dates from a place to those that are known, or to the end."""
        pipeline, end = bare._pipeline(), calendar.begin  # noqa: SLF001 - another Past

        def stretches() -> Iterator[Stretch]:
            blocks = bare._forwards(pipeline, end, begin, READ_BYTES)  # noqa: SLF001
            with suppress(OSError, SourceError):
                while True:
                    # A beat that ended it amid a piece would end it for good.
                    with beating(lambda: None):
                        scanned = next(blocks, None)
                    if scanned is None:
                        return
                    yield _undated(scanned.block, calendar.period)

        calendar.go_on(begin, stretches, self._file.mtime_ns)

    def _forwards(
        self,
        pipeline: Pipeline,
        end: int | None,
        begin: int,
        piece_bytes: int | None = None,
    ) -> Iterator[Scanned]:
        start = max(0, begin - READ_BYTES) & ~1
        reader = LineReader(start, self._reading.encoding, skipping=start > 0)
        rest = b""
        pieces = self._file.pieces(piece_bytes or UNIT_BYTES, start)
        for piece in chain(pieces, [b""]):
            rest += piece
            if end is not None and reader.position + len(rest) > end:
                rest = rest[: end - reader.position]
            before = reader.position
            raw = reader.take(rest, final=not piece) if rest else None
            rest = rest[reader.position - before :]
            if raw is not None:
                yield pipeline.feed(raw, self._file.mtime_ns)
            if end is not None and reader.position >= end:
                break
        if pipeline.holds:
            yield pipeline.settle(reader.position, self._file.mtime_ns)

    def between(self, begin: int, end: int | None) -> Iterator[Block]:
        """The records from an offset to another, from the first to the last.

        Args:
            begin: An offset at which a record begins.
            end: Likewise; None for all that is there.

        Raises:
            OSError, SourceError: See `forwards`.
        """
        size = min(LOOK_BYTES, UNIT_BYTES)
        for block in aligned(s.block for s in self.forwards(end, begin, size)):
            if block.end <= begin:
                continue
            if not begin:
                yield block
            elif len(block.offsets) and (behind := block.offsets >= begin).any():
                yield _from_row(block, int(np.argmax(behind)))

    def at(self, offset: int) -> Block | None:
        """A block whose first record begins at an offset; None if none does there.

        What stands before the record is read too: a secret in it may have begun there.

        Raises:
            OSError, SourceError: It cannot be read.
        """
        begin = max(0, offset - READ_BYTES) & ~1
        size = offset - begin + READ_BYTES + LINE_BYTES_MAX
        data = self._file.read(begin, size)
        if begin + len(data) <= offset:
            return None
        reader = LineReader(begin, self._reading.encoding, skipping=begin > 0)
        block = self._admitted(reader, data).scanned().block
        rows = np.flatnonzero(block.offsets == offset)
        return _from_row(block, int(rows[0])) if len(rows) else None

    def start_before(self, wanted: int, end: int) -> int:
        """Where a record surely begins: the first place after `wanted`, or before it.

        Args:
            wanted: An offset; 0 or less means the beginning of the file.
            end: It begins before this.
        """
        hole = end - self._hole_before(end)
        wanted, end = wanted - hole, end - hole
        window, begin = WINDOW_BYTES, wanted & ~1
        while begin > 0:
            found = self._first_start(begin, min(window, end - begin))
            if found is not None and not self._is_inside(found):
                return found
            begin -= window
            window = min(window * 4, UNIT_BYTES_MAX // 4)
            if wanted - begin > UNIT_BYTES_MAX and begin > 0:
                return self._line_after(begin, end)
        return 0

    def _hole_before(self, end: int) -> int:
        """Where the NUL bytes before a place begin, if they are too many for a line.

        A writer that did not open its file to append leaves a hole of any size when the
        file is truncated: it is stepped over, not read.
        """
        begin = end
        while begin:
            size = min(begin, LINE_BYTES_MAX if begin < end else HOLE_BYTES)
            data = self._file.read(begin - size, size)
            if data != bytes(size):  # ten times as fast as to strip it
                begin -= len(data) - len(data.rstrip(b"\0"))
                break
            begin -= size
        begin += begin & 1  # of UTF-16 the unit is kept whole
        return begin if end - begin > LINE_BYTES_MAX else end

    def _first_start(self, begin: int, window: int) -> int | None:
        """Where the first sure record of a window begins; None if none does."""
        reader = LineReader(begin, self._reading.encoding, skipping=True)
        raw = reader.take(self._file.read(begin, window))
        if raw is None:
            return None
        data, lines = decode(raw.data, self._reading.encoding), raw.offsets
        envelope, labels = self._reading.envelope, UNLABELLED
        if envelope is not None:
            inner = unwrap(raw.data, self._reading.encoding, envelope)
            data, lines, labels = inner.text, lines[inner.first_line], inner.labels
        line = self._clear_start(data, labels)
        return None if line is None else int(lines[line])

    def _clear_start(self, data: bytes, labels: Labels) -> int | None:
        """The first line where a record begins, and nothing from before goes on behind."""
        first = 0
        for _ in range(_TRIES_MAX):
            at = self._reading.format.first_start(data)
            if at is None:
                return None
            first += data.count(b"\n", 0, at)
            data = data[at:]
            rest = labels.take(slice(first, None))
            if rest.rows is None or is_clear(Lines(data), rest, 0):
                return first
            first += 1
            data = data[data.index(b"\n") + 1 :]
        return None

    def _is_inside(self, offset: int) -> bool:
        """Whether a private key, or a line in pieces, goes on behind an offset."""
        begin = max(0, offset - BEFORE_BYTES) & ~1
        reader = LineReader(begin, self._reading.encoding, skipping=begin > 0)
        raw = reader.take(self._file.read(begin, offset - begin))
        if raw is None:
            return False
        before = decode(raw.data, self._reading.encoding)
        envelope = self._reading.envelope
        if envelope is not None:
            inner = unwrap(raw.data, self._reading.encoding, envelope)
            if inner.carry.pending:
                return True
            before = inner.text
        return before.rfind(b"-BEGIN ") > before.rfind(b"-END ")

    def _line_after(self, begin: int, end: int) -> int:
        """Where some line begins: all that can be said where no record can be told."""
        reader = LineReader(begin, self._reading.encoding, skipping=True)
        size = min(READ_BYTES + LINE_BYTES_MAX, end - begin)
        raw = reader.take(self._file.read(begin, size))
        return begin if raw is None else raw.begin


def _undated(block: Block, period: Period) -> Stretch:
    """The records of a block of bare times that lack something of their date."""
    lacking = period.lacking(block.times) & (block.flags & UNTIMED == 0)
    phases = period.phases(block.times[lacking])
    return Stretch(block.begin, block.end, block.offsets[lacking], phases)


def aligned(blocks: Iterable[Block]) -> Iterator[Block]:
    """The same records in blocks that each begin where a record does.

    Raises:
        SourceError: As the blocks do; those that came before are given first.
    """
    waiting: Block | None = None
    damage: SourceError | None = None
    rest = iter(blocks)
    while damage is None:
        try:
            block = next(rest, None)
        except SourceError as error:
            block, damage = None, error
        # A block without records, even without text, decides nothing.
        goes_on = block is not None and (block.lead or not len(block.starts))
        if waiting is not None and block is not None and goes_on:
            waiting = join((waiting, _lead(block)))
            if not len(block.starts):
                continue
            block = _from_row(block, 0)
        if waiting is not None:
            yield waiting
        if block is None:
            break
        waiting = block
    if damage is not None:
        raise damage


def _lead(block: Block) -> Block:
    """What continues the record before a block, as a block of its own."""
    end = int(block.offsets[0]) if len(block.offsets) else block.end
    return _rows(block, slice(0, 0))._replace(text=block.text[: block.lead], end=end)


def _from_row(block: Block, row: int) -> Block:
    """A block without what stands before one of its records."""
    start = block.starts[row]
    rest = _rows(block, slice(row, None))
    return rest._replace(
        text=block.text[start:],
        starts=rest.starts - start,
        begin=int(block.offsets[row]),
        amend_level=None,
        amend_flags=0,
    )


def _rows(block: Block, rows: slice) -> Block:
    return block._replace(
        starts=block.starts[rows],
        times=block.times[rows],
        levels=block.levels[rows],
        flags=block.flags[rows],
        offsets=block.offsets[rows],
        labels=block.labels.take(rows),
    )
