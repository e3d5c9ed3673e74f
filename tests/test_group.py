"""Which groups are new, which rise, and which stand first."""

import numpy as np
import pytest

from log_mcp.analysis import group as module
from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.group import judged, watched
from log_mcp.analysis.tally import Tallies, part
from log_mcp.timestamp import iso
from tests.builders import segment_of
from tests.feeding import SECOND_NS

BEGIN_NS = 1_772_582_400 * SECOND_NS  # 2026-03-04T00:00:00Z
MINUTE_NS = 60 * SECOND_NS
HOUR_NS = 60 * MINUTE_NS

RAISED = """\
Traceback (most recent call last):
  File "/srv/pay.py", line 3, in pay
    check()
ValueError: raised"""


def stamp(minute):
    return iso(BEGIN_NS + int(minute * MINUTE_NS))


def line(minute, message, level="ERROR"):
    return f"{stamp(minute)} {level} shop - {message}"


@pytest.fixture
def tell(tmp_path):
    """Segments of lines, by source."""

    def segments(**texts):
        return [
            segment_of(tmp_path / f"{name}.log", sorted(text), source=name)
            for name, text in texts.items()
        ]

    return segments


def tallied(segments, begin=-1, end=10**6):
    annotator = Annotator()
    parts = []
    for segment in segments:
        times = (segment.times - BEGIN_NS) / MINUTE_NS
        rows = np.flatnonzero((times >= begin) & (times < end))
        parts.append(part(segment, rows, annotator(segment)))
    return Tallies(parts)


def within(segments, minutes=60, since=None):
    return judged(
        tallied(segments), BEGIN_NS, BEGIN_NS + minutes * MINUTE_NS, since=since
    )


def compared(segments, begin, end, since=None):
    return judged(
        tallied(segments, begin, end),
        BEGIN_NS + begin * MINUTE_NS,
        BEGIN_NS + end * MINUTE_NS,
        tallied(segments, 0, begin),
        begin * MINUTE_NS,
        since=since,
    )


def statuses(groups):
    return {one.title: one.status for one in groups}


def test_a_group_as_an_answer_shows_it(tell):
    """Everything that a row says."""
    text = [
        line(n, f"order {n} lost trace_id=4bf92f3577b34da6a3ce929d0e0e47{n % 2:02}")
        for n in range(1, 6)
    ]
    [segment] = tell(api=text)
    [found] = within([segment])

    assert found.title.startswith("order <num> lost")
    assert (5, "error", "", {"api": 5}, 2) == (
        found.count,
        found.level,
        found.type,
        found.sources,
        found.traces,
    )
    assert (stamp(1), stamp(5)) == (found.first_seen, found.last_seen)
    assert segment.record_id(4) == found.example
    assert [] == found.series


WITHIN = {
    "only of late": ([50, 55, 58], "new"),
    "all the time": (range(0, 60, 5), "steady"),
    "much more now": ([5, *range(31, 60)], "rising"),
    "silent since long": (range(10), "gone"),
}


@pytest.mark.parametrize(("minutes", "status"), WITHIN.values(), ids=WITHIN)
def test_a_window_compared_with_itself(tell, minutes, status):
    """What it was in the first half tells what it is."""
    segments = tell(api=[line(n, "lost") for n in minutes])

    assert {"lost": status} == statuses(within(segments))


COMPARED = {
    "never before": ([65], "new"),
    "as before": (range(0, 120, 5), "steady"),
    "more than before": ([5, 15, *range(61, 119)], "rising"),
    "less than before": ([*range(60), 65, 110], "falling"),
}


@pytest.mark.parametrize(("minutes", "status"), COMPARED.values(), ids=COMPARED)
def test_a_window_compared_with_the_time_before(tell, minutes, status):
    """An hour with the hour before it."""
    segments = tell(api=[line(n, "lost") for n in minutes])

    assert {"lost": status} == statuses(compared(segments, 60, 120))


def test_a_log_that_begins_late_makes_nothing_new(tell):
    """Its errors have been there as long as it is held; what comes later is new."""
    young = [line(50, "begun", "INFO")]
    young += [line(50 + n, "always lost") for n in range(1, 11)]
    young += [line(57 + n / 10, "just lost") for n in range(20)]
    segments = tell(old=[line(0, "begun", "INFO")], young=young)
    since = watched(segments)

    assert {"old": BEGIN_NS, "young": BEGIN_NS + 50 * MINUTE_NS} == since
    assert {"always lost": "new", "just lost": "new"} == statuses(within(segments))
    assert {"always lost": "steady", "just lost": "new"} == statuses(
        within(segments, since=since)
    )
    assert {"always lost": "steady", "just lost": "new"} == statuses(
        compared(segments, 51, 60, since)
    )


def test_a_source_that_is_unknown_was_watched_all_the_time(tell):
    """Then there is nothing to doubt."""
    segments = tell(api=[line(58, "lost")])

    assert {"lost": "new"} == statuses(within(segments, since={}))
    assert {"lost": "new"} == statuses(within(segments, since={"db": BEGIN_NS}))


def test_the_earliest_segment_of_a_source_counts(tell):
    """A source of several files is watched since the oldest of them."""
    a, b = tell(a=[line(5, "x")], b=[line(2, "x")])

    assert {"a": int(a.first_ns), "b": int(b.first_ns)} == watched([a, b, a])


RANKS = {
    "new before steady": (
        [line(n, "steady") for n in range(0, 60, 10)],
        [line(55, "late")] * 3,
        "late",
    ),
    "many before few": ([line(50, "few")] * 2, [line(50, "many")] * 9, "many"),
    "ten times as many before new": (
        [line(n, "always") for n in range(60)],
        [line(50, "late")] * 5,
        "always",
    ),
    "critical before error": (
        [line(50, "error")] * 2,
        [line(58, "worse", "CRITICAL")],
        "worse",
    ),
    "the later of two": ([line(50, "early")], [line(51, "later")], "later"),
    "an exception before a message": (
        [line(50, "message")] * 4,
        [f"{line(50, 'x')}\n{RAISED}"] * 3,
        "ValueError: raised",
    ),
}


@pytest.mark.parametrize(("one", "other", "first"), RANKS.values(), ids=RANKS)
def test_the_most_important_stands_first(tell, one, other, first):
    """New, severe, raised, frequent, late: in this order."""
    segments = tell(api=[line(0, "begin", "INFO"), *one, *other])

    assert first == within(segments)[0].title


def test_of_many_groups_the_frequent_ones_are_judged(tell, monkeypatch):
    """A group that is seen once among thousands is left out, a critical one last."""
    monkeypatch.setattr(module, "JUDGED_MAX", 3)
    monkeypatch.setattr(module, "GROUPS_MAX", 2)
    text = [line(n, word) for n, word in enumerate(["a", "b", "b", "c", "c", "c", "d"])]
    segments = tell(
        api=[*text, line(9, "worse", "CRITICAL"), line(9, "worse", "CRITICAL")]
    )

    assert {"worse", "c"} == set(statuses(within(segments)))
