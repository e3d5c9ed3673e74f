"""The commits of this checkout that touched some lines: git, read only, within 300 ms.

Operations we want: the last commit that touched each of a few stretches of lines, and the
commits of late that touch their files.

Goals: nothing that the repository configures is started, see `git`. Nothing outside the
root is read: a repository counts only if it lies in the root itself, or is the one of which
the root is a linked work tree, which both have to say, and if it leads nowhere else. What
takes too long is ended, and said.

Plan: `rev-list` and `log -L` read objects and neither index nor work tree, if they are told
a commit (`blame` reads what `blame.ignoreRevsFile` names, and nothing keeps it from that).
All questions are asked at once, as each of them is one process that waits for the disk, and
all are listened to at once; what has answered when time is up is what there is.
"""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from log_mcp.analysis import git
from log_mcp.report import CodeBlock, Commit
from log_mcp.span import SECOND
from log_mcp.timestamp import iso

BUDGET_S: Final = 0.3
COMMITS_MAX: Final = 10  # of one file that are looked at, the newest ones
SHOWN_MAX: Final = 6
SUBJECT_CHARACTERS_MAX: Final = 120
ID_CHARACTERS: Final = 12
OUT_BYTES_MAX: Final = 256 * 1024  # of one answer, which takes a few hundred
ELSEWHERE: Final = (
    "commits: this repository leads outside of itself (it includes settings or borrows "
    "objects), so git is not asked"
)
LATE: Final = "commits: git did not answer within {budget:g} s"
_FORMAT: Final = "%H%x00%ct%x00%an%x00%s"
_LAST: Final = ("log", "--no-ext-diff", "--no-textconv", "-s", "--max-count=1")


class Past(NamedTuple):
    """What git says of some lines.

    Attributes:
        last: The last commit that touched each stretch of lines, in their order; None
            where it is not known.
        since: Commits that touch their files, newest first.
        cut: Why something is missing; empty if nothing is.
    """

    last: list[Commit | None]
    since: list[Commit]
    cut: str


class History:
    """The commits of a checkout; safe for threads.

    Args:
        root: Its folder.
        redact: Takes the secrets out of a text.
        budget_s: How long one question may take.
        clock: Seconds, never backwards.
    """

    def __init__(
        self,
        root: Path,
        redact: Callable[[str], str],
        budget_s: float = BUDGET_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._root = root.resolve()
        self._redact = redact
        self._budget_s = budget_s
        self._clock = clock

    def of(self, blocks: Sequence[CodeBlock], since_ns: int) -> Past:
        """What git says of the lines of some blocks.

        Args:
            blocks: Of files below the root.
            since_ns: From when on commits count, UTC nanoseconds.
        """
        nothing = Past([None] * len(blocks), [], "")
        repository = git.repository_of(self._root) if blocks else None
        if repository is None:
            return nothing
        if git.leads_out(repository):
            return nothing._replace(cut=ELSEWHERE)
        files = list(dict.fromkeys(block.file for block in blocks))
        form = f"--format={_FORMAT}"
        asked = [
            ["rev-list", f"--max-count={COMMITS_MAX}", form, "HEAD", "--", file]
            for file in files
        ]
        asked += [[*_LAST, form, "-L", f"{_span(b)}:{b.file}", "HEAD"] for b in blocks]
        answers = self._answers(asked)
        if answers is None:
            return nothing
        listed, traced = answers[: len(files)], answers[len(files) :]
        last = [
            next(iter(self._listed([(block.file, out)], 0)), None)
            for out, block in zip(traced, blocks, strict=True)
        ]
        since = self._listed(zip(files, listed, strict=True), since_ns)
        late = None in answers
        cut = LATE.format(budget=self._budget_s) if late else ""
        return Past(last, since[:SHOWN_MAX], cut)

    def _answers(self, asked: Iterable[Sequence[str]]) -> list[str | None] | None:
        """What git prints for each question, None for what took too long.

        Returns:
            None if there is no git.
        """
        program = git.program(self._root, os.environ)
        if program is None:
            return None
        deadline = self._clock() + self._budget_s
        started: list[subprocess.Popen[bytes]] = []
        try:
            for words in asked:
                started.append(self._started(program, words))  # noqa: PERF401 - those before one that fails are ended
            heard = self._heard(started, deadline)
            return [self._answer(one, heard.get(one)) for one in started]
        except OSError:
            return None
        finally:
            for one in started:
                _end(one)

    def _started(self, program: str, words: Sequence[str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603 - fixed words, paths of files that exist, no shell
            [program, *git.WORDS, "-C", str(self._root), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=git.confined(self._root, os.environ),
            start_new_session=True,
        )

    def _heard(
        self, started: Iterable["subprocess.Popen[bytes]"], deadline: float
    ) -> dict["subprocess.Popen[bytes]", bytes]:
        """What those print that come to their end in time; they are heard side by side."""
        parts: dict[subprocess.Popen[bytes], bytearray] = {}
        heard: dict[subprocess.Popen[bytes], bytes] = {}
        with selectors.DefaultSelector() as selector:
            for one in started:
                assert one.stdout is not None
                parts[one] = bytearray()
                selector.register(one.stdout, selectors.EVENT_READ, one)
            late = False
            while selector.get_map() and not late:
                left = deadline - self._clock()
                late = left <= 0  # Who has ended by now is heard all the same.
                for key, _ in selector.select(max(0.0, left)):
                    one, data = key.data, os.read(key.fd, OUT_BYTES_MAX)
                    parts[one] += data
                    if not data:
                        heard[one] = bytes(parts[one])
                    if not data or len(parts[one]) > OUT_BYTES_MAX:
                        selector.unregister(key.fileobj)
        return heard

    def _answer(self, one: "subprocess.Popen[bytes]", out: bytes | None) -> str | None:
        if out is None:
            return None
        return "" if one.wait() else out.decode("utf-8", "replace")

    def _listed(
        self, listed: Iterable[tuple[str, str | None]], since_ns: int
    ) -> list[Commit]:
        """The commits of some files, each once, newest first."""
        found: dict[str, tuple[int, Commit]] = {}
        for file, out in listed:
            for line in (out or "").splitlines():
                parts = line.split("\0")
                if len(parts) != 4 or not parts[1].isdigit():
                    continue  # `commit 1f2e...`, which comes before each
                if int(parts[1]) * SECOND < since_ns:
                    continue
                known = found.get(parts[0])
                if known is None:
                    commit = self._commit(parts[0], int(parts[1]), parts[2], parts[3])
                    known = found[parts[0]] = (int(parts[1]), commit)
                known[1].files.append(file)
        newest = sorted(found.values(), key=lambda one: (-one[0], one[1].id))
        return [commit for _, commit in newest]

    def _commit(self, name: str, at_s: int, author: str, subject: str) -> Commit:
        return Commit(
            name[:ID_CHARACTERS],
            iso(at_s * SECOND),
            self._redact(author)[:SUBJECT_CHARACTERS_MAX],
            self._redact(subject)[:SUBJECT_CHARACTERS_MAX],
            [],
        )


def _span(block: CodeBlock) -> str:
    numbers = [line.number for line in block.lines] or [block.line]
    return f"{min(numbers)},{max(numbers)}"


def _end(one: "subprocess.Popen[bytes]") -> None:
    """End a program and all that it started, and leave nothing of it."""
    if one.poll() is None:
        with suppress(OSError):
            os.killpg(one.pid, signal.SIGKILL)
        one.kill()
        one.wait()
    if one.stdout is not None:
        one.stdout.close()
