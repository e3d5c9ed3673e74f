"""An exception as the tools and `parse` show it.

Apart from the other results (`answer`), for `parse` needs no more of them.
"""

from dataclasses import dataclass, field
from typing import Final

from log_mcp.record import Exception_

FRAMES_MAX: Final = 60


@dataclass(slots=True)
class FrameRow:
    """One call of a stack trace; `code` is the source line the trace itself prints."""

    file: str | None
    line: int | None
    function: str | None
    in_app: bool
    code: str | None = None


@dataclass(slots=True)
class ExceptionRow:
    """An exception and, through `cause`, what led to it; frames innermost first."""

    type: str
    message: str
    language: str
    frames: list[FrameRow] = field(default_factory=list)
    cause: "ExceptionRow | None" = None


def exception_row(exception: Exception_ | None) -> ExceptionRow | None:
    """An exception of an answer, with its causes."""
    if exception is None:
        return None
    frames = [
        FrameRow(f.file, f.line, f.function, f.in_app, f.code)
        for f in exception.frames[:FRAMES_MAX]
    ]
    cause = exception_row(exception.cause)
    return ExceptionRow(
        exception.type, exception.message, exception.language, frames, cause
    )
