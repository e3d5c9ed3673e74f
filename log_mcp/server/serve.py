"""The server on stdin and stdout, or over HTTP, from the first byte to the last.

Clients give a server about two seconds, and the protocol library takes most of them. So
nothing that this module imports is heavy, the logbook begins once the first message has
been answered (or soon, where none comes), and the garbage collector rests while thousands of classes are made.
"""

import gc
import logging
import os
import signal
import sys
import threading
from concurrent.futures import Future, wait
from types import FrameType
from typing import TYPE_CHECKING, Final, NoReturn

from log_mcp.beat import beat
from log_mcp.errors import LogMcpError
from log_mcp.numeric import import_numpy
from log_mcp.turn import Turn

if TYPE_CHECKING:
    from log_mcp.config import Config
    from log_mcp.logbook import Logbook
    from log_mcp.server.http import Web

_CLOSING_S: Final = 0.4  # a client waits a second, or kills 100 ms after a signal
_SLICE_S: Final = 0.02  # of waiting until the logbook is there
_GREETING_S: Final = (
    0.3  # the logbook waits this long for the first message to be answered
)
_LOOKED_S: Final = 5.0  # for the recent past of all files, which goes first
_SWITCH_S: Final = 0.0005  # a scan in one thread delays answers by 10 ms instead of 50

logger = logging.getLogger(__name__)


def serve(
    config: "Config", *, structured: bool = False, web: "Web | None" = None
) -> NoReturn:
    """Serves until stdin ends or a signal comes; ends the process.

    Args:
        config: Checked settings.
        structured: Publish output schemas and answer with `structuredContent` too.
        web: Where to serve over HTTP; None for stdin and stdout.
    """
    gc.disable()
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format="log-mcp: %(levelname)s: %(message)s",
    )
    turn = Turn()
    opening = Opening(config, turn, shared=web is not None)
    signal.signal(signal.SIGINT, opening.stop)
    signal.signal(signal.SIGTERM, opening.stop)
    sys.setswitchinterval(_SWITCH_S)

    import anyio  # noqa: PLC0415 - heavy, as what follows

    from log_mcp.server.assembly import assemble  # noqa: PLC0415
    from log_mcp.server.gate import Gate, serve_stdio  # noqa: PLC0415

    gate = Gate() if web is None else None
    server = assemble(
        opening.logbook,
        turn,
        greeted=opening.greeted,
        gate=gate,
        under_way_max=None if web is None else web.under_way_max,
        structured=structured,
        names=config.tools,
    )
    gc.freeze()
    gc.enable()
    opening.begin()
    try:
        if gate is not None:
            anyio.run(serve_stdio, server, gate)
        elif web is not None:
            web.run(server, opening.logbook)
    finally:
        opening.leave()


class Opening:
    """A logbook that is made in the background and closed on the way out.

    Thread-safe: `logbook` may be called from any thread.
    """

    def __init__(self, config: "Config", turn: Turn, *, shared: bool = False) -> None:
        self._config = config
        self._turn = turn
        self._shared = shared
        self._made: Future[Logbook] = Future()
        self._greeted = threading.Event()

    def begin(self) -> None:
        """Makes and starts the logbook, in a thread of its own."""
        threading.Thread(target=self._open, name="log-mcp opening", daemon=True).start()

    def greeted(self) -> None:
        """The client has its first reply: what is heavy no longer delays it."""
        self._greeted.set()

    def logbook(self) -> "Logbook":
        """The logbook, waited for; a client that has gone ends the wait.

        Raises:
            LogMcpError: If it could not be made; the same one every time.
        """
        self._greeted.set()
        while not self._made.done():
            beat()
            wait([self._made], _SLICE_S)
        return self._made.result()

    def _open(self) -> None:
        self._greeted.wait(_GREETING_S)
        try:
            import_numpy()
            from log_mcp.logbook import Logbook  # noqa: PLC0415 - numpy and the text search

            made = Logbook(
                self._config, commands=True, turn=self._turn, shared=self._shared
            )
            made.start()
        except Exception as error:  # noqa: BLE001 - the thread's edge: whoever asks gets it
            if isinstance(error, LogMcpError):
                logger.error("%s", error)  # noqa: TRY400 - it is meant for the user
            self._made.set_exception(error)
        else:
            self._made.set_result(made)
            self._prepare(made)

    def _prepare(self, made: "Logbook") -> None:
        """Makes ready what a first answer needs, while the client still thinks."""
        from log_mcp.instruction import instructs  # noqa: PLC0415 - as above

        made.feed.wait_looked(_LOOKED_S)
        with self._turn.polite(_LOOKED_S):
            instructs("")  # Its expressions take a tenth of a second to compile.

    def stop(self, _number: int, _frame: FrameType | None) -> NoReturn:
        """A signal handler: nothing answers after it."""
        self.leave()

    def leave(self) -> NoReturn:
        """Closes the logbook and ends the process, at once even if a thread hangs."""
        try:
            if self._made.done() and self._made.exception() is None:
                closing = threading.Thread(
                    target=self._made.result().close, daemon=True
                )
                closing.start()
                closing.join(_CLOSING_S)
        finally:
            os._exit(0)
