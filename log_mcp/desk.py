"""What every question needs of the logbook: what is held, its filter, what it covers."""

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from log_mcp import coverage, hindrance
from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.unended import Openings
from log_mcp.analysis.workspace import Workspace
from log_mcp.answer import Covered, RecordRow, Unended
from log_mcp.beat import OutOfTime
from log_mcp.calls import LAST_CALL, Calls, Marks
from log_mcp.config import Config
from log_mcp.errors import NotFound, QueryError, nearest
from log_mcp.feed import Feed
from log_mcp.instant import instant_ns
from log_mcp.lookup import UNDATED, record_in_memory, record_on_disk
from log_mcp.lookup import find as lookup
from log_mcp.pace import Pace
from log_mcp.paging import in_blocks
from log_mcp.query.around import runs_of
from log_mcp.query.cursor import EVER
from log_mcp.query.filter import Ask, Filter, Scope, check, sources
from log_mcp.query.rows import record_row
from log_mcp.query.search import Hit
from log_mcp.reach import Reach, falls_behind, reach
from log_mcp.scope import commit_time, newest_start
from log_mcp.store.ring import Held, Ring
from log_mcp.store.segment import Segment
from log_mcp.sweep import Sweep
from log_mcp.timestamp import iso
from log_mcp.turn import Turn

MILLISECOND_NS: Final = 1_000_000
POINTS: Final = ("restart", "git:HEAD", "now")  # in time, besides times
FIRST_LOOK_S: Final = 5.0  # a question waits this long for the recent past
SMALL_BYTES: Final = 16_000_000  # of history are waited for: it is there in a moment
SMALL_S: Final = 1.0
FIND_SHARE: Final = 0.6  # of the time, for what an id names; the rest tells of it
NOT_ALL: Final = (
    "the time was over while the id was looked for: an error that it names better may be "
    "in what was not looked at"
)
FROM_DISK: Final = (
    "the record itself was read from disk; counts are of what memory holds"
)


