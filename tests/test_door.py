"""What every line goes through before it is scanned."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.formats.envelope import named_envelope
from log_mcp.ingest import door
from log_mcp.ingest.door import Door, decode, encoding_of, envelope_of, is_binary
from log_mcp.ingest.lines import LineReader, RawLines
from log_mcp.redact import Redactor, Rules

KEY_BODY = "MIIEowIBAAKCAQEAx4fakefakefakefakefakefakefakefakefakefakefake12"
KEY = [
    "-----BEGIN RSA PRIVATE KEY-----",
    *[KEY_BODY] * 3,
    "-----END RSA PRIVATE KEY-----",
]
ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be"]


def lines_of(text: str | bytes, begin: int = 0, encoding: str = "utf-8") -> RawLines:
    data = text.encode(encoding) if isinstance(text, str) else text
    raw = LineReader(begin, encoding).take(data, final=True)
    assert raw is not None
    return raw


def docker(log: str, stream: str = "stdout", second: int = 1) -> str:
    time = f"2026-03-04T05:06:{second:02d}Z"
    return json.dumps(
        {"log": log, "stream": stream, "time": time}, separators=(",", ":")
    )


ENCODED = {
    "a byte order mark, little end first": (b"\xff\xfea\0", "utf-16-le"),
    "a byte order mark, big end first": (b"\xfe\xff\0a", "utf-16-be"),
    "no mark, little end first": ("INFO started".encode("utf-16-le"), "utf-16-le"),
    "no mark, big end first": ("INFO started".encode("utf-16-be"), "utf-16-be"),
    "plain": (b"INFO started", "utf-8"),
    "nothing": (b"", "utf-8"),
    "a hole": (bytes(600), "utf-8"),
    "a hole and text": (bytes(401) + b"INFO started\n" * 9, "utf-8"),
    "too short to tell": (b"a\0b\0", "utf-8"),
}


@pytest.mark.parametrize(("head", "expected"), ENCODED.values(), ids=ENCODED)
def test_encoding_is_told_by_the_first_bytes(head, expected):
    """By the mark, else by where the NUL bytes lie; a hole is no encoding."""
    assert expected == encoding_of(head)


DECODED = {
    "a byte order mark": (b"\xef\xbb\xbfa\n", "utf-8", b"a\n"),
    "invalid bytes": (b"a\xff\xe2\n", "utf-8", "a\ufffd\ufffd\n".encode()),
    "a surrogate on its own": (b"\x00\xd8\n\0", "utf-16-le", "\ufffd\n".encode()),
    "both bytes of UTF-16": (
        "\ufeffgr\u00fc\u00df\n".encode("utf-16-be"),
        "utf-16-be",
        "gr\u00fc\u00df\n".encode(),
    ),
    "Latin-1": ("gr\u00fc\u00dfe an caf\u00e9\n".encode("latin-1"), "utf-8",
                "gr\u00fc\u00dfe an caf\u00e9\n".encode()),
    "Windows' code page": ("\u201c5 \u20ac\u201d \u2013 ok\u2026\n".encode("cp1252"), "utf-8",
                           "\u201c5 \u20ac\u201d \u2013 ok\u2026\n".encode()),
    "a line of each": ("\u00e9t\u00e9\n".encode() + "un \u00e9t\u00e9\n".encode("latin-1"), "utf-8",
                       "\u00e9t\u00e9\nun \u00e9t\u00e9\n".encode()),
    "both in a line": ("\u00e9t".encode() + b"\xe9 in a line\n", "utf-8",
                       "\u00e9t\ufffd in a line\n".encode()),
    "another alphabet": ("\u043f\u0440\u0438\u0432\u0435\u0442\n".encode("cp1251"), "utf-8",
                         "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\n".encode()),
    "a mark inside": (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\xef\xbb\xbf\n", "utf-8", b"a\nb\xef\xbb\xbf\n"),
    "a progress bar": (b" 0%|  | 0/9 [00:00, 0it/s]\r100%|##| 9/9 [00:09, 1it/s]\r\r\n", "utf-8",
                       b"100%|##| 9/9 [00:09, 1it/s]\n"),
    "a progress bar behind a header": (
        b"05:06:07 INFO Pulling 0%\rPulling 50%\rPulling 100%\n", "utf-8",
        b"05:06:07 INFO Pulling 100%\n"),
    "a progress bar and no end": (b"1%\r2%\r", "utf-8", b"2%\n"),
    "text with carriage returns": (b"item 4\rsold\n", "utf-8", b"item 4\rsold\n"),
    "an empty state": (b"a\r\r\nb\r \n", "utf-8", b"a\nb\r \n"),
    "a run of NUL": (b"\0\0\0a\0b\n", "utf-8", b"ab\n"),
    "line ends of Windows": (b"a\r\nb\rc\r\n", "utf-8", b"a\nb\rc\n"),
    "colours": (
        b"\x1b[1;31mERROR\x1b[0m \x1b]0;title\x07x\x1b(B\n",
        "utf-8",
        b"ERROR x\x1b(B\n",
    ),
    "a line end of Windows before a colour": (b"a\r\x1b[0m\n", "utf-8", b"a\n"),
    "no last line end": (b"a", "utf-8", b"a\n"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("data", "encoding", "expected"), DECODED.values(), ids=DECODED
)
def test_text_is_decoded_and_cleaned(data, encoding, expected):
    """What is behind the door is UTF-8 without marks, colours, NUL and CR."""
    assert expected == decode(data, encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=st.binary(max_size=300))
def test_the_number_of_lines_stays(encoding, data):
    """Line k of the file is line k of the text, whatever the bytes."""
    raw = LineReader(encoding=encoding).take(data, final=True)
    if raw is None:
        return
    text = Door(encoding, None, Redactor()).admit(raw)

    assert len(raw.offsets) == text.data.count(b"\n")
    assert text.data.decode().encode() == text.data
    assert b"\0" not in text.data


def test_a_line_cut_inside_a_character_is_no_other_encoding(monkeypatch):
    """What is lost of it is shown as lost."""
    monkeypatch.setattr(door, "LINE_BYTES_MAX", 4)

    assert "abc\ufffd\n".encode() == decode(b"abc\xc3\n", "utf-8")
    assert "ab\u00c3\n".encode() == decode(b"ab\xc3\n", "utf-8")


BINARY = {
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\0>\0\x01\0\0\0" * 4, True),
    "random bytes": (bytes(range(256)) * 8, True),
    "colours": (b"\x1b[31mred\x1b[0m\n" * 9, False),
    "latin-1": (("gr\u00fc\u00dfe, alles gut\n" * 9).encode("latin-1"), False),
    "text": (b"INFO started\n", False),
    "a hole": (bytes(8192), False),
    "UTF-16": ("INFO started\n".encode("utf-16"), False),
    "nothing": (b"", False),
}


@pytest.mark.parametrize(("head", "expected"), BINARY.values(), ids=BINARY)
def test_binary_is_told_from_text(head, expected):
    """A share of control bytes tells; NUL alone does not: a crash leaves runs of them."""
    assert expected == is_binary(head)


def test_colours_inside_an_envelope_are_removed():
    """Docker escapes them; behind the door they are gone all the same."""
    text = docker("\x1b[32mINFO\x1b[0m ready\r\n") + "\n"
    envelope = envelope_of(text.encode(), "utf-8")
    admitted = Door("utf-8", envelope, Redactor()).admit(lines_of(text))

    assert b"INFO ready\n" == admitted.data
    assert admitted.times is not None
    assert 1_772_600_761_000_000_000 == admitted.times[0]


def test_the_order_is_decode_unwrap_redact():
    """A secret that the encoding or the envelope's escapes would hide is found."""
    secret = "Pa55w0rd-of-mine"
    inside = docker(json.dumps({"password": secret}) + "\n")
    escaped = inside.replace("Pa55", "\\u0050a55")
    text = f"{inside}\n{escaped}\n"
    envelope = named_envelope("docker")
    admitted = Door("utf-16-le", envelope, Redactor()).admit(
        lines_of(text, encoding="utf-16-le")
    )

    assert secret.encode() not in admitted.data
    assert 2 == admitted.data.count(b"<password:")
    assert 1 == len(set(admitted.data.splitlines()))


