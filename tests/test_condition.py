"""Conditions: the grammar of docs/query.md, and what each operator means."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from log_mcp.errors import QueryError
from log_mcp.query import condition
from log_mcp.query.condition import OPERATORS, Condition, parse
from log_mcp.query.subject import OWN, Subject
from log_mcp.record import Exception_, Level, Record
from tests.builders import segment_of

PAGE = (Path(__file__).parents[1] / "docs" / "query.md").read_text()
FIELDS = {
    "status": 503,
    "duration_ms": 250,
    "elapsed": "1.5s",
    "size_kb": 2,
    "user_id": 1234567890123456789,
    "path": "/api/Orders/7",
    "host.name": "web-1",
    "http": {"method": "POST", "request": {"id": "r-9"}},
    "tags": ["slow", "retry", 3],
    "empty": "",
    "none": None,
    "ok": True,
    "nothing": [],
    "two words": "x y",
    "version": "1.2.3",
    "file": r"C:\temp",
    "said": 'the "end"',
    "cart": {"lines": 2},
}
RECORD = Record(
    time_ns=0,
    level=Level.ERROR,
    message="upstream timeout after 250ms",
    text="",
    logger="shop.cart",
    trace="4bf92f35",
    fields=FIELDS,
    exception=Exception_("ValueError", "no stock", "python"),
)
SUBJECT = Subject(RECORD, "api", lambda: "g-1")

HOLDS = """
status = 503
status = 503.0
status == 503
status != 500
status >= 500
status > 502
status < 504
status <= 503
status in (500, 503)
status not in (500, 501)
status exists
status ~ '^5'
status !~ '^4'
duration_ms = 250
duration_ms = 250ms
duration_ms = 0.25s
duration_ms > 0.1s
duration_ms < 1m
duration_ms >= 250000us
elapsed = 1.5
elapsed = 1500ms
elapsed > 1s
elapsed < 2
size_kb = 2KB
size_kb = 2000B
size_kb < 2KiB
user_id = 1234567890123456789
user_id != 1234567890123456788
user_id > 1234567890123456788
path = /API/orders/7
path ~ '^/api/\\w+/\\d$'
path ~ ^/api
path !~ ^/API
path in ('/x', "/api/orders/7")
host.name = web-1
http.method = post
http.request.id = r-9
http exists
http = '{"method":"POST","request":{"id":"r-9"}}'
tags = slow
tags = 3
tags != fast
tags > 2
tags in (fast, retry)
tags not in (fast, quick)
tags ~ ^re
empty = ''
empty = ""
empty exists
none missing
none != 5
missing_field missing
missing_field != 1
missing_field !~ x
missing_field not in (1, 2)
ok = true
ok = TRUE
nothing != a
"two words" = 'x y'
'two words' = "X Y"
version = 1.2.3
file = 'C:\\temp'
file = 'C:\\\\temp'
file ~ 'C:\\\\'
said = 'the "end"'
said = "the \\"end\\""
level = error
level = ERR
level >= warn
level > info
level < fatal
level != info
level in (Warning, ERROR)
level not in (info)
level ~ ^err
source = API
logger = shop.cart
message ~ 'timeout after \\d+ms'
message = upstream timeout after 250ms
service missing
trace = 4BF92F35
exception.type = ValueError
exception.type exists
group = g-1
status EXISTS
status NOT  IN (1)
""".strip("\n").splitlines()
FAILS = (
    """
