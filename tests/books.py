"""What the tests of the logbook share: a small shop that logs, and a book that reads it."""

import itertools
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from random import Random
from typing import Any

from log_mcp.answer import RecordRow, SearchPage
from log_mcp.config import Config
from log_mcp.config_file import PathMap, SourceConfig
from log_mcp.logbook import Logbook
from log_mcp.pace import Pace, Pulse
from log_mcp.query.filter import Ask
from log_mcp.timestamp import iso
from tests.feeding import NOON_NS, SECOND_NS, Clock

REQUESTS = 120
STEP_S = 10
REFUSED = """\
Traceback (most recent call last):
  File "/srv/shop/bank.py", line 4, in charge
    raise ConnectionRefusedError(111, "Connection refused")
ConnectionRefusedError: [Errno 111] Connection refused

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/usr/lib/python3/site-packages/web/app.py", line 90, in dispatch
    return view(request)
  File "/srv/shop/pay.py", line 3, in pay
    raise PaymentRefused(order) from error
shop.pay.PaymentRefused: order is not paid"""
BANK = "import socket\n\ndef charge(order):\n    raise ConnectionRefusedError()\n"
PAY = "from shop.bank import charge\ndef pay(order):\n    raise PaymentRefused(order)\n"


@dataclass(frozen=True)
class Entry:
    """One record of the shop, as whoever wrote it knows it."""

    source: str
    number: int
    level: str
    time_ns: int
    text: str

    @property
    def trace(self) -> str:
        return trace_of(self.number)


def trace_of(number: int) -> str:
    return f"{number + 0xABC000:032x}"


def api(number: int) -> tuple[str, dict[str, object]]:
    failed = number % 20 == 7
    level = "error" if failed else {3: "warn", 4: "debug"}.get(number % 10, "info")
    record: dict[str, object] = {
        "level": level,
        "msg": "Payment failed" if failed else f'order "{number}" paid',
        "trace_id": trace_of(number),
        "user_id": number % 7,
        "duration_ms": number * 5,
        "http": {"path": "/pay", "status": 503 if failed else 200},
    }
    if failed:
        record |= {"error_id": f"e{number:07}", "exception": REFUSED}
    return level, record


def entries() -> list[Entry]:
    """All records of the shop, each source in the order written."""
    found = []
    for number in range(REQUESTS):
        at = NOON_NS - (REQUESTS - number) * STEP_S * SECOND_NS
        level, record = api(number)
        level = "warning" if level == "warn" else level
        line = json.dumps({"time": iso(at), **record})
        found.append(Entry("api", number, level, at, line))
        if number % 4 == 3:
            head = f"{iso(at + SECOND_NS)[:19].replace('T', ' ')},000"
            known = f"[trace_id={trace_of(number)}]"
            word = "ERROR" if number % 20 == 7 else "INFO"
            text = f"{head} {word} shop.worker {known} job {number} ended"
            if word == "ERROR":
                text += f"\n{REFUSED}"
            found.append(Entry("worker", number, word.lower(), at + SECOND_NS, text))
        status = 503 if number % 20 == 7 else 200
        line = f'time={iso(at)} level=info msg="GET /pay" rid={trace_of(number)} '
        found.append(Entry("gateway", number, "info", at, f"{line}status={status}"))
    return found


ENTRIES = entries()
FILES = {"api": "api.jsonl", "worker": "worker.log", "gateway": "gateway.log"}


def write_shop(folder: Path) -> Path:
    """The shop's logs, and its code."""
    for source, name in FILES.items():
        lines = "".join(f"{e.text}\n" for e in ENTRIES if e.source == source)
        (folder / name).write_text(lines, "utf-8")
    (folder / "src").mkdir()
    (folder / "src" / "bank.py").write_text(BANK)
    (folder / "src" / "pay.py").write_text(PAY)
    return folder


