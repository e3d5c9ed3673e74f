"""Results as JSON types."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, Final

TEXT_ALONE: Final = {"text": True}  # marks a field that is no part of the JSON


def to_json(value: Any) -> Any:
    """The answer as JSON types, absent fields left out.

    Args:
        value: One of the classes of `answer`, or anything inside one. A field whose default
            is None is absent while it is None.
    """
    if is_dataclass(value):
        pairs = (
            (f.name, f.default, getattr(value, f.name))
            for f in fields(value)
            if not f.metadata
        )
        return {
            name: to_json(item)
            for name, default, item in pairs
            if item is not None or default is not None
        }
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, list):
        return [to_json(item) for item in value]
    return value


def texts(value: Any) -> Iterator[str]:
    """Every text in a value of JSON types, the names in objects too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, one in value.items():
            yield name
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)
