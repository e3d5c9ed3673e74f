"""Grams never say a false "no", and rarely a false "perhaps"."""

import random
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.store import grams

WORDS = ["order", "cart", "payment", "stock", "checkout", "retry", "worker", "closed"]


def _line(dice: random.Random, at: int) -> str:
    """A line as a web shop writes it: much that repeats, and an id of its own."""
    stamp = f"2026-03-04T{at // 3600 % 24:02}:{at // 60 % 60:02}:{at % 60:02}.{at % 1000:03}Z"
    said = " ".join(dice.choice(WORDS) for _ in range(5))
    trace = uuid.UUID(int=dice.getrandbits(128)).hex
    return (
        f'{{"timestamp":"{stamp}","level":"info","logger":"shop.{dice.choice(WORDS)}",'
        f'"message":"{said}","trace_id":"{trace}","duration_ms":{dice.randrange(2000)}}}\n'
    )


@given(st.binary(min_size=0, max_size=400), st.data())
def test_never_says_no_to_what_is_there(text, data):
    """Any stretch of a text, lower-cased, may be held by it."""
    bitmap = grams.build(text)
    begin = data.draw(st.integers(0, len(text)))
    needle = text[begin : data.draw(st.integers(begin, len(text)))].lower()

    assert grams.may_hold(bitmap, needle)


@pytest.mark.parametrize("shift", range(-13, 14))
def test_never_says_no_at_the_edge_of_a_chunk(shift):
    """A needle across the pieces in which a text is read is found at every place."""
    needle = b"Rare-7f3a9c2e51d0"
    begin = grams._CHUNK_BYTES + shift
    text = b"." * begin + needle + b"." * 500

    assert grams.may_hold(grams.build(text), needle.lower())


@pytest.mark.parametrize("length", range(grams.NEEDLE_BYTES_MIN))
def test_short_needles_are_perhaps(length):
    """Too short to tell: True."""
    assert grams.may_hold(grams.build(b"x" * 100), b"q" * length)


def test_rarely_says_perhaps_to_a_random_id():
    """Of random ids that are not there hardly any costs the opening of a segment."""
    dice = random.Random(7)
    text = "".join(_line(dice, at) for at in range(4_000)).encode()
    bitmap = grams.build(text)
    ids = [uuid.UUID(int=dice.getrandbits(128)) for _ in range(2_000)]

    wrong = sum(grams.may_hold(bitmap, str(one).encode()) for one in ids)
    hexes = sum(grams.may_hold(bitmap, one.hex.encode()) for one in ids)
    short = sum(grams.may_hold(bitmap, f"order-{one.hex[:8]}".encode()) for one in ids)

    assert wrong < 100
    assert hexes < 100
    assert short < 1_200  # fourteen characters are one or two grams


def test_costs_less_than_a_thirtieth_of_the_text():
    """The index is small beside what it saves to open."""
    dice = random.Random(7)
    text = "".join(_line(dice, at) for at in range(4_000)).encode()

    assert grams.build(text).nbytes * 30 <= len(text)
