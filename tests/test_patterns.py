"""Records by message shape agree with a loop; what is new is told from what was before."""

from collections import Counter as Counts

import pytest

from log_mcp import render
from log_mcp.analysis import miner
from log_mcp.errors import QueryError
from log_mcp.query.filter import Ask
from log_mcp.timestamp import iso
from tests.books import ENTRIES, config, numbered, reading, steps, write_shop
from tests.feeding import NOON_NS, SECOND_NS, eventually

MINUTE_NS = 60 * SECOND_NS
SHAPES = {
    "api": ("order <*> paid", "Payment failed"),
    "worker": ("<*> job <num> ended",),
    "gateway": ("GET <path>",),
}


def shape(entry):
    """The template of a record of the shop, as whoever wrote it knows it."""
    if entry.source == "api":
        return SHAPES["api"][entry.level == "error"]
    return SHAPES[entry.source][0]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    with reading(config(write_shop(tmp_path_factory.mktemp("shop")))) as found:
        yield found


ASKS = {
    "everything": (Ask(), lambda e: e.text),
    "errors": (Ask(level="error"), lambda e: e.level == "error"),
    "a source": (Ask(source=("api",)), lambda e: e.source == "api"),
    "a text": (Ask(query="paid"), lambda e: "paid" in e.text),
    "a window": (
        Ask(since="15m", until="5m"),
        lambda e: NOON_NS - 15 * MINUTE_NS <= e.time_ns <= NOON_NS - 5 * MINUTE_NS,
    ),
    "nothing": (
        Ask(query="nobody wrote this"),
        lambda e: "nobody wrote this" in e.text,
    ),
}


@pytest.mark.parametrize("show", ["common", "rare"])
@pytest.mark.parametrize(("ask", "holds"), ASKS.values(), ids=ASKS)
def test_figures_are_those_of_a_loop(book, ask, holds, show):
    """Count, share, level, sources, first and last, in the order asked for."""
    entries = [entry for entry in ENTRIES if holds(entry)]
    answer = book.patterns(ask, show=show)
    expected = Counts(shape(entry) for entry in entries)

    assert len(entries) == answer.records
    assert expected == {one.template: one.count for one in answer.patterns}
    counts = [one.count for one in answer.patterns]
    assert sorted(counts, reverse=show == "common") == counts
    for one in answer.patterns:
        own = [entry for entry in entries if shape(entry) == one.template]
        levels = [entry.level for entry in own]
        assert Counts(entry.source for entry in own) == one.sources
        assert iso(min(entry.time_ns for entry in own)) == one.first_seen
        assert iso(max(entry.time_ns for entry in own)) == one.last_seen
        assert one.share == pytest.approx(len(own) / len(entries), abs=1e-6)
        assert one.level == max(levels, key=["debug", "info", "warning", "error"].index)


def test_an_example_is_the_newest_record(book):
    """Its id leads to it."""
    for one in book.patterns(Ask(), show="rare").patterns:
        record = book.error(one.example).record

        assert one.last_seen == record.time
        assert record.source in one.sources


def test_the_limit_is_told(book):
    """How many more there are, and what shows them."""
    answer = book.patterns(Ask(), limit=1)

    assert 1 == len(answer.patterns)
    assert "3 more patterns with 145 records: limit=4 shows all" == (
        answer.view.notes[0].replace(
            str(answer.records - answer.patterns[0].count), "145"
        )
    )
    assert render.patterns(answer, 2000).startswith("1 of 4 patterns, common first | ")


WRONG = {
    "show": (
        {"show": "rar"},
        "show: unknown 'rar'. Valid: common, rare, new. Did you mean 'rare'?",
    ),
    "limit": ({"limit": 501}, "limit: 501 is out of range. Valid: 1 to 500."),
}


@pytest.mark.parametrize(("more", "said"), WRONG.values(), ids=WRONG)
def test_what_means_nothing_is_refused(book, more, said):
    """With what would be valid."""
    with pytest.raises(QueryError) as raised:
        book.patterns(Ask(), **more)

    assert said == str(raised.value)


def line(minutes, text, level="INFO"):
    """A record of so many minutes before noon."""
    at = iso(NOON_NS - minutes * MINUTE_NS)[:19].replace("T", " ")
    return f"{at} {level} shop - {text}\n"


@pytest.fixture
def day(tmp_path):
    """Eight hours of a log; in its last hour something new happens."""
    old = "".join(line(m, f"order {m} accepted") for m in range(480, 0, -1))
    new = line(40, "cache is full", "WARNING") + "".join(
        line(m, f"disk {m} lost", "ERROR") for m in (30, 20)
    )
    lines = sorted((old + line(300, "cache is cold") + new).splitlines(keepends=True))
    (tmp_path / "shop.log").write_text("".join(lines))
    with reading(config(tmp_path, "shop.log")) as found:
        yield found


