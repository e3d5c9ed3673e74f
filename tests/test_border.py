"""Twin of log_mcp/ingest/border.py: what may be opened, wherever a name leads."""

import os
from gzip import compress
from pathlib import Path

import pytest

from log_mcp.cli import main
from log_mcp.config import load
from log_mcp.errors import SourceError, SourceForbidden
from log_mcp.ingest import border as module
from log_mcp.ingest.border import ANYWHERE, Border, open_regular
from log_mcp.ingest.discover import expand, project_border, project_logs
from log_mcp.ingest.family import family_of
from log_mcp.ingest.file import LogFile
from log_mcp.passage import files_of
from tests.books import reading

LINE = b"2026-03-04T05:06:07Z INFO all is well\n"
KEY = b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n"
ADVICE = "; name it"


@pytest.fixture
def project(tmp_path):
    """A checkout with two logs, and what must not be read beside it and in it."""
    root = tmp_path / "shop"
    outside = tmp_path / "outside"
    for folder in (
        root / "logs",
        root / "releases",
        outside / ".ssh",
        outside / "logs",
    ):
        folder.mkdir(parents=True)
    for file in (root / "logs/app.log", root / "releases/5.log", outside / "plain.log"):
        file.write_bytes(LINE)
    (outside / "logs/far.log").write_bytes(LINE)
    (outside / ".ssh/id_rsa").write_bytes(KEY)
    (outside / ".ssh/config").write_bytes(LINE)
    (root / ".env").write_bytes(b"PASSWORD=x\n")
    return root


def inside(project):
    return Border.around([project], ADVICE)


def link(project, name, target):
    """A link in the folder of logs."""
    path: Path = project / "logs" / name
    path.symlink_to(target)
    return path


# What a name leads to, whether a project may read it, and whether the user may.
LINKS = {
    "a log of the project": ("../releases/5.log", True, True),
    "a log elsewhere": ("{outside}/plain.log", False, True),
    "a key": ("{outside}/.ssh/id_rsa", False, False),
    "a file among keys": ("{outside}/.ssh/config", False, False),
    "settings with passwords": ("../.env", False, False),
    "the system's passwords": ("/etc/shadow", False, False),
    "what the kernel makes up": ("/proc/self/environ", False, False),
    "a device": ("/dev/zero", False, False),
    "itself": ("link.log", False, False),
    "nothing": ("nowhere.log", False, False),
}


@pytest.mark.parametrize(("target", "own", "users"), LINKS.values(), ids=LINKS)
def test_where_a_link_may_lead(project, target, own, users):
    """Out of a project only by its user's word, and to keys by nobody's."""
    path = link(project, "link.log", target.format(outside=project.parent / "outside"))
    for border, may in ((inside(project), own), (ANYWHERE, users)):
        opened = True
        try:
            os.close(open_regular(path, border))
        except (OSError, SourceError):
            opened = False

        assert may == opened
        assert may == (path in expand(f"{project}/logs/l*.log", border).files)
        assert may == (path in expand(str(project / "logs"), border).files)


# A folder behind a link, a name in it, whether a project may read that, and its user.
FOLDERS = {
    "logs of the project": ("../releases", "5.log", True, True),
    "logs elsewhere": ("{outside}/logs", "far.log", False, True),
    "a folder of keys": ("{outside}/.ssh", "config", False, False),
    "what the kernel makes up": ("/proc/self", "environ", False, False),
    "... of a machine": ("/sys/kernel", "profiling", False, False),
}


@pytest.mark.parametrize(
    ("target", "name", "own", "users"), FOLDERS.values(), ids=FOLDERS
)
def test_where_a_folder_behind_a_link_may_lead(project, target, name, own, users):
    """What lies behind it is looked at, though its own name is no link."""
    folder = link(project, "dir", target.format(outside=project.parent / "outside"))
    for border, may in ((inside(project), own), (ANYWHERE, users)):
        opened = True
        try:
            os.close(open_regular(folder / name, border))
        except (OSError, SourceError):
            opened = False

        assert may == opened
        assert may == bool(expand(f"{folder}/{name}", border).files)


def test_what_is_refused_is_said(project):
    """With what to do about it."""
    outside = project.parent / "outside"
    link(project, "a.log", outside / "plain.log")
    link(project, "b.log", "../.env")
    link(project, "dir", outside / "logs")

    trouble = expand(str(project / "logs"), inside(project)).trouble or ""

    assert f"{project}/logs/a.log: {module.OUTSIDE}{ADVICE}" in trouble
    assert f"{project}/logs/b.log: {module.KEYS}" in trouble
    assert f"{project}/logs/dir: {module.OUTSIDE}{ADVICE}" in trouble


