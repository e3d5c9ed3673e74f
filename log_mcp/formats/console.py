"""What development servers print: a request and its status, or a mark and a message.

Next.js, Vite, Express with morgan, consola, signale and their kin state no time. A request
is read as an access log's line: its status gives the level. A mark gives one, too: a
cross is an error, `⚠` a warning, `✓` and the others information. Neither is a word for a
level, so such levels are inferred. All other lines of the file are read as plain text.

Requests are known by their whole line, marks by what stands before the first word, behind
one space at most: what is indented further goes on with something.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import re2

from log_mcp.formats import pairs
from log_mcp.formats.columns import Kind
from log_mcp.formats.levels import of_status
from log_mcp.formats.reader import Head, Heads, Opening, Reader, Text
from log_mcp.formats.text import up_to_trace
from log_mcp.lazy import lazy
from log_mcp.record import INFERRED, NO_TIME, Exception_, Failure, Level, Record

_ERRORS: Final = "⨯✖✗✘❌"  # noqa: RUF001 - as they are printed
_WARNINGS: Final = "⚠"
_NEWS: Final = "✓✔✅○●▲ℹ➜"  # noqa: RUF001 - likewise
_LEVELS: Final = {
    mark.encode(): level
    for marks, level in (
        (_ERRORS, Level.ERROR),
        (_WARNINGS, Level.WARNING),
        (_NEWS, Level.INFO),
    )
    for mark in marks
}
_MARKS: Final = b"|".join(_LEVELS)
_EMOJI: Final = "\N{VARIATION SELECTOR-16}".encode()
_METHODS: Final = rb"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS"
_LINE: Final = lazy(
    rb" ?(?:(?P<mark>%s)(?:%s)? +(?=[^ ])" % (_MARKS, _EMOJI)
    + rb"|(?P<method>%s) (?P<path>/[^ ]*) (?P<status>[1-5][0-9]{2})" % _METHODS
    + rb"(?: in (?P<took>[0-9.]+ ?(?:ms|s|m|\xc2\xb5s))(?: \([^\n]*\))?"  # Next.js
    rb"| (?P<response>[0-9.]+ ms) - (?P<bytes>[0-9]+|-)"  # morgan's dev
    rb"| (?P<length>[0-9]+|-) - (?P<elapsed>[0-9.]+ ms))$)"  # ... and tiny
)
# Groups of one name cannot stand in an expression twice.
_FIELDS: Final = {"response": "took", "elapsed": "took", "length": "bytes"}


@cache
def _likely() -> Any:
    """What every line begins with that `_LINE` reads, for RE2."""
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    start = rb"(?m)^ ?(?:%s|(?:%s) /)" % (_MARKS, _METHODS)
    return re2.compile(start, options)


def count(sample: bytes) -> int:
    """How many lines of a head are such output."""
    if _likely().search(sample) is None:
        return 0
    return sum(_LINE.match(line) is not None for line in sample.split(b"\n"))


class ConsoleReader:
    """Reads requests and marked lines.

    Args:
        plain: Reads the other lines.
    """

    firsts = b""

    def __init__(self, plain: Reader) -> None:
        self._plain = plain

    def heads(self, text: Text) -> Heads:
        """See `Reader`."""
        heads = self._plain.heads(text)
        for line in text.holding(_likely()):
            if found := self._found(text.line(line)):
                heads.put(line, found.head)
        return heads

    def head(self, line: bytes) -> Head | None:
        """See `Reader`."""
        found = self._found(line)
        return found.head if found else self._plain.head(line)

    def rest(self, line: bytes) -> bytes | None:
        """See `Reader`."""
        found = self._found(line)
        return found.rest if found else self._plain.rest(line)

    def opening(self, line: bytes) -> Opening | None:
        """See `Reader`."""
        return self._found(line) or self._plain.opening(line)

    def _found(self, line: bytes) -> "ConsoleOpening | None":
        found = _LINE.match(line)
        if found is None:
            return None
        if mark := found["mark"]:
            return ConsoleOpening(line[found.end() :], _LEVELS[mark], {})
        fields = {
            _FIELDS.get(name, name): value.decode(errors="replace")
            for name, value in found.groupdict().items()
            if value and value != b"-"
        }
        level = of_status(fields["status"])
        return ConsoleOpening(line.removeprefix(b" "), level, fields)


@dataclass(slots=True)
class ConsoleOpening:
    """A request, or a marked line; see `Opening`."""

    rest: bytes
    level: Level
    fields: dict[str, str]

    @property
    def kind(self) -> Kind:
        """See `Opening`."""
        return Kind.PLAIN

    @property
    def head(self) -> Head:
        """See `Reader`."""
        return Head(Kind.PLAIN, NO_TIME, self.level, INFERRED if self.level else 0)

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """See `Opening`."""
        message, fields = self._said(text, trace)
        return Record(
            time_ns=None,
            level=Level(head.level),
            level_inferred=bool(head.flags & INFERRED),
            message=message,
            text=text,
            trace=pairs.trace(fields),
            fields=fields,
            exception=trace,
        )

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """See `Opening`."""
        message, fields = self._said(text, trace)
        return Failure(
            message=message,
            text=text,
            level_inferred=bool(flags & INFERRED),
            trace=pairs.trace(fields),
            fields=fields,
            exception=trace,
        )

    def _said(self, text: str, trace: Exception_ | None) -> tuple[str, dict[str, str]]:
        """The message, and the fields."""
        first, below = self.rest.decode(errors="replace"), text.partition("\n")[2]
        return up_to_trace(first, below, trace), self.fields | pairs.pairs(first)
