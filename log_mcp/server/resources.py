"""What an assistant may read: JSON, redacted and bounded like every answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from log_mcp import render
from log_mcp.errors import LogMcpError, QueryError
from log_mcp.server.sdk import cancellable, reported, said

if TYPE_CHECKING:
    from log_mcp.logbook import Logbook

_JSON = "application/json"


def register(server: MCPServer[Any], book: "Callable[[], Logbook]") -> None:
    """Adds the resources to a server.

    Args:
        server: To add to.
        book: Gives the logbook; may wait, and raise `LogMcpError`.
    """

    def answered(uri: str, ask: "Callable[[Logbook], Any]") -> str:
        try:
            answer = cancellable(lambda: ask(book()))
            return render.compact(render.fit(answer, render.TOKENS_MAX))
        except QueryError as error:
            raise ResourceNotFoundError(said(error)) from error
        except LogMcpError as error:
            raise ResourceError(said(error)) from error
        except Exception as error:  # noqa: BLE001 - the edge: report it, keep serving
            raise ResourceError(reported(uri, error)) from None

    @server.resource("log://overview", title="What is in the logs", mime_type=_JSON)
    def overview() -> str:
        """Sources, records per level, top errors."""
        return answered("log://overview", lambda logbook: logbook.overview())

    @server.resource("log://sources", title="Log sources", mime_type=_JSON)
    def sources() -> str:
        """Every source with its state, format, size and time range."""
        return answered("log://sources", lambda logbook: {"sources": logbook.sources()})

    @server.resource("log://errors", title="Top errors", mime_type=_JSON)
    def errors() -> str:
        """Groups of errors, the most important first."""
        return answered(
            "log://errors", lambda logbook: {"errors": logbook.top_errors()}
        )

    @server.resource(
        "log://source/{name}/tail", title="Newest records", mime_type=_JSON
    )
    def tail(name: str) -> str:
        """The newest 100 records of one source."""
        return answered(
            "log://source/{name}/tail",
            lambda logbook: {"source": name, "records": logbook.tail(name)},
        )

    @server.resource("log://error/{id}", title="One error", mime_type=_JSON)
    def error(id: str) -> str:  # noqa: A002 - the contract's name
        """One record whole, with its exception and group."""
        return answered("log://error/{id}", lambda logbook: logbook.error(id))
