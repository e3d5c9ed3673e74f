"""Times read one by one and many at once, numbers since the epoch, and back to text."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.layout import SAMPLES
from log_mcp.moment import BARE
from log_mcp.record import NO_TIME
from log_mcp.timestamp import _parse, age, epoch_ns, iso, parse, parse_many

SECOND = 10**9
BERLIN = ZoneInfo("Europe/Berlin")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ns(text: str) -> int:
    """What the standard library says of an ISO time with an offset."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(microseconds=1) * 1000


ANCHOR = ns("2026-03-10T12:00:00Z")

READ_IN_BERLIN = {
    b"2026-03-04T05:06:07Z": "2026-03-04T05:06:07.000Z",
    b"2026-03-04T05:06:07.123456789+01:00": "2026-03-04T04:06:07.123456789Z",
    b"2026-03-04 05:06:07,5": "2026-03-04T04:06:07.500Z",
    b"2026-03-04 05:06": "2026-03-04T04:06:00.000Z",
    b"2026-03-04T12:00:01 AM UTC": "2026-03-04T00:00:01.000Z",
    b"2026-03-04 05:06:07:089": "2026-03-04T04:06:07.089Z",
    b"2026-03-04 05:06:07 EST": "2026-03-04T10:06:07.000Z",
    b"2026-03-04 05:06:07 Asia/Tokyo": "2026-03-03T20:06:07.000Z",
    b"2026/03/04 05:06:07": "2026-03-04T04:06:07.000Z",
    b"2026-03-04-05.06.07.123456": "2026-03-04T04:06:07.123456Z",
    b"04/Mar/2026:05:06:07 -0500": "2026-03-04T10:06:07.000Z",
    b"Wed, 04 Mar 2026 05:06:07 GMT": "2026-03-04T05:06:07.000Z",
    b"04-mar-2026 05:06:07.123": "2026-03-04T04:06:07.123Z",
    b"4-Mar-2026::05:06:07": "2026-03-04T04:06:07.000Z",
    b"04 Mar 2026 05:06:07.123": "2026-03-04T04:06:07.123Z",
    b"04 Mar 05:06:07.123": "2026-03-04T04:06:07.123Z",
    b"Wed Mar  4 05:06:07.123456 2026": "2026-03-04T04:06:07.123456Z",
    b"Wed Mar  4 05:06:07 EST 2026": "2026-03-04T10:06:07.000Z",
    b"Wed Mar 04 2026 05:06:07 GMT-0500 (EST)": "2026-03-04T10:06:07.000Z",
    b"Mar  4 05:06:07": "2026-03-04T04:06:07.000Z",
    b"Mar  4 2026 05:06:07": "2026-03-04T04:06:07.000Z",
    b"Mar 4, 2026 12:06:07 PM": "2026-03-04T11:06:07.000Z",
    b"26/03/04 05:06:07": "2026-03-04T04:06:07.000Z",
    b"99/03/04 05:06:07": "1999-03-04T04:06:07.000Z",
    b"04.03.2026 05:06:07": "2026-03-04T04:06:07.000Z",
    b"3/4/2026 5:06:07 PM": "2026-03-04T16:06:07.000Z",
    b"12/14/2026, 12:06:07 am": "2026-12-13T23:06:07.000Z",
    b"20260304T050607Z": "2026-03-04T05:06:07.000Z",
    b"20260304-05:06:07:123": "2026-03-04T04:06:07.123Z",
    b"20260304-5:6:7:9": "2026-03-04T04:06:07.009Z",
    b"260304 050607": "2026-03-04T04:06:07.000Z",
    b"260304  5:06:07": "2026-03-04T04:06:07.000Z",
    b"0304 05:06:07.123456": "2026-03-04T04:06:07.123456Z",
    b"03-04 05:06:07.123": "2026-03-04T04:06:07.123Z",
    b"05:06:07.123": "2026-03-10T04:06:07.123Z",
    b"2016-12-31T23:59:60Z": "2017-01-01T00:00:00.000Z",
    b"2200-12-31T23:59:59Z": "2200-12-31T23:59:59.000Z",
    b"1772600767": "2026-03-04T05:06:07.000Z",
    b"1772600767.123456789": "2026-03-04T05:06:07.123456789Z",
    b"1772600767123": "2026-03-04T05:06:07.123Z",
    b"1772600767123.456789123": "2026-03-04T05:06:07.123456789Z",
    b"1772600767123456": "2026-03-04T05:06:07.123456Z",
    b"1772600767123456789": "2026-03-04T05:06:07.123456789Z",
    b"0x69a7bdbf": "2026-03-04T05:06:07.000Z",
    b"0X69A7BDBF": "2026-03-04T05:06:07.000Z",
    b"0x19cb73d3293": "2026-03-04T05:06:07.123Z",
    b"0x64c2bc70d9000": "2026-03-04T05:06:07.123456Z",
    b"0x18998b018cfa8315": "2026-03-04T05:06:07.123456789Z",
}

