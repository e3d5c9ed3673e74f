"""Logs inside logs."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.formats import envelope
from log_mcp.formats.envelope import ROWS, Prefix, detect_envelope, named_envelope
from log_mcp.labels import Label
from log_mcp.record import NO_TIME

SAMPLES = [(row, sample) for row in ROWS for sample in row.samples]


@pytest.mark.parametrize(
    ("row", "sample"), SAMPLES, ids=lambda x: getattr(x, "name", None)
)
def test_reads_its_sample(row, sample):
    """One line is enough to be recognised, with and without its end."""
    for text in (sample, sample + b"\n"):
        found = detect_envelope(text)

        assert found is not None
        assert row.name == found.name
    assert row.name == named_envelope(row.name).name


NOT_WRAPPED = {
    "prose": b"hello\n",
    "JSON": b'{"level":"info","message":"a"}\n',
    "docker's names, other types": b'{"log":1,"time":"x"}\n{"log":"x","time":1}\n',
    "a list": b"[1]\n",
    "broken JSON": b'{"log":\n',
    "a table with levels": b"info | started\nwarn | slow\n",
    "mostly other lines": b"web-1 | a\nb\nc\nd\n",
    "a time of the logger's own": (
        b"2026-03-04T05:06:07.123Z INFO shop: started\n"
        b"2026-03-04T05:06:07.123Z  WARN 1 --- [main] shop.Cart : slow\n"
    ),
    "a time and prose": b"2026-03-04T05:06:07.123Z order 17 accepted\n",
    "nanoseconds of the logger's own": b"2026-03-04T05:06:07.123456789Z INFO started\n",
    "syslog": b"2026-03-04T05:06:07.123456+00:00 web-1 kernel: out of memory\n",
    "a list of brackets": b"[main] started\n[pod] x\n",
    "nothing": b"",
}


@pytest.mark.parametrize("sample", NOT_WRAPPED.values(), ids=NOT_WRAPPED)
def test_other_text_is_not_wrapped(sample):
    """None, so that the lines are read as they are."""
    assert None is detect_envelope(sample)


def docker(
    text: str, stream: str = "stdout", time: str = "2026-03-04T05:06:07Z"
) -> str:
    """A line of Docker's driver, as it writes it."""
    record = {"log": text, "stream": stream, "time": time}
    return json.dumps(record, separators=(",", ":")) + "\n"


CASES = {
    "whole lines": (
        "docker",
        docker("a\n") + docker('b "c" \u00e9 \t\n'),
        'a\nb "c" \u00e9 \t\n',
        [(0, 0), (1, 1)],
    ),
    "pieces of two streams": (
        "docker",
        docker("a") + docker("x\n", "stderr") + docker("b\n") + docker("c\n"),
        "x\nab\nc\n",
        [(1, 1), (0, 2), (3, 3)],
    ),
    "another order of keys": (
        "docker",
        docker("a\n") + '{"time":"2026-03-04T05:06:07Z","log":"b\\n","x":1}\n',
        "a\nb\n",
        [(0, 0), (1, 1)],
    ),
    "attributes": (
        "docker",
        docker("a\n").replace(',"time"', ',"attrs":{"tag":"x"},"time"'),
        "a\n",
        [(0, 0)],
    ),
    "a line that is none": (
        "docker",
        docker("a\n") + "oops\n" + docker("b\n"),
        "a\noops\nb\n",
        [(0, 0), (1, 1), (2, 2)],
    ),
    "two lines in one": (
        "docker",
        docker("a\nb\n") + docker("c\n"),
        "a\nb\nc\n",
        [(0, 0), (0, 0), (1, 1)],
    ),
    "what escapes hid": ("docker", docker("a\0b\r\n"), "ab\n", [(0, 0)]),
    "a string with a tail": (
        "docker",
        docker("a\n") + '{"log":"b","c":"d","stream":"stdout","time":"x"}\n',
        "a\n",
        [(0, 0)],
    ),
    "an escape that is none": (
        "docker",
        docker("a\n") + docker("b").replace('"b"', '"\\x"'),
        'a\n{"log":"\\x","stream":"stdout","time":"2026-03-04T05:06:07Z"}\n',
        [(0, 0), (1, 1)],
    ),
    "CRI": (
        "cri",
        "2026-03-04T05:06:07Z stdout F a\n2026-03-04T05:06:07Z stderr F\n",
        "a\n\n",
        [(0, 0), (1, 1)],
    ),
    "CRI in pieces": (
        "cri",
        (
            "2026-03-04T05:06:07Z stdout P a\n2026-03-04T05:06:07Z stderr F x\n"
            "2026-03-04T05:06:08Z stdout F b"
        ),
        "x\nab\n",
        [(1, 1), (0, 2)],
    ),
    "compose": ("compose", "web-1  | a\ndb-1   |   b\n", "a\n  b\n", [(0, 0), (1, 1)]),
    "compose with times": (
        "compose",
        (
            "web-1  | 2026-03-04T05:06:07.123456789Z a\n"
            "web-1  | 2026-03-04T05:06:07.123456789Z\nweb-1  | 2026-03-04 b\n"
        ),
        "a\n\n2026-03-04 b\n",
        [(0, 0), (1, 1), (2, 2)],
    ),
    "kubectl": (
        "kubectl",
        (
            "[pod/web-0/app] a\n[pod/web-0/app] 2026-03-04T05:06:07.123456789Z   b\n"
            "[pod/web-0/app]\n"
        ),
        "a\n  b\n\n",
        [(0, 0), (1, 1), (2, 2)],
    ),
    "Heroku": (
        "heroku",
        (
            "2026-03-04T05:06:07.123456+00:00 app[web.1]: a\n"
            "2026-03-04T05:06:07.123456+00:00 heroku[router]:\n"
        ),
        "a\n\n",
        [(0, 0), (1, 1)],
    ),
    "aws logs tail": (
        "aws-tail",
        "2026-03-04T05:06:07.123000+00:00 web/app/0f1e a b\n2026-03-04 c\n",
        "a b\n2026-03-04 c\n",
        [(0, 0), (1, 1)],
    ),
    "a time alone": (
        "stamped",
        "2026-03-04T05:06:07.1Z a\n2026-03-04T05:06:07Z\nb\n",
        "a\n\nb\n",
        [(0, 0), (1, 1), (2, 2)],
    ),
    "compose and noise": ("compose", "web-1 | a\nb c\n", "a\nb c\n", [(0, 0), (1, 1)]),
}


