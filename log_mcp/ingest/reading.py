"""How a file is read: its encoding, its envelope, its format; told by its content."""

from datetime import tzinfo
from typing import Final, NamedTuple

import numpy as np

from log_mcp.block import Thin
from log_mcp.formats import Carry, Context, Format, detect, named
from log_mcp.formats.dayfirst import day_first
from log_mcp.formats.undated import Undated, undated
from log_mcp.formats.wrapping import Envelope
from log_mcp.ingest.border import ANYWHERE, Border
from log_mcp.ingest.door import decode, encoding_of, envelope_of, unwrap
from log_mcp.ingest.file import SAMPLE_BYTES, LogFile
from log_mcp.ingest.lines import LineReader
from log_mcp.record import NO_TIME
from log_mcp.redact import Redactor

LATE_BYTES: Final = 64 * 1024
HEAD_LINES: Final = 150  # of a big file, so that its late lines have a say too


class Settings(NamedTuple):
    """How the files of a source are to be read.

    Attributes:
        zone: For times that carry none.
        redactor: Takes secrets out.
        format: A format's name, or `auto`.
        service: Given to records that name none; None for none.
        thin: Which records are kept; None for all.
        border: Where the files may lie.
    """

    zone: tzinfo
    redactor: Redactor
    format: str = "auto"
    service: str | None = None
    thin: Thin | None = None
    border: Border = ANYWHERE


class Reading(NamedTuple):
    """How a file is read; immutable.

    Attributes:
        encoding: See `door.encoding_of`.
        envelope: What wraps each line; None if nothing does.
        format: What the lines are.
        elsewhere: The same format, of another zone and age: where the times that it reads
            differ, a time inside an envelope is a guess, and the envelope's own is none.
            None where no line of the head has such a time.
        undated: The same format for times that lack their year or date; None where none
            in the head does, or the envelope's own time counts.
        day_first: See `formats.Context`.
    """

    encoding: str
    envelope: Envelope | None
    format: Format
    elsewhere: Format | None = None
    undated: Undated | None = None
    day_first: bool | None = None

    @property
    def zone(self) -> tzinfo | None:
        """That of times which lack their date; None for the source's, as of all others."""
        return self.undated.zone if self.undated else None

    def like(self, other: "Reading") -> bool:
        """Whether another head of the same file told the same."""
        mine, others = (
            (one.name, one.undated is None, one.day_first) for one in (self, other)
        )
        return mine == others

    @property
    def name(self) -> str:
        """What `check` prints: `docker+jsonl`, `utf-16-le+python`, ..."""
        parts = [self.encoding] if self.encoding != "utf-8" else []
        if self.envelope is not None:
            parts.append(self.envelope.name)
        return "+".join([*parts, self.format.name])


def tell(file: LogFile, head: bytes, settings: Settings, anchor_ns: int) -> Reading:
    """How a file is read.

    Args:
        file: The file.
        head: Its first bytes, at least one line of them.
        settings: What the user decided.
        anchor_ns: See `formats.Context`.

    Raises:
        OSError: It cannot be read.
        ConfigError: The settings name a format that is none.
    """
    encoding = encoding_of(head)
    sample = head
    if not file.packed and file.size > 4 * SAMPLE_BYTES:
        sample = _first_lines(head, encoding) + _late_lines(file, encoding)
    envelope = envelope_of(sample, encoding)
    if envelope is None:
        text, timed = decode(sample, encoding), False
    else:
        inner = unwrap(sample, encoding, envelope)
        text, timed = inner.text, bool((inner.times != NO_TIME).any())
    context = Context(settings.zone, anchor_ns, day_first(text, anchor_ns))
    format_ = _format(text, settings, context)
    if not timed:

        def make(other: Context) -> Format:
            return _format(text, settings, other)

        bare = undated(text, format_, context, make)
        return Reading(encoding, envelope, format_, None, bare, context.day_first)
    other = _format(text, settings, context.elsewhere())
    here, there = (one.scan(text, Carry()).times for one in (format_, other))
    guessed = len(here) == len(there) and not np.array_equal(here, there)
    elsewhere = other if guessed else None
    return Reading(encoding, envelope, format_, elsewhere, None, context.day_first)


def _format(text: bytes, settings: Settings, context: Context) -> Format:
    if settings.format == "auto":
        return detect(text, context)
    return named(settings.format, context, text)


def _first_lines(head: bytes, encoding: str) -> bytes:
    raw = LineReader(0, encoding).take(head)
    if raw is None or len(raw.offsets) <= HEAD_LINES:
        return head
    return head[: int(raw.offsets[HEAD_LINES])]


def _late_lines(file: LogFile, encoding: str) -> bytes:
    """Some whole lines from the file's end: a head may be all banner."""
    begin = (file.size - LATE_BYTES) & ~1
    raw = LineReader(begin, encoding).take(file.read(begin, LATE_BYTES))
    if raw is None or len(raw.offsets) < 2:
        return b""
    return raw.data[int(raw.offsets[1]) - begin :]
