"""What of a segment answers a filter: prune, scan, verify.

Plan: a segment is dropped by its source, window, levels and grams; then its columns and
the text of the units left are looked through; then the few rows left are read as records
for what only a record can tell. Where few rows of a stretch are left, those are asked one
by one: by columns, or by the literal that an expression cannot match without.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.query import text as texts
from log_mcp.query.carry import carries
from log_mcp.query.condition import Condition
from log_mcp.query.expression import Expression
from log_mcp.query.filter import Filter
from log_mcp.query.place import places
from log_mcp.query.subject import Subject
from log_mcp.record import Level
from log_mcp.store.segment import LOUD, Errors, Loud, Rows, Segment, Units
from log_mcp.store.stretch import Stretch
from log_mcp.store.traits import Traits
from log_mcp.store.work import Work

ErrorsOf = Callable[[Segment], Errors]
Meets = Callable[[Segment, Rows, Sequence[Condition]], tuple[Rows, Sequence[Condition]]]
"""Those of some rows that meet some of the conditions, and which ones are left to ask."""

FEW_BYTES: Final = 8_000  # of text are searched while one record is asked alone
FEW_ROWS: Final = 8  # are asked one by one, however large the text is
APART: Final = 4  # times as much text is looked through as is copied
SOME_BYTES: Final = 1_500  # ... while an expression is tried on one where it stands
SAMPLE_BYTES: Final = 64 * 1024  # in which a literal that is rare stands once at most
HINTED_MAX: Final = 2  # half of all records: then all are looked at where they lie
NONE: Final[Rows] = np.empty(0, np.int64)


class Ending(Protocol):
    """When a question ends; see `Sweep`."""

    @property
    def newest(self) -> bool:
        """Whether the last rows of a segment go first."""
        ...

    @property
    def late(self) -> bool:
        """Whether it ended."""
        ...

    def in_time(self) -> None:
        """Raises `OutOfTime` amid a segment that then counts as not looked at."""
        ...

    def is_over(self) -> bool:
        """Whether the time is."""
        ...

    def ends_amid(self, segment: Segment, row: int) -> None:
        """Note that it ended amid a segment, before one of its rows was looked at."""
        ...


class Plan(NamedTuple):
    """What must be looked at of a segment.

    Attributes:
        units: Those that can hold answers; None for all.
        text_bytes: How much text they hold, about; 0 if no text is looked at.
    """

    units: Units | None
    text_bytes: int


def plan(segment: Segment, wanted: Filter) -> Plan | None:
    """What must be looked at; None if nothing can match."""
    if not possible(segment, wanted):
        return None
    wanted = wanted.among(segment.labels)
    if not wanted.reads_text:
        return Plan(None, 0)
    units = None
    for needle in (*wanted.needles, *required(segment.traits, wanted)):
        held = segment.may_hold(needle)
        if held is not None:
            units = held if units is None else units & held
            if not units.any():
                return None
    share = 1.0 if units is None else np.count_nonzero(units) / len(units)
    return Plan(units, int(segment.text_bytes * share) + 1)


def count(segment: Segment, wanted: Filter) -> int | None:
    """How many rows answer a filter, where counts of levels tell it; else None."""
    if not wanted.asks_columns:
        return None
    if not possible(segment, wanted):
        return 0
    if wanted.marks is not None or not _inside(segment, wanted):
        return None
    return segment.at_least[wanted.level]


def match(
    segment: Segment, wanted: Filter, errors: ErrorsOf, work: Work | None = None
) -> Rows:
    """Rows of a segment that answer a filter, ascending."""
    planned = plan(segment, wanted)
    return NONE if planned is None else look(segment, wanted, errors, planned, work)


def hinted(segment: Segment, hint: Expression, regex: Expression) -> Rows:
    """Rows whose search text matches an expression, of those that hold a hint of it.

    Args:
        segment: That is looked at.
        hint: Looked for in texts as they are held: only where it stands a text is decoded.
        regex: What is wanted.
    """
    found = [NONE]
    for stretch in segment.stretches():
        beat()
        rows = texts.rows_as_written(stretch, hint)
        if HINTED_MAX * len(rows) > len(stretch):
            found.append(texts.regex_rows(stretch, regex))
        elif len(rows):
            found.append(rows[texts.regex_rows(stretch.some(rows), regex)])
    return np.concatenate(found)


def look(
    segment: Segment,
    wanted: Filter,
    errors: ErrorsOf,
    planned: Plan,
    work: Work | None = None,
    *,
    meets: Meets | None = None,
    ending: Ending | None = None,
) -> Rows:
    """`match`, for a segment that was planned before.

    Args:
        segment: That is looked at.
        wanted: The filter.
        errors: The errors of a segment.
        planned: See `plan`.
        work: Counts what is done.
        meets: Spares reading records.
        ending: Ends reading records one by one, after the first.
    """
    done = Work() if work is None else work
    wanted = wanted.among(segment.labels)
    rows = _by_columns(segment, wanted)
    if wanted.group is not None and (rows is None or len(rows)):
        group = _of_group(errors(segment), wanted.group)
        rows = group if rows is None else np.intersect1d(rows, group)
    if rows is None or len(rows):
        rows = _by_text(segment, wanted, rows, planned.units, done)
    for condition in wanted.labelled:
        rows = _by_label(segment, condition, rows, done)
    conditions: Sequence[Condition] = wanted.conditions
    if meets is not None and conditions and len(rows):
        rows, conditions = meets(segment, rows, conditions)
    if (conditions or wanted.trace is not None) and len(rows):
        done.records += len(rows)
        told = conditions, wanted.trace
        rows = _by_record(segment, *told, rows, errors, ending)
    return rows


def required(traits: Traits, wanted: Filter) -> list[bytes]:
    """What an expression's matches hold, as literals are found in such a text."""
    if wanted.regex is None:
        return []
    found = wanted.regex.required
    return [] if found.folded and traits.odd else found.literals


