"""Records tallied by a field, as far as there is time to read it."""

import numpy as np
import pytest

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.counter import Counter
from log_mcp.objects import Objects
from tests.builders import segment_of

ROOM = 10**9


@pytest.fixture
def segments(tmp_path):
    """The youngest first, as a question gives them."""
    return [
        segment_of(
            tmp_path / f"{hour}.log",
            [
                f'{{"time": "2026-03-04T{hour:02}:00:00Z", "level": "error", "user": "u{n % 2}"}}'
                for n in range(10)
            ],
        )
        for hour in (11, 10, 9)
    ]


@pytest.mark.parametrize("known", [0, 1, 2])
def test_fields_that_there_is_no_time_to_read_are_left_out(segments, known):
    """Of the youngest they are read; of others they count where they are known already."""
    columns = Columns(Annotator(), Objects(), ROOM, lambda _: ROOM)
    for segment in segments[1 : 1 + known]:
        columns.of(segment, ("user",), np.arange(len(segment)))
    counter = Counter(("user",), Annotator(), columns, is_over=lambda: True)

    found = counter.count((one, np.arange(len(one))) for one in segments)

    each = 5 * (1 + known)
    counts = {
        kind.id: tally.count for kind in found.kinds if (tally := found.get(kind.id))
    }
    assert {"u0": each, "u1": each} == counts
    assert 10 * (2 - known) == counter.unread