def test_redaction_can_be_off():
    """Then all text passes as it is."""
    door = Door("utf-8", None, Redactor(Rules(enabled=False)))

    assert (
        b"password=hunter2xyz\n" == door.admit(lines_of("password=hunter2xyz\n")).data
    )


@given(st.lists(st.integers(1, 9), max_size=4))
def test_a_private_key_in_any_blocks_is_hidden(cuts):
    """The key goes on in the next block, and so does its redaction."""
    text = [f"line {n}" for n in range(3)] + KEY + ["after"]
    edges = sorted({0, *(min(cut, len(text)) for cut in cuts), len(text)})
    door, found = Door("utf-8", None, Redactor()), b""
    for first, last in pairwise(edges):
        found += door.admit(lines_of("\n".join(text[first:last]) + "\n")).data

    assert KEY_BODY.encode() not in found
    assert len(text) == found.count(b"\n")


def test_a_door_that_turns_keeps_a_secret_open():
    """A file that is recognised anew inside a private key stays redacted."""
    door = Door("utf-8", None, Redactor())
    door.admit(lines_of("\n".join(KEY[:2]) + "\n"))
    door.turn("utf-8", named_envelope("docker"))

    assert KEY_BODY.encode() not in door.admit(lines_of(KEY[2] + "\n")).data


