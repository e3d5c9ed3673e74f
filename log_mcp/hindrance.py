"""What keeps an answer from being about all there is, and for how long.

Reading that goes on or stopped, a disk that does not answer, what is on disk alone, is gone
or was forgotten on request, a clock that leapt: each is a sentence for `view.notes` that says
what is missing, and what to do.
"""

from collections.abc import Collection, Sequence
from typing import Final

from log_mcp.answer import LOADING
from log_mcp.census import state, trouble_of
from log_mcp.feed import Feed
from log_mcp.ingest.border import OUTSIDE, STRANGE
from log_mcp.leap import Leap
from log_mcp.naming import listed
from log_mcp.phrase import counted
from log_mcp.query.filter import Filter
from log_mcp.reach import Reach
from log_mcp.store.ring import Held
from log_mcp.timestamp import iso

SLOW_S: Final = 0.5  # that a disk takes for one read, before it is said
NAMES_MAX: Final = 6
LEAPS_TOLD: Final = 3  # the last ones


def hindrances(
    feed: Feed, held: Sequence[Held], wanted: Filter, known: Reach, *, looked: bool
) -> list[str]:
    """What keeps an answer from being about all that it asks for, sources apart.

    Args:
        feed: Knows the sources.
        held: What memory holds.
        wanted: The question.
        known: What memory does not hold.
        looked: Whether that was looked at.
    """
    notes = _failure(feed)
    if known.loading:
        notes.append(_loading(feed))
    elif looked:
        notes += _beyond(known)
    else:
        notes += _memory_only(known)
    notes += cleared(held, wanted) + _behind(known) + _slow(feed)
    return notes + _unwatched(feed) + _leaps(feed)


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
        notes.append(f"older files of {names_of(reach.unread)} could not be read")
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
    last = second(max(one.cleared.at_ns for one in chosen))
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
    names = names_of(sorted(reach.behind, key=lambda name: -reach.behind[name]))
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
        files = names_of(sorted(file.name for file in late))
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
            f"the disk of {names_of(slow)} has not answered for "
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
            f"this machine was suspended for {_span(one.by_ns)} until {second(one.at_ns)}: "
            "what ran here logged nothing meanwhile, and that is no silence"
            if one.asleep
            else f"the clock of this machine was set {_way(one)} {_span(one.by_ns)} at "
            f"{second(one.at_ns)}: times before and after it differ by that much more "
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
    names = names_of(reach.lost)
    return [f"older records of {names} left memory and their files are gone"]


def troubles(feed: Feed, wanted: Filter) -> list[str]:
    """What is wrong with sources that are asked for, and what is left out of them."""
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


def second(at_ns: int) -> str:
    """A time without the fraction of its second."""
    return f"{iso(at_ns)[:19]}Z"


def names_of(names: Sequence[str]) -> str:
    """Some names for a sentence, each once; the others counted.

    A sentence with a name that is more than a name stands inside the fence.
    """
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - NAMES_MAX} more" if len(unique) > NAMES_MAX else ""
    return ", ".join(unique[:NAMES_MAX]) + more
