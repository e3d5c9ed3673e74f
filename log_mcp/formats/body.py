"""A record behind a header: `Mar  4 05:06:07 web-1 shop[17]: {"level":"error","msg":"x"}`.

A relay (syslog, a collector, a supervisor) prints its header before what a program wrote,
and some loggers print an object after their own. Both parts are read, and make one record:

- fields are the header's and the body's; message, logger and service are the body's, if
  it has them;
- the level is the header's, but for one that a relay made up of syslog's priority;
- the time is the body's if it names its date and its zone, else the header's.

What counts as a body: an object, also behind `@cee:`; and where the header states no level
of its own, a line with a time or pairs of its own. An object at a message's end only adds
its fields. Lines without a body are the header's reader's.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import re2

from log_mcp.beat import beat
from log_mcp.formats import jsonl, pairs, text
from log_mcp.formats.chain import Chain
from log_mcp.formats.columns import Context, Kind
from log_mcp.formats.logfmt import LogfmtReader
from log_mcp.formats.reader import Head, Heads, Opening, Reader, Text
from log_mcp.formats.text import TextOpening, TextReader
from log_mcp.lazy import lazy
from log_mcp.record import (
    ESCAPED,
    INFERRED,
    NO_TIME,
    Exception_,
    Failure,
    Record,
)

_ROWS_MAX: Final = 6  # of the headers inside one file
_OBJECT: Final = rb'[ \t:\]]\{ ?"'
_OWN: Final = (
    rb"[:\]\-] (?:[\[(]?(?:[0-9]{4}[-/][0-9]{2}[-/][0-9]{2}[ T]|[0-9]{2}:[0-9]{2}:[0-9]{2})"
    rb"|(?:ts|time|t|level|lvl)=[^ ]|\[(?i:debug|info|notice|warn|warning|error)\]"
    rb"|(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL):)"
)
_COOKIE: Final = b"@cee:"  # of objects in syslog: "common event expression"
_LINE: Final = lazy(b"(?:%s)" % _OWN.partition(b" ")[2])
_PLACES: Final = frozenset({"time", "level", "message", "logger", "service"})


class BodyReader:
    """Reads headers with records behind them.

    Args:
        header: Reads the headers.
        context: Of the file.
        inner: Lines that some bodies are, as far as they are no objects.
    """

    def __init__(
        self, header: TextReader, context: Context, inner: Sequence[bytes]
    ) -> None:
        self._header = header
        self._braced = not inner
        self._sign = re2.compile(b"%s|%s" % (_OBJECT, _OWN) if inner else _OBJECT)
        self._bodies = Bodies(context, inner)

    @property
    def firsts(self) -> bytes:
        """See `Reader`."""
        return self._header.firsts

    def heads(self, text: Text) -> Heads:
        """See `Reader`."""
        heads = self._header.heads(text)
        if self._braced and b"{" not in text.data:
            return heads  # which takes a tenth of the search
        for line in text.holding(self._sign):
            beat()
            if heads.kinds[line] and (head := self.head(text.line(line))):
                heads.put(line, head)
        return heads

    def head(self, line: bytes) -> Head | None:
        """See `Reader`."""
        opening = self.opening(line)
        return opening.head if opening else None

    def rest(self, line: bytes) -> bytes | None:
        """See `Reader`."""
        opening = self.opening(line)
        return opening.rest if opening else None

    def opening(self, line: bytes) -> Opening | None:
        """See `Reader`."""
        header = self._header.opening(line)
        if header is None or header.kind >= Kind.FOREIGN:
            return header
        if not self._sign.search(line):
            return header
        rest = header.rest or b""
        if not _may_hold(header, rest):
            return _Tailed(header) if rest.endswith(b"}") else header
        body = rest.removeprefix(_COOKIE).lstrip()
        inner = self._bodies.opening(body)
        if inner is None:
            return header
        certain = self._bodies.is_certain(body, inner)
        return _Opening(header, inner, body, certain=certain)


class Bodies:
    """Reads what stands inside of other records, and tells whether its time is a guess.

    Args:
        context: Of the file.
        inner: Some of it, as far as it is no objects.
    """

    def __init__(self, context: Context, inner: Sequence[bytes]) -> None:
        self._here = _bodies(context, inner)
        self._there = _bodies(context.elsewhere(), inner)

    def opening(self, body: bytes) -> Opening | None:
        """The first line of a body; see `Reader`."""
        return self._here.opening(body)

    def is_certain(self, body: bytes, inner: Opening) -> bool:
        """Whether a body states the same time wherever its file is from."""
        other = self._there.opening(body)
        return other is not None and other.head.time_ns == inner.head.time_ns


def time_of(outer_ns: int, inner: Head, *, certain: bool) -> int:
    """The time of a record with another inside: the inner one's, if that is no guess."""
    if inner.time_ns != NO_TIME and (certain or outer_ns == NO_TIME):
        return inner.time_ns
    return outer_ns


