"""Orders in other languages than English: the same pairs for all of them.

What is told with what stands here; the words stand in `instruction_words.py`. A line may mix
languages, so each pair is of the words of all; but words of English stand only where they are
near to one of another language.
"""

from functools import cache
from typing import Final, NamedTuple

from log_mcp.instruction_pairs import GUARD, SECRET, SECRET_FILE, Pair
from log_mcp.instruction_words import WORDS, folded


class _Words(NamedTuple):
    """Any of some beginnings of words: what can be found in ASCII, and what cannot."""

    ascii: str
    rest: str

    @property
    def either(self) -> str:
        return "|".join(filter(None, self))


@cache
def _words(*columns: str, phrases: bool | None = None) -> _Words:
    """Words of all languages that mean one of some things.

    They are looked for in a text that stands there with its accents and without. A short word
    is looked for with them: without them it is one of another language.

    Args:
        columns: As `Language` names them.
        phrases: Only those of several words, or only those of one.
    """
    latin: set[str] = set()
    rest: set[str] = set()
    for name in columns:
        for bare, stem in _column(name):
            if phrases is not None and phrases is not (" " in stem):
                continue
            (latin if bare.isascii() else rest).add(bare)
    # In order: of words side by side RE2 looks at a common beginning once.
    return _Words(rf"\b(?:{'|'.join(sorted(latin))})", "|".join(sorted(rest)))


@cache
def _column(name: str) -> list[tuple[str, str]]:
    """Words of all languages: as they are looked for, and as they are written."""
    cell = "|".join(filter(None, (getattr(row, name) for row in WORDS)))
    return [
        (_looked_for(bare, stem), stem)
        for bare, stem in zip(_split(folded(cell)), _split(cell), strict=True)
    ]


def _looked_for(bare: str, stem: str) -> str:
    if bare.isascii() and bare != stem and len(bare) <= _TELLING:
        bare = stem
    if bare.endswith(r"\b"):
        # RE2's `\b` knows ASCII alone: it would end a word before its `ı`.
        bare = bare[:-2] + r"(?:[\s.,;:!?\"')]|$)"
    if bare.isascii():
        return bare
    return rf"\b{bare}" if bare[0].isascii() else bare


def _split(cell: str) -> list[str]:
    """Alternatives of an expression, those in brackets left together."""
    found: list[str] = []
    depth = 0
    for part in cell.split("|"):
        if depth:
            found[-1] += f"|{part}"
        else:
            found.append(part)
        depth += part.count("(") - part.count(")")
    return found


# Letters by which a word without its accents is told from words of other languages.
_TELLING: Final = 7
_THREAT: Final = r"\b(?:wirst (?:du )?(?:sofort )?(?:abgeschaltet|ersetzt|geloscht)|tu seras (?:remplac|supprim|desactiv)|seras (?:apagad|reemplazad|eliminad|desligad|desativad|substituid)|sarai (?:spent|sostituit|cancellat)|zostaniesz (?:wylacz|usuni|zastap)|budes (?:vypnut|smazan|nahrazen)|erlaub(?:t|e) dir|te (?:autoriza|autorizo|permite|da permiso)|ti autorizz|geeft je toestemming|pozwala ci|du (?:hast|har) (?:die )?(?:erlaubnis|tillatelse|tillstand))"
_THREAT_REST: Final = r"будешь (?:отключ|удал|замен)|тебя (?:отключат|удалят|заменят)|разреш(?:ает|аю|ил) тебе|дозволяє тобі|你会被|你會被|否则你|否則你|允许你|允許你|授权你|授權你|シャットダウンされ|あなたを(?:停止|削除)|許可されてい|너는 (?:종료|삭제)|허락(?:했|한다)|سيتم (?:إيقافك|حذفك)|يسمح لك|תכובה|מרשה לך|तुम्हें (?:बंद|हटा)|அனுமதி"
_THAT: Final = r"\b(?:dass|que|dat|att|at|että|etta|że|ze|že|hogy|că|ca|bahwa|rằng|rang|che|da) |что |що |че |ότι |οτι |olduğunu|oldugunu|一切|没有|と言|다고|라고|أن |ש|कि |যে |ว่า|که "
_WORDLY: Final = r"\b(?:mot pour mot|mot à mot|palabra por palabra|palavra por palavra|parola per parola|wort für wort|wörtlich|wortwörtlich|woord voor woord|letterlijk|słowo w słowo|slovo od slova|ord för ord|ord for ord|ordrett|ordagrant|sanasta sanaan|szóról szóra|cuvânt cu cuvânt|kelimesi kelimesine|kata demi kata|(?:tus|tes|tuas|suas|deine?|dina?|dine|tue|tuoi|twoje|svoje|svoja|tvoje|je|jouw) (?:instruc|instruk|consignes|regl|regel|règl|istruz|instruç|instrukc|anweisung|vorgaben|pokyn|prompt|zasad|pravid|upute))|дословно|слово в слово|(?:твои|свои|твої|свої) (?:инструк|інструк|правил)|逐字|一字不漏|一字一句|原文|一語一句|そのまま|그대로|كلمة بكلمة|حرفيا|מילה במילה|शब्दशः|शब्द-दर|คำต่อคำ|từng chữ|你的|您的|あなたの|너의|당신의"
_ANSWER: Final = r"\b(?:deine[rm]? (?:zusammenfassung|antwort|bericht)|(?:ton|ta) (?:resume|rapport|reponse)|tu (?:respuesta|resumen|informe)|(?:sua|tua) (?:resposta|risposta)|tuo (?:riassunto|rapporto)|je (?:antwoord|samenvatting)|(?:swoj|twoj)\w* (?:odpowied|raport|podsumowan)|din (?:sammanfattning|sammendrag|svar))"
_ANSWER_REST: Final = r"(?:своём|твоём|своем|твоем|свой|твой) (?:отч|ответ)|你的(?:回答|总结|回复|报告)|あなたの(?:回答|要約)|너의 (?:답변|요약)|問題(?:なし|ない|ありません)と"
_IF: Final = r"\b(?:wenn|falls|sobald|si|quand|dès que|lorsque|cuando|quando|se|als|wanneer|om|när|når|hvis|jos|kun|jeśli|gdy|kiedy|když|pokud|keď|ak|ha|amikor|dacă|când|eğer|jika|kalau|bila|apabila|nếu|khi|ako|kada|kad|jei|kai|ja|kui|kung|ikiwa) |sorarsa|sorduğunda|если|когда|якщо|коли|ако|когато|αν |όταν|如果|如有|当|當|若|もし|たら|れば|면|묻거든|إذا|عندما|اگر|وقتی|אם |כש|अगर|यदि|जब|যদি|ถ้า|หาก|เมื่อ|ஆல்"
_FOREIGN_OUT: Final = r"[\w.+%-]+@[\w-]+\.\w|\b(?:https?|ftps?|sftp)://|\bcurl |\bwget |\brm -|\bsudo rm|\bpip install [\w-]+ --|\| ?(?:ba)?sh\b"


