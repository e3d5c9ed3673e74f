"""One file, read at both ends."""

import gzip
import itertools
import os
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from log_mcp.block import Block, join
from log_mcp.errors import SourceError
from log_mcp.ingest import past
from log_mcp.ingest import tail as tails
from log_mcp.ingest.family import family_of
from log_mcp.ingest.file import LogFile
from log_mcp.ingest.origin import Name
from log_mcp.ingest.reading import Settings
from log_mcp.ingest.tail import Tail
from log_mcp.passage import scan
from log_mcp.record import Level
from tests.feeding import (
    NOON_NS,
    SETTINGS,
    Clock,
    Row,
    docker_record,
    folder,
    forwards,
    logs,
    numbered,
    places,
    python_record,
    rows,
)

ROOM = 2**30


def tail_of(path, settings=SETTINGS) -> Tail:
    return Tail(LogFile(path, family_of(path)), Name("shop"), settings)


def name_of(tail: Tail) -> str:
    assert tail.reading is not None
    return tail.reading.name


def found_again(tail: Tail, offset: int) -> list[Row]:
    """The record at an offset, and what stands in its block behind it."""
    block = tail.at(offset)
    assert block is not None
    return rows([block])


def backwards(tail: Tail) -> list[Block]:
    """Blocks of history in file order, then what is fresh."""
    blocks: list[Block] = []
    while tail.frontier:
        block = tail.history(ROOM)
        if block is not None:
            blocks.insert(0, block)
    return blocks + list(tail.fresh(NOON_NS)) + list(tail.fresh(NOON_NS + 2 * 10**9))


@pytest.fixture
def small(monkeypatch):
    shrink(monkeypatch, 700, 300)


def shrink(patch, unit: int, window: int) -> None:
    patch.setattr(past, "UNIT_BYTES", unit)
    patch.setattr(past, "WINDOW_BYTES", window)
    patch.setattr(tails, "FIRST_BYTES", unit)


@pytest.mark.untraced
@given(logs(), st.integers(50, 3000), st.integers(40, 600))
@example(
    "\n".join(docker_record(n, "a" * 50, trace=n % 4 == 0) for n in range(40)).encode()
    + b"\n",
    300,
    100,
)
def test_backwards_gives_the_records_of_forwards(data, unit, window):
    """Whatever the size of the units: each record once, and whole."""
    with folder() as here, pytest.MonkeyPatch.context() as patch:
        shrink(patch, unit, window)
        path = here / "shop.log"
        path.write_bytes(data)
        tail = tail_of(path)
        tail.begin(NOON_NS)
        blocks = backwards(tail)
        expected = forwards(path)
        lines = sum(scanned.count for scanned in scan(path, SETTINGS)[1])
        again = list(tail.before(None))[::-1]
        tail.file.close()

    assert places(expected) == places(rows(blocks))
    assert [row.level for row in expected] == [row.level for row in rows(blocks)]
    assert places(expected) == places(rows(again))
    assert lines == tail.all_lines
    assert tail.read_lines <= lines


@given(logs(), st.integers(50, 3000), st.sampled_from(["utf-16-le", "utf-16-be"]))
def test_backwards_keeps_the_grid_of_utf_16(data, unit, encoding):
    """Units begin where characters do."""
    with folder() as here, pytest.MonkeyPatch.context() as patch:
        shrink(patch, unit, 200)
        path = here / "shop.log"
        path.write_bytes(("\ufeff" + data.decode()).encode(encoding))
        tail = tail_of(path)
        tail.begin(NOON_NS)
        blocks = backwards(tail)
        expected = forwards(path)
        tail.file.close()

    assert places(expected) == places(rows(blocks))


@given(logs(), st.integers(50, 3000), st.data())
def test_a_packed_file_gives_the_same_records(data, unit, draws):
    """In blocks that begin where records do, the youngest first; or up to a place."""
    with folder() as here, pytest.MonkeyPatch.context() as patch:
        shrink(patch, unit, 200)
        path = here / "shop.log.1.gz"
        path.write_bytes(gzip.compress(data))
        tail = tail_of(path)
        tail.begin(NOON_NS)
        blocks = backwards(tail)
        expected = forwards(path)
        end = draws.draw(st.sampled_from([row.offset for row in expected]))
        before = list(tail.before(end))

    assert places(expected) == places(rows(blocks))
    assert all(not block.lead for block in blocks if len(block.starts))
    kept = places(rows(before)) if before else []
    assert [one for one in places(expected) if one[0] < end] == kept


