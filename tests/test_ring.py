"""The ring keeps its budget, keeps the newest, and never makes a reader wait or guess."""

import threading
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from log_mcp.record import Level
from log_mcp.store import ring as rings
from log_mcp.store.ring import Held, Ring
from log_mcp.store.run import block_bytes
from tests.builders import Log, errors_of

MB = 1_000_000


def _stamp(at: int) -> str:
    return f"2026-03-{4 + at // 86400:02}T{at // 3600 % 24:02}:{at // 60 % 60:02}:{at % 60:02}Z"


def _text(count: int, *, first: int = 0, step: int = 1, wide: int = 0) -> bytes:
    """JSON lines, a second apart; `wide` random characters each, which hardly pack."""
    dice = Random(first)
    lines = (
        f'{{"timestamp":"{_stamp(first + n * step)}","level":"info","message":"order {n} '
        f'{dice.randbytes(wide // 2).hex()}"}}\n'
        for n in range(count)
    )
    return "".join(lines).encode()


def _log(folder, name="api", text=b"", **more) -> Log:
    return Log(folder / f"{name}.log", text or _text(100), key=name, **more)


def _rows(held: Held | None) -> list[bytes]:
    assert held is not None
    return [s.raw(row) for s in held.segments for row in range(len(s))]


def _count(ring: Ring) -> int:
    return sum(len(s) for held in ring.snapshot() for s in held.segments)


def test_holds_what_it_was_given(tmp_path):
    """All records, in file order, sealed or not."""
    log, ring = _log(tmp_path, text=_text(100)), Ring(10 * MB)
    while not log.done:
        ring.append(log.next(300))
    before = _rows(ring.held("api"))
    ring.seal("api")
    ring.seal("api")
    ring.seal("none")

    assert log.text.splitlines() == before
    assert before == _rows(ring.held("api"))
    assert ring.held("none") is None


def test_many_small_blocks_are_joined(tmp_path):
    """However small the pieces in which lines arrive, there are never many."""
    log, ring = _log(tmp_path, text=_text(300)), Ring(10 * MB)
    while not log.done:
        ring.append(log.next(1))
        assert len(ring._runs["api"].state[1]) <= rings.BLOCKS_MAX

    assert 300 == _count(ring)


@pytest.mark.untraced
@settings(max_examples=15, deadline=None, phases=[Phase.reuse, Phase.generate])
@given(st.integers(0, 2**32 - 1))
def test_keeps_its_budget_whatever_arrives(tmp_path_factory, seed):
    """Above it by no more than the one block that has just come."""
    dice = Random(seed)
    folder = tmp_path_factory.mktemp("ring")
    ring = Ring(dice.choice([300_000, 900_000]), segment_bytes=100_000)
    logs = [
        _log(folder, f"f{n}", _text(dice.randint(1, 3_000), first=n, wide=60))
        for n in range(dice.randint(1, 8))
    ]
    largest = 0
    while logs:
        log = dice.choice(logs)
        block = log.next(dice.choice([1, 3_000, 80_000]))
        largest = max(largest, block_bytes(block))
        ring.append(block)
        if log.done:
            logs.remove(log)

        assert ring.used_bytes <= ring.budget_bytes + largest
    ring.snapshot()

    assert ring.used_bytes <= ring.budget_bytes


@pytest.mark.untraced
def test_fifty_sources_share_a_small_budget(tmp_path):
    """4 MB for 50 files of 200 KB: none drives out all others, and the newest stay."""
    ring = Ring(4 * MB)
    logs = [
        _log(tmp_path, f"s{n:02}", _text(500, first=n, wide=200)) for n in range(50)
    ]
    while not all(log.done for log in logs):
        for log in logs:
            if not log.done:
                ring.append(log.next(16_000))
        assert ring.used_bytes <= 4 * MB + 20_000
        ring.snapshot()
        assert ring.used_bytes <= 4 * MB

    held = ring.snapshot()
    assert 50 == len(held)
    assert sum(one.evicted for one in held) > 1_000
    for log, one in zip(logs, held, strict=True):
        lines, rows = log.text.splitlines(), _rows(one)
        assert rows == lines[len(lines) - len(rows) :]
        assert len(lines) == len(rows) + one.evicted
    assert 40 < sum(1 for one in held if one.segments)


