"""Which files a path, a folder or a pattern means."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.ingest import discover
from log_mcp.ingest.discover import Expanded, expand, project_logs


@pytest.fixture
def tree(tmp_path):
    """Makes files below a folder and lists what an expansion found of them."""

    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("one line\n")
        return tmp_path

    return make


def found(root: Path, pattern: str) -> list[str]:
    """Names of the files, relative to a folder; nothing may be in their way."""
    expanded = expand(f"{root}/{pattern}")
    assert expanded.trouble is None
    return [str(path.relative_to(root)) for path in expanded.files]


ROTATED = ("app.log", "app.log.1", "app.log.2.gz", "app-2026-03-04.log")
SKIPPED = (
    *(".git/x.log", "node_modules/x.log", "venv/pyvenv.cfg", "venv/x.log"),
    *("__pycache__/x.log", ".hidden/x.log", ".env", "id_rsa", "tls.key", "tls.pem"),
    *("a.tar.gz", "b.zip", "c.png", "d.sqlite3", "e.pyc", "f.tar.gz.1", "wtmp"),
)


def test_a_file_brings_its_rotated_siblings(tree):
    """A live file is named; what rotation made of it comes along, archives too."""
    root = tree(
        *ROTATED, "archive/app.log.3.gz", "archive/2026-03/app-2026-03-01.log.gz"
    )
    tree(
        "app.json", "apple.log.1", "other.log", "archive/other.log.1", "old/app.json.1"
    )
    expected = ["app-2026-03-04.log", "app.log", "app.log.1", "app.log.2.gz"]
    expected += ["archive/2026-03/app-2026-03-01.log.gz", "archive/app.log.3.gz"]

    assert expected == found(root, "app.log")


def test_a_rotated_file_comes_alone(tree):
    """Who names one generation means that one."""
    root = tree(*ROTATED)

    assert ["app.log.1"] == found(root, "app.log.1")


def test_a_missing_file_is_kept(tree):
    """It may appear: it is followed, its nearest folder watched, its siblings read."""
    root = tree("app.log.1")

    assert ["app.log", "app.log.1"] == found(root, "app.log")
    assert Expanded((root / "a/b/c.log",), (root,)) == expand(f"{root}/a/b/c.log")


def test_a_folder_means_the_logs_below_it(tree):
    """In any folder what is called a log, in a folder of logs every text."""
    root = tree(*ROTATED, "a/b/deep.log", "notes.txt", "main.py", "package.json")
    tree("logs/api.txt", "logs/api/2026.csv", "logs/main.py", "logs/README", *SKIPPED)
    texts = ["logs/api/2026.csv", "logs/api.txt"]
    expected = ["a/b/deep.log", *sorted(ROTATED), *texts]

    assert expected == found(root, "")
    assert texts == found(root, "logs")
    assert [] == found(root, "node_modules/none*")


def test_a_folder_of_nextjs_is_looked_into(tree):
    """`.next` is hidden, and holds logs."""
    root = tree(".next/trace", ".next/dev/logs/next-development.log")

    assert [".next/dev/logs/next-development.log", ".next/trace"] == found(root, "")


PATTERNS = {
    "*.log": ["a.log", "a.log.1", "b.log"],
    "?.log": ["a.log", "a.log.1", "b.log"],
    "[b-z].log": ["b.log"],
    "x/*.log": ["x/c.log"],
    "*/*.log": ["x/c.log"],
    "*/y/*.log": ["x/y/d.log"],
    "**/*.log": ["a.log", "a.log.1", "b.log", "x/c.log", "x/y/d.log"],
    "**/**/y/*.log": ["x/y/d.log"],
    "x/**/*.log": ["x/c.log", "x/y/d.log"],
    "x/**": ["x/c.log", "x/y/d.log"],
    "x*": ["x/c.log", "x/y/d.log"],
    "*.txt": ["notes.txt"],
    ".h*/*.log": [".hidden/h.log"],
    "*/none/*.log": [],
    "absent/*.log": [],
}


@pytest.mark.parametrize(("pattern", "expected"), PATTERNS.items(), ids=PATTERNS)
def test_a_pattern_means_what_it_matches(tree, pattern, expected):
    """All that matches, as a shell would, and the rotated siblings of it."""
    root = tree("a.log", "a.log.1", "b.log", "x/c.log", "x/y/d.log", "notes.txt")
    tree("node_modules/n.log", ".hidden/h.log", "x/.git/g.log", "*.txt.d/none")

    assert expected == found(root, pattern)


def test_a_name_goes_before_its_reading_as_a_pattern(tree):
    """A file called `[1].log` can be named."""
    root = tree("[1].log", "1.log")

    assert ["[1].log"] == found(root, "[1].log")


def test_nothing_is_met_twice(tree):
    """Links that lead in a circle, back up, or to what is there already add nothing."""
    root = tree("logs/app.log", "elsewhere/db.log")
    (root / "logs/circle").symlink_to(root / "logs")
    (root / "logs/up").symlink_to(root)
    (root / "logs/beside").symlink_to(root / "elsewhere")
    (root / "logs/current.log").symlink_to("app.log")
    (root / "logs/broken.log").symlink_to("nowhere")
    (root / "logs/self.log").symlink_to("self.log")
    expanded = expand(f"{root}/logs")

    assert (root / "logs/app.log", root / "logs/beside/db.log") == expanded.files
    assert (
        f"{root}/logs/self.log: its symbolic links lead in a circle" == expanded.trouble
    )


def test_a_linked_file_is_watched_where_it_lies(tree):
    """Changes behind a link are seen in the folder that it leads to."""
    root = tree("releases/5/app.log")
    (root / "current.log").symlink_to(root / "releases/5/app.log")
    (root / "next.log").symlink_to(root / "releases/6/app.log")

    assert Expanded((root / "current.log",), (root, root / "releases/5")) == expand(
        f"{root}/current.log"
    )
    assert Expanded((root / "next.log",), (root / "releases", root)) == expand(
        f"{root}/next.log"
    )


def test_folders_to_watch_are_those_where_something_can_appear(tree):
    """Each folder that was looked into, or the nearest that exists."""
    root = tree("x/a.log", "y/z/b.log")
    below = tuple(root / name for name in ("x", "y", "y/z"))

    assert (root, *below) == expand(f"{root}/**/*.log").watch
    assert (root, root / "x", root / "y") == expand(f"{root}/*/none/*.log").watch
    assert (root,) == expand(f"{root}/absent/*.log").watch


REFUSED = {
    ".env": "looks like a key or a password file, and is not read",
    "tls.key": "looks like a key or a password file, and is not read",
    "logs.zip": "looks like an archive, a database or a program, and is not read",
    "a.log/b.log": "what it lies in is no folder",
    "x" * 300: "the name is too long",
    "pipe.log": "not a regular file",
    "self.log": "its symbolic links lead in a circle",
}


@pytest.mark.parametrize(
    ("name", "expected"), REFUSED.items(), ids=[k[:9] for k in REFUSED]
)
def test_what_is_named_and_not_read_is_said(tree, name, expected):
    """No silent gap: the trouble says which path and why."""
    root = tree(".env", "tls.key", "logs.zip", "a.log")
    os.mkfifo(root / "pipe.log")
    (root / "self.log").symlink_to("self.log")
    expanded = expand(f"{root}/{name}")

    assert Expanded((), expanded.watch, f"{root}/{name}: {expected}") == expanded
    assert root in expanded.watch


def test_a_nul_is_no_path():
    """What no system accepts is refused in words."""
    assert Expanded((), (), "/a?b: no path holds a NUL") == expand("/a\0b")


@pytest.fixture
def closed():
    """A folder that this process may not list, whoever runs it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for below, mode in (("listed", 0o444), ("closed", 0o000)):
            (folder / below).mkdir()
            (folder / below / "app.log").touch()
            (folder / below).chmod(mode)
        mine = os.geteuid()
        if mine == 0:
            os.seteuid(65534)
        yield folder
        os.seteuid(mine)
        for path in folder.iterdir():
            path.chmod(0o755)


