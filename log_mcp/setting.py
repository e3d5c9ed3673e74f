"""One setting: what a value in the file, the environment or a flag means.

A reader takes a value as TOML or the environment gives it and returns what it means, or
raises ValueError with the words for what would be valid; `read` adds which setting it was
and what was given. Numbers, truth values and lists may be text, because the environment
knows nothing else; a list is separated by commas there.
"""

import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import tzinfo
from glob import escape, has_magic
from pathlib import Path
from typing import Any, Final, NamedTuple

from log_mcp.errors import ConfigError, QueryError, nearest
from log_mcp.lazy import lazy
from log_mcp.record import Level, level_of_word
from log_mcp.span import scaled, span_ns
from log_mcp.zone import zone_named

MEMORY_BYTES_MIN: Final = 1_000_000
ANSWER_TOKENS_MIN: Final = 500
ANSWER_TOKENS_MAX: Final = 20_000
TOOLS: Final = (
    "log_overview",
    "search_logs",
    "get_error",
    "error_trends",
    "explain_error_context",
    "log_patterns",
    "aggregate_logs",
    "compare_logs",
    "wait_for_log",
    "clear_logs",
)
ECHO_CHARS_MAX: Final = 60

_SIZE: Final = lazy(
    r"([0-9]{1,15}(?:\.[0-9]{1,6})?) *(?:([kmgt]?)(i?)b|([kmgt]))?", re.IGNORECASE
)
_RATE: Final = lazy(
    r"([0-9]{1,9}(?:\.[0-9]{1,6})?) */ *((?:[0-9]+(?:\.[0-9]+)?)? *[a-z]+)"
)
_AMOUNT: Final = lazy(r"([-+]?[0-9]{1,15}(?:\.[0-9]{1,9})?) *([A-Za-zµ%]{0,4})")
_NAME: Final = lazy(r"[\w.@:/+-]{1,64}")
_TRUTH: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


class Place(NamedTuple):
    """Where a setting was written: what its relative paths and `local` mean.

    Attributes:
        folder: Absolute.
        environ: Holds `TZ`.
    """

    folder: Path
    environ: Mapping[str, str]


Reader = Callable[[object, Place], Any]


def read(label: str, value: object, reader: Reader, place: Place) -> Any:
    """What a value means.

    Args:
        label: Names the setting and where it stands, for the message.
        value: As TOML or the environment gives it.
        reader: One of those below.
        place: Where it was written.

    Raises:
        ConfigError: It is not valid; the message says what would be.
    """
    try:
        return reader(value, place)
    except ValueError as error:
        raise ConfigError(f"{label} = {shown(value)} is not {error}") from None


def shown(value: object) -> str:
    """A value as a message shows it: quoted, on one line, not too long."""
    text = repr(value)
    return text if len(text) <= ECHO_CHARS_MAX else f"{text[:ECHO_CHARS_MAX]}..."


def size(value: object, _: Place) -> int:
    """Bytes: `256MB`, `1.5 GiB`, `512M`, 1000000.

    `MB` is a million bytes, `MiB` and `M` are 1024 times 1024, as GNU dd counts.
    """
    found = _SIZE.fullmatch(_text(value).strip())
    if found:
        number, decimal, binary, bare = found.groups()
        unit = (decimal or bare or "").lower()
        base = 1024 if binary or bare else 1000
        count = scaled(number, base ** " kmgt".index(unit or " "))
        if count >= MEMORY_BYTES_MIN:
            return count
    raise ValueError('a size of at least 1MB, such as "256MB" or "1GiB".')


def span(value: object, _: Place) -> int:
    """Nanoseconds, more than none."""
    try:
        ns = span_ns(_text(value))
    except QueryError:
        ns = 0
    if ns <= 0:
        raise ValueError('a span of time such as "15m", "2h" or "7d".')
    return ns


def zone(value: object, place: Place) -> tzinfo:
    """A time zone by its name."""
    return zone_named(_text(value), place.environ)


def folder(value: object, place: Place) -> Path:
    """A folder that exists."""
    path = Path(place.folder, os.path.expanduser(_text(value)))  # noqa: PTH111  never raises
    if not (value and path.is_dir()):
        raise ValueError("a folder that exists.")
    return Path(os.path.abspath(path))  # noqa: PTH100  follows no link


def tokens(value: object, _: Place) -> int:
    """An answer's budget."""
    text = _text(value)
    if text.isdecimal() and len(text) < 9:
        count = int(text)
        if ANSWER_TOKENS_MIN <= count <= ANSWER_TOKENS_MAX:
            return count
    raise ValueError(f"a number from {ANSWER_TOKENS_MIN} to {ANSWER_TOKENS_MAX}.")


def tools(value: object, place: Place) -> tuple[str, ...]:
    """`default`, or names of tools."""
    names = texts(value, place)
    known = ("default", *TOOLS)
    for name in names:
        if name not in known:
            hint = nearest(name, known)
            raise ValueError(f"a list of tools out of {', '.join(known)}.{hint}")
    if not names:
        raise ValueError('a list of tools, such as ["default"].')
    return names


