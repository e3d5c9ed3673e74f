"""All sources: what was asked for, joined with what is there now.

A source with a name of its own takes all that its paths find. Other paths are sorted by
family, and each family is a source named after it.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from log_mcp.ingest.border import ANYWHERE, Border, open_regular
from log_mcp.ingest.discover import expand
from log_mcp.ingest.family import Family, family_of, names
from log_mcp.ingest.reading import Settings
from log_mcp.ingest.source import Source, Writer
from log_mcp.ingest.tail import Tail
from log_mcp.ingest.touch import Touch
from log_mcp.ingest.walk import has_magic

AT_ONCE: Final = 200  # files that are taken in before others have their turn
TOUCH_S: Final = 0.5  # for the first byte of files; who takes longer waits


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asked to read.

    Attributes:
        patterns: Absolute paths, folders and globs.
        settings: How to read what they find.
        name: Of the source; None to name by family.
        named: Whether the user named the paths, so that a missing file is a source.
        writer: The program that writes the files; None if it is not ours.
    """

    patterns: tuple[str, ...]
    settings: Settings
    name: str | None = None
    named: bool = True
    writer: Writer | None = None


@dataclass(slots=True, eq=False)
class _Listed:
    """Files that are there, and what they belong to: a source or a family."""

    wanted: Wanted
    files: list[Path]
    source: Source | None = None
    family: Family | None = None


