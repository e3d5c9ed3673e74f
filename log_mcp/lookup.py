"""What an id names: a record, a group, an application's own error id, a trace."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import Final

import numpy as np

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.fingerprint import is_id
from log_mcp.beat import OutOfTime, also
from log_mcp.block import cut
from log_mcp.errors import NotFound, SourceError
from log_mcp.feed import Feed
from log_mcp.ingest.file import RecordId
from log_mcp.query.filter import Filter
from log_mcp.query.near import as_text, near_group
from log_mcp.query.search import Hit, Key, newer, search
from log_mcp.query.sift import sift
from log_mcp.record import Level
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

ID_CHARACTERS_MAX: Final = 200
NAME_CHARACTERS_MAX: Final = 60  # of an id in a message
BEATS_MIN: Final = 50  # so that in any hurry an id is found that the grams lead to
PIECE_BEATS: Final = 8  # in which some days are counted: each call comes further
UNDATED: Final = (
    "is a record of a file whose times name no date, and the days up to its end are not "
    "counted yet. Ask again: that goes on where it was."
)

Ending = Callable[[], AbstractContextManager[None]]
"""Around what takes long: ends it in a beat, with `OutOfTime`, when the time is over."""


def find(
    text: str,
    held: Sequence[Held],
    feed: Feed,
    annotator: Annotator,
    wanted: Filter,
    *,
    older: Iterable[Segment] = (),
    ending: Ending = nullcontext,
    is_over: Callable[[], bool] = lambda: False,
) -> Hit:
    """The record that an id names.

    Args:
        text: Id of a record, or of a group (its newest record), an application's error
            id (the newest error that carries it), or a trace (its first error).
        held: What memory holds.
        feed: Knows the files, for records that left memory.
        annotator: Tells the errors of a segment.
        wanted: Further conditions on groups, error ids and traces.
        older: What memory does not hold; read only if it has to be.
        ending: Raises `OutOfTime` in a beat when errors must not be sorted any longer.
        is_over: Whether the time is, for all else that is looked at.

    Raises:
        NotFound: If it names nothing that was found in time.
    """
    name = text.strip()
    if not name or len(name) > ID_CHARACTERS_MAX:
        raise NotFound(
            "id: expected the id of a record or a group, an application's error id or a "
            f"trace id, at most {ID_CHARACTERS_MAX} characters."
        )
    segments = [s for one in held for s in one.segments]
    looking = partial(also, _after(BEATS_MIN, is_over))
    found = (
        record_in_memory(name, segments)
        or _sorted(name, segments, annotator, wanted, ending)
        or _dated(name, feed, partial(also, _after(PIECE_BEATS, is_over)))
        or _carrying(name, segments, annotator, wanted, looking)
        or _older(name, older, annotator, wanted, looking)
    )
    if found is None:
        loading = "" if feed.loaded else " History is still loading: try again shortly."
        raise NotFound(
            f"id: {_shown(name)} names no record, group, error id or trace that is held "
            f"or on disk. Ids stand first in each row of search_logs and log_overview"
            f"{_examples(segments, annotator)}.{_near(name, segments, annotator)}{loading}"
        )
    return found


def _after(beats: int, is_over: Callable[[], bool]) -> Callable[[], None]:
    """What ends a work in its beats when the time is over, but not in the first ones."""
    left = beats

    def end() -> None:
        nonlocal left
        left -= 1
        if left < 0 and is_over():
            raise OutOfTime

    return end


def _examples(segments: Sequence[Segment], annotator: Annotator) -> str:
    """What ids look like, by some that there are."""
    if not segments:
        return ""
    newest = max(segments, key=lambda one: one.last_ns)
    told = [f"of a record such as {newest.record_id(len(newest) - 1)}"]
    for segment in segments:
        if segment.errors is not None and (table := annotator(segment).table):
            told.append(f"of a group such as {table[0].id}")
            break
    return f": {', '.join(told)}"


def _near(name: str, segments: Sequence[Segment], annotator: Annotator) -> str:
    """What an unknown id may have meant, as sentences."""
    close = near_group(name, segments, annotator)
    wanted = RecordId.read(name)
    if not close and wanted is not None:
        same = [
            one
            for one in segments
            if name.startswith(wanted.digest)
            and one.record_id(len(one) - 1).startswith(wanted.digest)
        ]
        if same:
            best = min(same, key=lambda one: _distance(one, wanted.offset))
            row = int(abs(best.offsets(np.arange(len(best))) - wanted.offset).argmin())
            close = (
                " No record of its file begins there; the nearest one is "
                f"{best.record_id(row)}."
            )
    told = as_text(name, segments, annotator)
    return f"{close} {told}.".rstrip(" .") + "." if told else close


def _distance(segment: Segment, offset: int) -> int:
    return max(0, segment.begin - offset, offset - segment.end)


def record_in_memory(name: str, segments: Sequence[Segment]) -> Hit | None:
    """The held record of that id; None if there is none."""
    wanted = RecordId.read(name)
    if wanted is None:
        return None
    for segment in segments:
        if segment.begin <= wanted.offset < segment.end:
            row = segment.row_at(wanted.offset)
            if row is not None and segment.record_id(row) == name:
                return Hit(segment, row)
    return None


def record_on_disk(name: str, feed: Feed) -> Hit | None:
    """The record of that id, read from its file; None if there is none."""
    wanted = RecordId.read(name)
    if wanted is None:
        return None
    for tail in feed.tails():
        cleared = wanted.offset < feed.ring.cleared_bytes(tail.key)
        if cleared or tail.file.path is None:
            continue
        if tail.file.record_id(wanted.offset) != name:
            continue
        try:
            block = tail.at(wanted.offset)
        except (OSError, SourceError):
            continue
        if (
            block is not None
            and len(block.starts)
            and block.offsets[0] == wanted.offset
        ):
            alone = cut(block, 1)[0] if len(block.starts) > 1 else block
            return Hit(Segment(alone), 0)
    return None


def _carrying(
    name: str,
    segments: Sequence[Segment],
    annotator: Annotator,
    wanted: Filter,
    looking: Ending,
) -> Hit | None:
    """What an id names in memory, the youngest segments first; see `_Carriers`.

    Raises:
        NotFound: The time was over before anything was found.
    """
    found = _Carriers(name, annotator, wanted)
    among = sift(segments, _and(wanted, Filter(trace=name)))
    edge: Segment | None = None
    try:
        with looking():
            for segment in sorted(among, key=lambda one: one.last_ns, reverse=True):
                found.look(segment)
                edge = segment
    except OutOfTime:
        if found.best is None:
            far = "" if edge is None else f", back to {iso(edge.last_ns)}"
            raise NotFound(
                f"id: {_shown(name)} was not found in what of memory was looked at in "
                f"the time there is{far}; the rest, and what is older on disk, was not "
                "looked at. search_logs with trace or query, and its next_cursor, goes "
                "through all of it."
            ) from None
    return found.best


def _older(
    name: str,
    older: Iterable[Segment],
    annotator: Annotator,
    wanted: Filter,
    looking: Ending,
) -> Hit | None:
    """What an id names on the disk: newest of a group, or what carries it."""
    newest: Hit | None = None
    found = _Carriers(name, annotator, wanted)
    for segment in older:
        try:
            with looking():
                one = _newest_of_group(name, [segment], annotator, wanted)
                if one is not None and (newest is None or one.key > newest.key):
                    newest = one
                found.look(segment)
        except OutOfTime:
            break
        if found.error is not None:
            break
    return newest or found.best


class _Carriers:
    """What carries an id, in segments that are given one by one.

    The first error of a trace, else the newest error that carries an application's own
    error id, else the newest record: a lesser one may only mention it.

    Args:
        name: The id.
        annotator: Tells the errors of a segment.
        wanted: Further conditions.

    Attributes:
        error: The newest error that carries it, and is of no trace of that name.
    """

    def __init__(self, name: str, annotator: Annotator, wanted: Filter) -> None:
        self._name = name
        self._annotator = annotator
        self._any = _and(wanted, Filter(trace=name))
        self._errors = _and(self._any, Filter(level=Level.ERROR))
        self._first: Hit | None = None
        self.error: Hit | None = None
        self._record: Hit | None = None

    @property
    def best(self) -> Hit | None:
        """What the id names, as far as was looked; None for nothing."""
        return self._first or self.error or self._record

    def look(self, segment: Segment) -> None:
        """Look through one more."""
        first = self._found(segment, self._errors, newest=False)
        if first is not None and _is_of_trace(first, self._name):
            known = self._first
            self._first = first if known is None else min(known, first, key=_at)
        elif self._first is not None:
            return
        elif first is not None:
            self.error = _newer(self.error, self._found(segment, self._errors))
        elif self.error is None and _may_be_newer(segment, self._record):
            self._record = _newer(self._record, self._found(segment, self._any))

    def _found(
        self, segment: Segment, wanted: Filter, *, newest: bool = True
    ) -> Hit | None:
        found = search([segment], wanted, self._annotator, newest=newest, limit=1)
        return found.hits[0] if found.hits else None


def _newer(one: Hit | None, other: Hit | None) -> Hit | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=_at)


def _may_be_newer(segment: Segment, than: Hit | None) -> bool:
    return than is None or segment.last_ns >= than.key.time_ns


def _at(hit: Hit) -> Key:
    return hit.key


def _dated(name: str, feed: Feed, looking: Ending) -> Hit | None:
    """`record_on_disk`, as long as there is time to date the records of its file.

    Raises:
        NotFound: There was none; it was begun, and the next call goes on.
    """
    try:
        with looking():
            return record_on_disk(name, feed)
    except OutOfTime:
        raise NotFound(f"id: {_shown(name)} {UNDATED}") from None


def _sorted(
    name: str,
    segments: Sequence[Segment],
    annotator: Annotator,
    wanted: Filter,
    ending: Ending,
) -> Hit | None:
    """The newest record of a group, as long as there is time to sort errors for it."""
    try:
        with ending():
            return _newest_of_group(name, segments, annotator, wanted)
    except OutOfTime:
        raise NotFound(
            f"id: {_shown(name)} names no group of the errors that are sorted so far, and "
            "older ones are not sorted yet. Ask again in a few seconds."
        ) from None


def _newest_of_group(
    name: str, segments: Sequence[Segment], annotator: Annotator, wanted: Filter
) -> Hit | None:
    """The newest record of a group; errors older than that one are not sorted for it."""
    if not is_id(name):
        return None
    found = list(newer(segments, _and(wanted, Filter(group=name)), annotator))
    return found[-1] if found else None


def _shown(name: str) -> str:
    return repr(name if len(name) <= NAME_CHARACTERS_MAX else f"{name[:57]}...")


def _is_of_trace(hit: Hit, name: str) -> bool:
    return (hit.segment.record(hit.row).trace or "").lower() == name.lower()


def _and(wanted: Filter, more: Filter) -> Filter:
    return replace(
        wanted,
        trace=more.trace or wanted.trace,
        group=more.group or wanted.group,
        level=max(more.level, wanted.level),
    )
