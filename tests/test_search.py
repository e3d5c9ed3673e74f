r"""Search agrees with the reference, whatever is held and however it rests."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from log_mcp.query import look as looks
from log_mcp.query import place
from log_mcp.query import text as texts
from log_mcp.query.carry import carries
from log_mcp.query.filter import Ask, Filter, Scope, check
from log_mcp.query.search import Found, Key, matching, relaxed, search
from log_mcp.record import Level
from log_mcp.store import grams
from log_mcp.store import ring as rings
from log_mcp.store import segment as segments
from log_mcp.store.ring import Held, Ring
from log_mcp.store.segment import Segment
from log_mcp.store.work import Work
from tests import reference
from tests.builders import Log, errors_of, kind_of, segment_of
from tests.reference import Entry

SMALL = [  # so that few records pass every limit
    (rings, "SEGMENT_BYTES_MIN", 300),
    (rings, "BLOCKS_MAX", 3),
    (looks, "FEW_BYTES", 150),
    (looks, "SOME_BYTES", 60),
    (looks, "SAMPLE_BYTES", 200),
    (place, "CHUNK_BYTES", 48),
    (grams, "UNIT_BYTES", 90),
    (segments, "FRAME_BYTES", 200),
    (texts, "DECODED_IN_PASSING", 1),
    (texts, "ASTRIDE_MAX", 1),
    (texts, "DECODED_ONE_BY_ONE", 2),
]
SECOND = 10**9
DAY = "2026-03-04"
BEGIN_NS = 1_772_600_767 * SECOND  # 2026-03-04T05:06:07Z

MESSAGES = [
    "order placed",
    "Order REJECTED: no stock",
    "upstream timeout after 250ms",
    r"upstream \u0074imeout",
    r"cannot open \n\/app\/conf",
    r"cannot open n\/app",
    r"body {\"user_id\": 42, \"note\": \"a\\nb\"}",
    r"Failed:\nTraceback (most recent call last):\n  File \"a.py\", line 1, in f\nOSError",
    "disk \u212aelvin \u00e9t\u00e9 \u00c9T\u00c9",
    r"smile \ud83d\ude00 \u00e9",
    "a",
    "",
    r"back\\slash c:\\temp",
    r"ends with a line end\n",
]
BODIES = [
    "order placed",
    "Order REJECTED: no stock",
    "upstream timeout after 250ms\n  retried\n\n  twice",
    "request_id=req-00000007 status=503 path=/app",
    'Traceback (most recent call last):\n  File "/srv/a.py", line 3, in f\nValueError: no stock',
    "cannot open\n/app/conf",
    "trailing blank lines\n\n",
    "a",
    "disk \u212aelvin \u00e9t\u00e9",
]
LEVELS = ["debug", "info", "warning", "error", "critical"]

EXTRAS = [
    "",
    ', "user_id": 42',
    ', "duration_ms": 250, "tags": ["a", "b"]',
    ', "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"',
    ', "http": {"path": "\\/app", "status": 503}',
    ', "request_id": "req-00000007"',
]


def _json_line(dice: Random) -> str:
    stamp = f'"timestamp": "{DAY}T05:06:{dice.randrange(40):02}Z", '
    timed = stamp if dice.random() < 0.9 else ""
    level, message = dice.choice(LEVELS), dice.choice(MESSAGES)
    extra = dice.choice(EXTRAS)
    return f'{{{timed}"level": "{level}", "message": "{message}"{extra}}}\n'


def _text_line(dice: Random) -> str:
    level, body = dice.choice(LEVELS).upper(), dice.choice(BODIES)
    return f"{DAY} 05:06:{dice.randrange(40):02},000 {level} shop.cart: {body}\n"


def _lines(dice: Random) -> list[str]:
    """Lines of a file, the first one with a time."""
    line = dice.choice([_json_line, _text_line])
    lines = [line(dice) for _ in range(dice.choice([2, 5, 20, 60]))]
    while not _begins(lines[0]):
        lines[0] = line(dice)
    return lines


def _begins(line: str) -> bool:
    """Whether a stretch may begin with it: nothing before decides what it is."""
    return DAY in line


@dataclass
class File:
    """A log, the records it is made of, and how much of it the ring was given."""

    log: Log
    entries: list[Entry]
    stretches: list[tuple[int, int]]
    begin: int

    def part(self, entry: Entry, end: int) -> Entry:
        """What can be known of a record of which not all lines have come."""
        raw = entry.raw[: end - entry.key.offset]
        record = self.log.origin.parse(raw)
        return Entry(entry.key, raw, record, record.level)


@dataclass
class World:
    """Files, and the ring that holds some of their records."""

    ring: Ring
    files: list[File] = field(default_factory=list)

    def held_entries(self, held: Sequence[Held]) -> list[Entry]:
        """What the reference holds: of each file an unbroken stretch to its young end."""
        known: list[Entry] = []
        by_key = {one.key: one for one in held}
        for file in self.files:
            one = by_key.get(file.log.origin.key)
            if one is None:
                continue
            count = sum(len(s) for s in one.segments)
            given_end = file.log._reader.position
            given = [e for e in file.entries if file.begin <= e.key.offset < given_end]
            if given:
                given[-1] = file.part(given[-1], given_end)
            known += given[len(given) - count :] if count else []
        return known


def _file(folder: Path, number: int, lines: list[str], history: int) -> File:
    stem = ("api", "worker", "api")[number]
    path = folder / f"{stem}{number}.log"
    raw = [line.encode() for line in lines]
    firsts = [i for i, line in enumerate(lines) if _begins(line)]
    firsts = firsts[: history + 1]
    offsets = np.cumsum([0, *map(len, raw)]).tolist()
    borders = [offsets[i] for i in firsts]
    log = Log(path, b"".join(raw), source=stem, key=f"f{number}", begin=borders[-1])
    entries, time_ns = [], 0
    for offset, text in zip(offsets, raw, strict=False):
        record = log.origin.parse(text)
        time_ns = time_ns if record.time_ns is None else record.time_ns
        key = Key(time_ns, stem, f"f{number}", offset)
        entries.append(Entry(key, text, record, record.level))
    return File(log, entries, list(pairwise(borders)), borders[-1])


OPERATIONS = ["append"] * 12 + ["seal", "index", "pack", "look", "room", "errors"]
OPERATIONS += ["prepend"] * 3
REST: dict[str, Callable[[Segment], object]] = {
    "look": len,
    "index": Segment.index,
    "pack": Segment.pack,
    "errors": errors_of,
}
LITERALS = [
    *("timeout", "TIMEOUT", "n/app", "\n/app", "no stock", "a", "\n", "a\nb", "kelvin"),
    *("\u00e9t\u00e9", "\U0001f600", '"user_id": 42', "\\", "\\n", "no such text", '"'),
    *("/app", "/app/conf", "upstream timeout after", "error", "c:\\temp", "05:06"),
    *('"}\n{"', "retried\n\n  twice", "\n\n", "e"),
]
REGEXES = [
    *("^Traceback", "(?i)ORDER re", r"^\s*File", r"\A\{", r"stock$", r"\z", "a*", "$"),
    *(r"timeout[^~]*placed", r"(?s)order.*stock", r"\n", r"\d+ms", r"(?-m)^Order", "^"),
    *(r"^$", r"\bapp\b", r"[^a]\n", r"stock\n2026", r"(?-m:stock$)", r"\{\"user_id"),
    *("no such text", ".", r"\x{1F600}", r"\W$", r"(?i)\bKELVIN", r".*no stock\b"),
    *(r"\bupstream time", r"(?i)[a-z]+ tim\w+ after", r"\bn/app/co", r"st?ocks?$"),
]
CONDITIONS = [
    *(
        "user_id = 42",
        "level >= warn",
        "tags = b",
        "http.path = /app",
        "duration_ms > 0.1s",
    ),
    *("message ~ '^upstream'", "source = api", "status exists", "status = 503"),
    *("message = 'order placed'", "request_id = req-00000007", "group = Order"),
    *("exception.type = ValueError", "user_id missing", "level in (info, error)"),
    *("message = upstream timeout", "logger = shop.cart", "message !~ a"),
]
TRACES = [
    "req-00000007",
    "4bf92f3577b34da6a3ce929d0e0e4736",
    "42",
    "placed",
    "none-such-1",
]
SCOPE = Scope(("api", "worker"), lambda _, text: BEGIN_NS + int(text) * SECOND)


def _ask(dice: Random) -> Ask:
    """A question: mostly of one part, at times of many."""
    share = dice.choice([0.1, 0.1, 0.4])

    def some(values: Sequence[Any], none: Any = None) -> Any:
        return dice.choice(values) if dice.random() < share else none

    return Ask(
        query=some(LITERALS),
        regex=some(REGEXES),
        exclude=some([(one,) for one in LITERALS], ()),
        level=some(["info", "error", "FATAL"]),
        source=some([("api",), ("w*",)], ()),
        where=some([(one,) for one in CONDITIONS], ()),
        trace=some(TRACES),
        group=some(["Order", "ValueError", "upstream"]),
        since=some(["-7", "3", "10"]),
        until=some(["12", "33"]),
    )


def _apply(world: World, name: str, number: int, size: int) -> None:
    ring = world.ring
    file = world.files[number % len(world.files)]
    key = file.log.origin.key
    if name == "append" and not file.log.done:
        ring.append(file.log.next(size))
    elif name == "prepend" and file.stretches:
        begin, end = file.stretches[-1]
        if ring.prepend(file.log.between(begin, end)):
            file.stretches.pop()
            file.begin = begin
        else:
            file.stretches.clear()  # As the feed does: a gap is never jumped.
    elif name == "seal" and file.log.done:
        ring.seal(key)
    elif name == "room":
        ring.make_room()
    elif name in REST:
        held = ring.held(key)
        for segment in held.segments[:-1] if held else ():
            REST[name](segment)


def _agrees(world: World, ask: Ask, *, newest: bool, limit: int) -> None:
    held = world.ring.snapshot()
    segments = [s for one in held for s in one.segments]
    entries = world.held_entries(held)
    wanted = check(ask, SCOPE)
    after: Key | None = None
    for _ in range(4):
        found = search(
            segments, wanted, errors_of, newest=newest, limit=limit, after=after
        )
        expected = reference.search(
            entries, wanted, newest=newest, limit=limit, after=after
        )

        assert expected == ([h.key for h in found.hits], found.matched, found.more)
        if not found.more:
            break
        after = found.hits[-1].key


@pytest.mark.untraced
@settings(max_examples=15, deadline=None, phases=[Phase.reuse, Phase.generate])
@given(st.integers(0, 2**32 - 1))
def test_agrees_with_the_reference(tmp_path_factory, seed):
    """Rows, order, counts and cursors, after any operations in any order."""
    dice = Random(seed)
    folder = tmp_path_factory.mktemp("logs")
    with pytest.MonkeyPatch.context() as patch:
        for module, name, value in SMALL:
            patch.setattr(module, name, value)
        world = World(Ring(dice.choice([8_000, 16_000, 10**6]), segment_bytes=2_000))
        for number in range(dice.randint(1, 3)):
            world.files.append(_file(folder, number, _lines(dice), dice.randrange(12)))
        for _ in range(dice.randrange(80)):
            name, number = dice.choice(OPERATIONS), dice.randrange(3)
            _apply(world, name, number, dice.choice([1, 100, 700]))
        questions = [_ask(dice) for _ in range(8)]
        for ask in questions:
            _agrees(world, ask, newest=dice.random() < 0.5, limit=3)
        for file in world.files:
            world.ring.seal(file.log.origin.key)
        for segment in (s for one in world.ring.snapshot() for s in one.segments):
            segment.index()
            segment.pack()
        for ask in questions:
            _agrees(world, ask, newest=dice.random() < 0.5, limit=3)


def _found(segments: Sequence[Segment], ask: Ask) -> Found:
    return search(segments, check(ask, SCOPE), errors_of)


def _line(message: str, at: int = 1, level: str = "info", extra: str = "") -> str:
    stamp = f"{DAY}T05:06:{at:02}Z"
    return (
        f'{{"timestamp": "{stamp}", "level": "{level}", "message": "{message}"{extra}}}'
    )


def test_counts_all_but_shows_the_limit(tmp_path):
    """`matched` is the whole truth; `more` says that the page is not."""
    lines = [_line("order placed", at) for at in range(20)]
    found = _found([segment_of(tmp_path / "a.log", lines)] * 9, Ask(query="placed"))

    assert (50, 180, True) == (len(found.hits), found.matched, found.more)


def _indexed(path: Path, lines: list[str]) -> Segment:
    segment = segment_of(path, lines)
    segment.index()
    return segment


def test_level_and_time_open_no_text(tmp_path):
    """Columns alone answer what they can."""
    lines = [_line("failed", at, "error") for at in range(10)]
    held = [_indexed(tmp_path / "a.log", lines)]
    found = _found(held, Ask(level="error", since="-2", until="0"))

    assert (3, Work()) == (found.matched, found.work)


def test_a_rare_text_opens_only_segments_that_may_hold_it(tmp_path):
    """Grams keep a needle of eight bytes or more from reading what cannot hold it."""
    others = [
        _indexed(
            tmp_path / f"{n}.log", [_line(f"order placed {n}", at) for at in range(50)]
        )
        for n in range(20)
    ]
    right = _indexed(tmp_path / "right.log", [_line("payment 7f3a9c2e51d0 refused")])

    for ask in (
        Ask(query="9C2E51D0"),
        Ask(trace="7f3a9c2e51d0"),
        Ask(regex=r"(?i)[a-z] 7f3a9c2E\w+"),
    ):
        found = _found([*others, right], ask)
        assert (1, 1) == (found.matched, found.work.segments)
    assert Work() == _found(others, Ask(where=("user = 7f3a9c2e51d0",))).work


@pytest.mark.parametrize(
    "ask",
    [
        Ask(source=("worker",)),
        Ask(level="error"),
        Ask(since="100"),
        Ask(until="-100"),
        Ask(query="payment refused"),
    ],
)
def test_drops_a_segment_by_what_it_says_of_itself(tmp_path, ask):
    """No text is opened for another source, level, window or needle."""
    lines = [_line("order placed", at) for at in range(50)]
    found = _found([_indexed(tmp_path / "api.log", lines)], ask)

    assert (0, Work()) == (found.matched, found.work)


def test_marks_take_what_is_new(tmp_path):
    """Of a file with a mark the records from there on, of others all."""
    lines = [_line("order placed", at) for at in range(4)]
    segment = segment_of(tmp_path / "a.log", lines)
    key = segment.origin.key
    ask = Ask(since="last_call")
    for mark, expected in ((0, 4), (segment.offset(1), 3), (segment.end, 0)):
        scope = replace(SCOPE, marks={"last_call": {key: mark}}.get)
        wanted = check(ask, scope)
        assert expected == search([segment], wanted, errors_of).matched

    late = check(ask, replace(SCOPE, marks=lambda _: {key: segment.offset(2)}))
    late = replace(late, level=Level.INFO)
    assert 2 == search([segment], late, errors_of).matched


CARRIES = {
    "its trace": ("4bf92f35", '"trace_id": "4BF92F35"', True),
    "an id field": ("42", '"user_id": 42', True),
    "a nested id field": ("j1", '"ctx": {"job": {"id": "J1"}}', True),
    "a camel case id": ("s-1", '"sessionId": "s-1"', True),
    "the trace of a traceparent": (
        "0af7651916cd43dd",
        '"traceparent": "00-0af7651916cd43dd-b7ad6b71-01"',
        True,
    ),
    "an odd word in the text": ("req-00000007", '"note": "(req-00000007)"', True),
    "an odd word behind a decoded line end": (
        "req-00000007",
        '"note": "x\\nreq-00000007 gone"',
        True,
    ),
    "part of an odd word": ("req-00000007", '"note": "req-000000071"', False),
    "a plain word in the text": ("placed", '"note": "placed"', False),
    "no id field": ("42", '"count": 42', False),
}


@pytest.mark.parametrize(("value", "extra", "expected"), CARRIES.values(), ids=CARRIES)
def test_trace(tmp_path, value, extra, expected):
    """A correlation value counts in id fields, and anywhere if it is odd enough."""
    segment = segment_of(tmp_path / "a.log", [_line("order", extra=f", {extra}")])

    assert expected == bool(_found([segment], Ask(trace=value)).matched)
    if "\\" not in extra:
        assert expected == carries(segment.record(0), value)


def test_matching_and_relaxed(tmp_path):
    """`matching` gives only segments with answers; `relaxed` only parts that were asked."""
    one = segment_of(tmp_path / "a.log", [_line("order placed")])
    two = segment_of(tmp_path / "b.log", [_line("else")])
    wanted = check(Ask(query="placed", level="info"), SCOPE)

    assert [(one, [0])] == [
        (s, rows.tolist()) for s, rows in matching([one, two], wanted, errors_of)
    ]
    assert ["query", "level"] == list(relaxed(wanted))


def test_groups_are_asked_of_errors_only(tmp_path):
    """A group and a condition on `group` mean the same; other records are in none."""
    lines = [
        _line("Order failed", 1, "error"),
        _line("Order placed"),
        _line("x", 2, "error"),
    ]
    segment = segment_of(tmp_path / "a.log", lines)
    group = kind_of(segment.record(0))

    assert 1 == _found([segment], Ask(group=group)).matched
    assert 1 == _found([segment], Ask(where=(f"group = {group}",))).matched
    assert 1 == _found([segment], Ask(where=("group missing",))).matched
    assert 0 == _found([segment], Ask(level="critical", group=group)).matched


def test_records_of_one_moment_are_paged_by_offset(tmp_path):
    """Equal times and files out of order: each record comes once."""
    lines = [_line("m", at) for at in (5, 5, 3, 5, 3, 9)]
    segments = [segment_of(tmp_path / f"{name}.log", lines) for name in "ab"]
    for newest in (True, False):
        keys: list[Key] = []
        while True:
            found = search(
                segments,
                Filter(),
                errors_of,
                newest=newest,
                limit=1,
                after=keys[-1] if keys else None,
            )
            keys += [hit.key for hit in found.hits]
            if not found.more:
                break

        assert sorted(set(keys), reverse=newest) == keys
        assert 12 == len(keys)
