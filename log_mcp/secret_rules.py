"""What a secret looks like: the tables behind `redact`.

Two tables, in the order they are applied:

- `RULES`: secrets known by their own shape (`ghp_...`, a JWT, a card number with a valid
  checksum). `trigger` finds the lines worth a closer look and must fire wherever
  `pattern` matches; in `pattern`, group 1 is the secret;
- `KEYED`: secrets known by the name in front (`password=`, `"client_secret": `). Which
  notation, and where the value ends, is the reader's business.

Expressions are RE2 over bytes, case-insensitive in `trigger` and in key names, and never
see past a line end. A new kind is one row here with its sample.
"""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from log_mcp.lazy import lazy

PLACEHOLDER: Final = lazy(rb"<([A-Za-z0-9_-]+):[0-9a-f]{4}>")

# What may stand before a secret besides a word boundary: an underscore, a JSON escape
# (`\n`), a percent escape. Secrets follow all of them without a break.
LEFT: Final = rb"(?:\b|_|\\[nrtbf]|\\u[0-9a-f]{4}|%[0-9A-Fa-f]{2})"


class Rule(NamedTuple):
    """A kind of secret with a shape of its own.

    Attributes:
        kind: Name in the placeholder.
        trigger: Cheap expression for the lines to look at; case-insensitive.
        pattern: The secret is group 1.
        sample: A line that holds one; written with a break so that it is none itself.
        check: How many leading bytes of group 1 are the secret; 0 if it is none.
    """

    kind: str
    trigger: bytes
    pattern: bytes
    sample: bytes
    check: Callable[[bytes], int] = len


class Key(NamedTuple):
    """A kind of secret known by the name in front of it.

    Attributes:
        kind: Name in the placeholder.
        names: Alternatives that end a key name; anything may stand before them.
        sample: A value of this kind.
        holds: Whether a value is a secret; one that speaks of it (`expired`) is not.
        many: The same of a value behind the plural of the name, which calls words and
            names as often; None if the plural is no such name.
    """

    kind: str
    names: bytes
    sample: bytes
    holds: Callable[[bytes], bool]
    many: Callable[[bytes], bool] | None = None


def _token(
    kind: str,
    trigger: bytes,
    body: bytes,
    *sample: bytes,
    check: Callable[[bytes], int] | None = None,
) -> Rule:
    """A provider's key, told by its prefix."""
    pattern = LEFT + rb"(" + body + rb")"
    return Rule(kind, trigger, pattern, b"key " + b"".join(sample), check or _issued)


# --- Words and shapes -----------------------------------------------------------------

_WORDS: Final = frozenset(
    b"""
    a absent an and any are argument argon2id array as at auth authorization auto bad basic
    bcrypt be bearer been blank bool boolean but by bytes can cannot changed created credential credentials
    decrypted default deleted denied disabled empty enabled encrypted env example expected
    expired failed failure false field file filtered flag for from generated given had has
    have hidden in include incorrect int integer invalid is it its key loaded masked match
    matches may mismatch missing must n/a nil no none not not-set null number object of off ok omit
    omitted on option optional or passwd password present prompt protected provided redacted refreshed
    rejected removed required requires reset revoked rotated same-origin saved secret secure sensitive set
    should stdin stored str string success supplied text that the this to token too true
    type unavailable unchanged undefined unknown unset updated valid value verified was
    will with wrong yes
    """.split()
)
_MASKED: Final = lazy(
    rb"""(?ix) .*(?:\*\*\*|\.\.\.|\xe2\x80[\xa2\xa6]|\xe2\x97\x8f).*  # h***2, sk-...9f, dots
    | [x#?.*_-]+ | __[a-z_]+__ | !vault | (?:%2a)+                               # xxxxxx
    | <[\w :./-]*> | \[[a-z _-]*\]                        # <nil>, [FILTERED], placeholders
    | \$?\{\{?[^{}]*\}{0,2} | \$\(?[a-z_]\w*\)? | \#\{[^{}]*\}?  | %[\w(){}]*[sdvq] | :[a-z_]+ | \$\d+  # templates
    | \d{1,3} | [^\w\x80-\xff]{1,3}                       # counts, flags, punctuation
    """
)
_CODE: Final = lazy(
    rb"""(?x) [A-Za-z_.]+\(.*                             # a call: getenv("X")
    | (?:self|this|os|config|settings|env|environ|process|request|req|ctx|args|options
        |opts|params|kwargs|form|cfg|conf|creds|credentials|data|Optional|Union)[.\[].*
    """
)
_DIGIT: Final = lazy(rb"[0-9]")
_FILLED: Final = lazy(rb"(?i)x{6}|(.)\1{9}|\*{3}")  # no value, but its shape
_CASE_CHANGE: Final = lazy(rb"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[a-z])")
_MIXED: Final = lazy(
    rb"(?=.*[A-Za-z])(?:(?=.*[0-9])|(?=.*[!$%^*~#])).*[0-9A-Za-z!$%^*~#=_-]"
)
# With brackets only among other signs: Django's keys have them, calls have no such signs.
_OPAQUE: Final = lazy(rb"[^\s<>{}()]+|(?=.*[0-9])(?=\S*[!@#$%^&*+=])[^\s<>{}]+")
_NO_TOKEN: Final = lazy(
    rb"""(?x) [+-]?\d+(?:\.\d+)?[a-z]{0,2}                # numbers, spans: Cassandra's tokens
    | \d{4}-\d\d-\d\d.* | \d+(?:\.\d+){3}(?::\d+)?         # times, addresses
    | [a-z]+://.* | ~?\.{0,2}/[a-z0-9_./-]*               # places
    # dotted names, Java objects: of letters with a number behind, or short; tokens have more
    | [a-z](?>[A-Za-z_$]*\d{0,2}(?![\w$])|\w{0,7}(?![\w$]))
      (?:\.(?>[A-Za-z_$]+\d{0,2}(?![\w$])|[A-Za-z_$]\w{0,7}(?![\w$])))+(?:@[0-9a-f]+)?
    | SHA256:.* | (?:ssh|sk-ssh|ecdsa)-[a-z0-9-]+ | id_(?:ed25519|rsa|e?c?dsa)(?:\.pub)?  # SSH
    | (?:SCRAM|CRAM|DIGEST|HMAC|WPA\d?|SHA\d*|RSA|EAP)(?:-[A-Z0-9]+)+                     # ways to ask
    | [a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+:\d{2,5}                                            # hosts with their port
    | [a-z][a-z_.-]*[-:]v?\d+(?:\.\d+)+[\w.-]*            # artifacts with their version
    | [a-z]+(?:-[a-z]+)+ | [a-z0-9.-]+/[a-z0-9.-]+                           # namespace/name of Kubernetes
    """
)


