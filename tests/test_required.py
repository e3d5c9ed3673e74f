r"""What every match of an expression holds, and nothing more than that."""

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.query.expression import Expression
from log_mcp.query.required import Required, required

LITERALS = {
    "a text": ("order placed", [b"order placed"]),
    "case is folded": ("Order", [b"order"]),
    "two around a gap": ("timeout while.*payment", [b"timeout while", b"payment"]),
    "around a class": (r"user [0-9]+ left", [b" left", b"user "]),
    "around an escape": (r"\bapp/conf\b\d", [b"app/conf"]),
    "a mark that is escaped": (r"a\.b\(c\)", [b"a.b(c)"]),
    "what is optional is not": ("errors?", [b"error"]),
    "nor what may be repeated never": ("retry{0,2}fast", [b"fast", b"retr"]),
    "but what is repeated is": ("abort+ed", [b"abort"]),
    "braces that repeat nothing": ('{"user', [b'{"user']),
    "flags at the begin": ("(?i)Timeout", [b"timeout"]),
    "not what stands in parentheses": ("(?:order|cart) placed", [b" placed"]),
    "nor of a choice": ("order placed|cart", []),
    "nor what is spelled": (r"\x{41}ab\x41de", []),
    "nor in another script": ("caf\u00e9 open", [b" open", b"caf"]),
    "nor between quotes of its own": (r"\Qa.b.c\E", []),
    "a bracket in a class": ("[]a]abc[^]]def[[:alpha:]]ghi", [b"abc", b"def", b"ghi"]),
    "nothing": ("", []),
    "too short": ("ab.cd", []),
}


@pytest.mark.parametrize(("pattern", "expected"), LITERALS.values(), ids=LITERALS)
def test_literals(pattern, expected):
    """Runs of characters at the top of an expression, the longest first."""
    assert expected == required(pattern.encode()).literals


def test_what_leads():
    """A literal at the begin, unless case is ignored: RE2 leaps to it by itself."""
    assert required(b"order .*").leads
    assert not required(b"or.*").leads
    assert not required(b"(?i)order").leads
    assert not required(rb"\border").leads
    assert Required(folded=True) == required(b"(?si)a|b")


parts = st.sampled_from(
    [
        *(
            "a",
            "b",
            "B",
            "abc",
            "a?",
            "b*",
            "c+",
            "{2}",
            "(",
            ")",
            "|",
            "[a-c]",
            "[^b]",
        ),
        *(".", "(?i)", "(?:", r"\.", r"\b", r"\x61", "^", "$", "]", "{", "}", "??"),
        *(r"\n", "[]b]", "\u212a", "k"),
    ]
)


@settings(max_examples=150)
@given(
    st.lists(parts, max_size=8).map("".join),
    st.lists(st.text(st.sampled_from("abcABC.{}]x"), max_size=12), max_size=6),
)
def test_every_match_holds_what_is_required(pattern, texts):
    """No text that matches is without its literals."""
    try:
        regex = Expression(pattern.encode())
    except re2.error:
        return
    for text in texts:
        if regex.search(text.encode()) is not None:
            low = text.lower().encode()

            assert all(one in low for one in regex.required.literals)
