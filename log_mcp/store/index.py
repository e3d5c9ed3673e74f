"""What tells of many segments at once which of them cannot hold some needles.

A question may concern thousands of segments, of which one or two are left, so one that is
ruled out must cost no more than a look-up or three in its planes (see `grams`). Those in
which a needle is looked up alike are asked together, and for its rarest grams alone; what
is left is then asked for all grams, unit by unit.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from log_mcp.store import grams
from log_mcp.store.traits import Traits, as_written


class Kin:
    """What segments share in which a needle is looked up alike; compared by identity.

    Attributes:
        slots: Of each plane.
        traits: Of their texts.
        escapes: Whether any of their records hold escapes.
    """

    __slots__ = ("escapes", "slots", "traits")

    def __init__(self, slots: int, traits: Traits, escapes: bool) -> None:
        self.slots, self.traits, self.escapes = slots, traits, escapes


class Index(NamedTuple):
    """The index of a segment; immutable.

    Attributes:
        kin: Whom it is asked with.
        planes: See `grams`.
        words: The same, for one look-up in many.
    """

    kin: Kin
    planes: grams.Planes
    words: grams.Words


_kin = lru_cache(maxsize=256)(Kin)  # an equal one that is made anew is asked apart


def index_of(planes: grams.Planes, traits: Traits, *, escapes: bool) -> Index:
    """The index of a segment; see its attributes."""
    kin = _kin(planes.shape[1], traits, escapes)
    return Index(kin, planes, grams.words(planes))


def passed(indexes: Sequence[Index], needles: Iterable[bytes]) -> list[int]:
    """Which of some indexes of one kin do not rule out what is looked for.

    Args:
        indexes: At least one.
        needles: Lower-cased texts that the search text of one record holds.

    Returns:
        Their places, ascending. For a few of them `Segment.may_hold` may still do so.
    """
    kin = indexes[0].kin
    traits = kin.traits if kin.escapes else None
    pieces = [piece for one in needles for piece in as_written(one, traits)]
    words, planes = [one.words for one in indexes], [one.planes for one in indexes]
    return grams.among(words, planes, pieces)