def spoken_of(value: bytes) -> bool:
    """Whether a value is a mask, a word about secrets, a template or code, not a secret."""
    return (
        value.lower() in _WORDS
        or _MASKED.fullmatch(value) is not None
        or _FILLED.search(value) is not None
        or _CODE.fullmatch(value) is not None
    )


def _any(value: bytes) -> bool:
    """A password: whatever is not plainly something else."""
    words = value.split()
    return not spoken_of(value) and (
        len(words) < 3 or sum(word.lower() in _WORDS for word in words) == 0
    )


def _no_folder(value: bytes) -> bool:
    """A password; shells call the working folder PWD."""
    return _any(value) and re.match(rb"[/~]|[A-Za-z]:[\\/]", value) is None


_SPENT: Final = lazy(rb"\d+\.\d+[a-z%]{0,2}|\d+(?:[num]?s|%)|[a-z]+://.*")


def _pass(value: bytes) -> bool:
    """A password; `pass` is also the pass of a test or of a proxy, and what it took."""
    return _any(value) and _SPENT.fullmatch(value) is None


def _ascii(value: bytes) -> bool:
    """A password behind a name of another alphabet: words of that one are none."""
    return value.isascii() and _any(value)


def _opaque(value: bytes) -> bool:
    """A key: at least six characters that are no plain lower-case word or place."""
    return (
        len(value) >= 6
        and _OPAQUE.fullmatch(value) is not None
        and not spoken_of(value)
        and _NO_TOKEN.fullmatch(value) is None
        and (len(value) >= 8 or not value.isalpha() or not value.islower())
    )


def _tokenlike(value: bytes) -> bool:
    """A token: at least eight characters and a digit among them, or letters drawn at random."""
    return (
        len(value) >= 8
        and (_DIGIT.search(value) is not None or _drawn(value))
        and _opaque(value)
    )


def _drawn(value: bytes) -> bool:
    """Whether letters look drawn at random: their case changes as in no name of a class."""
    return len(value) >= 16 and 3 * len(_CASE_CHANGE.findall(value)) >= len(value)


def mixed(value: bytes) -> bool:
    """Whether a word is none of a language: letters with digits or signs among them.

    What a place that holds words as often as secrets must hold to be taken for a secret.
    """
    return (
        len(value) >= 6
        and _MIXED.fullmatch(value) is not None
        and not spoken_of(value)
        and _NO_TOKEN.fullmatch(value) is None
    )


_LONG_NAME: Final = lazy(  # files, codes of errors, parcels
    rb"""(?x) (?i:[\w./%~-]+\.(?:png|jpe?g|gif|svg|webp|pdf|csv|json|xml|txt|html?|zip|gz|mp[34]|docx?|xlsx?))
    | [A-Z]+(?:_[A-Z0-9]+)+ | 1Z[0-9A-Z]{16}
    """
)


def _long(value: bytes) -> bool:
    """A signature or key in a query: the short ones are page numbers and sort orders."""
    return len(value) >= 16 and _tokenlike(value) and not _LONG_NAME.fullmatch(value)


def _pin(value: bytes) -> bool:
    """Three to eight digits."""
    return value.isdigit() and 3 <= len(value) <= 8


_CODE_GIVEN: Final = lazy(
    rb"[0-9]{4,10}|[0-9]{3}(?:[ -][0-9]{3}){1,3}|(?=.*[0-9])(?!\d{4}-\d\d-\d\d)[A-Za-z0-9]{4,8}(?:-[A-Za-z0-9]{4,8}){1,7}"
)


def _code(value: bytes) -> bool:
    """A code that lets somebody in: of digits, or of groups. Three digits are a status."""
    return _CODE_GIVEN.fullmatch(value) is not None


_KIND_CHANGE: Final = lazy(
    rb"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])"
)
_HEX: Final = lazy(rb"(?=.*[0-9])(?:[0-9a-f]{16,}|[0-9A-F]{16,})")
_KEBAB: Final = lazy(
    rb"(?=(?:.*[./-])?[a-z]{3,}(?:[./-]|$))[a-z0-9]+(?:[./-][a-z0-9]+)+"
)


def drawn(value: bytes) -> bool:
    """Whether a value looks drawn at random, as no word of a tokenizer and no name does.

    Letters, capitals and digits take turns in it: once in five characters, in three if it
    is short. `default-token-x7k2p` is the name of a secret.
    """
    changes, size = len(_KIND_CHANGE.findall(value)), len(value)
    often = (5 if size >= 16 else 3) * changes >= size or _HEX.fullmatch(value)
    return bool(often) and _tokenlike(value) and _KEBAB.fullmatch(value) is None


