"""What segments hold together, counted once."""

from log_mcp.store.extent import Extent, extent, together
from tests.builders import segment_of

LINES = [
    '{"timestamp":"2026-03-04T12:00:01Z","level":"info","message":"one"}',
    '{"timestamp":"2026-03-04T12:00:00Z","message":"states no level"}',
    '{"level":"info","message":"states no time"}',
]
NOON_NS = 1_772_625_600 * 10**9


def test_of_segments(tmp_path):
    """Times as far apart as they are; all else added up."""
    segment = segment_of(tmp_path / "a.log", LINES)
    expected = Extent(NOON_NS, NOON_NS + 10**9, 6, 2, 2)

    assert expected == extent([segment, segment])
    assert expected == together([extent([segment]), None, extent([segment])])
    assert extent([segment]) == together([extent([segment])])


def test_of_nothing():
    """None, as it begins and ends nowhere."""
    assert extent([]) is None
    assert together([None, None]) is None
