"""Twin of log_mcp/query/metric.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.errors import QueryError
from log_mcp.query.metric import METRICS_MAX, parse, parse_all

GOOD = {
    "count": ("count", "", 0),
    "COUNT(*)": ("count", "", 0),
    "count()": ("count", "", 0),
    " avg( duration_ms ) ": ("avg", "duration_ms", 0),
    "Sum(cost.usd)": ("sum", "cost.usd", 0),
    "min('a b')": ("min", "a b", 0),
    "max(x)": ("max", "x", 0),
    "distinct(user.id)": ("distinct", "user.id", 0),
    "p50(x)": ("percentile", "x", 50),
    "p99.9(x)": ("percentile", "x", 99.9),
}
BAD = {
    "": "is none. Valid: count, avg(FIELD)",
    "avg": "needs a field in parentheses",
    "avg()": "needs a field in parentheses",
    "share": "needs a condition in parentheses",
    "avg x": "is none",
    "avg(a, b)": "is none",
    "avg(a b)": "'a b' in 'avg(a b)' is no field",
    "mean(x)": "Did you mean 'avg'?",
    "median(x)": "Did you mean 'p50'?",
    "agv(x)": "Did you mean 'avg'?",
    "p100(x)": "out of range. Valid: p1 to p99",
    "p0(x)": "out of range",
    "count(status)": "Write share(status exists) or distinct(FIELD)",
    "share(status)": "in 'share(status)': 'status' has no operator",
    "share(status => 5)": "unknown operator",
    "x" * 201: "at most 200 characters",
}


@pytest.mark.parametrize("text", GOOD)
def test_metrics(text):
    """In any case, with spaces."""
    found = parse(text)

    assert GOOD[text] == (found.kind, found.field, found.percent)


def test_a_share_has_a_condition():
    """Parentheses and commas of its own included; its name is what was written."""
    found = parse("share(code in (A, 'B)'))")

    assert found.condition is not None
    assert ("share(code in (A, 'B)'))", "code", "in", ("A", "B)")) == (
        *(found.name, found.condition.field),
        *(found.condition.op, found.condition.values),
    )


@pytest.mark.parametrize("text", [t for t in BAD if "," not in t])
def test_what_is_wrong_is_said(text):
    """What, and what instead; the parameter is named."""
    with pytest.raises(QueryError) as caught:
        parse(text)

    assert str(caught.value).startswith("metrics: ")
    assert BAD[text] in str(caught.value)


def test_several_in_one_text():
    """Commas in parentheses and quotes part nothing; doubles go."""
    found = parse_all(["count, avg(x), share(a in (1, 2))", "avg(x)", "max('p,q')"])

    assert ["count", "avg(x)", "share(a in (1, 2))", "max('p,q')"] == [
        one.name for one in found
    ]


def test_none_means_count():
    """And too many are refused."""
    assert ["count"] == [one.name for one in parse_all([])]
    with pytest.raises(QueryError, match="at most"):
        parse_all([f"avg(f{n})" for n in range(METRICS_MAX + 1)])


@given(st.text(max_size=30))
def test_any_text_is_a_metric_or_refused(text):
    """Never another error."""
    try:
        assert parse(text).name
    except QueryError as error:
        assert str(error).startswith("metrics: ")  # noqa: PT017 - either is right
