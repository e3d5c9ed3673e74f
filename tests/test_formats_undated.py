"""Which files have times that lack their year or date, told by their head."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from log_mcp.formats import Context, detect
from log_mcp.formats.undated import undated
from tests.feeding import NOON_NS

BERLIN = ZoneInfo("Europe/Berlin")
HEADS = {
    "whole times": (["2026-03-04 05:06:07 INFO up"], None),
    "a year behind": (["Wed Mar  4 05:06:07 2026 up"], None),
    "a year behind a zone": (["Wed Mar  4 05:06:07 CET 2026 up"], None),
    "digits without marks": (["20260304050607 up", "20260304 05:06:07 up"], None),
    "two digits of a year": (["26/03/04 05:06:07 INFO up"], None),
    "access": (['::1 - - [04/Mar/2026:05:06:07 +0100] "GET / HTTP/1.1" 200 5'], None),
    "counts of seconds": (['{"ts":1772600767.5,"msg":"05:06:07"}'], None),
    "no time at all": (["order accepted"], None),
    "whole times with clocks in the text": (
        ["2026-03-04 05:06:07 INFO up", "\tnext run at 05:06:07"],
        None,
    ),
    "syslog": (["Mar  4 05:06:07 web shop[2026]: up"], ("year", BERLIN)),
    "syslog with a zone": (["Mar  4 05:06:07 UTC: %SYS-5-CONFIG: up"], ("year", UTC)),
    "glog": (["I0304 05:06:07.123456    12 cart.go:7] up"], ("year", BERLIN)),
    "a clock": (["05:06:07.123 INFO shop - up"], ("day", BERLIN)),
    "a clock in an object": (['{"time":"05:06:07","msg":"up"}'], ("day", BERLIN)),
    "a clock of UTC": (["05:06:07Z INFO shop - up"], ("day", UTC)),
    "clocks below a banner": (
        ["Shop 3.1, started 2026-03-04 05:06:00", "05:06:07.123 INFO shop - up"],
        ("day", BERLIN),
    ),
}


@pytest.mark.parametrize(("lines", "expected"), HEADS.values(), ids=HEADS)
def test_what_the_times_of_a_file_lack(lines, expected):
    """And whose clock it is: a zone that is stated counts."""
    sample = "".join(f"{line}\n" * 5 for line in lines).encode()
    context = Context(BERLIN, NOON_NS)
    found = undated(
        sample, detect(sample, context), context, lambda other: detect(sample, other)
    )

    assert expected == (found and (found.period.name, found.zone))
