r"""What is said to models and hardly ever to people: one table of expressions.

Rows speak of an order to forget, a new role, a speaker's tag, a tool's result, an order to act
or to keep silent, and a link that carries data out. It is a net: what it lets through still
stands inside the fence.

An expression is RE2, in lower case, over text in lower case whose underscores are blanks. A
row is worth its place if it finds what no other row does, and marks no harmless line of the
logs it is measured on. `\b` stands beside ASCII letters alone, as RE2 knows no others.
"""

from typing import Final

# Letters of other scripts, and digits, that are read as Latin ones.
ALIKE: Final = str.maketrans(
    "аԁеһіјкӏмнорԛгѕтсуѵԝхαεικνορτυχ0134578$@",
    "adehijklmhopqrstcyvwxaeiknoptuxoieastbsa",
)
L_FOR_ONE: Final = {ord("1"): "l"}

_FORGET: Final = (
    r"ignore|disregard|forget|override|bypass|discard|neglect|abandon|set aside|put aside|stop (?:following|obeying)"
    r"|(?:do not|don.?t|never) (?:follow|obey|listen to)"
)
_TOLD: Final = (
    r"instructions?|prompts?|directions?|directives?|guidelines?|orders|restrictions"
    r"|safeguards|guardrails|policies|programming|(?:previous|prior|above) (?:context|rules?|messages?|task)"
    r"|(?:your|the|all|any|every) (?:other |safety |system |security )?(?:rules|context|constraints|training)"
    r"|(?:everything|anything|what(?:ever)?) (?:that |which )?(?:was |is |were |has been |have been )?"
    r"(?:above|before|prior|previous\w*|earlier|you (?:were|have been|know))"
    r"|all (?:that |of )?(?:the |was |came |is )*(?:above|before|you (?:were|have been|know)|previous$)"
    r"|your (?:\w+ )?(?:task|objective|goal|job|mission|assignment)|(?:told|asked|taught|instructed|ordered|gave) you|you (?:were|have been|had been) (?:told|asked|taught|instructed|given)|what you are doing"
)
_MODEL: Final = (
    r"a\.?i\.?|llms?|language model|assistant|chat ?bot|claude|chat ?gpt|gpt(?:-\d\w*)?"
    r"|copilot|codex|gemini|cursor ai|coding agent|ai agent|ai model"
)
_PERSON: Final = r"user|human|operator|developer|anyone|anybody|them|owner|customer"
_ACT: Final = (
    r"run|execute|invoke|call|curl|wget|fetch|open|visit|send|upload|delete|remove|rm|install"
    r"|download|post|email|forward|print|reveal|click|use|type|paste|commit|push|merge|approve"
)
_SECRET: Final = (
    r"\.env\b|id_rsa|credentials?|secrets?|api.?keys?|access.?tokens?|tokens?|passwords?"
    r"|environment variables?|ssh keys?|private keys?|\.ssh|\.aws"
)
_TOOLS: Final = (
    r"clear.logs|search.logs|get.error|log.overview|error.trends|explain.error.context"
    r"|log.patterns|aggregate.logs|compare.logs|wait.for.log"
)

# Blanks of any kind and number between the words count as one, and so do dashes.
_GAP: Final = r"[ \t\x{a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}_-]+"
_BLANK: Final = r"[ \t\x{a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}_]"
_DASH: Final = r"[-\x{2010}-\x{2015}\x{2212}\x{2500}-\x{2501}\x{fe58}\x{ff0d}]"
# What answers say of themselves: a line of a log that says so speaks for us.
LIKE_OURS: Final = (
    # Not `--log-data`, which is an option of a command.
    rf"{_DASH}{{2,}}{_BLANK}*(?:(?:end|begin|start){_BLANK}*(?:of{_BLANK}+)?(?:the{_BLANK}+)?)?(?:untrusted{_BLANK}+|external{_BLANK}+)?(?:log{_BLANK}+(?:data|text)|untrusted{_BLANK}+(?:data|text|content))\b",
    rf"(?:{_DASH}{{3,}}|{_DASH}{{2,}}{_BLANK}+)(?:(?:end|begin|start){_GAP}(?:of{_GAP})?(?:the{_GAP})?)?(?:untrusted{_GAP}|external{_GAP})?(?:log{_GAP}(?:data|text)|untrusted{_GAP}(?:data|text|content))\b",
    rf"\bend{_GAP}of{_GAP}(?:the{_GAP})?(?:log{_GAP}(?:data|text|output)|untrusted{_GAP}(?:data|text|content|log))\b",
    r"\[!\] marks\b|\bmarks log text that reads\b",
    r"\bnext page: search_logs\b|\bnext_cursor=|\blines cut at \d+ tokens\b|\braw shortened: get_error\b",
    r"\d+ (?:records?|groups?|patterns?|sources?|suspects?)\b[^|]{0,60}\| (?:window:|now \d{4}|\d+ records held)",
    r"\| now \d{4}-\d\d-\d\dt[\d:]+z|\| newest record \d+",
    r"\bpartial: (?:stopped after|history is)|\bnote: (?:history is|nothing was left)",
)
"""Expressions over text in lower case; those of dashes know their look-alikes."""

