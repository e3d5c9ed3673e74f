"""One page of the records that answer a question, and the place to go on from.

Plan: a page looks at what the pages before it left, until the time is over. If it finds
more than it may show, it notes how far it had to look for the last record that is shown:
the next page looks at that part again, for what stands behind that record, and then goes
on. So matches that time cut off are neither lost nor shown twice, in whatever order their
times stand in the files.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from log_mcp.feed import Feed
from log_mcp.pace import Pace
from log_mcp.query.around import neighbours
from log_mcp.query.cursor import Cursor, Stop, Stretch
from log_mcp.query.filter import Filter
from log_mcp.query.look import ErrorsOf, Meets
from log_mcp.query.search import Found, Hit, Key, search
from log_mcp.reach import Reach
from log_mcp.store.ring import Held
from log_mcp.store.segment import Segment
from log_mcp.sweep import Lean, Left, Sweep, keys_of, whole


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor's place, with the names that files have in this process.

    Attributes:
        after: As `Cursor.after`, of this process.
        rest: As `Stop.rest`, likewise.
        left: What `Stop.left` says, by the key of the file.
        until: What `Stop.until` says, likewise.
        kept: `after` as the cursor has it.
        stop: As the cursor has it.
    """

    after: Key | None = None
    rest: Key | None = None
    left: Left = field(default_factory=dict)
    until: Left | None = None
    kept: Key | None = None
    stop: Stop = field(default_factory=Stop)


def found_again(cursor: Cursor, feed: Feed) -> Place:
    """The place that a cursor names."""
    stop = cursor.stop or Stop()
    until = stop.until
    names = [one.record for one in (*stop.left, *(until or ()))]
    names += [key.file for key in (cursor.after, stop.rest) if key is not None]
    keys = keys_of(feed, names)

    def here(key: Key | None) -> Key | None:
        return key and key._replace(file=keys.get(key.file, key.file))

    def by_key(stretches: Iterable[Stretch]) -> dict[str, Stretch]:
        return {keys[one.record]: one for one in stretches if one.record in keys}

    left = by_key(stop.left)
    return Place(
        here(cursor.after),
        here(stop.rest),
        left,
        None if until is None else {**left, **by_key(until)},
        cursor.after,
        stop,
    )


@dataclass(slots=True)
class Leaf:
    """One page, and what it looked at.

    Attributes:
        hits: In the order asked for, at most the limit.
        matched: How many records match in all that is known of.
        more: Whether there are matches, or places to look at, after the last hit.
        whole: Whether all was looked at, by this page and those before it.
        sweep: What looks at what no page before it did.
    """

    hits: list[Hit]
    matched: int
    more: bool
    whole: bool
    sweep: Sweep
    _place: Place
    _again: Found | None
    _found: Found | None

    def after(self, count: int) -> tuple[Key | None, Stop | None]:
        """`Cursor.after` and `Cursor.stop` behind the first hits.

        Args:
            count: How many of them.
        """
        place, again, found, sweep = self._place, self._again, self._found, self.sweep
        if again is not None and sweep.until is not None:  # It did not get that far.
            return place.kept, replace(place.stop, least=self.matched)
        counted, behind, first = place.stop.counted, place.kept, 0
        if again is not None:
            first = len(again.hits)
            if count < first + again.more:
                after = kept(self.hits[count - 1]) if count else place.kept
                return after, replace(place.stop, least=self.matched)
            counted, behind = counted + again.matched, place.stop.rest
        shown = self.hits[first:count]
        stop = Stop(counted=counted, least=self.matched, edge_ns=sweep.edge or 0)
        if found is None or (found.hits and not shown):
            return behind, replace(stop, left=_listed(sweep.left))
        if len(shown) == len(found.hits) and not found.more:
            stop = replace(stop, counted=counted + found.matched)
            return behind, replace(stop, left=_listed(sweep.rest()))
        after = kept(shown[-1])
        if self.whole and not sweep.left:
            return after, None
        until = _listed(sweep.after(hit.segment for hit in shown))
        left = _listed(sweep.left)
        return after, replace(
            stop, left=left, until=until, rest=behind, edge_ns=after.time_ns
        )


