"""README says what is so: its commands are the ones that are checked."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def command(name):
    """The command that README marks with this name."""
    found = re.search(
        rf"<!-- command: {name} -->\n```sh\n(.+?)\n```", README, re.DOTALL
    )
    assert found is not None
    return found[1]


def test_each_setup_is_one_command():
    """What a newcomer copies is a single line, and begins with nothing but Python."""
    for name in ("demo", "test"):
        assert "\n" not in command(name)
        assert command(name).startswith("python3 -m venv .venv && ")


def test_ci_runs_the_very_commands():
    """`.ci/run` reads both commands out of README instead of repeating them."""
    script = (ROOT / ".ci" / "run").read_text("utf-8")

    assert "command: test" in script
    assert "command: demo" in script
    # The demo finds none of what the tests installed.
    assert script.index("mv .venv ") < script.index("command: demo")


def test_links_lead_somewhere():
    """Every relative link of the pages names a file that is there."""
    pages = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").glob("*.md"),
    ]
    dead = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]

    assert dead == []


def test_named_modules_exist():
    """Every module that the pages point to is there."""
    pages = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *(ROOT / "docs").glob("*.md"),
    ]
    named = {
        path
        for page in pages
        for path in re.findall(r"`(log_mcp/[\w/]+\.py)`", page.read_text("utf-8"))
    }

    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_nothing_speaks_of_a_machine():
    """No page, source or setting holds a path of somebody's machine."""
    files = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    paths = re.compile(r"/(?:home|Users)/(?!me/|app/|user/)\w+/|/root/|/work/main")
    found = [
        name
        for name in files
        if name.endswith((".py", ".md", ".toml"))
        and not name.startswith("tests/")
        and paths.search((ROOT / name).read_text("utf-8"))
    ]

    assert found == []
