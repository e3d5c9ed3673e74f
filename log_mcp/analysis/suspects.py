"""Who is suspected of what changed between two periods, ranked, with reasons.

Each law says which traces (and records without one) are troubled, and whose trouble it is:
errors (`blame`), waits (`waits`), steps that fell silent (`lockstep`). How much that makes
of somebody a suspect is what fault localisation calls Ochiai's coefficient (2007): the
troubled ones that are his, over the root of all that are troubled times all that pass
through him. So whoever troubles most of what he does goes before whoever is only there
whenever there is trouble.

- A trace that an error explains says nothing more by steps that are missing behind it.
- A silent step is a symptom: it counts a third.
- A rate that moved adds a little, so that it decides where nothing else does.
- Records without a trace are held against the errors alone of whoever wrote them, as how
  much he says besides has nothing to do with his guilt.
"""

from collections.abc import Iterable, Iterator
from math import sqrt
from typing import Final

import numpy as np

from log_mcp.analysis.blame import Blame, Error, blame, units
from log_mcp.analysis.events import Both, levels_of
from log_mcp.analysis.lockstep import Silence, silence
from log_mcp.analysis.shifts import Shift, shifts
from log_mcp.analysis.waits import Waits, waits
from log_mcp.answer import Suspect
from log_mcp.phrase import rate
from log_mcp.record import Level

SILENT: Final = 0.3
SMOOTH: Final = 3  # of few traces, all may be troubled by chance
REASONS_MAX: Final = 6
EACH_MAX: Final = 2  # reasons of one kind
TITLE_CHARACTERS: Final = 110
SCORE_DIGITS: Final = 3


def verdict(both: Both, limit: int) -> list[Suspect]:
    """Who is suspected, most of all the first; nobody whom nothing speaks against.

    Args:
        both: The periods.
        limit: How many at most.
    """
    sorts, before, now = both
    if not len(sorts):
        return []
    had, have = units(before, sorts), units(now, sorts)
    errors = blame(both, had, have)
    quiet = silence(both)
    slow = waits(both)
    moved = shifts(both, had, have)
    votes = errors.votes + slow.votes
    troubled = errors.troubled | slow.slow
    for suspect, traces in quiet.traces.items():
        left = traces[~errors.troubled[traces]]
        votes[suspect] += SILENT * len(left)
        troubled[left] = True
    every = int(np.count_nonzero(troubled)) + errors.records
    own = now.traces_of(now.suspects, len(sorts.suspects)) + have.records
    scores = [
        vote / sqrt((mine + SMOOTH) * max(1, every))
        for vote, mine in zip(votes.tolist(), own.tolist(), strict=True)
    ]
    added: dict[int, float] = {}
    for one in moved:
        at = sorts.every[one.sort].suspect
        added[at] = max(one.weight, added.get(at, 0.0))
    for at, more in added.items():
        scores[at] += more
    scores = [min(1.0, round(score, SCORE_DIGITS)) for score in scores]
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], sorts.suspects[at]))
    reasons = _Reasons(both, errors, quiet, slow, moved)
    found = []
    for at in order[:limit]:
        told = list(reasons.of(at))
        if scores[at] > 0 and told:
            found.append(Suspect(sorts.suspects[at], scores[at], told))
    return found


class _Reasons:
    """What speaks against a suspect, in words."""

    def __init__(
        self,
        both: Both,
        errors: Blame,
        quiet: Silence,
        slow: Waits,
        moved: list[Shift],
    ) -> None:
        self._sorts, self._before, self._now = both
        self._errors = errors
        self._quiet = quiet
        self._slow = slow
        self._moved = moved
        self._left_out = {one.sort for one in quiet.steps}
        self._traced = both.now.traces > 0
        self._levels = levels_of([both.before], len(both.sorts))

    def of(self, suspect: int) -> Iterator[str]:
        """The reasons against one, the strongest first."""
        kinds = [self._failed(suspect), self._silent(suspect), self._waits(suspect)]
        kinds += [self._named(suspect), self._absent(suspect), self._rates(suspect)]
        few = [reason for own in kinds for reason in _few(own, EACH_MAX)]
        yield from few[:REASONS_MAX]

    def _failed(self, suspect: int) -> Iterator[str]:
        for one in self._errors.errors:
            sort = self._sorts.every[one.sort]
            if sort.suspect != suspect:
                continue
            what = self._was(one) if one.is_new else f"error, {one.before} before,"
            first = (
                f", first trouble in {one.first}" if self._traced and one.first else ""
            )
            yield f"{what} in {one.now} of {one.of}{first}: {self._said(one.sort)}"

    def _said(self, sort: int, width: int = TITLE_CHARACTERS) -> str:
        """What a sort says; its end, where that is long."""
        text = self._sorts.title(sort)
        return text if len(text) <= width else f"...{text[-width:]}"

    def _was(self, one: Error) -> str:
        """`new error`, or at which level the same place logged before."""
        sort = self._sorts.every[one.sort]
        for at, other in enumerate(self._sorts.every):
            same = other.suspect == sort.suspect and other.template == sort.template
            if same and not other.failed and self._before.counts[at]:
                level = Level(int(self._levels[at])).word or "no level"
                return f"error now, {level} before:"
        return "new error"

    def _silent(self, suspect: int) -> Iterator[str]:
        told: set[int] = set()
        for one in self._quiet.steps:
            sort = self._sorts.every[one.sort]
            if sort.suspect == suspect and one.sort not in told:
                told.add(one.sort)
                yield (
                    f"left out in {one.missing} of {one.of} traces, hardly ever before: "
                    f"{self._said(one.sort)} (beside {self._said(one.beside, 70)})"
                )

    def _waits(self, suspect: int) -> Iterator[str]:
        for one in self._slow.gaps:
            if suspect not in {one.suspect, one.caller}:
                continue
            whose = "" if one.suspect == suspect else " (as caller)"
            yield (
                f"waits {_ms(one.now_ns)} where it was {_ms(one.before_ns)}{whose}, in "
                f"{one.slow} of {one.of}: between {self._said(one.after, 70)} and "
                f"{self._said(one.then, 70)}"
            )

    def _named(self, suspect: int) -> Iterator[str]:
        for one in self._errors.errors:
            if suspect in one.names:
                sort = self._sorts.every[one.sort]
                name = self._sorts.suspects[sort.suspect]
                yield f"named by an error of {name}, {one.now} times: {self._said(one.sort)}"

    def _absent(self, suspect: int) -> Iterator[str]:
        own = self._sorts.suspect == suspect
        before, now = int(self._before.counts[own].sum()), self._now.counts[own].sum()
        if before and not now:
            yield f"says nothing: {before} records before, none now"

    def _rates(self, suspect: int) -> Iterator[str]:
        for one in self._moved:
            sort = self._sorts.every[one.sort]
            if sort.suspect != suspect or one.sort in self._left_out:
                continue
            per = "a trace" if one.by_trace else "a minute"
            now = f"{rate(one.now)} now" if one.now else "none now"
            yield f"{rate(one.before)} {per} before, {now}: {self._said(one.sort)}"


def _few(reasons: Iterable[str], most: int) -> list[str]:
    return [reason for _, reason in zip(range(most), reasons, strict=False)]


def _ms(ns: float) -> str:
    """`1.0 s`, `93 ms`, `0.4 ms`."""
    if ns >= 1e9:
        return f"{ns / 1e9:.1f} s"
    return f"{ns / 1e6:.0f} ms" if ns >= 1e7 else f"{ns / 1e6:.1f} ms"
