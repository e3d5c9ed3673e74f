"""Numbers agree with a plain loop over the records, whatever is asked."""

import json
import math
from collections import defaultdict
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from log_mcp.analysis import aggregate as module
from log_mcp.analysis.aggregate import Gathering, aggregate, check_keys
from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.column import text_of
from log_mcp.analysis.columns import READ, Columns
from log_mcp.analysis.counts import Counts
from log_mcp.analysis.wanted import Wanted
from log_mcp.answer import Covered
from log_mcp.errors import QueryError
from log_mcp.objects import Objects
from log_mcp.query.condition import parse as condition
from log_mcp.query.filter import Ask, Filter
from log_mcp.query.metric import parse_all
from log_mcp.query.quantity import quantity
from log_mcp.query.subject import Subject, lookup
from log_mcp.record import Level
from log_mcp.timestamp import iso
from tests.books import config, reading, steps, write_shop
from tests.builders import segment_of
from tests.feeding import NOON_NS, SECOND_NS

HOUR_NS = 3600 * SECOND_NS
WORDS = ("DEBUG", "INFO", "WARN", "ERROR", "FATAL")
VIEW = Covered(now="", since=None, until=None, oldest_held=None, newest_held=None)


def ask(segments, wanted, columns=None):
    """The answer of some segments."""
    columns = columns or Columns(Annotator(), Objects())
    gathering: Counts | Gathering
    if wanted.asks_counts:
        gathering = Counts(wanted, Annotator())
    else:
        gathering = Gathering(wanted, columns, Annotator())
    assert aggregate(segments, gathering)
    return gathering.answer(replace(VIEW, notes=[]))


def question(metrics="count", keys=(), where=(), **more):
    """What is asked for."""
    conditions = tuple(condition(text) for text in where)
    records = Filter(conditions=conditions)
    return Wanted(records, parse_all([metrics]), check_keys(keys), **more)


# -- the reference: a loop over the records ---------------------------------------------


def subjects(segments, wanted):
    """Records that count, with their times."""
    for segment in segments:
        for row in range(len(segment)):
            kind = Annotator().kind(segment, row)
            group = partial(getattr, kind, "id", None)
            subject = Subject(segment.record(row), segment.origin.source, group)
            if all(one.holds(subject) for one in wanted.records.conditions):
                yield subject, int(segment.times[row])


def number(subject, field):
    found = quantity(lookup(subject, field))
    return None if found is None else found.value


def told(metric, members):
    """One metric of some records."""
    if metric.kind == "count":
        return len(members)
    if metric.kind == "share":
        held = sum(metric.condition.holds(one) for one in members)
        return held / len(members) if members else None
    if metric.kind == "distinct":
        values = [lookup(one, metric.field) for one in members]
        return len({text_of(value) for value in values if value is not None})
    numbers = [number(one, metric.field) for one in members]
    numbers = sorted(one for one in numbers if one is not None)
    if not numbers:
        return 0 if metric.kind == "sum" else None
    if metric.kind == "percentile":
        return numbers[
            max(0, math.ceil(round(metric.percent / 100 * len(numbers), 9)) - 1)
        ]
    return {
        "avg": lambda: sum(numbers) / len(numbers),
        "sum": lambda: sum(numbers),
        "min": lambda: numbers[0],
        "max": lambda: numbers[-1],
    }[metric.kind]()


def loop(segments, wanted):
    """Metrics and series by key, as a plain loop finds them."""
    groups: dict[Any, list[Any]] = defaultdict(list)
    if not wanted.keys:
        groups[()] = []
    for subject, time_ns in subjects(segments, wanted):
        values = [lookup(subject, name) for name in wanted.keys]
        key = tuple(None if value is None else text_of(value) for value in values)
        groups[key].append((subject, time_ns))
    found = {}
    for key, members in groups.items():
        series = []
        for n in range(wanted.buckets if wanted.bucket_ns else 0):
            begin = wanted.start_ns + n * wanted.bucket_ns
            inside = [s for s, t in members if begin <= t < begin + wanted.bucket_ns]
            series.append([told(one, inside) for one in wanted.metrics])
        every = [subject for subject, _ in members]
        found[key] = ([told(one, every) for one in wanted.metrics], series)
    return found


