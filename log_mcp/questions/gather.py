"""The records of two periods as columns: whose they are, of which shape and trace."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.events import Book, Events, Part
from log_mcp.analysis.miner import Miner
from log_mcp.analysis.traces import Traces
from log_mcp.beat import OutOfTime, also
from log_mcp.query.filter import Filter
from log_mcp.query.rows import field_names
from log_mcp.query.search import match
from log_mcp.query.subject import nearest_field
from log_mcp.store.segment import Rows, Segment
from log_mcp.sweep import Sweep

SAMPLE: Final = 16  # records of a segment that tell names of fields
SEGMENTS: Final = 8  # of which that is asked
NAMES_MAX: Final = 1_000  # suspects; what comes later is one of them
NAME_CHARACTERS_MAX: Final = 160
OTHERS: Final = "(others)"
NONE: Final = "(none)"


class Tellers(NamedTuple):
    """What tells what records are.

    Attributes:
        shapes: Their shapes.
        traces: Their traces.
        columns: What their fields hold.
        errors: Which are errors, and of which group.
    """

    shapes: Miner
    traces: Traces
    columns: Columns
    errors: Annotator


class Gathering:
    """What is looked at of both periods.

    Attributes:
        book: What they share.
        group_by: What suspects are.
        missing: Records of which there was no time to tell all.
        full: Whether there was no room for more.
        sweep: The last one.
    """

    def __init__(self, tellers: Tellers, group_by: str, own: set[Segment]) -> None:
        self.book = Book()
        self.group_by = group_by
        self.missing = 0
        self.full = False
        self.sweep: Sweep
        self._tell = tellers
        self._own = own
        self._names: set[str] = set()
        self._named = 0
        self._samples: list[tuple[Segment, Rows]] = []

    def gather(
        self, sweep: Sweep, wanted: Filter, apart: Filter | None = None
    ) -> Events:
        """The records of one period.

        Args:
            sweep: Over the segments.
            wanted: Which records.
            apart: Those that answer this do not count.
        """
        self.sweep = sweep
        events = Events(self.book)
        for segment in sweep:
            try:
                with also(sweep.in_time):
                    found = self._part(segment, wanted, apart)
            except OutOfTime:
                break
            if found is None:
                continue
            events.add(found)
            if events.is_full:
                self.full = True
                break
        return events

    def _part(
        self, segment: Segment, wanted: Filter, apart: Filter | None
    ) -> Part | None:
        """What is told of a segment; None if nothing in it counts, or there was no time."""
        annotator = self._tell.errors
        rows = match(segment, wanted, annotator)
        if apart is not None:
            rows = np.setdiff1d(rows, match(segment, apart, annotator))
        if not len(rows):
            return None
        keep = segment in self._own
        mined = self._tell.shapes(segment, self.sweep.is_over, keep=keep)
        if mined is None:
            self.missing += len(rows)
            return None
        rows, names, codes = self._suspects(segment, rows)
        traced = self._tell.traces(segment, keep=keep)
        return Part(segment, rows, mined, traced, annotator(segment), names, codes)

    def unknown(self) -> list[str]:
        """What to say of a field that no record has: it is misspelt, most often."""
        if self._named or not self._samples:
            return []
        found: set[str] = set()
        for segment, rows in self._samples:
            field_names(segment, rows.tolist(), found)
        name = self.group_by
        return [f"no record compared has a field {name!r}.{nearest_field(name, found)}"]

    def _suspects(
        self, segment: Segment, rows: Rows
    ) -> tuple[Rows, list[str], NDArray[np.int64]]:
        """Rows, suspects, and which of them each row belongs to."""
        source = segment.origin.source
        if self.group_by == "source":
            self._named += len(rows)
            return rows, [source], np.zeros(len(rows), np.int64)
        name = self.group_by
        is_over = self.sweep.is_over
        column = self._tell.columns.of(segment, (name,), rows, is_over)[name]
        self.missing += len(rows) - len(column)
        rows = rows[len(rows) - len(column) :]
        if len(self._samples) < SEGMENTS:
            self._samples.append((segment, rows[:: -(-len(rows) // SAMPLE)]))
        none = source if self.group_by == "service" else NONE
        names = [self._name(text) for text in (none, *column.texts)]
        codes = column.codes.astype(np.int64)
        self._named += int(np.count_nonzero(codes))
        return rows, names, codes

    def _name(self, text: str) -> str:
        if len(self._names) >= NAMES_MAX and text not in self._names:
            return OTHERS
        self._names.add(text)
        return text[:NAME_CHARACTERS_MAX]