def one_of_many(value: bytes) -> bool:
    """Whether one value of several is a password: a word that is none of a language."""
    return (
        mixed(value) and _BLANK.search(value) is None and _TERM.fullmatch(value) is None
    )


_BLANK: Final = lazy(rb"\s")


# --- Checks of values -----------------------------------------------------------------


def _basic(value: bytes) -> int:
    """The whole, if it decodes to `user:password`."""
    try:
        plain = base64.b64decode(value + b"=" * (-len(value) % 4), validate=True)
    except binascii.Error:
        return 0
    return len(value) if b":" in plain and plain.isascii() else 0


def _issued(value: bytes) -> int:
    """The whole, unless it is the shape of a key in a manual: `ghp_xxxxxxxx`."""
    return 0 if _FILLED.search(value) else len(value)


def _drawn_key(value: bytes) -> int:
    """The whole, if it looks drawn at random: names of things may begin like a key."""
    return _issued(value) if _DIGIT.search(value) or _drawn(value) else 0


def _bearer(value: bytes) -> int:
    """The whole, if it is no word of prose."""
    return len(value) if _DIGIT.search(value) else 0


_PLACE: Final = lazy(rb"(?:(?:~|\.{1,2})/|/[a-z]+/)[\w./-]*|(?:id|type|src)=.*")


def _argument(value: bytes) -> int:
    """The whole, if it is not the next word of a sentence about the option."""
    return 0 if spoken_of(value) else len(value)


def _option(value: bytes) -> int:
    """The same of an option, that names a file with the secret as often."""
    return 0 if _PLACE.fullmatch(value) else _argument(value)


def _password(value: bytes) -> int:
    """The whole, unless it is a mask; stars too, as some programs mask themselves."""
    return 0 if _MASKED.fullmatch(value) else len(value)


def _glued(value: bytes) -> int:
    """What stands behind `-p` without a blank: of `-pid` and `-port` there is none."""
    return 0 if value in {b"id", b"ort", b"id-file"} else _password(value)


_TERM: Final = lazy(
    rb"(?i)(?:sha|md|bcrypt|scrypt|argon|pbkdf|aes|rsa|hmac|utf|base|hs|rs|es|oauth|ipv|http)-?[0-9][\w.-]*"
)
_STRONG: Final = lazy(rb"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{8,}|.*[!$%^*~#].*")


def _said(value: bytes) -> int:
    """What a sentence may give away: a word that is none of a language, nor a term."""
    end = len(value.rstrip(b".:!?)]}"))
    word = value[: max(end, len(value) - 1)]
    return len(word) if mixed(word) and not _TERM.fullmatch(word) else 0


def _said_key(value: bytes) -> int:
    """The same of a key: sixteen characters that look drawn at random."""
    word = value.rstrip(b".:!?)]}")
    known = len(word) >= 16 and _tokenlike(word) and not word.isdigit()
    return len(word) if known else 0


_PROSE: Final = lazy(
    rb"(?:.*[^a-z])?(?:the|and|for|are|was|has|not|from|with|its|been|but)(?:[^a-z].*)?"
)


def _phrase(value: bytes) -> int:
    """The whole, unless a sentence: words of wallets are none that only join others."""
    return 0 if _PROSE.fullmatch(value) else len(value)


# --- The tables -----------------------------------------------------------------------

_SLASH: Final = rb"(?:\\*/)"  # PHP writes JSON with `\/`
_WEBHOOKS: Final = (
    rb"(?:hooks\.slack\.com/(?:services|workflows|triggers)/"
    rb"|discord(?:app)?\.com/api/(?:v\d+/)?webhooks/"
    rb"|[\w.-]+\.webhook\.office\.com/webhookb2/"
    rb"|chat\.googleapis\.com/v1/spaces/)"
).replace(b"/", _SLASH)
_COMMAND: Final = (
    rb"(?:pass(?:word|wd|phrase|code)?|pwd|token|secret|credentials?"
    rb"|(?:api|access|secret|private|account|storage|license|encryption|signing|auth)[_-]?key)"
)
_FOREIGN: Final = (
    "contrase(?:n|ñ|Ñ)a|mot de passe|wachtwoord|l(?:o|ö|Ö)senord|heslo|has(?:l|ł)o|(?:ş|Ş)ifre"
    "|(?:п|П)ароль|密(?:码|碼)|パスワード|비밀번호"
).encode()
_SAID: Final = rb"pass(?:word|wd|phrase|code)|\bpwd|passwort|kennwort"
_SAID_KEY: Final = (
    rb"(?:api|access|secret|private|license|account|signing|encryption)[ _-]?key"
    rb"|(?:access|auth|bearer|session|refresh|security|client|api|reset|bot|\b)[ _-]?(?:token|secret)"
)
# What stands between a name and its value in a sentence, or in a table for people.
_SAYS: Final = (
    rb"(?: (?:for|of) [\w.@-]{1,40})?"
    rb"(?:(?: (?:is|was|are|set to|changed to|reset to|=))?[ \t]*(?:[ :|>\t(-]|\\+t)[ |\t(]*|[ ]?\.{3,40}[ :]*)"
    rb"(?:\\*[\"'`])?"
)
# What lets somebody in once; codes of errors, countries and parcels are none.
_CODES: Final = rb"verification|one[ _-]?time|recovery|backup|unlock|login|[2m]fa|otp"
_GIVES: Final = (
    rb"(?:\b(?:"
    + _CODES
    + rb")[ _-]?codes?|\bpasscodes?|\botp|\bone[ -]?time[ -](?:password|pin)s?)"
    rb"(?: (?:for|of|to) [\w.@+-]{1,40})?(?: (?:is|was|are))?[ \t]*[ \t:=#][ \t]*(?:\\*[\"'`])?"
)
_GIVEN: Final = rb"([0-9]{4,10}|[0-9]{3}(?:[ -][0-9]{3}){1,3}|[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){1,7})(?:[^\w.:/-]|[.:](?:[^\w]|$)|$)"
_PHRASES: Final = rb"(?:mnemonic|(?:seed|recovery)[ _-]?(?:phrase|words))(?:\\*[\"'`])?[ \t]*(?:[:=]|is |was )"
# The password of somebody, set `to` it.
_SET_TO: Final = rb" (?:(?:for|of) [\w.@-]{1,40} )?to (?:\\*[\"'`])?"
_SPOKEN: Final = rb"([A-Za-z0-9!$%^*~#@&+/_][^\s\"'`\\<>|,;()]{5,})"
_WORDS_IN: Final = (
    rb"\b(?:env|arg|setenv|setx|set -g?x|config(?:ure)? set)[ \t]+[\w./:-]*"
)
# PRIV, RSA, EC P, OPEN, ENCR and DSA behind `-----BEGIN `, in base64.
_PEM_CODED: Final = rb"(?:BQUklW|BSU0Eg|BFQyBQ|BPUEVO|BFTkNS|BEU0Eg)"
SCHEMES: Final = frozenset(
    b"bearer basic token apikey api-key key negotiate ntlm jwt dpop sharedkey".split()
)
# Of providers whose keys need no more than their prefix to be told.
_SERVICES: Final = (
    rb"(?:ops_eyJ|p8e-|LTAI|AKCp|cmVmdGtuO|CLOJARS_|duffel_(?:test|live)_|EZ[AT]K|EAA[MC]"
    rb"|FLWSECK(?:_TEST)?-|f[mo][12]_|fio-u-|HRKU-|s-s4t2(?:ud|af)-|sha256~|pnu_|rdme_"
    rb"|sm_(?:pat|aat|sat)_|shippo_(?:live|test)_|sg[pd]_|tfp_|AQVN|sbp_|lsv2_[ps][tk]_|ph[cx]_"
    rb"|nfp_|rnd_|napi_|CFPAT-|sq[pua]_|CCIPAT_|bku[at]_|rzp_(?:live|test)_|ce_live_|dsk_|tvly-)"
)

