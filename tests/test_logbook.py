"""The logbook: every question, over a small system of several logs."""

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from log_mcp import desk
from log_mcp.config import Config
from log_mcp.config_file import SourceConfig
from log_mcp.errors import CursorExpired, NotFound, QueryError
from log_mcp.query import cursor as cursors
from log_mcp.query.filter import Ask
from log_mcp.timestamp import iso
from tests.books import (
    ENTRIES,
    FILES,
    REFUSED,
    Gate,
    config,
    ids,
    numbered,
    numbers,
    pages,
    reading,
    trace_of,
    write_shop,
)
from tests.feeding import NOON_NS, SECOND_NS, Clock, eventually

MINUTE_NS = 60 * SECOND_NS
ORDER = {"debug": 2, "info": 3, "warning": 4, "error": 5}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def book(folder):
    with reading(config(folder)) as found:
        yield found


def at_least(level):
    return lambda e: ORDER[e.level] >= ORDER[level]


def since(seconds):
    return lambda e: e.time_ns >= NOON_NS - seconds * SECOND_NS


FILTERS = {
    "everything": (Ask(), lambda _: True),
    "a text, in any case": (Ask(query="pAYMENT"), lambda e: "ayment" in e.text),
    "a text with a quote": (Ask(query='order "8"'), lambda e: r"order \"8\"" in e.text),
    "a text of a stack trace": (Ask(query="raise PaymentRefused("), at_least("error")),
    "an expression": (
        Ask(regex=r"job \d ended"),
        lambda e: "job 3 " in e.text or "job 7 " in e.text,
    ),
    "left out": (
        Ask(exclude=("paid", "GET")),
        lambda e: "paid" not in e.text and "GET" not in e.text,
    ),
    "a level": (Ask(level="WARN"), at_least("warning")),
    "a level of another library": (Ask(level="SEVERE"), at_least("error")),
    "a source": (Ask(source=("worker",)), lambda e: e.source == "worker"),
    "sources by glob": (Ask(source=("*a*e*", "api")), lambda e: e.source != "worker"),
    "a condition": (
        Ask(where=("user_id = 3",)),
        lambda e: e.source == "api" and e.number % 7 == 3,
    ),
    "two conditions": (
        Ask(where=("duration_ms >= 0.5s", "http.status = 503")),
        lambda e: e.source == "api" and e.number >= 100 and e.level == "error",
    ),
    "a condition on an exception": (
        Ask(where=("exception.type ~ Refused$",)),
        at_least("error"),
    ),
    "a trace": (Ask(trace=trace_of(47)), lambda e: e.number == 47),
    "a span": (Ask(since="5m"), since(300)),
    "a window of two spans": (
        Ask(since="10m", until="5m"),
        lambda e: since(600)(e) and e.time_ns <= NOON_NS - 300 * SECOND_NS,
    ),
    "a time of the zone": (Ask(since="2026-03-04 11:55:00"), since(300)),
    "a date": (Ask(since="2026-03-04"), lambda _: True),
    "until a time": (
        Ask(until="2026-03-04T11:45:00Z"),
        lambda e: not since(899)(e) and e.time_ns <= NOON_NS - 900 * SECOND_NS,
    ),
    "all at once": (
        Ask(
            query="order",
            regex="Refused",
            exclude=("GET",),
            level="error",
            source=("api", "worker"),
            where=("trace exists",),
            since="15m",
        ),
        lambda e: e.level == "error" and since(900)(e),
    ),
}


@pytest.mark.parametrize(("ask", "holds"), FILTERS.values(), ids=FILTERS)
def test_a_filter_finds_what_a_loop_finds(book, ask, holds):
    """The count is exact, and the records are the newest of those."""
    expected = [entry for entry in ENTRIES if holds(entry)]
    page = book.search(ask, limit=500)

    assert len(expected) == page.matched
    assert page.matched_is_exact
    assert not page.view.partial
    assert sorted(iso(e.time_ns) for e in expected)[::-1] == [
        r.time for r in page.records
    ]


def test_a_group_is_a_filter(book):
    """Its id stands on each of its records, whatever their source."""
    group = book.search(Ask(level="error"), limit=1).records[0].group
    page = book.search(Ask(group=group))

    assert 12 == page.matched
    assert {group} == {row.group for row in page.records}
    assert {"api", "worker"} == {row.source for row in page.records}


def test_since_may_be_a_record(book):
    """From that record on."""
    [row] = book.search(Ask(query="job 59 ended")).records

    assert {e.number for e in ENTRIES if e.source == "api" and e.number > 59} == {
        int(r.fields["duration_ms"]) // 5
        for r in book.search(Ask(since=row.id, source=("api",)), limit=500).records
    }


