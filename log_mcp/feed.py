"""From the files to the ring: the threads that read, seal and index.

One thread follows all files and, while nothing new comes, reads their history, newest
first; a second one reads ahead of it and takes out the secrets, most of which needs no
interpreter, so that two processors are at work. A third one finishes what is sealed (see
`finisher`). None holds a lock while it works; all end when `close` is called.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from heapq import nlargest
from traceback import extract_tb
from typing import Any, Final

from log_mcp.analysis.annotate import Annotator
from log_mcp.bell import Bell
from log_mcp.errors import SourceError, reason
from log_mcp.finisher import Finisher
from log_mcp.ingest.catalog import Catalog
from log_mcp.ingest.source import Source
from log_mcp.ingest.tail import EVERYTHING, Tail
from log_mcp.ingest.watch import Watch
from log_mcp.leap import Leaps
from log_mcp.memory import settle
from log_mcp.store.ring import Ring
from log_mcp.turn import Polite, at_once

POLL_S: Final = 1.0  # the slow look that finds what no notice told
STRUCTURE_S: Final = 5.0  # ... and files that appeared without one
LOOK_S: Final = 0.02  # while something is waited for that gives no notice
WAITING_S: Final = 0.1  # while a half-written line is waited for
LOOKS_APART: Final = 20  # times as long as a look takes: so it takes 5 % of a processor
GONE_S: Final = 600.0  # a file that is gone may come back, under another name or packed
QUIET_S: Final = 2.0  # without new lines, before what is open of a file gets an index
AHEAD_MAX: Final = 2  # stretches of history held that were read ahead
# How long a question may keep from work what can wait: history; new lines.
HISTORY_WAITS_S: Final = 0.1
LINES_WAIT_S: Final = 0.05
CLEAR_WAITS_S: Final = 1.0  # for a block that is on its way into the ring

_log = logging.getLogger(__name__)


class _Ahead(ThreadPoolExecutor):
    """Reads ahead in a thread beside the first, as politely as that one."""

    def __init__(self, polite: Polite) -> None:
        super().__init__(1, "log-mcp-ahead")
        self._polite = polite

    def submit(self, read: Any, /, *given: Any, **named: Any) -> Future[Any]:
        """See `Executor`."""

        def read_politely() -> Any:
            with self._polite(HISTORY_WAITS_S):
                return read(*given, **named)

        return super().submit(read_politely)


class Feed:
    """Keeps a ring filled from a catalog of sources.

    Args:
        catalog: What to read.
        ring: Where records go.
        annotator: Tells the errors of a segment.
        clock: The time, UTC epoch nanoseconds.
        leaps: Of the clock; looked for once a second.
        polite: Around a piece of work: it gives way to questions, but waits no longer
            in all than so many seconds.
        yielding: The same from its first beat on, so that to find nothing waits for none.
    """

    def __init__(
        self,
        catalog: Catalog,
        ring: Ring,
        annotator: Annotator,
        clock: Callable[[], int],
        polite: Polite = at_once,
        *,
        yielding: Callable[[float], AbstractContextManager[Any]] = at_once,
        leaps: Leaps | None = None,
    ) -> None:
        self.leaps = leaps or Leaps()
        self.catalog = catalog
        self.ring = ring
        self.full = False
        self.failure: str | None = None
        self._clock = clock
        self._polite = polite
        self._yielding = yielding
        self._changes: set[str] = set()
        self._structure = False
        self._changes_lock = threading.Lock()
        self._on_its_way = threading.Lock()  # a block, from its file into the ring
        self._wake = threading.Event()
        self._looked = threading.Event()
        self._loaded = threading.Event()
        self._closing = threading.Event()
        self._watch = Watch(self._notice)
        self.arrived = Bell()
        self._reading = False
        self._gone: dict[str, float] = {}
        self._edges: dict[str, int] = {}
        self._grown: dict[str, float] = {}
        self._reached_ns = math.inf  # how far back questions reached
        self._reach_lock = threading.Lock()
        self._ahead = _Ahead(polite)
        self.finisher = Finisher(ring, annotator, polite, self._loaded, self._closing)
        self._threads = [
            threading.Thread(target=self._guard, args=(run,), name=name, daemon=True)
            for run, name in (
                (self._follow, "log-mcp-ingest"),
                (self.finisher.run, "log-mcp-seal"),
            )
        ]
        ring.beside(annotator)

    def beside(self, run: Callable[[], None], name: str) -> None:
        """Have something run in a thread of its own, from `start` on.

        Args:
            run: Ends soon after whoever gave it says so, which must be before `close`.
            name: Of the thread.
        """
        thread = threading.Thread(
            target=self._guard, args=(run,), name=name, daemon=True
        )
        self._threads.append(thread)

    def start(self) -> None:
        """Begin; returns at once."""
        settle()
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End the threads and close all files."""
        self._closing.set()
        self._wake.set()
        self.finisher.wake()
        self._loaded.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
            # One that found more history meanwhile took back what the next waits for.
            self._loaded.set()
        self._ahead.shutdown(cancel_futures=True)
        self._watch.close()
        self.catalog.close()

    def wait_looked(self, timeout_s: float) -> bool:
        """Wait until the recent past of every file is held."""
        return self._looked.wait(timeout_s)

    def wait_loaded(self, timeout_s: float) -> bool:
        """Wait until all history that fits is held."""
        return self._loaded.wait(timeout_s)

    def wait_finished(self, timeout_s: float) -> bool:
        """Wait until all that is sealed is indexed and told; whether it is."""
        end = time.monotonic() + timeout_s
        while self.ring.unfinished() and self.failure is None:
            if time.monotonic() > end or self._closing.wait(LOOK_S):
                return False
        return True

    def wait_rested(self, timeout_s: float) -> bool:
        """Wait until what is done at leisure is done with all that is held."""
        end = time.monotonic() + timeout_s
        self.finisher.wake()  # So that it begins at once.
        while not self.finisher.rested and self.failure is None:
            if time.monotonic() > end or self._closing.wait(LOOK_S):
                return False
        return True

    def wait_whole(self, timeout_s: float) -> bool:
        """Wait until no file ends in a line that may still go on; whether none does."""
        end = time.monotonic() + timeout_s
        # In this order: a line that waits no more is on its way into the ring.
        while any(tail.waits for tail in self.tails()) or self._reading:
            if time.monotonic() > end or self._closing.wait(WAITING_S):
                return False
        return True

    @property
    def loaded(self) -> bool:
        """Whether all history that fits is held."""
        return self._loaded.is_set()

    def remaining_bytes(self) -> int:
        """History that is to be looked at yet, in bytes on disk."""
        return sum(
            tail.file.size if tail.file.packed else tail.frontier
            for tail in self.tails()
            if tail.is_due(self._reached_ns) and not tail.binary
        )

    def clear(self, names: Collection[str], now_ns: int) -> dict[str, int]:
        """Forget what was read of some sources, and what is older on their disks.

        Args:
            names: Of the sources.
            now_ns: The time.

        Returns:
            How many records were held of each.
        """
        removed = dict.fromkeys(names, 0)
        # A disk that does not answer keeps nobody waiting: what was being read comes then.
        alone = self._on_its_way.acquire(timeout=CLEAR_WAITS_S)
        try:
            for source, tail in self._pairs():
                if source.name in removed:
                    end = EVERYTHING if tail.file.packed else tail.frontier
                    held = self.ring.held(tail.key)
                    if held is None or not held.segments:
                        end = max(end, tail.position)  # It left memory.
                    count = self.ring.clear(tail.key, source.name, end, now_ns)
                    removed[source.name] += count
        finally:
            if alone:
                self._on_its_way.release()
        self.ring.drop_caches()
        self.finisher.taken += 1
        self._wake.set()
        return removed

    def history_bytes(self) -> int:
        """What there is of files whose history is looked at, in bytes on disk."""
        return sum(
            tail.file.size
            for tail in self.tails()
            if not tail.frontier or tail.is_due(self._reached_ns)
        )

    def reach_back(self, since_ns: float = -math.inf) -> None:
        """Load compressed history, too, as far back as a question reaches.

        Args:
            since_ns: Where its window begins, UTC nanoseconds; all of it by default.
        """
        if since_ns >= self._reached_ns:
            return
        with self._reach_lock:
            self._reached_ns = min(self._reached_ns, since_ns)
            self._load_on()
        self._wake.set()

    def is_due(self, tail: Tail) -> bool:
        """Whether history of a file is still to be loaded."""
        return tail.is_due(self._reached_ns)

    def tails(self) -> list[Tail]:
        """All files of all sources."""
        return [tail for s in self.catalog.sources for tail in tuple(s.tails)]

    def positions(self) -> dict[str, int]:
        """Per file, up to where its lines have been taken."""
        return {tail.key: tail.position for tail in self.tails()}

    def nudge(self) -> None:
        """Look at all files now, whatever was or was not noticed."""
        with self._changes_lock:
            self._structure = True
        self._wake.set()

    @property
    def unwatched(self) -> str | None:
        """Why changes are found by looking alone; None if the system tells of them."""
        return self._watch.trouble

    def _notice(self, paths: frozenset[str], structure: bool) -> None:
        with self._changes_lock:
            self._changes |= paths
            self._structure |= structure
        self._wake.set()

    def _guard(self, run: Callable[[], None]) -> None:
        """The edge of a thread: the one place where any error is caught, and told."""
        try:
            run()
        except Exception as error:  # noqa: BLE001 - the edge of a thread
            name = threading.current_thread().name
            self.failure = self.failure or f"{type(error).__name__} in {name}"
            self._looked.set()
            self._loaded.set()
            # Where, not what: the message of an error can hold log text.
            places = [
                f"{f.filename}:{f.lineno}" for f in extract_tb(error.__traceback__)
            ]
            _log.error("a thread ended: %s at %s", type(error).__name__, places[-4:])

    def _follow(self) -> None:
        self.catalog.refresh(self._clock(), started=False)
        self._watch.follow(self.catalog.watch)
        self._read(None)
        self._looked.set()
        # What came between the first look and the watch is found by looking again.
        self.catalog.refresh(self._clock(), started=True)
        self._read(None)
        looked = reconciled = time.monotonic()
        look_s, structure_s = POLL_S, STRUCTURE_S
        while not self._closing.is_set():
            busy = self._more() or self._history()
            woken = self._wake.wait(0 if busy else self._timeout())
            self._wake.clear()
            self.leaps.look()
            now = time.monotonic()
            waits = not (woken or any(tail.behind for tail in self.tails()))
            if waits and now - looked < look_s:
                if not busy:
                    self._read([pair for pair in self._pairs() if pair[1].waits])
                continue
            force = now - reconciled >= structure_s
            self._catch_up(force=force)
            looked = time.monotonic()
            # Of thousands of files, to look at all takes long; notices are what counts.
            if force:
                reconciled = looked
                structure_s = max(STRUCTURE_S, LOOKS_APART * (looked - now))
            elif not woken:
                look_s = max(POLL_S, LOOKS_APART * (looked - now))

    def _more(self) -> bool:
        """Take in some files that wait; whether there were any."""
        if not self.catalog.ready:
            return False
        with self._polite(HISTORY_WAITS_S):
            self.catalog.more(self._clock())
        self._read([pair for pair in self._pairs() if pair[1].key not in self._edges])
        self._load_on()
        return True

    def _pairs(self) -> Iterator[tuple[Source, Tail]]:
        for source in self.catalog.sources:
            for tail in tuple(source.tails):
                yield source, tail

    def _timeout(self) -> float:
        tails = self.tails()
        if any(tail.behind for tail in tails):
            return 0.0
        return WAITING_S if any(tail.waits for tail in tails) else POLL_S

    def _catch_up(self, *, force: bool) -> None:
        """Read what changed; work out what became of the files if they did."""
        with self._changes_lock:
            paths, self._changes = self._changes, set()
            structure, self._structure = self._structure, False
        if force or structure:
            self._reconcile()
        everything = force or structure or not paths
        self._read(None if everything else self.catalog.tails_at(paths))
        if any(source.stale for source in self.catalog.sources):
            self._look_again()
        self._seal_quiet(time.monotonic() - QUIET_S)

    def _seal_quiet(self, before: float) -> None:
        """Have what is open of files sealed that got nothing since a moment."""
        quiet = [key for key, grown in self._grown.items() if grown < before]
        for key in quiet:
            del self._grown[key]
            self.ring.seal_quiet(key)

    def _reconcile(self) -> None:
        self.catalog.refresh(self._clock(), started=True)
        self._watch.follow(self.catalog.watch)
        self._let_go(time.monotonic() - GONE_S)
        self._load_on()

    def _let_go(self, before: float) -> None:
        """Forget files that are gone since a moment, once nothing is held of them.

        Where a log is rotated each minute there is no end of them.
        """
        gone = [pair for pair in self._pairs() if pair[1].is_gone]
        since = {
            tail.key: self._gone.get(tail.key, time.monotonic()) for _, tail in gone
        }
        for source, tail in gone:
            if self.ring.let_go(tail.key, forget=since[tail.key] <= before):
                source.let_go(tail)
                del since[tail.key]
                self._edges.pop(tail.key, None)
                self._grown.pop(tail.key, None)
        self._gone = since

    def _load_on(self) -> None:
        """Where history is left, it is loaded, whatever was loaded before."""
        left = self.catalog.ready or any(map(self.is_due, self.tails()))
        if left and not self.full:
            self._loaded.clear()
            if self._closing.is_set():  # Nobody loads any more, and a thread waits.
                self._loaded.set()

    def _look_again(self) -> None:
        self._reconcile()
        self._read(None)

    def _read(self, pairs: list[tuple[Source, Tail]] | None) -> None:
        now = self._clock()
        self._reading = True
        if pairs is None:
            found = [self._append(one, None, now) for one in self.catalog.sources]
        else:
            found = [self._append(source, [tail], now) for source, tail in pairs]
        self._reading = False
        if any(found):
            self.arrived.ring()

    def _append(self, source: Source, tails: Iterable[Tail] | None, now: int) -> int:
        """Take what is new of some files of a source; how many blocks that is."""
        count, blocks = 0, source.fresh(now, tails)
        while True:
            with self._on_its_way, self._yielding(LINES_WAIT_S):
                found = next(blocks, None)
                if found is None:
                    break
                tail, block = found
                self.ring.append(block)
            silent = now - tail.file.mtime_ns > QUIET_S * 1e9
            self._grown[tail.key] = 0.0 if silent else time.monotonic()
            if tail.key not in self._edges and len(block.times):
                self._edges[tail.key] = int(block.times[0])
            count += 1
        self.finisher.taken += count
        return count

    def _history(self) -> bool:
        """Read one older stretch, the youngest there is; whether there was one."""
        if self._loaded.is_set():
            return False
        self._skip_cleared()
        reached_ns = self._reached_ns
        waiting = [
            (self._edges.get(tail.key, tail.file.mtime_ns), tail, source)
            for source in self.catalog.sources
            for tail in source.tails
            if tail.is_due(reached_ns)
        ]
        if self.catalog.ready and not self.full:
            return False
        if not waiting or self.full:
            self._seal_quiet(time.monotonic() - QUIET_S)
            with self._reach_lock:
                if reached_ns == self._reached_ns:  # else a question reached further
                    self._loaded.set()
            return False
        (_, tail, source), *after = nlargest(2, waiting, key=lambda one: one[0])
        if source.is_rewritten(tail):
            self._look_again()
        room = sum(one.reads_ahead for one in self.tails()) < AHEAD_MAX
        if room and after and tail.is_last_stretch:
            after[0][1].prepare(self._ahead)
        try:
            with self._polite(HISTORY_WAITS_S):
                block = tail.history(
                    self.ring.budget_bytes, self._ahead if room else None
                )
        except (OSError, SourceError) as error:
            if isinstance(error, FileNotFoundError) and tail.file.path is not None:
                self._look_again()  # It was renamed; if it is gone, it has no path now.
                return True
            source.trouble[str(tail.file.path or tail.file.family.stem)] = (
                f"its history cannot be read whole ({reason(error)})"
            )
            tail.frontier = 0
            return True
        if block is not None and len(block.times):
            self._edges[tail.key] = int(block.times[0])
            self.full = not self.ring.prepend(block)
            self.finisher.taken += 1
        return True

    def _skip_cleared(self) -> None:
        """Read no history of what was forgotten on request."""
        for tail in self.tails():
            if 0 < tail.frontier <= self.ring.cleared_bytes(tail.key):
                tail.skip_history()
