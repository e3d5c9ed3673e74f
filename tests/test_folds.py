"""The second pass of an hour that clocks showed twice, told by the order of lines."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.errors import SourceError
from log_mcp.ingest.folds import Folds, Part, states_clock
from log_mcp.passage import scan
from tests.feeding import folder, forwards, rows
from tests.test_calendar import (
    in_the_book,
    live,
    moments_of,
    ns,
    once,
    settings,
    small,
    write,
)
from tests.test_tail import tail_of

BERLIN = ZoneInfo("Europe/Berlin")
CHANGE = datetime(2026, 10, 25, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
ISO = "%Y-%m-%d %H:%M:%S INFO shop.cart - order {} accepted"
SYSLOG = "%b %d %H:%M:%S web shop[12]: order {} accepted"
CLOCK = "%H:%M:%S INFO shop.cart - order {} accepted"
ZONED = "%Y-%m-%dT%H:%M:%S%z INFO shop.cart - order {} accepted"


def line(moment: datetime, layout: str, number: int) -> str:
    return moment.astimezone(BERLIN).strftime(layout).format(number) + "\n"


def text(moments, layout: str) -> str:
    return "".join(line(moment, layout, n) for n, moment in enumerate(moments))


def expected(moments: list[datetime]) -> list[datetime]:
    """What the lines tell, one after the other."""
    high, second, found = CHANGE - HOUR, False, []
    for moment in moments:
        first = once(moment, BERLIN)
        if CHANGE - HOUR <= first < CHANGE:
            second = second or first < high - timedelta(minutes=1)
            high = max(high, first)
            first += HOUR * second
        found.append(first)
    return found


GAPS = st.lists(st.integers(1, 35 * 60), min_size=4, max_size=60)  # seconds


@given(
    st.integers(0, 3 * 3600),
    GAPS,
    st.sampled_from([ISO, SYSLOG, CLOCK]),
    st.integers(100, 900),
)
def test_lines_tell_the_pass(before, gaps, layout, unit):
    """Read forwards, backwards in small units, or line by line as it is written."""
    moments = [CHANGE - timedelta(seconds=before)]
    for gap in gaps:
        moments.append(moments[-1] + timedelta(seconds=gap))
    wanted = expected(moments)
    with folder() as here, pytest.MonkeyPatch.context() as patch:
        small(patch, unit)
        path = write(here / "shop.log", text(moments, layout), moments[-1])
        again = moments_of(forwards(path, settings(BERLIN)))
        found = moments_of(in_the_book(path, BERLIN, moments[-1]))
        packed = write(here / "shop.log.1.gz", text(moments, layout), moments[-1])
        unpacked = moments_of(forwards(packed, settings(BERLIN)))
        steps = [(m, line(m, layout, n)) for n, m in enumerate(moments)]
        followed = live(here / "live.log", BERLIN, steps)

    assert wanted == again
    assert wanted == found
    assert wanted == unpacked
    assert wanted == followed


def test_what_is_read_again_has_the_same_times(tmp_path, monkeypatch):
    """Also from within the second pass."""
    small(monkeypatch)
    moments = [CHANGE + timedelta(minutes=m) for m in range(-90, 90)]
    path = write(tmp_path / "shop.log", text(moments, ISO), moments[-1])
    whole = forwards(path, settings(BERLIN))
    tail = tail_of(path, settings(BERLIN))
    tail.begin(ns(moments[-1]))
    assert list(tail.fresh(ns(moments[-1])))
    for begin, end in ((100, 140), (40, 110), (95, None)):
        stop = None if end is None else whole[end].offset

        assert whole[begin:end] == rows(tail.between(whole[begin].offset, stop))
    block = tail.at(whole[120].offset)
    tail.close()

    assert moments == moments_of(whole)
    assert block is not None
    assert whole[120] == rows([block])[0]


def test_a_zone_that_is_stated_counts(tmp_path):
    """Such times are in no doubt, so no line falls back."""
    moments = [CHANGE + timedelta(minutes=m) for m in range(-90, 90)]
    path = write(tmp_path / "shop.log", text(moments, ZONED), moments[-1])

    assert moments == moments_of(forwards(path, settings(BERLIN)))


def test_lines_with_and_without_a_zone(tmp_path):
    """Each says what it says."""
    moments = [CHANGE + timedelta(minutes=m) for m in range(-90, 90)]
    lines = [line(m, (ISO, ZONED)[n % 2], n) for n, m in enumerate(moments)]
    path = write(tmp_path / "shop.log", "".join(lines), moments[-1])

    assert moments == moments_of(forwards(path, settings(BERLIN)))


def test_small_disorder_is_no_second_pass(tmp_path):
    """A line that is late by seconds."""
    late = [CHANGE - timedelta(minutes=30, seconds=s) for s in (0, 40, 5, 59, 1)]
    path = write(tmp_path / "shop.log", text(late, ISO), late[0])

    assert late == moments_of(forwards(path, settings(BERLIN)))


def test_zones_that_are_never_set_back_cost_nothing(tmp_path):
    """Nothing is kept for them."""
    moments = [CHANGE + timedelta(minutes=m) for m in range(-90, 90)]
    path = write(tmp_path / "shop.log", text(moments, ISO), moments[-1])
    _, blocks = scan(path, settings(UTC))

    assert all(s.block.origin.folds is None for s in blocks)  # type: ignore[attr-defined]


def test_what_stands_before_cannot_be_read():
    """Then the part alone tells."""

    def gone(_: int):
        raise SourceError("is gone")

    moments = [CHANGE + timedelta(minutes=m) for m in range(-30, 30)]
    first = [once(moment, BERLIN) for moment in moments]
    content = text(moments, ISO).splitlines()
    part = Part(
        100,
        9000,
        # One record each hundred bytes.
        np.arange(100, 6100, 100),
        np.array([ns(moment) for moment in first]),
        lambda row: content[row].encode(),
    )

    assert [ns(m) for m in moments] == Folds(BERLIN, gone).times(part).tolist()


STATED = {
    "a clock": ("2026-10-25 02:30:00 INFO up", True),
    "another one": ("2026-10-25 02:31:00 INFO up", False),
    "with a zone": ("2026-10-25T02:30:00+02:00 INFO up", False),
    "the day first": ("25/10/2026 02:30:00 up", True),
    "none": ("up", False),
}


@pytest.mark.parametrize(("record", "stated"), STATED.values(), ids=STATED)
def test_what_a_record_states(record, stated):
    """A clock without a zone, or something else."""
    clock = datetime(2026, 10, 25, 2, 30, tzinfo=UTC)

    assert stated is states_clock(record.encode(), ns(clock))
