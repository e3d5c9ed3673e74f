"""One log's files: what became of them between two looks."""

import gzip
import os
import shutil
from contextlib import suppress

import pytest

from log_mcp.errors import SourceError
from log_mcp.ingest import file as files
from log_mcp.ingest import source as sources
from log_mcp.ingest.source import Source
from tests.feeding import NOON_NS, SETTINGS, Clock, numbered, rows


class Looking:
    """A source of a folder's files, looked at by hand; every record is kept."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.clock = Clock()
        self.source = Source("shop", SETTINGS)
        self.texts: list[str] = []
        self.look(started=False)

    def look(self, *, started: bool = True) -> None:
        self.look_only(started=started)
        self.read()

    def look_only(self, *, started: bool = True) -> None:
        paths = list(self.folder.glob("*.log*"))
        self.source.reconcile(paths, self.clock(), started=started)

    def read(self) -> None:
        for tail in self.source.tails:
            with suppress(SourceError):
                while tail.frontier and (block := tail.history(2**30)):
                    self.texts += [row.text.decode() for row in rows([block])]
        for _, block in self.source.fresh(self.clock()):
            self.texts += [row.text.decode() for row in rows([block])]

    @property
    def numbers(self) -> list[int]:
        return [int(text.rsplit(" ", 1)[1]) for text in self.texts]

    def path_of(self, number: int) -> str | None:
        path = self.source.tails[number].file.path
        return path.name if path else None


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 10))
    return path


@pytest.fixture
def looking(log):
    found = Looking(log.parent)
    yield found
    found.source.close()


def append(path, first, count) -> None:
    with path.open("a") as writer:
        writer.write(numbered(first, count))


def test_a_renamed_file_is_still_followed(looking, log):
    """Its writer may not have noticed yet."""
    old = log.rename(log.with_name("shop.log.1"))
    append(log, 10, 5)
    append(old, 15, 1)
    looking.look()
    append(old, 16, 1)
    looking.look()

    assert list(range(17)) == sorted(looking.numbers)
    assert ["shop.log.1", "shop.log"] == [looking.path_of(0), looking.path_of(1)]


@pytest.mark.parametrize("looks", [False, True], ids=["at once", "seen between"])
def test_a_truncated_file_goes_on_in_its_copy(looking, log, looks):
    """What the copy has and was not read yet is read there, and nothing twice."""
    append(log, 10, 3)
    shutil.copyfile(log, log.with_name("shop.log.1"))
    if looks:
        looking.look()
    os.truncate(log, 0)
    append(log, 13, 2)
    looking.look()
    looking.look()

    assert list(range(15)) == sorted(looking.numbers)
    assert not looking.source.stale


def test_a_copy_that_lacks_the_last_lines_is_the_same_file(looking, log):
    """Lines written between the copy and the truncation were read before."""
    shutil.copyfile(log, log.with_name("shop.log.1"))
    append(log, 10, 3)
    looking.look()
    os.truncate(log, 0)
    append(log, 13, 2)
    for _ in range(3):
        looking.look()

    assert list(range(15)) == sorted(looking.numbers)
    assert not looking.source.stale


def test_a_packed_copy_takes_over_when_the_file_is_gone(looking, log):
    """While both are there, it is not read."""
    old = log.rename(log.with_name("shop.log.1"))
    log.touch()
    looking.look()
    append(old, 10, 2)
    packed = log.with_name("shop.log.1.gz")
    packed.write_bytes(gzip.compress(old.read_bytes()))
    looking.look()
    old.unlink()
    looking.look()
    append(log, 12, 1)
    looking.look()

    assert list(range(13)) == sorted(looking.numbers)
    assert "shop.log.1.gz" == looking.path_of(0)


def test_a_packed_file_that_is_renamed_is_not_read_again(log):
    """Rotation moves all of them on; only names change."""
    first = log.with_name("shop.log.1.gz")
    first.write_bytes(gzip.compress(numbered(100, 5).encode()))
    looking = Looking(log.parent)
    first.rename(log.with_name("shop.log.2.gz"))
    log.rename(log.with_name("shop.log.1"))
    log.write_text(numbered(10, 1))
    looking.look()
    plain = log.with_name("shop.log.1")
    first.write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()
    looking.look()

    assert [*range(11), *range(100, 105)] == sorted(looking.numbers)
    looking.source.close()


def test_a_number_that_is_given_again_is_another_file(looking, log):
    """File systems give a deleted file's number to the next one."""
    tail = looking.source.tails[0]
    tail.file.park()
    other = log.with_name("shop.log.5")
    other.write_text(numbered(50, 3))
    log.unlink()
    tail.file.inode = files.inode_of(other.stat())
    looking.look()

    assert {*range(10), 50, 51, 52} == set(looking.numbers)


def test_a_parked_file_that_is_renamed_is_found(looking, log):
    """It begins as it did, so it is the same."""
    looking.source.tails[0].file.park()
    old = log.rename(log.with_name("shop.log.1"))
    append(old, 10, 1)
    looking.read()
    assert looking.source.stale
    looking.look()

    assert list(range(11)) == looking.numbers


def test_a_parked_file_behind_an_unreadable_name_is_lost(looking, log, monkeypatch):
    """What cannot be opened cannot be compared."""
    looking.source.tails[0].file.park()
    log.rename(log.with_name("shop.log.1"))

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(sources, "LogFile", refuse)
    looking.look()

    assert looking.path_of(0) is None
    assert (
        "permission denied" in looking.source.trouble[str(log.with_name("shop.log.1"))]
    )


