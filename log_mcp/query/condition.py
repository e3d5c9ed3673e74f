"""One condition of `where`: `FIELD OP VALUE`.

The grammar (EBNF; docs/query.md shows it with examples):

    condition = field , ( "exists" | "missing" | compare | among ) ;
    compare   = ( "=" | "!=" | ">" | ">=" | "<" | "<=" | "~" | "!~" ) , value ;
    among     = [ "not" ] , "in" , "(" , value , { "," , value } , ")" ;
    field     = bare field | quoted ;
    value     = quoted | bare text ;

Doubtful cases, decided:

- fields are looked up as `subject` says;
- a missing field satisfies only `missing`, `!=`, `!~` and `not in`;
- two numbers compare as numbers, `250ms`, `1.5s` and `2KB` included; a field without unit
  takes the unit its name ends in (`duration_ms`), else the one it is compared with;
- everything else compares as text, `=` folding ASCII case;
- in a quoted value a backslash takes the quote or a backslash behind it as written and
  is itself elsewhere; an expression keeps its backslashes but the one before the quote;
- a value that begins with a quote is one quoted text: whatever follows it is an error,
  and so is a second condition behind `and`, which is nearly always meant as one;
- a list has a value if one of its items has it;
- `level` compares by severity.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson
import re2
from numpy.typing import NDArray

from log_mcp.errors import QueryError, nearest
from log_mcp.labels import Label
from log_mcp.lazy import lazy
from log_mcp.query.expression import Expression
from log_mcp.query.quantity import difference, quantity, unit_of_name
from log_mcp.query.subject import Subject as Subject  # noqa: PLC0414  asked of a condition
from log_mcp.query.subject import lookup as lookup  # noqa: PLC0414  likewise
from log_mcp.record import Level, level_of_word

OPERATORS: Final = ("=", "!=", ">", ">=", "<", "<=", "~", "!~")
TYPOS: Final = ("eror",)  # a level in four letters in some logs, a slip in a question
EXAMPLE: Final = (
    "status >= 500, user_id = 42, path ~ '^/api', code in (A, B), error exists"
)

# Own fields that need not stand in a record's text as they read: a crash's message is
# its exception's type and text, for one.
_MADE: Final = frozenset(
    {"level", "source", "service", "group", "message", "exception.type"}
)
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
_FIELD: Final = lazy(rf"\s*({_QUOTED}|[^\s=!<>~()\"']+)\s*")
_REST: Final = lazy(
    r"(?P<op>!=|>=|<=|!~|==|=|>|<|~)\s*(?P<value>.*)"
    r"|(?P<bare>exists|missing)\s*"
    r"|(?P<among>(?:not\s+)?in)\s*\((?P<items>.*)\)\s*",
    re.DOTALL | re.IGNORECASE,
)
_SECOND: Final = lazy(
    r"(?i)\s(?:and|or|&&|\|\|)\s+[\w.\"'-]+\s*"
    r"(?:[=<>~]|![=~]|\s(?:not\s+)?in\s*\(|\s(?:exists|missing)$)"
)
_ITEM: Final = lazy(rf"\s*({_QUOTED}|[^,]*?)\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition.

    Attributes:
        field: As written, quotes removed.
        op: One of `OPERATORS`, `in`, `not in`, `exists`, `missing`.
        values: What it is compared with; empty for `exists` and `missing`.
    """

    field: str
    op: str
    values: tuple[str, ...] = ()
    test: Callable[[Any], bool] = bool

    def holds(self, subject: Subject) -> bool:
        """Whether it is true of a record."""
        return self.admits(lookup(subject, self.field))

    def admits(self, found: Any) -> bool:
        """Whether it is true of a record whose field holds this; None if it has none."""
        if self.op in ("exists", "missing"):
            return (found is not None) == (self.op == "exists")
        negated = self.op in ("!=", "!~", "not in")
        if found is None:
            return negated
        items = found if isinstance(found, list) else [found]
        return any(map(self.test, items)) != negated

    def of_numbers(self, values: NDArray[Any]) -> NDArray[np.bool_] | None:
        """Whether it is true of each of some numbers without a unit.

        Returns:
            None where `admits` must be asked: for the value of each.
        """
        compare = _ARRAYS.get(self.op)
        wanted = quantity(self.values[0]) if self.values else None
        if compare is None or wanted is None or self.field == "level":
            return None
        if wanted.unit and (unit_of_name(self.field) or wanted.unit) != wanted.unit:
            return None
        # A fraction beside whole numbers beyond 2^53 is compared as Python does.
        whole = isinstance(wanted.value, int)
        if values.dtype != np.float64 and not (whole and abs(wanted.value) < 2**63):
            return None
        if values.dtype == np.float64 and abs(wanted.value) > 2**53:
            return None
        found: NDArray[np.bool_] = compare(values, wanted.value)
        return found

    def meets(self, label: Label) -> bool:
        """Whether what an envelope says of a record is what is asked for."""
        return any(name == self.field and self.test(value) for name, value in label)

    @property
    def literal(self) -> bytes | None:
        """Lower-cased text that the search text of any match must hold.

        Unless its label `meets` the condition: that is no part of the text. None where
        there is none: the value may be spelled in another way.
        """
        if self.op != "=" or self.field in _MADE:
            return None
        value = self.values[0]
        plain = value.isascii() and value.isprintable() and len(value) > 2
        if not plain or quantity(value) is not None:
            return None
        return value.lower().encode() if re.fullmatch(r"[\w .:@/-]+", value) else None


