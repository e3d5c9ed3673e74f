"""Workers by their id: who fell silent, and what it said of itself last."""

import json
from dataclasses import replace

import numpy as np
import pytest

from log_mcp import render
from log_mcp.analysis import beats, values
from log_mcp.analysis.beats import Beats
from log_mcp.analysis.values import facts_of
from log_mcp.timestamp import iso
from tests.books import config, reading
from tests.feeding import NOON_NS, SECOND_NS, Clock, eventually

FACTS = {
    "a state in words": ({"state": "busy", "worker.status": "idle"}, None),
    "memory": ({"memory_mb": 512, "rss": 7, "heap.used": "12MB", "mem": 1.5}, None),
    "jobs": ({"jobs_processed": 4, "tasks_failed": 1, "queue": 3}, None),
    "processor": ({"cpu_percent": 12.5}, None),
    "nested": ({"stats": {"jobs_failed": 2}}, {"stats.jobs_failed": 2}),
    "ids and texts are none": (
        {"job_id": 7, "task": "send mail", "memory": "much", "status": ""},
        {},
    ),
    "what only sounds alike": ({"remember": 1, "member": 2, "statement": "x"}, {}),
    "long texts": ({"status": "x" * 41}, {}),
}


@pytest.mark.parametrize(("fields", "expected"), FACTS.values(), ids=FACTS)
def test_what_records_say_of_their_writer(fields, expected):
    """By the names of fields; all of them if nothing else is told here."""
    assert (fields if expected is None else expected) == facts_of(fields)


def beat(second, worker, **more):
    """A heartbeat so many seconds from noon."""
    told = {"time": iso(NOON_NS + second * SECOND_NS), "level": "info"}
    return json.dumps({**told, "msg": "alive", "worker_id": worker, **more}) + "\n"


def text_beat(second, worker, **more):
    """The same as text with pairs."""
    words = " ".join(f"{name}={value}" for name, value in more.items())
    time = iso(NOON_NS + second * SECOND_NS)
    return f"{time} INFO shop.worker - alive worker_id={worker} {words}\n"


def two_workers(write_beat):
    """Two workers, the second of which stops twelve minutes before noon."""
    for second in range(-1800, 1, 30):
        done = (second + 1800) // 30
        yield write_beat(second, "w1", state="idle", memory_mb=200, jobs_processed=done)
        if second <= -720:
            yield write_beat(
                second, "w2", state="busy", memory_mb=512, jobs_processed=done
            )


@pytest.fixture(params=[beat, text_beat])
def made(request):
    """Writes a heartbeat in one of two formats."""
    return request.param


@pytest.fixture
def book(made, tmp_path):
    """A log of two workers."""
    log = tmp_path / "worker.log"
    log.write_text("".join(two_workers(made)))
    settings = replace(config(tmp_path, "worker.log"), health_group_by="worker_id")
    with reading(settings, Clock()) as found:
        yield found


def known(book, count):
    """Whether so many records are known of, in time."""

    def told():
        values = book.health().values
        return count == sum(one.records for one in values.rows)

    return eventually(told)


def test_a_worker_whose_heartbeat_stopped_is_named(book):
    """With its last state, memory and jobs, before those that live."""
    assert known(book, 98)
    text = render.overview(book.overview(), 2000)
    example = book.health().values.rows[0].example

    assert (
        "worker_id (2 values, 1 silent; records, errors, last said of itself):\n"
        "w2 37 records 0 errors last 12 min ago silent for 12 min, as a rule 30 s at most"
        f" | jobs_processed=36 memory_mb=512 state=busy | example {example}\n"
        "w1 61 records 0 errors last 0 s ago | jobs_processed=60 memory_mb=200 state=idle"
    ) in text


def test_a_beat_ends_the_silence(book, made, tmp_path):
    """And says anew how the worker is; what it does not say anew stays."""
    assert known(book, 98)
    with (tmp_path / "worker.log").open("a") as file:
        file.write(made(0, "w2", state="idle", jobs_failed=1))
    assert known(book, 99)
    told = {one.value: one for one in book.health().values.rows}["w2"]

    assert told.silent_seconds is None
    assert {"state": "idle", "memory_mb": "512"} == {
        name: str(told.facts[name]) for name in ("state", "memory_mb")
    }
    assert "1" == str(told.facts["jobs_failed"])


def test_a_field_of_too_many_values_is_not_watched(tmp_path, monkeypatch):
    """Which a note tells: those are no workers."""
    monkeypatch.setattr(values, "MOST", 5)
    log = tmp_path / "worker.log"
    log.write_text("".join(beat(0, f"w{n}") for n in range(6)))
    settings = replace(config(tmp_path, "worker.log"), health_group_by="worker_id")
    with reading(settings, Clock()) as book:
        notes = book.overview().view.notes
        rows = book.health().values.rows

    assert ([], ["health: 'worker_id' has too many values, so none is watched"]) == (
        rows,
        notes,
    )


def test_too_many_values(monkeypatch):
    """Those that were heard of last are known."""
    monkeypatch.setattr(beats, "MOST", 10)
    found = Beats()
    for number in range(25):
        found.add((str(number),), np.array([number * SECOND_NS]), "r")

    assert len(found) <= 10
    assert ("24",) in dict(found)
    assert ("0",) not in dict(found)
    assert [("24",)] == [key for key, _ in found.since(24 * SECOND_NS)]
