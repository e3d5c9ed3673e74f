"""Counts per bucket, by group, with what they were before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis import change, trend
from log_mcp.analysis.counter import Counter
from log_mcp.analysis.group import GROUPS_MAX, judged, watched
from log_mcp.analysis.tally import Stretch, Tallies
from log_mcp.answer import Covered, Group, Trends
from log_mcp.errors import QueryError
from log_mcp.phrase import beyond
from log_mcp.query.filter import Filter
from log_mcp.query.search import earlier, matching
from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

BUCKETS: Final = 40
BUCKETS_MAX: Final = 500
CORRELATED_MAX: Final = 5


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time: from `begin_ns` to `end_ns`, UTC nanoseconds, both inside."""

    begin_ns: int
    end_ns: int

    @property
    def span_ns(self) -> int:
        """Its length; at least one nanosecond."""
        return max(1, self.end_ns - self.begin_ns)


def trends(
    segments: Sequence[Segment],
    known: Sequence[Segment],
    wanted: Filter,
    window: Window,
    *,
    base: Window | None,
    counter: Counter,
    view: Covered,
    bucket_ns: int | None,
    limit: int,
) -> Trends:
    """The answer of `error_trends`.

    Args:
        segments: What to count in.
        known: Those of them whose errors are sorted into groups.
        wanted: The filter, its window included.
        window: What the buckets cover.
        base: What it is compared with; None if nothing earlier is known.
        counter: By what to tally.
        view: What the answer covers.
        bucket_ns: Length of a bucket; None to choose one.
        limit: How many groups at most.

    Raises:
        QueryError: The buckets would be more than an answer can show.
    """
    if bucket_ns is None:
        bucket_ns = int(trend.bucket_seconds(window.span_ns / 1e9, BUCKETS) * 1e9)
    start, count = buckets(window, bucket_ns)
    times = _times(segments, wanted, counter)
    tallies = counter.count(matching(known, wanted, counter.errors))
    ever = _ever(known, wanted, window.begin_ns, counter)
    before = None
    if base is not None:
        every = Tallies(()) if ever is None else ever()
        before = Stretch(every, base.begin_ns, base.end_ns)
    base_ns = 0 if base is None else base.span_ns
    since = watched(known)
    view.notes += counter.unknown()
    newest = max((s.last_ns for s in known), default=window.end_ns)
    edges = (window.begin_ns, max(window.begin_ns, min(window.end_ns, newest)))
    groups = judged(
        tallies,
        *edges,
        before,
        base_ns,
        earlier=ever,
        since=since,
        most=limit,
    )
    view.groups = len(tallies)
    view.notes[:0] = _not_shown(tallies, groups)
    series = {}
    for group in groups:
        tally = tallies.get(group.id)
        assert tally is not None
        series[group.id] = trend.series(tally.times, start, bucket_ns, count)
        group.series = series[group.id].tolist()
    if ever is not None:
        told = change.since(groups, tallies, ever(), edges, known, most=limit)
        view.changes = told.text
        groups = [*groups, *told.gone]
    totals = trend.series(times, start, bucket_ns, count)
    total = len(times)
    minutes = window.span_ns / 60e9
    if wanted.since_ns is None and wanted.until_ns is None:
        minutes = max(1.0, minutes)  # a log of a few lines says nothing of a minute
    return Trends(
        bucket_seconds=bucket_ns / 1e9,
        start=iso(start) if total else None,
        totals=totals.tolist(),
        groups=groups,
        errors_per_minute=round(total / minutes, 3),
        baseline_errors_per_minute=None
        if before is None
        else round(len(before) / (base_ns / 60e9), 3),
        correlated=trend.correlated(series, bucket_ns / 1e9, CORRELATED_MAX),
        view=view,
    )


def buckets(window: Window, bucket_ns: int) -> tuple[int, int]:
    """When the first bucket of a window begins, and how many there are.

    Raises:
        QueryError: They would be more than an answer can show.
    """
    start = window.begin_ns // bucket_ns * bucket_ns
    count = (window.end_ns - start) // bucket_ns + 1
    if count > BUCKETS_MAX:
        least = trend.bucket_seconds(window.span_ns / 1e9, BUCKETS_MAX - 1)
        raise QueryError(
            f"bucket: the window would have {count} of them, at most {BUCKETS_MAX} are "
            f"shown. Use {least:g}s or longer, or a shorter window."
        )
    return start, count


def _not_shown(tallies: Tallies, groups: Sequence[Group]) -> list[str]:
    """What to say of groups beyond the limit, and how to see them."""
    records = len(tallies.times) - sum(group.count for group in groups)
    told = beyond("group", len(tallies), len(groups), records, GROUPS_MAX)
    return [told] if told else []


def _ever(
    known: Sequence[Segment], wanted: Filter, begin_ns: int, counter: Counter
) -> Callable[[], Tallies] | None:
    """What counts all that is held before the window; None if nothing is."""
    if begin_ns <= min((s.first_ns for s in known), default=begin_ns):
        return None
    return cache(lambda: counter.count(earlier(known, wanted, counter.errors)))


def _times(
    segments: Sequence[Segment], wanted: Filter, counter: Counter
) -> NDArray[np.int64]:
    """Times of all records that answer a filter, in no order."""
    found = [s.times[rows] for s, rows in matching(segments, wanted, counter.errors)]
    return np.concatenate(found) if found else np.empty(0, np.int64)
