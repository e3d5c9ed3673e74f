"""The exception that a record's text holds: type, message, frames, causes.

The machine of `stacktrace` finds the lines and the language, so that what counts as an
exception here is exactly what counts as one where lines are joined: a trace that the
machine proves. One reader per family then takes those lines apart.

Text of one line holds no exception, whatever it says: "Error: out of paper" is prose.
"""

from itertools import dropwhile
from typing import Final, NamedTuple

from log_mcp.formats import crashes, goroutines, terms, throwable, tracebacks
from log_mcp.formats.stacktrace import State, begins, continues, step
from log_mcp.record import Exception_

_AT: Final = frozenset({"java", "javascript", "csharp"})
# A head that its record prints above the first frame, where the trace began with frames.
_FRAMES_FIRST: Final = frozenset(
    {"java.frames", "javascript.frames", "csharp.frames", "lua.frames"}
)

_HEADER: Final = tracebacks.HEADER.strip().encode()


class _Extent(NamedTuple):
    """Rows of a trace in the lines of a text."""

    first: int
    end: int
    language: str
    begun: str  # name of the state after the first line


def _extent(lines: list[bytes]) -> _Extent | None:
    """The first trace that is proven."""
    state: State | None = None
    first = end = 0
    begun = ""
    for row, line in enumerate(lines):
        following = continues(state, line) if state else None
        if following is None:
            if state and state.proven:
                break
            first, following = row, begins(line)
            begun = following.name if following else ""
        if following and not following.trial:
            end = row + 1
        state = following
    if state is None or not state.proven:
        return None
    return _Extent(first, end, state.language, begun)


def _may_lead(line: str) -> bool:
    """Whether a line may be one of the few that a header of a traceback continues.

    A shortcut, as a message stands above most headers.
    """
    return "xception" in line or "RemoteTraceback" in line


def _begins_at(text: str, start: int) -> bool:
    """Whether the first trace that is proven begins at an offset, if one does there."""
    if start == 0:
        return True
    if text[start - 1] != "\n":
        return False
    above = text[: start - 1]
    if "\n" not in above and not _may_lead(above):
        return True
    state: State | None = None
    for line in above.encode(errors="replace").split(b"\n"):
        state = step(state, line)
        if state is not None and state.proven:
            return False
    return state is None or continues(state, _HEADER) is None


def exception(text: str) -> Exception_ | None:
    """What the stack trace in a text says.

    Args:
        text: A whole record, or the `stack` of a JSON one; lines end with newlines.

    Returns:
        The exception that was finally reported, with its causes; None if the text holds
        no stack trace. The type is empty where the trace names none. Never raises.
    """
    if "\n" not in text:
        return None
    start = text.find(tracebacks.HEADER)
    if start >= 0 and _begins_at(text, start):
        plain = tracebacks.plain(text, start)
        if plain is not None:
            return plain
    return _line_by_line(text)


def _line_by_line(text: str) -> Exception_ | None:
    """The exception, its lines found by the machine; `tracebacks.plain` knows a shortcut."""
    lines = text.encode(errors="replace").split(b"\n")
    extent = _extent(lines)
    if extent is None:
        return None
    # Rails leaves a line out between what failed and where.
    near = lines[max(0, extent.first - 2) : extent.first]
    above = next((line for line in reversed(near) if line.strip()), b"")
    head = extent.begun in _FRAMES_FIRST and extent.first and lines[extent.first - 1]
    first = extent.first - (1 if head else 0)
    # A Python message may go on with lines that only the record's end tells from others.
    end = len(lines) if extent.language == "python" else extent.end
    trace = [line.decode(errors="replace") for line in lines[first:end]]
    if extent.begun == "javascript.file":
        trace = _error_block(trace)
    return _read(extent.language, trace, above.decode(errors="replace"))


def _read(language: str, trace: list[str], above: str) -> Exception_ | None:
    if language in _AT:
        return throwable.read(language, trace)
    if language == "python":
        return tracebacks.read(trace)
    if language == "go":
        return goroutines.read(trace, above)
    if language == "erlang":
        return terms.read(trace)
    return crashes.read(language, trace, above)


def _error_block(trace: list[str]) -> list[str]:
    """A crash of Node without the file, source and caret that it prints first."""
    carets = (row for row, line in enumerate(trace) if not line.strip(" \t^~"))
    row = next(carets, 0)
    block = list(dropwhile(lambda line: not line.strip(), trace[row + 1 :]))
    # Cut short behind the caret: what was thrown is not told.
    return ["Uncaught " + block[0], *block[1:]] if block else trace
