"""Where the records of a file come from, as `block.Origin` asks."""

from dataclasses import dataclass

from log_mcp.block import Thin
from log_mcp.formats.jsonl import unescape
from log_mcp.ingest.calendar import Calendar
from log_mcp.ingest.file import LogFile
from log_mcp.ingest.folds import Folds
from log_mcp.ingest.reading import Reading
from log_mcp.record import Failure, Record


class Name:
    """A source's name, which may change as other sources appear beside it."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


@dataclass(frozen=True, slots=True, eq=False)
class FileOrigin:
    """Where the records of a file come from; see `block.Origin`.

    Attributes:
        service: Given to records that name none; None for none.
        thin: Which records are kept; None for all.
        calendar: Dates for times that lack theirs; None where all are whole.
        folds: Which pass is meant of an hour that clocks showed twice; None for the first.
    """

    name: Name
    key: str
    file: LogFile
    reading: Reading
    service: str | None = None
    thin: Thin | None = None
    calendar: Calendar | None = None
    folds: Folds | None = None

    @property
    def source(self) -> str:
        """Name of the source."""
        return self.name.text

    def parse(self, text: bytes) -> Record:
        """One record's text, read whole."""
        record = self.reading.format.parse(text)
        if self.service is None or record.service is not None:
            return record
        values = {slot: getattr(record, slot) for slot in Record.__slots__}
        return Record(**{**values, "service": self.service})

    def failure(self, text: bytes, flags: int) -> Failure:
        """What one record's text says of a failure; `flags` are its column's."""
        return self.reading.format.failure(text, flags)

    def decode(self, text: bytes) -> bytes:
        """The search text of a record that holds escapes."""
        return unescape(text)

    def record_id(self, offset: int) -> str:
        """Public id of the record that begins at this byte of the file."""
        return self.file.record_id(offset)
