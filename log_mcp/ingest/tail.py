"""One file read at both ends: what is added to it, and what it held before.

Operations we want: the lines that came since the last look; the next older stretch of
what was there at the start; any stretch again, for a question that reaches further back
than memory; the record at an offset.

Plan: live reading begins at a place near the end where a record surely begins, so that
the recent past is there at once. History is read from there backwards. That of a
compressed file is made in one go and given out from the last block to the first.
"""

import itertools
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from log_mcp.block import Block
from log_mcp.errors import SourceError
from log_mcp.ingest.calendar import Calendar
from log_mcp.ingest.door import is_binary
from log_mcp.ingest.family import is_live
from log_mcp.ingest.file import SAMPLE_BYTES, LogFile
from log_mcp.ingest.lines import LINE_BYTES_MAX, LineReader
from log_mcp.ingest.origin import FileOrigin, Name
from log_mcp.ingest.past import READ_BYTES, UNIT_BYTES, Past, Unit, aligned, told_apart
from log_mcp.ingest.pipeline import Pipeline, Scanned
from log_mcp.ingest.reading import Reading, Settings, tell
from log_mcp.span import HOUR, SECOND

if TYPE_CHECKING:  # not needed to run, and slow to import
    from concurrent.futures import Executor, Future

# Read before anything else, so that it is there at once.
FIRST_BYTES: Final = 256 * 1024
LOOK_BYTES: Final = 8 * 1024 * 1024  # of one file, before others have their turn
PATIENCE_NS: Final = SECOND  # of silence, then an unfinished last line is taken
REDETECT_BYTES: Final = (4 * 1024, SAMPLE_BYTES)  # a young file's format is told again
REDATE_NS: Final = 12 * HOUR  # an anchor older than this is renewed
EVERYTHING: Final = 2**62  # bytes; no file is as long
RECENT_NS: Final = HOUR  # whatever its name says, it may be written to

_numbers = itertools.count(1)


