"""What crosses from the files to the ring: a run of scanned records of one file.

`ingest` makes blocks and never knows who keeps them; `store` keeps them and never knows
where they came from. Both speak this.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from log_mcp.labels import UNLABELLED, Labels, joined
from log_mcp.record import TRUNCATED, UNTIMED, Failure, Level, Record

FROM_THE_DOOR: Final = TRUNCATED | UNTIMED  # flags that no scan can change


Thin = Callable[["Block"], NDArray[np.bool_]]
"""Says of each record of a block that has any whether it is kept."""


class Origin(Protocol):
    """The file that records came from, and how to read them; shared by its blocks."""

    @property
    def source(self) -> str:
        """Name of the source."""
        ...

    @property
    def thin(self) -> "Thin | None":
        """Which records are kept; None for all."""
        ...

    @property
    def key(self) -> str:
        """What tells this file from every other one of the process."""
        ...

    def parse(self, text: bytes) -> Record:
        """One record's text, read whole."""
        ...

    def failure(self, text: bytes, flags: int) -> Failure:
        """What one record's text says of a failure; `flags` are its column's."""
        ...

    def decode(self, text: bytes) -> bytes:
        """The search text of a record that holds escapes."""
        ...

    def record_id(self, offset: int) -> str:
        """Public id of the record that begins at this byte of the file."""
        ...


class Block(NamedTuple):
    """Records of one file, in file order, and the text that holds them.

    Attributes:
        origin: Where they come from.
        text: Decoded, unwrapped, redacted; whole lines.
        starts: Offset of each record in `text`, uint32. Bytes before the first one
            continue the last record of the block before.
        times: UTC epoch nanoseconds, int64; where UNTIMED is set, a neighbour's.
        levels: `Level` values, uint8.
        flags: Flags of `record`, uint8.
        offsets: Where each record begins in the file, before any decoding, int64.
        begin: Where the block begins in the file.
        end: Where it ends.
        amend_level: What the record before this block is now known to have; None if
            nothing changed.
        amend_flags: Its flags, likewise; of those from the door each one that is set
            counts, whether or not the level changed.
        labels: What the envelope says of each record.
    """

    origin: Origin
    text: bytes
    starts: NDArray[np.uint32]
    times: NDArray[np.int64]
    levels: NDArray[np.uint8]
    flags: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    begin: int
    end: int
    amend_level: Level | None = None
    amend_flags: int = 0
    labels: Labels = UNLABELLED

    @property
    def lead(self) -> int:
        """How many bytes of the text continue the record before this block."""
        return int(self.starts[0]) if len(self.starts) else len(self.text)


def join(blocks: tuple[Block, ...]) -> Block:
    """Neighbouring blocks of one origin as one.

    Args:
        blocks: At least one, in file order.
    """
    if len(blocks) == 1:
        return blocks[0]
    first = blocks[0]
    levels = np.concatenate([b.levels for b in blocks])
    flags = np.concatenate([b.flags for b in blocks])
    starts, base, rows = [], 0, 0
    amended: tuple[Any, int] = (None, 0)
    for b in blocks:
        if rows:
            levels[rows - 1], flags[rows - 1] = _amended(
                levels[rows - 1], flags[rows - 1], b
            )
        else:
            amended = _amended(*amended, b)
        starts.append(b.starts + np.uint32(base))
        base += len(b.text)
        rows += len(b.starts)
    return Block(
        origin=first.origin,
        text=b"".join([b.text for b in blocks]),
        starts=np.concatenate(starts),
        times=np.concatenate([b.times for b in blocks]),
        levels=levels,
        flags=flags,
        offsets=np.concatenate([b.offsets for b in blocks]),
        begin=first.begin,
        end=blocks[-1].end,
        amend_level=amended[0],
        amend_flags=amended[1],
        labels=joined([(b.labels, len(b.starts)) for b in blocks]),
    )


def _amended(level: Any, flags: int, block: Block) -> tuple[Any, int]:
    """Level and flags of a record, with what a block behind it says of it."""
    if block.amend_level is None:
        return level, flags | block.amend_flags
    return block.amend_level, block.amend_flags | (flags & FROM_THE_DOOR)


def only(block: Block, kept: NDArray[np.bool_], *, lead: bool) -> Block:
    """A block without some of its records.

    Args:
        block: Any.
        kept: Which records stay.
        lead: Whether what continues the record before the block stays.
    """
    edges = [0, *block.starts.tolist(), len(block.text)]
    stays = [lead, *kept.tolist()]
    pieces = [
        block.text[a:b]
        for a, b, one in zip(edges, edges[1:], stays, strict=False)
        if one
    ]
    sizes = np.fromiter(map(len, pieces), np.int64, len(pieces))
    starts = (np.cumsum(sizes) - sizes)[int(lead) :]
    return block._replace(
        text=b"".join(pieces),
        starts=starts.astype(np.uint32),
        times=block.times[kept],
        levels=block.levels[kept],
        flags=block.flags[kept],
        offsets=block.offsets[kept],
        amend_level=block.amend_level if lead else None,
        amend_flags=block.amend_flags if lead else 0,
        labels=block.labels.take(kept),
    )


def cut(block: Block, row: int) -> tuple[Block, Block]:
    """A block as two: what comes before a record, and that record and all behind it.

    Args:
        block: With at least one record.
        row: At which the second one begins; with 0 the first one is the lead alone.
    """
    at = int(block.starts[row])
    place = max(block.begin, int(block.offsets[row]))
    before = block._replace(
        text=block.text[:at],
        starts=block.starts[:row],
        times=block.times[:row],
        levels=block.levels[:row],
        flags=block.flags[:row],
        offsets=block.offsets[:row],
        end=place,
        labels=block.labels.take(slice(row)),
    )
    behind = block._replace(
        text=block.text[at:],
        starts=block.starts[row:] - np.uint32(at),
        times=block.times[row:],
        levels=block.levels[row:],
        flags=block.flags[row:],
        offsets=block.offsets[row:],
        begin=place,
        amend_level=None,
        amend_flags=0,
        labels=block.labels.take(slice(row, None)),
    )
    return before, behind
