"""Private keys that take lines of their own: the one secret that spans lines.

Each line of a body becomes one placeholder, so line k stays line k; the BEGIN and END
lines stay. The lines may arrive in any number of blocks, with other lines between them,
each behind a log header of its own. A key on one line, its line ends escaped, is a rule
like any other.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from log_mcp.lazy import lazy
from log_mcp.secret_below import NOTHING, Due
from log_mcp.secret_rules import PLACEHOLDER


class Carry(NamedTuple):
    """Where the end of a block stands in a secret of several lines.

    Attributes:
        inside: Between the BEGIN and the END line.
        full: The line before was a full line of the key, so a short last one may follow.
        foreign: Lines since then that belong to something else.
        due: What the line below may hold of a value.
    """

    inside: bool = False
    full: bool = False
    foreign: int = 0
    due: Due = NOTHING


Span = tuple[int, int]
START: Final = Carry()
_KINDS: Final = (b"private-key", b"private-key-end")

KEY_MARK: Final = b"PRIVATE KEY"
_KEY_BEGIN: Final = lazy(
    rb"-BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-{4,5}[\sA-Za-z0-9+/=]*$"
)
_KEY_END: Final = lazy(rb"-END [A-Z0-9 ]*PRIVATE KEY")
_KEY_HEAD: Final = lazy(rb"\s*(?:[A-Z][A-Za-z-]+: .*)?\r?")
_KEY_FULL: Final = lazy(
    rb"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{40,}={0,2}(?![A-Za-z0-9+/=])"
    rb"|^[ \t>|]*([A-Za-z0-9+/]{16,}={0,2})\s*$"
)
_KEY_LAST: Final = lazy(
    rb"^[ \t>|]*([A-Za-z0-9+/]{1,39}={0,2})\s*$"
    rb"|[\s\"']((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)"
    rb"|(?=[a-z0-9+/]*[A-Z])(?=[A-Za-z+/]*[0-9])(?:[A-Za-z0-9+/]{4}){2,9})"
    rb"[\"',}\\nr\s]*$"
)
_KEY_FOREIGN_MAX: Final = (
    16  # other lines in a row before a key that never ends is given up
)


def hidden_keys(
    text: bytes, carry: Carry, placeholder: Callable[[str, bytes], bytes]
) -> tuple[bytes, Carry]:
    """A text without the bodies of private keys.

    Args:
        text: Whole lines.
        carry: Of the text before.
        placeholder: Makes one of a kind and a value.

    Returns:
        The text, the same object if no line is part of a body, and the next carry.
    """
    lines = text.split(b"\n")
    ended, hidden = not lines[-1], False
    for index, line in enumerate(lines[:-1] if ended else lines):
        carry, spans, kind = _line(line, carry)
        if spans:
            lines[index] = _swapped(line, spans, partial(placeholder, kind))
            hidden = True
    return b"\n".join(lines) if hidden else text, carry


def _swapped(
    line: bytes, spans: list[Span], placeholder: Callable[[bytes], bytes]
) -> bytes:
    """A line with placeholders for some parts of it."""
    pieces: list[bytes] = []
    done = 0
    for start, end in spans:
        pieces += line[done:start], placeholder(line[start:end])
        done = end
    return b"".join([*pieces, line[done:]])


def _line(line: bytes, carry: Carry) -> tuple[Carry, list[Span], str]:
    """What a line is to a private key: the next carry, and the parts to hide, if any.

    The last line of a key has a kind of its own, so that reading the result again walks
    through the same states, whatever else of the line was hidden meanwhile.
    """
    if _KEY_BEGIN.search(line):
        return Carry(inside=True, full=True), [], ""
    if not carry.inside:
        return START, [], ""
    end = _KEY_END.search(line)  # behind what is left of the body, perhaps
    body = line if end is None else line[: end.start()]
    spans = [_span(found) for found in _KEY_FULL.finditer(body)]
    if spans or end:
        after = START if end else Carry(inside=True, full=True)
        return after, spans, "private-key"
    if done := {one[1] for one in PLACEHOLDER.finditer(line)}.intersection(_KINDS):
        return Carry(inside=True, full=_KINDS[0] in done), [], ""
    if carry.full and (last := _KEY_LAST.search(line)):
        return Carry(inside=True), [_span(last)], "private-key-end"
    foreign = carry.foreign + (_KEY_HEAD.fullmatch(line) is None)
    inside = foreign <= _KEY_FOREIGN_MAX
    return (Carry(inside, carry.full, foreign) if inside else START), [], ""


def _span(body: re.Match[bytes]) -> Span:
    return body.span(body.lastindex or 0)
