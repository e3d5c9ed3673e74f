"""Exceptions in JSON values."""

from typing import Any

import pytest

from log_mcp.formats.thrown import read, thrown
from log_mcp.record import Exception_

STACK = 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\nValueError: x'

READ = {
    "a stack trace": ({"exception": STACK}, ("ValueError", "x", "python", 1)),
    "a name and a message": ({"exception": "shop.StockError: none"},
                             ("shop.StockError", "none", "", 0)),
    "lines that are no trace": ({"stack": "one\ntwo"}, ("", "one", "", 0)),
    "type beside the stack": ({"error.type": "E", "error.message": "m",
                               "error.stack_trace": "a\nb"}, ("E", "m", "", 0)),
    "an object": ({"error": {"type": "E", "message": "m"}}, ("E", "m", "", 0)),
    "an object with a stack": ({"err": {"type": "V", "stack": STACK}},
                               ("ValueError", "x", "python", 1)),
    "a stack in a list": ({"err": {"type": "V", "stack": STACK.split("\n")}},
                          ("ValueError", "x", "python", 1)),
    "frames": ({"thrown": {"name": "E", "message": "m", "extendedStackTrace": [
        {"class": "shop.Cart", "method": "add", "file": "Cart.java", "line": 12}, "x"]}},
        ("E", "m", "", 1)),
    "structlog's list": ({"exception": [
        {"exc_type": "KeyError", "exc_value": "a", "frames": [
            {"filename": "/srv/a.py", "lineno": 1, "name": "f"},
            {"filename": "/srv/b.py", "lineno": 2, "name": "g"}]},
        {"exc_type": "OSError", "exc_value": "b", "frames": []}, "odd"]},
        ("KeyError", "a", "python", 2)),
    "a layout's list": ({"error.type": "E", "error.stack_trace": [
        {"class": "shop.Cart", "method": "add", "file.name": "Cart.java",
         "file.line": 36}]}, ("E", "", "java", 1)),
}  # fmt: skip


def exception(fields: dict[str, Any]) -> Exception_:
    """The exception of a record that has one."""
    found = thrown(fields)
    assert found is not None
    return read(found[1], fields)


@pytest.mark.parametrize(("fields", "expected"), READ.values(), ids=READ)
def test_reads_an_exception(fields, expected):
    """Type, message, language and the number of frames."""
    one = exception(fields)

    assert expected == (one.type, one.message, one.language, len(one.frames))


def test_frames_are_innermost_first():
    """In the list they stand as Python prints them, outermost first."""
    fields = {
        "exception": [
            {
                "exc_type": "E",
                "frames": [
                    {"filename": "/srv/a.py", "lineno": 1},
                    {"filename": "/srv/b.py", "lineno": 2},
                ],
            }
        ]
    }

    assert ["/srv/b.py", "/srv/a.py"] == [one.file for one in exception(fields).frames]


def test_causes_are_chained():
    """Objects hold their cause, lists continue with it."""
    nested = {
        "err": {"type": "A", "message": "a", "cause": {"type": "B", "message": "b"}}
    }
    listed = {"exc_info": [{"exc_type": "A"}, {"exc_type": "B"}]}

    assert "B" == exception(nested).root.type
    assert "B" == exception(listed).root.type


def test_endless_causes_end():
    """A chain is read to a depth that no real one has."""
    link: dict[str, Any] = {"type": "E", "message": "m"}
    for _ in range(200):
        link = {"type": "E", "message": "m", "cause": link}
    one, depth = read(link, {}), 0
    while one.cause:
        one, depth = one.cause, depth + 1

    assert 20 == depth
