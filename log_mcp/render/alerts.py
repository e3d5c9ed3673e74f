"""Alerts, and how the values of a field are: rows of the overview, lines of `watch`."""

from collections.abc import Mapping
from typing import Any, Final

from log_mcp.answer import Alert, Covered, ValueRow, Values, View
from log_mcp.phrase import counted
from log_mcp.render import fence, rows
from log_mcp.render.page import Line, marked, shorten, silence, when, whole

VALUES_MAX: Final = 20  # of a field that are shown; silent ones all the same
_WIDTH: Final = 80  # characters of one value
_TITLE: Final = 200
_PLURALS: Final = ("records", "errors")  # `ms` is none


def head(view: View) -> str:
    """`1 of 3 alerts firing`; empty where none is configured."""
    if not isinstance(view, Covered) or view.alerts is None:
        return ""
    every, firing = view.alerts
    return f"{firing} of {counted(every, 'alert')} firing"


def line(alert: Alert, now: str) -> Line:
    """One row; the newest record that counted is its example."""
    over = alert.state == "resolved"
    times = [f"noticed {when(alert.since, now)}"]
    if over and alert.fired is not None:
        times = [f"noticed {when(alert.fired, now)}, resolved {when(alert.since, now)}"]
    text = " | ".join([said(alert), *times, *_example(alert)])
    return marked(text, f"{alert.title or ''} {' '.join(alert.key.values())}")


def said(alert: Alert) -> str:
    """State, name, group, rule and value of an alert, on one line."""
    name = rows.word(fence.visible(alert.name), _WIDTH)
    return f"{alert.state} {name}{_rest(alert)}"


def _rest(alert: Alert) -> str:
    key = _pairs(alert.key)
    title = f" {shorten(fence.visible(alert.title), _TITLE)}" if alert.title else ""
    rule = shorten(fence.visible(alert.rule), _TITLE)
    one = alert.value == 1 and alert.unit in _PLURALS
    unit = alert.unit.removesuffix("s") if one else alert.unit
    value = f"{_number(alert.value)} {unit}".rstrip()
    return f"{f' {key}' if key else ''}{title}: {rule}: {value}"


def told(alert: Alert) -> tuple[str, str]:
    """The line of `watch`: what is ours, and what quotes a log."""
    name = rows.word(fence.visible(alert.name), _WIDTH)
    start = f"{whole(alert.since)} alert {alert.state} {name}"
    return start, " ".join([_rest(alert).strip(": "), *_example(alert)])


def _example(alert: Alert) -> list[str]:
    return [f"example {alert.example}"] if alert.example else []


def legend(values: Values | None) -> str:
    """The title of the rows."""
    if values is None:
        return ""
    name = shorten(fence.visible(values.field), _WIDTH)
    silent = sum(one.silent_seconds is not None for one in values.rows)
    every = counted(len(values.rows), "value")
    return f"{name} ({every}, {silent} silent; records, errors, last said of itself):"


def values(found: Values | None, now: str) -> list[Line]:
    """A row for each value, silent ones first; what is left out is said."""
    if found is None:
        return []
    shown = [_value(one, now) for one in found.rows[:VALUES_MAX]]
    more = len(found.rows) - len(shown)
    if more:
        shown.append(Line(f"{more} more: resource log://health has all"))
    return shown


def _value(one: ValueRow, now: str) -> Line:
    quiet = ""
    if one.silent_seconds is not None and one.habit_seconds is not None:
        quiet = f" {silence(one.silent_seconds, one.habit_seconds)}"
    facts = _pairs(one.facts)
    text = (
        f"{rows.word(one.value, _WIDTH)} {counted(one.records, 'record')} "
        f"{counted(one.errors, 'error')} last {when(one.last_seen, now)}{quiet}"
        f"{f' | {facts}' if facts else ''} | example {one.example}"
    )
    return marked(text, f"{one.value} {facts}")


def _pairs(told_: Mapping[str, Any]) -> str:
    return " ".join(rows.pair(name, value, _WIDTH) for name, value in told_.items())


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6g}"
