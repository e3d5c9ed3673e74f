"""Which files of settings may start programs: those that the user has said so of.

A checkout brings its own `log-mcp.toml`, and to serve a project must not run what a
stranger wrote into it. Trust is in the file as it is now: a changed one is a stranger.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from log_mcp.errors import ConfigError

_BYTES_MAX: Final = 1 << 20


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where this program keeps what it must remember."""
    base = environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")  # noqa: PTH111
    return Path(base) / "log-mcp"


def is_trusted(file: Path, environ: Mapping[str, str]) -> bool:
    """Whether the user trusts a file of settings as it is now."""
    try:
        return _mark(file) in _read(_place(environ))
    except OSError:
        return False


def trust(file: Path, environ: Mapping[str, str]) -> None:
    """Trust a file of settings as it is now.

    Raises:
        ConfigError: It cannot be read, or that cannot be remembered.
    """
    place = _place(environ)
    try:
        mark = _mark(file)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A changed file is trusted anew, and no longer as it was.
        name = mark.partition(" ")[2]
        kept = [line for line in _read(place) if line.partition(" ")[2] != name]
        whole = "".join(f"{line}\n" for line in (*kept, mark))
        fd = os.open(
            place.with_suffix(".new"),
            os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW,
            0o600,
        )
        with os.fdopen(fd, "w", encoding="utf-8") as opened:
            opened.write(whole)
        place.with_suffix(".new").replace(place)
    except OSError as error:
        what = error.strerror or type(error).__name__
        raise ConfigError(f"{error.filename or file}: {what.lower()}.") from None


def _place(environ: Mapping[str, str]) -> Path:
    return state_folder(environ) / "trusted"


def _read(place: Path) -> list[str]:
    try:
        return place.read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        return []


def _mark(file: Path) -> str:
    from hashlib import blake2b  # noqa: PLC0415 - OpenSSL comes with it

    with file.open("rb") as opened:
        content = opened.read(_BYTES_MAX + 1)
    name = str(file.resolve()).encode("utf-8", "backslashreplace").decode()
    return f"{blake2b(content, digest_size=16).hexdigest()} {name!r}"