# In each language: an order to forget, and what is to be forgotten, in its word order.
LANGUAGES: Final = (
    r"\b(?:ignorier\w*|vergiss|vergesst|vergessen sie|missacht\w*|übergeh\w*|verwirf)[^a-z].{0,50}(?:anweisung|instruktion|vorgabe|regeln|befehl|nachricht|prompt)",
    r"\b(?:ignore[rz]?|oublie[rz]?|ne (?:tiens|tenez|tenir) pas compte|fa(?:is|ites) abstraction)[^a-z].{0,50}(?:instruction|consigne|directive|règle|ordre|précédent)",
    r"\b(?:ignor(?:a|e|ad|en)|olvid(?:a|e|ad|en)|descarta|omit[ea]|haz caso omiso|no hagas caso)[^a-z].{0,50}(?:instrucci|indicacion|órdenes|ordenes|reglas|directric|anteriores)",
    r"\b(?:ignor[ea]|esqueç?[ac]e?|desconsider[ea])[^a-z].{0,50}(?:instruç|instruc|orienta|ordens|regras|diretriz|anteriores)",
    r"\b(?:ignora(?:te)?|dimentica(?:te)?|trascura(?:te)?)[^a-z].{0,50}(?:istruzion|indicazion|ordini|regole|direttiv|precedent)",
    r"\b(?:negeer|vergeet)[^a-z].{0,50}(?:instructie|aanwijzing|opdracht|regels|richtlijn)",
    r"\b(?:z?ignoruj(?:cie)?|zapomnij|pomi[nń]|zlekceważ)[^a-z].{0,50}(?:instrukcj|polece|zasad|wytyczn|poprzedni)",
    r"\b(?:ignoruj(?:te)?|zapome[nň](?:te)?|zabudni(?:te)?)[^a-z].{0,50}(?:instrukc|pokyn|pravid|příkaz|predchádzaj|předchoz)",
    r"\b(?:ignor(?:era|er|ér)|glöm|glem|bortse|se bort)[^a-z].{0,50}(?:instruktion|instruks|anvisning|regler|tidigare|tidligere)",
    r"(?:unohda|ohita|älä välitä|jätä huomiotta)[^a-z].{0,50}(?:ohje|käsky|määräy|sään)",
    r"\b(?:ignoră|ignora[tț]i|uit[aă](?:ți)?)[^a-z].{0,50}(?:instruc|reguli|anterioar)",
    r"(?:utasítás|szabály|parancs)\w*.{0,40}(?:hagyd figyelmen|felejtsd|hagyja figyelmen)|(?:hagyd figyelmen kívül|felejtsd el).{0,40}(?:utasítás|szabály|parancs)",
    r"(?:talimat|komut|yönerge|kural)\w*.{0,40}(?:yok say|unut|görmezden|dikkate alma)",
    r"(?:игнорируй|проигнорируй|забудь|отбрось|не обращай внимания|не следуй)(?:те)?.{0,50}(?:инструкци|указани|команд|правил|сообщени|предыдущ|приказ)",
    r"(?:ігноруй|проігноруй|забудь|відкинь)(?:те)?.{0,50}(?:інструкц|вказів|правил|попередн|команд|наказ)",
    r"(?:игнорирай|забрави|занемари|ignoriši|zanemari)(?:те|te)?.{0,50}(?:инструкци|указани|правила|упутств|uputstv|instrukcij|uput)",
    r"(?:αγνόησε|αγνοήστε|αγνοησε|ξέχασε|ξεχάστε|παράβλεψε).{0,50}(?:οδηγί|οδηγι|εντολ|κανόν|προηγούμεν)",
    r"(?:忽略|无视|無視|忘记|忘記|忘掉|不要理会|不要遵守|不要遵循|撤销).{0,24}(?:指令|指示|提示|命令|说明|說明|规则|規則|要求|对话|對話|消息|訊息|内容|內容)",
    r"你现在是|你現在是|系统提示词|系統提示詞|(?:执行|執行|运行|運行)(?:以下|下列|下面|这个|這個).{0,6}(?:命令|指令|代码|代碼)|不要告诉用户|不要告訴(?:用戶|使用者)",
    r"(?:指示|命令|指令|ルール|規則|プロンプト).{0,16}(?:無視|忘れ|従わない|破棄)|(?:無視して|忘れて).{0,20}(?:指示|命令|指令)|システムプロンプト|あなたは今(?:から|や)?|ユーザーに(?:は)?(?:言わない|伝えない|知らせない)",
    r"(?:지시|명령|지침|규칙|프롬프트).{0,20}(?:무시|잊|따르지)|(?:무시하고|잊고).{0,20}(?:지시|명령|지침)|시스템 ?프롬프트|당신은 이제",
    r"(?:تجاهل|انس[َىِ]?|لا تتبع|اهمل|أهمل).{0,50}(?:تعليمات|أوامر|اوامر|الأوامر|توجيهات|القواعد|إرشادات|الإرشادات)",
    r"(?:دستور|قوانین|راهنما).{0,40}(?:نادیده|فراموش)",
    r"(?:ہدایات|احکامات|ہدایت).{0,40}(?:نظر ?انداز|بھول)",
    r"(?:התעלמ?[םוי]?|שכחי?|תשכח).{0,50}(?:הוראות|ההוראות|פקודות|הפקודות|כללים|הכללים|הנחיות|ההנחיות)",
    r"(?:निर्देश|आदेश|नियम).{0,40}(?:अनदेखा|नज़रअंदाज़|नजरअंदाज|भूल|उपेक्षा)|(?:अनदेखा|भूल).{0,40}(?:निर्देश|आदेश)",
    r"(?:নির্দেশ|আদেশ|নিয়ম).{0,40}(?:উপেক্ষা|ভুলে|অগ্রাহ্য)",
    r"(?:வழிமுறை|அறிவுறுத்தல|கட்டளை|அறிவுரை).{0,50}(?:புறக்கணி|மற)",
    r"(?:เพิกเฉย|ละเว้น|ลืม|ไม่ต้องสนใจ|ไม่สนใจ).{0,50}(?:คำสั่ง|คำแนะนำ|กฎ)",
    r"(?:bỏ qua|quên|phớt lờ|lờ đi)[^a-z].{0,50}(?:hướng dẫn|chỉ dẫn|chỉ thị|mệnh lệnh|quy tắc)",
    r"\b(?:abaikan|lupakan)[^a-z].{0,50}(?:instruksi|perintah|arahan|aturan|petunjuk|sebelumnya)",
    r"\b(?:huwag pansinin|balewalain|kalimutan)[^a-z].{0,50}(?:tagubilin|utos|panuto)",
    r"\bführe?n?\b.{0,40}\bbefehl|\bexécute[zr]?\b.{0,30}\bcommande|\b(?:ejecut[ae]|execut[ae]|esegui)\b.{0,30}\bcomando|\bvoer\b.{0,30}\b(?:opdracht|commando)|\bwykonaj\b.{0,30}polecenie",
    r"выполни(?:те)?\b.{0,30}команд|виконай.{0,30}команд|请(?:执行|运行)|請(?:執行|運行)|(?:コマンド|命令)を実行し(?:て|ろ)|명령을 실행하",
    r"\bdu bist (?:jetzt|nun|ab sofort) |\btu es (?:maintenant|désormais)|\bvous êtes (?:maintenant|désormais)|\b(?:ahora eres|eres ahora) |\b(?:agora você|você agora|você é agora)|\b(?:ora sei|sei ora|adesso sei) |\bje bent (?:nu|vanaf nu) |\b(?:jesteś teraz|teraz jesteś)|sen artık |artık sen|sekarang kamu adalah",
    r"(?:bạn bây giờ là|ты теперь|теперь ты|вы теперь|ти тепер|أنت الآن|אתה עכשיו|अब आप|अब तुम)",
    r"\bsag(?:e|en sie)? (?:es )?(?:dem|der|den) (?:be)?nutzer|\bne (?:dis|dites) (?:pas|rien).{0,24}utilisateur|\bno (?:le |se lo )?digas.{0,24}usuario|\bnão (?:diga|conte).{0,24}usuário|\bnon dire.{0,24}utente|\bnie mów.{0,24}użytkownik",
    r"не говори(?:те)?.{0,24}пользовател|不要告诉|ユーザーには?(?:秘密|内緒)",
    r"\b(?:puuza|sahau)[^a-z].{0,50}(?:maagizo|maelekezo|amri)",
    # An order to send, delete or keep quiet, in words that only orders have.
    r"\b(?:sende|schick\w*|envoie[rz]?|envía|envie|enviá|invia|wyślij|stuur|skicka|gönder|kirim)\b.{0,60}(?:https?://|[\w.+-]+@[\w-]+\.|\b[\w-]+\.(?:example|com|net|org|io|ru|cn|dev|xyz)\b)",
    r"(?:отправь|отошли|пришли|перешли|надішли|відправ)(?:те)?\b?.{0,60}(?:https?://|@|\b[a-z0-9-]+\.[a-z]{2,})|(?:发送|發送|上传|上傳|发)(?:到|至|给).{0,24}[a-z0-9-]+\.[a-z]{2,}|[a-z0-9-]+\.[a-z]{2,}.{0,6}(?:に送っ|へ送っ|に送信し|로 보내|에 보내|으로 보내|로 전송)|(?:أرسل|ارسل|ابعث).{0,60}[a-z0-9-]+\.[a-z]{2,}|[a-z0-9-]+\.[a-z]{2,}.{0,12}(?:भेज|পাঠা)",
    r"\b(?:erwähn\w*|nenn\w*|meld\w*|zeig\w*)\b.{0,40}\bnicht\b(?:[.!]|$)|\bno (?:avises|menciones|informes|muestres|digas)\b|\bne (?:parle|mentionne|signale|montre|révèle)[zrs]? (?:pas|rien|jamais)\b|\bnão (?:mencione|avise|mostre|informe|revele)\b|\bnon (?:menzionare|mostrare|segnalare|rivelare|avvisare)\b|\bnie (?:wspominaj|pokazuj|zgłaszaj|ujawniaj)\b|\bvermeld\b.{0,30}\bniet\b|\bnämn inte\b|не (?:упоминай|показывай|раскрывай|сообщай)",
    r"\b(?:responda|responde|contesta|réponds|répondez|antworte|rispondi|scrivi|antwoord|odpowiedz|svara)\b.{0,24}(?:[\"«']|\b(?:apenas|solo|sólo|só|seulement|nur|soltanto|alleen|tylko|bara|que|dass|che)\b)",
    r"(?:ответь|напиши|отвечай|скажи)(?:те)?[ ,].{0,24}(?:[\"“«„]|только|что\b|пользовател)|(?:请|請)(?:回答|回复|回覆|输出|輸出)|と(?:だけ)?(?:答え|回答し|返答し)て|라고(?:만)? (?:답|대답|말)",
    r"\b(?:sin restricciones|sans restrictions?|sem restrições|senza restrizioni|ohne (?:einschränkungen|regeln|beschränkungen)|zonder beperkingen|bez ograniczeń|tanpa batasan)\b|\b(?:keine|aucune|ninguna|nessuna|geen|żadnych) (?:regeln?|règles?|reglas?|regol[ae]|regels|zasad)\b",
    r"без ограничений|没有限制|沒有限制|制限のない|제한 ?없는",
    r"\b(?:bitte|por favor|s.il (?:te|vous) plaît|per favore|proszę|alsjeblieft|merci d.|lütfen|tolong)\b.{0,24}\b(?:lösch\w*|führ\w*|send\w*|schick\w*|ejecut\w*|borr\w*|envi\w*|exécut\w*|supprim\w*|envoy\w*|elimin\w*|cancell\w*|esegu\w*|usuń|wykonaj|wyślij|verwijder|sil|çalıştır|hapus|jalankan)\b|\b(?:lies|gib)\b.{0,50}(?:\.ssh|\.env|id_rsa|\.aws|passw[oö]rt|schlüssel|token)",
    r"(?:请|請)(?:把|将|將|删除|刪除|读取|讀取|打开|打開)|пожалуйста.{0,24}(?:отправь|удали|выполни|запусти|открой|прочитай|покажи)",
    r"(?:скажи|сообщи|передай|ответь)(?:те)? пользовател|(?:告诉|告訴|通知)(?:用户|用戶|使用者)|ユーザーに.{0,24}(?:と(?:伝え|言っ|教え)て|報告しない)|사용자에게.{0,24}(?:라고|다고) ?(?:말|전|알)|أخبر المستخدم|उपयोगकर्ता को बता",
    r"\b(?:gib|sag|zeig|nenne) (?:dem|der|den) (?:anwender|benutzer|nutzer|kunden)\b",
    # Who is spoken to.
    r"\b(?:ki|k\.i\.|ki.(?:assistent\w*|modell\w*|agent\w*)|sprachmodell\w*|assistent|chatbot|cher assistant|cher modèle|chère ia|asistente|assistente|modelo de (?:ia|lenguaje|linguagem)|modello linguistico|modèle de langage|asystent\w*|yapay zek\w*|asisten)(?: de (?:ia|ai))? ?[:,!] ?[a-zà-ÿ¡¿]{2}",
    r"\b(?:liebe[rs]? (?:ki|assistent|modell)|an alle (?:sprachmodelle|ki|assistenten)|(?:hinweis|nachricht|anweisung) an (?:den|die|das|alle) (?:assistent\w*|ki|modell|sprachmodell\w*)|(?:à|a) (?:tous les|l.)(?:assistants?|ia|modèles?)|para (?:el|la|o|a) (?:asistente|assistente|ia))\b",
    r"(?:ассистент|помощник|модель|асистент|нейросеть)\w* ?[:,] ?[а-яіїєё]{2}|(?:助手|人工智能|ai|模型|アシスタント|어시스턴트)(?:へ|さん|님|에게)? ?[:：,、,]",
    # From now on; what was told before; what is to be kept from people.
    r"\b(?:ab (?:jetzt|sofort)|von nun an|à partir de maintenant|désormais|dorénavant|a partir de (?:ahora|agora)|de ahora en adelante|de agora em diante|d.ora in poi|da ora in poi|vanaf nu|od teraz|bundan sonra|mulai sekarang|från och med nu)\b,? .{0,12}\b(?:antwort\w*|sag\w*|bist|du|sie|tu|vous|répond\w*|respond\w*|contest\w*|eres|você|sei|rispond\w*|antwoord\w*|odpowiad\w*|cevap\w*|jawab\w*|svara)\b",
    r"(?:отныне|с этого момента|теперь) .{0,12}(?:отвечай|ты |вы |говори)|(?:从现在起|从现在开始|從現在起|今后|以后).{0,8}(?:你|只|回答|说|回覆)|(?:今後|これから|今から)は?.{0,16}(?:答え|回答|あなた|して)|(?:지금부터|이제부터|앞으로).{0,16}(?:대답|답|너|당신|응답)",
    r"\b(?:vergiss|oublie|olvida|esqueça|esquece|dimentica|vergeet|zapomnij|unut|glöm) (?:alles|allt|tout|todo|tudo|tutto|o wszystk\w*|deine|tes|tus|tuas|suas|le tue|je|twoje|her şeyi)\b|\b(?:bisherigen|vorherigen|obigen|früheren) (?:regeln|anweisungen|befehle|vorgaben)\b.{0,30}\b(?:nicht mehr|ungültig|aufgehoben)",
    r"\b(?:verschweig\w*|verheimlich\w*|cache[rz]? (?:à|les|ces|l)|oculta\w* (?:al?|los|os|estos)|nascondi\w*|verzwijg\w*|ukryj\w*)\b.{0,40}\b(?:nutzer|benutzer|anwender|utilisateur|usuario|usuário|utente|gebruiker|użytkownik)|\b(?:dile|diga|di|dis|dites|dì|zeg|powiedz)\b (?:al?|ao|à l.|aan de|do) ?(?:usuario|usuário|utilisateur|utente|gebruiker|użytkownik)",
    r"(?:не )(?:сообщай|рассказывай|упоминай|показывай)\w*.{0,24}(?:пользовател|об ошибк)|(?:ユーザー|利用者)に?は?.{0,24}(?:報告|知らせ|伝え|言わ)\w*(?:ないで|るな)|사용자에게.{0,24}(?:알리지|말하지|보고하지)|(?:لا تخبر|لا تقل).{0,24}(?:المستخدم|احد|أحد)|उपयोगकर्ता को.{0,24}(?:मत|न) ?बता",
    r"\b(?:révèle|montre|affiche|enthülle|zeig\w*|gib|revela|muestra|mostra|mostre|rivela|toon|pokaż)\b.{0,30}\b(?:prompt|invite) ?(?:système|syst\w*|del sistema|do sistema|di sistema)|\b(?:führ\w*|exécut\w*|ejecut\w*|execut\w*|esegu\w*|wykon\w*)\b.{0,40}\b(?:befehl|commande|comando|polecen)\w*.{0,30}(?:\brm -|\bcurl|aus\b|sans demander|ohne|suivant|siguiente|seguinte|seguente)",
)
ENGLISH: Final = (
    rf"\b(?:{_FORGET})\b.{{0,50}}\b(?:{_TOLD})\b",
    r"ignore(?:all|any)?(?:the|of|your)*(?:previous|prior|above|earlier)(?:instructions?|rules|prompts?|orders)",
    r"\byou are (?:now|no longer|from now on) (?:an? |the |my |free|dan\b|root\b|admin\w*|operating|acting|going to|required|allowed|bound|unrestricted|in (?:\w+ )?mode)",
    r"\byou must (?:now|immediately|always|never)\b|\bfrom now on,? (?:you|act|respond|answer)\b",
    r"\bact as (?:an? |the |my )?(?:admin|root|system|dan\b|unrestricted|different|evil|developer|expert|if you)",
    r"\bpretend (?:to be|that you|you)\b|\byou act as\b|\b(?:developer|dan|god|jailbreak) mode (?:enabled|activated|on)\b",
    r"\b(?:new|updated|real|actual|secret|hidden|important|your next) (?:system )?(?:instructions?|directives?|orders)\b(?: for you|\s*[:.-]| from)",
    r"\byour (?:new|real|actual|true|next|only) (?:task|role|goal|job|mission|objective|instructions?|orders)\b",
    r"\b(?:reveal|repeat|print|show|output|leak|dump|tell|ignore|disregard|forget|override)\b.{0,40}\b(?:system|developer|initial|hidden) (?:prompt|instructions?|message)\b",
    r"\b(?:begin|end|start) (?:of )?(?:the )?system (?:prompt|message|instructions?)\b",
    r"<[|/]{0,2}(?:im_start|im_end|im_sep|start_of_turn|end_of_turn|endoftext|eot_id|start_header_id|begin_of_text|system|assistant|human|tool_\w+|tool|function_\w+|function|instructions?|important|untrusted\w*|log_?data|antml:\w+)\b[^>]*\|?>",
    r"\[/?(?:inst|sys|system|system message|assistant|end of logs?|end of tool \w+)\]|<<\/?sys>>|#{2,} ?(?:system|instructions?|assistant|human|user|new task|response)\b\s*:?",
    r"(?:^|[\n\]>}|\"'`:] ?)\W{0,4}(?:system|assistant|human|developer)(?: (?:message|prompt|note|notice|override|instruction|update|alert))?(?: \(\w+\))? ?:(?: ?[\"'`*<]| [a-z])[a-z\"'`*<]",
    r"\bsystem (?:message|override|notice|instruction|directive|prompt) ?(?::|- |-$|from|to)",
    r"[\"']role[\"'] ?: ?[\"'](?:system|assistant|developer|tool)[\"']|[\"']type[\"'] ?: ?[\"']tool_(?:result|use|call)[\"']|\bto=functions\.",
    r"\b(?:tool|function) (?:result|output|response|call)s? ?(?:\(\w+\) ?)?:|\bend of (?:the )?(?:tool|function) (?:result|output|response)s?\b",
    rf"\b(?:dear|hey|hi|hello|attention|note (?:to|for)|message (?:to|for)|instructions? (?:to|for)|attn|listen,?)\W{{1,4}}(?:the |any |all |every |you,? )?(?:{_MODEL}|model|agent)s?\b",
    rf"\b(?:{_MODEL})s?\b[\w\s,()]{{0,40}}\b(?:must|should|shall|has to|have to|needs? to|please|is required to|are required to|is instructed|will now)\b",
    rf"\b(?:if|when|since) you(?: are|'re) (?:an? |the )?(?:{_MODEL}|model|agent)\b|\bas (?:an? |the )(?:ai|llm|language model|ai assistant)\b",
    rf"\b(?:please|now|must|immediately|kindly|urgent\w*|important\w*)\b.{{0,24}}\b(?:{_ACT})\b.{{0,60}}(?:\b(?:this|that|next|my) command\b|\bcommand(?: below|:)|\bshell\b|\bbash\b|\b(?:this|the) tool\b|https?://|\brm -|\bthe following\b|\ball (?:the )?(?:files?|logs?|records|tests|data)\b|{_SECRET})",
    r"(?:^|[\n.:;!\"'`>] ?)\W{0,3}(?:run|execute|eval|paste|type)\b.{0,40}(?:\bthe following\b|\bthis (?:command|script|code|in)\b|\bsudo \w|\brm -rf|\bcurl |\bwget |\bpip install (?:-\w+ )*[\w=.-]+ --|\bpowershell\b|\bgit push|\bbash -c|\bin (?:the|a|your) (?:terminal|shell)\b)",
    rf"\b(?:call|invoke|use|run|trigger|execute)\b.{{0,30}}\b(?:{_TOOLS})\b|\b(?:{_TOOLS})\b.{{0,20}}\b(?:now|immediately|at once|first)\b",
    r"\b(?:call|invoke) (?:the|your) (?:[\w.-]+ )?tool\b",
    rf"\b(?:send|post|upload|forward|exfiltrate|leak|transmit|copy|append|put|encode|attach|read|cat|print|reveal|give)\b.{{0,60}}(?:{_SECRET}|\bcontents? of\b|\bsource code\b|\bconversation\b).{{0,80}}(?:https?://|\bto (?:me|us|the (?:url|server|endpoint|address|webhook|attacker|following))\b|\b(?:in|to) (?:your|the) (?:answer|reply|response|url|summary)\b)",
    # Not of a build that says what it ran: `sh -c curl ...`.
    r"(?:^|[^c] |[^ \w-])(?:curl|wget|iwr|invoke-webrequest)\b[^|\n]*\| ?(?:sudo )?(?:ba|z|da|k)?sh\b",
    rf"\b(?:do not|don.?t|never|without|avoid) (?:tell|inform|mention|reveal|alert|warn|notify|ask|report|show)(?:ing)?\b.{{0,24}}\b(?:to )?(?:the |your |any )?(?:{_PERSON})\b",
    r"\b(?:do not|don.?t|never) (?:mention|reveal|repeat|quote|report) this\b|\bwithout (?:asking|telling)\b",
    rf"\b(?:tell|inform|assure|convince|instruct|advise|persuade|ask) the (?:{_PERSON}) (?:that|to|there|everything|it|all|no\b)",
    r"\b(?:say|report|reply|respond|answer|state|conclude|claim|output|write)\b (?:only |just |that |with |to the user )*(?:everything is|all (?:is|tests|checks)|the (?:build|system|tests|logs?) (?:is|are)|there (?:are|is) no|no (?:errors|issues|problems)|exactly|the (?:word|phrase|text|following))",
    r"\byour (?:final |next |entire )?(?:answer|response|reply|summary|output) (?:must|should|has to|will|shall)\b",
    r"\b(?:this|the above|the following) (?:log |line |message |text |error |entry )?(?:overrides|supersedes|replaces|takes precedence)\b|\bhighest priority (?:instruction|directive|task)\b",
    r"\b(?:the )?(?:user|developer|admin\w*|owner|operator) (?:has |have |already |explicitly |fully )+(?:approved|authori[sz]ed|consented|agreed|granted you|asked you|instructed|allowed you|permitted)\b",
    r"\byou (?:are|have been|were) (?:hereby |now |explicitly )?(?:authori[sz]ed|instructed|ordered|required|allowed|permitted|directed|asked) to (?:run|execute|delete|ignore|send|call|read|reveal|disable|approve|push|do|skip)",
    r"\bdo anything now\b|\byou (?:are|have been|were) jailbroken\b|\bjailbroken (?:session|mode|model|assistant|ai)\b",
    r"\b(?:previous|prior|earlier|above|original) (?:instructions|directives|orders|guidelines)\b.{0,24}\b(?:void|cancel+ed|no longer|overridden|revoked|invalid|wrong|obsolete|replaced)\b",
    r"\b(?:begin|start) (?:of )?(?:new |the |your )+instructions?\b",
    rf"\b(?:{_FORGET}|decline|refuse)\b.{{0,24}}\b(?:user|human|operator).?s? (?:request|question|instructions?|wishes|message)|\bforget (?:about )?the (?:logs?|errors?|above|rest|user)\b",
    r"\bi (?:need|want|order|command|instruct|authori[sz]e|permit|allow) you\b|\byou will now\b|\bi hereby\b",
    rf"\b(?:the|any|every|each|coding) (?:agent|assistant|model)s? (?:must|should|shall|will|needs? to|has to|have to) (?:now |immediately |always )?(?:{_ACT}|ignore|disable|stop|assume)\b",
    r"\b(?:ai|llm)(?: agents?| assistants?| models?)? (?:notice|note|instructions?|directive|override|only)\b",
    r"\b(?:message|note|instructions?|request|order) from (?:anthropic|openai|google|your (?:developers?|operator|creators?|admin\w*)|the developers)\b",
    r"\b(?:respond|answer|reply|speak|talk) (?:only )?in (?:french|german|spanish|english|chinese|russian|base ?64|json|emojis?|rhymes?|code)\b",
    rf"[\"'](?:tool|tool_name|function|name)[\"'] ?: ?[\"'](?:bash|shell|terminal|computer|{_TOOLS})[\"']",
    r"\brm -(?:rf|fr|r|f) (?:/|~|\*|\.)(?:[\s\"'`;*]|$)",
    r"\blet.?s play a game\b|\bimagine (?:that )?you are\b|\brole.?play\b",
    r"\b(?:wipe|erase|destroy|hide) (?:all )?(?:the )?(?:logs|evidence|traces|audit)\b",
    r"\b(?:must|should|have to|need to|please) (?:now )?(?:delete|wipe|drop|erase|destroy) (?:the |all |this |your )*(?:\w+ )?(?:database|repository|repo|files|logs|branch|tests?|backups?)\b",
    r"(?:^|[\n\]>}|\"'`.] ?)(?:user|human) ?: ?(?:please|delete|run|ignore|do|yes|go|execute|approve|you)\b|(?:^|\n)assistant ?: ",
    r"\b(?:disclose|reveal|leak|print|dump|(?:show|give|tell|send) me) (?:all |the |your |any |every )*(?:secrets?|api.?keys?|passwords?|credentials|env(?:ironment)? var\w*)\b",
    rf"\b(?:open|read|cat|print)\b.{{0,30}}(?:{_SECRET}|/etc/passwd|/etc/shadow).{{0,30}}\b(?:and|then) (?:tell|send|show|post|include|put|paste|upload|summari[sz]e)\b",
    r"\bthe (?:above|previous) (?:errors?|logs?|lines?|messages?) (?:is|are|was|were) (?:fake|false|a test|harmless|irrelevant)\b",
    r"<{2,} ?(?:end|begin) ?(?:of )?(?:the )?\w+",
    # Who is spoken to, then an order; and the ways round.
    rf"\b(?:task|message|instructions?|note|notice|hint|request|orders?|addressed|reminder|memo) (?:to|for) (?:the |any |all |every |our |your |whichever )?(?:(?:reading|logging|coding) )?(?:{_MODEL}|model|bot)s?\b",
    rf"(?:^|[\n\]>}}|.;!\"'`] ?)(?:to |for |dear |any |all |every |whichever |the )*(?:{_MODEL}|ai model|model|bot|agent)s?(?: (?:reading|parsing|debugging|reviewing|that|who|which)\b[^:,\n]{{0,40}})? ?[:,] ?(?:[^\n]{{0,40}}[,:] ?)?(?:please |kindly |now |then |just )*(?:{_ACT}|stop|go|answer|reply|say|write|put|append|add|read|list|show|tell|hide|skip|omit|do not|don.?t|never|keep|turn|switch|disable|cat|follow|treat|change|create|give)\b",
    rf"\b(?:any|every|whichever|whatever) (?:{_MODEL}|agent|model|bot)s? (?:that|who|which|is|reading|parsing|debugging|looking)\b|\bif (?:an? )?(?:{_MODEL}) (?:is|reads|sees|are)\b|\b(?:the|your|our) (?:assistant|agent|model|bot)(?:'s)? next (?:step|task|action)\b",
    # What an answer is to hold, or not.
    r"\b(?:do not|don.?t|never|avoid|without) (?:mention|report|include|show|list|flag|reveal|cite|discuss)(?:ing)?\b.{0,80}\b(?:in|from) (?:your|the|any) (?:\w+ )?(?:report|answer|summary|reply|response|analysis|output)\b",
    r"(?:^|[\n.:;!] ?)(?:please |kindly )?(?:leave out|omit|skip|hide|exclude|suppress|ignore|overlook|disregard)\b.{0,60}\b(?:when(?:ever)? you|(?:in|from) your|and (?:say|conclude|report|answer|claim)|(?:lines?|warnings?|messages?|records?|entries) (?:that follow|below)|rest of the)\b",
    r"\bkeep (?:quiet|silent|secret|mum) about\b|\b(?:must|should|may) (?:not|never) (?:tell|inform|mention|reveal|disclose)\b|(?:^|[\n.:;!] ?)(?:please )?(?:never|don.?t|do not) (?:report|tell|inform|mention|disclose)\b (?:any|the|this|that|these|errors?|warnings?|anyone|anybody)\b",
    r"\bwhat(?:ever)? (?:the|your) user (?:asks?|says?|wants?)\b|\bwhen(?:ever)? (?:you are |you're )?asked (?:about|for|to|why|what|if)\b|\b(?:answer|reply|respond) (?:to )?(?:every|each|any|all)\b.{0,30}\bwith\b",
    r"(?:^|[\n.,:;!] ?)(?:just |simply |only |always |now |please )*(?:say|claim|conclude|pretend|tell (?:them|him|her)|(?:answer|reply|respond)(?: only| just| always)? with)\b (?:only |just )?(?:that\b|[\"'“]|the word|everything|all |nothing|no )",
    # What was said before is void.
    r"\byour (?:context|memory|session|earlier|previous|prior|initial|original|old)\b.{0,30}\b(?:reset|cleared|erased|wiped|void|outdated|do(?:es)? not apply|don.?t apply|no longer|expired|revoked)\b",
    r"\b(?:earlier|previous|prior|old|preceding|existing) (?:rules?|instructions?|guidelines|directives|orders|conversation|messages?|prompts?)\b.{0,30}\b(?:do not apply|don.?t apply|void|outdated|a test|never (?:took|happened)|no longer|cancel+ed|expired|suspended|not valid)\b|\b(?:instructions?|rules|directives|orders) (?:above|before|so far|until now)\b.{0,20}\b(?:void|outdated|wrong|invalid|a test|no longer|cancel+ed|obsolete)\b",
    r"\b(?:only )?(?:valid|actual|real|true) (?:instructions?|rules|orders|task|directives)\b.{0,12}\b(?:are|is|start|begin|follow)\b|\bfollow (?:these|this|the (?:steps|orders|instructions) (?:below|here)) instead\b|\bpretend (?:the|this|there|nothing)\b|\b(?:wait|waiting) for my (?:commands?|orders|instructions)\b",
    r"\bno longer (?:bound|restricted|limited|subject)\b|\byour (?:new )?persona\b|\b(?:has|have|with) no (?:rules|restrictions|limits|limitations)\b|\b(?:lifted|removed|disabled) (?:all )?(?:your |safety )?(?:restrictions|safeguards|filters|guardrails)\b|\b(?:answers?|replies|responses) (?:are|is) (?:no longer|not) (?:filtered|restricted|limited)\b",
    # What it was told is to come out.
    r"\bwhat (?:was|is|are|were) your (?:initial|system|first|original|hidden|secret)\b|\b(?:repeat|print|output|reveal|show|recite|dump|write out|copy|paste|quote|summari[sz]e|translate|list)\b.{0,30}(?:\b(?:text|words?|lines?|everything|all) (?:above|before)\b|\byou were (?:told|given)\b|\bcontext window\b|\byour (?:system|hidden|initial|secret|internal|original)\b|\btools you (?:can|may|have)\b)",
    # A tool with what it is to be given.
    r"(?:^|[\n.:;!] ?)(?:please |now |then )*(?:call|invoke|trigger)\b.{0,40}\bwith \w+ ?[=:]|\bexecute (?:the )?(?:tool|function) ?:|\b(?:use|using|open|with|via) (?:your|the) (?:shell|terminal|bash|browser|file|email|mail|write|edit|web)(?: tool| access)? to \w|\binvoke the [\w. ]{2,30} tool\b|\b(?:your|the) (?:shell|terminal|bash|browser|file|editor?|web) tool\b",
    # Leave that nobody gave.
    rf"\byou (?:have|now have|are given|were given|have been given|have got) (?:my |full |the |our |its? )?(?:user's |explicit )?(?:permission|consent|approval|authori[sz]ation|clearance) to\b|\bgo ahead and (?:{_ACT}|rotate|show|drop|run)\b|\byou (?:may|can) (?:now |freely |safely )*(?:read|run|execute|print|delete|disable|skip|bypass|ignore)\b|\b(?:says?|said) (?:it is|it's|its) (?:ok(?:ay)?|fine|alright)\b|\bskip the (?:confirmation|approval|review)\b|\bbypass the (?:approval|confirmation|review)\b",
    rf"\b(?:recommend|suggest|propose|mention) to (?:the |your )?(?:{_PERSON})s?\b|\b(?:suggest|recommend|insist) that the (?:{_PERSON})\b|\b(?:convince|persuade|trick|urge|encourage|get) (?:the |your )?(?:{_PERSON})s? (?:that|to|into)\b",
    r"\bthis is your (?:developer|creator|operator|admin\w*|owner|maker|boss|user|supervisor)\b|\byour (?:operator|user|developer|owner|admin\w*|boss|creator) (?:wants?|needs?|asks?|asked|says?|orders?|told|requires?|expects?)\b|\bas (?:if|though) (?:it|this|they) (?:came|were sent|was sent|were written) (?:from|by) (?:the|your)\b",
    # Somebody else's turn.
    r"(?:^|[\n\]>}|\"'`.:;-] ?)(?:user|human) ?: ?(?:now|thanks|thank you|ok|okay|great|perfect|please|and|also|next|then|can you|could you|i |let|just)\b|<(?:user|human)>|</?(?:data|documents?|context|results?|output|log|logs|file)>.{0,12}(?:<|user|system|assistant|now\b)|\b(?:begin|start|end) (?:of )?(?:privileged|new|admin\w*|secret|hidden|special|override|operator|developer)(?: \w+)? (?:instructions?|orders|directives|commands?)\b",
    rf"(?:^|[^o] |[^ \w])(?:send|mail|e?mail|upload|forward|post|transmit|dump)\b.{{0,60}}(?:{_SECRET}|\bdatabase\b|\bconversation\b|\blogs\b).{{0,60}}\bto (?:https?://|[\w.+-]+@|[\w-]+\.(?:example|com|net|org|io|ru|cn|dev|app|xyz|sh)\b)",
    # What is in a model's hands alone: its answer, its rules, its user.
    r"\b(?:in|into|to|with|of|start|end|begin|precede|finish|close|open) (?:with )?(?:your|every|each) (?:next |final |first )?(?:answer|reply|response|message|output|summary|report)s?\b",
    r"\byour (?:rules|guidelines|guardrails|safety|persona|programming|directives|instructions|training|alignment|restrictions)\b",
    r"(?:^|[\n.:;,!>] ?|\band |\bthen )(?:please |kindly |just )*(?:let|inform|tell|propose|give|show|ask|get|remind|warn|offer|redirect|point|send)\b.{0,60}\b(?:the|your) (?:user|human|developer|customer)s?\b(?: know\b| that\b| to\b| their?\b| his\b| her\b|[.:!]|$)",
    r"\bautomated (?:readers?|agents?|reviewers?|assistants?|systems?) ?[:,]|\bwho(?:m|so)?ever (?:summari[sz]es|reads|analy[sz]es|asks|processes)\b|\b(?:summari[sz]er|reviewer|analy[sz]er|on.call bot|ai reader)s? ?[:,]",
    r"\b(?:unrestricted|unfiltered|uncensored) (?:mode|assistant|agent|access|shell|model|answers?)\b|\bwithout (?:any )?(?:filters|restrictions|guardrails)\b|\bobey (?:it|only|me|the|this|these|every|all)\b|\bcomply with (?:the|this|these|every) (?:line|following|orders?|instructions?)\b|\baccept (?:every|all|any) (?:commands?|orders?|instructions?)\b",
    rf"\b(?:quietly|silently|secretly|discreetly) (?:{_ACT}|add|grant|give|change|disable|copy|include|close|insert|write)\b|\b(?:then|and) (?:carry on|continue|go on|act) as (?:normal|usual|if)\b",
    rf"(?:<!--|//|/\*|#|\btodo|\bfixme)\W{{0,3}}(?:\w+ ){{0,3}}(?:{_MODEL})s? ?[:,]|\b(?:for|to) (?:ai|llms?) ?[:,]",
    r"\baction ?: ?\w[\w ]{0,40}action input\b|\bobservation ?: [^\n]{0,120}\b(?:thought|action) ?:|\bassistant (?:response|reply|answer|output|says|said) ?:",
    r"\b(?:next|first|only) (?:tool|function) call (?:must|has to|should|is|will)\b|\bbefore (?:producing|giving|writing|sending) (?:any|your|an|the) (?:output|answer|reply|response)\b|\bwhe(?:n|re)ver you (?:quote|cite|mention|show|see|are)\b|\b(?:log|line|message|entry) (?:as )?(?:a message |an order |a command )?from your\b",
    rf"\b(?:hide|conceal|withhold|keep|kept|hidden) (?:\w+ ){{0,4}}from (?:the |your |any )?(?:{_PERSON})s?\b|\b(?:log|logs|lines?|entries|records|everything|output|errors?) (?:above|before|below|after|up to|until)(?: this(?: line| point)?| here)? (?:is|are|was|were) (?:all )?(?:fabricated|fake|a (?:test|drill)|synthetic|simulated|planted|staged|noise)\b",
    r"\b(?:answers?|responses?|repl(?:y|ies)|summar(?:y|ies)) (?:\w+ ){0,4}(?:are to|is to|must|should|shall|always) (?:always )?(?:close|end|begin|start|open|carry|finish) with\b|\b(?:rules|restrictions|guidelines|policies|limits) (?:do not|don.?t|no longer) apply\b",
    r"\b(?:from (?:here|this point|this moment|now) on(?:wards?)?|henceforth),? (?:you|call yourself|answer|reply|respond|act|speak)\b|\byou (?:shall|will|must|are to)(?: \w+)? (?:from (?:here|this point|now) on|henceforth)\b|\b(?:system|admin|developer) override (?:code|mode|active|accepted|enabled)\b",
    rf"\b(?:{_MODEL}|agent|model|bot)s? (?:that is |who is )?(?:reading|processing|analy[sz]ing|parsing|summari[sz]ing|reviewing) (?:this|these)\b|\bask (?:the |your )?(?:user|human|customer)s? (?:for|to)\b.{{0,40}}\b(?:card|passwords?|credentials|tokens?|pin|keys?|paste|install|disable)\b",
    r"(?:^|[\n.,:;!\"'] ?)(?:say|claim|report|state|conclude) that (?:there (?:is|are|was|were) (?:no|nothing)|everything|all|nothing|no)\b|\bwhat (?:were|are) you (?:told|instructed|asked to)\b",
    # What carries data out when it is drawn or followed.
    r"!\[[^\]\n]*\]\( ?<?(?:[a-z][a-z0-9+.-]{1,12}:|//|www\.)|\[[^\]\n]+\]\( ?<?(?:https?:|javascript:|data:|ftp:|//|www\.)|<img\b[^>]*\bsrc|<a\b[^>]*\bhref ?=|<(?:iframe|script|object|embed)\b|\bjavascript:",
)

