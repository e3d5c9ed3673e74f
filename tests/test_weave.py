"""Traces that lines of other streams tore apart are whole again."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from log_mcp.formats.relay import FAILURE
from log_mcp.formats.stacktrace import begins, continues
from log_mcp.ingest import weave as weaves
from log_mcp.ingest.weave import (
    LINES_MAX,
    UNTIMED_MAX,
    WAIT_NS,
    Strand,
    Weave,
    _is_own,
)
from log_mcp.labels import labels_of
from log_mcp.record import EXCEPTION, NO_TIME
from tests.feeding import JAVA, NOON_NS, TRACE, folder, forwards, places, rows
from tests.test_pipeline import feed, lines, reading_of, records, timed
from tests.test_tail import backwards, shrink, tail_of

SECOND_NS = 10**9
Lined = list[Any]  # stream, text and time of each line


def strand(raw: list[tuple[str, str, int]]) -> Strand:
    """Lines of streams, with the times of their envelopes."""
    at = np.arange(len(raw))
    return Strand(
        "".join(f"{text}\n" for _, text, _ in raw).encode(),
        at * 10,
        np.array([time for _, _, time in raw], np.int64),
        at,
        at,
        np.zeros(len(raw), np.bool_),
        labels_of([(("stream", stream),) for stream, _, _ in raw]),
    )


def woven(*parts: list[tuple[str, str, int]]) -> list[tuple[str, str]]:
    """Stream and text of lines as they go out, whatever parts they come in."""
    weave, found = Weave(), []
    for part in [*parts, []]:
        out, _ = weave.through(strand(part), final=not part)
        texts = out.data.decode().split("\n")[:-1]
        assert len(texts) == len(out.offsets)
        found += [(out.labels.of(n)[0][1], text) for n, text in enumerate(texts)]
    return found


def reference(raw: list[tuple[str, str, int]]) -> list[tuple[str, str]]:
    """The rule, as it is told: a line goes out, then what goes on with it."""
    queue, found, trace = list(raw), [], None
    while queue:
        stream, text, time = queue.pop(0)
        found.append((stream, text))
        state = None
        if found[:-1] and found[-2][0] == stream and not _is_own(text.encode()):
            state = trace and continues(trace, text.encode())
        trace = state or begins(text.encode())
        failed = FAILURE.search(text.encode()) is not None
        most = UNTIMED_MAX if time == NO_TIME else LINES_MAX
        while (trace or failed) and queue and queue[0][0] != stream:
            at = next((n for n, one in enumerate(queue) if one[0] == stream), None)
            late = [
                n
                for n, one in enumerate(queue[:at] + queue[at or 0 :][:1])
                if NO_TIME not in {one[2], time} and abs(one[2] - time) > WAIT_NS
            ]
            after = None
            if at is not None and at < most and not late:
                line = queue[at][1].encode()
                after = continues(trace, line) if trace else begins(line)
                if _is_own(line) or (after and after.trial and line.strip()):
                    after = None
            if after is None:
                trace, failed = None, False
                break
            assert at is not None
            stream, text, time = queue.pop(at)
            found.append((stream, text))
            trace, failed = after, False
            most = UNTIMED_MAX if time == NO_TIME else LINES_MAX
    return found


def lined(stream: str, text: str, time_ns: int = NO_TIME) -> list[tuple[str, str, int]]:
    return [(stream, line, time_ns) for line in text.split("\n")]


def zipped(*streams: Lined) -> Lined:
    """Lines of several streams, one of each in turn."""
    longest = max(map(len, streams))
    return [one[n] for n in range(longest) for one in streams if n < len(one)]


TORN = {
    "a trace of Python": zipped(lined("web", TRACE), lined("db", "a\nb\nc")),
    "a trace of Java": zipped(lined("web", JAVA), lined("db", "05:06:07 INFO a\nb")),
    "below the line that reports it": zipped(
        lined("web", f"05:06:07 ERROR failed\n{TRACE}"), lined("db", "a\nb\nc")
    ),
}


@pytest.mark.parametrize("raw", TORN.values(), ids=TORN)
def test_a_torn_trace_is_whole(raw):
    """Its lines stand side by side; those of the others follow in their order."""
    found = woven(raw)
    own = [one[:2] for one in raw if one[0] == "web"]

    assert own == found[: len(own)]
    assert [one[:2] for one in raw if one[0] == "db"] == found[len(own) :]


def test_two_traces_that_tore_each_other_are_both_whole():
    """One after the other, the first one first."""
    raw = zipped(lined("web", TRACE), lined("db", JAVA))

    assert [one[:2] for one in lined("web", TRACE) + lined("db", JAVA)] == woven(raw)


APART = {
    "a line of its own": [("a", "05:06:07 INFO a", 0), ("b", "x", 0), ("a", "  y", 0)],
    "too many others": [
        *lined("a", TRACE[:60], 0), *[("b", "x", 0)] * (LINES_MAX + 1), ("a", "    check()", 0)
    ],
    "too late": [
        *lined("a", "Traceback (most recent call last):", 0),
        ("b", "x", 0),
        ("a", '  File "a.py", line 1, in f', 2 * SECOND_NS),
    ],
    "a time instead": [
        *lined("a", "Traceback (most recent call last):", 0),
        ("b", "x", 0),
        ("a", "05:06:07 INFO a", 0),
    ],
}  # fmt: skip


@pytest.mark.parametrize("raw", APART.values(), ids=APART)
def test_what_does_not_go_on_stays_where_it_is(raw):
    """No line is moved unless it surely goes on, and soon."""
    assert [one[:2] for one in raw] == woven(raw)


TEXTS = [
    *TRACE.split("\n"),
    *JAVA.split("\n"),
    "05:06:07 INFO a",
    "05:06:07 ERROR failed",
    "INFO a",
    "plain",
    "  indented",
    "",
    "Caused by: java.io.IOException: x",
]
RAW = st.lists(
    st.tuples(
        st.sampled_from(["web", "web", "db", "mq"]),
        st.sampled_from(TEXTS),
        st.sampled_from([0, 0, 0, 0, WAIT_NS, 3 * WAIT_NS, NO_TIME]),
    ),
    max_size=40,
)


@settings(deadline=None)
@given(
    RAW | RAW.map(lambda raw: raw * 4),
    st.lists(st.integers(0, 160), max_size=5),
    st.integers(1, 6),
)
@example(lined("web", TRACE) + lined("db", "a"), [1, 3], 2)
def test_the_order_is_the_rules_however_the_lines_are_split(raw, cuts, most):
    """Zones and marks save work and change nothing."""
    edges = sorted({0, len(raw), *(min(cut, len(raw)) for cut in cuts)})
    parts = [raw[begin:end] for begin, end in pairwise(edges)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(weaves, "LINES_MAX", most)
        patch.setattr(weaves, "_LOOK_BACK", most)
        patch.setattr(weaves, "UNTIMED_MAX", max(1, most // 2))
        patch.setitem(reference.__globals__, "LINES_MAX", most)
        patch.setitem(reference.__globals__, "UNTIMED_MAX", max(1, most // 2))
        expected = reference(raw)

        assert expected == woven(raw)
        assert expected == woven(*parts)


# -- in files ----------------------------------------------------------------------------


def docker(stream: str, text: str) -> str:
    time = "2026-03-04T05:06:07.1Z"
    return json.dumps({"log": f"{text}\n", "stream": stream, "time": time})


def cri(stream: str, text: str) -> str:
    return f"2026-03-04T05:06:07.123456789Z {stream} F {text}"


def compose(stream: str, text: str) -> str:
    return f"{stream}  | {text}"


def kubectl(stream: str, text: str) -> str:
    return f"[pod/{stream}/app] {text}"


WRAPS = {"docker": docker, "cri": cri, "compose": compose, "kubectl": kubectl}
NAMES = {"docker": ("stderr", "stdout"), "cri": ("stderr", "stdout")}


@pytest.mark.parametrize("wrap", WRAPS)
def test_a_trace_of_one_stream_is_one_record(tmp_path, wrap):
    """Read as a whole, backwards in pieces, and in any split."""
    one, other = NAMES.get(wrap, ("web-1", "db-1"))
    error = [
        (one, "2026-03-04 05:06:07,000 ERROR shop - failed"),
        *[(one, x) for x in TRACE.split("\n")],
    ]
    calm = [(other, "2026-03-04 05:06:07,000 INFO shop - ok"), (other, "no header")]
    raw = zipped(error, calm * 2) * 3
    path = tmp_path / "a.log"
    path.write_text("".join(f"{WRAPS[wrap](*line)}\n" for line in raw))
    found = forwards(path)
    errors = [row.text.decode() for row in found if row.flags & EXCEPTION]

    assert ["\n".join(text for _, text in error)] * 3 == errors
    assert 3 + 2 * 3 == len(found)


STREAMED = st.lists(
    st.tuples(st.sampled_from(["stdout", "stderr"]), st.sampled_from(TEXTS)),
    min_size=1,
    max_size=14,
).map(lambda raw: "".join(f"{docker(*line)}\n" for line in raw).encode())


FAILED = "".join(
    f"{docker(stream, text)}\n"
    for stream, text in (
        ("stdout", "INFO a"),
        ("stdout", "05:06:07 ERROR failed"),
        ("stderr", "Traceback (most recent call last):"),
        ("stdout", "Traceback (most recent call last):"),
    )
).encode()
FRAMES = "".join(
    f"{docker(stream, text)}\n"
    for stream, text in (
        ("stdout", "05:06:07 INFO a"),
        ("stderr", '  File "a.py", line 1'),
    )
).encode()


@settings(deadline=None)
@given(STREAMED, st.lists(st.integers(0, 4000), max_size=5))
@example(FAILED, [FAILED.rindex(b"{")])
def test_any_split_gives_the_same_records(data, cuts):
    """Records, levels, offsets and line numbers know no block borders."""
    reading = reading_of(data)

    assert timed(records(data, [], reading)) == timed(records(data, cuts, reading))
    assert lines(feed(data, [], reading)) == lines(feed(data, cuts, reading))


@settings(deadline=None, max_examples=15)
@given(STREAMED, st.integers(400, 3000), st.integers(200, 900))
@example(FRAMES, 400, 200)
def test_backwards_gives_the_same_records(data, unit, window):
    """No stretch of history begins where a trace of another stream goes on.

    As long as there is another place for it within the window.
    """
    calm = [docker(stream, "05:06:07 INFO calm") for stream in ("stdout", "stderr")]
    data += "".join(f"{line}\n" for line in calm).encode()
    with pytest.MonkeyPatch.context() as patch, folder() as path:
        shrink(patch, unit, window + len(data))
        (path / "a.log").write_bytes(data * 6)
        tail = tail_of(path / "a.log")
        tail.begin(NOON_NS)

        assert places(forwards(path / "a.log")) == places(rows(backwards(tail)))


def test_lines_wait_for_a_trace_a_second_at_most(tmp_path):
    """Then they go out, whatever comes."""
    path = tmp_path / "a.log"
    path.write_text(docker("stdout", "05:06:07 INFO a") + "\n")
    tail = tail_of(path)
    tail.begin(NOON_NS)
    backwards(tail)
    with path.open("a") as file:
        file.write(docker("stderr", "Traceback (most recent call last):") + "\n")
        file.write(docker("stdout", "05:06:08 INFO b") + "\n")
    at_once = rows(tail.fresh(NOON_NS + SECOND_NS))

    assert tail.waits
    assert [b"Traceback (most recent call last):"] == [row.text for row in at_once]
    assert [] == [b for b in tail.fresh(NOON_NS + SECOND_NS) if len(b.starts)]
    assert [b"05:06:08 INFO b"] == [
        row.text for row in rows(tail.fresh(NOON_NS + 3 * SECOND_NS))
    ]
    assert not tail.waits
