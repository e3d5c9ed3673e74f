"""Twin of log_mcp/calls.py."""

import pytest

from log_mcp import calls
from log_mcp.calls import Calls
from log_mcp.errors import CursorExpired


def test_before_the_first_call_nothing_is_news():
    """Its marks are what is held when it is made."""
    assert {} == Calls().next((), ())


def test_marks_are_kept_for_cursors_by_name():
    """The name is what a cursor carries as its `since`."""
    book = Calls()
    name = book.keep({"f1": 7})

    assert {"f1": 7} == book.kept(name)
    assert book.keep({}) != name
    assert book.kept("15m") is None


def test_few_calls_are_remembered(monkeypatch):
    """The oldest one is forgotten first, and a cursor that needs it says so."""
    monkeypatch.setattr(calls, "CALLS_MAX", 2)
    book = Calls()
    names = [book.keep({"f1": number}) for number in range(5)]

    assert [{"f1": 3}, {"f1": 4}] == [book.kept(name) for name in names[-2:]]
    with pytest.raises(CursorExpired):
        book.kept(names[0])
