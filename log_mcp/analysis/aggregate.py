"""Numbers over any field: metrics by group and bucket.

Operations we want: take segments one after the other, as they are read; then answer for
the largest groups, and for each bucket of those.

Goals: no Python per record; percentiles and distinct counts are exact; memory is bounded,
and what is left out because of a bound is said with its count.

Plan: of a segment the columns of the fields asked for are looked up. Conditions and groups
are worked out once for each different value. What is kept of a record is the number of its
cell (group and bucket), its numbers, and whether it is part of a share; of a value that is
counted distinctly, a hash of 64 bits, once a cell and segment.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis import measure
from log_mcp.analysis.amounts import Amounts
from log_mcp.analysis.column import Column, Rows
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.counts import Counts
from log_mcp.analysis.keys import Key, Keys
from log_mcp.analysis.measure import Cells, Number
from log_mcp.analysis.wanted import Wanted
from log_mcp.answer import Aggregates, Covered, Series, Totals
from log_mcp.beat import OutOfTime, also
from log_mcp.errors import QueryError
from log_mcp.once import once
from log_mcp.phrase import counted
from log_mcp.query.condition import Condition
from log_mcp.query.filter import Filter
from log_mcp.query.look import ErrorsOf, match
from log_mcp.query.metric import Metric
from log_mcp.query.rows import field_names
from log_mcp.query.subject import OWN, nearest_field
from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

KEYS_MAX: Final = 8
GROUPS_MAX: Final = 50_000  # told apart in one answer, so that their names stay few MB
HELD_BYTES_MAX: Final = 128 * 1024 * 1024  # of numbers, until the answer is made
SAMPLE_ROWS: Final = 50  # of each of some segments, to learn the names of fields
SAMPLES: Final = 4


class Ending(Protocol):
    """When a question ends; see `Sweep`."""

    def in_time(self) -> None:
        """Raises `OutOfTime` amid a segment that then counts as not looked at."""
        ...

    def is_over(self) -> bool:
        """Whether the time is."""
        ...

    def end_at(self, segment: Segment, row: int) -> None:
        """Note from which row on a segment was looked at."""
        ...


def check_keys(keys: Sequence[str]) -> tuple[str, ...]:
    """The fields of `group_by`, each once; several may stand in one text, with commas.

    Raises:
        QueryError: One is empty, or there are too many.
    """
    every = (name.strip() for key in keys for name in key.split(","))
    named = tuple(dict.fromkeys(every))
    if not all(named):
        raise QueryError("group_by: the name of a field is empty.")
    if len(named) > KEYS_MAX:
        raise QueryError(f"group_by: at most {KEYS_MAX} fields.")
    return named


def unread_rows(
    segment: Segment, records: Filter, columns: Columns, errors: ErrorsOf
) -> Rows:
    """The rows of a segment that answer all of a filter but its conditions.

    Those are asked of columns, once a value: `narrowed`. Where each record must be read for
    that, the text they need to hold says which records need not.
    """
    needles = not columns.reads_at_once(segment)
    asked = records.among(segment.labels).unread(needles=needles)
    return match(segment, asked, errors)


def narrowed(
    rows: Rows, columns: dict[str, Column], conditions: Sequence[Condition]
) -> tuple[Rows, dict[str, Column]]:
    """Those of some rows that meet conditions, and what they hold.

    Args:
        rows: Of a segment.
        columns: What they hold in each field that a condition names, and in others.
        conditions: All must be met.
    """
    held = np.ones(len(rows), np.bool_)
    for condition in conditions:
        held &= columns[condition.field].where(condition)
    if held.all():
        return rows, columns
    inside = np.flatnonzero(held)
    return rows[held], {name: one.at(inside) for name, one in columns.items()}


@dataclass(slots=True)
class Gathering:
    """What is known so far.

    Attributes:
        wanted: What is asked for.
        columns: What records hold.
        errors: The errors of a segment.
        most_bytes: That are kept until the answer is made.
        count: Records that count.
        had: Those of the fields that some record has.
    """

    wanted: Wanted
    columns: Columns
    errors: ErrorsOf
    most_bytes: int = HELD_BYTES_MAX
    count: int = 0
    had: set[str] = field(default_factory=set)
    _groups: Keys = field(default_factory=lambda: Keys(GROUPS_MAX))
    _cells: list[Cells] = field(default_factory=list)
    _amounts: dict[str, Amounts] = field(init=False)
    _holds: dict[str, list[NDArray[np.bool_]]] = field(init=False)
    _hashes: dict[str, list[tuple[Cells, NDArray[np.int64]]]] = field(init=False)
    _samples: list[tuple[Segment, list[int]]] = field(default_factory=list)
    _bytes: int = 0

    def __post_init__(self) -> None:
        metrics = self.wanted.metrics
        self._amounts = {m.field: Amounts(m.field) for m in metrics if m.reads_number}
        self._holds = {m.name: [] for m in metrics if m.condition}
        self._hashes = {m.field: [] for m in metrics if m.kind == "distinct"}
        if not self.wanted.keys:
            self._groups.of((), 0)

    @property
    def is_full(self) -> bool:
        """Whether no more can be kept."""
        held = sum(one.nbytes for one in self._amounts.values())
        return self._bytes + held > self.most_bytes

    def add(self, segment: Segment, is_over: Callable[[], bool]) -> Rows:
        """Count the records of one more segment.

        Args:
            segment: That holds them.
            is_over: Whether the time is, for what is read record by record.

        Returns:
            Rows for which there was no time: some of the first ones.
        """
        wanted = self.wanted
        rows = unread_rows(segment, wanted.records, self.columns, self.errors)
        if not len(rows):
            return rows
        columns = self.columns.of(segment, wanted.fields, rows, is_over)
        most = min(map(len, columns.values()), default=len(rows))
        unread, rows = rows[: len(rows) - most], rows[len(rows) - most :]
        self.had.update(name for name, one in columns.items() if one.codes.any())
        if len(self._samples) < SAMPLES:
            self._samples.append(
                (segment, rows[:: -(-len(rows) // SAMPLE_ROWS)].tolist())
            )
        rows, columns = narrowed(rows, columns, wanted.records.conditions)
        if len(rows):
            self._count(segment.times[rows], columns)
        return unread

    def _count(self, times: NDArray[np.int64], columns: dict[str, Column]) -> None:
        """Take in some records."""
        self.count += len(times)
        keys = [columns[name] for name in self.wanted.keys]
        cells = self._groups.of(keys, len(times)) * self.wanted.buckets
        if self.wanted.bucket_ns is not None:
            bucket = (times - self.wanted.start_ns) // self.wanted.bucket_ns
            inside = np.clip(bucket, 0, self.wanted.buckets - 1)
            cells = np.where(cells < 0, cells, cells + inside)
        self._cells.append(cells.astype(np.int32))
        self._bytes += 4 * len(cells)
        for name, amounts in self._amounts.items():
            amounts.add(columns[name])
        for metric in self.wanted.metrics:
            condition = metric.condition
            if condition is not None:
                column = columns[condition.field]
                holds = column.where(condition)
                self._holds[metric.name].append(holds)
                self._bytes += len(holds)
        for name, held in self._hashes.items():
            pair = _hashed(cells, columns[name])
            held.append(pair)
            self._bytes += 16 * len(pair[0])

    # -- the answer -----------------------------------------------------------------

    def answer(self, view: Covered) -> Aggregates:
        """The answer, with its notes on what it is not of."""
        wanted = self.wanted
        amounts = {name: one.told() for name, one in self._amounts.items()}
        numbers = {name: values for name, (values, _, _) in amounts.items()}
        units = {
            metric.name: amounts[metric.field][1]
            for metric in wanted.metrics
            if metric.reads_number and amounts[metric.field][1]
        }
        groups, records = self._totals(numbers)
        view.groups, view.counted = len(self._groups), self.count
        if wanted.keys:
            view.notes[:0] = self._not_shown(len(groups), records)
        for _, _, notes in amounts.values():
            view.notes += notes
        view.notes += [*self._lacking(), *self._unknown()]
        return Aggregates(
            groups=groups,
            bucket_seconds=wanted.bucket_ns and wanted.bucket_ns / 1e9,
            start=iso(wanted.start_ns) if wanted.bucket_ns else None,
            view=view,
            units=units or None,
        )

    def _totals(self, numbers: dict[str, measure.Values]) -> tuple[list[Totals], int]:
        """The largest groups, and how many records they hold."""
        wanted, names = self.wanted, list(self._groups.numbers)
        cells, places = _joined(self._cells, np.int32), _Places(wanted.buckets)

        def table(project: Callable[[Cells], Cells], count: int) -> _Table:
            return _Table(self, numbers, cells, project, count)

        whole, (first, *others) = table(places.group, len(names)), wanted.metrics
        metrics = {first.name: whole.of(first)}
        shown = rows = _largest(metrics[first.name], names, wanted.limit)
        places.show(shown, len(names))
        if len(shown) < len(names):
            whole, others = table(places.row, len(shown)), list(wanted.metrics)
            rows = list(range(len(shown)))
        metrics |= {metric.name: whole.of(metric) for metric in others}
        series: dict[str, list[Number]] = {}
        if wanted.bucket_ns is not None:
            fine = table(places.cell, len(shown) * wanted.buckets)
            series = {metric.name: fine.of(metric) for metric in wanted.metrics}

        def part(values: list[Number], at: int) -> list[Number]:
            return values[at * wanted.buckets : (at + 1) * wanted.buckets]

        totals = [
            Totals(
                key=dict(zip(wanted.keys, names[group], strict=True)),
                metrics={name: values[row] for name, values in metrics.items()},
                series=[Series(name, part(one, at)) for name, one in series.items()],
            )
            for at, (group, row) in enumerate(zip(shown, rows, strict=True))
        ]
        return totals, whole.records

    def hashes(self, name: str) -> tuple[Cells, NDArray[np.int64]]:
        """Cells and hashes of the different values of a field."""
        pairs = self._hashes[name]
        return (
            _joined([cells for cells, _ in pairs], np.int64),
            _joined([hashes for _, hashes in pairs], np.int64),
        )

    def holds(self, metric: Metric) -> NDArray[np.bool_]:
        """Of which records the condition of a share is true."""
        return _joined(self._holds[metric.name], np.bool_)

    def _not_shown(self, shown: int, records: int) -> list[str]:
        notes = []
        more = len(self._groups) - shown
        left = self.count - self._groups.folded - records
        if more:
            notes.append(
                f"{counted(more, 'more group')} with {left} records: a larger limit shows "
                "them, at most 500"
            )
        if self._groups.folded:
            notes.append(
                f"{self._groups.folded} records are in no group: there are more than {GROUPS_MAX} "
                "different values; narrow the question"
            )
        return notes

    def _lacking(self) -> list[str]:
        """What to say of records in which a field is no number."""
        return [
            f"{one.lacking} of {self.count} records hold no number in {name!r} and are "
            f"left out of it ({one.absent} do not have the field)"
            for name, one in self._amounts.items()
            if one.lacking and name in self.had
        ]

    def _unknown(self) -> list[str]:
        """What to say of fields that no record has: they are misspelt, most often."""
        known = {*self.had, *OWN}
        missing = [name for name in self.wanted.fields if name not in known]
        if not missing or not self._samples:
            return []
        found: set[str] = set()
        for segment, rows in self._samples:
            field_names(segment, rows, found)
        return [
            f"no record counted has a field {name!r}.{nearest_field(name, found)}"
            for name in missing
        ]


class _Places:
    """From cells as they are gathered to the rows of an answer; -1 for none.

    Args:
        buckets: How many cells each group has.
    """

    def __init__(self, buckets: int) -> None:
        self._buckets = buckets
        self._rows = np.empty(0, np.int64)

    def show(self, groups: Sequence[int], count: int) -> None:
        """Say which groups have a row, in order, and how many groups there are."""
        self._rows = np.full(count + 1, -1, np.int64)  # the last one is for no group
        self._rows[groups] = np.arange(len(groups))

    def group(self, cells: Cells) -> Cells:
        """The group of some cells."""
        return cells // self._buckets if self._buckets > 1 else cells

    def row(self, cells: Cells) -> Cells:
        """The row of some cells."""
        return self._rows[self.group(cells)]

    def cell(self, cells: Cells) -> Cells:
        """Row and bucket of some cells, as one number."""
        rows = self.row(cells)
        return np.where(rows < 0, -1, rows * self._buckets + cells % self._buckets)


class _Table:
    """Metrics of what was gathered, by any cells.

    Args:
        gathered: All of it.
        numbers: By field, of each record.
        cells: Group and bucket of each record.
        project: From those cells to the cells of this table; -1 for none.
        count: How many cells there are.
    """

    def __init__(
        self,
        gathered: "Gathering",
        numbers: dict[str, measure.Values],
        cells: Cells,
        project: Callable[[Cells], Cells],
        count: int,
    ) -> None:
        self._gathered, self._numbers = gathered, numbers
        self._project, self._count = project, count
        projected = project(cells)
        inside = projected >= 0
        # To take all of them would copy them once a metric.
        self._inside = None if inside.all() else inside
        self._cells = self._kept(projected)
        self.records = len(self._cells)

    def of(self, metric: Metric) -> list[Number]:
        """A metric by cell."""
        cells, count = self._cells, self._count
        if metric.kind == "count":
            return measure.counted(cells, count)
        if metric.kind == "share":
            holds = self._gathered.holds(metric)
            return measure.share(cells, self._kept(holds), count)
        if metric.kind == "distinct":
            own, hashes = self._gathered.hashes(metric.field)
            own = self._project(own)
            return measure.distinct(own[own >= 0], hashes[own >= 0], count)
        values = self._kept(self._numbers[metric.field])
        return measure.measured(metric, cells, values, count)

    def _kept(self, column: NDArray[Any]) -> NDArray[Any]:
        return column if self._inside is None else column[self._inside]


def aggregate(
    segments: Iterable[Segment],
    gathering: Gathering | Counts,
    ending: Ending | None = None,
) -> bool:
    """Gather from segments as they come; whether there was room for all of them.

    Args:
        segments: What to gather from.
        gathering: Takes it in.
        ending: When to end; None for never.
    """
    is_over = (lambda: False) if ending is None else ending.is_over
    for segment in segments:
        try:
            with nullcontext() if ending is None else also(ending.in_time):
                unread = gathering.add(segment, is_over)
        except OutOfTime:
            break
        if ending is not None and len(unread):
            ending.end_at(segment, int(unread[-1]) + 1)
            break
        if gathering.is_full:
            return False
    return True


def _largest(values: Sequence[Number], names: Sequence[Key], limit: int) -> list[int]:
    """The groups with the largest values; equal ones by name, so that order is stable."""

    def rank(at: int) -> tuple[bool, float, tuple[str, ...]]:
        value = values[at]
        return value is None, -(value or 0), tuple(word or "" for word in names[at])

    return sorted(range(len(values)), key=rank)[:limit]


def _hashed(cells: Cells, column: Column) -> tuple[Cells, NDArray[np.int64]]:
    """The different values in each cell, as hashes."""
    held = (column.codes > 0) & (cells >= 0)
    size = len(column.values) + 1
    joint = once(cells[held] * size + column.codes[held])
    own, codes = np.divmod(joint, size)
    used, inverse = np.unique(codes, return_inverse=True)
    texts = column.texts
    # Of a million different values, two share a hash once in ten million questions.
    hashes = np.array([hash(texts[code - 1]) for code in used.tolist()], np.int64)
    return own, hashes[inverse] if len(used) else np.empty(0, np.int64)


def _joined(arrays: Sequence[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.empty(0, kind)
