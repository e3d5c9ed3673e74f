"""Twin of log_mcp/objects.py: what is read at once is what each record says."""

import json
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.columns import Columns
from log_mcp.objects import Objects
from log_mcp.query.subject import Subject, lookup
from tests.builders import segment_of

FIELDS = (
    *(
        "duration_ms",
        "status",
        "user",
        "user.id",
        "user.name",
        "a.b",
        "a",
        "tags",
        "ok",
    ),
    *("service", "logger", "trace", "message", "level", "source", "group", "time"),
    *("exception.type", "error", "error.type", "text", "missing", "s", "trace_id"),
)


def column_values(segment, fields=FIELDS):
    """What the columns of a segment say of each record."""
    columns = Columns(Annotator(), Objects()).of(
        segment, fields, np.arange(len(segment))
    )
    found = {}
    for name, column in columns.items():
        values = [
            None,
            *(getattr(column.values, "tolist", lambda c=column: c.values)()),
        ]
        found[name] = [values[code] for code in column.codes.tolist()]
    return found


def record_values(segment, fields=FIELDS):
    """The slow way: each record read whole."""
    annotator = Annotator()
    subjects = []
    for row in range(len(segment)):
        kind = annotator.kind(segment, row)
        group = partial(getattr, kind, "id", None)
        source = segment.origin.source
        subjects.append(Subject(segment.record(row), source, group))
    return {name: [lookup(one, name) for one in subjects] for name in fields}


def same(segment, fields=FIELDS):
    """Both ways give the same values, of the same types."""
    expected, actual = record_values(segment, fields), column_values(segment, fields)
    for name in fields:
        assert repr(expected[name]) == repr(actual[name]), name


HEAD = '"time": "2026-03-04T05:06:07Z", "level": "info", '
LINES = {
    "numbers": ['"duration_ms": 1', '"duration_ms": 1.5', '"duration_ms": -2'],
    "numbers as text": ['"duration_ms": "250ms"', '"duration_ms": "1.5s"'],
    "the key in a text": [
        r'"message": "\"duration_ms\": 7"',
        '"message": "duration_ms: 7"',
    ],
    "the key as a value": ['"text": "duration_ms", "x": 1'],
    "the key twice": ['"duration_ms": 1, "duration_ms": 2'],
    "the key inside": [
        '"user": {"duration_ms": 1}',
        '"user": {"id": 7, "name": "ann"}',
    ],
    "a dotted key": ['"a.b": 1', '"a": {"b": 2}', '"a.b": null, "a": {"b": 3}'],
    "an escaped key": [r'"duration\u005fms": 9'],
    "a list": ['"tags": ["a", "b"]', '"tags": [1, 2, 3]', '"tags": []'],
    "true and null": ['"ok": true', '"ok": false', '"ok": null'],
    "a status that is a level": [
        '"status": "error"',
        '"status": 503',
        '"status": "ok"',
    ],
    "a message elsewhere": [
        '"error": "refused"',
        '"text": "hello"',
        '"error": {"type": "E"}',
    ],
    "services": [
        '"service": "api"',
        '"service": ""',
        '"app": "web"',
        '"service": {"name": "n"}',
    ],
    "service of two": ['"service": "", "app": "web"', '"service": "x", "app": "web"'],
    "loggers": ['"logger": "a"', '"name": "b"', '"logger": 7', '"logger": ""'],
    "traces": [
        '"trace_id": "-"',
        '"trace_id": "abc"',
        '"request_id": 7',
        '"trace": "t"',
    ],
    "a traceparent": [
        '"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"'
    ],
    "a nested trace": ['"trace_id": "outer", "user": {"trace_id": "inner"}'],
    "exceptions": [
        r'"exception": "ValueError: no\n  File \"a.py\", line 1, in f\n    x()"',
        '"error": {"type": "KeyError", "message": "k", "stack": "KeyError: k"}',
    ],
    "a large number": [
        '"duration_ms": 123456789012345678901234567890',
        '"duration_ms": 1e300',
    ],
    "a number of 18 digits": [
        '"user": 900719925474099301',
        '"user": 900719925474099302',
    ],
    "cut off": ['"duration_ms": 5, "user": "an'],
    "not UTF-8 once": ['"user": "é"', '"user": "\u200b"'],
    "levels of its own": ['"s": 1', '"s": "E"', '"time": "2026-03-04T05:06:08Z"'],
}


@pytest.mark.parametrize("bodies", LINES.values(), ids=LINES)
@pytest.mark.parametrize("times", [1, 20], ids=["few", "many"])
def test_each_record_says_the_same(tmp_path, bodies, times):
    """A mold, a parser or the record itself: whoever was asked."""
    lines = [f'{{{HEAD}"message": "m", "x": {n}}}' for n in range(30)]
    lines += [f"{{{HEAD}{body}}}" for body in bodies] * times
    same(segment_of(tmp_path / "log.jsonl", lines))


