"""What stands in a text that makes it harder to search."""

import re
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.bytemark import marks
from log_mcp.once import once

KELVIN, LONG_S = 0x212A, 0x17F
_HEX: Final = np.full(256, 0x10, np.uint8)
for _digit in b"0123456789abcdefABCDEF":
    _HEX[_digit] = int(chr(_digit), 16)


class Traits(NamedTuple):
    r"""What a text holds, anywhere.

    Attributes:
        spelled: The ASCII characters that are spelled in hexadecimal (`\u0074`) in JSON,
            each once, in order.
        foreign: Whether other characters are.
        slashed: An escaped slash (`\/`) in JSON.
        odd: The Kelvin sign or the long s, which an expression that ignores case takes
            for a k and an s, though a literal does not.
    """

    spelled: bytes
    foreign: bool
    slashed: bool
    odd: bool

    @property
    def runs(self) -> re.Pattern[bytes]:
        """Finds the runs of characters that no escape of the text stands for."""
        return _runs(self)


PLAIN: Final = Traits(b"", foreign=False, slashed=False, odd=False)


def traits_of(text: bytes, *, escapes: bool) -> Traits:
    """The traits of a text.

    Args:
        text: As held.
        escapes: Whether it is JSON that holds any escape.
    """
    odd = not text.isascii() and any(
        chr(code).encode() in text for code in (KELVIN, LONG_S)
    )
    if not escapes:
        return PLAIN._replace(odd=odd)
    # Backslashes are rare, so what stands behind each is looked at; `in` is six times
    # slower, as it looks for the u.
    whole = np.frombuffer(text, np.uint8)
    backslashes = marks(text, ord("\\"))
    backslashes = backslashes[backslashes < len(text) - 1]
    behind = whole[backslashes + 1]
    codes = _codes(whole, backslashes[behind == ord("u")])
    return Traits(
        codes[codes < 0x80].astype(np.uint8).tobytes(),
        bool(len(codes) and codes[-1] >= 0x80),
        bool((behind == ord("/")).any()),
        odd or bool(np.isin((KELVIN, LONG_S), codes).any()),
    )


def as_written(needle: bytes, traits: Traits | None) -> list[bytes]:
    """Pieces of a needle that text which holds it also holds before decoding.

    Args:
        needle: As it is looked for.
        traits: Of the text; None where nothing in it is escaped.
    """
    if traits is None:
        return [needle]
    found: list[bytes] = traits.runs.findall(needle)
    return found


def _codes(text: NDArray[np.uint8], escapes: NDArray[np.intp]) -> NDArray[np.uint16]:
    r"""The numbers that some `\u` are followed by, each once, in order."""
    escapes = escapes[escapes + 6 <= len(text)]
    code = np.zeros(len(escapes), np.uint16)
    valid = np.ones(len(escapes), np.bool_)
    for place in range(2, 6):
        digit = _HEX[text[escapes + place]]
        valid &= digit < 0x10
        code = code * np.uint16(16) + (digit & 0xF)
    return once(code[valid])


@lru_cache(maxsize=256)  # segments of one file are alike
def _runs(traits: Traits) -> re.Pattern[bytes]:
    """Printable ASCII, and all else where it is not spelled, without what is escaped."""
    escaped = (
        traits.spelled + traits.spelled.swapcase() + b'"\\' + b"/" * traits.slashed
    )
    plain = set(range(0x20, 0x7F)) - set(escaped)
    if not traits.foreign:
        plain.update(range(0x80, 0x100))
    if not plain:
        return re.compile(rb"(?!)")
    return re.compile(
        b"[%s]+" % b"".join(re.escape(bytes([one])) for one in sorted(plain))
    )