def test_pieces_of_a_line_stay_together_when_a_door_turns():
    """The envelope is the same, so what waits for its end still does."""
    door = Door("utf-8", named_envelope("docker"), Redactor())
    door.admit(lines_of(docker("half ") + "\n"))
    door.turn("utf-8", named_envelope("docker"))

    assert b"half and half\n" == door.admit(lines_of(docker("and half\n") + "\n")).data


def test_a_line_in_pieces_stands_where_its_last_piece_does():
    """Offsets ascend, whatever other streams write between; lines know both ends."""
    raw = [
        docker("out begins ", second=1),
        docker("err begins ", "stderr", second=2),
        docker("whole\n", second=3).replace("stdout", "other"),
        docker("out ends\n", second=4),
        docker("err ends\n", "stderr", second=5),
    ]
    text = "\n".join(raw) + "\n"
    door = Door("utf-8", named_envelope("docker"), Redactor())
    whole = door.admit(lines_of(text))
    starts = [sum(len(line) + 1 for line in raw[:at]) for at in range(5)]

    assert b"whole\nout begins out ends\nerr begins err ends\n" == whole.data
    assert starts[2:] == whole.offsets.tolist()
    assert [2, 0, 1] == whole.lines[0].tolist()
    assert [2, 3, 4] == whole.lines[1].tolist()


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_pieces_in_two_blocks_know_their_first_line(cut):
    """The first line is counted from the block that ends it, so it may be negative."""
    raw = [
        docker("out begins ", second=1),
        docker("err begins ", "stderr", second=2),
        docker("more ", second=3),
        docker("out ends\n", second=4),
        docker("err ends\n", "stderr", second=5),
    ]
    door = Door("utf-8", named_envelope("docker"), Redactor())
    first = door.admit(lines_of("\n".join(raw[:cut]) + "\n"))
    second = door.admit(lines_of("\n".join(raw[cut:]) + "\n", begin=1000))
    lines = [*first.lines[0].tolist(), *(second.lines[0] + cut).tolist()]

    assert (
        b"out begins more out ends\nerr begins err ends\n"
        == first.data.strip(b"\n") + b"\n" * bool(first.data.strip(b"\n")) + second.data
    )
    assert [0, 1] == lines


def test_lines_inside_one_envelope_have_places_of_their_own():
    """A runtime that packs two lines into one gives them different offsets."""
    text = docker("one\ntwo\n") + "\n" + docker("three\n") + "\n"
    admitted = Door("utf-8", named_envelope("docker"), Redactor()).admit(lines_of(text))

    assert [0, 1, text.index("\n") + 1] == admitted.offsets.tolist()


def test_a_cut_line_is_found_again_inside_its_envelope():
    """The mark follows the line through unwrapping."""
    raw = RawLines(
        (docker("one\n") + "\n" + docker("two\n") + "\n").encode(),
        np.array([0, 80]),
        0,
        160,
        (1,),
    )
    admitted = Door("utf-8", named_envelope("docker"), Redactor()).admit(raw)

    assert (1,) == admitted.cut
