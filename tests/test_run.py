"""`log-mcp run`: a program runs as usual, in a real terminal and without one."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

RUN = (sys.executable, "-m", "log_mcp", "run")
PATIENCE_S = 20.0
ROWS, COLUMNS = 33, 77


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    return tmp_path


def piped(
    project: Path, *words: str, data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    command = (*RUN, "--", *words)
    return subprocess.run(
        command,
        cwd=project,
        input=data,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )


def kept(project: Path, name: str) -> list[tuple[str, str]]:
    """Stream and text of each line of a capture."""
    lines = (project / ".log-mcp" / f"{name}.log").read_text().splitlines()
    return [(line.split(" ")[1], line.split(" ", 3)[3]) for line in lines]


def said(project: Path, name: str) -> list[tuple[str, str]]:
    """The program's own lines."""
    return kept(project, name)[1:-1]


def mark(project: Path, name: str, at: int) -> dict[str, object]:
    found = json.loads(kept(project, name)[at][1])
    assert isinstance(found, dict)
    return found


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-u", "-c", code)


NAME = "python" if sys.executable.endswith("python") else Path(sys.executable).name


def test_streams_pass_and_are_told_apart(project):
    """Nothing is added to what the program prints, and nothing taken."""
    done = piped(project, "sh", "-c", "echo out; echo err >&2; printf tail; exit 3")

    assert (3, b"out\ntail", b"err\n") == (done.returncode, done.stdout, done.stderr)
    assert {("stdout", "out"), ("stderr", "err")} < set(said(project, "sh"))
    assert ("stdout", "tail") in kept(project, "sh")


def test_a_run_is_marked(project):
    """With its command, its end and its exit code."""
    piped(project, "sh", "-c", "exit 4")
    first, last = mark(project, "sh", 0), mark(project, "sh", -1)

    assert "run started: sh -c exit 4" == first["message"]
    assert isinstance(first["pid"], int)
    assert ("error", 4) == (last["level"], last["exit_code"])
    assert str(last["message"]).startswith("run ended: exit code 4 after 0.")


def test_input_reaches_the_program(project):
    """A pipe is passed on as it is."""
    assert b"42\n" == piped(project, "cat", data=b"42\n").stdout


def test_a_program_dies_of_a_signal_and_so_do_we(project):
    """A shell sees the same."""
    done = piped(project, "sh", "-c", "kill -TERM $$")

    assert -signal.SIGTERM == done.returncode
    assert signal.SIGTERM == mark(project, "sh", -1)["signal"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1])
def test_signals_are_passed_on(project, number):
    """The program answers them itself."""
    code = (
        "import signal,sys,time\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(7))\n"
        "print('ready')\ntime.sleep(30)"
    )
    with subprocess.Popen(
        (*RUN, "--", *python(code)),
        cwd=project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert b"ready\n" == child.stdout.readline()
        child.send_signal(number)
        assert 7 == child.wait(PATIENCE_S)


def test_a_reader_that_leaves_ends_the_program(project):
    """As it would without us: `yes | head` ends."""
    with subprocess.Popen(
        (*RUN, "--", "yes"),
        cwd=project,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        child.stdout.close()
        assert -signal.SIGPIPE == child.wait(PATIENCE_S)


@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        (("--", "no-such-program"), 127, "no-such-program: no such program"),
        (("--", "./plain"), 126, "./plain: may not be executed"),
        ((), 2, "name the program after --"),
        (("--name", "../x", "--", "true"), 2, "'../x' is not a name"),
    ],
)
def test_bad_input(project, words, status, text):
    """Says what is wrong; nothing is written."""
    (project / "plain").touch()
    done = subprocess.run(
        (*RUN, *words), cwd=project, capture_output=True, text=True, check=False
    )

    assert status == done.returncode
    assert text in done.stderr
    assert not (project / ".log-mcp").exists()


