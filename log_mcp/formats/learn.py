"""A header that no row of the table knows, learned from the lines of one file.

Operations we want: a `Row` for a file whose lines share a layout of their own.

Plan: the begin of each line is words between punctuation, its time one of the words. As
long as nearly all lines have the same punctuation at a place, what stands between is a
column. A column of times is the time, a column of words for levels (or of their letters)
is the level, digits are a process, names with dots a logger. The header ends behind the
last of time and level, or with a column behind them that punctuation sets apart from the
message.

Doubtful cases:

- spaces beside punctuation and the length of a run of them do not count: they align;
- a slash or a colon may be part of a name or stand between two of them: what finds a
  level is right;
- letters are levels only if there are two kinds of them, or punctuation around;
- numbers are no levels: on which scale they count no one can tell.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from log_mcp.formats.columns import Context
from log_mcp.formats.header import place_of
from log_mcp.formats.headers import LETTERS, TIME_MARK, WORDS, Row
from log_mcp.lazy import lazy

NAME: Final = "learned"
_LINES_MIN: Final = 4  # fewer agree by chance
_LINES_MAX: Final = 200
_SHARE: Final = 0.9  # of the lines that must agree
_COLUMNS_MAX: Final = 16
_WORD_BYTES_MAX: Final = 200
_BEHIND_MAX: Final = 3  # columns behind time and level
_HEADER_BYTES_MAX: Final = 240
# Words, with less and with more in them.
_WORD: Final = rb"[\w$@](?:[\w.$@+-]*[\w$])?"
_NARROW: Final = lazy(rb"\x00|" + _WORD, re.ASCII)
_WIDE: Final = lazy(rb"\x00|" + _WORD + rb"(?:(?:::?|/)" + _WORD + rb")*", re.ASCII)
_LEVEL: Final = lazy(rb"(?i:%s)" % WORDS)
_LETTER: Final = lazy(rb"[%s]" % LETTERS)
_DOTTED: Final = lazy(rb"[A-Za-z_$][\w$]*(?:[.:/]+[\w$<>-]+)+", re.ASCII)
_SECONDS: Final = lazy(
    rb"([^0-9A-Za-z]{0,3})(?:[0-9]{10}(?:\.[0-9]{1,9})?|[0-9]{13})(?![0-9])"
)
_THREAD: Final = lazy(rb"(?i:.*(?:thread|worker|pool|exec|main|loop|task).*)")
_KEY: Final = lazy(rb"[A-Za-z_]\w{0,30}", re.ASCII)
_CALLED: Final = {"digits": ["pid", "thread"], "dotted": ["logger"]}
_RESERVED: Final = frozenset({"time", "level", "message", "status"})


class _Line(NamedTuple):
    """A line taken apart: what stands before each word, and the words."""

    gaps: list[bytes]
    words: list[bytes]


@dataclass(slots=True)
class _Column:
    """What stands at one place of the lines.

    Attributes:
        gap: The punctuation before it.
        kind: `time`, `level`, `letter`, `digits`, `dotted` or `word`.
        words: In the lines.
    """

    gap: bytes
    kind: str
    words: list[bytes]


def _gap(text: bytes) -> bytes:
    """Punctuation without the spaces that align it; one space where there is no other."""
    return text.replace(b" ", b"").replace(b"\t", b"") or text[:1].replace(b"\t", b" ")


def _apart(line: bytes, word: re.Pattern[bytes]) -> _Line:
    gaps, words, at = [], [], 0
    for found in word.finditer(line):
        gaps.append(_gap(line[at : found.start()]))
        words.append(found[0])
        at = found.end()
        if len(words) > _COLUMNS_MAX:
            break
    gaps.append(_gap(line[at : at + 8]))
    return _Line(gaps, words)


def _share(words: Sequence[bytes], pattern: re.Pattern[bytes]) -> bool:
    return sum(map(bool, map(pattern.fullmatch, words))) >= _SHARE * len(words)


def _kind(words: Sequence[bytes], apart: bool) -> str:
    if words.count(TIME_MARK) >= _SHARE * len(words):
        return "time"
    if _share(words, _LEVEL):
        return "level"
    if _share(words, _LETTER) and (apart or len(set(words)) > 1):
        return "letter"
    if all(word.isdigit() for word in words):
        return "digits"
    if _share(words, _DOTTED):
        return "dotted"
    return "word"


def _columns(lines: Sequence[bytes], word: re.Pattern[bytes]) -> list[_Column]:
    """The columns that nearly all lines share, and the gap behind them as the last one."""
    apart = [_apart(line, word) for line in lines]
    enough = _SHARE * len(lines)
    columns: list[_Column] = []
    for at in range(_COLUMNS_MAX):
        having = [line for line in apart if len(line.words) > at]
        gap, count = (
            Counter(line.gaps[at] for line in apart if len(line.gaps) > at).most_common(
                1
            )[0]
            if apart
            else (b"", 0)
        )
        if count < enough:
            return columns
        apart = [line for line in having if line.gaps[at] == gap]
        if len(apart) < enough:
            break
        words = [line.words[at] for line in apart]
        after = {line.gaps[at + 1] for line in apart}
        set_apart = bool(gap.strip()) and all(gap.strip() for gap in after)
        columns.append(_Column(gap, _kind(words, set_apart), words))
    return columns


def _end(columns: Sequence[_Column]) -> int:
    """How many of the columns are the header; 0 if there is none."""
    stating = [
        at
        for at, column in enumerate(columns)
        if column.kind in {"time", "level", "letter"}
    ]
    kinds = {columns[at].kind for at in stating}
    if "time" not in kinds or not kinds & {"level", "letter"}:
        return 0
    # The first of each: later ones stand in messages.
    time = next(at for at in stating if columns[at].kind == "time")
    level = next(at for at in stating if columns[at].kind != "time")
    end = max(time, level) + 1
    for at in range(end, min(end + _BEHIND_MAX, len(columns) - 1)):
        column, behind = columns[at], columns[at + 1].gap.strip()
        if behind == b"=" or column.gap == b"=":
            break
        set_apart = bool(behind) and (column.kind != "word" or bool(column.gap.strip()))
        if set_apart or column.kind == "dotted":
            end = at + 1
        elif column.kind != "digits":
            break  # the first word of a message
    return end


def _punctuation(gap: bytes) -> bytes:
    if not gap.strip():
        return b"[ \\t]+" if gap else b""
    return (
        b" *"
        + b" *".join(re.escape(gap[at : at + 1]) for at in range(len(gap)))
        + b" *"
    )


def _layout(columns: Sequence[_Column], closing: bytes) -> bytes:
    """The columns as a row's layout."""
    parts: list[bytes] = []
    named: set[str] = set()
    for at, column in enumerate(columns):
        gap = _punctuation(column.gap)
        parts.append(gap.removeprefix(b" *") if at == 0 else gap)
        if column.kind in {"time", "level", "letter"} and column.kind not in named:
            named |= {"time"} if column.kind == "time" else {"level", "letter"}
            parts.append(b"<%s>" % column.kind.encode())
            continue
        digits = column.kind == "digits"
        names = _names(columns, at)
        name = next((name for name in names if name not in named), "")
        named.add(name)
        behind = columns[at + 1].gap if at + 1 < len(columns) else closing
        pattern = rb"[0-9]+" if digits else _word(column.words, behind)
        parts.append(b"(?%s%s)" % (b"P<%s>" % name.encode() if name else b":", pattern))
    parts.append(_punctuation(closing) if closing.strip() else b"(?:[ \\t]+|$)")
    return b"".join(parts)