@pytest.mark.parametrize(("name", "raw", "text", "lines"), CASES.values(), ids=CASES)
def test_unwraps(name, raw, text, lines):
    """The text inside, and which raw lines each of its lines came from."""
    wrap = named_envelope(name)
    inner = wrap.unwrap(raw.encode(), wrap.start)

    assert text == inner.text.decode()
    assert lines == list(
        zip(inner.first_line.tolist(), inner.last_line.tolist(), strict=True)
    )
    assert len(lines) == len(inner.times)


def test_states_its_own_time():
    """For lines that state none themselves; a joined line's is its first piece's."""
    wrap = named_envelope("docker")
    raw = docker("a", time="2026-03-04T05:06:07Z") + docker("b\n") + "odd\n"
    inner = wrap.unwrap(raw.encode(), wrap.start)

    assert [1_772_600_767 * 10**9, NO_TIME] == inner.times.tolist()


BEHIND_A_TIME = {
    "objects": '{"level":"info"}',
    "a time of its own": "2026-03-04 05:06:07,123 INFO started",
    "a clock": "05:06:07 [info] started",
    "klog": "I0304 05:06:07.123456 1 main.go:7] started",
    "pairs": "level=info msg=started",
    "a stack trace": '  File "a.py", line 3, in f',
}


@pytest.mark.parametrize("inner", BEHIND_A_TIME.values(), ids=BEHIND_A_TIME)
def test_a_log_behind_a_time_is_seen(inner):
    """Milliseconds are what many a logger prints, so what stands behind them decides."""
    found = detect_envelope(f"2026-03-04T05:06:07.123Z {inner}\n".encode())

    assert found is not None
    assert "stamped" == found.name


def test_no_bytes():
    """Nothing in, nothing out, what waits still waits."""
    wrap = named_envelope("docker")
    waiting = wrap.unwrap(docker("a").encode(), wrap.start)
    empty = wrap.unwrap(b"", waiting.carry)

    assert (b"", b"") == (waiting.text, empty.text)
    assert waiting.carry == empty.carry


def test_endless_pieces_are_cut(monkeypatch):
    """A line that never ends does not fill the memory."""
    monkeypatch.setattr(envelope, "LINE_BYTES_MAX", 8)
    wrap = named_envelope("docker")
    inner = wrap.unwrap((docker("abcde") * 3).encode(), wrap.start)

    assert b"abcdeabcde\n" == inner.text
    assert b"abcde" == inner.carry.pending[b"stdout"].text


raw_lines = st.one_of(
    st.builds(
        docker,
        st.sampled_from(["a", "b\n", "c\nd\n", "\n", "", "e\r\n", "\u00e9\n"]),
        st.sampled_from(["stdout", "stderr"]),
    ),
    st.sampled_from(
        ["2026-03-04T05:06:07Z stdout P a\n", "web-1 | a\n", "odd\n", "{\n"]
    ),
    st.text(st.characters(exclude_characters="\0\n\r"), max_size=9).map("{}\n".format),
)


@settings(deadline=None)  # the first use of a row compiles it
@given(st.lists(raw_lines, max_size=12), st.sampled_from(ROWS), st.data())
def test_blocks_do_not_matter(lines, row, data):
    """However the raw lines are split, the text and its times are those of the whole."""
    wrap = Prefix(row)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(lines)), max_size=3)))
    whole = wrap.unwrap("".join(lines).encode(errors="replace"), wrap.start)
    carry, text, times, last = wrap.start, b"", [], []
    labels: list[Label] = []
    for begin, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        block = "".join(lines[begin:end]).encode(errors="replace")
        part = wrap.unwrap(block, carry)
        carry, text = part.carry, text + part.text
        times.append(part.times)
        last.append(part.last_line + begin)
        labels += map(part.labels.of, range(len(part.times)))

    assert whole.text == text
    assert whole.times.tolist() == np.concatenate(times).tolist()
    assert labels == list(map(whole.labels.of, range(len(labels))))
    assert whole.last_line.tolist() == np.concatenate(last).tolist()
    assert {k: v.text for k, v in whole.carry.pending.items()} == {
        k: v.text for k, v in carry.pending.items()
    }


@settings(deadline=None)  # the first use of a row compiles it
@given(st.binary(max_size=300), st.sampled_from(ROWS))
def test_reads_any_bytes(block, row):
    """Nothing raises, and each line of the text has its place."""
    wrap = Prefix(row)
    inner = wrap.unwrap(block, wrap.start)

    assert inner.text.count(b"\n") == len(inner.first_line) == len(inner.times)
