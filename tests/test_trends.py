"""Counts per bucket agree with a plain loop; groups come with what they were before."""

import re
from collections import Counter as Counts

import pytest

from log_mcp import render
from log_mcp.analysis import annotate, counter, group, trend
from log_mcp.errors import QueryError
from log_mcp.query.filter import Ask
from log_mcp.timestamp import iso
from tests.books import ENTRIES, config, reading, steps, write_shop
from tests.feeding import NOON_NS, SECOND_NS, Clock, eventually

MINUTE_NS = 60 * SECOND_NS


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    with reading(config(write_shop(tmp_path_factory.mktemp("shop")))) as found:
        yield found


def loop(answer, entries):
    """What each bucket of an answer holds."""
    width = int(answer.bucket_seconds * SECOND_NS)
    start = next(
        n
        for n in range(10**6)
        if iso(NOON_NS - NOON_NS % width - n * width) == answer.start
    )
    first = NOON_NS - NOON_NS % width - start * width
    found = Counts((e.time_ns - first) // width for e in entries)
    return [found[n] for n in range(len(answer.totals))]


ASKS = {
    "errors": (Ask(), {}, lambda e: e.level == "error"),
    "of a source": (
        Ask(source=("api",)),
        {},
        lambda e: e.level == "error" and e.source == "api",
    ),
    "in long buckets": (Ask(), {"bucket": "7m"}, lambda e: e.level == "error"),
    "in short ones": (
        Ask(since="10m"),
        {"bucket": "2s"},
        lambda e: e.level == "error" and e.time_ns >= NOON_NS - 10 * MINUTE_NS,
    ),
    "warnings too": (
        Ask(level="warning"),
        {},
        lambda e: e.level in ("warning", "error"),
    ),
    "of a text": (Ask(query="paid", level="debug"), {}, lambda e: "paid" in e.text),
    "of a window": (
        Ask(since="15m", until="5m"),
        {},
        lambda e: (
            e.level == "error"
            and NOON_NS - 15 * MINUTE_NS <= e.time_ns <= NOON_NS - 5 * MINUTE_NS
        ),
    ),
}


@pytest.mark.parametrize(("ask", "more", "holds"), ASKS.values(), ids=ASKS)
def test_totals_are_those_of_a_loop(book, ask, more, holds):
    """Bucket by bucket; the series of the groups add up to them."""
    answer = book.trends(ask, **more)
    entries = [entry for entry in ENTRIES if holds(entry)]

    assert loop(answer, entries) == answer.totals
    assert [
        sum(column) for column in zip(*(g.series for g in answer.groups), strict=True)
    ] == answer.totals
    assert len(entries) == sum(g.count for g in answer.groups)


KEYS = {
    "group": (("group",), [12]),
    "type": (("type",), [12]),
    "source": (("source",), [6, 6]),
    "type and source": (("type", "source"), [6, 6]),
    "a field": (("user_id",), [6, 1, 1, 1, 1, 1, 1]),
    "a field of a field": (("http.status",), [6, 6]),
    "a field and the source": (("source", "http.path"), [6, 6]),
}


@pytest.mark.parametrize(("keys", "counts"), KEYS.values(), ids=KEYS)
def test_groups_are_counted_by_any_key(book, keys, counts):
    """Errors of which a field is missing are counted as such."""
    answer = book.trends(Ask(), group_by=keys)

    assert counts == sorted((g.count for g in answer.groups), reverse=True)
    assert len(answer.groups) == len({g.id for g in answer.groups})


def test_names_of_keys(book):
    """The values, or that there is none."""

    def names(*keys, ask=None):
        return {g.title for g in book.trends(ask or Ask(), group_by=keys).groups}

    assert {"api", "worker"} == names("source")
    assert {"ConnectionRefusedError"} == names("type")
    assert {"503", "(none)"} == names("http.status")
    assert {"api 503", "worker (none)"} == names("source", "http.status")
    assert {"ConnectionRefusedError", "(none)"} == names(
        "type", ask=Ask(level="warning", source=("api",))
    )
    assert {"ConnectionRefusedError api"} == names(
        "type", "source", ask=Ask(source=("api",))
    )
    assert {"ConnectionRefusedError 503"} == names(
        "type", "http.status", ask=Ask(source=("api",))
    )


UNKNOWN = {
    "near to one": (
        ("http.sttus",),
        ["no record counted has a field 'http.sttus'. Did you mean 'http.status'?"],
    ),
    "like none": (("source", "zzz"), ["no record counted has a field 'zzz'."]),
    "of some records": (("http.status",), []),
    "one of every record's own": (("service",), []),
}


@pytest.mark.parametrize(("keys", "told"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_key_that_no_record_has_is_told(book, keys, told):
    """With the nearest name: all in one row called (none) would look like an answer."""
    assert told == book.trends(Ask(), group_by=keys).view.notes


def test_kinds_and_fields_are_combined_for_any_records(book):
    """Of errors a kind is known; of others the record is read. Traces count in each."""
    errors = book.trends(Ask(source=("api",)), group_by=("group", "user_id"))
    every = book.trends(Ask(source=("api",), level="info"), group_by=("user_id",))
    kinds = book.trends(Ask(source=("api",), level="info"), group_by=("type", "level"))

    assert 6 == sum(one.count for one in errors.groups)
    assert all(re.fullmatch(r"g\w+ \d", one.id) for one in errors.groups)
    assert [one.count for one in every.groups] == [one.traces for one in every.groups]
    assert {"(none) info", "(none) warning", "ConnectionRefusedError error"} == {
        one.id for one in kinds.groups
    }


def test_records_that_are_no_errors_are_grouped_too(book):
    """By what kind of message they are, under a name that holds for all of them."""
    answer = book.trends(Ask(level="info", source=("worker",)))

    assert [24, 6] == sorted((g.count for g in answer.groups), reverse=True)
    assert any(g.title.endswith("job <num> ended") for g in answer.groups)


def test_the_window_before_is_the_baseline(book):
    """As long as the window, unless a span is given; none where nothing is held before."""
    open_ = book.trends(Ask())
    same = book.trends(Ask(since="10m"))
    shorter = book.trends(Ask(since="400s"), baseline="200s")

    assert open_.baseline_errors_per_minute is None
    assert (0.6, 0.6) == (same.errors_per_minute, same.baseline_errors_per_minute)
    assert 0.6 == shorter.baseline_errors_per_minute
    assert {"steady"} == {g.status for g in same.groups}


def lines(first_minute, count, word="ERROR"):
    """A line a minute before noon."""
    return "".join(
        f"2026-03-04 11:{first_minute + n:02}:00 {word} shop - lost again\n"
        for n in range(count)
    )


def test_a_baseline_without_log_is_none(tmp_path):
    """Zero errors in a time of which no log is held is no rate."""
    (tmp_path / "a.log").write_text(lines(30, 30))
    with reading(config(tmp_path, "a.log")) as book:
        none = book.trends(Ask(since="30m"), baseline="20m")
        hardly = book.trends(Ask(since="1770s"), baseline="20m")
        part = book.trends(Ask(since="15m"), baseline="1h")

    assert [None, None] == [
        none.baseline_errors_per_minute,
        hardly.baseline_errors_per_minute,
    ]
    assert "errors/min, baseline: no log held |" in render.trends(none, 2000)
    assert part.baseline_errors_per_minute == pytest.approx(1.0, abs=0.1)
    assert ["steady"] == [group.status for group in part.groups]


def test_a_pause_longer_than_the_baseline_is_no_log(tmp_path):
    """Nothing ran; but a log that is merely calm is one."""
    pause = lines(0, 2, "INFO") + lines(40, 20)
    calm = "".join(lines(n, 1, "INFO") for n in range(0, 40, 8)) + lines(40, 20)
    rates = []
    for text in (pause, calm):
        (tmp_path / "a.log").write_text(text)
        with reading(config(tmp_path, "a.log")) as book:
            found = book.trends(Ask(since="20m"), baseline="18m")
            rates.append(found.baseline_errors_per_minute)

    assert [None, 0.0] == rates


def test_limit(book):
    """The first groups only; the totals are of all."""
    answer = book.trends(Ask(), group_by=("user_id",), limit=2)
    text = render.trends(answer, 2000)

    assert 2 == len(answer.groups)
    assert 12 == sum(answer.totals)
    assert ["5 more groups with 5 records: limit=7 shows all"] == answer.view.notes
    assert text.startswith("2 of 7 groups | ")
    assert [] == book.trends(Ask(), group_by=("user_id",), limit=7).view.notes


REFUSED = {
    "limit": ({"limit": 0}, "limit"),
    "bucket of nothing": ({"bucket": "0s"}, "longer than nothing"),
    "bucket": ({"bucket": "often"}, "bucket: cannot read the span"),
    "baseline": ({"baseline": "always"}, "baseline: cannot read the span"),
    "buckets without number": (
        {"bucket": "1s"},
        "at most 500 are shown. Use 5s or longer",
    ),
}


@pytest.mark.parametrize(("more", "words"), REFUSED.values(), ids=REFUSED)
def test_what_means_nothing_is_refused(book, more, words):
    """With what would be right; no bucket is ever left out in silence."""
    with pytest.raises(QueryError, match=words):
        book.trends(Ask(), **more)


def test_the_bucket_that_a_refusal_names_is_taken(book):
    """Each length that is suggested is one that works."""
    answer = book.trends(Ask(), bucket="5s")

    assert len(answer.totals) <= 500


def test_nothing_to_count(book):
    """No groups and no start."""
    answer = book.trends(Ask(query="nobody wrote this"))

    assert (None, [], 0.0) == (answer.start, answer.groups, answer.errors_per_minute)


def test_what_is_too_much_to_read_is_told(tmp_path, monkeypatch):
    """Records beyond the limit are counted in the totals, and said to be in no group."""
    monkeypatch.setattr(counter, "READ_MAX", 10)
    with reading(config(write_shop(tmp_path))) as book:
        answer = book.trends(Ask(level="info", source=("gateway",)))

    assert (120, 10) == (sum(answer.totals), sum(g.count for g in answer.groups))
    assert answer.view.partial
    assert any(
        note.startswith("110 records were too many to group")
        for note in answer.view.notes
    )


def test_what_there_is_no_time_to_read_is_told(tmp_path):
    """Of a field that must be read the youngest records count, and the others are told."""
    with reading(config(write_shop(tmp_path)), pace=steps(0)) as book:
        answer = book.trends(Ask(level="info", source=("gateway",)), group_by=("user",))

    grouped = sum(group.count for group in answer.groups)
    assert 120 == sum(answer.totals)
    assert 0 < grouped < 120
    assert answer.view.partial
    assert any(
        note.startswith(f"{120 - grouped} records were too many to group")
        for note in answer.view.notes
    )


def letters(number):
    """A name without digits, so that no mask takes it for a variable part."""
    return "".join(chr(97 + number // 26**place % 26) for place in range(4))


@pytest.mark.untraced
def test_ten_thousand_groups_cost_no_more_than_their_records(tmp_path, monkeypatch):
    """Each record is read once, however often is asked; a thousand groups are judged."""
    text = "".join(
        f"2026-03-04 11:{n // 200:02}:{n // 4 % 50:02},{n % 4}00 ERROR shop - lost {letters(n % 10_000)} again\n"
        for n in range(12_000)
    )
    (tmp_path / "shop.log").write_text(text)
    counts: Counts[str] = Counts()

    def counting(place, name):
        original = getattr(place, name)

        def counted(*given, **more):
            counts[name] += 1
            return original(*given, **more)

        monkeypatch.setattr(place, name, counted)

    counting(annotate, "fingerprint")
    counting(trend, "course")
    counting(trend, "series")
    with reading(config(tmp_path, "shop.log"), Clock()) as book:
        # A question does not wait until all are sorted, and says so.
        assert eventually(
            lambda: not any("not sorted" in n for n in book.trends(Ask()).view.notes)
        )
        told = counts["fingerprint"]
        counts.clear()
        answer = book.trends(Ask(), limit=20)
        overview = book.overview()

    assert 12_000 == sum(answer.totals)
    assert [2] * 20 == [g.count for g in answer.groups]
    assert 12_000 <= told <= 24_000  # by the thread, and by a question that was faster
    # Of the last record, which may still grow, and of one that the thread was about to read.
    assert counts["fingerprint"] <= 2
    assert 2 * group.JUDGED_MAX == counts["course"]
    assert 21 == counts["series"]
    assert 8 == len(overview.top_errors)
