"""Twin of log_mcp/trust.py: what the user said is remembered, and by nobody else."""

import os

import pytest

from log_mcp.config import load
from log_mcp.errors import ConfigError
from log_mcp.query.filter import Ask
from log_mcp.trust import is_trusted, state_folder, trust
from tests.books import reading


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "shop/log-mcp.toml"
    path.parent.mkdir()
    path.write_bytes(b"timezone = 'UTC'\n")
    return path


@pytest.fixture
def environ(tmp_path):
    return {"XDG_STATE_HOME": str(tmp_path / "state")}


def test_trust_is_in_one_file_as_it_is(file, environ):
    """By content and place; the last word counts, and others are kept."""
    other = file.with_name("other.toml")
    other.write_bytes(b"")
    assert not is_trusted(file, environ)
    trust(other, environ)
    trust(file, environ)

    assert is_trusted(file, environ)
    assert is_trusted(other, environ)
    assert not is_trusted(file, environ, b"changed")
    assert not is_trusted(file.with_name("log-mcp.toml2"), environ, file.read_bytes())
    trust(file, environ, b"changed")
    assert not is_trusted(file, environ)
    assert is_trusted(file, environ, b"changed")


def test_the_folder_is_the_user_s_alone(file, environ, tmp_path):
    """Also one that others could read before."""
    (tmp_path / "state/log-mcp").mkdir(parents=True, mode=0o755)
    trust(file, environ)

    assert 0o700 == (tmp_path / "state/log-mcp").stat().st_mode & 0o777
    assert 0o600 == (tmp_path / "state/log-mcp/trusted").stat().st_mode & 0o777


def test_what_others_could_have_written_does_not_count(file, environ, tmp_path):
    """Whoever may write to it could trust himself."""
    trust(file, environ)
    (tmp_path / "state/log-mcp/trusted").chmod(0o666)

    assert not is_trusted(file, environ)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_another_s_folder_is_refused(file, environ, tmp_path):
    """What lies in it is his."""
    trust(file, environ)
    for name in ("", "trusted"):
        os.chown(tmp_path / "state/log-mcp" / name, 12345, 12345)

    assert not is_trusted(file, environ)
    with pytest.raises(ConfigError, match="belongs to somebody else"):
        trust(file, environ)


@pytest.mark.parametrize("value", ["", "state", "./state", "~/state"])
def test_the_state_never_lies_in_the_project(value, monkeypatch, tmp_path):
    """A relative place would be made of what a checkout brings."""
    monkeypatch.setenv("HOME", str(tmp_path))

    assert tmp_path / ".local/state/log-mcp" == state_folder({"XDG_STATE_HOME": value})


def test_what_cannot_be_read_or_kept_is_said(file, environ, tmp_path):
    """With its path."""
    with pytest.raises(ConfigError, match=r"gone\.toml"):
        trust(file.with_name("gone.toml"), environ)
    assert not is_trusted(file.with_name("gone.toml"), environ)
    (tmp_path / "state").write_text("")
    with pytest.raises(ConfigError, match="state"):
        trust(file, environ)
    assert not is_trusted(file, environ, b"")


WEAKER = """
[redact]
enabled = false
allow = ["hunter2-[a-z-]+"]
off = ["email"]
[[redact.rule]]
name = "customer-number"
pattern = "CUST-[0-9]{8}"
"""
LINE = "2026-03-04 12:00:00,000 INFO shop password=hunter2-not-real a@b.example CUST-12345678"


def test_what_nobody_trusts_hides_no_less(file, environ):
    """A project may call more secret than we do, and less once the user said so."""
    file.write_text(WEAKER)
    (file.parent / "shop.log").write_text(f"{LINE}\n")

    def read(trusting):
        settings = load(cwd=file.parent, environ=environ, trusting=trusting)
        with reading(settings) as book:
            page = book.search(Ask())
        return page.records[0].message, page.view.notes

    strange, notes = read(trusting=False)
    trusted, calm = read(trusting=True)

    assert "hunter2" not in strange
    assert "a@b" not in strange
    assert "<customer-number:" in strange
    assert (
        "redact.enabled, redact.allow, redact.off of log-mcp.toml not heeded, as nobody"
        " trusted that file: read it, then run log-mcp trust"
    ) in notes
    assert trusted.endswith("password=hunter2-not-real a@b.example CUST-12345678")
    assert [] == calm
