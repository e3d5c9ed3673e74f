"""The segments within the budget; append, evict, snapshot.

Operations we want: take blocks at the young end of a file (lines as they arrive) and
segments at its old end (history, read backwards); hand out what is held as one immutable
snapshot; never hold more bytes than allowed.

Goals: what is held of a file is always one unbroken stretch that ends at its young end,
so that "not held" is a single range per file; no record is cut in two; readers never wait
for a writer.

Plan: a `Run` per file. Writers hold the lock only to replace what a run holds. A segment
is sealed where a record ends: what continues its last record in the next block is cut off
there and sealed with it. Over the budget, in this order and no further than need be: what
can be made again is dropped (copies made for readers, decoded texts, caches that stand
beside), plain texts are packed, oldest first, then squeezed, oldest first, and then whole
segments are evicted, the oldest of the run whose first segment ends earliest.
"""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from itertools import dropwhile
from typing import Final, Protocol

from log_mcp.block import Block, cut, join
from log_mcp.store.frames import Opened
from log_mcp.store.run import Held as Held  # noqa: PLC0414  what a snapshot is made of
from log_mcp.store.run import Run, as_segment, block_bytes
from log_mcp.store.segment import Segment

SEGMENT_BYTES: Final = 8 * 1024 * 1024
SEGMENT_BYTES_MIN: Final = 64 * 1024
PARTS_MIN: Final = 16  # segments that a budget of plain text would hold
JOIN_BYTES_MAX: Final = 2 * 1024 * 1024  # of a file whose history is open with the rest
QUIET_BYTES_MIN: Final = 128 * 1024  # of a silent file that are worth an index
QUIET_PARTS: Final = 32  # ... and so much of all that is held of it
CHECK_BYTES: Final = 512 * 1024  # appended before the budget is looked at again
OPENED_BYTES_MAX: Final = 4 * 1024 * 1024  # of packed text that is kept open
OPENED_SHARE: Final = 32  # ... and of the budget, one in so many bytes
BLOCKS_MAX: Final = 24  # open blocks of a run before small neighbours are joined


class Cache(Protocol):
    """What was worked out of records, and can be again."""

    @property
    def nbytes(self) -> int:
        """Bytes at rest."""
        ...

    def forget(self) -> None:
        """Give them back."""
        ...


