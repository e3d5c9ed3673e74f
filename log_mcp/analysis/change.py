"""What changed for groups of errors since a point in time: new, regressed, gone.

A status says how a group behaves in the window; this says what the point changed. Both
trust no small numbers: silence counts only if the group's own habit makes it unlikely, and
only as long as its sources wrote anything at all, since a log that stood still tells of
nothing that is gone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.group import group
from log_mcp.analysis.tally import Tallies, Tally
from log_mcp.analysis.trend import CHANCE_MAX, EVENTS_MIN
from log_mcp.answer import Group
from log_mcp.store.segment import Segment

NEW, REGRESSED, STILL, GONE = "new", "regressed", "still there", "gone"
CHANGES: Final = (NEW, REGRESSED, STILL, GONE)
BUCKETS: Final = 60  # of all that is held, in which a source writes or does not
SAMPLE_ROWS: Final = 4_096  # of a segment, spread evenly, say when its source writes
PAUSE_FACTOR: Final = 2  # a silence is none that is hardly longer than one before
GONE_MAX: Final = 1_000  # groups looked at, the most frequent first


class Since(NamedTuple):
    """What became of all groups since a point.

    Attributes:
        gone: Groups that were there and are no more, the most frequent first.
        text: How many of each kind there are, as a phrase.
    """

    gone: list[Group]
    text: str


class Activity:
    """When sources wrote at all, so that silence of a log is told from that of an error.

    Args:
        segments: What is held.
    """

    def __init__(self, segments: Iterable[Segment]) -> None:
        held = list(segments)
        self._begin = min((one.first_ns for one in held), default=0)
        end = max((one.last_ns for one in held), default=0)
        self._width = max(1, -(-(end - self._begin + 1) // BUCKETS))
        self._writes: dict[str, NDArray[np.bool_]] = {}
        for one in held:
            writes = self._writes.setdefault(
                one.origin.source, np.zeros(BUCKETS, np.bool_)
            )
            step = max(1, len(one) // SAMPLE_ROWS)
            writes[(one.times[::step] - self._begin) // self._width] = True
            writes[(one.last_ns - self._begin) // self._width] = True

    def within(self, sources: Iterable[str], begin_ns: int, end_ns: int) -> int:
        """How long any of some sources wrote in a stretch of time, nanoseconds.

        A bucket at an edge counts as the one beside it inside: that something was
        written on its other side of the edge says nothing.
        """
        known = [self._writes[name] for name in sources if name in self._writes]
        first = max(0, (begin_ns - self._begin) // self._width)
        last = min(BUCKETS - 1, (end_ns - self._begin) // self._width)
        if not known or last < first or end_ns <= begin_ns:
            return 0
        writes = np.logical_or.reduce([one[first : last + 1] for one in known])
        if len(writes) > 2:
            writes[0], writes[-1] = writes[1], writes[-2]
        edges = self._begin + self._width * np.arange(first, last + 2)
        edges = np.clip(edges, begin_ns, end_ns)
        return int(np.diff(edges)[writes].sum())


def since(
    groups: Sequence[Group],
    tallies: Tallies,
    before: Tallies,
    window: tuple[int, int],
    segments: Sequence[Segment],
    *,
    most: int,
) -> Since:
    """Say of groups what a point in time changed.

    Args:
        groups: That the answer shows; each is told its change. None is told where it was
            not seen before and chance may be why.
        tallies: All errors of the window.
        before: All that are held from before it.
        window: Where it begins and ends, or what is held ends; UTC nanoseconds.
        segments: What is held.
        most: How many groups at most that are gone.
    """
    activity = Activity(segments)
    status = {one.id: one.status for one in groups}
    told: Counter[str] = Counter()
    for tally in tallies:
        name = tally.kind.id
        change = _of_present(tally, before.get(name), status.get(name), activity)
        told[change or ""] += 1
        if name in status:
            status[name] = change or ""
    for one in groups:
        one.change = status[one.id] or None
    gone = _gone(tallies, before, window, activity)
    told[GONE] += len(gone)
    text = ", ".join(f"{told[name]} {name}" for name in CHANGES if told[name])
    return Since([_row(one) for one in gone[:most]], text)


def _row(tally: Tally) -> Group:
    """A group that is gone, as the answer shows it: none of it lies in the window."""
    row = group(tally, GONE)
    row.count, row.change, row.traces, row.sources = 0, GONE, 0, {}
    row.before = tally.count
    return row


def _of_present(
    tally: Tally, before: Tally | None, status: str | None, activity: Activity
) -> str | None:
    if status == GONE:
        return GONE  # It came in the window, and is silent at its end.
    if before is None:
        # One that is not shown was not judged, and is counted as what it looks like.
        return NEW if status in (NEW, None) else None
    if not _is_over(before.times, tally.first_ns - before.last_ns, back=True):
        return STILL  # Whether its sources wrote meanwhile is asked of few.
    silent = activity.within(before.sources, before.last_ns, tally.first_ns)
    return REGRESSED if _is_over(before.times, silent, back=True) else STILL


def _gone(
    tallies: Tallies, before: Tallies, window: tuple[int, int], activity: Activity
) -> list[Tally]:
    """Groups that were heard until the point, and are silent since by more than chance."""
    # What was read since a call may have been written before it.
    begin, end = int(before.times.max(initial=window[0])), window[1]
    found: list[Tally] = []
    order = before.kept[np.argsort(-before.counts[before.kept], kind="stable")]
    for code in order[:GONE_MAX].tolist():
        tally = before.at(code)
        if tally.count < EVENTS_MIN:
            break
        if tallies.get(tally.kind.id) is not None:
            continue
        last = tally.last_ns
        earlier = activity.within(tally.sources, last, begin)
        since_then = activity.within(tally.sources, max(begin, last), end)
        over = _is_over(tally.times, earlier + since_then, back=False)
        if over and not _is_over(tally.times, earlier, back=False):
            found.append(tally)
    return found


def _is_over(times_ns: NDArray[np.int64], silent_ns: int, *, back: bool) -> bool:
    """Whether silence after some events is more than chance, and than their own pauses.

    Were it chance, the events would lie evenly in the time heard and the silence
    together; all but the first, which begins it, fall into the time heard by its share.
    A silence that ended counts as one that holds a given point, and those are the longer
    ones: what is added is the chance of one event on the other side of the point.
    """
    count = len(times_ns)
    if count < EVENTS_MIN or silent_ns <= 0:
        return False
    pause = int(np.diff(times_ns).max())
    if silent_ns <= PAUSE_FACTOR * pause:
        return False
    heard = int(times_ns[-1] - times_ns[0])
    share = silent_ns / (heard + silent_ns)
    chance = (1.0 - share) ** (count - 1)
    if back:
        chance *= 1.0 + (count - 1) * share
    return chance < CHANCE_MAX
