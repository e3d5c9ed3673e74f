"""Errors per bucket, by group, with what they were before."""

from dataclasses import replace

from log_mcp import coverage
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.counter import Counter
from log_mcp.analysis.trends import trends
from log_mcp.answer import Trends
from log_mcp.beat import OutOfTime, also
from log_mcp.desk import Desk
from log_mcp.pace import Pace
from log_mcp.query.filter import Ask, Filter
from log_mcp.query.search import match
from log_mcp.questions.nothing import told
from log_mcp.ranking import held_part, windows
from log_mcp.reach import Reach, reach
from log_mcp.record import Level
from log_mcp.span import DAY
from log_mcp.sweep import Sweep, narrowed


def error_trends(
    desk: Desk,
    ask: Ask,
    columns: Columns,
    *,
    bucket_ns: int | None,
    group_by: tuple[str, ...],
    base_ns: int | None,
    limit: int,
    pace: Pace,
) -> Trends:
    """The answer of `error_trends`.

    Args:
        desk: Where it is asked.
        ask: The filter; without `level` it means errors.
        columns: What records hold in fields.
        bucket_ns: Length of a bucket; None to choose one.
        group_by: `group`, `type`, `source` or names of fields; `group` if empty.
        base_ns: Span before the window to compare with; None to choose one.
        limit: How many groups at most.
        pace: How far it may go.

    Raises:
        QueryError: A parameter means nothing.
    """
    held, before = desk.call(pace, ask.since, DAY)
    wanted = desk.filter(ask, held, before)
    if not wanted.level:
        wanted = replace(wanted, level=Level.ERROR)
    beyond = None if wanted.since_ns is None else reach(desk.feed, held, wanted)
    lean = narrowed(wanted, desk.annotator)
    sweep = Sweep(held, beyond or Reach(), wanted, pace, lean=lean)
    segments = []
    for segment in sweep:
        if wanted.is_slow:  # What it takes shows how far the question can go.
            try:
                with also(sweep.in_time):
                    match(segment, _open(wanted), desk.annotator)
            except OutOfTime:
                break
        segments.append(segment)
    window, base = windows(segments, wanted, base_ns, desk.clock())
    view = desk.view(held, wanted, beyond, dated=True)
    if base is not None:
        now_ns, known_beyond = desk.clock(), beyond or Reach()
        view.later = coverage.later(held, wanted, known_beyond, now_ns, base.begin_ns)
        base = held_part(segments, base)
        view.baseline = "" if base else "no log held"
    elif wanted.since_ns is not None:
        view.baseline = "no log held"
    known, untold = desk.known(segments, pace)
    counter = Counter(
        group_by or ("group",), desk.annotator, columns, is_over=pace.is_over
    )
    coverage.stopped(view, sweep, pace, goes_on=False)
    view.notes += untold
    answer = trends(
        segments,
        known,
        wanted,
        window,
        base=base,
        counter=counter,
        view=view,
        bucket_ns=bucket_ns,
        limit=limit,
    )
    if not any(answer.totals) and not answer.groups:
        view.notes += told(desk, held, wanted, beyond)
    if counter.unread:
        view.partial, view.loading = True, False
        view.notes.append(
            f"{counter.unread} records were too many to group, so that counts are too low: "
            "narrow"
        )
    return answer


def _open(wanted: Filter) -> Filter:
    """A filter without its window: it is compared with what was before."""
    return replace(wanted, since_ns=None, until_ns=None, marks=None)
