"""One named source: the files of a log, live and put away, as one stream.

Rotation is not watched, it is worked out: each look compares the files that are there
with the files that are known, by content first and by inode as a short cut.

- a known inode under a new name was renamed; it is still followed, because its writer may
  not have noticed yet;
- an unknown file that begins like a known one, and holds what was read of it, is that
  file's copy (copytruncate, compression): reading goes on there once the known one is
  truncated or gone, and it is never read twice;
- a file that is shorter than what was read of it, or holds something else there, was
  truncated: it goes on as a new file, the old one lives on in its copy if there is one;
- any other unknown file is new and is read from its beginning.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol

from log_mcp.block import Block
from log_mcp.errors import SourceError, reason
from log_mcp.ingest.family import Age, family_of, generation, is_live
from log_mcp.ingest.file import HEAD_BYTES, LogFile, inode_of
from log_mcp.ingest.origin import Name
from log_mcp.ingest.reading import Settings
from log_mcp.ingest.tail import Tail
from log_mcp.span import MINUTE

COMPARED_BYTES: Final = 64 * 1024
CLOSE_AFTER_NS: Final = MINUTE  # a deleted file's writer may still hold it


class Writer(Protocol):
    """A program of ours that writes a source's files.

    Attributes:
        trouble: What is wrong with it, in words for the user; None if nothing is.
    """

    trouble: str | None


class Source:
    """A log under one name.

    Attributes:
        name: May change as sources of the same name appear.
        tails: Its files, oldest first as far as names tell.
        trouble: Path to what is wrong with it, in words for the user.
        stale: Whether a file was seen to be rewritten, so that `reconcile` is due.
        wanted: Whether the user named it, so that it exists even without a file.
        writer: The program that writes its files; None if it is not ours.
        lost_ns: When the youngest file was written that was let go; None for none.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        *,
        wanted: bool = False,
        writer: Writer | None = None,
    ) -> None:
        self.writer = writer
        self.label = Name(name)
        self.settings = settings
        self.wanted = wanted
        self.tails: list[Tail] = []
        self.trouble: dict[str, str] = {}
        self.stale = False
        self.lost_ns: int | None = None
        self._failed: set[str] = set()  # to read on, when it was tried last
        self._quiet: dict[str, tuple[int, int]] = {}
        self._copies: dict[tuple[int, int], int] = {}

    @property
    def name(self) -> str:
        """Its name now."""
        return self.label.text

    def reconcile(self, paths: Iterable[Path], now_ns: int, *, started: bool) -> None:
        """Work out what became of the known files, and take in unknown ones.

        Args:
            paths: The source's files as they are now.
            now_ns: The time.
            started: Whether unknown files appeared under our eyes, so that their whole
                content is news; at the start it is history.
        """
        self.stale = False
        there = self._inodes(sorted(paths, key=generation))  # youngest first
        self._find(there)
        known = {t.file.inode: t for t in self.tails if t.file.path is not None}
        unknown = []
        for path, inode in there.items():
            tail = known.get(inode)
            if tail is None or (tail.file.path == path and self._forget(tail)):
                unknown.append(path)
        for path in unknown:
            self._take_in(path, there, now_ns, started=started)
        # Never in place: others look at the list meanwhile.
        self.tails = sorted(self.tails, key=_age, reverse=True)

    def _inodes(self, paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
        found: dict[Path, tuple[int, int]] = {}
        failed: dict[str, str] = {}
        for path in paths:
            try:
                found[path] = inode_of(path.stat())
            except OSError as error:
                failed[str(path)] = reason(error)
        names = set(map(str, found))
        kept = {path: what for path, what in self.trouble.items() if path in names}
        self.trouble = kept | failed
        return found

    def _find(self, there: dict[Path, tuple[int, int]]) -> None:
        """Learn where each known file lies now.

        Of two names of one file (a hard link, a symlink beside its target) the one it
        is known by stays.
        """
        places: dict[tuple[int, int], Path] = {}
        for place, inode in there.items():
            places.setdefault(inode, place)
        for tail in self.tails:
            file, path = tail.file, tail.file.path
            if path is None and not file.open:
                continue
            if path is not None and there.get(path, inode_at(path)) == file.inode:
                continue
            file.path = places.get(file.inode)
            if file.path is not None and not file.held and not _is_same(file):
                file.path = None  # The number was given to another file.
            if file.path is None:
                self._copies.clear()

    def _forget(self, tail: Tail) -> bool:
        """Whether the file was truncated; it then lives on only in its copy."""
        if not self.is_rewritten(tail):
            return False
        tail.file.path = None
        tail.file.close()
        tail.file.inode = (0, 0)
        self._copies.clear()
        return True

    def _take_in(
        self,
        path: Path,
        there: dict[Path, tuple[int, int]],
        now_ns: int,
        *,
        started: bool,
    ) -> None:
        try:
            file = LogFile(path, family_of(path), self.settings.border)
        except (OSError, SourceError) as error:
            self._note(path, error)
            return
        kept = False
        try:
            kept = self._place(file, there, now_ns, started=started)
            self.trouble.pop(str(path), None)
        except (OSError, SourceError) as error:
            self._note(path, error)
        if not kept:
            file.close()

    def _place(
        self,
        file: LogFile,
        there: dict[Path, tuple[int, int]],
        now_ns: int,
        *,
        started: bool,
    ) -> bool:
        """Find what an unknown file is; whether it is followed from now on."""
        if self._copies.get(file.inode) == file.size or self._is_early(file, there):
            return False
        original = self._original_of(file)
        if original is None:
            tail = Tail(file, self.label, self.settings)
            if file.packed or not started:
                tail.begin(
                    now_ns, appeared=started
                )  # Else all of it is news, from its beginning on.
            self.tails = [*self.tails, tail]
            return True
        if original.file.path is None:
            original.adopt(file)
            return True
        # Both are there. Looked at again when it has changed, or the original has.
        if not file.packed:
            original.file.copied(file)
        self._copies[file.inode] = file.size
        return False

    def _note(self, path: Path, error: OSError | SourceError) -> None:
        if isinstance(error, FileNotFoundError):
            self.stale = True  # Rotation is at work right now.
        else:
            self.trouble[str(path)] = reason(error)

    def _is_early(self, file: LogFile, there: dict[Path, tuple[int, int]]) -> bool:
        """Whether it cannot be told yet what a file is; it is looked at again.

        - the name has led to another file since the files were listed;
        - a packed file is written while what it is made of is still there;
        - an empty file under an older name may be a copy that is being made;
        - what a copy was made of was truncated since it was looked at.
        """
        path = file.path
        assert path is not None
        if file.inode != there[path]:
            self.stale = True
            return True
        if is_live(path):
            return False
        plain = path.with_suffix("")
        if not file.head or (file.packed and plain in there and not is_live(plain)):
            return True
        rewritten = any(
            tail.file.path is not None
            and tail.file.begins_like(file)
            and self.is_rewritten(tail)
            for tail in self.tails
        )
        self.stale |= rewritten
        return rewritten

    def _original_of(self, file: LogFile) -> Tail | None:
        """The known file that this one is a copy of; None if it is a file of its own."""
        for tail in reversed(self.tails):
            if tail.adopts or (tail.file.packed and not file.packed):
                continue
            if not tail.file.begins_like(file):
                continue
            there = tail.file.path is not None
            if self._copies_present(tail, file) if there else _carries_on(tail, file):
                return tail
        return None

    def _copies_present(self, tail: Tail, file: LogFile) -> bool:
        """Whether a file is a copy of a known one that is still there.

        Such a copy is put away under an older name, and never longer than its original.
        A packed one is only told by its name: unpacking it to compare would be dear.
        """
        assert file.path is not None
        assert tail.file.path is not None
        if file.packed:
            return tail.file.path in (file.path, file.path.with_suffix(""))
        older = generation(file.path) > generation(tail.file.path)
        return older and file.size <= tail.file.size and _is_prefix(file, tail.file)

    def fresh(
        self, now_ns: int, tails: Iterable[Tail] | None = None
    ) -> Iterator[tuple[Tail, Block]]:
        """Blocks of lines that were added to any of its files, or to some of them."""
        for tail in tuple(self.tails if tails is None else tails):
            try:
                if tail.idle:
                    pass
                elif self.is_rewritten(tail):
                    self.stale = True
                    continue
                else:
                    for block in tail.fresh(now_ns):
                        yield tail, block
                    self._read_again(tail)
            except FileNotFoundError:
                self.stale = True  # It was renamed since its descriptor was closed.
            except (OSError, SourceError) as error:
                path = str(tail.file.path)
                self.trouble[path] = reason(error)
                self._failed.add(path)
            self._close_if_done(tail, now_ns)

    def _read_again(self, tail: Tail) -> None:
        """Forget the trouble of a file that could not be read on, and now was."""
        path = str(tail.file.path)
        if path in self._failed:
            self._failed.discard(path)
            self.trouble.pop(path, None)

    def is_rewritten(self, tail: Tail) -> bool:
        """Whether a file no longer holds what was read of it: time to reconcile."""
        file = tail.file
        if file.packed or not file.open:
            return False
        return not file.holds(tail.position)

    def _close_if_done(self, tail: Tail, now_ns: int) -> None:
        """Close a deleted file once nobody seems to write to it any more."""
        if tail.file.path is not None or not tail.file.open:
            return
        at, since = self._quiet.get(tail.key, (-1, now_ns))
        if at != tail.position or since > now_ns:  # ... or the clock went back.
            self._quiet[tail.key] = (tail.position, now_ns)
        elif now_ns - since > CLOSE_AFTER_NS:
            tail.file.close()
            del self._quiet[tail.key]

    def let_go(self, tail: Tail) -> None:
        """Forget a file that is gone, and of which nothing is held."""
        self.lost_ns = max(self.lost_ns or 0, tail.file.mtime_ns)
        self._quiet.pop(tail.key, None)
        self.tails = [one for one in self.tails if one is not tail]

    def close(self) -> None:
        """Close all files."""
        for tail in self.tails:
            tail.close()


def inode_at(path: Path) -> tuple[int, int] | None:
    """What tells the file at a path from others; None if there is none."""
    try:
        return inode_of(path.stat())
    except OSError:
        return None


def _is_same(file: LogFile) -> bool:
    """Whether what lies at a file's new place begins as it did."""
    assert file.path is not None
    try:
        found = LogFile(file.path, file.family, file.border)
    except (OSError, SourceError):
        return False
    found.close()
    return found.begins_like(file)


def _age(tail: Tail) -> tuple[bool, Age]:
    """Sorts files from the youngest name to the oldest, those that are gone last."""
    path = tail.file.path
    return path is None, generation(path or Path())


def _carries_on(tail: Tail, file: LogFile) -> bool:
    """Whether a file holds what was read of a known one that is gone or truncated."""
    assert file.path is not None
    if not tail.position:
        return False
    if tail.file.held:
        # Little of it may have been read, and that be equal in all files.
        end = tail.file.size
        tail.file.mark(end)
        if tail.file.holds(end, file):
            return True
        tail.file.mark(tail.position)
        if tail.position < HEAD_BYTES:
            return False
    if file.packed or file.size >= tail.position:
        return tail.file.holds(tail.position, file)
    # Shorter: the last lines before the truncation came too late for the copy. All of
    # it has been read then; a live file that begins alike is new, though.
    return not is_live(file.path) and file.head.count(b"\n") > 1


def _is_prefix(file: LogFile, whole: LogFile) -> bool:
    """Whether one file's last bytes stand at the same place in another."""
    begin = max(0, file.size - COMPARED_BYTES)
    size = file.size - begin
    return file.read(begin, size) == whole.read(begin, size)
