"""A question, parsed and checked.

`Ask` is what an assistant wrote; `Filter` is what it means. Everything that can be wrong
with the words is said here, before any record is looked at.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Final

from log_mcp.errors import QueryError, nearest
from log_mcp.labels import UNLABELLED, Labels
from log_mcp.lazy import lazy
from log_mcp.naming import is_plain, listed
from log_mcp.query import condition
from log_mcp.query.condition import Condition
from log_mcp.query.expression import Expression
from log_mcp.record import Level

TEXT_CHARACTERS_MAX: Final = 10_000
CONDITIONS_MAX: Final = 50
SOURCES_TOLD: Final = 30  # in an error
_LOOKS_AROUND: Final = lazy(r"\\[Az]|\(\?[A-Za-z]*-")  # (?-m) makes ^ be \A
_PLAIN: Final = lazy(r"[ !#-.0-\[\]-~]+")  # ASCII that nobody escapes


@dataclass(frozen=True, slots=True)
class Ask:
    """The filter parameters of the contract, as given, unchecked."""

    query: str | None = None
    regex: str | None = None
    exclude: tuple[str, ...] = ()
    level: str | None = None
    source: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    trace: str | None = None
    group: str | None = None
    since: str | None = None
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A checked question; every part must hold.

    Attributes:
        literal: Lower-cased text that the search text holds; None for any.
        regex: RE2 expression it matches; None for any.
        exclude: Lower-cased texts that it does not hold.
        level: At least this one; UNKNOWN for any.
        sources: Names; None for all.
        conditions: See `condition`.
        trace: A value of any id field; None for any.
        group: Id of the group it belongs to; None for any.
        since_ns: Not before; None if open.
        until_ns: Not after; None if open.
        marks: Per file (`Origin.key`), the byte from which on; files without a mark
            count whole. None if not asked.
        whole_text: The expression looks beyond one record if it is let to.
        labelled: Those of the conditions that a label meets: no text need hold their
            values.
        needles: Lower-cased texts that the search text of every match holds, longest
            first.
    """

    literal: bytes | None = None
    regex: Expression | None = None
    exclude: tuple[bytes, ...] = ()
    level: Level = Level.UNKNOWN
    sources: frozenset[str] | None = None
    conditions: tuple[Condition, ...] = ()
    trace: str | None = None
    group: str | None = None
    since_ns: int | None = None
    until_ns: int | None = None
    marks: Mapping[str, int] | None = None
    whole_text: bool = False
    labelled: tuple[Condition, ...] = ()

    needles: list[bytes] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        texts = [c.literal for c in self.conditions if c not in self.labelled]
        if self.trace is not None:
            texts.append(_plainest(self.trace).lower().encode())
        texts.append(self.literal)
        needles = sorted({t for t in texts if t}, key=len, reverse=True)
        object.__setattr__(self, "needles", needles)  # asked of every segment

    def among(self, labels: Labels) -> "Filter":
        """The same question, asked of records that have some of these labels."""
        if not self.conditions or labels.table == UNLABELLED.table:
            return self
        met = tuple(
            condition
            for condition in self.conditions
            if condition.literal and any(map(condition.meets, labels.table))
        )
        return replace(self, labelled=met) if met else self

    def unread(self, *, needles: bool) -> "Filter":
        """The same without its conditions.

        Args:
            needles: Whether records must still hold the texts that those need, or the
                labels: of the records of a segment, ask it `among` its labels first.
        """
        if not needles:
            return replace(self, conditions=(), labelled=())
        bare = replace(self, conditions=())
        object.__setattr__(bare, "needles", self.needles)
        return bare

    @property
    def narrows(self) -> bool:
        """Whether what a segment says of itself can rule it out, texts apart."""
        return bool(
            self.level
            or self.sources is not None
            or self.since_ns is not None
            or self.until_ns is not None
            or self.marks is not None
        )

    @property
    def asks_columns(self) -> bool:
        """Whether it looks at columns alone."""
        return not self.reads_text and self.group is None and not self.reads_records

    @property
    def reads_text(self) -> bool:
        """Whether it looks at texts."""
        return bool(self.needles or self.regex is not None or self.exclude)

    @property
    def reads_records(self) -> bool:
        """Whether it looks at more than columns and text."""
        return bool(self.conditions) or self.trace is not None

    @property
    def is_slow(self) -> bool:
        """Whether it may take longer than reading the text once."""
        return self.reads_records or self.regex is not None


