"""Records that were not looked at before: what is looked at as it arrives.

Of each file the stretch is known that was looked at. What lies behind it arrived since,
what lies before it is history that was read since.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from log_mcp.beat import beat
from log_mcp.store.ring import Held
from log_mcp.store.segment import Rows, Segment

EVERYWHERE: Final = 2**62


class Fresh(NamedTuple):
    """Records of one file that were not looked at before.

    Attributes:
        segment: Of them alone.
        grown: Whether the first of them was, and has got more lines since.
        young: Whether the file's last record is among them.
        mark: From which byte of the file on records arrived since looking began.
    """

    segment: Segment
    grown: bool
    young: bool
    mark: int


class Stretches:
    """The stretch of each file that was looked at.

    Args:
        marks: Per file, where what was there when looking began ends; files without a
            mark came later.
    """

    def __init__(self, marks: Mapping[str, int]) -> None:
        self._marks = marks
        self._seen: dict[str, tuple[int, int]] = {}

    def fresh(self, held: Sequence[Held], oldest_ns: int) -> Iterator[Fresh]:
        """What of all that is held was not looked at, and is from now on.

        Args:
            held: All of it.
            oldest_ns: Segments without a younger record are passed over.
        """
        for one in held:
            if not one.segments:
                continue
            begin, end = self._seen.get(one.key, (EVERYWHERE, -1))
            last = one.segments[-1]
            mark = self._marks.get(one.key, 0)
            for segment in one.segments:
                beat()
                inside = begin <= segment.begin and segment.end <= end
                if inside or segment.last_ns < oldest_ns:
                    continue
                for rows, grown in _outside(segment, begin, end):
                    whole = len(rows) == len(segment)
                    part = segment if whole else segment.only(rows)
                    young = segment is last and int(rows[-1]) == len(segment) - 1
                    yield Fresh(part, grown, young, mark)
            first = one.segments[0].begin
            self._seen[one.key] = (min(begin, first), max(end, last.end))
        gone = self._seen.keys() - {one.key for one in held}
        for key in gone:
            del self._seen[key]


def _outside(segment: Segment, begin: int, end: int) -> Iterator[tuple[Rows, bool]]:
    """The rows before a stretch and those behind it, and whether the first only grew."""
    if end < 0:
        yield np.arange(len(segment)), False
        return
    if segment.begin < begin:
        older = np.setdiff1d(np.arange(len(segment)), segment.rows_from(begin))
        if len(older):
            yield older, False
    if segment.end > end:
        rows = segment.rows_from(end)
        first = int(rows[0]) if len(rows) else len(segment)
        edge = segment.offset(first) if len(rows) else segment.end
        # As `query.look` has it: lines that were added to a record make it news.
        grown = bool(first and edge > end > segment.begin)
        if grown:
            rows = np.append(first - 1, rows)
        if len(rows):
            yield rows, grown
