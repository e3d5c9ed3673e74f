"""Two questions in turn without pause while something else goes on: how long each takes.

They are put to a logbook in this process or to a server over stdio; `Side` is what both
have in common. The first answer is not counted: it waits for the recent past to be read,
and `recent` measures it.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from benchmarks.pouring import PIECE
from benchmarks.table import timed
from benchmarks.wire import Wire, serve
from log_mcp.config import load
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask

STILL_S: Final = 30.0  # without a new record: what is missing is lost
LIMIT: Final = 10


class Seen(NamedTuple):
    """What an overview said.

    Attributes:
        taken: Records held, and those that have left the memory again.
        loading: Whether there is history still to be read.
    """

    taken: int
    loading: bool


class Side(Protocol):
    """Who is asked."""

    def overview(self) -> Seen:
        """What there is."""

    def search(self) -> object:
        """The newest records that answer the bounded search."""

    def close(self) -> None:
        """End it."""


class Inside:
    """A logbook in this process, once it has given its first answer.

    Args:
        path: A log.
        memory: `max_memory`.
        ask: The bounded search.
    """

    def __init__(self, path: Path, memory: str, ask: Ask) -> None:
        self._book = Logbook(load([str(path)], max_memory=memory))
        self._book.start()
        self._ask = ask
        self.overview()

    def overview(self) -> Seen:
        """What there is."""
        view = self._book.overview().view
        return Seen(view.records_held + view.evicted, not self._book.feed.loaded)

    def search(self) -> object:
        """The newest records that answer the bounded search."""
        return self._book.search(self._ask, limit=LIMIT)

    def close(self) -> None:
        """Stop reading."""
        self._book.close()


class Served:
    """A server over stdio, once it has given its first answer.

    Args:
        path: A log.
        memory: `max_memory`.
        ask: The bounded search.
    """

    def __init__(self, path: Path, memory: str, ask: Ask) -> None:
        self._wire = Wire([*serve(path), "--structured", "--max-memory", memory])
        self._wire.tell("notifications/initialized")
        self._question = {"limit": LIMIT} | {k: v for k, v in asdict(ask).items() if v}
        self.overview()

    def overview(self) -> Seen:
        """What there is."""
        answer = self._wire.call("log_overview", {})
        view = answer["view"]
        loading = any(source["state"] == "loading" for source in answer["sources"])
        return Seen(view["records_held"] + view.get("evicted", 0), loading)

    def search(self) -> object:
        """The newest records that answer the bounded search."""
        return self._wire.call("search_logs", self._question)

    def close(self) -> None:
        """End the server."""
        self._wire.close()


class Beats(NamedTuple):
    """Latencies, and how far the answers had come.

    Attributes:
        overview_ms: Of each overview.
        search_ms: Of each bounded search.
        taken: When each overview was answered, and how many records it knew of.
    """

    overview_ms: list[float]
    search_ms: list[float]
    taken: list[tuple[float, int]]

    def lags_s(self, written: list[float]) -> list[float]:
        """For each answer with new lines: from the oldest one's write to the answer.

        Args:
            written: When each piece of lines had been written.
        """
        lags, before = [], 0
        for answered, taken in self.taken:
            if taken > before:
                lags.append(answered - written[before // PIECE])
            before = taken
        return lags


def beats(side: Side, going: Callable[[Seen], bool]) -> Beats:
    """Ask for as long as it goes on."""
    found = Beats([], [], [])
    newest, changed = -1, time.monotonic()
    while True:
        took_ms, seen = timed(side.overview)
        answered = time.monotonic()
        found.overview_ms.append(took_ms)
        found.taken.append((answered, seen.taken))
        found.search_ms.append(timed(side.search)[0])
        if seen.taken != newest:
            newest, changed = seen.taken, answered
        if not going(seen) or answered - changed > STILL_S:
            return found


class Plan(NamedTuple):
    """Whom to ask what.

    Attributes:
        kind: Who is asked.
        path: A log.
        memory: `max_memory`.
        ask: The bounded search.
    """

    kind: type[Inside | Served]
    path: Path
    memory: str
    ask: Ask

    def begun(self) -> "closing[Inside | Served]":
        """Who is asked, having begun to read."""
        return closing(self.kind(self.path, self.memory, self.ask))


def while_loading(plan: Plan) -> Beats:
    """Runs in the child: ask until a file is loaded."""
    with plan.begun() as side:
        return beats(side, lambda seen: seen.loading)


def while_written(plan: Plan, lines: int, ready: Path) -> Beats:
    """Runs in the child: ask until a file that grows is known to hold all its lines.

    Args:
        plan: Its log is one that another process writes.
        lines: How many records it will hold.
        ready: A file to make once the reading has begun.
    """
    with plan.begun() as side:
        ready.touch()
        return beats(side, lambda seen: seen.taken < lines)