RULES: Final = (
    Rule(
        "private-key",
        rb"-BEGIN [A-Z0-9 ]*PRIVATE KEY",
        rb"-BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-{4,5}"
        rb"((?:[A-Za-z0-9+/=,:. ]|-[A-Za-z0-9]|\\+[nr/])+)",
        rb"pem -----BEGIN " + rb"PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n-----END PRIVATE KEY-----",
        lambda body: len(body) if re.search(rb"[A-Za-z0-9+/]{12}", body) else 0,
    ),
    Rule(
        "webhook",
        _WEBHOOKS,
        rb"(https?:" + _SLASH + rb"{2}" + _WEBHOOKS + rb"(?:[\w.~%?=&@-]|\\*/)+)",
        b"POST https://hooks.slack." + b"com/services/T0/B0/abc123",
    ),
    Rule(
        "url-credential",
        rb"[a-z0-9]:(?:\\*/){2}[^\s:/<\"'\\]*:[^\s\"'\\]+@",
        rb"[A-Za-z][A-Za-z0-9+.-]*:(?:\\*/){2}[^\s:/<\"'\\]*:"
        rb"([^\s/?#\"'\\]+|[0-9]*[^0-9\s/?#@:\"'\\][^\s@:\"'\\]*)@",
        b"dial amqp://svc:wood" + b"pecker@mq:5672/",
        _password,
    ),
    Rule(
        "url-credential",
        rb"[a-z0-9]:(?:\\*/){2}[a-z0-9_-]{20}",
        rb"[A-Za-z0-9]:(?:\\*/){2}([A-Za-z0-9_-]{20,})@",
        b"clone https://0a1b2c3d4e5f" + b"6a7b8c9d@git.example.test/x",
        _bearer,
    ),
    Rule("url-credential", rb"@(?:tcp6?|unix)\(", rb"[\w.-]+:([^\s\"'\\]+)@(?:tcp6?|unix)\(", b"open app:trout9" + b"@tcp(db:3306)/shop", _password),
    _token("private-key", rb"(?-i:LS0tLS1CRUdJTi" + _PEM_CODED + rb")", rb"LS0tLS1CRUdJTi" + _PEM_CODED + rb"[\w+/=]{16,}", b"LS0tLS1CRUdJTi", b"BQUklWQVRF" + b"IEtFWS0tLS0tCk1DNENB"),
    _token("jwt", rb"eyj[a-z0-9]", rb"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,3}", b"eyJhbGciOi", b"J9.eyJzdWIiOiI3.c2ln"),
    _token("aws-key", rb"(?-i:A[KSBC][IC]A[A-Z0-9]{4})", rb"A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}", b"AKIA", b"2OBVIOUSLYFAKE77"),
    _token("aws-token", rb"iqojb3jp|fwogzxiv", rb"(?:IQoJb3JpZ2lu|FwoGZXIvYXdz)[\w+/=%-]{40,}", b"IQoJb3JpZ2lu", b"A1" * 30),
    _token("github-token", rb"gh[opusr]_[a-z0-9]{8}|github_pat_", rb"gh[opusr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}", b"ghp_", b"a1B2" * 9),
    _token("gitlab-token", rb"gl[a-z]{2,5}-[\w-]{8}|gr1348941", rb"gl(?:pat|ptt|dt|rt|cbt|ft|imt|agent|soat|ffct|oas)-[\w-]{15,}|GR1348941[\w-]{20,}", b"glpat-", b"a1B2" * 5),
    _token("slack-token", rb"xox[abcdeprs][.-]|xapp-", rb"xox[abcdeprs](?:\.xox[a-z])?-[\w-]{10,}|xapp-[0-9]-[\w-]{10,}", b"xoxb-", b"12345-a1B2c3D4", check=_drawn_key),
    _token("stripe-key", rb"[rsp]k_(?:live|test)_|whsec_", rb"[rsp]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[\w+/=]{16,}", b"sk_live_", b"a1B2" * 6),
    _token("anthropic-key", rb"sk-ant-", rb"sk-ant-[\w-]{16,}", b"sk-ant-", b"api03-" + b"a1B2" * 6),
    _token("openai-key", rb"(?:\b|\\[nrt])sk-[a-z0-9]", rb"sk-(?:[a-z]{2,8}-)?(?:v1-)?[A-Za-z0-9][\w-]{23,}", b"sk-", b"proj-" + b"a1B2" * 8, check=_bearer),
    _token("google-key", rb"(?-i:AIza|GOCSPX-)|ya29[.]|1//0", rb"AIza[\w-]{30,}|ya29\.[\w-]{16,}|GOCSPX-[\w-]{16,}|1//0[\w-]{24,}", b"AIza", b"a1B2-" * 7),
    _token("npm-token", rb"npm_[a-z0-9]{8}", rb"npm_[A-Za-z0-9]{30,}", b"npm_", b"a1B2" * 9),
    _token("pypi-token", rb"pypi-[a-z0-9]{4}", rb"pypi-[\w-]{40,}", b"pypi-", b"AgEI" + b"a1B2" * 12),
    _token("sendgrid-key", rb"(?-i:(?:\b|\\[nrt])SG)[.][a-z0-9_-]{4}", rb"SG\.[\w-]{16,}\.[\w-]{16,}", b"SG.", b"a1B2" * 5 + b"." + b"c3D4" * 10),
    _token("twilio-key", rb"(?-i:(?:\b|\\[nrt])(?:SK|AC)[0-9a-f]{8})", rb"(?:SK|AC)[0-9a-f]{32}", b"SK", b"0a1b" * 8),
    Rule("telegram-token", rb"[0-9](?::|%3A)AA[\w-]{30}", rb"(?:" + LEFT + rb"|bot)([0-9]{8,10}(?::|%3A)AA[\w-]{30,})", b"GET /bot123456789:" + b"AA" + b"a1B2-" * 7 + b"/getMe"),
    _token("discord-token", rb"[.][a-z0-9_-]{6}[.][a-z0-9_-]{20}|mfa[.][a-z0-9]{8}", rb"[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{27,}|mfa\.[\w-]{60,}", b"MTIz", b"a1B2" * 5 + b".Gh1jKl." + b"a1B2-" * 6),
    _token("digitalocean-token", rb"do[opr]_v1_", rb"do[opr]_v1_[a-f0-9]{40,}", b"dop_v1_", b"0a1b" * 16),
    _token("huggingface-token", rb"hf_[a-z0-9]|api_org_", rb"hf_[A-Za-z0-9]{30,}|api_org_[A-Za-z0-9]{30,}", b"hf_", b"aBcD" * 9, check=_drawn_key),
    _token("shopify-token", rb"shp[a-z]{2}_", rb"shp(?:at|ca|pa|ss|ua)_[A-Fa-f0-9]{32}", b"shpat_", b"0a1b" * 8),
    _token("vault-token", rb"(?:\b|\\[nrt])hv[sbr][.]", rb"hv[sbr]\.[\w-]{20,}", b"hvs.", b"a1B2" * 6),
    _token("azure-secret", rb"[0-9]q~", rb"[\w.~-]{3}[0-9]Q~[\w.~-]{31,34}", b"abc8Q~", b"a1B2" * 8),
    _token("atlassian-token", rb"(?-i:AT(?:ATT3|BB|CTT3))", rb"AT(?:ATT3|BB|CTT3)[\w=-]{28,}", b"ATATT3", b"a1B2" * 12),
    _token("databricks-token", rb"dapi[a-f0-9]{4}", rb"dapi[a-f0-9]{32}", b"dapi", b"0a1b" * 8),
    _token("grafana-token", rb"gl[cs][ac]?_[a-z0-9]{4}", rb"gls?[ac]_[\w+/=]{32,}", b"glsa_", b"a1B2" * 10),
    _token("sentry-token", rb"sntry[su]_", rb"sntry[su]_[\w+/=]{40,}", b"sntrys_", b"a1B2" * 12),
    _token("docker-token", rb"dckr_", rb"dckr_[op]at_[\w-]{20,}", b"dckr_pat_", b"a1B2" * 7),
    _token("newrelic-key", rb"(?-i:NR(?:AK|JS|II|RA)-)", rb"NR(?:AK|JS|II|RA)-[\w-]{19,}", b"NRAK-", b"A1B2" * 7),
    _token("postman-key", rb"pmak-", rb"PMAK-[a-f0-9]{24}-[a-f0-9]{34}", b"PMAK-", b"0a1b" * 6 + b"-" + b"0a" * 17),
    _token("linear-key", rb"lin_(?:api|oauth)_", rb"lin_(?:api|oauth)_[A-Za-z0-9]{32,}", b"lin_api_", b"a1B2" * 10),
    _token("notion-token", rb"ntn_|secret_[a-z0-9]{20}", rb"ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}", b"ntn_", b"a1B2" * 11),
    _token("figma-token", rb"fig[dou]_", rb"fig[dou]_[\w-]{36,}", b"figd_", b"a1B2" * 10),
    _token("planetscale-token", rb"pscale_", rb"pscale_(?:tkn|pw|oauth)_[\w.=-]{30,}", b"pscale_pw_", b"a1B2" * 8),
    _token("pulumi-token", rb"pul-[a-f0-9]{8}", rb"pul-[a-f0-9]{40}", b"pul-", b"0a1b" * 10),
    _token("doppler-token", rb"(?:\b|\\[nrt])dp[.][a-z]{2,5}[.]", rb"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,}", b"dp.pt.", b"a1B2" * 10),
    _token("dynatrace-token", rb"dt0[a-z][0-9]{2}[.]", rb"dt0[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{40,}", b"dt0c01.", b"A1B2" * 6 + b"." + b"A1B2" * 16),
    _token("terraform-token", rb"[.]atlasv1[.]", rb"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}", b"a1B2c3D4e5F6g7.", b"atlasv1." + b"a1B2" * 15),
    _token("mailgun-key", rb"(?:\b|\\[nrt])key-[0-9a-f]{8}|[0-9a-f]-us[0-9]", rb"key-[0-9a-f]{32}|[0-9a-f]{32}-us[0-9]{1,2}", b"key-", b"0a1b" * 8),
    _token("square-token", rb"sq0[a-z]{3}-", rb"sq0[a-z]{3}-[\w-]{22,}", b"sq0atp-", b"a1B2" * 6),
    _token("gem-key", rb"rubygems_[a-f0-9]", rb"rubygems_[a-f0-9]{48}", b"rubygems_", b"0a1b" * 12),
    _token("model-key", rb"(?:\b|\\[nrt])(?:gsk|r8|xai|pplx|nvapi|fw|tgp_v1|csk)[_-][a-z0-9]{8}", rb"(?:gsk|r8|xai|pplx|nvapi|fw|tgp_v1|csk)[_-][A-Za-z0-9_-]{30,}", b"gsk_", b"a1B2" * 12, check=_bearer),
    _token("tailscale-key", rb"tskey-", rb"tskey-[a-z]+-[\w-]{16,}", b"tskey-", b"auth-" + b"a1B2" * 6),
    _token("brevo-key", rb"xkeysib-", rb"xkeysib-[a-f0-9]{64}-[\w]{16}", b"xkeysib-", b"0a1b" * 16 + b"-" + b"a1B2" * 4),
    _token("age-key", rb"age-secret-key-", rb"AGE-SECRET-KEY-1[0-9A-Z]{40,}", b"AGE-SECRET-KEY-", b"1" + b"Q2W3" * 14),
    _token("airtable-token", rb"(?:\b|\\[nrt])pat[a-z0-9]{14}[.]", rb"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}", b"pata1B2c3D4e5F6g7.", b"0a1b" * 16),
    _token("service-key", _SERVICES + rb"[a-z0-9]{4}", _SERVICES + rb"[\w.=+/-]{16,}", b"sgp_", b"0a1b" * 10, check=_drawn_key),
    Rule("bearer", rb"bearer(?: |%20)+[\w.~+/-]{16}", rb"(?i)bearer(?: |%20)+([\w.~+/-]{16,}=*)", b"sent Bearer " + b"a1B2" * 6, _bearer),
    Rule("basic-auth", rb"basic +[a-z0-9+/]{8}", rb"(?i)\bbasic +([A-Za-z0-9+/]{8,}={0,2})", b"sent Basic " + b"dXNlcjp0cm91dDk=", _basic),
    Rule("command-secret", rb"(?:^|[^\w-])--?[\w.-]*" + _COMMAND + rb"[ \t]", rb"(?i)(?:^|[^\w-])--?(?:max|min|eos|bos|pad|unk|sep|num)[_-](?:new[_-])?token[ \t]|(?:^|[^\w-])--?[\w.-]*" + _COMMAND + rb"[ \t]+(?:\\*[\"'])?([^\s\"'\\,;:)}\]-][^\s\"'\\]*)", b"run --password trout9", _option),
    Rule("command-secret", rb"[^\w-]--?[\w.-]*" + _COMMAND + rb"\\*[\"'],? ?\\*[\"']", rb"(?i)[^\w-]--?[\w.-]*" + _COMMAND + rb"\\*[\"'],? *\\*[\"']([^\s\"'\\,;:)}\]-][^\s\"'\\]*)\\*[\"']", b"['run', '--password', 'trout9']", _argument),
    Rule("command-secret", _WORDS_IN + _COMMAND + rb"[\w]*[ \t]", rb"(?i)" + _WORDS_IN + _COMMAND + rb"[\w]*[ \t]+(?:\\*[\"'])?([^\s\"'\\=,;:)}\]-][^\s\"'\\]*)", b"ENV DB_PASSWORD trout9", _argument),
    Rule("command-secret", rb"(?:docker|podman|nerdctl|helm|oras|az|mongo\w*|heroku)\b[^|\n]* -p[ =]", rb"(?:docker|podman|nerdctl|helm|oras|az|heroku)\b[^|\n]*? login [^|\n]*?-p[ =]\\*[\"']?([^\s\"'\\]+)", b"docker login -u bob -p trout9 r.test", _argument),
    Rule("command-secret", rb"\bmongo\w* [^|\n]*-p[ =]?", rb"\bmongo(?:sh|dump|restore|export|import)? [^|\n]*?-p[ =]?\\*[\"']?([^\s\"'\\-][^\s\"'\\]*)", b"mongosh -u bob -p trout9 shop", _argument),
    Rule("command-secret", rb"(?:sqlplus|sqlldr|expdp|impdp|jdbc:oracle:\w+:) *(?:-\w+ +)*\w+/", rb"(?i)(?:sqlplus|sqlldr|expdp|impdp|jdbc:oracle:\w+:) *(?:-\w+ +)*\w+/([^\s/@\"'\\]+)@", b"sqlplus -s scott/" + b"trout9@db", _password),
    Rule("command-secret", rb"\b(?:ldap\w+|sqlcmd|bcp|zip|unzip|7z\w?|isql)\b[^|\n]* -[wp]|ssh-keygen -|\bsnmp[a-z]+ -|rar [a-z]+ -|openssl [a-z]", rb"\b(?:ldap\w+ [^|\n]*?-w *|(?:sqlcmd|bcp|isql|zip|unzip) [^|\n]*?-P *|7z\w? [^|\n]*?-p|ssh-keygen(?: [^|\n]*?)? -[NP] *|snmp(?:bulk)?(?:get(?:next)?|walk|set|table|trap|inform|status|test|df|usm)(?: [^|\n]*?)? -[AX] *|(?:un)?rar [a-z]{1,2}(?: [^|\n]*?)? -(?:hp|p)|openssl (?:enc|aes|des|camellia|chacha|bf|rc)[^|;&\n]*? -[kK] +)\\*[\"']?([^\s\"'\\<-][^\s\"'\\]*)", b"ldapsearch -D cn=a -w trout9 x", _argument),
    Rule("command-secret", rb"\becho +(?:-n +)?\\*[\"']?[^|\n]*\| *(?:sudo|docker|podman|chpasswd|helm|kinit|passwd|cryptsetup)", rb"\becho +(?:-n +)?\\*[\"']?(?:[\w.-]+:)?([^\s|\"'\\]+)\\*[\"']? *\| *(?:sudo -\w*S|(?:sudo +)?(?:chpasswd|passwd --stdin|kinit\b|cryptsetup\b)|(?:docker|podman|helm)\b[^|\n]*--password-stdin)", b"echo bob:trout9 | chpasswd", _password),
    Rule("command-secret", rb"(?-i:\bAUTH\\*\"?) ", rb"\bAUTH\\*[\"']? +(?:\\*[\"']?\w+\\*[\"']? +)?\\*[\"']?([^\s\"'\\]+)", b"AUTH default trout9!x", lambda v: len(v) if mixed(v) else 0),
    Rule("command-secret", rb"(?:htpasswd -|rabbitmqctl|vault login|net use|smbclient|mount[.]cifs)", rb"(?i)\b(?:htpasswd(?: +-\w+(?: +[0-9]{1,2}\b)?)*? +-(?:\w*n\w*b|\w*b\w*n)\w*(?: +-\w+(?: +[0-9]{1,2}\b)?)* +[^\s-]\S* +|htpasswd(?: +-\w+(?: +[0-9]{1,2}\b)?)*? +-\w*b\w*(?: +-\w+(?: +[0-9]{1,2}\b)?)* +[^\s-]\S* +[^\s-]\S* +|rabbitmqctl +(?:add_user|change_password) +\S+ +|vault login +(?:-\S+ +)*|net use +(?:[a-z*]:? +)?\\+\S+ +(?:/user:\S+ +)?|smbclient [^|\n]*?-U *[^%\s]+%)\\*[\"']?([^\s\"'\\/*-][^\s\"'\\]*)", b"vault login trout9!x", _argument),
    Rule("command-secret", rb"(?:mysql|mariadb)[^|\n]* -p", rb"(?:mysql|mariadb)[\w-]*(?: [^|\n]*?)? -p\\*[\"']?([^\s\"'\\]+)", b"mysqldump -u root -ptrout9 shop", _glued),
    Rule("command-secret", rb"(?:mysql|mariadb)[^|\n]*[\"'], ?\\*[\"']-p", rb"(?:mysql|mariadb)[\w-]*\\*[\"'],(?:[^|\n]*?,)? ?\\*[\"']-p([^\s\"'\\]+)", b"['mysql', '-ptrout9']", _glued),
    Rule("command-secret", rb"\b(?:plink|pscp|psftp|psexec|schtasks)\b[^|\n]* [/-](?:pw?|rp) ", rb"(?i)\b(?:(?:plink|pscp|psftp)(?:[.]exe)? [^|\n]*?-pw|psexec(?:64)?(?:[.]exe)? [^|\n]*?-p|schtasks(?:[.]exe)? [^|\n]*?/rp) +\\*[\"']?([^\s\"'\\]+)", b"plink -pw trout9 host", _argument),
    Rule("command-secret", rb"convertto-securestring ", rb"(?i)convertto-securestring +(?:-string +)?\\*[\"']([^\s\"'\\$]+)\\*[\"'] +-a", b"ConvertTo-SecureString 'trout9' -AsPlainText", _argument),
    Rule("command-secret", rb"\b(?:requirepass|masterauth) +[^\s:]", rb"(?i)\b(?:requirepass|masterauth) +\\*[\"']?([^\s\"'\\]+)", b"CONFIG SET requirepass trout9", _argument),
    Rule("command-secret", rb"(?:sshpass -p|redis-cli)", rb"(?:sshpass -p|redis-cli(?: [^|\n]*?)? -a) *['\"]?([^\s\"'\\]+)", b"sshpass -p trout9 ssh db", _password),
    Rule("command-secret", rb" (?:-u ?|--user[ =])['\"]?[^\s:<\"']+:", rb"\bcurl(?: [^|\n]*?)? (?:-u ?|--user[ =])['\"]?[^\s:<\"'\\]+:([^\s\"'\\]+)", b"curl -u alice:trout9 https://x.test", _password),
    Rule("command-secret", rb"-pass(?:in|out)? pass:", rb"-pass(?:in|out)? pass:([^\s\"'\\]+)", b"openssl rsa -passin pass:trout9", _password),
    Rule("password", rb"\bmachine +[^\s]+ +login +", rb"(?i)\bmachine +\S+ +login +\S+ +password +([^\s\"'\\]+)", b"machine h login u password trout9", _argument),
    Rule("password", rb"password for \\*'", rb"(?i)password for \\*'[^'\s]+': +([^\s\"'\\]+)", b"Password for 'https://bob@h': trout9x", _said),
    Rule("password", rb"password is generated for ", rb"(?i)password is generated for [^\s\"\\]+: ([^\s\"\\]+)", b"A temporary password is generated for root@localhost: aB3!xyz(Lq", _password),
    Rule("password", rb"identified [a-z_ ]*(?:by|as) \\*['\"]", rb"(?i)identified (?:with \w+ )?(?:by|as) \\*['\"]([^\s'\"\\,;:)}\]][^\s'\"\\]*)\\*['\"]", b"CREATE USER u IDENTIFIED BY 'trout9'", _argument),
    Rule("password", rb"(?:create|alter) user [^\s]+ identified by ", rb"(?i)(?:create|alter) user [^\s;]+ identified by (?:values \\*')?([^\s'\"\\;,)}\]]+)", b"ALTER USER scott IDENTIFIED BY trout9wood", _argument),
    Rule("password", rb"(?:" + _SAID + rb") \\*['\"`]", rb"(?i)(?:" + _SAID + rb") \\*['\"`]([^\s'\"`\\,;:)}\]][^\s'\"`\\]*)\\*['\"`]", b"ALTER ROLE u PASSWORD 'trout9'", _argument),
    Rule("signature", rb"(?:digest|oauth|hawk|signature|hmac-sha256) .*(?:response|signature|mac)=", rb"(?i)(?:digest|oauth|hawk|signature|hmac-sha256) .*?(?:response|signature|mac)=(?:\\*\")?([A-Za-z0-9+/=%]{16,})", b"Digest username=a, response=" + b"0a1b" * 8),
)  # fmt: skip

