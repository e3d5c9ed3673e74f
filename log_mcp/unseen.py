r"""Characters that a reader cannot see, or that move what he sees, written as escapes.

Shown to a model or on a terminal they hide text from whoever watches: `\x1b`, `\u202e`,
`\U000e0041` hide nothing. A blank of another width is seen, and stays; so does U+FFFD, which
says that something was there, and the one selector by which a sign is drawn as an emoji: it
is seen in the sign, and many programs print a warning so.
"""

import re
from functools import cache
from typing import Any, Final

from log_mcp.lazy import lazy

# C0 and C1 controls (ANSI codes begin with one), soft hyphen, fillers, zero-width and
# bidirectional characters, line and paragraph separators, blanks that take no room or look
# like another one, musical and shorthand controls, variation selectors, tag characters,
# noncharacters and lone surrogates.
UNSEEN: Final = (
    "\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters that cannot be seen, or that move what is seen; for a set of an expression."""

# Signs that are drawn as an emoji only with a selector behind them.
_SIGNS: Final = "\xa9\xae\u203c-\u3299\U0001f000-\U0001faff"
_EMOJI: Final = f"(?<=[{_SIGNS}])\ufe0f(?![\ufe00-\ufe0f])"
_UNSEEN: Final = lazy(f"(?!{_EMOJI})[{UNSEEN}]")
_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def visible(text: str) -> str:
    r"""The text on one line, nothing in it hidden: `\n`, `\x1b`, `\u202e`, `\U000e0041`."""
    if text.isprintable() and text.isascii():
        return text
    return _UNSEEN.sub(_escaped, text)


def bare(text: str) -> str:
    """The text without such characters."""
    return _UNSEEN.sub("", text)


def escape(character: str) -> str:
    r"""A character in letters that all can see: `\x3c`, `\u2014`."""
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def in_json(data: bytes | bytearray) -> bytes | bytearray:
    r"""JSON text that says the same, every such character in it an escape of JSON's own.

    Args:
        data: Whole lines of JSON, in UTF-8; control characters below U+0020 are escapes there.
    """
    if data.isascii() or _hint().search(bytes(data)) is None:
        return data
    text = data.decode("utf-8")
    return _BEYOND.sub(lambda found: _json_escape(found[0]), text).encode("utf-8")


# In JSON all others are escapes already, or the ends of lines.
_BEYOND: Final = lazy(f"(?!{_EMOJI})[" + UNSEEN.replace("\x00-\x1f", "") + "]")


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be")
    return "".join(
        f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2)
    )


def _escaped(match: re.Match[str]) -> str:
    character = match[0]
    return _SHORT.get(character) or escape(character)


@cache
def _hint() -> Any:
    """Finds where such a character begins in UTF-8, or may: of those beyond U+FFFF some do."""
    last: dict[bytes, bytes] = {}
    every = "".join(map(chr, (*range(0x80, 0xD800), *range(0xE000, 0x10000))))
    for character in _BEYOND.findall(every):
        *first, end = character.encode("utf-8")
        last[bytes(first)] = last.get(bytes(first), b"") + bytes([end])
    rows = [
        re.escape(one) + b"[" + re.escape(ends) + b"]" for one, ends in last.items()
    ]
    import re2  # noqa: PLC0415 - for text that is not ASCII alone

    beyond = rb"\xf0[\x91\x93\x9b\x9d]|\xf3\xa0"
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    return re2.compile(b"|".join([*rows, beyond]), options)
