"""The way of a question through memory and disk, and where it stopped.

Operations we want: every segment that a question concerns, held or read from the disk, in
the order of the answer as far as segments have one; an end when time is over; a place to
go on from, in another call or another process.

Goals: each record is looked at once, though its file is renamed or compressed meanwhile,
or its segment evicted, and however its times go back and forth.

Plan: what is left of a file is one stretch of it. Newest first it is taken from its end,
oldest first from its beginning; of all files, the one goes first whose next piece is the
youngest, or the oldest. When that is, is known of what is held, and told by neighbours
and by times of files for the rest: if that is wrong, pieces come in another order, and
still each comes once. A compressed file can only be read forwards, so of its unheld part
the beginning goes first in both orders.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import NamedTuple

import numpy as np

from log_mcp.beat import OutOfTime, also
from log_mcp.block import Block
from log_mcp.errors import SourceError
from log_mcp.feed import Feed
from log_mcp.ingest.file import HEAD_BYTES, RecordId
from log_mcp.once import once
from log_mcp.pace import Pace, far
from log_mcp.query.cursor import EVER, Stretch
from log_mcp.query.filter import Filter
from log_mcp.query.look import ErrorsOf, match
from log_mcp.query.sift import sift
from log_mcp.reach import Gap, Reach, begins_ns
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment

Lean = Callable[[Segment], Segment | None]
Left = Mapping[str, Stretch]
"""What is left of files, by their key; one that is not named is left as a whole."""


class _Piece(NamedTuple):
    """What comes next of a file, and what is left of it then.

    Attributes:
        segment: To look at; None if there is nothing in it.
        low: See `Stretch`.
        high: See `Stretch`.
        edge_ns: When what follows ends (newest first) or begins.
        named: Holds a record of the piece, which names the file; None if none does. Of what
            was read from the disk it is the record's id, so that no text is kept.
    """

    segment: Segment | None
    low: int
    high: int
    edge_ns: int
    named: Segment | str | None = None


def whole(segment: Segment) -> Segment | None:
    """A segment as it is."""
    return segment


def narrowed(wanted: Filter, errors: ErrorsOf, context: int = 0) -> Lean:
    """Leaves a segment that was read from the disk what is of use for a filter.

    An answer keeps its hits until it is shown, and a hit keeps its segment.

    Args:
        wanted: The filter.
        errors: The errors of a segment.
        context: How many records around each are of use, too.
    """

    def lean(segment: Segment) -> Segment | None:
        rows = match(segment, wanted, errors)
        if not len(rows):
            return None
        near = np.arange(-context, context + 1)
        every = once(np.add.outer(rows, near))
        return segment.only(every[(every >= 0) & (every < len(segment))])

    return lean


class _Undated(Exception):
    """The time was over before it was known of which days the records are that follow."""


@dataclass(slots=True, eq=False)
class _Way:
    """A stretch of one file, and what of it is held.

    Attributes:
        segments: Those to look at and, where the way through them ends, the last one.
        void: That one, if there is nothing to look at in it.
        named: Has the record that names the file, if no call before did; None if none
            was seen yet.
    """

    key: str
    source: str
    segments: list[Segment]
    void: Segment | None
    gap: Gap | None
    low: int
    high: int
    edge_ns: int
    named: Segment | None = None
    before: str = ""

    @property
    def begun(self) -> bool:
        """Whether anything was seen of it."""
        return bool(self.before or self.named)

    @property
    def record(self) -> str:
        """Id of a record of the file; empty if none was seen yet."""
        if not self.before and self.named is not None:
            self.before = self.named.record_id(len(self.named) - 1)
        return self.before


@dataclass(slots=True)
class Sweep:
    """Segments one after the other, until all were looked at or the time is over.

    Attributes:
        held: What memory held when the question was asked.
        reach: What it does not hold.
        wanted: The question.
        pace: Ends it; None for an end of its own alone.
        newest: Newest first; else oldest first.
        left: What calls before it left of files.
        until: Where it stops: what is left there was not looked at.
        edge_ns: When what those calls left begins or ends; None if there were none.
        lean: Makes a segment that was read from the disk smaller; None if it is of no
            use.
        sifted: Whether those that are held and cannot answer are passed over.
        share: Of the time that it may take: what was found is still to be worked out.
        begun: Whether anything was asked of it.
        late: Whether the time was over before all was looked at.
    """

    held: Sequence[Held]
    reach: Reach
    wanted: Filter
    pace: Pace
    newest: bool = True
    left: Left = field(default_factory=dict)
    until: Left | None = None
    edge_ns: int | None = None
    lean: Lean = whole
    sifted: bool = False
    share: float = 1.0
    begun: bool = False
    late: bool = False
    _read: int = 0
    _total: int = 0
    _ways: list[_Way] = field(default_factory=list)
    _steps: list[tuple[_Way, int, int]] = field(default_factory=list)
    _at: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ways = self._planned()
        self._total = sum(way.gap.bytes for way in self._ways if way.gap is not None)

    def __iter__(self) -> Iterator[Segment]:
        self.begun = True
        ways = self._ways
        heap = [(self._rank(way), at) for at, way in enumerate(ways)]
        heapq.heapify(heap)
        pieces = [self._pieces(way) for way in ways]
        while heap:
            at = heap[0][1]
            if self.until is None and self._steps and self.is_over():
                self.late = True
                return
            self._tell()
            try:
                piece = next(pieces[at], None)
            except _Undated:
                return
            if piece is None:
                heapq.heappop(heap)
                continue
            segment = _within(piece.segment, ways[at])
            if segment is not None:
                self._at[id(segment)] = len(self._steps)
                yield segment
            self._done(ways[at], piece)
            heapq.heapreplace(heap, (self._rank(ways[at]), at))

    def in_time(self) -> None:
        """Ends what takes long amid a segment, which then was not looked at.

        The first piece is always looked at, so that each call comes further.

        Raises:
            OutOfTime: The time is over.
        """
        if self.until is None and self._steps and self.is_over():
            self.late = True
            raise OutOfTime

    def is_over(self) -> bool:
        """Whether the time is."""
        return self.pace.is_over(self.share)

    def end_at(self, segment: Segment, row: int) -> None:
        """Note that the time was over amid a segment; nothing more may be asked then.

        Args:
            segment: That was looked at last, of an answer without a cursor.
            row: From which on its records were looked at.
        """
        self.late = True
        way = next(way for way in self._ways if way.key == segment.origin.key)
        way.named = way.named or segment
        if self.newest:
            way.edge_ns = int(segment.times[row])

    def ends_amid(self, segment: Segment, row: int) -> None:
        """Note that the time was over amid a segment: the next call goes on there.

        Args:
            segment: That was given last.
            row: The first of it, in the order asked for, that was not looked at.
        """
        self.late = True
        way = next(way for way in self._ways if way.key == segment.origin.key)
        low, high, edge_ns = way.low, way.high, int(segment.times[row])
        if self.newest:
            high = segment.offset(row + 1)
        else:
            low = segment.offset(row)
        named = segment.record_id(row)
        self._done(way, _Piece(segment, low, high, edge_ns, named))

    def after(self, segments: Iterable[Segment]) -> dict[str, Stretch]:
        """What is left once the last of some segments was looked at.

        Args:
            segments: That were given; none for what was left before.
        """
        count = max((self._at[id(one)] + 1 for one in segments), default=0)
        return {**self.left, **_stretches(self._steps[:count])}

    def rest(self) -> dict[str, Stretch]:
        """What is left now."""
        return {**self.left, **_stretches(self._steps)}

    @property
    def edge(self) -> int | None:
        """Up to when all was looked at, UTC nanoseconds; None if nothing is left."""
        edges = [way.edge_ns for way in self._ways if way.low < way.high]
        return (max(edges) if self.newest else min(edges)) if edges else None

    def untouched(self) -> list[str]:
        """Sources of which nothing was looked at."""
        names = {way.source for way in self._ways}
        begun = {way.source for way in self._ways if way.begun}
        return sorted(names - begun)

    # -- the plan -------------------------------------------------------------------

    def _planned(self) -> list[_Way]:
        gaps = {gap.tail.key: gap for gap in self.reach.gaps}
        held = {one.key: one for one in self.held}
        passed = self._sifted()
        ways = []
        for key in [*held, *(key for key in gaps if key not in held)]:
            one, gap = held.get(key), gaps.get(key)
            source = _source(one, gap)
            sources = self.wanted.sources
            if sources is not None and source not in sources:
                continue
            for span in self._spans(key):
                way = self._way(key, one, gap, span, passed)
                if way is not None:
                    ways.append(way)
        if self.until is None:
            self.reach.gaps = [way.gap for way in ways if way.gap is not None]
        return ways

    def _sifted(self) -> set[Segment] | None:
        """Of what is held, the segments that can answer; None for all."""
        if not self.sifted:
            return None
        every = [segment for one in self.held for segment in one.segments]
        left = sift(every, self.wanted)
        return None if len(left) == len(every) else set(left)

    def _spans(self, key: str) -> list[tuple[int, int]]:
        """The stretches of a file to look at."""
        before = self.left.get(key)
        low, high = (before.low, before.high) if before else (0, EVER)
        if self.until is None:
            return [(low, high)]
        after = self.until.get(key)
        if after is None:
            return []
        if after.low >= after.high:
            return [(low, high)]
        return [(low, after.low), (after.high, high)]

    def _way(
        self,
        key: str,
        held: Held | None,
        gap: Gap | None,
        span: tuple[int, int],
        passed: set[Segment] | None,
    ) -> _Way | None:
        low, high = span
        low = max(low, held.cleared.end if held is not None else 0)
        if low >= high:
            return None
        inside = [
            s for s in (held.segments if held else ()) if s.begin < high and s.end > low
        ]
        void = None
        if inside and passed is not None:
            last = inside[0 if self.newest else -1]
            void = None if last in passed else last
            inside = [one for one in inside if one in passed or one is void]
        if gap is not None:
            end = min(EVER if gap.end is None else gap.end, high)
            whole = None if end == EVER else end
            gap = Gap(gap.tail, gap.source, whole, low) if low < end else None
        if not inside and gap is None:
            return None
        record = self.left[key].record if key in self.left else ""
        edge = self._first_edge(inside, gap, known=key in self.left)
        source = _source(held, gap)
        return _Way(key, source, inside, void, gap, low, high, edge, before=record)

    def _first_edge(self, held: list[Segment], gap: Gap | None, *, known: bool) -> int:
        if self.newest and held:
            return held[-1].last_ns
        if gap is None:
            return held[0].first_ns
        file = gap.tail.file
        if self.newest:
            edge = file.mtime_ns
            return min(edge, self.edge_ns) if known and self.edge_ns else edge
        return self.edge_ns if known and self.edge_ns else self._older_ns(gap)

    def _older_ns(self, gap: Gap) -> int:
        """When the file before it in its source ended, so that this one began."""
        others = [
            one.tail.file.mtime_ns
            for one in self.reach.gaps
            if one.source == gap.source
            and one.tail.file.mtime_ns < gap.tail.file.mtime_ns
        ]
        return max(others, default=-EVER)

    def _rank(self, way: _Way) -> int:
        return -way.edge_ns if self.newest else way.edge_ns

    # -- the pieces -----------------------------------------------------------------

    def _pieces(self, way: _Way) -> Iterator[_Piece]:
        if self.newest:
            yield from self._of_memory(way)
            yield from self._of_disk(way)
        else:
            yield from self._of_disk(way)
            yield from self._of_memory(way)

    def _of_memory(self, way: _Way) -> Iterator[_Piece]:
        order = way.segments[::-1] if self.newest else way.segments
        for segment, following in zip_longest(order, order[1:]):
            seen = None if segment is way.void else segment
            if self.newest:
                # Where nothing is left on disk, what stands before no record is done.
                done = not following and way.gap is None and not self.reach.loading
                if following or done:
                    edge = following.last_ns if following else segment.first_ns
                else:
                    edge = begins_ns(segment)
                high = way.low if done else min(way.high, segment.begin)
                yield _Piece(seen, way.low, high, edge, segment)
            else:
                edge = following.first_ns if following else segment.last_ns
                low = max(way.low, segment.end)
                yield _Piece(seen, low, way.high, edge, segment)

    def _of_disk(self, way: _Way) -> Iterator[_Piece]:
        gap = way.gap
        if gap is None:
            return
        backwards = self.newest and not gap.tail.file.packed
        self._date(gap, backwards=backwards)
        try:
            for block in self._blocks(gap, backwards=backwards):
                size = block.end - block.begin
                self.reach.looked_bytes += size
                self._read += min(size, gap.bytes - gap.read_bytes)
                gap.read_bytes = min(gap.bytes, gap.read_bytes + size)
                low = way.low if backwards else max(way.low, block.end)
                high = min(way.high, block.begin) if backwards else way.high
                if not len(block.starts):
                    yield _Piece(None, low, high, way.edge_ns)
                    continue
                segment = Segment(block)
                over = self._is_past(segment, gap)
                if over and self.newest:
                    high = way.low
                edge = self._next_edge(way, segment)
                named = None if way.begun else segment.record_id(len(segment) - 1)
                yield _Piece(self.lean(segment), low, high, edge, named)
                if over:
                    break
        except (OSError, SourceError):
            self.reach.unread.append(gap.source)
            return
        self._read += gap.bytes - gap.read_bytes
        gap.read_bytes = gap.bytes
        if self.until is None:
            self.reach.read_bytes += gap.bytes
        if self.newest:
            yield _Piece(None, way.low, way.low, way.edge_ns)

    def _date(self, gap: Gap, *, backwards: bool) -> None:
        """Have the dates known of what is read next; each call comes further.

        Raises:
            _Undated: There was no time for it.
        """
        tail, calendar = gap.tail, gap.tail.calendar
        place = gap.begin
        if backwards:
            place = tail.position if gap.end is None else gap.end
        if calendar is None or calendar.knows(place):
            return
        learned = calendar.learned

        def end() -> None:
            if calendar.learned != learned and self.is_over():
                raise OutOfTime

        self.pace.beat(0.0, "counting the days of history")
        try:
            with also(end):
                tail.learn(place)
        except OutOfTime:
            self.late = True
            self.reach.undated[gap.source] = tail.dated_bytes
            raise _Undated from None

    def _blocks(self, gap: Gap, *, backwards: bool) -> Iterator[Block]:
        if not backwards:
            yield from gap.tail.between(gap.begin, gap.end)
            return
        for block in gap.tail.before(gap.end):
            if block.end <= gap.begin:
                return
            yield block

    def _next_edge(self, way: _Way, segment: Segment) -> int:
        if self.newest:
            return min(way.edge_ns, begins_ns(segment))
        return max(way.edge_ns, segment.last_ns)

    def _is_past(self, segment: Segment, gap: Gap) -> bool:
        """Whether what follows on the disk lies outside the window."""
        since, until = self.wanted.since_ns, self.wanted.until_ns
        if self.newest:
            old = since is not None and segment.last_ns < since
            return old and not gap.tail.file.packed
        return until is not None and segment.first_ns > until

    def _done(self, way: _Way, piece: _Piece) -> None:
        """Note what is left of a file now."""
        way.low, way.high, way.edge_ns = piece.low, piece.high, piece.edge_ns
        if isinstance(piece.named, str):
            way.before = way.before or piece.named
        else:
            way.named = way.named or piece.named
        if way.begun:
            self._steps.append((way, way.low, way.high))

    def _tell(self) -> None:
        """Say how far it is to whoever waits."""
        if not self._read:
            self.pace.beat(0.0)
        else:
            what = f"read {far(self._read, self._total)} of history"
            self.pace.beat(self._read / max(1, self._total), what)


def _stretches(steps: Iterable[tuple[_Way, int, int]]) -> dict[str, Stretch]:
    """What was left of files after the last of some steps in each."""
    last = {way.key: (way, low, high) for way, low, high in steps}
    return {
        key: Stretch(way.record, *((low, high) if low < high else (0, 0)))
        for key, (way, low, high) in last.items()
    }


def _source(held: Held | None, gap: Gap | None) -> str:
    """The source of a file of which one of both is known."""
    return held.source if held is not None else gap.source if gap is not None else ""


def _within(segment: Segment | None, way: _Way) -> Segment | None:
    """The part of a segment that lies in what is left of its file."""
    if segment is None or (segment.begin >= way.low and segment.end <= way.high):
        return segment
    offsets = segment.offsets(np.arange(len(segment)))
    rows = np.flatnonzero((offsets >= way.low) & (offsets < way.high))
    if len(rows) == len(segment):
        return segment
    return segment.only(rows) if len(rows) else None


def keys_of(feed: Feed, records: Iterable[str]) -> dict[str, str]:
    """The key, in this process, of the file that each of some records is in."""
    known = {name: RecordId.read(name) for name in records}
    wanted = {name: one for name, one in known.items() if one is not None}
    early = [name for name, one in wanted.items() if one.offset < HEAD_BYTES]
    late: dict[str, list[str]] = {}
    for name, one in wanted.items():
        if one.offset >= HEAD_BYTES:
            late.setdefault(one.digest, []).append(name)
    found: dict[str, str] = {}
    for tail in feed.tails():
        file = tail.file
        names = [n for n in early if file.record_id(wanted[n].offset) == n]
        if late:
            digest = RecordId.read(file.record_id(HEAD_BYTES))
            assert digest is not None
            names += late.get(digest.digest, [])
        found |= dict.fromkeys(names, tail.key)
    return found
