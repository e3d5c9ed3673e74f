"""The numbers of a time -> UTC epoch nanoseconds, for one time or a column of them.

The arithmetic here does not care whether a number is an int or an int64 array: so reading
one text and reading a million agree by construction.

Doubtful cases:

- the epoch itself and what lies before it is no time: a clock that was never set says so;
- second 60 is the next second, and stands only in an hour's last minute;
- two digits of a year are 1970 to 2069;
- in the hour that a zone repeats, the first pass is meant; in the one that it skips, the
  offset before the change counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from log_mcp.epoch import EPOCH, date_of
from log_mcp.layout import zone_of
from log_mcp.span import DAY, HOUR, SECOND

UNITS: Final = (
    SECOND,
    10**6,
    10**3,
    1,
)  # of numbers since the epoch, told by magnitude
EPOCH_NS_MIN: Final = 631_152_000 * SECOND  # 1990
EPOCH_NS_MAX: Final = 4_102_444_800 * SECOND  # 2100

_NS_MAX: Final = 7_289_654_400 * SECOND - 1  # the end of 2200
_QUARTER: Final = 900 * SECOND  # no zone of today changes its offset within one

# First day and number of days of each month from January 1970 to December 2200.
_STARTS: Final = np.arange("1970-01", "2201-02", dtype="M8[M]").astype("M8[D]")
_COLUMNS: Final = (_STARTS[:-1].astype(np.int64), np.diff(_STARTS).astype(np.int64))
_TUPLES: Final = tuple(tuple(column.tolist()) for column in _COLUMNS)

BARE: Final = -(2**64)  # an anchor that is no time: what is missing is left out
BARE_DAY: Final = (datetime(1971, 7, 1, tzinfo=UTC) - EPOCH).days  # of bare clocks
BARE_YEAR: Final = 1972  # of bare dates; it has a February 29

_date_of = lru_cache(maxsize=256)(date_of)  # a file's lines share its age
_OTHER: Final = -1  # a guess: what looks like the month is the day

Number: TypeAlias = Any  # an int, or an int64 array
Numbers: TypeAlias = dict[str, Number]  # by the names of a layout's parts


@dataclass(slots=True)
class Reading:
    """What the numbers of one layout mean.

    Attributes:
        zone: The one that the text states, else the given one.
        limit_ns: The youngest time that can be meant.
        guesses: What is not stated, best first: years, or days since the epoch where
            the month is missing too; one item of no meaning where the date is stated,
            and `_OTHER` behind it where month and day may have changed places.
        noon: Hours that AM or PM adds; None on a clock of 24 hours.
        unit_ns: Worth of one whole: a second, or less where a number counts others.
        scale: How many of the fraction's units make a whole.
    """

    zone: tzinfo
    limit_ns: int
    guesses: Sequence[int]
    noon: int | None
    unit_ns: int
    scale: int

    def times(self, numbers: Numbers) -> Iterator[tuple[Number, Number]]:
        """UTC epoch nanoseconds and whether they are valid, for each guess."""
        for local, valid in self._local(numbers):
            time = local - _offset_ns(local, self.zone)
            yield time, valid & (time > 0) & (time <= self.limit_ns)

    def _local(self, numbers: Numbers) -> Iterator[tuple[Number, Number]]:
        """Nanoseconds since the epoch on the wall's clock, and whether they are valid."""
        fraction = 0
        for name in numbers.keys() & {"f", "L"}:
            fraction = numbers[name] * self.unit_ns // self.scale
        if "s" in numbers:
            local = numbers["s"] * self.unit_ns + fraction
            yield local, (local >= EPOCH_NS_MIN) & (local <= EPOCH_NS_MAX)
            return
        hour, minute, second = numbers["H"], numbers["M"], numbers.get("S", 0)
        valid = hour < 24
        if self.noon is not None:
            valid = (hour >= 1) & (hour <= 12)
            hour = hour % 12 + self.noon
        valid = valid & (minute < 60)
        valid = valid & ((second < 60) | ((second == 60) & (minute == 59)))
        clock = ((hour * 60 + minute) * 60 + second) * SECOND + fraction
        for guess in self.guesses:
            day, dated = _day(numbers, guess)
            yield day * DAY + clock, valid & dated


