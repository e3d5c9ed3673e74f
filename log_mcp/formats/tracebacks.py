"""Python's tracebacks: outermost frame first, the exception below its frames.

What was printed above a separator ("direct cause", "during handling") is the cause of
what is printed below it. Of an exception group the group itself is read; its members,
which are indented further, are no causes.

Also read: rich's boxes, loguru's trees of values, syntax errors (whose last place has no
function), traces of another process (`RemoteTraceback`) and fatal errors of the
interpreter, whose frames come innermost first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from log_mcp.formats.frames import LINE_CHARS_MAX, frame
from log_mcp.formats.throwable import Section, chain
from log_mcp.lazy import lazy
from log_mcp.record import Exception_

_START: Final = lazy(r"Traceback \((?:most recent call|innermost) last\)")
_CHAIN: Final = lazy(r"The above exception was the direct|During handling of the")
_PLACE: Final = lazy(r'(?:\s*|> )File "([^"]*)", line (\d+)(?:,? in (.*))?')
_RICH_PLACE: Final = lazy(r"[│|] (\S.*?):(\d+)(?: in (\S+))? *[│|]?$")
_RICH_CODE: Final = lazy(r"[│|] [❱>] \d+ (.*?) *[│|]?$")
_LAST: Final = lazy(r"([^\W\d][\w.<>]*)(?:: ?(.*)|$)")
_NOT_CODE: Final = lazy(r"\s*(?:[~^│└├┬ ]*$|\[Previous line|[│└├])")
_FATAL: Final = lazy(r"(Fatal Python error): (.*)")


def _top_level(lines: Sequence[str]) -> Iterator[str]:
    """The lines without the gutter of exception groups, members left out."""
    for line in lines:
        if not line.startswith("  |") and not line.startswith("  +"):
            if not line.startswith("    |") and not line.lstrip().startswith("+-"):
                yield line
        elif not line.startswith("  +-"):
            yield line[4:]


class _Reader:
    """Sections of a chain, in the order printed."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self.section: Section | None = None  # None: above the first traceback

    def header(self) -> bool:
        """Another traceback begins; False if it belongs to no chain with this one."""
        if self.section is not None and self.section.name is not None:
            return False
        if self.section is None:
            self.section = Section()
        return True

    def line(self, line: str) -> None:
        """A line that is no header and no separator."""
        place = _PLACE.match(line) or _RICH_PLACE.match(line)
        if self.section is None:
            # Behind a logging header, where a script that cannot be parsed begins so.
            place = place or _PLACE.match(line, max(0, line.find('File "')))
            if place is None:
                return
            self.section = Section()
        section = self.section
        if section.name is not None:
            section.message.append(line)
        elif place is not None:
            section.frames.append(frame("python", place[1], place[2], place[3]))
        elif line[:1].isspace() or line[:1] in "│|╭╰":
            self._code(section, line)
        else:
            last = _LAST.match(line)
            if last is not None:
                section.name, section.text = last[1], last[2] or ""

    def _code(self, section: Section, line: str) -> None:
        rich = _RICH_CODE.match(line)
        if not section.frames or section.frames[-1].code is not None:
            return
        if rich:
            section.frames[-1] = replace(section.frames[-1], code=rich[1].strip())
        elif line[:1].isspace() and not _NOT_CODE.match(line):
            section.frames[-1] = replace(section.frames[-1], code=line.strip())

    def separate(self) -> None:
        """What was read so far is the cause of what comes."""
        if self.section is not None:
            _trim(self.section)
            self.sections.append(self.section)
        self.section = None


def _trim(section: Section) -> None:
    """The message ends where other things are printed below it."""
    for row, line in enumerate(section.message):
        if line in {'"""', "'''"} or line.startswith("Stack (most recent call last"):
            del section.message[row:]
            break


def read(lines: Sequence[str]) -> Exception_ | None:
    """The exception of a traceback or a chain of them.

    Args:
        lines: From the first line of the trace on.
    """
    fatal = next((m for m in map(_FATAL.search, lines[:1]) if m), None)
    reader = _Reader()
    if fatal:
        reader.section = Section()
    for line in _top_level(lines):
        text = line[:LINE_CHARS_MAX]
        if _CHAIN.match(text):
            reader.separate()
        elif _START.search(text):
            if not reader.header():
                break
        else:
            reader.line(text)
    reader.separate()
    for section in reader.sections:
        section.name = section.name or ""
        section.frames.reverse()
    if fatal and reader.sections:
        reader.sections[0].frames.reverse()
        reader.sections[0].name, reader.sections[0].text = fatal[1], fatal[2]
    return chain("python", reader.sections[::-1])