NOT_TIMES = {
    "nothing": b"",
    "prose": b"connection refused",
    "a number": b"42",
    "a time and more": b"2026-03-04T05:06:07Z ",
    "a date alone": b"2026-03-04",
    "month 13": b"2026-13-04T05:06:07Z",
    "month 0": b"2026-00-04T05:06:07Z",
    "day 0": b"2026-03-00T05:06:07Z",
    "February 30": b"2026-02-30T05:06:07Z",
    "February 29 of no leap year": b"2100-02-29T05:06:07Z",
    "April 31 in words": b"31/Apr/2026:05:06:07 +0100",
    "hour 24": b"2026-03-04T24:00:00Z",
    "hour 13 PM": b"3/4/2026 13:06:07 PM",
    "hour 0 AM": b"3/4/2026 0:06:07 AM",
    "minute 60": b"2026-03-04T05:60:00Z",
    "second 61": b"2026-03-04T05:59:61Z",
    "second 60 within an hour": b"2026-03-04T05:06:60Z",
    "year 1969": b"1969-12-31T23:59:59Z",
    "year 2201": b"2201-01-01T00:00:00Z",
    "the epoch": b"1970-01-01T00:00:00Z",
    "the zero date of MySQL": b"0000-00-00 00:00:00",
    "ten digits of a fraction": b"2026-03-04T05:06:07.1234567890Z",
    "an unknown weekday": b"Wod Mar  4 05:06:07 2026",
    "an unknown month": b"Jar  4 05:06:07",
    "digits that are no magnitude": b"17726007671",
    "seconds after 2100": b"4102444801",
    "digits outside of ASCII": "\u0968026-03-04T05:06:07Z".encode(),
    "hexadecimal digits that are no magnitude": b"0x7ffe12345678",
    "an hour that is no text": b"\xff\xfe",
    "a long text": b"2026-03-04T05:06:07Z" * 1000,
}

NEW_YEAR = {
    "in December about December": ("Dec 31 23:00:00", "2026-12-31", "2026-12-31"),
    "in January about December": ("Dec 31 23:00:00", "2026-01-02", "2025-12-31"),
    "tomorrow is this year's": ("Mar 11 10:00:00", "2026-03-10", "2026-03-11"),
    "in two days is last year's": ("Mar 12 13:00:00", "2026-03-10", "2025-03-12"),
    "on new year's eve about new year": ("Jan  1 00:30:00", "2026-12-31", "2027-01-01"),
    "a leap day": ("Feb 29 12:00:00", "2026-03-10", "2024-02-29"),
    "a leap day across 2100": ("Feb 29 12:00:00", "2103-03-10", "2096-02-29"),
}

MIDNIGHT = {
    "earlier today": ("05:06:07", "2026-03-10T12:00:00", "2026-03-10"),
    "within the hour to come": ("12:59:59", "2026-03-10T12:00:00", "2026-03-10"),
    "more than an hour ahead": ("13:00:01", "2026-03-10T12:00:00", "2026-03-09"),
    "just before midnight": ("23:59:00", "2026-03-10T00:10:00", "2026-03-09"),
    "just after midnight": ("00:05:00", "2026-03-10T23:50:00", "2026-03-11"),
}

