"""A length of time as users write it: `15m`, `1h30m`, `7d`.

Apart from points in time, since settings are read before numpy is there.
"""

from typing import Final

from log_mcp.errors import QueryError, echo
from log_mcp.lazy import lazy

SECOND: Final = 10**9  # nanoseconds, as all of them
MILLISECOND: Final = SECOND // 1000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
SPAN_NS_MAX: Final = 36_500 * DAY  # a hundred years; int64 nanoseconds end at 292

_UNITS: Final = {
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
    "d": DAY,
    "w": 7 * DAY,
}
_STEP: Final = lazy(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)(ms|[smhdw]) ?")
_SPAN: Final = lazy(rf"(?:{_STEP.pattern})+")

_SPANS: Final = (
    "a number and a unit out of ms, s, m, h, d, w, as in 250ms, 15m, 1h30m, 7d"
)


def span_ns(text: str) -> int:
    """The length of a span of time.

    Args:
        text: `250ms`, `90s`, `15m`, `1.5h`, `3d`, `1w`, or several: `1h30m`, `1h 30m`.

    Returns:
        Nanoseconds, 0 to a hundred years.

    Raises:
        QueryError: It is no span, or a longer one.
    """
    span = in_ns(text)
    if span is None:
        raise QueryError(f"cannot read the span {echo(text)}. Valid: {_SPANS}.")
    if span > SPAN_NS_MAX:
        raise QueryError(f"the span {echo(text)} is longer than 100 years (36500d).")
    return span


def in_ns(text: str) -> int | None:
    """Nanoseconds of a span, as long as it may be; None if it is none."""
    text = text.strip()
    if not text.isascii() or not _SPAN.fullmatch(text):
        return None
    return sum(scaled(step[1], _UNITS[step[2]]) for step in _STEP.finditer(text))


def scaled(number: str, unit: int) -> int:
    """A number with decimals times a unit, exact but for what is less than one.

    Args:
        number: Digits, with or without a point among them.
        unit: What 1 stands for.
    """
    whole, _, decimals = number.partition(".")
    return int(whole + decimals) * unit // int("1" + "0" * len(decimals))
