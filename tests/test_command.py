"""Programs whose output is a source: real ones, under a real watcher."""

import json
import lzma
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from log_mcp.cli import main
from log_mcp.config import load
from log_mcp.errors import ConfigError
from log_mcp.ingest.command import Command
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask
from log_mcp.trust import is_trusted, trust

PATIENCE_S = 20.0
TRACE = (
    "import sys\n"
    "print('INFO started', flush=True)\n"
    "sys.stderr.write('ERROR failed\\n')\n"
    "def pay(): raise ValueError('no funds')\n"
    "pay()"
)


def settings(folder: Path, **commands: list[str]) -> dict[str, str]:
    """A file of settings with these commands, and the environment that trusts it."""
    environ = {"XDG_STATE_HOME": str(folder / "state")}
    file = folder / "log-mcp.toml"
    file.write_text(
        "\n".join(
            f"[[source]]\nname = {name!r}\ncommand = {json.dumps(words)}"
            for name, words in commands.items()
        )
    )
    trust(file, environ)
    return environ


@contextmanager
def serving(folder: Path, environ: dict[str, str]) -> Iterator[Logbook]:
    config = load([], cwd=folder, environ=environ)
    with closing(Logbook(config, commands=True)) as book:
        book.start()
        yield book


def until(happens) -> None:
    """Wait for something that gives no notice."""
    pause = threading.Event()
    for _ in range(int(PATIENCE_S / 0.02)):
        if happens():
            return
        pause.wait(0.02)
    raise AssertionError("it did not happen")


def messages(book: Logbook, **ask) -> list[str]:
    return [row.message for row in book.search(Ask(**ask), order="oldest").records]


def test_what_a_command_prints_is_searched(tmp_path):
    """Both of its streams; a trace is one record, an error of its own."""
    environ = settings(tmp_path, job=[sys.executable, "-u", "-c", TRACE])
    with serving(tmp_path, environ) as book:
        until(lambda: messages(book, query="no funds", level="error"))
        until(lambda: messages(book, query="INFO started"))
        page = book.search(Ask(query="run started"))

        assert "job" == page.records[0].source


def test_its_end_is_seen_and_it_is_started_again(tmp_path):
    """The overview names the exit code; each run is marked."""
    environ = settings(tmp_path, job=["sh", "-c", "echo once; exit 3"])
    with serving(tmp_path, environ) as book:
        until(lambda: book.overview().sources[0].state == "stopped")
        row = book.overview().sources[0]

        assert "its command ended with exit code 3; it is started again after 1 s" == (
            row.trouble
        )
        assert any("exit code 3" in note for note in book.overview().view.notes)
        until(lambda: len(messages(book, query="once", exclude=("run started",))) > 1)
        assert messages(book, query="run ended: exit code 3", level="error")


def test_pauses_grow(tmp_path):
    """A program that cannot start takes no processor."""
    words = [str(tmp_path / "no-such-program")]
    with closing(Command("x", words, tmp_path, tmp_path / "c", (0.1, 0.4))) as one:
        one.start()
        seen: list[str] = []

        def told() -> bool:
            if one.trouble and (not seen or seen[-1] != one.trouble):
                seen.append(one.trouble)
            return len(seen) >= 3

        until(told)

    assert [
        f"cannot be started (No such file or directory); it is started again after {s} s"
        for s in ("0.1", "0.2", "0.4")
    ] == seen


def test_it_ends_with_us(tmp_path):
    """And so does what it started; one that does not listen is killed."""
    code = "trap '' TERM; sleep 100 & echo $! $$; wait; sleep 100"
    environ = settings(tmp_path, job=["sh", "-c", code])
    pids: list[int] = []
    with serving(tmp_path, environ) as book:

        def told() -> bool:
            found = [m.split() for m in messages(book) if m[:1].isdigit()]
            pids.extend(map(int, found[0] if found else ()))
            return bool(found)

        until(told)
        captures = Path(book.feed.catalog.sources[0].tails[0].file.path or "").parent
    until(lambda: not any(_lives(pid) for pid in pids))

    assert not captures.exists()


