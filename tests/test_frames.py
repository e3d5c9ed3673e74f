"""Frames give back what was packed, one by one, and keep open what they are allowed to."""

import pytest

from log_mcp.store.frames import Frames, Opened
from log_mcp.store.work import Work

TEXTS = [b"one\n" * 50, b"two\n" * 60, b"three\n" * 70]


def _frames(opened: Opened | None) -> Frames:
    ends = [0, 200, 440, 860]
    return Frames.of(b"".join(TEXTS), [0, 50, 110, 180], ends, opened)


@pytest.mark.parametrize("grade", ["packed", "squeezed", "squeezed at once"])
def test_gives_back_what_was_packed(grade):
    """Each frame alone, and all together."""
    frames = _frames(None)
    if grade != "packed":
        frames = frames.squeeze()
    if grade == "squeezed at once":
        later = frames
        ends = [0, 200, 440, 860]
        frames = Frames.of(
            b"".join(TEXTS), [0, 50, 110, 180], ends, None, squeezed=True
        )
        assert later.nbytes == frames.nbytes

    assert TEXTS == [frames.open(at) for at in range(len(frames))]
    assert b"".join(TEXTS) == frames.whole()
    assert frames.nbytes < len(frames.whole())


KEPT = {  # bytes that may be kept, frames opened in turn, and how often one is opened
    "nothing": (0, [0, 0, 0], 3),
    "the last one": (250, [0, 0, 1, 1, 0], 3),
    "the last used": (450, [0, 1, 0, 2, 0], 4),
    "two": (450, [0, 1, 0, 1], 2),
    "none that is larger than all": (300, [2, 2], 2),
    "all": (1_000, [0, 1, 2, 0, 1, 2], 3),
}


@pytest.mark.parametrize(("limit", "order", "expected"), KEPT.values(), ids=KEPT)
def test_keeps_what_was_opened_last(limit, order, expected):
    """Within its bytes; what is kept is not opened again, and says the same."""
    opened, work = Opened(limit), Work()
    frames = _frames(opened)
    for at in order:
        assert TEXTS[at] == frames.open(at, work)
        assert opened.nbytes <= limit

    assert expected == work.opened


def test_gives_back_its_bytes():
    """Nothing is kept of what is opened in passing, nor after all was given back."""
    opened = Opened(1_000)
    frames = _frames(opened)
    frames.open(0, keep=False)

    assert not opened.nbytes
    frames.open(0)
    assert len(TEXTS[0]) == opened.nbytes
    opened.forget()
    assert not opened.nbytes
