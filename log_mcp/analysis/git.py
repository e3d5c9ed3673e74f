"""git, as it is called here: nothing that a repository configures is started by it.

A repository is somebody else's, and its configuration may name programs for almost anything.
So git is told what to read (commits, and nothing of index or work tree), that none of these
programs is wanted, that nobody can be asked and that no protocol is allowed, and it is the
git of an absolute folder of the `PATH` outside the project: `PATH=.` would run the project's.

What leads out of a repository is no setting that can be overruled: other files that its
configuration includes, another repository's objects that it borrows, links. Such a one is not
asked at all.
"""

import os
import re
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from log_mcp.lazy import lazy

WORDS: Final = (
    *("--no-pager", "--literal-pathspecs"),
    *(
        part
        for setting in (
            "core.fsmonitor=false",
            "core.hooksPath=/dev/null",
            "core.attributesFile=/dev/null",
            "diff.external=",
            "diff.orderFile=/dev/null",
            "log.mailmap=false",
            "log.showSignature=false",
            "protocol.allow=never",
            "safe.bareRepository=explicit",
            "i18n.logOutputEncoding=utf-8",
        )
        for part in ("-c", setting)
    ),
)
SETTINGS_BYTES_MAX: Final = 1 << 20
POINTER_BYTES_MAX: Final = 4096

_INCLUDES: Final = lazy(rb"\[\s*include(?:if)?[\s\"\].]", re.IGNORECASE)
# Of a repository's own folder: what git follows where it is a link, and reads as it lies.
_PARTS: Final = (
    *("config", "config.worktree", "HEAD", "packed-refs"),
    *("objects", "objects/pack", "objects/info", "refs", "refs/heads"),
)
# Folders in which no link may lie, and how deep.
_UNLINKED: Final = {"objects": 1, "refs": 16}
_BORROWS: Final = ("objects/info/alternates", "objects/info/http-alternates")


def program(root: Path, environ: Mapping[str, str]) -> str | None:
    """The git of the `PATH`; None if there is none, or only one inside the project."""
    name = "git.exe" if os.name == "nt" else "git"
    for folder in environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, name)  # noqa: PTH118 - most are no paths that exist
        if not os.path.isabs(folder) or not os.access(path, os.X_OK):  # noqa: PTH117
            continue
        if not Path(os.path.realpath(folder)).is_relative_to(root):
            return path
    return None


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What git is told, however it is called: no questions, no locks, no network."""
    return {
        "PATH": environ.get("PATH", ""),
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_NO_LAZY_FETCH": "1",  # and, for a git that does not know this one,
        "GIT_ALLOW_PROTOCOL": "none",  # no protocol has this name
    }


def confined(root: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """`environment`, with no repository above the root and no settings of the machine."""
    return {
        **environment(environ),
        "GIT_CEILING_DIRECTORIES": str(root.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
    }


def repository_of(root: Path) -> Path | None:
    """The folder of a repository's own files, if a folder is one or its work tree.

    Args:
        root: Without links.

    Returns:
        None if there is none; nor where a linked work tree is not known to its repository.
    """
    place = root / ".git"
    with suppress(OSError, ValueError):
        if stat.S_ISDIR(place.lstat().st_mode):
            return place
        word, _, told = _text(place).partition(": ")
        own = root.joinpath(told.strip())
        # `repository/.git/worktrees/name`, which says where its work tree lies.
        common = own.parent.parent.resolve()
        if (
            word == "gitdir"
            and own.parent.name == "worktrees"
            and Path(_text(own / "gitdir").strip()).resolve() == place
            and (own / _text(own / "commondir").strip()).resolve() == common
            and not _INCLUDES.search(_read(own / "config.worktree", SETTINGS_BYTES_MAX))
        ):
            return common
    return None


def top_of(root: Path) -> Path:
    """The nearest folder from a root upwards that git would take for a checkout."""
    own = (one for one in (root, *root.parents) if os.path.lexists(one / ".git"))
    return next(own, root)


def repository_above(root: Path) -> Path | None:
    """`repository_of` a folder, or of the nearest above it; a submodule counts, too.

    Args:
        root: Without links.
    """
    top = top_of(root)
    return repository_of(top) or _module(top)


def _module(folder: Path) -> Path | None:
    """A submodule's own files, which lie among those of a repository above it."""
    with suppress(OSError, ValueError):
        word, _, told = _text(folder / ".git").partition(": ")
        own = folder.joinpath(told.strip()).resolve()
        for above in folder.parents:
            modules = above / ".git" / "modules"
            if word == "gitdir" and own.is_relative_to(modules) and own != modules:
                return own
    return None


def leads_out(repository: Path) -> bool:
    """Whether git would read what lies outside a repository's own folder.

    Args:
        repository: As `repository_of` gives it.
    """
    if os.path.lexists(repository / "commondir"):
        return True  # It says that it is a part of another one.
    if any(map(os.path.lexists, (repository / name for name in _BORROWS))):
        return True
    if any(_holds_links(repository / name, deep) for name, deep in _UNLINKED.items()):
        return True
    for name in _PARTS:
        try:
            mode = (repository / name).lstat().st_mode
        except OSError:
            continue
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            return True
    try:
        return any(
            _INCLUDES.search(_read(repository / name, SETTINGS_BYTES_MAX))
            for name in _PARTS[:2]
        )
    except (OSError, ValueError):
        return True


def _holds_links(folder: Path, depth: int) -> bool:
    """Whether a link lies in a folder, or so deep below it; also if that cannot be told."""
    try:
        with os.scandir(folder) as entries:
            return any(
                entry.is_symlink()
                or (
                    depth > 0
                    and entry.is_dir(follow_symlinks=False)
                    and _holds_links(Path(entry.path), depth - 1)
                )
                for entry in entries
            )
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _text(file: Path) -> str:
    return _read(file, POINTER_BYTES_MAX).decode("utf-8")


def _read(file: Path, bytes_max: int) -> bytes:
    """A small file; nothing of one that is not there.

    Raises:
        OSError: It cannot be read, or is no file.
        ValueError: It is larger.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise IsADirectoryError
        fd = os.open(file, flags)
    except FileNotFoundError:
        return b""
    with os.fdopen(fd, "rb") as opened:
        found = opened.read(bytes_max + 1)
    if len(found) > bytes_max:
        raise ValueError
    return found
