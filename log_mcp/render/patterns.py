"""Message shapes as rows: `id xCOUNT share level template | first, last | sources | example`."""

from typing import Final

from log_mcp.answer import Covered, Pattern, Patterns
from log_mcp.phrase import counted, shown_of
from log_mcp.render import fence, rows
from log_mcp.render.page import Line, Page, Section, marked, shorten, when

_TEMPLATE: Final = 300  # characters of a template
_SOURCES: Final = 200


def patterns(answer: Patterns, budget: int) -> str:
    """Answer of `log_patterns` as text.

    Args:
        answer: What to show.
        budget: Tokens, at most.
    """
    view = answer.view
    shown = every = len(answer.patterns)
    order = compared = ""
    if isinstance(view, Covered):
        every, compared = view.patterns, view.compared
        order = {"common": ", common first", "rare": ", rare first"}.get(view.order, "")
    kind = (
        "new pattern"
        if isinstance(view, Covered) and view.order == "new"
        else "pattern"
    )
    header = [
        f"{shown_of(shown, every, kind)}{order}",
        f"{counted(answer.records, 'record')} counted",
        compared,
    ]
    name = (
        ", new"
        if any(one.status for one in answer.patterns) and kind == "pattern"
        else ""
    )
    sections = [
        Section(
            "patterns",
            [_pattern(one, view.now, status=bool(name)) for one in answer.patterns],
            title=f"patterns (id, count, share{name}, highest level, template):",
            share=1.0,
        )
    ]
    return Page(view, header, sections).text(budget)


def _pattern(pattern: Pattern, now: str, *, status: bool) -> Line:
    first, last = when(pattern.first_seen, now), when(pattern.last_seen, now)
    sources = " ".join(
        rows.pair(name, count, 60) for name, count in pattern.sources.items()
    )
    parts = [
        pattern.id,
        f"x{pattern.count}",
        share(pattern.share),
        pattern.status if status else "",
        pattern.level or "-",
        shorten(fence.visible(pattern.template), _TEMPLATE),
        f"| first {first}, last {last}" if pattern.count > 1 else f"| at {last}",
        f"| {shorten(sources, _SOURCES)}" if sources else "",
        f"| example {pattern.example}",
    ]
    text = " ".join(part for part in parts if part)
    return marked(text, f"{pattern.template} {sources}")


def share(share: float) -> str:
    """`12%`, `0.3%`, `<0.1%`."""
    percent = 100 * share
    if percent < 0.1:
        return "<0.1%"
    return f"{percent:.0f}%" if percent >= 10 else f"{percent:.1f}%"