def text(value: object, _: Place) -> str:
    """Text that is not empty."""
    if isinstance(value, str) and value:
        return value
    raise ValueError("a text that is not empty.")


def is_name(text: str) -> bool:
    """Whether a source may be called so: it stands in answers, filters and addresses."""
    return _NAME.fullmatch(text) is not None


def name(value: object, _: Place) -> str:
    """The name of a source."""
    if isinstance(value, str) and is_name(value):
        return value
    raise ValueError("a name of at most 64 letters, digits and . _ - @ : / +")


def texts(value: object, _: Place) -> tuple[str, ...]:
    """A list of texts that are not empty."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",") if part.strip()]
    if isinstance(value, list) and all(isinstance(one, str) and one for one in value):
        return tuple(value)
    raise ValueError('a list of texts, such as ["one", "two"].')


def rate(value: object, place: Place) -> tuple[float, int]:
    """How many in which span: `5/m`, `100/15m`; the span in nanoseconds."""
    found = _RATE.fullmatch(_text(value).strip())
    if found is not None:
        per = found[2] if found[2][0].isdigit() else f"1{found[2]}"
        with suppress(ValueError):
            return float(found[1]), span(per, place)
    raise ValueError('a count and a span, such as "5/m" or "100/15m".')


def amount(value: object, _: Place) -> tuple[float, str]:
    """A number, and the unit behind it; empty if none is."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if math.isfinite(value):
            return float(value), ""
    elif isinstance(value, str):
        found = _AMOUNT.fullmatch(value.strip())
        if found is not None:
            return float(found[1]), found[2]
    raise ValueError('a number, or one with a unit, such as 1.5 or "250ms".')


def silence(value: object, place: Place) -> int:
    """Nanoseconds; 0 for `auto`."""
    if value == "auto":
        return 0
    try:
        return span(value, place)
    except ValueError:
        raise ValueError(
            '"auto" (longer than its habit) or a span of time such as "10m".'
        ) from None


def sentences(value: object, _: Place) -> tuple[str, ...]:
    """A text or a list of them; commas are part of a text."""
    given = [value] if isinstance(value, str) else value
    if isinstance(given, list) and all(isinstance(one, str) and one for one in given):
        return tuple(given)
    raise ValueError('a text or a list of texts, such as ["one", "two"].')


def shares(value: object, _: Place) -> tuple[tuple[Level, float], ...]:
    """Levels and the share of their records that is kept."""
    found: dict[Level, float] = {}
    for word, share in value.items() if isinstance(value, dict) else ():
        level = level_of_word(str(word))
        number = isinstance(share, int | float) and not isinstance(share, bool)
        if level is Level.UNKNOWN or not number or not 0 <= share <= 1:
            break
        if level >= Level.ERROR and share < 1:
            raise ValueError("allowed: errors are always kept.")
        found[level] = float(share)
    else:
        if found:
            return tuple(found.items())
    raise ValueError(
        "a table of levels and shares from 0 to 1, such as { debug = 0.1 }."
    )


def words(value: object, _: Place) -> tuple[str, ...]:
    """A program and its arguments, as a list: no shell takes a line apart."""
    given = value if isinstance(value, list) else []
    if given and given[0] and all(isinstance(w, str) and "\0" not in w for w in given):
        return tuple(given)
    raise ValueError('a list of words, such as ["journalctl", "-f", "-o", "json"].')


def truth(value: object, _: Place) -> bool:
    """True or false."""
    if (found := _TRUTH.get(_text(value).lower())) is not None:
        return found
    raise ValueError("true or false.")


def path(value: object, place: Place) -> str:
    """A path or a pattern, made absolute."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError('a path or a pattern, such as "logs/*.log".')
    given = os.path.expanduser(value)  # noqa: PTH111  never raises
    base = escape(str(place.folder)) if has_magic(given) else str(place.folder)
    return os.path.normpath(os.path.join(base, given))  # noqa: PTH118  a pattern too


def paths(value: object, place: Place) -> tuple[str, ...]:
    """Paths and patterns, made absolute."""
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given:
        raise ValueError('a list of paths, such as ["logs/*.log"].')
    return tuple(dict.fromkeys(path(one, place) for one in given))


def table(value: object, _: Place) -> dict[str, object]:
    """A table of settings."""
    if isinstance(value, dict):
        return value
    raise ValueError("a table.")


def tables(value: object, place: Place) -> tuple[dict[str, object], ...]:
    """A list of tables of settings."""
    if isinstance(value, list):
        return tuple(table(one, place) for one in value)
    raise ValueError("a list of tables: write its name in double brackets.")


def check_keys(
    label: str, given: Iterable[str], known: Iterable[str], later: Iterable[str]
) -> None:
    """Refuse keys that mean nothing here.

    Raises:
        ConfigError: One is unknown, or only later versions know it.
    """
    known = tuple(known)
    for key in given:
        if key in later:
            raise ConfigError(f"{label}: {key!r} is not supported by this version.")
        if key not in known:
            hint = nearest(key, known) or f" Known keys: {', '.join(known)}."
            raise ConfigError(f"{label}: unknown key {shown(key)}.{hint}")


def _text(value: object) -> str:
    """A value as the environment would write it; truth values are no numbers."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else ""
