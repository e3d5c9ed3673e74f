"""What the tests of reading files share: a clock, generated logs, and a running feed."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import orjson
from hypothesis import strategies as st

from log_mcp.analysis.annotate import Annotator
from log_mcp.block import Block, join
from log_mcp.feed import Feed
from log_mcp.ingest.catalog import Catalog, Wanted
from log_mcp.ingest.reading import Settings
from log_mcp.passage import scan
from log_mcp.redact import Redactor
from log_mcp.store.ring import Ring
from log_mcp.store.segment import Segment

SECOND_NS = 1_000_000_000
NOON_NS = 1_772_625_600 * SECOND_NS  # 2026-03-04T12:00:00Z
SETTINGS = Settings(UTC, Redactor(key=b"test"))


class Clock:
    """The time, which stands until a test moves it."""

    def __init__(self, now_ns: int = NOON_NS) -> None:
        self.now_ns = now_ns

    def __call__(self) -> int:
        return self.now_ns

    def advance(self, seconds: float) -> None:
        self.now_ns += int(seconds * SECOND_NS)


def eventually(predicate: Callable[[], bool], timeout_s: float = 15.0) -> bool:
    """Whether something becomes true in time."""
    never, end = threading.Event(), time.monotonic() + timeout_s
    while not predicate():
        if time.monotonic() > end:
            return False
        never.wait(0.005)
    return True


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for one example of a property."""
    with TemporaryDirectory() as path:
        yield Path(path).resolve()


class Row(NamedTuple):
    """One record as a test compares it."""

    offset: int
    time_ns: int
    level: int
    flags: int
    text: bytes


def rows(blocks: Iterable[Block]) -> list[Row]:
    """The records of neighbouring blocks of one file, in file order."""
    whole = join(tuple(blocks))
    ends = [*whole.starts[1:].tolist(), len(whole.text)][: len(whole.starts)]
    texts = [
        whole.text[a:b].rstrip(b"\n")
        for a, b in zip(whole.starts.tolist(), ends, strict=True)
    ]
    columns = (whole.offsets, whole.times, whole.levels, whole.flags)
    return [
        Row(*one) for one in zip(*(c.tolist() for c in columns), texts, strict=True)
    ]


def forwards(path: Path, settings: Settings = SETTINGS) -> list[Row]:
    """A file's records, read once from its beginning to its end."""
    blocks = tuple(scanned.block for scanned in scan(path, settings)[1])
    return rows(blocks) if blocks else []


def places(found: Iterable[Row]) -> list[tuple[int, bytes]]:
    """Offsets and texts: what is true of a record whatever stands beside it."""
    return [(row.offset, row.text) for row in found]


# -- generated logs ----------------------------------------------------------------------

MESSAGES = [
    "order accepted",
    "cache miss for key 42",
    "retrying in 3 s",
    "\u00fcber die Br\u00fccke \u2192",
    "password=hunter2xyz refused",
]
TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/srv/shop/cart.py", line 12, in add\n'
    "    check(item)\n"
    "shop.errors.OutOfStock: none left"
)
JAVA = (
    "java.lang.IllegalStateException: no stock\n"
    "\tat shop.Cart.add(Cart.java:12)\n"
    "\tat shop.Main.main(Main.java:3)"
)


def stamp(number: int) -> str:
    """A time of its own for each record."""
    minutes, seconds = divmod(number, 60)
    return f"2026-03-04T{minutes // 60 % 24:02d}:{minutes % 60:02d}:{seconds:02d}"


def python_record(number: int, message: str, *, trace: bool) -> str:
    level = "ERROR" if trace else "INFO"
    head = f"{stamp(number).replace('T', ' ')},000 {level} shop.cart - {message}"
    return f"{head}\n{TRACE}" if trace else head


def json_record(number: int, message: str, *, trace: bool) -> str:
    record = {"time": stamp(number) + "Z", "level": "info", "msg": message, "n": number}
    if trace:
        record |= {"level": "error", "stack": JAVA}
    return orjson.dumps(record).decode()


def logfmt_record(number: int, message: str, *, trace: bool) -> str:
    level = "error" if trace else "info"
    return f'time={stamp(number)}Z level={level} msg="{message}" n={number}'


