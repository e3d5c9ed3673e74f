"""`key=value` pairs in a text, and the names under which others keep a trace's id."""

from collections.abc import Mapping
from typing import Any, Final

from log_mcp.formats.names import table
from log_mcp.lazy import lazy

_PAIR: Final = lazy(
    r"(?<![\w.\-/?&=])([A-Za-z_@][\w.\-]{0,63}+)="
    r"(?:\"((?:[^\"\\\n]|\\.)*)\"|'([^'\n]*)'|([^\s,;\"')\]}|]+))"
)
# A key where pairs are not quoted: at the begin, or behind a space.
_KEY: Final = lazy(
    r"(?:^|(?<=\s))([A-Za-z_@$][\w.\-\[\]]{0,63})=(\"(?:[^\"\\]|\\.)*\"(?=\s|$))?"
)
_PAIRS_MAX: Final = 200  # of one record

# The order decides: a trace's id before an id that only one request has.
TRACE_NAMES: Final = table(
    "trace_id",
    "traceId",
    "trace.id",
    "traceID",
    "TraceId",
    "traceid",
    "otelTraceID",
    "otel.trace_id",
    "dd.trace_id",
    "logging.googleapis.com/trace",
    "traceparent",
    "correlation_id",
    "correlationId",
    "correlationID",
    "CorrelationId",
    "correlation-id",
    "x-correlation-id",
    "request_id",
    "requestId",
    "requestID",
    "RequestId",
    "reqId",
    "req_id",
    "request-id",
    "x-request-id",
    "X-Request-ID",
    "rid",
    "reqid",
    "trace",
    "request.id",
)
_TRACEPARENT: Final = lazy(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_NO_TRACE: Final = frozenset({"", "-", "null", "None", "none", "undefined"})


def pairs(text: str) -> dict[str, str]:
    """The `key=value` pairs that a message holds.

    Args:
        text: A message; only its first line is looked at.

    Returns:
        Name to text in the order written, quotes removed; of equal names the first.
    """
    found: dict[str, str] = {}
    first = text.partition("\n")[0]
    if "=" not in first:
        return found
    for match in _PAIR.finditer(first):
        key, double, single, bare = match.groups()
        if bare is None:
            bare = single if double is None else double
        found.setdefault(key, bare)
        if len(found) == _PAIRS_MAX:
            break
    return found


def spaced(text: str) -> dict[str, str]:
    """The pairs of a text in which a value goes on up to the next ` key=`.

    Args:
        text: One line.

    Returns:
        Name to text in the order written, quotes around a value removed; of equal names
        the first. What stands before the first key is left out.
    """
    found: dict[str, str] = {}
    key, start = None, 0
    for match in _KEY.finditer(text):
        if key is not None:
            found.setdefault(key, text[start : match.start()].strip())
            key = None
        if len(found) == _PAIRS_MAX:
            return found
        if (quoted := match[2]) is not None:
            found.setdefault(match[1], quoted[1:-1])
        else:
            key, start = match[1], match.end()
    if key is not None:
        found.setdefault(key, text[start:].strip())
    return found


def _trace_in(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or value in _NO_TRACE:
        return None
    if whole := _TRACEPARENT.fullmatch(value):
        return whole[1]
    return value


def trace(fields: Mapping[str, Any]) -> str | None:
    """The correlation value of a record.

    Args:
        fields: Of the record; one level of nested objects is looked at, too.

    Returns:
        The value under the first name of `TRACE_NAMES` that holds one; None if none
        does.
    """
    nested = [value for value in fields.values() if isinstance(value, dict)]
    names = TRACE_NAMES.within(fields)
    if nested:
        inner = [name for one in nested for name in TRACE_NAMES.whole_in(one)]
        names = TRACE_NAMES.ordered([*names, *inner]) if inner else names
    for name in names:
        if found := _trace_in(fields, name):
            return found
        outer, dot, rest = name.partition(".")
        within = fields.get(outer) if dot else None
        if isinstance(within, dict) and (found := _trace_in(within, rest)):
            return found
        for inside in nested:
            if found := _trace_in(inside, name):
                return found
    return None
