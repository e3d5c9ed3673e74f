"""Records tallied by a key: the kind of failure, its type, its source, or any field.

What is known of errors is taken from where it is kept, what fields hold from columns; a
record is read whole where only it can tell.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from log_mcp.analysis.annotate import Annotator, trace_hash
from log_mcp.analysis.columns import READ, Columns
from log_mcp.analysis.fingerprint import fingerprint
from log_mcp.analysis.tally import Part, Tallies, part, together
from log_mcp.beat import beat
from log_mcp.query.condition import Subject, lookup
from log_mcp.query.rows import field_names
from log_mcp.query.subject import OWN, nearest_field
from log_mcp.record import Level, Record
from log_mcp.store.segment import ErrorKind, Rows, Segment

READ_MAX: Final = 50_000  # records read whole for one answer, to group by a field
SAMPLES: Final = 4  # segments of which some records are looked at for names of fields
SAMPLE_ROWS: Final = 50
KINDS: Final = frozenset({"group", "type"})  # what is known of an error
NONE: Final = "(none)"
NAME_CHARACTERS_MAX: Final = 160
_NO_CODES: Final = np.empty(0, np.uint32)
_NO_TRACES: Final = np.empty(0, np.uint64)


@dataclass(slots=True)
class Counter:
    """Tallies records by a key.

    Attributes:
        keys: `group`, `type`, `source` or names of fields.
        errors: Tells the errors of a segment.
        columns: What records hold in fields.
        is_over: Whether the time is, for what must be read; of one segment some always is.
        unread: Records that were left out, because too many would have been read.
        looked_at: Records that were read whole, or whose fields were.
        had: Those of the keys that some record had.
        samples: Some of those records.
    """

    keys: tuple[str, ...]
    errors: Annotator
    columns: Columns
    is_over: Callable[[], bool] = lambda: False
    unread: int = 0
    looked_at: int = 0
    had: set[str] = field(default_factory=set)
    samples: list[tuple[Segment, Rows]] = field(default_factory=list)

    def count(self, parts: Iterable[tuple[Segment, Rows]]) -> Tallies:
        """Records by key."""
        return Tallies(
            one for segment, rows in parts for one in self._split(segment, rows)
        )

    def unknown(self) -> list[str]:
        """What to say of keys that no record had: they are misspelt, most often."""
        missing = [key for key in self.keys if key not in {*self.had, *OWN, "type"}]
        if not self.looked_at or not missing:
            return []
        found: set[str] = set()
        for segment, rows in self.samples:
            field_names(segment, rows[:: -(-len(rows) // SAMPLE_ROWS)].tolist(), found)
        return [
            f"no record counted has a field {key!r}.{nearest_field(key, found)}"
            for key in missing
        ]

    def _split(self, segment: Segment, rows: Rows) -> Iterable[Part]:
        severe = segment.levels[rows] >= Level.ERROR
        if not set(self.keys) <= {*KINDS, "source"}:
            if severe.all() or not KINDS & set(self.keys):
                yield self._by_columns(segment, rows)
                return
            severe[:] = False
        if severe.any():
            own = part(segment, rows[severe], self.errors(segment))
            if self.keys != ("group",):
                source = segment.origin.source
                names = tuple([self._named(kind, source) for kind in own.table])
                own = own._replace(table=names)
            yield own
        if not severe.all():
            yield self._read(segment, rows[~severe])

    def _named(self, kind: ErrorKind, source: str) -> ErrorKind:
        """The kind itself, or what the keys make of it."""
        if self.keys == ("group",):
            return kind
        values = {"group": kind.id, "type": kind.type or NONE, "source": source}
        name = " ".join(values[key] for key in self.keys)
        return ErrorKind(name, name, kind.type if "type" in self.keys else "")

    def _by_columns(self, segment: Segment, rows: Rows) -> Part:
        """Records by what columns tell; of kinds, records are errors all."""
        fields = [key for key in self.keys if key not in KINDS]
        if not self.columns.reads_at_once(segment):
            rows = self._within_reach(rows)
        elif self._is_late(segment, fields):
            self.unread += len(rows)
            return Part(segment, rows[:0], _NO_CODES, _NO_TRACES, ())
        own = part(segment, rows, self.errors(segment))
        asked = fields if len(own.rows) == len(rows) else [*fields, "trace"]
        columns = self.columns.of(segment, asked, rows, self.is_over)
        rows = self._told(rows, min(map(len, columns.values()), default=len(rows)))
        if len(rows) < len(own.rows):
            own = part(segment, rows, self.errors(segment))
        self._look_at(segment, rows)
        joint = np.zeros(len(rows), np.int64)
        names: list[list[str]] = []
        for key in self.keys:
            if key in KINDS:
                texts = [k.id if key == "group" else k.type for k in own.table]
                codes = own.codes.astype(np.int64)
            else:
                texts = ["", *columns[key].texts]
                codes = columns[key].codes.astype(np.int64)
                if codes.any():
                    self.had.add(key)
            names.append([text or NONE for text in texts])
            joint = joint * len(texts) + codes
        present, codes = np.unique(joint, return_inverse=True)
        table = []
        for code in present.tolist():
            words = []
            for texts in reversed(names):
                code, at = divmod(code, len(texts))  # noqa: PLW2901 - digits of a number
                words.append(texts[at])
            name = " ".join(reversed(words))[:NAME_CHARACTERS_MAX]
            table.append(ErrorKind(name, name, ""))
        if "trace" in columns and asked[-1:] == ["trace"]:
            trace = columns["trace"]
            hashes = [0, *map(trace_hash, trace.texts)]
            traces = np.array(hashes, np.uint64)[trace.codes]
        else:
            traces = own.traces
        return Part(segment, rows, codes.astype(np.uint32), traces, tuple(table))

    def _is_late(self, segment: Segment, fields: Sequence[str]) -> bool:
        """Whether there is no time to read what records hold in some fields."""
        if not self.looked_at or not self.is_over():
            return False
        return not all(self.columns.knows(segment, name) for name in fields)

    def _within_reach(self, rows: Rows) -> Rows:
        """Those of some records that may still be read whole."""
        room = max(0, READ_MAX - self.looked_at)
        if self.looked_at and self.is_over():
            room = 0
        return self._told(rows, min(room, len(rows)))

    def _told(self, rows: Rows, count: int) -> Rows:
        """The last of some records, where no more than these were or may be read."""
        self.unread += len(rows) - count
        return rows[len(rows) - count :]

    def _look_at(self, segment: Segment, rows: Rows) -> None:
        self.looked_at += len(rows)
        if len(self.samples) < SAMPLES and len(rows):
            self.samples.append((segment, rows))

    def _read(self, segment: Segment, rows: Rows) -> Part:
        """Records whose key only they themselves can tell."""
        rows = self._within_reach(rows)
        table: dict[str, ErrorKind] = {}
        codes, traces = [], []
        order: dict[str, int] = {}
        for at, row in enumerate(rows[::-1].tolist()):
            if at and not at % READ and self.is_over():
                break
            beat()
            record = segment.record(row)
            kind = self._of_record(record, segment.origin.source)
            known = table.setdefault(kind.id, kind)
            if kind != known:
                table[kind.id] = together(known, kind)
            codes.append(order.setdefault(kind.id, len(order)))
            traces.append(trace_hash(record.trace))
        rows = self._told(rows, len(codes))
        self._look_at(segment, rows)
        return Part(
            segment,
            rows,
            np.array(codes[::-1], np.uint32),
            np.array(traces[::-1], np.uint64),
            tuple(table.values()),
        )

    def _of_record(self, record: Record, source: str) -> ErrorKind:
        found = fingerprint(record)
        kind = ErrorKind(found.id, found.title, found.type)
        if set(self.keys) <= {"group", "type", "source"}:
            return self._named(kind, source)
        subject = Subject(record, source, lambda: kind.id)
        words = []
        for key in self.keys:
            value = kind.type if key == "type" else lookup(subject, key)
            if value not in (None, ""):
                self.had.add(key)
            words.append(NONE if value in (None, "") else str(value))
        name = " ".join(words)[:NAME_CHARACTERS_MAX]
        return ErrorKind(name, name, "")
