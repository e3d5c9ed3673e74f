"""Twin of log_mcp/analysis/history.py: a real git, and repositories that mean harm."""

import os
import shutil
import subprocess
from itertools import count
from pathlib import Path

import pytest

from log_mcp import render
from log_mcp.analysis.history import ELSEWHERE, History, Past
from log_mcp.errors import QueryError
from log_mcp.query.filter import Ask
from log_mcp.report import CodeBlock, CodeLine
from log_mcp.scope import commit_time
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


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two files, three commits an hour apart."""
    root = tmp_path_factory.mktemp("made")
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


@pytest.fixture
def checkout(made, tmp_path):
    """What was made, to be changed."""
    return Path(shutil.copytree(made, tmp_path / "shop"))


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
    own = checkout / ".git/worktrees/other"
    (own / "config.worktree").write_text("[include]\n\tpath = x\n")
    assert [None] == history(other).of([block("pay.py", 3, 8)], 0).last
    (own / "config.worktree").unlink()
    (own / "commondir").write_text(f"{tmp_path}\n")
    assert [None] == history(other).of([block("pay.py", 3, 8)], 0).last


def trap(folder):
    """A program, and what it leaves when it was started."""
    program, mark = folder / "program", folder / "started"
    program.write_text(f"#!/bin/sh\necho x >> {mark}\nexit 1\n")
    program.chmod(0o755)
    return program, mark


def test_nothing_that_a_repository_configures_is_started(checkout, tmp_path):
    """Hooks, pagers, filters, diff drivers, signature checks, monitors, lazy fetches."""
    program, mark = trap(tmp_path)
    settings = {
        "core.fsmonitor": str(program),
        "core.pager": str(program),
        "core.editor": str(program),
        "core.hooksPath": str(tmp_path),
        "core.sshCommand": str(program),
        "core.gitProxy": str(program),
        "core.askPass": str(program),
        "core.alternateRefsCommand": str(program),
        "gpg.program": str(program),
        "gpg.ssh.program": str(program),
        "log.showSignature": "true",
        "log.mailmap": "true",
        "mailmap.file": "/dev/zero",
        "diff.orderFile": "/dev/zero",
        "diff.external": str(program),
        "diff.evil.textconv": str(program),
        "diff.evil.command": str(program),
        "filter.evil.clean": str(program),
        "filter.evil.smudge": str(program),
        "filter.evil.process": str(program),
        "alias.blame": f"!{program}",
        "alias.log": f"!{program}",
        "alias.rev-list": f"!{program}",
        "pager.log": str(program),
        "blame.ignoreRevsFile": "/nowhere",
        "safe.directory": "*",
        "credential.helper": str(program),
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
        "remote.origin.url": f"ext::{program}",
        "remote.origin.uploadpack": str(program),
        "remote.origin.promisor": "true",
        "extensions.partialClone": "origin",
        "uploadpack.packObjectsHook": str(program),
    }
    with (checkout / ".git/config").open("a") as file:
        for name, value in settings.items():
            section, _, key = name.rpartition(".")
            outer, _, inner = section.partition(".")
            head = f'{outer} "{inner}"' if inner else outer
            file.write(f'[{head}]\n\t{key} = "{value}"\n')
    (checkout / ".gitattributes").write_text("*.py diff=evil filter=evil\n")
    (checkout / ".git" / "info").mkdir(exist_ok=True)
    (checkout / ".git" / "info" / "attributes").write_text(
        "*.py diff=evil filter=evil\n"
    )

    past = history(checkout).of([block("pay.py", 3, 8)], 0)

    assert "pay: later" == past.last[0].subject
    assert 3 == len(past.since)
    assert not mark.exists()
    # A file's content that a partial clone lacks is not fetched from anywhere.
    for remote in (f"ext::{program}", "ssh://shop.example/a", str(tmp_path)):
        git(checkout, "-c", "alias.x=", "config", "remote.origin.url", remote)
        lost = git(checkout, "rev-parse", "HEAD~1:pay.py").strip()
        (checkout / ".git/objects" / lost[:2] / lost[2:]).unlink(missing_ok=True)

        assert [None] == history(checkout).of([block("pay.py", 3, 8)], 0).last
        assert not mark.exists()


def fifo(place):
    os.mkfifo(place)


# What a repository may hold that leads git elsewhere, or keeps who reads it for ever.
LEADS = {
    "settings of another file": lambda at, to: (at / "config").write_text(
        f"[include]\n\tpath = {to}/config\n"
    ),
    "... in one line, if": lambda at, to: (at / "config").write_text(
        f'[core][IncludeIf "gitdir:**"]path = {to}/config\n'
    ),
    "settings that are a link": lambda at, to: swap(at / "config", to / "config"),
    "settings that are a pipe": lambda at, _: (
        (at / "config").unlink() or fifo(at / "config")
    ),
    "settings of a work tree": lambda at, to: (at / "config.worktree").write_text(
        f"[include]\n\tpath = {to}/config\n"
    ),
    "settings without end": lambda at, _: (at / "config").write_text("#" * (2 << 20)),
    "another's objects": lambda at, to: (at / "objects/info/alternates").write_text(
        f"{to}/objects\n"
    ),
    "objects behind a link": lambda at, to: swap(at / "objects", to / "objects"),
    "packs behind a link": lambda at, to: swap(at / "objects/pack", to),
    "a folder of objects behind a link": lambda at, to: swap(
        next((at / "objects").glob("??")), to / "objects"
    ),
    "an object behind a link": lambda at, to: swap(
        next((at / "objects").glob("??/*")), to / "config"
    ),
    "a branch behind a link": lambda at, to: swap(
        at / "refs/heads/main", to / "refs/heads/main"
    ),
    "a branch deep below": lambda at, to: (
        (at / "refs/heads/a/b").mkdir(parents=True)
        or (at / "refs/heads/a/b/c").symlink_to(to / "refs/heads/main")
    ),
    "references that are no folder": lambda at, _: (
        (at / "refs").rename(at / "was") and (at / "refs").write_text("")
    ),
    "a part of another": lambda at, to: (at / "commondir").write_text(f"{to}\n"),
}


def swap(place, target):
    """A link where something was."""
    place.rename(place.with_name("was"))
    place.symlink_to(target)


@pytest.mark.parametrize("lead", LEADS.values(), ids=LEADS)
def test_a_repository_that_leads_elsewhere_is_not_asked(checkout, tmp_path, lead):
    """Which is said; nor does `git:HEAD` ask it."""
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "-q", "-b", "main")
    lead(checkout / ".git", other / ".git")

    past = history(checkout).of([block("pay.py", 3, 8)], 0)

    assert ([None], [], ELSEWHERE) == past
    with pytest.raises(QueryError, match="leads outside of itself"):
        commit_time(checkout, "HEAD")


def test_whose_commit_git_head_is(checkout, tmp_path):
    """The project's, one above it or a submodule's; of no other that a file points to."""
    inner = checkout / "inner"
    inner.mkdir()
    newest = (START_S + 7200) * 10**9
    assert newest == commit_time(inner, "HEAD")
    modules = checkout / ".git/modules"
    modules.mkdir()
    shutil.copytree(checkout / ".git", modules / "inner", ignore=lambda *_: ["modules"])
    (inner / ".git").write_text("gitdir: ../.git/modules/inner\n")
    assert newest == commit_time(inner, "HEAD")
    (tmp_path / "far").mkdir()
    for place in (checkout / ".git", tmp_path, modules):
        (tmp_path / "far/.git").write_text(f"gitdir: {place}\n")
        (inner / ".git").write_text(f"gitdir: {place}\n")
        for folder in (tmp_path / "far", inner):
            with pytest.raises(QueryError, match="git knows no commit"):
                commit_time(folder, "HEAD")
    # An empty one is none, and that above it is another's.
    (inner / ".git").unlink()
    (inner / ".git").mkdir()
    with pytest.raises(QueryError, match="git knows no commit"):
        commit_time(inner, "HEAD")
    # What looks like a repository without a work tree is a part of the checkout.
    bare = tmp_path / "far/bare"
    shutil.copytree(checkout / ".git", bare)
    with pytest.raises(QueryError, match="git knows no commit"):
        commit_time(bare, "HEAD")


@pytest.mark.parametrize("make", [fifo, lambda p: p.write_text("x" * 9000)])
def test_a_pointer_that_is_none(tmp_path, make):
    """A pipe would keep who reads it."""
    make(tmp_path / ".git")

    assert ([None], [], "") == history(tmp_path).of([block("pay.py", 3, 8)], 0)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_another_s_repository_is_not_read(checkout):
    """Its own word that it is safe does not count."""
    git(checkout, "config", "safe.directory", "*")
    os.chown(checkout / ".git", 12345, 12345)
    os.chown(checkout, 12345, 12345)

    assert [None] == history(checkout).of([block("pay.py", 3, 8)], 0).last


@pytest.mark.parametrize("folder", [".", "", "bin"])
def test_the_project_s_own_git_is_not_run(checkout, tmp_path, monkeypatch, folder):
    """`PATH=.` would start what a checkout brings."""
    program, mark = trap(tmp_path)
    for place in (checkout, checkout / "bin"):
        place.mkdir(exist_ok=True)
        (place / "git").symlink_to(program)
    monkeypatch.chdir(checkout)
    own = str(checkout / folder) if folder == "bin" else folder
    monkeypatch.setenv("PATH", f"{own}{os.pathsep}{os.environ['PATH']}")

    past = history(checkout).of([block("pay.py", 3, 8)], 0)

    assert "pay: later" == past.last[0].subject
    (checkout / "inner").mkdir()
    for root in (checkout, checkout / "inner"):
        assert (START_S + 7200) * 10**9 == commit_time(root, "HEAD")
    assert not mark.exists()


@pytest.fixture
def slow(tmp_path, monkeypatch):
    """A git that never answers about `pay.py`, and counts its answers about others."""
    folder = tmp_path / "bin"
    folder.mkdir()
    os.mkfifo(folder / "never")
    real = shutil.which("git")
    (folder / "git").write_text(
        f"""#!/bin/sh
