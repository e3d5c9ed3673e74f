"""One error: as a record whole, and explained."""

import json
from dataclasses import replace
from typing import Final

from log_mcp.answer import (
    CodeBlock,
    ErrorReport,
    Explanation,
    Group,
    RecordRow,
    Related,
    Timeline,
)
from log_mcp.failure import ExceptionRow
from log_mcp.render import fence, rows, stack
from log_mcp.render.page import Line, Page, Section, ago, shorten
from log_mcp.render.tokens import tokens

_MESSAGE: Final = 500
_LEAD_TOKENS: Final = 500  # from which on what leads further is never cut
_CODE_LEAST: Final = 2  # lines: where it is, and the one that failed
_TIMELINE_LEAST: Final = 3
_TIMELINE_WIDTHS: Final = (2000, 500, 240)
_TIMELINE_SHARE: Final = 0.3


def error(report: ErrorReport, budget: int) -> str:
    """Answer of `get_error` as text.

    Args:
        report: What to show.
        budget: Tokens, at most.
    """
    record = report.record
    told = _cause(report.exception, None, record)
    sections = [
        Section("error", told, must=min(2, len(told)), share=0.5),
        Section("record", [_row(record)], share=0.3),
        Section("group", _group(report.group), share=0.1),
        Section("raw", _raw(report.raw), title="raw:", share=0.5),
    ]
    header = [f"record {record.id}", *_when(record, report.view.now)]
    return Page(report.view, header, sections).text(budget)


def explanation(answer: Explanation, budget: int) -> str:
    """Answer of `explain_error_context` as text.

    Args:
        answer: What to show.
        budget: Tokens, at most.
    """
    record = answer.error.record
    told = _cause(answer.error.exception, answer.error.root_cause, record)
    timeline = answer.timeline
    by = f"trace {fence.visible(timeline.value)}" if timeline.value else "time"
    title = f"timeline by {shorten(by, 100)}" + (
        f" ({timeline.omitted} more not listed)" if timeline.omitted else ""
    )
    lead = int(budget >= _LEAD_TOKENS)
    code = [_code(block) for block in answer.code]
    sections = [
        Section("summary", _summary(answer), must=lead, share=0.15),
        Section(
            "error",
            [*told, _row(record)],
            must=min(2, len(told)),
            share=0.3,
        ),
        Section(
            "code",
            _placed(code),
            share=0.2,
            least=_CODE_LEAST,
        ),
        Section(
            "timeline",
            _timeline(timeline, int(budget * _TIMELINE_SHARE)),
            title=f"{title}:",
            share=_TIMELINE_SHARE,
            least=_TIMELINE_LEAST,
        ),
        Section(
            "related",
            [
                _marked(f"{_lag(related)}: {_title(related.group)}")
                for related in answer.related
            ],
            title="other errors in the five minutes before it:",
            must=lead * min(1, len(answer.related)),
            share=0.1,
        ),
        Section("similar", [_similar(answer)], share=0.05),
        Section(
            "questions",
            [
                _marked(
                    f"{question.tool} {json.dumps(question.arguments, ensure_ascii=False)}"
                    f" - {question.why}"
                )
                for question in answer.questions
            ],
            title="ask next:",
            must=lead * min(1, len(answer.questions)),
            share=0.1,
        ),
        Section(
            "omitted",
            [_marked(f"omitted: {text}") for text in answer.omitted],
            share=0.05,
        ),
    ]
    header = [f"explanation of record {record.id}", *_when(record, answer.view.now)]
    return Page(answer.view, header, sections).text(budget)


def _lag(related: Related) -> str:
    """`first 251.7 s before` of what is new, `last 0.4 s before` of what went on."""
    which = "first" if related.group.status == "new" else "last"
    return f"{which} {related.lag_seconds:.3g} s before"


def _cause(
    exception: ExceptionRow | None, root_cause: str | None, record: RecordRow
) -> list[Line]:
    if exception is not None:
        return stack.lines(exception)
    text = root_cause or record.message
    return [_marked(text, start="root cause: ", width=_MESSAGE)]


def _summary(answer: Explanation) -> list[Line]:
    """What other calls need, then the sentence that stands before it."""
    summary = answer.summary
    told = [f"group {summary.group}"] if summary.group else []
    told += [f"x{summary.count}", summary.status or ""]
    told += [rows.pair(name, count, 80) for name, count in summary.sources.items()]
    trace = answer.error.record.trace
    if trace is not None:
        told.insert(1, rows.pair("trace", trace, 100))
    return [
        _marked(" ".join(one for one in told if one))._replace(place=2),
        _marked(summary.sentence)._replace(place=1),
    ]


