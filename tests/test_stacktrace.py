import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.formats.stacktrace import (
    BEGIN,
    TRIAL_LINES_MAX,
    State,
    begins,
    continues,
    is_bare,
    may_begin,
    step,
)
from log_mcp.formats.tracemarks import START, WITHIN
from log_mcp.formats.tracerules import RULES
from tests.traces import TRACES

HEADER = b"2026-05-06 07:08:09,123 ERROR shop.api - "
LINES = [line for trace in TRACES.values() for line in trace.text.encode().split(b"\n")]


def states(lines):
    """The state after each line, as a reader of consecutive lines sees them."""
    state, found = None, []
    for line in lines:
        state = step(state, line)
        found.append(state)
    return found


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_every_line_continues_the_first(trace):
    """A trace is one: begun by its first line, proven, and nothing taken on trial left."""
    first, *others = trace.text.encode().split(b"\n")
    state = begins(first)
    for line in others:
        assert state is not None
        state = continues(state, line)

    assert state is not None
    assert (True, 0) == (state.proven, state.trial)
    assert state.language in {trace.language, "any"}


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_what_follows_is_not_swallowed(trace):
    """A blank line and prose below a trace are at most taken on trial."""
    lines = [*trace.text.encode().split(b"\n"), b"", b"listening on port 80", b"ready"]
    tail = states(lines)[-3:]

    assert all(state is None or state.trial for state in tail)


@pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)
def test_a_header_on_the_first_line_hides_no_trace(trace):
    """Behind a logging header the trace is proven as well, and is not bare."""
    lines = (HEADER + trace.text.encode()).split(b"\n")
    found = states(lines)

    assert found[-1] is not None
    assert found[-1].proven
    assert found[0] is None or not is_bare(found[0])


BARE = {
    "python": b"Traceback (most recent call last):",
    "python thread": b"Exception in thread Thread-1 (run):",
    "java thread": b'Exception in thread "main" java.lang.Error: x',
    "node": b"/srv/app.js:12",
    "go": b"panic: no stock",
    "go throw": b"fatal error: all goroutines are asleep - deadlock!",
    "rust": b"thread 'main' panicked at src/main.rs:2:5:",
    "c#": b"Unhandled exception. System.Exception: x",
    "dart": b"Unhandled exception:",
    "php": b"PHP Fatal error:  Uncaught Error: x in /a.php:1",
    "c++": b"terminate called after throwing an instance of 'int'",
    "sanitizer": b"==9==ERROR: AddressSanitizer: heap-use-after-free on address 0x1",
}


@pytest.mark.parametrize("line", BARE.values(), ids=BARE)
def test_only_an_uncaught_crash_is_bare(line):
    """Bare at the start of a line, not behind a header; and one line proves nothing."""
    state = begins(line)

    assert state is not None
    assert (True, False) == (is_bare(state), state.proven)

    behind = begins(HEADER + line)

    assert behind is None or not is_bare(behind)


NOT_BARE = {
    "java": b"java.lang.IllegalStateException: x",
    "javascript": b"TypeError: x is not a function",
    "chain": b"During handling of the above exception, another exception occurred:",
    "separator": b"=================================================================",
    "stack of a log call": b"Stack (most recent call last):",
}


@pytest.mark.parametrize("line", NOT_BARE.values(), ids=NOT_BARE)
def test_a_throwable_may_be_printed_under_a_header(line):
    """What loggers print begins a trace that is not bare."""
    state = begins(line)

    assert state is not None
    assert not is_bare(state)


ORDINARY = {
    "empty": b"",
    "request": b"2026-05-06 07:08:09 INFO GET /items/4 200 in 3 ms",
    "json": b'{"level": "info", "msg": "started"}',
    "the word error": b"2026-05-06 07:08:09 ERROR error while reading: no such file",
    "at, in prose": b"    at the end of the day",
    "level and text": b"ERROR no stock for 3 carts",
}


