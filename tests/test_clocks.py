"""Hours that a source's clocks showed twice, or not at all, are told in the notes."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from log_mcp.query.filter import Ask
from log_mcp.timestamp import iso
from tests.books import config, reading
from tests.feeding import SECOND_NS, Clock

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
ISO = "%Y-%m-%d %H:%M:%S,000 INFO shop.cart - order {} accepted"
ZONED = "%Y-%m-%dT%H:%M:%S%z INFO shop.cart - order {} accepted"
SYSLOG = "%b %d %H:%M:%S web shop[12]: order {} accepted"
JSON = '{{"level":"info","msg":"order {} accepted","ts":"%Y-%m-%dT%H:%M:%S"}}'
US = "%m/%d/%Y %H:%M:%S INFO order {} accepted"
UNIX = '{{"level":"info","msg":"order {} accepted","ts":%s}}'
ALL = Ask()


def line(moment: datetime, layout: str, number: int) -> str:
    seconds = str(int(moment.timestamp()))
    return moment.strftime(layout.replace("%s", seconds)).format(number) + "\n"


def asked(folder, lines, zone, ask):
    """The page that answers a question on a log, an hour after it was written."""
    moments, texts = zip(*lines, strict=True)
    path, now = folder / "api.log", int(moments[-1].timestamp() + 3600) * SECOND_NS
    path.write_text("".join(texts))
    os.utime(path, ns=(now, now))
    settings = replace(config(folder, "api.log", "web.log"), timezone=zone)
    with reading(settings, Clock(now)) as book:
        return book.search(ask, limit=200)


def told(folder, layout, moments, zone, ask=ALL):
    """The notes on a log whose writer is in a zone, and the times of its records."""
    (folder / "web.log").write_text("2026-10-24T12:00:00Z INFO up\n")
    lines = [(m, line(m.astimezone(zone), layout, n)) for n, m in enumerate(moments)]
    page = asked(folder, lines, zone, ask)
    return page.view.notes, [r.time for r in page.records if r.source == "api"][::-1]


def around(*change: int, count: int = 36) -> list[datetime]:
    """Moments from three hours before a change to three hours after it."""
    first = datetime(*change, tzinfo=UTC) - timedelta(hours=3)  # type: ignore[misc, arg-type]
    return [first + n * timedelta(minutes=10) for n in range(count)]


BACK = {
    "Berlin": (
        BERLIN,
        (2026, 10, 25, 1),
        "02:00 and 03:00 on 2026-10-25 (Europe/Berlin)",
    ),
    "New York": (
        NEW_YORK,
        (2025, 11, 2, 6),
        "01:00 and 02:00 on 2025-11-02 (America/New_York)",
    ),
    "an island that moves half an hour": (
        ZoneInfo("Australia/Lord_Howe"),
        (2026, 4, 4, 15),
        "01:30 and 02:00 on 2026-04-05 (Australia/Lord_Howe)",
    ),
}


@pytest.mark.parametrize(("zone", "change", "when"), BACK.values(), ids=BACK)
@pytest.mark.parametrize("layout", [ISO, SYSLOG, JSON, US])
def test_an_hour_that_came_twice_is_told(tmp_path, zone, change, when, layout):
    """And what is done with it: where lines fall back, the second pass begins."""
    moments = around(*change)
    notes, times = told(tmp_path, layout, moments, zone)

    assert [f"api: times between {when} came twice; {BOTH}"] == notes
    assert [iso(int(m.timestamp()) * SECOND_NS) for m in moments] == times


def test_one_pass_alone_is_taken_for_the_first(tmp_path):
    """No line falls back, so nothing tells."""
    moments = [m for m in FOLD if not FOLD[18] > m >= FOLD[12]]
    notes, times = told(tmp_path, ISO, moments, BERLIN)
    wanted = [m.astimezone(BERLIN).replace(fold=0).astimezone(UTC) for m in moments]

    assert [ONE] == notes
    assert [iso(int(m.timestamp()) * SECOND_NS) for m in wanted] == times


BOTH = "the earlier is taken, from where lines fall back on the later"
ONE = (
    "api: times between 02:00 and 03:00 on 2026-10-25 (Europe/Berlin) came twice; "
    "the earlier is taken"
)
AHEAD = {
    "Berlin": (
        BERLIN,
        (2026, 3, 29, 1),
        "02:00 and 03:00 on 2026-03-29 (Europe/Berlin)",
    ),
    "New York": (
        NEW_YORK,
        (2026, 3, 8, 7),
        "02:00 and 03:00 on 2026-03-08 (America/New_York)",
    ),
}


@pytest.mark.parametrize(("zone", "change", "when"), AHEAD.values(), ids=AHEAD)
@pytest.mark.parametrize("layout", [ISO, SYSLOG, JSON])
def test_an_hour_that_did_not_exist_is_told(tmp_path, zone, change, when, layout):
    """A writer whose clock was not set shows it: it is read by the offset before."""
    begin = datetime(*change, tzinfo=UTC)  # type: ignore[misc]
    moments = [begin + timedelta(minutes=m) for m in range(-30, 60, 10)]
    shown = begin.astimezone(zone) - timedelta(hours=1)
    clocks = [(shown + (m - begin)).replace(tzinfo=None) for m in moments]
    lines = [
        (m, line(clock, layout, n))
        for n, (m, clock) in enumerate(zip(moments, clocks, strict=True))
    ]
    page = asked(tmp_path, lines, zone, Ask(source=("api",)))

    assert [f"api: times between {when} did not exist; they are read as 1h later"] == [
        note for note in page.view.notes if note.startswith("api")
    ]
    assert [iso(int(m.timestamp()) * SECOND_NS) for m in moments] == [
        row.time for row in page.records
    ][::-1]


FOLD, GAP = around(2026, 10, 25, 1), around(2026, 3, 29, 1)
QUIET = {
    "clocks that were set ahead, and all right": (ISO, GAP, BERLIN, Ask()),
    "a zone in each line": (ZONED, FOLD, BERLIN, Ask()),
    "counts of seconds": (UNIX, FOLD, BERLIN, Ask()),
    "UTC": (ISO, FOLD, UTC, Ask()),
    "a zone that never changes": (ISO, FOLD, ZoneInfo("Asia/Kolkata"), Ask()),
    "no record in the hour": (ISO, FOLD[:10], BERLIN, Ask()),
    "a window behind it": (ISO, FOLD, BERLIN, Ask(since="2026-10-25T03:00:00Z")),
    "a window before it": (ISO, FOLD, BERLIN, Ask(until="2026-10-24T23:00:00Z")),
    "other sources": (ISO, FOLD, BERLIN, Ask(source=("web",))),
}


@pytest.mark.parametrize(
    ("layout", "moments", "zone", "ask"), QUIET.values(), ids=QUIET
)
def test_nothing_is_told_where_nothing_is_in_doubt(
    tmp_path, layout, moments, zone, ask
):
    """Whole times, other hours, other sources."""
    notes, _ = told(tmp_path, layout, moments, zone, ask)

    assert [] == [note for note in notes if "times between" in note]


def test_a_window_in_the_second_pass_holds_its_records(tmp_path):
    """And is told of."""
    ask = Ask(since="2026-10-25T01:10:00Z", until="2026-10-25T01:40:00Z")
    notes, times = told(tmp_path, ISO, FOLD, BERLIN, ask)

    assert ["01:10", "01:20", "01:30"] == [time[11:16] for time in times][:3]
    assert any("came twice" in note for note in notes)


def test_several_days_are_one_note(tmp_path):
    """The last one is named."""
    moments = around(2024, 10, 27, 1) + around(2025, 10, 26, 1) + FOLD
    notes, _ = told(tmp_path, ISO, moments, BERLIN)

    several = "2026-10-25 and 2 other days (Europe/Berlin)"
    assert [
        f"api: times between 02:00 and 03:00 on {several} came twice; {BOTH}"
    ] == notes


def test_nights_that_are_guessed_are_told(tmp_path):
    """To whoever asks of the days before them; what follows is as sure as the file's age."""
    days = [datetime(2026, 11, day, 9, 30, tzinfo=UTC) for day in (3, 4, 5)]
    moments = [day + n * timedelta(minutes=40) for day in days for n in range(12)]
    layout = "%H:%M:%S INFO shop.cart - order {} accepted"
    notes, times = told(tmp_path, layout, moments, UTC)
    later, _ = told(tmp_path, layout, moments, UTC, Ask(since="2026-11-05T09:30:00Z"))
    one_day, _ = told(tmp_path, layout, moments[:12], UTC)

    assert [iso(int(m.timestamp()) * SECOND_NS) for m in moments] == times
    assert [
        (
            "api: its lines name no day; of those before 2026-11-05 09:30 it is guessed, "
            "by the clock's falling back as over a night"
        )
    ] == [note for note in notes if "guessed" in note]
    assert not any("guessed" in note for note in later + one_day)
