"""How far a question may go, and what whoever waits hears."""

import threading

import pytest

from log_mcp.beat import OutOfTime, beat, beating
from log_mcp.pace import Pace, far


class Watch:
    """Seconds, as a test moves them."""

    def __init__(self):
        self.now = 50.0

    def __call__(self):
        return self.now


def test_the_limit_ends_it():
    """Once met, it stays met."""
    watch = Watch()
    pace = Pace(None, 5.0, watch)
    before = [pace.is_over(), pace.late]
    watch.now += 5.1

    assert [False, False] == before
    assert [True, True] == [pace.is_over(), pace.late]


def test_whoever_waits_hears_twenty_times_a_second():
    """The first time at once; a share, and what is being done."""
    watch, told = Watch(), []
    pace = Pace(lambda share, what: told.append((share, what)), watch=watch)
    for at in range(5):
        pace.beat(at / 10, f"step {at}")
        watch.now += 0.03

    assert [(0.0, "step 0"), (0.2, "step 2"), (0.4, "step 4")] == told


def test_loops_within_beat_too():
    """What was said last is told again, so that a client which is gone ends them."""
    watch, told = Watch(), []
    pace = Pace(lambda share, what: told.append((share, what)), watch=watch)
    beat()
    with pace.beating():
        pace.beat(0.5, "reading")
        watch.now += 1
        beat()
    watch.now += 1
    beat()

    assert [(0.5, "reading")] * 2 == told


def test_whoever_waits_may_cancel():
    """What the pulse raises ends the loop that beats."""

    def enough(share, what):
        raise KeyboardInterrupt(share, what)

    with pytest.raises(KeyboardInterrupt), Pace(enough).beating():
        beat()
    beat()


def test_nobody_waits():
    """Then a beat costs next to nothing, and does nothing."""
    with Pace().beating():
        beat()


def test_waiting_tells_how_far_it_is():
    """Until it happens, or the time is over."""
    watch, told = Watch(), []
    happens = threading.Event()

    def tell(share, what):
        told.append((share, what))
        if len(told) == 3:
            happens.set()

    def wait(timeout_s):
        watch.now += timeout_s
        return happens.is_set()

    pace = Pace(tell, watch=watch)

    assert pace.wait(wait, 60, lambda: (0.4, "read 4 of 10 MB of history"))
    assert [(0.4, "read 4 of 10 MB of history")] * 3 == told

    happens.clear()

    assert not pace.wait(wait, 1, lambda: (0.4, "reading"))


FAR = {
    (0, 0): "0 of 0 bytes",
    (12, 999): "12 of 999 bytes",
    (1_200, 2_500): "1.2 of 2.5 KB",
    (120_000_000, 283_400_000): "120 of 283 MB",
    (900_000, 283_000_000): "1 of 283 MB",
    (5_000_000_000, 2_000_000_000): "2.0 of 2.0 GB",
}


@pytest.mark.parametrize(("given", "text"), FAR.items(), ids=FAR.values())
def test_how_far_for_people(given, text):
    """In the unit of the whole, and never beyond it."""
    assert text == far(*given)


def test_work_ends_at_its_first_beat_behind_a_share_of_the_limit():
    """Within the block alone; what beats called before is called as before."""
    told: list[object] = []
    pace = Pace(None, 2.0, iter([0.0, 0.9, 1.1, 1.2]).__next__)

    def work(count):
        with pace.ending(0.5):
            for number in range(count):
                told.append(number)
                beat()

    with beating(lambda: told.append("beat")):
        work(1)
        with pytest.raises(OutOfTime):
            work(3)
        beat()

    assert [0, "beat", 0, "beat", "beat"] == told


def test_a_share_of_the_limit_is_met_before_the_limit():
    """What looks leaves time for what works out what was found."""
    pace = Pace(None, 2.0, iter([0.0, 1.0, 1.0, 1.0]).__next__)

    assert [True, False] == [pace.is_over(0.4), pace.is_over(0.8)]
    assert pace.late
    assert 1.0 == pace.left_s


def test_what_a_question_waits_takes_none_of_its_limit():
    """Files that are read slowly after the start leave it all its time."""
    watch = Watch()
    pace = Pace(None, 2.0, watch)

    def happens(timeout_s: float) -> bool:
        watch.now += timeout_s
        return watch.now > 10

    assert pace.wait(happens, 30.0, lambda: (0.0, "reading"))
    assert 2.0 == pace.left_s
    watch.now += 2.1
    assert pace.is_over()
