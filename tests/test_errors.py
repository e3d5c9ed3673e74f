"""Errors: one tree, drawn in the docstring, and hints that name the nearest word."""

import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp import errors
from log_mcp.errors import LogMcpError, nearest


def test_the_drawing_is_the_tree():
    """Each error stands in the docstring, below its parent."""
    drawn: dict[str, str] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"([│├└─ ]*)([A-Z]\w+?)(?:\s{2,}|$)", line)
        if found:
            depth = len(found[1]) // 3
            above[depth:] = [found[2]]
            drawn[found[2]] = above[depth - 1] if depth else "Exception"
    real = {
        name: one.__mro__[1].__name__
        for name, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, LogMcpError)
    }

    assert real == drawn


NEAREST = {
    "a slip": ("lvl", ["level", "source"], " Did you mean 'level'?"),
    "case": ("LEVEL", ["level"], " Did you mean 'level'?"),
    "the known spelling is shown": ("userid", ["userId"], " Did you mean 'userId'?"),
    "nothing near": ("qqq", ["level"], ""),
    "nothing known": ("level", [], ""),
}


@pytest.mark.parametrize(("word", "known", "expected"), NEAREST.values(), ids=NEAREST)
def test_nearest(word, known, expected):
    """The nearest word, or silence."""
    assert expected == nearest(word, known)


@given(st.text(), st.lists(st.text()))
def test_nearest_is_always_a_known_word(word, known):
    """Whatever is given, the hint is made of the known words."""
    hint = nearest(word, known)

    assert not hint or any(hint == f" Did you mean '{name}'?" for name in known)