case "$*" in *pay.py*) exec cat {folder}/never;; esac
{real} "$@"
echo x >> {folder}/answers
"""
    )
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_what_takes_too_long_is_ended_and_the_rest_is_told(checkout, slow):
    """One that is slow discards no other; nothing is left running."""
    late = count()

    def clock():
        """Time is up some looks after two have answered."""
        try:
            answers = len((slow / "answers").read_text())
        except FileNotFoundError:
            answers = 0
        return 0.0 if answers < 4 or next(late) < 3 else 1.0

    found = History(checkout, str, 0.3, clock)
    past = found.of([block("pay.py", 3, 8), block("bank.py", 1, 7)], 0)

    assert [None, "first"] == [one and one.subject for one in past.last]
    assert ["both", "first"] == [one.subject for one in past.since]
    assert "commits: git did not answer within 0.3 s" == past.cut
    assert not_reaped() == []


def not_reaped():
    """Children of this process that have ended and were not waited for, or go on."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return children.read_text().split() if children.exists() else []


def test_children_are_waited_for_where_one_cannot_be_started(checkout, monkeypatch):
    """As where there are too many: those that were are ended."""
    before = not_reaped()
    started = count()
    real = subprocess.Popen

    def failing(*words, **more):
        if next(started) == 2:
            raise OSError(24, "Too many open files")
        return real(*words, **more)

    monkeypatch.setattr(subprocess, "Popen", failing)
    past = history(checkout).of([block("pay.py", 3, 8), block("bank.py", 1, 7)], 0)

    assert ([None, None], [], "") == past
    assert before == not_reaped()


def test_an_answer_without_end_is_no_answer(checkout, tmp_path, monkeypatch):
    """It is ended as soon as it is too long."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text("#!/bin/sh\nexec yes\n")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    past = history(checkout).of([block("pay.py", 3, 8)], 0)

    assert ([None], []) == (past.last, past.since)


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
