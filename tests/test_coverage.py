"""What an answer covers, so that "0 matches" is a proof or says that it is not."""

import os
import re
from dataclasses import replace
from functools import partial

import pytest

from log_mcp import render
from log_mcp.census import state
from log_mcp.config import Config
from log_mcp.errors import NotFound
from log_mcp.hindrance import size
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask
from log_mcp.timestamp import iso
from tests.books import config, numbered, reading, steps
from tests.feeding import NOON_NS, SECOND_NS, Clock, eventually

SIZES = {
    0: "0 bytes",
    999: "999 bytes",
    1000: "1.0 KB",
    9_940: "9.9 KB",
    12_345: "12 KB",
    256_000_000: "256 MB",
    3_000_000_000: "3.0 GB",
    5_000_000_000_000_000: "5000 TB",
}


@pytest.mark.parametrize(("count", "text"), SIZES.items(), ids=SIZES.values())
def test_sizes_for_people(count, text):
    """Two digits at least, and never more than needed."""
    assert text == size(count)


@pytest.fixture
def folder(tmp_path):
    """Logs in every state that a log can be in."""
    (tmp_path / "live.log").write_text(numbered(0, 5))
    (tmp_path / "empty.log").write_text("")
    (tmp_path / "binary.log").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "damaged.log.1.gz").write_bytes(b"\x1f\x8b\x08\x00" + bytes(300))
    (tmp_path / "damaged.log").write_text(numbered(0, 5))
    return tmp_path


STATES = {
    "binary": "binary",
    "damaged": "live",
    "empty": "empty",
    "gone": "missing",
    "live": "live",
}


def test_the_state_of_each_source(folder):
    """And what is wrong with its files, in words."""
    with reading(config(folder, "*.log", "gone.log")) as book:
        rows = {row.name: row for row in book.sources()}
        trouble = rows["damaged"].trouble
        notes = book.search(Ask()).view.notes

    assert STATES == {name: row.state for name, row in rows.items()}
    assert "damaged.log.1.gz" in trouble
    assert rows["live"].trouble is None
    assert (5, 1, (folder / "live.log").stat().st_size) == (
        rows["live"].records,
        rows["live"].files,
        rows["live"].bytes,
    )
    assert ("", None) == (rows["empty"].format, rows["empty"].oldest)
    for note in (
        "source binary is binary",
        "source gone is missing",
        (
            "source damaged: trouble with 1 file, see check: cannot be unpacked further:"
            " damaged or cut short"
        ),
    ):
        assert note in notes


def test_only_sources_that_were_asked_for_are_told_of(folder):
    """What is wrong elsewhere does not make this answer less."""
    with reading(config(folder, "*.log", "gone.log")) as book:
        notes = book.search(Ask(source=("live",))).view.notes

    assert [] == notes


def test_a_path_that_is_no_log(tmp_path):
    """A source without a file is missing, and `check` says why."""
    os.mkfifo(tmp_path / "pipe.log")
    with reading(config(tmp_path, "pipe.log", names=True)) as book:
        [row] = book.sources()
        notes = book.search(Ask()).view.notes

    assert ("pipe", "missing", 0) == (row.name, row.state, row.records)
    assert ["source pipe is missing", "nothing is found at 1 path, see check"] == notes


def test_a_file_that_cannot_be_opened(tmp_path):
    """Its source is unreadable, and tells the file and what is wrong."""
    (tmp_path / "a.log.1.gz").write_bytes(b"\x1f\x8b\x08\x00" + bytes(300))
    with reading(config(tmp_path, "a.log.1.gz")) as book:
        [row] = book.sources()

    assert 0 == row.records
    assert "a.log.1.gz: " in row.trouble


def test_no_source_at_all(tmp_path):
    """A pattern that matches nothing is told, or zero matches would be no news."""
    with reading(config(tmp_path, "*.log")) as book:
        page = book.search(Ask())

    assert ["nothing is found at 1 path, see check"] == page.view.notes


def test_a_project_without_logs(tmp_path):
    """Where nothing is discovered, every answer says so, and what to do."""
    (tmp_path / "readme.md").write_text("no log\n")
    told = f"no log files were found below {tmp_path}; start the server with paths"
    with reading(Config((), project_root=tmp_path)) as book:
        answers = book.overview(), book.search(Ask()), book.trends(Ask())
        refused = []
        for ask in (
            partial(book.error, "gaaaaaaaa"),
            partial(book.explain, "gaaaaaaaa", Ask()),
            partial(book.explain, None, Ask()),
        ):
            with pytest.raises(NotFound) as caught:
                ask()
            refused.append(str(caught.value))

    assert [[told]] * 3 == [answer.view.notes for answer in answers]
    assert [] == [message for message in refused if told not in message]


