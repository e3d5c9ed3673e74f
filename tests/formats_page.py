"""The parts of `docs/formats.md` that the code's tables and the samples say.

`python -m tests.formats_page` writes them anew, between the marks that name them; the rest
of the page is written by hand.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from log_mcp.formats import NAMES
from log_mcp.formats.headers import ROWS
from tests.format_samples import FOLDER, names

PAGE: Final = Path(__file__).parent.parent / "docs" / "formats.md"
NAME_CHARACTERS: Final = 16
SAMPLE_CHARACTERS_MAX: Final = 100  # of a line, where it is but to be told by


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


PARTS: Final[dict[str, Callable[[], str]]] = {"layouts": layouts, "samples": samples}


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
