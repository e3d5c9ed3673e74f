"""The main job on sample logs: a real client asks the real server over stdio.

What is printed is what an assistant sends and gets, shortened where it is long.
"""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any, Final

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


def demo() -> int:
    """Print the conversation; the exit status."""
    asyncio.run(_converse(sample_logs()))
    return 0


async def _converse(folder: Path) -> None:
    # The protocol library takes a second to load: only here, where it is needed.
    from mcp import Client, StdioServerParameters  # noqa: PLC0415

    command = ["-m", "log_mcp", "serve", "--config", str(folder / "log-mcp.toml")]
    server = StdioServerParameters(
        command=sys.executable, args=command, env=dict(os.environ), cwd=str(folder)
    )
    async with Client(server) as client:
        listed = await client.list_tools()
        print(f"$ log-mcp serve --config {folder.name}/log-mcp.toml\n")
        print("tools:", ", ".join(tool.name for tool in listed.tools))
        await _ask(client, "log_overview")
        await _ask(client, "search_logs", level="error", source="worker", limit=4)
        await _ask(client, "get_error", id=ERROR_ID, max_tokens=1200)
        found = await _ask(client, "error_trends", bucket="5m", limit=6)
        group = _first_group(found)
        report = {"id": group, "max_tokens": 2500}
        await _ask(client, "explain_error_context", REPORT_LINES, **report)


async def _ask(
    client: Any, tool: str, lines_max: int = LINES, /, **arguments: Any
) -> str:
    shown = ", ".join(f"{name}={value!r}" for name, value in arguments.items())
    print(f"\n>>> {tool}({shown})")
    result = await client.call_tool(tool, arguments)
    text = "\n".join(part.text for part in result.content if part.type == "text")
    lines = text.splitlines()
    for line in lines[:lines_max]:
        print("   ", line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}...")
    if len(lines) > lines_max:
        print(f"    ... {len(lines) - lines_max} more lines")
    return text


def _first_group(text: str) -> str | None:
    """Id of the group that stands first in an answer of error_trends."""
    found = re.search(r"^(g[0-9a-zA-Z]{8}) ", text, re.MULTILINE)
    return found[1] if found else None
