"""What an id names."""

import gzip
from contextlib import contextmanager

import pytest

from log_mcp.analysis.annotate import Annotator
from log_mcp.beat import OutOfTime, also
from log_mcp.desk import NOT_ALL
from log_mcp.errors import NotFound
from log_mcp.ingest.file import base62
from log_mcp.lookup import find, record_in_memory, record_on_disk
from log_mcp.pace import Pace
from log_mcp.query.filter import Ask, Filter
from tests.books import config, ids, numbered, reading

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def line(second, level, text):
    return f"2026-03-04 10:00:{second:02} {level} shop - {text}\n"


TEXT = (
    line(1, "INFO", f"begin trace_id={TRACE}")
    + line(2, "ERROR", f"lost error_id=abcd1234 trace_id={TRACE}")
    + line(3, "ERROR", "full")
    + line(4, "ERROR", f"late trace_id={TRACE}")
    + line(5, "ERROR", "full")
    + line(6, "WARNING", "please quote beef5678 to us")
    + line(7, "INFO", "again, please quote beef5678 to us")
    + line(8, "ERROR", "twice error_id=cafe0001")
    + line(9, "ERROR", "twice error_id=cafe0001")
    + line(10, "INFO", "a customer quotes cafe0001")
)


@pytest.fixture
def book(tmp_path):
    (tmp_path / "shop.log").write_text(TEXT)
    with reading(config(tmp_path, "shop.log")) as found:
        yield found


def seconds(hit):
    return int(hit.segment.record(hit.row).text[17:19])


def named(book, name, wanted=None):
    return seconds(
        find(name, book.ring.snapshot(), book.feed, Annotator(), wanted or Filter())
    )


NAMES = {
    "an error id": ("abcd1234", 2),
    "the newest with an error id": ("cafe0001", 9),
    "the first error of a trace": (TRACE, 2),
    "in capitals": (TRACE.upper(), 2),
    "an id of no error": ("beef5678", 7),
}


@pytest.mark.parametrize(("name", "second"), NAMES.values(), ids=NAMES)
def test_names(book, name, second):
    """Each leads to one record."""
    assert second == named(book, name)


def test_a_record_and_a_group(book):
    """By the ids that answers show."""
    for row in book.search(Ask()).records:
        assert int(row.time[17:19]) == named(book, row.id)
    group = book.search(Ask(query="full"), limit=1).records[0].group

    assert 5 == named(book, group)


def test_errors_older_than_the_newest_of_a_group_are_not_sorted_for_it(tmp_path):
    """So that a group of yesterday's error does not wait for those of last year."""
    old, new = (f"2026-03-0{day} 10:00:05 ERROR shop - full\n" for day in (3, 4))
    (tmp_path / "old.log").write_text(old)
    (tmp_path / "new.log").write_text(new)
    asked = []

    class Asked(Annotator):
        def __call__(self, segment):
            asked.append(segment.origin.source)
            return super().__call__(segment)

    with reading(config(tmp_path, "*.log")) as book:
        group = book.search(Ask(), limit=1).records[0].group
        hit = find(group, book.ring.snapshot(), book.feed, Asked(), Filter())

    assert "new" == hit.segment.origin.source
    assert {"new"} == set(asked)


def test_an_id_behind_the_end_of_every_file_names_nothing(book):
    """Also where no system could ask a disk for it."""
    digest = book.search(Ask(), limit=1).records[0].id[:7]
    for offset in (2**40, 2**63 - 1, 2**63, 2**600):
        with pytest.raises(NotFound):
            named(book, digest + base62(offset))


def test_there_is_no_time_to_sort_errors_for_an_id(book):
    """Then the message says so; other ids need none of it."""

    @contextmanager
    def ending():
        with also(over):
            yield

    def over():
        raise OutOfTime

    held = book.ring.snapshot()
    with pytest.raises(NotFound, match="not sorted yet"):
        find("gaaaaaaa2", held, book.feed, Annotator(), Filter(), ending=ending)
    hit = find("abcd1234", held, book.feed, Annotator(), Filter(), ending=ending)

    assert 2 == seconds(hit)


def test_conditions_narrow_it(book):
    """The first of those that answer the filter; nothing where none does."""
    late = book.search(Ask(query="late")).records[0]
    after = book._desk.filter(Ask(since=late.id), book._desk.held(), {})

    assert 4 == named(book, TRACE, after)
    with pytest.raises(NotFound):
        named(book, "abcd1234", after)


def test_a_record_in_memory(book):
    """No text but an id leads there."""
    held = [s for one in book.ring.snapshot() for s in one.segments]
    row = book.search(Ask(), limit=1).records[0]

    assert record_in_memory(row.id, held) is not None
    for name in (
        "",
        "restart",
        "0" * 9,
        row.id[:-1] + "!",
        row.id[:7] + "zzz",
        "aaaaaaa" + row.id[7:],
    ):
        assert record_in_memory(name, held) is None


def test_a_record_on_disk(book):
    """Alone, as it was held; none at an offset where none begins."""
    row = book.search(Ask(query="late")).records[0]
    hit = record_on_disk(row.id, book.feed)
    assert hit is not None

    assert (4, 1) == (seconds(hit), len(hit.segment))
    [tail] = book.feed.tails()
    assert record_on_disk("no id", book.feed) is None
    assert record_on_disk("0000000" + row.id[7:], book.feed) is None
    assert record_on_disk(tail.file.record_id(5), book.feed) is None
    assert record_on_disk(tail.file.record_id(10**7), book.feed) is None


