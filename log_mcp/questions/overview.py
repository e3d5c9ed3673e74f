"""What there is, and what is wrong."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp import census
from log_mcp.analysis.annotate import Annotator
from log_mcp.answer import Memory, Overview
from log_mcp.desk import Desk, segments_of
from log_mcp.lookout import Told
from log_mcp.pace import Pace
from log_mcp.query.filter import Ask, Filter
from log_mcp.query.search import match
from log_mcp.ranking import ranking_of
from log_mcp.record import Level
from log_mcp.span import DAY
from log_mcp.store.segment import Segment

TOP_ERRORS: Final = 8
GONE_ERRORS: Final = 3


def overview(
    desk: Desk,
    since: str | None,
    pace: Pace,
    health: census.Vitals,
    look: Callable[[], Told],
) -> Overview:
    """The answer of `log_overview`.

    Args:
        desk: Where it is asked.
        since: Where levels and groups begin to count.
        pace: How far it may go.
        health: Tells how sources are.
        look: What alerts and values of a field tell; asked once files were looked at.

    Raises:
        QueryError: `since` means nothing.
    """
    held, before = desk.call(pace, since, DAY)
    wanted = desk.filter(Ask(since=since), held, before)
    told = look()
    segments = segments_of(held)
    known, untold = desk.known(segments, pace)
    counts = {
        segment: _level_counts(segment, wanted, desk.annotator) for segment in segments
    }
    levels = sum(counts.values(), np.zeros(len(Level), np.int64))
    view = desk.view(held, wanted, None, dated=True)
    view.notes += [*untold, *told.notes]
    if told.rules:
        firing = sum(one.firing > 0 for one in told.rules)
        view.alerts = len(told.rules), firing
    ranked = ranking_of(desk, known, wanted, TOP_ERRORS)
    top_errors, view.groups = ranked.groups, len(ranked.tallies)
    changed = ranked.since(known, GONE_ERRORS)
    if changed is not None:
        view.changes = changed.text
        top_errors = [*top_errors, *changed.gone]
    return Overview(
        sources=census.source_rows(desk.feed, held, counts, health, desk.clock()),
        levels={level.word or "unknown": int(levels[level]) for level in Level},
        top_errors=top_errors,
        alerts=told.alerts,
        memory=Memory(desk.ring.used_bytes, desk.ring.budget_bytes),
        view=view,
        values=told.values,
        unended=desk.unended(held, wanted.since_ns),
    )


def _level_counts(
    segment: Segment, wanted: Filter, errors: Annotator
) -> NDArray[np.int64]:
    since = wanted.since_ns
    if (since is None or segment.first_ns >= since) and wanted.marks is None:
        return segment.counts
    rows = match(segment, wanted, errors)
    return np.bincount(segment.levels[rows], minlength=len(Level))
