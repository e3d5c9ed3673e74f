"""Records of a period as flat columns, so that two periods can be compared.

Of what kind a record is, is told by the suspect it belongs to, its source, its shape, whether
it is an error and, of one with an exception, its group: one message may report many failures.
A kind is numbered when it first comes. Templates are told when all shapes are known, so what
is compared with each other are the `Sorts` that kinds become then.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.miner import Mined
from log_mcp.analysis.shape import Shape
from log_mcp.analysis.template import Template
from log_mcp.analysis.traces import Traced
from log_mcp.once import once
from log_mcp.record import Level
from log_mcp.store.segment import Errors, Rows, Segment

RECORDS_MAX: Final = 1_000_000  # of one period; some 100 bytes each while compared
TRACES_MAX: Final = 500_000
KINDS_MAX: Final = 50_000
SAID_MAX: Final = 500  # kinds of errors of which a text is kept
SAID_CHARACTERS_MAX: Final = 2_000
LEAD_WORDS_MAX: Final = 8
LEAD_SHARE: Final = 0.5  # of titles, that begin alike

Column = NDArray[Any]


class Kind(NamedTuple):
    """What a record is.

    Attributes:
        name: Of the suspect it belongs to.
        source: That wrote it.
        shape: Of its message.
        failed: Whether its level is error or higher.
        group: Id of its group, if it is an error with an exception; else empty.
    """

    name: str
    source: str
    shape: Shape
    failed: bool = False
    group: str = ""


class Part(NamedTuple):
    """Some records of a segment.

    Attributes:
        segment: That holds them.
        rows: Ascending.
        mined: The shapes of all of the segment.
        traced: The traces of all of it.
        errors: Its errors.
        names: Of suspects.
        codes: Index into `names`, one a row.
    """

    segment: Segment
    rows: Rows
    mined: Mined
    traced: Traced
    errors: Errors
    names: Sequence[str]
    codes: NDArray[np.int64]


@dataclass(slots=True)
class Book:
    """What both periods share.

    Attributes:
        kinds: Their numbers, as they came.
        titles: Of groups of errors, by their id.
        traces: Numbers of the traces.
        mined: What was mined of the segments.
        said: What one record of a kind says, of some that are errors.
    """

    kinds: dict[Kind, int] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    traces: dict[bytes, int] = field(default_factory=dict)
    mined: list[Mined] = field(default_factory=list)
    said: dict[int, str] = field(default_factory=dict)


class Events:
    """The records of one period.

    Args:
        book: What they share with those of the other period.

    Attributes:
        records: How many there are.
        examples: Of each kind that came, time and id of its youngest record.
    """

    def __init__(self, book: Book) -> None:
        self._book = book
        self.records = 0
        self.examples: dict[int, tuple[int, str]] = {}
        self._columns: list[tuple[Column, Column, Column, Column]] = []

    @property
    def is_full(self) -> bool:
        """Whether there is no room for more."""
        return (
            self.records >= RECORDS_MAX
            or len(self._book.kinds) >= KINDS_MAX
            or len(self._book.traces) >= TRACES_MAX
        )

    def add(self, part: Part) -> None:
        """Take in some records of a segment."""
        segment, rows = part.segment, part.rows
        if not len(rows):
            return
        book = self._book
        book.mined.append(part.mined)
        self._columns.append(
            (
                segment.times[rows],
                self._kinds(part),
                segment.levels[rows],
                self._traces(part),
            )
        )
        self.records += len(rows)

    def _traces(self, part: Part) -> NDArray[np.int32]:
        """The trace of each record, -1 for none; those of other records get no number."""
        known = self._book.traces
        used, inverse = np.unique(part.traced.codes[part.rows], return_inverse=True)
        numbers = [
            known.setdefault(part.traced.values[code - 1], len(known)) if code else -1
            for code in used.tolist()
        ]
        whole: NDArray[np.int32] = np.array(numbers, np.int32)[inverse]
        return whole

    def _kinds(self, part: Part) -> NDArray[np.int32]:
        """The kind of each record."""
        segment, rows, book = part.segment, part.rows, self._book
        # 0 for what is no error, 1 for one without an exception, else its group.
        groups = ["", "", *(k.id if k.type else "" for k in part.errors.table)]
        book.titles.update((kind.id, kind.title) for kind in part.errors.table)
        told = np.zeros(len(segment), np.int64)
        told[segment.levels >= Level.ERROR] = 1
        told[part.errors.rows] = part.errors.kinds.astype(np.int64) + 2
        shapes = part.mined.shapes
        joint = part.codes * len(shapes) + part.mined.codes[rows]
        joint = joint * len(groups) + told[rows]
        used, last, inverse = np.unique(
            joint[::-1], return_index=True, return_inverse=True
        )
        found = np.empty(len(used), np.int32)
        ends = rows[len(rows) - 1 - last].tolist()
        for at, (one, row) in enumerate(zip(used.tolist(), ends, strict=True)):
            rest, group = divmod(one, len(groups))
            name, shape = divmod(rest, len(shapes))
            kind = Kind(
                part.names[name],
                segment.origin.source,
                shapes[shape],
                failed=group > 0,
                group=groups[group],
            )
            number = book.kinds.setdefault(kind, len(book.kinds))
            found[at] = number
            self._note(segment, row, number, failed=kind.failed)
        whole: NDArray[np.int32] = found[inverse][::-1]
        return whole

    def _note(self, segment: Segment, row: int, number: int, *, failed: bool) -> None:
        time = int(segment.times[row])
        before = self.examples.get(number)
        if before is None or before[0] < time:
            self.examples[number] = (time, segment.record_id(row))
        said = self._book.said
        if failed and number not in said and len(said) < SAID_MAX:
            text = segment.search_text(row)[:SAID_CHARACTERS_MAX]
            said[number] = text.decode("utf-8", "replace")

    def columns(self) -> tuple[Column, Column, Column, Column]:
        """Times, kinds, levels and traces (-1 for none) of all records."""
        if not self._columns:
            none = np.empty(0, np.int64)
            return none, none, np.empty(0, np.uint8), none
        times, kinds, levels, traces = map(
            np.concatenate, zip(*self._columns, strict=True)
        )
        return times, kinds, levels, traces


class Sort(NamedTuple):
    """Kinds that are compared as one.

    Attributes:
        suspect: Index of its name.
        template: Of its message.
        failed: Whether it is an error.
        title: What people read: of an error with an exception, the title of its group.
    """

    suspect: int
    template: Template
    failed: bool
    title: str


class Sorts:
    """What kinds become once their templates are known.

    Args:
        book: That holds the kinds.
        templates: Of all shapes.

    Attributes:
        every: In order of their numbers.
        of: From the number of a kind to that of its sort, int64.
        sources: The source of each kind.
        suspects: Names, in the order of their numbers.
        suspect: Of each sort, int64.
        lead: What most titles begin with, such as a header that varies; empty if nothing.
        said: What a record of a sort says, of some that are errors.
    """

    def __init__(self, book: Book, templates: Mapping[Shape, Template]) -> None:
        self.suspects = sorted({kind.name for kind in book.kinds})
        number = {name: at for at, name in enumerate(self.suspects)}
        known: dict[tuple[str, str, bool, str], int] = {}
        self.every: list[Sort] = []
        self.sources = [kind.source for kind in book.kinds]
        of = []
        for kind in book.kinds:
            template = templates[kind.shape]
            key = (kind.name, template.id, kind.failed, kind.group)
            at = known.setdefault(key, len(known))
            if at == len(self.every):
                title = book.titles.get(kind.group) or template.text
                suspect = number[kind.name]
                self.every.append(Sort(suspect, template, kind.failed, title))
            of.append(at)
        self.of = np.array(of, np.int64)
        self.suspect = np.array([one.suspect for one in self.every], np.int64)
        self.failed = np.array([one.failed for one in self.every], np.bool_)
        self.lead = _lead([one.title for one in self.every])
        self.said: dict[int, str] = {}
        for kind_number, text in book.said.items():
            self.said.setdefault(of[kind_number], text)

    def __len__(self) -> int:
        return len(self.every)

    def named(self, at: int) -> str:
        """The suspect that a sort belongs to."""
        return self.suspects[self.every[at].suspect]

    def title(self, at: int) -> str:
        """What a sort says, without what most begin with."""
        return self.every[at].title.removeprefix(self.lead)


def _lead(titles: Sequence[str]) -> str:
    """The longest beginning of whole words, a varying one among them, that most share."""
    counts = Counter(
        " ".join(words[:size]) + " "
        for words in (title.split(" ") for title in titles)
        for size in range(1, min(LEAD_WORDS_MAX, len(words) - 1) + 1)
    )
    shared = [
        lead
        for lead, count in counts.items()
        if count > LEAD_SHARE * len(titles) and count > 1 and "<" in lead
    ]
    return max(shared, key=len, default="")


class Period:
    """The records of a period by sort, and in the order of their traces.

    Args:
        events: They.
        sorts: What their kinds have become.
        begin_ns: When it begins.
        end_ns: When it ends; both inside.

    Attributes:
        times: Of all records, int64; so are the columns below.
        sorts: Of all.
        kinds: Of all.
        levels: Of all, uint8.
        counts: Records of each sort.
        trace: Of the records that have one, by trace and then time; the columns below too.
        step: Sort of those.
        at_ns: Time of those.
        begins: Whether it is the first of its trace.
        ends: Whether it is the last one.
        index: The number of its trace in the period, from 0 in order.
    """

    def __init__(
        self, events: Events, sorts: Sorts, begin_ns: int, end_ns: int
    ) -> None:
        self.begin_ns, self.end_ns = begin_ns, end_ns
        self.examples = events.examples
        self.times, self.kinds, self.levels, traces = events.columns()
        self.sorts = sorts.of[self.kinds]
        self.size = len(sorts)
        self.counts = np.bincount(self.sorts, minlength=self.size)
        # Of equal times, the order is that of the files.
        order = np.lexsort((self.times, traces))
        order = order[int(np.count_nonzero(traces < 0)) :]
        self.trace = traces[order].astype(np.int64)
        self.step = self.sorts[order]
        self.at_ns = self.times[order]
        edge = self.trace[1:] != self.trace[:-1]
        one = np.ones(min(1, len(order)), np.bool_)
        self.begins = np.concatenate([one, edge])
        self.ends = np.concatenate([edge, one])
        self.index = np.cumsum(self.begins) - 1
        self.suspects = sorts.suspect[self.step]
        self.untraced = np.flatnonzero(traces < 0)

    @property
    def span_ns(self) -> int:
        """Its length; at least one nanosecond."""
        return max(1, self.end_ns - self.begin_ns)

    @property
    def minutes(self) -> float:
        """Its length."""
        return self.span_ns / 60e9

    @property
    def traces(self) -> int:
        """How many there are."""
        return int(np.count_nonzero(self.begins))

    def traces_of(self, codes: NDArray[np.int64], size: int) -> NDArray[np.int64]:
        """In how many traces each of some codes comes.

        Args:
            codes: One for each record that has a trace.
            size: How many different ones there can be.
        """
        pairs = once(self.trace * size + codes)
        return np.bincount(pairs % size, minlength=size)


class Both(NamedTuple):
    """Two periods.

    Attributes:
        sorts: Of both.
        before: The one that was good.
        now: The other one.
    """

    sorts: Sorts
    before: Period
    now: Period


def levels_of(periods: Iterable[Period], size: int) -> NDArray[np.uint8]:
    """The highest level of each sort."""
    highest = np.zeros(size, np.uint8)
    for one in periods:
        np.maximum.at(highest, one.sorts, one.levels)
    return highest
