"""Where a literal stands in a text, ASCII case folded.

Plan: vector operations over pieces of the text that stay in the processor's cache. A
needle of seven bytes holds, however it lies, one whole word of four bytes on the text's
own grid: four comparisons a word find it. Of a shorter one the rarest byte and the next
rarest are compared at every offset. What is left is compared byte for byte, four at a time.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

CHUNK_BYTES: Final = 256 * 1024  # its arrays stay in the processor's cache
SAMPLE_BYTES: Final = 16 * 1024  # tells which bytes are rare
WORD: Final = 4
WORDS_MIN: Final = 2 * WORD - 1  # bytes that hold a whole word however they lie
_CASE: Final = np.uint8(0x20)

Places = NDArray[np.int64]
Bytes = NDArray[np.uint8]


def places(
    text: bytes, needle: bytes, begin: int = 0, end: int | None = None
) -> Places:
    """Offsets at which a lower-cased needle stands, ASCII case folded, in no order.

    Args:
        text: To look in.
        needle: Not empty; ASCII letters are small.
        begin: Where to begin.
        end: Where it must end at the latest; None for the text's end.
    """
    whole = np.frombuffer(text, np.uint8)[:end]
    wanted = np.frombuffer(needle, np.uint8)
    letters = (wanted >= ord("a")) & (wanted <= ord("z"))
    if len(whole) - begin < len(wanted):
        return np.empty(0, np.int64)
    sample = np.bincount(whole[begin : begin + SAMPLE_BYTES] | _CASE, minlength=256)
    rarity = sample[wanted | _CASE]
    if len(needle) >= WORDS_MIN:
        return _by_words(whole, wanted, letters, rarity, begin)
    return _by_bytes(whole, wanted, letters, rarity, begin)


def _by_words(
    whole: Bytes,
    wanted: Bytes,
    letters: NDArray[np.bool_],
    rarity: NDArray[np.int64],
    begin: int,
) -> Places:
    at = _rarest(rarity)
    folded = wanted | _CASE
    words = [_word(folded[at + k : at + k + WORD]) for k in range(WORD)]
    found = [np.empty(0, np.int64)]
    grid = whole[: len(whole) // WORD * WORD].view(np.uint32)
    step = CHUNK_BYTES // WORD
    low = np.empty(step, np.uint32)
    hit = np.empty(step, np.bool_)
    fold = np.uint32(0x20202020)
    for word in range(begin // WORD, len(grid), step):
        chunk = grid[word : word + step]
        count = len(chunk)
        np.bitwise_or(chunk, fold, out=low[:count])
        for k in range(WORD):
            np.equal(low[:count], words[k], out=hit[:count])
            stands = np.flatnonzero(hit[:count])
            if len(stands):
                stands *= WORD
                stands += word * WORD - at - k
                found.append(stands)
    every = np.concatenate(found)
    every = every[(every >= begin) & (every <= len(whole) - len(wanted))]
    return _checked(whole, wanted, letters, every)


def _rarest(rarity: NDArray[np.int64]) -> int:
    """Where the needle's seven bytes begin whose words are the least common."""
    words = np.lib.stride_tricks.sliding_window_view(rarity, WORD).min(axis=1)
    sums = np.lib.stride_tricks.sliding_window_view(words, WORD).sum(axis=1)
    return int(np.argmin(sums))


def _word(four: Bytes) -> np.uint32:
    return np.uint32(np.ascontiguousarray(four).view(np.uint32)[0])


def _checked(
    whole: Bytes, wanted: Bytes, letters: NDArray[np.bool_], found: Places
) -> Places:
    """Those of some places where all of the needle stands; it has four bytes at least."""
    words = np.ndarray((max(0, len(whole) - 3),), np.uint32, whole, 0, (1,))
    mask = letters.astype(np.uint8) * _CASE
    for k in (*range(0, len(wanted) - WORD, WORD), len(wanted) - WORD):
        if not len(found):
            break
        held = words[found + k] | _word(mask[k : k + WORD])
        found = found[held == _word(wanted[k : k + WORD])]
    return found


def _by_bytes(
    whole: Bytes,
    wanted: Bytes,
    letters: NDArray[np.bool_],
    rarity: NDArray[np.int64],
    begin: int,
) -> Places:
    first, *others = np.argsort(rarity, kind="stable").tolist()
    found = [np.empty(0, np.int64)]
    for at in range(begin, len(whole) - len(wanted) + 1, CHUNK_BYTES):
        chunk = whole[at : at + CHUNK_BYTES + len(wanted) - 1]
        count = len(chunk) - len(wanted) + 1
        hit = _stands(chunk[first : first + count], wanted[first], letters[first])
        for k in others[:1]:
            hit &= _stands(chunk[k : k + count], wanted[k], letters[k])
        stands = np.flatnonzero(hit)
        for k in others[1:]:
            if not len(stands):
                break
            stands = stands[_stands(chunk[stands + k], wanted[k], letters[k])]
        stands += at
        found.append(stands)
    return np.concatenate(found)


def _stands(held: Bytes, byte: np.uint8, letter: np.bool_) -> NDArray[np.bool_]:
    """Where a byte stands, a letter of either case."""
    return np.equal(held | _CASE if letter else held, byte)
