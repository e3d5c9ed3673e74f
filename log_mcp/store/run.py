"""What is held of one file: sealed segments, then open blocks, in file order."""

from typing import Final, NamedTuple

from log_mcp.block import Block, join
from log_mcp.store.segment import Segment

BLOCK_OVERHEAD: Final = 1200  # objects of an open block, measured


class Held(NamedTuple):
    """What a snapshot says of one file; immutable.

    Attributes:
        key: `Origin.key` of the file.
        source: Name of the source.
        segments: What is held, in file order.
        evicted: How many records were held once and no longer are.
    """

    key: str
    source: str
    segments: tuple[Segment, ...]
    evicted: int

    @property
    def begin(self) -> int | None:
        """Where in the file the held stretch begins; None if nothing is held."""
        return self.segments[0].begin if self.segments else None


class Run:
    """What is held of one file: sealed segments, then open blocks, in file order.

    `state` is replaced as a whole, so that a reader sees both sides of a sealing or none.

    Attributes:
        lead: What continues a record of the history that is still to come; None if its
            first record begins where the held stretch does.
    """

    __slots__ = ("_frozen", "evicted", "key", "lead", "source", "state")

    def __init__(self, key: str, source: str) -> None:
        self.key = key
        self.source = source
        self.state: tuple[tuple[Segment, ...], tuple[Block, ...]] = ((), ())
        self.evicted = 0
        self.lead: Block | None = None
        self._frozen: tuple[tuple[Block, ...], Segment | None] = ((), None)

    def frozen(self, blocks: tuple[Block, ...]) -> Segment | None:
        """Open blocks as a segment, made once; None if they hold no record."""
        known, segment = self._frozen
        if known is not blocks:
            segment = None
            if blocks:
                whole = join(blocks)
                segment = Segment(whole) if len(whole.starts) else None
            self._frozen = (blocks, segment)
            if self.state[1] is not blocks:
                self.thaw()  # Sealed meanwhile: nobody will ask for this copy again.
        return segment

    def thaw(self) -> None:
        """Drop the copy of the open blocks; readers keep theirs."""
        self._frozen = ((), None)

    def held(self) -> Held:
        """What is held now."""
        evicted, (sealed, blocks) = self.evicted, self.state
        last = self.frozen(blocks)
        segments = sealed if last is None else (*sealed, last)
        return Held(self.key, self.source, segments, evicted)

    @property
    def nbytes(self) -> int:
        """Bytes at rest."""
        sealed, blocks = self.state
        _, segment = self._frozen
        copy = segment.nbytes if segment is not None else 0
        lead = len(self.lead.text) if self.lead is not None else 0
        total = sum(s.nbytes for s in sealed) + sum(map(block_bytes, blocks))
        return total + copy + lead


def block_bytes(block: Block) -> int:
    """Bytes at rest of an open block."""
    return len(block.text) + BLOCK_OVERHEAD + len(block.starts) * 22
