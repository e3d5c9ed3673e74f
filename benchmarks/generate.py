"""The input: the log of a made-up parcel service, as JSON lines and as plain text.

The same number of lines always gives the same bytes. What is drawn, and how often:

- 90 % INFO, 5 % DEBUG, 3 % WARNING, 2 % ERROR, over 48 hours;
- six services with two or three loggers each, 60 message shapes;
- eight lines share a trace id, forty traces are open at a time;
- an error carries its type and a traceback of two to six frames drawn at random, so
  that most errors are a group of their own: no grouping is harder.

In the text form a traceback stands in lines of its own below its record.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

DATA: Final = Path(__file__).parent / "data"
VERSION: Final = 1  # raise it whenever the bytes change: names the cached files
SEED: Final = 48_611
BEGIN: Final = datetime(2026, 3, 2, tzinfo=UTC)
SPAN_S: Final = 48 * 3600
CHUNK: Final = 50_000
OPEN_TRACES: Final = 40
TRACE_LINES: Final = 8

LOGGERS: Final = {
    "intake": ("intake.api", "intake.label", "intake.scan"),
    "routing": ("routing.plan", "routing.graph", "routing.retry"),
    "depot": ("depot.belt", "depot.cage"),
    "courier": ("courier.app", "courier.tour", "courier.geo"),
    "billing": ("billing.quote", "billing.ledger"),
    "notice": ("notice.mail", "notice.sms"),
}
SERVICES: Final = tuple(LOGGERS)

# N a large number, K a small one, D milliseconds, M money.
INFO: Final = (
    "GET /v2/parcels/{N} answered 200 in {D} ms",
    "POST /v2/parcels answered 201, {K} pieces registered",
    "Parcel {N} accepted at counter {K}, weight {M} kg",
    "Parcel {N} left depot {K} on belt {K}",
    "Quote for shipment {N} is {M} EUR, valid for {K} hours",
    "Ledger entry {N} posted, {M} EUR on account {N}",
    "Refund {N} of {M} EUR handed to the bank",
    "Cage {K} closed with {K} parcels for tour {N}",
    "Shelf {K} counted, {K} parcels found",
    "Courier signed in, shift ends in {K} hours",
    "Access renewed, scope=tours:read scans:write, ttl={K}m",
    "Handheld connected from 10.{K}.{K}.21 over radio cell {N}",
    "Route search visited {N} nodes in {D} ms",
    "Graph tile {N} rebuilt, {K} edges dropped",
    "Delivery notice {N} mailed through relay-{K}",
    "Text message {N} handed to carrier, {K} segments",
    "Map tiles of region north-{K} preloaded",
    "Probe of depot gateway took {D} ms",
    "Settings reloaded, {K} switches on",
    "Job sweep-{K} done after {D} ms",
    "Label {N} printed, format=A6, copies={K}",
    "Partner hook {N} answered 202 after {D} ms",
    "Tariff table {N} imported, {K} rows differ",
    "Shift closed after {K} idle minutes",
    "Invoice {N} rendered, {K} sheets",
    "GET /v2/tours/{N}/stops answered 304",
    "PUT /v2/addresses/{N} answered 204",
    "Event parcel.moved written to log moves, partition {K}, offset {N}",
    "Took {K} events from log payments, lag {K}",
    "Address {N} confirmed by geocoder",
    "Coupon {N} redeemed, {M} EUR off",
    "Proposal of {K} pickup points made for customer {N}",
)
DEBUG: Final = (
    "select * from parcels where id={N} took {D} ms",
    "cache hit parcel:{N}",
    "cache miss tour:{N}",
    "client pool holds {K}, {K} idle",
    "request body has {N} bytes",
    "lease tour:{N} taken after {D} ms",
    "answer has {N} bytes",
    "switch dense-routing is on for slot {K}",
)
WARNING: Final = (
    "Depot gateway slow: {D} ms for cage {N}",
    "Retrying payment request, attempt {K} of 5",
    "Client pool nearly used up, {K} of 50 taken",
    "Client {N} is close to its limit, {K} requests left",
    "Client {N} still calls /v1/parcels",
    "Timeout while waiting for payment notice of shipment {N}, will retry",
    "Clock of scanner-{K} is off by {D} ms",
    "Notice queue is {N} long",
    "Paper of printer {K} runs out, {K} labels left",
    "Sign-in refused, {K} attempts in the last hour",
)


class Failure(NamedTuple):
    """One kind of error.

    Attributes:
        type: Of the exception.
        message: Its text, and the record's.
        weight: How often among all errors, in percent.
    """

    type: str
    message: str
    weight: int


FAILURES: Final = (
    Failure("TimeoutError", "Timeout after {D} ms asking payment for {N}", 18),
    Failure("ConnectionError", "Connection to ledger primary lost, host db-{K}", 10),
    Failure("ConnectionError", "Connection reset by depot gateway node-{K}", 10),
    Failure("ValidationError", "Address {N} cannot be served: no house number", 14),
    Failure("PaymentRefused", "Payment for shipment {N} refused, reason=limit", 16),
    Failure("KeyError", "'parcel_{N}'", 6),
    Failure("PermissionError", "Courier may not open tour {N}", 6),
    Failure("IntegrityError", "duplicate key in parcels_pkey, key {N}", 8),
    Failure("ValueError", "could not convert string to float: 'kg-{N}'", 4),
    Failure("TimeoutError", "Lease of tour {N} not granted after {D} ms", 8),
)
FRAMES: Final = (
    ("parcel/api/intake.py", "register", "return self.intake.accept(request.body)"),
    ("parcel/intake/accept.py", "accept", "quote = self.billing.quote(pieces)"),
    ("parcel/billing/quote.py", "quote", "answer = self.client.ask(url, body)"),
    ("parcel/net/client.py", "ask", "return self.session.send(request, timeout=t)"),
    ("parcel/store/session.py", "execute", "cursor.execute(statement, values)"),
    ("parcel/store/pool.py", "take", "return self.idle.get(timeout=self.patience)"),
    ("parcel/jobs/runner.py", "run", "outcome = job(context)"),
    ("parcel/depot/sweep.py", "sweep", "self._compare(shelf, found)"),
    ("parcel/auth/gate.py", "admit", "self._check(courier, tour.scope)"),
)
LEVELS: Final = ("INFO", "DEBUG", "WARNING", "ERROR")
LEVEL_STEPS: Final = (0.90, 0.95, 0.98)
SHAPES: Final = (INFO, DEBUG, WARNING)


class Entry(NamedTuple):
    """One record, before it is written in either form."""

    time: datetime
    level: str
    service: str
    logger: str
    trace: str
    user: int
    duration_ms: float
    message: str
    type: str | None
    stack: str | None

    def as_json(self) -> str:
        """As one JSON line."""
        time = self.time.isoformat(timespec="milliseconds")
        error = ""
        message = f'"{self.message}"'
        if self.stack is not None:
            message = json.dumps(self.message)
            stack = json.dumps(self.stack)
            error = f', "error": {{"type": "{self.type}", "stack": {stack}}}'
        return (
            f'{{"timestamp": "{time}", "level": "{self.level}", "service": '
            f'"{self.service}", "logger": "{self.logger}", "trace_id": "{self.trace}", '
            f'"duration_ms": {self.duration_ms}, "user_id": {self.user}, '
            f'"message": {message}{error}}}\n'
        )

    def as_text(self) -> str:
        """As Python's logging would print it, a traceback below."""
        time = self.time.isoformat(" ", "milliseconds")[:23].replace(".", ",")
        stack = "" if self.stack is None else f"{self.stack}\n"
        return (
            f"{time} {self.level} {self.logger} [{self.service}] trace={self.trace} "
            f"user={self.user} dur={self.duration_ms}ms {self.message}\n{stack}"
        )


