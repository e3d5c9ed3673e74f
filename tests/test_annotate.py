"""The errors of a segment, told by their fingerprints."""

import itertools
from types import SimpleNamespace

import pytest

from log_mcp.analysis import annotate as module
from log_mcp.analysis.annotate import Annotator, trace_hash
from log_mcp.analysis.fingerprint import fingerprint
from log_mcp.beat import also
from log_mcp.store.segment import Segment
from tests.builders import Log, segment_of

LINES = [
    "2026-03-04 10:00:00 ERROR shop - order 1 refused trace_id=4bf92f3577b34da6",
    "2026-03-04 10:00:01 INFO shop - order 2 accepted",
    "2026-03-04 10:00:02 ERROR shop - disk full",
    "2026-03-04 10:00:03 CRITICAL shop - order 3 refused trace_id=4bf92f3577b34da7",
    "2026-03-04 10:00:04 INFO shop - bye",
]


@pytest.fixture
def segment(tmp_path):
    return segment_of(tmp_path / "shop.log", LINES)


def test_errors_are_told_once(segment):
    """Rows, kinds and traces of all that is an error; kept on the segment."""
    errors = Annotator()(segment)

    assert [0, 2, 3] == errors.rows.tolist()
    assert [0, 1, 0] == errors.kinds.tolist()
    assert [
        trace_hash("4bf92f3577b34da6"),
        0,
        trace_hash("4bf92f3577b34da7"),
    ] == errors.traces.tolist()
    assert ["order <num> refused", "disk full"] == [
        kind.title.partition(" trace_id")[0] for kind in errors.table
    ]
    assert errors is Annotator()(segment)


def test_one_record_alone(segment):
    """Its group, whether or not the others are told; none where it is no error."""
    before = [Annotator().kind(segment, row) for row in range(5)]
    annotator = Annotator()
    annotator(segment)
    after = [annotator.kind(segment, row) for row in range(5)]

    assert [None if one is None else one.id for one in before] == [
        None if one is None else one.id for one in after
    ]
    assert [1, 4] == [row for row, one in enumerate(after) if one is None]


def test_records_of_one_kind_share_a_title(tmp_path):
    """The words that differ are left open, in whatever order they are read."""
    frame = '  File "/srv/shop/pay.py", line 3, in pay\n    check()'
    records = [
        f"2026-03-04 10:00:0{n} ERROR shop - no\nTraceback (most recent call last):\n"
        f"{frame}\nValueError: none of {word}"
        for n, word in enumerate(("red", "green", "red"))
    ]
    tables = [
        Annotator()(segment_of(tmp_path / f"{n}.log", order)).table
        for n, order in enumerate((records, records[::-1], records[1:]))
    ]

    assert [["ValueError: none of <*>"]] * 3 == [[k.title for k in t] for t in tables]


def test_a_growing_file_is_not_read_again(tmp_path):
    """What was told stays told; the last record may still get more lines, so it is not."""
    text = "".join(f"{line}\n" for line in LINES[:3]).encode()
    log = Log(tmp_path / "shop.log", text)
    annotator = Annotator()
    annotator(Segment(log.between(0, len(text))))
    known = dict(annotator._known)

    assert {(log.origin.key, 0)} == set(known)
    segment = Segment(log.between(0, len(text)))
    assert ["order", "disk"] == [
        kind.title.split()[0] for kind in annotator(segment).table
    ]

    annotator.seal(segment)
    assert {} == annotator._known


def test_what_is_remembered_is_bounded(segment, monkeypatch):
    """Beyond the limit nothing more is kept."""
    monkeypatch.setattr(module, "CACHE_MAX", 1)
    annotator = Annotator()
    annotator(segment)

    assert 1 == len(annotator._known)


@pytest.fixture
def three(tmp_path):
    return [
        segment_of(
            tmp_path / f"{n}.log", [line.replace("10:", f"1{n}:") for line in LINES]
        )
        for n in range(3)
    ]


