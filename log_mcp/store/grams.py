"""Which sealed segments can hold a text at all.

Operations we want: for a needle, say "certainly not in this segment" in microseconds,
without opening the segment, which may be compressed.

Goals: 1 bit per 8 bytes of text or less; no false "not"; one pass over the text with a
handful of vector operations.

Plan: take the 8 bytes at every 4th offset of the lower-cased text, hash them to a bit of a
bitmap. A needle of 11 bytes or more holds, for each of the four ways it can lie on that
grid, at least one whole gram; the segment can hold the needle only if for some way all of
the needle's grams are set. Shorter needles are not indexed: "perhaps".
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

GRAM_BYTES: Final = 8
STEP_BYTES: Final = 4
NEEDLE_BYTES_MIN: Final = GRAM_BYTES + STEP_BYTES - 1
_CHUNK_BYTES: Final = 128 * 1024  # its arrays stay in the processor's cache
_MULTIPLIER_A: Final = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, made odd
_MULTIPLIER_B: Final = np.uint64(0xC2B2AE3D27D4EB4F)  # a large odd number of xxHash

Bitmap = NDArray[np.uint8]


def _bits(text: bytes, size_log2: int) -> NDArray[np.uint32]:
    """Bit number of each whole gram of a lower-cased text, on the grid from its start."""
    words = np.frombuffer(text, np.uint32, len(text) // STEP_BYTES).astype(np.uint64)
    mixed = words[:-1] * _MULTIPLIER_A + words[1:] * _MULTIPLIER_B
    mixed ^= mixed >> np.uint64(29)
    mixed *= _MULTIPLIER_A
    return (mixed >> np.uint64(64 - size_log2)).astype(np.uint32)


def build(text: bytes) -> Bitmap:
    """The bitmap of a segment's text.

    Args:
        text: As held; it is lower-cased here (ASCII).

    Returns:
        Packed bits, a power of two of them, 1 per 8 bytes of text or a little less.
    """
    size_log2 = max(10, min(23, (len(text) // 8).bit_length()))
    bits = np.zeros(1 << size_log2, np.bool_)
    for at in range(0, len(text), _CHUNK_BYTES):
        chunk = text[at : at + _CHUNK_BYTES + GRAM_BYTES - STEP_BYTES].lower()
        bits[_bits(chunk, size_log2)] = True
    return np.packbits(bits, bitorder="little")


def may_hold(bitmap: Bitmap, needle: bytes) -> bool:
    """Whether a text with this bitmap can hold the needle.

    Args:
        bitmap: Of `build`.
        needle: Lower-cased.

    Returns:
        False only if it certainly does not; True for needles too short to tell.
    """
    if len(needle) < NEEDLE_BYTES_MIN:
        return True
    size_log2 = (len(bitmap) * 8).bit_length() - 1
    return any(
        bool((bitmap[places] & masks == masks).all())
        for places, masks in _ways(needle, size_log2)
    )


@lru_cache(maxsize=64)  # one needle is asked of many segments
def _ways(needle: bytes, size_log2: int) -> list[tuple[NDArray[np.int64], Bitmap]]:
    """Byte and bit of each whole gram, for each way a needle can lie on the grid."""
    ways = []
    for shift in range(STEP_BYTES):
        bits = _bits(needle[shift:], size_log2)
        masks = np.uint8(1) << (bits & 7).astype(np.uint8)
        ways.append(((bits >> 3).astype(np.int64), masks))
    return ways
