"""The parts of `docs/formats.md` that the code's tables and the samples say.

`python -m tests.formats_page` writes them anew, between the marks that name them; the rest
of the page is written by hand.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from log_mcp.formats import NAMES
from log_mcp.formats.envelope import ENVELOPES
from log_mcp.formats.headers import ROWS
from log_mcp.formats.levels import of_number
from log_mcp.record import LEVEL_OF_WORD, Level
from tests.format_samples import FOLDER, names

PAGE: Final = Path(__file__).parent.parent / "docs" / "formats.md"
NAME_CHARACTERS: Final = 16
ENVELOPE_CHARACTERS_MAX: Final = 72
SAMPLE_CHARACTERS_MAX: Final = 100  # of a line, where it is but to be told by
# Scales of numbers: the key that means each, and the numbers on it.
SCALES: Final = {
    "": ("level", range(10, 61, 10)),
    "syslog": ("PRIORITY", range(8)),
    "OTLP": ("severityNumber", range(1, 25)),
    "Monolog": ("level", range(100, 601, 50)),
    "Java": ("level", range(700, 1001, 100)),
    "Logback": ("level", range(5000, 50001, 5000)),
    "Google": ("severity", range(100, 801, 100)),
    "Azure": ("severityLevel", range(5)),
    ".NET": ("LogLevel", range(6)),
    "Windows": ("Level", range(1, 6)),
}


def _first_line(name: str) -> str:
    """The first line of a format's sample file."""
    lines = (FOLDER / f"{name}.log").read_text("utf-8", "replace").splitlines()
    return next(line for line in lines if line.strip())


def layouts() -> str:
    """Each layout of the table, and what is learned, with a line that it reads."""
    lines = {row.name: row.sample[0] for row in ROWS}
    others = [name for name in NAMES if name.startswith("text:")]
    for name in (one.removeprefix("text:") for one in others):
        lines.setdefault(name, _first_line(f"text-{name}"))
    rows = (f"{name:{NAME_CHARACTERS}}{line}\n" for name, line in lines.items())
    return f"```text\n{''.join(rows)}```\n"


def samples() -> str:
    """Where the sample of each format and envelope is, and how it begins."""
    rows = []
    for name in names():
        if name.startswith("text-"):
            continue  # Of these, `layouts` shows a line.
        line = _first_line(name)[:SAMPLE_CHARACTERS_MAX].replace("|", "\\|")
        line = line.replace("`", "'").strip()
        rows.append(f"| [{name}](../sample_logs/formats/{name}.log) | `{line}` |\n")
    return f"| sample | begins with |\n|---|---|\n{''.join(rows)}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def envelopes() -> str:
    """What each envelope is, and what it says of the lines inside."""
    rows = []
    for one in ENVELOPES:
        line = _first_line(f"envelope-{one.name}")[:ENVELOPE_CHARACTERS_MAX].strip()
        names = ", ".join(f"`{name}`" for name in one.fields if name != "*")
        says = names + ", labels of Loki's streams" * ("*" in one.fields)
        rows.append(f"| `{one.name}` | {one.about} | {says} | `{_cell(line)}` |\n")
    head = "| name | what it is | fields | begins with |\n|---|---|---|---|\n"
    return head + "".join(rows)


def _runs(numbers: list[int]) -> str:
    """Numbers as text, those that follow each other as `2-5`."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1].append(number)
        else:
            parts.append([number])
    return ", ".join(
        f"{part[0]}-{part[-1]}" if len(part) > 1 else f"{part[0]}" for part in parts
    )


def levels() -> str:
    """The words and numbers that mean each level."""
    rows = []
    for level in list(Level)[1:]:
        words = [f"`{word}`" for word, one in LEVEL_OF_WORD.items() if one is level]
        told = []
        for scale, (key, numbers) in SCALES.items():
            meant = [n for n in numbers if of_number(key, n) is level]
            if meant:
                told.append(f"{scale} {_runs(meant)}".strip())
        row = f"| `{level.word}` | {' '.join(words)} | {'; '.join(told)} |\n"
        rows.append(row)
    head = "| level | words, in any case | numbers |\n|---|---|---|\n"
    return head + "".join(rows)


PARTS: Final[dict[str, Callable[[], str]]] = {
    "envelopes": envelopes,
    "layouts": layouts,
    "samples": samples,
    "levels": levels,
}


def written(page: str) -> str:
    """The page with its generated parts as they are now."""
    for name, part in PARTS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        before, _, rest = page.partition(begin)
        _, found, behind = rest.partition(end)
        assert found, f"no marks for {name}"
        page = before + begin + part() + end + behind
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
