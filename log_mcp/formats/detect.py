"""Which format a file's text is, told by its first lines.

Each line of the sample votes: for JSON, for logfmt, or for the first row of the table of
headers that reads it. The majority of those that have a header at all decides, so that a
long stack trace does not outvote the line above it, and one line is enough.
"""

from collections.abc import Sequence
from typing import Final

from log_mcp.errors import ConfigError, nearest
from log_mcp.formats import ansible, body, carried, jsonl, text
from log_mcp.formats.chain import Chain
from log_mcp.formats.columns import Context, Format, Kind
from log_mcp.formats.headers import ROWS, Row
from log_mcp.formats.lines import Lines
from log_mcp.formats.logfmt import LogfmtReader

_LINES_MAX: Final = 200  # of a head, spread over all of it
_LINE_BYTES_MAX: Final = 4096
_ROWS_MAX: Final = 6  # of one file
NAMES: Final[tuple[str, ...]] = (
    "auto",
    "jsonl",
    "logfmt",
    "plain",
    ansible.NAME,
    *(f"text:{row.name}" for row in ROWS),
)
# Rows that say so little that prose may look like them: they must be many.
_WEAK: Final = frozenset({"level", "epoch"})
_WEAK_SHARE: Final = 0.5


def _lines(sample: bytes) -> list[bytes]:
    """Whole lines that may begin a record: indented ones only if all are."""
    lines = sample.split(b"\n")
    if len(lines) > 1:
        del lines[-1]  # cut short, or empty
    lines = [line[:_LINE_BYTES_MAX] for line in lines if line.strip()]
    lines = [line for line in lines if line[0] not in b" \t"] or lines
    return lines[:: -(-len(lines) // _LINES_MAX)] if lines else lines


def _json(context: Context, sample: bytes) -> Format:
    others = (LogfmtReader(context), text.reader(context, kind=Kind.PLAIN))
    main = carried.around(jsonl.reader(context, sample), context, sample)
    return Lines("jsonl", Chain(main, others))


def _logfmt(context: Context, sample: bytes) -> Format:
    others = (jsonl.reader(context), text.reader(context, kind=Kind.PLAIN))
    return Lines("logfmt", Chain(LogfmtReader(context, sample), others))


def _text(context: Context, lines: Sequence[bytes], rows: Sequence[Row]) -> Format:
    main = body.around(text.reader(context, lines, rows), context, lines)
    return Lines(f"text:{rows[0].name}", Chain(main, (jsonl.reader(context),)))


def _plain(context: Context) -> Format:
    main = text.reader(context, kind=Kind.PLAIN)
    return Lines("plain", Chain(main, (jsonl.reader(context),)))


def _ansible(context: Context) -> Format:
    others = (jsonl.reader(context), text.reader(context, kind=Kind.PLAIN))
    return Lines(ansible.NAME, Chain(ansible.AnsibleReader(), others))


def detect(sample: bytes, context: Context) -> Format:
    """The format that reads a file best.

    Args:
        sample: Decoded, unwrapped text from the file's head, at most 64 KiB.
        context: Of the file.

    Returns:
        `plain` if nothing else fits.
    """
    lines = _lines(sample)
    if ansible.is_output(lines):
        return _ansible(context)
    tables, logfmt = jsonl.JsonReader(context), LogfmtReader(context)
    objects = {line for line in lines if line.startswith(b"{") and tables.head(line)}
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
    if not count[best]:
        return _plain(context)
    if best == "text":
        rows = [row for row, _ in votes.most_common(_ROWS_MAX)]
        return _text(context, others, rows)
    return (_json if best == "jsonl" else _logfmt)(context, sample)


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
    if name == "jsonl":
        return _json(context, sample)
    if name == "logfmt":
        return _logfmt(context, sample)
    if name in {"plain", ansible.NAME}:
        return _plain(context) if name == "plain" else _ansible(context)
    row = text.BY_NAME.get(name.removeprefix("text:"))
    if row is None:
        raise ConfigError(
            f"format: no format is called '{name}'.{nearest(name, NAMES)}"
            f" Valid: {', '.join(NAMES)}"
        )
    return _text(context, _lines(sample), (row,))
