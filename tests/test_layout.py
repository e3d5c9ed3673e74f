"""The table of layouts, and what zone names mean."""

import re
from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.layout import PATTERN, PATTERNS, SAMPLES, match, zone_of

BERLIN = ZoneInfo("Europe/Berlin")
ANY = re.compile(PATTERN)
HEADERS = [sample for family, sample in SAMPLES if family != "epoch"]

VARIANTS = {
    b"2026-03-04T05:06:07.123456789Z": "iso",
    b"2026-03-04t05:06:07z": "iso",
    b"2026-03-04 05:06:07,123": "iso",
    b"2026-03-04 05:06:07:123": "iso",
    b"2026-03-04 05:06:07.1 +0100": "iso",
    b"2026-03-04 05:06:07 -03": "iso",
    b"2026-03-04 05:06:07.123 CET": "iso",
    b"2026-03-04 05:06:07 Europe/Berlin": "iso",
    b"2026-03-04 05:06:07 America/Argentina/Salta": "iso",
    b"2026-03-04_05:06:07": "iso",
    b"2026-03-04T05:06:07 AM UTC": "iso",
    b"2026-03-04T05:06Z": "iso",
    b"2026/03/04 05:06:07.123456": "slash",
    b"2026/03/04 05:06:07 -05:00": "slash",
    b"2026.03.04 05:06:07": "slash",
    b"2026/03/04 - 05:06:07": "slash",
    b"2026-03-04  5:06:07": "loose",
    b"04/Mar/2026:05:06:07.123": "clf",
    b"04/Mar/2026 05:06:07": "clf",
    b"Wed, 4 Mar 2026 05:06:07 GMT": "rfc2822",
    b"Wed, 04-Mar-2026 05:06:07 GMT": "rfc2822",
    b"Wed, 04 Mar 2026 05:06:07 +0100 (CET)": "rfc2822",
    b"4-Mar-2026::05:06:07": "dash",
    b"04-MAR-2026 05:06:07 UTC": "dash",
    b"4 Mar 2026 05:06:07": "space",
    b"Wed Mar  4 05:06:07 2026": "ctime",
    b"Wed Mar  4 05:06:07 CET 2026": "ctime",
    b"Wed Mar 04 05:06:07 +0100 2026": "ctime",
    b"Wed Mar 04 2026 05:06:07 GMT+0100 (Central European Standard Time)": "ctime",
    b"Mar 4, 2026 5:06:07 AM": "syslog",
    b"Mar 4, 2026, 5:06:07\xe2\x80\xafPM": "syslog",
    b"Mar 14 05:06:07": "syslog",
    b"Mar 4 05:06:07": "syslog",
    b"Mar  4 05:06:07.123 UTC": "syslog",
    b"Mar-04 05:06:07.123": "syslog",
    b"Wed Mar  4 05:06:07.123": "syslog",
    b"03/04/2026, 5:06:07 PM": "us",
    b"03/04/2026 05:06:07:123 PM UTC": "us",
    b"20260304 050607": "compact",
    b"20260304050607": "compact",
    b"20260304T050607.123+0100": "compact",
    b"20260304 05:06:07.123456": "compact",
    b"20260304-5:6:7:89": "compact",
    b"05:06:07": "time",
    b"05:06:07.123 PM": "time",
    b"5:06:07 am": "time",
    b"2026-03-4 05:06:07": "loose",
    b"2026-03-04 5:06:07.123": "loose",
    b"2026-03-04 05.06.07.123": "db2",
    b"04-Mar-26 05:06:07": "oracle",
    b"4 September 2026 05:06:07 UTC": "long",
    b"March 14, 2026 at 5:06:07 PM": "long",
    b"3/4/26 5:06:07 PM": "us",
    b"3/4/2026 5:06:07": "slashes",
    b"14/03/2026, 05:06:07.123": "slashes",
    b"14-03-2026 05:06:07,123": "dashes",
    b"03-04|05:06:07.123": "monthday",
    b"2026-03-04 05:06:07 UTC+1": "iso",
}

ENDS_BEFORE = {
    "a level": (b"2026-03-04 05:06:07", b" INFO started"),
    "a level that begins like a zone": (b"2026-03-04 05:06:07", b" ESTABLISHED"),
    "a level that ends like a zone": (b"2026-03-04 05:06:07", b" ALERT"),
    "a negative number": (b"2026-03-04 05:06:07", b" -1234 items"),
    "a process id": (b"05:06:07", b" -2026"),
    "a long count after a colon": (b"2026-03-04 05:06:07", b":12345"),
    "a path": (b"2026-03-04 05:06:07", b" Application/Start"),
    "a word that begins with z": (b"05:06:07", b" zone"),
    "a tenth digit": (b"05:06:07.123456789", b"0"),
    "am in prose": (b"2026-03-04 05:06:07", b" amending"),
}

