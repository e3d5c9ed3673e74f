"""What stands around the text of most lines of one envelope, found in all lines at once.

A runtime writes its envelopes from one template: the same bytes before and after the text,
but for the stream and the digits of the time. So what one line shows is looked for at the
ends of all lines by a vector operation, in a third of the time that an expression takes
which must walk through each text to its end.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.lazy import lazy

Places = NDArray[np.int64]

_FRACTION: Final = lazy(rb"\.([0-9]{1,9})(?=[^0-9.]*\Z)")
_DIGITS_MAX: Final = 9  # of a fraction, of which a runtime leaves out zeros at the end
_LINE_END: Final = rb'\n"'  # as JSON ends a text that is a line
_QUOTE, _BACKSLASH = 34, 92


class Ending(NamedTuple):
    """What stands around a text.

    Attributes:
        before: Up to and with the quote that opens it.
        after: From the line end in the text, escaped, to the end of the line.
        stream: First and last byte in `after` that tell the stream, half open.
        time: Those of the time.
    """

    before: bytes
    after: bytes
    stream: tuple[int, int]
    time: tuple[int, int]


def ending_of(found: re.Match[bytes]) -> Ending | None:
    """What one line shows; None if its text has no line end.

    Args:
        found: A whole line by an expression with the groups `text` (quotes included),
            `stream` and `time`.
    """
    if not found["text"].endswith(_LINE_END):
        return None
    line, opens = found[0], found.start("text") + 1
    closes = found.end("text") - len(_LINE_END)
    begin = found.start()
    stream, time = (
        (found.start(name) - closes, found.end(name) - closes)
        for name in ("stream", "time")
    )
    return Ending(line[: opens - begin], line[closes - begin :], stream, time)


class Alike(NamedTuple):
    """Lines that all have the same around their text; half open offsets, int64.

    Attributes:
        block: The lines.
        texts: First and last byte of each text without its quotes; it ends in an escaped
            line end, and holds no quote that is not escaped if it is JSON at all.
        streams: Those of what tells its stream, of one length.
        times: Those of its time.
    """

    block: bytes
    texts: tuple[Places, Places]
    streams: tuple[Places, Places]
    times: tuple[Places, Places]

    @property
    def joined(self) -> bytes:
        """All texts as if they were one."""
        return b"".join(self.cut(*self.texts))

    @property
    def quoted(self) -> list[bytes]:
        """Each text with its quotes."""
        begins, ends = self.texts
        return self.cut(begins - 1, ends + 1)

    @property
    def stream(self) -> bytes | None:
        """The stream of all lines; None if there are several."""
        begins, ends = self.streams
        first, end = int(begins[0]), int(ends[0])
        windows = np.lib.stride_tricks.sliding_window_view(
            np.frombuffer(self.block, np.uint8), end - first
        )
        shown = windows[begins]
        return self.block[first:end] if (shown == shown[0]).all() else None

    def cut(self, begins: Places, ends: Places) -> list[bytes]:
        """What stands between places."""
        block, places = self.block, zip(begins.tolist(), ends.tolist(), strict=True)
        return [block[begin:end] for begin, end in places]


def alike(block: bytes, one: Ending) -> Alike | None:
    """Where texts, streams and times of all lines stand.

    Args:
        block: Whole lines, each with its end.
        one: Of one of them.

    Returns:
        None unless every line ends like it, give or take digits of a fraction.
    """
    data = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    starts = np.concatenate(([0], ends[:-1] + 1))
    short = int((ends - starts).min()) < len(one.before)
    if short or not _begin(data, starts, one.before):
        return None
    opened = starts + len(one.before)
    sizes = np.zeros(len(ends), np.int64)  # of what is behind the text
    left = np.arange(len(ends))
    for variant in _variants(one):
        same = _end(data, opened[left], ends[left], variant)
        sizes[left[same]] = len(variant.after)
        left = left[~same]
        if not len(left):
            behind = ends - sizes
            if (data[behind - 1] == _BACKSLASH).any():  # It is a backslash and an n.
                return None
            return Alike(
                block,
                (opened, behind + len(_LINE_END) - 1),
                (behind + one.stream[0], behind + one.stream[1]),
                (behind + one.time[0], ends - (len(one.after) - one.time[1])),
            )
    return None


def _variants(one: Ending) -> Iterator[Ending]:
    """The same with fractions of other lengths, itself first."""
    yield one
    begin, end = one.time
    found = _FRACTION.search(one.after[begin:end])
    if found is None:
        return
    at, size = begin + found.start(1), len(found[1])
    for digits in range(_DIGITS_MAX, 0, -1):
        if digits != size:
            after = one.after[:at] + b"0" * digits + one.after[at + size :]
            yield one._replace(after=after, time=(begin, end + digits - size))


def _begin(data: NDArray[np.uint8], starts: NDArray[np.int64], before: bytes) -> bool:
    windows = np.lib.stride_tricks.sliding_window_view(data, len(before))
    return bool((windows[starts] == np.frombuffer(before, np.uint8)).all())


def _end(
    data: NDArray[np.uint8],
    opened: NDArray[np.int64],
    ends: NDArray[np.int64],
    one: Ending,
) -> NDArray[np.bool_]:
    """Which lines, whose text begins at a place, end so."""
    size = len(one.after)
    if size > len(data):
        return np.zeros(len(ends), np.bool_)
    windows = np.lib.stride_tricks.sliding_window_view(data, size)
    tails = windows[np.maximum(ends - size, 0)]
    same = tails == np.frombuffer(one.after, np.uint8)
    stream, time = tails[:, slice(*one.stream)], tails[:, slice(*one.time)]
    same[:, slice(*one.stream)] = (stream >= ord("a")) & (stream <= ord("z"))
    same[:, slice(*one.time)] = (time != _QUOTE) & (time != _BACKSLASH)
    whole: NDArray[np.bool_] = same.all(axis=1) & (ends - size >= opened)
    return whole
