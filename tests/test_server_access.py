"""Twin of log_mcp/server/access.py: who may ask over HTTP."""

import hmac
import os
import socket

import pytest

from log_mcp.cli import main
from log_mcp.errors import ConfigError
from log_mcp.server.access import (
    CLIENTS_MAX,
    HOSTS,
    TOKEN,
    Access,
    Address,
    Asked,
    Buckets,
    hosts_of,
    token_of,
)

WORD = "0123456789abcdef0123456789abcdef"
BEARER = f"Bearer {WORD}"
HERE = Address("127.0.0.1", 8000)
ADDRESSES = {
    "8000": ("127.0.0.1", 8000, False),
    "localhost:8000": ("127.0.0.1", 8000, False),
    "127.0.0.2:1": ("127.0.0.2", 1, False),
    "[::1]:0": ("::1", 0, False),
    "0.0.0.0:80": ("0.0.0.0", 80, True),
    "[::]:80": ("::", 80, True),
    "192.168.1.5:80": ("192.168.1.5", 80, True),
    "[::ffff:127.0.0.1]:80": ("::ffff:127.0.0.1", 80, True),
    "logs.example.com:80": ("logs.example.com", 80, True),
    "127.0.0.1.example.com:80": ("127.0.0.1.example.com", 80, True),
}


class Clock:
    def __init__(self):
        self.s = 100.0

    def __call__(self):
        return self.s


@pytest.mark.parametrize(("text", "found"), ADDRESSES.items(), ids=ADDRESSES)
def test_addresses(text, found):
    """Without a host this machine alone; a name may lead anywhere, so it is public."""
    address = Address.read(text)

    assert found == (*address, address.is_public)


@pytest.mark.parametrize(
    "text", ["", "x", "1:2:3", "::1:80", "localhost:", ":80", "70000", "80\n80", "-1"]
)
def test_what_is_no_address(text):
    """Says what would be one."""
    with pytest.raises(ConfigError, match=r"expected \[HOST:\]PORT"):
        Address.read(text)


@pytest.mark.parametrize("text", ["0.0.0.0:0", "[::]:0", "192.168.1.5:0", "shop:0"])
def test_a_public_address_needs_a_token(text, monkeypatch, tmp_path, capsys):
    """The server does not start, whatever says that it may; nothing is listened on."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LOG_MCP_HTTP_TOKEN", raising=False)
    listened = []
    monkeypatch.setattr(socket, "create_server", lambda *a, **_: listened.append(a))

    assert 2 == main(["serve", "--http", text])
    assert "a token is needed" in capsys.readouterr().err
    assert [] == listened


def test_a_port_that_is_taken_is_said(monkeypatch, tmp_path, capsys):
    """And a token file without HTTP."""
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert 2 == main(["serve", "--http", str(port)])
    assert "Name another port" in capsys.readouterr().err
    assert 2 == main(["serve", "--http-token-file", "x"])
    assert "means nothing without --http" in capsys.readouterr().err


def test_where_a_token_comes_from(tmp_path):
    """A file, which goes first, the environment's file, the environment."""
    file = tmp_path / "token"
    file.write_text(f"{WORD}\n")
    file.chmod(0o600)
    other = "x" * 40
    both = {"LOG_MCP_HTTP_TOKEN": other, "LOG_MCP_HTTP_TOKEN_FILE": str(file)}

    assert WORD.encode() == token_of(str(file), {"LOG_MCP_HTTP_TOKEN": other})
    assert WORD.encode() == token_of(None, both)
    assert other.encode() == token_of(None, {"LOG_MCP_HTTP_TOKEN": other})
    assert None is token_of(None, {"LOG_MCP_HTTP_TOKEN": ""})


def test_what_is_no_token(tmp_path):
    """Too short, not there, no file, or of anybody; the token itself is never told."""
    file = tmp_path / "token"
    for text in ("", "short", f"{WORD} {WORD}", "ü" * 30):
        file.write_text(text)
        file.chmod(0o600)
        with pytest.raises(ConfigError, match="openssl rand") as caught:
            token_of(str(file), {})
        assert not text or text not in str(caught.value)
    file.write_text(WORD)
    file.chmod(0o666)
    with pytest.raises(ConfigError, match="others may write"):
        token_of(str(file), {})
    with pytest.raises(ConfigError, match="should hold the token"):
        token_of(str(tmp_path / "gone"), {})
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ConfigError, match="no file"):
        token_of(str(tmp_path / "pipe"), {})


def status(access, **more):
    """Of a request, 200 if nothing is wrong with it."""
    given = {"client": "c", "path": "/mcp", "host": "127.0.0.1:8000", **more}
    refusal = access.refusal(Asked(**given))
    return 200 if refusal is None else refusal.status


OURS = ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000", "127.0.0.1"]
FOREIGN = [
    *("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", ""),
    *("evil.example:8000@localhost", "localhost:8000, evil", "[::1", "localhost:x"),
    *("10.0.0.1:8000", "localhost\t", None),
]


