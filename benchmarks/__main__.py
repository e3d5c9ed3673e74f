"""`python -m benchmarks`: measure everything, print one table.

Warm page cache, both sides in turn, medians; each figure in a process of its own.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence

from benchmarks import (
    amounts,
    capacity,
    comparison,
    flood,
    growth,
    loading,
    peers,
    pressure,
    questions,
    recent,
    redaction,
    shapes,
    soak,
    starting,
    wire,
)
from benchmarks.generate import Input, generated
from benchmarks.table import Row, printed

SECTIONS = {
    "loading": "time and memory to load both forms, beside lnav and DuckDB",
    "redaction": "what secrets cost, beside all until records are answerable",
    "growth": "what ten times the lines cost to load and to ask",
    "questions": "each kind of question, beside ripgrep, grep and DuckDB",
    "numbers": "numbers over a field, first and again, beside DuckDB",
    "variants": "inputs that flatter less, per byte, beside the standard one",
    "shapes": "how fast message shapes are mined, and a question once they are",
    "capacity": "how much log 256MB hold: 3,000,000 records; not with --quick",
    "recent": "the first answer about 2 GB, beside one about 20 MB",
    "pressure": "answers while a file loads and while 100,000 lines a second arrive",
    "flood": "the budget while lines pour in, and the memory they leave behind",
    "soak": "half an hour of 20,000 lines a second and rotations; only where named",
    "start": "the first reply and two commands, beside the least a process can do",
    "wire": "how soon a line that was written is found, over stdio",
}
SLOW = frozenset({"capacity"})  # left out with --quick unless asked for
UNASKED = frozenset({"soak"})  # ... and always: it takes as long as it is told to
SOAK_S = 1_800


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is asked for; the exit status."""
    options = _options(argv)
    # Users start what was started before: without byte code kept, each start of ours, of
    # a server with one empty tool and of the children would compile what it imports.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    begin = time.monotonic()
    note = (
        f"{options.lines:,} records, {options.repeat} runs of each, "
        f"{options.asks} of each question, {_machine()}"
    )
    print(note, *peers.missing(), sep="\n", file=sys.stderr)
    rows = []
    for row in measured(options):
        rows.append(row)
        spent = time.monotonic() - begin
        print(f"{spent:4.0f} s  {row.section}: {row.what}", file=sys.stderr)
    if options.json:
        print(json.dumps({"about": note, "rows": [row.as_json() for row in rows]}))
    else:
        print(printed(rows))
    return 0


def measured(options: argparse.Namespace) -> Iterator[Row]:
    """All rows, as they come."""
    for section in SECTIONS:
        if section in options.only:
            yield from _section(section, options)


def _section(name: str, options: argparse.Namespace) -> Iterator[Row]:
    lines, repeat = options.lines, options.repeat
    begun: dict[str, Callable[[], Iterator[Row]]] = {
        "loading": lambda: loading.rows(generated(lines), repeat),
        "redaction": lambda: redaction.rows(generated(lines), repeat),
        "growth": lambda: growth.rows(_json(lines), _json(lines // 10), repeat),
        "questions": lambda: questions.rows(_json(lines), options.asks),
        "numbers": lambda: amounts.rows(_json(lines), options.asks),
        "variants": lambda: comparison.rows(lines // 5, repeat),
        "shapes": lambda: shapes.rows(generated(lines), repeat),
        "capacity": lambda: capacity.rows(_json(options.capacity)),
        "recent": lambda: recent.rows(lines, _json(lines // 10), repeat),
        "pressure": lambda: pressure.rows(_json(lines), options.seconds),
        "flood": lambda: flood.rows(_json(lines)),
        "soak": lambda: soak.rows(options.soaked),
        "start": lambda: starting.rows(repeat),
        "wire": lambda: wire.rows(options.writes),
    }
    return begun[name]()


def _json(lines: int) -> Input:
    return generated(lines, text=False)


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    sections = "\n".join(f"  {name:10} {text}" for name, text in SECTIONS.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog=f"sections:\n{sections}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "section",
        nargs="*",
        choices=[*SECTIONS, []],
        metavar="SECTION",
        help="these sections alone; all if none is named",
    )
    add("--quick", action="store_true", help="a tenth of the input, a minute or two")
    add("--json", action="store_true", help="as JSON")
    add("--lines", type=int, help="records of the input (1,000,000)")
    add(
        "--repeat",
        type=int,
        help="runs of each measurement (5; with --quick 3 of what starts processes)",
    )
    add(
        "--only",
        action="append",
        choices=SECTIONS,
        metavar="SECTION",
        help="this section alone; may be given again",
    )
    add(
        "--seconds",
        type=float,
        help=f"how long soak writes ({SOAK_S:,}; with --quick 60)",
    )
    options = parser.parse_args(argv)
    soaked_s = options.seconds or (60 if options.quick else SOAK_S)
    options.soaked = options.lines or int(soaked_s * soak.RATE)
    options.capacity = 3 * options.lines if options.lines else capacity.RECORDS
    options.lines = options.lines or (100_000 if options.quick else 1_000_000)
    options.asks = options.repeat or 5
    options.repeat = options.repeat or (3 if options.quick else 5)
    left_out = UNASKED | (SLOW if options.quick else frozenset())
    every = [name for name in SECTIONS if name not in left_out]
    options.only = [*options.section, *(options.only or ())] or every
    options.seconds = 1.0 if options.quick else 5.0
    options.writes = 30 if options.quick else 200
    return options


def _machine() -> str:
    return (
        f"{os.cpu_count()} x {platform.machine()}, Python {platform.python_version()}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