def test_the_newest_of_a_file_stay(tmp_path):
    """What is held is one unbroken stretch to the young end, and `evicted` is the rest."""
    log, ring = _log(tmp_path, text=_text(6_000, wide=60)), Ring(300_000)
    while not log.done:
        ring.append(log.next(10_000))
    held = ring.held("api")
    lines, rows = log.text.splitlines(), _rows(held)

    assert held is not None
    assert 0 < len(rows) < len(lines) == len(rows) + held.evicted
    assert rows == lines[len(lines) - len(rows) :]
    assert held.begin == log.text.index(rows[0])


def test_one_block_larger_than_the_budget_is_packed_first(tmp_path):
    """Nothing is dropped that fits once it is packed."""
    log, ring = _log(tmp_path, text=_text(10_000)), Ring(500_000)
    ring.append(log.next())

    assert 10_000 == _count(ring)
    assert ring.used_bytes <= ring.budget_bytes


def test_what_never_fits_goes(tmp_path):
    """Even the newest, if it alone is more than the budget."""
    ring = Ring(10_000)
    ring.append(_log(tmp_path, text=_text(10_000)).next())
    assert 10_000 > _count(ring)
    assert ring.used_bytes <= ring.budget_bytes

    ring = Ring(0)
    ring.make_room()
    ring.append(_log(tmp_path, text=_text(1)).next())
    held = ring.held("api")

    assert held is not None
    assert (1, None) == (held.evicted, held.begin)


LONG = b"".join(
    b"2026-03-04 05:06:%02d,000 ERROR shop: failed %d\nTraceback (most recent call last):\n"
    b'  File "/srv/a.py", line 3, in pay\n    charge()\nValueError: no stock\n'
    % (n % 60, n)
    for n in range(600)
)


@pytest.mark.untraced
@pytest.mark.parametrize("size", [1, 150, 40_000])
@pytest.mark.parametrize("budget", [150_000, 10 * MB])
def test_no_record_is_cut_in_two(tmp_path, size, budget):
    """Blocks that begin inside a record, sealing and eviction leave records whole."""
    log = _log(tmp_path, text=LONG)
    ring = Ring(budget, segment_bytes=70_000)
    while not log.done:
        block = log.next(size)
        ring.append(block)
        if len(block.starts):
            assert ring.used_bytes <= budget + 2 * block_bytes(block)
    held = ring.held("api")
    rows = _rows(held)

    assert held is not None
    assert 600 == len(rows) + held.evicted
    assert len(rows) > 300
    assert {5} == {row.count(b"\n") + 1 for row in rows}
    assert all(Level.ERROR == s.levels.min() for s in held.segments)


def test_a_file_that_is_read_another_way_from_now_on(tmp_path):
    """Segments never mix origins; what continues the record before stays with it."""
    old = _log(tmp_path, text=b"2026-03-04 05:06:07,000 INFO a: one\n  two\n")
    new = Log(
        tmp_path / "api2.log",
        b"2026-03-04 05:06:07,000 INFO a: x\n  three\n2026-03-04 05:06:08,000 INFO a: four\n",
        key="api",
    )
    ring = Ring(MB)
    ring.append(old.next())
    new.next(1)
    ring.append(new.next())
    held = ring.held("api")

    assert held is not None
    assert [old.origin, new.origin] == [s.origin for s in held.segments]
    assert _rows(held)[0].endswith(b"one\n  two\n  three")


def test_lines_of_a_record_that_is_not_held(tmp_path):
    """A block that begins inside a record of which nothing is held: that part is dropped."""
    log, ring = _log(tmp_path, text=LONG), Ring(MB)
    log.next(1)
    lead = log.next(1)
    ring.append(lead)
    assert 0 == _count(ring)
    ring.seal("api")
    ring.append(log.next(400))

    held = ring.held("api")
    assert held is not None
    assert held.begin == LONG.index(b"2026", 5)


@pytest.mark.parametrize(("join_bytes", "segments"), [(0, 4), (MB, 1)])
def test_history_joins_what_is_held(tmp_path, monkeypatch, join_bytes, segments):
    """Older stretches go before younger ones, records across two of them whole."""
    monkeypatch.setattr(rings, "JOIN_BYTES_MAX", join_bytes)
    cuts = [LONG.index(b"failed %d\n" % n) for n in (100, 200, 400)]
    lines = [LONG.index(b"\n", cut) + 1 for cut in cuts]
    begin = LONG.index(b"2026", lines[-1])
    log, ring = _log(tmp_path, text=LONG, begin=begin), Ring(10 * MB)
    ring.append(log.next())
    past = _log(tmp_path, "past", LONG[:begin])
    blocks = [
        past.next(to - at) for at, to in zip([0, *lines], [*lines, begin], strict=True)
    ]
    for block in reversed(blocks):
        assert block.lead == 0 or block.text.startswith(b"Traceback")
        assert ring.prepend(block._replace(origin=log.origin))

    held = ring.held("api")
    assert held is not None
    assert (0, segments) == (held.begin, len(held.segments))
    assert LONG.count(b"failed") == len(_rows(held))
    assert {5} == {row.count(b"\n") + 1 for row in _rows(held)}


