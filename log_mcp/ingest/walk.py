"""A look at the disk: folders listed, trees walked, patterns matched, all bounded.

- `*` and `?` stay within one name, `**` crosses folders, none at all included;
- a name with a leading dot is matched only by a pattern that writes the dot;
- a folder behind a symbolic link is walked too, unless it was seen, lies above or leads
  beyond the border.
"""

import errno
import fnmatch
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from log_mcp.device import is_device
from log_mcp.ingest.border import ANYWHERE, KERNEL, OUTSIDE, Border
from log_mcp.lazy import lazy

ENTRIES_MAX: Final = 200_000  # looked at in one walk, whatever they are
DEPTH_MAX: Final = 12  # folders below the one that was named
WATCH_MAX: Final = 1_000  # of the few thousand that a system grants one user

_MAGIC: Final = lazy(r"[*?[]")
_SKIPPED: Final = {"node_modules", "__pycache__", "site-packages"}
_SHOWN: Final = {".next"}  # hidden, but holds logs
_REASONS: Final = {
    errno.EACCES: "no permission to read it",
    errno.EPERM: "no permission to read it",
    errno.ELOOP: "its symbolic links lead in a circle",
    errno.ENOTDIR: "what it lies in is no folder",
    errno.ENAMETOOLONG: "the name is too long",
}


def has_magic(text: str) -> bool:
    """Whether a path is a pattern, or would be one if no file had that name."""
    return _MAGIC.search(text) is not None


def trouble(path: str, reason: str | OSError) -> str:
    """A sentence about a path, fit to be shown: names on disk may hold anything."""
    shown = "".join(char if char.isprintable() else "?" for char in path)
    if isinstance(reason, OSError):
        reason = _REASONS.get(reason.errno or 0) or reason.strerror or "cannot be read"
    return f"{shown}: {reason}"


def nearest_folder(path: str) -> str:
    """The folder that exists and lies nearest above a path."""
    folder = Path(path).parent
    while not os.path.isdir(folder) and folder != folder.parent:  # noqa: PTH112  never raises
        folder = folder.parent
    return str(folder)


class Walk:
    """One look at the disk, which notes what to watch and what it could not see.

    Args:
        border: What lies beyond is neither listed nor walked.
    """

    def __init__(self, border: Border = ANYWHERE) -> None:
        self.border = border
        self._watch: dict[str, None] = {}  # sets that keep their order
        self._troubles: dict[str, None] = {}
        self._entries = 0

    @property
    def watch(self) -> tuple[str, ...]:
        """Folders that were looked into, in that order, at most `WATCH_MAX`."""
        return tuple(self._watch)

    @property
    def troubles(self) -> tuple[str, ...]:
        """What could not be read, and limits that were met."""
        return tuple(self._troubles)

    def note(self, text: str) -> None:
        """Remember what keeps files out."""
        self._troubles[text] = None

    def observe(self, folder: str) -> None:
        """Remember a folder as one to watch."""
        if len(self._watch) < WATCH_MAX:
            self._watch[folder] = None

    def is_folder(self, entry: os.DirEntry[str]) -> bool:
        """Whether an entry is a folder to look into, perhaps behind a link; False if gone."""
        try:
            return entry.is_dir() and not (
                entry.is_symlink() and self.stops_at(entry.path)
            )
        except OSError:
            return False

    def stops_at(self, path: str) -> bool:
        """Whether a name leads where this look must not go, which is noted."""
        real = os.path.realpath(path)
        if is_device(f"{real}/"):
            self.note(trouble(path, KERNEL))
        elif not self.border.encloses(real):
            self.note(trouble(path, f"{OUTSIDE}{self.border.advice}"))
        else:
            return False
        return True

    def list(self, folder: str) -> Sequence[os.DirEntry[str]]:
        """Entries of a folder by name; none, and a note, where it cannot be read."""
        if self._entries >= ENTRIES_MAX:
            self.note(f"stopped after {ENTRIES_MAX:,} entries; name a narrower folder")
            return ()
        try:
            with os.scandir(folder) as entries:
                listed = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            if not isinstance(error, FileNotFoundError | NotADirectoryError):
                self.note(trouble(folder, error))
            return ()
        self._entries += len(listed)
        self.observe(folder)
        return listed

    def tree(self, folder: str) -> Iterator[tuple[str, Sequence[os.DirEntry[str]]]]:
        """A folder and those below it, each with its entries.

        Left out are hidden folders, installed packages, virtual environments and what
        would be met twice.
        """
        visited = {
            inode
            for above in Path(folder).resolve().parents
            if (inode := _inode(above))
        }
        left = [(folder, 0)]
        while left:
            path, depth = left.pop()
            inode = _inode(path)
            if inode is None or inode in visited:
                continue
            visited.add(inode)
            entries = self.list(path)
            yield path, entries
            below = [entry.path for entry in entries if self._is_walked(entry)]
            if depth < DEPTH_MAX:
                left.extend((child, depth + 1) for child in reversed(below))
            elif below:
                self.note(
                    trouble(path, f"more than {DEPTH_MAX} folders deep; name it itself")
                )

    def match(self, base: str, parts: Sequence[str]) -> Iterator[str]:
        """Files and folders below a folder that a pattern names.

        Args:
            base: The folder.
            parts: The rest of the pattern, one name each.
        """
        if not parts:
            yield base
            return
        head, rest = parts[0], parts[1:]
        if head == "**" and rest[:1] == ["**"]:
            yield from self.match(base, rest)  # Twice is once, and cheaper.
        elif head == "**":
            for folder, _ in self.tree(base):
                yield from self.match(folder, rest)
        elif not has_magic(head):
            yield from self._match_plain(base, head, rest)
        else:
            for entry in self.list(base):
                if _matches(entry.name, head) and (
                    not rest or self._is_walked(entry, head)
                ):
                    yield from self.match(entry.path, rest)

    def _is_walked(self, entry: os.DirEntry[str], pattern: str = "") -> bool:
        """Whether an entry is a folder to look into, though nobody named it."""
        return (
            not _is_passed_over(entry.name, pattern)
            and self.is_folder(entry)
            and not _holds_python(entry)
        )

    def _match_plain(self, base: str, name: str, rest: Sequence[str]) -> Iterator[str]:
        if os.path.isdir(base):  # noqa: PTH112  never raises
            self.observe(base)
        path = os.path.join(base, name)  # noqa: PTH118  names as they are
        if not os.path.lexists(path):
            return
        if not (os.path.islink(path) and self.stops_at(path)):  # noqa: PTH114  likewise
            yield from self.match(path, rest)


def _inode(path: str | Path) -> tuple[int, int] | None:
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _matches(name: str, pattern: str) -> bool:
    if name.startswith(".") and not pattern.startswith("."):
        return False
    return fnmatch.fnmatchcase(name, pattern)


def _is_passed_over(name: str, pattern: str = "") -> bool:
    """Whether a folder of this name that nobody named is none to look into.

    Asked before what it is: a link of such a name is not told of, wherever it leads.
    """
    hidden = name.startswith(".") and name not in _SHOWN and not pattern.startswith(".")
    return hidden or name in _SKIPPED


def _holds_python(entry: os.DirEntry[str]) -> bool:
    """Whether a folder is a virtual environment, and so none to look into either."""
    return os.path.lexists(os.path.join(entry.path, "pyvenv.cfg"))  # noqa: PTH118  a hot loop
