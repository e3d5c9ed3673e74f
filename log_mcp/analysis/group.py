"""Groups of errors: which is new, which rises, and which deserves a look first."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final

import numpy as np

from log_mcp.analysis import trend
from log_mcp.analysis.tally import Stretch, Tallies, Tally
from log_mcp.answer import Group
from log_mcp.record import Level
from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

JUDGED_MAX: Final = 1_000  # groups looked at for one answer, the most frequent first
GROUPS_MAX: Final = 500  # of one answer
WEIGHTS: Final = {"steady": 1.0, "falling": 1.0, "gone": 0.5}
FRESH_WEIGHT: Final = 4.0  # of what began or rose in the window
SEVERE: Final = 3.0  # what a critical error weighs more
RAISED: Final = 1.5  # ... and one with an exception, which says where to look
FRESH: Final = ("new", "rising")


def watched(segments: Iterable[Segment]) -> dict[str, int]:
    """Since when each source is held: UTC nanoseconds."""
    found: dict[str, int] = {}
    for segment in segments:
        name = segment.origin.source
        found[name] = min(segment.first_ns, found.get(name, segment.first_ns))
    return found


def judged(
    tallies: Tallies,
    begin_ns: int,
    end_ns: int,
    base: Tallies | Stretch | None = None,
    base_ns: int = 0,
    *,
    earlier: Callable[[], Tallies] | None = None,
    since: Mapping[str, int] | None = None,
    most: int = GROUPS_MAX,
) -> list[Group]:
    """Groups with their status, the most important first.

    What is new or rose goes before what was always there, a critical one before an
    error, an exception before a bare message, and then the more frequent one; ten times
    as frequent outweighs being new.

    Args:
        tallies: Errors of the window.
        begin_ns: Where the window begins.
        end_ns: Where it ends, or what is held if that is earlier.
        base: Errors of the baseline before it; None if no log is held of it.
        base_ns: How long the baseline is.
        earlier: Errors of all that is held before the window; asked once at most. None
            if that is the baseline.
        since: Since when each source is held; None if all are since the baseline began,
            or the window.
        most: How many groups at most.
    """
    past = base_ns if base is not None else 0
    ever = cache(earlier) if earlier is not None else None
    weighed: list[tuple[float, int, str, Tally]] = []
    for tally in _candidates(tallies):
        before = base.get(tally.kind.id) if base is not None else None
        held_ns = _held_since(tally, since, begin_ns - past)
        known = before is not None
        if ever is not None and not known and held_ns < begin_ns:
            known = ever().get(tally.kind.id) is not None
        word, fresh = trend.course(
            tally.times,
            begin_ns,
            end_ns,
            held_ns=held_ns,
            base_ns=min(past, begin_ns - held_ns),
            before=before.count if before is not None else 0,
            known=known,
        )
        weight = (FRESH_WEIGHT if fresh else WEIGHTS[word]) * _weight(tally)
        weighed.append((weight * tally.count, tally.last_ns, word, tally))
    weighed.sort(key=lambda one: one[:2], reverse=True)
    return [
        group(tally, word) for _, _, word, tally in weighed[: min(most, GROUPS_MAX)]
    ]


def status_within(
    tally: Tally, begin_ns: int, end_ns: int, since: Mapping[str, int] | None
) -> str:
    """What became of a group inside the only window there is; see `trend.course`."""
    held_ns = _held_since(tally, since, begin_ns)
    return trend.course(tally.times, begin_ns, end_ns, held_ns=held_ns).status


def _held_since(tally: Tally, since: Mapping[str, int] | None, default: int) -> int:
    """Since when the first of a group's sources is held."""
    return tally.since(since, default) if since else default


def _weight(tally: Tally) -> float:
    severe = SEVERE if tally.level is Level.CRITICAL else 1.0
    return severe * (RAISED if tally.kind.type else 1.0)


def _candidates(tallies: Tallies) -> list[Tally]:
    """The groups that can be among the most important ones."""
    kept = tallies.kept
    if len(kept) > JUDGED_MAX:
        severe = np.where(tallies.severest[kept] == Level.CRITICAL, SEVERE, 1.0)
        order = np.lexsort((tallies.latest[kept], tallies.counts[kept] * severe))
        kept = kept[order[-JUDGED_MAX:]]
    return [tallies.at(code) for code in kept.tolist()]


def group(tally: Tally, status: str) -> Group:
    """A group as an answer shows it."""
    example = tally.example
    return Group(
        id=tally.kind.id,
        title=tally.kind.title,
        type=tally.kind.type,
        level=tally.level.word,
        count=tally.count,
        first_seen=iso(tally.first_ns),
        last_seen=iso(tally.last_ns),
        status=status,
        sources=tally.sources,
        traces=tally.traces,
        example=example.segment.record_id(example.row),
    )
