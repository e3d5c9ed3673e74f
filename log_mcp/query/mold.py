"""JSON objects of one make, read as arrays: an object's text with its values cut out.

Operations we want: of many objects written by one statement, where each value begins and
ends, and the certainty that a parser would take it for the same.

Goals: a fifth of a parser's time; never a guess: of an object that differs in a single
byte outside of its values nothing is said.

Plan: one object is parsed, and its texts and numbers are cut out of it; what is left are
constants with slots between them. Another object without a backslash has as many quotes,
so the place of each constant is known from theirs; where all constants stand, no slot of a
text holds a quote or a control character, and each slot of a number holds one as JSON
writes it, the object is valid, and its values are those of the slots. True, false and null
are constants: objects that differ in them are of another make, and so are those whose
arrays are longer.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from log_mcp.bytemark import marks
from log_mcp.depth import is_deep, may_be_deep
from log_mcp.lazy import lazy

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

NUMBER_BYTES_MAX: Final = 24  # of what is read here: no number of so many overflows
TOKEN_BYTES_MAX: Final = 64  # longer ones are told apart one by one
SLOTS_MAX: Final = 64
BLOCK_ROWS: Final = 8192
CHUNK_BYTES: Final = 1024 * 1024  # its arrays stay in the processor's cache
_VALUE: Final = lazy(
    rb'"[^"\\\x00-\x1f]*"(?P<key>\s*:)?'
    rb"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"
)
_LITTLE: Final = np.dtype("<u8")  # the first byte is the lowest
_MASKS: Final = np.array([2 ** (8 * size) - 1 for size in range(9)], np.uint64)
# Odd numbers, so that eight bytes are mixed without a loss.
_MIXERS: Final = np.array(
    [(0x9E3779B97F4A7C15 + 2 * 0xBF58476D1CE4E5B9 * n) % 2**64 | 1 for n in range(8)],
    np.uint64,
)
_NUMBER: Final = lazy(rb"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_ONES: Final = np.uint64(0x0101010101010101)


class Slot(NamedTuple):
    """Where a mold has a value that differs from object to object."""

    at: int
    number: bool


class Cast(NamedTuple):
    """The objects that a mold fits.

    Attributes:
        rows: Index of each among those that were tried, ascending.
        begins: Per slot, where the value begins, a text's behind its quote.
        ends: Per slot, where it ends.
    """

    rows: Places
    begins: list[Places]
    ends: list[Places]


class _Piece(NamedTuple):
    """A constant: its bytes, and its first quote: which one of the object, and where."""

    text: bytes
    ordinal: int
    shift: int


class Mold:
    """An object's text with its values cut out; `of` makes one.

    Attributes:
        shape: The object, a `Slot` in place of each value that was cut out.
        quotes: How many quotes each such object holds.
    """

    def __init__(self, pieces: list[_Piece], slots: list[Slot], shape: Any) -> None:
        self._pieces = pieces
        self._slots = slots
        self.shape: dict[str, Any] = shape
        self.quotes = sum(piece.text.count(b'"') for piece in pieces)

    @classmethod
    def of(cls, line: bytes) -> "Mold | None":
        """The mold of an object; None if it is none, or of a kind that is not read.

        Args:
            line: One object without its line end.
        """
        if b"\\" in line or not _is_object(line):
            return None
        if may_be_deep(line) and is_deep(orjson.loads(line)):
            return None
        pieces: list[_Piece] = []
        slots: list[Slot] = []
        marked: list[bytes] = []
        at = count = 0
        for begin, end, number in _values(line):
            text = line[at:begin]
            if len(slots) == SLOTS_MAX or (slots and b'"' not in text):
                return None  # Only a quote tells where a constant stands.
            pieces.append(_Piece(text, count, text.find(b'"')))
            count += text.count(b'"')
            marked += [text, b'"' * number, rb"\u0001%d" % len(slots), b'"' * number]
            slots.append(Slot(len(slots), number))
            at = end
        rest = line[at:]
        pieces.append(_Piece(rest, count, rest.find(b'"')))
        shape = _shape(orjson.loads(b"".join([*marked, rest])), slots)
        return cls(pieces, slots, shape)

    def cast(self, sheet: "Sheet", rows: Places) -> Cast:
        """Those of some rows that this mold fits.

        Args:
            sheet: The lines.
            rows: Ascending, of clean ones that hold no backslash.
        """
        rows = rows[sheet.counts[rows] == self.quotes]
        # A few at a time, so that their text stays in the processor's cache.
        some = range(0, len(rows), BLOCK_ROWS)
        casts = [self._cast(sheet, rows[at : at + BLOCK_ROWS]) for at in some]
        if not casts:
            return Cast(rows, *([rows[:0]] * len(self._slots) for _ in "be"))
        return Cast(
            np.concatenate([one.rows for one in casts]),
            _side_by_side([one.begins for one in casts]),
            _side_by_side([one.ends for one in casts]),
        )

    def _cast(self, sheet: "Sheet", rows: Places) -> Cast:
        begins: list[Places] = []
        ends: list[Places] = []
        fits = np.ones(len(rows), np.bool_)
        quotes = sheet.firsts[rows]
        for at, piece in enumerate(self._pieces):
            if not at:
                begin = sheet.starts[rows]
            elif piece.shift < 0:  # the last one, behind a number
                begin = sheet.ends[rows] - len(piece.text)
            else:
                begin = sheet.quotes[quotes + piece.ordinal] - np.int64(piece.shift)
            sheet.check(begin, piece.text, fits)
            if at:
                ends.append(begin)
                fits &= begin >= begins[-1]
            begins.append(begin + len(piece.text))
        fits &= begins.pop() == sheet.ends[rows]
        if not fits.all():
            rows = rows[fits]
            begins, ends = [b[fits] for b in begins], [e[fits] for e in ends]
        right = np.ones(len(rows), np.bool_)
        for slot in self._slots:
            if slot.number:
                right &= sheet.are_numbers(begins[slot.at], ends[slot.at])
        if right.all():
            return Cast(rows, begins, ends)
        return Cast(rows[right], [b[right] for b in begins], [e[right] for e in ends])


class Sheet:
    """Lines of a text, one object each perhaps, and where their quotes stand.

    Args:
        text: That holds them.
        starts: Offset of each line and, last, where they end.

    Attributes:
        starts: Where each line begins.
        ends: Where its line end stands.
        quotes: Where all quotes stand, uint32.
        firsts: Which of them is the first of each line.
        counts: How many there are in it.
    """

    def __init__(self, text: bytes, starts: NDArray[np.uint32]) -> None:
        self.text = text
        self._bytes = np.frombuffer(text, np.uint8)
        self._grid = np.frombuffer(text, _LITTLE, len(text) // 8)
        self.starts: Places = starts[:-1].astype(np.int64)
        self.ends: Places = starts[1:].astype(np.int64) - 1  # the line end is no part
        self.quotes = marks(text, ord('"'), kind=np.uint32)
        edges = np.searchsorted(self.quotes, starts)
        self.firsts: Places = edges[:-1]
        self.counts: Places = np.diff(edges)

    def clean(self) -> Places:
        """Rows that are one line of UTF-8 without control characters, ascending.

        Not so the last ones: what is compared with their ends may reach beyond the text,
        and a copy with room behind it would take a fifth of all the time.
        """
        ended = self._bytes[self.ends] == ord("\n")
        room = self.ends < len(self.text) - TOKEN_BYTES_MAX
        if not self._is_utf8():
            return np.empty(0, np.int64)
        controls = sum(
            int(
                np.count_nonzero(
                    self._bytes[at : min(at + CHUNK_BYTES, len(self.text))] < 0x20
                )
            )
            for at in range(0, len(self.text), CHUNK_BYTES)
        )
        if controls == len(self.ends) and ended.all():
            return np.flatnonzero(room)
        found = marks(self.text, 0x20, np.less)
        edges = np.append(self.starts, self.ends[-1] + 1)
        rows = np.searchsorted(edges, found, side="right") - 1
        inside = (rows >= 0) & (rows < len(self.ends))
        held = np.bincount(rows[inside], minlength=len(self.ends))
        return np.flatnonzero(ended & room & (held == 1))

    def line(self, row: int) -> bytes:
        """One line without its end."""
        return self.text[int(self.starts[row]) : int(self.ends[row])]

    def check(self, begins: Places, wanted: bytes, fits: NDArray[np.bool_]) -> None:
        """Take note of where a text does not stand; places must lie in the text."""
        low, high = 0, len(self.text)
        if len(begins) and not (low <= begins.min() and begins.max() < high):
            inside = (begins >= low) & (begins < high)
            fits &= inside
            begins = np.where(inside, begins, 0)
        for at in range(0, len(wanted), TOKEN_BYTES_MAX):
            part = wanted[at : at + TOKEN_BYTES_MAX]
            size = -(-len(part) // 8)
            every = np.ndarray(
                (len(self._bytes) - 8 * size + 1,), f"V{8 * size}", self._bytes, 0, (1,)
            )
            place = np.minimum(begins + at, len(every) - 1)
            held = every[place].view(_LITTLE).reshape(-1, size)
            for k, word in enumerate(
                np.frombuffer(part.ljust(8 * size, b"\0"), _LITTLE)
            ):
                column = held[:, k]
                rest = len(part) - 8 * k
                fits &= (column if rest >= 8 else column & _MASKS[rest]) == word

    def _words_at(self, begins: Places, sizes: Places) -> list[NDArray[np.uint64]]:
        """What stands at some places, eight bytes a word, zeros behind its end."""
        longest = int(sizes.max(initial=0))
        at = begins >> 3
        # Two words that stand on the grid are joined: to read one that does not takes
        # many times as long.
        right = ((begins & 7) << 3).astype(np.uint64)
        left = np.uint64(63) - right
        low, found = self._grid[at], []
        for k in range(0, max(1, longest), 8):
            at = at + 1
            high = self._grid[np.minimum(at, len(self._grid) - 1)]
            word = high << np.uint64(1)
            word <<= left
            word |= low >> right
            word &= _MASKS[np.clip(sizes - k, 0, 8)]
            found.append(word)
            low = high
        return found

    def are_numbers(self, begins: Places, ends: Places) -> NDArray[np.bool_]:
        """Whether a short number without an exponent stands at each of some places."""
        sizes = ends - begins
        good = (sizes > 0) & (sizes <= 8)
        (word,) = self._words_at(begins, np.where(good, sizes, 1))
        good &= _is_number(word, sizes)
        long = (sizes > 8) & (sizes <= NUMBER_BYTES_MAX)
        if long.any():
            texts = self._texts(begins[long], ends[long])
            good[long] = [_NUMBER.fullmatch(text) is not None for text in texts]
        return good

    def distinct(self, begins: Places, ends: Places) -> tuple[list[bytes], Places]:
        """The different texts at some places, and which of them stands at each."""
        sizes = ends - begins
        longest = int(sizes.max(initial=0))
        if longest > TOKEN_BYTES_MAX:
            return self._one_by_one(begins, ends)
        words = self._words_at(begins, sizes)
        mixed = np.zeros(len(begins), np.uint64)
        for at, word in enumerate(words):
            mixed ^= word * _MIXERS[at]
            mixed ^= mixed >> np.uint64(29)
        order = np.argsort(mixed)
        new = np.ones(len(order), np.bool_)
        new[1:] = np.diff(mixed[order]) != 0
        codes = np.empty(len(order), np.int64)
        codes[order] = np.cumsum(new) - 1
        first = order[new]
        # No value holds a zero byte, so those behind its end say how long it is.
        if len(words) > 1 and not all(
            np.array_equal(word[first][codes], word) for word in words
        ):
            return self._one_by_one(begins, ends)  # two of one hash
        return self._texts(begins[first], ends[first]), codes

    def _one_by_one(self, begins: Places, ends: Places) -> tuple[list[bytes], Places]:
        known: dict[bytes, int] = {}
        texts = self._texts(begins, ends)
        codes = [known.setdefault(text, len(known)) for text in texts]
        return list(known), np.array(codes, np.int64)

    def _texts(self, begins: Places, ends: Places) -> list[bytes]:
        text = self.text
        spans = zip(begins.tolist(), ends.tolist(), strict=True)
        return [text[begin:end] for begin, end in spans]

    def _is_utf8(self) -> bool:
        if self.text.isascii():
            return True
        try:
            self.text.decode()
        except UnicodeDecodeError:
            return False
        return True


def _side_by_side(parts: list[list[Places]]) -> list[Places]:
    return [np.concatenate(one) for one in zip(*parts, strict=True)]


def _is_number(word: NDArray[np.uint64], sizes: Places) -> NDArray[np.bool_]:
    """Whether the first bytes of some words are a number, as JSON writes one.

    All bytes of a word are looked at in one step. A byte that is no digit shows in the
    upper half of the sum of what it differs from naught and six.
    """
    eight, four, one = np.uint64(8), np.uint64(4), np.uint64(1)
    signed = (word & np.uint64(0xFF)) == ord("-")
    word = np.where(signed, word >> eight, word)
    sizes = sizes - signed
    good = sizes > 0
    sizes = np.clip(sizes, 1, 8)
    word |= (_ONES * np.uint64(ord("0"))) & ~_MASKS[sizes]
    digits = word ^ (_ONES * np.uint64(ord("0")))
    odd = ((digits + _ONES * np.uint64(6)) | digits) & (_ONES * np.uint64(0xF0))
    dot = (odd >> four) & _ONES  # its place, if it is the only one
    good &= (dot & (dot - (dot > 0))) == 0
    good &= odd == dot * np.uint64(0x30)
    good &= (word & (dot * np.uint64(0xFF))) == dot * np.uint64(ord("."))
    last = one << ((sizes - 1).astype(np.uint64) << np.uint64(3))
    good &= (dot != last) & (dot != one)
    naught = (word & np.uint64(0xFF)) == ord("0")
    good &= ~naught | (sizes == 1) | (dot == np.uint64(0x100))
    return good


def _is_object(line: bytes) -> bool:
    try:
        return line.startswith(b"{") and isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _values(line: bytes) -> Iterator[tuple[int, int, bool]]:
    """Where each text and each number of an object stands, and whether it is a number."""
    for found in _VALUE.finditer(line):
        if found["number"] is not None:
            yield found.start(), found.end(), True
        elif found["key"] is None:
            yield found.start() + 1, found.end() - 1, False


def _shape(value: Any, slots: list[Slot]) -> Any:
    """An object with its marks turned into slots."""
    if isinstance(value, str) and value.startswith("\1"):
        return slots[int(value[1:])]
    if isinstance(value, dict):
        return {key: _shape(item, slots) for key, item in value.items()}
    if isinstance(value, list):
        return [_shape(item, slots) for item in value]
    return value
