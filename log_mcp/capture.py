"""What a program printed, kept where `serve` finds it.

Operations we want: add what came on a stream; mark where a run starts and ends; stay
within a size; be read by `serve` while it is written, stdout and stderr told apart.

Plan: a line of a capture is one that a container's runtime would write, so reading it
needs nothing new: `2026-03-04T05:06:07.123456789Z stderr F text`. Marks are JSON lines
among them. A full file is put away as `NAME.log.1`, between two lines.
"""

import json
import os
import re
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from log_mcp.errors import SourceError
from log_mcp.trust import is_own

FOLDER: Final = ".log-mcp"
ROOT_MARKS: Final = ("log-mcp.toml", ".git")  # a project's folder holds one of these
FILE_BYTES: Final = 16 * 1024 * 1024
FILES: Final = 4  # put away, besides the one that is written
PIECE_BYTES: Final = 16 * 1024  # of a line without an end, as in a container's log
RETRY_NS: Final = 1_000_000_000  # after a write that failed
NAMES_MAX: Final = 100  # runs of one name at once
_NAME: Final = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,62}"
_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700


def folder_of(start: Path) -> Path:
    """Where a project's captures lie, whether or not there are any.

    Args:
        start: The project's folder, or one below it.
    """
    home = Path(os.path.expanduser("~"))  # noqa: PTH111 - never raises
    for folder in (start, *start.parents):
        if folder == home and start != home:
            break
        if any(os.path.lexists(folder / mark) for mark in ROOT_MARKS):
            return folder / FOLDER
    return start / FOLDER


def name_of(program: str) -> str:
    """A capture's name for a program: `npm` of `/usr/bin/npm`."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(program).name).lstrip(".-")
    return plain[:63] or "run"


def is_name(text: str) -> bool:
    """Whether a capture may be called so: it becomes the name of a file."""
    return re.fullmatch(_NAME, text) is not None


class Capture:
    """One program's output, being written.

    Args:
        folder: Of captures; made if it is not there.
        name: As `is_name` allows. While another run writes under it, `NAME-2` is taken.
        clock: The time, UTC epoch nanoseconds.
        file_bytes: After which a file is put away.

    Attributes:
        path: The file.
        failure: Why not all was kept, in words; None if it was.
        stuck: Why what comes now is not kept; None while it is. It is tried again once a
            second, and what is missing is then said in the capture itself.

    Raises:
        SourceError: It cannot be written there.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        clock: Callable[[], int] = time.time_ns,
        file_bytes: int = FILE_BYTES,
    ) -> None:
        self.failure: str | None = None
        self.stuck: str | None = None
        self._missing = 0
        self._tried_ns = self._stuck_ns = 0
        self._clock = clock
        self._file_bytes = file_bytes
        self._open: dict[str, bytes] = {}
        try:
            _make(folder)
            self._fd, self.path = _free(folder, name)
            self._size = os.fstat(self._fd).st_size
            self._end_line()
        except OSError as error:
            what = error.strerror or type(error).__name__
            raise SourceError(f"{folder}: cannot be written to ({what})") from None

    def _end_line(self) -> None:
        """A run that was killed may have left half a line."""
        if self._size and os.pread(self._fd, 1, self._size - 1) != b"\n":
            self._size += os.write(self._fd, b"\n")

    def write(self, stream: str, data: bytes) -> None:
        """Add what came on a stream; the end of a line may come later."""
        text = self._open.pop(stream, b"") + data
        *lines, rest = text.split(b"\n")
        found = [(b"F", line.removesuffix(b"\r")) for line in lines]
        while len(rest) >= PIECE_BYTES:
            found.append((b"P", rest[:PIECE_BYTES]))
            rest = rest[PIECE_BYTES:]
        if rest:
            self._open[stream] = rest
        self._keep(stream, found)

    def mark(self, level: str, message: str, **facts: Any) -> None:
        """Say what became of the run: a record of its own.

        Args:
            level: Its level.
            message: What happened.
            facts: Fields of the record.
        """
        said = {"level": level, "logger": "log_mcp.run", "message": message, **facts}
        self._keep("stdout", [(b"F", json.dumps(said).encode())])

    def close(self) -> None:
        """Keep lines that have no end, too, and close the file."""
        for stream in tuple(self._open):
            self._keep(stream, [(b"F", self._open.pop(stream))])
        if self.stuck is not None:
            self._tried_ns = 0  # There is no later.
            self._is_free(self._clock())
        os.close(self._fd)

    def _keep(self, stream: str, lines: list[tuple[bytes, bytes]]) -> None:
        if not lines:
            return
        now = self._clock()
        if self.stuck is not None and not self._is_free(now):
            self._missing += len(lines)
            return
        try:
            self._add(_block(stream, lines, now))
        except OSError as error:
            self.stuck = error.strerror or type(error).__name__
            self.failure = self.failure or self.stuck
            self._missing += len(lines)
            self._stuck_ns = self._tried_ns = now

    def _is_free(self, now: int) -> bool:
        """Whether writing goes on after it failed, once what is missing has been said."""
        if 0 <= now - self._tried_ns < RETRY_NS:
            return False
        self._tried_ns = now
        told = {
            "level": "warning",
            "logger": "log_mcp.run",
            "message": f"not kept: {self._missing} lines of output in "
            f"{max(0, now - self._stuck_ns) / 1e9:.0f} s ({self.stuck})",
            "lines": self._missing,
        }
        try:
            self._end_line()
            self._add(_block("stdout", [(b"F", json.dumps(told).encode())], now))
        except OSError:
            return False
        self.stuck, self._missing = None, 0
        return True

    def _add(self, block: bytes) -> None:
        """Write it whole.

        Raises:
            OSError: It cannot be; a part of it may have been written.
        """
        if self._size and self._size + len(block) > self._file_bytes:
            self._put_away()
        while block:
            done = os.write(self._fd, block)
            self._size += done
            block = block[done:]

    def _put_away(self) -> None:
        # Not again where a new file could not be made: each time the oldest would be lost.
        there = os.path.lexists(self.path)
        for at in range(FILES if there else 0, 0, -1):
            older = self.path if at == 1 else Path(f"{self.path}.{at - 1}")
            if older.exists():
                older.replace(f"{self.path}.{at}")
        before = self._fd
        self._fd = _locked(self.path)
        os.close(before)
        self._size = 0


