"""Whether the beginning of a file can be had in time.

A disk that does not answer (a network that hangs, a disk that spins up) keeps whoever reads
from it, and nobody can be freed of that. So a file that is not known yet is touched first,
in threads that may hang, and is taken in once it has answered.
"""

import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from log_mcp.errors import SourceError
from log_mcp.ingest.border import open_regular

CLOSING_S: Final = 0.5
THREADS_MAX: Final = 8  # so many files may hang until none is touched any more


class Touch:
    """Files that were touched, and what came of it. Asked by one thread.

    Args:
        opened: Opens a file that may be read; raises OSError or SourceError.
    """

    def __init__(self, opened: Callable[[Path], int] = open_regular) -> None:
        self._opened = opened
        self._queue: SimpleQueue[tuple[Path, object]] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._begun: SimpleQueue[None] = SimpleQueue()
        # By all threads. A path's hash is Python code, so even adding one needs a lock. What
        # was forgotten and is asked anew is another question, which its old answer is not to.
        self._asked: dict[Path, object] = {}
        self._answered: set[Path] = set()
        self._answering = threading.Lock()
        self._wake = threading.Event()

    def late(self, files: Sequence[Path], timeout_s: float) -> set[Path]:
        """Those that do not answer within a time, or have not since they were asked.

        Args:
            files: That are to be read.
            timeout_s: How long they are waited for, all together.
        """
        with self._answering:
            fresh = {file: object() for file in files if file not in self._asked}
            self._asked.update(fresh)
        for question in fresh.items():
            self._queue.put(question)
        while len(self._threads) < min(THREADS_MAX, len(fresh)):
            thread = threading.Thread(
                target=self._serve, name="log-mcp-touch", daemon=True
            )
            thread.start()
            self._threads.append(thread)
            # One after the other: to trace a thread may fail while another one begins.
            self._begun.get()
        end = time.monotonic() + (timeout_s if fresh else 0.0)
        while True:
            self._wake.clear()  # before looking: an answer from here on ends the wait
            with self._answering:
                missing = set(files) - self._answered
            left = end - time.monotonic()
            if not missing or left <= 0:
                return missing
            self._wake.wait(left)

    def close(self) -> None:
        """End the threads that do not hang."""
        for _ in self._threads:
            self._queue.put((_END, None))
        end = time.monotonic() + CLOSING_S
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def forget(self, there: set[Path]) -> None:
        """Forget the files that are not there any more: another may come to their place."""
        with self._answering:
            if gone := self._asked.keys() - there:
                for file in gone:
                    del self._asked[file]
                self._answered &= there

    def _serve(self) -> None:
        self._begun.put(None)
        while True:
            file, question = self._queue.get()
            if file is _END:
                return
            self._touch(file)
            with self._answering:
                if self._asked.get(file) is question:
                    self._answered.add(file)
            self._wake.set()

    def _touch(self, file: Path) -> None:
        """Read a byte; what is wrong with a file is found by who takes it in."""
        try:
            fd = self._opened(file)
        except (OSError, SourceError):
            return
        try:
            os.pread(fd, 1, 0)
        except OSError:
            pass
        finally:
            os.close(fd)


_END: Final = Path()
