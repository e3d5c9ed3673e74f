"""Where a source ends: which files may be opened as its log, wherever a name leads.

A name on disk is a wish. It may be a link, and what it leads to may be another file a moment
later. So where a file really lies is asked before it is opened, and of the open file once
more; only then a byte of it is read.

- What the user named may lie anywhere, links included: those of Kubernetes, pm2 and rotation
  lead out of their folder. What was come across in a project, and what settings say that
  came with a project, has to lie inside: a cloned repository may hold links to anywhere.
- What the kernel makes up is no log, see `device`.
- Files of keys are none, by the name they were found under or by their own; in a folder of
  keys only what is called like a log is one.
- A file with a second name elsewhere (a hard link) is not inside either, as nobody sees
  where else it lies. `discover` counts names; here the content alone can tell, see
  `keyfile.begins_as_key`.
"""

import os
import stat
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from log_mcp.device import is_device
from log_mcp.errors import SourceError, SourceForbidden
from log_mcp.ingest.family import is_log_name
from log_mcp.keyfile import is_key_name, lies_among_keys

KEYS: Final = "looks like a key or a password file, and is not read"
KERNEL: Final = "is no file on a disk, and is not read"
OUTSIDE: Final = "leads outside of this project, and is not read"
STRANGE: Final = (
    ", as this log-mcp.toml is not trusted: read it, then run log-mcp trust"
)

_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_IS_WINDOWS: Final = os.name == "nt"


class Border(NamedTuple):
    """Where the files of a source may lie.

    Attributes:
        roots: Folders without links; None for anywhere.
        advice: What is said of a file that lies outside, as the end of a sentence.
    """

    roots: tuple[str, ...] | None = None
    advice: str = ""

    @classmethod
    def around(cls, folders: Iterable[str | Path] | None, advice: str = "") -> "Border":
        """One that encloses some folders, wherever these lie; none at all for None."""
        if folders is None:
            return cls()
        return cls(tuple(map(os.path.realpath, folders)), advice)

    def refusal(self, real: str) -> str | None:
        """Why a file is not read; None if it may be.

        Args:
            real: Where it lies: absolute, without links.
        """
        found = _refusal(real)
        if found is None and not self.encloses(real):
            return f"{OUTSIDE}{self.advice}"
        return found

    def encloses(self, real: str) -> bool:
        """Whether a place without links lies inside."""
        if self.roots is None:
            return True
        return any(
            real == root or real.startswith(f"{root.rstrip(os.sep)}{os.sep}")
            for root in self.roots
        )

    def real(self, path: str | Path) -> str:
        """Where a file lies that may be read; folders above it are checked once it is open.

        Raises:
            OSError: There is none.
            SourceForbidden: It may not be read.
            SourceError: It is a folder, a device, a pipe or a socket.
        """
        real = name = os.fspath(path)
        mode = os.lstat(name).st_mode
        if stat.S_ISLNK(mode):
            real = os.path.realpath(name)
            mode = os.lstat(real).st_mode
        elif not self.encloses(name):
            real = os.path.realpath(name)
        why = _refusal(name) or self.refusal(real)
        if why is not None:
            raise SourceForbidden(why)
        # A device does things when it is opened, so it is asked before, too.
        if not stat.S_ISREG(mode):
            raise SourceError("is not a regular file")
        return real


ANYWHERE: Final = Border()


def open_regular(path: Path, border: Border = ANYWHERE) -> int:
    """A descriptor of a regular file, which never blocks and is never inherited.

    Raises:
        OSError: It cannot be opened.
        SourceForbidden: It may not be read.
        SourceError: It is a folder, a device, a pipe or a socket.
    """
    real = border.real(path)
    fd = os.open(real, _FLAGS)
    try:
        _check(fd, real, border)
    except BaseException:
        os.close(fd)
        raise
    return fd


def _check(fd: int, real: str, border: Border) -> None:
    """Whether an open file is the one that was looked at.

    Raises:
        SourceError: It is another one: something was swapped meanwhile.
    """
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode):
        raise SourceError("is not a regular file")
    held = place_of(fd)
    if held == real:
        return  # It was asked about before.
    if held is None:
        held = os.path.realpath(real)
        if not os.path.samestat(os.stat(held), status):  # noqa: PTH116  as above
            raise SourceError("was replaced while it was opened")
    elif not status.st_nlink:
        held = held.removesuffix(" (deleted)")
    why = border.refusal(held)
    if why is not None:
        raise SourceForbidden(why)


def place_of(fd: int) -> str | None:
    """Where the system says that an open file lies; None where it does not tell."""
    try:
        found = os.readlink(f"/proc/self/fd/{fd}")  # noqa: PTH115  asked of ten thousand
    except OSError:
        return None
    return found if found.startswith("/") else None


def _refusal(path: str) -> str | None:
    """What is wrong with a place as such."""
    folder, name = os.path.split(path)
    among_keys, made_up = _folder(folder)
    if is_key_name(name) or (among_keys and not is_log_name(name)):
        return KEYS
    return KERNEL if made_up or (_IS_WINDOWS and is_device(name)) else None


@lru_cache(maxsize=4096)  # Of ten thousand files the same folders are asked about.
def _folder(path: str) -> tuple[bool, bool]:
    """Whether a folder is one of keys, and whether the kernel makes it up."""
    return lies_among_keys(Path(path).parts), is_device(f"{path}/")
