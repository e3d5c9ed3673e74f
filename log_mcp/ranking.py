"""The groups of errors that matter most, against what was before."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from log_mcp import coverage
from log_mcp.analysis.group import judged, watched
from log_mcp.analysis.tally import Tallies, part
from log_mcp.analysis.trends import Window
from log_mcp.answer import Group
from log_mcp.desk import Desk
from log_mcp.errors import NotFound
from log_mcp.query.filter import Filter
from log_mcp.query.search import Hit, matching, search
from log_mcp.record import Level
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment


def groups_of(
    desk: Desk, segments: Sequence[Segment], wanted: Filter, most: int
) -> tuple[list[Group], int]:
    """Groups of the errors that answer a filter, the most important first.

    Returns:
        Some of them, and how many there are.
    """
    errors = replace(wanted, level=max(wanted.level, Level.ERROR))
    tallies = _tallies(desk, segments, errors)
    window, base = windows(segments, wanted, None, desk.clock())
    newest = max((s.last_ns for s in segments), default=window.end_ns)
    end = max(window.begin_ns, min(window.end_ns, newest))
    held_since = watched(segments)
    earlier = base is not None
    base = base and held_part(segments, base)
    if not earlier:
        groups = judged(tallies, window.begin_ns, end, since=held_since, most=most)
        return groups, len(tallies)

    def before(begin_ns: int | None) -> Tallies:
        until = window.begin_ns - 1
        span = replace(errors, since_ns=begin_ns, until_ns=until, marks=None)
        return _tallies(desk, segments, span)

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


def most_important(
    desk: Desk, segments: Sequence[Segment], wanted: Filter, held: tuple[Held, ...]
) -> Hit:
    """The newest error of the most important group.

    Raises:
        NotFound: There is no error.
    """
    groups, _ = groups_of(desk, segments, wanted, 1)
    if not groups:
        raise NotFound(
            "there is no error to explain in what was asked: "
            f"{sum(len(s) for s in segments)} records are held. "
            + " ".join(desk.view(held, wanted, None).notes)
        )
    newest = replace(wanted, group=groups[0].id)
    return search(segments, newest, desk.annotator, limit=1).hits[0]


def _tallies(desk: Desk, segments: Sequence[Segment], errors: Filter) -> Tallies:
    found = matching(segments, errors, desk.annotator)
    return Tallies(part(s, rows, desk.annotator(s)) for s, rows in found)


def windows(
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