@dataclass(slots=True)
class Desk:
    """Where questions are answered; thread-safe.

    Attributes:
        config: What the user decided.
        clock: The time, UTC epoch nanoseconds.
        feed: Knows all files.
        ring: What memory holds.
        annotator: Tells which group an error belongs to.
        workspace: The user's code.
        calls: What was held when questions were asked before.
        turn: Questions go before reading.
        tell_s: How long a question may sort errors into groups that are not yet.
        openings: Work that started and did not end.
    """

    config: Config
    clock: Callable[[], int]
    feed: Feed
    ring: Ring
    annotator: Annotator
    workspace: Workspace
    calls: Calls
    turn: Turn
    tell_s: float
    openings: Openings

    @property
    def now_ns(self) -> int:
        """The time, no finer than answers show it."""
        now = self.clock()
        return now - now % MILLISECOND_NS

    @property
    def names(self) -> tuple[str, ...]:
        """Of all sources."""
        return tuple(source.name for source in self.feed.catalog.sources)

    def held(self, pace: Pace | None = None) -> tuple[Held, ...]:
        """What memory holds now; waits for the recent past after the start."""
        if not self.feed.loaded:
            pace = pace or Pace()
            far = partial(coverage.loaded, self.feed)
            with self.turn.waiting():
                pace.wait(self.feed.wait_looked, FIRST_LOOK_S, far)
                few = not self.feed.catalog.waiting  # many files take longer
                if few and self.feed.history_bytes() <= SMALL_BYTES:
                    pace.wait(self.feed.wait_loaded, SMALL_S, far)
        if self.config.max_age is not None:
            self.ring.expire(self.clock() - self.config.max_age)
        return self.ring.snapshot()

    def reach_back(self, since: str | None, before_ns: int = 0) -> None:
        """Have compressed history loaded that a question reaches; see `call`."""
        if since is None:
            self.feed.reach_back()
            return
        with suppress(QueryError):  # Names of other points reach what is held.
            at_ns = instant_ns(since, self.clock(), self.config.timezone)
            self.feed.reach_back(at_ns - before_ns)

    def call(
        self, pace: Pace, since: str | None = None, before_ns: int = 0
    ) -> tuple[tuple[Held, ...], Marks]:
        """What a question finds in memory, and what was there at the one before.

        Args:
            pace: How far the question may go.
            since: Where its window begins, so that compressed history is loaded, too,
                that it reaches; None for the beginning.
            before_ns: How much before that is of use, too.
        """
        self.reach_back(since, before_ns)
        return self.marked(pace)

    def marked(self, pace: Pace) -> tuple[tuple[Held, ...], Marks]:
        """What memory holds now, and what it held when a question was asked before."""
        held = self.held(pace)
        return held, self.calls.next(held, self.feed.tails(), self.clock())

    def known(
        self, segments: Sequence[Segment], pace: Pace | None = None
    ) -> tuple[list[Segment], list[str]]:
        """Segments whose errors are sorted into groups, and what to say of the others.

        Args:
            segments: Whose errors are wanted.
            pace: How far the question may go; None for no such limit.
        """
        # Counting what was told takes about as long.
        first_s = math.inf if pace is None else pace.left_s / 2
        known, missing = self.annotator.within(
            segments, self.tell_s, first_s, hurried=partial(falls_behind, self.feed)
        )
        if not missing:
            return known, []
        return known, [
            (
                f"{missing} older errors are not sorted into groups yet, so counts of "
                "groups are too low: ask again in a few seconds"
            )
        ]

    def unended(
        self,
        held: Sequence[Held],
        since_ns: int | None = None,
        *,
        traces: frozenset[str] | None = None,
        ids: frozenset[str] = frozenset(),
    ) -> list[Unended]:
        """Work that started and never ended; see `Openings.told`.

        Args:
            held: What memory holds.
            since_ns: Where work counts from; None for all.
            traces: Of which only; None for any.
            ids: Of records with which it began, or.
        """
        newest: dict[str, int] = {}
        for one in held:
            if one.extent:
                last = one.extent.last_ns
                newest[one.source] = max(last, newest.get(one.source, last))
        return self.openings.told(
            newest, self.clock(), since_ns, traces=traces, ids=ids
        )

    def filter(self, ask: Ask, held: tuple[Held, ...], before: Marks) -> Filter:
        """A question's filter, checked.

        Args:
            ask: As it was asked.
            held: What memory holds.
            before: What it held at the question before.

        Raises:
            QueryError: A parameter means nothing.
        """
        segments = segments_of(held)
        names = self.names

        def instant(parameter: str, text: str) -> int | None:
            chosen = Filter(sources=sources(ask.source, names))
            try:
                if text == "restart":
                    return newest_start(segments, chosen, self.annotator)
                if text.startswith("git:"):
                    return commit_time(self.config.project_root, text[4:])
            except QueryError as error:
                raise QueryError(f"{parameter}: {error}") from None
            named = record_in_memory(text, segments)
            named = named or self._on_disk(parameter, text)
            if named is not None:
                return int(named.segment.times[named.row])
            try:
                found = instant_ns(text, self.clock(), self.config.timezone)
            except QueryError as error:
                points = (*POINTS, *([LAST_CALL] if parameter == "since" else []))
                raise QueryError(
                    f"{parameter}: {error} Also {', '.join(points)} or the id of a "
                    f"record.{nearest(text, points)}"
                ) from None
            # Spans count from now: finer than a millisecond they only look odd.
            return found - found % MILLISECOND_NS if parameter == "since" else found

        def marks(text: str) -> Marks | None:
            if text == LAST_CALL and self.calls.shared:
                raise QueryError(
                    "since: last_call means nothing over HTTP, where several clients may "
                    "ask. Use a span such as 15m, or the id of the newest record you know."
                )
            return before if text == LAST_CALL else self.calls.kept(text)

        wanted = check(ask, Scope(names, instant, marks))
        if self.config.max_age is None:
            return wanted
        oldest = self.clock() - self.config.max_age
        return replace(wanted, since_ns=max(wanted.since_ns or oldest, oldest))

    def _on_disk(self, parameter: str, text: str) -> Hit | None:
        try:
            with Pace().ending():
                return record_on_disk(text, self.feed)
        except OutOfTime:
            raise QueryError(f"{parameter}: it {UNDATED}") from None

    def fixed(self, ask: Ask, wanted: Filter) -> Ask:
        """The question with what is relative made absolute, for the next page."""
        since = ask.since
        if wanted.since_ns is not None:
            since = iso(wanted.since_ns)
        elif since == LAST_CALL and isinstance(wanted.marks, Marks):
            since = self.calls.keep(wanted.marks)
        until = ask.until if wanted.until_ns is None else iso(wanted.until_ns)
        return replace(ask, since=since, until=until)

    def find(
        self, name: str, held: tuple[Held, ...], wanted: Filter, pace: Pace
    ) -> Hit:
        """The record that an id names, in memory or on disk."""
        beyond = reach(self.feed, held, wanted)
        older = Sweep((), beyond, wanted, pace)
        pace.beat(0)
        try:
            return lookup(
                name,
                held,
                self.feed,
                self.annotator,
                wanted,
                older=older,
                ending=partial(pace.ending, FIND_SHARE),
                is_over=pace.is_over,
            )
        except NotFound as error:
            notes = [*hindrance.cleared(held, wanted), *self._no_logs()]
            more = [f"Note: {note}." for note in notes]
            if older.begun and pace.late:
                more.append(_not_all(older))
            if not more:
                raise
            raise NotFound(" ".join([str(error), *more])) from None

    def view(
        self,
        held: Sequence[Held],
        wanted: Filter,
        beyond: Reach | None,
        *,
        dated: bool = False,
    ) -> Covered:
        """What an answer covers; see `coverage.view`."""
        view = coverage.view(self.feed, held, wanted, self.clock(), beyond, dated=dated)
        view.notes += [*self._unheard(), *self._no_logs()]
        return view

    def _unheard(self) -> list[str]:
        """What to say of settings that nobody trusts."""
        config = self.config
        if not config.unheard or config.file is None:
            return []
        names = ", ".join(config.unheard)
        return [
            (
                f"{names} of {config.file.name} not heeded, as nobody trusted that file:"
                " read it, then run log-mcp trust"
            )
        ]

    def _no_logs(self) -> list[str]:
        """What to say where no path was given and no log was found."""
        looked = self.feed.wait_looked(0)
        if self.config.sources or self.feed.catalog.sources or not looked:
            return []
        root = self.config.project_root
        return [f"no log files were found below {root}; start the server with paths"]

    def rows(
        self,
        hits: Sequence[Hit],
        held: Sequence[Held],
        context: int,
        fields: tuple[str, ...] | None,
        *,
        newest: bool = True,
    ) -> list[RecordRow]:
        """Matches as an answer shows them, with the records around each.

        Args:
            hits: In the order of the answer.
            held: What memory holds.
            context: Records of the same source before and after each.
            fields: Names of the fields to show; None for all.
            newest: Whether the newest stands first.
        """
        if not context:
            return [self._row(hit, fields, None) for hit in hits]
        return [
            self._row(hit, fields, role)
            for hit, role in in_blocks(hits, runs_of(held), context, newest=newest)
        ]

    def _row(
        self, hit: Hit, fields: tuple[str, ...] | None, role: str | None
    ) -> RecordRow:
        kind = self.annotator.kind(hit.segment, hit.row)
        return record_row(hit.segment, hit.row, kind=kind, fields=fields, role=role)


def _not_all(older: Sweep) -> str:
    """How far the disk was looked at for an id, where the time was over."""
    edge = older.edge
    far = f" further back than {iso(edge)}" if edge is not None and edge > -EVER else ""
    return f"Not all of the disk was looked at: nothing{far}."


def segments_of(held: Iterable[Held]) -> list[Segment]:
    """All that is held, as segments."""
    return [segment for one in held for segment in one.segments]
