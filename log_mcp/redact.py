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
from functools import cache
from os import urandom
from typing import Any, Final

import re2

from log_mcp.beat import beat
from log_mcp.errors import ConfigError
from log_mcp.lazy import lazy
from log_mcp.secret_keys import PATTERN as KEY_PATTERN
from log_mcp.secret_keys import TRIGGER as KEY_TRIGGER
from log_mcp.secret_keys import Strings, keyed
from log_mcp.secret_pem import KEY_MARK, START, Carry, hidden_keys
from log_mcp.secret_rules import PLACEHOLDER, RULES, Rule

__all__ = ["PLACEHOLDER", "START", "Carry", "Redactor", "Rules"]


Edit = tuple[int, int, str]


@dataclass(frozen=True)
class Rules:
    """What the configuration says about redaction.

    Attributes:
        enabled: False leaves every text as it is.
        allow: RE2; text that is never a secret here.
        extra: Name and RE2 of further secrets; the whole match is the secret.
    """

    enabled: bool = True
    allow: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()


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
        self._rules = (*RULES, *(_extra(name, text) for name, text in rules.extra))
        self._keyed = _compiled(KEY_PATTERN)
        triggers = [rule.trigger for rule in self._rules]
        self._present = re2.Set.SearchSet(_options())
        for trigger in triggers:
            self._present.Add(b"(?im)" + trigger)
        self._present.Compile()
        joined = b"|".join(b"(?:%b)" % trigger for trigger in (*triggers, KEY_TRIGGER))
        options = _options()
        options.max_mem = _TRIGGER_BYTES_MAX
        self._trigger = re2.compile(b"(?im)" + joined, options)

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
        if carry.inside or any(text.find(KEY_MARK, *span) >= 0 for span in spans):
            text, carry = hidden_keys(text, carry, self._placeholder)
            spans = self._suspects(text)
        return self._clean(text, spans), carry

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
        found = Counter(kind.decode() for kind in PLACEHOLDER.findall(after))
        found.subtract(kind.decode() for kind in PLACEHOLDER.findall(text))
        return {kind: count for kind, count in found.items() if count > 0}

    def _suspects(self, text: bytes) -> list[tuple[int, int]]:
        """Start and end of each line on which a trigger fires."""
        spans = []
        pos, size, search = 0, len(text), self._trigger.search
        while pos < size and (hit := search(text, pos)):
            beat()
            start = text.rfind(b"\n", pos, hit.start()) + 1 or pos
            end = text.find(b"\n", hit.end())
            end = size if end < 0 else end
            spans.append((start, end))
            pos = end + 1
        return spans

    def _clean(self, text: bytes, spans: list[tuple[int, int]]) -> bytes:
        """The text with its suspect lines redacted."""
        if not spans:
            return text
        suspects = b"\n".join([text[start:end] for start, end in spans])
        cleaned = self._lines(suspects)
        if cleaned is suspects:
            return text
        pieces: list[bytes] = []
        done = 0
        for (start, end), line in zip(spans, cleaned.split(b"\n"), strict=True):
            pieces += text[done:start], line
            done = end
        pieces.append(text[done:])
        return b"".join(pieces)

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
        own = len(RULES)
        present = sorted(self._present.Match(text) or ())
        for index in present:
            if index < own and RULES[index].kind not in _LATE:
                text = self._swapped(text, self._found(text, index))
        text = self._swapped(text, keyed(text, self._keyed))
        for index in present:
            if index >= own or RULES[index].kind in _LATE:
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
            if index >= len(RULES):
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
            if start >= end or start < done or self._allowed(text, start, end):
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

# Personal data comes last: a password that holds an `@` is a password.
_LATE: Final = frozenset({"card", "iban", "ssn", "phone", "email"})
_PASSES_MAX: Final = 16  # two do, save for text made to need more
# Of states that RE2 keeps of the triggers. With its usual 8 MiB, base64 makes more of them
# than fit, and they are made again and again: 46 ns a byte instead of 5.
_TRIGGER_BYTES_MAX: Final = 16 * 1024 * 1024
_NUMBER: Final = lazy(rb"-?[0-9][0-9.eE+-]*")
_BARE: Final = lazy(rb"(\\*\")([ \t:,\[\]{}0-9.eE+-]*)(?<=[:,\[{ \t])$")
_BARE_BYTES: Final = 256  # how far back a list of bare numbers may begin
_ESCAPE: Final = lazy(rb"\\(?:u[0-9A-Fa-f]{4}|[nrtbf\"/])")
_RUN: Final = lazy(
    rb"[^\"\\,:{}\[\]]*[\w\x80-\xff][^\"\\]*"
)  # what a configured rule may take of its match
_ESCAPE_BYTES: Final = 6


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
