"""Every error this package raises on purpose.

LogMcpError
├─ ConfigError         a setting is wrong; the message names the key and a valid value
├─ SourceError         a path cannot be followed
│  └─ SourceForbidden  ... because it lies outside the allowed roots
├─ QueryError          a question cannot be understood; the message says what would be
│  └─ NotFound         an id that names nothing that is held or on disk
└─ CursorExpired       the rows behind a cursor are gone

A malformed log line is never an error: it is a plain record.

Messages reach an assistant, so they are made of our words, setting names and paths
the user gave, and never of log text: a log line must not be able to instruct.
"""

from collections.abc import Iterable
from typing import Final

ECHO_CHARS_MAX: Final = 60


class LogMcpError(Exception):
    """Something the user or the assistant can mend; the message says how."""


class ConfigError(LogMcpError):
    """A setting is wrong. Raised by `config` and `redact`."""


class SourceError(LogMcpError):
    """A path cannot be followed. Raised by `ingest`."""


class SourceForbidden(SourceError):
    """A path lies outside the allowed roots. Raised by `ingest`."""


class QueryError(LogMcpError):
    """A question cannot be understood. Raised by `query` and `logbook`."""


class NotFound(QueryError):
    """An id names nothing that is held or on disk. Raised by `logbook`."""


class CursorExpired(LogMcpError):
    """The rows behind a cursor are gone. Raised by `query`."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint that ends an error message about an unknown word.

    Args:
        word: What was given.
        known: Every valid value.

    Returns:
        ` Did you mean 'level'?` with a leading space, or the empty string.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - for those who err

    folded = {name.casefold(): name for name in known}
    word = word[:ECHO_CHARS_MAX].casefold()
    close = get_close_matches(word, folded, n=1, cutoff=0.6)
    return f" Did you mean '{folded[close[0]]}'?" if close else ""


def echo(text: str) -> str:
    """What the user wrote, made safe to print and short."""
    shown = repr(text[:ECHO_CHARS_MAX])
    return (
        shown if len(shown) <= ECHO_CHARS_MAX else shown[: ECHO_CHARS_MAX - 4] + "...'"
    )


def reason(error: OSError | SourceError) -> str:
    """What is wrong with a file, in words for the user."""
    if isinstance(error, SourceError):
        return str(error)
    if isinstance(error, PermissionError):
        return "may not be read (permission denied): change its mode or owner"
    return f"cannot be read ({error.strerror or type(error).__name__})"
