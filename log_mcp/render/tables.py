"""Many records at a glance: the overview, the trends, a page of a search."""

import json
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any

from log_mcp.answer import (
    Correlation,
    Group,
    Overview,
    RecordRow,
    SearchPage,
    SourceRow,
    Trends,
)
from log_mcp.render import fence, rows
from log_mcp.render.page import (
    CHARACTERS_MAX,
    TOKENS_MAX,
    Line,
    Page,
    Section,
    ago,
    shorten,
    when,
)
from log_mcp.render.tokens import tokens

CursorAfter = Callable[[int], str]
"""From the number of matches shown to the cursor that goes on after them."""

_BETWEEN = "--"  # as grep has it
_TITLE = 200  # characters of a group's title


def overview(answer: Overview, budget: int) -> str:
    """Answer of `log_overview` as text.

    Args:
        answer: What to show.
        budget: Tokens, at most.
    """
    view = answer.view
    used, limit = answer.memory.used_bytes, answer.memory.limit_bytes
    levels = ", ".join(
        f"{count} {level}" for level, count in answer.levels.items() if count
    )
    header = [
        _count(len(answer.sources), "source"),
        f"{view.records_held} records held",
        levels,
        f"memory {_megabytes(used)} of {_megabytes(limit)}",
        f"{view.evicted} records left memory" if view.evicted else "",
    ]
    sections = [
        Section(
            "errors",
            [_group(group, view.now) for group in answer.top_errors],
            title="top errors (id, count, status, level, title):",
            share=0.5,
        ),
        Section(
            "alerts",
            [_safe(json.dumps(alert, ensure_ascii=False)) for alert in answer.alerts],
            title="alerts:",
            share=0.2,
        ),
        Section(
            "sources",
            [_source(source, view.now) for source in answer.sources],
            title="sources (name, state, format, records, errors):",
            share=0.4,
        ),
    ]
    return Page(view, header, sections).text(budget)


def search(
    page: SearchPage,
    budget: int,
    cursor_after: CursorAfter | None = None,
    *,
    seek: rows.Seek | None = None,
) -> str:
    """Answer of `search_logs` as text.

    Args:
        page: What to show.
        budget: Tokens, at most.
        cursor_after: Makes the cursor for a page that the budget cuts.
        seek: Finds the match in a message, so that shortening keeps it.
    """
    context = any(row.role in ("before", "after") for row in page.records)
    ranked = _ranked(rows.fold(page.records), context=context)
    constants = rows.Constants(page.records)
    most = "" if page.matched_is_exact else "at least "
    total = sum(row.role in (None, "match") for row in page.records)
    head: list[Line] = []
    shown: list[Line] = []
    for width in rows.WIDTHS:
        head = constants.lines(width)
        shown = [
            Line(_BETWEEN, place=place)
            if one is None
            else rows.line(one, constants, width, seek, indent=context)._replace(
                place=place
            )
            for place, one in ranked
        ]
        if _fits([*head, *shown], budget):
            break

    def rows_of(kept: Sequence[int]) -> list[rows.Folded]:
        count = kept[0] - len(head) if kept else 0
        return [one for _, one in ranked[: max(count, 0)] if one is not None]

    def header(kept: Sequence[int]) -> list[str]:
        count = _count(sum(one.matches for one in rows_of(kept)), "record")
        return [f"{count} of {most}{page.matched} matched{_order(page)}"]

    def footer(kept: Sequence[int]) -> list[str]:
        foot = _search_footer(page, rows_of(kept), width, total, cursor_after)
        # A cursor carries its question, which may be as long as the budget.
        return [
            line
            if tokens(line) <= min(budget, TOKENS_MAX) // 2
            else "next page: its cursor needs a larger max_tokens"
            for line in foot
        ]

    returned = Section(
        "", [*head, *shown], must=min(1, len(shown)) + len(head), share=1.0
    )
    hints = [_safe(hint) for hint in page.hints or []]
    sections = [returned, Section("hints", hints, title="hints:", share=0.3)]
    return Page(page.view, header, sections, footer).text(budget)


def _ranked(
    folded: list[rows.Folded], *, context: bool
) -> list[tuple[int, rows.Folded | None]]:
    """The rows with their places: each match before the context around it.

    So that a page which is cut ends with a match and loses the rows farthest from it.
    None stands between records that are not neighbours in their source.
    """
    ranked: list[tuple[int, rows.Folded | None]] = []
    waiting: list[tuple[int, rows.Folded | None]] = []
    lead = rows.leading([one.row for one in folded])
    previous: RecordRow | None = None
    for place, one in enumerate(folded, 1):
        if context and previous and rows.begins(one.row, previous, lead):
            ranked.append((2 * place - 1, None))
        previous = one.row
        if one.row.role == lead:
            waiting.append((2 * place, one))
            continue
        ranked.append((2 * place, one))
        if one.matches:
            ranked += waiting[::-1]
            waiting = []
    return ranked + waiting


def _fits(lines: list[Line], budget: int) -> bool:
    room = min(budget, TOKENS_MAX) - 200  # header, fence and footer
    return (
        sum(tokens(line.text) + 1 for line in lines) <= room
        and sum(len(line.text) + 1 for line in lines) <= CHARACTERS_MAX - 2000
    )


