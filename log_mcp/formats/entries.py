"""Envelopes in which lines and records are not one to one.

- `bundle`: one line holds several records (`bundles`), or is one element of a JSON list
  that is written an element a line;
- `pretty`: one object takes several lines; it becomes one line. What is no whole object
  after all keeps its lines;
- `journal`: the export format of systemd's journal, lines of `NAME=value`, a blank line
  after each entry, values that are no text with their length before them. An entry
  becomes the object that `journalctl -o json` prints;
- `carried`: what a program printed, each line in an object of a collector's or an entry of
  the journal. Where a stack trace was cut so, the lines are taken out of their objects,
  that they may be joined; else the objects stay, and `carried` reads the lines in them.
"""

from collections.abc import Sequence
from datetime import UTC
from functools import cache
from typing import Any, Final

import numpy as np
import orjson

from log_mcp import timestamp
from log_mcp.depth import flattened, may_be_deep
from log_mcp.formats.bundles import Member, lines_of, members
from log_mcp.formats.carrier import LABELS, label_of
from log_mcp.formats.wrapping import (
    LINE_BYTES_MAX,
    Carry,
    Envelope,
    Pending,
    Unwrapped,
    is_traced,
    most,
    shows_log,
)
from log_mcp.labels import Label, labels_of
from log_mcp.lazy import lazy
from log_mcp.record import NO_TIME

_SHARE: Final = 0.6  # of the lines of a head
_OPENER: Final = lazy(rb"([ \t]*)\{[ \t]*")
_LIST: Final = lazy(rb'[ \t]*(?:"[^"\n]*" ?: ?)?\[[ \t]*')
# What stands around the objects of a list: brackets, and names of lists and objects.
_SCAFFOLD: Final = lazy(rb'[ \t]*(?:[\[\]{}][\]}]?,?|"[^"\n]*" ?: ?[\[{])[ \t]*')
_FIELD: Final = lazy(rb"[A-Z_][A-Z0-9_]{0,63}")
_NAMED_SHARE: Final = 0.3  # of lines; the others are values that are no text
_CUT_SHARE: Final = 0.25  # of messages that begin a record, or are surely in a trace
# Where collectors and the journal keep a line, and when they read it.
_LINES: Final = ("MESSAGE", "log", "message")
_TIMES: Final = (
    "_SOURCE_REALTIME_TIMESTAMP",
    "__REALTIME_TIMESTAMP",
    "@timestamp",
    "timestamp",
    "time",
    "date",
)
_LEVELS: Final = frozenset(
    {"level", "severity", "log.level", "levelname", "lvl", "loglevel"}
)
_LENGTH_BYTES: Final = 8


def _value(text: bytes) -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if isinstance(value, dict | list) and may_be_deep(text):
        return flattened(value)
    return value


