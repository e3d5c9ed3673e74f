"""What `since` and `until` can name besides a time: a start, a commit, a record, a call."""

import os
import subprocess
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np

from log_mcp.analysis import git
from log_mcp.analysis.system import PIDS
from log_mcp.errors import QueryError
from log_mcp.lazy import lazy
from log_mcp.query.condition import expression
from log_mcp.query.expression import Expression
from log_mcp.query.filter import Filter
from log_mcp.query.look import hinted
from log_mcp.query.search import matching
from log_mcp.query.subject import dig
from log_mcp.record import Record
from log_mcp.span import SECOND
from log_mcp.store.segment import Errors, Segment

ErrorsOf = Callable[[Segment], Errors]

# What a service says when it starts, and seldom else.
STARTS: Final = (
    r"(?i)\b(?:server|service|application|app|worker|api|process|daemon|system|database"
    r"|gateway|scheduler|consumer|broker|proxy|agent|node|bot)s?\b.{0,40}"
    r"\b(?:started|starting|startup|booted|booting|boot|restarted|ready to accept)\b"
    r"|\b(?:starting|booting|started|restarting)\b.{0,40}"
    r"\b(?:server|service|application|app|worker|api|process|daemon|database|gateway"
    r"|scheduler|consumer|broker|proxy|agent|version|v\d)"
    r"|\blistening (?:on|at)\b|\bready to accept connections\b"
    r"|\bstartup complete\b|\bstarting up\b|\bstarted (?:in|on port|at port)\b"
    r"|\b(?:running|serving) (?:on|at) https?://|\brun started: "
)
# What each of these holds as it is written, in colours or not: to decode all records of a
# log takes ten times as long as to look for that.
_HINT: Final = rb"(?i)start|boot|listening|ready|running|serving"
RUN_STARTED: Final = "run started: "  # as `log-mcp run` marks it
START_GAP_NS: Final = 30 * SECOND  # lines of one start are nearer to each other
PIDS_LOOKED: Final = 16  # records before it, and behind it, that tell whether it is one
STARTS_MAX: Final = 1_000  # of a segment that are looked at, the newest ones
COUNTED_MAX: Final = 200  # ... and those that are counted
AT_ONCE_BYTES: Final = 1024 * 1024  # of texts that are looked through while one waits
RUN_SEGMENTS: Final = 4  # before a record that are looked through for its start: 32 MB
GIT_SECONDS: Final = 5
_REVISION: Final = lazy(r"[A-Za-z0-9][A-Za-z0-9._/~^@{}-]{0,100}")


def newest_start(segments: list[Segment], wanted: Filter, errors: ErrorsOf) -> int:
    """When the current run began: UTC nanoseconds.

    Raises:
        QueryError: If no held record says that something started.
    """
    saying = Filter(
        regex=expression(STARTS, "restart"),
        sources=wanted.sources,
        until_ns=wanted.until_ns,
    )
    found = [
        (int(segment.times[row]), segment.origin.source, segment.record(row).message)
        for segment, rows in matching(segments, saying, errors)
        for row in rows[-STARTS_MAX:].tolist()
    ]
    found += _takeovers(segments, wanted)
    if not found:
        raise QueryError(
            "no start of a process is recognised in what is held, so 'restart' "
            "means nothing here. Use a span such as 30m, an ISO time or a record id."
        )
    found.sort(reverse=True)
    own = found[0][1]
    return begins((time, said) for time, source, said in found if source == own)[0]


def _takeovers(segments: list[Segment], wanted: Filter) -> list[tuple[int, str, str]]:
    """When another process began to write a source, as its lines tell: time, source, words."""
    own: dict[str, list[Segment]] = {}
    for segment in segments:
        if wanted.sources is None or segment.origin.source in wanted.sources:
            own.setdefault(segment.origin.source, []).append(segment)
    told = ((name, takeover(some, wanted.until_ns)) for name, some in own.items())
    return [(at, name, "another process writes") for name, at in told if at is not None]


