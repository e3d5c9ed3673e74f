"""Records per bucket, where nothing but their number is asked for.

Goals: no work per record where columns tell. A segment that answers whole is counted by
looking up in its times where each bucket begins.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

import numpy as np

from log_mcp.analysis.measure import Number
from log_mcp.analysis.wanted import Wanted
from log_mcp.answer import Aggregates, Covered, Series, Totals
from log_mcp.query.look import ErrorsOf, count, match
from log_mcp.store.segment import Rows, Segment
from log_mcp.timestamp import iso

_NONE: Final[Rows] = np.empty(0, np.int64)


class Counts:
    """What is known so far; stands in for `Gathering`.

    Args:
        wanted: What is asked for; `asks_counts`.
        errors: The errors of a segment.

    Attributes:
        count: Records that count.
        is_full: Whether no more can be kept.
    """

    is_full = False

    def __init__(self, wanted: Wanted, errors: ErrorsOf) -> None:
        self.count = 0
        self._wanted = wanted
        self._errors = errors
        later = np.arange(1, wanted.buckets)
        self._begins = wanted.start_ns + later * (wanted.bucket_ns or 1)
        self._before = np.zeros(len(later), np.int64)  # records before each begin

    def add(self, segment: Segment, _is_over: Callable[[], bool]) -> Rows:
        """Count the records of one more segment; see `Gathering.add`."""
        wanted, times = self._wanted.records, segment.times
        number = count(segment, wanted)
        if number is not None and not len(self._begins):
            self.count += number
            return _NONE
        if number != len(times):
            times = times[match(segment, wanted, self._errors)]
        self.count += len(times)
        if len(times):
            ordered = times if segment.sorted else np.sort(times)
            self._before += ordered.searchsorted(self._begins)
        return _NONE

    def answer(self, view: Covered) -> Aggregates:
        """The answer; `view` is completed."""
        wanted = self._wanted
        view.groups, view.counted = 1, self.count
        names = [metric.name for metric in wanted.metrics]
        edges = [0, *self._before.tolist(), self.count]
        totals: list[Number] = [b - a for a, b in pairwise(edges)]
        timed = wanted.bucket_ns is not None
        return Aggregates(
            groups=[
                Totals(
                    key={},
                    metrics=dict.fromkeys(names, self.count),
                    series=[Series(name, totals) for name in names] if timed else [],
                )
            ],
            bucket_seconds=wanted.bucket_ns and wanted.bucket_ns / 1e9,
            start=iso(wanted.start_ns) if timed else None,
            view=view,
        )
