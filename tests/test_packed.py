"""Compressed files, whole and damaged."""

import bz2
import contextlib
import gzip
import io
import lzma
import os
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.errors import SourceError
from log_mcp.ingest.packed import COMPRESSED, HEAD_BYTES, compression, open_stream

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd.compress,
}
TEXT = b"".join(
    b"2026-03-04T05:06:07Z INFO order %d shipped\n" % n for n in range(90_000)
)


def test_every_compression_is_tested():
    """The table has no row without a case."""
    assert set(PACK) == set(COMPRESSED)


@pytest.mark.untraced
@pytest.mark.parametrize("suffix", PACK)
def test_packed_files_read_like_plain_ones(tmp_path, suffix):
    """The bytes that were packed come out, whatever the file is called."""
    path = tmp_path / "app.log.1"
    path.write_bytes(PACK[suffix](TEXT))

    with open_stream(path) as stream:
        assert isinstance(stream, io.BufferedIOBase)
        assert stream.readable()
        assert TEXT[:7] == stream.read(7)
        assert TEXT[7:107] == stream.read1(100)
        assert b"" == stream.read(0)
        assert TEXT[107:] == stream.read() + stream.read1()
    assert suffix == compression(path.read_bytes()[:HEAD_BYTES])


def test_plain_files_are_read_as_they_are(tmp_path):
    """A name that says packed does not make a plain file packed."""
    path = tmp_path / "app.log.gz"
    path.write_bytes(b"BZh is how this line begins\n")

    with open_stream(str(path)) as stream:
        assert path.read_bytes() == stream.read()


def test_packed_files_of_several_parts(tmp_path):
    """Appending one packed file to another is a way to make a longer one."""
    path = tmp_path / "app.log.gz"
    path.write_bytes(gzip.compress(b"one\n") + gzip.compress(b"two\n"))

    with open_stream(path) as stream:
        assert b"one\ntwo\n" == stream.read(-1)


@pytest.mark.untraced
@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("harm", ["cut short", "overwritten"])
def test_damaged_files_give_what_can_be_had(tmp_path, suffix, harm):
    """What was packed before the damage is read; then it is said."""
    packed = PACK[suffix](TEXT)
    path = tmp_path / f"app.log{suffix}"
    half = packed[: len(packed) // 2]
    path.write_bytes(half if harm == "cut short" else half + b"\0" * len(half))
    read = b""

    with open_stream(path) as stream, pytest.raises(SourceError, match="cut short"):  # noqa: PT012  the loop raises
        while piece := stream.read(1 << 16):
            read += piece
    assert TEXT[:1000] == read[:1000] or not read
    assert TEXT.startswith(read) or harm == "overwritten"


@pytest.mark.parametrize("suffix", PACK)
def test_descriptors_are_closed_with_the_stream(tmp_path, suffix):
    """A stream owns the descriptor that it was given."""
    path = tmp_path / "app.log"
    path.write_bytes(PACK[suffix](b"one\n"))
    fd = os.open(path, os.O_RDONLY)

    with open_stream(fd) as stream:
        assert b"one\n" == stream.read(100)
    with pytest.raises(OSError, match="Bad file"):
        os.fstat(fd)


def test_a_file_that_cannot_be_opened(tmp_path):
    """What the system says comes through."""
    with pytest.raises(FileNotFoundError):
        open_stream(tmp_path / "absent.gz")


def test_a_file_that_cannot_be_read_is_closed(tmp_path):
    """A descriptor for writing alone is given back before the error."""
    fd = os.open(tmp_path / "app.log", os.O_WRONLY | os.O_CREAT)

    with pytest.raises(OSError, match=r"not readable|Bad file"):
        open_stream(fd)


@settings(max_examples=30)
@given(st.sampled_from(sorted(PACK)), st.binary(max_size=2000), st.integers(0, 60))
def test_damage_never_raises_anything_else(tmp_path_factory, suffix, tail, cut):
    """Any bytes behind a good beginning are content, its end, or a SourceError."""
    path = tmp_path_factory.mktemp("packed") / "app.log"
    path.write_bytes(PACK[suffix](b"one line\n" * 9)[: HEAD_BYTES + cut] + tail)

    with open_stream(path) as stream, contextlib.suppress(SourceError):
        while stream.read(512):
            pass
