"""Lines to blocks of records: the same in any split."""

import json
from datetime import UTC

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from log_mcp.formats import Context, detect, named
from log_mcp.ingest import pipeline as pipelines
from log_mcp.ingest.door import decode, envelope_of
from log_mcp.ingest.lines import LINE_BYTES_MAX, LineReader, RawLines
from log_mcp.ingest.pipeline import RECORD_BYTES_MAX, Pipeline
from log_mcp.ingest.reading import Reading
from log_mcp.record import EXCEPTION, TRUNCATED, UNTIMED, Level
from log_mcp.redact import Redactor
from log_mcp.timestamp import iso
from tests.feeding import (
    NOON_NS,
    TRACE,
    Row,
    docker_record,
    forwards,
    logs,
    python_record,
    rows,
)

REDACTOR = Redactor(key=b"test")


class Somewhere:
    """An origin; records never ask it anything here."""

    thin = None
    source, key = "shop", "f1"

    def parse(self, text): ...
    def failure(self, text, flags): ...
    def decode(self, text): ...
    def record_id(self, offset): ...


def reading_of(data: bytes) -> Reading:
    envelope = envelope_of(data, "utf-8")
    text = decode(data, "utf-8")
    if envelope:
        text = envelope.unwrap(text, envelope.start).text
    return Reading("utf-8", envelope, detect(text, Context(UTC, NOON_NS)))


def lines_of(reader: LineReader, data: bytes) -> RawLines:
    raw = reader.take(data)
    assert raw is not None
    return raw


def feed(data: bytes, cuts: list[int], reading: Reading | None = None):
    """What a pipeline makes of data that arrives up to each of the cuts."""
    pipe = Pipeline(Somewhere(), reading or reading_of(data), REDACTOR)
    reader, found = LineReader(), []
    for stop in sorted({*(min(cut, len(data)) for cut in cuts), len(data)}):
        raw = reader.take(data[reader.position : stop], final=stop == len(data))
        if raw is not None:
            found.append(pipe.feed(raw, NOON_NS))
    return found


def records(data: bytes, cuts: list[int], reading: Reading | None = None) -> list[Row]:
    found = feed(data, cuts, reading)
    return rows(one.block for one in found) if found else []


def lines(found) -> list[tuple[int, int]]:
    """First and last physical line of each record."""
    joined: list[tuple[int, int]] = []
    for one in found:
        first, ends, lead_end = one.lines()
        if joined and one.block.lead and lead_end >= 0:
            joined[-1] = (joined[-1][0], max(joined[-1][1], lead_end))
        joined += zip(first.tolist(), ends.tolist(), strict=True)
    return joined


def timed(found: list[Row]) -> list[Row]:
    """Rows, without the guess for records before the first that states a time."""
    known = next(
        (at for at, row in enumerate(found) if not row.flags & UNTIMED), len(found)
    )
    return [row._replace(time_ns=0) for row in found[:known]] + found[known:]


@given(logs(), st.lists(st.integers(0, 8000), max_size=6))
@example(python_record(1, "x", trace=True).encode() + b"\n", [30, 60])
@example(
    "\n".join(
        docker_record(n, "pieces of it", trace=n == 2) for n in range(5)
    ).encode(),
    [50, 150, 400],
)
def test_any_split_gives_the_same_records(data, cuts):
    """Records, times, levels, flags, offsets and line numbers know no block borders."""
    reading = reading_of(data)
    whole, parts = feed(data, [], reading), feed(data, cuts, reading)

    assert timed(records(data, [], reading)) == timed(records(data, cuts, reading))
    assert lines(whole) == lines(parts)
    assert sum(one.count for one in whole) == sum(one.count for one in parts)
    assert sum(one.read for one in whole) == sum(one.read for one in parts)


@given(logs())
def test_all_text_is_in_some_record(data):
    """Nothing but blank lines stands outside of records."""
    found = feed(data, [])
    kept = sum(len(one.block.text.replace(b"\n", b"")) for one in found)
    raw = b"".join(row.text.replace(b"\n", b"") for row in records(data, []))

    assert kept == len(raw)


def test_a_record_that_states_no_time_takes_its_neighbours():
    """It is flagged, and stands where it stands in the file."""
    data = b"no time yet\n" + b"".join(
        f"2026-03-04T05:06:0{n}Z INFO x\n".encode() for n in (1, 2)
    )
    found = records(data + b"{}\n", [])
    first, second = found[1].time_ns, found[2].time_ns

    assert [first, first, second, second] == [row.time_ns for row in found]
    assert [True, False, False, True] == [bool(row.flags & UNTIMED) for row in found]


def test_where_nothing_states_a_time_the_fallback_does():
    """A file without times has that of its last change."""
    reading = Reading("utf-8", None, named("plain", Context()))

    assert [NOON_NS] * 2 == [row.time_ns for row in records(b"a\nb\n", [], reading)]


def test_an_envelope_gives_the_time_its_line_lacks():
    """Docker knows when a line was written; that is a time, not a guess."""
    data = b'{"log":"hello there\\n","stream":"stdout","time":"2026-03-04T05:06:07Z"}\n'
    row = records(data * 3, [])[0]

    assert 1_772_600_767 * 10**9 == row.time_ns
    assert not row.flags & UNTIMED


def test_a_trace_in_the_next_block_changes_the_record_before():
    """An error is an error, wherever the border falls."""
    data = f"2026-03-04 05:06:07,000 shop.cart: failed\n{TRACE}\n".encode()
    reading = Reading("utf-8", None, named("text:python", Context(UTC, NOON_NS)))
    row = records(data, [60], reading)[0]

    assert Level.ERROR == row.level
    assert row.flags & EXCEPTION