def test_since_may_be_a_commit(tmp_path):
    """`git:HEAD` is the time of the commit that is checked out."""
    write_shop(tmp_path)
    when = iso(NOON_NS - 5 * MINUTE_NS)
    stamps = {"GIT_AUTHOR_DATE": when[:19] + "Z", "GIT_COMMITTER_DATE": when[:19] + "Z"}
    name = ["-c", "user.name=kim", "-c", "user.email=kim@shop.example"]
    for words in (["init", "-q"], ["add", "src"], [*name, "commit", "-qm", "pay"]):
        subprocess.run(
            ["git", "-C", tmp_path, *words], check=True, env=os.environ | stamps
        )
    with reading(config(tmp_path)) as book:
        page = book.search(Ask(since="git:HEAD"))

    assert sum(since(300)(e) for e in ENTRIES) == page.matched
    assert when == page.view.since


def test_since_may_be_the_start_of_the_process(tmp_path):
    """`restart`: from the newest line that says that something started."""
    text = numbered(0, 10).replace("number 6", "server started on port 80")
    (tmp_path / "shop.log").write_text(text)
    with reading(config(tmp_path, "shop.log")) as book:
        page = book.search(Ask(since="restart"))

    assert 4 == page.matched


def test_since_may_be_the_call_before(tmp_path):
    """`last_call` is what arrived since, also for the pages after the first."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 10))
    with reading(config(tmp_path, "shop.log")) as book:
        assert 0 == book.search(Ask(since="last_call")).matched
        with path.open("a") as file:
            file.write(numbered(10, 5))
        assert eventually(lambda: len(book.tail("shop")) == 15)
        with path.open("a") as file:
            file.write(numbered(15, 5))
        assert eventually(lambda: count(book) == 20)
        page = book.search(Ask(since="last_call"), limit=2)
        rest = list(pages(book, Ask(), limit=2, cursor=page.next_cursor))
        again = book.search(Ask(since="last_call"))

        assert (10, [19, 18]) == (page.matched, numbers(page.records))
        assert [*range(17, 9, -1)] == [n for one in rest for n in numbers(one.records)]
        assert 0 == again.matched

        book._desk.calls._kept.clear()
        with pytest.raises(CursorExpired, match="is forgotten"):
            book.search(Ask(), cursor=page.next_cursor)


def count(book):
    """Records in memory; no call of the book."""
    return sum(len(s) for one in book.ring.snapshot() for s in one.segments)


def holds(book, number):
    return count(book) == number


def test_history_that_loads_later_is_not_new(tmp_path, monkeypatch):
    """What was on disk before the first call does not count as new after it."""
    monkeypatch.setattr(desk, "SMALL_S", 0.0)
    packed = gzip.compress(numbered(0, 50).encode())
    (tmp_path / "shop.log.2.gz").write_bytes(packed)
    (tmp_path / "shop.log.1").write_text(numbered(50, 50))
    (tmp_path / "shop.log").write_text(numbered(100, 10))
    for name in ("shop.log.1", "shop.log.2.gz"):
        os.utime(tmp_path / name, (1_700_000_000, 1_700_000_000))
    gate = Gate()
    with reading(config(tmp_path, "shop.log"), gate, loaded=False) as book:
        gate.wait_shut()
        before = book.search(Ask()).matched
        gate.open()
        assert book.wait_loaded(30)
        found = book.search(Ask(since="last_call")).matched
        after = book.search(Ask()).matched

    assert before < 110
    assert (0, 110) == (found, after)


def test_questions_of_today_read_no_compressed_history(tmp_path):
    """One that reaches it does, and what it read stays."""
    (tmp_path / "shop.log.1.gz").write_bytes(gzip.compress(numbered(0, 50).encode()))
    (tmp_path / "shop.log").write_text(numbered(50, 10))
    os.utime(tmp_path / "shop.log.1.gz", (1_700_000_000, 1_700_000_000))
    with reading(config(tmp_path, "shop.log")) as book:
        book.search(Ask(since="1h"))
        book.trends(Ask(since="1h"))
        book.overview(since="15m")
        before = count(book)
        found = book.overview()

        assert 10 == before
        assert 60 == count(book)
        assert 60 == found.view.records_held


# -- the shape of a page -----------------------------------------------------------------


def test_oldest_first(book):
    """The same records the other way round."""
    newest = ids(book.search(Ask(), limit=500).records)
    oldest = ids(book.search(Ask(), order="oldest", limit=500).records)

    assert newest == oldest[::-1]
    assert 270 == len(set(oldest))


def test_fields_that_are_asked_for(book):
    """Only those, where a record has them; its own properties too."""
    [row] = book.search(
        Ask(query="e0000047"), fields=("http.status", "user_id", "nothing", "level")
    ).records

    assert {"http.status": 503, "user_id": 5, "level": "error"} == row.fields


def test_fields_that_no_record_has(book):
    """They are told, with the nearest name that the records have; nothing else is."""

    def notes(*names, **ask):
        return book.search(Ask(**ask), limit=5, fields=names).view.notes

    assert ["no record shown has a field 'usr_id'. Did you mean 'user_id'?"] == notes(
        "usr_id", "level", source=("api",)
    )
    assert ["no record shown has a field 'zzzz'."] == notes("zzzz", "logger")
    assert [] == notes("user_id", "http.status", "logger", source=("api", "worker"))
    assert [] == notes("zzzz", query="nothing says this")


@pytest.mark.parametrize("width", [0, 1, 3, 20])
def test_context_is_of_the_same_source(book, width):
    """Records before and after each match, in file order; an overlap is shown once."""
    page = book.search(Ask(regex="job (47|51) ended"), context=width, order="oldest")
    expected = [
        e.number
        for e in ENTRIES
        if e.source == "worker"
        and any(abs(e.number - middle) <= 4 * width for middle in (47, 51))
    ]
    shown = [int(row.message.split("job ")[1].split()[0]) for row in page.records]

    assert sorted(expected) == sorted(shown)
    assert len(shown) == len(set(shown))
    assert {"worker"} == {row.source for row in page.records}
    assert 2 == page.matched
    assert ([None] * 2 if not width else ["match"] * 2) == [
        row.role for row in page.records if row.role in ("match", None)
    ]


REFUSED_ASKS = {
    "unknown source": (
        Ask(source=("wroker",)),
        {},
        ["api, gateway, worker", "Did you mean 'worker'"],
    ),
    "level by a number, which means another one in each library": (
        Ask(level="40"),
        {},
        ["warning", "error"],
    ),
    "unknown level": (Ask(level="eror2"), {}, ["warning", "error"]),
    "bad time": (Ask(since="yesterday"), {}, ["since", "15m", "ISO 8601", "git:HEAD"]),
    "misspelled point": (Ask(since="last-call"), {}, ["Did you mean 'last_call'"]),
    "bad end": (Ask(until="25:00"), {}, ["until"]),
    "window that ends before it begins": (Ask(since="5m", until="10m"), {}, ["Swap"]),
    "bad expression": (Ask(regex="(a"), {}, ["regex"]),
    "bad condition": (Ask(where=("status is 5",)), {}, ["where"]),
    "unknown commit": (Ask(since="git:nowhere"), {}, ["git"]),
    "no start": (Ask(since="restart"), {}, ["no start"]),
    "order": (Ask(), {"order": "newst"}, ["newest, oldest", "Did you mean 'newest'"]),
    "limit of none": (Ask(), {"limit": 0}, ["limit", "1 to 500"]),
    "limit of many": (Ask(), {"limit": 501}, ["limit", "1 to 500"]),
    "negative context": (Ask(), {"context": -1}, ["context", "0 to 20"]),
    "wide context": (Ask(), {"context": 21}, ["context", "0 to 20"]),
    "no cursor": (Ask(), {"cursor": "abc"}, ["cursor"]),
}


@pytest.mark.parametrize(
    ("ask", "more", "words"), REFUSED_ASKS.values(), ids=REFUSED_ASKS
)
def test_what_means_nothing_is_refused(book, ask, more, words):
    """With the valid values and the nearest one."""
    with pytest.raises(QueryError) as told:
        book.search(ask, **more)

    assert [] == [word for word in words if word not in str(told.value)]


def test_no_match_says_which_part_was_too_much(book):
    """The count with each part left out, and when the nearest match was."""
    page = book.search(Ask(query="Payment failed", source=("api",), since="1m"))

    assert (0, None, []) == (page.matched, page.next_cursor, page.records)
    assert {"query": 6, "source": 0, "since/until": 6} == page.relaxed
    [hint] = page.hints
    newest = max(e.time_ns for e in ENTRIES if "Payment failed" in e.text)
    assert hint.endswith(iso(newest))


def test_a_field_that_no_record_has_is_no_error(book):
    """Zero matches, and the field that was meant."""
    page = book.search(Ask(where=("user_idd = 3",)))

    assert 0 == page.matched
    assert {"where": 270} == page.relaxed
    assert "Did you mean 'user_id'" in page.hints[0]


# -- pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["newest", "oldest"])
@pytest.mark.parametrize("limit", [1, 7, 100, 270])
def test_pages_give_each_record_once(book, order, limit):
    """In the order of one large page; the count is that of all."""
    whole = ids(book.search(Ask(), order=order, limit=500).records)
    found = list(pages(book, Ask(), order=order, limit=limit))

    assert whole == [one for page in found for one in ids(page.records)]
    assert {270} == {page.matched for page in found}


def test_a_cursor_after_the_rows_that_were_shown(book):
    """Whoever shows fewer rows than a page holds goes on behind them."""
    page = book.search(Ask(), limit=10)
    rest = book.search(Ask(), cursor=book.cursor_after(page, 4), limit=6)

    assert ids(page.records)[4:] == ids(rest.records)


def test_a_cursor_carries_its_question(book):
    """Filter, order, context and fields; what is given beside it does not count."""
    first = book.search(
        Ask(level="error"), order="oldest", context=1, limit=1, fields=("level",)
    )
    second = book.search(Ask(query="zzz"), cursor=first.next_cursor, limit=1)

    assert 12 == second.matched
    assert ["before", "match", "after"] == [row.role for row in second.records]
    assert {"level"} == {name for row in second.records for name in row.fields}


def test_a_relative_window_stands_still_from_page_to_page(folder):
    """The second page is of the first one's window, whatever the clock says."""
    clock = Clock()
    with reading(config(folder), clock) as book:
        first = book.search(Ask(since="10m", until="1m"), limit=5)
        clock.advance(3600)
        second = book.search(Ask(), cursor=first.next_cursor, limit=5)

    assert first.matched == second.matched
    assert (first.view.since, first.view.until) == (
        second.view.since,
        second.view.until,
    )


