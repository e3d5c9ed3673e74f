"""A segment says the same plain, indexed and packed, and never what it does not hold."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from log_mcp.record import ESCAPED, UNTIMED, Level
from log_mcp.store import segment as segments
from log_mcp.store.segment import ErrorKind, Errors, Segment
from log_mcp.store.traits import Traits, traits_of
from tests.builders import Log, errors_of, segment_of

LINES = [
    '{"timestamp":"2026-03-04T05:06:07Z","level":"info","message":"order placed"}',
    '{"timestamp":"2026-03-04T05:06:09Z","level":"error","message":"dial \\n\\/app"}',
    '{"level":"warning","message":"no time"}',
    '{"timestamp":"2026-03-04T05:06:08Z","level":"fatal","message":"out of memory"}',
]


@pytest.fixture
def segment(tmp_path) -> Segment:
    return segment_of(tmp_path / "api.log", LINES)


def test_columns(segment):
    """What a segment says of itself is what its records say."""
    assert 4 == len(segment)
    assert not segment.sorted
    assert segment.escapes
    assert Traits(b"", foreign=False, slashed=True, odd=False) == segment.traits
    assert [1, 1, 1, 1] == segment.counts[Level.INFO :].tolist()
    assert 2 * 10**9 == segment.last_ns - segment.first_ns
    assert UNTIMED == segment.flags[2]
    assert segment.times[1] == segment.times[2]


def test_says_the_same_at_rest(segment):
    """Packing and indexing change bytes, not answers."""

    def answers() -> list[object]:
        rows = range(len(segment))
        return [
            segment.text,
            *(segment.record(row) for row in rows),
            *(segment.search_text(row) for row in rows),
            *(segment.record_id(row) for row in rows),
            [
                part if isinstance(part, bytes) else part.tolist()
                for part in segment.escaped()
            ],
        ]

    plain = answers()
    segment.index()
    segment.index()
    segment.pack()
    segment.pack()
    packed = answers()
    segment.squeeze()
    segment.squeeze()

    assert plain == packed
    assert segment.packed
    assert plain == answers()


def _leveled(path: Path, *, warnings: int, others: int) -> Segment:
    line = '{"timestamp":"2026-03-04T05:06:07Z","level":"%s","message":"at %d, %s"}'
    levels = ["warning"] * warnings + ["info"] * others
    levels = levels[::2] + levels[1::2]
    said = [random.Random(at).randbytes(9).hex() for at in range(len(levels))]
    lines = [line % (level, at, said[at]) for at, level in enumerate(levels)]
    return segment_of(path, lines)


def test_few_of_a_high_level_are_kept_apart(tmp_path, monkeypatch):
    """Once the text is packed; they are the same records, and their bytes count."""
    monkeypatch.setattr(segments, "LOUD_BYTES_MIN", 1)
    segment = _leveled(tmp_path / "a.log", warnings=20, others=980)
    rows = np.flatnonzero(segment.levels == Level.WARNING).tolist()
    expected = [(segment.raw(row), segment.record_id(row)) for row in rows]
    segment.pack()
    packed = segment.nbytes
    loud = segment.loud

    assert loud is not None
    assert rows == loud.rows.tolist()
    assert expected == [(segment.raw(row), segment.record_id(row)) for row in rows]
    assert expected == [
        (loud.segment.raw(row), loud.segment.record_id(row)) for row in range(20)
    ]
    segment.squeeze()
    assert loud.segment.squeezed
    assert packed > segment.nbytes > loud.nbytes > 20 * 40


@pytest.mark.parametrize(
    ("warnings", "others", "least"),
    [(0, 9, 1), (9, 0, 1), (300, 700, 1), (20, 980, 512_000)],
    ids=["none", "all", "many", "of little text"],
)
def test_what_is_not_kept_apart(tmp_path, monkeypatch, warnings, others, least):
    """It would be most of the text once more, or hardly any."""
    monkeypatch.setattr(segments, "LOUD_BYTES_MIN", least)
    segment = _leveled(tmp_path / "a.log", warnings=warnings, others=others)
    segment.pack()

    assert segment.loud is None


def test_counts_all_its_bytes(segment):
    """Index, errors, decoded copies and text are all counted; packing gives back."""
    sizes = [segment.nbytes]
    for grow in (
        segment.index,
        lambda: errors_of(segment),
        segment.escaped,
    ):
        grow()
        sizes.append(segment.nbytes)
    full = sizes[-1]
    segment.forget_decoded()

    assert sorted(set(sizes)) == sizes
    assert segment.nbytes < full


def test_packing_pays(tmp_path):
    """Log text shrinks several times, and decoded copies do not outlive it."""
    segment = segment_of(tmp_path / "a.log", LINES * 500)
    segment.escaped()
    before = segment.nbytes
    segment.pack()

    assert segment.nbytes * 3 < before


def test_record(segment):
    """Time, level and flags are the columns', the rest is read from the text."""
    placed, dial, silent, fatal = (segment.record(row) for row in range(4))

    assert ("order placed", Level.INFO) == (placed.message, placed.level)
    assert "dial \n/app" == dial.message
    assert silent.time_ns is None
    assert Level.CRITICAL == fatal.level
    assert json.loads(LINES[3]) == json.loads(fatal.text)


