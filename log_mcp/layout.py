"""How times are printed: ONE table of layouts, and what zone names mean.

Each row is a family, a layout and a sample. A layout is a regular expression over bytes
in which `%Y` and its like stand for the parts of a time, nearly as in `strftime`; what
they match is in `_PARTS`. Rows stand so that of two which match at one place, the longer
is tried first. Two rows never match the same arrangement of digits and other bytes, so a
text's arrangement alone tells its layout; reading many at once rests on that.

Doubtful cases:

- `3/4/2026` with AM or PM is March 4. Without, a file's lines tell together (see
  `formats.dayfirst`); a text alone is March 4, and April 3 where March 4 is no day or
  lies in the future. Between dashes, `03-04-2026`, the day is tried first;
- `04.03.2026` is March 4: with dots the day is first wherever the year is last;
- after a colon a fraction counts milliseconds (`5:06:07:9` is .009), after a dot or
  comma it is decimal digits;
- a zone's name is read only if it is known: `05:06:07 INFO` ends before the space.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from log_mcp.lazy import lazy

MONTHS: Final = b"jan feb mar apr may jun jul aug sep oct nov dec".split()
WEEKDAYS: Final = b"mon tue wed thu fri sat sun".split()

# Minutes east of UTC: the names of today's IANA database, and what Postgres, PHP and Java
# print beside them; None where a name has several meanings of equal right.
_ZONES: Final = {
    0: "UTC GMT UT WET",
    60: "CET BST WEST WAT",
    120: "CEST EET SAST CAT",
    180: "EEST MSK EAT IDT",
    300: "PKT",
    330: "IST",
    420: "WIB",
    480: "HKT SGT AWST WITA",
    540: "JST KST WIT",
    570: "ACST",
    600: "AEST",
    630: "ACDT",
    660: "AEDT",
    720: "NZST",
    780: "NZDT",
    -150: "NDT",
    -180: "ADT",
    -210: "NST",
    -240: "AST EDT",
    -300: "EST CDT",
    -360: "CST MDT",
    -420: "MST PDT",
    -480: "PST AKDT",
    -540: "AKST HDT",
    -600: "HST",
    None: "AMT ECT GST SST",
}
_MINUTES: Final = {
    name: minutes for minutes, names in _ZONES.items() for name in names.split()
}
_REGIONS: Final = (
    rb"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian"
    rb"|Pacific)/[A-Za-z0-9_+-]{1,32}(?:/[A-Za-z_]{1,32})?"
)
_OFFSET: Final = rb"[+-](?:0[0-9]|1[0-4])(?::?(?:00|15|30|45))?(?![0-9:.])"
_ZONE: Final = rb"%s|%s|(?:UTC|GMT)[+-][0-9]\b(?!:)|(?:%s)(?:%s|\b)|[Zz]\b" % (
    _OFFSET,
    _REGIONS,
    "|".join(_MINUTES).encode(),
    _OFFSET,
)


def _like(words: list[bytes]) -> bytes:
    """A fragment for three letters that any of some words has in their places.

    It lets some other words pass, and compiles and runs far sooner than all of them in
    both cases; `timestamp` looks words up anyway.
    """
    places = zip(*(word + word.upper() for word in words), strict=True)
    letters = [bytes(sorted(set(place))) for place in places]
    return b"".join(b"[%s%s]" % (letters[n], letters[n + 3]) for n in range(3))


# Ranges are as narrow as one byte after another can tell; `timestamp` does the rest.
_PARTS: Final = {
    b"Y": rb"(?P<Y>(?:19[7-9]|2[01][0-9]|220)[0-9])",
    b"y": rb"(?P<y>[0-9][0-9])",
    b"m": rb"(?P<m>[01][0-9])",
    b"n": rb"(?P<m>[01]?[0-9])",
    b"b": rb"(?P<b>" + _like(MONTHS) + rb")",
    b"a": rb"(?P<a>" + _like(WEEKDAYS) + rb")",
    b"d": rb"(?P<d>[0-3][0-9])",
    b"e": rb"(?P<d>[0-3]?[0-9])",
    b"H": rb"(?P<H>[0-2][0-9])",
    b"k": rb"(?P<H>[0-2]?[0-9])",
    b"M": rb"(?P<M>[0-5][0-9])",
    b"N": rb"(?P<M>[0-5]?[0-9])",
    b"S": rb"(?P<S>[0-6][0-9])",
    b"R": rb"(?P<S>[0-6]?[0-9])",
    b"f": rb"(?:[.,](?P<f>[0-9]{1,9}))",
    b"L": rb"(?::(?P<L>[0-9]{3})(?![0-9]))",
    b"l": rb"(?::(?P<L>[0-9]{1,3})(?![0-9]))",
    b"p": rb"(?:(?: |\xe2\x80\xaf)?(?P<p>[AaPp][Mm])\b)",  # Java prints U+202F
    b"z": rb"(?: ?(?P<z>" + _ZONE + rb"))",
    b"c": rb"(?: \([A-Za-z ]{2,40}\))",  # mail and JavaScript say the zone in words too
    # Month and day where the writer's habit decides which is first; `O` says it is open.
    b"o": rb"(?P<m>[0-3]?[0-9])(?P<O>/)(?P<d>[0-3]?[0-9])",
    b"q": rb"(?P<d>[0-3][0-9])(?P<O>-)(?P<m>[0-3][0-9])",
    b"w": rb"[a-z]{1,6}",  # what follows the first three letters of a month
    b"s": rb"(?P<s>[0-9]{9,10}|[0-9]{12,13}|[0-9]{15,16}|[0-9]{18,19})",
}

_TABLE: Final[tuple[tuple[str, bytes, bytes], ...]] = (
    (
        "iso",
        rb"%Y-%m-%d[Tt _-]%H:%M(?::%S(?:%f|%L)?%p?)?%z?",
        b"2026-03-04T05:06:07.123456+01:00",
    ),
    (
        "slash",
        rb"%Y[/.]%m[/.]%d(?: - |[T -])%H:%M:%S(?:%f|%L)?%z?",
        b"2026/03/04 05:06:07",
    ),
    (
        "loose",  # digits left out: never where all are there
        (
            rb"(?=[0-9]{4}-(?:[0-9]-|[0-9]{2}-(?:[0-9][ T]|[0-9]{2}(?: {1,2}|T)[0-9]:)))"
            rb"%Y-%n-%e(?: {1,2}|T)%k:%M:%S(?:%f|%L)?%p?%z?"
        ),
        b"2026-3-4 05:06:07",
    ),
    ("db2", rb"%Y-%m-%d[ -]%H\.%M\.%S%f?", b"2026-03-04-05.06.07.123456"),
    ("clf", rb"%d/%b/%Y[: ]%H:%M:%S(?:%f|%L)?%z?", b"04/Mar/2026:05:06:07 +0100"),
    (
        "rfc2822",
        rb"%a, %e[ -]%b[ -]%Y %H:%M:%S%z?%c?",
        b"Wed, 04 Mar 2026 05:06:07 +0100",
    ),
    (
        "dash",
        rb"%e-%b-%Y(?:[ T:]|::)%H:%M:%S(?:%f|%L)?%z?",
        b"04-Mar-2026 05:06:07.123",
    ),
    ("oracle", rb"%e-%b-%y %H[.:]%M[.:]%S%f?%p?%z?", b"04-MAR-26 05.06.07.123 AM"),
    ("long", rb"%b%w %e,? %Y,? (?:at )?%k:%M:%S%f?%p?%z?", b"March 4, 2026 5:06:07 AM"),
    ("long", rb"%e %b%w %Y,? (?:at )?%k:%M:%S%f?%p?%z?", b"4 March 2026 05:06:07"),
    ("space", rb"%e %b %Y %H:%M:%S(?:%f|%L)?%z?%c?", b"04 Mar 2026 05:06:07.123"),
    ("space", rb"%e %b %H:%M:%S(?:%f|%L)?", b"04 Mar 05:06:07.123"),
    (
        "ctime",
        rb"%a %b {1,2}%e %H:%M:%S%f?%z? %Y\b",
        b"Wed Mar  4 05:06:07.123456 2026",
    ),
    (
        "ctime",
        rb"%a %b {1,2}%e %Y %H:%M:%S%f?%z?%c?",
        b"Wed Mar 04 2026 05:06:07 GMT+0100",
    ),
    (
        "syslog",
        rb"%b {1,2}%e,? %Y,? %k:%M:%S%f?%p?%z?",
        b"Mar  4 2026 05:06:07.123 UTC",
    ),
    ("syslog", rb"%b {1,2}%e %H:%M:%S %Y\b", b"Mar  4 05:06:07 2026"),
    ("syslog", rb"%Y %b {1,2}%e %H:%M:%S%f?%z?", b"2026 Mar  4 05:06:07"),
    ("syslog", rb"(?:%a )?%b(?:-| {1,2})%e %H:%M:%S%f?%z?", b"Mar  4 05:06:07"),
    ("spark", rb"%y/%m/%d %H:%M:%S%f?", b"26/03/04 05:06:07"),
    ("spark", rb"%y-%m-%d %H:%M:%S%f?", b"26-03-04 05:06:07"),
    ("dots", rb"%d\.%m\.%y,? %H:%M:%S(?:%f|%L)?", b"04.03.26 05:06:07"),
    ("dots", rb"%d\.%m\.%Y,? %H:%M:%S(?:%f|%L)?%z?", b"04.03.2026 05:06:07"),
    ("us", rb"%n/%e/%Y,? %k:%M:%S(?:%f|%L)?%p%z?", b"3/4/2026 5:06:07 PM"),
    ("us", rb"%n/%e/%y,? %k:%M:%S%p", b"3/4/26, 5:06:07 PM"),
    ("slashes", rb"%o/%Y,? %k:%M:%S(?:%f|%L)?%z?", b"03/04/2026 05:06:07"),
    ("dashes", rb"%q-%Y[ T]%H:%M:%S(?:%f|%L)?%z?", b"04-03-2026 05:06:07"),
    ("compact", rb"%Y%m%d[Tt _-]?%H%M%S%f?%z?", b"20260304T050607Z"),
    ("compact", rb"%Y%m%d[T _-]%k:%N:%R(?:%f|%l)?", b"20260304-05:06:07:123"),
    ("yymmdd", rb"%y%m%d %H%M%S", b"260304 050607"),
    ("yymmdd", rb"%y%m%d {1,2}%k:%M:%S", b"260304  5:06:07"),
    ("glog", rb"(?<![0-9])%m%d %H:%M:%S%f", b"0304 05:06:07.123456"),
    ("chromium", rb"(?<![0-9])%m%d/%H%M%S%f?(?![0-9])", b"0304/050607.123456"),
    ("monthday", rb"%m-%d[ |]%H:%M:%S%f?", b"03-04 05:06:07.123"),
    ("time", rb"%k:%M:%S%f?%p", b"5:06:07 PM"),
    ("time", rb"%H:%M:%S(?![0-9])(?:%f|%L)?%z?", b"05:06:07.123"),
    ("epoch", rb"%s%f?", b"1772600767.123"),
)


def _named(layout: bytes) -> bytes:
    """A layout with its parts spelled out as named groups."""
    return re.sub(rb"%([A-Za-z])", lambda part: _PARTS[part[1]], layout)


_NAMED: Final = tuple(_named(layout) for _, layout, _ in _TABLE)
_FRAGMENTS: Final = tuple(re.sub(rb"\(\?P<\w>", b"(?:", named) for named in _NAMED)

SAMPLES: Final = tuple((family, sample) for family, _, sample in _TABLE)
# Counts of seconds are left out: as a pattern they would be any number.
PATTERNS: Final[dict[str, bytes]] = {
    family: b"(?:%s)"
    % b"|".join(
        fragment
        for fragment, row in zip(_FRAGMENTS, _TABLE, strict=True)
        if row[0] == family
    )
    for family, _, _ in _TABLE
    if family != "epoch"
}
PATTERN: Final = b"(?:%s)" % b"|".join(PATTERNS.values())


def match(text: bytes) -> re.Match[bytes] | None:
    """The parts of a text that as a whole is laid out as a time.

    Args:
        text: Any bytes.

    Returns:
        A match whose groups are named after the parts (`Y` year, `m` month, ..., as in
        `_PARTS`); None if no layout fits. Values may still be out of range.
    """
    for layout in _LAYOUTS[text[:1].isdigit()]:
        if found := layout.fullmatch(text):
            return found
    return None


# By whether they begin with a digit, as their samples do.
_LAYOUTS: Final = tuple(
    tuple(
        lazy(named)
        for named, (_, _, sample) in zip(_NAMED, _TABLE, strict=True)
        if sample[:1].isdigit() is digit
    )
    for digit in (False, True)
)


@lru_cache(maxsize=1024)
def zone_of(name: bytes, zone: tzinfo) -> tzinfo:
    """What a zone in a text means.

    Args:
        name: As matched: `Z`, `+01:00`, `-03`, `CET`, `GMT+0100`, `Europe/Berlin`.
        zone: The zone of times that state none.

    Returns:
        A fixed offset, or an IANA zone. An abbreviation that `zone` itself uses means
        what it means there: `CST` is UTC+8 in Shanghai. One that is ambiguous otherwise,
        and an IANA name that this machine does not know, is `zone`.
    """
    text = name.decode().upper()
    if "/" in text:
        return _region(name.decode(), zone)
    if offset := re.search(r"([+-])(\d\d):?(\d\d)?$", text):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    if hours := re.search(r"[A-Z]([+-]\d)$", text):
        return timezone(timedelta(hours=int(hours[1])))
    if text == "Z":
        return UTC
    for month in (1, 7):
        moment = datetime(2026, month, 1, tzinfo=zone)
        if moment.tzname() == text:
            return timezone(moment.utcoffset() or timedelta())
    known = _MINUTES[text]
    return zone if known is None else timezone(timedelta(minutes=known))


def _region(name: str, zone: tzinfo) -> tzinfo:
    """The IANA zone of a name."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return zone  # A folder of zones, a typo, or a newer database than ours.
