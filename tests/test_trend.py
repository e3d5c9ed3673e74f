"""Trends: nothing rises by chance, and what rises together says so."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis import trend
from log_mcp.answer import Correlation
from log_mcp.record import NO_TIME

MINUTE_NS = 60 * 10**9
END = 1_000 * MINUTE_NS

LENGTHS = {
    "nothing": (0, 40, 1),
    "a moment": (12, 40, 1),
    "just over a length": (41, 40, 2),
    "ten minutes": (600, 40, 15),
    "an hour": (3_600, 40, 120),
    "a day": (86_400, 40, 3_600),
    "two days": (2 * 86_400, 40, 2 * 3_600),
    "a month": (30 * 86_400, 40, 86_400),
    "years": (3_000 * 86_400, 40, 90 * 86_400),
    "few buckets": (3_600, 6, 600),
    "no bucket": (60, 0, 60),
}
STATUSES = {  # count, minutes, base count, base minutes, minutes since the last event
    "the first of its kind": (1, 60, 0, 1440, 5, "new"),
    "many at once": (500, 60, 0, 1440, 5, "new"),
    "new, and over already": (500, 60, 0, 1440, 55, "new"),
    "new after a short time of silence": (9, 60, 0, 30, 5, "new"),
    "one after a short time of silence is chance": (1, 60, 0, 30, 5, "steady"),
    "three after one is chance": (3, 60, 1, 60, 5, "steady"),
    "eight after one is chance": (8, 60, 1, 60, 5, "steady"),
    "twelve after one is not": (12, 60, 1, 60, 5, "rising"),
    "twice of much": (400, 60, 200, 60, 1, "rising"),
    "a little more of much": (220, 60, 200, 60, 1, "steady"),
    "the same in less time": (10, 60, 240, 1440, 1, "steady"),
    "more in less time": (40, 60, 240, 1440, 1, "rising"),
    "half of much": (100, 60, 200, 60, 1, "falling"),
    "one after three is chance": (1, 60, 3, 60, 1, "steady"),
    "one after twelve is not": (1, 60, 12, 60, 1, "falling"),
    "none any more": (0, 60, 12, 60, 100, "gone"),
    "silent for most of the window": (30, 60, 30, 60, 50, "gone"),
    "silent, but it was rare": (2, 60, 2, 60, 35, "steady"),
    "one, at once, then silence": (1, 60, 1, 60, 59, "steady"),
    "no window": (1, 0, 5, 60, 0, "steady"),
    "millions": (2_000_000, 60, 1_000_000, 60, 0, "rising"),
    "millions alike": (1_000_100, 60, 1_000_000, 60, 0, "steady"),
}
WITHIN = {  # minutes of 90
    "nothing": ([], "gone"),
    "only of late": ([65, 70, 88], "new"),
    "one of late is chance": ([70], "steady"),
    "one at the end is not": ([88], "new"),
    "once, long ago": ([10], "steady"),
    "many, long ago": ([*range(1, 20)], "gone"),
    "more and more": ([5, *range(50, 90)], "rising"),
    "more and more, and over": ([5, *range(46, 60)], "gone"),
    "less and less": ([*range(40), 60, 89], "falling"),
    "all along": ([*range(0, 90, 3)], "steady"),
    "a few in the second half": ([50, 55, 80], "steady"),
    "many in the second half": ([*range(50, 80)], "new"),
    "many since a quarter of it": ([*range(22, 90, 2)], "steady"),
    "many in the second half, and over": ([*range(50, 60)], "new"),
}
INCIDENT = [m / 10 for m in range(430, 470, 2)]  # four minutes of 90, and over
HISTORY = {  # sources held since, baseline of the 90 minutes before, seen before it
    "never before": (-5000, 5000, 0, False, "new"),
    "its log begins with the window": (0, 0, 0, False, "new"),
    "its log begins just before the incident": (42.5, 0, 0, False, "gone"),
    "seen before the baseline, and over": (-5000, 90, 0, True, "gone"),
    "seen in the baseline, and over": (-90, 90, 2, True, "gone"),
    "no log of the baseline": (-5000, 0, 0, True, "gone"),
}


@pytest.mark.parametrize(("span", "wanted", "length"), LENGTHS.values(), ids=LENGTHS)
def test_bucket_is_a_nice_length(span, wanted, length):
    """The shortest length a person would choose that needs no more buckets."""
    assert length == trend.bucket_seconds(span, wanted)


@given(st.floats(0, 1e9), st.integers(1, 500))
def test_there_are_never_too_many_buckets(span, wanted):
    """The buckets cover the span, and are no more than wanted."""
    assert span <= trend.bucket_seconds(span, wanted) * wanted * (1 + 1e-9)


def minutes_of(*minutes):
    return np.array([round(m * MINUTE_NS) for m in minutes], np.int64)


@pytest.mark.parametrize("case", STATUSES.values(), ids=STATUSES)
def test_what_became_of_it_since_the_baseline(case):
    """Small counts are known to be small."""
    count, minutes, base_count, base_minutes, silent, expected = case
    begin = END - minutes * MINUTE_NS
    times = np.linspace(begin, END - silent * MINUTE_NS, count).astype(np.int64)

    actual = trend.course(
        times,
        begin,
        END,
        held_ns=begin - base_minutes * MINUTE_NS,
        base_ns=base_minutes * MINUTE_NS,
        before=base_count,
    )

    assert expected == actual.status


@pytest.mark.parametrize(("minutes", "expected"), WITHIN.values(), ids=WITHIN)
def test_what_became_of_it_within(minutes, expected):
    """Without a baseline the window itself is the measure."""
    actual = trend.course(minutes_of(*minutes), 0, 90 * MINUTE_NS, held_ns=0)

    assert expected == actual.status


@pytest.mark.parametrize("case", HISTORY.values(), ids=HISTORY)
def test_an_incident_that_is_over_never_rises(case):
    """What was never there before is new; what was, or may have been, is gone."""
    held, base, before, known, expected = case
    actual = trend.course(
        minutes_of(*INCIDENT),
        0,
        90 * MINUTE_NS,
        held_ns=round(held * MINUTE_NS),
        base_ns=round(base * MINUTE_NS),
        before=before,
        known=known,
    )

    assert expected == actual.status
    assert actual.fresh == (expected == "new" or base > 0)


@given(st.lists(st.floats(0, 90), max_size=3), st.floats(0, 90))
def test_a_few_events_do_not_flip(minutes, held):
    """Up to three may be new at the end of the log, else nothing is said of them."""
    times = minutes_of(*sorted(minutes))
    actual = trend.course(times, 0, 90 * MINUTE_NS, held_ns=round(held * MINUTE_NS))

    assert actual.status in {"new", "steady", "gone"}


def test_a_window_of_one_moment_says_nothing():
    """A window without length has no halves."""
    actual = trend.course(np.array([5], np.int64), 5, 5, held_ns=5)

    assert "steady" == actual.status


@given(st.integers(1, 60), st.integers(0, 60), st.floats(0.02, 0.98))
def test_the_test_is_exact(hits, rest, share):
    """The tail is the one that adding up all of it gives."""
    tries = hits + rest
    terms = [
        comb(tries, k) * share**k * (1 - share) ** (tries - k) for k in range(tries + 1)
    ]
    tail = sum(terms[: hits + 1]) if hits < tries * share else sum(terms[hits:])
    if abs(2 * tail - trend.CHANCE_MAX) < 1e-9:
        return

    assert (2 * tail < trend.CHANCE_MAX) == trend._is_unlikely(hits, tries, share)


def test_series_counts_what_lies_inside():
    """Both ends, what states no time, and the far future."""
    times = np.array([NO_TIME, 9, 10, 19, 20, 39, 40, 2**63 - 1], np.int64)

    actual = trend.series(times, 10, 10, 3)

    assert [2, 1, 1] == actual.tolist()
    assert np.int64 == actual.dtype


@given(
    st.lists(st.integers(-(2**63), 2**63 - 1)),
    st.integers(-100, 100),
    st.integers(1, 50),
)
def test_series_never_loses_an_event(times, start, bucket):
    """Every event inside is in one bucket."""
    counts = trend.series(np.array(times, np.int64), start, bucket, 7)

    assert 7 == len(counts)
    assert sum(start <= t < start + 7 * bucket for t in times) == counts.sum()


def counts(**at):
    """Forty buckets with these counts."""
    row = np.zeros(40, np.int64)
    for bucket, count in at.items():
        row[int(bucket[1:])] = count
    return row


def test_one_burst_follows_the_other():
    """The lag is told in seconds, from the one that came first."""
    rows = {"late": counts(b12=9, b13=4), "early": counts(b10=8, b11=5)}

    actual = trend.correlated(rows, 60.0, 5)

    assert [("early", "late", 120.0)] == [
        (c.group, c.other, c.lag_seconds) for c in actual
    ]
    assert actual[0].strength > 0.9


def test_bursts_at_once_have_no_lag():
    """Equal series are as strong as can be, and the first named is the frequent one."""
    rows = {"a": counts(b10=8, b20=5), "b": counts(b10=16, b20=10)}

    assert [Correlation("b", "a", 0.0, 1.0)] == trend.correlated(rows, 60.0, 5)


NOT_CORRELATED = {
    "too few events": {"a": counts(b10=4), "b": counts(b10=9)},
    "far apart": {"a": counts(b10=9, b11=9), "b": counts(b30=9, b31=9)},
    "constant": {"a": counts(b10=9), "b": np.full(40, 7, np.int64)},
    "too few buckets": {"a": counts(b3=9)[:7], "b": counts(b3=9)[:7]},
    "spread out": {"a": counts(b1=1, b9=1, b17=1, b25=1, b33=1), "b": counts(b9=9)},
    "alone": {"a": counts(b10=9)},
    "none": {},
    "longer apart than the lag": {"a": counts(b10=9, b11=9), "b": counts(b20=9, b21=9)},
    "a spike each, in the same bucket": {"a": counts(b10=97), "b": counts(b10=20)},
}


@pytest.mark.parametrize("rows", NOT_CORRELATED.values(), ids=NOT_CORRELATED)
def test_does_not_correlate(rows):
    """Nothing is said where little is known."""
    assert [] == trend.correlated(rows, 60.0, 5)


@pytest.mark.parametrize("bucket_s", [600.0, 3600.0, 604_800.0])
def test_coarse_buckets_tell_nothing_of_what_rises_together(bucket_s):
    """In a bucket of an hour two bursts may be an hour apart."""
    rows = {"a": counts(b10=8, b20=5), "b": counts(b10=16, b20=10)}

    assert [] == trend.correlated(rows, bucket_s, 5)
    assert trend.correlated(rows, 300.0, 5)


def test_noise_hardly_ever_correlates():
    """Of 190 pairs of steady noise none rises together."""
    random = np.random.default_rng(7)
    rows = {str(i): random.poisson(3.0, 40) for i in range(20)}

    assert [] == trend.correlated(rows, 60.0, 50)


def test_the_work_is_bounded():
    """The most frequent series are compared, and the strongest pairs are told."""
    rows = {str(i): counts(b10=5 + i, b11=1) for i in range(200)}

    actual = trend.correlated(rows, 60.0, 3)

    assert 3 == len(actual)
    assert all(int(c.group) >= 150 for c in actual)
    assert [] == trend.correlated(rows, 0.0, 0)
