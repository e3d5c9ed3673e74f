"""Which files of settings may start programs and lead outside: those that the user trusts.

A checkout brings its own `log-mcp.toml`, and to serve a project must not run what a
stranger wrote into it, nor show what lies beside it. Trust is in the file as it is now: a
changed one is a stranger.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from log_mcp.errors import ConfigError

_BYTES_MAX: Final = 1 << 20


def state_folder(environ: Mapping[str, str]) -> Path:
    """Where this program keeps what it must remember, read by its user alone.

    A relative `XDG_STATE_HOME` does not count, as its specification says: it would lie in
    the project.
    """
    base = environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117  a text
        base = os.path.expanduser("~/.local/state")  # noqa: PTH111  never raises
    return Path(base) / "log-mcp"


def is_trusted(
    file: Path, environ: Mapping[str, str], content: bytes | None = None
) -> bool:
    """Whether the user trusts a file of settings.

    Args:
        file: Its path.
        environ: Says where that is remembered.
        content: What was read of it, so that nothing else is used than what was trusted;
            None to read it now.
    """
    name = _name(file)
    try:
        known = [line for line in _read(_place(environ)) if line.endswith(f" {name}")]
        return bool(known) and _mark(name, _whole(file, content)) in known
    except OSError:
        return False


def trust(file: Path, environ: Mapping[str, str], content: bytes | None = None) -> None:
    """Trust a file of settings.

    Args:
        file: Its path.
        environ: Says where that is remembered.
        content: What was read of it and shown to the user; None to read it now.

    Raises:
        ConfigError: It cannot be read, or that cannot be remembered.
    """
    place = _place(environ)
    name = _name(file)
    try:
        mark = _mark(name, _whole(file, content))
        _make(place.parent)
        # A changed file is trusted anew, and no longer as it was.
        kept = [line for line in _read(place) if not line.endswith(f" {name}")]
        whole = "".join(f"{line}\n" for line in (*kept, mark))
        new = place.with_suffix(".new")
        new.unlink(missing_ok=True)
        fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as opened:
            opened.write(whole)
        new.replace(place)
    except OSError as error:
        what = error.strerror or type(error).__name__
        raise ConfigError(f"{error.filename or file}: {what.lower()}.") from None


def _make(folder: Path) -> None:
    """The state folder, which nobody else may read or write."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not is_own(folder.stat()):
        raise PermissionError(13, "belongs to somebody else", str(folder))
    folder.chmod(0o700)


def is_own(status: os.stat_result) -> bool:
    """Whether nobody but this user, or the system's, could have made a file what it is.

    True where the system knows no users.
    """
    own = getattr(os, "geteuid", lambda: status.st_uid)()
    return status.st_uid in {own, 0}


def _place(environ: Mapping[str, str]) -> Path:
    return state_folder(environ) / "trusted"


def _read(place: Path) -> list[str]:
    """Lines of what is remembered; none where others could have written them."""
    try:
        with place.open(encoding="utf-8", errors="replace") as opened:
            status = os.fstat(opened.fileno())
            if not is_own(status) or status.st_mode & 0o022:
                return []
            return opened.read(_BYTES_MAX).splitlines()
    except FileNotFoundError:
        return []


def _whole(file: Path, content: bytes | None) -> bytes:
    if content is not None:
        return content
    with file.open("rb") as opened:
        return opened.read(_BYTES_MAX + 1)


def _name(file: Path) -> str:
    return repr(str(file.resolve()).encode("utf-8", "backslashreplace").decode())


def _mark(name: str, content: bytes) -> str:
    from hashlib import blake2b  # noqa: PLC0415 - OpenSSL comes with it

    return f"{blake2b(content, digest_size=32).hexdigest()} {name}"
