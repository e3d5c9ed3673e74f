"""What the times of a log lack of their date: the day, or the year.

A time without it is a phase: how far into some day, or year, it lies. A number says into
which one: days since the epoch, or a year. Between two records of a file that follow each
other the number grows by one where the phase falls back by more than half; a smaller
fall is disorder. It shrinks where the phase leaps ahead by nearly all of a period: that
line comes late, from before midnight or new year.

Programs that stop at 18:00 and start at 9:30 of the next day fall back by less. Where a
file's lines are in order, a fall of some hours is the next day, too: `NIGHT`. That is a
guess, as `guessed` says.
"""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.moment import BARE_DAY, BARE_YEAR, utc_of
from log_mcp.span import DAY, HOUR

Column = NDArray[np.int64]

_YEARS: Final = np.arange("1970", "2202", dtype="M8[Y]")
_STARTS: Final = _YEARS.astype("M8[D]").astype(np.int64)  # days since the epoch
_LEAP: Final = np.append(np.diff(_STARTS) == 366, False)
_YEAR_MIN: Final = 1970
_MARCH: Final = 60 * DAY  # where it begins in a leap year
_HALF_DAY: Final = DAY // 2
_SHORT: Final = HOUR // 6
_LEAP_YEARS_MAX: Final = 8  # between two of them, over a century


class Period(NamedTuple):
    """A day or a year.

    Attributes:
        name: `day` or `year`.
        begin_ns: Where the one lies that a time gets which is read with `BARE`.
        length_ns: Of the longest one.
        late_ns: How late a line can come, and how far ahead of its file's age.
        fall_ns: A phase that falls back by more is of the next one.
    """

    name: str
    begin_ns: int
    length_ns: int
    late_ns: int
    fall_ns: int

    def lacking(self, bare: Column) -> NDArray[np.bool_]:
        """Which times that were read with `BARE` lack this.

        A zone that is stated moves them by up to 14 hours.
        """
        edge = 14 * HOUR
        lacks: NDArray[np.bool_] = (bare >= self.begin_ns - edge) & (
            bare < self.begin_ns + self.length_ns + edge
        )
        return lacks

    def phases(self, bare: Column) -> Column:
        """How far into the period such times lie."""
        phases: Column = bare - self.begin_ns
        if len(phases) and (phases.min() < 0 or phases.max() >= self.length_ns):
            phases %= self.length_ns
        return phases

    def steps(self, phases: Column) -> Column:
        """By how much the number grows from each record to the next one."""
        ahead = np.diff(phases)
        grows = (ahead < -self.fall_ns).astype(np.int64)
        return grows - (ahead > self.length_ns - self.late_ns)

    def guessed(self, phases: Column) -> NDArray[np.bool_]:
        """Which of `steps` are guesses: falls that might be disorder."""
        ahead = np.diff(phases)
        guesses: NDArray[np.bool_] = (ahead < -self.fall_ns) & (ahead >= -_HALF_DAY)
        return guesses

    def ordered(self, phases: Column) -> "Period":
        """The same, for a file whose lines are in order, as far as some of them show.

        They are not where a line that falls back by hours is followed by one that does
        not: two programs write, on clocks of their own, or one that is late.
        """
        if self is not MIDNIGHT:
            return self
        fell = np.flatnonzero(np.diff(phases) < -NIGHT.fall_ns) + 1
        fell = fell[fell < len(phases) - 1]
        back = phases[fell + 1] > phases[fell - 1] - _SHORT
        return self if back.any() else NIGHT

    def utc(self, numbers: Column, phases: Column, zone: tzinfo) -> Column:
        """UTC epoch nanoseconds.

        Args:
            numbers: Of each record, or one for all.
            phases: Of each.
            zone: On whose clocks.
        """
        if self is not YEAR:
            return utc_of(numbers * DAY + phases, zone)
        at = np.clip(numbers - _YEAR_MIN, 0, len(_STARTS) - 1)
        local = _STARTS[at] * DAY + phases
        if not _LEAP[at].all():
            local -= (~_LEAP[at] & (phases >= _MARCH)) * DAY
        return utc_of(local, zone)

    def latest(self, phase: int, limit_ns: int, zone: tzinfo) -> int:
        """The number for which a phase is the latest time that is not too late.

        Args:
            phase: Of a record.
            limit_ns: The file's age; the record is younger by `late_ns` at most.
            zone: Of the record.
        """
        near = (limit_ns + self.late_ns) // DAY
        if self is YEAR:
            near = _YEAR_MIN + int(np.searchsorted(_STARTS, near, "right")) - 1
        numbers = np.arange(near + 1, near - 3, -1)
        times = self.utc(numbers, np.full(len(numbers), phase), zone)
        return int(numbers[np.argmax(times <= limit_ns + self.late_ns)])

    def leaping(self, phases: Column) -> NDArray[np.bool_]:
        """Which of them are of February 29."""
        if self is not YEAR:
            return np.zeros(len(phases), np.bool_)
        leaps: NDArray[np.bool_] = (phases >= _MARCH - DAY) & (phases < _MARCH)
        return leaps

    def back(self, leaping: Iterable[int]) -> int:
        """By how much numbers must shrink so that each of these years has that day."""
        at = np.array([*leaping], np.int64) - _YEAR_MIN
        for years in range(_LEAP_YEARS_MAX if len(at) else 0):
            if _LEAP[np.clip(at - years, 0, len(_LEAP) - 1)].all():
                return years
        return 0


MIDNIGHT: Final = Period("day", BARE_DAY * DAY, DAY, HOUR, _HALF_DAY)
# More than clocks are set by, or lines are late.
NIGHT: Final = MIDNIGHT._replace(fall_ns=2 * HOUR)
YEAR: Final = Period(
    "year", int(_STARTS[BARE_YEAR - _YEAR_MIN]) * DAY, 366 * DAY, DAY, 183 * DAY
)