def _word(words: Sequence[bytes], behind: bytes) -> bytes:
    """What a column holds: all up to the punctuation behind it, if no word has that.

    So a line is read in one way only, and one that does not fit is soon given up.
    """
    mark = behind.strip()[:1]
    if not mark or any(mark in word for word in words):
        mark = b""
    return rb"[^\s\[\](){}<>|;,=%s]{1,%d}?" % (re.escape(mark), _WORD_BYTES_MAX)


def _names(columns: Sequence[_Column], at: int) -> list[str]:
    """What a column may be called, best first."""
    column = columns[at]
    if at and column.gap == b"=" and len(set(columns[at - 1].words)) == 1:
        key = columns[at - 1].words[0]
        if _KEY.fullmatch(key) and key.decode() not in _RESERVED:
            return [key.decode()]
    if at + 1 < len(columns) and columns[at + 1].gap == b"=":
        return []  # itself the key of what follows
    if column.kind in _CALLED:
        return _CALLED[column.kind]
    if _share(column.words, _THREAD):
        return ["thread"]
    if len(set(column.words)) > 1:
        return []
    follows = columns[at + 1 : at + 2]
    before_pid = any(one.kind == "digits" and one.gap == b"[" for one in follows)
    host = not before_pid and re.search(rb"[0-9.-]", column.words[0])
    return ["host"] if host else ["service"]


@lru_cache(256)  # all files with one layout share its row, and what is made of that
def _row_of(layout: bytes) -> Row:
    return Row(NAME, layout, ())


def _marked(lines: Sequence[bytes], context: Context) -> tuple[list[bytes], bool]:
    """Lines with their times marked, and whether those are counts of seconds."""
    marked = []
    for line in lines:
        if place := place_of(line, context):
            start, end = place
            marked.append(line[:start] + TIME_MARK + line[end:_HEADER_BYTES_MAX])
    if marked:
        return marked, False
    counted = filter(None, map(_SECONDS.match, lines))
    marked = [found[1] + TIME_MARK + found.string[found.end() :] for found in counted]
    return [line[:_HEADER_BYTES_MAX] for line in marked], True


def learn(lines: Sequence[bytes], context: Context) -> tuple[Row, int] | None:
    """The row that reads most of some lines, and how many of them.

    Args:
        lines: Of a file's head, none of which continues another.
        context: Of the file.

    Returns:
        None if they share no layout that has a time and a level.
    """
    marked, counted = _marked(lines[:_LINES_MAX], context)
    if len(marked) < _LINES_MIN or len(marked) < len(lines[:_LINES_MAX]) / 3:
        return None
    best: tuple[Row, int] | None = None
    for word in (_WIDE, _NARROW):
        columns = _columns(marked, word)
        end = _end(columns)
        if not end:
            continue
        closing = columns[end].gap if end < len(columns) else b""
        layout = _layout(columns[:end], closing)
        expression = re.compile(_row_of(layout).expression())
        count = sum(map(bool, map(expression.match, marked)))
        if counted:
            layout = layout.replace(b"<time>", b"<epoch>")
        row = _row_of(layout)
        if count >= _SHARE * len(marked) and (best is None or count > best[1]):
            best = row, count
    return best
