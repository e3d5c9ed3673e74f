"""How sources are: rates, silence against their habit, starts; as the overview tells it."""

import json

import pytest

from log_mcp import render, scope
from log_mcp.timestamp import iso
from tests.books import config, reading
from tests.feeding import NOON_NS, SECOND_NS, Clock, eventually


def beat(second, level="info", **more):
    """A record of a worker, so many seconds from noon."""
    told = {"time": iso(NOON_NS + second * SECOND_NS), "level": level}
    return json.dumps({**told, "msg": "alive", **more}) + "\n"


def write(path, *lines):
    with path.open("a") as file:
        file.write("".join(lines))


@pytest.fixture
def log(tmp_path):
    """A beat every thirty seconds up to noon, two errors and two starts among them."""
    path = tmp_path / "worker.jsonl"
    write(path, beat(-3000, msg="worker started"), *map(beat, range(-2970, -270, 30)))
    write(path, beat(-270, msg="worker started"), beat(-240, "error"))
    write(path, *map(beat, range(-210, 0, 30)), beat(0, "error"))
    return path


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def book(log, clock):
    with reading(config(log.parent, "worker.jsonl"), clock) as book:
        yield book


def test_rates_are_those_of_the_last_five_minutes(book, clock):
    """Of times that records state, up to now."""
    (row,) = book.sources()
    clock.advance(240)
    (later,) = book.sources()

    assert (2.0, 0.4) == (row.records_per_minute, row.errors_per_minute)
    assert (0.4, 0.2) == (later.records_per_minute, later.errors_per_minute)


def test_silence_is_told_against_the_habit(book, clock):
    """Three beats may be missing; with the next line it is over."""
    clock.advance(90)
    (soon,) = book.sources()
    clock.advance(30)
    (late,) = book.sources()

    assert (30, None) == (soon.habit_seconds, soon.silent_seconds)
    assert (30, 120) == (late.habit_seconds, late.silent_seconds)


def test_a_line_ends_the_silence(book, log, clock):
    clock.advance(400)
    write(log, beat(395))

    assert eventually(lambda: book.sources()[0].silent_seconds is None)


def test_starts_are_counted(book):
    """By what records say; the last one is told."""
    (row,) = book.sources()

    assert (2, iso(NOON_NS - 270 * SECOND_NS)) == (row.runs, row.last_start)


def test_starts_are_not_counted_before_all_is_looked_through(book, monkeypatch):
    """The last one is known all the same."""
    monkeypatch.setattr(scope, "AT_ONCE_BYTES", 0)
    (row,) = book.sources()

    assert (None, None) == (row.runs, row.last_start)


def test_the_overview_says_so(book, clock):
    """In the row of the source, rates with their span in the legend."""
    now = render.overview(book.overview(), 2000)
    clock.advance(720)
    later = render.overview(book.overview(), 2000)

    assert "records and errors, rates of the last 5 min):" in now
    assert (
        "worker live jsonl 101 records 2 errors newest 0 s ago 2/min 0.4 errors/min "
        "2 starts, last start 4 min ago (1 file, "
    ) in now
    assert "newest 12 min ago silent for 12 min, as a rule 30 s at most" in later
    assert "/min" not in later


def test_health_is_all_of_it(book):
    """Without groups and levels."""
    health = book.health()

    assert iso(NOON_NS) == health.now
    assert book.sources() == health.sources


def test_a_source_without_records(tmp_path, clock):
    """Nothing is told of it."""
    (tmp_path / "worker.jsonl").write_text("")
    with reading(config(tmp_path, "worker.jsonl"), clock) as book:
        (row,) = book.sources()

    assert (0.0, None, None) == (row.records_per_minute, row.habit_seconds, row.runs)