class Tail:
    """A file that is followed.

    Attributes:
        file: Its bytes.
        key: Tells it from every other file of the process.
        frontier: What lies before has not been given by `history` yet.
        binary: Whether it holds no text, and so is not read.
        waits: Whether an unfinished last line is being waited for.
        behind: Whether more had been added than the last look took.
        read_lines: How many lines were understood.
        all_lines: How many were looked at.
        nuls: How many NUL bytes among them were left out.
        left_out: How many records its source left out.
    """

    def __init__(self, file: LogFile, name: Name, settings: Settings) -> None:
        self.file = file
        self.key = f"f{next(_numbers)}"
        self.frontier = 0
        self._begun = 0
        self._appeared = False
        self.binary = False
        self.waits = False
        self.behind = False
        self.read_lines = 0
        self.all_lines = 0
        self.left_out = 0
        self.nuls = 0
        self._name = name
        self._settings = settings
        self._reader = LineReader()
        self._pipeline: Pipeline | None = None
        self._origin: FileOrigin | None = None
        self._past: Past | None = None
        self._seen_bytes = 0
        self._anchor_ns = 0
        self._waiting = (0, 0)
        self._read_to: tuple[int, int] | None = None
        self._unpacked: deque[Block] | None = None
        self._damage: SourceError | None = None
        self._heir: LogFile | None = None
        self._ahead: tuple[Past, int, Future[Unit]] | None = None

    @property
    def position(self) -> int:
        """What lies before has been taken by `fresh` or is left to `history`."""
        return self._reader.position

    @property
    def reading(self) -> Reading | None:
        """How the file is read; None while it is empty."""
        return self._origin.reading if self._origin else None

    def begin(self, now_ns: int, *, appeared: bool = False) -> None:
        """Look at the file as it is found at the start: history and a live end.

        Args:
            now_ns: The time, UTC nanoseconds.
            appeared: Whether it was not there at the start: what it holds may be lines
                that were put away before they were read.

        Raises:
            OSError, SourceError: It cannot be read.
        """
        self.file.look()
        if not self._consider(now_ns):
            return
        if self.file.packed:
            self.frontier, self._appeared = 1, appeared
            return
        size = self._begun = self.file.size
        recent = now_ns - self.file.mtime_ns < RECENT_NS
        if recent or is_live(self.file.path or ""):
            assert self._past is not None
            self.frontier = self._past.start_before(size - FIRST_BYTES, size)
        else:
            self.frontier = self._last_line_end(size)  # All of it is history.
        self._reader.position = self.frontier
        self.file.mark(self.frontier)

    def _last_line_end(self, size: int) -> int:
        """Where the last whole line ends; a rest behind it may still go on."""
        begin = max(0, size - READ_BYTES - LINE_BYTES_MAX) & ~1
        reader = LineReader(begin, self._reader.encoding)
        reader.take(self.file.read(begin, size - begin))
        return reader.position if reader.position > begin else 0

    def adopt(self, copy: LogFile) -> None:
        """Go on in a copy, now that the file itself is truncated or gone.

        What an open descriptor still has is read first.
        """
        self._heir = copy

    @property
    def adopts(self) -> bool:
        """Whether it is about to go on in a copy."""
        return self._heir is not None

    def close(self) -> None:
        """Follow it no more."""
        self.file.close()
        if self._heir is not None:
            self._heir.close()

    @property
    def is_gone(self) -> bool:
        """Whether nothing more can be read of it, as far as is known."""
        return self.file.path is None and not self.file.open and self._heir is None

    @property
    def idle(self) -> bool:
        """Whether nothing was added since `fresh` last gave all there was."""
        return (
            not self.waits and self._heir is None and self._read_to == self.file.state
        )

    def fresh(self, now_ns: int) -> Iterator[Block]:
        """The records of lines that were added, in blocks.

        One look takes `LOOK_BYTES` and a block at most, so that a file which is written
        without pause keeps no other one waiting; `behind` says that there is more.

        Raises:
            OSError, SourceError: It cannot be read.
        """
        state = self.file.state
        self.binary = False  # Told anew: something else may have been written over it.
        self.behind = False
        if not self.file.packed and self.file.open:
            yield from self._added(self.file, now_ns)
        if self._heir is not None and not self.behind:
            yield from self._inherited(self._heir, now_ns)
        if not self.behind:
            self._read_to = state

    def _inherited(self, heir: LogFile, now_ns: int) -> Iterator[Block]:
        try:
            while True:
                yield from self._added(heir, now_ns)
                if not self.behind:
                    break
                self.behind = False  # The copy may be renamed before the next look.
            self.file.move_to(heir)
            self._shorten()
        finally:
            # Where it failed, because the copy was renamed, it will be found again.
            self._heir = None
            heir.close()

    def _shorten(self) -> None:
        """Go back to where a copy ends that was made before the last lines came."""
        size = self.file.size
        if not self.file.packed and 0 < size < self.position:
            self._reader.position = size
            self.file.mark(size)

    def _added(self, file: LogFile, now_ns: int) -> Iterator[Block]:
        self.waits = False
        end = self.position + LOOK_BYTES
        while not self.binary:
            if self.position >= end:
                self.behind = True
                return
            data = file.read(self.position, READ_BYTES + LINE_BYTES_MAX)
            if not data and self._pipeline is not None and self._pipeline.holds:
                self.waits = not (file.packed or self._is_overdue(0, now_ns))
                if not self.waits:
                    yield self._counted(
                        self._pipeline.settle(self.position, now_ns)
                    ).block
            if not data or not self._is_one(file, data) or not self._consider(now_ns):
                return
            assert self._pipeline is not None
            before = self.position
            final = file.packed or self._is_overdue(len(data), now_ns)
            raw = self._reader.take(data, final=final)
            if raw is None and self.position == before:
                self.waits = not final
                return
            if not file.packed:
                file.advance(self.position, data[: self.position - before])
            if raw is not None:
                # What was there at the start is as old as the file, not as this look.
                written = now_ns if before >= self._begun else file.mtime_ns
                if before < self._begun and self._past is not None:
                    self._past.learn(raw.end)
                last = len(data) < READ_BYTES + LINE_BYTES_MAX
                scanned = self._pipeline.feed(raw, written, last=last)
                yield self._counted(scanned).block

    def _is_one(self, file: LogFile, data: bytes) -> bool:
        """Whether what was read now goes on where reading stopped.

        A file can be truncated and grow again between two reads.
        """
        if file.packed:
            return True
        if self.position:
            file.look()
        elif file.holds(0):
            file.begin(data)
        return file.holds(self.position)

    def _is_overdue(self, size: int, now_ns: int) -> bool:
        """Whether an unfinished line has been waited for long enough."""
        place = self.position + size
        if self._waiting[0] != place:
            # What was there at the start has been silent since it was written.
            found = place == self._begun
            since = min(now_ns, self.file.mtime_ns) if found else now_ns
            self._waiting = (place, since)
        elif now_ns < self._waiting[1]:  # The clock went back.
            self._waiting = (place, now_ns)
        return size <= LINE_BYTES_MAX and now_ns - self._waiting[1] >= PATIENCE_NS

    @property
    def reads_ahead(self) -> bool:
        """Whether a stretch is held that `history` has not given yet."""
        return self._ahead is not None

    def history(self, room_bytes: int, ahead: "Executor | None" = None) -> Block | None:
        """The next older stretch; None when all has been given.

        Args:
            room_bytes: How much of a compressed file is worth keeping.
            ahead: Reads the stretch before it meanwhile; None to read none.

        Raises:
            OSError, SourceError: It cannot be read.
        """
        if self.binary or not self.frontier or self._past is None:
            return None
        if self.file.packed:
            return self._unpacked_history(self._past, room_bytes)
        if not self.file.holds(self.position):
            raise SourceError("was truncated or deleted before all of it was read")
        unit = self._read_ahead() or self._past.before(self.frontier)
        if ahead is not None and unit.begin:
            self._submit(self._past, unit.begin, ahead)
        block = self._counted(unit.scanned()).block
        self.frontier = unit.begin
        return block

    def skip_history(self) -> None:
        """Give no more of what was there at the start."""
        self.frontier, self._unpacked, self._ahead = 0, None, None

    def is_due(self, since_ns: float) -> bool:
        """Whether history is left that is to be read ahead of questions.

        That of a file which was compressed at the start waits for one.

        Args:
            since_ns: How far back questions reached up to now, UTC nanoseconds.
        """
        waits = self.file.packed and not self.position and not self._appeared
        return bool(self.frontier) and not (waits and self.file.mtime_ns < since_ns)

    @property
    def is_last_stretch(self) -> bool:
        """Whether the next stretch of `history` is the oldest one."""
        return 0 < self.frontier <= UNIT_BYTES

    def prepare(self, ahead: "Executor") -> None:
        """Have the next stretch of `history` read meanwhile, if that can be."""
        past, end = self._past, self.frontier
        if past is not None and end and not (self.binary or self.file.packed):
            self._submit(past, end, ahead)

    def _submit(self, past: Past, end: int, ahead: "Executor") -> None:
        if self._ahead is None:
            self._ahead = (past, end, ahead.submit(past.before, end))

    def _read_ahead(self) -> Unit | None:
        """The stretch that was read ahead, if it still is the next one."""
        if self._ahead is None:
            return None
        (earlier, end, reading), self._ahead = self._ahead, None
        due = earlier is self._past and end == self.frontier
        return reading.result() if due else None

    def _unpacked_history(self, earlier: Past, room_bytes: int) -> Block | None:
        if self._unpacked is None:
            unpacked: deque[Block] = deque()
            # One that was packed only now is read up to what is known of it.
            end = self.frontier if self.position else None
            scanned = (self._counted(one).block for one in earlier.forwards(end))
            size = 0
            try:
                for block in aligned(scanned):
                    unpacked.append(block)
                    size += len(block.text)
                    while size > room_bytes and len(unpacked) > 1:
                        size -= len(unpacked.popleft().text)
            except SourceError as error:
                self._damage = error
            self._unpacked = unpacked
        if not self._unpacked:
            self.frontier = 0
            if self._damage is not None:
                raise self._damage
            return None
        block = self._unpacked.pop()
        self.frontier = max(1, block.begin)
        return block

    def before(self, end: int | None) -> Iterator[Block]:
        """What the file holds before an offset, read again from the disk.

        Args:
            end: An offset at which a record begins; None for all of it.

        Yields:
            Blocks from the last to the first; those of a compressed file from the first
            to the last.

        Raises:
            OSError, SourceError: It cannot be read.
        """
        if self._past is None or self.binary:
            return
        if self.file.packed:
            scanned = self._past.forwards(end)
            yield from aligned(one.block for one in scanned)
            return
        if not self.file.holds(self.position):
            raise SourceError("was truncated or deleted")
        yield from self._past.units(self.position if end is None else end)

    def between(self, begin: int, end: int | None) -> Iterator[Block]:
        """What the file holds from an offset to another, read again from the disk.

        Args:
            begin: An offset at which a record begins.
            end: Likewise; None for all of it.

        Yields:
            Blocks from the first to the last.

        Raises:
            OSError, SourceError: It cannot be read.
        """
        if self._past is None or self.binary:
            return
        if not self.file.packed and not self.file.holds(self.position):
            raise SourceError("was truncated or deleted")
        if end is None and not self.file.packed:
            end = self.position
        yield from self._past.between(begin, end)

    @property
    def dated_bytes(self) -> int:
        """How much of it was read to tell the dates that its times lack."""
        calendar = self.calendar
        return 0 if calendar is None else calendar.dated_bytes(self.file.size)

    def learn(self, begin: int) -> None:
        """Know the dates of all records from a place on; see `Past.learn`."""
        if self._past is not None and not self.binary:
            self._past.learn(begin)

    def at(self, offset: int) -> Block | None:
        """A block whose first record begins at an offset; None if none does there.

        Raises:
            OSError, SourceError: It cannot be read.
        """
        return None if self._past is None else self._past.at(offset)

    def _counted(self, scanned: Scanned) -> Scanned:
        self.read_lines += scanned.read
        self.all_lines += scanned.count
        self.nuls += scanned.nuls
        self.left_out += scanned.left_out
        return scanned

    def _consider(self, now_ns: int) -> bool:
        """Tell the format, or tell it again; whether the file can be read."""
        size = self.position if self.packed_or_far else self.file.size
        due = self._origin is None or any(
            self._seen_bytes < mark <= size for mark in REDETECT_BYTES
        )
        stale = self._anchor_ns and now_ns - self._anchor_ns > REDATE_NS
        if not due and not stale:
            return True
        head = self.file.read(0, SAMPLE_BYTES)
        if not head:
            return False
        self.binary = is_binary(head[:8192])
        if self.binary:
            return False
        self._seen_bytes = max(size, len(head))
        anchor_ns = max(self.file.mtime_ns, now_ns * bool(stale))
        reading = tell(self.file, head, self._settings, anchor_ns)
        old = self._origin.reading if self._origin else None
        if old is None or not old.like(reading) or stale:
            self._anchor_ns = now_ns
            self._use(reading)
        return True

    @property
    def packed_or_far(self) -> bool:
        """Whether the whole head has been seen for good."""
        return self.file.packed or self._seen_bytes >= SAMPLE_BYTES

    def _use(self, reading: Reading) -> None:
        origin = FileOrigin(
            self._name,
            self.key,
            self.file,
            reading,
            self._settings.service,
            self._settings.thin,
            self._calendar_of(reading),
        )
        redactor = self._settings.redactor
        origin = told_apart(origin, redactor, reading.zone or self._settings.zone)
        self._origin = origin
        self._past = Past(origin, redactor)
        self._reader.encoding = reading.encoding
        if self._pipeline is None:
            self._pipeline = Pipeline(
                origin, reading, redactor, origin.calendar, origin.folds
            )
        else:
            self._pipeline.turn(origin, reading, origin.calendar, origin.folds)

    @property
    def calendar(self) -> Calendar | None:
        """Dates of its records; None where their times are whole."""
        return self._origin.calendar if self._origin else None

    def _calendar_of(self, reading: Reading) -> Calendar | None:
        """The file's dates by a reading: what is known stays, told again or not."""
        undated = reading.undated
        if undated is None:
            return None
        known = self._origin.calendar if self._origin else None
        if known and (known.period, known.zone) == (undated.period, undated.zone):
            return known
        return Calendar(undated.period, undated.zone)
