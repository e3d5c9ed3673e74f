"""The report on one error: what failed, since when, why, and where in the code.

Every part is read off the records that are held, the checkout and its commits; nothing is
advised that they do not say.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

import numpy as np

from log_mcp.analysis import episode
from log_mcp.analysis.advice import known
from log_mcp.analysis.annotate import trace_hash
from log_mcp.analysis.changes import events
from log_mcp.analysis.distinct import distinguishing
from log_mcp.analysis.fingerprint import fingerprint
from log_mcp.analysis.ground import Case, Ground
from log_mcp.analysis.group import status_within, watched
from log_mcp.analysis.related import related
from log_mcp.analysis.system import system
from log_mcp.analysis.tally import Part, Tallies, Tally
from log_mcp.analysis.timeline import timeline
from log_mcp.analysis.workspace import Workspace
from log_mcp.answer import View
from log_mcp.beat import OutOfTime, beat
from log_mcp.failure import exception_row
from log_mcp.query.condition import quoted
from log_mcp.query.filter import Filter
from log_mcp.query.rows import record_row
from log_mcp.query.search import Hit
from log_mcp.record import Exception_, Frame, Level, Record
from log_mcp.report import (
    Changes,
    CodeBlock,
    Commit,
    Distinct,
    ErrorPart,
    Explanation,
    Question,
    Similar,
    Summary,
    Timeline,
)
from log_mcp.span import DAY, MINUTE
from log_mcp.store.segment import ErrorKind
from log_mcp.timestamp import iso

T = TypeVar("T")

CODE_MAX: Final = 4
QUESTIONS_MAX: Final = 3
FAILED_MAX: Final = 24  # records of the group that are compared
BESIDE: Final = 2  # records on each side of one, that may be others of its kind
BEFORE_MAX: Final = 40  # records before the group began, likewise
NAMED_MIN: Final = 4  # characters of a value that a title does not hold by chance
SYSTEM_BEFORE: Final = 8  # records of its source that may tell memory and cpu
WHY: Final = {  # an error before this one is worth a look, by its status
    "new": "began before it and was not there earlier",
    "rising": "was more frequent before it than in the day before",
}


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
    case = Case(hit, record, kind, when, episode.onset(total.times, when))
    omitted: list[str] = []
    code = _code(record.exception, ground.workspace, omitted)

    def in_time(name: str, work: Callable[[], T]) -> T | None:
        """A part of the report; None where the time is over before it is whole."""
        try:
            with ground.ending():
                beat()
                return work()
        except OutOfTime:
            ground.late.append(name)
            return None

    commits = in_time("commits", partial(_commits, total, code, ground, omitted)) or []
    happened = in_time("changes", partial(events, case, ground)) or []
    story = in_time("the timeline", partial(timeline, case, ground))
    if story is None:
        story = Timeline("time", None, [ground.row(hit, match=True)], 0)
    distinct = in_time("what tells it apart", partial(_distinct, case, total, ground))
    others, more = in_time("related groups", partial(related, case, ground)) or ([], 0)
    if more:
        omitted.append(f"related: {more} more groups, error_trends lists them")
    told = ground.classifier.tell(record, case.source, _place(record.exception))
    pattern, suggestions = known(record, told)
    report = Explanation(
        summary=_summary(record, kind, total, ground),
        error=_error(hit, record, kind),
        code=code,
        changes=Changes(commits, happened),
        timeline=story,
        related=others,
        distinguishing=distinct or [],
        similar=_similar(case, total),
        pattern=pattern,
        suggestions=suggestions,
        system=_system(case, ground),
        questions=[],
        omitted=omitted,
        view=view,
    )
    report.questions = _questions(case, total, report, ground)
    return report


def _own_tally(hit: Hit, record: Record, kind: ErrorKind, ground: Ground) -> Tally:
    """All records of its group; of a record that is no error, itself alone."""
    try:
        with ground.ending():
            own = ground.tallies(Filter(group=kind.id)).get(kind.id)
    except OutOfTime:
        own = None
        ground.late.append("the others of its group")
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
    place = _place(record.exception)
    where = f" at {place}" if place else ""
    return (
        f"{total.kind.title} - seen {times} in {source}{where}, first "
        f"{iso(total.first_ns)}, last {iso(total.last_ns)}{traces}; {trend}."
    )


def _place(exception: Exception_ | None) -> str | None:
    """The innermost in-app frame of the root cause, as a person would write it."""
    frame = _deepest(exception)
    if frame is None:
        return None
    line = f":{frame.line}" if frame.line else ""
    function = f" in {frame.function}" if frame.function else ""
    return f"{frame.file}{line}{function}"


def _deepest(exception: Exception_ | None) -> Frame | None:
    """The innermost in-app frame of the root cause, or of what it led to."""
    for link in exception.chain[::-1] if exception else ():
        for frame in link.frames:
            if frame.in_app and frame.file:
                return frame
    return None


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


# -- code -------------------------------------------------------------------------------


def _code(
    exception: Exception_ | None, workspace: Workspace, omitted: list[str]
) -> list[CodeBlock]:
    """Source lines around some in-app frames, those of the root cause first."""
    blocks: list[CodeBlock] = []
    seen: set[tuple[str, int]] = set()
    lost: set[str] = set()
    for link in exception.chain[::-1] if exception else ():
        for frame in link.frames:
            if not frame.in_app or not frame.file or not frame.line:
                continue
            block = workspace.lines(frame.file, frame.line)
            if block is None:
                lost.add(frame.file)
            if block is None or (block.file, block.line) in seen:
                continue
            seen.add((block.file, block.line))
            block.function = frame.function
            if not _joins(blocks, block):
                blocks.append(block)
            if len(seen) == CODE_MAX:
                return blocks
    if lost and not blocks:
        count = (
            f"{len(lost)} files of in-app frames"
            if len(lost) > 1
            else ("the file of the in-app frames")
        )
        omitted.append(
            f"code: {count} not found below the project root; path_map in the settings"
            " says where files lie"
        )
    return blocks


def _joins(blocks: list[CodeBlock], new: CodeBlock) -> bool:
    """Whether a block shows lines of one before it, which then shows its lines too."""
    for block in blocks:
        own = {line.number: line for line in block.lines}
        if block.file != new.file or own.keys().isdisjoint(
            line.number for line in new.lines
        ):
            continue
        for line in new.lines:
            known_line = own.setdefault(line.number, line)
            known_line.here = known_line.here or line.here
        block.lines = [own[number] for number in sorted(own)]
        return True
    return False


def _commits(
    total: Tally, code: Sequence[CodeBlock], ground: Ground, omitted: list[str]
) -> list[Commit]:
    """The commits of late; each block of code gets the last one of its own."""
    past = ground.history.of(code, total.first_ns - DAY)
    for block, commit in zip(code, past.last, strict=True):
        block.commit = commit
    if past.cut:
        omitted.append(past.cut)
    return past.since


# -- others of its kind -------------------------------------------------------------------


def _distinct(case: Case, total: Tally, ground: Ground) -> list[Distinct]:
    """What its group's records have more often than those beside them that did not fail."""
    failed: list[Record] = []
    others: dict[tuple[str, int], Record] = {}

    def take(hit: Hit) -> None:
        key = (hit.segment.origin.key, hit.segment.offset(hit.row))
        if key not in others and hit.segment.levels[hit.row] < Level.ERROR:
            others[key] = hit.segment.record(hit.row)

    sampled = total.hits(FAILED_MAX)
    for hit in sampled:
        beat()
        failed.append(hit.segment.record(hit.row))
        segment = hit.segment
        first, last = max(0, hit.row - BESIDE), min(len(segment), hit.row + BESIDE + 1)
        for row in range(first, last):
            take(Hit(segment, row))
    began = next((hit for hit in sampled if hit.key.time_ns >= case.onset_ns), None)
    if began is not None:
        for hit in ground.around(began, BEFORE_MAX)[0]:
            take(hit)
    # What the group is named after tells it from others by definition.
    return [
        one
        for one in distinguishing(failed, others.values())
        if one.value not in case.kind.title or len(one.value) < NAMED_MIN
    ]


