"""Errors folded by group: count, first, last, who is affected.

Thousands of groups are nothing unusual, and an answer shows a handful. So all errors are
sorted once, by group and time, and a group is looked at only when it is asked for.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.once import once
from log_mcp.query.search import Hit
from log_mcp.record import Level
from log_mcp.store.segment import ErrorKind, Errors, Rows, Segment

VARIES: Final = "<*>"  # a word of a title that its records do not share
CUT: Final = "…"


@lru_cache(maxsize=4096)
def together(one: ErrorKind, other: ErrorKind) -> ErrorKind:
    """One name for two records of a group: what their titles share, word by word.

    However many are put together, in whatever order, the name is the same.
    """
    words, others = one.title.split(" "), other.title.split(" ")
    ends = words[-1].endswith(CUT) or others[-1].endswith(CUT)
    cut = ends or len(words) != len(others)
    shared = [a if a == b else VARIES for a, b in zip(words, others, strict=False)]
    if cut:
        shared = [word for word in shared if word != CUT]
        while shared and shared[-1] == VARIES:
            shared.pop()
        shared.append(CUT)
    return ErrorKind(one.id, " ".join(shared), min(one.type, other.type))


class Part(NamedTuple):
    """Some records of a segment and the groups they belong to.

    Attributes:
        segment: That holds them.
        rows: Ascending.
        codes: Index into `table`, one a row.
        traces: Hash of the correlation value, one a row; 0 where there is none.
        table: The groups.
    """

    segment: Segment
    rows: Rows
    codes: NDArray[np.uint32]
    traces: NDArray[np.uint64]
    table: tuple[ErrorKind, ...]


def part(segment: Segment, rows: Rows, errors: Errors) -> Part:
    """Those of some rows that are errors, with their groups."""
    if len(rows) == len(errors.rows) and np.array_equal(rows, errors.rows):
        return Part(segment, rows, errors.kinds, errors.traces, errors.table)
    if len(rows) and len(errors.rows):
        asked = np.zeros(len(segment), np.bool_)
        asked[rows] = True
        (chosen,) = asked[errors.rows].nonzero()
    else:
        chosen = np.empty(0, np.int64)
    own = errors.rows[chosen].astype(np.int64)
    return Part(segment, own, errors.kinds[chosen], errors.traces[chosen], errors.table)


def _among(whole: Part, groups: Collection[str]) -> Part:
    """The records of some groups."""
    segment, rows, codes, traces, table = whole
    wanted = np.fromiter((kind.id in groups for kind in table), np.bool_, len(table))
    chosen = wanted[codes]
    return Part(segment, rows[chosen], codes[chosen], traces[chosen], table)


class Tally:
    """What is known of one group."""

    __slots__ = ("_begin", "_end", "_of", "kind")

    def __init__(self, kind: ErrorKind, of: "Tallies", begin: int, end: int) -> None:
        self.kind = kind
        self._of = of
        self._begin = begin
        self._end = end

    @property
    def count(self) -> int:
        """How many records there are."""
        return self._end - self._begin

    @property
    def times(self) -> NDArray[np.int64]:
        """Their times, ascending."""
        return self._of.times[self._begin : self._end]

    def within(self, begin_ns: int, end_ns: int) -> "Tally | None":
        """The part of it that lies in a window, both ends inside; None if nothing does."""
        first = self._begin + int(np.searchsorted(self.times, begin_ns))
        last = self._begin + int(np.searchsorted(self.times, end_ns, "right"))
        return Tally(self.kind, self._of, first, last) if first < last else None

    @property
    def first_ns(self) -> int:
        """Time of the earliest."""
        return int(self.times[0])

    @property
    def last_ns(self) -> int:
        """Time of the latest."""
        return int(self.times[-1])

    @property
    def level(self) -> Level:
        """The highest level of any of them."""
        return Level(int(self._of.levels[self._begin : self._end].max()))

    @property
    def sources(self) -> dict[str, int]:
        """Count per source, the largest first."""
        owners = self._of.owners[self._begin : self._end]
        counts = np.bincount(self._of.source_codes[owners])
        found = {
            self._of.sources[code]: int(counts[code]) for code in counts.nonzero()[0]
        }
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))

    def since(self, since: Mapping[str, int], default: int) -> int:
        """The earliest of some times of its sources; of a source without one none.

        Args:
            since: A time of each source.
            default: Where none of them has one.
        """
        of = self._of
        codes = np.bincount(of.source_codes[of.owners[self._begin : self._end]])
        names = map(of.sources.__getitem__, codes.nonzero()[0].tolist())
        return min([since[name] for name in names if name in since], default=default)

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """Hash of the correlation value of each, in the order of `times`; 0 for none."""
        return self._of.traces[self._begin : self._end]

    def hits(self, most: int) -> list[Hit]:
        """Some of them, evenly spread over their times, oldest first."""
        count = min(most, self.count)
        places = np.linspace(self._begin, self._end - 1, count).astype(np.int64)
        return [
            Hit(self._of.segments[int(self._of.owners[at])], int(self._of.rows[at]))
            for at in once(places)
        ]

    @property
    def traces(self) -> int:
        """Number of distinct correlation values."""
        found = once(self.hashes)
        return int(np.count_nonzero(found))

    @property
    def example(self) -> Hit:
        """The newest of them."""
        last = self._end - 1
        segment = self._of.segments[int(self._of.owners[last])]
        return Hit(segment, int(self._of.rows[last]))


class Tallies:
    """All groups of some records.

    Args:
        parts: The records.
        among: Ids of the groups that are wanted; None for all.

    Attributes:
        kinds: The groups.
        counts: Records of each, int64.
        severest: Highest level of each, uint8.
        latest: Time of the latest of each, int64.
        times: Of all records, by group and then time; so are the columns below.
        levels: `Level` values, uint8.
        traces: Hash of the correlation value, uint64.
        owners: Index into `segments`, int64.
        rows: Row in that segment, int64.
        segments: That hold the records.
        sources: Names of their sources.
        source_codes: Index into `sources`, one a segment.
    """

    def __init__(
        self, parts: Iterable[Part], among: Collection[str] | None = None
    ) -> None:
        index: dict[str, int] = {}
        self.kinds: list[ErrorKind] = []
        self.segments: list[Segment] = []
        columns: list[tuple[NDArray[np.int64], Part]] = []
        kinds, known = self.kinds, index.get
        for whole in parts:
            beat()
            one = whole if among is None else _among(whole, among)
            if not len(one.rows):
                continue
            table = one.table
            lookup = np.empty(len(table), np.int64)
            # A kind of a segment's table need not occur in the rows that were asked for.
            (used,) = np.bincount(one.codes).nonzero()
            places = []
            for code in used.tolist():
                kind = table[code]
                at = known(kind.id)
                if at is None:
                    at = index[kind.id] = len(kinds)
                    kinds.append(kind)
                elif kind is not kinds[at] and kind != kinds[at]:
                    kinds[at] = together(kinds[at], kind)
                places.append(at)
            lookup[used] = places
            columns.append((lookup[one.codes], one))
            self.segments.append(one.segment)
        self._index = index
        names = [segment.origin.source for segment in self.segments]
        self.sources = list(dict.fromkeys(names))
        codes = {name: code for code, name in enumerate(self.sources)}
        self.source_codes = np.array([codes[name] for name in names], np.int64)
        self._sort(columns)

    def _sort(self, columns: list[tuple[NDArray[np.int64], Part]]) -> None:
        def joined(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
            return np.concatenate(arrays) if arrays else np.empty(0, np.int64)

        groups = joined([codes for codes, _ in columns])
        times = joined([one.segment.times[one.rows] for _, one in columns])
        rows = joined([one.rows for _, one in columns])
        owners = np.repeat(
            np.arange(len(columns)), [len(one.rows) for _, one in columns]
        )
        order = np.lexsort((rows, times, groups))
        self.times, self.rows, self.owners = times[order], rows[order], owners[order]
        self.levels = joined([one.segment.levels[one.rows] for _, one in columns])[
            order
        ]
        self.traces = joined([one.traces for _, one in columns])[order]
        self.counts = np.bincount(groups, minlength=len(self.kinds))
        self._ends = np.cumsum(self.counts)
        self.kept = np.flatnonzero(self.counts)
        begins = (self._ends - self.counts)[self.kept]
        self.severest = np.zeros(len(self.kinds), np.uint8)
        self.latest = np.zeros(len(self.kinds), np.int64)
        if len(begins):
            self.severest[self.kept] = np.maximum.reduceat(self.levels, begins)
            self.latest[self.kept] = self.times[self._ends[self.kept] - 1]

    def __len__(self) -> int:
        return len(self.kept)

    def __iter__(self) -> Iterator[Tally]:
        return map(self.at, self.kept.tolist())

    def at(self, code: int) -> Tally:
        """One group by its index in `kinds`."""
        end = int(self._ends[code])
        return Tally(self.kinds[code], self, end - int(self.counts[code]), end)

    def get(self, group: str) -> Tally | None:
        """One group by its id; None if no record belongs to it."""
        code = self._index.get(group)
        if code is None or not self.counts[code]:
            return None
        return self.at(code)


class Stretch:
    """What of some groups lies in a window, without counting anew.

    Args:
        of: All of them.
        begin_ns: Where the window begins, UTC nanoseconds.
        end_ns: Where it ends; inside.
    """

    def __init__(self, of: Tallies, begin_ns: int, end_ns: int) -> None:
        self._of = of
        self._window = (begin_ns, end_ns)

    def __len__(self) -> int:
        """How many records it holds."""
        begin, end = self._window
        return int(
            np.count_nonzero((self._of.times >= begin) & (self._of.times <= end))
        )

    def get(self, group: str) -> Tally | None:
        """One group by its id; None if no record of it lies there."""
        tally = self._of.get(group)
        return None if tally is None else tally.within(*self._window)
