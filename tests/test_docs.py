"""The pages of docs/ say what is so: tables are the code's, examples are run, promises have tests."""

import dataclasses
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from datetime import UTC
from pathlib import Path

import pytest

from log_mcp import answer, census, cli, desk, feed, logbook, pace, report
from log_mcp.config import Config, load
from log_mcp.errors import QueryError
from log_mcp.formats import NAMES, Context, detect
from log_mcp.formats.envelope import NAMES as ENVELOPES
from log_mcp.formats.headers import ROWS
from log_mcp.formats.levels import of_number
from log_mcp.formats.tracerules import RULES as TRACE_RULES
from log_mcp.ingest.lines import LINE_BYTES_MAX
from log_mcp.ingest.pipeline import RECORD_BYTES_MAX
from log_mcp.ingest.reading import HEAD_LINES, LATE_BYTES
from log_mcp.ingest.tail import FIRST_BYTES, PATIENCE_NS
from log_mcp.query.filter import Ask
from log_mcp.questions import error
from log_mcp.record import LEVEL_OF_WORD, Level
from log_mcp.redact import KINDS
from log_mcp.server.tools import tools
from log_mcp.survey import SHARE_LOW
from tests.feeding import NOON_NS
from tests.formats_page import SCALES, written

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_logs"
FORMATS, SECURITY, FAQ, TOOLS = (
    (ROOT / "docs" / f"{page}.md").read_text("utf-8")
    for page in ("formats", "security", "faq", "tools")
)
PLANTED = (
    "hunter2-not-real",
    "swordfish-not-real",
    "made-up-9f2c41d7e8b35a60-not-real",
)


def section(page, title):
    """What stands under a heading, up to the next one of its depth."""
    found = re.search(rf"^(#+) {re.escape(title)}$", page, re.MULTILINE)
    assert found is not None
    rest = page[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text):
    """The tables of a text: their cells, heads and rules left out."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    lines = [line for line in prose.splitlines() if line.startswith("|")]
    cells = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines
    ]
    rules = {at for at, line in enumerate(lines) if re.match(r"\|[-|]+\|$", line)}
    heads = {at - 1 for at in rules}
    return [one for at, one in enumerate(cells) if at not in rules | heads]


def ticked(text):
    """What stands in backticks."""
    return re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def fenced(text):
    """The lines of the first block of text."""
    found = re.search(r"```text\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1].splitlines()


# --- formats.md -----------------------------------------------------------------------

LAYOUTS = dict(
    line.split(None, 1) for line in fenced(section(FORMATS, "Formats by name"))
)
LANGUAGES = {
    "cpp": "C++",
    "csharp": "C#",
    "javascript": "JavaScript",
    "php": "PHP",
}  # the others are written as they are called, capitalised


def test_the_tables_of_formats_are_the_code_s():
    """`python -m tests.formats_page` writes them."""
    assert FORMATS == written(FORMATS)


def test_every_format_is_listed():
    """And no other; envelopes too."""
    text = section(FORMATS, "Formats by name")
    listed = {f"text:{name}" for name in LAYOUTS} | set(ticked(text)[:2])
    listed |= set(re.findall(r"^- `([a-z0-9-]+)`:", text, re.MULTILINE))

    assert set(NAMES) == listed
    for name in ENVELOPES:
        assert f"`{name}`" in section(FORMATS, "What is peeled off first")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_line_of_a_format_is_read_by_it(row):
    """It is one of the samples that the table's own test reads."""
    assert LAYOUTS[row.name] in row.sample


def test_a_listed_line_is_recognised():
    """What a reader tries first: the line of a common format in a file of its own."""
    for name in ("access", "postgres", "python", "spring", "syslog", "celery"):
        found = detect(LAYOUTS[name].encode() + b"\n", Context(UTC, NOON_NS))

        assert f"text:{name}" == found.name


def test_every_word_for_a_level_is_listed():
    """Under its level, and no other."""
    listed = {}
    for level, words, _ in rows(section(FORMATS, "Levels")):
        for word in ticked(words):
            listed[word] = level.strip("`")

    assert {word: level.word for word, level in LEVEL_OF_WORD.items()} == listed


def test_every_number_for_a_level_is_listed():
    """On the scale it is said to be on."""
    keys = {scale: key for scale, (key, _) in SCALES.items() if scale}
    told = 0
    for level, _, numbers in rows(section(FORMATS, "Levels")):
        for scale in numbers.split(";"):
            key = keys.get(scale.split()[0], "level")
            for number in map(int, re.findall(r"(?<![\w.])\d+", scale)):
                told += 1
                assert Level[level.strip("`").upper()] == of_number(key, number)

    assert told > 60


def test_every_language_with_stack_traces_is_listed():
    """By the name that people know."""
    known = {rule.state.partition(".")[0] for rule in TRACE_RULES} - {"any"}
    text = section(FORMATS, "What is one record")

    for name in known:
        assert re.search(rf"{re.escape(LANGUAGES.get(name, name.title()))}\W", text)