def test_few_errors_are_told_whatever_the_time(three):
    """No answer goes without them."""
    assert (three, 0) == Annotator().within(three, -1.0)
    assert all(segment.errors is not None for segment in three)


def test_of_many_errors_the_youngest_are_told_in_time(three, monkeypatch):
    """What is missing is counted; what is known already costs nothing."""
    monkeypatch.setattr(module, "FEW", 0)
    annotator = Annotator()

    assert ([], 9) == annotator.within(three, -1.0)
    annotator(three[1])
    assert ([three[1]], 6) == annotator.within(three, -1.0)
    assert (three, 0) == annotator.within(three, 10.0)


def test_the_first_errors_are_told_whatever_has_none(tmp_path, monkeypatch, three):
    """Segments without errors are no answer: the youngest with some is told to its end."""
    monkeypatch.setattr(module, "FEW", 0)
    later = LINES[1].replace("2026", "2027")
    calm = segment_of(tmp_path / "calm.log", [later])
    watch = SimpleNamespace(
        monotonic=itertools.chain([0.0, 0.5], itertools.repeat(2.0)).__next__
    )
    monkeypatch.setattr(module, "time", watch)

    known, missing = Annotator().within([*three, calm], 1.0, 10.0)

    assert ([three[-1], calm], 6) == (known, missing)


def test_a_segment_without_errors_is_always_known(tmp_path, monkeypatch, three):
    """There is nothing to tell."""
    monkeypatch.setattr(module, "FEW", 0)
    calm = segment_of(tmp_path / "calm.log", [LINES[1]])

    assert ([calm], 9) == Annotator().within([*three, calm], -1.0)


def test_no_trace_is_no_number():
    """Zero stands for none."""
    assert 0 == trace_hash(None)
    assert trace_hash("a") != trace_hash("b")
    assert 0 < trace_hash("\ud800") < 2**64


def test_what_is_remembered_counts_and_can_be_forgotten(segment):
    """It costs time to tell it again, and changes nothing."""
    annotator = Annotator()
    before = annotator(segment).kinds.tolist()
    size = annotator.nbytes
    annotator.forget()
    segment.errors = None

    assert size == 3 * module.KNOWN_BYTES
    assert 0 == annotator.nbytes
    assert before == annotator(segment).kinds.tolist()


@pytest.fixture
def reads(monkeypatch):
    """What was read of errors so far."""
    every = []

    def counted(failure):
        every.append(failure)
        return fingerprint(failure)

    monkeypatch.setattr(module, "fingerprint", counted)
    return every


def test_goes_on_where_the_time_was_over(segment, monkeypatch, reads):
    """Amid a segment: each error is read once, and the whole is what one call tells."""
    monkeypatch.setattr(module, "FEW", 0)
    monkeypatch.setattr(module, "CACHE_MAX", 0)
    annotator, looks = Annotator(), itertools.count()
    watch = SimpleNamespace(monotonic=lambda: next(looks))
    monkeypatch.setattr(module, "time", watch)
    calls = []
    while segment.errors is None:
        calls.append(annotator.within([segment], 2.5, 2.5))
        assert len(calls) < 9
    told = segment.errors
    segment.errors = None
    monkeypatch.undo()

    assert len(calls) > 1
    assert ([], 3) == calls[0]
    assert ([segment], 0) == calls[-1]
    assert 3 == len(reads)
    again = Annotator()(segment)
    assert again.kinds.tolist() == told.kinds.tolist()
    assert again.traces.tolist() == told.traces.tolist()
    assert again.table == told.table
    assert 0 == annotator.nbytes


def test_what_another_thread_told_is_not_told_again(segment, tmp_path, reads):
    """The slower one stops at its next beat, and has the same errors."""
    told = Annotator()(segment_of(tmp_path / "twin.log", LINES))
    reads.clear()
    beats = itertools.count()

    def faster():
        if next(beats) == 1:
            segment.errors = told

    with also(faster):
        Annotator().seal(segment)

    assert told is segment.errors
    assert 1 == len(reads)
