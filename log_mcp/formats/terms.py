"""Erlang's errors: terms as they are printed, and the sentences that reports make of them.

A term is `{Reason,[{Module,Function,Arity,[{file,"m.erl"},{line,3}]},...]}`, innermost
call first, over as many lines as it takes. A shell, a script and a crash report say
`exception error: no match of right hand side value 7` and list the calls below it. Where a
sentence stands for a reason, the reason is the type, as it is what code is asked for.
"""

from collections.abc import Sequence
from typing import Final

from log_mcp.formats.frames import LINE_CHARS_MAX, frame
from log_mcp.formats.throwable import Section, chain
from log_mcp.lazy import lazy
from log_mcp.record import Exception_

_SENTENCE: Final = lazy(r"exception (error|exit|throw): (.*)")
_CALL: Final = lazy(
    r"\s+in (?:function|call from) +(\S+)(?: \(([^,)]+), line (\d+)\))?"
)
# The reason, with what it carries where that ends in the same line.
_REASON: Final = lazy(
    r"\{+(?:'EXIT',\{+)?([a-z]\w*)(?:,([^\[\]{}]{1,200}|\{[^\[\]{}]*\})\},)?"
)
_ENTRY: Final = lazy(
    r"\{(\w+),([\w'/@-]+),(\d+|\[(?:[^\[\]\n]|\[[^\[\]\n]*\])*\]),\s*"
    r'\[(?:\{file,"([^"]+)"\},\s*\{line,(\d+)\})?'
)
_REASON_LINE: Final = lazy(r"(?:\*\* )?Reason for termination|.* with exit value:$")
_REASON_INSIDE: Final = lazy(r"\bReason: ")

# As `erl_error` words them.
_REASONS: Final = {
    "an error occurred when evaluating an arithmetic expression": "badarith",
    "bad argument": "badarg",
    "bad function": "badfun",
    "bad key": "badkey",
    "bad map": "badmap",
    "bad record": "badrecord",
    "interpreted function with arity": "badarity",
    "function called with wrong number of arguments": "badarity",
    "no case clause matching": "case_clause",
    "no function clause matching": "function_clause",
    "no match of right hand side value": "badmatch",
    "no such process or port": "noproc",
    "no true branch found when evaluating an if expression": "if_clause",
    "no try clause matching": "try_clause",
    "a system limit has been reached": "system_limit",
    "undefined function": "undef",
}


def read(lines: Sequence[str]) -> Exception_ | None:
    """The exception of one trace.

    Args:
        lines: From its first line on.
    """
    cut = [line[:LINE_CHARS_MAX] for line in lines]
    for row, line in enumerate(cut):
        if said := _SENTENCE.search(line):
            return chain("erlang", [_told(said[1], said[2], cut[row + 1 :])])
    return chain("erlang", [_term(_reason(cut))])


def _told(kind: str, text: str, below: Sequence[str]) -> Section:
    """What a sentence and the calls below it say."""
    reasons = (word for start, word in _REASONS.items() if text.startswith(start))
    section = Section(name=next(reasons, kind), text=text)
    for line in below:
        if call := _CALL.match(line):
            section.frames.append(frame("erlang", call[2], call[3], call[1]))
    return section


def _reason(lines: Sequence[str]) -> str:
    """The term that says why, up to the end."""
    for row, line in enumerate(lines):
        if inside := _REASON_INSIDE.search(line):
            return "\n".join([line[inside.end() :], *lines[row + 1 :]])
        if _REASON_LINE.match(line):
            return "\n".join(lines[row + 1 :])
    return "\n".join(lines)


def _arity(printed: str) -> str:
    """How many arguments a call has, of which the number is printed, or they are."""
    if not printed.startswith("["):
        return printed
    depth = count = 0
    for mark in printed[1:-1]:
        depth += (mark in "[{(") - (mark in "]})")
        count += mark == "," and depth == 0
    return str(count + (printed != "[]"))


def _term(text: str) -> Section:
    section = Section(name="", text="")
    if why := _REASON.search(text):
        section.name, section.text = why[1], why[2] or ""
    for module, function, arity, file, line in _ENTRY.findall(text):
        called = f"{module}:{function}/{_arity(arity)}"
        section.frames.append(frame("erlang", file, line, called))
    return section
