"""Secrets and their look-alikes, drawn from a seed, in every notation that logs have.

Nothing here knows the rules of `log_mcp`: kinds are drawn as their providers document
them, notations as the libraries of the world print them. A case that was found by hand
stands in `tests/test_redact.py` under a name; this is the crowd.
"""

import base64
import json
import random
import string
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus

LETTERS: Final = string.ascii_letters
ALNUM: Final = string.ascii_letters + string.digits
HEX: Final = "0123456789abcdef"
BASE64: Final = ALNUM + "+/"
URL64: Final = ALNUM + "-_"
RUN: Final = 8  # characters in a row of a secret that must not be seen


class Case(NamedTuple):
    """A text, and what of it must not be seen.

    Attributes:
        name: Kind and notation.
        text: One line or several.
        secrets: None of a look-alike, which must stay as it is.
        personal: Whether it is a person's data and no secret.
    """

    name: str
    text: str
    secrets: tuple[str, ...] = ()
    personal: bool = False


class Draw(random.Random):
    """Chance, always the same."""

    def of(self, alphabet: str, size: int) -> str:
        return "".join(self.choices(alphabet, k=size))

    def mixed(self, alphabet: str, size: int) -> str:
        """The same with a digit and both cases in it, and no run of one character."""
        word = self.of(alphabet, size - 3)
        return f"{word[:2]}7{word[2:4]}k{word[4:]}Q"


# -- secrets that are known by their own shape ------------------------------------------

# Prefix, alphabet and length, as the providers document them.
SHAPES: Final = {
    "aws key": ("AKIA", string.ascii_uppercase + "234567", 16),
    "aws key of a session": ("ASIA", string.ascii_uppercase + "234567", 16),
    "github": ("ghp_", ALNUM, 36),
    "github app": ("ghs_", ALNUM, 36),
    "github fine grained": ("github_pat_", ALNUM + "_", 82),
    "gitlab": ("glpat-", URL64, 20),
    "slack bot": ("xoxb-", string.digits + "-" + ALNUM, 50),
    "stripe": ("sk_live_", ALNUM, 24),
    "stripe restricted": ("rk_live_", ALNUM, 24),
    "anthropic": ("sk-ant-api03-", URL64, 95),
    "openai": ("sk-proj-", URL64, 60),
    "google": ("AIza", URL64, 35),
    "google oauth": ("ya29.", URL64, 60),
    "npm": ("npm_", ALNUM, 36),
    "pypi": ("pypi-AgEIcHlwaS5vcmc", URL64, 100),
    "digitalocean": ("dop_v1_", HEX, 64),
    "hugging face": ("hf_", ALNUM, 34),
    "shopify": ("shpat_", HEX, 32),
    "vault": ("hvs.", URL64, 90),
    "grafana": ("glsa_", ALNUM, 41),
    "docker": ("dckr_pat_", URL64, 27),
    "databricks": ("dapi", HEX, 32),
    "linear": ("lin_api_", ALNUM, 40),
    "notion": ("ntn_", ALNUM, 46),
    "figma": ("figd_", URL64, 40),
    "planetscale": ("pscale_tkn_", URL64, 43),
    "pulumi": ("pul-", HEX, 40),
    "tailscale": ("tskey-auth-", ALNUM, 32),
    "rubygems": ("rubygems_", HEX, 48),
    "groq": ("gsk_", ALNUM, 52),
    "sourcegraph": ("sgp_", HEX, 40),
    "prefect": ("pnu_", ALNUM, 36),
}


