"""Which lines make one record."""

from itertools import pairwise

import pytest

from log_mcp.formats import Carry, Context, Kind, detect, named
from log_mcp.record import EXCEPTION, INFERRED, Level

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)
INFO = "2026-03-04 05:06:07,123 INFO shop.http - GET / 200"
ERROR = "2026-03-04 05:06:08,123 ERROR shop.core - failed"
BARE = "2026-03-04 05:06:08,123 no level here"
PYTHON = 'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\nValueError: x'
JAVA = "shop.StockError: none\n\tat shop.Cart.add(Cart.java:12)"
OBJECT = '{"level": "info", "ts": "2026-03-04T05:06:07Z", "msg": "a"}'

TEXT = {
    "a trace under an error": ([f"{ERROR}\n{PYTHON}", INFO], [5, 3]),
    "a crash between two lines": ([INFO, PYTHON, INFO], [3, 5, 3]),
    "a throwable under a line": ([f"{INFO}\n{JAVA}", INFO], [3, 3]),
    "a trace under a line without level": ([f"{BARE}\n{PYTHON}", INFO], [5, 3]),
    "lines below": ([f"{INFO}\nmore\n  and more", INFO], [3, 3]),
    "blank lines": ([f"{INFO}\n\n  \n", INFO], [3, 3]),
    "plain after a crash": ([INFO, PYTHON, "done", "and done", INFO], [3, 5, 0, 0, 3]),
    "indented after a crash": ([INFO, f"{PYTHON}\n  note", INFO], [3, 5, 3]),
    "a crash below lines": ([f"{INFO}\nmore\nmore\nmore", PYTHON, INFO], [3, 5, 3]),
    "a trace on the header's line": (
        [f"{ERROR.removesuffix('failed')}{PYTHON}", INFO],
        [5, 3],
    ),
    "an object between": ([INFO, OBJECT, INFO], [3, 3, 3]),
    "a time without level": ([INFO, BARE, INFO], [3, 0, 3]),
}
JSON = {
    "prose": ([OBJECT, "starting", "started", OBJECT], [3, 0, 0, 3]),
    "a crash": ([OBJECT, PYTHON, OBJECT], [3, 5, 3]),
    "a throwable": ([OBJECT, JAVA, OBJECT], [3, 5, 3]),
    "a header": ([OBJECT, INFO, OBJECT], [3, 3, 3]),
    "an error's header and its trace": ([OBJECT, f"{ERROR}\n{JAVA}", "x"], [3, 5, 0]),
    "an error's header and its crash": ([OBJECT, f"{ERROR}\n{PYTHON}", "x"], [3, 5, 0]),
    "an error's header and prose": ([OBJECT, ERROR, "x"], [3, 5, 0]),
}
PLAIN = {
    "lines": (["one", "two", "  three"], [0, 0, 0]),
    "a throwable": (["one", JAVA, "two"], [0, 5, 0]),
    "a name alone": (["OrderRejected: x", "two"], [0, 0]),
    "a message of two lines": (["panic: x\nand y\n\ngoroutine 1 [running]:\nmain.main()"], [5]),
    "a header": ([INFO, "two"], [3, 0]),
    "blank lines first": (["\n \none\n", "two"], [0, 0]),
}  # fmt: skip
CASES = {
    f"{name}, {case}": (name, *rows)
    for name, cases in {"text:python": TEXT, "jsonl": JSON, "plain": PLAIN}.items()
    for case, rows in cases.items()
}


@pytest.mark.parametrize("sampled", [True, False], ids=["sample", "no sample"])
@pytest.mark.parametrize(("name", "records", "levels"), CASES.values(), ids=CASES)
def test_joins_lines(name, records, levels, sampled):
    """Each item is one record, with this level."""
    text = ("\n".join(records) + "\n").encode()
    columns = named(name, CONTEXT, text if sampled else b"").scan(text, Carry())
    starts = [*columns.starts.tolist(), len(text)]
    texts = [text[a:b].decode().strip("\n ") for a, b in pairwise(starts)]

    assert [record.strip("\n ") for record in records] == texts
    assert levels == columns.levels.tolist()


def test_a_trace_makes_an_error_of_the_record_before_the_block():
    """A record that stated no level is amended when its trace arrives."""
    format_ = named("text:time-start", CONTEXT)
    before = format_.scan(f"{BARE}\n".encode(), Carry())
    after = format_.scan(f"{PYTHON}\n".encode(), before.carry)

    assert not len(after.starts)
    assert Level.ERROR is after.amend_level
    assert INFERRED | EXCEPTION == after.amend_flags
    assert after.carry.open
    assert after.carry.inferred


def test_nothing_to_amend():
    """Plain continuation leaves the record as it was."""
    format_ = named("text:python", CONTEXT)
    before = format_.scan(f"{INFO}\n".encode(), Carry())
    after = format_.scan(b"more\n", before.carry)

    assert None is after.amend_level
    assert 1 == after.read


def test_empty_text():
    """No bytes, no rows; what was open stays open."""
    carry = Carry(Kind.HEADED, Level.INFO)
    columns = named("plain", CONTEXT).scan(b"", carry)

    assert (0, carry) == (len(columns.starts), columns.carry)
    assert None is named("plain", CONTEXT).first_start(b"")


def test_counts_lines_that_were_understood():
    """Lines below a header count, plain and empty ones do not."""
    text = f"{OBJECT}\nprose\n\n{OBJECT}\n".encode()

    assert 2 == detect(text, CONTEXT).scan(text, Carry()).read


