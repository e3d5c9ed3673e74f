"""Secrets out of a block of text.

Operations we want: a block of about 1 MiB in, the same lines out without the secrets; all
of it at the speed of reading, because it stands between the disk and everything else.

Goals: ordinary text costs one pass and comes back as the very same object; line k stays
line k; JSON stays JSON; doing it again changes nothing; the split into blocks shows
nowhere.

Plan:

- one RE2 expression, the triggers of all rules, finds the lines worth a look: its cost
  does not depend on how many rules there are;
- those lines are joined; one RE2 set says which rules occur in them at all;
- each such rule goes over the joined lines and swaps what it finds for a placeholder, and
  the keyed reader does the same for `name = value` in any notation;
- private keys are the one secret that spans lines: a small machine with a carry.

A placeholder is `<kind:7f3a>`, its suffix a keyed hash of the value: equal secrets stay
equal within a process, and nobody can try values against it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from os import urandom
from typing import Any, Final

import re2

from log_mcp.beat import beat
from log_mcp.errors import ConfigError, nearest
from log_mcp.finder import finder
from log_mcp.lazy import lazy
from log_mcp.secret_below import (
    NOTHING,
    WRAP_BYTES_MIN,
    Due,
    goes_on,
    opened,
    step,
    wrapped,
)
from log_mcp.secret_columns import columns
from log_mcp.secret_keys import COLUMNS, OPENING, Strings, keyed
from log_mcp.secret_keys import PATTERN as KEY_PATTERN
from log_mcp.secret_keys import TRIGGER as KEY_TRIGGER
from log_mcp.secret_pem import KEY_MARK, START, Carry, hidden_keys
from log_mcp.secret_people import ASKED, PEOPLE
from log_mcp.secret_rules import KEYED, PLACEHOLDER, RULES, SAID, Rule

__all__ = ["PLACEHOLDER", "START", "Carry", "Redactor", "Rules"]


Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Rules:
    """What the configuration says about redaction.

    Attributes:
        enabled: False leaves every text as it is.
        allow: RE2; text that is never a secret here.
        extra: Name and RE2 of further secrets; the whole match is the secret.
        off: Kinds that stay as they are.
        on: Kinds that are found only where somebody asks for it.
    """

    enabled: bool = True
    allow: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    off: tuple[str, ...] = ()
    on: tuple[str, ...] = ()


class Redactor:
    """The rules, compiled; immutable, so that any thread may use it.

    Args:
        rules: What the configuration says.
        key: Of the hash in the placeholders, at most 64 bytes; random if None.

    Raises:
        ConfigError: An expression of `rules` is no RE2, or matches the empty text.
    """

    def __init__(
        self, rules: Rules = Rules(), key: bytes | None = None
    ) -> None:  # frozen
        self._enabled = rules.enabled
        self._key = urandom(32) if key is None else key
        self._allow = [
            _checked(f"redact.allow[{index}]", text)
            for index, text in enumerate(rules.allow)
        ]
        self._rules = (
            *_TABLE,
            *(rule for rule in ASKED if rule.kind in rules.on),
            *(_extra(name, text) for name, text in rules.extra),
        )
        self._own = len(self._rules) - len(rules.extra)
        self._off = _kinds("off", rules.off, (*KINDS, *(n for n, _ in rules.extra)))
        _kinds("on", rules.on, tuple(rule.kind for rule in ASKED))
        triggers = [rule.trigger for rule in self._rules]
        self._find = finder(_either([*triggers, KEY_TRIGGER, ESCAPED]))

    # Compiled when a first suspect is seen: most starts see none before their first answer.

    @cached_property
    def _present(self) -> Any:
        """Which rules occur in a text at all; the last one stands for rows of SQL."""
        present = re2.Set.SearchSet(_roomy())
        for trigger in (*(rule.trigger for rule in self._rules), COLUMNS):
            present.Add(b"(?im)" + trigger)
        present.Compile()
        return present

    @cached_property
    def _keyed(self) -> Any:
        """Names and separators."""
        return _compiled(KEY_PATTERN)

    @cached_property
    def _opening(self) -> Any:
        """Names that end a line."""
        return _compiled(b"(?im)" + OPENING)

    def block(self, text: bytes, carry: Carry) -> tuple[bytes, Carry]:
        r"""A block of whole lines without its secrets.

        Args:
            text: UTF-8, lines ended by `\n` (the last one may lack it).
            carry: Of the block before it in the same file; START at the file's begin.

        Returns:
            The text, the same object if it holds no secret, and the carry for the next.
        """
        if not self._enabled:
            return text, carry
        spans = self._suspects(text)
        due = carry.due
        if carry.inside or (
            PRIVATE_KEY not in self._off
            and any(text.find(KEY_MARK, *span) >= 0 for span in spans)
        ):
            text, carry = hidden_keys(text, carry, self._placeholder)
            spans = self._suspects(text)
        if due.what or spans:
            text, due, below = self._below(text, spans, due)
            spans = self._suspects(text) if below else spans
        return self._clean(text, spans), carry._replace(due=due)

    def text(self, text: str) -> str:
        """A string on its own without its secrets; the same object if it holds none."""
        before = text.encode("utf-8", "surrogatepass")
        after, _ = self.block(before, START)
        return text if after is before else after.decode("utf-8", "surrogatepass")

    def counts(self, text: bytes) -> dict[str, int]:
        """How many secrets of each kind a text holds; a private key counts by its lines.

        Args:
            text: UTF-8, from the start of a file.
        """
        after, _ = self.block(text, START)
        return hidden(after, text)

    def _suspects(self, text: bytes) -> list[tuple[int, int]]:
        """Start and end of each line on which a trigger fires."""
        spans: list[tuple[int, int]] = []
        pos, size, find = 0, len(text), self._find
        while pos < size:
            begin, end = find(text, pos, size)
            if begin < 0:
                break
            beat()
            start = text.rfind(b"\n", pos, begin) + 1 or pos
            end = text.find(b"\n", end)
            end = size if end < 0 else end
            spans.append((start, end))
            pos = end + 1
        return spans

    def _below(
        self, text: bytes, spans: list[tuple[int, int]], due: Due
    ) -> tuple[bytes, Due, bool]:
        """The text without the values that stand below their names.

        Returns:
            The text, what is due below its last line, and whether anything was hidden.
        """
        edits: list[Edit] = []
        at = 0
        if due.what:
            at, due = self._walk(text, 0, due, edits)
        suspects = b"\n".join([text[start:end] for start, end in spans])
        names = self._opening.search(suspects) is not None
        for start, end in spans:
            if start < at:
                continue
            if (opens := self._opened(text, start, end, names=names)).what:
                at, due = self._walk(text, end + 1, opens, edits)
        return self._swapped(text, edits), due, bool(edits)

    def _opened(self, text: bytes, start: int, end: int, *, names: bool) -> Due:
        """What a suspect line opens below it; `names`: a name may end some of them."""
        if names and self._opening.search(text, start, end):
            due = opened(text[start:end])
            if due.what:
                return due
        if end - start < WRAP_BYTES_MIN or not goes_on(text, end + 1):
            return NOTHING
        line = text[start:end]
        return wrapped(line, self._lines(line))

    def _walk(
        self, text: bytes, at: int, due: Due, edits: list[Edit]
    ) -> tuple[int, Due]:
        """Go down the lines as long as something is due; where that ends, and with what."""
        while due.what and at < len(text):
            end = text.find(b"\n", at)
            end = len(text) if end < 0 else end
            span, after = step(due, text[at:end])
            if span:
                edits.append((at + span[0], at + span[1], due.kind))
            elif not after.what:
                return at, after  # It may open another one.
            due, at = after, end + 1
        return at, due

    def _clean(self, text: bytes, spans: list[tuple[int, int]]) -> bytes:
        """The text with its suspect lines redacted."""
        if not spans:
            return text
        suspects = b"\n".join([text[start:end] for start, end in spans])
        cleaned = self._lines(suspects)
        if b"\\u00" in suspects:
            cleaned = self._unescaped(suspects, cleaned)
        if cleaned is suspects:
            return text
        pieces: list[bytes] = []
        done = 0
        for (start, end), line in zip(spans, cleaned.split(b"\n"), strict=True):
            pieces += text[done:start], line
            done = end
        pieces.append(text[done:])
        return b"".join(pieces)

    def _unescaped(self, before: bytes, cleaned: bytes) -> bytes:
        r"""The same where a secret is written with escapes, as .NET writes `+`: `\u002B`.

        Of a line with such a secret the escapes are decoded; others stay as they are.
        """
        lines = cleaned.split(b"\n")
        escaped = {
            at: _PRINTED.sub(_printed, line)
            for at, line in enumerate(before.split(b"\n"))
            if _PRINTED.search(line)
        }
        plain = b"\n".join(escaped.values())
        shown = self._lines(plain)
        if shown is plain:
            return cleaned
        for at, line in zip(escaped, shown.split(b"\n"), strict=True):
            if line != escaped[at]:
                lines[at] = line
        return b"\n".join(lines)

    def _lines(self, text: bytes) -> bytes:
        """Lines without their secrets, none of which spans lines.

        A placeholder is another neighbour than the secret was (a word boundary, one word
        instead of several), so lines are looked at again until nothing is found.
        """
        for _ in range(_PASSES_MAX):
            before, text = text, self._pass(text)
            if text is before:
                break
        return text

    def _pass(self, text: bytes) -> bytes:
        """One go of every rule that has something to find."""
        present = sorted(self._present.Match(text) or ())
        for index in present:
            if index < _EARLY:
                text = self._swapped(text, self._found(text, index))
        if len(self._rules) in present:
            present.pop()
            text = self._swapped(text, columns(text))
        text = self._swapped(text, keyed(text, self._keyed))
        for index in present:
            if index >= _EARLY:
                text = self._swapped(text, self._found(text, index))
        return text

    def _found(self, text: bytes, index: int) -> Iterator[Edit]:
        """Where one rule's secrets are."""
        rule = self._rules[index]
        search = _rule_pattern(rule.pattern).search
        pos = 0
        while hit := search(text, pos):
            start, end = hit.span(1)
            pos = max(hit.end() if start < 0 else end, hit.start() + 1)
            if start < 0:
                continue
            start = _whole(text, start)
            if index >= self._own:
                for run in _RUN.finditer(text, start, end):
                    yield *run.span(), rule.kind
            elif size := rule.check(text[start:end]):
                pos = start + size
                yield start, pos, rule.kind

    def _swapped(self, text: bytes, found: Iterable[Edit]) -> bytes:
        """The text with placeholders for what was found, in order."""
        pieces: list[bytes] = []
        done, strings = 0, Strings(text)
        for start, end, kind in found:
            beat()
            if start >= end or start < done or kind in self._off:
                continue
            if self._allowed(text, start, end):
                continue
            value = text[start:end]
            quote = (
                _bare_quote(text, start, strings) if _NUMBER.fullmatch(value) else b""
            )
            pieces += text[done:start], quote, self._placeholder(kind, value), quote
            done = end
        if not pieces:
            return text
        pieces.append(text[done:])
        return b"".join(pieces)

    def _placeholder(self, kind: str, value: bytes) -> bytes:
        """`<kind:7f3a>`; escaped and plain spellings of a value agree."""
        from hashlib import blake2b  # noqa: PLC0415 - OpenSSL comes with it

        plain = value.replace(b"\\", b"")
        suffix = blake2b(plain, digest_size=2, key=self._key).hexdigest()
        return f"<{kind}:{suffix}>".encode()

    def _allowed(self, text: bytes, start: int, end: int) -> bool:
        """Whether the configuration says that this is no secret."""
        if not self._allow:
            return False
        left = text.rfind(b"\n", 0, start) + 1
        line = text[left : text.find(b"\n", end) % (len(text) + 1)]
        return any(
            hit.start() <= start - left and end - left <= hit.end()
            for allow in self._allow
            for hit in allow.finditer(line)
        )