BERLIN_CLOCKS = {
    "winter": ("2026-03-29 01:59:59", "2026-03-29T00:59:59.000Z"),
    "the skipped hour": ("2026-03-29 02:30:00", "2026-03-29T01:30:00.000Z"),
    "summer": ("2026-03-29 03:00:00", "2026-03-29T01:00:00.000Z"),
    "the repeated hour": ("2026-10-25 02:30:00", "2026-10-25T00:30:00.000Z"),
    "the repeated hour, told apart": (
        "2026-10-25 02:30:00 CET",
        "2026-10-25T01:30:00.000Z",
    ),
    "after it": ("2026-10-25 03:00:00", "2026-10-25T02:00:00.000Z"),
}


def read(text: bytes, zone=BERLIN, anchor_ns: int = ANCHOR) -> str | None:
    """One text's time, written as `iso` does, the same alone and among many."""
    alone = parse(text, zone, anchor_ns)
    many = parse_many([text] * 50, zone, anchor_ns)

    assert [NO_TIME if alone is None else alone] * 50 == many.tolist()
    return None if alone is None else iso(alone)


@pytest.mark.parametrize(("text", "expected"), READ_IN_BERLIN.items())
def test_reads(text, expected):
    """Each layout is read to the last digit; what states no zone is Berlin's."""
    assert expected == read(text)


@pytest.mark.parametrize("text", NOT_TIMES.values(), ids=NOT_TIMES)
def test_declines(text):
    """None for what is no time or no day of the calendar."""
    assert read(text) is None


@pytest.mark.parametrize(("text", "today", "day"), NEW_YEAR.values(), ids=NEW_YEAR)
def test_a_missing_year_is_the_latest_possible(text, today, day):
    """Text is written in the past: at most a day of clock skew is believed."""
    anchor = ns(f"{today}T12:00:00+00:00")

    assert f"{day}T{text[7:]}.000Z" == read(text.encode(), UTC, anchor)


@pytest.mark.parametrize(("text", "now", "day"), MIDNIGHT.values(), ids=MIDNIGHT)
def test_a_missing_date_is_the_latest_possible(text, now, day):
    """A time of day is at most an hour ahead of the newest that is possible."""
    assert f"{day}T{text}.000Z" == read(text.encode(), UTC, ns(f"{now}+00:00"))


@pytest.mark.parametrize("text", [b"Mar  4 05:06:07", b"05:06:07"])
@pytest.mark.parametrize("anchor", [-(2**63), -1, 0, 2**62, 2**63 - 1, 2**80])
def test_any_anchor_is_allowed(text, anchor):
    """An anchor before all times leaves none; one after them is the end of 2200."""
    assert (read(text, UTC, anchor) is None) == (anchor <= 0)


@pytest.mark.parametrize(
    ("text", "expected"), BERLIN_CLOCKS.values(), ids=BERLIN_CLOCKS
)
def test_clock_changes(text, expected):
    """No time is refused for being skipped, and a repeated one is the first of two."""
    assert expected == read(text.encode())


def test_new_year_is_the_zones():
    """The missing year is that of the place where the text was written."""
    anchor = ns("2026-12-30T15:30:00+00:00")  # half past midnight in Tokyo

    assert "2026-12-31T15:10:00.000Z" == read(
        b"Jan  1 00:10:00", ZoneInfo("Asia/Tokyo"), anchor
    )


def test_zones_without_quarter_hours():
    """Offsets of seconds, as until 1972, are kept."""
    assert "1970-06-01T00:44:30.000Z" == read(
        b"1970-06-01 00:00:00", ZoneInfo("Africa/Monrovia")
    )


