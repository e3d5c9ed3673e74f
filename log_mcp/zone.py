"""Time zones by the names that people and systems give them.

The system's own zone is found as the C library finds it: `TZ` first, be it a name, a file
or a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`, then `/etc/localtime`, then UTC; a `TZ`
that means nothing is UTC too. It is a whole zone, not today's offset: a log that reaches
back over a change of the clocks is read rightly on both sides.
"""

import io
import os
import re
import struct
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from log_mcp.epoch import date_of, ns_of
from log_mcp.errors import nearest
from log_mcp.lazy import lazy

LOCALTIME: Final = Path("/etc/localtime")

_UTC_NAMES: Final = {"utc", "z", "gmt", "etc/utc", "etc/gmt", "zulu", "universal"}
_OFFSET: Final = lazy(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_US_RULE: Final = ",M3.2.0,M11.1.0"  # what the C library adds to a rule without days
_SYSTEM_NAME: Final = lazy(r".*/zoneinfo(?:\.default)?/(?:posix/|right/)?(.+)")


class Change(NamedTuple):
    """A moment at which a zone's clocks were set.

    Attributes:
        at_ns: When, UTC epoch nanoseconds.
        before_ns: How far they were ahead of UTC.
        after_ns: How far they are from then on; less if they were set back.
    """

    at_ns: int
    before_ns: int
    after_ns: int


def changes(zone: tzinfo, begin_ns: int, end_ns: int) -> list[Change]:
    """The changes of a zone's clocks in a span, in order.

    One that is undone within a week is not found.
    """
    if isinstance(zone, timezone):
        return []
    years = range(date_of(begin_ns).year, date_of(end_ns).year + 1)
    found = (change for year in years for change in _changes(zone, year))
    return [change for change in found if begin_ns <= change.at_ns <= end_ns]


@lru_cache(maxsize=1024)
def _changes(zone: tzinfo, year: int) -> tuple[Change, ...]:
    """Those of a year of UTC."""
    found = []
    first = datetime(year, 1, 1, tzinfo=UTC)
    for week in range(53):
        begin = first + timedelta(days=7 * week)
        end = min(begin + timedelta(days=7), datetime(year + 1, 1, 1, tzinfo=UTC))
        before, after = _ahead(begin, zone), _ahead(end, zone)
        while before != after and end - begin > timedelta(seconds=1):
            middle = begin + (end - begin) // 2
            middle -= timedelta(microseconds=middle.microsecond)
            begin, end = (
                (middle, end) if _ahead(middle, zone) == before else (begin, middle)
            )
        if before != after:
            found.append(Change(ns_of(end), before, after))
    return tuple(found)


def _ahead(moment: datetime, zone: tzinfo) -> int:
    """Nanoseconds that a zone's clocks are ahead of UTC."""
    ahead = moment.astimezone(zone).utcoffset() or timedelta()
    return ahead // timedelta(seconds=1) * 10**9


def zone_named(name: str, environ: Mapping[str, str]) -> tzinfo:
    """The zone that a setting names.

    Args:
        name: `local`, `UTC`, an IANA name such as `Europe/Berlin`, or an offset: `+02:00`.
        environ: Holds `TZ`, which is what `local` means.

    Raises:
        ValueError: It names no zone; says what would.
    """
    given = name.strip()
    if given.lower() == "local":
        return local_zone(environ)
    if given.lower() in _UTC_NAMES:
        return UTC
    if (offset := _OFFSET.fullmatch(given)) and int(offset[2]) <= 14:
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(ahead if offset[1] == "+" else -ahead)
    if zone := _iana(given):
        return zone
    hint = nearest(given, available_timezones())
    raise ValueError(
        f'a time zone such as "local", "UTC", "Europe/Berlin" or "+02:00".{hint}'
    )


def local_zone(environ: Mapping[str, str], localtime: Path = LOCALTIME) -> tzinfo:
    """The zone of this system.

    Args:
        environ: Holds `TZ`, if it is set.
        localtime: The system's zone, or a link to it.
    """
    given = environ.get("TZ")
    if given is not None:
        return _of_tz(given.removeprefix(":"))
    if sys.platform == "win32":  # pragma: no cover
        return datetime.now().astimezone().tzinfo or UTC
    linked = _SYSTEM_NAME.fullmatch(os.path.realpath(localtime))
    zone = _iana(linked[1]) if linked else None
    return zone or _in_file(localtime) or UTC


def _of_tz(text: str) -> tzinfo:
    if not text or text.lower() in _UTC_NAMES:
        return UTC
    if text.startswith("/"):
        return _in_file(Path(text)) or UTC
    return _iana(text) or _by_rule(text) or _by_rule(text + _US_RULE) or UTC


def _iana(name: str) -> tzinfo | None:
    if name.lower() in _UTC_NAMES:
        return UTC
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return None  # A folder of zones and a path that leads out are errors of others.


def _in_file(path: Path) -> tzinfo | None:
    try:
        with path.open("rb") as file:
            return ZoneInfo.from_file(file, key=str(path))
    except (ValueError, OSError, struct.error):
        return None


def _by_rule(rule: str) -> tzinfo | None:
    """A zone that a POSIX rule gives: a zone file without changes, which ends in it."""
    counts = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    block = counts + struct.pack(">lbb4s", 0, 0, 0, b"UTC\0")
    file = io.BytesIO(block + block + b"\n" + rule.encode(errors="replace") + b"\n")
    try:
        return ZoneInfo.from_file(file, key=rule)
    except (ValueError, OverflowError):
        return None
