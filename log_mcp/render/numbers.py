"""Numbers by group and bucket: the answer of an aggregation."""

from typing import Final

from log_mcp.answer import Aggregates, Covered, Series, Totals
from log_mcp.phrase import counted, shown_of
from log_mcp.render import fence, rows
from log_mcp.render.page import Line, Page, Section, marked, shorten

NONE: Final = "(none)"
_KEY: Final = 200  # characters of the value of a field
_METRIC: Final = 200  # ... of a metric, as it was asked for
_DIGITS: Final = 6


def aggregates(answer: Aggregates, budget: int) -> str:
    """Answer of `aggregate_logs` as text.

    Args:
        answer: What to show.
        budget: Tokens, at most.
    """
    view = answer.view
    shown = len(answer.groups)
    every, records = shown, None
    if isinstance(view, Covered):
        every, records = max(view.groups, shown), view.counted
    keyed = any(group.key for group in answer.groups) or every != 1
    header = [
        shown_of(shown, every, "group") if keyed else "",
        "" if records is None else counted(records, "record") + " counted",
        f"bucket {answer.bucket_seconds:g} s from {answer.start}"
        if answer.bucket_seconds
        else "",
    ]
    section = Section(
        "groups",
        [_group(group) for group in answer.groups],
        title=_legend(answer),
        share=1.0,
    )
    return Page(view, header, [section]).text(budget)


def _legend(answer: Aggregates) -> str:
    """`groups (service: count, avg(duration) in ms | per bucket):`."""
    if not answer.groups:
        return ""
    first, units = answer.groups[0], answer.units or {}
    names = [
        shorten(fence.visible(name), _METRIC)
        + (f" in {units[name]}" if name in units else "")
        for name in first.metrics
    ]
    keys = " ".join(shorten(fence.visible(key), _METRIC) for key in first.key)
    series = "; per bucket N*M is M buckets of N, - has no number" * bool(first.series)
    what = f"{keys}: {', '.join(names)}" if keys else ", ".join(names)
    return f"groups ({what}{series}):"


def _group(group: Totals) -> Line:
    """One row: the values of its fields, its metrics, and those per bucket."""
    values = [NONE if value is None else value for value in group.key.values()]
    words = " ".join(shorten(fence.visible(one), _KEY) for one in values)
    numbers = ", ".join(map(_number, group.metrics.values()))
    text = f"{words}: {numbers}" if group.key else numbers
    several = len(group.series) > 1
    text += "".join(f" | {_series(one, named=several)}" for one in group.series)
    return marked(text, *values)


def _series(series: Series, *, named: bool) -> str:
    name = f"{shorten(fence.visible(series.metric), _METRIC)} " if named else ""
    return name + rows.runs(map(_number, series.values))


def _number(value: float | None) -> str:
    """A number in as few digits as tell it; whole ones in full."""
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.{_DIGITS}g}"
