"""Periods of single letters, without a log: what is compared of two periods."""

import numpy as np

from log_mcp.analysis.events import Book, Both, Events, Period, Sort, Sorts
from log_mcp.analysis.template import Template
from tests.feeding import SECOND_NS

MILLISECOND_NS = SECOND_NS // 1000
KINDS = "abcdefgh"
FAILS = {"h"}
SUSPECT = {kind: "left" if kind in "abcd" else "right" for kind in KINDS}


class Board:
    """Sorts and periods of single letters, without a log."""

    def __init__(self) -> None:
        self.sorts = Sorts.__new__(Sorts)
        self.sorts.suspects = ["left", "right"]
        self.sorts.every = [
            Sort(
                self.sorts.suspects.index(SUSPECT[kind]),
                Template(kind, kind),
                kind in FAILS,
                kind,
            )
            for kind in KINDS
        ]
        self.sorts.of = np.arange(len(KINDS))
        self.sorts.sources = [SUSPECT[kind] for kind in KINDS]
        self.sorts.suspect = np.array([one.suspect for one in self.sorts.every])
        self.sorts.failed = np.array([one.failed for one in self.sorts.every])
        self.sorts.lead = ""
        self.sorts.said = {}

    def both(self, before, now):
        """Two periods; each a list of traces.

        A trace is a text of letters, a millisecond apart, or pairs of a letter and its
        milliseconds since the last one.
        """
        return Both(self.sorts, self._period(before), self._period(now))

    def _period(self, traces):
        return Period(Told(traces), self.sorts, 0, 10**6 * SECOND_NS)


class Told(Events):
    """Records of a period, as `Events` gives them."""

    def __init__(self, traces) -> None:
        super().__init__(Book())
        rows = []
        for number, trace in enumerate(traces):
            at = number * 60 * SECOND_NS
            for one in trace:
                kind, ms = (one, 1) if isinstance(one, str) else one
                at += int(ms * MILLISECOND_NS)
                level = 5 if kind in FAILS else 3
                rows.append((at, KINDS.index(kind), level, number))
        self._rows = np.array(rows, np.int64).reshape(-1, 4)

    def columns(self):
        times, kinds, levels, traces = self._rows.T
        return times, kinds, levels.astype(np.uint8), traces


BOARD = Board()
