"""Records that answer a filter, newest or oldest first, and exact counts.

The order of records is total, so that a cursor is a place in it: time, then source, file
and offset. A record that states no time stands where its neighbour stands.

Plan: `look` says what of a segment answers; here the segments are asked, one after the
other: two at a time took more processor time and no less of the clock, as vector
operations on pieces that fit the cache hold the interpreter half of the time. Of a segment
that counts alone answer, and which holds nothing that the page would show, no row is made.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import numpy as np

from log_mcp.beat import OutOfTime, also, beat
from log_mcp.query.filter import Filter
from log_mcp.query.look import Ending, ErrorsOf, Meets, Plan, count, look, plan
from log_mcp.query.look import match as match  # noqa: PLC0414  of one segment
from log_mcp.query.sift import sift
from log_mcp.record import Level
from log_mcp.store.segment import Rows, Segment
from log_mcp.store.work import Work


class Key(NamedTuple):
    """Place of a record in the order of all records."""

    time_ns: int
    source: str
    file: str
    offset: int


class Hit(NamedTuple):
    """One matching record, not yet read."""

    segment: Segment
    row: int

    @property
    def key(self) -> Key:
        """Its place in the order."""
        segment, row = self.segment, self.row
        origin = segment.origin
        time = int(segment.times[row])
        return Key(time, origin.source, origin.key, segment.offset(row))


@dataclass(slots=True)
class Found:
    """What a search found.

    Attributes:
        hits: In the order asked for, at most the limit.
        matched: How many records match in all that was looked at.
        more: Whether there are matches after the last hit.
        work: What it cost.
    """

    hits: list[Hit]
    matched: int
    more: bool
    work: Work = field(default_factory=Work)


def search(
    segments: Iterable[Segment],
    wanted: Filter,
    errors: ErrorsOf,
    *,
    newest: bool = True,
    limit: int = 50,
    after: Key | None = None,
    ending: Ending | None = None,
    meets: Meets | None = None,
) -> Found:
    """The first records that answer a filter, and the count of all of them.

    Args:
        segments: What to look in, in any order; asked in the order of the answer, those
            behind the page cost least.
        wanted: The filter.
        errors: The errors of a segment, made if need be.
        newest: Newest first; else oldest first.
        limit: How many hits at most.
        after: Only hits behind this place; the count is not touched by it.
        ending: Ends it amid a segment, and then none behind it is looked at.
        meets: Spares reading records for conditions.
    """
    page = _Page(limit, newest)
    work = Work()
    matched, behind = 0, 0
    for segment, answer in _answers(
        segments, wanted, errors, work, ending=ending, meets=meets
    ):
        number = answer if isinstance(answer, int) else len(answer)
        matched += number
        if not number:
            continue
        if page.is_behind(segment):
            behind += number
            continue
        rows = (
            look(segment, wanted, errors, ALL, work)
            if isinstance(answer, int)
            else answer
        )
        if after is not None:
            rows = _behind(segment, rows, after, newest=newest)
        behind += len(rows)
        page.add(segment, rows)
    hits = page.hits()
    return Found(hits, matched, behind > len(hits), work)


def matching(
    segments: Iterable[Segment],
    wanted: Filter,
    errors: ErrorsOf,
    work: Work | None = None,
) -> Iterator[tuple[Segment, Rows]]:
    """Each segment that holds answers, with their rows, in the order given."""
    done = Work() if work is None else work
    for segment, answer in _answers(segments, wanted, errors, done):
        if isinstance(answer, int) and answer:
            yield segment, look(segment, wanted, errors, ALL, done)
        elif not isinstance(answer, int) and len(answer):
            yield segment, answer


def newer(
    segments: Iterable[Segment], wanted: Filter, errors: ErrorsOf
) -> Iterator[Hit]:
    """Records that answer a filter, each newer than the one before; the last is the newest.

    The youngest segments are looked at first, and none that ends before what was found.
    """
    best: Hit | None = None
    for segment in sorted(segments, key=lambda one: one.last_ns, reverse=True):
        if best is not None and segment.last_ns < best.key.time_ns:
            return
        for hit in search([segment], wanted, errors, limit=1).hits:
            if best is None or hit.key > best.key:
                best = hit
                yield hit


def number(segment: Segment, wanted: Filter, errors: ErrorsOf) -> int:
    """How many records of a segment answer a filter."""
    told = count(segment, wanted)
    return len(match(segment, wanted, errors)) if told is None else told


def earlier(
    segments: Iterable[Segment], wanted: Filter, errors: ErrorsOf
) -> Iterator[tuple[Segment, Rows]]:
    """What would answer a filter, were it not before its window; nothing if that is open."""
    open_ = replace(wanted, since_ns=None, marks=None)
    if wanted.marks is not None:
        for segment, rows in matching(segments, open_, errors):
            # A record that goes on behind its mark is news, though it begins before.
            fresh = match(segment, wanted, errors)
            old = np.setdiff1d(rows, fresh, assume_unique=True)
            if len(old):
                yield segment, old
    elif wanted.since_ns is not None:
        until = wanted.since_ns - 1
        yield from matching(segments, replace(open_, until_ns=until), errors)


def relaxed(wanted: Filter) -> dict[str, Filter]:
    """The filter with each of its parts left out in turn, by the parameter's name."""
    parts: dict[str, dict[str, Any]] = {
        "query": {"literal": None},
        "regex": {"regex": None, "whole_text": False},
        "exclude": {"exclude": ()},
        "level": {"level": Level.UNKNOWN},
        "source": {"sources": None},
        "where": {"conditions": ()},
        "trace": {"trace": None},
        "group": {"group": None},
        "since/until": {"since_ns": None, "until_ns": None, "marks": None},
    }
    variants = {name: replace(wanted, **part) for name, part in parts.items()}
    return {name: one for name, one in variants.items() if one != wanted}


