"""Whole lines of one file -> blocks of scanned records.

A `Pipeline` is what a line passes on its way to the ring: the door, then the format. It
holds what must be known from one block to the next, so one pipeline reads one unbroken
stretch of a file, forwards.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.block import Block, Origin
from log_mcp.formats import Carry, Columns
from log_mcp.ingest.door import Door, Text
from log_mcp.ingest.lines import RawLines
from log_mcp.ingest.reading import Reading
from log_mcp.record import NO_TIME, TRUNCATED, UNTIMED
from log_mcp.redact import Redactor

RECORD_BYTES_MAX: Final = 1024 * 1024  # what continues a longer record is left out


@dataclass(frozen=True, slots=True, eq=False)
class Scanned:
    """A block, and what only those want to know who print or count lines.

    Attributes:
        block: Ready for the ring.
        first: Physical line at which each record begins, counted from 0 in the stretch.
        ends: Physical line at which each record ends, likewise; what continues the last
            one in the next block is not known yet.
        lead_end: Physical line at which what continues the record before ends; -1 if
            nothing but blank lines does.
        read: How many lines belong to a record that was understood.
        count: How many lines there are, empty ones left out.
    """

    block: Block
    first: NDArray[np.int64]
    ends: NDArray[np.int64]
    lead_end: int
    read: int
    count: int


class Pipeline:
    """Reads one unbroken stretch of a file, forwards.

    Args:
        origin: What the blocks come from.
        reading: How the file is read.
        redactor: Takes secrets out.
    """

    def __init__(self, origin: Origin, reading: Reading, redactor: Redactor) -> None:
        self.origin = origin
        self.reading = reading
        self.carry = Carry()
        self._door = Door(reading.encoding, reading.envelope, redactor)
        self._time_ns: int | None = None
        self._open_bytes = 0
        self._line = 0

    def feed(self, raw: RawLines, fallback_ns: int) -> Scanned:
        """The records of the next lines.

        Args:
            raw: Lines that follow those fed before.
            fallback_ns: Where records stand in time while none has stated one.
        """
        text = self._door.admit(raw)
        before = self.carry
        columns = self.reading.format.scan(text.data, before)
        self.carry = columns.carry
        first = text.lines[0][columns.lines] + self._line
        times, flags = self._times(text, columns, fallback_ns)
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
        )
        ends, lead_end, count = self._ends(text, columns)
        self._line += len(raw.offsets)
        return Scanned(block, first, ends, lead_end, columns.read, count)

    def _ends(self, text: Text, columns: Columns) -> tuple[NDArray[np.int64], int, int]:
        """Physical lines at which records end, blank lines behind them left out.

        Returns:
            Of each record; of what continues the one before; how many lines are not
            blank.
        """
        breaks = np.flatnonzero(np.frombuffer(text.data, np.uint8) == 10)
        full = np.diff(breaks, prepend=-1) > 1
        order = np.arange(len(full))
        filled = np.maximum.accumulate(np.where(full, order, 0)) if len(full) else order
        after = np.append(columns.lines[1:].astype(np.int64), len(full)) - 1
        last_line = text.lines[1]
        lead = int(columns.lines[0]) if len(columns.lines) else len(full)
        lead_end = -1
        if lead and full[:lead].any():
            lead_end = int(last_line[filled[lead - 1]]) + self._line
        if not len(columns.lines):
            return np.empty(0, np.int64), lead_end, int(np.count_nonzero(full))
        last = np.maximum(filled[after], columns.lines)
        return last_line[last] + self._line, lead_end, int(np.count_nonzero(full))

    def _times(
        self, text: Text, columns: Columns, fallback_ns: int
    ) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Times of all records, a neighbour's where none is stated, and the flags."""
        times, flags = columns.times, columns.flags
        silent = times == NO_TIME
        if text.times is not None and silent.any():
            times = np.where(silent, text.times[columns.lines], times)
            silent = times == NO_TIME
        if not silent.any():
            if len(times):
                self._time_ns = int(times[-1])
            return times, flags.copy()
        known = np.flatnonzero(~silent)
        if self._time_ns is None:
            self._time_ns = int(times[known[0]]) if len(known) else None
        before = fallback_ns if self._time_ns is None else self._time_ns
        at = np.maximum.accumulate(np.where(silent, -1, np.arange(len(times))))
        filled = np.where(at >= 0, times[at], before)
        if len(known):
            self._time_ns = int(filled[-1])
        return filled, flags | np.where(silent, UNTIMED, 0).astype(np.uint8)

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

    def turn(self, origin: Origin, reading: Reading) -> None:
        """Go on by another reading of the same file: nothing that is open is lost."""
        self.origin = origin
        self.reading = reading
        self._door.turn(reading.encoding, reading.envelope)
