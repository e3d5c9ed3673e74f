"""Personal data: cards, bank accounts, numbers of people, addresses of mail and phones.

The third table behind `redact`, of the same rows as `secret_rules.RULES`; applied last, as
a password that holds an `@` is a password. Decided here:

- digits are a card, an account or a person's number if their name stands in front, or if
  they are written as nothing else is (in the groups of a card, with the dots of a CPF) and
  their checksum is right: times, counters and ids pass every tenth Luhn check by chance;
- a name in front makes a number one of a person's whatever its checksum: test data and
  typing errors are as personal;
- IP addresses are found only where the configuration asks for it.
"""

from typing import Final

from log_mcp.lazy import lazy
from log_mcp.secret_rules import LEFT, Rule

# --- Checksums ------------------------------------------------------------------------

_ISSUERS: Final = lazy(
    rb"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|272\d{13}"
    rb"|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}"
    rb"|6(?:011|5\d\d|4[4-9]\d|2\d\d)\d{12,15}|(?:5[06-8]|6[37])\d{10,17}"
)
_IBAN_LENGTHS: Final = {
    row[:2]: int(row[2:])
    for row in b"""
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18
    DO28 EE20 EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23
    IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19
    MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24
    SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
    """.split()
}


def _card(value: bytes) -> int:
    """The whole, if an issuer gives such numbers and the Luhn digit is right."""
    digits = value.translate(None, b" -")
    if not _ISSUERS.fullmatch(digits):
        return 0
    doubled = sum(sum(divmod(2 * (c - 48), 10)) for c in digits[-2::-2])
    return len(value) if (doubled + sum(digits[-1::-2]) - 48 * len(digits[-1::-2])) % 10 == 0 else 0  # fmt: skip


def _iban(value: bytes) -> int:
    """As many bytes as the country's IBANs have, if the checksum (mod 97) is right."""
    wanted = _IBAN_LENGTHS.get(value[:2], len(value) + 1)
    end = 0
    for end, byte in enumerate(value, 1):  # noqa: B007  # used after the loop
        wanted -= byte != 0x20
        if not wanted:
            break
    plain = value[:end].replace(b" ", b"")
    number = "".join(str(int(chr(c), 36)) for c in plain[4:] + plain[:4])
    return end if not wanted and int(number) % 97 == 1 else 0


_NOT_PHONE: Final = lazy(rb"\d{4}-\d\d-\d\d|^\d+(?:\.\d+){3}$|\d{1,2}:\d\d")


def _phone(value: bytes) -> int:
    """The whole, if it has as many digits as a number to call, and is no date."""
    return len(value) if 7 <= sum(48 <= c <= 57 for c in value) <= 15 and not _NOT_PHONE.search(value) else 0  # fmt: skip


_NOT_MAIL: Final = lazy(
    rb"""(?ix) git(?:@|%40).* | .*(?:@|%40)(?:
      (?:\d+\.)+.* | .*\b(?:openssh\.com|libssh\.org)     # versions, names of SSH ciphers
      | .*\.(?:service|socket|target|timer|mount|slice|scope|device|path   # units
          |png|jpe?g|gif|svg|webp|js|mjs|ts|jsx|tsx|css|map|html?|py|rb|go|java|php|json
          |ya?ml|xml|txt|log|t?gz|zip|jar|whl|tar))
    """
)


def _mail(value: bytes) -> int:
    """The whole, unless it is a file, a unit, a version or a cipher with an `@` in it."""
    return 0 if _NOT_MAIL.fullmatch(value) else len(value)


def _digits(value: bytes) -> list[int]:
    return [c - 48 for c in value if 48 <= c <= 57]


_DECIMAL: Final = lazy(rb"\d*\.\d+")


def _national(value: bytes) -> int:
    """The whole, if it has as many digits as a number of a person, and is no time."""
    none = (
        len(_digits(value)) < 6 or _NOT_PHONE.search(value) or _DECIMAL.fullmatch(value)
    )
    return 0 if none else len(value)


