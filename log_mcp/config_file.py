"""What a file of settings says: `log-mcp.toml`, its tables and keys.

Nothing in it is silently ignored: a key that is unknown, or that a later version will know,
is an error that names the place and what would be right there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any, Final, NamedTuple

from log_mcp import setting
from log_mcp.errors import ConfigError, nearest
from log_mcp.failure_class import FailureClass
from log_mcp.record import Level
from log_mcp.redact import Rules
from log_mcp.setting import Place, Reader

FILE_NAME: Final = "log-mcp.toml"
FILE_BYTES_MAX: Final = 1024 * 1024


def _format(value: object, place: Place) -> str:
    """The name of a format, with or without `text:`."""
    from log_mcp.formats import NAMES  # noqa: PLC0415 - numpy, before the first reply

    name = setting.text(value, place)
    if name in NAMES or f"text:{name}" in NAMES:
        return name
    raise ValueError(
        f"the name of a format.{nearest(name, NAMES)} Valid: {', '.join(NAMES)}."
    )


KEYS: Final[dict[str, Reader]] = {
    "max_memory": setting.size,
    "max_age": setting.span,
    "timezone": setting.zone,
    "project_root": setting.folder,
    "answer_tokens": setting.tokens,
    "tools": setting.tools,
}
SOURCE_KEYS: Final[dict[str, Reader]] = {
    "name": setting.name,
    "paths": setting.paths,
    "command": setting.words,
    "format": _format,
    "timezone": setting.zone,
    "service": setting.text,
    "drop": setting.texts,
    "sample": setting.shares,
}
REDACT_KEYS: Final[dict[str, Reader]] = {
    "enabled": setting.truth,
    **dict.fromkeys(("allow", "off", "on"), setting.texts),
    "rule": setting.tables,
}
RULE_KEYS: Final[dict[str, Reader]] = {"name": setting.text, "pattern": setting.text}
PATH_MAP_KEYS: Final[dict[str, Reader]] = {"from": setting.text, "to": setting.text}
HEALTH_KEYS: Final[dict[str, Reader]] = {"group_by": setting.text}
ALERT_KEYS: Final[dict[str, Reader]] = {
    "name": setting.text,
    **dict.fromkeys(("query", "regex", "level", "group"), setting.text),
    **dict.fromkeys(("exclude", "source", "where", "group_by"), setting.texts),
    "rate_above": setting.rate,
    "metric": setting.text,
    "above": setting.amount,
    "per": setting.span,
    "silent_for": setting.silence,
    "new_group": setting.truth,
    "for": setting.span,
    "keep_firing_for": setting.span,
}
FAILURE_CLASS_KEYS: Final[dict[str, Reader]] = {
    "name": setting.name,
    "type": setting.text,
    "message": setting.text,
    "severity": setting.text,
    "is_retryable": setting.truth,
    "immediate": setting.sentences,
    "preventive": setting.sentences,
    "documentation": setting.sentences,
}
TABLES: Final[dict[str, Reader]] = {
    "source": setting.tables,
    "redact": setting.table,
    "path_map": setting.tables,
    "alert": setting.tables,
    "health": setting.table,
    "failure_class": setting.tables,
}

# What an alert is about: one of these.
KINDS: Final = ("rate_above", "metric", "silent_for", "new_group")
# Known to later versions, and refused by this one.
_LATER_SOURCE_KEYS: Final = {"loki", "selector"}


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """What is read, and how.

    Attributes:
        paths: Absolute files, folders and patterns; none of a command.
        command: A program and its arguments, whose output is read; empty for paths.
        name: None to name it after its files.
        format: `auto`, or a name that `log-mcp check` prints.
        timezone: For times that carry no zone; None for the general one.
        service: A constant field of its records; None to add none.
        drop: Conditions; a record that meets one is left out.
        sample: Levels and the share of their records that is kept.
        within: Folders that its files have to lie in, links followed; None for anywhere.
    """

    paths: tuple[str, ...] = ()
    name: str | None = None
    format: str = "auto"
    timezone: tzinfo | None = None
    service: str | None = None
    command: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    sample: tuple[tuple[Level, float], ...] = ()
    within: tuple[str, ...] | None = None


class PathMap(NamedTuple):
    """Where the files of stack frames lie in this checkout.

    Attributes:
        from_: How a frame's path begins.
        to: What to put there instead, relative to the project root.
    """

    from_: str
    to: str


@dataclass(frozen=True, slots=True)
class AlertConfig:
    """What is told of as soon as it is so: one of four kinds.

    Attributes:
        name: Its own.
        query, regex, exclude, level, source, where, group: Which records count, as in the
            tools.
        group_by: Fields, each of whose values is on its own; records without them do not
            count.
        rate_above: More records than this in a span of nanoseconds; None for another kind.
        metric: Of these records; None for another kind.
        above: Than which number the metric is higher, and the number's unit.
        per: Over how many nanoseconds the metric is taken.
        silent_for: Nanoseconds without such a record, 0 for longer than the habit; None for
            another kind.
        new_group: Whether it is about errors of a group that was not there before.
        for_: How many nanoseconds it must be so before it is told.
        keep_firing_for: How many nanoseconds it must not be so before it is over; None to
            choose.
    """

    name: str
    query: str | None = None
    regex: str | None = None
    level: str | None = None
    group: str | None = None
    exclude: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    rate_above: tuple[float, int] | None = None
    metric: str | None = None
    above: tuple[float, str] | None = None
    per: int | None = None
    silent_for: int | None = None
    new_group: bool = False
    for_: int = 0
    keep_firing_for: int | None = None


def said_by(file: Path, content: bytes, environ: Mapping[str, str]) -> dict[str, Any]:
    """What a file says, by the names that `Config` has for it.

    Args:
        file: Where it was read, for errors and for paths that are relative.
        content: Of it.
        environ: The environment, for what names a variable of it.

    Raises:
        ConfigError: It is no TOML, a key means nothing, or a value is wrong.
    """
    given = _parsed(file, content)
    place = Place(file.parent, environ)
    values = _of_table(str(file), given, KEYS | TABLES, place)
    if "source" in values:
        values["sources"] = _sources(str(file), values.pop("source"), place)
    if "redact" in values:
        values["redact"] = _rules(str(file), values["redact"], place)
    values["alerts"] = _alerts(str(file), values.pop("alert", ()), place)
    if "health" in values:
        health = _of_table(f"{file}: health", values.pop("health"), HEALTH_KEYS, place)
        values["health_group_by"] = health.get("group_by")
    values["path_map"] = tuple(
        PathMap(*_whole(f"{file}: path_map {at}", one, PATH_MAP_KEYS, place))
        for at, one in enumerate(values.get("path_map", ()), 1)
    )
    values["failure_classes"] = tuple(
        _failure_class(f"{file}: failure_class {at}", one, place)
        for at, one in enumerate(values.pop("failure_class", ()), 1)
    )
    return values


def content_of(file: Path) -> bytes:
    """A file of settings, as it is.

    Raises:
        ConfigError: It cannot be read, or is longer than settings are.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise ConfigError(
            f"{file}: {reason}. Name a {FILE_NAME} that exists."
        ) from None
    if len(content) > FILE_BYTES_MAX:
        raise ConfigError(f"{file}: is longer than 1 MiB, so it holds no settings.")
    return content


