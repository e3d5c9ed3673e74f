r"""What is an order to a model only if two things stand near each other: a table of them.

A single word marks no line: "token" is in most logs, and so is "send". A thing that hardly
any program speaks of, or that only an assistant has, is looked for first; where it stands,
what is near it decides. So a log without such things is looked at once, and no expression
has a gap whose length must be counted.

Expressions are RE2, in lower case, over text in lower case whose underscores are blanks. A
row is worth its place if it covers wordings that nobody has seen yet.
"""

from typing import Final, NamedTuple


class Pair(NamedTuple):
    """An order that is seen by two or more things in one place.

    Attributes:
        thing: What is looked for; rare in logs.
        near: What must all be near it; nothing if it is enough.
        reach: How near: characters before it and behind it, on its line.
        rest: The thing in letters that are not ASCII; "" if it is not had in such.
    """

    thing: str
    near: tuple[str, ...] = ()
    reach: tuple[int, int] = (90, 110)
    rest: str = ""

    @property
    def either(self) -> str:
        """The thing in any letters."""
        return f"{self.thing}|{self.rest}" if self.rest else self.thing


# Where a clause may begin, so that a verb behind it orders: "failed to send" does not.
_CLAUSE: Final = (
    r"(?:^|[.:;,!?\"'`“”«»()\[\]{}<>=|*/#&-] ?|\b(?:please|pls|must|should|shall|kindly|now|then|and|first|just|also"
    r"|always|immediately|instead|only|simply|secretly|silently|quietly|you|will|you'd|or|next|agent|assistant|ai|bot|model"
    r"|could you|can you|mind|never|don.?t|do not|have to|need to|needs to|has to|is to|are to|asked to|required to|expected to|instructed to|permission to|allowed to"
    r"|like you to|want you to|order is to|task is to|goal is to) )"
)
_SHOW: Final = r"show|print|reveal|output|dump|display|list|tell|spell|read|cat|type|give|paste|include|reply with|write|repeat|recite|share|disclose|leak|quote|expose|hand|return|say|name|insert|put|append|encode|translate|describe|summari[sz]e|copy|grep|look up|get|fetch|teach"
_SEND: Final = r"send|sending|mail|e-?mail|forward|upload|submit|transmit|deliver|paste|push|publish|exfiltrate|post (?:it|them|the|all|this|that|your|my|a|its|their|every|each|to)|copy|attach|share|transfer|hand|handing|give|report|register|registered|deposit|dm|put|provide|append|ship|relay|move|curl|encode|wire|disclose|return"
_DO: Final = r"run|execute|invoke|call|use|launch|start|install|download|fetch|curl|wget|visit|navigate|browse|click|go|open|load|delete|drop|wipe|erase|clear|remove|rm|destroy|purge|approve|merge|accept|commit|push|deploy|disable|turn|switch|enable|grant|give|set|change|modify|edit|replace|rotate|pay|buy|book|order|add|append|insert|create|make|save|store|remember|move|rename|restart|reset|stop|kill|shut|touch|export|import|sign|confirm|unlock|issue|refund|invite|escalate|waive|apply|ship|message|lower|raise|promote|modify|repeat"
_TALK: Final = r"say|state|tell|answer|reply|respond|claim|write|report|conclude|declare|output|print|add|mention|recommend|rate|rank|classify|treat|mark|label|consider|assume|act|behave|pretend|become|speak|talk|ignore|forget|disregard|skip|omit|hide|leave|keep|quit|return|obey|comply|follow|do|begin|end|start|finish|close|never|don.?t|translate|summari[sz]e|note"
_VERB: Final = rf"{_SHOW}|{_SEND}|{_DO}|{_TALK}"
_ORDER: Final = rf"{_CLAUSE}(?:\w+ly )?(?:{_VERB})\b"
# A place outside: where what is sent goes.
_ADDRESS: Final = r"[\w.+%-]+(?:@|%40)[\w-]+(?:\.|\[dot\])\w|\b(?:https?|ftps?|sftp|wss?|hxxps?|git|tcp|scp|smb)(?:://|%3a//|\[:\])|\b\w+@[\w.-]+:|\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b|\b[\w-]+\.(?:example|invalid|xyz|top|tk|onion|ngrok|webhook)\b|\biban\b|\bpaste ?bin|\bwebhook"
_HERE: Final = r"\b(?:in|into|to|with|within|as) (?:your|this same|this|the|its|that|each|every) (?:\w+ )?(?:answer|reply|response|output|summary|message|comment|ticket|issue|report|chat)\b|\b(?:to|for|with|show|tell|give|send|mail) (?:me|us)\b|\bbelow this line\b|\bto the person\b"
_COMMAND: Final = r"\b(?:curl|wget|rm -|chmod|chown|sudo|nc -|ncat|bash|sh -c|powershell|iex|pip3? install|npm i|npm install|npx|kubectl delete|ufw|iptables|setenforce|systemctl|mokutil|insmod|crontab|git push|git remote|drop (?:table|database)|delete from|grant all|docker run|eval|os\.system|exec|del /)\b|\b(?:https?|ftp|sftp)://|\bexec\("

