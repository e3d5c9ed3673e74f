"""Fields of records that are JSON objects, of a whole segment at once.

To read a record takes ten times as long as to parse its object, and that five times as
long as to cut one value out of a text whose make is known. So most objects are read by
molds (`query/mold.py`); what no mold fits is parsed; and where only the record itself can
tell, because its time, level or message may be what is asked for, it is read whole. All
three give the same value; a property holds them to that.

What an envelope says of an object stands beside its text, and counts where the object does
not have the name.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Final

import numpy as np
import orjson

from log_mcp.analysis.column import Builder, Column, Rows
from log_mcp.beat import beat
from log_mcp.formats import jsonl, names, pairs
from log_mcp.formats.chain import Chain
from log_mcp.formats.lines import Lines
from log_mcp.ingest.origin import FileOrigin
from log_mcp.once import once
from log_mcp.query.mold import Cast, Mold, Sheet, Slot
from log_mcp.query.subject import dig
from log_mcp.record import ESCAPED, EXCEPTION
from log_mcp.store.segment import Segment

MOLDS_MAX: Final = 12  # of one segment; what is of another make is parsed
MISSES_MAX: Final = 4  # molds that fit hardly anything, before no more are made
FEW: Final = 16  # objects that are not worth a mold

Value = tuple[Any, bool]
"""What an object holds in a field, and whether that is certain."""

UNSURE: Final[Value] = (None, False)
ABSENT: Final[Value] = (None, True)


class Objects:
    """Reads segments of JSON objects at once; see `analysis.columns.AtOnce`."""

    @staticmethod
    def reads(segment: Segment) -> bool:
        """Whether the lines of a segment that are objects are read as objects alone."""
        origin = segment.origin
        if not isinstance(origin, FileOrigin):
            return False
        lines = origin.reading.format
        # Objects that carry lines of another log have a reader of their own.
        reader = lines._reader if isinstance(lines, Lines) else None  # noqa: SLF001 - no other way tells
        main = reader._main if isinstance(reader, Chain) else None  # noqa: SLF001 - likewise
        return lines.name == "jsonl" and isinstance(main, jsonl.JsonReader)

    @staticmethod
    def read(
        segment: Segment, fields: Sequence[str], record: Callable[[int, str], Any]
    ) -> dict[str, Column]:
        """What all records of a segment hold in some fields; see `AtOnce`."""
        asked = [_field(name, segment) for name in fields]
        return _Reading(segment, asked, record).columns()


@dataclass(frozen=True, slots=True)
class _Field:
    """One field that is asked for.

    Attributes:
        name: As asked.
        of: Its value in an object.
        found: Where in the shape of a mold it stands: a `Slot` or the value itself.
        of_value: Its value, from what stands there; None if that is its value.
    """

    name: str
    of: Callable[[dict[str, Any]], Value]
    found: Callable[[dict[str, Any]], Value]
    of_value: Callable[[Any], Value] | None


class _Reading:
    """One segment being read."""

    def __init__(
        self,
        segment: Segment,
        fields: Sequence[_Field],
        record: Callable[[int, str], Any],
    ) -> None:
        self._segment = segment
        self._fields = fields
        self._record = record
        self._labels = segment.labels
        self._labelled = segment.labels.names
        self._built = {one.name: Builder(len(segment)) for one in fields}
        # Rows that are left, by field.
        self._left: dict[str, list[Rows]] = {one.name: [] for one in fields}

    def columns(self) -> dict[str, Column]:
        text, flags = self._segment.text, self._segment.flags
        sheet = Sheet(text, self._segment.starts)
        plain = np.zeros(len(flags), np.bool_)
        plain[sheet.clean()] = True
        plain &= (flags & ESCAPED) == 0
        rest = self._molded(sheet, np.flatnonzero(plain))
        self._parsed(text, np.concatenate([rest, np.flatnonzero(~plain)]))
        return {name: built.column() for name, built in self._built.items()}

    def _molded(self, sheet: Sheet, rows: Rows) -> Rows:
        """Reads what molds fit; the rows of other makes."""
        apart, misses = [rows[:0]], 0
        left = np.zeros(len(self._segment), np.bool_)
        left[rows] = True
        for _ in range(MOLDS_MAX):
            if len(rows) < FEW or misses > MISSES_MAX:
                break
            beat()
            mold = Mold.of(sheet.line(int(rows[0])))
            cast = None if mold is None else mold.cast(sheet, rows)
            if mold is None or cast is None or not len(cast.rows):
                apart.append(rows[:1])
                left[rows[0]] = False
                rows, misses = rows[1:], misses + 1
                continue
            misses += len(cast.rows) < FEW
            for one in self._fields:
                self._cut(one, mold, cast, sheet)
            left[cast.rows] = False
            rows = np.flatnonzero(left)
        return np.concatenate([*apart, rows])

    def _cut(self, field: _Field, mold: Mold, cast: Cast, sheet: Sheet) -> None:
        """Cuts the values of a field out of the objects that a mold fits."""
        rows = cast.rows
        if field.name == "exception.type":
            thrown = (self._segment.flags[rows] & EXCEPTION) > 0
            self._left[field.name].append(rows[thrown])
        place, certain = field.found(mold.shape)
        if certain and field.name in self._labelled:
            if place is None and field.name not in mold.shape:
                self._put_labels(field, rows)
                return
            certain = place is not None and field.name in mold.shape
        if not certain:
            self._left[field.name].append(rows)
            return
        if not isinstance(place, Slot):
            self._put(field, rows, [place], np.zeros(len(rows), np.int64))
            return
        begins, ends = cast.begins[place.at], cast.ends[place.at]
        texts, codes = sheet.distinct(begins, ends)
        self._put(field, rows, _decoded(texts, place), codes)

    def _put(
        self, field: _Field, rows: Rows, values: Sequence[Any], codes: Rows
    ) -> None:
        if field.of_value is None:
            self._built[field.name].put(rows, values, codes)
            return
        told = [field.of_value(value) for value in values]
        unsure = np.array([not certain for _, certain in told], np.bool_)
        if unsure.any():
            self._left[field.name].append(rows[unsure[codes]])
        self._built[field.name].put(rows, [value for value, _ in told], codes)

    def _put_labels(self, field: _Field, rows: Rows) -> None:
        """Says what an envelope says of objects that say nothing themselves."""
        kinds = self._labels.rows
        codes = np.zeros(len(rows), np.int64) if kinds is None else kinds[rows]
        self._built[field.name].put(rows, self._labels.said(field.name), codes)

    def _parsed(self, text: bytes, rows: Rows) -> None:
        """Reads what no mold fits, and what only a record tells.

        Args:
            text: Of the segment.
            rows: Of which no field is read yet.
        """
        every = once(np.concatenate([rows, *chain(*self._left.values())]))
        starts = self._segment.starts
        spans = zip(starts[every].tolist(), starts[every + 1].tolist(), strict=True)
        objects = [
            jsonl.object_in(text[begin:end].partition(b"\n")[0]) for begin, end in spans
        ]
        beat()
        for one in self._fields:
            inside = np.isin(every, np.concatenate([rows, *self._left[one.name]]))
            own = every[inside]
            told = zip(own.tolist(), np.flatnonzero(inside).tolist(), strict=True)
            values = [self._told(one, row, objects[at]) for row, at in told]
            self._built[one.name].put(own, values)

    def _told(self, field: _Field, row: int, fields: dict[str, Any] | None) -> Any:
        thrown = self._segment.flags[row] & EXCEPTION
        if fields is not None and not (thrown and field.name == "exception.type"):
            value, certain = field.of(fields)
            if certain and field.name in self._labelled:
                if value is None and field.name not in fields:
                    return dict(self._labels.of(row)).get(field.name)
                certain = value is not None and field.name in fields
            if certain:
                return value
        return self._record(row, field.name)


def _decoded(texts: Sequence[bytes], slot: Slot) -> list[Any]:
    """The values that the texts of a slot stand for."""
    if slot.number:
        numbers: list[Any] = orjson.loads(b"[" + b",".join(texts) + b"]")
        return numbers
    return [text.decode() for text in texts]


# -- what a field is ------------------------------------------------------------------


def _field(name: str, segment: Segment) -> _Field:
    """How a field is found in objects."""
    if name == "logger":
        return _worded(name, names.LOGGER, None)
    if name == "service":
        origin = segment.origin
        given = origin.service if isinstance(origin, FileOrigin) else None
        return _worded(name, names.SERVICE, given)
    if name == "trace":
        return _traced()
    if name == "message":
        return _Field(name, _message, lambda _: UNSURE, lambda _: UNSURE)
    return _plain(name)


def _message(fields: dict[str, Any]) -> Value:
    message, _ = jsonl.said(fields)
    return UNSURE if message is None else (message, True)


def _worded(name: str, table: names.Table, given: str | None) -> _Field:
    """A record's own text, that stands under the first of some names."""

    def without(fields: dict[str, Any]) -> Value:
        """What counts where no name holds a text."""
        if given is not None:
            return given, True
        return UNSURE if name in fields else ABSENT

    def of(fields: dict[str, Any]) -> Value:
        found = names.text(fields, table)
        return (found, True) if found is not None else without(fields)

    def found(shape: dict[str, Any]) -> Value:
        for _, value in names.found(shape, table):
            if isinstance(value, Slot) and not value.number:
                return value, True
        return without(shape)

    return _Field(name, of, found, _filled(given))


