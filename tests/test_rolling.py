"""A metric over the last minutes is the same as if all records were looked at again."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis import rolling
from log_mcp.analysis.measure import measured
from log_mcp.analysis.rolling import STEPS, Rolling, of_rounded, rounded
from log_mcp.query.metric import parse

SPAN = 60 * STEPS
NUMBERS = st.integers(-20, 20).map(float)
RECORDS = st.lists(st.tuples(st.integers(0, 3 * SPAN), st.integers(0, 3), NUMBERS))
BATCHES = st.lists(st.tuples(st.integers(0, SPAN // 2), RECORDS), max_size=12)
METRICS = (
    *("count", "sum(x)", "avg(x)", "min(x)", "max(x)"),
    *("share(x > 0)", "distinct(x)", "p50(x)", "p95(x)"),
)


def reference(metric, values):
    """The metric of some values, told from all of them."""
    if metric.kind == "percentile":
        order = sorted(rounded(np.array([value]))[0] for value in values)
        # Rounded, as 99.9 % of 1,000 values are 999 and not a trifle more.
        rank = math.ceil(round(metric.percent / 100 * len(order), 9))
        return of_rounded(int(order[rank - 1]))
    return {
        "count": lambda: len(values),
        "sum": lambda: sum(values),
        "avg": lambda: sum(values) / len(values),
        "min": lambda: min(values),
        "max": lambda: max(values),
        "share": lambda: sum(value > 0 for value in values) / len(values),
        "distinct": lambda: len(set(values)),
    }[metric.kind]()


def add(window, records, now):
    times, codes, values = (np.array(one) for one in zip(*records, strict=True))
    kind = window.metric.kind
    extras = np.zeros(len(times), np.int64)
    if kind == "percentile":
        extras = rounded(values)
    elif kind == "distinct":
        extras = values.astype(np.int64)
    if kind == "share":
        values = (values > 0).astype(float)
    window.add(times, codes, values, extras, now)


@pytest.mark.parametrize("name", METRICS)
@given(BATCHES)
def test_equals_all_records_of_the_window(name, batches):
    """Whenever they come, and however old or early they are."""
    metric = parse(name)
    window, every, now = Rolling(metric, SPAN), [], 0
    step = window.step_ns
    for later, records in batches:
        now += later
        latest = now + rolling.AHEAD_NS
        if records:
            add(window, records, now)
        every += [one for one in records if one[0] <= latest]
        inside = [one for one in every if 0 <= now // step - one[0] // step < STEPS]
        expected = {
            code: reference(metric, [v for _, c, v in inside if c == code])
            for code in {code for _, code, _ in inside}
        }

        found = dict(zip(*window.at(now), strict=True))
        assert expected == pytest.approx(found, rel=1e-12)


@given(st.floats(-1e12, 1e12))
def test_rounded_values_are_half_a_percent_apart(value):
    """And stand in the order of the values."""
    number = int(rounded(np.array([value]))[0])

    assert of_rounded(number) == pytest.approx(value, rel=0.00502)
    assert number <= rounded(np.array([value + abs(value) / 50 + 1]))[0]


def test_many_pieces_are_joined(monkeypatch):
    """What is kept of a step does not grow with the records."""
    monkeypatch.setattr(rolling, "PIECES_MAX", 2)
    window = Rolling(parse("sum(x)"), SPAN)
    for _ in range(10):
        add(window, [(5, 0, 2.0), (5, 1, 3.0)], 5)

    assert len(window._parts[0]) <= 2
    assert ([0, 1], [20.0, 30.0]) == window.at(5)


def test_a_percentile_is_that_of_aggregates():
    """The value that so many do not exceed, and no trifle more."""
    window, values = Rolling(parse("p99.9(x)"), SPAN), [10.0] * 999 + [10_000.0]
    add(window, [(0, 0, value) for value in values], 0)
    cells = np.zeros(len(values), np.int64)
    [expected] = measured(window.metric, cells, np.array(values), 1)

    assert expected == 10
    assert [expected] == pytest.approx(window.at(0)[1], rel=0.005)


def test_groups_are_renumbered():
    """Those that have no new number are forgotten."""
    window = Rolling(parse("count"), SPAN)
    add(window, [(0, 0, 1.0), (0, 1, 1.0), (0, 2, 1.0), (0, 2, 1.0)], 0)
    window.renumber(np.array([-1, 1, 0]))

    assert ([0, 1], [2.0, 1.0]) == window.at(0)


def test_what_is_dated_ahead_counts_when_its_time_has_come():
    """Up to an hour, or a window; beyond that a clock is wrong."""
    window = Rolling(parse("count"), SPAN)
    assert not window._parts
    add(window, [(SPAN, 0, 1.0), (2 * rolling.AHEAD_NS, 0, 1.0)], 0)

    assert window._parts
    assert ([], []) == window.at(0)
    assert ([0], [1.0]) == window.at(SPAN)
    assert ([], []) == window.at(2 * SPAN)
    assert not window._parts
