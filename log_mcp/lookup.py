"""What an id names: a record, a group, an application's own error id, a trace."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Final

import numpy as np

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.fingerprint import is_id
from log_mcp.beat import OutOfTime
from log_mcp.block import cut
from log_mcp.errors import NotFound, SourceError
from log_mcp.feed import Feed
from log_mcp.ingest.file import RecordId
from log_mcp.query.filter import Filter
from log_mcp.query.near import as_text, near_group
from log_mcp.query.search import Hit, Key, newer, search
from log_mcp.record import Level
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment

ID_CHARACTERS_MAX: Final = 200
NAME_CHARACTERS_MAX: Final = 60  # of an id in a message


def find(
    text: str,
    held: Sequence[Held],
    feed: Feed,
    annotator: Annotator,
    wanted: Filter,
    *,
    older: Iterable[Segment] = (),
    ending: Callable[[], AbstractContextManager[None]] = nullcontext,
    searching: Callable[[], AbstractContextManager[None]] = nullcontext,
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
        searching: Likewise, when records must not be read any longer.

    Raises:
        NotFound: If it names nothing, or nothing that was found in time.
    """
    name = text.strip()
    if not name or len(name) > ID_CHARACTERS_MAX:
        raise NotFound(
            "id: expected the id of a record or a group, an application's error id or a "
            f"trace id, at most {ID_CHARACTERS_MAX} characters."
        )
    segments = [s for one in held for s in one.segments]
    found = (
        record_in_memory(name, segments)
        or _sorted(name, segments, annotator, wanted, ending)
        or record_on_disk(name, feed)
    )
    if found is None:
        try:
            with searching():
                found = _carrying(name, segments, annotator, wanted)
                found = found or _older(name, older, annotator, wanted)
        except OutOfTime:
            raise NotFound(
                f"id: {_shown(name)} names no record or group, and so many records hold "
                "that text that there was no time to tell whose error id or trace it is. "
                "Narrow it in search_logs: as its trace, with source, since or until."
            ) from None
    if found is None:
        loading = "" if feed.loaded else " History is still loading: try again shortly."
        raise NotFound(
            f"id: {_shown(name)} names no record, group, error id or trace that is held "
            f"or on disk. Ids stand first in each row of search_logs and log_overview"
            f"{_examples(segments, annotator)}.{_near(name, segments, annotator)}{loading}"
        )
    return found


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


def _older(
    name: str, older: Iterable[Segment], annotator: Annotator, wanted: Filter
) -> Hit | None:
    """What an id names on the disk: newest of a group, first error of a trace.

    An error that carries an application's own error id ends the search; a lesser record
    may only mention it, and is what it names if no error does.
    """
    newest: Hit | None = None
    first: Hit | None = None
    mention: Hit | None = None
    for segment in older:
        one = _newest_of_group(name, [segment], annotator, wanted)
        if one is not None and (newest is None or one.key > newest.key):
            newest = one
        one = _carrying(name, [segment], annotator, wanted)
        if one is None:
            continue
        if _is_of_trace(one, name):
            first = one if first is None else min(first, one, key=_rank)
        elif one.segment.levels[one.row] >= Level.ERROR:
            return one
        else:
            mention = one if mention is None else max(mention, one, key=_at)
    return newest or first or mention


def _at(hit: Hit) -> Key:
    return hit.key


def _rank(hit: Hit) -> tuple[bool, Key]:
    return bool(hit.segment.levels[hit.row] < Level.ERROR), hit.key


def _sorted(
    name: str,
    segments: Sequence[Segment],
    annotator: Annotator,
    wanted: Filter,
    ending: Callable[[], AbstractContextManager[None]],
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


def _carrying(
    name: str, segments: Sequence[Segment], annotator: Annotator, wanted: Filter
) -> Hit | None:
    """The first error of a trace, else the newest error, else any record with the id."""
    errors = _and(wanted, Filter(trace=name, level=Level.ERROR))
    found = search(segments, errors, annotator, newest=False, limit=1)
    if found.hits:
        first = found.hits[0]
        if _is_of_trace(first, name):
            return first
        return search(segments, errors, annotator, limit=1).hits[0]
    anything = search(segments, _and(wanted, Filter(trace=name)), annotator, limit=1)
    return anything.hits[0] if anything.hits else None


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
