"""`SomeError: text` and the frames below it: Java and its kin, JavaScript, C#.

The three share a shape (a head, lines `at function (place)`, heads of causes between
them) and differ in how they say "because of":

- Java: `Caused by:` leads down to the root; `Wrapped by:` (logback, root first) leads up;
  what is `Suppressed:` is indented and no cause;
- JavaScript: `[cause]:` leads down; the members of `[errors]:` are no causes;
- C#: `--->` leads down, all heads before all frames, and the frames of the innermost come
  first, each block closed by `--- End of inner exception stack trace ---`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from log_mcp.formats.frames import LINE_CHARS_MAX, at_frame
from log_mcp.lazy import lazy
from log_mcp.record import Exception_, Frame

FRAMES_MAX: Final = 200  # innermost and outermost halves; recursion prints thousands
CAUSES_MAX: Final = 50  # as deep as anyone looks, and far from Python's own limit
MESSAGE_CHARS_MAX: Final = 16 * 1024

_NAME: Final = r"(?:[\w$]+(?:\.|::|\\))*[\w$]*"
# `TypeError [ERR_X]: text`, `Type[text]`, `Type (text):`, `Type: text`, `Type`.
_AFTER: Final = r"(?: \[\w+\])?(?=: |:?$|\[| \(| ---> |\])"
_TELLING: Final = lazy(
    r"(?<![\w$.\\])(" + _NAME + r"(?:Error|Exception|Throwable|Failure))" + _AFTER
)
_SURE_START: Final = lazy(
    r'Exception in thread "[^"]*" |Unhandled [Ee]xception[.:] '
    r"|Uncaught (?:\(in promise\) )?(?=[A-Z\[])"
    r"|(?:^|\t| )(?:Caused by|Wrapped by|Also|caused by): *"
    r"|\[cause\]: |^---> |\(Inner Exception #\d+\) "
)
_SURE_NAME: Final = lazy(r"\[?([\w$.\\<>`+:]*[\w$>])" + _AFTER)
_DOTTED: Final = lazy(r"(?<![\w$.])((?:[a-z_][\w$]*\.)+[A-Z][\w$]*)(?=: |:?$|\[| \()")
_CAPITAL: Final = lazy(r"(?:^|[-:|\]>)] )([A-Z][\w$]*)(?=: )")
_ALL_HEAD: Final = lazy(
    r"(?:"
    + _SURE_START.pattern
    + r"|"
    + _TELLING.pattern
    + r"|"
    + _DOTTED.pattern
    + r")"
)


@dataclass(slots=True)
class Section:
    """One exception of a chain, while it is read.

    Attributes:
        head: The line that names it.
        message: Lines between head and first frame.
        frames: Innermost first.
        name: Its type where that is not to be read out of the head.
        text: Its message likewise.
    """

    head: str = ""
    message: list[str] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    name: str | None = None
    text: str = ""


def head_of(line: str) -> tuple[str, str]:
    """Type and message of the line that names an exception.

    Args:
        line: Perhaps behind a logging header.

    Returns:
        Both may be empty; the message is the whole line if no type can be told.
    """
    line = line[:LINE_CHARS_MAX].strip()
    sure = _SURE_START.search(line)
    found = _SURE_NAME.match(line, sure.end()) if sure else None
    found = found or _TELLING.search(line)
    if not found:
        # The last dotted name: those before it are loggers.
        found = next(reversed(list(_DOTTED.finditer(line))), None)
    found = found or _CAPITAL.search(line)
    if not found:
        return "", line.removeprefix("Uncaught ")
    rest = line[found.end() :]
    if rest.startswith("[") and "]" in rest:
        rest = rest[1:].rpartition("]")[0]
    elif rest.startswith(" (") and ")" in rest:
        rest = rest[2:].rpartition(")")[0]
    elif line[: found.start(1)].endswith("["):
        rest = rest.removesuffix("{").rstrip().removesuffix("]")
    return found[1], rest.removeprefix(":").partition(" ---> ")[0].strip()


def bounded(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """The innermost and the outermost frames of a trace that may be very deep."""
    if len(frames) <= FRAMES_MAX:
        return tuple(frames)
    half = FRAMES_MAX // 2
    return (*frames[:half], *frames[-half:])


def chain(language: str, sections: Sequence[Section]) -> Exception_ | None:
    """The chain of exceptions; the first is the outer one, each next its cause."""
    if len(sections) > CAUSES_MAX:
        sections = [*sections[: CAUSES_MAX - 1], sections[-1]]
    link: Exception_ | None = None
    for section in reversed(sections):
        name, text = section.name, section.text
        if name is None:
            name, text = head_of(section.head)
        message = "\n".join([text, *section.message])[:MESSAGE_CHARS_MAX]
        link = Exception_(
            name, message.strip("\n").rstrip(), language, bounded(section.frames), link
        )
    return link


def read(language: str, lines: Sequence[str]) -> Exception_ | None:
    """The exception of one trace.

    Args:
        language: `java`, `javascript` or `csharp`.
        lines: The trace, head first.
    """
    if language == "csharp":
        return chain(language, _csharp_sections(lines))
    downwards = _sections(language, _own_lines(lines))
    return chain(language, downwards)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


# What, as deep as the line that opened the aside, still belongs to it.
_ASIDE: Final = lazy(r"Caused by:|\.\.\.|\]|Suppressed:")


def _own_lines(lines: Sequence[str]) -> Iterator[str]:
    """The lines without those of suppressed exceptions and of members of a group."""
    aside: int | None = None  # indentation of what opened the aside
    for line in lines:
        text = line.lstrip()
        if aside is not None:
            deep = len(line) - len(text)
            if (
                deep > aside
                or not text
                or (deep == aside and deep and _ASIDE.match(text))
            ):
                continue
            aside = None
        if text.startswith(("Suppressed:", "[errors]:")):
            aside = _indent(line)
        else:
            yield line


_CAUSE: Final = lazy(r"[ \t]*(?:\[cause\]|Caused by|caused by|cause): *\S")
_NOT_MESSAGE: Final = lazy(
    r"\s*(?:\.\.\. \d+ |[}\])]+,?$|\[CIRCULAR|Node\.js v\d|Original Stack Trace)"
)


def _sections(language: str, lines: Iterator[str]) -> list[Section]:
    """Outermost first."""
    current = Section()
    sections = [current]
    for line in lines:
        found = at_frame(language, line)
        if found:
            if not current.frames:
                _prefer_lower_head(current)
            current.frames.append(found)
        elif line.startswith("Wrapped by: "):
            current = Section(line)
            sections.insert(0, current)
        elif _CAUSE.match(line):
            current = Section(line)
            sections.append(current)
        elif not current.head and not current.frames:
            current.head = line
        elif current.head.endswith("{") or current.frames:
            continue  # properties of the object that is the error
        elif not _NOT_MESSAGE.match(line):
            current.message.append(line)
    return sections


def _prefer_lower_head(section: Section) -> None:
    """A line that is all head, just above the frames, beats one with prose before it."""
    if section.message and not _ALL_HEAD.match(section.head):
        below = section.message[-1]
        if _ALL_HEAD.match(below):
            section.head, section.message = below, []


def _csharp_sections(lines: Sequence[str]) -> list[Section]:
    """Outermost first."""
    sections: list[Section] = []
    open_ = 0  # index of the section whose frames come
    for line in lines:
        found = at_frame("csharp", line)
        text = line.strip()
        if found and sections:
            sections[open_].frames.append(found)
        elif text.startswith("--- End of inner"):
            open_ = max(0, open_ - 1)
        elif text.startswith("---> (Inner Exception #"):
            continue  # members of an aggregate: the first was told as its cause
        elif text.startswith("---> ") or not sections:
            heads = text.split(" ---> ")
            sections += [
                Section("---> " + head if i else head) for i, head in enumerate(heads)
            ]
            open_ = len(sections) - 1
        elif not sections[open_].frames and not text.startswith("---"):
            head, *inner = text.split(" ---> ")
            sections[open_].message.append(head)
            sections += [Section("---> " + head) for head in inner]
            open_ = len(sections) - 1
    return sections