def _parsed(file: Path, content: bytes) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - most often there is no file to read

    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigError(f"{file}: is not UTF-8 text.") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{file}: is not TOML: {error}.") from None


def _of_table(
    label: str,
    given: Mapping[str, object],
    known: Mapping[str, Reader],
    place: Place,
    *,
    later: Iterable[str] = (),
    needs: Iterable[str] = (),
) -> dict[str, Any]:
    """The values of a table, in the order of the known keys.

    Raises:
        ConfigError: A key means nothing, a value is wrong, or one of `needs` is missing.
    """
    setting.check_keys(label, given, known, later)
    values = {
        key: setting.read(f"{label}: {key}", given[key], reader, place)
        for key, reader in known.items()
        if key in given
    }
    for key in needs:
        if key not in values:
            raise ConfigError(f"{label}: {key!r} is missing.")
    return values


def _whole(
    label: str, given: Mapping[str, object], known: Mapping[str, Reader], place: Place
) -> tuple[Any, ...]:
    """The values of a table in which no key may be missing."""
    return tuple(_of_table(label, given, known, place, needs=known).values())


def _sources(
    label: str, given: Iterable[dict[str, object]], place: Place
) -> tuple[SourceConfig, ...]:
    sources: dict[str, SourceConfig] = {}
    for at, table in enumerate(given, 1):
        where = f"{label}: source {setting.shown(table.get('name', at))}"
        values = _of_table(where, table, SOURCE_KEYS, place, later=_LATER_SOURCE_KEYS)
        if ("paths" in values) == ("command" in values):
            both = "paths" in values
            raise ConfigError(
                f"{where}: has both 'paths' and 'command'; make it two sources."
                if both
                else f"{where}: 'paths' is missing, or 'command'."
            )
        if "command" in values and "name" not in values:
            raise ConfigError(f"{where}: 'name' is missing, which a command needs.")
        source = SourceConfig(**values)
        key = source.name or f"\n{at}"  # No name looks like this.
        if key in sources:
            raise ConfigError(f"{where}: two sources have this name.")
        sources[key] = source
    return tuple(sources.values())


