"""JSON lines of many libraries: what each field means."""

import json
from collections.abc import Mapping

import pytest

from log_mcp.formats import Carry, Context, detect, jsonl, named
from log_mcp.record import ESCAPED, EXCEPTION, Level

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)
TIME_NS = 1_772_600_767_123 * 10**6
STACK = 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\nValueError: x'

LIBRARIES = {
    "structlog": (
        {"n": 1, "event": "no stock", "level": "warning", "logger": "shop",
         "timestamp": "2026-03-04T05:06:07.123Z"},
        (Level.WARNING, "no stock", "shop", {"n": 1, "logger": "shop"}),
    ),
    "python-json-logger": (
        {"asctime": "2026-03-04 05:06:07,123", "levelname": "ERROR", "name": "shop",
         "message": "no stock"},
        (Level.ERROR, "no stock", "shop", {"name": "shop"}),
    ),
    "pino": (
        {"level": 40, "time": 1772600767123, "pid": 17, "name": "shop", "msg": "no stock"},
        (Level.WARNING, "no stock", "shop", {"pid": 17, "name": "shop"}),
    ),
    "ecs": (
        {"@timestamp": "2026-03-04T05:06:07.123Z", "log": {"level": "error",
         "logger": "shop"}, "message": "no stock"},
        (Level.ERROR, "no stock", "shop", {"log": {"logger": "shop"}}),
    ),
    "ecs, flat": (
        {"@timestamp": "2026-03-04T05:06:07.123Z", "log.level": "ERROR",
         "log.logger": "shop", "message": "no stock"},
        (Level.ERROR, "no stock", "shop", {"log.logger": "shop"}),
    ),
    "serilog": (
        {"@t": "2026-03-04T05:06:07.1230000Z", "@mt": "no stock", "@l": "Fatal"},
        (Level.CRITICAL, "no stock", None, {}),
    ),
    "serilog's usual level": (
        {"@t": "2026-03-04T05:06:07.1230000Z", "@m": "no stock"},
        (Level.INFO, "no stock", None, {}),
    ),
    "mongodb": (
        {"t": {"$date": "2026-03-04T05:06:07.123+00:00"}, "s": "W", "c": "NETWORK",
         "msg": "no stock"},
        (Level.WARNING, "no stock", "NETWORK", {"c": "NETWORK"}),
    ),
    "log4j2": (
        {"instant": {"epochSecond": 1772600767, "nanoOfSecond": 123000000},
         "level": "ERROR", "loggerName": "shop", "message": "no stock"},
        (Level.ERROR, "no stock", "shop", {"loggerName": "shop"}),
    ),
    "rust tracing": (
        {"timestamp": "2026-03-04T05:06:07.123Z", "level": "INFO",
         "fields": {"message": "no stock", "n": 1}, "target": "shop::cart"},
        (Level.INFO, "no stock", "shop::cart",
         {"fields": {"n": 1}, "target": "shop::cart"}),
    ),
    "journald": (
        {"__REALTIME_TIMESTAMP": "1772600767123000", "PRIORITY": "3",
         "MESSAGE": "no stock"},
        (Level.ERROR, "no stock", None, {}),
    ),
    "open telemetry": (
        {"timeUnixNano": "1772600767123000000", "severityNumber": 17,
         "body": {"stringValue": "no stock"}},
        (Level.ERROR, "no stock", None, {}),
    ),
    "an object as message": (
        {"time": 1772600767.123, "level": "info", "msg": {"a": 1}},
        (Level.INFO, '{"a":1}', None, {}),
    ),
    "an access record": (
        {"time": 1772600767.123, "request": {"method": "GET"}, "status": 503,
         "msg": "no stock"},
        (Level.ERROR, "no stock", None, {"request": {"method": "GET"}, "status": 503}),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "expected"), LIBRARIES.values(), ids=LIBRARIES)
def test_reads_a_library(fields, expected):
    """Time, level, message and logger, and the rest as fields."""
    text = json.dumps(fields).encode()
    record = detect(text + b"\n", CONTEXT).parse(text)

    assert expected == (record.level, record.message, record.logger, record.fields)
    assert TIME_NS == record.time_ns
    assert record.text == text.decode()


