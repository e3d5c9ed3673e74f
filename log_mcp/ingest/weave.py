"""Stack traces that lines of other streams tore apart, woven together again.

    web-1  | Traceback (most recent call last):
    db-1   | LOG:  checkpoint starting
    web-1  |   File "/srv/a.py", line 1, in f

Operations we want: the lines of a block in an order in which those of a trace stand side by
side; the same order whatever the split into blocks; nothing to pay where nothing is torn.

Plan: a line goes out, and while what it is a part of may go on, the next line of its stream
is looked for among those that follow. If that goes on with it, it goes out next; if it
does not, or does not come soon, the trace has ended. So lines of others wait, but never
for more than `LINES_MAX` of them (`UNTIMED_MAX` where no envelope states a time) or
`WAIT_NS` by the envelope's clock, and whoever follows a file gives them out when it falls
silent.

That is asked of few lines. One that states a time, a level or an object goes on with
nothing, so a block in which each change of stream leads to such a line is in order. Else
the zones around marks of traces are walked line by line, and the last few lines, behind
which another block may go on.

A line that reports a failure may be followed by its trace. A line that would belong to a
trace only if a later one does is not fetched from behind others, unless it is blank.
"""

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.beat import beat
from log_mcp.formats.reader import Text
from log_mcp.formats.relay import FAILURE
from log_mcp.formats.stacktrace import State, any_mark, begins, continues
from log_mcp.formats.wrapping import is_traced, states_own
from log_mcp.labels import Label, Labels, joined
from log_mcp.lazy import lazy
from log_mcp.record import NO_TIME
from log_mcp.span import SECOND

# Of others, while a trace waits for its next line. Who reads two pipes reads them in turn,
# many lines at a time; but without a clock nobody knows how long that takes.
LINES_MAX: Final = 512
UNTIMED_MAX: Final = 32
WAIT_NS: Final = SECOND  # a trace is printed in one go
_LOOK_BACK: Final = 64  # lines, for one that surely is in no trace before it
_OWN: Final = np.zeros(256, np.bool_)
_OWN[[*b"0123456789{"]] = True  # the first bytes of times and of objects
_LEVEL: Final = lazy(
    rb"\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|SEVERE|FATAL|CRITICAL)\b"
)
_NONE: Final = np.zeros(0, np.int64)
_BLANK: Final = b" \t\r\f\v"


class Strand(NamedTuple):
    """Lines out of their envelopes.

    Attributes:
        data: The lines with their ends.
        offsets: Where each begins in the file.
        times: The envelope's own time of each.
        first: Raw line at which each begins, counted from the block's first.
        last: Raw line at which it ends.
        cut: Whether it was too long.
        labels: What the envelope says of each.
        ends: Where each ends in `data`, where that is known already.
    """

    data: bytes
    offsets: NDArray[np.int64]
    times: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    cut: NDArray[np.bool_]
    labels: Labels
    ends: NDArray[np.int64] | None = None

    def rows(self, rows: Any, data: bytes) -> "Strand":
        """Some lines, and their text."""
        return Strand(
            data,
            self.offsets[rows],
            self.times[rows],
            self.first[rows],
            self.last[rows],
            self.cut[rows],
            self.labels.take(rows),
        )


def _both(before: Strand, behind: Strand) -> Strand:
    return Strand(
        before.data + behind.data,
        np.concatenate([before.offsets, behind.offsets]),
        np.concatenate([before.times, behind.times]),
        np.concatenate([before.first, behind.first]),
        np.concatenate([before.last, behind.last]),
        np.concatenate([before.cut, behind.cut]),
        joined([(one.labels, len(one.offsets)) for one in (before, behind)]),
    )


class _Open(NamedTuple):
    """What the line that went out last is a part of, if that may go on.

    Attributes:
        label: Of its stream.
        time_ns: Of the line.
        trace: Where the stack trace stands; None if the line reports a failure.
    """

    label: Label
    time_ns: int
    trace: State | None


