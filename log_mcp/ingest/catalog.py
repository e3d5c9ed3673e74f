"""All sources: what was asked for, joined with what is there now.

A source with a name of its own takes all that its paths find. Other paths are sorted by
family, and each family is a source named after it.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from log_mcp.ingest.discover import expand
from log_mcp.ingest.family import Family, family_of, names
from log_mcp.ingest.reading import Settings
from log_mcp.ingest.source import Source, Writer
from log_mcp.ingest.tail import Tail
from log_mcp.ingest.walk import has_magic


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


class Catalog:
    """The sources, kept up to date by `refresh`.

    Args:
        wanted: What to read.
        discover: More patterns, asked anew at each refresh; they are named by family.
        settings: For what `discover` finds.
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

    @property
    def sources(self) -> list[Source]:
        """All sources, by name."""
        found = [*self._named.values(), *self._families.values()]
        return sorted(found, key=lambda source: source.name)

    def refresh(self, now_ns: int, *, started: bool) -> None:
        """Look which files there are, and let each source work out what became of them.

        Args:
            now_ns: The time.
            started: See `Source.reconcile`.
        """
        watch: set[Path] = set()
        self.trouble = {}
        taken: set[object] = set()
        families: dict[Family, tuple[Wanted, list[Path]]] = {}
        for wanted in self._all_wanted():
            found = {_identity(file): file for file in self._files(wanted, watch)}
            files = [file for one, file in found.items() if one not in taken]
            taken.update(found)
            if wanted.name is not None:
                present = [f for f in files if os.path.exists(f)]  # noqa: PTH110 - never raises
                source = self._named[wanted.name]
                source.reconcile(present, now_ns, started=started)
                continue
            for file in files:
                families.setdefault(family_of(file), (wanted, []))[1].append(file)
        self._reconcile_families(families, now_ns, started=started)
        self.watch = frozenset(watch)
        self._places = None

    def _all_wanted(self) -> list[Wanted]:
        found = tuple(self._discover())
        more = [Wanted(found, self._settings, named=False)] if found else []
        return [*self._wanted, *more]

    def _files(self, wanted: Wanted, watch: set[Path]) -> list[Path]:
        files: dict[Path, None] = {}
        for pattern in wanted.patterns:
            expanded = expand(pattern)
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
        self,
        families: dict[Family, tuple[Wanted, list[Path]]],
        now_ns: int,
        *,
        started: bool,
    ) -> None:
        for family, (wanted, _) in families.items():
            if family not in self._families:
                source = Source(family.stem, wanted.settings, wanted=wanted.named)
                self._families[family] = source
        for family, name in names(self._families).items():
            taken = name in self._named
            label = f"{family.folder.name}/{name}" if taken else name
            self._families[family].label.text = label
        for family, source in tuple(self._families.items()):
            files = families.get(family, (None, []))[1]
            present = [f for f in files if os.path.exists(f)]  # noqa: PTH110 - never raises
            source.reconcile(present, now_ns, started=started)
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
        for source in self.sources:
            source.close()


def _identity(file: Path) -> object:
    """What two names of one file share; a missing file is its name."""
    try:
        status = file.stat()
    except OSError:
        return file
    return status.st_dev, status.st_ino
