"""Sources joined to the ring: one object that answers questions.

It owns the clock and, through `Feed`, the threads. Every method may be called from any
thread; none of them waits for the files.
"""

import threading
import time
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from log_mcp import census
from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.miner import Miner
from log_mcp.analysis.unended import Openings
from log_mcp.analysis.workspace import Workspace
from log_mcp.answer import (
    Aggregates,
    Clearance,
    Comparison,
    ErrorReport,
    Group,
    Health,
    Overview,
    Patterns,
    RecordRow,
    SearchPage,
    SourceRow,
    Trends,
    Waited,
)
from log_mcp.answer import Alerts as Firing
from log_mcp.calls import Calls, Marks
from log_mcp.config import Config
from log_mcp.desk import Desk, segments_of
from log_mcp.errors import QueryError, nearest
from log_mcp.feed import Feed
from log_mcp.lookout import WAIT_S as LOOKOUT_S
from log_mcp.lookout import Lookout, Told
from log_mcp.objects import Objects
from log_mcp.pace import LOOK_S, QUIET_S, WAIT_S, Pace, Pulse
from log_mcp.query import cursor as cursors
from log_mcp.query.filter import Ask, Filter
from log_mcp.query.search import search
from log_mcp.questions.aggregate import Aggregating
from log_mcp.questions.clearing import clear
from log_mcp.questions.error import error
from log_mcp.questions.overview import overview
from log_mcp.questions.patterns import Mining
from log_mcp.questions.search import Pages
from log_mcp.questions.trends import error_trends
from log_mcp.questions.wait import STOPS, Wait
from log_mcp.ranking import ranking_of
from log_mcp.redact import Redactor
from log_mcp.report import Explanation
from log_mcp.span import span_ns
from log_mcp.store.ring import Ring
from log_mcp.store.segment import Segment
from log_mcp.supply import Supply
from log_mcp.timestamp import iso
from log_mcp.turn import Turn, question

if TYPE_CHECKING:
    from log_mcp.alerts import Alerts
    from log_mcp.analysis.values import ValuesOf
    from log_mcp.questions.compare import Comparing
    from log_mcp.questions.explanation import Explaining

LIMIT_MAX: Final = 500
CONTEXT_MAX: Final = 20
ORDERS: Final = ("newest", "oldest")
LOOKOUT_BYTES: Final = 16_000_000  # of columns that alerts share while they look
STARTS_BYTES: Final = (
    64_000_000  # of a file in which starts are looked for, the youngest
)
TELL_S: Final = 0.03  # spent on sorting errors into groups while an answer waits


