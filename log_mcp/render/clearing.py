"""What was forgotten, as text."""

from log_mcp.answer import Clearance
from log_mcp.phrase import counted
from log_mcp.render import rows
from log_mcp.render.page import Page, Section, marked


def cleared(answer: Clearance, budget: int) -> str:
    """Answer of `clear_logs` as text.

    Args:
        answer: What to show.
        budget: Tokens, at most.
    """
    lines = []
    for name, count in answer.removed.items():
        lines.append(marked(f"{rows.word(name, 120)} {count}", name))
    records = counted(sum(answer.removed.values()), "held record")
    sources = counted(len(answer.removed), "source")
    header = [f"{records} forgotten of {sources}", "no file was touched"]
    title = "forgotten (source, records):"
    return Page(
        answer.view, header, [Section("sources", lines, title, share=1.0)]
    ).text(budget)
