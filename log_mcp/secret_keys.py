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
from typing import Any, Final, Literal, NamedTuple

from log_mcp.lazy import lazy
from log_mcp.secret_rules import KEYED, SCHEMES, drawn, mixed, one_of_many

_MANY: Final = rb"s?"
_TAIL: Final = (
    rb"(?:[_.-]?(?:base|hash|digest|value|plain|text|b64|base64|old|new|current"
    rb"|confirm(?:ation)?|prod|dev|test|staging|primary|secondary))?[_-]?[0-9]{0,2}"
)
_ENTITY: Final = rb"&(?:quot|apos|#34|#39);|\\+u002[27]"  # quotes, in HTML or JSON
_CLOSE: Final = rb"(?:\\*[\"'`]|\]|%5D|%22|" + _ENTITY + rb"){0,3}"
_SEPARATOR: Final = (
    rb"=>|->|:=|[=:]|%3[AD]|\\+u003d"
    # "name":"password","value":"x", name="password" value="x", and password { value: "x"
    rb"|[,;{]?(?:[ \t]|(?:\\+r)?\\+n)*(?:\\*[\"']|"
    + _ENTITY
    + rb")?(?:[a-z]+[_-]?)?val(?:ue)?"
    rb"(?:\\*[\"']|" + _ENTITY + rb")?[ \t]*[=:]"
    # <password type="x">
    rb"|(?:[ \t]+[\w:.-]+=\\*[\"'][^\"'<>\n\\]*\\*[\"']){0,3}[ \t]*(?:>|&gt;|\\+u003e)"
    # ["password", "x"], of a part of a form, and as PHP keeps it
    rb"|,|(?:\\+r)?\\+n(?:Content-[^\\\n]*)?(?:\\+r)?\\+n|;s:[0-9]+:"
)
NAMES: Final = b"|".join(b"(?:%b)" % key.names for key in KEYED)
NAMES_GROUPED: Final = b"|".join(b"(%b)" % key.names for key in KEYED)
TAIL_AND_CLOSE: Final = rb"(?P<many>s)?" + _TAIL + rb"(?P<close>" + _CLOSE + rb")"
_TO: Final = _MANY + _TAIL + _CLOSE + rb"[ \t]*(?:" + _SEPARATOR + rb")"
_VALUED: Final = (
    rb"[ \t]*(?:" + _SEPARATOR + rb")[ \t]*(?:" + _ENTITY + rb")?[^\s,;&)}]"
)
# ... or of a line that opens a value on the line below, see `secret_below`,
_OPENING: Final = rb"[ \t]*(?:[:=]>?[ \t]*(?:[|>][+-]?[0-9]?|\[)?|,?)[ \t]*\r?$"
# ... or of one that names columns, see `secret_columns`.
_COLUMNS: Final = rb"[\w\\ ,.\"'`\[\]]*\)(?: |\\n)*values"
# That looks at all lines, so it tells no case: states of the expression, and what it costs to
# make them, would be half as many again where text is drawn at random.
_FOLDED: Final = NAMES.replace(b"(?-i:", b"(?:")
TRIGGER: Final = (
    rb"(?:" + _FOLDED + rb")(?:" + _MANY + _TAIL + _CLOSE + rb"(?:" + _VALUED + rb"|" + _OPENING
    + rb")|" + _COLUMNS + rb")|\b(?:bearer|basic)[ \t]*\r?$"
)  # fmt: skip
OPENING: Final = (
    rb"(?:" + NAMES + rb")" + _MANY + _TAIL + _CLOSE + _OPENING
    + rb"|\b(?:bearer|basic)[ \t]*\r?$"
)  # fmt: skip
COLUMNS: Final = rb"(?:" + NAMES + rb")" + _COLUMNS
_HELD: Final = rb"<[\w-]+:[0-9a-f]{4}>"
ENDED: Final = lazy(rb"<([\w-]+):[0-9a-f]{4}>$")
PATTERN: Final = (
    _HELD + rb"|(?i:(?:" + NAMES + rb")" + _TO + rb")"
    + rb"(?:[ \t]*\\*[\"']?" + _HELD + rb")?"
)  # fmt: skip

