"""How deep the fields of a record nest, bounded.

Nobody reads a value below sixty others, and whoever writes to a log can nest a thousand
of them, which no recursive reader survives.
"""

from typing import Any, Final

DEPTH_MAX: Final = 64  # objects and lists within each other
CUT: Final = f"(nested deeper than {DEPTH_MAX})"


def may_be_deep(text: bytes) -> bool:
    """Whether a text of JSON can nest deeper; hardly any line has so many brackets."""
    return text.count(b"{") + text.count(b"[") > DEPTH_MAX


def is_deep(value: Any) -> bool:
    """Whether a value of JSON nests deeper."""
    level = [value]
    for _ in range(DEPTH_MAX + 1):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def flattened(value: Any) -> Any:
    """The same value, in place, with a text for what nests deeper."""
    level = [value]
    for depth in range(1, DEPTH_MAX + 1):
        below = []
        for one in level:
            places = one.items() if isinstance(one, dict) else enumerate(one)
            for place, inner in list(places):
                if not isinstance(inner, dict | list):
                    continue
                if depth == DEPTH_MAX:
                    one[place] = CUT
                else:
                    below.append(inner)
        level = below
    return value