def test_new_is_what_was_never_seen_before_the_window(day):
    """Severe first; what was seen before is not there, and the answer says of what."""
    answer = day.patterns(Ask(since="1h"), show="new")

    assert [
        ("disk <num> lost", "new", "error"),
        ("cache is full", "new", "warning"),
    ] == [(one.template, one.status, one.level) for one in answer.patterns]
    assert 63 == answer.records
    shown = render.patterns(answer, 2000)
    assert shown.startswith(
        "2 new patterns | 63 records counted | new: in none of 421 records before, from 2026-03-04T04:00:00.000Z | window "
    )
    assert [] == answer.view.notes


def test_new_without_a_window_is_of_the_last_hour_of_the_log(day):
    """Counted from the newest record; the view says where it begins."""
    answer = day.patterns(Ask(), show="new")

    assert ["disk <num> lost", "cache is full"] == [o.template for o in answer.patterns]
    assert "2026-03-04T10:59:00.000Z" == answer.view.since


def test_new_answers_the_same_filter_before(day):
    """Only what the filter lets through is compared."""
    answer = day.patterns(Ask(since="1h", level="warning"), show="new")

    assert 2 == len(answer.patterns)
    assert answer.view.notes[0].startswith("no record before the window is held")
    assert {"new"} == {one.status for one in answer.patterns}


def test_other_lists_mark_what_is_new(day):
    """As far as anything before the window is held."""
    window = day.patterns(Ask(since="1h"))
    every = day.patterns(Ask())

    assert {
        "order <num> accepted": None,
        "disk <num> lost": "new",
        "cache is full": "new",
    } == {one.template: one.status for one in window.patterns}
    assert {None} == {one.status for one in every.patterns}
    assert "share, new, highest level" in render.patterns(window, 2000)


def test_new_since_the_last_call(day):
    """What arrived since then, compared with all that was there."""
    day.patterns(Ask())
    source = day.config.sources[0].paths[0]
    with open(source, "a") as file:  # noqa: PTH123 - a path as text
        file.write(line(0, "order 7 accepted") + line(0, "tax office is closed"))
    day.feed.nudge()
    answers = []

    def arrived():
        answers.append(day.patterns(Ask(since="last_call"), show="new"))
        return bool(answers[-1].patterns)

    assert eventually(arrived)
    assert ["tax office is closed"] == [one.template for one in answers[-1].patterns]


def test_an_id_is_the_same_whatever_else_is_asked(day):
    """As all that is held of a source is judged together."""
    every = {one.template: one.id for one in day.patterns(Ask()).patterns}
    some = day.patterns(Ask(query="disk", since="25m")).patterns

    assert [every["disk <num> lost"]] == [one.id for one in some]


def test_memory_is_counted_and_given_back(book):
    """The ring counts what is remembered; forgetting it changes no answer."""
    before = book.patterns(Ask(), show="rare")
    known = book._mining._miner
    used = book.ring.used_bytes

    assert 0 < known.nbytes < used
    known.forget()
    assert 0 == known.nbytes
    assert book.ring.used_bytes < used
    assert before.patterns == book.patterns(Ask(), show="rare").patterns


def test_time_that_is_over_is_told(tmp_path, monkeypatch):
    """A part is done in each call, and told; asking again ends with the whole."""
    monkeypatch.setattr(miner, "ROWS", 100)
    monkeypatch.setattr(miner, "FEW", 100)
    (tmp_path / "shop.log").write_text(
        "".join(line(m, f"order {m} accepted") for m in range(400, 0, -1))
    )
    with reading(config(tmp_path, "shop.log"), pace=steps(0)) as hasty:
        answers = [hasty.patterns(Ask()) for _ in range(5)]

    late = "400 records are not sorted by shape yet and not counted"
    told = [any(late in note for note in one.view.notes) for one in answers]
    assert [0, 0, 0, 400, 400] == [one.records for one in answers]
    assert [True, True, True, False, False] == told
    assert answers[0].view.partial
    assert "\npartial: a limit stopped the work" in render.patterns(answers[0], 2000)


def test_a_window_beyond_memory_is_read_from_disk(tmp_path):
    """What was evicted is counted too."""
    (tmp_path / "shop.log").write_text(numbered(0, 30_000, per_second=20, width=150))
    with reading(config(tmp_path, "shop.log", memory=1_500_000)) as small:
        held = small.patterns(Ask())
        every = small.patterns(Ask(since="2d"))

    assert held.records < 30_000 == every.records
    assert 1 == len(every.patterns)
    assert any("read from disk" in note for note in every.view.notes)
