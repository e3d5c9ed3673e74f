"""Values that failed records have more often than records of the same kind that did not.

Operations we want: two samples of records in; out the fields whose values tell them apart.

Goals: in data without any difference, at most one answer in twenty says something, however
many fields and values there are; what restates the failure (its status, its message) is
no finding; a request counts once, however many records it has.

Plan: each value of each field that both samples have is a question: of so many records
with the field, would chance give so many of those with the value to the failed ones? The
hypergeometric tail (Fisher's exact test, one side) says how likely that is. As many values
are tried, each has to be as much less likely (Bonferroni); values so rare that not even all
of them together could be unlikely enough are not counted as tried (Tarone 1990), which
looks at totals alone and so is no peeking.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from log_mcp.analysis.chance import oftener
from log_mcp.lazy import lazy
from log_mcp.record import Record
from log_mcp.report import Distinct

CHANCE_MAX: Final = 0.05  # of saying anything where there is no difference
FAILED_MIN: Final = 4  # records with a value; fewer are an anecdote
GAIN_MIN: Final = 0.15  # of share; less is of no use to whoever reads it
FOUND_MAX: Final = 5
SHARED_MIN: Final = 0.5  # of the fields of failed records that others of the kind have
VALUE_CHARACTERS_MAX: Final = 80
FIELDS_MAX: Final = 60  # of one record
DEPTH_MAX: Final = 2  # of nested objects
# What tells the outcome, the time or the place in the code, not what led there.
_RESTATES: Final = lazy(
    r"(?i)(?:^|[._-])(?:level|lvl|severity|status(?:_?code|_?text|_?class)?|code|errno|err(?:or)?s?"
    r"|exc|exception|stack(?:_?trace)?|traceback|trace(?:_?id)?|traceparent|span(?:_?id)?|parent_?id"
    r"|message|msg|event|body|reason|detail|result|outcome|success|ok|failed|failure|retr(?:y|ies)\w*"
    r"|attempts?|duration\w*|elapsed\w*|latency\w*|took|rt|urt|timestamp|time|date|ts|bytes\w*|size|length"
    r"|line(?:_?no)?|caller|file(?:_?name)?|func(?:tion)?|method_?name|module|logger|source|seq|offset"
    r"|request_?id|correlation_?id|req_?id|rid|suggestions|related_errors|context|retryable|is_retryable)$"
    r"|(?:^|[._-])(?:err(?:or)?|exc(?:eption)?|stack)[._-]|_(?:ms|ns|us|seconds|bytes)$"
)


_Unit = dict[str, str]
"""The fields of one request or record."""


def distinguishing(
    failed: Sequence[Record], others: Iterable[Record]
) -> list[Distinct]:
    """What tells failed records from others of their kind, the most certain first.

    Args:
        failed: A sample of records that failed in one way.
        others: A sample of records of the same sources that did not fail.
    """
    ours = _units(failed, frozenset())
    if len(ours) < FAILED_MIN:
        return []
    traces = frozenset(one.trace for one in failed if one.trace is not None)
    loggers = {one.logger for one in failed}
    near = (one for one in others if one.logger in loggers)
    theirs = [one for one in _units(near, traces) if _is_of_kind(one, ours)]
    tables = list(_tables(ours, theirs))
    tried = _tried([table.least for table in tables])
    found = []
    for table in tables:
        chance = min(1.0, table.chance * tried)
        gain = table.failed / table.failed_of - table.others / table.others_of
        if chance <= CHANCE_MAX and gain >= GAIN_MIN and table.failed >= FAILED_MIN:
            found.append((chance, -gain, table))
    found.sort(key=lambda one: (*one[:2], one[2].field, one[2].value))
    return [
        Distinct(
            table.field,
            table.value,
            table.failed,
            table.failed_of,
            table.others,
            table.others_of,
            float(f"{chance:.2g}"),
        )
        for chance, _, table in found[:FOUND_MAX]
    ]


class _Table(NamedTuple):
    """One value: how many have it, of how many that have the field."""

    field: str
    value: str
    failed: int
    failed_of: int
    others: int
    others_of: int

    @property
    def chance(self) -> float:
        """That at least so many of those with the value are failed ones."""
        return _tail(self.failed, self.failed + self.others, *self._sizes)

    @property
    def least(self) -> float:
        """The smallest chance that any split of those with the value could have."""
        total = self.failed + self.others
        return _tail(min(total, self.failed_of), total, *self._sizes)

    @property
    def _sizes(self) -> tuple[int, int]:
        return self.failed_of, self.others_of


def _tables(ours: Sequence[_Unit], theirs: Sequence[_Unit]) -> Iterator[_Table]:
    fields = Counter(name for one in ours for name in one)
    for field, failed_of in fields.items():
        others = Counter(one[field] for one in theirs if field in one)
        others_of = others.total()
        if failed_of < FAILED_MIN or not others_of:
            continue
        failed = Counter(one[field] for one in ours if field in one)
        for value in failed.keys() | others.keys():
            yield _Table(
                field, value, failed[value], failed_of, others[value], others_of
            )


@lru_cache(maxsize=4096)  # most values come as often as many others do
def _tail(hits: int, total: int, failed_of: int, others_of: int) -> float:
    """Chance that of `total` drawn from all, at least `hits` are failed ones."""
    return oftener(total - hits, others_of, hits, failed_of)


def _tried(least: Sequence[float]) -> int:
    """How many values count as tried: the least number that makes up for itself."""
    ordered = sorted(least)
    for count in range(1, len(least) + 1):
        if bisect_right(ordered, CHANCE_MAX / count) <= count:
            return count
    return max(1, len(least))


def _units(records: Iterable[Record], without: frozenset[str]) -> list[_Unit]:
    """One for each trace, or record that has none, but for some traces."""
    found: list[_Unit] = []
    seen: set[str] = set()
    for record in records:
        if record.trace is not None:
            if record.trace in seen or record.trace in without:
                continue
            seen.add(record.trace)
        found.append(dict(_fields(record)))
    return found


def _is_of_kind(one: _Unit, ours: Sequence[_Unit]) -> bool:
    """Whether a record has most of the fields that a failed one has."""
    names = ours[0].keys()
    return len(names & one.keys()) >= SHARED_MIN * len(names) if names else False


def _fields(record: Record) -> Iterator[tuple[str, str]]:
    if record.service is not None:
        yield "service", record.service
    yield from _flat(record.fields, "", DEPTH_MAX)


@lru_cache(maxsize=2048)  # the names are those of a few kinds of records
def _restates(name: str) -> bool:
    return name == "service" or _RESTATES.search(name) is not None


def _flat(fields: dict[str, Any], prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    for at, (name, value) in enumerate(fields.items()):
        if at == FIELDS_MAX:
            return
        own = prefix + name
        if _restates(own):
            continue
        if isinstance(value, dict) and depth > 1:
            yield from _flat(value, f"{own}.", depth - 1)
        elif isinstance(value, bool):
            yield own, str(value).lower()
        elif isinstance(value, str | int) and len(str(value)) <= VALUE_CHARACTERS_MAX:
            yield own, str(value)
