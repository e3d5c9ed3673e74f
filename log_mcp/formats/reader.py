"""Which lines begin records, and what they say of them: the answer of each format.

A `Reader` reads one shape of line. `lines` makes records of what it says, so a reader
knows nothing of other lines, of stack traces or of blocks' ends.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.bytemark import marks
from log_mcp.finder import finder
from log_mcp.formats.columns import Kind
from log_mcp.record import NO_TIME, Exception_, Failure, Record

_KINDS: Final = tuple(Kind)


class Head(NamedTuple):
    """What the line says with which a record begins."""

    kind: Kind
    time_ns: int
    level: int
    flags: int


@dataclass(slots=True)
class Heads:
    """`Head` of every line of a block, as columns; `kinds` is 0 where there is none."""

    kinds: NDArray[np.uint8]
    times: NDArray[np.int64]
    levels: NDArray[np.uint8]
    flags: NDArray[np.uint8]

    @classmethod
    def none(cls, count: int) -> "Heads":
        """Columns of that many lines of which none begins a record."""
        return cls(
            np.zeros(count, np.uint8),
            np.full(count, NO_TIME, np.int64),
            np.zeros(count, np.uint8),
            np.zeros(count, np.uint8),
        )

    def at(self, line: int) -> Head:
        """What one line says that begins a record."""
        return Head(
            _KINDS[self.kinds[line]],
            int(self.times[line]),
            int(self.levels[line]),
            int(self.flags[line]),
        )

    def put(self, line: int, head: Head) -> None:
        """What one line says."""
        self.kinds[line] = head.kind
        self.times[line] = head.time_ns
        self.levels[line] = head.level
        self.flags[line] = head.flags


class Text:
    """A block and where its lines are.

    Args:
        data: Whole lines.
        ends: Where each ends, if that is known and all of them do.
    """

    def __init__(self, data: bytes, ends: NDArray[np.int64] | None = None) -> None:
        if ends is None:
            data = data if data.endswith(b"\n") else data + b"\n"
            ends = marks(data, 10)
        self.data = data
        self.ends = ends
        self.starts = np.empty_like(self.ends)
        self.starts[0] = 0
        self.starts[1:] = self.ends[:-1] + 1

    def line(self, index: int) -> bytes:
        """One line without its end."""
        return self.data[self.starts[index] : self.ends[index]]

    def holding(self, expression: Any) -> list[int]:
        """The lines in which an expression for RE2 finds something, in order."""
        data, size, find = self.data, len(self.data), finder(expression)
        places: list[int] = []
        at = 0
        while at >= 0:
            begin, end = find(data, at, size)
            if begin < 0:
                break
            beat()
            places.append(begin)
            at = data.find(b"\n", end)
        lines: list[int] = np.searchsorted(self.ends, places).tolist()
        return lines

    def holding_among(self, expression: Any, lines: NDArray[np.intp]) -> list[int]:
        """`holding`, for some lines alone: few are copied first, of many all are searched."""
        if 2 * len(lines) > len(self.ends):
            held = np.zeros(len(self.ends), np.bool_)
            held[self.holding(expression)] = True
            found: list[int] = lines[held[lines]].tolist()
        elif len(lines):
            copy = b"\n".join(map(self.line, lines.tolist())) + b"\n"
            found = lines[Text(copy).holding(expression)].tolist()
        else:
            found = []
        return found

    @cached_property
    def blank(self) -> NDArray[np.bool_]:
        """Which lines are empty; lines of spaces alone are not counted as such."""
        return np.equal(self.starts, self.ends)


class Reader(Protocol):
    """Reads the lines with which records begin."""

    @property
    def firsts(self) -> bytes:
        """The bytes with which lines start that it reads; empty if that may be any."""
        ...

    def heads(self, text: Text) -> Heads:
        """`head` of every line of a block."""
        ...

    def head(self, line: bytes) -> Head | None:
        """What a line says with which a record begins; None if it begins none."""
        ...

    def rest(self, line: bytes) -> bytes | None:
        """What follows the header of a line; None if this reader finds none."""
        ...

    def opening(self, line: bytes) -> "Opening | None":
        """A line with which a record begins, read once; None if it begins none."""
        ...


class Opening(Protocol):
    """The first line of a record: what was found in it for its head serves the record."""

    @property
    def kind(self) -> Kind:
        """What the line opens."""
        ...

    @property
    def head(self) -> Head:
        """See `Reader`."""
        ...

    @property
    def rest(self) -> bytes | None:
        """See `Reader`."""
        ...

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """The record that begins with the line.

        Args:
            text: All of it.
            head: Of the line, with level and flags as the lines below it make them.
            trace: The exception of which a stack trace was found in it.
        """
        ...

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """What that record says of a failure.

        Args:
            text: All of it.
            flags: Of the record.
            trace: As for `record`.
        """
        ...
