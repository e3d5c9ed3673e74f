"""Two periods, and who is suspected of what changed between them.

The periods stand in any order: what is compared with may be later than what is asked for.
Without `since` and `until`, what is asked for is the last hour of the log, or its last
quarter where less than four hours are held. Without a baseline, it is compared with as long
a time just before it.

Suspects are services where records name one, else sources: some records tell which. To
read a service of each record takes too long where a segment cannot be read at once, so of
those only a service that the settings give counts, unless `service` is asked for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np

from log_mcp import coverage
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.compare import Asked, compare
from log_mcp.analysis.events import Both, Events, Period, Sorts
from log_mcp.analysis.miner import Miner
from log_mcp.analysis.traces import Traces
from log_mcp.analysis.trends import Window
from log_mcp.answer import Comparison, Covered
from log_mcp.calls import LAST_CALL, Marks
from log_mcp.desk import MILLISECOND_NS, Desk, segments_of
from log_mcp.errors import QueryError
from log_mcp.ingest.origin import FileOrigin
from log_mcp.pace import Pace
from log_mcp.query.filter import Ask, Filter
from log_mcp.questions.gather import SAMPLE, SEGMENTS, Gathering, Tellers
from log_mcp.questions.patterns import recent_ns, tell_missing
from log_mcp.ranking import held_part
from log_mcp.reach import Reach, reach
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment
from log_mcp.sweep import Sweep, narrowed
from log_mcp.timestamp import iso

PARTLY: Final = (
    "not all of both periods was looked at, so suspects may be wrong: ask again in a few "
    "seconds"
)
FULL: Final = "there are more records than fit: narrow the question"
NOW_SHARE: Final = 0.4  # of the time, for the period asked for
BOTH_SHARE: Final = 0.8  # ... for both; what changed is told in the rest


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is compared with, as it was asked for."""

    since: str | None = None
    until: str | None = None


