"""Nanoseconds since 1970 and dates, one from the other: to the second, as dates are kept."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from log_mcp.span import SECOND

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

_LAST: Final = datetime.max.replace(tzinfo=UTC) - timedelta(days=1)
_LAST_S: Final = (_LAST - EPOCH) // timedelta(seconds=1)


def date_of(ns: int, zone: tzinfo = UTC) -> datetime:
    """What a zone's calendar and clocks show.

    Args:
        ns: UTC epoch nanoseconds. Where a calendar has no such year, its last day counts,
            and before 1970 the second day of 1970, which is in that year in every zone.
        zone: Whose.
    """
    seconds = min(max(ns // SECOND, 86_400), _LAST_S)
    return (EPOCH + timedelta(seconds=seconds)).astimezone(zone)


def ns_of(date: datetime) -> int:
    """UTC epoch nanoseconds of a date with a zone, to the second."""
    return (date - EPOCH) // timedelta(seconds=1) * SECOND