# --- Pieces ---------------------------------------------------------------------------

_TABLE: Final = (*RULES, *SAID, *PEOPLE)
PRIVATE_KEY: Final = "private-key"
KINDS: Final = tuple(dict.fromkeys(one.kind for one in (*_TABLE, *ASKED, *KEYED)))
# Sentences and personal data come after the values of telling names.
_EARLY: Final = len(RULES)
_PASSES_MAX: Final = 16  # two do, save for text made to need more
# Of states that RE2 keeps of the triggers. With 16 MiB, base64 makes more of them than fit,
# and they are made again and again: 170 ns a byte instead of 10. With its usual 8 MiB so do
# lines of many kinds at once: 850 ns a byte instead of 18 to tell which.
_STATES_BYTES_MAX: Final = 32 * 1024 * 1024
_NUMBER: Final = lazy(rb"-?[0-9][0-9.eE+-]*")
_BARE: Final = lazy(rb"(\\*\")([ \t:,\[\]{}0-9.eE+-]*)(?<=[:,\[{ \t])\Z")
_BARE_BYTES: Final = 256  # how far back a list of bare numbers may begin
_ESCAPE: Final = lazy(rb"\\(?:u[0-9A-Fa-f]{4}|[nrtbf\"/])")
_RUN: Final = lazy(
    rb"[^\"\\,:{}\[\]]*[\w\x80-\xff][^\"\\]*"
)  # what a configured rule may take of its match
_ESCAPE_BYTES: Final = 6
# Escapes that JSON can do without, of what keys are made of.
ESCAPED: Final = rb"\\u00(?:2[bdef]|3[0-9ad]|4[0-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])"
_PRINTED: Final = lazy(
    rb"(?i)\\+u00(2[bdef]|3[0-9ad]|4[0-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9a])"
)


