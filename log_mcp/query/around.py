"""What stands beside a record in its file."""

from collections.abc import Sequence

from log_mcp.query.search import Hit
from log_mcp.store.segment import Segment


def neighbours(
    run: Sequence[Segment], hit: Hit, count: int
) -> tuple[list[Hit], list[Hit]]:
    """The records before and after one, in file order.

    Args:
        run: The held segments of its file, in file order.
        hit: The record.
        count: How many on each side at most.

    Returns:
        Those before and those after, each oldest first. Fewer where the file, or what is
        held of it, ends.
    """
    return _walk(run, hit, count, -1)[::-1], _walk(run, hit, count, 1)


def _walk(run: Sequence[Segment], hit: Hit, count: int, step: int) -> list[Hit]:
    found: list[Hit] = []
    segment, row = hit
    at = next((i for i, s in enumerate(run) if s is segment), None)
    while len(found) < count:
        row += step
        if not 0 <= row < len(segment):
            if at is None or not 0 <= at + step < len(run):
                break
            at += step
            segment = run[at]
            row = 0 if step > 0 else len(segment) - 1
        found.append(Hit(segment, row))
    return found
