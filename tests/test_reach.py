"""What memory does not hold, read again from the disk."""

import gzip
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.ingest import past
from log_mcp.ingest import tail as tails
from log_mcp.pace import Pace
from log_mcp.query.filter import Filter
from log_mcp.reach import Reach, reach
from log_mcp.sweep import Sweep
from tests.feeding import SECOND_NS, count_held, eventually, feeding, noisy, texts

EIGHT_NS = 1_772_618_400 * SECOND_NS  # 2026-03-04T10:00:00Z


def beyond(feed, wanted=None) -> tuple[Reach, list[bytes]]:
    wanted = wanted or Filter()
    found = reach(feed, feed.ring.snapshot(), wanted)
    return found, texts(Sweep((), found, wanted, Pace()))


def both(feed) -> list[int]:
    """Numbers of the records in memory and of those beyond it."""
    snapshot = feed.ring.snapshot()
    found = reach(feed, snapshot, Filter())
    records = texts(s for one in snapshot for s in one.segments)
    records += texts(Sweep((), found, Filter(), Pace()))
    return sorted(int(text.rsplit(b" ", 1)[1]) for text in records)


@pytest.mark.untraced
@settings(max_examples=12)
@given(
    st.integers(60_000, 180_000),
    st.integers(5_000, 60_000),
    st.sampled_from(["plain", "packed", "live"]),
)
def test_memory_and_disk_together_hold_each_record_once(
    tmp_path_factory, budget, unit, kind
):
    """Whatever the budget: exactly the part that is not held is read again."""
    folder = tmp_path_factory.mktemp("reach")
    log, old = folder / "shop.log", folder / "shop.log.1"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "UNIT_BYTES", unit)
        patch.setattr(tails, "FIRST_BYTES", unit)
        if kind == "packed":
            old = folder / "shop.log.1.gz"
            old.write_bytes(gzip.compress(noisy(0, 2000).encode(), 1))
        else:
            old.write_text(noisy(0, 2000))
        log.write_text("" if kind == "live" else noisy(2000, 1000))
        with feeding(log, budget=budget) as feed:
            if kind == "live":
                log.write_text(noisy(2000, 1000))
                assert eventually(lambda: list(range(3000)) == both(feed))
            assert count_held(feed) < 3000
            assert list(range(3000)) == both(feed)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(past, "UNIT_BYTES", 20_000)
    monkeypatch.setattr(tails, "FIRST_BYTES", 20_000)


def test_what_is_held_is_not_read_again(tmp_path):
    """Then there is nothing to reach for."""
    log = tmp_path / "shop.log"
    log.write_text(noisy(0, 100))
    with feeding(log) as feed:
        found, records = beyond(feed)

    assert [] == records
    assert found.complete
    assert 0 == found.missing_bytes


@pytest.mark.usefixtures("small")
def test_reading_says_how_much_it_read(tmp_path):
    """So that an answer can say what it covers."""
    log = tmp_path / "shop.log"
    log.write_text(noisy(0, 10_000))
    with feeding(log, budget=150_000) as feed:
        found = reach(feed, feed.ring.snapshot(), Filter())
        before = found.complete
        assert len(list(Sweep((), found, Filter(), Pace()))) > 1
        assert [False, True] == [before, found.complete]
        assert found.missing_bytes == found.read_bytes > 0


@pytest.mark.usefixtures("small")
def test_a_question_about_the_recent_past_reads_no_further(tmp_path):
    """Files are read backwards until they are too old, or not at all."""
    log = tmp_path / "shop.log"
    log.write_text(noisy(0, 10_000))
    with feeding(log, budget=150_000) as feed:
        newest = max(s.first_ns for one in feed.ring.snapshot() for s in one.segments)
        held_only, nothing = beyond(feed, Filter(since_ns=newest))
        some, records = beyond(feed, Filter(since_ns=EIGHT_NS + 5000 * SECOND_NS))

    assert [] == nothing
    assert held_only.complete
    assert 500 < len(records) < 9_000
    assert some.complete


@pytest.mark.usefixtures("small")
def test_other_sources_and_marks_are_left_out(tmp_path):
    """A question about one source reads its files alone."""
    log = tmp_path / "shop.log"
    log.write_text(noisy(0, 10_000))
    with feeding(log, budget=150_000) as feed:
        assert [] == beyond(feed, Filter(sources=frozenset({"cart"})))[1]
        assert [] == beyond(feed, Filter(marks={}))[1]


