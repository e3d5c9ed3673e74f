"""Looks at records as they arrive, for alerts and for the health of a field's values.

One thread, and none where neither is configured. It is woken when lines arrive, a few times
a second at most, and by time, since a silence is no arrival. It looks at each record once,
wherever that comes from: what arrived since the last look, and history as it is read. Reading
waits for none of it, and questions go before.
"""

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from log_mcp.analysis.columns import Columns
from log_mcp.analysis.fresh import Fresh, Stretches
from log_mcp.answer import Alert, RuleRow, Values
from log_mcp.bell import Bell
from log_mcp.calls import Marks, marks_of
from log_mcp.feed import Feed
from log_mcp.turn import Polite, at_once

MILLISECOND_NS: Final = 1_000_000
if TYPE_CHECKING:
    from log_mcp.alerts import Alerts
    from log_mcp.analysis.values import ValuesOf

TICK_S: Final = 0.5  # between two looks while nothing arrives
APART_S: Final = 0.1  # ... at least, while something does
TIMES: Final = 10  # as long as a look takes nothing is done: a tenth of a processor
WAIT_S: Final = 0.3  # that a question spends on what was not looked at yet
POLITE_S: Final = 0.1  # that a piece of work waits for questions
BEHIND: Final = "alerts and health are still being worked out: ask again in a moment"


class Told(NamedTuple):
    """What a look told.

    Attributes:
        every: What fires, what may fire soon, and what was over lately.
        rules: All that is configured.
        values: Of the field that is watched; None where none is.
        notes: What makes it less than the whole truth.
    """

    every: list[Alert]
    rules: list[RuleRow]
    values: Values | None
    notes: list[str]

    @property
    def alerts(self) -> list[Alert]:
        """What fires, and what was over lately."""
        return [one for one in self.every if one.state != "pending"]


class Lookout:
    """What alerts and values of a field are told from. Thread-safe.

    Args:
        feed: What is read.
        clock: The time, UTC epoch nanoseconds.
        alerts: Those that are configured; None for none.
        values: Of the field that is watched; None for none.
        columns: What both ask of records.
        polite: See `Feed`.

    Attributes:
        changed: Rung when an alert fired or was over.
    """

    def __init__(
        self,
        feed: Feed,
        clock: Callable[[], int],
        *,
        alerts: "Alerts | None",
        values: "ValuesOf | None",
        columns: Columns,
        polite: Polite,
    ) -> None:
        self._feed, self._clock, self._polite = feed, clock, polite
        self._alerts, self._values, self._columns = alerts, values, columns
        self._observers = [one for one in (alerts, values) if one is not None]
        self._stretches: Stretches | None = None
        self._left: Iterator[Fresh] | None = None
        self._marks = Marks()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._end = threading.Event()
        self.changed = Bell()
        if alerts is not None:
            alerts.skip(feed.leaps.skipped_ns)
        if values is not None:
            values.skipped = feed.leaps.skipped_ns
        if self._observers:
            feed.beside(self._run, "log-mcp-lookout")

    def close(self) -> None:
        """End the thread soon."""
        self._end.set()
        self._wake.set()

    def _run(self) -> None:
        while not self._end.is_set() and not self._feed.wait_looked(TICK_S):
            pass
        with self._feed.arrived.listening(self._wake.set):
            while not self._end.is_set():
                self._wake.clear()
                begun = time.monotonic()
                self._look(self._polite, None)
                took = time.monotonic() - begun
                # What arrives in the meantime is looked at together.
                self._end.wait(min(TICK_S, max(APART_S, TIMES * took)))
                self._wake.wait(TICK_S)

    def _look(self, polite: Polite, limit_s: float | None) -> bool:
        """Look at what is new; whether all of it was.

        Args:
            polite: See `Feed`.
            limit_s: How long at most; the rest is looked at the next time.
        """
        feed, begun = self._feed, time.monotonic()
        # In this order: what is finished was loaded before.
        done = feed.loaded and not feed.ring.unfinished()
        whole = False
        while not whole:
            late = limit_s is not None and time.monotonic() - begun > limit_s
            if late or self._end.is_set():
                return False
            with polite(POLITE_S), self._lock:
                whole = self._step()
        with self._lock:
            changed = self._alerts is not None and self._told(self._alerts, done=done)
        if changed:
            self.changed.ring()
        return True

    def _step(self) -> bool:
        """Look at a piece of what is new; whether nothing is left. The lock is held."""
        now = self._now()
        if self._left is None:
            held = self._feed.ring.snapshot()
            if self._stretches is None:
                self._marks = marks_of(held, self._feed.tails())
                self._stretches = Stretches(self._marks)
            oldest = min(one.oldest_ns(now) for one in self._observers)
            self._left = self._stretches.fresh(held, oldest)
        fresh = next(self._left, None)
        if fresh is None:
            self._left = None
            return True
        for one in self._observers:
            one.take(fresh, now)
        self._columns.forget()
        return False

    def _told(self, alerts: "Alerts", *, done: bool) -> bool:
        """See what is so now; whether an alert fired or was over. The lock is held.

        Args:
            alerts: That are configured.
            done: Whether all history is held, and its errors are known.
        """
        for rule in alerts.learning if done else ():
            rule.learn(self._feed.ring.snapshot(), self._marks)
        return alerts.tell(self._now())

    def _now(self) -> int:
        """The time, no finer than answers show it."""
        now = self._clock()
        return now - now % MILLISECOND_NS

    def forget(self) -> None:
        """Forget what was seen; what is still held is looked at again."""
        with self._lock:
            self._left = None
            if self._stretches is not None:
                self._stretches = Stretches(self._marks)
            for one in self._observers:
                one.forget()

    # -- questions ------------------------------------------------------------------

    def told(self, limit_s: float | None = WAIT_S) -> Told:
        """What is so now.

        Args:
            limit_s: How long what is new is looked at for that; None for as long as it
                takes.
        """
        whole = True
        if self._observers and self._feed.wait_looked(0):
            whole = self._look(at_once, limit_s)
        now = self._now()
        sources = tuple(source.name for source in self._feed.catalog.sources)
        with self._lock:
            alerts = self._alerts
            return Told(
                every=alerts.rows() if alerts is not None else [],
                rules=alerts.rules() if alerts is not None else [],
                values=self._values.answer(now) if self._values is not None else None,
                notes=[
                    *([] if whole else [BEHIND]),
                    *(alerts.notes(sources) if alerts is not None else ()),
                    *(self._values.notes if self._values is not None else ()),
                ],
            )

    @property
    def number(self) -> int:
        """How often an alert fired or was over."""
        return self._alerts.changed if self._alerts is not None else 0

    def changes(self, number: int) -> tuple[list[Alert], int]:
        """What fired or was over since a number, and the number to ask with next.

        Args:
            number: 0 for all that is remembered.
        """
        with self._lock:
            if self._alerts is None:
                return [], 0
            return self._alerts.since(number), self._alerts.changed
