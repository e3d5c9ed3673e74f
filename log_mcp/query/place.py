"""Where a literal stands in a text, ASCII case folded.

Plan: vector operations over pieces of the text that stay in the processor's cache. A
needle of seven bytes holds, however it lies, one whole word of four bytes on the text's
own grid: four comparisons a word find it. Of a shorter one the rarest byte and the next
rarest are compared at every offset. What is left is compared byte for byte, four at a time.
"""

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

CHUNK_BYTES: Final = 256 * 1024  # its arrays stay in the processor's cache
WORD: Final = 4
WORDS_MIN: Final = 2 * WORD - 1  # bytes that hold a whole word however they lie
_RARE_LOG2: Final = 10  # a byte of 1,024: the others are looked at there alone
_CASE: Final = np.uint8(0x20)
_CASES: Final = np.uint32(0x20202020)
# Bytes of logs of all kinds, case folded, the most common ones first.
_COMMON: Final = b' e0t1a2"o-n3:rsi45.c98d76l,mp/uhg_fbyv=kwx[]()jqz{}'

Places = NDArray[np.int64]
Bytes = NDArray[np.uint8]


class _Needle(NamedTuple):
    """What is looked for.

    Attributes:
        wanted: Its bytes.
        letters: Which of them are letters, so that either case will do.
        order: Its offsets, those of its rarest bytes first.
        at: Where its words begin, of seven bytes; 0 if it is too short for them.
        words: The four of them, case folded roughly.
        checks: To tell that all of it stands: offset, what to set, and the word then.
    """

    wanted: Bytes
    letters: NDArray[np.bool_]
    order: list[int]
    at: int
    words: list[np.uint32]
    checks: list[tuple[int, np.uint32, np.uint32]]


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
    if len(whole) - begin < len(needle):
        return np.empty(0, np.int64)
    one = _needle(needle)
    return (_by_words if one.words else _by_bytes)(whole, one, begin)


@lru_cache(maxsize=64)  # one needle is looked for in many texts
def _needle(needle: bytes) -> _Needle:
    wanted = np.frombuffer(needle, np.uint8)
    letters = (wanted >= ord("a")) & (wanted <= ord("z"))
    rarity = np.full(256, len(_COMMON))
    rarity[np.frombuffer(_COMMON, np.uint8)] = np.arange(len(_COMMON))
    folded = wanted | _CASE
    ranks = rarity[folded]
    order = np.argsort(-ranks, kind="stable").tolist()
    if len(needle) < WORDS_MIN:
        return _Needle(wanted, letters, order, 0, [], [])
    best = sliding_window_view(ranks, WORD).max(axis=1)
    at = int(sliding_window_view(best, WORD).sum(axis=1).argmax())
    words = [_word(folded[at + k : at + k + WORD]) for k in range(WORD)]
    mask = letters.astype(np.uint8) * _CASE
    checks = [
        (k, _word(mask[k : k + WORD]), _word(wanted[k : k + WORD]))
        for k in (*range(0, len(wanted) - WORD, WORD), len(wanted) - WORD)
    ]
    return _Needle(wanted, letters, order, at, words, checks)


def _by_words(whole: Bytes, needle: _Needle, begin: int) -> Places:
    found = [np.empty(0, np.int64)]
    grid = whole[: len(whole) // WORD * WORD].view(np.uint32)
    step = CHUNK_BYTES // WORD
    low = np.empty(min(step, len(grid)), np.uint32)
    hit = np.empty(len(low), np.bool_)
    for word in range(begin // WORD, len(grid), step):
        chunk = grid[word : word + step]
        count = len(chunk)
        np.bitwise_or(chunk, _CASES, out=low[:count])
        for k in range(WORD):
            np.equal(low[:count], needle.words[k], out=hit[:count])
            (stands,) = hit[:count].nonzero()
            if len(stands):
                stands *= WORD
                stands += word * WORD - needle.at - k
                found.append(stands)
    every = np.concatenate(found)
    every = every[(every >= begin) & (every <= len(whole) - len(needle.wanted))]
    return _checked(whole, needle, every)


def _word(four: Bytes) -> np.uint32:
    return np.uint32(np.ascontiguousarray(four).view(np.uint32)[0])


def _checked(whole: Bytes, needle: _Needle, found: Places) -> Places:
    """Those of some places where all of the needle stands; it has four bytes at least."""
    words = np.ndarray((max(0, len(whole) - 3),), np.uint32, whole, 0, (1,))
    for k, mask, word in needle.checks:
        if not len(found):
            break
        found = found[words[found + k] | mask == word]
    return found


def _by_bytes(whole: Bytes, needle: _Needle, begin: int) -> Places:
    wanted, letters = needle.wanted, needle.letters
    first, *others = needle.order
    seconds = others[:1]  # ... that are compared everywhere, not where the first stands
    found = [np.empty(0, np.int64)]
    for at in range(begin, len(whole) - len(wanted) + 1, CHUNK_BYTES):
        chunk = whole[at : at + CHUNK_BYTES + len(wanted) - 1]
        count = len(chunk) - len(wanted) + 1
        hit = _stands(chunk[first : first + count], wanted[first], letters[first])
        if at == begin and np.count_nonzero(hit) < count >> _RARE_LOG2:
            seconds = []
        for k in seconds:
            hit &= _stands(chunk[k : k + count], wanted[k], letters[k])
        (stands,) = hit.nonzero()
        for k in others[len(seconds) :]:
            if not len(stands):
                break
            stands = stands[_stands(chunk[stands + k], wanted[k], letters[k])]
        stands += at
        found.append(stands)
    return np.concatenate(found)


def _stands(held: Bytes, byte: np.uint8, letter: np.bool_) -> NDArray[np.bool_]:
    """Where a byte stands, a letter of either case."""
    return np.equal(held | _CASE if letter else held, byte)
