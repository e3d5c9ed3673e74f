"""The expression that reads time and level of most lines of one JSON file.

Libraries write their keys in an order that is theirs, so a file's head shows where time
and level stand in the lines that follow. The shape is an expression made for that: the
keys before them spelled out where they are always the same, else skipped one by one.

A line that a shape matches is answered by it alone, in `scan` and in `parse`, even where
a later key would go before in the tables of `names`. A shape is used only if it gives
what the tables give on every line of the head.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from log_mcp.formats.grid import Grid, Place, grid_of
from log_mcp.formats.headers import spellings
from log_mcp.formats.levels import UNREAD, Words

_STRING: Final = rb'"[^"\\\n]*(?:\\.[^"\\\n]*)*"'
_FLAT: Final = rb'(?:%s|[^",\[\]{}\n]*)' % _STRING
_COLON: Final = rb" ?: ?"
_COMMA: Final = rb" ?, ?"
_SKIP: Final = rb"(?:%s%s%s%s)*?" % (_STRING, _COLON, _FLAT, _COMMA)


class Facts(NamedTuple):
    """What the tables say of one line of the head.

    Attributes:
        line: The line.
        fields: Its object.
        time_key: The name of its time; empty if it states none.
        time_ns: That time; `NO_TIME` likewise.
        level_key: The name of its level; empty if it states none.
        level: That level, or what stands for one.
    """

    line: bytes
    fields: dict[str, Any]
    time_key: str
    time_ns: int
    level_key: str
    level: int

    @property
    def is_flat(self) -> bool:
        """Whether time and level are keys of their own, of which a shape can be made."""
        keys = self.time_key, self.level_key
        return all(keys) and all(key in self.fields for key in keys)


class Shape(NamedTuple):
    """Where time and level stand.

    Attributes:
        line: Matches a line of this shape; two groups.
        block: Finds one item per line end: what the shape says of the line after it.
        time: Index of the time's group, from 0; the other one is the level's.
        level_key: What decides the scale of a level that is a number.
    """

    line: re.Pattern[bytes]
    block: re.Pattern[bytes]
    time: int
    level_key: str

    def grid(self, lines: Sequence[bytes]) -> Grid | None:
        """The grid on which lines of this shape lie."""
        matches = [match for match in map(self.line.match, lines) if match]
        if not matches or self.time:
            return None
        places = [
            (match.string, Place(*match.span(1)), Place(*match.span(2)))
            for match in matches
        ]
        line, _, level = places[0]
        table = Words(self.level_key)
        seen = {match[2] for match in matches}
        words = {
            word: table[word]
            for word in seen.union(*map(spellings, seen))
            if table[word] != UNREAD
        }
        quote = b'"' if line[level.begin - 1 : level.begin] == b'"' else b""
        return grid_of(places, words, (quote + b",", quote + b"}")) if words else None


def _key(name: str) -> bytes:
    return b'"%s"' % re.escape(name.encode()) + _COLON


def _between(orders: Sequence[tuple[str, ...]]) -> bytes:
    """What stands before a key in all lines: those keys, or any."""
    if len(set(orders)) > 1:
        return _SKIP
    return b"".join(_key(name) + _FLAT + _COMMA for name in orders[0])


def _value(values: Sequence[Any]) -> bytes:
    if all(isinstance(value, str) for value in values):
        return rb'"([^"\\\n]+)"'
    return rb"([0-9][0-9.eE+-]*)"


def shape_of(facts: Sequence[Facts]) -> Shape | None:
    """The shape of most of some lines; None if there is no such thing.

    Args:
        facts: Of lines that have both a time and a level, each under a key of its own.
    """
    if not facts:
        return None
    votes = Counter(
        (
            fact.time_key,
            fact.level_key,
            list(fact.fields).index(fact.time_key)
            < list(fact.fields).index(fact.level_key),
        )
        for fact in facts
    )
    (time_key, level_key, time_first), _ = votes.most_common(1)[0]
    first, second = (time_key, level_key) if time_first else (level_key, time_key)
    voters = [
        list(fact.fields)
        for fact in facts
        if (fact.time_key, fact.level_key) == (time_key, level_key)
        and first in (keys := list(fact.fields))
        and keys.index(first) < keys.index(second)
    ]
    values = [f.fields for f in facts if first in f.fields and second in f.fields]
    body = b"".join(
        (
            rb"\{ ?",
            _between([tuple(keys[: keys.index(first)]) for keys in voters]),
            _key(first),
            _value([fields[first] for fields in values]),
            _COMMA,
            _between(
                [
                    tuple(keys[keys.index(first) + 1 : keys.index(second)])
                    for keys in voters
                ]
            ),
            _key(second),
            _value([fields[second] for fields in values]),
            rb" ?[,}]",
        )
    )
    return Shape(
        line=re.compile(body),
        block=re.compile(rb"\n(?:%s|)" % body),
        time=0 if time_first else 1,
        level_key=level_key,
    )
