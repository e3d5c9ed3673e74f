"""The command, from a shell's point of view."""

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import log_mcp
from log_mcp import cli
from log_mcp.cli import main
from log_mcp.errors import SourceError
from tests.feeding import numbered

SAMPLES = Path(__file__).parent.parent / "sample_logs"
SETTINGS = ("--config", str(SAMPLES / "log-mcp.toml"))
COMMANDS = (
    "serve",
    "check",
    "parse",
    "overview",
    "search",
    "error",
    "trends",
    "explain",
    "patterns",
    "aggregate",
    "compare",
    "init",
    "trust",
    "run",
    "demo",
)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A working folder with one log and no settings."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("LOG_MCP_")]:
        monkeypatch.delenv(name)
    (tmp_path / "shop.log").write_text(numbered(0, 30))
    return tmp_path


def run(capfd, *words):
    """Exit status, stdout and stderr."""
    status: Any
    try:
        status = main(words)
    except SystemExit as ended:
        status = ended.code
    sys.stdout.flush()
    told = capfd.readouterr()
    return status, told.out, told.err


def process(*words, **more):
    command = [sys.executable, "-m", "log_mcp", *words]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False, **more
    )


ASKED = {
    "overview": (("overview",), "gnfpihh3t", ("sources", "top_errors", "view")),
    "search": (
        ("search", "--query", "c0ffee12"),
        "1 record",
        ("records", "matched", "next_cursor", "view"),
    ),
    "error": (
        ("error", "--id", "c0ffee12"),
        "root cause: psycopg.errors.LockNotAvailable",
        ("record", "exception", "group", "raw", "view"),
    ),
    "trends": (
        ("trends", "--bucket", "5m", "--limit", "3"),
        "bucket 300 s",
        ("totals", "groups", "bucket_seconds", "view"),
    ),
    "explain": (
        ("explain", "--id", "c0ffee12"),
        "src/shop/db.py:25",
        ("summary", "code", "timeline", "related", "view"),
    ),
    "patterns": (
        ("patterns", "--show", "rare", "--limit", "3"),
        "rare first",
        ("patterns", "records", "view"),
    ),
    "aggregate": (
        (
            *("aggregate", "--metrics", "avg(duration_ms)", "--metrics", "count"),
            *("--group-by", "source", "--bucket", "1h"),
        ),
        "per bucket",
        ("groups", "bucket_seconds", "start", "view"),
    ),
    "compare": (
        ("compare", "--since", "2026-03-04T13:30:00Z", "--limit", "5"),
        "suspects (score 0 to 1",
        ("suspects", "new", "gone", "changed", "error_rate", "view"),
    ),
    "explain the worst": (
        ("explain", "--since", "2026-03-04T13:00:00Z"),
        "missed run",
        ("summary", "questions"),
    ),
}


@pytest.mark.untraced
@pytest.mark.parametrize(("words", "text", "names"), ASKED.values(), ids=ASKED)
def test_each_question_as_text_and_as_json(capfd, words, text, names):
    """On the sample logs; nothing on stderr."""
    status, out, err = run(capfd, *words, *SETTINGS)
    assert (0, "") == (status, err)
    assert text in out
    assert "--- end of log data" in out

    status, out, err = run(capfd, *words, *SETTINGS, "--json")
    assert (0, "") == (status, err)
    assert set(names) <= set(json.loads(out))
    assert out.endswith("}\n")


FILTERS = {
    "query": (("--query", "NUMBER 7"), 1),
    "regex": (("--regex", "number 2[0-9]$"), 10),
    "exclude": (("--exclude", "number 1", "--exclude", "number 2"), 8),
    "level": (("--level", "INFORMATION"), 30),
    "source": (("--source", "s*"), 30),
    "where": (("--where", "message ~ '9$'", "--where", "logger = shop"), 3),
    "trace": (("--trace", "abc"), 0),
    "group": (("--group", "gabc"), 0),
    "window": (("--since", "2026-03-04T10:00:10", "--until", "2026-03-04T10:00:14"), 5),
    "all of the page": (
        ("--order", "oldest", "--context", "1", "--limit", "2", "--fields", "level"),
        30,
    ),
    "zone": (("--timezone", "Asia/Tokyo", "--until", "2026-03-04T01:00:04Z"), 5),
    "memory": (
        (
            "--max-memory",
            "1MB",
        ),
        30,
    ),
}


