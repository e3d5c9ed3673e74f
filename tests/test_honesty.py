"""Memory is small and the logs are not: what is absent, evicted and still loading differ.

A ring of 1.5 MB over 20 MB of logs; the same code holds 32 MB of 300.
"""

import json
import re
import shutil
import subprocess
from dataclasses import fields, replace

import pytest

from log_mcp import desk, render
from log_mcp.answer import View
from log_mcp.errors import NotFound
from log_mcp.logbook import Logbook
from log_mcp.plain import to_json
from log_mcp.query.filter import Ask
from log_mcp.timestamp import iso
from tests.books import Gate, config, reading, steps
from tests.feeding import NOON_NS, SECOND_NS, Clock

MEMORY = 1_500_000
LINES = 50_000
PLAIN, WRAPPED, JSON = "plain.log", "wrapped.log", "typed.jsonl"
OLD_NEEDLE = "needle-of-the-old-days"
YOUNG_NEEDLE = "needle-of-today"


def message(number):
    """What a line says: some of it rare, some with characters that JSON escapes."""
    if number == 17:
        return f"the {OLD_NEEDLE}"
    if number == LINES - 5:
        return f"the {YOUNG_NEEDLE}"
    if number % 1000 == 3:
        return f'cannot open "C:\\temp\\{number}" for reading\tagain'
    if number % 777 == 5:
        return f"Timeout after {number} ms"
    return f"order {number} accepted for customer {number * 7919 % 100_003} in region {number % 17}"


