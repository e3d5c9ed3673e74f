"""Twin of log_mcp/analysis/episode.py."""

import numpy as np
import pytest

from log_mcp.analysis.episode import earlier, onset, spans

MINUTE_NS = 60 * 10**9
NOON_NS = 1_772_625_600 * 10**9


def times(*minutes):
    return np.array([NOON_NS + int(n * MINUTE_NS) for n in minutes], np.int64)


RUNS = {
    "one": ((0,), [(0, 0)]),
    "a burst": ((0, 1, 2, 3), [(0, 3)]),
    "two bursts": ((0, 1, 2, 60, 61), [(0, 2), (3, 4)]),
    "two events": ((0, 1440), [(0, 0), (1, 1)]),
    "once an hour all day": (range(0, 1440, 60), [(0, 23)]),
    "a habit and a pause": ((*range(0, 600, 60), 2000, 2060), [(0, 9), (10, 11)]),
}


@pytest.mark.parametrize(("minutes", "expected"), RUNS.values(), ids=RUNS)
def test_runs_end_with_a_pause(minutes, expected):
    """Half an hour at least, and long against the habit."""
    assert expected == spans(times(*minutes))


def test_where_a_run_began():
    """Of the failure that is asked about, not of the newest."""
    every = times(0, 1, 2, 60, 61)

    assert every[3] == onset(every, int(every[4]))
    assert every[0] == onset(every, int(every[1]))
    assert every[0] - 5 == onset(every, int(every[0]) - 5)


def test_earlier_runs():
    """The latest first, three at most; how many failures, from when to when."""
    every = times(0, 1, 100, 200, 300, 301, 400)

    told = earlier(every, int(every[-1]))

    assert [2, 1, 1] == [one.count for one in told]
    assert "2026-03-04T17:00:00.000Z" == told[0].first_seen
    assert "2026-03-04T17:01:00.000Z" == told[0].last_seen
    assert [] == earlier(every, int(every[0]))
