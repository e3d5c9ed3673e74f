"""What `explain_error_context` answers: the report on one error, as plain data.

The rules of `answer` hold here, too.
"""

from dataclasses import dataclass, field
from typing import Any

from log_mcp.answer import Group, RecordRow, Unended, View
from log_mcp.failure import ExceptionRow


@dataclass(slots=True)
class CodeLine:
    """One line of a source file of this checkout."""

    number: int
    text: str
    here: bool


@dataclass(slots=True)
class Commit:
    """A commit of this checkout.

    Attributes:
        id: Its first twelve characters.
        files: Those that were asked about and that it touched, relative to the project
            root.
    """

    id: str
    time: str
    author: str
    subject: str
    files: list[str]


@dataclass(slots=True)
class CodeBlock:
    """Source lines around an in-app frame.

    Attributes:
        file: Relative to the project root.
        commit: The last one that touched these lines; None if it is not known.
    """

    file: str
    line: int
    function: str | None
    lines: list[CodeLine]
    commit: Commit | None = None


@dataclass(slots=True)
class Event:
    """A record that tells of a change just before a group began.

    Attributes:
        why: `restart`, `configuration`, `trouble` or `new warning`.
        lag_seconds: How long before the group began.
    """

    why: str
    lag_seconds: float
    record: RecordRow


@dataclass(slots=True)
class Changes:
    """What changed before a group began.

    Attributes:
        commits: Since a day before its first occurrence, that touch the files of its
            in-app frames; newest first.
        events: Records just before it began, oldest first.
    """

    commits: list[Commit]
    events: list[Event]


@dataclass(slots=True)
class Summary:
    """What failed, in one sentence and in numbers."""

    sentence: str
    group: str | None
    count: int
    first_seen: str | None
    last_seen: str | None
    status: str | None
    traces: int
    sources: dict[str, int]


@dataclass(slots=True)
class ErrorPart:
    """The record under explanation; `root_cause` is the innermost cause."""

    record: RecordRow
    exception: ExceptionRow | None
    root_cause: str | None


@dataclass(slots=True)
class ClockSkew:
    """How far the clock of one source is from another's.

    Attributes:
        source: Whose records stand too late by `seconds`, or too early if negative.
        against: The source it is compared with.
        traces: Number of traces that show it.
        spread_seconds: How far those traces differ.
    """

    source: str
    against: str
    seconds: float
    traces: int
    spread_seconds: float


@dataclass(slots=True)
class Timeline:
    """What happened around it.

    Attributes:
        by: `trace` (records of the same trace, all sources), the name of another field
            that they share (`job_id`, `thread`), or `time` (records just before it in its
            source, and errors elsewhere).
        value: The shared value; None where `by` is `time`.
        records: Oldest first; the error itself has role `match`.
        omitted: How many more there are.
        clocks: Sources whose clocks differ; `records` stand in the order that is left
            when the difference is taken off, with their times as logged.
    """

    by: str
    value: str | None
    records: list[RecordRow]
    omitted: int
    clocks: list[ClockSkew] = field(default_factory=list)


@dataclass(slots=True)
class Related:
    """Another group that failed just before it, or that rises with it.

    Attributes:
        order: `before` if it began before this group did, `after` if after, `with` if
            within a second, `among` if it was there all along.
        lag_seconds: From its beginning to that of this group, negative if it began
            after; of what was there all along, from its last failure to this record.
        strength: Share of this group's failures that it comes with, 0 to 1: in the same
            trace or, where there are no traces, within a minute and more often than
            chance makes it.
    """

    group: Group
    order: str
    lag_seconds: float
    strength: float


@dataclass(slots=True)
class Distinct:
    """A value that failed records have more often than others of their kind.

    Attributes:
        failed: Failed records that have the value, of `failed_of` compared.
        others: Records that did not fail and have it, of `others_of` compared.
        chance: Of seeing so much in data without any difference, all values tried taken
            into account.
    """

    field: str
    value: str
    failed: int
    failed_of: int
    others: int
    others_of: int
    chance: float


@dataclass(slots=True)
class Episode:
    """Failures of one group that followed each other without a long pause."""

    first_seen: str
    last_seen: str
    count: int


@dataclass(slots=True)
class Similar:
    """The same group in the 24 hours before the record.

    Attributes:
        episodes: Earlier ones of all that is held, the latest first; that of the record
            itself is no part of them.
    """

    count: int
    first_seen: str | None
    last_seen: str | None
    episodes: list[Episode] = field(default_factory=list)


@dataclass(slots=True)
class FailurePattern:
    """A class of failure that is known.

    Attributes:
        name: Of the class, `connection-refused`; None if only the record tells of it.
        is_retryable: Whether the same call may succeed later; None if that depends.
        severity: `low`, `medium`, `high` or `critical`, or what the record says.
        told_by: `table`, `configuration` or `record`.
        evidence: The words that told the class.
        said: What of this the record says itself: `code`, `severity`, `is_retryable`,
            `suggestions`, `related_errors`.
        code: The record's own code.
        related_errors: As the record names them.
    """

    name: str | None
    is_retryable: bool | None
    severity: str | None
    told_by: str
    evidence: str | None
    said: list[str]
    code: str | None
    related_errors: list[str]


@dataclass(slots=True)
class Suggestions:
    """What to do about it; empty where nothing is known."""

    immediate: list[str] = field(default_factory=list)
    preventive: list[str] = field(default_factory=list)
    documentation: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Question:
    """A follow-up call with its complete arguments."""

    tool: str
    arguments: dict[str, Any]
    why: str


@dataclass(slots=True)
class Explanation:
    """Answer of `explain_error_context`.

    Attributes:
        pattern: None where no class of failure is known.
        system: Host, process, container, worker, memory and cpu by name, as records tell
            them.
        omitted: What is not in the answer, why, and how to get it.
        unended: Work of the same trace that never ended, or that began with the record.
    """

    summary: Summary
    error: ErrorPart
    code: list[CodeBlock]
    changes: Changes
    timeline: Timeline
    related: list[Related]
    distinguishing: list[Distinct]
    similar: Similar
    pattern: FailurePattern | None
    suggestions: Suggestions
    system: dict[str, str]
    questions: list[Question]
    omitted: list[str]
    view: View
    unended: list[Unended] = field(default_factory=list)
