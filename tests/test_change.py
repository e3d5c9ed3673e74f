"""What a point in time changed for groups of errors, and that chance is never told as it."""

from random import Random

import pytest

from log_mcp import render
from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.change import Activity, since
from log_mcp.analysis.group import judged, watched
from log_mcp.query.filter import Ask, Filter
from log_mcp.query.search import earlier, matching
from log_mcp.timestamp import iso
from tests.books import config, reading
from tests.feeding import NOON_NS, SECOND_NS, TRACE, Clock, eventually
from tests.test_group import BEGIN_NS, MINUTE_NS, line, tallied, tell  # noqa: F401

HOURS = range(600)  # minutes
INFO = [line(minute, f"request {minute}", "INFO") for minute in HOURS]


def told(segments, point, end=600):
    """Changes since a minute, by title; and the summary."""
    tallies, before = tallied(segments, point, end), tallied(segments, 0, point)
    window = (BEGIN_NS + point * MINUTE_NS, BEGIN_NS + end * MINUTE_NS)
    groups = judged(
        tallies,
        *window,
        before,
        point * MINUTE_NS,
        earlier=lambda: before,
        since=watched(segments),
    )
    found = since(groups, tallies, before, window, segments, most=10)
    changes = {one.title.split()[-1]: one.change for one in [*groups, *found.gone]}
    return changes, found


def every(minutes, word):
    return [line(minute, f"error of {word}") for minute in minutes]


CASES = {
    "never before": (range(560, 600, 4), 560, "new"),
    "all the time": (range(0, 600, 5), 560, "still there"),
    "gone, and back": ([*range(0, 120, 4), *range(570, 600, 4)], 560, "regressed"),
    "gone for good": (range(0, 560, 5), 560, "gone"),
    "gone long before": (range(0, 120, 4), 560, None),
    "here and gone again": ([*range(0, 300, 60), *range(310, 330)], 305, "gone"),
    "hardly ever": ([10, 300, 580], 560, "still there"),
    "hardly ever, and not since": ([10, 300, 480], 560, None),
    "in bursts": (
        [b + n for b in range(0, 600, 99) for n in range(6)],
        470,
        "still there",
    ),
    "a lull no longer than others": (
        [*range(200), *range(260, 480), *range(565, 600)],
        500,
        "still there",
    ),
}


@pytest.mark.parametrize(("minutes", "point", "expected"), CASES.values(), ids=CASES)
def test_what_a_point_changed(tell, minutes, point, expected):  # noqa: F811
    """Told in words, and in numbers where it is told at all."""
    changes, found = told(tell(app=INFO + every(minutes, "it")), point)

    assert expected == changes.get("it")
    assert (f"1 {expected}" if expected else "") == found.text


def test_a_group_that_is_gone_says_how_often_it_was(tell):  # noqa: F811
    """None of it lies in the window; its newest record is named."""
    _, found = told(tell(app=INFO + every(range(0, 560, 5), "it")), 560)
    [gone] = found.gone

    assert (0, 112, "gone", "gone") == (
        gone.count,
        gone.before,
        gone.status,
        gone.change,
    )
    assert iso(BEGIN_NS + 555 * MINUTE_NS) == gone.last_seen


def test_a_log_that_stands_still_tells_of_nothing(tell):  # noqa: F811
    """A stopped service makes no error go, nor come back when it starts again."""
    quiet = [*range(300), *range(540, 600)]
    info = [line(minute, f"request {minute}", "INFO") for minute in quiet]
    errors = every([m for m in quiet if m % 3 == 0], "it")

    assert ({"it": "still there"}, "1 still there") == (
        told(tell(app=info + errors), 400)[0],
        told(tell(app=info + errors), 400)[1].text,
    )
    assert {} == told(tell(app=info[:300] + errors[:100], db=INFO), 400)[0]


def test_few_are_shown_of_many_that_are_gone(tell):  # noqa: F811
    """All are counted; the most frequent ones are shown."""
    errors = [
        e
        for n in range(15)
        for e in every(range(0, 560, 5 + n % 2), f"kind-{chr(97 + n)}x")
    ]
    _, found = told(tell(app=INFO + errors), 560)

    assert (10, "15 gone") == (len(found.gone), found.text)
    assert [112] * 8 + [94] * 2 == [one.before for one in found.gone]


def test_what_is_shown_is_not_told_where_chance_may_be_why(tell):  # noqa: F811
    """A log that begins just before the point knows little of what is new."""
    late = INFO[540:]
    changes, _ = told(tell(app=late + every([580, 590], "it"), db=INFO), 550)

    assert {"it": None} == changes


@pytest.mark.untraced
@pytest.mark.parametrize(("per_hour", "logs"), [(1, 24), (6, 24), (60, 4)])
def test_chance_is_hardly_ever_told_as_a_change(tell, per_hour, logs):  # noqa: F811
    """Groups of a steady rate, at any point: at most three in a hundred are told."""
    wrong = 0
    for seed in range(logs):
        dice = Random(seed)
        errors = []
        for kind in "abcde":
            minute = dice.expovariate(per_hour / 60)
            while minute < 600:
                errors.append(line(minute, f"error of kind-{kind}x"))
                minute += dice.expovariate(per_hour / 60)
        changes, _ = told(tell(app=sorted(INFO + errors)), dice.randrange(200, 580))
        wrong += sum(one in ("regressed", "gone") for one in changes.values())

    assert wrong <= 0.03 * 5 * logs


