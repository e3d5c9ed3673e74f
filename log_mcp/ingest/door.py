"""What every line goes through before it is scanned.

In this order: its encoding is decoded, control sequences that only colour it are removed,
its envelope is unwrapped, and secrets are taken out. Nothing behind the door ever sees the
raw bytes.
"""

import re
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.formats.envelope import detect_envelope
from log_mcp.formats.escapes import ANSI
from log_mcp.formats.wrapping import Carry, Envelope, Pending, Unwrapped
from log_mcp.ingest.lines import LINE_BYTES_MAX, RawLines
from log_mcp.ingest.weave import Strand, Weave
from log_mcp.labels import UNLABELLED, VALUE_CHARACTERS_MAX, Label, Labels
from log_mcp.lazy import lazy
from log_mcp.redact import Carry as RedactCarry
from log_mcp.redact import Redactor

BINARY_SHARE: Final = 0.1  # of control bytes in a head: no text has that many
# Bytes that mean nothing in Windows' code page of the west, or something else in all others.
_NO_LETTERS: Final = frozenset(b"\x81\x8d\x8f\x90\x9d\xfe\xff")
_HIGH: Final = lazy(rb"[\x80-\xff]")
_RUN: Final = lazy(rb"[\x80-\xff]{3}")  # in one word: that is another alphabet
_MARK: Final = "\ufeff".encode()
_STATES: Final = lazy(rb"[^\n\r]*\r[^\n]*")
_DIGIT: Final = lazy(rb"[0-9]")
_LETTERS: Final = lazy(rb"[A-Za-z]{2,}")
_HEADER_BYTES_MIN: Final = 8  # before a progress bar: a clock has that many
LABELS_MAX: Final = 1000  # distinct ones that are remembered; most files have two
_NO_LINES: Final = np.zeros(0, np.int64)
_NOTHING: Final = Unwrapped(b"", _NO_LINES, _NO_LINES, _NO_LINES, Carry())
_CONTROL: Final = bytes(set(range(32)) - set(b"\t\n\r\f\x1b\x00\b"))


class Text(NamedTuple):
    """Lines ready to be scanned.

    Attributes:
        data: UTF-8, each line ended by a newline, nothing secret in it.
        offsets: Where each line begins in the file, int64, ascending; of a line that
            came in pieces, where its last piece does, for there it stands.
        times: The envelope's own time of each line, int64, `NO_TIME` where it has none;
            None if there is no envelope.
        lines: Indexes of the first and the last raw line of each line; negative where
            the first piece came in a block before.
        cut: Indexes of lines that were too long.
        ends: Where each line ends in `data`, where that is known already.
        nuls: How many NUL bytes were left out.
        labels: What the envelope says of each line besides, nothing secret in it.
        changes: Which lines stand below one of another stream; None if none does.
    """

    data: bytes
    offsets: NDArray[np.int64]
    times: NDArray[np.int64] | None
    lines: tuple[NDArray[np.int64], NDArray[np.int64]]
    cut: tuple[int, ...]
    ends: NDArray[np.int64] | None
    nuls: int
    labels: Labels = UNLABELLED
    changes: NDArray[np.bool_] | None = None


