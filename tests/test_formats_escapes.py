"""Escapes of JSON strings, decoded where they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.formats.escapes import uncoloured, unescape
from log_mcp.formats.jsonl import unescape as exposed

CASES = {
    "a line end": (rb"a\nb", b"a\nb"),
    "a backslash and an n": (rb"a\\nb", rb"a\nb"),
    "three backslashes and an n": (rb"\\\n", b"\\\n"),
    "a quote and a tab": (rb"\"\t", b'"\t'),
    "a slash": (rb"a\/b", b"a/b"),
    "the other controls": (rb"\r\b\f", b"\r\b\f"),
    "a letter": (rb"\u0074imeout", b"timeout"),
    "an accent": (rb"\u00e9", "\u00e9".encode()),
    "a pair": (rb"\uD83D\uDE00", "\U0001f600".encode()),
    "half a pair stays": (rb"\ud83d \u0041", rb"\ud83d A"),
    "NUL stays": (rb"\u0000", rb"\u0000"),
    "no escape of JSON stays": (rb"\x41\d+", rb"\x41\d+"),
    "a lone backslash at the end stays": (b"a\\", b"a\\"),
    "short digits stay": (rb"\u00e", rb"\u00e"),
    "colours": (rb"\u001b[1;31mno\u001B[0m stock", b"no stock"),
    "an escape of another level": (rb"\\u001b[31m", rb"\u001b[31m"),
    "nothing": (b"plain", b"plain"),
}


@pytest.mark.parametrize(("text", "plain"), CASES.values(), ids=CASES)
def test_decodes_one_level(text, plain):
    """What JSON knows is decoded, everything else stays as written."""
    assert plain == unescape(text)
    assert exposed is unescape


UNCOLOURED = {
    "colours": (rb'{"a":"\u001b[1;31mno\u001B[0m stock"}', b'{"a":"no stock"}'),
    "one upon the other": (rb"\u001b[1m\u001b[31mno", b"no"),
    "an escape of another level": (rb"\\u001b[31m", rb"\\u001b[31m"),
    "behind an escaped backslash": (rb"\\\u001b[31m", rb"\\"),
    "no colour": (rb"\u001b", rb"\u001b"),
}


@pytest.mark.parametrize(("text", "plain"), UNCOLOURED.values(), ids=UNCOLOURED)
def test_colours_in_strings_are_removed(text, plain):
    """Those that are escaped once; JSON stays JSON."""
    assert plain == uncoloured(text)


def reference(text: bytes) -> bytes:
    """One character after the other."""
    simple = dict(zip(b'nrtbf"/\\', b'\n\r\t\b\f"/\\', strict=True))
    plain, place = bytearray(), 0
    while place < len(text):
        here = text[place : place + 2]
        if here[:1] == b"\\" and len(here) == 2 and here[1] in simple:
            plain.append(simple[here[1]])
            place += 2
        elif here == b"\\u" and (character := _character(text, place)):
            plain += character
            place += 12 if len(character) == 4 else 6
        else:
            plain.append(text[place])
            place += 1
    return bytes(plain)


def _code(text: bytes, place: int) -> int:
    digits = text[place + 2 : place + 6]
    hexadecimal = set(digits) <= set(b"0123456789abcdefABCDEF")
    valid = text[place : place + 2] == b"\\u" and len(digits) == 4 and hexadecimal
    return int(digits, 16) if valid else 0


def _character(text: bytes, place: int) -> bytes:
    high, low = _code(text, place), _code(text, place + 6)
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return chr(0x10000 + (high - 0xD800) * 0x400 + low - 0xDC00).encode()
    return chr(high).encode() if high and not 0xD800 <= high < 0xE000 else b""


tokens = st.sampled_from(
    [
        b"\\",
        b"n",
        b"u",
        b"0041",
        b"d83d",
        b"\\ud83d",
        b"\\ude00",
        b'"',
        b"/",
        b"e",
        b" ",
    ]
)


@given(st.lists(tokens, max_size=20).map(b"".join))
def test_equals_the_reference(text):
    """The chain of replacements does what a loop over characters does."""
    assert reference(text) == unescape(text)