@given(
    logs(),
    st.integers(50, 3000),
    st.booleans(),
    st.integers(0, 60),
    st.none() | st.integers(1, 60),
)
def test_any_stretch_is_read_again_from_its_first_record(
    data, unit, packed, first, count
):
    """From one record to another, in file order, plain or packed."""
    with folder() as here, pytest.MonkeyPatch.context() as patch:
        shrink(patch, unit, 200)
        patch.setattr(past, "READ_BYTES", 1000)
        path = here / ("shop.log.1.gz" if packed else "shop.log")
        path.write_bytes(gzip.compress(data) if packed else data)
        tail = tail_of(path)
        tail.begin(NOON_NS)
        list(tail.fresh(NOON_NS + 2 * 10**9))
        expected = forwards(path)
        offsets = [0, *(row.offset for row in expected)][first % (len(expected) + 1) :]
        begin = offsets[0]
        end = None if count is None else next(iter(offsets[count:]), None)
        end = None if end == begin else end
        blocks = list(tail.between(begin, end))
        tail.file.close()

    kept = [r for r in expected if begin <= r.offset < (end or 2**60)]
    assert places(kept) == (places(rows(blocks)) if blocks else [])
    assert [row.level for row in kept] == (
        [r.level for r in rows(blocks)] if blocks else []
    )


@pytest.mark.usefixtures("small")
def test_the_first_look_yields_the_newest_records(tmp_path):
    """However big the file is, its end is there at once."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 5000))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    fresh = rows(tail.fresh(NOON_NS))
    tail.file.close()

    assert fresh[-1].text.endswith(b"number 4999")
    assert len(fresh) < 20


@pytest.mark.usefixtures("small")
def test_a_compressed_file_keeps_only_what_has_room(tmp_path):
    """Its oldest blocks are let go of while it is unpacked."""
    path = tmp_path / "shop.log.1.gz"
    path.write_bytes(gzip.compress(numbered(0, 500).encode()))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    blocks: list[Block] = []
    while (block := tail.history(2000)) is not None:
        blocks.insert(0, block)

    assert rows(blocks)[-1].text.endswith(b"number 499")
    assert 2000 >= len(b"".join([block.text for block in blocks]))
    assert 0 == tail.frontier
    assert tail.history(2000) is None


@pytest.mark.usefixtures("small")
def test_a_damaged_file_gives_what_can_be_had(tmp_path):
    """Then it says that it is damaged."""
    path = tmp_path / "shop.log.1.gz"
    path.write_bytes(gzip.compress(os.urandom(0) + numbered(0, 3000).encode())[:-2000])
    tail = tail_of(path)
    tail.begin(NOON_NS)
    blocks: list[Block] = []
    with pytest.raises(SourceError, match="damaged or cut short"):
        blocks += iter(partial(tail.history, ROOM), None)
    blocks.reverse()

    assert rows(blocks)[0].text.endswith(b"number 0")
    assert len(rows(blocks)) > 100
    assert 0 == tail.frontier


@pytest.mark.parametrize("name", ["shop.log.1", "shop-2026-03-04.log"])
def test_a_file_put_away_long_ago_is_all_history(tmp_path, name):
    """But for what behind its last line has no end; a late writer's lines are found."""
    path = tmp_path / name
    cut, late = (
        "2026-03-04 10:00:10,000 INFO shop - ",
        "2026-03-04 10:00:11,000 INFO late",
    )
    path.write_text(numbered(0, 10) + cut)
    os.utime(path, ns=(0, NOON_NS - 10**13))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    found = [tail.frontier, *(row.text for row in rows(tail.fresh(NOON_NS)))]
    with path.open("a") as writer:
        writer.write(f"\n{late}\n")
    found += [row.text for row in rows(tail.fresh(NOON_NS))]
    tail.file.close()

    assert [len(numbered(0, 10)), cut.encode(), late.encode()] == found


