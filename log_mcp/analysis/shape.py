"""The shape of one message: its words, and what varies in it, as tokens to compare.

Operations we want: a message in, a short tuple of tokens out, from that message alone, so
that lines that a program wrote with one format string mostly give one tuple already.

Goals: what the fixed mask finds is found the same way here; lists and values that differ
in how many words they take are one token; a shape depends on digits only as far as there
are any, since `blur` looks at no more of a record than that.

Plan: the mask names what varies; then each step below makes more of a message one token.
They are laws of how people write logs, and none knows a program:

- a piece (what stands between blanks, brackets, quotes and `= : , ; |`) that holds
  something variable varies as a whole: `blk_-<num>`, `host-17.example.net`;
- the name of a host varies; a value after `=` varies, and so do brackets that hold
  nothing, or that are padded inside: `( 12 *** 7 )`, `{ read write }`;
- a preposition that is followed by no word had an empty value; `(true)` is one;
- who writes varies, where a message begins with that: `crond(pam_unix)[2915]: `,
  `[pool-3-thread-7] `, `chrome.exe - `;
- variable parts in a row, and a number with its unit, are one.
"""

import re
import sys
from typing import Final

from log_mcp.analysis.blur import DIGIT_WORDS
from log_mcp.analysis.mask import mask
from log_mcp.lazy import lazy

Shape = tuple[str, ...]

TEXT_CHARACTERS_MAX: Final = 1_000  # of a message; what follows tells no two apart
ANY: Final = "<*>"
# One private character stands for one kind of variable while a text is worked on.
_NUM, _ID, _IP, _PATH, _ANY = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
KINDS: Final = {_NUM: "<num>", _ID: "<id>", _IP: "<ip>", _PATH: "<path>", _ANY: ANY}
_PRIVATE: Final = {shown: own for own, shown in KINDS.items()}
_SHOWN: Final = frozenset(_PRIVATE)
_OF_MASK: Final = {"num": _NUM, "id": _ID, "uuid": _ID, "ip": _IP, "path": _PATH}
_V: Final = "[\ue000-\ue004]"
_OURS: Final = dict.fromkeys(map(ord, KINDS), "?")

_END: Final = r"\s=:,;()\[\]{}<>\"'|!?"  # of a piece
_TOP: Final = "(?:com|net|org|edu|gov|mil|int|info|biz|io|local|internal|lan|arpa)"
_MASKED: Final = lazy(r"<([a-z]+|\*)(?:-[a-z0-9-]+)?>")
_PAIRS_OF_HEX: Final = lazy(r"\b[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){3,}\b")
_HOST: Final = lazy(
    rf"(?<![\w.$/@-])(?:[A-Za-z0-9_-]+\.)+"
    rf"(?:{_TOP}|[A-Za-z0-9_-]+\.(?:{_TOP}\.)?[a-z]{{2}})(?![\w.$(-])"
)
# A piece is looked at from its beginning alone, and once: long words are no rare thing.
_DOT: Final = r"(?<!\.)\.(?!\.)"
_PIECE: Final = lazy(
    rf"(?:(?<![^{_END}+])|(?<=\.\.))(?:[^{_END}+.0-9\ue000-\ue004]|{_DOT})*+"
    rf"(?:{_V}|[0-9])(?:[^{_END}+.]|{_DOT})*+"
)
_JOINED: Final = lazy(rf"{_V}(?:[-_.:/#@~+,%]*{_V})+")
_SIGNED: Final = lazy(rf"(?<![\w.)\]<])(?:[-+~<]|::)({_V})(?!>)")
_GROUP: Final = r"(?:\{[^{}]*\}|\([^()]*\)|\[[^\[\]]*\])"
_EQUALS: Final = r"(?:=[ ](?=[^\s=]+(?:\s|$))|[ ]=(?:[ ]|$)|=)"
_PAIR: Final = lazy(
    rf"((?:^|[\s(\[{{,;|])(?:[A-Za-z_][\w.-]*|{_V}){_EQUALS})(?!=)"
    rf"([^\s=,;()\[\]{{}}<>\"'|]*+{_GROUP}?)(?!=)"
)
_EMPTY: Final = lazy(r"(?<=\s)(?:\(\)|\[\]|\{\}|<>)")
_PADDED: Final = lazy(r"([({\[])[ ][^(){}\[\]=:]*[ ]([)}\]])")
_DANGLING: Final = lazy(r"(?<= )(by|from|for)( ?)(?=\()")
_TRUTH: Final = lazy(
    r"(?<=[(,:=])( ?)(?:true|false|null|nil|None|True|False)(?=\s*(?:[),;:\]}]|$))"
)
_WRITER: Final = lazy(
    rf"^(?:(?:-|\S*{_V}\S*) ){{0,2}}[\w./-]+(?:\([\w.-]*\))?\[{_V}\](?=: )"
    rf"|^\[(?=[^ ]*{_V}|[^\]]*{_V})[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)?\](?= )"
    rf"|^(?=\S*[._/\d-]|\S*[a-z][A-Z])[\w./-]+(?: {_V})?(?= - )"
)
_ROW: Final = lazy(rf"{_V}(?:[\s,;|]+{_V})+")
_UNIT: Final = lazy(
    rf"({_V}) (?:ns|us|ms|s|secs?|mins?|hours?|[kKMGT]i?[Bb]|%)(?![\w.])"
)
_TOKEN: Final = lazy(
    rf"\s*({_V}|\.{{2,}}|\.(?=\s|$)|(?:[^{_END}+.\ue000-\ue004]|"
    rf"(?<=\w)[.'](?=\w)|\.(?!\.|\s|$))+|.)",
    re.DOTALL,
)


