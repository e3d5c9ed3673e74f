r"""A log inside a log: what a container's runtime puts around each line.

Envelopes that hold more than one record a line, or less, are in `entries`, and headers
that go with all lines of a stack trace in `relay`.

- Docker's json-file driver: `{"log":"text\n","stream":"stdout","time":"..."}`; a line
  longer than 16 KiB comes in pieces, of which only the last one's text has a line end;
- CRI (containerd, CRI-O): `2026-03-04T05:06:07Z stdout F text`; `P` marks a piece;
- docker-compose: `web-1  | text`, and `kubectl logs --prefix`: `[pod/web-1/app] text`;
  both also with the runtime's time before the text;
- a time alone: `docker logs --timestamps`, `kubectl logs --timestamps`, the steps of
  GitHub's and Azure's pipelines, exports of CloudWatch;
- Heroku: `2026-03-04T05:06:07.123456+00:00 app[web.1]: text`, and `aws logs tail`, which
  has the name of a log stream there.

A time alone also begins the lines of many a logger. It is an envelope if the log inside
shows: lines that state a time of their own, objects, or a stack trace behind it; or if it
has the seven or nine digits of a second that runtimes write, and no level follows.

What the envelope says besides (stream, container, pod) are labels of the lines, which
become fields of their records.

Pieces of one stream are one line, whatever other streams write between them; it stands
where its last piece does. A line that is no envelope passes as text. One expression opens
a whole block, and its strings are decoded at once; blocks that hold pieces or odd lines
are put together line by line.
"""

import re
from datetime import UTC
from itertools import repeat
from operator import itemgetter
from typing import Final, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from log_mcp import timestamp
from log_mcp.formats.ending import Alike, alike, ending_of
from log_mcp.formats.entries import ENTRIES, entries_of
from log_mcp.formats.relay import Relay
from log_mcp.formats.wrapping import (
    LINE_BYTES_MAX,
    Carry,
    Envelope,
    Pending,
    Unwrapped,
    clean,
    most,
    shows_log,
)
from log_mcp.labels import UNLABELLED, Label, Labels, distinct
from log_mcp.lazy import lazy
from log_mcp.record import LEVEL_OF_WORD

_UNSAID: Final = (UTC, 2**62, None)  # of a runtime's times, which say all
_SHARE: Final = 0.6  # of the lines of a head, to be one
_LINES_MAX: Final = 200
_SOME_LINES: Final = 70  # ... that are asked whether they are envelopes


class Row(NamedTuple):
    """One kind of envelope.

    Attributes:
        line: Expression for a raw line; its groups are `text` and, where they are
            written, `stream`, `time` and `mark` (`P`: the line goes on).
        about: What it is, for people: a phrase.
        samples: Raw lines.
        says: Expression for the `stream`; its groups name what it says of the line.
        is_json: `text` is a JSON string, whose line end says whether the line goes on.
    """

    name: str
    about: str
    line: bytes
    samples: tuple[bytes, ...]
    says: bytes = b""
    is_json: bool = False


