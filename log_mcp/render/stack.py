"""A stack trace as a person would tell it: what went wrong at the root, and where in our code.

The root cause and the deepest frame of the application come first, since they must survive
any budget; then the other frames of the application from the inside out, library frames
counted; then what the failure turned into on its way up.
"""

from typing import Final

from log_mcp.failure import ExceptionRow, FrameRow
from log_mcp.render import fence
from log_mcp.render.page import Line, shorten

_LIBRARY_FRAMES: Final = 3  # shown of an exception without a frame of the application


def lines(exception: ExceptionRow, width: int = 500) -> list[Line]:
    """The trace, most important line first; the first two are never to be cut.

    Args:
        exception: The outermost one.
        width: Characters of one message, at most.
    """
    links = chain(exception)
    root = links[0]
    told = [_said("root cause: ", root, width)]
    place = deepest(links)
    if place is not None:
        name = "in-app" if place.in_app else "library"
        told.append(_frame(f"deepest {name} frame: at ", place))
    for number, link in enumerate(links):
        if number:
            told.append(_said("which led to: ", link, width))
        told += _frames(link, place)
    return told


def chain(exception: ExceptionRow) -> list[ExceptionRow]:
    """The exception and its causes, the root cause first."""
    links = [exception]
    while links[-1].cause is not None:
        links.append(links[-1].cause)
    return links[::-1]


def deepest(links: list[ExceptionRow]) -> FrameRow | None:
    """The innermost frame of the application, looked for from the root cause outwards.

    Without any, the innermost frame of the root cause.
    """
    for link in links:
        for frame in link.frames:
            if frame.in_app:
                return frame
    return next((frame for link in links for frame in link.frames), None)


def _frames(exception: ExceptionRow, told: FrameRow | None) -> list[Line]:
    """In-app frames from the inside out, runs of library frames folded into a count."""
    own = [frame for frame in exception.frames if frame.in_app]
    if not own:
        own = exception.frames[:_LIBRARY_FRAMES]
    library = len(exception.frames) - len(own)
    shown = [_frame("  at ", frame) for frame in own if frame is not told]
    if library:
        shown.append(Line(f"  (+{library} library)"))
    return shown


def said(exception: ExceptionRow) -> str:
    """Type and message as one line, without what only points at another line."""
    message = " ".join(
        line.strip()
        for line in exception.message.splitlines()
        if line.strip(" ^~\t") or "\n" not in exception.message
    )
    if not message:
        return exception.type
    return f"{exception.type}: {message}" if exception.type else message


def _said(start: str, exception: ExceptionRow, width: int) -> Line:
    text = said(exception)
    flagged = fence.instructs(text)
    mark = f"{fence.MARK} " if flagged else ""
    return Line(start + mark + shorten(fence.visible(text), width), flagged)


def _frame(start: str, frame: FrameRow) -> Line:
    place = frame.file or "(unknown file)"
    if frame.line is not None:
        place += f":{frame.line}"
    if frame.function:
        place += f" in {frame.function}"
    text = shorten(fence.visible(place), 300)
    if frame.code:
        text += f" | {shorten(fence.visible(frame.code.strip()), 200)}"
    flagged = fence.instructs(f"{place} {frame.code or ''}")
    return Line(start + (f"{fence.MARK} " if flagged else "") + text, flagged)