def test_missing_permission_is_trouble(closed):
    """A folder that may not be read is named, and nothing is raised."""
    hidden, listed = closed / "closed", closed / "listed/app.log"

    assert f"{hidden}: no permission to read it" == expand(f"{hidden}").trouble
    assert f"{listed}: no permission to read it" == expand(f"{listed.parent}").trouble
    assert (
        f"{hidden}/app.log: no permission to read it"
        == expand(f"{hidden}/app.log").trouble
    )


def test_limits_are_said(tree, monkeypatch):
    """What a limit keeps out is no silent gap either."""
    root = tree("a.log", "b.log", "c.log", "/".join("d" * 14) + "/e.log")
    deep = "/".join("d" * 13)
    trouble = f"{root}/{deep[:-2]}: more than 12 folders deep; name it itself"

    assert trouble == expand(str(root)).trouble
    monkeypatch.setattr(discover, "FILES_MAX", 2)
    expanded = expand(f"{root}/*.log")
    assert (root / "a.log", root / "b.log") == expanded.files
    assert "stopped after 2 files; name a narrower folder" == expanded.trouble
    monkeypatch.setattr("log_mcp.ingest.walk.WATCH_MAX", 1)
    assert (root,) == expand(f"{root}/**/*.log").watch
    monkeypatch.setattr("log_mcp.ingest.walk.ENTRIES_MAX", 3)
    expanded = expand(f"{root}/**/*.log")
    assert "stopped after 3 entries; name a narrower folder" in (expanded.trouble or "")


