"""The commits of this checkout that touched some lines: git, read only, within 300 ms.

Operations we want: the last commit that touched each of a few stretches of lines, and the
commits of late that touch their files.

Goals: nothing that the repository configures is started: no hook, pager, filter, diff
driver or signature check, and an object that a partial clone lacks is not fetched. Nothing
outside the root is read: a repository counts only if it lies in the root itself, or is the
one of which the root is a linked work tree, which both have to say. What takes too long is
ended, and said.

Plan: `rev-list` and `log -L` read objects and neither index nor work tree, if they are told
a commit (`blame` reads what `blame.ignoreRevsFile` names, and nothing keeps it from that). All questions are asked at once, as each of them is one process that waits for
the disk; what has answered when time is up is what there is.
"""

import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from log_mcp.report import CodeBlock, Commit
from log_mcp.span import SECOND
from log_mcp.timestamp import iso

BUDGET_S: Final = 0.3
COMMITS_MAX: Final = 10  # of one file that are looked at, the newest ones
SHOWN_MAX: Final = 6
SUBJECT_CHARACTERS_MAX: Final = 120
ID_CHARACTERS: Final = 12
LATE: Final = "commits: git did not answer within {budget:g} s"
_FORMAT: Final = "%H%x00%ct%x00%an%x00%s"
_LAST: Final = ("log", "--no-ext-diff", "--no-textconv", "-s", "--max-count=1")
# However git is called: what a repository configures to be started is not.
GIT: Final = (
    *("git", "--no-pager", "-c", "core.fsmonitor=false"),
    *("-c", "core.hooksPath=/dev/null"),
)
_SETTINGS: Final = (
    "diff.external=",
    "core.attributesFile=/dev/null",
    "i18n.logOutputEncoding=utf-8",
)


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
        if not blocks or not _is_repository(self._root):
            return nothing
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
        deadline = self._clock() + self._budget_s
        try:
            started = [self._started(words) for words in asked]
        except OSError:
            return None
        return [self._answer(one, deadline) for one in started]

    def _started(self, words: Sequence[str]) -> "subprocess.Popen[bytes]":
        command = [*GIT, "--literal-pathspecs"]
        for one in _SETTINGS:
            command += ["-c", one]
        return subprocess.Popen(  # noqa: S603 - fixed words, paths of files that exist, no shell
            [*command, "-C", str(self._root), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_confined(self._root, os.environ),
        )

    def _answer(self, one: "subprocess.Popen[bytes]", deadline: float) -> str | None:
        try:
            out, _ = one.communicate(timeout=max(0.0, deadline - self._clock()))
        except subprocess.TimeoutExpired:
            one.kill()
            one.communicate()
            return None
        return out.decode("utf-8", "replace") if one.returncode == 0 else ""

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


def _is_repository(root: Path) -> bool:
    """Whether a folder is a repository, or a linked work tree that its repository knows."""
    place = root / ".git"
    try:
        if place.is_symlink():
            return False
        if place.is_dir():
            return True
        word, _, told = place.read_text("utf-8")[:4096].partition(": ")
        if word != "gitdir":
            return False
        back = root.joinpath(told.strip(), "gitdir").read_text("utf-8")[:4096].strip()
        return Path(back).resolve() == place
    except (OSError, ValueError):
        return False


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """What git is told, however it is called: no questions, no locks, no network."""
    return {
        "PATH": environ.get("PATH", ""),
        "LC_ALL": "C",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",  # and, for a git that does not know this one,
        "GIT_ALLOW_PROTOCOL": "none",  # no protocol has this name
    }


def _confined(root: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """`environment`, with no repository above the root and no settings of the machine."""
    return {
        **environment(environ),
        "GIT_CEILING_DIRECTORIES": str(root.parent),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
    }
