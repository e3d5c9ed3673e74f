"""Names that come from logs, in sentences of ours.

A source is called as its file is, and a field as whoever logs it likes. A name that is more
than a name could instruct, so our own sentences leave it out, and say so; inside the fence
it stands like all that logs say.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from log_mcp.instruction import instructs
from log_mcp.lazy import lazy

_NAME: Final = lazy(r"[A-Za-z0-9_@.:/-]{1,64}")
_BETWEEN: Final = lazy(r"[_@.:/-]+")
_WORDS_MIN: Final = 3  # of an order


@lru_cache(1 << 14)
def is_plain(name: str) -> bool:
    """Whether a name is nothing but a name: short, ASCII, without blanks, and no order."""
    if _NAME.fullmatch(name) is None:
        return False
    words = _BETWEEN.split(name)
    return len(words) < _WORDS_MIN or not instructs(" ".join(words))


def odd(names: Iterable[str]) -> tuple[str, ...]:
    """The names that are more than that, longest first."""
    return tuple(
        sorted((name for name in names if not is_plain(name)), key=len, reverse=True)
    )


def listed(names: Iterable[str], most: int) -> str:
    """`api, worker, and 2 more`: names for a sentence; empty if there is none.

    Args:
        names: All of them.
        most: So many are told; the others, and those that are no plain names, are counted.
    """
    every = list(dict.fromkeys(names))
    told = [name for name in every if is_plain(name)][:most]
    left = len(every) - len(told)
    if not left:
        return ", ".join(told)
    more = f"{left} more" if told else f"{left} whose names are no plain words"
    return ", ".join([*told, f"and {more}" if told else more])