def test_pages_while_lines_arrive(tmp_path):
    """Newest first, what arrives later stands before the first page: nothing moves."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 40, per_second=3))
    with reading(config(tmp_path, "shop.log")) as book:
        seen, total = [], 40
        for page in pages(book, Ask(), limit=6):
            seen += numbers(page.records)
            with path.open("a") as file:
                file.write(numbered(total, 4, per_second=3))
            total += 4
            assert eventually(partial(holds, book, total))

    assert list(range(39, -1, -1)) == seen


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_across_a_rotation(tmp_path, order):
    """The file is renamed, compressed and begun anew between pages."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 40, per_second=4))
    with reading(config(tmp_path, "shop.log")) as book:
        seen = []
        for at, page in enumerate(
            pages(book, Ask(until="2026-03-04T11:00:09Z"), order=order, limit=6)
        ):
            seen += numbers(page.records)
            if at == 1:
                path.rename(tmp_path / "shop.log.1")
                path.write_text(numbered(60, 5))
                assert eventually(lambda: count(book) == 45)
            if at == 3:
                packed = gzip.compress((tmp_path / "shop.log.1").read_bytes())
                (tmp_path / "shop.log.1.gz").write_bytes(packed)
                (tmp_path / "shop.log.1").unlink()
                book.feed.nudge()
        files = book.sources()[0].files

    assert list(range(40)) == (seen if order == "oldest" else seen[::-1])
    assert 2 == files


