"""One log event, and what every layer says about it.

A record at rest is a few bytes in the columns of a segment; the `Record` below is made
for the few that an answer shows or must check.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Final, NamedTuple

NO_TIME: Final = -(2**63)  # the smallest int64: a time column's way to say "not stated"

# Flags of a record, one byte a record in the columns.
INFERRED: Final = 1  # the level follows from an exception or an HTTP status
ESCAPED: Final = (
    2  # the text is JSON and holds a backslash: search text differs from it
)
EXCEPTION: Final = 4  # holds a stack trace or an exception object
TRUNCATED: Final = 8  # was longer than a record may be, and is cut
UNTIMED: Final = 16  # states no time; its column holds its neighbour's, for the order


class Level(IntEnum):
    """How severe a record says it is; comparable, UNKNOWN below all."""

    UNKNOWN = 0
    TRACE = 1
    DEBUG = 2
    INFO = 3
    WARNING = 4
    ERROR = 5
    CRITICAL = 6

    @property
    def word(self) -> str:
        """The contract's word, `warning`; the empty string for UNKNOWN."""
        return "" if self is Level.UNKNOWN else self.name.lower()


_SPELLINGS: Final = {
    Level.TRACE: "trace trc t finest finer verbose v silly",
    Level.DEBUG: "debug dbg d fine config debug1 debug2 debug3 debug4 debug5",
    Level.INFO: "info inf i information informational notice note n log success statement detail",
    Level.WARNING: "warning warn wrn w wa",
    Level.ERROR: "error err eror e severe failure fail",
    Level.CRITICAL: "critical crit c fatal ftl f panic p emergency emerg alert a dpanic",
}
LEVEL_OF_WORD: Final[dict[str, Level]] = {
    word: level for level, words in _SPELLINGS.items() for word in words.split()
}


def level_of_word(word: str) -> Level:
    """The level that a word means in any library, whatever its case.

    Args:
        word: `WARN`, `warning`, `W`, `SEVERE`, `fatal`, ...

    Returns:
        The level; UNKNOWN for a word that is none.
    """
    return LEVEL_OF_WORD.get(word.lower(), Level.UNKNOWN)


class Frame(NamedTuple):
    """One call of a stack trace.

    Attributes:
        file: As printed; None if the trace names none.
        line: From 1; None if the trace names none.
        function: With its class or module as printed; None if the trace names none.
        in_app: Whether it is the application's own code, not a library's or the runtime's.
        code: The source line, where the trace prints it.
    """

    file: str | None
    line: int | None
    function: str | None
    in_app: bool
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Exception_:  # noqa: N801 - the word itself is taken
    """What a stack trace says.

    Attributes:
        type: The name a person would give it in its language: `ValueError`,
            `java.lang.IllegalStateException`, `panic`.
        message: What follows the type; empty if nothing does.
        language: `python`, `java`, `javascript`, ...; empty if it cannot be told.
        frames: Innermost first: the first one is where it was raised.
        cause: What led to it, and so on to the root cause; None at the root.
    """

    type: str
    message: str
    language: str
    frames: tuple[Frame, ...] = ()
    cause: "Exception_ | None" = None

    @property
    def chain(self) -> list["Exception_"]:
        """Itself, its cause, and so on to the root cause."""
        links = [self]
        while (cause := links[-1].cause) is not None:
            links.append(cause)
        return links

    @property
    def root(self) -> "Exception_":
        """The cause that has no cause."""
        return self.chain[-1]


@dataclass(frozen=True, slots=True)
class Record:
    """One log event: a line, or a line and the lines that continue it.

    Attributes:
        time_ns: When it says it happened, UTC epoch nanoseconds; None if it does not say.
        level: Its severity; UNKNOWN if it does not say and none can be inferred.
        level_inferred: The level follows from an exception or an HTTP status.
        message: What a person would read, without time, level or fields.
        logger: The component that wrote it; None if not stated.
        service: The service that wrote it; None if not stated.
        trace: The correlation value (`trace_id`, else `correlation_id`, else
            `request_id`); None if not stated.
        fields: Name to value, in the order written; values of JSON keep their type,
            others stay text.
        exception: The stack trace or exception object; None if there is none.
        text: The whole event as held: decoded, unwrapped, redacted, lines joined by
            newlines, no line end.
        truncated: Whether the text is cut.
    """

    time_ns: int | None
    level: Level
    message: str
    text: str
    level_inferred: bool = False
    logger: str | None = None
    service: str | None = None
    trace: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    exception: Exception_ | None = None
    truncated: bool = False


class Failure(NamedTuple):
    """What a record says of a failure: all that tells its kind, and nothing else.

    Attributes:
        message: As of `Record`, and so are the others.
        fields: Also those that are no fields of the record, as its time.
    """

    message: str
    text: str
    level_inferred: bool = False
    logger: str | None = None
    trace: str | None = None
    fields: Mapping[str, Any] = {}
    exception: Exception_ | None = None