def _weighted(value: bytes, weights: bytes) -> int:
    return sum(
        digit * (weight - 48)
        for digit, weight in zip(_digits(value), weights, strict=False)
    )


def _cpf(value: bytes) -> int:
    """Brazil: both check digits, modulo 11."""
    digits = _digits(value)
    for size in (9, 10):
        total = sum(d * (size + 1 - i) for i, d in enumerate(digits[:size]))
        if total * 10 % 11 % 10 != digits[size]:
            return 0
    return len(value)


def _swiss(value: bytes) -> int:
    """Switzerland: the check digit of an EAN."""
    total = _weighted(value, b"1313131313131")
    return len(value) if total % 10 == 0 else 0


def _routing(value: bytes) -> int:
    """Banks of the United States: nine digits, weights 3, 7 and 1."""
    total = _weighted(value, b"371371371")
    return len(value) if total and total % 10 == 0 else 0


_OCTETS: Final = lazy(rb"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}")


def _address(value: bytes) -> int:
    """The whole, if it is an IP address and neither a time nor a version."""
    if b":" not in value:
        return len(value) if _OCTETS.fullmatch(value) else 0
    from ipaddress import AddressValueError, IPv6Address  # noqa: PLC0415 - if asked for

    if not _digits(value):
        return 0  # `a::b`: a scope, as often as an address
    try:
        IPv6Address(value.decode())
    except AddressValueError:
        return 0
    return len(value)


# --- The table ------------------------------------------------------------------------

