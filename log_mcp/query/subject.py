"""What a question is asked of: one record, its fields by name or dotted path."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from log_mcp.errors import nearest
from log_mcp.instruction import instructs
from log_mcp.lazy import lazy
from log_mcp.record import Record

OWN: Final = (
    "level",
    "source",
    "logger",
    "message",
    "service",
    "trace",
    "exception.type",
    "group",
)

_TOLD: Final = lazy(r"[A-Za-z0-9_@.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a condition is asked of: a record and what the store knows of it."""

    record: Record
    source: str
    group: Callable[[], str | None]


def lookup(subject: Subject, field: str) -> Any:
    """The value of a field; None if the record does not have it.

    Args:
        subject: The record.
        field: One of `OWN`, a field's name, or a dotted path into nested objects.
    """
    record = subject.record
    own = _OWN_VALUES.get(field)
    if own is not None:
        value = own(subject)
        if value is not None:
            return value
    return dig(record.fields, field)


def nearest_field(name: str, known: Iterable[str]) -> str:
    """The hint that ends a note on a field that no record has; see `nearest`.

    Args:
        name: As it was asked for.
        known: What records have besides `OWN`. Logs name fields as they like: one that is
            near to the name and nothing but a name instructs nobody.
    """
    close = nearest(name, {one for one in known if _TOLD.fullmatch(one)} | {*OWN})
    return "" if instructs(close) else close


def dig(fields: dict[str, Any], path: str) -> Any:
    """A value by its name or its dotted path; None if there is none (or it is null)."""
    if path in fields:
        return fields[path]
    head, dot, tail = path.partition(".")
    while dot:
        inner = fields.get(head)
        if isinstance(inner, dict):
            found = dig(inner, tail)
            if found is not None:
                return found
        more, dot, tail = tail.partition(".")
        head = f"{head}.{more}"
    return None


def names(fields: dict[str, Any], prefix: str = "") -> Iterable[str]:
    """Every name and dotted path in a record's fields."""
    for name, value in fields.items():
        yield prefix + name
        if isinstance(value, dict):
            yield from names(value, f"{prefix}{name}.")


_OWN_VALUES: Final[dict[str, Callable[[Subject], Any]]] = {
    "level": lambda s: s.record.level.word or None,
    "source": lambda s: s.source,
    "logger": lambda s: s.record.logger,
    "message": lambda s: s.record.message,
    "service": lambda s: s.record.service,
    "trace": lambda s: s.record.trace,
    "exception.type": lambda s: s.record.exception and s.record.exception.type,
    "group": lambda s: s.group(),
}
