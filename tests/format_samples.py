"""The samples of all formats in `sample_logs/formats/`, and what is expected of each.

A new format needs a sample there. `python -m tests.format_samples` writes what is now read
of those that have no expectation yet: look whether it is right before you keep it.
"""

import json
import os
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from log_mcp.formats import NAMES
from log_mcp.formats.envelope import NAMES as ENVELOPES
from log_mcp.ingest.reading import Settings
from log_mcp.passage import records
from log_mcp.redact import Redactor
from log_mcp.survey import survey

FOLDER = Path(__file__).parent.parent / "sample_logs" / "formats"
WRITTEN_S = 1_772_712_000  # 2026-03-05T12:00:00Z: some formats leave out the year
SETTINGS = Settings(UTC, Redactor(key=b"samples"))


def names() -> list[str]:
    """Every format and every envelope, as its sample is called."""
    formats = [name.replace(":", "-") for name in NAMES if name != "auto"]
    return [*formats, *(f"envelope-{name}" for name in ENVELOPES)]


def read(name: str) -> tuple[str, list[dict[str, Any]]]:
    """What is recognised of a sample, and its records as `parse` prints them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.log"
        path.write_bytes((FOLDER / f"{name}.log").read_bytes())
        os.utime(path, (WRITTEN_S, WRITTEN_S))
        found = survey(path, SETTINGS).format
        printed = json.loads(json.dumps(list(records(path, SETTINGS))))
    return found, [{k: v for k, v in one.items() if k != "file"} for one in printed]


def expected(name: str) -> list[dict[str, Any]]:
    """What was found right once."""
    lines = (FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


if __name__ == "__main__":
    for name in names():
        target = FOLDER / f"{name}.jsonl"
        if not target.exists():
            lines = [json.dumps(one, ensure_ascii=False) for one in read(name)[1]]
            target.write_text("".join(f"{line}\n" for line in lines), "utf-8")
