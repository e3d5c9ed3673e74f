"""Twin of log_mcp/unseen.py; `visible` is tested where it is shown, in test_render_fence.py."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp import unseen

HIDDEN = "a\u202eb\u200bc\U000e0041\ufe0f\u0085\ufeff"


def test_json_says_the_same_in_letters_that_all_see():
    """Each such character is an escape of JSON's own; other letters stay as they are."""
    line = json.dumps({"m": f"naïve {HIDDEN}"}, ensure_ascii=False).encode()
    shown = unseen.in_json(line)

    assert json.loads(line) == json.loads(shown)
    assert "naïve a\\u202eb\\u200bc\\udb40\\udc41" in shown.decode()
    assert not any(c in shown.decode() for c in HIDDEN if c not in "abc")


@pytest.mark.parametrize("data", [b'{"a":1}\n', '{"ä":"“—”"}\n'.encode()])
def test_what_hides_nothing_stays(data):
    """Punctuation has neighbours that hide, and does not."""
    assert data == unseen.in_json(data)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_stays_what_it_was(text):
    """Whatever it holds; and nothing unseen is left but the end of its line."""
    line = json.dumps(text, ensure_ascii=False).encode() + b"\n"
    shown = unseen.in_json(line)

    assert text == json.loads(shown)
    assert shown.decode()[:-1] == unseen.visible(shown.decode()[:-1])


def test_an_emoji_is_left_its_selector():
    """One, behind a sign that is drawn with it; it hides nothing."""
    assert "⚠\ufe0f disk \u2714\ufe0f" == unseen.visible("⚠\ufe0f disk \u2714\ufe0f")
    assert r"a\ufe0f ⚠\ufe0f\ufe0f" == unseen.visible("a\ufe0f ⚠\ufe0f\ufe0f")
    data = '"⚠\ufe0f"'.encode()
    assert data == unseen.in_json(data)


def test_bare_text_has_none():
    """What is left is what is seen."""
    assert "abc" == unseen.bare(HIDDEN)
