"""Fields by name, by dotted path, and the record's own."""

import pytest

from log_mcp.query.subject import OWN, Subject, dig, lookup, names
from log_mcp.record import Exception_, Level, Record

FIELDS = {
    "a": {"b": {"c": 1}, "d.e": 2, "f": None},
    "a.b.x": 3,
    "g": 4,
    "level": "field",
    "source": "field",
}
PATHS = {
    "a name": ("g", 4),
    "a path": ("a.b.c", 1),
    "a name with dots": ("a.b.x", 3),
    "a name with dots inside": ("a.d.e", 2),
    "an object": ("a.b", {"c": 1}),
    "no such name": ("x", None),
    "no such path": ("a.b.y", None),
    "below a value": ("g.h", None),
    "null": ("a.f", None),
    "the empty name": ("", None),
}


@pytest.mark.parametrize(("path", "expected"), PATHS.values(), ids=PATHS)
def test_dig(path, expected):
    """A name as written goes before a path into objects."""
    assert expected == dig(FIELDS, path)


def test_names():
    """Each field, and each path into nested ones."""
    assert [
        "a",
        "a.b",
        "a.b.c",
        "a.d.e",
        "a.f",
        "a.b.x",
        "g",
        "level",
        "source",
    ] == list(names(FIELDS))


def test_own_values_go_before_fields():
    """The record's own, then a field of that name, then nothing."""
    full = Record(
        time_ns=0,
        level=Level.WARNING,
        message="m",
        text="",
        logger="l",
        service="s",
        trace="t",
        fields=FIELDS,
        exception=Exception_("E", "", ""),
    )
    bare = Record(time_ns=0, level=Level.UNKNOWN, message="m", text="", fields=FIELDS)
    found = [lookup(Subject(full, "api", lambda: "g-1"), name) for name in OWN]
    less = [lookup(Subject(bare, "api", lambda: None), name) for name in OWN]

    assert ["warning", "api", "l", "m", "s", "t", "E", "g-1"] == found
    assert ["field", "api", None, "m", None, None, None, None] == less
    assert 4 == lookup(Subject(full, "api", lambda: None), "g")