@pytest.mark.usefixtures("small")
def test_a_file_nothing_is_held_of_is_read_whole(tmp_path):
    """Unless it is older than the question."""
    log, old = tmp_path / "shop.log", tmp_path / "cart.log.1"
    log.write_text(noisy(0, 10_000))
    old.write_text(noisy(0, 5_000, "cart"))
    os.utime(old, (0, 1_000))
    with feeding(tmp_path, budget=150_000) as feed:
        records = beyond(feed)[1]
        after = Filter(since_ns=old.stat().st_mtime_ns + SECOND_NS)
        assert not any(b"cart" in text for text in beyond(feed, after)[1])

    assert 5_000 == sum(b"cart" in text for text in records)


@pytest.mark.usefixtures("small")
def test_a_file_that_is_gone_is_lost(tmp_path):
    """What left memory, and the disk, cannot be answered: it is said."""
    log = tmp_path / "shop.log"
    log.write_text(noisy(0, 10_000))
    with feeding(log, budget=150_000) as feed:
        log.unlink()
        assert eventually(lambda: feed.tails()[0].file.path is None)
        found, records = beyond(feed)

    assert ["shop"] == found.lost
    assert [] == records
    assert not found.complete


@pytest.mark.usefixtures("small")
def test_a_file_that_cannot_be_read_is_said(tmp_path):
    """Truncated between the question and the read."""
    log = tmp_path / "shop.log"
    log.write_text(noisy(0, 10_000))
    with feeding(log, budget=150_000) as feed:
        found = reach(feed, feed.ring.snapshot(), Filter())
        log.write_text("")
        assert [] == list(Sweep((), found, Filter(), Pace()))

    assert ["shop"] == found.unread
    assert not found.complete


def test_binary_and_empty_files_have_no_gaps(tmp_path):
    """There is nothing in them to answer from."""
    (tmp_path / "a.log").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "b.log").touch()
    with feeding(tmp_path) as feed:
        assert beyond(feed)[0].complete


TABLES = {
    "csv": ("time,level,message\n", "2026-03-04T12:{:02}:{:02}Z,INFO,order {}\n"),
    "w3c": (
        "#Version: 1.0\n#Fields: date time cs-method cs-uri-stem sc-status\n",
        "2026-03-04 12:{:02}:{:02} GET /orders/{} 200\n",
    ),
}


@pytest.mark.parametrize("first_bytes", [100_000, 2_000], ids=["at once", "history"])
@pytest.mark.parametrize(("header", "row"), TABLES.values(), ids=TABLES)
def test_the_header_of_a_table_is_no_record(
    tmp_path, monkeypatch, header, row, first_bytes
):
    """All rows are held: nothing on the disk is left to be looked at."""
    monkeypatch.setattr(tails, "FIRST_BYTES", first_bytes)
    monkeypatch.setattr(past, "UNIT_BYTES", first_bytes)
    rows = [row.format(n // 60, n % 60, n) for n in range(300)]
    (tmp_path / "shop.log").write_text(header + "".join(rows))
    with feeding(tmp_path) as feed:
        assert eventually(lambda: count_held(feed) == 300)
        found, records = beyond(feed)

    assert ([], [], 0) == (found.gaps, records, found.missing_bytes)


HOLE = 3 * 1024 * 1024


@pytest.mark.parametrize(
    "live", [False, True], ids=["at the start", "while it is read"]
)
def test_what_stands_behind_a_hole_is_all_there_is(tmp_path, live):
    """A file that begins with NUL bytes is held whole once all behind them is held."""
    log = tmp_path / "shop.log"
    log.write_text(noisy(0, 5) if live else "")
    if not live:
        with log.open("r+b") as writer:
            writer.seek(HOLE)
            writer.write(noisy(5, 20).encode())
    with feeding(log) as feed:
        if live:
            with log.open("r+b") as writer:  # As one does that does not append.
                writer.truncate(0)
                writer.seek(HOLE)
                writer.write(noisy(5, 20).encode())
            feed.nudge()
            assert eventually(lambda: count_held(feed) == 25)
        found, records = beyond(feed)

    assert ([], [], 0) == (found.gaps, records, found.looked_bytes)


def test_a_hole_behind_records_is_none(tmp_path):
    """What stands before it is still to be read where it is not held."""
    log = tmp_path / "shop.log"
    log.write_text(noisy(0, 2000))
    with log.open("r+b") as writer:
        writer.seek(HOLE)
        writer.write(noisy(2000, 1000).encode())
    with feeding(log, budget=60_000) as feed:
        assert count_held(feed) < 1000
        assert list(range(3000)) == both(feed)
