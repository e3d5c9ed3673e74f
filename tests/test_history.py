"""Twin of log_mcp/analysis/history.py: a real git, and repositories that mean harm."""

import os
import subprocess
import sys
from itertools import count

import pytest

from log_mcp import render
from log_mcp.analysis.history import History, Past
from log_mcp.query.filter import Ask
from log_mcp.report import CodeBlock, CodeLine
from tests.books import config, reading

START_S = 1_772_600_000  # of the first commit
HOUR_NS = 3600 * 10**9
PATIENCE_S = 60.0  # a loaded machine is no late git


def git(folder, *words, at_s=START_S):
    """Git as a developer runs it."""
    environment = {
        **os.environ,
        "GIT_AUTHOR_NAME": "Ada",
        "GIT_AUTHOR_EMAIL": "ada@shop.example",
        "GIT_COMMITTER_NAME": "Ada",
        "GIT_COMMITTER_EMAIL": "ada@shop.example",
        "GIT_AUTHOR_DATE": f"{at_s} +0000",
        "GIT_COMMITTER_DATE": f"{at_s} +0000",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    return subprocess.run(
        ["git", *words], cwd=folder, env=environment, check=True, capture_output=True
    ).stdout.decode()


def commit(folder, subject, at_s, **files):
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", subject, at_s=at_s)


@pytest.fixture
def checkout(tmp_path):
    """Two files, three commits an hour apart."""
    root = tmp_path / "shop"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    lines = "".join(f"line {n}\n" for n in range(1, 41))
    commit(root, "first", START_S, pay=lines, bank=lines)
    commit(root, "pay: later", START_S + 3600, pay=lines.replace("line 5\n", "five\n"))
    commit(
        root,
        "both",
        START_S + 7200,
        pay=lines.replace("line 5\n", "five\n").replace("line 30\n", "thirty\n"),
        bank=lines + "more\n",
    )
    return root


def block(file, first, last):
    lines = [CodeLine(n, "", False) for n in range(first, last + 1)]
    return CodeBlock(file, first, None, lines)


def history(root, **more):
    return History(root, lambda text: text.replace("secret", "<x>"), PATIENCE_S, **more)


def test_the_last_commit_that_touched_lines(checkout):
    """Not the last that touched their file."""
    blocks = [block("pay.py", 3, 8), block("pay.py", 28, 32), block("bank.py", 1, 7)]
    past = history(checkout).of(blocks, 0)

    assert ["pay: later", "both", "first"] == [one.subject for one in past.last]
    assert ["pay.py"] == past.last[0].files
    assert "2026-03-04T05:53:20.000Z" == past.last[0].time
    assert ("Ada", 12, "") == (past.last[0].author, len(past.last[0].id), past.cut)


def test_commits_since_a_time(checkout):
    """Newest first, each once, with the files it touched of those asked about."""
    blocks = [block("pay.py", 3, 8), block("bank.py", 1, 7)]
    since = (START_S + 3600) * 10**9

    found = history(checkout).of(blocks, since).since

    assert [("both", ["pay.py", "bank.py"]), ("pay: later", ["pay.py"])] == [
        (one.subject, one.files) for one in found
    ]
    assert [] == history(checkout).of(blocks, since + 2 * HOUR_NS).since


def test_subjects_are_redacted(checkout):
    """A commit may tell a secret, too."""
    commit(checkout, "the secret of pay", START_S + 9000, pay="one\n")

    [found] = (
        history(checkout).of([block("pay.py", 1, 1)], (START_S + 9000) * 10**9).since
    )

    assert "the <x> of pay" == found.subject


def test_where_there_is_no_repository(tmp_path, checkout):
    """None at all, one above the root, a link to one, a pointer that nobody confirms."""
    blocks = [block("pay.py", 3, 8)]
    nothing = Past([None], [], "")
    inner = checkout / "inner"
    inner.mkdir()
    linked, pointing = tmp_path / "linked", tmp_path / "pointing"
    linked.mkdir()
    (linked / ".git").symlink_to(checkout / ".git")
    pointing.mkdir()
    for text in (f"gitdir: {checkout}/.git", "nonsense", f"gitdir: {tmp_path}/none"):
        (pointing / ".git").write_text(text)
        assert nothing == history(pointing).of(blocks, 0)
    for root in (tmp_path, inner, linked):
        assert nothing == history(root).of(blocks, 0)
    assert nothing[0] == history(checkout).of([block("gone.py", 3, 8)], 0).last
    assert ([], [], "") == history(checkout).of([], 0)


def test_a_linked_work_tree(checkout, tmp_path):
    """Its repository lies elsewhere, and knows it."""
    other = tmp_path / "other"
    git(checkout, "worktree", "add", "-q", str(other), "-b", "side")

    [found] = history(other).of([block("pay.py", 3, 8)], 0).last

    assert "pay: later" == found.subject


def test_nothing_that_a_repository_configures_is_started(checkout, tmp_path):
    """Hooks, pagers, filters, diff drivers, signature checks, monitors, lazy fetches."""
    mark = tmp_path / "started"
    program = tmp_path / "program"
    program.write_text(f"#!{sys.executable}\nopen({str(mark)!r}, 'a').write('x')\n")
    program.chmod(0o755)
    settings = {
        "core.fsmonitor": str(program),
        "core.pager": str(program),
        "core.hooksPath": str(tmp_path),
        "core.sshCommand": str(program),
        "core.askPass": str(program),
        "gpg.program": str(program),
        "log.showSignature": "true",
        "diff.external": str(program),
        "diff.evil.textconv": str(program),
        "diff.evil.command": str(program),
        "filter.evil.clean": str(program),
        "filter.evil.smudge": str(program),
        "filter.evil.process": str(program),
        "alias.blame": f"!{program}",
        "blame.ignoreRevsFile": "/nowhere",
        "credential.helper": str(program),
        "remote.origin.url": f"ext::{program}",
        "remote.origin.promisor": "true",
        "extensions.partialClone": "origin",
        "uploadpack.packObjectsHook": str(program),
    }
    for name, value in settings.items():
        git(checkout, "config", name, value)
    (checkout / ".gitattributes").write_text("*.py diff=evil filter=evil\n")
    (checkout / ".git" / "info").mkdir(exist_ok=True)
    (checkout / ".git" / "info" / "attributes").write_text(
        "*.py diff=evil filter=evil\n"
    )

    past = history(checkout).of([block("pay.py", 3, 8)], 0)

    assert "pay: later" == past.last[0].subject
    assert 3 == len(past.since)
    assert not mark.exists()


def test_what_takes_too_long_is_ended_and_said(checkout):
    """A clock that has run away leaves git no time."""
    ticks = count(0.0, 1000.0)
    late = History(checkout, str, 0.3, lambda: next(ticks))

    past = late.of([block("pay.py", 3, 8)], 0)

    assert ([None], []) == (past.last, past.since)
    assert "commits: git did not answer within 0.3 s" == past.cut


def test_without_git(checkout, monkeypatch):
    """Nothing is known, and nothing breaks."""
    monkeypatch.setenv("PATH", str(checkout))

    assert ([None], [], "") == history(checkout).of([block("pay.py", 3, 8)], 0)


def test_an_explanation_shows_them(checkout):
    """With the lines of the frames, and among what changed; late ones are said."""
    trace = "Error: no\\n    at pay (/srv/shop/pay.py:5:1)"
    log = f'{{"time": "2026-03-04T08:00:00Z", "level": "error", "msg": "x", "stack": "{trace}"}}\n'
    (checkout / "api.jsonl").write_text(log)
    with reading(config(checkout, "api.jsonl")) as book:
        book._explaining._history = history(checkout)
        found = book.explain(None, Ask())
        ticks = count(0.0, 1000.0)
        book._explaining._history = History(checkout, str, 0.3, lambda: next(ticks))
        late = book.explain(None, Ask())

    [block] = found.code
    assert ("pay.py", "pay: later") == (block.file, block.commit.subject)
    assert ["both", "pay: later", "first"] == [
        one.subject for one in found.changes.commits
    ]
    assert [] == found.omitted
    assert None is late.code[0].commit
    assert ["commits: git did not answer within 0.3 s"] == late.omitted
    assert "| last commit " in render.explanation(found, 2000)
