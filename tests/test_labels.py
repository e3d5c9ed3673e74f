"""What envelopes say of lines: kept beside the text, found as fields."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.block import cut, join
from log_mcp.labels import UNLABELLED, Labels, distinct, labels_of, with_label
from log_mcp.query.filter import Ask, Scope, check
from log_mcp.query.look import match
from log_mcp.query.subject import Subject
from log_mcp.store.segment import Segment
from tests.builders import Log, errors_of, segment_of

TIME = "2026-03-04T05:06:07.1Z"
SCOPE = Scope((), lambda _name, _text: None)


def docker(log: str, stream: str = "stdout") -> str:
    return json.dumps({"log": f"{log}\n", "stream": stream, "time": TIME})


def fields(segment: Segment) -> list[dict[str, Any]]:
    return [segment.record(row).fields for row in range(len(segment))]


def ask(*where: str):
    return check(Ask(where=where), SCOPE)


SAID = {
    "docker": (docker("05:06:07 INFO a", "stderr"), {"stream": "stderr"}),
    "cri": (f"{TIME} stderr F 05:06:07 INFO a", {"stream": "stderr"}),
    "compose": ("web-1  | 05:06:07 INFO a", {"container": "web-1"}),
    "kubectl": (
        "[pod/web-0/app] 05:06:07 INFO a",
        {"pod": "web-0", "container": "app"},
    ),
    "kubectl of a pod alone": ("[pod/web-0] 05:06:07 INFO a", {"pod": "web-0"}),
    "heroku": (
        "2026-03-04T05:06:07.123456+00:00 app[web.1]: 05:06:07 INFO a",
        {"origin": "app", "dyno": "web.1"},
    ),
    "aws logs tail": (
        "2026-03-04T05:06:07.123456+00:00 web/app/0f1e 05:06:07 INFO a",
        {"log_stream": "web/app/0f1e"},
    ),
    "a time alone": ("2026-03-04T05:06:07.123456789Z 05:06:07 INFO a", {}),
    "Loki": (
        json.dumps(
            {
                "streams": [
                    {
                        "stream": {"app": "shop", "pod": "web-0"},
                        "values": [["1772600767000000000", "05:06:07 INFO a"]],
                    }
                ]
            }
        ),
        {"app": "shop", "pod": "web-0"},
    ),
    "CloudWatch": (
        json.dumps(
            {
                "logGroup": "/shop",
                "logStream": "web/1",
                "logEvents": [
                    {"id": "1", "timestamp": 1772600767000, "message": "INFO a"}
                ],
            }
        ),
        {"log_group": "/shop", "log_stream": "web/1"},
    ),
}


@pytest.mark.parametrize(("line", "expected"), SAID.values(), ids=SAID)
def test_what_an_envelope_says_are_fields(tmp_path, line, expected):
    """Of every record in it, and no part of its text."""
    segment = segment_of(tmp_path / "a.log", [line] * 5)

    assert [expected] * 5 == fields(segment)
    assert b"INFO a" in segment.raw(0)
    assert not any(value.encode() in segment.raw(0) for value in expected.values())


def test_what_a_collector_says_is_kept_where_its_lines_leave_its_objects(tmp_path):
    """Under one name, whatever the collector calls it."""
    trace = ["ERROR a", "Traceback (most recent call last):", '  File "a.py", line 1']
    lines = [
        json.dumps(
            {
                "log": f"{text}\n",
                "stream": "stderr",
                "kubernetes": {"pod_name": "web-0", "container_name": "app"},
            }
        )
        for text in [f"05:06:07 {trace[0]}", *trace[1:]] * 3
    ]
    segment = segment_of(tmp_path / "a.log", lines)
    expected = {"stream": "stderr", "pod": "web-0", "container": "app"}

    assert [expected] * 3 == fields(segment)


def test_a_field_that_the_record_has_wins(tmp_path):
    """The program knows better than its runtime what it meant."""
    inner = '{"level": "info", "msg": "a", "stream": "orders"}'
    segment = segment_of(tmp_path / "a.log", [docker(inner)] * 3)

    assert [{"stream": "orders"}] * 3 == fields(segment)
    assert [0, 1, 2] == match(segment, ask("stream = orders"), errors_of).tolist()
    assert [] == match(segment, ask("stream = stdout"), errors_of).tolist()


def test_a_secret_in_a_label_is_taken_out(tmp_path):
    """Labels pass the door, as texts do; what is more than one line becomes one."""
    stream = {"app": "shop", "password": "hunter2xyz", "note": "a\n\x1b[31mb"}
    values = [["1772600767000000000", "05:06:07 INFO a"]]
    line = json.dumps({"streams": [{"stream": stream, "values": values}]})
    (found,) = fields(segment_of(tmp_path / "a.log", [line]))

    assert {"app", "password", "note"} == set(found)
    assert "hunter2xyz" not in found["password"]
    assert "a b" == found["note"]


def test_one_label_costs_a_record_nothing(tmp_path):
    """A file of one stream is held in as many bytes as its text alone is."""
    lines = [f"05:06:07 INFO a{n}" for n in range(50)]
    plain = segment_of(tmp_path / "a.log", lines)
    one = segment_of(tmp_path / "b.log", map(docker, lines))
    wrapped = [
        docker(line, "stderr" if n % 2 else "stdout") for n, line in enumerate(lines)
    ]
    two = segment_of(tmp_path / "c.log", wrapped)

    assert plain.nbytes == one.nbytes == two.nbytes - 50


# -- properties --------------------------------------------------------------------------

STREAMS = st.lists(st.sampled_from(["stdout", "stderr", "", "web"]), min_size=1)


@given(
    st.lists(
        st.sampled_from([b"a", b"bb", b"c", b"", b"\n", b"a\n", b"\0"]), min_size=1
    )
)
def test_distinct_values_are_told_apart(values):
    """An index gives each value back, however few or alike they are."""
    kinds, rows = distinct(values)

    assert len(kinds) == len(set(values))
    assert values == [kinds[0 if rows is None else rows[n]] for n in range(len(values))]


@given(STREAMS, st.data())
def test_labels_are_each_records_own_however_blocks_are_joined_and_cut(
    tmp_path_factory, streams, data
):
    """Whatever the split, and whether a block has one label, several or none."""
    path = tmp_path_factory.mktemp("labels") / "a.log"
    lines = [docker(f"05:06:07 INFO a{n}", one) for n, one in enumerate(streams)]
    log = Log(path, "".join(f"{line}\n" for line in lines).encode())
    blocks = []
    while not log.done:
        blocks.append(log.next(data.draw(st.integers(1, 400))))
    whole = join(tuple(blocks))
    at = data.draw(st.integers(0, len(streams) - 1))
    parts = [part for part in cut(whole, at) if len(part.starts)]
    found = [part.labels.of(n) for part in parts for n in range(len(part.starts))]

    assert [dict(label).get("stream", "") for label in found] == streams
    assert UNLABELLED == labels_of([()] * 3)


WHERE = [
    "stream = stderr",
    "stream = stdout",
    "stream != stderr",
    "stream ~ err",
    "n = 42",
]
INNER = [
    "05:06:07 INFO a",
    "05:06:07 ERROR stderr is closed",
    "05:06:07 INFO a stream=stderr n=42",
    '{"level": "info", "msg": "b", "stream": "stderr"}',
    '{"level": "info", "msg": "b", "stream": "std\\u0065rr", "n": 42}',
]
WRAPPED = st.lists(
    st.builds(docker, st.sampled_from(INNER), st.sampled_from(["stdout", "stderr"])),
    min_size=2,
    max_size=30,
)


@settings(deadline=None)
@given(WRAPPED, st.lists(st.sampled_from(WHERE), min_size=1, max_size=2), st.booleans())
def test_a_label_is_found_as_a_field_is(tmp_path_factory, lines, where, packed):
    """What is asked of columns and grams agrees with asking each record."""
    segment = segment_of(tmp_path_factory.mktemp("labels") / "a.log", lines)
    if packed:
        segment.index()
        segment.pack()
    wanted = ask(*where)
    expected = [
        row
        for row in range(len(segment))
        if all(
            one.holds(Subject(segment.record(row), "a", lambda: None))
            for one in wanted.conditions
        )
    ]

    assert expected == match(segment, wanted, errors_of).tolist()


@given(st.lists(STREAMS, min_size=1, max_size=4))
def test_rows_of_labels(streams):
    """`take` and `meeting` are what asking each row says."""
    labels = labels_of([(("stream", one),) for part in streams for one in part])
    count = sum(map(len, streams))
    half = labels.take(slice(count // 2))

    assert [labels.of(n) for n in range(count // 2)] == [
        half.of(n) for n in range(count // 2)
    ]
    assert [n for n in range(count) if labels.of(n) == labels.table[-1]] == (
        labels.meeting(count, [len(labels.table) - 1]).tolist()
    )


def test_fields_of_a_label_stand_behind_the_records_own():
    """As they matter less; of equal names the record's is kept."""
    label = (("stream", "stdout"), ("pod", "web-0"))

    assert [("pod", 1), ("stream", "stdout")] == list(
        with_label({"pod": 1}, label).items()
    )
    assert Labels(((),)) == UNLABELLED
