"""A question is checked word by word before any record is looked at."""

from dataclasses import replace

import pytest

from log_mcp.errors import QueryError
from log_mcp.query.filter import Ask, Filter, Scope, check, sources
from log_mcp.record import Level


def _instant(name: str, text: str) -> int:
    if not text.lstrip("-").isdigit():
        raise QueryError(f"{name}: {text!r} is no time")
    return int(text)


SCOPE = Scope(("api", "api-2", "worker"), _instant)


def test_nothing_asked_is_everything():
    """An empty question has an empty filter."""
    wanted = check(Ask(), SCOPE)

    assert Filter() == wanted
    assert [] == wanted.needles
    assert not wanted.reads_records


def test_all_parts():
    """Each word becomes what it means."""
    wanted = check(
        Ask(
            query="Time\u00c9 OUT",
            regex="a+",
            exclude=("X", "y"),
            level="WARN",
            source=("api*",),
            where=("status = 503", "path = Orders"),
            trace=" T-1 ",
            group="g",
            since="1",
            until="2",
        ),
        SCOPE,
    )

    assert "time\u00c9 out".encode() == wanted.literal
    assert wanted.regex is not None
    assert wanted.regex.search(b"caat")
    assert (b"x", b"y") == wanted.exclude
    assert Level.WARNING == wanted.level
    assert frozenset({"api", "api-2"}) == wanted.sources
    assert ["status", "path"] == [c.field for c in wanted.conditions]
    assert ("T-1", "g", 1, 2) == (
        wanted.trace,
        wanted.group,
        wanted.since_ns,
        wanted.until_ns,
    )
    assert ["time\u00c9 out".encode(), b"orders", b"t-1"] == wanted.needles
    assert wanted.reads_records


def test_a_trace_that_may_be_escaped_is_no_needle():
    """Only text that every writer leaves as it is."""
    assert [b"bc"] == check(Ask(trace='a"BC'), SCOPE).needles
    assert [b"1234567"] == check(Ask(trace="\u00e91234567/8"), SCOPE).needles
    assert [] == check(Ask(trace="\u00e9"), SCOPE).needles


def test_marks_replace_a_time():
    """A `since` that has marks is no time."""
    scope = replace(
        SCOPE, marks=lambda text: {"f1": 7} if text == "last_call" else None
    )
    wanted = check(Ask(since="last_call"), scope)

    assert ({"f1": 7}, None) == (wanted.marks, wanted.since_ns)
    assert 5 == check(Ask(since="5"), scope).since_ns


REFUSED = {
    "an empty query": (Ask(query=""), "query: the text is empty"),
    "a long query": (Ask(query="x" * 10_001), "query: at most 10000 characters"),
    "an empty regex": (Ask(regex=""), "regex: the text is empty"),
    "a long regex": (Ask(regex="x" * 10_001), "regex: at most"),
    "a bad regex": (Ask(regex="a("), "regex: 'a(' is not an RE2 expression (missing )"),
    "a look-behind": (Ask(regex="(?<=a)b"), "no look-around"),
    "an empty exclusion": (Ask(exclude=("a", "")), "exclude: the text is empty"),
    "an unknown level": (
        Ask(level="eror5"),
        "Valid: trace, debug, info, warning, error",
    ),
    "a level nearly": (Ask(level="warnin"), "Did you mean 'warning'?"),
    "an empty level": (Ask(level=""), "unknown level ''"),
    "an unknown source": (Ask(source=("apo",)), "Valid: api, api-2, worker"),
    "a source nearly": (Ask(source=("apo",)), "Did you mean 'api"),
    "a glob of none": (Ask(source=("api", "db*")), "unknown source 'db*'"),
    "an empty trace": (Ask(trace=" "), "trace: the text is empty"),
    "an empty group": (Ask(group=""), "group: the text is empty"),
    "a bad time": (Ask(since="soon"), "since: 'soon' is no time"),
    "a bad end": (Ask(until="soon"), "until: 'soon' is no time"),
    "times the wrong way round": (
        Ask(since="5", until="4"),
        "since ('5') is after until ('4')",
    ),
    "too many conditions": (Ask(where=("a = 1",) * 51), "where: at most 50"),
    "a bad condition": (Ask(where=("a",)), "no operator"),
}


@pytest.mark.parametrize(("ask", "said"), REFUSED.values(), ids=REFUSED)
def test_refuses(ask, said):
    """A word that means nothing is refused with what would be valid."""
    with pytest.raises(QueryError) as error:
        check(ask, SCOPE)

    assert said in str(error.value)
    assert len(str(error.value)) < 600


def test_sources():
    """Names and globs; a name as written goes before a glob; none given means all."""
    known = ("a[1]", "a1", "b")

    assert sources((), known) is None
    assert frozenset({"a[1]", "a1"}) == sources(("a[1]",), known)
    assert frozenset({"a[1]", "a1", "b"}) == sources(["a*", "b"], known)
    with pytest.raises(QueryError, match="no source is configured"):
        sources(["a"], ())


LOOKS_AROUND = {
    r"\A": r"\Aa",
    r"\z": r"a\z",
    "m taken off": "(?-m)^a",
    "m taken off in a group": "(?s-m:^a)",
    "m taken off behind others": "(?isU-m)^a",
}


@pytest.mark.parametrize("regex", LOOKS_AROUND.values(), ids=LOOKS_AROUND)
def test_an_expression_that_depends_on_where_the_text_begins(regex):
    """It must be asked of each record alone."""
    assert check(Ask(regex=regex), SCOPE).whole_text
    assert not check(Ask(regex="(?i)^a-b(?:x|y)$"), SCOPE).whole_text


def test_a_lone_surrogate_is_no_crash():
    """Text that no encoding can hold is looked for with a mark in its place."""
    assert b"?" == check(Ask(query="\ud800"), SCOPE).literal
    regex = check(Ask(regex="\ud800"), SCOPE).regex

    assert regex is not None
    assert regex.search(b"a?") is None
