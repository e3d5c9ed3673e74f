"""Files read once: what `parse` prints and `check` counts."""

import gzip
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp import passage
from log_mcp.errors import SourceError
from log_mcp.passage import files_of, records
from log_mcp.survey import survey
from tests.feeding import (
    SETTINGS,
    docker_record,
    folder,
    logs,
    numbered,
    python_record,
)


def parsed(path) -> list[dict[str, Any]]:
    return list(records(path, SETTINGS))


@given(logs(), st.integers(20, 2000))
def test_line_numbers_know_no_block_borders(data, read_bytes):
    """`line` and `end_line` are the physical lines, in pieces of any size."""
    with folder() as here, pytest.MonkeyPatch.context() as patch:
        path = here / "shop.log"
        path.write_bytes(data)
        whole = parsed(path)
        patch.setattr(passage, "READ_BYTES", read_bytes)
        parts = parsed(path)
    timeless = [record | {"time": None} for record in whole]

    assert timeless == [record | {"time": None} for record in parts]
    assert sorted({n for r in whole for n in (r["line"], r["end_line"])}) == sorted(
        {min(n, data.count(b"\n")) for r in whole for n in (r["line"], r["end_line"])}
    )
    assert all(one["end_line"] < two["line"] for one, two in pairwise(whole))


def test_line_numbers_of_a_trace(tmp_path):
    """A record ends where its last line with text does."""
    path = tmp_path / "shop.log"
    path.write_text(
        python_record(1, "failed", trace=True)
        + "\n\n"
        + python_record(2, "x", trace=False)
    )

    assert [(1, 5), (7, 7)] == [(r["line"], r["end_line"]) for r in parsed(path)]


@pytest.mark.parametrize("read_bytes", [60, 200, 10**6])
def test_line_numbers_of_pieces(tmp_path, monkeypatch, read_bytes):
    """A line that Docker cut in pieces begins where the first one stands."""
    monkeypatch.setattr(passage, "READ_BYTES", read_bytes)
    path = tmp_path / "shop.log"
    path.write_text(
        "".join(docker_record(n, "x", trace=False) + "\n" for n in range(6))
    )

    assert [(1, 2), (3, 3), (4, 4), (5, 6), (7, 7), (8, 8)] == [
        (r["line"], r["end_line"]) for r in parsed(path)
    ]


def test_a_record_as_it_is_printed(tmp_path):
    """All of it, in the shape of the contract."""
    path = tmp_path / "shop.log"
    path.write_text(python_record(61, "failed", trace=True) + "\n" + "{}\n")
    first = parsed(path)[0]

    assert str(path) == first["file"]
    assert "2026-03-04T00:01:01.000Z" == first["time"]
    assert "error" == first["level"]
    assert "shop.errors.OutOfStock" == first["exception"]["type"]
    assert "level_inferred" not in first


def test_an_inferred_level_says_so(tmp_path):
    """And what states no time has none."""
    path = tmp_path / "shop.log"
    path.write_text(
        'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 1\n'
    )
    (record,) = parsed(path)

    assert record["level_inferred"]
    assert "error" == record["level"]
    assert record["time"] is None


def test_a_damaged_file_gives_what_can_be_had(tmp_path):
    """Then the error."""
    path = tmp_path / "shop.log.1.gz"
    path.write_bytes(gzip.compress(numbered(0, 5000).encode())[:-3000])
    found: list[dict[str, Any]] = []
    with pytest.raises(SourceError, match="damaged or cut short"):
        found.extend(records(path, SETTINGS))

    assert len(found) > 100
    assert list(range(1, len(found) + 1)) == [record["line"] for record in found]


@pytest.mark.parametrize("data", [b"", bytes(range(256)) * 9, b"\n\n\n"])
def test_a_file_without_records(tmp_path, data):
    """Empty, binary or blank: nothing is printed."""
    (tmp_path / "shop.log").write_bytes(data)

    assert [] == parsed(tmp_path / "shop.log")


TROUBLE = {
    "an empty file": (b"", "empty"),
    "a binary file": (bytes(range(256)) * 9, "holds no text (binary), is not read"),
    "prose": (b"once upon a time\n" * 9, "many lines were not understood"),
    "a log": (numbered(0, 9).encode(), None),
    "blank lines": (b"\n\n", None),
}


