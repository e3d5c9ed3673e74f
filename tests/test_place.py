"""Every place of a literal is found, as a loop over all offsets finds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.query import place
from log_mcp.query.place import places


def _loop(text: bytes, needle: bytes, begin: int, end: int) -> list[int]:
    low = text[:end].lower()
    return [at for at in range(begin, end) if low.startswith(needle, at)]


def test_the_longest_query_is_understood():
    """A literal of the longest length allowed is found like any other."""
    text, needle = "x\u00e9K".encode() * 5_000, "\u00e9kx".encode() * 4_999
    assert [1] == places(text, needle + "\u00e9k".encode()).tolist()


@given(
    st.text(st.sampled_from("abAB.\u00e9\u212a\n @`"), max_size=200),
    st.text(st.sampled_from("ab.\u00e9\n @`"), min_size=1, max_size=13),
    st.data(),
)
def test_every_place_of_a_literal_is_found(text, needle, data):
    """Overlapping ones and those across two chunks included, ASCII case folded."""
    held, wanted = text.encode(), needle.encode()
    begin = data.draw(st.integers(0, len(held)))
    end = data.draw(st.integers(begin, len(held)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, "CHUNK_BYTES", 8)
        found = places(held, wanted, begin, end)

    assert _loop(held, wanted, begin, end) == sorted(found.tolist())


@given(
    st.text(st.sampled_from("aA@`\u00e9"), max_size=60),
    st.integers(0, 40),
    st.integers(1, 20),
)
def test_what_stands_in_a_text_is_found_in_it(text, begin, length):
    """A needle cut from the text itself."""
    held = text.encode()
    wanted = held[begin : begin + length].lower()
    if wanted:
        expected = _loop(held, wanted, 0, len(held))

        assert expected == sorted(places(held, wanted).tolist())


@pytest.mark.parametrize("needle", [b"z", b"zq", b"qz.z"])
def test_a_byte_that_is_rare_at_first_is_found_wherever_it_is_not(monkeypatch, needle):
    """What the first chunk says of it holds for no other."""
    monkeypatch.setattr(place, "CHUNK_BYTES", 4096)
    held = b"e" * 5000 + b"zQz.ZqZ" * 900

    assert _loop(held, needle, 0, len(held)) == sorted(places(held, needle).tolist())
