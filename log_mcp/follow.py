"""What `watch` prints: a line per new kind of error, and per alert that fires or is over."""

import contextlib
import threading
import time

from log_mcp.answer import RecordRow
from log_mcp.config import Config
from log_mcp.logbook import Logbook
from log_mcp.naming import is_plain
from log_mcp.pace import LOOK_S
from log_mcp.query.filter import Ask
from log_mcp.render import alert_line, fence
from log_mcp.render.page import shorten

LOAD_S = 120.0  # for history: what it holds is not new
LINE_CHARACTERS = 250  # of what a log says


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
                        print(line(*alert_line(alert)), flush=True)
                answer = book.look(wait)
                for row in answer.records if answer is not None else ():
                    if row.group not in shown:
                        shown.add(row.group or "")
                        print(_line(row), flush=True)
                if answer is not None:
                    wait.go_on()
                woken.wait(wait.due_s())
                time.sleep(LOOK_S)  # What arrives in the meantime is told together.


def _line(row: RecordRow) -> str:
    start = f"{row.time} {row.group} {row.level}"
    if is_plain(row.source):
        return line(f"{start} {row.source} {row.id}", row.message)
    return line(f"{start} {row.id}", f"{row.source}: {row.message}")


def line(start: str, said: str, value: str | None = None) -> str:
    """A line: words of ours, and what a log says between two random values.

    Args:
        start: Words of ours.
        said: What the log says.
        value: To use instead of a new one.
    """
    value = value or fence.nonce([said])
    mark = f"{fence.MARK} " if fence.instructs(said) else ""
    text = fence.inert(fence.visible(said.replace("\n", " ")))
    return f"{start} [log data {value}: {mark}{shorten(text, LINE_CHARACTERS)} {value}]"
