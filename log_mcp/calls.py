"""What "since the last call" means: up to where each file was read when it was asked."""

import threading
from collections.abc import Sequence
from typing import Final

from log_mcp.errors import CursorExpired
from log_mcp.ingest.tail import EVERYTHING, Tail
from log_mcp.store.ring import Held

LAST_CALL: Final = "last_call"
CALLS_MAX: Final = 64  # that a cursor can go on from


class Marks(dict[str, int]):
    """Per file, up to where it was read at a call.

    Attributes:
        at_ns: When that was, UTC nanoseconds; None if there was no call.
    """

    at_ns: int | None = None


def marks_of(held: Sequence[Held], tails: Sequence[Tail]) -> Marks:
    """Up to where each file is read now: history that is still to come is no news.

    Args:
        held: What memory holds.
        tails: All files.
    """
    ends = {
        tail.key: EVERYTHING if tail.file.packed else tail.frontier
        for tail in tails
        if tail.frontier
    }
    ends |= {one.key: one.segments[-1].end for one in held if one.segments}
    return Marks(ends)


class Calls:
    """The marks of the last call, and of the calls that cursors go on from.

    Thread-safe. A mark is the end of what was held of a file when a question was
    asked; the pages behind a cursor and the reading of resources move none.

    Args:
        shared: Whether several clients ask, of whom each has a last call of its own.
    """

    def __init__(self, *, shared: bool = False) -> None:
        self.shared = shared
        self._lock = threading.Lock()
        self._last: Marks | None = None
        self._kept: dict[str, Marks] = {}

    def next(self, held: Sequence[Held], tails: Sequence[Tail], now_ns: int) -> Marks:
        """The marks of the call before, now that one is made.

        Args:
            held: What memory holds for this call.
            tails: All files: history that is still to come is not new when it has come.
            now_ns: The time.
        """
        ends = marks_of(held, tails)
        with self._lock:
            before = Marks(ends) if self._last is None else self._last
            self._last = Marks({**before, **ends})
            self._last.at_ns = now_ns
        return before

    def keep(self, marks: Marks) -> str:
        """A name for marks, that a cursor can carry as its `since`."""
        with self._lock:
            number = int(next(reversed(self._kept), ":0").rpartition(":")[2]) + 1
            name = f"{LAST_CALL}:{number}"
            self._kept[name] = marks
            while len(self._kept) > CALLS_MAX:
                del self._kept[next(iter(self._kept))]
        return name

    def kept(self, name: str) -> Marks | None:
        """The marks that a cursor's `since` names; None for any other text.

        Raises:
            CursorExpired: They are forgotten.
        """
        if not name.startswith(f"{LAST_CALL}:"):
            return None
        marks = self._kept.get(name)
        if marks is None:
            raise CursorExpired(
                "cursor: the call it goes on from is forgotten. Ask again without a "
                "cursor."
            )
        return marks
