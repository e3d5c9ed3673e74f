"""logfmt: pairs throughout."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.formats import Carry, Context, detect, named
from log_mcp.formats.logfmt import parse, read
from log_mcp.record import Level

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)
TIME_NS = 1_772_600_767 * 10**9

LOGFMT = {
    "bare and quoted": ('level=info msg="a b"', {"level": "info", "msg": "a b"}),
    "a flag": ("debug a=1 b=2", {"debug": "", "a": "1", "b": "2"}),
    "escapes": (r'a="x\"y\n" b=1', {"a": 'x"y\n', "b": "1"}),
    "escapes of another language": (r'a="\x41" b=1', {"a": r"\x41", "b": "1"}),
    "an empty value": ("a= b=1", {"a": "", "b": "1"}),
    "the first of equal keys": ("a=1 a=2", {"a": "1"}),
}
NOT_LOGFMT = {
    "prose": "connection refused by peer",
    "one pair in prose": "retrying with n=3",
    "mostly flags": "this is prose with a=1 and b=2",
    "unterminated quote": 'a=1 b="oops',
    "text after a quote": 'a="x"y b=2',
    "nothing": "",
    "too many": " ".join(["a=1"] * 501),
}


@pytest.mark.parametrize(("line", "fields"), LOGFMT.values(), ids=LOGFMT)
def test_reads_pairs(line, fields):
    """In the order written."""
    assert fields == parse(line)


@pytest.mark.parametrize("line", NOT_LOGFMT.values(), ids=NOT_LOGFMT)
def test_declines_other_text(line):
    """None, not an error and not a guess, for what another format should read."""
    assert None is parse(line)


LOOSE = {
    "a message of words": (
        "ts=2026-03-04T05:06:07Z level=info msg=no more stock user=anna lee",
        {
            "ts": "2026-03-04T05:06:07Z",
            "level": "info",
            "msg": "no more stock",
            "user": "anna lee",
        },
    ),
    "a day and its clock": (
        "time=2026-03-04 05:06:07 level=info msg=started",
        {"time": "2026-03-04 05:06:07", "level": "info", "msg": "started"},
    ),
    "quotes between": (
        'level=warn msg=no more stock path="a b=c d" n=1',
        {"level": "warn", "msg": "no more stock", "path": "a b=c d", "n": "1"},
    ),
    "a flag that no message precedes": (
        "level=info debug a=1 msg=x",
        {"level": "info", "debug": "", "a": "1", "msg": "x"},
    ),
    "prose": ("retrying level=info with this text=and more", None),
    "prose that begins so": (
        "level=unclear as of now and so is msg=this and that",
        None,
    ),
    "names that say nothing": ("a=b c d e f=g h i j", None),
}


@pytest.mark.parametrize(("line", "fields"), LOOSE.values(), ids=LOOSE)
def test_reads_pairs_without_quotes(line, fields):
    """A value goes on up to the next key, where the names say that this is a log."""
    assert fields == read(line)


def test_day_and_clock_are_one_time():
    """As firewalls write it; many lines are read as one is."""
    line = (
        'date=2026-03-04 time=05:06:07 devname="wall-1" level="warning" msg="no entry"'
    )
    text = f"{line}\n".encode() * 40
    format_ = detect(text, CONTEXT)

    assert "logfmt" == format_.name
    assert {TIME_NS} == set(format_.scan(text, Carry()).times.tolist())
    assert TIME_NS == format_.parse(line.encode()).time_ns


@given(st.text())
def test_never_raises(line):
    """Any text is either fields or None."""
    assert isinstance(parse(line), dict | None)
    assert isinstance(read(line), dict | None)


def test_reads_a_record():
    """Time, level, message, logger and trace are pairs like all others."""
    line = (
        b'time="2026-03-04T05:06:07Z" level=warn logger=shop trace_id=4f msg="no stock"'
    )
    record = detect(line, CONTEXT).parse(line)

    assert (TIME_NS, Level.WARNING, "no stock") == (
        record.time_ns,
        record.level,
        record.message,
    )
    assert ("shop", "4f") == (record.logger, record.trace)
    assert "warn" == record.fields["level"]


def test_pairs_without_message_are_the_message():
    """A record always has something to read."""
    assert "level=info a=1" == named("logfmt", CONTEXT).parse(b"level=info a=1").message


SHAPES = {
    "quoted time": 'time="2026-03-04T05:06:07Z" level=info n={}',
    "keys between": "logger=a t=2026-03-04T05:06:07Z n={} level=error x=1",
    "level first": "level=debug ts=2026-03-04T05:06:07.5Z n={}",
    "no time": "level=debug n={}",
    "a level that is none": "ts=2026-03-04T05:06:07Z level=cozy n={}",
}


@pytest.mark.parametrize("line", SHAPES.values(), ids=SHAPES)
def test_shape_agrees_with_parsing(line):
    """The expression for a whole block never says anything else."""
    text = (
        "".join(line.format(n) + "\n" for n in range(9)).encode() + b"level=warn a=1\n"
    )
    fast = detect(text, CONTEXT).scan(text, Carry())
    slow = named("logfmt", CONTEXT).scan(text, Carry())

    assert "logfmt" == detect(text, CONTEXT).name
    assert slow.times.tolist() == fast.times.tolist()
    assert slow.levels.tolist() == fast.levels.tolist()
