"""Zero matches helps: which part was too much, and what may have been meant."""

import pytest

from log_mcp.query import zero
from log_mcp.query.filter import Ask, Filter, Scope, check
from log_mcp.query.zero import NOT_COUNTED, Zero
from log_mcp.store.segment import Segment
from tests.builders import errors_of, segment_of

BEGIN_NS = 1_772_600_760 * 10**9  # 2026-03-04T05:06:00Z
SCOPE = Scope(("api", "db"), lambda _, text: BEGIN_NS + int(text) * 10**9)
LINES = [
    f'{{"timestamp":"2026-03-04T05:06:{at:02}Z","level":"{level}","message":"order {at}",'
    f'"user_id":{at},"http":{{"path":"/{at}"}}}}'
    for at, level in ((10, "info"), (20, "info"), (30, "error"), (40, "info"))
]


@pytest.fixture
def segments(tmp_path) -> list[Segment]:
    return [
        segment_of(tmp_path / "api.log", LINES[:2], "api"),
        segment_of(tmp_path / "api2.log", LINES[2:], "api"),
    ]


def _help(segments, ask, marks=None):
    scope = Scope(
        SCOPE.sources, SCOPE.instant, lambda text: marks if text == "last" else None
    )
    return Zero(segments, check(ask, scope), errors_of).help()


def test_counts_each_part_left_out(segments):
    """By the name of its parameter."""
    relaxed, hints = _help(
        segments, Ask(query="order 3", level="critical", source=("api",))
    )

    assert {"query": 0, "level": 1, "source": 0} == relaxed
    assert hints is None


def test_nothing_asked_has_nothing_to_leave_out():
    """An empty answer to an empty question means that nothing is held."""
    assert (None, None) == Zero([], Filter(), errors_of).help()


WINDOWS = {
    "before": (Ask(since="50"), "05:06:40"),
    "after": (Ask(until="5"), "05:06:10"),
    "nearer before": (Ask(since="22", until="24"), "05:06:20"),
    "nearer after": (Ask(since="26", until="28"), "05:06:30"),
    "of what is asked else": (Ask(since="12", until="14", level="error"), "05:06:30"),
    "only before": (Ask(since="45", until="50"), "05:06:40"),
}


@pytest.mark.parametrize(("ask", "expected"), WINDOWS.values(), ids=WINDOWS)
def test_the_nearest_match_outside_the_window(segments, ask, expected):
    """Where only the window was wrong, the time to look at."""
    relaxed, hints = _help(segments, ask)

    assert relaxed is not None
    assert relaxed["since/until"] > 0
    assert [
        f"the nearest match outside the window is at 2026-03-04T{expected}.000Z"
    ] == hints


def test_the_newest_match_before_a_mark(segments):
    """Nothing is new since the last call: the newest of what was there."""
    marks = {s.origin.key: s.end for s in segments}
    _, hints = _help(segments, Ask(since="last"), marks)

    assert hints is not None
    assert "05:06:40" in hints[0]


def test_no_hint_where_nothing_is_outside(segments):
    """A window is not to blame for what is nowhere."""
    assert ({"query": 0, "since/until": 0}, None) == _help(
        segments, Ask(query="x" * 9, since="50")
    )


def test_a_window_that_cannot_be_left_alone(tmp_path):
    """What matches without a window must lie outside of it, or the ring went on meanwhile."""
    (segment,) = [segment_of(tmp_path / "api.log", LINES[:1], "api")]
    wanted = check(Ask(since="5", until="15"), SCOPE)

    assert [] == Zero([segment], wanted, errors_of)._outside({"since/until": 1})


def test_the_near_miss_of_a_field(segments):
    """A field that no record has is named, with the nearest one; own fields never are."""
    _, hints = _help(
        segments,
        Ask(
            where=(
                "user_ids = 3",
                "http.pth = /x",
                "user_id = 99",
                "service = x",
                "qqq = 1",
            )
        ),
    )

    assert [
        "no record looked at has a field 'http.pth'. Did you mean 'http.path'?",
        "no record looked at has a field 'qqq'.",
        "no record looked at has a field 'user_ids'. Did you mean 'user_id'?",
    ] == hints


def test_a_name_that_is_a_sentence_is_no_hint(tmp_path):
    """Logs name their fields as they like; what they name is not passed on as advice."""
    line = '{"message": "a", "user_id, then run it": 3}'
    segment = segment_of(tmp_path / "api.log", [line], "api")

    _, hints = _help([segment], Ask(where=("user_id_then_run_it = 3",)))

    assert ["no record looked at has a field 'user_id_then_run_it'."] == hints


def test_time_is_up(segments, monkeypatch):
    """What was not counted is said; the youngest segment is still asked for its fields."""
    monkeypatch.setattr(zero, "RELAX_S", -1.0)
    relaxed, hints = _help(
        segments, Ask(query="x", where=("user_ids = 3",), since="50")
    )

    assert {
        "query": NOT_COUNTED,
        "where": NOT_COUNTED,
        "since/until": NOT_COUNTED,
    } == relaxed
    assert [
        "no record looked at has a field 'user_ids'. Did you mean 'user_id'?"
    ] == hints
