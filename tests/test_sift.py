"""Segments are ruled out at once as they are one by one."""

import pytest

from log_mcp.query.filter import Ask, Filter, Scope, check
from log_mcp.query.look import plan
from log_mcp.query.sift import sift
from log_mcp.store.segment import Segment
from tests.builders import segment_of

SCOPE = Scope(("a",), lambda _, text: int(text) * 10**9)
NOON = 1_772_625_600
SPELLED = r"order \\u0070laced by user"


def _segment(folder, number: int, *, escaped: bool) -> Segment:
    said = SPELLED if escaped else "order placed by user"
    level = "error" if number % 4 == 0 else "info"
    lines = [
        f'{{"timestamp":"2026-03-04T12:{number:02}:{at:02}Z","level":"{level}",'
        f'"message":"{said} {number:03}{at:05}"}}'
        for at in range(60)
    ]
    segment = segment_of(folder / f"{number}.log", lines, source="ab"[number % 2])
    if number % 10 != 9:
        segment.index()
    return segment


@pytest.fixture(scope="module")
def segments(tmp_path_factory) -> list[Segment]:
    """Forty, every third with escapes, one in ten not indexed yet."""
    folder = tmp_path_factory.mktemp("sift")
    return [_segment(folder, at, escaped=at % 3 == 0) for at in range(40)]


QUESTIONS = {
    "nothing": Ask(),
    "a number that one holds": Ask(query="user 01700023"),
    "a number that one with escapes holds": Ask(query="user 01800023"),
    "a literal that may be spelled": Ask(query="order placed by user 017"),
    "a number that none holds": Ask(query="user 99900023"),
    "a short text": Ask(query="017"),
    "an expression": Ask(regex="user 017000[0-9]3 ?"),
    "... that ignores case": Ask(regex="(?i)USER 018000[0-9]3"),
    "a condition": Ask(where=("message ~ user 02",)),
    "a level": Ask(level="error"),
    "a level and a number": Ask(level="error", query="user 01600023"),
    "a window": Ask(since=str(NOON + 600), until=str(NOON + 700)),
    "a window and a number": Ask(since=str(NOON + 600), query="user 01700023"),
    "a source": Ask(source=("a",)),
    "a trace": Ask(trace="01700023"),
}


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_as_one_by_one(segments, ask):
    """What is left is what `plan` leaves, but for what has no index to ask at once."""
    wanted = check(ask, SCOPE)
    expected = [one for one in segments if plan(one, wanted) is not None]
    left = list(sift(segments, wanted))

    assert expected == [one for one in left if one.indexed or one in expected]
    assert {*expected} <= {*left}


def test_marks_rule_out_what_is_old(segments):
    """What lies before the mark of its file holds no news."""
    marks = {one.origin.key: one.end for one in segments[:30]}

    assert segments[30:] == list(sift(segments, Filter(marks=marks)))
