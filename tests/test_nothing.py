"""Where nothing answers, each tool says what was too much, and what may have been meant."""

import json
import re

import pytest

from log_mcp.errors import NotFound
from log_mcp.query.filter import Ask, Filter
from log_mcp.query.near import as_text, near_group
from log_mcp.questions import nothing
from log_mcp.timestamp import iso
from tests.books import config, reading
from tests.builders import errors_of, segment_of
from tests.feeding import NOON_NS, SECOND_NS

MINUTE_NS = 60 * SECOND_NS


def write(path, records):
    path.write_text("".join(f"{json.dumps(one)}\n" for one in records))


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """An hour of an api that failed in its first half, and a worker that fell silent."""
    folder = tmp_path_factory.mktemp("logs")
    begin = NOON_NS - 60 * MINUTE_NS
    write(
        folder / "api.jsonl",
        [
            {
                "time": iso(begin + n * MINUTE_NS),
                "level": "error" if n % 2 and n < 30 else "info",
                "msg": f"card {n} declined" if n % 2 and n < 30 else f"order {n} paid",
                "request_id": f"req-{n}",
                "user_id": n,
            }
            for n in range(60)
        ],
    )
    write(
        folder / "worker.jsonl",
        [
            {"time": iso(begin + n * MINUTE_NS), "level": "info", "msg": "job done"}
            for n in range(10)
        ],
    )
    with reading(config(folder, "*.jsonl")) as found:
        yield found


