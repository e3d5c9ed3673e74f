"""What the words, letters and numbers mean that loggers write for a level.

Numbers mean nothing without their key: `level` counts as Bunyan, Pino and Python do
(10-60), as Monolog (100-600), Java (700-1000), Logback (5000-50000) or as syslog (0-7);
`severity` and `PRIORITY` as syslog, `severity` from 100 on as Google Cloud;
`severityNumber` as OpenTelemetry (1-24), `severityLevel` as Azure (0-4), `LogLevel` as
.NET (0-5), and `Level` as Windows' events do (1-5).
"""

from collections.abc import Callable
from typing import Final

from log_mcp.record import Level, level_of_word

UNREAD: Final = 255  # in a column: a word that is no level

# Severities of RFC 5424, and the steps of other scales.
_SYSLOG: Final = (
    Level.CRITICAL,
    Level.CRITICAL,
    Level.CRITICAL,
    Level.ERROR,
    Level.WARNING,
    Level.INFO,
    Level.INFO,
    Level.DEBUG,
)
_STEPS: Final = (
    Level.TRACE,
    Level.DEBUG,
    Level.INFO,
    Level.WARNING,
    Level.ERROR,
    Level.CRITICAL,
)
_MONOLOG: Final = {
    100: Level.DEBUG,
    200: Level.INFO,
    250: Level.INFO,
    300: Level.WARNING,
    400: Level.ERROR,
    500: Level.CRITICAL,
    550: Level.CRITICAL,
    600: Level.CRITICAL,
}
# Java's own logging above what Monolog counts, and Logback's.
_JAVA: Final = {
    700: Level.DEBUG,
    800: Level.INFO,
    900: Level.WARNING,
    1000: Level.ERROR,
    5000: Level.TRACE,
    10000: Level.DEBUG,
    20000: Level.INFO,
    30000: Level.WARNING,
    40000: Level.ERROR,
    50000: Level.CRITICAL,
}
_GOOGLE: Final = {
    100: Level.DEBUG,
    200: Level.INFO,
    300: Level.INFO,
    400: Level.WARNING,
    500: Level.ERROR,
    600: Level.CRITICAL,
    700: Level.CRITICAL,
    800: Level.CRITICAL,
}
# Scales that one spelling of a key tells, from 0 on.
_BY_KEY: Final = {
    "severityLevel": (
        Level.TRACE,
        Level.INFO,
        Level.WARNING,
        Level.ERROR,
        Level.CRITICAL,
    ),
    "LogLevel": _STEPS,
    "Level": (
        Level.INFO,
        Level.CRITICAL,
        Level.ERROR,
        Level.WARNING,
        Level.INFO,
        Level.DEBUG,
    ),
}
_OTLP_KEYS: Final = frozenset({"severitynumber", "severity_number"})
_SYSLOG_KEYS: Final = frozenset({"severity", "priority", "syslog_level"})
# Words that only some writers use, so not in the table of words.
_RARE: Final = {
    "http": Level.INFO,
    "log": Level.INFO,
    # What PostgreSQL prints below an error, and the marks of Redis.
    "hint": Level.INFO,
    "context": Level.INFO,
    "query": Level.INFO,
    "location": Level.INFO,
    ".": Level.DEBUG,
    "-": Level.DEBUG,
    "*": Level.INFO,
    "#": Level.WARNING,
}

# The first two letters of syslog's severities, as ESXi prints them.
_TWO_LETTERS: Final = dict(
    zip(["em", "al", "cr", "er", "wa", "no", "in", "db"], _SYSLOG, strict=True)
)

_CEF_STEPS: Final = {
    **dict.fromkeys("0123", Level.INFO),
    **dict.fromkeys("456", Level.WARNING),
    **dict.fromkeys("78", Level.ERROR),
    **dict.fromkeys(("9", "10"), Level.CRITICAL),
}
_MACOS: Final = {
    "db": Level.DEBUG,
    "df": Level.INFO,
    "default": Level.INFO,
    "in": Level.INFO,
    "activity": Level.INFO,
    "er": Level.ERROR,
    "fa": Level.CRITICAL,
    "fault": Level.CRITICAL,
}
_PHP: Final = {
    "fatal": Level.CRITICAL,
    "parse": Level.ERROR,
    "warning": Level.WARNING,
    "notice": Level.INFO,
    "deprecated": Level.WARNING,
}
# Bits from fatal failures on; what is above them traces.
_SSSD: Final = {
    0x10: Level.CRITICAL,
    0x20: Level.CRITICAL,
    0x40: Level.ERROR,
    0x80: Level.WARNING,
    0x100: Level.INFO,
    0x200: Level.DEBUG,
    0x400: Level.DEBUG,
}
_CEF_WORDS: Final = {
    "low": Level.INFO,
    "medium": Level.WARNING,
    "high": Level.ERROR,
    "very-high": Level.CRITICAL,
}


