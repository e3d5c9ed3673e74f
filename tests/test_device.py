"""Twin of log_mcp/device.py: what is no file on a disk."""

import pytest

from log_mcp.device import is_device

ANYWHERE = ["/proc/self/environ", "//proc/1/mem", "/dev/zero", "/sys/kernel", "/dev"]
WINDOWS = [
    *("NUL", "con", "aux.log", "COM1", "lpt9.txt", "C0/nul.log", "nul .log", "CONOUT$"),
    *("app.log:stream", r"\\.\PIPE\x", r"\\?\C:\x", "logs\\com\u00b9", "prn."),
]
FILES = ["/dev/shm/app.log", "/srv/proc/x", "/device/app.log", "/procs"]
PLAIN = ["console.log", "nullable.py", "com10", "auxiliary.c", "app.log", "prnt"]


@pytest.mark.parametrize("path", ANYWHERE)
def test_what_the_kernel_makes_up(path):
    """Of whatever system."""
    assert is_device(path, windows=False)
    assert is_device(path, windows=True)


@pytest.mark.parametrize("path", WINDOWS)
def test_devices_of_windows(path):
    """In any folder, of any case, with any suffix; elsewhere they are names like others."""
    assert is_device(path, windows=True)
    assert not is_device(path, windows=False)


@pytest.mark.parametrize("path", FILES + PLAIN)
def test_files(path):
    """Names that resemble them."""
    assert not is_device(path, windows=False)
    assert path in FILES or not is_device(path, windows=True)
