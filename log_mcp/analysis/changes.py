"""What changed just before a group of errors began: starts, settings, new warnings.

A line counts because of what it says (a process started or ended, a setting is another one,
a release went out) or because its like was never logged before: a warning of a new kind. What
is said again and again says nothing of the moment, so settings and warnings count only if
their words do not occur earlier in their source.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, NamedTuple

from log_mcp.analysis.fingerprint import fingerprint
from log_mcp.analysis.ground import Case, Ground
from log_mcp.lazy import lazy
from log_mcp.query.expression import Expression
from log_mcp.query.filter import Filter
from log_mcp.query.search import Hit, matching
from log_mcp.record import INFERRED, Level, Record
from log_mcp.report import Event
from log_mcp.span import MINUTE, SECOND
from log_mcp.store.segment import Rows, Segment

SPANS_NS: Final = tuple(n * MINUTE for n in (60, 30, 15, 5, 2))  # before it began
WARNED_NS: Final = 10 * MINUTE
RECORDS_MAX: Final = 6_000  # that are looked through; beyond, a shorter span
LINES_MAX: Final = 1_000  # of those that say something, the newest ones
KINDS_MAX: Final = 60  # of them that are read
ASKED_MAX: Final = 5  # kinds of lines whose past is looked up
SHOWN_MAX: Final = 6
STARTS_MAX: Final = 3  # of all sources
WORDS_MIN: Final = 8  # characters of a message that tell it from others
RESTART, CONFIGURATION, WARNING = "restart", "configuration", "new warning"
TROUBLE: Final = "trouble"
CHANGED: Final = (
    r"(?i)\b(?:config(?:uration)?|settings?|feature[ _-]?flags?|flags?|toggles?|environment)\b.{0,60}"
    r"\b(?:change[ds]?|(?:re)?loaded|updated|applied|enabled|disabled|switched|toggled|overrid\w+|set|now|was)\b"
    r"|\b(?:changed|reloaded|updated|applied|enabled|disabled|switched|toggled|loaded|overrid\w+)\b.{0,60}"
    r"\b(?:config(?:uration)?|settings?|flags?|toggles?)\b"
    r"|\b(?:deploy(?:ed|ing|ment|s)?|rollout|rolling out|rolled (?:out|back)|rolling update|upgrad(?:ed|ing)"
    r"|migrat(?:ed|ion|ions) .{0,40}(?:applied|done|complete|finished|run)|applying migration)\b"
    r"|\((?:was|old|previously|before|formerly|instead of)[ :=][^()]{1,60}\)"
    r"|\b(?:schedule|limit|timeout|interval|policy|quota|routing|rules?) changed\b"
    r"|\b(?:changed|set|lowered|raised|reduced|increased|scaled)\b.{0,20} from \S+ to \S+"
    r"|\bscal(?:ed|ing) (?:up|down|in|out|to|from)\b|\b(?:failover|failed over|promoted to)\b"
    r"|\b(?:certificate|secret|credentials?|password|key)s?\b.{0,40}\b(?:renewed|rotated|replaced|installed)\b"
    r"|\b(?:version|release|build|revision|image)[ =:]+\S*\d\S*.{0,30}\b(?:installed|active|live|running|->)"
    r"|\bmaintenance (?:mode|window)\b|\bmissed run\b"
)
# What is said of an end, at any level.
STOPPED: Final = (
    r"(?i)\b(?:SIGTERM|SIGKILL|SIGINT|SIGQUIT|shutting down|shut down|shutdown|terminating|going down"
    r"|stopp(?:ed|ing)|killed|draining|evicted|oom[- ]?kill\w*|out of memory)\b"
)
# What is said of trouble where no level says it.
TROUBLED: Final = (
    r"(?i)\b(?:warn(?:ing)?|err(?:or)?|fail(?:ed|ure|ing)?|fatal|panic|critical|cannot|can't|unable|denied"
    r"|refused|lost|unreachable|expired?|exceed(?:ed|s)|exhausted|full|corrupt\w*|timed? ?out|segfault|abort(?:ed)?"
    r"|unsynchroni[sz]ed|throttl\w+|degraded|offline|dropped|overflow\w*|no space|low (?:memory|disk))\b"
)
_VARIES: Final = lazy(rb"[0-9a-fA-F-]*[0-9][0-9a-fA-F-]*")
RAW_BYTES_MAX: Final = 600  # of a line that tell it from others
_PLAIN: Final = lazy(r"<[^<>]*>|…")


def events(case: Case, ground: Ground) -> list[Event]:
    """Lines just before a group began that tell of a change, oldest first."""
    begin = _begin(case, ground)
    window = Filter(since_ns=begin, until_ns=case.onset_ns)
    changed, stopped = Expression(CHANGED.encode()), Expression(STOPPED.encode())
    parts = (ground.starts.pattern, changed.pattern, stopped.pattern)
    every = Expression(b"|".join(b"(?:%s)" % part for part in parts))
    left = _alike(_newest(_saying(every, window, ground.segments, ground)))
    found: dict[str, tuple[str, Hit, Record]] = {}
    for why, expression in (
        (RESTART, ground.starts),
        (CONFIGURATION, changed),
        (TROUBLE, stopped),
    ):
        told = [one for one in left if _says(one.latest, expression)]
        left = [one for one in left if one not in told]
        _collect(why, told, case, found)
    _collect(TROUBLE, _alike(_unstated(window, ground)), case, found)
    _collect(WARNING, _alike(_warnings(case, ground)), case, found)
    new = _new(found.values(), case, ground)
    new.sort(key=lambda one: one[1].key)
    return [
        Event(
            why,
            round((case.onset_ns - hit.key.time_ns) / 1e9, 3),
            ground.row(hit),
        )
        for why, hit in new[-SHOWN_MAX:]
    ]


def _saying(
    expression: Expression, window: Filter, segments: Iterable[Segment], ground: Ground
) -> Iterator[tuple[Segment, Rows]]:
    """The lines of a window that an expression fits."""
    wanted = replace(window, regex=expression)
    return matching(segments, wanted, ground.errors)


def _newest(found: Iterable[tuple[Segment, Rows]]) -> list[Hit]:
    """The newest of some lines, newest first."""
    hits = [
        Hit(segment, row)
        for segment, rows in found
        for row in rows[-LINES_MAX:].tolist()
    ]
    return sorted(hits, key=lambda hit: hit.key, reverse=True)[:LINES_MAX]


class _Alike(NamedTuple):
    """Lines that differ in numbers alone: the first and the last of them."""

    earliest: Hit
    latest: Hit


def _alike(hits: Iterable[Hit]) -> list[_Alike]:
    """Lines by what of them does not vary, the newest kind first.

    Args:
        hits: Newest first.
    """
    found: dict[bytes, _Alike] = {}
    for hit in hits:
        kind = _VARIES.sub(b"", hit.segment.raw(hit.row)[:RAW_BYTES_MAX])
        latest = found[kind].latest if kind in found else hit
        found[kind] = _Alike(hit, latest)
    return list(found.values())[:KINDS_MAX]


def _says(hit: Hit, expression: Expression) -> bool:
    return expression.search(hit.segment.search_text(hit.row)) is not None


def _unstated(window: Filter, ground: Ground) -> list[Hit]:
    """Lines without a level that speak of trouble: a system's log states none."""
    bare = [s for s in ground.segments if s.counts[Level.UNKNOWN]]
    expression = Expression(TROUBLED.encode())
    return _newest(
        (segment, rows[segment.levels[rows] == Level.UNKNOWN])
        for segment, rows in _saying(expression, window, bare, ground)
    )


