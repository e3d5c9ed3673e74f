r"""bytes -> whole lines, bounded, each with its place in the file.

Doubtful cases, decided:

- a line ends at `\\n`; in UTF-16 at that unit, on the file's own grid;
- a line longer than `LINE_BYTES_MAX` is cut there and marked, and the rest of it is
  skipped without being held;
- of a line that would be too long with the NUL bytes it begins with, those are skipped: a
  writer that did not open its file to append leaves a hole when the file is truncated;
- a last line without an end is not a line yet, unless the caller says that it is final;
  half a unit of UTF-16 at its end is left out, so that the grid is kept.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.bytemark import marks

LINE_BYTES_MAX: Final = 1024 * 1024


class RawLines(NamedTuple):
    """Whole lines as the file has them.

    Attributes:
        data: The lines with their ends; the last one may lack it if it is final.
        offsets: Where each line begins in the file, int64.
        begin: Where the first line begins in the file.
        end: Where the next line will begin.
        cut: Indexes of lines that were too long.
        ends: Where each line ends in `data`, if nothing was left out.
    """

    data: bytes
    offsets: NDArray[np.int64]
    begin: int
    end: int
    cut: tuple[int, ...] = ()
    ends: NDArray[np.int64] | None = None


@dataclass(slots=True)
class LineReader:
    """Turns the bytes of a file, taken in order, into whole lines.

    Attributes:
        position: Where the next byte that is not part of a returned line lies.
        encoding: `utf-8`, `utf-16-le` or `utf-16-be`.
        skipping: Whether what comes next is the rest of a line that was cut.
        hollow: Whether what comes next may be the rest of a hole.
    """

    position: int = 0
    encoding: str = "utf-8"
    skipping: bool = False
    hollow: bool = False

    def take(self, data: bytes, *, final: bool = False) -> RawLines | None:
        """The whole lines in bytes that lie at `position`.

        Args:
            data: What the file has from `position` on.
            final: Whether a last line without an end is to be taken as it is.

        Returns:
            The lines, and `position` moves behind them; None if there is none yet. Bytes
            behind `position` are to be given again.
        """
        if self.skipping:
            stop = self._first_end(data)
            if not stop:
                self.position += len(data) - len(data) % self._unit
                return None
            self.skipping = False
            self.position += stop
            data = data[stop:]
        if self.hollow:
            data = self._solid(data)
        ends = self._ends(data)
        if final:
            ends = self._final(data, ends)
        if len(ends):
            return self._lines(data, ends)
        if len(data) <= LINE_BYTES_MAX:
            return None
        data = self._solid(data)
        return self._cut(data) if len(data) > LINE_BYTES_MAX else None

    def _solid(self, data: bytes) -> bytes:
        """What stands behind the hole that the data begins with."""
        hole = _hole(data) & -self._unit
        self.position += hole
        self.hollow = len(data) - hole < self._unit
        return data[hole:]

    def _final(self, data: bytes, ends: NDArray[np.int64]) -> NDArray[np.int64]:
        """The ends, with that of a last line that lacks one, unless it is all hole."""
        last = int(ends[-1]) if len(ends) else 0
        rest = data[last : len(data) - len(data) % self._unit]
        if not rest or (len(rest) > LINE_BYTES_MAX and _hole(rest) == len(rest)):
            return ends
        return np.append(ends, last + len(rest))

    @property
    def _unit(self) -> int:
        return 1 if self.encoding == "utf-8" else 2

    def _ends(self, data: bytes) -> NDArray[np.int64]:
        """Offsets behind each line end."""
        if self.encoding == "utf-8":
            return marks(data, 10) + 1
        kind = "<u2" if self.encoding == "utf-16-le" else ">u2"
        units = np.frombuffer(data, kind, len(data) // 2)
        return (np.flatnonzero(units == 10) + 1) * 2

    def _first_end(self, data: bytes) -> int:
        ends = self._ends(data)
        return int(ends[0]) if len(ends) else 0

    def _lines(self, data: bytes, ends: NDArray[np.int64]) -> RawLines:
        begin, size = self.position, int(ends[-1])
        self.position += size
        starts = np.concatenate([[0], ends[:-1]])
        long = np.flatnonzero(ends - starts > LINE_BYTES_MAX)
        text = data[:size]
        if not len(long):
            return RawLines(text, starts + begin, begin, self.position, (), ends - 1)
        pieces, done, cut = [], 0, []
        for at in long.tolist():
            start, end = int(starts[at]), int(ends[at])
            hole = _hole(text[start:end]) & -self._unit
            pieces.append(text[done:start])
            starts[at] = done = start + hole
            if end - done > LINE_BYTES_MAX:
                kept = text[done : done + LINE_BYTES_MAX]
                pieces += [kept, "\n".encode(self.encoding)]
                done = end
                cut.append(at)
        text = b"".join([*pieces, text[done:]])
        return RawLines(text, starts + begin, begin, self.position, tuple(cut))

    def _cut(self, data: bytes) -> RawLines:
        begin = self.position
        kept = data[:LINE_BYTES_MAX] + "\n".encode(self.encoding)
        self.position += len(data) - len(data) % self._unit
        self.skipping = True
        return RawLines(kept, np.array([begin]), begin, self.position, (0,))


def _hole(data: bytes) -> int:
    """How many NUL bytes it begins with."""
    return len(data) - len(data.lstrip(b"\0"))
