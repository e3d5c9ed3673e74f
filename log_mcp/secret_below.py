"""Values on the lines below their name: YAML blocks, parts of forms, wrapped lines.

The line that opens tells what is due, and each next line what is due after it. Nothing is
looked at but the lines that open and those below them, so that the split into blocks shows
nowhere and text without names of keys costs nothing.

Decided here:

- `password:` at a line's end opens a value that is one word, deeper indented or none of a
  language; `password: |` opens the lines that are indented like the first one below;
- `passwords:` and `"password": [` open a list, each of whose lines is an item; those that
  are words stay, and do not end it;
- `name: DB_PASSWORD` and `"name": "token",` open `value: x` on the next line;
- `form-data; name="password"` opens the line behind the blank one that ends its headers;
- a secret that ends a line of 60 bytes and more may go on where the next line begins, if
  that line is no longer and begins with what looks drawn at random; of a secret whose
  length is known nothing is missing.
"""

from typing import Final, NamedTuple

from log_mcp.lazy import lazy
from log_mcp.secret_keys import ENDED, NAMES_GROUPED, TAIL_AND_CLOSE, no_key, row_of
from log_mcp.secret_rules import KEYED, PLACEHOLDER, mixed, spoken_of


class Due(NamedTuple):
    """What the next line may hold.

    Attributes:
        what: `next`, `block`, `items`, `value`, `part`, `body` or `wrap`; empty for nothing.
        kind: Of the secret.
        width: Of `next`, `block` and `items` the indent of the name, of `wrap` the length of the
            line that was wrapped; bytes.
    """

    what: str = ""
    kind: str = ""
    width: int = 0


NOTHING: Final = Due()
WRAP_BYTES_MIN: Final = 60  # of a line that may be wrapped: no terminal is narrower
# Kinds whose length is known, and those that stand in rows of their own.
_WHOLE: Final = frozenset(
    {"aws-key", "twilio-key", "pin", "card", "iban", "ssn", "phone", "email"}
    | {"national-id", "bank-account", "ip", "private-key", "private-key-end"}
)

_OPENS: Final = lazy(
    b"(?i)(?:" + NAMES_GROUPED + b")" + TAIL_AND_CLOSE
    + rb"[ \t]*(?:(?P<by>[:=])>?[ \t]*(?:(?P<block>[|>][+-]?[0-9]?)|(?P<list>\[))?|,?)[ \t]*\r?$"
)  # fmt: skip
_NAMED: Final = lazy(
    rb"(?i)\b(?:name|key)\\*[\"']?[ \t]*(?P<by>[:=])[ \t]*\\*[\"']?[\w.\[-]*$"
)
_SCHEME: Final = lazy(rb"(?i)\b(?:(bearer)|basic)[ \t]*\r?$")
_WORD: Final = lazy(
    rb"(?P<indent>[ \t]*)(?:- )?(?P<quote>[\"']?)(?P<value>[^\s\"'`{}\[\]<>]+)(?P=quote),?[ \t]*\r?$"
)
_DASH: Final = lazy(rb"[ \t]*- ")
_ITEM: Final = lazy(
    rb"""(?:[ \t]*- |[ \t]*(?=["']))(?P<quote>["']?)(?P<value>[^"'\r\n{}\[\]]+?)(?P=quote),?[ \t]*\r?$"""
)
_VALUE: Final = lazy(
    rb"(?i)[ \t]*\\*[\"']?value\\*[\"']?[ \t]*[:=][ \t]*(?P<quote>[\"']?)(?P<value>[^\r\n]*?)(?P=quote),?[ \t]*\r?$"
)
_HEADER: Final = lazy(rb"[A-Z][A-Za-z-]+: ")
_GOES_ON: Final = lazy(
    rb"[ \t|]*(?!\d{2,4}[-/:]\d\d)(?P<value>[A-Za-z0-9+/_.~%-]{8,}={0,2})(?=[\s\"',;)}\]&]|$)"
)
_DRAWN: Final = lazy(
    rb"(?=.*[0-9])(?=.*[A-Z])(?=.*[a-z]).*|(?=.*[0-9])(?=.*[A-Za-z]).{16,}|.*="
)


