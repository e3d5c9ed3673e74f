"""What stands beside a record in its file, across segments."""

import pytest

from log_mcp.query.around import neighbours
from log_mcp.query.search import Hit
from log_mcp.store.segment import Segment
from tests.builders import Log


@pytest.fixture
def run(tmp_path) -> list[Segment]:
    """Eleven records of one file in three segments."""
    lines = [f"2026-03-04 05:06:{n:02},000 INFO shop: {n}\n" for n in range(11)]
    log = Log(tmp_path / "a.log", "".join(lines).encode())
    size = len(lines[0])
    return [Segment(log.next(n * size)) for n in (4, 3, 4)]


def _names(hits: list[Hit]) -> list[int]:
    return [int(hit.segment.record(hit.row).message) for hit in hits]


CASES = {
    "inside a segment": (0, 1, 1, [0], [2]),
    "across segments": (1, 0, 3, [1, 2, 3], [5, 6, 7]),
    "the first record": (0, 0, 2, [], [1, 2]),
    "the last record": (2, 3, 2, [8, 9], []),
    "more than there are": (1, 1, 20, [0, 1, 2, 3, 4], [6, 7, 8, 9, 10]),
    "none": (1, 1, 0, [], []),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_neighbours(run, case):
    """Both sides oldest first, fewer where what is held ends."""
    at, row, count, before, after = case
    found = neighbours(run, Hit(run[at], row), count)

    assert (before, after) == tuple(map(_names, found))


def test_a_record_read_from_disk_has_the_neighbours_of_its_stretch(run):
    """Its segment is in no run."""
    found = neighbours([run[0], run[2]], Hit(run[1], 1), 5)

    assert ([4], [6]) == tuple(map(_names, found))