def plain_record(number: int, message: str, *, trace: bool) -> str:
    return TRACE if trace else f"{message} ({number})"


def docker_record(number: int, message: str, *, trace: bool) -> str:
    """Each line in an envelope; every third one in two pieces."""
    lines = []
    for at, line in enumerate(
        python_record(number, message, trace=trace).split("\n"), number
    ):
        pieces = [line[:20], line[20:]] if at % 3 == 0 and len(line) > 20 else [line]
        for piece in pieces:
            end = "\n" if piece is pieces[-1] else ""
            envelope = {"log": piece + end, "stream": "stdout"}
            lines.append(orjson.dumps(envelope | {"time": stamp(at) + ".1Z"}).decode())
    return "\n".join(lines)


FORMATS = {
    "python": python_record,
    "jsonl": json_record,
    "logfmt": logfmt_record,
    "plain": plain_record,
    "docker": docker_record,
}


@st.composite
def logs(draw, formats: Sequence[str] = tuple(FORMATS), max_records: int = 60) -> bytes:
    """A log of one format: single lines, stack traces, blank lines between."""
    record = FORMATS[draw(st.sampled_from(formats))]
    shapes = draw(
        st.lists(
            st.tuples(st.sampled_from(MESSAGES), st.sampled_from("ssssstb")),
            min_size=1,
            max_size=max_records,
        )
    )
    lines = []
    for number, (message, shape) in enumerate(shapes):
        lines.append(record(number, message, trace=shape == "t"))
        if shape == "b":
            lines.append("")
    return "\n".join(lines).encode() + b"\n"


def numbered(first: int, count: int, name: str = "shop") -> str:
    """Lines that carry their number."""
    return "".join(
        f"2026-03-04 10:{n // 60 % 60:02d}:{n % 60:02d},000 INFO {name} - number {n}\n"
        for n in range(first, first + count)
    )


def noisy(first: int, count: int, name: str = "shop") -> str:
    """The same, with text that does not compress: budgets mean what they say."""
    return "".join(
        f"2026-03-04 {10 + n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d},000 INFO {name}"
        f" - {blake2b(b'%d' % n, digest_size=40).hexdigest()} number {n}\n"
        for n in range(first, first + count)
    )


# -- a running feed ----------------------------------------------------------------------


def catalog_of(
    *patterns: Path | str, settings: Settings = SETTINGS, name: str | None = None
) -> Catalog:
    wanted = Wanted(tuple(map(str, patterns)), settings, name)
    return Catalog([wanted], tuple, settings)


@contextmanager
def feeding(
    *patterns: Path | str,
    budget: int = 256 * 1024 * 1024,
    clock: Callable[[], int] = time.time_ns,
    settings: Settings = SETTINGS,
    loaded: bool = True,
    reaching: bool = False,
) -> Iterator[Feed]:
    """A feed at work, closed at the end; it must not have failed.

    `reaching`: as if a question had been asked that reaches all compressed history.
    """
    ring = Ring(budget)
    feed = Feed(catalog_of(*patterns, settings=settings), ring, Annotator(), clock)
    if reaching:
        feed.reach_back()
    feed.start()
    try:
        if loaded:
            assert feed.wait_loaded(30)
        yield feed
    finally:
        feed.close()
    assert feed.failure is None


def texts(segments: Iterable[Segment]) -> list[bytes]:
    """The text of every record."""
    return [
        s.raw(row, text) for s in segments for text in [s.text] for row in range(len(s))
    ]


def held(feed: Feed) -> list[bytes]:
    """The text of every record in memory."""
    return [text for one in feed.ring.snapshot() for text in texts(one.segments)]


def ids(feed: Feed) -> dict[str, bytes]:
    """Id and text of every record in memory."""
    found: dict[str, bytes] = {}
    for one in feed.ring.snapshot():
        for segment in one.segments:
            for row in range(len(segment)):
                found[segment.record_id(row)] = segment.raw(row)
    return found


def count_held(feed: Feed) -> int:
    return sum(len(s) for one in feed.ring.snapshot() for s in one.segments)
