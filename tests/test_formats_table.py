"""Tables: columns named by a header line, by directives, or by a manual."""

import numpy as np
import pytest

from log_mcp.formats import Carry, Context, detect, named
from log_mcp.formats.cells import Grid, bare, split
from log_mcp.formats.reader import Text
from log_mcp.record import INFERRED, Level

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)
TIME_NS = 1_772_600_767 * 10**9

CSV = """\
time,level,logger,message,trace_id,n
2026-03-04T05:06:07Z,INFO,shop.cart,"added, twice",4f,1
2026-03-04T05:06:08Z,ERROR,shop.cart,"said ""no""
to all",5a,2
2026-03-04T05:06:09Z,WARN,shop.cart,low,6b,
"""
POSTGRES = """\
2026-03-04 05:06:07.123 UTC,"anna","shop",17,"192.0.2.7:51234",5f.11,1,"UPDATE",\
2026-03-04 05:06:00 UTC,3/1,0,ERROR,40P01,"deadlock detected","Process 17 waits.",\
"See server log.",,,,"UPDATE stock
SET n = n - 1",8,,"psql","client backend"
2026-03-04 05:06:08.123 UTC,,,18,,5f.12,1,,2026-03-04 05:06:00 UTC,,0,LOG,00000,\
"ready",,,,,,,,,"","checkpointer",,0
"""
W3C = """\
#Software: Microsoft Internet Information Services 10.0
#Version: 1.0
#Date: 2026-03-04 05:06:07
#Fields: date time s-ip cs-method cs-uri-stem c-ip cs(User-Agent) sc-status time-taken
2026-03-04 05:06:07 192.0.2.1 GET /cart 192.0.2.7 curl/8.5.0 503 12
2026-03-04 05:06:08 192.0.2.1 GET /cart 192.0.2.7 - 200 3
#Fields: date time cs-method cs-uri-stem sc-status
2026-03-04 05:06:09 GET /basket 404
"""
ZEEK = """\
#separator \\x09
#set_separator	,
#empty_field	(empty)
#unset_field	-
#path	conn
#fields	ts	uid	id.orig_h	proto	duration
#types	time	string	addr	enum	interval
1772600767.000000	Cx1	192.0.2.1	tcp	-
1772600768.000000	Cx2	192.0.2.1	udp	0.5
#close	2026-03-04-06-06-07
"""


def rows(text, name="auto"):
    """The records of a text."""
    raw = text.encode()
    format_ = named(name, CONTEXT, raw)
    starts = format_.scan(raw, Carry()).starts.tolist()
    ends = [*starts[1:], len(raw)]
    return format_, [
        format_.parse(raw[a:b].rstrip(b"\n"))
        for a, b in zip(starts, ends, strict=False)
    ]


DETECTED = {
    "commas": (CSV, "csv", 3),
    "semicolons": ("Timestamp;Severity;Text\n04.03.2026 05:06:07;Error;a\n", "csv", 1),
    "tabs": ('ts\tlevel\tmsg\n1772600767\tinfo\tit is 5" long\n', "tsv", 1),
    "bars": ("time|level|message\n2026-03-04 05:06:07|info|a\n", "csv", 1),
    "quoted names": ('"time","level"\n"2026-03-04 05:06:07","info"\n', "csv", 1),
    "a level and no time": ("level,message\ninfo,a\nwarn,b\n", "csv", 2),
    "day and clock apart": ("Date,Time,Text\n2026-03-04,05:06:07,a\n", "csv", 1),
    "times under no known name": ("when,what\n2026-03-04 05:06:07,a\n", "csv", 1),
    "postgres": (POSTGRES, "postgres-csv", 2),
    "w3c": (W3C, "w3c", 3),
    "zeek": (ZEEK, "zeek", 2),
    "names alone": ("time,level,message\n", "plain", 1),
    "names that say nothing": ("a,b\n1,2\n", "plain", 2),
    "prose with commas": ("time, it flies\nas we know, it does\n", "plain", 2),
    "a header that its rows deny": ("time,level\nonce,upon\na,time\n", "plain", 3),
    "a comment": ("# a log, of sorts\n2026-03-04 05:06:07 INFO a\n", None, None),
    "text with commas": (
        "2026-03-04 05:06:07,123 INFO shop.cart: a, b\n" * 3,
        "text:python",
        3,
    ),
}


@pytest.mark.parametrize(("text", "name", "count"), DETECTED.values(), ids=DETECTED)
def test_detects(text, name, count):
    """What names columns is believed if the rows below are as it says."""
    format_, found = rows(text)

    if name is None:
        assert format_.name.startswith("text:")
    else:
        assert (name, count) == (format_.name, len(found))


def test_reads_a_row():
    """The columns that every record has are found by their names, the rest are fields."""
    _, (first, second, third) = rows(CSV)

    assert (TIME_NS, Level.INFO, "added, twice") == (
        first.time_ns,
        first.level,
        first.message,
    )
    assert ("shop.cart", "4f") == (first.logger, first.trace)
    assert {"logger": "shop.cart", "trace_id": "4f", "n": "1"} == first.fields
    assert (Level.ERROR, 'said "no"\nto all') == (second.level, second.message)
    assert {"logger": "shop.cart", "trace_id": "6b"} == third.fields


