"""A log line inside of an object: `{"log":"05:06:07 ERROR no stock","kubernetes":{...}}`.

Collectors (Fluentd, Vector, Logstash, the journal) put what a program printed into an
object of theirs. Where that states no level, but for the priority that the journal gives
to all that a service prints, its message is read as a line of a log:

- the level and the message are the line's, fields are those of both;
- the time is the line's if it names its date and its zone, else the object's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from log_mcp.beat import beat
from log_mcp.formats import jsonl
from log_mcp.formats.body import Bodies, time_of
from log_mcp.formats.columns import Context, Kind
from log_mcp.formats.jsonl import JsonOpening, JsonReader
from log_mcp.formats.reader import Head, Heads, Opening, Reader, Text
from log_mcp.formats.wrapping import most, shows_log
from log_mcp.record import INFERRED, Exception_, Failure, Record

_SHARE: Final = 0.6  # of a head's objects that must carry a line
_SAMPLE_LINES: Final = 200


class CarriedReader:
    """Reads objects with lines of a log inside.

    Args:
        outer: Reads the objects.
        context: Of the file.
        inner: Some of the lines.
    """

    def __init__(
        self, outer: JsonReader, context: Context, inner: Sequence[bytes]
    ) -> None:
        self._outer = outer
        self._bodies = Bodies(context, inner)

    @property
    def firsts(self) -> bytes:
        """See `Reader`."""
        return self._outer.firsts

    def heads(self, text: Text) -> Heads:
        """See `Reader`."""
        heads = self._outer.heads(text)
        for line in np.flatnonzero(heads.kinds).tolist():
            beat()
            if head := self.head(text.line(line)):
                heads.put(line, head)
        return heads

    def head(self, line: bytes) -> Head | None:
        """See `Reader`."""
        opening = self.opening(line)
        return opening.head if opening else None

    def rest(self, line: bytes) -> bytes | None:
        """See `Reader`."""
        return self._outer.rest(line)

    def opening(self, line: bytes) -> Opening | None:
        """See `Reader`."""
        outer = self._outer.opening(line)
        body = _carried(outer.fields) if outer and outer.fields else None
        inner = self._bodies.opening(body) if body else None
        if outer is None or body is None or inner is None or not inner.head.level:
            return outer
        certain = self._bodies.is_certain(body, inner)
        return _Opening(outer, inner, body, certain=certain)


def _carried(fields: dict[str, Any]) -> bytes | None:
    """The line of a log that an object carries; None if it states a level itself."""
    name, level = jsonl.stated_level(fields)
    if level and name != "PRIORITY":
        return None
    message, _ = jsonl.said(fields)
    line = (message or "").partition("\n")[0].encode(errors="replace")
    return line if line and shows_log((line,), 1, trace=False) else None


@dataclass(slots=True)
class _Opening:
    """An object and its line; see `Opening`."""

    outer: JsonOpening
    inner: Opening
    body: bytes
    certain: bool  # whether the line's time is no guess

    @property
    def kind(self) -> Kind:
        """See `Opening`."""
        return Kind.WHOLE

    @property
    def rest(self) -> bytes | None:
        """See `Opening`."""
        return self.outer.rest

    @property
    def head(self) -> Head:
        """See `Reader`."""
        outer, inner = self.outer.head, self.inner.head
        time_ns = time_of(outer.time_ns, inner, certain=self.certain)
        flags = outer.flags & ~INFERRED | inner.flags & INFERRED
        return Head(Kind.WHOLE, time_ns, inner.level, flags)

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """See `Opening`."""
        outer = self.outer.record(text, head, trace)
        inner = self.inner.record(self.body.decode(), head, None)
        return replace(
            outer,
            message=self._message(outer.message, inner.message),
            logger=inner.logger or outer.logger,
            service=inner.service or outer.service,
            trace=inner.trace or outer.trace,
            fields=outer.fields | inner.fields,
        )

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """See `Opening`."""
        outer = self.outer.failure(text, flags, trace)
        inner = self.inner.failure(self.body.decode(), 0, None)
        return outer._replace(
            message=self._message(outer.message, inner.message),
            logger=inner.logger or outer.logger,
            trace=inner.trace or outer.trace,
            fields={**outer.fields, **inner.fields},
        )

    @staticmethod
    def _message(outer: str, inner: str) -> str:
        """The line's, and what stands below the line in the object's."""
        _, end, below = outer.rstrip("\n").partition("\n")
        return f"{inner}{end}{below}"


def around(outer: JsonReader, context: Context, sample: bytes) -> Reader:
    """A reader for a file of objects.

    Args:
        outer: Reads the objects.
        context: Of the file.
        sample: Text of its head.

    Returns:
        The objects' reader itself, if they carry no lines.
    """
    lines = sample.split(b"\n")[:_SAMPLE_LINES]
    lines = [line for line in lines if line.startswith(b"{")]
    inner: list[bytes] = []

    def carries(line: bytes) -> bool:
        fields = jsonl.object_in(line)
        if found := fields and _carried(fields):
            inner.append(found)
        return bool(found)

    if not most(lines, _SHARE, carries):
        return outer
    return CarriedReader(outer, context, inner)