@pytest.mark.parametrize(("words", "count"), FILTERS.values(), ids=FILTERS)
def test_parameters_are_options(capfd, words, count):
    """Those of the tool, with dashes."""
    zone = () if "--timezone" in words else ("--timezone", "UTC")
    status, out, err = run(capfd, "search", "shop.log", *zone, *words, "--json")

    assert (0, "", count) == (status, err, json.loads(out)["matched"])


def test_paths_stand_on_both_sides_of_an_option(capfd, here):
    """As in other commands of a shell."""
    (here / "more.log").write_text(numbered(0, 5))
    words = ("search", "shop.log", "--query", "number", "more.log", "--json")
    status, out, err = run(capfd, *words)

    assert (0, "", 35) == (status, err, json.loads(out)["matched"])


def test_trends_has_its_options(capfd):
    """Keys, bucket, baseline."""
    words = (
        "--level",
        "info",
        "--group-by",
        "logger",
        "--group-by",
        "level",
        "--bucket",
        "10s",
        "--baseline",
        "1m",
    )
    status, out, _ = run(capfd, "trends", "shop.log", *words, "--json")
    found = json.loads(out)

    assert (0, 10.0, ["shop info"]) == (
        status,
        found["bucket_seconds"],
        [g["title"] for g in found["groups"]],
    )


def test_patterns_has_its_options(capfd):
    """A filter, which to show and how many; a word that is none is refused."""
    words = ("patterns", "shop.log", "--query", "number 1", "--show", "rare")
    status, out, err = run(capfd, *words, "--limit", "1", "--json")
    found = json.loads(out)

    assert (0, "", 11) == (status, err, found["records"])
    assert ["number <num>"] == [one["template"] for one in found["patterns"]]
    assert (2, "", "log-mcp patterns: show: unknown 'rar'.") == (
        *(told := run(capfd, *words[:-1], "rar"))[:2],
        told[2].partition(" Valid")[0],
    )


def test_aggregate_has_its_options(capfd):
    """Metrics, keys, bucket, limit; conditions in parentheses."""
    words = (
        *("--metrics", "count", "--metrics", "share(message ~ '[05]$')"),
        *("--group-by", "logger", "--group-by", "level", "--bucket", "10s"),
        *("--limit", "3", "--where", "message ~ number"),
    )
    status, out, err = run(capfd, "aggregate", "shop.log", *words, "--json")
    found = json.loads(out)

    assert (0, "", 10.0) == (status, err, found["bucket_seconds"])
    (group,) = found["groups"]
    assert {"logger": "shop", "level": "info"} == group["key"]
    assert {"count": 30, "share(message ~ '[05]$')": 0.2} == group["metrics"]
    assert [10, 10, 10] == group["series"][0]["values"]


def test_aggregate_says_what_is_valid(capfd):
    """In one line, with the nearest word; status 2."""
    status, out, err = run(
        capfd, "aggregate", "shop.log", "--metrics", "average(x)", "--json"
    )

    assert (2, "", 1) == (status, out, len(err.splitlines()))
    assert "Did you mean 'avg'?" in err


def test_pages_in_a_shell(capfd):
    """A cursor of one process is taken by the next, in text and in JSON."""
    _, out, _ = run(capfd, "search", "shop.log", "--limit", "10", "--json")
    cursor = json.loads(out)["next_cursor"]
    _, out, _ = run(capfd, "search", "shop.log", "--cursor", cursor, "--limit", "10")

    assert "number 19" in out
    assert "number 20" not in out
    assert "next page: search_logs with cursor=" in out


@pytest.mark.parametrize("age_s", [0, 60])
def test_the_last_line_needs_no_end(capfd, here, age_s):
    """A log that a program died in the middle of is answered from as a whole."""
    path = here / "shop.log"
    path.write_text(
        numbered(0, 3) + "2026-03-04 10:00:09,000 ERROR shop - the last words"
    )
    written = path.stat().st_mtime - age_s
    os.utime(path, (written, written))
    _, out, _ = run(capfd, "search", "shop.log", "--level", "error")

    assert "1 record of 1 matched" in out


def test_a_budget_cuts_the_answer(capfd):
    """And the cursor goes on behind what is shown."""
    for more in ((), ("--json",)):
        status, out, _ = run(capfd, "search", "shop.log", "--max-tokens", "700", *more)
        assert 0 == status
        assert len(out) < 700 * 5