@pytest.mark.untraced
@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_pages_when_memory_holds_little(tmp_path, order):
    """What was evicted, or never fitted, is read from the disk, in its place."""
    text = numbered(0, 9_000, per_second=50, width=150)
    (tmp_path / "shop.log").write_text(text)
    with reading(config(tmp_path, "shop.log", memory=400_000)) as book:
        found = list(
            pages(
                book,
                Ask(query="number 88", regex="number 88[0-9]+ "),
                order=order,
                limit=9,
            )
        )
        seen = [n for page in found for n in numbers(page.records)]
        everything = [
            n
            for page in pages(book, Ask(), order=order, limit=500)
            for n in numbers(page.records)
        ]

        assert count(book) < 9_000
    expected = list(range(9_000))[:: 1 if order == "oldest" else -1]
    assert expected == everything
    assert [n for n in expected if f"{n}".startswith("88") and n > 88] == seen


def test_a_cursor_outlives_the_process(tmp_path):
    """A new book on the same files goes on at the same place, in the same second too."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 40, per_second=20))
    (tmp_path / "api.log").write_text(numbered(100, 40, per_second=20))
    with reading(config(tmp_path, "shop.log", "api.log")) as book:
        whole = ids(book.search(Ask(), limit=80).records)
        first = book.search(Ask(), limit=13)
    path.rename(tmp_path / "shop.log.1")
    path.write_text("")
    with reading(config(tmp_path, "api.log", "shop.log")) as book:
        rest = list(pages(book, Ask(), limit=13, cursor=first.next_cursor))

    assert whole == [one for page in [first, *rest] for one in ids(page.records)]


def small_and_large(folder):
    """A log that does not fit into memory, and one that does."""
    (folder / "shop.log").write_text(numbered(0, 6_000, per_second=50, width=150))
    (folder / "other.log").write_text(numbered(0, 10))
    return config(folder, "shop.log", "other.log", memory=400_000)


def test_a_cursor_expires_with_its_records(tmp_path):
    """Evicted, and the file deleted: what is behind it is on no disk any more."""
    with reading(small_and_large(tmp_path)) as book:
        ask = Ask(regex="number (5999|10|9) ", source=("shop",))
        first = book.search(ask, limit=1)
        held = book.search(Ask(source=("shop",)), limit=1)
        (tmp_path / "shop.log").unlink()
        book.feed.nudge()
        assert eventually(
            lambda: (
                book.sources()[1].files == 1 and "missing" in book.sources()[1].state
            )
        )

        assert [5999] == numbers(first.records)
        with pytest.raises(CursorExpired, match="file is gone"):
            book.search(ask, cursor=first.next_cursor)

        page = book.search(Ask(), cursor=held.next_cursor, limit=2)
        assert [5998, 5997] == numbers(page.records)
        assert not page.matched_is_exact
        assert any("files are gone" in note for note in page.view.notes)


# -- ids ---------------------------------------------------------------------------------


def search_ids(folder, *words):
    """Ids as another process tells them."""
    command = [sys.executable, "-m", "log_mcp", "search", "--json", "--limit", "500"]
    done = subprocess.run(
        [*command, "--timezone", "UTC", *words, "."],
        cwd=folder,
        capture_output=True,
        check=True,
        timeout=60,
    )
    return [row["id"] for row in json.loads(done.stdout)["records"]]


def test_ids_are_those_of_any_process(folder):
    """Killed without warning, or never the same one: a record keeps its id."""
    command = [sys.executable, "-m", "log_mcp", "serve", "."]
    with subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        server.send_signal(signal.SIGKILL)
        server.wait(10)
    found = search_ids(folder, "--source", "worker", "--max-tokens", "20000")
    with reading(config(folder)) as book:
        expected = ids(book.search(Ask(source=("worker",)), limit=500).records)

    assert expected == found
    assert 30 == len(found)


def known_ids(book):
    return {row.id: row.message for row in book.search(Ask(), limit=500).records}


def test_ids_survive_rotation_and_compression(tmp_path):
    """In the process that saw it, and in one that did not."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 30))
    with reading(config(tmp_path, "shop.log")) as book:
        before = known_ids(book)
        packed = gzip.compress(path.read_bytes())
        path.rename(tmp_path / "shop.log.1")
        path.write_text(numbered(30, 5))
        assert eventually(lambda: count(book) == 35)
        (tmp_path / "shop.log.1.gz").write_bytes(packed)
        (tmp_path / "shop.log.1").unlink()
        book.feed.nudge()
        seen = known_ids(book)
    with reading(config(tmp_path, "shop.log")) as book:
        anew = known_ids(book)

    assert before.items() <= seen.items()
    assert seen == anew
    assert 35 == len(anew)


