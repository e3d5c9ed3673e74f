"""What is held of one file: sealed segments, then open blocks, in file order.

A snapshot shows the open blocks as segments too. Lines may arrive all the time, and be
asked about all the time, so what was made of older blocks is kept: new ones are joined
with as many older ones as at most double the work, and a byte is copied a few times in
all, however often somebody asks.
"""

from typing import Final, NamedTuple

from log_mcp.block import Block, join
from log_mcp.store.extent import Extent, extent, together
from log_mcp.store.segment import Segment

BLOCK_OVERHEAD: Final = 1200  # objects of an open block, measured


class Cleared(NamedTuple):
    """What was forgotten of a file because somebody asked for it.

    Attributes:
        end: Where in the file it ends; 0 if nothing was forgotten.
        records: How many of them were held.
        at_ns: When it was asked for last, UTC nanoseconds.
    """

    end: int = 0
    records: int = 0
    at_ns: int = 0


class Held(NamedTuple):
    """What a snapshot says of one file; immutable.

    Attributes:
        key: `Origin.key` of the file.
        source: Name of the source.
        segments: What is held, in file order.
        evicted: How many records were held once and left for want of room.
        cleared: What was forgotten because somebody asked for it.
        extent: How far it reaches; None if nothing is held.
    """

    key: str
    source: str
    segments: tuple[Segment, ...]
    evicted: int
    cleared: Cleared = Cleared()
    extent: Extent | None = None

    @property
    def begin(self) -> int | None:
        """Where in the file the held stretch begins; None if nothing is held."""
        return self.segments[0].begin if self.segments else None


class Copy(NamedTuple):
    """Some neighbouring open blocks as a segment; None if they hold no record."""

    blocks: tuple[Block, ...]
    segment: Segment | None


class Run:
    """What is held of one file: sealed segments, then open blocks, in file order.

    `state` is replaced as a whole, so that a reader sees both sides of a sealing or none.

    Attributes:
        lead: What continues a record of the history that is still to come; None if its
            first record begins where the held stretch does.
        cleared: What was forgotten on request: no history is taken before its end.
    """

    __slots__ = (
        "_copies",
        "_extent",
        "cleared",
        "evicted",
        "key",
        "lead",
        "source",
        "state",
    )

    def __init__(self, key: str, source: str) -> None:
        self.key = key
        self.source = source
        self.state: tuple[tuple[Segment, ...], tuple[Block, ...]] = ((), ())
        self.evicted = 0
        self.lead: Block | None = None
        self.cleared = Cleared()
        self._copies: tuple[Copy, ...] = ()
        self._extent: tuple[tuple[Segment, ...], Extent | None] = ((), None)

    def copied(self, blocks: tuple[Block, ...]) -> list[Segment]:
        """Open blocks as segments; what they share with those asked for before is kept."""
        kept, rest = _still(self._copies, blocks)
        if rest:
            while kept and (
                _goes_on(rest[0]) or _bytes(kept[-1].blocks) < _bytes(rest)
            ):
                rest = (*kept.pop().blocks, *rest)
            kept.append(Copy(rest, as_segment(rest)))
        self._copies = tuple(kept)
        if self.state[1] is not blocks:
            self.forget_copies()  # Sealed meanwhile: nobody will ask for these again.
        return [copy.segment for copy in kept if copy.segment is not None]

    def forget_copies(self) -> None:
        """Drop the copies of the open blocks; readers keep theirs."""
        self._copies = ()

    def held(self) -> Held:
        """What is held now."""
        evicted, (sealed, blocks) = self.evicted, self.state
        known, reached = self._extent
        if known is not sealed:
            reached = extent(sealed)
            self._extent = sealed, reached
        copies = self.copied(blocks)
        segments = (*sealed, *copies)
        whole = together((reached, extent(copies)))
        return Held(self.key, self.source, segments, evicted, self.cleared, whole)

    def clear(self, end: int, at_ns: int) -> int:
        """Let go of all records and of what is before them; how many were held.

        Args:
            end: Where in the file this ends at least.
            at_ns: The time.
        """
        sealed, blocks = self.state
        count = sum(map(len, sealed)) + sum(len(block.starts) for block in blocks)
        held = blocks[-1].end if blocks else sealed[-1].end if sealed else 0
        end = max(end, held, self.cleared.end)
        self.cleared = Cleared(end, self.cleared.records + count, at_ns)
        self.state, self.lead = ((), ()), None
        self.forget_copies()
        return count

    def begins_after(self, block: Block) -> None:
        """Count what continues a forgotten record in a first block with it."""
        if self.cleared.end and block.lead and self.state == ((), ()):
            end = int(block.offsets[0]) if len(block.starts) else block.end
            self.cleared = self.cleared._replace(end=max(end, self.cleared.end))

    @property
    def nbytes(self) -> int:
        """Bytes at rest."""
        sealed, blocks = self.state
        copies = sum(one.segment.nbytes for one in self._copies if one.segment)
        lead = len(self.lead.text) if self.lead is not None else 0
        total = sum(s.nbytes for s in sealed) + sum(map(block_bytes, blocks))
        return total + copies + lead


def as_segment(blocks: tuple[Block, ...]) -> Segment | None:
    """Neighbouring blocks as one segment; None if they hold no record."""
    if not blocks:
        return None
    whole = join(blocks)
    return Segment(whole) if len(whole.starts) else None


def _still(
    copies: tuple[Copy, ...], blocks: tuple[Block, ...]
) -> tuple[list[Copy], tuple[Block, ...]]:
    """The first copies that some blocks begin with, and the blocks behind them."""
    kept, at = [], 0
    for copy in copies:
        end = at + len(copy.blocks)
        same = zip(copy.blocks, blocks[at:end], strict=False)
        if end > len(blocks) or not all(one is other for one, other in same):
            break
        kept.append(copy)
        at = end
    return kept, blocks[at:]


def _goes_on(block: Block) -> bool:
    """Whether a block says something of the record before it."""
    return block.lead > 0 or block.amend_level is not None or block.amend_flags > 0


def _bytes(blocks: tuple[Block, ...]) -> int:
    return sum(len(block.text) for block in blocks)


def block_bytes(block: Block) -> int:
    """Bytes at rest of an open block."""
    return len(block.text) + BLOCK_OVERHEAD + len(block.starts) * 22
