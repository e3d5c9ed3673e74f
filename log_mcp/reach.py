"""What is no longer, or not yet, in memory, read again from the disk.

A question that reaches further back than the ring is answered through the same code:
files are read backwards into segments that live as long as the question.
"""

from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

from log_mcp.beat import beat
from log_mcp.errors import SourceError
from log_mcp.feed import Feed
from log_mcp.ingest.source import Source
from log_mcp.ingest.tail import EVERYTHING, Tail
from log_mcp.query.filter import Filter
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment

LAG_BYTES: Final = 2_000_000  # one look takes as much: less is read in a moment
LOOK_BYTES: Final = (
    64  # before a record, which tell in nearly every file that it is no hole
)
HOLE_BYTES: Final = 1024 * 1024  # of a hole are compared at a time
FIRST_RECORDS: Final = 65  # of a segment, that say when it begins

_holes: Final[WeakKeyDictionary[Tail, int]] = WeakKeyDictionary()


@dataclass(slots=True)
class Gap:
    """A stretch of a file that is not held.

    Attributes:
        tail: The file.
        source: Name of its source.
        end: Where it ends; None if nothing of the file is held.
        begin: Where it begins; what stands before was looked at by a call before, or is
            forgotten on request.
        read_bytes: How much of it was read, or is too old to matter.
    """

    tail: Tail
    source: str
    end: int | None
    begin: int = 0
    read_bytes: int = 0

    @property
    def bytes(self) -> int:
        """Its size on disk; of a compressed file, all of it."""
        size = self.tail.file.size
        if self.tail.file.packed:
            return size
        return max(0, min(size if self.end is None else self.end, size) - self.begin)


@dataclass(slots=True)
class Reach:
    """What a question found beyond memory.

    Attributes:
        gaps: What it concerns and is not held.
        read_bytes: How much of that was read from the disk, or is too old to matter.
        looked_bytes: How much was really read.
        lost: Sources of which older records are on no disk any more.
        unread: Sources whose files could not be read.
        behind: Bytes that were written and not read yet, by source; only where they are
            more than the next look takes.
        undated: Of sources whose times lack their date, how much is read to tell it, in
            bytes; only where the time was over before that was done.
        loading: Whether history is still on its way into memory: then nothing is read
            from the disk, and the answer is not complete.
    """

    gaps: list[Gap] = field(default_factory=list)
    read_bytes: int = 0
    looked_bytes: int = 0
    lost: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    behind: dict[str, int] = field(default_factory=dict)
    undated: dict[str, int] = field(default_factory=dict)
    loading: bool = False

    @property
    def missing_bytes(self) -> int:
        """What is not held, in bytes on disk."""
        return sum(gap.bytes for gap in self.gaps)

    @property
    def left_bytes(self) -> int:
        """What was not looked at, also of files that were begun."""
        return sum(gap.bytes - gap.read_bytes for gap in self.gaps)

    @property
    def complete(self) -> bool:
        """Whether all of it was read."""
        lacking = self.loading or self.lost or self.unread or self.behind
        return not lacking and self.read_bytes >= self.missing_bytes


def begins_ns(segment: Segment) -> int:
    """When a segment begins; one misdated record among its first says nothing."""
    first = sorted(segment.times[:FIRST_RECORDS].tolist())
    return int(first[len(first) // 2])  # No mean: a float holds no nanoseconds.


def reach(feed: Feed, held: tuple[Held, ...], wanted: Filter) -> Reach:
    """What a question concerns and memory does not hold, once history is loaded.

    Args:
        feed: Knows all files.
        held: What memory held when the question was asked. What has been loaded since
            is read from the disk, so that nothing is missed and nothing counts twice.
        wanted: The question.
    """
    behind = _behind(feed, wanted)
    if not feed.loaded:
        return Reach(behind=behind, loading=True)
    by_key = {one.key: one for one in held}
    found = Reach(behind=behind)
    for source in feed.catalog.sources:
        if wanted.sources is not None and source.name not in wanted.sources:
            continue
        for tail in reversed(source.tails):
            gap = _gap(tail, source.name, by_key.get(tail.key), wanted)
            if gap is None:
                continue
            if tail.file.path is None:
                found.lost.append(source.name)
            else:
                found.gaps.append(gap)
        if _is_lost(source, wanted):
            found.lost.append(source.name)
    return found


def _is_lost(source: Source, wanted: Filter) -> bool:
    """Whether a question concerns files that were there once, and are not known now."""
    if source.lost_ns is None or wanted.marks is not None:
        return False
    return wanted.since_ns is None or wanted.since_ns <= source.lost_ns


def lag_bytes(tail: Tail, size: int | None = None) -> int:
    """How much was written to a file and is not read yet.

    A line that is still being written is no lag, nor is what `history` will give.

    Args:
        tail: Follows the file.
        size: Of the file, in bytes; None to ask for it.
    """
    file = tail.file
    if file.packed or file.path is None or tail.binary or tail.waits:
        return 0
    return max(0, (file.size if size is None else size) - tail.position)


def falls_behind(feed: Feed) -> bool:
    """Whether much is read just now: history, or what was written faster than it is read."""
    return not feed.loaded or any(lag_bytes(tail) > LAG_BYTES for tail in feed.tails())


def _behind(feed: Feed, wanted: Filter) -> dict[str, int]:
    found = {}
    for source in feed.catalog.sources:
        if wanted.sources is None or source.name in wanted.sources:
            lag = sum(map(lag_bytes, tuple(source.tails)))
            if lag > LAG_BYTES:
                found[source.name] = lag
    return found


def _gap(tail: Tail, source: str, held: Held | None, wanted: Filter) -> Gap | None:
    if tail.binary or tail.reading is None:
        return None
    since = wanted.since_ns
    if wanted.marks is not None:
        return None  # What is new since a call is younger than any history.
    begin = held.cleared.end if held is not None else 0
    if held is None or not held.segments:
        old = since is not None and tail.file.mtime_ns < since
        blank = tail.position <= begin and (not tail.file.packed or tail.position > 0)
        nothing = old or blank or begin >= EVERYTHING
        return None if nothing else Gap(tail, source, None, begin)
    first = held.segments[0]
    nothing = first.begin <= begin or (since is not None and begins_ns(first) < since)
    if nothing or _is_hole(tail, first.begin):
        return None
    return Gap(tail, source, first.begin, begin)


def _is_hole(tail: Tail, end: int) -> bool:
    """Whether a file holds nothing but NUL bytes before an offset.

    A writer that did not open its file to append leaves such a hole of any size when
    the file is truncated. It is looked at once: what stands behind it stays there.
    """
    if tail.file.packed or tail.file.path is None:
        return False
    if _holes.get(tail) == end:
        return True
    begin, size = end, LOOK_BYTES
    try:
        while begin > 0:
            beat()
            size = min(begin, size)
            if tail.file.read(begin - size, size) != bytes(size):
                return False
            begin, size = begin - size, HOLE_BYTES
    except (OSError, SourceError):
        return False
    _holes[tail] = end
    return True