status = 500
status != 503
status > 503
status > abc
status missing
path > 5
elapsed > 1m
user_id = 1234567890123456788
ok = 1
missing_field = 1
missing_field > 1
missing_field ~ x
missing_field exists
missing_field in (1)
tags = Retry2
tags != retry
tags !~ slow
nothing = a
nothing exists_not
level = info
level < warning
message = timeout
group != g-1
duration_ms = 250s
cart.lines.more exists
version > 1.10
""".strip()
    .replace("nothing exists_not\n", "")
    .splitlines()
)


@pytest.mark.parametrize("text", HOLDS)
def test_holds(text):
    """Each of these is true of the record above."""
    assert parse(text).holds(SUBJECT)


@pytest.mark.parametrize("text", FAILS)
def test_does_not_hold(text):
    """Each of these is false of it."""
    assert not parse(text).holds(SUBJECT)


def test_a_level_that_is_only_a_field():
    """A record without a level may have a field of that name, of any type."""
    for value in ({"x": 1}, 35, ["q"]):
        record = Record(
            time_ns=0, level=Level.UNKNOWN, message="", text="", fields={"level": value}
        )
        subject = Subject(record, "api", lambda: None)

        assert not parse("level >= info").holds(subject)
        assert not parse("level = info").holds(subject)


REFUSED = {
    "no field": ("= 5", "names no field"),
    "empty": ("", "names no field"),
    "no operator": ("status", "no operator after 'status' (at character 7)"),
    "a word for an operator": ("status exist", "Did you mean 'exists'?"),
    "prose": ("status is 5", "(at character 8)"),
    "no value": ("status =", "has no value. For an empty one write status = ''"),
    "an unknown operator": ("status => 5", "unknown operator"),
    "two operators": ("status >== 5", "unknown operator"),
    "an open list": ("status in (1, 2", "a list in parentheses is expected"),
    "no list": ("status in 1", "Write status in (A, B)"),
    "an empty list": ("status in ()", "is empty"),
    "a list of nothing": ("status in ( , )", "is empty"),
    "an open quote": ("path = 'abc", "(at character 8) is not closed"),
    "an open quote in a list": ("path in (a, 'bc)", "(at character 13) is not closed"),
    "text behind a quote": (
        "path = 'a' b",
        "behind the closing quote (at character 11)",
    ),
    "two conditions": ("status = 5 and path = x", "holds two conditions"),
    "two quoted conditions": ("level = 'a' or level = 'b'", "behind the closing quote"),
    "two, the other kind": ("level = a || status exists", "holds two conditions"),
    "an unknown level": ("level >= eror2", "unknown level 'eror2'. Valid: trace"),
    "a level nearly": ("level = eror1", "Did you mean 'error'?"),
    "a level in a list": ("level in (info, wrong)", "unknown level 'wrong'"),
    "a bad expression": ("path ~ '('", "is not an RE2 expression"),
    "look-ahead": ("path ~ a(?=b)", "no look-around"),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED)
def test_refuses(text, said):
    """What cannot be understood is said, with the place and what would be."""
    with pytest.raises(QueryError) as error:
        parse(text)

    assert said in str(error.value)


def test_long_input_is_shortened_in_messages():
    """A message stays short whatever was given."""
    with pytest.raises(QueryError) as error:
        parse("x" * 5_000)
    with pytest.raises(QueryError) as other:
        condition.expression("(" * 5_000, "regex")

    assert len(str(error.value)) < 500
    assert len(str(other.value)) < 500


def test_a_lone_surrogate_is_no_crash():
    """Text that no encoding can hold finds nothing, and breaks nothing."""
    assert not parse("path = \ud800").holds(SUBJECT)
    assert not parse("path ~ \ud800").holds(SUBJECT)


@given(st.text() | st.text(st.sampled_from("ab =<>!~()'\"\\,.in not exists5")))
@example("a in ('\\")
@example("a = 9e99999")
@example("a = " + "9" * 5_000)
def test_any_text_is_a_condition_or_refused(text):
    """Nothing but QueryError, and a condition that is made can be asked."""
    try:
        found = parse(text)
    except QueryError:
        return

    assert found.holds(SUBJECT) in (True, False)


VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(VALUES, st.sampled_from("'\""))
def test_any_value_can_be_quoted(value, quote):
    """With the quote and the backslash escaped, a value means itself."""
    written = value.replace("\\", "\\\\").replace(quote, "\\" + quote)
    record = Record(
        time_ns=0, level=Level.INFO, message="", text="", fields={"x": value}
    )
    subject = Subject(record, "api", lambda: None)

    for text in (f"x = {quote}{written}{quote}", f"x in ({quote}{written}{quote}, b)"):
        assert parse(text).holds(subject)


LITERAL = {
    "a word": ("path = Orders", b"orders"),
    "words": ("state = upstream timeout", b"upstream timeout"),
    "a message may be made of an exception": ("message = upstream timeout", None),
    "a number may be written in another way": ("status = 503", None),
    "short": ("a = xy", None),
    "a quote may be escaped": ("a = 'x\"y'", None),
    "a level has many spellings": ("level = error", None),
    "a source stands in no text": ("source = api-1", None),
    "not equal": ("path != orders", None),
    "other than ASCII": ("a = \u00e9t\u00e9", None),
    "a type may be written in parts": ("exception.type = ValueError", None),
    "no value": ("a exists", None),
}


@pytest.mark.parametrize(("text", "expected"), LITERAL.values(), ids=LITERAL)
def test_literal(text, expected):
    """Text that any match must hold, where there is such."""
    assert expected == parse(text).literal


# -- the page -------------------------------------------------------------------------


def _blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def _rules() -> dict[str, str]:
    """The page's rules, by name, without comments."""
    text = re.sub(r"\(\*.*?\*\)", "", "\n".join(_blocks("ebnf")), flags=re.DOTALL)
    rules = re.findall(
        r"(\w[\w ]*?)\s*=\s*((?:\"[^\"]*\"|'[^']*'|\?[^?]*\?|[^;\"'?])+);", text
    )
    return {name: " ".join(body.split()) for name, body in rules}


