"""All sources: names, families, what is missing."""

import os

import pytest

from log_mcp.ingest import catalog as catalog_part
from log_mcp.ingest.catalog import Catalog, Wanted
from tests.feeding import NOON_NS, SETTINGS, catalog_of, numbered


@pytest.fixture
def catalogs():
    """Refreshed catalogs, closed at the end."""
    made = []

    def make(catalog: Catalog, *, started: bool = False) -> Catalog:
        catalog.refresh(NOON_NS, started=started)
        made.append(catalog)
        return catalog

    yield make
    for catalog in made:
        catalog.close()


def write(path, first=0, count=3):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(numbered(first, count))
    return path


def names(catalog) -> dict[str, int]:
    return {source.name: len(source.tails) for source in catalog.sources}


def test_files_are_sorted_by_family(tmp_path, catalogs):
    """A log and what rotation made of it are one source, named after it."""
    for at, name in enumerate(
        ("shop.log", "shop.log.1", "cart.log", "archive/cart-2026-03-03.log")
    ):
        write(tmp_path / name, at)

    assert {"cart": 2, "shop": 2} == names(catalogs(catalog_of(tmp_path)))


def test_a_named_source_takes_all_that_its_paths_find(tmp_path, catalogs):
    """And what it took is no source of its own; its name is not given twice."""
    write(tmp_path / "logs/shop.log")
    write(tmp_path / "logs/cart.log", 5)
    write(tmp_path / "b/api.log")
    wanted = [
        Wanted((str(tmp_path / "logs"),), SETTINGS, "api"),
        Wanted((str(tmp_path / "logs"), str(tmp_path / "b")), SETTINGS),
    ]

    assert {"api": 2, "b/api": 1} == names(catalogs(Catalog(wanted, tuple, SETTINGS)))


def test_equal_names_get_their_folders(tmp_path, catalogs):
    """Also the one that was there before."""
    write(tmp_path / "a/shop.log")
    (tmp_path / "b").mkdir()
    catalog = catalogs(catalog_of(tmp_path / "a", tmp_path / "b"))
    source = catalog.sources[0]
    assert "shop" == source.name
    write(tmp_path / "b/shop.log")
    catalogs(catalog, started=True)

    assert {"a/shop": 1, "b/shop": 1} == names(catalog)
    assert "a/shop" == source.name


def test_what_is_named_is_a_source_before_it_exists(tmp_path, catalogs):
    """Its folder is watched, and it is picked up when it appears."""
    catalog = catalogs(catalog_of(tmp_path / "later.log"))
    assert {"later": 0} == names(catalog)
    assert tmp_path in catalog.watch
    write(tmp_path / "later.log")
    catalogs(catalog, started=True)

    assert {"later": 1} == names(catalog)


@pytest.mark.parametrize(
    ("pattern", "trouble"),
    [("*.log", "matches no log file yet"), ("", "holds no log file yet")],
    ids=["a glob", "a folder"],
)
def test_what_finds_nothing_is_said(tmp_path, catalogs, pattern, trouble):
    """Until it finds something."""
    catalog = catalogs(catalog_of(tmp_path / pattern))
    assert {str(tmp_path / pattern): trouble} == catalog.trouble
    write(tmp_path / "shop.log")
    catalogs(catalog, started=True)

    assert {} == catalog.trouble


def test_a_path_that_is_refused_is_said(tmp_path, catalogs):
    """With the reason."""
    (tmp_path / "loop.log").symlink_to(tmp_path / "loop.log")
    catalog = catalogs(catalog_of(tmp_path / "loop.log"))

    assert "lead in a circle" in catalog.trouble[str(tmp_path / "loop.log")]


def test_discovered_sources_come_and_go(tmp_path, catalogs):
    """Nobody asked for them by name, so nothing is said when there are none."""
    catalog = Catalog([], lambda: [str(tmp_path / "*.log")], SETTINGS)
    catalogs(catalog)
    assert {} == names(catalog)
    assert {} == catalog.trouble
    write(tmp_path / "shop.log")
    catalogs(catalog, started=True)

    assert {"shop": 1} == names(catalog)


def test_a_discovered_source_that_never_held_a_file_is_forgotten(tmp_path, catalogs):
    """A file that was gone before it was opened leaves no name behind."""
    found = [str(tmp_path / "gone.log")]
    catalog = Catalog([], lambda: found, SETTINGS)
    catalogs(catalog)
    found.clear()
    catalogs(catalog)

    assert {} == names(catalog)


def test_one_file_under_two_names_is_read_once(tmp_path, catalogs):
    """A symlink beside its target, in one source or in two."""
    write(tmp_path / "shop.log")
    (tmp_path / "current.log").symlink_to(tmp_path / "shop.log")
    wanted = [
        Wanted((str(tmp_path / "shop.log"),), SETTINGS, "shop"),
        Wanted((str(tmp_path / "current.log"),), SETTINGS),
    ]

    assert 1 == sum(names(catalogs(Catalog(wanted, tuple, SETTINGS))).values())


def test_files_are_found_by_their_paths(tmp_path, catalogs):
    """By the name they have and by the one it leads to; others are passed over."""
    write(tmp_path / "real/shop.log")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    catalog = catalogs(catalog_of(tmp_path / "link/shop.log"))
    paths = [str(tmp_path / "link/shop.log"), str(tmp_path / "real/shop.log"), "/other"]

    assert 2 == len(catalog.tails_at(paths))
    assert 1 == len({id(tail) for _, tail in catalog.tails_at(paths)})


def test_of_very_many_files_the_youngest_are_taken_in_first(
    tmp_path, catalogs, monkeypatch
):
    """The others follow, as history; none is left out or read twice."""
    monkeypatch.setattr(catalog_part, "AT_ONCE", 3)
    for at in range(10):
        file = write(tmp_path / f"job{at}.log", at, 1)
        os.utime(file, (1_000 + at, 1_000 + at))
    catalog = catalogs(catalog_of(tmp_path))

    def followed() -> set[str]:
        return {source.name for source in catalog.sources if source.tails}

    assert (7, {"job7", "job8", "job9"}) == (catalog.waiting, followed())
    (tmp_path / "job0.log").unlink()
    write(tmp_path / "new.log", 50, 1)
    catalog.refresh(NOON_NS, started=True)
    assert (6, {"job7", "job8", "job9", "new"}) == (catalog.waiting, followed())
    catalog.more(NOON_NS)
    assert (3, {"job4", "job5", "job6"}) == (
        catalog.waiting,
        followed() - {"job7", "job8", "job9", "new"},
    )
    catalog.more(NOON_NS)
    assert (0, {"new", *(f"job{at}" for at in range(1, 10))}) == (
        catalog.waiting,
        followed(),
    )
