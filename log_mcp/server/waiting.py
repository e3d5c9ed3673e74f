"""Waiting without a thread: woken when lines arrive and when time is up."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio
import anyio.to_thread
from mcp.server.mcpserver import Context

from log_mcp.answer import Waited
from log_mcp.errors import QueryError
from log_mcp.pace import LOOK_S

if TYPE_CHECKING:
    from log_mcp.logbook import Logbook
    from log_mcp.query.filter import Ask

PLAIN_S_MAX: Final = (
    55.0  # most clients give a call a minute, unless it tells how far it is
)
TELL_S: Final = 5.0


async def waited_for(  # noqa: PLR0917  as the tool has them
    ctx: Context[Any, Any],
    book: "Callable[[], Logbook]",
    ask: "Ask",
    stop_on: str,
    timeout_s: float,
    quiet_s: float,
) -> tuple["Logbook", Waited]:
    """The logbook, and what a wait in it brought.

    Args:
        ctx: Of the call; told how long it waits if it asked for that.
        book: Gives the logbook; may wait, and raise `LogMcpError`.
        ask: Narrows what counts.
        stop_on: See `Wait`.
        timeout_s: Likewise.
        quiet_s: Likewise.

    Raises:
        QueryError: A parameter means nothing.
    """
    meta = ctx.request_context.meta or {}
    if timeout_s > PLAIN_S_MAX and "progress_token" not in meta:
        raise QueryError(
            f"timeout_s: more than {PLAIN_S_MAX:g} needs a progress token, without which "
            "a client gives up after a minute. Wait again instead."
        )
    logbook = await anyio.to_thread.run_sync(book)
    wait = await anyio.to_thread.run_sync(
        partial(
            logbook.waiting, ask, stop_on=stop_on, timeout_s=timeout_s, quiet_s=quiet_s
        )
    )
    woken, loop = asyncio.Event(), asyncio.get_running_loop()
    begun = loop.time()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    with logbook.feed.arrived.listening(wake):
        while True:
            woken.clear()
            answer = await anyio.to_thread.run_sync(partial(logbook.look, wait))
            if answer is not None:
                return logbook, answer
            with logbook.turn.waiting():  # Reading is what is waited for.
                with anyio.move_on_after(min(TELL_S, wait.due_s())):
                    await woken.wait()
                await anyio.sleep(LOOK_S)
            share = min(1.0, (loop.time() - begun) / timeout_s)
            await ctx.report_progress(share, 1.0, "waiting")
