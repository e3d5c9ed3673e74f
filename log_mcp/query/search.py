"""Records that answer a filter, newest or oldest first; context; exact counts.

Plan: prune, scan, verify. A segment is dropped by its source, window, levels, groups and
grams; then its columns and its whole text are looked through; then the few rows left are
read as records for what only a record can tell.

The order of records is total, so that a cursor is a place in it: time, then source, file
and offset. A record that states no time stands where its neighbour stands.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

import numpy as np

from log_mcp.beat import beat
from log_mcp.lazy import lazy
from log_mcp.query import text as texts
from log_mcp.query.filter import Filter
from log_mcp.query.subject import Subject
from log_mcp.record import Level, Record
from log_mcp.store.segment import Errors, Rows, Segment

ErrorsOf = Callable[[Segment], Errors]
_ID_NAME: Final = lazy(
    r"(?i)(?:^|[._-])(?:id|rid|uuid|guid|trace|span|traceparent|job|session|task|thread"
    r"|request|correlation|user)$|[a-z]I[dD]$|_id\b"
)
_TOKEN: Final = lazy(r"(?=.*\d)[\w.:/@-]{8,}|[\w-]{12,}")


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
    """

    hits: list[Hit]
    matched: int
    more: bool


def search(
    segments: Iterable[Segment],
    wanted: Filter,
    errors: ErrorsOf,
    *,
    newest: bool = True,
    limit: int = 50,
    after: Key | None = None,
) -> Found:
    """The first records that answer a filter, and the count of all of them.

    Args:
        segments: What to look in, in any order.
        wanted: The filter.
        errors: The errors of a segment, made if need be.
        newest: Newest first; else oldest first.
        limit: How many hits at most.
        after: Only hits behind this place; the count is not touched by it.
    """
    matched, behind = 0, 0
    hits: list[Hit] = []
    for segment in segments:
        rows = match(segment, wanted, errors)
        matched += len(rows)
        if not len(rows):
            continue
        if after is not None:
            rows = _behind(segment, rows, after, newest=newest)
        behind += len(rows)
        best = _best(segment, rows, limit, newest=newest)
        hits += [Hit(segment, row) for row in best]
        if len(hits) > 8 * limit:
            hits = _first(hits, limit, newest=newest)
    hits = _first(hits, limit, newest=newest)
    return Found(hits, matched, more=behind > len(hits))


def match(segment: Segment, wanted: Filter, errors: ErrorsOf) -> Rows:
    """Rows of a segment that answer a filter, ascending."""
    beat()
    if not _possible(segment, wanted):
        return _NONE
    rows = _by_columns(segment, wanted)
    if wanted.group is not None and (rows is None or len(rows)):
        group = _of_group(errors(segment), wanted.group)
        rows = group if rows is None else np.intersect1d(rows, group)
    if rows is None or len(rows):
        rows = _by_text(segment, wanted, rows)
    if wanted.reads_records and len(rows):
        rows = _by_record(segment, wanted, rows, errors)
    return rows


def matching(
    segments: Iterable[Segment], wanted: Filter, errors: ErrorsOf
) -> Iterator[tuple[Segment, Rows]]:
    """Each segment that holds answers, with their rows."""
    for segment in segments:
        rows = match(segment, wanted, errors)
        if len(rows):
            yield segment, rows


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


_NONE: Final[Rows] = np.empty(0, np.int64)


def _possible(segment: Segment, wanted: Filter) -> bool:
    """Whether anything at all can match, from what a segment says of itself."""
    if wanted.sources is not None and segment.origin.source not in wanted.sources:
        return False
    if wanted.since_ns is not None and segment.last_ns < wanted.since_ns:
        return False
    if wanted.until_ns is not None and segment.first_ns > wanted.until_ns:
        return False
    if wanted.marks is not None and segment.end <= _mark(segment, wanted):
        return False
    if wanted.level and not segment.counts[wanted.level :].any():
        return False
    return all(segment.may_hold(needle) for needle in wanted.needles)


def _mark(segment: Segment, wanted: Filter) -> int:
    assert wanted.marks is not None
    return wanted.marks.get(segment.origin.key, 0)