def test_lines_that_are_no_objects_are_read_whole(tmp_path):
    """And those that are broken, or have others below."""
    good = f'{{{HEAD}"duration_ms": 1}}'
    broken = [
        f'{{{HEAD}"duration_ms": 1',
        f'{{{HEAD}"duration_ms": 1}}}}',
        f'{{{HEAD}"duration_ms": 1.}}',
        f'{{{HEAD}"duration_ms" 1}}',
        "2026-03-04 05:06:07 ERROR shop - duration_ms=7",
        "",
        "level=error duration_ms=9 msg=x",
        '["duration_ms", 1]',
    ]
    same(segment_of(tmp_path / "log.jsonl", [good] * 40 + broken + [good] * 40))


def test_objects_that_carry_lines_are_not_read_at_once(tmp_path):
    """Their fields are those of the line inside, too."""
    lines = [
        f'{{"log": "2026-03-04T05:06:{n:02}Z ERROR shop duration_ms={n}", "stream": "stderr"}}'
        for n in range(40)
    ]
    segment = segment_of(tmp_path / "log.jsonl", lines)
    same(segment)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0)
    | st.sampled_from(
        ["", "error", "250ms", "-", "api", "ValueError: x", "\\", '"', "{"]
    )
    | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "name", "b", "type"]), inner, max_size=3
        )
    ),
    max_leaves=4,
)
NAMES = st.sampled_from([name for name in FIELDS if name != "missing"])
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=6)
SCRAPS = st.sampled_from(["}", "{", '"', ",", ":", " ", "\\", "1", "\t", "é", "null"])


@st.composite
def files(draw):
    """Objects of a few makes, many of each, some of them damaged."""
    lines = []
    for made in draw(st.lists(OBJECTS, min_size=1, max_size=4)):
        spaced = draw(st.sampled_from([(", ", ": "), (",", ":")]))
        whole = {"time": "2026-03-04T05:06:07Z", "level": "info", **made}
        for _ in range(draw(st.sampled_from([1, 25]))):
            if draw(st.booleans()):
                whole = {**whole, **{name: draw(VALUES) for name in list(made)[:1]}}
            line = json.dumps(
                whole, separators=spaced, ensure_ascii=draw(st.booleans())
            )
            if draw(st.integers(0, 9)) == 0:
                at = draw(st.integers(0, len(line)))
                line = line[:at] + draw(SCRAPS) + line[at + draw(st.integers(0, 1)) :]
            lines.append(line)
    return [line.encode("utf-8", "replace").decode() for line in lines]


@pytest.mark.untraced
@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(lines=files())
def test_at_once_is_as_one_by_one(tmp_path_factory, lines):
    """Any objects, and what looks like one: fast equals slow, for every record."""
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    same(segment_of(path, lines))


def cri(inner, n):
    """As Kubernetes writes it; of each third line the stream is another one."""
    return f"2026-03-04T05:06:07.1Z {'stderr' if n % 3 else 'stdout'} F {inner}"


def compose(inner, n):
    """As Compose prints it: one container after the other."""
    return f"web-{n % 2}  | {inner}"


def carried(inner, n):
    """As Loki exports it: labels have any names, those of own fields too."""
    names = {"app": f"a{n % 2}", "pod": "p"} | ({"level": "warn"} if n % 4 else {})
    said = names | {
        "service": "s",
        "logger": "l",
        "trace": "t",
        "user": "u",
        "a.b": "c",
    }
    stream = {"stream": said, "values": [["1772600767000000000", inner]]}
    return json.dumps({"streams": [stream]})


LABELLED = (*FIELDS, "stream", "container", "pod", "app", "msg")
BODIES = [
    *('"message": "m"', '"msg": "m", "stream": "own"', '"msg": "m", "stream": null'),
    *('"msg": "m", "a": {"b": 1}, "user": {"id": 1}', '"msg": "m", "service": "own"'),
    *('"msg": "m", "service": "", "logger": 7', '"msg": "m", "app": "own", "pod": 3'),
    *(
        '"msg": "m", "trace_id": "abc", "container": {"a": 1}',
        '"msg": "m", "name": "n"',
    ),
]


@pytest.mark.parametrize("envelope", [cri, compose, carried])
@pytest.mark.parametrize("head", [HEAD, HEAD.replace('"level": "info", ', "")])
def test_what_an_envelope_says_counts(tmp_path, envelope, head):
    """Where the object does not have the name; few of a make, or many."""
    inner = [f"{{{head}{body}}}" for body in BODIES]
    lines = [envelope(one, n) for n, one in enumerate(inner * 2 + inner[:3] * 20)]
    segment = segment_of(tmp_path / "log.log", lines)
    assert segment.labels.names
    same(segment, LABELLED)
