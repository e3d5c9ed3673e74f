"""Bytes to lines: split anywhere, cut where too long."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.ingest import lines
from log_mcp.ingest.lines import LINE_BYTES_MAX, LineReader, RawLines

ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be"]
Line = tuple[int, bytes, bool]


def split(raw: RawLines | None, encoding: str) -> list[Line]:
    """Each line's offset, text without its end, and whether it was cut."""
    assert raw is not None
    text = raw.data.decode(
        encoding, "surrogateescape" if encoding == "utf-8" else "replace"
    )
    found = text.split("\n")
    if not found[-1] and len(found) > len(raw.offsets):
        found.pop()
    return [
        (int(offset), line.encode("utf-8", "surrogateescape"), at in raw.cut)
        for at, (offset, line) in enumerate(zip(raw.offsets, found, strict=True))
    ]


def taken(reader: LineReader, data: bytes, *, final: bool = False) -> RawLines:
    raw = reader.take(data, final=final)
    assert raw is not None
    return raw


def read(data: bytes, cuts: list[int], encoding: str) -> list[Line]:
    """The lines of data that arrives up to each of the cuts, one after the other."""
    reader, found = LineReader(encoding=encoding), []
    for stop in [*sorted(cuts), len(data)]:
        final = stop == len(data)
        while True:
            before = reader.position
            raw = reader.take(data[before:stop], final=False)
            found += split(raw, encoding) if raw else []
            if raw is None and reader.position == before:
                break
        if final:
            raw = reader.take(data[reader.position :], final=True)
            found += split(raw, encoding) if raw else []
    return found


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.binary(max_size=200), cuts=st.lists(st.integers(0, 200), max_size=6))
def test_any_split_gives_the_same_lines(encoding, data, cuts):
    """Where the bytes happen to be split shows nowhere, whatever they are."""
    cuts = [min(cut, len(data)) for cut in cuts]

    assert read(data, [], encoding) == read(data, cuts, encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(
    parts=st.lists(
        st.sampled_from(["a", "\u010a", "\u0a0a", "\n", "\0\0\0\0", "word word word"]),
        max_size=30,
    ),
    cuts=st.lists(st.integers(0, 300), max_size=6),
)
def test_any_split_of_long_lines_gives_the_same_lines(encoding, parts, cuts):
    """Long lines are cut at the same place, and holes passed over, in any split."""
    data = "".join(parts).encode(encoding)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "LINE_BYTES_MAX", 16)

        assert read(data, [], encoding) == read(
            data, [min(cut, len(data)) for cut in cuts], encoding
        )


def test_a_line_without_an_end_is_not_a_line_yet():
    """It is given with its end, from the same place."""
    reader = LineReader()

    assert reader.take(b"half") is None
    assert 0 == reader.position
    assert [(0, b"half a line", False)] == split(
        reader.take(b"half a line\nre"), "utf-8"
    )
    assert 12 == reader.position


def test_a_final_line_is_taken_as_it_is():
    """At the end of a file nothing more will come."""
    reader = LineReader(100)
    raw = taken(reader, b"one\ntwo", final=True)

    assert [(100, b"one", False), (104, b"two", False)] == split(raw, "utf-8")
    assert 107 == reader.position


def test_half_a_unit_is_left():
    """The grid of UTF-16 is kept where a write ended inside a unit."""
    reader = LineReader(encoding="utf-16-le")
    raw = taken(reader, b"a\0b\0c", final=True)

    assert b"a\0b\0" == raw.data
    assert 4 == reader.position
    assert reader.take(b"c", final=True) is None


def test_a_line_that_is_too_long_is_cut_and_marked():
    """The rest is skipped; the next line is whole."""
    long = b"x" * (LINE_BYTES_MAX + 10)
    raw = taken(LineReader(), b"before\n" + long + b"\nafter\n")

    assert [6, LINE_BYTES_MAX, 5] == [len(line) for _, line, _ in split(raw, "utf-8")]
    assert (1,) == raw.cut
    assert 7 + len(long) + 1 == raw.offsets[2]


def test_the_rest_of_a_cut_line_is_not_held():
    """A line of any length takes no more than its first mebibyte, in pieces."""
    reader = LineReader()
    first = taken(reader, b"x" * (LINE_BYTES_MAX + 1))

    assert LINE_BYTES_MAX + 1 == len(first.data)
    for _ in range(5):
        assert reader.take(b"y" * LINE_BYTES_MAX) is None
    assert 6 * LINE_BYTES_MAX + 1 == reader.position
    last = reader.take(b"end\nnext\n")
    assert [(reader.position - 5, b"next", False)] == split(last, "utf-8")


def test_a_line_as_long_as_allowed_is_whole():
    """The limit is the last length that fits."""
    raw = taken(LineReader(), b"x" * (LINE_BYTES_MAX - 1) + b"\n")

    assert () == raw.cut
    assert LINE_BYTES_MAX == len(raw.data)


@pytest.mark.parametrize("step", [LINE_BYTES_MAX // 2, 3 * LINE_BYTES_MAX, 10**8])
def test_what_stands_behind_a_hole_is_read(step):
    """A hole that a truncation left swallows no line, in whatever pieces it comes."""
    hole = 4 * LINE_BYTES_MAX + 7
    data = bytes(hole) + b"first\nsecond\n"
    found = read(data, list(range(step, len(data), step)), "utf-8")

    assert [(hole, b"first", False), (hole + 6, b"second", False)] == found


def test_offsets_are_64_bits_wide():
    """Files grow beyond 4 GiB."""
    raw = taken(LineReader(2**40), b"a\nb\n")

    assert np.int64 == raw.offsets.dtype
    assert [2**40, 2**40 + 2] == raw.offsets.tolist()