def test_a_hard_link_is_no_second_file(looking, log):
    """Two names of one file are read once, and it is no rename."""
    os.link(log, log.with_name("shop.log.9"))
    looking.look()

    assert list(range(10)) == looking.numbers
    assert "shop.log" == looking.path_of(0)


def test_a_deleted_file_is_closed_after_a_minute(looking, log):
    """Its writer may still hold it; then nobody seems to."""
    with log.open("a") as writer:
        log.unlink()
        looking.look()
        writer.write(numbered(10, 1))
        writer.flush()
        looking.clock.advance(50)
        looking.look()
        looking.clock.advance(50)
        looking.look()
        assert looking.source.tails[0].file.open
        looking.clock.advance(61)
        looking.look()

    assert list(range(11)) == looking.numbers
    assert not looking.source.tails[0].file.open


def test_a_file_that_appears_again_is_new(looking, log):
    """All of it is news, though its lines may be equal."""
    log.unlink()
    looking.look()
    log.write_text(numbered(0, 3))
    looking.look()

    assert [*range(10), 0, 1, 2] == looking.numbers


def test_a_rewrite_between_looks_is_told(looking, log):
    """Reading stops, and asks for a look at all files."""
    log.write_text(numbered(20, 5))
    looking.read()
    assert looking.source.stale
    looking.look()

    assert [*range(10), *range(20, 25)] == looking.numbers
    assert not looking.source.stale


def test_a_banner_that_is_equal_everywhere_misleads_nobody(tmp_path):
    """Copies are told by what was read, not by the first line."""
    log = tmp_path / "shop.log"
    log.write_text("=== shop 1 ===\n" + numbered(0, 5))
    looking = Looking(tmp_path)
    for n in range(1, 4):
        log.rename(log.with_name(f"shop.log.{n}"))
        log.write_text("=== shop 1 ===\n" + numbered(5 * n, 5))
        looking.look()

    assert [*range(20), 1, 1, 1, 1][:20] == sorted(
        int(t.rsplit(" ", 1)[1]) for t in looking.texts if "===" not in t
    )
    assert 4 == sum("===" in text for text in looking.texts)
    looking.source.close()


@pytest.mark.parametrize("read", ["", "=== shop 1 ===\n"], ids=["nothing", "a banner"])
def test_a_copy_that_is_known_before_the_file_was_read(tmp_path, read):
    """What was read of the file is equal after the truncation; what was copied is not."""
    log = tmp_path / "shop.log"
    log.write_text(read)
    looking = Looking(tmp_path)
    append(log, 0, 5)
    shutil.copyfile(log, log.with_name("shop.log.1"))
    looking.look_only()
    log.write_text(read)
    append(log, 5, 5)
    looking.read()
    looking.look()
    looking.look()

    assert list(range(10)) == sorted(
        int(text.rsplit(" ", 1)[1]) for text in looking.texts if "===" not in text
    )
    assert 2 * bool(read) == sum("===" in text for text in looking.texts)
    assert not looking.source.stale
    looking.source.close()


def test_trouble_is_told_and_forgotten(looking, log, monkeypatch):
    """A file that can be read again is no trouble any more."""
    other = log.with_name("shop.log.1")
    other.write_text(numbered(30, 2))
    real = files.LogFile
    monkeypatch.setattr(
        sources, "LogFile", lambda *_: (_ for _ in ()).throw(PermissionError())
    )
    looking.look()
    assert "permission denied" in looking.source.trouble[str(other)]
    monkeypatch.setattr(sources, "LogFile", real)
    looking.look()

    assert {} == looking.source.trouble
    assert {30, 31} <= set(looking.numbers)


def test_a_damaged_packed_file_is_trouble(log):
    """It is named, and the other files are read."""
    packed = log.with_name("shop.log.1.gz")
    packed.write_bytes(gzip.compress(b"x" * 100)[:10])
    looking = Looking(log.parent)

    assert "cannot be unpacked" in looking.source.trouble[str(packed)]
    assert list(range(10)) == looking.numbers
    looking.source.close()


def test_a_read_that_fails_is_trouble(looking, log, monkeypatch):
    """The disk's reason is passed on."""
    append(log, 10, 1)

    def fail(*_):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(looking.source.tails[0].file, "read", fail)
    looking.read()

    assert "cannot be read (Input/output error)" == looking.source.trouble[str(log)]


def test_a_path_that_vanishes_while_it_is_looked_at(looking, log):
    """A listing may be older than the disk."""
    looking.source.reconcile([log, log.with_name("gone.log")], NOON_NS, started=True)

    assert [str(log.with_name("gone.log"))] == list(looking.source.trouble)


def test_a_read_that_succeeds_again_is_no_trouble(looking, log, monkeypatch):
    """And all lines are there, once."""
    append(log, 10, 1)

    def fail(*_):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(looking.source.tails[0].file, "read", fail)
        looking.read()
        assert looking.source.trouble
    looking.read()

    assert {} == looking.source.trouble
    assert list(range(11)) == looking.numbers


def test_a_deleted_file_is_closed_though_the_clock_went_back(looking, log):
    """A minute later, not when the clock has caught up."""
    log.unlink()
    looking.look()
    looking.clock.advance(-7200)
    looking.look()
    looking.clock.advance(61)
    looking.look()

    assert not looking.source.tails[0].file.open
