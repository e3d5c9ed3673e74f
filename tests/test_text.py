r"""Which rows hold a text: the search text of the contract, case by case."""

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from log_mcp.formats.escapes import unescape
from log_mcp.query import text as texts
from log_mcp.query.expression import Expression
from log_mcp.query.filter import Ask, Scope, check
from log_mcp.query.search import match
from log_mcp.record import ESCAPED
from log_mcp.store.segment import Segment
from log_mcp.store.stretch import Stretch
from tests.builders import Log, errors_of, segment_of
from tests.reference import decoded, folded

SCOPE = Scope((), lambda *_: None)


def _json(message: str) -> str:
    return (
        f'{{"timestamp":"2026-03-04T05:06:07Z","level":"info","message":"{message}"}}'
    )


def _headed(message: str) -> str:
    return f"2026-03-04 05:06:07,000 INFO shop: {message}"


def _whole(segment: Segment) -> Stretch:
    (whole,) = segment.stretches()
    return whole


def _rows(segment: Segment, **parts: Any) -> list[int]:
    rows = match(segment, check(Ask(**parts), SCOPE), errors_of)
    return [int(row) for row in rows]


LITERAL = {
    "an escaped line end is no n": ("n/app", [_json(r"open \n/app")], []),
    "an n is one": ("n/app", [_json("open n/app")], [0]),
    "an n behind an escaped backslash is one": ("n/app", [_json(r"C:\\n/app")], [0]),
    "a decoded line end": ("open \n/app", [_json(r"open \n/app")], [0]),
    "an escaped slash": ("/app/conf", [_json(r"\/app\/conf")], [0]),
    "characters spelled in hexadecimal": ("timeout", [_json(r"\u0074imeout")], [0]),
    "... in large hexadecimal digits": ("<b>", [_json(r"\u003Cb\u003e")], [0]),
    "a surrogate pair": ("\U0001f600", [_json(r"\ud83d\ude00")], [0]),
    "a lone surrogate stays": (r"\ud83d", [_json(r"\ud83d x")], [0]),
    "JSON inside JSON": (
        '{"user_id": 42}',
        [_json(r"{\"user_id\": 42}"), _json(r"{\\\"user_id\\\": 42}")],
        [0],
    ),
    "only one level is decoded": (r"a\nb", [_json(r"{\"m\":\"a\\nb\"}")], [0]),
    "key names and punctuation": (
        '"user_id": 42',
        ['{"timestamp":"2026-03-04T05:06:07Z","level":"info","user_id": 42}'],
        [0],
    ),
    "ASCII case is folded": ("ORDER Placed", [_json("Order placed")], [0]),
    "other case is not": (
        "\u00c9T\u00c9",
        [_headed("\u00e9t\u00e9"), _headed("\u00c9T\u00c9")],
        [1],
    ),
    "the Kelvin sign is no k": (
        "kelvin",
        [_headed("\u212aelvin"), _headed("Kelvin")],
        [1],
    ),
    "the long s is no s": ("stop", [_headed("\u017ftop")], []),
    "text has no escapes": (r"\n", [_headed(r"open \n/app")], [0]),
    "text across two records": ("one\n2026", [_headed("one"), _headed("two")], []),
    "... only in decoded ones": ('"}\n{"', [_json(r"\"a\""), _json(r"\"b\"")], []),
    "lines of one record": ("one\ntwo", [_headed("one\ntwo"), _headed("x")], [0]),
    "a match that hides in one across records": (
        "a\na",
        [_headed("a"), "a", "a", _headed("b")],
        [0],
    ),
    "blank lines at the end": ("a\n", [_headed("a\n\n"), _headed("b")], []),
    "a number of digits": ("05:06:07", [_headed("a")], [0]),
}


@pytest.mark.parametrize(("query", "lines", "expected"), LITERAL.values(), ids=LITERAL)
def test_literal(tmp_path, query, lines, expected):
    """A literal is found as a person would read the record, sealed and packed alike."""
    segment = segment_of(tmp_path / "a.log", lines)
    before = _rows(segment, query=query)
    segment.index()
    segment.pack()

    assert expected == before
    assert expected == _rows(segment, query=query)


