"""What arrives is looked at once, however it arrives; and alerts on it are as if all was."""

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.fresh import Stretches
from log_mcp.analysis.pick import pick
from log_mcp.analysis.rolling import STEPS
from log_mcp.analysis.rules import Above, Limit
from log_mcp.objects import Objects
from log_mcp.query.cursor import EVER
from log_mcp.query.filter import Ask
from log_mcp.query.metric import parse
from log_mcp.query.quantity import quantity
from log_mcp.record import Level
from log_mcp.store.ring import Ring
from log_mcp.timestamp import iso
from tests.builders import Log
from tests.feeding import NOON_NS, SECOND_NS, folder

SPAN_NS = 60 * SECOND_NS
TRACE = 'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    g()\nKeyError: 1\n'


def text_line(second, level, key, cost, *, trace):
    time = iso(NOON_NS + second * SECOND_NS)[:-1].replace("T", " ").replace(".", ",")
    told = f"{time} {level} shop - job ended worker={key} cost={cost}\n"
    return told + TRACE * trace


def json_line(second, level, key, cost, *, trace):
    time = iso(NOON_NS + second * SECOND_NS)
    more = ', "stack": "KeyError: 1"' * trace
    return (
        f'{{"time": "{time}", "level": "{level.lower()}", "msg": "job ended", '
        f'"worker": "{key}", "cost": {cost}{more}}}\n'
    )


def written(dice, line):
    """A log, and where its records begin."""
    text, begins = "", []
    for number in range(dice.randint(1, 60)):
        begins.append(len(text))
        level = dice.choice(["INFO", "ERROR", "CRITICAL"])
        trace = level != "INFO" and dice.random() < 0.5
        second = number - 60 - dice.randint(0, 20)
        text += line(
            second, level, f"w{dice.randint(0, 2)}", dice.randint(1, 9), trace=trace
        )
    return text.encode(), begins


def arrivals(dice, path, ring, line):
    """Brings a log into a ring: its end as it is written, what was before as history."""
    text, begins = written(dice, line)
    begin = dice.choice(begins)
    log = Log(path, text, begin=begin)
    older = [0, *sorted(dice.choices(begins, k=3)), begin]
    stretches = [(a, b) for a, b in pairwise(older) if a < b <= begin]
    while not log.done or stretches:
        if stretches and (log.done or dice.random() < 0.3):
            ring.prepend(log.between(*stretches.pop()))
        else:
            ring.append(log.next(dice.randint(1, 600)))
        if dice.random() < 0.2:
            ring.seal(str(path))
        yield


def of_all(ring, now_ns):
    """Sum and count by worker of the errors held that lie in the window."""
    step = SPAN_NS // STEPS
    found: dict[tuple[str], float] = {}
    for held in ring.snapshot():
        for segment in held.segments:
            for row in range(len(segment)):
                record = segment.record(row)
                assert record.time_ns is not None
                inside = 0 <= now_ns // step - record.time_ns // step < STEPS
                if inside and record.level >= Level.ERROR:
                    key = (record.fields["worker"],)
                    cost = quantity(record.fields["cost"])
                    assert cost is not None
                    found[key] = found.get(key, 0) + cost.value
    return found


@pytest.mark.untraced
@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1), st.sampled_from([text_line, json_line]))
def test_an_alert_is_told_as_if_all_was_looked_at(seed, line):
    """Whatever came first, was cut where, sealed when, and looked at how often."""
    dice, ring, now = Random(seed), Ring(10_000_000), NOON_NS
    errors = Annotator()
    rule = Above(
        pick(Ask(where=("level >= error",)), ["cost"], ["worker"]),
        Limit(parse("sum(cost)"), 20.0, "", SPAN_NS),
        ("worker",),
        Columns(errors, Objects()),
        errors,
    )
    stretches = Stretches({})
    with folder() as path:
        logs = [arrivals(dice, path / f"{name}.log", ring, line) for name in "ab"]
        while logs:
            log = dice.choice(logs)
            if next(log, log) is log:
                logs.remove(log)
            now += dice.randint(0, 8) * SECOND_NS
            if logs and dice.random() < 0.4:
                continue  # Some arrivals are looked at together.
            for fresh in stretches.fresh(ring.snapshot(), rule.oldest_ns(now)):
                rule.take(fresh, now)
            told = {one.key: one for one in rule.told(now)}

            assert of_all(ring, now) == {key: one.value for key, one in told.items()}
            assert all(one.holds is (one.value > 20) for one in told.values())


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**32 - 1))
def test_each_record_is_looked_at_once(seed):
    """But for those that got more lines, which say so."""
    dice, ring = Random(seed), Ring(10_000_000)
    stretches = Stretches({})
    seen: list[str] = []
    with folder() as path:
        for _ in arrivals(dice, path / "a.log", ring, text_line):
            for fresh in stretches.fresh(ring.snapshot(), -EVER):
                ids = [fresh.segment.record_id(n) for n in range(len(fresh.segment))]
                assert not fresh.grown or ids[0] in seen
                seen += ids[fresh.grown :]
        held = [
            segment.record_id(row)
            for one in ring.snapshot()
            for segment in one.segments
            for row in range(len(segment))
        ]
        assert sorted(held) == sorted(seen)
        assert [] == list(stretches.fresh(ring.snapshot(), -EVER))


def test_what_history_adds_before_a_record_lets_it_count_once():
    """Also if the record gets more lines after that."""
    older = text_line(-2, "INFO", "w", 1, trace=False)
    begun = text_line(-1, "ERROR", "w", 1, trace=False)
    errors, ring, stretches = Annotator(), Ring(10_000_000), Stretches({})
    rule = Above(
        pick(Ask(where=("level >= error",))),
        Limit(parse("count"), 0.0, "", SPAN_NS),
        (),
        Columns(errors, Objects()),
        errors,
    )
    with folder() as path:
        log = Log(path / "a.log", f"{older}{begun}{TRACE}".encode(), begin=len(older))
        for arrive in (
            lambda: ring.append(log.next(len(begun))),
            lambda: ring.prepend(log.between(0, len(older))),
            lambda: ring.append(log.next()),
        ):
            arrive()
            for fresh in stretches.fresh(ring.snapshot(), -EVER):
                rule.take(fresh, NOON_NS)

            assert [1] == [one.value for one in rule.told(NOON_NS)]


def test_what_left_and_came_back_is_looked_at_anew():
    """A file that is forgotten is none that was looked at."""
    with folder() as path:
        log, ring = (
            Log(path / "a.log", text_line(0, "INFO", "w", 1, trace=False).encode()),
            Ring(10_000_000),
        )
        ring.append(log.next())
        stretches = Stretches({})
        held = ring.snapshot()

        assert 1 == len(list(stretches.fresh(held, -EVER)))
        assert [] == list(stretches.fresh((), -EVER))
        assert 1 == len(list(stretches.fresh(held, -EVER)))
        assert [] == list(stretches.fresh(held, EVER))
