"""Freed memory goes back to the system."""

import subprocess
import sys

from log_mcp.memory import give_back, settle

RESIDENT = """\
from log_mcp.memory import give_back, settle

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096
"""
FREED = """\
held = [bytes(100_000) for _ in range(2000)]
last = bytes(100_000)  # keeps the top of the heap in use
del held
kept = resident()
give_back()
print(kept - resident())
"""
# What is freed first is why glibc would take pieces as large as that from its heaps.
LARGE = """\
settle()
first = bytes(b"x" * 9_000_000)
del first
held = [(bytes(b"x" * 5_000_000), bytes(b"x" * 5_000)) for _ in range(20)]
few, kept = [few for _, few in held], resident()
del held
print(kept - resident())
"""


def printed(program: str) -> int:
    """The number that a process prints."""
    words = [sys.executable, "-c", RESIDENT + program]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_what_was_freed_is_given_back():
    """Two hundred megabytes in pieces below one that stays, where the C library can.

    Elsewhere to ask for it is no error.
    """
    assert not give_back() or printed(FREED) > 100_000_000


def test_large_pieces_are_given_back_when_they_are_freed():
    """A hundred megabytes, with small pieces between them that stay."""
    assert not settle() or printed(LARGE) > 90_000_000
