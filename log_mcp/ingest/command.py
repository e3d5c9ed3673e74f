"""A program whose output is a source: started, restarted when it ends, ended with us.

What it prints goes to a capture, which is read like any file. The capture lies in a folder
of this process and goes with it: most such programs print their last hour again when they
are started the next time.
"""

import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from log_mcp.capture import Capture, name_of
from log_mcp.errors import SourceError

PAUSE_S: Final = (1.0, 60.0)  # before it is started again: at first, and at most
WELL_S: Final = 60.0  # after which a run is no failed start
READ_BYTES: Final = 64 * 1024
LOOK_S: Final = 0.2
END_S: Final = 0.2  # to end by itself, before it is killed


class Command:
    """One program, kept running.

    Args:
        name: Of the source.
        words: The program and its arguments; no shell reads them.
        folder: Its working folder.
        captures: Where its output is kept meanwhile.
        pause_s: How long until it is started again: at first, and at most.

    Attributes:
        trouble: What is wrong with it, in words for the user; None while it runs.

    Raises:
        SourceError: Its output cannot be kept.
    """

    def __init__(
        self,
        name: str,
        words: Sequence[str],
        folder: Path,
        captures: Path,
        pause_s: tuple[float, float] = PAUSE_S,
    ) -> None:
        self.trouble: str | None = None
        self._words = list(words)
        self._folder = folder
        self._pause_s = pause_s
        self._capture = Capture(captures, name_of(name))
        self._closing = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(
            target=self._keep_running, name="log-mcp-command", daemon=True
        )

    @property
    def path(self) -> Path:
        """The file that is read."""
        return self._capture.path

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def close(self) -> None:
        """End the program and all that it started."""
        self._closing.set()
        for number in (signal.SIGTERM, signal.SIGKILL):
            self._signal(number)
            if self._thread.is_alive():
                self._thread.join(END_S)
        self._capture.close()

    def _signal(self, number: int) -> None:
        with self._lock:
            if self._child is not None:
                with suppress(ProcessLookupError):
                    os.killpg(self._child.pid, number)

    def _keep_running(self) -> None:
        pause, most = self._pause_s
        while not self._closing.is_set():
            begun = time.monotonic()
            what = self._run()
            if self._closing.is_set():
                return
            if time.monotonic() - begun > WELL_S:
                pause = self._pause_s[0]
            self.trouble = f"{what}; it is started again after {pause:g} s"
            self._closing.wait(pause)
            pause = min(2 * pause, most)

    def _run(self) -> str:
        """Run it once; what became of it."""
        try:
            child = self._begin()
        except OSError as error:
            what = f"cannot be started ({error.strerror or type(error).__name__})"
            self._capture.mark("error", f"{self._words[0]} {what}")
            return what
        if child is None:
            return "ended"
        self.trouble = None
        self._capture.mark(
            "info", f"run started: {' '.join(self._words)}", pid=child.pid
        )
        self._read(child)
        status = child.wait()
        self._signal(signal.SIGKILL)  # What it left behind is started again with it.
        with self._lock:
            self._child = None
        how = f"exit code {status}" if status >= 0 else _name_of(-status)
        self._capture.mark(
            "error" if status else "warning", f"run ended: {how}", exit_code=status
        )
        return f"ended with {how}"

    def _begin(self) -> "subprocess.Popen[bytes] | None":
        with self._lock:
            if self._closing.is_set():
                return None
            self._child = subprocess.Popen(  # noqa: S603 - trusted settings, no shell
                self._words,
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
            return self._child

    def _read(self, child: "subprocess.Popen[bytes]") -> None:
        """Keep what it prints until it has ended."""
        with selectors.DefaultSelector() as selector:
            for pipe, stream in ((child.stdout, "stdout"), (child.stderr, "stderr")):
                assert pipe is not None
                selector.register(pipe, selectors.EVENT_READ, stream)
            while selector.get_map():
                ended = child.poll() is not None
                ready = selector.select(LOOK_S)
                if ended and not ready:
                    break  # What it left behind may hold its pipes.
                for key, _ in ready:
                    if data := os.read(key.fd, READ_BYTES):
                        self._capture.write(key.data, data)
                        stuck = self._capture.stuck
                        self.trouble = stuck and _unkept(stuck)
                    else:
                        selector.unregister(key.fileobj)
        for pipe in (child.stdout, child.stderr):
            assert pipe is not None
            pipe.close()


class Unstarted:
    """A program that is not started, and why."""

    def __init__(self, trouble: str) -> None:
        self.trouble: str | None = trouble


class Commands:
    """All programs of a configuration.

    Args:
        folder: Their working folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._captures: Path | None = None
        self._running: list[Command] = []

    def add(self, name: str, words: Sequence[str]) -> Command:
        """A program that `start` will start.

        Raises:
            SourceError: Its output cannot be kept.
        """
        import tempfile  # noqa: PLC0415 - most have no commands

        try:
            if self._captures is None:
                self._captures = Path(tempfile.mkdtemp(prefix="log-mcp-"))
        except OSError as error:
            raise SourceError(
                f"command of source {name!r}: its output cannot be kept ({error.strerror})"
            ) from None
        command = Command(name, words, self._folder, self._captures / "captures")
        self._running.append(command)
        return command

    def start(self) -> None:
        """Start all."""
        for command in self._running:
            command.start()

    def close(self) -> None:
        """End all, and forget what they printed."""
        import shutil  # noqa: PLC0415 - most have no commands

        closing = [threading.Thread(target=one.close) for one in self._running]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join()
        if self._captures is not None:
            shutil.rmtree(self._captures, ignore_errors=True)


def _unkept(why: str) -> str:
    return f"prints what cannot be kept ({why})"


def _name_of(number: int) -> str:
    with suppress(ValueError):
        return f"signal {signal.Signals(number).name}"
    return f"signal {number}"
