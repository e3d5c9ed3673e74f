"""The cells of a row: where they stand in one line, in one record, in a whole block.

A quote opens and closes wherever it stands, and a separator between two quotes is text:
so `"a, ""b"" c",d` has two cells, and a writer's stray quote costs no more than its row.
A space beside a separator is no part of a cell.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.formats.reader import Text

_QUOTE: Final = 34
_SPACE: Final = 32
Places = NDArray[np.int64]


@cache
def _cell(separator: bytes) -> re.Pattern[bytes]:
    """One cell, quotes and all, up to the separator or line end behind it."""
    return re.compile(rb'(?:[^"\n%s]+|"[^"]*(?:"|\Z))*' % re.escape(separator))


def split(row: bytes, separator: bytes, *, quoted: bool) -> list[bytes]:
    """The cells of a row as they are written.

    Args:
        row: A line, or a record of which a quoted cell holds line ends; what stands
            behind a line end outside of quotes is left out.
        separator: One byte.
        quoted: Whether quotes mean anything.
    """
    if not quoted or b'"' not in row:
        return row.partition(b"\n")[0].split(separator)
    cell, cells, at = _cell(separator), [], 0
    while True:
        found = cell.match(row, at)
        assert found is not None  # it matches the empty text, too
        cells.append(found[0])
        at = found.end()
        if row[at : at + 1] != separator:
            return cells
        at += 1


def bare(cell: bytes, *, quoted: bool) -> bytes:
    """What a cell holds, doubled quotes still doubled."""
    cell = cell.removeprefix(b" ")
    cell = cell.removesuffix(b" ")
    if quoted and len(cell) > 1 and cell[0] == cell[-1] == _QUOTE:
        return cell[1:-1]
    return cell


def value(cell: bytes, *, quoted: bool) -> str:
    """What a cell means."""
    text = bare(cell, quoted=quoted).decode(errors="replace")
    if quoted and cell.lstrip(b" ").startswith(b'"'):
        # A quote that never closes: the record is cut off, or a line of it is missing.
        text = text.removeprefix('"') if text.count('"') % 2 else text
        text = text.replace('""', '"')
    return text


class Grid:
    """The cells of all lines of a block.

    Args:
        text: The block.
        separator: One byte.
        quoted: Whether quotes mean anything.
    """

    def __init__(self, text: Text, separator: bytes, *, quoted: bool) -> None:
        self._text = text
        self._quoted = quoted
        data = np.frombuffer(text.data, np.uint8)
        marks = np.flatnonzero(data == separator[0])
        quotes = np.flatnonzero(data == _QUOTE) if quoted else marks[:0]
        if len(quotes) and len(marks):
            lines = np.searchsorted(text.ends, marks)
            before = np.searchsorted(quotes, text.starts)[lines]
            marks = marks[(np.searchsorted(quotes, marks) - before) % 2 == 0]
        self._data = data
        self._marks = np.append(marks, len(data))  # one behind, so that none is missed
        self._first = np.searchsorted(marks, text.starts)
        self.counts: Places = np.diff(self._first, append=len(marks)) + 1

    def span(self, column: int, lines: Places) -> tuple[Places, Places]:
        """Where a column's cells begin and end, quotes left out, in lines that have it."""
        text, data, first = self._text, self._data, self._first[lines]
        begin = text.starts[lines]
        if column:
            begin = self._marks[first + column - 1] + 1
        last = self.counts[lines] - 1 == column
        end = np.where(
            last,
            text.ends[lines],
            self._marks[np.minimum(first + column, len(self._marks) - 1)],
        )
        begin = begin + ((begin < end) & (data[begin] == _SPACE))
        end = end - ((begin < end) & (data[end - 1] == _SPACE))
        if self._quoted:
            inside = (end - begin > 1) & (data[begin] == _QUOTE)
            inside &= data[end - 1] == _QUOTE
            begin, end = begin + inside, end - inside
        return begin, end

    def texts(self, columns: Iterable[int], lines: Places) -> list[bytes]:
        """The cells of some columns, joined by a space, for each of some lines."""
        data = self._text.data
        parts = []
        for column in columns:
            begin, end = self.span(column, lines)
            spans = zip(begin.tolist(), end.tolist(), strict=True)
            parts.append([data[start:stop] for start, stop in spans])
        if len(parts) == 1:
            return parts[0]
        return list(map(b" ".join, zip(*parts, strict=True)))
