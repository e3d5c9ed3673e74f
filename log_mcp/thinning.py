"""Which records of a source are left out before they are held: `drop` and `sample`.

Health checks and the like are dropped by a condition. Of a level so much can be written
that a share of it is enough: what is kept is decided by the trace, so that a trace is whole
or absent, and by the record itself where it has none. Errors are never sampled.
"""

from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.annotate import Annotator
from log_mcp.block import Block, Thin
from log_mcp.config_file import SourceConfig
from log_mcp.errors import ConfigError, QueryError
from log_mcp.query.condition import parse
from log_mcp.query.filter import Filter
from log_mcp.query.search import match
from log_mcp.record import Level
from log_mcp.store.segment import Segment

_WHOLE: Final = 1 << 64


class Thinning:
    """Says which records of a block are kept. Thread-safe.

    Args:
        source: With `drop` or `sample`.

    Raises:
        ConfigError: A condition of `drop` cannot be understood.
    """

    def __init__(self, source: SourceConfig) -> None:
        self._shares = {
            level: share for level, share in source.sample if level < Level.ERROR
        }
        self._dropped = []
        for text in source.drop:
            try:
                self._dropped.append(Filter(conditions=(parse(text),)))
            except QueryError as error:
                raise ConfigError(
                    f"source {source.name or source.paths!r}: drop: {error}"
                ) from None

    def __call__(self, block: Block) -> NDArray[np.bool_]:
        """Which records of a block are kept; see `block.Thin`."""
        segment = Segment(block)
        kept = np.ones(len(segment), np.bool_)
        for wanted in self._dropped:
            kept[match(segment, wanted, Annotator())] = False
        for level, share in self._shares.items():
            rows = np.flatnonzero(kept & (segment.levels == level))
            kept[rows] = [_chosen(segment, row, share) for row in rows.tolist()]
        return kept


def thinning(source: SourceConfig) -> Thin | None:
    """What a source leaves out; None for nothing.

    Raises:
        ConfigError: See `Thinning`.
    """
    return Thinning(source) if source.drop or source.sample else None


def _chosen(segment: Segment, row: int, share: float) -> bool:
    if not 0 < share < 1:
        return share > 0
    name = segment.record(row).trace or segment.record_id(row)
    mark = blake2b(name.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(mark) < share * _WHOLE
