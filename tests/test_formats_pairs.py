"""Pairs in prose, and the correlation value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.formats.pairs import pairs, trace

PAIRS = {
    "bare": ("took=3ms user=17", {"took": "3ms", "user": "17"}),
    "quoted": ("err=\"a b\" x='c d'", {"err": "a b", "x": "c d"}),
    "in prose": ("done, n=3; m=4)", {"n": "3", "m": "4"}),
    "the first counts": ("a=1 a=2", {"a": "1"}),
    "none in an address": ("GET /cart?id=3&x=4", {}),
    "none in later lines": ("done\na=1", {}),
    "none in code": ("a==b", {"a": "=b"}),
}


@pytest.mark.parametrize(("text", "fields"), PAIRS.values(), ids=PAIRS)
def test_finds_pairs(text, fields):
    """As written, quotes removed."""
    assert fields == pairs(text)


def test_pairs_are_bounded():
    """A line that is all pairs does not become a table."""
    assert len(pairs(" ".join(f"k{n}=v" for n in range(999)))) == 200


TRACES = {
    "trace id": ({"trace_id": "4f"}, "4f"),
    "a trace before a request": ({"request_id": "r", "traceId": "4f"}, "4f"),
    "correlation before a request": ({"request_id": "r", "correlation_id": "c"}, "c"),
    "one level down": ({"http": {"request_id": "r"}}, "r"),
    "dotted": ({"trace": {"id": "4f"}}, "4f"),
    "a number": ({"request_id": 17}, "17"),
    "W3C": ({"traceparent": f"00-{'4f' * 16}-{'0a' * 8}-01"}, "4f" * 16),
    "empty ones do not count": ({"trace_id": "", "request_id": "-"}, None),
    "none": ({"user": "anna"}, None),
    "a truth value": ({"trace": True}, None),
}


@pytest.mark.parametrize(("fields", "value"), TRACES.values(), ids=TRACES)
def test_finds_the_trace(fields, value):
    """In the order of the table."""
    assert value == trace(fields)


@given(st.text())
def test_never_raises(text):
    """Any text has some pairs or none."""
    assert trace(pairs(text)) is None or text
