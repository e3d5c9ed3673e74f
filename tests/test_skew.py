"""Twin of log_mcp/analysis/skew.py."""

from random import Random

import pytest

from log_mcp.analysis.skew import Span, apart, skews

S = 1_000_000_000


def traces(shift, count=8, *, wait=lambda _: 0.0, took=0.3):
    """What a gateway and a service write of requests, the service's clock off by a shift."""
    random = Random(count)
    found = []
    for n in range(count):
        start = n * 60.0
        inner = start + random.uniform(0.01, 0.05) + wait(random)
        found.append(
            {
                "gateway": span(start, start + took),
                "service": span(inner + shift, inner + shift + took / 3),
            }
        )
    return found


def span(first, last):
    return Span(int(first * S), int(last * S))


@pytest.mark.parametrize("shift", [94.0, -94.0, 5.0])
def test_a_clock_that_differs(shift):
    """By how much, in how many traces, and how exactly; either side may ask."""
    [ours] = skews(traces(shift), "gateway")
    [theirs] = skews(traces(shift), "service")

    assert ("service", "gateway", 8) == (ours.source, ours.against, ours.traces)
    assert abs(ours.seconds - shift) < 0.3
    assert abs(theirs.seconds + shift) < 0.3
    assert ours.spread_seconds < 0.2


def test_clocks_that_agree():
    """And those that differ by less than work takes."""
    assert [] == skews(traces(0.0), "gateway")
    assert [] == skews(traces(1.0), "gateway")
    assert [] == skews(traces(5.0, took=30.0), "gateway")


def test_work_that_waits_is_no_clock():
    """A queue is late by another time each time."""
    waiting = traces(0.0, wait=lambda random: random.uniform(5, 90))

    assert [] == skews(waiting, "gateway")


def test_few_traces_tell_nothing():
    """Four may be chance, and one stray does not hide a rule."""
    assert [] == skews(traces(94.0, 4), "gateway")
    stray = [*traces(94.0, 19), *traces(0.0, 1)]
    assert 19 == skews(stray, "gateway")[0].traces
    assert [] == skews([*traces(94.0), *traces(0.0)], "gateway")
    assert [] == skews([{"gateway": span(0, 1)}], "gateway")


def test_what_deserves_a_second_look():
    """Sources of one trace with seconds of nothing between them."""
    assert apart(traces(94.0)[0])
    assert not apart(traces(0.0)[0])
    assert not apart({"gateway": span(0, 1)})
