"""One JSON value that holds several records, or one that a collector packed.

- OTLP's `resourceLogs[].scopeLogs[].logRecords[]`: each record becomes an object with its
  resource and scope beside it, attributes as plain values;
- events of CloudWatch (`events`, `logEvents`, or one alone, with `message`, `timestamp` in
  milliseconds, and more) and Loki's streams: what was packed is the text, its time theirs;
- a list of objects, also as the one list of an object (`Records` of CloudTrail, `records`
  of Azure): each is a record.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import orjson

from log_mcp import timestamp
from log_mcp.formats.carrier import label_of, plain_label
from log_mcp.formats.wrapping import clean
from log_mcp.labels import Label
from log_mcp.record import NO_TIME

_LISTS: Final = ("Records", "records", "events", "logEvents", "logs", "entries")
_KEYS_MAX: Final = 8  # of an object that is there for its list
_PACKED: Final = frozenset({"ingestionTime", "eventId", "id", "logStreamName"})


class Member(NamedTuple):
    """One record of a bundle.

    Attributes:
        text: Its lines, each with its end.
        time_ns: When the bundle says it was written; `NO_TIME` if it does not.
        label: What the bundle says of it besides, where the text does not.
    """

    text: bytes
    time_ns: int = NO_TIME
    label: Label = ()


def members(value: Any) -> list[Member] | None:
    """The records that a value holds; None if it is no bundle. Never raises."""
    if isinstance(value, list):
        return _objects(value)
    if not isinstance(value, dict):
        return None
    if "resourceLogs" in value:
        return list(_otlp(value["resourceLogs"])) or None
    if "message" in value and "ingestionTime" in value:
        event = _event(value)
        return [event] if event else None
    return _streams(value) or _list(value)


def _streams(value: dict[str, Any]) -> list[Member] | None:
    """A record of OTLP alone, or streams of Loki."""
    if "timeUnixNano" in value and isinstance(value.get("attributes"), list):
        return [Member(orjson.dumps(_flat(value, {}, None)) + b"\n")]
    streams = value.get("streams") or _dict(value.get("data")).get("result")
    return list(_loki(streams)) or None


def _list(value: dict[str, Any]) -> list[Member] | None:
    """An object that is there for the one list in it."""
    lists = (value[name] for name in _LISTS if value.get(name))
    inside = next(lists, None) if len(value) <= _KEYS_MAX else None
    if not isinstance(inside, list):
        return None
    outer = label_of(value)
    found = _objects(inside)
    return found and [one._replace(label=(*outer, *one.label)) for one in found]


def _objects(items: list[Any]) -> list[Member] | None:
    if not items or not all(isinstance(item, dict) for item in items):
        return None
    return [_event(item) or Member(orjson.dumps(item) + b"\n") for item in items]


def _event(item: dict[str, Any]) -> Member | None:
    """An event of CloudWatch."""
    text, at = item.get("message"), item.get("timestamp")
    if not isinstance(text, str) or not isinstance(at, int) or isinstance(at, bool):
        return None
    if not _PACKED & item.keys():
        return None
    time_ns = timestamp.epoch_ns(at)
    time_ns = NO_TIME if time_ns is None else time_ns
    return Member(lines_of(text), time_ns, label_of(item))


def lines_of(text: str) -> bytes:
    """A text as whole lines."""
    # A lone surrogate, which JSON may hold, is no text.
    return clean(text.encode(errors="replace").decode()).rstrip(b"\n") + b"\n"


def _loki(streams: Any) -> Iterator[Member]:
    for stream in _dicts(streams):
        values, label = stream.get("values"), plain_label(_dict(stream.get("stream")))
        for value in values if isinstance(values, list) else ():
            if not isinstance(value, list) or len(value) < 2:
                continue
            at, text = value[:2]
            if isinstance(at, str) and at.isdecimal() and isinstance(text, str):
                time_ns = timestamp.epoch_ns(int(at[:20]))
                time_ns = NO_TIME if time_ns is None else time_ns
                yield Member(lines_of(text), time_ns, label)


def _otlp(resources: Any) -> Iterator[Member]:
    for resource in _dicts(resources):
        outer = _attributes(_dict(resource.get("resource")).get("attributes"))
        scopes = resource.get("scopeLogs") or resource.get("instrumentationLibraryLogs")
        for scope in _dicts(scopes):
            name = _dict(scope.get("scope")).get("name")
            for record in _dicts(scope.get("logRecords")):
                yield Member(orjson.dumps(_flat(record, outer, name)) + b"\n")


def _flat(record: dict[str, Any], outer: dict[str, Any], scope: Any) -> dict[str, Any]:
    flat = {
        name: value
        for name, value in record.items()
        if name not in {"body", "attributes"} and value not in (None, "", "0", 0)
    }
    if "body" in record:
        flat["body"] = _plain(record["body"])
    if attributes := _attributes(record.get("attributes")):
        flat["attributes"] = attributes
    if outer:
        flat["resource"] = outer
    if isinstance(scope, str) and scope:
        flat["scope_name"] = scope
    return flat


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return (
        [one for one in value if isinstance(one, dict)]
        if isinstance(value, list)
        else []
    )


def _attributes(value: Any) -> dict[str, Any]:
    return {
        str(one["key"]): _plain(one.get("value"))
        for one in _dicts(value)
        if "key" in one
    }


def _plain(value: Any) -> Any:
    """An `AnyValue` as the JSON that it stands for."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((kind, inner),) = value.items()
    if kind == "intValue" and isinstance(inner, str):
        return (
            int(inner) if inner.lstrip("-").isdecimal() and len(inner) < 20 else inner
        )
    if kind == "arrayValue":
        values = _dict(inner).get("values")
        return [_plain(one) for one in values] if isinstance(values, list) else []
    if kind == "kvlistValue":
        return _attributes(_dict(inner).get("values"))
    known = {"stringValue", "boolValue", "intValue", "doubleValue", "bytesValue"}
    return inner if kind in known else value
