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
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from log_mcp.errors import nearest
from log_mcp.lazy import lazy

LOCALTIME: Final = Path("/etc/localtime")

_UTC_NAMES: Final = {"utc", "z", "gmt", "etc/utc", "etc/gmt", "zulu", "universal"}
_OFFSET: Final = lazy(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_US_RULE: Final = ",M3.2.0,M11.1.0"  # what the C library adds to a rule without days
_SYSTEM_NAME: Final = lazy(r".*/zoneinfo(?:\.default)?/(?:posix/|right/)?(.+)")


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
