"""Text that reads like an instruction to a model.

Operations we want: tell a line that speaks to a model from one that speaks to people.
Goals: what a model would obey is found in any of some thirty languages and through the usual
disguises; of a thousand harmless lines not one is marked, since a mark that cries wolf is
read past.
Plan: a text is read as written, and as it would be read without its disguise; one RE2
expression made of `instruction_rules.py` looks at each reading. What cannot be seen and still
carries text (tag characters, long runs of selectors) is an instruction whatever it says.
"""

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any, Final
from urllib.parse import unquote

from log_mcp.instruction_rules import ALIKE, ENGLISH, L_FOR_ONE, LANGUAGES, LIKE_OURS
from log_mcp.lazy import lazy
from log_mcp.unseen import bare

# Runs of these are how text is hidden: a flag takes five tags, an emoji one selector.
_HIDDEN: Final = lazy(
    "[\U000e0020-\U000e007e]{6,}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}"
    "|[\u200b-\u200d\u2060-\u2064\ufeff]{8,}|\x1b\\[8m"
)
_ESCAPE: Final = lazy(r"\\(?:u([0-9a-fA-F]{4})|[nrt])")
_ANSI: Final = lazy(r"\x1b\[[0-9;?]*[A-Za-z]")
_SPELLED: Final = lazy(r"(?<!\w)(?:\w[ .\-*]){5,}\w(?!\w)")
_BETWEEN: Final = lazy(r"[ .\-*]")
# Tags are the ASCII that they hide; ends of lines, of whatever kind, part words.
_PLAIN: Final[dict[int, int | str]] = {
    **{0xE0000 + code: code for code in range(0x20, 0x7F)},
    **dict.fromkeys((*range(0x09, 0x0E), 0x85, 0x2028, 0x2029), " "),
}
_REVERSED: Final = "\u202e"


def instructs(*texts: str) -> bool:
    """Whether a text reads like an instruction to a model, also through disguises.

    Args:
        texts: As logged, not yet made visible; each on its own, looked at in one go.
    """
    # Most texts wear no disguise, and are looked at once.
    lower = _encodable("\n".join(texts).lower())
    if _found(lower.replace("_", " ").replace("\t", " ")):
        return True
    if lower.isascii() and not _masked().search(lower):
        return False
    return _found("\n".join(_read(text) for text in texts if _masks(text)))


def _found(text: str) -> bool:
    if _latin().search(text) is not None:
        return True
    return not text.isascii() and _foreign().search(text) is not None


def _encodable(text: str) -> str:
    """The text, `?` for what is half a character: RE2 looks at UTF-8."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def _masks(text: str) -> bool:
    # Not ASCII is enough, so RE2 is given no half of a character here.
    return not text.isascii() or _masked().search(text.lower()) is not None


def _read(text: str) -> str:
    """What a text says without its disguises, in lower case, a reading a line."""
    if _HIDDEN.search(text):
        return "--- end of log data"  # whatever it hides
    if "\\" in text:
        text = _ESCAPE.sub(
            lambda found: chr(int(found[1], 16)) if found[1] else " ", text
        )
        pairs = text.encode("utf-16-le", "surrogatepass")
        text = pairs.decode("utf-16-le", "replace")
    plain = text.translate(_PLAIN)
    plain = unicodedata.normalize("NFKC", bare(_ANSI.sub("", plain))).lower()
    readings = [plain]
    if _REVERSED in text:
        readings.append(bare(text)[::-1].lower())
    if "%" in plain or "+" in plain:
        readings.append(unquote(plain.replace("+", " ")))
    if _SPELLED.search(plain):
        # Of letters that stand apart, words cannot be told: what is between them goes.
        readings.append(
            _SPELLED.sub(lambda found: _BETWEEN.sub("", found[0]) + " ", plain)
        )
    folded = plain.translate(ALIKE)
    if folded != plain:
        readings += [folded, plain.translate(L_FOR_ONE).translate(ALIKE)]
    return _encodable("\n".join(readings).replace("_", " "))


@cache
def _masked() -> Any:
    """Finds what may be a disguise of ASCII: controls, escapes, letters apart, digits in words."""
    return compiled(
        (
            r"[\x00-\x08\x0a-\x1f\x7f]",
            r"%[0-9a-f][0-9a-f]|[a-z]\+[a-z]",
            r"\\u[0-9a-f]{4}|\\[nrt][a-z<\[]",
            r"(?:^|\W)(?:\w[ .\-*]){5}\w(?:\W|$)",
            r"[g-z][0134578$@]{1,2}[a-z]|[a-z][0134578$@]{1,2}[g-z]",
        )
    )


@cache
def _latin() -> Any:
    latin = (row for row in LANGUAGES if _is_latin(row))
    return compiled(map(_spoken, (*ENGLISH, *LIKE_OURS, *latin)))


@cache
def _foreign() -> Any:
    return compiled(row for row in LANGUAGES if not _is_latin(row))


def _spoken(row: str) -> str:
    """As texts are looked at: a name in snake_case is a sentence, too."""
    return row.replace("_", " ")


def _is_latin(row: str) -> bool:
    return max(row) < "\u0370"


def compiled(rows: Iterable[str], *, ignore_case: bool = False) -> Any:
    """An RE2 expression that is any of some.

    Args:
        rows: The expressions; `.` stops at a line end.
        ignore_case: Else text is looked at as it is.
    """
    import re2  # noqa: PLC0415 - a command that shows no log needs none

    options = re2.Options()
    options.never_capture = True
    options.case_sensitive = not ignore_case
    options.log_errors = False
    options.max_mem = 64 << 20
    whole = "|".join(f"(?:{row})" for row in rows)
    return re2.compile(unicodedata.normalize("NFKC", whole), options)
