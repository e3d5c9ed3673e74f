"""Python's tracebacks: outermost frame first, the exception below its frames.

What was printed above a separator ("direct cause", "during handling") is the cause of
what is printed below it. Of an exception group the group itself is read; its members,
which are indented further, are no causes.

Nearly all tracebacks are printed by the interpreter and are of one shape, so `plain` takes
those apart with an expression a frame; `read` knows the others and takes lines one by one.
Where both can, they give the same.

Also read: rich's boxes, loguru's trees of values, syntax errors (whose last place has no
function), traces of another process (`RemoteTraceback`) and fatal errors of the
interpreter, whose frames come innermost first.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from log_mcp.formats.frames import LINE_CHARS_MAX, frame, in_app_short
from log_mcp.formats.throwable import Section, chain
from log_mcp.lazy import lazy
from log_mcp.record import Exception_, Frame

_START: Final = lazy(r"Traceback \((?:most recent call|innermost) last\)")
_CHAIN: Final = lazy(r"The above exception was the direct|During handling of the")
_PLACE: Final = lazy(r'(?:\s*|> )File "([^"]*)", line (\d+)(?:,? in (.*))?')
_RICH_PLACE: Final = lazy(r"[│|] (\S.*?):(\d+)(?: in (\S+))? *[│|]?$")
_RICH_CODE: Final = lazy(r"[│|] [❱>] \d+ (.*?) *[│|]?$")
_LAST: Final = lazy(r"([^\W\d][\w.<>]*)(?:: ?(.*)|$)")
_NOT_CODE: Final = lazy(r"\s*(?:[~^│└├┬ ]*$|\[Previous line|[│└├])")
_FATAL: Final = lazy(r"(Fatal Python error): (.*)")

HEADER: Final = "Traceback (most recent call last):\n"
# A place, perhaps its code, perhaps more below that which is neither: carets, the rest of a
# statement. What `read` or the machine of `stacktrace` could take for something else, by
# its first characters or its length, is left to them.
_FRAME: Final = lazy(
    r"""  File "([^"\n]{1,150})", line ([0-9]{1,9}), in ([^\n]{1,150})\n"""
    r"""(?:    (?!File ")([^\s\d|+~^│└├┬\[][^\n]{0,1900})\n"""
    r"""(?:[ \t]++(?![\d|+]|\s*File ")[^\n]{0,1900}\n)*+)?"""
)
_RAISED: Final = lazy(r"([^\W\d][\w.<>]{0,300})(?:: ?([^\n]{0,1900}))?(?=\n|\Z)")
_AGAIN: Final = "Traceback ("
_make: Final = tuple.__new__  # as `Frame(...)`, in a third of its time
_LINKS: Final = lazy(
    r"\n\n(?:The above exception was the direct cause of the following exception"
    r"|During handling of the above exception, another exception occurred):\n\n"
)
# Lines of a message with which another reading begins.
_ODD: Final = lazy(
    r"(?m)^(?:The above exception was the direct|During handling of the| *[|+])"
    r"|[^\n]{1900}"
)


def plain(text: str, start: int = 0) -> Exception_ | None:
    """The exception of a traceback or a chain of them, as the interpreter prints it.

    Args:
        text: Up to its end all that follows belongs to the message.
        start: Where a line begins that is `HEADER`.

    Returns:
        What `read` gives; None if the traceback is not so plain that this is sure.
    """
    text = text[start:] if start else text
    parts = _LINKS.split(text) if "\n\n" in text else [text]
    sections = [_plain_section(part) for part in reversed(parts)]
    whole = [section for section in sections if section is not None]
    return chain("python", whole) if len(whole) == len(sections) else None


def _plain_section(text: str) -> Section | None:
    if not text.startswith(HEADER) or text.find(_AGAIN, len(HEADER)) > 0:
        return None
    frames: list[Frame] = []
    end, match = len(HEADER), _FRAME.match
    while found := match(text, end):
        file, line, function, code = found.groups()
        own = in_app_short("python", file, function)
        values = (file, int(line), function, own, code and code.strip())
        frames.append(_make(Frame, values))
        end = found.end()
    last = _RAISED.match(text, end)
    if last is None or not frames or ":in " in last[0]:  # as Ruby says where
        return None
    frames.reverse()
    section = Section(frames=frames, name=last[1], text=last[2] or "")
    if last.end() < len(text):
        if _ODD.search(text, last.end()):
            return None
        section.message = text[last.end() + 1 :].split("\n")
        _trim(section)
    return section


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
            section.frames[-1] = section.frames[-1]._replace(code=rich[1].strip())
        elif line[:1].isspace() and not _NOT_CODE.match(line):
            section.frames[-1] = section.frames[-1]._replace(code=line.strip())

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