class Weave:
    """The lines of one file, in file order."""

    def __init__(self) -> None:
        self._open: _Open | None = None
        self._held: Strand | None = None
        self._last: Label | None = None

    @property
    def holds(self) -> bool:
        """Whether lines wait for what may come before them."""
        return self._held is not None

    def through(
        self, lines: Strand, *, final: bool = False
    ) -> tuple[Strand, NDArray[np.bool_] | None]:
        """The next lines as they go out.

        Args:
            lines: That follow those given before.
            final: Whether nothing that follows is waited for.

        Returns:
            They, and which of them stand below a line of another stream; None for none.
        """
        held, self._held = self._held, None
        whole = lines if held is None else _both(held, lines)
        if len(whole.offsets):
            whole = self._ordered(whole, final=final)
        return whole, self._changes(whole)

    def shift(self, lines: int) -> None:
        """Count raw lines from so many later on."""
        held = self._held
        if held is not None:
            self._held = held._replace(first=held.first - lines, last=held.last - lines)

    def _changes(self, lines: Strand) -> NDArray[np.bool_] | None:
        count, labels, last = len(lines.offsets), lines.labels, self._last
        if not count:
            return None
        self._last = labels.of(count - 1)
        other = last is not None and last != labels.of(0)
        if labels.rows is None and not other:
            return None
        changed = np.zeros(count, np.bool_)
        changed[0] = other
        if labels.rows is not None:
            changed[1:] = labels.rows[1:] != labels.rows[:-1]
        return changed

    def _ordered(self, whole: Strand, *, final: bool) -> Strand:
        is_one = whole.labels.rows is None and (
            self._open is None or self._open.label == whole.labels.of(0)
        )
        loom = _Loom(whole, self._open, final=final)
        if is_one:
            self._open = loom.end()
            return whole
        runs = loom.runs()
        self._open = None if final else loom.open
        if runs == [(0, len(whole.offsets))]:
            return whole._replace(ends=loom.text.ends)
        return self._parted(whole, loom.text, runs)

    def _parted(self, whole: Strand, text: Text, runs: list[tuple[int, int]]) -> Strand:
        """The lines that go out; the others are held."""
        order = np.concatenate([_NONE, *(np.arange(*run) for run in runs)])
        rest = np.ones(len(whole.offsets), np.bool_)
        rest[order] = False
        kept = np.flatnonzero(rest)
        if len(kept):
            texts = [text.line(line) + b"\n" for line in kept.tolist()]
            self._held = whole.rows(kept, b"".join(texts))
        parts = [text.data[text.starts[a] : text.ends[b - 1] + 1] for a, b in runs]
        return whole.rows(order, b"".join(parts))


