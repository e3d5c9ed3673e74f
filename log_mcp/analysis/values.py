"""How each value of a field is: a worker by its `worker_id`, as its records tell.

Of each value is kept when it was heard of, how many records and errors there were, and what
its newest records say of it: state, memory, processor, jobs. What a record says of itself is
taken from fields whose names say so, whatever the library that wrote them.
"""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.beats import (
    MOST,
    Beat,
    Beats,
    Skipped,
    nothing_skipped,
    silence_ns,
)
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.fresh import Fresh
from log_mcp.analysis.habit import is_silent
from log_mcp.analysis.keys import Key
from log_mcp.analysis.pick import pick
from log_mcp.analysis.rolling import Codes
from log_mcp.analysis.rules import by_key, newest_id
from log_mcp.answer import ValueRow, Values
from log_mcp.beat import beat
from log_mcp.lazy import lazy
from log_mcp.query.cursor import EVER
from log_mcp.query.filter import Ask
from log_mcp.query.quantity import quantity
from log_mcp.query.subject import dig, names
from log_mcp.record import Level
from log_mcp.span import SECOND
from log_mcp.store.segment import Segment
from log_mcp.timestamp import iso

NEWEST: Final = 4  # records of a value that are read at a time
BACK: Final = 40  # ... of one that said nothing of itself so far, all in all
FACTS_MAX: Final = 8
_FACT_CHARACTERS_MAX: Final = 40
_STATES: Final = lazy(r"(?i)(?:^|[_.-])(?:state|status|phase)$")
_COUNTS: Final = lazy(
    r"(?i)mem(?:ory)?(?:[_.-]|$)|rss|heap|cpu"
    r"|(?:^|[_.-])(?:jobs?|tasks?|queued?|processed|completed|succeeded|failed|failures"
    r"|pending|in_flight|active)(?:[_.-]|$)"
)
_IDS: Final = lazy(r"(?i)(?:^|[_.-])(?:id|uuid|name|key|type|at|time|ts)$")


@dataclass(slots=True)
class _Value:
    """What is known of one value."""

    records: int = 0
    errors: int = 0
    asked: int = 0
    facts: dict[str, tuple[int, Any]] = field(default_factory=dict)


class ValuesOf:
    """What is known of each value of a field. Used by one thread at a time.

    Args:
        name: Of the field.
        columns: What records hold.
        errors: The errors of a segment.

    Attributes:
        too_many: Whether there were so many values that none is watched.
    """

    def __init__(self, name: str, columns: Columns, errors: Annotator) -> None:
        self.name = name
        self._pick = pick(Ask(), (), (name,))
        self._columns, self._errors = columns, errors
        self._beats = Beats()
        self.skipped: Skipped = nothing_skipped
        self._known: dict[Key, _Value] = {}
        self.too_many = False

    def oldest_ns(self, _: int) -> int:
        """All that is held counts."""
        return -EVER

    def take(self, fresh: Fresh, _: int) -> None:
        """Take in records that were not looked at before."""
        segment = fresh.segment
        if self.too_many:
            return
        picked = self._pick.of(segment, self._columns, self._errors)
        if picked is None:
            return
        if fresh.grown and not picked.rows[0]:
            picked = picked.at(np.arange(1, len(picked.rows)))
        if not len(picked.rows):
            return
        parts = by_key(picked.rows, [picked.columns[self.name]], MOST)
        if parts is None:
            self.too_many = True
            self._beats, self._known = Beats(), {}
        for key, rows in parts or ():
            beat()
            self._beats.add(key, segment.times[rows], newest_id(segment, rows))
            known = self._known.setdefault(key, _Value())
            known.records += len(rows)
            errors = segment.levels[rows] >= Level.ERROR
            known.errors += int(np.count_nonzero(errors))
            self._ask(known, segment, rows)
        if len(self._known) > 2 * len(self._beats):
            there = {key for key, _ in self._beats}
            self._known = {k: one for k, one in self._known.items() if k in there}

    @staticmethod
    def _ask(known: _Value, segment: Segment, rows: Codes) -> None:
        """See what the newest of some records say of their value.

        What is older than all that is known says nothing more, and of a value that never
        says anything of itself not many are asked.
        """
        oldest = min((time for time, _ in known.facts.values()), default=None)
        if oldest is not None and int(segment.times[rows[-1]]) < oldest:
            return
        most = NEWEST if known.facts else max(1, BACK - known.asked)
        for row in rows[::-1][:most].tolist():
            time = int(segment.times[row])
            known.asked += 1
            for name, value in facts_of(segment.record(row).fields).items():
                before = known.facts.get(name)
                if before is None and len(known.facts) >= FACTS_MAX:
                    continue
                if before is None or before[0] <= time:
                    known.facts[name] = (time, value)

    def forget(self) -> None:
        """Forget all records: what is still held comes again."""
        self._beats, self._known = Beats(), {}

    @property
    def notes(self) -> list[str]:
        """What keeps values from being watched."""
        if not self.too_many:
            return []
        return [f"health: {self.name!r} has too many values, so none is watched"]

    def answer(self, now_ns: int) -> Values:
        """How each value is: silent ones first, the longest silence last."""
        found = [self._row(key, one, now_ns) for key, one in self._beats]
        found.sort(key=lambda row: row.last_seen, reverse=True)
        found.sort(key=lambda row: row.silent_seconds is None)
        return Values(self.name, found)

    def _row(self, key: Key, one: Beat, now_ns: int) -> ValueRow:
        known = self._known[key]
        silence = silence_ns(one, now_ns, self.skipped)
        silent = is_silent(silence, one.habit_s)
        return ValueRow(
            value=key[0] or "",
            records=known.records,
            errors=known.errors,
            last_seen=iso(one.last_ns),
            facts={name: value for name, (_, value) in sorted(known.facts.items())},
            example=one.example,
            habit_seconds=one.habit_s,
            silent_seconds=silence // SECOND if silent else None,
        )


def facts_of(fields: dict[str, Any]) -> dict[str, Any]:
    """What a record says of the state, the memory and the jobs of its writer.

    Args:
        fields: Of the record.
    """
    found: dict[str, Any] = {}
    for name in names(fields):
        value = dig(fields, name)
        if _IDS.search(name):
            continue
        if isinstance(value, str):
            if len(value) > _FACT_CHARACTERS_MAX or not value:
                continue
            counts = quantity(value) is not None and _COUNTS.search(name)
            if counts or _STATES.search(name):
                found[name] = value
        elif isinstance(value, int | float) and _COUNTS.search(name):
            found[name] = value
    return found
