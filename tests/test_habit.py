"""How long something is silent as a rule, and when it is silent for longer."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis.habit import (
    GAPS_MIN,
    SHARE,
    Activity,
    habit_s,
    is_silent,
    seconds_of,
)
from log_mcp.span import SECOND
from log_mcp.timestamp import iso
from tests.builders import segment_of
from tests.feeding import NOON_NS

BEAT = range(0, 30 * 40, 30)
BURSTS = [n * 600 + second for n in range(20) for second in range(60)]
HABITS = {
    "a heartbeat": (list(BEAT), 30),
    "bursts are told by their pauses": (BURSTS, 541),
    "one outage is no habit": ([*range(600), *range(620, 1300)], 1),
    "however long it is": ([*range(100), *range(700, 800)], 1),
    "two are one": ([*range(100), *range(700, 800), *range(1400, 1500)], 601),
    "too few gaps": (list(range(GAPS_MIN)), None),
    "as many as will do": (list(range(GAPS_MIN + 1)), 1),
    "one line": ([5], None),
    "nothing": ([], None),
}


@pytest.mark.parametrize(("seconds", "expected"), HABITS.values(), ids=HABITS)
def test_habits(seconds, expected):
    """Weighed by time: the pauses count, not the lines."""
    assert expected == habit_s(np.array(seconds, np.int64))


SILENCES = {
    "three beats are missing": (91, 30, True),
    "they may still come": (90, 30, False),
    "a moment is no silence": (9, 1, False),
    "ten seconds are one": (11, 1, True),
    "a day later it is over": (86_401, 30, False),
    "unless it wrote once a week": (30 * 86_400, 7 * 86_400, True),
    "without a habit there is none": (10**6, None, False),
}


@pytest.mark.parametrize(
    ("silence", "habit", "expected"), SILENCES.values(), ids=SILENCES
)
def test_silences(silence, habit, expected):
    """Against the habit, and never below ten seconds."""
    assert expected is is_silent(silence * SECOND, habit)


TIMES = st.lists(st.integers(0, 10_000 * SECOND), max_size=60)


@given(TIMES)
def test_seconds_are_each_once_and_in_order(times):
    """Whatever the order of the times."""
    found = seconds_of(np.array(times, np.int64))

    assert sorted({time // SECOND for time in times}) == found.tolist()


@given(st.lists(st.integers(0, 5000), unique=True, min_size=GAPS_MIN + 1))
def test_nearly_all_of_the_time_lies_in_gaps_of_the_habit(seconds):
    """And not in shorter ones alone; the longest of all does not count."""
    seconds.sort()
    gaps = sorted(b - a for a, b in pairwise(seconds))[:-1]
    habit = habit_s(np.array(seconds, np.int64))

    assert habit in gaps
    assert SHARE * sum(gaps) <= sum(gap for gap in gaps if gap <= habit)
    assert SHARE * sum(gaps) > sum(gap for gap in gaps if gap < habit)


def test_activity_of_several_files(tmp_path):
    """Together, each second once; what is known of a segment is kept."""

    def lines(*seconds):
        return [f"2026-03-04T12:00:{n:02}Z INFO shop - hello" for n in seconds]

    one = segment_of(tmp_path / "a.log", lines(1, 2, 2, 5), source="shop")
    other = segment_of(tmp_path / "b.log", lines(2, 3), source="shop")
    activity = Activity()

    for _ in range(2):
        found = activity.of([one, other]) - NOON_NS // SECOND
        assert [1, 2, 3, 5] == found.tolist()
    assert [2, 3] == (activity.of([other]) - NOON_NS // SECOND).tolist()
    assert [] == activity.of([]).tolist()


def test_the_habit_of_a_source_is_kept_until_other_segments_hold_it(tmp_path):
    """Of each source its own."""

    def beating(name, period):
        times = [NOON_NS + n * period * SECOND for n in range(20)]
        lines = [f"{iso(time)} INFO {name} - up" for time in times]
        return segment_of(tmp_path / f"{name}.log", lines)

    slow, fast = beating("slow", 30), beating("fast", 5)
    activity = Activity()

    for _ in range(2):
        assert 30 == activity.habit_s("a", [slow])
        assert 5 == activity.habit_s("b", [fast])
    both = habit_s(Activity().of([slow, fast]))
    assert both == activity.habit_s("a", [slow, fast])
    assert 5 == activity.habit_s("a", [fast])
    assert activity.habit_s("a", []) is None
