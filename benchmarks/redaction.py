"""What it costs to take secrets out, beside all that it takes until records are answerable."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.generate import Input
from benchmarks.loading import BUDGET
from benchmarks.subject import fresh, opened
from benchmarks.table import Row, median
from log_mcp.redact import START, Redactor

SECTION: Final = "redaction"
SHARE_MOST: Final = 0.45  # of the time until all records are answerable
BLOCK_BYTES: Final = 256 * 1024  # what the reader of history takes at a time


def rows(made: Input, repeat: int) -> Iterator[Row]:
    """Both forms of an input: the rules alone, loading with them, loading without.

    Args:
        made: The input.
        repeat: How often each is measured, in turn.
    """
    for form, path in (("JSON", made.json), ("text", made.text)):
        runs = [_in_turn(path) for _ in range(repeat)]
        alone, answerable, without = (
            median(times) for times in zip(*runs, strict=True)
        )
        row = Row(SECTION, f"{form}, all rules, alone", alone, "s")
        yield row.beside("all answerable", answerable, SHARE_MOST)
        row = Row(SECTION, f"{form}, all answerable", answerable, "s")
        yield row.beside("... with redaction off", without)


def _in_turn(path: Path) -> tuple[float, float, float]:
    with fresh() as child:
        alone = child.submit(taken_out, path).result()
    with fresh() as child:
        answerable = child.submit(opened, path, BUDGET).result().loaded_s
    with fresh() as child:
        without = child.submit(opened, path, BUDGET, redact=False).result().loaded_s
    return alone, answerable, without


def taken_out(path: Path) -> float:
    """Runs in the child: seconds to take the secrets out of a file, block by block."""
    data, redactor, carry = path.read_bytes(), Redactor(), START
    begin, at = time.perf_counter(), 0
    while at < len(data):
        end = data.rfind(b"\n", at, at + BLOCK_BYTES) + 1 or len(data)
        _, carry = redactor.block(data[at:end], carry)
        at = end
    return time.perf_counter() - begin
