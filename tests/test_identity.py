"""What names a piece of work, in any text; and what only looks so."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis.identity import CHUNK_BYTES, identities
from tests.builders import segment_of
from tests.feeding import folder

TIME = "2026-03-04T09:00:00.{:03}Z"


def names(tmp_path, lines):
    """Of each record the texts that name something, with the number of their kind."""
    segment = segment_of(tmp_path / "app.log", lines)
    found = identities(segment)
    text = segment.text
    rows: list[list[tuple[str, int, int]]] = [[] for _ in lines]
    for row, kind, value, begin, end in zip(
        *(
            c.tolist()
            for c in (found.rows, found.kinds, found.values, found.begins, found.ends)
        ),
        strict=True,
    ):
        rows[row].append((text[begin:end].decode(), kind, value))
    return rows


def texts(tmp_path, *messages):
    lines = [f"{TIME.format(n)} INFO shop - {one}" for n, one in enumerate(messages)]
    return [[text for text, _, _ in row] for row in names(tmp_path, lines)]


NAMES = {
    "a number after a word": ("job 17 started", ["17"]),
    "a number behind a sign": ("request #17 done", ["17"]),
    "a field": ('worker_id=3 state="idle"', ["3"]),
    "a field of JSON": ('{"order_id": 481, "ok": true}', ["481"]),
    "a value with letters": ("[pool-worker-3] ready", ["pool-worker-3"]),
    "a trace": (
        "trace=4bf92f3577b34da6a3ce929d0e0e4736 in",
        ["4bf92f3577b34da6a3ce929d0e0e4736"],
    ),
    "a UUID": (
        "id 7f3b8a52-9c1e-4d2a-8f00-1b2c3d4e5f60 ok",
        ["7f3b8a52-9c1e-4d2a-8f00-1b2c3d4e5f60"],
    ),
    "a short hash": ("rid=8d2707d7 in", ["8d2707d7"]),
    "two of them": ("user u_2c1eea took job 5", ["u_2c1eea", "5"]),
    "a number without a name": ("17 of 20", ["20"]),
    "a time": ("at 09:12:44 it was", []),
    "a date": ("on 2026-03-04 it was", []),
    "a fraction": ("load 3.14 now", []),
    "an address": ("from 10.0.0.7 now", []),
    "a duration": ("took 250ms of 10s", []),
    "a share": ("at 95% now", []),
    "a path": ("GET /v1/orders now", []),
    "nothing": ("all is well", []),
}


@pytest.mark.parametrize(("message", "expected"), NAMES.values(), ids=NAMES)
def test_what_names_a_piece_of_work(tmp_path, message, expected):
    """Told from the text alone, whatever the format."""
    assert [expected] == texts(tmp_path, message)


def test_equal_values_of_one_kind_are_one_piece_of_work(tmp_path):
    """Of two kinds they are two; the case of letters does not count."""
    lines = [
        f"{TIME.format(1)} INFO shop - job 17 started",
        f"{TIME.format(2)} INFO shop - Job 17 ended",
        f"{TIME.format(3)} INFO shop - user 17 left",
        f"{TIME.format(4)} INFO shop - job 18 started",
    ]
    [[one], [same], [other], [next_]] = names(tmp_path, lines)

    assert one[1:] == same[1:]
    assert one[1] != other[1]
    assert one[2] != other[2]
    assert one[1] == next_[1]
    assert one[2] != next_[2]


def test_threads_of_a_pool_are_of_one_kind(tmp_path):
    """By what stands before the number; traces are by their length."""
    lines = [
        f"{TIME.format(1)} INFO shop - pool-1 a",
        f"{TIME.format(2)} INFO shop - pool-22 a",
        f"{TIME.format(3)} INFO shop - io-1 a",
        f"{TIME.format(4)} INFO shop - 0af7651916cd43dd a",
        f"{TIME.format(5)} INFO shop - f067aa0ba902b700 a",
    ]
    kinds = [row[0][1] for row in names(tmp_path, lines)]

    assert (kinds[0], kinds[3]) == (kinds[1], kinds[4])
    assert 3 == len(set(kinds))


@given(st.lists(st.text('ab1 -=:._#"/%', max_size=40), min_size=1, max_size=6))
def test_any_text_is_cut_within_its_records(lines):
    """Values lie in their record, do not overlap, hold a digit and nothing but a token."""
    with folder() as path:
        told = [f"{TIME.format(n)} INFO x {one}" for n, one in enumerate(lines)]
        segment = segment_of(path / "app.log", told)
        found = identities(segment)
    last = 0
    for row, begin, end in zip(
        found.rows.tolist(), found.begins.tolist(), found.ends.tolist(), strict=True
    ):
        text = segment.text[begin:end].decode()
        assert last <= begin
        assert segment.starts[row] <= begin < end <= segment.starts[row + 1]
        assert any(c.isdigit() for c in text)
        assert text.replace("-", "").replace("_", "").isalnum()
        last = end


@pytest.mark.untraced
def test_pieces_are_joined_where_they_were_cut(tmp_path):
    """However large a segment is, and packed or not, it gives the same."""
    lines = [
        f"{TIME.format(n % 1000)} INFO shop - job {n} started" for n in range(9000)
    ]
    segment = segment_of(tmp_path / "app.log", lines)
    plain = identities(segment)
    segment.pack()
    packed = identities(segment)

    assert segment.text_bytes > 2 * CHUNK_BYTES
    assert [str(n) for n in range(9000)] == [
        segment.text[b:e].decode()
        for b, e in zip(plain.begins, plain.ends, strict=True)
    ]
    for one, other in zip(plain, packed, strict=True):
        assert np.array_equal(np.asarray(one), np.asarray(other))
    assert plain.nbytes == 9000 * 28
