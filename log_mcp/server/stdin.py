"""The messages on stdin, one a line, none greater than there is room for.

The protocol library reads a line whole, however long: a client that writes without a line
end would take all memory, and one that writes a few megabytes of empty objects, two
gigabytes. Here a line over either bound is let go, and read to its end for that:

- it is answered with an error once its id is known: where that stands first, when the
  bound is met; where it stands last, at the end of the line;
- an id amid other things is not looked for, as what is inside them can look like one. Such
  a line is told on stderr instead, when the bound is met.
"""

import json
import logging
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import BinaryIO, Final

from anyio import to_thread

from log_mcp.lazy import lazy

LINE_BYTES_MAX: Final = 4 << 20  # all that a call may say takes 2.4 MB as \u escapes
MARKS_MAX: Final = 400_000  # that begin values; all that a call may say has no more
SAID: Final = f"{LINE_BYTES_MAX >> 20} MiB or {MARKS_MAX:,} values"
_MARKS: Final = (b",", b"[", b"{")
_SHORT_BYTES: Final = 1 << 20  # all values that fit in are borne: 260 MB at worst
_ENDS_BYTES: Final = 1024  # of a line that is let go: where its id is looked for
_PIECE_BYTES: Final = 1 << 16
_MEMBER: Final = rb'"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"\s*'
_ID: Final = rb'"id"\s*:\s*(-?\d{1,18}|"(?:[^"\\]|\\.){0,200}")\s*'
# No brace stands between the outermost one and the id: it is the message's own.
_FIRST: Final = lazy(rb"\s*\{\s*(?:" + _MEMBER + rb",\s*)*" + _ID + rb"[,}]")
_LAST: Final = lazy(_ID + rb"(?:,\s*" + _MEMBER + rb")*\}\s*$")

logger = logging.getLogger(__name__)


class Lines(AsyncIterator[str]):
    """The lines of a stream as text, without those that are too great.

    Args:
        stream: Read in a thread, a line at a time.
        refuse: Called with the id of a line that is let go, where it can be read.
    """

    def __init__(
        self, stream: BinaryIO, refuse: Callable[[int | str], Awaitable[None]]
    ) -> None:
        self._stream = stream
        self._refuse = refuse

    async def __anext__(self) -> str:
        while True:
            line = await to_thread.run_sync(self._line)
            if isinstance(line, str):
                if not line:
                    raise StopAsyncIteration
                return line
            await self._let_go(*line)

    def _line(self) -> str | tuple[bytes, bytes]:
        """The next line; or of one that is too great how it begins, and goes on."""
        line = self._stream.readline(LINE_BYTES_MAX + 1)
        if len(line) <= _SHORT_BYTES or (
            len(line) <= LINE_BYTES_MAX and sum(map(line.count, _MARKS)) <= MARKS_MAX
        ):
            return line.decode(errors="replace")
        return line[:_ENDS_BYTES], line[-_ENDS_BYTES:]

    async def _let_go(self, begin: bytes, end: bytes) -> None:
        number = _number(_FIRST.match(begin))
        if number is not None:
            await self._refuse(number)
            await to_thread.run_sync(self._end, end)
            return
        logger.warning("a message over %s was not read.", SAID)
        end = await to_thread.run_sync(self._end, end)
        number = _number(_LAST.search(end))
        if number is not None:
            await self._refuse(number)

    def _end(self, end: bytes) -> bytes:
        """Reads a line to its end; how it ends."""
        while not end.endswith(b"\n"):
            piece = self._stream.readline(_PIECE_BYTES)
            if not piece:
                break
            end = (end + piece)[-_ENDS_BYTES:]
        return end


def taken() -> BinaryIO:
    """Stdin for us alone: whoever else reads it in this process meets its end."""
    own = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return os.fdopen(own, "rb", closefd=False)  # A thread may read it to the last.


def _number(found: re.Match[bytes] | None) -> int | str | None:
    """The id of a message, if one was found."""
    if found is None:
        return None
    try:
        number: int | str = json.loads(found[1])
    except ValueError:
        return None
    return number
