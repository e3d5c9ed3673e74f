"""A beat in every long loop."""

import threading

import pytest

from log_mcp.beat import beat, beating


def test_a_beat_alone_does_nothing():
    """Work that nobody waits for just goes on."""
    beat()


def test_beats_call_what_was_said_around_them():
    """The innermost, and the one before it again once that is over."""
    told = []
    with beating(lambda: told.append("outer")):
        beat()
        with beating(lambda: told.append("inner")):
            beat()
        beat()
    beat()

    assert ["outer", "inner", "outer"] == told


def test_a_beat_that_raises_ends_the_work():
    """And the next work in the thread knows nothing of it."""

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), beating(stop):
        beat()
    beat()


def test_other_threads_have_their_own():
    """A question ends by its own waiter alone."""
    told = []
    with beating(lambda: told.append("here")):
        thread = threading.Thread(target=beat)
        thread.start()
        thread.join()

    assert [] == told
