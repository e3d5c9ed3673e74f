"""One record whole, and its group."""

from typing import Final

from log_mcp import coverage
from log_mcp.answer import ErrorReport
from log_mcp.desk import FROM_DISK, NOT_ALL, Desk, segments_of
from log_mcp.failure import exception_row
from log_mcp.pace import Pace
from log_mcp.query.filter import Filter
from log_mcp.query.rows import record_row
from log_mcp.ranking import ranking_of
from log_mcp.scope import run_of
from log_mcp.timestamp import iso

RAW_CHARACTERS_MAX: Final = 64 * 1024


def error(desk: Desk, name: str, pace: Pace) -> ErrorReport:
    """The answer of `get_error`.

    Args:
        desk: Where it is asked.
        name: See `lookup.find`.
        pace: How far it may go.

    Raises:
        NotFound: It names nothing.
    """
    held, _ = desk.call(pace)
    hit = desk.find(name, held, Filter(), pace)
    hasty = pace.late
    segments = segments_of(held)
    record = hit.segment.record(hit.row)
    kind = desk.annotator.kind(hit.segment, hit.row)
    group = None
    known, untold = desk.known(segments, pace)
    if kind is not None:
        groups = ranking_of(desk, known, Filter(group=kind.id), 1).groups
        group = groups[0] if groups else None
    view = desk.view(held, Filter(), None)
    view.later = ""  # It says all of one record, and of its group what is held.
    source = hit.segment.origin.source
    began = run_of(segments, record, source, desk.annotator)
    view.run = None if began is None else iso(began)
    if hit.segment not in segments:
        view.notes.append(FROM_DISK)
    view.notes += [NOT_ALL] * hasty
    view.notes += untold
    row = record_row(hit.segment, hit.row, kind=kind, record=record, brief=False)
    raw = record.text[:RAW_CHARACTERS_MAX]
    view.notes += coverage.amended([row], raw)
    if len(record.text) > len(raw):
        view.notes.append(
            f"raw holds the first {len(raw)} of {len(record.text)} characters"
        )
    return ErrorReport(
        record=row,
        exception=exception_row(record.exception),
        group=group,
        raw=raw,
        view=view,
    )
