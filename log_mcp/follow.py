"""What `watch` prints: a line per new kind of error, and per alert that fires or is over."""

import contextlib
import threading
import time

from log_mcp.answer import RecordRow
from log_mcp.config import Config
from log_mcp.logbook import Logbook
from log_mcp.pace import LOOK_S
from log_mcp.query.filter import Ask
from log_mcp.render import alert_line
from log_mcp.render.fence import visible
from log_mcp.render.page import shorten

LOAD_S = 120.0  # for history: what it holds is not new
LINE_CHARACTERS = 300


def watch(config: Config, ask: Ask, *, alerts: bool = True) -> int:
    """Print what is new; ends by KeyboardInterrupt or a reader that has gone.

    Args:
        config: What to read, and the alerts.
        ask: Narrows which errors count.
        alerts: Whether to print alerts, too.

    Raises:
        QueryError: A parameter means nothing.
        ConfigError: An alert means nothing.
    """
    with contextlib.closing(Logbook(config)) as book:
        book.reach_back(None)  # What is new is in no history.
        book.start()
        book.wait_loaded(LOAD_S)
        wait = book.waiting(ask, stop_on="new_error")
        shown: set[str] = set()
        number = 0
        woken = threading.Event()
        with (
            book.feed.arrived.listening(woken.set),
            book.lookout.changed.listening(woken.set),
        ):
            while True:
                woken.clear()
                if alerts:
                    changes, number = book.lookout.changes(number)
                    for alert in changes:
                        _print(alert_line(alert))
                answer = book.look(wait)
                for row in answer.records if answer is not None else ():
                    if row.group not in shown:
                        shown.add(row.group or "")
                        _print(_line(row))
                if answer is not None:
                    wait.go_on()
                woken.wait(wait.due_s())
                time.sleep(LOOK_S)  # What arrives in the meantime is told together.


def _print(line: str) -> None:
    text = visible(line.replace("\n", " "))
    print(shorten(text, LINE_CHARACTERS), flush=True)


def _line(row: RecordRow) -> str:
    return f"{row.time} {row.group} {row.level} {row.source} {row.id} {row.message}"
