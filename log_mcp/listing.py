"""What `parse` prints: every record of every file as a JSON line."""

import sys
from collections.abc import Iterable
from pathlib import Path

import orjson

from log_mcp.config import Config, SourceConfig
from log_mcp.errors import SourceError, reason
from log_mcp.ingest.discover import project_logs
from log_mcp.ingest.reading import Settings
from log_mcp.passage import NO_LOGS, NOTHING, files_of, records
from log_mcp.redact import Redactor

BUFFER_BYTES = 256 * 1024


def parse(config: Config, format_name: str | None) -> int:
    """Print every record of every file as a JSON line; the exit status."""
    out = sys.stdout.buffer
    status = 0
    for source, settings in chosen(config, format_name):
        files, trouble = listed(config, source, siblings=False)
        for path, what in trouble.items():
            print(f"log-mcp parse: {path}: {what}", file=sys.stderr)
            status = 1
        for file in files:
            waiting = bytearray()
            try:
                for record in records(file, settings):
                    waiting += orjson.dumps(record, option=OPTIONS)
                    if len(waiting) > BUFFER_BYTES:
                        out.write(waiting)
                        waiting.clear()
            except BrokenPipeError:
                raise  # It is the reader that is gone, not the file.
            except (OSError, SourceError) as error:
                print(f"log-mcp parse: {file}: {reason(error)}", file=sys.stderr)
                status = 1
            out.write(waiting)
    out.flush()
    return status


OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS


def listed(
    config: Config, source: SourceConfig, *, siblings: bool
) -> tuple[list[Path], dict[str, str]]:
    """As `files_of`; where nobody named the paths, one that finds nothing is none."""
    files, trouble = files_of(source.paths, siblings=siblings)
    if config.sources:
        return files, trouble
    none = (NOTHING, NO_LOGS)
    return files, {path: what for path, what in trouble.items() if what not in none}


def chosen(
    config: Config, format_name: str | None
) -> Iterable[tuple[SourceConfig, Settings]]:
    """The sources, and how each is to be read; those of the project if none is named."""
    redactor = Redactor(config.redact)
    sources = config.sources or (SourceConfig(project_logs(config.project_root)),)
    for source in sources:
        zone = source.timezone or config.timezone
        name = format_name or source.format
        yield source, Settings(zone, redactor, name, source.service)
