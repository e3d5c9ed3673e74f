"""Lines -> records: which line begins one, and which lines continue it.

Operations we want: the columns of a block; one record's text read whole; both by the same
rules, whatever the split into blocks.

Plan: a `Reader` says of each line of a block at once whether it begins a record, and when
and how severe that is. All lines between two such lines are a run. Most files have few
runs, so only their lines are looked at one by one, by `_continued`, a function of the
open record and the line alone. What a block ends with is carried to the next.

Doubtful cases:

- below a header all lines belong to it, but for a crash that nobody caught (Python's on
  stderr between two INFO lines), which is an error record of its own;
- a header may be text that the error above it quotes: see `quoted`;
- below a JSON object nothing belongs to it but blank lines;
- a plain line is a record; a stack trace's lines are one, and so are indented lines
  below it. There is no looking ahead, so of lines that might be the rest of an
  exception's message only a few are taken, and only where an exception is certain;
- a line of another stream than the line above belongs to no record above;
- blank lines belong to the record above, or to none, and so do lines that name columns.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.formats.columns import Carry, Columns, Kind
from log_mcp.formats.exception import exception
from log_mcp.formats.grid import starting
from log_mcp.formats.quoted import quoted
from log_mcp.formats.reader import Head, Opening, Reader, Text
from log_mcp.formats.stacktrace import State, begins, continues, may_begin
from log_mcp.record import (
    EXCEPTION,
    INFERRED,
    NO_TIME,
    Exception_,
    Failure,
    Level,
    Record,
)

_TRIAL_LINES_MAX: Final = 5  # of an exception's message, where nothing else bounds it
_CERTAIN_LINES: Final = 8  # in no trace, after which a plain line begins a record
_COMMON: Final = b'Traceback (most recent call last):\n  File "'
_NO_HEAD: Final = Head(Kind.NONE, NO_TIME, 0, 0)
_LATEST: Final = 2**63 - 1
_BLANK: Final = b" \t\r\f\v"
_LEVELS: Final = tuple(Level)


def _opened(reader: Reader, line: bytes, head: Head) -> Carry:
    """The record that a head opens."""
    trace = None
    if head.kind is not Kind.WHOLE and (rest := reader.rest(line)):
        trace = begins(rest)
    kind, error_ns = head.kind, NO_TIME
    if kind >= Kind.FOREIGN:
        kind = Kind.HEADED
    elif kind is Kind.HEADED and head.level >= Level.ERROR:
        error_ns = head.time_ns
    return Carry(kind, _LEVELS[head.level], head.flags, trace, error_ns)


def _opened_plain(line: bytes) -> Carry:
    """The record that a line without a head opens."""
    trace = begins(line)
    if trace is not None and trace.bare:
        return Carry(Kind.PLAIN, Level.ERROR, INFERRED, trace)
    return Carry(Kind.PLAIN, trace=trace)


def _proven(record: Carry, trace: State | None) -> Carry:
    """The record with its trace's new state; an exception, if the trace is proven."""
    level, flags = record.level, record.flags
    if trace is not None and trace.proven and not flags & EXCEPTION:
        flags |= EXCEPTION
        if level is Level.UNKNOWN:
            level, flags = Level.ERROR, flags | INFERRED
    return Carry(record.kind, level, flags, trace)


def _continued(record: Carry, line: bytes) -> Carry | None:
    """The open record with one more line that has no head.

    Returns:
        None if the line begins a record of its own.
    """
    trace = continues(record.trace, line) if record.trace else None
    if not line.strip(_BLANK):
        return _proven(record, trace)
    if record.kind is Kind.HEADED or record.kind is Kind.ROW:
        return _continued_headed(record, line, trace)
    if record.kind is Kind.WHOLE:
        return None
    return _continued_plain(record, line, trace)


def _continued_plain(record: Carry, line: bytes, trace: State | None) -> Carry | None:
    if trace is not None:
        certain = trace.proven or trace.bare
        taken = trace.trial <= (_TRIAL_LINES_MAX if certain else 0)
        return _proven(record, trace) if taken else None
    if record.flags & EXCEPTION:
        return record._replace(trace=None) if line[0] in _BLANK else None
    if record.level >= Level.WARNING and not record.flags & INFERRED:
        begun = begins(line)  # an error's header, and its trace below
        return None if begun is None else _proven(record, begun)
    return None


def _continued_headed(record: Carry, line: bytes, trace: State | None) -> Carry | None:
    if trace is None:
        trace = begins(line)
        if trace is not None and trace.bare and not _owns_crashes(record):
            return None
    return _proven(record, trace)


def _owns_crashes(record: Carry) -> bool:
    """Whether a crash printed below belongs to the record: it does not say all is well."""
    if record.kind is Kind.ROW:
        return True
    return record.level is Level.UNKNOWN or record.level >= Level.WARNING


def _settled(record: Carry) -> bool:
    """Whether no line without a head can change the record or end it."""
    return (
        (record.kind is Kind.HEADED or record.kind is Kind.ROW)
        and bool(record.flags & EXCEPTION)
        and _owns_crashes(record)
    )


