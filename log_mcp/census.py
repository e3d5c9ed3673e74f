"""The sources there are, and how each of them is: read, written, and itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.habit import Activity, is_silent
from log_mcp.answer import SourceRow
from log_mcp.feed import Feed
from log_mcp.ingest.source import Source
from log_mcp.leap import Leaps
from log_mcp.reach import lag_bytes
from log_mcp.record import Level
from log_mcp.scope import Starts
from log_mcp.span import HOUR, SECOND
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

CLOCKS_AGREE_NS: Final = HOUR  # a zone is an hour off at least
RATE_NS: Final = 300 * SECOND  # over which rates are told


@dataclass(slots=True)
class Vitals:
    """What tells how sources are, kept from one question to the next. Thread-safe.

    Attributes:
        activity: When their records were written.
        starts: What they say of starts.
    """

    activity: Activity = field(default_factory=Activity)
    starts: Starts = field(default_factory=Starts)

    def add(
        self,
        row: SourceRow,
        segments: Sequence[Segment],
        now_ns: int,
        leaps: Leaps,
    ) -> None:
        """Tell of a source how it is.

        Args:
            row: Of the source.
            segments: What is held of it.
            now_ns: The time.
            leaps: What of it is no silence.
        """
        minutes = RATE_NS / (60 * SECOND)
        records, errors = _recent(segments, now_ns)
        row.records_per_minute = round(records / minutes, 1)
        row.errors_per_minute = round(errors / minutes, 1)
        if not segments:
            return
        row.habit_seconds = self.activity.habit_s(row.name, segments)
        last_ns = max(one.last_ns for one in segments)
        silence = now_ns - last_ns - leaps.skipped_ns(last_ns, now_ns)
        if is_silent(silence, row.habit_seconds):
            row.silent_seconds = silence // SECOND
        runs, whole = self.starts.runs(segments)
        if runs:
            row.last_start = iso(runs[0])
            row.runs = len(runs) if whole else None


def _recent(segments: Sequence[Segment], now_ns: int) -> tuple[int, int]:
    """Records and errors of the last minutes."""
    records = errors = 0
    for one in segments:
        if one.last_ns > now_ns - RATE_NS and one.first_ns <= now_ns:
            inside = (one.times > now_ns - RATE_NS) & (one.times <= now_ns)
            records += int(np.count_nonzero(inside))
            errors += int(np.count_nonzero(one.levels[inside] >= Level.ERROR))
    return records, errors


def source_rows(
    feed: Feed,
    held: Sequence[Held],
    counts: Mapping[Segment, NDArray[np.int64]] | None = None,
    health: Vitals | None = None,
    now_ns: int = 0,
) -> list[SourceRow]:
    """State of every source.

    Args:
        feed: Knows the sources.
        held: What memory holds.
        counts: Records of a segment by level, where only some of them count.
        health: Tells how they are; None to leave that out.
        now_ns: The time.
    """
    by_key = {one.key: one for one in held}
    rows = []
    for source in feed.catalog.sources:
        own = [by_key[t.key] for t in tuple(source.tails) if t.key in by_key]
        row = _source_row(source, own, feed, counts)
        if health is not None:
            segments = [segment for one in own for segment in one.segments]
            health.add(row, segments, now_ns, feed.leaps)
        rows.append(row)
    return rows


def _source_row(
    source: Source,
    held: Sequence[Held],
    feed: Feed,
    counts: Mapping[Segment, NDArray[np.int64]] | None,
) -> SourceRow:
    segments = [s for one in held for s in one.segments]
    formats = {t.reading.name for t in source.tails if t.reading is not None}
    sizes = [(tail, tail.file.size) for tail in tuple(source.tails)]
    lag = sum([lag_bytes(tail, size) for tail, size in sizes])
    by_level = sum(
        [s.counts if counts is None else counts[s] for s in segments],
        np.zeros(len(Level), np.int64),
    )
    return SourceRow(
        name=source.name,
        state=state(source, feed),
        format=", ".join(sorted(formats)),
        files=len(source.tails),
        records=int(by_level.sum()),
        errors=int(by_level[Level.ERROR :].sum()),
        bytes=sum([size for tail, size in sizes if tail.file.path is not None]),
        oldest=iso(min(s.first_ns for s in segments)) if segments else None,
        newest=iso(max(s.last_ns for s in segments)) if segments else None,
        trouble="; ".join(trouble_of(source)) or None,
        lag_bytes=lag or None,
        lag_seconds=_lag_seconds(source, held) if lag else None,
    )


def trouble_of(source: Source) -> list[str]:
    """What is wrong with a source, in words."""
    found = [f"{path}: {what}" for path, what in source.trouble.items()]
    if source.writer is not None and source.writer.trouble:
        found.append(f"its command {source.writer.trouble}")
    return found


def _lag_seconds(source: Source, held: Sequence[Held]) -> float | None:
    """How far behind its writers a source is; None where its records do not tell.

    They do if their clock is that of the disk: a log that is replayed, or written in
    another zone than it is read in, is hours off.
    """
    newest = {one.key: one.segments[-1].last_ns for one in held if one.segments}
    behind = [
        tail.file.mtime_ns - newest[tail.key]
        for tail in source.tails
        if tail.key in newest and lag_bytes(tail)
    ]
    known = [lag for lag in behind if 0 <= lag < CLOCKS_AGREE_NS]
    return round(max(known) / 1e9, 1) if known else None


def state(source: Source, feed: Feed) -> str:
    """`live`, `loading`, `missing`, `unreadable`, `binary`, `stopped` or `empty`."""
    if source.writer is not None and source.writer.trouble:
        return "stopped"
    there = [tail for tail in source.tails if tail.file.path is not None]
    held_back = feed.catalog.waiting or feed.catalog.late
    waits = held_back and not there and not source.trouble
    if waits or (not feed.loaded and any(feed.is_due(tail) for tail in there)):
        return "loading"
    if not there:
        return "unreadable" if source.trouble else "missing"
    if all(tail.binary for tail in there):
        return "binary"
    if all(tail.reading is None for tail in there):
        return "empty"
    return "live"
