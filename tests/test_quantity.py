"""Numbers with units compare on one scale, whatever they are written in."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.query.quantity import Quantity, difference, factor, quantity

QUANTITIES = {
    "a whole number": ("42", (42, "")),
    "a number of JSON": (4.5, (4.5, "")),
    "18 digits": ("123456789012345678", (123456789012345678, "")),
    "a sign": ("-3", (-3, "")),
    "a fraction": (".5", (0.5, "")),
    "an exponent": ("1e3", (1000.0, "")),
    "milliseconds": ("250ms", (250, "ms")),
    "a space between": (" 1.5 s ", (1.5, "s")),
    "kilobytes": ("2KB", (2, "kb")),
    "micro": ("3µs", (3, "µs")),
    "percent": ("50%", (50, "%")),
    "a word": ("abc", None),
    "an unknown unit": ("5 apples", None),
    "a version": ("1.2.3", None),
    "a time": ("05:06:07", None),
    "nothing": ("", None),
    "true": (True, None),
    "null": (None, None),
    "a list": ([1], None),
    "too long": ("9" * 41, None),
    "digits of another script": ("\u0663", None),
}


@pytest.mark.parametrize(("value", "expected"), QUANTITIES.values(), ids=QUANTITIES)
def test_quantity(value, expected):
    """A number and its unit, or None for what is none."""
    assert expected == quantity(value)


DIFFERENCES = {
    "no units": ("n", "3", "3.0", 0),
    "less": ("n", "2", "3", -1),
    "more": ("n", "4", "3", 1),
    "neighbours of 18 digits": ("n", "123456789012345679", "123456789012345678", 1),
    "a unit by name": ("duration_ms", "1001", "1.001s", 0),
    "a unit by its long name": ("elapsedMillis", "250", "0.25s", 0),
    "bytes by name": ("size_kb", "2", "2000B", 0),
    "its own unit before its name's": ("took_ms", "2s", "2000ms", 0),
    "no unit by name": ("took", "250", "250ms", 0),
    "a unit that the condition leaves out": ("took", "250ms", "200", 1),
    "two units": ("took", "1.5s", "1m", -1),
}


@pytest.mark.parametrize(
    ("field", "found", "wanted", "expected"), DIFFERENCES.values(), ids=DIFFERENCES
)
def test_difference(field, found, wanted, expected):
    """Above, below or the same."""
    a, b = quantity(found), quantity(wanted)
    assert a is not None
    assert b is not None
    assert expected == difference(field, a, b)


FACTORS = {
    "the same": ("ms", "ms", 1.0),
    "a larger one": ("min", "s", 60.0),
    "a smaller one": ("ms", "s", 0.001),
    "bytes": ("kib", "b", 1024.0),
    "of something else": ("kb", "s", math.nan),
}


@pytest.mark.parametrize(("unit", "wanted", "expected"), FACTORS.values(), ids=FACTORS)
def test_factor(unit, wanted, expected):
    """How many of the one the other is, if they measure the same."""
    assert expected == pytest.approx(factor(unit, wanted), nan_ok=True)


@given(st.text() | st.floats() | st.integers())
def test_never_raises(value):
    """Any value is a quantity or None, and quantities can be compared."""
    found = quantity(value)

    assert found is None or difference("n_ms", found, Quantity(1, "s")) <= 1