def _code(block: CodeBlock) -> list[Line]:
    """Where it is, then the lines, those nearest to the failure first."""
    function = f" in {block.function}" if block.function else ""
    shown = [_marked(f"code {block.file}:{block.line}{function}")]
    here = [line.number for line in block.lines if line.here] or [block.line]
    for line in sorted(
        block.lines, key=lambda line: min(abs(line.number - n) for n in here)
    ):
        # A tab is four columns: an escape for each would hide the shape of the code.
        text = fence.visible(line.text.expandtabs(4).rstrip())
        flagged = fence.instructs(line.text)
        mark = f"{fence.MARK} " if flagged else ""
        arrow = ">" if line.here else " "
        shown.append(
            Line(
                f"{arrow}{line.number:5} {mark}{shorten(text, 200)}",
                flagged,
                line.number,
            )
        )
    return shown


def _placed(blocks: list[list[Line]]) -> list[Line]:
    """The lines of blocks, each in its place below those of the blocks before."""
    base, placed = 0, []
    for block in blocks:
        most = max((line.place for line in block), default=0)
        placed += [line._replace(place=base + line.place) for line in block]
        base += most + 1
    return placed


def _timeline(timeline: Timeline, room: int) -> list[Line]:
    """The records, those nearest to the error first and each in its place.

    Args:
        timeline: The records.
        room: Tokens; where all rows fit they are not shortened.
    """
    records = timeline.records
    constants = rows.Constants(records, *(["trace"] if timeline.by == "trace" else []))
    folded = [_without_fields(one) for one in rows.fold(records)]
    here = next((n for n, one in enumerate(folded) if one.row.role == "match"), 0)
    head: list[Line] = []
    lines: list[Line] = []
    for width in _TIMELINE_WIDTHS:
        head = constants.lines(width)
        lines = [
            rows.line(one, constants, width, None, indent=True)._replace(place=n + 1)
            for n, one in enumerate(folded)
        ]
        if sum(tokens(line.text) + 1 for line in [*head, *lines]) <= room:
            break
    lines.sort(key=lambda line: abs(line.place - 1 - here))
    return [*head, *lines]


def _without_fields(one: rows.Folded) -> rows.Folded:
    """The error's own row, whose fields stand above."""
    if one.row.role != "match":
        return one
    bare = replace(one.row, fields={}, logger=None, service=None, group=None)
    return one._replace(row=bare)


def _similar(answer: Explanation) -> Line:
    similar = answer.similar
    if not similar.count:
        return Line("similar: none in the 24 h before")
    span = (
        f", first {similar.first_seen}, last {similar.last_seen}"
        if similar.first_seen and similar.last_seen
        else ""
    )
    return Line(fence.visible(f"similar: {similar.count} in the 24 h before{span}"))


def _group(group: Group | None) -> list[Line]:
    if group is None:
        return []
    sources = " ".join(
        rows.pair(name, count, 80) for name, count in group.sources.items()
    )
    return [
        _marked(
            f"group {_title(group)} | first {group.first_seen}, last {group.last_seen},"
            f" traces {group.traces}, {sources}"
        )
    ]


def _title(group: Group) -> str:
    return f"{group.id} x{group.count} {group.status} {group.level} {group.title}"


def _raw(raw: str) -> list[Line]:
    return [_marked(text, start="| ", width=1000) for text in raw.split("\n") if raw]


def _row(record: RecordRow) -> Line:
    folded = rows.Folded(record, 1, None)
    line = rows.line(folded, rows.Constants([]), 2000, None, indent=False)
    return Line(f"record: {line.text}", line.flagged)


def _when(record: RecordRow, now: str) -> list[str]:
    level = record.level or "no level"
    if record.level_inferred:
        level += " (inferred)"
    when = f"{record.time} ({ago(record.time, now)})" if record.time else "no time"
    return [level, when]


def _marked(text: str, start: str = "", width: int = 700) -> Line:
    flagged = fence.instructs(text)
    mark = f"{fence.MARK} " if flagged else ""
    return Line(start + mark + shorten(fence.visible(text), width), flagged)
