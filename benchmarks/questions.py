"""Each kind of question over the whole input, in turn with those who can answer it."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks import peers
from benchmarks.generate import BEGIN, SPAN_S, Input
from benchmarks.loading import memory
from benchmarks.subject import book, fresh, opened
from benchmarks.table import Row, median, milliseconds
from log_mcp.query.filter import Ask

PLAIN, PACKED = "512MB", "128MB"  # a budget in which the text stays plain, and one not
SAMPLE_BYTES: Final = 1024 * 1024
ABSENT: Final = "no-such-parcel-anywhere"
REGEX: Final = "(?i)timeout while.*payment"
REGEX_BARE: Final = r"\b[0-9]{4} [a-z]{2}\b"
HOUR: Final = (BEGIN + timedelta(seconds=SPAN_S - 3600)).isoformat()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of us, and the same of others.

    Attributes:
        name: What the table calls it.
        ask: The filter; None for one of the reports.
        words: Of ripgrep and grep, for the same matches; empty for none.
        most_ms: What it should not take longer than; None to bound the ratio.
        ratio: To ripgrep's time, with plain and with packed text.
        sql: Of DuckDB; None for none.
    """

    name: str
    ask: Ask | None = None
    words: tuple[str, ...] = ()
    most_ms: float | None = None
    ratio: tuple[float, float] = (1.5, 4.0)
    sql: str | None = None


def questions(path: Path) -> tuple[Question, ...]:
    """All questions about an input.

    Args:
        path: Its JSON lines; a trace and a parcel are taken from their middle.
    """
    trace, rare = _needles(path)

    def literal(name: str, text: str, most_ms: float | None = None) -> Question:
        return Question(name, Ask(query=text), ("-i", "-F", text), most_ms)

    def narrowed(name: str, ask: Ask) -> Question:
        # ripgrep cannot narrow: it is asked for all, and its count is larger.
        return Question(name, ask, (REGEX,), ratio=(1, 1))

    return (
        Question("overview", most_ms=30),
        Question("trends", most_ms=30, sql=_HOURS),
        Question("explanation", most_ms=150),
        Question(
            "count by level",
            Ask(level="error"),
            ('"level": "ERROR"',),
            3,
            sql="SELECT count(*) FROM LOG WHERE level = 'ERROR'",
        ),
        Question("trace id", Ask(trace=trace), ("-i", "-F", trace), 12),
        literal("rare literal", rare, 12),
        literal("absent literal", ABSENT, 12),
        literal("short absent literal", "zqzq"),
        literal("common word", "parcel", 300),
        literal("word of every record", "duration_ms", 300),
        Question("expression", Ask(regex=REGEX), (REGEX,)),
        Question("expression, nothing literal", Ask(regex=REGEX_BARE), (REGEX_BARE,)),
        narrowed("expression, level error", Ask(regex=REGEX, level="error")),
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
    database = peers.Database(made.json) if peers.DUCKDB else None
    for at, (form, budget) in enumerate((("plain", PLAIN), ("packed", PACKED))):
        with fresh() as child:
            held = child.submit(opened, made.json, budget).result()
            yield from memory(held, budget, made)
            section = f"questions over {held.records:,} records, text {form}"
            for question in questions(made.json):
                others = _peers(question, made.json, database)
                turn = _Turn.of(child, question, others, repeat)
                yield from turn.rows(section, question, packed=bool(at))
    if database is not None:
        database.close()


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
        count = child.submit(answered, question.name, question.ask).result()[1]
        counts = {name: call() for name, call in others.items()}
        ours: list[float] = []
        theirs: dict[str, list[float]] = {name: [] for name in others}
        for _ in range(repeat):
            ours.append(child.submit(answered, question.name, question.ask).result()[0])
            for name, call in others.items():
                theirs[name].append(milliseconds(call))
        both = {name: (median(theirs[name]), counts[name]) for name in others}
        return cls(median(ours), count, both)

    def rows(self, section: str, question: Question, *, packed: bool) -> Iterator[Row]:
        """A row for each peer, or one without."""
        most = question.most_ms
        bound = next(
            (ms for name, (ms, _) in self.theirs.items() if "rg" in name), None
        )
        if most is None and bound is not None:
            most = bound * question.ratio[packed]
        note = f"{self.count:,} matches" if question.ask else ""
        first = Row(section, question.name, self.ours_ms, "ms", most, note=note)
        if not self.theirs:
            yield first
        for at, (name, (theirs_ms, count)) in enumerate(self.theirs.items()):
            differ = f"{note}, theirs {count:,}" if count != self.count else note
            shown = differ if question.ask else ""
            own = first if not at else replace(first, most=None)
            yield replace(own, peer=name, theirs=theirs_ms, note=shown)


def answered(name: str, ask: Ask | None) -> tuple[float, int]:
    """Runs in the child: how long one answer takes, and its count."""
    logbook = book()
    reports: dict[str, Callable[[], object]] = {
        "overview": logbook.overview,
        "trends": lambda: logbook.trends(Ask()),
        "explanation": lambda: logbook.explain(None, Ask()),
    }
    if ask is None:
        return milliseconds(reports[name]), 0
    found: list[int] = []
    spent = milliseconds(lambda: found.append(logbook.search(ask, limit=10).matched))
    return spent, found[0]


def _peers(
    question: Question, path: Path, database: peers.Database | None
) -> dict[str, peers.Peer]:
    found: dict[str, peers.Peer] = {}
    words = list(question.words)
    if words and peers.has("rg"):
        found["rg -i" if "-i" in words else "rg"] = partial(peers.ripgrep, words, path)
    if "-F" in words and peers.has("grep"):
        found["grep -i"] = partial(peers.grep, words, path)
    if question.sql is not None and database is not None:
        found["duckdb"] = partial(database.ask, question.sql)
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
