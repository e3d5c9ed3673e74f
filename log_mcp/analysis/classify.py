"""Which class of failure an error is of, and what its suggestions name.

Operations we want: one record in; out the class that the table (`failures`) knows, the words
that told it, and suggestions with the hosts, files, ports and values that were seen.

Goals: rather nothing than something wrong; linear in the text, whoever wrote it; an order
that a person would take: what failed at the root says more than what reported it.

Plan: the texts of a record are asked one after the other, the root cause first, then what
it led to, then the record's message, then fields that hold an error; of each text the
first class that fits decides. A status of HTTP comes last. Values are looked for in all of
these texts, in the same order.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, Final, NamedTuple

import re2

from log_mcp.analysis.failures import CLASSES
from log_mcp.analysis.mention import VALUES, values
from log_mcp.errors import ConfigError
from log_mcp.failure_class import SEVERITIES, FailureClass
from log_mcp.lazy import lazy
from log_mcp.query.subject import dig
from log_mcp.record import Record

TEXT_CHARACTERS_MAX: Final = 4_000  # of one text; a message says it before that
LINKS_MAX: Final = 16  # causes that are asked
EVIDENCE_CHARACTERS_MAX: Final = 120
MATCHES_MAX: Final = 8  # of one class in one text, whose values are taken

_GROUP: Final = lazy(r"\(\?P<(\w+)>")
NAMED: Final = lazy(r"\{(\w+)\}")  # a value, in a suggestion
_WORD: Final = lazy(r"[A-Za-z_][\w.$:\\]*")
_LEADING: Final = lazy(r"(?:[A-Za-z_]\w*\.)+([A-Z]\w+): ")  # a type in its package
_TYPE: Final = lazy(r"[A-Z]\w*(?:Error|Exception|Timeout|Violation|Fault)")
_FIELDS: Final = (
    *("error", "err", "error.message", "err.message", "error_message", "errmsg"),
    *(
        "error.reason",
        "reason",
        "cause",
        "detail",
        "details",
        "exception",
        "status_text",
    ),
)
_TYPE_FIELDS: Final = (
    *("error.type", "err.type", "error.name", "error_type", "error.code", "err.code"),
    *("code", "error_code", "errno", "exception.type", "exc_type", "error_class"),
)
_STATUS_FIELDS: Final = (
    *("status", "status_code", "http.status", "http.status_code", "statusCode"),
    *("http.response.status_code", "response.status", "response_code", "http_status"),
)
_OF_STATUS: Final = {
    400: "invalid-input",
    401: "authentication-failed",
    403: "permission-denied",
    404: "not-found",
    405: "unsupported",
    408: "timeout",
    409: "race",
    413: "payload-too-large",
    422: "invalid-input",
    429: "rate-limited",
    500: "server-error",
    502: "service-unavailable",
    503: "service-unavailable",
    504: "timeout",
    505: "unsupported",
}


class Told(NamedTuple):
    """What a record tells of a class.

    Attributes:
        of: The class.
        by: `configuration` or `table`.
        evidence: The words that told it.
        seen: Values that its suggestions may name.
    """

    of: FailureClass
    by: str
    evidence: str
    seen: Mapping[str, str]


class _Compiled(NamedTuple):
    of: FailureClass
    types: Any
    says: Any


class Classifier:
    """Tells the class of failures; safe for threads.

    Args:
        own: Classes of the configuration, which go before those of the table.

    Raises:
        ConfigError: One of them is not right; names it.
    """

    def __init__(self, own: Sequence[FailureClass] = ()) -> None:
        for one in own:
            _check(one)
        self._own = tuple(map(_compiled, own))

    def tell(self, record: Record, source: str, place: str | None) -> Told | None:
        """The class of a record's failure; None if none is known.

        Args:
            record: An error, most often.
            source: Its source's name.
            place: The innermost frame of the application, as a person would write it.
        """
        asked = list(_texts(record))
        for type_, text in asked:
            for by, classes in (("configuration", self._own), ("table", _table())):
                found = _first(classes, type_, text)
                if found is not None:
                    one, evidence, groups = found
                    seen = _seen(record, asked, groups, source, place)
                    return Told(one, by, evidence, seen)
        status = _status(record)
        if status is None:
            return None
        seen = _seen(record, asked, {}, source, place) | {"status": str(status)}
        return Told(_named(_OF_STATUS[status]), "table", f"status {status}", seen)


# -- texts ------------------------------------------------------------------------------


def _texts(record: Record) -> Iterator[tuple[str, str]]:
    """Type and text of what a record says of its failure, the root cause first."""
    links = record.exception.chain[:LINKS_MAX] if record.exception else []
    for one in reversed(links):
        yield _short(one.type), _line(one.message)
    if record.level_inferred and not links and _status(record) is not None:
        return  # A line of an access log: its request says nothing of the failure.
    message = _line(record.message)
    if not (links and message.startswith(("Traceback", links[0].type or "Traceback"))):
        kinds = [dig(record.fields, name) for name in _TYPE_FIELDS]
        for kind in kinds:
            if isinstance(kind, str) and kind:
                yield _short(kind), message
        yield from _told_in(message)
    for name in _FIELDS:
        value = dig(record.fields, name)
        if isinstance(value, str) and value:
            yield from _told_in(_line(value))


def _told_in(text: str) -> Iterator[tuple[str, str]]:
    """A text with the types of exceptions it names, the innermost first."""
    words = (_short(word.rstrip(":.")) for word in _WORD.findall(text))
    kinds = [word for word in words if _TYPE.fullmatch(word)]
    if (first := _LEADING.match(text)) and first[1] not in kinds:
        kinds.insert(0, first[1])
    yield from ((kind, text) for kind in reversed(kinds))
    if not kinds:
        yield "", text


def _line(text: str) -> str:
    return " ".join(text[:TEXT_CHARACTERS_MAX].split())


def _short(type_: str) -> str:
    """A type without the package before it."""
    if ": " in type_:
        return type_
    for mark in (".", "::", "\\", "$"):
        type_ = type_.rpartition(mark)[2] or type_
    return type_


def _status(record: Record) -> int | None:
    """A status of HTTP that says that something failed."""
    for name in _STATUS_FIELDS:
        value = dig(record.fields, name)
        if isinstance(value, str) and value.isdigit() and len(value) == 3:
            value = int(value)
        if isinstance(value, int) and value in _OF_STATUS:
            return value
    return None


def _seen(
    record: Record,
    asked: Iterable[tuple[str, str]],
    groups: Mapping[str, str],
    source: str,
    place: str | None,
) -> dict[str, str]:
    texts = [text for _, text in asked if text]
    for link in record.exception.chain if record.exception else ():
        # The address may stand in the line that failed.
        texts += [one.code for one in link.frames if one.in_app and one.code]
    found = values(texts, record.fields)
    found |= {"source": source} | ({"place": place} if place else {})
    return {**found, **groups}


# -- classes ----------------------------------------------------------------------------


def _first(
    classes: Iterable[_Compiled], type_: str, text: str
) -> tuple[FailureClass, str, dict[str, str]] | None:
    """The first class that fits a type and a text, what told it, and what it names."""
    kind, said = type_.encode("utf-8", "replace"), text.encode("utf-8", "replace")
    for one in classes:
        match = one.says.search(said) if one.says is not None and said else None
        if match is not None:
            words = match[0].decode("utf-8", "replace").strip(" '\"")
            return one.of, words[:EVIDENCE_CHARACTERS_MAX], _groups(one, said)
        if kind and one.types is not None and one.types.fullmatch(kind):
            return one.of, type_, _groups(one, said)
    return None


def _groups(one: _Compiled, said: bytes) -> dict[str, str]:
    """The values that the expression of a class names, wherever it fits; the first each."""
    found: dict[str, str] = {}
    matches = one.says.finditer(said) if one.says is not None else ()
    for match in islice(matches, MATCHES_MAX):
        for name, value in match.groupdict().items():
            if value:
                own = name.decode() if isinstance(name, bytes) else name
                text = value.decode("utf-8", "replace").strip("'\"")
                found.setdefault(own.rpartition("_")[0], text)
    return found


@cache
def _table() -> tuple[_Compiled, ...]:
    return tuple(map(_compiled, CLASSES))


def _named(name: str) -> FailureClass:
    return next(one for one in CLASSES if one.name == name)


def _compiled(one: FailureClass) -> _Compiled:
    return _Compiled(
        one,
        _expression(one.types, b"") if one.types else None,
        _expression(one.says, b"(?i)") if one.says else None,
    )


def _expression(pattern: str, mode: bytes) -> Any:
    """RE2 in which a name may stand for several groups: each gets a number of its own."""
    options = re2.Options()
    options.log_errors = False
    names = iter(range(pattern.count("(?P<")))
    own = _GROUP.sub(lambda match: f"(?P<{match[1]}_{next(names)}>", pattern)
    return re2.compile(mode + own.encode(), options)


def _check(one: FailureClass) -> None:
    """Refuse a class of the configuration that cannot mean what it says."""
    label = f"failure_class {one.name!r}"
    for key, pattern in (("type", one.types), ("message", one.says)):
        try:
            compiled = _expression(pattern, b"") if pattern else None
        except re2.error as error:
            raise ConfigError(
                f"{label}: {key}: not an RE2 expression: {error}"
            ) from None
        if compiled is not None and compiled.search(b"") is not None:
            raise ConfigError(
                f"{label}: {key}: matches the empty text; it would fit every error"
            )
    if not one.types and not one.says:
        raise ConfigError(f"{label}: 'type' or 'message' is missing.")
    if one.severity not in SEVERITIES:
        raise ConfigError(
            f"{label}: severity {one.severity!r} is none of {', '.join(SEVERITIES)}."
        )
    valid = {*VALUES, "source", "place", *_GROUP.findall(one.says)}
    for text in (*one.immediate, *one.preventive, *one.documentation):
        for name in NAMED.findall(text):
            if name not in valid:
                raise ConfigError(
                    f"{label}: nothing is known of {{{name}}}. Valid:"
                    f" {', '.join(sorted(valid))}, and groups of 'message'."
                )
