"""Settings: from the command line, the environment and `log-mcp.toml`, in that order.

The file is the one that `--config` or `LOG_MCP_CONFIG` names, else `log-mcp.toml` in the
working folder or the nearest above it, up to the home folder. Nothing in it is silently
ignored: a key that is unknown, or that a later version will know, is an error.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from log_mcp import setting
from log_mcp.errors import ConfigError, nearest
from log_mcp.failure_class import FailureClass
from log_mcp.record import Level
from log_mcp.redact import Rules
from log_mcp.setting import Place, Reader
from log_mcp.trust import is_trusted
from log_mcp.zone import local_zone

FILE_NAME: Final = "log-mcp.toml"
FILE_BYTES_MAX: Final = 1024 * 1024
PREFIX: Final = "LOG_MCP_"
# Read elsewhere: which file, and what `serve --http` needs.
OTHER_KEYS: Final = ("CONFIG", "HTTP_TOKEN", "HTTP_TOKEN_FILE", "HTTP_HOSTS")


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
ENVIRON_KEYS: Final[dict[str, Reader]] = {
    **KEYS,
    "redact_enabled": setting.truth,
    "health_group_by": setting.text,
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


@dataclass(frozen=True, slots=True)
class Config:
    """All settings.

    Attributes:
        sources: In order: a file that several name belongs to the first of them. Empty
            where nothing is named: then the logs of `project_root` are discovered.
        max_memory: Bytes that the ring may hold, indexes included.
        max_age: Nanoseconds after which records are forgotten; None for never.
        timezone: For times that carry no zone.
        project_root: Where stack frames are looked up and logs are discovered.
        answer_tokens: Budget of an answer that asks for none.
        tools: `default`, or names of tools.
        redact: What is a secret here.
        path_map: First match first.
        alerts: In order, each with a name of its own.
        health_group_by: A field whose values are watched, each on its own; None for none.
        failure_classes: Go before those of the table; see `analysis.failures`.
        file: Where the settings were read; None without a file.
        trusted: Whether the user lets that file start programs and name what lies outside
            of its folder: it was named outright, or `log-mcp trust` was told so.
        unheard: Settings of that file that would show more than is shown without it, and
            have no say because nobody trusts it, such as `redact.allow`.
        content: Of the file, as it was read.
    """

    sources: tuple[SourceConfig, ...] = ()
    max_memory: int = 256_000_000
    max_age: int | None = None
    timezone: tzinfo = field(default_factory=lambda: local_zone(os.environ))
    project_root: Path = field(default_factory=Path.cwd)
    answer_tokens: int = 6000
    tools: tuple[str, ...] = ("default",)
    redact: Rules = field(default_factory=Rules)
    path_map: tuple[PathMap, ...] = ()
    alerts: tuple[AlertConfig, ...] = ()
    health_group_by: str | None = None
    failure_classes: tuple[FailureClass, ...] = ()
    file: Path | None = None
    trusted: bool = False
    unheard: tuple[str, ...] = ()
    content: bytes = field(default=b"", repr=False, compare=False)


def load(
    paths: Sequence[str] = (),
    *,
    config_file: str | None = None,
    max_memory: str | None = None,
    timezone: str | None = None,
    cwd: Path | None = None,
    environ: Mapping[str, str] | None = None,
    trusting: bool = False,
) -> Config:
    """The settings that hold here.

    Args:
        paths: Files, folders and patterns that replace the sources of the file; those
            that belong to one of its sources keep that one's settings.
        config_file: `--config`.
        max_memory: `--max-memory`.
        timezone: `--timezone`.
        cwd: The working folder; None to ask the system.
        environ: The environment; None for that of this process.
        trusting: Take a file that was come across as one that is trusted.

    Raises:
        ConfigError: A setting is wrong, or the file cannot be read.
    """
    environ = os.environ if environ is None else environ
    here = Place(Path.cwd() if cwd is None else cwd.absolute(), environ)
    values: dict[str, Any] = {"project_root": here.folder, "timezone": None}
    file, given = _find(config_file, here)
    trusted, content = trusting or given, b""
    if file is not None:
        if not trusted:
            _check_link(file)
        content = _content(file)
        values |= {"project_root": file.parent, **_of_file(file, content, environ)}
        trusted = trusted or is_trusted(file, environ, content)
        if not trusted:
            _confine(values, file)
    values |= _of_environ(here)
    for key, flag in {"max_memory": max_memory, "timezone": timezone}.items():
        if flag is not None:
            label = f"--{key.replace('_', '-')}"
            values[key] = setting.read(label, flag, KEYS[key], here)
    values["timezone"] = values["timezone"] or local_zone(environ)
    if (enabled := values.pop("redact_enabled", None)) is not None:
        values["redact"] = replace(values.get("redact", Rules()), enabled=enabled)
    config = Config(**values, file=file, trusted=trusted, content=content)
    if not paths:
        return config
    named = [setting.read("PATH", path, setting.path, here) for path in paths]
    return replace(config, sources=_sources_of(named, config.sources))


def _find(config_file: str | None, here: Place) -> tuple[Path | None, bool]:
    """The file of settings, and whether the user named it; None if there is none."""
    asked = here.environ.get(f"{PREFIX}CONFIG") or None
    if (given := asked if config_file is None else config_file) is not None:
        return here.folder / os.path.expanduser(given), True  # noqa: PTH111  never raises
    home = os.path.expanduser("~")  # noqa: PTH111  never raises
    for folder in (here.folder, *here.folder.parents):
        file = folder / FILE_NAME
        if os.path.isfile(file):  # noqa: PTH113  never raises
            return file, False
        if str(folder) == home:
            break
    return None, False


def _check_link(file: Path) -> None:
    """Refuse a file that was come across and is a link to somewhere else.

    Raises:
        ConfigError: It is.
    """
    if os.path.islink(file) and not is_within(file, file.parent):  # noqa: PTH114
        raise ConfigError(
            f"{file}: is a link that leads out of its folder. Name what it leads to: "
            "--config FILE."
        )


def _confine(values: dict[str, Any], file: Path) -> None:
    """Keep the settings of a file that nobody trusts within its folder, and secrets hidden.

    Raises:
        ConfigError: Its project root lies outside.
    """
    if not is_within(values["project_root"], file.parent):
        raise ConfigError(
            f"{file}: project_root leads outside of this project, and nobody trusted this "
            "file: read it, then run log-mcp trust, or name it: --config FILE."
        )
    if "sources" in values:
        within = (str(file.parent),)
        values["sources"] = tuple(
            replace(source, within=within) for source in values["sources"]
        )
    given = values.get("redact", Rules())
    strict = replace(given, enabled=True, allow=(), off=())
    values["redact"] = strict
    values["unheard"] = tuple(
        f"redact.{name}"
        for name in ("enabled", "allow", "off")
        if getattr(given, name) != getattr(strict, name)
    )


def is_within(path: Path, folder: Path) -> bool:
    """Whether a path lies in a folder, links followed."""
    real = Path(os.path.realpath(path))
    return real.is_relative_to(os.path.realpath(folder))


def _of_file(file: Path, content: bytes, environ: Mapping[str, str]) -> dict[str, Any]:
    """What a file says, by the names that `Config` has for it."""
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


def _content(file: Path) -> bytes:
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


def _of_environ(place: Place) -> dict[str, Any]:
    """What the environment says; an empty variable says nothing."""
    given = {
        name: value
        for name, value in sorted(place.environ.items())
        if name.startswith(PREFIX)
        and name.removeprefix(PREFIX) not in OTHER_KEYS
        and value
    }
    readers = {f"{PREFIX}{key.upper()}": reader for key, reader in ENVIRON_KEYS.items()}
    known = (*readers, *(f"{PREFIX}{key}" for key in OTHER_KEYS))
    setting.check_keys("environment", given, known, ())
    return {
        name.removeprefix(PREFIX).lower(): setting.read(
            name, value, readers[name], place
        )
        for name, value in given.items()
    }


def _sources_of(
    named: Sequence[str], configured: Sequence[SourceConfig]
) -> tuple[SourceConfig, ...]:
    """Sources for the paths of a command line, with the settings that fit them."""
    left = dict.fromkeys(named)  # a set that keeps its order
    sources = []
    for source in configured:
        within = [
            own for own in source.paths if any(_covers(path, own) for path in named)
        ]
        part = [
            path for path in left if any(_covers(own, path) for own in source.paths)
        ]
        for path in part:
            del left[path]
        if within or part:
            both = tuple(dict.fromkeys((*within, *part)))
            roots = source.within
            if roots is not None:  # What the user names may lie, and lead, anywhere.
                roots = None if set(within) <= set(part) else (*roots, *part)
            sources.append(replace(source, paths=both, within=roots))
    return (*sources, *(SourceConfig((path,)) for path in left))


def _covers(pattern: str, path: str) -> bool:
    """Whether a pattern names a path, or a folder above it."""
    return _names(Path(pattern).parts, Path(path).parts)


@lru_cache(maxsize=4096)  # Without it each `**` would double the work.
def _names(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    if not pattern:
        return True
    if pattern[0] == "**":
        return _names(pattern[1:], path) or (bool(path) and _names(pattern, path[1:]))
    if not path or not (pattern[0] == path[0] or fnmatchcase(path[0], pattern[0])):
        return False
    return _names(pattern[1:], path[1:])