def test_offsets_are_those_of_the_file(segment):
    """Each record is found by where it begins, and by nothing else."""
    offsets = [sum(len(line) + 1 for line in LINES[:row]) for row in range(4)]

    assert offsets == [segment.offset(row) for row in range(4)]
    assert offsets == segment.offsets(np.arange(4)).tolist()
    assert [0, 1, 2, 3] == [segment.row_at(offset) for offset in offsets]
    assert [None] * 3 == [segment.row_at(o) for o in (-1, 1, 2**40)]
    assert [2, 3] == segment.rows_from(offsets[2]).tolist()
    assert [2, 3] == segment.rows_from(offsets[1] + 1).tolist()
    assert 4 == len(segment.rows_from(-5))
    assert [] == segment.rows_from(2**40).tolist()


def test_the_lead_belongs_to_another(tmp_path):
    """Bytes before the first record are dropped, and the segment begins behind them."""
    text = b"2026-03-04 05:06:07,000 INFO shop: a\n  b\n2026-03-04 05:06:08,000 INFO shop: c\n"
    log = Log(tmp_path / "a.log", text)
    log.next(1)
    segment = Segment(log.next())

    assert (1, text.index(b"2026", 5)) == (len(segment), segment.begin)
    assert b"2026-03-04 05:06:08,000 INFO shop: c" == segment.raw(0)
    assert segment.begin == segment.offset(0)


def test_a_record_may_begin_before_its_block(tmp_path):
    """So it is where a container runtime wrote its first piece between other lines."""
    log = Log(tmp_path / "a.log", "".join(f"{line}\n" for line in LINES).encode())
    block = log.next()
    moved = block._replace(
        offsets=np.array([5_000_000_000, 4_999_999_000, 5_000_000_200, 5_000_000_300]),
        begin=5_000_000_000,
        end=5_000_000_400,
    )
    segment = Segment(moved)

    assert moved.offsets.tolist() == [segment.offset(row) for row in range(4)]
    assert 1 == segment.row_at(4_999_999_000)
    assert 4 == len(segment.rows_from(5_000_000_000))
    assert [2, 3] == segment.rows_from(5_000_000_100).tolist()


def test_a_file_of_many_gigabytes(tmp_path):
    """Offsets that do not fit 32 bits are kept whole."""
    log = Log(tmp_path / "a.log", "".join(f"{line}\n" for line in LINES).encode())
    block = log.next()
    offsets = np.array([0, 1, 2**33, 2**34])
    far = block._replace(offsets=offsets, end=2**35)

    assert offsets.tolist() == Segment(far).offsets(np.arange(4)).tolist()


