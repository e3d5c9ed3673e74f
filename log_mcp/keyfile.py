"""Files that hold keys and passwords, told by their names and by how they begin.

They are shown nowhere, whoever names them: neither as a log nor as a line of code. A name
counts without what rotation, compression and editors add to it (`server.pem.bak`,
`.env.1.gz`). A file that is called like a log and holds a key and nothing else is one that
was linked or copied there; one that goes on with other lines is a log, and redacted. Files
whose names merely speak of secrets (`secrets.py`, `token.log`) are none.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from log_mcp.lazy import lazy

FOLDERS: Final = frozenset(
    {".git", ".hg", ".svn", ".ssh", ".aws", ".gnupg", ".kube", ".docker", ".azure"}
)
BYTES_MAX: Final = 64 * 1024  # of keys; what is longer and begins like one is a log

_NAMES: Final = lazy(
    r"""
    (?: \.env(?:rc|\..*)? | .*\.env | \.netrc | _netrc | \.npmrc | \.pypirc | \.pgpass
    | \.my\.cnf | \.htpasswd | \.git-credentials | \.dockercfg | \.vault-token | kubeconfig
    | id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:[._-].*)?
    | authorized_keys2? | known_hosts
    | g?shadow-? | master\.passwd | sudoers | krb5\.keytab
    | .*\.(?:pem|key|p8|p12|pfx|jks|keystore|kdbx?|ppk|asc|gpg|keytab
        |crt|cer|der|csr|tfstate|tfvars|ovpn)
    | (?:.*[._-])?(?:credentials?|secrets?|service[_-]account)(?:[_-][^.]*)?
      (?:(?:\.[^.]*)*\.(?:json|ya?ml|toml|ini|cfg|conf|txt|xml|properties|enc|key))?
    )
    (?:\.(?:gz|bz2|xz|zst|bak|backup|old|orig|save|tmp|swp|\d{1,6})|~)*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BEGINNINGS: Final = lazy(
    rb"""(?:\xef\xbb\xbf)?\s*
    (?: -----BEGIN\ (?P<kind>(?:[A-Z0-9]+\ )*PRIVATE\ KEY(?:\ BLOCK)?)-----\s
        [^-]*(?:-[^-]+)*-----END\ (?P=kind)-----
        (?: \s | -----(?:BEGIN|END)\ [A-Z0-9 ]+----- | [A-Za-z0-9+/=]{60,}$ )* [A-Za-z0-9+/=]*\Z
      | PuTTY-User-Key-File-\d
      | [a-z_][-a-z0-9_.]*:[^:\s]*:\d*:\d*:\d*:\d*:\d*:\d*:\d*\r?$   # shadow(5)
      | [^:\s]+:\$(?:apr1|2[abxy]|[156y])\$[./A-Za-z0-9$=,-]+\r?$    # htpasswd
      | machine\s+\S+\s+login\s+\S+\s+password\s+\S+\s*$              # netrc
    )""",
    re.VERBOSE | re.MULTILINE,
)


@lru_cache(maxsize=65_536)  # The same names are asked about again and again.
def is_key_name(name: str) -> bool:
    """Whether a file of this name, without its folder, holds keys."""
    return _NAMES.fullmatch(name) is not None


def lies_among_keys(parts: Sequence[str]) -> bool:
    """Whether a path, given as its parts, leads through a folder of keys."""
    return not FOLDERS.isdisjoint(part.lower() for part in parts)


def begins_as_key(head: bytes, size: int) -> bool:
    """Whether a file's content is a key or a list of passwords.

    Args:
        head: How it begins, a few thousand bytes, or all of it.
        size: Of the file, in bytes.
    """
    return size <= BYTES_MAX and _BEGINNINGS.match(head) is not None
