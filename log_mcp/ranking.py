"""The groups of errors that matter most, against what was before."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from log_mcp import coverage
from log_mcp.analysis.change import Since, since
from log_mcp.analysis.group import judged, watched
from log_mcp.analysis.tally import Part, Stretch, Tallies, part
from log_mcp.analysis.trends import Window
from log_mcp.answer import Covered, Group
from log_mcp.calls import Marks
from log_mcp.desk import Desk
from log_mcp.errors import NotFound
from log_mcp.query.filter import Filter
from log_mcp.query.search import Hit, earlier, matching, search
from log_mcp.record import Level
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment


@dataclass(slots=True)
class Ranking:
    """Groups of errors, and what they were told from.

    Attributes:
        groups: The most important first.
        tallies: All errors that answer the filter.
        window: Where it begins, and where it or what is held ends.
        before: Counts what is held from before the window; None if nothing is.
    """

    groups: list[Group]
    tallies: Tallies
    window: tuple[int, int]
    before: Callable[[], Tallies] | None

    def since(self, segments: Sequence[Segment], most: int) -> Since | None:
        """What the beginning of the window changed; None if nothing is held before it.

        Args:
            segments: What is held.
            most: How many groups at most that are gone.
        """
        if self.before is None:
            return None
        return since(
            self.groups, self.tallies, self.before(), self.window, segments, most=most
        )


def ranking_of(
    desk: Desk,
    segments: Sequence[Segment],
    wanted: Filter,
    most: int,
    is_over: Callable[[], bool] | None = None,
) -> Ranking:
    """Groups of the errors that answer a filter, with what they were told from.

    Args:
        desk: Where it is asked.
        segments: That hold the errors, sorted into groups.
        wanted: The filter.
        most: How many groups at most.
        is_over: Whether the time is; the youngest errors count then. None for no limit.
    """
    errors = replace(wanted, level=max(wanted.level, Level.ERROR))
    tallies = Tallies(_parts(desk, segments, errors, is_over))
    window, base = windows(segments, wanted, None, desk.clock())
    newest = max((s.last_ns for s in segments), default=window.end_ns)
    end = max(window.begin_ns, min(window.end_ns, newest))
    edges = (window.begin_ns, end)
    held_since = watched(segments)
    if base is None:
        groups = judged(tallies, *edges, since=held_since, most=most)
        return Ranking(groups, tallies, edges, None)
    held = held_part(segments, base)

    @cache
    def ever() -> Tallies:
        found = earlier(segments, errors, desk.annotator)
        return Tallies(part(s, rows, desk.annotator(s)) for s, rows in found)

    groups = judged(
        tallies,
        *edges,
        Stretch(ever(), held.begin_ns, window.begin_ns - 1) if held else None,
        held.span_ns if held else 0,
        earlier=ever,
        since=held_since,
        most=most,
    )
    return Ranking(groups, tallies, edges, ever)


def most_important(
    desk: Desk,
    segments: Sequence[Segment],
    wanted: Filter,
    held: tuple[Held, ...],
    is_over: Callable[[], bool],
) -> Hit:
    """The newest error of the most important group.

    Args:
        desk: Where it is asked.
        segments: See `ranking_of`.
        wanted: The filter.
        held: What memory holds.
        is_over: See `ranking_of`.

    Raises:
        NotFound: There is no error.
    """
    groups = ranking_of(desk, segments, wanted, 1, is_over).groups
    if not groups:
        count = sum(len(s) for one in held for s in one.segments)
        raise NotFound(
            f"there is no error to explain in what was asked: {count} records are held."
            + "".join(f" {note}." for note in _tellable(desk.view(held, wanted, None)))
        )
    newest = replace(wanted, group=groups[0].id)
    return search(segments, newest, desk.annotator, limit=1).hits[0]


def _tellable(view: Covered) -> list[str]:
    """The notes that an error may hold: those without a log's own words."""
    return [note for note in view.notes if not any(name in note for name in view.odd)]


def _parts(
    desk: Desk,
    segments: Sequence[Segment],
    errors: Filter,
    is_over: Callable[[], bool] | None,
) -> Iterator[Part]:
    """The errors that answer a filter; where time is short, the youngest first."""
    if is_over is not None:
        segments = sorted(segments, key=lambda one: one.last_ns, reverse=True)
    for at, (segment, rows) in enumerate(matching(segments, errors, desk.annotator)):
        if at and is_over is not None and is_over():
            return
        yield part(segment, rows, desk.annotator(segment))


def windows(
    segments: Sequence[Segment], wanted: Filter, base_ns: int | None, now_ns: int
) -> tuple[Window, Window | None]:
    """What trends cover, and what they are compared with."""
    oldest = min((s.first_ns for s in segments), default=now_ns)
    newest = max((s.last_ns for s in segments), default=now_ns)
    begin, last = oldest, newest
    if wanted.since_ns is not None:
        begin, last = wanted.since_ns, now_ns
    elif wanted.marks is not None:
        at_ns = wanted.marks.at_ns if isinstance(wanted.marks, Marks) else None
        begin = min(_first_new(segments, wanted.marks, newest), at_ns or newest)
        last = max(newest, now_ns) if at_ns and newest >= at_ns else newest
    end = wanted.until_ns or last
    window = Window(begin, max(begin, end))
    if base_ns is None:
        base_ns = min(window.span_ns, begin - oldest)
    if base_ns <= 0 or begin <= oldest:
        return window, None
    return window, Window(begin - base_ns, begin - 1)


def _first_new(
    segments: Iterable[Segment], marks: Mapping[str, int], default: int
) -> int:
    """Time of the earliest record behind marks."""
    first = default
    for segment in segments:
        mark = marks.get(segment.origin.key, 0)
        if segment.end > mark and len(rows := segment.rows_from(mark)):
            first = min(first, int(segment.times[rows].min()))
    return first


def held_part(segments: Iterable[Segment], base: Window) -> Window | None:
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