def opened(line: bytes) -> Due:
    """What a line with the name of a key opens."""
    opens = _OPENS.search(line)
    if opens is None:
        scheme = _SCHEME.search(line)
        kind = "bearer" if scheme and scheme[1] else "basic-auth"
        return Due("next", kind, len(line)) if scheme else NOTHING
    kind = KEYED[row_of(opens)].kind
    if opens["by"]:
        if no_key(line, opens.start(), opens.end("by"), kind):
            return NOTHING
        several = opens["list"] or opens["many"]
        if several and KEYED[row_of(opens)].many is None:
            return NOTHING
        what = "items" if several else "block" if opens["block"] else "next"
        return Due(what, kind, _indent(line))
    named = _NAMED.search(line, 0, opens.start())
    if named is None:
        return NOTHING
    form = b"form-data" in line[: named.start()].lower()
    return Due("part" if form else "value", kind)


def wrapped(line: bytes, shown: bytes) -> Due:
    """Whether a line's last word is a secret that may go on below.

    Args:
        line: As it was.
        shown: Without its secrets.
    """
    if len(line) < WRAP_BYTES_MIN or not shown.endswith(b">"):
        return NOTHING
    last = ENDED.search(shown, max(0, len(shown) - 64))
    kind = last[1].decode() if last and not line.endswith(last[0]) else ""
    return Due("wrap", kind, len(line)) if kind and kind not in _WHOLE else NOTHING


def goes_on(text: bytes, at: int) -> bool:
    """Whether the line that begins at a place may go on with the line above.

    True where the text ends there: the next block tells.
    """
    return at >= len(text) or _GOES_ON.match(text, at) is not None


def step(due: Due, line: bytes) -> tuple[tuple[int, int] | None, Due]:
    """What of a line is the value that is due, and what is due after it.

    A placeholder is passed over: text that was redacted before is walked through alike.
    """
    found = _STEPS[due.what](due, line)
    span, after = found
    if span and PLACEHOLDER.fullmatch(line, *span):
        return None, after
    return found


def _next(due: Due, line: bytes) -> tuple[tuple[int, int] | None, Due]:
    word = _WORD.match(line)
    if word is None or word["value"].endswith(b":"):
        return None, NOTHING
    deeper = len(word["indent"]) > due.width
    sure = _holds(due.kind, word["value"]) if deeper else mixed(word["value"])
    after = due._replace(what="items") if _DASH.match(line) else NOTHING
    return (word.span("value") if sure else None), after


def _items(due: Due, line: bytes) -> tuple[tuple[int, int] | None, Due]:
    item = _ITEM.match(line)
    if item is None or _indent(line) < due.width:
        return None, NOTHING
    sure = any(k.many(item["value"]) for k in KEYED if k.kind == due.kind and k.many)
    return (item.span("value") if sure else None), due


def _block(due: Due, line: bytes) -> tuple[tuple[int, int] | None, Due]:
    if not line.strip():
        return None, due
    if _indent(line) <= due.width or b"-----BEGIN" in line:
        return None, NOTHING
    due = due._replace(width=max(due.width, _indent(line) - 1))
    start, end = len(line) - len(line.lstrip()), len(line.rstrip())
    return (None if spoken_of(line[start:end]) else (start, end)), due


def _value(due: Due, line: bytes) -> tuple[tuple[int, int] | None, Due]:
    value = _VALUE.match(line)
    sure = value is not None and _holds(due.kind, value["value"])
    return (value.span("value") if value and sure else None), NOTHING


def _part(due: Due, line: bytes) -> tuple[tuple[int, int] | None, Due]:
    if not line.strip():
        return None, due._replace(what="body")
    return None, due if _HEADER.match(line) else NOTHING


def _body(_: Due, line: bytes) -> tuple[tuple[int, int] | None, Due]:
    value = line.strip()
    if not value or value.startswith(b"--") or spoken_of(value):
        return None, NOTHING
    start = line.index(value)
    return (start, start + len(value)), NOTHING


def _wrap(due: Due, line: bytes) -> tuple[tuple[int, int] | None, Due]:
    word = _GOES_ON.match(line) if len(line) <= due.width else None
    if word is None or not _DRAWN.fullmatch(word["value"]):
        return None, NOTHING
    goes_on = due._replace(width=len(line)) if word.end() == len(line) else NOTHING
    return word.span("value"), goes_on


_STEPS: Final = {
    "next": _next,
    "block": _block,
    "items": _items,
    "value": _value,
    "part": _part,
    "body": _body,
    "wrap": _wrap,
}


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip(b" \t"))


def _holds(kind: str, value: bytes) -> bool:
    return any(key.holds(value) for key in KEYED if key.kind == kind)
