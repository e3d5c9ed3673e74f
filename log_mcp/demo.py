"""The main job on sample logs: a real client asks the real server over stdio.

What is printed is what an assistant sends and gets, shortened where it is long.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from log_mcp.errors import ConfigError

WIDTH: Final = 160
LINES: Final = 26  # of an answer
REPORT_LINES: Final = 80  # of the last one, which is what all others lead to
ERROR_ID: Final = "c0ffee12"  # what a customer of the sample shop quotes

_PACKAGED: Final = Path(__file__).parent / "_sample_logs"
_CHECKOUT: Final = Path(__file__).parent.parent / "sample_logs"


def sample_logs() -> Path:
    """The folder of the sample logs: that of the checkout, else that of the package.

    Raises:
        ConfigError: There is neither.
    """
    for folder in (_PACKAGED, _CHECKOUT):
        if (folder / "log-mcp.toml").is_file():
            return folder
    raise ConfigError("the sample logs are not part of this installation")


def demo(*, as_json: bool = False) -> int:
    """Print the conversation; the exit status.

    Args:
        as_json: A JSON object a line instead: tool, arguments and the whole answer.
    """
    asyncio.run(_converse(sample_logs(), _as_json if as_json else _readably))
    return 0


class Said(NamedTuple):
    """One question of the conversation and its answer.

    Attributes:
        tool: That was called; empty for how the server was started and what it offers.
        arguments: Of the call.
        text: The answer.
        lines_max: Of it that are printed readably.
    """

    tool: str
    arguments: dict[str, Any]
    text: str
    lines_max: int


def _as_json(said: Said) -> None:
    print(
        json.dumps({"tool": said.tool, "arguments": said.arguments, "text": said.text})
    )


def _readably(said: Said) -> None:
    if not said.tool:
        print(said.text)
        return
    shown = ", ".join(f"{name}={value!r}" for name, value in said.arguments.items())
    print(f"\n>>> {said.tool}({shown})")
    lines = said.text.splitlines()
    for line in lines[: said.lines_max]:
        print("   ", line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}...")
    if len(lines) > said.lines_max:
        print(f"    ... {len(lines) - said.lines_max} more lines")


async def _converse(folder: Path, say: Callable[[Said], None]) -> None:
    # The protocol library takes a second to load: only here, where it is needed.
    from mcp import Client, StdioServerParameters  # noqa: PLC0415

    command = ["-m", "log_mcp", "serve", "--config", str(folder / "log-mcp.toml")]
    server = StdioServerParameters(
        command=sys.executable, args=command, env=dict(os.environ), cwd=str(folder)
    )
    async with Client(server) as client:

        async def ask(tool: str, lines_max: int = LINES, /, **arguments: Any) -> str:
            result = await client.call_tool(tool, arguments)
            texts = [part.text for part in result.content if part.type == "text"]
            say(Said(tool, arguments, "\n".join(texts), lines_max))
            return "\n".join(texts)

        listed = await client.list_tools()
        tools = ", ".join(tool.name for tool in listed.tools)
        started = f"$ log-mcp serve --config {folder.name}/log-mcp.toml"
        say(Said("", {}, f"{started}\n\ntools: {tools}", LINES))
        await ask("log_overview")
        await ask("search_logs", level="error", source="worker", limit=4)
        await ask("get_error", id=ERROR_ID, max_tokens=1200)
        found = await ask("error_trends", bucket="5m", limit=6)
        report = {"id": _first_group(found), "max_tokens": 2500}
        await ask("explain_error_context", REPORT_LINES, **report)


def _first_group(text: str) -> str | None:
    """Id of the group that stands first in an answer of error_trends."""
    found = re.search(r"^(g[0-9a-zA-Z]{8}) ", text, re.MULTILINE)
    return found[1] if found else None
