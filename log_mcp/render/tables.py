"""Many records at a glance: the overview, the trends, a page of a search."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from log_mcp.answer import (
    Correlation,
    Covered,
    Group,
    Overview,
    RecordRow,
    SearchPage,
    SourceRow,
    Trends,
    View,
)
from log_mcp.lazy import lazy
from log_mcp.phrase import counted, left_out, shown_of
from log_mcp.render import alerts, fence, rows
from log_mcp.render.page import (
    CHARACTERS_MAX,
    TOKENS_MAX,
    Line,
    Page,
    Section,
    ago,
    marked,
    seconds_between,
    shorten,
    silence,
    when,
)
from log_mcp.render.tokens import tokens
from log_mcp.render.unended import unended

CursorAfter = Callable[[int], str]
"""From the number of matches shown to the cursor that goes on after them."""

_BETWEEN = "--"  # as grep has it
_TITLE = 200  # characters of a group's title
_OWN_HINT: Final = lazy(r"the nearest match outside the window is at [0-9T:.Z-]+")


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
    there, gone = _parted(answer.top_errors)
    shown, every = len(there), _groups_of(view)
    header = [
        counted(len(answer.sources), "source"),
        f"{view.records_held} records held",
        levels,
        f"{shown} of {every} error groups (error_trends limit={min(every, 500)} lists "
        "them)"
        if shown < every
        else "",
        f"memory {_megabytes(used)} of {_megabytes(limit)}",
        f"{view.evicted} records left memory" if view.evicted else "",
        _changes(view),
        alerts.head(view),
    ]
    sections = [
        Section(
            "alerts",
            [alerts.line(alert, view.now) for alert in answer.alerts],
            title="alerts (state, name, group, rule, value):",
            share=0.2,
        ),
        Section(
            "errors",
            [_group(group, view.now) for group in there],
            title=f"top errors (id, count, status{_since(there)}, highest level, title):",
            share=0.5,
        ),
        _gone(gone, view.now),
        unended(answer.unended, view.now, 0.2),
        Section(
            "values",
            alerts.values(answer.values, view.now),
            title=alerts.legend(answer.values),
            share=0.2,
        ),
        Section(
            "sources",
            [_source(source, view.now) for source in answer.sources],
            title="sources (name, state, format, records and errors"
            f"{' of the window' if _has_window(view) else ''}{_rates(answer)}):",
            share=0.4,
        ),
    ]
    return Page(view, header, sections).text(budget)


def _rates(answer: Overview) -> str:
    """What the legend says of rates, where any are shown."""
    told = any(source.records_per_minute for source in answer.sources)
    return ", rates of the last 5 min" if told else ""


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
        if not page.matched:
            return [f"0 records matched{'' if page.matched_is_exact else ' so far'}"]
        count = counted(sum(one.matches for one in rows_of(kept)), "record")
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
    own = [bool(_OWN_HINT.fullmatch(hint)) for hint in page.hints or []]
    sections = [
        returned,
        Section(
            "hints",
            [line for line, ours in zip(hints, own, strict=True) if not ours],
            title="hints:",
            share=0.3,
        ),
        Section(
            "hints",
            [line for line, ours in zip(hints, own, strict=True) if ours],
            share=0.3,
            ours=True,
        ),
    ]
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
        foot.append(left_out(page.relaxed or {}))
    matches = sum(row.matches for row in shown)
    if any(row.row.level_inferred for row in shown):
        foot.append(rows.INFERRED)
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
    elif isinstance(view, Covered) and view.baseline:
        rate += f", baseline: {view.baseline}"
    there, gone = _parted(answer.groups)
    shown, every = len(there), _groups_of(view)
    header = [
        shown_of(shown, every, "group"),
        rate,
        f"bucket {answer.bucket_seconds:g} s from {answer.start}"
        if answer.start
        else "",
        _changes(view),
    ]
    empty = [_unheld(answer, group) for group in there]
    named = all(group.id == group.title for group in answer.groups)
    status = f"count, status{_since(there)}"
    what = f"value, {status}" if named else f"id, {status}, highest level, title"
    legend = "N*M is M buckets of N" + ("; - is no log" if any(empty) else "")
    pairs = [(_correlated(answer, pair), _is_ours(pair)) for pair in answer.correlated]
    sections = [
        Section(
            "totals",
            [Line(f"totals: {_series(answer.totals)}")] if answer.totals else [],
            share=0.3,
        ),
        Section(
            "groups",
            [
                _group(group, view.now, unheld)
                for group, unheld in zip(there, empty, strict=True)
            ],
            title=f"groups ({what}; {legend}):",
            share=0.7,
        ),
        _gone(gone, view.now),
        *(
            Section(
                "correlated",
                _alike([pair for pair, own in pairs if own is ours]),
                title="rising together:",
                share=0.2,
                ours=ours,
            )
            for ours in (False, True)
        ),
    ]
    return Page(view, header, sections).text(budget)


def _is_ours(pair: Correlation) -> bool:
    return fence.ours(pair.group) and fence.ours(pair.other)


def _correlated(answer: Trends, pair: Correlation) -> tuple[str, str, str]:
    """What rises, the verb for one or for more, and with what; no lag below a bucket."""
    how = f"strength {pair.strength:.2f}"
    if pair.lag_seconds:
        return pair.other, "follow", f"{pair.group} by {pair.lag_seconds:g} s, {how}"
    same = f"in the same {answer.bucket_seconds:g} s"
    return pair.other, "rise", f"with {pair.group} {same}, {how}"


def _alike(pairs: Sequence[tuple[str, str, str]]) -> list[Line]:
    """`g2, g3 follow g1 by 30 s, strength 0.90`: what rises alike in one line."""
    alike: dict[tuple[str, str], list[str]] = {}
    for other, verb, how in pairs:
        alike.setdefault((verb, how), []).append(other)
    return [
        _safe(f"{', '.join(others)} {verb}{'s' * (len(others) == 1)} {how}")
        for (verb, how), others in alike.items()
    ]


def _unheld(answer: Trends, group: Group) -> int:
    """In how many buckets, from the first on, no log of a group's sources is held."""
    begins = answer.view.begins if isinstance(answer.view, Covered) else {}
    known = group.sources and group.sources.keys() <= begins.keys()
    if answer.start is None or not known:
        return 0
    first = min(begins[name] for name in group.sources)
    seconds = seconds_between(answer.start, first)
    nothing = next((n for n, c in enumerate(group.series) if c), len(group.series))
    return max(0, min(int(seconds // answer.bucket_seconds), nothing))


def _groups_of(view: View) -> int:
    return view.groups if isinstance(view, Covered) else 0


def _parted(groups: Sequence[Group]) -> tuple[list[Group], list[Group]]:
    """Groups that the window holds, and those that are gone since it began."""
    gone = [group for group in groups if group.before is not None]
    return [group for group in groups if group.before is None], gone


def _changes(view: View) -> str:
    """`since then: 1 new, 2 still there`."""
    told = view.changes if isinstance(view, Covered) else ""
    return f"groups since then: {told}" if told else ""


def _since(groups: Sequence[Group]) -> str:
    """What a legend says of the change of groups; nothing where none is told."""
    return ", since then" if any(group.change for group in groups) else ""


def _gone(groups: Sequence[Group], now: str) -> Section:
    """Groups that were there before the window, and are no more."""
    lines = []
    for group in groups:
        named = group.id == group.title
        title = "" if named else f" {shorten(fence.visible(group.title), _TITLE)}"
        name = shorten(fence.visible(group.id), _TITLE if named else 80)
        text = (
            f"{name} x{group.before}{title} | last {when(group.last_seen, now)} "
            f"| example {group.example}"
        )
        lines.append(marked(text, f"{group.title} {group.id}"))
    return Section(
        "gone", lines, title="gone since then (id, count before):", share=0.2
    )


def _has_window(view: View) -> bool:
    return view.since is not None or (
        isinstance(view, Covered) and view.window.startswith("since")
    )


def _group(group: Group, now: str, unheld: int = 0) -> Line:
    """One row; of what is grouped by a value, that value is id, title and source."""
    named = group.id == group.title
    sources = " ".join(
        rows.pair(name, count, 60)
        for name, count in group.sources.items()
        if not (named and name == group.id)
    )
    parts = [
        shorten(fence.visible(group.id), 80 if not named else _TITLE),
        f"x{group.count}",
        _status(group),
        "" if named else group.level,
        "" if named else shorten(fence.visible(group.title), _TITLE),
        f"| first {when(group.first_seen, now)}, last {when(group.last_seen, now)}",
        f"| {shorten(sources, 200)}" if sources else "",
        f"| {counted(group.traces, 'trace')}" if group.traces else "",
        f"| example {group.example}",
        f"| {_series(group.series, unheld)}" if group.series else "",
    ]
    text = " ".join(part for part in parts if part)
    return marked(text, f"{group.title} {group.id} {sources}")


def _status(group: Group) -> str:
    """`steady`, or `steady, regressed` where a change is told that the status is not."""
    if group.change is None or group.change == group.status:
        return group.status
    return f"{group.status}, {group.change}"


def _source(source: SourceRow, now: str) -> Line:
    parts = [
        rows.word(source.name, 120),
        source.state,
        fence.visible(source.format) or "-",
        counted(source.records, "record"),
        counted(source.errors, "error"),
        f"newest {ago(source.newest, now)}" if source.newest else "",
        *_health(source, now),
        f"({counted(source.files, 'file')}, {_megabytes(source.bytes)})",
        _lag(source),
        f"trouble: {shorten(fence.visible(source.trouble), 300)}"
        if source.trouble
        else "",
    ]
    text = " ".join(part for part in parts if part)
    return marked(text, f"{source.name} {source.trouble or ''}")


def _health(source: SourceRow, now: str) -> list[str]:
    """How fast it writes, whether it fell silent, and when it started; each if told."""
    rate, errors = source.records_per_minute, source.errors_per_minute
    told = [f"{rate:g}/min" if rate else "", f"{errors:g} errors/min" if errors else ""]
    if source.silent_seconds is not None and source.habit_seconds is not None:
        told.append(silence(source.silent_seconds, source.habit_seconds))
    if source.last_start is not None:
        count = "" if source.runs is None else f"{counted(source.runs, 'start')}, "
        told.append(f"{count}last start {when(source.last_start, now)}")
    return [one for one in told if one]


def _lag(source: SourceRow) -> str:
    """How far reading is behind writing; nothing where it is not."""
    if not source.lag_bytes:
        return ""
    seconds = f", {source.lag_seconds:g} s" if source.lag_seconds is not None else ""
    return f"behind by {_megabytes(source.lag_bytes)}{seconds}"


def _series(counts: Sequence[int], unheld: int = 0) -> str:
    """`-*4 0*12 3 7`: runs of one count written once, `-` for buckets without a log."""
    return rows.runs(["-"] * unheld + [str(count) for count in counts[unheld:]])


def _safe(value: Any) -> Line:
    text = str(value)
    flagged = fence.instructs(text)
    mark = f"{fence.MARK} " if flagged else ""
    return Line(mark + shorten(fence.visible(text), 700), flagged)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.3g} MB" if size >= 1e5 else f"{size / 1e3:.3g} kB"