def _block(stream: str, lines: list[tuple[bytes, bytes]], now: int) -> bytes:
    seconds, rest = divmod(now, 10**9)
    day = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    head = f"{day}.{rest:09}Z {stream} ".encode()
    return b"".join([head + mark + b" " + text + b"\n" for mark, text in lines])


def _make(folder: Path) -> None:
    """A folder that nobody else reads, and that version control passes over."""
    folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    # A link in a checkout could lead anywhere.
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise NotADirectoryError(20, "is no folder of its own")
    _check_owner(status)
    with suppress(PermissionError):  # Root's is as it is.
        folder.chmod(_FOLDER_MODE)
    ignore = folder / ".gitignore"
    if not os.path.lexists(ignore):
        with suppress(FileExistsError):  # Another run has just made it.
            fd = os.open(
                ignore, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _MODE
            )
            os.write(fd, b"*\n")
            os.close(fd)


def _check_owner(status: os.stat_result) -> None:
    """Refuse what another user made, who would read what is kept there; root may anyway.

    Raises:
        PermissionError: He did.
    """
    if not is_own(status):
        raise PermissionError(1, "belongs to somebody else")


def _free(folder: Path, name: str) -> tuple[int, Path]:
    """A capture of that name to which nobody writes."""
    for at in range(1, NAMES_MAX + 1):
        path = folder / (f"{name}.log" if at == 1 else f"{name}-{at}.log")
        try:
            return _locked(path), path
        except BlockingIOError:
            continue
    raise FileExistsError(17, f"{NAMES_MAX} runs write under this name")


def _locked(path: Path) -> int:
    import fcntl  # noqa: PLC0415 - POSIX alone has it, as it has the flags below

    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(path, flags, _MODE)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise FileExistsError(17, "is no file")
        _check_owner(os.fstat(fd))
        with suppress(PermissionError):  # likewise
            os.fchmod(fd, _MODE)  # A checkout may have brought it.
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(fd)
        raise
    return fd