def test_what_a_program_leaves_behind_keeps_nobody_waiting(project):
    """A child of it that holds its pipes may live on."""
    begun = time.monotonic()
    done = piped(project, "sh", "-c", "sleep 15 & echo done")

    assert b"done\n" == done.stdout
    assert time.monotonic() - begun < 10


class Terminal:
    """A terminal in which a command runs, and whoever sits before it."""

    def __init__(self, project: Path, *words: str) -> None:
        self.text = b""
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.chdir(project)
            os.execv(RUN[0], (*RUN, "--", *words))
        termios.tcsetwinsize(self.fd, (ROWS, COLUMNS))

    def until(self, wanted: bytes) -> None:
        end = time.monotonic() + PATIENCE_S
        while wanted not in self.text:
            ready, _, _ = select.select([self.fd], [], [], end - time.monotonic())
            assert ready, f"{wanted!r} is not in {self.text!r}"
            self.text += self._read()

    def _read(self) -> bytes:
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            data = b""
        assert data, f"ended with {self.text!r}"
        return data

    def type(self, keys: bytes) -> None:
        os.write(self.fd, keys)

    def status(self) -> int:
        while True:
            try:
                self.text += self._read()
            except AssertionError:
                break
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


SEEN = (
    "import os, sys\n"
    "input('ready')\n"
    "print([os.isatty(fd) for fd in (0, 1, 2)], *os.get_terminal_size())\n"
    "print('\\x1b[31mred\\x1b[0m', file=sys.stderr)\n"
)


def test_in_a_terminal_a_program_sees_a_terminal(project):
    """As wide as ours, and it prints in colours."""
    terminal = Terminal(project, *python(SEEN))
    terminal.until(b"ready")
    terminal.type(b"\r")
    terminal.until(b"[True, True, True] %d %d\r\n" % (COLUMNS, ROWS))
    terminal.until(b"\x1b[31mred\x1b[0m\r\n")

    assert 0 == terminal.status()
    assert ("stdout", f"[True, True, True] {COLUMNS} {ROWS}") in said(project, NAME)
    streams = {text[-12:]: stream for stream, text in said(project, NAME)}
    assert "stderr" == streams["\x1b[31mred\x1b[0m"]


def test_keys_and_their_signals_reach_the_program(project):
    """What is typed is its input; Ctrl-C interrupts it, and it alone decides."""
    code = (
        "import signal\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})\n"
        "print('got', input('name? '))\n"
        "signal.sigwait({signal.SIGINT})\n"
        "print('interrupted')\nraise SystemExit(5)"
    )
    terminal = Terminal(project, *python(code))
    terminal.until(b"name? ")
    terminal.type(b"Ada\r")
    terminal.until(b"got Ada")
    terminal.type(b"\x03")
    terminal.until(b"interrupted")

    assert 5 == terminal.status()


def test_a_new_size_reaches_the_program(project):
    """A window is made larger while it runs."""
    code = (
        # A handler that is due just before `input` reads would run only after it.
        "import os,signal\n"
        "signal.signal(signal.SIGWINCH, lambda *_: None)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGWINCH])\nprint('ready')\n"
        "signal.sigwait([signal.SIGWINCH])\nprint('size', *os.get_terminal_size())\n"
        "while True: input()"
    )
    terminal = Terminal(project, *python(code))
    terminal.until(b"ready")
    termios.tcsetwinsize(terminal.fd, (50, 132))
    terminal.until(b"size 132 50")
    terminal.type(b"\x04")

    assert 1 == terminal.status()


class Shell(Terminal):
    """A terminal with a real shell, which has jobs."""

    def __init__(self, project: Path) -> None:
        self.text = b""
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.chdir(project)
            environ = {
                **os.environ,
                "PS1": "$ ",
                "BASH_SILENCE_DEPRECATION_WARNING": "1",
            }
            os.execvpe("bash", ("bash", "--norc", "--noprofile", "-i"), environ)
        termios.tcsetwinsize(self.fd, (ROWS, COLUMNS))
        self.until(b"$ ")

    def until(self, wanted: bytes) -> None:
        """What was waited for before is not found again."""
        super().until(wanted)
        self.text = self.text[self.text.index(wanted) + len(wanted) :]