# RE2 finds the place without groups, fastest; which name it is, is asked there alone.
_WHICH: Final = lazy(
    b"(?i)(?:" + NAMES_GROUPED + b")" + TAIL_AND_CLOSE
    + rb"[ \t]*(?P<by>" + _SEPARATOR + rb")"
)  # fmt: skip

_OPEN: Final = lazy(
    rb"""[ \t]*(?:(?:[|>][+-]?[0-9]?)?(?:(?:\\+r)?\\+n(?:[ ]{2,}|\\+t|(?=- )))+(?:- )?)?"""  # of YAML
    # of a list, of a tuple, of a slice of Go
    rb"""(\[(?:[ \t]|(?:\\+r)?\\+n)*(?:\]\w+\{)?|\((?=\\*["']))?(?:string\([0-9]+\)[ \t]*|<<|<!\[CDATA\[)?"""
    # {"S": "x"} of DynamoDB, {"value": "x"}, and what has it or not: Some(x), Just "x"
    rb"""(?:\{[ \t]*(?:\\*["'])?(?:S|val(?:ue)?|[a-z]+(?:_v|V)al(?:ue)?|plain|text)"""
    rb"""(?:\\*["'])?[ \t]*[:=][ \t]*)?"""
    rb"""(?:[bur]{1,2}(?=\\*["'])|(?:Some|Ok|Right|Left|Just|Success|Secret|SecretStr|Optional)[(\[](?![\])])"""
    rb"""|Just[ \t]+(?=\\*["']))?"""
    rb"""(?:(\\*)(["'`]))?"""
)
_ENTITIES: Final = lazy(rb"(?:%20)*(%22|" + _ENTITY + rb")")
_ELEMENT: Final = lazy(
    rb"""(?:[^<>&\n"\\\]]|\](?!\])|&(?!lt;|quot;)|\\(?!u003c|n|r|"))*"""
)
_ELEMENT_ENDS: Final = lazy(rb"</|<!|\]\]>|&lt;/|\\+u003c/")
_TAG: Final = lazy(rb"(?:<|&lt;|\\u003c)[\w.:-]*$")
_PART: Final = lazy(rb"name=\\*[\"'][\w.\[\]-]*$")
_PAIR_OPENS: Final = lazy(rb"[\[({][ \t]*b?(?:\\*[\"'`])?[\w.:@$-]*$")
_PAIR_ENDS: Final = lazy(rb"(?:\\*[\"'`])?(?:>>)?[ \t]*[\])}]")
_THREE: Final = lazy(rb"(?:(\"\"\"|''')([^\n]*?)\1)")
_BRACED: Final = lazy(
    rb"\{(?![ \t]*(?:\\*[\"'}]|[\w.-]+[ \t]*[:=]))([^{}\n]+)\}"
)  # of ODBC
_BEFORE_BYTES: Final = 64  # of a name, that say what it is
_ASKED_BYTES: Final = 1024  # of a value, that say whether it is a secret
_MORE: Final = lazy(
    rb"""\\*["'`](?:[ \t]*,(?:[ \t]|(?:\\+r)?\\+n)*|(?:(?:\\+r)?\\+n[ \t]*)+- )\\*["'`]"""
)
_CHANGE: Final = lazy(rb"""\\*"[ \t]*->[ \t]*\\*\"""")  # of a plan of Terraform
_QUOTES: Final = lazy(rb"""(?<!\\)\\*["'`\n]""")
_BARE: Final = lazy(
    rb"""(?:[^\s"'`\\]|'(?=\w)|\\+(?![nrt"'`\\\s]|u00(?:0a|2[0267]|3[ce])).)*"""
)
_SCALAR: Final = lazy(rb"""[^\s\[{"'`\\,\]}]*""")
_LINE: Final = lazy(rb"""(?:[^\n"'`\\]|\\+(?![nrt"'`\\\s]|u00(?:0a|2[27]|3[ce])).)*""")
_WORD: Final = lazy(rb"""[^\s"'`\\,;]*""")
_SECOND: Final = lazy(rb"""[ \t]+[^\s"'`\\,;]+""")
_SURROUND: Final = lazy(
    rb"""(?ix) &(?:amp;)?[\w.%\[\]-]+= | %26[\w.-]+(?:=|%3d)
    | [;,|](?=[\w .-]*\w["\]]*[=:]) | (?<![;,.])[;,.]+$ | [)}\]]+(?=[,;.:)}\]]|$) | </
    | &(?:quot|apos|lt|gt|\#3[49]); | >>$
    """
)
_MASK_FIRST: Final = lazy(
    rb"(?:<[\w :./'-]{0,80}>|\[[A-Za-z _-]{1,30}\]"
    rb"|\((?:sensitive(?: value)?|hidden|null|none|empty|unset|not set|unknown|redacted|masked|omitted|known after apply)\)"
    rb")(?![\w<\[])"
)
_DASH: Final = rb"(?:(?:\\+r)?\\+n[ \t]*)+- "  # of YAML, in JSON
# One of several values without quotes; a pair ends them.
_ITEM: Final = (
    rb"""(?![\w.-]+(?:=[^=\s,\])}]|[:>]|%3))(?P<value>"""
    rb"""(?:[^\s,"'`\[\]\\]|\\+(?![nrt"'`\\\s]|u00(?:0a|2[0267]|3[ce])).)*"""
    rb"""[^\s,;.:"'`\[\](){}\\])"""
)
_FIRST: Final = lazy(_ITEM)
_NEXT: Final = {  # in brackets, and without: codes stand behind one another
    True: lazy(rb"[)};.]*(?:[ \t]*,[ \t]*|[ \t]+|" + _DASH + rb")" + _ITEM),
    False: lazy(rb"(?:[ \t]*,[ \t]*|" + _DASH + rb")" + _ITEM),
}
_MEMBER: Final = lazy(
    rb"""[{,][ \t]*(?:\\*["'`])?(?P<name>[\w.$-]+)(?:\\*["'`])?[ \t]*(?:=>|[:=])[ \t]*"""
    rb"""(?:(?P<slashes>\\*)(?P<quote>["'`])|(?P<value>[^\s,"'`\[\]{}\\]*))"""
)
# Members of an object that says more of a secret than its value.
_CHANGED: Final = lazy(
    rb"(?i)(?:old|new|current|previous|prev|next|before|after|from|to|raw|hash|active|pending)(?:_?(?:value|password|secret|key|token))?"
)
_TOLD: Final = lazy(
    rb"(?i).*(?:type|format|title|description|message|msg|code|error|pattern|path|name|id|ref|label|rule|url|at|version|count|host|user|status)"
)
_MORE_MEMBERS: Final = lazy(rb"[ \t]*,")
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
_TOKEN_NAMED: Final = lazy(rb"[a-z_]{2,16}=")
# `proxy_pass`, `ok 12 - pass: x`, `PASS: x`; that of `USER: x PASS: y` is a password.
_PASSED: Final = lazy(rb"(?i)_?pass\W")
_PASSES: Final = lazy(
    rb"(?i)(?:\bok \d+ (?:- )?|(?:[^a-z]|^)(?:render|first|second|last|proxy|depth|light|full|single|multi))$"
)
_NO_PASSWD: Final = lazy(rb"\bNO$|/etc/$")  # of sudo, and the file
_TEST: Final = lazy(rb"PASS:[ \t]")
_USER: Final = lazy(rb"(?i)user|login")
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


