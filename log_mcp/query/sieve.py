"""Where an expression matches in a text, told at the speed of memory.

Vectorscan compares many bytes at once, where RE2 takes one after the other, and calls back
at every end of a match. It knows no leftmost match, and its characters are bytes: what it
may be asked is for `dialect` to say.

A call back takes as long as a kilobyte of text, so whoever asks says how many are worth it.
"""

from typing import Any, Final, NamedTuple

SLOW_CHARACTERS_MIN: Final = 400  # of a pattern: it may take long to compile


class Ends(NamedTuple):
    """Where matches end.

    Attributes:
        at: Offsets behind their last bytes, ascending; those of one match may be many.
        whole: Whether these are all; else there are more from the last one on.
    """

    at: list[int]
    whole: bool


class Sieve:
    """An expression, compiled when it is first asked; thread-safe.

    Args:
        pattern: Of Vectorscan, over bytes; `^` and `$` match at lines.
        folded: Whether ASCII case is ignored.
    """

    __slots__ = ("_folded", "_idle", "_pattern", "_refused")

    def __init__(self, pattern: bytes, *, folded: bool) -> None:
        self._pattern = pattern
        self._folded = folded
        # One that is at work cannot be asked by another thread: each has its own.
        self._idle: list[Any] = []
        self._refused = len(pattern) >= SLOW_CHARACTERS_MIN

    def ends(self, text: bytes, begin: int, end: int, most: int) -> Ends | None:
        """Where matches in a part of a text end.

        Args:
            text: To look in.
            begin: Where the part begins; what stands before counts for nothing.
            end: Where it ends, likewise.
            most: How many ends are wanted before the search is given up.

        Returns:
            None if the expression is none that can be told so: it may match the empty
            text, or is too large.
        """
        database = self._database()
        if database is None:
            return None
        found: list[int] = []
        add = found.append

        def told(_: int, __: int, to: int, ___: int, ____: None) -> bool:
            add(begin + to)
            return len(found) > most

        from hyperscan import ScanTerminated  # noqa: PLC0415  see `_database`

        try:
            database.scan(memoryview(text)[begin:end], match_event_handler=told)
        except ScanTerminated:
            return Ends(found, whole=False)
        finally:
            self._idle.append(database)
        return Ends(found, whole=True)

    def _database(self) -> Any:
        """The expression, compiled, for this thread alone until it is given back."""
        if self._refused:
            return None
        try:
            return self._idle.pop()
        except IndexError:
            pass
        # Loaded when a first text is searched: it takes 15 ms, which no start should wait.
        import hyperscan  # noqa: PLC0415

        flags = hyperscan.HS_FLAG_MULTILINE
        flags |= hyperscan.HS_FLAG_CASELESS if self._folded else 0
        database = hyperscan.Database()
        try:
            database.compile([self._pattern], ids=[0], elements=1, flags=[flags])
        except hyperscan.error:  # also on a processor that it has no code for
            self._refused = True
            return None
        return database