def near(values):
    """The same numbers, but for the order in which they were added."""
    return [None if v is None else pytest.approx(v, rel=1e-9) for v in values]


def agree(segments, wanted, columns=None):
    """The answer is that of the loop; groups stand in order of the first metric."""
    answer = ask(segments, wanted, columns)
    expected = loop(segments, wanted)
    actual = {tuple(group.key.values()): group for group in answer.groups}

    assert len(actual) == len(answer.groups)
    assert expected.keys() == actual.keys()
    for key, (metrics, series) in expected.items():
        group = actual[key]
        assert near(metrics) == list(group.metrics.values())
        columns_ = zip(*(one.values for one in group.series), strict=True)
        for bucket, column in zip(series, columns_, strict=True):
            assert near(bucket) == list(column)
    first = [next(iter(group.metrics.values())) for group in answer.groups]
    numbers = [-math.inf if value is None else value for value in first]
    assert sorted(numbers, reverse=True) == numbers


# -- a shop -----------------------------------------------------------------------------


def shop():
    """Requests of two services over four hours, and jobs of a worker."""
    for n in range(240):
        yield {
            "time": iso(NOON_NS + n * 60 * SECOND_NS),
            "level": "error" if n % 20 == 0 else "info",
            "service": ("api", "web")[n % 2],
            "message": f"request {n}",
            "path": ("/pay", "/cart", "/")[n % 3],
            "status": 503 if n % 20 == 0 else 200,
            "duration_ms": n * 10.5 if n % 7 else "none",
            "cost_usd": round(n / 1000, 3),
            "user": {"id": n % 11},
            **({"took": f"{n}ms"} if n % 2 else {}),
            "wait": "1.5s" if n % 4 else "250ms",
            **({"job": ("done", "failed")[n % 8 == 3]} if n % 8 < 4 else {}),
            **({"worker": f"w{n % 3}"} if n % 8 < 4 else {}),
        }


@pytest.fixture(scope="module")
def segments(tmp_path_factory):
    """The shop as JSON and as logfmt, which is read record by record."""
    folder = tmp_path_factory.mktemp("shop")
    lines = [json.dumps(one) for one in shop()]
    pairs = [
        " ".join(f"{k}={v}" for k, v in one.items() if not isinstance(v, dict))
        for one in shop()
    ]
    pairs = [line.replace("message=request ", "msg=r") for line in pairs]
    return [
        segment_of(folder / "a.jsonl", lines[:100]),
        segment_of(folder / "b.jsonl", lines[100:]),
        segment_of(folder / "c.log", pairs),
    ]


ASKED = {
    "how many": question(),
    "how slow by service": question("avg(duration_ms)", ["service"]),
    "what it costs per hour": question(
        "sum(cost_usd)", bucket_ns=HOUR_NS, start_ns=NOON_NS, buckets=4
    ),
    "slow requests by path": question("count", ["path"], ["duration_ms > 1s"]),
    "failures": question("share(status >= 500), count", ["service", "path"]),
    "jobs failed to processed": question(
        "share(job = failed), share(job exists), count", ["worker"], ["worker exists"]
    ),
    "percentiles per hour": question(
        "p50(duration_ms), p95(duration_ms), p99.9(duration_ms), min(duration_ms)",
        ["service"],
        bucket_ns=HOUR_NS,
        start_ns=NOON_NS,
        buckets=4,
    ),
    "percentiles of many groups": question(
        "p90(duration_ms), max(duration_ms)", ["cost_usd"], limit=500
    ),
    "different users": question(
        "distinct(user.id), distinct(path), distinct(level)",
        ["path"],
        bucket_ns=HOUR_NS,
        start_ns=NOON_NS,
        buckets=4,
    ),
    "by level and source": question("count", ["level", "source"]),
    "by group of errors": question("count, avg(duration_ms)", ["group"]),
    "what a field is not in": question("avg(no_such), count", ["neither"]),
    "words are no numbers": question("sum(path), max(path), avg(path)"),
    "nothing": question(
        "count, avg(duration_ms), p50(duration_ms), share(status > 1)",
        where=["status = 7"],
    ),
    "messages": question("count", ["message"], ["level >= error"], limit=500),
}


