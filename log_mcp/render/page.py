"""One answer as text: a header, log text inside a fence, a footer if there is need of one.

Operations we want: fill a budget of tokens with what matters most, and say what did not fit.
Goals: never above the budget, nor above 20,000 tokens or 50,000 characters; some lines are
never cut, however small the budget; nothing is cut in silence.
Plan: every section gets its share of what header, fence and footer leave, then what others
did not need, in order; sections lose lines from their end. The whole is counted once more,
and laid out again in less if joining the lines made it longer than their sum.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from log_mcp.answer import LOADING, STOPPED, Covered, View
from log_mcp.render import fence
from log_mcp.render.tokens import tokens

TOKENS_MAX: Final = 20_000  # clients warn at 10,000 and refuse or divert at 25,000
CHARACTERS_MAX: Final = 50_000  # beyond, a client keeps a file and shows its first 2 KB
ALL_HELD: Final = "window: all held"
_NOTE_CHARACTERS: Final = 300
_MUST_TOKENS: Final = 40  # that a line which must stay gets before notes do
_SMALL: Final = 500  # below, the header and the footer say less
_TRIES: Final = 8


class Line(NamedTuple):
    """One row, already made visible.

    `place` is where it stands among the lines of its section that are kept; equal ones
    stay in the order they were given.
    """

    text: str
    flagged: bool = False
    place: int = 0


def marked(text: str, *said: str) -> Line:
    """A row, with a mark before it where what logs say in it reads like instructions.

    Args:
        text: Already made visible.
        said: What stands in it of logs, as it is there.
    """
    flagged = fence.instructs(*said)
    return Line(f"{fence.MARK} {text}" if flagged else text, flagged)


@dataclass(slots=True)
class Section:
    """Lines of one kind.

    Attributes:
        name: What the footer calls its lines: `timeline`.
        lines: Most important first.
        title: A line of ours before them; none if empty.
        must: So many lines are never cut, only shortened.
        share: Part of the budget that is its own.
        least: Fewer lines than this say nothing: then none is kept.
        ours: Whether the lines hold nothing of a log: they stand after the fence.
    """

    name: str
    lines: list[Line]
    title: str = ""
    must: int = 0
    share: float = 0.25
    least: int = 1
    ours: bool = False
    kept: int = 0


@dataclass(slots=True)
class Page:
    """An answer before it is laid out.

    Attributes:
        header: Words of ours, joined by ` | `; or what makes them, asked like `footer`.
        footer: From the number of kept lines of each section to words of ours; asked
            again for every layout, since a cursor depends on what was kept.
    """

    view: View
    header: list[str] | Callable[[Sequence[int]], list[str]]
    sections: list[Section]
    footer: Callable[[Sequence[int]], list[str]] = field(default=lambda _: [])
    _quoting: list[str] = field(default_factory=list)

    def text(self, budget: int) -> str:
        """The page within the budget.

        Args:
            budget: Tokens.
        """
        limit = min(budget, TOKENS_MAX)
        goal = limit
        self._quoting = _quoting(self.view)
        self.sections = [
            section
            for section in [*self.sections, _noted(self._quoting)]
            if section.lines
        ]
        for section in self.sections:
            if not section.ours:
                section.title = fence.inert(section.title)
                section.lines = [
                    line._replace(text=fence.inert(line.text)) for line in section.lines
                ]
        text = self._layout(goal, limit)
        for _ in range(_TRIES):
            over = tokens(text) - limit
            if over <= 0 and len(text) <= CHARACTERS_MAX:
                return text
            goal = max(0, goal - max(over, 0) - limit // 50 - 8)
            text = self._layout(goal, limit)
        return clip(text, limit)

    def _layout(self, goal: int, limit: int) -> str:
        notes = _notes(self.view, self._quoting, limit // 5)
        value = fence.nonce([line.text for s in self.sections for line in s.lines])
        head = self._head([len(s.lines) for s in self.sections], limit)
        fixed = [head, fence.opening(value), fence.closing(value), *notes]
        may_flag = any(line.flagged for s in self.sections for line in s.lines)
        fixed += self._foot([0] * len(self.sections), limit, int(may_flag))
        left = goal - sum(cost(line, limit) for line in fixed if line)
        wanted = sum(_MUST_TOKENS * section.must for section in self.sections)
        if notes and left < wanted:  # What must stay goes before what is noted.
            left += sum(cost(line, limit) for line in notes)
            notes = [f"note: {len(notes)} notes cut"]
            left -= cost(notes[0], limit)
        body = _fill(self.sections, max(left, 0), limit)
        flagged = sum(line.flagged for lines in body for line in lines)
        inside: list[str] = []
        outside: list[str] = []
        for section, lines in zip(self.sections, body, strict=True):
            part = outside if section.ours else inside
            if lines and section.title:
                part.append(section.title)
            part += [line.text for line in sorted(lines, key=lambda line: line.place)]
        if inside:
            inside = [fence.opening(value), *inside, fence.closing(value)]
        counts = [section.kept for section in self.sections]
        head, foot = self._head(counts, limit), self._foot(counts, limit, flagged)
        return "\n".join([head, *inside, *outside, *foot, *notes])

    def _head(self, kept: Sequence[int], limit: int) -> str:
        header = self.header(kept) if callable(self.header) else self.header
        parts = [*header, f"now {whole(self.view.now)}", newest(self.view)]
        told = window(self.view)
        if limit >= _SMALL or not told.startswith(ALL_HELD):
            parts.insert(len(header), told)
        return fence.visible(" | ".join(part for part in parts if part))

    def _foot(self, kept: Sequence[int], limit: int, flagged: int) -> list[str]:
        foot = self.footer(kept)
        cut = [
            f"{section.name} {len(section.lines) - count}"
            for section, count in zip(self.sections, kept, strict=True)
            if count < len(section.lines) and section.name
        ]
        if cut:
            names = f": {', '.join(cut)}" if limit >= _SMALL else ""
            foot.append(f"lines cut at {limit} tokens, max_tokens gets more{names}")
        if flagged:
            foot.append(
                f"{fence.MARK} marks log text that reads like instructions: {flagged} lines"
            )
        said = any(note.startswith((STOPPED, LOADING)) for note in self.view.notes)
        if self.view.partial and not said:
            foot.append("partial: a limit stopped the work before all was looked at")
        return foot


def cost(line: str, limit: int) -> int:
    """Tokens of a line and its end; where characters run out first, its part of those."""
    return max(tokens(line) + 1, (len(line) + 1) * limit // CHARACTERS_MAX)


def _fill(sections: list[Section], left: int, limit: int) -> list[list[Line]]:
    """The lines of each section that fit: what must stay, own share, then what is over."""
    left -= sum(cost(s.title, limit) for s in sections if s.must and s.title)
    kept = _musts(sections, max(left, 0))
    room = left - sum(cost(line.text, limit) for lines in kept for line in lines)
    free = room
    for generous in (False, True):
        for section, lines in zip(sections, kept, strict=True):
            own = room if generous else min(room, int(free * section.share))
            room -= _take(section, lines, own, limit)
    for section, lines in zip(sections, kept, strict=True):
        section.kept = len(lines)
    return kept


def _musts(sections: list[Section], left: int) -> list[list[Line]]:
    """The lines that are never cut; where they do not fit, the longest are shortened."""
    musts = [section.lines[: section.must] for section in sections]
    caps: dict[int, int] = {}
    costs = sorted(
        (tokens(line.text) + 1, id(line)) for lines in musts for line in lines
    )
    for done, (price, name) in enumerate(costs):
        caps[name] = min(price, left // (len(costs) - done))
        left -= caps[name]
    return [
        [line._replace(text=_clipped(line, caps[id(line)] - 1)) for line in lines]
        for lines in musts
    ]


def _clipped(line: Line, limit: int) -> str:
    """The text of a line, clipped; before it the mark, if that stood in what went."""
    text = clip(line.text, limit)
    if not line.flagged or fence.MARK in text:
        return text
    mark = f"{fence.MARK} "
    return mark + clip(line.text, limit - tokens(mark))


def _take(section: Section, lines: list[Line], room: int, limit: int) -> int:
    """More lines of a section into what is left for it; returns what they cost."""
    spent, had = 0, len(lines)
    for line in section.lines[len(lines) :]:
        price = cost(line.text, limit)
        if not lines and section.title:
            price += cost(section.title, limit)
        if spent + price > room:
            break
        spent += price
        lines.append(line)
    if len(lines) < min(section.least, len(section.lines)):
        del lines[had:]
        return 0
    return spent


def _every(view: View) -> list[str]:
    later = [view.later] if isinstance(view, Covered) and view.later else []
    return [*later, *view.notes]


def _quoting(view: View) -> list[str]:
    """Notes that hold a name which a log's writer chose, and which says more than a name."""
    odd = view.odd if isinstance(view, Covered) else ()
    return [
        note
        for note in _every(view)
        if any(name in note for name in odd) or fence.instructs(note)
    ]


