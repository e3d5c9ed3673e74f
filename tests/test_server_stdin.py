"""Twin of log_mcp/server/stdin.py: lines that are too great, without a process."""

import io

import pytest

from log_mcp.server import stdin
from log_mcp.server.stdin import LINE_BYTES_MAX, MARKS_MAX, Lines

LONG = 5_000  # more than is kept of the ends of a line, and than a piece
TOO_GREAT = {
    "its id first": ('{"jsonrpc":"2.0","id":7,"params":{"id":1,"x":"…"}}', 7),
    "its id behind its method": ('{ "method": "a/b", "id": "x" , "params":["…"]}', "x"),
    "its id last": ('{"params":{"x":"…","id":1},"jsonrpc":"2.0","id":7}', 7),
    "its id before its method": ('{"params":["…"],"id":-7,"method":"a/b"}\r', -7),
    "an id with an escape": ('{"params":["…"],"id":"a\\"b"}', 'a"b'),
    "an id between others": ('{"params":["…"],"id":7,"params":["…"]}', None),
    "an id of what it asks for": ('{"params":{"x":"…","id":7}}', None),
    "an id in a text": ('{"params":["…,\\"id\\":7}"]}', None),
    "an id that is none": ('{"id":7.5,"params":["…"],"id":null}', None),
    "an id with a broken escape": ('{"id":"\\x","params":["…"]}', None),
    "none": ('{"params":["…"]}', None),
    "no JSON": ("…", None),
}


async def read(data: bytes) -> tuple[list[str], list[object]]:
    """The lines that are let through, and the ids of those that are refused."""
    refused: list[object] = []

    async def refuse(number: int | str) -> None:
        refused.append(number)

    found = [line async for line in Lines(io.BytesIO(data), refuse)]
    return found, refused


@pytest.fixture
def _bounds(monkeypatch):
    """Small ones."""
    monkeypatch.setattr(stdin, "LINE_BYTES_MAX", 1_000)
    monkeypatch.setattr(stdin, "MARKS_MAX", 10)
    monkeypatch.setattr(stdin, "_SHORT_BYTES", 100)
    monkeypatch.setattr(stdin, "_ENDS_BYTES", 100)
    monkeypatch.setattr(stdin, "_PIECE_BYTES", 64)


@pytest.mark.usefixtures("_bounds")
@pytest.mark.parametrize("cut", [900, 1_001, LONG])
@pytest.mark.parametrize(("line", "number"), TOO_GREAT.values(), ids=TOO_GREAT)
async def test_a_line_that_is_too_great_is_let_go(caplog, line, number, cut):
    """Refused by its id, or told where none can be read; the next line is read as ever."""
    long = line.replace("…", ("," * cut)[: cut - len(line)], 1).replace("…", "")
    found, refused = await read(f"one\n{long}\ntwo\n".encode())

    assert ["one\n", "two\n"] == found
    assert ([] if number is None else [number]) == refused
    first = line.startswith(('{"jsonrpc"', "{ "))
    assert (
        [] if first else ["a message over 4 MiB or 400,000 values was not read."]
    ) == (caplog.messages)


@pytest.mark.usefixtures("_bounds")
@pytest.mark.parametrize("end", [b"", b"\n", b'","id":7}\n'])
async def test_every_length_around_the_bound(end):
    """No byte of a line is taken for the next one's."""
    for length in range(995, 1_010):
        line = b"x" * (length - len(end)) + end
        found, _ = await read(line + (b"next\n" if end else b""))

        kept = [line.decode()] if length <= 1_000 else []
        assert [*kept, *(["next\n"] if end else [])] == found


@pytest.mark.usefixtures("_bounds")
async def test_other_lines_are_as_they_were_written():
    """Of UTF-8 what can be read, with any line end, and a last line without one."""
    data = '{"a":"é"}\r\n\n'.encode() + b"\xff" + b"," * 50 + b"\r\nx" * 300

    found, refused = await read(data)

    assert data.decode(errors="replace") == "".join(found)
    assert [] == refused


@pytest.mark.usefixtures("_bounds")
async def test_a_text_with_many_commas_is_read_while_it_is_short():
    """What counts is what could be a value, and only where there is room for many."""
    found, _ = await read(b"," * 99 + b"\n" + b"," * 100 + b"\n" + b"x" * 200 + b"\n")

    assert ["," * 99 + "\n", "x" * 200 + "\n"] == found


def test_what_a_call_may_say_is_read():
    """As many characters as arguments may have, however they are escaped; as many values."""
    assert 200_000 * len("\\ud83d\\ude00") < LINE_BYTES_MAX
    assert 200_000 * len("[,") <= MARKS_MAX