def test_ids_survive_copytruncate(tmp_path):
    """The copy has the records now; the file begins anew."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 30))
    with reading(config(tmp_path, "shop.log")) as book:
        before = known_ids(book)
        shutil.copy(path, tmp_path / "shop.log.1")
        path.write_text("")
        book.feed.nudge()
        with path.open("a") as file:
            file.write(numbered(40, 3))
        assert eventually(lambda: count(book) == 33)
        seen = known_ids(book)
    with reading(config(tmp_path, "shop.log")) as book:
        anew = known_ids(book)

    assert before.items() <= seen.items()
    assert seen == anew


def test_ids_of_a_young_file_stay(tmp_path):
    """Below a kilobyte, line by line."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 1))
    seen: dict[str, str] = {}
    with reading(config(tmp_path, "shop.log")) as book:
        for n in range(1, 60):
            with path.open("a") as file:
                file.write(numbered(n, 1))
            assert eventually(partial(holds, book, n + 1))
            now = known_ids(book)
            assert seen.items() <= now.items()
            seen = now

    assert 60 == len(seen)


def test_files_with_equal_heads_have_ids_of_their_own(tmp_path):
    """Two sources, or two files of one, that begin with the same lines."""
    head = "2026-03-04 10:00:00 INFO shop - booting\n" * 3
    for name in ("a.log", "b.log", "shop.log.1", "shop.log"):
        (tmp_path / name).write_text(
            head + f"2026-03-04 10:00:01 INFO shop - I am {name}\n"
        )
    with reading(config(tmp_path, "*.log")) as book:
        rows = book.search(Ask(), limit=500).records
        told = {
            name: book.error(one.id).record.message
            for name in ("a.log", "b.log", "shop.log.1", "shop.log")
            for one in rows
            if one.message.endswith(name)
        }

    assert {name: f"I am {name}" for name in told} == told
    assert 4 == len(told)


def test_an_evicted_record_is_answered_from_disk(tmp_path):
    """Its id, the application's error id, its trace, its group, and `since` that names it."""
    fault = (
        "2026-03-04 10:00:00 ERROR shop - refused error_id=abcd1234 "
        "trace_id=4bf92f3577b34da6a3ce929d0e0e4736\n" + REFUSED + "\n"
    )
    plain = "2026-03-04 10:00:01 WARNING shop - slow trace_id=4bf92f3577b34da6a3ce929d0e0e4736\n"
    (tmp_path / "shop.log").write_text(
        fault + plain + numbered(0, 6_000, per_second=50, width=150)
    )
    with reading(config(tmp_path, "shop.log", memory=400_000)) as book:
        assert all(
            s.first_ns > NOON_NS - 2 * 3600 * SECOND_NS
            for h in book.ring.snapshot()
            for s in h.segments
        )
        [row] = book.search(Ask(query="abcd1234")).records
        by_id = book.error(row.id)
        names = ("abcd1234", "4bf92f3577b34da6a3ce929d0e0e4736", row.group)
        found = [book.error(name) for name in names]
        since = book.search(Ask(since=row.id, level="warning"))
        explained = book.explain(row.id, Ask())
        with pytest.raises(NotFound, match="held or on disk"):
            book.error("abcd1235")

    assert row.id == by_id.record.id
    assert REFUSED in by_id.raw
    assert [row.id] * 3 == [one.record.id for one in found]
    assert 2 == since.matched
    assert ["match"] == [
        one.role for one in explained.timeline.records if one.id == row.id
    ]
    assert 1 == explained.summary.count


