"""How fast a command starts, told by what it imports: a count, not a time."""

import json
import subprocess
import sys

import pytest

from tests.feeding import numbered

PROGRAM = """\
import json, sys
before = set(sys.modules)
from log_mcp.cli import main
try:
    main(sys.argv[1:])
except SystemExit:
    pass
sys.stderr.write(json.dumps(sorted(set(sys.modules) - before)))
"""
HEAVY = {
    "mcp",
    "pydantic",
    "pydantic_core",
    "starlette",
    "httpx",
    "uvicorn",
    "jsonschema",
}
HELP_MODULES = 52  # argparse and what it needs
PARSE_MODULES = 320  # numpy, RE2, orjson and ours
ASK_MODULES = 452  # and watchfiles, asyncio behind it, and the store


def imported(folder, *words):
    """The modules that a command imports."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return json.loads(done.stderr)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "shop.log").write_text(numbered(0, 5))
    return tmp_path


NOT_ASKED = {"log_mcp.server", "numpy.ma", "numpy.random"}  # by any question
COMMANDS = {
    "help": (
        ("--help",),
        HELP_MODULES,
        {"numpy", "re2", "orjson", "watchfiles", "asyncio"},
    ),
    "version": (("--version",), HELP_MODULES, {"numpy", "re2", "orjson", "watchfiles"}),
    "parse": (
        ("parse", "shop.log"),
        PARSE_MODULES,
        {"watchfiles", "asyncio", "log_mcp.logbook"},
    ),
    "check": (
        ("check", "shop.log"),
        PARSE_MODULES,
        {"watchfiles", "asyncio", "log_mcp.logbook"},
    ),
    "search": (
        ("search", "shop.log"),
        ASK_MODULES,
        NOT_ASKED,
    ),
    "overview": (
        ("overview", "shop.log"),
        ASK_MODULES,
        NOT_ASKED,
    ),
}


@pytest.mark.parametrize(("words", "count", "without"), COMMANDS.values(), ids=COMMANDS)
def test_a_command_imports_what_it_needs(folder, words, count, without):
    """Neither the protocol library nor pydantic; and no more modules than so many."""
    found = imported(folder, *words)
    tops = {name.partition(".")[0] for name in found}

    assert set() == tops & HEAVY
    assert set() == without & set(found)
    assert len(found) <= count


def test_the_package_alone_is_small():
    """`import log_mcp` loads the values only."""
    program = "import sys, log_mcp; print(sorted(n for n in sys.modules if n.startswith('log_mcp')))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "['log_mcp', 'log_mcp.record']\n" == done.stdout
