"""Rows of a table: CSV and TSV with a header line, PostgreSQL's csvlog, W3C, Zeek.

A line begins a record if its cells have a time where the table's time stands (a level,
where the table has no time). All other lines continue a record: those of a quoted cell
that holds line ends, and there nothing begins a record, not even a crash. So a block may
begin anywhere, even inside of quotes.

Of a record that spans lines the level is read if it stands on the first one.
"""

from dataclasses import dataclass
from datetime import UTC
from typing import Any, Final

import numpy as np

from log_mcp import timestamp
from log_mcp.formats import pairs
from log_mcp.formats.cells import Grid, bare, value
from log_mcp.formats.columns import Context, Kind
from log_mcp.formats.levels import UNREAD, Words
from log_mcp.formats.reader import Head, Heads, Text
from log_mcp.formats.schema import Schema, Table
from log_mcp.formats.text import up_to_trace
from log_mcp.record import INFERRED, NO_TIME, Exception_, Failure, Level, Record

_CELLS_MAX: Final = 1000  # of one record that become fields


class TableReader:
    """Reads lines that are rows.

    Args:
        context: Of the file.
        table: What its head says.
    """

    def __init__(self, context: Context, table: Table) -> None:
        self._context = context
        self._schemas = table.schemas
        self._by_count = {len(schema.names): schema for schema in table.schemas}
        self._words = {schema: Words(schema.scale) for schema in table.schemas}

    @property
    def firsts(self) -> bytes:
        """See `Reader`."""
        return b""

    def heads(self, text: Text) -> Heads:
        """See `Reader`."""
        heads = Heads.none(len(text.ends))
        main = self._schemas[0]
        grid = Grid(text, main.separator, quoted=main.quoted)
        others = np.ones(len(text.ends), np.bool_)
        for schema in self._schemas[1:]:
            own = grid.counts == len(schema.names)
            others &= ~own
            self._rows(schema, grid, np.flatnonzero(own), heads)
        self._rows(main, grid, np.flatnonzero(others), heads)
        return heads

    def _rows(self, schema: Schema, grid: Grid, lines: Any, heads: Heads) -> None:
        """Heads of those of some lines that are rows of a schema."""
        least = max(schema.time, default=schema.level or 0)
        lines = lines[grid.counts[lines] > least]
        if not len(lines):
            return
        if schema.time:
            texts = grid.texts(schema.time, lines)
            times = timestamp.parse_many(
                texts,
                self._zone(schema),
                self._context.anchor_ns,
                self._context.day_first,
            )
            right = times != NO_TIME
            lines = lines[right]
            heads.times[lines] = times[right]
        if schema.level is not None:
            lines = self._leveled(schema, schema.level, grid, lines, heads)
        heads.kinds[lines] = Kind.ROW

    def _leveled(
        self, schema: Schema, column: int, grid: Grid, lines: Any, heads: Heads
    ) -> Any:
        """Sets levels; the lines that are rows."""
        words = self._words[schema]
        stating = lines[grid.counts[lines] > column]
        texts = grid.texts((column,), stating)
        levels = np.fromiter(map(words.__getitem__, texts), np.uint8, len(texts))
        known = levels != UNREAD
        heads.levels[stating] = np.where(known, levels, 0)
        if schema.scale == "status":
            heads.flags[stating[known & (levels > 0)]] = INFERRED
        return lines if schema.time else stating[known]

    def _zone(self, schema: Schema) -> Any:
        return UTC if schema.utc else self._context.zone

    def _schema(self, cells: list[bytes]) -> Schema:
        return self._by_count.get(len(cells), self._schemas[0])

    def head(self, line: bytes) -> Head | None:
        """See `Reader`."""
        opening = self.opening(line)
        return opening.head if opening else None

    def rest(self, line: bytes) -> bytes | None:
        """See `Reader`."""
        opening = self.opening(line)
        return opening.rest if opening else None

    def opening(self, line: bytes) -> "RowOpening | None":
        """See `Reader`."""
        cells = self._schemas[0].cells(line)
        schema = self._schema(cells)
        if len(cells) <= max(schema.time, default=schema.level or 0):
            return None
        head = self._stated(schema, cells)
        return RowOpening(line, head, schema, cells) if head else None

    def _stated(self, schema: Schema, cells: list[bytes]) -> Head | None:
        time_ns, level, flags = NO_TIME, 0, 0
        if schema.time:
            text = b" ".join(
                bare(cells[at], quoted=schema.quoted) for at in schema.time
            )
            context = self._context
            stated = timestamp.parse(
                text, self._zone(schema), context.anchor_ns, context.day_first
            )
            if stated is None:
                return None
            time_ns = stated
        if schema.level is not None and schema.level < len(cells):
            word = bare(cells[schema.level], quoted=schema.quoted)
            level = self._words[schema][word]
            if level == UNREAD:
                level = 0
                if not schema.time:
                    return None
            elif level and schema.scale == "status":
                flags = INFERRED
        elif not schema.time:
            return None
        return Head(Kind.ROW, time_ns, level, flags)


