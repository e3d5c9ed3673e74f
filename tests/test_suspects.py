"""The laws by which somebody is suspected, one by one, and what holds of every answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.analysis.blame import blame, names, units
from log_mcp.analysis.shifts import shifts
from log_mcp.analysis.suspects import verdict
from log_mcp.analysis.waits import waits
from tests.boards import BOARD, KINDS

LEFT, RIGHT = 0, 1
TRACES = st.lists(
    st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 500)), max_size=12),
    max_size=40,
)


@settings(max_examples=50, deadline=None)
@given(TRACES, TRACES)
def test_any_two_periods_are_judged(before, now):
    """Scores lie between 0 and 1, the first is the highest, each has a reason."""
    found = verdict(BOARD.both(before, now), 10)
    scores = [one.score for one in found]

    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert all(one.reasons and all(one.reasons) for one in found)
    assert len({one.name for one in found}) == len(found)


def judged(before, now):
    both = BOARD.both(before, now)
    return blame(both, units(both.before, both.sorts), units(both.now, both.sorts))


def test_the_first_error_of_a_trace_counts():
    """One vote a trace, for whoever wrote it first; `h` is the right one's."""
    found = judged(["aeg"] * 20, ["aehhg"] * 10 + ["aeg"] * 10)

    assert found.votes[RIGHT] == pytest.approx(10, abs=0.1)
    assert 0 == found.votes[LEFT]
    assert [True] * 10 + [False] * 10 == found.troubled.tolist()
    (error,) = found.errors
    assert (True, 0, 10, 20, 10) == (
        error.is_new,
        error.before,
        error.now,
        error.of,
        error.first,
    )


def test_what_stands_in_both_periods_speaks_against_nobody():
    """An error that comes as often; one that comes oftener counts half."""
    same = judged(["eh", "eg", "eg"] * 20, ["eh", "eg", "eg"] * 20)
    more = judged(["eh"] * 5 + ["eg"] * 95, ["eh"] * 60 + ["eg"] * 40)

    assert 0 == same.votes.sum()
    assert [] == same.errors
    assert 30 == more.votes[RIGHT]
    assert not more.errors[0].is_new


NAMES = {
    "alone": ("no answer from bank", "bank", True),
    "in an address": ("GET http://bank:8080/pay refused", "bank", True),
    "part of a word": ("embankment is closed", "bank", False),
    "part of a name": ("no answer from ts-bank-service", "bank", False),
    "of a longer suspect": ("no answer from bank-core", "bank", False),
    "beside a longer one": ("bank-core asks bank", "bank", True),
    "too short to tell": ("an answer of a", "a", False),
    "not at all": ("no answer", "bank", False),
}


@pytest.mark.parametrize(("text", "name", "expected"), NAMES.values(), ids=NAMES)
def test_names(text, name, expected):
    """Whole words, and no part of another suspect's name."""
    assert expected is names(text, name, ["bank", "bank-core", "a"])


def slow(kind, ms, count, every=1):
    """Traces in which what comes before a letter takes so long."""
    return [
        [(one, ms if one == kind and not number % every else 1) for one in "aefb"]
        for number in range(count)
    ]


def test_a_wait_counts_where_it_sits():
    """Between two lines of one suspect it is his; a call's is the callee's, mostly."""
    own = waits(BOARD.both(slow("f", 1, 30), slow("f", 100, 30)))
    call = waits(BOARD.both(slow("e", 1, 30), slow("e", 100, 30)))
    back = waits(BOARD.both(slow("b", 1, 30), slow("b", 100, 30)))

    assert own.votes[RIGHT] > 25
    assert 0 == own.votes[LEFT]
    for one in (call, back):
        (gap,) = one.gaps
        assert (RIGHT, LEFT, 30, 30) == (gap.suspect, gap.caller, gap.slow, gap.of)
        assert one.votes[RIGHT] > 25
        assert one.votes[LEFT] == pytest.approx(0.3 * one.votes[RIGHT])
    assert own.slow.all()


def test_a_wait_that_part_of_the_work_meets():
    """A fifth of the traces is slow, so the middle did not move."""
    found = waits(BOARD.both(slow("f", 1, 50), slow("f", 300, 50, every=5)))

    (gap,) = found.gaps
    assert (10, 50) == (gap.slow, gap.of)
    assert 10 == np.count_nonzero(found.slow)


def test_waits_that_come_and_go_are_no_news():
    """Chance is none, nor is what was as long at times before."""
    mixed = slow("f", 100, 40, every=3)

    assert [] == waits(BOARD.both(mixed, mixed)).gaps
    assert [] == waits(BOARD.both(slow("f", 100, 40, every=5), slow("f", 60, 40))).gaps
    assert [] == waits(BOARD.both(slow("f", 1, 2), slow("f", 100, 2))).gaps


def moved(before, now):
    both = BOARD.both(before, now)
    had, have = units(both.before, both.sorts), units(both.now, both.sorts)
    return shifts(both, had, have)


def test_rates_are_by_the_trace():
    """Three of a kind in a trace that had one; twice as many traces are no change."""
    (one,) = moved(["ab"] * 30, ["abbb"] * 30)

    assert (KINDS.index("b"), 1, 3, True) == (
        one.sort,
        one.before,
        one.now,
        one.by_trace,
    )
    assert [] == moved(["ab"] * 30, ["ab"] * 90)


def test_whoever_troubles_most_of_what_he_does_goes_first():
    """The left one is in every trace, the right one in those alone that fail."""
    found = verdict(
        BOARD.both(["ab"] * 40 + ["aeb"] * 20, ["ab"] * 40 + ["ahb"] * 20), 5
    )

    assert "right" == found[0].name
    assert "new error" in found[0].reasons[0]
