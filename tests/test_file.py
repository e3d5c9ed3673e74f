"""One file: its identity, its bytes, its descriptor."""

import bz2
import errno
import gzip
import lzma
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.errors import SourceError
from log_mcp.ingest import file as files
from log_mcp.ingest.border import open_regular
from log_mcp.ingest.family import family_of
from log_mcp.ingest.file import (
    HEAD_BYTES,
    LogFile,
    RecordId,
    base62,
    number_of,
)
from tests.feeding import numbered

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
LOG = numbered(0, 400).encode()
OFFSETS = [0, LOG.index(b"\n") + 1, LOG.index(b"number 99"), len(LOG) - 40, 2**40]


def log_file(path) -> LogFile:
    return LogFile(path, family_of(path))


def ids(path, offsets=OFFSETS) -> list[str]:
    """Ids by a fresh object, as after a restart."""
    file = log_file(path)
    found = [file.record_id(offset) for offset in offsets]
    file.close()
    return found


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "shop.log"
    path.write_bytes(LOG)
    return path


def renamed(path):
    return path.rename(path.with_name("shop.log.1"))


def archived(path):
    (path.parent / "archive").mkdir()
    return path.rename(path.parent / "archive" / "shop-2026-03-04.log")


def copied_and_truncated(path):
    copy = path.with_name("shop.log.1")
    shutil.copyfile(path, copy)
    os.truncate(path, 0)
    return copy


def packed(suffix):
    def pack(path):
        target = path.with_name(f"shop.log.1{suffix}")
        target.write_bytes(PACK[suffix](path.read_bytes()))
        path.unlink()
        return target

    return pack


KEPT = {
    "nothing happened": lambda path: path,
    "it was renamed": renamed,
    "it was put into an archive": archived,
    "it was copied and truncated": copied_and_truncated,
    **{f"it was packed as {suffix}": packed(suffix) for suffix in PACK},
}


@pytest.mark.parametrize("happens", KEPT.values(), ids=KEPT)
def test_ids_stay(log, happens):
    """The same record has the same id after a restart, whatever rotation did."""
    before = ids(log)

    assert before == ids(happens(log))


@given(st.lists(st.tuples(st.integers(1, 3000), st.booleans()), min_size=1, max_size=8))
def test_ids_stay_while_a_file_grows(tmp_path_factory, sizes):
    """An id that was given while the file was young is the one given ever after."""
    path = tmp_path_factory.mktemp("young") / "shop.log"
    path.write_bytes(b"")
    file = log_file(path)
    place, given_ids = 0, {}
    for number, (size, asked) in enumerate(sizes):
        line = f"{number} {'x' * size}\n".encode()
        with path.open("ab") as writer:
            writer.write(line)
        if asked:
            given_ids[place] = file.record_id(place)
        place += len(line)
    file.close()

    assert list(given_ids.values()) == ids(path, list(given_ids))


def test_an_id_is_known_even_of_a_file_that_is_gone(tmp_path):
    """What is known of it will never be more."""
    path = tmp_path / "shop.log"
    path.write_bytes(b"one\ntwo\n")
    file = log_file(path)
    before = file.record_id(4)
    file.close()
    path.unlink()

    assert before == file.record_id(4)


def test_equal_heads_under_different_names_have_different_ids(tmp_path):
    """Two services that print the same banner are told apart by their names."""
    for name in ("a.log", "b.log"):
        (tmp_path / name).write_bytes(LOG)

    assert not set(ids(tmp_path / "a.log")) & set(ids(tmp_path / "b.log"))