def _plainest(text: str) -> str:
    """The longest part of a value that every text with it holds as it is, but for case."""
    return max(_PLAIN.findall(text), key=len, default="")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is checked against.

    Attributes:
        sources: Names of all sources.
        instant: Text of `since` or `until` to UTC nanoseconds; raises QueryError.
        marks: Per file, the byte from which on a `since` of that name counts
            (`last_call`); None for every other text.
    """

    sources: tuple[str, ...]
    instant: Callable[[str, str], int | None]
    marks: Callable[[str], Mapping[str, int] | None] = field(default=lambda _: None)


def check(ask: Ask, scope: Scope) -> Filter:
    """The filter that the words mean.

    Raises:
        QueryError: If a word means nothing; says what would be.
    """
    marks = scope.marks(ask.since) if ask.since else None
    since = scope.instant("since", ask.since) if ask.since and marks is None else None
    until = scope.instant("until", ask.until) if ask.until else None
    if since is not None and until is not None and since > until:
        raise QueryError(
            f"since ({_shown(ask.since)}) is after until ({_shown(ask.until)}): "
            "no record can lie between. Swap them."
        )
    if len(ask.where) > CONDITIONS_MAX:
        raise QueryError(f"where: at most {CONDITIONS_MAX} conditions.")
    return Filter(
        literal=_literal("query", ask.query) if ask.query is not None else None,
        regex=_regex(ask.regex),
        exclude=tuple(_literal("exclude", text) for text in ask.exclude),
        level=condition.level(ask.level) if ask.level is not None else Level.UNKNOWN,
        sources=sources(ask.source, scope.sources),
        conditions=tuple(condition.parse(text) for text in ask.where),
        trace=_given("trace", ask.trace),
        group=_given("group", ask.group),
        since_ns=since,
        until_ns=until,
        marks=marks,
        whole_text=ask.regex is not None and _looks_around(ask.regex),
    )


def sources(wanted: Iterable[str], known: tuple[str, ...]) -> frozenset[str] | None:
    """The sources that names and globs mean; None for all.

    Raises:
        QueryError: If one means none; names the valid ones and the nearest.
    """
    chosen: set[str] = set()
    asked = tuple(wanted)
    for name in asked:
        found = [one for one in known if one == name or fnmatchcase(one, name)]
        if not found:
            shown = (
                listed(known, SOURCES_TOLD) or "none (no source is configured or found)"
            )
            raise QueryError(
                f"unknown source {_shown(name)}. Valid: {shown}; globs such as "
                f"'api*' work.{nearest(name, filter(is_plain, known))}"
            )
        chosen.update(found)
    return frozenset(chosen) if asked else None


def _literal(name: str, text: str) -> bytes:
    if not text:
        raise QueryError(f"{name}: the text is empty. Leave it out to match all.")
    if len(text) > TEXT_CHARACTERS_MAX:
        raise QueryError(f"{name}: at most {TEXT_CHARACTERS_MAX} characters.")
    return text.encode(errors="replace").lower()


def _regex(text: str | None) -> Expression | None:
    if text is None:
        return None
    _literal("regex", text)
    return condition.expression(text, "regex")


def _looks_around(regex: str) -> bool:
    """Whether a match can depend on where the text begins or ends."""
    return _LOOKS_AROUND.search(regex) is not None


def _given(name: str, text: str | None) -> str | None:
    if text is not None and not text.strip():
        raise QueryError(f"{name}: the text is empty. Leave it out to match all.")
    return None if text is None else text.strip()


def _shown(text: str | None) -> str:
    return repr(text if text is None or len(text) <= 80 else f"{text[:77]}...")
