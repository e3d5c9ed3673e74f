"""What development servers print."""

from itertools import pairwise

import pytest

from log_mcp.formats import Carry, Context, detect
from log_mcp.record import Level

CROSS = "\N{VECTOR OR CROSS PRODUCT}"
READ = {
    " GET /cart 500 in 88ms": (Level.ERROR, "GET /cart 500 in 88ms", "88ms"),
    "GET / 200 in 1.2s": (Level.UNKNOWN, "GET / 200 in 1.2s", "1.2s"),
    " POST /a 404 in 9ms (compile: 4ms)": (
        Level.WARNING,
        "POST /a 404 in 9ms (compile: 4ms)",
        "9ms",
    ),
    "GET /a?b=c 503 12.345 ms - 1024": (
        Level.ERROR,
        "GET /a?b=c 503 12.345 ms - 1024",
        "12.345 ms",
    ),
    "PUT /a 301 - - 3.1 ms": (Level.UNKNOWN, "PUT /a 301 - - 3.1 ms", "3.1 ms"),
    f" {CROSS} no such module": (Level.ERROR, "no such module", None),
    "\N{HEAVY MULTIPLICATION X}  two spaces": (Level.ERROR, "two spaces", None),
    "\N{WARNING SIGN}\N{VARIATION SELECTOR-16} low": (Level.WARNING, "low", None),
    "\N{HEAVY CHECK MARK} done": (Level.INFO, "done", None),
}
LEFT = {
    "no status": "GET /cart in 88ms",
    "no path": "GET cart 500 in 88ms",
    "more behind it": "GET /cart 500 in 88ms, and more",
    "a status of six hundred": "GET /cart 600 in 88ms",
    "indented further": "  GET /cart 500 in 88ms",
    "a mark alone": CROSS,
    "a mark and spaces": f"{CROSS}   ",
    "a mark within a word": f"{CROSS}a",
    "a mark inside": f"tests {CROSS} failed",
}


def reader():
    head = f" {CROSS} one\n GET /cart 500 in 88ms\n"
    return detect(head.encode(), Context())


@pytest.mark.parametrize("line", READ)
def test_reads(line):
    """Level, message and how long it took; the level is inferred."""
    record = reader().parse(line.encode())

    level, message, took = READ[line]
    assert record.level is level
    assert record.level_inferred == bool(level)
    assert record.message == message
    assert record.fields.get("took") == took


@pytest.mark.parametrize("line", LEFT.values(), ids=LEFT)
def test_leaves_as_plain_text(line):
    """What only looks like it states nothing."""
    record = reader().parse(line.encode())

    assert record.level is Level.UNKNOWN
    assert not record.fields


def test_other_lines_are_records_of_their_own():
    """A server's lines stand between what the program prints: nothing belongs to them."""
    text = (
        " GET / 200 in 4ms\norder 17 accepted\n2026-03-04 05:06:07 ERROR no stock\n"
        f'{{"level": "warn", "msg": "low"}}\n {CROSS} TypeError: no cart\n'
        "    at total (/srv/shop/cart.js:9:3)\n GET /cart 500 in 8ms\n"
    ).encode()
    format_ = detect(text, Context())

    starts = [*format_.scan(text, Carry()).starts.tolist(), len(text)]
    records = [format_.parse(text[a:b]) for a, b in pairwise(starts)]

    assert format_.name == "console"
    assert [record.message for record in records] == [
        "GET / 200 in 4ms",
        "order 17 accepted",
        "no stock",
        "low",
        "TypeError: no cart",
        "GET /cart 500 in 8ms",
    ]
    assert records[2].time_ns is not None
    assert records[3].level is Level.WARNING
    assert records[4].exception is not None
    assert records[4].exception.type == "TypeError"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("one\ntwo\n\N{CHECK MARK} done\n", "console", id="one line"),
        pytest.param("one\ntwo\n", "plain", id="none"),
        pytest.param(
            '{"msg": "a"}\n{"msg": "b"}\n\N{CHECK MARK} done\n', "jsonl", id="few"
        ),
        pytest.param(
            ("level=info msg=paid order=17\n" * 2 + "\N{CHECK MARK} done\n") * 400,
            "logfmt",
            id="a third of very many",
        ),
    ],
)
def test_is_told_by_the_lines_of_a_head(text, name):
    """Such lines must outnumber those of any other format."""
    assert detect(text.encode(), Context()).name == name
