"""Lines of a log inside of objects."""

import json

import pytest

from log_mcp.formats import Context, detect
from log_mcp.record import Level
from log_mcp.timestamp import iso

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)
STAMP = "2026-03-04T05:06:07Z"


def parsed(fields):
    text = json.dumps(fields).encode()
    return detect(text + b"\n", CONTEXT).parse(text)


LINES = {
    "an object": ('{"level":"error","msg":"no stock","item":4}\n', "05:06:07"),
    "text": ("2026-03-04 05:00:00,123 ERROR shop.cart - no stock", "05:06:07"),
    "text with a zone": ("2026-03-04T05:00:00Z ERROR shop.cart: no stock", "05:00:00"),
    "a clock": ("04:00:00 [error] no stock", "05:06:07"),
    "pairs": ('level=error msg="no stock"', "05:06:07"),
}
OBJECTS: dict[str, dict[str, object]] = {
    "Fluentd": {"log": "", "kubernetes": {"pod": "web-0"}, "@timestamp": STAMP},
    "the journal": {
        "MESSAGE": "",
        "PRIORITY": "6",
        "__REALTIME_TIMESTAMP": "1772600767000000",
    },
    "Logstash": {"message": "", "@version": "1", "@timestamp": STAMP},
}


@pytest.mark.parametrize("name", OBJECTS)
@pytest.mark.parametrize(("line", "clock"), LINES.values(), ids=LINES)
def test_a_line_is_read_where_it_is_carried(name, line, clock):
    """Its level and message, its time if it is complete, and the fields of both."""
    fields = dict(OBJECTS[name])
    key = next(iter(fields))
    record = parsed({**fields, key: line})
    kept = {field for field in fields if field in {"kubernetes", "@version"}}

    assert (Level.ERROR, False) == (record.level, record.level_inferred)
    assert "no stock" == record.message
    assert clock == iso(record.time_ns)[11:19]
    assert kept <= set(record.fields)


def test_lines_below_the_first_stay_in_the_message():
    """And a stack trace there is the exception."""
    trace = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\nOSError: x'
    )
    line = "2026-03-04 05:00:00,123 ERROR shop.cart - failed"
    record = parsed({"log": f"{line}\n{trace}\n", "@timestamp": STAMP})

    assert f"failed\n{trace}" == record.message
    assert record.exception is not None
    assert "OSError" == record.exception.type


AS_THEY_ARE = {
    "a level of its own": (
        {"message": "05:00:00 [error] x", "level": "info"},
        Level.INFO,
    ),
    "prose": ({"message": "started", "time": STAMP}, Level.UNKNOWN),
    "a line without a level": ({"message": "05:00:00 started"}, Level.UNKNOWN),
    "a priority and prose": ({"MESSAGE": "started", "PRIORITY": "3"}, Level.ERROR),
    "nothing": ({}, Level.UNKNOWN),
}


@pytest.mark.parametrize(("fields", "level"), AS_THEY_ARE.values(), ids=AS_THEY_ARE)
def test_other_objects_are_read_as_they_are(fields, level):
    """Their message stays."""
    record = parsed(fields)

    assert level == record.level
    assert fields.get("message", fields.get("MESSAGE", "{}")) == record.message