def parse(text: str) -> Condition:
    """A condition, checked.

    Raises:
        QueryError: If it cannot be understood; says what is expected, and where.
    """
    head = _FIELD.match(text)
    if head is None:
        raise QueryError(f"where: {_shown(text)} names no field. Write e.g. {EXAMPLE}.")
    field = _unquoted(head[1])
    rest = _REST.fullmatch(text, head.end())
    if rest is None:
        raise _no_operator(text, field, head.end())
    if rest["bare"]:
        return Condition(field, rest["bare"].lower())
    if rest["among"]:
        op = " ".join(rest["among"].lower().split())
        values = tuple(_items(text, rest.start("items"), rest.end("items")))
    else:
        op = "=" if rest["op"] == "==" else rest["op"]
        values = (_value(text, field, op, rest.start("value")),)
    return Condition(field, op, values, _test(field, op, values))


def field(text: str) -> str | None:
    """The field that a text names, quotes removed; None if it is no field."""
    found = _FIELD.fullmatch(text)
    return None if found is None else _unquoted(found[1])


def _no_operator(text: str, field: str, at: int) -> QueryError:
    word = (text[at:].split() or [""])[0]
    known = (*OPERATORS, "in", "not in", "exists", "missing")
    if re.match(r"(?:not\s+)?in\b", text[at:], re.IGNORECASE):
        return QueryError(
            f"where: after 'in' a list in parentheses is expected in {_shown(text)} (at "
            f"character {at + 1}). Write {field} in (A, B)."
        )
    return QueryError(
        f"where: {_shown(text)} has no operator after {_shown(field)} (at character "
        f"{at + 1}). Valid: {', '.join(known)}.{nearest(word, known)}"
    )


def _value(text: str, field: str, op: str, at: int) -> str:
    """The value that stands behind an operator."""
    written = text[at:].strip()
    if not written:
        raise QueryError(
            f"where: {_shown(text)} has no value. For an empty one write {field} = ''."
        )
    if written[0] in "=<>~!":
        raise QueryError(
            f"where: unknown operator in {_shown(text)} (at character {at}). Valid: "
            f"{', '.join(OPERATORS)}. Quote a value that begins with one of these "
            "characters."
        )
    if written[0] in "\"'":
        _check_quoted(text, written, at)
    elif _SECOND.search(written):
        raise QueryError(
            f"where: {_shown(text)} holds two conditions. Give each as an item of its "
            "own: all of them must hold. Quote the value if it is one."
        )
    return _unquoted(written, expression=op in ("~", "!~"))


def _check_quoted(text: str, written: str, at: int) -> None:
    found = re.match(_QUOTED, written, re.DOTALL)
    if found is None:
        raise QueryError(
            f"where: the quote in {_shown(text)} (at character {at + 1}) is not closed."
        )
    if found.end() < len(written):
        raise QueryError(
            f"where: {_shown(text)} goes on behind the closing quote (at character "
            f"{at + found.end() + 1}). Give each condition as an item of its own."
        )


