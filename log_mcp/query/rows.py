"""Records as an answer shows them."""

from typing import Any, Final

from log_mcp.answer import RecordRow
from log_mcp.beat import beat
from log_mcp.query.subject import Subject, lookup, names
from log_mcp.record import Exception_, Record
from log_mcp.store.segment import ErrorKind, Segment
from log_mcp.timestamp import iso

SAID_CHARACTERS_MAX: Final = 200


def record_row(
    segment: Segment,
    row: int,
    *,
    kind: ErrorKind | None = None,
    fields: tuple[str, ...] | None = None,
    role: str | None = None,
    record: Record | None = None,
    brief: bool = True,
) -> RecordRow:
    """One record of an answer.

    Args:
        segment: That holds it.
        row: Its row.
        kind: Its group; None if it is no error.
        fields: Names of the fields to show; None for all.
        role: See `RecordRow`.
        record: The record, if it was read before.
        brief: Whether its exception is said in a line among the fields; else the answer
            shows it elsewhere.
    """
    beat()
    read = record or segment.record(row)
    source = segment.origin.source
    shown = _without_trace(read)
    if brief and read.exception is not None:
        shown["exception"] = in_brief(read.exception)
    if fields is not None:
        subject = Subject(read, source, lambda: kind.id if kind else None)
        found = {name: lookup(subject, name) for name in fields}
        shown = {name: value for name, value in found.items() if value is not None}
    return RecordRow(
        id=segment.record_id(row),
        time=None if read.time_ns is None else iso(read.time_ns),
        level=read.level.word or None,
        source=source,
        message=read.message,
        fields=shown,
        level_inferred=True if read.level_inferred else None,
        logger=read.logger,
        group=kind.id if kind else None,
        trace=read.trace,
        service=read.service,
        truncated=True if read.truncated else None,
        role=role,
    )


def _without_trace(record: Record) -> dict[str, Any]:
    """A record's fields but for the text of its stack trace."""
    if record.exception is None:
        return dict(record.fields)
    kind = record.exception.type.rpartition(".")[2]

    def kept(fields: dict[str, Any]) -> dict[str, Any]:
        shown = {
            name: kept(value) if isinstance(value, dict) else value
            for name, value in fields.items()
            if not (isinstance(value, str) and "\n" in value and kind in value)
        }
        # An object that held the trace alone says nothing without it.
        return {name: one for name, one in shown.items() if one != {}}

    return kept(record.fields)


def in_brief(exception: Exception_) -> str:
    """An exception in a line: what was reported, what caused it, and where.

    Returns:
        `OrderError: no stock <- TimeoutError: 5 s at app/db.py:25 in fetch`.
    """
    root = exception.root
    said = [exception] if root is exception else [exception, root]
    text = " <- ".join(_said(one) for one in said)
    place = next((f for f in root.frames if f.in_app and f.file), None)
    if place is None:
        return text
    line = f":{place.line}" if place.line else ""
    return f"{text} at {place.file}{line} in {place.function or '?'}"


def _said(exception: Exception_) -> str:
    message = exception.message.partition("\n")[0][:SAID_CHARACTERS_MAX]
    return f"{exception.type}: {message}" if message else exception.type


def field_names(segment: Segment, rows: list[int], found: set[str]) -> None:
    """Add the names and dotted paths of fields that some records have."""
    for row in rows:
        found.update(names(segment.record(row).fields))
