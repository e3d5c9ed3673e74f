"""`log-mcp init`: the file it writes means what was found."""

import os
import tomllib
from pathlib import Path

import pytest

from log_mcp import starter
from log_mcp.config import Config, load
from log_mcp.config_file import FILE_NAME
from log_mcp.errors import ConfigError
from log_mcp.passage import files_of
from log_mcp.starter import init
from tests.feeding import numbered


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """With nothing of this machine."""
    monkeypatch.setattr(starter, "OUTSIDE", {})
    monkeypatch.setattr(starter, "COMMANDS", {})
    monkeypatch.chdir(tmp_path)
    return Path(tmp_path)


def written(project: Path) -> str:
    assert 0 == init(Config(), project)
    return (project / FILE_NAME).read_text()


def test_names_what_was_found(project, capsys):
    """One source a log, with what was recognised; rotated files belong to it."""
    (project / "logs").mkdir()
    for name in ("api.log", "api.log.1", "jobs.log"):
        (project / "logs" / name).write_text(numbered(0, 30))
    text = written(project)
    found = tomllib.loads(text)

    assert [
        {"name": "api", "paths": ["logs/api.log"]},
        {"name": "jobs", "paths": ["logs/jobs.log"]},
    ] == found["source"]
    assert "100% of 30 lines read" in text
    assert "2 sources" in capsys.readouterr().out


def test_the_same_is_read_as_without_it(project):
    """Odd names too."""
    names = (
        'a "quoted" [1].log',
        "b\\c.log",
        "ümläut.log",
        "\U0001f600.log",
        "\x7f\x80.log",
    )
    order = "a\n[[source]]\ncommand = ['x']\n#.log"
    for name in (*names, order, os.fsdecode(b"no\xff\xfetext.log")):
        (project / name).write_text(numbered(0, 3))
    written(project)
    config = load([], cwd=project, environ={})
    patterns = [path for source in config.sources for path in source.paths]
    files, trouble = files_of(patterns, siblings=True)

    assert not trouble
    assert {file.name for file in project.glob("*.log")} == {
        file.name for file in files
    }


def test_captures_above_are_switched_off(project, monkeypatch, capsys):
    """They are the checkout's, and this file reaches no further than its folder."""
    folder = project / "sub"
    for path in (project / ".git", project / ".log-mcp", folder / "logs"):
        path.mkdir(parents=True)
    (project / ".log-mcp/npm.log").write_text(numbered(0, 3))
    (folder / "logs/api.log").write_text(numbered(0, 3))
    monkeypatch.chdir(folder)
    text = written(folder)

    assert [["logs/api.log"]] == [one["paths"] for one in tomllib.loads(text)["source"]]
    assert "# [[source]]  # outside this project: needs log-mcp trust\n" in text
    assert '# paths = ["../.log-mcp/npm.log"]\n' in text
    assert "1 source;" in capsys.readouterr().out


def test_nothing_found_is_an_example(project):
    """That is switched off, so that discovery goes on."""
    assert "source" not in tomllib.loads(written(project))


def test_a_file_that_is_there_stays(project):
    """Whatever it holds."""
    (project / FILE_NAME).write_text("# mine\n")

    with pytest.raises(ConfigError, match="is there already"):
        init(Config(), project)
    assert "# mine\n" == (project / FILE_NAME).read_text()


def test_what_lies_elsewhere_is_switched_off(project, monkeypatch):
    """It is for the user to say that it belongs here."""
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "access.log").write_text(numbered(0, 3))
    monkeypatch.setattr(starter, "OUTSIDE", {"nginx": (f"{elsewhere}/*.log",)})
    monkeypatch.setattr(
        starter, "COMMANDS", {"shell": ("sh", "-c"), "no": ("no-such",)}
    )
    text = written(project)

    assert f'# paths = ["{elsewhere}/*.log"]' in text
    assert '# command = ["sh", "-c"]' in text
    assert "no-such" not in text
    assert {"elsewhere/access.log"} == {
        path for one in tomllib.loads(text)["source"] for path in one["paths"]
    }
    (project / FILE_NAME).write_text(
        "".join(line.removeprefix("# ") for line in text.splitlines(True)[4:])
    )
    tomllib.loads((project / FILE_NAME).read_text())
