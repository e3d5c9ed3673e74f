"""Discovery: which files a path, a folder or a pattern means, and where a project logs.

What is named outright is meant as it is: a file, with the files that rotation made of
it; a folder, with the logs below it; a pattern, with all that it matches. What is only
come across must look like a log, and nothing is taken that looks like a key, a database,
an archive or a program, nor where a link leads beyond the border (`border`): of a file of
several names all have to be seen. Nothing is opened here, and the same tree gives the same
answer.
"""

import os
import re
import stat
from collections import defaultdict
from collections.abc import Iterable
from glob import escape
from pathlib import Path
from typing import Final, NamedTuple

from log_mcp.capture import folder_of
from log_mcp.ingest.border import ANYWHERE, KEYS, STRANGE, Border
from log_mcp.ingest.family import (
    Family,
    family_of,
    is_archive,
    is_live,
    is_log_name,
    suffix_of,
)
from log_mcp.ingest.walk import Walk, has_magic, nearest_folder, trouble
from log_mcp.keyfile import is_key_name
from log_mcp.lazy import lazy

FILES_MAX: Final = 10_000  # of one path, folder or pattern
ARCHIVE_DEPTH_MAX: Final = 3  # `archive/2026-03/2026-03-04/`

NAME_IT: Final = "; name it to have it read"
SHARED: Final = "has a second name elsewhere (a hard link), and is not read"
NO_TEXT: Final = "looks like an archive, a database or a program, and is not read"

