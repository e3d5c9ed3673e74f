"""The header of one line: which row of the table reads it, and what it says."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from log_mcp import timestamp
from log_mcp.formats.columns import Context
from log_mcp.formats.headers import TIME_MARK, Row
from log_mcp.formats.levels import UNREAD, Words
from log_mcp.lazy import lazy
from log_mcp.record import NO_TIME


class Found(NamedTuple):
    """A header in a line.

    Attributes:
        time: As written; empty if the header has none.
        end: Where the message begins.
        whole: Whether the expression that a file's own lines gave its row read all of it.
    """

    row: Row
    groups: dict[str, bytes]
    time: bytes
    time_ns: int
    level: int
    end: int
    whole: bool = False


@cache
def _pattern(row: Row) -> re.Pattern[bytes]:
    return re.compile(row.expression())


@cache
def words_of(key: str) -> Words:
    """The table of levels that all files with such a row share."""
    return Words(key)


# A time has at least one of these; looking for them first is cheap.
_CLOCK: Final = lazy(
    rb"[0-9]:[0-9]{2}|[0-9]{2}\.[0-9]{2}\.[0-9]{2}|[0-9]{8}|[0-9]{6} {1,2}[0-9]"
)
# Not the time that is part of a file's name.
_TIME: Final = lazy(rb"(?<![0-9])(?<![0-9A-Za-z][.\-_/])(?:%s)" % timestamp.PATTERN)
# The first layout of all, where the line begins: what `_TIME` finds there, known without
# compiling the other layouts, which takes a tenth of a command's start.
_TIME_FIRST: Final = lazy(next(iter(timestamp.PATTERNS.values())))
_HEADER_BYTES_MAX: Final = 160  # up to the time


@cache
def _untimed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(row for row in rows if not row.timed)


def message_start(match: re.Match[bytes]) -> int:
    """Where the message begins."""
    start = match.start("message") if "message" in match.re.groupindex else 0
    return start or match.end()


def _read(row: Row, match: re.Match[bytes], time: bytes, time_ns: int) -> Found | None:
    """What a match of a row's expression says; None if its level is none after all."""
    groups = {name: part for name, part in match.groupdict().items() if part}
    level = words_of(row.levels)[groups["level"]] if "level" in groups else 0
    if level == UNREAD:
        return None
    return Found(row, groups, time, time_ns, level, message_start(match))


def grouped(found: Found, match: re.Match[bytes]) -> Found:
    """What a match says of the same line, and what it groups besides."""
    groups = {name: part for name, part in match.groupdict().items() if part}
    end = message_start(match)
    return Found(found.row, groups, found.time, found.time_ns, found.level, end, True)


def narrow(row: Row, match: re.Match[bytes] | None, context: Context) -> Found | None:
    """What a match with the time spelled out says."""
    if match is None:
        return None
    if "time" not in match.re.groupindex:
        return _read(row, match, b"", NO_TIME)
    time = match["time"]
    time_ns = timestamp.parse(time, context.zone, context.anchor_ns)
    return None if time_ns is None else _read(row, match, time, time_ns)


def find(line: bytes, rows: Sequence[Row], context: Context) -> Found | None:
    """The header of a line by the first of some rows that reads it."""
    place, time_ns, marked = None, NO_TIME, line
    if _CLOCK.search(line, 0, _HEADER_BYTES_MAX):
        place = _TIME_FIRST.match(line, 0, _HEADER_BYTES_MAX) or _TIME.search(
            line, 0, _HEADER_BYTES_MAX
        )
    if place is not None:
        stated = timestamp.parse(place[0], context.zone, context.anchor_ns)
        if stated is None:
            place = None
        else:
            time_ns = stated
            marked = line[: place.start()] + TIME_MARK + line[place.end() :]
    for row in rows if place else _untimed(tuple(rows)):
        if not row.timed:
            found = narrow(row, _pattern(row).match(line), context)
        elif place and (match := _pattern(row).match(marked)):
            found = _read(row, match, place[0], time_ns)
            if found:  # what follows the mark stands further on in the line
                found = found._replace(end=found.end + len(place[0]) - 1)
        else:
            continue
        if found:
            return found
    return None
