"""Twin of log_mcp/analysis/timeline.py: what joins records where there is no trace."""

import pytest

from log_mcp.query.filter import Ask
from tests.books import Told, telling, trace_of


def story(folder, **sources):
    with telling(folder, **sources) as book:
        return book.explain(None, Ask()).timeline


def test_a_job_joins_records_of_all_sources(tmp_path):
    """By its id, whatever the field is called elsewhere; oldest first."""
    found = story(
        tmp_path,
        api=[
            (90, "info", "queued", {"jobId": "job-8812"}),
            (80, "info", "other", {"jobId": "job-8813"}),
        ],
        worker=[
            (60, "info", "taken", {"job_id": "job-8812"}),
            (50, "error", "job failed", {"job_id": "job-8812"}),
            (40, "info", "given back", {"job_id": "job-8812"}),
        ],
    )

    assert ("job_id", "job-8812", 0) == (found.by, found.value, found.omitted)
    assert ["queued", "taken", "job failed", "given back"] == [
        row.message for row in found.records
    ]


def test_a_job_that_tries_again_does_not_hide_the_rest(tmp_path):
    """Of its failures the first and the one asked about are shown, the others counted."""
    more = {"message_id": "mq-88213"}
    found = story(
        tmp_path,
        queue=[
            (3000, "info", "received", more),
            *((2000 - n, "error", "refused", more) for n in range(50)),
        ],
    )

    assert ["received", "refused", "refused"] == [row.message for row in found.records]
    assert 48 == found.omitted


def test_a_trace_of_very_many_records_is_told_around_the_error(tmp_path):
    """Wherever in it the error stands."""
    more = {"trace_id": trace_of(1)}
    api: Told = [
        (2600 - n, "error" if n == 2400 else "info", f"step {n}", more)
        for n in range(2500)
    ]
    found = story(tmp_path, api=api)

    assert [f"step {n}" for n in range(2384, 2408)] == [
        row.message for row in found.records
    ]
    assert 2476 == found.omitted


def test_a_short_id_joins_within_its_source(tmp_path):
    """Elsewhere the same number is something else."""
    found = story(
        tmp_path,
        worker=[
            (60, "info", "begin", {"job": 7}),
            (55, "info", "another", {"job": 8}),
            (50, "error", "job failed", {"job": 7}),
        ],
        other=[(55, "info", "shelf", {"job": 7})],
    )

    assert ("job", "7") == (found.by, found.value)
    assert ["begin", "job failed"] == [row.message for row in found.records]


def test_a_thread_joins_within_its_source(tmp_path):
    """Names with blanks and quotes too."""
    name = 'pool "a" 3'
    found = story(
        tmp_path,
        worker=[
            (60, "info", "begin", {"thread": name}),
            (55, "info", "another", {"thread": "pool b"}),
            (50, "error", "lost", {"thread": name}),
        ],
        other=[(55, "info", "shelf", {"thread": name})],
    )

    assert ("thread", name) == (found.by, found.value)
    assert ["begin", "lost"] == [row.message for row in found.records]


NOTHING = {
    "alone with it": {"job_id": "job-8812"},
    "a truth value": {"job": True},
    "too long": {"session": "x" * 200},
    "empty": {"thread": ""},
}


@pytest.mark.parametrize("more", NOTHING.values(), ids=NOTHING)
def test_what_joins_nothing(tmp_path, more):
    """Then the neighbours tell."""
    found = story(tmp_path, api=[(9, "info", "begin", {}), (8, "error", "lost", more)])

    assert ("time", ["begin", "lost"]) == (
        found.by,
        [row.message for row in found.records],
    )


def test_neighbours_of_other_kinds_are_found_behind_many_failures(tmp_path):
    """What fails again and again does not hide what happened between."""
    lost: Told = [(200 - n, "error", "lost", {}) for n in range(20)]
    found = story(tmp_path, api=[(300, "info", "begin", {}), *lost])

    assert ["begin", "lost"] == [row.message for row in found.records]


@pytest.mark.parametrize("ahead", [94.0, -94.0])
def test_clocks_are_compared_over_traces(tmp_path, ahead):
    """And the rows stand in the order that is left."""
    gateway: Told = []
    service: Told = []
    for n in range(12):
        more = {"trace_id": trace_of(n)}
        start = 3000 - n * 60
        gateway += [(start, "info", "begin", more), (start - 0.5, "info", "end", more)]
        level = "error" if n == 8 else "info"
        service.append((start - 0.2 - ahead, level, "served", more))
    found = story(tmp_path, gateway=gateway, service=service)

    [clock] = found.clocks
    assert ("gateway", "service", -ahead) == (
        clock.source,
        clock.against,
        clock.seconds,
    )
    assert ["begin", "served", "end"] == [row.message for row in found.records]


def test_a_worker_that_is_late_is_no_clock(tmp_path):
    """Its delays differ."""
    gateway: Told = []
    worker: Told = []
    for n in range(12):
        more = {"trace_id": trace_of(n)}
        start = 3000 - n * 60
        gateway.append((start, "info", "queued", more))
        level = "error" if n == 8 else "info"
        worker.append((start - 3 - n * 4, level, "done", more))
    found = story(tmp_path, gateway=gateway, worker=worker)

    assert [] == found.clocks
    assert ["queued", "done"] == [row.message for row in found.records]