def possible(segment: Segment, wanted: Filter) -> bool:
    """Whether anything at all can match, from what a segment says of itself."""
    if wanted.sources is not None and segment.origin.source not in wanted.sources:
        return False
    if wanted.since_ns is not None and segment.last_ns < wanted.since_ns:
        return False
    if wanted.until_ns is not None and segment.first_ns > wanted.until_ns:
        return False
    if wanted.marks is not None and segment.end <= _mark(segment, wanted):
        return False
    return not wanted.level or segment.at_least[wanted.level] > 0


def _inside(segment: Segment, wanted: Filter) -> bool:
    """Whether all of a segment lies in the window."""
    return (wanted.since_ns is None or segment.first_ns >= wanted.since_ns) and (
        wanted.until_ns is None or segment.last_ns <= wanted.until_ns
    )


def _mark(segment: Segment, wanted: Filter) -> int:
    assert wanted.marks is not None
    return wanted.marks.get(segment.origin.key, 0)


def _by_columns(segment: Segment, wanted: Filter) -> Rows | None:
    """Rows that columns alone let pass, ascending; None for all."""
    errors = segment.errors
    if errors is not None and wanted.level >= Level.ERROR and wanted.marks is None:
        rows = errors.rows.astype(np.int64)  # few, and known
        if wanted.level > Level.ERROR:
            rows = rows[segment.levels[rows] >= wanted.level]
        if not _inside(segment, wanted):
            rows = rows[_in_window(segment.times[rows], wanted)]
        return rows
    mask = None
    if wanted.level:
        mask = segment.levels >= wanted.level
    if not _inside(segment, wanted):
        near = _in_window(segment.times, wanted)
        mask = near if mask is None else mask & near
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


def _in_window(times: NDArray[np.int64], wanted: Filter) -> NDArray[np.bool_]:
    inside = np.ones(len(times), np.bool_)
    if wanted.since_ns is not None:
        inside &= times >= wanted.since_ns
    if wanted.until_ns is not None:
        inside &= times <= wanted.until_ns
    return inside