def takeover(segments: Iterable[Segment], until_ns: int | None) -> int | None:
    """When the process began that writes a source now: UTC nanoseconds.

    It is the first record with the newest number of a process. A source that several
    write by turns has none, which some records on both sides of that one show.

    Args:
        segments: Of one source.
        until_ns: Of what is younger nothing is known; None for all.
    """
    ordered = sorted(segments, key=lambda one: (one.first_ns, one.begin))
    sizes = [_rows_up_to(one, until_ns) for one in ordered]
    ends = list(accumulate(sizes))
    count = ends[-1] if ends else 0

    def at(index: int) -> tuple[Segment, int]:
        place = bisect_right(ends, index)
        return ordered[place], index - (ends[place] - sizes[place])

    def pid(index: int) -> str | None:
        segment, row = at(index)
        return _pid(segment.record(row))

    newest = pid(count - 1) if count else None
    if newest is None:
        return None
    first = bisect_left(range(count), True, key=lambda index: pid(index) == newest)
    near = range(max(0, first - PIDS_LOOKED), first)
    far = range(0, first, max(1, first // PIDS_LOOKED))
    behind = range(first, count, max(1, (count - first) // PIDS_LOOKED))
    others = {pid(index) for index in (*near, *far)}
    alone = all(pid(index) == newest for index in behind)
    if not others or newest in others or None in others or not alone:
        return None
    segment, row = at(first)
    return int(segment.times[row])


def _rows_up_to(segment: Segment, until_ns: int | None) -> int:
    """How many rows stand up to the last one that is not too young."""
    if until_ns is None:
        return len(segment)
    rows = np.flatnonzero(segment.times <= until_ns)
    return int(rows[-1]) + 1 if len(rows) else 0


def _pid(record: Record) -> str | None:
    """The number of the process that wrote a record, if it says so."""
    for path in PIDS:
        value = dig(record.fields, path)
        if isinstance(value, str | int) and str(value).isdecimal():
            return str(value)
    return None


def begins(found: Iterable[tuple[int, str]]) -> list[int]:
    """When runs began, of the lines that say so, the youngest first.

    Args:
        found: Time and message of the lines of one source, the youngest first.
    """
    runs: list[int] = []
    said: set[str] = set()
    ended = True
    for time, message in found:
        # A line that is said a second time belongs to the start before.
        if ended or runs[-1] - time > START_GAP_NS or message in said:
            runs.append(time)
            said = set()
        runs[-1] = time
        said.add(message)
        # It is known to be one, whatever was said just before.
        ended = message.startswith(RUN_STARTED)
    return runs


class Starts:
    """The lines of segments that say that something started. Thread-safe.

    What was found of a segment is kept as long as that is; its text is looked through once.
    """

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[Segment, list[tuple[int, str]]] = (
            WeakKeyDictionary()
        )
        self._saying, self._hint = expression(STARTS, "restart"), Expression(_HINT)

    def __call__(self, segment: Segment) -> list[tuple[int, str]]:
        """Time and message of the last ones, in the order written."""
        known = self._known.get(segment)
        if known is None:
            rows = hinted(segment, self._hint, self._saying)[-COUNTED_MAX:].tolist()
            known = [(int(segment.times[n]), segment.record(n).message) for n in rows]
            self._known[segment] = known
        return known

    def runs(self, segments: Iterable[Segment]) -> tuple[list[int], bool]:
        """When the runs of a source began, and whether all of its text was looked through.

        Args:
            segments: Of the source; of those that nobody looked through yet, the youngest.

        Returns:
            The youngest first, back to where a text was not looked through.
        """
        found: list[tuple[int, str]] = []
        left = AT_ONCE_BYTES
        for one in sorted(segments, key=lambda one: one.last_ns, reverse=True):
            known = self._known.get(one)
            if known is None:
                left -= one.text_bytes
                if left < 0:
                    return begins(sorted(found, reverse=True)), False
                known = self(one)
            found += known
        return begins(sorted(found, reverse=True)), True


def run_of(
    segments: list[Segment], record: Record, source: str, errors: ErrorsOf
) -> int | None:
    """When the run began in which a record was written: UTC nanoseconds.

    Returns:
        None if the record states no time, or no start is recognised shortly before it.
    """
    time = record.time_ns
    if time is None:
        return None
    before = [
        one for one in segments if one.origin.source == source and one.first_ns <= time
    ]
    near = sorted(before, key=lambda one: one.last_ns)[-RUN_SEGMENTS:]
    wanted = Filter(sources=frozenset({source}), until_ns=time)
    try:
        return newest_start(near, wanted, errors)
    except QueryError:
        return None


def commit_time(root: Path, revision: str) -> int:
    """When a commit was made: UTC nanoseconds.

    Nothing that the repository configures is started. `rev-list` alone reads neither
    index nor work tree, and knows no pager, no diff and no signature; an object that a
    partial clone lacks is not fetched.

    Raises:
        QueryError: If there is no such commit, no repository or no git.
    """
    if not _REVISION.fullmatch(revision):
        raise QueryError(
            "after 'git:' a commit is expected, such as git:HEAD or git:v1.2."
        )
    root = root.resolve()
    top = git.top_of(root)
    program = git.program(top, os.environ)
    if program is None:
        raise QueryError("git cannot be run here. Use a time instead.")
    unknown = QueryError(
        f"git knows no commit {revision!r} in the project folder. Use "
        "git:HEAD, a tag, or a time."
    )
    repository = git.repository_above(root)
    if repository is None:
        raise unknown
    if git.leads_out(repository):
        raise QueryError(
            "git is not asked, as the project's repository leads outside of itself (it "
            "includes settings or borrows objects). Use a time instead."
        )
    command = [program, *git.WORDS, "-C", str(root), "rev-list", "--timestamp"]
    command += ["--max-count=1", "--end-of-options", revision, "--"]
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, a checked revision, no shell
            command,
            capture_output=True,
            timeout=GIT_SECONDS,
            check=False,
            env={
                **git.environment(os.environ),
                # An empty `.git` is none, and git would go on to one that nobody looked at.
                "GIT_CEILING_DIRECTORIES": str(top.parent),
            },
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise QueryError("git cannot be run here. Use a time instead.") from None
    seconds = done.stdout.partition(b" ")[0]
    if done.returncode or not seconds.isdigit():
        raise unknown
    return int(seconds) * SECOND
