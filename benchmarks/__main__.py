"""`python -m benchmarks`: measure everything, print one table.

Warm page cache, both sides in turn, medians; each figure in a process of its own.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence

from benchmarks import loading, peers, pressure, questions, wire
from benchmarks.generate import generated
from benchmarks.table import Row, printed

SECTIONS = ("loading", "questions", "pressure", "wire")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is asked for; the exit status."""
    options = _options(argv)
    begin = time.monotonic()
    note = f"{options.lines:,} records, {options.repeat} runs of each, {_machine()}"
    print(note, *peers.missing(), sep="\n", file=sys.stderr)
    rows = []
    for row in measured(options):
        rows.append(row)
        print(f"{time.monotonic() - begin:4.0f} s  {row.what}", file=sys.stderr)
    if options.json:
        print(json.dumps({"about": note, "rows": [row.as_json() for row in rows]}))
    else:
        print(printed(rows))
    return 0


def measured(options: argparse.Namespace) -> Iterator[Row]:
    """All rows, as they come."""
    made = generated(options.lines)
    if "loading" in options.only:
        yield from loading.rows(made, generated(options.lines // 10), options.repeat)
    if "questions" in options.only:
        yield from questions.rows(made, options.repeat)
    if "pressure" in options.only:
        yield from pressure.rows(made, options.seconds)
    if "wire" in options.only:
        yield from wire.rows(options.repeat, options.writes)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--quick", action="store_true", help="a tenth of the input, about a minute")
    add("--json", action="store_true", help="as JSON")
    add("--lines", type=int, help="records of the input (1,000,000)")
    add("--repeat", type=int, help="runs of each measurement (5)")
    add("--only", action="append", choices=SECTIONS, help="this section alone")
    options = parser.parse_args(argv)
    options.lines = options.lines or (100_000 if options.quick else 1_000_000)
    options.repeat = options.repeat or (3 if options.quick else 5)
    options.only = options.only or SECTIONS
    options.seconds = 1.0 if options.quick else 5.0
    options.writes = 30 if options.quick else 200
    return options


def _machine() -> str:
    return (
        f"{os.cpu_count()} x {platform.machine()}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
