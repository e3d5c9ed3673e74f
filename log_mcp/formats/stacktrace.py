"""Which line continues which: the lines of a stack trace are one record.

Operations we want:

- does this line begin a trace (also behind a logging header on the same line)?
- given where a trace stands, does the next line belong to it?
- was it printed by a crash that nobody caught, or under a logging header?

Goals: a microsecond a line; the same answer whether lines come from a block or one at a
time; no trace swallows what follows it.

Plan: the tables of `tracemarks` and `tracerules`, and one machine that runs them. The rules of a state are
one expression, made when the state is first met; its group that took part tells the rule.

There is no look-ahead. Where only a later line can tell (a blank line, a message of
several lines), a line is taken on trial, and `State.trial` counts the lines that are to
be given back if the trace ends there.

>>> state = None
>>> for line in lines:
...     state = step(state, line)
"""

import re
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple

import re2

from log_mcp.formats.tracemarks import START, WITHIN, Mark
from log_mcp.formats.tracerules import PROVES, RULES, TRIAL, Rule
from log_mcp.lazy import lazy

TRIAL_LINES_MAX: Final = 50  # of one message; more is a document, not a message

_KEPT_BYTES_MAX: Final = 100  # of a line that is remembered


class State(NamedTuple):
    """Where a stack trace stands after a line.

    Attributes:
        name: State of the rule tables: language, dot, place.
        proven: Frames were seen, so that this is an exception and no prose. Never true
            of one line alone.
        bare: It began as only a crash that nobody caught does.
        trial: How many lines up to here belong to the trace only if a later one does.
    """

    name: str
    proven: bool = False
    bare: bool = False
    trial: int = 0

    @property
    def language(self) -> str:
        """`python`, `java`, ...; `any` while it cannot be told."""
        return self.name.partition(".")[0]


def _alternatives(rows: tuple[Mark, ...] | tuple[Rule, ...]) -> bytes:
    return b"|".join(b"(%s)" % row.pattern for row in rows)


# All marks, for RE2 alone: other engines would look far from every offset. Every line for which `begins` is not None
# holds a match that starts and ends in it.
BEGIN: Final = b"(?m)^(?:%s)|%s" % (
    b"|".join(mark.pattern for mark in START),
    b"|".join(mark.pattern for mark in WITHIN),
)


@cache
def any_mark() -> Any:
    """The expression of RE2 that finds a line with which a trace may begin."""
    byte_by_byte = re2.Options()
    byte_by_byte.encoding = re2.Options.Encoding.LATIN1
    return re2.compile(BEGIN, byte_by_byte)


@cache
def _marks() -> tuple[Any, re.Pattern[bytes], re.Pattern[bytes]]:
    return any_mark(), lazy(_alternatives(START)), lazy(_alternatives(WITHIN))


def may_begin(text: bytes, start: int = 0, end: int | None = None) -> bool:
    """Whether a trace may begin in a run of lines; if not, `begins` need not be asked.

    Args:
        text: A block of whole lines.
        start: Offset of the first line to look at.
        end: Offset where the last one ends; the end of the text if None.
    """
    return any_mark().search(text, start, end) is not None


def begins(line: bytes) -> State | None:
    """Where a trace stands that begins with this line.

    Args:
        line: Without its line end; the whole of it, or what follows a logging header.

    Returns:
        The state after the line, not yet proven; None if no trace begins here.
    """
    return _begun(line) if len(line) <= _KEPT_BYTES_MAX else _begun.__wrapped__(line)


@lru_cache(256)  # the first lines of traces are few, and most are asked for thrice
def _begun(line: bytes) -> State | None:
    any_mark, start, within = _marks()
    found = any_mark.search(line)
    if found is None:
        return None
    at = found.start()
    match, rows = (start.match(line) if at == 0 else None), START
    if match is None:
        match, rows = within.match(line, at), WITHIN
    if match is None or match.lastindex is None:
        return None  # the line holds line ends, which the engines see differently
    mark = rows[match.lastindex - 1]
    name = mark.state
    if name == "any.head" and line.endswith(b"{"):
        name = "javascript.object"  # `[AggregateError: ...] {`: its members follow
    return State(name, bare=mark.bare and at == 0)


@cache
def _rules(name: str) -> tuple[re.Pattern[bytes], tuple[Rule, ...]]:
    rows = tuple(rule for rule in RULES if rule.state == name)
    return re.compile(_alternatives(rows)), rows


def continues(state: State, line: bytes) -> State | None:
    """Where a trace stands if this line belongs to it.

    Args:
        state: Where it stood before the line.
        line: Without its line end.

    Returns:
        The state after the line; None if the trace has ended before it.
    """
    pattern, rows = _rules(state.name)
    match = pattern.match(line)
    if match is None:
        return None
    assert match.lastindex is not None
    _, _, to, takes = rows[match.lastindex - 1]
    if takes == TRIAL:
        if state.trial == TRIAL_LINES_MAX:
            return None
        return State(to, state.proven, state.bare, state.trial + 1)
    proven = state.proven or takes == PROVES
    if to == state.name and proven == state.proven and not state.trial:
        return state
    return State(to, proven, state.bare) if to else None


def step(state: State | None, line: bytes) -> State | None:
    """`continues`, or else `begins`: what a reader of consecutive lines does.

    Args:
        state: Where the trace stood before the line; None if there was none.
        line: Without its line end.

    Returns:
        The state after the line; None if it is in no trace.
    """
    return (continues(state, line) if state else None) or begins(line)


def is_bare(state: State) -> bool:
    """Whether the trace began as only a crash that nobody caught does."""
    return state.bare