class _Loom:
    """One run of lines being put in order.

    Args:
        whole: The lines.
        open_: What the line before them is a part of.
        final: Whether nothing behind them is waited for.
    """

    def __init__(self, whole: Strand, open_: _Open | None, *, final: bool) -> None:
        self._whole = whole
        self._final = final
        self.open = open_
        self._runs: list[tuple[int, int]] = []
        self._taken: set[int] = set()
        self._count = len(whole.offsets)
        self._text: Text | None = None
        rows = whole.labels.rows
        self._codes = np.zeros(self._count, np.uint8) if rows is None else rows

    @property
    def text(self) -> Text:
        """The lines, told apart when they are first needed."""
        if self._text is None:
            self._text = Text(self._whole.data)
        return self._text

    def end(self) -> _Open | None:
        """What the last line is a part of, where all are of one stream."""
        data, stop, first = self._whole.data, len(self._whole.data) - 1, self._count
        lines: list[bytes] = []
        for _ in range(min(_LOOK_BACK, self._count)):
            start = data.rfind(b"\n", 0, stop) + 1
            lines.append(data[start:stop])
            first, stop = first - 1, start - 1
            if _is_own(lines[-1]):
                break
        else:
            if first:
                return self._end_by_marks()
        found = self.open
        for at, line in zip(range(first, self._count), reversed(lines), strict=True):
            found = self._after(found, at, line)
        return found

    def _end_by_marks(self) -> _Open | None:
        """`end`, where no line near it tells that what came before has ended."""
        found, at = self.open, 0
        for mark in (*self._marks(), self._count - 1):
            if found is None or found.trace is None:
                at = max(at, mark)
            while at <= mark or (at < self._count and found and found.trace):
                found = self._after(found, at, self.text.line(at))
                at += 1
        return found

    def _marks(self) -> list[int]:
        return self.text.holding(any_mark())

    def runs(self) -> list[tuple[int, int]]:
        """Runs of lines in the order in which they go out; those left out wait."""
        at = 0 if self.open is None else self._zone(0, 0)
        if at is not None:
            at = self._zones(at)
        if at is not None:
            self._zone(at, self._count)
        return self._runs

    def _give(self, begin: int, end: int) -> None:
        runs = self._runs
        if runs and runs[-1][1] == begin:
            runs[-1] = (runs[-1][0], end)
        elif begin < end:
            runs.append((begin, end))

    def _zones(self, at: int) -> int | None:
        """Walks the zones in which something may be torn; where the last lines begin."""
        last = self._last_of_a_stream()
        if last <= at:
            return at
        text = self.text
        own = _OWN[np.frombuffer(text.data, np.uint8)[text.starts]]
        torn = (self._codes[1:] != self._codes[:-1]) & ~own[1:]
        calm = np.flatnonzero(own[at : last + 1])
        if not torn[at:].any() and len(calm):
            last = at + int(calm[-1])
        else:
            for above, mark in sorted(map(self._zone_of, self._marks())):
                if above >= last:
                    break  # All that is left is walked.
                if mark < at:
                    continue
                begin = max(at, above)
                self._give(at, begin)
                after = self._zone(begin, mark + 1)
                if after is None:
                    return None
                at = after
            last = max(at, last)
        self._give(at, last)
        return last

    def _last_of_a_stream(self) -> int:
        """The first of the lines near the end that are the last of their stream."""
        near = self._codes[: -LINES_MAX - 1 : -1]
        _, from_end = np.unique(near, return_index=True)
        return self._count - 1 - int(from_end.max())

    def _zone_of(self, mark: int) -> tuple[int, int]:
        """A mark, behind the line above it in its stream."""
        codes = self._codes
        above = codes[max(0, mark - LINES_MAX) : mark][::-1] == codes[mark]
        return (mark - 1 - int(above.argmax()) if above.any() else mark), mark

    def _zone(self, at: int, calm_from: int) -> int | None:
        """Walks line by line until nothing is open from a line on.

        Returns:
            The line at which the walk ended; None if lines wait.
        """
        while True:
            beat()
            while at in self._taken:
                self._taken.discard(at)
                at += 1
            if self.open is not None and not self._is_next(self.open, at):
                found = self._next(self.open, at)
                if found == self._count:
                    return None  # It may still come.
                self.open = self._fetched(self.open, found)
                if self.open is not None:
                    continue
            if at >= calm_from and self.open is None and not self._taken:
                return at
            self._give(at, at + 1)
            self.open = self._after(self.open, at, self.text.line(at))
            at += 1

    def _is_next(self, open_: _Open, at: int) -> bool:
        return at < self._count and self._label(at) == open_.label

    def _fetched(self, open_: _Open, found: int) -> _Open | None:
        """What is open once a line is fetched from behind others; None if it stays."""
        if found < 0:
            return None
        after = self._goes_on(open_, found, self.text.line(found))
        if after is not None:
            self._give(found, found + 1)
            self._taken.add(found)
        return after

    def _next(self, open_: _Open, at: int) -> int:
        """The next line of a stream; -1 if it comes too late, the count if it is not there."""
        others = 0
        most = UNTIMED_MAX if open_.time_ns == NO_TIME else LINES_MAX
        for line in range(at, self._count):
            if line in self._taken:
                continue
            if self._is_late(open_, line) or others == most:
                return -1
            if self._label(line) == open_.label:
                return line
            others += 1
        return -1 if self._final or others == most else self._count

    def _is_late(self, open_: _Open, line: int) -> bool:
        time_ns = int(self._whole.times[line])
        known = NO_TIME not in {time_ns, open_.time_ns}
        return known and abs(time_ns - open_.time_ns) > WAIT_NS

    def _label(self, line: int) -> Label:
        return self._whole.labels.table[self._codes[line]]

    def _goes_on(self, open_: _Open, at: int, line: bytes) -> _Open | None:
        """What is open behind a line of the same stream, if it goes on with it."""
        if _is_own(line):
            return None
        trace = begins(line) if open_.trace is None else continues(open_.trace, line)
        if trace is None or (trace.trial and line.strip(_BLANK)):
            return None
        return _Open(open_.label, int(self._whole.times[at]), trace)

    def _after(self, open_: _Open | None, at: int, line: bytes) -> _Open | None:
        """What is open behind a line that stands where it stood."""
        label, time_ns = self._label(at), int(self._whole.times[at])
        trace = None
        if open_ is not None and open_.label == label and not _is_own(line):
            trace = continues(open_.trace, line) if open_.trace else None
        trace = trace or begins(line)
        if trace is not None or FAILURE.search(line) is not None:
            return _Open(label, time_ns, trace)
        return None


def _is_own(line: bytes) -> bool:
    """Whether a line states so much of its own that it goes on with nothing."""
    if not line:
        return False
    return bool(_OWN[line[0]]) or states_own(line) or _LEVEL.match(line) is not None


def is_clear(text: Text, labels: Labels, at: int) -> bool:
    """Whether no line from one on can be a part of what stands before that.

    Args:
        text: Lines.
        labels: Of them.
        at: One that surely begins a record, whatever came before it in its stream.
    """
    seen = {labels.of(at)}
    for line in range(at + 1, min(at + 1 + LINES_MAX, len(text.ends))):
        label = labels.of(line)
        if label not in seen and _may_go_on(text.line(line)):
            return False
        seen.add(label)
    return True


def _may_go_on(line: bytes) -> bool:
    if _is_own(line):
        return False
    return line[:1] in b" \t" or is_traced(line) or begins(line) is not None
