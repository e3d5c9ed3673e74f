"""The errors of a segment, told by their fingerprints."""

import math
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import blake2b
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.fingerprint import fingerprint
from log_mcp.analysis.tally import together
from log_mcp.beat import OutOfTime, also, beat
from log_mcp.record import Level
from log_mcp.store.segment import ErrorKind, Errors, Rows, Segment

Known = tuple[ErrorKind, int]
Place = tuple[str, int, int]
"""What tells the errors of a segment from all others: its file, its begin, their number."""

FEW: Final = 3_000  # errors that are told at once, whatever the limit: in 0.25 s
KNOWN_BYTES: Final = 500  # of one that is remembered, its title and place
CACHE_MAX: Final = 20_000  # errors of open segments whose fingerprints are remembered


# Equal ones are one object: to compare those of many segments is quick then.
_kind: Final = lru_cache(4096)(ErrorKind)


def trace_hash(trace: str | None) -> int:
    """A correlation value as a number, to count distinct ones; 0 for none."""
    if trace is None:
        return 0
    return int.from_bytes(
        blake2b(trace.encode("utf-8", "replace"), digest_size=8).digest()
    )


class _Telling:
    """The errors of a segment being told, as far as they are.

    Attributes:
        at: How many are.
        kinds: Of those.
    """

    def __init__(self, count: int) -> None:
        self.at = 0
        self.kinds: list[ErrorKind] = []
        self._codes: NDArray[np.uint32] = np.zeros(count, np.uint32)
        self._traces: NDArray[np.uint64] = np.zeros(count, np.uint64)
        self._table: dict[str, int] = {}

    @property
    def nbytes(self) -> int:
        """Bytes at rest, about."""
        return 12 * len(self._codes) + KNOWN_BYTES * len(self.kinds)

    def add(self, kind: ErrorKind, trace: int) -> None:
        """Take in the next one."""
        kinds = self.kinds
        code = self._table.setdefault(kind.id, len(kinds))
        if code == len(kinds):
            kinds.append(kind)
        elif kind.title != kinds[code].title:
            kinds[code] = together(kinds[code], kind)
        self._codes[self.at] = code
        self._traces[self.at] = trace
        self.at += 1

    def errors(self, rows: Rows) -> Errors:
        """All of them, once they are told."""
        return Errors(
            rows.astype(np.uint32), self._codes, self._traces, tuple(self.kinds)
        )


