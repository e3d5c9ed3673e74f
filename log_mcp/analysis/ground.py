"""What the report on one error is made from."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.classify import Classifier
from log_mcp.analysis.history import History
from log_mcp.analysis.tally import Tallies, part
from log_mcp.analysis.workspace import Workspace
from log_mcp.answer import RecordRow
from log_mcp.query.expression import Expression
from log_mcp.query.filter import Filter
from log_mcp.query.rows import record_row
from log_mcp.query.search import Hit, matching
from log_mcp.record import Level, Record
from log_mcp.span import MINUTE
from log_mcp.store.segment import ErrorKind, Segment

BEFORE_NS: Final = 5 * MINUTE  # what failed this long before may have led to it

Around = Callable[[Hit, int], tuple[list[Hit], list[Hit]]]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a report is made from.

    Attributes:
        segments: Everything held.
        known: Those of them whose errors are sorted into groups.
        errors: Tells the errors of a segment.
        around: The records before and after one, in its file.
        workspace: The checkout that stack frames are looked up in.
        history: Its commits.
        classifier: Tells the class of a failure.
        starts: What a process says when it starts.
        now_ns: The time.
        ending: Ends what is done within it when the time is over, by `OutOfTime`.
        late: Names of the parts of the report for which there was no time.
    """

    segments: Sequence[Segment]
    known: Sequence[Segment]
    errors: Annotator
    around: Around
    workspace: Workspace
    history: History
    classifier: Classifier
    starts: Expression
    now_ns: int
    ending: Callable[[], AbstractContextManager[None]]
    late: list[str] = field(default_factory=list)

    def tallies(self, wanted: Filter, among: Collection[str] | None = None) -> Tallies:
        """Errors that answer a filter, by group; of some groups only."""
        found = matching(self.known, wanted, self.errors)
        return Tallies((part(s, rows, self.errors(s)) for s, rows in found), among)

    def between(
        self, since_ns: int, until_ns: int, among: Collection[str] | None = None
    ) -> Tallies:
        """Errors of a window, by group; of some groups only."""
        window = Filter(level=Level.ERROR, since_ns=since_ns, until_ns=until_ns)
        return self.tallies(window, among)

    def row(self, hit: Hit, *, match: bool = False) -> RecordRow:
        """A record as the report shows it; `match` for the one under explanation."""
        kind = self.errors.kind(hit.segment, hit.row)
        return record_row(
            hit.segment, hit.row, kind=kind, role="match" if match else None
        )


@dataclass(frozen=True, slots=True)
class Case:
    """The error under explanation.

    Attributes:
        hit: Where it is held.
        record: The record, read.
        kind: Its group.
        when_ns: Its time.
        onset_ns: When the run of failures of its group began that it belongs to.
    """

    hit: Hit
    record: Record
    kind: ErrorKind
    when_ns: int
    onset_ns: int

    @property
    def source(self) -> str:
        """Name of its source."""
        return self.hit.segment.origin.source
