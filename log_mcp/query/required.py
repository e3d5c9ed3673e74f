r"""Literals that the text of every match of an expression holds.

Only what stands at the top of an expression is told: a run of characters between its
other parts. What is optional (`s?`), a choice (`a|b`) and whatever stands in parentheses
yields nothing, so the answer may be empty and is never wrong. Case is folded, as a literal
may be looked for with more matches than the expression has.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from log_mcp.lazy import lazy

LITERAL_MIN: Final = 3
_FLAGS: Final = lazy(rb"\(\?([A-Za-z]*)(?:-[A-Za-z]*)?[):]")
_PART: Final = lazy(
    rb"(?P<repeat>[*+?]|\{[0-9]+(?:,[0-9]*)?\})"
    rb"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    rb"|(?P<other>\\(?:x(?:\{[^}]*\}|..)|[pP](?:\{[^}]*\}|.)|[0-7]{1,3}|.)|[.^$\x80-\xff]"
    rb"|\[\^?\]?(?:\[:[^\]]*:\]|\\.|[^\]\\])*\])"
    rb"|(?P<open>\()|(?P<close>\))|(?P<choice>\|)"
    rb"|(?P<plain>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Required:
    """What every match holds.

    Attributes:
        literals: Lower-cased, ASCII, the longest first, of `LITERAL_MIN` bytes at least.
        folded: Whether case is ignored anywhere, so that the Kelvin sign is a k.
        leads: Whether the expression begins with a literal and tells case: RE2 itself
            leaps from one to the next then.
    """

    literals: list[bytes] = field(default_factory=list)
    folded: bool = False
    leads: bool = False


def required(pattern: bytes) -> Required:
    """What every match of an RE2 expression holds.

    Args:
        pattern: That compiles.
    """
    folded = any(b"i" in match[1] for match in _FLAGS.finditer(pattern))
    if rb"\Q" in pattern or rb"\C" in pattern:
        return Required(folded=folded)  # a language of its own; a part of a character
    runs: list[bytes] = []
    run, depth, leads = bytearray(), 0, False
    for part in _PART.finditer(pattern):
        kind = part.lastgroup
        if not depth and kind in {"plain", "escaped"}:
            run += part[kind]
            leads = leads or not part.start()
            continue
        if kind == "choice" and not depth:
            return Required(folded=folded)
        depth += (kind == "open") - (kind == "close")
        if kind == "repeat" and part[0] != b"+" and run:
            run.pop()  # What may be left out; a repeat inside of a group finds no run.
        runs.append(bytes(run))
        run.clear()
    runs.append(bytes(run))
    told = {text.lower() for text in runs if len(text) >= LITERAL_MIN}
    return Required(
        sorted(told, key=lambda text: (-len(text), text)),
        folded,
        leads and not folded and len(runs[0]) >= LITERAL_MIN,
    )
