"""One log file: what tells it from others, its bytes, and how far they have been read.

A file is known by its content, not by its name: a rename, copytruncate's copy and the
compressed form are the same file, so its records keep their ids. An id is a hash of what
the file holds up to that record (its first `HEAD_BYTES` at most, with the record's own
first line) and the record's offset. All of that is written once and never changes, so a
young file's ids stay as it grows, and two files whose first lines are equal differ as
soon as any line before the record does.
"""

import contextlib
import errno
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from log_mcp.beat import beat
from log_mcp.errors import SourceError, SourceForbidden
from log_mcp.ingest.border import ANYWHERE, KEYS, Border, open_regular
from log_mcp.ingest.family import Family
from log_mcp.ingest.packed import HEAD_BYTES as MAGIC_BYTES
from log_mcp.ingest.packed import compression, open_stream
from log_mcp.keyfile import begins_as_key

HEAD_BYTES: Final = 4096
LINE_BYTES: Final = 1024  # of a record's first line, in the hash of an early record
SAMPLE_BYTES: Final = 64 * 1024  # what a format is told by
TAIL_BYTES: Final = 64  # before the read position; must still be there
OPEN_MAX: Final = 256  # files held open; macOS grants a process 256, Linux 1,024
STREAM_BYTES: Final = 1024 * 1024

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HASH_CHARACTERS: Final = 7
OFFSET_MAX: Final = (1 << 63) - 1  # no system knows longer files, nor is asked for them


def base62(number: int) -> str:
    """A number in digits and letters, most significant first."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = ALPHABET[digit] + digits
    return digits or "0"


def number_of(text: str) -> int | None:
    """The number that `base62` wrote; None if it did not write this."""
    number = 0
    for character in text:
        digit = ALPHABET.find(character)
        if digit < 0:
            return None
        number = number * 62 + digit
    return number if text and base62(number) == text else None


class RecordId(NamedTuple):
    """A record's public id, taken apart."""

    digest: str
    offset: int

    @classmethod
    def read(cls, text: str) -> "RecordId | None":
        """The parts of an id; None for text that is no record's id."""
        offset = number_of(text[HASH_CHARACTERS:])
        if offset is None or offset > OFFSET_MAX:
            return None
        if number_of("1" + text[:HASH_CHARACTERS]) is None:
            return None
        return cls(text[:HASH_CHARACTERS], offset)


def digest(family: Family, head: bytes, offset: int) -> str:
    """The part of an id that names the file.

    Args:
        family: Files of other families never share ids.
        head: The file's first bytes, `HEAD_BYTES + LINE_BYTES` of them if it has them.
        offset: Where the record begins.
    """
    from hashlib import blake2b  # noqa: PLC0415 - OpenSSL comes with it

    seed = head[:HEAD_BYTES]
    if offset < HEAD_BYTES:
        line = head[offset : offset + LINE_BYTES]
        seed = head[:offset] + line[: line.find(b"\n") if b"\n" in line else None]
    label = f"{family.folder.name}/{family.stem}".encode(errors="replace")
    found = blake2b(seed, digest_size=8, person=blake2b(label, digest_size=16).digest())
    number = int.from_bytes(found.digest()) % 62**HASH_CHARACTERS
    return base62(number).rjust(HASH_CHARACTERS, "0")


def inode_of(status: os.stat_result) -> tuple[int, int]:
    """What tells a file from every other one there is."""
    return status.st_dev, status.st_ino


class _Open:
    """The files that hold a descriptor, the one used longest ago first."""

    def __init__(self) -> None:
        self._files: OrderedDict[LogFile, None] = OrderedDict()
        self._lock = threading.Lock()

    def used(self, file: "LogFile") -> None:
        """Note that a file was read; what was not for longest gives up its own."""
        with self._lock:
            self._files[file] = None
            self._files.move_to_end(file)
            over = len(self._files) > OPEN_MAX // 2
            oldest = self._files.popitem(last=False)[0] if over else None
        if oldest is not None:
            oldest.park()

    def closed(self, file: "LogFile") -> None:
        """Note that a file holds none any more."""
        with self._lock:
            self._files.pop(file, None)


_OPEN: Final = _Open()


