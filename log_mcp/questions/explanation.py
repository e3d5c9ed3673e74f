"""The report on one error."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Final

from log_mcp import coverage
from log_mcp.analysis.classify import Classifier
from log_mcp.analysis.explain import explain
from log_mcp.analysis.ground import Ground
from log_mcp.analysis.history import History
from log_mcp.answer import STOPPED, RecordRow, Unended
from log_mcp.beat import OutOfTime
from log_mcp.desk import FROM_DISK, NOT_ALL, Desk, segments_of
from log_mcp.errors import NotFound
from log_mcp.pace import Pace
from log_mcp.query.around import neighbours, runs_of
from log_mcp.query.condition import expression
from log_mcp.query.filter import Ask, Filter
from log_mcp.query.search import Hit, newer
from log_mcp.questions.nothing import told
from log_mcp.ranking import most_important
from log_mcp.record import Level
from log_mcp.report import Explanation
from log_mcp.scope import STARTS
from log_mcp.span import DAY
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment

CHOSEN: Final = "newest record of the top error group"
OF_YOUNGEST: Final = (
    "newest record of the top group of the youngest errors: no time for all of them"
)
NEWEST: Final = "newest error, as there was no time to tell which group matters most"
RANKING_SHARE: Final = 0.35  # of the time
CHOICE_SHARE: Final = 0.6  # of the time: what was chosen is still to be explained


class Explaining:
    """Answers `explain_error_context`.

    Args:
        desk: Where it is asked.
        redact: Takes the secrets out of a text.

    Raises:
        ConfigError: A class of failures in the settings means nothing.
    """

    def __init__(self, desk: Desk, redact: Callable[[str], str]) -> None:
        self._desk = desk
        self._history = History(desk.config.project_root, redact)
        self._classifier = Classifier(desk.config.failure_classes)

    def answer(self, name: str | None, ask: Ask, pace: Pace) -> Explanation:
        """The report on one error.

        Args:
            name: See `lookup.find`; None for the newest error of the most important group.
            ask: Narrows what the id or the choice is taken from.
            pace: How far it may go.

        Raises:
            NotFound: The id names nothing, or there is no error.
            QueryError: A parameter means nothing.
        """
        desk = self._desk
        held, before = desk.call(pace, ask.since, DAY)
        wanted = desk.filter(ask, held, before)
        segments = segments_of(held)
        known, untold = desk.known(segments, pace)
        chosen, hasty = "", False
        if name is not None:
            hit = desk.find(name, held, wanted, pace)
            hasty = pace.late
        else:
            hit, chosen = _chosen(desk, known, wanted, held, pace)
        read = hit.segment not in segments
        if read:
            segments, known = [*segments, hit.segment], [*known, hit.segment]
        runs = runs_of(held)

        def around(one: Hit, count: int) -> tuple[list[Hit], list[Hit]]:
            return neighbours(runs.get(one.segment.origin.key, ()), one, count)

        ground = Ground(
            segments,
            known,
            desk.annotator,
            around,
            desk.workspace,
            self._history,
            self._classifier,
            expression(STARTS, "restart"),
            desk.clock(),
            pace.ending,
        )
        view = desk.view(held, wanted, None, dated=True)
        view.chosen = chosen
        view.notes += [FROM_DISK] * read + [NOT_ALL] * hasty + untold
        if ask != Ask():
            view.notes.append(
                "the filter chose the error; all counts are of everything held"
            )
        report = explain(hit, ground, view)
        if ground.late:
            view.partial, view.loading = True, False
            view.notes.append(
                f"{STOPPED} {pace.limit_s:g} s, without a look at {', '.join(ground.late)}:"
                " that these are empty says nothing"
            )
        shown = {row.id: row for row in report.timeline.records}
        shown |= {event.record.id: event.record for event in report.changes.events}
        shown[report.error.record.id] = report.error.record
        report.unended = _unended(desk, held, report, shown)
        view.notes += coverage.amended(shown.values())
        return report


def _chosen(
    desk: Desk,
    known: Sequence[Segment],
    wanted: Filter,
    held: tuple[Held, ...],
    pace: Pace,
) -> tuple[Hit, str]:
    """See `ranking`; the newest error where those that are sorted do not tell it.

    Returns:
        It, and why it is that one.

    Raises:
        NotFound: There is no error; what to leave out is told, too.
    """
    every, late = segments_of(held), False
    errors = replace(wanted, level=max(wanted.level, Level.ERROR))

    def is_over() -> bool:
        nonlocal late
        late = late or pace.is_over(RANKING_SHARE)
        return late

    try:
        with pace.ending(CHOICE_SHARE):
            hit = most_important(desk, known, wanted, held, is_over)
    except OutOfTime:
        newest = _newest(desk, every, errors, pace)
        if newest is None:
            raise NotFound("there is no error to explain in what was asked.") from None
    except NotFound as error:
        newest = _newest(desk, every, errors, pace) if len(known) < len(every) else None
        if newest is None:
            notes = told(desk, held, errors, None)
            ended = [n if n.endswith(("?", ".")) else f"{n}." for n in notes]
            more = [f"{note[0].upper()}{note[1:]}" for note in ended]
            raise NotFound(" ".join([str(error), *more])) from None
    else:
        return hit, OF_YOUNGEST if late else CHOSEN
    return newest, NEWEST


def _newest(
    desk: Desk, segments: Iterable[Segment], errors: Filter, pace: Pace
) -> Hit | None:
    """The newest error, looked for from the youngest segment back; None if there is none.

    Raises:
        NotFound: The time was over before one was found.
    """
    best: Hit | None = None
    try:
        # What columns tell is told in no time.
        with nullcontext() if errors.asks_columns else pace.ending():
            for hit in newer(segments, errors, desk.annotator):
                best = hit
    except OutOfTime:
        if best is None:
            raise NotFound(
                "no error that answers the filter was found in the time there is, and not "
                "all that is held was looked at. Ask again in a few seconds, or narrow it "
                "with since, until or source."
            ) from None
    return best


def _unended(
    desk: Desk,
    held: Sequence[Held],
    report: Explanation,
    shown: Mapping[str, RecordRow],
) -> list[Unended]:
    """Work that never ended, of the record's own trace or told of in the timeline."""
    trace = report.error.record.trace
    own = {trace} if trace else set()
    ids = (
        frozenset(shown) if report.timeline.by == "trace" else {report.error.record.id}
    )
    return desk.unended(held, traces=frozenset(own), ids=frozenset(ids))
