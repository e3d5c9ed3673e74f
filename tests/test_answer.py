"""Answers as JSON: absent fields left out, required ones always there."""

import json
from dataclasses import MISSING, fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp import answer
from log_mcp.answer import Memory, RecordRow, View
from log_mcp.failure import ExceptionRow, FrameRow
from log_mcp.plain import to_json

CLASSES = [
    one for one in vars(answer).values() if isinstance(one, type) and is_dataclass(one)
]


def test_leaves_out_what_is_absent():
    """A field whose default is None, while it is None."""
    row = RecordRow("a", None, None, "api", "m")

    assert {
        "id": "a",
        "time": None,
        "level": None,
        "source": "api",
        "message": "m",
        "fields": {},
    } == to_json(row)


def test_keeps_what_is_false():
    """False, 0 and empty lists are values."""
    view = to_json(View("now", None, None, None, None))

    assert (False, 0, []) == (view["partial"], view["evicted"], view["notes"])
    assert view["since"] is None


def test_goes_down():
    """Into lists, objects and causes; fields of records are left as they are."""
    inner = ExceptionRow("B", "", "", [FrameRow(None, None, None, in_app=False)])
    outer = to_json(ExceptionRow("A", "x", "python", [], inner))

    assert {
        "type": "A",
        "message": "x",
        "language": "python",
        "frames": [],
        "cause": {
            "type": "B",
            "message": "",
            "language": "",
            "frames": [{"file": None, "line": None, "function": None, "in_app": False}],
        },
    } == outer
    assert {"a": [{"used_bytes": 1, "limit_bytes": 2}]} == to_json(
        {"a": [Memory(1, 2)]}
    )


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_required_fields_are_always_there(kind):
    """Those without a default stand first and are never left out."""
    required = [
        f.name
        for f in fields(kind)
        if f.default is MISSING and f.default_factory is MISSING
    ]
    empty = to_json(kind(**dict.fromkeys(required)))

    assert required == list(empty)[: len(required)]
    assert dict.fromkeys(required) == {name: empty[name] for name in required}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.untraced
@given(values)
def test_json_stays_as_it_is(value):
    """What is JSON already is not changed."""
    assert value == to_json(value)
    assert json.loads(
        json.dumps(to_json(RecordRow("a", None, None, "s", "m", {"f": value})))
    )