class LogFile:
    """A file that is followed, or a compressed one that can be opened.

    Thread-safe for reading. Of many files only some hold a descriptor: it is what keeps
    a renamed or deleted file within reach until its last lines are read.

    Attributes:
        path: Where it lies now; None once it is gone.
        family: Names its ids.
        border: Where it may lie.
        packed: Whether it is compressed.
        head: Its first bytes (unpacked), as far as it had them when last looked.
        inode: Device and number; tells a rename from a new file.
        open: Whether it is followed, so that it holds a descriptor while there are
            enough.

    Raises:
        OSError: It cannot be opened.
        SourceError: It is not a regular file.
        SourceForbidden: It lies beyond the border, or holds keys.
    """

    def __init__(self, path: Path, family: Family, border: Border = ANYWHERE) -> None:
        self.path: Path | None = path
        self.family = family
        self.border = border
        self.head = b""
        self._digest: tuple[bytes, Family, str] | None = None
        self.open = True
        self._before = (0, b"")
        self._copied = (0, b"")
        self._asked_s: float | None = None
        self._lock = threading.Lock()
        self._fd: int | None = open_regular(path, border)
        try:
            self.packed = compression(os.pread(self._fd, MAGIC_BYTES, 0)) is not None
            status = os.fstat(self._fd)
            self.inode = inode_of(status)
            self.mtime_ns = status.st_mtime_ns
            if self.packed:
                self.close()
            self.look()
        except BaseException:
            self.close()
            raise
        if begins_as_key(self.head, status.st_size):
            self.close()
            raise SourceForbidden(KEYS)

    def close(self) -> None:
        """Follow it no more; a path that still leads here can be read from."""
        self.open = False
        _OPEN.closed(self)
        self._release()

    def park(self) -> None:
        """Give the descriptor back until it is read again; not if it is deleted."""
        if not self.deleted:
            self._release()

    def _release(self) -> None:
        with self._lock:
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None

    def move_to(self, copy: "LogFile") -> None:
        """Go on as another file that holds the same bytes."""
        self._release()
        self.path, self.packed, self.inode = copy.path, copy.packed, copy.inode
        self.open = copy.open
        before = copy._before  # noqa: SLF001 - another LogFile
        self._before = before if before[1] else self._before
        self._copied = (0, b"")
        with self._lock:
            self._fd, copy._fd = copy._fd, None  # noqa: SLF001 - likewise
        copy.close()
        if self.held:
            _OPEN.used(self)

    @property
    def size(self) -> int:
        """Bytes on disk now; 0 if it is gone."""
        return self.state[0]

    @property
    def state(self) -> tuple[int, int]:
        """Size in bytes and time of the last change: equal while nothing is added."""
        try:
            status = self._stat()
        except OSError:
            return 0, 0
        self.mtime_ns = status.st_mtime_ns
        return status.st_size, status.st_mtime_ns

    @property
    def held(self) -> bool:
        """Whether a descriptor keeps it from becoming another file."""
        return self._fd is not None

    @property
    def deleted(self) -> bool:
        """Whether no name leads to the open file any more."""
        with self._lock:
            return self._fd is not None and os.fstat(self._fd).st_nlink == 0

    def _stat(self) -> os.stat_result:
        with self._lock:
            if self._fd is not None:
                return os.fstat(self._fd)
        if self.path is None:
            raise FileNotFoundError
        status = self.path.stat()
        if inode_of(status) != self.inode:
            raise FileNotFoundError  # Another file has its name by now.
        return status

    def look(self) -> None:
        """Read the head again if it was short."""
        wanted = HEAD_BYTES + LINE_BYTES
        if len(self.head) < wanted:
            head = self.read(0, wanted)
            if head.startswith(self.head):
                self.head = head

    def read(self, offset: int, size: int) -> bytes:
        """Bytes of the file (unpacked); fewer, or none, where it ends.

        Raises:
            OSError: It cannot be read.
            SourceError: It is compressed and damaged.
        """
        if not self.packed:
            return self._plain(offset, size)
        with self._stream() as stream:
            skip = offset
            while skip and (piece := stream.read(min(skip, STREAM_BYTES))):
                skip -= len(piece)
                beat()
            return b"" if skip else stream.read(size)

    def _plain(self, offset: int, size: int) -> bytes:
        with self._lock:
            if self._fd is None and self.path is None:
                return b""
            keep = self.open
            if keep and self._fd is None:
                self._fd = self._opened()
            # One of our own, as others may close the file meanwhile: a disk that is slow
            # must not keep who asks for no more than the size.
            fd = self._opened() if self._fd is None else os.dup(self._fd)
        self._asked_s = time.monotonic()
        try:
            data = os.pread(fd, size, offset)
        finally:
            self._asked_s = None
            os.close(fd)
        if keep:
            _OPEN.used(self)
        return data

    @property
    def waits_s(self) -> float:
        """How long a read of it has not been answered by its disk; 0 if none is asked."""
        asked_s = self._asked_s
        return 0.0 if asked_s is None else time.monotonic() - asked_s

    def _opened(self) -> int:
        """A new descriptor; never of another file that has the name by now."""
        if self.path is None:
            raise FileNotFoundError(errno.ENOENT, "gone")
        fd = open_regular(self.path, self.border)
        if inode_of(os.fstat(fd)) != self.inode:
            os.close(fd)
            raise FileNotFoundError(errno.ENOENT, "moved")
        return fd

    def _stream(self) -> BinaryIO:
        return open_stream(self._opened())

    def pieces(self, size: int = STREAM_BYTES, begin: int = 0) -> Iterator[bytes]:
        """All bytes (unpacked) from an offset on, in pieces.

        Raises:
            OSError: It cannot be read.
            SourceError: It is compressed and damaged; what could be read came before.
        """
        if self.packed:
            with self._stream() as stream:
                skip = begin
                while skip and (piece := stream.read(min(skip, STREAM_BYTES))):
                    skip -= len(piece)
                    beat()
                while piece := stream.read(size):
                    yield piece
            return
        offset = begin
        while piece := self._plain(offset, size):
            yield piece
            offset += len(piece)

    def begin(self, data: bytes) -> None:
        """Take the head from what was just read there, so that both are of one file."""
        self.head = data[: HEAD_BYTES + LINE_BYTES]

    def advance(self, offset: int, data: bytes) -> None:
        """Remember what was read up to a position, as `mark` does from the disk."""
        before = (self._before[1] + data)[-TAIL_BYTES:]
        self._before = (offset - len(before), before)

    def mark(self, offset: int) -> None:
        """Remember what stands before a read position, to know a rewritten file."""
        begin = max(0, offset - TAIL_BYTES)
        self._before = (begin, self._plain(begin, offset - begin))

    def copied(self, copy: "LogFile") -> None:
        """Remember how a copy ends: whoever leaves it unread reads that here.

        What stands before a read position may be equal in all files, a banner say.
        """
        if len(copy.head) > len(self.head):
            self.head = copy.head
        begin = max(0, copy.size - TAIL_BYTES)
        self._copied = (begin, copy.read(begin, TAIL_BYTES))

    def holds(self, offset: int, other: "LogFile | None" = None) -> bool:
        """Whether the bytes up to a read position are still what they were.

        So are those that a copy of it ended with, as long as they were not read.

        Args:
            offset: The position given to `mark`.
            other: Another file, asked whether it holds them too (copytruncate's copy).
        """
        where = other or self
        if where.size < offset and not where.packed:
            return False
        begin, end = self._copied
        unread = [self._copied] if begin + len(end) > offset else []
        return all(
            where.read(begin, len(text)) == text
            for begin, text in [self._before, *unread]
        )

    def begins_like(self, other: "LogFile") -> bool:
        """Whether both begin with the same bytes, as far as both have them."""
        shared = min(len(self.head), len(other.head), HEAD_BYTES)
        return shared > 0 and self.head[:shared] == other.head[:shared]

    def _names(self, offset: int) -> bool:
        """Whether what is known of the head is all that an id is made of."""
        head = self.head
        if offset >= HEAD_BYTES:
            return len(head) >= HEAD_BYTES
        end = offset + LINE_BYTES
        return len(head) >= end or head.find(b"\n", offset, end) >= 0

    def record_id(self, offset: int) -> str:
        """Public id of the record that begins at an offset."""
        if not self._names(offset):
            # What is known of a file that is gone will never be more.
            with contextlib.suppress(OSError, SourceError):
                self.look()
        if offset < HEAD_BYTES:
            return digest(self.family, self.head, offset) + base62(offset)
        # One part for all later records, and every question asks for it.
        known = self._digest
        if known is None or known[0] is not self.head or known[1] is not self.family:
            found = digest(self.family, self.head, offset)
            self._digest = known = (self.head, self.family, found)
        return known[2] + base62(offset)