LATE = Ask(query="declined", since="20m")
TOLD = [
    r"matches with one filter left out: query \d+, (level \d+, )?since/until 15",
    r"the nearest match outside the window is at 2026-03-04T11:29:00.000Z",
    (
        r"nothing was written since the window began by worker \(newest "
        r"2026-03-04T11:09:00.000Z\)"
    ),
]
TOOLS = {
    "error_trends": lambda book, ask: book.trends(ask),
    "log_patterns": lambda book, ask: book.patterns(ask),
    "aggregate_logs": lambda book, ask: book.aggregate(ask),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_was_too_much_is_told(book, tool):
    """Counts with each filter left out, the nearest match, and sources that are stale."""
    notes = TOOLS[tool](book, LATE).view.notes

    for told in TOLD:
        assert 1 == sum(re.fullmatch(told, note) is not None for note in notes), told


@pytest.mark.parametrize("tool", TOOLS)
def test_a_field_that_no_record_has_is_named_once(book, tool):
    """With the nearest one."""
    notes = TOOLS[tool](book, Ask(where=("usr_id = 3",))).view.notes

    assert ["Did you mean 'user_id'?"] == [
        note[note.index("Did") :] for note in notes if "'usr_id'" in note
    ]


@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_is_told_where_something_matches(book, tool):
    """Help is for those who need it."""
    notes = TOOLS[tool](book, Ask(query="declined")).view.notes

    assert not any("left out" in note or "nearest" in note for note in notes)


def test_a_search_tells_the_same(book):
    """As counts and hints of their own."""
    page = book.search(LATE)

    assert 15 == page.relaxed["since/until"]
    assert 2 == len(page.hints)


def test_sources_that_were_not_asked_for_are_not_stale(book):
    """Nor is one that wrote in the window."""
    page = book.search(Ask(query="declined", since="20m", source=("api",)))

    assert ["the nearest match outside the window is at 2026-03-04T11:29:00.000Z"] == (
        page.hints
    )


def test_of_many_stale_sources_some_are_named(tmp_path):
    """Those that fell silent last."""
    for n in range(9):
        at = iso(NOON_NS - (60 + n) * MINUTE_NS)
        write(tmp_path / f"s{n}.jsonl", [{"time": at, "level": "info", "msg": "up"}])
    with reading(config(tmp_path, "*.jsonl")) as book:
        [hint] = book.search(Ask(query="down", since="10m")).hints

    assert hint.startswith("nothing was written since the window began by s5 (newest ")
    assert hint.endswith(" and 3 more")
    assert nothing.SOURCES_MAX == hint.count("newest")


def test_no_error_to_explain(book):
    """What to leave out is told in the refusal."""
    with pytest.raises(
        NotFound,
        match=r"no error to explain.*70 records are held\. Matches with one filter left "
        r"out: .*since/until 15\. The nearest match outside the window is at .*Z\.",
    ):
        book.explain(None, LATE)
    with pytest.raises(NotFound, match=r"Did you mean 'user_id'\?$"):
        book.explain(None, Ask(where=("usr_id = 3",)))


def test_a_wait_in_vain_tells_what_came_before(book):
    """And what a filter left out."""
    answer = book.wait(book.waiting(Ask(query="declined"), timeout_s=0.01))

    assert "timeout" == answer.reason
    assert (
        "matches with one filter left out: query 0, arrived before the wait 15"
        in answer.view.notes
    )


# -- ids -----------------------------------------------------------------------------------


def refusal(book, name):
    with pytest.raises(NotFound) as refused:
        book.error(name)
    return str(refused.value)


def test_an_unknown_id_tells_what_ids_look_like(book):
    """By one of a record and one of a group, which are really there."""
    told = refusal(book, "nothing-of-that-kind")
    [record] = re.findall(r"of a record such as (\w+)", told)
    [group] = re.findall(r"of a group such as (\w+)\.", told)

    assert record == book.error(record).record.id
    assert 15 == book.error(group).group.count


def test_a_group_that_is_nearly_named(book):
    """A letter that was mistaken."""
    [group] = book.top_errors()
    wrong = group.id[:-1] + ("a" if group.id[-1] != "a" else "b")
    page = book.search(Ask(group=wrong))

    assert refusal(book, wrong).endswith(f"Did you mean '{group.id}'?")
    assert [
        f"no record held is of a group of this id. Did you mean '{group.id}'?"
    ] == page.hints


def test_a_record_that_is_nearly_named(tmp_path):
    """The nearest one of its file is told."""
    lines = "".join(f"{iso(NOON_NS)} INFO shop - order {n:05}\n" for n in range(300))
    (tmp_path / "app.log").write_text(lines)
    with reading(config(tmp_path, "app.log")) as book:
        rows = book.search(Ask(), limit=3).records
        name = rows[1].id
        wrong = name[:-1] + chr(ord(name[-1]) + 1)
        told = refusal(book, wrong)

    assert f"the nearest one is {name}." in told


def test_an_id_that_stands_in_texts(book):
    """It is no id field, but records hold it."""
    assert refusal(book, "declined").endswith(
        "15 records hold it as text: search_logs with query finds them."
    )
    page = book.search(Ask(trace="declined"))
    assert [
        (
            "no record held has this value in a field of ids. 15 records hold it as text: "
            "search_logs with query finds them"
        )
    ] == page.hints
    assert ["no record held has this value in a field of ids."] == book.search(
        Ask(trace="zz")
    ).hints


def test_near_is_told_of_what_is_known(tmp_path):
    """Groups of segments whose errors are known; a short id is looked for nowhere."""
    line = f"{iso(NOON_NS)} ERROR shop - card declined"
    segment = segment_of(tmp_path / "app.log", [line])
    assert "" == near_group("car", [segment], errors_of)
    [kind] = errors_of(segment).table
    assert f" Did you mean '{kind.id}'?" == near_group(
        kind.id[:-1], [segment], errors_of
    )

    assert "" == as_text("car", [segment], errors_of)
    assert as_text("card", [segment], errors_of).startswith("1 record holds it as text")
    assert "" == as_text("card", [segment], errors_of, lambda _: -1)
    assert as_text(
        "card", [], errors_of, lambda one: 2 * (one == Filter(literal=b"card"))
    ).startswith("2 records hold")
