"""The side that is measured: a logbook in a process of its own.

Each function runs in the child; the parent sends its name and arguments through a pool of
one process, started anew (`fresh`), so that memory and caches are those of one run alone.
"""

import atexit
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from benchmarks.generate import entries
from log_mcp.config import load
from log_mcp.logbook import Logbook
from log_mcp.redact import Rules

PATIENCE_S: Final = 600.0
LOOK_S: Final = 0.005
SWITCH_S: Final = 0.0005  # between threads: what the server sets

_open: dict[str, Logbook] = {}  # the child's one logbook, between two calls


@atexit.register
def _close() -> None:
    """End its threads: the interpreter must not end while one is in C++."""
    for logbook in _open.values():
        logbook.close()


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
        errors: How many of them are errors.
        held_mb: How much of the files they are.
    """

    first_ms: float
    loaded_s: float
    sealed_s: float
    processor_s: float
    resident_mb: float
    peak_mb: float
    used_mb: float
    records: int
    errors: int
    held_mb: float

    @property
    def growth_mb(self) -> float:
        """What loading added to an idle process; never nothing: ratios are made of it."""
        return max(self.resident_mb - idle_mb(), 0.1)


def opened(paths: Path | Sequence[Path], memory: str, *, redact: bool = True) -> Loaded:
    """Load files, keep the logbook for `book`, and say what it took.

    Args:
        paths: A log, or several.
        memory: `max_memory`.
        redact: Whether secrets are taken out.
    """
    each = [paths] if isinstance(paths, Path) else paths
    config = load([str(path) for path in each], max_memory=memory)
    config = replace(config, redact=Rules(enabled=redact))
    begin, processor = time.perf_counter(), time.process_time()
    logbook = _open["book"] = Logbook(config)
    logbook.start()
    logbook.overview()
    first_ms = (time.perf_counter() - begin) * 1e3
    if not logbook.wait_loaded(PATIENCE_S):
        raise TimeoutError(f"{each[0]} was not loaded within {PATIENCE_S} s")
    loaded_s = time.perf_counter() - begin
    wait_finished(logbook)
    sealed_s = time.perf_counter() - begin
    spent = time.process_time() - processor
    last = logbook.overview()
    segments = [s for held in logbook.ring.snapshot() for s in held.segments]
    return Loaded(
        first_ms,
        loaded_s,
        sealed_s,
        spent,
        resident_mb(),
        peak_mb(),
        logbook.ring.used_bytes / 1e6,
        last.view.records_held,
        last.levels["error"],
        sum(s.end - s.begin for s in segments) / 1e6,
    )


def wait_finished(logbook: Logbook) -> None:
    """Wait until all that is sealed is indexed and its errors are known."""
    while logbook.ring.unfinished() and logbook.feed.failure is None:
        time.sleep(LOOK_S)
    if logbook.feed.failure is not None:
        raise RuntimeError(logbook.feed.failure)


def rest() -> None:
    """Wait until what is done at leisure is done, too."""
    if not book().feed.wait_rested(PATIENCE_S):
        raise TimeoutError(f"there was no rest within {PATIENCE_S} s")


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


@cache
def idle_mb() -> float:
    """Memory of a process that holds a log of one record; measured once a run."""
    with TemporaryDirectory() as folder, fresh() as child:
        path = Path(folder) / "idle.jsonl"
        path.write_text(next(entries(1)).as_json())
        return child.submit(opened, path, "16MB").result().resident_mb


def first_answer_ms(path: Path, memory: str) -> float:
    """Runs in the child: from the start to an answer about the recent past.

    Args:
        path: A log; the reading of its history is broken off.
        memory: `max_memory`.
    """
    config = load([str(path)], max_memory=memory)
    begin = time.perf_counter()
    logbook = Logbook(config)
    logbook.start()
    held = logbook.overview().view.records_held
    took_ms = (time.perf_counter() - begin) * 1e3
    logbook.close()
    assert held
    return took_ms
