"""Work that started and never ended, in what was written last.

Operations we want: what is open now, at any time and at once, however much is held.

Goals: bounded work and memory; an answer never waits for it; what was made of a sealed
segment is not made again.

Plan: whoever has time calls `look` with what is held. It takes the newest records, tells
their shapes and identities (kept by segment, while there is room) and asks `succession` what is
open. What it finds is put down as texts, ids and times, so that it holds no segment; and
only when asked is it decided what is open for too long, as silence grows on its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.identity import Identities, identities
from log_mcp.analysis.miner import OBJECT_BYTES, Miner
from log_mcp.analysis.shape import Shape
from log_mcp.analysis.speech import direction
from log_mcp.analysis.succession import Events, Habit, habits
from log_mcp.analysis.template import Template, templates_of
from log_mcp.answer import OpenWork, Unended
from log_mcp.beat import beat
from log_mcp.once import once
from log_mcp.record import Level
from log_mcp.span import HOUR
from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

RECORDS_MAX: Final = 100_000  # looked at, the newest ones
TEXT_BYTES_MAX: Final = 32 * 1024 * 1024
OPEN_MAX: Final = 1_000  # of a habit that are put down, the oldest ones
SHOWN_MAX: Final = 3
LIVE_NS: Final = HOUR  # a log is written to, whose end is no older
KIND_EVENTS_MIN: Final = 40  # of a kind of identity that come more than once


class Begun(NamedTuple):
    """A record that nothing answered.

    Attributes:
        id: Of the record.
        time_ns: When it was written.
        silent_since: When its piece of work was heard last.
        source: Of the record.
        name: What tells its piece of work, as it is written.
        trace: Its correlation value; None if it has none.
    """

    id: str
    time_ns: int
    silent_since: int
    source: str
    name: str
    trace: str | None


class Missing(NamedTuple):
    """A habit with what is open in it; see `Habit`, whose arrays are not kept.

    Attributes:
        first: What begins, as people read it.
        second: What ends it.
        answered: How often it came.
        missed: How often it did not.
        usual_ns: The median of how long it took.
        longest_ns: The most.
        patience_ns: How long a piece of work is silent until its end is missing.
        sources: That write the second one.
        begun: What is open, oldest first.
    """

    first: str
    second: str
    answered: int
    missed: int
    usual_ns: int
    longest_ns: int
    patience_ns: int
    sources: frozenset[str]
    begun: tuple[Begun, ...]


class Openings:
    """What is open, as far as it was looked at. Thread-safe.

    Args:
        miner: Tells the shapes of records.
    """

    def __init__(self, miner: Miner) -> None:
        self._miner = miner
        self._known: WeakKeyDictionary[Segment, Identities] = WeakKeyDictionary()
        self._lock = Lock()
        self._names: dict[frozenset[Shape], dict[Shape, Template]] = {}
        self._found: tuple[Missing, ...] = ()
        self._clears = 0

    @property
    def nbytes(self) -> int:
        """What is kept, in bytes."""
        with self._lock:
            names = sum(map(len, self._names)) * OBJECT_BYTES
            return names + sum(one.nbytes for one in self._known.values())

    def forget(self) -> None:
        """Give back what can be made again."""
        with self._lock:
            self._known.clear()
            self._names = {}

    def clear(self) -> None:
        """Know of nothing that is open, as nothing is held of it any more."""
        with self._lock:
            self._clears += 1
            self._found = ()

    def look(self, segments: Iterable[Segment]) -> None:
        """Look at what is held; whoever asks meanwhile gets what was found before."""
        with self._lock:
            clears = self._clears
        held = list(segments)
        self._miner.keep_only(held)
        found = self._missing(_newest(held))
        with self._lock:
            if clears == self._clears:  # else it is of what was forgotten meanwhile
                self._found = found

    def _missing(self, chosen: Sequence[Segment]) -> tuple[Missing, ...]:
        """What is open in some segments."""
        if not chosen:
            return ()
        mined = [one for one in map(self._miner, chosen) if one is not None]
        assert len(mined) == len(chosen), "there is time for all"
        shapes = frozenset(shape for one in mined for shape in one.shapes)
        names = self._named(shapes)
        texts = sorted(set(names.values()))
        index = {one.id: at for at, one in enumerate(texts)}
        codes = [
            np.array([index[names[s].id] for s in one.shapes], np.int64)[one.codes]
            for one in mined
        ]
        known = [self._identities(one) for one in chosen]
        window = _Window(chosen, known, codes, texts)
        return tuple(window.missing(one) for one in habits(window.events))

    def _named(self, shapes: frozenset[Shape]) -> dict[Shape, Template]:
        """What people read of each shape; remembered as long as they are the same."""
        with self._lock:
            found = self._names.get(shapes)
        if found is None:
            found = templates_of(shapes)
            with self._lock:
                self._names = {shapes: found}
        return found

    def _identities(self, segment: Segment) -> Identities:
        with self._lock:
            found = self._known.get(segment)
        if found is None:
            found = identities(segment)
            with self._lock:
                self._known[segment] = found
        return found

    def told(
        self,
        newest: Mapping[str, int],
        now_ns: int,
        since_ns: int | None = None,
        *,
        traces: frozenset[str] | None = None,
        ids: frozenset[str] = frozenset(),
    ) -> list[Unended]:
        """What is open for longer than it ever took, the longest silence first.

        Args:
            newest: When the newest record of each source was written.
            now_ns: The time.
            since_ns: What began before is not told; None to tell all.
            traces: Only what belongs to one of these, or is one of `ids`; None for all.
            ids: Of records.
        """
        rows = []
        for one in self._found:
            ends = [newest[name] for name in one.sources if name in newest]
            if not ends:
                continue
            # A log that is written to may have fallen silent just because of that.
            end = now_ns if 0 <= now_ns - max(ends) < LIVE_NS else max(ends)
            late = [
                b
                for b in one.begun
                if end - b.silent_since > one.patience_ns
                and (since_ns is None or b.time_ns >= since_ns)
                and (traces is None or b.trace in traces or b.id in ids)
            ]
            if late:
                rows.append((late[0].silent_since, _row(one, late)))
        return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


class _Window:
    """The newest records, and the pieces of work they belong to."""

    def __init__(
        self,
        segments: Sequence[Segment],
        known: Sequence[Identities],
        codes: Sequence[NDArray[np.int64]],
        texts: Sequence[Template],
    ) -> None:
        self.segments, self.known, self.texts = segments, known, texts
        sizes = [len(one) for one in segments]
        self.offsets = np.concatenate([[0], np.cumsum(sizes)])
        times = np.concatenate([one.times for one in segments])
        order = np.argsort(times, kind="stable")
        self.rank = np.empty(len(order), np.int64)
        self.rank[order] = np.arange(len(order))
        self.order = order
        rows = np.concatenate(
            [
                one.rows.astype(np.int64) + offset
                for one, offset in zip(known, self.offsets.tolist(), strict=False)
            ]
        )
        kinds = np.concatenate([one.kinds for one in known])
        works = np.concatenate([one.values for one in known])
        kept = _useful(kinds, works)
        rows = rows[kept]
        _, kinds_ = np.unique(kinds[kept], return_inverse=True)
        levels = np.concatenate([one.levels for one in segments])
        self.events = Events(
            works=works[kept],
            kinds=kinds_.astype(np.int64),
            times=times[rows],
            records=self.rank[rows],
            shapes=np.concatenate(codes)[rows],
            severe=levels[rows] >= Level.ERROR,
            says=np.array([direction(one.text) for one in texts], np.int64),
        )

    def missing(self, habit: Habit) -> Missing:
        """A habit as it is put down."""
        owners = np.searchsorted(self.offsets, self.order[habit.answers], "right") - 1
        sources = {self.segments[at].origin.source for at in once(owners).tolist()}
        begun = [
            self._begun(record, silent, work)
            for record, silent, work in zip(
                self.order[habit.open[:OPEN_MAX]].tolist(),
                habit.silent_since.tolist(),
                habit.works.tolist(),
                strict=False,
            )
        ]
        return Missing(
            first=self.texts[habit.first].text,
            second=self.texts[habit.second].text,
            answered=habit.answered,
            missed=habit.missed,
            usual_ns=habit.usual_ns,
            longest_ns=habit.longest_ns,
            patience_ns=habit.patience_ns,
            sources=frozenset(sources),
            begun=tuple(begun),
        )

    def _begun(self, place: int, silent_since: int, work: int) -> Begun:
        beat()
        at = int(np.searchsorted(self.offsets, place, "right")) - 1
        segment, row = self.segments[at], place - int(self.offsets[at])
        known = self.known[at]
        here = np.flatnonzero((known.rows == row) & (known.values == np.uint64(work)))
        name = ""
        if len(here):
            start = int(segment.starts[row])
            raw = segment.raw(row)
            begin, end = int(known.begins[here[0]]), int(known.ends[here[0]])
            name = raw[begin - start : end - start].decode("utf-8", "replace")
        return Begun(
            segment.record_id(row),
            int(segment.times[row]),
            silent_since,
            segment.origin.source,
            name,
            segment.record(row).trace,
        )


def _newest(segments: Iterable[Segment]) -> list[Segment]:
    chosen: list[Segment] = []
    records = size = 0
    for one in sorted(segments, key=lambda s: s.last_ns, reverse=True):
        records, size = records + len(one), size + one.text_bytes
        if chosen and (records > RECORDS_MAX or size > TEXT_BYTES_MAX):
            break
        chosen.append(one)
    return chosen[::-1]


def _useful(kinds: NDArray[np.uint64], works: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which identities are of a kind whose values come more than once, often enough."""
    if not len(works):
        return np.zeros(0, np.bool_)
    _, codes, counts = np.unique(works, return_inverse=True, return_counts=True)
    _, names = np.unique(kinds, return_inverse=True)
    again = counts[codes] > 1
    often = np.bincount(names[again], minlength=int(names.max()) + 1)
    found: NDArray[np.bool_] = often[names] >= KIND_EVENTS_MIN
    return found


def _row(one: Missing, late: Sequence[Begun]) -> Unended:
    sources: dict[str, int] = {}
    for begun in late:
        sources[begun.source] = sources.get(begun.source, 0) + 1
    return Unended(
        begins=one.first,
        ends=one.second,
        answered=one.answered,
        missed=one.missed,
        usual_seconds=round(one.usual_ns / 1e9, 3),
        longest_seconds=round(one.longest_ns / 1e9, 3),
        count=len(late),
        sources=sources,
        open=[
            OpenWork(b.id, iso(b.time_ns), b.name, iso(b.silent_since))
            for b in late[:SHOWN_MAX]
        ],
    )
