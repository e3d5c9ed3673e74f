"""Files whose times lack their year or date, as syslog's do and many consoles'.

A line alone cannot tell which year or day it is of; its neighbours can. So such a file
gets a second reading of its lines, in which these times are bare: `ingest` puts the dates
to them. Other files get none, and looking for it costs them little.
"""

from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Final, NamedTuple

import numpy as np

from log_mcp.formats.columns import Carry, Context, Format
from log_mcp.lazy import lazy
from log_mcp.period import MIDNIGHT, YEAR, Period
from log_mcp.record import NO_TIME
from log_mcp.span import DAY

_LINES_MAX: Final = 64  # of a head that are looked at
_HEAD_BYTES: Final = 16 * 1024  # that are read both ways
_SHARE: Final = 0.1  # of those with a clock, then it is worth reading all
_CLOCK: Final = lazy(rb"[0-9]:[0-9]{2}|[0-9]{4}/[0-9]{6}")
_DATED: Final = lazy(
    rb"(?:19[7-9]|2[01][0-9])[0-9]|[0-9]{9}|[0-9]{2}([./-])[0-9]{2}\1[0-9]{2}"
)
_BEFORE_BYTES: Final = 160  # of a clock: a header is no longer
# Where ctime has the year, and the digits of a process are not far.
_BEHIND: Final = lazy(
    rb"[0-9:.,]*(?: ?[AaPp][Mm])?(?: [A-Z]{1,5}| [+-][0-9]{4})? "
    rb"(?:19[7-9]|2[01][0-9])[0-9]\b"
)


class Undated(NamedTuple):
    """How to read the lines of a file whose times lack something.

    Attributes:
        format: Reads such times bare; see `moment.BARE`.
        period: What they lack.
        zone: Theirs.
    """

    format: Format
    period: Period
    zone: tzinfo


def undated(
    sample: bytes, format_: Format, context: Context, make: Callable[[Context], Format]
) -> Undated | None:
    """How to read a file whose times lack their year or date; None for other files.

    Args:
        sample: Of its head.
        format_: The file's.
        context: Of the file.
        make: Makes the same format for another context.
    """
    if not _may_lack(sample):
        return None
    other = make(context.bare())
    head = sample[: sample.rfind(b"\n", 0, _HEAD_BYTES) + 1] or sample
    here, bare = (one.scan(head, Carry()).times for one in (format_, other))
    if other.name != format_.name or len(here) != len(bare):
        return None
    here, bare = here[bare != NO_TIME], bare[bare != NO_TIME]
    period = max(YEAR, MIDNIGHT, key=lambda one: np.count_nonzero(one.lacking(bare)))
    lacking = period.lacking(bare)
    if not lacking.any():
        return None
    period = period.ordered(period.phases(bare[lacking]))
    # Where a zone is stated, both readings show the same clock of UTC.
    zoned = ((here - bare)[lacking] % DAY == 0).all()
    return Undated(other, period, UTC if zoned else context.zone)


def _may_lack(sample: bytes) -> bool:
    """Whether lines of a head show a clock without a year around it."""
    clocks = without = 0
    for line in sample.split(b"\n", _LINES_MAX)[:_LINES_MAX]:
        clock = _CLOCK.search(line, 0, _BEFORE_BYTES)
        if clock is not None:
            clocks += 1
            dated = _DATED.search(line, 0, clock.start())
            without += not (dated or _BEHIND.match(line, clock.end()))
    return without > clocks * _SHARE
