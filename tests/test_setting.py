"""Values of settings, from TOML and from text."""

from datetime import UTC, date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp import setting
from log_mcp.errors import ConfigError
from log_mcp.setting import Place

HERE = Place(Path("/srv/[a]"), {"TZ": "UTC"})

VALID = {
    "a size": (setting.size, "256MB", 256_000_000),
    "a size with a space": (setting.size, " 256 mb ", 256_000_000),
    "a binary size": (setting.size, "1GiB", 1024**3),
    "a bare unit is binary": (setting.size, "512M", 512 * 1024**2),
    "a share of a unit": (setting.size, "1.5MB", 1_500_000),
    "kilobytes": (setting.size, "2000kB", 2_000_000),
    "bytes": (setting.size, "2000000 B", 2_000_000),
    "a number of bytes": (setting.size, 1_000_000, 1_000_000),
    "a number as text": (setting.size, "1000000", 1_000_000),
    "a span": (setting.span, "15m", 900 * 10**9),
    "a rate": (setting.rate, "5/m", (5.0, 60 * 10**9)),
    "a rate over a span": (setting.rate, "2.5 / 1.5h", (2.5, 5400 * 10**9)),
    "a zone": (setting.zone, "local", UTC),
    "a budget": (setting.tokens, 6000, 6000),
    "a budget as text": (setting.tokens, "500", 500),
    "tools": (
        setting.tools,
        ["get_error", "search_logs"],
        ("get_error", "search_logs"),
    ),
    "tools as text": (
        setting.tools,
        "get_error, search_logs",
        ("get_error", "search_logs"),
    ),
    "a list": (setting.texts, ["a,b", "c"], ("a,b", "c")),
    "an empty list": (setting.texts, [], ()),
    "truth": (setting.truth, True, True),
    "truth as text": (setting.truth, "Off", False),
    "text": (setting.text, "auto", "auto"),
    "a name": (setting.name, "eu/api-1.2", "eu/api-1.2"),
    "a folder": (setting.folder, "/tmp/..", Path("/")),
    "a path": (setting.path, "logs/../app.log", "/srv/[a]/app.log"),
    "a pattern": (setting.path, "*.log", "/srv/[[]a]/*.log"),
    "an absolute pattern": (setting.path, "/var/**/*.log", "/var/**/*.log"),
    "a path in the home folder": (setting.path, "~/app.log", "/home/me/app.log"),
    "one path": (setting.paths, "/a.log", ("/a.log",)),
    "paths, each once": (setting.paths, ["/a.log", "/a.log", "/b"], ("/a.log", "/b")),
    "a table": (setting.table, {"a": 1}, {"a": 1}),
    "tables": (setting.tables, [{}, {"a": 1}], ({}, {"a": 1})),
}


@pytest.mark.parametrize(("reader", "value", "expected"), VALID.values(), ids=VALID)
def test_valid_values_are_read(monkeypatch, reader, value, expected):
    """What the documentation shows, in TOML's types and as text."""
    monkeypatch.setenv("HOME", "/home/me")

    assert expected == reader(value, HERE)


INVALID = {
    "a size of words": (
        setting.size,
        "lots",
        'a size of at least 1MB, such as "256MB"',
    ),
    "a size too small": (setting.size, 256, 'a size of at least 1MB, such as "256MB"'),
    "a size below zero": (setting.size, "-5MB", "a size of at least 1MB"),
    "a size that is true": (setting.size, True, "a size of at least 1MB"),
    "a size with a fraction": (setting.size, 2e9, "a size of at least 1MB"),
    "a span without a unit": (setting.span, "15", 'a span of time such as "15m"'),
    "a span of nothing": (setting.span, "0s", 'a span of time such as "15m"'),
    "a rate without a span": (setting.rate, "5", 'a count and a span, such as "5/m"'),
    "a rate over nothing": (setting.rate, "5/0m", "a count and a span, such as"),
    "a rate in an unknown unit": (setting.rate, "5/y", "a count and a span, such as"),
    "a rate over half a number": (setting.rate, "5/.5m", "a count and a span, such as"),
    "a zone": (setting.zone, 2, "a time zone such as"),
    "a budget too small": (setting.tokens, 499, "a number from 500 to 20000"),
    "a budget too large": (setting.tokens, 20_001, "a number from 500 to 20000"),
    "a budget of words": (setting.tokens, "many", "a number from 500 to 20000"),
    "a budget of strange digits": (setting.tokens, "9" * 5000, "a number from 500"),
    "an unknown tool": (setting.tools, ["get_eror"], "Did you mean 'get_error'?"),
    "no tools": (setting.tools, [], 'such as ["default"]'),
    "a list of numbers": (setting.texts, [1], "a list of texts, such as"),
    "a list that is none": (setting.texts, 5, "a list of texts, such as"),
    "truth": (setting.truth, "maybe", "true or false"),
    "truth as a number": (setting.truth, 7, "true or false"),
    "text": (setting.text, "", "a text that is not empty"),
    "text as a date": (setting.text, date(2026, 3, 4), "a text that is not empty"),
    "a name": (setting.name, "a b", "a name of at most 64 letters, digits and"),
    "a folder": (setting.folder, "nowhere", "a folder that exists"),
    "a folder without a name": (setting.folder, "", "a folder that exists"),
    "a folder with a NUL": (setting.folder, "a\0b", "a folder that exists"),
    "a path": (setting.path, "", "a path or a pattern, such as"),
    "a path with a NUL": (setting.path, "a\0b", "a path or a pattern, such as"),
    "no paths": (setting.paths, [], "a list of paths, such as"),
    "paths that are none": (setting.paths, [3], "a path or a pattern, such as"),
    "a table": (setting.table, "x", "a table."),
    "tables": (setting.tables, {"a": 1}, "write its name in double brackets"),
    "tables of numbers": (setting.tables, [1], "a table."),
}


@pytest.mark.parametrize(("reader", "value", "expected"), INVALID.values(), ids=INVALID)
def test_other_values_are_refused_in_words(reader, value, expected):
    """The message says what, where, and what instead, and stays short."""
    with pytest.raises(ConfigError) as refused:
        setting.read("log-mcp.toml: key", value, reader, HERE)

    assert str(refused.value).startswith("log-mcp.toml: key = ")
    assert expected in str(refused.value)
    assert len(str(refused.value)) < 300


READERS = st.sampled_from(sorted({reader for reader, *_ in VALID.values()}, key=str))
VALUES = st.recursive(
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.dates()),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)


@given(READERS, VALUES)
def test_any_value_is_read_or_refused(reader, value):
    """Nothing that TOML can hold raises anything but ConfigError."""
    try:
        setting.read("key", value, reader, HERE)
    except ConfigError as refused:
        assert len(str(refused)) < 300  # noqa: PT017  both ends are right


UNKNOWN = {
    "a near miss": (
        "max_memroy",
        "f: unknown key 'max_memroy'. Did you mean 'max_memory'?",
    ),
    "far off": ("zzz", "f: unknown key 'zzz'. Known keys: max_memory, max_age."),
    "of a later version": ("alert", "f: 'alert' is not supported by this version."),
}


@pytest.mark.parametrize(("key", "expected"), UNKNOWN.values(), ids=UNKNOWN)
def test_unknown_keys_are_refused(key, expected):
    """No key is silently ignored; the message names the nearest."""
    with pytest.raises(ConfigError) as refused:
        setting.check_keys("f", ["max_age", key], ["max_memory", "max_age"], {"alert"})

    assert expected == str(refused.value)
