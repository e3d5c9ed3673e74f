"""Files read once, from beginning to end: what `parse` prints and `check` counts.

Unlike a question, a passage keeps nothing and needs no ring: records go by in file order.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Final

import numpy as np

from log_mcp.block import join
from log_mcp.errors import SourceError
from log_mcp.failure import exception_row
from log_mcp.ingest.border import ANYWHERE, Border
from log_mcp.ingest.calendar import Calendar
from log_mcp.ingest.discover import expand
from log_mcp.ingest.door import is_binary
from log_mcp.ingest.family import family_of, generation
from log_mcp.ingest.file import SAMPLE_BYTES, LogFile
from log_mcp.ingest.lines import LineReader, RawLines
from log_mcp.ingest.origin import FileOrigin, Name
from log_mcp.ingest.past import Past, told_apart
from log_mcp.ingest.pipeline import Pipeline, Scanned
from log_mcp.ingest.reading import Reading, Settings, tell
from log_mcp.plain import to_json
from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

READ_BYTES: Final = 4 * 1024 * 1024
NOTHING: Final = "no such file, and no log file matches it"
NO_LOGS: Final = "holds no file that is called like a log; name the files themselves"


def files_of(
    patterns: Iterable[str], *, siblings: bool, border: Border = ANYWHERE
) -> tuple[list[Path], dict[str, str]]:
    """The files that patterns find, oldest of each family first, and what went wrong.

    Args:
        patterns: Absolute.
        siblings: Whether a file that is named brings the rotated ones with it.
        border: Where they may lie.
    """
    files: dict[Path, None] = {}
    trouble: dict[str, str] = {}
    for pattern in patterns:
        alone = not siblings and os.path.isfile(pattern)  # noqa: PTH113 - never raises
        if alone and border.roots is None:
            files[Path(pattern)] = None
            continue
        found = expand(pattern, border)
        if found.trouble:
            trouble[pattern] = found.trouble
        there = [f for f in found.files if os.path.exists(f)]  # noqa: PTH110 - never raises
        if alone:  # Whether it has names elsewhere is found with the rotated ones.
            there = [f for f in there if os.path.samefile(f, pattern)]  # noqa: PTH121 - as below
        if not there and not found.trouble:
            folder = os.path.isdir(pattern)  # noqa: PTH112 - never raises
            trouble[pattern] = NO_LOGS if folder else NOTHING
        ordered = sorted(there, key=generation, reverse=True)
        files.update(dict.fromkeys(sorted(ordered, key=lambda f: str(family_of(f)))))
    return list(files), trouble


def scan(
    path: Path, settings: Settings, look: Callable[[bytes], None] | None = None
) -> tuple[Reading | None, Iterator[Scanned]]:
    """A file's blocks in order, and how it is read; None where it holds no text.

    Args:
        path: The file.
        settings: How to read it.
        look: Called with each piece of the file as it is.

    Raises:
        OSError, SourceError: It cannot be read.
    """
    file = LogFile(path, family_of(path), settings.border)
    try:
        head = file.read(0, SAMPLE_BYTES)
        text = head and not is_binary(head[:8192])
        reading = tell(file, head, settings, file.mtime_ns) if text else None
    except BaseException:
        file.close()
        raise
    if reading is None:
        file.close()
        return None, iter(())
    bare, calendar = reading.undated, None
    if bare is not None:
        calendar = Calendar(bare.period, bare.zone)
    name = Name(file.family.stem)
    origin = FileOrigin(name, "", file, reading, settings.service, calendar=calendar)
    origin = told_apart(origin, settings.redactor, reading.zone or settings.zone)
    pipeline = Pipeline(
        origin, reading, settings.redactor, origin.calendar, origin.folds
    )
    reader = LineReader(0, reading.encoding)
    past = Past(origin, settings.redactor)
    return reading, _blocks(file, past, pipeline, reader, look)


def _blocks(
    file: LogFile,
    past: Past,
    pipeline: Pipeline,
    reader: LineReader,
    look: Callable[[bytes], None] | None,
) -> Iterator[Scanned]:
    rest = b""
    try:
        past.learn(0)  # The dates of the first records depend on all others.
        for piece in chain(file.pieces(READ_BYTES), [b""]):
            if look is not None:
                look(piece)
            rest += piece
            before = reader.position
            raw = reader.take(rest, final=not piece) if rest else None
            rest = rest[reader.position - before :]
            if raw is not None:
                yield pipeline.feed(raw, file.mtime_ns)
        if pipeline.waits:  # a blank line ends what has no end yet
            end = reader.position
            raw = RawLines(b"\n", np.array([end]), end, end)
            yield pipeline.feed(raw, file.mtime_ns)
        if pipeline.holds:
            yield pipeline.settle(reader.position, file.mtime_ns)
    finally:
        file.close()


def records(
    path: Path, settings: Settings, patterns: Iterable[str] = ()
) -> Iterator[dict[str, Any]]:
    """A file's records as `parse` prints them.

    Args:
        path: The file.
        settings: How to read it.
        patterns: Of its records, in their order; those behind the last have none.

    Raises:
        OSError, SourceError: It cannot be read.
    """
    _, blocks = scan(path, settings)
    name = str(path)
    pattern = chain(patterns, repeat(None))
    for segment, first, last in _whole(blocks):
        text = segment.text
        for row in range(len(segment)):
            printed = _printed(segment, row, text, (name, first[row], last[row]))
            yield printed | {"pattern": next(pattern)}


def segments(path: Path, settings: Settings) -> Iterator[Segment]:
    """A file's records as segments, in file order.

    Raises:
        OSError, SourceError: It cannot be read; what came before is given first.
    """
    _, blocks = scan(path, settings)
    for segment, _, _ in _whole(blocks):
        yield segment


def _whole(blocks: Iterator[Scanned]) -> Iterator[tuple[Segment, list[int], list[int]]]:
    """Blocks as segments of whole records: a last record waits for what continues it.

    Raises:
        SourceError: As the blocks do; those that came before are given first.
    """
    waiting: list[Scanned] = []
    damage: SourceError | None = None
    try:
        for scanned in blocks:
            block = scanned.block
            # One without text (a piece of a line alone) says nothing of what follows.
            if waiting and len(block.starts) and not block.lead:
                yield from _joined(waiting)
                waiting = []
            waiting.append(scanned)
    except SourceError as error:
        damage = error
    yield from _joined(waiting)
    if damage is not None:
        raise damage


def _joined(
    scanned: list[Scanned],
) -> Iterator[tuple[Segment, list[int], list[int]]]:
    first: list[int] = []
    last: list[int] = []
    for one in scanned:
        lines = one.lines()
        if last and one.block.lead:
            last[-1] = max(last[-1], lines.lead_end)
        first += lines.first.tolist()
        last += lines.ends.tolist()
    if first:
        yield Segment(join(tuple(one.block for one in scanned))), first, last


def _printed(
    segment: Segment, row: int, text: bytes, place: tuple[str, int, int]
) -> dict[str, Any]:
    record = segment.record(row, text)
    printed: dict[str, Any] = {
        "file": place[0],
        "line": place[1] + 1,
        "end_line": place[2] + 1,
        "time": None if record.time_ns is None else iso(record.time_ns),
        "level": record.level.word or None,
    }
    if record.level_inferred:
        printed["level_inferred"] = True
    return printed | {
        "logger": record.logger,
        "message": record.message,
        "fields": record.fields,
        "exception": to_json(exception_row(record.exception)),
    }