SAID: Final = (
    Rule("password", rb"(?:" + _SAID + rb")(?:" + _SAYS + rb"|" + _SET_TO + rb")[a-z0-9!$%^*~#@&+/_]", rb"(?i)(?:\b(?:re)?(?:set|chang(?:e|ing)|update)\w*(?: \w+){0,2} (?:" + _SAID + rb")" + _SET_TO + rb"|(?:" + _SAID + rb")" + _SAYS + rb")" + _SPOKEN, b"the password is trout9-x", _said),
    Rule("token", rb"(?:" + _SAID_KEY + rb")" + _SAYS + rb"[a-z0-9+/_-]{16}", rb"(?i)(?:" + _SAID_KEY + rb")" + _SAYS + _SPOKEN, b"api key is a1b2c3d4e5" + b"f6a7b8c9", _said_key),
    Rule("pin", _GIVES + rb"[A-Z0-9]{3}", rb"(?i:" + _GIVES + rb")" + _GIVEN, b"your one-time code is 483920", lambda v: len(v) if _code(v) else 0),
    Rule("pin", rb"[0-9] (?:is|as) your ", rb"\b([0-9]{4,8}|[0-9]{3}[ -][0-9]{3}) (?i:(?:is|as) your (?:[\w-]+ ){0,3}(?:code|passcode|otp|pin)\b)", b"483920 is your login code"),
    Rule("seed-phrase", _PHRASES, rb"(?i:" + _PHRASES + rb")[ \t]*\[?(?:\\*[\"'`])?([a-z]{3,8}(?:(?:[ ,]+|\\*[\"'],[ ]?\\*[\"'])[a-z]{3,8}){11,23})(?:[^\w ]| *$| +[^a-z ])", b"mnemonic: " + b"legal winner thank " * 4, _phrase),
)  # fmt: skip

