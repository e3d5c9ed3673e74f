import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.formats import frames, tracebacks
from log_mcp.formats.exception import _line_by_line, exception
from log_mcp.formats.frames import in_app
from log_mcp.formats.stacktrace import State, continues, step
from log_mcp.formats.throwable import CAUSES_MAX, FRAMES_MAX, chain, head_of
from log_mcp.formats.tracemarks import START, WITHIN
from log_mcp.record import Exception_
from tests.traces import TRACES

HEADER = "2026-05-06 07:08:09,123 ERROR shop.api - "
LINES = [line for trace in TRACES.values() for line in trace.text.split("\n")]


def read(text: str) -> Exception_:
    """The exception of a text that holds one."""
    found = exception(text)
    assert found is not None
    return found


def links(found: Exception_ | None) -> list[Exception_]:
    """The exceptions of a chain, outer one first."""
    result = []
    while found is not None:
        result.append(found)
        found = found.cause
    return result


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_reads_what_a_person_reads(trace):
    """Type, message, causes, and where in the application it happened."""
    found = read(trace.text)
    places = [(f.file, f.line, f.function) for f in found.frames if f.in_app]
    assert (trace.language, trace.type, trace.message) == (
        found.language,
        found.type,
        found.message,
    )
    assert trace.causes == tuple(link.type for link in links(found)[1:])
    assert trace.place == (places[0] if places else None)


@pytest.mark.parametrize("before", [HEADER, HEADER + "failed\n"], ids=["same", "above"])
@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_a_header_changes_neither_type_nor_frames(trace, before):
    """The same exception is read out of a record with its logging header."""
    bare, headed = read(trace.text), read(before + trace.text)

    assert [link.type for link in links(bare)] == [link.type for link in links(headed)]
    assert bare.frames == headed.frames


