"""Counts over time: how long a bucket is, what is new or rises, what rises together.

Errors are rare and come in bursts, so nothing here trusts a ratio: three after one is
chance. Whether a rate changed is an exact question, if errors are Poisson: of all events
of both periods together, the later one's share is binomial with the share of its length
(Przyborowski and Wilenski 1940). Less than one in a hundred by chance counts as a change.
"""

from collections.abc import Iterator, Mapping
from math import exp, inf, lgamma, log, sqrt
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.answer import Correlation

Status = Literal["new", "rising", "steady", "falling", "gone"]

MINUTE: Final = 60.0
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR
LENGTHS: Final = (
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(n * MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * HOUR for n in (1, 2, 3, 6, 12)),
    *(n * DAY for n in (1, 2, 7, 14, 30)),
)
CHANCE_MAX: Final = 0.01  # of a change that is none, both directions together
NEW_CHANCE_MAX: Final = 0.05  # of silence before the first of what is called new
NEW_SHARE_MAX: Final = 2 / 3  # of the time held, since what is called new began
EVENTS_MIN: Final = (
    5  # of what is gone, and of each of two series: fewer are no evidence
)
STRENGTH_MIN: Final = 0.6
BUCKETS_MIN: Final = 8  # in fewer, any two series look alike
SERIES_MAX: Final = 50  # compared with each other, the most frequent ones
LAG_S_MAX: Final = 300.0  # longer buckets cannot tell what rises together
BURST_BUCKETS_MIN: Final = 2  # one alone coincides with any other one
LAG_BUCKETS_MAX: Final = 12


class Course(NamedTuple):
    """What became of a kind of failure.

    Attributes:
        status: In the word of the contract.
        fresh: Whether it began or rose in the window, be it over or not.
    """

    status: Status
    fresh: bool


