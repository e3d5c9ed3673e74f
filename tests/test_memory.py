"""Freed memory goes back to the system."""

import subprocess
import sys

from log_mcp.memory import give_back

PROGRAM = """\
from log_mcp.memory import give_back

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

held = [bytes(100_000) for _ in range(2000)]
last = bytes(100_000)  # keeps the top of the heap in use
del held
kept = resident()
give_back()
print(kept - resident())
"""


def given_back() -> int:
    """What is given back of two hundred megabytes in pieces, below one that stays."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    return int(done.stdout)


def test_what_was_freed_is_given_back():
    """Where the C library can; elsewhere asking for it is no error."""
    assert not give_back() or given_back() > 100_000_000
