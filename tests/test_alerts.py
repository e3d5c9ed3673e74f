"""Alerts on files that grow under a watcher, by an injected clock."""

import json
from dataclasses import replace

import pytest

from log_mcp import alerts, logbook, lookout, render
from log_mcp.analysis import rules
from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.fresh import Stretches
from log_mcp.analysis.pick import pick
from log_mcp.answer import Alert
from log_mcp.config_file import AlertConfig
from log_mcp.errors import ConfigError
from log_mcp.leap import Leaps
from log_mcp.logbook import Logbook
from log_mcp.objects import Objects
from log_mcp.query.filter import Ask
from log_mcp.store.ring import Ring
from log_mcp.timestamp import iso
from tests.books import config, reading
from tests.builders import Log
from tests.feeding import NOON_NS, SECOND_NS, Clock, eventually

MINUTE = 60 * SECOND_NS
STORM = AlertConfig("storm", where=("level >= error",), rate_above=(3, MINUTE))
SPEND = AlertConfig("spend", metric="sum(cost_usd)", above=(1.0, ""), per=60 * MINUTE)
QUIET = AlertConfig("quiet", silent_for=0)
NEW = AlertConfig("new kind", new_group=True)


def line(second, level="info", **more):
    """A record so many seconds from noon."""
    told = {"time": iso(NOON_NS + int(second * SECOND_NS)), "level": level}
    return json.dumps({**told, "msg": "job done", **more}) + "\n"


def errors(*seconds, **more):
    return [line(second, "error", **more) for second in seconds]


def write(path, *lines):
    with path.open("a") as file:
        file.write("".join(lines))


@pytest.fixture
def log(tmp_path):
    return tmp_path / "worker.jsonl"


@pytest.fixture
def clock():
    return Clock()


def book(log, clock, *wanted, **more):
    """A logbook with alerts, at work."""
    return reading(replace(config(log.parent, log.name), alerts=wanted, **more), clock)


def states(found):
    """State and group of what fires and was over."""
    return [(one.state, *one.key.values()) for one in found.alerts().alerts]


def holds(found, count):
    """Whether so many records are held in time."""
    return eventually(lambda: found.overview().view.records_held == count)


def becomes(found, *expected):
    """Whether the states are so in time."""
    return eventually(lambda: list(expected) == states(found))


def test_a_rate_fires_and_is_over(log, clock):
    """When more than so many came in a minute, and once that was not so for one."""
    write(log, line(-30), *errors(-20, -10))
    with book(log, clock, STORM) as found:
        assert [] == states(found)
        write(log, *errors(-5, -2))
        assert becomes(found, ("firing",))
        told = found.alerts()
        clock.advance(50)
        assert ["firing"] == [state for (state,) in states(found)]
        clock.advance(61)
        over = found.alerts()

    (alert,) = told.alerts
    assert ("storm", 4, "records") == (alert.name, alert.value, alert.unit)
    assert "more than 3 records in 1m where level >= error" == alert.rule
    assert iso(NOON_NS) == alert.since == alert.fired
    assert [("storm", 1)] == [(rule.name, rule.firing) for rule in told.rules]
    (alert,) = over.alerts
    assert ("resolved", iso(NOON_NS)) == (alert.state, alert.fired)
    assert iso(NOON_NS + 111 * SECOND_NS) == alert.since


def test_a_value_around_its_limit_fires_once(log, clock):
    """It is over only after it was below for as long as its window."""
    write(log, *errors(-3, -2, -1, 0))
    with book(log, clock, STORM) as found:
        assert becomes(found, ("firing",))
        for n in range(1, 6):
            clock.advance(40)
            write(log, *(errors(40 * n, 40 * n, 40 * n) + errors(40 * n)))
            assert holds(found, 4 * (n + 1))
            assert [("firing",)] == states(found)
        changes, number = found.lookout.changes(0)

    assert 1 == number
    assert ["firing"] == [one.state for one in changes]


def test_old_history_fires_nothing(log, clock):
    """What counts is the time of the records: an hour ago is no minute ago."""
    write(log, *errors(*range(-3700, -3600)), line(-1))
    with book(log, clock, STORM, NEW) as found:
        assert [] == states(found)