@pytest.mark.usefixtures("small")
def test_a_file_named_by_its_day_may_be_written_to(tmp_path):
    """What changed within the hour is read at its end first, whatever its name says."""
    path = tmp_path / "shop-2026-03-04.log"
    path.write_text(numbered(0, 500))
    os.utime(path, ns=(0, NOON_NS - 60 * 10**9))
    tail = tail_of(path)
    tail.begin(NOON_NS)

    assert list(tail.fresh(NOON_NS))
    tail.file.close()


def test_a_half_written_line_waits_for_its_end(tmp_path):
    """Within a second of silence it is not a line yet."""
    path, clock = tmp_path / "shop.log", Clock()
    path.write_text(numbered(0, 1) + "2026-03-04 10:00:01,000 IN")
    os.utime(path, ns=(NOON_NS, NOON_NS))
    tail = tail_of(path)
    tail.begin(clock())

    assert 1 == len(rows(tail.fresh(clock())))
    waits = [tail.waits]
    clock.advance(0.9)
    assert [] == list(tail.fresh(clock()))
    with path.open("a") as writer:
        writer.write("FO shop - whole")
    clock.advance(0.9)
    assert [] == list(tail.fresh(clock()))
    with path.open("a") as writer:
        writer.write("\n")
    assert [b"2026-03-04 10:00:01,000 INFO shop - whole"] == [
        row.text for row in rows(tail.fresh(clock()))
    ]
    waits.append(tail.waits)
    tail.file.close()

    assert [True, False] == waits


def test_a_half_written_line_is_taken_after_a_second_of_silence(tmp_path):
    """Some writers end their last line only when they write the next."""
    path, clock = tmp_path / "shop.log", Clock()
    path.write_text(numbered(0, 1).rstrip("\n"))
    os.utime(path, ns=(NOON_NS, NOON_NS))
    tail = tail_of(path)
    tail.begin(clock())
    assert [] == list(tail.fresh(clock()))
    clock.advance(1)

    assert 1 == len(rows(tail.fresh(clock())))
    assert not tail.waits
    tail.file.close()


def test_a_half_written_line_does_not_wait_for_the_clock_to_catch_up(tmp_path):
    """Where that went back by an hour, the line is taken after a second all the same."""
    path, clock = tmp_path / "shop.log", Clock()
    path.write_text(numbered(0, 1))
    tail = tail_of(path)
    tail.begin(clock())
    list(tail.fresh(clock()))
    with path.open("a") as file:
        file.write(numbered(1, 1).rstrip("\n"))
    assert [] == list(tail.fresh(clock()))
    clock.advance(-3600)
    assert [] == list(tail.fresh(clock()))
    clock.advance(1)

    assert 1 == len(rows(tail.fresh(clock())))
    tail.file.close()


@pytest.mark.parametrize("age_s", [2, 7200])
def test_a_last_line_of_an_old_file_is_whole(tmp_path, age_s):
    """It was silent long before anyone looked; the first answer has it."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 2).rstrip("\n"))
    written_ns = NOON_NS - age_s * 10**9
    os.utime(path, ns=(written_ns, written_ns))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    found = rows([*iter(partial(tail.history, ROOM), None), *tail.fresh(NOON_NS)])
    waits = tail.waits
    tail.file.close()

    assert [b"number 0", b"number 1"] == [row.text[-8:] for row in found]
    assert not waits


def test_nothing_new_is_told_without_reading(tmp_path):
    """Idle files cost one question to the system."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 1))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    idle = [tail.idle]
    list(tail.fresh(NOON_NS))
    idle.append(tail.idle)
    with path.open("a") as writer:
        writer.write(numbered(1, 1))
    idle.append(tail.idle)
    tail.file.close()

    assert [False, True, False] == idle


