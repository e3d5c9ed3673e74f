"""One error: as a record whole, and explained."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from log_mcp.answer import Covered, ErrorReport, Group, RecordRow
from log_mcp.failure import ExceptionRow
from log_mcp.render import fence, known, rows, stack
from log_mcp.render.known import marked, title
from log_mcp.render.page import (
    CHARACTERS_MAX,
    TOKENS_MAX,
    Line,
    Page,
    Section,
    ago,
    clip,
    cost,
    shorten,
)
from log_mcp.render.tokens import tokens
from log_mcp.render.unended import unended
from log_mcp.report import ClockSkew, CodeBlock, Explanation, Question, Timeline

_MESSAGE: Final = 500
_LEAD_TOKENS: Final = 500  # from which on what leads further is never cut
_CHANGES_TOKENS: Final = 700  # ... and what changed just before it
_CODE_LEAST: Final = 2  # lines: where it is, and the one that failed
_TIMELINE_LEAST: Final = 3
_TIMELINE_WIDTHS: Final = (2000, 500, 240)
_TIMELINE_SHARE: Final = 0.3
_FRAME_TOKENS: Final = 220  # of header, fence and footer
_RAW_LINE_TOKENS: Final = 40  # at least, of a line of the raw text that is cut


def error(report: ErrorReport, budget: int) -> str:
    """Answer of `get_error` as text.

    Args:
        report: What to show.
        budget: Tokens, at most.
    """
    record = report.record
    told = _cause(report.exception, None, record)
    row = _row(record)
    group = _group(report.group)
    header = [f"record {record.id}", *_when(record, report.view.now)]
    if isinstance(report.view, Covered) and report.view.run:
        header.append(f"run began {report.view.run}")
    others = [*told, row, *group, *(Line(note) for note in report.view.notes)]
    limit = min(budget, TOKENS_MAX)
    room = limit - _FRAME_TOKENS - sum(cost(line.text, limit) for line in others)
    raw, missing = _raw(report.raw, max(room, _RAW_LINE_TOKENS), limit)
    sections = [
        Section("error", told, must=min(2, len(told)), share=0.5),
        Section("record", [row], must=int(not told), share=0.3),
        Section("group", group, share=0.1),
        Section("raw", raw, title="raw:", share=0.3),
    ]

    def footer(kept: Sequence[int]) -> list[str]:
        shortened = missing and kept and kept[-1] == len(raw)
        return [_whole_raw(report, budget, missing)] if shortened else []

    return Page(report.view, header, sections, footer).text(budget)


def _whole_raw(report: ErrorReport, budget: int, missing: int) -> str:
    """The call that gets what was left out of the raw text."""
    wanted = (budget + missing) // 100 * 100 + 200
    fits = len(report.raw) < CHARACTERS_MAX - 20 * _FRAME_TOKENS
    if fits and wanted <= TOKENS_MAX:
        return f"raw shortened: get_error with max_tokens={wanted} shows it whole"
    if budget < TOKENS_MAX:
        return f"raw shortened: get_error with max_tokens={TOKENS_MAX} shows more"
    name = report.record.id
    return f"raw shortened: resource log://error/{name} has the record as fields"


def explanation(answer: Explanation, budget: int) -> str:
    """Answer of `explain_error_context` as text.

    Args:
        answer: What to show.
        budget: Tokens, at most.
    """
    record = answer.error.record
    told = _cause(answer.error.exception, answer.error.root_cause, record)
    lead = int(budget >= _LEAD_TOKENS)
    questions = [(_question(one), _is_ours(one)) for one in answer.questions]
    first = bool(questions) and questions[0][1]
    open_work = unended(answer.unended, answer.view.now, 0.1)
    open_work.must = min(lead, len(open_work.lines))
    sections = [
        Section("summary", _summary(answer), must=lead, share=0.15),
        Section(
            "error",
            [*told, _row(record)],
            must=min(2, len(told) + 1),
            share=0.25,
        ),
        open_work,
        Section("class", known.pattern(answer.pattern), share=0.06),
        *known.before(answer, lead, int(budget >= _CHANGES_TOKENS)),
        Section(
            "code",
            _placed([_code(block) for block in answer.code]),
            share=0.15,
            least=_CODE_LEAST,
        ),
        _story(answer.timeline, budget),
        *known.beside(answer),
        Section(
            "omitted",
            [marked(f"omitted: {text}") for text in answer.omitted],
            share=0.05,
        ),
        *(
            Section(
                "questions",
                [line for line, own in questions if own is ours],
                title="ask next:",
                must=lead if bool(questions) and first is ours else 0,
                share=0.1,
                ours=ours,
            )
            for ours in (False, True)
        ),
    ]
    view = answer.view
    header = [f"explanation of record {record.id}", *_when(record, view.now)]
    if isinstance(view, Covered) and view.chosen:
        header.append(f"chosen: {view.chosen}")
    rest = [row for row in answer.timeline.records if row.id != record.id]
    rest += [event.record for event in answer.changes.events]
    guessed = any(row.level_inferred for row in rest)
    foot = [rows.INFERRED] if guessed and not record.level_inferred else []
    return Page(view, header, sections, lambda _: list(foot)).text(budget)


def _story(timeline: Timeline, budget: int) -> Section:
    """The timeline, by what its records share."""
    by = timeline.by
    if timeline.value is not None:
        by = f"{timeline.by} {timeline.value}"
    mark = f"{fence.MARK} " if fence.instructs(by) else ""
    title = f"timeline by {mark}{shorten(fence.visible(by), 100)}" + (
        f" ({timeline.omitted} more not listed)" if timeline.omitted else ""
    )
    clocks = [marked(_clock(one), width=300) for one in timeline.clocks]
    alone = len(timeline.records) < 2  # the error itself, which stands above
    shown = [] if alone else _timeline(timeline, int(budget * _TIMELINE_SHARE))
    return Section(
        "timeline",
        [*clocks, *shown],
        title=f"{title}:",
        share=_TIMELINE_SHARE,
        least=_TIMELINE_LEAST + len(clocks),
    )


def _clock(clock: ClockSkew) -> str:
    ahead = "ahead of" if clock.seconds > 0 else "behind"
    return (
        f"clocks differ: that of {clock.source} is {abs(clock.seconds):g} s {ahead} that"
        f" of {clock.against} (in {clock.traces} traces, the same to {clock.spread_seconds:g}"
        " s), unless its work always waits so long. Rows stand in the order without that;"
        " times are as logged"
    )


def _question(question: Question) -> Line:
    arguments = json.dumps(question.arguments, ensure_ascii=False)
    return marked(f"{question.tool} {arguments} - {question.why}")


def _is_ours(question: Question) -> bool:
    """Whether a question quotes nothing of a log: its values are ids of groups."""
    values = question.arguments.values()
    return all(isinstance(value, str) and fence.ours(value) for value in values)


def _cause(
    exception: ExceptionRow | None, root_cause: str | None, record: RecordRow
) -> list[Line]:
    """What failed, and where; nothing where the record's own row says all of it."""
    if exception is not None:
        told = stack.lines(exception)
        alone = exception.cause is None and len(told) == 1
        return [] if alone and stack.said(exception) == record.message else told
    if root_cause is None or root_cause == record.message:
        return []
    return [marked(root_cause, start="root cause: ", width=_MESSAGE)]


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
        marked(" ".join(one for one in told if one))._replace(place=2),
        marked(summary.sentence)._replace(place=1),
    ]