@pytest.mark.parametrize(
    "pattern",
    ["logs/dir", "logs/dir/*.log", "logs/dir/far.log", "logs/*/far.log", "**/far.log"],
)
def test_a_folder_that_leads_outside_is_not_even_listed(project, pattern):
    """However it is named; the user may name it."""
    outside = project.parent / "outside"
    link(project, "dir", outside / "logs")
    found = expand(f"{project}/{pattern}", inside(project))

    assert () == found.files
    assert [] == [f for f in found.watch if not f.is_relative_to(project)]
    assert ["far.log"] == [f.name for f in expand(f"{project}/{pattern}").files]


@pytest.mark.parametrize(
    "path", ["/etc/hostname", "../outside/plain.log", "~root/x.log"]
)
def test_what_is_named_outside_is_not_read(project, path):
    """Of settings that nobody trusts."""
    (project / "log-mcp.toml").write_text(f'[[source]]\npaths = ["{path}"]\n')
    [source] = load(cwd=project, environ={}).sources
    border = Border.around(source.within, ADVICE)

    [found] = [expand(one, border) for one in source.paths]

    assert ((), ()) == (found.files, found.watch)
    assert (found.trouble or "").endswith(f"{module.OUTSIDE}{ADVICE}")


def test_a_hard_link_is_inside_only_with_all_its_names(project):
    """Names that nobody sees may be those of keys; the user may name such a file."""
    (project / "logs/own.log").write_bytes(LINE)
    os.link(project / "logs/own.log", project / "logs/own.log.1")
    os.link(project / ".env", project / "logs/env.log")
    (project / "logs/.env").write_bytes(b"PASSWORD=y\n")
    os.link(project / "logs/.env", project / "logs/other.log")
    os.link(project.parent / "outside/plain.log", project / "logs/plain.log")

    found = expand(str(project / "logs"), inside(project))

    assert ["app.log", "own.log"] == [file.name for file in found.files]
    assert 3 == (found.trouble or "").count("hard link")
    assert 5 == len(expand(str(project / "logs")).files)


def test_a_link_to_its_folder_gives_a_file_no_second_name(project):
    """The same name would count twice, and hide that another one lies elsewhere."""
    os.link(project.parent / "outside/plain.log", project / "logs/plain.log")
    (project / "more").symlink_to("logs")

    found = expand(f"{project}/*/plain.log", inside(project))

    assert () == found.files
    assert "hard link" in (found.trouble or "")


def test_what_is_named_alone_has_no_second_name_either(project):
    """As `parse` lists it: without its rotated files, and with their looks."""
    file = project / "logs/app.log"
    (project / "logs/app.log.1").write_bytes(LINE)
    assert [file] == files_of([str(file)], siblings=False, border=inside(project))[0]
    os.link(file, project.parent / "outside/app.log")

    files, trouble = files_of([str(file)], siblings=False, border=inside(project))

    assert [] == files
    assert "hard link" in trouble[str(file)]
    assert [file] == files_of([str(file)], siblings=False)[0]


@pytest.mark.parametrize("name", ["apps/shop/logs", "svc/log", "bin/a/b/logs"])
def test_a_folder_of_logs_that_leads_out_is_told(project, name):
    """Though nothing of it is read: who set it up wonders where its records are."""
    folder = project / name
    folder.parent.mkdir(parents=True)
    folder.symlink_to(project.parent / "outside/logs")
    border = project_border(project)

    told = [expand(one, border).trouble or "" for one in project_logs(project)]

    assert [f"{folder}: {module.OUTSIDE}{border.advice}"] == [
        one for one in told if one
    ]


def test_folders_that_nobody_looks_into_are_not_told(project):
    """Installed packages are links to anywhere, of some tools."""
    for name in ("node_modules", ".venv", "__pycache__"):
        (project / name).symlink_to(project.parent / "outside")
    found = [expand(str(project), inside(project))]
    found += [expand(one, project_border(project)) for one in project_logs(project)]

    assert [] == [one.trouble for one in found if one.trouble]


def test_how_many_are_refused_is_told(project):
    """The first few by name."""
    for at in range(5):
        link(project, f"{at}.log", project.parent / "outside/plain.log")

    trouble = expand(str(project / "logs"), inside(project)).trouble or ""

    assert trouble.endswith("; and 2 more")
    assert 3 == trouble.count(module.OUTSIDE)


