"""Times without year or date: filled from the file's age and from their neighbours."""

import gzip
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from log_mcp.beat import OutOfTime, beating
from log_mcp.block import Block
from log_mcp.ingest import past
from log_mcp.ingest import tail as tails
from log_mcp.ingest.reading import Settings
from log_mcp.passage import scan
from log_mcp.period import MIDNIGHT, NIGHT
from log_mcp.redact import Redactor
from log_mcp.span import DAY as DAY_NS
from log_mcp.timestamp import iso
from tests.feeding import SECOND_NS, Row, folder, forwards, rows
from tests.test_tail import ROOM, tail_of

BERLIN = ZoneInfo("Europe/Berlin")
LAYOUTS = {
    "syslog": "%b %d %H:%M:%S web shop[12]: order {} accepted",
    "console": "%H:%M:%S.123 INFO shop.cart - order {} accepted",
    "am and pm": "%I:%M:%S %p INFO shop.cart - order {} accepted",
    "glog": "I%m%d %H:%M:%S.123456  12 cart.go:7] order {} accepted",
    "json": '{{"ts":"%H:%M:%S.123","level":"info","msg":"order {} accepted"}}',
}


def settings(zone) -> Settings:
    return Settings(zone, Redactor(key=b"test"))


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def every(first: datetime, step: timedelta, count: int) -> list[datetime]:
    return [first + n * step for n in range(count)]


def ns(moment: datetime) -> int:
    return int(moment.timestamp()) * SECOND_NS


def text(moments, layout: str, zone=UTC, first: int = 0) -> str:
    """A log in which each moment has its line, on the clocks of a zone."""
    return "".join(
        moment.astimezone(zone).strftime(LAYOUTS[layout]).format(n) + "\n"
        for n, moment in enumerate(moments, first)
    )


def write(path: Path, content: str, changed: datetime) -> Path:
    data = content.encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    os.utime(path, ns=(ns(changed), ns(changed)))
    return path


