"""Whether a difference between two periods can be chance.

Faults are rare and windows short, so nothing here trusts a ratio or an average: counts go
through Fisher's exact test, lengths through two tests that know ranks alone (Mann and
Whitney 1947; and how many of the later ones exceed all earlier ones). All are one-sided.
"""

from math import erfc, exp, lgamma, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray


def oftener(before: int, of: int, now: int, out_of: int) -> float:
    """The probability that it came so much more often by chance; Fisher's exact test.

    Args:
        before: How often it came.
        of: How often it could have come.
        now: How often it comes.
        out_of: How often it could come.

    Returns:
        0 to 1; 1 where nothing can be told.
    """
    hits, tries = before + now, of + out_of
    most = min(out_of, hits)
    if not out_of or not of:
        return 1.0
    whole = _choices(tries, hits)
    total = 0.0
    for count in range(now, most + 1):
        term = exp(_choices(out_of, count) + _choices(of, hits - count) - whole)
        total += term
        if term < total * 1e-9:
            break
    return min(1.0, total)


def longer(before: NDArray[Any], now: NDArray[Any]) -> float:
    """The probability that lengths rank so much higher by chance; about, Mann-Whitney.

    Args:
        before: Lengths, at least one.
        now: Likewise.
    """
    n, m = len(before), len(now)
    _, inverse, counts = np.unique(
        np.concatenate([before, now]), return_inverse=True, return_counts=True
    )
    # Equal lengths share the middle of their ranks: stamps in whole seconds tie often.
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    above = ranks[n:].sum() - m * (m + 1) / 2 - n * m / 2 - 0.5
    return 0.5 * erfc(above / sqrt(n * m * (n + m + 1) / 12) / sqrt(2))


def above_all(before: int, now: int, above: int) -> float:
    """The probability that so many of the later ones exceed all earlier ones by chance.

    Args:
        before: How many earlier ones there are.
        now: How many later ones.
        above: How many of those exceed all of the others.
    """
    return exp(_choices(before + now - above, before) - _choices(before + now, before))


def _choices(of: int, count: int) -> float:
    """Logarithm of the number of ways to choose."""
    return lgamma(of + 1) - lgamma(count + 1) - lgamma(of - count + 1)
