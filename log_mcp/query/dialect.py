r"""An RE2 expression in the words of Vectorscan, where both mean the same by it.

They do for what nearly everybody writes: characters, classes, groups, choices and
repetitions. What they take differently (flags amid, `\pL`, `\A`, `\s`) is put in other
words, or the answer is that it cannot be said. Only text of ASCII is meant: to Vectorscan
a character is a byte.

Whether a text matches is all that is asked. So what may be left out at the end is left out:
it would only make more ends of the same matches.
"""

import re
from typing import Final, NamedTuple

from log_mcp.lazy import lazy
from log_mcp.query.sieve import Sieve

SIZE_MAX: Final = 250  # characters, with what is repeated written out: 30 ms to compile
_FOLDED: Final = b"(?i)"
_PART: Final = lazy(
    rb"""(?x)
    (?P<repeat> (?: [*+?] | \{ (?P<least>[0-9]{1,3}) (?: , (?P<most>[0-9]{0,3}) )? \} ) \?? )
    | (?P<class> \[ (?P<negated>\^)? (?P<members>
        (?: [^\]\[\\\x00\n\x80-\xff] | \\[dws](?!-) | \\[!-/:-@\[-`{-~] )+ ) \] )
    | (?P<short> \\[dDwWsS] )
    | (?P<zero> \\[bB] | [\^$] )
    | (?P<any> \. )
    | (?P<begin> \( (?: \?: | \?P?<[A-Za-z_]\w*> | (?!\?) ) )
    | (?P<end> \) )
    | (?P<choice> \| )
    | (?P<plain> \\[!-/:-@\[-`{-~] | [^\\\[\](){}*+?|.^$\x00\n\x80-\xff] )
    """
)
_RANGE_TO_MANY: Final = lazy(rb"-\\[dws]")
_SPACES: Final = rb"\t\n\f\r "  # RE2's \s; Vectorscan's has one more
_SHORT: Final = {rb"\s": b"[%b]" % _SPACES, rb"\S": b"[^%b]" % _SPACES}


class Told(NamedTuple):
    """An expression that Vectorscan can be asked.

    Attributes:
        sieve: To ask.
        of_a_line: Whether no match crosses a line end.
    """

    sieve: Sieve
    of_a_line: bool


class _Part(NamedTuple):
    """A piece of an expression.

    Attributes:
        kind: Name of its group in `_PART`.
        words: As Vectorscan writes it.
        crosses: Whether it may match a line end.
        least: Of a repeat: how often at least.
        times: Of a repeat: how often it is written out.
    """

    kind: str
    words: bytes
    crosses: bool = False
    least: int = 0
    times: int = 1


def told(pattern: bytes) -> Told | None:
    """An RE2 expression as a sieve of texts of ASCII.

    Args:
        pattern: That compiles; `^` and `$` match at lines.

    Returns:
        None if it cannot be said so that both mean the same.
    """
    folded = pattern.startswith(_FOLDED)
    parts = _parts(pattern.removeprefix(_FOLDED))
    if parts is None:
        return None
    least, most = _sizes(parts)
    if not least or most > SIZE_MAX:
        return None
    of_a_line = not any(part.crosses for part in parts)
    words = b"".join(_without_end(parts))
    return Told(Sieve(words, folded=folded), of_a_line)


def _parts(pattern: bytes) -> list[_Part] | None:
    parts: list[_Part] = []
    at = 0
    for match in _PART.finditer(pattern):
        if match.start() != at or _RANGE_TO_MANY.search(match["members"] or b""):
            return None
        at = match.end()
        parts.append(_part(match))
    return parts if at == len(pattern) else None


def _part(match: re.Match[bytes]) -> _Part:
    kind, words = match.lastgroup or "", match[0]
    if kind == "repeat":
        return _repeat(match)
    if kind == "class":
        negated = match["negated"] or b""
        words = b"[%b%b]" % (negated, match["members"].replace(rb"\s", _SPACES))
        return _Part(kind, words, crosses=(rb"\s" in match[0]) != bool(negated))
    if kind == "short":
        return _Part(
            kind, _SHORT.get(words, words), crosses=words in {rb"\s", rb"\D", rb"\W"}
        )
    return _Part(kind, b"(?:" if kind == "begin" else words)


def _repeat(match: re.Match[bytes]) -> _Part:
    words = match[0]
    if match["least"] is None:
        return _Part("repeat", words[:1], least=int(words[:1] == b"+"))
    least, most = int(match["least"]), int(match["most"] or 0)
    times = max(1, least, most)
    return _Part("repeat", words.removesuffix(b"?"), least=least, times=times)


def _sizes(parts: list[_Part]) -> tuple[int, int]:
    """How many characters a match has at least, and all that could be, written out."""
    least, most = [0], [0]  # of each open group
    chosen: list[list[int]] = [[]]
    last = (0, 0)
    for part in parts:
        if part.kind == "choice":
            chosen[-1].append(least[-1])
            least[-1] = 0
            continue
        if part.kind == "begin":
            least.append(0)
            most.append(0)
            chosen.append([])
            continue
        if part.kind == "repeat":
            least[-1] += last[0] * (part.least - 1)
            most[-1] += last[1] * (part.times - 1)
            continue
        if part.kind == "end":
            last = (min([*chosen.pop(), least.pop()]), most.pop())
        else:
            last = (int(part.kind != "zero"), 1)
        least[-1] += last[0]
        most[-1] += last[1]
    return min([*chosen[0], least[0]]), most[0]


def _without_end(parts: list[_Part]) -> list[bytes]:
    """The words of an expression, but for what its matches may end without."""
    left = parts
    while len(left) > 1 and not _chooses(parts):
        atom, last = left[-2:]
        if last.kind != "repeat" or atom.kind in {"end", "zero", "repeat"}:
            break
        left = left[:-2]
        if last.least:
            times = b"" if last.least == 1 else b"{%d}" % last.least
            return [*(part.words for part in left), atom.words, times]
    return [part.words for part in left]


def _chooses(parts: list[_Part]) -> bool:
    """Whether an expression is a choice; one in a group may be anywhere in it."""
    return any(part.kind == "choice" for part in parts)
