"""Where bytes of one kind stand in a text.

Plan: a piece of the text at a time, so that what is worked out stays in the processor's
cache: arrays of a whole block are pages of memory that the system must first make, which
takes twice as long.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

PIECE_BYTES: Final = 512 * 1024


def marks(
    text: bytes,
    byte: int,
    test: np.ufunc = np.equal,
    kind: type[np.int64 | np.uint32] = np.int64,
) -> NDArray[Any]:
    """Offsets of a byte, ascending.

    Args:
        text: To look in.
        byte: 0 to 255.
        test: How those that count compare with it.
        kind: Of the offsets.
    """
    whole = np.frombuffer(text, np.uint8)
    found: list[NDArray[Any]] = [np.empty(0, kind)]
    hit = np.empty(min(PIECE_BYTES, len(whole)), np.bool_)
    for at in range(0, len(whole), PIECE_BYTES):
        piece = whole[at : at + PIECE_BYTES]
        (places,) = test(piece, byte, out=hit[: len(piece)]).nonzero()
        places = places.astype(kind, copy=False)
        places += kind(at)
        found.append(places)
    return np.concatenate(found)
