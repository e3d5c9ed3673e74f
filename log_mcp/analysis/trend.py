"""Counts over time: how long a bucket is, what is new or rises, what rises together.

Errors are rare and come in bursts, so nothing here trusts a ratio: three after one is
chance. Whether a rate changed is an exact question, if errors are Poisson: of all events
of both periods together, the later one's share is binomial with the share of its length
(Przyborowski and Wilenski 1940). Less than one in a hundred by chance counts as a change.
"""

from collections.abc import Iterator, Mapping
from math import exp, inf, lgamma, log, sqrt
from typing import Final, Literal

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
EVENTS_MIN: Final = (
    5  # of each of two series, or one burst of two lines would correlate
)
STRENGTH_MIN: Final = 0.6
BUCKETS_MIN: Final = 8  # in fewer, any two series look alike
SERIES_MAX: Final = 50  # compared with each other, the most frequent ones
LAG_S_MAX: Final = 300.0
LAG_BUCKETS_MAX: Final = 12


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


def status(  # noqa: PLR0917  # two periods, each a count and its length
    count: int,
    minutes: float,
    base_count: int,
    base_minutes: float,
    last_seen_ns: int,
    window_end_ns: int,
) -> Status:
    """What became of a kind of failure, compared with the time before.

    Args:
        count: Its events in the window.
        minutes: Length of the window.
        base_count: Its events in the baseline.
        base_minutes: How long the baseline was watched; 0 if it was not, then nothing can
            be said to be new or to change (`status_within` compares inside the window).
        last_seen_ns: Its last event.
        window_end_ns: End of the window.

    Returns:
        `gone` also for what was silent for more than half of the window, if it would
        hardly have been by chance.
    """
    if count <= 0:
        return "gone"
    if base_minutes > 0 and base_count <= 0:
        return "new"
    if _fell_silent(count, minutes, (window_end_ns - last_seen_ns) / 60e9):
        return "gone"
    if base_minutes <= 0 or minutes <= 0:
        return "steady"
    share = minutes / (minutes + base_minutes)
    if not _is_unlikely(count, count + base_count, share):
        return "steady"
    return "rising" if count / minutes > base_count / base_minutes else "falling"


def status_within(times_ns: NDArray[np.int64], start_ns: int, end_ns: int) -> Status:
    """What became of a kind of failure inside the only window there is.

    Args:
        times_ns: Its events in the window, sorted.
        start_ns: Start of the window.
        end_ns: End of the window.

    Returns:
        `new` if all of it lies in the last third; else the second half compared with the
        first, where an empty first half is a rise only if it is unlikely to be chance.
    """
    if not len(times_ns):
        return "gone"
    first, last = int(times_ns[0]), int(times_ns[-1])
    if start_ns < end_ns and first >= end_ns - (end_ns - start_ns) // 3:
        return "new"
    middle = start_ns + (end_ns - start_ns) // 2
    before = int(np.searchsorted(times_ns, middle))
    after = len(times_ns) - before
    minutes = (end_ns - start_ns) / 120e9
    if not after:
        return status(before, 2 * minutes, 0, 0.0, last, end_ns)
    if not before:
        return "rising" if _is_unlikely(after, after, 0.5) else "steady"
    return status(after, minutes, before, minutes, last, end_ns)


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
    correlate; of equal strengths the shorter lag is meant.

    Args:
        series: Counts per bucket, all of one length, by the id of their group.
        bucket_s: Length of a bucket.
        limit: How many pairs at most.
    """
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


def _fell_silent(count: int, minutes: float, silent: float) -> bool:
    """Whether the last half and more is silent, and all events before it are no chance."""
    heard = max(0.0, minutes - silent)
    return heard < silent < minutes and (heard / minutes) ** count < CHANCE_MAX


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
