"""logfmt: `level=info msg="listening on :80" took=3ms`.

There is no standard; where writers differ this reads what go-logfmt would write:

- a bare key (`debug`) is a flag, kept as the empty string;
- a quoted value uses JSON escapes, and a space or the line end must follow it;
- of two equal keys the first is kept.

A line is logfmt if it is pairs and flags throughout, at least two of them pairs, and one
of the pairs is a time, a level or a message: `a=1 b=2` alone is the text of something.
"""

import re
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

import numpy as np
import orjson

from log_mcp import timestamp
from log_mcp.formats import names, pairs
from log_mcp.formats.columns import Context, Kind
from log_mcp.formats.levels import UNREAD, Words, of_value
from log_mcp.formats.reader import Head, Heads, Text
from log_mcp.lazy import lazy
from log_mcp.record import INFERRED, NO_TIME, Exception_, Failure, Level, Record

_TOKEN: Final = lazy(
    r"\s*([^\s=\"]+)(?:=(?:\"((?:[^\"\\]|\\.)*)\"(?=\s|$)|([^\s\"]*)(?=\s|$)))?(?=\s|$)"
)
_TOKENS_MAX: Final = 500
_SIGNS: Final = frozenset({"time", "ts", "t", "timestamp", "@timestamp", "level"}) | {
    "lvl",
    "severity",
    "msg",
    "message",
}
_SAMPLE_LINES_MAX: Final = 200
_ANY: Final = rb'(?:"[^"\\\n]*"|[^\s"]*)'
_STATED: Final = rb'"?([^\s"=\\][^"\\\n=]*?)"?'


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text
    try:
        return str(orjson.loads(f'"{text}"'))
    except orjson.JSONDecodeError:
        return text  # Escapes of some other language: as written is the honest reading.


def parse(line: str) -> dict[str, str] | None:
    """Fields of one logfmt line, in the order written.

    Args:
        line: One line without its line end.

    Returns:
        Name to text, or None if this is not logfmt: fewer than two pairs, or text that
        is neither pair nor flag. Never raises on any str.
    """
    fields: dict[str, str] = {}
    place = count = pairs_ = 0
    end = len(line.rstrip())
    while place < end:
        match = _TOKEN.match(line, place)
        count += 1
        if match is None or match.end() == place or count > _TOKENS_MAX:
            return None
        key, quoted, bare = match.groups()
        pairs_ += quoted is not None or bare is not None
        value = bare or "" if quoted is None else _unquoted(quoted)
        fields.setdefault(key, value)
        place = match.end()
    return fields if pairs_ >= 2 and 2 * pairs_ > count else None


