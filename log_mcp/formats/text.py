"""Lines of text with a header: time, level and more, printed before the message.

A file prints one layout on most of its lines. Its reader holds the rows of `headers` that
the file's head shows, the most frequent first and narrowed to how that file writes its
times and levels, so that one expression answers for a whole block. Lines which that does
not match are tried row by row, but for indented ones: those continue something.

A row that knows no more than a time would read the lines of richer rows, too, and leave
their level in the message. So it declines those on which a level follows the time as one
of the richer rows has it (`_guard`), and stands behind all others.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp import timestamp
from log_mcp.beat import beat
from log_mcp.formats import pairs
from log_mcp.formats.columns import Context, Kind
from log_mcp.formats.grid import Grid, Place, grid_of
from log_mcp.formats.header import (
    Found,
    clock,
    find,
    found_in,
    message_start,
    stated,
    words_of,
)
from log_mcp.formats.headers import ROWS, TIME_MARK, Row, spellings
from log_mcp.formats.levels import UNREAD
from log_mcp.formats.reader import Head, Heads, Text
from log_mcp.formats.stacktrace import begins
from log_mcp.record import INFERRED, NO_TIME, Exception_, Failure, Level, Record

_INDENT: Final = b" \t"
_GRID_SHARE: Final = 0.5  # of a block's lines; with less, all are read by expression
_OWN: Final = frozenset({"time", "level", "message", "logger", "service"})
_SERVICES: Final = ("service", "service_name", "service.name", "app", "application")
BY_NAME: Final = {row.name: row for row in ROWS}
# For lines of another layout than the head's: only where the line starts with it.
FALLBACK: Final = tuple(
    BY_NAME[name]
    for name in ("access", "level-time", "python", "dotted", "time-level", "time-start")
)
# Rows that read nearly any line with a time; between them the file's most frequent wins.
_VAGUE: Final = frozenset({"generic", "time-letter", "epoch", "time-start", "time"})
_BARE: Final = frozenset({"epoch", "time-start", "time"})
_SPELLED: Final = b"|".join(
    sorted({word for case in (b"err", b"ERR", b"Err") for word in spellings(case)})
)
# As `time-level` has it, but quickly declined; a file's first ERROR may come late.
_NEXT: Final = rb"[\])>]?[ :|,\-]+(?:\[[^\]\n]{1,200}\] *)?[\[(<|]?(?:%s)\b" % _SPELLED


class _Main(NamedTuple):
    """The row of most lines, narrowed.

    Attributes:
        start: The header up to time and level: what it matches has this header.
        block: Finds one item per line end: what `start` says of the line after it.
        whole: All of the header.
        words: What `start` takes for a level, and what each means.
    """

    row: Row
    start: re.Pattern[bytes]
    block: re.Pattern[bytes]
    whole: re.Pattern[bytes]
    words: dict[bytes, int]

    def grid(self, lines: Sequence[bytes]) -> Grid | None:
        """The grid on which lines of this row lie."""
        matches = [match for match in map(self.start.match, lines) if match]
        if not self.words or not matches or "time" not in self.start.groupindex:
            return None
        places = [
            (match.string, Place(*match.span("time")), Place(*match.span("level")))
            for match in matches
        ]
        return grid_of(places, self.words)


@cache
def _guard(rows: tuple[Row, ...]) -> bytes:
    """An expression that fails behind a time where a level follows as in some rows."""
    levels = [_NEXT]
    for row in rows:
        spelled = row.expression(levels=_SPELLED)
        _, _, behind = spelled.partition(b"(?P<time>%s)" % TIME_MARK)
        if row.name != "time-level" and b"(?P<level>" in behind:
            levels.append(re.sub(rb"\(\?P<\w+>", b"(?:", behind))
    return b"(?!%s)" % b"|".join(levels)


@cache
def _main(
    row: Row, time: bytes, level: bytes, guard: bytes, *, indented: bool
) -> _Main:
    whole, start = row.narrowed(time, level)
    margin = rb"[ \t]+" if indented else rb"(?![ \t])"
    whole, start = margin + whole, margin + start
    if guard:
        start += guard
        whole = b"(?=%s)%s" % (re.sub(rb"\(\?P<\w+>", b"(?:", start), whole)
    bare = re.sub(rb"\(\?P<(?!time>|level>)\w+>", b"(?:", start)
    words = {word: words_of(row.levels)[word] for word in spellings(level)}
    return _Main(
        row,
        re.compile(start),
        re.compile(rb"\n(?:%s|)" % bare),
        re.compile(whole),
        # On a grid a line is not read beyond its level, so that must be enough.
        {} if start == whole else words,
    )


class TextReader:
    """Reads lines that begin with a header.

    Args:
        context: Of the file.
        rows: In the order they are tried.
        example: A header of most lines' row; None if no row is most lines'.
        kind: What a header opens.
        lines: Of the file's head.
        indented: Whether headers stand behind spaces.
    """

    def __init__(
        self,
        context: Context,
        rows: Sequence[Row],
        example: Found | None = None,
        kind: Kind = Kind.HEADED,
        *,
        lines: Sequence[bytes] = (),
        indented: bool = False,
    ) -> None:
        self._context = context
        self._rows = tuple(rows)
        self.kind = kind
        self.leaping: frozenset[Row] = frozenset()  # see `quoted`
        # First bytes of lines that are no header.
        self._empty = (10,) if indented else (9, 10, 32)
        # Whether nothing is a header that holds no time.
        self._timed = all(row.timed or b"<epoch>" in row.layout for row in rows)
        self._main: _Main | None = None
        self._grid: Grid | None = None
        if example is not None:
            level = example.groups.get("level", b"")
            guard = b""
            if example.row.name in _BARE:
                guard = _guard(tuple(row for row in rows if row.name not in _VAGUE))
            self._main = _main(
                example.row, example.time, level, guard, indented=indented
            )
            self._grid = self._main.grid(lines)

    @property
    def firsts(self) -> bytes:
        """See `Reader`."""
        return b""

    def heads(self, text: Text) -> Heads:
        """See `Reader`."""
        heads = Heads.none(len(text.ends))
        firsts = np.frombuffer(text.data, np.uint8)[text.starts]
        begun = ~np.isin(firsts, self._empty)
        if self._main is not None and len(begun) > 1:
            on_grid = self._on_grid(text, heads)
            beat()
            if on_grid < _GRID_SHARE * np.count_nonzero(begun):
                self._block(self._main, text, heads)
        begun[0] = True
        odd = np.flatnonzero(begun & (heads.kinds == 0))
        for line in self._likely(text, odd):
            if head := self.head(text.line(line)):
                heads.put(line, head)
        return heads

    def _likely(self, text: Text, lines: NDArray[np.intp]) -> list[int]:
        """Those of some lines that may have a header."""
        if self._timed:
            return text.holding_among(clock(), lines)
        every: list[int] = lines.tolist()
        return every

    def _times(self, texts: Sequence[bytes]) -> NDArray[np.int64]:
        context = self._context
        return timestamp.parse_many(texts, *context.unsaid)

    def _on_grid(self, text: Text, heads: Heads) -> int:
        """Heads of the lines that lie on the grid; how many there are."""
        if self._grid is None:
            return 0
        return self._grid.put(text, heads, self.kind, self._context)

    def _block(self, main: _Main, text: Text, heads: Heads) -> None:
        """Heads of the lines that the main row reads, but for the first."""
        found = main.block.findall(text.data)
        del found[-1]  # what follows the last line end is no line
        columns: list[list[bytes]] = [found]
        groups = main.block.groupindex
        if len(groups) > 1:
            columns = [list(map(itemgetter(at), found)) for at in range(len(groups))]
        right = np.ones(len(found), np.bool_)
        if "time" in groups:
            times = self._times(columns[groups["time"] - 1])
            right &= times != NO_TIME
            heads.times[1:] = np.where(right, times, NO_TIME)
        if "level" in groups:
            words = map(
                words_of(main.row.levels).__getitem__, columns[groups["level"] - 1]
            )
            levels = np.fromiter(words, np.uint8, len(found))
            right &= levels != UNREAD
            heads.levels[1:] = np.where(right, levels, 0)
        heads.kinds[1:] = right * np.uint8(self.kind)
        if not right.all():
            heads.times[1:][~right] = NO_TIME
        if main.row.levels == "status":
            heads.flags[heads.levels > 0] = INFERRED

    def find(self, line: bytes) -> Found | None:
        """The header of a line; None if this reader finds none."""
        main = self._main
        start = main.start.match(line) if main else None
        said = stated(main.row, start, self._context) if main and start else None
        if said is None:
            if line[:1] in _INDENT:  # the empty line is, too
                return None
            found = find(line, self._rows, self._context)
            foreign = bool(main and found and found.row is not main.row)
            return found._replace(foreign=foreign) if found else None
        assert main is not None
        assert start is not None
        if whole := main.whole.match(line):
            return found_in(main.row, whole, said, whole=True)
        if other := find(line, self._rows, self._context):
            return other._replace(time_ns=said.time_ns, level=said.level)
        return found_in(main.row, start, said)

    def head(self, line: bytes) -> Head | None:
        """See `Reader`."""
        opening = self.opening(line)
        return opening.head if opening else None

    def rest(self, line: bytes) -> bytes | None:
        """See `Reader`."""
        whole = self._main.whole.match(line) if self._main else None
        if whole is not None:
            return line[message_start(whole) :]
        found = self.find(line)
        return line[found.end :] if found else None

    def opening(self, line: bytes) -> "TextOpening | None":
        """See `Reader`."""
        found = self.find(line)
        return TextOpening(line, found, self) if found else None


@dataclass(slots=True)
class TextOpening:
    """A line with a header; see `Opening`."""

    line: bytes
    found: Found
    reader: TextReader

    @property
    def kind(self) -> Kind:
        """See `Opening`."""
        kind = self.reader.kind
        if not self.found.foreign or kind is not Kind.HEADED:
            return kind
        leaps = self.found.row in self.reader.leaping
        return Kind.LEAPING if leaps else Kind.FOREIGN

    @property
    def rest(self) -> bytes | None:
        """See `Opening`."""
        found = self.found
        return self.line[found.end :] if found.whole else self.reader.rest(self.line)

    @property
    def head(self) -> Head:
        """See `Reader`."""
        found = self.found
        inferred = found.row.levels == "status" and found.level
        return Head(self.kind, found.time_ns, found.level, INFERRED if inferred else 0)

    def groups(self) -> dict[str, str]:
        """What the header says, by name; a dash says nothing."""
        return {
            name: value.decode(errors="replace").strip()
            for name, value in self.found.groups.items()
            if value != b"-"
        }

    def _parts(self) -> tuple[str, dict[str, str], dict[str, str]]:
        """The message, what the header says besides, and pairs of the message."""
        found = self.found
        message = self.line[found.end :].decode(errors="replace")
        groups = self.groups()
        if found.row.levels == "status" and "level" in groups:
            groups["status"] = groups["level"]
        return message, groups, pairs.pairs(message)

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """See `Opening`."""
        below = text.partition("\n")[2]
        message, groups, written = self._parts()
        fields = {name: value for name, value in groups.items() if name not in _OWN}
        fields |= written
        service = groups.get("service") or next(
            (written[name] for name in _SERVICES if name in written), None
        )
        return Record(
            time_ns=None if head.time_ns == NO_TIME else head.time_ns,
            level=Level(head.level),
            level_inferred=bool(head.flags & INFERRED),
            message=up_to_trace(message, below, trace),
            text=text,
            logger=groups.get("logger"),
            service=service,
            trace=pairs.trace(fields),
            fields=fields,
            exception=trace,
        )

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """See `Opening`."""
        below = text.partition("\n")[2]
        message, groups, written = self._parts()
        fields = {name: value for name, value in groups.items() if name not in _OWN}
        fields |= written
        return Failure(
            message=up_to_trace(message, below, trace),
            text=text,
            level_inferred=bool(flags & INFERRED),
            logger=groups.get("logger"),
            trace=pairs.trace(fields),
            fields=fields,
            exception=trace,
        )


def up_to_trace(first: str, below: str, trace: Exception_ | None) -> str:
    """What follows the header, up to where a stack trace begins."""
    end = len(below)
    if trace is not None:
        start = 0
        while start < len(below):
            stop = below.find("\n", start)
            stop = len(below) if stop < 0 else stop
            if begins(below[start:stop].encode()):
                end = start
                break
            start = stop + 1
    return (f"{first}\n{below[:end]}" if end else first).rstrip("\n")


def votes(lines: Sequence[bytes], context: Context) -> Counter[Row]:
    """How many of some lines each row reads, each line by the first that does."""
    return Counter(found.row for line in lines if (found := find(line, ROWS, context)))


def reader(
    context: Context,
    lines: Sequence[bytes] = (),
    rows: Sequence[Row] = (),
    kind: Kind = Kind.HEADED,
) -> TextReader:
    """A reader made for a file.

    Args:
        context: Of the file.
        lines: Of its head.
        rows: Those that its lines showed, most frequent first; none for a file that is
            not known.
        kind: What a header opens.
    """
    known = (*rows, *(row for row in FALLBACK if row not in rows))
    tried = sorted(known, key=lambda row: row.name in _VAGUE)
    stripped = [line.lstrip() for line in lines]
    examples = (find(line, rows[:1], context) for line in stripped if rows)
    example = next(filter(None, examples), None)
    indented = bool(lines) and all(line[:1] in _INDENT for line in lines)
    return TextReader(context, tried, example, kind, lines=lines, indented=indented)
