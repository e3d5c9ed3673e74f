r"""Records as rows: `id time level source message key=value ...`, one line each.

What is the same in all rows is said once, before them. Equal neighbours are folded into
one row with `x37`. A record that only surrounds a match is indented.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Any, Final, NamedTuple

from log_mcp.answer import RecordRow
from log_mcp.beat import beat
from log_mcp.plain import texts
from log_mcp.render import fence
from log_mcp.render.page import Line, marked, shorten

WIDTHS: Final = (
    2000,
    500,
    240,
    120,
)  # characters of a message, the whole row about twice

# Fields of an access log: in its message, each value says what it is.
_PLAIN_IN_MESSAGE: Final = frozenset(
    {"method", "path", "protocol", "status", "bytes", "client", "referer", "user_agent"}
)
INFERRED: Final = "error?: the record states no level, so it is inferred"
_EXCEPTION: Final = "exception"  # a field that says a failure in a line
_EXCEPTION_CHARACTERS: Final = 240  # of it, also where a budget is small
_ARROW: Final = " <- "  # in it, before the root cause
_CONSTANTS_MAX: Final = 30  # fields of a record that are looked at

Seek = Callable[[str], int | None]
"""From a text to the place where the question matched in it."""


class Folded(NamedTuple):
    """A row, how many rows of the answer it stands for, and the place of the last one."""

    row: RecordRow
    matches: int
    until: str | None


def fold(rows: Sequence[RecordRow]) -> list[Folded]:
    """Rows with equal neighbours folded into the first of them.

    Two are equal when nothing but id, time and trace tells them apart.
    """
    folded: list[Folded] = []
    for row in rows:
        counts = row.role in (None, "match")
        if folded and _same(folded[-1].row, row):
            last = folded[-1]
            together = (last.row.repeats or 1) + (row.repeats or 1)
            folded[-1] = Folded(
                replace(last.row, repeats=together), last.matches + counts, row.time
            )
        else:
            folded.append(Folded(row, int(counts), None))
    return folded


def _same(one: RecordRow, other: RecordRow) -> bool:
    return (
        one.message == other.message
        and one.source == other.source
        and one.level == other.level
        and one.role == other.role
        and one.logger == other.logger
        and one.group == other.group
        and _kept_fields(one) == _kept_fields(other)
    )


def leading(rows: Sequence[RecordRow]) -> str:
    """The role of what stands before its match: `after` if the newest come first."""
    if rows and rows[0].role in ("before", "after"):
        return rows[0].role
    for one, other in pairwise(rows):
        if one.role == "match" and one.source == other.source:
            if other.role == "before":
                return "after"
            if other.role == "after":
                break
    return "before"


def begins(row: RecordRow, previous: RecordRow, lead: str) -> bool:
    """Whether a row does not stand beside the one that is shown before it.

    Args:
        row: Of an answer with context.
        previous: The row before.
        lead: See `leading`.
    """
    return row.source != previous.source or (row.role == lead and previous.role != lead)


def _kept_fields(row: RecordRow) -> dict[str, Any]:
    return {name: value for name, value in row.fields.items() if value != row.trace}


class Constants:
    """What all rows share, said once.

    Args:
        rows: The rows.
        known: Attributes that the answer has said before.

    Attributes:
        date: Of all of them; empty if it differs.
    """

    def __init__(self, rows: Sequence[RecordRow], *known: str) -> None:
        self.date = ""
        self._shown: list[tuple[str, Any]] = []
        self._names: set[str] = set(known)
        self._fields: set[str] = set()
        if len(rows) < 2:
            return
        first = rows[0]
        if first.time and all(r.time and r.time[:10] == first.time[:10] for r in rows):
            self.date = first.time[:10]
            self._shown.append(("date", self.date))
        for name in ("level", "source", "logger", "service", "trace"):
            value = None if name in known else getattr(first, name)
            if name == "level" and any(r.level_inferred for r in rows):
                continue
            if value is not None and all(getattr(r, name) == value for r in rows):
                self._names.add(name)
                self._shown.append((name, value))
        for name, value in list(first.fields.items())[:_CONSTANTS_MAX]:
            if all(name in r.fields and r.fields[name] == value for r in rows):
                self._fields.add(name)
                if (name, value) not in self._shown:  # `service` may be a field too.
                    self._shown.append((name, value))

    def lines(self, width: int) -> list[Line]:
        """`all: date=2026-03-01 source=api`; none if the rows share nothing.

        Args:
            width: Characters of one value, at most.
        """
        if not self._shown:
            return []
        pairs = [_pair(name, value, width, width) for name, value in self._shown]
        said = [word for name, value in self._shown for word in (name, str(value))]
        return [marked("all: " + " ".join(pairs), *said)]

    def has(self, name: str) -> bool:
        """Whether this attribute of the rows is said already."""
        return name in self._names

    def has_field(self, name: str) -> bool:
        """Whether this field of the rows is said already."""
        return name in self._fields


def line(
    folded: Folded, constants: Constants, width: int, seek: Seek | None, indent: bool
) -> Line:
    """One row of a search, a timeline or a tail.

    Args:
        folded: The record, and how many equal neighbours it stands for.
        constants: What need not be repeated.
        width: Characters of the message, at most; other values get a third, but an
            exception as much.
        seek: Finds the place in the message to keep.
        indent: Whether the answer shows context: matches then begin with `>`.
    """
    beat()
    row = folded.row
    parts = [row.id, _time(row.time, constants)]
    if not constants.has("level"):
        parts.append((row.level or "-") + ("?" if row.level_inferred else ""))
    if not constants.has("source"):
        parts.append(word(row.source, 80))
    if row.repeats and row.repeats > 1:
        since = f" to {_time(folded.until, constants)}" if folded.until else ""
        parts.append(f"x{row.repeats}{since}")
    flagged = fence.instructs(*_said(row))
    if flagged:
        parts.append(fence.MARK)
    message = fence.visible(row.message)
    parts.append(shorten(message, width, seek(message) if seek else None))
    parts += _pairs(row, constants, width)
    start = ("> " if row.role == "match" else "  ") if indent else ""
    return Line(start + " ".join(part for part in parts if part), flagged)


def _said(row: RecordRow) -> Iterator[str]:
    """All that a log says in a row: names of fields are as untrusted as their values."""
    yield row.message
    yield row.source
    for own in (row.logger, row.service, row.trace):
        if own is not None and own is not row.message:
            yield own
    for name, value in row.fields.items():
        yield name
        yield from texts(value)


def _pairs(row: RecordRow, constants: Constants, width: int) -> list[str]:
    """`key=value`, as many as about one more width holds."""
    named = {
        name: value
        for name in ("logger", "service", "trace", "group")
        if (value := getattr(row, name)) is not None and not constants.has(name)
    }
    if row.trace is not None and row.trace in row.message:
        named.pop("trace", None)
    others = {
        name: value
        for name, value in row.fields.items()
        if not constants.has_field(name) and not _is_said(name, value, row)
    }
    shown = {**named, **others}
    pairs: list[str] = []
    if _EXCEPTION in shown:  # What failed, before what it happened to.
        failure = shown.pop(_EXCEPTION)
        place = _place(failure, row.message)
        pairs.append(
            fence.visible(place)
            if place
            else _pair(_EXCEPTION, failure, max(24, width // 3), width)
        )
    room = width
    for count, (name, value) in enumerate(shown.items()):
        text = pair(name, value, max(24, width // 3))
        room -= len(text)
        if room < 0 and pairs:
            left = len(shown) - count
            pairs.append(f"(+{left} field{'s' * (left > 1)})")
            break
        pairs.append(text)
    if row.truncated:
        pairs.append("(record cut when read)")
    return pairs


def _place(failure: Any, message: str) -> str:
    """Of an exception that the message says already, where it happened: `at a.py:3 in f`."""
    if not isinstance(failure, str) or not failure.startswith(f"{message} at "):
        return ""
    place = failure[len(message) + 1 :]
    return place if len(place) <= _EXCEPTION_CHARACTERS else ""


def _is_said(name: str, value: Any, row: RecordRow) -> bool:
    """Whether the row shows a field's value already, and what it is."""
    if not isinstance(value, str):
        return False
    if value in (row.trace, row.service, row.logger, row.message):
        return True
    if name in ("time", "ts", "timestamp"):
        return row.time is not None and value[:19] == row.time[:19]
    if name in ("level", "lvl", "severity"):
        return value.lower() == row.level
    if name in _PLAIN_IN_MESSAGE and len(value) > 1:
        return value in row.message
    return f"{name}={value}" in row.message or f"{name}='{value}'" in row.message