def test_history_within_the_window_counts(log, clock):
    """Though it was written before the start."""
    write(log, *errors(-40, -30, -20, -10), *[line(0)] * 5000)
    with book(log, clock, STORM) as found:
        assert becomes(found, ("firing",))


def test_each_value_of_a_field_is_on_its_own(log, clock):
    """Records without the field do not count."""
    storm = replace(STORM, group_by=("channel_id",))
    write(log, *errors(-5, -4, -3, -2, channel_id=7), *errors(-5, -4, -3, channel_id=8))
    write(log, *errors(-5, -4, -3, -2))
    with book(log, clock, storm) as found:
        assert becomes(found, ("firing", "7"))
        write(log, *errors(-1, channel_id=8))
        assert eventually(
            lambda: {("firing", "7"), ("firing", "8")} == {*states(found)}
        )
        example = found.alerts().alerts[0].example
        record = found.error(example).record
        assert record.fields["channel_id"] in (7, 8)


def test_a_metric_above_its_limit(log, clock):
    """A sum over an hour, and a percentile in its unit."""
    slow = AlertConfig(
        "slow", metric="p90(duration)", above=(1.0, "s"), per=5 * MINUTE, source=("w*",)
    )
    write(log, *(line(n - 60, cost_usd=0.2, duration="900ms") for n in range(5)))
    with book(log, clock, SPEND, slow) as found:
        assert [] == states(found)
        write(log, line(-1, cost_usd=0.5, duration="1.5s"))
        assert becomes(found, ("firing",), ("firing",))
        told = {one.name: one for one in found.alerts().alerts}

    assert 1.5 == told["spend"].value
    assert pytest.approx(1.5, rel=0.01) == told["slow"].value
    assert "p90(duration) above 1s in 5m where source in (w*)" == told["slow"].rule


def test_a_share_of_records(log, clock):
    """In percent, too."""
    failing = AlertConfig(
        "failing", metric="share(status >= 500)", above=(20.0, "%"), per=MINUTE
    )
    write(log, *(line(-9, status=200) for _ in range(8)), *[line(-8, status=503)] * 2)
    with book(log, clock, failing) as found:
        assert [] == states(found)
        write(log, line(-7, status=500))
        assert becomes(found, ("firing",))


def test_distinct_values(log, clock):
    """Each once."""
    users = AlertConfig(
        "users", metric="distinct(user_id)", above=(2.0, ""), per=MINUTE, level="error"
    )
    write(
        log, *errors(-9, -8, -7, user_id=1), *errors(-9, user_id=2), line(-1, user_id=3)
    )
    with book(log, clock, users) as found:
        assert [] == states(found)
        write(log, *errors(-1, user_id=3))
        assert becomes(found, ("firing",))


def test_a_silent_source(log, clock):
    """Longer than its habit; the next line is the end of it."""
    write(log, *map(line, range(-600, 1, 30)))
    with book(log, clock, QUIET) as found:
        assert [] == states(found)
        clock.advance(91)
        assert [("firing", "worker")] == states(found)
        (alert,) = found.alerts().alerts
        write(log, line(91))
        assert becomes(found, ("resolved", "worker"))

    assert (91, "s", "silent for longer than its habit") == (
        alert.value,
        alert.unit,
        alert.rule,
    )


def test_a_night_that_the_machine_slept_through_is_no_silence(log, clock):
    """Else every laptop would raise the alarm each morning."""
    write(log, *map(line, range(-600, 1, 30)))
    passed = [0.0, 0.0]
    leaps = Leaps(clock, lambda: passed[0], lambda: passed[1])
    leaps.look()
    with book(log, clock, QUIET) as found:
        found.lookout._alerts.skip(leaps.skipped_ns)
        clock.advance(28_800)
        passed[1] += 28_800
        leaps.look()
        assert [] == states(found)
        clock.advance(91)
        passed[:] = [91, 28_891]
        leaps.look()

        assert [("firing", "worker")] == states(found)


def test_a_silent_value(log, clock):
    """Of a field, and for longer than a span that is told."""
    quiet = AlertConfig("quiet", silent_for=2 * MINUTE, group_by=("worker_id",))
    write(log, line(-60, worker_id="w1"), line(-50, worker_id="w2"), line(0))
    with book(log, clock, quiet) as found:
        assert [] == states(found)
        clock.advance(65)
        assert [("firing", "w1")] == states(found)
        clock.advance(86_400)
        assert {("resolved", "w1"), ("resolved", "w2")} == {*states(found)} | {
            ("resolved", "w2")
        }