def test_the_numbers_of_formats_are_the_code_s():
    """Sizes and shares."""
    assert 64 * 1024 == LATE_BYTES
    assert f"first {HEAD_LINES} lines" in FORMATS.replace("\n", " ")
    assert 1024 * 1024 == LINE_BYTES_MAX == RECORD_BYTES_MAX
    assert f"after {PATIENCE_NS // 10**9} s of silence" in FORMATS.replace("\n", " ")
    assert f"below {SHARE_LOW * 100:.0f} %" in FORMATS


# --- security.md ----------------------------------------------------------------------

PROMISES = re.findall(r"`(tests/\w+\.py)::(\w+)`", SECURITY)


def test_every_kind_of_secret_is_listed():
    """And no other."""
    listed = {
        kind
        for kinds, *_ in rows(section(SECURITY, "Secrets"))
        for kind in ticked(kinds)
    }

    assert set(KINDS) == listed


@pytest.mark.parametrize(("file", "name"), PROMISES)
def test_every_promise_has_its_test(file, name):
    """It is there under the name that the page gives."""
    source = (ROOT / file).read_text("utf-8")

    assert re.search(rf"^(?:async )?def {name}\(", source, re.MULTILINE)


def test_each_row_of_the_promises_names_a_test():
    """None is made without."""
    promises = rows(section(SECURITY, "What is promised, and which test keeps it"))

    assert len(promises) > 15
    assert [promise for promise, test in promises if "::" not in test] == []


WATCHED = """\
import os, sys
WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
BANNED = (
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.link",
    "os.symlink", "os.chmod", "os.chown", "os.utime", "os.system", "os.exec", "os.fork",
    "os.posix_spawn", "os.spawn", "subprocess.Popen", "shutil.", "tempfile.",
    "socket.bind", "socket.connect", "socket.send", "socket.getaddrinfo",
    "socket.gethostby", "urllib.", "ftplib.", "smtplib.",
)

def hook(event, args):
    written = event == "open" and not isinstance(args[0], int) and args[2] & WRITE
    if written or event.startswith(BANNED):
        os.write(2, f"BANNED {event} {args!r}\\n".encode())

if sys.argv[1] == "probe":
    sys.addaudithook(hook)
    open(sys.argv[2], "w").close()
    sys.exit()

import log_mcp.cli
sys.addaudithook(hook)
sys.exit(log_mcp.cli.main(sys.argv[1:]))
"""
ASKED = (
    ["overview"],
    ["search", "--regex", "(?i)lock", "--context", "2"],
    ["error", "--id", "c0ffee12"],
    ["trends"],
    ["patterns"],
    ["aggregate", "--metrics", "avg(duration_ms)", "--group-by", "method"],
    ["compare", "--since", "2026-03-04T13:30:00Z"],
    ["explain", "--id", "c0ffee12"],
    ["check"],
    ["parse"],
)
MESSAGES = [
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "0"},
        },
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": "explain_error_context", "arguments": {}},
    },
]


def watched(*arguments, cwd):
    """A process that tells on stderr what it writes, sends and starts."""
    command = [sys.executable, "-B", "-c", WATCHED, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for name in list(environment):
        if name.startswith(("COVERAGE", "COV_")):
            del environment[name]  # it would write its own figures
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=cwd, env=environment
    )


@pytest.fixture
def shop(tmp_path):
    """A copy of the sample logs."""
    return shutil.copytree(SAMPLES, tmp_path / "shop")


def test_the_watch_sees_what_is_written(tmp_path):
    """Else the next test would prove nothing."""
    with watched("probe", str(tmp_path / "x"), cwd=tmp_path) as process:
        _, said = process.communicate(timeout=30)

    assert b"BANNED open" in said


def test_questions_write_send_and_start_nothing(shop):
    """Every command, and a server with a client; git runs for `git:` and in repositories alone."""
    before = {path: path.stat().st_mtime_ns for path in shop.rglob("*")}
    running = [watched(*arguments, cwd=shop) for arguments in ASKED]
    told = [process.communicate(timeout=60) for process in running]
    with watched("serve", cwd=shop) as server:
        for message in MESSAGES:
            server.stdin.write(json.dumps(message).encode() + b"\n")
        server.stdin.flush()
        replies = [server.stdout.readline() for _ in range(2)]
        server.stdin.close()
        told.append((b"".join(replies), server.stderr.read()))

    assert [b""] * len(told) == [said for _, said in told]
    assert all(out for out, _ in told)
    assert b"root cause" in told[-1][0]
    assert before == {path: path.stat().st_mtime_ns for path in shop.rglob("*")}


@pytest.mark.untraced
def test_no_planted_secret_is_answered(capfd):
    """Not even to a question that asks for nothing else."""
    config = ["--config", str(SAMPLES / "log-mcp.toml"), "--max-tokens", "20000"]
    for secret in PLANTED:
        cli.main(["search", "--query", secret, *config])
    for place in ("db.password", "db_pool_opening", "checkout failed"):
        cli.main(["search", "--query", place, "--json", *config])
    cli.main(["parse", *config[:2]])
    out = capfd.readouterr().out

    assert [secret for secret in PLANTED if secret in out] == []
    assert "<password:" in out
    assert "<url-credential:" in out
    assert "<bearer:" in out


