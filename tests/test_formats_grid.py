"""Times and levels at the same bytes of each line."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.formats.grid import Grid, Place, grid_of
from log_mcp.formats.reader import Text

LINE = b"[2026-03-04 05:06:07] INFO started"
TIME, LEVEL = Place(1, 20), Place(22, 26)
WORDS = {b"INFO": 3, b"ERROR": 5, b"INFORMATION": 3}
PADDING = b"." * 100 + b"\n"


def read(grid: Grid, *lines: bytes) -> list[tuple[int, int, bytes]]:
    """Index, level and time of the lines that lie on the grid."""
    text = Text(b"\n".join(lines) + b"\n" + PADDING)
    rows, levels, starts = grid.read(text)
    times = [text.data[at : at + grid.time_bytes] for at in starts.tolist()]
    return list(zip(rows.tolist(), levels.tolist(), times, strict=True))


def grid(*tails: bytes) -> Grid:
    """The grid of the line above."""
    return Grid(LINE, TIME, LEVEL, WORDS, tails)


ON = {
    "itself": (LINE, 3),
    "other digits": (b"[1999-99-99 99:99:99] INFO x", 3),
    "another word": (b"[2026-03-04 05:06:07] ERROR x", 5),
    "a long word": (b"[2026-03-04 05:06:07] INFORMATION: x", 3),
    "the line's end after it": (b"[2026-03-04 05:06:07] INFO", 3),
}
OFF = {
    "another byte before": b"(2026-03-04 05:06:07] INFO started",
    "another byte in the time": b"[2026-03-04T05:06:07] INFO started",
    "a byte below the digits": b"[2026-03-0/ 05:06:07] INFO started",
    "a byte above the digits": b"[2026-03-0: 05:06:07] INFO started",
    "a letter for a digit": b"[2026-03-0p 05:06:07] INFO started",
    "a byte that is no text": b"[2026-03-0\xb1 05:06:07] INFO started",
    "another byte between": b"[2026-03-04 05:06:07]  INFO started",
    "a longer word": b"[2026-03-04 05:06:07] INFOS started",
    "another word": b"[2026-03-04 05:06:07] info started",
    "a short line": b"[2026-03-04",
    "nothing": b"",
}


@pytest.mark.parametrize(("line", "level"), ON.values(), ids=ON)
def test_reads_lines_on_the_grid(line, level):
    """Level and time are read, whatever follows."""
    assert [(1, level, line[1:20])] == read(grid(), b"x", line)


@pytest.mark.parametrize("line", OFF.values(), ids=OFF)
def test_leaves_other_lines(line):
    """One byte is enough to be off the grid."""
    assert [] == read(grid(), line)


def test_a_tail_is_compared():
    """In JSON the level's string must end, and something follow."""
    tails = grid(b'",', b'"}')
    lines = [b'[2026-03-04 05:06:07] INFO"%s' % end for end in (b",", b"}", b"]", b"")]

    assert [0, 1] == [row for row, _, _ in read(tails, *lines)]


def test_lines_near_the_end_are_left():
    """No byte beyond the block is looked at."""
    rows, levels, times = grid().read(Text(LINE))

    assert (0, 0, 0) == (len(rows), len(levels), len(times))


def test_needs_nearly_all_lines():
    """One file, one grid, or none."""
    same = (LINE, TIME, LEVEL)
    other = (b"[2026-03-04 05:06:07.1] INFO x", Place(1, 22), Place(24, 28))

    assert grid_of([same] * 20, WORDS)
    assert not grid_of([same, other], WORDS)
    assert not grid_of([], WORDS)


def test_the_time_stands_first():
    """A level before it would move it."""
    assert not grid_of([(b"INFO 05:06:07 x", Place(5, 13), Place(0, 4))], WORDS)


@given(
    st.lists(st.sampled_from([LINE, *OFF.values(), *(line for line, _ in ON.values())]))
)
def test_lines_do_not_matter_to_each_other(lines):
    """A line is on the grid or not, wherever it stands."""
    expected = [row for row, line in enumerate(lines) if read(grid(), line)]

    assert expected == [row for row, _, _ in read(grid(), *lines)]


@given(st.binary(max_size=500))
def test_reads_any_bytes(block):
    """Nothing raises."""
    rows, levels, _ = grid().read(Text(block))

    assert len(rows) == len(levels)
    assert np.all(levels > 0)
