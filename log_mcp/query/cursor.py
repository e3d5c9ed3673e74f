"""A place in the order of answers, and the question it belongs to, as one short text.

Nothing is kept by the server, so a cursor outlives it; what it names is a place between
records, not a record, so it outlives rotation and eviction too.
"""

import base64
import json
import zlib
from dataclasses import asdict, dataclass
from typing import Any, Final, NamedTuple

from log_mcp.errors import QueryError
from log_mcp.query.filter import Ask
from log_mcp.query.search import Key

VERSION: Final = "1"
CHECK_BYTES: Final = 4
BODY_BYTES_MAX: Final = 1_000_000
_LISTS: Final = ("exclude", "source", "where")
EVER: Final = 2**62  # an offset behind every record, a time after all of them


class Stretch(NamedTuple):
    """What is left of a file, where time was over before all of it was looked at.

    Attributes:
        record: Id of a record of the file: it names the file in every process.
        low: Offset of the first byte that is left.
        high: Offset behind the last one; `EVER` where all that is added counts too.
    """

    record: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Stop:
    """How far a question came that takes more than one call.

    Attributes:
        left: What was left of files when the page began; others are left as a whole.
        until: The same when the last record was found that was shown: what lies between
            is looked at again, for matches behind `Cursor.after`. None if all matches of
            what was looked at were shown; `Cursor.after` then holds for all that is left.
        rest: Only matches behind this place are wanted of what `until` leaves.
        counted: Matches in what `left` does not leave.
        least: Matches that are known of.
        edge_ns: When what is left ends, or begins where the oldest come first; 0 if that
            is not known.
    """

    left: tuple[Stretch, ...] = ()
    until: tuple[Stretch, ...] | None = None
    rest: Key | None = None
    counted: int = 0
    least: int = 0
    edge_ns: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """What a page needs to go on.

    Attributes:
        ask: The filter as it was asked, relative times resolved.
        order: `newest` or `oldest`.
        after: Place of the last record shown; None if none stands before what is left.
        context: Records before and after each match.
        fields: Names of the fields to show; None for all.
        stop: Where the time was over; None if all was looked at.
    """

    ask: Ask
    order: str
    after: Key | None
    context: int = 0
    fields: tuple[str, ...] | None = None
    stop: Stop | None = None

    def write(self) -> str:
        """The cursor as text: letters, digits, `-` and `_`."""
        ask = {name: value for name, value in asdict(self.ask).items() if value}
        after = None if self.after is None else list(self.after)
        body: list[Any] = [ask, self.order[0], after]
        if self.context or self.fields is not None or self.stop is not None:
            body += [self.context, self.fields]
        if self.stop is not None:
            body.append(_body(self.stop))
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
    context, fields, *stop = shown or (0, None)
    if len(stop) > 1:
        return None
    ask: dict[str, Any] = {
        name: tuple(value) if name in _LISTS else value for name, value in given.items()
    }
    return Cursor(
        Ask(**ask),
        "newest" if order == "n" else "oldest",
        None if after is None else Key(*after),
        context,
        None if fields is None else tuple(fields),
        _stop(stop[0]) if stop else None,
    )


def _body(stop: Stop) -> list[Any]:
    until = stop.until
    return [
        [list(one) for one in stop.left],
        None if until is None else [list(o) for o in until if o not in stop.left],
        None if stop.rest is None else list(stop.rest),
        stop.counted,
        stop.least,
        stop.edge_ns,
    ]


def _stop(body: list[Any]) -> Stop:
    left, until, rest, *counts = body
    return Stop(
        tuple(Stretch(*one) for one in left),
        None if until is None else tuple(Stretch(*one) for one in until),
        None if rest is None else Key(*rest),
        *counts,
    )


def _is_sound(place: Cursor) -> bool:
    """Whether all is of the type it should be: a cursor can be made up."""
    given = asdict(place.ask)
    words = [text for name in _LISTS for text in given.pop(name)]
    words += [text for text in given.values() if text is not None]
    words += place.fields or ()
    numbers = [place.context]
    stop = place.stop or Stop()
    if place.after is None and place.stop is None:
        return False
    for key in (place.after, stop.rest):
        if key is not None:
            words += [key.source, key.file]
            numbers += [key.time_ns, key.offset]
    for stretch in (*stop.left, *(stop.until or ())):
        words.append(stretch.record)
        numbers += stretch[1:]
    numbers += [stop.counted, stop.least, stop.edge_ns]
    return all(type(one) is str for one in words) and all(
        type(one) is int for one in numbers
    )


def _spelled(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _check(packed: bytes) -> bytes:
    """Tells any slip of the pen from what was written; it keeps nobody out."""
    return zlib.crc32(packed).to_bytes(CHECK_BYTES, "little")
