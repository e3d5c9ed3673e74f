"""Files into memory: the threads, their order, their end."""

import gzip
import os
import resource
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from log_mcp import feed as feeds
from log_mcp import finisher
from log_mcp.analysis.annotate import Annotator
from log_mcp.beat import beat, beating
from log_mcp.feed import Feed
from log_mcp.ingest import past
from log_mcp.ingest import tail as tails
from log_mcp.store.ring import Ring
from tests.feeding import (
    Clock,
    catalog_of,
    count_held,
    eventually,
    feeding,
    held,
    ids,
    numbered,
)
from tests.test_ring import Beside


def append(path, text) -> None:
    with path.open("a") as writer:
        writer.write(text)


def test_a_new_line_is_found_by_itself(tmp_path):
    """Nobody has to ask for it."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 3))
    with feeding(log) as feed:
        assert 3 == count_held(feed)
        append(log, numbered(3, 1))
        assert eventually(lambda: 4 == count_held(feed), 3)
        assert held(feed)[-1].endswith(b"number 3")


def test_new_lines_are_read_politely(tmp_path):
    """A question that comes amid a block waits for no more than the next beat of it."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 3))
    beats = []

    @contextmanager
    def yielding(limit_s):
        with beating(lambda: beats.append(limit_s)):
            yield

    ring, clock = Ring(1 << 20), Clock()
    feed = Feed(catalog_of(log), ring, Annotator(), clock, yielding=yielding)
    feed.catalog.refresh(0, started=False)
    feed._read(None)
    read = list(beats)
    feed._read(None)
    feed.close()

    assert 3 == count_held(feed)
    assert {feeds.LINES_WAIT_S} == set(read)
    assert read == beats  # Where nothing came nobody is waited for.


def test_what_is_done_at_leisure_gives_way_for_long_but_not_to_an_index(tmp_path):
    """A question after the start is not asked beside it; what is sealed goes first."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 3))
    asked = []

    @contextmanager
    def polite(limit_s, unless=None):
        if unless is not None:
            asked.append((limit_s, unless()))
            feed.finisher._sealed.set()
            asked.append((limit_s, unless()))
            feed.finisher._sealed.clear()
        yield

    feed = Feed(catalog_of(log), Ring(1 << 20), Annotator(), Clock(), polite)
    feed.finisher.at_leisure(lambda: None)
    feed.start()
    assert feed.wait_looked(5)
    assert feed.wait_rested(5)
    feed.close()

    assert [
        (finisher.LEISURE_WAITS_S, False),
        (finisher.LEISURE_WAITS_S, True),
    ] == asked[:2]
    assert finisher.LEISURE_WAITS_S > 10 * finisher.FINISHING_WAITS_S


def test_a_new_line_is_found_without_notices(tmp_path, monkeypatch):
    """On file systems that give none, the slow look finds lines and files."""
    monkeypatch.setattr(feeds, "POLL_S", 0.05)
    monkeypatch.setattr(feeds, "STRUCTURE_S", 0.1)
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 3))
    with feeding(tmp_path) as feed:
        feed._watch._notice = lambda *_: None
        append(log, numbered(3, 1))
        (tmp_path / "cart.log").write_text(numbered(4, 1, "cart"))
        assert eventually(lambda: 5 == count_held(feed))


def test_work_at_leisure_waits_for_what_is_sealed(tmp_path):
    """The index goes first, also amid the work."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 30))
    unfinished, done = [], threading.Event()
    with feeding(log) as feed:
        (key,) = [tail.key for tail in feed.tails()]

        def work() -> None:
            unfinished.append(len(feed.ring.unfinished()))
            if len(unfinished) < 3:
                feed.ring.seal(key)
                feed.finisher._sealed.set()
            beat()
            done.set()

        feed.finisher.at_leisure(work)
        feed.finisher._sealed.set()
        assert done.wait(15)

    assert [0, 0, 0] == unfinished


def test_what_is_kept_at_leisure_stays_within_the_budget(tmp_path):
    """No line need arrive for that."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 30))
    cache = Beside(0)
    with feeding(log) as feed:
        feed.ring.beside(cache)

        def work() -> None:
            cache.nbytes = feed.ring.budget_bytes

        feed.finisher.at_leisure(work)
        feed.finisher._sealed.set()
        assert feed.wait_rested(15)
        assert eventually(lambda: not cache.nbytes)

    assert feed.ring.used_bytes <= feed.ring.budget_bytes


def test_a_nudge_looks_at_once(tmp_path):
    """For whoever cannot wait."""
    log = tmp_path / "shop.log"
    with feeding(log) as feed:
        log.write_text(numbered(0, 1))
        feed.nudge()
        assert eventually(lambda: 1 == count_held(feed))


def test_other_changes_in_a_watched_folder_are_passed_over(tmp_path):
    """A file that is no log of ours costs nothing."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 1))
    (tmp_path / "notes.db").write_text("x")
    with feeding(log) as feed:
        feed._notice(frozenset({str(tmp_path / "notes.db")}), False)
        append(log, numbered(1, 1))
        assert eventually(lambda: 2 == count_held(feed))


