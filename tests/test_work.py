"""How much is done for a question, counted: a regression in steps, not in seconds.

The input is 16,000 records in two segments of eight units each, compressed. What must be
read for an answer is read once; what columns, grams or a literal rule out is not read.
"""

import random
import uuid
from datetime import UTC

import pytest

from log_mcp.analysis.annotate import Annotator
from log_mcp.instant import instant_ns
from log_mcp.query.filter import Ask, Scope, check
from log_mcp.query.search import Found, search
from log_mcp.store.frames import Opened
from log_mcp.store.segment import Segment
from log_mcp.store.work import Work
from tests.builders import Log

RECORDS = 16_000
UNITS = 16
SCOPE = Scope(("shop",), lambda *_: None)
SAID = ["order {} placed", "Payment of order {} captured", "cache hit parcel:{}"]


def _line(dice: random.Random, at: int) -> str:
    level = "error" if at % 100 == 99 else "info"
    said = dice.choice(SAID).format(dice.randrange(10**6, 10**7))
    if at == RECORDS // 2 + 4_000:
        said = "order 9762932 is the one"
    if level == "error":
        said += r" timeout while\nwaiting for \"payment\""
    stamp = f"2026-03-04T{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}.{at % 997:03}Z"
    trace = uuid.UUID(int=dice.getrandbits(128))
    return (
        f'{{"timestamp":"{stamp}","level":"{level}","message":"{said}",'
        f'"trace_id":"{trace}","duration_ms":{dice.randrange(2000)}}}\n'
    )


@pytest.fixture(scope="module")
def segments(tmp_path_factory) -> list[Segment]:
    dice = random.Random(7)
    lines = [_line(dice, at) for at in range(RECORDS)]
    log = Log(
        tmp_path_factory.mktemp("work") / "shop.log",
        "".join(lines).encode(),
        source="shop",
    )
    half = sum(map(len, lines[: RECORDS // 2]))
    held = [Segment(log.next(half)), Segment(log.next())]
    for segment in held:
        segment.index()
        segment.pack(Opened(0))
    return held


def _asked(segments: list[Segment], **parts: str | tuple[str, ...]) -> Found:
    ask = Ask(**parts)  # type: ignore[arg-type]
    return search(segments, check(ask, SCOPE), Annotator(), limit=5)


NOTHING = {  # a question, and how many answer it
    "a level": ({"level": "error"}, 160),
    "everything": ({}, RECORDS),
    "a number that is not there": ({"query": "order 1234567"}, 0),
    "a trace id that is not there": ({"trace": str(uuid.UUID(int=7))}, 0),
    "words that are not there": ({"query": "Nowhere to be found"}, 0),
    "an expression of words that are not": ({"regex": "(?i)[a-z]+ nowhere at"}, 0),
}


@pytest.mark.parametrize(("parts", "matched"), NOTHING.values(), ids=NOTHING)
def test_no_text_is_read(segments, parts, matched):
    """Columns and grams answer it alone."""
    found = _asked(segments, **parts)

    assert (matched, Work()) == (found.matched, found.work)


# A question, how many answer it, and what is done for it: segments, units opened, how often
# their text is searched, in units, and records looked at alone.
SOME = {
    "a number that is there": ({"query": "ORDER 9762932"}, 1, (2, 2, 2, 0)),
    "... in an expression": ({"regex": r"order 976293\d is"}, 1, (2, 3, 3, 0)),
    "... by a rare literal": ({"regex": "(?i).is the o"}, 1, (2, 11, 11, 1)),
    "a common word": ({"query": "placed"}, 5_240, (2, UNITS, UNITS, 0)),
    "a word of every record": ({"query": "duration_ms"}, RECORDS, (2, UNITS, UNITS, 0)),
    "two words": ({"query": "placed", "exclude": ("hit",)}, 5_240, (2, 16, 32, 0)),
    "an expression": ({"regex": "[0-9]{7} captured"}, 5_302, (2, UNITS, UNITS, 0)),
    "... of a level": ({"regex": "while\nwait", "level": "error"}, 160, (2, 2, 0, 0)),
    "a word and a level": ({"query": "placed", "level": "error"}, 49, (2, 2, 0, 0)),
    "a condition": (
        {"where": ("message ~ placed",), "level": "error"},
        49,
        (0, 0, 0, 160),
    ),
}


@pytest.mark.parametrize(("parts", "matched", "done"), SOME.values(), ids=SOME)
def test_what_is_read(segments, parts, matched, done):
    """Text is opened once, and searched once for each part of the question."""
    found = _asked(segments, **parts)
    work = found.work
    text_bytes = sum(segment.text_bytes for segment in segments)
    units = round(work.text_bytes * UNITS / text_bytes)

    assert matched == found.matched
    assert done == (work.segments, work.opened, units, work.records)


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> list[Segment]:
    """The same records, neither indexed nor packed."""
    dice = random.Random(7)
    text = "".join(_line(dice, at) for at in range(RECORDS)).encode()
    path = tmp_path_factory.mktemp("plain") / "shop.log"
    return [Segment(Log(path, text, source="shop").next())]


TEXTS = {
    "a word": {"query": "PLACED"},
    "a word behind an escape": {"query": "waiting for"},
    "words across an escape": {"query": "while\nwaiting"},
    "what is excluded": {"exclude": ("placed", "hit")},
    "an expression": {"regex": r"[0-9]{7} (captured|timeout)"},
    "... of escaped text": {"regex": '(?i)for "PAY'},
    "... without a literal": {"regex": r"\b[0-9]{7}\b.*\n"},
    "... of the whole text": {"regex": r"\A\{.*d"},
    "... and a word": {"query": "order", "regex": "cap.*while", "exclude": ("hit",)},
}
WINDOW = {"since": "2026-03-04T01:00:00Z", "until": "2026-03-04T01:10:00Z"}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize(
    "columns", [{"level": "error"}, WINDOW], ids=["level", "window"]
)
def test_where_columns_leave_little_only_that_is_read(plain, text, columns):
    """The answer is what both parts of the question have in common."""
    scope = Scope(("shop",), lambda _, text: instant_ns(text, 0, UTC))

    def rows(**parts):
        found = search(plain, check(Ask(**parts), scope), Annotator(), limit=RECORDS)
        return {hit.row for hit in found.hits}, found.work

    both, work = rows(**text, **columns)

    assert rows(**text)[0] & rows(**columns)[0] == both
    assert work.text_bytes * 8 < plain[0].text_bytes
    assert both or "exclude" in text or columns is WINDOW