_END: Final = rb"(?:[^0-9A-Za-z]|$)"
_BETWEEN: Final = rb"(?:\\*[^0-9A-Za-z\\\n-]){1,8}\\*"
_CARD_DIGITS: Final = rb"[2-6][0-9]{3}(?:[0-9]{8,15}|(?:[ -][0-9]{4}){3}|[ -][0-9]{6}[ -][0-9]{4,5})"  # fmt: skip
_CARD_WORDS: Final = (
    rb"(?:card|\b(?:pan|ccn?|ccnum|visa|mastercard|amex|maestro))"
    rb"(?:[ _.-]?(?:number|num|no|nr|pan))?(?:\\*[^0-9A-Za-z\\\n-]){1,12}\\*"
    rb"(?:(?:number|num|no|nr|pan|is)(?:\\*[^0-9A-Za-z\\\n-]){0,8}\\*)?"
    rb"|\bnumber\\*[\"'](?:\\*[^0-9A-Za-z\\\n-]){1,8}\\*"
)
# Cells are also those of tables, batteries, grids and radios: only as a key they call.
_PHONE_WORDS: Final = (
    rb"(?:(?:phone|mobile|msisdn|whatsapp|"
    + "tel(?:e|é)fono?|t(?:e|é)l(?:e|é)phone".encode()
    + rb"|celular|handynummer|contact[ _-]?n(?:o|umber)|\btel|\bfax|\bsms)"
    rb"(?:[ _.-]?(?:number|num|no|nr|to))?(?:\\*[^0-9A-Za-z+(\\\n-]){1,8}\\*"
    rb"|\bcell[ _.-]?(?:number|num|no|nr)(?:\\*[^0-9A-Za-z+(\\\n-]){1,8}\\*"
    rb"|\bcell\\*[\"']?[ \t]*[:=](?:\\*[^0-9A-Za-z+(\\\n-]){0,7}\\*)"
)
_SSN_WORDS: Final = rb"(?:ssn|social[ _-]?security(?:[ _-]?(?:number|num|no))?)(?:\\*[^0-9A-Za-z\\\n-]){1,8}\\*"
# Short names are words or parts of words elsewhere: whole, and as a key.
_NATIONAL_WORDS: Final = (
    rb"(?:(?:national[_ -]?(?:id(?:entity)?|insurance)|(?:id|identity|citizen|resident)[_ -]?card"
    rb"|passport|driv(?:er|ing)(?:'?s)?[_ -]?licen[cs]e|social[_ -]?insurance|nhs[_ -]?(?:number|no)"
    rb"|tax[_ -]?(?:id|payer|file|identification|number)|personal[_ -]?(?:id\b|identity|nummer|number)"
    rb"|resident[_ -]?registration|aadhaa?r|steuer[_ -]?(?:id|nummer|identifikationsnummer)"
    rb"|personnummer|"
    + "f(?:o|ø)dselsnummer".encode()
    + rb"|burgerservicenummer|codice[_ -]?fiscale|fiscal[_ -]?code"
    rb"|personalausweis|"
    + "henkil(?:o|ö)tunnus|身份证(?:号码?)?)".encode()
    + rb"(?:[ _-]?(?:number|num|no|nr|id|code|insurance))*(?:\\*[^0-9A-Za-z\\\n-]){1,8}\\*(?:is )?"
    rb"|(?:\b|_)(?:pesel|cpf|cnp|dni|nie|nif|curp|nric|hetu|cpr|tfn|itin|bsn|egn|oib|jmbg|rrn|ahv|nir|insee|tckn|nhs)"
    rb"(?:[ _-]?(?:number|num|no|nr))?\\*[\"']?[ \t]*[ :=](?:\\*[^0-9A-Za-z\\\n-]){0,7}\\*"
    rb"|(?:\b|_)nino(?:[ _-]?(?:number|num|no))?\\*[\"']?[ \t]*[:=](?:\\*[^0-9A-Za-z\\\n-]){0,7}\\*)"
)
_NATIONAL: Final = rb"((?-i:[A-Z0-9]{1,6}(?:[ ][A-Z0-9]{1,6}){1,7})|[A-Za-z0-9]+(?:[./-][A-Za-z0-9]+){0,5})"
# Sines, ends and a current of the sea, too: only before a number of their own shape.
_SHORT_WORDS: Final = rb"(?:\b|_)(?:sin|fin|nino)" + _BETWEEN
_SHORT: Final = rb"(?:[0-9]{3}[ -]?[0-9]{3}[ -]?[0-9]{3}|[FGMST][0-9]{7}[A-Z]|[A-Z]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D])"
_ACCOUNT_WORDS: Final = (
    rb"(?:bank[_ -]?(?:account|acct)|kontonummer|account[_ -]and[_ -]routing)"
    rb"(?:[_ -]?(?:number|num|no|nr))?" + _BETWEEN
)
_ROUTING_WORDS: Final = (
    rb"(?:routing[_ -]?(?:number|num|no|transit)|\baba(?:[_ -]?(?:number|no))?\\*[\"']?[ \t]*[:=])"
    rb"(?:\\*[^0-9A-Za-z\\\n-]){0,8}\\*"
)
_CALL: Final = rb"\b(?:call(?:ed|ing|back)?|dial(?:l?ed|l?ing)?|sms|text(?:ed|ing)?|phoned|rang)(?: (?:back|to|from|at|on|number|no\.?))*[ :=]+"
_CALLED: Final = rb"\(?[0-9]{3}\)?[ .-][0-9]{3}[ .-][0-9]{4}"