class Logbook:
    """Answers questions about the logs that a configuration names.

    Args:
        config: What to read, and within which bounds.
        clock: The time, UTC epoch nanoseconds.
        pace: How far each question may go.
        tell_s: How long each question may sort errors into groups that are not yet.
        commands: Whether to start the programs whose output is a source.
        turn: Whose turn it is, where others share it.
        shared: Whether several clients ask, so that nobody's last call is known.
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
        shared: bool = False,
    ) -> None:
        self.config = config
        self._pace = pace
        redactor, annotator = Redactor(config.redact), Annotator()
        self.turn = turn or Turn()
        self.ring = Ring(config.max_memory)
        miner = Miner()
        self._supply = Supply(config, redactor, commands=commands)
        self.feed = Feed(
            self._supply.catalog,
            self.ring,
            annotator,
            clock,
            self.turn.polite,
            yielding=self.turn.yielding,
        )
        workspace = Workspace(
            config.project_root,
            [(one.from_, one.to) for one in config.path_map],
            redactor.text,
        )
        self._desk = Desk(
            config=config,
            clock=clock,
            feed=self.feed,
            ring=self.ring,
            annotator=annotator,
            workspace=workspace,
            calls=Calls(shared=shared),
            turn=self.turn,
            tell_s=tell_s,
            openings=Openings(miner),
        )
        columns = Columns(annotator, Objects(), LOOKOUT_BYTES, lambda _: LOOKOUT_BYTES)
        self.lookout = Lookout(
            self.feed,
            clock,
            alerts=_alerts(config, columns, annotator),
            values=_values(config, columns, annotator),
            columns=columns,
            polite=self.turn.polite,
        )
        self._health = census.Vitals()
        self.feed.finisher.on_finished(self._looked_through)
        self.feed.finisher.at_leisure(self._look_for_open_work)
        self.ring.beside(self._desk.openings)
        self._mining = Mining(self._desk, miner)
        self._aggregating = Aggregating(self._desk)
        self.columns = self._aggregating.columns
        self._pages = Pages(self._desk, self.columns)
        self._miner, self._redactor = miner, redactor
        if config.failure_classes:
            _ = self._explaining  # says what is wrong with them

    @cached_property
    def _comparing(self) -> "Comparing":
        from log_mcp.questions.compare import Comparing  # noqa: PLC0415 - few ask it

        return Comparing(self._desk, self._miner, self.columns)

    @cached_property
    def _explaining(self) -> "Explaining":
        from log_mcp.questions.explanation import Explaining  # noqa: PLC0415 - likewise

        return Explaining(self._desk, self._redactor.text)

    def start(self) -> None:
        """Begin to read; returns at once."""
        self._supply.start()
        self.feed.start()

    def close(self) -> None:
        """Stop reading and close all files; what was started is ended."""
        self.lookout.close()
        self._supply.close()  # First: on the way out there is little time.
        self.feed.close()

    def reach_back(self, since: str | None) -> None:
        """Have compressed history read, too, that a question will reach.

        Args:
            since: Where its window begins; None for all of it.
        """
        self._desk.reach_back(since)

    def wait_loaded(self, timeout_s: float) -> bool:
        """Wait until all history that fits is held; whether it is."""
        return self.feed.wait_loaded(timeout_s)

    def wait_finished(self, timeout_s: float) -> bool:
        """Wait until what is held is indexed, and its errors known; whether it is."""
        return self.feed.wait_finished(timeout_s)

    def _looked_through(self, segment: Segment) -> None:
        held = self.ring.held(segment.origin.key)
        younger = (
            [s for s in held.segments if s.last_ns > segment.last_ns] if held else []
        )
        if sum(one.text_bytes for one in younger) < STARTS_BYTES:
            self._health.starts(segment)

    def wait_rested(self, timeout_s: float) -> bool:
        """Wait until what is told of open work is of all that is held; whether it is."""
        return self.feed.wait_rested(timeout_s)

    def _look_for_open_work(self) -> None:
        self._desk.openings.look(segments_of(self.ring.snapshot()))

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
            return overview(self._desk, since, pace, self._health, self._told)

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
            return self._pages.page(
                ask,
                order=order,
                context=context,
                limit=limit,
                fields=fields,
                read=read,
                pace=pace,
            )

    def cursor_after(self, page: SearchPage, count: int) -> str:
        """The cursor that goes on after the first matches of a page; see `Pages`."""
        return self._pages.cursor_after(page, count)

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
            return error(self._desk, id, pace)

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
            return error_trends(
                self._desk,
                ask,
                self.columns,
                bucket_ns=bucket_ns,
                group_by=group_by,
                base_ns=base_ns,
                limit=limit,
                pace=pace,
            )

    @question
    def patterns(
        self,
        ask: Ask,
        *,
        show: str = "common",
        limit: int = 20,
        pulse: Pulse | None = None,
    ) -> Patterns:
        """Records folded by message shape.

        Args:
            ask: The filter.
            show: `common` or `rare` ones first, or `new` ones alone.
            limit: How many patterns at most.
            pulse: Called while it works; may raise to cancel.

        Raises:
            QueryError: A parameter means nothing.
        """
        _check_range("limit", limit, 1, LIMIT_MAX)
        pace = self._pace(pulse)
        with pace.beating():
            return self._mining.answer(ask, show=show, limit=limit, pace=pace)

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
        pace = self._pace(pulse)
        with pace.beating():
            return self._aggregating.answer(
                ask,
                metrics=metrics,
                group_by=group_by,
                bucket_ns=bucket_ns,
                limit=limit,
                pace=pace,
            )

    @question
    def compare(
        self,
        ask: Ask,
        *,
        baseline_since: str | None = None,
        baseline_until: str | None = None,
        group_by: str | None = None,
        limit: int = 10,
        pulse: Pulse | None = None,
    ) -> Comparison:
        """Two periods, and who is suspected of what changed between them.

        Args:
            ask: The filter, and the period asked for; the end of the log if it has none.
            baseline_since: Begin of the period that it is compared with, in any order.
            baseline_until: End of that; as long a time just before, if neither is given.
            group_by: What suspects are: `source`, `service` or a field; None to choose.
            limit: How many rows of each kind at most.
            pulse: Called while it works; may raise to cancel.

        Raises:
            QueryError: A parameter means nothing, or the periods overlap.
        """
        _check_range("limit", limit, 1, LIMIT_MAX)
        if group_by is not None and not group_by.strip():
            raise QueryError("group_by: the name of a field is empty.")
        baseline = (baseline_since, baseline_until)
        pace = self._pace(pulse)
        with pace.beating():
            return self._comparing.answer(
                ask, baseline, group_by=group_by, limit=limit, pace=pace
            )

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
            return self._explaining.answer(id, ask, pace)

    @question
    def waiting(
        self,
        ask: Ask,
        *,
        stop_on: str = STOPS[0],
        timeout_s: float = WAIT_S,
        quiet_s: float = QUIET_S,
    ) -> Wait:
        """A wait that begins now; see `Wait`. `feed.arrived` rings when to look.

        Args:
            ask: Narrows what counts.
            stop_on: `match`, `new_error` or `quiet`.
            timeout_s: How long at most.
            quiet_s: How long nothing must arrive, for `quiet`.

        Raises:
            QueryError: A parameter means nothing.
        """
        return Wait(self._desk, ask, stop_on, timeout_s, quiet_s, time.monotonic)

    @question
    def look(self, wait: Wait) -> Waited | None:
        """The answer of a wait, if it is time for one."""
        return wait.look()

    def wait(self, wait: Wait) -> Waited:
        """The answer of a wait, waited for in this thread."""
        arrived = threading.Event()
        with self.feed.arrived.listening(arrived.set):
            while True:
                arrived.clear()
                answer = self.look(wait)
                if answer is not None:
                    return answer
                arrived.wait(wait.due_s())
                time.sleep(LOOK_S)

    @question
    def clear(
        self, source: tuple[str, ...] = (), *, pulse: Pulse | None = None
    ) -> Clearance:
        """Forget what is held, and what is older on disk; files stay as they are.

        Args:
            source: Names and globs of sources; all if empty.
            pulse: Called while it works.

        Raises:
            QueryError: A name means no source.
        """
        pace = self._pace(pulse)
        with pace.beating():
            answer = clear(self._desk, source, pace)
        self.lookout.forget()
        return answer

    @question
    def sources(self) -> list[SourceRow]:
        """State of every source."""
        desk = self._desk
        return census.source_rows(
            self.feed, desk.held(), None, self._health, desk.clock()
        )

    @question
    def health(self) -> Health:
        """How every source is."""
        rows = self.sources()  # waits until files were looked at
        return Health(iso(self._desk.now_ns), rows, self._told().values)

    @question
    def alerts(self) -> Firing:
        """What fires and what was over lately, and all that is configured."""
        self._desk.held()  # waits until files were looked at
        told = self._told()
        now = iso(self._desk.now_ns)
        return Firing(now, told.every, told.rules, told.notes)

    def _told(self) -> Told:
        """What the lookout tells; a shell has no second question, so all is waited for."""
        patient = self._desk.tell_s > TELL_S
        return self.lookout.told(None if patient else LOOKOUT_S)

    @question
    def tail(self, name: str, count: int = 100) -> list[RecordRow]:
        """The newest records of a source, oldest first.

        Raises:
            QueryError: There is no such source.
        """
        desk = self._desk
        held = desk.held()
        wanted = desk.filter(Ask(source=(name,)), held, Marks())
        limit = max(1, min(count, LIMIT_MAX))
        found = search(segments_of(held), wanted, desk.annotator, limit=limit)
        return desk.rows(found.hits[::-1], held, 0, None)

    @question
    def top_errors(self, limit: int = 50) -> list[Group]:
        """The most important groups of all that is held."""
        self._desk.reach_back(None)
        known, _ = self._desk.known(segments_of(self._desk.held()))
        return ranking_of(self._desk, known, Filter(), limit).groups


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


def _alerts(config: Config, columns: Columns, errors: Annotator) -> "Alerts | None":
    """Those that are configured; None for none.

    Raises:
        ConfigError: One means nothing.
    """
    if not config.alerts:
        return None
    from log_mcp.alerts import Alerts  # noqa: PLC0415 - for those who configure some

    label = f"{config.file}: " if config.file else ""
    return Alerts(config.alerts, columns, errors, label)


def _values(config: Config, columns: Columns, errors: Annotator) -> "ValuesOf | None":
    """The values of the field whose health is watched; None for none."""
    if not config.health_group_by:
        return None
    from log_mcp.analysis.values import ValuesOf  # noqa: PLC0415 - likewise

    return ValuesOf(config.health_group_by, columns, errors)
