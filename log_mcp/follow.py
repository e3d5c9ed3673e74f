"""What `watch` prints: one line per new kind of error, as it appears, until it is stopped."""

import contextlib

from log_mcp.answer import RecordRow
from log_mcp.config import Config
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask
from log_mcp.render.fence import visible
from log_mcp.render.page import shorten

LOAD_S = 120.0  # for history: what it holds is not new
LINE_CHARACTERS = 300


def watch(config: Config, ask: Ask) -> int:
    """Print new kinds of errors; ends by KeyboardInterrupt or a reader that has gone.

    Args:
        config: What to read.
        ask: Narrows what counts.

    Raises:
        QueryError: A parameter means nothing.
    """
    with contextlib.closing(Logbook(config)) as book:
        book.reach_back(None)  # What is new is in no history.
        book.start()
        book.wait_loaded(LOAD_S)
        wait = book.waiting(ask, stop_on="new_error")
        shown: set[str] = set()
        while True:
            for row in book.wait(wait).records:
                if row.group not in shown:
                    shown.add(row.group or "")
                    print(_line(row), flush=True)
            wait.go_on()


def _line(row: RecordRow) -> str:
    text = f"{row.time} {row.group} {row.level} {row.source} {row.id} {row.message}"
    return shorten(visible(text.replace("\n", " ")), LINE_CHARACTERS)
