"""Records behind a header."""

import json

import pytest

from log_mcp.formats import Context, detect
from log_mcp.record import Level
from log_mcp.timestamp import iso

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)
SYSLOG = "Mar  4 05:06:07 web-1 shop[17]: "
RFC5424 = "<14>1 2026-03-04T05:06:07.123Z web-1 shop 17 - - "


def parsed(line):
    text = line.encode()
    return detect(text + b"\n", CONTEXT).parse(text)


OBJECTS = {
    "syslog": (SYSLOG, "05:06:07"),
    "with a cookie": (SYSLOG + "@cee: ", "05:06:07"),
    "with a cookie and no space": (SYSLOG + "@cee:", "05:06:07"),
    "RFC 5424": (RFC5424, "05:06:07.123"),
}


@pytest.mark.parametrize(("header", "clock"), OBJECTS.values(), ids=OBJECTS)
def test_an_object_behind_a_header_is_read(header, clock):
    """Level, message and fields are its own; host and process are the header's."""
    record = parsed(header + '{"level":"warning","msg":"low stock","item":4}')

    assert Level.WARNING == record.level
    assert "low stock" == record.message
    assert {"host": "web-1", "pid": "17", "item": 4} == record.fields
    assert "shop" == record.service
    assert clock == iso(record.time_ns)[11:].rstrip("Z").removesuffix(".000")


TIMES = {
    "a complete one": ('{"time":"2026-03-04T04:00:00Z","msg":"a"}', "04:00:00"),
    "no zone": ('{"time":"2026-03-04T04:00:00","msg":"a"}', "05:06:07"),
    "none": ('{"msg":"a"}', "05:06:07"),
    "a complete one in text": ("2026-03-04T04:00:00Z INFO a", "04:00:00"),
    "a clock in text": ("04:00:00 [info] a", "05:06:07"),
}


@pytest.mark.parametrize(("body", "clock"), TIMES.values(), ids=TIMES)
def test_the_time_is_the_complete_one(body, clock):
    """A relay's time is when it relayed; it goes before a guess, but not before a fact."""
    assert clock == iso(parsed(SYSLOG + body).time_ns)[11:19]


LEVELS = {
    "text": ("2026-03-04 05:06:07,123 ERROR shop.cart - no stock", Level.ERROR),
    "pairs": ('level=warn msg="low stock"', Level.WARNING),
    "a word": ("ERROR: no stock", Level.ERROR),
    "a word in brackets": ("[error] no stock", Level.ERROR),
    "an access record": ('{"status":503,"method":"GET"}', Level.ERROR),
    "prose": ("started", Level.UNKNOWN),
}


@pytest.mark.parametrize(("body", "level"), LEVELS.values(), ids=LEVELS)
def test_the_level_is_what_the_body_states(body, level):
    """Where the header states none."""
    assert level == parsed(SYSLOG + body).level


def test_a_priority_is_no_level_beside_a_stated_one():
    """A relay gives all that a program prints one priority."""
    assert Level.ERROR == parsed(RFC5424 + '{"level":"error","msg":"x"}').level
    assert Level.INFO == parsed(RFC5424 + '{"msg":"x"}').level


def test_the_header_goes_before_the_body():
    """`level` in an object that a program prints may be anything."""
    record = parsed('2026-03-04 05:06:07,123 ERROR {"level":"info","item":4}')

    assert Level.ERROR == record.level
    assert 4 == record.fields["item"]


def test_an_object_at_the_end_adds_its_fields():
    """The message stays as it is written."""
    line = '2026-03-04 05:06:07,123 INFO sold {"item": {"id": 4}, "trace_id": "4f"}'
    record = parsed(line)

    assert line[29:] == record.message
    assert {"item": {"id": 4}, "trace_id": "4f"} == record.fields
    assert "4f" == record.trace


def test_what_looks_like_an_object_is_text():
    """Broken JSON, an empty object, braces in prose."""
    for end in ('{"a": 1', "{}", '{"a": x}'):
        record = parsed(f"2026-03-04 05:06:07,123 INFO sold {end}")

        assert {} == record.fields
        assert f"sold {end}" == record.message


def test_an_exception_in_the_object_is_read():
    """As of a line that is an object alone."""
    stack = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\nOSError: x'
    )
    body = json.dumps({"event": "failed", "exception": stack})
    record = parsed(SYSLOG + body)

    assert "OSError" == record.exception.type
    assert (Level.ERROR, True) == (record.level, record.level_inferred)
