"""Sources joined to the ring: one object that answers questions.

It owns the clock and, through `Feed`, the threads. Every method may be called from any
thread; none of them waits for the files.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from log_mcp import coverage
from log_mcp.analysis.aggregate import Gathering, Wanted, aggregate, check_keys
from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.explain import Ground, explain
from log_mcp.analysis.group import judged, watched
from log_mcp.analysis.tally import Tallies, part
from log_mcp.analysis.trends import Counter, Window, buckets, trends
from log_mcp.analysis.workspace import Workspace
from log_mcp.answer import (
    Aggregates,
    Covered,
    ErrorReport,
    Explanation,
    Group,
    Memory,
    Overview,
    RecordRow,
    SearchPage,
    SourceRow,
    Trends,
)
from log_mcp.calls import LAST_CALL, Calls, Marks
from log_mcp.config import Config
from log_mcp.errors import CursorExpired, NotFound, QueryError, nearest
from log_mcp.failure import exception_row
from log_mcp.feed import Feed
from log_mcp.instant import instant_ns, span_ns
from log_mcp.lookup import find, record_in_memory, record_on_disk
from log_mcp.objects import Objects
from log_mcp.pace import Pace, Pulse
from log_mcp.paging import Leaf, found_again, in_blocks, leaf
from log_mcp.query import cursor as cursors
from log_mcp.query.around import neighbours, runs_of
from log_mcp.query.filter import Ask, Filter, Scope, check, sources
from log_mcp.query.metric import parse_all
from log_mcp.query.rows import field_names, record_row
from log_mcp.query.search import Hit, match, matching, search
from log_mcp.query.zero import NOT_COUNTED, Zero
from log_mcp.reach import Reach, reach
from log_mcp.record import Level
from log_mcp.redact import Redactor
from log_mcp.scope import commit_time, newest_start, run_of
from log_mcp.store.ring import Held, Ring
from log_mcp.store.segment import Segment
from log_mcp.supply import Supply
from log_mcp.sweep import Sweep
from log_mcp.timestamp import iso
from log_mcp.turn import Turn, question

MILLISECOND_NS: Final = 1_000_000
LIMIT_MAX: Final = 500
CONTEXT_MAX: Final = 20
ORDERS: Final = ("newest", "oldest")
POINTS: Final = ("restart", "git:HEAD", "now")  # in time, besides times
TOP_ERRORS: Final = 8
RAW_CHARACTERS_MAX: Final = 64 * 1024
COLUMNS_SHARE: Final = 4  # of the memory, what fields hold takes one in so many bytes
FIRST_LOOK_S: Final = 5.0  # a question waits this long for the recent past
SMALL_BYTES: Final = 16_000_000  # of history are waited for: it is there in a moment
SMALL_S: Final = 1.0
FROM_DISK: Final = (
    "the record itself was read from disk; counts are of what memory holds"
)
TOO_MANY: Final = "the numbers of more records do not fit: narrow the question"
CHOSEN: Final = "newest record of the top error group"
TELL_S: Final = 0.05  # spent on sorting errors into groups while an answer waits


class Logbook:
    """Answers questions about the logs that a configuration names.

    Args:
        config: What to read, and within which bounds.
        clock: The time, UTC epoch nanoseconds.
        pace: How far each question may go.
        tell_s: How long each question may sort errors into groups that are not yet.
        commands: Whether to start the programs whose output is a source.
    """

    def __init__(
        self,
        config: Config,
        clock: Callable[[], int] = time.time_ns,
        pace: Callable[[Pulse | None], Pace] = Pace,
        tell_s: float = TELL_S,
        *,
        commands: bool = False,
        turn: Turn | None = None,
    ) -> None:
        self.config = config
        self._tell_s = tell_s
        self._pace = pace
        self._clock = clock
        self._redactor = Redactor(config.redact)
        self._annotator = Annotator()
        self.turn = turn or Turn()
        self.ring = Ring(config.max_memory)
        self.columns = Columns(
            self._annotator,
            Objects(),
            config.max_memory // COLUMNS_SHARE,
            lambda: config.max_memory - self.ring.used_bytes,
        )
        self.ring.beside(self.columns)
        self._supply = Supply(config, self._redactor, commands=commands)
        self.feed = Feed(
            self._supply.catalog, self.ring, self._annotator, clock, self.turn.polite
        )
        self._workspace = Workspace(
            config.project_root,
            [(one.from_, one.to) for one in config.path_map],
            self._redactor.text,
        )
        self._calls = Calls()
        self._asked: WeakKeyDictionary[SearchPage, tuple[cursors.Cursor, Leaf]] = (
            WeakKeyDictionary()
        )

    def start(self) -> None:
        """Begin to read; returns at once."""
        self._supply.start()
        self.feed.start()

    def close(self) -> None:
        """Stop reading and close all files; what was started is ended."""
        self._supply.close()  # First: on the way out there is little time.
        self.feed.close()

    def wait_loaded(self, timeout_s: float) -> bool:
        """Wait until all history that fits is held; whether it is."""
        return self.feed.wait_loaded(timeout_s)

    def wait_finished(self, timeout_s: float) -> bool:
        """Wait until what is held is indexed, and its errors known; whether it is."""
        return self.feed.wait_finished(timeout_s)

    # -- questions ------------------------------------------------------------------

    @question
    def overview(
        self, *, since: str | None = None, pulse: Pulse | None = None
    ) -> Overview:
        """What there is, and what is wrong.

        Args:
            since: Where levels and groups begin to count.
            pulse: Called while it works; may raise to cancel.

        Raises:
            QueryError: `since` means nothing.
        """
        pace = self._pace(pulse)
        with pace.beating():
            return self._overview(since, pace)

    def _overview(self, since: str | None, pace: Pace) -> Overview:
        held, before = self._call(pace)
        wanted = self._filter(Ask(since=since), held, before)
        segments = _segments(held)
        known, missing = self._annotator.within(segments, self._tell_s)
        counts = {
            segment: _level_counts(segment, wanted, self._annotator)
            for segment in segments
        }
        levels = sum(counts.values(), np.zeros(len(Level), np.int64))
        view = self._view(held, wanted, None)
        view.notes += _untold(missing)
        top_errors, view.groups = self._groups(known, wanted, TOP_ERRORS)
        return Overview(
            sources=coverage.source_rows(self.feed, held, counts),
            levels={level.word or "unknown": int(levels[level]) for level in Level},
            top_errors=top_errors,
            alerts=[],
            memory=Memory(self.ring.used_bytes, self.ring.budget_bytes),
            view=view,
        )

    @question
    def search(
        self,
        ask: Ask,
        *,
        order: str = "newest",
        context: int = 0,
        limit: int = 50,
        fields: tuple[str, ...] | None = None,
        cursor: str | None = None,
        pulse: Pulse | None = None,
    ) -> SearchPage:
        """One page of the records that answer a filter, and how many there are.

        Args:
            ask: The filter.
            order: `newest` or `oldest` first.
            context: Records of the same source before and after each, 0 to 20.
            limit: Matches on the page, 1 to 500.
            fields: Names of the fields to show; None for all.
            cursor: Of the page before; nothing else but `limit` counts then.
            pulse: Called while it works; may raise to cancel.

        Raises:
            QueryError: A parameter means nothing.
            CursorExpired: The records behind the cursor are gone.
        """
        _check_range("limit", limit, 1, LIMIT_MAX)
        if order not in ORDERS:
            hint = nearest(order, ORDERS)
            raise QueryError(f"order: unknown {order!r}. Valid: newest, oldest.{hint}")
        read = None
        if cursor is not None:
            read = cursors.read(cursor)
            ask, order = read.ask, read.order
            context, fields = read.context, read.fields
        _check_range("context", context, 0, CONTEXT_MAX)
        pace = self._pace(pulse)
        with pace.beating():
            return self._page(
                ask,
                order=order,
                context=context,
                limit=limit,
                fields=fields,
                read=read,
                pace=pace,
            )

    def _page(
        self,
        ask: Ask,
        *,
        order: str,
        context: int,
        limit: int,
        fields: tuple[str, ...] | None,
        read: cursors.Cursor | None,
        pace: Pace,
    ) -> SearchPage:
        held, before = (self._held(pace), Marks()) if read else self._call(pace)
        wanted = self._filter(ask, held, before)
        beyond = reach(self.feed, held, wanted)
        place = None if read is None else found_again(read, self.feed)
        found = leaf(
            held,
            beyond,
            wanted,
            self._annotator,
            pace,
            newest=order == "newest",
            limit=limit,
            place=place,
            lean=partial(_lean, wanted=wanted, errors=self._annotator, context=context),
        )
        if place is not None and beyond.lost and not found.hits and not found.more:
            raise CursorExpired(
                "cursor: the records behind it have left memory and their file is gone. "
                "Ask again without a cursor."
            )
        view = self._view(held, wanted, beyond)
        coverage.stopped(view, found.sweep, pace, goes_on=True)
        page = SearchPage(
            records=self._rows(
                found.hits, held, context, fields, newest=order == "newest"
            ),
            matched=found.matched,
            matched_is_exact=not view.partial and beyond.complete,
            next_cursor=None,
            view=view,
        )
        question = cursors.Cursor(
            self._fixed(ask, wanted), order, None, context, fields
        )
        self._asked[page] = (question, found)
        view.notes += coverage.amended(page.records)
        if fields and found.hits:
            view.notes += _unfound(fields, page.records, found.hits)
        if found.more:
            page.next_cursor = self.cursor_after(page, len(found.hits))
        if not found.matched and found.whole:
            page.relaxed, page.hints = self._help(held, wanted, beyond)
        return page

    def cursor_after(self, page: SearchPage, count: int) -> str:
        """The cursor that goes on after the first matches of a page.

        Args:
            page: That `search` gave, as it was.
            count: How many of its matches have been shown; at least 1.
        """
        question, found = self._asked[page]
        after, stop = found.after(count)
        return replace(question, after=after, stop=stop).write()

    @question
    def error(self, id: str, *, pulse: Pulse | None = None) -> ErrorReport:  # noqa: A002 - the contract's name
        """One record whole.

        Args:
            id: See `lookup.find`.
            pulse: Called while it works.

        Raises:
            NotFound: It names nothing.
        """
        pace = self._pace(pulse)
        with pace.beating():
            return self._error(id, pace)

    def _error(self, name: str, pace: Pace) -> ErrorReport:
        held, _ = self._call(pace)
        hit = self._find(name, held, Filter(), pace)
        segments = _segments(held)
        record = hit.segment.record(hit.row)
        kind = self._annotator.kind(hit.segment, hit.row)
        group = None
        known, missing = self._annotator.within(segments, self._tell_s)
        if kind is not None:
            groups, _ = self._groups(known, Filter(group=kind.id), 1)
            group = groups[0] if groups else None
        view = self._view(held, Filter(), None)
        view.later = ""  # It says all of one record, and of its group what is held.
        source = hit.segment.origin.source
        began = run_of(segments, record, source, self._annotator)
        view.run = None if began is None else iso(began)
        if hit.segment not in segments:
            view.notes.append(FROM_DISK)
        view.notes += _untold(missing)
        row = record_row(hit.segment, hit.row, kind=kind, record=record, brief=False)
        raw = record.text[:RAW_CHARACTERS_MAX]
        view.notes += coverage.amended([row], raw)
        if len(record.text) > len(raw):
            view.notes.append(
                f"raw holds the first {len(raw)} of {len(record.text)} characters"
            )
        return ErrorReport(
            record=row,
            exception=exception_row(record.exception),
            group=group,
            raw=raw,
            view=view,
        )

    @question
    def trends(
        self,
        ask: Ask,
        *,
        bucket: str | None = None,
        group_by: tuple[str, ...] = (),
        baseline: str | None = None,
        limit: int = 20,
        pulse: Pulse | None = None,
    ) -> Trends:
        """Errors per bucket, by group, with what they were before.

        Args:
            ask: The filter; without `level` it means errors.
            bucket: Length of a bucket, such as `5m`; None to choose one.
            group_by: `group`, `type`, `source` or names of fields; `group` if empty.
            baseline: Span before the window to compare with; None to choose one.
            limit: How many groups at most.
            pulse: Called while it works; may raise to cancel.

        Raises:
            QueryError: A parameter means nothing.
        """
        _check_range("limit", limit, 1, LIMIT_MAX)
        bucket_ns = _span("bucket", bucket)
        base_ns = _span("baseline", baseline)
        pace = self._pace(pulse)
        with pace.beating():
            return self._trends(
                ask,
                bucket_ns=bucket_ns,
                group_by=group_by,
                base_ns=base_ns,
                limit=limit,
                pace=pace,
            )

    def _trends(
        self,
        ask: Ask,
        *,
        bucket_ns: int | None,
        group_by: tuple[str, ...],
        base_ns: int | None,
        limit: int,
        pace: Pace,
    ) -> Trends:
        held, before = self._call(pace)
        wanted = self._filter(ask, held, before)
        if not wanted.level:
            wanted = replace(wanted, level=Level.ERROR)
        beyond = None if wanted.since_ns is None else reach(self.feed, held, wanted)
        lean = partial(_lean, wanted=wanted, errors=self._annotator)
        sweep = Sweep(held, beyond or Reach(), wanted, pace, lean=lean)
        segments = []
        for segment in sweep:
            if wanted.is_slow:  # What it takes shows how far the question can go.
                match(segment, _open(wanted), self._annotator)
            segments.append(segment)
        window, base = _windows(segments, wanted, base_ns, self._clock())
        view = self._view(held, wanted, beyond)
        if base is not None:
            now_ns, known_beyond = self._clock(), beyond or Reach()
            view.later = coverage.later(
                held, wanted, known_beyond, now_ns, base.begin_ns
            )
            base = _held_part(segments, base)
            view.baseline = "" if base else "no log held"
        elif wanted.since_ns is not None:
            view.baseline = "no log held"
        known, missing = self._annotator.within(segments, self._tell_s)
        counter = Counter(group_by or ("group",), self._annotator)
        coverage.stopped(view, sweep, pace, goes_on=False)
        view.notes += _untold(missing)
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
        if counter.unread:
            view.partial, view.loading = True, False
            view.notes.append(
                f"{counter.unread} records were too many to group: narrow"
            )
        return answer

    @question
    def aggregate(
        self,
        ask: Ask,
        *,
        metrics: tuple[str, ...] = (),
        group_by: tuple[str, ...] = (),
        bucket: str | None = None,
        limit: int = 20,
        pulse: Pulse | None = None,
    ) -> Aggregates:
        """Numbers over any field, by groups and over time.

        Args:
            ask: The filter.
            metrics: See `query.metric`; `count` if empty.
            group_by: Fields by whose values records are grouped.
            bucket: Length of a bucket, such as `1h`; None for no series.
            limit: How many groups at most.
            pulse: Called while it works; may raise to cancel.

        Raises:
            QueryError: A parameter means nothing.
        """
        _check_range("limit", limit, 1, LIMIT_MAX)
        bucket_ns = _span("bucket", bucket)
        asked, keys = parse_all(metrics), check_keys(group_by)
        pace = self._pace(pulse)
        with pace.beating():
            held, before = self._call(pace)
            wanted = self._filter(ask, held, before)
            start = count = 0
            if bucket_ns is not None:
                window, _ = _windows(_segments(held), wanted, None, self._clock())
                start, count = buckets(window, bucket_ns)
            question = Wanted(
                wanted, asked, keys, limit, bucket_ns, start, max(1, count)
            )
            return self._aggregate(question, held, pace)

    def _aggregate(
        self, asked: Wanted, held: tuple[Held, ...], pace: Pace
    ) -> Aggregates:
        wanted = asked.records
        beyond = None if wanted.since_ns is None else reach(self.feed, held, wanted)
        lean = partial(
            _lean, wanted=wanted.unread(needles=True), errors=self._annotator
        )
        sweep = Sweep(held, beyond or Reach(), wanted, pace, lean=lean)
        gathering = Gathering(asked, self.columns, self._annotator)
        has_room = aggregate(sweep, gathering)
        view = self._view(held, wanted, beyond)
        coverage.stopped(view, sweep, pace, goes_on=False)
        answer = gathering.answer(view)
        if not has_room:
            view.partial, view.loading = True, False
            view.notes.append(TOO_MANY)
        if not gathering.count:
            relaxed, _ = self._help(held, wanted, beyond or Reach())
            view.notes += coverage.relaxed(relaxed or {})
        return answer

    @question
    def explain(
        self,
        id: str | None,  # noqa: A002 - the contract's name
        ask: Ask,
        *,
        pulse: Pulse | None = None,
    ) -> Explanation:
        """The report on one error.

        Args:
            id: See `lookup.find`; None for the newest error of the most important group.
            ask: Narrows what the id or the choice is taken from.
            pulse: Called while it works.

        Raises:
            NotFound: The id names nothing, or there is no error.
            QueryError: A parameter means nothing.
        """
        pace = self._pace(pulse)
        with pace.beating():
            return self._explain(id, ask, pace)

    def _explain(self, name: str | None, ask: Ask, pace: Pace) -> Explanation:
        held, before = self._call(pace)
        wanted = self._filter(ask, held, before)
        segments = _segments(held)
        known, missing = self._annotator.within(segments, self._tell_s)
        chosen = ""
        if name is not None:
            hit = self._find(name, held, wanted, pace)
        else:
            hit = self._most_important(known, wanted, held)
            chosen = CHOSEN
        read = hit.segment not in segments
        if read:
            segments, known = [*segments, hit.segment], [*known, hit.segment]
        runs = runs_of(held)

        def around(one: Hit, count: int) -> tuple[list[Hit], list[Hit]]:
            return neighbours(runs.get(one.segment.origin.key, ()), one, count)

        ground = Ground(
            segments,
            known,
            self._annotator,
            around,
            self._workspace,
            self._clock(),
        )
        view = self._view(held, wanted, None)
        view.chosen = chosen
        view.notes += [FROM_DISK] * read + _untold(missing)
        if ask != Ask():
            view.notes.append(
                "the filter chose the error; all counts are of everything held"
            )
        report = explain(hit, ground, view)
        shown = {row.id: row for row in report.timeline.records}
        shown[report.error.record.id] = report.error.record
        view.notes += coverage.amended(shown.values())
        return report

    @question
    def sources(self) -> list[SourceRow]:
        """State of every source."""
        return coverage.source_rows(self.feed, self._held())

    @question
    def tail(self, name: str, count: int = 100) -> list[RecordRow]:
        """The newest records of a source, oldest first.

        Raises:
            QueryError: There is no such source.
        """
        held = self._held()
        wanted = self._filter(Ask(source=(name,)), held, Marks())
        limit = max(1, min(count, LIMIT_MAX))
        found = search(_segments(held), wanted, self._annotator, limit=limit)
        return self._rows(found.hits[::-1], held, 0, None)

    @question
    def top_errors(self, limit: int = 50) -> list[Group]:
        """The most important groups of all that is held."""
        known, _ = self._annotator.within(_segments(self._held()), self._tell_s)
        return self._groups(known, Filter(), limit)[0]

    # -- parts of answers -----------------------------------------------------------

    def _held(self, pace: Pace | None = None) -> tuple[Held, ...]:
        """What memory holds now; waits for the recent past after the start."""
        if not self.feed.loaded:
            pace = pace or Pace()
            far = partial(coverage.loaded, self.feed)
            with self.turn.waiting():
                pace.wait(self.feed.wait_looked, FIRST_LOOK_S, far)
                if self.feed.remaining_bytes() <= SMALL_BYTES:
                    pace.wait(self.feed.wait_loaded, SMALL_S, far)
        if self.config.max_age is not None:
            self.ring.expire(self._clock() - self.config.max_age)
        return self.ring.snapshot()

    def _call(self, pace: Pace) -> tuple[tuple[Held, ...], Marks]:
        """What memory holds now, and what it held when a question was asked before."""
        held = self._held(pace)
        return held, self._calls.next(held, self.feed.tails(), self._clock())

    def _filter(self, ask: Ask, held: tuple[Held, ...], before: Marks) -> Filter:
        segments = _segments(held)
        names = tuple(source.name for source in self.feed.catalog.sources)

        def instant(parameter: str, text: str) -> int | None:
            if text == "restart":
                chosen = Filter(sources=sources(ask.source, names))
                return newest_start(segments, chosen, self._annotator)
            if text.startswith("git:"):
                return commit_time(self.config.project_root, text[4:])
            named = record_in_memory(text, segments) or record_on_disk(text, self.feed)
            if named is not None:
                return int(named.segment.times[named.row])
            try:
                found = instant_ns(text, self._clock(), self.config.timezone)
            except QueryError as error:
                points = (*POINTS, *([LAST_CALL] if parameter == "since" else []))
                raise QueryError(
                    f"{parameter}: {error} Also {', '.join(points)} or the id of a "
                    f"record.{nearest(text, points)}"
                ) from None
            # Spans count from now: finer than a millisecond they only look odd.
            return found - found % MILLISECOND_NS if parameter == "since" else found

        def marks(text: str) -> Marks | None:
            return before if text == LAST_CALL else self._calls.kept(text)

        wanted = check(ask, Scope(names, instant, marks))
        if self.config.max_age is None:
            return wanted
        oldest = self._clock() - self.config.max_age
        return replace(wanted, since_ns=max(wanted.since_ns or oldest, oldest))

    def _fixed(self, ask: Ask, wanted: Filter) -> Ask:
        """The question with what is relative made absolute, for the next page."""
        since = ask.since
        if wanted.since_ns is not None:
            since = iso(wanted.since_ns)
        elif since == LAST_CALL and isinstance(wanted.marks, Marks):
            since = self._calls.keep(wanted.marks)
        until = ask.until if wanted.until_ns is None else iso(wanted.until_ns)
        return replace(ask, since=since, until=until)

    def _find(
        self, name: str, held: tuple[Held, ...], wanted: Filter, pace: Pace
    ) -> Hit:
        """The record that an id names, in memory or on disk."""
        beyond = reach(self.feed, held, wanted)
        older = Sweep((), beyond, wanted, pace)
        pace.beat(0)
        try:
            return find(name, held, self.feed, self._annotator, wanted, older=older)
        except NotFound as error:
            more = [f"Note: {note}." for note in self._no_logs()]
            if older.late:
                more.append("Not all of the disk was looked at.")
            if not more:
                raise
            raise NotFound(" ".join([str(error), *more])) from None

    def _view(
        self, held: Sequence[Held], wanted: Filter, beyond: Reach | None
    ) -> Covered:
        view = coverage.view(self.feed, held, wanted, self._clock(), beyond)
        view.notes += self._no_logs()
        return view

    def _no_logs(self) -> list[str]:
        """What to say where no path was given and no log was found."""
        looked = self.feed.wait_looked(0)
        if self.config.sources or self.feed.catalog.sources or not looked:
            return []
        root = self.config.project_root
        return [f"no log files were found below {root}; start the server with paths"]

    def _groups(
        self, segments: Sequence[Segment], wanted: Filter, most: int
    ) -> tuple[list[Group], int]:
        """Groups of the errors that answer a filter, the most important first.

        Returns:
            Some of them, and how many there are.
        """
        errors = replace(wanted, level=max(wanted.level, Level.ERROR))
        tallies = self._tallies(segments, errors)
        window, base = _windows(segments, wanted, None, self._clock())
        newest = max((s.last_ns for s in segments), default=window.end_ns)
        end = max(window.begin_ns, min(window.end_ns, newest))
        held_since = watched(segments)
        earlier = base is not None
        base = base and _held_part(segments, base)
        if not earlier:
            groups = judged(tallies, window.begin_ns, end, since=held_since, most=most)
            return groups, len(tallies)

        def before(begin_ns: int | None) -> Tallies:
            until = window.begin_ns - 1
            span = replace(errors, since_ns=begin_ns, until_ns=until, marks=None)
            return self._tallies(segments, span)

        groups = judged(
            tallies,
            window.begin_ns,
            end,
            before(base.begin_ns) if base else None,
            base.span_ns if base else 0,
            earlier=lambda: before(None),
            since=held_since,
            most=most,
        )
        return groups, len(tallies)

    def _tallies(self, segments: Sequence[Segment], errors: Filter) -> Tallies:
        found = matching(segments, errors, self._annotator)
        return Tallies(part(s, rows, self._annotator(s)) for s, rows in found)

    def _most_important(
        self, segments: Sequence[Segment], wanted: Filter, held: tuple[Held, ...]
    ) -> Hit:
        groups, _ = self._groups(segments, wanted, 1)
        if not groups:
            raise NotFound(
                "there is no error to explain in what was asked: "
                f"{sum(len(s) for s in segments)} records are held. "
                + " ".join(self._view(held, wanted, None).notes)
            )
        newest = replace(wanted, group=groups[0].id)
        return search(segments, newest, self._annotator, limit=1).hits[0]

    def _rows(
        self,
        hits: Sequence[Hit],
        held: Sequence[Held],
        context: int,
        fields: tuple[str, ...] | None,
        *,
        newest: bool = True,
    ) -> list[RecordRow]:
        if not context:
            return [self._row(hit, fields, None) for hit in hits]
        return [
            self._row(hit, fields, role)
            for hit, role in in_blocks(hits, runs_of(held), context, newest=newest)
        ]

    def _row(
        self, hit: Hit, fields: tuple[str, ...] | None, role: str | None
    ) -> RecordRow:
        kind = self._annotator.kind(hit.segment, hit.row)
        return record_row(hit.segment, hit.row, kind=kind, fields=fields, role=role)

    def _help(
        self, held: tuple[Held, ...], wanted: Filter, beyond: Reach
    ) -> tuple[dict[str, int] | None, list[str] | None]:
        relaxed, hints = Zero(_segments(held), wanted, self._annotator).help()
        if relaxed and beyond.gaps:  # The disk is not read again for each of them.
            relaxed = dict.fromkeys(relaxed, NOT_COUNTED)
        return relaxed, hints


def _untold(missing: int) -> list[str]:
    """What to say while older errors are still being sorted into groups."""
    if not missing:
        return []
    return [
        (
            f"{missing} older errors are not sorted into groups yet, so counts of "
            "groups are too low: ask again in a few seconds"
        )
    ]


def _unfound(
    fields: tuple[str, ...], rows: Sequence[RecordRow], hits: Sequence[Hit]
) -> list[str]:
    """What to say of fields that are to be shown and that none of the records has."""
    if all(any(name in row.fields for row in rows) for name in fields):
        return []
    known: set[str] = set()
    for hit in hits:
        field_names(hit.segment, [hit.row], known)
    return coverage.unfound(fields, rows, known)


def _open(wanted: Filter) -> Filter:
    """A filter without its window: it is compared with what was before."""
    return replace(wanted, since_ns=None, until_ns=None, marks=None)


def _lean(
    segment: Segment, wanted: Filter, errors: Annotator, context: int = 0
) -> Segment | None:
    """A segment read from the disk, without the records that are of no use.

    An answer keeps its hits until it is shown, and a hit keeps its segment.
    """
    rows = match(segment, wanted, errors)
    if not len(rows):
        return None
    near = np.arange(-context, context + 1)
    every = np.unique(np.add.outer(rows, near))
    return segment.only(every[(every >= 0) & (every < len(segment))])


def _segments(held: Iterable[Held]) -> list[Segment]:
    return [segment for one in held for segment in one.segments]


def _level_counts(
    segment: Segment, wanted: Filter, errors: Annotator
) -> NDArray[np.int64]:
    since = wanted.since_ns
    if (since is None or segment.first_ns >= since) and wanted.marks is None:
        return segment.counts
    rows = match(segment, wanted, errors)
    return np.bincount(segment.levels[rows], minlength=len(Level))


def _windows(
    segments: Sequence[Segment], wanted: Filter, base_ns: int | None, now_ns: int
) -> tuple[Window, Window | None]:
    """What trends cover, and what they are compared with."""
    oldest = min((s.first_ns for s in segments), default=now_ns)
    newest = max((s.last_ns for s in segments), default=now_ns)
    begin = oldest if wanted.since_ns is None else wanted.since_ns
    end = wanted.until_ns or (newest if wanted.since_ns is None else now_ns)
    window = Window(begin, max(begin, end))
    if base_ns is None:
        base_ns = min(window.span_ns, begin - oldest)
    if base_ns <= 0 or begin <= oldest:
        return window, None
    return window, Window(begin - base_ns, begin - 1)


def _held_part(segments: Iterable[Segment], base: Window) -> Window | None:
    """The part of a baseline of which log is held; None if that is hardly any.

    What is silent for longer than the whole baseline was not written, be it that the log
    begins later or that nothing ran.
    """
    firsts: list[int] = []
    lasts: list[int] = []
    for one in segments:
        if one.first_ns <= base.end_ns and one.last_ns >= base.begin_ns:
            inside = (one.times >= base.begin_ns) & (one.times <= base.end_ns)
            firsts += [int(one.times[inside].min())] if inside.any() else []
            earlier = one.times[one.times < base.begin_ns]
            lasts += [int(earlier.max())] if len(earlier) else []
        elif one.last_ns < base.begin_ns:
            lasts.append(one.last_ns)
    if not firsts:
        return None
    first = min(firsts)
    if lasts and first - max(lasts) <= base.span_ns:
        return base
    held = Window(first, base.end_ns)
    return held if held.span_ns * coverage.LATE_SHARE >= base.span_ns else None


def _span(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        found = span_ns(text)
    except QueryError as error:
        raise QueryError(f"{name}: {error}") from None
    if found <= 0:
        raise QueryError(f"{name}: must be longer than nothing.")
    return found


def _check_range(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise QueryError(f"{name}: {value} is out of range. Valid: {least} to {most}.")
