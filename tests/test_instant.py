"""What users write for spans and instants, and how they are told what is valid."""

from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.errors import QueryError
from log_mcp.instant import instant_ns
from log_mcp.span import SPAN_NS_MAX, span_ns
from log_mcp.timestamp import iso

SECOND = 10**9
BERLIN = ZoneInfo("Europe/Berlin")
NOW = int(datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC).timestamp()) * SECOND

SPANS = {
    "0s": 0,
    "250ms": SECOND // 4,
    "90s": 90 * SECOND,
    "15m": 900 * SECOND,
    "2h": 7200 * SECOND,
    "1.5h": 5400 * SECOND,
    "0.1s": SECOND // 10,
    "3d": 3 * 86400 * SECOND,
    "1w": 7 * 86400 * SECOND,
    "1h30m": 5400 * SECOND,
    "1h 30m 5s": 5405 * SECOND,
    " 2h ": 7200 * SECOND,
    "36500d": SPAN_NS_MAX,
}

NOT_SPANS = {
    "nothing": "",
    "no unit": "15",
    "no number": "m",
    "negative": "-15m",
    "an unknown unit": "3y",
    "a capital": "15M",
    "a half": ".5h",
    "words": "soon",
    "digits of another script": "\u0967\u096bm",
    "a line end": "15m\n15",
    "more than a hundred years": "36501d",
    "overflow": "999999999999w",
    "more digits than a number": "9" * 400 + "s",
}

INSTANTS = {
    "now": "2026-03-04T05:06:07.000Z",
    "NOW": "2026-03-04T05:06:07.000Z",
    "15m": "2026-03-04T04:51:07.000Z",
    "15m ago": "2026-03-04T04:51:07.000Z",
    "1h 30m ago": "2026-03-04T03:36:07.000Z",
    "3d": "2026-03-01T05:06:07.000Z",
    "2026-03-01": "2026-02-28T23:00:00.000Z",
    "2026-07-01": "2026-06-30T22:00:00.000Z",
    "2026-03-01T10:00": "2026-03-01T09:00:00.000Z",
    "2026-03-01T10:00:00": "2026-03-01T09:00:00.000Z",
    " 2026-03-01 10:00:00.5 ": "2026-03-01T09:00:00.500Z",
    "2026-03-01T10:00:00Z": "2026-03-01T10:00:00.000Z",
    "2026-03-01T10:00:00.123456789+05:30": "2026-03-01T04:30:00.123456789Z",
    "20260301T100000Z": "2026-03-01T10:00:00.000Z",
    "2099-01-01T00:00:00Z": "2099-01-01T00:00:00.000Z",
}

NOT_INSTANTS = {
    "nothing": "",
    "words": "yesterday",
    "only ago": "ago",
    "negative": "-15m",
    "a time of day": "05:06:07",
    "another order": "04/03/2026 05:06:07",
    "a number": "1772600767",
    "February 30": "2026-02-30",
    "hour 25": "2026-03-04T25:00:00Z",
    "before 1970": "1969-12-31",
    "year 2300": "2300-01-01",
    "a span to before 1970": "60w 25000d",
    "a span of ages": "999999999999w",
    "a surrogate": "\ud800",
    "an accent": "2026-03-04T05:06:07\u00e9",
}


@pytest.mark.parametrize(("text", "expected"), SPANS.items())
def test_spans(text, expected):
    """A number and a unit, or several of them."""
    assert expected == span_ns(text)


@pytest.mark.parametrize("text", NOT_SPANS.values(), ids=NOT_SPANS)
def test_refuses_other_spans(text):
    """The message echoes what was given, shortly, and says what would do."""
    with pytest.raises(QueryError, match=r"15m, 1h30m|100 years \(36500d\)") as error:
        span_ns(text)

    assert len(str(error.value)) < 200


@pytest.mark.parametrize(("text", "expected"), INSTANTS.items())
def test_instants(text, expected):
    """Back from now, or ISO 8601, in Berlin unless it says otherwise."""
    assert expected == iso(instant_ns(text, NOW, BERLIN))


@pytest.mark.parametrize("text", NOT_INSTANTS.values(), ids=NOT_INSTANTS)
def test_refuses_other_instants(text):
    """The message names every form that would do."""
    with pytest.raises(QueryError, match=r"15m, 2h.* now, a date .* ISO 8601"):
        instant_ns(text, NOW, BERLIN)


@pytest.mark.parametrize(
    "text", ["\x1b[31m\u202eevil", "x" * 5000, "'" * 80, "\n" * 80]
)
def test_an_echo_is_safe_and_short(text):
    """What cannot be read cannot colour, reverse or flood the answer either."""
    with pytest.raises(QueryError) as error:
        instant_ns(text, NOW, UTC)

    assert str(error.value).isprintable()
    assert len(str(error.value)) < 260


@given(
    st.text(), st.sampled_from([span_ns, lambda text: instant_ns(text, NOW, BERLIN)])
)
def test_any_text_is_a_time_or_refused(text, read):
    """Nothing else is ever raised, and what is read is an int64 of nanoseconds."""
    with suppress(QueryError):
        assert 0 <= read(text) < 2**63


@given(st.integers(1, 2**62))
def test_an_instant_that_we_wrote_is_read(time_ns):
    """Times of an answer can be used in the next question."""
    assert time_ns == instant_ns(iso(time_ns), NOW, BERLIN)
