"""Whether the day or the month comes first, told by a file's lines together."""

import os
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from log_mcp.formats.dayfirst import day_first
from log_mcp.timestamp import iso
from tests.feeding import NOON_NS, SECOND_NS, folder, forwards

LATE_NS = NOON_NS + 365 * 86_400 * SECOND_NS
CASES = {
    "no date": (["order accepted"], None),
    "the year first": (["2026/03/04 05:06:07 up"], None),
    "a number above 12 behind": (["03/04/2026", "03/13/2026"], False),
    "a number above 12 in front": (["03/04/2026", "13/04/2026"], True),
    "most of them, where both are above": (
        ["13/04/2026", "14/04/2026", "03/25/2026"],
        True,
    ),
    "rising days": (["11/02/2026", "12/02/2026", "01/03/2026"], True),
    "rising months": (["02/11/2026", "02/12/2026", "03/01/2026"], False),
    "a slash alone": (["03/04/2026"], False),
    "a dash alone": (["03-04-2026"], True),
    "dashes, the month first": (["03-04-2026", "03-25-2026"], False),
    "a path is no date": (["GET /03/25/2026 05:06:07"], None),
}


@pytest.mark.parametrize(("dates", "expected"), CASES.values(), ids=CASES)
def test_the_lines_of_a_file_tell_together(dates, expected):
    """By a number above 12, else by their order, else by what stands between."""
    sample = "".join(f"{one} 05:06:07 INFO up\n" for one in dates).encode()

    assert expected is day_first(sample, LATE_NS)


def test_a_date_in_the_future_is_none():
    """April 3 was not yet when the file was written on March 4, and the reverse."""
    assert day_first(b"04/03/2026 05:06:07 up\n", NOON_NS)
    assert not day_first(b"03-04-2026 05:06:07 up\n", NOON_NS)


DAYS = st.dates(date(2020, 1, 1), date(2025, 12, 31))


@given(DAYS, st.integers(13, 60), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%m-%d-%Y"]))
def test_all_lines_of_a_file_are_read_alike(first, count, layout):
    """Also those of which both numbers may be the month."""
    days = [first + timedelta(days=n) for n in range(count)]
    assume(any(day.day > 12 for day in days))
    lines = [
        f"{day.strftime(layout)} 05:06:07 INFO up {n}" for n, day in enumerate(days)
    ]
    with folder() as here:
        path = here / "shop.log"
        path.write_text("\n".join(lines) + "\n")
        os.utime(path, ns=(LATE_NS, LATE_NS))
        found = [iso(row.time_ns) for row in forwards(path)]

    assert [f"{day}T05:06:07.000Z" for day in days] == found


def test_a_line_that_breaks_the_order_keeps_its_time(tmp_path):
    """Somebody else's line: another order is better than no time."""
    path = tmp_path / "shop.log"
    path.write_text(
        "13/04/2025 05:06:07 INFO a\n05/04/2025 05:06:07 INFO b\n"
        "14/04/2025 05:06:07 INFO c\n04/15/2025 05:06:07 INFO d\n"
    )
    found = [
        datetime.fromtimestamp(r.time_ns / 1e9, UTC).date() for r in forwards(path)
    ]

    assert [date(2025, 4, day) for day in (13, 5, 14, 15)] == found