def _similar(case: Case, total: Tally) -> Similar:
    """The same group in the 24 hours before the record, the record left out."""
    past = episode.earlier(total.times, case.onset_ns)
    window = total.within(case.when_ns - DAY, case.when_ns - 1)
    if window is None:
        return Similar(0, None, None, past)
    return Similar(window.count, iso(window.first_ns), iso(window.last_ns), past)


def _system(case: Case, ground: Ground) -> dict[str, str]:
    before, _ = ground.around(case.hit, SYSTEM_BEFORE)
    records = (hit.segment.record(hit.row) for hit in reversed(before))
    return system(case.record, records)


# -- what to ask next -----------------------------------------------------------------------


def _questions(
    case: Case, total: Tally, report: Explanation, ground: Ground
) -> list[Question]:
    """At most three, those that lead nearest to the cause first."""
    others, story = report.related, report.timeline
    found = []
    first = next((r for r in others if r.order == "before"), None)
    if first is not None:
        question = {"id": first.group.id}
        why = WHY.get(first.group.status, "began before it")
        found.append(Question("explain_error_context", question, why))
    if story.by == "trace":
        found.append(
            Question(
                "search_logs",
                {"trace": story.value, "order": "oldest"},
                "everything of the same trace",
            )
        )
    if report.distinguishing:
        one = report.distinguishing[0]
        found.append(
            Question(
                "search_logs",
                {
                    "source": case.source,
                    "where": [f"{_quoted(one.field)} = {_quoted(one.value)}"],
                },
                "what else has the value that tells failed records from others",
            )
        )
    if total.count > 1:
        found.append(
            Question(
                "error_trends",
                {"group": case.kind.id},
                "how often, and whether it goes on",
            )
        )
    earlier = any(s.first_ns < case.onset_ns for s in ground.segments)
    if first is None and story.by == "time" and earlier:
        found.append(
            Question(
                "search_logs",
                {
                    "since": iso(case.onset_ns - 5 * MINUTE),
                    "until": iso(case.onset_ns),
                    "level": "warning",
                },
                "warnings of all sources in the five minutes before it began",
            )
        )
    return found[:QUESTIONS_MAX]


def _quoted(value: str) -> str:
    if value and all(one.isalnum() or one in "._-/:" for one in value):
        return value
    return quoted(value)