@pytest.mark.parametrize("path", ["../secret.txt", "/etc/passwd", "api.jsonl"])
def test_a_path_is_no_source(path):
    """A tool's `source` is a name or a glob of names."""
    book = logbook.Logbook(cli_config())
    try:
        book.start()
        with pytest.raises(QueryError, match="unknown source"):
            book.search(Ask(source=(path,)))
    finally:
        book.close()


def cli_config():
    """The settings of the sample shop."""
    return load(config_file=str(SAMPLES / "log-mcp.toml"), environ={})


# --- tools.md -------------------------------------------------------------------------


def nobody() -> logbook.Logbook:
    """Definitions need no logbook."""
    raise AssertionError


OFFERED = {
    tool.name: tool.parameters["properties"]
    for tool in tools(nobody, structured=False, names=("default",))
}
FILTERS = [ticked(cells[0])[0] for cells in rows(section(TOOLS, "Filters"))]
RESULTS = {
    "log_overview": answer.Overview,
    "search_logs": answer.SearchPage,
    "get_error": answer.ErrorReport,
    "error_trends": answer.Trends,
    "explain_error_context": report.Explanation,
    "log_patterns": answer.Patterns,
    "aggregate_logs": answer.Aggregates,
    "compare_logs": answer.Comparison,
    "wait_for_log": answer.Waited,
}
EXAMPLES = dict(
    re.findall(
        r"<!-- example -->\n```sh\n([^\n]+)\n```\n\n```text\n(.*?)```", TOOLS, re.DOTALL
    )
)


@pytest.mark.parametrize("name", OFFERED)
def test_every_parameter_of_a_tool_is_listed(name):
    """And no other; `filters` stands for the shared ones."""
    listed: list[str] = []
    for cell, *_ in rows(section(TOOLS, f"`{name}`")):
        listed += FILTERS if cell == "filters" else ticked(cell)

    assert set(OFFERED[name]) == set(listed)


@pytest.mark.parametrize("name", OFFERED)
def test_the_defaults_of_a_tool_are_told(name):
    """Where it has one."""
    told = {
        cells[0].strip("`"): cells[1] for cells in rows(section(TOOLS, f"`{name}`"))
    }
    for parameter, schema in OFFERED[name].items():
        if "default" in schema:
            assert str(schema["default"]) == told[parameter].strip("`")


@pytest.mark.parametrize("name", OFFERED)
def test_every_field_of_a_result_is_listed(name):
    """In the order of the code."""
    table = dict(rows(section(TOOLS, "Programs: `--structured` and `--json`")))

    assert [one.name for one in dataclasses.fields(RESULTS[name])] == ticked(
        table[f"`{name}`"]
    )


def test_every_tool_is_described():
    """None is left out, and each has an example."""
    assert list(OFFERED) == re.findall(r"^## `(\w+)`$", TOOLS, re.MULTILINE)
    for name in OFFERED:
        assert "<!-- example -->" in section(TOOLS, f"`{name}`")


@pytest.mark.untraced
@pytest.mark.parametrize("command", EXAMPLES)
def test_examples_are_real(command, capfd, monkeypatch):
    """What is shown is printed, in this order; three dots stand for anything."""
    monkeypatch.chdir(ROOT)
    pieces = [
        ".*?".join(map(re.escape, line.split("...")))
        for line in EXAMPLES[command].splitlines()
    ]
    status = cli.main(shlex.split(command)[1:])
    printed = capfd.readouterr().out

    assert 0 == status
    assert re.match(r"\n*?".join(pieces) + r"\s*\Z", printed, re.DOTALL), printed


def test_the_fields_of_a_view_and_states_are_listed():
    """Those of every answer, and of a source."""
    text = " ".join(TOOLS.split())
    fields = ", ".join(f"`{one.name}`" for one in dataclasses.fields(answer.View))
    states = ticked((census.state.__doc__ or "").replace("`.", "`"))

    assert f"`view` is in all of them: {fields}." in text
    assert states
    assert set(states) <= set(ticked(section(TOOLS, "`log_overview`")))


# --- faq.md ---------------------------------------------------------------------------


def test_the_numbers_of_the_faq_are_the_code_s():
    """Memory, tokens, waits."""
    text = " ".join(FAQ.split())
    config = Config()

    assert f"{config.max_memory // 10**6} MB by default" in text
    assert f"`answer_tokens` ({config.answer_tokens:,})" in text
    assert f"last {FIRST_BYTES // 1024} KiB of every live file" in text
    assert f"question lasts ({pace.QUESTION_S:.0f} s)" in text
    assert f"waits up to {desk.FIRST_LOOK_S:.0f} s" in text
    assert f"`raw` holds at most {error.RAW_CHARACTERS_MAX:,} characters" in " ".join(
        TOOLS.split()
    )
    assert feed.POLL_S <= 1.0
