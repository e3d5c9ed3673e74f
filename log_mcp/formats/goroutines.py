"""Go: `panic: text`, then the goroutines, each call in two lines.

Only the first goroutine is the one that failed. Loggers print stacks without goroutine
and arguments (`main.serve`, then its place); then what failed is the line above, and its
type is `error`, as Go has no other name for it. Of `panic: a [recovered]` and the panic
below it, the first is the cause.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from log_mcp.formats.frames import LINE_CHARS_MAX, frame
from log_mcp.formats.throwable import Section, chain
from log_mcp.lazy import lazy
from log_mcp.record import Exception_, Frame

_HEAD: Final = lazy(
    r"(?:\bhttp: )?\b(?P<type>panic|fatal error)(?:: | serving \S+: )(?P<message>.*)"
    r"|^(?P<signal>SIG[A-Z]+): (?P<text>.*)"
)
_PLACE: Final = lazy(r"\s+(\S[^:]*(?::[^:\d][^:]*)?):(\d+)")
_GOROUTINE: Final = lazy(r"goroutine \d+ ")


def _function(line: str) -> str:
    """The call without arguments: `main.(*order).total(0x1)` -> `main.(*order).total`."""
    name = line.strip().removeprefix("created by ").partition(" in goroutine ")[0]
    if not name.endswith(")"):
        return name
    depth = 0
    for index in range(len(name) - 1, 0, -1):
        depth += (name[index] == ")") - (name[index] == "(")
        if not depth:
            return name[:index]
    return name


def _frames(lines: Sequence[str]) -> list[Frame]:
    """Of the first goroutine that has any."""
    found: list[Frame] = []
    for above, line in pairwise(lines):
        place = _PLACE.match(line)
        if place and above[:1].strip():
            found.append(frame("go", place[1], place[2], _function(above)))
        elif found and (not line.strip() or _GOROUTINE.match(line)):
            break
    return found


def read(lines: Sequence[str], above: str) -> Exception_ | None:
    """The exception of one trace.

    Args:
        lines: The trace, head first.
        above: The line above the trace; empty if there is none.
    """
    lines = [line[:LINE_CHARS_MAX] for line in lines]
    frames = _frames(lines)
    sections: list[Section] = []
    for line in lines:
        head = _HEAD.search(line)
        if _GOROUTINE.match(line) or line.startswith("[signal ") or _PLACE.match(line):
            break
        if head:
            name = head["type"] or head["signal"]
            said = head["message"] or head["text"] or ""
            sections.append(Section(name=name, text=said))
        elif sections:
            sections[-1].message.append(line)
    if not sections:
        crashed = "panic" in above or any(f.function == "panic" for f in frames)
        sections.append(
            Section(name="panic" if crashed else "error", text=above.strip())
        )
    for section in sections[:-1]:
        section.text = section.text.removesuffix(" [recovered]")
    sections[-1].frames = frames
    return chain("go", sections[::-1])