ZONES = {
    b"Z": 0,
    b"z": 0,
    b"UTC": 0,
    b"+01:00": 60,
    b"-0330": -210,
    b"+03": 180,
    b"GMT+0100": 60,
    b"UTC-05:00": -300,
    b"GMT-3": -180,
    b"CEST": 120,
    b"EST": -300,
    b"PDT": -420,
    b"MSK": 180,
    b"JST": 540,
    b"IST": 330,
}


@pytest.mark.parametrize(("family", "sample"), SAMPLES, ids=str)
def test_samples_are_of_their_family(family, sample):
    """Every row of the table reads its sample, and no other family does."""
    families = [name for name, part in PATTERNS.items() if re.fullmatch(part, sample)]

    assert match(sample)
    assert [family] * (family != "epoch") == families


@pytest.mark.parametrize(("text", "family"), VARIANTS.items())
def test_variants_are_of_their_family(text, family):
    """Each family reads the ways that its writers differ in."""
    families = [name for name, part in PATTERNS.items() if re.fullmatch(part, text)]

    assert match(text)
    assert [family] == families


@pytest.mark.parametrize("text", [*HEADERS, *VARIANTS])
def test_the_longest_layout_wins(text):
    """In front of other text, the alternation takes the whole time and no more."""
    for tail in (b"", b" INFO started", b"] x", b" - ", b"|a"):
        found = ANY.match(text + tail)

        assert found
        assert text == found[0]


@pytest.mark.parametrize(("time", "rest"), ENDS_BEFORE.values(), ids=ENDS_BEFORE)
def test_a_time_ends_before(time, rest):
    """What follows a time is not swallowed for looking a little like a zone."""
    found = ANY.match(time + rest)

    assert found
    assert time == found[0]


def test_fragments_can_be_embedded():
    """No groups, no flags: a larger expression may hold any of them, also twice."""
    for part in (*PATTERNS.values(), PATTERN):
        assert re.compile(part).groups == 0
        assert re.compile(rb"^(\w) (?P<a>%s) (?P<b>%s)$" % (part, part)).groups == 3


@pytest.mark.parametrize(
    "text",
    [b"2" * 50_000, b"2026-03-04 05:06:" * 3000, b"Mar  4 " * 7000, b"1:1:1:" * 8000],
    ids=["digits", "half dates", "months", "colons"],
)
def test_hostile_text_is_searched_in_linear_time(text):
    """Nothing is tried again and again; the timeout of a test would tell."""
    assert ANY.search(text) is None or ANY.findall(text)


@given(st.sampled_from(SAMPLES), st.randoms())
def test_an_arrangement_has_one_layout(row, random):
    """Other digits in a sample's places never make it another layout's text."""
    _, sample = row
    text = re.sub(rb"[0-9]", lambda _: b"%d" % random.randrange(10), sample)
    expected = match(sample)
    found = match(text)

    assert expected
    if found:
        names = {name for name, part in expected.groupdict().items() if part}
        assert names == {name for name, part in found.groupdict().items() if part}
        assert [expected.span(n) for n in names] == [found.span(n) for n in names]


@pytest.mark.parametrize(("name", "minutes"), ZONES.items())
def test_zone_names(name, minutes):
    """Offsets and the common abbreviations are fixed offsets."""
    assert timezone(timedelta(minutes=minutes)) == zone_of(name, BERLIN)


def test_an_iana_name_is_its_zone():
    """PHP prints them; what this machine does not know is the zone of the source."""
    assert ZoneInfo("Asia/Tokyo") == zone_of(b"Asia/Tokyo", BERLIN)
    assert BERLIN == zone_of(b"Europe/Atlantis", BERLIN)
    assert BERLIN == zone_of(b"America/Argentina", BERLIN)


def test_an_abbreviation_means_what_it_means_at_home():
    """`CST` is China's where the source is, and America's elsewhere."""
    assert timezone(timedelta(hours=8)) == zone_of(b"CST", ZoneInfo("Asia/Shanghai"))
    assert timezone(timedelta(hours=1)) == zone_of(b"IST", ZoneInfo("Europe/Dublin"))
    assert timezone(timedelta(hours=-6)) == zone_of(b"CST", UTC)


def test_an_ambiguous_abbreviation_is_the_sources_zone():
    """Where nothing tells what is meant, the zone of the source is the best guess."""
    assert BERLIN == zone_of(b"AMT", BERLIN)
