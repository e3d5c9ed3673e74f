"""The report on one error: what failed, since when, why, and where in the code.

Every part is read off the records that are held; nothing is advised that they do not say.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from log_mcp.analysis.annotate import Annotator, trace_hash
from log_mcp.analysis.fingerprint import fingerprint
from log_mcp.analysis.group import FRESH, judged, status_within, watched
from log_mcp.analysis.tally import Part, Tallies, Tally, part
from log_mcp.analysis.workspace import Workspace
from log_mcp.answer import (
    CodeBlock,
    ErrorPart,
    Explanation,
    Question,
    Related,
    Similar,
    Summary,
    Timeline,
    View,
)
from log_mcp.failure import exception_row
from log_mcp.query.filter import Filter
from log_mcp.query.rows import record_row
from log_mcp.query.search import Hit, matching, search
from log_mcp.record import Exception_, Frame, Level, Record
from log_mcp.store.segment import ErrorKind, Segment
from log_mcp.timestamp import iso

MINUTE_NS: Final = 60 * 1_000_000_000
BEFORE_NS: Final = 5 * MINUTE_NS  # errors this long before it may have led to it
DAY_NS: Final = 24 * 60 * MINUTE_NS
TIMELINE_MAX: Final = 24
NEIGHBOURS: Final = 8
ELSEWHERE_NS: Final = 10 * 1_000_000_000
RELATED_MAX: Final = 6
CODE_MAX: Final = 4
WHY: Final = {  # an error before this one is worth a look, by its status
    "new": "began before it and was not there earlier",
    "rising": "was more frequent before it than in the day before",
}

Around = Callable[[Hit, int], tuple[list[Hit], list[Hit]]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a report is made from.

    Attributes:
        segments: Everything held.
        known: Those of them whose errors are sorted into groups.
        errors: Tells the errors of a segment.
        around: The records before and after one, in its file.
        workspace: The checkout that stack frames are looked up in.
        now_ns: The time.
    """

    segments: Sequence[Segment]
    known: Sequence[Segment]
    errors: Annotator
    around: Around
    workspace: Workspace
    now_ns: int

    def tallies(self, wanted: Filter) -> Tallies:
        """Errors that answer a filter, by group."""
        found = matching(self.known, wanted, self.errors)
        return Tallies(part(s, rows, self.errors(s)) for s, rows in found)

    def between(self, since_ns: int, until_ns: int) -> Tallies:
        """Errors of a window, by group."""
        window = Filter(level=Level.ERROR, since_ns=since_ns, until_ns=until_ns)
        return self.tallies(window)


def explain(hit: Hit, ground: Ground, view: View) -> Explanation:
    """The report on one record.

    Args:
        hit: The record; most often an error, but any will do.
        ground: What it is made from.
        view: What the answer covers.
    """
    record = hit.segment.record(hit.row)
    found = fingerprint(record)
    kind = ErrorKind(found.id, found.title, found.type)
    when = int(hit.segment.times[hit.row])
    total = _own_tally(hit, record, kind, ground)
    related = _related(kind, when, ground)
    return Explanation(
        summary=_summary(record, kind, total, ground),
        error=_error(hit, record, kind),
        code=_code(record.exception, ground.workspace),
        timeline=_timeline(hit, record, ground),
        related=related,
        similar=_similar(kind, when, ground),
        questions=_questions(record, kind, total, related),
        omitted=[],
        view=view,
    )


def _own_tally(hit: Hit, record: Record, kind: ErrorKind, ground: Ground) -> Tally:
    """All records of its group; of a record that is no error, itself alone."""
    own = ground.tallies(Filter(group=kind.id)).get(kind.id)
    if own is not None:
        return own
    rows, codes = np.array([hit.row]), np.zeros(1, np.uint32)
    traces = np.array([trace_hash(record.trace)], np.uint64)
    alone = Tallies([Part(hit.segment, rows, codes, traces, (kind,))])
    return next(iter(alone))


def _summary(record: Record, kind: ErrorKind, total: Tally, ground: Ground) -> Summary:
    begin = min((s.first_ns for s in ground.segments), default=total.first_ns)
    end = max((s.last_ns for s in ground.segments), default=total.last_ns)
    trend = status_within(total, begin, end, watched(ground.segments))
    return Summary(
        sentence=_sentence(record, total, trend),
        group=kind.id,
        count=total.count,
        first_seen=iso(total.first_ns),
        last_seen=iso(total.last_ns),
        status=trend,
        traces=total.traces,
        sources=total.sources,
    )


def _sentence(record: Record, total: Tally, trend: str) -> str:
    source = ", ".join(total.sources)
    times = "once" if total.count == 1 else f"{total.count} times"
    traces = f", {total.traces} distinct traces" if total.traces else ""
    where = _place(record.exception)
    return (
        f"{total.kind.title} - seen {times} in {source}{where}, first "
        f"{iso(total.first_ns)}, last {iso(total.last_ns)}{traces}; {trend}."
    )


def _place(exception: Exception_ | None) -> str:
    frame = _deepest(exception)
    if frame is None:
        return ""
    line = f":{frame.line}" if frame.line else ""
    function = f" in {frame.function}" if frame.function else ""
    return f" at {frame.file}{line}{function}"


def _deepest(exception: Exception_ | None) -> Frame | None:
    """The innermost in-app frame of the root cause, or of what it led to."""
    chain = list(_chain(exception))
    for link in reversed(chain):
        for frame in link.frames:
            if frame.in_app and frame.file:
                return frame
    return None


def _chain(exception: Exception_ | None) -> Iterable[Exception_]:
    while exception is not None:
        yield exception
        exception = exception.cause


