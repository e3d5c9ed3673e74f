"""What `parse` and `check` print."""

import shlex
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path

import orjson

from log_mcp.config import Config, SourceConfig
from log_mcp.errors import SourceError
from log_mcp.ingest.discover import project_logs
from log_mcp.ingest.reading import Settings
from log_mcp.ingest.source import reason
from log_mcp.redact import Redactor
from log_mcp.survey import NO_LOGS, NOTHING, Found, files_of, records
from log_mcp.survey import check as look

BUFFER_BYTES = 256 * 1024


def parse(config: Config, format_name: str | None) -> int:
    """Print every record of every file as a JSON line; the exit status."""
    out = sys.stdout.buffer
    status = 0
    for source, settings in _chosen(config, format_name):
        files, trouble = _files(config, source, siblings=False)
        for path, what in trouble.items():
            print(f"log-mcp parse: {path}: {what}", file=sys.stderr)
            status = 1
        for file in files:
            waiting = bytearray()
            try:
                for record in records(file, settings):
                    waiting += orjson.dumps(record, option=_OPTIONS)
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


_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS


def check(config: Config, *, as_json: bool) -> int:
    """Print what would be read, and how; the exit status."""
    found: list[Found] = []
    for source, settings in _chosen(config, None):
        if source.command:
            trusted = "" if config.trusted else " once log-mcp trust allows it"
            what = f"a command: serve starts it{trusted}"
            line = shlex.join(source.command)
            found.append(Found(line, source.name or "", trouble=what))
            continue
        files, trouble = _files(config, source, siblings=True)
        for file in files:
            one = look(file, settings)
            found.append(replace(one, source=source.name or one.source))
        # What discovery looks for need not be there; what the user named should.
        found += [
            Found(path, source.name or "", trouble=what)
            for path, what in trouble.items()
            if config.sources
        ]
    if as_json:
        rows = [{**asdict(one), "share": round(one.share, 4)} for one in found]
        sys.stdout.buffer.write(orjson.dumps(rows, option=_OPTIONS))
    elif found:
        print("\n".join(_table(found)))
    else:
        print(
            "no logs found here. Name files, folders or globs: log-mcp check PATH ..."
        )
    return 0 if any(one.format for one in found) else 1


def _files(
    config: Config, source: SourceConfig, *, siblings: bool
) -> tuple[list[Path], dict[str, str]]:
    """As `files_of`; where nobody named the paths, one that finds nothing is none."""
    files, trouble = files_of(source.paths, siblings=siblings)
    if config.sources:
        return files, trouble
    none = (NOTHING, NO_LOGS)
    return files, {path: what for path, what in trouble.items() if what not in none}


def _chosen(
    config: Config, format_name: str | None
) -> Iterable[tuple[SourceConfig, Settings]]:
    redactor = Redactor(config.redact)
    sources = config.sources or (SourceConfig(project_logs(config.project_root)),)
    for source in sources:
        zone = source.timezone or config.timezone
        name = format_name or source.format
        yield source, Settings(zone, redactor, name, source.service)


def _table(found: Iterable[Found]) -> Iterable[str]:
    for one in found:
        yield f"{one.file}"
        if one.format:
            yield (
                f"  source {one.source}, format {one.format}, "
                f"{100 * one.share:.1f}% of {one.lines} lines read, "
                f"{one.records} records, {one.errors} errors"
                f" ({one.stacks} with a stack trace)"
            )
            traced = 100 * one.traced / one.looked_at if one.looked_at else 0
            yield (
                f"  from {one.first or 'no time stated'} to {one.last or '-'}, "
                f"{traced:.0f}% with a trace id"
                + (f", {one.untimed} without a time" if one.untimed else "")
            )
            odd = ", ".join(_odd(one))
            if odd:
                yield f"  odd: {odd}"
        if one.trouble:
            yield f"  trouble: {one.trouble}"


def _odd(one: Found) -> Iterable[str]:
    """What is read, though not as it stands in the file."""
    if one.cut:
        yield f"{one.cut} too long, cut"
    if one.lost:
        yield f"{one.lost} characters that are no text, shown as U+FFFD"
    if one.nul:
        yield f"{one.nul} NUL bytes, left out"
