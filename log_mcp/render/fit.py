"""An answer as JSON within a budget of tokens, for programs.

The same steps as for text, each told in `view.notes`: equal neighbours folded, long texts
shortened, rows cut from the end of the longest lists and the cursor moved to where they
begin. Library frames go before those of the application.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from log_mcp.answer import SearchPage
from log_mcp.plain import to_json
from log_mcp.render import rows, sealed
from log_mcp.render.page import CHARACTERS_MAX, TOKENS_MAX
from log_mcp.render.tokens import tokens

_WIDTHS: Final = (2000, 500, 240, 120)
_LAST_WIDTHS: Final = (60, 30)  # once no list has anything left to give
_CAUSES_MAX: Final = 20
# What another call needs as it stands, or a program compares.
_WHOLE: Final = {
    "id",
    "example",
    "group",
    "next_cursor",
    "time",
    "now",
    "since",
    "until",
} | {
    "first_seen",
    "last_seen",
    "oldest",
    "newest",
    "last_start",
    "fired",
    "oldest_held",
    "newest_held",
    "start",
}
# May be empty or null by their schema, in the order in which they go.
_EMPTIED: Final = (
    *("arguments", "fields", "facts", "levels", "series", "totals", "relaxed"),
    *("unended", "documentation", "preventive", "system", "episodes", "clocks"),
    *("commits", "commit", "related_errors", "immediate", "distinguishing", "events"),
    *("correlated", "hints", "omitted", "questions", "related", "code", "pattern"),
    *("sources", "rows", "rules", "key", "alerts"),
    *("group", "exception", "groups", "top_errors", "patterns"),
    *("standing", "changed", "steps", "new", "gone", "suspects"),
)
_WHOLES: Final = frozenset({"group", "exception", "pattern", "commit"})  # or null
_NOTE: Final = 90  # tokens kept for the note on what was done
# Not lists of rows: buckets, of which none may be missing, and what logs and callers named.
_WITHIN: Final = frozenset(
    {"arguments", "clocks", "facts", "fields", "key", "said", "series", "totals"}
)

CursorAfter = Callable[[int], str]


def fit(
    answer: Any, budget: int, cursor_after: CursorAfter | None = None
) -> dict[str, Any]:
    """The answer as JSON types, its compact text within the budget.

    Args:
        answer: One of the answers of `log_mcp.answer`, or a dict that holds some.
        budget: Tokens; below about 700 the bare frame of an answer may take more.
        cursor_after: Makes the cursor for a page of records that is cut.
    """
    limit = min(budget, TOKENS_MAX)
    body = sealed.harmless(to_json(answer))
    if not sealed.count(body):
        return _fitted(answer, body, limit, cursor_after)
    body = _fitted(answer, body, limit - sealed.NOTE_TOKENS, cursor_after)
    if count := sealed.count(body):
        holder = _holder(body)
        holder["notes"] = [*holder.get("notes", []), sealed.note(count)]
    return body


def fenced(
    answer: Any, budget: int, cursor_after: CursorAfter | None = None
) -> dict[str, Any]:
    """As `fit`, between two values that label all of it as log data."""
    return sealed.labelled(fit(answer, budget - sealed.LABEL_TOKENS, cursor_after))


def _fitted(
    answer: Any,
    body: dict[str, Any],
    limit: int,
    cursor_after: CursorAfter | None,
) -> dict[str, Any]:
    if _over(body, limit) <= 0:
        return body
    steps: list[str] = []
    folded: list[rows.Folded] = []
    if isinstance(answer, SearchPage):
        folded = rows.fold(answer.records)
        if len(folded) < len(answer.records):
            body = sealed.harmless(
                to_json(replace(answer, records=[row.row for row in folded]))
            )
            steps.append("equal neighbours folded, see repeats")
    steps += _without_long_cursor(body, limit)
    width = _shorten_to_fit(body, limit - _NOTE)
    if width:
        steps.append(f"texts shortened to {width} characters")
    lead = rows.leading([row.row for row in folded])
    cut = _cut_rows(body, limit - _NOTE, lead)
    if cut:
        counts = ", ".join(f"{name} {count}" for name, count in sorted(cut.items()))
        steps.append(f"rows cut: {counts}")
    if emptied := _squeeze(body, limit - _NOTE):
        steps.append(f"emptied: {', '.join(emptied)}")
    if "records" in cut and folded:
        shown = {row["id"] for row in body["records"]}
        count = sum(row.matches for row in folded if row.row.id in shown)
        body["next_cursor"] = cursor_after(count) if cursor_after and count else None
        steps += _without_long_cursor(body, limit)
    holder = _holder(body)
    said = [f"to stay within {limit} tokens: {'; '.join(steps)}"] if steps else []
    holder["notes"] = [*said, *holder.get("notes", [])]
    _squeeze(body, limit)
    return body


def _holder(body: dict[str, Any]) -> dict[str, Any]:
    """What the notes stand in."""
    view = body.get("view")
    return view if isinstance(view, dict) else body


def _without_long_cursor(body: dict[str, Any], limit: int) -> list[str]:
    """Takes out a cursor that its question makes as long as the budget; what to say."""
    if tokens(body.get("next_cursor") or "") <= limit // 2:
        return []
    body["next_cursor"] = None
    return ["next_cursor left out: ask again with a larger max_tokens"]


def compact(body: Any) -> str:
    """The JSON text that the budget counts."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), default=str)


