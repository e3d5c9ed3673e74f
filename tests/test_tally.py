"""Errors folded by group agree with a plain loop."""

import random
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.tally import Stretch, Tallies, part, together
from log_mcp.record import Level
from log_mcp.store.segment import ErrorKind, Segment
from tests.builders import segment_of

WORDS = ["disk full", "no stock", "lost", "stuck"]


def lines(dice, count):
    for _ in range(count):
        level = dice.choice(["INFO", "ERROR", "CRITICAL"])
        second = dice.randrange(60)
        yield (
            f"2026-03-04 10:00:{second:02} {level} shop - {dice.choice(WORDS)}"
            f" trace_id=4bf92f3577b34da6a3ce929d0e0e47{dice.randrange(10, 14)}"
        )


def tallied(segments, rows=None, among=None):
    annotator = Annotator()
    parts = (
        part(s, np.arange(len(s)) if rows is None else rows, annotator(s))
        for s in segments
    )
    return Tallies(parts, among)


@pytest.mark.parametrize("seed", range(5))
def test_as_a_loop_counts(tmp_path, seed):
    """Count, first, last, highest level, sources, traces and the newest, per group."""
    dice = random.Random(seed)
    segments = [
        segment_of(
            tmp_path / f"{n}.log",
            lines(dice, dice.randrange(1, 40)),
            source="ab"[n % 2],
        )
        for n in range(4)
    ]
    annotator = Annotator()
    loop: dict[str, list[tuple[Segment, int]]] = {}
    for segment in segments:
        for row in range(len(segment)):
            kind = annotator.kind(segment, row)
            if kind is not None:
                loop.setdefault(kind.id, []).append((segment, row))
    tallies = tallied(segments)

    assert set(loop) == {tally.kind.id for tally in tallies}
    assert len(loop) == len(tallies)
    for group, records in loop.items():
        tally = tallies.get(group)
        times = sorted(int(s.times[row]) for s, row in records)
        traces = {s.record(row).trace for s, row in records}
        sources = [s.origin.source for s, _ in records]
        example = tally.example
        assert (len(records), times[0], times[-1]) == (
            tally.count,
            tally.first_ns,
            tally.last_ns,
        )
        assert times == tally.times.tolist()
        assert max(Level(int(s.levels[row])) for s, row in records) is tally.level
        assert {name: sources.count(name) for name in sources} == tally.sources
        assert sorted(tally.sources.values(), reverse=True) == list(
            tally.sources.values()
        )
        assert len(traces) == tally.traces
        assert (example.segment, example.row) in records
        assert times[-1] == example.segment.times[example.row]


def test_only_rows_that_were_asked_for(tmp_path):
    """A kind of the segment that none of them shows is no group."""
    text = [
        f"2026-03-04 10:00:0{n} ERROR shop - {word}" for n, word in enumerate(WORDS)
    ]
    segment = segment_of(tmp_path / "a.log", text)
    found = tallied([segment], np.array([1, 2]))
    absent = Annotator().kind(segment, 0)
    assert absent is not None

    assert {"no stock", "lost"} == {tally.kind.title for tally in found}
    assert found.get(absent.id) is None
    assert found.get("gnothing") is None


def test_among_some_groups(tmp_path):
    """They are as they are among all, and the others are none."""
    dice = random.Random(3)
    segments = [segment_of(tmp_path / f"{n}.log", lines(dice, 30)) for n in range(3)]
    every = {tally.kind.id: tally for tally in tallied(segments)}
    wanted = {*list(every)[:2], "gnothing"}
    found = {tally.kind.id: tally for tally in tallied(segments, among=wanted)}

    assert 4 == len(every)
    assert wanted & every.keys() == found.keys()
    for name, tally in found.items():
        assert every[name].kind == tally.kind
        assert every[name].times.tolist() == tally.times.tolist()
        assert every[name].hashes.tolist() == tally.hashes.tolist()


def test_of_nothing():
    """No parts, no groups."""
    found = tallied([])

    assert 0 == len(found)
    assert [] == list(found)
    assert [] == found.times.tolist()


def named(title, type_="E"):
    return ErrorKind("g", title, type_)


SHARED = {
    "a word": (["none of NL", "none of DE"], "none of <*>"),
    "words of two": (["a b c d", "a x c y"], "a <*> c <*>"),
    "of other lengths": (["a b c", "a b", "a b d e"], "a b …"),
    "of other lengths and ends": (["a b c", "a b d", "a x"], "a …"),
    "one that was cut": (["a b c…", "a b d…"], "a b …"),
    "equal ones": (["a b", "a b"], "a b"),
    "nothing": (["a", "b c"], "…"),
}


@pytest.mark.parametrize(("titles", "expected"), SHARED.values(), ids=SHARED)
def test_a_group_is_named_by_what_its_titles_share(titles, expected):
    """Word by word; the rest is left open, and a rest of other length is cut."""
    for order in permutations(titles):
        kind = named(order[0])
        for title in order[1:]:
            kind = together(kind, named(title))

        assert expected == kind.title


@given(
    st.lists(
        st.lists(st.sampled_from("abc"), min_size=1, max_size=4), min_size=2, max_size=5
    ),
    st.randoms(),
)
def test_the_name_does_not_depend_on_the_order(titles, dice):
    """Nor on how often one of them comes."""
    names = []
    for _ in range(2):
        dice.shuffle(titles)
        kind = named(" ".join(titles[0]), titles[0][0])
        for words in [*titles, titles[0]]:
            other = named(" ".join(words), words[0])
            kind = other if kind == other else together(kind, other)
        names.append((kind.title, kind.type))

    assert names[0] == names[1]


@pytest.mark.parametrize("seed", range(5))
def test_a_stretch_is_what_a_count_of_it_would_be(tmp_path, seed):
    """Its groups, and how many records there are, both ends inside."""
    dice = random.Random(seed)
    segment = segment_of(tmp_path / "app.log", lines(dice, 60))
    begin, end = sorted(dice.choices(segment.times.tolist(), k=2))
    inside = np.flatnonzero((segment.times >= begin) & (segment.times <= end))
    counted = tallied([segment], inside)
    stretch = Stretch(tallied([segment]), begin, end)

    assert len(counted.times) == len(stretch)
    for kind in tallied([segment]).kinds:
        one, other = counted.get(kind.id), stretch.get(kind.id)
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert one.times.tolist() == other.times.tolist()
            assert one.example == other.example
    assert stretch.get("nobody") is None
