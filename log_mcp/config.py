"""Settings: from the command line, the environment and `log-mcp.toml`, in that order.

The file is the one that `--config` or `LOG_MCP_CONFIG` names, else `log-mcp.toml` in the
working folder or the nearest above it, up to the home folder. What it may say is told in
`config_file`; what it may do where nobody trusts it, here.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from log_mcp import setting
from log_mcp.config_file import (
    FILE_NAME,
    KEYS,
    AlertConfig,
    PathMap,
    SourceConfig,
    content_of,
    said_by,
)
from log_mcp.errors import ConfigError
from log_mcp.failure_class import FailureClass
from log_mcp.redact import Rules
from log_mcp.setting import Place, Reader
from log_mcp.trust import is_trusted
from log_mcp.zone import local_zone

PREFIX: Final = "LOG_MCP_"
# Read elsewhere: which file, and what `serve --http` needs.
OTHER_KEYS: Final = ("CONFIG", "HTTP_TOKEN", "HTTP_TOKEN_FILE", "HTTP_HOSTS")
ENVIRON_KEYS: Final[dict[str, Reader]] = {
    **KEYS,
    "redact_enabled": setting.truth,
    "health_group_by": setting.text,
}


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
        content = content_of(file)
        values |= {"project_root": file.parent, **said_by(file, content, environ)}
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
