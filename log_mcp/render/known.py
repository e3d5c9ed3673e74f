"""What is known of an error besides itself: its class, what changed, what comes with it."""

from typing import Final

from log_mcp.answer import Group
from log_mcp.render import fence, rows
from log_mcp.render.page import Line, Section, shorten, whole
from log_mcp.report import (
    Commit,
    Distinct,
    Episode,
    Event,
    Explanation,
    FailurePattern,
    Related,
    Similar,
    Suggestions,
)

# What an event tells, the most telling first.
_WEIGHED: Final = ("configuration", "trouble", "new warning", "restart")
_EVENT_CHARACTERS: Final = 300
_SAID: Final = {True: "retryable", False: "not retryable", None: "retryable: depends"}
_BEFORE: Final = (
    "just before this group began: starts, and what was not logged earlier:"
)
_COMMITS: Final = (
    "commits since a day before its first failure, to files of its frames:"
)
_GROUPS: Final = (
    "other error groups: when they began, in what share of this one's failures they come"
    " (one trace or minute), status against the day before:"
)
_DISTINCT: Final = (
    "what failed records have and others of their kind have less, in a sample of each:"
)
_DONE: Final = "what may help (known class of failure, values as seen here):"
_DO: Final = {"immediate": "now", "preventive": "later", "documentation": "see"}


def before(answer: Explanation, lead: int, changed: int) -> list[Section]:
    """What changed, what failed records share, and who failed first.

    Args:
        answer: The report.
        lead: How many of the groups are never cut.
        changed: How many of the changes are never cut, beside such a group.
    """
    related = [marked(_related(one)) for one in answer.related]
    changes = answer.changes
    events = sorted(
        changes.events, key=lambda one: (_WEIGHED.index(one.why), one.lag_seconds)
    )
    leads = bool(answer.related) and answer.related[0].order == "before"
    return [
        Section(
            "changes",
            [_event(one) for one in events],
            title=_BEFORE,
            must=min(changed if leads else lead, len(events)),
            share=0.12,
        ),
        Section(
            "distinguishing",
            [marked(_distinct(one)) for one in answer.distinguishing],
            title=_DISTINCT,
            share=0.06,
        ),
        Section(
            "related",
            related,
            title=_GROUPS,
            must=lead * leads,
            share=0.1,
        ),
        Section(
            "commits",
            [marked(f"commit {_with_files(one)}") for one in changes.commits],
            title=_COMMITS,
            share=0.05,
        ),
    ]


def beside(answer: Explanation) -> list[Section]:
    """How often it came before, where it ran, and what may help."""
    facts = [rows.pair(name, value, 80) for name, value in answer.system.items()]
    return [
        Section("similar", [_similar(answer.similar)], share=0.05),
        Section(
            "system",
            [marked(f"runs on: {' '.join(facts)}")] if facts else [],
            share=0.03,
        ),
        Section(
            "suggestions", _suggestions(answer.suggestions), title=_DONE, share=0.1
        ),
    ]


def pattern(found: FailurePattern | None) -> list[Line]:
    """The class of the failure, and what the record says itself."""
    if found is None:
        return []
    lines = []
    if found.name is not None:
        told = f"class {found.name}"
        if found.severity:
            told += f", severity {found.severity}"
        told += f", {_SAID[found.is_retryable]}"
        by = "" if found.told_by == "table" else f" ({found.told_by})"
        lines.append(marked(f"{told}, by '{found.evidence}'{by}"))
    said = [rows.pair("code", found.code, 80)] if found.code is not None else []
    if "severity" in found.said:
        said.append(rows.pair("severity", found.severity, 40))
    if "is_retryable" in found.said:
        said.append(rows.pair("is_retryable", found.is_retryable, 40))
    said += [rows.pair("related_error", one, 120) for one in found.related_errors]
    if said:
        lines.append(marked(f"the record says: {' '.join(said)}"))
    return lines


def commit(one: Commit) -> str:
    """`1f2e3d4c5b6a 2026-03-04T12:00:00Z Ada: take the lock later`."""
    return f"{one.id} {whole(one.time)} {one.author}: {one.subject}"


def title(group: Group) -> str:
    """A group in a line."""
    return f"{group.id} x{group.count} {group.status} {group.level} {group.title}"


def marked(text: str, start: str = "", width: int = 700) -> Line:
    """A line of log text, made visible, shortened, and flagged if it instructs."""
    flagged = fence.instructs(text)
    mark = f"{fence.MARK} " if flagged else ""
    return Line(start + mark + shorten(fence.visible(text), width), flagged)


def _with_files(one: Commit) -> str:
    return f"{commit(one)} ({', '.join(one.files)})"


def _event(event: Event) -> Line:
    """The nearest one matters most, and they stand in the order of time."""
    folded = rows.Folded(event.record, 1, None)
    line = rows.line(folded, rows.Constants([]), _EVENT_CHARACTERS, None, indent=False)
    start = f"{event.why}, {_span(event.lag_seconds)} before: "
    return Line(start + line.text, line.flagged, -int(event.lag_seconds * 1000))


def _related(related: Related) -> str:
    """Which came first and by how much, and how often they come together."""
    lag = _span(abs(related.lag_seconds))
    when = {
        "before": f"began {lag} before",
        "with": "began within a second of it",
        "after": f"began {lag} after",
        "among": f"was there all along, last {lag} before this record",
    }[related.order]
    return f"{when}, share {related.strength:g}: {title(related.group)}"


def _span(seconds: float) -> str:
    """`2.59 s`, `43 min`, `7 h`: as exact as it matters."""
    if seconds < 120:
        return f"{seconds:.3g} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"


def _distinct(one: Distinct) -> str:
    pair = rows.pair(one.field, one.value, 80)
    others = f"{one.others} of {one.others_of} others"
    return f"{pair}: {one.failed} of {one.failed_of} failed, {others} (chance {one.chance:g})"


def _similar(similar: Similar) -> Line:
    told = "similar: none in the 24 h before"
    if similar.count:
        told = f"similar: {similar.count} in the 24 h before"
        if similar.first_seen and similar.last_seen:
            told += f", first {similar.first_seen}, last {similar.last_seen}"
    runs = [_episode(one) for one in similar.episodes]
    if runs:
        told += f"; earlier runs: {', '.join(runs)}"
    return Line(fence.visible(told))


def _episode(one: Episode) -> str:
    if one.count == 1:
        return f"once at {whole(one.first_seen)}"
    return f"{one.count} from {whole(one.first_seen)} to {whole(one.last_seen)}"


def _suggestions(found: Suggestions) -> list[Line]:
    return [
        marked(f"{word}: {text}", width=400)
        for kind, word in _DO.items()
        for text in getattr(found, kind)
    ]
