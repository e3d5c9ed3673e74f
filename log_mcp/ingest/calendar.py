"""Which day, or year, the records of one file are of, where their times do not say.

Operations we want: the times of a block's records, whatever part of the file was read
before, and the same ones whenever a part is read again.

Plan: what is known is one stretch of the file, as places from which on records are of
another day or year. It is anchored once, at its end: the last record is not younger than
the file. It grows at both ends: backwards while history is read, forwards while the file
is followed; there, a record that was written now tells how many days went by in silence.
What can only be read forwards, from its beginning to what is known, is taken in pieces,
and kept until the last one: whoever asks may end it between two of them, and the next one
goes on.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import tzinfo
from threading import Lock
from typing import Final, NamedTuple

import numpy as np

from log_mcp.beat import beat
from log_mcp.period import Column, Period

_LOOK_S: Final = 0.02  # between two beats, while somebody else reads


class Stretch(NamedTuple):
    """Records of a part of a file that lack something of their date.

    Attributes:
        begin: Where the part begins in the file.
        end: Where it ends.
        offsets: Where each record begins.
        phases: Of each; see `period`.
    """

    begin: int
    end: int
    offsets: Column
    phases: Column

    def up_to(self, place: int | None) -> "Stretch":
        """The part before a place; all of it for None."""
        if place is None:
            return self
        row = int(np.searchsorted(self.offsets, place))
        return self._replace(offsets=self.offsets[:row], phases=self.phases[:row])

    def behind(self, place: int) -> "Stretch":
        """The part from a place on."""
        row = int(np.searchsorted(self.offsets, place))
        return self._replace(offsets=self.offsets[row:], phases=self.phases[row:])


class Run:
    """The numbers of records that follow each other, from the first to the last.

    Args:
        period: What their times lack.

    Attributes:
        begin: Where the run begins in the file; -1 while it is empty.
        end: Where it ends.
        places: Where the number changes, and where the run begins.
        numbers: What it is from there on.
        first: Phase of the first record; None while there is none.
        last: Phase of the last record, or of the one before the run if that is known.
        number: Its number.
        leaping: Numbers of records of a February 29.
        guess: Number and phase of the last record that follows a step which is a guess.
    """

    def __init__(self, period: Period) -> None:
        self.begin = self.end = -1
        self.first: int | None = None
        self.last: int | None = None
        self.number = 0
        self.places: list[int] = []
        self.numbers: list[int] = []
        self.leaping: set[int] = set()
        self.guess: tuple[int, int] | None = None
        self._period = period

    def take(self, stretch: Stretch) -> None:
        """Go on with the records of a stretch."""
        phases = stretch.phases
        if self.begin < 0:
            self.begin = stretch.begin
        self.end = stretch.end
        if not len(phases):
            return
        before = int(phases[0]) if self.last is None else self.last
        led = np.concatenate(([before], phases))
        steps = self._period.steps(led)
        guessed = np.flatnonzero(self._period.guessed(led))
        numbers = self.number + np.cumsum(steps)
        if len(guessed):
            self.guess = int(numbers[guessed[-1]]), int(phases[guessed[-1]])
        changed = steps != 0
        changed[0] |= self.first is None
        self.places += stretch.offsets[changed].tolist()
        self.numbers += numbers[changed].tolist()
        self.leaping |= {*numbers[self._period.leaping(phases)].tolist()}
        if self.first is None:
            self.first = int(phases[0])
        self.last, self.number = int(phases[-1]), int(numbers[-1])


class Calendar:
    """The dates of one file; safe to use from any thread.

    Args:
        period: What its times lack.
        zone: Theirs.

    Attributes:
        begin: Where the stretch begins that is known; None while nothing is.
        guess_ns: The last time up to which days depend on a guess; None if none do.
        learned: How many pieces were taken in, which tells whether it came further.
    """

    def __init__(self, period: Period, zone: tzinfo) -> None:
        self.period = period
        self.zone = zone
        self.begin: int | None = None
        self.guess_ns: int | None = None
        self.learned = 0
        self._end = 0
        self._places: list[int] = []
        self._numbers: list[int] = []
        self._first = self._last = 0  # phases
        self._lock = Lock()
        self._going = Lock()
        self._gone: tuple[int, Run, Iterator[Stretch]] | None = None

    def knows(self, place: int) -> bool:
        """Whether all is known from a place to the end of what is known."""
        return self.begin is not None and self.begin <= place

    def dated_bytes(self, size: int) -> int:
        """How much of the file was read to know this.

        Args:
            size: Of the file, in bytes.
        """
        gone = self._gone
        read = 0 if gone is None else max(0, gone[1].end - gone[0])
        return read + (0 if self.begin is None else max(0, size - self.begin))

    def times(self, stretch: Stretch, limit_ns: int, *, last: bool = True) -> Column:
        """UTC epoch nanoseconds of records.

        Args:
            stretch: That holds them; next to what is known, or in it.
            limit_ns: The youngest they can be.
            last: Whether nothing that is written already follows them.
        """
        with self._lock:
            self._take(stretch, limit_ns)
            if stretch.end > self._end:
                self._append(stretch, limit_ns, last=last)
            if not len(stretch.phases):
                return stretch.phases
            numbers = self._of(stretch.offsets)
        return self.period.utc(numbers, stretch.phases, self.zone)

    def _of(self, offsets: Column) -> Column:
        """The number of each record; one for all where they share it."""
        ends = int(offsets.min()), int(offsets.max())
        first, last = (max(0, bisect_right(self._places, one) - 1) for one in ends)
        numbers = np.array(self._numbers[first : last + 1])
        if first == last:
            return numbers
        places = np.array(self._places[first + 1 : last + 1])
        return numbers[np.searchsorted(places, offsets, "right")]

    def take(self, stretch: Stretch, limit_ns: int) -> None:
        """Know a stretch, too, that ends where the known begins."""
        with self._lock:
            self._take(stretch, limit_ns)

    def _take(self, stretch: Stretch, limit_ns: int) -> None:
        if self.begin is None or stretch.begin < self.begin:
            run = Run(self.period)
            run.take(stretch.up_to(self.begin))
            self._prepend(run, limit_ns)

    def go_on(
        self, begin: int, stretches: Callable[[], Iterator[Stretch]], limit_ns: int
    ) -> None:
        """Know all from a place to where the known begins, or the file ends.

        Args:
            begin: The place.
            stretches: Gives what lies there, from the first to the last; asked again only
                if another place is meant. A beat between two of them may end it, and the
                next call goes on there.
            limit_ns: See `times`.
        """
        while not self._going.acquire(timeout=_LOOK_S):
            beat()
        try:
            if self._gone is None or self._gone[0] != begin:
                self._gone = begin, Run(self.period), stretches()
            _, run, rest = self._gone
            for stretch in rest:
                run.take(stretch)
                self.learned += 1
                beat()
            self._gone = None
            with self._lock:
                if self.begin is None or run.begin < run.end <= self.begin:
                    self._prepend(run, limit_ns)
        finally:
            self._going.release()

    def _prepend(self, run: Run, limit_ns: int) -> None:
        if run.begin < 0:
            return
        self.learned += 1
        if self.begin is None:
            self._end = run.end
        self.begin = run.begin
        if run.first is None or run.last is None:
            return
        if self._numbers:
            pair = np.array([run.last, self._first])
            step = self.period.steps(pair)
            if self.period.guessed(pair)[0]:
                self._guess(self._numbers[0], self._first)
            shift = self._numbers[0] - int(step[0]) - run.number
        else:
            shift = self.period.latest(run.last, limit_ns, self.zone) - run.number
            shift -= self.period.back(number + shift for number in run.leaping)
            self._last = run.last
        self._first = run.first
        if run.guess is not None:
            self._guess(run.guess[0] + shift, run.guess[1])
        numbers = [number + shift for number in run.numbers]
        alike = self._numbers[:1] == numbers[-1:]
        self._places = run.places + self._places[alike:]
        self._numbers = numbers + self._numbers[alike:]

    def _guess(self, number: int, phase: int) -> None:
        """Days up to this record depend on a guess."""
        column = self.period.utc(np.array([number]), np.array([phase]), self.zone)
        at_ns = int(column[0])
        self.guess_ns = at_ns if self.guess_ns is None else max(at_ns, self.guess_ns)

    def _append(self, stretch: Stretch, limit_ns: int, *, last: bool) -> None:
        begun = bool(self._numbers)
        run = Run(self.period)
        if begun:
            run.last, run.number = self._last, self._numbers[-1]
        run.take(stretch.behind(self._end))
        self._end = stretch.end
        if run.first is None or run.last is None:
            return
        shift = 0
        if last or not begun:
            newest = self.period.latest(run.last, limit_ns, self.zone)
            # More than one ahead is no clock that runs fast, but lines out of order.
            most = newest + 1 if begun else newest
            shift = max(newest, min(run.number, most)) - run.number
        if not begun:
            self._first = run.first
        self._last = run.last
        if run.guess is not None:
            self._guess(run.guess[0] + shift, run.guess[1])
        numbers = [number + shift for number in run.numbers]
        alike = self._numbers[-1:] == numbers[:1]
        self._places += run.places[alike:]
        self._numbers += numbers[alike:]
