"""Zero matches is an answer, and helps: which part of the question was too much."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from log_mcp.beat import also
from log_mcp.query.filter import Filter
from log_mcp.query.near import as_text, near_group
from log_mcp.query.rows import field_names
from log_mcp.query.search import Hit, number, relaxed, search
from log_mcp.query.sift import sift
from log_mcp.query.subject import OWN, nearest_field
from log_mcp.store.segment import Errors, Segment
from log_mcp.timestamp import iso

RELAX_S: Final = 0.1
SAMPLE_RECORDS: Final = 50  # of each segment, to learn the names of fields
NOT_COUNTED: Final = -1


class _Late(Exception):
    """The time for helping is over."""


@dataclass(frozen=True, slots=True)
class Zero:
    """A question that nothing answers."""

    segments: Sequence[Segment]
    wanted: Filter
    errors: Callable[[Segment], Errors]

    def help(self) -> tuple[dict[str, int] | None, list[str] | None]:
        """The count with each part left out in turn, and what may have been meant.

        Takes `RELAX_S` in all, and what is done between two beats.
        """
        deadline = time.monotonic() + RELAX_S
        counts: dict[str, int] = {}
        for name, variant in relaxed(self.wanted).items():
            counts[name] = self._count(variant, deadline)
        hints = [*self._outside(counts), *self._fields(deadline), *self._ids(deadline)]
        return counts or None, hints or None

    def _count(self, variant: Filter, deadline: float) -> int:
        def look() -> None:
            if time.monotonic() > deadline:
                raise _Late

        total = 0
        try:
            look()
            segments = sift(self.segments, variant)
            if variant.asks_columns and not variant.narrows:
                # To ask each of a thousand segments for its length takes three times as long.
                return sum(map(len, [one.times for one in segments]))
            with also(look):
                for segment in segments:
                    look()
                    total += number(segment, variant, self.errors)
        except _Late:
            return NOT_COUNTED
        return total

    def _outside(self, counts: dict[str, int]) -> list[str]:
        """Where the nearest match lies, if only the window was wrong."""
        if counts.get("since/until", 0) <= 0:
            return []
        since, until = self.wanted.since_ns, self.wanted.until_ns
        open_ = replace(self.wanted, since_ns=None, until_ns=None, marks=None)
        distances = {}
        if since is not None or until is None:
            last = None if since is None else since - 1
            for hit in self._first(replace(open_, until_ns=last), newest=True):
                distances[hit.key.time_ns] = 0 if since is None else since
        if until is not None:
            for hit in self._first(replace(open_, since_ns=until + 1), newest=False):
                distances[hit.key.time_ns] = until
        if not distances:
            return []
        nearest_ns = min(distances, key=lambda at: abs(at - distances[at]))
        return [f"the nearest match outside the window is at {iso(nearest_ns)}"]

    def _first(self, wanted: Filter, *, newest: bool) -> list[Hit]:
        return search(self.segments, wanted, self.errors, newest=newest, limit=1).hits

    def _fields(self, deadline: float) -> list[str]:
        """Fields of conditions that no record seems to have."""
        asked = {c.field for c in self.wanted.conditions} - set(OWN)
        if not asked:
            return []
        known = self._known_fields(deadline)
        hints = []
        for field in sorted(asked - known):
            close = nearest_field(field, known)
            hints.append(f"no record looked at has a field {field!r}.{close}")
        return hints

    def _ids(self, deadline: float) -> list[str]:
        """What an id may have meant that no record has at all."""
        hints = []
        group, trace = self.wanted.group, self.wanted.trace
        if group is not None and not self._count(Filter(group=group), deadline):
            close = near_group(group, self.segments, self.errors)
            hints.append(f"no record held is of a group of this id.{close}")
        if trace is not None and not self._count(Filter(trace=trace), deadline):

            def count(wanted: Filter) -> int:
                return self._count(wanted, deadline)

            told = as_text(trace, self.segments, self.errors, count)
            hints.append(
                f"no record held has this value in a field of ids. {told}".rstrip()
            )
        return hints

    def _known_fields(self, deadline: float) -> set[str]:
        """Names of fields, youngest segments first; of one at least."""
        known: set[str] = set()
        for segment in sorted(self.segments, key=lambda s: s.last_ns, reverse=True):
            count = len(segment)
            step = max(1, count // SAMPLE_RECORDS)
            field_names(segment, list(range(0, count, step)), known)
            if time.monotonic() > deadline:
                break
        return known