PROJECT = (
    *(
        "app.log",
        "app.log.1",
        "npm-debug.log",
        "yarn-error.log",
        "events.jsonl",
        "nohup.out",
    ),
    *(
        "logs/api.txt",
        "log/development.log",
        "var/log/dev.log",
        "storage/logs/laravel.log",
    ),
    *(
        "tmp/x.log",
        "tmp/cache/y.log",
        "web/debug.log",
        "web/logs/a.log",
        "apps/shop/logs/b.log",
    ),
    *("Logs/shop.txt", "App_Data/Logs/shop.txt", "bin/Debug/net8.0/logs/c.log"),
    *(".turbo/turbo-build.log", "target/logs/spring.log"),
    *(".next/trace", ".next/build.log", ".next/dev/logs/next-development.log"),
)


def test_a_project_is_searched_where_projects_log(tree):
    """The usual folders, loose files, and the places of common frameworks."""
    root = tree(*PROJECT)
    tree("README.md", "package.json", "src/log.py", "src/deep/er/c.log", *SKIPPED)
    patterns = project_logs(root)
    files = {path for pattern in patterns for path in expand(pattern).files}

    assert sorted(PROJECT) == sorted(str(path.relative_to(root)) for path in files)
    assert patterns == tuple(sorted(set(patterns)))


def test_a_project_without_logs_is_watched(tmp_path):
    """Nothing is there, and a first log file would still be seen."""
    root = tmp_path / "[odd] name"
    root.mkdir()
    patterns = project_logs(root)
    (root / "app.log").touch()
    files = [path for pattern in patterns for path in expand(pattern).files]

    assert 5 == len(patterns)
    assert [root / "app.log"] == files


PARTS = st.sampled_from(
    ["a.log", "b", "*", "**", "?.log", "[ab]", "[", ".next", "..", "x.log.1"]
)


@settings(max_examples=30, deadline=None)
@given(st.lists(PARTS, max_size=5))
def test_any_pattern_is_expanded(tmp_path_factory, parts):
    """Whatever is asked for, the answer is sorted, holds files, and stays the same."""
    root = tmp_path_factory.getbasetemp() / "any" / "root"
    if not root.exists():
        for name in ("a.log", "b/a.log", "b/b/x.log.1", "[/a.log", "archive/a.log.1"):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()
    expanded = expand(str(root.joinpath(*parts)))

    assert sorted(set(expanded.files)) == list(expanded.files)
    assert all(path.is_file() or not path.exists() for path in expanded.files)
    assert all(folder.is_dir() for folder in expanded.watch)
    assert expanded == expand(str(root.joinpath(*parts)))