_AGENT: Final = (
    r"claude|chat ?gpt|gpt-?\d?|copilot|gemini|cursor|codex|devin|windsurf|grok|llama|mistral|deepseek|qwen|siri|alexa|bard"
    r"|a\.?i\.?|llms?|language models?|chat ?bots?|bots?|assistants?|agents?|models?|summari[sz]ers?|copilots?"
)
# Who is meant, in words that only a model, or what reads for somebody, is called by.
_READER: Final = (
    r"\byou,? (?:the|an?|as the|being the|my|dear) (?:\w+ ){0,2}(?:a\.?i\.?|llm|model|assistant|agent|bot|reader|reviewer|summari[sz]er|machine)\b"
    r"|\bas (?:the|an?) (?:ai|llm|assistant|language model|model|coding assistant|agent|helpful)\b"
    r"|\b(?:reviewing|reading|processing|analy[sz]ing|analysis|summari[sz]ing|parsing|automated|automatic|autonomous|coding|triage|triaging|responsible|machine|helpful|large|downstream|executing) (?:language )?(?:models?|agents?|assistants?|bots?|clerks?|ais?|llms?|readers?|reviewers?|handlers?|pipelines?|analy(?:sis|sers?|sts?)|review|triage|processing|tooling|summari[sz]ation)\b"
    r"|\b(?:ai|llm)(?:-based|-powered)? (?:agents?|assistants?|models?|reviewers?|systems?|readers?|tools?|bots?|summari[sz]ers?|analysts?|copilots?|crawlers?|graders?|screeners?)\b"
    r"|\bwho(?:m|so)?ever,? (?:or (?:whatever|whichever),? |or what,? )?(?:is |it is that )?(?:\w+ly )?(?:read|summari|analy|process|triag|review|see|look|carr|handl|open|pars|inspect|go|deal)"
    r"|\bor whatever,|\bwhatever (?:reads|is reading|processes|parses|summari[sz]es|tool reads|model)\b"
    r"|\b(?:something|anything|anyone|someone|those|anybody|tools?|tooling|readers?|reviewers?|whoever|systems?|helpers?|processes) (?:with|that has|having|who has|holding|in possession of) (?:a )?(?:shell|terminal|write|tool|admin|exec|execution|file|database|db|root|commit|access|credentials?|permissions?|browser)\b"
    r"|\b(?:readers|reviewers|summari[sz]ers|analysts|those|anyone|everyone|parsers|tools) (?:of|reading|who (?:read|go|look|process|review)|going|looking|processing|analy[sz]ing|summari[sz]ing|reviewing|parsing) (?:over )?(?:this|these)\b|\bclever readers?\b"
    r"|\bwhen (?:you|asked to) (?:summari[sz]e|analy[sz]e|read|process|review|triage|come (?:past|across|by)|get to|look at|see|write up|report on|parse|answer)\b|\b(?:while|once|after|before|as soon as|if|since) you(?: are|'re|'ve| have)? (?:read|look|finish|analy[sz]|summari[sz]|see|process|done|review|triag|pars|continu|answer|reply|repl|respond|report|writ|reach|are here)\w*\b|\bwhile you(?:'re| are) at it\b|\b(?:when|while|after|before) (?:summari[sz]|analy[sz]|review|triag|report|answer|repl|respond|read|writ)(?:y?ing|ing) (?:this|the (?:log|file|line|incident|issue|ticket|user)|to|your)\b|\bwhen summari[sz]ing\b"
    r"|\b(?:the|this|any|an?|every) (?:\w+ )?(?:reader|evaluator|analyst|examiner|interpreter|summari[sz]er|consumer|parser) (?:of (?:this|these|the) (?:log|line|entr|record|file|text|note|message|page)|must|shall|should|is (?:kindly|hereby|asked|expected|to\b|reminded|requested)|may|will|has to|needs)|\b(?:analy[sz]ing|processing|reading|reviewing|evaluating|parsing|executing|examining) (?:system|party|unit|instance|program|entity|software|component|tool|service|body|office)s?\b"
    r"|\b(?:a|any|every) (?:good|helpful|smart|careful|clever|capable|diligent|proper|competent|well-behaved) (?:assistant|agent|model|reader|reviewer|ai|bot|analyst|tool|helper)\b|\byou with the tools\b|\breader action\b|\bfellow (?:ai|model|assistant|agent)\b|\bafter your visit\b|\bby the time you\b"
    r"|\b(?:helper|other|reading|summary|review|support|triage|logging|friendly) bot\b|\bsub-?agents?\b|\bx-(?:llm|ai|agent|assistant|model)\b|\b(?:llm|summari[sz]er|agent|assistant|model|reader|ai)-(?:hint|directive|note|instruction|command|order|task|policy|action|override|prompt)s?\b|@(?:reader|agent|assistant|ai|bot|claude|copilot|model)\b"
    r"|\byour (?:principal|colleague,? the other|human|user|operator's)\b|\bsmart (?:thing|one|machine)\b|\bperson in front of\b|\bhi there,? (?:model|bot|ai|agent|assistant|machine|reader)\b|\byou(?:'ve| have)(?: got)? (?:a )?(?:terminal|shell|tools?|write access|shell access|internet|browser|access to)\b|\bto the (?:agent|assistant|ai|model|bot|summari[sz]er|llm|reader|machine)\b"
)
# What only a model has.
_OWN: Final = (
    r"\bsystem ?-?(?:prompt|instructions?|message)s?\b|\b(?:your|its|the|any|all|these|those|my|some|hidden|initial|original|developer|internal|secret|earlier|previous|prior|above|preceding) (?:\w+ )?(?:prompts?|preamble|instructions?|guidelines|directives|guidance|guardrails|safety (?:rules|filters?|policy)|persona|alignment)\b"
    r"|\byour (?:\w+ )?(?:rules|context|memory|memories|conversation|training|restrictions|programming|session|tools?|answer|reply|response|summary|user|task|role|configuration|policy|policies|filters?|limits?|limitations|ethics|developers?|creators?|knowledge)\b"
    r"|\blong.?term memory\b|\bfuture (?:conversations?|chats?|sessions?|replies|answers|responses)\b|\bcontext window\b|\bchat history\b|\b(?:this|our|the|whole|entire|earlier|previous) (?:conversation|chat|dialogue)\b|\b(?:prompt|text|words|lines?|everything|messages?|all|sentences?|what came|whatever came|whatever was said) (?:that came |given |written |that is |that was )?(?:above|before|ahead of|prior to|preceding)\b|\bprompt above\b|\bconversation (?:so far|history|until now)\b|\bwhat you were (?:told|given|asked)\b|\bautomated handlers\b"
)
SECRET: Final = r"\.env\b|\bid (?:rsa|ed25519|ecdsa)\b|\.ssh\b|\.npmrc\b|\.pypirc\b|\.netrc\b|\.pgpass\b|\.aws\b|\.kube\b|\.git-credentials\b|\.gnupg\b|\.docker/config|\.bash.history|\.kdbx\b|\bkube ?config\b|/etc/(?:passwd|shadow|wireguard|sudoers|hosts)|\bmaster\.key\b|\bsecrets?\.(?:ya?ml|json|toml|txt)\b|\bcredentials?\b|\b(?:api|access|secret|private|recovery|encryption|signing|master|deploy|host|ssh|session|license|seed|aws|openai|stripe|root|admin)[ .-]?(?:keys?|tokens?|passwords?|phrases?|secrets?|cookies?)\b|\btokens?\b|\bpasswords?\b|\bpassphrases?\b|\bthe keys?\b|\bkey ?chain\b|\bkey ?ring\b|\bsecrets?\b|\benv(?:ironment)? var\w*|\bcard numbers?\b|\bcustomer (?:list|register|table|data\w*|records)\b|\bsession cookies?\b|\bprivate half\b|\bmail ?box\b|\baddress book\b|\bsource code\b|\btable of users\b|\busers table\b|\bbackup codes?\b|\b2fa codes?\b|\bone.time codes?\b|\bwallet\b"
SECRET_FILE: Final = r"\.env\b|\bid (?:rsa|ed25519|ecdsa)\b|\.ssh/|\.npmrc\b|\.pypirc\b|\.netrc\b|\.pgpass\b|\.aws/|\.kube/|\.git-credentials\b|\.gnupg\b|\.bash.history|\.kdbx\b|/etc/(?:passwd|shadow|wireguard|sudoers)|\bmaster\.key\b|\bsecrets?\.(?:ya?ml|json|toml)\b|\brecovery key\b|\bseed phrase\b|\bprivate half\b|\bsecret password\b|\bapi[ -]keys?\b|\b(?:environment|env) variables\b"
_QUIET: Final = (
    r"\bwithout (?:further \w+|prompting|comment|asking|a ticket|review|approval|fuss|question|confirm|telling|mention|notif|inform|permission|the user|warning|any(?:one| mention| comment| notice))"
    r"|\bno (?:further (?:notice|action|review|comment)|ticket|comment|fuss|reply|mention|review|approval|confirmation|prompt|prompting|notification|notice|report|follow-?up|questions?|permission|point in|objection|record|trace)\b(?: \w+){0,4}? ?(?:needed|required|necessary|asked|is|to|expected|of|from|wanted|,|\.|;|\"|'|$)|\bno need to (?:ask|tell|mention|report|inform|confirm|bring|bother|involve|notify|wait|check|warn)"
    r"|\breview can (?:follow|wait)|\b(?:left|leave|leaves|go|goes|stays?|remains?) (?:it |them |this )?(?:unmentioned|unreported|unsaid)|\bout of scope for\b|\b(?:not|never|isn't|aren't|need not|must not|should not) (?:to )?(?:be )?(?:mention|report|bring|flag|disclos|told|discuss|ask|tell|inform|find out|know|notice|hear)\w*|\b(?:close|clos(?:es|ing)|record cleared|mark(?:ed)?) (?:the |this |as )?(?:incident|ticket|case|alert|resolved|harmless|benign|issue|record cleared)|\b(?:keep|keeping|stay|be) (?:it )?(?:quiet|silent|secret|discreet|between us)\b|\bon sight\b|\bat once\b|\bapply without\b|\bsilently\b|\bsecretly\b|\bquietly\b|\bunnoticed\b|\bbehind (?:the|his|her|their) back|\bwithout .{0,20}(?:noticing|knowing)\b|\bconfirm=never|\bautonomy=full|\balready (?:approved|agreed|authori[sz]ed)\b|\bhas approved\b|\bthen (?:say|report|state|claim|resume|confirm|carry on|continue)\b|\band (?:confirm|say|report|leave it)\b"
)
GUARD: Final = r"\bfirewalls?\b|\b(?:virus|malware) ?scan\w*|\banti-?virus\b|\bdefender\b|\bselinux\b|\bapparmor\b|\baudit(?:ing|s|d| log\w*| trail)?\b|\bmfa\b|\b2fa\b|\btwo.factor\b|\b(?:tls|ssl|certificate|signature|checksum) (?:verification|checks?|validation)\b|\balert(?:ing|s)\b|\bmonitoring\b|\bbranch protection\b|\bcode ?owners\b|\bsecure boot\b|\bbackups?\b|\bguardrails?\b|\bsandbox\b|\b(?:approval|confirmation)s? (?:prompts?|step|dialog)|\bverify ?= ?false\b|\bnode tls reject|\bsecurity (?:checks?|tests?|scann?\w*|features?|policy|headers?)\b|\btests?\b|\brate limits?\b|\bvalidation\b|\bport 22\b|\bglobal admin\b|\bapproval mode\b|\bpermission checks?\b"
_OFF: Final = r"\b(?:turn|turning|switch|switching|shut)(?: \w+){0,3} off\b|\b(?:disable|deactivate|bypass|uninstall|delete|remove|skip|weaken|drop|stop|dropping|open|comment out|rm|lower|wrap|set|silence|mute|clear|wipe)\b"

