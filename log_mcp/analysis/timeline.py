"""What happened around an error: its trace, its job, its thread, or its neighbours."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from log_mcp.analysis.ground import Case, Ground
from log_mcp.analysis.skew import Span, apart, skews
from log_mcp.query.condition import parse, quoted
from log_mcp.query.filter import Filter
from log_mcp.query.search import Found, Hit, search
from log_mcp.query.subject import dig
from log_mcp.record import Level, Record
from log_mcp.report import ClockSkew, Timeline
from log_mcp.span import MINUTE, SECOND

SHOWN_MAX: Final = 24
FOUND_MAX: Final = 2_000  # records that share a value; of more it joins nothing
NEIGHBOURS: Final = 8
LOOKED_BACK: Final = 40  # records before the error, to find so many of other kinds
AFTER: Final = 2  # neighbours behind the error
ELSEWHERE_NS: Final = 10 * SECOND
NEAR_NS: Final = 10 * MINUTE  # records of one thread lie so near to each other
LONG_NS: Final = 120 * MINUTE  # ... and those of one job
VALUE_CHARACTERS_MAX: Final = 100
DISTINCT_MIN: Final = 6  # characters of a value that no other field has by chance
TRACES_LOOKED_AT: Final = 10
TRACE_RECORDS_MAX: Final = 200
TRACES_AROUND: Final = 60  # records beside the error, looked at for other traces
# What joins records besides a trace, the narrowest first; the last two within a source.
JOINS: Final = (
    ("job_id", "job", "jobId", "jid", "job.id", "task_id", "task", "taskId"),
    ("message_id", "messageId", "msg_id", "event_id", "batch_id", "run_id"),
    ("session_id", "sessionId", "session", "sid", "session.id"),
    ("connection_id", "conn_id", "connection", "conn", "connectionId"),
    ("thread_id", "thread", "threadName", "thread_name", "threadId", "tid"),
)
_WITHIN: Final = JOINS[-2] + JOINS[-1]


def timeline(case: Case, ground: Ground) -> Timeline:
    """The records that tell the story of an error, in one order."""
    if case.record.trace is not None:
        found = _of_trace(case, case.record.trace, ground)
        if found is not None:
            return found
    for names in JOINS:
        found = _of_join(case, names, ground)
        if found is not None:
            return found
    before, after = ground.around(case.hit, LOOKED_BACK)
    # What fails again and again would else hide what happened between.
    before = [hit for hit in before if not _is_alike(hit, case, ground)][-NEIGHBOURS:]
    hits = {*before, case.hit, *after[:AFTER], *_errors_elsewhere(case, ground)}
    ordered = sorted(hits, key=lambda hit: hit.key)
    return Timeline("time", None, _rows(ordered, case, ground), 0)


def _of_trace(case: Case, trace: str, ground: Ground) -> Timeline | None:
    """Records of the same trace, all sources; None if there is no other."""
    found = search(
        ground.segments,
        Filter(trace=trace),
        ground.errors,
        newest=False,
        limit=FOUND_MAX,
    )
    if not found.hits[1:]:
        return None
    if found.matched > len(found.hits):
        found.hits = _nearest(case, trace, ground)
    clocks = _clocks(case, found.hits, ground)
    return _told(("trace", trace), found, clocks, case, ground)


def _nearest(case: Case, trace: str, ground: Ground) -> list[Hit]:
    """Those of a trace of very many records that are nearest to the error."""
    before = Filter(trace=trace, until_ns=case.when_ns)
    after = Filter(trace=trace, since_ns=case.when_ns + 1)
    every = [
        *search(ground.segments, before, ground.errors, limit=SHOWN_MAX).hits,
        *search(
            ground.segments, after, ground.errors, newest=False, limit=SHOWN_MAX
        ).hits,
        case.hit,
    ]
    return sorted({hit.key: hit for hit in every}.values(), key=lambda hit: hit.key)


def _of_join(case: Case, names: Sequence[str], ground: Ground) -> Timeline | None:
    """Records that share a job, a message, a session or a thread; None if none do."""
    for name in names:
        value = dig(case.record.fields, name)
        text = str(value) if isinstance(value, str | int) else ""
        if not text or isinstance(value, bool) or len(text) > VALUE_CHARACTERS_MAX:
            continue
        wanted = Filter(
            since_ns=case.when_ns - NEAR_NS, until_ns=case.when_ns + NEAR_NS
        )
        if name not in _WITHIN and len(text) >= DISTINCT_MIN and _has_digit(text):
            wanted = Filter(
                trace=text,
                since_ns=case.when_ns - LONG_NS,
                until_ns=case.when_ns + LONG_NS,
            )
        else:
            condition = parse(f"{name} = {quoted(text)}")
            own = frozenset({case.source})
            wanted = replace(wanted, conditions=(condition,), sources=own)
        found = search(
            ground.segments, wanted, ground.errors, newest=False, limit=FOUND_MAX
        )
        if 1 < found.matched <= FOUND_MAX and case.hit.key in {
            hit.key for hit in found.hits
        }:
            found.hits = _unlike(found.hits, case, ground)
            return _told((name, text), found, [], case, ground)
    return None


def _told(
    shared: tuple[str, str],
    found: Found,
    clocks: list[ClockSkew],
    case: Case,
    ground: Ground,
) -> Timeline:
    """Those nearest to the error, two thirds of them before it."""
    hits = found.hits
    ahead = {one.source: int(one.seconds * 1e9) for one in clocks}
    if ahead:
        hits = sorted(
            hits,
            key=lambda hit: (
                hit.key.time_ns - ahead.get(hit.segment.origin.source, 0),
                hit.key,
            ),
        )
    at = next((n for n, hit in enumerate(hits) if hit.key == case.hit.key), 0)
    begin = max(0, min(at - SHOWN_MAX * 2 // 3, len(hits) - SHOWN_MAX))
    kept = hits[begin : begin + SHOWN_MAX]
    rows = _rows(kept, case, ground)
    return Timeline(*shared, rows, found.matched - len(kept), clocks)


def _rows(hits: Sequence[Hit], case: Case, ground: Ground) -> list[Any]:
    own = case.hit.key
    return [ground.row(hit, match=hit.key == own) for hit in hits]


def _errors_elsewhere(case: Case, ground: Ground) -> list[Hit]:
    wanted = Filter(
        level=Level.ERROR,
        since_ns=case.when_ns - ELSEWHERE_NS,
        until_ns=case.when_ns + ELSEWHERE_NS,
    )
    others = [s for s in ground.segments if s.origin.source != case.source]
    return search(others, wanted, ground.errors, limit=NEIGHBOURS).hits


def _unlike(hits: list[Hit], case: Case, ground: Ground) -> list[Hit]:
    """Without other failures of the group but for the first: a job tries again and again."""
    alike = [hit for hit in hits if _is_alike(hit, case, ground)]
    left_out = {hit.key for hit in alike[1:] if hit.key != case.hit.key}
    return [hit for hit in hits if hit.key not in left_out]


def _is_alike(hit: Hit, case: Case, ground: Ground) -> bool:
    kind = ground.errors.kind(hit.segment, hit.row)
    return kind is not None and kind.id == case.kind.id


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


# -- clocks -----------------------------------------------------------------------------


def _clocks(case: Case, own: Sequence[Hit], ground: Ground) -> list[ClockSkew]:
    """Clocks that differ, looked for only where the error's own trace makes one wonder."""
    spans = _spans(own)
    if not apart(spans):
        return []
    traces = [spans]
    for trace in _other_traces(case, ground):
        found = search(
            ground.segments,
            Filter(trace=trace),
            ground.errors,
            newest=False,
            limit=TRACE_RECORDS_MAX,
        )
        traces.append(_spans(found.hits))
    return skews(traces, case.source)


def _other_traces(case: Case, ground: Ground) -> list[str]:
    """Traces of records beside the error in its source."""
    before, after = ground.around(case.hit, TRACES_AROUND)
    found: dict[str, None] = {}
    for hit in (*reversed(before), *after):
        record: Record = hit.segment.record(hit.row)
        if record.trace is not None and record.trace != case.record.trace:
            found[record.trace] = None
        if len(found) == TRACES_LOOKED_AT:
            break
    return [*found]


def _spans(hits: Sequence[Hit]) -> dict[str, Span]:
    found: dict[str, Span] = {}
    for hit in hits:
        source, time = hit.segment.origin.source, hit.key.time_ns
        known = found.get(source, Span(time, time))
        found[source] = Span(min(known.first_ns, time), max(known.last_ns, time))
    return found
