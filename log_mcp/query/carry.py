"""Whether a record carries a correlation value."""

import re
from collections.abc import Iterator
from typing import Any, Final

from log_mcp.lazy import lazy
from log_mcp.record import Record

_ID_NAME: Final = lazy(
    r"(?i)(?:^|[._-])(?:id|rid|uuid|guid|trace|span|traceparent|job|session|task|thread"
    r"|request|correlation|user)$|[a-z]I[dD]$|_id\b"
)
_TOKEN: Final = lazy(r"(?=.*\d)[\w.:/@-]{8,}|[\w-]{12,}")


def carries(record: Record, value: str, text: bytes | None = None) -> bool:
    """Whether a record carries a correlation value in any of its id fields.

    Args:
        record: The record.
        value: The correlation value.
        text: Its search text; None to take the record's text as written.

    A value of eight characters with a digit, or of twelve, also counts where it stands as
    a word of its own anywhere in the text: what is that odd is not there by chance.
    """
    folded = value.lower()
    if (record.trace or "").lower() == folded:
        return True
    if any(found == folded for found in _ids(record.fields)):
        return True
    if _TOKEN.fullmatch(value) is None:
        return False
    word = rf"(?<![\w-]){re.escape(folded)}(?![\w-])"
    whole = record.text if text is None else text.decode(errors="replace")
    return re.search(word, whole.lower()) is not None


def _ids(fields: dict[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _ids(value)
        elif isinstance(value, str | int) and _ID_NAME.search(name):
            text = str(value).lower()
            yield text
            if text.count("-") == 3:
                yield text.split("-")[1]  # the trace id inside a W3C traceparent
