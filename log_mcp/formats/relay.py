"""Stack traces that a relay (syslog) cut into lines, each with a header of its own.

    Mar  4 05:06:07 web-1 shop[17]: Traceback (most recent call last):
    Mar  4 05:06:07 web-1 shop[17]:   File "/srv/a.py", line 1, in f

A line keeps its header, which says when, where and who, unless it goes on with what the
line right above it began, by the same process: then only its text stays, so that it
belongs to the record above as in a file that the process wrote itself. A trace belongs to
the line above it if that reports a failure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from log_mcp.beat import beat
from log_mcp.formats.stacktrace import State, begins, continues
from log_mcp.formats.wrapping import Carry, Unwrapped, is_traced
from log_mcp.lazy import lazy
from log_mcp.record import NO_TIME

_SHARE: Final = 0.6  # of the lines of a head
_TIME: Final = (
    rb"(?:[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2}"
    rb"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9:]{5}))"
)
# Two kinds of header; behind the time is what tells one process from another.
_HEADER: Final = lazy(
    rb"(?:<[0-9]{1,3}>)?%s(?P<who> [\w.:\-]+ [\w./\-()@]+(?:\[[^\]\n]{1,20}\])?:)(?: |$)"
    rb"|<[0-9]{1,3}>1 %s(?P<it> \S+ \S+ \S+ \S+) "
    rb'(?:-|(?:\[(?:[^\]"\n]|"(?:[^"\\\n]|\\.)*")*\])+)(?: |$)' % (_TIME, _TIME)
)
FAILURE: Final = lazy(
    rb"(?i)\b(?:err(?:or)?|fatal|crit(?:ical)?|severe|panic|failed|failure|fail|warn(?:ing)?)\b"
    rb"|[A-Za-z]Exception\b|[A-Za-z]Error\b"
)
_TAB: Final = b"#011"  # as rsyslog writes it


@dataclass(frozen=True, slots=True)
class _Above(Carry):
    """The line above.

    Attributes:
        who: Process that wrote it; empty if it has no header.
        trace: Where its stack trace stands; None if it is in none.
        failed: Whether its record reports a failure.
    """

    who: bytes = b""
    trace: State | None = None
    failed: bool = False


def _parts(line: bytes) -> tuple[bytes, bytes] | None:
    """Who wrote a line, and its text; None if it has no header."""
    found = _HEADER.match(line)
    if found is None:
        return None
    text = line[found.end() :]
    if text.startswith(_TAB):
        text = text.replace(_TAB, b"\t")
    return found["who"] or found["it"], text


class Relay:
    """Cut stack traces are put together; see `Envelope`."""

    name = "relay"
    about = "syslog that put its header before each line of a stack trace: only those lose it"
    fields = ()
    start: Carry = _Above()
    is_raw = False

    @staticmethod
    def wraps(lines: Sequence[bytes]) -> bool:
        """Whether most lines of a head have such headers, one of them with a trace."""
        parts = [part for line in lines if (part := _parts(line))]
        traced = any(is_traced(text) for _, text in parts)
        return traced and len(parts) >= _SHARE * len(lines)

    def unwrap(self, block: bytes, carry: Carry) -> Unwrapped:
        """See `Envelope`."""
        above = carry if isinstance(carry, _Above) else _Above()
        lines = block.removesuffix(b"\n").split(b"\n") if block else []
        for at, line in enumerate(lines):
            beat()
            above, lines[at] = _below(above, line)
        count = np.arange(len(lines))
        text = b"".join(b"%b\n" % line for line in lines)
        return Unwrapped(text, count, count, np.full(len(lines), NO_TIME), above)


def _below(above: _Above, line: bytes) -> tuple[_Above, bytes]:
    """A line, and as much of it as stays."""
    parts = _parts(line)
    if parts is None:
        return _Above(), line
    who, text = parts
    failed = FAILURE.search(text) is not None
    if who == above.who:
        after = continues(above.trace, text) if above.trace else None
        begun = after or begins(text)
        if after or text[:1] in b" \t" or (begun and above.failed):
            return _Above(who=who, trace=begun, failed=above.failed), text
    elif not above.who and text[:1] in {b" ", b"\t"}:  # read from its middle on
        return _Above(who=who), text
    return _Above(who=who, trace=begins(text), failed=failed), line