def test_parse_prints_records(capfd):
    """One a line, in the order of the file."""
    status, out, _ = run(capfd, "parse", "shop.log", "--timezone", "UTC")
    records = [json.loads(line) for line in out.splitlines()]

    assert (0, 30) == (status, len(records))
    assert list(range(1, 31)) == [one["line"] for one in records]
    assert {"info"} == {one["level"] for one in records}

    status, out, err = run(capfd, "parse", "shop.log", "--format", "jsonl")
    assert (0, 30) == (status, len(out.splitlines()))
    assert "" == err


def test_check_counts_what_is_hidden(capfd, tmp_path):
    """By kind and never the value; what another program hid does not count."""
    path = tmp_path / "app.log"
    path.write_text(
        "2026-03-04T05:06:07Z INFO app login password=trout9wood of ada@example.test\n"
        "2026-03-04T05:06:08Z INFO app login password=<password:12ab> of ada@example.test\n"
    )
    (tmp_path / "log-mcp.toml").write_text(
        f"[redact]\nenabled = false\n[[source]]\nname = 'db'\n"
        f"command = ['psql', 'postgresql://bob:trout9wood@db/x']\n"
        f"[[source]]\npaths = ['{path}']\n"
    )
    config = ("--config", str(tmp_path / "log-mcp.toml"))
    status, out, _ = run(capfd, "check", "--redaction", *config)

    assert 0 == status
    assert "hides: 2 email, 1 password" in out
    assert "psql postgresql://bob:<url-credential:" in out
    assert "redaction is off" in out
    assert "trout9" not in out

    _, out, _ = run(capfd, "check", "--redaction", "--json", *config)
    assert {"email": 2, "password": 1} == json.loads(out)[1]["hidden"]

    _, out, _ = run(capfd, "check", "--json", *config)
    assert "hidden" not in out


def test_check_says_that_nothing_is_hidden(capfd):
    """Of a log without secrets."""
    _, out, _ = run(capfd, "check", "--redaction", "shop.log")

    assert "hides: nothing" in out


def test_check_tells_how_a_log_is_read(capfd):
    """In words and as JSON lines; a failure where nothing is."""
    status, out, _ = run(capfd, "check", "shop.log")
    assert 0 == status
    assert "source shop" in out

    status, out, _ = run(capfd, "check", "shop.log", "--json")
    assert (0, True) == (status, "shop" in out)

    status, out, err = run(capfd, "check", "gone.log")
    assert 1 == status
    assert "gone.log" in out + err


def test_a_file_that_is_not_there_is_a_failure(capfd):
    """Of parse: told on stderr."""
    status, out, err = run(capfd, "parse", "gone.log")

    assert (1, "", 1) == (status, out, len(err.splitlines()))
    assert "gone.log" in err


WRONG = {
    "unknown command": (("sarch",), "search"),
    "unknown option": (("search", "--lvel", "error"), "Did you mean '--level'?"),
    "unknown option with a value": (("search", "--qurey=x"), "Did you mean '--query'?"),
    "unknown option of no likeness": (
        ("search", "--zzz"),
        "unrecognized arguments: --zzz",
    ),
    "abbreviated option": (("search", "--quer", "x"), "Did you mean '--query'?"),
    "option without a value": (("search", "--query"), "expected one argument"),
    "number": (("search", "--limit", "ten"), "invalid int value: 'ten'"),
    "id is missing": (("error",), "--id"),
    "level": (("search", "--level", "errr"), "Did you mean 'error'?"),
    "source": (("search", "shop.log", "--source", "shp"), "Did you mean 'shop'?"),
    "time": (("search", "shop.log", "--since", "yesterday"), "ISO 8601"),
    "order": (("search", "shop.log", "--order", "oldst"), "Did you mean 'oldest'?"),
    "condition": (("search", "shop.log", "--where", "a"), "where:"),
    "id": (("error", "shop.log", "--id", "nothing"), "names no record"),
    "nothing to explain": (("explain", "shop.log"), "no error to explain"),
    "zone": (("overview", "shop.log", "--timezone", "Europe/Berln"), "Europe/Berlin"),
    "memory": (("overview", "shop.log", "--max-memory", "lots"), "--max-memory"),
    "settings": (("overview", "--config", "gone.toml"), "gone.toml"),
    "cursor": (("search", "shop.log", "--cursor", "abc"), "cursor"),
    "the call before": (
        ("search", "shop.log", "--since", "last_call"),
        "last_call means nothing in a shell",
    ),
    "too few tokens": (("overview", "shop.log", "--max-tokens", "0"), "300 to 20000"),
    "too many tokens": (
        ("search", "shop.log", "--max-tokens", "20001"),
        "300 to 20000",
    ),
}