@pytest.mark.parametrize(("data", "expected"), TROUBLE.values(), ids=TROUBLE)
def test_check_names_the_trouble(tmp_path, data, expected):
    """None, if all is well."""
    (tmp_path / "shop.log").write_bytes(data)

    assert expected == survey(tmp_path / "shop.log", SETTINGS).trouble


def test_check_names_a_file_that_cannot_be_read(tmp_path):
    """The system's reason, in our words."""
    assert "No such file" in str(survey(tmp_path / "gone.log", SETTINGS).trouble)


def test_check_counts(tmp_path, monkeypatch):
    """Lines, records, errors, stacks, traces and times, over all blocks."""
    monkeypatch.setattr(passage, "READ_BYTES", 500)
    path = tmp_path / "shop.log"
    lines = [python_record(n, "x", trace=n % 5 == 0) for n in range(20)]
    path.write_text("\n".join(lines) + "\n")
    found = survey(path, SETTINGS)

    assert (20 + 4 * 4, 20, 4) == (found.lines, found.records, found.errors)
    assert 1.0 == found.share
    assert 0 == found.untimed
    assert "2026-03-04T00:00:00.000Z" == found.first
    assert "2026-03-04T00:00:19.000Z" == found.last
    assert 4 >= found.stacks > 0


def test_check_finds_trace_ids(tmp_path):
    """The share of records that carry one."""
    path = tmp_path / "shop.log"
    path.write_bytes(
        b"".join(
            orjson.dumps({"msg": "x", "trace_id": f"t{n}"} if n % 2 else {"msg": "y"})
            + b"\n"
            for n in range(100)
        )
    )
    found = survey(path, SETTINGS)

    assert (100, 50, 100) == (found.looked_at, found.traced, found.untimed)
    assert found.first is None


def test_files_are_listed_oldest_first(tmp_path):
    """Family by family, with the siblings of a file that is named, if wanted."""
    for name in ("b.log", "a.log", "a.log.1", "a.log.2"):
        (tmp_path / name).write_text("x\n")
    found, trouble = files_of([str(tmp_path)], siblings=True)
    assert ["a.log.2", "a.log.1", "a.log", "b.log"] == [file.name for file in found]
    assert {} == trouble
    named = str(tmp_path / "a.log")

    assert ["a.log"] == [file.name for file in files_of([named], siblings=False)[0]]
    assert 3 == len(files_of([named], siblings=True)[0])


def test_what_is_not_there_is_trouble(tmp_path):
    """In one sentence."""
    _, trouble = files_of([str(tmp_path / "gone.log")], siblings=False)

    assert {
        str(tmp_path / "gone.log"): "no such file, and no log file matches it"
    } == trouble


def test_a_block_that_is_a_piece_of_a_line_alone_ends_no_record(tmp_path, monkeypatch):
    """What continues a record is not lost where a read ends between two pieces."""
    logs = [
        "2026-03-04 00:00:13,000 ERROR shop - failed\n",
        "Traceback (most recent call last):\n",
        '  File "/srv/shop/ca',
        'rt.py", line 12, in add\n',
        "    check(item)\n",
        "shop.errors.OutOfStock: none left\n",
    ]
    rows = [
        orjson.dumps(
            {"log": log, "stream": "stdout", "time": f"2026-03-04T00:00:{n:02}Z"}
        ).decode()
        for n, log in enumerate(logs, 10)
    ]
    path = tmp_path / "shop.log"
    path.write_text("\n".join(rows) + "\n")
    monkeypatch.setattr(passage, "READ_BYTES", 1)

    (found,) = records(path, SETTINGS)

    assert (1, 6) == (found["line"], found["end_line"])
    assert "shop.errors.OutOfStock" == found["exception"]["type"]


def test_a_last_entry_without_its_blank_line_is_read(tmp_path):
    """Whoever cut a piece out of a journal's export may have left it out."""
    path = tmp_path / "journal.log"
    path.write_text("__CURSOR=s=1\nMESSAGE=started\n")
    found = list(records(path, SETTINGS))

    assert [("started", 1, 2)] == [
        (r["message"], r["line"], r["end_line"]) for r in found
    ]