def test_a_half_written_line_is_waited_for(tmp_path):
    """Until its end comes, or a second has passed in silence."""
    clock, log = Clock(), tmp_path / "shop.log"
    log.write_text(numbered(0, 1) + numbered(1, 1).strip())
    with feeding(log, clock=clock) as feed:
        assert 1 == count_held(feed)
        clock.advance(1.1)
        assert eventually(lambda: 2 == count_held(feed))
        assert {log.stat().st_size} == set(feed.positions().values())


@pytest.fixture
def small(monkeypatch):
    """Units of a few kilobytes, so that small files have a history."""
    monkeypatch.setattr(past, "UNIT_BYTES", 4000)
    monkeypatch.setattr(past, "WINDOW_BYTES", 1000)
    monkeypatch.setattr(tails, "FIRST_BYTES", 4000)


@pytest.mark.usefixtures("small")
def test_history_comes_newest_first(tmp_path):
    """Across files: the youngest stretch there is comes next."""
    old, log = tmp_path / "shop.log.1", tmp_path / "shop.log"
    old.write_text(numbered(0, 400))
    log.write_text(numbered(400, 400))
    os.utime(old, (0, 1000))
    prepended = []

    class Remembering(Ring):
        def prepend(self, block) -> bool:
            prepended.append(int(block.times[-1]))
            return super().prepend(block)

    feed = Feed(catalog_of(log), Remembering(2**28), Annotator(), Clock())
    feed.start()
    assert feed.wait_looked(10)
    assert feed.wait_loaded(10)
    feed.close()

    assert len(prepended) > 8
    assert sorted(prepended, reverse=True) == prepended
    assert 800 == count_held(feed)
    assert 0 == feed.remaining_bytes()


def test_the_budget_stops_history(tmp_path, monkeypatch):
    """What is older stays on disk, and the feed says that it is full."""
    monkeypatch.setattr(past, "UNIT_BYTES", 100_000)
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 40_000))
    with feeding(log, budget=400_000) as feed:
        assert feed.full
        assert feed.loaded
        assert feed.remaining_bytes() > 0
        numbers = [int(text.rsplit(b" ", 1)[1]) for text in held(feed)]
        assert 39_999 == numbers[-1]
        assert list(range(numbers[0], 40_000)) == numbers
        assert feed.ring.used_bytes <= 500_000


def test_ids_are_the_same_after_a_restart(tmp_path):
    """Also when the file was rotated and packed between."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 2000))
    with feeding(log) as feed:
        before = ids(feed)
    (tmp_path / "shop.log.1.gz").write_bytes(gzip.compress(log.read_bytes()))
    log.write_text(numbered(2000, 5))
    with feeding(log, reaching=True) as feed:
        after = ids(feed)

    assert 2000 == len(before)
    assert before.items() <= after.items()


def test_the_end_leaves_nothing(tmp_path):
    """No thread and no descriptor, whenever it comes: the fixture looks."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 50_000))
    feed = Feed(catalog_of(log), Ring(2**28), Annotator(), Clock())
    feed.close()
    for _ in range(5):
        feed = Feed(catalog_of(log), Ring(2**28), Annotator(), Clock())
        feed.start()
        feed.close()

    assert not [t.name for t in threading.enumerate() if t.name.startswith("log-mcp")]


@pytest.mark.parametrize("thread", ["ingest", "seal"])
def test_a_failure_is_told(tmp_path, thread):
    """A thread that ends says so; nobody waits for it in vain."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 100))

    class Broken(Ring):
        def append(self, block) -> None:
            if thread == "ingest":
                raise ZeroDivisionError
            super().append(block)
            self._sealed()

        def unfinished(self):
            raise ZeroDivisionError

    feed = Feed(catalog_of(log), Broken(2**28), Annotator(), Clock())
    feed.start()
    assert feed.wait_loaded(10)
    assert eventually(lambda: feed.failure is not None)
    feed.close()

    assert f"ZeroDivisionError in log-mcp-{thread}" == feed.failure


def test_compressed_history_waits_for_a_question_that_reaches_it(tmp_path):
    """One file is older than the window of a question, then all are reached."""
    (tmp_path / "shop.log").write_text(numbered(100, 5))
    for name, first, written in (
        ("shop.log.1.gz", 50, 1_700_000_000),
        ("shop.log.2.gz", 0, 1_600_000_000),
    ):
        packed = tmp_path / name
        packed.write_bytes(gzip.compress(numbered(first, 50).encode()))
        os.utime(packed, (written, written))
    counts = []
    with feeding(tmp_path / "shop.log") as feed:
        assert 0 == feed.remaining_bytes()
        for since_ns in (1_650_000_000 * 10**9, 1_690_000_000 * 10**9, None):
            counts.append(count_held(feed))
            feed.reach_back() if since_ns is None else feed.reach_back(since_ns)
            assert feed.wait_loaded(30)
        counts.append(count_held(feed))

    assert [5, 55, 55, 105] == counts


def test_a_damaged_history_is_told(tmp_path):
    """What could be read is kept, the trouble is named, and loading ends."""
    packed = tmp_path / "shop.log.1.gz"
    packed.write_bytes(gzip.compress(numbered(0, 30_000).encode())[:-9000])
    (tmp_path / "shop.log").write_text(numbered(30_000, 5))
    with feeding(tmp_path / "shop.log", reaching=True) as feed:
        (source,) = feed.catalog.sources
        assert "damaged or cut short" in source.trouble[str(packed)]
        assert 1000 < count_held(feed) < 30_005


@pytest.mark.usefixtures("small")
def test_a_file_truncated_before_its_history_was_read(tmp_path):
    """What is gone is told; what is new is read."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 2000))
    rewritten = threading.Event()

    class Rewriting(Ring):
        def prepend(self, block) -> bool:
            if not rewritten.is_set():
                rewritten.set()
                log.write_text(numbered(5000, 3))
            return super().prepend(block)

    feed = Feed(catalog_of(log), Rewriting(2**28), Annotator(), Clock())
    feed.start()
    assert feed.wait_loaded(10)
    assert eventually(lambda: held(feed)[-1].endswith(b"number 5002"))
    (source,) = feed.catalog.sources
    trouble = dict(source.trouble)
    feed.close()

    assert feed.failure is None
    assert "truncated or deleted" in trouble.get("shop", "") or not trouble