def test_groups_do_not_depend_on_the_order_of_reading(tmp_path):
    """Lines shuffled, files named otherwise: the same groups, the same names."""
    errors = [
        {"level": "error", "msg": f"postcode {n} is none of {land}", "logger": "shop"}
        for n, land in enumerate(("NL", "DE", "FR", "AT", "NL"))
    ]
    errors += [
        {"level": "error", "msg": "lost", "exception": REFUSED.replace("order", w)}
        for w in "abc"
    ]
    told = []
    for seed in range(4):
        here = tmp_path / str(seed)
        here.mkdir()
        random.Random(seed).shuffle(errors)
        for name, part in (("a.log", errors[:4]), ("b.log", errors[4:])):
            text = "".join(
                json.dumps({"time": "2026-03-04T10:00:00Z", **one}) + "\n"
                for one in part
            )
            (here / name).write_text(text)
        names = ["a.log", "b.log"][:: -1 if seed % 2 else 1]
        with reading(config(here, *names)) as book:
            told.append({(g.id, g.title, g.type, g.count) for g in book.top_errors()})

    assert told[0] == told[1] == told[2] == told[3]
    assert 5 >= len(told[0])


# -- one error ---------------------------------------------------------------------------


def test_get_error_by_each_of_its_names(book):
    """A record, a group, an application's error id, a trace."""
    row = book.search(Ask(query="e0000087")).records[0]
    newest = book.search(Ask(level="error"), limit=1).records[0]

    assert row.id == book.error(row.id).record.id
    assert row.id == book.error("e0000087").record.id
    assert row.id == book.error(trace_of(87)).record.id
    assert row.id == book.error(f" {trace_of(87).upper()} ").record.id
    assert newest.id == book.error(row.group).record.id


ERROR_IDS = {
    "JSON": '{"time":"2026-03-04T10:00:00Z","level":"error","msg":"no","error_id":"abc12345"}',
    "logfmt": 'time=2026-03-04T10:00:00Z level=error msg="no" error_id=abc12345',
    "a message": "2026-03-04 10:00:00 ERROR shop - no, please quote abc12345 to us",
    "a message with quotes": '2026-03-04 10:00:00 ERROR shop - no error_id: "abc12345"',
}


@pytest.mark.parametrize("line", ERROR_IDS.values(), ids=ERROR_IDS)
def test_get_error_by_an_error_id_of_any_format(tmp_path, line):
    """The newest error that carries it; not an id that only begins alike."""
    other = line.replace("abc12345", "abc123456")
    (tmp_path / "shop.log").write_text(f"{other}\n{line}\n{other}\n")
    with reading(config(tmp_path, "shop.log")) as book:
        report = book.error("abc12345")

    assert line == report.raw


def test_a_trace_is_its_first_error(book):
    """Not the worker's, which came a second later; and no error's trace is its newest record."""
    assert "api" == book.error(trace_of(87)).record.source
    assert "worker" == book.error(trace_of(83)).record.source


def test_get_error_tells_the_whole(book):
    """Exception with causes and frames, group, raw text."""
    report = book.error("e0000047")

    assert "shop.pay.PaymentRefused" == report.exception.type
    assert "ConnectionRefusedError" == report.exception.cause.type
    assert [True, False] == [frame.in_app for frame in report.exception.frames]
    assert (12, {"api": 6, "worker": 6}) == (report.group.count, report.group.sources)
    assert 6 == report.group.traces
    assert json.loads(report.raw)["error_id"] == "e0000047"


def test_get_error_of_what_is_no_error(book):
    """Any record is told whole; it has no group."""
    row = book.search(Ask(query="GET /pay"), limit=1).records[0]
    report = book.error(row.id)

    assert (None, None) == (report.group, report.exception)
    assert "gateway" == report.record.source


@pytest.mark.parametrize(
    "name", ["", "   ", "nothing", "gaaaaaaaa", "x" * 300, "0000000zz"]
)
def test_a_name_of_nothing_is_not_found(book, name):
    """And the message tells which names there are."""
    with pytest.raises(
        NotFound, match=r"id of a record|no record, group, error id or trace"
    ):
        book.error(name)


def test_a_bare_traceback_is_an_error(tmp_path):
    """Written to stderr without a header: level="error" finds it."""
    (tmp_path / "stderr.log").write_text(f"starting up\n{REFUSED}\n")
    with reading(config(tmp_path, "stderr.log")) as book:
        [row] = book.search(Ask(level="error")).records

    assert ("error", True) == (row.level, row.level_inferred)


