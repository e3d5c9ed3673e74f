"""The object in which a collector carries a line: what it says of the line's origin.

Fluentd, Fluent Bit, Vector and Logstash, the journal and exports of CloudWatch each have
names of their own for it; a label has one for each thing, that of the envelopes that are
no objects.
"""

from typing import Any, Final

from log_mcp.formats.names import Table, table, text
from log_mcp.labels import Label

_NAMES: Final[dict[str, Table]] = {
    "stream": table("stream"),
    "pod": table("kubernetes.pod_name", "kubernetes.pod.name", "pod_name", "pod"),
    "namespace": table(
        "kubernetes.namespace_name",
        "kubernetes.namespace",
        "namespace_name",
    ),
    "container": table(
        "kubernetes.container_name",
        "kubernetes.container.name",
        "CONTAINER_NAME",
        "container_name",
        "container.name",
    ),
    "unit": table("_SYSTEMD_UNIT", "_SYSTEMD_USER_UNIT"),
    "service": table("SYSLOG_IDENTIFIER"),
    "pid": table("_PID"),
    "host": table("_HOSTNAME", "kubernetes.host", "host.name", "host", "hostname"),
    "log_group": table("logGroup", "logGroupName"),
    "log_stream": table("logStream", "logStreamName"),
}

LABELS: Final = tuple(_NAMES)


def label_of(fields: dict[str, Any]) -> Label:
    """What an object says of where the line in it comes from."""
    found = ((name, text(fields, paths)) for name, paths in _NAMES.items())
    return tuple((name, value) for name, value in found if value)


def plain_label(values: dict[str, Any]) -> Label:
    """An object that holds nothing else, as Loki's `stream`."""
    return tuple(
        (name, value)
        for name, value in values.items()
        if isinstance(value, str) and value
    )
