"""Nanoseconds since 1970 and dates."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.epoch import date_of, ns_of

ZONES = st.sampled_from([UTC, *map(ZoneInfo, ["Europe/Berlin", "America/New_York"])])


@given(
    st.datetimes(
        datetime(1970, 1, 3),  # noqa: DTZ001 - made UTC
        datetime(2260, 1, 1),  # noqa: DTZ001 - made UTC
        timezones=st.just(UTC),
    ),
    ZONES,
    st.integers(0, 999_999_999),
)
def test_a_date_is_its_nanoseconds_to_the_second(date, zone, rest):
    """In any zone."""
    whole = date.replace(microsecond=0)
    found = date_of(ns_of(whole) + rest, zone)

    assert whole == found
    assert found.tzinfo is zone


ENDS = {
    "before 1970": (-1, datetime(1970, 1, 2, tzinfo=UTC)),
    "no such year": (2**80, datetime.max.replace(tzinfo=UTC) - timedelta(days=1)),
}


@pytest.mark.parametrize(("ns", "expected"), ENDS.values(), ids=ENDS)
def test_what_no_calendar_has(ns, expected):
    """The nearest day that every zone has in that year."""
    assert expected.replace(microsecond=0) == date_of(ns)
    assert expected.year == date_of(ns, ZoneInfo("America/New_York")).year
