"""Which pass of an hour is meant that a zone's clocks showed twice, where no line says it.

Lines of a file follow each other in time. So where times without a zone fall back by more
than a minute inside of such an hour, the second pass begins there: 02:59, then 02:00. If
they do not, the first one is meant, as everywhere else.

Operations we want: the times of a block's records, whatever part of the file was read
before, and the same ones whenever a part is read again.

Plan: of each such hour the file has one place, from which on the second pass is meant. It
depends on the lines from the hour's begin on alone. Whoever reads the file forwards meets
them; for whoever begins inside of the hour, the lines before are read once.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, tzinfo
from typing import Final, NamedTuple

import numpy as np

from log_mcp import timestamp
from log_mcp.beat import beat
from log_mcp.block import Block
from log_mcp.errors import SourceError
from log_mcp.lazy import lazy
from log_mcp.period import Column
from log_mcp.record import NO_TIME, UNTIMED
from log_mcp.span import HOUR
from log_mcp.zone import Change, changes

_FALL_NS: Final = 60 * 10**9  # a smaller one is disorder
_LONGEST_NS: Final = 3 * HOUR  # that a zone's clocks were ever set back by
_SOME_ROWS: Final = 16  # of a part; if they all lack a zone, all do
_TEXT_BYTES_MAX: Final = 4096  # of a record in which a time is looked for
_TIME: Final = lazy(rb"(?<![0-9])(?:%s)" % timestamp.PATTERN)


def states_clock(text: bytes, clock_ns: int) -> bool:
    """Whether a record states a time without a zone.

    Args:
        text: Of the record.
        clock_ns: What the clocks showed, as if they were those of UTC.
    """
    return any(
        timestamp.parse(found[0], UTC, clock_ns, day_first) == clock_ns
        for found in _TIME.finditer(text, 0, _TEXT_BYTES_MAX)
        for day_first in (False, True)
    )


class Part(NamedTuple):
    """Records of a part of a file.

    Attributes:
        begin: Where the part begins in the file.
        end: Where it ends.
        offsets: Where each record begins.
        times: Of each, the first pass taken; `NO_TIME` where not stated.
        text: One record's, by its row.
    """

    begin: int
    end: int
    offsets: Column
    times: Column
    text: Callable[[int], bytes]

    @classmethod
    def of(cls, block: Block) -> "Part":
        """What a block holds."""
        times = np.where(block.flags & UNTIMED, NO_TIME, block.times)
        edges = np.append(block.starts, len(block.text)).tolist()

        def text(row: int) -> bytes:
            return block.text[edges[row] : edges[row + 1]]

        return cls(block.begin, block.end, block.offsets, times, text)

    def inside(self, change: Change) -> Column:
        """The rows that state no zone and lie in the hour before a change."""
        low = change.at_ns - (change.before_ns - change.after_ns)
        rows = np.flatnonzero((self.times >= low) & (self.times < change.at_ns))
        some = rows[:: -(-len(rows) // _SOME_ROWS)] if len(rows) else rows
        shown = [self._shows(row, change) for row in some.tolist()]
        if all(shown):
            return rows
        if not any(shown):
            return rows[:0]
        return np.array([row for row in rows.tolist() if self._shows(row, change)])

    def _shows(self, row: int, change: Change) -> bool:
        beat()
        return states_clock(self.text(row), int(self.times[row]) + change.before_ns)

    def begins_before(self, change: Change, row: int) -> bool:
        """Whether a record above a row is older than the hour before a change."""
        above = self.times[:row]
        low = change.at_ns - (change.before_ns - change.after_ns)
        return bool(((above != NO_TIME) & (above < low)).any())


class _Hour(NamedTuple):
    """What is known of an hour in a file.

    Attributes:
        begin: From where on, in the file.
        end: Up to where.
        high_ns: The latest time of the first pass.
        place: Where the second pass begins; None if it has not begun.
    """

    begin: int
    end: int
    high_ns: int = 0
    place: int | None = None

    def knows(self, part: Part) -> bool:
        return self.begin <= part.begin and part.end <= self.end

    def leads_to(self, part: Part) -> bool:
        return self.begin <= part.begin <= self.end

    def taken(self, part: Part, rows: Column) -> "_Hour":
        """The same, with the rows of the hour that a part holds."""
        rows = rows[part.offsets[rows] >= self.end] if self.end > part.begin else rows
        if self.place is not None or not len(rows):
            return self._replace(end=part.end)
        times = part.times[rows]
        highs = np.maximum.accumulate(np.append(self.high_ns, times))
        fell = np.flatnonzero(times < highs[:-1] - _FALL_NS)
        place = int(part.offsets[rows[fell[0]]]) if len(fell) else None
        return _Hour(self.begin, part.end, int(highs[-1]), place)


class Folds:
    """Second passes in one file; safe to use from any thread.

    Args:
        zone: Of times that state none.
        before: The blocks before a place in the file, from the last to the first, all
            of their times of the first pass.
    """

    def __init__(self, zone: tzinfo, before: Callable[[int], Iterator[Block]]) -> None:
        self._zone = zone
        self._before = before
        self._hours: dict[int, _Hour] = {}  # never changed in place

    def times(self, part: Part) -> Column:
        """UTC epoch nanoseconds of a part's records."""
        known = part.times[part.times != NO_TIME]
        if not len(known):
            return part.times
        times = part.times
        first, last = int(known.min()), int(known.max())
        for change in changes(self._zone, first, last + _LONGEST_NS):
            back_ns = change.before_ns - change.after_ns
            rows = part.inside(change) if back_ns > 0 else times[:0]
            place = self._place(change, part, rows) if len(rows) else None
            if place is not None:
                times = times.copy() if times is part.times else times
                times[rows[part.offsets[rows] >= place]] += back_ns
        return times

    def _place(self, change: Change, part: Part, rows: Column) -> int | None:
        hour = self._hours.get(change.at_ns)
        if hour is None or not hour.knows(part):
            if hour is None or not hour.leads_to(part):
                hour = self._begun(change, part, int(rows[0]))
            hour = self._hours[change.at_ns] = hour.taken(part, rows)
        return hour.place

    def _begun(self, change: Change, part: Part, row: int) -> _Hour:
        """What is known of an hour up to where a part begins."""
        if not part.begin or part.begins_before(change, row):
            return _Hour(part.begin, part.begin)
        earlier: list[tuple[Part, Column]] = []
        # Who reads the records will meet what is wrong with the file, too, and say so.
        with suppress(OSError, SourceError):
            for block in self._before(part.begin):
                one = Part.of(block)
                earlier.append((one, one.inside(change)))
                if one.begins_before(change, len(one.times)):
                    break
        begin = earlier[-1][0].begin if earlier else part.begin
        hour = _Hour(begin, begin)
        for one, inside in reversed(earlier):
            hour = hour.taken(one, inside)
        return hour
