"""Twin of log_mcp/leap.py: clocks that a test moves apart."""

import time

import pytest

from log_mcp.leap import LEAPS_MAX, TOLD_S, Leaps, boot_s
from log_mcp.query.filter import Ask
from tests.books import config, reading
from tests.feeding import NOON_NS, SECOND_NS, Clock, numbered

HOUR_S = 3600


class Machine:
    """Its clock, and the seconds that pass, awake and in all."""

    def __init__(self) -> None:
        self.now_ns, self.awake_s, self.boot_s = NOON_NS, 100.0, 100.0
        self.leaps = Leaps(
            lambda: self.now_ns, lambda: self.awake_s, lambda: self.boot_s
        )
        self.leaps.look()

    def passes(self, seconds: float) -> None:
        self.awake_s += seconds
        self.sleeps(seconds)

    def sleeps(self, seconds: float) -> None:
        self.boot_s += seconds
        self.sets(seconds)

    def sets(self, seconds: float) -> None:
        self.now_ns += round(seconds * SECOND_NS)

    @property
    def seen(self) -> list[tuple[int, bool]]:
        self.leaps.look()
        return [(round(e.by_ns / SECOND_NS), e.asleep) for e in self.leaps.recent()]


@pytest.fixture
def machine():
    return Machine()


def test_time_that_passes_is_no_leap(machine):
    """Nor a clock that is adjusted, nor a look that comes late."""
    machine.passes(900)
    machine.sets(1.5)
    machine.sleeps(1)

    assert [] == machine.seen


def test_a_suspended_machine(machine):
    """What it slept through is skipped, as far as a span holds it."""
    machine.passes(60)
    slept_ns = machine.now_ns
    machine.sleeps(8 * HOUR_S)
    machine.passes(1)
    assert [(8 * HOUR_S, True)] == machine.seen
    now, hour = machine.now_ns, HOUR_S * SECOND_NS

    assert 8 * hour == machine.leaps.skipped_ns(NOON_NS, now)
    assert 7 * hour == machine.leaps.skipped_ns(slept_ns + hour + SECOND_NS, now)
    assert 0 == machine.leaps.skipped_ns(0, NOON_NS)


def test_a_clock_that_is_set(machine):
    """Forward, some time was skipped; back, none was."""
    machine.sets(2 * HOUR_S)
    machine.passes(5)
    assert [(2 * HOUR_S, False)] == machine.seen
    forward = machine.leaps.skipped_ns(NOON_NS, machine.now_ns)
    machine.sets(-3 * HOUR_S)
    assert [(2 * HOUR_S, False), (-3 * HOUR_S, False)] == machine.seen

    assert 2 * HOUR_S * SECOND_NS == forward
    assert 0 == machine.leaps.skipped_ns(0, machine.now_ns - 1)


def test_a_leap_is_told_for_a_while(machine):
    """Of time that passes; and there are never many."""
    for _ in range(LEAPS_MAX + 5):
        machine.sleeps(60)
        assert machine.seen
    assert LEAPS_MAX == len(machine.leaps.recent())
    machine.passes(TOLD_S + 1)

    assert [] == machine.leaps.recent()
    assert machine.leaps.skipped_ns(0, machine.now_ns)


def test_the_boot_clock_runs():
    """As fast as the other one while nothing sleeps."""
    begun_s, before_s = boot_s(), time.monotonic()
    while (passed_s := time.monotonic() - before_s) < 0.01:
        pass

    assert passed_s <= boot_s() - begun_s + 0.001


def test_without_a_boot_clock_a_suspended_machine_seems_set(monkeypatch):
    """Systems that have none give the other one twice."""
    monkeypatch.delattr(time, "CLOCK_BOOTTIME", raising=False)
    before = time.monotonic()

    assert before <= boot_s() <= time.monotonic()


def test_it_is_said_and_is_no_silence(tmp_path, machine):
    """The night that a laptop slept through, and the clock that somebody set."""
    (tmp_path / "shop.log").write_text(numbered(0, 60))
    clock = Clock(NOON_NS - 2 * HOUR_S * SECOND_NS + 60 * SECOND_NS)
    with reading(config(tmp_path, "shop.log"), clock) as book:
        book.feed.leaps = machine.leaps
        machine.now_ns = clock()
        machine.leaps.look()
        machine.leaps._seen.clear()
        assert book.sources()[0].silent_seconds is None
        clock.advance(8 * HOUR_S)
        assert 8 * HOUR_S < (book.sources()[0].silent_seconds or 0)
        machine.sleeps(8 * HOUR_S)
        machine.leaps.look()
        assert book.sources()[0].silent_seconds is None
        machine.sets(-90)
        machine.leaps.look()
        notes = book.search(Ask()).view.notes

    assert [
        (
            "this machine was suspended for 8 h until 2026-03-04T18:01:00Z: what ran here "
            "logged nothing meanwhile, and that is no silence"
        ),
        (
            "the clock of this machine was set back 1 min 30 s at 2026-03-04T17:59:30Z: times "
            "before and after it differ by that much more than passed"
        ),
    ] == notes