_DATE: Final = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"
_ZONE: Final = rb"(?:Z|[+-][0-9]{2}:[0-9]{2})"
_ZULU: Final = rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9:]{5})"
_FIXED: Final = rb"%s\.[0-9]{9}%s" % (_DATE, _ZONE)  # as Docker and Kubernetes print it
_REST: Final = rb"(?: (?P<text>[^\n]*)|(?=\n))"
ROWS: Final = (
    Row(
        "docker",
        "Docker's json-file driver",
        # Greedy to the line's end, then back: whether it is one string shows when all
        # are decoded. Docker writes no spaces; what passes its lines on may.
        rb'\{"log": ?(?P<text>"[^\n]*"), ?"stream": ?"(?P<stream>[a-z]+)", ?'
        rb'(?:"attrs": ?\{[^{}\n]*\}, ?)?"time": ?"(?P<time>[^"\\\n]+)"\}(?=\n)',
        (
            rb'{"log":"started\n","stream":"stdout","time":"2026-03-04T05:06:07.1Z"}',
            rb'{"log":"half","stream":"stderr","time":"2026-03-04T05:06:07.1Z"}',
        ),
        says=rb"(?P<stream>[^-].*)",
        is_json=True,
    ),
    Row(
        "cri",
        "containerd and CRI-O; `P` instead of `F` marks a piece of a line",
        rb"(?P<time>%s) (?P<stream>stdout|stderr) (?P<mark>[FP])(?::[^ \n]*)?"
        rb"(?: (?P<text>[^\n]*)|(?=\n))" % _ZULU,
        (
            b"2026-03-04T05:06:07.123456789Z stdout F started",
            b"2026-03-04T05:06:07.123456789+01:00 stderr P half",
        ),
        says=rb"(?P<stream>.+)",
    ),
    Row(
        "compose",
        "docker-compose, also with `--timestamps`",
        rb"(?P<stream>[a-z0-9][a-z0-9_.\-]*) +\|(?: (?P<time>%s)(?= |\n))?%s"
        % (_FIXED, _REST),
        (
            b"web-1  | started",
            b"db | ready",
            b"web-1  | 2026-03-04T05:06:07.123456789Z started",
        ),
        says=rb"(?P<container>.+)",
    ),
    Row(
        "kubectl",
        "`kubectl logs --prefix`, also with `--timestamps`",
        rb"\[(?P<stream>[a-z]+/[a-z0-9.\-]+(?:/[a-z0-9.\-]+)?)\]"
        rb"(?: (?P<time>%s)(?= |\n))?%s" % (_FIXED, _REST),
        (
            b"[pod/web-7d9f8c-x2x4z/app] started",
            b"[pod/web-0/app] 2026-03-04T05:06:07.123456789Z started",
        ),
        says=rb"[a-z]+/(?P<pod>[^/]+)(?:/(?P<container>.+))?",
    ),
    Row(
        "heroku",
        "`heroku logs`; `origin` is `app`, or `heroku` for what the platform says",
        rb"(?P<time>%s\.[0-9]{6}\+00:00) (?P<stream>[a-z][a-z0-9-]*\[[\w.\-]+\]):%s"
        % (_DATE, _REST),
        (b"2026-03-04T05:06:07.123456+00:00 app[web.1]: started",),
        # What Heroku calls its source: `app`, or `heroku` for what the platform says.
        says=rb"(?P<origin>[^\[]+)\[(?P<dyno>.+)\]",
    ),
    Row(
        "aws-tail",
        "`aws logs tail`",
        rb"(?P<time>%s\.[0-9]{6}\+00:00) (?P<stream>[A-Za-z0-9][^ \n/]*/[^ \n]+)%s"
        % (_DATE, _REST),
        (
            b"2026-03-04T05:06:07.123000+00:00 web/app/0f1e2d3c4b5a started",
            b"2026-03-04T05:06:07.123000+00:00 2026/03/04/[$LATEST]0f1e2d started",
        ),
        says=rb"(?P<log_stream>.+)",
    ),
    Row(
        "stamped",
        "a time alone (`docker logs -t`, GitHub Actions, CloudWatch), where a log shows behind it",
        rb"(?P<time>%s(?:\.[0-9]{1,9})?%s)%s" % (_DATE, _ZONE, _REST),
        (
            b"2026-03-04T05:06:07.123456789Z started",
            b"2026-03-04T05:06:07.1234567Z ##[group]Run make",
            b'2026-03-04T05:06:07.123Z {"level":"info","msg":"started"}',
        ),
    ),
)
_LEVELLED: Final = lazy(
    rb"[ \t]*[\[(<|]?(?i:trace|debug|info|notice|warn(?:ing)?|error|err|fatal|crit"
    rb"(?:ical)?)\b"
)
_FINE: Final = lazy(rb"%s\.(?:[0-9]{7}|[0-9]{9})%s" % (_DATE, _ZONE))
_OWN_SHARE: Final = 0.3  # of lines that state a time of their own: others continue them


