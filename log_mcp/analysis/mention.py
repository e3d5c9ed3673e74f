"""Values in an error's texts that a person would go and look at: hosts, files, limits.

The first text that holds a value decides, so the root cause's host goes before the one of
a message around it. Nothing is guessed: `db.py:25` is no host, and the host that wrote a
record is none that it talked to.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from log_mcp.lazy import lazy
from log_mcp.query.subject import dig

VALUES: Final = (
    *("peer", "host", "port", "url", "file", "duration", "table", "user", "size"),
    *("pid", "status", "key", "command", "limit"),
)
VALUE_CHARACTERS_MAX: Final = 160
_NAME: Final = r"[A-Za-z0-9](?:[\w.-]*\w)?"
_ADDRESS: Final = r"(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-fA-F:]+\]"
_PEERS: Final = (
    lazy(rf"->(?P<host>{_ADDRESS}|{_NAME}):(?P<port>\d{{1,5}})"),
    lazy(
        rf"[a-z][a-z0-9+.-]*://(?:[^/@\s]*@)?(?P<host>{_ADDRESS}|{_NAME})(?::(?P<port>\d{{1,5}}))?"
    ),
    lazy(rf"host=['\"]?(?P<host>{_NAME})['\"]?,?\s*port=['\"]?(?P<port>\d{{1,5}})"),
    lazy(rf"\"(?P<host>{_NAME})\" ?(?:\([^)]*\))?,? port (?P<port>\d{{1,5}})"),
    lazy(rf"(?P<host>{_NAME}|{_ADDRESS}),? port (?P<port>\d{{1,5}})"),
    lazy(
        rf"(?<![\w.-])(?P<host>{_ADDRESS}|localhost|[A-Za-z][\w-]*(?:\.[\w-]+)+):(?P<port>\d{{2,5}})\b"
    ),
    lazy(
        r"\b(?:to|at|from|with|by|via|for|reach|tcp|dial|connect|ECONNREFUSED|ETIMEDOUT|ECONNRESET)"
        r"[: ]+(?P<host>[A-Za-z][\w-]*):(?P<port>\d{2,5})\b(?!:)"
    ),
    lazy(
        rf"\b(?:ENOTFOUND|EAI_AGAIN|resolve(?: host(?:name)?)?:?|lookup|host name|[Uu]nknown host:?|UnknownHostException:)"
        rf" ['\"]?(?P<host>{_NAME})"
    ),
    lazy(r"(?<![\w.@/-])(?P<host>(?:\d{1,3}\.){3}\d{1,3})(?![\w.])"),
    lazy(
        r"(?<![\w./@-])(?P<host>[A-Za-z][\w-]*(?:\.[\w-]+)*\.(?:internal|local|svc|lan|example"
        r"|com|net|org|io|dev|cloud|de|uk|eu|corp|home))(?![\w(/-])"
    ),
)
# What ends in these is a file, and the number behind it a line.
_CODE: Final = frozenset(
    (
        *("py", "js", "ts", "tsx", "jsx", "mjs", "cjs", "go", "java", "rb", "rs", "c"),
        *(
            "cc",
            "cpp",
            "h",
            "hpp",
            "cs",
            "php",
            "kt",
            "scala",
            "ex",
            "exs",
            "erl",
            "lua",
        ),
        *("pl", "pm", "swift", "dart", "clj", "vue", "groovy", "m", "mm", "sh", "sql"),
    )
)
_FILES: Final = (
    lazy(r"['\"](?P<file>/[^'\"]+|[A-Za-z]:\\[^'\"]+)['\"]"),
    lazy(r"(?:^|[\s:(=\[])(?P<file>/[\w.@+-]+(?:/[\w.@+-]+)+)"),
)
_DURATION: Final = lazy(
    r"\b(?P<n>\d+(?:\.\d+)?) ?(?P<unit>ms|milliseconds|s|secs?|seconds|min|minutes)\b"
    r"|time-?out[=: ]+(?P<bare>\d+(?:\.\d+)?)(?![\w.])"
)
_URL: Final = lazy(r"\b(?P<url>https?://[^\s'\"<>)]+)|\b(?:GET|HEAD) (?P<path>/\S*)")
_PLAIN: Final = {
    "table": lazy(
        r"\b(?:relation|table) [\"'`](?P<v>[\w.]+)|\b(?:UPDATE|INSERT INTO|DELETE FROM|LOCK TABLE|FROM) (?P<w>[a-z_][\w.]*)"
    ),
    "user": lazy(r"\b(?:user|role) [\"'](?P<v>[^\"']+)"),
    "size": lazy(r"\b(?P<v>\d+ (?:bytes|[KMG]i?B))\b"),
    "pid": lazy(r"\b(?:pid[=: ]+|Killed process )(?P<v>\d+)"),
    "command": lazy(r"\bKilled process \d+ \((?P<v>[^)]+)\)"),
}
# Fields that name whom a record talked to; `host` and `client` are others.
_PEER_FIELDS: Final = (
    *("peer", "peer.address", "upstream", "upstream_host", "upstream_addr", "db_host"),
    *("db.host", "target", "server.address", "net.peer.name", "endpoint", "broker"),
    *("smtp_host", "remote_host", "url", "dsn", "address", "backend"),
)
_FILE_FIELDS: Final = ("file", "filename", "file_path", "filepath")
_SECONDS: Final = {"milliseconds": "ms", "ms": "ms", "min": "min", "minutes": "min"}


def values(texts: Sequence[str], fields: Mapping[str, Any]) -> dict[str, str]:
    """What an error names, by the names of `VALUES`.

    Args:
        texts: Of the error, the most telling first.
        fields: Of its record.
    """
    found: dict[str, str] = {}
    more = [*texts, *_of_fields(fields, _PEER_FIELDS)]
    for text in more:
        peer = _peer(text)
        if peer is not None:
            found |= peer
            break
    named = [
        f"'{one}'" if "/" in one else one for one in _of_fields(fields, _FILE_FIELDS)
    ]
    for text in (*texts, *named):
        file = next((m["file"] for one in _FILES if (m := one.search(text))), None)
        if file is not None:
            found["file"] = file
            break
    for text in texts:
        _plain(text, found)
    return {
        name: one for name, one in found.items() if len(one) <= VALUE_CHARACTERS_MAX
    }


def _plain(text: str, found: dict[str, str]) -> None:
    if "duration" not in found and (match := _DURATION.search(text)):
        unit = _SECONDS.get(match["unit"] or "s", "s")
        found["duration"] = f"{match['n'] or match['bare']} {unit}"
    if "url" not in found and (match := _URL.search(text)):
        found["url"] = match["url"] or match["path"]
    for name, pattern in _PLAIN.items():
        if name not in found and (match := pattern.search(text)):
            found[name] = next(one for one in match.groups() if one)


def _peer(text: str) -> dict[str, str] | None:
    for pattern in _PEERS:
        for match in pattern.finditer(text):
            told = _told(match)
            if told is not None:
                return told
    return None


def _told(match: re.Match[str]) -> dict[str, str] | None:
    host = match["host"].rstrip(".")
    port = match.groupdict().get("port")
    if host.rpartition(".")[2].lower() in _CODE or host.isdigit():
        return None
    if port is None:
        return {"host": host, "peer": host}
    return {"host": host, "port": port, "peer": f"{host}:{port}"}


def _of_fields(fields: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    held = (dig(dict(fields), name) for name in names)
    return [one for one in held if isinstance(one, str) and one]
