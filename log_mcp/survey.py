"""What a file would give: how it is read, how well, and what is in it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from log_mcp.errors import SourceError, reason
from log_mcp.ingest.family import family_of
from log_mcp.ingest.pipeline import Scanned
from log_mcp.ingest.reading import Settings
from log_mcp.passage import scan
from log_mcp.record import EXCEPTION, TRUNCATED, UNTIMED, Level
from log_mcp.redact import hidden
from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

SHARE_LOW: Final = 0.5
LOST: Final = "\ufffd".encode()  # what stands for bytes that are no text
LOOK_RECORDS: Final = 200  # of each block, read whole to learn of traces


@dataclass(slots=True)
class Found:
    """What `check` says of one file.

    Attributes:
        file: Its path.
        source: Name of the source it belongs to.
        format: As `serve` reads it; empty if it cannot be.
        lines: Lines that are not blank.
        read: How many of them belong to a record that was understood.
        records: Their number.
        errors: Records of level error and above.
        traced: Records with a correlation value, of those looked at whole.
        looked_at: How many were looked at whole.
        stacks: Errors with a stack trace.
        untimed: Records that state no time.
        cut: Records of which only the beginning is kept, as they are too long.
        lost: Characters that are no text in the file's encoding.
        nul: NUL bytes, which are left out.
        first: Time of the earliest record; None if none states one.
        last: Time of the latest.
        hidden: How many secrets of each kind are hidden; None if nobody asked.
        trouble: What is wrong; None if nothing is.
    """

    file: str
    source: str
    format: str = ""
    lines: int = 0
    read: int = 0
    records: int = 0
    errors: int = 0
    traced: int = 0
    looked_at: int = 0
    stacks: int = 0
    untimed: int = 0
    cut: int = 0
    lost: int = 0
    nul: int = 0
    first: str | None = None
    last: str | None = None
    hidden: dict[str, int] | None = None
    trouble: str | None = None

    @property
    def share(self) -> float:
        """Share of lines that were understood, 0 to 1; 1 for a file without lines."""
        return self.read / self.lines if self.lines else 1.0


def survey(path: Path, settings: Settings, *, redaction: bool = False) -> Found:
    """What would be read of a file, and how.

    Args:
        path: The file.
        settings: How to read it.
        redaction: Whether to count what is hidden.
    """
    found = Found(str(path), family_of(path).stem)
    hides: Counter[str] | None = Counter() if redaction else None
    nul = 0

    def look(piece: bytes) -> None:
        nonlocal nul
        nul += piece.count(0)
        if hides is not None:  # what another program hid
            hides.subtract(hidden(piece))

    try:
        reading, blocks = scan(path, settings, look)
        if reading is None:
            empty = path.stat().st_size == 0
            found.trouble = "empty" if empty else "holds no text (binary), is not read"
            return found
        found.format = reading.name
        for scanned in blocks:
            _count(found, scanned)
            if hides is not None:
                hides.update(hidden(scanned.block.text))
        found.nul = nul if reading.encoding == "utf-8" else 0
    except (OSError, SourceError) as error:
        found.trouble = reason(error)
    if hides is not None:
        found.hidden = {kind: count for kind, count in hides.most_common() if count > 0}
    if found.trouble is None and found.share < SHARE_LOW:
        found.trouble = "many lines were not understood"
    return found


def _count(found: Found, scanned: Scanned) -> None:
    found.lines += scanned.count
    found.read += scanned.read
    if not len(scanned.block.starts):
        return
    segment = Segment(scanned.block)
    found.records += len(segment)
    found.errors += int(segment.counts[Level.ERROR :].sum())
    severe = segment.levels >= Level.ERROR
    found.stacks += int(np.count_nonzero(severe & (segment.flags & EXCEPTION != 0)))
    untimed = segment.flags & UNTIMED != 0
    found.untimed += int(np.count_nonzero(untimed))
    found.cut += int(np.count_nonzero(segment.flags & TRUNCATED))
    stated = segment.times[~untimed]
    if len(stated):
        first, last = iso(int(stated.min())), iso(int(stated.max()))
        found.first = min(found.first or first, first)
        found.last = max(found.last or last, last)
    text = segment.text
    found.lost += text.count(LOST)
    for row in range(0, len(segment), max(1, len(segment) // LOOK_RECORDS)):
        found.looked_at += 1
        found.traced += segment.record(row, text).trace is not None