@pytest.mark.untraced
@pytest.mark.parametrize("wanted", ASKED.values(), ids=ASKED)
def test_answers_are_those_of_a_loop(segments, wanted):
    """First, and again from the columns that were kept."""
    columns = Columns(Annotator(), Objects(), 10**9, lambda _: 10**9)
    agree(segments, wanted, columns)
    kept = columns.nbytes
    agree(segments, wanted, columns)

    assert kept == columns.nbytes


def test_units(segments):
    """Of all numbers the same one: it is named; else all are told in one."""
    answer = ask(segments[:2], question("max(took), max(wait), avg(duration_ms)"))

    assert {"max(took)": "ms", "max(wait)": "s"} == answer.units
    assert {"max(took)": 239, "max(wait)": 1.5} == {
        name: answer.groups[0].metrics[name] for name in ("max(took)", "max(wait)")
    }


UNITS = {
    "a field without one": ([1, "2"], 3, None, ""),
    "the name tells it": (
        [1500, "2s"],
        3.5,
        "s",
        "1 numbers of 'x_ms' without a unit are read as ms",
    ),
    "sizes": (["1KB", "1KiB"], 2024, "b", ""),
    "two kinds": (
        ["1KB", "2KB", "5s"],
        3000,
        "b",
        "1 numbers of 'x_ms' are left out: others of it are in b",
    ),
    "all alike": (["1KB", "2KB"], 3, "kb", ""),
}


@pytest.mark.parametrize(("values", "total", "unit", "note"), UNITS.values(), ids=UNITS)
def test_numbers_of_several_units(tmp_path, values, total, unit, note):
    """Are told in one, and what was assumed is said."""
    lines = [json.dumps({"time": iso(NOON_NS), "x_ms": value}) for value in values]
    answer = ask([segment_of(tmp_path / "a.jsonl", lines)], question("sum(x_ms)"))

    assert total == pytest.approx(answer.groups[0].metrics["sum(x_ms)"])
    assert unit == (answer.units or {}).get("sum(x_ms)")
    assert note in " ".join(answer.view.notes)


def test_what_holds_no_number_is_counted(segments):
    """And how many of those do not have the field."""
    answer = ask(segments[:2], question("avg(duration_ms), avg(took)"))

    left = "hold no number in {!r} and are left out of it ({} do not have the field)"

    assert [
        f"35 of 240 records {left.format('duration_ms', 0)}",
        f"120 of 240 records {left.format('took', 120)}",
    ] == answer.view.notes


def test_a_misspelt_field_is_named(segments):
    """Zero, and the nearest name; no error."""
    answer = ask(
        segments,
        question("avg(duration_m), count", ["servic"], ["status_code missing"]),
    )
    notes = " ".join(answer.view.notes)

    assert 480 == answer.groups[0].metrics["count"]
    assert answer.groups[0].metrics["avg(duration_m)"] is None
    assert (
        "no record counted has a field 'duration_m'. Did you mean 'duration_ms'?"
        in notes
    )
    assert (
        "no record counted has a field 'status_code'. Did you mean 'status'?" in notes
    )
    assert "'servic'. Did you mean 'service'?" in notes


def test_groups_beyond_the_limit_are_counted(segments):
    """The largest are shown."""
    answer = ask(segments[:2], question("max(cost_usd)", ["cost_usd"], limit=2))

    assert ["0.239", "0.238"] == [group.key["cost_usd"] for group in answer.groups]
    assert (240, 240) == (answer.view.groups, answer.view.counted)
    assert "238 more groups with 238 records: " in answer.view.notes[0]


