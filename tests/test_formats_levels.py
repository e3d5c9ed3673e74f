"""Words, letters and numbers that mean a level."""

import pytest

from log_mcp.formats import levels
from log_mcp.record import Level

VALUES = {
    "a word": ("level", "warn", Level.WARNING),
    "a word with space": ("level", "INFO ", Level.INFO),
    "a word with a number": ("s", "D2", Level.DEBUG),
    "pino": ("level", 50, Level.ERROR),
    "pino's fatal": ("level", 60, Level.CRITICAL),
    "monolog": ("level", 250, Level.INFO),
    "syslog by level": ("level", 3, Level.ERROR),
    "syslog by priority": ("PRIORITY", "4", Level.WARNING),
    "open telemetry": ("severityNumber", 17, Level.ERROR),
    "open telemetry's trace": ("severity_number", 1, Level.TRACE),
    "google cloud": ("severity", 400, Level.WARNING),
    "google cloud's default": ("severity", 350, Level.UNKNOWN),
    "azure": ("severityLevel", 2, Level.WARNING),
    "dotnet": ("LogLevel", 2, Level.INFO),
    "dotnet's none": ("LogLevel", 9, Level.UNKNOWN),
    "windows": ("Level", "3", Level.WARNING),
    "java": ("level", 900, Level.WARNING),
    "logback": ("level_value", 40000, Level.ERROR),
    "beyond open telemetry": ("severityNumber", 25, Level.UNKNOWN),
    "no syslog severity": ("severity", 30, Level.UNKNOWN),
    "something else": ("level", "Metadata", Level.UNKNOWN),
    "a number on no scale": ("level", 42, Level.UNKNOWN),
    "a truth value": ("level", True, Level.UNKNOWN),
    "an object": ("level", {"name": "info"}, Level.UNKNOWN),
    "winston": ("level", "http", Level.INFO),
}


@pytest.mark.parametrize(("key", "value", "level"), VALUES.values(), ids=VALUES)
def test_reads_a_value(key, value, level):
    """The key decides the scale of a number."""
    assert level == levels.of_value(key, value)


TAGS = {
    "last": (["status", "plugin:shop@6.3.0", "info"], Level.INFO),
    "first": (["error", "shop"], Level.ERROR),
    "between": (["reporting", "debug", "worker"], Level.DEBUG),
    "letters": (["a", "i", "e"], Level.UNKNOWN),
    "none": ([], Level.UNKNOWN),
    "no words": ([3, None, {"a": 1}], Level.UNKNOWN),
    "one text": ("error", Level.UNKNOWN),
    "nothing": (None, Level.UNKNOWN),
}


@pytest.mark.parametrize(("tags", "level"), TAGS.values(), ids=TAGS)
def test_reads_tags(tags, level):
    """A word for a level among labels is one."""
    assert level == levels.of_tags(tags)


WORDS = {
    "word": ("level", b"ERROR", Level.ERROR),
    "no word": ("level", b"hello", levels.UNREAD),
    "nothing": ("level", b"", levels.UNREAD),
    "priority": ("pri", b"131", Level.ERROR),
    "no priority": ("pri", b"x", levels.UNREAD),
    "status of the server": ("status", b"503", Level.ERROR),
    "status of the client": ("status", b"404", Level.WARNING),
    "status that is fine": ("status", b"200", Level.UNKNOWN),
    "bytes that are no text": ("level", b"\xff", levels.UNREAD),
}


@pytest.mark.parametrize(("key", "word", "level"), WORDS.values(), ids=WORDS)
def test_table_fills_itself(key, word, level):
    """The first look reads, the second finds."""
    words = levels.Words(key)

    assert level == words[word]
    assert level == words[word]


def test_table_is_bounded():
    """A column that holds no levels does not fill the memory."""
    words = levels.Words()
    for number in range(3000):
        assert words[b"x%d" % number] == levels.UNREAD

    assert len(words) <= 1000