class _Runs:
    """Where values without quotes end.

    `token=token=token=` is one value behind another, each to the end of all: what one of
    them read, the next does not read again, or a long line took its square in time.
    """

    def __init__(self, text: bytes) -> None:
        self._text = text
        self._ends: dict[re.Pattern[bytes], tuple[int, int]] = {}
        self._around = (0, 0, 0)

    def end(self, shape: re.Pattern[bytes], start: int) -> int:
        """End of what has a shape, less what belongs to the notation around it."""
        end = self._run(shape, start)
        if shape is _BARE:
            return self._surround(start, end)
        if shape is _ELEMENT and not _ELEMENT_ENDS.match(self._text, end):
            return start
        if shape is _WORD and (second := _SECOND.match(self._text, end)):
            return second.end()
        return end

    def _run(self, shape: re.Pattern[bytes], start: int) -> int:
        """End of what has a shape, which none of its ends depends on the start of."""
        first, end = self._ends.get(shape, (0, 0))
        if not first <= start < end:
            found = shape.match(self._text, start)
            end = found.end() if found else start
            self._ends[shape] = start, end
        return end

    def _surround(self, start: int, end: int) -> int:
        """Where the notation around a value begins; `end` if nowhere."""
        first, around, known = self._around
        if known != end or not first <= start <= around:
            found = _SURROUND.search(self._text, start, end)
            around = found.start() if found else end
            self._around = start, around, end
        return around