def hidden(text: bytes, before: bytes = b"") -> dict[str, int]:
    """Placeholders by kind, the most frequent first; the last line of a private key is one.

    Args:
        text: Redacted.
        before: The same as it was: placeholders that stood there do not count.
    """
    found = Counter(map(bytes.decode, PLACEHOLDER.findall(text)))
    found.subtract(map(bytes.decode, PLACEHOLDER.findall(before)))
    found[PRIVATE_KEY] += found.pop(f"{PRIVATE_KEY}-end", 0)
    return {kind: count for kind, count in found.most_common() if count > 0}


def _printed(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 16)])


def _whole(text: bytes, start: int) -> int:
    r"""The start, moved behind a JSON escape that it would cut in two (`\n` and a word).

    However many backslashes stand there: JSON in JSON doubles them.
    """
    left = max(0, start - _ESCAPE_BYTES + 1)
    slash = text.rfind(b"\\", left, start)
    escape = _ESCAPE.match(text, slash) if slash >= 0 else None
    return max(start, escape.end()) if escape else start


def _bare_quote(text: bytes, start: int, strings: Strings) -> bytes:
    """The quotes that a placeholder needs where JSON had a bare number; else nothing."""
    found = _BARE.search(text, max(0, start - _BARE_BYTES), start)
    if not found or not found[2].strip():
        return b""
    if found[1] == b'"':
        return b"" if strings.inside(start) else b'"'
    opens = text[found.start() - 1 : found.start()] in b":,[{"
    return b"" if opens else found[1]


