"""A cursor comes back whole, and nothing else is taken for one."""

import base64
import json
import zlib
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from log_mcp.errors import QueryError
from log_mcp.query import cursor
from log_mcp.query.cursor import Cursor, Stop, Stretch, read
from log_mcp.query.filter import Ask
from log_mcp.query.search import Key

texts = st.text(st.characters(), max_size=12)
words = st.none() | texts.filter(bool)
lists = st.lists(texts, max_size=2).map(tuple)
keys = st.builds(
    Key, st.integers(-(2**63), 2**63 - 1), texts, texts, st.integers(0, 2**50)
)
offsets = st.integers(0, 2**62)
stretches = st.lists(st.builds(Stretch, texts, offsets, offsets), max_size=3).map(tuple)
stops = st.builds(
    Stop,
    stretches,
    st.none() | stretches,
    st.none() | keys,
    *[st.integers(0, 2**40)] * 2,
    st.integers(-(2**63), 2**63),
)
cursors = st.builds(
    Cursor,
    st.builds(
        Ask,
        query=words,
        regex=words,
        exclude=lists,
        level=words,
        source=lists,
        where=lists,
        trace=words,
        group=words,
        since=words,
        until=words,
    ),
    st.sampled_from(["newest", "oldest"]),
    keys,
    st.integers(0, 20),
    st.none() | lists,
    st.none() | stops,
)
PLAIN = Cursor(
    Ask(query="timeout", where=("status >= 500",)), "newest", Key(1, "api", "f1", 7)
)


@given(cursors)
def test_round_trip(place):
    """Every question and place comes back as it was, whatever its characters."""
    written = place.write()
    stop = place.stop
    if stop is not None and stop.until is not None:  # What is equal is said once.
        until = tuple(one for one in stop.until if one not in stop.left)
        place = replace(place, stop=replace(stop, until=until))

    assert place == read(written)
    assert set(written) <= set("-_") | set(map(chr, range(128))) - set(" =+/")
    assert written.isascii()


def test_is_short():
    """It costs an assistant few tokens."""
    assert len(PLAIN.write()) < 130


def _refused(text: str) -> bool:
    with pytest.raises(QueryError, match="not a cursor of search_logs"):
        read(text)
    return True


@given(cursors, st.data())
def test_a_changed_character_is_refused(place, data):
    """So is one left out, one added, and half a cursor."""
    written = place.write()
    at = data.draw(st.integers(0, len(written) - 1))
    other = data.draw(st.characters().filter(lambda c: c != written[at]))

    assert _refused(written[:at] + other + written[at + 1 :])
    assert _refused(written[:at] + written[at + 1 :])
    assert _refused(written[:at] + other + written[at:])


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def test_each_slip_of_one_character_is_refused():
    """All places, all characters of the alphabet."""
    written = PLAIN.write()
    for at, character in enumerate(written):
        for other in ALPHABET.replace(character, ""):
            assert _refused(written[:at] + other + written[at + 1 :])


@given(st.text())
@example("")
@example("1")
@example("1====")
@example("1AAAA")
@example("1" + "A" * 100)
def test_other_text_is_refused(text):
    """With the one error that says what to do, never another."""
    assert _refused(text)


def _made_up(body: object) -> str:
    packed = zlib.compress(json.dumps(body).encode(), 9, -15)
    return "1" + cursor._spelled(packed + cursor._check(packed))


MADE_UP = {
    "a number": 5,
    "an empty list": [],
    "no question": [[], "n", [1, "a", "b", 2]],
    "an unknown parameter": [{"lvl": "x"}, "n", [1, "a", "b", 2]],
    "a parameter of another type": [{"query": 5}, "n", [1, "a", "b", 2]],
    "a list of others": [{"where": [5]}, "n", [1, "a", "b", 2]],
    "no list": [{"where": 5}, "n", [1, "a", "b", 2]],
    "a short place": [{}, "n", [1, "a", "b"]],
    "a place of other types": [{}, "n", ["1", "a", "b", 2]],
    "a true offset": [{}, "n", [1, "a", "b", True]],
    "a context that is text": [{}, "n", [1, "a", "b", 2], "3", None],
    "fields of other types": [{}, "n", [1, "a", "b", 2], 3, [1]],
    "one more": [{}, "n", [1, "a", "b", 2], 3, None, 7],
    "two more": [{}, "n", [1, "a", "b", 2], 3, None, [[], None, None, 0, 0, 0], 7],
    "no place at all": [{}, "n", None],
    "a stop of other things": [{}, "n", None, 0, None, [5, None, None, 0, 0, 0]],
    "a short stop": [{}, "n", None, 0, None, [[], None]],
    "a short stretch": [{}, "n", None, 0, None, [[["a", 1]], None, None, 0, 0, 0]],
    "a stretch of others": [{}, "n", None, 0, None, [[[1, 1, 2]], None, None, 0, 0, 0]],
    "counts of text": [{}, "n", None, 0, None, [[], None, None, "0", 0, 0]],
    "a long stop": [{}, "n", None, 0, None, [[], None, None, 0, 0, 0, 0]],
}


@pytest.mark.parametrize("body", MADE_UP.values(), ids=MADE_UP)
def test_made_up_cursors_are_refused(body):
    """Even with the right check, what makes no sense is no cursor."""
    assert _refused(_made_up(body))


def test_what_unpacks_to_too_much_is_refused():
    """A small text cannot fill the memory, nor nest without end."""
    deep = "[" * 100_000 + "]" * 100_000
    packed = zlib.compress(deep.encode(), 9, -15)
    assert _refused("1" + cursor._spelled(packed + cursor._check(packed)))
    assert _refused(_made_up("x" * 3 * cursor.BODY_BYTES_MAX))


def test_another_version_is_refused():
    """A cursor of another time is not guessed at."""
    assert _refused("0" + PLAIN.write()[1:])
    assert base64.urlsafe_b64decode(PLAIN.write()[1:] + "==")
