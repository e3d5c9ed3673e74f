"""Which units of a text can hold a needle at all.

Operations we want: for a needle, say "certainly not in this unit" (some 256 KiB) of all
units of a segment in microseconds, without opening its text, which may be compressed.

Goals: any needle of eight bytes or more is told, an order number as well as a trace id;
1/24 to 1/12 of the text; no false "not"; one pass over the text with a handful of vector
operations, all on 32 bits.

Plan: hash the 8 bytes at every offset of the lower-cased text to one of a few slots of its
unit. Eight units share a plane: a byte for each slot, a bit for each unit, so that one
look-up answers for all eight, and the planes of a text stand side by side slot by slot, so
that one look-up answers for all its units. A unit can hold a needle only if it has all of the needle's
own grams. A log repeats itself: of 256 Ki offsets only some 40,000 hold a gram of their
own, which fills a fourth of the slots, and a number of seven digits with what stands
before it has several of them. Shorter needles are not indexed: "perhaps".
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import log2
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.once import once

GRAM_BYTES: Final = 8
UNIT_BYTES: Final = 256 * 1024  # opened as a whole; its arrays stay in the second cache
PLANE_UNITS: Final = 8
SLOTS_LOG2_MAX: Final = 17
_HALF: Final = GRAM_BYTES // 2
_FOLD: Final = np.uint8(0x20)  # set in small letters and digits alike: a rough lower()
_MULTIPLIER_A: Final = np.uint32(0x9E3779B1)  # 2^32 / golden ratio, made odd
_MULTIPLIER_B: Final = np.uint32(0x85EBCA77)  # a large odd number of xxHash

WORD_PLANES: Final = 8
RAREST: Final = (
    8  # grams of a needle that many texts are asked for: few have all of them
)
SAMPLE: Final = 4  # texts that tell which grams are rare

Planes = NDArray[np.uint8]
Words = tuple[memoryview, ...]
"""What one look-up in each gives of all planes of a text: a number a slot."""


def units(text_bytes: int) -> int:
    """Into how many units a text is divided: 8, 16, 32, ...; 190 to 360 KB each."""
    planes = text_bytes / (PLANE_UNITS * UNIT_BYTES)
    return int(PLANE_UNITS * (1 << max(0, round(log2(planes)) if planes > 1 else 0)))


def build(text: bytes, cuts: Sequence[int]) -> Planes:
    """The planes of a segment's text.

    Args:
        text: As held; its case is folded here (ASCII).
        cuts: Offset at which each unit begins and, last, the text's length; as many units
            as `units` says.

    Returns:
        One row a plane, a power of two of slots each, 1/3 to 2/3 of a bit a byte of text;
        in memory, what is in a slot of all planes stands side by side.
    """
    count = len(cuts) - 1
    size_log2 = (max(1, 2 * len(text) // (3 * count))).bit_length() - 1
    size_log2 = max(10, min(SLOTS_LOG2_MAX, size_log2))
    planes = np.zeros((count // PLANE_UNITS, 1 << size_log2), np.uint8)
    whole = np.frombuffer(text, np.uint8)
    held = np.empty(1 << size_log2, np.bool_)
    scratch = _Scratch.of(min(UNIT_BYTES, len(text)) + GRAM_BYTES)
    for unit in range(count):
        beat()
        held[:] = False
        begin, end = cuts[unit], cuts[unit + 1]
        for at in range(begin, end - GRAM_BYTES + 1, UNIT_BYTES):
            chunk = whole[at : min(end, at + UNIT_BYTES + GRAM_BYTES - 1)]
            for shift in range(_HALF):
                held[_slots(chunk[shift:], size_log2, scratch)] = True
        bit = np.uint8(unit % PLANE_UNITS)
        planes[unit // PLANE_UNITS] |= held.view(np.uint8) << bit
    return np.ascontiguousarray(planes.T).T


class _Scratch(NamedTuple):
    """Arrays that are used again for each chunk: new ones cost a fifth of the time."""

    folded: NDArray[np.uint8]
    mixed: NDArray[np.uint32]
    other: NDArray[np.uint32]
    slots: NDArray[np.int64]

    @classmethod
    def of(cls, chunk_bytes: int) -> "_Scratch":
        words = chunk_bytes // _HALF
        return cls(
            np.empty(chunk_bytes, np.uint8),
            np.empty(words, np.uint32),
            np.empty(words, np.uint32),
            np.empty(words, np.int64),
        )


def may_hold(planes: Planes, needle: bytes) -> NDArray[np.bool_]:
    """Which units of a text with these planes can hold the needle.

    Args:
        planes: Of `build`.
        needle: Lower-cased.

    Returns:
        A truth value a unit, False only if it certainly does not hold it.
    """
    if len(needle) < GRAM_BYTES:
        return np.ones(PLANE_UNITS * len(planes), np.bool_)
    size_log2 = planes.shape[1].bit_length() - 1
    found = np.bitwise_and.reduce(planes[:, _wanted(needle, size_log2)], axis=1)
    return np.unpackbits(found, bitorder="little").view(np.bool_)


def words(planes: Planes) -> Words:
    """The planes of a text, to be looked up in with those of many others."""
    slotwise = planes.T
    count = slotwise.shape[1]
    width = min(count, WORD_PLANES)
    flat = slotwise.reshape(-1).view(f"u{width}").data
    return tuple(flat[at :: count // width] for at in range(count // width))


def among(
    texts: Sequence[Words], planes: Sequence[Planes], needles: Iterable[bytes]
) -> list[int]:
    """Which of many texts can hold some needles, all in one unit.

    Args:
        texts: The words of each.
        planes: Of each, as many slots in all of them.
        needles: Lower-cased.

    Returns:
        Places of those that do, and perhaps of a few that `may_hold` would rule out.
    """
    size_log2 = planes[0].shape[1].bit_length() - 1
    grams = [_wanted(one, size_log2) for one in needles if len(one) >= GRAM_BYTES]
    if not grams:
        return list(range(len(texts)))
    left = [word for text in texts for word in text]
    owners = [at for at, text in enumerate(texts) for _ in text]
    held = np.full(len(left), -1, np.int64).view(np.uint64)
    for slot in _rarest(once(np.concatenate(grams)), planes):
        held &= np.fromiter(map(itemgetter(slot), left), np.uint64, len(left))
        alive = np.flatnonzero(held)
        if len(alive) < len(left):
            held = held[alive]
            left = [left[at] for at in alive.tolist()]
            owners = [owners[at] for at in alive.tolist()]
    return list(dict.fromkeys(owners))


def _rarest(slots: NDArray[np.int64], planes: Sequence[Planes]) -> list[int]:
    """Some of the slots, those first that the fewest units of some texts have."""
    sample = planes[:: -(-len(planes) // SAMPLE)]
    counts = sum(np.bitwise_count(one[:, slots]).sum(0, np.int64) for one in sample)
    rarest: list[int] = slots[np.argsort(counts)][:RAREST].tolist()
    return rarest


def _slots(
    text: NDArray[np.uint8], size_log2: int, scratch: _Scratch
) -> NDArray[np.int64]:
    """Slot of the gram at every fourth offset of a text, its case folded."""
    folded = scratch.folded[: len(text) // _HALF * _HALF]
    np.bitwise_or(text[: len(folded)], _FOLD, out=folded)
    words = folded.view(np.uint32)  # aligned, wherever the text begins
    count = max(0, len(words) - 1)
    mixed, other = scratch.mixed[:count], scratch.other[:count]
    np.multiply(words[:-1], _MULTIPLIER_A, out=mixed)
    np.multiply(words[1:], _MULTIPLIER_B, out=other)
    np.add(mixed, other, out=mixed)
    np.right_shift(mixed, np.uint32(32 - size_log2), out=mixed)
    scratch.slots[:count] = mixed
    return scratch.slots[:count]


@lru_cache(maxsize=64)  # one needle is asked of many segments
def _wanted(needle: bytes, size_log2: int) -> NDArray[np.int64]:
    """Slots of all grams of a needle."""
    text = np.frombuffer(needle, np.uint8)
    scratch = _Scratch.of(len(needle))
    every = [_slots(text[k:], size_log2, scratch).copy() for k in range(_HALF)]
    return once(np.concatenate(every))