class _Lines(NamedTuple):
    """Some lines, and what is known of them from one key to the next."""

    text: bytes
    strings: Strings
    runs: _Runs


def keyed(text: bytes, pattern: Any) -> Iterator[tuple[int, int, str]]:
    """Secrets behind telling names.

    Args:
        text: Lines.
        pattern: `PATTERN`, compiled.

    Yields:
        Start, end and kind, in order.
    """
    lines = _Lines(text, Strings(text), _Runs(text))
    pos = 0
    while hit := pattern.search(text, pos):
        pos = hit.end()
        if text[pos : pos + 1] in _DELIMITERS and _HELD_END.match(text, pos - 6):
            continue  # A placeholder: its kind may be such a name, or it is the value.
        which = _WHICH.match(text, hit.start(), pos)
        if which is None:
            continue
        pos, key = which.end(), KEYED[row_of(which)]
        holds = key.many if which["many"] else key.holds
        if holds is None or no_key(text, which.start(), pos, key.kind):
            continue
        if which["by"][:1] == b"{" and key.many is drawn:
            holds = drawn  # What a parser prints of a token has a value, too.
        parts, shape = _READ.get(key.kind, (_one, _BARE))
        for start, end, parted in _found(lines, which, shape):
            whole = not parted or parts is _one
            for first, last in [(0, end - start)] if whole else parts(text[start:end]):
                left, right = start + first, start + last
                if holds(text[left : min(right, left + _ASKED_BYTES)]):
                    pos = right
                    yield left, right, key.kind
            if shape is _LINE:
                pos = end  # Read to its end for good: a line of cookies is read once.


def _found(
    lines: _Lines, which: re.Match[bytes], shape: re.Pattern[bytes]
) -> Iterator[tuple[int, int, bool]]:
    """Start and end of the values of one key, and whether they may have parts.

    Args:
        lines: That hold them.
        which: The name and its separator.
        shape: Of a bare value, as the kind of key says.
    """
    text = lines.text
    close, separator, pos = which["close"], which["by"], which.end()
    if separator == b",":
        yield from _pair(text, which.start(), pos, close, lines.strings)
    elif within := _within(text, which.start(), close, separator):
        start = _open(text, pos).end() if within is _ELEMENT else pos
        for one in _bare(lines.runs, start, within):
            yield *one, False
    elif within is None:
        plain = separator == b":" and not close and shape is _BARE
        for start, end, quoted in _values(lines, which, shape):
            spoken = plain and not quoted and start > pos
            if not (spoken and _sentence(text, start, end)):
                yield start, end, True


def no_key(text: bytes, start: int, end: int, kind: str) -> bool:
    """Whether a name and separator only look like a key.

    A comparison, a scope (`password == x`, `token::Kind`), no value (`token= n=1`), the
    token of a page, or what a test says that passed (`PASS: x`).
    """
    if text[end : end + 1] in {b"=", b":"} or _EMPTY.match(text, end - 2):
        return True
    before = max(0, start - _BEFORE_BYTES)
    if kind == "password":
        return (
            (
                _PASSED.match(text, start, end) is not None
                and _PASSES.search(text, before, start) is not None
            )
            or (
                text[start : start + 6].lower() == b"passwd"
                and _NO_PASSWD.search(text, before, start) is not None
            )
            or (
                _TEST.match(text, start, end + 1) is not None
                and _USER.search(text, before, start) is None
            )
        )
    return kind == "token" and _PAGING.search(text, before, start) is not None


