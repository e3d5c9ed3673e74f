"""Writes the incidents beside it: `python -m tests.incidents.write`.

Each folder is the logs of one hour or two at a made-up ferry company, with one root cause.
Services: `quay` (gateway), `berth` (bookings), `tide` (timetables), `purse` (payments),
`stamp` (tickets), `shelf` (a cache), and what runs them. `incident.json` says what must be
found. The same code always writes the same bytes.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

HERE: Final = Path(__file__).parent
DAY: Final = datetime(2026, 3, 10, tzinfo=UTC)
ROUTES: Final = ("mole-fairness", "mole-stirling", "north-loop", "isle-express")
Lines = list[tuple[float, str]]


@dataclass
class Incident:
    """One incident: minutes since 09:00 count as its time.

    Attributes:
        title: What happened.
        found: Texts that an answer must hold, the root cause's line first.
        kind: Class of the failure that is explained; None where none is known.
        files: Lines with their second, by name of the file.
    """

    title: str
    found: list[str]
    kind: str | None
    seed: int
    files: dict[str, Lines] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def trace(self) -> str:
        return f"{self.random.getrandbits(64):016x}"

    def put(self, file: str, at_s: float, text: str) -> None:
        self.files.setdefault(file, []).append((at_s, text))

    def times(self, first_s: float, last_s: float, every_s: float) -> Iterator[float]:
        """Moments that follow each other, never quite evenly."""
        at = first_s
        while at < last_s:
            yield round(at, 3)
            at += every_s * self.random.uniform(0.6, 1.4)

    # -- how the services write ----------------------------------------------------------

    def berth(self, at_s: float, level: str, message: str, **more: Any) -> None:
        """JSON lines."""
        row = {"time": stamp(at_s), "level": level, "msg": message, "service": "berth"}
        self.put("berth.jsonl", at_s, json.dumps({**row, **more}))

    def quay(
        self, at_s: float, status: int, path: str, took_s: float, rid: str
    ) -> None:
        """An access log."""
        day = (DAY + timedelta(seconds=at_s)).strftime("%d/%b/%Y:%H:%M:%S +0000")
        client = f"192.0.2.{self.random.randrange(1, 250)}"
        self.put(
            "quay-access.log",
            at_s,
            f'{client} - - [{day}] "GET {path} HTTP/1.1" {status} {self.random.randrange(90, 4000)}'
            f' "-" "FerryApp/3.1" rt={took_s:.3f} rid={rid}',
        )

    def worker(
        self, name: str, at_s: float, level: str, logger: str, message: str
    ) -> None:
        """Text of Python's logging, in UTC."""
        when = stamp(at_s)[:23].replace("T", " ").replace(".", ",")
        self.put(f"{name}.log", at_s, f"{when} {level:<8}{logger} - {message}")

    def logfmt(
        self, name: str, at_s: float, level: str, message: str, **more: Any
    ) -> None:
        """As Go's services write."""
        pairs = "".join(
            f" {key}={value}" if " " not in str(value) else f' {key}="{value}"'
            for key, value in more.items()
        )
        self.put(
            f"{name}.log",
            at_s,
            f'time={stamp(at_s)} level={level} msg="{message}"{pairs}',
        )

    def syslog(self, at_s: float, host: str, program: str, message: str) -> None:
        """The system's log."""
        when = stamp(at_s)
        self.put("system.log", at_s, f"{when} {host} {program}: {message}")

    # -- how it goes on an ordinary day -----------------------------------------------------

    def booking(self, at_s: float, *, host: str = "berth-1", **more: Any) -> str:
        """A request that ends well."""
        rid, route = self.trace(), self.random.choice(ROUTES)
        took = self.random.uniform(0.02, 0.3)
        path = f"/crossings/{route}"
        self.quay(at_s + took, 200, path, took, rid)
        fields = {"trace_id": rid, "host": host, "route": route, "path": path, **more}
        self.berth(
            at_s + took,
            "info",
            "request done",
            **fields,
            status=200,
            duration_ms=int(took * 1000),
        )
        return rid

    def write(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        for name, lines in self.files.items():
            ordered = sorted(lines, key=lambda one: one[0])
            (folder / name).write_text("".join(f"{text}\n" for _, text in ordered))
        told = {"title": self.title, "found": self.found, "class": self.kind}
        last = max(at for lines in self.files.values() for at, _ in lines)
        told["now"] = stamp(last + 60)
        (folder / "incident.json").write_text(json.dumps(told, indent=1) + "\n")


def stamp(at_s: float) -> str:
    return (DAY + timedelta(seconds=at_s)).isoformat(timespec="milliseconds")[:23] + "Z"


def python_trace(*frames: tuple[str, int, str, str], error: str) -> str:
    lines = ["Traceback (most recent call last):"]
    for file, line, function, code in frames:
        lines += [f'  File "{file}", line {line}, in {function}', f"    {code}"]
    return "\n".join([*lines, error])


NINE: Final = 9 * 3600.0
HALF: Final = NINE + 1800


def bad_deploy() -> Incident:
    it = Incident(
        "a release on one of two hosts reads a field that old bookings lack",
        ["deployed berth 3.8.0 (was 3.7.4)", "KeyError: 'cabin_class'", "fare.py:41"],
        "missing-key",
        1,
    )
    error = python_trace(
        ("/srv/berth/views.py", 88, "crossing", "price = fare(booking)"),
        ("/srv/berth/fare.py", 41, "fare", "return TABLE[booking['cabin_class']]"),
        error="KeyError: 'cabin_class'",
    )
    it.berth(
        HALF - 40,
        "info",
        "deployed berth 3.8.0 (was 3.7.4)",
        host="berth-2",
        logger="release",
    )
    it.berth(
        HALF - 31, "info", "server started on :8080", host="berth-2", version="3.8.0"
    )
    for at in it.times(NINE, NINE + 3600, 12):
        host = it.random.choice(["berth-1", "berth-2"])
        new = host == "berth-2" and at > HALF
        version = "3.8.0" if new else "3.7.4"
        if new and it.random.random() < 0.4:
            rid, route = it.trace(), it.random.choice(ROUTES)
            path = f"/crossings/{route}"
            it.quay(at + 0.05, 500, path, 0.05, rid)
            it.berth(
                at,
                "error",
                "request failed",
                trace_id=rid,
                host=host,
                version=version,
                route=route,
                path=path,
                status=500,
                stack=error,
            )
        else:
            it.booking(at, host=host, version=version)
    return it


def exhausted_pool() -> Incident:
    it = Incident(
        "an export keeps its connections, and bookings find none",
        ["export-manifest holds 9 of 10 connections", "QueuePool limit of size 10"],
        "pool-exhausted",
        2,
    )
    error = python_trace(
        ("/srv/berth/views.py", 30, "book", "with session() as db:"),
        ("/srv/berth/db.py", 17, "session", "connection = pool.connect()"),
        (
            "/usr/lib/python3/site-packages/sqlalchemy/pool/impl.py",
            179,
            "_do_get",
            "raise exc.TimeoutError(",
        ),
        error="sqlalchemy.exc.TimeoutError: QueuePool limit of size 10 overflow 0 reached, connection timed out, timeout 10.00",
    )
    for at in it.times(NINE, NINE + 3600, 15):
        if at > HALF and it.random.random() < 0.6:
            rid, route = it.trace(), it.random.choice(ROUTES)
            path = f"/crossings/{route}"
            it.quay(at + 10, 503, path, 10, rid)
            it.berth(
                at,
                "info",
                "request begins",
                trace_id=rid,
                host="berth-1",
                route=route,
                path=path,
            )
            it.berth(
                at + 10,
                "error",
                "request failed",
                trace_id=rid,
                host="berth-1",
                route=route,
                path=path,
                status=503,
                duration_ms=10003,
                stack=error,
            )
        else:
            it.booking(at)
    it.berth(
        HALF - 240,
        "info",
        "job export-manifest begins",
        host="berth-1",
        job="export-manifest",
        season="2025",
    )
    it.berth(
        HALF - 25,
        "warn",
        "job export-manifest holds 9 of 10 connections for 215 s",
        host="berth-1",
        job="export-manifest",
    )
    return it


def disk_full() -> Incident:
    it = Incident(
        "debug logging fills the disk on which tickets are written",
        [
            "log.level=debug (was info)",
            "No space left on device: '/var/spool/stamp/",
            "/var/spool is 97 % full",
        ],
        "disk-full",
        3,
    )
    for n, at in enumerate(it.times(NINE, NINE + 3600, 10)):
        job = f"tk-{7000 + n}"
        if at > HALF + 900:
            it.worker(
                "stamp",
                at,
                "ERROR",
                "stamp.print",
                f"[job={job}] ticket not written\n"
                + python_trace(
                    ("/srv/stamp/print.py", 52, "write", "out.write(page)"),
                    error=f"OSError: [Errno 28] No space left on device: '/var/spool/stamp/{job}.pdf'",
                ),
            )
        else:
            it.worker("stamp", at, "INFO", "stamp.print", f"[job={job}] ticket written")
    it.worker("stamp", HALF, "INFO", "stamp.main", "starting: stamp 2.2.0, pid 611")
    it.worker(
        "stamp",
        HALF + 0.4,
        "INFO",
        "stamp.config",
        "settings loaded: log.level=debug (was info)",
    )
    for at in it.times(HALF + 1, NINE + 3600, 20):
        it.worker(
            "stamp",
            at,
            "DEBUG",
            "stamp.font",
            f"glyph cache {it.random.randrange(100, 999)} looked up",
        )
    it.syslog(
        HALF + 760, "stamp-1", "diskwatch[77]", "warning: /var/spool is 97 % full"
    )
    return it


def expired_certificate() -> Incident:
    it = Incident(
        "the certificate of the bank's link ended at half past nine",
        [
            "certificate of bank-link.internal ends today: notAfter=2026-03-10T09:30:00Z",
            "certificate has expired",
        ],
        "certificate-expired",
        4,
    )
    error = python_trace(
        (
            "/srv/purse/bank.py",
            23,
            "charge",
            "reply = client.post('https://bank-link.internal:8443/charge')",
        ),
        error="ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)",
    )
    it.worker(
        "purse",
        HALF - 420,
        "WARNING",
        "purse.tls",
        "certificate of bank-link.internal ends today: notAfter=2026-03-10T09:30:00Z",
    )
    for at in it.times(NINE, NINE + 3600, 14):
        rid = it.trace()
        head = f"[rid={rid}]"
        it.quay(at + 0.4, 502 if at > HALF else 200, "/pay", 0.4, rid)
        it.worker(
            "purse",
            at,
            "INFO",
            "purse.api",
            f"{head} charge of {it.random.randrange(20, 300)} EUR begins",
        )
        if at > HALF:
            it.worker(
                "purse",
                at + 0.3,
                "ERROR",
                "purse.api",
                f"{head} charge failed\n{error}",
            )
        else:
            it.worker("purse", at + 0.3, "INFO", "purse.api", f"{head} charge done")
    return it


def memory_leak() -> Incident:
    it = Incident(
        "an unbounded cache grows until the kernel kills the timetable service",
        ["cache.max_entries=0 (was 5000)", "Out of memory: Killed process 3121 (tide)"],
        "service-unavailable",  # what clients see; the kernel's line stands beside it
        5,
    )
    killed = NINE + 2400
    it.logfmt(
        "tide", NINE + 120, "info", "starting tide 1.14.0", pid=3121, host="tide-1"
    )
    it.logfmt(
        "tide",
        NINE + 120.5,
        "info",
        "config loaded: cache.max_entries=0 (was 5000)",
        pid=3121,
        host="tide-1",
    )
    for n, at in enumerate(it.times(NINE, killed, 11)):
        rid = it.trace()
        it.quay(at, 200, "/timetable", 0.03, rid)
        grown = max(0, at - NINE - 120)
        it.logfmt(
            "tide",
            at,
            "info",
            "timetable sent",
            rid=rid,
            pid=3121,
            host="tide-1",
            rss_mb=int(220 + grown * 1.55),
            entries=int(900 + 8 * n),
        )
    it.logfmt(
        "tide",
        killed - 200,
        "warn",
        "garbage collection took 2.1 s",
        pid=3121,
        host="tide-1",
        rss_mb=3610,
    )
    it.syslog(
        killed,
        "tide-1",
        "kernel",
        "Out of memory: Killed process 3121 (tide) total-vm:4421880kB, anon-rss:3934120kB",
    )
    for at in it.times(killed + 1, killed + 400, 11):
        rid = it.trace()
        it.quay(at, 502, "/timetable", 0.001, rid)
        it.logfmt(
            "quay",
            at,
            "error",
            "upstream failed: dial tcp 10.8.0.21:7070: connect: connection refused",
            rid=rid,
            upstream="tide",
        )
    return it


def poison_message() -> Incident:
    it = Incident(
        "one message that cannot be read comes back again and again",
        [
            "message_id=mq-88213: 24 of 24 failed",
            "partner-import 1.9.0",
            "unexpected end of JSON input",
        ],
        "parse-error",
        6,
    )
    for n, at in enumerate(it.times(NINE, NINE + 3600, 9)):
        it.logfmt(
            "stamp-queue",
            at,
            "info",
            "message handled",
            message_id=f"mq-{88100 + n}",
            publisher=it.random.choice(["berth 3.7.4", "purse 5.0.1"]),
            queue="tickets",
        )
    it.logfmt(
        "stamp-queue",
        HALF - 5,
        "info",
        "message received",
        message_id="mq-88213",
        publisher="partner-import 1.9.0",
        queue="tickets",
        bytes=4096,
    )
    for n, at in enumerate(it.times(HALF, NINE + 3600, 30)):
        it.logfmt(
            "stamp-queue",
            at,
            "error",
            "message refused, back to the queue: unexpected end of JSON input",
            message_id="mq-88213",
            publisher="partner-import 1.9.0",
            queue="tickets",
            delivery=n + 1,
        )
    return it


def clock_skew() -> Incident:
    it = Incident(
        "the clock of the payment host runs 94 s behind",
        [
            "clocks differ: that of quay is 94 s ahead of that of purse",
            "no selectable sources",
            "token used before issued",
        ],
        "token-expired",
        7,
    )
    it.syslog(
        NINE + 300,
        "purse-1",
        "chronyd[402]",
        "Can't synchronise: no selectable sources",
    )
    for at in it.times(NINE, NINE + 3600, 20):
        rid = it.trace()
        late = min(94.0, max(0.0, (at - NINE - 300) * 1.0)) if at > NINE + 300 else 0.0
        bad = late > 60
        it.logfmt("quay", at, "info", "pay begins", rid=rid, token_iat=int(at))
        it.worker(
            "purse", at + 0.1 - late, "INFO", "purse.api", f"[rid={rid}] charge begins"
        )
        if bad:
            it.worker(
                "purse",
                at + 0.2 - late,
                "ERROR",
                "purse.auth",
                f"[rid={rid}] charge refused: token used before issued",
            )
        else:
            it.worker(
                "purse",
                at + 0.2 - late,
                "INFO",
                "purse.api",
                f"[rid={rid}] charge done",
            )
        it.logfmt(
            "quay",
            at + 0.3,
            "warn" if bad else "info",
            "pay ended",
            rid=rid,
            status=401 if bad else 200,
        )
    return it


def dependency_down() -> Incident:
    it = Incident(
        "the cache was stopped for maintenance while bookings need it",
        [
            "Received SIGTERM, shutting down for maintenance",
            "connect ECONNREFUSED 10.8.0.40:6379",
        ],
        "connection-refused",
        8,
    )
    error = (
        "Error: connect ECONNREFUSED 10.8.0.40:6379\n"
        "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)\n"
        "    at Seats.free (/srv/berth/seats.js:19:11)"
    )
    it.syslog(
        HALF - 3,
        "shelf-1",
        "shelf[90]",
        "Received SIGTERM, shutting down for maintenance",
    )
    for at in it.times(NINE, HALF, 60):
        it.syslog(
            at,
            "shelf-1",
            "shelf[90]",
            f"{it.random.randrange(3, 9)} keys changed, saved to disk",
        )
    for at in it.times(NINE, HALF + 900, 13):
        if at > HALF:
            rid, route = it.trace(), it.random.choice(ROUTES)
            path = f"/crossings/{route}"
            it.quay(at + 0.01, 500, path, 0.01, rid)
            it.berth(
                at,
                "error",
                "seats not known",
                trace_id=rid,
                host="berth-1",
                route=route,
                path=path,
                status=500,
                err={"stack": error},
            )
        else:
            it.booking(at)
    return it


def config_typo() -> Incident:
    it = Incident(
        "a setting is misspelt, and its default is nothing",
        ["unknown setting 'timetable_ulr' ignored", "timetable_url is not set"],
        "bad-config",
        9,
    )
    it.berth(HALF, "info", "server started on :8080", host="berth-1", version="3.7.5")
    it.berth(
        HALF + 0.2,
        "warn",
        "settings: unknown setting 'timetable_ulr' ignored",
        host="berth-1",
        file="/etc/berth/berth.toml",
    )
    for at in it.times(NINE, NINE + 3000, 14):
        route = it.random.choice(ROUTES)
        if at > HALF and route == "north-loop":
            rid, path = it.trace(), f"/crossings/{route}"
            it.quay(at + 0.02, 500, path, 0.02, rid)
            it.berth(
                at,
                "error",
                "configuration error: timetable_url is not set",
                trace_id=rid,
                host="berth-1",
                route=route,
                path=path,
                status=500,
            )
        else:
            it.booking(at)
    return it


def n_plus_one() -> Incident:
    it = Incident(
        "a release asks the database once per seat, and the gateway gives up",
        ["413 queries in one request, expected at most 20", "upstream timed out"],
        "timeout",
        10,
    )
    it.berth(HALF - 20, "info", "deployed berth 4.0.0 (was 3.9.2)", host="berth-1")
    it.berth(
        HALF - 12, "info", "server started on :8080", host="berth-1", version="4.0.0"
    )
    for n, at in enumerate(it.times(NINE, NINE + 3000, 12)):
        if at > HALF and n % 3 == 0:
            rid = it.trace()
            path = "/crossings/isle-express/seats"
            it.berth(
                at, "info", "request begins", trace_id=rid, host="berth-1", path=path
            )
            it.berth(
                at + 5.9,
                "warn",
                "413 queries in one request, expected at most 20",
                trace_id=rid,
                host="berth-1",
                path=path,
            )
            it.logfmt(
                "quay",
                at + 5,
                "error",
                "upstream timed out after 5 s: GET /crossings/isle-express/seats",
                rid=rid,
                upstream="berth-1:8080",
            )
            it.quay(at + 5, 504, path, 5.0, rid)
            it.berth(
                at + 6.2,
                "info",
                "request done",
                trace_id=rid,
                host="berth-1",
                path=path,
                status=200,
                duration_ms=6210,
            )
        else:
            it.booking(at)
    return it


def deadlock() -> Incident:
    it = Incident(
        "a nightly job now runs all day and takes locks in another order",
        [
            "schedule changed: seat-rebalance every 5 min (was nightly)",
            "deadlock detected",
        ],
        "deadlock",
        11,
    )
    it.worker(
        "berth-jobs",
        HALF - 60,
        "INFO",
        "jobs.schedule",
        "schedule changed: seat-rebalance every 5 min (was nightly)",
    )
    error = python_trace(
        ("/srv/berth/seats.py", 77, "assign", "db.execute(TAKE_SEAT, seat)"),
        error="psycopg.errors.DeadlockDetected: deadlock detected\nDETAIL:  Process 812 waits for ShareLock on transaction 99120; blocked by process 840.",
    )
    for at in it.times(HALF, NINE + 3600, 300):
        it.worker("berth-jobs", at, "INFO", "jobs.seats", "seat-rebalance begins")
        it.worker(
            "berth-jobs",
            at + 40,
            "INFO",
            "jobs.seats",
            "seat-rebalance done, 212 seats moved",
        )
        for n in range(3):
            it.worker(
                "berth-jobs",
                at + 5 + 9 * n,
                "ERROR",
                "jobs.booking",
                f"booking {it.random.randrange(10**5)} not kept\n{error}",
            )
    for at in it.times(NINE, NINE + 3600, 20):
        it.worker(
            "berth-jobs",
            at,
            "INFO",
            "jobs.booking",
            f"booking {it.random.randrange(10**5)} kept",
        )
    return it


def moved_name() -> Incident:
    it = Incident(
        "mail goes to a name that no longer exists",
        [
            "settings reloaded: mail.host=relay.habour.internal (was relay.harbour.internal)",
            "getaddrinfo ENOTFOUND relay.habour.internal",
        ],
        "dns",
        12,
    )
    it.logfmt(
        "stamp-mail",
        HALF,
        "info",
        "settings reloaded: mail.host=relay.habour.internal (was relay.harbour.internal)",
        pid=41,
    )
    for n, at in enumerate(it.times(NINE, NINE + 3600, 16)):
        if at > HALF:
            it.logfmt(
                "stamp-mail",
                at,
                "error",
                "ticket not mailed: getaddrinfo ENOTFOUND relay.habour.internal",
                pid=41,
                ticket=f"tk-{n}",
            )
        else:
            it.logfmt(
                "stamp-mail", at, "info", "ticket mailed", pid=41, ticket=f"tk-{n}"
            )
    return it


def rate_limit() -> Incident:
    it = Incident(
        "ten times as many workers ask a map service that allows fewer",
        ["workers raised from 4 to 40", "429 Too Many Requests"],
        "rate-limited",
        13,
    )
    it.logfmt(
        "tide-maps",
        HALF - 8,
        "info",
        "scaled: workers raised from 4 to 40",
        host="tide-1",
    )
    for n, at in enumerate(it.times(NINE, NINE + 3000, 8)):
        worker = f"w{it.random.randrange(40 if at > HALF else 4)}"
        if at > HALF and n % 2:
            it.logfmt(
                "tide-maps",
                at,
                "error",
                "tile not drawn: 429 Too Many Requests from maps.chart.example",
                worker=worker,
                host="tide-1",
            )
        else:
            it.logfmt(
                "tide-maps", at, "info", "tile drawn", worker=worker, host="tide-1"
            )
    return it


INCIDENTS: Final[tuple[Callable[[], Incident], ...]] = (
    *(bad_deploy, exhausted_pool, disk_full, expired_certificate, memory_leak),
    *(poison_message, clock_skew, dependency_down, config_typo, n_plus_one),
    *(deadlock, moved_name, rate_limit),
)


def main() -> None:
    """Write them all."""
    for make in INCIDENTS:
        make().write(HERE / make.__name__)


if __name__ == "__main__":
    main()
