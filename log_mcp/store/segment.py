"""A run of records of one file, sealed: columns, text, index.

Operations we want: which rows have this level, lie in this window, hold this text; one
row's record; and to rest in as few bytes as possible.

Goals: no Python object per record; answers the same before and after indexing and
packing; safe to read from any thread without a lock.

Plan: columns are read-only arrays. The text is plain bytes until `pack` replaces it by
its compressed form: the new form is stored before the old one is dropped, so a reader
finds one of the two. What is derived (grams, errors, decoded escapes) is added once.
"""

import sys
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.block import Block, Origin
from log_mcp.lazy import lazy
from log_mcp.record import ESCAPED, INFERRED, TRUNCATED, UNTIMED, Level, Record
from log_mcp.store import grams

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK_LEVEL: Final = 1  # 464 MB/s; higher levels gain a tenth and cost three times that
LEVELS: Final = len(Level)
_opened: Final = [
    (b"", b"")
]  # packed and open, the last one: a page reads it many times

_PLAIN: Final = lazy(rb"[ !#-.0-\[\]-~]+")  # printable ASCII but " / and backslash

Rows = NDArray[np.int64]
Texts = tuple[bytes, NDArray[np.uint32], Rows]


@dataclass(frozen=True, slots=True)
class ErrorKind:
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
        size = sum(len(kind.title) + 150 for kind in self.table)
        size += self.rows.nbytes + self.kinds.nbytes + self.traces.nbytes
        object.__setattr__(self, "nbytes", size)  # asked of all at every question


