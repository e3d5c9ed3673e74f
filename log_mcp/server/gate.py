"""How much a client may have under way, and what it leaves unread.

A client that asks without end, or asks and never reads, shall cost no more than a client
that asks a lot. Two bounds do that, and no client that reads what it asked for meets them:

- what is under way is counted, in calls and in the text of their arguments; over either
  bound no further message is read, so that the client's own pipe fills up;
- a question waits to be worked on while answers wait to be read.

So a thousand calls at once are all taken in and answered, also of a client that writes
them all before it reads the first answer. A call whose arguments are too long is answered
at once, which frees them. That a call is cancelled is told by a message,
too; one that is not read ends nothing, but all calls end by themselves.
"""

from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import anyio
from mcp.server import MCPServer
from mcp.server.stdio import stdio_server
from mcp.shared._context_streams import ContextReceiveStream, ContextSendStream
from mcp.shared.message import SessionMessage
from mcp.types import (
    INVALID_REQUEST,
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
)

from log_mcp.server.sdk import ARGUMENTS_MAX, QUESTIONS_MAX, SHORT, characters
from log_mcp.server.stdin import SAID, Lines, taken

CALLS_MAX: Final = 2_048  # under way; each costs some 15 KB at least
ARGUMENT_CHARACTERS_MAX: Final = 64_000_000  # of all calls under way
UNREAD_MAX: Final = 16  # messages that wait to be written before questions wait, too
_TOO_GREAT: Final = (
    f"This message has over {SAID}, and was not read. The arguments of a call may have "
    f"{ARGUMENTS_MAX:,} characters."
)


class Gate:
    """Lets in what there is room for. Belongs to one event loop.

    Attributes:
        calls: How many are under way.
        unread: How many messages wait to be written.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.unread = 0
        self._characters = 0
        self._under_way: Counter[object] = Counter()
        self._weights: dict[object, int] = {}
        self._settled = anyio.Event()
        self._waiting: deque[anyio.Event] = deque()

    async def calm(self, arguments: Any) -> None:
        """Wait until few messages wait to be written, before a question is worked on.

        Args:
            arguments: Of the call; one that is refused for their length need not wait.
        """
        if self.unread < UNREAD_MAX or characters(arguments) > ARGUMENTS_MAX:
            return
        turn = anyio.Event()
        self._waiting.append(turn)
        try:
            await turn.wait()
        except BaseException:
            if turn.is_set():  # Cancelled when it was its turn: that is the next one's.
                self._let_in()
            else:
                self._waiting.remove(turn)
            raise

    def _let_in(self) -> None:
        """Let as many go on as there is room for, and no herd."""
        for _ in range(min(UNREAD_MAX - self.unread, len(self._waiting))):
            self._waiting.popleft().set()

    async def room(self) -> None:
        """Wait until more may be under way."""
        while self.calls >= CALLS_MAX or self._characters >= ARGUMENT_CHARACTERS_MAX:
            await self._settled.wait()

    def came(self, message: SessionMessage | Exception) -> None:
        """Count what was read; while many come, long questions stand still."""
        said = message.message if isinstance(message, SessionMessage) else None
        if isinstance(said, JSONRPCRequest):
            self.calls += 1
            if self.calls > QUESTIONS_MAX:
                SHORT.comes()
            self._under_way[said.id] += 1
            weight = characters(said.params)
            self._characters += weight
            self._weights[said.id] = self._weights.get(said.id, 0) + weight
        elif isinstance(said, JSONRPCNotification) and said.method.endswith(
            "/cancelled"
        ):
            self._settle((said.params or {}).get("requestId"))
            self._let_in()  # It is not answered, so no answer lets in the next.

    async def sends(self, message: SessionMessage, to: "_Out") -> None:
        """Write a message, counting it for as long as that takes."""
        said = message.message
        answered = said.id if isinstance(said, JSONRPCResponse | JSONRPCError) else None
        self.unread += 1
        self._lighten(answered)
        try:
            await to.pass_on(message)
        finally:
            self.unread -= 1
            self._let_in()
            self._settle(answered)

    def _lighten(self, number: object) -> None:
        """The arguments of an answered call are held no more."""
        self._characters -= self._weights.pop(number, 0)
        self._wake()

    def _settle(self, number: object) -> None:
        if not isinstance(number, int | str) or not self._under_way[number]:
            return
        self._under_way[number] -= 1
        self.calls -= 1
        if not self._under_way[number]:
            del self._under_way[number]
        self._lighten(number)

    def _wake(self) -> None:
        self._settled.set()
        self._settled = anyio.Event()


class _In(ContextReceiveStream[SessionMessage | Exception]):
    """What the client sends, as far as there is room for it."""

    __slots__ = ("_gate",)

    def __init__(self, inner: Any, gate: Gate) -> None:
        super().__init__(inner)
        self._gate = gate

    async def receive(self) -> SessionMessage | Exception:
        await self._gate.room()
        message = await super().receive()
        self._gate.came(message)
        return message


class _Out(ContextSendStream[SessionMessage]):
    """What the client is sent."""

    __slots__ = ("_gate",)

    def __init__(self, inner: Any, gate: Gate) -> None:
        super().__init__(inner)
        self._gate = gate

    async def send(self, item: SessionMessage) -> None:
        await self._gate.sends(item, self)

    async def pass_on(self, item: SessionMessage) -> None:
        """Send it, uncounted."""
        await super().send(item)


@asynccontextmanager
async def gated(
    gate: Gate,
) -> AsyncIterator[
    tuple[
        ContextReceiveStream[SessionMessage | Exception],
        ContextSendStream[SessionMessage],
    ]
]:
    """The two streams of stdin and stdout, behind a gate."""
    out: _Out

    async def refuse(number: int | str) -> None:
        error = ErrorData(code=INVALID_REQUEST, message=_TOO_GREAT)
        said = JSONRPCError(jsonrpc="2.0", id=number, error=error)
        await out.pass_on(SessionMessage(said))  # It was never counted as a call.

    lines: Any = Lines(taken(), refuse)  # Of a file the library needs its lines alone.
    async with stdio_server(lines) as (reads, writes):
        out = _Out(writes._inner, gate)  # noqa: SLF001
        yield _In(reads._inner, gate), out  # noqa: SLF001


async def serve_stdio(server: MCPServer[Any], gate: Gate) -> None:
    """Serve one client on stdin and stdout until its input ends."""
    lowlevel = server._lowlevel_server  # noqa: SLF001 - what `MCPServer.run` does itself
    async with gated(gate) as (reads, writes):
        options = lowlevel.create_initialization_options()
        await lowlevel.run(reads, writes, options)