def _of_group(errors: Errors, group: str) -> Rows:
    kinds = [at for at, kind in enumerate(errors.table) if kind.id == group]
    held = np.zeros(len(errors.rows), np.bool_)
    for kind in kinds:
        held |= errors.kinds == kind
    return errors.rows[held].astype(np.int64)


def _by_text(
    segment: Segment,
    wanted: Filter,
    rows: Rows | None,
    units: Units | None,
    work: Work,
) -> Rows:
    """Those of some rows (None: of all) whose search text is as asked."""
    if not wanted.reads_text:
        return np.arange(len(segment)) if rows is None else rows
    if rows is not None:
        holders = segment.unit_of(rows)
        if units is not None:
            rows, holders = rows[units[holders]], holders[units[holders]]
        units = np.zeros(len(segment.units) - 1, np.bool_)
        units[holders] = True
        loud = segment.loud
        if loud is not None and wanted.level >= LOUD and _is_less(loud, segment, units):
            among = np.searchsorted(loud.rows, rows)
            return loud.rows[_by_text(loud.segment, wanted, among, None, work)]
    needles = wanted.needles
    asked = texts.Wanted(
        needles,
        wanted.regex,
        wanted.exclude,
        [
            piece
            for needle in (*needles, *required(segment.traits, wanted))
            for piece in segment.as_written(needle)
        ],
        alone=wanted.whole_text,
    )
    work.segments += 1
    found, hint = [NONE], None
    for stretch in segment.stretches(units, work):
        beat()
        if hint is None:  # One stretch is like the other.
            hint = _hint(segment, stretch, wanted)
        inside = rows
        if rows is not None:
            edges = (stretch.first, stretch.first + len(stretch))
            begin, end = np.searchsorted(rows, edges).tolist()
            inside = rows[begin:end]
        if inside is None or asked.alone or not _are_apart(inside, stretch):
            found.append(_of_stretch(segment, stretch, hint, asked, inside, work))
        else:
            some = _of_stretch(segment, stretch.some(inside), hint, asked, None, work)
            found.append(inside[some])
    return np.concatenate(found)


def _is_less(loud: Loud, segment: Segment, units: Units) -> bool:
    """Whether what is kept apart is less text than some units of all."""
    count = int(np.count_nonzero(units))
    return loud.segment.text_bytes * len(units) < segment.text_bytes * count


def _by_label(segment: Segment, condition: Condition, rows: Rows, work: Work) -> Rows:
    """Those of some rows whose label meets a condition, or whose text may."""
    kinds = [
        at for at, label in enumerate(segment.labels.table) if condition.meets(label)
    ]
    labelled = segment.labels.meeting(len(segment), kinds)
    if len(labelled) == len(segment) or not len(rows):
        return rows
    literal = condition.literal
    assert literal is not None
    units = segment.may_hold(literal)
    said = NONE
    if units is None or units.any():
        said = _by_text(segment, Filter(literal=literal), rows, units, work)
    return np.intersect1d(rows, np.union1d(labelled, said), assume_unique=True)


