"""What stands around a text, found at the ends of all lines at once."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.formats.ending import alike, ending_of
from log_mcp.formats.envelope import ROWS

LINE = re.compile(ROWS[0].line)


def line(
    text, stream="stdout", time="2026-03-04T05:06:07.123456789Z", separators=(",", ":")
):
    told = {"log": text, "stream": stream, "time": time}
    return json.dumps(told, separators=separators).encode() + b"\n"


def read(lines):
    """By the vector operation; None where that does not answer."""
    block = b"".join(lines)
    found = LINE.match(block)
    ending = ending_of(found) if found else None
    same = alike(block, ending) if ending else None
    if same is None:
        return None
    streams = same.cut(*same.streams)
    assert same.stream == (streams[0] if len(set(streams)) == 1 else None)
    assert same.joined == b"".join(text[1:-1] for text in same.quoted)
    return same.quoted, streams, same.cut(*same.times)


def by_expression(lines):
    found = [LINE.match(one) for one in lines]
    return tuple(
        [one[name] for one in found if one] for name in ("text", "stream", "time")
    )


ALIKE = {
    "one line": [line("a\n")],
    "streams and fractions": [
        line("a\n", time=f"2026-03-04T05:06:07.{'123456789'[:digits]}Z", stream=stream)
        for digits in range(1, 10)
        for stream in ("stdout", "stderr")
    ],
    "with spaces": [
        line(f'line {n} "quoted"\n', separators=(", ", ": ")) for n in range(9)
    ],
    "what looks like an end": [line('","stream":"stdout","time":"x"}\n')] * 3,
    "a zone": [line("a\n", time="2026-03-04T05:06:07.5+01:00")] * 2,
}


@pytest.mark.parametrize("lines", ALIKE.values(), ids=ALIKE)
def test_lines_of_one_make(lines):
    """As the expression reads each of them."""
    assert by_expression(lines) == read(lines)


OTHERS = {
    "a piece of a line": [line("a\n"), line("b")],
    "a backslash and an n": [line("a\n"), line("b\\n")],
    "no envelope": [
        line("a\n"),
        b"plain text that is as long as an envelope, or longer\n",
    ],
    "another order": [line("a\n"), b'{"time":"2026-03-04T05:06:07Z","log":"b\\n"}\n'],
    "attributes": [
        line("a\n"),
        line("b\n").replace(b',"time"', b',"attrs":{"tag":"x"},"time"'),
    ],
    "a blank line": [line("a\n"), b"\n"],
    "a first line that is none": [b"oops\n", line("a\n")],
}


@pytest.mark.parametrize("lines", OTHERS.values(), ids=OTHERS)
def test_other_lines_are_left_to_the_expression(lines):
    """All of the block, as one line of another make is enough."""
    assert read(lines) is None


@given(
    st.lists(
        st.tuples(
            st.text(max_size=30),
            st.sampled_from(["stdout", "stderr"]),
            st.integers(0, 9),
            st.sampled_from(["\n", "\n", "\n", "\\n", "", "\\\n"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_it_answers_is_right(made):
    """It may pass, and never errs."""
    times = [
        "2026-03-04T05:06:07" + "." * (n > 0) + "987654321"[:n] + "Z" for n in range(10)
    ]
    lines = [line(text + end, stream, times[n]) for text, stream, n, end in made]
    found = read(lines)

    assert found is None or found == by_expression(lines)
