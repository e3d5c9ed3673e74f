"""Work that started and never ended, as rows: what began, and what normally follows."""

from collections.abc import Sequence
from typing import Final

from log_mcp.answer import OpenWork, Unended
from log_mcp.render import fence, rows
from log_mcp.render.page import Line, Section, marked, shorten, when

_TEMPLATE: Final = 120  # characters of a message shape
_NAME: Final = 40
TITLE: Final = "started and never ended (what began -> what normally follows in the same piece of work):"


def unended(found: Sequence[Unended], now: str, share: float) -> Section:
    """The section of an answer.

    Args:
        found: What to show.
        now: Time of the answer.
        share: Of the budget.
    """
    return Section("unended", [_row(one, now) for one in found], TITLE, share=share)


def _row(one: Unended, now: str) -> Line:
    begins = shorten(fence.visible(one.begins), _TEMPLATE)
    ends = shorten(fence.visible(one.ends), _TEMPLATE)
    every = one.answered + one.missed
    sources = " ".join(rows.pair(name, n, 60) for name, n in one.sources.items())
    more = one.count - len(one.open)
    which = ", ".join(_open(work, now) for work in one.open)
    text = (
        f"x{one.count} open: {begins} -> {ends} | followed in {one.answered} of {every}, "
        f"after {one.usual_seconds:g} s, {one.longest_seconds:g} s at most | {sources} | "
        f"{which}{f' and {more} more' if more else ''}"
    )
    names = " ".join(work.name for work in one.open)
    return marked(text, f"{one.begins} {one.ends} {names}")


def _open(work: OpenWork, now: str) -> str:
    name = shorten(fence.visible(work.name), _NAME)
    since = f"began {when(work.time, now)}"
    if work.last_heard != work.time:
        since += f", last heard {when(work.last_heard, now)}"
    return f"{name} {since} (id {work.id})"