def _over(body: Any, limit: int) -> int:
    """By how many tokens, about, this is too long; not positive if it fits."""
    text = compact(body)
    return max(tokens(text) - limit, (len(text) - CHARACTERS_MAX) // 2)


def _shorten_to_fit(body: dict[str, Any], limit: int) -> int:
    """Shortens long texts step by step; the width reached, 0 if none was shortened."""
    reached = 0
    for width in _WIDTHS:
        if _over(body, limit) <= 0:
            break
        if _shorten(body, width):
            reached = width
    return reached


def _shorten(node: Any, width: int) -> bool:
    """Shortens every text below a node; whether there was one to shorten."""
    if not isinstance(node, dict | list):
        return False
    changed = False
    for key, value in node.items() if isinstance(node, dict) else enumerate(list(node)):
        if isinstance(value, str):
            if len(value) > width and not _is_whole(key, value):
                node[key] = sealed.shortened(value, width)
                changed = changed or node[key] != value
        elif key != "notes":
            changed = _shorten(value, width) or changed
    return changed


def _is_whole(key: str | int, value: str) -> bool:
    """Whether a text is useless when shortened; an id of a log's making may be long."""
    return key == "next_cursor" or (key in _WHOLE and len(value) <= 64)


def _cut_rows(body: dict[str, Any], limit: int, lead: str) -> dict[str, int]:
    """Cuts the costliest list from its end until all fits; rows cut by name of the list."""
    cut: dict[str, int] = {}
    _cut_causes(body)
    while (over := _over(body, limit)) > 0:
        lists = [(tokens(compact(rows_)), name, rows_) for name, rows_ in _lists(body)]
        lists = [one for one in lists if len(one[2]) > 1]
        if not lists:
            break
        cost, name, rows_ = max(lists, key=lambda one: one[0])
        per_row = max(1, cost // len(rows_))
        before = len(rows_)
        wanted = max(1, before - max(1, over // per_row))
        while len(rows_) > wanted:
            _drop(name, rows_, lead)
        cut[name] = cut.get(name, 0) + before - len(rows_)
    if "timeline" in cut:
        body["timeline"]["omitted"] += cut["timeline"]
    return cut


def _drop(name: str, rows_: list[Any], lead: str) -> None:
    """Takes the least important row out.

    Args:
        name: Of the list.
        rows_: The list.
        lead: Of records, the role of what stands before its match.
    """
    if name == "frames":
        library = [n for n, frame in enumerate(rows_) if not frame["in_app"]]
        del rows_[library[-1] if library else -1]
    elif name == "timeline":
        del rows_[_farthest(row.get("role") == "match" for row in rows_)]
    elif name == "lines":
        del rows_[_farthest(line["here"] for line in rows_)]
    elif name == "records":
        _drop_record(rows_, lead)
    elif name == "events":
        del rows_[0]  # the one farthest from what it may have led to
    else:
        rows_.pop()


def _drop_record(rows_: list[Any], lead: str) -> None:
    """Takes the last match with its context, or context of the only match."""
    matches = [row.get("role") in (None, "match") for row in rows_]
    if sum(matches) < 2:
        del rows_[_farthest(matches)]
        return
    rows_.pop()
    while rows_[-1].get("role") == lead:
        rows_.pop()


def _farthest(marks: Iterable[bool]) -> int:
    """The end of a list that is farther from its marked row."""
    marked = list(marks)
    place = marked.index(True) if True in marked else 0
    return 0 if place > len(marked) - 1 - place else -1


def _lists(node: Any, name: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Every list below a node that may lose rows, with its name."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in _WITHIN:
                yield from _lists(value, name if name == "timeline" else key)
    elif isinstance(node, list):
        yield name, node
        for value in node:
            yield from _lists(value)


def _cut_causes(body: Any) -> None:
    """Joins the middle of a chain of causes that is longer than anybody reads."""
    error = body.get("error", body) if isinstance(body, dict) else {}
    link = error.get("exception") if isinstance(error, dict) else None
    chain = []
    while isinstance(link, dict):
        chain.append(link)
        link = link.get("cause")
    if len(chain) > _CAUSES_MAX:
        chain[_CAUSES_MAX // 2]["cause"] = chain[-(_CAUSES_MAX // 2)]


def _squeeze(body: dict[str, Any], limit: int) -> list[str]:
    """The last resort: empties what may be empty, least important first; what it was."""
    _pop_notes(body, limit, least=1)
    emptied: list[str] = []
    for name in _EMPTIED:
        for node in _holders(body, name):
            if node[name] and _over(body, limit) > 0:
                node[name] = None if name in _WHOLES else type(node[name])()
                emptied.append(name)
    if _over(body, limit) > 0 and "timeline" in body:
        body["timeline"]["omitted"] += len(body["timeline"]["records"])
        body["timeline"]["records"] = []
    for width in _LAST_WIDTHS:
        if _over(body, limit) > 0:
            _shorten(body, width)
    _pop_notes(body, limit, least=0)
    return list(dict.fromkeys(emptied))


def _pop_notes(body: dict[str, Any], limit: int, least: int) -> None:
    """Takes notes from their end while all is too long; the first says what was cut."""
    for node in _holders(body, "notes"):
        while len(node["notes"]) > least and _over(body, limit) > 0:
            node["notes"].pop()


def _holders(node: Any, name: str) -> Iterator[dict[str, Any]]:
    """Every dict below a node that holds a dict or a list under a name."""
    if isinstance(node, dict):
        if isinstance(node.get(name), dict | list):
            yield node
        for value in list(node.values()):
            yield from _holders(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from _holders(value, name)
