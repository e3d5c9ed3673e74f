r"""Which records of a stretch hold a text, or match an expression.

Goals: a search costs what reading the text once costs, however many records match; the
answer is that of looking at each record's search text alone (`tests/reference.py`).

Plan: look through whole texts, not records. Where a literal stands is `place`'s to say. An
expression is tried over the whole text too: the leftmost match tells the first record that
can match at all; that record is then asked alone, unless the match lies inside it, and the
search goes on after it. Nothing is missed: a record's own match is also a match of the
whole text, so the leftmost one never lies behind it. An expression that time and again
matches only across records (`timeout[^"]*refused`) would read the rest of the text for
each of them: the records left are then asked alone. Records that hold escapes are looked
up in their decoded texts.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.query.expression import Expression
from log_mcp.query.place import places
from log_mcp.record import ESCAPED
from log_mcp.store.stretch import Rows, Stretch, side_by_side
from log_mcp.store.work import Work

DECODED_ONE_BY_ONE: Final = 2_000
DECODED_IN_PASSING: Final = 4  # more of them are decoded at once
BACKSLASH: Final = ord("\\")
LINE_END: Final = ord("\n")
BEAT_ROWS: Final = 64  # that match, between two beats
ASTRIDE_MAX: Final = 64  # matches that lie across records, before they are asked alone

Starts = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search text must be like; see `Filter`.

    Attributes:
        needles: Lower-cased texts that it holds.
        regex: An expression that it matches; None for any.
        exclude: Lower-cased texts that it does not hold.
        pieces: Lower-cased texts that the text of such a record holds as written.
        alone: Whether each record must be asked alone.
    """

    needles: list[bytes]
    regex: Expression | None
    exclude: tuple[bytes, ...]
    pieces: list[bytes]
    alone: bool = False


def literal_rows(stretch: Stretch, needle: bytes, *, as_written: bool) -> Rows:
    """Rows whose search text holds a literal, ASCII case folded.

    Args:
        stretch: To look in.
        needle: Lower-cased, not empty.
        as_written: Whether text that holds it also does so before decoding.

    Returns:
        Ascending rows of the segment, int64.
    """
    text, starts, first = stretch.text, stretch.starts, stretch.first
    if not stretch.escapes:
        return first + _find_rows(text, starts, needle)
    escaped = (stretch.flags & ESCAPED) != 0
    if as_written:
        at = places(text, needle, int(starts[0]), int(starts[-1]))
        if not len(at):
            return at
        rows = _rows_at(starts, at)
        # Its first byte may be what a backslash escapes; no other byte of it can.
        behind = np.frombuffer(text, np.uint8)[np.maximum(at, 1) - 1] == BACKSLASH
        unsure = behind & escaped[rows]
        if not unsure.any():
            return first + _distinct(rows, len(stretch))
        sure = first + _distinct(rows[~unsure], len(stretch))
        doubtful = np.setdiff1d(first + rows[unsure], sure)
        if len(doubtful) <= DECODED_ONE_BY_ONE:
            found = [
                r for r in doubtful.tolist() if needle in stretch.search_text(r).lower()
            ]
            return _joined(sure, found)
    return _both(stretch, escaped, lambda t, s: _find_rows(t, s, needle))


def regex_rows(
    stretch: Stretch, regex: Expression, pieces: Sequence[bytes] = ()
) -> Rows:
    r"""Rows whose search text matches an expression that looks at one record only.

    Args:
        stretch: To look in.
        regex: Without `\A` and the like.
        pieces: Lower-cased texts that the text of such a record holds as written.

    Returns:
        Ascending rows of the segment, int64.
    """
    if not stretch.escapes:
        return rows_as_written(stretch, regex)
    escaped = (stretch.flags & ESCAPED) != 0
    if pieces and stretch.kept() is None:
        plain = _match_rows(stretch.text, stretch.starts, regex)
        some = _with_pieces(stretch, stretch.first + np.flatnonzero(escaped), pieces)
        texts = _search_texts(stretch, some)
        found = [row for row, one in texts if regex.search(one) is not None]
        return _joined(stretch.first + plain[~escaped[plain]], found)
    return _both(stretch, escaped, lambda t, s: _match_rows(t, s, regex))


def rows_as_written(stretch: Stretch, regex: Expression) -> Rows:
    """Rows whose text matches an expression as it is held; see `regex_rows`."""
    return stretch.first + _match_rows(stretch.text, stretch.starts, regex)


def rows_one_by_one(
    stretch: Stretch,
    rows: Rows,
    wanted: Wanted,
    work: Work,
) -> Rows:
    """Those of some rows that hold all needles, match, and hold nothing excluded."""
    needles, regex, exclude = wanted.needles, wanted.regex, wanted.exclude
    work.records += len(rows)
    if wanted.pieces:
        rows = _with_pieces(stretch, rows, wanted.pieces)
    kept: list[int] = []
    if regex is None and not exclude and wanted.pieces == needles:
        rows = _unsure(stretch, rows, needles, kept)
    folds = bool(needles or exclude)
    for row, found in _search_texts(stretch, rows):
        beat()
        low = found.lower() if folds else found
        if (
            all(needle in low for needle in needles)
            and not any(needle in low for needle in exclude)
            and (regex is None or regex.search(found) is not None)
        ):
            kept.append(row)
    return np.array(sorted(kept), np.int64)


