r"""What the columns of a table are called, and which of them every record has.

Four families are told by a file's head:

- a header line of names (`time,level,message`), cells divided by comma, semicolon, tab or
  bar. It counts as one only if the rows below have a time or a level where it says so;
- PostgreSQL's `csvlog`, which has no header line: its columns stand in its manual;
- W3C extended logs (IIS, CloudFront): `#Fields: date time cs-method sc-status`, in UTC;
- Zeek: `#separator \x09`, `#fields ts uid`, `#path conn`.

Names mean what they mean in JSON (`names`), whatever their case and the punctuation in
them; where the header has none of those, a column of times or levels is taken for one.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from log_mcp import timestamp
from log_mcp.formats import names, pairs
from log_mcp.formats.cells import bare, split, value
from log_mcp.formats.columns import Context
from log_mcp.formats.levels import UNREAD, Words
from log_mcp.lazy import lazy

_LINES_MAX: Final = 400
_CELLS_MAX: Final = 400
_SHARE: Final = 0.6  # of the rows below a header line that must be as it says
SEPARATORS: Final = {b",": "csv", b";": "csv", b"\t": "tsv", b"|": "csv"}
_NAME: Final = lazy(r"[\w@#$%]?[\w@#$%&./()\[\]:+\- ]{0,63}", re.ASCII)
# Spellings that tables alone use, beside those of `names`; letters and digits only.
_TIMES: Final = [
    "dateandtime",
    "datetimeutc",
    "timeutc",
    "utctime",
    "logdate",
    "eventdate",
    "timegenerated",
    "timecreated",
    "timestamputc",
    "timelocal",
    "recorddate",
    "startedat",
    "occurredat",
]
_LEVELS: Final = [
    "errorseverity",
    "severitylevel",
    "eventseverity",
    "leveldisplayname",
    "entrytype",
    "loglevelname",
]
_MESSAGES: Final = [
    "description",
    "details",
    "logmessage",
    "eventmessage",
    "messagetext",
    "info",
]
_LOGGERS: Final = [
    "source",
    "provider",
    "providername",
    "module",
    "class",
    "category",
    "facility",
]
_REQUEST: Final = {
    "method": "csmethod method requestmethod httpmethod verb",
    "path": "csuristem csuri path uri url requesturi requestpath",
    "status": "scstatus status statuscode httpstatus responsestatus responsecode",
}


class Schema(NamedTuple):
    """The columns of one table.

    Attributes:
        format: What `check` prints.
        separator: Between cells, one byte.
        names: Of the columns; a row may have more or fewer cells.
        time: The columns that joined by a space are the time; none if there is none.
        level: The column of the level; None if there is none.
        scale: How the level is meant: see `levels.Words`.
        message: The column that a person reads first; None if there is none.
        logger: The column of the component; None if there is none.
        service: Likewise of the service.
        trace: Likewise of the correlation value.
        request: Columns of an access log: method, path and status.
        quoted: Whether a cell may stand in quotes, and hold line ends then.
        utc: Whether times are in UTC if they do not say.
        absent: Cells that stand for no value.
        path: What names the records of all the file, as Zeek's `#path`.
    """

    format: str
    separator: bytes
    names: tuple[str, ...]
    time: tuple[int, ...] = (0,)
    level: int | None = None
    scale: str = "level"
    message: int | None = None
    logger: int | None = None
    service: int | None = None
    trace: int | None = None
    request: tuple[tuple[str, int], ...] = ()
    quoted: bool = True
    utc: bool = False
    absent: frozenset[str] = frozenset({""})
    path: str | None = None

    def cells(self, row: bytes) -> list[bytes]:
        """The cells of a row as they are written."""
        return split(row, self.separator, quoted=self.quoted)


class Table(NamedTuple):
    """What a file's head says of all its rows.

    Attributes:
        schemas: The first counts for rows of which no other has the number of cells.
        header: The line of names; None if there is none.
        directive: How lines begin that are no rows; empty if none are.
    """

    schemas: tuple[Schema, ...]
    header: bytes | None = None
    directive: bytes = b""

    def is_void(self, line: bytes) -> bool:
        """Whether a line names columns and is no row."""
        if self.directive and line.startswith(self.directive):
            return True
        return self.header is not None and line == self.header

    def emptied(self, text: bytes) -> bytes:
        """Whole lines, those emptied that are no rows and belong to none."""
        signs = [sign for sign in (self.directive, self.header) if sign]
        if not any(text.startswith(s) or b"\n" + s in text for s in signs):
            return text
        lines = text.split(b"\n")
        return b"\n".join(b"" if self.is_void(line) else line for line in lines)


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _places(
    columns: Sequence[str], table: names.Table, more: Sequence[str]
) -> list[int]:
    """The columns whose names are in a table, in its order."""
    found = [columns.index(name) for name in table if name in columns]
    folded = list(map(_folded, columns))
    spelled = [_folded(name) for name in table if len(name) > 2] + list(more)
    found += [folded.index(name) for name in spelled if name in folded]
    return list(dict.fromkeys(found))


def _first(
    columns: Sequence[str], table: names.Table, more: Sequence[str]
) -> int | None:
    return next(iter(_places(columns, table, more)), None)


def _request(columns: Sequence[str]) -> dict[str, int]:
    """Columns of an access log: method, path and status, as far as there are any."""
    folded = list(map(_folded, columns))
    found: dict[str, int] = {}
    for kind, spelled in _REQUEST.items():
        places = (folded.index(word) for word in spelled.split() if word in folded)
        if (at := next(places, None)) is not None:
            found[kind] = at
    return found


def _roles(columns: Sequence[str]) -> dict[str, int | None]:
    """The columns that have a meaning but time and level."""
    return {
        "message": _first(columns, names.MESSAGE, _MESSAGES),
        "logger": _first(columns, names.LOGGER, _LOGGERS),
        "service": _first(columns, names.SERVICE, ()),
        "trace": _first(columns, pairs.TRACE_NAMES, ()),
    }


# As `log_destination = 'csvlog'` writes them; older servers leave the last ones out.
_POSTGRES: Final = [
    "log_time",
    "user_name",
    "database_name",
    "process_id",
    "connection_from",
    "session_id",
    "session_line_num",
    "command_tag",
    "session_start_time",
    "virtual_transaction_id",
    "transaction_id",
    "error_severity",
    "sql_state_code",
    "message",
    "detail",
    "hint",
    "internal_query",
    "internal_query_pos",
    "context",
    "query",
    "query_pos",
    "location",
    "application_name",
    "backend_type",
    "leader_pid",
    "query_id",
]
POSTGRES: Final = Schema(
    "postgres-csv",
    b",",
    tuple(_POSTGRES),
    level=_POSTGRES.index("error_severity"),
    scale="error_severity",
    message=_POSTGRES.index("message"),
)
_POSTGRES_ROW: Final = lazy(
    rb'[0-9-]{10} [0-9:.]{8,12} [A-Z0-9+:-]{1,6},(?:"[^"\n]*"|[^",\n]*),'
    rb'(?:"[^"\n]*"|[^",\n]*),[0-9]*,(?:(?:"[^"\n]*"|[^",\n]*),){7}'
    rb"(?:DEBUG[1-5]?|INFO|NOTICE|WARNING|ERROR|LOG|FATAL|PANIC),[0-9A-Z]{5},"
)
# What IIS writes if nobody changes it; its files may begin in the middle.
_W3C: Final = [
    "date",
    "time",
    "s-ip",
    "cs-method",
    "cs-uri-stem",
    "cs-uri-query",
    "s-port",
    "cs-username",
    "c-ip",
    "cs(User-Agent)",
    "cs(Referer)",
    "sc-status",
    "sc-substatus",
    "sc-win32-status",
    "time-taken",
]
_NOTHING: Final = frozenset({"", "-", "(empty)"})


def _dated(columns: Sequence[str]) -> tuple[int, ...]:
    """A day and a time of day in columns of their own."""
    folded = list(map(_folded, columns))
    for day, clock in (("date", "time"), ("logdate", "logtime"), ("day", "time")):
        if day in folded and clock in folded:
            return folded.index(day), folded.index(clock)
    return ()


def _w3c(columns: Sequence[str], separator: bytes = b" ") -> Schema:
    request = _request(columns)
    return Schema(
        "w3c",
        separator,
        tuple(columns),
        time=_dated(columns) or tuple(_places(columns, names.TIME, _TIMES)[:1]) or (0,),
        level=request.get("status"),
        scale="status",
        request=tuple(request.items()),
        utc=True,
        absent=_NOTHING,
    )


def _directives(lines: Sequence[bytes]) -> Table | None:
    """The table of a file that names its columns in lines that begin with `#`."""
    if not lines[0].startswith(b"#"):
        return None
    schemas: dict[int, Schema] = {}
    separator, path = b"\t", None
    for line in lines:
        key, _, rest = line.partition(b" ")
        if key == b"#Fields:":
            mark = b"\t" if b"\t" in rest else b" "
            columns = rest.decode(errors="replace").split()
            if len(columns) > 1:
                schemas.setdefault(len(columns), _w3c(columns, mark))
        elif key == b"#separator" and re.fullmatch(rb"\\x[0-9a-fA-F]{2}", rest):
            separator = bytes.fromhex(rest[2:].decode())
        elif line.startswith(b"#path" + separator):
            path = line[6:].decode(errors="replace")
        elif line.startswith(b"#fields" + separator):
            columns = (
                line[8:].decode(errors="replace").split(separator.decode("latin1"))
            )
            roles = _roles(columns)
            schema = Schema(
                "zeek",
                separator,
                tuple(columns),
                time=tuple(_places(columns, names.TIME, _TIMES)[:1]),
                level=_first(columns, names.LEVEL, _LEVELS),
                message=roles["message"],
                trace=roles["trace"],
                request=tuple(_request(columns).items()),
                quoted=False,
                absent=_NOTHING,
                path=path,
            )
            if schema.time:
                schemas.setdefault(len(columns), schema)
    return Table(tuple(schemas.values()), directive=b"#") if schemas else None


def _postgres(lines: Sequence[bytes]) -> Table | None:
    found = [index for index, line in enumerate(lines) if _POSTGRES_ROW.match(line)]
    if not found or (found[0] > 0 and len(found) < 2):
        return None
    return Table((POSTGRES,))


def _header(lines: Sequence[bytes], context: Context) -> Table | None:
    """The table whose columns the first line names."""
    first = lines[0]
    widths = {mark: first.count(mark) for mark in SEPARATORS}
    separator = max(widths, key=lambda mark: widths[mark])
    if not widths[separator] or first[:1] in b"{[<":
        return None
    cells = split(first, separator, quoted=True)
    if not 2 <= len(cells) <= _CELLS_MAX:
        return None
    columns = [value(cell, quoted=True) for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    if len(set(columns)) < max(2, len(columns)):
        return None
    if not all(
        _NAME.fullmatch(name) and re.search("[A-Za-z]", name) for name in columns
    ):
        return None
    return _table(first, columns, (separator, lines[1:]), context)


def _table(
    first: bytes,
    columns: list[str],
    below: tuple[bytes, Sequence[bytes]],
    context: Context,
) -> Table | None:
    separator, lines = below
    quoted = separator != b"\t" or any(
        re.search(rb'(?:^|\t)"[^\t"]*"(?:\t|$)', line) for line in (first, *lines)
    )
    rows = [
        [bare(cell, quoted=quoted) for cell in split(row, separator, quoted=quoted)]
        for row in _rows(lines, quoted=quoted)
    ]
    if not rows:
        return None
    time = _time(columns, rows, context)
    level, scale = _level(columns, rows)
    request = _request(columns)
    if "method" not in request or "status" not in request:
        request = {}
    if not time and level is None:
        return None
    if level is None and request:
        level, scale = request["status"], "status"
    roles = _roles(columns)
    for role, at in roles.items():
        if at == level or at in time:
            roles[role] = None
    widths = [len(row) for row in rows]
    if roles["message"] is None and widths.count(len(columns) + 1) > len(rows) / 2:
        roles["message"] = len(columns)  # as Windows' event viewer saves its list
    schema = Schema(
        SEPARATORS[separator],
        separator,
        tuple(columns),
        time=time,
        level=level,
        scale=scale,
        request=tuple(request.items()),
        quoted=quoted,
        utc="utc" in (_folded(columns[time[-1]]) if time else ""),
        absent=frozenset({"", "-"}) if request else frozenset({""}),
        message=roles["message"],
        logger=roles["logger"],
        service=roles["service"],
        trace=roles["trace"],
    )
    return Table((schema,), header=first)


def _rows(lines: Sequence[bytes], *, quoted: bool) -> Iterator[bytes]:
    """Whole rows, their line ends within quotes included."""
    row = b""
    for line in lines:
        row = row + b"\n" + line if row else line
        if not quoted or row.count(b'"') % 2 == 0:
            yield row
            row = b""


def _share(rows: Sequence[Sequence[bytes]], column: int) -> list[bytes]:
    return [row[column] for row in rows if len(row) > column]


def _is_time(text: bytes, context: Context) -> bool:
    return timestamp.parse(text, *context.unsaid) is not None


def _time(
    columns: Sequence[str], rows: Sequence[Sequence[bytes]], context: Context
) -> tuple[int, ...]:
    """The columns of the time; the time's names first, else one that holds only times."""
    enough = _SHARE * len(rows)
    places = _places(columns, names.TIME, _TIMES)
    pair = _dated(columns)
    tried = [pair] if pair else []
    tried += [(at,) for at in places]
    for columns_ in tried:
        joined = [
            b" ".join(row[at] for at in columns_)
            for row in rows
            if len(row) > max(columns_)
        ]
        if sum(_is_time(text, context) for text in joined) >= enough:
            return columns_
    for at in range(len(columns)):
        cells = _share(rows, at)
        # Numbers alone may be anything.
        times = [cell for cell in cells if re.search(rb"[0-9][:.][0-9]{2}\b", cell)]
        if len(times) >= enough and all(_is_time(cell, context) for cell in times):
            return (at,)
    return ()


