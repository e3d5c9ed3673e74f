"""A program as the one job of a terminal, as under a shell: Ctrl-Z suspends it.

The system lets a key suspend a program only while somebody in its session could resume it.
So between us and the program stands a process that leads the session, and does what a
shell does for its jobs, on our behalf: where the program stops it stops, that we see it,
and where we resume it, it resumes the program. It ends as the program ends.
"""

import fcntl
import os
import signal
import termios
from contextlib import suppress
from typing import Final

IN: Final = 0
_FDS_MAX: Final = 4096


def lead(told: int) -> None:
    """Run what this process is about to run as a job; for a new session's leader.

    Returns in the job alone. The leader never returns.

    Args:
        told: Where the job's process id is written, as text.
    """
    fcntl.ioctl(IN, termios.TIOCSCTTY, 0)
    job = os.fork()
    if not job:
        _come_to_the_fore()
        return
    with suppress(OSError):  # The job may have done so, or have ended.
        os.setpgid(job, job)
    os.write(told, b"%d" % job)
    # Whoever started us waits for the job to close what it was given.
    os.closerange(IN + 1, _FDS_MAX)
    _mirror(job)


def _come_to_the_fore() -> None:
    os.setpgid(0, 0)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    os.tcsetpgrp(IN, os.getpid())
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTTOU})


def _mirror(job: int) -> None:
    """Stop, go on and end as a job does."""
    while True:
        _, status = os.waitpid(job, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            os.kill(os.getpid(), signal.SIGSTOP)
            with suppress(ProcessLookupError):
                os.killpg(job, signal.SIGCONT)
        elif os.WIFSIGNALED(status):
            number = os.WTERMSIG(status)
            with suppress(
                OSError, ValueError
            ):  # of some, nobody may change what they do
                signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        else:
            os._exit(os.WEXITSTATUS(status))


def has_stopped(leader: int) -> bool:
    """Whether a leader has stopped since it was last asked."""
    with suppress(ChildProcessError):
        return os.waitid(os.P_PID, leader, os.WSTOPPED | os.WNOHANG) is not None
    return False