MESSAGES = {
    "what follows the header": (INFO, "GET / 200"),
    "all lines": (f"{INFO}\nmore", "GET / 200\nmore"),
    "up to the trace": (f"{ERROR}\nmore\n{PYTHON}", "failed\nmore"),
    "a crash is its exception": (PYTHON, "ValueError: x"),
    "a crash without message": (PYTHON.removesuffix(": x"), "ValueError"),
    "prose": ("prose", "prose"),
}


@pytest.mark.parametrize(("text", "message"), MESSAGES.values(), ids=MESSAGES)
def test_message(text, message):
    """What a person reads first."""
    assert message == named("text:python", CONTEXT).parse(text.encode()).message


STARTS = {
    "a header": ("text:python", f"  more\nmore\n{INFO}\n", 12),
    "an object": ("jsonl", f"prose\n{OBJECT}\n", 6),
    "no header": ("text:python", "more\nmore\n", None),
    "plain lines": ("plain", "line\n" * 12, 40),
    "plain lines in a trace": ("plain", "    at f (/a.js:1:2)\n" * 12, None),
    "too few plain lines": ("plain", "line\n" * 4, None),
}


@pytest.mark.parametrize(("name", "text", "start"), STARTS.values(), ids=STARTS)
def test_first_start(name, text, start):
    """Where a record begins whatever came before."""
    assert start == named(name, CONTEXT).first_start(text.encode())


MAIN = "2026-03-04 05:06:{:02},000 {} shop.core - {}\n"
OLD = "[2025-11-06 01:44:53,269][DEBUG][shop.stock] [node-1] failed to map\n"
FRAMES = "MapFailed[x]\n\tat shop.Map.go(Map.java:1)\n\tat shop.Map.run(Map.java:2)\n"
CLOCK = "10:07:06.318 [error] Task #PID<0.12.0> terminating\n** (KeyError) no key\n"
AROUND = [MAIN.format(n, "INFO ", "ready") for n in range(6)]
QUOTES = {
    "an older header below an error": (MAIN.format(7, "ERROR", "x") + OLD + FRAMES, 1),
    "below what is well": (MAIN.format(7, "INFO ", "x") + OLD + FRAMES, 2),
    "below an error's text": (MAIN.format(7, "ERROR", "x") + "y\n" + OLD + FRAMES, 2),
    "two of them": (MAIN.format(7, "ERROR", "x") + OLD + OLD, 2),
    "of the same day": (
        MAIN.format(7, "ERROR", "x") + OLD.replace("2025-11-06 01", "2026-03-04 01"),
        2,
    ),
    "younger": (MAIN.format(7, "ERROR", "x") + OLD.replace("2025", "2026"), 1),
    "younger, as it is once elsewhere": (
        MAIN.format(7, "ERROR", "x")
        + OLD.replace("2025", "2026")
        + MAIN.format(8, "INFO ", "y")
        + OLD.replace("2025", "2026"),
        4,
    ),
    "younger, and so is what follows": (
        MAIN.format(7, "ERROR", "x")
        + OLD.replace("2025", "2026")
        + MAIN.replace("2026-03", "2026-11").format(8, "INFO ", "y"),
        3,
    ),
    "without a date, at another hour": (MAIN.format(7, "ERROR", "x") + CLOCK, 1),
    "without a date, some minutes off": (
        MAIN.format(7, "ERROR", "x") + CLOCK.replace("10:07", "05:09"),
        2,
    ),
    "without a date, in another zone": (
        MAIN.format(7, "ERROR", "x") + CLOCK.replace("10:07:06", "10:36:07"),
        2,
    ),
    "without a date, below what is well": (MAIN.format(7, "INFO ", "x") + CLOCK, 2),
    "without a year": (
        MAIN.format(7, "ERROR", "x") + "Jun 22 10:07:37 web-1 shop[17]: no stock\n",
        2,
    ),
    "of the file's own layout": (
        MAIN.format(7, "ERROR", "x")
        + MAIN.replace("2026", "2025").format(8, "INFO", "y"),
        2,
    ),
}


@pytest.mark.parametrize(("text", "count"), QUOTES.values(), ids=QUOTES)
def test_an_error_quotes_another_log(text, count):
    """Only what no process that writes to this file could have written just then."""
    before = "".join(AROUND).encode()
    whole = before + text.encode() + AROUND[0].encode()
    format_ = detect(whole, CONTEXT)
    starts = format_.scan(whole, Carry()).starts
    own = [start for start in starts.tolist() if start >= len(before)]
    cut = len(before) + text.index("\n") + 1
    head, below = (format_.scan(whole[:cut], Carry()), whole[cut:])
    again = format_.scan(below, head.carry).starts

    assert count + 1 == len(own)
    assert len(starts) == len(head.starts) + len(again)


SYSLOG = "Mar  4 05:06:{:02} web-1 shop[17]: {}: x\n"
TIMED = "2026-11-22 10:07:37,277 ERROR shop.orders - no stock\n"
STEADY = {
    "of a file without years": SYSLOG.format(1, "ERROR") * 4
    + TIMED
    + SYSLOG.format(2, "INFO"),
    "the last line": MAIN.format(1, "INFO ", "x") * 4
    + MAIN.format(7, "ERROR", "x")
    + CLOCK.partition("\n")[0]
    + "\n",
    "below lines without a level": "2026-03-04 05:06:01 a\n" * 4 + CLOCK,
}


@pytest.mark.parametrize("text", STEADY.values(), ids=STEADY)
def test_nothing_is_quoted_where_nothing_shows_it(text):
    """Each of these lines with a header is a record."""
    data = text.encode()
    lines = [line for line in text.splitlines() if not line.startswith("**")]

    assert len(lines) == len(detect(data, CONTEXT).scan(data, Carry()).starts)