class Comparing:
    """Answers about two periods; what traces there are is remembered.

    Args:
        desk: Where they are asked for.
        miner: Tells shapes.
        columns: Tells what fields hold.
    """

    def __init__(self, desk: Desk, miner: Miner, columns: Columns) -> None:
        self._desk = desk
        self._miner = miner
        self._columns = columns
        self._traces = Traces()
        desk.ring.beside(self._traces)

    def answer(
        self,
        ask: Ask,
        baseline: tuple[str | None, str | None],
        *,
        group_by: str | None,
        limit: int,
        pace: Pace,
    ) -> Comparison:
        """The answer of `compare_logs`.

        Args:
            ask: The filter and the period asked for.
            baseline: Begin and end of the period it is compared with.
            group_by: What suspects are: `source`, `service` or a field; None to choose.
            limit: Of rows of each kind.
            pace: How far it may go.

        Raises:
            QueryError: A parameter means nothing.
        """
        desk, asked = self._desk, Baseline(*baseline)
        held, earlier = desk.call(pace)
        wanted = desk.filter(ask, held, earlier)
        now, before = self._periods(ask, wanted, asked, held)
        own = segments_of(held)
        chosen = group_by or self._chosen(own, (now, before))
        tellers = Tellers(self._miner, self._traces, self._columns, desk.annotator)
        gathering = Gathering(tellers, chosen, set(own))
        self._miner.keep_only(own)
        beyond = reach(desk.feed, held, now)
        sweep = self._sweep(held, beyond, now, pace, NOW_SHARE)
        events = [gathering.gather(sweep, now)]
        view = desk.view(held, now, beyond)
        coverage.stopped(view, gathering.sweep, pace, goes_on=False)
        apart = now if now.marks is not None else None
        other = reach(desk.feed, held, before)
        sweep = self._sweep(held, other, before, pace, BOTH_SHARE)
        events.append(gathering.gather(sweep, before, apart))
        _tell_baseline(view, desk.view(held, before, other), sweep, pace)
        tell_missing(view, gathering.missing)
        if gathering.full:
            view.partial, view.loading = True, False
            view.notes.append(FULL)
        if view.partial:
            view.notes.insert(0, PARTLY)
        # What was read from the disk is held no more, but for what answers the filter.
        log = [] if other.looked_bytes else _asked_of(held, before)
        by_us = not (asked.since or asked.until)
        periods = _Periods(now, before, chosen=by_us, log=log)
        return self._compared(gathering, events, periods, limit, view)

    def _sweep(
        self,
        held: tuple[Held, ...],
        beyond: Reach,
        wanted: Filter,
        pace: Pace,
        share: float,
    ) -> Sweep:
        lean = narrowed(wanted, self._desk.annotator)
        return Sweep(held, beyond, wanted, pace, lean=lean, share=share)

    def _compared(
        self,
        gathering: Gathering,
        events: Sequence[Events],
        asked: "_Periods",
        limit: int,
        view: Covered,
    ) -> Comparison:
        book = gathering.book
        sorts = Sorts(book, self._miner.templates(book.mined))
        now = _period(events[0], sorts, asked.now)
        before = _period(events[1], sorts, asked.before)
        if asked.chosen:
            # Where nobody said when it begins, it begins where the log does.
            before.begin_ns = _begin(before, asked.log)
        view.compared = (
            f"{_shown(before.begin_ns)} to {_shown(before.end_ns)}, "
            f"{events[1].records} records"
        )
        view.counted = events[0].records
        view.window = view.window or f"{_shown(now.begin_ns)} to {_shown(now.end_ns)}"
        for period, name in (
            (events[0], "of the window"),
            (events[1], "of the baseline"),
        ):
            if not period.records:
                view.notes.insert(
                    0,
                    f"no record {name} is held that answers the filter: nothing is compared",
                )
        view.notes += gathering.unknown()
        if not (np.any(now.trace >= 0) and np.any(before.trace >= 0)):
            view.notes.append(
                "no trace ids in both periods: next steps and waits are not compared"
            )
        return compare(
            book, Both(sorts, before, now), Asked(gathering.group_by, limit), view
        )

    def _periods(
        self, ask: Ask, wanted: Filter, baseline: Baseline, held: tuple[Held, ...]
    ) -> tuple[Filter, Filter]:
        """The period asked for and the one it is compared with, both with their ends.

        Raises:
            QueryError: One means nothing, or they overlap.
        """
        segments = _asked_of(held, wanted)
        clock = self._desk.clock()
        oldest = min((s.first_ns for s in segments), default=clock)
        newest = max((s.last_ns for s in segments), default=clock)
        if wanted.marks is not None:
            if baseline.since or baseline.until:
                raise QueryError(
                    "since: last_call is compared with all that was there before; leave "
                    "baseline_since and baseline_until out, or give since a time."
                )
            edges = replace(wanted, marks=None, since_ns=oldest, until_ns=newest)
            return wanted, edges
        end = wanted.until_ns
        begin = wanted.since_ns
        if begin is None:
            begin = recent_ns(held, wanted)
            begin = oldest if begin is None else begin
        if end is None:
            end = max(newest, begin)
        begin = min(begin, end)
        now = replace(wanted, since_ns=begin, until_ns=end)
        return now, self._baseline(ask, now, baseline, held, newest)

    def _baseline(
        self,
        ask: Ask,
        now: Filter,
        baseline: Baseline,
        held: tuple[Held, ...],
        newest: int,
    ) -> Filter:
        assert now.since_ns is not None
        assert now.until_ns is not None
        span = max(1, now.until_ns - now.since_ns)
        bare = replace(ask, since=baseline.since, until=baseline.until)
        if LAST_CALL in {baseline.since, baseline.until}:
            raise QueryError(
                "baseline_since: last_call cannot be compared with; use a time."
            )
        try:
            asked = self._desk.filter(bare, held, Marks())
        except QueryError as error:
            raise QueryError(f"baseline: {error}") from None
        begin, end = asked.since_ns, asked.until_ns
        if begin is None and end is None:
            begin, end = now.since_ns - span, now.since_ns - 1
        elif begin is None:
            assert end is not None
            begin = end - span
        elif end is None:
            end = now.since_ns - 1 if begin < now.since_ns else max(newest, begin)
        assert end is not None
        if begin <= now.until_ns and end >= now.since_ns:
            raise QueryError(
                f"baseline: {iso(begin)} to {iso(end)} overlaps what is asked for, "
                f"{iso(now.since_ns)} to {iso(now.until_ns)}. Set since, until, "
                "baseline_since and baseline_until so that they do not."
            )
        return replace(asked, since_ns=begin, until_ns=end)

    def _chosen(self, segments: Sequence[Segment], asked: Iterable[Filter]) -> str:
        """What suspects are, if nobody said."""
        inside = [
            segment
            for segment in segments
            for one in asked
            if one.since_ns is None
            or one.until_ns is None
            or (segment.last_ns >= one.since_ns and segment.first_ns <= one.until_ns)
        ]
        some = inside[:: max(1, len(inside) // SEGMENTS)]
        told = of = 0
        for segment in some:
            if self._columns.reads_at_once(segment) or _given(segment):
                rows = np.arange(len(segment))[:: -(-len(segment) // SAMPLE)]
                of += len(rows)
                told += sum(bool(segment.record(int(row)).service) for row in rows)
            else:
                of += SAMPLE
        return "service" if of and 2 * told > of else "source"


class _Periods(NamedTuple):
    """What is compared.

    Attributes:
        now: What was asked for.
        before: What it is compared with.
        chosen: Whether that was not asked for, but chosen.
        log: What is held of the sources asked for; nothing if that is not all of it.
    """

    now: Filter
    before: Filter
    chosen: bool
    log: Sequence[Segment]


def _asked_of(held: Iterable[Held], wanted: Filter) -> list[Segment]:
    """What is held of the sources that a filter names."""
    return segments_of(
        one for one in held if wanted.sources is None or one.source in wanted.sources
    )


def _period(events: Events, sorts: Sorts, asked: Filter) -> Period:
    """The records of a period, and when it begins and ends."""
    times, _, _, _ = events.columns()
    first = int(times.min()) if len(times) else 0
    last = int(times.max()) if len(times) else 0
    begin = first if asked.since_ns is None else asked.since_ns
    end = last if asked.until_ns is None else asked.until_ns
    return Period(events, sorts, begin, max(begin, end))


def _begin(period: Period, log: Sequence[Segment]) -> int:
    """Where the log of a period begins, if that is much later than the period does.

    Args:
        period: With the records that answer, which may come late where a filter is narrow.
        log: What tells instead where there is a log; nothing if that is not known.
    """
    begin, end = period.begin_ns, period.end_ns
    held = held_part(log, Window(begin, end))
    first = int(period.times.min()) if len(period.times) else begin
    first = held.begin_ns if held else first
    return first if (first - begin) * coverage.LATE_SHARE > end - begin else begin


def _tell_baseline(view: Covered, other: Covered, sweep: Sweep, pace: Pace) -> None:
    """Say of the baseline what is not said yet."""
    coverage.stopped(other, sweep, pace, goes_on=False)
    known = set(view.notes)
    view.notes += [f"baseline: {note}" for note in other.notes if note not in known]
    view.partial = view.partial or other.partial
    view.loading = view.loading and other.loading if other.partial else view.loading


def _shown(at_ns: int) -> str:
    """A time to the millisecond: finer it only looks odd."""
    return iso(at_ns - at_ns % MILLISECOND_NS)


def _given(segment: Segment) -> bool:
    """Whether the settings say which service writes it."""
    origin = segment.origin
    return isinstance(origin, FileOrigin) and origin.service is not None
