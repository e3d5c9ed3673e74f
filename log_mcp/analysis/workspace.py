"""A stack frame's file in this checkout, and its lines.

A trace names files as they lay where the program ran: in a container, on Windows, in a
bundle. Here such a name is a wish, written by whoever could write to the log, so it is
taken apart and looked up; it is never a path to open. Tried in this order:

1. the path maps of the configuration, the first that fits first;
2. the path below the root, if it lies there;
3. its longest end, two parts at least, that is a file below the root;
4. the one file of the checkout that shares the most parts with its end, two at least;
   a bare name, if just one file has it. That needs a list of the checkout, which is
   bounded; in a checkout that is larger nothing is said to be the only one;
5. its last part in the root itself, if there was more than that: `/app/main.py`.

Nothing outside the root is ever opened: a path is resolved first, every symbolic link of
it, and then opened part by part without following any, so that one swapped in meanwhile
fails. No devices, no pipes, nothing binary, nothing large, no file that has a second name
(a hard link), as nobody sees where else it lies, and none whose name or beginning says that
it holds keys.
"""

import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Final

from log_mcp.device import is_device
from log_mcp.keyfile import begins_as_key, is_key_name, lies_among_keys
from log_mcp.lazy import lazy
from log_mcp.report import CodeBlock, CodeLine

FILE_BYTES_MAX: Final = (
    2 * 1024 * 1024
)  # of source text; beyond it, only generated files
LINE_CHARACTERS_MAX: Final = 240  # a minified file is one line
AROUND_MAX: Final = 20
PATH_CHARACTERS_MAX: Final = 4096  # Linux's PATH_MAX
PARTS_MAX: Final = 64
LISTED_MAX: Final = (
    50_000  # entries of a checkout, about a second's walk on a cold disk
)
LISTED_S_MAX: Final = 60.0  # age of the list
SKIPPED: Final = frozenset(
    {"node_modules", "site-packages", "__pycache__", "bower_components"}
)

_URL: Final = lazy(r"[A-Za-z][A-Za-z0-9+.-]+:(?://[^/]*)?/*")
_DRIVE: Final = lazy(r"[A-Za-z]:(?=/)")
_PARTWISE: Final = os.open in os.supports_dir_fd  # not on Windows
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE: Final = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_NONBLOCK", 0)
_FOLDER: Final = os.O_RDONLY | _NO_FOLLOW | getattr(os, "O_DIRECTORY", 0)