PLAIN = {
    "one frame": """Traceback (most recent call last):
  File "/srv/shop/cart.py", line 12, in add
    self.check(sku)
ValueError: bad sku""",
    "carets, and the rest of a statement": """Traceback (most recent call last):
  File "/srv/shop/cart.py", line 12, in add
    self.check(
    ~~~~~~~~~~^
        sku,
    )
  File "/srv/shop/cart.py", line 40, in check
    raise ValueError("bad sku")
  [Previous line repeated 3 more times]
ValueError: bad sku""",
    "no code": """Traceback (most recent call last):
  File "<string>", line 1, in <module>
  File "/srv/shop/cart.py", line 12, in add
KeyError""",
    "two of a chain": """Traceback (most recent call last):
  File "/srv/shop/cart.py", line 12, in add
    self.check(sku)
ValueError: bad sku

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/shop/cart.py", line 14, in add
    raise Refused(sku) from error
shop.Refused: 17
that is all""",
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
@pytest.mark.parametrize("above", ["", "failed\n", "Error: x\n\n"])
def test_plain_tracebacks_are_read_at_one_stroke(text, above):
    """And give what reading them line by line gives."""
    assert tracebacks.plain(text) is not None
    assert tracebacks.plain(text) == _line_by_line(above + text)
    assert tracebacks.plain(text) == exception(above + text)


HEAD = "Traceback (most recent call last):"


def test_few_lines_lead_to_a_header():
    """Of all marks, only those with these words begin what a header may continue."""
    marks = (*START, *WITHIN)
    leads = [m for m in marks if continues(State(m.state), HEAD.encode())]

    assert 5 == len(leads)
    assert all(
        b"xception" in m.pattern or b"RemoteTraceback" in m.pattern for m in leads
    )


PYTHON_LINES = st.one_of(
    st.sampled_from(
        [
            HEAD,
            *(line for text in PLAIN.values() for line in text.split("\n")),
            *('  File "/a b.py", line 7, in f', '    File "/b.py", line 7, in g'),
            *('  File "", line 1, in h', '  File "/c.py", line 1', "    x = 1"),
            *("    [Previous line", "    12: from x", "    | x", "  | x", "  +-x"),
            *("    +-+", "      | x", '  |     File "x", line 3, in f', "    ", ""),
            *(
                "E: a.rb:1:in `f'",
                "E: 3 validation errors for X",
                "E",
                "e x",
                "[SQL: x",
            ),
            *("│ a.py:1 in f │", '"""', "Stack (most recent call last):", "  at f"),
            *("panic: x", "Caused by: x.Y", "x" * 2100, "    " + "x" * 2100),
            *("The above exception was the direct cause of it", "SyntaxError: a"),
            *(" Traceback (most recent call last):", '\x0bFile "x", line 3, in f'),
        ]
    ),
    st.text(st.characters(exclude_characters="\n"), max_size=12),
)
SHUFFLED = st.one_of(
    st.lists(PYTHON_LINES, max_size=8).map(lambda lines: [HEAD, *lines]),
    st.tuples(
        st.sampled_from([text.split("\n") for text in PLAIN.values()]),
        st.lists(st.tuples(st.integers(0, 12), PYTHON_LINES), max_size=2),
    ).map(lambda drawn: inserted(*drawn)),
)


def inserted(lines: list[str], others: list[tuple[int, str]]) -> list[str]:
    lines = list(lines)
    for row, line in others:
        lines.insert(row, line)
    return lines


@settings(max_examples=200)
@given(st.lists(PYTHON_LINES, max_size=3), SHUFFLED)
def test_the_shortcut_changes_nothing(above, lines):
    """Whatever stands around and between the lines of a traceback."""
    text = "\n".join([*above, *lines])

    assert _line_by_line(text) == exception(text) or "\n" not in text


NONE = {
    "empty": "",
    "one line": "ValueError: bad sku",
    "error in prose": "Error: out of paper\nplease refill",
    "two lines": "first\nsecond",
    "a stack that a log call adds": 'x\nStack (most recent call last):\n  File "a.py", '
    'line 1, in f\n  File "a.py", line 2, in g',
    "one frame alone": "    at com.acme.Cart.total(Cart.java:3)\nthen prose",
    "a head and a blank line": "java.lang.Error: x\n\nnext",
}


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_text_without_a_trace_holds_none(text):
    """None for prose, whatever words it uses."""
    assert exception(text) is None


HEADS = {
    "java in a header": (
        HEADER + "java.io.IOException: disk",
        ("java.io.IOException", "disk"),
    ),
    "words before": ("request failed: OrderError: no 4", ("OrderError", "no 4")),
    "a logger that ends in Handler": (
        "ERROR shop.ErrorHandler - app.TimeoutError: slow",
        ("app.TimeoutError", "slow"),
    ),
    "no message": ("Error", ("Error", "")),
    "brackets": ("MergeException[failed [1]]", ("MergeException", "failed [1]")),
    "parentheses": ("KeyError (key not found: 3):", ("KeyError", "key not found: 3")),
    "code": ("TypeError [ERR_X]: bad", ("TypeError", "bad")),
    "a dotted name behind a logger": (
        "ERROR com.acme.Shop: com.acme.OrderRejected: limit",
        ("com.acme.OrderRejected", "limit"),
    ),
    "a plain name": (HEADER + "OrderRejected: limit", ("OrderRejected", "limit")),
    "thread": ('Exception in thread "a b" Boom: x', ("Boom", "x")),
    "cause": ("Caused by: Boom", ("Boom", "")),
    "inner": ("A.BException: x ---> A.CException: y", ("A.BException", "x")),
    "php": ("App\\Errors\\CartError: x", ("App\\Errors\\CartError", "x")),
    "nothing": ("no name here", ("", "no name here")),
}


@pytest.mark.parametrize(("line", "expected"), HEADS.values(), ids=HEADS)
def test_type_and_message_of_a_head(line, expected):
    """The name of the failure is found behind headers, loggers and prose."""
    assert expected == head_of(line)


OWN = {
    "python": ("python", "/srv/shop/cart.py", "total", True),
    "python package": ("python", "/v/lib/python3.12/site-packages/x/a.py", "f", False),
    "python library": ("python", "/usr/lib/python3.11/json/decoder.py", "f", False),
    "python on windows": ("python", "C:\\Python311\\lib\\json\\a.py", "f", False),
    "python frozen": ("python", "<frozen importlib._bootstrap>", "_load", False),
    "java": ("java", "Cart.java", "com.acme.Cart.total", True),
    "java runtime": ("java", "Thread.java", "java.lang.Thread.run", False),
    "spring": ("java", "A.java", "org.springframework.web.A.f", False),
    "proxy": (
        "java",
        "<generated>",
        "com.acme.Cart$$EnhancerBySpringCGLIB$$1.f",
        False,
    ),
    "kotlin": ("java", "A.kt", "kotlinx.coroutines.A.f", False),
    "typescript": ("javascript", "/srv/src/cart.ts", "total", True),
    "package": ("javascript", "/srv/node_modules/x/a.js", "f", False),
    "node": ("javascript", "node:internal/a", "f", False),
    "no place": ("javascript", None, "f", False),
    "c#": ("csharp", None, "Shop.Cart.Total", True),
    "c# runtime": ("csharp", None, "System.Linq.Enumerable.First", False),
    "go": ("go", "/src/cart.go", "main.(*Cart).Total", True),
    "go library": ("go", "/usr/local/go/src/net/http/server.go", "net/http.f", False),
    "go module": ("go", "/root/go/pkg/mod/x@v1/a.go", "x.f", False),
    "ruby gem": ("ruby", "/usr/lib/ruby/gems/3.2/gems/rack/a.rb", "call", False),
    "php vendor": ("php", "/srv/vendor/x/A.php", "f", False),
    "rust std": ("rust", "/rustc/1/library/std/a.rs", "std::a", False),
    "another language": ("cobol", "a.cbl", None, True),
    "nowhere": ("python", None, None, False),
}


@pytest.mark.parametrize(("language", "file", "function", "own"), OWN.values(), ids=OWN)
def test_whose_code_it_is(language, file, function, own):
    """Libraries and runtimes are told by where they lie, or by their names."""
    assert own == in_app(language, file, function)


def test_code_is_kept_where_printed():
    """Source lines of Python are part of the frame; carets and values are not."""
    found = read(TRACES["python, values drawn below the code"].text)

    assert ["return a + b", "add(1, None)"] == [f.code for f in found.frames]


def test_frames_of_each_javascript_style():
    """Async, constructors, Windows, eval and a missing space."""
    found = read(
        "Error: x\n"
        "    at async load (file:///app/a.mjs:1:2)\n"
        "    at new Cart (C:\\app\\b.js:3:4)\n"
        "    at render(/app/c.js:5:6)\n"
        "    at run (eval at go (/app/d.js:7:8), <anonymous>:9:10)\n"
        "    at /app/e.js:11:12\n"
        "    at named"
    )

    assert [
        ("/app/a.mjs", 1, "load"),
        ("C:\\app\\b.js", 3, "Cart"),
        ("/app/c.js", 5, "render"),
        ("<anonymous>", 9, "run"),
        ("/app/e.js", 11, None),
        (None, None, "named"),
    ] == [(f.file, f.line, f.function) for f in found.frames]


def test_frames_of_each_csharp_style():
    """With a file, without one, and as Mono prints them."""
    found = read(
        "System.Exception: x\n"
        "   at Shop.A.F(Int32 n) in C:\\src\\A.cs:line 3\n"
        "   at Shop.A.G()\n"
        "   at Shop.A.H () [0x00000] in <f1e2>:0"
    )

    assert [
        ("C:\\src\\A.cs", 3, "Shop.A.F"),
        (None, None, "Shop.A.G"),
        ("<f1e2>", None, "Shop.A.H"),
    ] == [(f.file, f.line, f.function) for f in found.frames]


def test_inner_exceptions_of_csharp_own_their_frames():
    """All heads come first, and the innermost one's frames before the others'."""
    found = read(
        "A.OuterException: a ---> A.MiddleException: b ---> A.RootException: c\n"
        "   at A.Root() in /a.cs:line 1\n"
        "   --- End of inner exception stack trace ---\n"
        "   at A.Middle() in /a.cs:line 2\n"
        "   --- End of inner exception stack trace ---\n"
        "   at A.Outer() in /a.cs:line 3\n"
        "   ---> (Inner Exception #1) A.OtherException: d\n"
    )

    assert [
        ("A.OuterException", 3),
        ("A.MiddleException", 2),
        ("A.RootException", 1),
    ] == [(link.type, link.frames[0].line) for link in links(found)]


def test_a_message_of_csharp_may_have_lines():
    """Also where the inner exception is named on the last of them."""
    found = read(
        "A.OuterException: first\nsecond ---> A.InnerException: c\n   at A.F() in /a.cs:line 1"
    )

    assert ("first\nsecond", "A.InnerException") == (
        found.message,
        found.root.type,
    )


def test_a_stack_that_a_go_logger_prints():
    """Without a panic the failure is the line above, and its type `error`."""
    found = read(
        "cannot load order 3\nmain.load\n\t/src/main.go:7\nmain.main\n\t/src/main.go:3"
    )

    assert ("error", "cannot load order 3") == (found.type, found.message)
    assert ["main.load", "main.main"] == [f.function for f in found.frames]


def test_a_traceback_cut_off_has_no_type():
    """The frames are told, and no name is made up."""
    found = read('Traceback (most recent call last):\n  File "a.py", line 3, in f')

    assert ("", 1) == (found.type, len(found.frames))


def test_two_tracebacks_without_a_chain_are_not_mixed():
    """The first is read; the second did not follow from it."""
    text = TRACES["python, one traceback"].text
    found = read(text + "\n" + text.replace("ValueError", "OSError"))

    assert ("ValueError", None) == (found.type, found.cause)


def test_lines_below_frames_of_ruby_under_a_message():
    """A logger prints message and class, then the bare frames."""
    found = read(
        "cannot load (Shop::LoadError)\n/app/a.rb:3:in `f'\n/app/a.rb:1:in `g'"
    )

    assert ("Shop::LoadError", "cannot load") == (found.type, found.message)
    assert [3, 1] == [f.line for f in found.frames]


def test_dart_prose_without_a_known_type():
    """A type is not made up; the sentence is the message."""
    found = read("Unhandled exception:\nno luck\n#0      main (file:///a.dart:1:2)")

    assert ("", "no luck") == (found.type, found.message)


def test_the_thrower_names_a_dart_error():
    """Where the sentence does not tell the type, the innermost frame may."""
    found = read(
        "Unhandled exception:\nno such getter\n"
        "#0      NoSuchMethodError._throwNew (dart:core-patch/errors_patch.dart:1)"
    )

    assert "NoSuchMethodError" == found.type


def test_the_line_above_the_frames_beats_prose():
    """Servers mention the cause in a sentence, then print the exception itself."""
    found = read(
        "SEVERE: request threw [java.lang.NullPointerException] with root cause\n"
        "com.acme.PageException: no page\n\tat com.acme.Page.show(Page.java:3)"
    )

    assert ("com.acme.PageException", "no page") == (found.type, found.message)


def test_node_prints_rejections_in_brackets():
    """The block of a crash names whatever was thrown."""
    crash = "/app/a.js:3\n  throw x\n  ^\n\n{}\n\nNode.js v22.1.0"
    rejected = read(crash.format("[UnhandledRejection: no reason] {\n  code: 1\n}"))
    text = read(crash.format("just text"))

    assert ("UnhandledRejection", "no reason") == (rejected.type, rejected.message)
    assert ("", "just text") == (text.type, text.message)


def test_other_goroutines_are_left_out():
    """Frames are those of the goroutine that failed."""
    found = read(
        "fatal error: all asleep\n\ngoroutine 1 [chan receive]:\n"
        "main.main()\n\t/src/a.go:3 +0x1\n\ngoroutine 2 [sleep]:\n"
        "main.f(0x1))\n\t/src/b.go:9 +0x1"
    )

    assert ["main.main"] == [f.function for f in found.frames]


def test_a_goroutine_dump_without_a_panic():
    """Unbalanced text is kept as it is; the line above tells what failed."""
    found = read("stuck\ngoroutine 2 [sleep]:\nmain.f(0x1))\n\t/src/b.go:9 +0x1")

    assert ("error", "stuck", "main.f(0x1))") == (
        found.type,
        found.message,
        found.frames[0].function,
    )


def test_deep_recursion_keeps_both_ends():
    """A bounded number of frames, innermost and outermost."""
    rows = "".join(f"\tat a.B.f(B.java:{row})\n" for row in range(1, 5001))
    found = read("java.lang.StackOverflowError\n" + rows)

    assert FRAMES_MAX == len(found.frames)
    assert (1, 5000) == (found.frames[0].line, found.frames[-1].line)


def test_long_chains_keep_the_root():
    """A bounded number of causes, the outer ones and the root."""
    rows = "".join(
        f"Caused by: E{row}: x\n\tat a.B.f(B.java:1)\n" for row in range(500)
    )
    found = read("a.BException: x\n\tat a.B.f(B.java:1)\n" + rows)

    assert CAUSES_MAX == len(links(found))
    assert "E499" == found.root.type


def test_numbers_that_are_no_line_numbers():
    """Digits without end are no line; int() is never asked for thousands of them."""
    assert frames.frame("go", "a.go", "9" * 5000, "f").line is None
    assert chain("go", []) is None


@given(st.lists(st.sampled_from(LINES) | st.text(max_size=30), max_size=40))
def test_never_raises(lines):
    """Any text is either an exception or None."""
    assert isinstance(exception("\n".join(lines)), Exception_ | None)


@given(st.lists(st.sampled_from([*LINES, "plain", "", HEADER + "x"]), max_size=30))
def test_agrees_with_the_joining_of_lines(lines):
    """There is an exception where, and only where, a trace was proven."""
    state, proven = None, False
    for line in lines:
        state = step(state, line.encode())
        proven = proven or (state is not None and state.proven)

    assert proven == (exception("\n".join(lines)) is not None)


HOSTILE = {
    "dots": "a.",
    "at signs": "@a",
    "numbers": ":1",
    "parentheses": "at x(",
    "quotes": "'",
    "types": "Error: ",
    "blanks": " ",
    "markers": "---> ",
    "brackets": "[(",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_near_misses_without_end(trace, unit):
    """Long lines that nearly are frames or heads are read within the test's time limit."""
    head, *lines = trace.text.split("\n")
    text = "\n".join([head + unit * 10_000, unit * 10_000, *lines, lines[-1] + unit])

    assert isinstance(exception(text), Exception_ | None)


def test_a_crash_of_node_that_is_cut_behind_the_caret_is_read():
    """What was thrown is not told any more, and nothing raises."""
    found = exception("/srv/a.js:3\n    throw x\n    ^")

    assert found is None or not found.frames


def test_a_panic_that_says_nothing_on_its_line():
    """The lines below are its message."""
    trace = "panic: \nno stock\n\ngoroutine 1 [running]:\nmain.main()\n\t/srv/main.go:7 +0x1d"
    found = exception(trace)

    assert found is not None
    assert ("panic", "no stock") == (found.type, found.message)
    assert exception(f"panic: \n{trace}") is not None