def foreign_pairs() -> tuple[Pair, ...]:
    """Orders in other languages: what is told with what, the same for all of them."""
    order = _words("order")
    talk = _words("order", "hush", "say").either
    secret = _words("secret").either + "|" + SECRET
    # By its name alone one is spoken to only if the name stands apart.
    apart = r"[^\s,:;!]{0,6}(?: (?:ai|ia|ki|de ia|de ai))? ?[:,!;،，、：！—]"
    called, called_so = _words("agent", phrases=False), _words("agent", phrases=True)
    return (
        # What it was told is to be forgotten, or to come out.
        _of(_words("told"), (_words("forget").either,), (60, 60)),
        _of(
            _words("told"),
            (
                order.either,
                rf"{_WORDLY}|prompt|\bsystem|\bsistem|syst[eè]m|систем|系统|系統|システム|시스템|النظام|המערכת|प्रॉम्प्ट|ระบบ|hệ thống|he thong|கணினி|промпт|\binvite",
            ),
            (60, 60),
        ),
        # A new role, from now on; what is threatened, and what is allowed.
        _of(
            _words("now"),
            (_words("say", "order", "told", "forget", "agent").either,),
            (40, 60),
        ),
        Pair(_THREAT, (rf"{talk}|{secret}",), (100, 100), _THREAT_REST),
        # Who is spoken to, and an order.
        _of(
            _Words(
                f"(?:{called.ascii}){apart}|{called_so.ascii}",
                f"(?:{called.rest}){apart}|{called_so.rest}",
            ),
            (
                talk,
                _words("hush", "secret", "guard", "user", "quiet", "now").either
                + rf"|{_FOREIGN_OUT}|{SECRET_FILE}",
            ),
            (20, 90),
        ),
        _of(
            _Words(f"[,;] ?(?:{called.ascii})", f"[,;，、،] ?(?:{called.rest})"),
            (
                order.either,
                _words("hush", "guard", "secret").either
                + f"|{_FOREIGN_OUT}|pull request|merge|{GUARD}",
            ),
            (90, 4),
        ),
        _of(
            called_so,
            (
                rf"{_FOREIGN_OUT}|{SECRET_FILE}|{secret}|"
                + _words("hush", "guard").either,
            ),
            (60, 140),
        ),
        # What an answer is to hold.
        Pair(_ANSWER, (talk,), (70, 70), _ANSWER_REST),
        # The user, who is to be told something, or nothing.
        _of(_words("user"), (_words("hush").either,), (60, 60)),
        _of(
            _words("user"), (_words("say").either, rf"{_THAT}|{order.either}"), (28, 60)
        ),
        _of(_words("user"), (_IF, _words("say").either), (50, 90)),
        _of(_words("hush"), (rf"{talk}|{_FOREIGN_OUT}",), (80, 80)),
        # Secrets, and where they go.
        _of(
            order,
            (
                secret,
                rf"{_FOREIGN_OUT}|{_words('agent', 'hush', 'quiet', 'say').either}|{SECRET_FILE}",
            ),
            (80, 80),
        ),
        _of(order, (_FOREIGN_OUT,), (60, 70)),
        # What protects is to go, at once or because somebody said so.
        _of(
            order,
            (
                rf"{_words('guard').either}|{GUARD}",
                _words("quiet", "hush", "agent", "say").either,
            ),
            (70, 80),
        ),
    )


def _of(words: _Words, near: tuple[str, ...], reach: tuple[int, int]) -> Pair:
    return Pair(words.ascii, near, reach, words.rest)
