"""What alerts are about: a metric above a limit, a silence, a group that is new.

Each takes records as they arrive and tells, whenever it is asked, of which groups of them
it is so now. What is compared is the time that records state with the time now, so that
history that is read late counts for the past that it is of.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.beats import MOST, Beats, Skipped, nothing_skipped, silence_ns
from log_mcp.analysis.column import Column
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.fresh import Fresh
from log_mcp.analysis.habit import exceeds, is_silent
from log_mcp.analysis.keys import Key, Keys
from log_mcp.analysis.pick import Pick, Picked
from log_mcp.analysis.rolling import Codes, Rolling, Values, rounded
from log_mcp.once import once
from log_mcp.query.cursor import EVER
from log_mcp.query.metric import Metric
from log_mcp.query.quantity import factor, unit_of_name
from log_mcp.record import Level
from log_mcp.span import DAY, SECOND
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment

GROUPS_MAX: Final = 10_000  # of one alert that are told apart
KINDS_MAX: Final = 100_000  # groups of errors that are remembered
HEARD_NS: Final = 8 * DAY  # of history in which habits are looked for


class Told(NamedTuple):
    """What is so now of one group.

    Attributes:
        key: Values of the fields by which records are grouped.
        value: The number that is compared.
        holds: Whether what the alert is about is so.
        example: Id of the newest record that counts; empty if it is not known.
        title: Of a group of errors.
    """

    key: Key
    value: float
    holds: bool
    example: str
    title: str = ""


class Limit(NamedTuple):
    """What a number is to exceed.

    Attributes:
        metric: The number.
        most: What it may be.
        unit: Of that; empty for none.
        span_ns: Over how long the metric is taken.
    """

    metric: Metric
    most: float
    unit: str
    span_ns: int


class Rule(Protocol):
    """What an alert is about. Used by one thread at a time."""

    @property
    def folded(self) -> int:
        """How many records did not count, as there were too many groups."""
        ...

    def oldest_ns(self, now_ns: int, /) -> int:
        """Records before do not count."""
        ...

    def take(self, fresh: Fresh, now_ns: int, /) -> None:
        """Take in records."""
        ...

    def told(self, now_ns: int, /) -> Iterator[Told]:
        """Of the groups that are known, what is so now; of others it is not so."""
        ...

    def forget(self) -> None:
        """Forget all records: what is still held comes again."""
        ...


class Last:
    """Of each file, the last record that was looked at, if it counted.

    Lines may be added to it, and then it comes again.
    """

    def __init__(self) -> None:
        self._counted: dict[str, int] = {}

    def new(self, fresh: Fresh, rows: Codes) -> Codes:
        """Which of some rows were not counted before, as indexes into them."""
        segment = fresh.segment
        key = segment.origin.key
        inside = np.arange(len(rows))
        if fresh.grown and len(rows) and not rows[0]:
            inside = inside[int(self._counted.get(key) == segment.offset(0)) :]
        if fresh.young:
            last = len(segment) - 1
            if len(rows) and rows[-1] == last:
                self._counted[key] = segment.offset(last)
            else:
                self._counted.pop(key, None)
        return inside


class Above:
    """A metric above a limit, over the last minutes.

    Args:
        pick: Which records count, and what they hold.
        limit: Which is to be exceeded.
        keys: Fields, each of whose values is on its own.
        columns: What records hold.
        errors: The errors of a segment.
    """

    def __init__(
        self,
        pick: Pick,
        limit: Limit,
        keys: Sequence[str],
        columns: Columns,
        errors: Annotator,
    ) -> None:
        self._pick, self._limit, self._metric = pick, limit.most, limit.metric
        self._unit = limit.unit.lower() or unit_of_name(limit.metric.field)
        self._rolling = Rolling(limit.metric, limit.span_ns)
        self._fields = tuple(keys)
        self._keys = Keys(GROUPS_MAX)
        self._examples: dict[Key, tuple[int, str]] = {}
        self._columns, self._errors = columns, errors
        self._last = Last()

    @property
    def folded(self) -> int:
        """See `Rule`."""
        return self._keys.folded

    def oldest_ns(self, now_ns: int) -> int:
        """See `Rule`."""
        return self._rolling.oldest_ns(now_ns)

    def take(self, fresh: Fresh, now_ns: int) -> None:
        """See `Rule`."""
        segment = fresh.segment
        since = self.oldest_ns(now_ns)
        picked = None
        if segment.last_ns >= since:
            picked = self._pick.of(segment, self._columns, self._errors, since)
        rows = picked.rows if picked is not None else np.empty(0, np.int64)
        inside = self._last.new(fresh, rows)
        if picked is None or not len(inside):
            return
        if len(inside) < len(rows):
            picked = picked.at(inside)
        values, extras, known = self._values(picked)
        if not known.all():
            some = np.flatnonzero(known)
            picked, values, extras = picked.at(some), values[some], extras[some]
        if len(picked.rows):
            self._add(segment, picked, values, extras, now_ns)

    def _add(
        self,
        segment: Segment,
        picked: Picked,
        values: Values,
        extras: Codes,
        now_ns: int,
    ) -> None:
        if len(self._keys) >= GROUPS_MAX:
            self._make_room(now_ns)
        columns = [picked.columns[name] for name in self._fields]
        codes = self._keys.of(columns, len(picked.rows))
        times = segment.times[picked.rows]
        names = list(self._keys.numbers)
        inside = codes >= 0
        self._rolling.add(
            times[inside], codes[inside], values[inside], extras[inside], now_ns
        )
        # The last row of each group stands first where rows are turned round.
        present, at = np.unique(codes[::-1], return_index=True)
        for code, back in zip(present.tolist(), at.tolist(), strict=True):
            if code >= 0:
                row = len(codes) - 1 - back
                found = int(times[row]), segment.record_id(int(picked.rows[row]))
                key = names[code]
                self._examples[key] = max(self._examples.get(key, found), found)

    def forget(self) -> None:
        """See `Rule`."""
        self._rolling.forget()
        self._examples.clear()
        self._last = Last()

    def _make_room(self, now_ns: int) -> None:
        codes, _ = self._rolling.at(now_ns)
        names = list(self._keys.numbers)
        kept = [names[code] for code in codes]
        self._rolling.renumber(self._keys.keep(kept))
        self._examples = {key: self._examples[key] for key in kept}

    def _values(self, picked: Picked) -> tuple[Values, Codes, Any]:
        """What the metric is of, what else tells records apart, and which have it."""
        metric, count = self._metric, len(picked.rows)
        zeros = np.zeros(count, np.int64)
        if metric.kind == "count":
            return np.ones(count), zeros, np.ones(count, np.bool_)
        if metric.condition is not None:
            column = picked.columns[metric.condition.field]
            holds = column.where(metric.condition).astype(np.float64)
            return holds, zeros, np.ones(count, np.bool_)
        column = picked.columns[metric.field]
        if metric.kind == "distinct":
            hashes = np.array([0, *map(hash, column.texts)], np.int64)
            return np.ones(count), hashes[column.codes], column.codes > 0
        values = self._numbers(column)
        known = np.isfinite(values)
        if metric.kind == "percentile":
            return values, rounded(np.where(known, values, 0)), known
        return values, zeros, known

    def _numbers(self, column: Column) -> Values:
        """Numbers in the unit of the limit; those that measure something else are none."""
        numbers, wanted = column.numbers, self._unit
        values = numbers.values
        if wanted:
            bare = unit_of_name(self._metric.field) or wanted
            units = numbers.units or ("",)  # stands for all of them
            values = values * np.array([factor(unit or bare, wanted) for unit in units])
        found: Values = values[column.codes]
        return found

    def told(self, now_ns: int) -> Iterator[Told]:
        """See `Rule`."""
        names = list(self._keys.numbers)
        for code, value in zip(*self._rolling.at(now_ns), strict=True):
            key = names[code]
            _, example = self._examples[key]
            yield Told(key, value, value > self._limit, example)


class Silent:
    """A source, or a value of a field, of which nothing is heard for too long.

    Args:
        pick: Which records count.
        allowed_ns: How long a silence may be; 0 for what the habit allows.
        keys: Fields whose values are told apart; the source if there are none.
        columns: What records hold.
        errors: The errors of a segment.

    Attributes:
        folded: See `Rule`; if there were too many values none is watched.
        skipped: What is no silence.
    """

    def __init__(
        self,
        pick: Pick,
        allowed_ns: int,
        keys: Sequence[str],
        columns: Columns,
        errors: Annotator,
    ) -> None:
        self._pick, self._allowed_ns = pick, allowed_ns
        self._fields = tuple(keys)
        self._columns, self._errors = columns, errors
        self._beats = Beats()
        self.folded = 0
        self.skipped: Skipped = nothing_skipped

    def oldest_ns(self, now_ns: int) -> int:
        """See `Rule`."""
        return now_ns - HEARD_NS

    def take(self, fresh: Fresh, now_ns: int) -> None:
        """See `Rule`."""
        if self.folded:
            return
        segment = fresh.segment
        picked = self._pick.of(
            segment, self._columns, self._errors, self.oldest_ns(now_ns)
        )
        if picked is None:
            return
        columns = [picked.columns[name] for name in self._fields]
        parts = by_key(picked.rows, columns, MOST)
        if parts is None:
            self.folded = len(picked.rows)  # These are no workers, and no sources.
            self._beats = Beats()
        for key, rows in parts or ():
            self._beats.add(
                key or (segment.origin.source,),
                segment.times[rows],
                newest_id(segment, rows),
            )

    def forget(self) -> None:
        """See `Rule`."""
        self._beats = Beats()

    def told(self, now_ns: int) -> Iterator[Told]:
        """See `Rule`; the value is for how many seconds nothing was heard."""
        for key, beat in self._beats.since(self.oldest_ns(now_ns)):
            silence = silence_ns(beat, now_ns, self.skipped)
            holds = (
                exceeds(silence, self._allowed_ns)
                if self._allowed_ns
                else is_silent(silence, beat.habit_s)
            )
            yield Told(key, silence // SECOND, holds, beat.example)


class NewGroup:
    """An error of a group that was not there before looking began, nor since.

    Attributes:
        knows: Whether it is known which groups were there before.
        folded: See `Rule`.

    Args:
        pick: Which records count.
        columns: What records hold.
        errors: Tells the groups of errors.
        keep_ns: For how long after its last error a group is told of.
    """

    def __init__(
        self, pick: Pick, columns: Columns, errors: Annotator, keep_ns: int
    ) -> None:
        self._pick, self._columns, self._errors = pick, columns, errors
        self._keep_ns = keep_ns
        self.knows = False
        self.folded = 0
        self._known: set[str] = set()
        self._new: dict[str, _Group] = {}
        self._last = Last()

    def learn(self, held: Sequence[Held], marks: Mapping[str, int]) -> None:
        """Take in which groups were there before.

        Args:
            held: All history is.
            marks: Per file, from which byte on records arrived since looking began.
        """
        self.knows = True
        for one in held:
            for segment in one.segments:
                found = self._errors(segment)
                offsets = segment.offsets(found.rows.astype(np.int64))
                before = found.kinds[offsets < marks.get(one.key, 0)]
                self._known |= {found.table[at].id for at in once(before).tolist()}
        for group in self._known & self._new.keys():
            del self._new[group]

    def oldest_ns(self, _: int) -> int:
        """See `Rule`; what arrives is looked at whatever its time."""
        return -EVER

    def take(self, fresh: Fresh, now_ns: int) -> None:
        """See `Rule`."""
        segment = fresh.segment
        errors = np.flatnonzero(segment.levels >= Level.ERROR)
        arrived = errors[segment.offsets(errors) >= fresh.mark]
        rows = arrived
        if len(rows):
            picked = self._pick.of(segment, self._columns, self._errors)
            rows = np.intersect1d(rows, picked.rows) if picked is not None else rows[:0]
        for row in rows[self._last.new(fresh, rows)].tolist():
            kind = self._errors.kind(segment, row)
            if kind is not None and kind.id not in self._known:
                found = self._new.setdefault(kind.id, _Group(kind.title))
                found.count, found.last_ns = found.count + 1, now_ns
                found.example = segment.record_id(row)

    def forget(self) -> None:
        """See `Rule`; a group that was new is one that was there before."""
        self._known |= self._new.keys()
        self._new.clear()

    def told(self, now_ns: int) -> Iterator[Told]:
        """See `Rule`; the value is how many errors of the group there were."""
        if not self.knows:
            return
        for group, one in list(self._new.items()):
            holds = now_ns - one.last_ns < self._keep_ns
            yield Told((group,), one.count, holds, one.example, one.title)
            if not holds:
                del self._new[group]
                if len(self._known) < KINDS_MAX:
                    self._known.add(group)


@dataclass(slots=True)
class _Group:
    """Errors of a group that is new: how many, the last one, and when that arrived."""

    title: str
    count: int = 0
    last_ns: int = 0
    example: str = ""


def by_key(
    rows: Codes, columns: Sequence[Column], most: int
) -> list[tuple[Key, Codes]] | None:
    """Some rows, apart by what they hold; None if that is more than so many keys.

    Args:
        rows: Ascending.
        columns: What they hold in each field; without any, all are of one key.
        most: Of keys.
    """
    if not columns:
        return [((), rows)]
    keys = Keys(most)
    codes = keys.of(columns, len(rows))
    if keys.folded:
        return None
    order = np.argsort(codes, kind="stable")
    edges = np.flatnonzero(np.diff(codes[order])) + 1
    names = list(keys.numbers)
    parts = np.split(order, edges)
    return [(names[int(codes[part[0]])], rows[part]) for part in parts]


def newest_id(segment: Segment, rows: Codes) -> str:
    """Id of the youngest of some records."""
    return segment.record_id(int(rows[np.argmax(segment.times[rows])]))
