"""The fixed mask: what varies in a message becomes `<num>`, `<id>`, `<ip>`, `<path>`, ...

Operations we want: one message in, its shape out, from that message alone, so that the
same failure has the same shape on every machine and whatever was read before it.

Goals: linear in the text; masking a mask changes nothing; words stay words.

Plan: one expression, compiled once. A match is a run of plain words, taken at one stroke,
and the one thing after it that may vary; the table below names those things. A token
(letters, digits and what joins them) is taken apart into pieces: letters stay, digits
become `<num>`, a mix of both `<id>`, and what such an `<id>` is joined to goes with it,
since the letters of a random id fall as they will: `node-17.internal` is
`node-<num>.internal`, `checkout-7d9f8b-xzvkj` is `checkout-<id>`.

What is decided here, and could have been otherwise:

- A letter-digit word with a meaning of its own (`s3`, `ipv4`, `sha256`, `x86_64`,
  `utf-8`, `HTTP/1.1`, `TLSv1.2`, `v2`) stays: "ipv4 disabled" and "ipv6 disabled" are two
  messages. They are a list, because no shape tells `ipv4` from a random `xkq4`.
- A stem of common numbered things keeps its word, `worker3` is `worker<num>`; other mixes
  do not, or one random id in twelve would look like a numbered word.
- Release numbers are `<version>`: a failure stays one kind across releases, and is still
  not taken for one that speaks of a plain number.
- Plain numbers are masked whatever they mean, a status or an error code too: the words
  around a code say the same as the code, and a port looks no different from one.
- A quoted text is `<str>` whatever it holds; a JSON object or dict is `<*>`; several
  numbers, texts or objects in a row count as one, as lists differ in length.
- The method of a quoted request stays, as nothing else tells what an access log says.
- The host of a URL stays (under the same rules), its path goes.
- A redacted secret keeps its kind alone: the rest differs from process to process.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from log_mcp.analysis.vocabulary import STEMS, WORDS
from log_mcp.lazy import lazy


class Rule(NamedTuple):
    """One thing that may vary in a message.

    Attributes:
        name: Of the group in the expression; also what it becomes, in angle brackets,
            unless `_BECOMES` or `_replace` say otherwise.
        pattern: Tried in the order of the table, verbose syntax.
        sample: A text that holds it.
        masked: That text under the mask.
    """

    name: str
    pattern: str
    sample: str
    masked: str


_DAY: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_CLOCK: Final = r"\d{1,2}:\d\d(?::\d\d(?:[.,]\d++)?)?"
_ZONE: Final = r"(?:[ ]?(?:Z|UTC|GMT)?(?:[+-]\d\d:?\d\d)?(?!\w))?"
_NUMBER: Final = r"\d++(?:[.,]\d++)*+(?:[eE][+-]\d++|(?<=\.\d)[eE]\d++)?"
_HEX: Final = "[0-9A-Fa-f]"
_UNIT: Final = r"(?:[nuµm]?s|min|sec|[mhd]|[kKMGTP]i?[bB]?|B|st|nd|rd|th|%)"
_MEASURE: Final = rf"(?:{_NUMBER}{_UNIT})++|{_NUMBER}"
# A chunk stops at the next quote, and there are at most 64 chunks: what is never closed
# is looked at 64 times, not once for every quote after it.
_DOUBLE: Final = r'"(?:[^"\\]++|\\.){0,64}+"'
_SINGLE: Final = r"(?:(?<![-.@+/])[bru])?'(?:[^'\\]++|\\.|'(?=[\w<])){0,64}+'(?![\w<])"
_QUOTED: Final = rf"(?:{_DOUBLE}|{_SINGLE}|`[^`']*+[`']|“[^“”]*+”)"
_FLAT: Final = r"\{[^{}]*+\}"
_NESTED: Final = rf"\{{(?:[^{{}}]++|{_FLAT})*+\}}"
_OBJECT: Final = rf"""\{{\s*+["'](?:[^{{}}]++|{_NESTED})*+\}}"""
_HOST: Final = r"""[^\s/<>"'`(){}\[\],;|\\]"""
_PART: Final = (
    r"[\w.@%+~=&$:?#-]"  # of a path; what ends a sentence is given back below
)
_FREE: Final = r"(?<![\w>])"  # neither inside a word nor right after a mask
_APART: Final = rf"{_FREE}(?<![-.@+/])"  # nor what a token could be joined to

RULES: Final = (
    Rule(
        "count",  # what most numbers are, before any dearer look at them
        r"\d++(?=[ ][^A-Z]|[)\]]|\Z)",
        "after 17 attempts (5)",
        "after <num> attempts (<num>)",
    ),
    Rule(
        "kept",
        r"<(?:[a-z][a-z-]*+|\*)>",
        "was masked: <num>",
        "was masked: <num>",
    ),
    Rule(
        "secret",
        r"<[a-z][a-z0-9-]*+:[0-9a-f]{4,16}>",
        "login with <aws-key:7f3a>",
        "login with <aws-key>",
    ),
    Rule(
        "json",
        rf"{_OBJECT}(?:,\s*+{_OBJECT})*+",
        'rejected {"a": {"b": 1}}, {"a": 2}',
        "rejected <*>",
    ),
    Rule(
        "request",  # of an access log: its method is no part of what varies
        rf'(?="){_APART}"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)[ ][^"\s]++(?:[ ]HTTP/[\d.]++)?"(?!\w)',
        '"GET /v1/orders/17 HTTP/1.1" 504',
        '"GET <path>" <num>',
    ),
    Rule(
        "str",
        rf"(?=[bru]?['\"`“]){_FREE}{_QUOTED}(?:,\s*+{_QUOTED})*+",
        "no such key 'it's here', \"b\"",
        "no such key <str>",
    ),
    Rule(
        "url",
        rf"(?=[A-Za-z]){_APART}(?:s3|[A-Za-z][A-Za-z+.-]{{1,15}}+)://{_HOST}*+(?:/(?:{_HOST}|/)*+)?",
        "GET https://pay.example/v1/charge?id=7 failed",
        "GET https://pay.example<path> failed",
    ),
    Rule(
        "path",
        rf"(?=[~/\\]|[A-Za-z]:\\){_FREE}(?<![</\\])(?:~?/{_PART}++(?:/{_PART}*+)*+|(?:(?<![-.@+])[A-Za-z]:|\\)\\(?:{_PART}|\\)++)",
        r"cannot open /srv/app/x.py or C:\app\x.py",
        "cannot open <path> or <path>",
    ),
    Rule(
        "time",
        rf"""(?=[\dA-Z]){_APART}(?:
            \d{{4}}-\d\d-\d\d(?:[T ]{_CLOCK}{_ZONE})?(?![\w-])
          | (?:{_DAY},?[ ]+)?(?:
                \d{{1,2}}[ /-]{_MONTH}[ /-]\d{{4}}(?:[ :]{_CLOCK}{_ZONE})?
              | {_MONTH}[ ]+\d{{1,2}}(?:,?[ ]\d{{4}}(?!:))?(?:[ ]{_CLOCK})?{_ZONE}(?:[ ]\d{{4}})?
            )(?!\w)
          | {_CLOCK}{_ZONE}(?![\w:])
        )""",
        "expired Mon, 02 Jan 2026 15:04:05 GMT, now 2026-01-02T15:04:06.123Z",
        "expired <time>, now <time>",
    ),
    Rule(
        "ip",
        rf"""(?=\d{{1,3}}\.|{_HEX}{{1,4}}:){_APART}(?:
            \d{{1,3}}(?:\.\d{{1,3}}){{3}}(?!\.?\w)(?:/\d{{1,2}}(?!\w))?
          | (?=[0-9A-Fa-f:]{{0,39}}?\d)(?:{_HEX}{{1,4}}:){{1,7}}+
            (?:(?::{_HEX}{{1,4}}){{1,6}}+|:)(?![\w:])
          | (?:{_HEX}{{1,4}}:){{7}}{_HEX}{{1,4}}(?![\w:])
        )""",
        "peer 10.0.0.17:5432 and fe80::1ff:fe23",
        "peer <ip>:<num> and <ip>",
    ),
    Rule(
        "uuid",
        rf"(?={_HEX}{{8}}-){_APART}{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}(?!\w)",
        "job a1b2c3d4-0000-4000-8000-00000000000a",
        "job <uuid>",
    ),
    Rule(
        "version",
        rf"(?=v?\d++\.){_APART}(?:v\d++\.\d++|\d++\.\d++\.\d++)(?:\.\d++)*+(?:[-+]\w++(?:\.\w++)*+)?(?!\w)",
        "needs 3.11.4, is v2.0-rc.1",
        "needs <version>, is <version>",
    ),
    Rule(
        "num",
        rf"""(?=[\d+-]){_APART}[+-]?(?:{_MEASURE})(?:,\s*+[+-]?(?:{_MEASURE})(?![\w@/+-]|\.\w))*+
        (?![\w@/+-]|\.\w)""",
        "took 1.5s for 1,234 rows, ids 7, 8, 9",
        "took <num> for <num> rows, ids <num>",
    ),
    Rule(
        "token",
        r"\w++(?:[./@+-]\w++)*+",
        "u_2c1eea on node-17.internal by jane@shop.example",
        "u_<id> on node-<num>.internal by <email>",
    ),
    Rule("other", r"-++|.", "-- ~", "-- ~"),
)
_SEPARATOR: Final = r"[\s,:;!?()\[\]=*|>}.\#$&^%]"
_NO_HEX: Final = r"(?<![\W_][a-f]{6})(?<![a-f]{7})"  # no "exceeded", but "u_acdeff"
# What may begin a time of day, a URL, a Windows path or a hexadecimal id is no plain word.
_WORD: Final = rf"""
    (?![A-Z][a-z][a-z],?[ ]+(?:\d|{_MONTH}[ ]+\d))
    [^\W\d]++(?:[-.][^\W\d]++|'[a-z]{{1,2}}(?![\w']))*+
    {_NO_HEX}(?<![\W_][A-F]{{6}})(?!:[/\\])(?:{_SEPARATOR}++|\Z)
"""
_ONE: Final = lazy(
    rf"(?!\Z)(?P<plain>{_SEPARATOR}*+(?:[a-z]++{_NO_HEX}[ ]|{_WORD})*+)(?:"
    + "|".join(f"(?P<{rule.name}>{rule.pattern})" for rule in RULES)
    + r"|\Z)",
    re.VERBOSE | re.DOTALL,
)

_PIECE: Final = lazy(r"[^\W_]+")
_NUMBERED: Final = lazy(r"([^\W\d_]+)\d{1,5}")
_MEASURED: Final = lazy(_MEASURE, re.VERBOSE)
_NAME: Final = lazy(r"[A-Z]*[a-z]{2,}\d{1,3}(?:[A-Z]+[a-z]{2,})+")  # Http2Stream
_LETTERS: Final = lazy(r"[a-f]{6,}|[A-F]{6,}")
_CHAIN: Final = lazy(
    r"(?:<num>[_-])*<id>(?:[_-](?:\w+|<num>|<id>))*|<num>(?:[_-]<num>)+"
)
_EMAIL: Final = lazy(r"[\w.+-]{1,64}+@\w[\w-]*+(?:\.[\w-]++)++")
_FILE: Final = lazy(r"[\w.@+-]+/(?:[\w.@+-]+/)*[\w@+-][\w.@+-]*\.[A-Za-z]\w{0,4}")
_OPEN: Final = lazy(r'["`“]')
_PASSES: Final = 8
_VARIES: Final = lazy(r"\d|[@/]|[a-f]{6}|[A-F]{6}")


def mask(text: str) -> str:
    """The shape of a message: what varies is named in angle brackets.

    Args:
        text: Any text; `order 17 of jane@shop.example timed out after 3.2s`.

    Returns:
        `order <num> of <email> timed out after <num>`. Masking it again changes nothing.
    """
    masked = _ONE.sub(_replace, text)
    for _ in range(_PASSES):
        if masked.count("'") < 2 and not _OPEN.search(masked):
            break
        # A quote that found no partner may have one, now that what hid it is masked.
        before, masked = masked, _ONE.sub(_replace, masked)
        if before == masked:
            break
    return masked


def _replace(match: re.Match[str]) -> str:
    kind = match.lastgroup
    assert kind is not None  # plain matches wherever anything does
    if kind in _AS_IT_IS:
        return match[0]
    if kind in _SPECIAL:
        return match[1] + _SPECIAL[kind](match[kind])
    return match[1] + _BECOMES[kind]


def _secret(text: str) -> str:
    return text[: text.index(":")] + ">"


def _request(text: str) -> str:
    return text[: text.index(" ")] + ' <path>"'


def _url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    host, slash, _ = rest.partition("/")
    return f"{scheme}://{mask(host)}{'<path>' if slash else ''}"


def _path(text: str) -> str:
    bare = text.rstrip(".:?=&$#")
    return "<path>" + text[len(bare) :]


def _token(text: str) -> str:
    if not _VARIES.search(text) or text.lower() in WORDS:
        return text
    if "@" in text:
        text = _EMAIL.sub("<email>", text)
    if "/" in text and _FILE.fullmatch(text):
        return "<path>"
    text = _PIECE.sub(_piece, text)
    return _CHAIN.sub(_joined, text) if "-" in text or "_" in text else text


def _joined(match: re.Match[str]) -> str:
    return "<id>" if "<id>" in match[0] else "<num>"


def _piece(match: re.Match[str]) -> str:
    piece = match[0]
    if piece.isdigit():
        return "<num>"
    if piece.lower() in WORDS:
        return piece
    if piece.isalpha():
        return "<id>" if _LETTERS.fullmatch(piece) else piece
    numbered = _NUMBERED.fullmatch(piece)
    if numbered and numbered[1].lower() in STEMS:
        return f"{numbered[1]}<num>"
    if _MEASURED.fullmatch(piece):
        return "<num>"
    return piece if _NAME.fullmatch(piece) else "<id>"


_AS_IT_IS: Final = frozenset({"plain", "kept", "other"})
_BECOMES: Final = {rule.name: f"<{rule.name}>" for rule in RULES} | {
    "json": "<*>",
    "count": "<num>",
}
_SPECIAL: Final[dict[str, Callable[[str], str]]] = {
    "secret": _secret,
    "request": _request,
    "url": _url,
    "path": _path,
    "token": _token,
}
