r"""Names that lead to no file on a disk: what the kernel makes up, and Windows' devices.

To open one does something, or never ends, and what it holds is no log and no code.
`/dev/shm` is memory that holds plain files. Windows knows its devices in every folder,
with any suffix, and a colon names a stream inside a file or a pipe outside the disk.
"""

import os
from typing import Final

from log_mcp.lazy import lazy

_KERNEL: Final = lazy(r"/+(?:proc|sys|dev(?!/+shm/))(?:/|$)")
_WINDOWS: Final = lazy(
    r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])"
    r"[ .]*(?:\..*)?|.*:.*"
)
_IS_WINDOWS: Final = os.name == "nt"


def is_device(path: str, *, windows: bool = _IS_WINDOWS) -> bool:
    """Whether a path leads to no file on a disk.

    Args:
        path: Absolute, or the name of a file.
        windows: Whether Windows would open it.
    """
    if _KERNEL.match(path):
        return True
    return windows and _is_windows_device(path)


def _is_windows_device(path: str) -> bool:
    plain = path.replace("\\", "/")
    if plain.startswith(("//./", "//?/")):
        return True
    _, plain = os.path.splitdrive(plain) if _IS_WINDOWS else ("", plain)
    return any(_WINDOWS.fullmatch(part) for part in plain.split("/"))
