"""One page of the records that answer a filter."""

from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from log_mcp import coverage
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.meeting import meeting
from log_mcp.answer import RecordRow, SearchPage
from log_mcp.calls import Marks
from log_mcp.desk import Desk
from log_mcp.errors import CursorExpired
from log_mcp.pace import Pace
from log_mcp.paging import Leaf, Place, found_again, leaf
from log_mcp.query import cursor as cursors
from log_mcp.query.filter import Ask
from log_mcp.query.rows import field_names
from log_mcp.query.search import Hit
from log_mcp.questions.nothing import advice
from log_mcp.reach import reach
from log_mcp.store.ring import Held
from log_mcp.sweep import narrowed


class Pages:
    """Pages of a search, and where each can be gone on from; thread-safe.

    Args:
        desk: Where they are asked for.
        columns: What records hold, as far as it is kept.
    """

    def __init__(self, desk: Desk, columns: Columns) -> None:
        self._desk = desk
        self._meets = meeting(columns)
        self._asked: WeakKeyDictionary[SearchPage, tuple[cursors.Cursor, Leaf]] = (
            WeakKeyDictionary()
        )

    def page(
        self,
        ask: Ask,
        *,
        order: str,
        context: int,
        limit: int,
        fields: tuple[str, ...] | None,
        read: cursors.Cursor | None,
        pace: Pace,
    ) -> SearchPage:
        """One page.

        Args:
            ask: The filter.
            order: `newest` or `oldest` first.
            context: Records of the same source before and after each.
            limit: Matches on the page.
            fields: Names of the fields to show; None for all.
            read: The cursor of the page before; None on the first one.
            pace: How far it may go.

        Raises:
            QueryError: A parameter means nothing.
            CursorExpired: The records behind the cursor are gone.
        """
        held, before = (
            (self._desk.held(pace), Marks())
            if read
            else self._desk.call(pace, ask.since)
        )
        wanted = self._desk.filter(ask, held, before)
        beyond = reach(self._desk.feed, held, wanted)
        place = None if read is None else found_again(read, self._desk.feed)
        found = leaf(
            held,
            beyond,
            wanted,
            self._desk.annotator,
            pace,
            newest=order == "newest",
            limit=limit,
            place=place,
            lean=narrowed(wanted, self._desk.annotator, context),
            meets=self._meets,
        )
        if place is not None and not found.hits and not found.more:
            if beyond.lost:
                raise CursorExpired(
                    "cursor: the records behind it have left memory and their file is "
                    "gone. Ask again without a cursor."
                )
            if _was_cleared(place, held):
                raise CursorExpired(
                    "cursor: the records behind it were forgotten by clear_logs. Ask "
                    "again without a cursor."
                )
        view = self._desk.view(held, wanted, beyond)
        coverage.stopped(view, found.sweep, pace, goes_on=True)
        page = SearchPage(
            records=self._desk.rows(
                found.hits, held, context, fields, newest=order == "newest"
            ),
            matched=found.matched,
            matched_is_exact=not view.partial and beyond.complete,
            next_cursor=None,
            view=view,
        )
        question = cursors.Cursor(
            self._desk.fixed(ask, wanted), order, None, context, fields
        )
        self._asked[page] = (question, found)
        view.notes += coverage.amended(page.records)
        if fields and found.hits:
            view.notes += _unfound(fields, page.records, found.hits)
        if found.more:
            page.next_cursor = self.cursor_after(page, len(found.hits))
        if not found.matched and found.whole:
            page.relaxed, page.hints = advice(self._desk, held, wanted, beyond)
        return page

    def cursor_after(self, page: SearchPage, count: int) -> str:
        """The cursor that goes on after the first matches of a page.

        Args:
            page: That `search` gave, as it was.
            count: How many of its matches have been shown; at least 1.
        """
        question, found = self._asked[page]
        after, stop = found.after(count)
        return replace(question, after=after, stop=stop).write()


def _was_cleared(place: Place, held: tuple[Held, ...]) -> bool:
    """Whether what a cursor goes on from, or left of files, was forgotten since."""
    ends = {one.key: one.cleared.end for one in held if one.cleared.end}
    after = place.after
    if after is not None and after.offset < ends.get(after.file, 0):
        return True
    return any(
        stretch.low < min(stretch.high, ends.get(key, 0))
        for key, stretch in place.left.items()
    )


def _unfound(
    fields: tuple[str, ...], rows: Sequence[RecordRow], hits: Sequence[Hit]
) -> list[str]:
    """What to say of fields that are to be shown and that none of the records has."""
    if all(any(name in row.fields for row in rows) for name in fields):
        return []
    known: set[str] = set()
    for hit in hits:
        field_names(hit.segment, [hit.row], known)
    return coverage.unfound(fields, rows, known)
