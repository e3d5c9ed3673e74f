"""Conditions asked of many records at once: of a column, once a value.

A record that is read whole takes a hundred times as long as its row of a column. So where
a column is there already, or is made of all records of a segment at once, a search asks it,
and reads one by one only what is left.
"""

from collections.abc import Sequence
from typing import Final

from log_mcp.analysis.aggregate import narrowed
from log_mcp.analysis.columns import Columns
from log_mcp.query.condition import Condition
from log_mcp.query.look import Meets
from log_mcp.store.segment import Rows, Segment

PART: Final = 10  # one record in so many is as quickly read as all are at once


def meeting(columns: Columns) -> Meets:
    """What tells which of some records meet conditions, as far as columns do."""

    def meets(
        segment: Segment, rows: Rows, conditions: Sequence[Condition]
    ) -> tuple[Rows, Sequence[Condition]]:
        at_once = columns.reads_at_once(segment) and len(rows) * PART >= len(segment)
        told = [c for c in conditions if at_once or columns.knows(segment, c.field)]
        if not told:
            return rows, conditions
        found = columns.of(segment, [one.field for one in told], rows)
        rest = [one for one in conditions if one not in told]
        return narrowed(rows, found, told)[0], rest

    return meets
