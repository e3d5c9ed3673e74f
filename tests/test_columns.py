"""Columns that are read record by record, and what the time leaves of them."""

import itertools

import numpy as np
import pytest

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.columns import READ, Columns
from log_mcp.beat import beating
from log_mcp.objects import Objects
from tests.builders import segment_of

COUNT = 3 * READ + 7
ROOM = 10**9


@pytest.fixture(scope="module")
def segment(tmp_path_factory):
    """Pairs, which nobody reads at once."""
    lines = [
        f"time=2026-03-04T12:00:00Z level=info worker=w{n % 5} zone=z{n % 3} msg=paid"
        for n in range(COUNT)
    ]
    return segment_of(tmp_path_factory.mktemp("columns") / "a.log", lines)


def texts(column):
    names = [None, *column.texts]
    return [names[code] for code in column.codes.tolist()]


def over_after(looks):
    """The time is over at so many looks at it."""
    seen = itertools.count(1)
    return lambda: next(seen) >= looks


@pytest.mark.parametrize("looks", [1, 2, 3])
def test_the_last_records_are_told_when_the_time_is_over(segment, looks):
    """As many of each field, also of those that need not be read; none is kept."""
    columns = Columns(Annotator(), Objects(), ROOM, lambda _: ROOM)
    rows = np.arange(COUNT)
    told = columns.of(segment, ("worker", "level", "zone"), rows, over_after(looks))

    assert {looks * READ} == {len(column) for column in told.values()}
    last = range(COUNT - looks * READ, COUNT)
    assert [f"w{n % 5}" for n in last] == texts(told["worker"])
    assert [f"z{n % 3}" for n in last] == texts(told["zone"])
    assert {"info"} == set(texts(told["level"]))
    assert 0 == columns.nbytes


@pytest.mark.parametrize("step", [1, 2], ids=["all", "half"])
def test_each_record_is_read_once(segment, step):
    """However many looks at the time that takes; all of a segment are kept."""
    columns = Columns(Annotator(), Objects(), ROOM, lambda _: ROOM)
    rows = np.arange(0, COUNT, step)
    reads: list[None] = []  # each read beats
    with beating(lambda: reads.append(None)):
        told = columns.of(segment, ("worker",), rows, lambda: False)
        again = columns.of(segment, ("worker",), rows, lambda: True)

    assert [f"w{n % 5}" for n in rows.tolist()] == texts(told["worker"])
    assert (COUNT if step == 1 else READ) == len(again["worker"])
    assert (COUNT if step == 1 else len(rows) + READ) == len(reads)
