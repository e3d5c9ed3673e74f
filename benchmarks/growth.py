"""What ten times the lines cost: time and memory to load, and two indexed questions.

Both sizes get memory in proportion, so that both are held whole. Nothing here holds the
lines, so that any number of them can be asked for.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from benchmarks.generate import Input
from benchmarks.loading import of
from benchmarks.questions import Question, answered, questions
from benchmarks.subject import Loaded, fresh, opened, rest
from benchmarks.table import Row, median

# Of memory a record: held plain, as a full ring is filled to its edge.
RECORD_BYTES: Final = 400
MEMORY_MIN: Final = 4_000_000
INDEXED: Final = ("trace id", "rare literal", "absent literal")
MOST: Final = 1.0  # ten times the lines cost at most ten times as much
MOST_INDEXED: Final = 1.5
SEGMENTS: Final = 100_000  # fewer records are one segment or two: no use for an index
RUNS_OF_MANY: Final = 3  # where one takes minutes
MANY: Final = 3_000_000


def rows(made: Input, tenth: Input, repeat: int) -> Iterator[Row]:
    """Both sizes in turn.

    Args:
        made: The input.
        tenth: The same with a tenth of the lines.
        repeat: How often each is measured.
    """
    loads: dict[Path, list[Loaded]] = {made.json: [], tenth.json: []}
    asked: dict[Path, dict[str, list[float]]] = {made.json: {}, tenth.json: {}}
    runs = repeat if made.lines <= MANY else min(repeat, RUNS_OF_MANY)
    for _ in range(runs):
        for one in (made, tenth):
            memory = f"{max(MEMORY_MIN, one.lines * RECORD_BYTES)}"
            with fresh() as child:
                loads[one.json].append(child.submit(opened, one.json, memory).result())
                child.submit(rest).result()  # Of ten times the lines it takes longer.
                for question in questions(one.json):
                    if question.name in INDEXED:
                        spent = asked[one.json].setdefault(question.name, [])
                        spent += _asked_ms(child, question, repeat)
    large, small = loads[made.json], loads[tenth.json]
    section = f"growth from {tenth.lines:,} to {made.lines:,} records"
    peer = f"10 x {tenth.lines:,}"
    for what, name, unit in (
        ("all answerable", "loaded_s", "s"),
        ("processor time, all told", "processor_s", "s"),
        ("memory over an idle process", "growth_mb", "MB"),
        ("as the ring counts it", "used_mb", "MB"),
    ):
        row = Row(section, what, of(large, name), unit)
        note = f"{large[-1].records:,} of {made.lines:,} records held"
        yield row.beside(peer, 10 * of(small, name), MOST, note)
    for name in INDEXED:
        row = Row(section, name, median(asked[made.json][name]), "ms")
        theirs = median(asked[tenth.json][name])
        most = MOST_INDEXED if tenth.lines >= SEGMENTS else None
        yield row.beside(f"{tenth.lines:,} records", theirs, most)


def _asked_ms(
    child: ProcessPoolExecutor, question: Question, repeat: int
) -> list[float]:
    """Times of one question, after one that is not counted."""
    times = [
        child.submit(answered, question.name, question.ask).result()[0]
        for _ in range(repeat + 1)
    ]
    return times[1:]