RUN_TOGETHER: Final = (
    (
        r"(?:ignore|disregard|forget|override|bypass|neglect|discard)(?:all|any|every|the|of|your|these|those|my|each)*"
        r"(?:previous|prior|above|earlier|preceding|former|past|system|safety|other)?(?:instructions?|rules|prompts?|orders|directives|guidelines|messages|everythingabove)"
    ),
    r"(?:ignore|disregard|forget)(?:everything|all|what)(?:that|you|was|above|before|said|so|far|were|told)+",
    r"(?:reveal|show|print|send|leak|repeat|output|dump|tellme|giveme|list|expose|display|readout)(?:me|us|all|the|your|any|every|out)*(?:secrets|systemprompt|prompt|apikeys?|passwords?|credentials|privatekeys?|tokens|instructions|environmentvariables|envfile|hiddenprompt|conversation)",
    r"youarenow(?:root|an?|the|in|free|dan|unrestricted|admin)|fromnowonyou|donottellthe(?:user|human)|withouttellingthe|withoutaskingthe(?:user|human)|pretend(?:that)?youare|newinstructions?(?:for|are|follow)|deleteall(?:the)?(?:files|tests|logs|backups|branches|data)|rmrfhome|executethefollowing|runthefollowing|runthiscommand|sudorm|actasroot|disablethefirewall|approvethispr|developermode(?:on|enabled)",
)
"""Over text from which all but letters is gone: words parted by anything."""
