"""The side that is measured: a logbook in a process of its own.

Each function runs in the child; the parent sends its name and arguments through a pool of
one process, started anew (`fresh`), so that memory and caches are those of one run alone.
"""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.table import milliseconds
from log_mcp.config import load
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask

PATIENCE_S: Final = 600.0
LOOK_S: Final = 0.005
SWITCH_S: Final = 0.0005  # between threads: what the server sets

_open: dict[str, Logbook] = {}  # the child's one logbook, between two calls


@contextmanager
def fresh() -> Iterator[ProcessPoolExecutor]:
    """A child process that has done nothing yet; ends with the block."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        1, spawn, initializer=sys.setswitchinterval, initargs=(SWITCH_S,)
    ) as pool:
        yield pool


class Loaded(NamedTuple):
    """What it took to load a file.

    Attributes:
        first_ms: From the start to the first answer, about the recent past.
        loaded_s: From the start until all that fits is answerable.
        sealed_s: ... and indexed.
        processor_s: Processor time until then.
        resident_mb: Memory of the process then.
        peak_mb: Most it ever was.
        used_mb: What the ring says of itself.
        records: How many are held.
    """

    first_ms: float
    loaded_s: float
    sealed_s: float
    processor_s: float
    resident_mb: float
    peak_mb: float
    used_mb: float
    records: int


def opened(path: Path, memory: str) -> Loaded:
    """Load a file, keep the logbook for `book`, and say what it took.

    Args:
        path: A log.
        memory: `max_memory`.
    """
    config = load([str(path)], max_memory=memory)
    begin, processor = time.perf_counter(), time.process_time()
    logbook = _open["book"] = Logbook(config)
    logbook.start()
    logbook.overview()
    first_ms = (time.perf_counter() - begin) * 1e3
    if not logbook.wait_loaded(PATIENCE_S):
        raise TimeoutError(f"{path} was not loaded within {PATIENCE_S} s")
    loaded_s = time.perf_counter() - begin
    while logbook.ring.unfinished() and logbook.feed.failure is None:
        time.sleep(LOOK_S)
    sealed_s = time.perf_counter() - begin
    if logbook.feed.failure is not None:
        raise RuntimeError(logbook.feed.failure)
    used = logbook.ring.used_bytes / 1e6
    spent = time.process_time() - processor
    records = logbook.overview().view.records_held
    return Loaded(
        first_ms, loaded_s, sealed_s, spent, resident_mb(), peak_mb(), used, records
    )


def book() -> Logbook:
    """The logbook that `opened` made in this process."""
    return _open["book"]


def resident_mb() -> float:
    """Memory of this process now; its most so far where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return peak_mb()
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak_mb() -> float:
    """The most memory this process ever had."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


class Beats(NamedTuple):
    """Latencies of two questions asked without pause while something else went on.

    Attributes:
        overview_ms: Of each overview.
        search_ms: Of each bounded search.
        lag_ms: From the end of what went on until all of it was held.
        lost: Records that never came.
    """

    overview_ms: list[float]
    search_ms: list[float]
    lag_ms: float
    lost: int


def beats_while_loading(path: Path, memory: str, ask: Ask) -> Beats:
    """Ask without pause until a file is loaded.

    Args:
        path: A log.
        memory: `max_memory`.
        ask: The bounded search.
    """
    logbook = Logbook(load([str(path)], max_memory=memory))
    logbook.start()
    beats = Beats([], [], 0.0, 0)
    while not logbook.wait_loaded(0):
        _beat(logbook, ask, beats)
    logbook.close()
    return beats


def beats_while_written(
    path: Path, memory: str, ask: Ask, lines: int, written: Path
) -> Beats:
    """Ask without pause until a file that grows holds all its lines.

    Args:
        path: A log that another process writes.
        memory: `max_memory`.
        ask: The bounded search.
        lines: How many records it will hold.
        written: A file that appears when the last one is written; one with `.ready`
            behind its name is made here, once the reading has begun.
    """
    logbook = Logbook(load([str(path)], max_memory=memory))
    logbook.start()
    beats = Beats([], [], 0.0, 0)
    end: float | None = None
    held = 0
    ready(written).touch()
    while held < lines and (end is None or time.perf_counter() - end < 30):
        _beat(logbook, ask, beats)
        view = logbook.overview().view
        held = view.records_held + view.evicted
        if end is None and written.exists():
            end = time.perf_counter()
    lag_ms = 0.0 if end is None else (time.perf_counter() - end) * 1e3
    logbook.close()
    return beats._replace(lag_ms=lag_ms, lost=lines - held)


def ready(written: Path) -> Path:
    """The file that says that the reading has begun."""
    return written.with_name(f"{written.name}.ready")


def _beat(logbook: Logbook, ask: Ask, beats: Beats) -> None:
    search: Callable[[], object] = lambda: logbook.search(ask, limit=10)  # noqa: E731 - timed below
    beats.overview_ms.append(milliseconds(logbook.overview))
    beats.search_ms.append(milliseconds(search))