ALL: Final = Plan(None, 0)

Answer = Rows | int  # what answers in a segment; a number, where only that was asked


def _answers(
    segments: Iterable[Segment],
    wanted: Filter,
    errors: ErrorsOf,
    work: Work,
    *,
    ending: Ending | None = None,
    meets: Meets | None = None,
) -> Iterator[tuple[Segment, Answer]]:
    """What answers in each segment, in the order given, as long as there is time."""
    if isinstance(segments, Sequence):
        segments = sift(segments, wanted)
    for segment in segments:
        beat()
        number = count(segment, wanted)
        if number is not None:
            yield segment, number
        elif (planned := plan(segment, wanted)) is not None:
            try:
                with nullcontext() if ending is None else also(ending.in_time):
                    rows = look(
                        segment,
                        wanted,
                        errors,
                        planned,
                        work,
                        meets=meets,
                        ending=ending,
                    )
            except OutOfTime:
                if ending is None:  # The caller's own end: it knows what that means.
                    raise
                return
            yield segment, rows
            if ending is not None and ending.late:
                return


class _Page:
    """The first hits of those that are added."""

    def __init__(self, limit: int, newest: bool) -> None:
        self._limit, self._newest = limit, newest
        self._hits: list[Hit] = []
        self._edge: int | None = None

    def is_behind(self, segment: Segment) -> bool:
        """Whether all that a segment holds stands behind a page that is full."""
        if self._edge is None:
            return False
        if self._newest:
            return segment.last_ns < self._edge
        return segment.first_ns > self._edge

    def add(self, segment: Segment, rows: Rows) -> None:
        """Consider some rows of a segment."""
        if self._edge is not None:  # A page of many files sees many that come too late.
            times = segment.times[rows]
            rows = rows[times >= self._edge if self._newest else times <= self._edge]
        best = _best(segment, rows, self._limit, newest=self._newest)
        self._hits += [Hit(segment, row) for row in best]
        full = len(self._hits) >= self._limit
        if full and (self._edge is None or len(self._hits) > 4 * self._limit):
            self._hits = self.hits()
            self._edge = self._hits[-1].key.time_ns

    def hits(self) -> list[Hit]:
        """The first ones, in order."""
        every = sorted(self._hits, key=lambda hit: hit.key, reverse=self._newest)
        return every[: self._limit]


def _behind(segment: Segment, rows: Rows, after: Key, *, newest: bool) -> Rows:
    """Those of some rows that stand behind a place in the order."""
    times = segment.times[rows]
    here = (segment.origin.source, segment.origin.key)
    there = (after.source, after.file)
    if here == there:
        offsets = segment.offsets(rows)
        tied = offsets < after.offset if newest else offsets > after.offset
    else:
        tied = np.full(len(rows), here < there if newest else here > there)
    sure = times < after.time_ns if newest else times > after.time_ns
    behind: Rows = rows[sure | ((times == after.time_ns) & tied)]
    return behind


def _best(segment: Segment, rows: Rows, limit: int, *, newest: bool) -> list[int]:
    """The first of some rows in the order asked for, at most `limit`."""
    if not segment.sorted:
        rows = rows[np.lexsort((segment.offsets(rows), segment.times[rows]))]
    chosen = rows[-limit:] if newest else rows[:limit]
    return [int(row) for row in chosen]
