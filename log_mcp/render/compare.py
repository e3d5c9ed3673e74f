"""Two periods as text: suspects with reasons first, then what came, went and changed.

Lines are clipped, as an answer that is read in one go says more than a whole message does.
New shapes that are neither errors nor warnings are work that was not done before, most
often: they are one row a source.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from log_mcp.answer import Change, Comparison, Covered, Pattern, Step, Suspect
from log_mcp.phrase import counted, rate
from log_mcp.render import fence, rows
from log_mcp.render.page import Line, Page, Section, marked, shorten
from log_mcp.render.patterns import share

TOKENS: Final = 2_000  # unless asked otherwise: one call instead of ten thousand tokens
_TEMPLATE: Final = 150  # characters
_REASON: Final = 260
_SOURCES: Final = 90
_SEVERE: Final = frozenset({"warning", "error", "critical"})


def comparison(answer: Comparison, budget: int) -> str:
    """Answer of `compare_logs` as text.

    Args:
        answer: What to show.
        budget: Tokens, at most.
    """
    view, rates = answer.view, answer.error_rate
    severe = [one for one in answer.new if one.level in _SEVERE]
    other = [one for one in answer.new if one.level not in _SEVERE]
    now, was = _errors(rates, "after"), _errors(rates, "before")
    compared = view.compared if isinstance(view, Covered) else ""
    suspects = counted(len(answer.suspects), "suspect")
    header = [
        f"{suspects} by {fence.visible(answer.group_by)}",
        f"{rates['after_records']:.0f} records, {now}",
        f"compared with {compared}, {was}" if compared else "",
    ]
    lead = view.lead if isinstance(view, Covered) else ""
    fresh = view.fresh if isinstance(view, Covered) else {}
    begin = [marked(f"messages without their beginning: {_clipped(lead)}", lead)]
    lines = _suspects(answer.suspects)
    sections = [
        Section("", begin if lead else [], must=1 if lead else 0, share=0.1),
        Section(
            "suspects",
            lines,
            title="suspects (score 0 to 1, name: what speaks against it; N of M of its "
            "traces, or records without one):",
            must=min(1, len(lines)),
            share=0.45,
        ),
        Section(
            "steps",
            [line for step in answer.steps for line in _step(step)],
            title="next step in a trace that changed:",
            share=0.3,
        ),
        Section(
            "gone",
            [_pattern(one, lead) for one in answer.gone],
            title="gone, there before (id, count, level, message):",
            share=0.15,
        ),
        Section(
            "new",
            [*(_pattern(one, lead) for one in severe), *_folded(other, fresh, lead)],
            title="new, not there before (id, count, level, message):",
            share=0.2,
        ),
        Section(
            "changed",
            [_change(one, lead) for one in answer.changed],
            title="changed (id, per minute before -> now, level, message):",
            share=0.15,
        ),
        Section(
            "standing",
            [_change(one, lead) for one in answer.standing],
            title="errors of both periods, not new (id, per minute before -> now):",
            share=0.1,
        ),
    ]
    return Page(view, header, sections).text(budget)


def _suspects(suspects: Sequence[Suspect]) -> list[Line]:
    """Each suspect with its reasons; the first reasons of all go before second ones."""
    ranked: list[tuple[tuple[int, int], Line]] = []
    place = 0
    for at, one in enumerate(suspects):
        for number, reason in enumerate(one.reasons):
            name = (
                f"{one.score:.2f} {rows.word(one.name, 80)}: " if not number else "  "
            )
            text = f"{name}{shorten(fence.visible(reason), _REASON)}"
            line = marked(text, f"{one.name} {reason}")._replace(place=place)
            # The second reason against the first suspect says more than a fifth suspect.
            ranked.append(((at + 2 * number, number), line))
            place += 1
    return [line for _, line in sorted(ranked, key=lambda pair: pair[0])]


def _step(step: Step) -> list[Line]:
    after, usual = _clipped(step.after), _clipped(step.usual)
    instead = "nothing" if step.instead is None else _clipped(step.instead)
    still = f"; still behind it: {_clipped(step.still)}" if step.still else ""
    text = (
        f"{rows.word(step.suspect, 80)}: after {after}, {usual} {step.before} of "
        f"{step.before_of} times before, {step.now} of {step.now_of} now; instead: "
        f"{instead}{still}"
    )
    raw = f"{step.after} {step.usual} {step.instead} {step.still}"
    found = [marked(text, raw)]
    for when, passage in zip(("before", "now"), step.passages, strict=False):
        told = " | ".join(_ends(fence.visible(line)) for line in passage.rows)
        trace = shorten(fence.visible(passage.trace), 40)
        found.append(marked(f"  {when}, trace {trace}: {told}", " ".join(passage.rows)))
    return found


def _folded(
    patterns: Sequence[Pattern], fresh: Mapping[str, tuple[int, int]], lead: str
) -> list[Line]:
    """One row a source: how many shapes, how many records, and one of them."""
    examples = {next(iter(one.sources), ""): one for one in reversed(patterns)}
    found = []
    for source, (shapes, records) in fresh.items():
        one = examples.get(source)
        if shapes == 1 and one is not None:
            found.append(_pattern(one, lead))
            continue
        such = f", as {one.id} {_clipped(one.template, lead)}" if one else ""
        text = (
            f"{rows.word(source, 80)}: {counted(shapes, 'shape')}, "
            f"{counted(records, 'record')}, neither errors nor warnings{such}"
        )
        found.append(marked(text, f"{source} {one.template if one else ''}"))
    return found


def _pattern(pattern: Pattern, lead: str) -> Line:
    sources = " ".join(rows.pair(n, c, 60) for n, c in pattern.sources.items())
    text = (
        f"{pattern.id} x{pattern.count} {pattern.level or '-'} "
        f"{_clipped(pattern.template, lead)} | {shorten(sources, _SOURCES)} | example "
        f"{pattern.example}"
    )
    return marked(text, f"{pattern.template} {sources}")


def _change(change: Change, lead: str) -> Line:
    one = change.pattern
    level = one.level or "-"
    if change.level_before is not None:
        level = f"{change.level_before} -> {level}"
    sources = " ".join(rows.word(name, 60) for name in one.sources)
    text = (
        f"{one.id} {rate(change.before_per_minute)} -> {rate(change.after_per_minute)} "
        f"{level} {_clipped(one.template, lead)} | {shorten(sources, _SOURCES)}"
    )
    return marked(text, f"{one.template} {sources}")


def _clipped(text: str, lead: str = "") -> str:
    return shorten(fence.visible(text.removeprefix(lead)), _TEMPLATE)


def _ends(text: str) -> str:
    """The beginning, which says when and who, and the end of a line of a trace."""
    return text if len(text) <= 90 else f"{text[:34]}...{text[-50:]}"


def _errors(rates: Mapping[str, float], side: str) -> str:
    """`errors 3/min (12%)`."""
    part = share(rates[f"{side}_share"]) if rates[f"{side}_errors"] else "0%"
    return f"errors {rate(rates[f'{side}_per_minute'])}/min ({part})"
