"""What is in doubt of a source's times, as notes of an answer.

Hours that its clocks showed twice, or not at all, and days that its lines do not name.
Only records whose times state no zone are in doubt, so some of those that lie in such an
hour are looked at: a time is in doubt that, read as UTC, is what the zone's clocks showed
before they were set, or from then on. That is how it was read, be it right or wrong.
"""

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Final

import numpy as np

from log_mcp import timestamp
from log_mcp.epoch import date_of
from log_mcp.feed import Feed
from log_mcp.ingest.folds import states_clock
from log_mcp.query.cursor import EVER
from log_mcp.query.filter import Filter
from log_mcp.record import UNTIMED
from log_mcp.span import HOUR
from log_mcp.store.extent import Extent, together
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment
from log_mcp.zone import Change, changes

_ROWS_MAX: Final = 10  # of an hour that are looked at


def doubtful(feed: Feed, held: Sequence[Held], wanted: Filter) -> list[str]:
    """What to say of the records held whose clocks were set in the window.

    Args:
        feed: Knows the sources and their zones.
        held: What memory holds.
        wanted: The question.
    """
    notes: list[str] = []
    runs: dict[str, list[Held]] = {}
    for one in held:
        if one.segments:
            runs.setdefault(one.source, []).append(one)
    for source in feed.catalog.sources:
        name, own = source.name, runs.get(source.name)
        reached = together(one.extent for one in own or ())
        if own and reached and (wanted.sources is None or name in wanted.sources):
            notes += _told(name, source.settings.zone, own, reached, wanted)
            calendars = (tail.calendar for tail in tuple(source.tails))
            guesses = [c.guess_ns for c in calendars if c and c.guess_ns is not None]
            if guesses:
                zone = source.settings.zone
                notes += _nights(name, zone, max(guesses), reached.first_ns, wanted)
    return notes


def _nights(
    name: str, zone: tzinfo, guess_ns: int, first_ns: int, wanted: Filter
) -> Iterator[str]:
    """A note for days that were guessed, if records of the window depend on them."""
    if first_ns < guess_ns and (wanted.since_ns is None or wanted.since_ns < guess_ns):
        day = date_of(guess_ns, zone)
        yield (
            f"{name}: its lines name no day; of those before {day:%Y-%m-%d %H:%M} it is"
            " guessed, by the clock's falling back as over a night"
        )


def _told(
    name: str, zone: tzinfo, held: Sequence[Held], reached: Extent, wanted: Filter
) -> Iterator[str]:
    """A note for clocks that were set back, and one for those set ahead."""
    every = changes(zone, *_window(reached, wanted))
    if not every:
        return
    segments = [segment for one in held for segment in one.segments]
    found = [c for c in every if _in_doubt(c, segments)]
    for back in (True, False):
        alike = [c for c in found if (c.after_ns < c.before_ns) is back]
        later = back and any(_is_later(change, segments) for change in alike)
        if alike:
            yield f"{name}: {_words(alike, zone, later=later)}"


def _window(reached: Extent, wanted: Filter) -> tuple[int, int]:
    """The span in which a change matters: a record may be off by what it was."""
    since = -EVER if wanted.since_ns is None else wanted.since_ns
    until = EVER if wanted.until_ns is None else wanted.until_ns
    return max(since, reached.first_ns) - HOUR, min(until, reached.last_ns) + HOUR


def _in_doubt(change: Change, segments: Sequence[Segment]) -> bool:
    """Whether records lie in the hour that came twice, or not at all."""
    size = abs(change.after_ns - change.before_ns)
    begin = change.at_ns - (size if change.after_ns < change.before_ns else 0)
    return _states(begin, size, change.before_ns, segments)


def _is_later(change: Change, segments: Sequence[Segment]) -> bool:
    """Whether records lie in the second pass of an hour that came twice."""
    size = change.before_ns - change.after_ns
    return _states(change.at_ns, size, change.after_ns, segments)


def _states(begin: int, size: int, ahead_ns: int, segments: Sequence[Segment]) -> bool:
    """Whether records lie in a span whose times name no zone; some are looked at.

    Args:
        begin: Where the span begins.
        size: Its length.
        ahead_ns: How far the zone's clocks were ahead of UTC in it.
        segments: That may hold such records.
    """
    left = _ROWS_MAX
    for segment in segments:
        if segment.last_ns < begin or segment.first_ns >= begin + size:
            continue
        inside = (segment.times >= begin) & (segment.times < begin + size)
        rows = np.flatnonzero(inside & (segment.flags & UNTIMED == 0))
        for row in rows[:: -(-len(rows) // left)].tolist() if len(rows) else ():
            if states_clock(segment.raw(row), int(segment.times[row]) + ahead_ns):
                return True
        left = max(1, left - len(rows))
    return False


def _words(alike: Sequence[Change], zone: tzinfo, *, later: bool) -> str:
    last = alike[-1]
    back = last.after_ns < last.before_ns
    early, late = sorted((last.before_ns, last.after_ns))
    begin, end = date_of(last.at_ns + early), date_of(last.at_ns + late)
    others = f" and {len(alike) - 1} other days" if len(alike) > 2 else ""
    others = " and another day" if len(alike) == 2 else others
    when = f"between {begin:%H:%M} and {end:%H:%M} on {begin:%Y-%m-%d}{others} ({zone})"
    if back:
        where = ", from where lines fall back on the later" if later else ""
        return f"times {when} came twice; the earlier is taken{where}"
    left_out = timestamp.age(late - early)
    return f"times {when} did not exist; they are read as {left_out} later"
