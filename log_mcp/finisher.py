"""What becomes of sealed segments: an index, their errors sorted; the rest at leisure.

One thread does it. History goes first, as one interpreter runs both, and it gives way to
questions: to index a segment for a moment only, as questions are slower without it, and at
leisure for long, but not to what is sealed meanwhile.
"""

import threading
from collections.abc import Callable
from typing import Final

from log_mcp.analysis.annotate import Annotator
from log_mcp.leisure import Leisure
from log_mcp.memory import give_back
from log_mcp.store.ring import Ring
from log_mcp.store.segment import Segment
from log_mcp.turn import Polite

LEISURE_S: Final = 0.5  # without anything to seal, before there is leisure
# How long a question may keep it from work.
FINISHING_WAITS_S: Final = 0.1
LEISURE_WAITS_S: Final = 5.0


class Finisher:
    """Finishes the segments of a ring, from `run` on.

    Args:
        ring: Whose segments.
        annotator: Tells the errors of a segment.
        polite: See `Feed`.
        loaded: Set while no history is to be read.
        closing: Set once all ends.

    Attributes:
        taken: How many blocks the ring was given: where none came, there is nothing to be
            done at leisure.
    """

    def __init__(
        self,
        ring: Ring,
        annotator: Annotator,
        polite: Polite,
        loaded: threading.Event,
        closing: threading.Event,
    ) -> None:
        self.taken = 0
        self._ring = ring
        self._annotator = annotator
        self._polite = polite
        self._loaded = loaded
        self._closing = closing
        self._sealed = threading.Event()
        self._leisure: Leisure | None = None
        self._finished: Callable[[Segment], object] = lambda _: None
        ring.on_sealed(self._sealed.set)

    def on_finished(self, call: Callable[[Segment], object]) -> None:
        """Have a function called for each segment that will not grow, once it is indexed.

        Args:
            call: From the thread that indexes; gives way at its beats.
        """
        self._finished = call

    def at_leisure(self, work: Callable[[], None]) -> None:
        """Have something done at leisure; it gives way to questions, too."""
        self._leisure = Leisure(work, self._sealed.is_set, self._closing.is_set)

    def wake(self) -> None:
        """Look now whether there is something to do."""
        self._sealed.set()

    @property
    def rested(self) -> bool:
        """Whether what is done at leisure is done with all that was taken."""
        return self._leisure is None or self._leisure.done == self.taken

    def run(self) -> None:
        """Finish what is sealed until all ends."""
        while not self._closing.is_set():
            sealed = self._sealed.wait(LEISURE_S)
            self._loaded.wait()
            if sealed:
                self._sealed.clear()
                self._finish_all()
            self._rest()
            self._ring.make_room()  # What leisure and questions keep counts, too.

    def _finish_all(self) -> None:
        for segment in self._ring.unfinished():
            if self._closing.is_set():
                return
            with self._polite(FINISHING_WAITS_S):
                text = segment.text
                segment.index(text)
                self._annotator.seal(segment, text)
                del text
                self._finished(segment)
                self._ring.make_room()  # What was added counts, too.
        self._ring.make_room()
        give_back()

    def _rest(self) -> None:
        """Do what is done at leisure, if it is time."""
        leisure, taken = self._leisure, self.taken
        if leisure is None or not leisure.is_due(taken):
            return
        if leisure.is_overdue:  # What is sealed does not end it, nor its waiting.
            politely = self._polite(FINISHING_WAITS_S)
        else:
            politely = self._polite(LEISURE_WAITS_S, self._is_wanted)
        with politely:
            leisure.use(taken)

    def _is_wanted(self) -> bool:
        """Whether its thread is wanted for something else than leisure."""
        return self._sealed.is_set() or self._closing.is_set()