class Workspace:
    """The checkout that stack frames are looked up in; safe for threads.

    Args:
        root: Its folder; nothing outside is ever opened.
        path_map: Pairs of what a frame's path begins with, and what stands there below
            the root; the first that fits first.
        redact: Takes the secrets out of a text, line by line.
        clock: Seconds, never backwards.
    """

    def __init__(
        self,
        root: Path,
        path_map: Sequence[tuple[str, str]],
        redact: Callable[[str], str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root.resolve()
        self._path_map = tuple(
            (_slashes(begin), _slashes(to)) for begin, to in path_map
        )
        self._redact = redact
        self._clock = clock
        self._listed: tuple[float, dict[str, list[str]]] | None = None

    def find(self, file: str) -> Path | None:
        """The file of this checkout that a frame means.

        Args:
            file: As the trace prints it.

        Returns:
            A path below the root without symbolic links, of a readable size and kind;
            None if there is none, or if it may not be shown.
        """
        path = _slashes(file)
        if not _is_decent(path):
            return None
        for wish in self._wishes(path):
            found = self._resolved(wish)
            if found is not None:
                return found
        return None

    def lines(self, file: str, line: int, around: int = 3) -> CodeBlock | None:
        """Source lines around a frame, redacted.

        Args:
            file: As the trace prints it.
            line: From 1.
            around: How many before and after it, at most 20.

        Returns:
            None if the file is not here, or has no such line.
        """
        path = self.find(file)
        text = None if path is None else self._text(path)
        if path is None or text is None:
            return None
        rows = text.split("\n")
        shown = self._redact(text).split("\n")
        # The text is redacted whole, as a key may begin far above the lines shown.
        if not 1 <= line <= len(rows) or len(rows) != len(shown):
            return None
        around = max(0, min(around, AROUND_MAX))
        first, last = max(1, line - around), min(len(rows), line + around)
        if last == len(rows) > line and not rows[-1]:
            last -= 1  # What follows the last line end is no line.
        return CodeBlock(
            file=path.relative_to(self._root).as_posix(),
            line=line,
            function=None,
            lines=[
                CodeLine(number, _fitted(shown[number - 1]), number == line)
                for number in range(first, last + 1)
            ],
        )

    def _wishes(self, path: str) -> Iterator[str]:
        """Paths below the root that may be meant, the best first."""
        for begin, to in self._path_map:
            rest = path.removeprefix(begin)
            if rest != path and (begin.endswith("/") or rest.startswith("/")):
                yield f"{to}/{rest}"
        own = self._root.as_posix().rstrip("/") + "/"
        if path.startswith(own):
            yield path.removeprefix(own)
        parts = _parts(path)
        for start in range(len(parts) - 1):
            yield "/".join(parts[start:])
        only = self._only(parts) if parts else None
        if only is not None:
            yield only
        if len(parts) > 1:
            yield parts[-1]

    def _only(self, parts: list[str]) -> str | None:
        """The one file of the list that ends like this."""
        best, shared_most, ties = None, min(2, len(parts)) - 1, 0
        for path in self._listing().get(parts[-1], ()):
            shared = _shared_end(path.split("/"), parts)
            if shared > shared_most:
                best, shared_most, ties = path, shared, 0
            elif shared == shared_most:
                ties += 1
        return None if ties else best

    def _listing(self) -> dict[str, list[str]]:
        """Paths of the checkout by their last part; empty if there are too many."""
        listed = self._listed
        if listed is None or self._clock() - listed[0] > LISTED_S_MAX:
            listed = self._listed = (self._clock(), _listing(self._root))
        return listed[1]

    def _resolved(self, wish: str) -> Path | None:
        """Where it really lies, if that is inside and may be shown."""
        parts = PurePosixPath(wish.lstrip("/")).parts
        if not parts or ".." in parts or _is_secret(parts):
            return None
        try:
            path = self._root.joinpath(*parts).resolve(strict=True)
            own = path.relative_to(self._root)
            state = path.lstat()
        except (OSError, ValueError, RuntimeError):
            return None  # Not there, outside, a loop of links, or no path at all.
        if _is_secret(own.parts) or not _is_source(state):
            return None
        return path

    def _text(self, path: Path) -> str | None:
        """All of a file; None if it is not text, or not what it was a moment ago."""
        try:
            handle = _opened(self._root, path.relative_to(self._root).parts)
        except OSError:
            return None
        try:
            if not _is_source(os.fstat(handle)):
                return None
            with os.fdopen(handle, "rb", closefd=False) as file:
                content = file.read(FILE_BYTES_MAX + 1)
        finally:
            os.close(handle)
        if len(content) > FILE_BYTES_MAX or b"\0" in content:
            return None
        if begins_as_key(content, len(content)):
            return None
        return content.decode("utf-8", "replace").replace("\r\n", "\n")


def _slashes(path: str) -> str:
    return path.replace("\\", "/")


def _is_decent(path: str) -> bool:
    return (
        0 < len(path) <= PATH_CHARACTERS_MAX
        and path.isprintable()
        and not path.startswith("<")
        and not is_device(path)
        and ".." not in path.split("/")
    )


def _parts(path: str) -> list[str]:
    """The parts of a path that a folder can have, of any system, or of a URL."""
    drive = _DRIVE.match(path)
    if drive:
        path = path[drive.end() :]
    elif url := _URL.match(path):
        path = re.split(r"[?#]", path[url.end() :], maxsplit=1)[0]
    parts = [part for part in path.split("/") if part not in {"", "."}]
    return parts[-PARTS_MAX:]


def _shared_end(one: list[str], other: list[str]) -> int:
    count = 0
    for a, b in zip(reversed(one), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return count


def _is_secret(parts: Sequence[str]) -> bool:
    return lies_among_keys(parts) or is_key_name(parts[-1])


def _is_source(state: os.stat_result) -> bool:
    single = state.st_nlink <= 1  # Not every file system counts.
    return stat.S_ISREG(state.st_mode) and single and state.st_size <= FILE_BYTES_MAX


def _opened(root: Path, parts: Sequence[str]) -> int:
    """A file descriptor of a file below the root, reached without following any link."""
    if not _PARTWISE:
        return os.open(root.joinpath(*parts), _FILE)
    folder = os.open(root, _FOLDER)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], _FILE, dir_fd=folder)
    finally:
        os.close(folder)


def _listing(root: Path) -> dict[str, list[str]]:
    """Files below the root by name, links not followed; empty if there are too many."""
    found: dict[str, list[str]] = {}
    folders = [""]
    count = 0
    while folders:
        folder = folders.pop()
        for name, is_folder in _entries(root / folder):
            count += 1
            if count > LISTED_MAX:
                return {}
            path = f"{folder}/{name}" if folder else name
            if is_folder:
                folders.append(path)
            else:
                found.setdefault(name, []).append(path)
    return found


def _entries(folder: Path) -> list[tuple[str, bool]]:
    """Name of each file and folder, and whether it is a folder, without what is skipped.

    A folder with a `pyvenv.cfg` is a virtual environment: it has no entries.
    """
    entries: list[tuple[str, bool]] = []
    with suppress(OSError), os.scandir(folder) as scanned:
        for entry in scanned:
            if entry.name == "pyvenv.cfg":
                return []
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED and not entry.name.startswith("."):
                    entries.append((entry.name, True))
            elif entry.is_file(follow_symlinks=False):
                entries.append((entry.name, False))
    return entries


def _fitted(line: str) -> str:
    line = line.rstrip()
    return (
        line
        if len(line) <= LINE_CHARACTERS_MAX
        else line[: LINE_CHARACTERS_MAX - 1] + "…"
    )
