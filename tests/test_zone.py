"""Zones by name, and the zone of the system."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.zone import changes, local_zone, zone_named

BERLIN = ("+01:00", "+02:00")


def offsets(zone):
    """What the zone's clocks are ahead of UTC in winter and in summer."""
    days = (datetime(2026, month, 15, tzinfo=zone) for month in (1, 7))
    return tuple(f"{day:%z}"[:3] + ":" + f"{day:%z}"[3:] for day in days)


NAMED = {
    "UTC": ("+00:00", "+00:00"),
    "z": ("+00:00", "+00:00"),
    "Etc/UTC": ("+00:00", "+00:00"),
    " Europe/Berlin ": BERLIN,
    "Asia/Kolkata": ("+05:30", "+05:30"),
    "+02:00": ("+02:00", "+02:00"),
    "-0330": ("-03:30", "-03:30"),
    "UTC+5": ("+05:00", "+05:00"),
    "LOCAL": ("+09:00", "+09:00"),
}


@pytest.mark.parametrize(("name", "expected"), NAMED.items(), ids=NAMED)
def test_zones_have_names(name, expected):
    """IANA names, UTC, offsets, and `local`."""
    assert expected == offsets(zone_named(name, {"TZ": "Asia/Tokyo"}))


NO_ZONES = {
    "a word": ("lunch", ""),
    "a near miss": ("Europe/Berln", " Did you mean 'Europe/Berlin'?"),
    "a folder of zones": ("Europe", None),
    "a way out": ("../../etc/passwd", None),
    "too far ahead": ("+15:00", None),
    "nothing": ("", ""),
    "a NUL": ("a\0b", None),
}


@pytest.mark.parametrize(("name", "hint"), NO_ZONES.values(), ids=NO_ZONES)
def test_other_names_are_refused(name, hint):
    """The message says what a zone looks like, and the nearest one."""
    expected = 'a time zone such as "local", "UTC", "Europe/Berlin" or "+02:00".'
    with pytest.raises(ValueError, match="a time zone") as refused:
        zone_named(name, {})

    assert str(refused.value).startswith(expected)
    assert hint is None or expected + hint == str(refused.value)


TZ = {
    "a name": ("Europe/Berlin", BERLIN),
    "a name behind a colon": (":Europe/Berlin", BERLIN),
    "a rule": ("CET-1CEST,M3.5.0,M10.5.0/3", BERLIN),
    "a rule without days": ("CET-1CEST", BERLIN),
    "an offset, counted westwards": ("<-03>3", ("-03:00", "-03:00")),
    "UTC": ("UTC", ("+00:00", "+00:00")),
    "nothing": ("", ("+00:00", "+00:00")),
    "what means nothing": ("Lunch/Time", ("+00:00", "+00:00")),
    "a file that is none": ("/nowhere/at/all", ("+00:00", "+00:00")),
}


@pytest.mark.parametrize(("value", "expected"), TZ.values(), ids=TZ)
def test_the_environment_says_what_is_local(value, expected):
    """`TZ` goes before the system's own zone, read as the C library reads it."""
    assert expected == offsets(local_zone({"TZ": value}))


def zone_file(name: str) -> Path | None:
    files = (Path(folder, name) for folder in TZPATH)
    return next((file for file in files if file.exists()), None)


@pytest.mark.skipif(
    zone_file("Europe/Berlin") is None, reason="this system has no zones"
)
def test_the_system_says_what_is_local(tmp_path):
    """A link tells the zone's name, a copy only what it does."""
    file = zone_file("Europe/Berlin")
    assert file is not None
    linked, copied = tmp_path / "linked", tmp_path / "copied"
    linked.symlink_to(file)
    copied.write_bytes(file.read_bytes())

    assert ZoneInfo("Europe/Berlin") is local_zone({}, linked)
    assert BERLIN == offsets(local_zone({}, copied))
    assert BERLIN == offsets(local_zone({"TZ": str(file)}))


def test_a_system_without_a_zone_is_in_utc(tmp_path):
    """As the C library has it; a file that is no zone is none."""
    broken = tmp_path / "broken"
    broken.write_bytes(b"TZif")

    assert UTC is local_zone({}, tmp_path / "absent")
    assert UTC is local_zone({}, broken)


@given(st.text(max_size=30))
def test_any_environment_has_a_local_zone(value):
    """Nothing in `TZ` can raise, then or when a time is read."""
    zone = local_zone({"TZ": value})

    assert abs(
        datetime(2026, 7, 1, tzinfo=zone).utcoffset() or timedelta()
    ) < timedelta(days=7)


CHANGES = {
    "Berlin": ("Europe/Berlin", 2026, ["2026-03-29T01:00 +1", "2026-10-25T01:00 -1"]),
    "New York": (
        "America/New_York",
        2026,
        ["2026-03-08T07:00 +1", "2026-11-01T06:00 -1"],
    ),
    "half an hour": (
        "Australia/Lord_Howe",
        2026,
        ["2026-04-04T15:00 -0.5", "2026-10-03T15:30 +0.5"],
    ),
    "a month of fasting": (
        "Africa/Casablanca",
        2026,
        ["2026-02-15T02:00 -1", "2026-03-22T02:00 +1"],
    ),
    "another offset for good": ("Europe/Volgograd", 2020, ["2020-12-26T22:00 -1"]),
    "a day left out": ("Pacific/Apia", 2011, None),
    "no change": ("Asia/Kolkata", 2026, []),
}


@pytest.mark.parametrize(("name", "year", "expected"), CHANGES.values(), ids=CHANGES)
def test_when_clocks_were_set(name, year, expected):
    """To the second, and by how much."""
    begin, end = (
        int(datetime(y, 1, 1, tzinfo=UTC).timestamp()) * 10**9 for y in (year, year + 1)
    )
    found = [
        f"{datetime.fromtimestamp(change.at_ns / 1e9, UTC):%Y-%m-%dT%H:%M} "
        f"{(change.after_ns - change.before_ns) / 3600e9:+g}"
        for change in changes(ZoneInfo(name), begin, end)
    ]

    assert (expected is None and "2011-12-30T10:00 +24" in found) or expected == found


def test_a_fixed_offset_never_changes():
    """Nor is it asked."""
    assert [] == changes(UTC, 0, 2**62)
