"""Whose turn it is."""

import threading
from contextlib import ExitStack

from log_mcp.beat import beat, beating
from log_mcp.turn import Turn, question

FOREVER_S = 300.0  # longer than a test may take


def test_nobody_waits_while_nobody_asks():
    """Work goes on at once, whatever the limit."""
    with Turn().polite(FOREVER_S):
        beat()


def test_work_waits_until_the_last_question_is_answered():
    """Two that overlap are one wait."""
    turn, order = Turn(), []

    def work():
        with turn.polite(FOREVER_S):
            order.append("work")

    with turn.asking():
        thread = threading.Thread(target=work)
        with turn.asking():
            thread.start()
        order.append("answer")
    thread.join(FOREVER_S)

    assert ["answer", "work"] == order


def test_work_waits_in_the_midst_of_a_piece_too():
    """At its next beat."""
    turn, order = Turn(), []
    begun, asked = threading.Event(), threading.Event()

    def work():
        with turn.polite(FOREVER_S):
            begun.set()
            asked.wait(FOREVER_S)
            beat()
            order.append("work")

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(FOREVER_S)
    with turn.asking():
        asked.set()
        order.append("answer")
    thread.join(FOREVER_S)

    assert ["answer", "work"] == order


def test_a_limit_ends_the_wait():
    """Questions without pause slow the work down; they never stop it."""
    turn = Turn()
    with turn.asking(), turn.polite(0.001):
        beat()
        beat()


def test_what_else_is_to_be_done_ends_the_wait():
    """Work that can wait for long is not what the next piece of work waits for."""
    turn, wanted = Turn(), threading.Event()
    wanted.set()
    with turn.asking(), turn.polite(FOREVER_S, wanted.is_set):
        beat()


def test_what_is_to_be_done_only_now_ends_the_wait_too():
    """It is asked for now and then."""
    turn, wanted, waits = Turn(), threading.Event(), threading.Event()

    def is_wanted():
        waits.set()
        return wanted.is_set()

    def work():
        with turn.polite(10 * FOREVER_S, is_wanted):
            pass

    with turn.asking():
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        assert waits.wait(FOREVER_S)
        wanted.set()
        thread.join(FOREVER_S)
        assert not thread.is_alive()


def test_a_question_that_waits_for_the_work_lets_it_go_on():
    """Else both would wait for each other."""
    turn = Turn()
    with turn.asking(), turn.waiting(), turn.polite(FOREVER_S):
        beat()


def test_a_question_that_also_has_another_turn_is_asked_once():
    """As a short one has, over stdio: it gave way to itself, and the work to it."""
    turn, other = Turn(), Turn()
    asked = turn.asking(), other.asking(), turn.asking(), turn.waiting()
    with ExitStack() as stack:
        for one in asked:
            stack.enter_context(one)
        with turn.polite(FOREVER_S):
            beat()
    with other.polite(FOREVER_S), turn.polite(FOREVER_S):
        beat()


def test_a_long_question_gives_way_at_its_beats_and_still_tells_whoever_waits():
    """To short ones, and to messages that just came; no longer than its limit."""
    turn, told = Turn(), []
    with beating(lambda: told.append("told")), turn.yielding(0.001):
        beat()
        turn.comes()
        beat()
        with turn.asking():
            beat()

    assert ["told"] * 3 == told


class Book:
    def __init__(self):
        self.turn = Turn()
        self.waits = threading.Event()

    @question
    def ask(self, words, *, fail=False):
        if fail:
            raise LookupError(words)
        return f"{words}: {self.turn._asked}"


def test_a_question_is_counted_while_it_runs_and_no_longer():
    """Also where it fails."""
    book = Book()

    assert "who: 1" == book.ask("who")
    try:
        book.ask("who", fail=True)
    except LookupError:
        assert 0 == book.turn._asked
    assert "ask" == book.ask.__name__