class Prefix:
    """What a runtime writes before each line; immutable. See `Envelope`.

    Args:
        row: Of the table.
    """

    def __init__(self, row: Row) -> None:
        self.name, self.about = row.name, row.about
        self.start = Carry()
        self.is_raw = False
        self._row = row
        self._line = lazy(row.line)
        self.fields = tuple(re.compile(row.says).groupindex)
        self._block = re.compile(rb"\n(?:%s|)" % row.line)
        self._group = {name: at - 1 for name, at in self._block.groupindex.items()}
        # What every envelope of the kind holds.
        self._sign = self._group["stream" if "stream" in self._group else "time"]

    def holds(self, line: bytes) -> bool:
        """Whether a raw line is such an envelope."""
        return self._canonical(line) or self._other(line) is not None

    def _canonical(self, line: bytes) -> bool:
        found = self._block.match(b"\n" + line + b"\n")
        return found is not None and found.end() > 1

    def _other(self, line: bytes) -> tuple[str, bytes, bytes] | None:
        """Text, stream and time of a line that the expression does not match."""
        if not self._row.is_json or not line.startswith(b"{") or b"log" not in line:
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
        same = self._alike(block)
        if same and not carry.pending and (text := _one_text(same)) is not None:
            one = same.stream
            signs = same.cut(*same.streams) if one is None else [one]
            begins, ends = same.times
            times = timestamp.parse_spans(block, begins, ends - begins, _UNSAID)
            return self._whole(text, times, signs, carry)
        if same:
            return self._joined(block, _columns(same), carry)
        found = self._matched(block)
        if not carry.pending and all(found.streams):
            text = self._text(found)
            if text is not None:
                return self._whole(text, _times(found.times), found.streams, carry)
        return self._joined(block, found, carry)

    def _whole(
        self, text: bytes, times: NDArray[np.int64], signs: list[bytes], carry: Carry
    ) -> Unwrapped:
        """Lines, each of which is what one raw line holds; signs of all, or of each."""
        lines = np.arange(len(times))
        return Unwrapped(text, lines, lines, times, carry, self._labels(signs))

    def _alike(self, block: bytes) -> Alike | None:
        """Where all lines hold what, if they are of one make; else None."""
        first = self._line.match(block) if self._row.is_json else None
        ending = first and ending_of(first)
        return alike(block, ending) if ending else None

    def _matched(self, block: bytes) -> "_Columns":
        """What the lines hold; nothing of one that is no envelope."""
        found = self._block.findall(b"\n" + block)
        del found[-1]  # what follows the last line end is no line

        def column(group: int) -> list[bytes]:
            return list(map(itemgetter(group), found))

        group = self._group
        return _Columns(
            column(group["text"]),
            column(self._sign),
            column(group["time"]) if "time" in group else [b""] * len(found),
            column(group["mark"]) if "mark" in group else None,
        )

    def _text(self, found: "_Columns") -> bytes | None:
        """The text, if each raw line holds exactly one line of it."""
        if self._row.is_json:
            texts = _decoded(found.texts)
            ended = texts and all(map(str.endswith, texts, repeat("\n")))
            return _of_lines("\0".join(texts), len(texts)) if texts and ended else None
        if found.marks is not None and any(mark != b"F" for mark in found.marks):
            return None
        return b"\n".join(found.texts) + b"\n"

    def _joined(self, block: bytes, found: "_Columns", carry: Carry) -> Unwrapped:
        """The lines of a block, put together one by one."""
        strings, streams, stamps, marks = found
        raw = block.split(b"\n")
        texts: list[bytes] = []
        for line, (string, stream) in enumerate(zip(strings, streams, strict=True)):
            if stream and not self._row.is_json:
                whole = marks is None or marks[line] == b"F"
                texts.append(string + b"\n" if whole else string)
            elif stream and (decoded := _decoded([string])):
                texts.append(clean(decoded[0]))
            elif other := self._other(raw[line]):
                texts.append(clean(other[0]))
                streams[line], stamps[line] = other[1:]
            else:
                texts.append(raw[line] + b"\n")
                streams[line], stamps[line] = b"", b""
        inner, signs = _together(texts, streams, _times(stamps), carry)
        return inner._replace(labels=self._labels(signs))

    def _labels(self, signs: list[bytes]) -> Labels:
        """What the envelopes say of lines of these streams."""
        if not self._row.says or not signs:
            return UNLABELLED
        kinds, rows = distinct(signs)
        return Labels(tuple(map(self._label, kinds)), rows)

    def _label(self, sign: bytes) -> Label:
        found = re.fullmatch(self._row.says, sign)
        if found is None:
            return ()
        return tuple(
            (name, value.decode(errors="replace"))
            for name, value in found.groupdict().items()
            if value
        )


