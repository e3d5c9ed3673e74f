"""Values of SQL rows whose column has a telling name: `insert into t (a, password) values ...`.

The names stand in one pair of brackets and the values in others, in the same order. A
value that is a call or another expression (`crypt('x', salt)`) is read as one.
"""

import re
from collections.abc import Generator, Iterator
from typing import Final

from log_mcp.lazy import lazy
from log_mcp.secret_keys import NAMES_GROUPED, TAIL_AND_CLOSE, row_of
from log_mcp.secret_rules import KEYED, Key

_INSERT: Final = lazy(rb"(?i)\(([^()\n]*)\)(?:[ \t]|\\n)*values(?:[ \t]|\\n)*\(")
_NAME: Final = lazy(b"(?i)(?:" + NAMES_GROUPED + b")" + TAIL_AND_CLOSE + rb"[ \t]*$")
_VALUE: Final = lazy(
    rb"""(?x) [ \t]* (?:
      [NE]?'((?:[^'\\\n]|''|\\[^\n])*)'
      | \\*"([^"\\\n]*)\\*"
      | [^,()'"\n]* (?:\( [^()\n]* (?:\([^()\n]*\)[^()\n]*)* \))? [^,()'"\n]*
    ) [ \t]* """
)
_NEXT: Final = lazy(rb"\)(?:[ \t]|\\n)*,(?:[ \t]|\\n)*\(")


def columns(text: bytes) -> Iterator[tuple[int, int, str]]:
    """Secrets in the rows of insert statements: start, end and kind, in order."""
    for insert in _INSERT.finditer(text):
        keys = [_key(name) for name in insert[1].split(b",")]
        if not any(keys):
            continue
        at = insert.end()
        while at >= 0:
            at = yield from _row(text, at, keys)


def _row(
    text: bytes, at: int, keys: list[Key | None]
) -> Generator[tuple[int, int, str], None, int]:
    """The secrets of one row; returns where the next one begins, -1 if none does."""
    for key in keys:
        value = _VALUE.match(text, at)
        if value is None:
            return -1
        start, end = value.span(value.lastindex or 0)
        if key and value.lastindex and key.holds(text[start:end]):
            yield start, end, key.kind
        at = value.end()
        if text[at : at + 1] != b",":
            break
        at += 1
    more = _NEXT.match(text, at)
    return more.end() if more else -1


def _key(name: bytes) -> Key | None:
    found: re.Match[bytes] | None = _NAME.search(name)
    return KEYED[row_of(found)] if found else None