def _failure_class(
    label: str, given: Mapping[str, object], place: Place
) -> FailureClass:
    """A class of the user's; what its expressions mean is checked where they are used."""
    values = _of_table(label, given, FAILURE_CLASS_KEYS, place, needs=("name",))
    return FailureClass(
        values["name"],
        values.get("severity", "high"),
        values.get("is_retryable"),
        types=values.get("type", ""),
        says=values.get("message", ""),
        immediate=values.get("immediate", ()),
        preventive=values.get("preventive", ()),
        documentation=values.get("documentation", ()),
    )


def _rules(label: str, given: Mapping[str, object], place: Place) -> Rules:
    values = _of_table(f"{label}: redact", given, REDACT_KEYS, place)
    extra = tuple(
        _whole(f"{label}: redact.rule {at}", one, RULE_KEYS, place)
        for at, one in enumerate(values.pop("rule", ()), 1)
    )
    return Rules(**values, extra=extra)


def _alerts(
    label: str, given: Iterable[dict[str, object]], place: Place
) -> tuple[AlertConfig, ...]:
    alerts: dict[str, AlertConfig] = {}
    for at, table in enumerate(given, 1):
        where = f"{label}: alert {setting.shown(table.get('name', at))}"
        values = _of_table(where, table, ALERT_KEYS, place, needs=("name",))
        _check_alert(where, values)
        alert = AlertConfig(for_=values.pop("for", 0), **values)
        if alert.name in alerts:
            raise ConfigError(f"{where}: two alerts have this name.")
        alerts[alert.name] = alert
    return tuple(alerts.values())


def _check_alert(where: str, values: Mapping[str, object]) -> None:
    """Refuse an alert that is of no kind, of two, or lacks what its kind needs."""
    kinds = [kind for kind in KINDS if values.get(kind, False) is not False]
    if len(kinds) != 1:
        has = f"has {' and '.join(map(repr, kinds))}" if kinds else "says not when"
        raise ConfigError(
            f"{where}: {has}. One of these says when it fires: "
            'rate_above = "5/m", metric = "sum(cost_usd)", silent_for = "auto", '
            "new_group = true."
        )
    needs = {"above": "1.5", "per": '"1h"'}
    for key, example in needs.items():
        if kinds == ["metric"] and key not in values:
            raise ConfigError(
                f"{where}: {key!r} is missing, which a metric needs, such as "
                f"{key} = {example}."
            )
        if kinds != ["metric"] and key in values:
            raise ConfigError(
                f"{where}: {key!r} belongs to a metric, and not to {kinds[0]!r}."
            )
    if kinds == ["new_group"] and (extra := {"group_by", "group", "for"} & {*values}):
        raise ConfigError(
            f"{where}: {min(extra)!r} means nothing with 'new_group': each group is on "
            "its own, and new once."
        )