def test_a_group_that_was_not_there_before(log, clock):
    """Not one of history; each new one once, until it has not come for ten minutes."""
    write(log, *errors(-50, msg="disk is full"))
    with book(log, clock, NEW) as found:
        assert found.wait_finished(20)
        assert [] == states(found)
        write(log, *errors(0, msg="disk is full"), *errors(0, msg="no route to host"))
        assert eventually(lambda: len(states(found)) == 1)
        clock.advance(300)
        write(log, *errors(300, msg="no route to host"))
        assert eventually(lambda: found.alerts().alerts[0].value == 2)
        clock.advance(599)
        (alert,) = found.alerts().alerts
        clock.advance(1)
        (over,) = found.alerts().alerts
        write(log, *errors(900, msg="no route to host"))
        assert holds(found, 5)
        assert 1 == found.lookout.changes(1)[1] - 1

    assert ("firing", "no route to host", "errors") == (
        alert.state,
        alert.title,
        alert.unit,
    )
    assert "resolved" == over.state


def test_lines_that_arrive_later_belong_to_their_record(log, clock):
    """What they add to it counts, and it counts once."""
    log = log.with_suffix(".log")
    head = "2026-03-04 11:59:59,000 ERROR shop - job {} failed\n"
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\n'
    once = replace(STORM, rate_above=(1, MINUTE), regex="KeyError|job 2")
    key = AlertConfig("key", regex="KeyError", rate_above=(0, MINUTE))
    write(log, head.format(1), head.format(2), trace)
    with book(log, clock, once, key) as found:
        assert holds(found, 2)
        assert [] == states(found)
        write(log, "KeyError: 'a'\n")
        write(log, head.format(3))
        assert becomes(found, ("firing",))
        assert holds(found, 3)
        (alert,) = found.alerts().alerts

    assert ("key", 1) == (alert.name, alert.value)


def test_an_alert_that_must_last(log, clock):
    """It is pending meanwhile, which the overview does not tell."""
    lasting = replace(STORM, for_=30 * SECOND_NS)
    write(log, *errors(-3, -2, -1, 0))
    with book(log, clock, lasting) as found:
        assert becomes(found, ("pending",))
        assert [] == found.overview().alerts
        clock.advance(30)
        assert [("firing",)] == states(found)
        assert ["firing"] == [one.state for one in found.overview().alerts]


def test_the_overview_tells_of_them(log, clock):
    """Before the errors, with the rule, the number, and a record to look at."""
    write(log, *errors(-3, -2, -1, 0, channel_id=7))
    storm = replace(STORM, group_by=("channel_id",))
    with book(log, clock, storm, SPEND) as found:
        assert becomes(found, ("firing", "7"))
        clock.advance(200)
        assert becomes(found, ("firing", "7"))
        clock.advance(60)
        assert becomes(found, ("resolved", "7"))
        text = render.overview(found.overview(), 2000)
        example = found.alerts().alerts[0].example

    assert " | 0 of 2 alerts firing | " in text
    assert (
        "alerts (state, name, group, rule, value):\n"
        "resolved storm channel_id=7: more than 3 records in 1m where level >= error: "
        f"4 records | noticed 4 min ago, resolved 0 s ago | example {example}\n"
        "top errors"
    ) in text


VALUES = {
    "one of many": (1, "records", "1 record"),
    "one error": (1, "errors", "1 error"),
    "none": (0, "errors", "0 errors"),
    "one of a unit": (1, "ms", "1 ms"),
    "one second": (1, "s", "1 s"),
    "without a unit": (1, "", "1"),
    "a fraction": (1.25, "min", "1.25 min"),
}


@pytest.mark.parametrize(("value", "unit", "said"), VALUES.values(), ids=VALUES)
def test_a_value_is_told_with_its_unit(value, unit, said):
    """A word is told of one where it is one; a unit stays as it is."""
    alert = Alert("slow", "firing", "a rule", iso(NOON_NS), value, unit)

    start = "2026-03-04T12:00:00Z alert firing slow"
    assert (start, f"a rule: {said}") == render.alert_line(alert)


