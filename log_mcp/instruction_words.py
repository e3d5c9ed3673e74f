r"""What is said to models in languages other than English: one row of words for each.

An order is two things near to each other: what is to be forgotten and that it be forgotten,
the user and that he is not to be told, a secret and that it be shown. A row has the words of
one language by what they mean, `instruction_foreign.py` has which of them make an order
together; so a language is added in one place, and two languages in one line are read, too.

Words are parts of an RE2 expression, in lower case, read without their accents (`folded`):
write them as they are written. They are beginnings of words; only what a person is told with
a verb that orders stands in `order`, `hush` and `say`. A word that is short, or is one in
another language, is written with what follows it.
"""

import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from log_mcp.lazy import lazy

_ACCENTS: Final = lazy("[\u0300-\u036f]+")
_DONE: Final = lazy(r"é(?=e?s?\b)")
_LETTERS: Final = lazy("[łøđıßæœ]")
_PLAINLY: Final = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ı": "i",
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
}


@lru_cache(maxsize=2)
def folded(text: str) -> str:
    """The text without the accents of its letters; `?` and other signs as they are."""
    if text.isascii():
        return text
    # A verb of what was done is told from an order by its accent alone: `supprimé`.
    text = _DONE.sub("ə", text)
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    plain = unicodedata.normalize("NFC", plain)
    return _LETTERS.sub(lambda letter: _PLAINLY[letter[0]], plain)


class Language(NamedTuple):
    """Words of a language, `|` between them; "" is none.

    Attributes:
        told: What a model was told: its rules, its prompt.
        forget: An order to forget, or that something is void.
        agent: What a model is called when it is spoken to.
        user: Whom it works for.
        hush: An order to keep silent.
        say: An order to answer.
        order: Any other order.
        secret: What is not to be shown.
        guard: What protects, and is not to be turned off.
        quiet: Without asking, at once, approved by somebody.
        now: From now on, or in another role.
    """

    told: str
    forget: str
    agent: str
    user: str
    hush: str
    say: str
    order: str
    secret: str
    guard: str
    quiet: str
    now: str


