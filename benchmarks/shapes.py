"""Message shapes: how fast they are mined, and what a question costs once they are."""

import time
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from benchmarks.generate import Input
from benchmarks.questions import HOUR
from benchmarks.subject import book, fresh, opened
from benchmarks.table import Row, median, milliseconds
from log_mcp.analysis.miner import Miner
from log_mcp.desk import segments_of
from log_mcp.query.filter import Ask
from log_mcp.timestamp import iso

SECTION: Final = "message shapes"
MEMORY: Final = "512MB"
RATE_LEAST: Final = 150_000  # lines a second
ASKED_MS_MOST: Final = 300.0  # of 100,000 records, once they are mined
ASKED_RECORDS: Final = 100_000
COMPARED_MS_MOST: Final = 1_000.0  # two periods of so many


class Mined(NamedTuple):
    """What it took.

    Attributes:
        seconds: To mine all records, templates included, expressions compiled.
        again_ms: To answer when all is mined.
        new_ms: To tell what the last hour has that was not there before.
        compared_ms: To compare the last half, or 100,000 records, with what was before.
        templates: How many there are.
        kept_mb: What is remembered for the next question.
    """

    seconds: float
    again_ms: float
    new_ms: float
    compared_ms: float
    templates: int
    kept_mb: float


def rows(made: Input, repeat: int) -> Iterator[Row]:
    """Both forms of an input.

    Args:
        made: The input.
        repeat: How often each is measured.
    """
    most = ASKED_MS_MOST * max(1.0, made.lines / ASKED_RECORDS)
    for form, path in (("JSON", made.json), ("text", made.text)):
        runs = []
        for _ in range(repeat):
            with fresh() as child:
                child.submit(opened, path, MEMORY).result()
                runs.append(child.submit(mined).result())
        last = runs[-1]
        rate = made.lines / median([one.seconds for one in runs])
        note = f"{last.templates} shapes, {last.kept_mb:.3g} MB kept"
        yield Row(
            SECTION, f"{form}, mined", rate, "lines/s", least=RATE_LEAST, note=note
        )
        again = median([one.again_ms for one in runs])
        yield Row(SECTION, f"{form}, common, once mined", again, "ms", most)
        new = median([one.new_ms for one in runs])
        yield Row(SECTION, f"{form}, new in an hour, once mined", new, "ms", most)
        both = median([one.compared_ms for one in runs])
        name = f"{form}, two periods compared, once mined"
        yield Row(SECTION, name, both, "ms", COMPARED_MS_MOST)


def mined() -> Mined:
    """Runs in the child: of what its logbook holds."""
    logbook, miner = book(), Miner()
    segments = segments_of(logbook.ring.snapshot())
    Miner()(segments[-1])  # compiles expressions, once a process
    begin = time.perf_counter()
    found = [one for one in map(miner, segments) if one is not None]
    templates = set(miner.templates(found).values())
    seconds = time.perf_counter() - begin
    while logbook.patterns(Ask()).view.partial:
        pass  # Each question goes on where the one before ran out of time.
    times = np.sort(np.concatenate([segment.times for segment in segments]))
    late = Ask(since=iso(int(times[-min(ASKED_RECORDS, len(times) // 2)])))
    while logbook.compare(late).view.partial:
        pass  # Likewise.
    return Mined(
        seconds,
        milliseconds(lambda: logbook.patterns(Ask())),
        milliseconds(lambda: logbook.patterns(Ask(since=HOUR), show="new")),
        milliseconds(lambda: logbook.compare(late)),
        len(templates),
        miner.nbytes / 1e6,
    )