def _test(field: str, op: str, values: tuple[str, ...]) -> Callable[[Any], bool]:
    if op in ("~", "!~"):
        compiled = expression(values[0], "where")
        return lambda found: (
            compiled.search(_text(found).encode(errors="replace")) is not None
        )
    if field == "level":
        return _level_test(op, values)
    if op in ("=", "!=", "in", "not in"):
        tests = [_equals(field, value) for value in values]
        return lambda found: any(test(found) for test in tests)
    return _order_test(field, op, values[0])


def expression(pattern: str, name: str) -> Expression:
    """A compiled RE2 expression over bytes; `^` and `$` match at lines.

    Args:
        pattern: As the user wrote it.
        name: The parameter it came in, for the message.

    Raises:
        QueryError: If it is none; says what is wrong with it.
    """
    try:
        return Expression(pattern.encode(errors="surrogatepass"))
    except re2.error as error:
        raise QueryError(
            f"{name}: {_shown(pattern)} is not an RE2 expression ({_reason(error)}). RE2 "
            "has no look-around and no back-references; escape ( [ { . * + ? with a "
            "backslash, or use query for literal text."
        ) from None


def _level_test(op: str, values: tuple[str, ...]) -> Callable[[Any], bool]:
    wanted = [level(value) for value in values]
    compare = _COMPARE.get(op)
    if compare is None:
        return lambda found: level_of_word(_text(found)) in wanted
    return lambda found: compare(level_of_word(_text(found)), wanted[0])


def level(text: str) -> Level:
    """A level argument in any spelling.

    Raises:
        QueryError: If it is no level; names the valid ones and the nearest.
    """
    found = level_of_word(text.strip())
    if found is Level.UNKNOWN or text.strip().lower() in TYPOS:
        known = [one.word for one in Level if one]
        raise QueryError(
            f"unknown level {_shown(text)}. Valid: {', '.join(known)} (any spelling, "
            f"such as WARN or fatal).{nearest(text, known)}"
        )
    return found


_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
}


_ARRAYS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    **_COMPARE,
    "=": np.equal,
    "!=": np.not_equal,
}


def _equals(field: str, value: str) -> Callable[[Any], bool]:
    wanted = quantity(value)
    folded = _folded(value)

    def test(found: Any) -> bool:
        if wanted is not None:
            number = quantity(found)
            if number is not None:
                return difference(field, number, wanted) == 0
        return _folded(_text(found)) == folded

    return test


def _order_test(field: str, op: str, value: str) -> Callable[[Any], bool]:
    wanted = quantity(value)
    compare = _COMPARE[op]

    def test(found: Any) -> bool:
        number = quantity(found)
        if wanted is not None and number is not None:
            return compare(difference(field, number, wanted), 0)
        if wanted is not None or number is not None:
            return False  # a number is neither above nor below a word
        return compare(_text(found), value)

    return test


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return orjson.dumps(value, default=str).decode()


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else text


def _items(text: str, begin: int, end: int) -> Iterable[str]:
    """The values of a list that stands in the text from `begin` to `end`."""
    found = 0
    while begin < end:
        item = _ITEM.match(text, begin, end)
        assert item is not None
        begin = item.end()
        if item[1]:
            found += 1
            if item[1][0] in "\"'":
                _check_quoted(text, item[1], item.start(1))
            yield _unquoted(item[1])
    if not found:
        raise QueryError(f"where: the list in {_shown(text)} is empty.")


def _unquoted(text: str, *, expression: bool = False) -> str:
    if len(text) < 2 or text[0] != text[-1] or text[0] not in "\"'":
        return text
    quote = text[0]
    escaped = re.escape(quote) if expression else rf"\\|{quote}"
    return re.sub(rf"\\({escaped})", r"\1", text[1:-1])


def quoted(text: str) -> str:
    """A text as it stands for a field or a value in a condition, whatever is in it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:77]}...")


def _reason(error: Exception) -> str:
    first = error.args[0] if error.args else "bad expression"
    text = first.decode(errors="replace") if isinstance(first, bytes) else str(first)
    return text.partition(":")[0]
