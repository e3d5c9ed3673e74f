"""Levels in every spelling, and the values that all layers speak."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp import record
from log_mcp.record import LEVEL_OF_WORD, Exception_, Level, level_of_word

SPELLINGS = {
    Level.TRACE: "TRACE finest VERBOSE",
    Level.DEBUG: "debug DBG Fine",
    Level.INFO: "INFO information Notice LOG I",
    Level.WARNING: "WARN warning W Wrn",
    Level.ERROR: "ERROR err SEVERE E",
    Level.CRITICAL: "FATAL crit panic emerg ALERT dpanic",
    Level.UNKNOWN: "loud 40 level warns",
}


@pytest.mark.parametrize("level", Level)
def test_level_of_word(level):
    """Every library's word, in any case, is one of six levels."""
    assert [level] * len(SPELLINGS[level].split()) == [
        level_of_word(word) for word in SPELLINGS[level].split()
    ]
    assert level_of_word(level.word) is level


def test_levels_are_ordered():
    """As the contract orders them, unknown below all."""
    words = ["", "trace", "debug", "info", "warning", "error", "critical"]

    assert words == [level.word for level in sorted(Level)]


@given(st.text())
def test_any_word_has_a_level(word):
    """Never an error."""
    assert level_of_word(word) in Level


def test_no_spelling_means_two_levels():
    """Each stands once in the table."""
    written = [word for words in record._SPELLINGS.values() for word in words.split()]

    assert len(written) == len(LEVEL_OF_WORD)


def test_flags_are_bits_of_one_byte():
    """They are kept in one byte a record."""
    flags = [
        record.INFERRED,
        record.ESCAPED,
        record.EXCEPTION,
        record.TRUNCATED,
        record.UNTIMED,
    ]

    assert [1, 2, 4, 8, 16] == flags


def test_root():
    """The innermost cause; of an exception without one itself."""
    root = Exception_("OSError", "disk", "python")
    middle = Exception_("ValueError", "x", "python", cause=root)

    assert Exception_("A", "", "", cause=middle).root is root
    assert root.root is root
