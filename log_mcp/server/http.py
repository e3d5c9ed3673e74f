"""The server over HTTP: requests looked at before anything else sees them, and bounded.

The protocol itself is the library's. Before it stands a gate: who may ask (`access`), how
many requests are at work, how large they are and how long they take to arrive. `/mcp` is
the protocol, `/health` says that the server is there, `/metrics` how it is. There is no TLS
here; a proxy has it.
"""

import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from log_mcp.errors import LogMcpError
from log_mcp.server.access import (
    Access,
    Address,
    Asked,
    Reply,
    hosts_of,
    token_of,
)
from log_mcp.server.metrics import TYPE, Latency, metrics

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from uvicorn import Server

    from log_mcp.logbook import Logbook

PATH: Final = "/mcp"
HEALTH: Final = "/health"
METRICS: Final = "/metrics"
BODY_BYTES_MAX: Final = 2 * 1024 * 1024  # a question has a few hundred
BODY_S: Final = 10.0  # for all of it to arrive
AT_WORK_MAX: Final = 128  # requests at once, streams that wait for news included
AT_WORK_CLIENT_MAX: Final = 32  # ... of one client
SESSIONS_MAX: Final = 100
IDLE_S: Final = 1800.0  # after which a session without requests ends
HEADER_BYTES_MAX: Final = 16 * 1024
CLOSING_S: Final = 1

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]


class Web:
    """A place to serve from, bound and not served yet.

    Attributes:
        under_way_max: Questions that may be. A client that hangs up ends none: the protocol
            library goes on with it, though its request is at work no more.

    Args:
        address: `[HOST:]PORT`.
        token_file: Holds the token; None to look into the environment.
        environ: The environment.

    Raises:
        ConfigError: It cannot be listened on, or needs a token.
    """

    under_way_max: Final = AT_WORK_MAX

    def __init__(
        self, address: str, token_file: str | None, environ: Mapping[str, str]
    ) -> None:
        wanted = Address.read(address)
        token = token_of(token_file, environ)
        self.access = Access(wanted, token, hosts_of(environ), {HEALTH})
        self.socket = wanted.listen()
        self.address = Address(wanted.host, int(self.socket.getsockname()[1]))
        self._server: Server | None = None

    def run(self, server: "MCPServer[Any]", book: "Callable[[], Logbook]") -> None:
        """Serve until `stop`, or until the process ends.

        Args:
            server: What is served.
            book: Its logbook, for metrics; may wait, and raise `LogMcpError`.
        """
        import anyio  # noqa: PLC0415 - heavy, as is what follows
        import uvicorn  # noqa: PLC0415
        from mcp.server.transport_security import (  # noqa: PLC0415
            TransportSecuritySettings,
        )

        class Quiet(uvicorn.Server):
            """Leaves signals to whoever runs it."""

            @contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield

        app = server.streamable_http_app(
            streamable_http_path=PATH,
            max_request_body_size=BODY_BYTES_MAX,
            session_idle_timeout=IDLE_S,
            max_sessions=SESSIONS_MAX,
            # Looked at by the gate, which knows more names than the library allows.
            transport_security=TransportSecuritySettings(
                enable_dns_rebinding_protection=False
            ),
        )
        self._server = Quiet(
            uvicorn.Config(
                Gate(app, self.access, book),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                http="h11",
                ws="none",
                lifespan="on",
                h11_max_incomplete_event_size=HEADER_BYTES_MAX,
                timeout_graceful_shutdown=CLOSING_S,
            )
        )
        sys.stderr.write(f"log-mcp: serving on http://{self.address}{PATH}\n")
        sys.stderr.flush()
        anyio.run(self._server.serve, [self.socket])

    def stop(self) -> None:
        """Make `run` return; from any thread."""
        if self._server is not None:
            self._server.should_exit = True


class Gate:
    """What every request goes through before the protocol.

    Args:
        app: What is asked if nothing is wrong.
        access: Who may ask.
        book: See `Web.run`.
    """

    def __init__(self, app: App, access: Access, book: "Callable[[], Logbook]") -> None:
        self._app = app
        self._access = access
        self._book = book
        self._latency = Latency()
        self._at_work: Counter[str] = Counter()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        asked = _asked(scope)
        reply = self._access.refusal(asked)
        if reply is None and self._is_full(asked.client):
            reply = Reply(503, "busy", (("retry-after", "1"),))
        if reply is None and asked.path == HEALTH:
            reply = Reply(200, "ok")
        if reply is not None:
            await _say(send, reply)
            return
        self._at_work[asked.client] += 1
        try:
            if asked.path == METRICS and scope["method"] == "GET":
                await _say(send, await self._measured())
            else:
                await self._pass(scope, receive, send)
        finally:
            self._at_work[asked.client] -= 1
            self._at_work += Counter()  # Who has none at work is forgotten.

    def _is_full(self, client: str) -> bool:
        own = self._at_work[client]
        return own >= AT_WORK_CLIENT_MAX or self._at_work.total() >= AT_WORK_MAX

    async def _pass(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await _body(scope, receive)
        if isinstance(body, Reply):
            await _say(send, body)
            return
        first: list[Message] = [{"type": "http.request", "body": body}]
        begun = time.monotonic()

        async def replayed() -> Message:
            return first.pop() if first else await receive()

        await self._app(scope, replayed, send)
        if b'"tools/call"' in body:
            self._latency.add(time.monotonic() - begun)

    async def _measured(self) -> Reply:
        """What `/metrics` says."""
        import anyio.to_thread  # noqa: PLC0415 - as above

        try:
            text = await anyio.to_thread.run_sync(
                lambda: metrics(self._book(), self._latency)
            )
        except LogMcpError:
            return Reply(503, "the logs cannot be read; stderr says why")
        return Reply(200, text.rstrip("\n"), (("content-type", TYPE),))


def _asked(scope: Message) -> Asked:
    headers: dict[bytes, list[str]] = {}
    for name, value in scope["headers"]:
        headers.setdefault(name.lower(), []).append(value.decode("latin-1"))

    def one(name: bytes) -> str | None:
        found = headers.get(name, [])
        return found[0] if len(found) == 1 else None

    origins = headers.get(b"origin")
    return Asked(
        client=(scope.get("client") or ("", 0))[0],
        path=scope["path"],
        host=one(b"host"),
        origin=None if origins is None else " ".join(origins),
        authorization=one(b"authorization"),
    )


async def _body(scope: Message, receive: Receive) -> bytes | Reply:
    """All of a request, if it is not too large and does not take too long."""
    import anyio  # noqa: PLC0415 - `Web` is made before the heavy imports

    told = dict(scope["headers"]).get(b"content-length", b"0")
    too_large = Reply(413, f"more than {BODY_BYTES_MAX // 2**20} MiB")
    if not told.isdigit() or int(told[:20]) > BODY_BYTES_MAX:
        return too_large
    parts, size = [], 0
    with anyio.move_on_after(BODY_S):
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return Reply(400, "gone")
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > BODY_BYTES_MAX:
                return too_large
            if not message.get("more_body", False):
                return b"".join(parts)
    return Reply(408, f"did not arrive within {BODY_S:g} s")


async def _say(send: Send, reply: Reply) -> None:
    body = f"{reply.text}\n".encode()
    headers = {
        "content-type": "text/plain; charset=utf-8",
        "content-length": str(len(body)),
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        **dict(reply.headers),
    }
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [
                (name.encode(), value.encode()) for name, value in headers.items()
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
