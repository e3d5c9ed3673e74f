"""What the tools answer: the result fields of the contract, as plain data.

Times are ISO 8601 in UTC with milliseconds, as `timestamp.iso` writes them. A field whose
default is None is left out of the JSON while it is None (`plain.to_json`); one without a default
is always there, as `null` where it has no value. Published schemas are made from these very
classes.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from log_mcp.failure import ExceptionRow
from log_mcp.plain import TEXT_ALONE

# How a note begins that says why an answer is partial.
STOPPED: Final = "stopped after"
LOADING: Final = "history is still loading"


@dataclass(slots=True)
class View:
    """What an answer covers: in every answer, so that "0 matches" can be a proof.

    Attributes:
        now: When it was answered.
        since: Start of the window asked for; None if it was open.
        until: End of the window asked for; None if it was open.
        oldest_held: Time of the oldest record in memory; None if there is none.
        newest_held: Time of the newest record in memory; None if there is none.
        records_held: How many records are in memory.
        evicted: How many records left the memory since the start.
        partial: Whether a limit stopped the work before all was looked at, or history
            is still loading.
        notes: Everything that makes the answer less than the whole truth.
    """

    now: str
    since: str | None
    until: str | None
    oldest_held: str | None
    newest_held: str | None
    records_held: int = 0
    evicted: int = 0
    partial: bool = False
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Covered(View):
    """A view, and what the text alone says of it: it is no part of the JSON.

    Attributes:
        window: What was looked at, where `since` and `until` do not tell; empty if they
            do.
        loading: Whether `partial` means no more than that history is still loading.
        begins: Since when each source is held that was asked for, by its name.
        later: Which of them begin later than the window; empty if none does.
        groups: How many groups there are, shown or not; 0 if that was not asked.
        counted: How many records an aggregation counted.
        baseline: Why nothing is compared; empty if something is, or nothing could be.
        patterns: How many message shapes there are, shown or not.
        order: Which of them come first: `common`, `rare` or `new`; empty if that was not
            asked.
        changes: How many groups are new, regressed, still there and gone since the window
            began; empty if that was not asked.
        compared: What the window is compared with; empty if that is nothing.
        lead: What most message shapes begin with; empty if nothing.
        fresh: Of each source, how many shapes are new that are neither errors nor warnings,
            and how many records those are.
        chosen: Why this record and no other one; empty if it was asked for.
        alerts: How many alerts are configured, and how many of them fire; None where none
            is.
        run: When the run began in which the record was written; None if it is not known.
        odd: Names of sources that are more than a name: a note that holds one quotes a
            log, as whoever wrote it has named the file.
    """

    window: str = field(default="", metadata=TEXT_ALONE)
    loading: bool = field(default=False, metadata=TEXT_ALONE)
    begins: dict[str, str] = field(default_factory=dict, metadata=TEXT_ALONE)
    later: str = field(default="", metadata=TEXT_ALONE)
    groups: int = field(default=0, metadata=TEXT_ALONE)
    counted: int = field(default=0, metadata=TEXT_ALONE)
    baseline: str = field(default="", metadata=TEXT_ALONE)
    patterns: int = field(default=0, metadata=TEXT_ALONE)
    order: str = field(default="", metadata=TEXT_ALONE)
    changes: str = field(default="", metadata=TEXT_ALONE)
    compared: str = field(default="", metadata=TEXT_ALONE)
    lead: str = field(default="", metadata=TEXT_ALONE)
    fresh: dict[str, tuple[int, int]] = field(default_factory=dict, metadata=TEXT_ALONE)
    chosen: str = field(default="", metadata=TEXT_ALONE)
    alerts: tuple[int, int] | None = field(default=None, metadata=TEXT_ALONE)
    run: str | None = field(default=None, metadata=TEXT_ALONE)
    odd: tuple[str, ...] = field(default=(), metadata=TEXT_ALONE)


@dataclass(slots=True)
class RecordRow:
    """One record of an answer.

    Attributes:
        id: Opaque; `get_error` takes it.
        time: None if the record states no time.
        level: A word of the contract; None if the record states none.
        source: Name of its source.
        message: Without time, level and fields.
        fields: As written, or the ones asked for.
        repeats: How many equal neighbours were folded into this row.
        role: `before`, `match` or `after` where the answer shows context.
    """

    id: str
    time: str | None
    level: str | None
    source: str
    message: str
    fields: dict[str, Any] = field(default_factory=dict)
    level_inferred: bool | None = None
    logger: str | None = None
    group: str | None = None
    trace: str | None = None
    service: str | None = None
    repeats: int | None = None
    truncated: bool | None = None
    role: str | None = None


@dataclass(slots=True)
class Group:
    """Records of one kind of failure.

    Attributes:
        id: Stable across restarts and machines; `get_error` and `group` take it.
        title: Type and message, variable parts masked.
        type: Exception type of the root cause; empty if there is no exception.
        status: `new`, `rising`, `steady`, `falling` or `gone`.
        series: Counts per bucket of the answer; empty where there are no buckets.
        sources: Count per source.
        traces: Number of distinct correlation values.
        example: Id of its newest record.
        change: Where `since` was given, what became of it since: `new`, `regressed` (seen
            before, was gone, is back), `still there` or `gone`; None if that is not told.
        before: Of a group that is gone, how many records of before the window are held.
    """

    id: str
    title: str
    type: str
    level: str
    count: int
    first_seen: str
    last_seen: str
    status: str
    sources: dict[str, int]
    traces: int
    example: str
    series: list[int] = field(default_factory=list)
    change: str | None = None
    before: int | None = None


@dataclass(slots=True)
class SourceRow:
    """State of one source.

    Attributes:
        state: `live`, `loading`, `missing`, `unreadable`, `binary` or `empty`.
        format: As `log-mcp check` prints it; empty while unknown.
        files: Number of files, rotated ones included.
        records: How many are held; of the window, in an overview that has one.
        errors: How many of them are errors.
        bytes: Size of its files on disk.
        trouble: What is wrong, and what to do; None if nothing is.
        lag_bytes: Written to its files and not read yet; None if nothing is.
        lag_seconds: How long before the last of these bytes the last record that is held
            was written; None where nothing is unread, or times do not tell.
        records_per_minute: In the last five minutes.
        errors_per_minute: Likewise.
        habit_seconds: For how long it is silent as a rule, at most; None while too little
            is held to tell.
        silent_seconds: Since its last record, if that is longer than its habit allows.
        runs: How often a record says that its process started; None if none does, or while
            not all are looked through.
        last_start: When its process started last; None if no record tells it.
    """

    name: str
    state: str
    format: str
    files: int
    records: int
    errors: int
    bytes: int
    oldest: str | None = None
    newest: str | None = None
    trouble: str | None = None
    lag_bytes: int | None = None
    lag_seconds: float | None = None
    records_per_minute: float = 0.0
    errors_per_minute: float = 0.0
    habit_seconds: int | None = None
    silent_seconds: int | None = None
    runs: int | None = None
    last_start: str | None = None


@dataclass(slots=True)
class Alert:
    """One alert of the configuration, of one group of records.

    Attributes:
        name: As configured.
        state: `firing`, `resolved`, or `pending` while it is not sure yet.
        rule: What it is about, in words.
        since: When it came to this state.
        value: The number that is compared, as last seen while it was so.
        unit: What it counts: `records`, `errors`, `s`, or the unit of the limit.
        key: Fields and values of the group; empty where all records are one.
        fired: When it fired; of one that is pending it is not there.
        title: Of a group of errors.
        example: Id of the newest record that counted.
    """

    name: str
    state: str
    rule: str
    since: str
    value: float
    unit: str
    key: dict[str, str] = field(default_factory=dict)
    fired: str | None = None
    title: str | None = None
    example: str | None = None


@dataclass(slots=True)
class RuleRow:
    """What an alert of the configuration is about, and how many of it fire."""

    name: str
    rule: str
    firing: int


@dataclass(slots=True)
class Alerts:
    """Of the resource `log://alerts`; `notes` tell what keeps an alert from firing."""

    now: str
    alerts: list[Alert]
    rules: list[RuleRow]
    notes: list[str]


@dataclass(slots=True)
class ValueRow:
    """How one value of the field of `[health]` is: a worker, for one.

    Attributes:
        value: Of the field.
        records: How many there were since the start, and of what was held then.
        errors: How many of them are errors.
        facts: What its newest records say of its state, its memory and its jobs.
        example: Id of its newest record.
        habit_seconds: For how long it is silent as a rule, at most; None while too little
            is known to tell.
        silent_seconds: Since its last record, if that is longer than its habit allows.
    """

    value: str
    records: int
    errors: int
    last_seen: str
    facts: dict[str, Any]
    example: str
    habit_seconds: int | None = None
    silent_seconds: int | None = None


@dataclass(slots=True)
class Values:
    """How the values of the field of `[health]` are, silent ones first."""

    field: str
    rows: list[ValueRow]


@dataclass(slots=True)
class Health:
    """How all sources are, and the values of a field; of the resource `log://health`."""

    now: str
    sources: list[SourceRow]
    values: Values | None = None


@dataclass(slots=True)
class OpenWork:
    """A record after which what normally follows never came.

    Attributes:
        id: Of the record.
        time: When it was written.
        name: What tells its piece of work, as it is written: a job, a trace, a thread.
        last_heard: When the last record of that piece of work was written.
    """

    id: str
    time: str
    name: str
    last_heard: str


@dataclass(slots=True)
class Unended:
    """Work that started and never ended, told from what others like it do.

    Attributes:
        begins: Shape of the message it began with.
        ends: Shape of the message that normally follows, in the same piece of work.
        answered: How often it followed, in the newest records.
        missed: How often it did not, though others did later.
        usual_seconds: How long it took; the median.
        longest_seconds: The most.
        count: How many are open, for three times as long at least.
        sources: Of these, by source.
        open: The first of them, oldest first.
    """

    begins: str
    ends: str
    answered: int
    missed: int
    usual_seconds: float
    longest_seconds: float
    count: int
    sources: dict[str, int]
    open: list[OpenWork]


@dataclass(slots=True)
class Memory:
    """What the ring uses of its budget, everything counted in."""

    used_bytes: int
    limit_bytes: int


@dataclass(slots=True)
class Overview:
    """Answer of `log_overview`.

    Attributes:
        values: Where `[health]` names a field.
        unended: Work that started and never ended, the longest silence first.
    """

    sources: list[SourceRow]
    levels: dict[str, int]
    top_errors: list[Group]
    alerts: list[Alert]
    memory: Memory
    view: View
    values: Values | None = None
    unended: list[Unended] = field(default_factory=list)


@dataclass(slots=True, weakref_slot=True, eq=False)
class SearchPage:
    """Answer of `search_logs`: one page of records that answer a filter.

    Attributes:
        matched: How many records answer it in all, whatever this page holds.
        matched_is_exact: False where a limit stopped the count.
        next_cursor: Gets the next page; None on the last.
        relaxed: On zero matches: count with each filter left out in turn, by its name;
            -1 where it was not counted in time.
        hints: On zero matches: nearest match outside the window, near-miss of a field.
    """

    records: list[RecordRow]
    matched: int
    matched_is_exact: bool
    next_cursor: str | None
    view: View
    relaxed: dict[str, int] | None = None
    hints: list[str] | None = None


@dataclass(slots=True)
class Waited:
    """Answer of `wait_for_log`.

    Attributes:
        reason: `match`, `new_error`, `quiet` or `timeout`.
        waited_s: Seconds.
        records: What arrived meanwhile and counts, oldest first; the first of them, if
            there are many.
        matched: How many there are.
    """

    reason: str
    waited_s: float
    records: list[RecordRow]
    matched: int
    view: View


@dataclass(slots=True)
class Clearance:
    """Answer of `clear_logs`.

    Attributes:
        removed: How many records were held and are forgotten now, by source.
    """

    removed: dict[str, int]
    view: View


@dataclass(slots=True)
class ErrorReport:
    """Answer of `get_error`: one record whole."""

    record: RecordRow
    exception: ExceptionRow | None
    group: Group | None
    raw: str
    view: View


@dataclass(slots=True)
class Correlation:
    """Two groups that rise together: `other` follows `group` by `lag_seconds`."""

    group: str
    other: str
    lag_seconds: float
    strength: float


@dataclass(slots=True)
class Trends:
    """Answer of `error_trends`.

    Attributes:
        bucket_seconds: Length of one bucket.
        start: Start of the first bucket.
        totals: Records per bucket.
        groups: Most important first; `id` is the value of the key where `group_by` names
            something else than `group`.
    """

    bucket_seconds: float
    start: str | None
    totals: list[int]
    groups: list[Group]
    errors_per_minute: float
    baseline_errors_per_minute: float | None
    correlated: list[Correlation]
    view: View


@dataclass(slots=True)
class Pattern:
    """Records of one message shape.

    Attributes:
        id: Stable as long as the same messages are held.
        template: The message, what varies as `<num>`, `<id>`, `<ip>`, `<path>` or `<*>`.
        share: Of the records counted, 0 to 1.
        level: The highest of any of them; None if none states one.
        sources: Count per source.
        example: Id of its newest record.
        status: `new` if no record before the window has the shape; None if one has, or
            nothing before it was looked at.
    """

    id: str
    template: str
    count: int
    share: float
    level: str | None
    sources: dict[str, int]
    first_seen: str
    last_seen: str
    example: str
    status: str | None = None


@dataclass(slots=True)
class Patterns:
    """Answer of `log_patterns`.

    Attributes:
        patterns: In the order asked for.
        records: How many records answer the filter.
    """

    patterns: list[Pattern]
    records: int
    view: View


@dataclass(slots=True)
class Suspect:
    """Who may have caused what changed between two periods.

    Attributes:
        name: A source, a service, or a value of the field asked for.
        score: 0 to 1; of use to compare suspects of one answer.
        reasons: What speaks against it, the strongest first.
    """

    name: str
    score: float
    reasons: list[str]


@dataclass(slots=True)
class Change:
    """A message shape of two periods.

    Attributes:
        pattern: As it is in the period asked for.
        level_before: The highest level before, where it was another one.
    """

    pattern: Pattern
    before_per_minute: float
    after_per_minute: float
    level_before: str | None = None


@dataclass(slots=True)
class Passage:
    """Some records of one trace that follow each other.

    Attributes:
        trace: Its correlation value.
        rows: Time since the first of them, suspect and message shape of each.
    """

    trace: str
    rows: list[str]


@dataclass(slots=True)
class Step:
    """What follows the same record of a trace, and did not before.

    Attributes:
        suspect: That writes all three.
        after: Message shape of the record before it.
        usual: Shape that followed it.
        instead: Shape that follows it now, in most of the other cases; None for nothing.
        before: How often the usual one followed, of `before_of`.
        now: How often it does, of `now_of`.
        still: Shape that comes behind it as ever; None if none does.
        passages: Part of one trace of before and of one of now.
    """

    suspect: str
    after: str
    usual: str
    instead: str | None
    before: int
    before_of: int
    now: int
    now_of: int
    still: str | None
    passages: list[Passage]


@dataclass(slots=True)
class Comparison:
    """Answer of `compare_logs`.

    Attributes:
        group_by: What suspects are: `source`, `service` or a field.
        baseline: The period compared with, `since` and `until`.
        suspects: Most suspected first.
        steps: What follows the same record and did not before.
        gone: Shapes that came before, more often than chance explains, and no more.
        new: Shapes that did not come before, errors first.
        changed: Shapes that come more or less often, or at another level.
        standing: Errors of both periods: they are not new.
        error_rate: Errors per minute and their share of the records, before and after.
    """

    group_by: str
    baseline: dict[str, str]
    suspects: list[Suspect]
    steps: list[Step]
    gone: list[Pattern]
    new: list[Pattern]
    changed: list[Change]
    standing: list[Change]
    error_rate: dict[str, float]
    view: View


@dataclass(slots=True)
class Series:
    """One metric per bucket; None where there is nothing to tell it from."""

    metric: str
    values: list[int | float | None]


@dataclass(slots=True)
class Totals:
    """Metrics of the records that have the same values in the fields asked for.

    Attributes:
        key: Value of each field as text; None for records without it.
        metrics: By metric as it was asked for; None where no record holds a number.
        series: Of each metric; empty where no bucket was asked for.
    """

    key: dict[str, str | None]
    metrics: dict[str, int | float | None]
    series: list[Series]


@dataclass(slots=True)
class Aggregates:
    """Answer of `aggregate_logs`.

    Attributes:
        groups: The largest by the first metric; one without key where no field was named.
        bucket_seconds: Length of one bucket; None where none was asked for.
        start: Start of the first bucket.
        units: Of metrics whose numbers are written with one; None if none are.
    """

    groups: list[Totals]
    bucket_seconds: float | None
    start: str | None
    view: View
    units: dict[str, str] | None = None
