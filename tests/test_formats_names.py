"""Names of a record's JSON: found by its keys, in the order of the table."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.formats import pairs
from log_mcp.formats.names import (
    EXCEPTION,
    LEVEL,
    LOGGER,
    MESSAGE,
    SERVICE,
    TIME,
    found,
    table,
    text,
)
from log_mcp.formats.names import _at as value_at

TABLES = [TIME, LEVEL, MESSAGE, LOGGER, SERVICE, EXCEPTION, pairs.TRACE_NAMES]
KEYS = sorted({key for names in TABLES for name in names for key in name.split(".")})
WHOLE = sorted({name for names in TABLES for name in names})
VALUES = st.one_of(st.none(), st.just(""), st.text("ab", max_size=3), st.integers())
OBJECTS = st.recursive(
    VALUES,
    lambda inner: st.dictionaries(st.sampled_from(KEYS + WHOLE), inner, max_size=5),
    max_leaves=12,
).filter(lambda value: isinstance(value, dict))

FOUND = {
    "a key of its own": ({"log.level": 1}, [("log.level", 1)]),
    "inside an object": ({"log": {"level": 2}}, [("log.level", 2)]),
    "the order of the table": ({"lvl": 1, "level": 2}, [("level", 2), ("lvl", 1)]),
    "null is nothing": ({"level": None}, []),
    "no such key": ({"other": 1}, []),
}


@pytest.mark.parametrize(("fields", "expected"), FOUND.values(), ids=FOUND)
def test_finds(fields, expected):
    """Names with a value."""
    assert expected == list(found(fields, table("level", "log.level", "lvl")))


def every(fields: dict[str, Any], names: tuple[str, ...]) -> list[tuple[str, Any]]:
    """Each name of a table asked for in turn."""
    asked = [(name, value_at(fields, name)) for name in names]
    return [(name, value) for name, value in asked if value is not None]


@given(OBJECTS, st.sampled_from(TABLES))
def test_keys_find_what_names_find(fields, names):
    """To look up the object's keys in the table changes nothing."""
    expected = every(fields, names)
    texts = [value for _, value in expected if isinstance(value, str) and value]

    assert expected == list(found(fields, names))
    assert (texts[0] if texts else None) == text(fields, names)


@given(OBJECTS)
def test_a_trace_is_under_the_first_name_that_has_one(fields):
    """In the record or in an object of it, name by name."""
    inner = [value for value in fields.values() if isinstance(value, dict)]
    held = (
        one
        for name in pairs.TRACE_NAMES
        for one in (
            fields.get(name),
            value_at(fields, name) if name.count(".") == 1 else None,
            *(value.get(name) for value in inner),
        )
    )
    said = (str(one) for one in held if isinstance(one, str | int) and one != "")

    assert next(said, None) == pairs.trace(fields)
