"""What is told of a failure: its class, and what may help.

What the record itself says goes before what the table of classes knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from log_mcp.analysis.classify import NAMED, Told
from log_mcp.query.subject import dig
from log_mcp.record import Level, Record, level_of_word
from log_mcp.report import FailurePattern, Suggestions

OWN_MAX: Final = 5  # texts of the record's own lists that are kept


def known(
    record: Record, told: Told | None
) -> tuple[FailurePattern | None, Suggestions]:
    """The class of a failure and what to do: what the record says goes before the table.

    Args:
        record: The record.
        told: What `Classifier.tell` found.
    """
    own = _Own(record)
    suggestions = Suggestions(own.immediate, own.preventive, own.documentation)
    pattern = None
    if told is not None or own.said:
        of = told.of if told is not None else None
        pattern = FailurePattern(
            name=of.name if of else None,
            is_retryable=own.is_retryable
            if own.is_retryable is not None
            else (of.is_retryable if of else None),
            severity=own.severity or (of.severity if of else None),
            told_by=told.by if told is not None else "record",
            evidence=told.evidence if told is not None else None,
            said=own.said,
            code=own.code,
            related_errors=own.related,
        )
    if told is not None:
        for kind in ("immediate", "preventive", "documentation"):
            mine: list[str] = getattr(suggestions, kind)
            mine += _filled(getattr(told.of, kind), told.seen, mine)
    return pattern, suggestions


def _filled(
    texts: Iterable[str], seen: Mapping[str, str], before: Sequence[str]
) -> list[str]:
    """Suggestions whose every value was seen; of those that differ in those alone, one."""
    found: list[str] = []
    starts: set[str] = set()
    for text in texts:
        start = " ".join(text.split()[:2])
        if start in starts or not set(NAMED.findall(text)) <= seen.keys():
            continue
        starts.add(start)
        said = NAMED.sub(lambda match: seen[match[1]], text)
        if said not in before:
            found.append(said)
    return found


class _Own:
    """What a record says of its failure in fields made for that."""

    def __init__(self, record: Record) -> None:
        self._fields = record.fields
        self.code = self._text("error.code", "error_code", "err.code", "code")
        severity = self._text("error.severity", "severity")
        # A level under another name says nothing that the level does not.
        stated = severity is not None and (
            severity.isdecimal() or level_of_word(severity) != Level.UNKNOWN
        )
        is_own = severity is not None and severity.lower() == "critical"
        self.severity = severity if is_own or not stated else None
        self.is_retryable = self._truth(
            "error.is_retryable", "is_retryable", "error.retryable", "retryable"
        )
        given = self._value("error.suggestions", "suggestions")
        parts = given if isinstance(given, dict) else {"immediate": given}
        self.immediate = _list(parts.get("immediate"))
        self.preventive = _list(parts.get("preventive"))
        self.documentation = _list(parts.get("documentation"))
        self.related = _list(self._value("error.related_errors", "related_errors"))
        told = {
            "code": self.code,
            "severity": self.severity,
            "is_retryable": self.is_retryable,
            "suggestions": self.immediate + self.preventive + self.documentation,
            "related_errors": self.related,
        }
        self.said = [name for name, value in told.items() if value not in (None, [])]

    def _value(self, *names: str) -> Any:
        for name in names:
            value = dig(self._fields, name)
            if value not in (None, "", [], {}):
                return value
        return None

    def _text(self, *names: str) -> str | None:
        value = self._value(*names)
        plain = isinstance(value, str | int) and not isinstance(value, bool)
        return str(value) if plain else None

    def _truth(self, *names: str) -> bool | None:
        value = self._value(*names)
        if isinstance(value, str):
            value = {"true": True, "false": False}.get(value.lower())
        return value if isinstance(value, bool) else None


def _list(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    found = value if isinstance(value, list) else []
    return [one for one in found if isinstance(one, str) and one][:OWN_MAX]
