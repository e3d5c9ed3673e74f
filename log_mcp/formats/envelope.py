r"""A log inside a log: what a container's runtime puts around each line.

- Docker's json-file driver: `{"log":"text\n","stream":"stdout","time":"..."}`; a line
  longer than 16 KiB comes in pieces, of which only the last one's text has a line end;
- CRI (containerd, CRI-O): `2026-03-04T05:06:07Z stdout F text`; `P` marks a piece;
- docker-compose: `web-1  | text`.

Pieces of one stream are one line, whatever other streams write between them; it stands
where its last piece does. A line that is no envelope passes as text. One expression opens
a whole block, and its strings are decoded at once; blocks that hold pieces or odd lines
are put together line by line.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from log_mcp import timestamp
from log_mcp.record import LEVEL_OF_WORD

_SHARE: Final = 0.6  # of the lines of a head, to be one
_LINES_MAX: Final = 200
LINE_BYTES_MAX: Final = 1024 * 1024  # of pieces joined; what is longer is cut in two


class Row(NamedTuple):
    """One kind of envelope.

    Attributes:
        line: Expression for a raw line; its groups are `text` and, where they are
            written, `stream`, `time` and `mark` (`P`: the line goes on).
        samples: Raw lines.
        is_json: `text` is a JSON string, whose line end says whether the line goes on.
    """

    name: str
    line: bytes
    samples: tuple[bytes, ...]
    is_json: bool = False


_ZULU: Final = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9:]{5})"
ROWS: Final = (
    Row(
        "docker",
        # Greedy to the line's end, then back: whether it is one string shows when all
        # are decoded. Docker writes no spaces; what passes its lines on may.
        rb'\{"log": ?(?P<text>"[^\n]*"), ?"stream": ?"(?P<stream>[a-z]+)", ?'
        rb'(?:"attrs": ?\{[^{}\n]*\}, ?)?"time": ?"(?P<time>[^"\\\n]+)"\}(?=\n)',
        (
            rb'{"log":"started\n","stream":"stdout","time":"2026-03-04T05:06:07.1Z"}',
            rb'{"log":"half","stream":"stderr","time":"2026-03-04T05:06:07.1Z"}',
        ),
        is_json=True,
    ),
    Row(
        "cri",
        rb"(?P<time>%s) (?P<stream>stdout|stderr) (?P<mark>[FP])(?::[^ \n]*)?"
        rb"(?: (?P<text>[^\n]*)|(?=\n))" % _ZULU,
        (
            b"2026-03-04T05:06:07.123456789Z stdout F started",
            b"2026-03-04T05:06:07.123456789+01:00 stderr P half",
        ),
    ),
    Row(
        "compose",
        rb"(?P<stream>[a-z0-9][a-z0-9_.\-]*) +\|(?: (?P<text>[^\n]*)|(?=\n))",
        (b"web-1  | started", b"db | ready"),
    ),
)


class Pending(NamedTuple):
    """Pieces of a line that has not ended yet.

    Attributes:
        text: Joined so far.
        first_line: Raw line of the first one; -1 if it was in an earlier block.
        time_ns: Of the first one.
    """

    text: bytes
    first_line: int
    time_ns: int


@dataclass(frozen=True, slots=True)
class Carry:
    """Pieces that wait for their end, by stream."""

    pending: dict[bytes, Pending] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Unwrapped:
    """A block without its envelopes.

    Attributes:
        text: Whole lines.
        first_line: Index of the raw line where each line of the text begins, int64;
            -1 if that was in an earlier block.
        last_line: Index of the raw line where it ends, int64.
        times: When the envelope says it was written, int64; `NO_TIME` if it does not.
        carry: For the next block.
    """

    text: bytes
    first_line: NDArray[np.int64]
    last_line: NDArray[np.int64]
    times: NDArray[np.int64]
    carry: Carry


class Envelope:
    """One kind of envelope; immutable.

    Args:
        row: Of the table.
    """

    def __init__(self, row: Row) -> None:
        self.name = row.name
        self.start = Carry()
        self._row = row
        self._block = re.compile(rb"\n(?:%s|)" % row.line)
        self._group = {name: at - 1 for name, at in self._block.groupindex.items()}

    def holds(self, line: bytes) -> bool:
        """Whether a raw line is such an envelope."""
        return self._canonical(line) or self._other(line) is not None

    def _canonical(self, line: bytes) -> bool:
        found = self._block.match(b"\n" + line + b"\n")
        return found is not None and found.end() > 1

    def _other(self, line: bytes) -> tuple[str, bytes, bytes] | None:
        """Text, stream and time of a line that the expression does not match."""
        if not self._row.is_json or not line.startswith(b"{"):
            return None
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            return None
        if not isinstance(value, dict):
            return None
        text, time = value.get("log"), value.get("time")
        if not isinstance(text, str) or not isinstance(time, str):
            return None
        return text, str(value.get("stream") or "-").encode(), time.encode()

    def unwrap(self, block: bytes, carry: Carry) -> Unwrapped:
        """The lines inside a block of whole lines. Never raises."""
        if not block:
            none = np.zeros(0, np.int64)
            return Unwrapped(b"", none, none, none, carry)
        block = block if block.endswith(b"\n") else block + b"\n"
        found = self._block.findall(b"\n" + block)
        del found[-1]  # what follows the last line end is no line
        strings = list(map(itemgetter(self._group["text"]), found))
        streams = list(map(itemgetter(self._group["stream"]), found))
        stamps = [b""] * len(found)
        if "time" in self._group:
            stamps = list(map(itemgetter(self._group["time"]), found))
        if all(streams):
            text = self._whole(found, strings)
            if text is not None and not carry.pending:
                lines = np.arange(len(found))
                return Unwrapped(text, lines, lines, _times(stamps), carry)
        return self._joined(block, found, (strings, streams, stamps), carry)

    def _whole(
        self, found: list[tuple[bytes, ...]], strings: list[bytes]
    ) -> bytes | None:
        """The text, if each raw line holds exactly one line of it."""
        if not self._row.is_json:
            mark = self._group.get("mark")
            if mark is not None and any(item[mark] != b"F" for item in found):
                return None
            return b"\n".join(strings) + b"\n"
        texts = _decoded(strings)
        if texts is None:
            return None
        joined = "\0".join(texts)
        ends = joined.count("\n\0") + joined.endswith("\n")
        if not len(texts) == ends == joined.count("\n"):
            return None
        return _clean(joined)

    def _joined(
        self,
        block: bytes,
        found: list[tuple[bytes, ...]],
        columns: tuple[list[bytes], list[bytes], list[bytes]],
        carry: Carry,
    ) -> Unwrapped:
        """The lines of a block, put together one by one."""
        strings, streams, stamps = columns
        raw = block.split(b"\n")
        texts: list[bytes] = []
        mark = self._group.get("mark")
        for line, (string, stream) in enumerate(zip(strings, streams, strict=True)):
            if stream and not self._row.is_json:
                whole = mark is None or found[line][mark] == b"F"
                texts.append(string + b"\n" if whole else string)
            elif stream and (decoded := _decoded([string])):
                texts.append(_clean(decoded[0]))
            elif other := self._other(raw[line]):
                texts.append(_clean(other[0]))
                streams[line], stamps[line] = other[1:]
            else:
                texts.append(raw[line] + b"\n")
                streams[line], stamps[line] = b"", b""
        return _together(texts, streams, _times(stamps), carry)


def _decoded(strings: list[bytes]) -> list[str] | None:
    """JSON strings, decoded; None if one of them is not just one string."""
    try:
        texts: list[str] = orjson.loads(b"[%s]" % b",".join(strings))
    except orjson.JSONDecodeError:
        return None
    return texts if len(texts) == len(strings) else None


def _clean(text: str) -> bytes:
    """What escapes may have hidden from the door: NUL and carriage returns."""
    if "\0" in text:
        text = text.replace("\0", "")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    return text.encode()


def _times(stamps: list[bytes]) -> NDArray[np.int64]:
    return timestamp.parse_many(stamps, UTC, 2**62)


def _together(
    texts: list[bytes],
    streams: list[bytes],
    times: NDArray[np.int64],
    carry: Carry,
) -> Unwrapped:
    """Lines made of pieces."""
    pending = {
        stream: piece._replace(first_line=-1) for stream, piece in carry.pending.items()
    }
    lines: list[bytes] = []
    rows: list[tuple[int, int, int]] = []
    for line, (piece, stream) in enumerate(zip(texts, streams, strict=True)):
        before = pending.pop(stream, None) or Pending(b"", line, int(times[line]))
        text = before.text + piece
        if not text.endswith(b"\n") and len(text) < LINE_BYTES_MAX:
            pending[stream] = before._replace(text=text)
            continue
        ended = text if text.endswith(b"\n") else text + b"\n"
        lines.append(ended)
        row = (before.first_line, line, before.time_ns)
        rows.extend([row] * ended.count(b"\n"))
    first, last, time = np.array(rows, np.int64).reshape(-1, 3).T
    return Unwrapped(b"".join(lines), first, last, time, Carry(pending))


_ENVELOPES: Final = tuple(map(Envelope, ROWS))
NAMES: Final = tuple(row.name for row in ROWS)


def named_envelope(name: str) -> Envelope:
    """The envelope of that name, one of `NAMES`."""
    return _ENVELOPES[NAMES.index(name)]


def detect_envelope(sample: bytes) -> Envelope | None:
    """What wraps each line of a file.

    Args:
        sample: Decoded text from the file's head.

    Returns:
        None if nothing does.
    """
    lines = sample.split(b"\n")
    if len(lines) > 1:
        del lines[-1]  # cut short, or empty
    lines = [line for line in lines if line.strip()][:_LINES_MAX]
    for envelope in _ENVELOPES:
        held = sum(map(envelope.holds, lines))
        if held and held >= _SHARE * len(lines) and not _levels(envelope, lines):
            return envelope
    return None


def _levels(envelope: Envelope, lines: list[bytes]) -> bool:
    """Whether what looks like a service's name is a level: `info | started`."""
    if envelope.name != "compose":
        return False
    words = {line.partition(b"|")[0].strip().decode(errors="replace") for line in lines}
    return any(word in LEVEL_OF_WORD for word in words)
