"""Twin of log_mcp/analysis/system.py."""

import pytest

from log_mcp.analysis.system import system
from log_mcp.record import Level, Record


def record(**fields):
    return Record(None, Level.INFO, "x", "x", fields=fields)


TOLD = {
    "plain names": ({"host": "web-3", "pid": 41}, {"host": "web-3", "process": "41"}),
    "nested ones": (
        {"kubernetes": {"pod_name": "api-7f", "container_name": "api"}},
        {"pod": "api-7f", "container": "api"},
    ),
    "units": (
        {"rss_mb": 311, "cpu_percent": 97.5, "heap": "1.2GB"},
        {"memory": "311 mb", "cpu": "97.5 percent"},
    ),
    "a version and a worker": (
        {"worker_id": "w3", "version": "2.1"},
        {"worker": "w3", "version": "2.1"},
    ),
    "no facts": ({"host": True, "pid": "", "cpu": "x" * 99, "mem": None}, {}),
}


@pytest.mark.parametrize(("fields", "expected"), TOLD.values(), ids=TOLD)
def test_what_a_record_says(fields, expected):
    """By one name each, as text, in one order."""
    assert expected == system(record(**fields), [])


def test_memory_of_a_record_before():
    """The nearest one of the same host and process."""
    own = record(host="a", pid=1)
    before = [
        record(host="b", pid=1, rss_mb=9),
        record(host="a", pid=1, rss_mb=5),
        record(host="a", pid=1, rss_mb=3, cpu=7),
        record(host="a", pid=1, rss_mb=1),
    ]

    assert {"host": "a", "process": "1", "memory": "5 mb", "cpu": "7"} == system(
        own, before
    )
