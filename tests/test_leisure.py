"""When work is done at leisure, by a clock of the test's own."""

import pytest

from log_mcp.beat import beat
from log_mcp.leisure import APART, OVERDUE_S, Leisure


class Day:
    """A clock, what is sealed, and work that takes a second and beats at its end."""

    def __init__(self):
        self.now, self.sealed, self.closing = 100.0, False, False
        self.works, self.waited = 0, 0.0
        self.leisure = Leisure(
            self.work,
            lambda: self.sealed,
            lambda: self.closing,
            lambda: self.now,
            lambda: self.now - self.waited,
        )

    def work(self):
        self.now += 1
        self.works += 1
        beat()

    def pass_(self, taken, seconds=0.0):
        """Some time later, something may be done."""
        self.now += seconds
        if due := self.leisure.is_due(taken):
            self.leisure.use(taken)
        return due


@pytest.fixture
def day():
    return Day()


def test_without_records_there_is_nothing_to_do(day):
    """Neither at first nor when all of them were looked at."""
    assert not day.pass_(0)
    assert day.pass_(3)
    assert 3 == day.leisure.done
    assert not day.pass_(3, 10 * OVERDUE_S)


def test_takes_a_twentieth_of_the_time(day):
    """However much comes."""
    assert day.pass_(1)
    assert not day.pass_(2, APART - 0.1)
    assert day.pass_(2, 0.2)


def test_to_wait_for_a_question_is_no_work(day):
    """Else one that takes two seconds would put the next work off by forty."""
    work = day.leisure._work

    def wait():
        day.now += 2
        day.waited += 2
        work()

    day.leisure._work = wait
    assert day.pass_(1)
    assert day.pass_(2, APART)


def test_waits_while_something_is_sealed(day):
    """But not for ever, where a log pours in."""
    day.sealed = True
    assert not day.pass_(1)
    assert not day.pass_(2, OVERDUE_S - 0.1)
    assert day.pass_(3, 0.2)
    assert 3 == day.leisure.done
    assert not day.pass_(4, APART)
    assert day.pass_(5, OVERDUE_S)


def test_is_put_off_by_what_is_sealed_meanwhile(day):
    """It begins anew, and when it was wanted for long it is done to its end."""

    def seal():
        day.sealed = day.works < 4

    work = day.leisure._work
    day.leisure._work = lambda: (seal(), work())
    tries = 0
    while not day.leisure.done:
        day.sealed = False
        tries += day.pass_(1, 1)

    assert 100 + OVERDUE_S <= day.now
    assert tries == day.works == 1 + -(-int(OVERDUE_S) // (APART + 1))


def test_ends_with_all(day):
    """Even where it is overdue."""
    day.now += OVERDUE_S
    day.closing = True
    day.pass_(1)

    assert 0 == day.leisure.done