def test_groups_beyond_memory_are_counted(segments, monkeypatch):
    """Those met first are told apart; all others are said to be in none."""
    monkeypatch.setattr(module, "GROUPS_MAX", 10)
    answer = ask(segments[:2], question("count, distinct(path)", ["cost_usd"]))

    assert 10 == len(answer.groups)
    assert {(1, 1)} == {tuple(group.metrics.values()) for group in answer.groups}
    assert "230 records are in no group: there are more than 10 different values" in (
        " ".join(answer.view.notes)
    )


def test_long_values_stay_different(tmp_path):
    """Their names are cut, and told apart all the same."""
    lines = [
        json.dumps({"time": iso(NOON_NS), "path": "/" + "x" * 300 + str(n % 2)})
        for n in range(4)
    ]
    answer = ask([segment_of(tmp_path / "a.jsonl", lines)], question("count", ["path"]))

    assert [2, 2] == [group.metrics["count"] for group in answer.groups]
    assert all(len(group.key["path"]) <= 160 for group in answer.groups)


def test_it_ends_where_numbers_do_not_fit(segments):
    """What was counted until then is right."""
    wanted = question("p50(duration_ms)")
    gathering = Gathering(wanted, Columns(Annotator(), Objects()), Annotator(), 1000)

    assert not aggregate(segments, gathering)
    assert 100 == gathering.count


def test_columns_are_dropped_for_want_of_room(segments):
    """Those of fields that are not asked for now; answers stay the same."""
    columns = Columns(Annotator(), Objects(), 4000, lambda _: 10**9)
    agree(segments, question("avg(cost_usd)"), columns)
    assert 0 < columns.nbytes <= 4000
    agree(segments, question("count", ["path", "service"]), columns)
    assert 0 < columns.nbytes <= 4000

    columns.forget()
    assert 0 == columns.nbytes


def test_columns_go_with_their_segment(tmp_path):
    """They hold nothing alive."""
    columns = Columns(Annotator(), Objects(), 10**9, lambda _: 10**9)
    lines = [json.dumps(one) for one in shop()]
    segment = segment_of(tmp_path / "a.jsonl", lines)
    ask([segment], question("avg(duration_ms)"), columns)
    assert columns.nbytes
    del segment

    assert 0 == columns.nbytes


def test_what_an_envelope_says_is_counted(tmp_path):
    """Of objects and of plain lines, though no text holds it; text and label may say it."""
    said = ["one", "stderr", "two"]
    plain = [
        f"2026-03-04T05:06:{n:02}.1Z {('stdout', 'stderr')[n % 2]} F 05:06:07 INFO "
        f"x={n} stream={said[n % 3]}"
        for n in range(40)
    ]
    objects = [
        f"2026-03-04T05:06:{n:02}.1Z {('stdout', 'stderr')[n % 2]} F "
        + json.dumps({"level": "info", "msg": "m", "x": n})
        for n in range(40)
    ]
    mute = [line.partition(" stream=")[0] for line in plain]
    segments = [
        segment_of(tmp_path / f"{n}.log", lines)
        for n, lines in enumerate((plain, objects, mute))
    ]
    for where in (
        [],
        ["stream = stderr"],
        ["stream = stderr", "x > 9"],
        ["stream != a"],
    ):
        agree(segments, question("count, avg(x)", ["stream"], where))


@pytest.mark.untraced
def test_a_book_finds_labels_on_the_disk(tmp_path):
    """What memory does not hold is narrowed before it is read; labels are no text."""
    texts = Random(7)
    lines = [
        f"2026-03-04T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}.1Z "
        f"{('stdout', 'stderr')[n % 2]} F INFO request number {n} {texts.randbytes(100).hex()}"
        for n in range(8_000)
    ]
    (tmp_path / "pod.log").write_text("\n".join(lines) + "\n")
    with reading(config(tmp_path, "pod.log", memory=1_000_000)) as book:
        answer = book.aggregate(
            Ask(where=("stream = stderr",), since="2026-03-04T00:00:00Z")
        )
        assert answer.view.records_held < 4000

    assert {"count": 4000} == answer.groups[0].metrics
    assert not answer.view.partial


