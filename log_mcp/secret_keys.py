"""Values behind a telling name, in any notation: `password=x`, `"token": "x"`, `--key 'x'`.

Decided here:

- the name may have anything in front (`db.`, `MYSQL_`, `user[`) but ends the key, save
  for a short tail (`_hash`, `2`, `]`): `password_reset=yes` and `tokens=12` are no keys;
- a quoted value goes to its closing quote, at whatever depth of JSON in JSON it stands: a
  quote opened behind k backslashes is closed by the next one behind k of them, counted
  modulo 2k + 2, and never reaches past a quote of an outer string;
- a bare value goes to the next space, quote or escaped line end, less what plainly
  belongs to the notation around it (`&next=`, `;`, `, name=`, a closing bracket);
- `name: word word` is a sentence.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from log_mcp.lazy import lazy
from log_mcp.secret_rules import KEYED, SCHEMES

_TAIL: Final = (
    rb"(?:[_.-]?(?:hash|digest|value|plain|text|b64|base64|old|new|current"
    rb"|confirm(?:ation)?|prod|dev|test|staging|primary|secondary))?[_-]?[0-9]{0,2}"
)
_CLOSE: Final = rb"(?:\\*[\"'`]|\]|%5D|%22){0,3}"
_SEPARATOR: Final = rb"=>|->|:=|[=:]|%3[AD]"
_NAMES: Final = b"|".join(b"(?:%b)" % key.names for key in KEYED)
_TO: Final = _TAIL + _CLOSE + rb"[ \t]*(?:" + _SEPARATOR + rb")"
TRIGGER: Final = rb"(?:" + _NAMES + rb")" + _TO + rb"[ \t]*[^\s,;&)}]"
_HELD: Final = rb"<[\w-]+:[0-9a-f]{4}>"
PATTERN: Final = (
    _HELD + rb"|(?i:(?:" + _NAMES + rb")" + _TO + rb")"
    + rb"(?:[ \t]*\\*[\"']?" + _HELD + rb")?"
)  # fmt: skip

# RE2 finds the place without groups, fastest; which name it is, is asked there alone.
_WHICH: Final = lazy(
    b"(?i)(?:" + b"|".join(b"(%b)" % key.names for key in KEYED) + b")"
    + _TAIL + rb"(?P<close>" + _CLOSE + rb")[ \t]*(?P<by>" + _SEPARATOR + rb")"
)  # fmt: skip

_OPEN: Final = lazy(
    rb"""[ \t]*(\[[ \t]*)?(?:(?:[bur]{1,2}|(?:Some|Secret|SecretStr)\()(?=\\*["']))?"""
    rb"""(?:(\\*)(["'`]))?"""
)
_MORE: Final = lazy(rb"""\\*["'`][ \t]*,[ \t]*\\*["'`]""")
_QUOTES: Final = lazy(rb"""\\*["'`\n]""")
_BARE: Final = lazy(
    rb"""(?:[^\s"'`\\]|'(?=\w)|\\+(?![nrt"'`\\\s]|u00(?:0a|2[0267]|3[ce])).)*"""
)
_SCALAR: Final = lazy(rb"""[^\s\[{"'`\\,\]}]*""")
_LINE: Final = lazy(rb"""(?:[^\n"'`\\]|\\+(?![nrt"'`\\\s]|u00(?:0a|2[27]|3[ce])).)*""")
_TWO_WORDS: Final = lazy(rb"""[^\s"'`\\,;]*(?:[ \t]+[^\s"'`\\,;]+)?""")
_SURROUND: Final = lazy(
    rb"""(?ix) &(?:amp;)?[\w.%\[\]-]+= | %26[\w.-]+(?:=|%3d)
    | [;,|](?=[\w .-]*\w["\]]*[=:]) | [;,.]+$ | [)}\]]+(?=[,;.:)}\]]|$) | </
    """
)
_MASK_FIRST: Final = lazy(rb"(?:<[\w :./-]{0,60}>|\[[A-Za-z _-]{1,30}\])(?![\w<\[])")
_QUOTE_MARKS: Final = frozenset((b'"', b"'", b"`"))
_HELD_END: Final = lazy(rb":[0-9a-f]{4}>")
_DELIMITERS: Final = frozenset(b"%c" % c for c in b" \t\n\"'\\,;&)}]") | {b""}
_AFTER_STRING: Final = frozenset(b"%c" % c for c in b" ,}]:;)")
_PLAIN: Final = lazy(rb"[A-Za-z][a-z'-]*")
_PAIR: Final = lazy(rb"[A-Za-z][\w.-]*=[^=]")
_NEXT_WORD: Final = lazy(rb"[.,;!?]?[ \t]+(?![\w.-]+[\"']?[=:])\w")
_EMPTY: Final = lazy(rb"[^\s=:-]=[ \t]")
_PAGING: Final = lazy(
    rb"(?i)(?:page|next|continuation|sync|resume|cancel(?:lation)?|unexpected)[_ -]?$"
)
_COOKIE: Final = lazy(rb"""([^\s=;,"'\\]+)=([^\s;,"'\\]+)""")
_COOKIE_SECRET: Final = lazy(
    rb"(?i)sess|sid|auth|token|jwt|csrf|xsrf|remember|pass|pwd|secret|key"
)
_COOKIE_PLAIN: Final = lazy(
    rb"(?i)path|domain|expires|max-age|samesite|version|priority"
)


class Strings:
    """Whether a place lies inside a double-quoted string of its line.

    Cheap as long as the places asked about go forward.
    """

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._at = 0
        self._odd = False

    def inside(self, at: int) -> bool:
        """Whether an odd number of quotes stands before `at` on its line."""
        line = self._text.rfind(b"\n", 0 if at < self._at else self._at, at) + 1
        if line or at < self._at:
            self._at, self._odd = line, False
        for hit in _QUOTES.finditer(self._text, self._at, at):
            if hit[0][-1] == 0x22 and len(hit[0]) % 2:
                self._odd = not self._odd
        behind = self._text[self._at : at]
        self._at += len(behind.rstrip(b"\\"))  # An escaped quote is read as one.
        return self._odd


def keyed(text: bytes, pattern: Any) -> Iterator[tuple[int, int, str]]:
    """Secrets behind telling names.

    Args:
        text: Lines.
        pattern: `PATTERN`, compiled.

    Yields:
        Start, end and kind, in order.
    """
    strings = Strings(text)
    pos = 0
    while hit := pattern.search(text, pos):
        pos = hit.end()
        if text[pos : pos + 1] in _DELIMITERS and _HELD_END.match(text, pos - 6):
            continue  # A placeholder: its kind may be such a name, or it is the value.
        which = _WHICH.match(text, hit.start(), pos)
        if which is None:
            continue
        pos = which.end()
        key = KEYED[_row(which)]
        close, separator = which["close"], which["by"]
        if _no_key(text, hit.start(), pos, key.kind):
            continue
        parts, shape = _READ.get(key.kind, (_one, _BARE))
        for start, end, quoted in _values(text, pos, close, shape, strings):
            value = text[start:end]
            spoken = separator == b":" and not close and not quoted and shape is _BARE
            if spoken and start > pos and _sentence(text, value, end):
                continue
            for first, last in parts(value):
                if key.holds(value[first:last]):
                    pos = start + last
                    yield start + first, pos, key.kind
            if shape is _LINE:
                pos = end  # Read to its end for good: a line of cookies is read once.


def _no_key(text: bytes, start: int, end: int, kind: str) -> bool:
    """Whether a name and separator only look like a key.

    A comparison, a scope (`password == x`, `token::Kind`), no value (`token= n=1`), or the token of a page.
    """
    if text[end : end + 1] in {b"=", b":"} or _EMPTY.match(text, end - 2):
        return True
    before = max(0, start - 16)
    return kind == "token" and _PAGING.search(text, before, start) is not None


def _row(which: re.Match[bytes]) -> int:
    """Index of the key whose names took part."""
    return next(row for row, name in enumerate(which.groups()) if name is not None)


def _values(
    text: bytes, pos: int, close: bytes, shape: re.Pattern[bytes], strings: Strings
) -> Iterator[tuple[int, int, bool]]:
    """Start and end of what stands behind a separator, and whether it is quoted.

    Args:
        text: Lines.
        pos: Behind the separator.
        close: What closes the name; after the same quote a quote opens a value, else it
            may close the string that holds the name.
        shape: Of a bare value.
        strings: Of the same text.
    """
    opening = _OPEN.match(text, pos)
    assert opening
    start, quote = opening.end(), opening[3]
    if quote:
        depth = len(opening[2])
        if not close.endswith(opening[2] + quote) and (
            text[start : start + 1] in _AFTER_STRING
            or (depth == 0 and quote == b'"' and strings.inside(start - 1))
        ):
            return
        end = _closing(text, start, quote, depth, strings)
        if end >= 0:
            yield start, end, True
            while opening[1] and end >= 0 and (more := _MORE.match(text, end)):
                start = more.end()
                end = _closing(text, start, quote, depth, strings)
                yield start, max(start, end), True
            return
    if _MASK_FIRST.match(text, start):
        return
    if (
        close[-1:] in _QUOTE_MARKS
    ):  # A bare value behind a quoted name is a number of JSON, or the like.
        shape = _SCALAR
    bare = shape.match(text, start)
    assert bare
    end = bare.end()
    if shape is _BARE and (around := _SURROUND.search(text, start, end)):
        end = around.start()
    if start < end:
        yield start, end, False


def _closing(
    text: bytes, start: int, quote: bytes, depth: int, strings: Strings
) -> int:
    """Where a quoted value ends; -1 if its line ends first."""
    for hit in _QUOTES.finditer(text, start):
        run, mark = len(hit[0]) - 1, hit[0][-1:]
        if mark == b"\n":
            return -1
        level = run % (2 * depth + 2)
        if mark == quote and level <= depth:
            return hit.end() - 1 - level
        if mark == b'"' != quote and (
            level < depth or (not run % 2 and strings.inside(start))
        ):
            return hit.end() - 1 - level
    return -1


def _sentence(text: bytes, value: bytes, end: int) -> bool:
    """Whether `name: value` goes on as prose, or with a pair of its own."""
    if _PLAIN.fullmatch(value):
        return _NEXT_WORD.match(text, end) is not None
    return _PAIR.match(value) is not None


def _one(value: bytes) -> Iterator[tuple[int, int]]:
    """The whole value."""
    yield 0, len(value)


def _authorization(value: bytes) -> Iterator[tuple[int, int]]:
    """What follows the scheme: `Bearer x`."""
    words = list(re.finditer(rb"[^\s,;]+", value))[:2]
    if not words:
        return
    token = words[-1]
    holds = next(key.holds for key in KEYED if key.kind == "token")
    scheme = len(words) == 2 and words[0][0].lower() in SCHEMES
    if (scheme and len(token[0]) >= 4) or holds(token[0]):
        yield token.span()


def _cookies(value: bytes) -> Iterator[tuple[int, int]]:
    """The values of the pairs that can carry a session; preferences stay."""
    pairs = list(_COOKIE.finditer(value))
    for name, span in ((pair[1], pair.span(2)) for pair in pairs):
        size = span[1] - span[0]
        if size >= (4 if _COOKIE_SECRET.search(name) else 10) and not (
            _COOKIE_PLAIN.fullmatch(name)
        ):
            yield span
    if not pairs:
        yield from _authorization(value)


_READ: Final = {  # kinds with secrets inside their values: which parts, of which extent
    "authorization": (_authorization, _TWO_WORDS),
    "cookie": (_cookies, _LINE),
}
