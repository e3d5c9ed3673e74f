"""Redaction: what is taken out, what stays, and the laws of `Redactor.block`."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.errors import ConfigError
from log_mcp.redact import PLACEHOLDER, START, Redactor, Rules
from log_mcp.secret_keys import Strings
from log_mcp.secret_rules import KEYED, RULES, SAID, Key, Rule

REDACTOR = Redactor(key=b"fixed")
HIDDEN = re.compile(r"<([a-z-]+):[0-9a-f]{4}>")


def hidden(text: str) -> str:
    """The text redacted, placeholders reduced to their kind."""
    return HIDDEN.sub(r"<\1>", REDACTOR.text(text))


# --- Tables ---------------------------------------------------------------------------

NOTATIONS = {
    "json": '{"user":"bob","NAME":"VALUE","n":1}',
    "json with spaces": '{"user": "bob", "NAME" : "VALUE", "n": 1}',
    "json in json": r'{"msg":"body {\"NAME\":\"VALUE\",\"n\":1}"}',
    "json in json in json": r'{"m":"{\"b\":\"{\\\"NAME\\\":\\\"VALUE\\\"}\"}"}',
    "json list": '{"NAME":["VALUE","VALUE"],"n":1}',
    "logfmt": "level=info NAME=VALUE user=bob",
    "logfmt, quoted": 'level=info NAME="VALUE" user=bob',
    "logfmt in json": r'{"msg":"login NAME=VALUE\nretry","n":1}',
    "quoted in json": r'{"msg":"login NAME=\"VALUE\" ok","n":1}',
    "query": "GET /login?a=1&NAME=VALUE&next=%2F HTTP/1.1",
    "query of go's json": r'{"url":"/login?NAME=VALUE\u0026next=1"}',
    "form": "user%5BNAME%5D=VALUE&commit=1",
    "yaml": "  NAME: VALUE",
    "yaml, quoted": "  NAME: 'VALUE'",
    "environment": "export DB_NAME=VALUE",
    "toml": 'NAME = "VALUE"',
    "option": "run --db-NAME=VALUE --force",
    "java": "User{name=bob, NAME=VALUE, age=3}",
    "java, last": "Login(user=bob, NAME=VALUE)",
    "python": "{'user': 'bob', 'NAME': 'VALUE', 'n': 1}",
    "python bytes": "{'NAME': b'VALUE'}",
    "python arguments": "Client(host='h', NAME='VALUE')",
    "ruby": '{:user=>"bob", "NAME"=>"VALUE"}',
    "go": "{Host:db NAME:VALUE Port:5432}",
    "rust": 'Login { NAME: Some("VALUE") }',
    "scala": "Login(user=bob, NAME=Some(VALUE))",
    "java optional": "Login[user=bob, NAME=Optional[VALUE], age=3]",
    "dynamodb": '{"user":{"S":"bob"},"NAME":{"S":"VALUE"},"n":{"N":"1"}}',
    "dynamodb in json": r'{"m":"{\"NAME\": {\"S\": \"VALUE\"}}"}',
    "java of dynamodb": "{user={S: bob}, NAME={S: VALUE}}",
    "an object with a value": "{'NAME': {'value': 'VALUE'}, 'n': 1}",
    "protobuf as json": '{"NAME":{"stringValue":"VALUE"},"n":1}',
    "connection string": "Server=sql;NAME=VALUE;Encrypt=True",
    "ends a sentence": "refused (NAME=VALUE), retrying",
}

NAMES = {
    "password": ["password", "PASSWORD", "passwd", "passphrase", "pwd", "db.password"],
    "api-key": ["api_key", "apiKey", "x-api-key", "account_key"],
    "secret": ["client_secret", "secretKey", "aws_secret_access_key", "private_key"],
    "session": ["JSESSIONID", "PHPSESSID"],
    "token": ["access_token", "refreshToken", "id_token", "credentials"],
}
VALUES = ["trout9wood!x", "a1B2c3D4e5F6g7H8", "0f9e8d7c6b5a4938"]


@pytest.mark.parametrize("notation", NOTATIONS.values(), ids=NOTATIONS)
@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("value", VALUES)
def test_hides_the_value_of_a_telling_name(notation, kind, value):
    """In every notation the value goes, all of it, and nothing else does."""
    for name in NAMES[kind]:
        text = notation.replace("NAME", name)

        assert text.replace("VALUE", f"<{kind}>") == hidden(
            text.replace("VALUE", value)
        )


LISTS = {
    "json": '{"user":"bob","NAME":["ONE", "TWO"],"n":1}',
    "json in json": r'{"m":"{\"NAME\": [\"ONE\",\"TWO\"]}"}',
    "json in json in json": r'{"m":"{\"b\":\"{\\\"NAME\\\":[\\\"ONE\\\",\\\"TWO\\\"]}\"}"}',
    "json over lines": '  "NAME": [\n    "ONE",\n    "TWO"\n  ],\n  "n": "a1B2c3D4e5"',
    "python": "{'NAME': ['ONE', 'TWO'], 'n': 1}",
    "python, a tuple": "{'NAME': ('ONE', 'TWO')}",
    "logfmt": "level=info NAME=ONE,TWO user=bob",
    "logfmt, quoted": 'NAME="ONE" user=bob NAME="TWO"',
    "yaml": "NAME: [ONE, TWO]",
    "yaml on lines": "  NAME:\n  - ONE\n  - 'TWO'\n  user: a1B2c3D4e5",
    "yaml on lines, with words": "NAME:\n  - one of these\n  - ONE\n  - TWO\nuser: bob",
    "header": "NAME: ONE, TWO",
    "java": "Config{user=bob, NAME=[ONE, TWO], n=1}",
    "java, last": "Config(NAME=[ONE, TWO])",
    "go": "{NAME:[ONE TWO] Port:5432}",
    "go syntax": 'Config{NAME:[]string{"ONE", "TWO"}}',
    "an object": '{"NAME":{"db":"ONE","web":"TWO"},"n":1}',
    "an object in json": r'{"m":"{\"NAME\": {\"db\": \"ONE\", \"web\": \"TWO\"}}"}',
    "map of java": "{NAME={db=ONE, web=TWO}, n=1}",
}
PLURALS = {
    "password": ["passwords", "dbPasswords", "passphrases"],
    "api-key": ["api_keys", "apiKeys"],
    "secret": ["secrets", "client_secrets", "private_keys"],
    "token": ["tokens", "accessTokens"],
}


@pytest.mark.parametrize("notation", LISTS.values(), ids=LISTS)
@pytest.mark.parametrize("kind", PLURALS)
def test_hides_every_value_behind_a_plural(notation, kind):
    """Of a list all values go, and nothing else does."""
    for name in PLURALS[kind]:
        text = notation.replace("NAME", name)
        held = text.replace("ONE", "Tr0ut9xWq1").replace("TWO", "0f9e8d7c6b5a4938")
        shown = f"<{kind}>"

        assert text.replace("ONE", shown).replace("TWO", shown) == hidden(held)


@pytest.mark.parametrize(
    "rule",
    [*RULES, *SAID],
    ids=[f"{i}-{r.kind}" for i, r in enumerate([*RULES, *SAID])],
)
def test_every_rule_hides_its_sample(rule: Rule):
    """A row of the table without a sample that it finds is refused."""
    redacted, _ = REDACTOR.block(rule.sample, START)

    assert rule.kind in [kind.decode() for kind in PLACEHOLDER.findall(redacted)]


@pytest.mark.parametrize(
    "key", KEYED, ids=[f"{i}-{k.kind}" for i, k in enumerate(KEYED)]
)
def test_every_key_holds_its_sample(key: Key):
    """So does a row of names."""
    assert key.holds(key.sample.rpartition(b"=")[2].rpartition(b" ")[2])


@pytest.mark.parametrize(
    "around", ["{}", "say {} now", "k={}", '{{"m":"{}"}}', r'"a\n{}\n"']
)
@pytest.mark.parametrize(
    "rule", [r for r in RULES if r.sample.startswith(b"key ")], ids=lambda r: r.kind
)
def test_hides_provider_keys_wherever_they_stand(rule: Rule, around):
    """Bare, in prose, as a value, in JSON, between escaped line ends."""
    secret = rule.sample.removeprefix(b"key ").decode()

    assert around.format(f"<{rule.kind}>") == hidden(around.format(secret))


SECRETS = {
    "number in json": ('{"password":12345,"n":1}', '{"password":"<password>","n":1}'),
    "number in json in json": (
        r'{"m":"{\"password\":12345}"}',
        r'{"m":"{\"password\":\"<password>\"}"}',
    ),
    "card number in json": (
        '{"card":4000000000000002}',
        '{"card":"<card>"}',
    ),
    "list of card numbers in json": (
        '{"card":[4000000000000002]}',
        '{"card":["<card>"]}',
    ),
    "card number in a string": (
        '{"number":"[4000000000000002]"}',
        '{"number":"[<card>]"}',
    ),
    "escaped quote in the value": (r'{"password":"a\"b1","n":1}', '{"password":"<password>","n":1}'),
    "ends in a backslash": (r'{"password":"a1\\","n":1}', '{"password":"<password>","n":1}'),
    "quote of the other kind": ("password='a\"b1' n=1", "password='<password>' n=1"),
    "string that ends before the value does": (
        '{"m":"password=\'abc1","n":"x\'"}',
        '{"m":"password=\'<password>","n":"x\'"}',
    ),
    "two lists of values": (
        '{"token":["a1B2c3D4e5", "f6G7h8I9j0"]}',
        '{"token":["<token>", "<token>"]}',
    ),
    "unterminated quote": ('password="trout9', 'password="<password>'),
    "passphrase of words": ('passphrase="correct horse battery"', 'passphrase="<password>"'),
    "ampersand in a bare value": ("password=a&b1 x", "password=<password> x"),
    "comma before the next pair": ("password=a1,user=b", "password=<password>,user=b"),
    "short name behind a colon": ('{:pw =>"a1b2", :pass="c3"}', '{:pw =>"<password>", :pass="<password>"}'),
    "a secret within a secret": ("password=xghp_" + "a1B2" * 9 + "!x", "password=<password>"),
    "element": ("<db:password>trout9</db:password>", "<db:password><password></db:password>"),
    "bearer": ("Authorization: Bearer a1B2c3D4", "Authorization: Bearer <authorization>"),
    "basic in json": (
        '{"authorization":"Basic dTpw","n":1}',
        '{"authorization":"Basic <authorization>","n":1}',
    ),
    "header as a list": (
        '{"Authorization":["Token a1b2c3d4"]}',
        '{"Authorization":["Token <authorization>"]}',
    ),
    "header as a tuple": ("[(b'x-api-key', b'a1b2c3')]", "[(b'x-api-key', b'<api-key>')]"),
    "proxy header": ("Proxy-Authorization: abcd12345", "Proxy-Authorization: <authorization>"),
    "cookie": (
        "Cookie: theme=dark; sid=a1b2c3d4; lang=en",
        "Cookie: theme=dark; sid=<cookie>; lang=en",
    ),
    "cookie set": (
        "Set-Cookie: id=a1b2c3d4e5f6; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
        "Set-Cookie: id=<cookie>; Path=/; Expires=Wed, 21 Oct 2026 07:28:00 GMT",
    ),
    "cookie without a name": ("cookie=a1b2c3d4e5f6", "cookie=<cookie>"),
    "url": ("redis://:a&b!@h:6379/0", "redis://:<url-credential>@h:6379/0"),
    "url with slashes in it": ("amqp://u:a/b@h/v", "amqp://u:<url-credential>@h/v"),
    "url in php's json": (r'"mysql:\/\/u:p@h\/d"', r'"mysql:\/\/u:<url-credential>@h\/d"'),
    "query signature": (
        "GET /b?sig=a1B2c3D4e5F6g7H8i9 200",
        "GET /b?sig=<signature> 200",
    ),
    "argument list": ("['x', '--token', 'a1b2']", "['x', '--token', '<command-secret>']"),
    "curl": ("curl -s -u bob:trout9 http://h", "curl -s -u bob:<command-secret> http://h"),
    "one-time code": ("otp=123456 ok", "otp=<pin> ok"),
    "three digits of a card": ('{"cvv":"123"}', '{"cvv":"<pin>"}'),
    "pem in one line": (
        r'{"k":"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIOfake77\nAB==\n-----END EC PRIVATE KEY-----\n"}',
        '{"k":"-----BEGIN EC PRIVATE KEY-----<private-key>-----END EC PRIVATE KEY-----\\n"}',
    ),
    "grouped iban": ("from GB82 WEST 1234 5698 7654 32 on", "from <iban> on"),
    "address with letters beyond ascii": ("to jörg@bücher.example.test.", "to <email>."),
    "address in a query": ("?to=ada%40example.test&x=1", "?to=<email>&x=1"),
    "address after an escape": (r'"a\nada@example.test"', r'"a\n<email>"'),
    "phone": ("call +49 (30) 901820 now", "call <phone> now"),
    "phone, keyed": ('{"phone":"0301234567"}', '{"phone":"<phone>"}'),
    "phone, a cell": ('{"cell": "0301234567"}', '{"cell": "<phone>"}'),
    "escapes of .net": (r'{"m":"AccountKey=abcD1\u002Befg2=="}', '{"m":"AccountKey=<api-key>"}'),
    "escaped prefix": (
        '{"m":"t \\u0067hp_' + "a1B2" * 9 + '"}',
        '{"m":"t <github-token>"}',
    ),
    "yaml block in json": (
        r'{"m":"password: |\n  trout\nnext: 1"}',
        r'{"m":"password: |\n  <password>\nnext: 1"}',
    ),
    "name and value": ('{"name":"DB_PASSWORD","value":"trout"}', '{"name":"DB_PASSWORD","value":"<password>"}'),
    "entities": ("&quot;pwd&quot;:&quot;trout9&quot;", "&quot;pwd&quot;:&quot;<password>&quot;"),
    "rows of sql": (
        "insert into u (n, password) values (1, 'trout'), (2, 'wood')",
        "insert into u (n, password) values (1, '<password>'), (2, '<password>')",
    ),
    "value that is a call": (
        "insert into u (n, password, k) values (now(), crypt('trout', 'x'), 1)",
        "insert into u (n, password, k) values (now(), crypt('trout', 'x'), 1)",
    ),
    "part of a form": (
        'form-data; name="token"\n\na1B2c3D4e5\n--b',
        'form-data; name="token"\n\n<token>\n--b',
    ),
    "line below": ("password:\n  trout\nx: 1", "password:\n  <password>\nx: 1"),
    "lines below": ("password: |\n  trout\n  wood\nx: 1", "password: |\n  <password>\n  <password>\nx: 1"),
    "manifest": ("- name: DB_PASSWORD\n  value: trout", "- name: DB_PASSWORD\n  value: <password>"),
    "two wrapped lines": (
        "Authorization: Bearer " + "a1B2" * 12 + "\n  " + "c3D4" * 9 + " ok",
        "Authorization: Bearer <bearer>\n  <bearer> ok",
    ),
    "scheme on the line above": ("Authorization: Bearer\n  a1B2c3D4e5", "Authorization: Bearer\n  <bearer>"),
    "in a sentence": ("your password is trout9x.", "your password is <password>."),
    "braces of odbc": ("DRIVER={x};PWD={trout9x};", "DRIVER={x};PWD={<password>};"),
    "telegram token in a query": (
        "?t=8736564663%3AAA" + "a1B2c" * 7,
        "?t=<telegram-token>",
    ),
    "number of a person": ('{"passport":"X1234567"}', '{"passport":"<national-id>"}'),
    "number of a person by its checksum": ("user 529.982.247-25 left", "user <national-id> left"),
    "number of a bank": ("routing_number=021000021", "routing_number=<bank-account>"),
    "number of a swiss": ("ahv 756.9217.0769.85 ok", "ahv <national-id> ok"),
    "number deep in json": (
        r'{"m":"{\"b\":\"{\\\"ssn\\\":\\\"219-09-9999\\\"}\"}"}',
        r'{"m":"{\"b\":\"{\\\"ssn\\\":\\\"<ssn>\\\"}\"}"}',
    ),
    "url of a driver": ("postgresql+psycopg2://app:trout9@db/s", "postgresql+psycopg2://app:<url-credential>@db/s"),
    "url of a proxy": ("socks5://u:trout9@p:1080", "socks5://u:<url-credential>@p:1080"),
    "key of django": ("SECRET_KEY = 'k#8)z2w!x&y(4m*b^q-7t'", "SECRET_KEY = '<secret>'"),
    "key of django, its own": ("SECRET_KEY='django-insecure-u&1!k(3b*z'", "SECRET_KEY='<secret>'"),
    "base of a key": ("SECRET_KEY_BASE=0a1b2c3d4e5f", "SECRET_KEY_BASE=<secret>"),
    "scheme of rails": ('Authorization: Token token="abcdEFGH1234abcd"', 'Authorization: Token token="<token>"'),
    "address of go's mysql": ("app:tr@ut9@tcp(db:3306)/shop?x=1", "app:<url-credential>@tcp(db:3306)/shop?x=1"),
    "address of go's mysql, a socket": ("dsn=app:trout9@unix(/run/m.sock)/d", "dsn=app:<url-credential>@unix(/run/m.sock)/d"),
    "password of a variable": ("DB_PASS=trout9 pass: trout9x", "DB_PASS=<password> pass: <password>"),
    "password of a dialog": ("USER: bob PASS: trout9", "USER: bob PASS: <password>"),
    "password in spanish": ("Contraseña: trout9", "Contraseña: <password>"),
    "password in russian": ("Пароль: trout9 пароль=trout9", "Пароль: <password> пароль=<password>"),
    "password in chinese": ("密码: trout9 密碼=trout9", "密码: <password> 密碼=<password>"),
    "password in japanese": ('{"パスワード":"trout9"}', '{"パスワード":"<password>"}'),
    "password in korean": ("비밀번호=trout9", "비밀번호=<password>"),
    "password in french": ("Mot de passe : trout9", "Mot de passe : <password>"),
    "password in polish": ("hasło=trout9 şifre=trout9 lösenord=trout9", "hasło=<password> şifre=<password> lösenord=<password>"),
    "number of a norwegian": ("fødselsnummer: 01010112345", "fødselsnummer: <national-id>"),
    "number of a finn": ("henkilötunnus: 131052-308T", "henkilötunnus: <national-id>"),
    "number of a chinese": ("身份证号: 11010519491231002X", "身份证号: <national-id>"),
    "phone of a spaniard": ("teléfono: 912345678", "teléfono: <phone>"),
    "password that mysql made": ("A temporary password is generated for root@localhost: q;aZ7Wd!9rTt", "A temporary password is generated for root@localhost: <password>"),
    "key of kubernetes": ("client-key-data: LS0tLS1CRUdJTiBS" + "U0EgUFJJVkFURSBLRVktLS0tLQo=", "client-key-data: <private-key>"),
    "password in brackets": ("password=(trout9x)", "password=<password>)"),
    "key of a license": ("license_key=ABCD1-EFGH2-JKLM3", "license_key=<api-key>"),
    "token with dots": ("X-Vault-Token: s.abcdefghijklmnop12345678", "X-Vault-Token: <token>"),
    "token of paseto": ("token=v2.local.abcdefGHIJ1234567890.xyz", "token=<token>"),
    "key with a dot": ('{"api_key":"live.abcDEF123456"}', '{"api_key":"<api-key>"}'),
    "number of a canadian": ("sin: 046 454 286.", "sin: <national-id>."),
    "number of a briton": ("nino=QQ123456C, nino QQ 12 34 56 C", "nino=<national-id>, nino <national-id>"),
    "number of a guest": ("FIN: G1234567X", "FIN: <national-id>"),
    "phone without blanks": ("to +4930901820 and +12125550100", "to <phone> and <phone>"),
    "phone at home": ("homePhone=0301234567", "homePhone=<phone>"),
    "signature with slashes": ("?sig=a1B2/c3D4+e5F6/g7H8", "?sig=<signature>"),
    "change of a plan": ('~ password = "oldpw123" -> "newpw456"', '~ password = "<password>" -> "<password>"'),
    "change of a plan in json": (r'{"m":"~ password = \"oldpw123\" -> \"newpw456\" # x"}', r'{"m":"~ password = \"<password>\" -> \"<password>\" # x"}'),
    "login of npm": ("//npm.example.test/:_auth=dXNlcjpwYXNzd29yZA==", "//npm.example.test/:_auth=<token>"),
    "token of a form": ("_csrf=abcDEF123456 csrf: abcDEF123456", "_csrf=<token> csrf: <token>"),
    "mysql, quoted": ("mysqldump -p'trout9' db", "mysqldump -p'<command-secret>' db"),
    "mysql, a list": ('["mysql","-uroot","-ptrout9"]', '["mysql","-uroot","-p<command-secret>"]'),
    "curl, glued": ("curl -ubob:trout9 http://h", "curl -ubob:<command-secret> http://h"),
    "plink": ("plink.exe -ssh -pw trout9 host", "plink.exe -ssh -pw <command-secret> host"),
    "psexec": (r"PsExec \\h -u bob -p trout9 cmd", r"PsExec \\h -u bob -p <command-secret> cmd"),
    "schtasks": ("schtasks /create /ru bob /rp trout9", "schtasks /create /ru bob /rp <command-secret>"),
    "string of powershell": ('ConvertTo-SecureString "trout9" -AsPlainText', 'ConvertTo-SecureString "<command-secret>" -AsPlainText'),
    "setting of redis": ("CONFIG SET requirepass trout9", "CONFIG SET requirepass <command-secret>"),
    "share of windows": (r"net use Z: \\srv\share trout9 /user:bob", r"net use Z: \\srv\share <command-secret> /user:bob"),
    "option with a slash": ("run --secret /aB3+c== --token a/b1", "run --secret <command-secret> --token <command-secret>"),
    "address behind a node": ("Message-ID: <a1@mx.example.test> from bob@mx.example.test", "Message-ID: <a1@mx.example.test> from <email>"),
    "names without a break": ("dbpass=trout9 DBPASS=trout9 bindpw=trout9 psk=trout9x", "dbpass=<password> DBPASS=<password> bindpw=<password> psk=<password>"),
    "keys of programs": ("FERNET_KEY=abcDEF123456 X_ADMIN_KEY=abcDEF123456", "FERNET_KEY=<secret> X_ADMIN_KEY=<secret>"),
    "netrc": ("machine h login u password correcthorse", "machine h login u password <password>"),
    "prompt of git": ("Password for 'https://bob@h': trout9xx", "Password for 'https://bob@h': <password>"),
    "old and new": ('{"password":{"old":"Tr0ut9xWq1","new":"S4lm0nZz88"}}', '{"password":{"old":"<password>","new":"<password>"}}'),
    "list under a singular": ("{password=[Tr0ut9xWq1, S4lm0nZz88]}", "{password=[<password>, <password>]}"),
    "text of protobuf": ('password { value: "trout9" } token {value: "a1B2c3D4e5"}', 'password { value: "<password>" } token {value: "<token>"}'),
    "results": ('password=Ok("trout9") token=Right("a1B2c3D4e5") pwd=Left(trout9)', 'password=Ok("<password>") token=Right("<token>") pwd=Left(<password>)'),
    "haskell": ('{password = Just "trout9", n = 1}', '{password = Just "<password>", n = 1}'),
    "password of somebody": ("set password for root to Tr0ut9xWq1", "set password for root to <password>"),
    "password changed to": ("changed the password of bob to Tr0ut9xWq1.", "changed the password of bob to <password>."),
    "code of a message": ("Your verification code is 483920.", "Your verification code is <pin>."),
    "code behind a colon": ("verification code: 483920", "verification code: <pin>"),
    "code for one time": ("one-time code 483920, one time password is 483920", "one-time code <pin>, one time password is <pin>"),
    "code of an app": ("Your OTP is 483920, 2FA code 483 920 sent", "Your OTP is <pin>, 2FA code <pin> sent"),
    "code before its name": ("483920 is your Example verification code", "<pin> is your Example verification code"),
    "code in json": ('{"verificationCode":483920,"mfa_code":"483920"}', '{"verificationCode":"<pin>","mfa_code":"<pin>"}'),
    "code of groups": ("recovery code: ABCD-1234-EFGH", "recovery code: <pin>"),
    "codes": ("backup codes: 12345678 87654321", "backup codes: <pin> <pin>"),
    "codes in json": ('{"recovery_codes":["a1b2c-d3e4f","12345678"]}', '{"recovery_codes":["<pin>","<pin>"]}'),
    "code of a phone": ("passcode 4829 unlock code 4829", "passcode <pin> unlock code <pin>"),
    "words of a wallet": ('mnemonic="' + "legal winner thank " * 3 + 'year wave sausage" n=1', 'mnemonic="<seed-phrase>" n=1'),
    "words of a wallet in a sentence": ("seed phrase: " + "legal winner thank " * 4, "seed phrase: <seed-phrase> "),
    "words of a wallet in json": (r'{"m":"{\"seedPhrase\":\"' + "legal winner thank " * 4 + r'year\"}"}', r'{"m":"{\"seedPhrase\":\"<seed-phrase>\"}"}'),
    "key of ssh": ("ssh-keygen -p -P trout9 -N 'salmon8' -f k", "ssh-keygen -p -P <command-secret> -N '<command-secret>' -f k"),
    "snmp": ("snmpget -v3 -a SHA -A trout9x -x AES -X salmon8 h", "snmpget -v3 -a SHA -A <command-secret> -x AES -X <command-secret> h"),
    "rar": ("rar a -hptrout9 a.rar; unrar x -ptrout9 a.rar", "rar a -hp<command-secret> a.rar; unrar x -p<command-secret> a.rar"),
    "openssl": ("openssl enc -aes-128-cbc -k trout9 && openssl enc -d -K 0011aabb", "openssl enc -aes-128-cbc -k <command-secret> && openssl enc -d -K <command-secret>"),
    "htpasswd": ("htpasswd -c -b f bob trout9", "htpasswd -c -b f bob <command-secret>"),
    "htpasswd without a file": ("htpasswd -nbB -C 10 bob trout9", "htpasswd -nbB -C 10 bob <command-secret>"),
    "kinit": ("echo trout9 | kinit bob", "echo <command-secret> | kinit bob"),
    "list of yaml in json": (r'{"m":"passwords:\n- Tr0ut9xWq1\n- S4lm0nZz88\nuser: a1B2c3D4e5"}', r'{"m":"passwords:\n- <password>\n- <password>\nuser: a1B2c3D4e5"}'),
    "quoted list of yaml in json": (r'{"m":"tokens:\n  - \"a1B2c3D4e5\"\n  - \"f6G7h8I9j0\"\n"}', r'{"m":"tokens:\n  - \"<token>\"\n  - \"<token>\"\n"}'),
    "list over lines in json": (r'{"m":"\"passwords\": [\n  \"Tr0ut9xWq1\",\n  \"S4lm0nZz88\"\n]"}', r'{"m":"\"passwords\": [\n  \"<password>\",\n  \"<password>\"\n]"}'),
    "one behind a plural in json": (r'{"m":"tokens=a1B2c3D4e5\nretry"}', r'{"m":"tokens=<token>\nretry"}'),
    "code below a quote": ('tokens"],\n483920 is your code', 'tokens"],\n<pin> is your code'),
    "glued secrets": ("GB82WEST12345698765432+1 212 555 0100", "<iban><phone>"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "redacted"), SECRETS.values(), ids=SECRETS)
def test_hides_the_secret_and_keeps_the_rest(text, redacted):
    """The notation around a secret survives, JSON above all."""
    assert redacted == hidden(text)


HARMLESS = {
    "an object without a value": '{"password":{"type":"string","minLength":8}}',
    "an object with an empty value": '{"password":{"value":""},"token":{"S":null}}',
    "an object with a sentence": '{"password":{"text":"is too short"}}',
    "no value at all": "Login(password=Optional.empty, token=Some(token), secret=Some())",
    "prose about passwords": "password reset requested",
    "prose with a colon": "password: must have 8 characters",
    "prose about tokens": "invalid token, token refreshed, scope=orders:read",
    "empty": "password= user=bob",
    "empty, quoted": '{"password":"","n":1}',
    "closing quote is no value": '{"url":"/x?token=","next":"a1b2c3d4e5"}',
    "closing quote of a string in a string": r'{"m":"[\"password=\",null]"}',
    "null": '{"password":null,"password2":false}',
    "null in yaml": "password: null",
    "yes": "denied for 'bob' (using password: YES)",
    "masked": "password=**** api_key=<redacted> secret=[FILTERED] token=xxxxxxxx",
    "partly masked": "api_key=sk-***9f3a",
    "template": "password=${DB_PASSWORD} token={{ token }} secret=$SECRET pwd=%s",
    "code": "connect(password=settings.PASSWORD, token=get_token(), secret=secret)",
    "signature of a function": "def f(password: str, token: Optional[str] = None):",
    "validation": '{"password":["is too short"],"secret":"required"}',
    "counts": '{"tokens":123,"max_tokens":4000,"token":987654321}',
    "token of a page": "next_page_token=a1b2c3d4e5 nextToken=a1b2c3d4e5",
    "token of a parser": "unexpected token: a1b2c3d4e5f6",
    "comparison": "if token == a1b2c3d4e5: secret::a1b2c3d4",
    "name of a secret": 'secret="kube-system/db-1" secret=my-tls-cert',
    "place of a key": "private_key=/etc/ssl/private/server1.key",
    "working folder": "PWD=/srv/app OLDPWD=/root",
    "time as a token": "token: 2026-03-04T05:06:07Z",
    "scheme alone": "Authorization: Bearer",
    "header missing": "authorization: required, cookie: none",
    "header empty": 'authorization="  " cookie=""',
    "short cookies": "Cookie: theme=dark; lang=en",
    "basic prose": "Basic authentication failed, Bearer authentication-required",
    "option in prose": "the --password option is required",
    "port is no password": "https://h:8080/a@b and https://h:443",
    "user without password": "ssh://bob@h.example.test/x",
    "order number with a luhn digit": "order 4000000000000002 not found",
    "card with a wrong digit": "card=4000000000000003",
    "card of no issuer": "card=2000 0000 0000 0008",
    "iban with a wrong digit": "to GB83WEST12345698765432",
    "iban of no country": "to ZZ82WEST12345698765432",
    "iban too short": "to MT84MALT011000012345",
    "times": "2026-03-04 10:00:00 +1030 2026-03-04 phone 2026-03-04 10:11",
    "time with a zone": "2026-03-04 10:00:00+10 5 rows",
    "address of a host": "phone=10.20.30.40",
    "cells that nobody calls": "radio cell 9704457, battery cell 40404040 at 3.3 V",
    "packages": "react@18.2.0 pkg@1.2.3.tgz getty@tty1.service logo@2x.png",
    "ciphers and git": "chacha20-poly1305@openssh.com git@example.test:x/y.git",
    "hashes and ids": "sha256:" + "0f" * 32 + " 7f3c2a9e-1d4b-4c8a-9f2e-6b5d4c3a2f1e",
    "head of a jwt": "eyJhbGciOiJIUzI1NiJ9 is no token",
    "basic without a colon": "sent Basic dHJvdXQ5dHJvdXQ5",
    "basic that is no base64": "got basic abcdefgh1",
    "pem in prose": "expected -----BEGIN PRIVATE KEY----- here",
    "key of a manual": "export GITHUB_TOKEN=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "person's number with a wrong digit": "user 529.982.247-26 and 756.9217.0769.84",
    "bank's number with a wrong digit": "routing_number=021000022",
    "words below a name": "password:\nenter it again\nsecret:\n  secretName: tls",
    "masks below a name": "password: |\n  ****\ntoken:\n  <redacted>",
    "line below a full one": "GET /x?token=\nhost-7f3c2a is up",
    "names of fields": '["password","username","token","email"]',
    "columns without values": "insert into u (n, password) select n, p from v",
    "escape of a letter": r'{"m":"\u0041 b"}',
    "terms": "password sha256 mismatch, password is bcrypt2a hashed",
    "url without a password": "http2://h:8080/x and s3://bucket/a@b",
    "object behind a name": '{"auth":{"user":"bob","ttl":3600},"token":{"count":12},"n":1}',
    "schema": '{"password":{"type":"string","minLength":8},"pass":{"total":12,"failed":3}}',
    "object in json": r'{"m":"{\"password\":{\"type\":\"string\",\"minLength\":8}}"}',
    "list of objects": '{"password":[{"code":"too_short","min":8}]}',
    "map of go": "{auth:{user:bob1 ttl:3600} n:1}",
    "call with a digit": "token=get_token(user1) secret=secret_of(db2)",
    "base of tokens": "tokens_base=12 token_based=a1b2c3d4e5",
    "address without a password": "app@tcp(db:3306)/shop and f@tcp(1)",
    "tests that passed": "--- PASS: TestFoo (0.00s) PASS: tests/foo.sh",
    "line of tap": "ok 12 - pass: login",
    "times of a pass": "pass: 3.5s first_pass=12.5s pass=120ms",
    "pass of a proxy": "proxy_pass=http://127.0.0.1:8080 render_pass=shadow",
    "words of other alphabets": "Пароль: неверный, 密码: 错误",
    "mysql without a password": "password is generated for root later",
    "certificate of kubernetes": "client-certificate-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUM=",
    "masks of tools": "password = (sensitive value) secret=(null) token=[PROTECTED] password=__REDACTED__",
    "masks of kubectl": "DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
    "words for no password": "password=n/a password: SENSITIVE password=not-set password=bcrypt",
    "vault of ansible": "password: !vault |",
    "passwords that nobody asks": "(ALL) NOPASSWD: ALL; /etc/passwd: root1",
    "keys of ssh": "Server host key: ssh-ed25519 SHA256:abcdEFGH1234abcd, ssh key: SHA256:abcdEFGH1234abcd ssh_key=id_ed25519",
    "ways to ask for a password": "auth=SCRAM-SHA-256 auth=CRAM-MD5 auth=WPA2-PSK auth=db1.example.test:5432",
    "dotted names": "token=com.example.oauth2.Token@1f2e3d token=org.slf4j.Logger2 secret=app.k8s.db1",
    "sines and the sea": "sin=0.866025, FIN: 1234567, El nino 20152016",
    "counters with a sign": "master offset +12345678 s2 freq +123456789 drift +1234567890 us, rx +1234567890",
    "phones that nobody calls": "microphone: 48000000, smartphone: 12345678",
    "keys of things": "?key=products/2024/01/image.png ?key=uploads%2F2024%2Freport.pdf ?code=INVALID_REQUEST_0001 ?code=1Z999AA10123456784",
    "no csrf": "csrf: disabled, csrf=false, os_auth=plain",
    "id of mysql": "mysqld_safe -pid /x -port 3306",
    "curl without a password": "curl -uri http://h:80/x",
    "share without a password": r"net use Z: \\srv\share /user:bob",
    "options about tokens": "run --max-token 4096 --eos-token 50256",
    "options with a file": "run --secret id=npm,src=/x --auth-key /etc/x --credentials ~/.aws/credentials",
    "names of nodes": "celery@worker1.example.test ready, ssh bob@db1.example.test, Message-ID: <a1b2@mx.example.test>",
    "names that end alike": "bypass=yes1 compass=north12 trespass: none auth=psk",
    "prompt without an answer": "Password for 'https://bob@h': denied, machine h login u password required",
    "counts behind a plural": 'max_tokens=4096 {"tokens": 512} {"total_tokens": [1, 2]} secrets: 3 loaded, tokens: 1234567',
    "names of secrets": 'secrets=[db, api] secrets: ["tls-cert-2", "kube-system/db-1"] secrets: default-token-x7k2p, db-creds-v2',
    "names of secrets on lines": "secrets:\n  - db-password-2\n  - source: x1y2z3\ntokens:\n  - hello2world",
    "words of a tokenizer": 'tokens=["the", "cat", "##ing2", "hello2world", "antidisestablishment"] tokens=[the, BERT-base-2]',
    "prose about several": 'passwords do not match, passwords: must have 8 characters, {"passwords":["is too short", "needs 1 digit"]}',
    "terms of several": "passwords: sha256, bcrypt2a passwords=12 credentials: [basic, digest]",
    "objects about passwords": '{"password":{"old":"required","new":"too short"}} passwords={minLength=12, type=x1y2z3}',
    "objects about tokens": '{"tokens":{"input":123456,"id":"a1B2c3D4e5"}} {"secrets":[{"name":"db1-x2y3z4"}]}',
    "tokens of a parser": 'Token { value: "identifier1" }',
    "results without a value": 'password=Err("too short") token=Ok(true) password=Ok(())',
    "other codes": "status code is 200, error code: 483920, exit code 137, country code 49, zip code 10115, code coverage",
    "no code": "verification code path, recovery code is invalid, seed=483920, Erlang/OTP 26, login code 403, passcode 2024-01-02",
    "words of a sentence": "the seed phrase: you write down words that we show you then and keep them very safe",
    "eleven words": "mnemonic: " + "word " * 10 + "word.",
    "password set to a word": "set password for root to expired, set timeout for root to Tr0ut9xWq1",
    "options of others": "snmpd -A -Lf /x; openssl x509 -in k; curl -k https://h/x1 ssh-keygen -N '' -f k; unrar x -p- a.rar; registrar a -p x1",
    "a placeholder": "password=<password:12ab> <password:12ab>",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_keeps_what_merely_looks_alike(text):
    """The very same object comes back."""
    assert text is REDACTOR.text(text)


# --- Private keys over lines ----------------------------------------------------------

BODY = ["MIIEfake" * 8, "c0ffee+/" * 8, "AbC1Ag=="]


def pem(prefix=""):
    head, tail = "-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"
    return "\n".join(prefix + line for line in [head, *BODY, tail])


@pytest.mark.parametrize("prefix", ["", "  ", "2026-03-04 05:06:07 INFO app "])
def test_hides_a_private_key_line_by_line(prefix):
    """Each line of the body goes, behind a log header too; BEGIN and END stay."""
    lines = hidden(f"{pem(prefix)}\ndone").split("\n")

    assert [
        f"{prefix}-----BEGIN RSA PRIVATE KEY-----",
        f"{prefix}<private-key>",
        f"{prefix}<private-key>",
        f"{prefix}<private-key-end>",
        f"{prefix}-----END RSA PRIVATE KEY-----",
        "done",
    ] == [
        line if prefix.strip() else line.replace("  <", f"{prefix}<") for line in lines
    ]


def test_a_private_key_may_be_interrupted():
    """Lines of others between its lines stay, and its own lines still go."""
    first, *rest = pem().split("\n")
    text = "\n".join([first, "Proc-Type: 4,ENCRYPTED", "", "GET /x 200", *rest])

    redacted = REDACTOR.text(text)

    assert redacted is REDACTOR.text(redacted)
    assert "GET /x 200" in redacted
    assert not any(line in redacted for line in BODY)


BROKEN = {
    "a secret of another kind before the last line": (
        "Authorization: Basic YXBwOnN3b3Jk  ZmlzaA==\nx y z\n  111",
        "Authorization: Basic <basic-auth>  <private-key-end>\nx y z\n  111",
    ),
    "a named secret before it": (
        'password=9BcEeDCcDx "7b6gfgBFG8eD"\nx',
        'password=<password> "<private-key-end>"\nx',
    ),
    "two parts of a body on a line": (
        f"{'MIIEfake' * 5} {'c0ffee+/' * 5}",
        "<private-key> <private-key>",
    ),
    "... behind a placeholder": (
        f"<private-key:12ab> {'c0ffee+/' * 5}",
        "<private-key> <private-key>",
    ),
}


@pytest.mark.parametrize(("body", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_broken_private_key_is_hidden_once_for_all(body, expected):
    """To redact it again finds nothing, whatever else its lines hold."""
    begin = "x -----BEGIN PRIVATE KEY-----"
    once, carry = REDACTOR.block(f"{begin}\n{body}\n".encode(), START)

    assert f"{begin}\n{expected}\n" == HIDDEN.sub(r"<\1>", once.decode())
    assert (once, carry) == REDACTOR.block(once, START)


def test_a_key_that_never_ends_is_given_up():
    """After some lines of other text the rest is read as usual."""
    digest = "0f" * 32
    text = "\n".join(["-----BEGIN PRIVATE KEY-----", *["a b 200"] * 40, digest])

    assert text is REDACTOR.text(text)


def test_a_key_may_start_in_one_block_and_end_in_another():
    """The carry knows."""
    lines = pem().encode().splitlines(keepends=True)
    carry, blocks = START, []
    for line in lines:
        block, carry = REDACTOR.block(line, carry)
        blocks.append(block)

    assert b"".join(blocks) == REDACTOR.block(pem().encode(), START)[0]
    assert carry == START


# --- Configuration --------------------------------------------------------------------


def test_off_means_off():
    """Nothing is looked at."""
    text = b"password=trout9"

    assert Redactor(Rules(enabled=False)).block(text, START)[0] is text


def test_allowed_text_stays():
    """Where an allowed expression covers the whole secret, it is none; elsewhere it is."""
    redactor = Redactor(Rules(allow=("build-[0-9a-f]{8}",)))
    text = "token=build-0a1b2c3d\ntoken=other-0a1b2c3d"

    assert ["token=build-0a1b2c3d", "token=<token>"] == HIDDEN.sub(
        r"<\1>", redactor.text(text)
    ).split("\n")


def test_extra_rules_are_found():
    """Line by line, once and for all."""
    redactor = Redactor(Rules(extra=(("customer", "(?i)cust-[0-9]+"), ("tail", "z+$"))))
    once = redactor.text("CUST-1234 and cust-5\nzz")

    assert "<customer> and <customer>\n<tail>" == HIDDEN.sub(r"<\1>", once)
    assert once is redactor.text(once)


def test_extra_rules_leave_quotes_alone():
    """A rule of the configuration may match quotes, and JSON stays JSON."""
    redactor = Redactor(Rules(extra=(("id", 'id":"[^,]*'),)))

    assert {"<id>": "<id>", "n": 1} == json.loads(
        HIDDEN.sub(r"<\1>", redactor.text('{"id":"a1","n":1}'))
    )


def test_kinds_are_switched():
    """Off are those that somebody wants to see, on those that a search needs more."""
    text = "login password=trout9 mail ada@example.test from 203.0.113.9 and fe80::1"
    some = Redactor(Rules(off=("email",), on=("ip",)))

    assert "login password=<password> mail <email> from 203.0.113.9 and fe80::1" == (
        hidden(text)
    )
    assert "login password=<password> mail ada@example.test from <ip> and <ip>" == (
        HIDDEN.sub(r"<\1>", some.text(text))
    )


def test_private_keys_can_be_off():
    """A kind like any other, over several lines too."""
    text = pem()

    assert text is Redactor(Rules(off=("private-key",))).text(text)


@pytest.mark.parametrize(
    "text", ["version 10.0.19041.1", "at 12:13:14", "a::b", "1.2.3.4.5"]
)
def test_what_is_no_address_stays(text):
    """Versions, times and scopes, though addresses are asked for."""
    assert text is Redactor(Rules(on=("ip",))).text(text)


WRONG = {
    "kind to leave": (
        Rules(off=("emial",)),
        "redact.off: unknown kind 'emial'. Did you mean 'email'",
    ),
    "kind to find": (
        Rules(on=("email",)),
        "redact.on: unknown kind 'email'. Known kinds: ip",
    ),
    "no RE2": (Rules(extra=(("dup", r"(a)\1"),)), "dup"),
    "no RE2 in allow": (Rules(allow=("ok", "(")), r"allow\[1\]"),
    "matches nothing": (Rules(extra=(("any", "x*"),)), "empty text"),
    "name with a space": (Rules(extra=(("a b", "x"),)), "a b"),
}


@pytest.mark.parametrize(("rules", "named"), WRONG.values(), ids=WRONG)
def test_refuses_a_wrong_rule(rules, named):
    """The message names it."""
    with pytest.raises(ConfigError, match=named):
        Redactor(rules)


def test_counts_by_kind():
    """Placeholders that were there before do not count."""
    text = b"password=trout9 <password:12ab>\nfrom ada@example.test to bob@example.test"

    assert {"password": 1, "email": 2} == REDACTOR.counts(text)


def test_equal_secrets_have_equal_placeholders():
    """Within a process, plain or escaped; another process has another key."""
    lines = REDACTOR.text('password="a/b1"\n{"password":"a\\/b1"}').split("\n")
    first, second = (re.findall("<password:....>", line) for line in lines)

    assert first == second
    assert len({Redactor().text("password=trout9") for _ in range(8)}) > 1


def test_strings_are_told_apart_in_any_order():
    """Whether a place is inside a string does not depend on what was asked before."""
    text = b'a "b" c "d\ne "f\\" g" h'
    places = range(len(text))
    fresh = [Strings(text).inside(at) for at in places]
    strings = Strings(text)

    assert fresh == [strings.inside(at) for at in places]
    assert fresh == [strings.inside(at) for at in reversed(places)][::-1]


LONG = [
    *("token=", "pin=", "password=x,", "password=&quot;", "password;s:5:"),
    *("authorization=", "token]&gt;", "password=%22", "tokens=[a1,", "tokens->a1,"),
    *("passwords={a:x1y2z3,", "password=[a, ", "backup codes: 1234 ", "tokens: [a b "),
]


@pytest.mark.untraced
@pytest.mark.parametrize("unit", LONG)
def test_names_behind_names_take_linear_time(unit):
    """Four times the line takes no more than about four times the processor time."""

    def seconds(size):
        text = unit * (size // len(unit))
        began = time.thread_time()
        REDACTOR.text(text)
        return time.thread_time() - began

    short = min(seconds(2_500) for _ in range(2))

    assert seconds(10_000) < 8 * short + 0.02


def test_the_whole_of_a_long_value_goes():
    """However long: what says that it is a secret stands at its begin."""
    value = "a1B2c3D4" * 700

    assert "token=<token>&x=1" == hidden(f"token={value}&x=1")
    assert "Authorization: Bearer <bearer>" == hidden(f"Authorization: Bearer {value}")
    assert "<token><token></token>" == hidden(f"<token>{value}</token>")


# --- Laws -----------------------------------------------------------------------------

PIECES = [
    *("password", "token", "secret", "api_key", "Authorization", "Cookie", "number"),
    *(
        "=",
        ":",
        ": ",
        "=>",
        '"',
        "'",
        '\\"',
        '\\\\\\"',
        "\\n",
        "\\\\",
        "\\",
        "`",
        "%3D",
    ),
    *("\n", " ", "  ", ",", ";", "&", "{", "}", "[", "]", "(", ")", "<", ">", "</"),
    *(
        "Bearer ",
        "Basic ",
        "a1B2c3D4e5",
        "trout9",
        "x",
        "12",
        "done",
        "word",
        "é",
        "null",
    ),
    *("4000000000000002", "4000 0000 0000 0002", "a@b.example", "https://", "u:p4ss@h"),
    *("eyJhbGciOiJ9.eyJzdWIiOiI3.c2ln", "<password:12ab>", "***", "phone", "\\u0026"),
    *("+1 212 555 0100", "GB82WEST12345698765432", "--password ", "mysql -u r -p"),
    *("-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----"),
    *("MIIE" * 16, "MIIEab==", "sid=a1B2c3D4e5F6", "2026-03-04T05:06:08Z"),
    *("ghp_" + "a1B2" * 9, "https://a1B2c3D4e5F6g7H8i9J0", "@b.example", "\\u00e9"),
    *("','", '": "', "': '", '\\":\\"'),
    *(
        "passwords",
        "tokens",
        "s",
        "- ",
        ", ",
        "old",
        "Just ",
        "Tr0ut9xWq1",
        "backup codes ",
    ),
    *("verification code ", "483920", "is your code", "mnemonic ", "legal winner " * 6),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
KEYS = [
    "password",
    "token",
    "msg",
    "card",
    "number",
    "phone",
    "Authorization",
    "cookie",
]
JSON = st.recursive(
    TEXTS | st.integers() | st.sampled_from([4000000000000002, "trout9", None, True]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=6,
)


def test_what_stands_of_a_key_before_its_end_is_hidden_too():
    """On one line; a name that would take the end for its value has none left."""
    body = b"MIIEvQIBADANBgkqhkiG9w0BAQEF" + b"AASCpassword="
    text = b"-----BEGIN PRIVATE KEY-----\n" + body + b"----END PRIVATE KEY-----\nx\n"
    once, _ = REDACTOR.block(text, START)
    twice, _ = REDACTOR.block(once, START)

    assert body[:20] not in once
    assert b"----END PRIVATE KEY-----\nx\n" in once
    assert once is twice


def lines_of(text):
    return re.findall(rb"[^\n]*\n|[^\n]+", text)


@given(TEXTS.map(str.encode))
def test_lines_stay_and_twice_is_once(text):
    """Line k stays line k; redacted text is left alone."""
    once, _ = REDACTOR.block(text, START)
    twice, _ = REDACTOR.block(once, START)

    assert text.count(b"\n") == once.count(b"\n")
    assert once is twice
    assert once is text or once != text


@given(TEXTS.map(str.encode))
def test_blocks_show_nowhere(text):
    """Line by line gives what the whole gives, and the same carry."""
    carry, blocks = START, []
    for line in lines_of(text):
        block, carry = REDACTOR.block(line, carry)
        blocks.append(block)

    assert (b"".join(blocks), carry) == REDACTOR.block(text, START)


@given(st.binary())
def test_any_bytes_are_read(text):
    """Nothing raises, and no line is lost."""
    once, _ = REDACTOR.block(text, START)

    assert text.count(b"\n") == once.count(b"\n")


def shape(value):
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(inner) for inner in value] if isinstance(value, list) else None


@given(JSON, st.booleans(), st.integers(0, 2))
def test_json_stays_json(value, compact, depth):
    """Keys and nesting survive, in JSON in JSON too."""
    text = json.dumps(value, separators=(",", ":") if compact else None)
    for _ in range(depth):
        text = json.dumps({"msg": text})

    again = json.loads(REDACTOR.text(text))
    for _ in range(depth):
        again = json.loads(again["msg"])

    assert shape(value) == shape(again)


SECRET_VALUES = st.text("abcXYZ019!$%^*_+-~#@/", min_size=10, max_size=30).filter(
    lambda value: (
        re.search(r"[0-9]", value)
        and re.search(r"[a-z]", value)
        and "***" not in value
        and value[0].isalnum()
    )
)


@given(
    st.sampled_from(sorted(NOTATIONS)),
    st.sampled_from(NAMES["password"]),
    SECRET_VALUES,
)
def test_no_part_of_a_password_survives(notation, name, value):
    """No eight characters in a row of it, whatever notation and name."""
    text = NOTATIONS[notation].replace("NAME", name)
    redacted = REDACTOR.text(text.replace("VALUE", value))
    runs = (value[start : start + 8] for start in range(len(value) - 7))

    assert not any(run in redacted for run in runs)
