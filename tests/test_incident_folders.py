"""Each folder of `tests/incidents` is explained: its root cause is in the answer.

Asked as an assistant would that knows nothing: an overview, and the top error explained,
in 2,000 tokens of text each.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from log_mcp import render
from log_mcp.config import Config
from log_mcp.config_file import SourceConfig
from log_mcp.query.filter import Ask
from tests.books import reading
from tests.incidents.write import HERE, INCIDENTS

BUDGET = 2_000
FOLDERS = sorted(path.parent for path in HERE.glob("*/incident.json"))
FENCE = re.compile(r"log data [0-9]{18}")


@pytest.fixture(scope="module", params=FOLDERS, ids=[one.name for one in FOLDERS])
def asked(request):
    """What must be found, and a book on the logs, an hour after they end."""
    told = json.loads((request.param / "incident.json").read_text())
    now = int(datetime.fromisoformat(told["now"]).timestamp() * 1e9)
    paths = sorted(one for one in request.param.iterdir() if one.suffix != ".json")
    settings = Config(
        tuple(SourceConfig((str(one),)) for one in paths),
        timezone=UTC,
        project_root=request.param,
    )
    with reading(settings, lambda: now) as book:
        assert book.wait_finished(30)
        yield told, book


def test_the_root_cause_is_in_the_answer(asked):
    """With the lines that prove it; and the overview leads to it."""
    told, book = asked
    overview = render.overview(book.overview(), BUDGET)
    report = book.explain(None, Ask())
    text = render.explanation(report, BUDGET)

    assert render.tokens(text) <= BUDGET
    assert [] == [line for line in told["found"] if line not in text]
    assert report.summary.group in overview


def test_the_class_is_right(asked):
    """As who made the incident knows it."""
    told, book = asked
    pattern = book.explain(None, Ask()).pattern

    assert told["class"] == (pattern and pattern.name)


def test_the_same_text_twice(asked):
    """But for the fence's random value."""
    _, book = asked
    name = book.explain(None, Ask()).error.record.id
    texts = {
        FENCE.sub("", render.explanation(book.explain(name, Ask()), budget))
        for budget in (BUDGET, BUDGET)
    }

    assert 1 == len(texts)


@pytest.mark.parametrize("budget", [500, 700, 1200, 4000])
def test_what_must_survive(asked, budget):
    """Root cause, innermost frame, trace and the first line of what was before."""
    _, book = asked
    report = book.explain(None, Ask())
    text = render.explanation(report, budget)
    record = report.error.record

    assert render.tokens(text) <= budget
    if report.error.exception is not None:
        assert "root cause: " in text or record.message in text
        assert "deepest in-app frame: at " in text
    if record.trace is not None:
        assert record.trace in text
    if budget >= 700 and report.changes.events:
        assert "\njust before this group began" in text


def test_at_most_three_questions_that_can_be_asked(asked):
    """With complete arguments, as the tools take them."""
    _, book = asked
    questions = book.explain(None, Ask()).questions

    assert 1 <= len(questions) <= 3
    for one in questions:
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in one.arguments.items()
        }
        if one.tool == "explain_error_context":
            assert book.explain(given["id"], Ask()).error.record
        elif one.tool == "error_trends":
            assert book.trends(Ask(**given)).groups
        else:
            assert "search_logs" == one.tool
            order = given.pop("order", "newest")
            if "source" in given:
                given["source"] = (given["source"],)
            assert book.search(Ask(**given), order=order).matched >= 0


def test_the_logs_are_those_that_are_written():
    """`python -m tests.incidents.write` makes them, and no other."""
    assert {make.__name__ for make in INCIDENTS} == {one.name for one in FOLDERS}
    assert len(FOLDERS) >= 10
    for make in INCIDENTS:
        for name, lines in make().files.items():
            ordered = sorted(lines, key=lambda one: one[0])
            text = "".join(f"{line}\n" for _, line in ordered)
            assert text == (HERE / make.__name__ / name).read_text()