# How programs print a moment: texts of every layout, made without our table.
MONTHS = [f"{EPOCH.replace(month=month):%b}" for month in range(1, 13)]
DAYS = [f"{EPOCH.replace(day=day):%a}" for day in range(5, 12)]
WRITERS: list[tuple[str, int]] = [
    ("{t:%Y-%m-%dT%H:%M:%S}.{ns:09}Z", 1),
    ("{t:%Y-%m-%d %H:%M:%S},{ms:03}", 10**6),
    ("{t:%Y-%m-%dT%H:%M:%S}+00:00", SECOND),
    ("{t:%Y/%m/%d %H:%M:%S}.{us:06}", 1000),
    ("{t:%Y-%m-%d-%H.%M.%S}.{us:06}", 1000),
    ("{t:%d}/{mon}/{t:%Y:%H:%M:%S} +0000", SECOND),
    ("{dow}, {t:%d} {mon} {t:%Y %H:%M:%S} GMT", SECOND),
    ("{t:%d}-{mon}-{t:%Y %H:%M:%S}.{ms:03}", 10**6),
    ("{t.day} {mon} {t:%Y %H:%M:%S}.{ms:03}", 10**6),
    ("{dow} {mon} {t.day:2} {t:%H:%M:%S}.{us:06} {t:%Y}", 1000),
    ("{mon} {t.day:2} {t:%Y %H:%M:%S}", SECOND),
    ("{mon} {t.day:2} {t:%H:%M:%S}", SECOND),
    ("{mon} {t.day}, {t:%Y} {h12}:{t:%M:%S} {t:%p}", SECOND),
    ("{t:%y/%m/%d %H:%M:%S}", SECOND),
    ("{t:%d.%m.%Y %H:%M:%S}", SECOND),
    ("{t.month}/{t.day}/{t:%Y} {h12}:{t:%M:%S} {t:%p}", SECOND),
    ("{t:%Y%m%d-%H:%M:%S}:{ms:03}", 10**6),
    ("{t:%Y%m%d}-{t.hour}:{t.minute}:{t.second}:{ms}", 10**6),
    ("{t:%Y%m%dT%H%M%S}Z", SECOND),
    ("{t:%y%m%d %H%M%S}", SECOND),
    ("{t:%m%d %H:%M:%S}.{us:06}", 1000),
    ("{t:%m-%d %H:%M:%S}.{ms:03}", 10**6),
    ("{t:%H:%M:%S}.{ms:03}", 10**6),
    ("{s}.{ns:09}", 1),
    ("{s}{ms:03}", 10**6),
    ("{s}{ns:09}", 1),
]


def written(layout: str, time_ns: int) -> bytes:
    """A moment in UTC as a program prints it."""
    seconds, rest = divmod(time_ns, SECOND)
    t = EPOCH + timedelta(seconds=seconds)
    return layout.format(
        t=t,
        s=seconds,
        ns=rest,
        us=rest // 1000,
        ms=rest // 10**6,
        mon=MONTHS[t.month - 1],
        dow=DAYS[t.weekday()],
        h12=(t.hour + 11) % 12 + 1,
    ).encode()


# Two-digit years and counts of seconds reach less far than the others.
TIMES_NS = st.integers(ns("2001-09-10T00:00:00+00:00"), ns("2069-12-31T00:00:00+00:00"))
SEEDS = st.integers(0, 2**32)
ZONES = st.sampled_from(
    [
        UTC,
        timezone(timedelta(hours=-3, minutes=-30)),
        BERLIN,
        ZoneInfo("Australia/Lord_Howe"),
        ZoneInfo("Africa/Monrovia"),
        ZoneInfo("America/Argentina/Buenos_Aires"),
    ]
)


@given(st.sampled_from(WRITERS), TIMES_NS)
def test_reads_what_programs_print(writer, time_ns):
    """Every layout gives back the moment, as far as it prints digits."""
    layout, unit = writer
    expected = time_ns // unit * unit

    assert expected == parse(written(layout, time_ns), UTC, time_ns + 1000)


