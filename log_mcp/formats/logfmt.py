"""logfmt: `level=info msg="listening on :80" took=3ms`.

There is no standard; where writers differ this reads what go-logfmt would write:

- a bare key (`debug`) is a flag, kept as the empty string;
- a quoted value uses JSON escapes, and a space or the line end must follow it;
- of two equal keys the first is kept;
- where no writer's rule fits, a value goes on up to the next ` key=`: `msg=no more stock`.
  So it does, too, where words follow a message that is not quoted;
- `date=... time=...` are one time.

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
_KEY: Final = lazy(r"[A-Za-z_@$][\w.\-]{0,63}=")
_CLOCK: Final = lazy(r"[0-9]:[0-9]{2}|[0-9]{9}")
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


_AUDIT: Final = ("type=", "node=")
_DATED: Final = ("date", "time")


def read(line: str) -> dict[str, str] | None:
    """Fields of one line of pairs, quoted or not.

    Args:
        line: One line without its line end.

    Returns:
        As `parse`; None where no pair has the name of a time, a level or a message, or
        where only pairs that are not quoted have, and tell no time or level.
    """
    fields = parse(line)
    if fields and _SIGNS.isdisjoint(fields):
        fields = None
    if line.startswith(_AUDIT) and " msg=audit(" in line:
        return None  # the kernel's, whose time stands within
    if fields and "" not in fields.values():
        return fields  # no words between the pairs
    begin = _KEY.match(line)
    if begin is None:
        return fields
    loose = pairs.spaced(line)
    if fields:
        name = next((name for name, _ in names.found(fields, names.MESSAGE)), None)
        goes_on = name is not None and " " in loose.get(name, "").removeprefix(
            fields[name]
        )
        return loose if goes_on or _cut(fields, loose) else fields
    if len(loose) < 2 or _SIGNS.isdisjoint(loose):
        return None
    stated = any(of_value(*pair) for pair in names.found(loose, names.LEVEL))
    return loose if stated or _clock(loose) else None


def _clock(fields: dict[str, str]) -> bool:
    """Whether the value of a time's name looks like one."""
    return any(_CLOCK.search(value) for _, value in names.found(fields, names.TIME))


def _cut(fields: dict[str, str], loose: dict[str, str]) -> bool:
    """Whether a day's clock was taken for a word that follows it."""
    return _clock(loose) and not _clock(fields)


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
        # Where the expression's groups are: the level's, and those of the time.
        self._level = 1
        self._times: tuple[int, ...] = (0,)
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
            time = self._time(fields)[0] if fields else ()
            level = self._stated(fields)[0] if fields else None
            if fields is None or not time or level is None:
                continue
            keys = list(fields)
            stating = (*time, level)
            last = max(map(keys.index, stating))
            orders.append((stating, tuple(keys[: last + 1])))
        if not orders:
            return
        stating, order = max(orders, key=orders.count)
        parts = []
        for key in order:
            value = _STATED if key in stating else _ANY
            parts.append(re.escape(key.encode()) + b"=" + value)
        body = b" ".join(parts) + rb"(?=[ \n]|\Z)"
        groups = [key for key in order if key in stating]
        *times, level_key = stating
        self._words = Words(level_key)
        self._level = groups.index(level_key)
        self._times = tuple(map(groups.index, times))
        self._line = re.compile(body)
        self._block = re.compile(rb"\n(?:%s|)" % body)

    @staticmethod
    def _fields(line: bytes) -> dict[str, str] | None:
        if b"=" not in line or line[:1] in b" \t{[<":
            return None
        return read(line.decode(errors="replace"))

    def _time(self, fields: dict[str, str]) -> tuple[tuple[str, ...], int]:
        """The names of the pairs that are the time, and what they say."""
        context = self._context
        tried: list[tuple[tuple[str, ...], str]]
        tried = [((name,), value) for name, value in names.found(fields, names.TIME)]
        if all(fields.get(name) for name in _DATED):
            tried.insert(0, (_DATED, " ".join(map(fields.__getitem__, _DATED))))
        for found, value in tried:
            time_ns = timestamp.parse(value.encode(), *context.unsaid)
            if time_ns is not None:
                return found, time_ns
        return (), NO_TIME

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
            texts = [list(map(itemgetter(at), found)) for at in self._times]
            times = timestamp.parse_many(
                texts[0]
                if len(texts) == 1
                else list(map(b" ".join, zip(*texts, strict=True))),
                *self._context.unsaid,
            )
            words = map(itemgetter(self._level), found)
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
            context, groups = self._context, found.groups()
            time = b" ".join(map(groups.__getitem__, self._times))
            time_ns = timestamp.parse(time, *context.unsaid)
            level = self._words[groups[self._level]]
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
        fields = read(text.partition("\n")[0]) or {}
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
        fields = read(text.partition("\n")[0]) or {}
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
