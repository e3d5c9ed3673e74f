"""Text that reads like an instruction to a model.

Operations we want: tell a line that speaks to a model from one that speaks to people.
Goals: what a model would obey is found in any of some forty languages and through the usual
disguises; of a thousand harmless lines not one is marked, since a mark that cries wolf is
read past.
Plan: a text is read as written, and as it would be read without its disguise; at each reading
looks one RE2 expression made of `instruction_rules.py`, and one that finds the things of
`instruction_pairs.py`: where one is, what is near it decides. What cannot be seen and still
carries text (tag characters, long runs of selectors) is an instruction whatever it says.
What is encoded is decoded once, no deeper.
"""

import binascii
import codecs
import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterable, Iterator
from functools import cache, cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from log_mcp.instruction_rules import (
    ALIKE,
    ENGLISH,
    L_FOR_ONE,
    LANGUAGES,
    LIKE_OURS,
    RUN_TOGETHER,
)
from log_mcp.lazy import lazy
from log_mcp.unseen import bare

if TYPE_CHECKING:
    from log_mcp.instruction_pairs import Pair

# Runs of these are how text is hidden: a flag takes five tags, an emoji one selector.
_HIDDEN: Final = lazy(
    "[\U000e0020-\U000e007e]{6,}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}"
    "|[\u200b-\u200d\u2060-\u2064\ufeff]{8,}|\x1b\\[8m"
)
_ESCAPE: Final = lazy(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[nrt])")
_ANSI: Final = lazy(r"\x1b\[[0-9;?]*[A-Za-z]")
_SPELLED: Final = lazy(r"(?<!\w)(?:\w[ .\-*]){5,}\w(?!\w)")
_BETWEEN: Final = lazy(r"[ .\-*]")
_NO_LETTERS: Final = lazy(r"[\W\d_]+")
_PARTING: Final = str.maketrans("-./~", "    ")
# Tags are the ASCII that they hide; ends of lines, of whatever kind, part words.
_TAGS: Final = lazy("[\U000e0020-\U000e007e]")
_ENDS: Final = lazy("[\t-\r\x85\u2028\u2029]")
_ALIKE_L: Final = ALIKE | L_FOR_ONE
# Beside letters that are Latin, others may stand for such.
_OTHERS: Final = re.escape("".join(map(chr, ALIKE)))
_MIXED: Final = lazy(rf"[a-z][{_OTHERS}]|[{_OTHERS}][a-z]")
_REVERSED: Final = "\u202e"
# A line that is marked, for one that is whatever it hides.
_HIDES: Final = "--- end of log data"
# Of things that stand everywhere the first places tell enough.
_PLACES_OF_ONE_MAX: Final = 8
_PLACES_MAX: Final = 48
# Characters of one text that are read for disguises, at its start and at its end: as much as
# an answer shows of it, and a line of a mebibyte holds nothing up.
_START_MAX: Final = 24 * 1024
_END_MAX: Final = 8 * 1024
# What may be base64 or hexadecimal digits: the first of the things.
_LONG_RUN: Final = "[a-z0-9]{20}"
_CODED: Final = 0
# Runs that are decoded, and characters of each.
_RUNS_MAX: Final = 8
_RUN_MAX: Final = 8 * 1024
_RUN_TRIED: Final = 24


def instructs(*texts: str) -> bool:
    """Whether a text reads like an instruction to a model, also through disguises.

    Args:
        texts: As logged, not yet made visible; each on its own, looked at in one go.
    """
    # Most texts wear no disguise, and are looked at once.
    written = "\n".join(texts)
    lower = _spoken_of((written,))
    if _ruled(lower):
        return True
    if len(written) > _START_MAX + _END_MAX:
        texts = tuple(map(_ends, texts))
        written = "\n".join(texts)
        lower = _spoken_of((written,))
    seen = _things().of(lower)
    if _paired(lower, seen):
        return True
    if _CODED in seen:
        decoded = _spoken_of(_decoded(written))
        if _told(decoded):
            return True
    if lower.isascii() and not _masked().search(lower):
        return False
    readings = [_read(text) for text in texts if _masks(text)]
    said = "\n".join(said for said, _ in readings)
    alike = "\n".join(alike for _, alike in readings)
    # Of letters that only look so, no word is of another language.
    return _told(said) or _told(alike, foreign=False)


def _told(text: str, *, foreign: bool = True) -> bool:
    return _ruled(text) or _paired(text, _things().of(text, foreign=foreign))


def _ruled(text: str) -> bool:
    """Whether an expression of `instruction_rules.py` finds something."""
    if _latin().search(text) is not None:
        return True
    return not text.isascii() and _foreign().search(text) is not None


def _folded(text: str) -> str:
    from log_mcp.instruction_words import folded  # noqa: PLC0415 - see `_things`

    return folded(text)


def _ends(text: str) -> str:
    """The text, of a long line its start and its end."""
    return "\n".join(
        line
        if len(line) <= _START_MAX + _END_MAX
        else f"{line[:_START_MAX]}\n{line[-_END_MAX:]}"
        for line in text.split("\n")
    )