def stamp(number):
    return iso(NOON_NS - (LINES - number) * SECOND_NS // 10)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three logs that say the same: as plain text, as JSON, and as text in Docker's JSON."""
    here = tmp_path_factory.mktemp("large")
    with (
        (here / PLAIN).open("w") as plain,
        (here / JSON).open("w") as typed,
        (here / WRAPPED).open("w") as wrapped,
    ):
        for number in range(LINES):
            at, text = stamp(number), message(number)
            line = f"{at} INFO shop.orders - {text} request_id=req-{number:08}"
            plain.write(f"{line}\n")
            fields = {
                "level": "info",
                "logger": "shop.orders",
                "msg": text,
                "n": number,
            }
            typed.write(json.dumps({"time": at, **fields}) + "\n")
            wrapped.write(
                json.dumps({"log": f"{line}\n", "stream": "stdout", "time": at}) + "\n"
            )
    return here


@pytest.fixture(scope="module")
def book(folder):
    """Reads all three, and holds little."""
    with reading(config(folder, PLAIN, WRAPPED, JSON, memory=MEMORY)) as found:
        yield found


def test_the_logs_are_much_larger_than_memory(folder, book):
    """Ten times and more; memory stays within its budget."""
    total = sum(path.stat().st_size for path in folder.iterdir())

    assert total > 10 * MEMORY
    assert book.ring.used_bytes <= 1.1 * MEMORY
    assert book.overview().view.records_held < LINES


def test_what_is_absent_is_proven(book):
    """Zero matches, exact, the disk looked at."""
    page = book.search(Ask(query="nobody ever wrote this"))

    assert (0, True, False) == (page.matched, page.matched_is_exact, page.view.partial)
    assert any("read from disk" in note for note in page.view.notes)


def header(answer):
    """What the first line of its text says of the window."""
    head = render.search(answer, 2000).partition("\n")[0]
    return next(part for part in head.split(" | ") if part.startswith("window"))


def test_the_header_claims_what_was_read(folder, book):
    """Memory alone, memory and the whole disk, or as far as it came: in both orders."""
    absent = Ask(query="nobody ever wrote this")
    both = book.search(absent)
    asked = book.search(replace(absent, since="2s"))
    with reading(config(folder, PLAIN, memory=MEMORY), pace=steps(3)) as hasty:
        back = hasty.search(absent)
        up = hasty.search(absent, order="oldest")
    with reading(config(folder, PLAIN, memory=64_000_000)) as roomy:
        held = roomy.search(absent)

    assert "window: everything, memory and disk" == header(both)
    assert header(asked).startswith("window 2026-03-04T11:59:58.000Z to now")
    assert header(held).startswith("window: all held, from 2026-03-04T")
    for answer, way in ((back, "back"), (up, "up")):
        told = header(answer).removeprefix(f"window: memory and disk {way} to ")
        assert any(f"having looked {way} to {told}" in n for n in answer.view.notes)


def test_what_the_window_says_is_no_field_of_the_answer(book):
    """Its words are for readers; programs have `since`, `until` and `notes`."""
    view = to_json(book.search(Ask()).view)

    assert {field.name for field in fields(View)} == set(view)


def test_what_is_held_needs_no_disk(book):
    """A window that memory covers is answered without a note."""
    page = book.search(Ask(query=YOUNG_NEEDLE, since="2s"))

    assert (3, True, []) == (page.matched, page.matched_is_exact, page.view.notes)


@pytest.mark.untraced
def test_what_left_memory_is_found_on_disk(book):
    """Three records of the first lines, and the answer says where they come from."""
    page = book.search(Ask(query=OLD_NEEDLE))

    assert (3, True) == (page.matched, page.matched_is_exact)
    assert {"plain", "wrapped", "typed"} == {row.source for row in page.records}
    assert any("is not in memory: read from disk" in note for note in page.view.notes)
    assert {stamp(17)} == {row.time for row in page.records}
    old, young = page.records[0].id, book.search(Ask(), limit=1).records[0].id
    told = [
        desk.FROM_DISK in answer.view.notes
        for name in (old, young)
        for answer in (book.error(name), book.explain(name, Ask()))
    ]
    assert [True, True, False, False] == told
    assert [f"the {OLD_NEEDLE}"] * 3 == [
        book.error(r.id).record.message[: len(OLD_NEEDLE) + 4] for r in page.records
    ]


def test_answers_of_memory_alone_say_so(book):
    """Overview, trends of everything held, and one record: none of them reads the disk."""
    row = book.search(Ask(), limit=1).records[0]
    answers = (
        book.overview(),
        book.trends(Ask()),
        book.error(row.id),
        book.explain(row.id, Ask()),
        book.aggregate(Ask()),
    )

    assert [True] * 5 == [
        any("is on disk only and is not covered" in note for note in one.view.notes)
        for one in answers
    ]


def test_trends_of_a_window_read_the_disk(book):
    """Every record of the window is counted, held or not."""
    begin = iso(NOON_NS - LINES // 10 * SECOND_NS)
    trends = book.trends(
        Ask(since=begin, query="Timeout after", level="info"), group_by=("source",)
    )
    expected = sum("Timeout after" in message(n) for n in range(LINES))

    assert 3 * expected == sum(trends.totals)
    assert [expected] * 3 == [group.count for group in trends.groups]


def test_numbers_of_a_window_read_the_disk(book):
    """Every record of it is counted, held or not; nothing read from there is kept."""
    begin = iso(NOON_NS - LINES // 10 * SECOND_NS)
    answer = book.aggregate(
        Ask(since=begin, query="Timeout after"),
        metrics=("count", "distinct(message)"),
        group_by=("source",),
        bucket="1h",
    )
    expected = [m for m in map(message, range(LINES)) if "Timeout after" in m]

    for group in answer.groups:
        assert len(expected) == group.metrics["count"] == sum(group.series[0].values)
        assert len(set(expected)) == group.metrics["distinct(message)"]
    assert 3 == len(answer.groups)
    assert any("read from disk for this answer" in note for note in answer.view.notes)
    assert book.ring.used_bytes <= book.ring.budget_bytes


def test_a_question_that_takes_too_long_says_how_far_it_came(folder):
    """Partial, not exact, and what was left out is told in bytes."""
    with reading(config(folder, PLAIN, memory=MEMORY), pace=steps(1)) as book:
        page = book.search(Ask(query=OLD_NEEDLE))
        with pytest.raises(NotFound, match="Not all of the disk"):
            book.error("4bf92f3577b34da6")

    assert (0, False, True) == (page.matched, page.matched_is_exact, page.view.partial)
    assert any("on disk was not looked at" in note for note in page.view.notes)
    assert render.search(page, 2000).count("partial") == 1
    assert "\npartial: stopped after 1 s, having looked back" in render.search(
        page, 2000
    )


def test_what_is_still_loading_is_told(folder, monkeypatch):
    """Neither absent nor evicted: partial, with the share that is held."""
    monkeypatch.setattr(desk, "SMALL_S", 0.0)
    gate = Gate()
    with reading(config(folder, PLAIN, memory=64_000_000), gate, loaded=False) as book:
        gate.wait_shut()
        found = book.search(Ask(query=OLD_NEEDLE))
        young = book.search(Ask(query=YOUNG_NEEDLE))
        states = [row.state for row in book.sources()]
        answers = [book.overview(), book.trends(Ask())]
        with pytest.raises(NotFound, match="still loading"):
            book.error("4bf92f3577b34da6")
        gate.open()
        assert book.wait_loaded(30)
        later = book.search(Ask(query=OLD_NEEDLE))

    assert (0, False, True) == (
        found.matched,
        found.matched_is_exact,
        found.view.partial,
    )
    assert any("history is still loading (" in note for note in found.view.notes)
    assert render.search(found, 2000).count("partial") == 1
    assert "\npartial: history is still loading (" in render.search(found, 2000)
    assert "a limit stopped the work" not in render.search(found, 2000)
    assert (1, True) == (young.matched, young.view.partial)
    assert ["loading"] == states
    assert [True, True] == [one.view.partial for one in answers]
    assert (1, True, False, []) == (
        later.matched,
        later.matched_is_exact,
        later.view.partial,
        later.view.notes,
    )


def test_before_the_start_everything_is_still_to_come(folder, monkeypatch):
    """A question that is asked too early says that it proves nothing."""
    monkeypatch.setattr(desk, "FIRST_LOOK_S", 0.0)
    monkeypatch.setattr(desk, "SMALL_S", 0.0)
    book = Logbook(config(folder, PLAIN), Clock())
    page = book.search(Ask(query=YOUNG_NEEDLE))
    book.close()

    assert (0, False, True) == (page.matched, page.matched_is_exact, page.view.partial)


def ripgrep(path, *words):
    """What ripgrep counts; None if it is not installed."""
    if shutil.which("rg") is None:
        return None
    command = ["rg", "--no-config", "-c", *words, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return int(done.stdout or 0)


LITERALS = {
    "a word": ("timeout AFTER", "timeout AFTER"),
    "a rare word": (OLD_NEEDLE, OLD_NEEDLE),
    "most lines": ("accepted", "accepted"),
    "an escape in JSON": ('open "C:\\temp\\', r"open \"C:\\temp\\"),
}


@pytest.mark.untraced
@pytest.mark.parametrize(("needle", "written"), LITERALS.values(), ids=LITERALS)
@pytest.mark.parametrize("name", [PLAIN, WRAPPED, JSON])
def test_literals_are_counted_as_ripgrep_does(folder, book, name, needle, written):
    """One record a line: the counts are equal, whatever wraps the line."""
    spelled = needle if name == PLAIN else written
    lines = (folder / name).read_text().lower().splitlines()
    loop = sum(spelled.lower() in line for line in lines)
    page = book.search(Ask(query=needle, source=(name.partition(".")[0],)), limit=1)

    assert loop == page.matched
    assert ripgrep(folder / name, "-F", "-i", "--", spelled) in (None, loop)
    assert page.matched_is_exact


EXPRESSIONS = {
    "a class": r"Timeout after [0-9]+9 ms",
    "alternatives": r"(region 3\b|customer 77\b)",
    "without case": r"(?i)ORDER 4999[0-9]",
}


@pytest.mark.parametrize("regex", EXPRESSIONS.values(), ids=EXPRESSIONS)
@pytest.mark.parametrize("name", [PLAIN, WRAPPED, JSON])
def test_expressions_are_counted_as_ripgrep_does(folder, book, name, regex):
    """Likewise, on disk and in memory."""
    expected = ripgrep(folder / name, "--", regex)
    if expected is None:
        found = re.compile(regex)
        expected = sum(bool(found.search(line)) for line in (folder / name).open())
    page = book.search(Ask(regex=regex, source=(name.partition(".")[0],)), limit=1)

    assert expected == page.matched > 0
