"""Columns of the segments, made when they are first asked for and kept while there is room.

What the store knows of a record (level, source, group) is taken from there. All else is
read: by whoever reads all records of a segment at once, or else record by record, and then
only of those that were asked for.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from threading import Lock
from typing import Any, Final, Protocol
from weakref import WeakKeyDictionary

import numpy as np

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.column import Builder, Column, Rows, whole
from log_mcp.beat import beat
from log_mcp.query.subject import Subject, lookup
from log_mcp.record import Level
from log_mcp.store.segment import Segment

READ: Final = 50  # records read one by one between two looks at the time

OwnValue = Callable[[int, str], Any]
"""What the record of a row holds in a field, read whole."""


class AtOnce(Protocol):
    """Reads all records of a segment at once."""

    def reads(self, segment: Segment) -> bool:
        """Whether it can, and is quicker than reading a tenth of them one by one."""
        ...

    def read(
        self, segment: Segment, fields: Sequence[str], record: OwnValue
    ) -> dict[str, Column]:
        """What all records hold in some fields.

        Args:
            segment: That it reads.
            fields: Any but `level`, `source` and `group`.
            record: For what only a record itself can tell.
        """
        ...


_WORDS: Final = tuple(level.word for level in Level if level)


class Columns:
    """Columns by segment and field; thread-safe.

    Args:
        errors: Tells the errors of a segment.
        at_once: Reads those segments that can be read at once.
        limit_bytes: Of columns that are kept at most.
        room: Makes room for so many bytes, as far as that loses nothing; how many may be
            kept besides what is kept. Called without a lock: it may take a while.
    """

    def __init__(
        self,
        errors: Annotator,
        at_once: AtOnce,
        limit_bytes: int = 0,
        room: Callable[[int], int] = lambda _: 0,
    ) -> None:
        self._errors = errors
        self._at_once = at_once
        self._limit_bytes = limit_bytes
        self._room = room
        self._kept: WeakKeyDictionary[Segment, dict[str, Column]] = WeakKeyDictionary()
        self._lock = Lock()

    def reads_at_once(self, segment: Segment) -> bool:
        """Whether all records of a segment are read at once."""
        return self._at_once.reads(segment)

    def knows(self, segment: Segment, name: str) -> bool:
        """Whether nothing must be read to tell what a segment holds in a field."""
        return self._known(segment, name) is not None

    @property
    def nbytes(self) -> int:
        """Bytes that are kept."""
        with self._lock:
            return self._bytes()

    def forget(self) -> None:
        """Give everything back."""
        with self._lock:
            self._kept.clear()

    def of(
        self,
        segment: Segment,
        fields: Iterable[str],
        rows: Rows,
        is_over: Callable[[], bool] = lambda: False,
    ) -> dict[str, Column]:
        """What some records of a segment hold in some fields, as `lookup` finds it.

        Args:
            segment: That holds them.
            fields: Their names.
            rows: Ascending.
            is_over: Whether the time is, for what is read record by record: then the
                columns tell the last rows alone, some at least.
        """
        wanted = dict.fromkeys(fields)
        every = len(rows) == len(segment)
        found: dict[str, Column] = {}
        for name in wanted:
            column = self._known(segment, name)
            if column is not None:
                found[name] = column if every else column.at(rows)
        missing = [name for name in wanted if name not in found]
        if not missing:
            return found
        reader = _Records(segment, self._errors)
        whole = self._whole(segment, missing, reader)
        rest = [name for name in missing if name not in whole]
        read = reader.columns(rest, rows, is_over) if rest else {}
        most = min(map(len, read.values()), default=len(rows))
        all_read = every and most == len(rows)
        for name, column in (whole | read if all_read else whole).items():
            self._keep(segment, name, column, wanted)
        for name, column in whole.items():
            found[name] = column if every else column.at(rows)
        if most < len(rows):
            last = np.arange(len(rows) - most, len(rows))
            found = {name: one.at(last) for name, one in found.items()}
        return found | read

    def _whole(
        self, segment: Segment, names: Sequence[str], reader: "_Records"
    ) -> dict[str, Column]:
        """Those columns that are made for all records at once."""
        found = self._own(segment, names, reader)
        rest = [name for name in names if name not in found]
        if rest and self._at_once.reads(segment):
            found |= self._at_once.read(segment, rest, reader.value)
        return found

    def _known(self, segment: Segment, name: str) -> Column | None:
        if name == "source":
            return Column(np.ones(len(segment), np.uint8), (segment.origin.source,))
        if name == "level" and not segment.counts[Level.UNKNOWN]:
            return Column(segment.levels, _WORDS)
        with self._lock:
            return self._kept.get(segment, {}).get(name)

    def _own(
        self, segment: Segment, names: Sequence[str], reader: "_Records"
    ) -> dict[str, Column]:
        """What the store knows of records; of the others, what they hold under its name."""
        found = {}
        if "level" in names:
            builder = Builder(len(segment))
            builder.put(
                np.arange(len(segment)),
                (None, *_WORDS),
                segment.levels.astype(np.int64),
            )
            rest = np.flatnonzero(segment.levels == Level.UNKNOWN)
            found["level"] = self._rest(segment, "level", rest, builder, reader)
        if "group" in names:
            errors = self._errors(segment)
            builder = Builder(len(segment))
            ids = [kind.id for kind in errors.table]
            builder.put(errors.rows.astype(np.int64), ids, errors.kinds)
            rest = np.setdiff1d(np.arange(len(segment)), errors.rows)
            found["group"] = self._rest(segment, "group", rest, builder, reader)
        return found

    @staticmethod
    def _rest(
        segment: Segment, name: str, rows: Rows, builder: Builder, reader: "_Records"
    ) -> Column:
        """The column, with what records hold under a name of the store's own."""
        text = segment.text if len(rows) else b""
        # A field of an object is named in it; escapes may spell its name in another way.
        objects = text.startswith(b"{") and not segment.escapes
        objects = objects and name not in segment.labels.names
        if len(rows) and not (objects and f'"{name}"'.encode() not in text):
            builder.put(rows, [reader.value(row, name) for row in rows.tolist()])
        return builder.column()

    def _keep(
        self, segment: Segment, name: str, column: Column, asked: Container[str]
    ) -> None:
        """Keep a column, if there is room; for it those go that were not asked for."""
        free = self._room(column.nbytes)
        with self._lock:
            room = min(self._limit_bytes - self._bytes(), free)
            while room < column.nbytes:
                given_back = self._drop(asked)
                if not given_back:
                    return
                room += given_back
            self._kept.setdefault(segment, {})[name] = column

    def _drop(self, asked: Container[str]) -> int:
        """Let go of a column of another field; its bytes, 0 if there is none."""
        for columns in self._kept.values():
            for name in columns:
                if name not in asked:
                    return columns.pop(name).nbytes
        return 0

    def _bytes(self) -> int:
        return sum(one.nbytes for own in self._kept.values() for one in own.values())


class _Records:
    """The records of a segment, read one by one."""

    def __init__(self, segment: Segment, errors: Annotator) -> None:
        self._segment = segment
        self._errors = errors
        self._text: bytes | None = None

    def value(self, row: int, name: str) -> Any:
        """What one record holds in a field."""
        return lookup(self._subject(row), name)

    def columns(
        self, names: Sequence[str], rows: Rows, is_over: Callable[[], bool]
    ) -> dict[str, Column]:
        """What some records hold in some fields; the last ones, if the time is over."""
        held: dict[str, list[Any]] = {name: [] for name in names}
        for at, row in enumerate(rows[::-1].tolist()):
            if at and not at % READ and is_over():
                break
            subject = self._subject(row)
            for name, values in held.items():
                values.append(lookup(subject, name))
        return {name: whole(values[::-1]) for name, values in held.items()}

    def _subject(self, row: int) -> Subject:
        beat()
        if self._text is None:
            self._text = self._segment.text
        record = self._segment.record(row, self._text)
        return Subject(record, self._segment.origin.source, lambda: self._group(row))

    def _group(self, row: int) -> str | None:
        kind = self._errors.kind(self._segment, row)
        return kind.id if kind else None
