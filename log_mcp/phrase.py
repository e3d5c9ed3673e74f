"""Phrases that notes and texts of answers share."""

from collections.abc import Mapping


def counted(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def left_out(counts: Mapping[str, int]) -> str:
    """`matches with one filter left out: level 12, query not counted`.

    Args:
        counts: Matches with each filter left out, by its name; negative if not counted.

    Returns:
        Empty where there are not two filters: without the only one, everything matches.
    """
    if len(counts) < 2:
        return ""
    told = [
        f"{name} {count if count >= 0 else 'not counted'}"
        for name, count in counts.items()
    ]
    return f"matches with one filter left out: {', '.join(told)}"
