"""Groups of errors: which is new, which rises, and which deserves a look first."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np

from log_mcp.analysis import trend
from log_mcp.analysis.tally import Tallies, Tally
from log_mcp.answer import Group
from log_mcp.record import Level
from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

JUDGED_MAX: Final = 1_000  # groups looked at for one answer, the most frequent first
GROUPS_MAX: Final = 500  # of one answer
WEIGHTS: Final = {"new": 4.0, "rising": 4.0, "steady": 1.0, "falling": 1.0, "gone": 0.5}
SEVERE: Final = 3.0  # what a critical error weighs more
RAISED: Final = 1.5  # ... and one with an exception, which says where to look
FRESH: Final = ("new", "rising")
CHANCE_MAX: Final = 0.05  # of silence before the first of a group that is called new


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
    base: Tallies | None = None,
    base_ns: int = 0,
    *,
    since: Mapping[str, int] | None = None,
    most: int = GROUPS_MAX,
) -> list[Group]:
    """Groups with their status, the most important first.

    What is new or rising goes before what was always there, a critical one before an
    error, an exception before a bare message, and then the more frequent one; ten times
    as frequent outweighs being new.

    Args:
        tallies: Errors of the window.
        begin_ns: Where the window begins.
        end_ns: Where it ends.
        base: Errors of the baseline before it; None if none was watched: then the
            window is compared with itself (`trend.status_within`).
        base_ns: How long the baseline was watched.
        since: Since when each source was watched; None if all were, all the time.
        most: How many groups at most.
    """
    weighed: list[tuple[float, int, str, Tally]] = []
    for tally in _candidates(tallies):
        if base is None:
            word = status_within(tally, begin_ns, end_ns, since)
        else:
            before = base.get(tally.kind.id)
            count = before.count if before else 0
            spans = (end_ns - begin_ns, base_ns)
            word = _status(tally, (tally.count, count), spans, end_ns)
            if not count:
                word = _sober(
                    word, tally, (begin_ns - base_ns, begin_ns, end_ns), since
                )
        weight = WEIGHTS[word] * _weight(tally) * tally.count
        weighed.append((weight, tally.last_ns, word, tally))
    weighed.sort(key=lambda one: one[:2], reverse=True)
    return [
        group(tally, word) for _, _, word, tally in weighed[: min(most, GROUPS_MAX)]
    ]


def status_within(
    tally: Tally, begin_ns: int, end_ns: int, since: Mapping[str, int] | None
) -> str:
    """What became of a group inside the only window there is; see `judged`."""
    word = trend.status_within(tally.times, begin_ns, end_ns)
    return _sober(word, tally, (begin_ns, begin_ns, end_ns), since)


def _sober(
    word: str,
    tally: Tally,
    times_ns: tuple[int, int, int],
    since: Mapping[str, int] | None,
) -> str:
    """The status, unless it is fresh only because its sources were not watched before.

    A log that begins an hour ago makes all that is in it look new. So a group is new
    only if silence from that beginning to its first record is no chance.
    """
    start, begin, end = times_ns
    if since is None or word not in FRESH:
        return word
    first = min((since[name] for name in tally.sources if name in since), default=start)
    if first <= start or end <= first:
        return word
    heard = (end - max(first, tally.first_ns)) / (end - first)
    if heard**tally.count <= CHANCE_MAX:
        return word
    return trend.status_within(tally.times, max(begin, first), end)


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


def _status(
    tally: Tally, counts: tuple[int, int], spans_ns: tuple[int, int], end_ns: int
) -> str:
    """Counts and spans are those of the window and of what comes before it."""
    minutes, base_minutes = max(1, spans_ns[0]) / 60e9, max(0, spans_ns[1]) / 60e9
    return trend.status(
        counts[0], minutes, counts[1], base_minutes, tally.last_ns, end_ns
    )


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
