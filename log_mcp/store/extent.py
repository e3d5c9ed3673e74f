"""How far some segments reach, and what they hold together.

Every answer tells it, so it is counted once for what is sealed, not at each question.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from log_mcp.store.segment import Segment


class Extent(NamedTuple):
    """How far one segment or more reach.

    Attributes:
        first_ns: Time of the oldest record, UTC nanoseconds.
        last_ns: Of the youngest one.
        records: How many there are.
        unlevelled: How many of them state no level.
        untimed: How many state no time.
    """

    first_ns: int
    last_ns: int
    records: int
    unlevelled: int
    untimed: int


def extent(segments: Sequence[Segment]) -> Extent | None:
    """The extent of some segments; None if there are none."""
    if not segments:
        return None
    return Extent(
        min([one.first_ns for one in segments]),
        max([one.last_ns for one in segments]),
        sum([len(one) for one in segments]),
        sum([one.unlevelled for one in segments]),
        sum([one.untimed for one in segments]),
    )


def together(extents: Iterable[Extent | None]) -> Extent | None:
    """The extent of several; None if nothing is there."""
    known = [one for one in extents if one is not None]
    if len(known) < 2:
        return known[0] if known else None
    first, last, *counts = zip(*known, strict=True)
    return Extent(min(first), max(last), *map(sum, counts))
