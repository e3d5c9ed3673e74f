"""`log-mcp init`: a file of settings that says what was found, for the user to edit."""

import glob
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from log_mcp.config import Config, is_within
from log_mcp.config_file import FILE_NAME
from log_mcp.errors import ConfigError, SourceError
from log_mcp.ingest.discover import project_border, project_logs
from log_mcp.ingest.family import Family, family_of
from log_mcp.ingest.reading import Settings
from log_mcp.lazy import lazy
from log_mcp.passage import files_of
from log_mcp.redact import Redactor
from log_mcp.setting import is_name
from log_mcp.survey import Found, survey
from log_mcp.unseen import visible

# Where the services of a project log that lie outside of it.
OUTSIDE: Final[Mapping[str, tuple[str, ...]]] = {
    "nginx": ("/var/log/nginx/*.log", "/opt/homebrew/var/log/nginx/*.log"),
    "apache": ("/var/log/apache2/*.log", "/var/log/httpd/*_log"),
    "postgres": (
        "/var/log/postgresql/*.log",
        "/var/lib/pgsql/data/log/*.log",
        "/opt/homebrew/var/log/postgres*.log",
    ),
    "mysql": ("/var/log/mysql/*.log", "/var/log/mysqld.log"),
    "redis": ("/var/log/redis/*.log",),
    "tomcat": ("/var/log/tomcat*/catalina.out", "/opt/tomcat*/logs/catalina.out"),
    "pm2": ("~/.pm2/logs/*.log",),
    "npm": ("~/.npm/_logs/*.log",),
    "docker": ("/var/lib/docker/containers/*/*-json.log",),
}
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "journal": ("journalctl", "--user", "--follow", "--output", "json"),
    "container": ("docker", "logs", "--follow", "--since", "1h", "NAME"),
    "pod": ("kubectl", "logs", "--follow", "--prefix", "--selector", "app=NAME"),
}
_STRAY: Final = lazy("[\ud800-\udfff]")
ELSEWHERE: Final = "outside this project"
_HEAD: Final = """\
# What log-mcp reads in this project, as log-mcp init found it. Every key is explained in
# docs/configuration.md; without this file the same logs are found.

# max_memory = "256MB"
# timezone = "local"        # for times that carry no zone
"""

_TAIL: Final = """\
# [health]
# group_by = "worker_id"    # a worker that falls silent against its habit is named

# [[alert]]  # told in log_overview, in log://alerts and by log-mcp watch
# name = "error storm"
# where = ["level >= error"]
# rate_above = "5/m"
"""


def init(config: Config, here: Path) -> int:
    """Write the file; the exit status.

    Args:
        config: Without a file of settings.
        here: The folder that gets one.

    Raises:
        ConfigError: There is one, or none can be written.
    """
    file = here / FILE_NAME
    text = "\n".join((_HEAD, *_sources(config, here), *_outside(), *_commands(), _TAIL))
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise ConfigError(f"{file}: is there already; edit it, or remove it.") from None
    except OSError as error:
        reason = (error.strerror or "cannot be written").lower()
        raise ConfigError(f"{file}: {reason}.") from None
    count = text.count("\n[[source]]")
    print(
        f"{file}: {count} source{'s' * (count != 1)}; log-mcp check says what is read"
    )
    return 0


def _sources(config: Config, here: Path) -> Iterable[str]:
    """A table for each log of the project."""
    root = config.project_root
    border = project_border(root)
    files, _ = files_of(project_logs(root), siblings=True, border=border)
    families: dict[Family, Path] = {}
    for file in files:
        families[family_of(file)] = file  # the youngest of each comes last
    settings = Settings(config.timezone, Redactor(config.redact), border=border)
    taken: set[str] = set()
    for file in families.values():
        try:
            found = survey(file, settings)
        except SourceError as error:
            found = Found(str(file), family_of(file).stem, trouble=str(error))
        path = os.path.relpath(file, here)
        name = "" if found.source in taken else found.source  # then it is made
        taken.add(name)
        # Captures may lie above, where only a trusted file reads them.
        inside = is_within(file, here)
        said = _said(found) if inside else f"{ELSEWHERE}: needs log-mcp trust"
        pattern = _STRAY.sub("?", glob.escape(path))  # bytes of a name that are no text
        yield _table(name, "paths", [pattern], said, off=not inside)
    if not families:
        yield _table("app", "paths", ["logs/*.log"], "no log was found here", off=True)


def _said(found: Found) -> str:
    if not found.format:
        return found.trouble or "not read"
    return (
        f"{found.format}, {100 * found.share:.0f}% of {found.lines} lines read, "
        f"{found.errors} errors"
    )


def _outside() -> Iterable[str]:
    """What lies elsewhere on this machine, switched off."""
    for name, patterns in OUTSIDE.items():
        for pattern in map(os.path.expanduser, patterns):
            if any(os.access(path, os.R_OK) for path in glob.iglob(pattern)):  # noqa: PTH207
                yield _table(name, "paths", [pattern], ELSEWHERE, off=True)


def _commands() -> Iterable[str]:
    """What the programs of this machine can print, switched off."""
    for name, words in COMMANDS.items():
        if shutil.which(words[0]):
            said = "needs log-mcp trust"
            yield _table(name, "command", list(words), said, off=True)


def _table(
    name: str, key: str, values: list[str], said: str, *, off: bool = False
) -> str:
    """One `[[source]]`."""
    lines = [f"[[source]]  # {visible(said)}"]
    if is_name(name):
        lines.append(f"name = {_quoted(name)}")
    lines.append(f"{key} = [{', '.join(map(_quoted, values))}]")
    return "".join(f"{'# ' * off}{line}\n" for line in lines)


def _quoted(text: str) -> str:
    """A text of TOML: as JSON writes it, but for what JSON writes as two halves."""
    return '"{}"'.format(
        "".join(
            json.dumps(one)[1:-1] if one <= "\uffff" else f"\\U{ord(one):08x}"
            for one in text
        )
    )
