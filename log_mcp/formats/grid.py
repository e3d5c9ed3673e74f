"""Times and levels that stand at the same bytes of each line, read without a search.

Most logs begin each line with a time of fixed width and a level behind it. What stands
before and between them is then the same on every line, and a block is read by comparing
eight bytes of all lines at once. Lines that differ in any byte are left to the expression
of their format; a line on the grid is one that the expression reads alike.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp import timestamp
from log_mcp.formats.columns import Context, Kind
from log_mcp.formats.reader import Heads, Text
from log_mcp.record import NO_TIME

_WORD: Final = 8  # bytes compared at once
_SHARE: Final = 0.95  # of the lines of a head that must lie on a grid
_LOW: Final = np.uint64(0x0F0F0F0F0F0F0F0F)
_SIX: Final = np.uint64(0x0606060606060606)
_THREE: Final = np.uint64(0x3030303030303030)
_ALNUM: Final = np.array([chr(byte).isalnum() for byte in range(128)] + [False] * 128)

Mask = tuple[np.uint64, np.uint64, np.uint64]


class Place(NamedTuple):
    """Where a line states something: bytes `begin` to `end`."""

    begin: int
    end: int


def _number(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text, "little"))


@lru_cache(maxsize=1024)  # the words are those of all files
def _mask(example: bytes, free: Place) -> tuple[Mask, ...]:
    """For each eight bytes: which are compared, with what, and which are digits.

    Args:
        example: The part of a line that all lines share.
        free: In it, where a digit stands for any digit.
    """
    masks = []
    for at in range(0, len(example), _WORD):
        part = example[at : at + _WORD]
        digits = bytes(
            0xF0 if free.begin <= at + index < free.end and 48 <= byte < 58 else 0
            for index, byte in enumerate(part)
        )
        exact = bytes(0 if digit else 0xFF for digit in digits)
        value = bytes(a & b for a, b in zip(part, exact, strict=True))
        masks.append((_number(exact), _number(value), _number(digits)))
    return tuple(masks)


class Grid:
    """Where time and level stand in the lines of one file.

    Args:
        line: One of them.
        time: In it; digits there stand for any digit.
        level: In it, behind the time.
        words: What may stand there, and what each means.
        tails: What may follow; empty for anything but letters and digits.
    """

    def __init__(
        self,
        line: bytes,
        time: Place,
        level: Place,
        words: dict[bytes, int],
        tails: Sequence[bytes] = (),
    ) -> None:
        self._time = time
        self._level = level.begin
        self._masks = _mask(line[: level.begin], time)
        self._words = [
            (_mask(word + tail, Place(0, 0)), None if tails else len(word), value)
            for word, value in words.items()
            for tail in tails or (b"",)
        ]
        longest = max(map(len, words)) + max(map(len, tails), default=1)
        self._reach = level.begin + longest + 2 * _WORD

    def put(self, text: Text, heads: Heads, kind: Kind, context: Context) -> int:
        """Say what the lines say that lie on the grid; how many there are.

        Args:
            text: A block.
            heads: Of its lines; changed.
            kind: What each of them begins.
            context: Of the file.
        """
        rows, levels, starts = self.read(text)
        times = timestamp.parse_at(text.data, starts, self.time_bytes, context.unsaid)
        right = times != NO_TIME
        rows = rows[right]
        heads.kinds[rows] = kind
        heads.times[rows] = times[right]
        heads.levels[rows] = levels[right]
        return len(rows)

    @property
    def time_bytes(self) -> int:
        """The length of each time."""
        return self._time.end - self._time.begin

    def read(
        self, text: Text
    ) -> tuple[NDArray[np.intp], NDArray[np.uint8], NDArray[np.intp]]:
        """The lines that lie on the grid: indexes, levels, and where their times start."""
        data = text.data
        count = int(np.searchsorted(text.starts, len(data) - self._reach))
        starts = text.starts[:count]
        if not count:
            none = np.zeros(0, np.intp)
            return none, none.astype(np.uint8), none
        words = np.ndarray(len(data) - _WORD + 1, f"V{_WORD}", data, 0, (1,))
        right = _equal(words, starts, self._masks)
        rows = np.flatnonzero(right)
        levels = np.full(len(rows), 255, np.uint8)
        places = starts[rows] + self._level
        first = words[places].view("<u8")
        for masks, length, value in self._words:
            exact, wanted, _ = masks[0]
            found = np.flatnonzero((first & exact) == wanted)
            if len(masks) > 1 and len(found):
                found = found[_equal(words, places[found] + _WORD, masks[1:])]
            if length is not None and len(found):
                after = np.frombuffer(data, np.uint8)[places[found] + length]
                found = found[~_ALNUM[after]]
            levels[found] = value
        known = levels != 255
        rows = rows[known]
        return rows, levels[known], starts[rows] + self._time.begin


def starting(text: Text, lines: NDArray[np.intp], start: bytes) -> NDArray[np.bool_]:
    """Which of some lines start so.

    Args:
        text: That holds them.
        lines: Their indexes, rising.
        start: It may go on in the lines below.
    """
    masks = _mask(start, Place(0, 0))
    starts = text.starts[lines]
    whole = int(np.searchsorted(starts, len(text.data) - _WORD * len(masks) + 1))
    found = np.zeros(len(lines), np.bool_)
    if whole:
        words = np.ndarray(len(text.data) - _WORD + 1, f"V{_WORD}", text.data, 0, (1,))
        found[:whole] = _equal(words, starts[:whole], masks)
    return found


def _equal(
    words: NDArray[np.void], starts: NDArray[np.intp], masks: Iterable[Mask]
) -> NDArray[np.bool_]:
    """Which of the places hold what the masks say."""
    right = np.ones(len(starts), np.bool_)
    for index, (exact, wanted, digits) in enumerate(masks):
        found = words[starts + index * _WORD].view("<u8")
        right &= (found & exact) == wanted
        if digits:
            # A digit is 0x30 to 0x39: its low half does not overflow when six is added.
            right &= (found & digits) == (_THREE & digits)
            right &= (((found & _LOW) + _SIX) & digits) == 0
    return right


def grid_of(
    lines: Sequence[tuple[bytes, Place, Place]],
    words: dict[bytes, int],
    tails: Sequence[bytes] = (),
) -> Grid | None:
    """The grid on which nearly all of some lines lie; None if there is none.

    Args:
        lines: With the places of their times and levels.
        words: All levels that may stand there.
        tails: As for `Grid`.
    """
    if not lines:
        return None
    line, time, level = lines[0]
    if time.end > level.begin:
        return None
    grid = Grid(line, time, level, words, tails)
    sample = Text(b"\n".join(one for one, _, _ in lines) + b"\n" + b" " * 4096)
    rows = grid.read(sample)[0]
    return grid if len(rows) >= _SHARE * len(lines) else None
