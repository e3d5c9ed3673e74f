"""`log-mcp run`: a program runs as it would without us, and what it prints is kept.

Where its output goes to a terminal it gets a terminal of its own (a pseudo-terminal as
large as ours), so that it prints in colours and as wide as usual; where that is a pipe or
a file it gets a pipe. stdout and stderr have one each and are told apart. Where we read
from a terminal, keys go to the program's own one, which makes signals of them as usual.
Where one of these suspends the program, we give our terminal back and stop, too, and the
shell that resumes us resumes it.
"""

import fcntl
import os
import selectors
import shutil
import signal
import subprocess
import sys
import termios
import time
import tty
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from log_mcp.capture import Capture, folder_of, is_name, name_of
from log_mcp.errors import ConfigError
from log_mcp.job import has_stopped, lead

READ_BYTES: Final = 64 * 1024
LINGER_S: Final = 0.2  # of silence after the program's end: others may hold its pipes
NOT_FOUND: Final = 127  # as shells say it
NOT_EXECUTABLE: Final = 126
BY_SIGNAL: Final = 128
FORWARDED: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
KEYED: Final = (
    signal.SIGINT,
    signal.SIGQUIT,
)  # what a terminal sends to all of a group
IN, OUT, ERR = 0, 1, 2


def run(command: Sequence[str], name: str | None, here: Path) -> int:
    """Run a program and keep what it prints; its exit status.

    Args:
        command: The program and its arguments.
        name: Of the capture; None to take the program's.
        here: The working folder.

    Raises:
        ConfigError: There is no command, or the name cannot be one of a file.
        SourceError: The capture cannot be written.
    """
    if not command:
        raise ConfigError(
            "name the program after --, such as: log-mcp run -- npm start"
        )
    if name is not None and not is_name(name):
        raise ConfigError(
            f"--name {name[:60]!r} is not a name of at most 63 letters, digits and . _ -"
        )
    if shutil.which(command[0]) is None:
        there = Path(command[0]).exists()
        what = "may not be executed" if there else "no such program"
        print(f"log-mcp run: {command[0]}: {what}", file=sys.stderr)
        return NOT_EXECUTABLE if there else NOT_FOUND
    capture = Capture(folder_of(here), name or name_of(command[0]))
    try:
        status = _Run(command, capture).result()
    finally:
        capture.close()
    if capture.failure:
        print(f"log-mcp run: not all was kept ({capture.failure})", file=sys.stderr)
    if status < 0:
        _die_alike(-status)
    return status if status >= 0 else BY_SIGNAL - status