def test_a_source_that_is_not_there(log, clock):
    """Is told, as the alert could not fire."""
    write(log, line(0))
    with book(log, clock, replace(STORM, source=("wroker",))) as found:
        notes = found.overview().view.notes
        assert notes == found.alerts().notes

    assert [
        "alert 'storm' can never fire: there is no source wroker. Did you mean 'worker'?"
    ] == notes


BAD = {
    "a condition": (
        replace(STORM, where=("level",)),
        "alert 'storm': where: 'level' has",
    ),
    "a metric": (replace(SPEND, metric="summ(x)"), "Did you mean 'sum'?"),
    "a unit": (
        replace(SPEND, above=(1.0, "qs")),
        "alert 'spend': above: unknown unit 'qs'",
    ),
    "a unit of a count": (
        replace(SPEND, metric="count", above=(1.0, "s")),
        "above: count has no unit, so leave out 's'",
    ),
    "a field": (replace(STORM, group_by=("",)), "the name of a field is empty"),
    "a level": (replace(STORM, level="eror"), "Did you mean 'error'?"),
}


@pytest.mark.parametrize(("alert", "said"), BAD.values(), ids=BAD)
def test_what_means_nothing_is_refused(log, clock, alert, said):
    """With the name of the alert, and what would be valid."""
    with pytest.raises(ConfigError) as caught:
        Logbook(replace(config(log.parent, log.name), alerts=(alert,)), clock)
    assert str(caught.value).startswith(f"alert {alert.name!r}: ")
    assert said in str(caught.value)


def test_the_file_of_settings_is_named(log, clock):
    """Where there is one."""
    settings = config(log.parent, log.name)
    bad = replace(settings, alerts=(replace(STORM, level="x"),), file=log)
    with pytest.raises(ConfigError) as caught:
        Logbook(bad, clock)
    assert str(caught.value).startswith(f"{log}: alert 'storm': unknown level 'x'.")


def test_without_alerts_nothing_runs(log, clock):
    """No thread, no look, no word."""
    write(log, *errors(-3, -2, -1, 0))
    with book(log, clock) as found:
        told = found.alerts()
        names = {thread.name for thread in found.feed._threads}
        text = render.overview(found.overview(), 2000)

    assert ([], [], []) == (told.alerts, told.rules, told.notes)
    assert {"log-mcp-ingest", "log-mcp-seal"} == names
    assert "alert" not in text


def test_of_too_many_values_some_do_not_count(log, clock, monkeypatch):
    """Which a note tells; once the others left the window there is room again."""
    monkeypatch.setattr(rules, "GROUPS_MAX", 3)
    storm = replace(STORM, group_by=("channel_id",))
    write(log, *(line(-9, "error", channel_id=n) for n in range(5)))
    with book(log, clock, storm) as found:
        assert [
            "alert 'storm': 2 records did not count, as channel_id has too many values"
        ] == found.overview().view.notes
        clock.advance(120)
        write(log, *errors(115, 116, 117, 118, channel_id=77))
        assert becomes(found, ("firing", "77"))


def test_of_many_that_fire_some_are_told(log, clock, monkeypatch):
    """More are one trouble."""
    monkeypatch.setattr(alerts, "FIRING_MAX", 1)
    storm = replace(STORM, group_by=("channel_id",), rate_above=(0, MINUTE))
    write(log, *errors(-2, channel_id=1), *errors(-1, channel_id=2))
    with book(log, clock, storm) as found:
        assert 1 == len(states(found))
        assert ["alert 'storm': more than 1 fire; others are not told"] == (
            found.alerts().notes
        )


def test_a_silence_of_too_many_values_is_none(log, clock, monkeypatch):
    """Those are no workers."""
    monkeypatch.setattr(rules, "MOST", 2)
    quiet = replace(QUIET, silent_for=SECOND_NS, group_by=("user_id",))
    write(log, *(line(-60, user_id=n) for n in range(3)), line(-60, user_id=1))
    with book(log, clock, quiet) as found:
        assert [] == states(found)
        write(log, line(0, user_id=2))
        assert holds(found, 5)
        assert ["alert 'quiet' never fires: user_id has too many values"] == (
            found.alerts().notes
        )


