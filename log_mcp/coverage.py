"""What an answer covers, so that "0 matches" is a proof or says that it is not."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

import numpy as np

from log_mcp.answer import LOADING, STOPPED, Covered, RecordRow
from log_mcp.calls import Marks
from log_mcp.census import state, trouble_of
from log_mcp.clocks import doubtful
from log_mcp.feed import Feed
from log_mcp.ingest.border import OUTSIDE, STRANGE
from log_mcp.leap import Leap
from log_mcp.naming import listed, odd
from log_mcp.pace import Pace, far
from log_mcp.phrase import counted
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

SLOW_S: Final = 0.5  # that a disk takes for one read, before it is said
NAMES_MAX: Final = 6
LEAPS_TOLD: Final = 3  # the last ones
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
    notes += _failure(feed)
    known = reach_of(feed, tuple(held), wanted) if reach is None else reach
    if known.loading:
        notes.append(_loading(feed))
    elif reach is None:
        notes += _memory_only(known)
    else:
        notes += _beyond(reach)
    notes += cleared(held, wanted) + _behind(known) + _slow(feed)
    notes += _unwatched(feed) + _leaps(feed)
    answer.loading = known.loading
    answer.partial = known.loading or bool(feed.catalog.late)
    first = _first_held(held, wanted)
    answer.begins = {name: iso(at_ns) for name, at_ns in first.items()}
    answer.later = later(held, wanted, known, now_ns)
    answer.window = _window(wanted, reach) or _own_window(first, wanted)
    if isinstance(wanted.marks, Marks):
        notes += _since_last_call(answer, wanted.marks)
    notes += _troubles(feed, wanted)
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
    return f"all held of {listed(sorted(first), NAMES_MAX)}, from {_second(min(first.values()))}"


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
        f"no log before {_second(names[0][0])} of {_names([n for _, n in names])}"
        for names in alike[:NAMES_MAX]
    )


def _second(at_ns: int) -> str:
    """A time without the fraction of its second."""
    return f"{iso(at_ns)[:19]}Z"


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
    names = f"; not reached: {_names(untouched)}" if untouched else ""
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
    return LOST in row.message or LOST in str(row.fields)


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


def _failure(feed: Feed) -> list[str]:
    if feed.failure is None:
        return []
    return [f"reading has stopped after an internal error ({feed.failure}); restart"]


def _loading(feed: Feed) -> str:
    if feed.catalog.ready:
        return (
            f"{LOADING}: {feed.catalog.waiting:,} files, the oldest ones, "
            "are not looked at yet; ask again in a few seconds"
        )
    left = feed.remaining_bytes()
    total = feed.history_bytes()
    done = 100 * (total - left) // max(1, total)
    return (
        f"{LOADING} ({done}% of {size(total)} is held, newest first): "
        "older records are not covered yet; ask again in a few seconds"
    )


def _memory_only(missing: Reach) -> list[str]:
    """What an answer does not cover that looks at nothing but memory."""
    notes = []
    if missing.missing_bytes:
        notes.append(
            f"{size(missing.missing_bytes)} of older log text is on disk only and is not "
            "covered here; search_logs reads it"
        )
    return notes + _lost(missing)


def _beyond(reach: Reach) -> list[str]:
    notes = []
    if reach.looked_bytes:
        notes.append(
            f"{size(reach.looked_bytes)} of older log text is not in memory: read from disk for this "
            "answer"
        )
    if reach.left_bytes:
        what = "more" if reach.looked_bytes else "of older log text"
        notes.append(f"{size(reach.left_bytes)} {what} on disk was not looked at")
    for name, count in reach.undated.items():
        notes.append(
            f"the times of {name} name no date: to tell it, its days are counted up to its "
            f"end, {size(count)} so far; until that is done none of its older records is "
            "shown. Ask again: that goes on where it was"
        )
    notes += _lost(reach)
    if reach.unread:
        notes.append(f"older files of {_names(reach.unread)} could not be read")
    return notes


def cleared(held: Sequence[Held], wanted: Filter) -> list[str]:
    """What was forgotten on request, and is answered by nothing any more."""
    chosen = [
        one
        for one in held
        if one.cleared.end and (wanted.sources is None or one.source in wanted.sources)
    ]
    if not chosen:
        return []
    names = listed(sorted({one.source for one in chosen}), NAMES_MAX)
    count = sum(one.cleared.records for one in chosen)
    last = _second(max(one.cleared.at_ns for one in chosen))
    return [
        (
            f"clear_logs forgot {counted(count, 'held record')} of {names}, last at {last}: "
            "neither these nor older ones are answered, not from disk either, until the "
            "server restarts"
        )
    ]


def _behind(reach: Reach) -> list[str]:
    """What is written and not read, where that is more than the next look takes."""
    if not reach.behind:
        return []
    names = _names(sorted(reach.behind, key=lambda name: -reach.behind[name]))
    return [
        (
            f"{size(sum(reach.behind.values()))} written to {names} are not read yet: "
            "their newest records are missing here; ask again in a few seconds"
        )
    ]


def _slow(feed: Feed) -> list[str]:
    """Sources whose disk does not answer; what is new of others is read after them."""
    late = feed.catalog.late
    notes = []
    if late:
        files = _names(sorted(file.name for file in late))
        notes.append(
            f"the disk has not answered for {files}: nothing of it is looked at yet"
        )
    waits = {
        source.name: max((t.file.waits_s for t in tuple(source.tails)), default=0.0)
        for source in feed.catalog.sources
    }
    slow = [name for name, seconds in waits.items() if seconds > SLOW_S]
    if not slow:
        return notes
    return [
        *notes,
        (
            f"the disk of {_names(slow)} has not answered for "
            f"{max(waits.values()):.0f} s: the newest records of all sources may be "
            "missing here; ask again in a few seconds"
        ),
    ]


def _unwatched(feed: Feed) -> list[str]:
    if feed.unwatched is None:
        return []
    return [
        (
            f"the system tells of no changes ({feed.unwatched}): files are looked at once "
            "a second or less often, so the newest records may be missing"
        )
    ]


def _leaps(feed: Feed) -> list[str]:
    """What makes the clock, and what is reckoned from it, differ from what passed."""
    return [
        (
            f"this machine was suspended for {_span(one.by_ns)} until {_second(one.at_ns)}: "
            "what ran here logged nothing meanwhile, and that is no silence"
            if one.asleep
            else f"the clock of this machine was set {_way(one)} {_span(one.by_ns)} at "
            f"{_second(one.at_ns)}: times before and after it differ by that much more "
            "than passed"
        )
        for one in feed.leaps.recent()[-LEAPS_TOLD:]
    ]


def _way(one: Leap) -> str:
    return "forward" if one.by_ns > 0 else "back"


def _span(ns: int) -> str:
    """A span of the clock for people, to the second."""
    left, found = round(abs(ns) / 1e9), ""
    for unit, seconds in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, seconds)
        if count:
            found += f" {count} {unit}"
    return found.strip() or "0 s"


def _lost(reach: Reach) -> list[str]:
    if not reach.lost:
        return []
    names = _names(reach.lost)
    return [f"older records of {names} left memory and their files are gone"]


def _troubles(feed: Feed, wanted: Filter) -> list[str]:
    notes = []
    for source in feed.catalog.sources:
        if wanted.sources is not None and source.name not in wanted.sources:
            continue
        now = state(source, feed)
        if now == "stopped":
            notes.append(f"source {source.name} is stopped: {trouble_of(source)[-1]}")
        elif now in ("missing", "unreadable", "binary"):
            notes.append(f"source {source.name} is {now}")
        elif source.trouble:
            files = counted(len(source.trouble), "file")
            why = next(iter(source.trouble.values()))
            notes.append(
                f"source {source.name}: trouble with {files}, see check: {why}"
            )
        if left := sum(tail.left_out for tail in tuple(source.tails)):
            notes.append(
                f"source {source.name}: {counted(left, 'record')} left out by its drop and "
                "sample settings, so counts are of the others"
            )
        if nuls := sum(tail.nuls for tail in tuple(source.tails)):
            notes.append(
                f"source {source.name}: {counted(nuls, 'NUL byte')} left out, as a crash "
                "or a truncation leaves them"
            )
    if wanted.sources is None:
        notes += _refused(feed.catalog.trouble.values())
    return notes


def _refused(troubles: Collection[str]) -> list[str]:
    """What is said of paths that give nothing, or not all that lies there."""
    outside = [what for what in troubles if OUTSIDE in what]
    notes = []
    if outside:
        trust = any(STRANGE in what for what in outside)
        paths = counted(len(outside), "path")
        notes.append(
            f"what leads outside of this project is not read, at {paths}, see check"
            + (" and log-mcp trust" if trust else "")
        )
    if len(troubles) > len(outside):
        paths = counted(len(troubles) - len(outside), "path")
        notes.append(f"nothing is found at {paths}, see check")
    return notes


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
            f"{_names(sorted(names))}"
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
    told = f"matched as written: {_names(letters)}; regex with (?i) ignores their case"
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


def size(count: int) -> str:
    """A number of bytes for people."""
    value, unit = float(count), "bytes"
    for bigger in ("KB", "MB", "GB", "TB"):
        if value < 1000:
            break
        value, unit = value / 1000, bigger
    return (
        f"{value:.0f} {unit}"
        if value >= 10 or unit == "bytes"
        else f"{value:.1f} {unit}"
    )


def _names(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - NAMES_MAX} more" if len(unique) > NAMES_MAX else ""
    return ", ".join(unique[:NAMES_MAX]) + more