def mutated(text: bytes, random: Random) -> bytes:
    """The text with a byte changed, lost or doubled."""
    at = random.randrange(len(text))
    byte = random.choice(
        [b"", b"0", b"9", b"3", b" ", b"-", b"Z", b"a", b"u", b"\xff", text[:1] * 2]
    )
    return text[:at] + byte + text[at + 1 :]


def texts_of(
    layouts: list[str], spread: int, faults: float, random: Random
) -> list[bytes]:
    """A block's worth of times in some layouts, in order, a share of them damaged."""
    time_ns = random.randrange(SECOND * 10**9, SECOND * 3 * 10**9)
    texts = []
    for _ in range(random.randrange(150)):
        time_ns += random.randrange(spread)
        text = written(random.choice(layouts), time_ns)
        texts.append(mutated(text, random) if random.random() < faults else text)
    return texts


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([layout for layout, _ in WRITERS]), min_size=1, max_size=3
    ),
    st.sampled_from([SECOND, 40 * 60 * SECOND, 40 * 24 * 3600 * SECOND]),
    st.sampled_from([0.0, 0.1, 0.6]),
    st.tuples(
        ZONES, st.sampled_from([0, ANCHOR, ns("2100-03-01T00:00:00+00:00"), 2**62])
    ),
    SEEDS,
)
def test_many_agree_with_one_by_one(layouts, spread, faults, place, seed):
    """The law: `parse_many` is `parse` of each, on every input."""
    zone, anchor = place
    texts = texts_of(layouts, spread, faults, Random(seed))
    expected = [parse(text, zone, anchor) or NO_TIME for text in texts]

    assert expected == parse_many(texts, zone, anchor).tolist()


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from([sample for _, sample in SAMPLES]),
    ZONES,
    SEEDS,
)
def test_many_agree_on_any_digits(sample, zone, seed):
    """The law on one arrangement, where most dates are none and zones differ too."""
    random = Random(seed)
    texts = [
        bytes(
            random.choice(b"0011223456789")
            if 48 <= byte < 58 and random.random() < 0.3
            else byte
            for byte in sample
        )
        for _ in range(80)
    ]
    expected = [parse(text, zone, ANCHOR) or NO_TIME for text in texts]

    assert expected == parse_many(texts, zone, ANCHOR).tolist()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from([sample for _, sample in SAMPLES]), min_size=1),
    st.tuples(
        ZONES, st.sampled_from([0, ANCHOR, ns("2100-03-01T00:00:00+00:00"), 2**62])
    ),
    SEEDS,
)
def test_a_remembered_hour_changes_nothing(samples, place, seed):
    """Its minutes and seconds are read as if each time was the first one."""
    random = Random(seed)
    texts = [
        bytes(
            random.choice(b"00112233445566789")
            if 48 <= byte < 58 and random.random() < share
            else byte
            for byte in sample
        )
        for sample in samples
        for share in (0.0, 0.1, 0.5, 1.0)
    ]

    assert [_parse(text, *place) for text in texts] == [
        parse(text, *place) for text in texts
    ]


@given(st.lists(st.binary(max_size=30), max_size=40), ZONES, st.integers())
def test_never_raises(texts, zone, anchor):
    """Any bytes are a time or not."""
    expected = [parse(text, zone, anchor) or NO_TIME for text in texts]

    assert expected == parse_many(texts, zone, anchor).tolist()


def test_fractions_of_any_length_are_read_together():
    """Go drops trailing zeros: a block's times then differ in length."""
    texts = [
        f"2026-03-04T05:06:07.{str(n + 1).rstrip('0')}Z".encode() for n in range(20_000)
    ]
    expected = [
        ns("2026-03-04T05:06:07+00:00") + int(str(n + 1).rstrip("0").ljust(9, "0"))
        for n in range(20_000)
    ]

    assert expected == parse_many(texts, UTC, ANCHOR).tolist()


