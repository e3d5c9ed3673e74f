"""The header of one line: which row of the table reads it, and what it says."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import re2

from log_mcp import timestamp
from log_mcp.formats.columns import Context
from log_mcp.formats.headers import PUNCTUATION, TIME_MARK, Row
from log_mcp.formats.levels import UNREAD, Words
from log_mcp.lazy import lazy
from log_mcp.record import NO_TIME


class Found(NamedTuple):
    """A header in a line.

    Attributes:
        time: As written; empty if the header has none.
        end: Where the message begins.
        whole: Whether the expression that a file's own lines gave its row read all of it.
        foreign: Whether most lines of the file are of another row.
    """

    row: Row
    groups: dict[str, bytes]
    time: bytes
    time_ns: int
    level: int
    end: int
    whole: bool = False
    foreign: bool = False


class _Trial(NamedTuple):
    """A row to try on a line, and what trying it takes."""

    row: Row
    timed: bool
    marks: frozenset[int]
    pattern: re.Pattern[bytes]


@cache
def _trial(row: Row) -> _Trial:
    return _Trial(row, row.timed, row.marks(), lazy(row.expression()))


@cache
def _started(
    rows: tuple[Row, ...], first: bytes, *, placed: bool
) -> tuple[_Trial, ...]:
    """The rows that can read lines which start so.

    Args:
        rows: To choose from.
        first: Byte of the lines, the mark for a time.
        placed: Whether a time was found in them.
    """
    return tuple(
        trial
        for trial in map(_trial, rows)
        if (placed or not trial.timed) and trial.row.may_start(first)
    )


def _trials(rows: Sequence[Row], marked: bytes, *, placed: bool) -> Iterator[_Trial]:
    """The rows that may read a line, its time marked."""
    held = {mark for mark in PUNCTUATION if mark in marked}  # a line may be long
    for trial in _started(tuple(rows), marked[:1], placed=placed):
        if trial.marks <= held:
            yield trial


@cache
def words_of(key: str) -> Words:
    """The table of levels that all files with such a row share."""
    return Words(key)


# A time has at least one of these; looking for them first is cheap.
_CLOCK: Final = lazy(
    rb"[0-9]:[0-9]{2}|[0-9]{2}\.[0-9]{2}\.[0-9]{2}|[0-9]{8}|[0-9]{6} {1,2}[0-9]|@4[0-9a-f]{23}|[0-9]{4}/[0-9]{6}"
)


@cache
def clock() -> Any:
    """What every line holds that states a time, for RE2."""
    byte_by_byte = re2.Options()
    byte_by_byte.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(_CLOCK.pattern, byte_by_byte)


# Not the time that is part of a file's name.
_TIME: Final = lazy(rb"(?<![0-9])(?<![0-9A-Za-z][.\-_/])(?:%s)" % timestamp.PATTERN)
# The first layout of all, where the line begins: what `_TIME` finds there, known without
# compiling the other layouts, which takes a tenth of a command's start.
_TIME_FIRST: Final = lazy(next(iter(timestamp.PATTERNS.values())))
_HEADER_BYTES_MAX: Final = 160  # up to the time


def time_in(text: bytes, context: Context) -> tuple[int, int]:
    """The first time that a header states, and where it ends; `NO_TIME` if it has none."""
    place = _TIME.search(text, 0, _HEADER_BYTES_MAX)
    if place is None:
        return NO_TIME, 0
    parsed = timestamp.parse(place[0], *context.unsaid)
    return (NO_TIME, 0) if parsed is None else (parsed, place.end())


def message_start(match: re.Match[bytes]) -> int:
    """Where the message begins."""
    start = match.start("message") if "message" in match.re.groupindex else -1
    return match.end() if start < 0 else start


class Stated(NamedTuple):
    """When and how severe; as of `Found`."""

    time: bytes
    time_ns: int
    level: int


def _level(row: Row, match: re.Match[bytes]) -> int:
    """The level that a match states; 0 if it states none, UNREAD if it is no level."""
    word = match["level"] if "level" in match.re.groupindex else None
    return words_of(row.levels)[word] if word else 0


def stated(row: Row, match: re.Match[bytes], context: Context) -> Stated | None:
    """What a match with the time spelled out states; None if it is no header after all."""
    time, time_ns = b"", NO_TIME
    if "time" in match.re.groupindex:
        time = match["time"]
        parsed = timestamp.parse(time, *context.unsaid)
        if parsed is None:
            return None
        time_ns = parsed
    level = _level(row, match)
    return None if level == UNREAD else Stated(time, time_ns, level)


def found_in(
    row: Row, match: re.Match[bytes], said: Stated, *, whole: bool = False
) -> Found:
    """A header that states this, with all that a match groups."""
    groups = {name: part for name, part in match.groupdict().items() if part}
    return Found(row, groups, *said, message_start(match), whole)


def place_of(line: bytes, context: Context) -> tuple[int, int] | None:
    """Where the time of a line stands; None if it states none near its begin."""
    if not _CLOCK.search(line, 0, _HEADER_BYTES_MAX):
        return None
    place = _TIME.search(line, 0, _HEADER_BYTES_MAX)
    if place is None or timestamp.parse(place[0], *context.unsaid) is None:
        return None
    return place.span()


def _unmarked(end: int, place: re.Match[bytes]) -> int:
    """An offset of a line with its time marked, in the line itself."""
    return end + len(place[0]) - 1 if end > place.start() else end


def find(line: bytes, rows: Sequence[Row], context: Context) -> Found | None:
    """The header of a line by the first of some rows that reads it."""
    place, time_ns, marked = None, NO_TIME, line
    if _CLOCK.search(line, 0, _HEADER_BYTES_MAX):
        place = _TIME_FIRST.match(line, 0, _HEADER_BYTES_MAX) or _TIME.search(
            line, 0, _HEADER_BYTES_MAX
        )
    if place is not None:
        parsed = timestamp.parse(place[0], *context.unsaid)
        if parsed is None:
            place = None
        else:
            time_ns = parsed
            marked = line[: place.start()] + TIME_MARK + line[place.end() :]
    for row, timed, _, pattern in _trials(rows, marked, placed=place is not None):
        match = pattern.match(marked if timed else line)
        if match is None:
            continue
        if not timed:
            said = stated(row, match, context)
            found = found_in(row, match, said) if said else None
        elif place:
            level = _level(row, match)
            if level == UNREAD:
                continue
            found = found_in(row, match, Stated(place[0], time_ns, level))
            found = found._replace(end=_unmarked(found.end, place))
        else:
            continue
        if found:
            return found
    return None