def _code(block: CodeBlock) -> list[Line]:
    """Where it is, then the lines, those nearest to the failure first."""
    function = f" in {block.function}" if block.function else ""
    last = f" | last commit {known.commit(block.commit)}" if block.commit else ""
    shown = [marked(f"code {block.file}:{block.line}{function}{last}")]
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


def _group(group: Group | None) -> list[Line]:
    if group is None:
        return []
    sources = " ".join(
        rows.pair(name, count, 80) for name, count in group.sources.items()
    )
    return [
        marked(
            f"group {title(group)} | first {group.first_seen}, last {group.last_seen},"
            f" traces {group.traces}, {sources}"
        )
    ]


def _raw(raw: str, room: int, limit: int) -> tuple[list[Line], int]:
    """The text as written, its longest lines shortened where it does not fit.

    Args:
        raw: The text.
        room: Tokens for it.
        limit: Tokens of the answer.

    Returns:
        Its lines, and how many tokens are missing of them.
    """
    texts = [text for text in raw.split("\n") if text]
    lines = [marked(text, start="| ", width=len(text) * 12) for text in texts]
    costs = [cost(line.text, limit) for line in lines]
    total = sum(costs)
    if total <= room:
        return lines, 0
    # So many tokens for a line that all fit, if the short ones leave theirs to the others.
    left, cap = room, 0
    for done, price in enumerate(sorted(costs)):
        cap = left // (len(costs) - done)
        if price > cap:
            break
        left -= price
    cap = max(cap, _RAW_LINE_TOKENS)
    return [
        line if price <= cap else line._replace(text=_cut(line.text, cap, limit))
        for line, price in zip(lines, costs, strict=True)
    ], total - room


def _cut(text: str, cap: int, limit: int) -> str:
    """A line shortened to so many tokens, and to its part of the characters."""
    short = shorten(text, cap * CHARACTERS_MAX // max(1, limit) - 60)
    return short if tokens(short) < cap else clip(text, cap - 1)


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