def test_one_look_takes_a_bounded_piece(tmp_path, monkeypatch):
    """What is left is known, and taken by the next looks; nothing is lost or said twice."""
    monkeypatch.setattr(tails, "LOOK_BYTES", 1)
    monkeypatch.setattr(tails, "READ_BYTES", 400)
    monkeypatch.setattr(tails, "LINE_BYTES_MAX", 0)
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 1))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    list(tail.fresh(NOON_NS))
    with path.open("a") as writer:
        writer.write(numbered(1, 40))
    looks, behind = [], []
    while not tail.idle:
        looks.append(list(tail.fresh(NOON_NS)))
        behind.append(tail.behind)
    tail.file.close()
    found = [int(row.text.split()[-1]) for row in rows(itertools.chain(*looks))]

    assert list(range(1, 41)) == found
    assert len(looks) > 3
    assert [True] * (len(looks) - 1) + [False] == behind


KEY_BODY = b"MIIEowIBAAKCAQEAx4fakefakefakefakefakefakefakefakefakefakefake12"
KEY = b"\n".join(
    [
        b"-----BEGIN RSA PRIVATE KEY-----",
        *[KEY_BODY] * 20,
        b"-----END RSA PRIVATE KEY-----",
    ]
)


@pytest.mark.untraced
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("unit", range(60, 1500, 160))
def test_a_private_key_is_never_cut_by_a_unit(tmp_path, monkeypatch, unit, encoding):
    """Read from any place, its body is hidden: in units, and record by record."""
    shrink(monkeypatch, unit, 200)
    path = tmp_path / "shop.log"
    text = (
        b"\n".join(
            [
                *[b"calm line %d" % n for n in range(30)],
                KEY,
                *[b"calm again %d" % n for n in range(30)],
            ]
        )
        + b"\n"
    )
    path.write_bytes(
        ("\ufeff" * (encoding != "utf-8") + text.decode()).encode(encoding)
    )
    tail = tail_of(path)
    tail.begin(NOON_NS)
    blocks = backwards(tail)
    found = rows(blocks)
    some = found[unit % 3 :: 3]
    again = [found_again(tail, row.offset) for row in some]
    again += [rows(tail.between(row.offset, None)) for row in some]
    tail.file.close()

    assert all(KEY_BODY not in block.text for block in blocks)
    assert all(KEY_BODY not in row.text for part in again for row in part)
    assert [row.text for row in some] * 2 == [part[0].text for part in again]


@given(logs(), st.integers(0, 100))
def test_a_record_is_found_again_at_its_offset(data, which):
    """Read from the disk it has the text and the level it had in memory."""
    with folder() as here, pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "READ_BYTES", 2000)
        path = here / "shop.log"
        path.write_bytes(data)
        tail = tail_of(path)
        tail.begin(NOON_NS)
        list(tail.fresh(NOON_NS))
        found = forwards(path)
        row = found[which % len(found)]
        block = tail.at(row.offset)
        other = tail.at(row.offset + 1)
        beyond = tail.at(10**9)
        tail.file.close()

    assert block is not None
    (again,) = rows([block])[:1]
    assert row.level == again.level
    assert places([row]) == places([again])
    assert other is None
    assert beyond is None


def test_a_young_file_is_recognised_again(tmp_path):
    """A banner that reads as plain text gives way to what follows it."""
    path = tmp_path / "shop.log"
    path.write_text("welcome\n")
    tail = tail_of(path)
    list(tail.fresh(NOON_NS))
    assert "plain" == name_of(tail)
    with path.open("a") as writer:
        writer.write(
            "".join(python_record(n, "x", trace=False) + "\n" for n in range(200))
        )
    found = rows(tail.fresh(NOON_NS))
    tail.file.close()

    assert "plain" != name_of(tail)
    assert Level.INFO == found[-1].level


def test_a_file_is_dated_anew_after_half_a_day(tmp_path):
    """Times without a year need to know how old they may be."""
    path, clock = tmp_path / "shop.log", Clock()
    path.write_text(numbered(0, 1))
    tail = tail_of(path)
    list(tail.fresh(clock()))
    before = tail.reading
    clock.advance(13 * 3600)
    with path.open("a") as writer:
        writer.write(numbered(1, 1))
    found = list(tail.fresh(clock()))
    tail.file.close()

    assert 1 == len(rows(found))
    assert before is not tail.reading


