"""Twin of log_mcp/analysis/meeting.py: a column answers as its records do, and none is read."""

import json
from random import Random

import pytest

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.meeting import meeting
from log_mcp.objects import Objects
from log_mcp.query.filter import Ask, Scope, check
from log_mcp.query.search import Found, search
from log_mcp.store.segment import Segment
from tests.builders import segment_of

COUNT = 300
SCOPE = Scope(("a", "b"), lambda *_: None)
VALUES = [3, -4, 2.5, "250ms", "2s", "x", "", True, None, {"n": 7}, [1], 10**30, "é\\n"]
CONDITIONS = [
    *("ms > 2", "ms >= 250ms", "ms = 3", "ms != 3", "ms exists", "ms missing"),
    *("ms in (3, x)", "ms not in (3, x)", "ms ~ [0-9]s", "ms !~ x", "ms.n = 7"),
    *("level >= error", "level = info", "source = a", "group exists", "host = h1"),
    *("message ~ order 1", "message = order 17", "no.such.field missing"),
]


@pytest.fixture(scope="module")
def segments(tmp_path_factory) -> list[Segment]:
    """JSON, which is read at once, and pairs, which are not."""
    dice, folder = Random(3), tmp_path_factory.mktemp("meeting")
    records = [
        {
            "time": f"2026-03-04T12:{at // 60:02}:{at % 60:02}Z",
            "level": dice.choice(["info", "error", "odd"]),
            "msg": f"order {at}",
            "host": f"h{at % 3}",
        }
        | ({"ms": dice.choice(VALUES)} if at % 4 else {})
        for at in range(COUNT)
    ]
    pairs = [
        f'time={one["time"]} level={one["level"]} msg="{one["msg"]}" ms={at % 9}'
        for at, one in enumerate(records)
    ]
    return [
        segment_of(folder / "a.log", [json.dumps(one) for one in records]),
        segment_of(folder / "b.log", pairs),
    ]


def asked(segments: list[Segment], columns: Columns | None, *conditions: str) -> Found:
    wanted = check(Ask(where=conditions), SCOPE)
    meets = None if columns is None else meeting(columns)
    return search(segments, wanted, Annotator(), limit=2 * COUNT, meets=meets)


@pytest.fixture
def columns() -> Columns:
    return Columns(Annotator(), Objects(), 10**9, lambda _: 10**9)


@pytest.mark.untraced
@pytest.mark.parametrize("condition", CONDITIONS)
@pytest.mark.parametrize("more", [(), ("host ~ h[12]",)], ids=["alone", "of two"])
def test_columns_answer_as_records_do(segments, columns, condition, more):
    """The first time, when they are made, and again."""
    one_by_one = asked(segments, None, condition, *more)

    for _ in range(2):
        found = asked(segments, columns, condition, *more)
        assert [hit.key for hit in one_by_one.hits] == [hit.key for hit in found.hits]


def test_no_record_is_read_where_all_are_read_at_once(segments, columns):
    """Of others each is, but for what the store knows of them."""
    assert COUNT == asked(segments[:1], None, "ms missing").work.records
    assert 0 == asked(segments[:1], columns, "ms missing").work.records
    assert COUNT == asked(segments[1:], columns, "ms missing").work.records
    assert 0 == asked(segments[1:], columns, "source = a").work.records


def test_few_records_are_read_one_by_one(segments, columns):
    """To make a column of all would take longer."""
    wanted = check(Ask(query="order 17", where=("ms missing",)), SCOPE)
    found = search(segments[:1], wanted, Annotator(), meets=meeting(columns))

    assert 0 < found.work.records < COUNT // 10
    assert 0 == columns.nbytes