def test_what_it_leaves_behind_ends_with_it(tmp_path):
    """Else each start would add one, and they would outlive the server."""
    words = ["sh", "-c", "sleep 100 >/dev/null 2>&1 & echo left $!"]
    with closing(Command("x", words, tmp_path, tmp_path / "c", (60.0, 60.0))) as one:
        one.start()
        until(lambda: one.trouble)
        said = one.path.read_text("utf-8")
        [pid] = re.findall(r" F left (\d+)$", said, re.MULTILINE)

        until(lambda: not _lives(int(pid)))


def _lives(pid: int) -> bool:
    try:
        state = (
            Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
        )
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_real_programs(tmp_path):
    """`tail -F` as people write it."""
    log = tmp_path / "app.txt"
    log.write_text("2026-03-04 05:06:07,123 ERROR shop - no stock\n")
    environ = settings(tmp_path, app=["tail", "-n", "+1", "-F", str(log)])
    with serving(tmp_path, environ) as book:
        until(lambda: messages(book, level="error") == ["no stock"])
        with log.open("a") as more:
            more.write("2026-03-04 05:06:08,123 ERROR shop - no stock again\n")
        until(lambda: len(messages(book, level="error")) == 2)


def test_tail_follows_a_rotated_file(tmp_path):
    """`tail -F` says so on stderr, which is no part of what it follows."""
    log = tmp_path / "app.txt"
    log.write_text("2026-03-04 05:06:07,123 ERROR shop - no stock\n")
    environ = settings(tmp_path, app=["tail", "-n", "+1", "-F", str(log)])
    with serving(tmp_path, environ) as book:
        until(lambda: messages(book, level="error") == ["no stock"])
        log.rename(tmp_path / "app.txt.1")
        log.write_text("2026-03-04 05:06:08,123 ERROR shop - no funds\n")
        until(lambda: len(messages(book, level="error")) == 2)

        assert ["no stock", "no funds"] == messages(book, level="error")
        assert messages(book, where=("stream = stderr",), query="app.txt")


JOURNAL = Path(__file__).parent / "shop.journal.xz"


@pytest.mark.skipif(shutil.which("journalctl") is None, reason="needs journalctl")
def test_the_journal(tmp_path):
    """`journalctl -o json`, of a journal that systemd-journal-remote wrote."""
    journal = tmp_path / "shop.journal"
    journal.write_bytes(lzma.decompress(JOURNAL.read_bytes()))
    words = ["journalctl", "--file", str(journal), "-o", "json", "--follow"]
    environ = settings(tmp_path, system=[*words, "--no-tail"])
    with serving(tmp_path, environ) as book:
        until(lambda: messages(book, level="error"))
        page = book.search(Ask(where=("_SYSTEMD_UNIT = shop.service",)), order="oldest")

        assert [
            ("2026-03-04T05:06:07.123456Z", "info", "order 17 accepted", "shopd"),
            ("2026-03-04T05:06:08.123456Z", "error", "no stock", "shopd"),
        ] == [(row.time, row.level, row.message, row.service) for row in page.records]


TORN = """
import json, os, signal
trace = (
    "Traceback (most recent call last):\\n"
    '  File "shop.py", line 4, in pay\\n'
    "    charge()\\n"
    "ValueError: no funds\\n"
)
for order in range(100):
    for line in trace.splitlines(True):
        os.write(2, line.encode())
        os.write(1, json.dumps({"level": "info", "msg": "tick"}).encode() + b"\\n")
os.write(1, b"INFO all is done\\n")
signal.pause()
"""


def count(book: Logbook, condition: str) -> int:
    return book.search(Ask(where=(condition,)), limit=1).matched


def test_a_program_whose_streams_interleave(tmp_path):
    """What it prints on stdout while a trace is printed on stderr tears nothing.

    How many are torn depends on when we are given the processor, their number does not.
    """
    environ = settings(tmp_path, shop=[sys.executable, "-c", TORN])
    with serving(tmp_path, environ) as book:
        # What was printed behind the last trace waits for more of it, for a second.
        until(lambda: count(book, "message = tick") == 400)

        assert 100 == count(book, "stream = stderr")
        assert messages(book, query="all is done", exclude=("run started",))