@pytest.mark.parametrize(("words", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_in_a_line_or_two(capfd, words, told):
    """On stderr: what, and what instead; the status is 2."""
    status, out, err = run(capfd, *words)

    assert (2, "") == (status, out)
    assert told in err
    assert 1 <= len(err.splitlines()) <= 2
    assert "Traceback" not in err


def test_without_a_command_the_help_is_shown(capfd):
    """On stderr, as an error of usage."""
    status, out, err = run(capfd)

    assert (2, "") == (status, out)
    assert "search" in err


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(capfd, command):
    """What it does, and every option with a word on it."""
    status, out, err = run(capfd, command, "--help")

    assert (0, "") == (status, err)
    assert out.startswith(f"usage: log-mcp {command}")
    assert "show this help" in out


def test_the_help_names_every_command(capfd):
    """With what it does."""
    status, out, _ = run(capfd, "--help")

    assert 0 == status
    assert set(COMMANDS) <= set(re.findall(r"^    (\w+)\s", out, re.MULTILINE))


def test_version(capfd):
    """As the package says it, also by `python -m`."""
    assert (0, f"{log_mcp.__version__}\n", "") == run(capfd, "--version")
    done = process("--version")
    assert (0, f"{log_mcp.__version__}\n", "") == (
        done.returncode,
        done.stdout,
        done.stderr,
    )


def test_failures_end_with_one(capfd, monkeypatch):
    """What went wrong is no mistake of whoever asked."""

    def fail(_):
        raise SourceError("the disk is gone.")

    monkeypatch.setattr(cli, "_config", fail)

    assert (1, "", "log-mcp overview: the disk is gone.\n") == run(capfd, "overview")


def test_an_interrupt_ends_with_130(capfd, monkeypatch):
    """As shells expect it."""

    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_config", interrupt)

    assert (130, "", "") == run(capfd, "overview")


def test_a_reader_that_has_seen_enough_is_no_error(here):
    """`log-mcp parse | head` ends in silence."""
    (here / "large.log").write_text(numbered(0, 20_000))
    command = [sys.executable, "-m", "log_mcp", "parse", "large.log"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=here
    ) as parse:
        assert parse.stdout is not None
        assert parse.stderr is not None
        first = parse.stdout.readline()
        parse.stdout.close()
        told = parse.stderr.read()
        status = parse.wait(30)

    assert first.startswith(b"{")
    assert (0, b"") == (status, told)


def test_serve_and_demo_are_started(monkeypatch):
    """With what was asked for."""
    given: list[Any] = []
    serving = importlib.import_module("log_mcp.server.serve")

    def serve(config, *, structured):
        given.append((config, structured))
        raise SystemExit(0)

    def show(*, as_json):
        given.append(as_json)
        return 0

    monkeypatch.setattr(serving, "serve", serve)
    monkeypatch.setattr("log_mcp.demo.demo", show)

    with pytest.raises(SystemExit):
        main(["serve", "shop.log", "--structured", "--max-memory", "8MB"])
    assert [0, 0] == [main(["demo"]), main(["demo", "--json"])]
    (config, structured), *demos = given
    assert (8_000_000, True, [False, True]) == (config.max_memory, structured, demos)


def test_the_public_names():
    """Loaded when they are used; no others."""
    assert log_mcp.Logbook.__module__ == "log_mcp.logbook"
    assert {"Level", "Logbook", "Record", "__version__"} == set(log_mcp.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Logbok'"):
        log_mcp.Logbok  # noqa: B018 - the access is the test


def test_a_question_from_a_shell_waits_until_all_errors_are_known(capfd, here):
    """Nobody could ask again in a few seconds: no count is too low."""
    lines = [
        f"2026-03-04 05:{at // 600:02}:{at // 10 % 60:02},{at % 10}00 ERROR shop - no. {at}"
        for at in range(3_000)
    ]
    (here / "shop.log").write_text("\n".join(lines) + "\n")
    _, out, _ = run(capfd, "overview", "shop.log")

    assert "x3000" in out
    assert "not sorted" not in out