def test_names_may_be_spelled_otherwise():
    """Case and punctuation of a header line say nothing."""
    text = "Time Stamp,Log Level,Logger Name,Description,Trace ID\n"
    text += "3/4/2026 5:06:07 AM,Warning,shop,low,4f\n"
    _, (record,) = rows(text)

    assert (TIME_NS, Level.WARNING, "low", "shop", "4f") == (
        record.time_ns,
        record.level,
        record.message,
        record.logger,
        record.trace,
    )


def test_a_crash_within_quotes_is_no_record():
    """A quoted cell may hold anything; what it holds is the record's exception."""
    text = 'time,level,message\n2026-03-04T05:06:07Z,INFO,"retried\n'
    text += 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n'
    text += 'ValueError: x"\n2026-03-04T05:06:08Z,INFO,done\n'
    _, (first, second) = rows(text)

    assert first.exception is not None
    assert ("ValueError", Level.INFO) == (first.exception.type, first.level)
    assert "retried" == first.message
    assert "done" == second.message


def test_a_message_without_a_name():
    """Windows' event viewer saves the message behind the last column that it names."""
    text = "Level,Date and Time,Source,Event ID,Task Category\n"
    text += 'Error,3/4/2026 5:06:07 AM,shop,17,None,"no stock"\n' * 2
    _, (record, _) = rows(text)

    assert (TIME_NS, Level.ERROR, "no stock", "shop") == (
        record.time_ns,
        record.level,
        record.message,
        record.logger,
    )


def test_postgres():
    """Severity, message and all that the server tells; a statement may span lines."""
    _, (first, second) = rows(POSTGRES)

    assert (Level.ERROR, "deadlock detected") == (first.level, first.message)
    assert "UPDATE stock\nSET n = n - 1" == first.fields["query"]
    assert "See server log." == first.fields["hint"]
    assert "psql" == first.fields["application_name"]
    assert (Level.INFO, "ready") == (second.level, second.message)
    assert "application_name" not in second.fields


def test_w3c():
    """UTC, levels by status, and of several sets of columns the one that fits."""
    berlin = Context(zone=CONTEXT.zone, anchor_ns=CONTEXT.anchor_ns)
    format_ = detect(W3C.encode(), berlin)
    _, (first, second, third) = rows(W3C)

    assert "w3c" == format_.name
    assert (TIME_NS, Level.ERROR, True) == (
        first.time_ns,
        first.level,
        first.level_inferred,
    )
    assert first.message.startswith("192.0.2.1 GET /cart")
    assert {"method": "GET", "path": "/cart", "status": "503"}.items() <= (
        first.fields.items()
    )
    assert "cs(User-Agent)" not in second.fields
    assert (Level.WARNING, "/basket") == (third.level, third.fields["path"])


def test_zeek():
    """Seconds since the epoch; the path names what is logged."""
    _, (first, second) = rows(ZEEK)

    assert (TIME_NS, "conn") == (first.time_ns, first.logger)
    assert {"uid": "Cx1", "id.orig_h": "192.0.2.1", "proto": "tcp"} == first.fields
    assert "0.5" == second.fields["duration"]


@pytest.mark.parametrize("text", [CSV, W3C, ZEEK], ids=["csv", "w3c", "zeek"])
def test_lines_that_name_columns_are_read(text):
    """They are no records, but they are understood."""
    raw = text.encode()
    columns = detect(raw, CONTEXT).scan(raw, Carry())

    assert text.count("\n") == columns.read


def test_a_status_infers():
    """The column's level is marked as inferred."""
    raw = W3C.encode()
    columns = detect(raw, CONTEXT).scan(raw, Carry())

    assert [Level.ERROR, Level.UNKNOWN, Level.WARNING] == columns.levels.tolist()
    assert [INFERRED, 0, INFERRED] == columns.flags.tolist()


CELLS = {
    "plain": ("a,b,c", ["a", "b", "c"]),
    "empty": (",,", ["", "", ""]),
    "a separator in quotes": ('a,"b,c",d', ["a", '"b,c"', "d"]),
    "doubled quotes": ('"a ""b"" c",d', ['"a ""b"" c"', "d"]),
    "quotes inside": ('a "b,c" d,e', ['a "b,c" d', "e"]),
    "never closed": ('a,"b,c', ["a", '"b,c']),
}


@pytest.mark.parametrize(("line", "cells"), CELLS.values(), ids=CELLS)
def test_splits(line, cells):
    """A line by itself and a whole block are split alike."""
    text = Text(f"{line}\n".encode())
    grid = Grid(text, b",", quoted=True)
    found = split(line.encode(), b",", quoted=True)
    lines = np.zeros(1, np.int64)

    assert cells == [cell.decode() for cell in found]
    assert [bare(cell, quoted=True) for cell in found] == [
        grid.texts((at,), lines)[0] for at in range(int(grid.counts[0]))
    ]


def test_a_cell_ends_with_its_row():
    """Line ends inside of quotes belong to a cell, others end the row."""
    cells = split(b'a,"b\nc",d\ne,f', b",", quoted=True)

    assert [b"a", b'"b\nc"', b"d"] == cells