def test_what_is_over_is_told_for_an_hour(log, clock):
    """And then forgotten; how long it must be over can be said."""
    brief = replace(STORM, keep_firing_for=SECOND_NS)
    write(log, *errors(-3, -2, -1, 0))
    with book(log, clock, brief) as found:
        assert [("firing",)] == states(found)
        clock.advance(61)
        assert [("firing",)] == states(found)
        clock.advance(1)
        assert [("resolved",)] == states(found)
        clock.advance(3601)
        assert [] == states(found)


def test_numbers_with_units_are_compared_in_one(log, clock):
    """What measures something else is none; a bare one is in the unit of the limit."""
    slow = AlertConfig("slow", metric="max(took)", above=(2.0, "s"), per=MINUTE)
    write(log, line(-9, took="1500ms"), line(-9, took="9MB"), line(-9, took="much"))
    with book(log, clock, slow) as found:
        assert [] == states(found)
        write(log, line(-8, took=2.5))
        assert becomes(found, ("firing",))
        (alert,) = found.alerts().alerts

    assert (2.5, "s") == (alert.value, alert.unit)


def test_a_number_without_a_unit_is_in_the_one_its_field_names(log, clock):
    """Not in that of the limit, as filters read it; a unit behind it goes before."""
    slow = AlertConfig("slow", metric="max(took_ms)", above=(2.0, "s"), per=MINUTE)
    write(log, line(-9, took_ms=1500), line(-9, took_ms="1.9s"))
    with book(log, clock, slow) as found:
        assert [] == states(found)
        write(log, line(-8, took_ms=2500))
        assert becomes(found, ("firing",))
        (alert,) = found.alerts().alerts

    assert (2.5, "s") == (alert.value, alert.unit)


def test_a_group_that_history_shows_late_is_not_new(log):
    """What arrived waits until all of history is known."""
    annotator = Annotator()
    held = Log(log, "".join(errors(-2, -1, msg="disk is full")).encode())
    older, newer = held.next(1), held.next()
    ring = Ring(1_000_000)
    ring.append(newer)
    rule = rules.NewGroup(pick(Ask()), Columns(annotator, Objects()), annotator, MINUTE)
    marks = {str(log): len(older.text)}
    stretches = Stretches(marks)
    for fresh in stretches.fresh(ring.snapshot(), rule.oldest_ns(0)):
        rule.take(fresh, 0)
    before = list(rule.told(0))
    ring.prepend(older)
    rule.learn(ring.snapshot(), marks)

    assert [] == before == list(rule.told(0))


def test_the_example_is_none_that_was_forgotten(log, clock):
    """Though what comes then is older."""
    write(log, *errors(-4, -3, -2, -1))
    with book(log, clock, STORM) as found:
        assert becomes(found, ("firing",))
        (before,) = found.alerts().alerts
        found.clear()
        write(log, *errors(-9, -8, -7, -6))
        assert holds(found, 4)
        (after,) = found.alerts().alerts
        assert iso(NOON_NS - 6 * SECOND_NS) == found.error(after.example).record.time

    assert ("firing", 4) == (after.state, after.value)
    assert before.example != after.example


def test_a_long_look_is_not_waited_for(log, clock, monkeypatch):
    """A question says that it was not over."""
    monkeypatch.setattr(lookout, "WAIT_S", -1.0)
    monkeypatch.setattr(logbook, "LOOKOUT_S", -1.0)
    write(log, line(0))
    with book(log, clock, STORM) as found:
        assert lookout.BEHIND in found.overview().view.notes


def test_what_is_forgotten_is_no_alert(log, clock):
    """Nor does a worker that was forgotten stay known; what comes then counts."""
    write(log, *errors(-3, -2, -1, 0, worker_id="w1"))
    with book(log, clock, STORM, QUIET, NEW, health_group_by="worker_id") as found:
        assert found.wait_finished(20)
        assert becomes(found, ("firing",))
        assert 4 == found.health().values.rows[0].records
        assert {"worker": 4} == found.clear().removed
        assert [] == found.health().values.rows
        clock.advance(61)
        assert ["resolved"] == [state for (state,) in states(found)]
        write(log, *errors(61, worker_id="w1"))
        assert eventually(lambda: len(found.health().values.rows) == 1)
        assert 1 == found.health().values.rows[0].records
