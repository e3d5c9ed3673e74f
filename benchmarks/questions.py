"""Each kind of question over the whole input, in turn with those who can answer it."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import peers
from benchmarks.generate import BEGIN, SPAN_S, Input
from benchmarks.loading import memory
from benchmarks.subject import book, fresh, opened
from benchmarks.table import Row, median, milliseconds, percentile, timed
from log_mcp.query.filter import Ask

PAUSE_S: Final = (
    0.01  # between two overviews: whoever asks without any starves the rest
)
PLAIN, PACKED = "512MB", "128MB"  # a budget in which the text stays plain, and one not
SAMPLE_BYTES: Final = 1024 * 1024
ABSENT: Final = "no-such-parcel-anywhere"
REGEX: Final = "(?i)timeout while.*payment"
BARE: Final = r"\b[0-9]{4} [a-z]{2}\b"
EVERY: Final = "duration_ms"  # every record holds it
ANY: Final = (1.5, 4.0)
RARE: Final = (1 / 6, 1 / 6)
HOUR: Final = (BEGIN + timedelta(seconds=SPAN_S - 3600)).isoformat()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of us, and the same of others.

    Attributes:
        name: What the table calls it.
        ask: The filter; None for one of the reports.
        words: Of ripgrep and grep, for the same matches; empty for none.
        most_ms: What it should not take longer than; None for no bound.
        ratios: Most over ripgrep's time, with plain and with packed text; None for no
            bound.
        sql: Of DuckDB; None for none.
        limit: How many records are shown.
    """

    name: str
    ask: Ask | None = None
    words: tuple[str, ...] = ()
    most_ms: float | None = None
    ratios: tuple[float, float] | None = None
    sql: str | None = None
    limit: int = 10


def questions(path: Path) -> tuple[Question, ...]:
    """All questions about an input.

    Args:
        path: Its JSON lines; a trace and a parcel are taken from their middle.
    """
    trace, rare = _needles(path)

    def rare_literal(name: str, text: str) -> Question:
        return Question(name, Ask(query=text), ("-i", "-F", text), 12, RARE)

    def literal(name: str, text: str, most_ms: float | None = None) -> Question:
        return Question(name, Ask(query=text), ("-i", "-F", text), most_ms, ANY)

    def narrowed(name: str, ask: Ask) -> Question:
        # ripgrep cannot narrow: it is asked for all, and its count may be larger.
        return Question(name, ask, (REGEX,), ratios=(1, 1))

    return (
        Question("overview", most_ms=30),
        Question("trends", most_ms=30, sql=_HOURS),
        Question("totals per bucket", most_ms=3),
        Question("errors per bucket", most_ms=3),
        Question("explanation", most_ms=150),
        Question(
            "count by level",
            Ask(level="error"),
            ('"level": "ERROR"',),
            3,
            sql="SELECT count(*) FROM LOG WHERE level = 'ERROR'",
            limit=1,
        ),
        Question("count by level, ten records shown", Ask(level="error")),
        Question(
            "trace id",
            Ask(trace=trace),
            ("-i", "-F", trace),
            12,
            RARE,
            f"SELECT count(*) FROM LOG WHERE trace_id = '{trace}'",  # noqa: S608 - of our own input
        ),
        rare_literal("rare literal", rare),
        rare_literal("absent literal", ABSENT),
        literal("short absent literal", "zqzq"),
        literal("common word", "parcel", 300),
        literal("word of every record", EVERY, 300),
        Question(
            "expression",
            Ask(regex=REGEX),
            (REGEX,),
            None,
            ANY,
            "SELECT count(*) FROM LOG WHERE "
            "regexp_matches(message, 'timeout while.*payment', 'i')",
        ),
        Question("expression, nothing literal", Ask(regex=BARE), (BARE,), ratios=ANY),
        narrowed("expression, level warning", Ask(regex=REGEX, level="warning")),
        narrowed("expression, last hour", Ask(regex=REGEX, since=HOUR)),
    )