@dataclass(frozen=True, slots=True)
class Input:
    """One set of records in both forms.

    Attributes:
        lines: How many records.
        json: One JSON object a line.
        text: A header line each, and tracebacks.
    """

    lines: int
    json: Path
    text: Path


def generated(lines: int, folder: Path = DATA, *, text: bool = True) -> Input:
    """The input of that many records, made once and then found again.

    Args:
        lines: How many records.
        folder: Where it is kept.
        text: Whether the text form is wanted too.
    """
    stem = f"parcels-v{VERSION}-{lines}"
    made = Input(lines, folder / f"{stem}.jsonl", folder / f"{stem}.log")
    for path, written in ((made.json, Entry.as_json), (made.text, Entry.as_text)):
        if not path.exists() and (text or path == made.json):
            folder.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{path.name}.{os.getpid()}.part")
            with draft.open("w") as file:
                file.writelines(map(written, entries(lines)))
            draft.rename(path)
    return made


def entries(lines: int) -> Iterator[Entry]:
    """The records, in the order of their times."""
    draws = np.random.Generator(np.random.PCG64(SEED))
    traces = _Traces(draws)
    seconds = 0.0
    for begin in range(0, lines, CHUNK):
        count = min(CHUNK, lines - begin)
        gaps = draws.exponential(SPAN_S / lines, count)
        times = (seconds + np.cumsum(gaps)).tolist()
        seconds = times[-1]
        levels = np.searchsorted(LEVEL_STEPS, draws.random(count), "right").tolist()
        durations = np.round(draws.lognormal(3.2, 1.1, count), 1).tolist()
        for time, level, duration, dice in zip(
            times, levels, durations, _dice(draws, count), strict=True
        ):
            trace, user = traces.next(dice[3])
            service = SERVICES[dice[0] % len(SERVICES)]
            loggers = LOGGERS[service]
            kind, stack = None, None
            if level < len(SHAPES):
                shapes = SHAPES[level]
                message = _filled(shapes[dice[2] % len(shapes)], dice)
            else:
                failure = _failure(dice[2])
                message, kind = _filled(failure.message, dice), failure.type
                stack = _stack(draws, kind, message)
            yield Entry(
                BEGIN + timedelta(seconds=time),
                LEVELS[level],
                service,
                loggers[dice[1] % len(loggers)],
                trace,
                user,
                duration,
                message,
                kind,
                stack,
            )


