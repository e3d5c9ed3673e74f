"""Which trace a record belongs to, told from the text of a whole segment."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.analysis import traces as module
from log_mcp.analysis.traces import Traces, traced
from tests.books import ENTRIES, FILES
from tests.builders import segment_of

ID = "4bf92f3577b34da6a3ce929d0e0e4736"
HEAD = "2026-03-04 12:00:00,000 INFO shop "
TOLD = {
    "a pair": (f"trace_id={ID} paid", ID),
    "a short pair": (f"trace={ID} paid", ID),
    "in brackets": (f"[trace_id={ID}] paid", ID),
    "a name in prose": (f"TraceID: {ID} SpanID: 00f067aa paid", ID),
    "as W3C writes it": (f"traceparent=00-{ID}-00f067aa0ba902b7-01 paid", ID),
    "quoted": (f'traceId="{ID}" paid', ID),
    "JSON in a message": (f'got {{"trace_id": "{ID}"}}', ID),
    "JSON in JSON": (f'got {{\\"trace_id\\":\\"{ID}\\"}}', ID),
    "as ECS nests it": (f'{{"trace":{{"id":"{ID}"}}}}', ID),
    "a correlation": ("correlation_id=order-7 paid", "order-7"),
    "a request": ("request_id=9f3a paid", "9f3a"),
    "a header": ("X-Request-ID: 9f3a paid", "9f3a"),
    "a short request": ("reqId=17 paid", "17"),
    "nginx": ('"GET /" 200 rid=9f3a', "9f3a"),
    "a trace before a request": (f"request_id=9f3a trace_id={ID}", ID),
    "the first of two": (f"trace_id={ID} caused by trace_id=77", ID),
    "a full stop behind it": ("request_id=9f3a.", "9f3a"),
    "case is kept": ("request_id=9F3a paid", "9F3a"),
}
NONE = {
    "nothing": "paid",
    "a stack trace": "stacktrace=yes, trace of it below",
    "no value": "trace_id= paid",
    "null": '{"trace_id":null}',
    "none": "trace_id=None request_id=- paid",
    "a class": "TraceIdFilter is up",
    "a word that ends so": "grid=3 bridge: open",
}


def values(lines, **more):
    """The trace of each line, as text."""
    found = traced(segment_of(*lines, **more))
    names = [None, *(value.decode() for value in found.values)]
    return [names[code] for code in found.codes.tolist()]


@pytest.mark.parametrize(("text", "expected"), TOLD.values(), ids=TOLD)
def test_finds(tmp_path, text, expected):
    """Under each name that others keep it under."""
    lines = [HEAD + "begins", HEAD + text, HEAD + "ends"]

    assert [None, expected, None] == values((tmp_path / "a.log", lines))


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_finds_none(tmp_path, text):
    """Where nothing is named."""
    assert [None] == values((tmp_path / "a.log", [HEAD + text]))


@pytest.mark.parametrize("source", FILES)
def test_agrees_with_records(tmp_path, source):
    """Where a record names its trace, it is the same; JSON, text and pairs."""
    lines = [entry.text for entry in ENTRIES if entry.source == source]
    segment = segment_of(tmp_path / FILES[source], lines)
    found = traced(segment)
    names = [None, *(value.decode() for value in found.values)]

    assert len(segment) > 20
    for row in range(len(segment)):
        record = segment.record(row)
        assert record.trace is not None
        assert record.trace == names[found.codes[row]]


def test_pieces_make_no_difference(tmp_path, monkeypatch):
    """However small the pieces are in which a segment is looked through."""
    lines = [
        json.dumps({"time": f"2026-03-04T12:00:{n % 60:02}Z", "trace_id": f"t{n % 7}"})
        for n in range(200)
    ]
    segment = segment_of(tmp_path / "a.jsonl", lines)
    whole = traced(segment)
    monkeypatch.setattr(module, "PIECE_BYTES", 100)
    pieces = traced(segment)
    segment.pack()
    packed = traced(segment)

    assert [f"t{n % 7}".encode() for n in range(200)] == [
        whole.values[code - 1] for code in whole.codes.tolist()
    ]
    for other in (pieces, packed):
        assert whole.values == other.values
        assert whole.codes.tolist() == other.codes.tolist()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_never_raises(tmp_path_factory, texts):
    """Any text has traces or none."""
    lines = [HEAD + text.encode(errors="replace").decode() for text in texts]
    segment = segment_of(tmp_path_factory.mktemp("any") / "a.log", lines)
    found = traced(segment)

    assert len(segment) == len(found.codes)
    assert all(code <= len(found.values) for code in found.codes.tolist())


def test_is_remembered_and_given_back(tmp_path):
    """Of what is held; not of what was read for one question."""
    segment = segment_of(tmp_path / "a.log", [HEAD + "trace_id=7"])
    traces = Traces()
    traces(segment, keep=False)
    assert 0 == traces.nbytes

    found = traces(segment)
    assert found is traces(segment)
    assert traces.nbytes == found.nbytes > 0
    assert 4 + module.VALUE_BYTES + 1 == found.nbytes

    traces.forget()
    assert 0 == traces.nbytes