@dataclass(slots=True)
class RowOpening:
    """The first line of a row; see `Opening`.

    Attributes:
        line: All of it.
        head: What it says.
        schema: Of its table.
        cells: As written, of this line alone.
    """

    line: bytes
    head: Head
    schema: Schema
    cells: list[bytes]

    @property
    def kind(self) -> Kind:
        """See `Opening`."""
        return Kind.ROW

    @property
    def rest(self) -> bytes:
        """The line from its message on; all of it, if that is no column."""
        schema, cells = self.schema, self.cells
        at = schema.message
        if at is None and schema.time == tuple(range(len(schema.time))):
            at = len(schema.time)
        if at is None or at >= len(cells):
            return self.line
        begin = sum(map(len, cells[:at])) + at
        cell = cells[at].removeprefix(b" ")
        begin += len(cells[at]) - len(cell)
        if schema.message is not None and schema.quoted and cell[:1] == b'"':
            begin += 1
        return self.line[begin:]

    def _fields(self, text: str) -> dict[str, str]:
        """The cells by their names, but for those that hold nothing."""
        schema = self.schema
        cells = self.cells
        if schema.quoted and "\n" in text and self.line.count(b'"') % 2:
            cells = schema.cells(text.encode())
        fields: dict[str, str] = {}
        for at, cell in enumerate(cells[:_CELLS_MAX]):
            name = schema.names[at] if at < len(schema.names) else f"column{at + 1}"
            said = value(cell, quoted=schema.quoted)
            if said not in schema.absent:
                fields.setdefault(name, said)
        return fields

    def _name(self, at: int | None) -> str:
        names = self.schema.names
        if at is None:
            return ""
        return names[at] if at < len(names) else f"column{at + 1}"

    def _said(self, fields: dict[str, str], trace: Exception_ | None) -> str:
        message = fields.get(self._name(self.schema.message))
        if message is None:
            if self.schema.message is not None:
                return ""
            return self.rest.decode(errors="replace")
        first, _, below = message.partition("\n")
        return up_to_trace(first, below, trace)

    def _common(self, fields: dict[str, str]) -> tuple[str | None, str | None]:
        """Logger and correlation value."""
        schema = self.schema
        trace = pairs.trace(fields) or fields.get(self._name(schema.trace))
        return fields.get(self._name(schema.logger)) or schema.path, trace

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """See `Opening`."""
        schema, fields = self.schema, self._fields(text)
        logger, correlation = self._common(fields)
        message = self._said(fields, trace)
        return Record(
            time_ns=None if head.time_ns == NO_TIME else head.time_ns,
            level=Level(head.level),
            level_inferred=bool(head.flags & INFERRED),
            message=message,
            text=text,
            logger=logger,
            service=fields.get(self._name(schema.service)),
            trace=correlation,
            fields=self._kept(fields),
            exception=trace,
        )

    def _kept(self, fields: dict[str, str]) -> dict[str, Any]:
        """The fields without what the record says of itself.

        Columns of an access log stand under the names that they have elsewhere, too.
        """
        schema = self.schema
        used = {*schema.time, schema.message}
        if schema.scale != "status":
            used.add(schema.level)
        request = ((kind, fields.get(self._name(at))) for kind, at in schema.request)
        own = set(map(self._name, used))
        return {kind: said for kind, said in request if said} | {
            name: said for name, said in fields.items() if name not in own
        }

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """See `Opening`."""
        fields = self._fields(text)
        logger, correlation = self._common(fields)
        return Failure(
            message=self._said(fields, trace),
            text=text,
            level_inferred=bool(flags & INFERRED),
            logger=logger,
            trace=correlation,
            fields=self._kept(fields),
            exception=trace,
        )