def test_records_without_a_time_or_a_level(tmp_path):
    """Told where they matter: a window cannot place the ones, a level not match the others."""
    (tmp_path / "a.log").write_text("one\ntwo\n" + numbered(0, 2))
    (tmp_path / "b.log").write_text("three\n")
    with reading(config(tmp_path, "a.log", "b.log")) as book:

        def notes(**ask):
            return book.search(Ask(**ask)).view.notes

        assert [] == notes()
        assert ["records without a level, which match no level filter: 3"] == notes(
            level="info"
        )
        assert ["records without a level, which match no level filter: 1"] == notes(
            level="info", source=("b",)
        )
        [told] = notes(since="3h")
        assert told.endswith("placed beside their neighbours: 3 of a, b")
        [told] = notes(until="1m", source=("a",))
        assert told.endswith("placed beside their neighbours: 2 of a")
        # These tell when things happened, whatever is asked.
        for answer in (book.overview(), book.patterns(Ask()), book.trends(Ask())):
            assert any(
                note.endswith("neighbours: 3 of a, b") for note in answer.view.notes
            )


def test_a_log_of_a_moment_has_no_rate_of_thousands(tmp_path):
    """Two errors of one second are two a minute, unless that second was asked for."""
    lines = [f"2026-03-04T12:00:00.{at}00Z ERROR no stock\n" for at in (1, 3)]
    (tmp_path / "a.log").write_text("".join(lines))
    with reading(config(tmp_path, "a.log")) as book:
        assert 2.0 == book.trends(Ask()).errors_per_minute
        second = Ask(since="2026-03-04T12:00:00Z", until="2026-03-04T12:00:01Z")
        assert book.trends(second).errors_per_minute > 60


def test_many_names_are_cut(tmp_path):
    """Six of them, and how many more."""
    for n in range(9):
        (tmp_path / f"s{n}.log").write_text(f"plain {'abcdefghi'[n]}\n")
    with reading(config(tmp_path, "*.log")) as book:
        [told] = book.search(Ask(since="1h")).view.notes

    assert told.endswith("9 of s0, s1, s2, s3, s4, s5 and 3 more")


def test_the_window_is_echoed_in_full(tmp_path):
    """As times of UTC, and what is held."""
    (tmp_path / "a.log").write_text(numbered(0, 5))
    with reading(config(tmp_path, "a.log")) as book:
        view = book.search(Ask(since="2h", until="2026-03-04 11:30")).view

    assert ("2026-03-04T10:00:00.000Z", "2026-03-04T11:30:00.000Z") == (
        view.since,
        view.until,
    )
    assert ("2026-03-04T11:00:00.000Z", "2026-03-04T11:00:04.000Z", 5, 0) == (
        view.oldest_held,
        view.newest_held,
        view.records_held,
        view.evicted,
    )


def test_the_last_call_is_echoed_with_its_time(tmp_path):
    """And the first one says that nothing can be new."""
    (tmp_path / "a.log").write_text(numbered(0, 5))
    clock = Clock()
    ask = Ask(since="last_call")
    with reading(config(tmp_path, "a.log"), clock) as book:
        first = book.search(ask)
        clock.advance(60)
        second, third = book.search(ask), book.search(replace(ask, until="1h ago"))
        overview = book.overview(since="last_call")

    assert ["this is the first call: nothing is new before it"] == first.view.notes
    assert "window: since the last call (there was none)" in render.search(first, 900)
    assert [] == second.view.notes
    assert iso(NOON_NS) == second.view.since
    assert f"| window: since the last call ({iso(NOON_NS)}) |" in render.search(
        second, 500
    )
    assert f"({third.view.since}) to {third.view.until} |" in render.search(third, 900)
    assert "window: since the last call (" in render.overview(overview, 900)


def test_what_left_memory_and_the_disk_is_told(tmp_path):
    """A deleted file whose records were evicted: no answer can cover them."""
    (tmp_path / "a.log").write_text(numbered(0, 6_000, per_second=50, width=150))
    with reading(config(tmp_path, "a.log", memory=400_000)) as book:
        (tmp_path / "a.log").unlink()
        book.feed.nudge()
        assert eventually(
            lambda: state(book.feed.catalog.sources[0], book.feed) == "missing"
        )
        notes = [book.search(Ask()).view.notes, book.overview().view.notes]

    assert all(
        "older records of a left memory and their files are gone" in told
        for told in notes
    )