def _made_by(rules: dict[str, str], name: str) -> st.SearchStrategy[str]:
    """Texts that a rule of the page can make."""
    tokens = re.findall(
        r"\"[^\"]*\"|'[^']*'|\?[^?]*\?|[\[\]{}()|,]|\w[\w ]*\w|\w", rules[name]
    )
    made, rest = _either(rules, tokens)
    assert not rest, rest
    return st.one_of(made)


def _either(rules, tokens):
    options, tokens = [], ["|", *tokens]
    while tokens and tokens[0] == "|":
        parts, tokens = [], [",", *tokens[1:]]
        while tokens and tokens[0] == ",":
            part, tokens = _part(rules, tokens[1:])
            parts.append(part)
        options.append(st.tuples(*parts).map("".join))
    return st.one_of(options), tokens


CLOSING = {"[": "]", "{": "}", "(": ")"}


def _part(rules, tokens):
    first, *rest = tokens
    if first in CLOSING:
        inner, rest = _either(rules, rest)
        assert CLOSING[first] == rest[0]
        if first == "[":
            inner = st.just("") | inner
        elif first == "{":
            inner = st.lists(inner, max_size=3).map("".join)
        return inner, rest[1:]
    if first[0] in "\"'":
        return st.just(first[1:-1]), rest
    if first[0] == "?":
        return st.from_regex(
            first[1:-1].strip().removeprefix("/").removesuffix("/"), fullmatch=True
        ), rest
    return st.deferred(lambda: _made_by(rules, first)), rest


RULES = _rules()


def test_the_page_and_the_code_name_the_same_operators():
    """No operator is missing on the page, and none is only there."""
    written = set(re.findall(r'"([=!<>~]+)"', RULES["compare"]))

    assert set(OPERATORS) == written
    assert {"condition", "compare", "among", "field", "value"} <= set(RULES)
    assert all(f"`{name}`" in PAGE for name in OWN)


@given(_made_by(RULES, "condition"))
def test_what_the_page_allows_is_understood(text):
    """Whatever the grammar makes is a condition, or holds a bad expression."""
    try:
        made: object = parse(text)
    except QueryError as error:
        made = error

    assert isinstance(made, Condition) or "is not an RE2 expression" in str(made)


EXAMPLES = re.findall(r"^\| `(.+?)` \| (yes|no|refused) \|", PAGE, re.MULTILINE)
EXAMPLE_RECORD = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(
    ("text", "verdict"), EXAMPLES, ids=[text for text, _ in EXAMPLES]
)
def test_the_examples_of_the_page(tmp_path, text, verdict):
    """Each example does with the page's record what the page says."""
    assert EXAMPLE_RECORD is not None
    segment = segment_of(tmp_path / "api.log", [EXAMPLE_RECORD[1].strip()])
    subject = Subject(segment.record(0), segment.origin.source, lambda: None)
    if verdict == "refused":
        with pytest.raises(QueryError):
            parse(text)
    else:
        assert (verdict == "yes") == parse(text).holds(subject)


def test_the_page_has_examples():
    """Of each verdict and for every operator."""
    assert {"yes", "no", "refused"} == {verdict for _, verdict in EXAMPLES}
    words = " ".join(text for text, _ in EXAMPLES)
    assert all(
        f" {word} " in f"{words} "
        for word in (*OPERATORS, "in", "not in", "exists", "missing")
    )


NUMBERS = st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1) | st.lists(
    st.floats(allow_nan=False, allow_infinity=False), min_size=1
)


@given(
    NUMBERS,
    st.sampled_from(["x", "x_ms", "x_s"]),
    st.sampled_from(["=", "!=", ">", ">=", "<", "<=", "in", "~"]),
    st.sampled_from(
        ["0", "1.5", "2ms", "0.002s", "9007199254740993", "1e30", "word", "-7"]
    ),
)
def test_many_numbers_are_compared_as_one(values, field, op, wanted):
    """At once, or not at all."""
    value = f"({wanted})" if op == "in" else wanted
    condition = parse(f"{field} {op} {value}")
    found = condition.of_numbers(np.array(values))

    assert found is None or found.tolist() == list(map(condition.admits, values))