class Ring:
    """Records of all files, within a budget of bytes.

    Thread-safe. `append`, `prepend` and `clear` may be called from any thread;
    `snapshot` never waits for work on texts.

    Args:
        budget_bytes: What `used_bytes` stays within, but for one open block.
        segment_bytes: Text of one segment.
    """

    def __init__(self, budget_bytes: int, segment_bytes: int = SEGMENT_BYTES) -> None:
        self.budget_bytes = budget_bytes
        self.segment_bytes = segment_bytes
        self._runs: dict[str, Run] = {}
        self._gone: dict[str, int] = {}  # records of files that nothing else is left of
        self._lock = threading.Lock()
        self._sealed: Callable[[], None] = lambda: None
        self._room = 0
        self._opened = Opened(min(OPENED_BYTES_MAX, budget_bytes // OPENED_SHARE))
        self._caches: list[Cache] = [self._opened]

    def on_sealed(self, call: Callable[[], None]) -> None:
        """Have a function called, from the writer's thread, when a segment is sealed."""
        self._sealed = call

    def beside(self, cache: Cache) -> None:
        """Count a cache with what is held; it is dropped before any text is packed."""
        self._caches.append(cache)

    @property
    def used_bytes(self) -> int:
        """Bytes at rest, everything counted in."""
        held = sum(run.nbytes for run in tuple(self._runs.values()))
        return held + sum(cache.nbytes for cache in self._caches)

    def append(self, block: Block) -> None:
        """Take a block at the young end of its file.

        A block that begins inside a record extends the last record held of its file;
        where none is held, those bytes are dropped.
        """
        run = self._run(block)
        sealed = False
        with self._lock:
            run.begins_after(block)
            blocks = run.state[1]
            size = sum(len(b.text) for b in blocks)
            other = bool(blocks) and blocks[-1].origin is not block.origin
            self._room -= block_bytes(block)
            if blocks and len(block.starts) and (other or size >= self._open_bytes()):
                if block.lead:
                    rest, block = cut(block, 0)
                    run.state = (run.state[0], (*blocks, rest))
                sealed = self._seal(run)
            run.state = (run.state[0], _merged((*run.state[1], block)))
        if sealed:
            self._sealed()
        if self._room < 0:
            self.make_room()

    def prepend(self, block: Block) -> bool:
        """Take history before all that is held of its file.

        What is older than what was cleared is dropped.

        Returns:
            False, and nothing is taken, if there is no room, or no longer one unbroken
            stretch: history never drives out what is younger.
        """
        run = self._run(block)
        if block.begin < run.cleared.end:
            return True
        whole = block if run.lead is None else join((block, run.lead))
        if not len(whole.starts):
            run.lead = whole
            return True
        lead, rest = cut(whole, 0)
        if not whole.begin:  # Nothing is older: it continues no record.
            rest = rest._replace(begin=0)
        segment = None if self._joins(run, rest) else self._with_room(rest)
        with self._lock:
            if block.begin < run.cleared.end:
                return True
            sealed, blocks = run.state
            if run.evicted or (segment is None and not self._joins(run, rest)):
                return False
            if segment is None:
                run.state = ((), (rest, *blocks))
            else:
                run.state = ((segment, *sealed), blocks)
            run.lead = lead if lead.text and whole.begin else None
            self._room -= block_bytes(rest) if segment is None else segment.nbytes
        if segment is not None:
            self._sealed()
        return True

    def _with_room(self, block: Block) -> Segment | None:
        """A block as a segment that fits; None if there is no room for it."""
        segment = Segment(block)
        if self.used_bytes + segment.nbytes <= self.budget_bytes:
            return segment
        segment.pack(self._opened)
        return segment if self._free(segment.nbytes) else None

    def seal(self, key: str) -> None:
        """Seal what is open of a file that gets no more records."""
        run = self._runs.get(key)
        if run is None:
            return
        with self._lock:
            sealed = self._seal(run)
        if sealed:
            self._sealed()

    def let_go(self, key: str, *, forget: bool) -> bool:
        """Take leave of a file that is gone; whether it is known no more.

        What is open of it is sealed, so that it leaves when it is the oldest.

        Args:
            key: `Origin.key` of the file.
            forget: Whether to forget it if nothing is held of it; how much left memory
                goes on to be told.
        """
        run = self._runs.get(key)
        if run is None:
            return forget
        if run.state[1]:
            self.seal(key)
        with self._lock:
            if not forget or run.state != ((), ()) or run.cleared.end:
                return False
            del self._runs[key]
            self._gone[run.source] = self._gone.get(run.source, 0) + run.evicted
        return True

    def seal_quiet(self, key: str) -> None:
        """Seal what is open of a file that fell silent, but for its last record.

        So that it gets an index. Little beside what is held of the file stays open: it is
        soon looked through, and many small segments are not.
        """
        run = self._runs.get(key)
        if run is None:
            return
        with self._lock:
            sealed, blocks = run.state
            size = sum(len(block.text) for block in blocks)
            whole = size + sum(segment.text_bytes for segment in sealed)
            little = size < max(QUIET_BYTES_MIN, whole // QUIET_PARTS)
            if little or sum(len(block.starts) for block in blocks) < 2:
                return
            self._seal_early(run)
        self._sealed()

    def expire(self, before_ns: int) -> None:
        """Let go of the oldest segments that hold nothing younger than a time."""
        with self._lock:
            for run in tuple(self._runs.values()):
                sealed, blocks = run.state
                kept = tuple(dropwhile(lambda one: one.last_ns < before_ns, sealed))
                if len(kept) < len(sealed):
                    gone = sealed[: len(sealed) - len(kept)]
                    run.evicted += sum(map(len, gone))
                    run.state = (kept, blocks)

    def clear(self, key: str, source: str, end: int, at_ns: int) -> int:
        """Let go of all records of a file, and take no history of it any more.

        Args:
            key: `Origin.key` of the file.
            source: Name of its source.
            end: Where in the file this ends at least.
            at_ns: The time.

        Returns:
            How many records were held.
        """
        with self._lock:
            run = self._runs.setdefault(key, Run(key, source))
            return run.clear(end, at_ns)

    def cleared_bytes(self, key: str) -> int:
        """Up to where in a file all was cleared; 0 if nothing was."""
        run = self._runs.get(key)
        return 0 if run is None else run.cleared.end

    def drop_caches(self) -> None:
        """Give back all that was worked out of records."""
        for cache in self._caches:
            cache.forget()

    def snapshot(self) -> tuple[Held, ...]:
        """What is held now of each file."""
        runs = tuple(self._runs.values())
        held = tuple([run.held() for run in runs])
        gone = tuple(self._gone.items())
        held += tuple(Held("", source, (), count) for source, count in gone)
        if self.used_bytes > self.budget_bytes:
            self._drop_copies()
        return held

    def held(self, key: str) -> Held | None:
        """What is held now of one file; None if nothing ever was."""
        run = self._runs.get(key)
        return None if run is None else run.held()

    def unfinished(self) -> list[Segment]:
        """Sealed segments that are not indexed or whose errors are not known, young first."""
        waiting = [
            s for s in self._all_sealed() if s.indexed is None or s.errors is None
        ]
        return sorted(waiting, key=_age, reverse=True)

    def make_room(self) -> None:
        """Pack, and then evict, until all that is held fits the budget."""
        # Frames will be opened again, where there are any.
        packed = any(segment.packed for segment in self._all_sealed())
        spare = self._opened.limit_bytes if packed else 0
        while self.used_bytes > self.budget_bytes and not self._free(spare):
            if not self._evict():
                break
        self._room = min(CHECK_BYTES, self.budget_bytes - self.used_bytes)

    def room(self, need: int, cache: Cache) -> int:
        """Make room for a cache, as far as no record is lost by it.

        Args:
            need: How many more bytes it would take.
            cache: It, which keeps what it has.

        Returns:
            How many there are: fewer than needed, if there is no more to give back.
        """
        self._free(need, cache)
        return self.budget_bytes - self.used_bytes

    def _joins(self, run: Run, rest: Block) -> bool:
        """Whether history is so little that it is one piece with what is open."""
        sealed, blocks = run.state
        size = len(rest.text) + sum(len(block.text) for block in blocks)
        fits = size <= min(JOIN_BYTES_MAX, self._open_bytes())
        return bool(
            fits
            and blocks
            and not sealed
            and blocks[0].origin is rest.origin
            and self.used_bytes + block_bytes(rest) <= self.budget_bytes
        )

    def _open_bytes(self) -> int:
        """Text of a run that is sealed: less of a small budget, or where many share it.

        A segment leaves as a whole, and a file that got its last record shares no more.
        """
        still = sum(1 for run in tuple(self._runs.values()) if run.state[1])
        share = min(
            self.budget_bytes // PARTS_MIN, self.budget_bytes // (4 * still or 4)
        )
        return max(SEGMENT_BYTES_MIN, min(self.segment_bytes, share))

    def _all_sealed(self) -> list[Segment]:
        return [s for run in tuple(self._runs.values()) for s in run.state[0]]

    def _run(self, block: Block) -> Run:
        key = block.origin.key
        run = self._runs.get(key)
        if run is None:
            with self._lock:
                run = self._runs.setdefault(key, Run(key, block.origin.source))
        return run

    def _seal(self, run: Run) -> bool:
        """Turn the open blocks into a segment; the lock is held."""
        sealed, blocks = run.state
        segment = as_segment(blocks)
        run.state = (sealed if segment is None else (*sealed, segment), ())
        run.forget_copies()
        return segment is not None

    def _seal_early(self, run: Run) -> None:
        """Seal all but the last record, which may still grow; the lock is held."""
        sealed, blocks = run.state
        whole = join(blocks)
        if len(whole.starts) < 2:
            self._seal(run)
            return
        older, last = cut(whole, len(whole.starts) - 1)
        run.state = ((*sealed, Segment(older)), (last,))
        run.forget_copies()

    def _drop_copies(self) -> None:
        """Give back what was made for readers and can be made again."""
        self._opened.forget()
        for run in tuple(self._runs.values()):
            run.forget_copies()
            for segment in run.state[0]:
                segment.forget_decoded()

    def _free(self, need: int, kept: Cache | None = None) -> bool:
        """Make room without losing a record; whether `need` more bytes now fit."""
        excess = self.used_bytes + need - self.budget_bytes
        if excess <= 0:
            return True
        for what, give_back in self._lightly():
            if excess <= 0:
                break
            if what is kept:
                continue
            before = what.nbytes
            give_back()
            excess -= before - what.nbytes
        return excess <= 0

    def _lightly(self) -> Iterator[tuple[Run | Segment | Cache, Callable[[], None]]]:
        """What gives bytes back, and how, the cheapest to make again first."""
        runs = tuple(self._runs.values())
        oldest = sorted(self._all_sealed(), key=_age)
        yield from ((run, run.forget_copies) for run in runs)
        yield from ((one, one.forget_decoded) for one in oldest)
        yield from ((cache, cache.forget) for cache in self._caches)
        # Where the oldest one is squeezed, all will be: to pack first is twice the work.
        squeezed = bool(oldest) and oldest[0].squeezed
        pack = partial(Segment.pack, opened=self._opened, squeezed=squeezed)
        # Each is asked when its turn comes: what was packed just now can be squeezed.
        yield from ((one, partial(pack, one)) for one in oldest if not one.packed)
        yield from ((one, one.squeeze) for one in oldest if not one.squeezed)

    def _evict(self) -> bool:
        """Drop the oldest segment; where all is open, seal the largest run.

        Returns:
            False if there is nothing to drop.
        """
        with self._lock:
            if self.used_bytes <= self.budget_bytes:
                return True  # Another thread was faster.
            runs = tuple(self._runs.values())
            full = [run for run in runs if run.state[0]]
            if full:
                run = min(full, key=lambda r: _age(r.state[0][0]))
                sealed, blocks = run.state
                run.evicted += len(sealed[0])
                run.lead = None
                run.state = (sealed[1:], blocks)
                return True
            largest = max(runs, key=lambda r: r.nbytes, default=None)
            if largest is None or not largest.state[1]:
                return False
            self._seal_early(largest)
        self._sealed()
        return True


def _age(segment: Segment) -> int:
    return segment.last_ns


def _merged(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The same blocks, small neighbours joined so that there are never many.

    Each join at least doubles what it joins, so a byte is copied a few times in all.
    """
    while len(blocks) > BLOCKS_MAX:
        sizes = [len(b.text) for b in blocks]
        at = min(range(len(blocks) - 1), key=lambda i: sizes[i] + sizes[i + 1])
        blocks = (*blocks[:at], join(blocks[at : at + 2]), *blocks[at + 2 :])
    return blocks