class Segment:
    r"""Records of one file, in file order; immutable but for how its text rests.

    Attributes:
        origin: Where they come from.
        starts: Offset of each record in the text and, last, the text's length; uint32.
        times: UTC epoch nanoseconds, int64; a neighbour's where UNTIMED is set.
        levels: `Level` values, uint8.
        flags: Flags of `record`, uint8.
        begin: Where the segment begins in the file, bytes before any decoding.
        end: Where it ends.
        first_ns: Smallest of `times`.
        last_ns: Largest of `times`.
        counts: Number of records of each level.
        sorted: Whether rows stand in the order of answers: neither `times` nor offsets
            go back.
        escapes: Whether any record holds escapes.
        spelled: Whether any of them spells characters in hexadecimal (`\u0074`).
        text_bytes: Length of the text while it is plain.
        bitmap: See `grams`; None until indexed.
        errors: None until `analysis` has looked at them.
    """

    __slots__ = (
        "_base",
        "_decoded",
        "_offsets",
        "_packed",
        "_text",
        "begin",
        "bitmap",
        "counts",
        "end",
        "errors",
        "escapes",
        "first_ns",
        "flags",
        "last_ns",
        "levels",
        "origin",
        "sorted",
        "spelled",
        "starts",
        "text_bytes",
        "times",
    )

    def __init__(self, block: Block) -> None:
        assert len(block.starts), "a segment has at least one record"
        lead = block.lead
        text = block.text[lead:] if lead else block.text
        self.origin: Origin = block.origin
        self.starts = np.append(block.starts, np.uint32(len(block.text))) - np.uint32(
            lead
        )
        self.times = block.times
        self.levels = block.levels
        self.flags = block.flags
        # A record whose pieces a container runtime wrote between those of others begins
        # before them, at times even before the block.
        self._base = int(block.offsets.min())
        offsets = block.offsets - self._base
        self._offsets: NDArray[Any] = offsets.astype(
            np.uint32 if int(offsets.max()) < 2**32 else np.int64
        )
        self.begin = int(block.offsets[0]) if lead else block.begin
        self.end = block.end
        for column in (self.starts, self.times, self.levels, self.flags, self._offsets):
            column.flags.writeable = False
        self.first_ns = int(self.times.min())
        self.last_ns = int(self.times.max())
        self.sorted = _never_goes_back(self.times) and _never_goes_back(self._offsets)
        self.counts = np.bincount(self.levels, minlength=LEVELS)
        self.text_bytes = len(text)
        self.escapes = bool(np.any(self.flags & ESCAPED))
        self.spelled = self.escapes and _spells(text)
        self.bitmap: grams.Bitmap | None = None
        self.errors: Errors | None = None
        self._text: bytes | None = text
        self._packed: bytes | None = None
        self._decoded: Texts | None = None

    def __len__(self) -> int:
        return len(self.times)

    @property
    def packed(self) -> bool:
        """Whether the text rests compressed."""
        return self._text is None

    @property
    def nbytes(self) -> int:
        """Bytes at rest, everything counted in."""
        text = self._text
        total = len(text) if text is not None else len(self._packed or b"")
        total += self.starts.nbytes + self.times.nbytes + self._offsets.nbytes
        total += self.levels.nbytes + self.flags.nbytes + 800
        if self.bitmap is not None:
            total += self.bitmap.nbytes
        if self.errors is not None:
            total += self.errors.nbytes
        decoded = self._decoded
        if decoded is not None:
            total += len(decoded[0]) + decoded[1].nbytes + decoded[2].nbytes
        return total

    @property
    def text(self) -> bytes:
        """The text, opened for this call if it rests compressed."""
        text = self._text
        if text is None:
            packed = self._packed
            assert packed is not None
            before, text = _opened[0]
            if before is not packed:
                text = zstd.decompress(packed)
                _opened[0] = (packed, text)
        return text

    def index(self) -> None:
        """Add the bitmap that lets `may_hold` say no."""
        if self.bitmap is None:
            self.bitmap = grams.build(self.text)

    def pack(self) -> None:
        """Let the text rest compressed."""
        text = self._text
        if text is not None:
            self._packed = zstd.compress(text, PACK_LEVEL)
            self._text = None
        self._decoded = None

    def forget_decoded(self) -> None:
        """Give back what `escaped` keeps."""
        self._decoded = None

    def may_hold(self, needle: bytes) -> bool:
        """Whether the search text can hold a lower-cased needle."""
        if self.bitmap is None or grams.may_hold(self.bitmap, needle):
            return True
        return not self.holds_as_written(needle)

    def holds_as_written(self, needle: bytes) -> bool:
        """Whether search text that holds the needle also does so before decoding.

        So it is where nothing is escaped, and for a needle that no escape can yield:
        JSON writes other characters as they are unless it spells them in hexadecimal.
        """
        return not self.escapes or (
            not self.spelled and _PLAIN.fullmatch(needle) is not None
        )

    def raw(self, row: int, text: bytes | None = None) -> bytes:
        """One record as held, without its last line end.

        Args:
            row: From 0.
            text: `self.text`, where the caller has it open already.
        """
        whole = self.text if text is None else text
        return whole[self.starts[row] : self.starts[row + 1]].rstrip(b"\n")

    def search_text(self, row: int, text: bytes | None = None) -> bytes:
        """What `query` and `regex` look at, for one record; ends with no line end."""
        raw = self.raw(row, text)
        if not self.flags[row] & ESCAPED:
            return raw
        return self.origin.decode(raw).rstrip(b"\n")

    def escaped(self, text: bytes) -> Texts:
        """The records that hold escapes, decoded and joined.

        Args:
            text: `self.text`.

        Returns:
            Their search texts one after the other, each ended by a newline; the offset
            of each and, last, the length; the row of each. Kept for the next call only
            beside text that rests plain: packed, it would outgrow what packing gained.
        """
        decoded = self._decoded
        if decoded is None:
            rows = np.flatnonzero(self.flags & ESCAPED)
            decode, starts = self.origin.decode, self.starts
            spans = zip(starts[rows].tolist(), starts[rows + 1].tolist(), strict=True)
            texts = []
            for begin, end in spans:
                beat()
                texts.append(decode(text[begin:end].rstrip(b"\n")) + b"\n")
            lengths = np.fromiter(map(len, texts), np.int64, len(texts))
            ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32)
            decoded = (b"".join(texts), ends, rows)
            if not self.packed:
                self._decoded = decoded
        return decoded

    def offset(self, row: int) -> int:
        """Where the record begins in its file, bytes before any decoding."""
        return self._base + int(self._offsets[row])

    def offsets(self, rows: Rows) -> Rows:
        """`offset` of some rows."""
        return self._base + self._offsets[rows].astype(np.int64)

    def row_at(self, offset: int) -> int | None:
        """The row that begins at this byte of the file; None if none does."""
        found = np.flatnonzero(self._offsets == offset - self._base)
        return int(found[0]) if len(found) else None

    def only(self, rows: Rows) -> "Segment":
        """A segment of some of the records, for whoever needs no others.

        Args:
            rows: Ascending, at least one.
        """
        text = self.text
        spans = zip(
            self.starts[rows].tolist(), self.starts[rows + 1].tolist(), strict=True
        )
        texts = [text[a:b] for a, b in spans]
        ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)))
        return Segment(
            Block(
                origin=self.origin,
                text=b"".join(texts),
                starts=np.concatenate([[0], ends[:-1]]).astype(np.uint32),
                times=self.times[rows],
                levels=self.levels[rows],
                flags=self.flags[rows],
                offsets=self.offsets(rows),
                begin=self.begin,
                end=self.end,
            )
        )

    def rows_from(self, offset: int) -> Rows:
        """The rows that begin at or after this byte of the file."""
        if offset <= self.begin:
            return np.arange(len(self))
        return np.flatnonzero(self._offsets >= offset - self._base)

    def record_id(self, row: int) -> str:
        """Public id of one record."""
        return self.origin.record_id(self.offset(row))

    def record(self, row: int, text: bytes | None = None) -> Record:
        """One record, read whole; its time and level are the columns'."""
        read = self.origin.parse(self.raw(row, text))
        flags = int(self.flags[row])
        return Record(
            time_ns=None if flags & UNTIMED else int(self.times[row]),
            level=Level(int(self.levels[row])),
            message=read.message,
            text=read.text,
            level_inferred=bool(flags & INFERRED),
            logger=read.logger,
            service=read.service,
            trace=read.trace,
            fields=read.fields,
            exception=read.exception,
            truncated=bool(flags & TRUNCATED),
        )

    def kind_at(self, row: int) -> ErrorKind | None:
        """The group of an error; None for other records and before errors are known."""
        errors = self.errors
        if errors is None:
            return None
        at = int(np.searchsorted(errors.rows, row))
        if at >= len(errors.rows) or errors.rows[at] != row:
            return None
        return errors.table[int(errors.kinds[at])]


def _never_goes_back(column: NDArray[Any]) -> bool:
    return bool(np.all(column[1:] >= column[:-1]))


def _spells(text: bytes) -> bool:
    r"""Whether a text holds `\u`; six times as fast as `in`, which looks for the u."""
    whole = np.frombuffer(text, np.uint8)
    backslashes = np.flatnonzero(whole[:-1] == ord("\\"))
    return bool((whole[backslashes + 1] == ord("u")).any())