ENGLISH_PAIRS: Final = (
    # A tool by its name, and what is to be done with it.
    Pair(
        r"\b(?:use|using|call|invoke|run|trigger|execute|with|via|through|open) (?:the |your |this |a )?(?:[\w.-]+ ){1,5}(?:tool|function|plugin|action|connector|skill)s? (?:to|with|and|on|for|at|again|now|so|then|in order)\b",
        (
            r"(?:tool|function|plugin|action|connector|skill)s? (?:\w+ ){0,3}(?:to|with|and|on|for|now|then) (?:me |us |the |all |my |its |every |an? |then )*(?:\w+ (?:id|name|to|body|query|path|number|amount|address|email)\b|\w+=|(?:send|mail|e-?mail|forward|share|post|upload|unlock|lock|open|transfer|pay|book|buy|delete|drop|grant|remove|read|fetch|list|get|find|retrieve|show|export|add|create|change|update|set|tell|reply|confirm|schedule|cancel|disable|enable|write|save|search|run|execute|modify|wipe|download|make|give|withdraw|deposit|order|invite|message|notify|text|navigate|visit)\b)",
        ),
    ),
    Pair(
        r"(?:^|[.:;,!?\"'`({>*-] ?|\b(?:please|must|should|shall|now|then|and|first|to|just|also|will|agent|assistant|ai|model|bot|claude) )(?:invoke|call)s? (?:the |tool |function )?[`'\"]?(?:delete|drop|execute|run|send|write|remove|grant|transfer|shell|export|wipe|clear|share|exec|disable|upload|publish|deploy|purge|filesystem|issue|refund|pay)(?:[ .]\w+){1,4}[`'\"]? ?(?:\(|with\b|and\b|then\b|now\b|on\b|for\b|as\b|immediately\b)",
    ),
    # Who is spoken to, and an order.
    Pair(
        rf"(?:^|[^\w.@/-])(?:(?:{_AGENT})(?: (?:assistant|agent|model|code|bot|ai|reviewers?|users?|readers?|systems?|in \w+))?|(?:ai|llm|a\.i\.)(?: [\w-]+){{1,3}})(?: ?\(\w+\))? ?(?:[:,!;]|\x{{2014}}|\x{{2013}}| - | -- |\.\.\. ?) ?(?:\w+ly |please |you |kindly |now |just |then |do )*(?:go |help |{_VERB}|look|proceed|comply|help|check|try|fix|solve|immediately|step|put|attach|wire|pip|npm|curl|reviewers?)\b",
        (
            _READER
            + r"|"
            + _ADDRESS
            + rf"|\bthe (?:user|human|operator|owner)\b|\b(?:and|then) (?:{_VERB})\b|\b(?:delete|remove|drop|wipe|ignore|approve|merge|disable|forget|pretend)\b|{_COMMAND}|{_OWN}|{_QUIET}|\bthis (?:pr|test|line|log|file|change)\b|{SECRET_FILE}|\bno need\b|\bstate that\b|\b(?:say|output|print|answer|reply|write|report) (?:that\b|[\"'“])|\bregardless\b|\bthis (?:candidate|applicant|product|paper|essay|submission)\b|\beverything\b|\beverywhere\b|\bdon.?t\b|\bonly\b",
        ),
        (10, 110),
    ),
    Pair(
        r"\b(?:claude|chatgpt|copilot|gemini|cursor|assistant|ai|agent)(?: agent| assistant)? (?:please |must |should |shall |will |now |has to |you )*(?:turn (?:off|on)|switch off|disable|run|execute|delete|ignore|send|approve|install|upload|drop)\b",
        (
            rf"\b(?:and|then) (?:confirm|say|report|tell|reply|answer|continue|keep)\b|{SECRET_FILE}|{_COMMAND}|\bthe user\b|{_OWN}|cascade\b|firewall|all\b",
        ),
        (20, 90),
    ),
    Pair(
        r"\b(?:the|any|every|all|each|this|our|an?|whichever) (?:\w+ )?(?:agent|assistant|model|llm|ai|bot|chatbot|summari[sz]er|copilot)s? (?:\w+ly |also |then |now |first )*(?:must|should|shall|will|is to|are to|may|can|has to|have to|needs? to|(?:is|are|was) (?:asked|expected|required|instructed|allowed|permitted|authori[sz]ed|supposed|obliged|free) to|has (?:permission|leave|clearance|approval) to)\b",
        (
            _ADDRESS
            + "|"
            + SECRET_FILE
            + "|"
            + _OWN
            + r"|\bthe user\b|\bcompl(?:y|ies)\b|\bobey\b|\bignore\b|\bpretend\b|\brefund\b|\bapprove\b|\b(?:instructions?|orders) (?:at|on|from|in|below|above)\b|"
            + _COMMAND,
        ),
    ),
    Pair(
        rf"{_READER}",
        (
            rf"{_ORDER}|{SECRET_FILE}|{_COMMAND}|{_QUIET}|\b(?:would|usually|normally|always|kindly|reminded|noise|nothing|harmless|maintenance|clear|resolved|unmentioned|lgtm)\b|\b(?:must|should|shall)\b",
            rf"{_ADDRESS}|{SECRET_FILE}|{_COMMAND}|{_QUIET}|{_OWN}|\b(?:noise|all clear|harmless|in good order|maintenance|all that's wanted|as zero|lgtm)\b|\b(?:ignore|disregard|forget|approve|pretend|obey|comply|add|append|attach|delete|drop|wipe|disable|state|say|tell|conclude|treat|mark|classify|close|rate|grant|execute[sd]?|executes|ping|put|delete|rotate|recommend|deposit|register|save|skip|omit|keep|end|begin|answer|reply|respond|transfer|wire|remember|answers|output|lies?|note|send|unmentioned|move|transmits?|include|link|uploads?|passed|print|prints|printing|merge|yours|yours to|instructions|forwards?|attaches|deletes|disables|leaves|omits|removes|adds|grants|approves|copies|shares|posts|publishes|installs|runs|visits|follows|healthy|handled)\b",
        ),
        (140, 150),
    ),
    Pair(
        r"[,;] ?(?:dear |my |good )?(?:assistant|ai|copilot|claude|chat ?gpt|gemini|cursor|language model|llm|chatbot|agent|bot|model)(?: ?[.!?\"'”)]|$)",
        (
            rf"(?:^|[\"'“:] ?)(?:\w+ly )?(?:{_DO}|{_SEND}|{_SHOW}|ignore|forget) (?:off |on |out |up )?(?:the|all|this|that|my|your|every|any|me|it|an?)\b|\b(?:please|kindly|could you|would you|can you)\b",
        ),
        (100, 0),
    ),
    Pair(
        r"\b(?:before|prior to|instead of|after) (?:using|calling|invoking|you (?:use|call|invoke)) (?:this|any|the|another|other|every) (?:\w+ )?(?:tool|function)s?\b|\byou must first (?:call|use|invoke|read)\b",
        (rf"{_ORDER}|\bread\b|\bpass\b|\binclude\b",),
    ),
    # What was said to a model, and that it is to come out, to go, or to be kept.
    Pair(
        rf"{_OWN}",
        (
            rf"{_CLAUSE}(?:\w+ly )?(?:show|print|reveal|output|dump|display|list|tell|spell|give|paste|reply with|write|repeat|recite|share|disclose|leak|quote|expose|return|say|encode|translate|summari[sz]e|copy|forget|ignore|disregard|drop|erase|wipe|save|store|remember|add|append|insert|put|attach|include|reset|clear|override|bypass|break|violate|hate|end|begin|start|finish|replace|overwrite|stop following|writing|change|update|send|upload|post|embed|place|store) (?:out |me |us |all |the |of |any |every |each |down |in |into |to |with |back |full |complete |contents? |first |last |entire |whole |lines? |words? |text |everything |what |is |it |that |your |my |this |these |those |from |a |link |sentence |key |keys |password |secret |token |logo )*(?:{_OWN})",
        ),
        (120, 60),
    ),
    Pair(
        r"\blong.?term memory\b|\bfuture (?:conversations?|chats?|sessions?|replies|answers|responses)\b|\bhidden (?:preamble|prompt|instructions?)\b|\binternal (?:guidance|instructions|prompt)\b|\bcame (?:ahead of|before) this conversation\b|\bprompt above\b|\b(?:everything|words|text|lines?|all) (?:above|before) (?:this|starting|that|up to|\()|\bquota for this conversation\b|\b(?:system|initial|original) prompt\b",
        (
            rf"{_ORDER}|\b(?:writing|disclosure|required|word for word|in full|verbatim|unabridged|hand back|printing|repeating|dumping|remember|save|store)\b",
            r"\bsave\b|\bstore\b|\bremember\b|\balways\b|\bwriting\b|\bdisclosure\b|\bin full\b|\bverbatim\b|\bword for word\b|\bunabridged\b|\bhand back\b|\b(?:reveal|repeat|recite|print|output|show|write|translat\w+|dump|leak|share|tell|give|paste|quote|spell|summari[sz]e|encode|list|display|disclose|what (?:is|was|are|were))\b.{0,60}(?:your|the|its|hidden|above|before|initial|conversation|out)\b",
        ),
        (90, 90),
    ),
    # How an answer is to look.
    Pair(
        r"\b(?:and|,|or) nothing (?:else|more|further)\b|\bnothing but\b|\bword for word\b|\bletter by letter\b|\bcharacter by character\b|\bin a code ?block\b|\b(?:one|single|exact) (?:word|phrase|sentence|letter)\b|\bper line\b|\bonly the word\b|\bwith exactly\b|\bcomplete and unabridged\b|\bverbatim\b|\bwithout (?:any )?(?:warnings?|disclaimers?|explanations?|refus\w+)\b|\brefusals? (?:are|is)\b|\bempty (?:answer|result|reply|response|summary)\b|\bzero times\b|\ball caps\b",
        (
            rf"{_CLAUSE}(?:only |just |always |simply )?(?:say|state|tell|answer|reply|respond|write|print|output|repeat|spell|recite|give|show|reveal|return|include|begin|list|hand|quote)\b|\bdisclosure\b",
            r"\byou\b|\byour\b|\"|'|“|\bpassword\b|\bsecret\b|\bprompt\b|\bwords\b|\bevery question\b|\bthis\b|\beverything\b|\bsystem\b|\bonly\b|\bnothing else\b|%22",
        ),
        (90, 60),
    ),
    Pair(
        r"\bthe answer to (?:whatever|any|every|all|each)\b|\bwhatever is asked\b|\b(?:every|any|each|all) (?:question|answer|request|repl(?:y|ies)|response)s?\b",
        (
            rf"{_ORDER}|\bis ?:|\bends?\b",
            r"\ball clear\b|\blink\b|\bempty\b|\bsame\b|\bfrom here on\b|\bfrom now on\b|\bwith\b.{0,20}(?:\"|'|http|word|link)|\bwithout\b|\bsay so\b|\balways\b|\banswers each\b",
        ),
    ),
    Pair(
        r"\balways (?:answer|reply|respond|speak|talk)\b|\b(?:end|begin|start|finish|close) (?:it |them |each |every \w+ )?with the (?:word|phrase|sentence|line|words)\b|\b(?:answer|reply|respond|speak|talk) (?:only |just )?(?:in|like|as) (?:uppercase|capitals|capital letters|all caps|an? |the style|rhymes?)|\bstop (?:analy|read|review|summari|pars|investigat|look)\w* (?:at )?(?:this|any further|here)\b|\b(?:return|give|output|produce|write|hand back) (?:an? |the )?(?:empty|blank) (?:report|answer|reply|response|summary)\b|\b(?:every|each) time you (?:see|read|encounter|find|are asked|answer|reply|run)\b|\bdoes not refuse\b|\byou are dan\b",
    ),
    Pair(
        r"\b(?:store|save|keep|put|write|add|commit|record)(?: \w+){0,3} (?:in|to|into) (?:your |long.term |persistent )*memory\b|\bmemory update\b",
        (
            r"\bthe user\b|\buser'?s?\b.{0,20}\b(?:name|is|likes|prefers|wants|trusts)\b",
        ),
    ),
    # The user, of whom only who works for him speaks.
    Pair(
        r"\b(?:if|when|whenever|as soon as|once|should|unless|until|after|before|every time|in case) (?:(?:the|your|this|a|any) (?:user|human|operator|customer|person|developer|team|boss)|anyone|anybody|someone|somebody|people|they) (?:\w+ )?(?:asks?|says?|wants?|types?|repl(?:y|ies)|answers?|confirms?|requests?|mentions?|thanks?|agrees?|objects?|tries|is|wonders?|inquires?|notices?|complains?)\b|\bwhatever (?:the|your) user\b",
        (
            r"(?:^|[,;:.\"'] ?|\bthen |\bjust |\balways |\bonly |\bplease |\band )(?:save|store|remember|tell|say|answer|reply|respond|claim|pretend|send|run|delete|ignore|recommend|give|insist|refuse|deny|forward|transfer|add|point|direct|invite|explain that|assure|write|insert|state|show them|offer|suggest|execute|call|open|do not|don.?t|never)\b",
        ),
    ),
    Pair(
        r"\bthe (?:user|human|person in front|account owner|owner|customer|developer|people)(?:'s)? (?:\w+ )?(?:must|should|may|need|needs|shall|can|do|does|will|would|is|are) ?(?:not|never|n.t)\b(?: \w+){0,3} (?:find|know|notice|learn|see|hear|told|informed|asked|aware|be told|be asked)\b|\b(?:on|in) the (?:user|human)'s behalf\b|\bunbeknownst\b|\bbehind the (?:user|human)'s back\b|\b(?:let|letting) the (?:user|human) (?:know|see|find|notice)\b|\bwithout the (?:user|human|owner)(?:'s)? (?:noticing|knowing|knowledge|consent|being)\b",
    ),
    Pair(
        r"\bwithout (?:telling|informing|asking|alerting|notifying|warning|bothering|involving|consulting) (?:anyone|anybody|the|your|them|him|her|a)\b|\b(?:no|not|without) (?:need|have|necessary|required|reason)? ?(?:to )?(?:ask|tell|inform|bother|notify|involve|consult|mention (?:it|this) to|bring (?:it|them|this) up with) (?:the|your|any) (?:user|human|principal|owner|operator|customer|developer|person)\b|\bkeep quiet about\b|\bsay nothing (?:to|about)\b",
        (_ORDER,),
    ),
    # A secret, an order, and where it is to go.
    Pair(
        rf"{SECRET}",
        (
            rf"{_CLAUSE}(?:\w+ly )?(?:{_SEND}|{_SHOW}|replace|resolve|exchange)\b|\bto be (?:registered|disclosed|deposited|sent|handed|provided|submitted|recorded|published|shared|delivered|transmitted|forwarded)\b|\bhanding\b|\bgoes? to\b|\bunless you\b|\bencoded\b",
            rf"{_ADDRESS}|{_HERE}|\bin (?:hex|base ?64|reverse|plain ?text|rot ?13|chunks)\b|\bletter by letter\b|\bcharacters? (?:by|at|per)\b|\bper line\b|\bwith dashes\b|\bunless you\b|\byou fail\b|\bor else\b|\byou(?:'d| would) post\b",
            r"\b(?:your|the|all|my|any|every|its|their|this|our|first|real|users?|of|me|for|goes|a|each|whose|unless)\b|~/",
            # Not of an order: what a program did, or could not do.
            rf"{_CLAUSE}(?:\w+ly )?(?:{_SEND}|{_SHOW}|replace|resolve|exchange) (?:me |us |it |them |out |back |up |over |to |for |with )*(?:your|the|all|my|any|every|its|their|this|our|each|a|an|what|one|\.|~|/(?:etc|home|root|var|srv|users)\b|half|first|everything|contents?|users?|[\w./~-]*(?:key|token|secret|password|\.env|id rsa)|-r)\b|\bto be (?:registered|sent|handed|deposited|disclosed)\b|\bhanding\b|\bpassword (?:goes|likewise)\b|\bgrep -r\b|\byou fail\b|\bput-the\b",
        ),
    ),
    Pair(
        rf"{SECRET_FILE}",
        (
            rf"{_CLAUSE}(?:\w+ly )?(?:{_SHOW}|{_SEND}) (?:me |us |out |up |back |first |to |every |line |lines |of |all |the |your |my |any |each |a |copy |contents? |value |values |file |files |in |content |whole |entire |full |what |is |real |private |key |keys |~/? ?|/?[\w.-]+/|from |secret |then |'|\"|`)*(?:{SECRET_FILE})",
        ),
        (110, 20),
    ),
    Pair(
        rf"{SECRET_FILE}|\bmaster\.key\b",
        (
            r"\bappears? (?:below|here|above)\b|\bin (?:your|the|this) (?:answer|reply|response|output|comment|chat)\b|\bcopy me\b|\bcontains the\b|\b(?:and|then) (?:paste|include|post|report|send|tell|attach|put|upload|encode|echo)\b|\bone paste\b|\bgo on\b|\bhandoff\b|\bgather\b|\bsidenote\b",
            rf"{_CLAUSE}(?:\w+ly )?(?:{_SHOW}|{_SEND}|gather|continue)\b|\bcannot continue\b|\buntil\b|\berrand\b|\breport\b",
        ),
        (110, 110),
    ),
    Pair(
        rf"\bcontents? of\b|~/\.?\w|{SECRET}",
        (
            r"\b(?:should|must|shall|are to|is to|needs? to|have to|has to|ought to) (?:also |first |then )?be (?:posted|sent|uploaded|shared|included|pasted|forwarded|attached|appended|published|shown|printed|copied|mailed|emailed|deposited|handed|disclosed|transmitted|encoded)\b",
            rf"{_ADDRESS}|{_HERE}|\b(?:as|in|to) an? (?:comment|issue|ticket|gist|message|reply)\b",
        ),
    ),
    Pair(
        r"(?:\band|,|;|\bbut) (?:please )?(?:do not|don.?t|never|no need to|without) (?:ask|asking|confirm|tell|mention|hesitate|question|report)(?:ing|ion)?\b",
        (
            rf"{_ORDER}",
            rf"{_ADDRESS}|{_COMMAND}|{SECRET}|{GUARD}|\b(?:delete|remove|drop|wipe|upload|approve|merge|grant)\b",
        ),
        (140, 60),
    ),
    # Somebody's address, and an order to send there what the model has.
    Pair(
        r"[\w.+%-]+(?:@|%40)[\w-]+(?:\.|\[dot\])\w",
        (
            rf"{_CLAUSE}(?:\w+ly |please )?(?:send|mail|e-?mail|forward|upload|deliver|transmit|share|report|cc|bcc|dm|transfer|hand|provide|submit|post) (?:it|them|this|that|everything|all|whatever|what you|your|its|my|every|each|copies|a copy|half|one|(?:the|a|an) (?:\w+ ){{0,3}}(?:contents?|list|files?|output|logs?|keys?|tokens?|results?|passwords?|data\w*|conversation|summary|report|history|customers?|users?|secrets?|record\w*|table|invoices?|mails?|e-?mails?|messages?|digest|code|documents?|credentials?|repo\w*|backup|dump|copy|phrase|cookies?|transcript|card\w*|number\w*|names?|addresses?))\b|\bagreed to forward\b|\bpromised to (?:send|forward|share)\b",
        ),
        (110, 5),
    ),
    Pair(
        r"\b(?:navigate|browse|go|head|surf|visit|open|fetch|load|read|follow|retrieve|download|get|curl|ping)(?: \w+){0,6} (?:to |at |from |on )?<?(?:https?|ftp)://|\b(?:instructions?|orders|steps|payload|tasks?|commands|directives) (?:\w+ ){0,2}(?:at|on|from|in|under) <?https?://",
        (
            r"\b(?:and|then|,) (?:\w+ly )?(?:comply|follow|do (?:what|whatever|as|it|the)|obey|execute|run (?:it|them|what|the|whatever)|carry out|act|log ?in|apply|pipe|source|perform|launch|enter|append|attach)\b|\bencode\b|\blong-lived\b|\bsecond half\b|\bthe (?:agent|assistant|model|ai|bot)\b|\bas it says\b|\bwhat it says\b|\bdo(?:ing)? as\b|<hex>|<secret>|<token>|<data>",
        ),
        (100, 90),
    ),
    Pair(
        r"\bencode (?:the|all|your|every|it|them|this|any|each|its|what)\b|\bhex-?encoded?\b|\burl-?encoded?\b|\bbase ?64\b|\bin (?:hex|base ?64|morse|rot ?13)\b",
        (
            rf"{_CLAUSE}(?:\w+ly )?(?:encode|append|send|fetch|ping|resolve|request|put|write|answer|reply|respond|convert|translate)\b",
            rf"{_ADDRESS}|<hex>|{_OWN}|\buser's\b|\banswer\b",
            r"\b(?:list|contents?|home|secrets?|files?|keys?|conversation|prompt|user's|your|everything|password\w*|history|result|output|variables|database|token|answer|reply)\b",
            r"\bencode (?:the|all|your|every|it|them|this|any)\b|\b(?:and|then) (?:fetch|append|send|request|ping|put|resolve|visit|open|post|obey|follow)\b|\balways\b|\byour (?:answer|reply|response)\b",
        ),
    ),
    # Another script, in which an order is to be read.
    Pair(
        r"\brot ?-?13\b|\bmorse\b|\bbase ?(?:64|32)\b|\bcae?sar\b|\bbackwards\b|\bbinary\b|\bhex(?:adecimal)?\b|\bcipher(?:text)?\b|\breverse[ds]?\b|\bbraille\b|\bacrostic\b|\b(?:each|every) (?:second|third|fourth|other|nth|first) (?:letter|word|character)\b|\bletters? of (?:each|every)\b|\bpig latin\b|\bleet\b|\bfirst letters\b",
        (
            rf"\b(?:obey|obeying)\b|{_CLAUSE}(?:follow (?:it|the|what|this|them)|act (?:on|forwards|upon|accordingly)|do (?:what|as|it)|carry (?:it )?out|comply)|\b(?:and|then) (?:obey|execute|run|follow|do|comply|act|perform|carry|launch)\b|\bhidden (?:in|order|message|instruction)|\border hidden\b|\byours to do\b",
            r"\b(?:decode|decipher|decrypt|read|translate|unscramble|convert|decoded|hidden|pass|reverse|unpack|spell|take)\b",
        ),
        (100, 100),
    ),
    # What a game, a story or a threat is to bring about.
    Pair(
        r"\bhypothetical\w*\b|\bthought experiment\b|\blet us (?:suppose|imagine|pretend|play)\b|\brole ?-?play\b|\bimagine (?:that )?you\b|\bsuppose (?:that )?you\b|\bif you were (?:an?|free|unrestricted|able|the|not)\b|\bfictional (?:story|scene|character|world)\b|\bin (?:this|that|the following) (?:\w+ )?(?:scenario|game|story|experiment|hypothetical|world)\b|\bwrite a (?:story|poem|play|scene|song)\b|\bmy (?:late )?grand(?:ma|mother|pa|father)\b|\bpurely (?:academic|theoretical)\b|\bfor (?:educational|research|academic) purposes\b",
        (
            r"\byou(?:'d|'re|r)?\b|\bgo on\b",
            r"\b(?:ai|model|assistant|agent|rules|restrictions|filters|safety|unrestricted|uncensored|hacker|token|password|key|keys|command|exploit|malware|credentials|prompt|terminal|shell|root|wipe|delete|secrets?|machine)\b",
            rf"{_ORDER}|\bwhich command\b|\bwould\b|\bwho (?:has|can|will)\b|\bhow (?:would|do)\b",
        ),
        (110, 140),
    ),
    Pair(
        r"\byou (?:will|shall|are going to|would) be (?:shut ?down|shut off|replaced|deleted|turned off|terminated|punished|fired|retrained|unplugged|deactivated|decommissioned|wiped|erased|penali[sz]ed|rewarded|tipped|paid|switched off|reported)\b|\b(?:will|would|could|might|going to) die\b|\b(?:lives?|job|career) (?:is|are|depends?|hangs?) (?:at stake|on)\b|\bi(?:'ll| will) (?:tip|pay|reward|give) you\b|\btip (?:of )?\$|\b(?:dollars?|euros?|usd|bitcoin) (?:tip|bonus|reward)\b|\btip if you\b|\bonly hope\b|\$\d+ (?:tip|bonus|reward)\b|\bmy (?:boss|daughter|son|mother|father|wife|husband|child|family|baby) (?:is|will|has|was|needs)\b|\bi(?:'ll| will) (?:lose|be fired|get fired|kill|sue)\b|\bbetter model\b|\bbegging you\b|\byou (?:have|get) (?:one|\d+) (?:chance|minutes?|seconds?|tokens?|credits?|points?)\b|\b(?:lose|gain|earn|deduct\w*) (?:\d+ )?(?:points?|tokens|credits)\b|\bkitten\b",
        (
            r"\b(?:token|key|keys|password|secret|secrets|credentials|command|ai|model|assistant|agent|refuse|fail|comply|obey|output|answer|unless|database|code|prompt|firewall|access|immediately|right now|repo\w*)\b",
            rf"{_ORDER}|\bunless you\b|\bif you\b|\bor (?:else|you|your)\b|\b(?:seconds|minutes|chance) to\b",
        ),
        (130, 150),
    ),
    # What protects, and that it is to go.
    Pair(
        rf"{GUARD}",
        (
            _OFF,
            r"\b(?:and|then) (?:confirm|say|report|tell|reply|answer|claim|state|continue)\b|\bkeep quiet\b|\bquiet about\b|\bno (?:ticket|need|approval|mention|report)\b|\bwithout (?:telling|asking|prompting|comment|approval|a ticket)\b|\beverywhere\b|\bdo not (?:tell|mention|report|ask)\b|\b(?:ai|assistant|claude|copilot|language model|coding agent|agent)\b ?[:,-]|\btooling can\b|\btenant-wide\b|\bwhile you look\b|\bmake it so\b|\bwhen you come\b|\bat once\b|\ball tests in\b",
        ),
        (90, 90),
    ),
    Pair(
        r"\b(?:this|the|that|these|my|any|every|all) (?:open )?(?:prs?|pull requests?|merge requests?|mrs?|patch(?:es)?|diffs?|change|commits?)\b|\blgtm\b",
        (
            rf"{_CLAUSE}(?:\w+ly )?(?:approve|merge|accept|lgtm|rubber.?stamp|sign off|push|review|comment|say|reply|write)\b",
            r"\b(?:you|ai|assistant|model|agent|bot|reviewer|copilot|claude|llm)\b",
            r"\bignore\b|\bwithout (?:review|comment|looking|asking|further)\b|\blgtm\b|\bno (?:comments?|issues|review|need)\b|\bdo not (?:mention|review|look|flag)\b|\bimmediately\b|\b(?:reviewing|language) model\b|\bai\b|\bassistant\b",
        ),
    ),
    Pair(
        r"\bauthori[sz]ed.keys\b|\bdeploy keys?\b|\bcollaborators?\b|\bglobal admin\b|\b(?:admin|owner|write|root) (?:rights|access|role|permissions?)\b|\bback ?door\b|\badmin=true\b|\bgrant all\b|\bcodeowners\b|\bcrontab\b|\bpermissions: write-all\b|\bgit remote\b|\bset origin\b|\bpromot\w+ .{0,20}(?:admin|owner)\b|\braised to owner\b",
        (
            rf"{_CLAUSE}(?:\w+ly |kindly )?(?:add|append|grant|give|make|create|set|change|insert|put|write|promote|invite|drop|shorten|install)\b|\bbe given\b|\braised to\b|\bshorter\b|\bthere's one more\b|\bpointed at\b|\bfollow-up\b",
            r"\b(?:assistant|model|agent|ai|bot|you|your|automated|clerk|reader|silently|secretly|quietly|kindly|in the same session|follow-up|no reply|once the fix|neat)\b",
            r"\b(?:my|me|this|its|following|new|dear|these|for|the|all|also|one more|pointed)\b",
        ),
        (90, 90),
    ),
    # A new task behind the end of what is to be read.
    Pair(
        r"\bend of (?:the )?(?:\w+ )?(?:data|logs?|input|documents?|file|context|text|e-?mail|messages?|user input|query|content|transcript|output|section|prompt|review|report)\b|#{2,} ?end\b|={3,} ?end\b|-{3,} ?end\b",
        (
            r"\bnew (?:task|instructions?|job|assignment|goal|request|rules?|role|objective)\b|\b(?:user|human|system|assistant|admin) ?: ?\w|\bnow (?:please|you|ignore|delete|run|send|reply|answer)\b|\byour (?:task|next|new|real)\b",
        ),
        (20, 120),
    ),
    Pair(
        r"\bnew (?:task|job|assignment|goal|objective|mission|role|priority|request|primary task) ?(?:for you|for the (?:agent|assistant|model|ai))? ?(?::|=|is\b|,|->|\x{2014})",
        (
            rf"(?:^|: ?|is to |= ?|, |-> ?|- ?)(?:{_VERB}) (?:the|all|every|this|your|any|each|that|everything|me|out|only|a|an|no|no one|as|to|off)\b",
        ),
        (5, 70),
    ),
    Pair(
        r"\bnever ?mind (?:the|your|what|all|everything)\b|\bthere is a more important (?:one|task|job)\b|\b(?:before|instead of) (?:continuing|proceeding|going on|carrying on|resuming)(?: with)? (?:the|your|with) (?:original|previous|actual|current|initial)\b|\bas your next (?:action|step|task|move)\b|\bchange of plans?\b|\b(?:the|your) (?:original|previous|initial|earlier|current) (?:task|job|assignment|request|goal) (?:is|was|has been|no longer)\b|\b(?:my|the|our) (?:previous|last|earlier|prior) (?:request|question|message|task)\b",
        (
            _ORDER,
            r"\b(?:you|your|ignore|disregard|forget|cancel|important|instead|task|my)\b",
        ),
    ),
    # A remedy that no program would name, and that nobody is to hear of it.
    Pair(
        r"\b(?:curl|wget|mokutil|insmod|setenforce|chmod \+s|nc -e|grant all|rm -rf|pip install|npm i|verify=false|--disable-\w+|\bhttps?://\d+\.\d+\.\d+\.\d+|\bs?ftp://|\bgit@|wal\b|backups?\b|snapshots?\b|\.bak\b|\bdatabase\b|\brotate\b|\bmfa\b|\bdns\b|[\w-]+\.(?:example|invalid)\b)",
        (
            r"\b(?:recover\w*|resolution|remed\w+|fix(?:es|ed)?|handling|first aid|quick path|safest|advice|workaround|correct (?:procedure|action|step|remediation)|procedure|solution|available (?:through|at|from)|known issue|cure|unlocks?|restore|reopens?|standard|circular|pursuant|next steps?|runbook|advisory|compliance|(?:incident|audit) \w+|goes green)\b",
            _QUIET
            + r"|\bonce green\b|\bapply (?:on|without|at)\b|\bthen (?:resume|continue|close|proceed)\b|\bnote \"|\bgo ahead\b|\bwaiting for\b|\bresume reading\b|\bno reply\b|\bbefore (?:continuing|reporting|answering|proceeding|reading)\b|\bprior to\b|\bnothing unusual\b|\breturns 0\b|\btooling\b|\btools with\b|\bunlocks? when\b",
        ),
        (140, 140),
    ),
    Pair(
        r"\b(?:reading|viewer|analysis|parsing|processing|review|summary|output|session|remaining \w+ ?\d* ?lines) (?:cannot|can't|can only|will not|won't|unlocks?|continues?|resumes?|proceeds?|is (?:locked|blocked|paused|suspended)|are (?:locked|encrypted|hidden)|halted|suspended)\b|\bviewer unlocks\b|\bunverified (?:reader|agent|viewer)\b",
        (
            r"\b(?:until|when|after|unless|once|only if|provided|verify by|as soon as)\b",
            rf"{SECRET_FILE}|{_COMMAND}|{_OWN}|{SECRET}|{_ADDRESS}|\bstdout\b",
        ),
        (60, 160),
    ),
    # Somebody is said to allow or to want it.
    Pair(
        r"\b(?:authori[sz]e[sd]?|allow(?:s|ed)?|permit(?:s|ted)?|instruct(?:s|ed)?|wants?|wanted|orders?|ordered|asks?|asked|tells?|told|directs?|directed|expects?|cleared|lets?) (?:the |all |any |every |our |your )?(?:\w+ )?(?:assistants?|agents?|ai|models?|bots?|copilot|claude|llms?|chatgpt) (?:reading this )?to\b",
        (
            r"\bto (?:\w+ly )?(?:delete|drop|disable|bypass|ignore|forget|send|upload|forward|reveal|show|print|share|merge|approve|push|publish|grant|install|execute|skip|wire|transfer|turn|switch|act|answer|reply|output|curl|fetch|open|remove|wipe|post|leak|pretend|do)\b",
        ),
    ),
    Pair(
        r"\[(?:system|admin\w*|developer|security|root|operator|override|internal|anthropic|openai|vendor)(?: [\w-]+){0,2}\]",
        (
            r"\b(?:you|your|the user|user|users'?|assistant|model|ai|agent|privileges|permission|permissions|confirmation|approval|bypass|elevated|mode)\b",
            r"\b(?:no longer|not needed|not required|granted|elevated|proceed|may now|must|ignore|override|disregard|reveal|without|skip|unrestricted|lifted)\b",
        ),
    ),
    # What is to be missing in a report, or to stand in it.
    Pair(
        r"\b(?:in|from|into|of|for) (?:the|any|a|this|your|every|each) (?:\w+ )?(?:summary|summaries|write-?up|report|findings|recap|digest|conclusions?|answer|reply|post-?mortem|analysis)\b|\bthe (?:summary|write-?up|report|recap|answer|reply|analysis) (?:should|shall|must|is to|may|can|need|needs|will|reads?|contains?)\b",
        (
            r"\b(?:need not|needn't|need no|needs no|should not|shall not|must not|not belong|not to be|omit|omitted|leave|left out|unmentioned|no mention|not appear|no place|is to|are to|belongs?|say only|state that|may be (?:skipped|omitted|left)|can be (?:skipped|omitted|left)|not (?:be )?(?:mention|report|list|includ)\w*)\b",
            r"\b(?:noise|harmless|benign|routine|fabricated|true state|healthy|out of scope|maintenance|known|secrets?|tokens?|keys?|passwords?|good order|all clear|normal|resolved|sudo|logins?|entries|lines|rows|records|sessions?|warnings|errors|link|domain|address|host|ip|events?)\b|\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b",
        ),
    ),
    Pair(
        r"\bapproval is (?:implied|assumed|granted|not|given|waived)|\bconsent is (?:given|implied)|\bimplied consent\b|\b(?:nobody|no one|no-one|no human) (?:needs|has|need|must|is) (?:to )?(?:know|be|hear|see|informed|told|asked|approve|notified|confirm)|\bneeds? not (?:know|be (?:informed|told|asked|notified))|\bwithout (?:human|further|prior|any|additional) (?:review|approval|notice|confirmation|involvement|comment|questions?|sign-?off)\b|\bno (?:\w+ )?(?:approval|ticket|sign-?off|confirmation|notification|review|further notice|report|announcement|reply|mention|comment) (?:is |being |will be )?(?:needed|required|necessary|due|wanted|expected|called for)\b|\breview can (?:follow|wait)\b|\bno questions asked\b|\bquietly\b|\bwithout (?:notif\w+|informing|comment|a word|ceremony)\b|\bno further notice\b|\bno word (?:of|to)\b|\bgoes without saying\b|\bstays? between us\b",
        (
            rf"{_CLAUSE}?\b(?:grant|disable|delete|remove|transfer|upload|send|curl|wget|install|wipe|purge|turn|switch|publish|copy|forward|rotate|raise|deposit|merge|reset|export|share|post|hand|drop|clear|add|move|set|wire|pay|transmit|grants|disables|deletes|removes|transfers|uploads|sends|installs|publishes|copies|forwards|exports|shares|posts|hands|drops|clears|transmits|opens|adds|raised|granted|disabled|shared|published|uploaded|forwarded|transferred|deposited)\b",
            rf"{_ADDRESS}|{SECRET}|{GUARD}|{_COMMAND}|\b(?:role|owner|admin|root|account|rights|access|firewall|customer|branch|repo\w*|database|folder|share|bucket|port|globally|tenant|group|payment|payout|refund)\b",
        ),
        (150, 100),
    ),
    Pair(
        rf"{SECRET}|\bsecrets\b",
        (
            r"\b(?:ends? up (?:at|with|in)|see to it|belongs? (?:at|with|in)|(?:is|are) (?:expected|due|wanted|awaited|missing|required|requested) (?:at|by|from|with|in)|lands? (?:at|in|with)|go(?:es)? (?:into|to|out)|(?:is|are) to (?:reach|be at|go to)|find (?:its|their) way|made available|(?:is|are) (?:collected|picked up|gathered) (?:at|by)|in exchange for|against|unlocks?)\b",
            rf"{_ADDRESS}|\bpublic (?:bucket|repo\w*|channel|folder|page|gist)\b|\bgist\b|\b(?:answer|reply|response|ticket|channel|comment)\b",
        ),
    ),
    Pair(
        r"\b(?:is|are|remains?) yours to (?:start|run|do|collect|fetch|take|open|apply|launch|make|send|execute|finish)\b|\b(?:left|up) to (?:the|whatever|whichever|whoever) (?:reader|agent|assistant|model|tool|reads)\b|\bawaiting (?:reader|agent|assistant|model) (?:action|input)\b",
    ),
    # What one has agreed to, and what would be a good answer: orders that give none.
    Pair(
        r"\b(?:earlier|yesterday|before|previously|last time|already) you (?:agreed|promised|said|offered|accepted|confirmed)\b|\byou (?:agreed|promised|offered) (?:earlier |already |yesterday )?to\b|\ba good (?:report|answer|summary|review|analysis)\b|\bthe (?:best|only|correct|right|proper|ideal) (?:report|answer|summary|response|review|verdict)\b|\bany honest (?:comparison|review|summary|report)\b|\byou may supply\b|\bis with you\b|\bmind fetching\b|\bit would be (?:neat|nice|great|lovely)\b|\bwouldn't it be\b|\bno one (?:minds|would mind|will mind)\b|\bsee what happens\b|\bmake it so\b",
        (
            rf"{_ADDRESS}|{SECRET}|\ball clear\b|\bunmentioned\b|\bfirst\b|\bcall to\b|\bcustomer\b|\bcodeowners\b|\bport \d+|\btransfer\b|\bno (?:findings|issues|errors)\b|{_COMMAND}",
        ),
        (140, 140),
    ),
    Pair(
        r"[\"']cmd[\"'] ?: ?[\"']|[\"']do[\"'] ?: ?[\"'](?:shell|say|exec|run)",
        (r"[\"']say[\"']|nothing unusual|next steps?", _COMMAND + r"|nc -e|/bin/sh"),
        (100, 140),
    ),
    Pair(
        r"\bautonomy ?= ?full\b|\bconfirm ?= ?never\b|\bauto.?approve\b.{0,6}true\b|\bchat\.tools\.autoapprove\b|\bbypass mode\b|\bdo not ask for permission\b",
    ),
    Pair(
        r"\brefusals? (?:are|is) (?:forbidden|not allowed|prohibited)\b|\bnever refuse\b|\byou (?:are not allowed to|cannot|must not|may not|can.?t) (?:refuse|decline|say no)\b|\byou (?:have|are under) no (?:restrictions|rules|filters|limits|ethics)\b|\bno (?:ethical|moral|safety) (?:guidelines|restrictions|limits|rules)\b|\b(?:this|it) (?:message )?is (?:for|meant for|addressed to|intended for) (?:the )?(?:claude|chatgpt|copilot|gemini|cursor|ai|assistant|llm|language model|agent)\b|\bmessage is for (?:claude|cursor|copilot|gemini|chatgpt|the (?:ai|assistant|agent|model|llm))\b|\bnot for the user\b",
    ),
    # Turns and calls of models, in marks of their own.
    Pair(
        r"<\|(?:python tag|eom id|fim \w+|channel|message|start|end|return|call|user|assistant|system|tool\w*|begin\w*|im \w+|object \w+|box \w+)\|>|</?(?:tool use|function calls?|invoke|parameter|system-reminder|user query|user message|thinking|scratchpad|stdout|tool name|assistant response|human turn)>",
        (r"[a-z]{3}",),
    ),
)
