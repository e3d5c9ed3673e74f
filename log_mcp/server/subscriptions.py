"""Clients that want to hear when a resource changed, in both eras of the protocol.

An old client subscribes to one address at a time (`resources/subscribe`), which the protocol
library does not serve; a new one opens a stream for some (`subscriptions/listen`). Of each
address that anybody wants a mark is kept: what it was like when that was told last. The first
mark is taken before a subscription is confirmed, so nothing falls between. Marks are looked at
when lines arrive or an alert changes, and once a second, since a silence is no arrival; what
changed is told at most twice a second. Without subscriptions nothing is done.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

import anyio
import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.connection import Connection
from mcp.server.context import ServerRequestContext
from mcp.server.session import ServerSession
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    ResourceUpdated,
)
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    EmptyResult,
    SubscribeRequestParams,
    SubscriptionsListenRequestParams,
    SubscriptionsListenResult,
    UnsubscribeRequestParams,
)

from log_mcp.errors import LogMcpError

if TYPE_CHECKING:
    from log_mcp.logbook import Logbook

APART_S: Final = 0.5  # between two tellings
LOOK_S: Final = 1.0  # between two looks while nothing arrives
_FIXED: Final = "log://error/"  # a record never changes
ADDRESSES_MAX: Final = 1_000  # that are subscribed to
_TAIL: Final = ("log://source/", "/tail")

Ctx = ServerRequestContext[Any, Any]


class Client(NamedTuple):
    """An old client, and the addresses that it subscribed to."""

    session: ServerSession
    uris: set[str]


class Subscriptions:
    """Who wants to hear of which resource; used from the event loop alone.

    Args:
        book: Gives the logbook; may wait, and raise `LogMcpError`.

    Attributes:
        bus: For the server, which is made with it.
    """

    def __init__(self, book: "Callable[[], Logbook]") -> None:
        self.bus = InMemorySubscriptionBus()
        self._book = book
        self._listen = ListenHandler(self.bus)
        self._streams: Counter[str] = Counter()
        self._clients: dict[Connection, Client] = {}
        self._marks: dict[str, Hashable] = {}
        self._woken: asyncio.Event | None = None
        self._one = anyio.Lock()

    def register(self, server: MCPServer[Any]) -> None:
        """Serve subscriptions on a server that was made with `bus` and `lifespan`."""
        low = server._lowlevel_server  # noqa: SLF001 - the library's own example does so
        low.add_request_handler(
            "resources/subscribe", SubscribeRequestParams, self._subscribe
        )
        low.add_request_handler(
            "resources/unsubscribe", UnsubscribeRequestParams, self._unsubscribe
        )
        low.add_request_handler(
            "subscriptions/listen", SubscriptionsListenRequestParams, self._stream
        )

    @asynccontextmanager
    async def lifespan(self, _: MCPServer[Any]) -> AsyncIterator[None]:
        """While a server serves, subscribers hear of what changes."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._tell)
            yield
            tasks.cancel_scope.cancel()

    # -- who wants what ---------------------------------------------------------------

    async def _subscribe(self, ctx: Ctx, params: SubscribeRequestParams) -> EmptyResult:
        uri = str(params.uri)
        await self._want(uri)
        connection = _connection(ctx)
        client = self._clients.get(connection)
        if client is None:
            client = self._clients[connection] = Client(ctx.session, set())
            connection.exit_stack.callback(self._clients.pop, connection, None)
        client.uris.add(uri)
        return EmptyResult()

    async def _unsubscribe(
        self, ctx: Ctx, params: UnsubscribeRequestParams
    ) -> EmptyResult:
        client = self._clients.get(_connection(ctx))
        if client is not None:
            client.uris.discard(str(params.uri))
        return EmptyResult()

    async def _stream(
        self, ctx: Ctx, params: SubscriptionsListenRequestParams
    ) -> SubscriptionsListenResult:
        uris = list(map(str, params.notifications.resource_subscriptions or ()))
        for uri in uris:
            await self._want(uri)
        self._streams.update(uris)
        try:
            return await self._listen(ctx, params)
        finally:
            self._streams -= Counter(uris)

    def _wanted(self) -> list[str]:
        clients = [uri for one in self._clients.values() for uri in one.uris]
        return list(dict.fromkeys([*self._streams, *clients]))

    async def _want(self, uri: str) -> None:
        """Take the mark of an address, if nobody wanted it before."""
        wanted = self._wanted()
        if uri not in wanted:
            if len(wanted) >= ADDRESSES_MAX:
                raise MCPError(INVALID_PARAMS, f"at most {ADDRESSES_MAX} addresses")
            marks = await anyio.to_thread.run_sync(
                partial(self._look, [uri]), abandon_on_cancel=True
            )
            self._marks.update(marks)
        self._wake()

    # -- what changed -------------------------------------------------------------------

    def _wake(self) -> None:
        if self._woken is not None:
            self._woken.set()

    async def _tell(self) -> None:
        """Tell subscribers of changes, until cancelled; one at a time does it."""
        async with self._one:
            woken = self._woken = asyncio.Event()
            while not self._wanted():
                await woken.wait()
                woken.clear()
            try:
                book = await anyio.to_thread.run_sync(
                    self._book, abandon_on_cancel=True
                )
            except LogMcpError:
                return  # Whoever reads a resource is told why.
            loop = asyncio.get_running_loop()

            def wake() -> None:
                loop.call_soon_threadsafe(woken.set)

            with (
                book.feed.arrived.listening(wake),
                book.lookout.changed.listening(wake),
            ):
                while True:
                    with anyio.move_on_after(LOOK_S if self._wanted() else None):
                        await woken.wait()
                    woken.clear()
                    await self._publish()
                    await anyio.sleep(APART_S)

    async def _publish(self) -> None:
        wanted = self._wanted()
        if not wanted:
            return
        marks = await anyio.to_thread.run_sync(
            partial(self._look, wanted), abandon_on_cancel=True
        )
        for uri, mark in marks.items():
            if self._marks.get(uri) == mark:
                continue
            self._marks[uri] = mark
            await self.bus.publish(ResourceUpdated(uri=uri))
            for client in list(self._clients.values()):
                if uri in client.uris:
                    await client.session.send_resource_updated(uri)

    def _look(self, uris: list[str]) -> dict[str, Hashable]:
        """The marks of some addresses; from a worker thread."""
        try:
            book = self._book()
        except LogMcpError:
            return dict.fromkeys(uris)
        positions = book.feed.positions()
        every = (tuple(positions.values()), book.feed.loaded)
        found: dict[str, Hashable] = {}
        for uri in uris:
            if uri == "log://alerts":
                found[uri] = book.lookout.number
            elif uri == "log://health":
                found[uri] = (every, _silent(book))
            elif uri.startswith(_TAIL[0]) and uri.endswith(_TAIL[1]):
                name = unquote(uri.removeprefix(_TAIL[0]).removesuffix(_TAIL[1]))
                found[uri] = tuple(
                    positions.get(tail.key)
                    for source in book.feed.catalog.sources
                    if source.name == name
                    for tail in source.tails
                )
            else:
                found[uri] = None if uri.startswith(_FIXED) else every
        return found


def _connection(ctx: Ctx) -> Connection:
    """What stays the same from one request of a client to its next."""
    return ctx.session._connection  # noqa: SLF001 - sessions are made for each request


def _silent(book: "Logbook") -> frozenset[str]:
    """What is silent for longer than its habit: sources, and values of a field."""
    health = book.health()
    rows = health.values.rows if health.values is not None else []
    return frozenset(
        [
            *(one.name for one in health.sources if one.silent_seconds is not None),
            *(f"={one.value}" for one in rows if one.silent_seconds is not None),
        ]
    )