def _of_stretch(  # noqa: PLR0917  a part of `_by_text`
    segment: Segment,
    stretch: Stretch,
    hint: bytes,
    asked: texts.Wanted,
    rows: Rows | None,
    work: Work,
) -> Rows:
    def literal(needle: bytes) -> Rows:
        work.text_bytes += stretch.text_bytes
        sure = segment.holds_as_written(needle)
        return texts.literal_rows(stretch, needle, as_written=sure)

    every = np.arange(stretch.first, stretch.first + len(stretch))
    if asked.alone:
        some = every if rows is None else rows
        return texts.rows_one_by_one(stretch, some, asked, work)
    left, regex = list(asked.needles), asked.regex
    while left and not _few(rows, stretch):
        rows = _common(rows, literal(left.pop(0)))
    if regex is not None and hint and not _few(rows, stretch):
        rows = _common(rows, literal(hint))
    if regex is not None and rows is not None and _some(rows, stretch):
        work.records += len(rows)
        rows = rows[texts.regex_rows(stretch.some(rows), regex, asked.pieces)]
        regex = None
    if regex is not None and not _few(rows, stretch):
        work.text_bytes += stretch.text_bytes
        rows = _common(rows, texts.regex_rows(stretch, regex, asked.pieces))
        regex = None
    if rows is not None and _few(rows, stretch):
        if not len(rows) or not (left or regex or asked.exclude):
            return rows
        pieces = asked.pieces if left or regex else []
        rest = texts.Wanted(left, regex, asked.exclude, pieces)
        return texts.rows_one_by_one(stretch, rows, rest, work)
    rows = every if rows is None else rows
    for needle in asked.exclude:
        rows = np.setdiff1d(rows, literal(needle), assume_unique=True)
    return rows


def _are_apart(rows: Rows, stretch: Stretch) -> bool:
    """Whether to copy the texts of rows takes less than to look through all."""
    return FEW_ROWS < len(rows) <= len(stretch) // APART


def _few(rows: Rows | None, stretch: Stretch) -> bool:
    """Whether to ask rows one by one takes less than to look through the text."""
    return rows is not None and len(rows) * FEW_BYTES <= stretch.text_bytes


def _some(rows: Rows, stretch: Stretch) -> bool:
    """Whether to try an expression on rows takes less than on the whole text."""
    return len(rows) * SOME_BYTES <= stretch.text_bytes


def _hint(segment: Segment, stretch: Stretch, wanted: Filter) -> bytes:
    """A rare literal that an expression needs, where it is quicker to look for; or none."""
    if wanted.regex is None or wanted.regex.required.leads:
        return b""
    begin = int(stretch.starts[0])
    end = min(int(stretch.starts[-1]), begin + SAMPLE_BYTES)
    for literal in required(segment.traits, wanted):
        if len(places(stretch.text, literal, begin, end)) < 2:
            return literal
    return b""


def _common(rows: Rows | None, found: Rows) -> Rows:
    """Rows that both hold; None holds all."""
    return found if rows is None else np.intersect1d(rows, found, assume_unique=True)


def _by_record(  # noqa: PLR0917  a part of `look`
    segment: Segment,
    conditions: Sequence[Condition],
    trace: str | None,
    rows: Rows,
    errors: ErrorsOf,
    ending: Ending | None,
) -> Rows:
    """Those of some rows that, read as records, meet the conditions and the trace."""
    kept = []
    order: Iterable[int] = rows.tolist()
    if ending is not None:
        order = _in_time(segment, rows[::-1] if ending.newest else rows, ending)
    for row, subject in _subjects(segment, order, errors):
        if all(condition.holds(subject) for condition in conditions) and (
            trace is None or carries(subject.record, trace, segment.search_text(row))
        ):
            kept.append(row)
    return np.sort(np.array(kept, np.int64))


def _in_time(segment: Segment, rows: Rows, ending: Ending) -> Iterator[int]:
    """Rows one after the other until the time is over, which is noted; one at least."""
    for at, row in enumerate(rows.tolist()):
        if at and ending.is_over():
            ending.ends_amid(segment, row)
            return
        yield row


def _subjects(
    segment: Segment, rows: Iterable[int], errors: ErrorsOf
) -> Iterator[tuple[int, Subject]]:
    source = segment.origin.source

    def group_of(row: int) -> Callable[[], str | None]:
        def group() -> str | None:
            found = errors(segment)
            at = np.searchsorted(found.rows, row)
            known = at < len(found.rows) and found.rows[at] == row
            return found.table[int(found.kinds[at])].id if known else None

        return group

    for row in rows:
        beat()
        yield row, Subject(segment.record(row), source, group_of(row))
