"""What an unknown id may have meant: a group it is like, or text that holds it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from log_mcp.errors import nearest
from log_mcp.phrase import counted
from log_mcp.query.filter import Filter
from log_mcp.query.look import ErrorsOf
from log_mcp.query.search import match
from log_mcp.store.segment import Segment

GROUPS_MAX: Final = 2_000  # compared with an unknown one
TEXT_CHARACTERS_MIN: Final = 4  # of an id that is looked for as text


def near_group(name: str, segments: Iterable[Segment], errors: ErrorsOf) -> str:
    """The hint that names the group whose id is most like an unknown one.

    Args:
        name: As it was given.
        segments: What is held; of those whose errors are known, the groups are.
        errors: The errors of a segment.

    Returns:
        ` Did you mean 'g4377ytwn'?`, or the empty string.
    """
    known: dict[str, None] = {}
    for segment in segments:
        if segment.errors is not None and len(known) < GROUPS_MAX:
            known.update(dict.fromkeys(kind.id for kind in errors(segment).table))
    return nearest(name, known)


def as_text(
    name: str,
    segments: Sequence[Segment],
    errors: ErrorsOf,
    count: Callable[[Filter], int] | None = None,
) -> str:
    """How many records hold an id anywhere in their text, as a sentence.

    Args:
        name: As it was given.
        segments: Where to look.
        errors: The errors of a segment.
        count: Counts what answers a filter, where time is short; negative if it is over.

    Returns:
        The empty string where none does.
    """
    if len(name) < TEXT_CHARACTERS_MIN:
        return ""
    wanted = Filter(literal=name.encode(errors="replace").lower())
    if count is None:
        found = sum(len(match(one, wanted, errors)) for one in segments)
    else:
        found = count(wanted)
    if found <= 0:
        return ""
    holds = "holds" if found == 1 else "hold"
    return f"{counted(found, 'record')} {holds} it as text: search_logs with query finds them"