class LogfmtReader:
    """Reads lines that are pairs.

    Args:
        context: Of the file.
        sample: Text of its head.
    """

    def __init__(self, context: Context, sample: bytes = b"") -> None:
        self._context = context
        self._words = Words()
        self._line: re.Pattern[bytes] | None = None
        self._time_first = True
        self._shape(sample)

    @property
    def firsts(self) -> bytes:
        """See `Reader`."""
        return b""

    def _shape(self, sample: bytes) -> None:
        """An expression for time and level, where the head shows their place."""
        orders = []
        for line in sample.split(b"\n")[:_SAMPLE_LINES_MAX]:
            fields = self._fields(line)
            time = self._time(fields)[0] if fields else None
            level = self._stated(fields)[0] if fields else None
            if fields is None or time is None or level is None:
                continue
            keys = list(fields)
            last = max(keys.index(time), keys.index(level))
            orders.append((time, level, tuple(keys[: last + 1])))
        if not orders:
            return
        time_key, level_key, order = max(orders, key=orders.count)
        parts = []
        for key in order:
            value = _STATED if key in (time_key, level_key) else _ANY
            parts.append(re.escape(key.encode()) + b"=" + value)
        body = b" ".join(parts) + rb"(?=[ \n]|\Z)"
        self._words = Words(level_key)
        self._time_first = order.index(time_key) < order.index(level_key)
        self._line = re.compile(body)
        self._block = re.compile(rb"\n(?:%s|)" % body)

    @staticmethod
    def _fields(line: bytes) -> dict[str, str] | None:
        if b"=" not in line or line[:1] in b" \t{[<":
            return None
        fields = parse(line.decode(errors="replace"))
        return fields if fields and not _SIGNS.isdisjoint(fields) else None

    def _time(self, fields: dict[str, str]) -> tuple[str | None, int]:
        context = self._context
        for name, value in names.found(fields, names.TIME):
            time_ns = timestamp.parse(value.encode(), context.zone, context.anchor_ns)
            if time_ns is not None:
                return name, time_ns
        return None, NO_TIME

    @staticmethod
    def _stated(fields: dict[str, str]) -> tuple[str | None, Level]:
        for name, value in names.found(fields, names.LEVEL):
            if level := of_value(name, value):
                return name, level
        return None, Level.UNKNOWN

    def heads(self, text: Text) -> Heads:
        """See `Reader`."""
        count = len(text.ends)
        heads = Heads.none(count)
        if self._line is not None and count > 1:
            found = self._block.findall(text.data)
            del found[-1]  # what follows the last line end is no line
            first, second = (list(map(itemgetter(at), found)) for at in (0, 1))
            times_, words = (first, second) if self._time_first else (second, first)
            times = timestamp.parse_many(
                times_, self._context.zone, self._context.anchor_ns
            )
            levels = np.fromiter(
                map(self._words.__getitem__, words), np.uint8, len(found)
            )
            right = (times != NO_TIME) & (levels != UNREAD)
            heads.kinds[1:] = np.where(right, int(Kind.WHOLE), 0)
            heads.times[1:] = np.where(right, times, NO_TIME)
            heads.levels[1:] = np.where(right, levels, 0)
        for line in np.flatnonzero(heads.kinds == 0).tolist():
            if head := self.head(text.line(line)):
                heads.put(line, head)
        return heads

    def head(self, line: bytes) -> Head | None:
        """See `Reader`."""
        found = self._line.match(line) if self._line else None
        if found:
            time, word = found.groups() if self._time_first else found.groups()[::-1]
            context = self._context
            time_ns = timestamp.parse(time, context.zone, context.anchor_ns)
            level = self._words[word]
            if time_ns is not None and level != UNREAD:
                return Head(Kind.WHOLE, time_ns, level, 0)
        fields = self._fields(line)
        if fields is None:
            return None
        _, time_ns = self._time(fields)
        return Head(Kind.WHOLE, time_ns, self._stated(fields)[1], 0)

    def rest(self, line: bytes) -> bytes | None:
        """See `Reader`."""
        return line if self.head(line) else None

    def opening(self, line: bytes) -> "LogfmtOpening | None":
        """See `Reader`."""
        head = self.head(line)
        return LogfmtOpening(line, head) if head else None


@dataclass(slots=True)
class LogfmtOpening:
    """A line of pairs; see `Opening`."""

    rest: bytes
    head: Head

    @property
    def kind(self) -> Kind:
        """See `Opening`."""
        return Kind.WHOLE

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """See `Opening`."""
        fields = parse(text.partition("\n")[0]) or {}
        message = names.text(fields, names.MESSAGE)
        return Record(
            time_ns=None if head.time_ns == NO_TIME else head.time_ns,
            level=Level(head.level),
            level_inferred=bool(head.flags & INFERRED),
            message=text if message is None else message,
            text=text,
            logger=names.text(fields, names.LOGGER),
            service=names.text(fields, names.SERVICE),
            trace=pairs.trace(fields),
            fields=dict(fields),
            exception=trace,
        )

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """See `Opening`."""
        fields = parse(text.partition("\n")[0]) or {}
        message = names.text(fields, names.MESSAGE)
        return Failure(
            message=text if message is None else message,
            text=text,
            level_inferred=bool(flags & INFERRED),
            logger=names.text(fields, names.LOGGER),
            trace=pairs.trace(fields),
            fields=fields,
            exception=trace,
        )
