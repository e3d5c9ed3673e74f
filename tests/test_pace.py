"""How far a question may go."""

import pytest

from log_mcp import pace as module
from log_mcp.pace import Pace
from tests.builders import segment_of


class Watch:
    """Seconds, as a test moves them."""

    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now


@pytest.fixture
def watch(monkeypatch):
    found = Watch()
    monkeypatch.setattr(module, "time", found)
    return found


@pytest.fixture
def segments(tmp_path):
    return [
        segment_of(tmp_path / f"{n}.log", ["2026-03-04 10:00:00 INFO shop - hi"])
        for n in range(6)
    ]


def test_all_segments_in_their_order(segments):
    """What is held first, and then what is older, one by one."""
    held, older = segments[:4], segments[4:]
    taken = []
    pace = Pace(None)

    def disk():
        for segment in older:
            taken.append(segment)
            yield segment

    passed = pace.through(held, disk())

    assert held == [next(passed) for _ in range(4)]
    assert [] == taken
    assert older == list(passed)
    assert not pace.late


def test_the_limit_ends_it(watch, segments):
    """No segment is given after it, and it is said."""
    pace = Pace(None, 5.0)
    given = []
    for segment in pace.through(segments[:3], segments[3:]):
        given.append(segment)
        watch.now += 2.0

    assert segments[:3] == given
    assert pace.late


def test_whoever_waits_hears_ten_times_a_second(watch, segments):
    """The share grows and stays below one."""
    watch.now = 50.0
    told = []
    pace = Pace(lambda share, what: told.append((share, what)))
    for _ in pace.through(segments[:3], segments[3:]):
        watch.now += 0.06

    assert [0.0, 2 / 6, 4 / 8] == [share for share, _ in told]
    assert {"searching"} == {what for _, what in told}


def test_whoever_waits_may_cancel(segments):
    """What the pulse raises ends the question."""

    def enough(share, what):
        raise KeyboardInterrupt(share, what)

    with pytest.raises(KeyboardInterrupt):
        list(Pace(enough).through(segments, ()))