def test_older_files_that_cannot_be_read_are_told(tmp_path):
    """Between what is held and what is asked for."""
    (tmp_path / "a.log").write_text(numbered(0, 6_000, per_second=50, width=150))
    with reading(config(tmp_path, "a.log", memory=400_000)) as book:
        [source] = book.feed.catalog.sources
        tail = source.tails[0]
        tail.file.mark(0)
        tail.file._before = (0, b"something else was there")
        page = book.search(Ask())

    assert not page.matched_is_exact
    assert "older files of a could not be read" in page.view.notes


def test_what_was_read_and_what_was_not_add_up(tmp_path):
    """Of a file that was begun, too: what is left is not what was there."""
    (tmp_path / "a.log").write_text(numbered(0, 60_000, per_second=50, width=150))
    with reading(config(tmp_path, "a.log", memory=400_000), pace=steps(6)) as book:
        view = book.search(Ask(query="nobody wrote this")).view
    found = [
        float(number) * {"KB": 1e3, "MB": 1e6}[unit]
        for note in view.notes
        for number, unit in re.findall(r"^([0-9.]+) (KB|MB) ", note)
    ]

    assert 2 == len(found)
    assert any(" more on disk was not looked at" in note for note in view.notes)
    assert sum(found) < (tmp_path / "a.log").stat().st_size
    assert re.search(r"looked back to \S+:\d\d\.\d{3}Z", " ".join(view.notes))


@pytest.fixture
def apart(tmp_path):
    """A log of an hour, and one of its last ten minutes."""
    (tmp_path / "old.log").write_text(numbered(0, 3600))
    (tmp_path / "young.log").write_text(numbered(3000, 600))
    with reading(config(tmp_path, "old.log", "young.log")) as book:
        yield book


LATE = "no log before 2026-03-04T11:50:00Z of young"
LATER = {
    "a window of all": (Ask(), LATE),
    "a window from before": (Ask(since="30m"), LATE),
    "a window from within": (Ask(since="5m"), ""),
    "a window that ends before": (Ask(until="30m", source=("young",)), LATE),
    "the source that is all there": (Ask(source=("old",)), ""),
    "the young source alone": (Ask(source=("young",)), ""),
    "before all of them": (
        Ask(since="6h"),
        "no log before 2026-03-04T11:00:00Z of old; " + LATE,
    ),
    "long before all of them": (
        Ask(since="7d"),
        "no log before 2026-03-04T11:00:00Z of old, young",
    ),
    "since the last call": (Ask(since="last_call"), ""),
}


@pytest.mark.parametrize(("ask", "told"), LATER.values(), ids=LATER)
def test_a_source_that_begins_later_is_told(apart, ask, told):
    """In the text, where no log is easily taken for no error."""
    page = apart.search(ask)
    text = render.search(page, 2000, lambda _: "c")

    assert told == page.view.later
    assert (told and f"\nnote: {told}") in text
    assert ("no log" in text) == bool(told)
    assert [] == [note for note in page.view.notes if "no log" in note]


def test_an_open_window_is_that_of_the_sources_asked(apart):
    """Not that of another one which begins earlier."""
    text = render.search(apart.search(Ask(source=("young",)), limit=1), 2000)

    assert "| window: all held of young, from 2026-03-04T11:50:00Z |" in text


def test_only_letters_of_ascii_are_folded_and_it_is_said(tmp_path):
    """Zero matches of another alphabet would be no proof."""
    (tmp_path / "a.log").write_text(
        "2026-03-04 11:00:00 ERROR shop - Z\u00fcrich lost\n", "utf-8"
    )
    with reading(config(tmp_path, "a.log")) as book:
        upper, same = (
            book.search(Ask(query="Z\u00dcRICH")),
            book.search(Ask(query="ZURICH")),
        )
        folded = book.search(Ask(regex="(?i)Z\u00dcRICH"))
        other = book.search(Ask(query="\u4e2d"))

    told = "matched as written: \u00dc; regex with (?i) ignores their case"
    assert (0, [told]) == (upper.matched, upper.view.notes)
    assert (1, []) == (folded.matched, folded.view.notes)
    assert [[], []] == [same.view.notes, other.view.notes]


def by_hand(folder, *patterns):
    """A logbook whose feed is driven by the test."""
    book = Logbook(config(folder, *patterns), Clock())
    book.feed.catalog.refresh(NOON_NS, started=False)
    book.feed._looked.set()
    book.feed._loaded.set()
    return book, book.feed.catalog.sources[0]


