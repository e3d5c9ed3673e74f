"""Numbers of a time to UTC, one or a column of them."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.moment import reading
from log_mcp.span import DAY, HOUR, SECOND

BERLIN = ZoneInfo("Europe/Berlin")
ANCHOR = 1_773_144_000 * SECOND  # 2026-03-10 12:00 UTC
CLOCK = {"H": b"05", "M": b"06", "S": b"07"}
DATE = {"m": b"03", "d": b"04"}


def first_valid(parts, zone: tzinfo, anchor_ns: int) -> int | None:
    """The time that some parts mean."""
    numbers = {name: int(part) for name, part in parts.items() if part.isdigit()}
    times = reading(parts, zone, anchor_ns).times(numbers)
    return next((int(time) for time, valid in times if valid), None)


def utc_ns(*parts: int) -> int:
    """A moment in UTC."""
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * SECOND  # type: ignore[misc, arg-type]


MEANINGS = {
    "a date of a year": (CLOCK | DATE | {"Y": b"2025"}, utc_ns(2025, 3, 4, 4, 6, 7)),
    "two digits of a year": (CLOCK | DATE | {"y": b"69"}, utc_ns(2069, 3, 4, 4, 6, 7)),
    "the first two-digit year": (
        CLOCK | DATE | {"y": b"70"},
        utc_ns(1970, 3, 4, 4, 6, 7),
    ),
    "no year": (CLOCK | DATE, utc_ns(2026, 3, 4, 4, 6, 7)),
    "no date": (CLOCK, utc_ns(2026, 3, 10, 4, 6, 7)),
    "no seconds": (
        DATE | {"Y": b"2025", "H": b"5", "M": b"6"},
        utc_ns(2025, 3, 4, 4, 6),
    ),
    "afternoon": (CLOCK | {"p": b"pm"}, utc_ns(2026, 3, 9, 16, 6, 7)),
    "a zone": (CLOCK | {"z": b"-0500"}, utc_ns(2026, 3, 10, 10, 6, 7)),
    "a fraction": (CLOCK | {"f": b"25"}, utc_ns(2026, 3, 10, 4, 6, 7) + SECOND // 4),
    "milliseconds": (CLOCK | {"L": b"25"}, utc_ns(2026, 3, 10, 4, 6, 7) + SECOND // 40),
    "seconds": ({"s": b"1772600767"}, 1772600767 * SECOND),
    "a fraction of milliseconds": (
        {"s": b"1772600767123", "f": b"5"},
        17726007671235 * 10**5,
    ),
}


@pytest.mark.parametrize(("parts", "expected"), MEANINGS.values(), ids=MEANINGS)
def test_meanings(parts, expected):
    """What is missing is filled from zone and anchor; what is stated counts."""
    assert expected == first_valid(parts, BERLIN, ANCHOR)


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2200, 12, 30)),  # noqa: DTZ001 - local
    st.sampled_from([BERLIN, ZoneInfo("Australia/Lord_Howe"), UTC]),
)
def test_offsets_are_those_of_the_zone(local, zone):
    """The standard library reads the same time, skipped and repeated hours included."""
    local = local.replace(microsecond=0)
    parts = {
        name: f"{local:%{letter}}".encode()
        for name, letter in zip("YmdHMS", "YmdHMS", strict=True)
    }

    assert int(local.replace(tzinfo=zone).timestamp()) * SECOND == first_valid(
        parts, zone, ANCHOR
    )


@given(
    st.lists(
        st.tuples(
            st.integers(0, 13),
            st.integers(0, 32),
            st.integers(0, 25),
            st.integers(0, 61),
            st.integers(0, 62),
        ),
        min_size=1,
    ),
    st.sampled_from([{}, {"Y": b"2026"}, {"y": b"26"}, {"p": b"AM"}]),
    st.sampled_from([BERLIN, timezone(timedelta(hours=-3))]),
)
def test_a_column_means_what_its_items_mean(rows, more, zone):
    """Arrays go through the same arithmetic as ints, guess by guess."""
    parts = CLOCK | DATE | more
    meaning = reading(parts, zone, ANCHOR)
    stated = {name: int(part) for name, part in more.items() if part.isdigit()}
    columns = np.array(rows, np.int64).T
    together = meaning.times(
        dict(zip("mdHMS", columns, strict=True))
        | {name: np.full(len(rows), value) for name, value in stated.items()}
    )
    alone = [
        meaning.times(dict(zip("mdHMS", row, strict=True)) | stated) for row in rows
    ]

    for time, valid in together:
        for row, guesses in enumerate(alone):
            expected, expected_valid = next(guesses)
            assert bool(expected_valid) == valid[row]
            assert not valid[row] or int(expected) == time[row]


@given(st.integers(0, 23), st.integers(0, 59), st.integers(DAY, 2 * ANCHOR))
def test_a_time_of_day_is_within_a_day_of_its_anchor(hour, minute, anchor):
    """The latest possible one: not more than an hour ahead, not a day behind that."""
    parts = {"H": b"%02d" % hour, "M": b"%02d" % minute}
    time = first_valid(parts, UTC, anchor)

    assert time is not None
    assert anchor + HOUR - DAY < time <= anchor + HOUR


def test_a_zone_without_offset_is_utc():
    """A time zone object may know nothing; that is no reason to fail."""

    class Vague(tzinfo):
        def utcoffset(self, _when):
            return None

        def tzname(self, _when):
            return None

        def dst(self, _when):
            return None

    parts = CLOCK | DATE | {"Y": b"2026"}

    assert utc_ns(2026, 3, 4, 5, 6, 7) == first_valid(parts, Vague(), ANCHOR)
