"""A server that is asked without pause while its log grows and rotates, for half an hour.

Another process writes 20,000 lines a second and rotates the file each 10 seconds. Every
line carries its number, so that an answer of `aggregate_logs` shows if memory holds one
twice: there are more records than numbers between the least and the greatest, or as many
with another sum. Together with what has left memory they must be all that were written.

What the server's process takes is looked at from outside. Its memory is flat if it is the
same in the first and in the last quarter of the time in which the ring was full.
"""

import json
import os
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from benchmarks.subject import fresh
from benchmarks.table import Row, median, percentile, timed
from benchmarks.wire import Wire, serve

RATE: Final = 20_000  # lines a second
ROTATION: Final = 10 * RATE  # lines
ROTATIONS_MIN: Final = 6  # however short it is
KEPT: Final = 5  # files put away
PIECE: Final = 1_000  # lines written at once
TRACE_LINES: Final = 4
MEMORY: Final = 32_000_000  # full after half a minute
MEMORY_MIN: Final = 1_000_000
MEMORY_SHARE: Final = 16  # bytes a line, where there are few of them
LOOK_S: Final = 0.25
STILL_S: Final = 30.0  # without a new record: what is missing is lost
FLAT: Final = 1.1
THREADS_MAX: Final = 32
HANDLES_MAX: Final = 64
MOST_MS: Final = 3_000  # two seconds, and the piece that is begun by then
NUMBERS: Final = ["count", "min(n)", "max(n)", "sum(n)"]
QUESTIONS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("log_overview", {}),
    ("search_logs", {"query": "card declined", "limit": 10}),
    ("search_logs", {"regex": "order [0-9]*77 ", "since": "5s", "limit": 10}),
    ("error_trends", {"since": "1m"}),
    ("log_patterns", {"since": "5s"}),
    ("explain_error_context", {}),
    ("compare_logs", {"since": "10s"}),
)


class Look(NamedTuple):
    """What the server's process took at a moment.

    Attributes:
        resident_mb: Memory.
        threads: That run.
        handles: Of files, pipes and watches.
        full: Whether records had left the ring by then.
    """

    resident_mb: float
    threads: int
    handles: int
    full: bool


class Soaked(NamedTuple):
    """What was seen.

    Attributes:
        looks: One after the other.
        took_ms: Of each question.
        taken: Records held at the end, and those that had left memory.
        proofs: How often numbers were asked for.
        wrong: How often they were not those of each record once.
    """

    looks: list[Look]
    took_ms: list[float]
    taken: int
    proofs: int
    wrong: int