class _Run:
    """One run of a program."""

    def __init__(self, command: Sequence[str], capture: Capture) -> None:
        self._command = list(command)
        self._capture = capture
        # Keys reach the program through its own terminal; else it has our input itself.
        self._keys = os.isatty(IN) and os.isatty(OUT)
        self._shared = os.isatty(IN) and not self._keys  # ... and our process group
        self._raw: list[Any] | None = None
        self._terminals: list[int] = []
        self._selector = selectors.DefaultSelector()
        self._streams: dict[int, tuple[str, int]] = {}
        self._child: subprocess.Popen[bytes] | None = None
        self._group = 0  # of the program; 0 if it is ours

    def result(self) -> int:
        """The exit status; negative for a signal, as `subprocess` has it."""
        begun = time.monotonic()
        handlers = self._handle_signals()
        try:
            child = self._start()
            self._capture.mark(
                "info",
                f"run started: {' '.join(self._command)}",
                pid=self._group or child.pid,
            )
            self._relay(child)
            status = child.wait()
        finally:
            self._cooked()
            for number, handler in handlers.items():
                signal.signal(number, handler)
            for fd in (*self._streams, *self._terminals):
                with suppress(OSError):
                    os.close(fd)
            self._selector.close()
        self._mark_end(status, time.monotonic() - begun)
        return status

    def _mark_end(self, status: int, seconds: float) -> None:
        if status < 0:
            what = f"run ended: signal {signal.Signals(-status).name}"
            facts: dict[str, Any] = {"signal": -status}
        else:
            what, facts = f"run ended: exit code {status}", {"exit_code": status}
        self._capture.mark(
            "error" if status > 0 else "warning" if status else "info",
            f"{what} after {seconds:.1f} s",
            **facts,
        )

    # -- the start --------------------------------------------------------------------

    def _start(self) -> subprocess.Popen[bytes]:
        out = self._stream("stdout", OUT)
        err = self._stream("stderr", ERR)
        told, tell = os.pipe()
        child = self._child = subprocess.Popen(  # noqa: S603 - what the user wrote
            self._command,
            stdin=out if self._keys else None,
            stdout=out,
            stderr=err,
            start_new_session=not self._shared,
            preexec_fn=partial(lead, tell) if self._keys else None,  # noqa: PLW1509 - one thread
        )
        for fd in (out, err, tell):
            os.close(fd)
        self._group = 0 if self._shared else child.pid
        if self._keys:
            self._group = int(os.read(told, READ_BYTES))
            self._make_raw()
            self._selector.register(IN, selectors.EVENT_READ)
        os.close(told)
        return child

    def _stream(self, name: str, ours: int) -> int:
        """The end that the program writes to."""
        if os.isatty(ours):
            read, write = os.openpty()
            self._terminals.append(os.dup(read))
            _copy_size(ours, read)
            if not self._keys:
                _print_as_is(write)  # Our own terminal ends the lines.
        else:
            read, write = os.pipe()
        self._streams[read] = name, ours
        self._selector.register(read, selectors.EVENT_READ)
        return write

    # -- meanwhile --------------------------------------------------------------------

    def _relay(self, child: subprocess.Popen[bytes]) -> None:
        """Pass on what comes until all streams have ended."""
        open_ = set(self._streams)
        while open_:
            ended = child.poll() is not None
            ready = self._selector.select(LINGER_S)
            if ended and not ready:
                break
            if self._keys and not ready and has_stopped(child.pid):
                self._suspend(child)
            for key, _ in ready:
                if key.fd == IN:
                    self._type()
                elif not self._pass_on(key.fd):
                    open_.discard(key.fd)
                    if key.fd in self._streams:
                        self._selector.unregister(key.fd)

    def _pass_on(self, fd: int) -> bool:
        """Read once from the program; False at its end."""
        name, ours = self._streams[fd]
        try:
            data = os.read(fd, READ_BYTES)
        except OSError:  # a terminal whose last program ended
            return False
        if data:
            self._capture.write(name, data)
            with suppress(BrokenPipeError):
                _write(ours, data)
                return True
            # Our reader is gone: the program shall learn it as it would without us.
            self._streams.pop(fd)
            self._selector.unregister(fd)
            os.close(fd)
        return False

    def _type(self) -> None:
        """Pass on keys."""
        data = os.read(IN, READ_BYTES)
        if data:
            _write(self._terminals[0], data)
        else:
            self._selector.unregister(IN)

    # -- signals ----------------------------------------------------------------------

    def _handle_signals(self) -> dict[int, Any]:
        found: dict[int, Any] = {
            number: signal.signal(number, self._forward) for number in FORWARDED
        }
        for number in KEYED:
            handler = signal.SIG_IGN if self._shared else self._forward
            found[number] = signal.signal(number, handler)
        if not self._shared:
            found[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, self._stop)
        found[signal.SIGWINCH] = signal.signal(signal.SIGWINCH, self._resize)
        return found

    def _forward(self, number: int, _: object) -> None:
        child = self._child
        if child is not None:
            with suppress(ProcessLookupError):
                if self._group:
                    os.killpg(self._group, number)
                else:
                    child.send_signal(number)

    def _stop(self, number: int, _: object) -> None:
        """What Ctrl-Z does where the program is out of its reach."""
        if self._keys:
            self._forward(number, None)  # It decides; if it stops, we shall see.
        elif self._child is not None:
            # Alone in its session, it would not heed anything milder.
            self._forward(signal.SIGSTOP, None)
            self._stop_alike()
            self._forward(signal.SIGCONT, None)

    def _stop_alike(self) -> None:
        """Stop as a job of our shell; returns when it resumes us."""
        ours = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, ours)

    def _suspend(self, child: subprocess.Popen[bytes]) -> None:
        """The program has stopped: so do we, until our shell resumes us."""
        self._cooked()
        self._stop_alike()
        self._make_raw()
        self._resize()
        child.send_signal(signal.SIGCONT)

    def _resize(self, *_: object) -> None:
        for terminal in self._terminals:
            _copy_size(OUT if os.isatty(OUT) else ERR, terminal)

    def _make_raw(self) -> None:
        self._raw = termios.tcgetattr(IN)
        tty.setraw(IN, termios.TCSADRAIN)

    def _cooked(self) -> None:
        if self._raw is not None:
            termios.tcsetattr(IN, termios.TCSADRAIN, self._raw)
            self._raw = None


def _copy_size(ours: int, theirs: int) -> None:
    with suppress(OSError):
        size = fcntl.ioctl(ours, termios.TIOCGWINSZ, b"\0" * 8)
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, size)


def _print_as_is(terminal: int) -> None:
    attributes = termios.tcgetattr(terminal)
    attributes[1] &= ~termios.OPOST
    termios.tcsetattr(terminal, termios.TCSANOW, attributes)


def _write(fd: int, data: bytes) -> None:
    """All of it."""
    while data:
        data = data[os.write(fd, data) :]


def _die_alike(number: int) -> None:
    """End as the program did, so that a shell sees it."""
    sys.stdout.flush()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