def row_of(which: re.Match[bytes]) -> int:
    """Index of the key whose names took part."""
    return next(row for row, name in enumerate(which.groups()) if name is not None)


def _values(
    lines: _Lines, which: re.Match[bytes], shape: re.Pattern[bytes]
) -> Iterator[tuple[int, int, bool]]:
    """Start and end of what stands behind a separator, and whether it is quoted.

    Args:
        lines: That hold it.
        which: The name and its separator. After the quote that closes the name a quote
            opens a value, else it may close the string that holds the name.
        shape: Of a bare value.
    """
    text, strings = lines.text, lines.strings
    close, opening = which["close"], _open(text, which.end())
    start, quote = opening.end(), opening[3]
    if quote:
        if _closes(text, opening, close, strings):
            return
        quoted = list(_quoted(text, opening, strings))
        yield from ((first, last, True) for first, last in quoted)
        if quoted:
            return
    if shape is _BARE and text[start : start + 1] == b"{":
        members = list(_members(lines, which, start))
        yield from members
        if members:
            return
    if which["many"]:
        listed = _FIRST.match(text, start)
        if listed:
            yield *listed.span("value"), False
            yield from _listed(lines, listed.end(), which, opened=bool(opening[1]))
        return
    end = start
    for first, end in _unquoted(text, start, close, shape, lines.runs):
        yield first, end, False
    if opening[1] and end > start and shape is _BARE:
        yield from _listed(lines, end, which, opened=True)


def _listed(
    lines: _Lines, at: int, which: re.Match[bytes], *, opened: bool
) -> Iterator[tuple[int, int, bool]]:
    """The further values of a list without quotes; `opened`: by a bracket.

    Behind a name in the singular they are words as often: there they must look like none.
    """
    between = _NEXT[opened or KEYED[row_of(which)].kind == "pin"]
    while item := between.match(lines.text, at):
        at = item.end()
        if which["many"] or one_of_many(item["value"]):
            yield *item.span("value"), False


def _members(
    lines: _Lines, which: re.Match[bytes], at: int
) -> Iterator[tuple[int, int, bool]]:
    """The values of `{"old": "x", "new": "y"}`, and behind a plural those of any name.

    An object says what a password must be as often as what it is: only words that are
    none of a language count, and none of a name that calls something else.
    """
    text, many = lines.text, which["many"]
    while member := _MEMBER.match(text, at):
        start, at = member.span("value")
        if member["quote"]:
            start = member.end()
            depth = len(member["slashes"])
            end = _closing(text, start, member["quote"], depth, lines.strings)
            if end < 0:
                return
            at = end + depth + 1
        else:
            end = at
        told = _TOLD.fullmatch(member["name"]) if many else None
        wanted = not told if many else _CHANGED.fullmatch(member["name"])
        if wanted and one_of_many(text[start:end]):
            yield start, end, False
        more = _MORE_MEMBERS.match(text, at)
        if more is None:
            return
        at = more.end() - 1


def _unquoted(
    text: bytes, start: int, close: bytes, shape: re.Pattern[bytes], runs: _Runs
) -> Iterator[tuple[int, int]]:
    """A value without quotes, or with such as a notation around it writes."""
    if braced := _BRACED.match(text, start):
        if mixed(braced[1]):
            yield braced.span(1)
        return
    if entity := _ENTITIES.match(text, start):
        for first, last in _bare(runs, entity.end(), shape):
            end = text.find(entity[1], first, last)
            yield first, last if end < 0 else end
        return
    if close[-1:] in _QUOTE_MARKS:
        shape = _SCALAR  # Behind a quoted name it is a number of JSON, or the like.
    if not _MASK_FIRST.match(text, start):
        yield from _bare(runs, start, shape)


def _closes(
    text: bytes, opening: re.Match[bytes], close: bytes, strings: Strings
) -> bool:
    """Whether a quote is no value's first, but the last of a string with the name in it."""
    start, slashes, quote = opening.end(), opening[2], opening[3]
    return not close.endswith(slashes + quote) and (
        text[start : start + 1] in _AFTER_STRING
        or (not slashes and quote == b'"' and strings.inside(start - 1))
    )


