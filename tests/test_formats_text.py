"""Lines with a header: narrowed to one file's way of writing them."""

import pytest

from log_mcp.formats import Carry, Context, detect, named
from log_mcp.record import NO_TIME, Level

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)

FILES = {
    "days of one and two digits": [
        "Mar  4 05:06:07 web-1 cron[1]: a",
        "Mar 14 05:06:07 web-1 cron[1]: b",
    ],
    "fractions of different length": [
        "2026-03-04T05:06:07.12Z INFO shop.a: a",
        "2026-03-04T05:06:07.123456Z WARN shop.a: a",
    ],
    "levels in different case": ["[info] a", "[WARN] b", "[Error] c"],
    "letters": ["E0304 05:06:07.123456   17 a.cc:253] x", "I0304 05:06:08.5 17 a.cc:1] y"],
    "titles": ["2026-03-04 05:06:07, Info  CBS  a", "2026-03-04 05:06:08, Error CSI b"],
    "another row between": [
        "2026-03-04 05:06:07,123 ERROR shop.core - a",
        "2026-03-04 05:06:07,123 INFO Starting up",
        '192.0.2.7 - - [04/Mar/2026:05:06:07 +0000] "GET / HTTP/1.1" 404 1',
    ],
    "indented": ["  2026-03-04 05:06:07 INFO a", "  2026-03-04 05:06:08 WARN b"],
}  # fmt: skip


@pytest.mark.parametrize("lines", FILES.values(), ids=FILES)
def test_block_agrees_with_lines(lines):
    """Every line begins a record, at the time and level that it states alone."""
    text = "".join(f"{line}\n" for line in lines * 5).encode()
    format_ = detect(text, CONTEXT)
    columns = format_.scan(text, Carry())
    alone = [format_.parse(line.encode()) for line in lines * 5]

    assert [record.level for record in alone] == columns.levels.tolist()
    assert [
        NO_TIME if record.time_ns is None else record.time_ns for record in alone
    ] == columns.times.tolist()
    assert len(lines) * 5 == columns.read


NOT_HEADERS = {
    "a level that is none": "2026-03-04 COZY x",
    "indented": "  2026-03-04 05:06:07,123 ERROR shop.core - x",
}


@pytest.mark.parametrize("line", NOT_HEADERS.values(), ids=NOT_HEADERS)
def test_declines(line):
    """What looks like a header, but is none, continues the record."""
    text = f"2026-03-04 05:06:07,123 INFO shop.core - a\n{line}\n".encode()

    assert 1 == len(detect(text, CONTEXT).scan(text, Carry()).starts)


def test_a_narrowed_row_reads_other_headers_by_other_rows():
    """The main row's time and level stand, though its logger is missing."""
    lines = b"2026-03-04 05:06:07,123 ERROR shop.core - a\n" * 3
    record = detect(lines, CONTEXT).parse(b"2026-03-04 05:06:07,123 WARNING (odd")

    assert (Level.WARNING, "(odd") == (record.level, record.message)


def test_a_header_that_no_row_reads_whole():
    """Time and level are enough."""
    lines = b"2026-03-04 05:06:07.123 | ERROR    | shop.cart:add:12 - a\n" * 3
    record = detect(lines, CONTEXT).parse(b"2026-03-04 05:06:07.123 | ERROR=")

    assert Level.ERROR is record.level


SERVICES = {
    "in the header": ("text:syslog", "Mar  4 05:06:07 web-1 shop[17]: a", "shop"),
    "in a pair": ("text:python", "2026-03-04 05:06:07,1 INFO a.b - x service=shop", "shop"),
    "nowhere": ("text:python", "2026-03-04 05:06:07,1 INFO a.b - x", None),
}  # fmt: skip


@pytest.mark.parametrize(("name", "line", "service"), SERVICES.values(), ids=SERVICES)
def test_service(name, line, service):
    """The program that wrote it."""
    assert service == named(name, CONTEXT).parse(line.encode()).service


def test_pairs_are_fields():
    """And the trace is one of them."""
    line = b"2026-03-04 05:06:07,123 INFO shop.a - done trace_id=4f took=3ms"
    record = named("text:python", CONTEXT).parse(line)

    assert "4f" == record.trace
    assert {"trace_id": "4f", "took": "3ms"} == record.fields


BARE = "2026-03-04 05:06:07 order 17 accepted"
RICHER = {
    "a level": ("2026-03-04 05:06:07 ERROR order 17 failed", Level.ERROR, None),
    "in brackets": ("2026-03-04 05:06:07 [warn] low stock", Level.WARNING, None),
    "behind a thread": ("2026-03-04 05:06:07 [main] Error: low", Level.ERROR, None),
    "and a logger": ("2026-03-04 05:06:07 ERROR shop.cart: lost", Level.ERROR, "shop.cart"),
}  # fmt: skip


@pytest.mark.parametrize("first", [BARE, "x 2026-03-04 05:06:07", "1772600767.1 a"])
@pytest.mark.parametrize("late", [False, True], ids=["in the head", "after it"])
@pytest.mark.parametrize(("line", "level", "logger"), RICHER.values(), ids=RICHER)
def test_a_row_without_level_hides_none(first, late, line, level, logger):
    """Whatever most lines are, and wherever the first one with a level stands."""
    bare = f"{first}\n" * 9
    text = bare + f"{line}\n" + bare
    format_ = detect((bare if late else text).encode(), CONTEXT)
    record = format_.parse(line.encode())

    assert [0] * 9 + [level] + [0] * 9 == format_.scan(
        text.encode(), Carry()
    ).levels.tolist()
    assert (level, logger) == (record.level, record.logger)


OTHER_LAYOUTS = {
    "dashes": "2026-03-04 05:06:07 - shop.cart - ERROR - lost",
    "a process": "2026-03-04 05:06:07 [17] ERROR:  deadlock detected",
    "a channel": "[2026-03-04 05:06:07] production.ERROR: lost",
}


@pytest.mark.parametrize("line", OTHER_LAYOUTS.values(), ids=OTHER_LAYOUTS)
def test_a_row_without_level_hides_no_layout_of_the_head(line):
    """Where the level stands further on, one such line in the head is enough."""
    text = (f"{BARE}\n" * 5 + f"{line}\n").encode() * 2
    levels = detect(text, CONTEXT).scan(text, Carry()).levels.tolist()

    assert ([0] * 5 + [Level.ERROR]) * 2 == levels


NO_LEVELS = {
    "a sentence": "2026-03-04 05:06:07 A worker without error",
    "a longer word": "2026-03-04 05:06:07 Errors: none, information: none",
}


@pytest.mark.parametrize("line", NO_LEVELS.values(), ids=NO_LEVELS)
def test_words_of_a_message_are_no_levels(line):
    """Only what stands where a header has its level."""
    text = (f"{BARE}\n" * 5 + f"{line}\n").encode()

    assert Level.UNKNOWN is detect(text, CONTEXT).parse(line.encode()).level