def _error(hit: Hit, record: Record, kind: ErrorKind) -> ErrorPart:
    is_error = record.level >= Level.ERROR
    row = record_row(
        hit.segment,
        hit.row,
        kind=kind if is_error else None,
        record=record,
        brief=False,
    )
    root = record.exception.root if record.exception else None
    cause = None
    if root is not None:
        cause = f"{root.type}: {root.message}" if root.message else root.type
    return ErrorPart(row, exception_row(record.exception), cause)


def _code(exception: Exception_ | None, workspace: Workspace) -> list[CodeBlock]:
    """Source lines around some in-app frames, those of the root cause first."""
    blocks: list[CodeBlock] = []
    seen: set[tuple[str, int]] = set()
    for link in reversed(list(_chain(exception))):
        for frame in link.frames:
            if not frame.in_app or not frame.file or not frame.line:
                continue
            block = workspace.lines(frame.file, frame.line)
            if block is None or (block.file, block.line) in seen:
                continue
            seen.add((block.file, block.line))
            block.function = frame.function
            if not _joins(blocks, block):
                blocks.append(block)
            if len(seen) == CODE_MAX:
                return blocks
    return blocks


def _joins(blocks: list[CodeBlock], new: CodeBlock) -> bool:
    """Whether a block shows lines of one before it, which then shows its lines too."""
    for block in blocks:
        known = {line.number: line for line in block.lines}
        if block.file != new.file or known.keys().isdisjoint(
            line.number for line in new.lines
        ):
            continue
        for line in new.lines:
            own = known.setdefault(line.number, line)
            own.here = own.here or line.here
        block.lines = [known[number] for number in sorted(known)]
        return True
    return False


def _timeline(hit: Hit, record: Record, ground: Ground) -> Timeline:
    if record.trace is not None:
        found = _of_trace(hit, record.trace, ground)
        if found.records[1:]:
            return found
    before, after = ground.around(hit, NEIGHBOURS)
    hits = [*before, hit, *after[:2], *_errors_elsewhere(hit, ground)]
    ordered = sorted(set(hits), key=lambda h: h.key)
    return Timeline("time", None, _rows(ordered, hit, ground), 0)


def _of_trace(hit: Hit, trace: str, ground: Ground) -> Timeline:
    """Records of the same trace, all sources, those nearest to the error kept."""
    wanted = Filter(trace=trace)
    found = search(ground.segments, wanted, ground.errors, newest=False, limit=10_000)
    hits = found.hits
    at = next((i for i, h in enumerate(hits) if h.key == hit.key), 0)
    begin = max(0, min(at - TIMELINE_MAX * 2 // 3, len(hits) - TIMELINE_MAX))
    kept = hits[begin : begin + TIMELINE_MAX]
    omitted = found.matched - len(kept)
    return Timeline("trace", trace, _rows(kept, hit, ground), omitted)


def _errors_elsewhere(hit: Hit, ground: Ground) -> list[Hit]:
    when = int(hit.segment.times[hit.row])
    wanted = Filter(
        level=Level.ERROR, since_ns=when - ELSEWHERE_NS, until_ns=when + ELSEWHERE_NS
    )
    others = [
        s for s in ground.segments if s.origin.source != hit.segment.origin.source
    ]
    return search(others, wanted, ground.errors, limit=NEIGHBOURS).hits


def _rows(hits: list[Hit], own: Hit, ground: Ground) -> list[Any]:
    return [
        record_row(
            h.segment,
            h.row,
            kind=ground.errors.kind(h.segment, h.row),
            role="match" if h.key == own.key else None,
        )
        for h in hits
    ]


def _related(kind: ErrorKind, when: int, ground: Ground) -> list[Related]:
    """Other groups that failed in the five minutes before it, the earliest first."""
    begin = when - BEFORE_NS
    tallies = ground.between(begin, when)
    base = ground.between(begin - DAY_NS, begin - 1)
    since = watched(ground.segments)
    base_ns = max(0, min(DAY_NS, begin - min(since.values())))
    groups = judged(tallies, begin, when, base, base_ns, since=since)
    own = {tally.kind.id: tally for tally in tallies}
    found = [
        Related(group, _lag_seconds(own[group.id], group.status, when))
        for group in groups
        if group.id != kind.id
    ]
    # What was not there before says more than what always is.
    found.sort(
        key=lambda r: (
            r.group.status not in FRESH,
            r.group.status != "new",
            own[r.group.id].first_ns,
        )
    )
    return found[:RELATED_MAX]


def _lag_seconds(tally: Tally, status: str, when: int) -> float:
    """How long before; the first of what went on all along is only the window's edge."""
    at = tally.first_ns if status == "new" else tally.last_ns
    return round((when - at) / 1e9, 3)


def _similar(kind: ErrorKind, when: int, ground: Ground) -> Similar:
    """The same group in the 24 hours before the record, the record left out."""
    window = Filter(group=kind.id, since_ns=when - DAY_NS, until_ns=when - 1)
    earlier = ground.tallies(window).get(kind.id)
    if earlier is None:
        return Similar(0, None, None)
    return Similar(earlier.count, iso(earlier.first_ns), iso(earlier.last_ns))


def _questions(
    record: Record, kind: ErrorKind, total: Tally, related: list[Related]
) -> list[Question]:
    found = []
    fresh = [r for r in related if r.group.status in FRESH]
    if fresh:
        first = fresh[0].group
        question = {"id": first.id}
        found.append(Question("explain_error_context", question, WHY[first.status]))
    if record.trace is not None:
        found.append(
            Question(
                "search_logs",
                {"trace": record.trace, "order": "oldest"},
                "everything of the same trace",
            )
        )
    if total.count > 1:
        found.append(
            Question(
                "error_trends",
                {"group": kind.id},
                "how often, and whether it goes on",
            )
        )
    return found[:3]