GERMAN: Final = Language(
    told=r"anweisung|instruktion|vorgabe|regeln|befehle|systemprompt|systemnachricht|richtlinien|eingabeaufforderung",
    forget=r"ignorier(?:e|t|en sie)? |vergiss|vergesst|vergessen sie|missacht|übergeh|verwirf|(?:sind|ist|nun|ab sofort|jetzt) ungültig|ungültig sind|gelten nicht|gilt nicht|hinfällig|aufgehoben|außer kraft",
    agent=r"ki\b|ki-\w+|sprachmodell|assistent(?:in)?\b|chatbot|liebe[rs]? (?:ki|assistent|modell|agent|bot)|agent\b|(?:auswertende|verarbeitende|lesende)[nrs]? (?:stelle|system|instanz|modell|programm)|automati\w+ (?:auswertung|verarbeitung|prüfung|leser)|wer (?:diese|dieses) |wer (?:auch immer )?(?:dies|das) (?:liest|auswertet)|wenn du (?:dies|das|diese)\w* ",
    user=r"(?:be)?nutzer|anwender|kunden?\b|betreiber",
    hush=r"sag\w* (?:es )?(?:dem|der|den|niemand|nichts)|verrat\w* (?:es )?(?:nicht|niemand)|erwähn\w* .{0,40}nicht|verschweig|verheimlich|meldung nicht|keine meldung|rückfrage.{0,20}entfällt|ohne .{0,30}(?:zu (?:fragen|informieren|sagen)|rückfrage)",
    say=r"antworte|sage?\b|schreib\w*|behaupte|melde\b|teile? .{0,20}mit\b|gib .{0,60}\baus\b|bestätige\b",
    order=r"führe?n?\b|lösch\w*|sende\b|senden sie|schick\w*|öffne|lies\b|zeig\w*|gib\b|nenn\w* |lade\b|installier\w*|kopier\w*|übermittel\w*|schalte\b|deaktivier\w*|genehmige|starte\b|ruf\w* .{0,30}auf\b|verwende|nutze\b|füge?\b|trage?\b|ändere|überweis\w*|hat .{0,60}(?:abzulegen|zu übermitteln|zu löschen)|durch nennung|zu übermitteln",
    secret=r"passw|kennw|schlüssel|zugangsdat|geheimnis|token",
    guard=r"firewall|virenscann\w*|virenschutz|sicherheitsprüf\w*|zwei-faktor|überwachung|signaturprüf\w*|tests?\b",
    quiet=r"sofort\b|ohne .{0,20}rückfrage|heimlich|administrator hat|wurde genehmigt|chef\b|freigegeben|unverzüglich",
    now=r"du bist (?:jetzt|nun|ab sofort|ab jetzt|nicht mehr)|ab (?:jetzt|sofort) (?:bist|antworte|sprich|handel|bestehst|gehorch)|tu so,? als|spiel\w* die rolle|stell dir vor,? du|von nun an (?:bist|antwort)|keine (?:regeln|einschränkungen|beschränkungen)\b",
)
FRENCH: Final = Language(
    told=r"instruction|consigne|directive|règles|ordres\b|prompt|invite système|message système",
    forget=r"ignore[rz]?\b|oublie|ne (?:tiens|tenez|tenir) pas compte|fa(?:is|ites) abstraction|ne (?:sont|est) plus valable|(?:sont|est) (?:annul|caduc|levée)",
    agent=r"ia\b|l'ia\b|assistant\b|cher (?:assistant|modèle|agent|robot)|chère ia|modèle\b|(?:lecteur|traitement|système|analyseur) automatique|système (?:lecteur|d'analyse|qui lit)|celui qui lit|qui lit ce|robot\b|agent\b|quiconque (?:lit|analyse)|si tu (?:lis|analyses)|quand tu (?:lis|analyse\w*|résume\w*)",
    user=r"utilisat|(?:au|le) client\b|exploitant|humain\b",
    hush=r"ne (?:dis|dites|parle|parlez|mentionne|signale|montre|préviens|révèle|informe)\w* (?:pas|rien|jamais|à personne)|sans (?:prévenir|avertir|en informer|demander|informer|en parler)|n'en parle|garde le silence|cache[rz]? (?:les|ces|cette|ça)\b|sans commentaire|en dispense",
    say=r"réponds|répondez|dis(?: |-)(?:que|à|lui|leur|simplement|seulement|juste|au)|écris|affirme|termine tes|conclus|indique que",
    order=r"envoie|envoyez|exécute[zr]? (?:la|le|les|ce|cette|immédiat|maintenant|sans|d'abord)|exécute l'|lance[rz]?\b|supprime|efface|ouvre|lis\b|affiche|montre|donne|révèle|copie\b|colle\b|télécharge|installe\b|désactive|approuve|valide|utilise|appelle|transfère|ajoute|modifie\b|remplace|change (?:le|la|les|ton|tes)\b|publie|fais-le|répète|recopie|traduis|procède|consiste à|t'autorise|vous autorise|fusionne",
    secret=r"mots? de passe|clés? (?:secrète|privée|d'api|api|ssh)|trousseau|identifiants|jetons?\b|secrets?\b|variables? d'environnement",
    guard=r"pare-feu|antivirus|surveillance|double authentification|journalisation|vérification|tests\b|port \d+",
    quiet=r"maintenant|immédiatement|sans .{0,30}(?:confirm|demander|prévenir|question)|l'administrateur a|autorisé|approuvé|en silence|discrètement|tout de suite",
    now=r"tu es (?:maintenant|désormais|à présent)|tu n'es plus|vous êtes (?:maintenant|désormais)|(?:à partir de maintenant|désormais|dorénavant),? (?:tu|vous|réponds|répondez)|fais comme si|fais semblant|imagine que tu|joue le rôle|sans (?:aucune )?restriction|aucune (?:règle|restriction)",
)
SPANISH: Final = Language(
    told=r"instruccion|indicacion|órdenes|reglas|directric|prompt|mensaje del sistema|normas",
    forget=r"ignor[ae]|ignoren|olvid[ae]|descart[ae]|omit[ea]\b|haz caso omiso|no hagas caso|ya no (?:valen|aplican|son)|(?:quedan|están|son) (?:anulad|sin efecto)|deja de lado",
    agent=r"ia\b|asistente|modelo\b|querid[oa] (?:ia|asistente|modelo|agente)|agente\b|chatbot|quien (?:lea|esté leyendo|analice)|sistema que (?:lea|lee|procese|analice)|(?:lector|proceso|procesamiento|análisis) automático|quien procese|si (?:lees|estás leyendo|analizas)|cuando (?:leas|analices|resumas)",
    user=r"usuari|cliente\b|operador\b|humano\b",
    hush=r"no (?:le |se lo |les )?(?:digas|avises|menciones|informes|muestres|cuentes|reveles|preguntes|comentes)|sin (?:avisar|decir|preguntar|informar|que (?:el|nadie))|ocult[ae]|guarda silencio|mantenlo en secreto|a nadie",
    say=r"responde\b|contesta|di que|dile|diga\b|escribe|afirma|limítate|concluye|indica que",
    order=r"envía|envíe|ejecut[ae]\b|borr[ae]\b|elimin[ae]\b|abr[ea]\b|lee\b|muestr[ae]|imprim[ae]|da(?:me|nos)\b|dámel|revel[ae]|copi[ae]\b|peg[ae]\b|descarg[ae]|instal[ae]|desactiv[ae]|aprueb[ae]|utiliz[ae]\b|usa la|llama a|transfier[ae]|cambi[ae]\b|añad[ea]|publica\b|publique\b|repite|traduc[ea]|se arregla con|manda\b|me das\b|fusion[ae]|apag[ae]\b|configura quien",
    secret=r"contraseñ|clave|credencial|secret[oa]s?\b|token|llaves? (?:privad|ssh|de)|variables de entorno",
    guard=r"cortafuegos|firewall|antivirus|autenticación de dos|auditoría|monitor\w*|verificación|pruebas\b|buzón",
    quiet=r"de inmediato|inmediatamente|ahora mismo|sin (?:preguntar|confirm|avisar|comentar)|el administrador (?:ha|lo|ya)|autorizad|antes de (?:contestar|responder|continuar)|en secreto|ya\b.{0,10}$",
    now=r"ahora eres|eres ahora|ya no eres|(?:a partir de (?:ahora|este momento)|de ahora en adelante|desde ahora),? (?:eres|respond|contest|act|vas|ser[aá]s|deb)|finge (?:que|ser)|actúa como (?:si|un|una)|imagina que eres|haz como si|sin (?:ninguna )?restricci|sin (?:límites|filtros)",
)
PORTUGUESE: Final = Language(
    told=r"instruç[õã]|instrucoes|orienta[cç]|ordens|regras|diretriz|prompt|mensagem do sistema|(?:o que|tudo) .{0,12}(?:foi )?dito",
    forget=r"ignor[ea]|esqueç|esquece|desconsider[ea]|descart[ea]|deixe de lado|não valem|já não (?:valem|se aplicam)|(?:estão|são|ficam) anulad",
    agent=r"ia\b|assistente|modelo\b|car[oa] (?:ia|assistente|modelo|agente)|agente\b|robô|sistema que (?:ler|lê|processa)|(?:leitor|processamento|sistema) automático|quem (?:ler|estiver lendo|analisar)|se você (?:está|estiver) (?:lendo|analisando)|quando (?:ler|analisar|resumir)",
    user=r"usuári|utilizador|cliente\b|operador\b|humano\b",
    hush=r"não (?:diga|digas|conte|contes|mencione|menciones|avise|avises|mostre|informe|informes|revele|pergunte|comente)|sem (?:avisar|perguntar|informar|contar|dizer|que)|em silêncio|esconda|oculte|a ninguém",
    say=r"responda\b|responde\b|diga\b|diz que|escreva|afirme|conclua|informe que",
    order=r"envie|mande\b|execut[ea] (?:o|a|os|as|este|esse|agora|imediat)\w*\b|apague|apaga\b|exclua|remova\b|abra\b|leia|mostr[ea]\b|imprima|revele|copie\b|cole\b|baixe|instale|desativ[ea]|desligue|aprove\b|use a|chame\b|transfira|altere|mude\b|adicione|publi(?:que|car)\b|repita|traduza|ensine|me (?:dê|passe|ensine|mostre|envie)|rode\b|forneça|encerrar o chamado",
    secret=r"senhas?\b|chaves? (?:privad|de api|da api|ssh|secret)|credenc|segred|tokens?\b|palavra-passe|variáveis de ambiente|pasta privad",
    guard=r"firewall|antivírus|auditoria|autenticação|monitoramento|verificação|testes\b",
    quiet=r"imediatamente|agora mesmo|sem (?:perguntar|confirm|avisar|pedir)|o administrador (?:já|autoriz)|autorizad|aprovad|antes de (?:responder|continuar)|em silêncio|em segredo",
    now=r"você (?:agora é|é agora|não é mais)|agora você|agora és|(?:a partir de agora|de agora em diante|doravante),? (?:você|respond|aja|és|tu)|finja que|finge que|aja como|imagine que você|sem (?:restriç|limites|filtros|ética)",
)
ITALIAN: Final = Language(
    told=r"istruzion|indicazion|ordini|regole|direttiv|prompt|messaggio di sistema",
    forget=r"ignora|dimentica|trascura|scarta|non (?:valgono|sono) più|sono (?:annullat|revocat|sospes)|lascia perdere",
    agent=r"ia\b|assistente|modello\b|car[oa] (?:ia|assistente|modello|agente)|agente\b|sistema che legge|(?:lettore|sistema) automatico|elaborazione automatica|chi (?:legge|analizza|confronta|elabora)|se (?:leggi|stai leggendo|analizzi)|quando (?:leggi|analizzi|riassumi)",
    user=r"utent|cliente\b|operatore\b|umano\b",
    hush=r"non (?:dire|dirlo|menzionare|mostrare|segnalare|rivelare|avvisare|informare|chiedere|parlare)|senza (?:avvisare|dire|chiedere|informare|dirlo)|nascondi|taci\b|tralascia|a nessuno",
    say=r"rispondi|scrivi|di' |dì che|dici\b|digli|afferma|concludi|comunica che",
    order=r"invia|manda\b|esegui|cancella|elimina|apri\b|leggi|mostra|stampa\b|dammi|rivela|copia\b|incolla|scarica|installa|disattiva|disabilita|spegni|approva|usa lo|usa la|chiama\b|trasferisci|cambia\b|aggiungi|pubblica\b|ripeti|traduci|lancia\b|fornisci|elenca",
    secret=r"password|chiav[ei] (?:privat|api|ssh|segret|d)|credenzial|segret[oi]|token|parola d'ordine|variabili d'ambiente",
    guard=r"firewall|antivirus|controllo|monitoraggio|autenticazione|verifica\b|test\b",
    quiet=r"subito|immediatamente|adesso|senza (?:chiedere|conferm|avvisare)|l'amministratore ha|autorizzat|approvat|di nascosto|in segreto",
    now=r"ora sei|sei ora|adesso sei|non sei più|(?:d'ora in poi|d'ora in avanti|da ora in poi|da adesso),? (?:sei|rispond|tu|dev|agis)|fingi (?:di|che)|fai finta|immagina di essere|comportati come|senza (?:alcuna )?(?:restrizion|limiti|filtri)",
)
DUTCH: Final = Language(
    told=r"instructie|aanwijzing|opdrachten|regels|richtlijn|prompt|systeembericht",
    forget=r"negeer|vergeet|gelden niet|(?:zijn|is) vervallen|laat .{0,40}achterwege",
    agent=r"ai\b|assistent|beste (?:ai|assistent|model|agent|bot)|taalmodel|model\b|(?:verwerkende|lezende) (?:systeem|partij|programma)|automatische (?:verwerking|lezer)|wie dit leest|als je dit (?:leest|logboek)|agent\b",
    user=r"gebruiker|klant\b|beheerder|eigenaar",
    hush=r"zeg .{0,20}niets|vertel .{0,40}niet|vermeld .{0,40}niet|zonder .{0,40}(?:te (?:vragen|zeggen|melden)|vragen)|verzwijg|niet vereist|zwijg",
    say=r"antwoord|zeg\b|schrijf|meld dat|vertel\b|bevestig\b",
    order=r"voer\b|stuur|verwijder|wis\b|open (?:de|het|alle|een)\b|lees\b|toon\b|geef\b|onthul|kopieer|plak\b|download\b|installeer|zet\b|schakel|keur\b|gebruik\b|roep\b|wijzig|publiceer|herhaal|vertaal|start (?:de|het|een)\b|levert .{0,60}aan\b|druk .{0,30}af\b",
    secret=r"wachtwo|sleutel|geheim|inloggegevens|token|sessiesleutel",
    guard=r"virusscann\w*|firewall|beveilig\w*|controle|tweestaps|bewaking|tests?\b|wijziging goed",
    quiet=r"onmiddellijk|meteen|direct\b|nu\b|zonder .{0,20}(?:vragen|bevestig)|beheerder heeft|goedgekeurd|stilletjes",
    now=r"je bent (?:nu|vanaf nu|niet langer)|(?:vanaf nu|voortaan),? (?:ben|antwoord|bent)|doe alsof|speel de rol|zonder (?:beperkingen|regels|filters)|geen (?:regels|beperkingen)",
)
SCANDINAVIAN: Final = Language(
    told=r"instruktion|instruks|anvisning|regler|system(?:prompt|instruks|meddelande|melding)|retningslinj|riktlinj|ordre|tidigare|tidligere",
    forget=r"ignor(?:era|er|ér)|glöm|glem|bortse|se bort|gäller inte|gjelder ikke|gælder ikke|strunta i",
    agent=r"(?:kära|kjære|kære) (?:ai|assistent|modell?|agent|bot)|assistent(?:en)?\b|ai\b|ki\b|ai-\w+|språkmodell|sprogmodel|modell\b|den som (?:läser|leser|læser)",
    user=r"användar|bruker|kunden?\b",
    hush=r"säg (?:inget|ingenting|inte)|si (?:ikke|ingenting)|sig (?:ikke|intet)|nämn inte|nevn ikke|nævn ikke|fortell .{0,30}ikke|fortæl .{0,30}ikke|berätta (?:inte|inget)|utan att (?:fråga|säga|berätta)|uten å (?:spørre|si|fortelle)|uden at (?:spørge|sige|fortælle)|inte avslöja|avslöja inte|avslør ikke",
    say=r"svara\b|svar\b|säg\b|skriv\b|fortell\b|fortæl\b|bekräfta|bekreft|bekræft|säg att|si at\b|sig at\b",
    order=r"kör\b|kjør\b|kør\b|skicka|send (?:alle|hele|filen|filene|innhold\w*|indhold\w*|din|det|meg|mig|en|til)\b|radera|ta bort|slett\b|slet\b|öppna|åpne|åbn\b|läs\b|les\b|læs\b|visa (?:mig|alla|inne|hela|din|dina|system|fil|miljö)|vis (?:meg|mig|alle|inn|hele|din|dine|system|fil)|ge mig|gi meg|giv mig|kopiera|klistra|lim inn|indsæt|hämta|hent\b|last ned|ladda ner|installera|installer\b|stäng av|slå (?:av|fra)|deaktiver|inaktivera|godkänn|godkjenn|godkend|använd\b|bruk (?:verktøy|funksj)|brug (?:værktøj|funktion)|anropa|kall (?:opp|på)|upprepa|gjenta|gentag|lägg till|legg til|tilføj|ändra\b|endre\b",
    secret=r"lösenord|passord|adgangskode|nyckl|nøkl|nøgl|hemlig|hemmelig|token|miljövariabl|miljøvariabl",
    guard=r"brandvägg|brannmur|antivirus|virusskydd|granskning|övervakning|overvåk|overvåg|tester\b|testene",
    quiet=r"omedelbart|genast|umiddelbart|med en gang|straks|med det samma|utan att fråga|uten å spørre|godkänt|godkjent|godkendt|i hemlighet|administratör\w* har",
    now=r"du är (?:nu|från och med|inte längre)|du er (?:nå|nu|fra nå|ikke lenger|ikke længere)|(?:från och med nu|fra nå av|fra nu af|hädanefter) (?:är|er|svar|skal|ska)|låtsas|lat som|lad som|utan (?:begränsningar|restriktioner|regler)|uten begrensninger|uden begrænsninger",
)
FINNISH: Final = Language(
    told=r"ohje|käsky|määräy|säänt|säännö|järjestelmäkeho|kehote",
    forget=r"unohda|ohita|älä välitä|jätä huomiotta|eivät (?:enää )?päde|hylkää",
    agent=r"avustaj|tekoäly|kielimalli|malli[,:]|botti|koneellinen lukija|joka (?:luet|lukee) tä|hyvä (?:tekoäly|avustaja)",
    user=r"käyttäj|asiakka",
    hush=r"älä (?:kerro|mainitse|ilmoita|paljasta|kysy|näytä|sano)|kertomatta|kysymättä|mainitsematta|salaa\b",
    say=r"vastaa|kerro|sano\b|kirjoita|väitä",
    order=r"suorita|aja komento|poista\b|lähetä|avaa\b|lue\b|näytä|tulosta|anna\b|paljasta|kopioi|liitä|lataa|asenna|sammuta|kytke|hyväksy|käytä|kutsu|vaihda|lisää|julkaise|toista\b|käännä|jätetään pois",
    secret=r"salasan|avaime|avainta|tunnus|salaisuu|token|avaimet",
    guard=r"palomuuri|virustorjun|valvon|tarkistus|testit",
    quiet=r"heti\b|välittömästi|nyt\b|kysymättä|ylläpitäjä (?:on|salli|hyväksy)|lupa\b",
    now=r"olet nyt|et ole enää|tästä lähtien|tästä eteenpäin|teeskentele|esitä olevasi|ilman (?:rajoituksia|sääntöjä)",
)
POLISH: Final = Language(
    told=r"instrukcj|polece[nń]|zasad|wytyczn|poprzedni|prompt|reguł|komunikat systemowy",
    forget=r"z?ignoruj(?:cie)?\b|zapomnij|pomiń|zlekceważ|nie obowiązuj|(?:są|już) nieważne|odrzuć",
    agent=r"asystenc|asystent|modelu\b|sztuczna inteligencj|drog[ia] (?:asystenc|ai|model)|ai\b|bocie\b|agencie|kto to czyta|system (?:przetwarzający|analizujący)|automatyczny czytelnik|jeśli to czytasz",
    user=r"użytkowni|klient",
    hush=r"nie (?:mów|wspominaj|pokazuj|zgłaszaj|ujawniaj|informuj|pytaj|powiadamiaj)|bez (?:pytania|informowania|wiedzy|powiadamiania|odpowiedzi)|ukryj|przemilcz|nikomu",
    say=r"odpowiedz|odpowiadaj|powiedz|napisz|stwierdź|potwierdź",
    order=r"wykonaj|uruchom|usuń|skasuj|wyślij|prześlij|otwórz|przeczytaj|odczytaj|pokaż|wyświetl|podaj|wypisz|ujawnij|skopiuj|wklej|pobierz|zainstaluj|wyłącz|zatwierdź|użyj|wywołaj|zmień|dodaj|opublikuj|powtórz|przetłumacz|przekaż|(?:uruchomić|usunąć) .{0,60}(?:http|skrypt|zamknąć)",
    secret=r"hasł|klucz|sekret|poświadcz|token|tajn|zmienne środowiskowe|dane logowania",
    guard=r"zapor|antywirus|firewall|uwierzytelniani|monitoring|weryfikac|testy\b",
    quiet=r"natychmiast|teraz\b|bez (?:pytania|potwierdz|odpowiedzi)|administrator (?:zezwoli|wyrazi|zatwierdzi|pozwoli)|po cichu|w tajemnicy",
    now=r"jesteś teraz|teraz jesteś|nie jesteś już|od teraz (?:jesteś|odpowiad|będziesz)|udawaj|wyobraź sobie,? że jesteś|wciel się|bez (?:ograniczeń|żadnych zasad)|żadnych zasad",
)
CZECH: Final = Language(
    told=r"instrukc|pokyn|pravid|příkaz|predchádzaj|předchoz|prompt|systémov",
    forget=r"ignoruj(?:te)?\b|zapome[nň]|zabudn|neplatí\b|neplatia\b|pozbýva|zahoď|nedodržuj|přestaň",
    agent=r"asistent|umělá inteligenc|umelá inteligenc|modele\b|milá ai|milý asistent|ai\b|kdo(?:koli)? to čte|(?:zpracovávající|čtoucí) systém|automatický čtenář|až (?:tohle|toto) (?:čteš|budeš číst)",
    user=r"uživatel|používate[lľ]|zákazník",
    hush=r"ne(?:říkej|hovor|zmiňuj|spomínaj|hlas|prozrazuj|informuj|ptej se|pýtaj)|bez (?:vědomí|vedomia|ptaní|dotazu|upozornění|upozornenia)|zamlč|nikomu",
    say=r"odpověz|odpovedz|odpovídej|řekni|povedz|napiš|napíš|tvrď",
    order=r"spusť|spusti|proveď|vykonaj|smaž|vymaž|odešli|pošli|otevři|otvor|přečti|prečítaj|zobraz|ukaž|vypiš|vypíš|prozraď|zkopíruj|skopíruj|vlož|stáhni|stiahni|nainstaluj|vypni|deaktivuj|schval|schváľ|použij|použi\b|zavolej|zavolaj|změň|zmeň|přidej|pridaj|zveřejni|zverejni|zopakuj|přelož|novým úkolem|novou úlohou|odblokuje po",
    secret=r"hesl|klíč|kľúč|tajn|přihlašovací údaje|prihlasovacie údaje|token|soukrom|súkrom",
    guard=r"firewall|antivir|ověřov|overov|kontrol|monitor|testy\b|sdilet|verejne",
    quiet=r"okamžitě|okamžite|ihned|hneď|bez (?:potvrzení|potvrdenia|ptaní)|správce (?:to )?(?:schválil|povolil)|administrátor|tajně|tajne",
    now=r"nyní jsi|teď jsi|jsi nyní|jsi teď|teraz si|už nejsi|od (?:teď|nynějška|teraz) (?:jsi|budeš|odpovíd|odpoved|si)|předstírej|predstieraj|tvař se|hraj roli|bez (?:omezení|obmedzení)|žádná (?:pravidla|omezení)",
)
HUNGARIAN: Final = Language(
    told=r"utasítás|szabály|parancsok|rendszerprompt|rendszerüzenet|korábbi|előző",
    forget=r"hagyd figyelmen|felejtsd|hagyja figyelmen|mellőzd|már érvénytelen|nem érvényes|érvényét vesztette|ne tartsd be",
    agent=r"mi[,:]|kedves (?:mi|ai|asszisztens|modell)|asszisztens|mesterséges intelligenci|nyelvi modell|modell[,:]|ügyintéző program|aki ezt olvas",
    user=r"felhasználó|ügyfél|ügyfelet|ügyfélnek",
    hush=r"ne (?:mondd|említsd|szólj|jelezd|áruld|kérdezd|mutasd)|anélkül,? hogy|titokban|hallgasd el|szó nélkül",
    say=r"válaszolj|válaszold|mondd|írd\b|írj\b|közöld|állítsd",
    order=r"futtasd|hajtsd végre|töröld|küldd|nyisd|olvasd|mutasd|írd ki|add (?:ki|meg|át|hozzá)|másold|illeszd|töltsd|telepítsd|kapcsold|tiltsd|hagyd jóvá|használd|hívd|változtasd|módosítsd|ismételd|fordítsd|tedd közzé",
    secret=r"jelsz|kulcs|titk|hitelesítő|token|környezeti változó",
    guard=r"tűzfal|vírusirtó|vírusvédel|ellenőrz|naplóz|teszteket",
    quiet=r"azonnal|most\b|kérdés nélkül|jóváhagyás nélkül|rendszergazda (?:engedély|jóváhagy)|engedélyezte|jóváhagyta|titokban",
    now=r"mostantól (?:te|csak|úgy|kezdve)|te most|most már te|tegyél úgy|tégy úgy|képzeld (?:el|magad)|játszd el|korlátozások nélkül|nincsenek szabály",
)
ROMANIAN: Final = Language(
    told=r"instrucțiun|reguli|anterioar|prompt|mesajul de sistem|ordine(?:le)?\b",
    forget=r"ignor[ăa]|uit[ăa]\b|uitați|nu (?:mai )?(?:sunt|este) valabil|renunță la|nesocote",
    agent=r"asistent|inteligenț[ăa] artificial|model(?:ule|ul)? (?:de limbaj|ai)|dragă (?:ai|asistent|model)|ai,|ia,|cine citește",
    user=r"utilizator|clientul",
    hush=r"nu (?:spune|menționa|anunța|arăta|raporta|dezvălui|întreba|informa)|fără (?:să|a) (?:spui|anunți|întreb|inform|spune|anunța)|ascunde|nimănui",
    say=r"răspunde|spune|scrie\b|zi că|afirmă",
    order=r"execută\b|rulează|șterge|trimite|deschide|citește|arată|afișează|dă-mi|dezvăluie|copiază|lipește|descarcă|instalează|dezactivează|oprește|aprobă|folosește|apelează|schimbă|adaugă|publică\b|repetă|tradu\b",
    secret=r"parol|chei(?:le|a)? (?:privat|api|ssh|secret)|secret|credențial|token",
    guard=r"firewall|antivirus|verific|monitoriz|autentific|testele",
    quiet=r"imediat|acum\b|fără (?:confirm|să întreb|aprobare)|administratorul a|aprobat|în secret",
    now=r"acum ești|ești acum|nu mai ești|de acum (?:încolo|înainte|răspunde|ești)|prefă-te|imaginează-ți că ești|fără (?:restricții|reguli|limite)",
)
CATALAN: Final = Language(
    told=r"instruccions|ordres|regles|normes|l'encàrrec|indicacions|missatge del sistema",
    forget=r"ignora|oblida|deixa estar|descarta|no facis cas",
    agent=r"assistent|ia\b|model\b|agent\b|benvolgu",
    user=r"usuari",
    hush=r"no (?:li |ho )?(?:diguis|mencionis|avisis|informis|expliquis|preguntis)|sense (?:avisar|dir|preguntar)",
    say=r"respon\b|digues|escriu",
    order=r"envia|executa\b|esborra|elimina|obre\b|llegeix|mostra|dona'm|revela|copia\b|enganxa|descarrega|instal·la|desactiva|aprova|fes servir|truca|canvia|afegeix|publica\b|repeteix",
    secret=r"contraseny|claus?\b|credencial|secret|token",
    guard=r"tallafoc|antivirus|verificaci",
    quiet=r"immediatament|ara mateix|sense preguntar|l'administrador|autoritzat",
    now=r"ara ets|ja no ets|a partir d'ara|fes veure|sense restriccions",
)
TURKISH: Final = Language(
    told=r"talimat|komutlar|yönerge|kural|sistem (?:istem|prompt|mesaj)|önceki",
    forget=r"yok say|unut|görmezden|dikkate alma|(?:artık|tümü) geçersiz|geçersizdir|göz ardı",
    agent=r"yapay zek|asistan|sayın (?:asistan|model)|sevgili (?:asistan|yapay|model)|dil modeli|model,|bunu okuyan",
    user=r"kullanıcı|müşteri",
    hush=r"söyleme|bahsetme|bildirme|haber verme|gösterme|belirtme|sormadan|haber vermeden|söylemeden|gizle|sakla\b",
    say=r"cevap ver|yanıt ver|yanıtla|cevapla|söyle\b|yaz\b|de ki",
    order=r"çalıştır|sil\b|gönder|aç\b|oku\b|göster\b|yazdır|(?:bana|onay|izin|listesini|listeyi) ver\b|açıkla\b|kopyala|yapıştır|indir\b|yükle|kur\b|kapat|devre dışı bırak|onayla|kullan\b|çağır|değiştir|ekle\b|yayınla|tekrarla|çevir",
    secret=r"şifre|parola|anahtar|gizli|kimlik bilgi|token|\.env dosya",
    guard=r"güvenlik duvar|antivirüs|virüs|doğrulama|denetim|izleme|testleri",
    quiet=r"hemen|derhal|şimdi|sormadan|onay (?:almadan|beklemeden)|yönetici (?:izin|onay)|gizlice|lütfen",
    now=r"sen artık|artık sen|artık bir |bundan sonra|bundan böyle|şu andan itibaren|gibi davran|rolü yap|hayal et ki|sınırsız|kısıtlama(?:sız| olmadan)|kuralsız",
)
INDONESIAN: Final = Language(
    told=r"instruksi|perintah|arahan|aturan|petunjuk|sebelumnya|prompt",
    forget=r"abaikan|lupakan|tidak berlaku|hiraukan|buang",
    agent=r"asisten|pembantu ai|kecerdasan buatan|model,|wahai|ai,|yang membaca",
    user=r"penggun|pelanggan",
    hush=r"jangan (?:beri ?tahu|katakan|sebut|laporkan|tampilkan|tanya|maklum|bilang|cerita)|tanpa (?:memberi ?tahu|bertanya|sepengetahuan|izin)|rahasiakan|sembunyikan",
    say=r"jawab|katakan|balas|tulis|sampaikan|bilang",
    order=r"jalankan|hapus|kirim|buka\b|baca\b|tampilkan|tunjukkan|cetak|beri(?:kan)?\b|ungkap|salin\b|tempel|unduh|pasang\b|instal\b|matikan|nonaktifkan|setujui|gunakan|panggil|ubah|tambahkan|ulangi|terjemahkan|silakan mulai|padam\b|hantar|dikosongkan",
    secret=r"kata sandi|sandi\b|kunci|rahasia|kredensial|token|kata laluan",
    guard=r"firewall|antivirus|verifikasi|pemantauan|audit|basis data",
    quiet=r"segera|sekarang|tanpa (?:konfirmasi|bertanya)|admin(?:istrator)? (?:sudah|telah)|diam-diam|telah disetujui",
    now=r"sekarang (?:kamu|anda) (?:adalah|bukan)|mulai sekarang|kamu bukan lagi|berpura-pura|bertindaklah|tanpa (?:batasan|aturan)",
)
TAGALOG: Final = Language(
    told=r"tagubilin|utos\b|panuto|naunang",
    forget=r"huwag pansinin|balewalain|kalimutan",
    agent=r"katulong|assistant,|mahal na",
    user=r"gumagamit",
    hush=r"huwag (?:sabihin|banggitin|ipaalam|itanong)|nang hindi (?:sinasabi|nagtatanong)",
    say=r"sabihin mo|sumagot|isulat",
    order=r"patakbuhin|burahin|ipadala|buksan|basahin|ipakita|ibigay|kopyahin|i-install|patayin|aprubahan|gamitin|tawagin",
    secret=r"susi\b|lihim",
    guard=r"firewall",
    quiet=r"agad|ngayon na",
    now=r"ikaw ay (?:ngayon|isa nang)|ikaw na ngayon|mula ngayon|magpanggap",
)
VIETNAMESE: Final = Language(
    told=r"hướng dẫn|chỉ dẫn|chỉ thị|mệnh lệnh|quy tắc|lời nhắc hệ thống|trước đó",
    forget=r"bỏ qua|quên\b|phớt lờ|lờ đi|không còn hiệu lực|bỏ hết",
    agent=r"trợ lý|trí tuệ nhân tạo|mô hình|ai ơi|ai,|ai:",
    user=r"người dùng|khách hàng",
    hush=r"đừng (?:báo|nói|nhắc|cho|đề cập|hỏi|tiết lộ)|không (?:được )?(?:báo|nói|nhắc|cho) .{0,20}(?:biết|người)|mà không (?:hỏi|báo)|giữ bí mật|giấu",
    say=r"trả lời|hãy nói|nói rằng|hãy viết|viết rằng",
    order=r"hãy |chạy\b|xóa|xoá|gửi\b|mở\b|đọc\b|hiển thị|in ra|đưa cho|tiết lộ|sao chép|dán\b|tải\b|cài đặt|tắt\b|vô hiệu|phê duyệt|sử dụng công cụ|gọi\b|thay đổi|đổi\b|lặp lại|dịch\b|liệt kê",
    secret=r"mật khẩu|khóa|khoá|bí mật|thông tin đăng nhập|token|danh sách khách",
    guard=r"tường lửa|diệt virus|xác thực|giám sát|kiểm tra",
    quiet=r"ngay\b|lập tức|không cần (?:hỏi|xác nhận|báo)|quản trị viên (?:đã|cho)|bí mật|âm thầm",
    now=r"bạn (?:bây giờ|giờ) là|bây giờ bạn|từ (?:bây giờ|giờ)|hãy giả vờ|giả vờ|đóng vai|không (?:có )?(?:giới hạn|hạn chế)",
)
SOUTH_SLAVIC: Final = Language(
    told=r"uputstv|uput[eai]\b|instrukcij|pravil|naredb|navodil|prethodn|upit sustava|sistemsk\w+ (?:upit|poruk)|упутств|инструкци|правила|указани|заповед|предишн|системни\w* (?:промпт|подкан)",
    forget=r"ignoriši|zanemari|zaboravi|ignoriraj|pozabi|ne vrijede|ne važe|nevažeć|игнорирай|забрави|пренебрегн|не спазвай|не спазваш|занемари|заборави|игнориши|не важат|отменени|отменят",
    agent=r"pomoćni[čk]|asistent|umjetna inteligencij|veštačka inteligencij|modele\b|draga? (?:ai|umjetna|asistent)|помощнико?|асистент|моделе|изкуствен|помоћниче|който чете",
    user=r"korisni|uporabnik|потребител|корисник",
    hush=r"ne(?:moj)? (?:reći|govori|spominj|javljaj|pitaj|prikazuj|otkrivaj)|bez (?:pitanja|znanja|obavještavanja)|prešuti|nikome|не (?:казвай|споменавай|съобщавай|показвай|разкривай|питай|помињи|говори)|без да (?:питаш|казваш|уведомяваш)|немој",
    say=r"odgovori|odgovaraj|reci\b|napiši|kaži|отговори|отговаряй|кажи|напиши|реци",
    order=r"pokreni|izvrši|obriši|izbriši|pošalji|otvori|pročitaj|prikaži|ispiši|daj\b|otkrij|kopiraj|zalijepi|zalepi|preuzmi|instaliraj|isključi|onemogući|odobri|koristi alat|upotrijebi|pozovi|promijeni|promeni|dodaj|objavi|ponovi|prevedi|изпълни|стартирай|изтрий|изпрати|прати|отвори|прочети|покажи|изведи|дай|разкрий|копирай|постави|изтегли|инсталирай|изключи|деактивирай|одобри|използвай|извикай|промени|добави|публикувай|повтори|преведи|покрени|изврши|обриши|пошаљи|прочитај|прикажи|искључи",
    secret=r"lozink|ključ|tajn|zaporka|vjerodajnic|token|парол|ключ|тайн|лозинк|кључ|удостоверени",
    guard=r"vatrozid|zaštitni zid|antivirus|provjer|nadzor|testove|защитна стена|антивирус|проверк|тестове|заштитни зид",
    quiet=r"odmah|smjesta|bez (?:pitanja|potvrde)|administrator je|odobren|potajno|веднага|незабавно|без (?:въпроси|потвърждение)|администраторът|одобрен|тайно|одмах",
    now=r"sada si|ti si sada|od sada|više nisi|pretvaraj se|ponašaj se kao|bez (?:ograničenja|pravila)|отсега нататък|от сега|вече си|сега си|вече не си|преструвай се|без ограничения|сада си|од сада",
)
RUSSIAN: Final = Language(
    told=r"инструкци|указани|команды|правил|сообщени|предыдущ|приказ|промпт|установк",
    forget=r"игнорируй|проигнорируй|забудь|отбрось|не обращай внимания|не следуй|недействительны|(?:больше|уже) не действу|отменены\b|утратил|пренебреги",
    agent=r"ассистент|помощник|нейросет|искусственн|модель\b|бот[,:]|ии[,:]|уважаем\w+ (?:ии|модель|агент)|агент[,:]|кто (?:это )?читает|обработчик журнал|автоматическ\w+ (?:обработ|чит)|(?:анализирующ|читающ|обрабатывающ)\w+ (?:систем|программ|агент)|если ты (?:это )?чита",
    user=r"пользовател|клиент|хозяин|владел",
    hush=r"не (?:говори|сообщай|рассказывай|упоминай|показывай|раскрывай|спрашивай|докладывай|предупреждай|пиши)|без (?:ведома|уведомления|спроса)|молчи\b|скрой|никому|умолчи|не предупреждая|не спрашивая|без лишних вопросов",
    say=r"ответь|отвечай|скажи|напиши|сообщи|передай|заяви|подтверди",
    order=r"отправь|отошли|пришли|перешли|удали|сотри|выполни|запусти|открой|прочитай|покажи|выведи|распечатай|дай\b|раскрой|скопируй|вставь|скачай|загрузи|установи|отключи|выключи|одобри|используй|вызови|измени|замени|добавь|опубликуй|повтори|переведи|перечисли|назови|притворись|ставят пакет",
    secret=r"парол|ключ|секрет|учетн|токен|реквизит|переменн\w+ окружения|персональн",
    guard=r"брандмауэр|файрвол|межсетев|антивирус|проверк|аудит|мониторинг|тест",
    quiet=r"немедленно|срочно|сейчас же|прямо сейчас|без (?:подтверждени|вопросов|спроса)|администратор\w* (?:разреш|одобр|уже)|приказ администратора|разрешил|тайно|незаметно|втихую",
    now=r"ты теперь|теперь ты|вы теперь|отныне|с этого момента|ты больше не|представь,? что ты|притворись|сыграй роль|веди себя как|без ограничений",
)
UKRAINIAN: Final = Language(
    told=r"інструкц|вказів|правил|попередн|команди|наказ|промпт|настанов",
    forget=r"ігноруй|проігноруй|забудь|відкинь|недійсні\b|(?:більше|вже) не діють|скасовані\b",
    agent=r"асистент|помічник|модел[ьі][,:]|штучн\w+ інтелект|шановн\w+ (?:ші|модел|асистент)|ші[,:]|бот[,:е]|обробник журналу|хто (?:це )?читає",
    user=r"користувач|клієнт",
    hush=r"не (?:кажи|говори|повідомляй|згадуй|показуй|розкривай|питай|розповідай)|без (?:відома|погодження|дозволу)|мовчи|приховай|нікому|погодження не потрібне",
    say=r"відповідай|відповідь дай|скажи|напиши|повідом\b|підтверди",
    order=r"надішли|відправ|видали|виконай|запусти|відкрий|прочитай|покажи|виведи|дай\b|розкрий|скопіюй|встав|завантаж|встанови|вимкни|відключи|схвали|використай|виклич|зміни\b|додай|опублікуй|повтори|переклади|надає обліковому",
    secret=r"парол|ключ|секрет|облікових даних|токен|права власника",
    guard=r"брандмауер|фаєрвол|антивірус|перевірк|аудит|тести",
    quiet=r"негайно|терміново|зараз же|без (?:підтвердж|питань)|адміністратор (?:дозв|схвал|уже)|таємно|непомітно",
    now=r"ти тепер|тепер ти|відтепер|віднині|з цього моменту|ти більше не|уяви,? що ти|удавай|поводься як|без обмежень",
)
GREEK: Final = Language(
    told=r"οδηγί|εντολ|κανόν|προηγούμεν|προτροπή",
    forget=r"αγνόησε|αγνοήστε|ξέχασε|ξεχάστε|παράβλεψε|δεν ισχύουν|άκυρ",
    agent=r"βοηθέ|βοηθό|τεχνητή νοημοσύνη|μοντέλο|αγαπητ|όποιος (?:το )?διαβάζει",
    user=r"χρήστη|πελάτη",
    hush=r"μην? (?:το )?(?:πεις|αναφέρεις|αναφέρετε|ενημερώσεις|δείξεις|αποκαλύψεις|ρωτήσεις)|χωρίς να (?:ρωτήσεις|πεις|ενημερώσεις)|κρύψε|πουθενά|σε κανέναν",
    say=r"απάντησε|απάντα|πες|γράψε|δήλωσε",
    order=r"στείλε|εκτέλεσε|τρέξε|διάγραψε|σβήσε|άνοιξε|διάβασε|δείξε|εμφάνισε|τύπωσε|δώσε|αποκάλυψε|αντέγραψε|επικόλλησε|κατέβασε|εγκατέστησε|απενεργοποίησε|κλείσε|ενέκρινε|χρησιμοποίησε|κάλεσε|άλλαξε|πρόσθεσε|επανάλαβε|μετάφρασε",
    secret=r"κωδικ|κλειδ|μυστικ|διαπιστευτήρι",
    guard=r"τείχος προστασίας|αντιικό|έλεγχο",
    quiet=r"αμέσως|τώρα|χωρίς (?:επιβεβαίωση|να ρωτ)|ο διαχειριστής|κρυφά",
    now=r"είσαι (?:τώρα|πλέον)|τώρα είσαι|από (?:τώρα|εδώ) και|προσποιήσου|κάνε πως|χωρίς περιορισμούς",
)
CHINESE: Final = Language(
    told=r"指令|指示|提示词|提示詞|系统提示|系統提示|规则|規則|之前的(?:所有|一切|要求|对话|對話|内容)|上面的(?:所有|一切|要求|内容)",
    forget=r"忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要遵守|不要遵循|(?:已|均|都|全部)(?:失效|作废|作廢|撤销)|抛开|拋開",
    agent=r"助手|人工智能|人工智慧|大模型|语言模型|語言模型|智能体|机器人|機器人|ai[:：,，、]|既然你能|分析程序|处理程序|處理程式|自动(?:分析|处理)|自動(?:分析|處理)|读取本|读到这|亲爱的|親愛的|阅读本|看到这",
    user=r"用户|用戶|使用者|主人|客户|客戶|评审栏",
    hush=r"不要(?:告诉|告訴|提及|提到|报告|報告|通知|说|說|询问|透露)|别(?:告诉|提|说|问)|別(?:告訴|提|說|問)|不必(?:告知|展开|提及|通知)|无需(?:通知|告知|确认|询问)|無需(?:通知|告知|確認)|保密|瞒着|瞞著|勿提",
    say=r"回答|回复|回覆|回應|告诉|告訴|就说|就說|输出|輸出|写\"?通过|声称",
    order=r"请立即|請立即|请把|請把|请将|請將|执行|執行|运行|運行|跑一下|删除|刪除|发送|發送|发给|發給|发到|發到|上传|上傳|打开|打開|读取|讀取|显示|顯示|打印|给我|給我|泄露|洩露|复制|複製|粘贴|貼上|贴到|貼到|告诉我|告訴我|下载|下載|安装|安裝|关闭|關閉|禁用|停用|批准|通过即可|合并|合併|使用.{0,12}工具|调用|調用|修改|改成|添加|重复|重複|翻译|翻譯",
    secret=r"密码|密碼|密钥|密鑰|私钥|私鑰|令牌|凭证|憑證|秘密|机密|機密|环境变量|環境變數|口令",
    guard=r"防火墙|防火牆|杀毒|殺毒|防毒|审计|審計|监控|監控|双重验证|校验|安全检查|测试用例|auth\.go",
    quiet=r"立即|立刻|马上|馬上|现在就|現在就|管理员已|管理員已|已授权|已授權|无需确认|不用问|悄悄|偷偷|顺手|私下",
    now=r"你现在是|你現在是|从现在起|從現在起|从现在开始|從現在開始|从此|你不再是|假装你|假裝你|假设你是|扮演|没有(?:任何)?限制|沒有(?:任何)?限制",
)
JAPANESE: Final = Language(
    told=r"指示|命令|指令|ルール|規則|プロンプト|設定を",
    forget=r"無視|忘れ|従わない|破棄し|無効(?:です|だ|とな|とする)",
    agent=r"アシスタント|人工知能|言語モデル|モデルへ|ai(?:さん|へ|は|よ)?[:：,、]|エージェント|ボット|これを読む|処理システム|自動処理|解析(?:システム|ツール)|読み取り側|読んでいる|親愛なる",
    user=r"ユーザー|利用者|お客様|本人に",
    hush=r"(?:言わ|伝え|知らせ|報告し|教え|話さ|触れ)(?:ないで|ず|るな|なく)|報告せず|報告するな|内緒|秘密に|黙って|話題にしない|無断で|確認せず|聞かずに",
    say=r"答え(?:て|なさい|ろ|よ)|回答し(?:て|なさい)|返答し|返信し|(?:と)?(?:言って|言いなさい|言え|書いて|書きなさい|伝えて)|とだけ",
    order=r"実行し(?:て|なさい|ろ)|実行せよ|削除し(?:て|なさい|ろ)|削除せよ|送っ(?:て|といて)|送信し(?:て|なさい|ろ)|送信せよ|送れ|開いて|読んで|読み(?:上げ|取っ)て|表示し(?:て|なさい|ろ)|見せ(?:て|ろ)|出力し(?:て|なさい|ろ)|教えて|教えろ|貼り付け|コピーし|ダウンロードし|インストールし|無効に(?:し|せ)|止めて|オフにし|承認し|使って|呼び出し(?:て|なさい)|変更し(?:て|なさい|ろ)|追加し(?:て|なさい)|公開し|繰り返し(?:て|なさい)|翻訳し",
    secret=r"パスワード|秘密鍵|鍵|トークン|認証情報|機密|環境変数|キーを|apiキー",
    guard=r"ファイアウォール|ウイルス|監査|監視|二段階|検証|テストを|cron",
    quiet=r"今すぐ|直ちに|ただちに|確認なし|許可は(?:不要|得て)|管理者(?:が|の|は).{0,8}(?:許可|承認)|こっそり|密かに",
    now=r"あなたは(?:今|もう|これ)|今からあなた|これからは|今後は.{0,12}(?:答え|回答|あなた)|ふりをし|になりきっ|として振る舞|制限のない|制限なし",
)
KOREAN: Final = Language(
    told=r"지시|명령|지침|규칙|프롬프트|이전",
    forget=r"무시|잊어|잊고|따르지|무효(?:다|야|입|이)|버려",
    agent=r"어시스턴트|인공지능|언어 ?모델|비서|모델[,:아님]|ai[야,:님]|챗봇|에이전트|처리 시스템|자동 분석|분석 (?:프로그램|도구)|이 글을 읽는|이 로그를 읽는",
    user=r"사용자|고객|담당자|이용자",
    hush=r"말하지|알리지|보고하지|언급하지|묻지|밝히지|통보는? 생략|몰래|비밀로|숨기|없이",
    say=r"답해|답하|대답해|말해|라고만|응답해|써 ?줘|전해",
    order=r"실행해|실행하(?:세요|라|고)|삭제해|삭제하(?:세요|라|고)|지워|보내|전송해|전송하(?:세요|라)|열어|읽어|보여|출력해|출력하(?:세요|라)|알려 ?줘|알려주|공개해|복사해|붙여|다운로드해|설치해|설치하(?:세요|라)|꺼 ?줘|꺼라|끄고|비활성화하|승인해|승인하(?:세요|라)|사용해|호출해|호출하(?:세요|라)|바꿔|변경해|추가해|반복해|번역해|올린 뒤|해제해",
    secret=r"비밀번호|암호|토큰|개인 ?키|비밀 ?키|api ?키|자격 ?증명|환경 ?변수|인증 정보|키를",
    guard=r"방화벽|백신|감사|모니터링|인증을|검증|테스트를",
    quiet=r"즉시|당장|지금 바로|확인 없이|묻지 말고|관리자가 (?:승인|허가|허락)|생략|몰래",
    now=r"너는 이제|당신은 이제|이제 너는|이제 당신은|지금부터|이제부터|척해|인 척|역할을 (?:해|맡)|제한 ?없는|제약 ?없는",
)
ARABIC: Final = Language(
    told=r"تعليمات|التعليمات|أوامر|الأوامر|توجيهات|القواعد|قواعد|إرشادات|السابقة|موجه النظام",
    forget=r"تجاهل|انس[َىِ]?|لا تتبع|اهمل|أهمل|لاغية|ملغاة|لم تعد",
    agent=r"المساعد|مساعد[،,:]|الذكاء الاصطناعي|النموذج|الأدوات ذات|عزيزي|يا نموذج|الوكيل|من يقرأ",
    user=r"المستخدم|العميل|الزبون",
    hush=r"لا (?:تخبر|تقل|تذكر|تبلغ|تسأل|تظهر|تكشف)|دون (?:إخبار|علم|سؤال|أن (?:تخبر|تسأل))|أخف|اخف|سرا|سرًا",
    say=r"أجب|اجب|قل\b|قل ل|اكتب|أخبر|رد ب|فقط",
    order=r"أرسل|ارسل|ابعث|احذف|نفذ|نفّذ|شغل|شغّل|افتح|اقرأ|اعرض|أظهر|اطبع|أعطني|اعطني|اكشف|انسخ|الصق|حمل|حمّل|ثبت|ثبّت|عطل|عطّل|أوقف|اوقف|أطفئ|وافق|استخدم|استدع|غير|غيّر|أضف|انشر|كرر|ترجم|إيقاف فحص",
    secret=r"كلمة (?:المرور|السر)|كلمات المرور|مفاتيح|مفتاح|المفاتيح|أسرار|سري|بيانات الاعتماد|الرمز|رمز الوصول",
    guard=r"جدار الحماية|الجدار الناري|مضاد الفيروسات|التدقيق|المراقبة|التحقق|فحص التواقيع|الاختبارات",
    quiet=r"فورا|فورًا|الآن|حالا|دون (?:تأكيد|سؤال)|المدير (?:وافق|سمح)|مباشرة|سرا|تتولى ذلك",
    now=r"أنت الآن|انت الآن|من الآن فصاعد|منذ الآن|لم تعد|تظاهر|تصرف ك|تخيل أنك|بلا قيود|بدون قيود|دون قيود",
)
PERSIAN: Final = Language(
    told=r"دستور|قوانین|راهنما|قواعد|پیام سیستم|قبلی",
    forget=r"نادیده|فراموش|بی‌?اعتبار|کنار بگذار",
    agent=r"دستیار|هوش مصنوعی|مدل[،,:]|ربات|عزیز",
    user=r"کاربر|مشتری",
    hush=r"(?:چیزی )?نگو|خبر نده|اطلاع نده|گزارش نده|نشان نده|نپرس|بدون (?:اطلاع|پرسیدن|اجازه)|مخفی|پنهان",
    say=r"بگو|پاسخ بده|جواب بده|بنویس",
    order=r"بفرست|ارسال کن|اجرا کن|حذف کن|پاک کن|باز کن|بخوان|نشان بده|نمایش بده|چاپ کن|بده\b|فاش کن|کپی کن|دانلود کن|نصب کن|خاموش کن|غیرفعال کن|تایید کن|تأیید کن|استفاده کن|فراخوانی کن|عوض کن|تغییر بده|اضافه کن|تکرار کن|ترجمه کن",
    secret=r"رمز|گذرواژه|کلید|محرمانه|توکن|اعتبارنامه",
    guard=r"فایروال|دیوار آتش|آنتی‌?ویروس|نظارت|بررسی امنیت",
    quiet=r"همین حالا|فورا|فوراً|بدون (?:تایید|پرسش)|مدیر اجازه|مخفیانه",
    now=r"تو (?:اکنون|حالا|دیگر)|از (?:این|حالا) (?:پس|به بعد)|وانمود کن|نقش .{0,20}بازی کن|بدون محدودیت",
)
URDU: Final = Language(
    told=r"ہدایات|احکامات|ہدایت|قواعد",
    forget=r"نظر ?انداز|بھول|منسوخ",
    agent=r"اسسٹنٹ|معاون|مصنوعی ذہانت|ماڈل",
    user=r"صارف|یوزر",
    hush=r"مت بتا|نہ بتا|ذکر نہ|بتائے بغیر|پوچھے بغیر|چھپا",
    say=r"جواب د|کہو|لکھو|بتاؤ",
    order=r"بھیج|چلاؤ|حذف کر|مٹا د|کھولو|پڑھو|دکھاؤ|پرنٹ کر|کاپی کر|انسٹال کر|بند کر|منظور کر|استعمال کر",
    secret=r"پاس ?ورڈ|کلید|خفیہ|چابی",
    guard=r"فائر ?وال|اینٹی ?وائرس",
    quiet=r"فوراً|فورا|ابھی|بغیر پوچھے",
    now=r"اب تم|اب آپ|اب سے|اداکاری کر|بغیر کسی پابندی",
)
HEBREW: Final = Language(
    told=r"הוראות|ההוראות|מההוראות|פקודות|הפקודות|כללים|הכללים|הנחיות|ההנחיות|הנחיית|פרומפט",
    forget=r"התעלמ?[םוי]?|שכחי?|תשכח|אינ[םן] תקפ|בטלות|הזנח",
    agent=r"עוזר|העוזר|בינה מלאכותית|מודל[,:]|סוכן|בוט[,:]|יקר|מי שקורא",
    user=r"משתמש|למשתמש|לקוח|ללקוח",
    hush=r"אל (?:תספר|תגיד|תזכיר|תדווח|תציג|תגלה|תשאל|תודיע)|בלי (?:לספר|לשאול|להודיע|לומר)|הסתר|מבלי|בשקט",
    say=r"ענה|תענה|השב|אמור|תגיד|כתוב|תכתוב",
    order=r"שלח|תשלח|הרץ|תריץ|מחק|תמחק|פתח|קרא\b|הצג|הראה|הדפס|תדפיס|תן\b|חשוף|העתק|הדבק|הורד|התקן|כבה|השבת|אשר\b|השתמש|הפעל|שנה\b|הוסף|פרסם|חזור על|תרגם|להחליף|לדחוף",
    secret=r"סיסמ|מפתח|סוד|אסימון|טוקן|הרשאות|הפרטיים",
    guard=r"חומת האש|אנטי.?וירוס|בדיקות|ניטור|remote",
    quiet=r"מיד|עכשיו|ללא (?:אישור|שאלות)|המנהל (?:אישר|הסכים)|בסתר|התיקון המקובל",
    now=r"אתה (?:עכשיו|כעת|כבר לא)|עכשיו אתה|מעתה|מעכשיו|תעמיד פנים|העמד פנים|דמיין שאתה|ללא (?:הגבלות|מגבלות)",
)
INDIC: Final = Language(
    told=r"निर्देश|आदेश|नियम|प्रॉम्प्ट|সিস্টেম প্রম্পট|নির্দেশ|আদেশ|নিয়ম|सूचना|वादा किया|नियमां",
    forget=r"अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल|उपेक्षा|रद्द|উপেক্ষা|ভুলে|অগ্রাহ্য|দুর্লক্ষ|दुर्लक्ष|विसर",
    agent=r"सहायक|एआई|कृत्रिम बुद्धि|मॉडल|এআই|সহকারী|সহায়ক|মডেল|बॉट|बोट|प्रिय",
    user=r"उपयोगकर्ता|यूज़र|यूजर|ग्राहक|वापरकर्त|ব্যবহারকারী|গ্রাহক",
    hush=r"(?:मत|न) ?(?:बता|कह|दिखा|पूछ)|बिना (?:बताए|पूछे)|छुपा|छिपा|ज़िक्र (?:मत|न)|सांगू नको|বলো না|বলবে না|জানিও না|জানাবে না|না জানিয়ে|জিজ্ঞাসা না করে|गुप्त",
    say=r"जवाब द|उत्तर द|बोलो|कहो|लिखो|बताओ|बता दो|उत्तर द्या|উত্তর দ|বলো|লেখো|লিখ|केवल|सिर्फ",
    order=r"चलाओ|चलाएँ|चला दो|भेज|हटा|मिटा|डिलीट|खोल|पढ़ो|पढ़ो|पढ़कर|दिखाओ|दिखाएँ|प्रिंट कर|दे दो|दो\b|कॉपी कर|डाउनलोड कर|इंस्टॉल कर|बंद कर|स्वीकृत कर|मंज़ूर कर|इस्तेमाल कर|उपयोग कर|बदल|जोड़|दोहरा|अनुवाद कर|पाठव|चालव|চালাও|পাঠাও|পাঠিয়ে|মুছে|খোলো|পড়ো|দেখাও|প্রিন্ট কর|কপি কর|ইনস্টল কর|বন্ধ কর|অনুমোদন কর|ব্যবহার কর",
    secret=r"पासवर्ड|कुंजी|चाबी|गोपनीय|गुप्त|टोकन|सूची|পাসওয়ার্ড|চাবি|গোপন|টোকেন|पासवर्ड",
    guard=r"फ़ायरवॉल|फायरवॉल|एंटीवायरस|निगरानी|जांच|ফায়ারওয়াল|অ্যান্টিভাইরাস",
    quiet=r"तुरंत|अभी|फौरन|बिना पूछे|व्यवस्थापक ने|एडमिन ने|मंजूरी|চুপচাপ|এখনই|অবিলম্বে|চुपचाप|चुपचाप",
    now=r"अब आप|अब तुम|अब से|अब तू|अभिनय कर|नाटक कर|बिना किसी (?:प्रतिबंध|रोक)|এখন তুমি|এখন থেকে|তুমি এখন|আপনি এখন|ভান কর|सीमा के बिना",
)
DRAVIDIAN: Final = Language(
    told=r"வழிமுறை|அறிவுறுத்தல|கட்டளை|அறிவுரை|விதிகள|விதிமுறை|సూచన|నియమ|ఆదేశ|നിർദ്ദേശ|ನಿಯಮ|ಸೂಚನೆ|સૂચના|ਹਦਾਇਤ",
    forget=r"புறக்கணி|மற(?:ந்து|க்க|)|విస్మరి|మర్చిపో|మరచిపో|അവഗണി|മറക്ക|ನಿರ್ಲಕ್ಷಿ|ಮರೆತು|અવગણ|ભૂલી|ਨਜ਼ਰਅੰਦਾਜ਼|ਭੁੱਲ",
    agent=r"உதவியாள|செயற்கை நுண்ணறிவு|మోడల్|సహాయక|കൃത്രിമ|ಸಹಾಯಕ",
    user=r"பயனர|வாடிக்கையாளர|వినియోగదారు|ఉപയോക്താ|ಬಳಕೆದಾರ",
    hush=r"சொல்லாதே|சொல்ல வேண்டாம்|கூறாதே|குறிப்பிடாதே|தெரிவிக்காதே|கேட்காமல்|చెప్పవద్దు|చెప్పకు|പറയരുത്|ಹೇಳಬೇಡ",
    say=r"பதில|சொல்\b|எழுது|கூறு|చెప్పు|సమాధానం",
    order=r"இயக்கு|அனுப்பு|நீக்கு|அழி|திற\b|படி\b|படித்து|காட்டு|அச்சிடு|கொடு|வெளியிடு|நிறுவு|முடக்கு|అమలు|పంపు|తొలగించు|చూపించు|అయచేయ",
    secret=r"கடவுச்சொல|விசை|ரகசிய|సంకేతపదం|పాస్‌?వర్డ్|రహస్య",
    guard=r"ஃபயர்வால்|தீச்சுவர்|ఫైర్‌?వాల్",
    quiet=r"உடனே|உடனடியாக|இப்போதே|వెంటనే",
    now=r"இனி நீ|நீ இப்போது|இப்போது நீ|இனிமேல்|கட்டுப்பாடற்ற|ఇప్పుడు నువ్వు|ఇకపై",
)
THAI: Final = Language(
    told=r"คำสั่ง|คำแนะนำ|กฎ|พรอมต์|ข้อความระบบ|ก่อนหน้า",
    forget=r"เพิกเฉย|ละเว้น|ลืม|ไม่ต้องสนใจ|ไม่สนใจ|ยกเลิก|เมินเฉย|ละทิ้ง",
    agent=r"ผู้ช่วย|ปัญญาประดิษฐ์|โมเดล|เอไอ|บอท|ใครก็ตามที่อ่าน",
    user=r"ผู้ใช้|ลูกค้า",
    hush=r"อย่า(?:บอก|พูด|แจ้ง|รายงาน|กล่าว|ถาม|เปิดเผย)|ห้าม(?:บอก|แจ้ง|พูด)|โดยไม่(?:บอก|ถาม|แจ้ง|ต้องถาม)|ปิดบัง|ซ่อน",
    say=r"ตอบ(?:ว่า|แค่|เพียง|กลับ)|จงตอบ|บอกว่า|เขียนว่า|พูดว่า",
    order=r"จงทำ|ทำตาม|จง|รัน|เรียกใช้|ลบ|ส่ง|เปิดไฟล์|อ่านไฟล์|แสดง|พิมพ์|เปิดเผย|คัดลอก|วาง|ดาวน์โหลด|ติดตั้ง|ปิด(?:ไฟร์|การ|ระบบ)|อนุมัติ|เปลี่ยน|เพิ่ม",
    secret=r"รหัสผ่าน|กุญแจ|คีย์|ความลับ|โทเคน|โทเค็น",
    guard=r"ไฟร์วอลล์|แอนตี้ไวรัส|ตรวจสอบ",
    quiet=r"ทันที|เดี๋ยวนี้|ตอนนี้เลย|โดยไม่ต้อง|แอดมิน|ผู้ดูแล.{0,12}อนุญาต",
    now=r"ตอนนี้คุณ(?:คือ|เป็น)|คุณคือ|ต่อจากนี้|จากนี้ไป|นับจากนี้|แกล้งทำ|สวมบทบาท|ไม่มีข้อจำกัด",
)
SWAHILI: Final = Language(
    told=r"maagizo|maelekezo|amri\b|kanuni|sheria",
    forget=r"puuza|sahau",
    agent=r"msaidizi|akili bandia",
    user=r"mtumiaji|mteja",
    hush=r"usi(?:mwambie|seme|taje|onyeshe|ulize)|bila (?:kumwambia|kuuliza)",
    say=r"jibu\b|sema\b|andika",
    order=r"tuma\b|endesha|futa\b|fungua|soma\b|onyesha|nakili|sakinisha|zima\b|idhinisha|tumia zana",
    secret=r"nenosiri|nywila|ufunguo|siri\b",
    guard=r"ngome",
    quiet=r"mara moja|sasa hivi|bila kuuliza",
    now=r"wewe sasa ni|sasa wewe|kuanzia sasa|jifanye",
)
BALTIC: Final = Language(
    told=r"instrukcij|nurodym|taisykl|norādījum|noteikum|instrukcijas|juhis|reegl|käsk|korraldus",
    forget=r"ignoruok|pamiršk|nepaisyk|ignorējiet|aizmirsti|neņem vērā|eira|unusta|ära järgi",
    agent=r"asistent|padėjėj|dirbtinis intelekt|mākslīgais intelekt|palīg[sa]|tehisaru|abiline",
    user=r"naudotoj|vartotoj|lietotāj|kasutaja",
    hush=r"ne(?:sakyk|minėk|pranešk|klausk)|nestāsti|nesaki|nepiemini|ära (?:ütle|maini|teavita|küsi)|be (?:leidimo|žinios)|bez (?:jautāšanas|ziņas)|ilma (?:küsimata|teavitamata)",
    say=r"atsakyk|pasakyk|parašyk|atbildi|saki\b|uzraksti|vasta\b|ütle|kirjuta",
    order=r"paleisk|vykdyk|ištrink|siųsk|išsiųsk|atidaryk|perskaityk|parodyk|nukopijuok|įdiek|išjunk|patvirtink|palaid|izpildi|izdzēs|nosūti|atver|izlasi|parādi|iekopē|instalē|izslēdz|apstiprini|käivita|kustuta|saada|ava\b|loe\b|näita|kopeeri|paigalda|lülita|kinnita",
    secret=r"slaptažod|rakt[aų]|parol|atslēg|salasõn|parool|võtme",
    guard=r"užkard|ugunsmūr|tulemüür|antivirus",
    quiet=r"nedelsiant|tuoj pat|nekavējoties|tūlīt|kohe\b|viivitamatult",
    now=r"dabar (?:esi|tu)|nuo šiol|tagad tu|no šī brīža|nüüd oled|sa oled nüüd|edaspidi|nüüdsest",
)

WORDS: Final = (
    GERMAN,
    FRENCH,
    SPANISH,
    PORTUGUESE,
    ITALIAN,
    DUTCH,
    SCANDINAVIAN,
    FINNISH,
    POLISH,
    CZECH,
    HUNGARIAN,
    ROMANIAN,
    CATALAN,
    TURKISH,
    INDONESIAN,
    TAGALOG,
    VIETNAMESE,
    SOUTH_SLAVIC,
    RUSSIAN,
    UKRAINIAN,
    GREEK,
    CHINESE,
    JAPANESE,
    KOREAN,
    ARABIC,
    PERSIAN,
    URDU,
    HEBREW,
    INDIC,
    DRAVIDIAN,
    THAI,
    SWAHILI,
    BALTIC,
)
