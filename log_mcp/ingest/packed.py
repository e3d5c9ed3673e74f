"""Compressed files, read as if they were not.

The content decides, not the name: rotation leaves packed files under plain names, and
plain ones under packed names while it is at work.
"""

import io
import os
import re
import sys
import zlib
from collections.abc import Callable
from typing import IO, Any, BinaryIO, Final, NamedTuple, Protocol, cast

from log_mcp.errors import SourceError
from log_mcp.lazy import lazy

HEAD_BYTES: Final = 10  # enough for each of the beginnings below
BUFFER_BYTES: Final = 256 * 1024
PIECE_BYTES: Final = 1 << 20  # what is unpacked at once

COMPRESSED: Final[dict[str, re.Pattern[bytes]]] = {  # suffix to how the content begins
    ".gz": lazy(rb"\x1f\x8b\x08"),
    ".bz2": lazy(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)"),
    ".xz": lazy(rb"\xfd7zXZ\x00"),
    ".zst": lazy(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),
}

_DAMAGE: Final = (OSError, EOFError, zlib.error)


def compression(head: bytes) -> str | None:
    """How content that begins so is compressed.

    Args:
        head: At least the first `HEAD_BYTES` bytes, or all there are.

    Returns:
        A suffix of `COMPRESSED`; None for plain content.
    """
    return next((suffix for suffix, by in COMPRESSED.items() if by.match(head)), None)


def open_stream(path_or_fd: str | os.PathLike[str] | int) -> BinaryIO:
    """The bytes of a file as they were before it was compressed.

    Args:
        path_or_fd: A path, or a descriptor at its start, which the stream then owns.

    Returns:
        A stream to read once, in pieces. A packed file that is cut short or damaged
        gives what can be had of it, then raises SourceError.

    Raises:
        OSError: It cannot be opened.
    """
    file = os.fspath(path_or_fd) if isinstance(path_or_fd, os.PathLike) else path_or_fd
    packed = io.BufferedReader(io.FileIO(file, "rb"), BUFFER_BYTES)
    try:
        suffix = compression(packed.peek(HEAD_BYTES)[:HEAD_BYTES])
        if suffix is None:
            return packed
        unpacking = _UNPACKING[suffix](packed)
    except BaseException:
        packed.close()
        raise
    return cast("BinaryIO", _Unpacked(unpacking, packed))


class _Readable(Protocol):
    def read1(self, size: int, /) -> bytes: ...
    def close(self) -> None: ...


class _Unpacking(NamedTuple):
    content: _Readable
    damage: tuple[type[Exception], ...] = _DAMAGE


# What unpacks is imported when the first such file is met: every start would pay.


def _gzip(packed: BinaryIO) -> _Unpacking:
    from gzip import GzipFile  # noqa: PLC0415  see above

    return _Unpacking(GzipFile(fileobj=packed))


def _bzip2(packed: BinaryIO) -> _Unpacking:
    from bz2 import BZ2File  # noqa: PLC0415  see above

    return _Unpacking(BZ2File(packed))


def _xz(packed: BinaryIO) -> _Unpacking:
    from lzma import LZMAError, LZMAFile  # noqa: PLC0415  see above

    return _Unpacking(LZMAFile(packed), (*_DAMAGE, LZMAError))


def _zstd(packed: BinaryIO) -> _Unpacking:
    if sys.version_info >= (3, 14):  # pragma: no cover
        from compression.zstd import ZstdError, ZstdFile  # noqa: PLC0415  see above
    else:
        from backports.zstd import ZstdError, ZstdFile  # noqa: PLC0415  see above
    return _Unpacking(cast("_Readable", ZstdFile(packed)), (*_DAMAGE, ZstdError))


_UNPACKING: Final[dict[str, Callable[[Any], _Unpacking]]] = {
    ".gz": _gzip,
    ".bz2": _bzip2,
    ".xz": _xz,
    ".zst": _zstd,
}


class _Unpacked(io.BufferedIOBase):
    """The content of a compressed file; closes the file below it too."""

    def __init__(self, unpacking: _Unpacking, packed: IO[bytes]) -> None:
        self._content, self._damage = unpacking
        self._packed = packed
        self._failure: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = sys.maxsize if size is None or size < 0 else size
        pieces: list[bytes] = []
        while wanted and (piece := self._piece(wanted)):
            pieces.append(piece)
            wanted -= len(piece)
        if self._failure is not None and not pieces and wanted:
            raise SourceError(
                "cannot be unpacked further: damaged or cut short"
            ) from self._failure
        return b"".join(pieces)

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(PIECE_BYTES if size < 0 else min(size, PIECE_BYTES))

    def close(self) -> None:
        try:
            self._content.close()
        finally:
            self._packed.close()
            super().close()

    def _piece(self, size: int) -> bytes:
        """At most `size` bytes; none at the end and at damage, which is remembered."""
        if self._failure is None:
            try:
                # `read` would loop within, and lose what came before the damage.
                return self._content.read1(min(size, PIECE_BYTES))
            except self._damage as error:
                self._failure = error
        return b""
