"""The object in which a collector carries a line: what it says of the line's origin.

Fluentd, Fluent Bit, Vector and Logstash, the journal and exports of CloudWatch each have
names of their own for it; a label has one for each thing, that of the envelopes that are
no objects.
"""

from typing import Any, Final

from log_mcp.labels import Label

_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "stream": ("stream",),
    "pod": ("kubernetes.pod_name", "kubernetes.pod.name", "pod_name", "pod"),
    "namespace": (
        "kubernetes.namespace_name",
        "kubernetes.namespace",
        "namespace_name",
    ),
    "container": (
        "kubernetes.container_name",
        "kubernetes.container.name",
        "CONTAINER_NAME",
        "container_name",
        "container.name",
    ),
    "unit": ("_SYSTEMD_UNIT", "_SYSTEMD_USER_UNIT"),
    "service": ("SYSLOG_IDENTIFIER",),
    "pid": ("_PID",),
    "host": ("_HOSTNAME", "kubernetes.host", "host.name", "host", "hostname"),
    "log_group": ("logGroup", "logGroupName"),
    "log_stream": ("logStream", "logStreamName"),
}


def label_of(fields: dict[str, Any]) -> Label:
    """What an object says of where the line in it comes from."""
    found = ((name, _first(fields, paths)) for name, paths in _NAMES.items())
    return tuple((name, value) for name, value in found if value)


def plain_label(values: dict[str, Any]) -> Label:
    """An object that holds nothing else, as Loki's `stream`."""
    return tuple((name, value) for name, value in values.items() if _is_text(value))


def _first(fields: dict[str, Any], paths: tuple[str, ...]) -> str | None:
    return next(filter(_is_text, (_at(fields, path) for path in paths)), None)


def _at(fields: dict[str, Any], path: str) -> Any:
    if path in fields:
        return fields[path]
    head, dot, tail = path.partition(".")
    inner = fields.get(head) if dot else None
    return _at(inner, tail) if isinstance(inner, dict) else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)
