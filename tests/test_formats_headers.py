"""Every row of the table of headers has samples, and reads them before all others."""

import re

import pytest

from log_mcp.formats import Context, detect, named
from log_mcp.formats.header import find
from log_mcp.formats.headers import ROWS, TIME_MARK
from log_mcp.formats.text import BY_NAME
from log_mcp.record import Level

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)
SAMPLES = [(row, sample) for row in ROWS for sample in row.sample]
IDS = [f"{row.name} {index}" for index, (row, _) in enumerate(SAMPLES)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_has_a_sample(row):
    """A row that shows no line it reads is refused; names are told apart."""
    assert row.sample
    assert BY_NAME[row.name] is row


@pytest.mark.parametrize(("row", "sample"), SAMPLES, ids=IDS)
def test_reads_its_sample(row, sample):
    """No earlier row takes the sample away, and what the row states is read."""
    found = find(sample.encode(), ROWS, CONTEXT)

    assert found is not None
    assert row.name == found.row.name
    assert 0 <= found.end <= len(sample.encode())


@pytest.mark.parametrize(("row", "sample"), SAMPLES, ids=IDS)
def test_is_ruled_out_only_where_it_does_not_match(row, sample):
    """What spares a trial (the line's start, its punctuation) never spares a match."""
    found = find(sample.encode(), (row,), CONTEXT)
    stated = found.time if found else b""
    marked = sample.encode().replace(stated, TIME_MARK, 1) if stated else b""
    for other in ROWS:
        line = marked if other.timed else sample.encode()
        if line and re.match(other.expression(), line):
            assert other.may_start(marked[:1] or line[:1])
            assert other.marks() <= set(marked or line)


@pytest.mark.parametrize(("row", "sample"), SAMPLES, ids=IDS)
def test_one_line_is_enough(row, sample):
    """A file of one line is read as well as a long one."""
    format_ = detect(sample.encode() + b"\n", CONTEXT)
    record = format_.parse(sample.encode())
    many = named(f"text:{row.name}", CONTEXT, f"{sample}\n".encode() * 30)

    assert f"text:{row.name}" == format_.name
    assert record == many.parse(sample.encode())
    assert (record.time_ns is not None) == (row.timed or "epoch" in row.layout.decode())
    assert sample.endswith(record.message)


LEVELS = {
    "access": Level.ERROR,
    "nginx-error": Level.ERROR,
    "apache-error": Level.ERROR,
    "postgres": Level.ERROR,
    "redis": Level.WARNING,
    "mongodb": Level.WARNING,
    "syslog-5424": Level.ERROR,
    "syslog-pri": Level.ERROR,
    "syslog": Level.UNKNOWN,
    "glog": Level.ERROR,
    "gunicorn": Level.CRITICAL,
    "celery": Level.ERROR,
    "python": Level.ERROR,
    "time": Level.UNKNOWN,
}


@pytest.mark.parametrize(("name", "level"), LEVELS.items(), ids=LEVELS)
def test_states_a_level(name, level):
    """Words, letters, marks, priorities and status codes."""
    record = named(f"text:{name}", CONTEXT).parse(BY_NAME[name].sample[0].encode())

    assert level == record.level
    assert record.level_inferred == (name == "access")


FIELDS = {
    "access": {
        "client": "192.0.2.7",
        "method": "GET",
        "path": "/cart",
        "status": "502",
    },
    "nginx-error": {"pid": "31", "connection": "1"},
    "postgres": {"pid": "123"},
    "syslog": {"host": "web-1", "pid": "4711"},
    "logback": {"thread": "main"},
    "loguru": {"function": "add", "line": "12"},
}


@pytest.mark.parametrize(("name", "fields"), FIELDS.items(), ids=FIELDS)
def test_keeps_what_the_header_says(name, fields):
    """Groups of the header are fields."""
    record = named(f"text:{name}", CONTEXT).parse(BY_NAME[name].sample[0].encode())

    assert fields.items() <= record.fields.items()


LOGGERS = {
    "python": "app.core",
    "python-dashes": "shop.cart",
    "python-basic": "shop.cart",
    "logback": "com.shop.Order",
    "spring": "c.s.OrderController",
    "loguru": "shop.cart",
    "elasticsearch": "o.e.c.r.a.DiskMonitor",
    "level-time": "shop.views",
}


@pytest.mark.parametrize(("name", "logger"), LOGGERS.items(), ids=LOGGERS)
def test_names_the_logger(name, logger):
    """Without the punctuation around it."""
    record = named(f"text:{name}", CONTEXT).parse(BY_NAME[name].sample[0].encode())

    assert logger == record.logger
