"""Which records something is about, and what they hold: asked of records as they arrive."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import NamedTuple

import numpy as np

from log_mcp.analysis.aggregate import narrowed, unread_rows
from log_mcp.analysis.column import Column, Rows
from log_mcp.analysis.columns import Columns
from log_mcp.query.condition import Condition
from log_mcp.query.condition import level as level_of
from log_mcp.query.filter import Ask, Filter, Scope, check
from log_mcp.query.look import ErrorsOf, match
from log_mcp.query.subject import OWN
from log_mcp.record import Level
from log_mcp.store.segment import Segment


class Picked(NamedTuple):
    """Some records of a segment, and what they hold in the fields asked for."""

    rows: Rows
    columns: dict[str, Column]

    def at(self, inside: Rows) -> "Picked":
        """Some of them."""
        columns = {name: one.at(inside) for name, one in self.columns.items()}
        return Picked(self.rows[inside], columns)


@dataclass(frozen=True, slots=True)
class Pick:
    """Says which records count.

    Attributes:
        records: What they must be like; their source is asked for apart.
        sources: Names or globs; any if empty.
        fields: Whose values are wanted.
        needed: Those of them that a record must have.
    """

    records: Filter
    sources: tuple[str, ...]
    fields: tuple[str, ...]
    needed: tuple[str, ...]

    def takes(self, source: str) -> bool:
        """Whether records of a source count."""
        names = self.sources
        return not names or any(
            one == source or fnmatchcase(source, one) for one in names
        )

    def of(
        self,
        segment: Segment,
        columns: Columns,
        errors: ErrorsOf,
        since_ns: int | None = None,
    ) -> Picked | None:
        """The records of a segment that count; None for none.

        Args:
            segment: Any.
            columns: What records hold.
            errors: The errors of a segment.
            since_ns: Only those that are not older.
        """
        if not self.takes(segment.origin.source):
            return None
        asked = replace(self.records, since_ns=since_ns)
        rows = unread_rows(segment, asked, columns, errors)
        rows = self._likely(segment, columns, errors, rows)
        if not len(rows):
            return None
        if not self.fields:
            return Picked(rows, {})
        found = columns.of(segment, self.fields, rows)
        picked = Picked(*narrowed(rows, found, self.records.conditions))
        for name in self.needed:
            inside = np.flatnonzero(picked.columns[name].codes)
            if len(inside) < len(picked.rows):
                picked = picked.at(inside)
        return picked if len(picked.rows) else None

    def _likely(
        self, segment: Segment, columns: Columns, errors: ErrorsOf, rows: Rows
    ) -> Rows:
        """Those of some rows that can have what they must.

        Where each record must be read for that, those are read in which a field's name
        stands.
        """
        if columns.reads_at_once(segment):
            return rows
        for name in self.needed:
            last = name.rpartition(".")[2].lower().encode()
            if len(rows) and name not in OWN and name not in segment.labels.names:
                rows = np.intersect1d(
                    rows, match(segment, Filter(literal=last), errors), True
                )
        return rows


def pick(ask: Ask, fields: Sequence[str] = (), needed: Sequence[str] = ()) -> Pick:
    """What a filter of the user's picks.

    Args:
        ask: Without times.
        fields: Whose values are wanted besides those that conditions name.
        needed: Those that a record must have.

    Raises:
        QueryError: The filter means nothing.
    """
    records = check(replace(ask, source=()), Scope((), lambda _, __: None))
    # A threshold is asked of the column; a condition would have to be of the field, too.
    levels = [one for one in records.conditions if _is_threshold(one)]
    least = max([records.level, *(level_of(one.values[0]) for one in levels)])
    conditions = tuple(one for one in records.conditions if one not in levels)
    every = [*(one.field for one in conditions), *fields, *needed]
    return Pick(
        replace(records, level=Level(least), conditions=conditions),
        ask.source,
        tuple(dict.fromkeys(every)),
        tuple(needed),
    )


def _is_threshold(condition: Condition) -> bool:
    return condition.field == "level" and condition.op == ">="