class _Columns(NamedTuple):
    """What each line of a block holds; all empty where it is no envelope.

    Attributes:
        texts: As they stand there, in quotes where they are JSON.
        streams: What tells lines of one stream from others.
        times: Empty where none is written.
        marks: `F` or `P`; None where the envelope has none.
    """

    texts: list[bytes]
    streams: list[bytes]
    times: list[bytes]
    marks: list[bytes] | None = None


def _columns(same: Alike) -> _Columns:
    """What each line holds."""
    return _Columns(same.quoted, same.cut(*same.streams), same.cut(*same.times))


def _one_text(same: Alike) -> bytes | None:
    """The lines that texts are, decoded as one; None if one of them is not one line."""
    decoded = _decoded([b'"%b"' % same.joined])
    return _of_lines(decoded[0], len(same.texts[0])) if decoded else None


def _of_lines(text: str, count: int) -> bytes | None:
    """A text of that many texts that end in a line end, if each of them is one line."""
    lines = clean(text)
    return lines if lines.count(b"\n") == count else None


def _decoded(strings: list[bytes]) -> list[str] | None:
    """JSON strings, decoded; None if one of them is not just one string."""
    try:
        texts: list[str] = orjson.loads(b"[%s]" % b",".join(strings))
    except orjson.JSONDecodeError:
        return None
    return texts if len(texts) == len(strings) else None


def _times(stamps: list[bytes]) -> NDArray[np.int64]:
    return timestamp.parse_many(stamps, *_UNSAID)


def _together(
    texts: list[bytes],
    streams: list[bytes],
    times: NDArray[np.int64],
    carry: Carry,
) -> tuple[Unwrapped, list[bytes]]:
    """Lines made of pieces, and the stream of each."""
    pending = {
        stream: piece._replace(first_line=-1) for stream, piece in carry.pending.items()
    }
    lines: list[bytes] = []
    rows: list[tuple[int, int, int]] = []
    signs: list[bytes] = []
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
        signs.extend([stream] * ended.count(b"\n"))
    first, last, time = np.array(rows, np.int64).reshape(-1, 3).T
    return Unwrapped(b"".join(lines), first, last, time, Carry(pending)), signs


_PREFIXES: Final = tuple(map(Prefix, ROWS))
_RELAY: Final = Relay()
ENVELOPES: Final[tuple[Envelope, ...]] = (*_PREFIXES, _RELAY, *ENTRIES)
NAMES: Final = tuple(envelope.name for envelope in ENVELOPES)


def named_envelope(name: str) -> Envelope:
    """The envelope of that name, one of `NAMES`."""
    return ENVELOPES[NAMES.index(name)]


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
    some = lines[:: -(-len(lines) // _SOME_LINES)] if lines else []
    for envelope in _PREFIXES:
        if most(some, _SHARE, envelope.holds) and _is_meant(envelope, lines):
            return envelope
    return _RELAY if _RELAY.wraps(lines) else entries_of(lines)


def _is_meant(envelope: Prefix, lines: list[bytes]) -> bool:
    """Whether what looks like an envelope is one, by what stands inside."""
    if envelope.name == "stamped":
        return _holds_log(envelope, lines)
    return envelope.name != "compose" or not _levels(lines)


def _holds_log(envelope: Prefix, lines: list[bytes]) -> bool:
    """Whether there is a log behind a time alone."""
    matches = [line for line in lines if envelope.holds(line)]
    inner = [line.partition(b" ")[2] for line in matches]
    if shows_log(inner, _OWN_SHARE):
        return True
    fine = sum(_FINE.match(line) is not None for line in matches)
    levelled = sum(_LEVELLED.match(line) is not None for line in inner)
    return fine == len(matches) and levelled < _OWN_SHARE * len(inner)


def _levels(lines: list[bytes]) -> bool:
    """Whether what looks like a service's name is a level: `info | started`."""
    words = {line.partition(b"|")[0].strip().decode(errors="replace") for line in lines}
    return any(word in LEVEL_OF_WORD for word in words)