def _level(
    columns: Sequence[str], rows: Sequence[Sequence[bytes]]
) -> tuple[int | None, str]:
    """The column of the level, and the scale of its numbers."""
    enough = _SHARE * len(rows)
    for at in _places(columns, names.LEVEL, _LEVELS):
        words = Words(columns[at])
        cells = [cell for cell in _share(rows, at) if cell]
        if cells and sum(words[cell] != UNREAD for cell in cells) >= _SHARE * len(
            cells
        ):
            return at, columns[at]
    words = Words()
    for at in range(len(columns)):
        cells = _share(rows, at)
        stated = [cell for cell in cells if len(cell) > 3 and cell.isalpha()]
        if len(stated) >= enough and all(words[cell] != UNREAD for cell in stated):
            return at, "level"
    return None, "level"


def table_of(sample: bytes, context: Context) -> Table | None:
    """The table that a file's head begins.

    Args:
        sample: As for `detect`.
        context: Of the file.

    Returns:
        None if it is none.
    """
    lines = sample.split(b"\n", _LINES_MAX + 1)
    if len(lines) > 1:
        del lines[-1]  # cut short, or empty, or all the rest
    lines = [line for line in lines if line.strip()]
    if not lines:
        return None
    return _directives(lines) or _postgres(lines) or _header(lines, context)


# What a setting names, for a file whose head says nothing.
DEFAULTS: Final = {
    "csv": Table((Schema("csv", b",", ()),)),
    "tsv": Table((Schema("tsv", b"\t", ()),)),
    "postgres-csv": Table((POSTGRES,)),
    "w3c": Table((_w3c(_W3C),), directive=b"#"),
    "zeek": Table(
        (Schema("zeek", b"\t", (), quoted=False, absent=_NOTHING),), directive=b"#"
    ),
}
