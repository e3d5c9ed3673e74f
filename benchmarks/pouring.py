"""A process that writes lines into a log, at a rate, while others read it."""

import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

PIECE: Final = 1_000  # lines written at once
PATIENCE_S: Final = 60.0


def begun(source: Path, path: Path) -> Path:
    """Write the first lines, so that there is a log; where the reader says it is ready.

    Args:
        source: A log to copy.
        path: The copy.
    """
    with source.open("rb") as file:
        path.write_bytes(b"".join(islice(file, PIECE)))
    return path.with_name(f"{path.name}.ready")


def poured(
    source: Path, path: Path, lines: int, rate: float | None, ready: Path
) -> list[float]:
    """Runs in the child: go on with what `begun` began.

    Args:
        source: A log to copy.
        path: The copy.
        lines: How many there shall be, those that `begun` wrote among them.
        rate: Lines a second; None for as fast as it goes.
        ready: A file that appears when the reading has begun.

    Returns:
        When each piece had been written, on the clock that `time.monotonic` tells to
        every process.
    """
    patient = time.monotonic() + PATIENCE_S
    while not ready.exists() and time.monotonic() < patient:
        time.sleep(0.005)
    begin = time.monotonic()
    written = [begin]
    with path.open("ab", buffering=0) as file:
        for piece in _pieces(source, lines):
            file.write(piece)
            written.append(time.monotonic())
            if rate is not None:
                ahead = begin + (len(written) - 1) * PIECE / rate - written[-1]
                time.sleep(max(0.0, ahead))
    return written


def _pieces(source: Path, lines: int) -> Iterator[bytes]:
    """All but the first."""
    with source.open("rb") as file:
        some = islice(file, PIECE, lines)
        while piece := b"".join(islice(some, PIECE)):
            yield piece
