"""Records with what holds digits blurred: equal ones have one shape, and few differ.

Operations we want: of a block of records, one short text each, so that only one of those
that agree in it has to be read.

Goals: no step a record but the last one, which cuts the block; what two records differ in
and `shape_of` looks at stays different.

Plan: every run of letters, digits and what joins them (`order-17`, `/v1/users`) that
holds a digit becomes one `0`, as it varies as a whole, but for the few words that hold
digits themselves (`ipv4`). Where runs are and which of them hold a digit are arrays over
the block; a known word fits eight bytes, so words are compared as numbers.
"""

import re
from functools import cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.vocabulary import WORDS
from log_mcp.lazy import lazy
from log_mcp.once import once

_ZERO: Final = ord("0")
_NINE: Final = ord("9")
_WORD_BYTES: Final = 8  # what a word may hold to be compared as one number
_JOINS: Final = frozenset(b"-_/@~#%&*\\$")
_IN_RUN: Final = bytes(
    byte in _JOINS or (byte < 128 and chr(byte).isalnum()) for byte in range(256)
)
_IS_DIGIT: Final = bytes(byte < 128 and chr(byte).isdigit() for byte in range(256))
PIECE_BYTES: Final = 256 * 1024  # at once: what fits the processor's cache
DIGIT_WORDS: Final = frozenset(
    word
    for word in WORDS
    if word.isalnum() and any(map(str.isdigit, word)) and len(word) <= _WORD_BYTES
)
"""Words that stay as they are, in lower case."""
_JOINED: Final = r"_/@~#%&*\\$-"
_RUN: Final = lazy(
    rf"(?<![A-Za-z0-9{_JOINED}])[A-Za-z{_JOINED}]*+[0-9][A-Za-z0-9{_JOINED}]*+"
)

_LOWER: Final = 0x2020202020202020  # sets no bit that a digit has not


def blurred(text: bytes, starts: NDArray[np.uint32]) -> list[bytes]:
    """The records of a text, each without what its digits say.

    Args:
        text: That holds them.
        starts: Offset of each and, last, where they end.

    Returns:
        `b"GET / 0 in 0"` of `GET / 200 in 17ms`, each as far as its last line end.
    """
    offsets = starts.astype(np.int64)
    marks = np.arange(offsets[0], offsets[-1], PIECE_BYTES)
    rows = once(np.append(np.searchsorted(offsets, marks), len(offsets) - 1))
    found: list[bytes] = []
    for first, last in pairwise(rows.tolist()):
        found += _piece(text, offsets[first : last + 1])
    return found


def blur(text: str) -> str:
    """One text without what its digits say."""
    return _RUN.sub(_changed, text)


def _changed(match: re.Match[str]) -> str:
    return match[0] if match[0].lower() in DIGIT_WORDS else "0"


def _piece(text: bytes, starts: NDArray[np.int64]) -> list[bytes]:
    base, end = int(starts[0]), int(starts[-1])
    raw = text[base:end]
    begins, ends = _runs(raw)
    kept = _kept(begins + 1, ends, len(raw))  # of a run, its first byte
    changed = np.frombuffer(raw, np.uint8).copy()
    changed[begins] = _ZERO
    whole = changed[kept].tobytes()
    gone = np.concatenate([[0], np.cumsum(ends - begins - 1)])
    offsets = starts - base
    cuts = (offsets - gone[np.searchsorted(begins, offsets)]).tolist()
    return [whole[a:b] for a, b in pairwise(cuts)]


def _kept(begins: NDArray[Any], ends: NDArray[Any], size: int) -> NDArray[np.bool_]:
    """Bytes that lie in none of some stretches."""
    bounds = np.empty(2 * len(begins) + 1, np.int64)
    bounds[:-1:2], bounds[1::2], bounds[-1] = begins, ends, size
    lengths = np.diff(bounds, prepend=0)
    outside = np.ones(len(lengths), np.bool_)
    outside[1::2] = False
    return np.repeat(outside, lengths)


def _runs(raw: bytes) -> tuple[NDArray[Any], NDArray[Any]]:
    """Where runs with a digit begin and end that are no known words."""
    inside = np.zeros(len(raw) + 2, np.bool_)
    inside[1:-1] = np.frombuffer(raw.translate(_IN_RUN), np.bool_)
    edges = np.flatnonzero(inside[1:] != inside[:-1])
    if not len(edges):
        return edges, edges
    digits = np.frombuffer(raw.translate(_IS_DIGIT), np.uint8)
    counts = np.zeros(len(raw) + 1, np.uint16)  # may wrap: a run is shorter than that
    np.cumsum(digits, dtype=np.uint16, out=counts[1:])
    begins, ends = edges[::2], edges[1::2]
    hit = counts[begins] != counts[ends]
    begins, ends = begins[hit], ends[hit]
    known = _are_words(np.frombuffer(raw, np.uint8), begins, ends)
    return begins[~known], ends[~known]


def _are_words(
    raw: NDArray[np.uint8], begins: NDArray[Any], ends: NDArray[Any]
) -> NDArray[np.bool_]:
    lengths = ends - begins
    known = np.zeros(len(begins), np.bool_)
    # Most runs are numbers, and no known word both begins and ends with a digit.
    named = (raw[begins] > _NINE) | (raw[ends - 1] > _NINE)
    short = np.flatnonzero(named & (lengths <= _WORD_BYTES))
    if not len(short):
        return known
    padded = np.concatenate([raw, np.zeros(_WORD_BYTES, np.uint8)])
    eight: NDArray[np.uint64] = np.ndarray(
        (len(raw),), np.dtype("<u8"), padded.data, strides=(1,)
    )
    shifts = ((_WORD_BYTES - lengths[short]) * 8).astype(np.uint64)
    values = (eight[begins[short]] | np.uint64(_LOWER)) << shifts
    table = _words()
    at = np.minimum(np.searchsorted(table, values), len(table) - 1)
    known[short] = table[at] == values
    return known


@cache
def _words() -> NDArray[np.uint64]:
    """Known words as numbers, ascending: their last byte the highest."""
    values = [
        int.from_bytes(word.encode(), "little") << (_WORD_BYTES - len(word)) * 8
        for word in DIGIT_WORDS
    ]
    return np.array(sorted(values), np.uint64)