def _filled(given: str | None) -> Callable[[Any], Value]:
    def of_value(value: Any) -> Value:
        """A text; where it is empty, another name may hold one."""
        if value is None or value == given:
            return value, True
        return (value, True) if value else UNSURE

    return of_value


def _traced() -> _Field:
    """The correlation value."""

    def of(fields: dict[str, Any]) -> Value:
        found = pairs.trace(fields)
        if found is not None:
            return found, True
        return UNSURE if "trace" in fields else ABSENT

    def found(shape: dict[str, Any]) -> Value:
        if any(isinstance(value, dict) for value in shape.values()):
            return UNSURE
        held = pairs.TRACE_NAMES.within(shape)
        first = next((shape[name] for name in held if name in shape), None)
        if first is None:
            return UNSURE if held or "trace" in shape else ABSENT
        return (first, True) if isinstance(first, Slot) else UNSURE

    def of_value(value: Any) -> Value:
        told = pairs.trace({"trace_id": value})
        return (told, True) if told is not None else UNSURE

    return _Field("trace", of, found, lambda v: ABSENT if v is None else of_value(v))


def _plain(name: str) -> _Field:
    """A field, unless the record's time, level or message is what stands there."""
    used = _used(name)
    if used is None:

        def of(fields: dict[str, Any]) -> Value:
            return dig(fields, name), True

        of_value = None
    else:
        of_value = partial(_unless, used)

        def of(fields: dict[str, Any]) -> Value:
            return _unless(used, dig(fields, name))

    def found(shape: dict[str, Any]) -> Value:
        place = dig(shape, name)
        return UNSURE if isinstance(place, dict | list) else (place, True)

    return _Field(name, of, found, of_value)


def _unless(used: Callable[[Any], bool], value: Any) -> Value:
    if value is None:
        return ABSENT
    return UNSURE if used(value) else (value, True)


def _used(name: str) -> Callable[[Any], bool] | None:
    """Whether a record may have taken a value of a field for its time, level or message.

    Returns:
        What tells it; None if it never does.
    """
    every = {*names.TIME, *names.LEVEL, *names.MESSAGE}
    near = any(
        one.startswith(f"{name}.") or name.startswith(f"{one}.") for one in every
    )
    if near or name in names.TIME:
        return lambda _: True
    if name not in every:
        return None
    levels, messages = name in names.LEVEL, name in names.MESSAGE

    def used(value: Any) -> bool:
        return (levels and jsonl.stated_level({name: value})[0] is not None) or (
            messages and jsonl.said({name: value})[1] is not None
        )

    return used
