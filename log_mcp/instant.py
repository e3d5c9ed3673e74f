"""What users write for a time: `15m`, `2h ago`, `now`, `2026-03-04`, ISO 8601.

Doubtful cases:

- a day alone begins at midnight, and `3d` is 72 hours, whatever the clocks do;
- a time of day without a date, and a date in another order than ISO's, is refused: the
  answer would depend on when and where it is asked.
"""

from datetime import tzinfo
from typing import Final

from log_mcp.errors import QueryError
from log_mcp.lazy import lazy
from log_mcp.moment import DAY, HOUR, SECOND
from log_mcp.timestamp import PATTERNS, iso, parse

SPAN_NS_MAX: Final = 36_500 * DAY  # a hundred years; int64 nanoseconds end at 292
ECHO_CHARS_MAX: Final = 60

_UNITS: Final = {
    "ms": SECOND // 1000,
    "s": SECOND,
    "m": 60 * SECOND,
    "h": HOUR,
    "d": DAY,
    "w": 7 * DAY,
}
_STEP: Final = lazy(r"([0-9]{1,12}(?:\.[0-9]{1,9})?)(ms|[smhdw]) ?")
_SPAN: Final = lazy(rf"(?:{_STEP.pattern})+")
_AGO: Final = lazy(r"(.*?) ?ago")
_DATE: Final = lazy(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO: Final = lazy(
    b"%(iso)b|%(compact)b" % {k.encode(): v for k, v in PATTERNS.items()}
)

_SPANS: Final = (
    "a number and a unit out of ms, s, m, h, d, w, as in 250ms, 15m, 1h30m, 7d"
)
_INSTANTS: Final = (
    "a span back from now (15m, 2h, 3d, 1h30m), now, a date (2026-03-04) or ISO 8601 "
    "(2026-03-04T05:06:07Z; without a zone the configured one is meant)"
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
    span = _span(text)
    if span is None:
        raise QueryError(f"cannot read the span {_echo(text)}. Valid: {_SPANS}.")
    if span > SPAN_NS_MAX:
        raise QueryError(f"the span {_echo(text)} is longer than 100 years (36500d).")
    return span


def instant_ns(text: str, now_ns: int, zone: tzinfo) -> int:
    """The time that a user means.

    Args:
        text: A span back from now (`15m`, `15m ago`), `now`, a date, or ISO 8601.
        now_ns: UTC epoch nanoseconds.
        zone: Where a time without a zone is meant.

    Returns:
        UTC epoch nanoseconds, after the epoch and before 2201.

    Raises:
        QueryError: It is none of these, no date of the calendar, or out of range.
    """
    given = text.strip()
    if given.lower() == "now":
        return now_ns
    back = _AGO.fullmatch(given)
    span = _span(back[1] if back else given)
    if span is not None:
        if span >= now_ns:
            raise QueryError(
                f"{_echo(text)} before now is before 1970. Valid: {_INSTANTS}."
            )
        return now_ns - span
    written = given.encode("utf-8", "replace")
    if _DATE.fullmatch(written):
        written += b"T00:00:00"
    if not _ISO.fullmatch(written):
        raise QueryError(f"cannot read the time {_echo(text)}. Valid: {_INSTANTS}.")
    time = parse(written, zone, now_ns)
    if time is None:
        raise QueryError(
            f"the time {_echo(text)} is not in the calendar of 1970 to 2200. "
            f"Valid: {_INSTANTS}, for example {iso(now_ns)}."
        )
    return time


def _span(text: str) -> int | None:
    """Nanoseconds of a span; None if it is none."""
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


def _echo(text: str) -> str:
    """What the user wrote, made safe to print and short."""
    shown = repr(text[:ECHO_CHARS_MAX])
    return (
        shown if len(shown) <= ECHO_CHARS_MAX else shown[: ECHO_CHARS_MAX - 4] + "...'"
    )