def test_history_of_lead_alone_waits_for_its_record(tmp_path):
    """A stretch in which no record begins is kept until the one that it continues comes."""
    log, ring = _log(tmp_path, text=LONG[: LONG.index(b"2026", 5)]), Ring(MB)
    first, *leads = [log.next(1) for _ in range(5)]
    for lead in reversed(leads):
        assert ring.prepend(lead)
        assert ring.used_bytes
    assert 0 == _count(ring)
    assert ring.prepend(first)

    assert [log.text.rstrip(b"\n")] == _rows(ring.held("api"))


def test_history_refuses_rather_than_evicts(tmp_path):
    """There is no room: nothing young is dropped, nothing is taken."""
    text = _text(6_000, wide=100)
    middle = text.index(b"\n", len(text) // 2) + 1
    log, ring = _log(tmp_path, text=text, begin=middle), Ring(450_000)
    while not log.done:
        ring.append(log.next(50_000))
    before = ring.held("api")
    assert before is not None
    assert not before.evicted

    assert not ring.prepend(log.between(0, middle))
    after = ring.held("api")
    assert after is not None
    assert (0, _rows(before)) == (after.evicted, _rows(after))
    assert ring.used_bytes <= ring.budget_bytes


def test_history_never_leaves_a_gap(tmp_path):
    """Once a file lost a record, what lies before that one is refused."""
    text = _text(6_000, wide=60)
    begin = text.index(b"\n", 1_000) + 1
    log, ring = _log(tmp_path, text=text, begin=begin), Ring(300_000)
    while not log.done:
        ring.append(log.next(100_000))
    held = ring.held("api")
    assert held is not None
    assert held.evicted

    assert not ring.prepend(log.between(0, begin))
    assert _rows(held) == _rows(ring.held("api"))


def test_history_counts_in_the_budget(tmp_path):
    """Prepended until refused, the ring stays within its bytes."""
    text = _text(6_000, wide=60)
    ends = [text.index(b"\n", at) + 1 for at in range(len(text) - 100, 0, -50_000)]
    log, ring = _log(tmp_path, text=text), Ring(200_000)
    taken = 0
    for end, begin in pairwise(ends):
        if not ring.prepend(log.between(begin, end)):
            break
        taken += 1
        assert ring.used_bytes <= ring.budget_bytes

    assert 0 < taken < len(ends) - 1
    assert all(s.packed for held in ring.snapshot() for s in held.segments)


def test_copies_for_readers_go_before_anything_else(tmp_path):
    """Over the budget, what can be made again is dropped first, and no record."""
    line = b'{"timestamp":"2026-03-04T05:06:07Z","level":"info","message":"a\\/b"}\n'
    log, ring = _log(tmp_path, text=line * 5_000), Ring(800_000)
    ring.append(log.next())
    ring.seal("api")
    (held,) = ring.snapshot()
    for segment in held.segments:
        segment.escaped()
    assert ring.used_bytes > ring.budget_bytes
    ring.snapshot()

    assert ring.used_bytes <= ring.budget_bytes
    assert not any(segment.packed for segment in held.segments)
    assert 5_000 == _count(ring)


class Beside:
    """A cache that is not the ring's own."""

    def __init__(self, nbytes: int) -> None:
        self.nbytes = nbytes

    def forget(self) -> None:
        self.nbytes = 0


def test_under_pressure_caches_go_before_texts_are_packed_and_these_before_records(
    tmp_path,
):
    """One step after the other, each only when the one before did not make room."""
    line = (
        b'{"timestamp":"2026-03-04T05:06:07Z","level":"info","message":"a\\/b %06d"}\n'
    )
    text = b"".join(line % n for n in range(12_000))
    log, ring, cache = _log(tmp_path, text=text), Ring(100 * MB), Beside(50_000)
    ring.beside(cache)
    for _ in range(2):
        ring.append(log.next(len(text) // 3))
        ring.seal("api")
    ring.append(log.next())
    sealed = [s for (held,) in [ring.snapshot()] for s in held.segments[:2]]
    for segment in sealed:
        segment.escaped()

    def state():
        (run,) = ring._runs.values()
        return (
            len(run._copies) > 0,
            [segment._decoded is not None for segment in sealed],
            cache.nbytes > 0,
            [segment.packed + segment.squeezed for segment in sealed],
            len(run.state[0]),
        )

    seen = [state()]
    while len(seen) < 20:
        ring.budget_bytes = ring.used_bytes - 1
        ring.make_room()
        seen.append(state())
        if not seen[-1][-1]:
            break

    both, none = [True, True], [False, False]
    assert [
        (True, both, True, [0, 0], 2),
        (False, both, True, [0, 0], 2),
        (False, [False, True], True, [0, 0], 2),
        (False, none, True, [0, 0], 2),
        (False, none, False, [0, 0], 2),
        (False, none, False, [1, 0], 2),
        (False, none, False, [2, 2], 2),  # room for frames that are opened, too
        (False, none, False, [2, 2], 1),
        (False, none, False, [2, 2], 0),
    ] == seen
    assert 0 < _count(ring) < 12_000


def test_a_cache_has_room_made_for_it(tmp_path):
    """By packing texts and giving up other caches, never it itself nor a record."""
    log, ring = _log(tmp_path, text=_text(6_000)), Ring(100 * MB)
    mine, other = Beside(50_000), Beside(50_000)
    ring.beside(mine)
    ring.beside(other)
    ring.append(log.next())
    ring.seal("api")
    ring.budget_bytes = ring.used_bytes + 1_000

    assert 1_000 == ring.room(1_000, mine)
    assert (50_000, 50_000) == (mine.nbytes, other.nbytes)
    assert 51_000 == ring.room(30_000, mine)
    assert (50_000, 0) == (mine.nbytes, other.nbytes)
    assert 100_000 < ring.room(100_000, mine)
    assert 100_000 < ring.room(10 * MB, mine) < 10 * MB
    assert 50_000 == mine.nbytes
    assert 6_000 == _count(ring)


def test_a_sealed_segment_keeps_no_second_copy(tmp_path):
    """What was open is let go of when it is sealed."""
    log, ring = _log(tmp_path, text=_text(5_000)), Ring(10 * MB)
    ring.append(log.next(len(log.text) // 2))
    ring.append(log.next())
    ring.snapshot()
    open_bytes = ring.used_bytes
    ring.seal("api")

    assert ring.used_bytes < open_bytes
    assert ring.used_bytes == sum(s.nbytes for s in ring._runs["api"].state[0])


def test_unfinished_are_those_without_index_or_errors(tmp_path):
    """Young first, until both are there; the writer is told of each sealing."""
    ring, told = Ring(10 * MB), []
    ring.on_sealed(lambda: told.append(1))
    for name in ("a", "b"):
        log = _log(tmp_path, name, _text(10, first=ord(name)))
        ring.append(log.next())
        ring.seal(name)
    young, old = ring.unfinished()
    assert young.last_ns > old.last_ns
    young.index()
    assert 2 == len(ring.unfinished())
    errors_of(young)

    assert [old] == ring.unfinished()
    assert 2 == len(told)


def test_a_silent_file_is_sealed_but_for_its_last_record(tmp_path):
    """That one may still grow; what is sealed gets an index."""
    head = b"2026-03-04 05:06:07,000 ERROR shop - "
    ring, text = (
        Ring(100 * MB),
        b"".join(head + b"no. %06d\n" % n for n in range(4_000)),
    )
    log = _log(tmp_path, text=text + b"  more of the last\n")
    ring.append(log.next(len(text)))
    ring.seal_quiet(log.origin.key)
    sealed = [len(one) for one in ring.unfinished()]
    ring.append(log.next())

    assert [3_999] == sealed
    assert 4_000 == _count(ring)
    assert _rows(ring.held(log.origin.key))[-1].endswith(b"more of the last")


def test_little_of_a_silent_file_stays_open(tmp_path):
    """Many small segments would be slower than a look through what is open."""
    ring = Ring(100 * MB)
    few = _log(tmp_path, "few", _text(10))
    ring.append(few.next())
    ring.seal_quiet(few.origin.key)
    much = _log(tmp_path, "much", _text(120_000))
    ring.append(much.next(len(much.text) - 2 * len(few.text)))
    ring.seal(much.origin.key)
    ring.append(much.next())
    ring.seal_quiet(much.origin.key)

    assert 1 == len(ring.unfinished())
    ring.seal_quiet("nobody knows it")


def test_what_is_cleared_is_held_no_more(tmp_path):
    """It is counted once; what comes then is taken, what is older is not."""
    log, ring = _log(tmp_path), Ring(MB)
    first = log.next(500)
    ring.append(first)
    counts = [ring.clear(log.origin.key, "api", 0, at) for at in (1, 2)]
    [held] = ring.snapshot()
    assert [len(first.starts), 0] == counts
    assert ((), 0) == (held.segments, ring.used_bytes)
    assert (first.end, counts[0], 2) == held.cleared
    assert ring.prepend(first)
    ring.append(log.next())

    assert 0 < _count(ring) < 100
    assert ring.cleared_bytes(log.origin.key) >= first.end
    assert 0 == ring.cleared_bytes("nobody knows it")


def test_segments_are_smaller_where_many_share(tmp_path):
    """A run is sealed at its share of the budget, never at more than a segment."""
    ring = Ring(160 * MB, segment_bytes=8 * MB)
    sizes = []
    for n in range(60):
        ring.append(_log(tmp_path, f"f{n}", _text(1)).next())
        sizes.append(ring._open_bytes())
    small = Ring(32 * MB, segment_bytes=8 * MB)

    assert 8 * MB == sizes[0]
    assert sizes == sorted(sizes, reverse=True)
    assert rings.SEGMENT_BYTES_MIN <= sizes[-1] < 700_000
    assert 2 * MB == small._open_bytes()
    for run in tuple(ring._runs):
        ring.seal(run)
    assert 8 * MB == ring._open_bytes()


def _unlike(held: Held, known: list[bytes], evicted: int) -> str | None:
    """What is wrong with a snapshot of a file; None if nothing is."""
    rows = _rows(held)
    at = known.index(rows[0]) if rows else 0
    if rows != known[at : at + len(rows)]:
        return "broken"
    if rows != _rows(held):
        return "changed"
    return "evicted fewer" if held.evicted < evicted else None


@dataclass
class Crowd:
    """Threads that begin at one moment; all but the writers go on until those are done."""

    ring: Ring
    lines: dict[str, list[bytes]]
    start: threading.Barrier
    done: threading.Event = field(default_factory=threading.Event)
    wrong: set[str | None] = field(default_factory=set)

    def write(self, log: Log) -> None:
        self.start.wait()
        while not log.done:
            self.ring.append(log.next(2_000))

    def finish(self) -> None:
        self.start.wait()
        while not self.done.is_set():
            for segment in self.ring.unfinished():
                segment.index()
                errors_of(segment)
            self.ring.make_room()

    def read(self) -> None:
        self.start.wait()
        seen = dict.fromkeys(self.lines, 0)
        while not self.done.is_set():
            for held in self.ring.snapshot():
                self.wrong.add(_unlike(held, self.lines[held.key], seen[held.key]))
                seen[held.key] = held.evicted


@pytest.mark.untraced
def test_snapshots_stay_valid_while_writers_go_on(tmp_path):
    """A reader sees an unbroken stretch, and the same one however often it looks."""
    logs = [_log(tmp_path, f"f{n}", _text(3_000, wide=40)) for n in range(2)]
    lines = {log.origin.key: log.text.splitlines() for log in logs}
    ring = Ring(150_000, segment_bytes=70_000)
    crowd = Crowd(ring, lines, threading.Barrier(4))
    writers = [threading.Thread(target=crowd.write, args=(log,)) for log in logs]
    others = [threading.Thread(target=job) for job in (crowd.finish, crowd.read)]
    for thread in (*writers, *others):
        thread.start()
    for thread in writers:
        thread.join()
    crowd.done.set()
    for thread in others:
        thread.join()

    assert {None} >= crowd.wrong
    for held in ring.snapshot():
        assert 3_000 == len(_rows(held)) + held.evicted


def test_a_file_that_is_gone_leaves_when_it_is_the_oldest(tmp_path):
    """What was open of it, too; it is forgotten, and what left memory goes on to be told."""
    ring = Ring(2**28)
    gone, other = _log(tmp_path, "gone"), _log(tmp_path, "other")
    for log in (gone, other):
        ring.append(log.next())
    held = ring.let_go("gone", forget=True)
    unfinished = ring.unfinished()
    ring.budget_bytes = 1
    ring.make_room()
    early = ring.let_go("gone", forget=False)
    known = ring.let_go("gone", forget=True)

    assert (False, False, True) == (held, early, known)
    assert 1 == len(unfinished)
    assert ring.held("gone") is None
    assert 100 == sum(one.evicted for one in ring.snapshot() if one.key != "other")
    assert ring.let_go("gone", forget=True)
