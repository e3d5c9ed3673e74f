"""What names a piece of work in a text: the values that tell a job, a trace or a thread.

Operations we want: of all records of a segment, each value that may be an identity, with
the kind of thing it names, so that the records of one piece of work are found together.

Goals: any format, as the text stands; no names that are known beforehand; no step in the
interpreter for each value.

Plan: a text is cut into tokens of letters, digits, `-` and `_`, all at once. What holds a
digit is a value, unless it is a part of a time, a fraction, an address or a date. Digits
alone are named by the word before them: `job 17`, `"worker_id": 3`. A value with letters
is named by itself: by what stands before its first digit (`worker-3`), or by its length
(a trace id). Values are known by hashes, as are kinds.
"""

from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.store.segment import Segment

TOKEN_BYTES_MAX: Final = 64
GAP_BYTES_MAX: Final = 4  # between a name and its number: `": "`, ` #`, `=`
CHUNK_BYTES: Final = 128 * 1024  # hashed at once
UNIT_BYTES_MAX: Final = 8  # of a number with its unit, `250ms`, which names nothing
_OTHER, _LETTER, _DIGIT, _DASH, _GAP = 0, 1, 2, 3, 4
_BASE: Final = np.uint64(0x9E3779B97F4A7C15)  # odd, so that its powers can be undone
_MIX: Final = np.uint64(0xBF58476D1CE4E5B9)

Hashes = NDArray[np.uint64]


class Identities(NamedTuple):
    """The identities in some records, in the order of the text.

    Attributes:
        rows: Of the record that holds each, uint32.
        kinds: What kind of thing it names, as a hash.
        values: Its kind and itself, as one hash.
        begins: Where it stands in the text of the segment.
        ends: Where it ends.
    """

    rows: NDArray[np.uint32]
    kinds: Hashes
    values: Hashes
    begins: NDArray[np.uint32]
    ends: NDArray[np.uint32]

    @property
    def nbytes(self) -> int:
        """Bytes at rest."""
        return sum(one.nbytes for one in self)


def identities(segment: Segment) -> Identities:
    """The identities in all records of a segment."""
    found: list[Identities] = []
    for stretch in segment.stretches():
        starts = stretch.starts.astype(np.int64)
        base = int(segment.starts[stretch.first]) - int(starts[0])
        row = 0
        while row < len(starts) - 1:
            beat()
            end = int(np.searchsorted(starts, starts[row] + CHUNK_BYTES, "right")) - 1
            end = min(max(end, row + 1), len(starts) - 1)
            text = stretch.text[starts[row] : starts[end]]
            one = _of_text(text, starts[row:end] - starts[row])
            moved = np.uint32(int(starts[row]) + base)
            found.append(
                one._replace(
                    rows=one.rows + np.uint32(stretch.first + row),
                    begins=one.begins + moved,
                    ends=one.ends + moved,
                )
            )
            row = end
    return Identities(*(np.concatenate(column) for column in zip(*found, strict=True)))


