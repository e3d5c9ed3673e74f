"""Records folded by message shape: how many, since when, of which sources.

Millions of records may be counted and a handful of shapes shown, so every figure is a
column over all shapes, and a row is made for those alone that are asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.miner import Mined
from log_mcp.analysis.shape import Shape
from log_mcp.analysis.template import Template
from log_mcp.answer import Pattern
from log_mcp.record import Level
from log_mcp.store.segment import Rows, Segment
from log_mcp.timestamp import iso

COMMON, RARE, NEW = "common", "rare", "new"
SHOWS: Final = (COMMON, RARE, NEW)
SHARE_DIGITS: Final = 6
_NEVER: Final = -(2**63)


class Part(NamedTuple):
    """Some records of a segment, with the shapes of all its records."""

    segment: Segment
    rows: Rows
    mined: Mined


class Counted:
    """How often each of some templates came, and when.

    Attributes:
        templates: Each one once.
        counts: Records of each, int64; so are the times.
        first_ns: Time of the earliest record of each.
        last_ns: Time of the latest.
        levels: The highest level of each, uint8.
        records: How many there are in all.
    """

    def __init__(self, parts: Iterable[Part], names: Mapping[Shape, Template]) -> None:
        self.templates = sorted(set(names.values()))
        size = len(self.templates)
        self._index = {one.id: at for at, one in enumerate(self.templates)}
        self._names = names
        self.counts = np.zeros(size, np.int64)
        self.first_ns = np.full(size, -(_NEVER + 1), np.int64)
        self.last_ns = np.full(size, _NEVER, np.int64)
        self.levels = np.zeros(size, np.uint8)
        self._sources: dict[str, NDArray[np.int64]] = {}
        self._segments: list[Segment] = []
        self._owners = np.zeros(size, np.int64)
        self._rows = np.zeros(size, np.int64)
        for part in parts:
            self._add(part)
        self.records = int(self.counts.sum())

    def _add(self, part: Part) -> None:
        segment, rows, mined = part
        lookup = [self._index[self._names[shape].id] for shape in mined.shapes]
        codes = np.array(lookup, np.int64)[mined.codes[rows]]
        times = segment.times[rows]
        counts = np.bincount(codes, minlength=len(self.counts))
        self.counts += counts
        source = segment.origin.source
        self._sources[source] = self._sources.get(source, 0) + counts
        np.minimum.at(self.first_ns, codes, times)
        np.maximum.at(self.levels, codes, segment.levels[rows])
        latest = np.full(len(self.counts), _NEVER, np.int64)
        np.maximum.at(latest, codes, times)
        newest = times == latest[codes]
        younger = latest > self.last_ns
        where = np.zeros(len(self.counts), np.int64)
        where[codes[newest]] = rows[newest]  # Of several, the last one stays.
        self.last_ns[younger] = latest[younger]
        self._rows[younger] = where[younger]
        self._owners[younger] = len(self._segments)
        self._segments.append(segment)

    def has(self, other: "Counted") -> NDArray[np.bool_]:
        """Which of another's templates came here, too."""
        own = [self._index.get(one.id) for one in other.templates]
        return np.array(
            [at is not None and self.counts[at] > 0 for at in own], np.bool_
        )

    def order(self, show: str) -> NDArray[np.int64]:
        """Index of the templates that came, those first that are to be shown first."""
        keys: dict[str, Sequence[Any]] = {
            COMMON: (-self.last_ns, -self.counts),
            RARE: (-self.last_ns, self.counts),
            NEW: (self.first_ns, -self.counts, -self.levels.astype(np.int64)),
        }
        # Of equals, the order is that of the ids, so that it is the same in every call.
        order = np.lexsort(keys[show])
        return order[self.counts[order] > 0]

    def row(self, at: int, status: str | None) -> Pattern:
        """One template as the answer shows it."""
        sources = {name: int(counts[at]) for name, counts in self._sources.items()}
        several = sorted(sources.items(), key=lambda pair: (-pair[1], pair[0]))
        count = int(self.counts[at])
        return Pattern(
            id=self.templates[at].id,
            template=self.templates[at].text,
            count=count,
            share=round(count / max(1, self.records), SHARE_DIGITS),
            level=Level(int(self.levels[at])).word or None,
            sources={name: number for name, number in several if number},
            first_seen=iso(int(self.first_ns[at])),
            last_seen=iso(int(self.last_ns[at])),
            example=self._segments[self._owners[at]].record_id(int(self._rows[at])),
            status=status,
        )
