"""What a format is, and the columns it makes of a block of text."""

from datetime import UTC, timedelta, timezone, tzinfo
from enum import IntEnum
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from log_mcp.formats.stacktrace import State
from log_mcp.moment import BARE
from log_mcp.record import INFERRED, NO_TIME, Failure, Level, Record

_NOWHERE: Final = timezone(timedelta(hours=13, minutes=17))  # no log is written there
_YEARS_NS: Final = 3 * 366 * 86_400 * 10**9


class Context(NamedTuple):
    """What a format needs from outside; made once per file.

    Attributes:
        zone: For times that carry no zone.
        anchor_ns: The youngest time the text can have, UTC epoch nanoseconds: the
            file's age. A missing year or date is filled so that times end before it.
        day_first: Whether `03/04/2026` is April 3; None where nothing is known.
    """

    zone: tzinfo = UTC
    anchor_ns: int = 2**62
    day_first: bool | None = None

    @property
    def unsaid(self) -> tuple[tzinfo, int, bool | None]:
        """What `timestamp` needs of what a text does not say."""
        return self.zone, self.anchor_ns, self.day_first

    def bare(self) -> "Context":
        """The same, but what a time lacks of its date is left out."""
        return Context(UTC, BARE, self.day_first)

    def elsewhere(self) -> "Context":
        """Another zone and age: a time that reads differently there was a guess."""
        return Context(_NOWHERE, self.anchor_ns - _YEARS_NS, self.day_first)


class Kind(IntEnum):
    """How a record began, which decides what may continue it."""

    NONE = 0  # there is no record
    HEADED = 1  # a header: all lines up to the next header belong to it
    WHOLE = 2  # a JSON object or pairs: complete in its line
    PLAIN = 3  # no header that lines below would need: only a stack trace goes on
    ROW = 4  # of a table: all lines up to the next row belong to it, crashes included
    FOREIGN = 5  # a header of another layout than most lines': as HEADED, if not quoted
    LEAPING = 6  # such a one that leaps away from the times around it; see `quoted`


class Carry(NamedTuple):
    """What is known at the end of a block of the record that is still open there.

    Attributes:
        kind: How it began; NONE if no record is open.
        level: Its level.
        flags: Its flags.
        trace: Where its stack trace stands; None if it is in none.
        error_ns: When it happened, if it states an error and its header is all there is
            of it up to here; else `NO_TIME`.
    """

    kind: Kind = Kind.NONE
    level: Level = Level.UNKNOWN
    flags: int = 0
    trace: State | None = None
    error_ns: int = NO_TIME

    @property
    def open(self) -> bool:
        """Whether there is a record that the next line could continue."""
        return self.kind is not Kind.NONE

    @property
    def inferred(self) -> bool:
        """Whether its level is inferred."""
        return bool(self.flags & INFERRED)


class Columns(NamedTuple):
    """A scanned block: one row a record that starts in it, in file order.

    Bytes before `starts[0]` (all of them, if there are no rows) continue the record that
    was open in the carry given to `scan`; if that changes it, `amend_level` and
    `amend_flags` are what is now true of it (whole values, not differences).

    Attributes:
        starts: Offset of each record in the block's text, uint32.
        lines: Index in the block of each record's first line, uint32.
        times: UTC epoch nanoseconds, int64; `NO_TIME` where not stated.
        levels: `Level` values, uint8.
        flags: `INFERRED | ESCAPED | EXCEPTION`, uint8.
        read: How many of the block's lines, empty ones left out, belong to a record
            whose header (or JSON object, or pairs) was understood.
        carry: For the next block.
        amend_level: New level of the record open before; None if it is as it was.
        amend_flags: Its flags; meaningless while `amend_level` is None.
    """

    starts: NDArray[np.uint32]
    lines: NDArray[np.uint32]
    times: NDArray[np.int64]
    levels: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    read: int
    carry: Carry
    amend_level: Level | None = None
    amend_flags: int = 0


class Format(Protocol):
    """One way to read text; immutable."""

    @property
    def name(self) -> str:
        """What `check` prints: `jsonl`, `logfmt`, `text:nginx-access`, `plain`."""
        ...

    def emptied(self, text: bytes) -> bytes:
        """Whole lines, those emptied that are no part of the log; the same if none are."""
        ...

    def scan(
        self,
        text: bytes,
        carry: Carry,
        ends: NDArray[np.int64] | None = None,
        changes: NDArray[np.bool_] | None = None,
    ) -> Columns:
        """Columns of a block of whole lines. Never raises, whatever the bytes.

        Args:
            text: Lines, each with its end.
            carry: Of the block before.
            ends: Where each line ends, if that is known.
            changes: Which lines another stream wrote than the line above, so that they
                go on with nothing; None if none.
        """
        ...

    def parse(self, text: bytes) -> Record:
        """One record's text as a `Record`. Never raises, whatever the bytes."""
        ...

    def failure(self, text: bytes, flags: int) -> Failure:
        """What of that `Record` tells its kind of failure, in a fraction of the time.

        Args:
            text: Of one record.
            flags: That `scan` gives it.
        """
        ...

    def first_start(self, text: bytes) -> int | None:
        """Offset of the first line where a record begins whatever came before it.

        Lets a file be read backwards from its end: what lies before belongs to the
        block before. None if no line of the text is certain.
        """
        ...
