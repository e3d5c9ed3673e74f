"""The part of an error that stays the same.

Operations we want: one record in, the id of its kind of failure out, from that record
alone, so that the id is the same in every process, on every machine, in every order.

Goals: the same failure after an edit, in another checkout, with other ids, through another
entry point is one kind; the same message from two places is two.

Plan: a kind is the type of the root cause and the place it comes from. The place is the
innermost in-app frame, and no other: every frame further out is a way to get there, and
the ways differ between entry points. It is looked for in the root cause first and then in
the exceptions around it, since a root cause often holds the driver's frames alone ("... 34
more"). A frame that does not say where it is (a lambda, an anonymous function, a helper
whose whole work is to raise) counts together with the one that called it, up to five.
Without any in-app frame the three innermost of the root cause stand for the place.

Without frames the place is the logger, and the message under the fixed mask belongs to the
kind, as two unlike failures would else be one `Error`.

A type counts without its package, as one writer prints `requests.exceptions.Timeout` where
another has `Timeout`. `frame.py` says what of a frame counts.
"""

from base64 import b32encode
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple

from log_mcp.analysis.frame import place_of, says_where
from log_mcp.analysis.mask import mask
from log_mcp.lazy import lazy
from log_mcp.record import Exception_, Failure, Frame, Record

TITLE_MAX: Final = 160  # characters; a row of an answer
ROUTE_PARTS_MAX: Final = 4  # what lies deeper is most often an id or a file
PART_MAX: Final = 24  # characters; longer parts of a path are ids
FRAMES_MAX: Final = 5  # in-app, of which all but the last do not say where they are
FOREIGN_MAX: Final = 3  # frames of libraries, where there is no other
LINKS_MAX: Final = 32  # causes; beyond it, only an endless chain goes
_MESSAGE_MAX: Final = (
    512  # characters looked at; the mask of a longer text is cut anyway
)
_SHAPE_MAX: Final = 200  # characters of a mask that count
_HEAD_MAX: Final = (
    80  # characters of the types in a title before they lose their packages
)


_ID: Final = lazy(r"g[a-z2-7]{8}")


class Fingerprint(NamedTuple):
    """One kind of failure.

    Attributes:
        id: `g` and eight characters of base 32; the same everywhere and for ever.
        title: `Type: message`, or `Outer <- Root: message`, the message masked; one line,
            at most 160 characters.
        type: Of the root cause, as printed; empty if there is no exception.
    """

    id: str
    title: str
    type: str


def is_id(text: str) -> bool:
    """Whether a text looks like the id of a kind."""
    return _ID.fullmatch(text) is not None


def fingerprint(record: Record | Failure) -> Fingerprint:
    """The kind of failure that a record shows.

    Args:
        record: Any record; one without an exception is told by logger and message.
    """
    exception = record.exception
    if exception is None:
        request = _request(record)
        if request is not None:
            return Fingerprint(_id("request", *request), _line(" ".join(request)), "")
        shape = _shape(record.message or record.text)
        own = _id("message", _logger(record), shape)
        return Fingerprint(own, _line(shape), "")
    links = exception.chain[:LINKS_MAX][::-1]
    root = links[0]
    shape = _shape(root.message)
    place = _place(links)
    if place:
        own = _id("place", _short(root.type), *place)
    else:
        # What was logged with it says more than nothing does.
        shape = shape or _shape(_beside(record, root))
        own = _id("type", _short(root.type), _logger(record), shape)
    title = _title(links[-1], root, shape or _shape(_beside(record, root)))
    return Fingerprint(own, title, root.type)


def _request(record: Record | Failure) -> tuple[str, str, str] | None:
    """Method, route and status of a line of an access log; None for other records.

    Its status is what such a line has to say: it is no number like any other.
    """
    if not record.level_inferred:
        return None
    method, path, status = map(record.fields.get, ("method", "path", "status"))
    if not (isinstance(method, str) and isinstance(path, str) and status):
        return None
    return method, _route(path), str(status)


def _route(path: str) -> str:
    """A path without its query, its ids masked, its first parts alone."""
    parts = path.partition("?")[0].split("/")[: ROUTE_PARTS_MAX + 1]
    odd = (len(part) > PART_MAX or any(map(str.isdigit, part)) for part in parts)
    versions = (part[:1] == "v" and part[1:].isdigit() for part in parts)
    return "/".join(
        "<id>" if is_odd and not is_version else part
        for part, is_odd, is_version in zip(parts, odd, versions, strict=True)
    )


def _place(links: list[Exception_]) -> tuple[str, ...]:
    for link in links:
        place = _in_app(link.frames)
        if place:
            return place
    for link in links:
        place = _foreign(link.frames)
        if place:
            return place
    return ()


def _in_app(frames: tuple[Frame, ...]) -> tuple[str, ...]:
    places: dict[str, None] = {}  # a set that keeps the order: recursion counts once
    for frame in frames:
        if not frame.in_app:
            continue
        place = place_of(frame.file, frame.function)
        if not place:
            continue
        places[place] = None
        if says_where(frame.function) or len(places) == FRAMES_MAX:
            break
    return tuple(places)


def _foreign(frames: tuple[Frame, ...]) -> tuple[str, ...]:
    places: dict[str, None] = {}
    for frame in frames:
        place = place_of(frame.file, frame.function)
        if place:
            places[place] = None
        if len(places) == FOREIGN_MAX:
            break
    return tuple(places)


def _beside(record: Record | Failure, root: Exception_) -> str:
    """What the record says besides its exception; empty if it is the trace itself."""
    itself = ("Traceback ", root.type or "Traceback ")
    return "" if record.message.startswith(itself) else record.message


def _logger(record: Record | Failure) -> str:
    return mask(record.logger[:_MESSAGE_MAX]) if record.logger else ""


def _shape(message: str) -> str:
    """The mask of a message, on one line; what is cut is cut between words."""
    if len(message) > _MESSAGE_MAX:
        # The word in which it would end may be an id, and half an id has another mask.
        message = message[:_MESSAGE_MAX].rpartition(" ")[0] or message[:_MESSAGE_MAX]
    message = " ".join(message.split())
    if not message.isprintable():
        message = "".join(filter(str.isprintable, message))
    return mask(message)[:_SHAPE_MAX]


def _title(outer: Exception_, root: Exception_, shape: str) -> str:
    head = _head(outer.type, root.type)
    if len(head) > _HEAD_MAX:
        head = _head(_short(outer.type), _short(root.type))
    if not head:
        return _line(shape)
    return _line(f"{head}: {shape}" if shape else head)


def _head(outer: str, root: str) -> str:
    return f"{outer} <- {root}" if outer and root and outer != root else root or outer


def _short(type_: str) -> str:
    """A type without the package before it: `ValueError` of `shop.errors.ValueError`."""
    if ": " in type_:
        return type_  # `AddressSanitizer: heap-use-after-free`
    for mark in (".", "::", "\\"):
        type_ = type_.rstrip(mark).rpartition(mark)[2] or type_
    return type_


def _line(text: str) -> str:
    if not text.isprintable():
        text = "".join(filter(str.isprintable, " ".join(text.split())))
    if len(text) > TITLE_MAX:
        text = text[: TITLE_MAX - 1].rstrip() + "…"
    return text or "(no message)"


@lru_cache(256)  # the kinds of a program's failures are few
def _id(*kind: str) -> str:
    # A number and a random id of digits alone are one thing to an id, if not to a reader.
    text = "\x1f".join(kind).replace("<num>", "<id>")
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=5).digest()
    return "g" + b32encode(digest).decode("ascii").lower()
