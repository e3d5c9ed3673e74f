"""Numbers with units: `250ms`, `1.5s`, `2KB`, `42`.

Doubtful cases, decided:

- two numbers compare on one scale; where one has no unit, the other's is taken;
- ... but a field whose name ends in a unit (`duration_ms`) is in that unit;
- whole numbers stay whole, so that ids of 18 digits are told apart;
- `m` is minutes, `KB` 1,000 and `KiB` 1,024 bytes;
- true and false are no numbers, nor is text of more than 40 characters.
"""

import math
import re
from typing import Any, Final, NamedTuple

from log_mcp.lazy import lazy

CHARACTERS_MAX: Final = 40
_NUMBER: Final = lazy(
    r"\s*([-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)\s*([A-Za-zµ%]*)\s*"
)
_UNITS: Final = {
    "ns": 1e-9,
    "us": 1e-6,
    "µs": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "sec": 1.0,
    "m": 60.0,
    "min": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "b": 1.0,
    "kb": 1e3,
    "mb": 1e6,
    "gb": 1e9,
    "kib": 1024.0,
    "mib": 1024.0**2,
    "gib": 1024.0**3,
    "%": 1.0,
}
_NAME_UNIT: Final = lazy(
    r"(?:[_.-](ns|us|ms|s|sec|min|h|kb|mb|gb|kib|mib|gib)"
    r"|[_.]?(nanos|micros|millis|seconds|secs|minutes|hours|bytes))$",
    re.IGNORECASE,
)
_LONG_UNITS: Final = {
    "nanos": "ns",
    "micros": "us",
    "millis": "ms",
    "seconds": "s",
    "secs": "s",
    "minutes": "min",
    "hours": "h",
    "bytes": "b",
}


class Quantity(NamedTuple):
    """A number and its unit, which is empty where none is written."""

    value: float
    unit: str


def quantity(value: Any) -> Quantity | None:
    """A value as a number; None for what is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return Quantity(value, "")
    if not isinstance(value, str) or len(value) > CHARACTERS_MAX:
        return None
    found = _NUMBER.fullmatch(value)
    if found is None:
        return None
    unit = found[2].lower()
    if unit and unit not in _UNITS:
        return None
    whole = found[1].lstrip("+-").isdigit()
    return Quantity(int(found[1]) if whole else float(found[1]), unit)


class Scale(NamedTuple):
    """What a unit measures, and how many of the base unit of that it is."""

    base: str
    factor: float


def scale(unit: str) -> Scale:
    """The scale of a unit that `quantity` gave.

    Args:
        unit: Not empty.
    """
    base = "%" if unit == "%" else "b" if unit.endswith("b") else "s"
    return Scale(base, _UNITS[unit])


def factor(unit: str, wanted: str) -> float:
    """What a number of one unit is multiplied by to be one of another.

    Args:
        unit: Not empty.
        wanted: Not empty.

    Returns:
        NaN if they measure different things.
    """
    own, other = scale(unit), scale(wanted)
    return own.factor / other.factor if own.base == other.base else math.nan


def difference(field: str, found: Quantity, wanted: Quantity) -> float:
    """How far a field's number lies above the one it is compared with.

    Args:
        field: Its name, which may end in a unit.
        found: What the record says.
        wanted: What the condition says.

    Returns:
        0 if they are the same, whatever the units they are written in.
    """
    if not wanted.unit:
        return _minus(found.value, wanted.value)
    unit = found.unit or unit_of_name(field) or wanted.unit
    if unit == wanted.unit:
        return _minus(found.value, wanted.value)
    scaled = found.value * _UNITS[unit], wanted.value * _UNITS[wanted.unit]
    return 0.0 if math.isclose(*scaled) else _minus(*scaled)


def _minus(a: float, b: float) -> float:
    return (a > b) - (a < b)


def unit_of_name(field: str) -> str:
    """The unit that a field's name ends in; empty if it ends in none."""
    ending = _NAME_UNIT.search(field)
    if ending is None:
        return ""
    return (ending[1] or _LONG_UNITS[ending[2].lower()]).lower()
