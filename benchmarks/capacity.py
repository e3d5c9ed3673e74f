"""How much log the default budget holds."""

from collections.abc import Iterator

from benchmarks.generate import Input
from benchmarks.loading import BUDGET
from benchmarks.subject import fresh, opened
from benchmarks.table import Row

RECORDS = 3_000_000
LEAST_MB = 800


def rows(made: Input) -> Iterator[Row]:
    """Load more than fits, once.

    Args:
        made: The input; with fewer than `RECORDS` all of it fits, and nothing is said
            about how much should.
    """
    with fresh() as child:
        held = child.submit(opened, made.json, BUDGET).result()
    section = f"{made.lines:,} records in max_memory = {BUDGET}"
    least = LEAST_MB if made.lines >= RECORDS else None
    size_mb = made.json.stat().st_size / 1e6
    note = f"of {size_mb:,.0f} MB, {held.records:,} records"
    yield Row(section, "log held", held.held_mb, "MB", least=least, note=note)
    used = Row(section, "as the ring counts it", held.used_mb, "MB")
    yield used.beside("its budget", float(BUDGET.removesuffix("MB")), 1.0)
    yield Row(section, "resident", held.resident_mb, "MB")
    yield Row(section, "all that fits answerable", held.loaded_s, "s")
