"""The shapes of segments: as if each record was read, and remembered within limits."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis import miner as module
from log_mcp.analysis.miner import Mined, Miner
from log_mcp.analysis.shape import shape_of
from log_mcp.analysis.template import key_of, templates_of
from log_mcp.block import Block
from log_mcp.passage import segments
from log_mcp.store.segment import Segment
from tests.builders import SETTINGS, Log, segment_of

SAMPLES = Path(__file__).parents[1] / "sample_logs"
FILES = sorted(
    [
        *SAMPLES.glob("*.log"),
        *SAMPLES.glob("*.jsonl"),
        *(SAMPLES / "formats").glob("*.log"),
    ]
)
LINES = st.lists(
    st.sampled_from(
        [
            "2026-03-01 11:59:00,000 INFO shop.cart order 17 accepted",
            "2026-03-01 11:59:01,000 INFO shop.cart order 4 accepted",
            "2026-03-01 11:59:02,000 ERROR shop.cart order 4 declined",
            "2026-03-01 11:59:03,000 INFO shop.auth session opened for user ann",
            "2026-03-01 11:59:04,000 INFO shop.auth session opened for user bob",
            "  and a second line",
        ]
    ),
    min_size=1,
    max_size=30,
)


def mine(miner: Miner, segment: Segment, **more: Any) -> Mined:
    """What is found where there is time for all."""
    found = miner(segment, **more)
    assert found is not None
    return found


def shapes(miner, segment):
    """The shape of each record."""
    found = mine(miner, segment)
    return [found.shapes[code] for code in found.codes]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_shape_is_that_of_the_message(path):
    """Though few records are read, and those only in part, in every format we read."""
    for segment in segments(path, SETTINGS):
        expected = [
            shape_of(segment.record(row).message) for row in range(len(segment))
        ]

        assert list(map(key_of, expected)) == list(
            map(key_of, shapes(Miner(), segment))
        )


def test_packed_text_has_the_same_shapes(tmp_path):
    """A segment says the same before and after it is compressed."""
    lines = [
        f"2026-03-01 11:59:00,000 INFO order {n} {'x' * (n % 7)} done"
        for n in range(9000)
    ]
    segment = segment_of(tmp_path / "a.log", lines)
    before = shapes(Miner(), segment)
    segment.pack()

    assert segment.packed
    assert before == shapes(Miner(), segment)


@given(LINES, st.lists(st.integers(1, 300), max_size=5))
def test_pieces_do_not_matter(tmp_path_factory, lines, sizes):
    """Records that come in several segments have the templates they have in one."""
    text = "".join(f"{line}\n" for line in lines).encode()
    path = tmp_path_factory.mktemp("pieces") / "a.log"
    whole = [segment_of(path, lines)]
    log = Log(path, text)
    blocks: list[Block] = []
    while not log.done:
        blocks.append(
            log.next(sizes[len(blocks)] if len(blocks) < len(sizes) else None)
        )
    if any(block.lead for block in blocks):
        return  # What continues a record over a border is the ring's to join.
    parts = [Segment(block) for block in blocks if len(block.starts)]

    def told(several):
        miner = Miner()
        mined = [mine(miner, one) for one in several]
        names = miner.templates(mined)
        return [names[one.shapes[code]] for one in mined for code in one.codes]

    assert told(whole) == told(parts)


def test_remembers_and_forgets(tmp_path):
    """What it holds is counted, and given back when the ring asks for it."""
    segment = segment_of(
        tmp_path / "a.log", ["2026-03-01 11:59:00,000 INFO order 17 done"]
    )
    other = segment_of(
        tmp_path / "b.log", ["2026-03-01 11:59:00,000 INFO order 17 done"]
    )
    miner = Miner()
    told = mine(miner, segment, keep=False)

    assert 0 == miner.nbytes
    kept = mine(miner, segment)
    assert kept is not told
    assert kept is mine(miner, segment)
    held = miner.nbytes
    mine(miner, other)
    assert miner.nbytes > held > 0
    miner.keep_only([segment])
    assert held == miner.nbytes
    assert kept is mine(miner, segment)
    miner.forget()
    assert 0 == miner.nbytes
    assert kept is not mine(miner, segment)


@pytest.mark.parametrize("packed", [False, True])
def test_goes_on_where_it_stopped(tmp_path, monkeypatch, packed):
    """Each call does a part, and the whole is what one call would have found."""
    monkeypatch.setattr(module, "ROWS", 700)
    monkeypatch.setattr(module, "FEW", 700)
    lines = [
        f"2026-03-01 11:59:00,000 INFO order {'x' * (n % 900)} done"
        for n in range(3000)
    ]
    segment = segment_of(tmp_path / "a.log", lines)
    if packed:
        segment.pack()
    miner = Miner()
    calls = [miner(segment, lambda: True) for _ in range(5)]
    if packed:  # Frames end where they end: some parts are smaller.
        calls += [miner(segment, lambda: True) for _ in range(5)]
    done = mine(miner, segment)

    assert [None] * 4 == calls[:4]
    assert shapes(Miner(), segment) == [done.shapes[code] for code in done.codes]
    if not packed:
        assert calls[4] is done


def test_remembers_few_texts(tmp_path, monkeypatch):
    """A file in which no two lines look alike does not fill the memory."""
    monkeypatch.setattr(module, "TEXTS_MAX", 3)
    lines = [f"2026-03-01 11:59:00,000 INFO order {'x' * n} done" for n in range(9)]
    miner = Miner()
    mined = mine(miner, segment_of(tmp_path / "a.log", lines))

    assert 9 == len(mined.shapes)
    assert miner.nbytes - mined.nbytes < 3 * 1500


def test_templates_are_told_once(tmp_path):
    """As long as nothing new is seen, the same answer comes again."""
    miner = Miner()
    mined = mine(
        miner,
        segment_of(tmp_path / "a.log", ["2026-03-01 11:59:00,000 INFO order 17 done"]),
    )
    first = miner.templates([mined])

    assert first is miner.templates([mined, mined])
    assert first == templates_of(mined.shapes)


TRACE = 'Traceback (most recent call last):\\n  File \\"{}.py\\", line 1\\nKeyError: 7'
PLACES = {
    "before its trace": '{{"time":"2026-03-01T11:59:00Z","level":"error","msg":"{}","exception":"{}"}}',
    "behind its trace": '{{"time":"2026-03-01T11:59:00Z","level":"error","exception":"{1}","msg":"{0}"}}',
}


@pytest.mark.parametrize("line", PLACES.values(), ids=PLACES)
def test_a_message_may_stand_anywhere(tmp_path, line):
    """Records with one beginning and other messages have other shapes."""
    lines = [
        line.format(message, TRACE.format(name))
        for name in ("a", "b", "c")
        for message in ("cart lost", "cart found", "job 7 lost", "job 8 lost")
    ]
    segment = segment_of(tmp_path / "a.jsonl", lines)

    assert [shape_of(segment.record(row).message) for row in range(12)] == shapes(
        Miner(), segment
    )
    assert 3 == len(mine(Miner(), segment).shapes)


def test_threads_agree(tmp_path):
    """Questions at one time find the same, and what is kept is counted once."""
    lines = [
        f"2026-03-01 11:59:00,000 INFO order {n} {'x' * (n % 300)} done"
        for n in range(6000)
    ]
    segment = segment_of(tmp_path / "a.log", lines)
    miner, alone = Miner(), Miner()
    expected = shapes(alone, segment)
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(shapes, miner, segment) for _ in range(8)]
        told = [one.result() for one in found]

    assert [expected] * 8 == told
    assert alone.nbytes == miner.nbytes