def test_a_writer_that_is_faster_than_reading_is_told_and_caught_up_with(tmp_path):
    """Bytes and seconds in the overview, a note in each answer, until all is read."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 10))
    book, source = by_hand(tmp_path, "shop.log")
    for _, block in source.fresh(NOON_NS):
        book.ring.append(block)
    even = book.overview()
    with path.open("a") as file:
        file.write(numbered(10, 60_000, per_second=50, width=100))
    last_ns = NOON_NS - (3600 - 60_009 // 50) * SECOND_NS
    os.utime(path, ns=(last_ns, last_ns))
    looks = source.fresh(NOON_NS)
    seen = []
    for _, block in looks:
        book.ring.append(block)
        seen.append((book.overview(), book.search(Ask(query="number 60009 "))))
    [row] = book.sources()
    book.close()

    lags = [
        (found.sources[0].lag_bytes, found.sources[0].lag_seconds) for found, _ in seen
    ]
    assert [None, None] == [even.sources[0].lag_bytes, even.sources[0].lag_seconds]
    assert len(seen) > 3
    assert sorted(lags[:-1], reverse=True) == lags[:-1]
    assert all(size > 0 < seconds < 1200 for size, seconds in lags[:-1])
    assert [(None, None), (60_010, None, None)] == [
        lags[-1],
        (row.records, row.lag_bytes, row.lag_seconds),
    ]
    first, last = seen[0], seen[-1]
    for answer in first:
        assert any(
            "MB written to shop are not read yet" in note for note in answer.view.notes
        )
    assert (0, False) == (first[1].matched, first[1].matched_is_exact)
    assert (1, True, []) == (
        last[1].matched,
        last[1].matched_is_exact,
        last[1].view.notes,
    )


def test_errors_that_pour_in_are_sorted_within_the_limit(tmp_path):
    """However few there are: more come all the time. Once all is read, all are sorted."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 2))
    book, source = by_hand(tmp_path, "shop.log")
    with path.open("a") as file:
        file.write("".join(numbered(2, 3)).replace(" INFO ", " ERROR "))
        file.write(numbered(5, 30_000, width=100))
    book._desk.tell_s = -1.0
    looks = source.fresh(NOON_NS)
    book.ring.append(next(looks)[1])
    behind = book.overview()
    for _, block in looks:
        book.ring.append(block)
    even = book.overview()
    book.close()

    assert [] == behind.top_errors
    assert any("3 older errors are not sorted" in note for note in behind.view.notes)
    assert [3] == [group.count for group in even.top_errors]
    assert [] == even.view.notes


def test_a_little_that_is_not_read_is_no_news(tmp_path):
    """Shown with its source, but no note: it is read in a moment; nor is half a line."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 10))
    book, source = by_hand(tmp_path, "shop.log")
    for _, block in source.fresh(NOON_NS):
        book.ring.append(block)
    with path.open("a") as file:
        file.write(numbered(10, 10) + "2026-03-04 11:59")
    found = book.overview()
    for _, block in source.fresh(NOON_NS):
        book.ring.append(block)
    [row] = book.sources()
    book.close()

    assert len(numbered(10, 10)) + 16 == found.sources[0].lag_bytes
    assert found.sources[0].lag_seconds is None  # its times are not the disk's
    assert [] == found.view.notes
    assert (20, None) == (row.records, row.lag_bytes)


def test_only_the_lag_of_what_was_asked_for_is_told(tmp_path):
    """Another source's does not make this answer less."""
    (tmp_path / "a.log").write_text(numbered(0, 5))
    (tmp_path / "b.log").write_text(numbered(0, 5))
    book, _ = by_hand(tmp_path, "a.log", "b.log")
    for source in book.feed.catalog.sources:
        for _, block in source.fresh(NOON_NS):
            book.ring.append(block)
    with (tmp_path / "b.log").open("a") as file:
        file.write(numbered(5, 40_000, width=60))
    mine = book.search(Ask(source=("a",)))
    other = book.search(Ask(source=("b",)))
    book.close()

    assert ([], True) == (mine.view.notes, mine.matched_is_exact)
    assert not other.matched_is_exact
    assert any("MB written to b are not read yet" in n for n in other.view.notes)


def test_a_thread_that_failed_is_told(tmp_path):
    """In each answer, since nothing new will come."""
    (tmp_path / "a.log").write_text(numbered(0, 5))
    with reading(config(tmp_path, "a.log")) as book:
        book.feed.failure = "ValueError in log-mcp-seal"
        notes = book.search(Ask()).view.notes
        book.feed.failure = None

    assert [
        "reading has stopped after an internal error (ValueError in log-mcp-seal); restart"
    ] == notes
