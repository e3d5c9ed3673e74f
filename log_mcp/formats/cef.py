r"""CEF and LEEF: what security products send, most often behind a header of syslog.

`CEF:0|Acme|Wall|1.2|100|blocked|8|src=192.0.2.7 msg=no entry rt=1772600767123`

Header and extension are read as ArcSight's and IBM's guides have them:

- `\|` and `\\` in the header, `\=` and `\n` in the extension are escapes;
- a value of the extension goes on up to the next ` key=`; LEEF divides pairs by tabs, or
  by the character that its header names;
- the time is the one before `CEF:`, else that of `rt`, `end`, `start` or `devTime`;
- severities are 0 to 10 or words: up to 3 is info, up to 6 a warning, up to 8 an error.
"""

import re
from dataclasses import dataclass
from typing import Final

from log_mcp import timestamp
from log_mcp.formats import pairs
from log_mcp.formats.columns import Context, Kind
from log_mcp.formats.header import time_in
from log_mcp.formats.levels import UNREAD, Words
from log_mcp.formats.reader import Head, Heads, Text
from log_mcp.lazy import lazy
from log_mcp.record import INFERRED, NO_TIME, Exception_, Failure, Level, Record

_PREFIX_BYTES_MAX: Final = 200  # of a header before it
_CELL: Final = rb"([^|\\]*+(?:\\.[^|\\]*+)*+)"
_CEF_CELLS: Final = 6  # LEEF has its version and four more
_CEF: Final = lazy(rb"CEF: ?[0-9.]{1,4}\|" + (_CELL + rb"\|") * _CEF_CELLS)
_LEEF: Final = lazy(rb"LEEF: ?([0-9])[0-9.]{0,3}\|" + (_CELL + rb"\|") * 4)
_DIVIDER: Final = lazy(rb"(?:0?x([0-9A-Fa-f]{2})|([^\w\s|=]|\t))?\|")
_NAMES: Final = ("vendor", "product", "version", "event_id", "name", "severity")
_TIMES: Final = ("rt", "end", "start", "devTime", "deviceReceiptTime", "eventTime")
_MESSAGES: Final = ("msg", "reason", "name", "event_id")
_SEVERITIES: Final = ("sev", "severity")
_HOST: Final = lazy(rb"\s+([\w.\-]+(?::[\w.:]+)?)(?=\s)")
_ESCAPES: Final = {"n": "\n", "r": "\n"}


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\([nr=|\\])", lambda found: _ESCAPES.get(found[1], found[1]), text)


def holds(line: bytes) -> bool:
    """Whether a line is an event."""
    return _start(line) is not None


def _start(line: bytes) -> re.Match[bytes] | None:
    at = line.find(b"CEF:", 0, _PREFIX_BYTES_MAX)
    if at >= 0:
        return _CEF.match(line, at)
    at = line.find(b"LEEF:", 0, _PREFIX_BYTES_MAX)
    return _LEEF.match(line, at) if at >= 0 else None


def _extension(line: bytes, event: re.Match[bytes]) -> dict[str, str]:
    """The pairs behind the header of an event."""
    end = event.end()
    if event.re.groups == _CEF_CELLS:
        found = pairs.spaced(line[end:].decode(errors="replace"))
        return {name: _unescaped(value) for name, value in found.items()}
    divider = "\t"
    if event[1] == b"2" and (named := _DIVIDER.match(line, end)):
        end = named.end()
        code = bytes.fromhex((named[1] or b"").decode()) or named[2] or b"\t"
        divider = code.decode("latin1")
    parts = line[end:].decode(errors="replace").split(divider)
    found = {}
    for key, mark, value in (part.partition("=") for part in parts):
        if mark and key.strip():
            found.setdefault(key.strip(), value.strip())
    return found


class CefReader:
    """Reads lines that are events.

    Args:
        context: Of the file.
    """

    firsts = b""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._words = Words("cef")

    def heads(self, text: Text) -> Heads:
        """See `Reader`."""
        heads = Heads.none(len(text.ends))
        spans = zip(text.starts.tolist(), text.ends.tolist(), strict=True)
        for line, (start, end) in enumerate(spans):
            if head := self.head(text.data[start:end]):
                heads.put(line, head)
        return heads

    def head(self, line: bytes) -> Head | None:
        """See `Reader`."""
        event = _start(line)
        return self._head(line, event) if event else None

    def _head(self, line: bytes, event: re.Match[bytes]) -> Head:
        extension: dict[str, str] | None = None
        time_ns = NO_TIME
        if event.start():
            time_ns, _ = time_in(line[: event.start()], self._context)
        if time_ns == NO_TIME:
            extension = _extension(line, event)
            time_ns = self._time(extension)
        if event.re.groups == _CEF_CELLS:
            level = self._words[event[6].strip()]
        else:
            extension = _extension(line, event) if extension is None else extension
            stated = (extension[name] for name in _SEVERITIES if name in extension)
            level = self._words[next(stated, "").encode()]
        return Head(Kind.WHOLE, time_ns, 0 if level == UNREAD else level, 0)

    def _time(self, extension: dict[str, str]) -> int:
        context = self._context
        for name in _TIMES:
            text = extension.get(name, "").encode()
            time_ns = timestamp.parse(text, *context.unsaid)
            if time_ns is not None:
                return time_ns
        return NO_TIME

    def rest(self, line: bytes) -> bytes | None:
        """See `Reader`."""
        return line if holds(line) else None

    def opening(self, line: bytes) -> "CefOpening | None":
        """See `Reader`."""
        event = _start(line)
        if event is None:
            return None
        return CefOpening(line, self._head(line, event), event)


@dataclass(slots=True)
class CefOpening:
    """A line that is an event; see `Opening`."""

    rest: bytes
    head: Head
    event: re.Match[bytes]

    @property
    def kind(self) -> Kind:
        """See `Opening`."""
        return Kind.WHOLE

    def _fields(self) -> dict[str, str]:
        line, event = self.rest, self.event
        cells = event.groups() if event.re.groups == _CEF_CELLS else event.groups()[1:]
        named = zip(_NAMES, cells, strict=False)
        fields = {
            name: _unescaped(cell.decode(errors="replace").strip())
            for name, cell in named
        }
        prefix = line[: event.start()]
        _, end = time_in(prefix, Context())
        if found := _HOST.match(prefix, end):
            fields["host"] = found[1].decode(errors="replace")
        fields |= _extension(line, event)
        return {name: value for name, value in fields.items() if value}

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """See `Opening`."""
        fields = self._fields()
        return Record(
            time_ns=None if head.time_ns == NO_TIME else head.time_ns,
            level=Level(head.level),
            level_inferred=bool(head.flags & INFERRED),
            message=next((fields[name] for name in _MESSAGES if name in fields), text),
            text=text,
            logger=fields.get("product"),
            trace=pairs.trace(fields),
            fields=dict(fields),
            exception=trace,
        )

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """See `Opening`."""
        fields = self._fields()
        return Failure(
            message=next((fields[name] for name in _MESSAGES if name in fields), text),
            text=text,
            level_inferred=bool(flags & INFERRED),
            logger=fields.get("product"),
            trace=pairs.trace(fields),
            fields=fields,
            exception=trace,
        )
