"""What users write for a time: `15m`, `2h ago`, `now`, `2026-03-04`, ISO 8601.

Doubtful cases:

- a day alone begins at midnight, and `3d` is 72 hours, whatever the clocks do;
- a time of day without a date, and a date in another order than ISO's, is refused: the
  answer would depend on when and where it is asked.
"""

from datetime import tzinfo
from typing import Final

from log_mcp.errors import QueryError, echo
from log_mcp.lazy import lazy
from log_mcp.span import in_ns
from log_mcp.timestamp import PATTERNS, iso, parse

_AGO: Final = lazy(r"(.*?) ?ago")
_DATE: Final = lazy(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISO: Final = lazy(
    b"%(iso)b|%(compact)b" % {k.encode(): v for k, v in PATTERNS.items()}
)

_INSTANTS: Final = (
    "a span back from now (15m, 2h, 3d, 1h30m), now, a date (2026-03-04) or ISO 8601 "
    "(2026-03-04T05:06:07Z; without a zone the configured one is meant)"
)


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
    span = in_ns(back[1] if back else given)
    if span is not None:
        if span >= now_ns:
            raise QueryError(
                f"{echo(text)} before now is before 1970. Valid: {_INSTANTS}."
            )
        return now_ns - span
    written = given.encode("utf-8", "replace")
    if _DATE.fullmatch(written):
        written += b"T00:00:00"
    if not _ISO.fullmatch(written):
        raise QueryError(f"cannot read the time {echo(text)}. Valid: {_INSTANTS}.")
    time = parse(written, zone, now_ns)
    if time is None:
        raise QueryError(
            f"the time {echo(text)} is not in the calendar of 1970 to 2200. "
            f"Valid: {_INSTANTS}, for example {iso(now_ns)}."
        )
    return time
