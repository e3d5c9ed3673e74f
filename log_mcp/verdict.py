"""What `check` prints: what would be read, how, and how well."""

import shlex
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace

import orjson

from log_mcp.config import Config
from log_mcp.listing import OPTIONS, chosen, listed
from log_mcp.survey import Found, survey
from log_mcp.unseen import in_json, visible


def check(config: Config, *, as_json: bool, redaction: bool = False) -> int:
    """Print what would be read, and how; the exit status.

    Args:
        config: What to read.
        as_json: For programs.
        redaction: Whether to say what is hidden; never the value.
    """
    found: list[Found] = []
    off = redaction and not config.redact.enabled
    if off:  # What would be hidden is asked for, and it would be by all of the rules.
        config = replace(config, redact=replace(config.redact, enabled=True))
    for source, settings in chosen(config, None):
        if source.command:
            trusted = "" if config.trusted else " once log-mcp trust allows it"
            what = f"a command: serve starts it{trusted}"
            line = settings.redactor.text(shlex.join(source.command))
            found.append(Found(line, source.name or "", trouble=what))
            continue
        files, trouble = listed(config, source, settings, siblings=True)
        for file in files:
            one = survey(file, settings, redaction=redaction)
            found.append(replace(one, source=source.name or one.source))
        found += [
            Found(path, source.name or "", trouble=what)
            for path, what in trouble.items()
        ]
    if as_json:
        rows = [_row(one) for one in found]
        sys.stdout.buffer.write(in_json(orjson.dumps(rows, option=OPTIONS)))
    elif found:
        print("\n".join(map(visible, _table(found))))
        if off:
            print("redaction is off (redact.enabled = false): nothing is hidden now")
        if config.unheard:
            names = ", ".join(config.unheard)
            print(
                f"{names} not heeded: {config.file} is not trusted, see log-mcp trust"
            )
    else:
        print(
            "no logs found here. Name files, folders or globs: log-mcp check PATH ..."
        )
    return 0 if any(one.format for one in found) else 1


def _row(one: Found) -> dict[str, object]:
    row = {**asdict(one), "share": round(one.share, 4)}
    if one.hidden is None:
        del row["hidden"]
    return row


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
            if one.hidden is not None:
                kinds = (f"{count} {kind}" for kind, count in one.hidden.items())
                yield f"  hides: {', '.join(kinds) or 'nothing'}"
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
