"""A class of failure: how it is recognised, what it means, what to do about it.

Severity: `critical` if all stops or data may be lost, `high` if what was asked for fails,
`medium` if one caller's input or state is at fault, `low` if it is no fault at all.
"""

from typing import Final, NamedTuple

SEVERITIES: Final = ("low", "medium", "high", "critical")


class FailureClass(NamedTuple):
    """One class of failure.

    Attributes:
        name: In words joined by hyphens.
        severity: `low`, `medium`, `high` or `critical`.
        is_retryable: Whether the same call may succeed later, unchanged; None if that
            depends.
        sample: A message of this class, `Type: message` if it is known by its type; empty
            for those of the configuration.
        types: RE2 of whole exception types, their packages left out; empty for none.
        says: RE2 that a message holds, whatever its case; empty for none.
        immediate: What to look at or do now.
        preventive: What keeps it from coming back.
        documentation: Where it is explained.
    """

    name: str
    severity: str
    is_retryable: bool | None
    sample: str = ""
    types: str = ""
    says: str = ""
    immediate: tuple[str, ...] = ()
    preventive: tuple[str, ...] = ()
    documentation: tuple[str, ...] = ()
