"""Twin of log_mcp/analysis/distinct.py."""

from random import Random

import pytest

from log_mcp.analysis.distinct import CHANCE_MAX, distinguishing
from log_mcp.record import Level, Record


def record(level=Level.INFO, *, trace=None, logger=None, service=None, **fields):
    return Record(
        None,
        level,
        "x",
        "x",
        trace=trace,
        logger=logger,
        service=service,
        fields=fields,
    )


def made(random, count, **shares):
    """Records whose fields take values as likely as told."""
    return [
        record(
            **{
                name: random.choices([*values], [*values.values()])[0]
                for name, values in shares.items()
            }
        )
        for _ in range(count)
    ]


def test_a_value_that_only_failed_records_have():
    """With how many have it on either side, and how likely chance is."""
    failed = [record(region="north", shard=n % 4) for n in range(20)]
    others = [
        record(region="south" if n % 10 else "north", shard=n % 4) for n in range(80)
    ]

    [found] = distinguishing(failed, others)

    assert ("region", "north", 20, 20, 8, 80) == (
        found.field,
        found.value,
        found.failed,
        found.failed_of,
        found.others,
        found.others_of,
    )
    assert 0 < found.chance < 1e-9


def test_what_restates_the_failure_is_no_finding():
    """A failed request has another status, and takes another time."""
    failed = [record(status=500, path="/a", error={"kind": "x"}, ok=False)] * 20
    others = [record(status=200, path="/a", error={"kind": ""}, ok=True)] * 80

    assert [] == distinguishing(failed, others)


def test_a_request_counts_once():
    """However often it logs; and its other records did not succeed."""
    failed = [record(trace="t1", shard=3) for _ in range(50)]
    others = [record(trace=f"o{n}", shard=n % 9) for n in range(90)]
    same = [record(trace="t1", shard=1) for _ in range(90)]

    assert [] == distinguishing(failed, others)
    assert [] == distinguishing([record(trace="t1", shard=3)] * 9, same)


def test_few_records_tell_nothing():
    """Three of three are an anecdote."""
    assert [] == distinguishing([record(v="2")] * 3, [record(v="1")] * 500)
    assert [] == distinguishing([], [record(v="1")])
    assert [] == distinguishing([record(v="2")] * 9, [])


def test_other_kinds_of_records_are_not_compared():
    """Another logger, or other fields."""
    failed = [record(logger="pay", user="7", card="visa", v="2")] * 20
    others = [record(logger="job", user="1", card="visa", v="1")] * 200
    sparse = [record(logger="pay", v="1")] * 200

    assert [] == distinguishing(failed, others)
    assert [] == distinguishing(failed, sparse)


def test_nested_fields_and_services_are_looked_at():
    """By their dotted paths; lists and long texts are not."""
    long = "x" * 90
    failed = [
        record(
            service="b", app={"version": "2", "deep": {"x": {"y": 1}}}, l=[1], t=long
        )
    ] * 9
    others = [record(service="a", app={"version": "1"}, l=[2], t="short")] * 60

    found = distinguishing(failed, others)

    assert {"service", "app.version"} == {one.field for one in found}


def test_the_most_certain_stand_first():
    """At most five of them."""
    failed = [
        record(**{f"f{n}": "bad" for n in range(9)}, mostly=n % 2) for n in range(30)
    ]
    others = [
        record(**{f"f{n}": "good" for n in range(9)}, mostly=0) for n in range(90)
    ]

    found = distinguishing(failed, others)

    assert 5 == len(found)
    assert sorted(one.chance for one in found) == [one.chance for one in found]
    assert "mostly" not in {one.field for one in found}


PLANS = {
    "few of few": (12, 40, {"a": {"x": 3, "y": 1}, "b": {"1": 1, "2": 1, "3": 1}}),
    "many values": (
        40,
        200,
        {f"f{n}": {str(v): 1 for v in range(40)} for n in range(12)},
    ),
    "rare values": (30, 300, {f"f{n}": {"n": 97, "r": 3} for n in range(20)}),
}


@pytest.mark.untraced
@pytest.mark.parametrize(("failed", "others", "shares"), PLANS.values(), ids=PLANS)
def test_no_difference_is_seldom_called_one(failed, others, shares):
    """In at most one of twenty samples anything is said where there is nothing."""
    said = 0
    tries = 60
    for seed in range(tries):
        random = Random(seed)
        said += bool(
            distinguishing(
                made(random, failed, **shares), made(random, others, **shares)
            )
        )

    assert said <= CHANCE_MAX * tries