def _jwt(draw: Draw) -> str:
    def part(value: object) -> str:
        told = json.dumps(value, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(told).decode().rstrip("=")

    head = part({"alg": "HS256", "typ": "JWT"})
    return f"{head}.{part({'sub': draw.of(HEX, 12)})}.{draw.of(URL64, 43)}"


def _sendgrid(draw: Draw) -> str:
    return f"SG.{draw.mixed(URL64, 22)}.{draw.mixed(URL64, 43)}"


def _telegram(draw: Draw) -> str:
    return f"{draw.of('123456789', 10)}:AA{draw.mixed(URL64, 33)}"


def told_by_shape(draw: Draw) -> Iterator[tuple[str, str]]:
    """A kind and a secret of it, one of each."""
    for name, (prefix, alphabet, size) in SHAPES.items():
        body = (
            draw.of(alphabet, size)
            if len(alphabet) < 36
            else draw.mixed(alphabet, size)
        )
        yield name, prefix + body
    yield "jwt", _jwt(draw)
    yield "sendgrid", _sendgrid(draw)
    yield "telegram", _telegram(draw)


PLACES: Final = {  # of a value whose name tells nothing
    "sentence": "retrying with VALUE now",
    "end of a sentence": "refused VALUE.",
    "json": '{"n":1,"ref":"VALUE"}',
    "json, spaced": '{"n": 1, "ref": "VALUE"}',
    "json in json": r'{"m":"{\"ref\":\"VALUE\"}"}',
    "json in json in json": r'{"m":"{\"b\":\"{\\\"ref\\\":\\\"VALUE\\\"}\"}"}',
    "sentence in json": r'{"m":"first\nVALUE\nlast"}',
    "logfmt": "n=1 ref=VALUE ok=true",
    "logfmt, quoted": 'n=1 ref="VALUE" ok=true',
    "query": "GET /v1/x?ref=VALUE&n=1 200",
    "path": "GET /v1/VALUE/x 200",
    "header": "> X-Ref: VALUE",
    "environment": "REF=VALUE HOME=/root",
    "python": "{'n': 1, 'ref': 'VALUE'}",
    "java": "Ref{n=1, value='VALUE'}",
    "go": "{N:1 Ref:VALUE}",
    "yaml": "  ref: VALUE",
    "toml": 'ref = "VALUE"',
    "xml": "<ref>VALUE</ref>",
    "attribute": '<ref id="VALUE"/>',
    "argument": "run --ref VALUE --force",
    "arguments": '["run","--ref=VALUE","-f"]',
    "sql": "SELECT * FROM t WHERE ref = 'VALUE'",
    "list": "[VALUE, n]",
    "backticks": "unknown `VALUE` here",
}

# -- secrets that are known by the name in front ----------------------------------------

NAMES: Final = {
    "password": ("password", "db_password", "userPassword", "passwd", "passphrase"),
    "api key": ("api_key", "apiKey", "apikey", "account_key"),
    "secret": ("client_secret", "secret_key", "clientSecret", "private_key"),
    "token": ("access_token", "refreshToken", "auth_token", "id_token"),
}


def _value(draw: Draw, kind: str) -> str:
    if kind == "password":
        signs = draw.choice(["", "!", "$", "-", "_", "*", "+", "~", "#", "%"])
        return draw.choice(
            [
                f"trout{draw.of(ALNUM, 4)}{signs}9x",
                draw.mixed(ALNUM, 12) + signs + "z",
                draw.of(string.ascii_lowercase, 9) + "4",
            ]
        )
    return draw.choice(
        [
            draw.mixed(ALNUM, 20),
            draw.of(HEX, 31) + "7",
            draw.mixed(URL64, 40),
            draw.mixed(BASE64, 42) + "==",
        ]
    )


def _json(value: str) -> str:
    return json.dumps(value)


def _dotnet(text: str) -> str:
    for sign in "+&'<>":
        text = text.replace(sign, f"\\u{ord(sign):04X}")
    return text


def _part(name: str, value: str) -> str:
    return f'--b\nContent-Disposition: form-data; name="{name}"\n\n{value}\n--b--'


def _header(name: str) -> str:
    return "X-" + name.replace("_", "-").title()


Notation = Callable[[str, str], str]
NOTATIONS: Final[dict[str, Notation]] = {
    "json": lambda n, v: f'{{"user":"bob",{_json(n)}:{_json(v)},"n":1}}',
    "json, spaced": lambda n, v: f'{{"user": "bob", {_json(n)}: {_json(v)}}}',
    "json in json": lambda n, v: json.dumps({"m": json.dumps({n: v, "n": 1})}),
    "json in json in json": lambda n, v: json.dumps(
        {"m": json.dumps({"b": json.dumps({"n": 1, n: v})})}
    ),
    "json of .net": lambda n, v: _dotnet(f'{{"{n}":"{v}","n":1}}'),
    "json, indented": lambda n, v: f'{{\n  "n": 1,\n  "{n}": {_json(v)}\n}}',
    "json in html": lambda n, v: f"&quot;{n}&quot;:&quot;{v}&quot;,&quot;n&quot;:1",
    "json in a url": lambda n, v: "q=" + quote(json.dumps({n: v, "n": 1})),
    "list in json": lambda n, v: f'{{"{n}":["{v}"],"n":1}}',
    "name and value": lambda n, v: f'{{"name":"{n.upper()}","value":{_json(v)}}}',
    "name and value in json": lambda n, v: json.dumps(
        {"m": f'[{{"name": "{n}", "value": {_json(v)}}}]'}
    ),
    "key and value": lambda n, v: f"ParameterKey={n},ParameterValue={v}",
    "pairs": lambda n, v: f'[["user","bob"],["{n}",{_json(v)}]]',
    "raw headers": lambda n, v: f'["Host","h","{_header(n)}",{_json(v + "7Q")}]',
    "logfmt": lambda n, v: f"level=info {n}={v} user=bob",
    "logfmt, quoted": lambda n, v: f'level=info {n}="{v}" user=bob',
    "logfmt in json": lambda n, v: json.dumps({"m": f"login {n}={v} user=bob\nnext"}),
    "query": lambda n, v: f"GET /x?a=1&{n}={quote_plus(v)}&b=2 200",
    "query in a query": lambda n, v: "next=" + quote(f"/cb?{n}={v}&b=2"),
    "fragment": lambda n, v: f"302 https://h.test/cb#{n}={quote_plus(v)}&b=2",
    "form": lambda n, v: f"user%5B{n}%5D={quote_plus(v)}&commit=1",
    "form, decoded": lambda n, v: f"user[{n}]={quote_plus(v)}&commit=1",
    "form of parts": _part,
    "form of parts in json": lambda n, v: json.dumps(
        {"m": _part(n, v).replace("\n", "\r\n")}
    ),
    "header": lambda n, v: f"> {_header(n)}: {v}",
    "header of curl": lambda n, v: f"curl -H '{_header(n)}: {v}' https://h.test",
    "header of java": lambda n, v: f"headers={{{_header(n)}=[{v}], b=[c]}}",
    "environment": lambda n, v: f"{n.upper()}={v}",
    "export": lambda n, v: f'declare -x {n.upper()}="{v}"',
    "setenv": lambda n, v: f"setenv {n.upper()} {v}",
    "dockerfile": lambda n, v: f"Step 3/9 : ENV {n.upper()} {v}",
    "container": lambda n, v: f'"Env":["PATH=/bin",{_json(f"{n.upper()}={v}")}]',
    "docker run": lambda n, v: f"docker run -e {n.upper()}={v} img:1",
    "python": lambda n, v: repr({"user": "bob", n: v, "n": 1}),
    "python bytes": lambda n, v: repr({n.encode(): v.encode()}),
    "python tuples": lambda n, v: repr([("user", "bob"), (n, v)]),
    "python arguments": lambda n, v: f"Client(host='h', {n}={v!r})",
    "java": lambda n, v: f"User{{name='bob', {n}='{v}', age=3}}",
    "java, bare": lambda n, v: f"Login(user=bob, {n}={v}, age=3)",
    "java map": lambda n, v: f"{{user=bob, {n}={v}}}",
    "java record": lambda n, v: f"Login[user=bob, {n}={v}]",
    "kotlin": lambda n, v: f"Login(user=bob, {n}={v})",
    "c# record": lambda n, v: f"Login {{ User = bob, {n} = {v} }}",
    "go": lambda n, v: f"{{User:bob {n}:{v} Port:5432}}",
    "go map": lambda n, v: f"map[{n}:[{v}] user:[bob]]",
    "go syntax": lambda n, v: f'main.Config{{User:"bob", {n}:"{v}"}}',
    "rust": lambda n, v: f'Login {{ user: "bob", {n}: Some("{v}") }}',
    "scala": lambda n, v: f"Login(bob,{n}=Some({v}))",
    "dynamodb": lambda n, v: json.dumps({"user": {"S": "bob"}, n: {"S": v}}),
    "ruby": lambda n, v: f'{{:user=>"bob", :{n}=>"{v}"}}',
    "ruby object": lambda n, v: f'#<User:0x0000 @name="bob", @{n}="{v}">',
    "php": lambda n, v: f"Array ( [user] => bob [{n}] => {v} )",
    "php dump": lambda n, v: f'["{n}"]=> string({len(v)}) "{v}"',
    "php serialized": lambda n, v: f's:{len(n)}:"{n}";s:{len(v)}:"{v}";',
    "javascript": lambda n, v: f"{{ user: 'bob', {n}: '{v}', n: 1 }}",
    "erlang": lambda n, v: f'[{{user,"bob"}},{{{n},"{v}"}}]',
    "elixir": lambda n, v: f'%{{"user" => "bob", "{n}" => "{v}"}}',
    "objective-c": lambda n, v: f'{{ user = bob; {n} = "{v}"; }}',
    "graphql": lambda n, v: f'mutation {{ login(user: "b", {n}: "{v}") {{ id }} }}',
    "protobuf": lambda n, v: f'user:"bob" {n}:"{v}"',
    "yaml": lambda n, v: f"  {n}: {v}",
    "yaml, quoted": lambda n, v: f"  {n}: '{v}'",
    "yaml block": lambda n, v: f"  {n}: |\n    {v}\n  next: 1",
    "yaml folded": lambda n, v: f"  {n}: >-\n    {v}\n  next: 1",
    "yaml, line below": lambda n, v: f"  {n}:\n    {v}\n  next: 1",
    "yaml in json": lambda n, v: json.dumps({"m": f"a: 1\n{n}: |\n  {v}\nb: 2\n"}),
    "manifest": lambda n, v: f"- name: {n.upper()}\n  value: {v}\n- name: X",
    "manifest, quoted": lambda n, v: f'- name: {n.upper()}\n  value: "{v}"',
    "toml": lambda n, v: f'{n} = "{v}"',
    "toml, three quotes": lambda n, v: f"{n} = '''{v}'''",
    "ini": lambda n, v: f"{n} = {v}",
    "properties": lambda n, v: f"db.main.{n}: {v}",
    "xml": lambda n, v: f"<db:{n}>{v}</db:{n}>",
    "xml with attributes": lambda n, v: f'<{n} type="x">{v}</{n}>',
    "xml, verbatim": lambda n, v: f"<{n}><![CDATA[{v}]]></{n}>",
    "xml, escaped": lambda n, v: f"&lt;{n}&gt;{v}&lt;/{n}&gt;",
    "xml attribute": lambda n, v: f'<user name="bob" {n}="{v}"/>',
    "xml property": lambda n, v: f'<property name="db.{n}" value="{v}" />',
    "xml entry": lambda n, v: f'<entry key="{n}">{v}</entry>',
    "settings of .net": lambda n, v: f'<add key="{n}" value="{v}"/>',
    "ado.net": lambda n, v: f"Server=sql;User Id=a;{n}={v};Encrypt=True",
    "jdbc": lambda n, v: f"jdbc:mysql://h/db?user=u&{n}={quote_plus(v)}&x=1",
    "jdbc, semicolons": lambda n, v: f"jdbc:sqlserver://h:1433;user=sa;{n}={v};x=1",
    "libpq": lambda n, v: f"host=h dbname=d {n}={v} sslmode=require",
    "libpq, quoted": lambda n, v: f"host=h dbname=d {n}='{v}' sslmode=require",
    "option": lambda n, v: f"run --{n.replace('_', '-')} {v} --force",
    "option with =": lambda n, v: f"run --db-{n.replace('_', '-')}={v} --force",
    "option with one dash": lambda n, v: f"run -{n} {v} -f",
    "options": lambda n, v: repr(["run", f"--{n}", v, "-f"]),
    "options of go": lambda n, v: f'exec: ["run" "--{n}" "{v}"]',
    "option of java": lambda n, v: f"java -Ddb.{n}={v} -jar x.jar",
    "helm": lambda n, v: f"helm upgrade --set db.{n}={v},n=1",
    "sql": lambda n, v: f"UPDATE users SET {n}='{v}' WHERE id=1",
    "sql condition": lambda n, v: f"SELECT 1 FROM u WHERE `{n}` = '{v}'",
    "list behind a plural": lambda n, v: f'{{"{n}s": [{_json(v)}, "x"], "n": 1}}',
    "list behind a plural in json": lambda n, v: json.dumps(
        {"m": json.dumps({n + "s": ["x", v]})}
    ),
    "list of java": lambda n, v: f"Config{{{n}s=[x, {v}], n=1}}",
    "list of go": lambda n, v: f"{{{n}s:[x {v}] Port:1}}",
    "list of yaml": lambda n, v: f"  {n}s:\n    - {v}\n    - x\n  next: 1",
    "list in json, indented": lambda n, v: f'{{\n  "{n}s": [\n    {_json(v)}\n  ]\n}}',
    "old and new": lambda n, v: f'{{"{n}": {{"old": "x", "new": {_json(v)}}}}}',
    "text of protobuf": lambda n, v: f"{n} {{ value: {_json(v)} }}",
    "haskell": lambda n, v: f"Config {{{n} = Just {_json(v)}, n = 1}}",
    "result": lambda n, v: f"{n}: Ok({_json(v)})",
    "sql rows": lambda n, v: (
        f"INSERT INTO users (name, {n}, n) VALUES ('bob', '{v}', 1)"
    ),
}
SAYS: Final[dict[str, Notation]] = {  # in sentences, where words are as frequent
    "is": lambda n, v: f"your {n} is {v}",
    "set to": lambda n, v: f"{n} set to {v}",
    "for": lambda n, v: f"{n} for admin: {v}",
    "quoted": lambda n, v: f'using {n} "{v}" again',
    "colon": lambda n, v: f"Temporary {n}: {v}.",
    "table": lambda n, v: f"| {n} | {v} |",
    "columns": lambda n, v: f"{n}\t{v}",
}


def _commands(draw: Draw) -> Iterator[tuple[str, str, str]]:
    """Of programs whose options have no telling names, and of protocols."""
    templates = {
        "mysql": "COMMAND=/usr/bin/mysqldump -u root -pVALUE shop",
        "sshpass": "sshpass -p VALUE ssh db",
        "redis-cli": "redis-cli -h r -a VALUE ping",
        "redis": '"AUTH" "VALUE"',
        "curl": "curl -s -u bob:VALUE https://h.test",
        "docker login": "docker login -u bob -p VALUE r.test",
        "mongo": "mongosh -u bob -p VALUE shop",
        "sqlplus": "sqlplus -s scott/VALUE@db",
        "oracle": "jdbc:oracle:thin:scott/VALUE@h:1521:x",
        "ldap": "ldapsearch -x -D cn=a -w VALUE cn=b",
        "sqlcmd": "sqlcmd -S h -U sa -P VALUE -Q x",
        "zip": "unzip -P VALUE a.zip",
        "chpasswd": "echo root:VALUE | chpasswd",
        "sudo": "echo VALUE | sudo -S id",
        "openssl": "openssl rsa -passin pass:VALUE",
        "openssl enc": "openssl enc -aes-256-cbc -in f -k VALUE",
        "ssh-keygen": "ssh-keygen -t rsa -f k -N VALUE",
        "snmp": "snmpwalk -v3 -u bob -a SHA -A VALUE h",
        "rar": "rar a -hpVALUE a.rar f",
        "htpasswd": "htpasswd -B -b f bob VALUE",
        "kinit": "echo VALUE | kinit bob",
        "keytool": "keytool -list -storepass VALUE -v",
        "psql": "PGPASSWORD=VALUE psql -h db",
        "vault login": "vault login VALUE",
        "rabbitmq": "rabbitmqctl add_user bob VALUE",
        "create user": "CREATE USER bob IDENTIFIED BY 'VALUE'",
        "alter user": "ALTER USER bob IDENTIFIED BY VALUE",
        "alter role": "ALTER ROLE bob WITH PASSWORD 'VALUE'",
        "url": "dial amqp://svc:VALUE@mq:5672/v",
        "url without a user": "redis://:VALUE@h:6379/0",
        "url in php's json": r'{"dsn":"mysql:\/\/u:VALUE@h\/d"}',
        "proxy": "https_proxy=http://bob:VALUE@proxy:3128",
        "bearer": "> Authorization: Bearer VALUE",
        "bearer in json": '{"headers":{"Authorization":"Bearer VALUE"}}',
        "bearer in a tuple": "[(b'authorization', b'Bearer VALUE')]",
        "token scheme": "Authorization: Token VALUE",
        "cookie": "Cookie: theme=dark; sessionid=VALUE; lang=en",
        "set-cookie": "Set-Cookie: sid=VALUE; Path=/; HttpOnly",
        "npmrc": "//registry.test/:_authToken=VALUE",
        "netrc": "machine h.test login bob password VALUE",
        "signature": "PUT /c/b.txt?sv=2022&sig=VALUE 403",
    }
    for name, template in templates.items():
        value = draw.mixed(ALNUM, 24)
        yield name, template.replace("VALUE", value), value
    for name, template in {
        "basic": "> Authorization: Basic VALUE",
        "basic in json": '{"authorization":"Basic VALUE"}',
        "basic of a proxy": "Proxy-Authorization: Basic VALUE",
        "basic in a sentence": "sent Basic VALUE to h.test",
        "docker config": '{"auths":{"r.test":{"auth":"VALUE"}}}',
    }.items():
        plain = f"svc{draw.of(ALNUM, 4)}:{draw.mixed(ALNUM, 14)}"
        value = base64.b64encode(plain.encode()).decode()
        yield name, template.replace("VALUE", value), value


def _pem(draw: Draw, kind: str) -> tuple[list[str], list[str]]:
    body = [draw.of(BASE64, 64) for _ in range(5)] + [draw.mixed(BASE64, 34) + "=="]
    return [f"-----BEGIN {kind}-----", *body, f"-----END {kind}-----"], body


def _keys(draw: Draw) -> Iterator[Case]:
    """Private keys on lines of their own, and on one."""
    for kind in (
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
    ):
        for name, written in {
            "lines": "\n".join,
            "indented": "\n    ".join,
            "json": lambda ls: json.dumps({"key": "\n".join(ls)}),
            "json in json": lambda ls: json.dumps(
                {"m": json.dumps({"key": "\n".join(ls)})}
            ),
            "python": lambda ls: repr({"key": "\n".join(ls)}),
            "one line": " ".join,
            "yaml": lambda ls: "tls.key: |\n    " + "\n    ".join(ls),
        }.items():
            lines, body = _pem(draw, kind)
            yield Case(f"{kind}: {name}", f"key {written(lines)}", tuple(body))


def _wraps(draw: Draw) -> Iterator[Case]:
    """Secrets that a terminal of some width broke."""
    for width in (80, 100, 120, 132):
        for name, text, secret in (
            ("bearer", "Authorization: Bearer ", draw.mixed(URL64, 150)),
            ("jwt", "id_token=", _jwt(draw) + draw.mixed(URL64, 60)),
            (
                "aws token",
                "AWS_SESSION_TOKEN=",
                "IQoJb3JpZ2lu" + draw.mixed(BASE64, 300),
            ),
            (
                "api key",
                "refused for the key that was sent, api_key=",
                draw.mixed(ALNUM, 96),
            ),
        ):
            for indent in ("", "    "):
                whole = f"{'a' * 20} {text}{secret}"
                lines = [whole[:width]]
                rest = whole[width:]
                while rest:
                    lines.append(indent + rest[: width - len(indent)])
                    rest = rest[width - len(indent) :]
                seen = [secret[: width - 21 - len(text)], *map(str.strip, lines[1:])]
                yield Case(
                    f"wrapped {name} at {width}{indent and ', indented'}",
                    "\n".join(lines),
                    tuple(one for one in seen if len(one) >= RUN),
                )


# -- personal data ----------------------------------------------------------------------


def luhn(digits: str) -> str:
    """The digits with their check digit."""
    total = 0
    for at, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if at % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def _iban(draw: Draw, country: str, size: int) -> str:
    body = draw.of(string.digits, size - 4)
    number = "".join(str(int(c, 36)) for c in f"{body}{country}00")
    return f"{country}{98 - int(number) % 97:02}{body}"


def _groups(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _cpf(draw: Draw) -> str:
    digits = [draw.randrange(10) for _ in range(9)]
    for _ in range(2):
        weights = range(len(digits) + 1, 1, -1)
        rest = sum(d * w for d, w in zip(digits, weights, strict=True)) * 10 % 11 % 10
        digits.append(rest)
    text = "".join(map(str, digits))
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def _personal(draw: Draw) -> Iterator[tuple[str, str, str]]:
    """Kind, text and what of it is a person's, one of each."""
    card = luhn("4" + draw.of(string.digits, 14))
    master = luhn("53" + draw.of(string.digits, 13))
    user = draw.of(string.ascii_lowercase, 7)
    german, british = _iban(draw, "DE", 22), _iban(draw, "GB", 22).upper()
    yield "card", f"payment declined card={card} exp=12/27", card
    yield "card in json", f'{{"cardNumber":"{card}","n":1}}', card
    yield "card, grouped", f"charged {_groups(card)} at the till", _groups(card)
    yield (
        "card with dashes",
        f"pan {_groups(master).replace(' ', '-')} seen",
        _groups(master).replace(" ", "-"),
    )
    yield "card in a sentence", f"card number {master} was refused", master
    yield "iban", f"transfer to {german} queued", german
    yield "iban, grouped", f"refund IBAN {_groups(german)} sent", _groups(german)
    yield "iban in json", f'{{"iban":"{british}"}}', british
    mail = f"{user}.{draw.of(string.ascii_lowercase, 5)}@mail.example.test"
    yield "mail", f"signup of {mail} from 203.0.113.9", mail
    yield "mail in json", f'{{"email":"{mail}","n":1}}', mail
    yield "mail in brackets", f"bounce: <{mail}> full", mail
    yield "mail in a query", f"GET /x?to={quote(mail)}&n=1", quote(mail)
    phone = draw.of("23456789", 10)
    yield (
        "phone",
        f"sms sent to +49 30 {phone[:4]} {phone[4:8]} id=9",
        f"+49 30 {phone[:4]} {phone[4:8]}",
    )
    phone = draw.of("23456789", 10)
    yield "phone, whole", f"msisdn=+4915{phone[:9]} ok", f"+4915{phone[:9]}"
    phone = draw.of("23456789", 10)
    yield "phone in json", f'{{"phone":"0{phone[:9]}"}}', f"0{phone[:9]}"
    phone = draw.of("23456789", 10)
    yield (
        "phone, keyed",
        f"mobile: {phone[:3]}-{phone[3:6]}-{phone[6:]}",
        f"{phone[:3]}-{phone[3:6]}-{phone[6:]}",
    )
    phone = draw.of("23456789", 10)
    yield (
        "phone in brackets",
        f"call ({phone[:3]}) {phone[3:6]}-{phone[6:]} back",
        f"({phone[:3]}) {phone[3:6]}-{phone[6:]}",
    )
    phone = draw.of("23456789", 10)
    ssn = f"2{phone[:2]}-{phone[2:4]}-{phone[4:8]}"
    yield "ssn", f"applicant ssn={ssn} status=review", ssn
    yield "ssn in json", f'{{"socialSecurityNumber":"{ssn}"}}', ssn
    cpf = _cpf(draw)
    yield "cpf", f"user {cpf} blocked", cpf
    yield (
        "cpf, keyed",
        f"cpf={cpf.replace('.', '').replace('-', '')} ok",
        cpf.replace(".", "").replace("-", ""),
    )
    for name in (
        "passport",
        "passport_number",
        "national_id",
        "taxId",
        "nino",
        "pesel",
        "dni",
        "aadhaar",
        "bsn",
        "nhs_number",
        "driver_license",
        "curp",
        "personnummer",
        "steuer_id",
    ):
        number = draw.choice(["X", ""]) + draw.of("123456789", 9)
        yield name, f"kyc {name}={number} ok", number
        number = draw.choice(["X", ""]) + draw.of("123456789", 9)
        yield f"{name} in json", f'{{"n":1,"{name}":"{number}"}}', number
    account = draw.of("123456789", 10)
    yield "bank account", f"payout bank_account={account} ok", account


# -- all of them ------------------------------------------------------------------------


def positives(seed: int = 7) -> list[Case]:
    """Texts that hold what must not be seen."""
    draw = Draw(seed)
    cases = []
    for place, template in PLACES.items():
        for kind, secret in told_by_shape(draw):
            shown = quote(secret, safe="") if place == "query" else secret
            cases.append(
                Case(f"{kind}: {place}", template.replace("VALUE", shown), (shown,))
            )
    for notation, written in NOTATIONS.items():
        for kind, names in NAMES.items():
            cases += [
                _keyed(f"{name}: {notation}", written, name, _value(draw, kind))
                for name in names
            ]
    for says, written in SAYS.items():
        for name in ("password", "api key", "access token"):
            value = draw.mixed(ALNUM, 22)
            cases.append(Case(f"{name} {says}", written(name, value), (value,)))
    for _ in range(3):
        cases += [Case(name, text, (secret,)) for name, text, secret in _commands(draw)]
    cases += _keys(draw)
    cases += _wraps(draw)
    for _ in range(5):
        cases += [
            Case(name, text, (secret,), personal=True)
            for name, text, secret in _personal(draw)
        ]
    return cases


def lookalikes(seed: int = 7) -> list[Case]:
    """Texts that hold nothing to hide, much as they look like it."""
    draw = Draw(seed)
    cases = []
    for _ in range(2):
        for place, template in PLACES.items():
            for kind, value in _harmless(draw):
                cases.append(Case(f"{kind}: {place}", template.replace("VALUE", value)))
    for notation, written in NOTATIONS.items():
        for name in ("password", "api_key", "client_secret", "access_token"):
            for mask in _MASKS:
                if mask[0] in "<[$" and notation in _SPOILS:
                    continue
                cases.append(Case(f"{mask}: {name}: {notation}", written(name, mask)))
    cases += [Case(text, text) for text in _told(draw)]
    return cases


_MASKS: Final = ("****", "[FILTERED]", "<redacted>", "xxxxxxxx", "${DB_PASSWORD}")
# Notations in which these signs say something else, or are written otherwise.
_SPOILS: Final = (
    {
        "query",
        "query in a query",
        "fragment",
        "form",
        "form, decoded",
        "jdbc",
        "raw headers",
    }
    | {
        "json in a url",
        "json of .net",
        "json in html",
        "go map",
        "header of java",
        "c# record",
    }
    | {notation for notation in NOTATIONS if notation.startswith("xml")}
)


def _harmless(draw: Draw) -> Iterator[tuple[str, str]]:
    """A kind and a value of it, one of each."""
    hexes = [draw.of(HEX, size) for size in (8, 4, 4, 4, 12)]
    yield "uuid", "-".join(hexes)
    yield "uuid, upper case", "-".join(hexes).upper()
    for name, size in (("md5", 32), ("sha1", 40), ("sha256", 64), ("commit", 12)):
        yield name, draw.of(HEX, size)
    yield "digest", f"sha256:{draw.of(HEX, 64)}"
    yield "trace parent", f"00-{draw.of(HEX, 32)}-{draw.of(HEX, 16)}-01"
    yield "request id", f"req_{draw.of(ALNUM, 16)}"
    yield "object id", draw.of(HEX, 24)
    yield "ulid", "01" + draw.of("0123456789ABCDEFGHJKMNPQRSTVWXYZ", 24)
    yield "pod", f"shop-api-{draw.of(HEX, 9)}-{draw.of(string.ascii_lowercase, 5)}"
    yield "version", f"{draw.randrange(9)}.{draw.randrange(99)}.{draw.randrange(9999)}"
    yield "long version", f"10.0.{draw.randrange(99999)}.{draw.randrange(999)}"
    yield "address", ".".join(str(draw.randrange(256)) for _ in range(4))
    yield "ipv6", f"fe80::{draw.of(HEX, 4)}:{draw.of(HEX, 4)}"
    yield "mac", ":".join(draw.of(HEX, 2) for _ in range(6))
    yield "milliseconds", luhn("17" + draw.of(string.digits, 10))
    yield "nanoseconds", luhn("17" + draw.of(string.digits, 16))
    yield "order with a luhn digit", luhn("4" + draw.of(string.digits, 14))
    yield "order of the length of a card", luhn("53" + draw.of(string.digits, 13))
    yield "snowflake", luhn(draw.of("123456789", 17))
    yield (
        "time",
        f"2026-03-{draw.randrange(10, 29)}T05:06:07.{draw.of(string.digits, 3)}-05:00",
    )
    yield "date and number", f"20260304-{draw.of(string.digits, 6)}"
    yield "pointer", f"0x7f{draw.of(HEX, 10)}"
    yield "block", f"blk_-{draw.of('123456789', 19)}"
    yield "file", f"main.{draw.of(HEX, 8)}.chunk.js"
    yield "class", "ApplicationTokenProviderFactoryBean"
    yield "host", f"ip-10-1-2-{draw.randrange(255)}.eu-west-1.compute.internal"
    yield "package", f"com.example:shop-core:{draw.randrange(9)}.2.1"
    yield "percent", f"{draw.randrange(99)}.{draw.of(string.digits, 12)}"


def _told(draw: Draw) -> Iterator[str]:
    """Lines that speak of secrets, and numbers beside telling names."""
    words = ("password", "token", "secret", "API key", "credential", "passphrase")
    for word in words:
        yield from (
            f"invalid {word} for user bob",
            f"{word} is required",
            f"{word} is too short",
            f"the {word} was rejected by the server",
            f"{word} expired at 2026-03-04T10:00:01Z",
            f"{word}: must not be empty",
            f"{word} reset requested for user {draw.randrange(9999)}",
            f"no {word} given, using the default",
            f"{word} rotation completed in {draw.randrange(999)} ms",
            f"wrong {word} ({draw.randrange(9)} attempts left)",
            f"{word} changed for 203.0.113.{draw.randrange(255)}",
            f"{word} and user name do not match",
            f"loading {word} from /run/secrets/db",
            f"{word} hash uses sha256 and argon2id",
        )
    for _ in range(8):
        number = draw.randrange(10**6)
        yield from (
            f"prompt_tokens={number} completion_tokens={number} total_tokens={number}",
            f'{{"total_tokens": [{number}, {number}], "tokens": ["the", "cat{number % 99}"]}}',
            f"secrets: {number % 99} loaded, passwords: {number % 99} changed",
            f"secrets=[db, api] credentials: [bob, db-{number % 99}]",
            f"error code: {number}, exit code {number}, zip code {number}",
            f'{{"usage":{{"input_tokens":{number},"output_tokens":12}},"max_tokens":4096}}',
            f"unexpected token {draw.choice('}]);')} at position {number}",
            f"token_count={number} secret_version={number % 99} key_length=2048",
            f"Failed password for root from 203.0.113.9 port {number % 65536} ssh2",
            f'secret "default-token-{draw.of(string.ascii_lowercase, 5)}" not found',
            f"primary_key={number} foreign_key=user_id sort_key=created_at",
            f"passed {number} tests, 0 failed",
            f"author=bob authority=shop.test authenticated=true auth_type=basic n={number}",
            f"cookie_count={number} session_count=3 sessions=9",
            f"mobile=true phone_verified=false sms_sent={number % 9} cell=B{number % 99}",
            f"card_type=visa cards=3 card_id={number} account={number}",
            f"passport.js strategy=local took {number % 99} ms",
            f"tax=12.50 tax_rate=0.19 id={number} national=true",
            f"batch {number} of 20260304101112 took 12:13:14.123-05:00",
            f"rows 12 345 678 901 of {number}",
            f"password-policy v{number % 9}.2 loaded, token-bucket size {number}",
            f"GET /password/reset?step=2&page={number} 200",
            f'{{"passwordResetAt":"2026-03-04T05:06:07Z","n":{number}}}',
            f"at com.example.auth.TokenFilter.doFilter(TokenFilter.java:{number % 999})",
        )


def _keyed(case: str, written: Notation, name: str, value: str) -> Case:
    text = written(name, value)
    forms = {value, quote(value), quote_plus(value), _dotnet(value), _json(value)[1:-1]}
    return Case(case, text, tuple(sorted(form for form in forms if form in text)))


def runs(secret: str) -> Iterator[str]:
    """Every eight characters of a secret, or the whole of a shorter one."""
    yield from (secret[at : at + RUN] for at in range(max(1, len(secret) - RUN + 1)))


def windows(text: str) -> set[str]:
    """Every eight characters of a text."""
    return {text[at : at + RUN] for at in range(len(text))}


def leaked(case: Case, seen: set[str], text: str) -> bool:
    """Whether some run of the case's secrets is seen.

    Args:
        case: Of what is looked for.
        seen: `windows` of the text.
        text: What was answered.
    """
    return any(
        run in seen if len(run) == RUN else run in text
        for secret in case.secrets
        for run in runs(secret)
    )