@pytest.mark.parametrize("packed", [False, True])
def test_a_key_under_a_harmless_name_is_refused(project, packed):
    """Copied, linked hard or compressed: it begins as one."""
    file = project / "logs/key.log"
    file.write_bytes(compress(KEY) if packed else KEY)

    with pytest.raises(SourceForbidden, match="looks like a key"):
        LogFile(file, family_of(file))


def test_a_file_swapped_for_a_link_is_not_read(project, monkeypatch):
    """Between the look and the opening: neither itself nor a folder above it."""
    outside = project.parent / "outside"
    real = os.open

    def swapped(path, *rest, **more):
        if str(path).endswith("app.log"):
            (project / "logs").rename(project / "moved")
            (project / "logs").symlink_to(outside / "logs")
            (outside / "logs/app.log").write_bytes(LINE)
        elif str(path).endswith("5.log"):
            (project / "releases/5.log").unlink()
            (project / "releases/5.log").symlink_to(outside / "plain.log")
        return real(path, *rest, **more)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(SourceForbidden, match="leads outside"):
        open_regular(project / "logs/app.log", inside(project))
    for border in (inside(project), ANYWHERE):
        (project / "releases/5.log").unlink()
        (project / "releases/5.log").write_bytes(LINE)
        with pytest.raises(OSError, match="symbolic links"):
            open_regular(project / "releases/5.log", border)


def test_without_proc_a_place_is_looked_up(project, monkeypatch):
    """As on macOS and Windows: by its path, and by what tells a file from another."""
    monkeypatch.setattr(module, "place_of", lambda _: None)
    file = project / "logs/app.log"
    os.close(open_regular(file, inside(project)))
    monkeypatch.setattr(os, "fstat", lambda _: Path(__file__).stat())
    with pytest.raises(SourceError, match="replaced"):
        open_regular(file, inside(project))


def test_a_deleted_file_still_has_its_place(project, monkeypatch):
    """Linux says so of it, and `app.log (deleted)` is no name."""
    file = project / "logs/app.log"
    real = os.open

    def deleting(path, *rest, **more):
        fd = real(path, *rest, **more)
        file.unlink()
        return fd

    monkeypatch.setattr(os, "open", deleting)
    fd = open_regular(file, inside(project))

    assert LINE == os.pread(fd, 100, 0)
    os.close(fd)


def test_a_cloned_project_leads_nowhere(project):
    """Its folders of logs, its captures and their links, as discovery finds them."""
    outside = project.parent / "outside"
    (project / "tmp").mkdir()
    for name in ("log", "tmp/logs", "apps", "storage"):
        (project / name).symlink_to(outside)
    (project / ".log-mcp").symlink_to(outside)
    (project / "evil.log").symlink_to(outside / "plain.log")
    border = project_border(project)
    found = [expand(one, border) for one in project_logs(project)]

    assert {project / "logs/app.log", project / "releases/5.log"} == {
        file for one in found for file in one.files
    }
    assert [] == [
        f for one in found for f in one.watch if not f.is_relative_to(project)
    ]


def test_captures_above_the_project_are_its_own(project):
    """Of a folder inside a checkout, unless they are a link."""
    (project / ".git").mkdir()
    captures = project / ".log-mcp"
    captures.mkdir()
    (captures / "npm.log").write_bytes(LINE)
    inner = project / "releases"
    [pattern] = [p for p in project_logs(inner) if "/.log-mcp/" in p]

    assert ["npm.log"] == [f.name for f in expand(pattern, project_border(inner)).files]
    captures.rename(project.parent / "elsewhere")
    captures.symlink_to(project.parent / "elsewhere")
    assert () == expand(pattern, project_border(inner)).files


def test_what_is_refused_is_told_and_trust_heals_it(project, monkeypatch, capsys):
    """In answers and by `check`; trust is in the settings as they are, named ones need none."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("XDG_STATE_HOME", str(project.parent / "state"))
    file = project / "log-mcp.toml"
    file.write_text('[[source]]\nname = "far"\npaths = ["../outside/plain.log"]\n')

    def told(*words):
        main([*words])
        return capsys.readouterr().out

    def notes():
        with reading(load()) as book:
            return " ".join(book.overview().view.notes)

    assert "leads outside of this project is not read, at 1 path" in notes()
    assert "log-mcp trust" in notes()
    assert "log-mcp trust" in told("check")
    assert "1 records" in told("check", "--config", str(file))
    assert f"far: reads {project.parent}/outside/plain.log" in told("trust")
    assert "1 records" in told("check")
    assert "outside" not in notes()
    file.write_text(file.read_text() + "\n")
    assert "log-mcp trust" in told("check")