def leaf(
    held: Sequence[Held],
    reach: Reach,
    wanted: Filter,
    errors: ErrorsOf,
    pace: Pace,
    *,
    newest: bool,
    limit: int,
    place: Place | None = None,
    lean: Lean = whole,
    meets: Meets | None = None,
) -> Leaf:
    """One page.

    Args:
        held: What memory holds.
        reach: What it does not hold.
        wanted: The question.
        errors: The errors of a segment.
        pace: Ends what is looked at for the first time.
        newest: Newest first; else oldest first.
        limit: How many hits at most.
        place: Where the page before ended; None for the first one.
        lean: See `Sweep`.
        meets: See `search`.
    """
    place = place or Place()

    def sweep(left: Left, until: Left | None) -> Sweep:
        edge = place.stop.edge_ns or None
        return Sweep(
            held,
            reach,
            wanted,
            pace,
            newest=newest,
            left=left,
            until=until,
            edge_ns=edge,
            lean=lean,
            sifted=True,
        )

    again, after, left = None, place.after, place.left
    counted, hits = place.stop.counted, []
    if place.until is not None:
        part = sweep(left, place.until)
        again = search(
            part,
            wanted,
            errors,
            newest=newest,
            limit=limit,
            after=after,
            meets=meets,
        )
        if part.late:  # What this process must know first of a file is not known yet.
            return Leaf([], place.stop.least, True, False, part, place, again, None)
        after, left = place.rest, place.until
        counted, hits = counted + again.matched, again.hits
    onward = sweep(left, None)
    found = None
    if len(hits) < limit:
        room = limit - len(hits)
        # Records that are read one by one take long; all else is soon done with a piece.
        # A group is read off its errors, which may not be sorted yet.
        slow = wanted.reads_records or wanted.group is not None
        ending = onward if slow else None
        found = search(
            onward,
            wanted,
            errors,
            newest=newest,
            limit=room,
            after=after,
            ending=ending,
            meets=meets,
        )
        counted, hits = counted + found.matched, hits + found.hits
    done = found is not None and not onward.late
    return Leaf(
        hits=hits,
        matched=max(counted, place.stop.least),
        more=found is None or found.more or onward.late,
        whole=done,
        sweep=onward,
        _place=place,
        _again=again,
        _found=found,
    )


def in_blocks(
    hits: Sequence[Hit],
    runs: Mapping[str, Sequence[Segment]],
    count: int,
    *,
    newest: bool,
) -> Iterator[tuple[Hit, str]]:
    """Matches with what stands beside them, all in the order of the page.

    A record stands once, and between no two others that are both younger or both older:
    what lies beyond another match is shown with that one. Where blocks of one file meet,
    what would lead to the next match follows the one before.

    Args:
        hits: The matches of the page, in its order.
        runs: See `around.runs_of`.
        count: How many records on each side of a match at most.
        newest: Newest first; else oldest first.

    Yields:
        A record, and its role: `before`, `match` or `after`.
    """
    matches = {hit.key for hit in hits}
    shown: set[Key] = set()
    previous: Hit | None = None
    lead_role, trail_role = ("after", "before") if newest else ("before", "after")

    def apart(hit: Hit) -> bool:
        return hit.key not in matches

    for hit in hits:
        older, younger = neighbours(runs.get(hit.segment.origin.key, ()), hit, count)
        lead, trail = (younger, older[::-1]) if newest else (older[::-1], younger)
        own = list(takewhile(apart, lead))  # the nearest one first
        fresh = [one for one in own if one.key not in shown]
        met = len(fresh) < len(own) or len(own) < len(lead)
        joins = met and previous is not None and _beside(previous, hit)
        rows = [(one, trail_role if joins else lead_role) for one in fresh[::-1]]
        rows.append((hit, "match"))
        rows += [
            (one, trail_role) for one in takewhile(apart, trail) if one.key not in shown
        ]
        shown.update(one.key for one, _ in rows)
        previous = hit
        yield from rows


def _beside(one: Hit, other: Hit) -> bool:
    return one.segment.origin.source == other.segment.origin.source


def kept(hit: Hit) -> Key:
    """Its place, with a name of its file that outlives this process."""
    return hit.key._replace(file=hit.segment.record_id(hit.row))


def _listed(left: Left) -> tuple[Stretch, ...]:
    return tuple(left.values())
