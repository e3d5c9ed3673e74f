r"""JSON string escapes in a text, decoded where they stand: `\n` becomes a line end.

This makes the search text of a JSON record: what is no escape stays as written, key names
and punctuation included, and so does an escape that JSON does not know. One level is
decoded: `\\n` becomes a backslash and an n.

Text holds no NUL (the door sees to that), so NUL can stand for `\\` meanwhile. Colours
that were escaped are removed, as the door removes those that were not.
"""

import re
from typing import Final

from log_mcp.lazy import lazy

_SIMPLE: Final = (
    (rb"\n", b"\n"),
    (rb"\"", b'"'),
    (rb"\/", b"/"),
    (rb"\t", b"\t"),
    (rb"\r", b"\r"),
    (rb"\b", b"\b"),
    (rb"\f", b"\f"),
)
_UNICODE: Final = lazy(
    rb"\\u(?:([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|([0-9a-fA-F]{4}))"
)

# Control sequences of terminals: colours, cursor, titles.
ANSI: Final = lazy(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[@-Z\\^_])"
)
_ESCAPED: Final = lazy(rb"((?:^|[^\\])(?:\\\\)*)\\u001[bB]\[[0-?]*[ -/]*[@-~]")


def uncoloured(text: bytes) -> bytes:
    """JSON without the colours in its strings, which are escaped there."""
    while rb"\u001" in text and text != (text := _ESCAPED.sub(rb"\1", text)):
        pass  # each pass leaves what follows upon another one
    return text


def _character(match: re.Match[bytes]) -> bytes:
    high, low, code = match.groups()
    if code is not None:
        # A lone surrogate is no character: as written is the honest reading; and NUL
        # stays out of the text.
        number = int(code, 16)
        if not number or 0xD800 <= number < 0xE000:
            return match[0]
        return chr(number).encode()
    return chr(
        0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00
    ).encode()


def unescape(text: bytes) -> bytes:
    r"""A text with one level of JSON string escapes decoded.

    Args:
        text: Without NUL.

    Returns:
        The text where `\n`, `\t`, `\"`, `\/`, `\\`, `\u0074` and surrogate pairs are
        what they stand for; escapes that are not valid stay. Never raises.
    """
    if b"\\" not in text:
        return text
    text = text.replace(b"\\\\", b"\0")
    for escape, plain in _SIMPLE:
        if escape in text:
            text = text.replace(escape, plain)
    if rb"\u" in text:
        text = _UNICODE.sub(_character, text)
        if b"\x1b" in text:
            text = ANSI.sub(b"", text)
    return text.replace(b"\0", b"\\")
