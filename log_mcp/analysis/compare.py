"""Two periods, compared: suspects, next steps, and message shapes that came and went.

Shapes are told of all sources together, by their templates, as `log_patterns` tells them.
What came before and comes no more, or at another rate, must be more than chance explains
(`trend.change`), both by the minute and as a part of all records: where twice as much is
going on, twice as many of each shape is no news.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.events import Book, Both, Period
from log_mcp.analysis.patterns import SHARE_DIGITS
from log_mcp.analysis.steps import steps
from log_mcp.analysis.suspects import verdict
from log_mcp.analysis.template import Template
from log_mcp.analysis.trend import change
from log_mcp.answer import Change, Comparison, Covered, Pattern
from log_mcp.record import Level
from log_mcp.timestamp import iso

STEPS_MAX: Final = 3
RATE_DIGITS: Final = 3
RATIO_MIN: Final = 1.5
NEW, GONE = "new", "gone"


class Asked(NamedTuple):
    """What is compared.

    Attributes:
        group_by: What suspects are.
        limit: Of rows of each kind.
    """

    group_by: str
    limit: int


def compare(book: Book, both: Both, asked: Asked, view: Covered) -> Comparison:
    """The answer of `compare_logs`.

    Args:
        book: What both periods share.
        both: The periods.
        asked: What is asked for.
        view: What the answer covers.
    """
    sorts, before, now = both
    suspects = verdict(both, asked.limit)
    ranks = {one.name: at for at, one in enumerate(suspects)}
    view.lead = sorts.lead
    shapes = _Shapes(both)
    view.fresh = shapes.fresh()
    return Comparison(
        group_by=asked.group_by,
        baseline={"since": iso(before.begin_ns), "until": iso(before.end_ns)},
        suspects=suspects,
        steps=steps(both, list(book.traces), ranks, STEPS_MAX),
        gone=shapes.gone(asked.limit),
        new=shapes.new(asked.limit),
        changed=shapes.changed(asked.limit),
        standing=shapes.standing(asked.limit),
        error_rate=_error_rate(before, now),
        view=view,
    )


def _error_rate(before: Period, now: Period) -> dict[str, float]:
    rates: dict[str, float] = {}
    for name, one in (("before", before), ("after", now)):
        errors = int(np.count_nonzero(one.levels >= Level.ERROR))
        records = len(one.times)
        rates[f"{name}_per_minute"] = round(errors / one.minutes, RATE_DIGITS)
        rates[f"{name}_share"] = round(errors / max(1, records), SHARE_DIGITS)
        rates[f"{name}_errors"] = errors
        rates[f"{name}_records"] = records
    return rates


class _Side:
    """The shapes of one period.

    Attributes:
        counts: Of each template, int64; so are the times.
        first_ns: Of the first record of each.
        last_ns: Of the last one.
        levels: The highest of each, uint8.
    """

    def __init__(self, period: Period, of: NDArray[np.int64], size: int) -> None:
        self.period = period
        self.of = of  # from kinds to templates
        codes = of[period.kinds]
        self.counts = np.bincount(codes, minlength=size)
        self.first_ns = np.full(size, 2**63 - 1, np.int64)
        self.last_ns = np.full(size, -(2**63), np.int64)
        self.levels = np.zeros(size, np.uint8)
        np.minimum.at(self.first_ns, codes, period.times)
        np.maximum.at(self.last_ns, codes, period.times)
        np.maximum.at(self.levels, codes, period.levels)
        self.kinds = np.bincount(period.kinds, minlength=len(of))
        self.records = max(1, len(period.times))

    def row(
        self, at: int, template: Template, sources: Sequence[str], status: str | None
    ) -> Pattern:
        """One template as the answer shows it."""
        own = np.flatnonzero((self.of == at) & (self.kinds > 0)).tolist()
        counts: dict[str, int] = {}
        for kind in own:
            counts[sources[kind]] = counts.get(sources[kind], 0) + int(self.kinds[kind])
        _, example = max(self.period.examples[kind] for kind in own)
        count = int(self.counts[at])
        return Pattern(
            id=template.id,
            template=template.text,
            count=count,
            share=round(count / self.records, SHARE_DIGITS),
            level=Level(int(self.levels[at])).word or None,
            sources=dict(sorted(counts.items(), key=lambda one: (-one[1], one[0]))),
            first_seen=iso(int(self.first_ns[at])),
            last_seen=iso(int(self.last_ns[at])),
            example=example,
            status=status,
        )


class _Shapes:
    """The shapes of two periods."""

    def __init__(self, both: Both) -> None:
        sorts, before, now = both
        index: dict[str, int] = {}
        self._templates: list[Template] = []
        of_sort = []
        for sort in sorts.every:
            at = index.setdefault(sort.template.id, len(index))
            if at == len(self._templates):
                self._templates.append(sort.template)
            of_sort.append(at)
        of = np.array(of_sort, np.int64)[sorts.of]
        size = len(self._templates)
        self._sources = sorts.sources
        self._before = _Side(before, of, size)
        self._now = _Side(now, of, size)

    def gone(self, limit: int) -> list[Pattern]:
        """Shapes that came before and no more, the most frequent first."""
        old, new = self._before, self._now
        found = [
            at
            for at in np.flatnonzero((old.counts > 0) & (new.counts == 0)).tolist()
            if self._course(at) == "falling"
        ]
        found.sort(
            key=lambda at: (-int(old.levels[at] > Level.INFO), -old.counts[at], at)
        )
        return [self._row(old, at, GONE) for at in found[:limit]]

    def new(self, limit: int) -> list[Pattern]:
        """Shapes that did not come before, the most severe and most frequent first."""
        old, new = self._before, self._now
        found = np.flatnonzero((new.counts > 0) & (old.counts == 0)).tolist()
        found.sort(key=lambda at: (-self._severity(at), -int(new.counts[at]), at))
        return [self._row(new, at, NEW) for at in found[:limit]]

    def fresh(self) -> dict[str, tuple[int, int]]:
        """Of each source, its new shapes that are neither errors nor warnings."""
        old, new = self._before, self._now
        mild = (new.levels <= Level.INFO) & (new.counts > 0) & (old.counts == 0)
        found: dict[str, tuple[int, int]] = {}
        seen: set[tuple[str, int]] = set()
        for kind in np.flatnonzero(mild[new.of] & (new.kinds > 0)).tolist():
            source = self._sources[kind]
            shape = (source, int(new.of[kind]))
            shapes, records = found.get(source, (0, 0))
            # A shape of several kinds of a source counts once.
            found[source] = (
                shapes + (shape not in seen),
                records + int(new.kinds[kind]),
            )
            seen.add(shape)
        return dict(sorted(found.items(), key=lambda one: (-one[1][1], one[0])))

    def changed(self, limit: int) -> list[Change]:
        """Shapes whose rate or level moved, the surest first; no errors that stand."""
        old, new = self._before, self._now
        ranked = []
        for at in np.flatnonzero((new.counts > 0) & (old.counts > 0)).tolist():
            level = new.levels[at] != old.levels[at]
            if not level and self._course(at) not in {"rising", "falling"}:
                continue
            expected = old.counts[at] * new.period.span_ns / old.period.span_ns
            far = abs(new.counts[at] - expected) / (new.counts[at] + expected) ** 0.5
            ratio = max(new.counts[at], expected) / max(
                1e-9, min(new.counts[at], expected)
            )
            if level or ratio >= RATIO_MIN:
                ranked.append((not level, -float(far), at))
        return [self._change(at) for _, _, at in sorted(ranked)[:limit]]

    def standing(self, limit: int) -> list[Change]:
        """Errors of both periods, the most frequent first."""
        old, new = self._before, self._now
        both = (old.levels >= Level.ERROR) & (new.levels >= Level.ERROR)
        found = np.flatnonzero(both & (new.counts > 0)).tolist()
        found.sort(key=lambda at: (-int(new.counts[at]), at))
        return [self._change(at) for at in found[:limit]]

    def _severity(self, at: int) -> int:
        level = int(self._now.levels[at])
        return level if level > Level.INFO else 0

    def _course(self, at: int) -> str:
        """Whether it moved, by the minute and as a part of all records."""
        old, new = self._before, self._now
        pair = (int(new.counts[at]), int(old.counts[at]))
        by_time = change(pair[0], new.period.span_ns, pair[1], old.period.span_ns)
        by_share = change(pair[0], new.records, pair[1], old.records)
        return by_time if by_time == by_share else "steady"

    def _row(self, side: _Side, at: int, status: str | None) -> Pattern:
        return side.row(at, self._templates[at], self._sources, status)

    def _change(self, at: int) -> Change:
        old, new = self._before, self._now
        level = Level(int(old.levels[at])).word or None
        return Change(
            pattern=self._row(new, at, None),
            before_per_minute=round(
                int(old.counts[at]) / old.period.minutes, RATE_DIGITS
            ),
            after_per_minute=round(
                int(new.counts[at]) / new.period.minutes, RATE_DIGITS
            ),
            level_before=level if old.levels[at] != new.levels[at] else None,
        )