KEYED: Final = (
    Key("password", rb"pass(?:word|wd|phrase|code)|passwort|kennwort|(?:\b|_|bind|root|db|admin)(?:psw|pw)|(?-i:[a-z]Pass)|senha|mot_de_passe", b"trout9", _any, one_of_many),
    Key("password", rb"(?:\b|_|db|ldap|smtp|mysql|admin|root|user)pass|(?:\b|_)psk", b"trout9", _pass),
    Key("password", _FOREIGN, b"trout9", _ascii),
    Key("password", rb"pwd", b"trout9", _no_folder, one_of_many),
    Key("api-key", rb"(?:api|app|auth|subscription|license|account|storage|shared)[ _.-]?key|sharedaccesskey", b"a1b2c3d4", _opaque, drawn),
    Key("secret", rb"secret|(?:access|private|secret|encryption|encrypt|signing|master|ssh|host|deploy|fernet|admin)[ _.-]?key", b"a1B2c3D4", _opaque, drawn),
    Key("session", rb"jsessionid|phpsessid|asp\.net_sessionid|connect\.sid", b"0a1b2c3d4e5f", _tokenlike),
    Key("token", rb"token|credentials?|jwt|(?:\b|:_)auth|(?:\b|_)csrf", b"a1B2c3D4e5", _tokenlike, drawn),
    Key("signature", rb"[?&;](?:x-amz-|x-goog-)?(?:sig|signature|key|code|ticket)|x-(?:amz|goog)-signature", b"0a1b" * 8, _long),
    Key("pin", rb"\b(?:cvv2?|cvc2?|otp|pin|totp|mfa_code)", b"7351", _pin),
    Key("pin", rb"(?:" + _CODES + rb")[ _-]?code", b"483920", _code, _code),
    Key("authorization", rb"authorization", b"Bearer a1B2c3D4e5", _any),
    Key("cookie", rb"cookie", b"sid=a1B2c3D4e5F6", _any),
)  # fmt: skip
