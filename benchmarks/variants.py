"""Inputs that flatter less, made of the same entries and as long as the standard one.

- `docker`: each JSON line inside the envelope of Docker's json-file driver;
- `entropy`: a message is 160 random characters, which compression hardly shortens;
- `long`: a field of its own makes each line 20 KB;
- `sources`: the standard lines, dealt out to 50 files;
- `escapes`: every message has quotes, tabs, backslashes and a spelled character in it.

The trace ids of the entries stand in all of them as they are, so that one can be looked
for; so does the wording of messages, but for `entropy`.
"""

import base64
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.generate import DATA, SEED, VERSION, Entry, entries

STANDARD: Final = "standard"
SOURCES: Final = 50
RANDOM_BYTES: Final = 120  # 160 characters in base 64
LINE_BYTES: Final = 20_000
MORE: Final = 3  # times the entries: some variants have shorter lines than the standard

Writer = Callable[[Entry], str]


@dataclass(frozen=True, slots=True)
class Variant:
    """One input.

    Attributes:
        name: One of the kinds above.
        paths: Its files.
        lines: How many records they hold.
        size: Bytes of all files.
        trace: A trace id from its middle.
    """

    name: str
    paths: tuple[Path, ...]
    lines: int
    size: int
    trace: str


def docker(entry: Entry) -> str:
    """The line as the json-file driver writes it."""
    line = json.dumps(entry.as_json(), ensure_ascii=False)
    time = entry.time.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return f'{{"log":{line},"stream":"stdout","time":"{time}"}}\n'


def escapes(entry: Entry) -> str:
    r"""The line with `"`, `\`, tabs and a spelled character in its message."""
    message = f'said "{entry.message}"\n\tat C:\\depot\\belt of Zürich'
    line: dict[str, object] = {
        "timestamp": entry.time.isoformat(timespec="milliseconds"),
        "level": entry.level,
        "service": entry.service,
        "logger": entry.logger,
        "trace_id": entry.trace,
        "duration_ms": entry.duration_ms,
        "user_id": entry.user,
        "message": message,
    }
    if entry.stack is not None:
        line["error"] = {"type": entry.type, "stack": entry.stack}
    return f"{json.dumps(line)}\n"


def entropy() -> Writer:
    """The line with a random message."""
    draws = np.random.Generator(np.random.PCG64(SEED))

    def written(entry: Entry) -> str:
        message = base64.b64encode(draws.bytes(RANDOM_BYTES)).decode()
        return entry._replace(message=message).as_json()

    return written


def long() -> Writer:
    """The line with the last 20 KB of messages in a field of its own."""
    before = "; ".join(entry.message for entry in entries(LINE_BYTES // 20))

    def written(entry: Entry) -> str:
        nonlocal before
        before = f"{before}; {entry.message}"[-LINE_BYTES:]
        line = entry.as_json()
        body = json.dumps(before[len(line) - LINE_BYTES :])
        return f'{line[:-2]}, "body": {body}}}\n'

    return written


KINDS: Final[dict[str, Callable[[], Writer]]] = {
    STANDARD: lambda: Entry.as_json,
    "docker": lambda: docker,
    "entropy": entropy,
    "long": long,
    "sources": lambda: Entry.as_json,
    "escapes": lambda: escapes,
}


def variants(lines: int, folder: Path = DATA) -> Iterator[Variant]:
    """The standard input first, then the others.

    Args:
        lines: Records of the standard one, whose bytes the others have too.
        folder: Where they are kept.
    """
    size = 0
    for name in KINDS:
        made = _made(name, lines, size, folder)
        size = size or made.size
        yield made


def _made(name: str, lines: int, size: int, folder: Path) -> Variant:
    """Made once, and then found again with what is to be known of it."""
    home = folder / f"variants-v{VERSION}-{lines}" / name
    about = home / "about.json"
    if not about.exists():
        home.mkdir(parents=True, exist_ok=True)
        count = SOURCES if name == "sources" else 1
        paths = tuple(home / f"{at:02}.jsonl" for at in range(count))
        written = _write(KINDS[name](), lines, size, paths)
        draft = about.with_name(f"about.{os.getpid()}.part")
        draft.write_text(json.dumps(written))
        draft.rename(about)
    found = json.loads(about.read_text())
    paths = tuple(sorted(home.glob("*.jsonl")))
    total = sum(path.stat().st_size for path in paths)
    return Variant(name, paths, found["lines"], total, found["trace"])


def _write(
    writer: Writer, lines: int, size: int, paths: tuple[Path, ...]
) -> dict[str, object]:
    """Write until the bytes are there, or all lines where no size is given."""
    files = [path.open("w") for path in paths]
    traces: list[str] = []
    written = 0
    many = lines * MORE if size else lines
    for at, entry in enumerate(entries(many)):
        line = writer(entry)
        files[at % len(files)].write(line)
        written += len(line.encode())
        traces.append(entry.trace)
        if size and written >= size:
            break
    for file in files:
        file.close()
    return {"lines": len(traces), "trace": traces[len(traces) // 2]}
