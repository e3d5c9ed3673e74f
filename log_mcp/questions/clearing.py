"""What is held, forgotten because somebody asked for it."""

from log_mcp.answer import Clearance
from log_mcp.desk import Desk
from log_mcp.pace import Pace
from log_mcp.phrase import counted
from log_mcp.query.filter import Filter, sources


def clear(desk: Desk, source: tuple[str, ...], pace: Pace) -> Clearance:
    """The answer of `clear_logs`.

    What was read of the files up to now is forgotten, with all that is older: it is not
    answered from disk either. What is written from now on is read as before.

    Args:
        desk: Where it is asked.
        source: Names and globs of sources; all if empty.
        pace: How far it may go.

    Raises:
        QueryError: A name means no source.
    """
    desk.marked(pace)
    chosen = sources(source, desk.names)
    names = sorted(desk.names if chosen is None else chosen)
    removed = desk.feed.clear(names, desk.clock())
    desk.openings.clear()  # What is left is looked at anew.
    view = desk.view(desk.ring.snapshot(), Filter(sources=chosen), None)
    if waiting := desk.feed.catalog.waiting:
        view.notes.append(
            f"{counted(waiting, 'file')} not looked at yet: their records will still "
            "come; clear again once loading has ended"
        )
    return Clearance(removed=removed, view=view)
