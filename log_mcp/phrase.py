"""Phrases that notes and texts of answers share."""

from collections.abc import Mapping


def counted(count: int, noun: str) -> str:
    """`1 file`, `2 files`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def shown_of(shown: int, count: int, noun: str) -> str:
    """`20 of 45 groups`; `1 group` if that is all of them, or all that are known of."""
    if shown < count:
        return f"{shown} of {counted(count, noun)}"
    return counted(shown, noun)


def beyond(noun: str, count: int, shown: int, records: int, most: int) -> str:
    """`3 more groups with 17 records: limit=20 shows all`; empty if all are shown.

    Args:
        noun: What they are.
        count: How many there are.
        shown: How many are shown.
        records: In those that are not.
        most: The largest limit.
    """
    if shown >= count:
        return ""
    limit = min(count, most)
    shows = "all" if limit == count else "more"
    more = counted(count - shown, f"more {noun}")
    return f"{more} with {records} records: limit={limit} shows {shows}"


def rate(value: float) -> str:
    """How often, in three digits; above a thousand the whole number: `0.25`, `1234`."""
    return f"{value:.3g}" if value < 999.5 else f"{value:.0f}"


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