@pytest.mark.parametrize("host", OURS)
def test_our_hosts(host):
    """With any port: a proxy may have another one."""
    assert 200 == status(Access(HERE, None), host=host)


@pytest.mark.parametrize("host", FOREIGN)
def test_foreign_hosts(host):
    """A name that somebody led here; a header that is there twice is none."""
    assert 421 == status(Access(HERE, None), host=host)


def test_hosts_of_a_public_address():
    """Its own, those that are named, and of all addresses any: none can be led here."""
    token = WORD.encode()
    named = hosts_of({"LOG_MCP_HTTP_HOSTS": "logs.example.com, B.example:444"})
    one = Access(Address("192.168.1.5", 80), token, named)
    every = Access(Address("0.0.0.0", 80), token)
    show = {"authorization": BEARER}

    for host in ("192.168.1.5", "logs.example.com:443", "b.example:444", "localhost"):
        assert 200 == status(one, host=host, **show)
    for host in ("b.example", "192.168.1.6", "example.com"):
        assert 421 == status(one, host=host, **show)
    assert 200 == status(every, host="10.1.2.3:80", **show)
    assert 421 == status(every, host="logs.example.com", **show)
    with pytest.raises(ConfigError, match="no name of a host"):
        hosts_of({"LOG_MCP_HTTP_HOSTS": "https://logs.example.com/"})


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (None, 200),
        ("http://127.0.0.1:8000", 200),
        ("http://127.0.0.1:3000", 403),
        ("http://localhost:8000", 403),
        ("https://evil.example", 403),
        ("null", 403),
        ("", 403),
        ("file://", 403),
        ("http://127.0.0.1:8000 http://evil.example", 403),
    ],
)
def test_origins(origin, expected):
    """A browser's page is served only if it came from here, and none does."""
    assert expected == status(Access(HERE, None), origin=origin)


WRONG = [
    *(None, "", WORD, f"Basic {WORD}", f"Bearer {WORD}x", f"Bearer {WORD[:-1]}"),
    *("Bearer", "Bearer  ", f"Bearer {WORD} {WORD}", f"Bearer {WORD.upper()}"),
]


@pytest.mark.parametrize("value", WRONG)
def test_wrong_tokens(value):
    """Whatever resembles the right one."""
    access = Access(HERE, WORD.encode(), open_paths={"/health"})

    assert 401 == status(access, authorization=value)
    assert 200 == status(access, authorization=value, path="/health")


def test_the_right_token():
    """In any case of its scheme."""
    access = Access(HERE, WORD.encode())

    assert 200 == status(access, authorization=BEARER)
    assert 200 == status(access, authorization=f"bearer {WORD}")


def test_a_token_that_is_no_text_is_none():
    """As the environment may hold bytes."""
    with pytest.raises(ConfigError, match="characters of ASCII"):
        token_of(None, {TOKEN: os.fsdecode(b"\xff" * 30)})


def test_an_address_may_be_a_name_of_ours():
    """In brackets, at any port or at one."""
    names = hosts_of({HOSTS: "[FD00::5], [fd00::6]:443"})
    access = Access(HERE, None, names)
    asked = ("[fd00::5]", "[fd00::5]:443", "[fd00::6]:443", "[fd00::6]:80")

    assert [200, 200, 200, 421] == [status(access, host=host) for host in asked]


def test_tokens_are_compared_in_constant_time(monkeypatch):
    """By digests of one length."""
    compared = []

    def compare(one, other):
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    access = Access(HERE, WORD.encode())
    for value in (BEARER, "Bearer x", None):
        status(access, authorization=value)

    assert {32} == {len(side) for pair in compared for side in pair}
    assert 3 == len(compared)


def test_wrong_tokens_are_soon_told_to_wait():
    """The right one of the same address is not: a proxy's clients share it."""
    clock = Clock()
    access = Access(HERE, WORD.encode(), clock=clock)
    tried = [status(access, authorization="Bearer x") for _ in range(12)]

    assert [401] * 10 + [429] * 2 == tried
    assert 200 == status(access, authorization=BEARER)
    assert 401 == status(access)
    assert 401 == status(access, client="d", authorization="Bearer x")
    clock.s += 6
    assert [401, 429] == [status(access, authorization="Bearer x") for _ in range(2)]


def test_a_client_has_a_rate():
    """A burst, then so many a second; others have their own."""
    clock = Clock()
    access = Access(HERE, None, clock=clock)
    found = [status(access) for _ in range(201)]

    assert [200] * 200 + [429] == found
    assert 200 == status(access, client="d")
    clock.s += 1
    assert [200] * 50 + [429] == [status(access) for _ in range(51)]


def test_what_is_remembered_of_clients_is_bounded():
    """The one that was quiet for longest is forgotten."""
    buckets = Buckets(1, 1, Clock())
    for number in range(CLIENTS_MAX + 1):
        assert buckets.take(str(number))

    assert [True, False] == [buckets.take(name) for name in ("0", str(CLIENTS_MAX))]
