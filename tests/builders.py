"""Blocks for tests, made as the server makes them: a real file through the real pipeline."""

from collections.abc import Callable, Iterable
from datetime import UTC
from pathlib import Path

import numpy as np

from log_mcp.block import Block
from log_mcp.ingest.family import family_of
from log_mcp.ingest.file import LogFile
from log_mcp.ingest.lines import LineReader
from log_mcp.ingest.origin import FileOrigin, Name
from log_mcp.ingest.pipeline import Pipeline
from log_mcp.ingest.reading import Settings, tell
from log_mcp.record import Level, Record
from log_mcp.redact import Redactor
from log_mcp.store.segment import ErrorKind, Errors, Segment

SETTINGS = Settings(UTC, Redactor())
ANCHOR_NS = 1_790_000_000 * 10**9
FALLBACK_NS = 1_700_000_000 * 10**9


class Log:
    """A file that is written, and read as far as a test wants.

    Args:
        path: Where to write it.
        text: All of it.
        source: Name of its source; else the file's stem.
        key: Tells it from other files; else its path.
        begin: Where reading begins; what lies before is history.
    """

    def __init__(
        self,
        path: Path,
        text: bytes,
        *,
        source: str | None = None,
        key: str | None = None,
        begin: int = 0,
    ) -> None:
        path.write_bytes(text)
        self.text = text
        file = LogFile(path, family_of(path))
        reading = tell(file, text, SETTINGS, ANCHOR_NS)
        file.close()
        self.origin = FileOrigin(
            Name(source or path.stem), key or str(path), file, reading
        )
        self._reader = LineReader(begin, reading.encoding)
        self._pipeline = self._fresh()

    def _fresh(self) -> Pipeline:
        return Pipeline(self.origin, self.origin.reading, SETTINGS.redactor)

    @property
    def done(self) -> bool:
        """Whether all of it has been read."""
        return self._reader.position >= len(self.text)

    def next(self, size: int | None = None) -> Block:
        """What follows what was read before, up to the line end at or behind a size."""
        begin = self._reader.position
        end = len(self.text)
        if size is not None:
            end = self.text.find(b"\n", begin + max(1, size) - 1) + 1 or end
        raw = self._reader.take(self.text[begin:end], final=True)
        assert raw is not None
        return self._pipeline.feed(raw, FALLBACK_NS).block

    def between(self, begin: int, end: int) -> Block:
        """A stretch read apart, as history is."""
        raw = LineReader(begin).take(self.text[begin:end], final=True)
        assert raw is not None
        return self._fresh().feed(raw, FALLBACK_NS).block


def segment_of(path: Path, lines: Iterable[str], source: str | None = None) -> Segment:
    """A segment that holds a whole small file."""
    text = "".join(f"{line}\n" for line in lines).encode()
    return Segment(Log(path, text, source=source).next())


def kind_of(record: Record) -> str:
    """A stand-in for a fingerprint: what kind of failure a record is, from it alone."""
    if record.exception is not None:
        return record.exception.type
    return "".join(filter(str.isalpha, record.message.split(" ")[0]))


def errors_by(kind: Callable[[Record], str]) -> Callable[[Segment], Errors]:
    """What `analysis` does for a ring, with a kind of its own."""

    def errors(segment: Segment) -> Errors:
        if segment.errors is None:
            rows = np.flatnonzero(segment.levels >= Level.ERROR).astype(np.uint32)
            names = [kind(segment.record(row)) for row in rows.tolist()]
            table = sorted(set(names))
            segment.errors = Errors(
                rows,
                np.array([table.index(name) for name in names], np.uint32),
                np.zeros(len(rows), np.uint64),
                tuple(ErrorKind(name, name, name) for name in table),
            )
        return segment.errors

    return errors


errors_of = errors_by(kind_of)
