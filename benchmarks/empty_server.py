"""A server with one empty tool: what the protocol library alone costs at the start."""

from mcp.server import MCPServer

server = MCPServer("empty")


@server.tool()
def nothing() -> str:
    """Nothing."""
    return ""


if __name__ == "__main__":
    server.run("stdio")
