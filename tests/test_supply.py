"""What we stand on is bounded and locked, and nothing of ours reaches for a network."""

import ast
import os
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import log_mcp
from tests.locked import DEV, LOCK, ROOT, RUNTIME, closure, locked

PACKAGE = Path(log_mcp.__file__).parent
NETWORK = {
    *("socket", "ssl", "http", "urllib", "ftplib", "smtplib", "imaplib", "poplib"),
    *("telnetlib", "xmlrpc", "socketserver", "requests", "httpx", "httpx2", "aiohttp"),
    *("websockets", "grpc", "opentelemetry", "sentry_sdk", "webbrowser"),
}
HARMLESS = {"urllib.parse"}
LISTENS = {("access.py", "socket")}  # where HTTP is asked for; it connects to nothing


@pytest.mark.parametrize("text", RUNTIME, ids=lambda text: Requirement(text).name)
def test_a_dependency_is_bounded(text):
    """From the version that is needed up to the next that may break us; data has no such."""
    one = Requirement(text)
    operators = {specifier.operator for specifier in one.specifier}

    assert {">=", "<"} == operators or "tzdata" == one.name


@pytest.mark.parametrize("text", [*RUNTIME, *DEV], ids=lambda text: text)
def test_a_dependency_is_locked_within_its_bounds(text):
    """Unless it is of another system than the one that wrote the lock."""
    one = Requirement(text)
    version = locked().get(canonicalize_name(one.name))
    if version is None:
        assert one.marker is not None
    else:
        assert one.specifier.contains(version)


def test_the_lock_names_versions_and_nothing_else():
    """No place that packages come from, and all that the locked versions need."""
    lines = LOCK.read_text("utf-8").splitlines()
    held = locked()
    same = {
        name: v for name, v in closure([*RUNTIME, *DEV]).items() if held.get(name) == v
    }

    assert len(held) == sum(not line.startswith("#") for line in lines)
    assert "//" not in LOCK.read_text("utf-8")
    for name in same:
        assert set(closure([name])) <= set(held)


def test_nothing_that_sends_measures_of_use_is_needed():
    """The protocol library brings the interface of a tracer, which alone sends nothing."""
    senders = (
        "opentelemetry-sdk",
        "opentelemetry-exporter",
        "sentry",
        "posthog",
        "statsd",
    )

    assert [] == [name for name in locked() if name.startswith(senders)]


def imported(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_no_file_of_the_package_reaches_for_a_network():
    """One listens where the user asks for HTTP; none connects to anything."""
    reaching = {
        (path.name, name)
        for path in PACKAGE.rglob("*.py")
        for name in imported(path) - HARMLESS
        if name.partition(".")[0] in NETWORK
    }

    assert reaching <= LISTENS
    assert "connect" not in (PACKAGE / "server" / "access.py").read_text("utf-8")


AUDITS = {
    "none": (
        '{"dependencies": [{"name": "a", "version": "1", "vulns": []}]}',
        0,
        "1 of 1",
    ),
    "one": (
        '{"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1"}]}]}',
        1,
        "a 1: X-1",
    ),
    "no data": (
        '{"dependencies": [{"name": "a", "skip_reason": "not found"}]}',
        0,
        "nothing was checked",
    ),
    "no network": ("Traceback: no name resolution", 0, "nothing was checked"),
}


@pytest.mark.parametrize(("answer", "status", "said"), AUDITS.values(), ids=AUDITS)
def test_an_audit_without_data_says_so(tmp_path, answer, status, said):
    """And fails only for what is known to be vulnerable."""
    tool = tmp_path / "pip-audit"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")
    tool.chmod(0o755)
    done = subprocess.run(
        ["bash", str(ROOT / ".ci" / "audit")],
        env={**os.environ, "PIP_AUDIT": str(tool)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (status, True) == (done.returncode, said in done.stdout)
