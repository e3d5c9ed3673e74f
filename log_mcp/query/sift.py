"""Which of many segments can answer a question at all, asked of all of them at once.

`plan` says the same of one, and more: what is left here is asked there again.
"""

from collections.abc import Sequence

from log_mcp.labels import UNLABELLED
from log_mcp.query.filter import Filter
from log_mcp.query.look import possible, required
from log_mcp.store.index import Kin, passed
from log_mcp.store.segment import Segment


def sift(segments: Sequence[Segment], wanted: Filter) -> Sequence[Segment]:
    """The segments that can hold answers, as far as columns and grams tell; in order."""
    if wanted.narrows:
        segments = [one for one in segments if possible(one, wanted)]
    if not wanted.needles and wanted.regex is None:
        return segments
    kins: dict[Kin, list[Segment]] = {}
    dropped: set[Segment] = set()
    for segment in segments:
        index = segment.indexed
        # What a label says stands in no text: see `Filter.among`.
        if index is not None and not (wanted.conditions and _labelled(segment)):
            kins.setdefault(index.kin, []).append(segment)
    for kin, alike in kins.items():
        needles = [*wanted.needles, *required(kin.traits, wanted)]
        places = passed([one.indexed for one in alike if one.indexed], needles)
        if len(places) < len(alike):
            dropped |= {*alike} - {alike[at] for at in places}
    return [one for one in segments if one not in dropped] if dropped else segments


def _labelled(segment: Segment) -> bool:
    return segment.labels.table != UNLABELLED.table
