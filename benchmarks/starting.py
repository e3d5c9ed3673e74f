"""From the start of a process to its first word, in turn with the least one could do."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.table import Row, median, milliseconds
from benchmarks.wire import Wire, serve

EMPTY: Final = Path(__file__).with_name("empty_server.py")
SECTION: Final = "from the start of a process"
LINE: Final = "2026-03-02 00:00:00,395 INFO depot.cage Cage 7 closed\n"
MOST_RATIO: Final = 1.15  # of a server with one empty tool


def rows(repeat: int) -> Iterator[Row]:
    """The server, and two commands.

    Args:
        repeat: How often each is started, once more before to fill the caches.
    """
    python = [sys.executable]
    ours = [*python, "-m", "log_mcp"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "one.log"
        path.write_text(LINE)
        for what, call, peer, peers_call, most_ratio in (
            (
                "start to first reply",
                partial(_first_reply, serve(path)),
                "a server with one empty tool",
                partial(_first_reply, [*python, str(EMPTY)]),
                MOST_RATIO,
            ),
            (
                "log-mcp parse, one line",
                partial(_run, [*ours, "parse", str(path)]),
                "python -c 'import numpy'",
                partial(_run, [*python, "-c", "import numpy"]),
                None,
            ),
            (
                "log-mcp --help",
                partial(_run, [*ours, "--help"]),
                "python -c pass",
                partial(_run, [*python, "-c", "pass"]),
                None,
            ),
        ):
            both = _in_turn(call, peers_call, repeat)
            yield Row(SECTION, what, both[0], "ms").beside(peer, both[1], most_ratio)


def _in_turn(
    ours: Callable[[], float], theirs: Callable[[], float], repeat: int
) -> tuple[float, float]:
    """The medians of both."""
    times = [(ours(), theirs()) for _ in range(repeat + 1)]
    return median(one[0] for one in times[1:]), median(one[1] for one in times[1:])


def _first_reply(command: list[str]) -> float:
    begin = time.perf_counter()
    with closing(Wire(command)):
        return (time.perf_counter() - begin) * 1e3


def _run(command: list[str]) -> float:
    return milliseconds(
        partial(subprocess.run, command, capture_output=True, check=True)
    )