def _dice(draws: np.random.Generator, count: int) -> Iterator[list[int]]:
    """Per record, whole numbers below 2**31: all that is not a time or a level."""
    yield from draws.integers(0, 2**31, (count, 9)).tolist()


class _Traces:
    """Open traces; one that has had its lines gives way to a new one."""

    def __init__(self, draws: np.random.Generator) -> None:
        self._draws = draws
        self._open = [self._new() for _ in range(OPEN_TRACES)]
        self._left = [TRACE_LINES] * OPEN_TRACES

    def next(self, dice: int) -> tuple[str, int]:
        """The trace and the user of the next record."""
        at = dice % OPEN_TRACES
        if not self._left[at]:
            self._open[at], self._left[at] = self._new(), TRACE_LINES
        self._left[at] -= 1
        return self._open[at]

    def _new(self) -> tuple[str, int]:
        text = self._draws.bytes(16).hex()
        parts = (text[:8], text[8:12], f"4{text[13:16]}", f"a{text[17:20]}", text[20:])
        return "-".join(parts), int(self._draws.integers(1, 250_000))


def _failure(dice: int) -> Failure:
    left = dice % sum(one.weight for one in FAILURES)
    for failure in FAILURES:
        left -= failure.weight
        if left < 0:
            return failure
    raise AssertionError("weights add up")


def _filled(shape: str, dice: list[int]) -> str:
    number, small = 10_000 + dice[4] % 9_990_000, 1 + dice[5] % 48
    money = f"{3 + dice[6] % 40_000 / 100:.2f}"
    return shape.format(N=number, K=small, D=3 + dice[7] % 4800, M=money)


def _stack(draws: np.random.Generator, kind: str, message: str) -> str:
    lines = ["Traceback (most recent call last):"]
    for number in draws.integers(0, 2**31, int(draws.integers(2, 7))).tolist():
        file, function, code = FRAMES[number % len(FRAMES)]
        line = 12 + number // len(FRAMES) % 628
        lines.append(f'  File "/srv/{file}", line {line}, in {function}\n    {code}')
    return "\n".join([*lines, f"{kind}: {message}"])
