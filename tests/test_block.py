"""Blocks joined and cut are the blocks that would have been read at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.block import Block, cut, join
from log_mcp.record import EXCEPTION, INFERRED, TRUNCATED, Level
from tests.builders import Log

TEXT = b"".join(
    [
        b"2026-03-04 05:06:07,000 INFO shop: started\n",
        b"  with a second line\n",
        b"2026-03-04 05:06:08,000 shop: failed\n",
        b"Traceback (most recent call last):\n",
        b'  File "/srv/a.py", line 3, in pay\n',
        b"    charge()\n",
        b"ValueError: no stock\n",
        b"\n",
        b"2026-03-04 05:06:09,000 ERROR shop: over\n",
        b"2026-03-04 05:06:10,000 INFO shop: stopped\n",
    ]
)


def _same(a: Block, b: Block) -> bool:
    columns = ("starts", "times", "levels", "flags", "offsets")
    return all(
        np.array_equal(getattr(a, one), getattr(b, one)) for one in columns
    ) and (a.text, a.begin, a.end) == (b.text, b.begin, b.end)


def _blocks(path, sizes) -> tuple[Block, ...]:
    log = Log(path, TEXT)
    blocks: list[Block] = []
    while not log.done:
        blocks.append(log.next(sizes[len(blocks) % len(sizes)]))
    return tuple(blocks)


@settings(max_examples=30)
@given(st.lists(st.integers(1, 200), min_size=1, max_size=8), st.data())
def test_join_is_reading_at_once(tmp_path_factory, sizes, data):
    """However a text is split, and in whatever order the pieces are joined."""
    path = tmp_path_factory.mktemp("block") / "a.log"
    whole = Log(path, TEXT).next()
    blocks = _blocks(path, sizes)
    middle = data.draw(st.integers(0, len(blocks) - 1))
    pieces = (*blocks[:middle], join(blocks[middle:]))

    assert _same(whole, join(blocks))
    assert _same(whole, join(pieces))


@pytest.mark.parametrize("row", range(4))
def test_cut_is_undone_by_join(tmp_path, row):
    """Both parts hold every byte and record once, and meet where the record begins."""
    whole = Log(tmp_path / "a.log", TEXT).next()
    before, behind = cut(whole, row)

    assert row == len(before.starts)
    assert (0, whole.offsets[row]) == (behind.lead, behind.begin)
    assert before.end == behind.begin
    assert _same(whole, join((before, behind)))


def test_cut_keeps_what_is_known_of_the_record_before(tmp_path):
    """The lead goes with the record that it continues, and so does what it changed."""
    log = Log(tmp_path / "a.log", TEXT)
    opened, block = log.next(100), log.next()
    lead, rest = cut(block, 0)

    assert (Level.ERROR, INFERRED | EXCEPTION) == (lead.amend_level, lead.amend_flags)
    assert rest.amend_level is None
    assert Level.ERROR == join((opened, lead)).levels[-1]


def test_leads_alone_are_joined_in_order(tmp_path):
    """Of two pieces of one record the later one is right about it."""
    log = Log(tmp_path / "a.log", TEXT)
    opened, leads = log.next(100), [log.next(1) for _ in range(5)]
    joined = join(tuple(leads))

    assert len(joined.text) == joined.lead
    assert Level.ERROR == joined.amend_level
    assert Level.ERROR == join((opened, joined)).levels[-1]


def test_a_record_cut_short_later_is_marked(tmp_path):
    """What the pipeline leaves out of a record that goes on for too long is told."""
    line = b"  " + b"x" * 200_000 + b"\n"
    text = b"2026-03-04 05:06:07,000 INFO shop: started\n" + line * 7
    log = Log(tmp_path / "a.log", text)
    blocks = (log.next(1), *(log.next(1) for _ in range(7)))
    whole = join(blocks)

    assert TRUNCATED & whole.flags[0]
    assert TRUNCATED & join((blocks[0], join(blocks[1:]))).flags[0]
    assert Level.INFO == whole.levels[0]
    assert len(whole.text) < len(text)