ODD = {
    "no message": b'{"level":"info"}',
    "cut off": b'{"level":"info","ts":17726',
    "a list": b"[1, 2]",
    "a level that is none": b'{"level":"Metadata","message":"x"}',
    "a time that is none": b'{"time":{"seconds":"x"},"message":"x"}',
    "a time without meaning": b'{"time":{"seconds":12},"message":"x"}',
    "a time that is a truth value": b'{"time":true,"message":"x"}',
    "a time that is a list": b'{"time":[1],"message":"x"}',
    "an empty message": b'{"message":""}',
    "a request without status": b'{"method":"GET","message":"x"}',
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_lines_are_records(text):
    """What states neither time nor level is a record all the same."""
    record = named("jsonl", CONTEXT).parse(text)

    assert None is record.time_ns
    assert record.message


def lines(*records: Mapping[str, object]) -> bytes:
    """JSON lines."""
    return "".join(json.dumps(record) + "\n" for record in records).encode()


EXCEPTIONS = {
    "python's": {"exc_info": STACK},
    "pino's": {"err": {"type": "Error", "message": "x", "stack": "Error: x\n    at f (/a.js:1:2)"}},
    "structlog's": {"exception": [{"exc_type": "ValueError", "exc_value": "x", "frames": []}]},
    "a name alone": {"exception": "shop.StockError: none left"},
    "ecs": {"error": {"type": "E", "message": "x", "stack_trace": STACK}},
    "flat ecs": {"error.type": "E", "error.stack_trace": STACK},
}  # fmt: skip


@pytest.mark.parametrize("shaped", [False, True], ids=["by table", "by shape"])
@pytest.mark.parametrize("fields", EXCEPTIONS.values(), ids=EXCEPTIONS)
def test_flags_exceptions(fields, shaped):
    """The scan sees what the record will hold."""
    usual = {"time": "2026-03-04T05:06:07.123Z", "level": "error", "msg": "failed"}
    text = lines(*[usual] * 3, usual | fields if shaped else fields, usual)
    format_ = detect(text, CONTEXT)
    flags = format_.scan(text, Carry()).flags.tolist()
    record = format_.parse(text.split(b"\n")[3])

    assert [False] * 3 + [True, False] == [bool(flag & EXCEPTION) for flag in flags]
    assert record.exception is not None
    assert (Level.ERROR, not shaped) == (record.level, record.level_inferred)


NO_EXCEPTIONS = {
    "a label": {"stack": "prod"},
    "a sentence": {"error": "refused"},
    "an error of an interface": {"error": {"code": 7}, "stack": None},
    "a truth value": {"exc_info": True},
    "an empty list": {"exception": []},
}


@pytest.mark.parametrize("fields", NO_EXCEPTIONS.values(), ids=NO_EXCEPTIONS)
def test_other_things_are_no_exceptions(fields):
    """A name alone does not make one."""
    record = named("jsonl", CONTEXT).parse(lines(fields).strip())

    assert None is record.exception


def test_marks_escapes():
    """Records whose search text differs from their text."""
    usual = {"ts": "2026-03-04T05:06:07.123Z", "level": "info", "msg": "a"}
    text = lines(*[usual] * 3, usual | {"msg": "a\tb"}, {"msg": "a\nb"}, {"msg": "c"})
    flags = detect(text, CONTEXT).scan(text, Carry()).flags.tolist()

    assert [0, 0, 0, ESCAPED, ESCAPED, 0] == flags


SHAPES = {
    "level first": [{"level": 30, "time": 1772600767123, "n": n} for n in range(9)],
    "time first": [{"ts": "2026-03-04T05:06:07Z", "level": "info"} for _ in range(9)],
    "varying keys before": [
        {f"k{n % 3}": n, "msg": 'a "b"', "level": "info", "ts": "2026-03-04T05:06:07Z"}
        for n in range(9)
    ],
    "a nested object before": [
        {"req": {"n": n}, "level": "info", "ts": "2026-03-04T05:06:07Z"} for n in range(9)
    ],
    "a key that goes before, later": [
        {"level": "info", "ts": "2026-03-04T05:06:07Z", "time": "2026-03-04T05:06:08Z"}
        for _ in range(9)
    ],
    "mixed": [
        {"ts": "2026-03-04T05:06:07Z", "level": "info"},
        {"level": "warn", "ts": 1772600767},
    ] * 5,
}  # fmt: skip


@pytest.mark.parametrize("records", SHAPES.values(), ids=SHAPES)
def test_shape_agrees_with_the_tables(records):
    """The expression for a whole block never says anything else."""
    text = lines(*records)
    fast = detect(text, CONTEXT).scan(text, Carry())
    slow = named("jsonl", CONTEXT).scan(text, Carry())

    assert slow.times.tolist() == fast.times.tolist()
    assert slow.levels.tolist() == fast.levels.tolist()
    assert len(records) == fast.read


def test_a_cut_line_keeps_what_its_shape_says():
    """A line that is still being written states its time already."""
    usual = {"ts": "2026-03-04T05:06:07.123Z", "level": "warn", "msg": "a"}
    format_ = detect(lines(*[usual] * 3), CONTEXT)
    record = format_.parse(lines(usual).strip()[:-4])

    assert (TIME_NS, Level.WARNING) == (record.time_ns, record.level)


NUMBERS = {
    "a word beside it": ({"level": 3, "severity": "debug"}, Level.DEBUG),
    "nothing beside it": ({"level": 3}, Level.ERROR),
    "a letter of something else": ({"level": 30, "s": "E"}, Level.INFO),
    "something else": ({"level": 12, "severity": "error"}, Level.ERROR),
    "a place in a list of tags": ({"level": 12, "tags": ["error"]}, Level.ERROR),
}


@pytest.mark.parametrize(("fields", "level"), NUMBERS.values(), ids=NUMBERS)
def test_a_word_says_more_than_a_number(fields, level):
    """A number counts on many scales, and may count something else."""
    line = json.dumps({"ts": 1772600767, "msg": "a", **fields})

    assert level == detect(f"{line}\n".encode() * 9, CONTEXT).parse(line.encode()).level


def test_serilogs_exception():
    """Its name is one letter."""
    record = {
        "@t": "2026-03-04T05:06:07.123Z",
        "@l": "Error",
        "@x": "shop.StockError: x",
    }
    exception = detect(lines(record), CONTEXT).parse(lines(record).strip()).exception

    assert exception is not None
    assert "shop.StockError" == exception.type


def test_reader_without_sample_reads_by_table():
    """A format made for a setting reads the same, only slower."""
    assert None is jsonl.reader(CONTEXT)._shape
