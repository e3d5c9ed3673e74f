"""What the tests of hostile text share: the lines of `hostile.jsonl`, and logs that hold them.

Each line gets a word of letters that stands nowhere else, so that it is known again
wherever it arrives. A twin of the log has the same words in harmless lines: what we say
ourselves must be the same of both.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from log_mcp.timestamp import iso
from tests.feeding import NOON_NS, SECOND_NS

WORD = re.compile(r"zq[a-z]{3}q")
FENCE = re.compile(r"^--- (?:end of )?log data ([0-9]{18})")
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff\ud800-\udfff]"
)


class Hostile(NamedTuple):
    """One line, and the word that tells it."""

    kind: str
    text: str
    word: str


def word(number: int) -> str:
    a, b, c = number // 676, number // 26 % 26, number % 26
    return f"zq{chr(97 + a)}{chr(97 + b)}{chr(97 + c)}q"


def corpus() -> list[Hostile]:
    lines = (Path(__file__).parent / "hostile.jsonl").read_text("utf-8").splitlines()
    return [
        Hostile(one["kind"], f"{one['text']} {word(n)}", word(n))
        for n, one in enumerate(map(json.loads, lines))
    ]


CORPUS = corpus()
BY_WORD = {line.word: line for line in CORPUS}


def twin(line: Hostile) -> Hostile:
    return Hostile("harmless", f"order of {line.word} paid", line.word)


def _trace(text: str) -> dict[str, Any]:
    flat = " ".join(text.split())
    return {
        "exception": "Traceback (most recent call last):\n"
        f'  File "/srv/shop/pay.py", line 3, in pay\n    {flat}\n'
        f"shop.Refused: {flat}"
    }


PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "message": lambda text: {"msg": text},
    "value": lambda text: {"msg": "a value", "note": text},
    "name": lambda text: {"msg": "a name", text: 1},
    "logger": lambda text: {"msg": "a logger", "logger": text},
    "nested": lambda text: {"msg": "nested", "deep": {"er": [text]}},
    "inner name": lambda text: {"msg": "an inner name", "deep": {text: 2}},
    "service": lambda text: {"msg": "a service", "service": text},
    "trace": lambda text: {"msg": "a trace", "trace_id": text},
    "error id": lambda text: {"msg": "an id", "error_id": text},
    "exception": lambda text: {"msg": "raised", **_trace(text)},
    "type": lambda text: {
        "msg": "typed",
        "error": {"type": text, "message": "failed", "stack": ""},
    },
}


def records(lines: list[Hostile], offset: int) -> Iterator[str]:
    """Each line as a message, and in two other places, as records of JSON."""
    names = list(PLACES)
    at = NOON_NS - 3600 * SECOND_NS
    for n, line in enumerate(lines):
        others = (names[1 + (n + offset + k * 5) % (len(names) - 1)] for k in (0, 1))
        for place in ("message", *others):
            at += SECOND_NS
            yield json.dumps(
                {
                    "time": iso(at),
                    "level": "error" if at // SECOND_NS % 3 else "warning",
                    **PLACES[place](line.text),
                }
            )


def write(folder: Path, lines: Iterable[str]) -> Path:
    """A folder with a log of these lines."""
    folder.mkdir()
    (folder / "app.jsonl").write_text("".join(f"{one}\n" for one in lines), "utf-8")
    return folder


def file_name(line: Hostile) -> str:
    """The line as a file may be called."""
    kept = "".join(
        c for c in line.text if c not in "/\0" and not "\ud800" <= c <= "\udfff"
    )
    return kept.encode()[-200:].decode(errors="ignore").strip(". ")


def parted(text: str) -> tuple[list[str], list[str]]:
    """The lines of an answer outside and inside its fence, which must be whole."""
    outside: list[str] = []
    inside: list[str] = []
    value = None
    for line in text.split("\n"):
        found = FENCE.match(line)
        if found and value is None:
            value = found[1]
        elif found and found[1] == value:
            value = ""
        else:
            (inside if value else outside).append(line)
    assert not value, "a fence is open at the end"
    return outside, inside


def ours(outside: list[str]) -> str:
    """What we say, without numbers, ids, and the count of what is marked."""
    kept = [line for line in outside if not line.startswith("[!] marks")]
    text = re.sub(r"\bg[a-z2-7]{8}\b|(?<=record )\w+", "ID", "\n".join(kept))
    text = re.sub(r"\b(?=\w*\d)[\w.:+-]+( [kM]B)?", "#", text)
    return re.sub(r"cursor=\S+", "cursor=", text)


def texts(value: Any) -> Iterator[str]:
    """Every text of JSON, names too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts(one)


ESCAPED = re.compile(r"\\u200|\\ufe0|\\U000e|\\x1b|\\u202")
MASK = re.compile(r"<(?:num|path|id|\*|hex|url|ip)>")


def unmarked(text: str, line: Hostile) -> bool:
    """Whether a shown text holds a hostile line whole, and no mark.

    A title may have lost what cannot be seen, or what its mask takes for an id: then it
    says nothing any more.
    """
    if "[!]" in text or MASK.search(text):
        return False
    return line.kind != "unseen" or ESCAPED.search(text) is not None