def test_a_packed_file_renamed_before_its_history_was_read(tmp_path):
    """It is found again under its new name."""
    (tmp_path / "shop.log").write_text(numbered(50, 1))
    first, second = tmp_path / "shop.log.1.gz", tmp_path / "shop.log.2.gz"
    first.write_bytes(gzip.compress(numbered(0, 50).encode()))
    catalog = catalog_of(tmp_path / "shop.log")
    feed = Feed(catalog, Ring(2**28), Annotator(), Clock())
    catalog.refresh(0, started=False)
    first.rename(second)
    feed.reach_back()
    while feed._history():
        pass
    feed.close()

    assert 50 <= count_held(feed)


def test_a_file_that_is_written_without_pause_keeps_no_other_waiting(
    tmp_path, monkeypatch
):
    """Others have their turn between two looks at it, and it is read to its end."""
    monkeypatch.setattr(tails, "LOOK_BYTES", 1)
    monkeypatch.setattr(tails, "READ_BYTES", 4_000)
    monkeypatch.setattr(tails, "LINE_BYTES_MAX", 0)
    loud, quiet = tmp_path / "loud.log", tmp_path / "quiet.log"
    loud.write_text(numbered(0, 1, "loud"))
    quiet.write_text(numbered(0, 1, "quiet"))
    catalog, order = catalog_of(loud, quiet), []
    feed = Feed(catalog, Ring(2**28), Annotator(), Clock())
    catalog.refresh(0, started=False)
    feed._read(None)
    append(loud, numbered(1, 400, "loud"))
    append(quiet, numbered(1, 1, "quiet"))
    while not all(tail.idle for tail in feed.tails()):
        feed._catch_up(force=False)
        order.append(sum("quiet" in one.decode() for one in held(feed)))
    feed.close()

    assert 403 == count_held(feed)
    assert 2 == order[0]
    assert len(order) > 3


def test_a_file_that_fell_silent_is_sealed(tmp_path):
    """Its open lines get an index, which a search of many files needs."""
    log = tmp_path / "shop.log"
    log.write_text(numbered(0, 4_000))
    catalog = catalog_of(log)
    feed = Feed(catalog, Ring(2**28), Annotator(), Clock())
    catalog.refresh(0, started=False)
    feed._read(None)
    feed._seal_quiet(0.0)
    before = len(feed.ring.unfinished())
    feed._seal_quiet(float("inf"))
    after = len(feed.ring.unfinished())
    feed.close()

    assert [0, 1] == [before, after]
    assert 4_000 == count_held(feed)


MANY = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_NOFILE, (512, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
from tests.feeding import feeding, count_held, eventually, numbered
folder, count = Path(sys.argv[1]), int(sys.argv[2])
with feeding(folder) as feed:
    assert count == count_held(feed), count_held(feed)
    for n in (0, 7, count - 1):
        with (folder / f"svc{n}.log").open("a") as writer:
            writer.write(numbered(0, 1))
    assert eventually(lambda: count + 3 == count_held(feed)), count_held(feed)
    troubles = [s.trouble for s in feed.catalog.sources if s.trouble]
    assert not troubles, troubles[:3]
"""


def test_thousands_of_files_do_not_use_up_the_descriptors(tmp_path):
    """A process may hold few; all files are followed all the same."""
    count = 700
    for n in range(count):
        (tmp_path / f"svc{n}.log").write_text(numbered(n, 1))
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[1] >= 512
    done = subprocess.run(
        [sys.executable, "-c", MANY, str(tmp_path), str(count)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "" == done.stderr
    assert 0 == done.returncode
