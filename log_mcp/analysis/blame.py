"""Errors that are new or came oftener: where the trouble of a trace began.

Plan: each kind of error gets a weight, which is how sure it is that it is no chance; of each
trace the first such error counts, and it counts against the suspect that wrote it.

- An error that stands in both periods is not new; oftener by more than chance counts half.
- What others said as an error before is half as new, as it is known to pass.
- An error that names another suspect reports trouble rather than starts it: it counts half
  against its writer, and a quarter against whom it names.
- A suspect that was not at work before can have no news: half.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.chance import oftener
from log_mcp.analysis.events import Both, Period, Sorts

CHANCE_MAX: Final = 0.01
RISEN: Final = 0.5
KNOWN: Final = 0.5
TOLD: Final = 0.5
NAMED: Final = 0.25
IDLE: Final = 0.5
NAME_CHARACTERS_MIN: Final = 3  # of a suspect that a text can name


class Error(NamedTuple):
    """A kind of error that counts.

    Attributes:
        sort: Its number.
        weight: 0 to 1.
        is_new: Whether it never came before.
        names: Suspects that it names.
        before: In how many traces (or records without one) it came before.
        now: In how many it comes.
        of: In how many its suspect comes now.
        first: In how many it is the first trouble.
    """

    sort: int
    weight: float
    is_new: bool
    names: tuple[int, ...]
    before: int
    now: int
    of: int
    first: int = 0


class Blame(NamedTuple):
    """What errors say.

    Attributes:
        votes: By suspect: how many traces (and records without one) are troubled, by
            weight.
        troubled: By trace of the period, in order: whether it is.
        records: How many records without a trace are.
        errors: Kinds that count, the most frequent first.
    """

    votes: NDArray[np.float64]
    troubled: NDArray[np.bool_]
    records: int
    errors: list[Error]


class Units(NamedTuple):
    """How often something could have happened: in traces, and in records without one.

    Attributes:
        sorts: By sort, in how many it came.
        suspects: By suspect.
        records: By suspect, errors among its records without a trace.
    """

    sorts: NDArray[np.int64]
    suspects: NDArray[np.int64]
    records: NDArray[np.int64]


def units(period: Period, sorts: Sorts) -> Units:
    """What a period holds, counted so."""
    size, count = len(sorts), len(sorts.suspects)
    alone = period.sorts[period.untraced]
    whose = sorts.suspect[alone]
    failed = sorts.failed[alone]
    return Units(
        period.traces_of(period.step, size) + np.bincount(alone, minlength=size),
        period.traces_of(period.suspects, count) + np.bincount(whose, minlength=count),
        np.bincount(whose[failed], minlength=count),
    )


def blame(both: Both, had: Units, have: Units) -> Blame:
    """Who is to blame for the errors.

    Args:
        both: The periods.
        had: Of the first one.
        have: Of the other one.
    """
    sorts, before, now = both
    weights = np.zeros(len(sorts))
    found: dict[int, Error] = {}
    failed = np.flatnonzero(sorts.failed & (now.counts > 0)).tolist()
    known = {
        sorts.every[at].template.id
        for at in np.flatnonzero(sorts.failed & (before.counts > 0)).tolist()
    }
    for at in failed:
        error = _error(sorts, at, had, have, known)
        if error.weight > 0:
            found[at] = error
            weights[at] = error.weight
    hit = np.flatnonzero(weights[now.step] > 0)
    traces, first = np.unique(now.index[hit], return_index=True)
    troubled = np.zeros(now.traces, np.bool_)
    troubled[traces] = True
    alone = now.sorts[now.untraced]
    alone = alone[weights[alone] > 0]
    began = np.concatenate([now.step[hit[first]], alone])
    votes = np.zeros(len(sorts.suspects))
    firsts = np.bincount(began, minlength=len(sorts))
    for at, error in found.items():
        count = int(firsts[at])
        votes[sorts.every[at].suspect] += count * error.weight
        for other in error.names:
            # What it reports weighs less the more it names.
            votes[other] += count * error.weight * NAMED / TOLD / len(error.names)
        found[at] = error._replace(first=count)
    errors = sorted(found.values(), key=lambda one: (-one.first, -one.now, one.sort))
    return Blame(votes, troubled, len(alone), errors)


def _error(sorts: Sorts, at: int, had: Units, have: Units, known: set[str]) -> Error:
    sort = sorts.every[at]
    before, now = int(had.sorts[at]), int(have.sorts[at])
    of, out_of = int(had.suspects[sort.suspect]), int(have.suspects[sort.suspect])
    chance = oftener(before, of, now, out_of)
    if before:
        weight = RISEN if chance < CHANCE_MAX else 0.0
    else:
        weight = 1 - chance if of else IDLE
        if sort.template.id in known:
            weight *= KNOWN
    names = tuple(_named(sorts, at)) if weight else ()
    if names:
        weight *= TOLD
    return Error(at, weight, not before, names, before, now, out_of)


def _named(sorts: Sorts, at: int) -> list[int]:
    """Other suspects that an error names."""
    text = sorts.said.get(at)
    if text is None:
        return []
    own = sorts.every[at].suspect
    return [
        other
        for other, name in enumerate(sorts.suspects)
        if other != own and names(text, name, sorts.suspects)
    ]


def names(text: str, name: str, every: Sequence[str]) -> bool:
    """Whether a text names a suspect, and not merely one whose name holds its name."""
    if len(name) < NAME_CHARACTERS_MIN or name not in text:
        return False
    for longer in every:
        if len(longer) > len(name) and name in longer:
            text = text.replace(longer, "")
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text) is not None