def moments_of(found: list[Row]) -> list[datetime]:
    """When records happened, to the second."""
    return [datetime.fromtimestamp(row.time_ns // SECOND_NS, UTC) for row in found]


def small(patch, unit: int = 400) -> None:
    """Units of a few lines."""
    patch.setattr(past, "UNIT_BYTES", unit)
    patch.setattr(past, "LOOK_BYTES", unit)
    patch.setattr(past, "READ_BYTES", unit)
    patch.setattr(past, "WINDOW_BYTES", 120)
    patch.setattr(tails, "FIRST_BYTES", unit)


def in_the_book(path: Path, zone, now: datetime, *, first: str = "fresh") -> list[Row]:
    """A file's records as they come to memory: the live end, and history backwards."""
    tail = tail_of(path, settings(zone))
    tail.begin(ns(now))
    fresh = list(tail.fresh(ns(now))) if first == "fresh" else []
    blocks: list[Block] = []
    while tail.frontier:
        if (block := tail.history(ROOM)) is not None:
            blocks.insert(0, block)
    fresh += list(tail.fresh(ns(now) + 2 * SECOND_NS))
    tail.close()
    return rows([*blocks, *fresh])


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW_YEAR = every(at(2025, 12, 31, 22), timedelta(minutes=2), 120)
SPANS = {
    # moments, layout, when the file was last changed
    "new year, the file as old as its last record": (
        NEW_YEAR,
        "syslog",
        NEW_YEAR[-1],
    ),
    "new year, copied in the summer": (NEW_YEAR, "syslog", at(2026, 7, 9)),
    "new year, copied on New Year's Eve": (NEW_YEAR, "syslog", at(2026, 12, 31, 23)),
    "new year, the file's clock a week behind": (
        NEW_YEAR,
        "syslog",
        at(2025, 12, 25),
    ),
    "three new years": (
        every(at(2023, 2, 3), 20 * DAY, 58),
        "syslog",
        at(2026, 3, 20),
    ),
    "new year in a log of Go": (NEW_YEAR, "glog", at(2026, 7, 9)),
    "three midnights": (
        every(at(2026, 3, 4, 20), timedelta(minutes=41), 100),
        "console",
        at(2026, 3, 7, 17),
    ),
    "three midnights in halves of a day": (
        every(at(2026, 3, 4, 20), timedelta(minutes=41), 100),
        "am and pm",
        at(2026, 3, 7, 17),
    ),
    "three midnights of objects": (
        every(at(2026, 3, 4, 20), timedelta(minutes=41), 100),
        "json",
        at(2026, 3, 7, 17),
    ),
    "a night without a line": (
        [at(2026, 3, 4, 21), at(2026, 3, 5, 8), at(2026, 3, 5, 21), at(2026, 3, 6, 8)],
        "console",
        at(2026, 3, 6, 8),
    ),
    "four days' work, and nights of less than half a day's fall": (
        [
            moment
            for day in range(4)
            for moment in every(at(2026, 3, 2 + day, 9, 30), timedelta(minutes=34), 16)
        ],
        "console",
        at(2026, 3, 5, 20),
    ),
}


def expected(moments: list[datetime], changed: datetime, layout: str) -> list[datetime]:
    """What the file can tell: the last record is the latest that its age allows."""
    if layout in {"syslog", "glog"}:
        lag = 0
        while (
            moved := moments[-1].replace(year=moments[-1].year + lag)
        ) <= changed + DAY:
            lag += 1
        while moved > changed + DAY:
            lag -= 1
            moved = moments[-1].replace(year=moments[-1].year + lag)
        return [m.replace(year=m.year + lag) for m in moments]
    return moments


@pytest.mark.parametrize("span", SPANS.values(), ids=SPANS)
@pytest.mark.parametrize("name", ["shop.log", "shop.log.1.gz"])
@pytest.mark.parametrize("first", ["fresh", "history"])
def test_dates_rise_over_new_year_and_midnight(
    tmp_path, monkeypatch, span, name, first
):
    """Read once from the beginning, backwards in small units, or compressed."""
    small(monkeypatch)
    moments, layout, changed = span
    path = write(tmp_path / name, text(moments, layout), changed)
    wanted = expected(moments, changed, layout)

    assert wanted == moments_of(forwards(path))
    assert wanted == moments_of(in_the_book(path, UTC, changed, first=first))


def test_a_leap_day_tells_the_year(tmp_path):
    """Of its neighbours, too: the latest year that has one."""
    moments = every(at(2024, 2, 27), 6 * HOUR, 20)
    path = write(tmp_path / "shop.log", text(moments, "syslog"), at(2026, 6, 1))

    assert moments == moments_of(forwards(path))
    assert moments == moments_of(in_the_book(path, UTC, at(2026, 6, 1)))


def test_what_is_read_again_has_the_same_times(tmp_path, monkeypatch):
    """From any place, backwards or forwards, or one record by its place."""
    small(monkeypatch)
    moments = every(at(2026, 3, 4, 20), timedelta(minutes=41), 100)
    path = write(tmp_path / "shop.log", text(moments, "console"), at(2026, 3, 7, 17))
    whole = forwards(path)
    for begin, end in ((0, 50), (30, 70), (60, None)):
        tail = tail_of(path)
        tail.begin(ns(moments[-1]))
        assert list(tail.fresh(ns(moments[-1])))
        stop = None if end is None else whole[end].offset
        between = rows(tail.between(whole[begin].offset, stop))
        before = rows(list(tail.before(whole[60].offset))[::-1])
        block = tail.at(whole[begin].offset)
        tail.close()

        assert whole[begin:end] == between
        assert whole[:60] == before
        assert block is not None
        assert whole[begin] == rows([block])[0]


def learning(tail) -> Iterator[int]:
    """Have all days counted by ever new calls, each ended as soon as it came further."""
    calendar = tail.calendar
    while not calendar.knows(0):
        before = calendar.learned

        def end(before: int = before) -> None:
            if calendar.learned > before:
                raise OutOfTime

        with suppress(OutOfTime), beating(end):
            tail.learn(0)
        assert calendar.learned > before
        yield tail.dated_bytes


@pytest.mark.parametrize("changed", ["lately", "long ago"])
@pytest.mark.parametrize("name", ["shop.log", "shop.log.1.gz"])
def test_days_are_counted_in_pieces(tmp_path, monkeypatch, name, changed):
    """A call that is ended goes on in the next one, and the dates are the same ones."""
    small(monkeypatch)
    moments = every(at(2026, 3, 4, 20), timedelta(minutes=41), 100)
    path = write(tmp_path / name, text(moments, "console"), at(2026, 3, 7, 17))
    tail = tail_of(path)
    tail.begin(ns(at(2026, 3, 7, 17) + (changed == "long ago") * 9 * DAY))
    _ = list(tail.fresh(ns(at(2026, 3, 7, 17))))
    counted = list(learning(tail))
    found = rows(tail.between(0, None))
    tail.close()

    assert moments == moments_of(found)
    assert len(counted) > 5
    assert sorted(counted[:-1]) == counted[:-1]


def test_history_overtakes_the_count_of_days(tmp_path, monkeypatch):
    """What was counted from the beginning is counted from the end then; none twice."""
    small(monkeypatch)
    moments = every(at(2026, 3, 4, 20), timedelta(minutes=41), 100)
    path = write(tmp_path / "shop.log.1", text(moments, "console"), at(2026, 3, 7, 17))
    tail = tail_of(path)
    tail.begin(ns(at(2026, 4, 7)))
    _ = next(learning(tail))
    block = tail.history(ROOM)
    _ = list(learning(tail))
    found = rows(tail.between(0, None))
    tail.close()

    assert block is not None
    assert moments == moments_of(found)


def test_who_counts_the_days_waits_for_nobody_without_a_beat(tmp_path, monkeypatch):
    """While another one does, a question can still be ended."""
    small(monkeypatch)
    moments = every(at(2026, 3, 4, 20), timedelta(minutes=41), 100)
    content = text(moments, "console")
    tail = tail_of(write(tmp_path / "shop.log.1.gz", content, moments[-1]))
    tail.begin(ns(moments[-1]))
    ended = []

    def over() -> None:
        raise OutOfTime

    def another() -> None:
        with beating(over):
            try:
                tail.learn(0)
            except OutOfTime:
                ended.append("ended")

    def wait_for_another() -> None:
        if not ended:
            thread = Thread(target=another)
            thread.start()
            thread.join()

    with beating(wait_for_another):
        tail.learn(0)
    tail.close()

    assert ["ended"] == ended
    assert tail.calendar is not None
    assert tail.calendar.knows(0)


def live(path: Path, zone, steps) -> list[datetime]:
    """The times of lines that are added at moments of their own."""
    path.touch()
    tail, blocks = tail_of(path, settings(zone)), []
    tail.begin(ns(steps[0][0]))
    for now, added in steps:
        with path.open("a") as file:
            file.write(added)
        os.utime(path, ns=(ns(now), ns(now)))
        blocks += list(tail.fresh(ns(now)))
    tail.close()
    return moments_of(rows(blocks))


def test_a_followed_file_moves_to_the_next_day(tmp_path):
    """And over days in which nobody wrote."""
    moments = [
        *every(at(2026, 3, 4, 23, 50), timedelta(minutes=4), 10),
        *every(at(2026, 3, 9, 7), timedelta(minutes=4), 3),
    ]
    steps = [
        (moment, text([moment], "console", first=n)) for n, moment in enumerate(moments)
    ]

    assert moments == live(tmp_path / "shop.log", UTC, steps)


def test_a_followed_file_moves_to_the_next_year(tmp_path):
    """In one look, too."""
    moments = every(at(2025, 12, 31, 23, 50), timedelta(minutes=4), 10)
    one_by_one = [
        (moment, text([moment], "syslog", first=n)) for n, moment in enumerate(moments)
    ]

    assert moments == live(tmp_path / "a.log", UTC, one_by_one)
    assert moments == live(
        tmp_path / "b.log", UTC, [(moments[-1], text(moments, "syslog"))]
    )


def test_what_comes_behind_the_history_goes_on_from_it(tmp_path, monkeypatch):
    """The file was there, then it is written to after midnight."""
    small(monkeypatch)
    moments = every(at(2026, 3, 4, 20), timedelta(minutes=7), 80)
    path = write(tmp_path / "shop.log", text(moments[:33], "console"), moments[32])
    tail = tail_of(path)
    tail.begin(ns(moments[32]))
    blocks = list(tail.fresh(ns(moments[32])))
    for n, moment in enumerate(moments[33:], 33):
        with path.open("a") as file:
            file.write(text([moment], "console", first=n))
        blocks += list(tail.fresh(ns(moment)))
    while tail.frontier:
        if (block := tail.history(ROOM)) is not None:
            blocks.insert(0, block)
    tail.close()

    assert moments == moments_of(rows(blocks))


def test_lines_out_of_order_are_no_midnight(tmp_path):
    """A line that is late by seconds is of the day before, an old one of today."""
    first = at(2026, 3, 4, 23, 59, 50)
    seconds = [0, 5, 12, 9, 13, 8, 11, 20, 3 * 3600, 2 * 3600, 3 * 3600 + 1, 4 * 3600]
    moments = [first + timedelta(seconds=s) for s in seconds]
    path = write(tmp_path / "shop.log", text(moments, "console"), moments[-1])

    assert moments == moments_of(forwards(path))


def test_two_clocks_in_one_file_are_no_nights(tmp_path, monkeypatch):
    """Each line falls back by five hours, and the next one is not later for it."""
    small(monkeypatch)
    first = every(at(2026, 3, 4, 8), timedelta(minutes=2), 120)
    moments = [m for one in first for m in (one, one - 5 * HOUR)]
    path = write(tmp_path / "shop.log", text(moments, "console"), moments[-1])

    assert moments == moments_of(forwards(path))
    assert moments == moments_of(in_the_book(path, UTC, moments[-1]))


def test_lines_out_of_order_are_no_new_year(tmp_path):
    """Nor is a line that is late by minutes."""
    first = at(2025, 12, 31, 23, 59)
    moments = [first + timedelta(seconds=s) for s in (0, 90, 30, 70, 50, 100, 86_400)]
    path = write(tmp_path / "shop.log", text(moments, "syslog"), at(2026, 5, 1))

    assert moments == moments_of(forwards(path))


def test_whole_times_between_the_others_stay(tmp_path):
    """Of a log that several programs write to: each says what it says."""
    path = write(
        tmp_path / "shop.log",
        "Dec 31 23:59:58 web shop: a\n"
        "2019-05-06T07:08:09Z web shop: an old one\n"
        "Jan  1 00:00:03 web shop: b\n"
        "no time at all\n"
        "Jan  1 00:00:04 web shop: c\n" * 1,
        at(2026, 1, 1, 0, 5),
    )

    assert [
        "2025-12-31T23:59:58.000Z",
        "2019-05-06T07:08:09.000Z",
        "2026-01-01T00:00:03.000Z",
        "2026-01-01T00:00:04.000Z",
    ] == [iso(row.time_ns) for row in forwards(path)]


def test_a_zone_that_is_stated_counts(tmp_path):
    """Not the source's; the day is that of the file's clocks."""
    lines = ["22:30:00Z INFO a\n", "23:30:00Z INFO b\n", "00:30:00Z INFO c\n"]
    path = write(tmp_path / "shop.log", "".join(lines) * 2, at(2026, 3, 5, 0, 31))

    assert [(3, 22), (3, 23), (4, 0), (4, 22), (4, 23), (5, 0)] == [
        (m.day, m.hour) for m in moments_of(forwards(path, settings(BERLIN)))
    ]


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
GAPS = st.integers(0, 60 * 11)  # minutes
PAUSES = st.integers(
    0, 60 * 21
)  # a later clock, or one two hours earlier, tells nothing


@given(
    st.datetimes(datetime(2021, 1, 1), datetime(2025, 1, 1)),  # noqa: DTZ001 - made UTC
    st.lists(GAPS, min_size=1, max_size=60),
    st.tuples(ZONES, st.sampled_from(["console", "json"])),
    st.integers(100, 900),
    st.integers(0, 12),
)
def test_any_days_are_found(start, gaps, written, unit, idle):
    """Whatever the zone, the split and how long nobody wrote, up to half a day."""
    zone, layout = ZoneInfo(written[0]), written[1]
    moments = [start.replace(microsecond=0, tzinfo=UTC)]
    for minutes in gaps:
        moments.append(moments[-1] + timedelta(minutes=minutes))
    changed = moments[-1] + timedelta(hours=idle)
    wanted = [once(moment, zone) for moment in moments]
    with folder() as here, pytest.MonkeyPatch.context() as patch:
        small(patch, unit)
        path = write(here / "shop.log", text(moments, layout, zone), changed)
        found = moments_of(in_the_book(path, zone, changed))
        again = moments_of(forwards(path, settings(zone)))

    assert wanted == found
    assert wanted == again


@given(
    st.datetimes(datetime(2021, 1, 1), datetime(2025, 1, 1)),  # noqa: DTZ001 - made UTC
    st.lists(PAUSES, min_size=1, max_size=60),
    st.integers(100, 900),
)
def test_any_pauses_are_found_where_lines_are_in_order(start, gaps, unit):
    """Up to nearly a day, if what follows one does not look like a second writer."""
    moments = [start.replace(microsecond=0, tzinfo=UTC)]
    for minutes in gaps:
        moments.append(moments[-1] + timedelta(minutes=minutes))
    phases = np.array([ns(m) % DAY_NS for m in moments])
    assume(MIDNIGHT.ordered(phases) is NIGHT)
    with folder() as here, pytest.MonkeyPatch.context() as patch:
        small(patch, unit)
        path = write(here / "shop.log", text(moments, "console"), moments[-1])
        found = moments_of(in_the_book(path, UTC, moments[-1]))
        again = moments_of(forwards(path))

    assert moments == found
    assert moments == again


@given(
    st.datetimes(datetime(2005, 1, 1), datetime(2022, 1, 1)),  # noqa: DTZ001 - made UTC
    st.lists(st.integers(0, 24 * 180), min_size=1, max_size=40),
    ZONES,
    st.integers(100, 900),
    st.integers(0, 300),
)
def test_any_years_are_found(start, gaps, zone_name, unit, idle):
    """Whatever the zone, the split and how many months nobody wrote, up to six."""
    zone = ZoneInfo(zone_name)
    moments = [start.replace(microsecond=0, tzinfo=UTC)]
    for hours in gaps:
        moments.append(moments[-1] + timedelta(hours=hours))
    changed = moments[-1] + timedelta(days=idle)
    wanted = [once(moment, zone) for moment in moments]
    with folder() as here, pytest.MonkeyPatch.context() as patch:
        small(patch, unit)
        path = write(here / "shop.log", text(moments, "syslog", zone), changed)
        found = moments_of(in_the_book(path, zone, changed))
        again = moments_of(forwards(path, settings(zone)))

    assert wanted == found
    assert wanted == again


def once(moment: datetime, zone) -> datetime:
    """What is read of a moment: in the hour that comes twice, the first one."""
    return moment.astimezone(zone).replace(fold=0).astimezone(UTC)


def test_files_with_whole_times_have_no_second_reading(tmp_path):
    """So they cost nothing."""
    path = write(
        tmp_path / "shop.log", "2026-03-04 05:06:07 INFO up\n" * 50, at(2026, 3, 5)
    )
    reading, blocks = scan(path, settings(UTC))

    assert reading is not None
    assert reading.undated is None
    assert 50 == sum(len(scanned.block.times) for scanned in blocks)


def test_times_inside_of_an_envelope(tmp_path, monkeypatch):
    """One without a time of its own: what it wraps is dated as if it stood alone."""
    small(monkeypatch)
    moments = every(at(2026, 3, 4, 20), timedelta(minutes=41), 70)
    lines = text(moments, "console").splitlines()
    content = "".join(f"web-1  | {line}\n" for line in lines)
    path = write(tmp_path / "shop.log", content, moments[-1])

    assert moments == moments_of(forwards(path))
    assert moments == moments_of(in_the_book(path, UTC, moments[-1]))


def test_a_head_that_lacks_dates_and_a_body_that_does_not(tmp_path, monkeypatch):
    """Each part of the file is looked at once for dates that are nowhere in it."""
    small(monkeypatch)
    early = every(at(2026, 3, 4, 22), timedelta(minutes=41), 8)
    content = text(early, "console")
    content += "".join(
        f"2026-03-06 {n // 60:02}:{n % 60:02}:00.123 INFO shop.cart - order {n}\n"
        for n in range(400)
    )
    path = write(tmp_path / "shop.log", content, at(2026, 3, 6, 8))
    tail = tail_of(path, settings(UTC))
    blocks: list[Block | None] = []
    tail.begin(ns(at(2026, 3, 6, 8)))
    fresh = list(tail.fresh(ns(at(2026, 3, 6, 8))))
    while tail.frontier:
        blocks.insert(0, tail.history(ROOM))
        # What was looked at is known, so it is not looked at again.
        assert tail.frontier == tail._origin.calendar.begin  # type: ignore[union-attr]
    tail.close()
    found = rows([block for block in (*blocks, *fresh) if block is not None])

    # The last clock of the head is the latest that the age of the file allows.
    assert [m + DAY for m in early] == moments_of(found[:8])
    assert 408 == len(found)


def test_a_young_file_that_turns_out_to_lack_dates(tmp_path):
    """What its first lines did not show, a longer head does."""
    start = at(2026, 3, 4, 23, 50)
    whole = "2026-03-04 23:50:00.123 INFO shop.cart - started, with whole times\n"
    moments = every(start + timedelta(minutes=1), timedelta(minutes=2), 200)
    steps = [(start, whole)]
    steps += [
        (moment, text([moment], "console", first=n)) for n, moment in enumerate(moments)
    ]

    found = live(tmp_path / "shop.log", UTC, steps)

    assert moments[100:] == found[101:]


def test_an_order_of_day_and_month_that_shows_later(tmp_path):
    """A young file's first days may be either; from the first day above 12 on, none is."""
    moments = every(at(2026, 4, 1, 12), timedelta(hours=3), 240)
    steps = [
        (moment, moment.strftime(f"%d/%m/%Y %H:%M:%S INFO shop - order number {n}\n"))
        for n, moment in enumerate(moments)
    ]
    found = live(tmp_path / "shop.log", UTC, steps)

    assert moments[100:] == found[100:]
