"""What stands beside a record in its source."""

from collections.abc import Iterable, Sequence

from log_mcp.query.search import Hit
from log_mcp.store.run import Held
from log_mcp.store.segment import Segment


def runs_of(held: Iterable[Held]) -> dict[str, tuple[Segment, ...]]:
    """Per file, the segments that stand in one line with its own.

    Files of one source that follow each other, as rotation leaves them, are one run;
    files that were written at the same time are not.
    """
    runs: dict[str, tuple[Segment, ...]] = {}
    by_source: dict[str, list[Held]] = {}
    for one in held:
        if one.segments:
            by_source.setdefault(one.source, []).append(one)
    for files in by_source.values():
        line: list[Held] = []
        for one in sorted(files, key=lambda file: file.segments[0].first_ns):
            if line and line[-1].segments[-1].last_ns > one.segments[0].first_ns:
                runs |= _as_one(line)
                line = []
            line.append(one)
        runs |= _as_one(line)
    return runs


def _as_one(line: list[Held]) -> dict[str, tuple[Segment, ...]]:
    whole = tuple(segment for one in line for segment in one.segments)
    return {one.key: whole for one in line}


def neighbours(
    run: Sequence[Segment], hit: Hit, count: int
) -> tuple[list[Hit], list[Hit]]:
    """The records before and after one, in file order.

    Args:
        run: The segments that stand in one line with its own (`runs_of`).
        hit: The record.
        count: How many on each side at most.

    Returns:
        Those before and those after, each oldest first. Fewer where what is held ends.
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
