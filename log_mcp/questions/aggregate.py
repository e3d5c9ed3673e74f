"""Numbers over any field, by groups and over time."""

from typing import Final

from log_mcp import coverage
from log_mcp.analysis.aggregate import Gathering, aggregate, check_keys
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.counts import Counts
from log_mcp.analysis.trends import buckets
from log_mcp.analysis.wanted import Wanted
from log_mcp.answer import Aggregates
from log_mcp.desk import Desk, segments_of
from log_mcp.objects import Objects
from log_mcp.pace import Pace
from log_mcp.query.filter import Ask
from log_mcp.query.metric import parse_all
from log_mcp.questions.nothing import told
from log_mcp.ranking import windows
from log_mcp.reach import Reach, reach
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment
from log_mcp.sweep import Sweep, narrowed

COLUMNS_SHARE: Final = 4  # of the memory, what fields hold takes one in so many bytes
TOO_MANY: Final = "the numbers of more records do not fit: narrow the question"


class Aggregating:
    """Answers about numbers; what fields hold is kept from one question to the next.

    Args:
        desk: Where they are asked for.

    Attributes:
        columns: What records hold, as far as it is kept.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        most, ring = desk.config.max_memory, desk.ring

        def room(need: int) -> int:
            return ring.room(need, self.columns)

        self.columns = Columns(
            desk.annotator,
            Objects(),
            most // COLUMNS_SHARE,
            room,
        )
        ring.beside(self.columns)

    def answer(
        self,
        ask: Ask,
        *,
        metrics: tuple[str, ...],
        group_by: tuple[str, ...],
        bucket_ns: int | None,
        limit: int,
        pace: Pace,
    ) -> Aggregates:
        """The answer of `aggregate_logs`.

        Args:
            ask: The filter.
            metrics: See `query.metric`; `count` if empty.
            group_by: Fields by whose values records are grouped.
            bucket_ns: Length of a bucket; None for no series.
            limit: How many groups at most.
            pace: How far it may go.

        Raises:
            QueryError: A parameter means nothing.
        """
        asked, keys = parse_all(metrics), check_keys(group_by)
        desk = self._desk
        held, before = desk.call(pace, ask.since)
        wanted = desk.filter(ask, held, before)
        start = count = 0
        if bucket_ns is not None:
            window, _ = windows(segments_of(held), wanted, None, desk.clock())
            start, count = buckets(window, bucket_ns)
        question = Wanted(wanted, asked, keys, limit, bucket_ns, start, max(1, count))
        return self._counted(question, held, pace)

    def _counted(self, asked: Wanted, held: tuple[Held, ...], pace: Pace) -> Aggregates:
        desk, wanted = self._desk, asked.records
        beyond = None if wanted.since_ns is None else reach(desk.feed, held, wanted)

        def lean(segment: Segment) -> Segment | None:
            bare = wanted.among(segment.labels).unread(needles=True)
            return narrowed(bare, desk.annotator)(segment)

        sweep = Sweep(held, beyond or Reach(), wanted, pace, lean=lean)
        gathering: Gathering | Counts
        if asked.asks_counts:
            gathering = Counts(asked, desk.annotator)
        else:
            gathering = Gathering(asked, self.columns, desk.annotator)
        has_room = aggregate(sweep, gathering, sweep)
        view = desk.view(held, wanted, beyond)
        coverage.stopped(view, sweep, pace, goes_on=False)
        answer = gathering.answer(view)
        if not has_room:
            view.partial, view.loading = True, False
            view.notes.append(TOO_MANY)
        if not gathering.count:
            lacking = {note.replace("counted", "looked at", 1) for note in view.notes}
            more = told(desk, held, wanted, beyond)
            view.notes += [note for note in more if note not in lacking]
        return answer
