"""What an answer covers, so that "0 matches" is a proof or says that it is not."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final

import numpy as np

from log_mcp.answer import STOPPED, Covered, RecordRow
from log_mcp.calls import Marks
from log_mcp.clocks import doubtful
from log_mcp.feed import Feed
from log_mcp.hindrance import NAMES_MAX, hindrances, names_of, second, troubles
from log_mcp.naming import listed, odd
from log_mcp.pace import Pace, far
from log_mcp.query.cursor import EVER
from log_mcp.query.filter import Filter
from log_mcp.query.subject import nearest_field
from log_mcp.reach import Reach
from log_mcp.reach import reach as reach_of
from log_mcp.store.extent import together
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment
from log_mcp.sweep import Sweep
from log_mcp.timestamp import iso

MILLISECOND_NS: Final = 1_000_000
LATE_SHARE: Final = 20  # of a window: a source that begins this much later is told
LATE_NS_MIN: Final = 60 * 1_000_000_000
LOST: Final = "\ufffd"  # what the door puts for bytes that are no text


def view(
    feed: Feed,
    held: Sequence[Held],
    wanted: Filter,
    now_ns: int,
    reach: Reach | None,
    *,
    dated: bool = False,
) -> Covered:
    """The view of an answer.

    Args:
        feed: Knows the sources.
        held: What memory holds.
        wanted: The question.
        now_ns: The time.
        reach: What was read from the disk for it; None if it covers memory alone.
        dated: Whether the answer rests on when things happened, window or not.
    """
    whole = together(one.extent for one in held)
    answer = Covered(
        now=iso(now_ns),
        since=None if wanted.since_ns is None else iso(wanted.since_ns),
        until=None if wanted.until_ns is None else iso(wanted.until_ns),
        oldest_held=iso(whole.first_ns) if whole else None,
        newest_held=iso(whole.last_ns) if whole else None,
        records_held=whole.records if whole else 0,
        evicted=sum(one.evicted for one in held),
    )
    answer.odd = odd(
        [source.name for source in feed.catalog.sources]
        + [file.name for file in feed.catalog.late]
    )
    notes = answer.notes
    known = reach_of(feed, tuple(held), wanted) if reach is None else reach
    notes += hindrances(feed, held, wanted, known, looked=reach is not None)
    answer.loading = known.loading
    answer.partial = known.loading or bool(feed.catalog.late)
    first = _first_held(held, wanted)
    answer.begins = {name: iso(at_ns) for name, at_ns in first.items()}
    answer.later = later(held, wanted, known, now_ns)
    answer.window = _window(wanted, reach) or _own_window(first, wanted)
    if isinstance(wanted.marks, Marks):
        notes += _since_last_call(answer, wanted.marks)
    notes += troubles(feed, wanted)
    notes += _untimed(held, wanted, dated=dated)
    notes += doubtful(feed, held, wanted)
    notes += _unlevelled(held, wanted)
    notes += _unfolded(wanted)
    return answer


def loaded(feed: Feed) -> tuple[float, str]:
    """How much of history is held, as a share and in words."""
    total = max(1, feed.history_bytes())
    done = total - min(total, feed.remaining_bytes())
    return done / total, f"read {far(done, total)} of history"


def _window(wanted: Filter, reach: Reach | None) -> str:
    """What an open window covers; empty if it is what is held, or the bounds tell it."""
    if reach is None or wanted.since_ns is not None or wanted.until_ns is not None:
        return ""
    if reach.loading or not (reach.gaps or reach.looked_bytes):
        return ""
    if reach.complete:
        return "everything, memory and disk"
    return "memory and disk, but for what the notes tell"


def _own_window(first: Mapping[str, int], wanted: Filter) -> str:
    """What an open window of some sources covers: not what others cover."""
    open_ = wanted.since_ns is None and wanted.until_ns is None
    if wanted.sources is None or not open_ or not first:
        return ""
    return f"all held of {listed(sorted(first), NAMES_MAX)}, from {second(min(first.values()))}"


def _first_held(held: Sequence[Held], wanted: Filter) -> dict[str, int]:
    """When the oldest record of each source was that is held and asked for."""
    first: dict[str, int] = {}
    for one in held:
        if one.extent and (wanted.sources is None or one.source in wanted.sources):
            at_ns = one.extent.first_ns
            first[one.source] = min(at_ns, first.get(one.source, at_ns))
    return first


def later(
    held: Sequence[Held],
    wanted: Filter,
    known: Reach,
    now_ns: int,
    since_ns: int | None = None,
) -> str:
    """Which sources begin later than the window: of the time before nothing is known.

    Those alone whose beginning is held: what is said of the others is in the notes.

    Args:
        held: What memory holds.
        wanted: The question.
        known: What it does not hold.
        now_ns: The time.
        since_ns: Where the window begins, if not where the question says.
    """
    elsewhere = {*(gap.source for gap in known.gaps), *known.lost}
    elsewhere |= {one.source for one in held if one.cleared.end}
    every = _first_held(held, wanted)
    if known.loading or wanted.marks is not None or not every:
        return ""
    begin = wanted.since_ns if since_ns is None else since_ns
    if begin is None:
        begin = min(every.values())
    newest = max(one.extent.last_ns for one in held if one.extent)
    end = EVER if wanted.until_ns is None else wanted.until_ns
    span = min(now_ns, newest, end) - begin
    much = max(span // LATE_SHARE, LATE_NS_MIN)
    late = sorted(
        (at_ns, name)
        for name, at_ns in every.items()
        if name not in elsewhere and at_ns > min(begin + much, end)
    )
    alike: list[list[tuple[int, str]]] = []
    for one in late:
        if alike and one[0] <= alike[-1][0][0] + much:
            alike[-1].append(one)
        else:
            alike.append([one])
    return "; ".join(
        f"no log before {second(names[0][0])} of {names_of([n for _, n in names])}"
        for names in alike[:NAMES_MAX]
    )


def _since_last_call(view: Covered, marks: Marks) -> list[str]:
    """Tell when that was; what to say if there was none."""
    if marks.at_ns is None:
        view.window = "since the last call (there was none)"
        return ["this is the first call: nothing is new before it"]
    view.since = iso(marks.at_ns)
    until = f" to {view.until}" if view.until else ""
    view.window = f"since the last call ({view.since}){until}"
    return []


def stopped(view: Covered, sweep: Sweep, pace: Pace, *, goes_on: bool) -> None:
    """Say what was not looked at, if the time was over or the page full.

    Args:
        view: Of the answer.
        sweep: That looked.
        pace: That ended it.
        goes_on: Whether the answer has a cursor.
    """
    edge = sweep.edge
    if sweep.late or not sweep.begun:
        view.partial, view.loading = True, False
    if edge is None or (sweep.begun and not sweep.late):
        return
    if abs(edge) < EVER:  # To the millisecond, and never farther than it was.
        ms = -(-edge // MILLISECOND_NS) if sweep.newest else edge // MILLISECOND_NS
        edge = ms * MILLISECOND_NS
    if view.window and abs(edge) < EVER:
        way = "back" if sweep.newest else "up"
        view.window = f"memory and disk {way} to {iso(edge)}"
    why = f"{STOPPED} {pace.limit_s:g} s" if sweep.late else "the page was full"
    way = "back" if sweep.newest else "up"
    untouched = sweep.untouched()
    names = f"; not reached: {names_of(untouched)}" if untouched else ""
    far = f" to {iso(edge)}" if abs(edge) < EVER else " to nothing yet"
    end = (
        "next_cursor goes on there, or narrow it" if goes_on else "narrow the question"
    )
    view.notes.append(
        f"{why}, having looked {way}{far}{names}: {end} with since, until, source or "
        "level"
    )


def amended(records: Iterable[RecordRow], *texts: str) -> list[str]:
    """What to say of records that an answer shows otherwise than they were written.

    Args:
        records: That it shows.
        texts: What else it shows of them: a stack trace, the raw text.
    """
    rows = list(records)
    cut = sum(bool(row.truncated) for row in rows)
    lost = max(
        sum(_holds_lost(row) for row in rows),
        int(any(LOST in text for text in texts)),
    )
    notes = []
    if cut:
        notes.append(f"records shown that were too long and are cut: {cut}")
    if lost:
        notes.append(
            "records shown that hold bytes which are no text in their encoding, shown "
            f"as U+FFFD: {lost}"
        )
    return notes


def _holds_lost(row: RecordRow) -> bool:
    return LOST in row.message or _is_lost_in(row.fields)


def _is_lost_in(value: object) -> bool:
    """Whether a value, or anything in it, holds the character of what is no text."""
    if isinstance(value, str):
        return LOST in value
    if isinstance(value, Mapping):
        return any(map(_is_lost_in, chain(value, value.values())))
    return isinstance(value, list | tuple) and any(map(_is_lost_in, value))


def unfound(
    names: Iterable[str], rows: Sequence[RecordRow], known: Iterable[str]
) -> list[str]:
    """What to say of fields that were to be shown and that no record shown has.

    Args:
        names: That were asked for.
        rows: That the answer shows.
        known: Names of fields that the records have.
    """
    return [
        f"no record shown has a field {name!r}.{nearest_field(name, known)}"
        for name in names
        if not any(name in row.fields for row in rows)
    ]


def _untimed(held: Sequence[Held], wanted: Filter, *, dated: bool) -> list[str]:
    if not dated and wanted.since_ns is None and wanted.until_ns is None:
        return []
    count = 0
    names: set[str] = set()
    for one in held:
        if wanted.sources is not None and one.source not in wanted.sources:
            continue
        if one.extent and one.extent.untimed:
            count += one.extent.untimed
            names.add(one.source)
    if not count:
        return []
    return [
        (
            f"records without a time, placed beside their neighbours: {count} of "
            f"{names_of(sorted(names))}"
        )
    ]


def _unlevelled(held: Sequence[Held], wanted: Filter) -> list[str]:
    if not wanted.level:
        return []
    chosen = [
        one for one in held if wanted.sources is None or one.source in wanted.sources
    ]
    count = sum(
        _levelless(s, wanted)
        for one in chosen
        if one.extent and one.extent.unlevelled
        for s in one.segments
    )
    text = f"records without a level, which match no level filter: {count}"
    return [text] * bool(count)


def _unfolded(wanted: Filter) -> list[str]:
    """What to say of letters whose case counts: that of ASCII letters alone does not."""
    text = b" ".join([wanted.literal or b"", *wanted.exclude]).decode(
        "utf-8", "replace"
    )
    if text.isascii():
        return []
    letters = [c for c in text if not c.isascii() and c.lower() != c.upper()]
    told = (
        f"matched as written: {names_of(letters)}; regex with (?i) ignores their case"
    )
    return [told] if letters else []


def _levelless(segment: Segment, wanted: Filter) -> int:
    """Records of a segment that state no level and lie in the window."""
    since, until = wanted.since_ns, wanted.until_ns
    inside = (since is None or segment.first_ns >= since) and (
        until is None or segment.last_ns <= until
    )
    if inside or not segment.unlevelled:
        return segment.unlevelled
    mask = segment.levels == 0
    if since is not None:
        mask &= segment.times >= since
    if until is not None:
        mask &= segment.times <= until
    return int(np.count_nonzero(mask))