@pytest.mark.parametrize("line", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_lines_begin_nothing(line):
    """None, so that a block without marks is skipped by one search."""
    assert begins(line) is None
    assert not may_begin(line + b"\n")


NOT_PROVEN = {
    "prose below an error": [b"Error: out of paper", b"please refill", b"thank you"],
    "a colon": [b"Note: two", b"things"],
    "a stack that a log call adds": [
        b"Stack (most recent call last):",
        b'  File "a.py", line 3, in f',
        b"    log.info('x', stack_info=True)",
        b'  File "a.py", line 1, in g',
    ],
    "a thread at rest": [
        b"   java.lang.Thread.State: WAITING (parking)",
        b"\tat java.base/jdk.internal.misc.Unsafe.park(Native Method)",
        b"\t- parking to wait for <0x1> (a java.lang.Object)",
        b"\tat com.acme.Pool.run(Pool.java:3)",
    ],
    "a file name": [b"see /app/cart.js:3", b"and /app/cart.js:4"],
}


@pytest.mark.parametrize("lines", NOT_PROVEN.values(), ids=NOT_PROVEN)
def test_prose_is_never_proven(lines):
    """Without frames of something that failed there is no exception."""
    assert not any(state and state.proven for state in states(lines))


def test_after_the_last_line_of_python_only_a_chain_continues():
    """Prose directly below `ValueError: x` is not part of the traceback."""
    lines = TRACES["python, one traceback"].text.encode().split(b"\n")
    chain = b"During handling of the above exception, another exception occurred:"
    last = states(lines)[-1]
    *_, gap, chained = states([*lines, b"", chain])

    assert continues(last, b"cart saved") is None
    assert continues(gap, b"cart saved") is None
    assert (1, 0) == (gap.trial, chained.trial)


def test_a_new_crash_ends_a_message():
    """A strong beginning is never text of the message of the trace before."""
    crash = b"Traceback (most recent call last):"
    head, after = states([b"Error: first", crash])

    assert continues(head, crash) is None
    assert "python.frames" == after.name


@pytest.mark.parametrize("name", sorted({mark.state for mark in (*START, *WITHIN)}))
def test_two_lines_prove_a_crash_in_python_whatever_came_before(name):
    """Which lets `lines` join the commonest trace without running the machine."""
    for state in (State(name), State(name, bare=True)):
        begun = step(state, b"Traceback (most recent call last):")
        after = step(begun, b'  File "')

        assert after is not None
        assert after.proven


def test_a_message_has_a_limit():
    """A head without frames gives up after a while instead of eating a file."""
    lines = [b"java.lang.Error: a", *[b"text"] * (TRIAL_LINES_MAX + 1)]
    *_, last, after = states(lines)

    assert TRIAL_LINES_MAX == last.trial
    assert after is None


def test_lines_with_line_ends_begin_nothing_by_mistake():
    """Two lines given as one are no mistake to raise for."""
    assert begins(b"x\n=================") is None


def test_rows_lead_somewhere():
    """Every state that a row leads to has rules, and every state is reached."""
    sources = {rule.state for rule in RULES}
    targets = {rule.to for rule in RULES} | {mark.state for mark in START + WITHIN}

    assert sources == targets - {""} | {"javascript.object"}


@given(st.lists(st.sampled_from(LINES) | st.binary(max_size=40), max_size=30))
def test_one_step_a_line_whatever_the_lines(lines):
    """Never raises; the state is hashable and depends on nothing but state and line."""
    found = states([line.replace(b"\n", b"") for line in lines])

    assert len(lines) == len(found)
    assert all(state is None or isinstance(hash(state), int) for state in found)
    assert all(state is None or state.trial <= TRIAL_LINES_MAX for state in found)


@given(st.lists(st.sampled_from(LINES), max_size=40), st.integers(0, 40))
def test_a_split_changes_nothing(lines, cut):
    """A block may end anywhere: the state carried over is all there is to know."""
    whole = states(lines)
    state = whole[cut - 1] if 0 < cut <= len(whole) else None
    tail = []
    for line in lines[cut:]:
        state = step(State(*state) if state else None, line)
        tail.append(state)

    assert whole[cut:] == tail


@given(st.lists(st.sampled_from(LINES + list(ORDINARY.values())), max_size=20))
def test_a_block_without_marks_begins_nothing(lines):
    """What one search over a block rules out, no line of it begins."""
    text = b"".join(line + b"\n" for line in lines)
    offset = 0
    for line in lines:
        end = offset + len(line) + 1
        assert may_begin(text, offset, end) or begins(line) is None
        offset = end

    assert may_begin(text) or not any(map(begins, lines))


def test_marks_stay_within_their_line():
    """A match over a line end would hide the mark of the next line."""
    assert b"\\s+" not in BEGIN
    assert not may_begin(b'  File "a\n", line 3\n')
