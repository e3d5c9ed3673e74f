"""Headers that begin no record: an error quotes a line of another log.

`request failed`, and below it what a child process or another machine logged, header and
all. Only what nobody could have written to this file just then is taken for such text: a
header of another layout than the file's, right below an error's, and

- more than a day older than that; or
- off by more than an hour, if the head shows that all headers of that layout leap like
  this: away from the record above them and from the one below, which are near each other.

A layout that has no date cannot be a day off, so of such ones only the clocks are compared;
and whole quarter hours between two clocks are two zones.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp import timestamp
from log_mcp.formats.columns import Context, Kind
from log_mcp.formats.headers import Row
from log_mcp.formats.reader import Heads, Text
from log_mcp.formats.text import TextReader
from log_mcp.period import MIDNIGHT, YEAR, Period
from log_mcp.record import NO_TIME, Level
from log_mcp.span import DAY, HOUR

_QUARTER: Final = HOUR // 4
_ZONES_NS: Final = 5 * 10**9  # two lines of one moment are no further apart


def quoted(heads: Heads, error_ns: int) -> NDArray[np.intp]:
    """The lines whose headers are text of the record above.

    Args:
        heads: Of all lines of a block.
        error_ns: When the record happened that is open before it, if all there is of it
            is an error's header; else `NO_TIME`.
    """
    lines = np.flatnonzero(heads.kinds >= Kind.FOREIGN)
    if not len(lines):
        return lines
    times = _errors(heads, lines)
    times[lines == 0] = error_ns
    known = (times != NO_TIME) & (heads.times[lines] != NO_TIME)
    # Both are far from the ends of int64 where they are known.
    ahead = heads.times[lines] - np.where(known, times, 0)
    leaps = heads.kinds[lines] == Kind.LEAPING
    found: NDArray[np.intp] = lines[
        known & ((ahead < -DAY) | (leaps & (abs(ahead) > HOUR)))
    ]
    return found


def _errors(heads: Heads, lines: NDArray[np.intp]) -> NDArray[np.int64]:
    """When the errors happened whose headers stand right above some lines."""
    above = np.maximum(lines - 1, 0)
    errors = (heads.kinds[above] == Kind.HEADED) & (heads.levels[above] >= Level.ERROR)
    return np.where(errors, heads.times[above], NO_TIME)


def leaping(reader: TextReader, sample: bytes, context: Context) -> frozenset[Row]:
    """The layouts of which every header in a head leaps; none where dates are missing.

    Args:
        reader: Of the file's headers.
        sample: Whole lines of the head.
        context: Of the file.
    """
    text = Text(sample)
    heads = reader.heads(text)
    lines = np.flatnonzero(heads.kinds == Kind.FOREIGN)
    if not len(lines):
        return frozenset()
    own = np.flatnonzero((heads.kinds == Kind.HEADED) & (heads.times != NO_TIME))
    below = np.append(heads.times[own], NO_TIME)[np.searchsorted(own, lines)]
    times = (_errors(heads, lines), heads.times[lines], below)
    leap: set[Row] = set()
    steady: set[Row] = set()
    for line, *three in zip(*map(np.ndarray.tolist, (lines, *times)), strict=True):
        found = reader.find(text.line(line))
        if found is not None:
            lacks = _lacks(found.time, context)
            leaps = lacks is not YEAR and _leaps(three, clocks=lacks is MIDNIGHT)
            (leap if leaps else steady).add(found.row)
    first = reader.find(text.line(int(own[0]))) if len(own) else None
    if first is None or _lacks(first.time, context):
        return frozenset()
    return frozenset(leap - steady)


def _leaps(times: Sequence[int], *, clocks: bool) -> bool:
    """Whether the second of three times is far from the others, which are near.

    Args:
        times: Of the error above, of the header, of the record below.
        clocks: Whether only their clocks can be compared.
    """
    above, here, below = times
    if NO_TIME in times:
        return False
    if not clocks:
        return abs(above - below) <= DAY < min(abs(here - above), abs(here - below))
    away = [_round(here - one, DAY) for one in (above, below)]
    zones = any(_round(one, _QUARTER) <= _ZONES_NS for one in away)
    return _round(above - below, DAY) <= HOUR < min(away) and not zones


def _round(apart: int, size: int) -> int:
    """How far two clocks are apart that go round."""
    rest = apart % size
    return min(rest, size - rest)


def _lacks(written: bytes, context: Context) -> Period | None:
    """What a time lacks of its date."""
    bare = timestamp.parse(written, *context.bare().unsaid)
    column = np.array([] if bare is None else [bare], np.int64)
    return next((one for one in (MIDNIGHT, YEAR) if one.lacking(column).any()), None)