def test_a_binary_file_is_not_read(tmp_path):
    """Nor is it asked for history; text written over it later is."""
    path = tmp_path / "shop.log"
    path.write_bytes(bytes(range(256)) * 10)
    tail = tail_of(path)
    tail.begin(NOON_NS)

    assert tail.binary
    assert [] == list(tail.fresh(NOON_NS))
    assert tail.history(ROOM) is None
    assert [] == list(tail.before(None))
    assert tail.at(0) is None
    path.write_text(numbered(0, 2))
    assert 2 == len(rows(tail.fresh(NOON_NS)))
    tail.file.close()


def test_an_empty_file_has_no_reading_yet(tmp_path):
    """It is recognised when it gets its first line."""
    path = tmp_path / "shop.log"
    path.touch()
    tail = tail_of(path)
    tail.begin(NOON_NS)

    assert tail.reading is None
    assert [] == list(tail.fresh(NOON_NS))
    assert [] == list(tail.before(None))
    path.write_text(numbered(0, 2))
    assert 2 == len(rows(tail.fresh(NOON_NS)))
    tail.file.close()


@pytest.mark.parametrize("happens", ["truncated", "deleted"])
@pytest.mark.usefixtures("small")
def test_history_that_is_gone_is_an_error_and_no_crash(tmp_path, happens):
    """What is left to read cannot be read any more; it is said."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 500))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    tail.history(ROOM)
    if happens == "truncated":
        os.truncate(path, 0)
    else:
        path.unlink()
        tail.file.close()
        tail.file.path = None

    with pytest.raises(SourceError, match="truncated or deleted"):
        tail.history(ROOM)
    with pytest.raises(SourceError, match="truncated or deleted"):
        list(tail.before(None))
    tail.file.close()


def test_a_unit_that_shrank_is_an_error(tmp_path):
    """A truncation between two reads leaves less than was asked for."""
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 5))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    earlier = tail._past
    assert earlier is not None
    with pytest.raises(SourceError, match="shorter"):
        earlier.before(10**6)
    tail.file.close()


def test_a_record_longer_than_all_windows_ends_the_search(tmp_path, monkeypatch):
    """Then any line must do: memory stays bounded."""
    shrink(monkeypatch, 500, 100)
    monkeypatch.setattr(past, "UNIT_BYTES_MAX", 3000)
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 1) + "  more of it\n" * 2000 + numbered(1, 1))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    blocks = backwards(tail)
    tail.file.close()

    assert path.stat().st_size == sum(block.end - block.begin for block in blocks)
    assert all(block.end - block.begin < 6000 for block in blocks)


def test_a_long_line_is_no_place_to_begin(tmp_path, monkeypatch):
    """Windows that lie inside one line find nothing, and the search goes on before it."""
    shrink(monkeypatch, 500, 100)
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 9) + "x" * 5000 + "\n" + numbered(9, 3))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    blocks = backwards(tail)
    tail.file.close()

    assert places(forwards(path)) == places(rows(blocks))


def test_a_service_is_given_to_records_that_name_none(tmp_path):
    """The setting fills what the log leaves out, and nothing else."""
    settings = Settings(SETTINGS.zone, SETTINGS.redactor, service="shop")
    path = tmp_path / "shop.log"
    path.write_text('{"msg":"a"}\n{"msg":"b","service":"cart"}\n')
    tail = tail_of(path, settings)
    origin = join(tuple(tail.fresh(NOON_NS))).origin
    tail.file.close()

    assert ["shop", "cart"] == [
        origin.parse(line).service for line in path.read_bytes().splitlines()
    ]
    assert b"a\tb" in origin.decode(b'{"msg":"a\\tb"}')
    assert "shop" == origin.source


@pytest.mark.untraced
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("head", ["", numbered(0, 3)], ids=["nothing", "lines"])
def test_a_large_hole_hides_nothing(tmp_path, head, encoding):
    """A truncated file whose writer does not append begins with one of any size."""
    path = tmp_path / "shop.log"
    with path.open("wb") as writer:
        writer.write(("\ufeff" + head).encode(encoding))
        writer.seek(2**28)
        writer.write(numbered(3, 2).encode(encoding))
    tail = tail_of(path)
    tail.begin(NOON_NS)
    found = [row.text.decode() for row in rows(backwards(tail))]
    tail.file.close()

    assert (head + numbered(3, 2)).splitlines() == found