REGEX = {
    "a group with a name": (
        r"status=(?P<code>5\d)(\d)",
        [_headed("status=200"), _headed("status=503")],
        [1],
    ),
    "a line of a decoded stack trace": (
        "^Traceback",
        [_json(r"Failed:\nTraceback (most recent call last):"), _json("Traceback")],
        [0],
    ),
    "a line of a text record": (
        "^  File",
        [_headed("x\n  File a.py"), _headed("y")],
        [0],
    ),
    "case counts": ("Order", [_headed("order"), _headed("Order")], [1]),
    "unless asked": ("(?i)Order", [_headed("order"), _headed("Order")], [0, 1]),
    "the dot stops at line ends": ("one.*two", [_headed("one\ntwo")], []),
    "unless asked, too": ("(?s)one.*two", [_headed("one\ntwo")], [0]),
    "across two records": (r"one\n2026", [_headed("one"), _headed("two")], []),
    "a class that takes line ends": (
        r"one[^x]*two",
        [_headed("one"), _headed("two")],
        [],
    ),
    "the longer match across hides a shorter inside": (
        r"one[^x]*",
        [_headed("one"), _headed("two")],
        [0],
    ),
    r"\A is the record's begin": (r"\Atwo", [_headed("one\ntwo")], []),
    r"\A of a record": (r"\A2026", [_headed("one"), _headed("two")], [0, 1]),
    r"\z is the record's end": (
        r"one\z",
        [_headed("one\n\n"), _headed("one two")],
        [0],
    ),
    "$ at lines": ("one$", [_headed("one\ntwo"), _headed("one two")], [0]),
    "$ before blank lines": ("one$", [_headed("one\n\n\n"), _headed("two")], [0]),
    "no lines without m": ("(?-m)^two", [_headed("one\ntwo")], []),
    "no lines without m, the other way to write it": (
        "(?s-m:^two)",
        [_headed("one\ntwo")],
        [],
    ),
    "the empty match": ("x*", [_headed("one"), _headed("two")], [0, 1]),
    "an empty line inside": ("^$", [_headed("one\n\ntwo"), _headed("three\n")], [0]),
    "nothing but the line end behind it": (
        r"one\n",
        [_headed("one\n\n"), _headed("b")],
        [],
    ),
    "a word at the edge": (r"\bone\b", [_headed("one"), _headed("someone")], [0]),
    "another script": (r"\p{Greek}+", [_headed("\u03bb"), _headed("l")], [0]),
}


@pytest.mark.parametrize(("regex", "lines", "expected"), REGEX.values(), ids=REGEX)
def test_regex(tmp_path, regex, lines, expected):
    """An expression sees one record alone, sealed and packed alike."""
    segment = segment_of(tmp_path / "a.log", lines)
    before = _rows(segment, regex=regex)
    segment.pack()

    assert expected == before
    assert expected == _rows(segment, regex=regex)


class Counting(Expression):
    """An expression that counts how many bytes it was given to look at."""

    looked = 0

    def search(self, text, position=0, end=None):
        self.looked += (len(text) if end is None else end) - position
        return super().search(text, position, end)


def test_an_expression_across_records_does_not_read_the_text_for_each(tmp_path):
    """`timeout[^~]*refused` must not cost the square of the text."""
    lines = [_headed(f"timeout {n}") for n in range(5_000)] + [_headed("refused")]
    segment = segment_of(tmp_path / "a.log", lines)
    regex = Counting(b"timeout[^~]*refused")

    assert [] == texts.regex_rows(_whole(segment), regex).tolist()
    assert regex.looked < (texts.ASTRIDE_MAX + 3) * segment.text_bytes


def test_many_hits_and_many_rows(tmp_path):
    """Above each of the limits the answer is the same."""
    lines = [_json(rf"Order {n} \/ placed") for n in range(3_000)] + [_headed("x")]
    segment = segment_of(tmp_path / "a.log", lines)

    assert list(range(3_000)) == _rows(segment, query="ORDER")
    assert list(range(3_000)) == _rows(segment, query="/ placed")
    assert list(range(3_000)) == _rows(segment, query="order", regex="^{.*placed")
    assert [3_000] == _rows(segment, regex="20", exclude=("ORDER",))
    assert [7] == _rows(segment, query="order 7 /", regex="place")
    assert [] == _rows(segment, query="order", regex="lace$")


def test_decoded_texts_are_kept_beside_plain_text_only(tmp_path):
    """What a packed segment decodes for one question it does not keep."""
    segment = segment_of(tmp_path / "a.log", [_json(r"\/app")] * 3)
    kept = segment.escaped()
    assert kept is segment.escaped()

    segment.pack()
    at_rest = segment.nbytes

    assert [0, 1, 2] == _rows(segment, query="/app")
    assert at_rest == segment.nbytes
    assert 3 == np.count_nonzero(segment.flags & ESCAPED)


words = st.text(st.sampled_from('aAk\u212a\u017fs\u00e9\u00c9\n. [\\"/\0'), max_size=4)


@settings(max_examples=80)
@given(st.lists(words, min_size=1, max_size=6), words.filter(bool))
@example(["x"], "\0")
@example(["\u212a"], "k")
@example(["a\na", "a"], "a\na")
def test_finds_what_a_loop_finds(tmp_path_factory, messages, needle):
    """Rows of a literal are those whose text, ASCII case folded, holds it."""
    folder = tmp_path_factory.mktemp("text")
    lines = [f"2026-03-04 05:06:07,000 INFO shop: {m}|\n" for m in messages]
    segment = Segment(Log(folder / "a.log", "".join(lines).encode()).next())
    low = folded(needle)
    expected = [
        row
        for row in range(len(segment))
        if low in folded(segment.raw(row).decode().rstrip("\n"))
    ]

    wanted = low.encode()
    sure = segment.holds_as_written(wanted)
    found = texts.literal_rows(_whole(segment), wanted, as_written=sure)

    assert expected == found.tolist()


@given(st.text(st.sampled_from('\\"/bfnrtu0041dD8cCe \u00e9'), max_size=20))
def test_the_reference_decodes_as_the_origin_does(text):
    """Two ways to decode escapes agree."""
    assert decoded(text) == unescape(text.encode()).decode()