_HOURS: Final = (
    "SELECT count(*) FROM (SELECT date_trunc('hour', timestamp::TIMESTAMPTZ), "
    "error.type, count(*) FROM LOG WHERE level = 'ERROR' GROUP BY ALL)"
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
        for at, (form, budget) in enumerate((("plain", PLAIN), ("packed", PACKED))):
            child = stack.enter_context(fresh())
            held = child.submit(opened, made.json, budget).result()
            yield from memory(held, budget, made)
            section = f"questions over {held.records:,} records, text {form}"
            for question in questions(made.json):
                others = _peers(question, made.json, databases)
                turn = _Turn.of(child, question, others, repeat)
                yield from turn.rows(section, question, packed=bool(at))
            yield from _meanwhile(section, child, repeat)


def _meanwhile(section: str, child: ProcessPoolExecutor, repeat: int) -> Iterator[Row]:
    """Overviews while the word of every record is counted again and again."""
    spent = child.submit(overviews_ms, Ask(query=EVERY), repeat).result()
    what, note = (
        "overview while a word of every record is counted",
        f"{len(spent)} asked",
    )
    yield Row(section, f"{what}, p50", percentile(spent, 50), "ms", note=note)
    yield Row(section, f"{what}, p99", percentile(spent, 99), "ms", 100)


def overviews_ms(ask: Ask, times: int) -> list[float]:
    """Runs in the child: how long overviews take while a search is made some times.

    Args:
        ask: The search.
        times: How often.
    """
    logbook = book()
    spent = []
    with ThreadPoolExecutor(1) as other:
        for _ in range(times):
            job = other.submit(logbook.search, ask, limit=10)
            # A search of few records may be over before the first one.
            spent.append(milliseconds(logbook.overview))
            while not job.done():
                time.sleep(PAUSE_S)
                spent.append(milliseconds(logbook.overview))
    return spent


@dataclass(frozen=True, slots=True)
class _Turn:
    """One question, asked of us and of others in turn.

    Attributes:
        ours_ms: Median.
        count: Matches that we found.
        theirs: Per peer, the median and its count.
    """

    ours_ms: float
    count: int
    theirs: dict[str, tuple[float, int]]

    @classmethod
    def of(
        cls,
        child: ProcessPoolExecutor,
        question: Question,
        others: dict[str, peers.Peer],
        repeat: int,
    ) -> "_Turn":
        """Asked as often as told, after one warm-up of each side."""
        asked = question.name, question.ask, question.limit
        count = child.submit(answered, *asked).result()[1]
        counts = {name: call() for name, call in others.items()}
        ours: list[float] = []
        theirs: dict[str, list[float]] = {name: [] for name in others}
        for _ in range(repeat):
            ours.append(child.submit(answered, *asked).result()[0])
            for name, call in others.items():
                theirs[name].append(milliseconds(call))
        both = {name: (median(theirs[name]), counts[name]) for name in others}
        return cls(median(ours), count, both)

    def rows(self, section: str, question: Question, *, packed: bool) -> Iterator[Row]:
        """A row for each peer, or one without."""
        ratio = question.ratios[packed] if question.ratios else None
        note = f"{self.count:,} matches" if question.ask else ""
        row = Row(
            section, question.name, self.ours_ms, "ms", question.most_ms, note=note
        )
        if not self.theirs:
            yield row
        for name, (theirs_ms, count) in self.theirs.items():
            differ = f", theirs {count:,}" if note and count != self.count else ""
            bound = ratio if name.startswith("rg") else None
            yield row.beside(name, theirs_ms, bound, note + differ)


def answered(name: str, ask: Ask | None, limit: int = 10) -> tuple[float, int]:
    """Runs in the child: how long one answer takes, and its count."""
    logbook = book()
    reports: dict[str, Callable[[], object]] = {
        "overview": logbook.overview,
        "trends": lambda: logbook.trends(Ask()),
        "totals per bucket": lambda: logbook.aggregate(Ask(), bucket="1h"),
        "errors per bucket": lambda: logbook.aggregate(Ask(level="error"), bucket="1h"),
        "explanation": lambda: logbook.explain(None, Ask()),
    }
    if ask is None:
        return milliseconds(reports[name]), 0
    return timed(lambda: logbook.search(ask, limit=limit).matched)


def _peers(
    question: Question, path: Path, databases: dict[str, peers.Database]
) -> dict[str, peers.Peer]:
    found: dict[str, peers.Peer] = {}
    words = list(question.words)
    if words and peers.has("rg"):
        found["rg -i" if "-i" in words else "rg"] = partial(peers.ripgrep, words, path)
    if "-F" in words and peers.has("grep"):
        found["grep -i"] = partial(peers.grep, words, path)
    if question.sql is not None:
        for name, database in databases.items():
            found[name] = partial(database.ask, question.sql)
    return found


def _needles(path: Path) -> tuple[str, str]:
    """A trace id and the number of a parcel, from the middle of the input."""
    with path.open("rb") as file:
        file.seek(path.stat().st_size // 2)
        sample = file.read(SAMPLE_BYTES).decode()
    trace = re.search(r'"trace_id": "([0-9a-f-]{36})"', sample)
    rare = re.search(r"cache hit (parcel:\d+)", sample)
    assert trace is not None
    assert rare is not None
    return trace[1], rare[1]
