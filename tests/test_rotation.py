"""Files that are rotated while they are written: each record once, in every style.

A writer thread writes numbered lines and rotates; a feed with a real watch follows. What
is asserted is the numbers in memory, not how they came there. All lines are read within
the test's time, so a style that loses lines by its nature (a deletion) waits until its
lines are read.
"""

import gzip
import os
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from log_mcp import feed as feeds
from log_mcp.feed import Feed
from log_mcp.ingest import source as sources
from log_mcp.query.filter import Filter
from log_mcp.reach import reach
from tests.feeding import Clock, count_held, eventually, feeding, held, numbered

BANNER = "=== shop 1.0, the same in all files ===\n"


class Writer(threading.Thread):
    """Writes numbered lines and rotates its file between them.

    Args:
        log: The file.
        rotate: Called between two runs of lines.
        rotations: How many times.
        lines: How many lines between two.
    """

    def __init__(
        self,
        log: Path,
        rotate: Callable[["Writer"], None],
        rotations: int,
        lines: int,
        banner: str = "",
    ) -> None:
        super().__init__()
        self.log = log
        self.lines = lines
        self.written = 0
        self.banners = 0
        self.rotated = 0
        self.feed: Feed | None = None
        self.failure: BaseException | None = None
        self._rotate = rotate
        self._rotations = rotations
        self._banner = banner
        self.file = log.open("a")
        self.begin()

    def begin(self) -> None:
        """What a service prints when its file is new."""
        if self._banner:
            self.file.write(self._banner)
            self.file.flush()
            self.banners += 1

    def reopen(self) -> None:
        self.file.close()
        self.file = self.log.open("a")
        self.begin()

    def write(self, count: int) -> None:
        for first in range(0, count, 250):
            self.file.write(numbered(self.written, min(250, count - first)))
            self.file.flush()
            self.written += min(250, count - first)

    def until_read(self) -> None:
        """Wait until all that was written is in memory."""
        feed = self.feed
        assert feed is not None
        assert eventually(lambda: count_held(feed) >= self.written + self.banners)

    def older(self, suffix: str = "") -> Path:
        """The next name of a file that is put away, the others moved on."""
        for number in range(self.rotated, 0, -1):
            for ending in ("", ".gz"):
                path = self.log.with_name(f"shop.log.{number}{ending}")
                if path.exists():
                    path.rename(self.log.with_name(f"shop.log.{number + 1}{ending}"))
        self.rotated += 1
        return self.log.with_name(f"shop.log.1{suffix}")

    def run(self) -> None:
        try:
            for _ in range(self._rotations):
                self.write(self.lines)
                self._rotate(self)
            self.write(self.lines)
        except BaseException as error:
            self.failure = error
            raise
        finally:
            self.file.close()


def rename_and_create(writer: Writer) -> None:
    writer.log.rename(writer.older())
    writer.reopen()


def copy_and_truncate(writer: Writer) -> None:
    shutil.copyfile(writer.log, writer.older())
    os.truncate(writer.log, 0)
    writer.begin()


def rename_and_pack(writer: Writer) -> None:
    old = writer.older()
    writer.log.rename(old)
    writer.reopen()
    with old.open("rb") as plain, gzip.open(f"{old}.gz", "wb", 1) as packed:
        shutil.copyfileobj(plain, packed)
    old.unlink()


def truncate(writer: Writer) -> None:
    writer.until_read()
    os.truncate(writer.log, 0)
    writer.begin()


def delete_and_create(writer: Writer) -> None:
    writer.until_read()
    writer.log.unlink()
    writer.reopen()


def write_late(writer: Writer) -> None:
    """The writer goes on in the renamed file for a while, as after logrotate."""
    writer.log.rename(writer.older())
    writer.write(50)
    writer.reopen()


def rotate_twice(writer: Writer) -> None:
    """Two rotations with few lines between them, most likely between two looks."""
    for _ in range(2):
        writer.log.rename(writer.older())
        writer.reopen()
        writer.write(3)


def rename_by_date(writer: Writer) -> None:
    writer.rotated += 1
    writer.log.rename(writer.log.with_name(f"shop-2026-03-{writer.rotated:02d}.log"))
    writer.reopen()


def put_into_an_archive(writer: Writer) -> None:
    archive = writer.log.parent / "archive"
    archive.mkdir(exist_ok=True)
    writer.rotated += 1
    writer.log.rename(archive / f"shop.log.{writer.rotated}")
    writer.reopen()


STYLES = {
    "rename and create": rename_and_create,
    "copy and truncate": copy_and_truncate,
    "rename and pack": rename_and_pack,
    "truncate": truncate,
    "delete and create": delete_and_create,
    "a late writer": write_late,
    "two rotations at once": rotate_twice,
    "rename by date": rename_by_date,
    "into an archive": put_into_an_archive,
}
ROTATIONS = 4
LINES = 20_000  # between two rotations, so 100,000 in all
FEW_LINES = 1_000  # where the files' beginnings are the point


