"""What an assistant may read: JSON, redacted and bounded like every answer."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ResourceNotFoundError

from log_mcp import render
from log_mcp.errors import LogMcpError, QueryError
from log_mcp.server.sdk import cancellable, reported, said

if TYPE_CHECKING:
    from log_mcp.logbook import Logbook

_JSON: Final = "application/json"
FIXED: Final[tuple[tuple[str, str, str, "Callable[[Logbook], Any]"], ...]] = (
    (
        "log://overview",
        "What is in the logs",
        "Sources, records per level, top errors.",
        lambda logbook: logbook.overview(),
    ),
    (
        "log://sources",
        "Log sources",
        "Every source with its state, format, size and time range.",
        lambda logbook: {"sources": logbook.sources()},
    ),
    (
        "log://health",
        "Health of sources",
        "Rate, errors, silence and starts of every source, and of values of a field.",
        lambda logbook: logbook.health(),
    ),
    (
        "log://alerts",
        "Alerts",
        "What fires, what was over lately, and all that is configured.",
        lambda logbook: logbook.alerts(),
    ),
    (
        "log://errors",
        "Top errors",
        "Groups of errors, the most important first.",
        lambda logbook: {"errors": logbook.top_errors()},
    ),
)
"""Resources with one address: that, title, description, and what they answer."""


def register(server: MCPServer[Any], book: "Callable[[], Logbook]") -> None:
    """Adds the resources to a server.

    Args:
        server: To add to.
        book: Gives the logbook; may wait, and raise `LogMcpError`.
    """

    def answered(uri: str, ask: "Callable[[Logbook], Any]") -> str:
        try:
            answer = cancellable(lambda: ask(book()))
            return render.compact(render.fenced(answer, render.TOKENS_MAX))
        except QueryError as error:
            raise ResourceNotFoundError(said(error)) from error
        except LogMcpError as error:
            raise ResourceError(said(error)) from error
        except Exception as error:  # noqa: BLE001 - the edge: report it, keep serving
            raise ResourceError(reported(uri, error)) from None

    for uri, title, text, ask in FIXED:
        _fix(server, uri, title, text, partial(answered, uri, ask))

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


def _fix(
    server: MCPServer[Any], uri: str, title: str, text: str, answer: Callable[[], str]
) -> None:
    name = uri.removeprefix("log://")

    @server.resource(uri, name=name, title=title, description=text, mime_type=_JSON)
    def read() -> str:
        return answer()