def _bodies(context: Context, inner: Sequence[bytes]) -> Reader:
    """A reader of what stands inside of other records.

    Args:
        context: Of the file.
        inner: Some of it, as far as it is no objects.
    """
    objects = jsonl.JsonReader(context)
    if not inner:
        return objects
    votes = text.votes(inner, context).most_common(_ROWS_MAX)
    lines = text.reader(context, inner, [row for row, _ in votes])
    return Chain(objects, (LogfmtReader(context), lines))


def _may_hold(header: TextOpening, rest: bytes) -> bool:
    """Whether what follows a header may be a record."""
    if rest.startswith((b"{", _COOKIE)):
        return True
    made_up = header.found.row.levels == "pri" or not header.found.level
    return made_up and _LINE.match(rest) is not None


@dataclass(slots=True)
class _Opening:
    """A header and its body; see `Opening`."""

    header: TextOpening
    inner: Opening
    body: bytes
    certain: bool  # whether the body's time is no guess

    @property
    def kind(self) -> Kind:
        """See `Opening`."""
        return self.inner.kind

    @property
    def rest(self) -> bytes | None:
        """See `Opening`."""
        return self.inner.rest

    @property
    def head(self) -> Head:
        """See `Reader`."""
        found, inner = self.header.found, self.inner.head
        time_ns = time_of(found.time_ns, inner, certain=self.certain)
        level, flags = inner.level, inner.flags
        stated = bool(level) and not flags & INFERRED
        if found.level and not (stated and found.row.levels == "pri"):
            level, flags = found.level, flags & ~INFERRED
        if inner.kind is Kind.WHOLE and b"\\" in self.header.line:
            flags |= ESCAPED
        return Head(inner.kind, time_ns, level, flags)

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """See `Opening`."""
        inner = self.inner.record(self._text(text), head, trace)
        groups = self.header.groups()
        fields = _facts(groups) | inner.fields
        return replace(
            inner,
            text=text,
            logger=inner.logger or groups.get("logger"),
            service=inner.service or groups.get("service"),
            trace=inner.trace or pairs.trace(fields),
            fields=fields,
        )

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """See `Opening`."""
        inner = self.inner.failure(self._text(text), flags, trace)
        groups = self.header.groups()
        fields = _facts(groups) | dict(inner.fields)
        return inner._replace(
            text=text,
            logger=inner.logger or groups.get("logger"),
            trace=inner.trace or pairs.trace(fields),
            fields=fields,
        )

    def _text(self, text: str) -> str:
        """Of the record, without the header."""
        _, end, below = text.partition("\n")
        return self.body.decode(errors="replace") + end + below


@dataclass(slots=True)
class _Tailed:
    """A header, and a message that ends with an object; see `Opening`."""

    header: TextOpening

    @property
    def kind(self) -> Kind:
        """See `Opening`."""
        return self.header.kind

    @property
    def rest(self) -> bytes | None:
        """See `Opening`."""
        return self.header.rest

    @property
    def head(self) -> Head:
        """See `Reader`."""
        return self.header.head

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """See `Opening`."""
        record = self.header.record(text, head, trace)
        fields = record.fields | self._fields()
        return replace(record, fields=fields, trace=record.trace or pairs.trace(fields))

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """See `Opening`."""
        failure = self.header.failure(text, flags, trace)
        fields = dict(failure.fields) | self._fields()
        return failure._replace(
            fields=fields, trace=failure.trace or pairs.trace(fields)
        )

    def _fields(self) -> dict[str, Any]:
        rest = self.header.rest or b""
        for found in re.finditer(_OBJECT, rest):
            if fields := jsonl.object_in(rest[found.start() + 1 :]):
                return fields
        return {}


def _facts(groups: dict[str, str]) -> dict[str, Any]:
    """Those of them that become fields."""
    return {name: value for name, value in groups.items() if name not in _PLACES}


def around(header: TextReader, context: Context, lines: Sequence[bytes]) -> Reader:
    """A reader for a file whose lines a header's reader reads.

    Args:
        header: That reader.
        context: Of the file.
        lines: Of its head.

    Returns:
        The header's reader itself, if there is nothing behind the headers.
    """
    sign = re2.compile(b"%s|%s" % (_OBJECT, _OWN))
    openings = [header.opening(line) for line in lines if sign.search(line)]
    rests = [(one, one.rest or b"") for one in openings if one]
    held = [rest for one, rest in rests if _may_hold(one, rest)]
    inner = [rest for rest in held if not rest.startswith((b"{", _COOKIE))]
    if not held and not any(rest.endswith(b"}") for _, rest in rests):
        return header
    return BodyReader(header, context, inner)
