"""Which rows of a segment hold a text, or match an expression.

Goals: a search costs what reading the text once costs, however many records match; the
answer is that of looking at each record's search text alone (`tests/reference.py`).

Plan: look through whole texts, not records. A literal is found by vector operations: the
two of its bytes that are rarest in the text first, the others where those stand. An expression is tried over
the whole text too: the leftmost match tells the first record that can match at all; that
record is then asked alone, unless the match lies inside it, and the search goes on after
it. Nothing is missed: a record's own match is also a match of the whole text, so the
leftmost one never lies behind it. An expression that time and again matches only across
records (`timeout[^"]*refused`) would read the rest of the text for each of them: the
records left are then asked alone. Records that hold escapes are looked up in their
decoded texts, which a segment keeps beside its own.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.record import ESCAPED
from log_mcp.store.segment import Rows, Segment

CHUNK_BYTES: Final = 256 * 1024  # its arrays stay in the processor's cache
SAMPLE_BYTES: Final = 16 * 1024  # tells which bytes are rare
FEW_ROWS: Final = 512  # asked one by one rather than through the whole text
DECODED_ONE_BY_ONE: Final = 2_000
DECODED_IN_PASSING: Final = 32  # more of them are worth keeping decoded
BACKSLASH: Final = ord("\\")
ASTRIDE_MAX: Final = 64  # matches that lie across records, before they are asked alone


def literal_rows(segment: Segment, text: bytes, needle: bytes) -> Rows:
    """Rows whose search text holds a literal, ASCII case folded.

    Args:
        segment: To look in.
        text: `segment.text`.
        needle: Lower-cased, not empty.

    Returns:
        Ascending rows, int64.
    """
    if not segment.escapes:
        return _find_rows(text, segment.starts, needle)
    escaped = (segment.flags & ESCAPED) != 0
    if segment.holds_as_written(needle):
        at = _positions(text, needle)
        rows = _rows_at(segment.starts, at)
        # Its first byte may be what a backslash escapes; no other byte of it can.
        behind = np.frombuffer(text, np.uint8)[np.maximum(at, 1) - 1] == BACKSLASH
        unsure = behind & escaped[rows]
        sure = _distinct(rows[~unsure])
        doubtful = np.setdiff1d(rows[unsure], sure)
        if len(doubtful) <= DECODED_ONE_BY_ONE:
            kept = [r for r in doubtful.tolist() if needle in _lower(segment, r, text)]
            return np.union1d(sure, np.array(kept, np.int64)) if kept else sure
    return _both(
        segment,
        text,
        escaped,
        lambda whole, starts: _find_rows(whole, starts, needle),
    )


def regex_rows(segment: Segment, text: bytes, regex: Any) -> Rows:
    r"""Rows whose search text matches an expression that looks at one record only.

    Args:
        segment: To look in.
        text: `segment.text`.
        regex: Compiled RE2 over bytes, without `\A` and the like.
    """
    if not segment.escapes:
        return _match_rows(text, segment.starts, regex)
    escaped = (segment.flags & ESCAPED) != 0
    return _both(
        segment, text, escaped, lambda whole, starts: _match_rows(whole, starts, regex)
    )


def rows_one_by_one(
    segment: Segment,
    text: bytes,
    rows: Rows,
    *,
    needles: list[bytes],
    regex: Any,
    exclude: tuple[bytes, ...],
) -> Rows:
    """Those of some rows that hold all needles, match, and hold nothing excluded."""
    kept = []
    folds = bool(needles or exclude)
    for row, found in zip(
        rows.tolist(), _search_texts(segment, text, rows), strict=True
    ):
        beat()
        low = found.lower() if folds else found
        if (
            all(needle in low for needle in needles)
            and not any(needle in low for needle in exclude)
            and (regex is None or regex.search(found) is not None)
        ):
            kept.append(row)
    return np.array(kept, np.int64)


def _search_texts(segment: Segment, text: bytes, rows: Rows) -> Iterator[bytes]:
    """Search texts of some rows; many that hold escapes are decoded for good."""
    if np.count_nonzero(segment.flags[rows] & ESCAPED) <= DECODED_IN_PASSING:
        for row in rows.tolist():
            yield segment.search_text(row, text)
        return
    decoded, starts, escaped = segment.escaped(text)
    places = np.searchsorted(escaped, rows)
    for row, at in zip(rows.tolist(), places.tolist(), strict=True):
        if segment.flags[row] & ESCAPED:
            yield decoded[starts[at] : starts[at + 1] - 1]
        else:
            yield segment.raw(row, text)


def _lower(segment: Segment, row: int, text: bytes) -> bytes:
    return segment.search_text(row, text).lower()


def _both(segment: Segment, text: bytes, escaped: NDArray[np.bool_], find: Any) -> Rows:
    """Rows found as written where nothing is escaped, decoded where something is."""
    decoded, starts, rows = segment.escaped(text)
    found: Rows = rows[find(decoded, starts)]
    if len(rows) == len(segment):
        return found
    plain = find(text, segment.starts)
    return np.union1d(plain[~escaped[plain]], found)


def _find_rows(text: bytes, starts: NDArray[np.uint32], needle: bytes) -> Rows:
    """Records of a text that hold a lower-cased needle, the last line end left out."""
    rows = _distinct(_rows_at(starts, _positions(text, needle)))
    if b"\n" in needle:  # may have been found across two records
        spans = zip(starts[rows].tolist(), starts[rows + 1].tolist(), strict=True)
        whole = [needle in text[a:b].rstrip(b"\n").lower() for a, b in spans]
        rows = rows[np.array(whole, np.bool_)]
    return rows


def _rows_at(starts: NDArray[np.uint32], at: NDArray[np.int64]) -> Rows:
    """The record that holds each of some ascending offsets."""
    return np.searchsorted(starts, at, side="right") - 1


def _distinct(rows: Rows) -> Rows:
    """Ascending rows, each once."""
    return rows[np.flatnonzero(np.diff(rows, prepend=-1))]


def _positions(text: bytes, needle: bytes) -> NDArray[np.int64]:
    """Offsets at which a lower-cased needle stands, ASCII case folded, ascending."""
    whole = np.frombuffer(text, np.uint8)
    wanted = np.frombuffer(needle, np.uint8)
    letters = ((wanted >= ord("a")) & (wanted <= ord("z"))).tolist()
    counts = np.bincount(whole[:SAMPLE_BYTES], minlength=256)
    first, *others = np.argsort(counts[wanted]).tolist()
    found = [np.empty(0, np.int64)]
    for begin in range(0, len(text) - len(needle) + 1, CHUNK_BYTES):
        chunk = whole[begin : begin + CHUNK_BYTES + len(needle) - 1]
        count = len(chunk) - len(needle) + 1
        sides = (chunk, chunk | np.uint8(0x20))  # a letter of either case, lower-cased
        hit = sides[letters[first]][first : first + count] == wanted[first]
        for k in others[:1]:
            hit &= sides[letters[k]][k : k + count] == wanted[k]
        at = np.flatnonzero(hit)
        for k in others[1:]:
            if not len(at):
                break
            at = at[sides[letters[k]][at + k] == wanted[k]]
        found.append(at + begin)
    return np.concatenate(found)


def _match_rows(text: bytes, starts: NDArray[np.uint32], regex: Any) -> Rows:
    """Records of a text that match, each as if it stood alone."""
    rows: list[int] = []
    ends = starts.tolist()
    row, position, astride, last = -1, 0, 0, len(ends) - 1
    while row < last - 1 and astride <= ASTRIDE_MAX:
        beat()
        match = regex.search(text, position)
        if match is None:
            return np.array(rows, np.int64)
        at, stop = match.span()
        row = bisect_right(ends, at, row + 1) - 1
        if row >= last:
            break
        begin, end = ends[row], ends[row + 1]
        alone = text[begin:end].rstrip(b"\n")
        inside = stop <= begin + len(alone)
        astride += not inside
        if inside or regex.search(alone) is not None:
            rows.append(row)
        position = end
    rest = range(row + 1, last)
    spans = ((one, text[ends[one] : ends[one + 1]].rstrip(b"\n")) for one in rest)
    rows += [one for one, alone in spans if regex.search(alone) is not None]
    return np.array(rows, np.int64)