def encoding_of(head: bytes) -> str:
    """How a file's text is encoded, told by its first bytes.

    Args:
        head: The file's first bytes, at most a few KiB.

    Returns:
        `utf-16-le` or `utf-16-be` by byte order mark or by where the NUL bytes lie,
        else `utf-8`.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16-le" if head[0] == 0xFF else "utf-16-be"
    sample = head[:512]
    if len(sample) < 8 or sample.count(0) < len(sample) // 3:
        return "utf-8"
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    if min(odd, even) > max(odd, even) // 8:
        return "utf-8"
    return "utf-16-le" if odd > even else "utf-16-be"


def is_binary(head: bytes) -> bool:
    """Whether a file holds no text.

    NUL bytes alone are no sign: a crash leaves runs of them in good logs.
    """
    if encoding_of(head) != "utf-8" or not head.strip(b"\0"):
        return False
    body = head.replace(b"\0", b"")
    strange = len(body) - len(body.translate(None, _CONTROL))
    lost = body.decode(errors="replace").count("\ufffd")
    return strange > len(body) * BINARY_SHARE or (
        strange > len(body) * BINARY_SHARE / 5 and lost > len(body) * BINARY_SHARE
    )


def decode(data: bytes, encoding: str) -> bytes:
    """Lines as UTF-8 without byte order mark, NUL, colours and carriage returns.

    Never raises: a line that is no UTF-8 is read as Windows' code page of the west, which
    holds Latin-1, if it looks like it; else what is no text becomes U+FFFD. The number of
    lines stays as it is.
    """
    if encoding != "utf-8":
        data = data.decode(encoding, "replace").encode(errors="replace")
    elif not data.isascii():
        data = _as_utf8(data)
    if not data.isascii():
        data = data.removeprefix(_MARK)
        if _MARK in data:  # where files were put together
            data = data.replace(b"\n" + _MARK, b"\n")
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    data = _uncoloured(data)
    return data if data.endswith(b"\n") else data + b"\n"


def _as_utf8(data: bytes) -> bytes:
    try:
        data.decode()
    except UnicodeDecodeError:
        return b"\n".join(map(_line_as_utf8, data.split(b"\n")))
    return data


def _line_as_utf8(line: bytes) -> bytes:
    if line.isascii():
        return line
    try:
        line.decode()
    except UnicodeDecodeError:
        cut = len(line) >= LINE_BYTES_MAX  # perhaps inside of a character
        kind = "utf-8" if cut or not _is_western(line) else "cp1252"
        return line.decode(kind, "replace").encode()
    return line


def _is_western(line: bytes) -> bool:
    """Whether a line that is no UTF-8 looks like text of one byte a character."""
    high = _HIGH.findall(line)
    return (
        _RUN.search(line) is None
        and _NO_LETTERS.isdisjoint(b"".join(high))
        and len(line.decode(errors="ignore").encode()) == len(line) - len(high)
    )


def _uncoloured(data: bytes) -> bytes:
    """Text without colours, and without the carriage returns that then end its lines."""
    if b"\x1b" in data:
        data = ANSI.sub(b"", data)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    if b"\r" in data:
        data = _STATES.sub(_last_state, data)
    return data


def _last_state(line: re.Match[bytes]) -> bytes:
    """What a terminal shows of a progress bar in the end, behind what stood before it.

    Other lines stay as they are: what a carriage return parts there is all of the text.
    """
    first, *others = line[0].rstrip(b"\r").split(b"\r")
    states = [state for state in others if state.strip()]
    if not states:
        return first if not others else line[0]
    last = states[-1]
    word = _LETTERS.search(last)
    mark = word[0] if word else b""
    if not all(mark in one and _DIGIT.search(one) for one in (first, *states)):
        return line[0]
    longer = len(first) - max(map(len, states))
    begin = first.rfind(mark) if mark and longer > _HEADER_BYTES_MIN else 0
    return first[:begin] + last


class Door:
    """The way in for the lines of one file, in file order.

    Args:
        encoding: See `encoding_of`.
        envelope: What wraps each line; None if nothing does.
        redactor: Takes secrets out; None lets all text pass (redaction is off).
    """

    def __init__(
        self, encoding: str, envelope: Envelope | None, redactor: Redactor
    ) -> None:
        self.encoding = encoding
        self.envelope = envelope
        self._redactor = redactor
        self._secret = RedactCarry()
        self._wrapped = None if envelope is None else envelope.start
        self._begun: dict[bytes, int] = {}
        self._labels: dict[Label, Label] = {(): ()}
        self._weave = Weave()

    def admit(self, raw: RawLines, *, final: bool = False) -> Text:
        """Lines ready to be scanned.

        Args:
            raw: Whole lines; none, if only those that are held are asked for.
            final: Whether lines that are held go out, too.
        """
        changes = None
        if self.envelope is None:
            data, count = decode(raw.data, self.encoding), np.arange(len(raw.offsets))
            times, offsets, lines, cut = None, raw.offsets, (count, count), raw.cut
            labels, ends = UNLABELLED, raw.ends if data is raw.data else None
        else:
            inner = self._unwrapped(raw, self.envelope)
            if self._weave.holds or inner.labels is not UNLABELLED:
                inner, changes = self._weave.through(inner, final=final)
                self._weave.shift(len(raw.offsets))
            data, offsets, times, *_, labels, ends = inner
            lines, cut = (inner.first, inner.last), _indexes(inner.cut)
        shown, self._secret = self._redactor.block(data, self._secret)
        if shown is not data:
            ends = None
        # In UTF-16 they are half of most characters. To find none is ten times as fast as
        # to count.
        counted = self.encoding == "utf-8" and b"\0" in raw.data
        nuls = raw.data.count(0) if counted else 0
        return Text(shown, offsets, times, lines, cut, ends, nuls, labels, changes)

    def _unwrapped(self, raw: RawLines, envelope: Envelope) -> Strand:
        """The lines inside of envelopes."""
        assert self._wrapped is not None
        before = self._wrapped.pending
        inner = _NOTHING._replace(carry=self._wrapped)
        if raw.data:
            inner = unwrap(raw.data, self.encoding, envelope, self._wrapped)
        self._wrapped = inner.carry
        last = inner.last_line
        place = np.maximum(last, 0)
        return Strand(
            _uncoloured(inner.text),
            raw.offsets[place] + _nth(place),
            inner.times,
            self._first_lines(inner, before, len(raw.offsets)),
            last,
            np.isin(last, raw.cut) if raw.cut else np.zeros(len(last), np.bool_),
            self._harmless(inner.labels),
        )

    def _harmless(self, labels: Labels) -> Labels:
        """Labels as they may be shown: one line each, nothing secret in it."""
        if labels is UNLABELLED:
            return labels
        known = self._labels
        if len(known) > LABELS_MAX:
            known.clear()
        for label in labels.table:
            if label not in known:
                known[label] = tuple(
                    (name, self._harmless_value(name, value)) for name, value in label
                )
        return labels._replace(table=tuple(map(known.__getitem__, labels.table)))

    def _harmless_value(self, name: str, value: str) -> str:
        line = " ".join(value[:VALUE_CHARACTERS_MAX].split())
        # The name stands before it, as there are names that tell a secret.
        text = _uncoloured(f"{name}={line}\n".encode(errors="replace"))
        shown, _ = self._redactor.block(text, RedactCarry())
        return shown.decode().rstrip("\n").removeprefix(f"{name}=")

    @property
    def holds(self) -> bool:
        """Whether whole lines wait for what may come before them."""
        return self._weave.holds

    @property
    def waits(self) -> bool:
        """Whether pieces wait for their end."""
        return self._wrapped is not None and bool(self._wrapped.pending)

    def turn(self, encoding: str, envelope: Envelope | None) -> None:
        """Go on by what is now known of the same file; an open secret stays open."""
        self.encoding = encoding
        if envelope is not self.envelope:
            self.envelope = envelope
            self._wrapped = None if envelope is None else envelope.start
            self._begun = {}

    def _first_lines(
        self, inner: Unwrapped, waiting: dict[bytes, Pending], count: int
    ) -> NDArray[np.int64]:
        """Index of the raw line where each line begins, negative for earlier blocks.

        The envelope does not say which stream a line came from; its time tells.
        """
        first = inner.first_line
        early = np.flatnonzero(first < 0)
        if len(early):
            begun = {waiting[stream].time_ns: at for stream, at in self._begun.items()}
            first = first.copy()
            for line in early.tolist():
                first[line] = begun.get(int(inner.times[line]), -1)
        self._begun = {
            stream: (self._begun[stream] if piece.first_line < 0 else piece.first_line)
            - count
            for stream, piece in inner.carry.pending.items()
        }
        return first


def unwrap(
    data: bytes, encoding: str, envelope: Envelope, carry: Carry | None = None
) -> Unwrapped:
    """The lines inside the envelopes of whole lines, as the file has them."""
    if not envelope.is_raw:
        data = decode(data, encoding)
    return envelope.unwrap(data, carry or envelope.start)


def _indexes(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(mask).tolist())


def _nth(lines: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many equal numbers stand before each: one raw line may hold several lines."""
    order = np.arange(len(lines))
    fresh = np.diff(lines, prepend=-1) != 0
    return order - np.maximum.accumulate(np.where(fresh, order, 0))


def envelope_of(head: bytes, encoding: str) -> Envelope | None:
    """What wraps each line of a file, told by its first lines."""
    return detect_envelope(decode(head, encoding))