def test_activity_is_of_some_sources_and_what_is_held(tell):  # noqa: F811
    """Outside of it, and of a source that is unknown, nothing was written."""
    activity = Activity(tell(app=INFO[:300], db=INFO))
    begin, hour = BEGIN_NS, 60 * MINUTE_NS

    assert hour == activity.within(["app"], begin + hour, begin + 2 * hour)
    assert activity.within(["app"], begin, begin + 10 * hour) < 5.2 * hour
    assert activity.within(["app", "db"], begin, begin + 10 * hour) > 9.9 * hour
    assert 0 == activity.within(["app"], begin - 9 * hour, begin - hour)
    assert 0 == activity.within(["nobody"], begin, begin + hour)
    assert 0 == activity.within(["app"], begin + hour, begin)
    assert 0 == Activity([]).within(["app"], begin, begin + hour)


# -- in answers --------------------------------------------------------------------------


def failing(times, message):
    return [(at, f"{iso(at)} ERROR shop - {message}\n") for at in times]


def write(path, *groups):
    text = "".join(text for _, text in sorted(one for group in groups for one in group))
    path.write_text(text)


def ago(*minutes):
    return [NOON_NS - minute * MINUTE_NS for minute in minutes]


def shop(path):
    """Ten hours: one steady, one new, one back, one gone half an hour ago."""
    write(
        path,
        failing(ago(*range(0, 600, 5)), "disk slow"),
        failing(ago(*range(1, 26, 4)), "schema mismatch"),
        failing(ago(*range(480, 600, 4), *range(2, 26, 4)), "card rejected"),
        failing(ago(*range(40, 600, 3)), "cache refused"),
    )


@pytest.mark.parametrize("question", ["overview", "trends"])
def test_answers_tell_what_changed(tmp_path, question):
    """In the header all, in the rows each; without a point nothing."""
    shop(tmp_path / "app.log")
    with reading(config(tmp_path, "app.log")) as book:
        ask = {
            "overview": lambda point: book.overview(since=point),
            "trends": lambda point: book.trends(Ask(since=point)),
        }[question]
        answer, open_ = ask("30m"), ask(None)
    groups = answer.top_errors if question == "overview" else answer.groups
    text = getattr(render, question)(answer, 3000)

    assert {
        "schema mismatch": "new",
        "card rejected": "regressed",
        "disk slow": "still there",
        "cache refused": "gone",
    } == {one.title.removeprefix("shop "): one.change for one in groups}
    assert "groups since then: 1 new, 1 regressed, 1 still there, 1 gone" in text
    assert "steady, still there error" in text
    assert "gone since then (id, count before):" in text
    assert "x187 cache refused | last 40 min ago" in text
    assert "since then" not in getattr(render, question)(open_, 3000)
    if question == "trends":
        assert len(answer.groups[0].series) == len(answer.totals)
        assert [] == answer.groups[-1].series


@pytest.mark.parametrize("question", ["overview", "trends"])
def test_what_came_since_the_last_call_is_compared_with_all_before(tmp_path, question):
    """A group that was known is no news, and rates are of that time alone."""
    log = tmp_path / "app.log"
    shop(log)
    clock = Clock()
    with reading(config(tmp_path, "app.log"), clock) as book:
        held = book.overview().view.records_held
        clock.advance(60)
        late = [NOON_NS + n * SECOND_NS for n in (20, 40)]
        with log.open("a") as file:
            file.writelines(t for _, t in failing(late[:1], "disk slow"))
            file.writelines(t for _, t in failing(late[1:], "boom"))
        assert eventually(lambda: book.sources()[0].records == held + 2)
        if question == "overview":
            answer = book.overview(since="last_call")
            groups = answer.top_errors
        else:
            answer = book.trends(Ask(since="last_call"))
            groups = answer.groups
            assert (2.0, 2) == (answer.errors_per_minute, sum(answer.totals))

    found = {one.title.removeprefix("shop "): one.change for one in groups}
    assert "still there" == found["disk slow"]
    assert found["boom"] in ("new", None)


def test_replayed_lines_are_the_window_of_the_last_call(tmp_path):
    """What is new and says it happened long ago is counted where it happened."""
    log = tmp_path / "app.log"
    shop(log)
    with reading(config(tmp_path, "app.log")) as book:
        held = book.overview().view.records_held
        with log.open("a") as file:
            file.writelines(t for _, t in failing(ago(90, 80), "disk slow"))
        assert eventually(lambda: book.sources()[0].records == held + 2)
        answer = book.trends(Ask(since="last_call"))

    assert 2 == sum(answer.totals)
    assert ["still there"] == [one.change for one in answer.groups]


def test_nothing_new_since_the_last_call(tmp_path):
    """Is an answer, also of the first call."""
    shop(tmp_path / "app.log")
    with reading(config(tmp_path, "app.log")) as book:
        first = book.trends(Ask(since="last_call"))
        second = book.trends(Ask(since="last_call"))

    assert ([], []) == (first.groups, second.groups)


def test_a_record_that_goes_on_behind_its_mark_is_news_alone(tmp_path):
    """What is inside of a window of marks is not also before it."""
    log = tmp_path / "app.log"
    log.write_text(
        "2026-03-04 11:00:00 INFO shop open\n2026-03-04 11:00:01 ERROR shop boom\n"
    )
    mark = log.stat().st_size
    with reading(config(tmp_path, "app.log")) as book:
        with log.open("a") as file:
            file.write(TRACE + "\n")
        assert eventually(lambda: book.search(Ask(query="OutOfStock")).matched == 1)
        [held] = book.ring.snapshot()
        wanted = Filter(marks={held.key: mark})
        [(segment, new)] = matching(held.segments, wanted, Annotator())
        [(_, old)] = earlier(held.segments, wanted, Annotator())

    assert ([0], [1]) == (old.tolist(), new.tolist())
    assert 2 == len(segment)