def test_equal_heads_in_different_folders_have_different_ids(tmp_path):
    """Likewise where a folder names the service."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "shop.log").write_bytes(LOG)

    assert not set(ids(tmp_path / "a/shop.log")) & set(ids(tmp_path / "b/shop.log"))


def test_equal_first_lines_differ_from_the_second_record_on(tmp_path):
    """Each run of a service prints the same banner; what follows tells them apart."""
    for name, line in (("shop.log", b"one\n"), ("shop.log.1", b"two\n")):
        (tmp_path / name).write_bytes(b"=== shop ===\n" + line + LOG)
    offsets = [13, 17, 100, HEAD_BYTES + 200]
    first, second = (
        ids(tmp_path / name, offsets) for name in ("shop.log", "shop.log.1")
    )

    assert not set(first) & set(second)


@given(st.integers(0, 2**50))
def test_an_id_is_short_and_fit_for_urls(tmp_path_factory, offset):
    """At most 16 characters, letters and digits, and it reads back."""
    path = tmp_path_factory.mktemp("id") / "shop.log"
    path.write_bytes(b"x")
    (name,) = ids(path, [offset])
    read = RecordId.read(name)

    assert re.fullmatch(r"[0-9A-Za-z]{8,16}", name)
    assert read is not None
    assert (name[:7], offset) == read


@given(
    st.one_of(st.text(max_size=20), st.from_regex(r"[0-9A-Za-z]{0,20}", fullmatch=True))
)
def test_what_reads_as_an_id_is_one(text):
    """Junk is None; what is read would be written the same."""
    read = RecordId.read(text)

    assert read is None or text == read.digest + base62(read.offset)


@pytest.mark.parametrize(
    "text", ["", "a", "1234567", "12345670a", "123456\u00e90", "1234567 1"]
)
def test_junk_is_no_id(text):
    """No offset, a leading zero, or another alphabet."""
    assert RecordId.read(text) is None


@given(st.integers(0, 2**70))
def test_numbers_round_trip(number):
    """Digits and letters, most significant first."""
    assert number == number_of(base62(number))


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["a pipe", "a folder"])
def test_only_regular_files_are_opened(tmp_path, make):
    """A pipe would block for ever, and a folder holds no lines."""
    make(tmp_path / "x.log")
    with pytest.raises(SourceError, match="not a regular file"):
        open_regular(tmp_path / "x.log")


def handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_file_whose_first_read_fails_is_closed(log, monkeypatch):
    """It is tried again at each look."""

    def broken(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "pread", broken)
    before = handles()
    for _ in range(5):
        with pytest.raises(OSError, match="Input/output error"):
            log_file(log)

    assert before == handles()


def test_a_missing_file_is_an_os_error(tmp_path):
    """Whoever asked knows what to make of it."""
    with pytest.raises(FileNotFoundError):
        log_file(tmp_path / "missing.log")


@pytest.mark.parametrize("suffix", ["", *PACK])
def test_bytes_are_the_same_plain_and_packed(tmp_path, suffix):
    """Reads at any place, and whole, are those of the unpacked file."""
    path = tmp_path / f"shop.log{suffix}"
    path.write_bytes(PACK[suffix](LOG) if suffix else LOG)
    file = log_file(path)

    assert bool(suffix) == file.packed
    assert LOG[100:150] == file.read(100, 50)
    assert b"" == file.read(len(LOG) + 5, 10)
    assert LOG == b"".join(file.pieces(1000))
    assert LOG[70:] == b"".join(file.pieces(1000, 70))
    assert [] == list(file.pieces(1000, len(LOG) + 5))
    file.close()
    assert LOG[:10] == file.read(0, 10)


def test_a_name_that_leads_elsewhere_is_not_read(log):
    """After a rotation the old name is another file's; no byte of it is taken."""
    file = log_file(log)
    file.close()
    renamed(log)
    log.write_bytes(b"another file\n")

    assert 0 == file.size
    with pytest.raises(FileNotFoundError):
        file.read(0, 10)
    file.path = None
    assert b"" == file.read(0, 10)
    assert (0, 0) == file.state


def test_a_packed_file_that_is_gone_cannot_be_read(tmp_path):
    """There is nothing to unpack."""
    path = tmp_path / "shop.log.1.gz"
    path.write_bytes(gzip.compress(LOG))
    file = log_file(path)
    file.path = None
    with pytest.raises(FileNotFoundError):
        file.read(0, 1)


def test_a_deleted_file_is_read_to_its_end(log):
    """Its descriptor still leads to it, so its last lines are not lost."""
    file = log_file(log)
    log.unlink()

    assert file.deleted
    file.park()
    assert LOG[:20] == file.read(0, 20)
    file.close()
    assert not file.held


def test_only_some_files_hold_a_descriptor(tmp_path, monkeypatch):
    """Thousands of files can be followed; each is opened again when it is read."""
    monkeypatch.setattr(files, "OPEN_MAX", 8)
    found = []
    for n in range(30):
        (tmp_path / f"{n}.log").write_text(numbered(n, 3))
        found.append(log_file(tmp_path / f"{n}.log"))

    assert 4 >= sum(file.held for file in found)
    assert all(file.open for file in found)
    for n, file in enumerate(found):
        assert numbered(n, 3).encode() == file.read(0, 1000)
    assert 4 >= sum(file.held for file in found)
    for file in found:
        file.close()


def test_reading_while_another_thread_closes_is_safe(log):
    """A descriptor is never used after it was given back."""
    file = log_file(log)
    stop = threading.Event()

    def park() -> None:
        while not stop.is_set():
            file.park()

    thread = threading.Thread(target=park)
    thread.start()
    found = {file.read(40, 20) for _ in range(2000)}
    stop.set()
    thread.join()
    file.close()

    assert {LOG[40:60]} == found


def grown(path) -> None:
    with path.open("ab") as writer:
        writer.write(b"more\n")


REWRITTEN = {
    "nothing happened": (lambda _: None, True),
    "it grew": (grown, True),
    "it was truncated": (lambda path: os.truncate(path, 10), False),
    "it was written anew": (lambda path: path.write_bytes(LOG[::-1]), False),
}


@pytest.mark.parametrize(("happens", "expected"), REWRITTEN.values(), ids=REWRITTEN)
def test_a_rewritten_file_is_told(log, happens, expected):
    """By what stood before the place up to which it was read."""
    file = log_file(log)
    file.mark(len(LOG))
    happens(log)

    assert expected == file.holds(len(LOG))
    file.close()


def test_a_copy_is_told_by_what_it_holds(log, tmp_path):
    """Another file is asked at the same place."""
    shutil.copyfile(log, tmp_path / "shop.log.1")
    file, copy = log_file(log), log_file(tmp_path / "shop.log.1")
    file.mark(500)

    assert file.begins_like(copy)
    assert file.holds(500, copy)
    file.move_to(copy)
    assert tmp_path / "shop.log.1" == file.path
    assert LOG[7:9] == file.read(7, 2)
    assert file.holds(500)
    file.close()


def test_a_head_never_changes(tmp_path):
    """What was hashed stays, even where something else is written in its place."""
    path = tmp_path / "shop.log"
    path.write_bytes(b"first\n")
    file = log_file(path)
    path.write_bytes(b"other and longer\n")
    file.look()

    assert b"first\n" == file.head
    file.close()
