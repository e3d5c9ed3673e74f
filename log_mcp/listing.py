"""What `parse` prints: every record of every file as a JSON line."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from log_mcp.config import Config
from log_mcp.config_file import SourceConfig
from log_mcp.errors import SourceError, reason
from log_mcp.ingest.discover import border_of, project_logs
from log_mcp.ingest.reading import Settings
from log_mcp.passage import NO_LOGS, NOTHING, files_of, records, segments
from log_mcp.redact import Redactor
from log_mcp.unseen import in_json, visible

if TYPE_CHECKING:
    from log_mcp.analysis.miner import Mined

BUFFER_BYTES = 256 * 1024


def parse(config: Config, format_name: str | None, *, patterns: bool = False) -> int:
    """Print every record of every file as a JSON line; the exit status.

    Args:
        config: What to read.
        format_name: Instead of recognising it.
        patterns: Whether to say which message shape each record has. All files are read
            twice then, as shapes are told from all records together.
    """
    status = 0
    work: list[tuple[Path, Settings]] = []
    for source, settings in chosen(config, format_name):
        files, trouble = listed(config, source, settings, siblings=False)
        for path, what in trouble.items():
            print(f"log-mcp parse: {visible(path)}: {what}", file=sys.stderr)
            status = 1
        work += [(file, settings) for file in files]
    mined = mine(work) if patterns else ([] for _ in work)
    for (file, settings), names in zip(work, mined, strict=True):
        status = max(status, _print(file, settings, names))
    sys.stdout.buffer.flush()
    return status


def _print(file: Path, settings: Settings, patterns: Iterable[str]) -> int:
    out = sys.stdout.buffer
    waiting = bytearray()
    status = 0
    try:
        for record in records(file, settings, patterns):
            waiting += orjson.dumps(record, option=OPTIONS)
            if len(waiting) > BUFFER_BYTES:
                out.write(in_json(waiting))
                waiting.clear()
    except BrokenPipeError:
        raise  # It is the reader that is gone, not the file.
    except (OSError, SourceError) as error:
        print(f"log-mcp parse: {visible(str(file))}: {reason(error)}", file=sys.stderr)
        status = 1
    out.write(in_json(waiting))
    return status


def mine(work: Iterable[tuple[Path, Settings]]) -> Iterator[Iterable[str]]:
    """The pattern of each record of some files, file by file.

    What cannot be read has none; whoever reads it next will say so.
    """
    files = [_mined(file, settings) for file, settings in work]
    from log_mcp.analysis.template import templates_of  # noqa: PLC0415 - if asked for

    names = templates_of(shape for parts in files for one in parts for shape in one[1])
    for parts in files:
        yield (names[shapes[code]].id for codes, shapes in parts for code in codes)


def _mined(file: Path, settings: Settings) -> "list[Mined]":
    from log_mcp.analysis.miner import Miner  # noqa: PLC0415 - likewise

    miner = Miner()
    found: list[Mined] = []
    with suppress(OSError, SourceError):
        for one in segments(file, settings):
            mined = miner(one, keep=False)
            assert mined is not None  # as nothing limits its time
            found.append(mined)
    return found


OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS


def listed(
    config: Config, source: SourceConfig, settings: Settings, *, siblings: bool
) -> tuple[list[Path], dict[str, str]]:
    """As `files_of`; where nobody named the paths, one that finds nothing is none."""
    files, trouble = files_of(source.paths, siblings=siblings, border=settings.border)
    if config.sources:
        return files, trouble
    none = (NOTHING, NO_LOGS)
    return files, {path: what for path, what in trouble.items() if what not in none}


def chosen(
    config: Config, format_name: str | None
) -> Iterable[tuple[SourceConfig, Settings]]:
    """The sources, and how each is to be read; those of the project if none is named."""
    redactor = Redactor(config.redact)
    root, named = config.project_root, bool(config.sources)
    for source in config.sources or (SourceConfig(project_logs(root)),):
        zone = source.timezone or config.timezone
        name = format_name or source.format
        border = border_of(root, source.within, named=named)
        yield source, Settings(zone, redactor, name, source.service, border=border)
