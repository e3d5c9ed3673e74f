"""One metric: `count`, `avg(FIELD)`, `p95(FIELD)`, `share(CONDITION)`.

The grammar (EBNF):

    metric  = "count" | number , "(" , field , ")" | "share" , "(" , condition , ")" ;
    number  = "avg" | "sum" | "min" | "max" | "distinct" | percent ;
    percent = "p" , digit , { digit } , [ "." , digit , { digit } ] ;

Doubtful cases, decided:

- names are written in any case; `count()` and `count(*)` are `count`;
- several metrics may stand in one text, with commas between them;
- a percentile lies between 0 and 100, both left out: those are `min` and `max`;
- fields and conditions are as in `where`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from log_mcp.errors import QueryError, nearest
from log_mcp.lazy import lazy
from log_mcp.query import condition
from log_mcp.query.condition import Condition

METRICS_MAX: Final = 20
CHARACTERS_MAX: Final = 200  # of one metric: it is a name in the answer
NUMBERS: Final = ("avg", "sum", "min", "max")
VALID: Final = (
    "count, avg(FIELD), sum(FIELD), min(FIELD), max(FIELD), p50(FIELD) to p99(FIELD), "
    "distinct(FIELD), share(CONDITION)"
)
_WORDS: Final = ("count", *NUMBERS, "p50", "p90", "p95", "p99", "distinct", "share")
# What other languages call them.
_SYNONYMS: Final = {
    "average": "avg",
    "mean": "avg",
    "median": "p50",
    "total": "sum",
    "unique": "distinct",
    "uniq": "distinct",
    "nunique": "distinct",
    "cardinality": "distinct",
    "count_distinct": "distinct",
    "dc": "distinct",
    "percentile": "p95",
    "rate": "share",
    "ratio": "share",
    "percent": "share",
}
_CALL: Final = lazy(r"\s*([A-Za-z_][\w.]*)\s*(?:\((.*)\))?\s*", re.DOTALL)
_PERCENT: Final = lazy(r"p([0-9]{1,3}(?:\.[0-9]{1,3})?)")


@dataclass(frozen=True, slots=True)
class Metric:
    """A checked metric.

    Attributes:
        name: As written, and as the answer calls it.
        kind: `count`, `distinct`, `share`, `percentile` or one of `NUMBERS`.
        field: That it is of; empty for `count` and `share`.
        percent: Of a percentile.
        condition: Of a share; None for the others.
    """

    name: str
    kind: str
    field: str = ""
    percent: float = 0.0
    condition: Condition | None = None

    @property
    def reads_number(self) -> bool:
        """Whether it is of numbers, so that records without one are left out."""
        return self.kind in (*NUMBERS, "percentile")


def parse_all(texts: Iterable[str]) -> tuple[Metric, ...]:
    """Metrics, checked, each once; `count` alone if there are none.

    Raises:
        QueryError: If one cannot be understood, or there are too many.
    """
    found: dict[str, Metric] = {}
    for text in texts:
        for one in _apart(text):
            metric = parse(one)
            found.setdefault(metric.name, metric)
    if len(found) > METRICS_MAX:
        raise QueryError(f"metrics: at most {METRICS_MAX}.")
    return tuple(found.values()) or (Metric("count", "count"),)


def parse(text: str) -> Metric:
    """A metric, checked.

    Raises:
        QueryError: If it cannot be understood; says what is valid.
    """
    if len(text) > CHARACTERS_MAX:
        raise QueryError(f"metrics: at most {CHARACTERS_MAX} characters each.")
    call = _CALL.fullmatch(text)
    if call is None:
        raise QueryError(f"metrics: {text!r} is none. Valid: {VALID}.")
    word, inner = call[1].lower(), call[2]
    name = text.strip()
    if word == "count":
        if inner is not None and inner.strip() not in ("", "*"):
            raise QueryError(
                f"metrics: count takes no field in {text!r}. Write share({inner.strip()} "
                "exists) or distinct(FIELD), or count what where leaves."
            )
        return Metric("count", "count")
    kind, percent = _kind(word, text)
    if inner is None or not inner.strip():
        what = "a condition" if kind == "share" else "a field"
        raise QueryError(
            f"metrics: {text!r} needs {what} in parentheses. Valid: {VALID}."
        )
    if kind == "share":
        return Metric(name, kind, condition=_condition(inner, text))
    field = condition.field(inner)
    if field is None:
        raise QueryError(
            f"metrics: {inner.strip()!r} in {text!r} is no field. Quote a name with "
            "spaces or signs in it; share takes conditions."
        )
    return Metric(name, kind, field, percent)


def _kind(word: str, text: str) -> tuple[str, float]:
    """The kind that a word names, and the percent of a percentile."""
    if word in (*NUMBERS, "distinct", "share"):
        return word, 0.0
    found = _PERCENT.fullmatch(word)
    if found is not None:
        percent = float(found[1])
        if 0 < percent < 100:
            return "percentile", percent
        raise QueryError(
            f"metrics: the percentile of {text!r} is out of range. Valid: p1 to p99, also "
            "p99.9; min(FIELD) and max(FIELD) are its ends."
        )
    meant = _SYNONYMS.get(word)
    hint = f" Did you mean '{meant}'?" if meant else nearest(word, _WORDS)
    raise QueryError(f"metrics: unknown {text!r}. Valid: {VALID}.{hint}")


def _condition(inner: str, text: str) -> Condition:
    try:
        return condition.parse(inner.strip())
    except QueryError as error:
        said = str(error).removeprefix("where: ")
        raise QueryError(f"metrics: in {text!r}: {said}") from None


def _apart(text: str) -> Iterator[str]:
    """The metrics of a text: what stands between its commas outside of parentheses."""
    depth, quote, begin = 0, "", 0
    for at, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "," and not depth:
            yield text[begin:at]
            begin = at + 1
        else:
            depth += (character == "(") - (character == ")")
    yield text[begin:]
