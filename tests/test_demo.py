"""The demonstration runs to its end, over real pipes."""

import json
import subprocess
import sys

import pytest

from log_mcp import demo as module
from log_mcp.demo import sample_logs
from log_mcp.errors import ConfigError


def test_the_conversation_runs_to_its_end(tmp_path):
    """All five tools, from any folder; what matters is in what is printed."""
    done = subprocess.run(
        [sys.executable, "-m", "log_mcp", "demo"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)
    for words in (
        "tools: ",
        ">>> log_overview()",
        ">>> search_logs(level='error', source='worker', limit=4)",
        ">>> get_error(id='c0ffee12', max_tokens=1200)",
        "root cause: psycopg.errors.LockNotAvailable",
        ">>> error_trends(bucket='5m', limit=6)",
        ">>> explain_error_context(id='g",
        "missed run due",
    ):
        assert words in done.stdout
    assert (
        "error"
        not in done.stdout.partition(">>> search_logs")[2].partition("\n")[2][:20]
    )
    assert max(map(len, done.stdout.splitlines())) <= module.WIDTH + 4


def test_the_sample_logs_are_found():
    """Beside the package or inside it."""
    assert (sample_logs() / "log-mcp.toml").is_file()


def test_without_sample_logs(monkeypatch, tmp_path):
    """An installation may leave them out."""
    monkeypatch.setattr(module, "_PACKAGED", tmp_path)
    monkeypatch.setattr(module, "_CHECKOUT", tmp_path)
    with pytest.raises(ConfigError, match="not part of this installation"):
        sample_logs()


async def test_in_this_process(capfd, monkeypatch):
    """What is long is shortened; the group is taken from the answer before."""
    monkeypatch.setattr(module, "REPORT_LINES", 5)
    await module._converse(sample_logs(), module._readably)
    told = capfd.readouterr().out

    assert 5 == told.count(">>> ")
    assert "more lines" in told


@pytest.mark.parametrize(
    ("text", "group"), [("x\ngabcd1234 x97 new", "gabcd1234"), ("no groups", None)]
)
def test_the_first_group(text, group):
    """None where there is none: then the most important one is explained."""
    assert group == module._first_group(text)


def test_demo_is_a_command(monkeypatch):
    """It ends well."""

    async def nothing(_, __):
        pass

    monkeypatch.setattr(module, "_converse", nothing)

    assert 0 == module.demo()


def test_the_conversation_as_json(tmp_path):
    """A line for each call, with the whole answer."""
    done = subprocess.run(
        [sys.executable, "-m", "log_mcp", "demo", "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]

    assert [
        "",
        "log_overview",
        "search_logs",
        "get_error",
        "error_trends",
        "explain_error_context",
    ] == [one["tool"] for one in said]
    assert {"bucket": "5m", "limit": 6} == said[4]["arguments"]
    assert "LockNotAvailable" in said[-1]["text"]