def numbers(feed: Feed) -> list[int]:
    lines = b"\n".join(held(feed)).split(b"\n")
    return sorted(int(line.rsplit(b" ", 1)[1]) for line in lines if b"number" in line)


def all_once(feed: Feed, count: int) -> bool:
    """Whether every number is held exactly once; says which are not."""
    assert eventually(lambda: count_held(feed) >= count, 20), Counter(
        set(range(count)) - set(numbers(feed))
    ).most_common(3)
    found = Counter(numbers(feed))

    assert [] == [n for n, times in found.items() if times > 1][:5]
    assert [] == sorted(set(range(count)) - set(found))[:5]
    return True


@pytest.mark.untraced
@pytest.mark.parametrize("banner", ["", BANNER], ids=["no banner", "equal banners"])
@pytest.mark.parametrize("style", STYLES)
def test_each_record_once(tmp_path, style, banner):
    """Nothing is lost and nothing is read twice."""
    log, lines = tmp_path / "shop.log", FEW_LINES if banner else LINES
    writer = Writer(log, STYLES[style], ROTATIONS, lines, banner)
    with feeding(log) as feed:
        writer.feed = feed
        writer.start()
        writer.join()
        assert writer.failure is None
        total = writer.written + writer.banners
        eventually(lambda: count_held(feed) >= total, 10)

        assert all_once(feed, writer.written)
        if banner:
            lines_held = b"\n".join(held(feed)).split(b"\n")
            assert writer.banners == lines_held.count(BANNER.strip().encode())


def append(path: Path, first: int, count: int) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as writer:
        writer.write(numbered(first, count))


def test_a_symlink_that_moves(tmp_path):
    """The log goes on in the file that the link leads to now."""
    log = tmp_path / "current.log"
    for day in range(3):
        append(tmp_path / "files" / f"{day}.txt", 100 * day, 50)
    log.symlink_to(tmp_path / "files" / "0.txt")
    with feeding(log) as feed:
        for day in range(3):
            new = tmp_path / "new"
            new.symlink_to(tmp_path / "files" / f"{day}.txt")
            new.rename(log)
            append(log, 100 * day + 50, 50)
            assert all_once(feed, 100 * (day + 1))


def test_a_file_that_appears_later(tmp_path):
    """Its folder need not be there either."""
    log = tmp_path / "logs" / "shop.log"
    with feeding(log) as feed:
        assert 0 == count_held(feed)
        append(log, 0, 500)
        assert all_once(feed, 500)
        append(log, 500, 500)
        assert all_once(feed, 1000)


def test_a_glob_that_gains_files(tmp_path):
    """Each is read from its beginning."""
    append(tmp_path / "0.log", 0, 100)
    with feeding(tmp_path / "*.log") as feed:
        for n in range(1, 6):
            append(tmp_path / f"svc{n}.log", 100 * n, 100)
        assert all_once(feed, 600)


def test_a_folder_that_is_made_again(tmp_path):
    """A deployment that replaces the whole folder is followed."""
    log = tmp_path / "logs" / "shop.log"
    append(log, 0, 100)
    with feeding(log) as feed:
        assert all_once(feed, 100)
        log.parent.rename(tmp_path / "gone")
        append(log, 100, 100)
        assert all_once(feed, 200)
        append(log, 200, 100)
        assert all_once(feed, 300)


def holds(feed: Feed, count: int) -> bool:
    return count_held(feed) == count


def follows(feed: Feed, count: int) -> bool:
    feed.nudge()
    return len(feed.tails()) == count


def test_files_without_end_are_forgotten(tmp_path, monkeypatch):
    """Of a log that is rotated each minute for weeks what is gone takes no memory."""
    monkeypatch.setattr(feeds, "GONE_S", -1.0)
    monkeypatch.setattr(sources, "CLOSE_AFTER_NS", -1)
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 10))
    with feeding(tmp_path, clock=Clock()) as feed:
        for first in range(10, 60, 10):
            log.rename(tmp_path / "shop.log.1")
            log.write_text(numbered(first, 10))
            feed.nudge()
            assert eventually(partial(holds, feed, first + 10))
        feed.ring.budget_bytes = 1
        feed.ring.make_room()
        assert eventually(partial(follows, feed, 2))
        (source,) = feed.catalog.sources
        assert source.lost_ns is not None
        everything = reach(feed, feed.ring.snapshot(), Filter())
        younger = reach(feed, feed.ring.snapshot(), Filter(since_ns=source.lost_ns + 1))

        assert 60 == count_held(feed) + sum(o.evicted for o in feed.ring.snapshot())
        assert ["shop"] == everything.lost
        assert [] == younger.lost