# -- overview, sources, tail ----------------------------------------------------------------


def test_overview(book):
    """What there is, counted; the most important group; what it covers."""
    found = book.overview()
    loop = dict.fromkeys(found.levels, 0)
    for entry in ENTRIES:
        loop[entry.level] += 1

    assert loop == found.levels
    assert ["api", "gateway", "worker"] == [row.name for row in found.sources]
    assert [120, 120, 30] == [row.records for row in found.sources]
    assert ["live"] * 3 == [row.state for row in found.sources]
    assert [6, 0, 6] == [row.errors for row in found.sources]
    assert 12 == found.top_errors[0].count
    assert 0 < found.memory.used_bytes <= found.memory.limit_bytes
    assert (iso(NOON_NS), 270, 0, False) == (
        found.view.now,
        found.view.records_held,
        found.view.evicted,
        found.view.partial,
    )
    assert [] == found.view.notes


def test_overview_of_a_window(book):
    """Levels and groups of the window alone; the group was there before, so it is not new."""
    found = book.overview(since="7m")

    assert sum(since(420)(e) for e in ENTRIES) == sum(found.levels.values())
    assert 4 == found.top_errors[0].count
    assert "new" != found.top_errors[0].status


def test_overview_of_nothing(tmp_path):
    """An empty file is a source without records, and a missing one is said to be missing."""
    (tmp_path / "empty.log").write_text("")
    with reading(config(tmp_path, "empty.log", "gone.log")) as book:
        found = book.overview(since="1h")
        page = book.search(Ask(query="x"))
        trends = book.trends(Ask())
        with pytest.raises(NotFound, match="no error to explain"):
            book.explain(None, Ask())

    assert {"empty": "empty", "gone": "missing"} == {
        s.name: s.state for s in found.sources
    }
    assert [] == found.top_errors
    assert (None, None) == (found.view.oldest_held, page.view.newest_held)
    assert "source gone is missing" in found.view.notes
    assert (0, [], None) == (page.matched, trends.groups, trends.start)


def test_tail_and_sources(book):
    """The newest records of a source, oldest first; an unknown one is refused."""
    rows = book.tail("worker", 3)

    assert ["job 111 ended", "job 115 ended", "job 119 ended"] == [
        row.message.partition("] ")[2] for row in rows
    ]
    assert book.overview().sources == book.sources()
    with pytest.raises(QueryError, match="Did you mean 'worker'"):
        book.tail("workers")


def test_top_errors(book):
    """Groups, as the overview has them."""
    assert book.overview().top_errors == book.top_errors()
    assert [] == book.top_errors(0)


def test_logs_are_discovered_where_none_are_named(folder):
    """The project's own, by family."""
    with reading(replace(config(folder), sources=())) as book:
        names = {row.name for row in book.sources()}

    assert set(FILES) == names


def test_a_source_has_settings_of_its_own(tmp_path):
    """Name, zone, format and a constant service."""
    (tmp_path / "a.log").write_text("2026-03-04 11:00:00 INFO shop - hello\n")
    source = SourceConfig(
        (str(tmp_path / "a.log"),),
        "shop",
        timezone=ZoneInfo("Europe/Berlin"),
        service="api",
    )
    with reading(Config((source,), project_root=tmp_path)) as book:
        [row] = book.search(Ask()).records

    assert ("shop", "2026-03-04T10:00:00.000Z", "api") == (
        row.source,
        row.time,
        row.service,
    )


def test_lines_that_arrive_are_found(tmp_path):
    """Live, without a restart."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 3))
    with reading(config(tmp_path, "shop.log")) as book:
        with path.open("a") as file:
            file.write(numbered(3, 1) + "2026-03-04 11:59:00 ERROR shop - broke\n")

        assert eventually(lambda: book.search(Ask(level="error")).matched == 1)
        assert "broke" == book.top_errors()[0].title


def test_a_pulse_may_cancel(book):
    """Whoever waits is told how far it is, and may have enough."""

    class Enough(Exception):
        pass

    def stop(share, what):
        assert 0 <= share <= 1
        assert what
        raise Enough

    for ask in (
        lambda: book.search(Ask(), pulse=stop),
        lambda: book.error(trace_of(7), pulse=stop),
        lambda: book.trends(Ask(), pulse=stop),
        lambda: book.explain(trace_of(7), Ask(), pulse=stop),
    ):
        with pytest.raises(Enough):
            ask()


def test_errors_that_are_not_sorted_yet_are_told(tmp_path, monkeypatch):
    """Where many errors are young, an answer does not wait for all of them."""
    monkeypatch.setattr("log_mcp.analysis.annotate.FEW", 0)
    (tmp_path / "shop.log").write_text("2026-03-04 10:00:00 ERROR shop - no\n")
    with reading(config(tmp_path, "shop.log")) as book:
        book._desk.tell_s = -1.0
        found = book.overview()

    assert [] == found.top_errors
    assert any("1 older error" in note for note in found.view.notes)


def test_a_line_between_two_pages_is_told_by_the_next_call(tmp_path):
    """Pages behind a cursor, resources and tails move no mark."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 10))
    with reading(config(tmp_path, "shop.log")) as book:
        page = book.search(Ask(), limit=4)
        with path.open("a") as file:
            file.write(numbered(10, 1))
        assert eventually(lambda: holds(book, 11))
        book.search(Ask(), limit=4, cursor=page.next_cursor)
        book.sources()
        book.tail("shop")

        assert [10] == numbers(book.search(Ask(since="last_call")).records)
        assert [] == numbers(book.search(Ask(since="last_call")).records)


