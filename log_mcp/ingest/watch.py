"""Folders watched for changes.

The operating system's own notices, through watchfiles. They can be lost (a full queue, a
network file system), so whoever uses this also looks by himself now and then.
"""

import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import watchfiles

# Write to notice: 9 ms at the median; 1 would cost idle processor time.
STEP_MS: Final = 5
DEBOUNCE_MS: Final = 10

Notice = Callable[[frozenset[str], bool], None]


class Watch:
    """Tells of changes in a set of folders, from a thread of its own.

    Attributes:
        trouble: Why no notice comes though there is something to watch; None if one may.

    Args:
        notice: Called with the paths that changed, and whether any of them appeared or
            vanished (else they only grew or shrank).
    """

    def __init__(self, notice: Notice) -> None:
        self._notice = notice
        self.trouble: str | None = None
        self._watched: dict[Path, tuple[int, int]] = {}
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def follow(self, folders: frozenset[Path]) -> None:
        """Watch these folders, not what lies below them, and no others.

        A folder that was deleted and made again is another one, and watched anew.
        """
        there = {folder: one for folder in sorted(folders) if (one := _inode(folder))}
        if there == self._watched:
            self.trouble = None  # The watch that was set up last has stood till now.
            return
        self.close()
        if not there:
            return
        self._watched = there
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run,
            args=(list(there), self._stop),
            name="log-mcp-watch",
            daemon=True,
        )
        self._thread.start()

    def close(self) -> None:
        """Stop watching; no notice is given after this returns."""
        self._watched = {}
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, folders: list[Path], stop: threading.Event) -> None:
        try:
            for changes in watchfiles.watch(
                *folders,
                watch_filter=None,
                debounce=DEBOUNCE_MS,
                step=STEP_MS,
                stop_event=stop,
                rust_timeout=200,
                yield_on_timeout=False,
                raise_interrupt=False,
                recursive=False,
            ):
                grown = all(kind is watchfiles.Change.modified for kind, _ in changes)
                self._notice(frozenset(path for _, path in changes), not grown)
        except (OSError, RuntimeError) as error:
            # A folder vanished, or the system allows no more watches: the slow look of
            # the ingest thread goes on alone, and sets up a new watch when it can.
            self._watched = {}
            if all(map(_inode, folders)):
                self.trouble = _why(error)


def _why(error: OSError | RuntimeError) -> str:
    """Why folders cannot be watched; texts of the library may hold paths."""
    told = str(error)
    if "watch limit" in told or "os error 28" in told:
        return "the limit fs.inotify.max_user_watches is reached"
    if "os error 24" in told:
        return "the limit fs.inotify.max_user_instances is reached"
    return type(error).__name__


def _inode(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from every other one; None if none can be watched.

    One that may not be read would fail all others, and to have the library ignore that has
    it ignore the system's limits, too.
    """
    try:
        status = folder.stat()
    except OSError:
        return None
    may = stat.S_ISDIR(status.st_mode) and os.access(folder, os.R_OK)
    return (status.st_dev, status.st_ino) if may else None
