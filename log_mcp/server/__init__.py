"""The MCP server: what an assistant may call and read.

The protocol library takes more than a second to import, so it is imported by the functions
that need it and not by this module.
"""

from typing import TYPE_CHECKING, Any

from log_mcp.server.serve import serve

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from log_mcp.logbook import Logbook

__all__ = ["build", "serve"]


def build(logbook: "Logbook", *, structured: bool = False) -> "MCPServer[Any]":
    """A server that answers from a logbook; it neither starts nor closes it.

    Args:
        logbook: Asked from worker threads.
        structured: Publish output schemas and answer with `structuredContent` too.
    """
    from log_mcp.server.assembly import assemble  # noqa: PLC0415 - imports the protocol

    return assemble(
        lambda: logbook,
        logbook.turn,
        structured=structured,
        names=logbook.config.tools,
    )
