"""Names of files, sources and generations."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.ingest.family import (
    Family,
    family_of,
    generation,
    is_archive,
    is_live,
    is_log_name,
    names,
    stem,
    suffix_of,
)

STEMS = {
    # live
    "app.log": "app",
    "error.log": "error",
    "events.jsonl": "events",
    "events.log.json": "events",
    "out.txt": "out",
    "APP.LOG": "APP",
    "access_log": "access_log",
    "npm-debug.log": "npm-debug",
    "app-json.log": "app-json",
    "catalina.out": "catalina.out",
    ".log": ".log",
    # a number
    "ts-order-service.log.2.gz": "ts-order-service",
    "app.1.log": "app",
    "app.log-1": "app",
    "syslog.1": "syslog",
    # a number that belongs to the name
    "node1.log": "node1",
    "worker-3.log": "worker-3",
    "postgresql-16-main.log": "postgresql-16-main",
    "db-16.2.log": "db-16.2",
    "10.0.0.7.log": "10.0.0.7",
    "1.log": "1",
    # put away by hand
    "app.log.old": "app",
    "app.log.bak": "app",
    "app.log~": "app",
    # a date
    "app-2026-03-04.log": "app",
    "app-2026-03.log": "app",
    "app.20260304.log.gz": "app",
    "app.log-20260304": "app",
    "app.log-20260304.xz": "app",
    "app.log.2026-03-04_05": "app",
    "app-03-04-2026-1.log": "app",
    "catalina.2026-03-04.log": "catalina",
    "localhost_access_log.2026-03-04.txt": "localhost_access_log",
    "messages-20260304.gz": "messages",
    "log20260304_001.txt": "log",
    "access.log-1772600000": "access",
    "postgresql-Mon.log": "postgresql",
    # a date and a time
    "foo-2026-03-04T05-06-07.123.log.gz": "foo",
    "app.2026-03-04_05-06-07_123456.log.zst": "app",
    "app-20260304T050607Z.log": "app",
    "access.log.202603040506": "access",
    "postgresql-2026-03-04_050607.log": "postgresql",
    # a date and a number
    "app-2026-03-04-1.log.gz": "app",
    "app.2026-03-04.0.log": "app",
    "app-2026-03-04.log.1": "app",
    # a date in front
    "2026-03-04-jobs.log": "jobs",
    "2026-03-04.error.log": "error",
    "2026-03-04T05_06_07_123Z-debug-0.log": "debug-0",
    # no date
    "build20269999.log": "build20269999",
    "abc20260304def.log": "abc20260304def",
    # nothing but a date
    "api/2026-03-04.log": "api",
    "api/archive/2026-03-04.log.gz": "api",
    "2026-03-04.log": "2026-03-04",
}


@pytest.mark.parametrize(("path", "expected"), STEMS.items(), ids=STEMS)
def test_stem_leaves_out_what_rotation_added(path, expected):
    """A source is named after its file, without rotation, date, packing and suffix."""
    assert expected == stem(path)


WORDS = st.sampled_from(
    [
        "app",
        "2026-03-04",
        "20260304",
        "log",
        "1",
        "12",
        "old",
        "gz",
        "json",
        "T05",
        "Mon",
    ]
)
NAMES = st.one_of(
    st.text(st.characters(exclude_characters="/\0"), max_size=30),
    st.lists(st.one_of(WORDS, st.sampled_from(".-_~"))).map("".join),
)


@given(NAMES)
def test_stem_is_idempotent(name):
    """There is nothing left to take away from a stem."""
    assert stem(stem(name)) == stem(name)


@given(st.lists(NAMES, max_size=4))
def test_paths_of_any_names_are_read(parts):
    """Whatever a file is called, it has a family, an age and a suffix."""
    path = Path("/", *parts)

    assert family_of(path).folder in (path, *path.parents)
    assert is_live(path) in {True, False}
    assert is_log_name(path.name) in {True, False}
    assert suffix_of(path) in {"", ".log", ".jsonl", ".json", ".txt"}
    assert generation(path) == generation(path)


@given(st.sampled_from(["app", "access_log", "my service"]), st.integers(1, 99))
def test_rotation_keeps_the_family(name, number):
    """What rotation makes of a file stays in its family, and is no longer live."""
    live = Path("/var/log", f"{name}.log")
    rotated = [
        live.with_name(f"{name}.log.{number}"),
        live.with_name(f"{name}.log.{number}.gz"),
        live.with_name(f"{name}-2026-03-{number % 28 + 1:02}.log"),
        live.parent / "archive" / live.name,
        live.parent / "old" / f"{name}.log.{number}",
    ]

    assert is_live(live)
    assert {family_of(live)} == {family_of(path) for path in rotated}
    assert {suffix_of(live)} == {suffix_of(path) for path in rotated}
    assert not any(is_live(path) for path in rotated)


ORDERS = {
    "bare numbers: the smaller is newer": "app.log app.log.1 app.log.2.gz app.log.10.gz",
    "dates": "app.log app.log-20260304 app.log-20260303.gz app.log-20251231.gz",
    "dates in different notation": "a-2026-03-04.log a-20260303.log a-03-02-2026.log",
    "months after their days": "a-2026-03-01.log a-2026-03.log a-2026-02-28.log",
    "day first, where it cannot be a month": "a-25-03-2026.log a-03-24-2026.log",
    "times of day": "a.2026-03-04_05-06.log a.2026-03-04_05.log a.2026-03-04.log",
    "seconds since the epoch": "a.log-1772600001 a.log-1772600000 a.log-20260101",
    "numbers behind a date: the larger is newer": (
        "a-2026-03-04.2.log a-2026-03-04.1.log a-2026-03-04.0.log a-2026-03-03.9.log"
    ),
    "numbers behind a dated name": "a-2026-03-04.log.2 a-2026-03-04.log.1",
    "put away by hand": "app.log app.log.old app.log.2",
    "archives last": "app.log app.log.3 archive/app.log.1 old/app.log.2",
    "dated folders": "2026-03-04/a.log 2026-03-03/a.log 2026-03-03/a.log.1 2026-02/a.log",
    "the plain one of two": "app.log.1 app.log.1.gz",
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_generations_sort_from_newest_to_oldest(order):
    """The names alone tell the order of a family."""
    paths = [Path("logs", name) for name in order.split()]
    mixed = paths[::-1]

    assert paths == sorted(mixed, key=generation)


def test_the_last_change_breaks_ties(tmp_path):
    """Where names tell nothing, the file that changed last is the newest."""
    young, old = tmp_path / "postgresql-Mon.log", tmp_path / "postgresql-Fri.log"
    for path, time in ((young, 2_000), (old, 1_000)):
        path.touch()
        os.utime(path, (time, time))

    assert [young, old] == sorted([old, young], key=generation)


def test_archives_belong_to_the_folder_above():
    """A folder named archive, old, or after a date is no home of its own."""
    expected = Family(Path("/srv/logs"), "app")
    archived = [
        "archive/app.log.3",
        "old/app.log",
        "2026-03/app.log",
        "archive/2026-03-04/app.log",
    ]

    assert {expected} == {family_of(f"/srv/logs/{path}") for path in archived}
    assert is_archive("Archive")
    assert not is_archive("api")


NAMED = {
    "stems": {"/l/app": "app", "/l/db": "db"},
    "one folder tells them apart": {"/l/a/app": "a/app", "/l/b/app": "b/app"},
    "two folders do": {"/x/a/app": "x/a/app", "/y/a/app": "y/a/app"},
    "only those that collide": {
        "/x/a/app": "a/app",
        "/x/b/app": "b/app",
        "/x/db": "db",
    },
    "a folder that runs out": {"/app": "app", "/a/app": "a/app"},
    "control characters": {"/l/a\nb": "a_b", "/l/a\tb": "l/a_b#2"},
}


@pytest.mark.parametrize("expected", NAMED.values(), ids=NAMED)
def test_sources_are_named_by_stems_and_parents_where_they_collide(expected):
    """Names are as short as they can be, and no two are equal."""
    families = {
        Family(Path(path).parent, Path(path).name): name
        for path, name in expected.items()
    }
    given_names = names(families)

    assert len(families) == len(set(given_names.values()))
    if not any("#" in name for name in families.values()):
        assert families == given_names


@given(
    st.sets(
        st.builds(
            Family,
            st.sampled_from(list(map(Path, ["/", "/a", "/b", "/a/b", "/b/b", "c"]))),
            NAMES,
        )
    )
)
def test_no_two_families_share_a_name(families):
    """Whatever the files are called, a name says which source is meant."""
    given_names = names(families)

    assert families == set(given_names)
    assert len(families) == len(set(given_names.values()))
    assert all(name and name.isprintable() for name in given_names.values())


LOG_NAMES = {
    *(
        "app.log",
        "app.log.1",
        "app.log.gz",
        "app-2026-03-04.log",
        "events.jsonl",
        "x.ndjson",
    ),
    *(
        "access_log",
        "access_log.1.gz",
        "syslog",
        "syslog.2.gz",
        "messages-20260304",
        "trace",
    ),
    *(
        "nohup.out",
        "worker.err",
        "log.txt",
        "server-log.json",
        "log20260304.txt",
        "2026-03-04.log",
    ),
    *("localhost_access_log.2026-03-04.txt", "npm-debug.log", "java-0.log~"),
}
OTHER_NAMES = {
    *(
        "notes.txt",
        "package.json",
        "changelog.txt",
        "blog.json",
        "log.py",
        "log4j2.json",
        "man.1",
    ),
    *(
        "README",
        "main.rs",
        "dump-2026-03-04.sql.gz",
        "libz.so.1",
        "report-2026-03-04.json",
        "",
    ),
}


def test_log_names_are_told_from_others():
    """A name is a log's if it, or what is left of it without rotation, says so."""
    assert dict.fromkeys(LOG_NAMES, True) == {
        name: is_log_name(name) for name in LOG_NAMES
    }
    assert dict.fromkeys(OTHER_NAMES, False) == {
        name: is_log_name(name) for name in OTHER_NAMES
    }
