"""Twin of log_mcp/calls.py."""

import pytest

from log_mcp import calls
from log_mcp.calls import Calls, Marks
from log_mcp.errors import CursorExpired


def test_before_the_first_call_nothing_is_news():
    """Its marks are what is held when it is made."""
    marks = Calls().next((), (), 5)

    assert ({}, None) == (marks, marks.at_ns)


def test_marks_know_when_they_were_made():
    """So that an answer can say since when it counts."""
    book = Calls()

    assert [None, 5, 9] == [book.next((), (), now).at_ns for now in (5, 9, 11)]


def test_marks_are_kept_for_cursors_by_name():
    """The name is what a cursor carries as its `since`."""
    book = Calls()
    name = book.keep(Marks({"f1": 7}))

    assert {"f1": 7} == book.kept(name)
    assert book.keep(Marks()) != name
    assert book.kept("15m") is None


def test_few_calls_are_remembered(monkeypatch):
    """The oldest one is forgotten first, and a cursor that needs it says so."""
    monkeypatch.setattr(calls, "CALLS_MAX", 2)
    book = Calls()
    names = [book.keep(Marks({"f1": number})) for number in range(5)]

    assert [{"f1": 3}, {"f1": 4}] == [book.kept(name) for name in names[-2:]]
    with pytest.raises(CursorExpired):
        book.kept(names[0])
