"""Twin of log_mcp/depth.py, and that no question ends on what nests too deep."""

import json
from typing import Any

import pytest

from log_mcp.depth import CUT, DEPTH_MAX, flattened, is_deep, may_be_deep
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask
from tests.books import config, reading
from tests.feeding import Clock

DEEP = 1_000


def nested(depth, kind=dict):
    """Objects or lists within each other, around a one."""
    value: Any = 1
    for _ in range(depth):
        value = {"a": value} if kind is dict else [value]
    return value


@pytest.mark.parametrize("kind", [dict, list])
def test_what_nests_as_deep_as_allowed_stays(kind):
    """One more, and its innermost value is a text of ours."""
    allowed, over = nested(DEPTH_MAX, kind), nested(DEPTH_MAX + 1, kind)

    assert not is_deep(allowed)
    assert is_deep(over)
    assert nested(DEPTH_MAX, kind) == flattened(allowed)
    assert CUT in json.dumps(flattened(over))
    assert not is_deep(over)


def test_many_brackets_side_by_side_are_not_deep():
    """Only then is a value looked at."""
    wide: list[Any] = [{"a": {}}] * 100

    assert may_be_deep(json.dumps(wide).encode())
    assert not is_deep(wide)
    assert not may_be_deep(b'{"a": [{}]}')


QUESTIONS = {
    "search": lambda book: book.search(Ask(), limit=10),
    "fields": lambda book: book.search(Ask(), limit=10, fields=("a.a", "a")),
    "a condition": lambda book: book.search(Ask(where=("b = 2",))),
    "a deep condition": lambda book: book.search(Ask(where=("a.a.a.a = 1",))),
    "totals": lambda book: book.aggregate(Ask(), metrics=("count", "sum(n)")),
    "groups": lambda book: book.aggregate(Ask(), group_by=("a.a",)),
    "trends": lambda book: book.trends(Ask(), group_by=("a",)),
    "patterns": lambda book: book.patterns(Ask()),
    "explanation": lambda book: book.explain(None, Ask()),
    "overview": Logbook.overview,
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Records that nest a thousand deep, in a line of JSON, a text and a list."""
    folder = tmp_path_factory.mktemp("deep")
    at = "2026-03-04T10:00:0"
    deep = '{"a":' * DEEP + "1" + "}" * DEEP
    (folder / "deep.jsonl").write_text(
        f'{{"time":"{at}1Z","level":"error","msg":"deep","n":1,"a":{deep}}}\n'
        f'{{"time":"{at}2Z","level":"error","msg":"list","n":2,"a":'
        f"{'[' * DEEP}{']' * DEEP}}}\n"
        f'{{"time":"{at}3Z","level":"info","msg":"flat","n":3,"b":2}}\n' * 20
    )
    (folder / "deep.log").write_text(f"{at}4Z ERROR shop - order {deep}\n")
    with reading(config(folder, "deep.jsonl", "deep.log"), Clock()) as found:
        yield found


@pytest.mark.parametrize("ask", QUESTIONS.values(), ids=QUESTIONS)
def test_every_question_has_an_answer(book, ask):
    """Whatever a line holds."""
    assert ask(book) is not None


def test_a_deep_record_is_found_and_shown_as_far_as_it_goes(book):
    """The text within is found; the field says where it was cut."""
    page = book.search(Ask(query="deep", source=("deep",), where=("n = 1",)))

    assert 20 == page.matched
    assert CUT in json.dumps(page.records[0].fields)