def _options() -> Any:
    """RE2 that never crosses a line end and keeps its complaints for the exception."""
    options = re2.Options()
    options.never_nl = True
    options.log_errors = False
    return options


def _either(patterns: list[bytes]) -> Any:
    """One expression for all of them."""
    joined = b"|".join(b"(?:%b)" % pattern for pattern in patterns)
    return re2.compile(b"(?im)" + joined, _roomy())


def _roomy() -> Any:
    """Options for expressions of all rules."""
    options = _options()
    options.max_mem = _STATES_BYTES_MAX
    return options


def _compiled(pattern: bytes) -> Any:
    return re2.compile(pattern, _options())


@cache
def _rule_pattern(pattern: bytes) -> Any:
    """A rule's expression, compiled when its trigger first fires."""
    return _compiled(b"(?m)" + pattern)


def _checked(name: str, pattern: str) -> Any:
    """An expression of the configuration, compiled; ConfigError names the rule."""
    try:
        compiled = _compiled(b"(?m)" + pattern.encode())
    except re2.error as error:
        raise ConfigError(f"{name}: not an RE2 expression: {error}") from error
    if compiled.search(b"") is not None:
        raise ConfigError(f"{name}: matches the empty text; it must match the secret")
    return compiled


def _kinds(name: str, given: tuple[str, ...], known: tuple[str, ...]) -> frozenset[str]:
    """Kinds of the configuration; ConfigError names one that there is not."""
    for kind in given:
        if kind not in known:
            raise ConfigError(
                f"redact.{name}: unknown kind {kind[:60]!r}."
                + (
                    nearest(kind, known)
                    or f" Known kinds: {', '.join(sorted(set(known)))}."
                )
            )
    return frozenset(given)


def _extra(name: str, pattern: str) -> Rule:
    """A rule of the configuration; placeholders are passed over, not found again."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        raise ConfigError(
            f"redact.rule {name!r}: a name is letters, digits, `-` and `_`,"
            " such as 'customer-number'"
        )
    _checked(f"redact.rule {name!r}", pattern)
    own = pattern.encode()
    return Rule(
        kind=name,
        trigger=own,
        pattern=rb"<[\w-]+:[0-9a-f]{4}>|(" + own + rb")",
        sample=b"",
    )
