"""Stack traces that syslog cut into lines."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.formats.envelope import detect_envelope, named_envelope
from log_mcp.formats.relay import Relay

SYSLOG = "Mar  4 05:06:07 web-1 shop[17]: "
OTHER = "Mar  4 05:06:07 web-1 sshd[3]: "
RFC5424 = "<11>1 2026-03-04T05:06:07.123Z web-1 shop 17 - - "
ISO = "2026-03-04T05:06:07.123456+01:00 web-1 shop: "
RELAY = named_envelope("relay")


def relayed(lines, header=SYSLOG):
    return "".join(f"{header}{line}\n" for line in lines)


PYTHON = [
    "Traceback (most recent call last):",
    '  File "a.py", line 1, in f',
    "OSError: x",
]
JAVA = ["java.lang.Error: x", "\tat a.B.c(B.java:1)", "Caused by: java.lang.Error: y"]


@pytest.mark.parametrize("header", [SYSLOG, RFC5424, ISO, f"<11>{SYSLOG}"])
def test_a_trace_below_a_failure_belongs_to_it(header):
    """Its first line loses its header, too."""
    raw = relayed(["checkout failed", *PYTHON, "started"], header)
    wrap = detect_envelope(raw.encode())
    inner = RELAY.unwrap(raw.encode(), RELAY.start)

    assert wrap is RELAY
    assert [
        f"{header}checkout failed",
        *PYTHON,
        f"{header}started",
    ] == inner.text.decode().splitlines()
    assert list(range(5)) == inner.last_line.tolist()


CASES = {
    "a trace below good news": (
        relayed(["started", *PYTHON]),
        [SYSLOG + "started", SYSLOG + PYTHON[0], *PYTHON[1:]],
    ),
    "tabs as rsyslog writes them": (
        relayed([JAVA[0], "#011at a.B.c(B.java:1)"]),
        [SYSLOG + JAVA[0], "\tat a.B.c(B.java:1)"],
    ),
    "causes": (relayed(JAVA), [SYSLOG + JAVA[0], *JAVA[1:]]),
    "another process between": (
        relayed(PYTHON[:1]) + relayed(["ok"], OTHER) + relayed(PYTHON[1:]),
        [SYSLOG + PYTHON[0], OTHER + "ok", SYSLOG + PYTHON[1], PYTHON[2]],
    ),
    "a line without header between": (
        relayed(PYTHON[:1]) + "odd\n" + relayed(["ok"]),
        [SYSLOG + PYTHON[0], "odd", SYSLOG + "ok"],
    ),
    "read from the middle on": (relayed(PYTHON[1:2]), [PYTHON[1]]),
    "the next failure": (
        relayed(["a failed", "b failed"]),
        [SYSLOG + "a failed", SYSLOG + "b failed"],
    ),
    "no text": (relayed([""]), [SYSLOG]),
}


@pytest.mark.parametrize(("raw", "expected"), CASES.values(), ids=CASES)
def test_what_stays_of_a_line(raw, expected):
    """The header goes only where the line goes on with what stands right above."""
    inner = RELAY.unwrap(raw.encode(), RELAY.start)

    assert expected == inner.text.decode().splitlines()


def test_a_file_without_traces_is_no_such_file():
    """It is read as text, with nothing done to its lines."""
    assert None is detect_envelope(relayed(["started", "failed"]).encode())
    assert not Relay.wraps([])


parts = st.sampled_from([*PYTHON, *JAVA, "a failed", "started", "", "  more"])
raw_lines = st.builds(
    "{}{}\n".format, st.sampled_from([SYSLOG, OTHER, RFC5424, ""]), parts
)


@settings(deadline=None)  # the first use of a rule compiles it
@given(st.lists(raw_lines, max_size=12), st.data())
def test_blocks_do_not_matter(lines, data):
    """However the raw lines are split, the text is that of the whole."""
    cuts = sorted(data.draw(st.sets(st.integers(0, len(lines)), max_size=3)))
    whole = RELAY.unwrap("".join(lines).encode(), RELAY.start)
    carry, text = RELAY.start, b""
    for begin, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        part = RELAY.unwrap("".join(lines[begin:end]).encode(), carry)
        carry, text = part.carry, text + part.text

    assert whole.text == text
    assert np.arange(len(lines)).tolist() == whole.last_line.tolist()


@settings(deadline=None)  # the first use of a rule compiles it
@given(st.binary(max_size=200))
def test_reads_any_bytes(block):
    """Nothing raises, and each line has its place."""
    inner = RELAY.unwrap(block, RELAY.start)

    assert inner.text.count(b"\n") == len(inner.first_line) == len(inner.times)