SUSPENDED = (
    "import os, signal, sys\n"
    "def told(n, _): print('got', signal.Signals(n).name, *os.get_terminal_size())\n"
    "signal.signal(signal.SIGCONT, told)\n"
    "for line in sys.stdin: print('read', line.strip())\n"
)
LISTENING = SUSPENDED.replace(
    "signal.signal(signal.SIGCONT, told)\n",
    "signal.signal(signal.SIGCONT, told)\n"
    "def stop(*_):\n"
    "    print('saved')\n"
    "    signal.signal(signal.SIGTSTP, signal.SIG_DFL)\n"
    "    os.kill(0, signal.SIGTSTP)\n"
    "signal.signal(signal.SIGTSTP, stop)\n",
)


def state(project: Path) -> str:
    """Of the program: T while it is suspended."""
    stat = Path(f"/proc/{mark(project, NAME, 0)['pid']}/stat").read_text("utf-8")
    return stat.rpartition(")")[2].split()[0]


def suspended(project: Path) -> None:
    """Wait until it is: a signal takes its time to reach a program that runs."""
    while state(project) != "T":
        os.sched_yield()


@pytest.mark.parametrize("code", [SUSPENDED, LISTENING], ids=["default", "handled"])
def test_ctrl_z_suspends_and_fg_resumes(project, code):
    """The shell has its terminal back, and the program goes on where it was.

    Also one that has something to do first, as an editor has.
    """
    (project / "job.py").write_text(code)
    shell = Shell(project)
    shell.type(f"{' '.join(RUN)} -- {sys.executable} -u job.py\r".encode())
    shell.until(b"job.py\r\n")
    shell.type(b"one\r")
    shell.until(b"read one")
    shell.type(b"\x1a")
    if code is LISTENING:
        shell.until(b"saved")
    shell.until(b"Stopped")
    shell.until(b"$ ")
    termios.tcsetwinsize(shell.fd, (50, 132))
    shell.type(b"echo in $((40 + 2)) shell\r")
    shell.until(b"in 42 shell")
    suspended(project)
    shell.type(b"fg\r")
    shell.until(b"got SIGCONT 132 50")
    shell.type(b"two\r")
    shell.until(b"read two")
    shell.type(b"\x04")
    shell.until(b"$ ")
    shell.type(b"exit 6\r")

    assert 6 == shell.status()
    assert ("stdout", "read two") in said(project, NAME)


def test_a_job_without_our_input_is_suspended_with_us(project):
    """Where its input is a file, Ctrl-Z reaches us alone."""
    (project / "job.py").write_text(
        "import time\nprint('ready')\nwhile True: time.sleep(0.01); print('tick')\n"
    )
    shell = Shell(project)
    command = f"{' '.join(RUN)} -- {sys.executable} -u job.py < /dev/null\r"
    shell.type(command.encode())
    shell.until(b"tick")
    shell.type(b"\x1a")
    shell.until(b"Stopped")
    shell.until(b"$ ")

    suspended(project)
    shell.type(b"fg\r")
    shell.until(b"tick")
    shell.type(b"\x03")
    shell.until(b"$ ")
    shell.type(b"exit 6\r")

    assert 6 == shell.status()


def test_serve_finds_what_run_kept(project):
    """Without any configuration, from the project's folder."""
    piped(project, "sh", "-c", "echo 'ERROR no stock'; exit 1")
    (project / "below").mkdir()
    piped(project / "below", "sh", "-c", "echo again")
    done = subprocess.run(
        (sys.executable, "-m", "log_mcp", "search", "--json", "--since", "restart"),
        cwd=project,
        capture_output=True,
        check=True,
    )
    found = json.loads(done.stdout)

    assert ["again"] == [
        record["message"]
        for record in found["records"]
        if record.get("logger") != "log_mcp.run"
    ]
    assert {"sh"} == {record["source"] for record in found["records"]}