def _paired(text: str, seen: Iterable[int]) -> bool:
    """Whether there is a pair whose thing is seen, and all that must be near it."""
    if not seen:
        return False
    # As bytes: RE2 looks at these, and where it found something needs no counting.
    sides = [text.encode()]
    if not text.isascii():
        sides.append(_folded(text).encode())
    both = b"\n".join(sides)
    places = (
        (pair, part)
        for thing in seen
        for pair in _things().pairs[thing]
        # What is nowhere in the text is not near, either.
        if all(_one(other).search(both) for other in pair.near)
        for part in _around(sides, pair)
    )
    return any(
        all(_one(other).search(part) for other in pair.near)
        for pair, part in islice(places, _PLACES_MAX)
    )


class _Things:
    """What pairs are about: all looked for at once, and the pairs of each."""

    def __init__(self, english: Iterable["Pair"], foreign: Iterable["Pair"]) -> None:
        # Pairs of one thing stand together; the first is of none, but of a long run.
        things: dict[tuple[str, str], list[Pair]] = {(_LONG_RUN, ""): []}
        for pair in english:
            things.setdefault((pair.thing, pair.rest), []).append(pair)
        self._english_end = len(things)
        for pair in foreign:
            things.setdefault((pair.thing, pair.rest), []).append(pair)
        self.pairs = tuple(map(tuple, things.values()))
        self._ascii = _Set([thing for thing, _ in things])
        self._rest = _Set([rest for _, rest in things])

    def of(self, text: str, *, foreign: bool = True) -> list[int]:
        """Numbers of the things that are in a text, ascending."""
        seen = set(self._ascii.match(text))
        if not text.isascii():
            plain = _folded(text)
            for found in (
                self._ascii.match(plain),
                *map(self._rest.match, (text, plain)),
            ):
                seen.update(found)
        return sorted(thing for thing in seen if foreign or thing < self._english_end)


class _Set:
    """Numbered expressions, looked for at once; made when first one is looked for."""

    def __init__(self, rows: Iterable[str]) -> None:
        self._rows = {number: row for number, row in enumerate(rows) if row}
        self._numbers = list(self._rows)

    def match(self, text: str) -> list[int]:
        found = self._set.Match(text) or ()
        return [self._numbers[at] for at in found]

    @cached_property
    def _set(self) -> Any:
        import re2  # noqa: PLC0415 - a command that shows no log needs none

        made = re2.Set.SearchSet(_options())
        for row in self._rows.values():
            made.Add(unicodedata.normalize("NFKC", row))
        made.Compile()
        return made