def test_a_stack_trace_below_an_old_line_is_news(tmp_path):
    """Lines that are added to a record make it count again."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 3) + "2026-03-04 12:00:00 ERROR shop - failed\n")
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\n'
    with reading(config(tmp_path, "shop.log")) as book:
        assert 4 == book.search(Ask()).matched
        with path.open("a") as file:
            file.write(trace + "ValueError: late\n")
        last = book.tail("shop")[-1].id
        assert eventually(
            lambda: "late" in str(book.tail("shop")[-1].fields.get("exception"))
        )

        assert [last] == [r.id for r in book.search(Ask(since="last_call")).records]


def test_paging_ends_where_rotated_files_begin_alike(tmp_path):
    """Equal first lines and equal times in two files of a source: each record once."""
    line = "2026-03-04 05:06:07,000 INFO shop - "
    for name, first in (("shop.log.1", 0), ("shop.log", 6)):
        rows = [f"{line}begun"] + [f"{line}number {first + n}" for n in range(6)]
        (tmp_path / name).write_text("\n".join(rows) + "\n")
    for order in ("newest", "oldest"):
        with reading(config(tmp_path, "shop.log")) as book:
            seen = [
                row.message
                for page in pages(book, Ask(query="number"), limit=3, order=order)
                for row in page.records
            ]

        assert sorted(f"number {n}" for n in range(12)) == sorted(seen)


def test_a_made_up_context_of_a_cursor_is_refused(tmp_path):
    """What a cursor carries is checked like what is asked."""
    (tmp_path / "shop.log").write_text(numbered(0, 10))
    with reading(config(tmp_path, "shop.log")) as book:
        page = book.search(Ask(), limit=2)
        made_up = replace(cursors.read(page.next_cursor), context=30_000).write()

        with pytest.raises(QueryError, match="context"):
            book.search(Ask(), cursor=made_up)


def test_what_is_older_than_max_age_is_forgotten(tmp_path):
    """Neither held records nor those on disk are shown."""
    (tmp_path / "shop.log").write_text(numbered(0, 10))
    old = config(tmp_path, "shop.log")
    with reading(replace(old, max_age=60 * SECOND_NS)) as book:
        assert 0 == book.search(Ask(query="number"), limit=5).matched
        assert 10 == count(book)

        book.ring.seal(book.feed.tails()[0].key)
        assert 0 == book.overview().view.records_held


def test_context_goes_on_in_the_rotated_file(tmp_path):
    """Records before the first one of a file are those its predecessor ends with."""
    (tmp_path / "shop.log.1").write_text(numbered(0, 5))
    (tmp_path / "shop.log").write_text(numbered(5, 5))
    with reading(config(tmp_path, "shop.log")) as book:
        page = book.search(Ask(regex=r"number 5$|^.* 5\\b"), context=2, order="oldest")
        roles = [row.role for row in page.records]
        rows = list(zip(numbers(page.records), roles, strict=True))

    assert [(3, "before"), (4, "before"), (5, "match")] == rows[:3]


def test_a_group_that_was_seen_before_the_baseline_is_not_new(tmp_path):
    """It rises: memory knows it from earlier."""
    at = ["2026-03-04 09:00:00", *(f"2026-03-04 11:59:{n:02}" for n in range(20))]
    lines = [f"{stamp} ERROR shop - out of stock\n" for stamp in at]
    noise = [f"2026-03-04 11:{n:02}:00 INFO shop - fine\n" for n in range(50)]
    (tmp_path / "shop.log").write_text("".join(sorted(lines + noise)))
    with reading(config(tmp_path, "shop.log")) as book:
        (group,) = book.trends(Ask(since="5m"), baseline="10m").groups

    assert (20, "rising") == (group.count, group.status)


def test_the_note_on_levels_speaks_of_the_window(tmp_path):
    """Records without a level outside of it do not matter."""
    (tmp_path / "plain.log").write_text("one\ntwo\n")
    (tmp_path / "shop.log").write_text(numbered(0, 5))
    with reading(config(tmp_path, "shop.log")) as book:
        page = book.search(Ask(level="info", since="2h"))

    assert 5 == page.matched
    assert not any("without a level" in note for note in page.view.notes)