def config(
    folder: Path, *patterns: str, memory: int = 64_000_000, names: bool = False
) -> Config:
    """Settings that name files of a folder; each its own source if `names`."""
    paths = [str(folder / pattern) for pattern in patterns or FILES.values()]
    sources = tuple(
        SourceConfig((path,), Path(path).name.partition(".")[0] if names else None)
        for path in paths
    )
    return Config(
        sources,
        max_memory=memory,
        timezone=UTC,
        project_root=folder,
        path_map=(PathMap("/srv/shop/", "src/"),),
    )


class Gate(Clock):
    """A clock that stops whoever reads history, once its recent past is held.

    Give it to a book that is not waited for.
    """

    LOOKS = 4  # at the clock, of a feed that starts

    def __init__(self) -> None:
        super().__init__()
        self._looks = 0
        self._shut = threading.Event()
        self._open = threading.Event()

    def __call__(self) -> int:
        if threading.current_thread().name == "log-mcp-ingest":
            self._looks += 1
            if self._looks > self.LOOKS:
                self._shut.set()
                self._open.wait(30)
        return super().__call__()

    def wait_shut(self) -> None:
        assert self._shut.wait(15)

    def open(self) -> None:
        self._open.set()


def steps(count: int) -> Callable[[Pulse | None], Pace]:
    """A pace that ends each question after so many looks at its watch, about."""

    def pace(pulse: Pulse | None) -> Pace:
        looks = itertools.count()
        return Pace(pulse, count, lambda: float(next(looks)))

    return pace


def patient(pulse: Pulse | None) -> Pace:
    """A pace that gives each question a minute, however slow the machine is."""
    return Pace(pulse, 60.0)


@contextmanager
def reading(
    settings: Config,
    clock: Callable[[], int] | None = None,
    *,
    loaded: bool = True,
    pace: Callable[[Pulse | None], Pace] = patient,
) -> Iterator[Any]:
    """A logbook at work; closed at the end, and it must not have failed."""
    book = Logbook(settings, clock or Clock(), pace)
    if isinstance(clock, Gate):
        book.feed.nudge()  # so that it looks at the clock between two stretches
    book.start()
    try:
        if loaded:
            assert book.wait_loaded(30)
        yield book
    finally:
        book.close()
    assert book.feed.failure is None


def pages(
    book: Logbook,
    ask: Ask,
    *,
    order: str = "newest",
    limit: int = 7,
    cursor: str | None = None,
) -> Iterator[SearchPage]:
    """Page after page, to the last one."""
    while True:
        page = book.search(ask, order=order, limit=limit, cursor=cursor)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return


def ids(rows: Iterable[RecordRow]) -> list[str]:
    return [row.id for row in rows]


def numbered(first: int, count: int, *, per_second: int = 1, width: int = 0) -> str:
    """Lines that carry their number, some of them in the same second."""
    lines = []
    for n in range(first, first + count):
        at = NOON_NS - 3600 * SECOND_NS + n // per_second * SECOND_NS
        stamp = iso(at)[:19].replace("T", " ")
        filler = Random(n).randbytes(width // 2).hex()  # that does not pack well
        lines.append(f"{stamp} INFO shop - number {n} {filler}".rstrip() + "\n")
    return "".join(lines)


def numbers(rows: Iterable[RecordRow]) -> list[int]:
    """The numbers of such lines."""
    return [int(row.message.split()[1]) for row in rows]


Told = list[tuple[float, str, str, dict[str, Any]]]


def telling(folder: Path, **sources: Any) -> Any:
    """A book on JSON logs: source to records, each seconds before noon, level, message, more.

    A level that is empty is not written.
    """
    for name, records in sources.items():
        rows = [
            {
                "time": iso(NOON_NS - int(back * SECOND_NS)),
                "level": level,
                "msg": message,
            }
            | more
            for back, level, message, more in records
        ]
        text = "".join(
            json.dumps({k: v for k, v in row.items() if v != ""}) + "\n" for row in rows
        )
        (folder / f"{name}.jsonl").write_text(text)
    return reading(config(folder, *(f"{name}.jsonl" for name in sources)))