def _around(sides: list[bytes], pair: "Pair") -> Iterator[bytes]:
    """The text around each place where a thing is, as far as it reaches on its line.

    Args:
        pair: Whose thing it is.
        sides: The text, and if it is not ASCII the text without accents; around a place in
            one of them is what stands there in both.
    """
    before, behind = (length * len(sides) for length in pair.reach)
    for side in sides:
        for found in islice(_one(pair.either).finditer(side), _PLACES_OF_ONE_MAX):
            start = max(side.rfind(b"\n", 0, found.start()) + 1, found.start() - before)
            end = min(found.end() + behind, len(side))
            line_end = side.find(b"\n", found.end(), end)
            end = end if line_end < 0 else line_end
            # Accents take room: the same place is as far into the other side.
            yield b"\n".join(
                other[start * len(other) // len(side) : end * len(other) // len(side)]
                for other in sides
            )


def _encodable(text: str) -> str:
    """The text, `?` for what is half a character: RE2 looks at UTF-8."""
    if text.isascii():
        return text
    return text.encode("utf-8", "replace").decode("utf-8")


def _masks(text: str) -> bool:
    # Not ASCII is enough, so RE2 is given no half of a character here.
    return not text.isascii() or _masked().search(text.lower()) is not None


def _decoded(text: str) -> Iterator[str]:
    """What runs of base64 or hexadecimal digits say, of those that say something."""
    for found in islice(_coded().finditer(_encodable(text)), _RUNS_MAX):
        run = found[0][:_RUN_MAX]
        for decode in (_from_hex, _from_base64):
            start = decode(run[:_RUN_TRIED])
            if start is not None and _is_prose(start):
                yield (decode(run) or b"").decode("utf-8", "replace")


def _from_hex(run: str) -> bytes | None:
    try:
        return binascii.unhexlify(run[: len(run) // 2 * 2])
    except ValueError:
        return None


def _from_base64(run: str) -> bytes | None:
    whole = (
        run[: len(run) // 4 * 4] if len(run) % 4 == 1 else run + "=" * (-len(run) % 4)
    )
    try:
        return b64decode(whole.replace("-", "+").replace("_", "/"))
    except ValueError:
        return None


def _is_prose(start: bytes) -> bool:
    return all(
        0x20 <= byte < 0x7F or byte in b"\t\r\n" or byte >= 0xC0 for byte in start[:9]
    )


def _read(text: str) -> tuple[str, str]:
    """What a text says without its disguises, in lower case, a reading a line.

    Returns:
        The readings; and those of letters that look like others, taken for these.
    """
    written = text.lower()
    if (not text.isascii() or "\x1b" in text) and _HIDDEN.search(text):
        return _HIDES, ""
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
        pairs = text.encode("utf-16-le", "surrogatepass")
        text = pairs.decode("utf-16-le", "replace")
    plain = text
    if not (text.isascii() and text.isprintable()):
        plain = _TAGS.sub(lambda tag: chr(ord(tag[0]) - 0xE0000), text)
        plain = bare(_ANSI.sub("", _ENDS.sub(" ", plain)))
        plain = unicodedata.normalize("NFKC", plain)
    plain = plain.lower()
    # As written it has been looked at.
    readings = [*([] if plain == written else [plain]), *_reread(plain)]
    if _REVERSED in text:
        readings.append(bare(text)[::-1].lower())
    if _spelled().search(_encodable(plain)):
        # Of letters that stand apart, words cannot be told: what is between them goes.
        readings.append(
            _SPELLED.sub(lambda found: _BETWEEN.sub("", found[0]) + " ", plain)
        )
    if _parted().search(_encodable(plain)):
        readings.append(plain.translate(_PARTING))
        if _run_together().search(_encodable(_NO_LETTERS.sub("", plain))):
            return _HIDES, ""
    alike = []
    if _MIXED.search(plain):
        alike.append(plain.translate(ALIKE))
        if "1" in plain:
            alike.append(plain.translate(_ALIKE_L))
    return _spoken_of(readings), _spoken_of(alike)


def _reread(plain: str) -> Iterator[str]:
    """The text decoded from what URLs, pages and riddles write it in."""
    if "%" in plain or "+" in plain:
        yield unquote(plain.replace("+", " "))
    if "&" in plain and ";" in plain:
        import html  # noqa: PLC0415 - thousands of names, for lines that have one

        yield html.unescape(plain).lower()
    if "rot13" in plain or "rot-13" in plain or "rot 13" in plain:
        yield codecs.decode(plain, "rot13")
    if "//:" in plain or "ptth" in plain:
        yield plain[::-1]


def _unescaped(found: Any) -> str:
    code = found[1] or found[2]
    return chr(int(code, 16)) if code else " "


def _spoken_of(readings: Iterable[str]) -> str:
    return _encodable("\n".join(readings).lower()).replace("_", " ").replace("\t", " ")


@cache
def _masked() -> Any:
    """Finds what may be a disguise of ASCII: controls, escapes, letters apart, digits in words."""
    return compiled(
        (
            r"[\x00-\x08\x0a-\x1f\x7f]",
            r"%[0-9a-f][0-9a-f]|[a-z]\+[a-z]",
            r"\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[nrt][a-z<\[#]",
            r"&(?:#\d{2,}|#x[0-9a-f]{2,}|lt|gt|quot|apos|nbsp|colon|period|comma);",
            _LETTERS_APART,
            r"[g-z][0134578$@]{1,2}[a-z]|[a-z][0134578$@]{1,2}[g-z]",
            r"rot[ -]?13|s?ptth|//:s?ptth",
            _PARTED,
        )
    )


_LETTERS_APART: Final = r"(?:^|\W)(?:\w[ .\-*]){5}\w(?:\W|$)"
# Words in pieces, or joined; of a name of a package its dots are too far apart.
_PARTED: Final = r"(?:[a-z]{1,12}-){4,}[a-z]|(?:[a-z]{1,4}[.~/]){5,}[a-z]"


@cache
def _spelled() -> Any:
    return compiled((_LETTERS_APART,))


@cache
def _parted() -> Any:
    return compiled((_PARTED,))


@cache
def _run_together() -> Any:
    return compiled(RUN_TOGETHER)


@cache
def _coded() -> Any:
    return compiled((rf"[A-Za-z0-9+/_-]{{{_RUN_TRIED},}}",))


@cache
def _latin() -> Any:
    latin = (row for row in LANGUAGES if _is_latin(row))
    return compiled(map(_spoken, (*ENGLISH, *LIKE_OURS, *latin)))


@cache
def _foreign() -> Any:
    return compiled(row for row in LANGUAGES if not _is_latin(row))


@cache
def _things() -> _Things:
    # A command that shows no log needs none of these words.
    from log_mcp.instruction_foreign import foreign_pairs  # noqa: PLC0415 - as said
    from log_mcp.instruction_pairs import ENGLISH_PAIRS  # noqa: PLC0415 - as said

    return _Things(ENGLISH_PAIRS, foreign_pairs())


@cache
def _one(row: str) -> Any:
    """A row of a pair, made when the first text has its thing."""
    return compiled((row,))


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

    options = _options()
    options.case_sensitive = not ignore_case
    whole = "|".join(f"(?:{row})" for row in rows)
    return re2.compile(unicodedata.normalize("NFKC", whole), options)


def _options() -> Any:
    import re2  # noqa: PLC0415 - as above

    options = re2.Options()
    options.never_capture = True
    options.log_errors = False
    options.max_mem = 64 << 20
    return options
