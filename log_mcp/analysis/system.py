"""Where a record was written: host, process, container, worker, memory, cpu, version."""

from collections.abc import Iterable
from typing import Any, Final

from log_mcp.query.subject import dig
from log_mcp.record import Record

VALUE_CHARACTERS_MAX: Final = 80
# Names of the number of the process that writes.
PIDS: Final = (
    *("pid", "PID", "_PID", "process.pid", "process_id", "processId", "ProcessId"),
    "procid",
)
# By what an answer calls it: the names that logs give it, the first that holds one counts.
FACTS: Final = {
    "host": (
        *(
            "host",
            "hostname",
            "host.name",
            "host_name",
            "Host",
            "HOSTNAME",
            "_HOSTNAME",
        ),
        *(
            "node",
            "node_name",
            "nodename",
            "kubernetes.node_name",
            "machine",
            "instance",
        ),
        *("instance_id", "server", "k8s.node.name", "computer", "MachineName"),
    ),
    "pod": (
        *("pod", "pod_name", "podName", "kubernetes.pod_name", "kubernetes.pod.name"),
        "k8s.pod.name",
    ),
    "container": (
        *(
            "container",
            "container_name",
            "container.name",
            "container_id",
            "container.id",
        ),
        *("containerName", "kubernetes.container_name", "docker.container_id"),
    ),
    "process": (
        *PIDS,
        *("process", "process_name", "process.name"),
    ),
    "worker": ("worker", "worker_id", "workerId", "worker_name", "worker.id"),
    "memory": (
        *(
            "memory",
            "mem",
            "memory_mb",
            "mem_mb",
            "memory_bytes",
            "memory_usage",
            "rss",
        ),
        *("rss_mb", "rss_bytes", "rss_kb", "heap", "heap_mb", "heap_used", "heapUsed"),
        *("memory_percent", "mem_percent", "memory.used", "process.memory.usage"),
    ),
    "cpu": (
        *("cpu", "cpu_percent", "cpu_pct", "cpu_usage", "cpu.percent", "load", "load1"),
        *("loadavg", "load_average"),
    ),
    "version": (
        *(
            "version",
            "app_version",
            "appVersion",
            "service.version",
            "release",
            "build",
        ),
        *("git_sha", "commit", "image", "revision"),
    ),
}
_LAST: Final = ("memory", "cpu")  # may be those of a record shortly before it


def system(record: Record, before: Iterable[Record]) -> dict[str, str]:
    """What a record says of where it was written, by the names of `FACTS`.

    Args:
        record: The record.
        before: Records of the same source before it, the nearest first; memory and cpu
            may be theirs, if they are of the same host and process.
    """
    found = _facts(record)
    missing = [name for name in _LAST if name not in found]
    for one in before:
        if not missing:
            break
        told = _facts(one)
        same = all(
            told.get(name, found.get(name)) == found.get(name, told.get(name))
            for name in ("host", "pod", "container", "process", "worker")
        )
        for name in [name for name in missing if same and name in told]:
            found[name] = told[name]
            missing.remove(name)
    return {name: found[name] for name in FACTS if name in found}


def _facts(record: Record) -> dict[str, str]:
    found: dict[str, str] = {}
    for fact in FACTS:
        for name in FACTS[fact]:
            text = _text(dig(record.fields, name))
            if text is not None:
                unit = name.rpartition("_")[2] if fact in _LAST else ""
                known = unit in {"mb", "kb", "bytes", "percent", "pct"}
                found[fact] = f"{text} {unit}" if known else text
                break
    return found


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)
    return text if 0 < len(text) <= VALUE_CHARACTERS_MAX else None