def _begin(case: Case, ground: Ground) -> int:
    """Since when lines are looked through: the longest span that is not too much."""
    for span in SPANS_NS:
        begin = case.onset_ns - span
        held = sum(
            int(((s.times >= begin) & (s.times <= case.onset_ns)).sum())
            for s in ground.segments
            if s.last_ns >= begin and s.first_ns <= case.onset_ns
        )
        if held <= RECORDS_MAX:
            return begin
    return case.onset_ns - SPANS_NS[-1]


def _warnings(case: Case, ground: Ground) -> list[Hit]:
    wanted = Filter(
        level=Level.WARNING,
        since_ns=case.onset_ns - WARNED_NS,
        until_ns=case.onset_ns,
    )
    # A level that follows from a status is an access log's, where all warn alike.
    return _newest(
        (
            segment,
            rows[
                (segment.levels[rows] == Level.WARNING)
                & (segment.flags[rows] & INFERRED == 0)
            ],
        )
        for segment, rows in matching(ground.segments, wanted, ground.errors)
    )


def _collect(
    why: str,
    alike: Iterable[_Alike],
    case: Case,
    found: dict[str, tuple[str, Hit, Record]],
) -> None:
    """One line of each kind, by its fingerprint: the latest start, the earliest of others.

    Args:
        why: What they tell of.
        alike: Newest first.
        case: The failure.
        found: What was collected; what a kind was told as before, it stays.
    """
    ours: dict[str, tuple[str, Hit, Record]] = {}
    for one in alike:
        hit = one.latest if why == RESTART else one.earliest
        if hit.key == case.hit.key or hit.segment.levels[hit.row] >= Level.ERROR:
            continue
        record = hit.segment.record(hit.row)
        kind = f"{hit.segment.origin.source} {fingerprint(record).id}"
        if why != RESTART or kind not in ours:
            ours[kind] = (why, hit, record)
    for kind, told in ours.items():
        found.setdefault(kind, told)


def _new(
    found: Iterable[tuple[str, Hit, Record]], case: Case, ground: Ground
) -> list[tuple[str, Hit]]:
    """Starts, and those of the others whose words do not occur earlier."""
    told: list[tuple[str, Hit]] = []
    nearest = sorted(found, key=lambda one: one[1].key, reverse=True)
    asked = 0
    started: set[str] = set()
    for why, hit, record in nearest:
        if why == RESTART:
            source = hit.segment.origin.source
            if source not in started and len(started) < STARTS_MAX:
                started.add(source)  # its latest start
                told.append((why, hit))
        elif asked < ASKED_MAX:
            asked += 1
            if not _was_said(hit, record, case, ground):
                told.append((why, hit))
    return told


def _was_said(hit: Hit, record: Record, case: Case, ground: Ground) -> bool:
    """Whether a line's words occur in its source before it was said, or all the time."""
    literal = _words(record)
    if literal is None:
        return False
    source = hit.segment.origin.source
    before = [s for s in ground.segments if s.origin.source == source]
    before.sort(key=lambda one: one.last_ns, reverse=True)
    wanted = Filter(
        literal=literal.lower().encode(),
        until_ns=min(hit.key.time_ns, case.onset_ns) - 5 * SECOND,
    )
    return next(matching(before, wanted, ground.errors), None) is not None


def _words(record: Record) -> str | None:
    """The longest part of a message that does not vary; None if all of it may."""
    title = fingerprint(record).title
    pieces = [piece.strip() for piece in _PLAIN.split(title)]
    best = max(pieces, key=len)
    return best if len(best) >= WORDS_MIN and best in record.text else None
