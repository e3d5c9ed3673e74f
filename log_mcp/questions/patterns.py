"""Which message shapes the records of a question have.

Templates are told from all that is held of the sources asked for, and not from the
records that answer the filter alone: so a shape has the same id whatever else is asked.

New is a shape that no record before the window has, among those that answer the same
filter. Without a window, new is what came in the last hour of the log, or in its last
quarter where less than four hours are held: the end of the log and not of the day, as an
old log has its news too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from log_mcp import coverage
from log_mcp.analysis.miner import Miner
from log_mcp.analysis.patterns import NEW, SHOWS, Counted, Part
from log_mcp.answer import Covered, Pattern, Patterns
from log_mcp.beat import OutOfTime, also
from log_mcp.desk import Desk, segments_of
from log_mcp.errors import QueryError, nearest
from log_mcp.pace import Pace
from log_mcp.phrase import beyond
from log_mcp.query.filter import Ask, Filter
from log_mcp.query.search import earlier, match
from log_mcp.questions.nothing import told
from log_mcp.reach import Reach, reach
from log_mcp.span import HOUR, SECOND
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment
from log_mcp.sweep import Sweep, narrowed
from log_mcp.timestamp import iso

PATTERNS_MAX: Final = 500
LOOK_SHARE: Final = 0.7  # of the time; templates are told in the rest
RECENT_SHARE: Final = 4  # of what is held, one in so many, is what is new at most


def checked(show: str) -> None:
    """Refuse what is none of the words.

    Raises:
        QueryError: It is not.
    """
    if show not in SHOWS:
        hint = nearest(show, SHOWS)
        raise QueryError(f"show: unknown {show!r}. Valid: {', '.join(SHOWS)}.{hint}")


@dataclass(slots=True)
class _Found:
    """What a question looked at.

    Attributes:
        inside: Records that answer it.
        before: Records that would, were they not before its window.
        missing: Records of which there was no time to tell the shapes.
    """

    inside: list[Part] = field(default_factory=list)
    before: list[Part] = field(default_factory=list)
    missing: int = 0


class Mining:
    """Answers about message shapes, remembered from one question to the next.

    Args:
        desk: Where they are asked for.
        miner: Remembers the shapes of what is held.
    """

    def __init__(self, desk: Desk, miner: Miner) -> None:
        self._desk = desk
        self._miner = miner
        desk.ring.beside(self._miner)

    def answer(self, ask: Ask, *, show: str, limit: int, pace: Pace) -> Patterns:
        """The answer of `log_patterns`.

        Args:
            ask: The filter.
            show: `common` or `rare` ones first, or `new` ones alone.
            limit: How many at most.
            pace: How far it may go.

        Raises:
            QueryError: A parameter means nothing.
        """
        checked(show)
        desk = self._desk
        held, earlier = desk.call(pace, ask.since)
        wanted = desk.filter(ask, held, earlier)
        if show == NEW and wanted.since_ns is None and wanted.marks is None:
            wanted = replace(wanted, since_ns=recent_ns(held, wanted))
        beyond = None if wanted.since_ns is None else reach(desk.feed, held, wanted)
        lean = narrowed(wanted, desk.annotator)
        sweep = Sweep(
            held, beyond or Reach(), wanted, pace, lean=lean, share=LOOK_SHARE
        )
        found = self._looked(sweep, wanted, set(segments_of(held)))
        parts = [*found.inside, *found.before]
        names = self._miner.templates(part.mined for part in parts)
        inside, before = Counted(found.inside, names), Counted(found.before, names)
        view = desk.view(held, wanted, beyond, dated=True)
        coverage.stopped(view, sweep, pace, goes_on=False)
        view.order = show
        tell_missing(view, found.missing)
        rows = _rows(inside, before, show, limit, view)
        if show == NEW or wanted.since_ns is not None:
            _tell_compared(view, before, show, inside.records)
        if not inside.records and not found.missing:
            view.notes += told(desk, held, wanted, beyond)
        return Patterns(patterns=rows, records=inside.records, view=view)

    def _looked(self, sweep: Sweep, wanted: Filter, own: set[Segment]) -> _Found:
        self._miner.keep_only(own)
        found = _Found()
        errors = self._desk.annotator
        for segment in sweep:
            try:
                with also(sweep.in_time):
                    mined = self._miner(segment, sweep.is_over, keep=segment in own)
                    if mined is None:
                        found.missing += len(segment)
                        continue
                    rows = match(segment, wanted, errors)
                    before = list(earlier([segment], wanted, errors))
            except OutOfTime:
                break
            found.inside.append(Part(segment, rows, mined))
            found.before += [Part(one, old, mined) for one, old in before]
        return found


def recent_ns(held: Sequence[Held], wanted: Filter) -> int | None:
    """Where what is new begins if nobody said so; None if nothing is held."""
    segments = [
        segment
        for one in held
        if wanted.sources is None or one.source in wanted.sources
        for segment in one.segments
    ]
    if not segments:
        return None
    first = min(segment.first_ns for segment in segments)
    last = max(segment.last_ns for segment in segments)
    if wanted.until_ns is not None:
        last = max(first, min(last, wanted.until_ns))
    begin = last - min(HOUR, (last - first) // RECENT_SHARE)
    return begin - begin % SECOND  # Finer than a second it only looks odd.


def _rows(
    inside: Counted, before: Counted, show: str, limit: int, view: Covered
) -> list[Pattern]:
    """The patterns to show; says how many there are, and how to see the others."""
    order = inside.order(show)
    known = before.has(inside)
    if show == NEW:
        order = order[~known[order]]
    chosen = order[:limit]
    view.patterns = len(order)
    left = int(inside.counts[order[limit:]].sum())
    told = beyond("pattern", len(order), len(chosen), left, PATTERNS_MAX)
    view.notes[:0] = [told] if told else []
    sure = show == NEW or before.records > 0
    status = [NEW if sure and not known[at] else None for at in chosen]
    return [
        inside.row(at, one) for at, one in zip(chosen.tolist(), status, strict=True)
    ]


def tell_missing(view: Covered, missing: int) -> None:
    """Say of how many records there was no time to tell the shapes."""
    if missing:
        view.partial, view.loading = True, False
        view.notes.append(
            f"{missing} records are not sorted by shape yet and not counted: ask again "
            "in a few seconds"
        )


def _tell_compared(view: Covered, before: Counted, show: str, records: int) -> None:
    """Say what was before the window, and if nothing was."""
    if before.records:
        first = int(before.first_ns.min())
        view.compared = (
            f"new: in none of {before.records} records before, from {iso(first)}"
        )
    elif show == NEW and records:
        view.notes.append(
            "no record before the window is held that answers the filter: all shapes "
            "count as new"
        )