def _quoted(
    text: bytes, opening: re.Match[bytes], strings: Strings
) -> Iterator[tuple[int, int]]:
    """What stands between quotes, of a list all; nothing if its line ends first."""
    start, quote, depth = opening.end(), opening[3], len(opening[2])
    if three := _THREE.match(text, start - 1):
        yield three.span(2)
        return
    end = _closing(text, start, quote, depth, strings)
    if end >= 0:
        yield start, end
    if end >= 0 and not opening[1] and (change := _CHANGE.match(text, end)):
        start = change.end()
        end = _closing(text, start, quote, depth, strings)
        yield start, max(start, end)
    listed = opening[1] or b"- " in opening[0]
    while listed and end >= 0 and (more := _MORE.match(text, end)):
        start = more.end()
        end = _closing(text, start, quote, depth, strings)
        yield start, max(start, end)


def _bare(
    runs: _Runs, start: int, shape: re.Pattern[bytes]
) -> Iterator[tuple[int, int]]:
    """What has a shape and no quotes, less what belongs to the notation around it."""
    end = runs.end(shape, start)
    if start < end:
        yield start, end


def _open(text: bytes, pos: int) -> re.Match[bytes]:
    """What stands between a separator and the value."""
    opening = _OPEN.match(text, pos)
    assert opening
    return opening


def _within(
    text: bytes, start: int, close: bytes, separator: bytes
) -> re.Pattern[bytes] | Literal[False] | None:
    """The shape of a value that a separator demands; None if it demands none.

    False if it separates nothing here.
    """
    before = max(0, start - _BEFORE_BYTES)
    if separator[:1] == b"\\" and separator[-1:] == b"n":
        return _LINE if close and _PART.search(text, before, start) else False
    if separator.endswith((b">", b"&gt;", b"u003e")) and separator[0] not in b"=-":
        return _ELEMENT if close or _TAG.search(text, before, start) else False
    return None


def _pair(
    text: bytes, start: int, pos: int, close: bytes, strings: Strings
) -> Iterator[tuple[int, int, bool]]:
    """The value of `("password", "x")` or `{password,"x"}`.

    Without brackets around the two it stands in a list, where words are names of fields
    as often as values: there it must look like none.
    """
    opening = _open(text, pos)
    before = max(0, start - _BEFORE_BYTES)
    alone = _PAIR_OPENS.search(text, before, start)
    braced = alone is not None and alone[0][:1] == b"{"
    if not opening[3] or not (close[-1:] in _QUOTE_MARKS or (not close and braced)):
        return
    first, depth = opening.end(), len(opening[2])
    end = _closing(text, first, opening[3], depth, strings)
    if end > first and (
        (alone and _PAIR_ENDS.match(text, end)) or mixed(text[first:end])
    ):
        yield first, end, True


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


def _sentence(text: bytes, start: int, end: int) -> bool:
    """Whether `name: value` goes on as prose, or with a pair of its own."""
    if _PLAIN.fullmatch(text, start, end):
        return _NEXT_WORD.match(text, end) is not None
    return _PAIR.match(text, start, end) is not None


def _one(value: bytes) -> Iterator[tuple[int, int]]:
    """The whole value."""
    yield 0, len(value)


def _authorization(value: bytes) -> Iterator[tuple[int, int]]:
    """What follows the scheme: `Bearer x`."""
    words = list(re.finditer(rb"[^\s,;]+", value[:_ASKED_BYTES]))[:2]
    if not words:
        return
    token = words[-1]
    if _TOKEN_NAMED.fullmatch(token[0]):
        return  # `Token token="x"` is read by that name.
    start, end = token.span()
    if end == _ASKED_BYTES:
        end = len(value)
    if token[0][:1] in {b"<", b"{", b"$", b"["}:
        return  # What stands for a token in a manual.
    holds = next(key.holds for key in KEYED if key.kind == "token")
    scheme = len(words) == 2 and words[0][0].lower() in SCHEMES
    if (scheme and len(token[0]) >= 4) or holds(token[0]):
        yield start, end


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
    "authorization": (_authorization, _WORD),
    "cookie": (_cookies, _LINE),
}