MAY_HOLD = {
    "what is there": (b"out of memory", True),
    "what is not": (b"payment refused", False),
    "short": (b"zzz", True),
    "what an escape may yield": (b"/refuse/", True),
    "... beside what none can": (b"/refusing/", False),
    "a quote may be escaped": (b'refuse"out"', True),
    "... but not what it encloses": (b'"refusing"', False),
}


@pytest.mark.parametrize(("needle", "expected"), MAY_HOLD.values(), ids=MAY_HOLD)
def test_may_hold(segment, needle, expected):
    """A needle that only an escape can yield is never ruled out by the text as written."""
    small = segment.may_hold(needle)
    segment.index()
    units = segment.may_hold(needle)

    assert expected == (units is None or bool(units.any()))
    assert (needle in segment.text.lower()) == (small is None)


def test_may_hold_what_is_spelled_in_hexadecimal(tmp_path):
    r"""One `\u0074` anywhere, and any needle may be spelled so."""
    line = (
        '{"timestamp":"2026-03-04T05:06:07Z","level":"info","message":"\\u0074imeout"}'
    )
    segment = segment_of(tmp_path / "a.log", [line])
    segment.index()

    assert segment.may_hold(b"timeout of upstream") is None
    assert [b"refused ", b" moun", b"s"] == segment.as_written(b"refused t mounts")


SPELLED = {
    "an umlaut alone": ("Z\\u00fcrich", b"", True, False),
    "a colour": ("\\u001b[31m", b"\x1b", False, False),
    "letters, once each": ("\\u0074\\u0041\\u0074", b"At", False, False),
    "no hexadecimal": ("\\u00zz", b"", False, False),
    "at the very end": ("\\u00", b"", False, False),
    "the Kelvin sign": ("\\u212A", b"", True, True),
}


@pytest.mark.parametrize(
    ("text", "spelled", "foreign", "odd"), SPELLED.values(), ids=SPELLED
)
def test_traits_tell_what_is_spelled(text, spelled, foreign, odd):
    r"""So that an umlaut in a text hides no needle of ASCII."""
    expected = Traits(spelled, foreign=foreign, slashed=False, odd=odd)

    assert expected == traits_of(text.encode(), escapes=True)


def test_an_umlaut_that_is_spelled_hides_no_other_needle(tmp_path):
    """Neither from the grams nor from a search as written."""
    line = (
        '{"timestamp":"2026-03-04T05:06:07Z","level":"info","message":"Z\\u00fcrich"}'
    )
    segment = segment_of(tmp_path / "a.log", [line])
    segment.index()
    held = segment.may_hold(b"timeout of upstream")

    assert held is not None
    assert not held.any()
    assert segment.holds_as_written(b"timeout")
    assert not segment.holds_as_written("zürich".encode())


def test_kinds_of_errors(segment):
    """Errors know their group; other records, and those not looked at yet, have none."""
    assert segment.kind_at(1) is None
    errors_of(segment)
    one, other = segment.kind_at(1), segment.kind_at(3)

    assert one is not None
    assert other is not None
    assert ("dial", "out") == (one.id[:4], other.id)
    assert [None, None] == [segment.kind_at(row) for row in (0, 2)]


def test_kinds_behind_the_last_error(segment):
    """A record after every error is none."""
    segment.errors = Errors(
        np.array([1], np.uint32),
        np.zeros(1, np.uint32),
        np.zeros(1, np.uint64),
        (ErrorKind("a", "a", "a"),),
    )

    assert segment.kind_at(3) is None


def test_columns_are_read_only(segment):
    """Any thread may read a segment, so nobody may write one."""
    with pytest.raises(ValueError, match="read-only"):
        segment.times[0] = 0


def test_escapes_are_marked(segment):
    """Only records that hold a backslash are decoded."""
    assert [1] == np.flatnonzero(segment.flags & ESCAPED).tolist()
    assert b"dial \n/app" in segment.search_text(1)
    assert segment.raw(0) == segment.search_text(0)