def bucket_seconds(span_s: float, wanted: int = 40) -> float:
    """The length of a bucket that a person would choose.

    Args:
        span_s: What the buckets cover together.
        wanted: How many there are at most, about.

    Returns:
        1, 2, 5, 10, 15, 30 seconds or minutes, 1, 2, 3, 6, 12 hours, 1, 2, 7, 14, 30 days,
        or a multiple of 30 days.
    """
    least = span_s / max(1, wanted)
    for length in LENGTHS:
        if least <= length:
            return length
    return LENGTHS[-1] * -(-least // LENGTHS[-1])


def course(
    times_ns: NDArray[np.int64],
    begin_ns: int,
    end_ns: int,
    *,
    held_ns: int,
    base_ns: int = 0,
    before: int = 0,
    known: bool = False,
) -> Course:
    """What became of a kind of failure: the one place where this is decided.

    The rules, the first that holds:

    - `new`: no record of it is held from before the window, and that is no chance. Either
      its sources are held for as long before the window as it is long; or they were
      silent of it for a third of the time they are held, which has less than 5 % by
      chance. Also where it is over.
    - `gone`: it was there, and is silent at the end of the window for longer than it was
      heard in it, and than chance allows. Five records at least.
    - `rising`, `falling`: more or less often than in the baseline, by more than chance.
      What rose and is over is `gone` too.
    - `steady`: all else; above all what is too rare to tell.

    Where no log is held of the baseline, the second half of the window, as far as its
    sources are held, is compared with the first, and it was heard since nine in ten of
    its records begin.

    Args:
        times_ns: Its events in the window, sorted.
        begin_ns: Start of the window.
        end_ns: End of the window, or of what is held if that is earlier.
        held_ns: Since when its sources are held.
        base_ns: How much of the baseline before the window its sources are held; 0 if
            nothing of it.
        before: Its events in the baseline.
        known: Whether it was seen before the window, be it before the baseline.
    """
    count = len(times_ns)
    if not count:
        return Course("gone", fresh=False)
    first, last = int(times_ns[0]), int(times_ns[-1])
    known = known or before > 0
    if not known and _is_new(first, count, (begin_ns, end_ns), held_ns):
        return Course("new", fresh=True)
    heard, silent, span = last - begin_ns, end_ns - last, end_ns - begin_ns
    later = times_ns
    if base_ns <= 0:
        start = max(begin_ns, min(held_ns, first))
        base_ns = (end_ns - start) // 2
        span = end_ns - start - base_ns
        heard = last - int(times_ns[count // 10])
        before = int(np.searchsorted(times_ns, start + base_ns))
        later = times_ns[before:]
    rate = change(len(later), span, before, base_ns) if known or before else "steady"
    if _is_silent(heard, silent, count):
        return Course("gone", fresh=rate == "rising")
    if rate != "rising":
        return Course(rate, fresh=False)
    # A tenth may be stragglers from before the burst that made it rise.
    burst = later[len(later) // 10 :]
    over = _is_silent(last - int(burst[0]), silent, len(burst))
    return Course("gone" if over else "rising", fresh=True)


def change(count: int, span_ns: int, before: int, base_ns: int) -> Status:
    """Whether it came more or less often than in the baseline, by more than chance.

    Args:
        count: Its events.
        span_ns: Length of the time in which they came, or whatever else tells how many
            there could have been.
        before: Its events in the baseline.
        base_ns: Length of that, in the same measure.
    """
    if span_ns <= 0 or base_ns <= 0:
        return "steady"
    if not _is_unlikely(count, count + before, span_ns / (span_ns + base_ns)):
        return "steady"
    return "rising" if count * base_ns > before * span_ns else "falling"


def series(
    times_ns: NDArray[np.int64], start_ns: int, bucket_ns: int, n: int
) -> NDArray[np.int64]:
    """Events per bucket; what lies outside the buckets does not count.

    Args:
        times_ns: In any order.
        start_ns: Start of the first bucket.
        bucket_ns: Length of a bucket.
        n: How many buckets.
    """
    # Compared before it is subtracted: a time of "not stated" would overflow into range.
    inside = (times_ns >= start_ns) & (times_ns < start_ns + n * bucket_ns)
    index = (times_ns[inside] - start_ns) // bucket_ns
    return np.bincount(index, minlength=n).astype(np.int64)


def correlated(
    series: Mapping[str, NDArray[np.int64]], bucket_s: float, limit: int
) -> list[Correlation]:
    """Pairs that rise together, the strongest first.

    Only what rises above a series' own habit counts, so two steady series do not
    correlate; of equal strengths the shorter lag is meant. A lag is as exact as a bucket
    is long, so buckets longer than `LAG_S_MAX` say nothing, nor does a series whose
    events all lie in one.

    Args:
        series: Counts per bucket, all of one length, by the id of their group.
        bucket_s: Length of a bucket.
        limit: How many pairs at most.
    """
    if bucket_s > LAG_S_MAX:
        return []
    named = [(name, counts) for name, counts in series.items() if _tells(counts)]
    named.sort(key=lambda pair: -int(pair[1].sum()))
    named = named[:SERIES_MAX]
    if len(named) < 2:
        return []
    names = [name for name, _ in named]
    bursts = _bursts(np.stack([counts for _, counts in named]).astype(np.float64))
    best = np.full((len(names), len(names)), -inf)
    lags = np.zeros(best.shape, np.int64)
    buckets = bursts.shape[1]
    for lag in range(_lag_max(bucket_s, buckets) + 1):
        strength = bursts[:, : buckets - lag] @ bursts[:, lag:].T
        better = strength > best + 1e-9
        best[better] = strength[better]
        lags[better] = lag
    pairs = list(_pairs(names, best, lags, bucket_s))
    pairs.sort(key=lambda pair: (-pair.strength, pair.lag_seconds))
    return pairs[: max(0, limit)]


def _tells(counts: NDArray[np.int64]) -> bool:
    """Whether a series has bursts, more than chance makes of a steady rate.

    The index of dispersion: of a Poisson series it is chi-squared.
    """
    free = len(counts) - 1
    events = int(counts.sum())
    if free + 1 < BUCKETS_MIN or events < EVENTS_MIN:
        return False
    if np.count_nonzero(counts > np.median(counts)) < BURST_BUCKETS_MIN:
        return False
    squares = float(np.square(counts, dtype=np.float64).sum())
    return squares * (free + 1) / events - events > free + 3 * sqrt(2 * free)


def _bursts(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """What rises above each row's median, as rows of mean 0 and length 1, or of zeros.

    The square root, as one huge bucket would else outweigh all others.
    """
    above = counts - np.median(counts, axis=1, keepdims=True)
    rows: NDArray[np.float64] = np.sqrt(np.maximum(above, 0.0))
    rows -= rows.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 1e-9, lengths, inf)


def _lag_max(bucket_s: float, buckets: int) -> int:
    """In buckets; few of them, as with enough lags anything fits something."""
    near = int(LAG_S_MAX / bucket_s) if bucket_s > 0 else 0
    return min(near, LAG_BUCKETS_MAX, buckets // 8)


def _pairs(
    names: list[str],
    best: NDArray[np.float64],
    lags: NDArray[np.int64],
    bucket_s: float,
) -> Iterator[Correlation]:
    for i, j in zip(*np.triu_indices(len(names), 1), strict=True):
        # A tie is at lag 0, where both directions are one.
        first, other = (j, i) if best[j, i] > best[i, j] + 1e-9 else (i, j)
        strength = float(best[first, other])
        if strength >= STRENGTH_MIN:
            lag = float(lags[first, other]) * bucket_s
            rounded = min(1.0, round(strength, 3))
            yield Correlation(names[first], names[other], lag, rounded)


def _is_new(first: int, count: int, window: tuple[int, int], held_ns: int) -> bool:
    """Whether silence before the first event is no chance; see `course`."""
    begin, end = window
    if begin - held_ns >= end - begin > 0:
        return True
    held = end - min(held_ns, first)
    share = (end - first) / held if held > 0 else 1.0
    return share <= NEW_SHARE_MAX and share**count <= NEW_CHANCE_MAX


def _is_silent(heard: int, silent: int, count: int) -> bool:
    """Whether it is silent for longer than it was heard, and its events are no chance."""
    return (
        heard < silent
        and count >= EVENTS_MIN
        and (max(0, heard) / (heard + silent)) ** count < CHANCE_MAX
    )


def _is_unlikely(hits: int, tries: int, share: float) -> bool:
    """Whether a fair draw would be as far from its mean less than one time in a hundred.

    Twice the tail on the side of the hits. Its terms fall from the first one on, so the
    sum ends early, either way.
    """
    if hits < tries * share:
        hits, share = tries - hits, 1.0 - share
    odds = share / (1.0 - share)
    term = exp(
        lgamma(tries + 1)
        - lgamma(hits + 1)
        - lgamma(tries - hits + 1)
        + hits * log(share)
        + (tries - hits) * log(1.0 - share)
    )
    tail = 0.0
    while hits <= tries and 2 * tail < CHANCE_MAX and term > tail * 1e-9:
        tail += term
        term *= (tries - hits) / (hits + 1) * odds
        hits += 1
    return 2 * tail < CHANCE_MAX
