"""Who may ask over HTTP: the address that is listened on, the token, hosts, and how often.

- Without a host the server listens on this machine alone. On any other address it needs a
  token, and does not start without one. A token comes from a file or the environment, never
  from the command line, which every user of a machine can read.
- A web page that the user visits may ask a server on this machine in his name, and with a
  name of its own that leads here (DNS rebinding). So `Host` has to be a name that is ours,
  and `Origin`, where a browser sends one, has to be that very host: no page but our own,
  and there is none.
- Tokens are compared in constant time, by their hashes, so that not even a length is told.
- Each client has a rate. One that shows wrong tokens is soon told to wait, and let in all the
  same once it has the right one: others may share its address. That a token is not guessed is
  up to its length. What is remembered of clients is bounded.

Nothing here is heavy, so that what is wrong is said before the protocol library is imported.
"""

import hmac
import os
import re
import socket
import stat
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from hashlib import blake2b
from ipaddress import ip_address
from pathlib import Path
from typing import Final, NamedTuple

from log_mcp.errors import ConfigError, echo
from log_mcp.lazy import lazy

TOKEN: Final = "LOG_MCP_HTTP_TOKEN"  # noqa: S105 - a name
TOKEN_FILE: Final = "LOG_MCP_HTTP_TOKEN_FILE"  # noqa: S105 - likewise
HOSTS: Final = "LOG_MCP_HTTP_HOSTS"
TOKEN_CHARACTERS_MIN: Final = 20
TOKEN_BYTES_MAX: Final = 4096
CLIENTS_MAX: Final = 1_000  # that are remembered
RATE: Final = (50.0, 200.0)  # requests a second of one client, and at once
WRONG_RATE: Final = (1 / 6, 10.0)  # ... with a wrong token
LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_ADDRESS: Final = lazy(r"(?:(?P<host>\[[^\[\]]+\]|[^:\[\]]+):)?(?P<port>\d{1,5})")
_HOST: Final = lazy(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")
_ORIGIN: Final = lazy(r"https?://([^/?#@\s]+)")
_BEARER: Final = lazy(r"bearer +([\x21-\x7e]+) *", re.IGNORECASE)


class Address(NamedTuple):
    """Where to listen.

    Attributes:
        host: An address of the internet protocol, or a name.
        port: 0 for any that is free.
    """

    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> "Address":
        """`8000`, `0.0.0.0:8000`, `[::1]:8000`.

        Raises:
            ConfigError: It is none.
        """
        found = _ADDRESS.fullmatch(text.strip())
        if found is None or int(found["port"]) > 65_535:
            raise ConfigError(
                f"--http {echo(text)}: expected [HOST:]PORT, such as 8000 or "
                "192.168.1.5:8000 or [::1]:8000."
            )
        host = (found["host"] or LOOPBACK[0]).strip("[]")
        # What a name leads to is up to others, but for this one.
        return cls(LOOPBACK[0] if host == "localhost" else host, int(found["port"]))

    @property
    def is_public(self) -> bool:
        """Whether other machines can reach it, or could."""
        try:
            return not ip_address(self.host).is_loopback
        except ValueError:
            return True

    @property
    def is_any(self) -> bool:
        """Whether it stands for all addresses of this machine."""
        with suppress(ValueError):
            return ip_address(self.host).is_unspecified
        return False

    def listen(self) -> socket.socket:
        """A socket there.

        Raises:
            ConfigError: It cannot be had.
        """
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            return socket.create_server((self.host, self.port), family=family)
        except OSError as error:
            what = (error.strerror or "cannot be listened on").lower()
            raise ConfigError(f"--http {self}: {what}. Name another port.") from None

    def __str__(self) -> str:
        return (
            f"[{self.host}]:{self.port}"
            if ":" in self.host
            else f"{self.host}:{self.port}"
        )


def token_of(file: str | None, environ: Mapping[str, str]) -> bytes | None:
    """The token that clients have to show; None if none is given.

    Args:
        file: `--http-token-file`, which goes before the environment.
        environ: May hold the token, or name its file.

    Raises:
        ConfigError: The file cannot be read, or the token is too short to be one.
    """
    file = file if file is not None else environ.get(TOKEN_FILE) or None
    if file is not None:
        where, token = file, _of_file(file)
    elif given := environ.get(TOKEN):
        where, token = TOKEN, os.fsencode(given.strip())
    else:
        return None
    if len(token) < TOKEN_CHARACTERS_MIN or not re.fullmatch(rb"[\x21-\x7e]+", token):
        raise ConfigError(
            f"{where}: a token has at least {TOKEN_CHARACTERS_MIN} characters of ASCII "
            "without spaces. Make one: openssl rand -hex 32."
        )
    return token


def _of_file(name: str) -> bytes:
    path = Path(os.path.expanduser(name))  # noqa: PTH111  never raises
    try:
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(fd, "rb") as opened:
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode):
                raise ConfigError(f"{name}: is no file that could hold a token.")
            if os.name == "posix" and status.st_mode & 0o022:
                raise ConfigError(
                    f"{name}: others may write to this file of a token: chmod 600 it."
                )
            return opened.read(TOKEN_BYTES_MAX).strip()
    except OSError as error:
        what = (error.strerror or "cannot be read").lower()
        raise ConfigError(f"{name}: {what}. It should hold the token.") from None


