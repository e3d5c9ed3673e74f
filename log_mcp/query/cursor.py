"""A place in the order of answers, and the question it belongs to, as one short text.

Nothing is kept by the server, so a cursor outlives it; what it names is a place between
records, not a record, so it outlives rotation and eviction too.
"""

import base64
import json
import zlib
from dataclasses import asdict, dataclass
from typing import Any, Final

from log_mcp.errors import QueryError
from log_mcp.query.filter import Ask
from log_mcp.query.search import Key

VERSION: Final = "1"
CHECK_BYTES: Final = 4
BODY_BYTES_MAX: Final = 1_000_000
_LISTS: Final = ("exclude", "source", "where")


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a page needs to go on.

    Attributes:
        ask: The filter as it was asked, relative times resolved.
        order: `newest` or `oldest`.
        after: Place of the last record shown.
        context: Records before and after each match.
        fields: Names of the fields to show; None for all.
    """

    ask: Ask
    order: str
    after: Key
    context: int = 0
    fields: tuple[str, ...] | None = None

    def write(self) -> str:
        """The cursor as text: letters, digits, `-` and `_`."""
        ask = {name: value for name, value in asdict(self.ask).items() if value}
        body: list[Any] = [ask, self.order[0], list(self.after)]
        if self.context or self.fields is not None:
            body += [self.context, self.fields]
        packed = zlib.compress(json.dumps(body).encode(), 9, -15)
        return VERSION + _spelled(packed + _check(packed))


def read(text: str) -> Cursor:
    """The cursor that `Cursor.write` wrote.

    Raises:
        QueryError: If it did not write this.
    """
    try:
        place = _parsed(text)
    except (ValueError, TypeError, AttributeError, RecursionError, zlib.error):
        place = None
    if place is None or not _is_sound(place):
        raise QueryError(
            "cursor: this is not a cursor of search_logs. Take next_cursor of the last "
            "answer unchanged, or ask again without a cursor."
        )
    return place


def _parsed(text: str) -> Cursor | None:
    raw = base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4))
    packed, check = raw[:-CHECK_BYTES], raw[-CHECK_BYTES:]
    if text != VERSION + _spelled(raw) or check != _check(packed):
        return None
    body = json.loads(zlib.decompressobj(-15).decompress(packed, BODY_BYTES_MAX))
    given, order, after, *shown = body
    context, fields = shown or (0, None)
    ask: dict[str, Any] = {
        name: tuple(value) if name in _LISTS else value for name, value in given.items()
    }
    return Cursor(
        Ask(**ask),
        "newest" if order == "n" else "oldest",
        Key(*after),
        context,
        None if fields is None else tuple(fields),
    )


def _is_sound(place: Cursor) -> bool:
    """Whether all is of the type it should be: a cursor can be made up."""
    given = asdict(place.ask)
    words = [text for name in _LISTS for text in given.pop(name)]
    words += [text for text in given.values() if text is not None]
    words += [*(place.fields or ()), place.after.source, place.after.file]
    numbers = (place.context, place.after.time_ns, place.after.offset)
    return all(type(one) is str for one in words) and all(
        type(one) is int for one in numbers
    )


def _spelled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _check(packed: bytes) -> bytes:
    """Tells any slip of the pen from what was written; it keeps nobody out."""
    return zlib.crc32(packed).to_bytes(CHECK_BYTES, "little")
