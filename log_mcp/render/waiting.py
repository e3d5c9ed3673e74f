"""What a wait brought, as text."""

from log_mcp.answer import Waited
from log_mcp.phrase import counted
from log_mcp.render import rows
from log_mcp.render.page import Line, Page, Section
from log_mcp.render.tokens import tokens

_WORDS = {
    "match": "a match arrived",
    "new_error": "an error of a new kind arrived",
    "quiet": "nothing more arrived",
    "timeout": "time is up",
}


def waited(answer: Waited, budget: int) -> str:
    """Answer of `wait_for_log` as text.

    Args:
        answer: What to show.
        budget: Tokens, at most.
    """
    folded = rows.fold(answer.records)
    constants = rows.Constants(answer.records)
    lines: list[Line] = []
    for width in rows.WIDTHS:
        shown = [rows.line(one, constants, width, None, indent=False) for one in folded]
        lines = [*constants.lines(width), *shown]
        if sum(tokens(line.text) for line in lines) <= budget // 2:
            break
    count, listed = answer.matched, len(answer.records)
    arrived = f"{counted(count, 'record')} arrived that match"
    if count == 1:
        arrived += "es"
    elif listed:
        arrived += ", oldest first" if listed == count else f", the first {listed}"
    header = [f"{_WORDS[answer.reason]} after {answer.waited_s:g} s", arrived]
    return Page(
        answer.view,
        header,
        [Section("records", lines, must=min(1, len(lines)), share=1)],
    ).text(budget)