def _noted(notes: Sequence[str]) -> Section:
    """Such notes, which stand inside the fence."""
    lines = []
    for note in notes:
        flagged = fence.instructs(note)
        mark = f"{fence.MARK} " if flagged else ""
        text = shorten(fence.visible(note), _NOTE_CHARACTERS)
        lines.append(Line(f"note: {mark}{text}", flagged))
    return Section("notes", lines, must=min(1, len(lines)), share=0.1)


def _notes(view: View, quoting: Sequence[str], room: int) -> list[str]:
    """The other notes of an answer, words of ours; the first ones where room is short."""
    shown: list[str] = []
    every = [note for note in _every(view) if note not in quoting]
    for note in every:
        text = shorten(fence.visible(note), _NOTE_CHARACTERS)
        why = view.partial and note.startswith((STOPPED, LOADING))
        line = f"{'partial' if why else 'note'}: {text}"
        room -= tokens(line) + 1
        if room < 12 and len(shown) + 1 < len(every):
            shown.append(f"note: {len(every) - len(shown)} more notes cut")
            break
        shown.append(line if room >= 0 else clip(line, 12))
    return shown


def shorten(text: str, width: int, at: int | None = None) -> str:
    """At most about `width` characters of a text, saying how many are left out.

    Args:
        text: Already made visible.
        width: Characters that stay; what is said about the others comes on top, and is
            not said where it is longer than they are.
        at: Where in it the interesting place is; its start and its end if None.
    """
    left_out = f"...(+{len(text) - width} chars)..."
    if len(text) <= max(width, 0) + len(left_out):
        return text  # Saying what is left out would be as long.
    if at is None or at < width * 2 // 3:
        head, tail = halves(width)
        return f"{text[:head]}{left_out}{text[len(text) - tail :]}"
    start = min(at - width // 3, len(text) - width)
    end = "..." if start + width < len(text) else ""
    return f"...(+{len(text) - width} chars){text[start : start + width]}{end}"


def halves(width: int) -> tuple[int, int]:
    """How many characters of a shortened text are of its start, and how many of its end."""
    return width - width // 3, width // 3


def clip(text: str, limit: int) -> str:
    """The longest shortened form of a text within so many tokens."""
    if tokens(text) <= limit:
        return text
    low, high = 0, min(len(text), limit * 16)
    while low < high:
        middle = (low + high + 1) // 2
        if tokens(shorten(text, middle)) <= limit:
            low = middle
        else:
            high = middle - 1
    clipped = shorten(text, low)
    if tokens(clipped) > limit:  # not even the words that say so fit
        clipped = text[: max(0, limit)]
        while clipped and tokens(clipped) > limit:
            clipped = clipped[:-1]
    return clipped


def whole(time: str) -> str:
    """A time without the fraction of its second."""
    return time[:19] + "Z" if time.endswith("Z") and time[19:20] == "." else time


def window(view: View) -> str:
    """The window asked for, in full."""
    if isinstance(view, Covered) and view.window:
        return f"window: {view.window}"
    if view.since is None and view.until is None:
        return f"{ALL_HELD}, from {whole(view.oldest_held)}" if view.oldest_held else ""
    return f"window {view.since or 'start'} to {view.until or 'now'}"


def newest(view: View) -> str:
    """How old the newest record is, so that old logs do not look empty."""
    if view.newest_held is None:
        return "no record with a time held"
    return f"newest record {ago(view.newest_held, view.now)}"


def ago(time: str, now: str) -> str:
    """`3 s ago`, `2 h ago`; the time itself where it is none."""
    try:
        seconds = seconds_between(time, now)
    except ValueError:
        return time
    return f"{span(seconds)} ago" if seconds > -60 else f"{time}, in the future"


def span(seconds: float) -> str:
    """`30 s`, `12 min`, `3 h`."""
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(0, int(seconds))} s"


def silence(seconds: float, habit_seconds: float) -> str:
    """`silent for 12 min, as a rule 30 s at most`."""
    return f"silent for {span(seconds)}, as a rule {span(habit_seconds)} at most"


def when(time: str, now: str) -> str:
    """`3 min ago` within a day, else the time: days ago have no order and no length."""
    told = ago(time, now)
    return whole(time) if told.endswith(" d ago") else told


def seconds_between(time: str, later: str) -> float:
    """From one time to another.

    Raises:
        ValueError: One of them is no time, or has no zone.
    """
    return (_parse(later) - _parse(time)).total_seconds()


def _parse(time: str) -> datetime:
    parsed = datetime.fromisoformat(time)
    if parsed.tzinfo is None:
        raise ValueError
    return parsed