def reading(
    parts: dict[str, bytes],
    zone: tzinfo,
    anchor_ns: int,
    day_first: bool | None = None,
) -> Reading:
    """How to read texts with these parts.

    Args:
        parts: Of one such text, by name.
        zone: For texts that state none.
        anchor_ns: The youngest time of the text around them. With `BARE`, a time that
            lacks its date is one of `BARE_DAY`, one that lacks its year of `BARE_YEAR`.
        day_first: Which of two numbers is the day where both may be; None for what a
            slash or a dash means, if that is not in the future.
    """
    if "z" in parts:
        zone = zone_of(parts["z"], zone)
    unit_ns = SECOND
    if "s" in parts:
        zone, unit_ns = UTC, UNITS[(len(parts["s"]) - 9) // 3]
    limit_ns, guesses = _guesses(parts, zone, anchor_ns, day_first)
    noon = None
    if "p" in parts:
        noon = 12 if parts["p"][:1] in b"Pp" else 0
    scale = 1000 if "L" in parts else 10 ** len(parts.get("f", b""))
    return Reading(zone, limit_ns, guesses, noon, unit_ns, scale)


def _guesses(
    parts: dict[str, bytes], zone: tzinfo, anchor_ns: int, day_first: bool | None
) -> tuple[int, Sequence[int]]:
    """The youngest time that can be meant, and `Reading.guesses`."""
    if "O" in parts:
        if day_first is not None:
            as_printed = day_first is (parts["O"] == b"-")  # so `layout` names them
            return _NS_MAX, (0, _OTHER) if as_printed else (_OTHER, 0)
        limit_ns = _NS_MAX if anchor_ns == BARE else min(anchor_ns + DAY, _NS_MAX)
        return limit_ns, (0, _OTHER)
    if "Y" in parts or "y" in parts or "s" in parts:
        return _NS_MAX, (0,)
    if anchor_ns == BARE:
        return _NS_MAX, (BARE_YEAR if "d" in parts else BARE_DAY,)
    if "d" in parts:
        limit_ns = min(anchor_ns + DAY, _NS_MAX)
        year = _date_of(limit_ns, zone).year
        return limit_ns, range(year, year - 9, -1)  # February 29 can be eight years ago
    limit_ns = min(anchor_ns + HOUR, _NS_MAX)
    day = _date_of(limit_ns, zone).toordinal() - EPOCH.toordinal()
    return limit_ns, range(day, day - 3, -1)


def _day(numbers: Numbers, guess: int) -> tuple[Number, Number]:
    """Days since the epoch, and whether there is such a day."""
    if "d" not in numbers:
        return guess, True
    year, month, day = numbers.get("Y", guess), numbers["m"], numbers["d"]
    if guess == _OTHER:
        month, day = day, month
    if "y" in numbers:
        year = 1900 + numbers["y"] + 100 * (numbers["y"] < 70)
    valid = (year >= 1970) & (year <= 2200) & (month >= 1) & (month <= 12)
    index = ((year - 1970) * 12 + month - 1) * valid
    firsts, days = _COLUMNS if isinstance(index, np.ndarray) else _TUPLES
    return firsts[index] + day - 1, valid & (day >= 1) & (day <= days[index])


def utc_of(local: NDArray[np.int64], zone: tzinfo) -> NDArray[np.int64]:
    """The times at which a zone's clocks show a column of nanoseconds."""
    return local - _offset_ns(local, zone) if len(local) else local


def _offset_ns(local: Number, zone: tzinfo) -> Number:
    """How far a zone's clocks are ahead of UTC when they show a time."""
    if isinstance(zone, timezone):
        return _quarter_offset_ns(0, zone)
    quarter = local // _QUARTER
    if isinstance(quarter, np.ndarray):
        return _column_offset_ns(quarter, zone)
    return _quarter_offset_ns(int(quarter), zone)


def _column_offset_ns(quarter: NDArray[np.int64], zone: tzinfo) -> NDArray[np.int64]:
    """The same for a column: lines follow each other in time, so runs are long."""
    heads = np.flatnonzero(np.diff(quarter, prepend=quarter[0] - 1))
    unique, inverse = np.unique(quarter[heads], return_inverse=True)
    offsets = [_quarter_offset_ns(item, zone) for item in unique.tolist()]
    runs = np.diff(heads, append=quarter.size)
    return np.repeat(np.array(offsets, np.int64)[inverse], runs)


@lru_cache(maxsize=1 << 15)
def _quarter_offset_ns(quarter: int, zone: tzinfo) -> int:
    """The offset at the start of a quarter hour, counted from 1970 on the wall's clock."""
    wall = EPOCH.replace(tzinfo=zone) + timedelta(minutes=15 * quarter)
    return (wall.utcoffset() or timedelta()) // timedelta(microseconds=1) * 1000