def pair(name: str, value: Any, width: int) -> str:
    """`key=value`, quoted where a space or a quote would blur its end."""
    return f"{word(name, 60)}={word(value, width)}"


def _pair(name: str, value: Any, width: int, failure: int) -> str:
    """The same; an exception keeps its root cause, and gets as much room as it needs."""
    if name != _EXCEPTION or not isinstance(value, str):
        return pair(name, value, width)
    text = brief(fence.visible(value), max(failure, _EXCEPTION_CHARACTERS))
    return f"{name}={word(text, len(text))}"


def brief(text: str, width: int) -> str:
    """An exception in a line, shortened from its outside in.

    Args:
        text: `Outer: message <- Root: message at place`, or without what is outer.
        width: Characters that stay: of the root cause all, as long as it fits.
    """
    outer, arrow, root = text.partition(_ARROW)
    if len(text) <= width or not arrow:
        return shorten(text, width)
    kind = outer.partition(": ")[0]
    room = width - len(arrow + root)
    for said in (kind, kind.rpartition(".")[2]):
        if len(said) + 3 <= room:
            return f"{said}...{arrow}{root}"
    return f"...{arrow}{shorten(root, max(0, width - len(arrow) - 3))}"


def word(value: Any, width: int) -> str:
    """A name or a value on one line, quoted where a space or a quote would blur its end."""
    text = (
        value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False, default=str)
    )
    text = shorten(fence.visible(text), width)
    if isinstance(value, str) and (not text or any(c in text for c in ' "=')):
        return json.dumps(text, ensure_ascii=False).replace("\\\\", "\\")
    return text


def _time(time: str | None, constants: Constants) -> str:
    if time is None:
        return "-"
    if constants.date and time.startswith(constants.date):
        return time[11:].rstrip("Z")
    return time


def seek(query: str | None, regex: str | None) -> Seek | None:
    """Finds where a question matched, so that shortening keeps that place.

    Args:
        query: Literal text; ASCII case is folded.
        regex: RE2; one that does not compile finds nothing.
    """
    if query:
        wanted = query.lower()

        def literal(text: str) -> int | None:
            place = text.lower().find(wanted)
            return place if place >= 0 else None

        return literal
    if not regex:
        return None
    import re2  # noqa: PLC0415 - only questions with an expression need it

    try:
        compiled = re2.compile(regex)
    except re2.error:
        return None

    def expression(text: str) -> int | None:
        match = compiled.search(text)
        return match.start() if match else None

    return expression


def runs(words: Iterable[str]) -> str:
    """`-*4 0*12 3 7`: what stands several times in a row is written once."""
    told = [(word, len(list(run))) for word, run in groupby(words)]
    return " ".join(f"{word}*{count}" if count > 1 else word for word, count in told)
