"""The day or year that times lack: phases, how they follow each other, and UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.moment import BARE
from log_mcp.period import MIDNIGHT, NIGHT, YEAR
from log_mcp.span import DAY, HOUR
from log_mcp.timestamp import parse

ZONES = st.sampled_from([UTC, *map(ZoneInfo, ["Europe/Berlin", "America/New_York"])])


def phase(text: str) -> int:
    period = YEAR if text[0].isalpha() else MIDNIGHT
    bare = parse(text.encode(), UTC, BARE)
    assert bare is not None
    return int(period.phases(np.array([bare]))[0])


LACKING = {
    "05:06:07": (False, True),
    "23:59:59 PM": (False, False),
    "Mar  4 05:06:07": (True, False),
    "Feb 29 05:06:07": (True, False),
    "Dec 31 23:59:59 -0500": (True, False),
    "00:00:00+14:00": (False, True),
    "2026-03-04 05:06:07": (False, False),
    "1972-03-04T05:06:07Z": (True, False),  # no log is that old
    "1772600767": (False, False),
}


@pytest.mark.parametrize(("text", "expected"), LACKING.items(), ids=LACKING)
def test_what_a_bare_time_lacks(text, expected):
    """The year, the day, or nothing."""
    bare = np.array([parse(text.encode(), UTC, BARE) or 0])

    assert expected == tuple(bool(p.lacking(bare)[0]) for p in (YEAR, MIDNIGHT))


STEPS = {
    "midnight": (["23:59:59", "00:00:00"], [1]),
    "a night": (["20:00:00", "07:00:00"], [1]),
    "half a day back": (["20:00:00", "08:00:00"], [0]),
    "seconds back": (["12:00:05", "12:00:01"], [0]),
    "a day's work": (["00:05:00", "22:59:00"], [0]),
    "late over midnight": (
        ["23:59:59", "00:00:01", "23:59:58", "00:00:02"],
        [1, -1, 1],
    ),
    "new year": (["Dec 31 23:59:59", "Jan  1 00:00:00"], [1]),
    "months back": (["Sep  1 00:00:00", "Mar  4 00:00:00"], [0]),
    "late over new year": (["Jan  1 00:00:00", "Dec 31 23:59:59"], [-1]),
    "a silent year": (["Jan  3 00:00:00", "Dec 28 00:00:00"], [0]),
}


@pytest.mark.parametrize(("texts", "expected"), STEPS.values(), ids=STEPS)
def test_a_fall_by_more_than_half_is_the_next_one(texts, expected):
    """And a leap by nearly all of it is a line that comes late."""
    period = YEAR if texts[0][0].isalpha() else MIDNIGHT

    assert expected == period.steps(np.array([phase(t) for t in texts])).tolist()


ORDERED = {
    "a night": (["09:30:00", "18:00:00", "09:30:00", "12:00:00", "18:00:00"], True),
    "one line each morning and evening": (["09:00:00", "17:00:00"] * 2, False),
    "one line": (["09:30:00"], True),
    "ends with a night": (["09:30:00", "18:00:00", "09:30:00"], True),
    "late by seconds": (["09:30:05", "09:30:01", "09:30:07"], True),
    "two clocks": (["14:00:00", "09:00:00", "14:00:01", "09:00:01"], False),
    "one that is late": (["14:00:00", "09:00:00", "13:55:00"], False),
}


@pytest.mark.parametrize(("texts", "ordered"), ORDERED.values(), ids=ORDERED)
def test_a_night_is_told_where_lines_are_in_order(texts, ordered):
    """A fall that the next line undoes is none."""
    phases = np.array([phase(text) for text in texts])
    period = MIDNIGHT.ordered(phases)

    assert ordered == (period is NIGHT)
    assert YEAR is YEAR.ordered(phases)


def test_a_fall_of_hours_is_a_guess():
    """One of more than half a day is none, and a smaller one no step."""
    phases = np.array(
        [phase(t) for t in ("23:00:00", "09:00:00", "08:00:00", "07:00:00", "06:00:00")]
    )
    falls = np.array(
        [phase(t) for t in ("18:00:00", "09:30:00", "09:00:00", "23:00:00", "10:59:00")]
    )

    assert [1, 0, 0, 0] == NIGHT.steps(phases).tolist()
    assert not NIGHT.guessed(phases).any()
    assert [1, 0, 0, 1] == NIGHT.steps(falls).tolist()
    assert [True, False, False, False] == NIGHT.guessed(falls).tolist()
    assert not MIDNIGHT.guessed(falls).any()


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)), ZONES)  # noqa: DTZ001
def test_numbers_and_phases_are_times(clock, zone):
    """As if the date had been printed."""
    local = clock.replace(microsecond=0)
    wanted = parse(local.isoformat().encode(), zone, 0)
    days = (local - datetime(1970, 1, 1)) // timedelta(days=1)  # noqa: DTZ001 - a clock
    by_day = MIDNIGHT.utc(np.array([days]), np.array([phase(f"{local:%X}")]), zone)
    by_year = YEAR.utc(
        np.array([local.year]), np.array([phase(f"{local:%b %d %X}")]), zone
    )

    assert [wanted, wanted] == [by_day[0], by_year[0]]


@given(st.integers(10**17, 7 * 10**18), st.integers(0, DAY - 1), ZONES)
def test_the_latest_number_is_not_too_late(limit, inside, zone):
    """And the one behind it is."""
    for period, phase_ns in ((MIDNIGHT, inside), (YEAR, inside * 365)):
        number = period.latest(phase_ns, limit, zone)
        phases = np.full(2, phase_ns)
        first, second = period.utc(np.array([number, number + 1]), phases, zone)

        assert first <= limit + period.late_ns < second
    assert (HOUR, DAY) == (MIDNIGHT.late_ns, YEAR.late_ns)


BACK = {
    "no leap day": ([], 0),
    "a leap year": ([2024], 0),
    "the year before last": ([2026], 2),
    "two of them": ([2022, 2026], 2),
    "over a century": ([2103], 7),
    "never": ([2023, 2024], 0),
}


@pytest.mark.parametrize(("numbers", "expected"), BACK.values(), ids=BACK)
def test_a_leap_day_moves_the_years(numbers, expected):
    """To the latest ones that all have it."""
    assert expected == YEAR.back(numbers)
    assert 0 == MIDNIGHT.back([])