class Annotator:
    """Tells the errors of a segment, remembering those of segments that still grow.

    Where the time is over amid a segment, what was told of it is remembered, too, so that
    the next call goes on there.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], Known] = {}
        self._begun: dict[Place, _Telling] = {}
        self._lock = Lock()

    def __call__(self, segment: Segment) -> Errors:
        """The errors of a segment; what was found is kept on it."""
        errors = segment.errors
        if errors is None:
            errors = segment.errors = self._look(segment)
        return errors

    @property
    def nbytes(self) -> int:
        """What is remembered, in bytes."""
        begun = sum(one.nbytes for one in tuple(self._begun.values()))
        return len(self._known) * KNOWN_BYTES + begun

    def forget(self) -> None:
        """Remember nothing: the errors of segments that still grow are told again."""
        with self._lock:
            self._known.clear()
            self._begun = {}

    def kind(self, segment: Segment, row: int) -> ErrorKind | None:
        """The group of one record; None if it is no error.

        Tells that one alone where the others of its segment are not told yet.
        """
        if segment.levels[row] < Level.ERROR:
            return None
        if segment.errors is not None:
            return segment.kind_at(row)
        where = (segment.origin.key, segment.offset(row))
        known = self._known.get(where)
        if known is None:
            raw, flags = segment.raw(row), int(segment.flags[row])
            known = self._read(where, segment, raw, flags, keep=row < len(segment) - 1)
        return known[0]

    def within(
        self,
        segments: Iterable[Segment],
        limit_s: float,
        first_s: float = math.inf,
        *,
        hurried: Callable[[], bool] = lambda: False,
    ) -> tuple[list[Segment], int]:
        """The segments whose errors can be told in time, the youngest first.

        Args:
            segments: Whose errors are wanted.
            limit_s: When none is begun any more.
            first_s: When the first one is ended, as without it nothing would be known.
            hurried: Whether the limit holds for few errors, too, as more come all the
                time; asked where some are not told yet.

        Returns:
            Those, in the order given, and how many errors the others hold.
        """
        known: set[Segment] = set()
        missing = 0
        every = list(segments)
        untold = [one for one in every if one.errors is None]
        count = sum(one.at_least[Level.ERROR] for one in untold)
        if not count or (count <= FEW and not hurried()):
            return [self._told(one) for one in every], 0
        now = time.monotonic()
        deadline, first = now + limit_s, now + max(limit_s, first_s)
        told = False
        for segment in sorted(every, key=lambda one: one.last_ns, reverse=True):
            if segment.at_least[Level.ERROR]:
                late = time.monotonic() > deadline and segment.errors is None
                if late or not self._in_time(segment, deadline if told else first):
                    missing += segment.at_least[Level.ERROR]
                    continue
                told = True
            known.add(segment)
        return [segment for segment in every if segment in known], missing

    def _in_time(self, segment: Segment, deadline: float) -> bool:
        """Tell the errors of a segment; whether there was time for all of them."""

        def end() -> None:
            if time.monotonic() > deadline:
                raise OutOfTime

        try:
            with also(end):
                self(segment)
        except OutOfTime:
            return False
        return True

    def _told(self, segment: Segment) -> Segment:
        self(segment)
        return segment

    def seal(self, segment: Segment, text: bytes | None = None) -> None:
        """Forget what was remembered while a segment grew, now that it keeps it itself.

        Args:
            segment: That will not grow.
            text: `segment.text`, where the caller has it open already.
        """
        if segment.errors is None:
            segment.errors = self._look(segment, text, keep=False)
        with self._lock:
            key = segment.origin.key
            done = [k for k in self._known if k[0] == key and k[1] < segment.end]
            for one in done:
                del self._known[one]

    def _look(
        self, segment: Segment, text: bytes | None = None, *, keep: bool = True
    ) -> Errors:
        rows = np.flatnonzero(segment.levels >= Level.ERROR)
        if text is None:
            text = segment.text if len(rows) else b""
        starts, ends = segment.starts[rows].tolist(), segment.starts[rows + 1].tolist()
        offsets, flags = segment.offsets(rows).tolist(), segment.flags[rows].tolist()
        key, last = segment.origin.key, len(segment) - 1
        place = (key, segment.begin, len(rows))
        with self._lock:
            work = self._begun.pop(place, None)
        work = work or _Telling(len(rows))
        try:
            for at, row in enumerate(rows[work.at :].tolist(), work.at):
                beat()
                if segment.errors is not None:  # Another thread was faster.
                    return segment.errors
                where = (key, offsets[at])
                known = self._known.get(where)
                if known is None:
                    raw = text[starts[at] : ends[at]].rstrip(b"\n")
                    kept = keep and row < last
                    known = self._read(where, segment, raw, flags[at], keep=kept)
                work.add(*known)
        except OutOfTime:
            # The last error, which may still get lines, is never among what is kept.
            with self._lock:
                self._begun = {place: work}  # one is enough to get on
            raise
        return work.errors(rows)

    def _read(
        self,
        where: tuple[str, int],
        segment: Segment,
        raw: bytes,
        flags: int,
        *,
        keep: bool,
    ) -> Known:
        """The kind of one error; `keep` if no more lines can come to it."""
        failure = segment.origin.failure(raw, flags)
        found = fingerprint(failure)
        known = _kind(*found), trace_hash(failure.trace)
        if keep and len(self._known) < CACHE_MAX:
            with self._lock:
                self._known[where] = known
        return known
