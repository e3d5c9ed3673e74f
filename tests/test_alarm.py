"""An alert fires once and is over once, however its value goes up and down."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis.alarm import Alarm

CASES = {
    "at once": (0, 0, "01110", ".F..R"),
    "only if it stays so": (2, 0, "0110111100", "......F.R."),
    "a gap begins anew": (1, 0, "101100", "...FR."),
    "over only if it stays over": (0, 2, "10100010001", "F....RF..RF"),
    "never so": (0, 0, "000", "..."),
}


def run(for_ns, keep_ns, holds):
    alarm = Alarm(for_ns, keep_ns)
    letters = {"firing": "F", "resolved": "R", None: "."}
    return "".join(
        letters[alarm.tell(1.0, now, holds=one == "1")] for now, one in enumerate(holds)
    )


@pytest.mark.parametrize(
    ("for_ns", "keep_ns", "holds", "expected"), CASES.values(), ids=CASES
)
def test_what_is_told(for_ns, keep_ns, holds, expected):
    """F where it fires, R where it is over."""
    assert expected == run(for_ns, keep_ns, holds)


@given(st.integers(0, 4), st.integers(0, 4), st.text("01", max_size=40))
def test_fires_and_is_over_in_turn(for_ns, keep_ns, holds):
    """And never sooner than it may: it was so, and was not, for long enough."""
    told = run(for_ns, keep_ns, holds)
    changes = told.replace(".", "")

    assert changes in ("FR" * len(changes))[: len(changes)]
    for at, one in enumerate(told):
        if one == "F":
            assert set(holds[max(0, at - for_ns) : at + 1]) == {"1"}
        if one == "R":
            assert set(holds[max(0, at - keep_ns) : at + 1]) == {"0"}


def test_value_is_that_of_the_last_time_it_was_so():
    """What made it fire, and not what came after."""
    alarm = Alarm(0, 10)
    alarm.tell(7.0, 0, holds=True)
    alarm.tell(1.0, 1, holds=False)

    assert (7.0, "firing", 0) == (alarm.value, alarm.state, alarm.since_ns)


def test_a_clock_that_went_back_delays_nothing_for_long():
    """What must last for ten begins to last anew; it does not wait for the old time."""
    alarm = Alarm(10, 10)
    alarm.tell(1.0, 5_000, holds=True)
    alarm.tell(1.0, 100, holds=True)
    fired = alarm.tell(1.0, 110, holds=True)
    alarm.tell(0.0, 5_000, holds=False)
    alarm.tell(0.0, 200, holds=False)
    over = alarm.tell(0.0, 210, holds=False)

    assert ("firing", "resolved") == (fired, over)