def test_time_that_is_over_amid_the_first_piece_is_told(tmp_path):
    """Its youngest records count, and the answer says back to when it looked."""
    lines = [
        f"2026-03-04 10:{n // 60:02}:{n % 60:02} INFO shop - by=u{n % 3}"
        for n in range(1000)
    ]
    (tmp_path / "shop.log").write_text("\n".join(lines) + "\n")
    with reading(config(tmp_path, "shop.log"), pace=steps(0)) as book:
        answer = book.aggregate(Ask(), group_by=("by",))

    counted = sum(group.metrics["count"] for group in answer.groups)
    oldest = 999 - counted + 1
    assert 0 < counted < 1000
    assert 0 == counted % READ
    told = f"having looked back to 2026-03-04T10:{oldest // 60:02}:{oldest % 60:02}"
    assert any(told in note for note in answer.view.notes)
    assert answer.view.partial


BAD_KEYS = {"empty": [""], "an empty part": ["a,,b"], "too many": list("abcdefghi")}


@pytest.mark.parametrize("keys", BAD_KEYS.values(), ids=BAD_KEYS)
def test_bad_keys_are_refused(keys):
    """With the parameter's name."""
    with pytest.raises(QueryError, match=r"^group_by: "):
        check_keys(keys)


FIELDS = st.sampled_from(
    ["n", "m", "w", "o.k", "level", "service", "status", "source", "no"]
)
PLAIN = st.sampled_from(
    [0, 1, -3, 2.5, 10**12, "7", "word", "", None, True, "error", 503, [1]]
)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"level": st.sampled_from(["info", "error"]), "at": st.integers(0, 7199)},
        optional={
            "n": PLAIN,
            "m": st.integers(0, 5) | st.floats(0, 9).map(lambda x: round(x, 1)),
            "w": PLAIN,
            "o": st.fixed_dictionaries({"k": PLAIN}),
            "service": st.sampled_from(["api", "web", ""]),
            "status": PLAIN,
        },
    ),
    min_size=1,
    max_size=40,
)
CONDITIONS = st.builds(
    "{} {}".format,
    FIELDS.filter(lambda f: f != "level"),
    st.sampled_from(
        ["> 1", "= word", "exists", "missing", "!= 7", "~ o", "in (1, 503)", "<= 2.5"]
    ),
)
METRICS = st.one_of(
    st.just("count"),
    st.builds(
        "{}({})".format,
        st.sampled_from(["avg", "sum", "min", "max", "p50", "p99", "p7", "distinct"]),
        FIELDS,
    ),
    st.builds("share({})".format, CONDITIONS),
)


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(
    records=RECORDS,
    metrics=st.lists(METRICS, min_size=1, max_size=4),
    keys=st.lists(FIELDS, max_size=3),
    where=st.lists(CONDITIONS, max_size=2),
    bucketed=st.booleans(),
    cut=st.integers(0, 40),
)
def test_any_question_agrees_with_the_loop(  # noqa: PLR0917 - as drawn
    tmp_path_factory, records, metrics, keys, where, bucketed, cut
):
    """Of any records."""
    folder = tmp_path_factory.mktemp("log")
    lines = [
        json.dumps({"time": iso(NOON_NS + one.pop("at") * SECOND_NS), **one})
        for one in map(dict, records)
    ]
    parts = [part for part in (lines[:cut], lines[cut:]) if part]
    segments = [segment_of(folder / f"{n}.jsonl", part) for n, part in enumerate(parts)]
    grid = {"bucket_ns": HOUR_NS, "start_ns": NOON_NS, "buckets": 2} if bucketed else {}
    agree(segments, question(", ".join(metrics), keys, where, limit=500, **grid))


# -- the logbook ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    with reading(config(write_shop(tmp_path_factory.mktemp("shop")))) as found:
        yield found


