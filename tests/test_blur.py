"""Blurred records: equal where digits alone differ, and never where shapes do."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis import blur as module
from log_mcp.analysis.blur import DIGIT_WORDS, blur, blurred
from log_mcp.analysis.shape import first_line, shape_of
from log_mcp.analysis.template import key_of

BLURRED = {
    "nothing": ("", ""),
    "words": ("connection reset by peer", "connection reset by peer"),
    "a number": ("took 5 tries", "took 0 tries"),
    "a number at both ends": ("5 of 17", "0 of 0"),
    "a number with a unit": ("in 17ms", "in 0"),
    "an id": ("order-17/x closed", "0 closed"),
    "an address": ("10.0.0.17:5432", "0.0.0.0:0"),
    "a word that holds a digit": ("IPv4, not ipv6", "IPv4, not ipv6"),
    "such a word in an id": ("ipv4-7", "0"),
    "a path without a digit": ("open /etc/hosts", "open /etc/hosts"),
    "letters of other scripts": ("größe é5", "größe é0"),
}
WORD = st.sampled_from(
    ["user", "blk", "order", "=", ":", "(", ")", "-", "/srv/a", "x.y", "ipv4", "7z"]
)
VARIED = st.lists(
    WORD
    | st.integers(0, 10**12).map(str)
    | st.from_regex(r"[a-z]{0,3}[0-9]{1,3}[-/]?", fullmatch=True),
    max_size=12,
).map(" ".join)


def one_by_one(records):
    """Each record as `blurred` gives it."""
    starts = np.cumsum([0, *map(len, records)]).astype(np.uint32)
    return blurred(b"".join(records), starts)


@pytest.mark.parametrize(("text", "expected"), BLURRED.values(), ids=BLURRED)
def test_blurs(text, expected):
    """What holds a digit is one zero, in a text and in a block."""
    assert expected == blur(text)
    assert [expected.encode() + b"\n"] == one_by_one([text.encode() + b"\n"])


@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=20), st.sampled_from([1, 50])
)
def test_a_block_is_its_records(texts, size):
    """As pieces of any size, a block gives what its records give one by one."""
    records = [text.encode(errors="replace") + b"\n" for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PIECE_BYTES", size)
        found = one_by_one(records)

    assert [blur(r.decode()).encode() for r in records] == found


def test_a_block_need_not_begin_at_the_first_byte_of_its_text():
    """A stretch holds what lies between its first and its last start."""
    starts = np.array([3, 6, 9], np.uint32)

    assert [b"0\n", b"0\n"] == blurred(b"z9\na1\nb2\ny7\n", starts)


@given(VARIED, st.integers(0, 9))
def test_what_digits_say_does_not_change_a_shape(text, digit):
    """So that one of those that are equal when blurred stands for all of them."""
    other = " ".join(
        word
        if word.lower() in DIGIT_WORDS or not any(map(str.isdigit, word))
        else "".join(str(digit) if c.isdigit() else c for c in word)
        for word in text.split()
    )
    one, two = first_line(text), first_line(other)

    assert blur(one) == blur(two)
    assert key_of(shape_of(one)) == key_of(shape_of(two))