def test_more_arrangements_than_plans_are_read_one_by_one():
    """Offsets of the whole world in one file cost time, not times."""
    texts = [
        f"2026-03-04T05:06:07{sign}{hour:02}:{minute}".encode()
        for hour in range(14)
        for minute in ("00", "15", "30", "45")
        for sign in "+-"
        for _ in range(3)
    ]

    assert [ns(text.decode()) for text in texts] == parse_many(
        texts, UTC, ANCHOR
    ).tolist()


def test_no_texts_have_no_times():
    """An empty block is fine."""
    found = parse_many([], UTC, ANCHOR)

    assert [] == found.tolist()
    assert np.int64 == found.dtype


NUMBERS = {
    "seconds": (1772600767, 1772600767 * SECOND),
    "milliseconds": (1772600767123, 1772600767123 * 10**6),
    "microseconds": (1772600767123456, 1772600767123456 * 1000),
    "nanoseconds": (1772600767123456789, 1772600767123456789),
    "a float as printed": (1772600767.123456, 1772600767123456 * 1000),
    "a float of milliseconds": (1772600767123.25, 1772600767123250000),
    "a float that has an exponent": (1.772600767123456e18, 1772600767123456000),
    "text": ("1772600767.5", 1772600767 * SECOND + SECOND // 2),
    "bytes": (b"1.7726007675e9", 1772600767 * SECOND + SECOND // 2),
    "finer than nanoseconds": ("1772600767.9999999999", 1772600767999999999),
    "the first of 1990": (631152000, 631152000 * SECOND),
    "the last of 2100": (4102444800, 4102444800 * SECOND),
}

NOT_NUMBERS = {
    "zero": 0,
    "negative": -1772600767,
    "truth": True,
    "before 1990": 631151999,
    "after 2100": 4102444801,
    "between magnitudes": 17726007670,
    "huge": 10**5000,
    "not a number": float("nan"),
    "infinity": float("inf"),
    "a huge exponent": "1e999",
    "grouped digits": "1_772_600_767",
    "spaces": " 1772600767",
    "digits outside of ASCII": "\u0967772600767",
    "no ASCII bytes": b"\xff",
    "a time": "2026-03-04T05:06:07Z",
}


@pytest.mark.parametrize(("value", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_since_the_epoch(value, expected):
    """Magnitude tells the unit, and no digit is lost on the way."""
    assert expected == epoch_ns(value)


@pytest.mark.parametrize("value", NOT_NUMBERS.values(), ids=NOT_NUMBERS)
def test_declines_other_numbers(value):
    """None for what is no plausible time in any unit."""
    assert epoch_ns(value) is None


@given(st.integers(631152000 * 10**6, 4102444800 * 10**6))
def test_floats_mean_their_shortest_decimal(us):
    """A JSON number of seconds keeps its microseconds."""
    text = f"{Decimal(us) / 10**6:.6f}"

    assert us * 1000 == epoch_ns(float(text))
    assert us * 1000 == epoch_ns(text)
    assert us * 1000 == parse(text.encode(), UTC, 0)


@given(st.floats() | st.text() | st.binary() | st.integers())
def test_any_number_is_a_time_or_not(value):
    """No value raises."""
    assert isinstance(epoch_ns(value), int | None)


ISO = {
    0: "1970-01-01T00:00:00.000Z",
    1: "1970-01-01T00:00:00.000000001Z",
    1000: "1970-01-01T00:00:00.000001Z",
    -1: "1969-12-31T23:59:59.999999999Z",
    NO_TIME: "1677-09-21T00:12:43.145224192Z",
    2**63 - 1: "2262-04-11T23:47:16.854775807Z",
}


@pytest.mark.parametrize(("time_ns", "expected"), ISO.items())
def test_iso(time_ns, expected):
    """Milliseconds at least, more only where they say more; any int64 is written."""
    assert expected == iso(time_ns)


@given(st.integers(1, ns("2200-12-31T00:00:00+00:00")))
def test_iso_is_read_back(time_ns):
    """What we write we read, to the nanosecond."""
    assert time_ns == parse(iso(time_ns).encode(), BERLIN, 0)


AGES = {
    0: "0s",
    SECOND - 1: "0s",
    3 * SECOND: "3s",
    59 * SECOND: "59s",
    4 * 60 * SECOND + SECOND: "4m",
    3600 * SECOND: "1h",
    (2 * 60 + 5) * 60 * SECOND: "2h 5m",
    24 * 3600 * SECOND: "1d",
    (3 * 24 + 4) * 3600 * SECOND: "3d 4h",
    -90 * SECOND: "-1m",
    -1: "0s",
}


@pytest.mark.parametrize(("span", "expected"), AGES.items())
def test_age(span, expected):
    """Two units at most, the larger ones."""
    assert expected == age(span)


OPEN = {
    "month first": (b"03/04/2026 05:06:07", "2026-03-04T05:06:07.000Z"),
    "no such month": (b"14/03/2026 05:06:07", "2026-03-14T05:06:07.000Z"),
    "not yet": (b"09/03/2026 05:06:07", "2026-03-09T05:06:07.000Z"),
    "no day at all": (b"14/14/2026 05:06:07", None),
    "day first between dashes": (b"04-03-2026 05:06:07", "2026-03-04T05:06:07.000Z"),
    "no such month there": (b"03-14-2026 05:06:07", "2026-03-14T05:06:07.000Z"),
}


@pytest.mark.parametrize(("text", "expected"), OPEN.values(), ids=OPEN)
def test_the_order_of_month_and_day(text, expected):
    """Where no name tells, the calendar and the file's age may."""
    assert expected == read(text, UTC, ns("2026-06-01T00:00:00+00:00"))


TAI = {
    "as multilog prints it": (
        b"@4000000069a7bdc91dcd6500",
        "2026-03-04T05:06:07.500Z",
    ),
    "long ago": (b"@40000000000000001dcd6500", None),
    "too short": (b"@4000000069a7c1491dcd650", None),
}


@pytest.mark.parametrize(("text", "expected"), TAI.values(), ids=TAI)
def test_reads_tai(text, expected):
    """Hexadecimal seconds and nanoseconds; daemontools leaves leap seconds out."""
    assert expected == read(text, UTC)


@given(
    st.lists(st.sampled_from([sample for _, sample in SAMPLES]), min_size=1),
    st.sampled_from([ANCHOR, BARE]),
    st.sampled_from([None, False, True]),
    SEEDS,
)
def test_many_agree_with_one_on_what_is_not_said(samples, anchor, day_first, seed):
    """Bare times and the order of day and month, in a column as alone."""
    random = Random(seed)
    texts = [
        bytes(
            random.choice(b"0012345")
            if 48 <= byte < 58 and random.random() < 0.2
            else byte
            for byte in sample
        )
        for sample in samples
        for _ in range(30)
    ]
    alone = [_parse(text, UTC, anchor, day_first) or NO_TIME for text in texts]

    assert alone == parse_many(texts, UTC, anchor, day_first).tolist()


ORDERS = {
    "03/04/2026 05:06:07": ("2026-03-04", "2026-04-03"),
    "03-04-2026 05:06:07": ("2026-03-04", "2026-04-03"),
    "13/04/2026 05:06:07": ("2026-04-13", "2026-04-13"),
    "04/13/2026 05:06:07": ("2026-04-13", "2026-04-13"),
    "03/04/2026 05:06:07 AM": ("2026-03-04", "2026-03-04"),
    "03.04.2026 05:06:07": ("2026-04-03", "2026-04-03"),
}


@pytest.mark.parametrize(("text", "days"), ORDERS.items(), ids=ORDERS)
def test_an_order_that_is_known_counts(text, days):
    """Where both numbers may be the month; what lies in the future is no reason then."""
    found = [parse(text.encode(), UTC, ANCHOR, first) for first in (False, True)]

    assert [f"{day}T05:06:07.000Z" for day in days] == [iso(t or 0) for t in found]
