"""What the errors of a segment are, once `analysis` has looked at them."""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class ErrorKind(NamedTuple):
    """What a group of errors is called; `analysis.fingerprint` makes it."""

    id: str
    title: str
    type: str


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """The errors of a segment, one entry an error record.

    Attributes:
        rows: Their rows, ascending, uint32.
        kinds: Index into `table`, uint32.
        traces: Hash of the correlation value, uint64; 0 where there is none.
        table: The kinds that occur.
        nbytes: Bytes at rest.
    """

    rows: NDArray[np.uint32]
    kinds: NDArray[np.uint32]
    traces: NDArray[np.uint64]
    table: tuple[ErrorKind, ...]
    nbytes: int = field(init=False)

    def __post_init__(self) -> None:
        # Segments share what is equal, so that comparing them takes no time.
        object.__setattr__(self, "table", tuple(map(_shared, self.table)))
        size = sum(len(kind.title) + 150 for kind in self.table)
        size += self.rows.nbytes + self.kinds.nbytes + self.traces.nbytes
        object.__setattr__(self, "nbytes", size)  # asked of all at every question


@lru_cache(maxsize=4096)
def _shared(kind: ErrorKind) -> ErrorKind:
    return kind
