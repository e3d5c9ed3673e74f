"""Tests of chance against counting every case."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.analysis.chance import above_all, longer, oftener

SMALL = st.integers(0, 12)


@settings(max_examples=60, deadline=None)
@given(SMALL, SMALL, SMALL, SMALL)
def test_fisher_is_a_count_of_all_draws(before, good, now, bad):
    """So many of all ways to draw the hits have as many of them in the later period."""
    of, out_of = before + good, now + bad
    hits = before + now
    ways = sum(
        comb(out_of, count) * comb(of, hits - count)
        for count in range(now, min(out_of, hits) + 1)
        if 0 <= hits - count <= of
    )
    expected = ways / comb(of + out_of, hits) if of and out_of else 1.0

    assert oftener(before, of, now, out_of) == pytest.approx(expected, abs=1e-9)


def test_fisher_of_many():
    """Large numbers take no time and stay probabilities."""
    assert oftener(0, 100_000, 60, 100_000) < 1e-15
    assert 0.4 < oftener(5_000, 100_000, 5_000, 100_000) < 0.6
    assert oftener(0, 9, 0, 9) == pytest.approx(1.0)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_above_all_is_a_count_of_all_orders(before, now, data):
    """In so many of all orders the last ones, at least, are later ones."""
    above = data.draw(st.integers(0, now))
    every = list(combinations(range(before + now), before))
    meet = sum(max(places) < before + now - above for places in every)

    assert above_all(before, now, above) == pytest.approx(meet / len(every))


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(14)))
def test_ranks_are_about_a_count_of_all_orders(order):
    """Mann and Whitney's normal form is near the exact one, and never much bolder."""
    before, now = np.array(order[:6]), np.array(order[6:])
    sums = [sum(places) for places in combinations(range(14), 8)]
    exact = sum(one >= int(now.sum()) for one in sums) / len(sums)

    assert longer(before, now) == pytest.approx(exact, abs=0.03)


def test_ranks_that_part():
    """All later ones above, or below, all earlier ones."""
    low, high = np.arange(20), np.arange(20) + 100

    assert longer(low, high) < 1e-6
    assert longer(high, low) > 1 - 1e-6


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=30),
    st.lists(st.integers(0, 3), min_size=1, max_size=30),
)
def test_ties_favour_nobody(before, now):
    """Of equal lengths none is longer: to swap the periods turns the chance around."""
    one, other = np.array(before), np.array(now)
    unit = 1 / np.sqrt(len(one) * len(other) * (len(one) + len(other) + 1) / 12)

    # Each is taken half a rank lower, as ranks are whole: together that is one.
    assert 1 - 1e-9 < longer(one, other) + longer(other, one) < 1 + unit / 2


def test_what_is_all_the_same_is_no_longer():
    """Stamps in whole seconds tie, and so do the lengths between them."""
    assert longer(np.zeros(20), np.zeros(20)) == pytest.approx(0.5, abs=0.01)
    assert longer(np.repeat([0, 1], 50), np.repeat([0, 1], 50)) > 0.49