@lru_cache(maxsize=1)
def _classes() -> NDArray[np.uint8]:
    table = np.full(256, _OTHER, np.uint8)
    table[[*b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"]] = _LETTER
    table[[*b"0123456789"]] = _DIGIT
    table[[*b"-_"]] = _DASH
    table[[*b" =:#\"'([<"]] = _GAP
    return table


@lru_cache(maxsize=1)
def _folded() -> NDArray[np.uint64]:
    """What each byte counts in a hash; letters of either case the same."""
    return np.array([*bytes(range(256)).lower()], np.uint64) + np.uint64(1)


@lru_cache(maxsize=2)
def _powers(size: int) -> tuple[Hashes, Hashes]:
    """Powers of the base, and what undoes each."""
    undo = np.uint64(pow(int(_BASE), -1, 2**64))
    up, down = np.full(size, _BASE, np.uint64), np.full(size, undo, np.uint64)
    up[0] = down[0] = np.uint64(1)
    return np.cumprod(up), np.cumprod(down)


class _Tokens:
    """The tokens of a text, with what is asked of them."""

    def __init__(self, text: bytes) -> None:
        self.bytes = np.frombuffer(text, np.uint8)
        self.classes = _classes()[self.bytes]
        inside = (self.classes >= _LETTER) & (self.classes <= _DASH)
        edges = np.flatnonzero(np.diff(inside, prepend=False, append=False))
        self.begins, self.ends = edges[::2], edges[1::2]
        size = 1 << max(1, len(text).bit_length())
        up, self._down = _powers(size)
        sums = np.cumsum(_folded()[self.bytes] * up[: len(text)], dtype=np.uint64)
        self._sums = np.concatenate([np.zeros(1, np.uint64), sums])
        self._counts = {
            kind: np.concatenate([[0], np.cumsum(self.classes == kind)])
            for kind in (_LETTER, _DIGIT, _GAP)
        }

    def hash(self, begins: NDArray[Any], ends: NDArray[Any]) -> Hashes:
        """Of some pieces of the text; equal for equal ones, wherever they stand."""
        found: Hashes = (self._sums[ends] - self._sums[begins]) * self._down[begins]
        return found ^ (found >> np.uint64(29))

    def count(
        self, kind: int, begins: NDArray[Any], ends: NDArray[Any]
    ) -> NDArray[np.int64]:
        """Bytes of a class in some pieces."""
        counts = self._counts[kind]
        found: NDArray[np.int64] = counts[ends] - counts[begins]
        return found

    def at(self, places: NDArray[Any]) -> NDArray[np.uint8]:
        """The bytes at some places; blanks outside of the text."""
        inside = (places >= 0) & (places < len(self.bytes))
        return np.where(inside, self.bytes[np.where(inside, places, 0)], ord(" "))


def _of_text(text: bytes, starts: NDArray[np.int64]) -> Identities:
    tokens = _Tokens(text)
    begins, ends = tokens.begins, tokens.ends
    digits = tokens.count(_DIGIT, begins, ends)
    letters = tokens.count(_LETTER, begins, ends)
    sizes = ends - begins
    value = (digits > 0) & (sizes <= TOKEN_BYTES_MAX) & ~_is_part(tokens)
    alone = value & (digits == sizes)
    named = np.zeros(len(begins), np.bool_)
    if len(begins) > 1:
        gap = begins[1:] - ends[:-1]
        word = (digits[:-1] == 0) & (letters[:-1] > 1)
        own = tokens.count(_GAP, ends[:-1], begins[1:]) == gap
        named[1:] = word & own & (gap <= GAP_BYTES_MAX)
    numbers = np.flatnonzero(alone & named)
    ids = np.flatnonzero(value & (letters > 0) & ~_is_amount(tokens, digits, letters))
    before = numbers - 1
    kinds = tokens.hash(begins[before], ends[before])
    found = [
        (numbers, kinds),
        (ids, _kinds_of_ids(tokens, begins[ids], ends[ids])),
    ]
    chosen = np.concatenate([one for one, _ in found])
    kinds = np.concatenate([kind for _, kind in found])
    order = np.argsort(chosen, kind="stable")
    chosen, kinds = chosen[order], kinds[order]
    first, last = begins[chosen], ends[chosen]
    values = (tokens.hash(first, last) ^ (kinds * _MIX)) * _BASE
    rows = np.searchsorted(starts, first, "right") - 1
    return Identities(
        rows.astype(np.uint32),
        kinds,
        values,
        first.astype(np.uint32),
        last.astype(np.uint32),
    )


def _is_part(tokens: _Tokens) -> NDArray[np.bool_]:
    """Whether tokens are parts of a fraction, an address, a time or a path."""
    before, after = tokens.at(tokens.begins - 1), tokens.at(tokens.ends)
    first, last = tokens.at(tokens.begins - 2), tokens.at(tokens.ends + 1)
    digit = tokens.at(tokens.begins)
    found: NDArray[np.bool_] = np.zeros(len(before), np.bool_)
    for sign in b".:,":
        ahead = (after == sign) & (_classes()[last] == _DIGIT)
        behind = (before == sign) & (_classes()[first] == _DIGIT)
        found |= ahead | (behind & (_classes()[digit] == _DIGIT))
    found |= (before == ord("/")) | (before == ord("+")) | (after == ord("%"))
    return found


def _is_amount(
    tokens: _Tokens, digits: NDArray[np.int64], letters: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether tokens are a number with its unit: digits, and few letters behind them."""
    sizes = tokens.ends - tokens.begins
    leads = _classes()[tokens.at(tokens.begins)] == _DIGIT
    plain = digits + letters == sizes
    ends = tokens.count(_LETTER, tokens.ends - np.minimum(letters, sizes), tokens.ends)
    short = sizes < UNIT_BYTES_MAX
    found: NDArray[np.bool_] = leads & plain & (ends == letters)
    return found & (short | (letters <= 3))


def _kinds_of_ids(tokens: _Tokens, begins: NDArray[Any], ends: NDArray[Any]) -> Hashes:
    """What each value with letters names: by what it begins with, or by its length."""
    places = np.flatnonzero(tokens.classes == _DIGIT)
    if not len(begins):
        return np.zeros(0, np.uint64)
    digit = places[np.searchsorted(places, begins)]
    parted = (digit > begins) & (_classes()[tokens.at(digit - 1)] == _DASH)
    by_name = tokens.hash(begins, np.where(parted, digit, begins))
    by_size = (ends - begins).astype(np.uint64)
    return np.where(parted, by_name, by_size)
