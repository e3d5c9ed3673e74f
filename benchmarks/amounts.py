"""Numbers over a field: the first time, when it must be read, and again, beside DuckDB."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Final

from benchmarks import peers
from benchmarks.generate import Input
from benchmarks.questions import PACKED, PLAIN
from benchmarks.subject import book, fresh, opened
from benchmarks.table import Row, median, milliseconds, timed
from log_mcp.pace import Pace, Pulse
from log_mcp.query.filter import Ask

FIRST_MS, AGAIN_MS = 900, 30  # for one numeric field of a million records
PATIENCE_S: Final = 60.0  # so that no answer is partial, however slow the machine is


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of us, and the same of DuckDB.

    Attributes:
        name: What the table calls it.
        metric: The first one; its value is compared.
        sql: Gives the same value, rounded, as its first number.
        keys: Of `group_by`.
        where: Conditions.
        bucket: Length of a bucket; None for none.
        bound: Whether the target is for it.
    """

    name: str
    metric: str
    sql: str
    keys: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    bucket: str | None = None
    bound: bool = False


QUESTIONS: Final = (
    Question(
        "average",
        "avg(duration_ms)",
        "SELECT round(avg(duration_ms))::BIGINT FROM LOG",
        bound=True,
    ),
    Question(
        "95th percentile by service",
        "p95(duration_ms)",
        "SELECT round(max(p))::BIGINT FROM (SELECT service, quantile_disc(duration_ms, "
        "0.95) AS p FROM LOG GROUP BY service)",
        ("service",),
    ),
    Question(
        "slow records by logger",
        "count",
        "SELECT max(n) FROM (SELECT logger, count(*) AS n FROM LOG WHERE duration_ms > 200 "
        "GROUP BY logger)",
        ("logger",),
        ("duration_ms > 200",),
    ),
    Question(
        "sum per hour by service",
        "sum(duration_ms)",
        "SELECT round(max(s))::BIGINT FROM (SELECT service, sum(n) AS s FROM (SELECT service, "
        "date_trunc('hour', timestamp::TIMESTAMPTZ), sum(duration_ms) AS n FROM LOG "
        "GROUP BY ALL) GROUP BY service)",
        ("service",),
        bucket="1h",
    ),
    Question(
        "different users",
        "distinct(user_id)",
        "SELECT count(DISTINCT user_id) FROM LOG",
    ),
)


def rows(made: Input, repeat: int) -> Iterator[Row]:
    """Ask everything, with plain and with compressed text.

    Args:
        made: The input.
        repeat: How often each is measured.
    """
    with ExitStack() as stack:
        databases: dict[str, peers.Database] = {}
        if peers.DUCKDB:
            for name in ("duckdb", "duckdb, ingested"):
                databases[name] = stack.enter_context(peers.Database(made.json))
            databases["duckdb, ingested"].ingest()
        for form, budget in (("plain", PLAIN), ("packed", PACKED)):
            child = stack.enter_context(fresh())
            held = child.submit(opened, made.json, budget).result()
            section = f"numbers over {held.records:,} records, text {form}"
            for question in QUESTIONS:
                yield from _asked(section, question, child, databases, repeat)


def _asked(
    section: str,
    question: Question,
    child: ProcessPoolExecutor,
    databases: dict[str, peers.Database],
    repeat: int,
) -> Iterator[Row]:
    """The first time and again, each in turn with the others."""
    calls = {name: partial(one.ask, question.sql) for name, one in databases.items()}
    counts = {name: call() for name, call in calls.items()}
    first: list[float] = []
    again: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in calls}
    told = 0
    for _ in range(repeat):
        took_ms, told = child.submit(answered, question, fresh_columns=True).result()
        first.append(took_ms)
        again.append(child.submit(answered, question, fresh_columns=False).result()[0])
        for name, call in calls.items():
            theirs[name].append(milliseconds(call))
    for what, ours, most in (("first", first, FIRST_MS), ("again", again, AGAIN_MS)):
        bound = most if question.bound else None
        name = f"{question.name}, {what}"
        row = Row(section, name, median(ours), "ms", bound, note=f"{told:,}")
        if not calls:
            yield row
        for peer, count in counts.items():
            differ = f", theirs {count:,}" if count != told else ""
            yield row.beside(peer, median(theirs[peer]), None, row.note + differ)


def answered(question: Question, *, fresh_columns: bool) -> tuple[float, int]:
    """Runs in the child: how long one answer takes, and its first number, rounded.

    Args:
        question: What to ask.
        fresh_columns: Whether nothing may be known of any field.
    """
    logbook = book()
    logbook._pace = _patient  # noqa: SLF001 - a partial answer would be no figure
    if fresh_columns:
        logbook.columns.forget()

    def ask() -> int:
        found = logbook.aggregate(
            Ask(where=question.where),
            metrics=(question.metric,),
            group_by=question.keys,
            bucket=question.bucket,
        )
        return round(found.groups[0].metrics[question.metric] or 0)

    return timed(ask)


def _patient(pulse: Pulse | None) -> Pace:
    return Pace(pulse, PATIENCE_S)
