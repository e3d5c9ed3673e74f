"""Metrics of many records at once, each record belonging to one of some cells.

A percentile is the smallest value that so many percent of the values do not exceed (the
nearest rank), so it is a value that occurs. Sums are of float64: exact for whole numbers
below 2^53, else to 15 digits.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.query.metric import Metric

Cells = NDArray[np.int64]
Values = NDArray[np.float64]
Counts = NDArray[Any]  # whole numbers, as integers or floats
Number = int | float | None

CELLS_FEW: Final = 24  # so few are told apart one by one, and nothing is sorted
EXACT_MAX: Final = 2**53


def counted(cells: Cells, count: int) -> list[Number]:
    """How many records there are in each cell."""
    found: list[Number] = np.bincount(cells, minlength=count).tolist()
    return found


def share(cells: Cells, holds: NDArray[np.bool_], count: int) -> list[Number]:
    """Which share of the records in each cell it holds of; None in empty ones."""
    every = np.bincount(cells, minlength=count)
    hits = np.bincount(cells[holds], minlength=count)
    return [
        hit / all_ if all_ else None
        for hit, all_ in zip(hits.tolist(), every.tolist(), strict=True)
    ]


def distinct(cells: Cells, hashes: NDArray[np.int64], count: int) -> list[Number]:
    """How many different values there are in each cell."""
    order = np.lexsort((hashes, cells))
    cells, hashes = cells[order], hashes[order]
    new = np.ones(len(cells), np.bool_)
    new[1:] = (cells[1:] != cells[:-1]) | (hashes[1:] != hashes[:-1])
    return counted(cells[new], count)


def measured(metric: Metric, cells: Cells, values: Values, count: int) -> list[Number]:
    """A metric of the numbers in each cell; None where there is none.

    Args:
        metric: Of numbers.
        cells: Of each record, from 0.
        values: Of each record; NaN for none.
        count: How many cells there are.
    """
    known = ~np.isnan(values)
    if not known.all():
        cells, values = cells[known], values[known]
    held = np.bincount(cells, minlength=count)
    if metric.kind in ("sum", "avg"):
        found: Values = np.bincount(cells, values, count).astype(np.float64)
        if metric.kind == "avg":
            found /= np.maximum(held, 1)
    elif metric.kind == "percentile":
        found = _percentiles(metric.percent, cells, values, held)
    else:
        found = _extremes(cells, values, count, largest=metric.kind == "max")
    empty: Number = 0 if metric.kind == "sum" else None
    return [
        tidy(value) if number else empty
        for value, number in zip(found.tolist(), held.tolist(), strict=True)
    ]


def rank(percent: float, counts: Counts) -> Cells:
    """Which of so many values in order is a percentile, from 1.

    Rounded, as 99.9 % of 1,000 values are 999 and not a trifle more.

    Args:
        percent: Above 0, below 100.
        counts: Of the values; several at once.
    """
    return np.ceil(np.round(percent / 100 * counts, 9)).astype(np.int64)


def tidy(value: float) -> int | float:
    """A whole number without a fraction, as long as floats tell those apart."""
    return int(value) if abs(value) < EXACT_MAX and value == int(value) else value


def _extremes(cells: Cells, values: Values, count: int, *, largest: bool) -> Values:
    found = np.full(count, -np.inf if largest else np.inf)
    (np.maximum if largest else np.minimum).at(found, cells, values)
    return found


def _percentiles(
    percent: float, cells: Cells, values: Values, held: NDArray[np.int64]
) -> Values:
    ranks = np.maximum(rank(percent, held), 1) - 1
    found = np.full(len(held), np.nan)
    filled = np.flatnonzero(held)
    if len(filled) <= CELLS_FEW:
        for cell in filled.tolist():
            own = values if len(filled) == 1 else values[cells == cell]
            found[cell] = np.partition(own, ranks[cell])[ranks[cell]]
        return found
    order = np.lexsort((values, cells))
    begins = np.cumsum(held) - held
    found[filled] = values[order[begins[filled] + ranks[filled]]]
    return found
