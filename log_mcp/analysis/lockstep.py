"""Steps that fell silent: kinds of records that went together in every trace, and no more.

Goals: no step is named that another one replaced because the work was another one, and
none that a trace had no time for.

Plan: of what a suspect writes in a trace, kinds that came equally often in each of its
good traces went in step. Where one of them now comes less often than its companions, it is
silent. A trace in which the suspect does what it never did before (a kind that is new and
no error) is another variant of the work, and says nothing; nor does one that may still go
on at the end of the period. Who is in step is told by some good traces and then held
against all of them, so that a step which was left out at times before needs to be left out
oftener now, by more than chance.
"""

from collections import defaultdict
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.chance import oftener
from log_mcp.analysis.events import Both, Period, Sorts
from log_mcp.beat import beat
from log_mcp.once import once

CHANCE_MAX: Final = 0.01
TRACES_MIN: Final = 5  # in which a step must have come before
SAMPLE: Final = 200  # traces that tell who is in step
TRACES_MAX: Final = 20_000  # of one suspect that are looked at, in each period
KINDS_MAX: Final = 200  # of one suspect, the most frequent ones
EDGE_SHARE: Final = 0.03  # of a period, at its end: what is at work then may go on

Counts = NDArray[np.int32]


class Silent(NamedTuple):
    """A step that is left out.

    Attributes:
        sort: Which one.
        beside: The one that it went with.
        before: In how many traces it came before.
        missing: In how many traces it is left out, of those in which its companions come.
        of: How many those are.
    """

    sort: int
    beside: int
    before: int
    missing: int
    of: int


class Silence(NamedTuple):
    """What fell silent.

    Attributes:
        steps: The most frequent first.
        traces: By suspect, the traces of the period in which one of its steps is left out,
            numbered in order.
    """

    steps: list[Silent]
    traces: dict[int, NDArray[np.int64]]


class _Table(NamedTuple):
    """How often each kind of one suspect comes in each of its traces.

    Attributes:
        counts: A row a trace, a column a kind.
        traces: Which trace each row is, numbered in order.
        whole: Whether it surely ended in the period.
    """

    counts: Counts
    traces: NDArray[np.int64]
    whole: NDArray[np.bool_]


def silence(both: Both) -> Silence:
    """The steps that fell silent.

    Args:
        both: The periods.
    """
    sorts, before, now = both
    steps: list[Silent] = []
    traces: dict[int, NDArray[np.int64]] = {}
    for suspect in once(now.suspects).tolist():
        beat()
        kinds = _kinds(sorts, suspect, before, now)
        had = _table(before, suspect, kinds)
        have = _table(now, suspect, kinds)
        fresh = (before.counts[kinds] == 0) & ~sorts.failed[kinds]
        plain = ~sorts.failed[kinds] & ~fresh
        good = had.whole & ~had.counts[:, sorts.failed[kinds]].any(axis=1)
        usual = have.whole & ~have.counts[:, fresh].any(axis=1)
        if np.count_nonzero(good) < TRACES_MIN or not usual.any():
            continue
        bad = np.zeros(len(have.traces), np.bool_)
        for own in _in_step(had.counts[good], plain):
            for one, gone in _left_out(had, have, own, usual):
                bad |= gone
                steps.append(
                    one._replace(
                        sort=int(kinds[one.sort]), beside=int(kinds[one.beside])
                    )
                )
        if bad.any():
            traces[suspect] = have.traces[bad]
    steps.sort(key=lambda one: (-one.missing, one.sort))
    return Silence(steps, traces)


def _kinds(
    sorts: Sorts, suspect: int, before: Period, now: Period
) -> NDArray[np.int64]:
    """The most frequent sorts of a suspect."""
    own = np.flatnonzero(sorts.suspect == suspect)
    counts = before.counts[own] + now.counts[own]
    return own[np.argsort(-counts, kind="stable")[:KINDS_MAX]]


def _table(period: Period, suspect: int, kinds: NDArray[np.int64]) -> _Table:
    column = np.full(period.size, -1, np.int64)
    column[kinds] = np.arange(len(kinds))
    index = period.index
    own = np.flatnonzero((period.suspects == suspect) & (column[period.step] >= 0))
    traces, rows = np.unique(index[own], return_inverse=True)
    if len(traces) > TRACES_MAX:
        few = traces[:: -(-len(traces) // TRACES_MAX)]
        own = own[np.isin(index[own], few)]
        traces, rows = np.unique(index[own], return_inverse=True)
    width = len(kinds)
    cells = rows * width + column[period.step[own]]
    counts = np.bincount(cells, minlength=len(traces) * width)
    last = period.at_ns[period.ends][traces]
    edge = period.end_ns - int(period.span_ns * EDGE_SHARE)
    return _Table(counts.reshape(-1, width).astype(np.int32), traces, last < edge)


def _in_step(counts: Counts, plain: NDArray[np.bool_]) -> list[list[int]]:
    """Columns that are equal in some of the traces."""
    few = counts[:: -(-len(counts) // SAMPLE)]
    alike: dict[bytes, list[int]] = defaultdict(list)
    for column in np.flatnonzero(plain).tolist():
        own = few[:, column]
        if np.count_nonzero(own) >= TRACES_MIN:
            alike[own.tobytes()].append(column)
    return [columns for columns in alike.values() if len(columns) > 1]


def _left_out(
    had: _Table, have: _Table, own: list[int], usual: NDArray[np.bool_]
) -> list[tuple[Silent, NDArray[np.bool_]]]:
    """Columns that are left out now, with the traces in which they are."""
    most_before = had.counts[:, own].max(axis=1)
    of_before = had.whole & (most_before > 0)
    most = have.counts[:, own].max(axis=1)
    at_work = usual & (most > 0)
    found = []
    for column in own:
        missed = int(
            np.count_nonzero(of_before & (had.counts[:, column] < most_before))
        )
        gone = at_work & (have.counts[:, column] < most)
        count, of = int(np.count_nonzero(gone)), int(np.count_nonzero(at_work))
        whole = int(np.count_nonzero(of_before))
        if count and oftener(missed, whole, count, of) < CHANCE_MAX:
            sums = have.counts[gone][:, own].sum(axis=0)
            beside = own[int(sums.argmax())]
            found.append((Silent(column, beside, whole - missed, count, of), gone))
    return found
