"""What an envelope is: raw lines in, the lines inside out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from log_mcp.labels import UNLABELLED, Labels
from log_mcp.lazy import lazy

LINE_BYTES_MAX: Final = 1024 * 1024  # of pieces joined; what is longer is cut in two

# What shows that a line inside an envelope is one of a log: a time, an object, pairs.
_OWN: Final = lazy(
    rb"[\[(]?(?:[0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}[ T]|[0-9]{2}:[0-9]{2}:[0-9]{2}\b"
    rb'|[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} |[IWEF][0-9]{4} [0-9:]{8}\.)|\{ ?"'
    rb"|(?:ts|time|t|level|at|logger)=[^ ]"
)
_TRACE: Final = lazy(
    rb"[ \t]+(?:at [\w$.<(/]|\+ Exception Group Traceback|from [^ \n]+:[0-9]+:in |[0-9]+: +(?:0x)?[\w<]|#[0-9]+ +0x"
    rb"|\([\w.]+(?: [0-9.]+)?\) [\w/.]+:[0-9]+: |[^ \n]+\.(?:go|rb|ex|pl|lua):[0-9]+)"
    rb'|[ \t>|]+File "[^"\n]+", line [0-9]'
    rb"|Traceback \(most recent|Caused by: [\w.$]+|goroutine [0-9]+ \[|#[0-9]+ +[/\w{]"
    rb"|[^ :\n]+\.rb:[0-9]+:in |thread '[^'\n]*' panicked at|panic: |Stack trace:"
    rb"|stack traceback:|PHP Fatal error: |at [\w$.<>]+ \("
)


class Pending(NamedTuple):
    """Pieces of a line that has not ended yet.

    Attributes:
        text: Joined so far.
        first_line: Raw line of the first one; -1 if it was in an earlier block.
        time_ns: Of the first one.
    """

    text: bytes
    first_line: int
    time_ns: int


@dataclass(frozen=True, slots=True)
class Carry:
    """Pieces that wait for their end, by stream."""

    pending: dict[bytes, Pending] = field(default_factory=dict)


class Unwrapped(NamedTuple):
    """A block without its envelopes.

    Attributes:
        text: Whole lines.
        first_line: Index of the raw line where each line of the text begins, int64;
            -1 if that was in an earlier block.
        last_line: Index of the raw line where it ends, int64; likewise, where that shows
            only now.
        times: When the envelope says it was written, int64; `NO_TIME` if it does not.
        carry: For the next block.
        labels: What the envelope says of each line besides.
    """

    text: bytes
    first_line: NDArray[np.int64]
    last_line: NDArray[np.int64]
    times: NDArray[np.int64]
    carry: Carry
    labels: Labels = UNLABELLED


class Envelope(Protocol):
    """One way in which a log is wrapped; immutable."""

    @property
    def name(self) -> str:
        """What `check` prints before the format of the lines inside."""
        ...

    @property
    def about(self) -> str:
        """What it is, for people: a phrase."""
        ...

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of what it says besides of the lines inside; labels that any name has."""
        ...

    @property
    def start(self) -> Carry:
        """What is carried into the first block of a file."""
        ...

    @property
    def is_raw(self) -> bool:
        """Whether `unwrap` takes a block as the file has it, not decoded."""
        ...

    def unwrap(self, block: bytes, carry: Carry) -> Unwrapped:
        """The lines inside a block of whole lines. Never raises."""
        ...


def most(
    lines: Sequence[bytes], share: float, holds: Callable[[bytes], object]
) -> bool:
    """Whether something holds for a share of lines, of which there are some.

    Args:
        lines: Of a head.
        share: Of them that is enough.
        holds: Asked of no more lines than it takes to see that too many are otherwise.
    """
    room = len(lines) * (1 - share)
    for line in lines:
        room -= not holds(line)
        if room < 0:
            return False
    return bool(lines)


def clean(text: str) -> bytes:
    """What escapes may have hidden from the door: NUL and carriage returns."""
    if "\0" in text:
        text = text.replace("\0", "")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return text.encode()


def states_own(line: bytes) -> bool:
    """Whether a line states a time, an object or pairs at its beginning."""
    return _OWN.match(line) is not None


def is_traced(line: bytes) -> bool:
    """Whether a line is surely a part of a stack trace."""
    return _TRACE.match(line) is not None


def shows_log(lines: Sequence[bytes], share: float, *, trace: bool = True) -> bool:
    """Whether lines are those of a log of their own.

    Args:
        lines: What stands inside of an envelope.
        share: Of them that must state a time, be an object or pairs, or a part of a stack
            trace.
        trace: Whether one line of a stack trace is enough.
    """
    traced = sum(map(is_traced, lines))
    own = sum(_OWN.match(line) is not None for line in lines)
    return own + traced >= share * len(lines) > 0 or (trace and traced > 0)
