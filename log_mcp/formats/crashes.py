"""The other languages: a row says how each writes heads and frames.

Read by one loop: a line is a frame, or the place of the frame above it, or a head, or
goes on with the message of the head above it as long as no frame was seen. A head below
frames is another exception of the chain: for some languages the cause of what stands
above it, for others what it led to (`down` tells).
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from log_mcp.formats.frames import LINE_CHARS_MAX, frame
from log_mcp.formats.throwable import Section, chain, head_of
from log_mcp.lazy import lazy
from log_mcp.record import Exception_


class Language(NamedTuple):
    """How a language prints what failed.

    Attributes:
        heads: Expressions with the groups `type`, `message`, `file`, `line` and
            `function`, of which only those named count; tried in this order.
        frame: Expression with `file`, `line`, `function`.
        place: Expression of the line below a frame that tells its file and line.
        default: The type where the head tells none; empty to look for `SomeError: text`.
        down: Whether a later head is the cause of an earlier one.
        single: Whether only the first run of frames belongs to the exception, as where
            other threads follow.
        cause: Expression of the lines below `Caused by:`, one a cause, with `message`.
        brief: Whether a blank line ends the message, as where source lines follow.
    """

    heads: tuple[re.Pattern[str], ...]
    frame: re.Pattern[str]
    place: re.Pattern[str] | None = None
    default: str = ""
    down: bool = True
    single: bool = False
    cause: re.Pattern[str] | None = None
    brief: bool = False


def _row(*heads: str, frame: str, place: str = "", **more: object) -> Language:
    return Language(
        tuple(map(lazy, heads)),
        lazy(frame),
        lazy(place) if place else None,
        **more,  # type: ignore[arg-type]  # names checked by the dataclass
    )


_RUBY_FRAME: Final = (
    r"\s*(?:\d+: )?(?:from )?(?P<file>\S[^:]*(?::[^:]+)?):(?P<line>\d+):in"
    r" [`'](?P<function>[^']*)'?$"
)
_IN: Final = r" in (?P<file>\S[^:]*(?::\\[^:]*)?):(?P<line>\d+)"

LANGUAGES: Final = {
    "php": _row(
        r"Uncaught (?:exception )?'?(?P<type>[\w\\]+)'?: (?P<message>.*)" + _IN,
        r"exception '(?P<type>[\w\\]+)' with message '(?P<message>.*)'" + _IN,
        r"\[object\] \((?P<type>[\w\\]+)\(code: \w+\): (?P<message>.*) at"
        r" (?P<file>[^\s:]+):(?P<line>\d+)\)",
        r"Next (?P<type>[\w\\]+): (?P<message>.*)" + _IN,
        r"Uncaught (?:exception )?'?(?P<type>[\w\\]+)'?(?:: (?P<message>.*)|$)",
        r"(?P<type>[\w\\]+(?:Exception|Error)): (?P<message>.*)" + _IN,
        r"(?P<type>(?:Fatal|Parse) error): +(?P<message>.*) in (?P<file>\S+) on line"
        r" (?P<line>\d+)",
        frame=r"\s*(?:#\d+ |PHP +\d+\. )(?:(?P<file>[^{\[].*?)[(:](?P<line>\d+)\)?:? ?"
        r"|\[internal function\]: )?(?P<function>[^(]*)",
        down=False,
    ),
    "ruby": _row(
        r"(?<!\S)(?P<file>[^\s:]+):(?P<line>\d+):in [`'](?P<function>[^']*)': (?P<message>.*)"
        r" \((?P<type>[A-Z][\w:]*)\)$",
        r"(?<!\S)(?P<file>[^\s:]+):(?P<line>\d+):in [`'](?P<function>[^']*)': (?P<message>\S.*)",
        r"^.*?(?P<type>[A-Z][\w:]*) \((?P<message>.*)\):?$",
        r"^(?P<message>.*\S) \((?P<type>[A-Z][\w:]*(?:Error|Exception))\)$",
        frame=_RUBY_FRAME,
        brief=True,
    ),
    "rust": _row(
        r"thread '.*?' (?:\(\d+\) )?(?P<type>panic)ked at '(?P<message>.*)',"
        r" (?P<file>\S+?):(?P<line>\d+):\d+",
        r"thread '.*?' (?:\(\d+\) )?(?P<type>panic)ked at (?P<file>\S+?):(?P<line>\d+):\d+:",
        r"thread '.*?' has overflowed its (?P<type>stack)",
        r"^.*?\b(?P<type>Error): (?P<message>.*)",
        frame=r"\s+\d+: +(?:0x[0-9a-f]+ - )?(?P<function>[\w<_{].*)",
        place=r"\s+at (?P<file>\S+?):(?P<line>\d+)(?::\d+)?$",
        cause=lazy(r"\s+(?:\d+: )?(?P<message>\S.*)"),
        default="panic",
    ),
    "dart": _row(
        r"^(?P<type>[\w$]*(?:Exception|Error))(?: \([^)]*\))?(?:: (?P<message>.*)|$)",
        r"Unhandled Exception: (?P<type>[\w$]+)(?: \([^)]*\))?: (?P<message>.*)",
        r"^Instance of '(?P<type>[\w$]+)'(?P<message>)",
        r"^The following (?P<type>[\w$]+)(?: object)? was thrown(?P<message>)",
        frame=r"#\d+ +(?P<function>\S.*?) \((?P<file>(?:[a-z]+:|package:)[^)]*?)"
        r"(?::(?P<line>\d+))?(?::\d+)?\)$",
    ),
    "elixir": _row(
        r"\*\* \((?P<type>[\w.]+)\) (?P<message>.*)",
        r"\*\* \((?P<type>EXIT) from [^)]*\) (?P<message>.*)",
        frame=r" +(?P<file>(?:\([^)]+\) )?[^\s:()]\S*?):(?P<line>\d+): (?P<function>\S.*)"
        r"| +(?P<call>:[\w.+*/<>=-]+\(.*\))$",
    ),
    "swift": _row(
        r"\*\*\* Terminating app due to uncaught exception '(?P<type>[^']+)',"
        r" reason: '(?P<message>.*)'$",
        r"Error raised at top level: Error Domain=(?P<type>\S+) (?P<message>.*)",
        r"Error raised at top level: (?P<type>(?:\w+\.)*[A-Z]\w*)\.?(?P<message>.*)",
        r"(?<!\S)(?P<file>[^\s:]+\.swift):(?P<line>\d+): (?P<type>Fatal error): (?P<message>.*)",
        r"(?P<type>Fatal error): (?P<message>.*): file (?P<file>\S+), line (?P<line>\d+)$",
        r"(?P<type>Fatal error): (?P<message>.*)",
        r"\*\*\* (?P<type>Program crashed): (?P<message>.*) \*\*\*",
        frame=r"\s*\d+ +(?:\[\w+\] )*(?:(?P<unit>[^\s\[]\S*) +)?0x[0-9a-f]+ (?P<function>.*?)"
        r"(?: \+ \d+)?(?: in \S+(?: at (?P<file>\S+?):(?P<line>\d+)(?::\d+)?)?)?$",
    ),
    "lua": _row(
        r"(?:^|\s)lua\S*: (?P<message>(?P<file>[^:]+):(?P<line>\d+): .*)",
        r"(?P<message>(?<!\S)(?P<file>[^\s:]+\.lua):(?P<line>\d+): .*)",
        frame=r"\s+(?P<file>[^:]+):(?:(?P<line>\d+):)? in (?P<function>.*)",
        default="error",
    ),
    "perl": _row(
        r"(?P<message>.* at (?P<file>\S+) line (?P<line>\d+)(?:, <\w+> line \d+)?\.?)$",
        frame=r"\s+(?P<function>[^\s(]+).* called at (?P<file>\S+) line (?P<line>\d+)",
        default="die",
    ),
    "cpp": _row(
        r"(?P<type>\w+Sanitizer: [\w-]+(?: race| memory leaks)?)(?P<message>)",
        r"WARNING: (?P<type>DATA RACE)(?P<message>)",
        r"(?<!\S)(?P<file>[^\s:]+):(?P<line>\d+):\d+: (?P<type>runtime error): (?P<message>.*)",
        r"terminate called after throwing an instance of '(?P<type>[^']+)'",
        r"(?P<type>terminate) called (?P<message>.*)",
        r"^==\d+== (?P<type>[A-Z]\w+(?: \w+)*)(?P<message>)",
        frame=r"\s*#\d+ (?:0x[0-9a-f]+ )?(?:in )?(?P<function>\S.*?)(?: (?P<file>[./][^\s:]*)"
        r"(?::(?P<line>\d+))?(?::\d+)?)?$"
        r"|==\d+== +(?:at|by) 0x[0-9A-F]+: (?P<call>.*?)(?: \((?:in )?(?P<unit>[^():]+)"
        r"(?::(?P<row>\d+))?\))?$",
        single=True,
    ),
}
# What Dart prints instead of a type.
_DART: Final = {
    "Bad state: ": "StateError",
    "Unsupported operation: ": "UnsupportedError",
    "Invalid argument(s)": "ArgumentError",
    "Invalid argument": "ArgumentError",
    "Concurrent modification during iteration": "ConcurrentModificationError",
    "Stack Overflow": "StackOverflowError",
    "Out of Memory": "OutOfMemoryError",
    "type '": "TypeError",
    "Assertion failed": "AssertionError",
    "UnimplementedError": "UnimplementedError",
}
# What is printed in the place of a type.
_PRINTED: Final = {"assertion": "FlutterError", "_TypeError": "TypeError"}
_LEAD: Final = lazy(
    r"(?:Unhandled exception:|={10,}|\u2561 EXCEPTION CAUGHT BY .*|Traceback \(most recent call last\):"
    r"|an exception was raised:)$"
)  # above the head
_NOT_MESSAGE: Final = lazy(
    r"(?:[Ss]tack (?:trace|backtrace|traceback):|note:|Unhandled exception:$|={10,}$|\[stacktr"
    r"|PHP Stack trace|Caused by:$|  thrown in|Aborted|READ of|WRITE of|Last message|Current stack trace:|The relevant error|When the exception was thrown|\*\*\* (?:F|Program))"
)


def _prose(line: str) -> tuple[str, str]:
    """Type and message of an error that Dart prints as a sentence."""
    name = next((name for text, name in _DART.items() if line.startswith(text)), "")
    return name, line


# Dart, where the message does not name the type but the function that throws it does.
_THROWER: Final = lazy(r"_?(\w+(?:Error|Exception))\._throw")


class _Reader:
    """Sections of a chain, in the order printed."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.row = LANGUAGES[language]
        self.sections: list[Section] = []
        self.below = False  # frames of the last section were seen
        self.told = False  # its message is complete
        self.causes = False  # lines below `Caused by:` are read
        self.ended = False

    def line(self, line: str) -> None:
        """One more line of the trace."""
        if not line.strip():
            self.ended = self.row.single and self.below
            self.told = self.told or self.row.brief
        elif not self.sections and _LEAD.search(line):
            return
        elif self._cause(line) or self._place(line) or self._frame(line):
            self.below = True
        elif (self.below or not self.sections) and self._head(line):
            self.below = self.told = False
        elif self.sections and not self.below and not self.told:
            self.told = _NOT_MESSAGE.match(line) is not None
            if not self.told:
                self._message(line)

    def _message(self, line: str) -> None:
        section = self.sections[-1]
        what = line.removeprefix("  what():  ")
        if section.text:
            section.message.append(what)
        else:
            section.text = what

    def _cause(self, line: str) -> bool:
        """`Caused by:`, or a line below it that is a cause."""
        if self.row.cause is None or not self.sections:
            return False
        found = self.row.cause.match(line) if self.causes else None
        if found:
            self.sections.append(
                Section(name=self.sections[0].name, text=found["message"])
            )
            return True
        self.causes = line == "Caused by:"
        return self.causes

    def _place(self, line: str) -> bool:
        """The line below a frame that tells where it is."""
        if self.row.place is None or not self.below:
            return False
        found = self.row.place.match(line)
        if found:
            frames = self.sections[-1].frames
            frames[-1] = frame(
                self.language, found["file"], found["line"], frames[-1].function
            )
        return found is not None

    def _frame(self, line: str) -> bool:
        found = self.row.frame.match(line)
        if found is None:
            return False
        groups = found.groupdict()
        file = groups.get("file") or groups.get("unit")
        number = groups.get("line") or groups.get("row")
        function = groups.get("function") or groups.get("call")
        if not self.sections:
            self.sections.append(Section(name=self.row.default))
        section = self.sections[-1]
        section.frames.append(frame(self.language, file, number, function))
        thrower = _THROWER.match(function or "") if not section.name else None
        if thrower:
            section.name = thrower[1]
        return True

    def _head(self, line: str) -> bool:
        found = next((m for m in (h.search(line) for h in self.row.heads) if m), None)
        if found is None:
            if self.below:
                return False
            name, text = _prose(line) if self.language == "dart" else head_of(line)
            self.sections.append(Section(name=name or self.row.default, text=text))
            return True
        groups = found.groupdict()
        name = groups.get("type") or self.row.default
        section = Section(
            name=_PRINTED.get(name, name).replace("\\\\", "\\"),
            text=groups.get("message") or "",
        )
        if groups.get("file"):
            section.frames.append(
                frame(
                    self.language,
                    groups["file"],
                    groups["line"],
                    groups.get("function"),
                )
            )
        if self.sections and not self.sections[-1].name:
            # Ruby once printed the outermost call first and the head last.
            section.frames += reversed(self.sections.pop().frames)
        self.sections.append(section)
        return True

    def above(self, line: str) -> None:
        """The line above a trace that began with frames."""
        frames = self.sections.pop().frames
        self._head(line)
        self.sections[-1].frames += frames


def read(language: str, lines: Sequence[str], above: str) -> Exception_ | None:
    """The exception of one trace.

    Args:
        language: A key of `LANGUAGES`.
        lines: The trace, head first.
        above: The line above the trace; empty if there is none.
    """
    reader = _Reader(language)
    for line in lines:
        reader.line(line[:LINE_CHARS_MAX])
        if reader.ended:
            break
    sections = reader.sections
    if len(sections) == 1 and above and not (sections[0].name or sections[0].text):
        reader.below = False
        reader.above(above[:LINE_CHARS_MAX])
    return chain(language, sections if reader.row.down else sections[::-1])
