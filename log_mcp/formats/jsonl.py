"""JSON lines: one object a line, as every structured logger writes them.

Time and level of most lines are read by one expression for a whole block (`shape`); all
other lines are parsed and looked up in the tables of `names`. A line that begins like an
object but is none, cut off for instance, keeps what its shape says.

An exception is looked for only in lines where a name begins with one of a few words,
because a whole block can be searched for those in little time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

import numpy as np
import orjson
import re2
from numpy.typing import NDArray

from log_mcp import timestamp
from log_mcp.beat import beat
from log_mcp.bytemark import marks
from log_mcp.depth import flattened, may_be_deep
from log_mcp.formats import names, pairs, thrown
from log_mcp.formats.columns import Context, Kind
from log_mcp.formats.escapes import uncoloured, unescape
from log_mcp.formats.levels import (
    UNREAD,
    Words,
    of_status,
    of_tags,
    of_value,
    of_word,
)
from log_mcp.formats.reader import Head, Heads, Text
from log_mcp.formats.shape import Facts, Shape, shape_of
from log_mcp.lazy import lazy
from log_mcp.record import (
    ESCAPED,
    EXCEPTION,
    INFERRED,
    NO_TIME,
    Exception_,
    Failure,
    Level,
    Record,
)

__all__ = ["JsonReader", "reader", "unescape"]

_SAMPLE_LINES: Final = 70  # of a head, spread over all of it
_GRID_SHARE: Final = 0.5  # of a block's lines; with less, all are read by expression
# What every name of an exception begins with. Starting from the quote, RE2 searches a
# block for all of them in less time than `bytes.find` needs for two.
_NEEDLE: Final = re2.compile(
    rb'"(?:(?:err|error)'
    rb'(?:[._]?(?:[eE]xc|[sS]tack|[tT]raceback|backtrace|throw|@x"|[tT]ype")|" ?: ?\{)'
    rb'|[eE]xc|[sS]tack|[tT]raceback|backtrace|throw|@x")'
)
# A stack trace that is part of a message. Starting from one byte, it is quickly sought.
_TRACED: Final = re2.compile(
    rb'\\n(?:(?:\\t| +)at [A-Za-z$.<][^"]*(?:[(]|:[0-9])|  File |#0 |goroutine [0-9])'
)
_STATUS: Final = names.table(
    "status",
    "http.response.status_code",
    "response.status",
    "statusCode",
    "status_code",
    "EdgeResponseStatus",
    "DownstreamStatus",
    "response_code",
    "responseCode",
    "responseStatus.code",
    "http.status_code",
    "http.status",
    "http_status",
    "sc-status",
)
_REQUEST: Final = names.table(
    "method",
    "http.request.method",
    "request.method",
    "request_method",
    "ClientRequestMethod",
    "RequestMethod",
    "http.method",
    "http_method",
    "httpMethod",
    "requestMethod",
    "cs-method",
    "verb",
)
_REQUEST_LINE: Final = lazy(r"[A-Z]{3,10} [/*]")
# As slog prints a level between two of its own, or beyond the last.
_STEPPED: Final = lazy(r"([A-Za-z]+)([+-])([0-9]+)")
# Of Python's numbers 40 is an error, of all others a warning.
_PYTHON_KEYS: Final = frozenset({"levelno", "no"})
# Names that mean something else for most; these words leave no doubt.
_OTHERS: Final = frozenset({"status", "at", "label"})
_WORDS: Final = frozenset(
    {
        "trace",
        "debug",
        "info",
        "notice",
        "warn",
        "warning",
        "error",
        "critical",
        "fatal",
    }
)


def object_in(line: bytes) -> dict[str, Any] | None:
    """The object that a line holds; None if it holds none."""
    if not line.startswith(b"{"):
        return None
    try:
        value = orjson.loads(uncoloured(line))
    except orjson.JSONDecodeError:
        return None
    if not isinstance(value, dict):
        return None
    return flattened(value) if may_be_deep(line) else value


def _time(value: Any, context: Context) -> int | None:
    """The time that a value of JSON states."""
    if isinstance(value, str):
        text = value.strip().encode(errors="replace")
        return timestamp.parse(text, *context.unsaid)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return timestamp.epoch_ns(value)
    return _time_in(value, context) if isinstance(value, dict) else None


def _time_in(value: dict[str, Any], context: Context) -> int | None:
    """The time that an object is."""
    if "$date" in value:  # MongoDB's extended JSON
        return _time(value["$date"], context)
    if "timezone_type" in value:  # PHP's DateTime
        zone = str(value.get("timezone"))
        offset = "+00:00" if zone in {"UTC", "Z"} else zone
        return _time(f"{value.get('date')}{offset * (offset[:1] in '+-')}", context)
    seconds = value.get("epochSecond", value.get("seconds"))
    nanos = value.get("nanoOfSecond", value.get("nanos", 0))
    if not isinstance(seconds, int) or not isinstance(nanos, int):
        return None
    whole = timestamp.epoch_ns(seconds)
    return None if whole is None else whole + nanos % 10**9


def _stated_time(fields: dict[str, Any], context: Context) -> tuple[str | None, int]:
    for name, value in names.found(fields, names.TIME):
        time_ns = _time(value, context)
        if time_ns is not None:
            if name == "timestampSeconds":
                nanos = fields.get("timestampNanos")
                time_ns += nanos % 10**9 if isinstance(nanos, int) else 0
            return name, time_ns
    return None, NO_TIME


def _level(key: str, value: Any) -> Level:
    """The level that a value of JSON states under a key."""
    if key in _OTHERS:
        return of_word(value) if str(value).lower() in _WORDS else Level.UNKNOWN
    if key in _PYTHON_KEYS:
        ten = isinstance(value, int) and 20 <= value <= 50
        return of_value("level", value + 10 if ten else value)
    if isinstance(value, str) and (found := _STEPPED.fullmatch(value)):
        word, sign, step = found.groups()
        level, far = of_word(word), int(step[:4]) >= 4
        if not level or not far:
            return level
        return Level(min(level + 1, 6) if sign == "+" else max(level - 1, 1))
    return of_value(key, value)


def stated_level(fields: dict[str, Any]) -> tuple[str | None, Level]:
    """The level that an object states, and under which name."""
    counted: tuple[str, Level] | None = None
    for name, value in names.found(fields, names.LEVEL):
        key = name if name in fields else name.rpartition(".")[2]
        level = _level(key, value)
        if level and isinstance(value, str) and not value.isdecimal():
            if counted is None or len(value) > 2:
                return name, level
            continue  # a letter is less than a number
        if level and counted is None:
            counted = name, level  # unless a word says what the number is not
    if counted is not None:
        return counted
    # Serilog's compact format leaves its usual level out.
    return None, Level.INFO if "@t" in fields else of_tags(fields.get("tags"))


def _http_level(fields: dict[str, Any]) -> Level:
    """The level that the status of an access record implies."""
    line = fields.get("request")
    if not any(names.found(fields, _REQUEST)) and not (
        isinstance(line, str) and _REQUEST_LINE.match(line)
    ):
        return Level.UNKNOWN
    status = next((value for _, value in names.found(fields, _STATUS)), None)
    text = str(status)
    return of_status(text) if len(text) == 3 else Level.UNKNOWN


class JsonReader:
    """Reads lines that are objects.

    Args:
        context: Of the file.
        shape: Of most of its lines; None to look each up in the tables.
        lines: Of its head.
    """

    def __init__(
        self,
        context: Context,
        shape: Shape | None = None,
        lines: Sequence[bytes] = (),
    ) -> None:
        self._context = context
        self._shape = shape
        self._grid = shape.grid(lines) if shape else None
        self._words = Words(shape.level_key if shape else "level")

    @property
    def firsts(self) -> bytes:
        """See `Reader`."""
        return b"{"

    def heads(self, text: Text) -> Heads:
        """See `Reader`."""
        count = len(text.ends)
        heads = Heads.none(count)
        if self._shape is not None and count > 1:
            on_grid = self._on_grid(text, heads)
            beat()
            if on_grid < _GRID_SHARE * count:
                self._shaped(self._shape, text, heads)
        odd = np.flatnonzero(heads.kinds == 0)
        shaped = heads.kinds > 0
        data, starts, ends = (
            text.data,
            text.starts[odd].tolist(),
            text.ends[odd].tolist(),
        )
        for line, start, end in zip(odd.tolist(), starts, ends, strict=True):
            if data[start] == 123 and (head := self.head(data[start:end])):  # a brace
                heads.put(line, head)
        if shaped.any():
            self._flags(text, heads.flags, shaped)
        return heads

    def _on_grid(self, text: Text, heads: Heads) -> int:
        """Heads of the lines that lie on the grid; how many there are."""
        if self._grid is None:
            return 0
        return self._grid.put(text, heads, Kind.WHOLE, self._context)

    def _shaped(self, shape: Shape, text: Text, heads: Heads) -> None:
        """Heads of the lines that the shape matches, but for the first."""
        found = shape.block.findall(text.data)
        del found[-1]  # what follows the last line end is no line
        texts = list(map(itemgetter(shape.time), found))
        times = timestamp.parse_many(texts, *self._context.unsaid)
        words = map(itemgetter(1 - shape.time), found)
        levels = np.fromiter(map(self._words.__getitem__, words), np.uint8, len(found))
        right = (times != NO_TIME) & (levels != UNREAD)
        heads.kinds[1:] = np.where(right, int(Kind.WHOLE), 0)
        heads.times[1:] = np.where(right, times, NO_TIME)
        heads.levels[1:] = np.where(right, levels, 0)

    def _flags(
        self, text: Text, flags: NDArray[np.uint8], shaped: NDArray[np.bool_]
    ) -> None:
        """Sets the flags of the lines that the shape matched."""
        escapes = marks(text.data, 92)
        if len(escapes):
            escaped = np.zeros(len(flags), np.bool_)
            escaped[np.searchsorted(text.ends, escapes)] = True
            flags[escaped & shaped] |= ESCAPED
        for line in text.holding(_NEEDLE):
            beat()
            self._flag_thrown(text, line, flags, shaped)
        other = shaped & (flags & (ESCAPED | EXCEPTION) == ESCAPED)
        for line in text.holding_among(_TRACED, np.flatnonzero(other)):
            self._flag_thrown(text, line, flags, shaped)

    @staticmethod
    def _flag_thrown(
        text: Text, line: int, flags: NDArray[np.uint8], shaped: NDArray[np.bool_]
    ) -> None:
        fields = object_in(text.line(line)) if shaped[line] else None
        if fields and thrown.thrown(fields):
            flags[line] |= EXCEPTION

    def _by_shape(self, line: bytes) -> tuple[int, int] | None:
        """Time and level if the shape matches."""
        shape = self._shape
        found = shape.line.match(line) if shape else None
        if shape is None or found is None:
            return None
        level = self._words[found[2 - shape.time]]
        time_ns = timestamp.parse(found[shape.time + 1], *self._context.unsaid)
        return None if level == UNREAD or time_ns is None else (time_ns, level)

    def head(self, line: bytes) -> Head | None:
        """See `Reader`."""
        opening = self.opening(line)
        return opening.head if opening else None

    def rest(self, line: bytes) -> bytes | None:
        """See `Reader`."""
        return line if self.head(line) else None

    def opening(self, line: bytes) -> "JsonOpening | None":
        """See `Reader`."""
        fields = object_in(line)
        if fields is None and self._by_shape(line) is None:
            return None
        return JsonOpening(line, fields, self._context, self._by_shape)

    def facts(self, line: bytes) -> Facts | None:
        """What the tables say of a line; None if it is no object."""
        fields = object_in(line)
        if not fields:
            return None
        time_key, time_ns = _stated_time(fields, self._context)
        level_key, level = stated_level(fields)
        return Facts(line, fields, time_key or "", time_ns, level_key or "", level)

    def agrees(self, fact: Facts) -> bool:
        """Whether the shape gives what the tables give, if it matches at all."""
        shaped = self._by_shape(fact.line)
        return shaped is None or shaped == (fact.time_ns, fact.level)


def _may_throw(line: bytes) -> bool:
    """Whether it is worth to look for an exception in the line."""
    return bool(_NEEDLE.search(line)) or (b"\\" in line and bool(_TRACED.search(line)))


@dataclass(slots=True)
class JsonOpening:
    """A line that is an object; see `Opening`.

    Attributes:
        rest: The line, as it has no header.
        fields: The object; None where only the shape could be read.
        context: Of the file.
        by_shape: Time and level of a line that a shape matches.
    """

    rest: bytes
    fields: dict[str, Any] | None
    context: Context
    by_shape: Callable[[bytes], tuple[int, int] | None]

    @property
    def kind(self) -> Kind:
        """See `Opening`."""
        return Kind.WHOLE

    @property
    def head(self) -> Head:
        """See `Reader`."""
        fields, line = self.fields, self.rest
        flags = ESCAPED if b"\\" in line else 0
        if fields and _may_throw(line) and thrown.thrown(fields):
            flags |= EXCEPTION
        if shaped := self.by_shape(line):
            return Head(Kind.WHOLE, *shaped, flags)
        assert fields is not None
        _, time_ns = _stated_time(fields, self.context)
        _, level = stated_level(fields)
        if level is Level.UNKNOWN:
            level = Level.ERROR if flags & EXCEPTION else _http_level(fields)
            flags |= INFERRED if level else 0
        return Head(Kind.WHOLE, time_ns, level, flags)

    def _fields(self, text: str) -> dict[str, Any]:
        fields = self.fields
        if fields is None:
            # What is no UTF-8 may be an object once it is.
            fields = object_in(text.partition("\n")[0].encode()) or {}
        return fields

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """See `Opening`."""
        fields = self._fields(text)
        message, name = said(fields)
        used = {name} if name else set()
        for stated, _ in (_stated_time(fields, self.context), stated_level(fields)):
            if stated:
                used.add(stated)
        return Record(
            time_ns=None if head.time_ns == NO_TIME else head.time_ns,
            level=Level(head.level),
            level_inferred=bool(head.flags & INFERRED),
            message=text if message is None else message,
            text=text,
            logger=names.text(fields, names.LOGGER),
            service=names.text(fields, names.SERVICE),
            trace=pairs.trace(fields),
            fields=names.without(fields, used),
            exception=trace or _thrown(fields, head.flags),
        )

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """See `Opening`."""
        fields = self._fields(text)
        message, _ = said(fields)
        return Failure(
            message=text if message is None else message,
            text=text,
            level_inferred=bool(flags & INFERRED),
            logger=names.text(fields, names.LOGGER),
            trace=pairs.trace(fields),
            fields=fields,
            exception=trace or _thrown(fields, flags),
        )


def _thrown(fields: dict[str, Any], flags: int) -> Exception_ | None:
    """The exception of an object of a record with these flags."""
    found = thrown.thrown(fields) if flags & EXCEPTION else None
    return None if found is None else thrown.read(found[1], fields)


def said(fields: dict[str, Any]) -> tuple[str | None, str | None]:
    """The message of an object, and under which name it stands."""
    for name, value in names.found(fields, names.MESSAGE):
        message = _message(value)
        if message is not None:
            return message, name
    return None, None


def _message(value: Any) -> str | None:
    """A message as text: some loggers nest what they were given."""
    if isinstance(value, str):
        return value or None
    if isinstance(value, dict):
        for name in ("stringValue", "errorMessage"):
            if isinstance(value.get(name), str):
                return str(value[name])
    if isinstance(value, list) and value and all(_is_byte(one) for one in value):
        return bytes(value).decode(
            errors="replace"
        )  # the journal's, for what is no text
    if isinstance(value, dict | list) and value:
        return orjson.dumps(value).decode()
    return None


def _is_byte(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value < 256


def reader(context: Context, sample: bytes = b"") -> JsonReader:
    """A reader made for a file.

    Args:
        context: Of the file.
        sample: Text of its head; without it each line is looked up in the tables.
    """
    plain = JsonReader(context)
    lines = sample.split(b"\n")
    lines = lines[:: -(-len(lines) // _SAMPLE_LINES)]
    facts = [fact for fact in map(plain.facts, lines) if fact]
    shape = shape_of([fact for fact in facts if fact.is_flat])
    if shape is None:
        return plain
    shaped = JsonReader(context, shape, lines)
    return shaped if all(map(shaped.agrees, facts)) else plain