def test_a_strange_file_starts_nothing(tmp_path):
    """A checkout must not run what a stranger wrote; a changed file is a stranger."""
    made = tmp_path / "made"
    environ = settings(tmp_path, job=["touch", str(made)])
    file = tmp_path / "log-mcp.toml"
    assert is_trusted(file, environ)
    file.write_text(file.read_text() + "\n")
    assert not is_trusted(file, environ)
    with serving(tmp_path, environ) as book:
        book.wait_loaded(PATIENCE_S)
        (row,) = book.overview().sources

        assert "stopped" == row.state
        assert "not trusted" in (row.trouble or "")
        assert any("log-mcp trust" in note for note in book.overview().view.notes)
    assert not made.exists()


def test_a_question_from_a_shell_starts_nothing(tmp_path):
    """Nor does `check`, which says what serve would do."""
    made = tmp_path / "made"
    environ = {**os.environ, **settings(tmp_path, job=["touch", str(made)])}
    for command in ("overview", "check"):
        done = subprocess.run(
            (sys.executable, "-m", "log_mcp", command),
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )

        assert "serve" in done.stdout
    assert not made.exists()


def test_trust_shows_what_it_allows(tmp_path):
    """And remembers it where only the user writes."""
    environ = settings(tmp_path, job=["echo", "a b"])
    file = tmp_path / "log-mcp.toml"
    file.write_text(file.read_text() + "\n")
    done = subprocess.run(
        (sys.executable, "-m", "log_mcp", "trust"),
        cwd=tmp_path,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
    )

    assert "job: echo 'a b'" in done.stdout
    assert is_trusted(file, environ)
    assert 1 == len((tmp_path / "state/log-mcp/trusted").read_text().splitlines())
    assert 0o600 == (tmp_path / "state/log-mcp/trusted").stat().st_mode & 0o777


def test_trust_shows_what_is_hidden_less_and_where_links_lead(
    tmp_path, monkeypatch, capsys
):
    """A path inside may be a link; and the file does not decide what is shown of it."""
    project, private = tmp_path / "shop", tmp_path / "private"
    (project / "logs").mkdir(parents=True)
    private.mkdir()
    for at in range(12):
        (private / f"{at}.log").write_text("x\n")
        (project / f"logs/{at}.log").symlink_to(private / f"{at}.log")
    (project / "far").symlink_to(private)
    (project / "log-mcp.toml").write_text(
        "project_root = '../private'\n"
        "[redact]\nenabled = false\nallow = ['hunter.*', 'x\\d']\noff = ['email', 'ip']\n"
        "[[source]]\nname = 'a'\npaths = ['logs/*.log']\n"
        "[[source]]\nname = 'b'\npaths = ['far']\n"
        "[[source]]\nname = 'c'\n"
        "command = ['tool', '--password=hunter2-not-real', \"\\u001b[2K\"]\n"
    )
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(project)

    main(["trust"])
    told = capsys.readouterr().out.splitlines()

    assert f"a: reads {project}/logs/0.log, which is {private}/0.log" in told
    assert "a: reads 2 more files outside" in told
    assert f"project_root: reads code and logs below {private}" in told
    assert f"b: reads {project}/far, which is {private}" in told
    assert [
        "redact.enabled = false: nothing is hidden",
        "redact.allow: shows what matches hunter.*",
        "redact.allow: shows what matches x\\d",
        "redact.off: does not hide email, ip",
    ] == told[-5:-1]
    [command] = [line for line in told if line.startswith("c: tool")]
    assert "hunter2" not in command
    assert "\\x1b" in command


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('name = "a"\ncommand = "ls -l"', "is not a list of words"),
        ('name = "a"\ncommand = []', "is not a list of words"),
        ('command = ["ls"]', "'name' is missing, which a command needs"),
        (
            'name = "a"\ncommand = ["ls"]\npaths = ["x"]',
            "has both 'paths' and 'command'",
        ),
        ('name = "a"', "'paths' is missing, or 'command'"),
    ],
)
def test_bad_settings(tmp_path, text, message):
    """Say what would be right."""
    (tmp_path / "log-mcp.toml").write_text(f"[[source]]\n{text}\n")

    with pytest.raises(ConfigError, match=message):
        load([], cwd=tmp_path, environ={})


def test_a_signal_is_named(tmp_path):
    """Rather than numbered."""
    environ = settings(tmp_path, job=["sh", "-c", "kill -KILL $$"])
    with serving(tmp_path, environ) as book:
        until(lambda: book.overview().sources[0].trouble)

        assert signal.Signals.SIGKILL.name in (book.overview().sources[0].trouble or "")