_BINARY: Final = lazy(
    r"""\.(?: tar|tgz|tbz2?|txz|zip|7z|rar|jar|war|whl|deb|rpm|iso|dmg|cab
        | png|jpe?g|gif|webp|bmp|ico|tiff?|svgz?|pdf|mp[34]|mov|avi|webm|wav|ogg|woff2?|ttf|otf
        | db3?|db-wal|db-shm|sqlite3?|mdb|rdb|ldb|sst|wal|dump|frm|ibd|parquet|arrow|feather
        | pyc|pyo|so|dll|dylib|exe|o|a|class|wasm|node|bin|dat|hprof|core|swp|pid|lock|sock
        | journal|evtx?|etl|pcap(?:ng)?|np[yz]|pkl|pickle|pt|onnx
        )(?:\.(?:gz|bz2|xz|zst|\d+))*$
      | ^(?:[uwb]tmp|lastlog|faillog|tallylog)(?:[.-]\d+)?(?:\.(?:gz|xz))?$
    """,
    re.IGNORECASE | re.VERBOSE,
)
# In a folder of logs every text is taken for one but these.
_NO_LOG: Final = lazy(
    r"""\.(?:py|pyi|js|mjs|cjs|jsx|ts|tsx|java|kt|go|rs|rb|php|cs|cpp|cc|c|h|hpp|sh|bat|ps1
        |sql|html?|css|scss|md|rst|adoc|ya?ml|toml|ini|cfg|conf|properties|xsd|dtd|map|ipynb
        )(?:\.(?:gz|bz2|xz|zst))?$
      | ^(?:\..*|readme|licen[cs]e|makefile|dockerfile|changelog)(?:\.txt)?$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_LOG_FOLDER: Final = lazy(r"(?:.*[^a-z])?logs?", re.IGNORECASE)

_PROJECT_FOLDERS: Final = (
    *("logs", "log", "var/log", "var/logs", "tmp/logs", "tmp/log"),
    "storage/logs",  # Laravel
    *("writable/logs", "runtime/logs"),  # CodeIgniter, Yii
    ".next/dev/logs",  # Next.js
    *("Logs", "App_Data/Logs"),  # .NET
    *("instance/logs", "web/logs", "build/logs", "target/logs"),
)
_PROJECT_ALWAYS: Final = ("*.log", "*.jsonl", "*/*.log", "*/*.jsonl")
_PROJECT_PATTERNS: Final = (
    *("nohup.out", "tmp/*/*.log", "*/logs", "*/log"),
    *(".next/*.log", ".next/trace", ".next/*/*.log"),
    *(".turbo/*.log", "*/.turbo/*.log", "bin/*/*/logs", "bin/*/*/Logs"),
    *(
        f"{group}/*/{name}"
        for group in ("apps", "packages", "services")
        for name in ("logs", "log", "*.log")
    ),
)


class Expanded(NamedTuple):
    """What a path, a folder or a pattern means right now.

    Attributes:
        files: Regular files, sorted, each once; one that is named outright is among them
            while it is missing.
        watch: Folders, without those below them, in which something can appear or change
            that belongs here; the nearest that exists where the path does not.
        trouble: What keeps files out; None if nothing does.
    """

    files: tuple[Path, ...]
    watch: tuple[Path, ...]
    trouble: str | None = None


def expand(pattern: str, border: Border = ANYWHERE) -> Expanded:
    """The files that a path, a folder or a pattern means.

    Args:
        pattern: Absolute. A file of this very name goes before its reading as a pattern.
        border: Where files may lie, links followed.

    Returns:
        What was found; that nothing is there yet is no trouble, it may come to be.
    """
    if "\0" in pattern:
        return Expanded((), (), trouble(pattern, "no path holds a NUL"))
    path = os.path.abspath(pattern)  # noqa: PTH100  takes `..` out and follows no link
    expansion = _Expansion(border)
    if os.path.lexists(path) or not has_magic(path):
        expansion.add_named(path)
    else:
        expansion.add_matches(path)
    return expansion.result()


def project_border(root: Path) -> Border:
    """Where the logs of a project may lie that nobody named.

    Its captures may lie above it, if they are no link.
    """
    captures = folder_of(root)
    inside = Border.around([root], NAME_IT)
    own = os.path.join(os.path.realpath(captures.parent), captures.name)  # noqa: PTH118
    return inside._replace(roots=(*(inside.roots or ()), own))


def border_of(
    root: Path, within: Iterable[str] | None = None, *, named: bool
) -> Border:
    """Where the files of a source may lie.

    Args:
        root: The project's folder.
        within: Folders that settings keep it in; None for anywhere.
        named: Whether anybody named the source; else its files are those of the project.
    """
    return Border.around(within, STRANGE) if named else project_border(root)


def project_logs(root: Path) -> tuple[str, ...]:
    """Where a project keeps its logs: paths and patterns for `expand`, sorted.

    Args:
        root: The project's folder.

    Returns:
        The folders and files that exist, and always the patterns for log files in the
        root, one below it and among the captures of `log-mcp run`, so that later ones are
        found. They may overlap.
    """
    base = str(root)
    look = Walk(project_border(root))
    found = [str(root / name) for name in _PROJECT_FOLDERS if (root / name).is_dir()]
    found += [
        f"{escape(base)}/{pattern}"
        for pattern in (*_PROJECT_ALWAYS, *_PROJECT_PATTERNS)
        if pattern in _PROJECT_ALWAYS or _means_something(look, base, pattern)
    ]
    found.append(f"{escape(str(folder_of(root)))}/*.log")  # of `log-mcp run`
    return tuple(sorted(found))


def _means_something(look: Walk, base: str, pattern: str) -> bool:
    """Whether a pattern matches, or is kept from it, which who expands it will tell."""
    noted = len(look.troubles)
    return any(look.match(base, pattern.split("/"))) or len(look.troubles) > noted


class _Expansion:
    """What is found while one path, folder or pattern is followed."""

    def __init__(self, border: Border) -> None:
        self._border = border
        self._walk = Walk(border)
        self._files: dict[str, tuple[int, int]] = {}  # path to device and number
        self._links: set[str] = set()
        self._shared: dict[tuple[int, int], int] = {}  # with how many names
        self._folders: dict[str, str] = {}  # where each really lies
        self._missing: list[Path] = []

    def result(self) -> Expanded:
        for inode, count in self._shared.items():
            self._check_names(inode, count)
        once: dict[tuple[int, int], str] = {}
        for path in sorted(self._files, key=lambda path: (path in self._links, path)):
            once.setdefault(self._files[path], path)
            if path in self._links:
                self._walk.observe(str(Path(os.path.realpath(path)).parent))
        files = sorted(
            [*once.values(), *map(str, self._missing)],
            key=lambda path: path.split(os.sep),  # noqa: PTH206  as paths sort, but faster
        )
        watch = tuple(map(Path, self._walk.watch))
        told = list(self._walk.troubles[:3])
        if more := len(self._walk.troubles) - len(told):
            told.append(f"and {more} more")
        return Expanded(tuple(map(Path, files)), watch, "; ".join(told) or None)

    def _check_names(self, inode: tuple[int, int], count: int) -> None:
        """Leave out a file that has a name where nobody looked, or that of a key."""
        own = [path for path, one in self._files.items() if one == inode]
        names = [
            entry.name
            # Once each, also where a link leads there: it would count its names twice.
            for folder in {self._real(os.path.dirname(path)) for path in own}  # noqa: PTH120  asked of ten thousand
            for entry in self._walk.list(folder)
            if entry.inode() == inode[1]
        ]
        if len(names) >= count and not any(map(is_key_name, names)):
            return
        for path in own:
            del self._files[path]
            self._walk.note(trouble(path, f"{SHARED}{self._border.advice}"))

    def add_named(self, path: str) -> None:
        """A path that is no pattern."""
        if self._walk.stops_at(path):
            return
        try:
            mode = Path(path).stat().st_mode
        except FileNotFoundError:
            self._missing.append(Path(path))
            self._walk.observe(nearest_folder(os.path.realpath(path)))
            self._walk.observe(nearest_folder(path))
        except OSError as error:
            self._walk.note(trouble(path, error))
            self._walk.observe(nearest_folder(path))
            return
        else:
            if stat.S_ISDIR(mode):
                self._add_folder(path)
                return
            self._walk.observe(str(Path(path).parent))
            noted = len(self._walk.troubles)
            if not self._add(path) and len(self._walk.troubles) == noted:
                self._walk.note(trouble(path, _refusal(path, mode)))
        self._add_siblings([path])

    def add_matches(self, pattern: str) -> None:
        """All that a pattern matches; `**` at its end means the folders before it."""
        parts = list(Path(pattern).parts)
        while parts[-1] == "**":
            parts.pop()
        first = next((i for i, part in enumerate(parts) if has_magic(part)), len(parts))
        base = str(Path(*parts[:first]))
        if self._walk.stops_at(base):
            return
        if not os.path.isdir(base):  # noqa: PTH112  never raises
            self._walk.observe(nearest_folder(base))
            return
        live = []
        for path in self._walk.match(base, parts[first:]):
            if os.path.isdir(path):  # noqa: PTH112  never raises
                self._add_folder(path)
            elif self._add(path):
                live.append(path)
        self._add_siblings(live)

    def _add_folder(self, folder: str) -> None:
        """The logs below a folder; in a folder of logs, all that is text."""
        of_logs = any(part in {"log", "logs"} for part in Path(folder).parts)
        start = len(Path(folder).parts) - 1
        for path, entries in self._walk.tree(folder):
            parts = Path(path).parts[start:]
            every = of_logs or any(_LOG_FOLDER.fullmatch(part) for part in parts)
            for entry in entries:
                if is_log_name(entry.name) or (
                    every and not _NO_LOG.search(entry.name)
                ):
                    self._add(entry.path)

    def _add_siblings(self, paths: Iterable[str]) -> None:
        """What rotation made of live files: beside them, and in archives beside them."""
        kinds: dict[str, set[tuple[Family, str]]] = defaultdict(set)
        for path in paths:
            if is_live(path):
                kind = (family_of(path), suffix_of(path))
                kinds[os.path.dirname(path)].add(kind)  # noqa: PTH120  asked of ten thousand
        for folder, wanted in kinds.items():
            self._add_rotated(folder, wanted, ARCHIVE_DEPTH_MAX)

    def _add_rotated(
        self, folder: str, wanted: set[tuple[Family, str]], depth: int
    ) -> None:
        for entry in self._walk.list(folder):
            if self._walk.is_folder(entry):
                if depth and is_archive(entry.name):
                    self._add_rotated(entry.path, wanted, depth - 1)
                continue
            path = entry.path
            if path in self._files or is_live(path):
                continue
            if (family_of(path), suffix_of(path)) in wanted:
                self._add(path)

    def _add(self, path: str) -> bool:
        """Whether this is a file to follow; then it is added."""
        if len(self._files) >= FILES_MAX:
            self._walk.note(
                f"stopped after {FILES_MAX:,} files; name a narrower folder"
            )
            return False
        name = os.path.basename(path)  # noqa: PTH119  asked of ten thousand
        if is_key_name(name) or _BINARY.search(name):
            return False
        try:
            status, real = self._place(path)
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                self._walk.note(trouble(path, error))
            return False  # Gone since it was listed, or a link to nothing.
        no_text = path in self._links and _BINARY.search(real)
        if not stat.S_ISREG(status.st_mode) or no_text:
            return False
        why = self._border.refusal(real)
        if why is not None:
            self._walk.note(trouble(path, why))
            return False
        inode = self._files[path] = (status.st_dev, status.st_ino)
        if status.st_nlink > 1 and self._border.roots is not None:
            self._shared[inode] = status.st_nlink
        return True

    def _place(self, path: str) -> tuple[os.stat_result, str]:
        """What lies at a path, and where that really is.

        Raises:
            OSError: Nothing does, or it cannot be told.
        """
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode):
            self._links.add(path)
            return os.stat(path), os.path.realpath(path)  # noqa: PTH116  asked of ten thousand
        folder, name = os.path.split(path)
        return status, f"{self._real(folder)}{os.sep}{name}"

    def _real(self, folder: str) -> str:
        found = self._folders.get(folder)
        if found is None:
            found = self._folders[folder] = os.path.realpath(folder).rstrip(os.sep)
        return found


def _refusal(path: str, mode: int) -> str:
    if not stat.S_ISREG(mode):
        return "not a regular file"
    return KEYS if is_key_name(Path(path).name) else NO_TEXT
