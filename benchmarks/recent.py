"""The recent past of a large file and of a small one: how soon it can be asked about."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.generate import DATA, Input
from benchmarks.loading import BUDGET
from benchmarks.subject import first_answer_ms, fresh
from benchmarks.table import Row, median, milliseconds
from benchmarks.wire import Wire, serve

LARGE_BYTES: Final = 2_000  # a record of the input: 2 GB for a million
SMALL_BYTES: Final = 20_000_000
MOST_MS: Final = 150
ROOM: Final = 2  # times its size must be free on the disk

Times = tuple[float, float, float]  # in process; over stdio from start; from a request


def rows(lines: int, tenth: Input, repeat: int) -> Iterator[Row]:
    """Both files in turn.

    Args:
        lines: Of the whole input: a large file has 2,000 bytes for each.
        tenth: What both files repeat.
        repeat: How often each is measured.
    """
    size = lines * LARGE_BYTES
    if shutil.disk_usage(DATA).free < ROOM * size:
        print(f"no room for {size / 1e9:.2g} GB: skipped", file=sys.stderr)
        return
    with TemporaryDirectory(dir=DATA) as folder:
        large = repeated(tenth.json, size, Path(folder) / "large.jsonl")
        small_bytes = min(SMALL_BYTES, size // 10)
        small = repeated(tenth.json, small_bytes, Path(folder) / "small.jsonl")
        runs = [(_times(large), _times(small)) for _ in range(repeat)]
        names = [f"{path.stat().st_size / 1e6:,.3g} MB" for path in (large, small)]
    section = f"the recent past of {names[0]}"
    for at, (what, most_ms) in enumerate(
        (
            ("first answer, in process, from the start", MOST_MS),
            ("first answer, over stdio, from the start", None),
            ("first answer, over stdio, from the request", MOST_MS),
        )
    ):
        ours, theirs = (median(run[side][at] for run in runs) for side in (0, 1))
        yield Row(section, what, ours, "ms", most_ms).beside(names[1], theirs)


def repeated(source: Path, size: int, path: Path) -> Path:
    """A file of about that size, made of copies of another.

    Args:
        source: What is copied.
        size: Bytes; the file is made of whole copies, so it is larger.
        path: The file.
    """
    with path.open("wb") as file:
        while file.tell() < size:
            with source.open("rb") as whole:
                shutil.copyfileobj(whole, file, 1 << 22)
    return path


def _times(path: Path) -> Times:
    with fresh() as child:
        inside_ms = child.submit(first_answer_ms, path, BUDGET).result()
    begin = time.perf_counter()
    with closing(Wire([*serve(path), "--structured"])) as wire:
        wire.tell("notifications/initialized")
        asked_ms = milliseconds(partial(wire.call, "log_overview", {}))
        return inside_ms, (time.perf_counter() - begin) * 1e3, asked_ms
