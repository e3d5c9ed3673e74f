"""Twin of log_mcp/query/mold.py: what a mold cuts out is what a parser finds."""

import json

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.query.mold import TOKEN_BYTES_MAX, Mold, Sheet, Slot

BEHIND = b" " * TOKEN_BYTES_MAX  # room for what is compared with the last line


def sheet(*lines):
    """Lines as a sheet, with others behind them."""
    text = b"".join(line + b"\n" for line in lines)
    ends = np.cumsum([len(line) + 1 for line in lines])
    starts = np.concatenate([[0], ends]).astype(np.uint32)
    return Sheet(text + BEHIND, starts)


def cut(mold, page):
    """Per row that fits, the values of all slots."""
    rows = page.clean()
    cast = mold.cast(page, rows[[b"\\" not in page.line(row) for row in rows.tolist()]])
    found = {}
    for n, row in enumerate(cast.rows.tolist()):
        spans = [(b[n], e[n]) for b, e in zip(cast.begins, cast.ends, strict=True)]
        found[row] = [page.text[begin:end] for begin, end in spans]
    return found


MOLD = b'{"a": "x", "n": 1.5, "o": {"b": "y", "ok": true}, "s": "z"}'
FITS = {
    "another value": b'{"a": "", "n": -0.25, "o": {"b": "why", "ok": true}, "s": "z z"}',
    "braces in a text": b'{"a": "}{", "n": 7, "o": {"b": ",", "ok": true}, "s": ": 1"}',
    "letters of many bytes": '{"a": "é", "n": 0, "o": {"b": "日", "ok": true}, "s": "_"}'.encode(),
}
FITS_NOT = {
    "an escape": rb'{"a": "\n", "n": 1.5, "o": {"b": "y", "ok": true}, "s": "z"}',
    "another key": b'{"e": "x", "n": 1.5, "o": {"b": "y", "ok": true}, "s": "z"}',
    "a key more": b'{"a": "x", "n": 1.5, "o": {"b": "y", "ok": true}, "s": "z", "t": "u"}',
    "false": b'{"a": "x", "n": 1.5, "o": {"b": "y", "ok": false}, "s": "z"}',
    "a text for a number": b'{"a": "x", "n": "1.5", "o": {"b": "y", "ok": true}, "s": "z"}',
    "no number": b'{"a": "x", "n": 1.5.2, "o": {"b": "y", "ok": true}, "s": "z"}',
    "a naught before it": b'{"a": "x", "n": 01, "o": {"b": "y", "ok": true}, "s": "z"}',
    "no digit": b'{"a": "x", "n": -, "o": {"b": "y", "ok": true}, "s": "z"}',
    "an exponent": b'{"a": "x", "n": 1e3, "o": {"b": "y", "ok": true}, "s": "z"}',
    "a brace less": b'{"a": "x", "n": 1.5, "o": {"b": "y", "ok": true}, "s": "z"',
    "a byte behind": b'{"a": "x", "n": 1.5, "o": {"b": "y", "ok": true}, "s": "z"} ',
    "a tab in a text": b'{"a": "\t", "n": 1.5, "o": {"b": "y", "ok": true}, "s": "z"}',
    "quotes elsewhere": b'{"a": "x", "n": 1.5, "o" {"b": "y", "ok": true}, "s"": "z"}',
    "nothing": b"",
}


@pytest.mark.parametrize("line", FITS.values(), ids=FITS)
def test_an_object_of_the_same_make_fits(line):
    """And the slots hold its values."""
    mold = Mold.of(MOLD)
    found = cut(mold, sheet(MOLD, line))
    value = orjson.loads(line)

    assert [b"x", b"1.5", b"y", b"z"] == found[0]
    a, number, b, s = found[1]
    assert (value["a"], value["n"], value["o"]["b"], value["s"]) == (
        *(a.decode(), orjson.loads(number)),
        *(b.decode(), s.decode()),
    )


@pytest.mark.parametrize("line", FITS_NOT.values(), ids=FITS_NOT)
def test_what_is_of_another_make_does_not_fit(line):
    """Be it valid or not."""
    assert [0, 2] == list(cut(Mold.of(MOLD), sheet(MOLD, line, MOLD)))


def test_the_shape_names_the_slots():
    """Where the values were; what is always the same stands there itself."""
    mold = Mold.of(b'{"a": "x", "o": {"n": 2, "t": true}, "l": ["y"], "z": null}')
    assert mold is not None

    assert {
        "a": Slot(0, number=False),
        "o": {"n": Slot(1, number=True), "t": True},
        "l": [Slot(2, number=False)],
        "z": None,
    } == mold.shape


@pytest.mark.parametrize(
    "line",
    [b"", b"{", b"[1]", b"no object", rb'{"a": "\n"}', b'{"a": [1, 2]}', b'{"a": 1}}'],
)
def test_what_is_no_object_makes_no_mold(line):
    """Nor one whose numbers stand side by side, which no quote keeps apart."""
    assert Mold.of(line) is None


def test_not_utf8_is_not_clean():
    """A parser does not take it."""
    assert [] == sheet(b'{"a": "\xff"}', b'{"a": "b"}').clean().tolist()


def test_a_line_without_its_end_is_not_clean():
    """It may still grow."""
    text = b'{"a": 1}\n{"a": 2}' + BEHIND
    page = Sheet(text, np.array([0, 9, 17], np.uint32))

    assert [0] == page.clean().tolist()


@pytest.mark.parametrize("count", [1, 9, 10])
def test_the_last_lines_are_left_to_a_parser(count):
    """What is compared with their ends could reach beyond the text."""
    lines = [b'{"a": 1}'] * count
    starts = np.arange(0, 9 * count + 1, 9, dtype=np.uint32)
    page = Sheet(b"\n".join([*lines, b""]), starts)
    mold = Mold.of(lines[0])
    assert mold is not None

    clean = page.clean()

    assert list(range(max(0, count - 8))) == clean.tolist()
    assert clean.tolist() == mold.cast(page, clean).rows.tolist()


NUMBERS = st.text("0123456789.-", min_size=1, max_size=30)


@given(st.lists(NUMBERS, min_size=1))
def test_a_number_is_what_json_says(texts):
    """All others are none, and so is what is too long to be looked at."""
    lines = [f'{{"n": {text}, "m": ""}}'.encode() for text in ["1", *texts]]
    found = cut(Mold.of(lines[0]), sheet(*lines))
    for row, line in enumerate(lines):
        try:
            valid = isinstance(orjson.loads(line), dict)
        except orjson.JSONDecodeError:
            valid = False
        short = len(["1", *texts][row]) <= 24

        assert (valid and short) == (row in found)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters='"\\', min_codepoint=32),
    max_size=90,
)


@given(st.lists(WORDS, min_size=1), st.data())
def test_texts_are_told_apart(words, data):
    """However long they are, and however alike."""
    words += data.draw(st.lists(st.sampled_from(words)))
    page = sheet(
        *[json.dumps({"w": word}, ensure_ascii=False).encode() for word in words]
    )
    begins = page.starts + len('{"w": "')
    texts, codes = page.distinct(begins, page.ends - 2)

    assert words == [texts[code].decode() for code in codes.tolist()]
    assert len(set(words)) == len(texts)
