"""Templates: shapes that differ in names alone are one message.

Operations we want: which template each of many shapes belongs to, its text and its id.

Goals: the answer depends on the set of shapes alone, on neither their order nor how often
each came; the same for every program, with nothing to set; a word that carries meaning is
never taken for a value, as an answer that calls a login and a logout one message is worse
than one that shows a message twice.

Plan: only shapes of one length are compared, position by position. Shapes that are equal
but for one position are a candidate, whose values tell whether that position varies:

- not if it is a label, which `=`, `:` or `+` follows, or if nothing fixed would be left;
- not if it begins the message and is written like a function or a setting, `initCache`;
- not if values carry meaning (`speech`): `opened` and `closed`;
- two values are enough where a name is expected: after `user` or `process`, in brackets,
  or if most of them are names of users elsewhere;
- three are, if none is a word of a language: `sm-client`, `rpc.idmapd`, `TaskEventType`;
- of plain words there must be five.

The largest candidates go first, and what was joined may join again. Positions are hashed
as columns of numbers, so that looking for candidates takes no step a shape.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis import speech
from log_mcp.analysis.shape import ANY, KINDS, Shape, together
from log_mcp.beat import beat

Key = tuple[str, ...]
"""Tokens without blanks, every kind of variable as `<*>`."""

BUILT_MIN: Final = 3  # values that are no words of a language
PLAIN_MIN: Final = 5  # values of any other kind
MEANING_SHARE: Final = 5  # one word with meaning in so many values may be a name
WORDS_MIN: Final = 3  # of a template that takes an example without further looks
JUDGED_MAX: Final = 20_000  # in all, compared in about a second
TOKENS_MAX: Final = 150_000  # of these, as messages of thousands of words take longer
PASSES_MAX: Final = 8  # what is left then is shown as it is
ID_BYTES: Final = 6
_VARIABLE: Final = frozenset(KINDS.values())
_LABELLED: Final = frozenset("=:+")
_OPEN: Final = frozenset("([{<\"'")
_CLOSED: Final = frozenset(")]}>\"'")
_PLACES: Final = np.uint64(1 << 40)  # beyond the numbers of words
_ROUNDS: Final = ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB))


class Template(NamedTuple):
    """One message shape.

    Attributes:
        id: A hash of its fixed parts.
        text: What people read, `session opened for user <*> by <*> (uid=<num>)`.
    """

    id: str
    text: str


def templates_of(shapes: Iterable[Shape]) -> dict[Shape, Template]:
    """The template of each shape.

    Args:
        shapes: In any order; all that were seen, as they are judged together.
    """
    by_key: dict[Key, list[Shape]] = defaultdict(list)
    for shape in sorted(set(shapes)):
        by_key[key_of(shape)].append(shape)
    names = frozenset(_names(by_key))
    by_length: dict[int, list[Key]] = defaultdict(list)
    for key in sorted(by_key):
        by_length[len(key)].append(key)
    members: dict[Key, list[Shape]] = defaultdict(list)
    tokens = sum(map(len, by_key))
    for keys in by_length.values():
        # Past the limit keys stand alone; which ones, no order of arrival decides.
        most = len(keys) * JUDGED_MAX // max(JUDGED_MAX, len(by_key))
        most = min(most, len(keys) * TOKENS_MAX // max(TOKENS_MAX, tokens))
        members.update({key: [*by_key[key]] for key in keys[most:]})
        for key, final in _Merger(keys[:most], names).merged():
            members[final] += by_key[key]
    found = {}
    for final, own in members.items():
        found.update(dict.fromkeys(own, Template(_id(final), _text(final, own))))
    return found


def key_of(shape: Shape) -> Key:
    """What of a shape is compared with others."""
    words = (token.strip() for token in shape)
    return tuple(ANY if word in _VARIABLE else word for word in words)


def _names(keys: Iterable[Key]) -> Iterator[str]:
    """Words that are names of users somewhere."""
    for key in keys:
        for before, word in pairwise(key):
            if before.lower() in speech.OWNERS and _may_vary(word):
                yield word


def _may_vary(word: str) -> bool:
    return word != ANY and any(map(str.isalnum, word)) and not speech.has_meaning(word)


def _id(key: Key) -> str:
    whole = "\0".join(key).encode("utf-8", "replace")
    return f"p{blake2b(whole, digest_size=ID_BYTES).hexdigest()}"


def _text(key: Key, members: Sequence[Shape]) -> str:
    first = members[0]
    words = []
    for at, word in enumerate(key):
        blank = " " if first[at][:1] == " " else ""
        shown = word if word != ANY else together({m[at].strip() for m in members})
        words.append(blank + shown)
    return "".join(words).strip()


class _Merger:
    """Keys of one length, joined step by step."""

    def __init__(self, keys: list[Key], names: frozenset[str]) -> None:
        self._keys = keys
        self._names = names
        self._into: dict[Key, Key] = {}
        self._words = {ANY: 0}
        self._of_word: NDArray[np.uint64] = np.zeros(0, np.uint64)

    def merged(self) -> Iterator[tuple[Key, Key]]:
        """Each key with what it has become."""
        live = self._keys
        for _ in range(PASSES_MAX):
            chosen = self._pass(live)
            if not chosen:
                break
            live = sorted({self._final(key) for key in live})
        self._absorb(live)
        for key in self._keys:
            yield key, self._final(key)

    def _absorb(self, live: list[Key]) -> None:
        """Gives a key that is an example of a template to it, the most general first."""
        if len(live) < 2:
            return
        codes = self._codes(live)
        fixed = (codes != 0).sum(axis=1)
        for row in np.argsort(fixed, kind="stable").tolist():
            key, where = live[row], codes[row] != 0
            if key in self._into or where.all() or not self._is_firm(key):
                continue
            same = (codes[:, where] == codes[row, where]).all(axis=1)
            for other in np.flatnonzero(same).tolist():
                one = live[other]
                if one != key and one not in self._into and self._is_example(one, key):
                    self._into[one] = key

    def _is_firm(self, key: Key) -> bool:
        """Whether its words say enough to tell an example by."""
        words = sum(any(map(str.isalpha, word)) for word in key if word != ANY)
        return words >= max(WORDS_MIN, sum(word == ANY for word in key))

    def _is_example(self, one: Key, key: Key) -> bool:
        """Whether all that stands for a value can be one."""
        values = [a for a, b in zip(one, key, strict=True) if a != b]
        return all(any(map(str.isalnum, value)) for value in values)

    def _final(self, key: Key) -> Key:
        while key in self._into:
            key = self._into[key]
        return key

    def _pass(self, live: list[Key]) -> int:
        """Joins what can be joined without using a key twice; how much it was."""
        candidates = sorted(self._candidates(live), key=lambda one: one[:3])
        joined = 0
        for _, at, key, rows in candidates:
            own = [live[row] for row in rows if live[row] not in self._into]
            if len(own) > 1 and self._varies(at, key, own):
                joined += 1
                for one in own:
                    if one != key:
                        self._into[one] = key
        return joined

    def _candidates(self, live: list[Key]) -> Iterator[tuple[int, int, Key, list[int]]]:
        """Rows that are equal but for one position, the most of them first."""
        if len(live) < 2:
            return
        codes = self._codes(live)
        length = codes.shape[1]
        odd = self._fixed(length)
        parts = self._of_word[codes] * odd
        whole = parts.sum(axis=1, dtype=np.uint64)
        for at in range(length):
            beat()
            if (codes[:, at] == codes[0, at]).all():
                continue
            for rows in _equal(whole - parts[:, at]):
                key = live[rows[0]]
                if self._is_place(at, key):
                    varied = (*key[:at], ANY, *key[at + 1 :])
                    yield -len(rows), at, varied, rows

    def _codes(self, live: list[Key]) -> NDArray[np.int64]:
        words = self._words
        codes = [words.setdefault(word, len(words)) for key in live for word in key]
        more = len(words) - len(self._of_word)
        if more:
            new = _mixed(np.arange(len(words) - more, len(words), dtype=np.uint64))
            self._of_word = np.concatenate([self._of_word, new])
        return np.array(codes, np.int64).reshape(len(live), -1)

    def _fixed(self, length: int) -> NDArray[np.uint64]:
        """An odd factor for each position."""
        return _mixed(np.arange(length, dtype=np.uint64) + _PLACES) | np.uint64(1)

    def _is_place(self, at: int, key: Key) -> bool:
        """Whether a value can stand there."""
        if at + 1 < len(key) and key[at + 1] in _LABELLED:
            return False
        if (not at or key[at - 1] == "|") and speech.is_camel(key[at]):
            return False
        return any(
            map(str.isalnum, (w for p, w in enumerate(key) if p != at and w != ANY))
        )

    def _varies(self, at: int, key: Key, own: Sequence[Key]) -> bool:
        """Whether what some keys have at a position are values."""
        values = [one[at] for one in own if one[at] != ANY]
        if not all(any(map(str.isalnum, value)) for value in values):
            return False
        before = key[at - 1].lower() if at else ""
        after = key[at + 1] if at + 1 < len(key) else ""
        if before in _OPEN and after in _CLOSED:
            return True
        if sum(map(speech.has_meaning, values)) * MEANING_SHARE > len(own):
            return False
        known = sum(value in self._names for value in values)
        if before in speech.ROLES or known * 2 >= len(own):
            return True
        if all(map(speech.is_built, values)):
            return len(own) >= BUILT_MIN or len(values) < len(own)
        return len(own) >= PLAIN_MIN


def _equal(hashes: NDArray[np.uint64]) -> Iterator[list[int]]:
    """Rows that share a hash, where more than one does."""
    order = np.argsort(hashes, kind="stable")
    edges = np.flatnonzero(np.diff(hashes[order])) + 1
    bounds = np.concatenate([[0], edges, [len(order)]])
    for at in np.flatnonzero(np.diff(bounds) > 1).tolist():
        yield order[bounds[at] : bounds[at + 1]].tolist()


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A number of 64 bits for each, as if at random, and the same in every process.

    This is splitmix64; numpy's own generators take ten modules.
    """
    mixed = (numbers + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in _ROUNDS:
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))