class Catalog:
    """The sources, kept up to date by `refresh`.

    Args:
        wanted: What to read.
        discover: More patterns, asked anew at each refresh; they are named by family.
        settings: For what `discover` finds.

    Attributes:
        sources: All of them, by name; replaced as a whole by `refresh`.
        late: Files whose disk has not answered yet: they wait, and no other file.
    """

    def __init__(
        self,
        wanted: Sequence[Wanted],
        discover: Callable[[], Iterable[str]],
        settings: Settings,
    ) -> None:
        self.watch: frozenset[Path] = frozenset()
        self.trouble: dict[str, str] = {}
        self._wanted = tuple(wanted)
        self._discover = discover
        self._settings = settings
        self._named = {
            one.name: Source(one.name, one.settings, wanted=True, writer=one.writer)
            for one in wanted
            if one.name is not None
        }
        self._families: dict[Family, Source] = {}
        self._places: dict[str, tuple[Source, Tail]] | None = None
        self._listed: list[_Listed] = []
        self.sources = self._sorted()
        self._borders: dict[Path, Border] = {}
        self._touch = Touch(self._opened)
        self.late: set[Path] = set()
        self._held: dict[Path, None] = {}  # not taken in yet, the youngest first

    def _opened(self, file: Path) -> int:
        return open_regular(file, self._borders.get(file, ANYWHERE))

    def _sorted(self) -> list[Source]:
        found = [*self._named.values(), *self._families.values()]
        return sorted(found, key=lambda source: source.name)

    def refresh(self, now_ns: int, *, started: bool) -> None:
        """Look which files there are, and let each source work out what became of them.

        At the start only the youngest are taken in, so that ten thousand of them keep
        nobody waiting; `more` takes in the others.

        Args:
            now_ns: The time.
            started: See `Source.reconcile`.
        """
        listed = self._list()
        self._hold_back(listed, started=started)
        named = {one.source: one.files for one in listed if one.source is not None}
        families = {one.family: one for one in listed if one.family is not None}
        for source in self._named.values():
            self._reconcile(source, named.get(source, []), now_ns, started=started)
        self._reconcile_families(families, now_ns, started=started)
        self._listed = listed
        self._places = None
        self.sources = self._sorted()

    def more(self, now_ns: int) -> None:
        """Take in some of the files that were held back, youngest first.

        Args:
            now_ns: The time.
        """
        first = list(self._held)
        known = self._touch.late(list(self.late), 0)
        chosen = set([file for file in first if file not in known][:AT_ONCE])
        known |= self._touch.late(list(chosen), TOUCH_S)
        chosen -= known
        self.late |= known  # What is taken in now may be slow once more.
        for file in chosen:
            del self._held[file]
        for one in self._listed:
            source = one.source
            if one.family is not None:
                source = self._families.get(one.family)
            if source is not None and not chosen.isdisjoint(one.files):
                # What was there at the start is history, whenever it is taken in.
                self._reconcile(source, one.files, now_ns, started=False)
        self.late = known
        self._places = None

    @property
    def waiting(self) -> int:
        """How many files are there and not taken in yet."""
        return len(self._held)

    @property
    def ready(self) -> bool:
        """Whether `more` has something to take in."""
        return len(self._held) > len(self._touch.late(list(self.late), 0))

    def _list(self) -> list[_Listed]:
        """The files that are there, by the source that they belong to."""
        watch: set[Path] = set()
        self.trouble = {}
        borders: dict[Path, Border] = {}
        taken: set[object] = set()
        families: dict[Family, _Listed] = {}
        named: list[_Listed] = []
        for wanted in self._all_wanted():
            found = {_identity(file): file for file in self._files(wanted, watch)}
            files = [file for one, file in found.items() if one not in taken]
            borders.update(dict.fromkeys(files, wanted.settings.border))
            taken.update(found)
            if wanted.name is not None:
                named.append(_Listed(wanted, files, self._named[wanted.name]))
                continue
            for file in files:
                family = family_of(file)
                one = families.setdefault(family, _Listed(wanted, [], family=family))
                one.files.append(file)
        self.watch = frozenset(watch)
        self._borders = borders
        return [*named, *families.values()]

    def _hold_back(self, listed: list[_Listed], *, started: bool) -> None:
        """Choose which of the files that are there wait for `more`."""
        there = {file for one in listed for file in one.files}
        if started:
            self._held = dict.fromkeys(file for file in self._held if file in there)
        elif len(there) > AT_ONCE:
            late = sorted(there, key=_changed_ns, reverse=True)[AT_ONCE:]
            self._held = dict.fromkeys(late)
        self._touch.forget(there)
        asked = [file for file in there if file not in self._held]
        self.late = self._touch.late(asked, TOUCH_S) | (self.late & self._held.keys())
        self._held |= dict.fromkeys(self.late)

    def _reconcile(
        self, source: Source, files: list[Path], now_ns: int, *, started: bool
    ) -> None:
        held = self._held
        present = [
            file
            for file in files
            if file not in held and os.path.exists(file)  # noqa: PTH110 - never raises
        ]
        if present or source.tails or source.trouble:
            source.reconcile(present, now_ns, started=started)

    def _all_wanted(self) -> list[Wanted]:
        found = tuple(self._discover())
        more = [Wanted(found, self._settings, named=False)] if found else []
        return [*self._wanted, *more]

    def _files(self, wanted: Wanted, watch: set[Path]) -> list[Path]:
        files: dict[Path, None] = {}
        for pattern in wanted.patterns:
            expanded = expand(pattern, wanted.settings.border)
            watch.update(expanded.watch)
            files.update(dict.fromkeys(expanded.files))
            if expanded.trouble:
                self.trouble[pattern] = expanded.trouble
            elif not expanded.files and wanted.named and has_magic(pattern):
                self.trouble[pattern] = "matches no log file yet"
            elif not expanded.files and wanted.named:
                self.trouble[pattern] = "holds no log file yet"
        return list(files)

    def _reconcile_families(
        self, families: dict[Family, _Listed], now_ns: int, *, started: bool
    ) -> None:
        for family, one in families.items():
            if family not in self._families:
                wanted = one.wanted
                source = Source(family.stem, wanted.settings, wanted=wanted.named)
                self._families[family] = source
        for family, name in names(self._families).items():
            taken = name in self._named
            label = f"{family.folder.name}/{name}" if taken else name
            self._families[family].label.text = label
        for family, source in tuple(self._families.items()):
            files = families[family].files if family in families else []
            self._reconcile(source, files, now_ns, started=started)
            if not source.tails and not source.wanted and not files:
                del self._families[family]

    def tails_at(self, paths: Iterable[str]) -> list[tuple[Source, Tail]]:
        """The followed files among these paths, as of the last `refresh`."""
        if self._places is None:
            self._places = {
                str(name): (source, tail)
                for source in self.sources
                for tail in source.tails
                if tail.file.path is not None
                for name in {tail.file.path, tail.file.path.resolve()}
            }
        known = self._places
        return [known[path] for path in paths if path in known]

    def close(self) -> None:
        """Close all files."""
        self._touch.close()
        for source in self.sources:
            source.close()


def _changed_ns(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


def _identity(file: Path) -> object:
    """What two names of one file share; a missing file is its name."""
    try:
        status = file.stat()
    except OSError:
        return file
    return status.st_dev, status.st_ino