def rows(lines: int) -> Iterator[Row]:
    """One run.

    Args:
        lines: How many are written; 20,000 take a second.
    """
    every = max(1, min(ROTATION, lines // ROTATIONS_MIN))
    memory = min(MEMORY, max(MEMORY_MIN, lines * MEMORY_SHARE))
    with TemporaryDirectory() as folder, fresh() as writer:
        log = Path(folder) / "soak.jsonl"
        log.write_bytes(b"")
        wire = Wire([*serve(Path(folder)), "--structured", "--max-memory", f"{memory}"])
        wire.tell("notifications/initialized")
        wire.call("log_overview", {})
        begun = time.monotonic()
        writing = writer.submit(written, log, lines, every)
        seen = soaked(wire, lines, writing.done)
        took_s = writing.result() - begun
        wire.close()
    section = (
        f"{lines:,} lines written in {took_s:.0f} s, rotated {(lines - 1) // every} "
        f"times, max_memory = {memory / 1e6:.3g}MB"
    )
    yield Row(section, "lost", max(0, lines - seen.taken), "records", 0)
    yield Row(section, "twice", max(0, seen.taken - lines), "records", 0)
    note = f"{seen.proofs} looked at"
    yield Row(section, "answers that show one twice", seen.wrong, "", 0, note=note)
    yield from _taken(section, seen.looks)
    note = f"{len(seen.took_ms)} asked"
    yield Row(section, "questions, p50", median(seen.took_ms), "ms", note=note)
    yield Row(section, "questions, p99", percentile(seen.took_ms, 99), "ms", MOST_MS)


def _taken(section: str, looks: list[Look]) -> Iterator[Row]:
    full = [one.resident_mb for one in looks if one.full] or [looks[-1].resident_mb]
    quarter = max(1, len(full) // 4)
    first, last = median(full[:quarter]), median(full[-quarter:])
    most = Row(section, "resident, most", max(one.resident_mb for one in looks), "MB")
    yield most
    flat = Row(section, "resident, last quarter with a full ring", last, "MB")
    yield flat.beside("first quarter", first, FLAT if len(full) > 60 else None)
    threads, handles = zip(*[(one.threads, one.handles) for one in looks], strict=True)
    yield Row(section, "threads, most", max(threads), "", THREADS_MAX)
    yield Row(section, "file handles, most", max(handles), "", HANDLES_MAX)


def soaked(wire: Wire, lines: int, is_written: Any) -> Soaked:
    """Ask until all is written and taken.

    Args:
        wire: The server.
        lines: How many records there will be.
        is_written: Whether all lines are.
    """
    found = Soaked([], [], 0, 0, 0)
    at, changed, looked = 0, time.monotonic(), 0.0
    while True:
        name, arguments = QUESTIONS[at % len(QUESTIONS)]
        at += 1
        took_ms, _ = timed(lambda: _asked(wire, name, arguments))  # noqa: B023 - at once
        found.took_ms.append(took_ms)
        if time.monotonic() - looked < LOOK_S:
            continue
        looked = time.monotonic()
        wrong = found.wrong + (not _none_twice(wire))
        taken, evicted = _counted(wire)
        changed = looked if taken != found.taken else changed
        found = found._replace(taken=taken, proofs=found.proofs + 1, wrong=wrong)
        found.looks.append(_look(wire.pid, full=evicted > 0))
        if is_written() and (taken >= lines or looked - changed > STILL_S):
            return found


def _asked(wire: Wire, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """What a tool answered, a refusal too: there may be no error to explain yet."""
    return wire.ask("tools/call", {"name": name, "arguments": arguments})


def _counted(wire: Wire) -> tuple[int, int]:
    """Records that were taken, and those of them that left memory."""
    view = wire.call("log_overview", {})["view"]
    evicted = view.get("evicted", 0)
    return view["records_held"] + evicted, evicted


def _none_twice(wire: Wire) -> bool:
    """Whether what is held are different numbers, as far as their sum tells."""
    rows_ = wire.call("aggregate_logs", {"metrics": NUMBERS})["groups"]
    if not rows_:
        return True
    told = rows_[0]["metrics"]
    count, least, most, total = (told[name] for name in NUMBERS)
    if not count:
        return True
    whole = count == most - least + 1
    return count <= most - least + 1 and (
        not whole or 2 * total == (least + most) * count
    )


def _look(pid: int, *, full: bool) -> Look:
    process = Path(f"/proc/{pid}")
    pages = int((process / "statm").read_text().split()[1])
    return Look(
        pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        len(os.listdir(process / "task")),  # noqa: PTH208 - they go while one looks
        len(os.listdir(process / "fd")),  # noqa: PTH208
        full,
    )


def written(log: Path, lines: int, every: int) -> float:
    """Runs in the child: write lines at the rate, rotating the file.

    Args:
        log: Where to.
        lines: How many.
        every: After how many a new file is begun.

    Returns:
        When the last one was written, on the clock of `time.monotonic`.
    """
    begun = time.monotonic()
    file = log.open("ab", buffering=0)
    first = 0
    while first < lines:
        if first and first % every == 0:
            file.close()
            _put_away(log)
            file = log.open("ab", buffering=0)
        end = min(lines, first + PIECE, (first // every + 1) * every)
        file.write(b"".join(map(_line, range(first, end))))
        first = end
        time.sleep(max(0.0, begun + first / RATE - time.monotonic()))
    file.close()
    return time.monotonic()


def _put_away(log: Path) -> None:
    """As logrotate does it: the oldest file goes."""
    for at in range(KEPT, 0, -1):
        older = log if at == 1 else Path(f"{log}.{at - 1}")
        if older.exists():
            older.replace(f"{log}.{at}")


def _line(number: int) -> bytes:
    """A record with its number; each four are a trace, one in fifty is an error."""
    now = time.time()
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
    trace = blake2b(b"%d" % (number // TRACE_LINES), digest_size=16).hexdigest()
    told = {"time": f"{at}.{int(now % 1 * 1e6):06}Z", "level": "info", "n": number}
    if number % 50:
        told |= {"msg": f"order {number} accepted", "trace_id": trace}
    else:
        told |= {"level": "error", "msg": "card declined", "trace_id": trace}
        told |= {"error": f"PaymentError: no answer from bank {number % 7}"}
    return json.dumps(told).encode() + b"\n"
