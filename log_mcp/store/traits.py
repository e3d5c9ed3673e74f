"""What stands in a text that makes it harder to search."""

from typing import Final, NamedTuple

import numpy as np

KELVIN, LONG_S = "\u212a".encode(), "\u017f".encode()


class Traits(NamedTuple):
    r"""What a text holds, anywhere.

    Attributes:
        spelled: Characters spelled in hexadecimal (`\u0074`) in JSON.
        slashed: An escaped slash (`\/`) in JSON.
        odd: The Kelvin sign or the long s, which an expression that ignores case takes
            for a k and an s, though a literal does not.
    """

    spelled: bool
    slashed: bool
    odd: bool


PLAIN: Final = Traits(spelled=False, slashed=False, odd=False)


def traits_of(text: bytes, *, escapes: bool) -> Traits:
    """The traits of a text.

    Args:
        text: As held.
        escapes: Whether it is JSON that holds any escape.
    """
    odd = not text.isascii() and (KELVIN in text or LONG_S in text)
    if not escapes:
        return PLAIN._replace(odd=odd)
    # Backslashes are rare, so what stands behind each is looked at; `in` is six times
    # slower, as it looks for the u.
    whole = np.frombuffer(text, np.uint8)
    backslashes = np.flatnonzero(whole[:-1] == ord("\\"))
    behind = whole[backslashes + 1]
    return Traits(
        bool((behind == ord("u")).any()), bool((behind == ord("/")).any()), odd
    )