def of_number(key: str, number: int) -> Level:
    """The level that a number means under a key; UNKNOWN if it is on no scale."""
    folded = key.lower()
    if folded in _OTLP_KEYS:
        return _STEPS[(number - 1) // 4] if 1 <= number <= 24 else Level.UNKNOWN
    if (scale := _BY_KEY.get(key)) and 0 <= number < len(scale):
        return scale[number]
    if 0 <= number <= 7:
        return _SYSLOG[number]
    if folded in _SYSLOG_KEYS:
        return _GOOGLE.get(number, Level.UNKNOWN)
    if number % 10 == 0 and 10 <= number <= 60:
        return _STEPS[number // 10 - 1]
    return _MONOLOG.get(number) or _JAVA.get(number, Level.UNKNOWN)


def of_word(word: str) -> Level:
    """The level that a word means; `D1`, `debug3` and `INFO ` are read, too."""
    word = word.strip().lower()
    return (
        level_of_word(word)
        or _RARE.get(word, Level.UNKNOWN)
        or level_of_word(word.rstrip("0123456789"))
    )


def of_status(status: str) -> Level:
    """The level that an HTTP status implies: the server's fault, or the client's."""
    return {"5": Level.ERROR, "4": Level.WARNING}.get(status[:1], Level.UNKNOWN)


def _cef(severity: str) -> Level:
    """The level that a severity of a security product means: 0 to 10, or a word."""
    if severity.isdecimal():
        return _CEF_STEPS.get(severity, Level.UNKNOWN)
    return _CEF_WORDS.get(severity.lower()) or of_word(severity)


def of_value(key: str, value: object) -> Level:
    """The level that a JSON value states.

    Args:
        key: Its name, without the names of the objects around it.
        value: Of any JSON type.

    Returns:
        UNKNOWN if the value is something else that happens to be called a level.
    """
    if isinstance(value, str):
        return of_number(key, int(value)) if value.isdecimal() else of_word(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return of_number(key, value)
    return Level.UNKNOWN


# Spelled out, as a tag of one letter may mean anything.
_TAGS: Final = frozenset(
    [
        "trace",
        "debug",
        "info",
        "warn",
        "warning",
        "error",
        "critical",
        "fatal",
        "emergency",
        "alert",
    ]
)
_TAGS_MAX: Final = 20  # of one record that are looked at


def of_tags(tags: object) -> Level:
    """The level among the labels of a record, as Kibana and hapi write it.

    Args:
        tags: Of any JSON type; `["status", "plugin:shop@6.3.0", "info"]`.

    Returns:
        The first one; UNKNOWN if no label is the word for a level.
    """
    if not isinstance(tags, list):
        return Level.UNKNOWN
    words = (tag.lower() for tag in tags[:_TAGS_MAX] if isinstance(tag, str))
    return next((of_word(word) for word in words if word in _TAGS), Level.UNKNOWN)


class Words(dict[bytes, int]):
    """Level values by the bytes that a file writes, filled as words are met.

    Args:
        key: What decides the scale of numbers; `pri` is syslog's facility and severity
            in one number, `status` is HTTP's, `letters` are two of syslog's severities,
            `cef` is 0 to 10, `sssd` a bit in hexadecimal digits, `macos` and `php` their words.
    """

    def __init__(self, key: str = "level") -> None:
        super().__init__()
        self.key = key

    def __missing__(self, word: bytes) -> int:
        level = self._level(word.decode(errors="replace"))
        if len(self) < 1000:  # a column that holds no levels must not fill the memory
            self[word] = level
        return level

    def _level(self, word: str) -> int:
        if self.key == "status":
            return of_status(word)
        if self.key in _OWN:
            return _OWN[self.key](word)
        return of_value(self.key, word) or UNREAD


def _pri(word: str) -> int:
    return _SYSLOG[int(word) % 8] if word.isdecimal() else UNREAD


def _sssd(word: str) -> int:
    return _SSSD.get(int(word, 16), Level.TRACE) if word.startswith("0x") else UNREAD


# Scales that no value of JSON has.
_OWN: Final[dict[str, Callable[[str], int]]] = {
    "pri": _pri,
    "cef": _cef,
    "letters": lambda word: _TWO_LETTERS.get(word.lower(), UNREAD),
    "macos": lambda word: _MACOS.get(word.lower()) or of_word(word) or UNREAD,
    "php": lambda word: _PHP.get(word.lower(), UNREAD),
    "sssd": _sssd,
}
