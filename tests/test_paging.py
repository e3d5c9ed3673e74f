"""Pages of a question that takes more than one call: each match once, in all of them."""

import gzip
import os
from contextlib import ExitStack
from random import Random

import pytest

from log_mcp.errors import NotFound
from log_mcp.ingest import past
from log_mcp.ingest import tail as tails
from log_mcp.pace import Pace
from log_mcp.query import cursor as cursors
from log_mcp.query.filter import Ask, Filter
from log_mcp.query.look import plan
from log_mcp.reach import Reach
from log_mcp.store import ring as rings
from log_mcp.sweep import Sweep
from log_mcp.timestamp import iso
from tests.books import config, numbered, numbers, pages, reading, steps
from tests.feeding import NOON_NS, SECOND_NS

COUNT = 1_500
MORE = 300
MEMORY = 120_000
ORDERS = ["newest", "oldest"]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Files are read in small pieces, so that there are many places to stop at."""
    monkeypatch.setattr(past, "UNIT_BYTES", 20_000)
    monkeypatch.setattr(tails, "FIRST_BYTES", 20_000)


def rotated(folder):
    """A log and its siblings, one of them compressed, and another log beside them."""
    parts = [numbered(n, COUNT // 3, per_second=20, width=150) for n in (0, 500, 1000)]
    (folder / "shop.log.2.gz").write_bytes(gzip.compress(parts[0].encode(), 1))
    (folder / "shop.log.1").write_text(parts[1])
    (folder / "shop.log").write_text(parts[2])
    (folder / "cart.log").write_text(numbered(COUNT, MORE, per_second=7, width=150))
    return list(range(COUNT + MORE))


def shuffled(folder):
    """Logs whose times go back and forth, by seconds here and by hours there."""
    random = Random(7)
    for name, first, spread in (("shop", 0, 3), ("cart", COUNT, 4 * 3600)):
        lines = []
        for n in range(first, first + COUNT // 2):
            at = (
                NOON_NS
                - (COUNT + first - n + random.randint(-spread, spread)) * SECOND_NS
            )
            stamp = iso(at)[:19].replace("T", " ")
            filler = random.randbytes(75).hex()
            lines.append(f"{stamp} INFO shop - number {n} {filler}\n")
        (folder / f"{name}.log").write_text("".join(lines))
    return [*range(COUNT // 2), *range(COUNT, COUNT + COUNT // 2)]


def many(folder):
    """A dozen small logs and one that is not."""
    for n in range(12):
        (folder / f"s{n}.log").write_text(numbered(n * 100, 50, width=20))
    (folder / "large.log").write_text(numbered(9_000, 1_000, per_second=9, width=150))
    return [*(n for n in range(1_200) if n % 100 < 50), *range(9_000, 10_000)]


FOLDERS = {"rotated": rotated, "times that go back": shuffled, "many files": many}


@pytest.mark.untraced
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("write", FOLDERS.values(), ids=FOLDERS)
@pytest.mark.parametrize(
    ("limit", "looks"), [(500, 3), (500, 9), (50, 5)], ids=["few", "most", "small"]
)
def test_cursors_lead_to_each_match_once(tmp_path, write, order, limit, looks):
    """Whatever each call comes to look at: together they give all, and know how many."""
    every = write(tmp_path)
    ask = Ask(regex="number [0-9]*[1-4] ") if limit < 500 else Ask()
    expected = [n for n in every if limit == 500 or n % 10 in (1, 2, 3, 4)]
    with reading(config(tmp_path, "*.log", memory=MEMORY), pace=steps(looks)) as book:
        found = list(pages(book, ask, order=order, limit=limit))

    seen = [n for page in found for n in numbers(page.records)]
    assert expected == sorted(seen)
    assert any(page.view.partial for page in found[:-1])
    assert (len(expected), True, False) == (
        found[-1].matched,
        found[-1].matched_is_exact,
        found[-1].view.partial,
    )
    counts = [page.matched for page in found]
    assert sorted(counts) == counts
    assert not any(p.matched_is_exact for p in found if p.view.partial)


@pytest.mark.parametrize("order", ORDERS)
def test_time_that_is_over_amid_a_segment_ends_there(tmp_path, order):
    """Where each record is read, a segment takes long: the next call goes on amid it."""
    every = many(tmp_path)
    ask = Ask(where=(r"message ~ number [0-9]*[1-4]\b",))
    with reading(config(tmp_path, "*.log"), pace=steps(60)) as book:
        found = list(pages(book, ask, order=order, limit=500))

    seen = [n for page in found for n in numbers(page.records)]
    assert [n for n in every if n % 10 in (1, 2, 3, 4)] == sorted(seen)
    assert all(page.view.partial for page in found[:-1])
    assert len(found) > 4
    assert (len(seen), True) == (found[-1].matched, found[-1].matched_is_exact)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("limit", [500, 3])
def test_time_that_is_over_amid_the_first_segment_ends_there(tmp_path, order, limit):
    """Records that are read one by one are not read again by the pages behind."""
    (tmp_path / "shop.log").write_text(numbered(0, 200))
    ask = Ask(where=(r"message ~ 4\b",))
    with reading(config(tmp_path, "*.log"), pace=steps(40)) as book:
        assert 1 == len(book.ring.snapshot()[0].segments)
        found = list(pages(book, ask, order=order, limit=limit))
        whole = book.ring.snapshot()[0].segments[0]

    seen = [n for page in found for n in numbers(page.records)]
    expected = [n for n in range(200) if n % 10 == 4]
    assert expected == (seen if order == "oldest" else seen[::-1])
    assert 200 == len(whole)
    assert len(found) > 4
    assert found[0].view.partial
    assert (20, True) == (found[-1].matched, found[-1].matched_is_exact)


@pytest.mark.parametrize("order", ORDERS)
def test_time_that_is_over_while_errors_are_sorted_ends_there(tmp_path, order):
    """A group is found on the pages behind, each of its records once."""
    for file in range(6):
        lines = (
            f"2026-03-04 1{file}:00:{n:02} ERROR shop - number {60 * file + n} lost\n"
            for n in range(60)
        )
        (tmp_path / f"{file}.log").write_text("".join(lines))
    with reading(config(tmp_path, "*.log"), pace=steps(100)) as book:
        assert book.wait_finished(30)
        group = book.search(Ask(), limit=1).records[0].group
        for one in book.ring.snapshot():
            for segment in one.segments:
                segment.errors = None
        found = list(pages(book, Ask(group=group), order=order, limit=500))

    seen = [n for page in found for n in numbers(page.records)]
    assert list(range(360)) == sorted(seen)
    assert found[0].view.partial
    assert (360, True) == (found[-1].matched, found[-1].matched_is_exact)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("memory", [MEMORY, 64_000_000], ids=["some held", "all held"])
def test_segments_that_cannot_answer_are_passed_over(
    tmp_path, monkeypatch, memory, order
):
    """By all pages together, in memory and beyond; what can answer comes once."""
    monkeypatch.setattr(rings, "JOIN_BYTES_MAX", 0)  # so that there are many
    rotated(tmp_path)
    needle = " 11:00:1"
    expected = list(range(10 * 20, 20 * 20))  # ten seconds of twenty lines
    settings = config(tmp_path, "*.log", memory=memory)
    with reading(settings, pace=steps(3)) as book:
        book.reach_back(None)
        assert book.wait_loaded(30)
        assert book.wait_finished(30)
        found = list(pages(book, Ask(query=needle), order=order, limit=30))
        held = book.ring.snapshot()

    seen = [n for page in found for n in numbers(page.records)]
    assert expected == sorted(seen)
    assert (len(expected), True) == (found[-1].matched, found[-1].matched_is_exact)
    wanted = Filter(literal=needle.encode())
    way = Sweep(held, Reach(), wanted, Pace(), newest=order == "newest", sifted=True)
    asked = [segment for segment in way if segment.indexed is not None]
    assert all(plan(segment, wanted) for segment in asked)


@pytest.mark.parametrize("order", ORDERS)
def test_in_order_where_times_are(tmp_path, order):
    """A log whose times never go back comes in one order through all pages."""
    (tmp_path / "shop.log").write_text(numbered(0, COUNT, per_second=20, width=150))
    settings = config(tmp_path, "shop.log", memory=MEMORY)
    with reading(settings, pace=steps(3)) as book:
        found = [
            n
            for p in pages(book, Ask(), order=order, limit=70)
            for n in numbers(p.records)
        ]

    assert list(range(COUNT))[:: -1 if order == "newest" else 1] == found


@pytest.mark.untraced
@pytest.mark.parametrize("order", ORDERS)
def test_another_process_goes_on(tmp_path, order):
    """Each page from a book of its own: a cursor outlives the process."""
    rotated(tmp_path)
    settings = config(tmp_path, "*.log", memory=MEMORY)
    seen: list[int] = []
    with reading(settings, pace=steps(20)) as book:
        page = book.search(Ask(), order=order, limit=500)
    while cursor := page.next_cursor:
        seen += numbers(page.records)
        with reading(settings, pace=steps(20)) as book:
            page = book.search(Ask(), limit=500, cursor=cursor)
    seen += numbers(page.records)

    assert list(range(COUNT + MORE)) == sorted(seen)
    assert (COUNT + MORE, True) == (page.matched, page.matched_is_exact)


def undated(folder):
    """A log of four days whose times name none; when each line was written."""
    path, lines, times = folder / "shop.log", [], []
    random = Random(7)
    for n in range(COUNT):
        at = NOON_NS - (COUNT - n) * 240 * SECOND_NS
        times.append(iso(at))
        lines.append(
            f"{iso(at)[11:19]} INFO shop - number {n} {random.randbytes(75).hex()}\n"
        )
    path.write_text("".join(lines))
    os.utime(path, ns=(NOON_NS, NOON_NS))
    return times


def is_counting(page):
    return any("name no date" in note for note in page.view.notes)


@pytest.mark.untraced
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("apart", [False, True], ids=["one", "others"])
def test_records_of_days_that_are_not_counted_yet_are_not_shown(tmp_path, order, apart):
    """The next call, and another process, goes on; together they show each once."""
    times = undated(tmp_path)
    settings = config(tmp_path, "shop.log", memory=MEMORY)
    found = []
    with ExitStack() as stack:
        book = stack.enter_context(reading(settings, pace=steps(6)))
        found.append(book.search(Ask(), order=order, limit=100))
        while (cursor := found[-1].next_cursor) and len(found) < 400:
            # Each comes further with the days alone where there are many to count.
            if apart and not is_counting(found[-1]):
                book = stack.enter_context(reading(settings, pace=steps(6)))
            found.append(book.search(Ask(), limit=100, cursor=cursor))
    seen = [row.time for page in found for row in page.records]
    counting = [page for page in found if is_counting(page)]

    assert times == (seen if order == "oldest" else seen[::-1])
    assert (COUNT, True) == (found[-1].matched, found[-1].matched_is_exact)
    assert bool(counting) == (order == "oldest" or apart)
    assert all(page.view.partial and page.next_cursor for page in counting)
    if order == "oldest":
        assert [] == counting[0].records


def test_an_id_of_a_record_whose_day_is_not_counted_yet(tmp_path, monkeypatch):
    """It is said, and the next call goes on until the record is shown."""
    for name in ("READ_BYTES", "LINE_BYTES_MAX"):
        monkeypatch.setattr(past, name, 1_000)
    times = undated(tmp_path)
    with reading(config(tmp_path, "shop.log")) as book:
        first = book.search(Ask(), order="oldest", limit=1).records[0]
    said: list[str] = []
    found = None
    with reading(
        config(tmp_path, "shop.log", memory=MEMORY // 3), pace=steps(4)
    ) as book:
        while found is None and len(said) < 100:
            try:
                found = book.error(first.id)
            except NotFound as error:
                said.append(str(error))

    assert found is not None
    assert times[0] == first.time == found.record.time
    assert said
    assert all("are not counted yet. Ask again" in text for text in said)


@pytest.mark.parametrize("order", ORDERS)
def test_files_are_rotated_between_pages(tmp_path, order):
    """Renamed and compressed: what was looked at is known by what it holds."""
    (tmp_path / "shop.log").write_text(numbered(0, COUNT, per_second=20, width=150))
    settings = config(tmp_path, "shop.log*", memory=MEMORY)
    with reading(settings, pace=steps(4)) as book:
        first = book.search(Ask(), order=order, limit=500)
    packed = gzip.compress((tmp_path / "shop.log").read_bytes(), 1)
    (tmp_path / "shop.log.1.gz").write_bytes(packed)
    (tmp_path / "shop.log").write_text("")
    with reading(settings, pace=steps(4)) as book:
        rest = list(pages(book, Ask(), limit=500, cursor=first.next_cursor))

    seen = [n for page in [first, *rest] for n in numbers(page.records)]
    assert list(range(COUNT)) == sorted(seen)


def test_lines_that_arrive_move_nothing(tmp_path):
    """Newest first, what is new stands before the first page."""
    (tmp_path / "shop.log").write_text(numbered(0, COUNT, per_second=20, width=150))
    with reading(config(tmp_path, "shop.log", memory=MEMORY), pace=steps(4)) as book:
        seen = []
        for at, page in enumerate(pages(book, Ask(), limit=200)):
            seen += numbers(page.records)
            if at < 4:
                with (tmp_path / "shop.log").open("a") as file:
                    file.write(numbered(COUNT + at * 300, 300, width=150))
                book.feed.nudge()

    assert list(range(COUNT))[::-1] == seen


@pytest.mark.parametrize("order", ORDERS)
def test_no_match_so_far_is_no_end(tmp_path, order):
    """A needle at the far end is reached by following cursors of empty pages."""
    (tmp_path / "shop.log").write_text(numbered(0, COUNT, per_second=20, width=150))
    needle = "number 12 " if order == "newest" else f"number {COUNT - 12} "
    with reading(config(tmp_path, "shop.log", memory=MEMORY), pace=steps(5)) as book:
        found = list(pages(book, Ask(query=needle), order=order))

    counts = [len(page.records) for page in found]
    assert 1 == sum(counts) == sum(counts[-2:])
    assert len(found) > 2
    assert all(page.next_cursor and page.view.partial for page in found[:-1])
    assert (1, True, None) == (
        found[-1].matched,
        found[-1].matched_is_exact,
        found[-1].next_cursor,
    )
    assert found[0].relaxed is None


def test_what_was_covered_is_told(tmp_path):
    """How far back, which sources were not reached, how much is left on disk."""
    rotated(tmp_path)
    (tmp_path / "aged.log.1").write_text(
        "2026-03-04 08:00:00 INFO shop - number 1\n" * 9000
    )
    with reading(config(tmp_path, "*.log*", memory=MEMORY), pace=steps(2)) as book:
        page = book.search(Ask(query="zzz"))
        trends = book.trends(Ask(since="3h", level="info"))

    [told] = [note for note in page.view.notes if note.startswith("stopped")]
    assert "stopped after 2 s, having looked back to 2026-03-04T" in told
    assert "next_cursor goes on there, or narrow it" in told
    assert any("on disk was not looked at" in note for note in page.view.notes)
    assert trends.view.partial
    assert any("narrow the question with since" in note for note in trends.view.notes)


def test_a_page_that_the_budget_cut_goes_on_where_it_was_cut(tmp_path):
    """Also where the page itself went on from another."""
    rotated(tmp_path)
    with reading(config(tmp_path, "*.log", memory=MEMORY), pace=steps(6)) as book:
        seen, cursor = [], None
        for at in range(500):
            page = book.search(Ask(), limit=100, cursor=cursor)
            count = len(page.records) if at % 3 else max(1, len(page.records) // 2)
            seen += numbers(page.records[:count])
            cursor = page.next_cursor
            if count < len(page.records):
                cursor = book.cursor_after(page, count)
            if cursor is None:
                break

    assert list(range(COUNT + MORE)) == sorted(seen)


def test_a_cursor_of_many_files_stays_short(tmp_path):
    """It names the files that were begun; a model has to write it down."""
    many(tmp_path)
    with reading(config(tmp_path, "*.log", memory=MEMORY), pace=steps(16)) as book:
        page = book.search(Ask(), limit=500)

    assert page.next_cursor is not None
    assert len(page.next_cursor) < 600
    assert cursors.read(page.next_cursor).stop is not None


def test_a_question_in_time_has_a_plain_cursor(tmp_path):
    """Nothing of this shows where all was looked at."""
    rotated(tmp_path)
    with reading(config(tmp_path, "*.log", memory=MEMORY)) as book:
        page = book.search(Ask(), limit=5)

    assert cursors.read(page.next_cursor).stop is None
    assert (COUNT + MORE, True) == (page.matched, page.matched_is_exact)


def test_trends_of_memory_stop_too(tmp_path, monkeypatch):
    """Where reading each record takes long: the newest are counted, and it is said."""
    monkeypatch.setattr(rings, "JOIN_BYTES_MAX", 0)  # several segments, to stop between
    (tmp_path / "shop.log").write_text(numbered(0, COUNT, per_second=20, width=150))
    ask = Ask(where=("logger = shop",), level="info")
    with reading(config(tmp_path, "shop.log"), pace=steps(6)) as book:
        found = book.trends(ask, group_by=("source",))
    with reading(config(tmp_path, "shop.log")) as book:
        whole = book.trends(ask, group_by=("source",))

    assert 0 < sum(found.totals) < sum(whole.totals) == COUNT
    assert (True, False) == (found.view.partial, whole.view.partial)
    assert any("having looked back to" in note for note in found.view.notes)


CONTEXT = {
    "apart": ({"a": (5, 20)}, 2),
    "meeting": ({"a": (5, 9)}, 3),
    "overlapping": ({"a": (5, 7)}, 4),
    "side by side": ({"a": (5, 6)}, 2),
    "at both ends": ({"a": (0, 29)}, 3),
    "many": ({"a": (3, 4, 8, 9, 20, 22, 27)}, 2),
    "of two sources in turn": ({"a": (5, 7, 9), "b": (6, 8, 25)}, 3),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("matches", "count"), CONTEXT.values(), ids=CONTEXT)
def test_context_stands_in_the_order_of_the_page(tmp_path, matches, count, order):
    """Of each source, all that is near a match comes once, and never goes back in time."""
    for name, wanted in matches.items():
        lines = numbered(0, 30).splitlines(keepends=True)
        marked = [
            line.replace("number", "here" if n in wanted else "number")
            for n, line in enumerate(lines)
        ]
        (tmp_path / f"{name}.log").write_text("".join(marked))
    with reading(config(tmp_path, "*.log")) as book:
        rows = book.search(Ask(query="here"), context=count, order=order).records
    step = -1 if order == "newest" else 1
    hits = sorted((n, name) for name, wanted in matches.items() for n in wanted)

    found = [(int(r.message.split()[1]), r.source) for r in rows if r.role == "match"]
    assert [n for n, _ in hits][::step] == [n for n, _ in found]
    for name, wanted in matches.items():
        near = {
            n for m in wanted for n in range(m - count, m + count + 1) if 0 <= n < 30
        }
        own = [r for r in rows if r.source == name]
        assert sorted(near)[::step] == numbers(own)
        told = {n: r.role for n, r in zip(numbers(own), own, strict=True)}
        for n, role in told.items():
            away = {"before": 1, "match": 0, "after": -1}[role]
            assert any((m - n) * away > 0 or m == n for m in wanted)
