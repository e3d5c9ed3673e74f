"""What to say where nothing answers a question: which part was too much, and what is near."""

from typing import Final

from log_mcp.desk import Desk, segments_of
from log_mcp.phrase import left_out
from log_mcp.query.filter import Filter
from log_mcp.query.zero import NOT_COUNTED, Zero
from log_mcp.reach import Reach
from log_mcp.store.ring import Held
from log_mcp.timestamp import iso

SOURCES_MAX: Final = 6


def advice(
    desk: Desk, held: tuple[Held, ...], wanted: Filter, beyond: Reach
) -> tuple[dict[str, int] | None, list[str] | None]:
    """Counts with each part left out, and what may have been meant: see `Zero.help`.

    Args:
        desk: Where it was asked.
        held: What memory holds.
        wanted: The question.
        beyond: What memory does not hold of it.
    """
    relaxed, hints = Zero(segments_of(held), wanted, desk.annotator).help()
    if relaxed and beyond.gaps:  # The disk is not read again for each of them.
        relaxed = dict.fromkeys(relaxed, NOT_COUNTED)
    told = [*(hints or []), *_stale(held, wanted)]
    return relaxed, told or None


def told(
    desk: Desk, held: tuple[Held, ...], wanted: Filter, beyond: Reach | None
) -> list[str]:
    """The same as notes of an answer."""
    relaxed, hints = advice(desk, held, wanted, beyond or Reach())
    return [*filter(None, [left_out(relaxed or {})]), *(hints or [])]


def _stale(held: tuple[Held, ...], wanted: Filter) -> list[str]:
    """Sources that were asked for and wrote nothing since the window began."""
    since = wanted.since_ns
    if since is None:
        return []
    newest: dict[str, int] = {}
    for one in held:
        if one.extent and (wanted.sources is None or one.source in wanted.sources):
            last = one.extent.last_ns
            newest[one.source] = max(last, newest.get(one.source, last))
    late = sorted((at, name) for name, at in newest.items() if at < since)
    if not late:
        return []
    names = ", ".join(f"{name} (newest {iso(at)})" for at, name in late[-SOURCES_MAX:])
    more = f" and {len(late) - SOURCES_MAX} more" if len(late) > SOURCES_MAX else ""
    return [f"nothing was written since the window began by {names}{more}"]
