"""Which format a file's text is, told by its first lines.

Each line of the sample votes: for JSON, for logfmt, or for the first row of the table of
headers that reads it. The majority of those that have a header at all decides, so that a
long stack trace does not outvote the line above it, and one line is enough.

Readers that few files need are imported where one of these files is met.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from log_mcp.errors import ConfigError, nearest
from log_mcp.formats import body, carried, jsonl, text
from log_mcp.formats.chain import Chain
from log_mcp.formats.columns import Context, Format, Kind
from log_mcp.formats.header import clock
from log_mcp.formats.headers import ROWS, Row
from log_mcp.formats.lines import Lines
from log_mcp.formats.logfmt import LogfmtReader
from log_mcp.formats.quoted import leaping
from log_mcp.formats.reader import Text
from log_mcp.formats.schema import DEFAULTS, Table, table_of

_ANSIBLE: Final = "ansible"
_CONSOLE: Final = "console"
_LEARNED: Final = "text:learned"
_LINES_MAX: Final = 200  # of a head, spread over all of it
_SOME_LINES: Final = 50  # ... likewise; if all of them are objects, most lines are
_LINE_BYTES_MAX: Final = 4096
_ROWS_MAX: Final = 6  # of one file
NAMES: Final[tuple[str, ...]] = (
    "auto",
    "jsonl",
    "logfmt",
    "plain",
    *DEFAULTS,
    "cef",
    _ANSIBLE,
    _CONSOLE,
    *(f"text:{row.name}" for row in ROWS),
    _LEARNED,
)
# Rows that know so little of a line that what its file shows goes before.
_VAGUE: Final = frozenset({"generic", "time-start", "time", "epoch", "level"})
# Rows that say so little that prose may look like them: they must be many.
_WEAK: Final = frozenset({"level", "epoch"})
_WEAK_SHARE: Final = 0.5
_EVENTS_SHARE: Final = 0.5  # of the lines, to be CEF


def _lines(sample: bytes) -> list[bytes]:
    """Whole lines that may begin a record, of many only some."""
    lines = _own_lines(sample)
    return lines[:: _step(lines)]


def _step(lines: Sequence[bytes]) -> int:
    """Of how many lines one is looked at."""
    return max(1, -(-len(lines) // _LINES_MAX))


def _own_lines(sample: bytes) -> list[bytes]:
    """Whole lines that may begin a record: indented ones only if all are."""
    lines = sample.split(b"\n")
    if len(lines) > 1:
        del lines[-1]  # cut short, or empty
    # An object is none unless it is whole; of other lines the begin tells.
    lines = [
        line if line.startswith(b"{") else line[:_LINE_BYTES_MAX]
        for line in lines
        if line.strip()
    ]
    return [line for line in lines if line[0] not in b" \t"] or lines


def _json(context: Context, sample: bytes) -> Format:
    others = (LogfmtReader(context), text.reader(context, kind=Kind.PLAIN))
    main = carried.around(jsonl.reader(context, sample), context, sample)
    return Lines("jsonl", Chain(main, others))


def _logfmt(context: Context, sample: bytes) -> Format:
    others = (jsonl.reader(context), text.reader(context, kind=Kind.PLAIN))
    return Lines("logfmt", Chain(LogfmtReader(context, sample), others))


def _text(
    context: Context, sample: bytes, lines: Sequence[bytes], rows: Sequence[Row]
) -> Format:
    return Lines(f"text:{rows[0].name}", _text_reader(context, sample, lines, rows))


def _text_reader(
    context: Context, sample: bytes, lines: Sequence[bytes], rows: Sequence[Row]
) -> Chain:
    reader = text.reader(context, lines, rows)
    if len(rows) > 1:
        reader.leaping = leaping(reader, sample, context)
    main = body.around(reader, context, lines)
    return Chain(main, (jsonl.reader(context),))


def _table(context: Context, table: Table) -> Format:
    from log_mcp.formats.table import TableReader  # noqa: PLC0415 - see above

    reader = TableReader(context, table)
    return Lines(table.schemas[0].format, reader, table.is_void, table.emptied)


def _cef(context: Context, _: bytes = b"") -> Format:
    from log_mcp.formats import cef  # noqa: PLC0415 - see above

    others = (jsonl.reader(context), text.reader(context, kind=Kind.PLAIN))
    return Lines("cef", Chain(cef.CefReader(context), others))


def _plain(context: Context, _: bytes = b"") -> Format:
    main = text.reader(context, kind=Kind.PLAIN)
    return Lines("plain", Chain(main, (jsonl.reader(context),)))


def _console(context: Context, _: bytes = b"") -> Format:
    from log_mcp.formats import console  # noqa: PLC0415 - see above

    main = console.ConsoleReader(text.reader(context, kind=Kind.PLAIN))
    return Lines(_CONSOLE, Chain(main, (jsonl.reader(context),)))


def _ansible(context: Context, _: bytes = b"") -> Format:
    from log_mcp.formats import ansible  # noqa: PLC0415 - see above

    others = (jsonl.reader(context), text.reader(context, kind=Kind.PLAIN))
    return Lines(_ANSIBLE, Chain(ansible.AnsibleReader(), others))


def _frequent(votes: Counter[Row]) -> list[Row]:
    return [row for row, _ in votes.most_common(_ROWS_MAX)]


def _learned(
    lines: Sequence[bytes], votes: Counter[Row], context: Context
) -> Row | None:
    """The row that a file's own lines show, if the table's know less of them."""
    known = sum(count for row, count in votes.items() if row.name not in _VAGUE)
    # To learn takes its time, and only lines with a time show anything.
    timed = Text(b"\n".join(lines) + b"\n").holding(clock()) if lines else []
    if known >= len(timed):
        return None
    from log_mcp.formats.learn import learn  # noqa: PLC0415 - see above

    found = learn([line.lstrip() for line in lines], context)
    return found[0] if found is not None and found[1] > known else None


def detect(sample: bytes, context: Context) -> Format:
    """The format that reads a file best.

    Args:
        sample: Decoded, unwrapped text from the file's head, at most 64 KiB.
        context: Of the file.

    Returns:
        `plain` if nothing else fits.
    """
    lines = _lines(sample)
    return _of_its_own(sample, lines, context) or _voted(sample, lines, context)


def _of_its_own(
    sample: bytes, lines: Sequence[bytes], context: Context
) -> Format | None:
    """The format of a file that is no mixture: it shows in more than single lines."""
    table = table_of(sample, context)
    if table is not None:
        return _table(context, table)
    if b"EF:" in sample:
        from log_mcp.formats import cef  # noqa: PLC0415 - see above

        if sum(map(cef.holds, lines)) > _EVENTS_SHARE * len(lines):
            return _cef(context)
    if b"***" in sample:
        from log_mcp.formats import ansible  # noqa: PLC0415 - see above

        if ansible.is_output(lines):
            return _ansible(context)
    return None


def _voted(sample: bytes, lines: Sequence[bytes], context: Context) -> Format:
    """The format that most lines are of."""
    tables, logfmt = jsonl.JsonReader(context), LogfmtReader(context)
    some = lines[:: -(-len(lines) // _SOME_LINES)] if lines else []
    if some and all(map(tables.opening, some)):
        return _json(context, sample)  # they are a majority without the others' votes
    objects = {line for line in lines if tables.opening(line)}
    pairs = {line for line in lines if line not in objects and logfmt.head(line)}
    others = [line for line in lines if line not in objects and line not in pairs]
    votes = text.votes([line.lstrip() for line in others], context)
    weak = sum(count for row, count in votes.items() if row.name in _WEAK)
    if weak < _WEAK_SHARE * len(others):
        votes = type(votes)(
            {row: count for row, count in votes.items() if row.name not in _WEAK}
        )
    count = {
        "jsonl": sum(line in objects for line in lines),
        "logfmt": sum(line in pairs for line in lines),
        "text": votes.total(),
    }
    best = max(count, key=lambda name: count[name])
    if _prints(sample, count[best]):
        return _console(context)
    if best == "text" or not count[best]:
        row = _learned(others, votes, context)
        if row is not None:
            return _text(context, sample, others, [row, *_frequent(votes)])
    if not count[best]:
        return _plain(context)
    if best == "text":
        return _text(context, sample, others, _frequent(votes))
    return (_json if best == "jsonl" else _logfmt)(context, sample)


def _prints(sample: bytes, others: int) -> bool:
    """Whether a development server printed this, and more of it than others did.

    Args:
        sample: Of the head.
        others: How many of the lines that are looked at another format reads.
    """
    from log_mcp.formats import console  # noqa: PLC0415 - see above

    printed = console.count(sample)
    return printed > 0 and printed > others * _step(_own_lines(sample))


def named(name: str, context: Context, sample: bytes = b"") -> Format:
    """The format of a setting.

    Args:
        name: One of `NAMES`; `auto` detects.
        context: Of the file.
        sample: As for `detect`; a format made without one reads the same, only slower.

    Raises:
        ConfigError: There is no such format.
    """
    if name == "auto":
        return detect(sample, context)
    makers: dict[str, Callable[[Context, bytes], Format]]
    makers = {"jsonl": _json, "logfmt": _logfmt, "plain": _plain, "cef": _cef}
    makers |= {_ANSIBLE: _ansible, _CONSOLE: _console}
    if maker := makers.get(name):
        return maker(context, sample)
    if name in DEFAULTS:
        found = table_of(sample, context)
        same = found is not None and found.schemas[0].format == name
        return _table(context, found if found and same else DEFAULTS[name])
    if name == _LEARNED:
        from log_mcp.formats.learn import learn  # noqa: PLC0415 - see above

        lines = _lines(sample)
        shown = learn([line.lstrip() for line in lines], context)
        rows = (shown[0] if shown else text.BY_NAME["generic"],)
        return Lines(name, _text_reader(context, sample, lines, rows))
    row = text.BY_NAME.get(name.removeprefix("text:"))
    if row is None:
        raise ConfigError(
            f"format: no format is called '{name}'.{nearest(name, NAMES)}"
            f" Valid: {', '.join(NAMES)}"
        )
    return _text(context, sample, _lines(sample), (row,))