def hosts_of(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Names under which clients reach the server besides its address: of a proxy, say."""
    given = environ.get(HOSTS, "")
    names = []
    for part in filter(None, map(str.strip, given.split(","))):
        name = part.lower()
        found = _HOST.fullmatch(name)
        if found is None:
            raise ConfigError(
                f"{HOSTS}: {echo(name)} is no name of a host, such as logs.example.com."
            )
        # With any port it is looked for as an address is written without one.
        names.append(name if found[2] else name.strip("[]"))
    return tuple(names)


class Asked(NamedTuple):
    """What is looked at of a request.

    Attributes:
        client: Its address.
        path: What it asks for.
        host: The header `Host`; None unless there is exactly one.
        origin: The header `Origin`; None if there is none.
        authorization: The header `Authorization`; None unless there is exactly one.
    """

    client: str
    path: str
    host: str | None
    origin: str | None = None
    authorization: str | None = None


class Reply(NamedTuple):
    """What is said of a request before the protocol sees it.

    Attributes:
        status: Of HTTP.
        text: In words.
        headers: That belong to it.
    """

    status: int
    text: str
    headers: tuple[tuple[str, str], ...] = ()


class Access:
    """Decides on each request; asked from the event loop alone.

    Args:
        address: That is listened on.
        token: None to ask for none.
        hosts: Names of the server besides its address, with a port or for any.
        open_paths: That need no token.
        clock: Seconds, never backwards.

    Raises:
        ConfigError: Without a token only this machine may ask.
    """

    def __init__(
        self,
        address: Address,
        token: bytes | None,
        hosts: Collection[str] = (),
        open_paths: Collection[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if address.is_public and token is None:
            raise ConfigError(
                f"--http {address}: other machines can reach this address, so a token is "
                f"needed: --http-token-file FILE, {TOKEN_FILE} or {TOKEN}. Without a host "
                "only this machine is served."
            )
        self._digest = None if token is None else _digest(token)
        self._any = address.is_any
        self._hosts = frozenset({*LOOPBACK, address.host.lower(), *hosts})
        self._open_paths = frozenset(open_paths)
        self._requests = Buckets(*RATE, clock)
        self._wrong = Buckets(*WRONG_RATE, clock)

    def refusal(self, asked: Asked) -> Reply | None:
        """Why a request is not answered; None if it is."""
        if not self._requests.take(asked.client):
            return Reply(429, "too many requests", (("retry-after", "1"),))
        if asked.host is None or not self._is_ours(asked.host):
            return Reply(421, f"this host is not served here; see {HOSTS}")
        if asked.origin is not None and not _is_same(asked.origin, asked.host):
            return Reply(403, "web pages are not served")
        if self._digest is None or asked.path in self._open_paths:
            return None
        return self._refused_token(asked)

    def _refused_token(self, asked: Asked) -> Reply | None:
        found = _BEARER.fullmatch(asked.authorization or "")
        given = found[1].encode() if found else b""
        assert self._digest is not None
        if hmac.compare_digest(_digest(given), self._digest):
            # However many wrong ones came: behind a proxy all clients have one address.
            return None
        if asked.authorization is not None and not self._wrong.take(asked.client):
            return Reply(429, "too many wrong tokens", (("retry-after", "6"),))
        return Reply(401, "a bearer token is needed", (("www-authenticate", "Bearer"),))

    def _is_ours(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = found[1].lower()
        if name.strip("[]") in self._hosts or host.lower() in self._hosts:
            return True
        # An address is no name that somebody could lead here.
        return self._any and _is_address(name.strip("[]"))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_same(origin: str, host: str) -> bool:
    found = _ORIGIN.fullmatch(origin)
    return found is not None and found[1].lower() == host.lower()


def _digest(token: bytes) -> bytes:
    return blake2b(token, digest_size=32).digest()


class Buckets:
    """How often each of some clients may do something.

    Args:
        per_s: How often a second in the long run.
        at_once: How often at once, after a pause.
        clock: Seconds, never backwards.
    """

    def __init__(
        self, per_s: float, at_once: float, clock: Callable[[], float]
    ) -> None:
        self._per_s, self._at_once = per_s, at_once
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> bool:
        """Whether it may, and if so it did."""
        left = self._of(client)
        may = left >= 1
        self._left[client] = (left - may, self._clock())
        self._left.move_to_end(client)
        if len(self._left) > CLIENTS_MAX:
            self._left.popitem(last=False)  # Who was quiet for longest has most left.
        return may

    def _of(self, client: str) -> float:
        left, at = self._left.get(client, (self._at_once, self._clock()))
        return min(self._at_once, left + (self._clock() - at) * self._per_s)