class _Joiner:
    """One block being joined: columns by line, of which the rows are kept at the end."""

    def __init__(
        self,
        reader: Reader,
        text: Text,
        carry: Carry,
        is_void: Callable[[bytes], bool] | None,
        changes: NDArray[np.bool_] | None,
    ) -> None:
        self._reader = reader
        self._is_void = is_void
        self._void = 0
        self._text = text
        self._carry = carry
        self._heads = reader.heads(text)
        for line in quoted(self._heads, carry.error_ns).tolist():
            self._heads.put(line, _NO_HEAD)
        self._begins = self._heads.kinds > 0
        self._apart = None
        if changes is not None:
            self._apart = changes & ~self._begins & ~text.blank
        self._amended = (carry.level, carry.flags)

    def columns(self) -> Columns:
        kinds, begins_ = self._heads.kinds, self._begins
        others = np.flatnonzero(~begins_)
        last = None
        if len(others):
            parted = np.diff(others) > 1
            if self._apart is not None:
                parted |= self._apart[others[1:]]
            cuts = np.flatnonzero(parted)
            firsts = others[np.concatenate(([0], cuts + 1))]
            ends = others[np.append(cuts, len(others) - 1)] + 1
            # The last one is looked at, as the next block must know how it ends.
            other = np.append(~self._common(firsts[:-1]), True)
            for first, end in zip(
                firsts[other].tolist(), ends[other].tolist(), strict=True
            ):
                beat()
                last = self._run(first, end)
            if ends[-1] < len(begins_):
                last = None
        if last is None:
            last = self._open(len(begins_) - 1)
        rows = np.flatnonzero(begins_)
        amended = self._amended
        changed = amended[:2] != (self._carry.level, self._carry.flags)
        return Columns(
            starts=self._text.starts[rows].astype(np.uint32),
            lines=rows.astype(np.uint32),
            times=self._heads.times[rows],
            levels=self._heads.levels[rows],
            flags=self._heads.flags[rows],
            read=self._read(rows, kinds, len(others)),
            carry=last,
            amend_level=amended[0] if changed else None,
            amend_flags=amended[1] if changed else 0,
        )

    def _common(self, firsts: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Joins the runs that begin as most do in Python, all at once.

        Below a header that allows a trace, whatever it says, these two lines prove one,
        and then all lines down to the next header belong to it.

        Args:
            firsts: First line of each run.

        Returns:
            Which of them are done.
        """
        heads, owners = self._heads, np.maximum(firsts - 1, 0)
        levels = heads.levels[owners]
        found: NDArray[np.bool_] = (firsts > 0) & (heads.kinds[owners] == Kind.HEADED)
        found &= (levels == Level.UNKNOWN) | (levels >= Level.WARNING)
        if self._apart is not None:
            found &= ~self._apart[firsts]
        found &= starting(self._text, firsts, _COMMON)
        unknown = owners[found & (levels == Level.UNKNOWN)]
        heads.levels[unknown] = Level.ERROR
        heads.flags[unknown] |= INFERRED
        heads.flags[owners[found]] |= EXCEPTION
        return found

    def _open(self, line: int) -> Carry:
        """The record that a line with a head opens."""
        return _opened(self._reader, self._text.line(line), self._heads.at(line))

    def _run(self, first: int, end: int) -> Carry:
        """Joins lines without a head; the record that is open after them."""
        owner: int | None = first - 1
        if self._apart is not None and self._apart[first]:
            owner, record = None, Carry()
        else:
            record = self._carry if first == 0 else self._open(first - 1)
        for line in range(first, end):
            # A trace most often stands right below its header, and three lines are
            # sooner looked at than searched.
            if self._idle(record, line, end, searched=line == first + 1 < end - 2):
                break
            text = self._text.line(line)
            if self._is_void is not None and self._is_void(text):
                self._void += record.kind is Kind.NONE
                continue
            if record.kind is Kind.NONE:
                if not text.strip(_BLANK):
                    continue
                after = None
            else:
                after = _continued(record, text)
            if after is None:
                self._close(owner, record)
                owner, record = line, _opened_plain(text)
                self._begins[line] = True
            else:
                record = after
        if _settled(record):
            record = record._replace(trace=None)
        self._close(owner, record)
        return record._replace(error_ns=NO_TIME)

    def _idle(self, record: Carry, line: int, end: int, *, searched: bool) -> bool:
        """Whether none of a run's lines from here on changes anything."""
        if record.kind is not Kind.HEADED and record.kind is not Kind.ROW:
            return False
        if _settled(record):
            return True
        if not searched or record.trace is not None:
            return False
        text = self._text
        return not may_begin(text.data, int(text.starts[line]), int(text.ends[end - 1]))

    def _close(self, owner: int | None, record: Carry) -> None:
        if owner is None:
            return
        if owner < 0:
            self._amended = (record.level, record.flags)
        else:
            self._heads.levels[owner] = record.level
            self._heads.flags[owner] = record.flags

    def _read(
        self, rows: NDArray[np.intp], kinds: NDArray[np.uint8], others: int
    ) -> int:
        """How many lines that are not empty belong to a record that was understood."""
        if not others:
            return len(kinds)
        lead = np.full(1, self._carry.kind in (Kind.HEADED, Kind.WHOLE, Kind.ROW))
        understood = np.concatenate((lead, kinds[rows] > 0))
        owner = np.cumsum(self._begins)
        read = int(np.count_nonzero(understood[owner] & ~self._text.blank))
        return read + self._void


_EMPTY: Final = (np.zeros(0, np.uint32), np.zeros(0, np.int64), np.zeros(0, np.uint8))


class Lines:
    """A `Format` made of a reader.

    Args:
        name: What `check` prints.
        reader: Of the lines with which records begin.
        is_void: Which lines are no part of the log: what names a table's columns.
        emptied: Whole lines, those emptied.
    """

    def __init__(
        self,
        name: str,
        reader: Reader,
        is_void: Callable[[bytes], bool] | None = None,
        emptied: Callable[[bytes], bytes] | None = None,
    ) -> None:
        self._name = name
        self._reader = reader
        self._is_void = is_void
        self._emptied = emptied

    @property
    def name(self) -> str:
        """What `check` prints."""
        return self._name

    def emptied(self, text: bytes) -> bytes:
        """See `Format`."""
        return text if self._emptied is None else self._emptied(text)

    def scan(
        self,
        text: bytes,
        carry: Carry,
        ends: NDArray[np.int64] | None = None,
        changes: NDArray[np.bool_] | None = None,
    ) -> Columns:
        """See `Format`."""
        if not text:
            wide, times, narrow = _EMPTY
            return Columns(wide, wide, times, narrow, narrow, 0, carry)
        lines = Text(text, ends)
        joiner = _Joiner(self._reader, lines, carry, self._is_void, changes)
        return joiner.columns()

    def parse(self, text: bytes) -> Record:
        """See `Format`."""
        text = text.removesuffix(b"\n")
        first, *others = text.split(b"\n")
        opening = self._reader.opening(first)
        head = None if opening is None else opening.head
        if head is None:
            opened = _opened_plain(first)
        else:
            opened = _opened(self._reader, first, head)
        record = opened
        for line in others:
            if _settled(record):
                break
            if self._is_void is None or not self._is_void(line):
                record = _continued(record, line) or record
        trace = None
        if record.flags & ~opened.flags & EXCEPTION:
            trace = _trace(text, first, opening)
        whole = text.decode(errors="replace")
        if opening is not None and head is not None:
            head = head._replace(level=record.level, flags=record.flags)
            return opening.record(whole, head, trace)
        return Record(
            time_ns=None,
            level=record.level,
            level_inferred=record.inferred,
            message=_message(whole, trace),
            text=whole,
            exception=trace,
        )

    def failure(self, text: bytes, flags: int) -> Failure:
        """See `Format`."""
        text = text.removesuffix(b"\n")
        first, _, below = text.partition(b"\n")
        opening = self._reader.opening(first)
        trace = None
        if flags & EXCEPTION and below and (not opening or opening.kind != Kind.WHOLE):
            trace = _trace(text, first, opening)
        whole = text.decode(errors="replace")
        if opening is not None:
            return opening.failure(whole, flags, trace)
        return Failure(
            message=_message(whole, trace),
            text=whole,
            level_inferred=bool(flags & INFERRED),
            exception=trace,
        )

    def first_start(self, text: bytes) -> int | None:
        """See `Format`."""
        if not text:
            return None
        lines = Text(text)
        heads = self._reader.heads(lines)
        kinds = heads.kinds
        # Whether it is quoted, the lines above would say; of the first there are none.
        kinds[quoted(heads, _LATEST)] = 0
        firsts = np.flatnonzero(kinds)
        head = int(firsts[0]) if len(firsts) else len(kinds)
        if self._name == "plain":
            head = min(head, _first_plain(lines, head))
        return int(lines.starts[head]) if head < len(kinds) else None


def _trace(text: bytes, first: bytes, opening: Opening | None) -> Exception_ | None:
    """The exception of which a stack trace stands behind the header of a first line."""
    header = 0 if opening is None else len(first) - len(opening.rest or b"")
    return exception(text[header:].decode(errors="replace"))


def _first_plain(lines: Text, end: int) -> int:
    """The first line below enough lines that are in no trace; `end` if there is none."""
    calm = 0
    for index in range(end):
        line = lines.line(index)
        if not line or line[0] in _BLANK or begins(line) is not None:
            calm = 0
            continue
        if calm == _CERTAIN_LINES:
            return index
        calm += 1
    return end


def _message(text: str, trace: Exception_ | None) -> str:
    """What a person reads first of a record without a header."""
    if trace is None:
        return text
    title = f"{trace.type}: {trace.message}" if trace.message else trace.type
    return title or text.partition("\n")[0]
