r"""The ring as a list and the search as a loop: what the real ones must agree with.

Slow, and plain enough to be checked by reading it against the contract. A record here is
one entry of a file, read alone; nothing knows blocks, segments, columns or indexes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from log_mcp.query.carry import carries
from log_mcp.query.filter import Filter
from log_mcp.query.search import Key
from log_mcp.query.subject import Subject
from log_mcp.record import Level, Record
from tests.builders import kind_of

LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
LETTERS |= {'"': '"', "\\": "\\", "/": "/"}
HEX = set("0123456789abcdefABCDEF")


@dataclass(frozen=True)
class Entry:
    """One record as written, its place in the order, and what it says."""

    key: Key
    raw: bytes
    record: Record
    level: Level


class Answer(NamedTuple):
    """What a search finds: places in order, the count, whether more follow."""

    keys: list[Key]
    matched: int
    more: bool


def _unit(text: str, at: int) -> int | None:
    digits = text[at + 2 : at + 6]
    spelled = text[at : at + 2] == "\\u" and len(digits) == 4 and set(digits) <= HEX
    return int(digits, 16) if spelled else None


def decoded(text: str) -> str:
    """One level of JSON escapes decoded, character by character."""
    out, at = "", 0
    while at < len(text):
        unit, low = _unit(text, at), _unit(text, at + 6)
        if 0xD800 <= (unit or 0) < 0xDC00 <= (low or 0) < 0xE000:
            pair = (unit or 0) - 0xD800 << 10 | (low or 0) - 0xDC00
            out, at = out + chr(0x10000 + pair), at + 12
        elif unit and not 0xD800 <= unit < 0xE000:
            out, at = out + chr(unit), at + 6
        elif text[at] == "\\" and text[at + 1 : at + 2] in LETTERS:
            out, at = out + LETTERS[text[at + 1]], at + 2
        else:
            out, at = out + text[at], at + 1
    return out


def search_text(raw: bytes) -> str:
    """What `query` and `regex` look at: blank lines at the end do not belong to it."""
    text = raw.decode().rstrip("\n")
    return decoded(text).rstrip("\n") if text.startswith("{") else text


def folded(text: str) -> str:
    """ASCII letters as small ones, all others as they are."""
    return "".join(one.lower() if "A" <= one <= "Z" else one for one in text)


def answers(entry: Entry, wanted: Filter) -> bool:
    """Whether a record answers a filter."""
    record, key, text = entry.record, entry.key, search_text(entry.raw)
    kind = kind_of(record) if entry.level >= Level.ERROR else None
    subject = Subject(record, key.source, lambda: kind)
    low = folded(text).encode()
    return (
        (wanted.literal is None or wanted.literal in low)
        and not any(needle in low for needle in wanted.exclude)
        and (wanted.regex is None or bool(wanted.regex.search(text.encode())))
        and entry.level >= wanted.level
        and (wanted.sources is None or key.source in wanted.sources)
        and (wanted.since_ns is None or key.time_ns >= wanted.since_ns)
        and (wanted.until_ns is None or key.time_ns <= wanted.until_ns)
        and (wanted.marks is None or key.offset >= wanted.marks.get(key.file, 0))
        and (wanted.group is None or kind == wanted.group)
        and (wanted.trace is None or carries(record, wanted.trace, text.encode()))
        and all(condition.holds(subject) for condition in wanted.conditions)
    )


def search(
    entries: Sequence[Entry],
    wanted: Filter,
    *,
    newest: bool,
    limit: int,
    after: Key | None = None,
) -> Answer:
    """The first records that answer a filter, and the count of all of them."""
    keys = sorted(e.key for e in entries if answers(e, wanted))
    if newest:
        keys.reverse()
    behind = [
        key for key in keys if after is None or (key < after if newest else key > after)
    ]
    return Answer(behind[:limit], len(keys), len(behind) > limit)