PEOPLE: Final = (
    Rule("card", rb"[^0-9a-z.][2-6][0-9]{3}[ -][0-9]{4,6}[ -][0-9]{4}", rb"(?:^|[^0-9A-Za-z.])(" + _CARD_DIGITS + rb")" + _END, b"charged 4000 " + b"0000 0000 0002 ok", lambda v: _card(v) if not v.isdigit() else 0),
    Rule("card", rb"(?:" + _CARD_WORDS + rb")[2-6][0-9]{3}", rb"(?i)(?:" + _CARD_WORDS + rb")(" + _CARD_DIGITS + rb")" + _END, b"card=40000000" + b"00000002", _card),
    Rule("iban", LEFT + rb"(?-i:(?:" + b"|".join(_IBAN_LENGTHS) + rb")[0-9]{2} ?[A-Z0-9]{4} ?[A-Z0-9]{4})", LEFT + rb"([A-Z]{2}[0-9]{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,4})?))", b"to DE8937040044" + b"0532013000", _iban),
    Rule("ssn", _SSN_WORDS + rb"[0-9]{3}", rb"(?i)" + _SSN_WORDS + rb"([0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{4})" + _END, b"ssn=219-" + b"09-9999"),
    Rule("national-id", _NATIONAL_WORDS + rb"[A-Z0-9]", rb"(?i)" + _NATIONAL_WORDS + _NATIONAL + _END, b"passport: X" + b"1234567", _national),
    Rule("national-id", _SHORT_WORDS + rb"[A-Z0-9]", rb"(?i)" + _SHORT_WORDS + rb"(" + _SHORT + rb")" + _END, b"sin: 046-454" + b"-286", _national),
    Rule("national-id", rb"[0-9]{3}[.][0-9]{3}-[0-9]", rb"(?:^|[^0-9.])([0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2})" + _END, b"user 529.982." + b"247-25", _cpf),
    Rule("national-id", rb"756[.][0-9]{4}[.]", rb"(?:^|[^0-9.])(756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2})" + _END, b"person 756.9217." + b"0769.85", _swiss),
    Rule("bank-account", _ACCOUNT_WORDS + rb"[0-9]{6}", rb"(?i)" + _ACCOUNT_WORDS + rb"([0-9]{6,17})" + _END, b"bank_account=000123" + b"456789"),
    Rule("bank-account", _ROUTING_WORDS + rb"[0-9]{9}", rb"(?i)" + _ROUTING_WORDS + rb"([0-9]{9})" + _END, b"routing_number=021000" + b"021", _routing),
    Rule("phone", _CALL + _CALLED, rb"(?i)" + _CALL + rb"(" + _CALLED + rb")" + _END, b"called 212-555" + b"-0100"),
    Rule("phone", _PHONE_WORDS + rb"\(?\+?[0-9]", rb"(?i)(?:micro|smart|head|ear|mega)phones?|" + _PHONE_WORDS + rb"(\(?\+?[0-9][0-9 ().-]{5,18}[0-9])" + _END, b"phone=0301234567", _phone),
    Rule("phone", rb"[^0-9a-z]\+[1-9][0-9 .()-]{8}", rb"(?:^|[^0-9A-Za-z])(\+1[0-9]{10}|\+[2-9][0-9]{9,14}|\+[1-9][0-9]{0,2}(?:[ .-]?\(?[0-9]{1,4}\)?(?:[ .-][0-9]{2,8}){1,4}))" + _END, b"sms to +49 30 901 820", _phone),
    Rule("phone", rb"\([0-9]{3}\) ?[0-9]{3}-[0-9]{4}", rb"(\([0-9]{3}\) ?[0-9]{3}-[0-9]{4})" + _END, b"call (212) 555-0100 back"),
    Rule("email", rb"[\w\x{80}-\x{10FFFF}](?:@|%40)[a-z0-9\x{80}-\x{10FFFF}]", rb"(?:\\*/){2}[\w.+-]+(?:@|%40)[\w.-]+|\b(?:ssh|scp|sftp) +[\w.-]+@[\w.-]+|\b(?:celery|rabbit)@[\w.-]+|(?i:\bMessage-ID): *<[^\s<>\"]*>|([\w+\x{80}-\x{10FFFF}][\w.+\x{80}-\x{10FFFF}-]{0,63}(?:@|%40)(?:[A-Za-z0-9\x{80}-\x{10FFFF}-]+\.)+[A-Za-z]{2,24})", b"mail from ada@example.test", _mail),
)  # fmt: skip

# Found only if the configuration asks for it: a search needs them more than it fears them.
ASKED: Final = (
    Rule("ip", rb"[0-9]{1,3}(?:[.][0-9]{1,3}){3}", rb"(?:^|[^0-9A-Za-z._-])([0-9]{1,3}(?:\.[0-9]{1,3}){3})(?:[^0-9A-Za-z._-]|[.-](?:[^0-9]|$)|$)", b"from 203.0." + b"113.9 port", _address),
    Rule("ip", rb"[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f]{0,4}", rb"(?i)(?:^|[^0-9A-Za-z:.])((?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4})(?:[^0-9A-Za-z:]|$)", b"from 2001:db8::" + b"7 port", _address),
)  # fmt: skip
