"""Waiting for what is still to be written: a match, a new kind of error, or quiet.

What was there when the wait began does not count, however late it is read: a mark in each
file says from where on a record is news. Looking is done by whoever waits, once for each
arrival and when time is up; between looks a wait holds nothing but its marks.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from log_mcp.answer import Waited
from log_mcp.calls import marks_of
from log_mcp.desk import Desk, segments_of
from log_mcp.errors import QueryError, nearest
from log_mcp.pace import WAIT_S_MAX
from log_mcp.phrase import left_out
from log_mcp.query.filter import Ask, Filter, sources
from log_mcp.query.search import Hit, matching, search
from log_mcp.questions.nothing import advice
from log_mcp.reach import Reach
from log_mcp.record import Level
from log_mcp.store.ring import Held

STOPS: Final = ("match", "new_error", "quiet")
RECORDS_MAX: Final = 20  # of an answer; of new kinds each is shown


class Wait:
    """One wait; asked from one thread at a time.

    Args:
        desk: Where it is asked.
        ask: Narrows what counts; without times.
        stop_on: One of `STOPS`.
        timeout_s: How long at most.
        quiet_s: How long nothing must arrive, for `quiet`.
        watch: Seconds that pass.

    Raises:
        QueryError: A parameter means nothing.
    """

    def __init__(  # noqa: PLR0917  as the tool has them
        self,
        desk: Desk,
        ask: Ask,
        stop_on: str,
        timeout_s: float,
        quiet_s: float,
        watch: Callable[[], float],
    ) -> None:
        if stop_on not in STOPS:
            hint = nearest(stop_on, STOPS)
            raise QueryError(
                f"stop_on: unknown {stop_on!r}. Valid: {', '.join(STOPS)}.{hint}"
            )
        _check_seconds("timeout_s", timeout_s)
        _check_seconds("quiet_s", quiet_s)
        self._desk, self._ask, self._watch = desk, ask, watch
        self._stop_on, self._quiet_s = stop_on, quiet_s
        if stop_on == "new_error":
            desk.reach_back(None)  # What is new is in no history.
        held = desk.held()
        marks = marks_of(held, desk.feed.tails())
        wanted = desk.filter(ask, held, marks)
        if stop_on == "new_error":
            wanted = replace(wanted, level=max(wanted.level, Level.ERROR))
        self._known = _kinds(desk, held) if stop_on == "new_error" else frozenset()
        self._wanted = replace(wanted, marks=marks)
        self._begun = self._quiet_since = watch()
        self._end = self._begun + timeout_s
        self._since_ns = desk.now_ns
        self._seen = 0
        self._held: tuple[Held, ...] = held

    def go_on(self) -> None:
        """Wait on, for what comes after the last look."""
        marks = marks_of(self._held, self._desk.feed.tails())
        hits, _ = self._news(self._held)
        kinds = [self._desk.annotator.kind(hit.segment, hit.row) for hit in hits]
        self._known |= {kind.id for kind in kinds if kind is not None}
        self._wanted = replace(self._wanted, marks=marks)
        self._end += self._watch() - self._begun
        self._begun = self._quiet_since = self._watch()
        self._since_ns = self._desk.now_ns
        self._seen = 0

    def due_s(self) -> float:
        """In how many seconds to look again, though nothing arrives."""
        end = self._end
        if self._stop_on == "quiet":
            end = min(end, self._quiet_since + self._quiet_s)
        return max(0.0, end - self._watch())

    def look(self) -> Waited | None:
        """The answer, if it is time for one."""
        held = self._held = self._desk.held()
        if self._ask.source:  # A glob means the sources that appear, too.
            chosen = sources(self._ask.source, self._desk.names)
            self._wanted = replace(self._wanted, sources=chosen)
        hits, matched = self._news(held)
        now = self._watch()
        if matched != self._seen:
            self._seen, self._quiet_since = matched, now
        reason = self._reason(matched, now)
        if reason is None:
            return None
        shown = replace(self._wanted, marks=None, since_ns=self._since_ns)
        view = self._desk.view(held, shown, None)
        if not matched and reason == "timeout":
            view.notes += self._nothing(held)
        return Waited(
            reason=reason,
            waited_s=round(now - self._begun, 3),
            records=self._desk.rows(hits, held, 0, None, newest=False),
            matched=matched,
            view=view,
        )

    def _nothing(self, held: tuple[Held, ...]) -> list[str]:
        """What to say where time is up and nothing matched."""
        counts, hints = advice(self._desk, held, self._wanted, Reach())
        names = {"since/until": "arrived before the wait"}
        told = {names.get(name, name): count for name, count in (counts or {}).items()}
        return [*filter(None, [left_out(told)]), *(hints or [])]

    def _reason(self, matched: int, now: float) -> str | None:
        if matched and self._stop_on != "quiet":
            return self._stop_on
        if self._stop_on == "quiet" and now - self._quiet_since >= self._quiet_s:
            return "quiet"
        return "timeout" if now >= self._end else None

    def _news(self, held: tuple[Held, ...]) -> tuple[list[Hit], int]:
        """What arrived, oldest first, and how much of it there is.

        Of new kinds of errors the first of each.
        """
        annotator = self._desk.annotator
        segments = segments_of(held)
        if self._stop_on != "new_error":
            found = search(
                segments, self._wanted, annotator, newest=False, limit=RECORDS_MAX
            )
            return found.hits, found.matched
        fresh: list[tuple[Hit, str]] = [
            (Hit(segment, row), kind.id)
            for segment, rows in matching(segments, self._wanted, annotator)
            for row in rows.tolist()
            if (kind := annotator.kind(segment, row)) is not None
            and kind.id not in self._known
        ]
        fresh.sort(key=lambda one: one[0].key, reverse=True)
        first = {kind: hit for hit, kind in fresh}
        return sorted(first.values(), key=lambda hit: hit.key), len(fresh)


def _kinds(desk: Desk, held: tuple[Held, ...]) -> frozenset[str]:
    """Ids of all kinds of errors there are."""
    errors = Filter(level=Level.ERROR)
    found = matching(segments_of(held), errors, desk.annotator)
    return frozenset(kind.id for one, _ in found for kind in desk.annotator(one).table)


def _check_seconds(name: str, value: float) -> None:
    if not 0 < value <= WAIT_S_MAX:
        raise QueryError(
            f"{name}: {value:g} is out of range. Valid: more than 0, at most "
            f"{WAIT_S_MAX:g} seconds."
        )
