"""Records, exceptions and field names as answers show them."""

import pytest

from log_mcp.failure import FRAMES_MAX, ExceptionRow, FrameRow, exception_row
from log_mcp.plain import to_json
from log_mcp.query.rows import field_names, in_brief, record_row
from log_mcp.record import Exception_, Frame
from log_mcp.store.segment import ErrorKind
from tests.builders import segment_of

LINES = [
    (
        '{"timestamp":"2026-03-04T05:06:07Z","level":"error","logger":"shop.pay",'
        '"service":"pay","message":"failed","trace_id":"t-1","http":{"status":503},"n":1}'
    ),
    '{"message":"no time, no level","n":2}',
    '{"message":"by its status","status":503,"method":"GET","time":"2026-03-04T05:06:09.5Z"}',
]


def test_record_row(tmp_path):
    """What the record says, under the contract's names; absent parts left out."""
    segment = segment_of(tmp_path / "api.log", LINES)
    full = record_row(segment, 0, kind=ErrorKind("g-1", "t", ""), role="match")
    bare = record_row(segment, 1)
    inferred = record_row(segment, 2, record=segment.record(2))

    assert {
        "id": segment.record_id(0),
        "time": "2026-03-04T05:06:07.000Z",
        "level": "error",
        "source": "api",
        "message": "failed",
        "fields": segment.record(0).fields,
        "logger": "shop.pay",
        "group": "g-1",
        "trace": "t-1",
        "service": "pay",
        "role": "match",
    } == to_json(full)
    assert {"id", "time", "level", "source", "message", "fields"} == set(to_json(bare))
    assert (None, None) == (bare.time, bare.level)
    assert ("error", True) == (inferred.level, inferred.level_inferred)


def test_chosen_fields(tmp_path):
    """Names, paths and the record's own; what it does not have is left out."""
    segment = segment_of(tmp_path / "api.log", LINES)
    names = ("http.status", "n", "none", "source", "group", "level")

    assert {
        "http.status": 503,
        "n": 1,
        "source": "api",
        "level": "error",
    } == record_row(segment, 0, fields=names).fields
    kind = ErrorKind("g-1", "t", "")
    assert "g-1" == record_row(segment, 0, kind=kind, fields=names).fields["group"]


def test_exception_row():
    """The whole chain, each link with a bounded number of frames."""
    frame = Frame("a.py", 1, "f", in_app=True, code="f()")
    cause = Exception_("OSError", "disk", "python")
    row = exception_row(Exception_("ValueError", "x", "python", (frame,) * 99, cause))

    assert exception_row(None) is None
    assert row is not None
    assert FRAMES_MAX == len(row.frames)
    assert FrameRow("a.py", 1, "f", in_app=True, code="f()") == row.frames[0]
    assert ExceptionRow("OSError", "disk", "python") == row.cause


def test_field_names(tmp_path):
    """Names and dotted paths of some records, added to those known."""
    found = {"known"}
    field_names(segment_of(tmp_path / "api.log", LINES), [0, 1], found)

    assert {"known", "http", "http.status", "n"} <= found
    assert "status" not in found


def test_an_exception_in_a_line(tmp_path):
    """A row says it among the fields in place of its stack trace, unless it is shown."""
    stack = 'Traceback (most recent call last):\\n  File \\"a.py\\", line 3, in f\\nValueError: x'
    line = (
        '{"timestamp":"2026-03-04T05:06:07Z","level":"error","message":"failed",'
        f'"n":1,"ctx":{{"a":"b"}},"exception":"{stack}"}}'
    )
    segment = segment_of(tmp_path / "api.log", [line])
    brief, whole = record_row(segment, 0), record_row(segment, 0, brief=False)

    assert {
        "n": 1,
        "ctx": {"a": "b"},
        "exception": "ValueError: x at a.py:3 in f",
    } == brief.fields
    assert {"n": 1, "ctx": {"a": "b"}} == whole.fields


FRAME = Frame("app/db.py", 25, "fetch", in_app=True)
BRIEF = {
    "its type": (Exception_("OSError", "", ""), "OSError"),
    "its first line": (Exception_("OSError", "disk\nfull", ""), "OSError: disk"),
    "its cause and where": (
        Exception_("A", "x", "", cause=Exception_("B", "y", "", (FRAME,))),
        "A: x <- B: y at app/db.py:25 in fetch",
    ),
    "no line and no function": (
        Exception_("A", "", "", (Frame("a.c", None, None, in_app=True),)),
        "A at a.c in ?",
    ),
}


@pytest.mark.parametrize(("exception", "expected"), BRIEF.values(), ids=BRIEF)
def test_in_brief(exception, expected):
    """What was reported, what caused it, and where in the application."""
    assert expected == in_brief(exception)