class _Lines:
    """The lines that an envelope makes of a block, and where they come from."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []
        self._rows: list[tuple[int, int, int]] = []
        self._labels: list[Label] = []
        self.joined = 0  # raw lines of which others were made

    def add(self, member: Member, first: int, last: int) -> None:
        count = member.text.count(b"\n")
        self._texts.append(member.text)
        self._rows.extend([(first, last, member.time_ns)] * count)
        self._labels.extend([member.label] * count)

    def add_raw(self, text: bytes, last: int) -> None:
        """Lines as they are; `last` is the raw line of the last of them."""
        self._texts.append(text)
        first = last - text.count(b"\n") + 1
        rows = ((max(at, -1), max(at, 0), NO_TIME) for at in range(first, last + 1))
        self._rows.extend(rows)
        self._labels.extend([()] * (last - first + 1))

    def add_all(self, found: Sequence[Member], first: int, last: int) -> None:
        self.joined += last - max(first, 0) + 1
        for member in found:
            self.add(member, first, last)

    def unwrapped(self, carry: Carry) -> Unwrapped:
        first, last, time = np.array(self._rows, np.int64).reshape(-1, 3).T
        text, labels = b"".join(self._texts), labels_of(self._labels)
        return Unwrapped(text, first, last, time, carry, labels)


def _whole(block: bytes) -> list[bytes]:
    return block.removesuffix(b"\n").split(b"\n") if block else []


class Bundle:
    """A line holds several records; see `Envelope`."""

    name = "bundle"
    about = (
        "records packed into one line of JSON: OTLP's `resourceLogs`, events of CloudWatch,"
        " `Records` of CloudTrail, streams of Loki, lists of objects"
    )
    fields = (
        "log_group",
        "log_stream",
        "*",
    )  # and labels of streams, whatever they are
    start = Carry()
    is_raw = False

    @staticmethod
    def _members(line: bytes) -> list[Member] | None:
        line = line.strip()
        if line.startswith(b"{"):
            value = _value(line)
            if value is not None:
                return members(value)
        if not line.startswith((b"{", b"[")):
            return None
        if line.startswith(b"[") and (value := _value(line)) is not None:
            return members(value)
        # An element of a list that is written an element a line.
        element = _value(line.removeprefix(b"[").rstrip(b",]"))
        return [Member(orjson.dumps(element) + b"\n")] if _is_dict(element) else None

    def wraps(self, lines: Sequence[bytes]) -> bool:
        """Whether most lines of a head are bundles."""
        own = [line for line in lines if not _SCAFFOLD.fullmatch(line)]
        return most(own, _SHARE, lambda line: self._members(line) is not None)

    def unwrap(self, block: bytes, carry: Carry) -> Unwrapped:
        """See `Envelope`."""
        lines = _Lines()
        for at, line in enumerate(_whole(block)):
            found = self._members(line)
            if found is not None:
                lines.add_all(found, at, at)
            else:
                blank = _SCAFFOLD.fullmatch(line) is not None
                lines.add_raw(b"\n" if blank else line + b"\n", at)
        return lines.unwrapped(carry)


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)


class Pretty:
    """An object takes several lines; see `Envelope`.

    Args:
        indent: Of the brace with which an object begins, and of that which ends it.
    """

    name = "pretty"
    about = "JSON objects over several lines, also as elements of a list"
    fields = ()
    start = Carry()
    is_raw = False

    def __init__(self, indent: bytes = b"") -> None:
        self._indent = len(indent)
        self._begin = indent + b"{"
        self._ends = (indent + b"}", indent + b"},", indent + b"}]")

    def wraps(self, lines: Sequence[bytes]) -> bool:
        """Whether most lines of a head are parts of whole objects."""
        found, carry = self._read(b"\n".join(lines), self.start)
        waiting = carry.pending.get(b"")
        rest = len(lines) - waiting.first_line if waiting else 0
        return found.joined > 0 and found.joined + rest >= _SHARE * len(lines)

    def unwrap(self, block: bytes, carry: Carry) -> Unwrapped:
        """See `Envelope`."""
        lines, after = self._read(block, carry)
        return lines.unwrapped(after)

    def _read(self, block: bytes, carry: Carry) -> tuple[_Lines, Carry]:
        lines = _Lines()
        waiting = carry.pending.get(b"")
        parts = [waiting.text] if waiting else []
        size, first = len(waiting.text) if waiting else 0, -1
        for at, line in enumerate(_whole(block)):
            edge = line.rstrip(b" \t")
            if parts and (edge == self._begin or size > LINE_BYTES_MAX):
                lines.add_raw(b"".join(parts), at - 1)
                parts = []
            if parts or edge == self._begin:
                if not parts:
                    first, size = at, 0
                parts.append(line + b"\n")
                size += len(line) + 1
                if edge in self._ends:
                    self._close(lines, b"".join(parts), first, at)
                    parts = []
            else:
                lines.add_raw(b"\n" if self._is_frame(line) else line + b"\n", at)
        pending = {b"": Pending(b"".join(parts), first, NO_TIME)} if parts else {}
        return lines, Carry(pending)

    def _is_frame(self, line: bytes) -> bool:
        """Whether a line between records belongs to the list that holds them."""
        if _SCAFFOLD.fullmatch(line):
            return True
        inner = line.lstrip(b" \t")
        return len(line) - len(inner) < self._indent and inner.startswith(b'"')

    @staticmethod
    def _close(lines: _Lines, text: bytes, first: int, last: int) -> None:
        value = _value(text.rstrip(b" \t\n,]"))
        if not isinstance(value, dict):
            lines.add_raw(text, last)
            return
        found = members(value) or [Member(orjson.dumps(value) + b"\n")]
        lines.add_all(found, first, last)


@cache  # one object for each, so that a file that is told anew keeps what waits
def _pretty(indent: bytes) -> Pretty:
    return Pretty(indent)


def _indent(lines: Sequence[bytes]) -> bytes:
    """Where the records of a file begin: inside of its list, if it holds one."""
    for at, line in enumerate(lines[:12]):
        if b'"resourceLogs"' in line:  # a record there is but a part of it
            break
        if not _LIST.fullmatch(line):
            continue
        below = _OPENER.fullmatch(lines[at + 1]) if at + 1 < len(lines) else None
        outer = all(map(_SCAFFOLD.fullmatch, lines[:at]))
        if below and outer:
            return below[1]
    return b""


class Journal:
    """The journal's export format; see `Envelope`.

    Args:
        as_text: Whether an entry becomes its message alone.
    """

    name = "journal"
    about = "`journalctl -o export`; an entry is read as `-o json` prints it"
    fields = LABELS  # where stack traces are joined
    start = Carry()
    is_raw = True

    def __init__(self, *, as_text: bool) -> None:
        self._as_text = as_text

    def unwrap(self, block: bytes, carry: Carry) -> Unwrapped:
        """See `Envelope`."""
        lines = _Lines()
        waiting = carry.pending.get(b"")
        data = (waiting.text if waiting else b"") + block
        if block and not data.endswith(b"\n"):
            data += b"\n"
        at, row = 0, -waiting.text.count(b"\n") if waiting else 0
        while block and (entry := _entry(data, at)):
            fields, end = entry
            after = row + data.count(b"\n", at, end)
            if fields:  # a blank line ends it
                one = _journal_member(fields, as_text=self._as_text)
                lines.add_all([one], max(row, -1), max(after - 2, -1))
            elif row >= 0:
                lines.add_raw(b"\n", row)
            row, at = after, end
        rest = data[at:]
        if len(rest) > LINE_BYTES_MAX:
            text = rest.replace(b"\0", b"").decode(errors="replace").encode()
            lines.add_raw(text, row + text.count(b"\n") - 1)
            rest = b""
        pending = {b"": Pending(rest, max(row, -1), NO_TIME)} if rest else {}
        return lines.unwrapped(Carry(pending))


def _journal_member(fields: dict[str, Any], *, as_text: bool) -> Member:
    """An entry of the journal."""
    message = message_of(fields)
    if not as_text or message is None:
        return Member(orjson.dumps(fields) + b"\n")
    return Member(lines_of(message), _time_of(fields), label_of(fields))


def _time_of(fields: dict[str, Any]) -> int:
    """When a collector read a line."""
    for name in _TIMES:
        value = fields.get(name)
        if isinstance(value, str):
            time_ns = timestamp.parse(value.encode(errors="replace"), UTC, 2**62)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            time_ns = timestamp.epoch_ns(value)
        else:
            continue
        if time_ns is not None:
            return time_ns
    return NO_TIME


def message_of(fields: dict[str, Any]) -> str | None:
    """The line that an object carries; None if it states a level itself.

    The journal writes bytes that are no text as numbers.
    """
    if not _LEVELS.isdisjoint(fields):
        return None
    message = next((fields[name] for name in _LINES if name in fields), None)
    if isinstance(message, list) and all(isinstance(one, int) for one in message):
        message = bytes(one & 255 for one in message).decode(errors="replace")
    return message if isinstance(message, str) else None


class Carried:
    """Lines that objects carry, taken out of them; see `Envelope`."""

    name = "carried"
    about = (
        "a stack trace cut into lines, each in an object of Fluentd, Vector, Logstash or"
        " the journal: the lines leave their objects"
    )
    fields = LABELS
    start = Carry()
    is_raw = False

    def unwrap(self, block: bytes, carry: Carry) -> Unwrapped:
        """See `Envelope`."""
        lines = _Lines()
        for at, line in enumerate(_whole(block)):
            value = _value(line) if line.startswith(b"{") else None
            fields = value if isinstance(value, dict) else {}
            text = message_of(fields)
            if text is not None:
                one = Member(lines_of(text), _time_of(fields), label_of(fields))
                lines.add_all([one], at, at)
            else:
                lines.add_raw(line + b"\n", at)
        return lines.unwrapped(carry)


_JOURNALS: Final = {as_text: Journal(as_text=as_text) for as_text in (False, True)}
_CARRIED: Final = Carried()


def _carried_of(lines: Sequence[bytes]) -> Envelope | None:
    """How a head is read in which a collector carries a log with stack traces."""
    held: list[bytes] = []

    def holds(line: bytes) -> bool:
        value = _value(line) if line.startswith(b"{") else None
        text = message_of(value) if isinstance(value, dict) else None
        if text is not None:
            held.append(text.encode(errors="replace"))
        return text is not None

    return _CARRIED if most(lines, _SHARE, holds) and _is_cut(held) else None


def _is_cut(messages: Sequence[bytes]) -> bool:
    """Whether messages are lines of a log whose stack traces take several of them."""
    whole = [message for message in messages if b"\n" not in message.rstrip(b"\n")]
    traced = sum(map(is_traced, whole))
    return traced > 0 and shows_log(messages, _CUT_SHARE, trace=False)


def _journal_of(lines: Sequence[bytes]) -> Envelope | None:
    """How a head is read that is an export of the journal; None if it is none."""
    first = any(
        line.startswith((b"__CURSOR=", b"__REALTIME_TIMESTAMP=")) for line in lines
    )
    names = [line.partition(b"=")[0] for line in lines if b"=" in line]
    named = sum(_FIELD.fullmatch(name) is not None for name in names)
    if not first or named < _NAMED_SHARE * len(lines):
        return None
    return _JOURNALS[
        _is_cut([line[8:] for line in lines if line.startswith(b"MESSAGE=")])
    ]


def _entry(data: bytes, at: int) -> tuple[dict[str, Any], int] | None:
    """The fields of the entry at a place, and where it ends; None if it goes on."""
    fields: dict[str, Any] = {}
    while at < len(data):
        end = data.find(b"\n", at)
        if end < 0:
            return None
        line = data[at:end]
        if not line:
            return fields, end + 1
        name, equals, value = line.partition(b"=")
        at = end + 1
        if not equals:
            begin = at + _LENGTH_BYTES
            size = int.from_bytes(data[at:begin], "little")
            if not _FIELD.fullmatch(name) or size > LINE_BYTES_MAX:
                name, value = b"", line
            elif begin + size >= len(data):
                return None
            else:
                value, at = data[begin : begin + size], begin + size + 1
        _put(fields, name.decode(errors="replace"), value)
    return None


def _put(fields: dict[str, Any], name: str, value: bytes) -> None:
    text = value.replace(b"\0", b"").decode(errors="replace")
    if not name:
        name = "MESSAGE"  # no field of an entry, so it is kept where it is seen
        if name in fields:
            return
    known = fields.get(name)
    if known is None:
        fields[name] = text
    elif isinstance(known, list):
        known.append(text)
    else:
        fields[name] = [known, text]


_BUNDLE: Final = Bundle()
ENTRIES: Final[tuple[Envelope, ...]] = (
    _BUNDLE,
    _pretty(b""),
    _JOURNALS[False],
    _CARRIED,
)


def entries_of(lines: Sequence[bytes]) -> Envelope | None:
    """What makes other lines of the lines of a head; None if nothing does."""
    if not lines:
        return None
    if told := _journal_of(lines) or _carried_of(lines):
        return told
    if any(map(_OPENER.fullmatch, lines)):
        pretty = _pretty(_indent(lines))
        return pretty if pretty.wraps(lines) else None
    return _BUNDLE if _BUNDLE.wraps(lines) else None