@given(
    st.lists(st.tuples(st.booleans(), st.integers(1, 40)), min_size=1, max_size=30),
    st.lists(st.integers(0, 900), max_size=5),
)
def test_a_long_record_is_bounded_alike_in_any_split(shapes, cuts):
    """Whole lines of its end are left out and it is marked; its neighbours are not."""
    data = b"".join(
        (b"2026-03-04T05:06:07Z INFO " if begins else b"  more ") + b"x" * size + b"\n"
        for begins, size in shapes
    )
    reading = reading_of(b"2026-03-04T05:06:07Z INFO x\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipelines, "RECORD_BYTES_MAX", 100)
        whole = records(data, [], reading)
        parts = records(data, cuts, reading)

    assert timed(whole) == timed(parts)
    assert all(len(row.text) <= 100 for row in whole)


def test_a_long_record_stays_within_its_bound_across_blocks():
    """However many blocks it takes, no more than `RECORD_BYTES_MAX` of it is kept."""
    data = b"2026-03-04T05:06:07Z INFO dump\n" + (b"  " + b"y" * 97 + b"\n") * 40_000
    data += b"2026-03-04T05:06:08Z INFO next\n"
    found = records(data, list(range(0, len(data), 500_000)))

    assert [True, False] == [bool(row.flags & TRUNCATED) for row in found]
    assert RECORD_BYTES_MAX - 101 < len(found[0].text) <= RECORD_BYTES_MAX
    assert b"2026-03-04T05:06:08Z INFO next" == found[1].text


@pytest.mark.parametrize("cuts", [[], [60]])
def test_a_cut_line_marks_its_record(cuts):
    """Whether it begins the record or continues it."""
    data = b"2026-03-04T05:06:07Z INFO dump follows in the next line\n"
    data += b"  " + b"z" * (LINE_BYTES_MAX + 5) + b"\n2026-03-04T05:06:08Z INFO next\n"
    found = records(data, cuts)

    assert [True, False] == [bool(row.flags & TRUNCATED) for row in found]


def test_a_pipeline_turns_without_losing_what_is_open():
    """A file recognised anew inside a record goes on with that record."""
    data = python_record(1, "x", trace=True).encode() + b"\n"
    reading = reading_of(data)
    pipe, reader = Pipeline(Somewhere(), reading, REDACTOR), LineReader()
    first = pipe.feed(lines_of(reader, data[:60]), NOON_NS)
    pipe.turn(Somewhere(), reading_of(data))
    rest = data[reader.position :]
    second = pipe.feed(lines_of(reader, rest), NOON_NS)

    assert 1 == len(rows([first.block, second.block]))
    assert 0 == len(second.block.starts)


def test_a_lead_of_blank_lines_ends_nothing():
    """The record before ends where its last line with text does."""
    data = b"2026-03-04T05:06:07Z INFO x\n\n\n"
    found = feed(data, [28])

    assert [(0, 0)] == lines(found)
    assert np.int64 == found[0].lines().ends.dtype


GUESSED = {
    "no zone": ("2026-03-04 06:06:07,123 INFO shop - a", "05:06:07"),
    "no date": ("06:06:07 [info] a", "05:06:07"),
    "no year": ("Mar  4 06:06:07 web-1 shop[17]: a", "05:06:07"),
    "all of it": (
        '{"time":"2026-03-04T04:00:00Z","level":"info","msg":"a"}',
        "04:00:00",
    ),
    "no time": ('{"level":"info","msg":"a"}', "05:06:07"),
}


@pytest.mark.parametrize(("inner", "clock"), GUESSED.values(), ids=GUESSED)
def test_the_time_of_an_envelope_goes_before_a_guess(tmp_path, inner, clock):
    """Where the inner time names no zone or no date; a complete one is kept."""
    line = json.dumps(
        {"log": f"{inner}\n", "stream": "stdout", "time": "2026-03-04T05:06:07Z"},
        separators=(",", ":"),
    )
    (tmp_path / "shop.log").write_text(f"{line}\n" * 3)
    found = {iso(row.time_ns)[:19] for row in forwards(tmp_path / "shop.log")}

    assert {f"2026-03-04T{clock}"} == found


def test_complete_times_between_guesses_are_kept(tmp_path):
    """Each record is told by its own time: a container may print two layouts."""
    lines = [
        "2026-03-04 06:06:07,123 INFO shop - a",
        '{"time":"2026-03-04T04:00:00Z","level":"info","msg":"b"}',
    ]
    (tmp_path / "shop.log").write_text(
        "".join(f"2026-03-04T05:06:07.000000001Z stdout F {line}\n" for line in lines)
    )
    times = [iso(row.time_ns)[11:19] for row in forwards(tmp_path / "shop.log")]

    assert ["05:06:07", "04:00:00"] == times


W3C = """\
#Software: Internet Information Services
#Fields: date time cs-method cs-uri-stem sc-status
2026-03-04 05:06:07 GET /cart 200
#Software: Internet Information Services
#Date: 2026-03-04 05:06:08
#Fields: date time cs-method cs-uri-stem sc-status
2026-03-04 05:06:08 GET /cart 503
#Remark: the end
"""


@given(st.lists(st.integers(0, len(W3C)), max_size=5))
@example([])
@example([130, 180])
def test_what_names_columns_is_part_of_no_record(cuts):
    """Wherever in a table it stands, and wherever a block ends."""
    data = W3C.encode()
    found = feed(data, cuts, reading_of(data))

    assert [
        b"2026-03-04 05:06:07 GET /cart 200",
        b"2026-03-04 05:06:08 GET /cart 503",
    ] == [row.text for row in rows(one.block for one in found)]
    assert [(2, 2), (6, 6)] == lines(found)
    assert 2 == sum(one.count for one in found) == sum(one.read for one in found)
