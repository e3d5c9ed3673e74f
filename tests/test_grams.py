"""Grams never say a false "no", and rarely a false "perhaps"."""

import random
import uuid
from itertools import pairwise

import numpy as np
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


def _build(text: bytes) -> grams.Planes:
    """Planes of a text divided evenly, whatever stands where it is cut."""
    count = grams.units(len(text))
    return grams.build(text, [len(text) * at // count for at in range(count + 1)])


def _share(planes: list[grams.Planes], needle: bytes) -> float:
    return float(np.mean([grams.may_hold(one, needle).mean() for one in planes]))


@given(st.binary(max_size=400), st.lists(st.integers(0, 400), max_size=7), st.data())
def test_never_says_no_to_what_is_there(text, inner, data):
    """Any stretch of a unit, lower-cased, may be held by it, however it is cut."""
    ends = sorted(min(one, len(text)) for one in inner)
    cuts = [0] * (8 - len(ends)) + ends + [len(text)]
    planes = grams.build(text, cuts)
    for unit in range(8):
        begin = data.draw(st.integers(cuts[unit], cuts[unit + 1]))
        end = data.draw(st.integers(begin, cuts[unit + 1]))

        assert grams.may_hold(planes, text[begin:end].lower())[unit]


@pytest.mark.parametrize("shift", range(-13, 14))
def test_never_says_no_at_the_edge_of_a_chunk(shift):
    """A needle across the pieces in which a long unit is read is found at every place."""
    needle = b"Rare-7f3a9c2e51d0"
    begin = grams.UNIT_BYTES + shift
    text = b"." * begin + needle + b"." * 500
    planes = grams.build(text, [0, *[len(text)] * 8])

    assert [True] + [False] * 7 == grams.may_hold(planes, needle.lower()).tolist()


def test_says_what_a_set_of_grams_says():
    """A unit may hold what all of whose grams are its own, but for a chance or two."""
    dice = random.Random(7)
    text = "".join(_line(dice, at) for at in range(200)).encode()
    planes = _build(text)
    count = 8 * len(planes)
    cuts = [len(text) * at // count for at in range(count + 1)]
    low = text.lower()
    held = [{low[at : at + 8] for at in range(a, b - 7)} for a, b in pairwise(cuts)]
    wrong = 0
    for _ in range(500):
        at = dice.randrange(len(low) - 30)
        needle = low[at : at + dice.randrange(8, 30)]
        own = {needle[k : k + 8] for k in range(len(needle) - 7)}
        expected = np.array([own <= one for one in held])
        told = grams.may_hold(planes, needle)
        wrong += int(np.count_nonzero(told & ~expected))

        assert not (expected & ~told).any()
    assert wrong < 500 * count // 8


@pytest.mark.parametrize("planes", [1, 2, 8, 16])
def test_many_texts_are_asked_at_once(planes):
    """All that may hold each needle are left, and of the others hardly any."""
    dice = random.Random(7)
    texts = [
        "".join(_line(dice, at) for at in range(60 * planes)).encode() for _ in range(6)
    ]
    count = grams.PLANE_UNITS * planes
    built = [
        grams.build(text, [len(text) * at // count for at in range(count + 1)])
        for text in texts
    ]
    words = [grams.words(one) for one in built]
    more = 0
    for at in range(0, 60 * planes, 5):
        needles = [texts[at % 6].split(b"\n")[at].lower()[-90:-20], b"short"]
        expected = [
            k for k, one in enumerate(built) if grams.may_hold(one, needles[0]).any()
        ]
        left = grams.among(words, built, needles)
        more += len(left) - len(expected)

        assert {*expected} <= {*left}
        assert sorted(left) == left
    assert more < 6 * planes
    assert list(range(6)) == grams.among(words, built, [b"short"])


@pytest.mark.parametrize("length", range(grams.GRAM_BYTES))
def test_short_needles_are_perhaps(length):
    """Too short to tell: True."""
    assert grams.may_hold(_build(b"x" * 100), b"q" * length).all()


IDS = {  # a needle of random digits, and the share of units that it may open
    "a trace id": (lambda dice: str(uuid.UUID(int=dice.getrandbits(128))), 0.001),
    "... without hyphens": (
        lambda dice: uuid.UUID(int=dice.getrandbits(128)).hex,
        0.001,
    ),
    "an order of seven digits": (
        lambda dice: f"order {dice.randrange(10**7):07}",
        0.02,
    ),
    "a number in a field": (lambda dice: f"user={dice.randrange(10**6):06}", 0.03),
    "eighteen digits": (lambda dice: str(10**17 + dice.getrandbits(56)), 0.001),
    "eleven digits": (lambda dice: str(10**10 + dice.getrandbits(32)), 0.05),
    "words": (lambda dice: f"{dice.choice(WORDS)} nowhere to be found", 0.001),
}


@pytest.mark.parametrize(("needle", "most"), IDS.values(), ids=IDS)
def test_rarely_says_perhaps_to_what_is_not_there(needle, most):
    """Of random ids that are not there hardly any costs the opening of a unit."""
    dice = random.Random(7)
    text = "".join(_line(dice, at) for at in range(9_000)).encode()
    planes = [_build(text)]
    shares = [_share(planes, needle(dice).encode()) for _ in range(300)]

    assert sum(shares) / len(shares) <= most


@pytest.mark.parametrize("size", [10, 70_000, 1_500_000, 3_100_000, 4_194_304])
def test_costs_a_twelfth_of_the_text_at_most(size):
    """The index is small beside what it saves to open."""
    assert _build(b"x" * size).nbytes * 12 <= max(size, 12 * 8 * 1024)