def test_the_last_record_on_disk(book):
    """Nothing follows it."""
    row = book.search(Ask(), limit=1).records[0]

    assert 10 == seconds(record_on_disk(row.id, book.feed))


def test_a_file_that_is_gone_is_no_disk(tmp_path):
    """Not found, rather than an error."""
    (tmp_path / "shop.log.1.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "shop.log").write_text(numbered(0, 2))
    with reading(config(tmp_path, "shop.log")) as book:
        row = book.search(Ask(query="late")).records[0]
        assert 4 == seconds(record_on_disk(row.id, book.feed))
        (tmp_path / "shop.log.1.gz").write_bytes(gzip.compress(TEXT.encode())[:40])

        assert record_on_disk(row.id, book.feed) is None
        (tmp_path / "shop.log.1.gz").unlink()
        assert record_on_disk(row.id, book.feed) is None


def older(tmp_path):
    """Segments of one log, each record its own, in no order of time."""
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "shop.log").write_text(TEXT)
    with reading(config(tmp_path / "old", "shop.log")) as book:
        rows = ids(book.search(Ask(), limit=50).records)
        hits = [record_on_disk(name, book.feed) for name in rows]
    found = [hit.segment for hit in hits if hit is not None]
    return found[4:] + found[:4]


OLD = {**NAMES, "the newest of a group": ("full", 5)}


@pytest.mark.parametrize(("name", "second"), OLD.values(), ids=OLD)
def test_what_memory_does_not_hold(tmp_path, name, second):
    """The same rules, one stretch of the disk after the other."""
    (tmp_path / "new.log").write_text(numbered(0, 2))
    with reading(config(tmp_path, "new.log")) as book:
        segments = older(tmp_path)
        if name == "full":
            [name] = {
                kind.id
                for s in segments
                for kind in [Annotator().kind(s, 0)]
                if kind is not None and s.record(0).message == "full"
            }
        taken = []

        def given():
            for segment in segments:
                taken.append(segment)
                yield segment

        hit = find(
            name, book.ring.snapshot(), book.feed, Annotator(), Filter(), older=given()
        )

    if name == "cafe0001":  # The first error that carries an application's id ends it.
        assert len(taken) < len(segments)

    assert second == seconds(hit)


def test_what_memory_holds_needs_no_disk(book):
    """Nothing older is read."""
    older_ones = iter(older_segments(book))
    held = book.ring.snapshot()
    hit = find(TRACE, held, book.feed, Annotator(), Filter(), older=older_ones)

    assert 2 == seconds(hit)
    assert next(older_ones) is not None


def older_segments(book):
    """Something that could be read from the disk."""
    return [s for one in book.ring.snapshot() for s in one.segments]


def test_a_long_name_is_cut_in_the_message(book):
    """As many characters as tell it from others; a too long one is not repeated."""
    with pytest.raises(NotFound, match=rf"'{'x' * 57}\.\.\.' names no record"):
        named(book, "x" * 100)
    with pytest.raises(NotFound, match="at most 200 characters"):
        named(book, "x" * 201)


def busy(folder):
    """A young file in which an error carries an id, an old one that names it 200 times."""
    (folder / "young.log").write_text(
        f"{stamp(9)} ERROR shop - lost error_id=ab12cd34\n"
    )
    lines = [f"{stamp(1)} ERROR shop - saw ab12cd34, {n}\n" for n in range(200)]
    (folder / "old.log").write_text("".join(lines))
    return config(folder, "*.log")


def stamp(second):
    return f"2026-03-04 10:00:{second:02}"


def test_time_that_is_over_ends_the_look_for_an_id(tmp_path):
    """What was found by then is the answer; else how far it was looked for is said."""
    with reading(busy(tmp_path)) as book:
        held, taken = book.ring.snapshot(), []

        def disk():
            for segment in older_segments(book):
                taken.append(segment)
                yield segment

        def sought(name, *, in_time=False):
            return find(
                name,
                held,
                book.feed,
                Annotator(),
                Filter(),
                older=disk(),
                is_over=lambda: not in_time,
            )

        assert 9 == seconds(sought("ab12cd34"))
        with pytest.raises(
            NotFound, match=r"back to 2026-03-04T10:00:09.000Z; the rest"
        ):
            sought("shop")
        assert [] == taken
        with pytest.raises(NotFound, match="names no record"):
            sought("shop", in_time=True)
        assert 2 == len(taken)


def test_time_that_is_over_ends_the_look_through_the_disk(tmp_path):
    """What was found in stretches that were looked through is the answer."""
    with reading(busy(tmp_path)) as book:
        young, old = sorted(older_segments(book), key=len)

        def sought(name, *older):
            return find(
                name,
                (),
                book.feed,
                Annotator(),
                Filter(),
                older=older,
                is_over=lambda: True,
            )

        with pytest.raises(NotFound, match="names no record"):
            sought("ab12cd34", old, young)
        assert 9 == seconds(sought("ab12cd34", young, old))


@pytest.mark.parametrize("question", ["error", "explain"])
def test_an_answer_that_may_not_be_the_best_says_so(tmp_path, question):
    """A look that time ended is told where its answer is."""
    settings = busy(tmp_path)
    with reading(settings, pace=lambda _: Pace(None, -1.0, lambda: 0.0)) as book:
        ask = {"error": (), "explain": (Ask(),)}[question]
        hasty = getattr(book, question)("ab12cd34", *ask)
        with pytest.raises(NotFound, match="in the time there is"):
            getattr(book, question)("shop", *ask)
    with reading(settings) as book:
        patient = getattr(book, question)("ab12cd34", *ask)

    assert NOT_ALL in hasty.view.notes
    assert NOT_ALL not in patient.view.notes