def test_a_book_answers(book):
    """Of all sources; a filter narrows it."""
    answer = book.aggregate(
        Ask(source=("api",)),
        metrics=("count", "share(http.status >= 500)"),
        group_by=("level",),
    )

    assert [("info", 90), ("debug", 12), ("warning", 12), ("error", 6)] == [
        (group.key["level"], group.metrics["count"]) for group in answer.groups
    ]
    assert 1.0 == answer.groups[-1].metrics["share(http.status >= 500)"]
    assert answer.bucket_seconds is None


def test_buckets_cover_the_window(book):
    """From its begin to its end, and the series add up."""
    answer = book.aggregate(Ask(since="10m"), bucket="2m", group_by=("source",))

    assert (120.0, "2026-03-04T11:50:00.000Z") == (answer.bucket_seconds, answer.start)
    for group in answer.groups:
        (series,) = group.series
        assert 6 == len(series.values)
        assert group.metrics["count"] == sum(series.values)


def test_nothing_found_says_which_filter_to_relax(book):
    """Zero is an answer."""
    answer = book.aggregate(Ask(query="no such text", level="error"))

    assert {"count": 0} == answer.groups[0].metrics
    assert "matches with one filter left out: query 12, level 0" in answer.view.notes


REFUSED = {
    "metric": ({"metrics": ("avgg(x)",)}, "Did you mean"),
    "bucket": ({"bucket": "soon"}, "bucket: "),
    "many buckets": ({"bucket": "1s"}, "at most 500 are shown"),
    "limit": ({"limit": 0}, "limit: 0 is out of range"),
    "key": ({"group_by": ("",)}, "group_by: "),
}


@pytest.mark.parametrize(("more", "text"), REFUSED.values(), ids=REFUSED)
def test_what_means_nothing_is_refused(book, more, text):
    """And says what would be."""
    with pytest.raises(QueryError, match=text):
        book.aggregate(Ask(), **more)


def test_it_ends_when_time_is_over(tmp_path):
    """And says how far it came."""
    folder = write_shop(tmp_path)
    with reading(config(folder), pace=steps(1)) as book:
        answer = book.aggregate(Ask())

    assert answer.view.partial
    assert any("narrow the question with since" in note for note in answer.view.notes)


def test_a_call_can_be_ended(book):
    """Whoever waits may raise."""

    def stop(*_):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        book.aggregate(Ask(), metrics=("avg(duration_ms)",), pulse=stop)


def test_the_memory_of_columns_is_the_ring_s(book):
    """It is counted, and given back when there is need of it."""
    book.aggregate(Ask(), metrics=("avg(duration_ms)",))
    before = book.ring.used_bytes
    book.columns.forget()

    assert np.greater(before, book.ring.used_bytes)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    drawn=st.lists(
        st.tuples(st.integers(0, 9000), st.sampled_from(WORDS)), max_size=60
    ),
    cut=st.integers(0, 60),
    asked=st.builds(
        Filter,
        level=st.sampled_from([Level.UNKNOWN, Level.WARNING, Level.ERROR]),
        since_ns=st.none()
        | st.integers(0, 9000).map(lambda s: NOON_NS + s * SECOND_NS),
    ),
    buckets=st.integers(0, 5),
)
def test_counts_alone_are_those_of_all_that_is_gathered(
    tmp_path_factory, drawn, cut, asked, buckets
):
    """In any order of times, also before the first bucket and behind the last one."""
    folder = tmp_path_factory.mktemp("log")
    lines = [f"{iso(NOON_NS + at * SECOND_NS)} {word} x - y" for at, word in drawn]
    parts = [part for part in (lines[:cut], lines[cut:]) if part]
    segments = [segment_of(folder / f"{n}.log", part) for n, part in enumerate(parts)]
    start_ns = NOON_NS + HOUR_NS // 2
    grid = {"bucket_ns": HOUR_NS // 3, "start_ns": start_ns, "buckets": buckets}
    wanted = Wanted(asked, parse_all(["count"]), (), **(grid if buckets else {}))
    gathering = Gathering(wanted, Columns(Annotator(), Objects()), Annotator())
    aggregate(segments, gathering)

    assert wanted.asks_counts
    assert gathering.answer(replace(VIEW, notes=[])) == ask(segments, wanted)