def _unsure(
    stretch: Stretch, rows: Rows, needles: Sequence[bytes], sure: list[int]
) -> Rows:
    """Those of some rows, all of which hold the needles as written, that must be decoded.

    Where a backslash stands before a needle, its first byte may be part of an escape; no
    other byte of it can be. The rows where none does are added to `sure`.
    """
    left = []
    for row in rows.tolist():
        low = stretch.raw(row).lower()
        at = [low.find(one) for one in needles]
        if min(at) < 0 or any(low[k - 1 : k] == b"\\" for k in at):
            left.append(row)
        else:
            sure.append(row)
    return np.array(left, np.int64)


def _with_pieces(stretch: Stretch, rows: Rows, pieces: Sequence[bytes]) -> Rows:
    """Those of some rows that hold all pieces as written; spares decoding the others."""
    joined, starts = side_by_side(stretch.text, stretch.starts, rows - stretch.first)
    held = np.ones(len(rows), np.bool_)
    for piece in pieces:
        found = _distinct(_rows_at(starts, places(joined, piece)), len(rows))
        kept = np.zeros(len(rows), np.bool_)
        kept[found] = True
        held &= kept
        if not held.any():
            break
    return rows[held]


def _search_texts(stretch: Stretch, rows: Rows) -> Iterator[tuple[int, bytes]]:
    """Some rows with their search texts; many that hold escapes are decoded at once."""
    inside = rows - stretch.first
    hold = (stretch.flags[inside] & ESCAPED) != 0
    if np.count_nonzero(hold) <= DECODED_IN_PASSING:
        for row in rows.tolist():
            yield row, stretch.search_text(row)
        return
    text, starts = stretch.decoded(inside[hold])
    ends = iter(pairwise(starts.tolist()))
    for row, holds in zip(rows.tolist(), hold.tolist(), strict=True):
        if holds:
            begin, end = next(ends)
            yield row, text[begin:end].rstrip(b"\n")
        else:
            yield row, stretch.raw(row)


def _joined(rows: Rows, more: Sequence[int]) -> Rows:
    """Two sets of rows as one, ascending."""
    return np.union1d(rows, np.array(more, np.int64)) if len(more) else rows


def _both(
    stretch: Stretch,
    escaped: NDArray[np.bool_],
    find: Callable[[bytes, Starts], Rows],
) -> Rows:
    """Rows found as written where nothing is escaped, decoded where something is."""
    text, starts, rows = stretch.escaped()
    found: Rows = rows[find(text, starts)]
    if len(rows) == len(stretch):
        return found
    plain = find(stretch.text, stretch.starts)
    return np.union1d(stretch.first + plain[~escaped[plain]], found)


def _find_rows(text: bytes, starts: Starts, needle: bytes) -> Rows:
    """Records of a text that hold a lower-cased needle, the last line end left out."""
    if len(starts) < 2:
        return np.empty(0, np.int64)
    at = places(text, needle, int(starts[0]), int(starts[-1]))
    if not len(at):
        return at
    rows = _distinct(_rows_at(starts, at), len(starts) - 1)
    if LINE_END in needle:  # may have been found across two records
        spans = zip(starts[rows].tolist(), starts[rows + 1].tolist(), strict=True)
        whole = [needle in text[a:b].rstrip(b"\n").lower() for a, b in spans]
        rows = rows[np.array(whole, np.bool_)]
    return rows


def _rows_at(starts: Starts, at: NDArray[np.int64]) -> Rows:
    """The record that holds each of some offsets."""
    # Of one type: searching an array of another would copy it each time.
    return np.searchsorted(starts, at.astype(np.uint32), side="right") - 1


def _distinct(rows: Rows, count: int) -> Rows:
    """Rows below a count, each once, ascending."""
    held = np.zeros(count, np.bool_)
    held[rows] = True
    return np.flatnonzero(held)


def _match_rows(text: bytes, starts: Starts, regex: Expression) -> Rows:
    """Records of a text that match, each as if it stood alone."""
    rows: list[int] = []
    ends = starts.tolist()
    row, position, astride, last = -1, ends[0], 0, len(ends) - 1
    end_of_all = ends[-1]
    # Of the time that a match takes beyond the search most is to call and to look up.
    search, find = regex.search, bisect_right
    while row < last - 1 and astride <= ASTRIDE_MAX:
        if not len(rows) % BEAT_ROWS:
            beat()
        span = search(text, position, end_of_all)
        if span is None:
            return np.array(rows, np.int64)
        at, stop = span
        row = find(ends, at, row + 1) - 1
        if row >= last:
            break
        position = ends[row + 1]
        if not (at < stop < position and text[stop - 1] != LINE_END):
            alone = text[ends[row] : position].rstrip(b"\n")
            inside = stop <= ends[row] + len(alone)
            astride += not inside
            if not inside and regex.search(alone) is None:
                continue
        rows.append(row)
    rest = range(row + 1, last)
    spans = ((one, text[ends[one] : ends[one + 1]].rstrip(b"\n")) for one in rest)
    rows += [one for one, alone in spans if regex.search(alone) is not None]
    return np.array(rows, np.int64)
