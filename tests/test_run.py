"""Open blocks as segments: copies that are kept, and what they cost."""

import pytest

from log_mcp.block import Block, join
from log_mcp.store.run import Run, as_segment
from log_mcp.store.segment import Segment
from tests.builders import Log

TRACE = (
    'Traceback (most recent call last):\n  File "a.py", line 1, in f\nValueError: x\n'
)


def lines(count: int) -> bytes:
    """Records, every seventh with a stack trace below it."""
    text = ""
    for at in range(count):
        level = "ERROR" if at % 7 == 0 else "INFO"
        text += f"2026-03-04 05:{at // 60:02}:{at % 60:02},000 {level} line {at}\n"
        text += TRACE if at % 7 == 0 else ""
    return text.encode()


def arrivals(log: Log, size: int) -> tuple[list[Block], Run]:
    blocks = []
    while not log.done:
        blocks.append(log.next(size))
    return blocks, Run("f1", "api")


def shown(segments: list[Segment]) -> list[tuple[bytes, int, int, int]]:
    return [
        (one.raw(row), int(one.levels[row]), int(one.flags[row]), one.offset(row))
        for one in segments
        for row in range(len(one))
    ]


@pytest.mark.parametrize("size", [1, 60, 200, 1500, 10**6])
def test_copies_show_what_one_segment_of_all_would(tmp_path, size):
    """However the lines arrive, and whenever somebody looks."""
    log = Log(tmp_path / "api.log", lines(80))
    blocks, run = arrivals(log, size)
    for count in range(1, len(blocks) + 1):
        some = tuple(blocks[:count])
        run.state = ((), some)
        whole = as_segment(some)
        expected = [] if whole is None else shown([whole])

        assert expected == shown(run.copied(some))


def test_what_was_copied_is_kept(tmp_path):
    """The same segment again where nothing changed, and the old ones where some came."""
    blocks, run = arrivals(Log(tmp_path / "api.log", lines(70)), 1)
    heads = [
        at for at, one in enumerate(blocks) if not one.lead and one.amend_level is None
    ]
    many, one_more = tuple(blocks[: heads[-2]]), tuple(blocks[: heads[-1]])
    run.state = ((), many)
    first = run.copied(many)
    again = run.copied(many)
    run.state = ((), one_more)
    more = run.copied(one_more)

    assert first == again
    assert first[0] is more[0]
    assert len(more) > len(first)


def test_few_bytes_are_copied_however_often_somebody_asks(tmp_path):
    """Each byte at most about as often as the bytes can be doubled."""
    blocks, run = arrivals(Log(tmp_path / "api.log", lines(1500)), 60)
    copied, seen, size = 0, set(), sum(len(one.text) for one in blocks)
    for count in range(1, len(blocks) + 1):
        some = tuple(blocks[:count])
        run.state = ((), some)
        for segment in run.copied(some):
            if segment not in seen:
                seen.add(segment)
                copied += segment.text_bytes

    assert copied < size * len(bin(len(blocks)))


def test_copies_are_counted_and_can_be_dropped(tmp_path):
    """They are bytes like all others."""
    blocks, run = arrivals(Log(tmp_path / "api.log", lines(20)), 200)
    run.state = ((), tuple(blocks))
    before = run.nbytes
    run.copied(run.state[1])
    with_copies = run.nbytes
    run.forget_copies()

    assert with_copies > before + len(join(tuple(blocks)).text)
    assert before == run.nbytes


def test_copies_of_blocks_that_are_sealed_meanwhile_are_not_kept(tmp_path):
    """Nobody will ask for them again."""
    blocks, run = arrivals(Log(tmp_path / "api.log", lines(20)), 200)
    run.copied(tuple(blocks))

    assert 0 == run.nbytes