def shape_of(message: str) -> Shape:
    """The tokens of a message; each is a word, a mark, or a kind of variable.

    Args:
        message: As of `Record`; of several lines, the first that is not empty counts.

    Returns:
        `session opened for user root by (uid=0)` is `session opened for user root by
        <*> ( uid = <num> )`, each word and mark a token of its own; one that follows
        a blank holds it. Never empty.
    """
    text = first_line(message)
    if len(text) > TEXT_CHARACTERS_MAX:
        text = text[:TEXT_CHARACTERS_MAX].rpartition(" ")[0] + f" {_ANY}"
    text = _PAIRS_OF_HEX.sub(_ID, text)
    text = _MASKED.sub(_private, mask(text))
    text = _HOST.sub(_ANY, text)
    text = _PIECE.sub(_piece, text)
    text = _SIGNED.sub(r"\1", text)
    text = _JOINED.sub(_together, text)
    text = _WRITER.sub(_ANY, text, 1)
    text = _TRUTH.sub(rf"\1{_ANY}", text)
    text = _PADDED.sub(rf"\1 {_ANY} \2", text)
    text = _PAIR.sub(_pair, text)
    text = _EMPTY.sub(_filled, text)
    text = _DANGLING.sub(rf"\1 {_ANY}\2", text)
    text = _UNIT.sub(r"\1", text)
    text = _JOINED.sub(_together, text)
    text = _ROW.sub(_together, text)
    tokens = tuple(_named(match) for match in _TOKEN.finditer(text))
    return tokens or ("",)


def first_line(message: str) -> str:
    """All of a message that its shape is made of: one line, its blanks made one."""
    for line in message.translate(_OURS).splitlines():
        words = line[: 4 * TEXT_CHARACTERS_MAX].split()
        if words:
            return " ".join(words)
    return ""


def _named(match: re.Match[str]) -> str:
    token = match[1]
    blank = " " if match.start(1) > match.start() else ""
    return sys.intern(blank + KINDS.get(token, token))  # few words, many shapes


def _private(match: re.Match[str]) -> str:
    return _OF_MASK.get(match[1], _ANY)


def _together(match: re.Match[str]) -> str:
    """What several variable parts are as one."""
    return _joined({one for one in match[0] if one in KINDS})


def together(kinds: set[str]) -> str:
    """The kind of what is one of some kinds, or a plain word."""
    if not kinds <= _SHOWN:
        return ANY
    return KINDS[_joined({_PRIVATE[kind] for kind in kinds})]


def _joined(kinds: set[str]) -> str:
    """The kind of what is made of some kinds: `<ip>` of an address and its port."""
    if len(kinds) == 1:
        return next(iter(kinds))
    for kind in (_ANY, _PATH, _IP):
        if kind in kinds:
            return kind
    return _ID


def _piece(match: re.Match[str]) -> str:
    piece = match[0]
    kinds = {one for one in piece if one in KINDS}
    bare = piece.rstrip(".")
    if not kinds and bare.lower() in DIGIT_WORDS:
        return piece  # `ipv4`: its digits are part of a word
    return _kind_of(bare, kinds)


def _kind_of(piece: str, kinds: set[str]) -> str:
    """What a piece is that is more than one variable part."""
    if any(one.isalpha() for one in piece):
        return _PATH if _PATH in kinds else _ANY if _ANY in kinds else _ID
    return _joined(kinds) if kinds else _NUM


def _pair(match: re.Match[str]) -> str:
    value = match[2]
    return match[1] + (value if value in KINDS else _ANY)


def _filled(match: re.Match[str]) -> str:
    return match[0][0] + _ANY + match[0][1]