def _search_footer(
    page: SearchPage,
    shown: list[rows.Folded],
    width: int,
    total: int,
    cursor_after: CursorAfter | None,
) -> list[str]:
    """What was folded, shortened and left out, and the call that gets the rest."""
    foot: list[str] = []
    if not page.matched:
        foot.append(_relaxed(page.relaxed or {}))
    matches = sum(row.matches for row in shown)
    if any(row.row.repeats for row in shown):
        foot.append(
            "folded: xN is a row of N equal neighbours; id and time are the first one's"
        )
    if any(len(row.row.message) > width for row in shown):
        foot.append(
            f"shortened: messages to {width} characters; get_error shows one whole"
        )
    cursor = page.next_cursor
    if matches < total:
        cursor = cursor_after(max(matches, 1)) if cursor_after else None
        foot.append(f"shown: {matches} of the {total} records of this page")
    if cursor:
        foot.append(f"next page: search_logs with cursor={fence.visible(cursor)}")
    return [line for line in foot if line]


def _relaxed(relaxed: dict[str, int]) -> str:
    """`matches with one filter left out: level 12, query not counted`."""
    counts = [
        f"{name} {count if count >= 0 else 'not counted'}"
        for name, count in relaxed.items()
    ]
    return f"matches with one filter left out: {', '.join(counts)}" if counts else ""


def _order(page: SearchPage) -> str:
    times = [
        row.time for row in page.records if row.time and row.role in (None, "match")
    ]
    if len(times) < 2:
        times = [row.time for row in page.records if row.time]
    if len(times) < 2 or times[0] == times[-1]:
        return ""
    return ", newest first" if times[0] > times[-1] else ", oldest first"


def trends(answer: Trends, budget: int) -> str:
    """Answer of `error_trends` as text.

    Args:
        answer: What to show.
        budget: Tokens, at most.
    """
    view = answer.view
    rate = f"{answer.errors_per_minute:.3g} errors/min"
    if answer.baseline_errors_per_minute is not None:
        rate += f", baseline {answer.baseline_errors_per_minute:.3g}"
    header = [
        _count(len(answer.groups), "group"),
        rate,
        f"bucket {answer.bucket_seconds:g} s from {answer.start}"
        if answer.start
        else "",
    ]
    sections = [
        Section(
            "totals",
            [Line(f"totals: {_series(answer.totals)}")] if answer.totals else [],
            share=0.3,
        ),
        Section(
            "groups",
            [_group(group, view.now) for group in answer.groups],
            title="groups (id, count, status, level, title; N*M is M buckets of N):",
            share=0.7,
        ),
        Section(
            "correlated",
            _correlated(answer.correlated),
            title="rising together:",
            share=0.2,
        ),
    ]
    return Page(view, header, sections).text(budget)


def _correlated(pairs: Sequence[Correlation]) -> list[Line]:
    """`g2, g3 follow g1 by 30 s, strength 0.90`: what follows alike in one line."""
    alike: dict[str, list[str]] = {}
    for pair in pairs:
        how = f"{pair.group} by {pair.lag_seconds:g} s, strength {pair.strength:.2f}"
        alike.setdefault(how, []).append(pair.other)
    return [
        _safe(f"{', '.join(others)} follow{'s' * (len(others) == 1)} {how}")
        for how, others in alike.items()
    ]


def _group(group: Group, now: str) -> Line:
    sources = " ".join(
        rows.pair(name, count, 60) for name, count in group.sources.items()
    )
    parts = [
        shorten(fence.visible(group.id), 80),
        f"x{group.count}",
        group.status,
        group.level,
        shorten(fence.visible(group.title), _TITLE),
        f"| first {when(group.first_seen, now)}, last {when(group.last_seen, now)}",
        f"| {shorten(sources, 200)}",
        f"| {_count(group.traces, 'trace')}" if group.traces else "",
        f"| example {group.example}",
        f"| {_series(group.series)}" if group.series else "",
    ]
    flagged = fence.instructs(f"{group.title} {group.id} {sources}")
    text = " ".join(part for part in parts if part)
    return Line(f"{fence.MARK} {text}" if flagged else text, flagged)


def _source(source: SourceRow, now: str) -> Line:
    parts = [
        rows.word(source.name, 120),
        source.state,
        fence.visible(source.format) or "-",
        _count(source.records, "record"),
        _count(source.errors, "error"),
        f"newest {ago(source.newest, now)}" if source.newest else "",
        f"({_count(source.files, 'file')}, {_megabytes(source.bytes)})",
        _lag(source),
        f"trouble: {shorten(fence.visible(source.trouble), 300)}"
        if source.trouble
        else "",
    ]
    text = " ".join(part for part in parts if part)
    flagged = fence.instructs(f"{source.name} {source.trouble or ''}")
    return Line(f"{fence.MARK} {text}" if flagged else text, flagged)


def _lag(source: SourceRow) -> str:
    """How far reading is behind writing; nothing where it is not."""
    if not source.lag_bytes:
        return ""
    seconds = f", {source.lag_seconds:g} s" if source.lag_seconds is not None else ""
    return f"behind by {_megabytes(source.lag_bytes)}{seconds}"


def _series(counts: Sequence[int]) -> str:
    """`0*12 3 7`: runs of one count written once."""
    runs = [(count, len(list(run))) for count, run in groupby(counts)]
    return " ".join(
        f"{count}*{length}" if length > 1 else f"{count}" for count, length in runs
    )


def _safe(value: Any) -> Line:
    text = str(value)
    flagged = fence.instructs(text)
    mark = f"{fence.MARK} " if flagged else ""
    return Line(mark + shorten(fence.visible(text), 700), flagged)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.3g} MB" if size >= 1e5 else f"{size / 1e3:.3g} kB"
