"""What a sieve tells of a text is what RE2 tells, for all that it understands."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import re2
from hypothesis import assume, example, given
from hypothesis import strategies as st

from log_mcp.query import place
from log_mcp.query import text as texts
from log_mcp.query.dialect import told
from log_mcp.query.expression import Expression
from log_mcp.query.place import places
from log_mcp.query.sieve import Ends, Sieve

ATOMS = ("a", "B", "1", " ", "-", "_", ":", "\t", r"\.", r"\[", "^", "$", r"\b", r"\B")
CLASSES = (r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", ".", "[ab1]", "[^a]", "[a-c_]")
RANGES = (r"[\d.]", r"[^\s:]", r"[\s-]", r"[\w-]", "[ -~]")
REPEATS = ("", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?", "??")
LETTERS = "aAbB1 -_:.[\n\n\n\t\r\v\f\u00e9\u212a\u017f"


def _expressions() -> st.SearchStrategy[str]:
    one = st.builds(
        "{}{}".format,
        st.sampled_from((*ATOMS, *CLASSES, *RANGES)),
        st.sampled_from(REPEATS),
    )
    part = st.recursive(
        one,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map("".join),
            st.builds("({}|{})".format, inner, inner),
            st.builds("(?:{}){}".format, inner, st.sampled_from(REPEATS)),
            st.builds("(?P<x>{})".format, inner),
        ),
        max_leaves=6,
    )
    whole = st.lists(part, min_size=1, max_size=3).map("".join)
    return st.builds("{}{}".format, st.sampled_from(("", "(?i)")), whole)


def _starts(text: bytes, cuts: list[int]) -> list[int]:
    """Where records of a text begin: at some of its lines."""
    lines = [0, *(at + 1 for at, byte in enumerate(text) if byte == 10)]
    begins = {lines[cut % len(lines)] for cut in cuts} - {len(text)}
    return [*sorted({0, *begins}), len(text)]


@given(
    _expressions(),
    st.lists(st.text(st.sampled_from(LETTERS), max_size=30), min_size=1, max_size=6),
    st.lists(st.integers(0, 50), max_size=8),
)
@example("a\\s+b", ["a\n", "b a b\n"], [1])
@example("(?i)k", ["\u212a\n", "K\n"], [1])
@example("a.b", ["a\u00e9b\n"], [])
@example("a$", ["a\r\n", "a\n"], [1])
@example("[^a]", ["a\n\n", "a\nb\n"], [2])
@example("x|", ["a\n"], [])
def test_records_that_match(regex, parts, cuts):
    """The same records match, whether a sieve is asked or RE2, and each alone."""
    try:
        expression = Expression(regex.encode())
    except re2.error:
        assume(False)
    text = "".join(parts).encode() + b"\n"
    starts = np.array(_starts(text, cuts), np.uint32)
    spans = zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
    expected = [
        row
        for row, (begin, end) in enumerate(spans)
        if expression.search(text[begin:end].rstrip(b"\n")) is not None
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "SIEVED_BYTES_MIN", 0)
        patch.setattr(texts, "PIECE_BYTES", 16)
        found = texts._match_rows(text, starts, expression)

    assert expected == found.tolist()
    assert expected == texts._searched(text, starts, expression).tolist()


UNDERSTOOD = {  # an expression, and whether its matches lie within a line
    "timeout while.*payment": True,
    "(?i)(?:dead|live)lock on [a-z]+": True,
    r"\b[0-9]{1,3}[.][0-9]{1,3}\b": True,
    r"status=(?P<code>5\d\d)$": True,
    r"refused\s+by": False,
    'said "[^"]*"': False,
    r"[^\s]+ done": True,
}


@pytest.mark.parametrize(("regex", "of_a_line"), UNDERSTOOD.items())
def test_what_is_understood(regex, of_a_line):
    """Most of what is asked can be told at the speed of memory."""
    found = told(regex.encode())

    assert found is not None
    assert of_a_line == found.of_a_line


OTHERS = {
    "flags amid": "a(?i)b",
    "a line end": "a\\nb",
    "a character": "caf\u00e9",
    "a class of Unicode": r"\pL+",
    "the text's begin": r"\Aa",
    "words of its own": r"\Qa+b\E",
    "a class of POSIX": "[[:alpha:]]+",
    "a range to many": r"[+-\d]",
    "nothing, too": "a*",
    "... in one of two cases": "a(?:b|)|b*",
    "a place": r"^\b",
    "a brace that repeats nothing": "a{b",
    "what takes long to compile": "x.{400}y",
    "... one in the other": "(?:x.{30}y){30}",
}


@pytest.mark.parametrize("regex", OTHERS.values(), ids=OTHERS)
def test_what_is_not_understood(regex):
    """It is left to RE2."""
    assert told(regex.encode()) is None


ENDS = {  # an expression, and where its matches in the text end
    "what follows is left out": ("b.*", [3, 7]),
    "... as is what may be left out": ("bc*d*", [3, 7]),
    "... and what is repeated": ("ab+", [3, 7]),
    "... but how often it must be": ("a[a-z]{2,9}", [4, 8]),
    "what is chosen stays": ("abx|bc*", [3, 4, 7, 8]),
    "so does a group": ("(bc)+", [4, 8]),
}


@pytest.mark.parametrize(("regex", "expected"), ENDS.values(), ids=ENDS)
def test_ends(regex, expected):
    """A match has as few ends as may be, for each is a call back."""
    found = told(regex.encode())
    assert found is not None

    assert Ends(expected, whole=True) == found.sieve.ends(b"-abc abcd", 0, 9, 9)


def test_too_many_ends():
    """Whoever asks says how many are worth it, and sees that there are more."""
    sieve = Sieve(b"a", folded=True)

    assert Ends([3, 4], whole=True) == sieve.ends(b"aaAa", 2, 4, 2)
    assert Ends([1, 2, 3], whole=False) == sieve.ends(b"aaAa", 0, 4, 2)


def test_many_ends_in_a_text():
    """RE2 goes on where a sieve was given up."""
    text = b"a1 b2 c3\n" * 9_000
    starts = np.arange(0, len(text) + 1, 9).astype(np.uint32)

    assert (
        list(range(9_000))
        == texts._match_rows(text, starts, Expression(b"[a-z]")).tolist()
    )


def test_an_expression_that_is_refused():
    """It is told once, and is no error."""
    sieve = Sieve(b"a*", folded=False)

    assert sieve.ends(b"aa", 0, 2, 9) is None
    assert sieve.ends(b"aa", 0, 2, 9) is None


def test_many_threads():
    """Each has an expression of its own while it searches."""
    sieve = Sieve(rb"[0-9]+ x", folded=False)
    texts_ = [b"%d y\n" % number * 50_000 + b"%d x\n" % number for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda one: sieve.ends(one, 0, len(one), 9), texts_ * 8))

    assert [Ends([len(one) - 1], whole=True) for one in texts_ * 8] == found


@pytest.mark.parametrize("count", [0, 1, 30, 5_000])
def test_places_of_a_literal(count):
    """Found by a sieve where they are few, by vector operations where they are many."""
    text = b"nothing of it here, " * 9_000
    for at in range(count):
        text = text[: at * 36] + b"NeedLe" + text[at * 36 + 6 :]

    assert [at * 36 for at in range(count)] == sorted(places(text, b"needle").tolist())
    assert len(text) > place.SIEVED_BYTES_MIN