def _by_columns(segment: Segment, wanted: Filter) -> Rows | None:
    """Rows that columns alone let pass; None for all."""
    mask = None
    if wanted.level:
        mask = segment.levels >= wanted.level
    if wanted.since_ns is not None and segment.first_ns < wanted.since_ns:
        young = segment.times >= wanted.since_ns
        mask = young if mask is None else mask & young
    if wanted.until_ns is not None and segment.last_ns > wanted.until_ns:
        old = segment.times <= wanted.until_ns
        mask = old if mask is None else mask & old
    if wanted.marks is not None:
        fresh = np.zeros(len(segment), np.bool_)
        mark = _mark(segment, wanted)
        rows = segment.rows_from(mark)
        fresh[rows] = True
        first = int(rows[0]) if len(rows) else len(segment)
        # Lines that were added to a record make it news: a stack trace below its line.
        if first and (segment.offset(first) if len(rows) else segment.end) > mark > 0:
            fresh[first - 1] = True
        mask = fresh if mask is None else mask & fresh
    return None if mask is None else np.flatnonzero(mask)


def _of_group(errors: Errors, group: str) -> Rows:
    kinds = [at for at, kind in enumerate(errors.table) if kind.id == group]
    return errors.rows[np.isin(errors.kinds, kinds)].astype(np.int64)


def _by_text(segment: Segment, wanted: Filter, rows: Rows | None) -> Rows:
    """Those of some rows (None: of all) whose search text is as asked."""
    needles, regex, exclude = wanted.needles, wanted.regex, wanted.exclude
    if not needles and regex is None and not exclude:
        return np.arange(len(segment)) if rows is None else rows
    text = segment.text
    few = rows is not None and len(rows) <= texts.FEW_ROWS
    if few or wanted.whole_text:
        some = np.arange(len(segment)) if rows is None else rows
        return texts.rows_one_by_one(
            segment, text, some, needles=needles, regex=regex, exclude=exclude
        )
    for needle in needles:
        rows = _common(rows, texts.literal_rows(segment, text, needle))
        if not len(rows):
            return rows
    if regex is not None and rows is not None and len(rows) <= texts.FEW_ROWS:
        return texts.rows_one_by_one(
            segment, text, rows, needles=[], regex=regex, exclude=exclude
        )
    if regex is not None:
        rows = _common(rows, texts.regex_rows(segment, text, regex))
    if rows is None:
        rows = np.arange(len(segment))
    for needle in exclude:
        rows = np.setdiff1d(
            rows, texts.literal_rows(segment, text, needle), assume_unique=True
        )
    return rows


def _common(rows: Rows | None, found: Rows) -> Rows:
    """Rows that both hold; None holds all."""
    return found if rows is None else np.intersect1d(rows, found, assume_unique=True)


def _by_record(segment: Segment, wanted: Filter, rows: Rows, errors: ErrorsOf) -> Rows:
    """Those of some rows that, read as records, meet the conditions and the trace."""
    text = segment.text
    source = segment.origin.source

    def group_of(row: int) -> Callable[[], str | None]:
        def group() -> str | None:
            found = errors(segment)
            at = np.searchsorted(found.rows, row)
            known = at < len(found.rows) and found.rows[at] == row
            return found.table[int(found.kinds[at])].id if known else None

        return group

    kept = []
    for row in rows.tolist():
        beat()
        record = segment.record(row, text)
        subject = Subject(record, source, group_of(row))
        if all(condition.holds(subject) for condition in wanted.conditions) and (
            wanted.trace is None
            or carries(record, wanted.trace, segment.search_text(row, text))
        ):
            kept.append(row)
    return np.array(kept, np.int64)


def carries(record: Record, value: str, text: bytes | None = None) -> bool:
    """Whether a record carries a correlation value in any of its id fields.

    Args:
        record: The record.
        value: The correlation value.
        text: Its search text; None to take the record's text as written.

    A value of eight characters with a digit, or of twelve, also counts where it stands as
    a word of its own anywhere in the text: what is that odd is not there by chance.
    """
    folded = value.lower()
    if (record.trace or "").lower() == folded:
        return True
    if any(found == folded for found in _ids(record.fields)):
        return True
    if _TOKEN.fullmatch(value) is None:
        return False
    word = rf"(?<![\w-]){re.escape(folded)}(?![\w-])"
    whole = record.text if text is None else text.decode(errors="replace")
    return re.search(word, whole.lower()) is not None


def _ids(fields: dict[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _ids(value)
        elif isinstance(value, str | int) and _ID_NAME.search(name):
            text = str(value).lower()
            yield text
            if text.count("-") == 3:
                yield text.split("-")[1]  # the trace id inside a W3C traceparent


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


def _first(hits: list[Hit], limit: int, *, newest: bool) -> list[Hit]:
    return sorted(hits, key=lambda hit: hit.key, reverse=newest)[:limit]
