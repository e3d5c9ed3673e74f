"""Envelopes in which lines and records are not one to one."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.formats import entries
from log_mcp.formats.bundles import members
from log_mcp.formats.entries import ENTRIES, entries_of
from log_mcp.formats.envelope import detect_envelope, named_envelope
from log_mcp.record import NO_TIME

NOON = 1_772_625_600
OTLP = {
    "resourceLogs": [
        {
            "resource": {
                "attributes": [
                    {"key": "service.name", "value": {"stringValue": "shop"}}
                ]
            },
            "scopeLogs": [
                {
                    "scope": {"name": "shop.cart"},
                    "logRecords": [
                        {
                            "timeUnixNano": f"{NOON}000000001",
                            "observedTimeUnixNano": "0",
                            "severityNumber": 17,
                            "body": {"stringValue": "no stock"},
                            "attributes": [
                                {"key": "item", "value": {"intValue": "4"}},
                                {"key": "big", "value": {"intValue": "9" * 30}},
                                {"key": "on", "value": {"boolValue": True}},
                                {
                                    "key": "list",
                                    "value": {
                                        "arrayValue": {"values": [{"doubleValue": 1.5}]}
                                    },
                                },
                                {
                                    "key": "map",
                                    "value": {
                                        "kvlistValue": {
                                            "values": [
                                                {
                                                    "key": "a",
                                                    "value": {"stringValue": "b"},
                                                }
                                            ]
                                        }
                                    },
                                },
                                {"key": "odd", "value": {"x": 1, "y": 2}},
                                {"key": "none"},
                            ],
                        },
                        {"body": {"kvlistValue": {"values": []}}},
                    ],
                }
            ],
        }
    ]
}


def test_records_of_opentelemetry_are_plain_objects():
    """One for each, with its resource and scope, attributes as plain values."""
    first, second = (json.loads(one.text) for one in members(OTLP) or ())

    assert {
        "timeUnixNano": f"{NOON}000000001",
        "severityNumber": 17,
        "body": "no stock",
        "attributes": {
            "item": 4,
            "big": "9" * 30,
            "on": True,
            "list": [1.5],
            "map": {"a": "b"},
            "odd": {"x": 1, "y": 2},
            "none": None,
        },
        "resource": {"service.name": "shop"},
        "scope_name": "shop.cart",
    } == first
    assert {
        "body": {},
        "resource": first["resource"],
        "scope_name": "shop.cart",
    } == second


EVENT = {"timestamp": NOON * 1000, "message": "a\n", "ingestionTime": 1}
PACKED = {
    "events of CloudWatch": ({"events": [EVENT], "nextToken": "x"}, [("a\n", NOON)]),
    "an event alone": (EVENT, [("a\n", NOON)]),
    "an event of two lines": (EVENT | {"message": "a\n b"}, [("a\n b\n", NOON)]),
    "a subscription": (
        {
            "owner": "1",
            "logEvents": [{"id": "1", "timestamp": NOON * 1000, "message": "a"}],
        },
        [("a\n", NOON)],
    ),
    "streams of Loki": (
        {"streams": [{"stream": {}, "values": [[f"{NOON}000000000", "a"], ["x"], 1]}]},
        [("a\n", NOON)],
    ),
    "Loki's answer": (
        {
            "data": {
                "result": [{"stream": {}, "values": [[f"{NOON}000000000", "a", {}]]}]
            }
        },
        [("a\n", NOON)],
    ),
    "records of CloudTrail": (
        {"Records": [{"a": 1}, {}]},
        [('{"a":1}\n', None), ("{}\n", None)],
    ),
    "a list": ([{"a": 1}], [('{"a":1}\n', None)]),
    "a lone surrogate": (EVENT | {"message": "\ud800"}, [("?\n", NOON)]),
    "a time that is none": (
        {"events": [EVENT | {"timestamp": 2**80}]},
        [("a\n", None)],
    ),
}


@pytest.mark.parametrize(("value", "expected"), PACKED.values(), ids=PACKED)
def test_what_was_packed_is_unpacked(value, expected):
    """Text with the collector's time, or objects as they are."""
    found = [
        (one.text.decode(), None if one.time_ns == NO_TIME else one.time_ns // 10**9)
        for one in members(value) or ()
    ]

    assert expected == found


NO_BUNDLES = {
    "a record": {"timestamp": NOON * 1000, "message": "a"},
    "a record with a list of events": {"level": "info", "events": ["a", "b"]},
    "a record with many keys": {"events": [{}], **{str(n): n for n in range(9)}},
    "a list of numbers": [1, 2],
    "an empty list": [],
    "a number": 1,
    "no records": {"resourceLogs": [{"scopeLogs": None}]},
    "odd resources": {"resourceLogs": 1},
    "an event without text": {"message": 1, "ingestionTime": 1, "timestamp": 1},
}


@pytest.mark.parametrize("value", NO_BUNDLES.values(), ids=NO_BUNDLES)
def test_other_values_are_no_bundles(value):
    """None, so that they are read as they are."""
    assert None is members(value)


def unwrapped(raw, wrap=None):
    raw = raw.encode() if isinstance(raw, str) else raw
    wrap = wrap or detect_envelope(raw)
    inner = wrap.unwrap(raw, wrap.start)
    lines = zip(inner.first_line.tolist(), inner.last_line.tolist(), strict=True)
    return wrap.name, inner.text.decode(), list(lines)


A, B = {"a": 1, "o": {"x": [1, {"y": {}}]}}, {"b": "\u00e9"}
ONE, TWO = '{"a":1,"o":{"x":[1,{"y":{}}]}}\n', '{"b":"\u00e9"}\n'


def pretty(value, indent=2):
    return json.dumps(value, indent=indent, ensure_ascii=False) + "\n"


READ = {
    "objects over lines": (
        pretty(A) + pretty(B, 4),
        "pretty",
        ONE + TWO,
        [(0, 10), (11, 13)],
    ),
    "a list over lines": (
        pretty([A, B]),
        "pretty",
        "\n" + ONE + TWO + "\n",
        [(0, 0), (1, 11), (12, 14), (15, 15)],
    ),
    "a list in an object": (
        pretty({"logs": [A, B], "next": "x"}),
        "pretty",
        "\n\n" + ONE + TWO + "\n\n\n",
        [(0, 0), (1, 1), (2, 12), (13, 15), (16, 16), (17, 17), (18, 18)],
    ),
    "prose between": (
        pretty(A) + "prose\n" + pretty(B),
        "pretty",
        ONE + "prose\n" + TWO,
        [(0, 10), (11, 11), (12, 14)],
    ),
    "no object after all": (
        pretty(A) + "{\n x\n}\n",
        "pretty",
        ONE + "{\n x\n}\n",
        [(0, 10), (11, 11), (12, 12), (13, 13)],
    ),
    "an object that another one ends": (
        pretty(A) + "{\n" + pretty(B),
        "pretty",
        ONE + "{\n" + TWO,
        [(0, 10), (11, 11), (12, 14)],
    ),
    "OpenTelemetry over lines": (
        pretty({"resourceLogs": [{"scopeLogs": [{"logRecords": [{"body": "a"}]}]}]}),
        "pretty",
        '{"body":"a"}\n',
        [(0, 14)],
    ),
    "a list, an element a line": (
        '[\n{"a":1},\n{"a":2},\n{"a":3}\n]\n',
        "bundle",
        '\n{"a":1}\n{"a":2}\n{"a":3}\n\n',
        [(0, 0), (1, 1), (2, 2), (3, 3), (4, 4)],
    ),
    "a list that begins beside its first element": (
        '[{"a":1},\n{"a":2},\n{"a":3}]\n',
        "bundle",
        '{"a":1}\n{"a":2}\n{"a":3}\n',
        [(0, 0), (1, 1), (2, 2)],
    ),
    "records in one line": (
        '{"Records":[{"a":1},{"a":2}]}\nprose\n{"Records":[{"a":3}]}\n',
        "bundle",
        '{"a":1}\n{"a":2}\nprose\n{"a":3}\n',
        [(0, 0), (0, 0), (1, 1), (2, 2)],
    ),
}


@pytest.mark.parametrize(("raw", "name", "text", "lines"), READ.values(), ids=READ)
def test_unwraps(raw, name, text, lines):
    """The records inside, and which raw lines each of them came from."""
    assert (name, text, lines) == unwrapped(raw)


NOT_WRAPPED = {
    "objects": '{"a":1}\n{"a":2}\n',
    "a list of numbers": "[1,2]\n[3]\n",
    "a brace in prose": "a\nb\n{\nc\n}\n",
    "code": "int main()\n{\n  return 0;\n}\n",
    "an assignment": "A=1\nB=2\n",
    "a journal of other services": (
        '{"__REALTIME_TIMESTAMP":"1","MESSAGE":"started"}\n' * 9
        + '{"__REALTIME_TIMESTAMP":"1","MESSAGE":"Traceback (most recent call last):"}\n'
    ),
}


@pytest.mark.parametrize("raw", NOT_WRAPPED.values(), ids=NOT_WRAPPED)
def test_other_text_is_not_wrapped(raw):
    """None, so that the lines are read as they are."""
    assert None is detect_envelope(raw.encode())


def test_no_lines():
    """Nothing is nothing."""
    assert None is entries_of([])


def test_a_file_that_is_told_anew_keeps_its_envelope():
    """So that what waits for its end is not lost."""
    raw = pretty([A]).encode()

    assert detect_envelope(raw) is detect_envelope(raw)


def test_endless_objects_are_cut(monkeypatch):
    """An object that never ends does not fill the memory; its lines are kept."""
    monkeypatch.setattr(entries, "LINE_BYTES_MAX", 20)
    raw = "{\n" + ' "a": 1,\n' * 9
    wrap = named_envelope("pretty")
    inner = wrap.unwrap(raw.encode(), wrap.start)

    assert (
        raw
        == (
            inner.text + b"".join(p.text for p in inner.carry.pending.values())
        ).decode()
    )
    assert list(range(10)) == inner.last_line.tolist()


# -- the journal -------------------------------------------------------------------------


def entry(message: bytes, *, number: int = 0, binary: bool = False) -> bytes:
    """An entry as `journalctl -o export` writes it."""
    length = len(message).to_bytes(8, "little")
    text = b"MESSAGE\n" + length + message if binary else b"MESSAGE=" + message
    return (
        b"__CURSOR=s=1;i=%d\n__REALTIME_TIMESTAMP=%d\nPRIORITY=3\n%b\n_SYSTEMD_UNIT=shop.service\n\n"
        % (number, (NOON + number) * 10**6, text)
    )


BINARY = {
    "two lines": b"a\nb",
    "a blank line": b"a\n\nb",
    "a length that is a line end": b"0123456789",
    "a length that is no text": b"\xff" * 200,
    "what looks like an entry": b"\n__CURSOR=x\n\n",
    "nothing": b"",
}


@pytest.mark.parametrize("message", BINARY.values(), ids=BINARY)
def test_a_value_that_is_no_text_has_its_length_before_it(message):
    """Whatever stands in it, the fields behind it are found."""
    raw = entry(b"first") + entry(message, number=1, binary=True) + entry(b"last")
    name, text, lines = unwrapped(raw)
    found = [json.loads(line) for line in text.splitlines()]

    assert "journal" == name
    assert ["first", message.decode(errors="replace"), "last"] == [
        one["MESSAGE"] for one in found
    ]
    assert {"shop.service"} == {one["_SYSTEMD_UNIT"] for one in found}
    assert lines[0] == (0, 4)
    assert lines[2][1] == raw.count(b"\n") - 2


def test_a_field_that_is_there_twice_has_both_values():
    """As `journalctl -o json` prints it."""
    raw = b"__CURSOR=1\nA=1\nA=2\nA=3\nMESSAGE=x\nnoise\n\n"
    _, text, _ = unwrapped(raw)

    assert {"__CURSOR": "1", "A": ["1", "2", "3"], "MESSAGE": "x"} == json.loads(text)


def test_an_entry_waits_for_its_end():
    """A blank line, perhaps in the next block; its first line was in an earlier one."""
    wrap = named_envelope("journal")
    raw = entry(b"a")
    first = wrap.unwrap(raw[:-1], wrap.start)
    second = wrap.unwrap(b"\n", first.carry)

    assert b"" == first.text
    assert "a" == json.loads(second.text)["MESSAGE"]
    assert ([-1], [-1]) == (second.first_line.tolist(), second.last_line.tolist())


def test_an_endless_entry_is_cut(monkeypatch):
    """What has no end does not fill the memory; its lines are kept."""
    monkeypatch.setattr(entries, "LINE_BYTES_MAX", 20)
    wrap = named_envelope("journal")
    inner = wrap.unwrap(b"A=1\n" * 9, wrap.start)

    assert b"A=1\n" * 9 == inner.text
    assert {} == inner.carry.pending


OWN = "2026-03-04 05:06:07,123 ERROR shop.cart - no stock"
CUT = [
    "Traceback (most recent call last):",
    '  File "a.py", line 1, in f',
    "OSError: x",
]
STAMP = "2026-03-04T12:00:00Z"


def journal(message, **more):
    return {
        "__REALTIME_TIMESTAMP": f"{NOON}000000",
        "PRIORITY": "6",
        "MESSAGE": message,
        **more,
    }


CARRIED = {
    "the journal": [journal(line) for line in [OWN, *CUT]],
    "Fluentd": [
        {"log": f"{line}\n", "kubernetes": {}, "@timestamp": STAMP}
        for line in [OWN, *CUT]
    ],
    "Vector": [
        {"message": line, "host": "h", "timestamp": STAMP} for line in [OWN, *CUT]
    ],
    "Fluent Bit": [{"date": NOON + 0.0, "log": line} for line in [OWN, *CUT]],
}


@pytest.mark.parametrize("objects", CARRIED.values(), ids=CARRIED)
def test_a_stack_trace_that_was_cut_leaves_its_objects(objects):
    """All lines do, so that it can be joined; the time is the collector's."""
    raw = "".join(json.dumps(one) + "\n" for one in objects).encode()
    wrap = detect_envelope(raw)
    assert wrap is not None
    inner = wrap.unwrap(raw, wrap.start)

    assert "carried" == wrap.name
    assert [OWN, *CUT] == inner.text.decode().splitlines()
    assert {NOON * 10**9} == set(inner.times.tolist())


def test_what_carries_no_line_stays():
    """Bytes that are no text are written as numbers; a level of its own says enough."""
    objects = [
        journal([97, 255]),
        journal(None),
        journal("x", level="info"),
        {"log": "y", "@timestamp": "never", "timestamp": None, "time": True},
    ]
    raw = "".join(json.dumps(one) + "\n" for one in objects) + "odd\n"
    wrap = named_envelope("carried")
    inner = wrap.unwrap(raw.encode(), wrap.start)
    expected = ["a\ufffd", json.dumps(objects[1]), json.dumps(objects[2]), "y", "odd"]

    assert expected == inner.text.decode().splitlines()
    assert [NOON * 10**9, *[NO_TIME] * 4] == inner.times.tolist()


def test_messages_of_an_export_leave_it_too():
    """Its notation makes no difference."""
    lines = [OWN, *CUT]
    name, text, places = unwrapped(b"".join(entry(line.encode()) for line in lines))

    assert ("journal", "\n".join(lines) + "\n") == (name, text)
    assert [(0, 4), (6, 10), (12, 16), (18, 22)] == places


# -- properties --------------------------------------------------------------------------

raw_lines = st.one_of(
    st.sampled_from([pretty(A), pretty(B), pretty([A, B]), ONE, TWO, "{\n", "}\n", "\n"]),
    st.sampled_from(["__CURSOR=1\n", "MESSAGE=x\n", "MESSAGE\n", "noise\n", "[\n", "],\n"]),
    st.just(json.dumps({"Records": [A, B]}) + "\n"),
).map(str.encode) | st.builds(entry, st.binary(max_size=12), binary=st.just(True))  # fmt: skip


@given(st.lists(raw_lines, max_size=9), st.sampled_from(ENTRIES), st.data())
def test_blocks_do_not_matter(parts, wrap, data):
    """However the raw lines are split, the text and its times are those of the whole."""
    lines = b"".join(parts).split(b"\n")[:-1]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(lines)), max_size=3)))
    whole = wrap.unwrap(b"".join(parts), wrap.start)
    carry, text, times, last = wrap.start, b"", [], []
    for begin, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        part = wrap.unwrap(b"".join(b"%b\n" % one for one in lines[begin:end]), carry)
        carry, text = part.carry, text + part.text
        times.append(part.times)
        last += (part.last_line + begin).tolist()

    assert whole.text == text
    assert whole.times.tolist() == np.concatenate(times).tolist()
    assert sorted(last) == last
    assert {k: v.text for k, v in whole.carry.pending.items()} == {
        k: v.text for k, v in carry.pending.items()
    }


@given(
    st.one_of(st.binary(max_size=200), st.lists(raw_lines, max_size=6).map(b"".join))
)
def test_reads_any_bytes(block):
    """Nothing raises, and each line of the text has its place."""
    detect_envelope(block)
    for wrap in ENTRIES:
        inner = wrap.unwrap(block, wrap.start)

        assert inner.text.count(b"\n") == len(inner.first_line) == len(inner.times)
        assert all(
            -1 <= last <= block.count(b"\n") for last in inner.last_line.tolist()
        )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "resourceLogs",
                    "scopeLogs",
                    "logRecords",
                    "attributes",
                    "key",
                    "value",
                    "body",
                    "streams",
                    "values",
                    "events",
                    "message",
                    "timestamp",
                    "ingestionTime",
                    "Records",
                    "data",
                    "result",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(json_values)
def test_any_value_is_a_bundle_or_none(value):
    """Nothing raises, and what was packed is whole lines."""
    for one in members(value) or ():
        assert one.text.endswith(b"\n")
