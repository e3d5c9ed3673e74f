"""Headers that are learned from the lines of one file."""

import re

import pytest

from log_mcp.formats import Carry, Context, detect
from log_mcp.formats.headers import ROWS
from log_mcp.formats.learn import learn
from log_mcp.record import Level

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)

# Each with its logger and what else is told.
LAYOUTS = {
    "bars": (
        "2026-03-04T05:06:07.123Z|shopd|17|worker-3|{}|shop.cart|",
        "shop.cart",
        {"service": "shopd", "pid": "17", "thread": "worker-3"},
    ),
    "a host first": (
        "web-1 worker-3 2026-03-04 05:06:07.123 shop.cart.Stock {}: ",
        "shop.cart.Stock",
        {"host": "web-1", "thread": "worker-3"},
    ),
    "a level first": ("[{} ] 17 2026-03-04 05:06:07 {{shop.cart}} ", "shop.cart", {}),
    "brackets of four kinds": (
        "2026-03-04 05:06:07 (17) <{}> shop.cart :: ",
        "shop.cart",
        {"pid": "17"},
    ),
    "semicolons": ("{};2026-03-04 05:06:07;17;shop.cart;", "shop.cart", {"pid": "17"}),
    "syslog's own words": (
        "2026-03-04 05:06:07 web-1 shopd[17] {} ",
        None,
        {"pid": "17"},
    ),
    "signs": ("%% 2026-03-04 05:06:07 %% {} %% shop.cart %% ", "shop.cart", {}),
    "a logger first": ("shop.cart {} 2026-03-04 05:06:07,123 ", "shop.cart", {}),
    "pairs": (
        "2026-03-04 05:06:07 pid=17 tid=42 level={} ",
        None,
        {"pid": "17", "tid": "42"},
    ),
    "chromium": (
        "[17:42:0304/050607.123456:{}:cart.cc(253)] ",
        "cart.cc",
        {"pid": "17", "thread": "42"},
    ),
    "brackets alone": (
        "[shopd][17][2026-03-04 05:06:07.123][shop.cart][{}] ",
        "shop.cart",
        {"service": "shopd", "pid": "17"},
    ),
    "a letter and a slash": ("05:06:07 shop.cart(17)/{letter}: ", "shop.cart", {}),
    "a letter between stars": (
        "*** 2026-03-04 05:06:07.123 *** {letter} *** shop.cart *** ",
        "shop.cart",
        {},
    ),
    "a letter and two numbers": (
        "{letter} 2026-03-04 05:06:07.123 17 42 cart.cc:253 ",
        "cart.cc:253",
        {"pid": "17", "thread": "42"},
    ),
    "dashes": ("thread-3: 2026-03-04 05:06:07 -- {} -- ", None, {"thread": "thread-3"}),
    "words before": ("at 2026-03-04 05:06:07, severity: {}, text: ", None, {}),
    "a wrapper of services": ("{}  | jvm 1    | 2026/03/04 05:06:07 | ", None, {}),
    "braces": ("{{2026-03-04 05:06:07}} {{{}}} {{shop.cart}} ", "shop.cart", {}),
    "a shout": ("2026-03-04 05:06:07 <shop.cart>.<add>: !{}! ", "shop.cart", {}),
    "seconds": ("1772600767.123|17|{}|shop.cart| ", "shop.cart", {"pid": "17"}),
}
WORDS = ["WARN", "INFO", "ERROR", "INFO", "DEBUG", "INFO"]
MESSAGES = [
    "no more stock",
    "order 17 accepted",
    "cart: 3 left",
    "a",
    "it's (all) gone",
]


def lines(layout):
    """A file of such lines: levels, clocks and messages differ."""
    for n in range(12):
        word = WORDS[n % len(WORDS)]
        header = layout.format(word, letter=word[0])
        header = header.replace("1772600767", f"{1772600767 + n}")
        header = re.sub("05(:?)06(:?)07", rf"05\g<1>06\g<2>{10 + n}", header)
        yield header + MESSAGES[n % len(MESSAGES)]


@pytest.mark.parametrize(
    ("layout", "logger", "fields"), LAYOUTS.values(), ids=list(LAYOUTS)
)
def test_learns(layout, logger, fields):
    """Time, level, logger and message of each line, and what else the header says."""
    own = list(lines(layout))
    text = "\n".join(own).encode() + b"\n"
    format_ = detect(text, CONTEXT)
    columns = format_.scan(text, Carry())
    records = [format_.parse(line.encode()) for line in own]
    levels = {"W": Level.WARNING, "I": Level.INFO, "E": Level.ERROR, "D": Level.DEBUG}

    assert len(own) == len(columns.starts)
    assert [levels[WORDS[n % 6][0]] for n in range(12)] == columns.levels.tolist()
    assert len(own) == len({record.time_ns for record in records})
    assert {logger} == {record.logger for record in records}
    assert [MESSAGES[n % 5] for n in range(12)] == [
        record.message.rpartition("{shop.cart} ")[2] for record in records
    ]
    assert (
        fields.items() <= {**records[0].fields, "service": records[0].service}.items()
    )


@pytest.mark.parametrize("tail", [b"a:" * 50_000, b"a" * 100_000, b"(" * 50_000])
def test_hostile_lines_are_soon_given_up(tail):
    """What almost fits a learned layout is not tried in many ways."""
    layout = "2026-03-04 05:06:07 web:shop:cart:core:main {} "
    own = [line.encode() for line in lines(layout)]
    found = learn(own, CONTEXT)
    assert found is not None
    expression = re.compile(found[0].expression())

    assert expression.match(b"\0 " + tail) is None
    assert expression.match(b"\0 web:shop:" + tail) is None


NOT_LEARNED = {
    "too few lines": "%% 2026-03-04 05:06:07 %% WARN %% a\n" * 3,
    "no level": "%% 2026-03-04 05:06:07 %% a\n" * 9,
    "no time": "%% WARN %% a\n" * 9,
    "prose": "once upon a time\nthere was a log\nof many lines\nand no end\n" * 3,
    "lines of different kinds": "".join(
        f"{'(' * n} 2026-03-04 05:06:07 {')' * n} WARN a\n" for n in range(9)
    ),
    "one letter that may be a word": "2026-03-04 05:06:07 A cart\n" * 9,
    "numbers": "2026-03-04 05:06:07 3 a\n" * 9,
}


@pytest.mark.parametrize("text", NOT_LEARNED.values(), ids=NOT_LEARNED)
def test_declines(text):
    """What lines do not share is not made up."""
    assert learn(text.encode().splitlines(), CONTEXT) is None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_is_known_is_not_learned(row):
    """A row of the table goes before."""
    text = "".join(f"{sample}\n" for sample in row.sample * 9)

    known = row.name != "generic"  # that one says less than its own sample does

    assert (
        f"text:{row.name if known else 'learned'}"
        == detect(text.encode(), CONTEXT).name
    )
