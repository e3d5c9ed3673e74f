"""Text <-> UTC epoch nanoseconds, one time or a million.

Operations we want: the time that one text states; the times of many texts in a few passes
over all their bytes; both agreeing on every input.

Plan for many: texts of one length are rows of a matrix. The first row is matched, and where
its parts stand makes a `_Plan`, which checks and reads every row of the same arrangement
(digits at the same places, other bytes equal) with arithmetic over whole columns. Rows of
another arrangement wait for the next plan; what no plan takes, and what is no valid date,
is read one by one. What is printed stands in `layout`, what the numbers mean in `moment`.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from decimal import Context, Decimal
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from log_mcp.layout import MONTHS, PATTERN, PATTERNS, WEEKDAYS, match
from log_mcp.lazy import lazy
from log_mcp.moment import (
    EPOCH_NS_MAX,
    EPOCH_NS_MIN,
    UNITS,
    Numbers,
    Reading,
    reading,
)
from log_mcp.record import NO_TIME
from log_mcp.span import HOUR, SECOND

__all__ = [
    "PATTERN",
    "PATTERNS",
    "age",
    "epoch_ns",
    "iso",
    "parse",
    "parse_at",
    "parse_many",
]

TEXT_BYTES_MAX: Final = 96  # JavaScript's, with the zone in words, have about 70
_ROWS_MIN: Final = 24  # fewer are read sooner one by one
_ROWS_BLOCK: Final = 8192  # their columns stay in the second-level cache
_PLANS_MAX: Final = 40  # for one length: a syslog needs two, offsets and AM/PM multiply

_NUMBER: Final = lazy(r"[0-9]{1,20}(?:\.[0-9]{1,30})?(?:[eE][+-]?[0-9]{1,3})?")
_EXACT: Final = Context(prec=100)
_PLACE: Final = {name: place for place, name in enumerate(MONTHS, 1)}

Column = NDArray[np.int64]


@lru_cache(maxsize=2048)  # what tells a file's format reads each line several times
def parse(
    text: bytes, zone: tzinfo, anchor_ns: int, day_first: bool | None = None
) -> int | None:
    """The time that a text states, if as a whole it is one.

    Args:
        text: A time in any layout of `layout`, or a count of seconds, milli-, micro- or
            nanoseconds since the epoch, told by magnitude (1990 to 2100).
        zone: Where it was written, if it does not say.
        anchor_ns: The youngest it can be: a missing year is chosen so that the time is
            the latest not after one day later, a missing date not after one hour later.
            `moment.BARE` leaves out what is missing.
        day_first: Whether `03/04/2026` is April 3; None where nothing is known.

    Returns:
        UTC epoch nanoseconds, after the epoch and before 2201; None for other bytes.
    """
    found = _IN_HOUR.fullmatch(text)
    if found is not None:
        before, minute, second, mark, fraction, behind = found.groups(b"")
        written = (before, mark, len(fraction), behind)
        begin = _hour(written, zone, anchor_ns, day_first)
        if begin is not None:
            clock = (int(minute) * 60 + int(second)) * SECOND
            if fraction:
                clock += int(fraction) * 10 ** (9 - len(fraction))
            return begin + clock
    return _parse(text, zone, anchor_ns, day_first)


# Minutes, seconds and their fraction, and what stands around them.
_IN_HOUR: Final = lazy(
    rb"(.{0,32}?[0-9]{2}:)([0-5][0-9]):([0-5][0-9])"
    rb"(?:([.,])([0-9]{1,9}))?([^0-9.,].{0,16})?"
)


@lru_cache(256)  # the lines of a file that are read one by one share few hours
def _hour(
    text: tuple[bytes, bytes, int, bytes],
    zone: tzinfo,
    anchor_ns: int,
    day_first: bool | None,
) -> int | None:
    """The begin of an hour all of whose times are what its first and last ones say.

    Args:
        text: What stands before the minutes; before the fraction, and its digits; behind.
        zone: As for `parse`.
        anchor_ns: Likewise.
        day_first: Likewise.

    Returns:
        None where they are no times, or are not the whole hour apart: a zone changes its
        offset, the hour is not over yet, or what looks like minutes is something else.
    """
    before, mark, digits, behind = text
    first, last = (
        _parse(
            before + clock + mark + digit * digits + behind, zone, anchor_ns, day_first
        )
        for clock, digit in ((b"00:00", b"0"), (b"59:59", b"9"))
    )
    if first is None or last is None:
        return None
    return first if last - first == HOUR - 10 ** (9 - digits) else None


_TAI: Final = lazy(rb"@([0-9a-f]{16})([0-9a-f]{8})")
_HEX: Final = lazy(rb"0[xX]([0-9a-fA-F]{8,16})")
_HEX_MARKS: Final = (b"x", b"X")
_TAI_EPOCH: Final = 2**62 + 10  # as daemontools counts: leap seconds are left out


def _tai(text: bytes) -> int | None:
    """The time of a TAI64N label, as multilog and svlogd print it."""
    found = _TAI.fullmatch(text)
    if found is None:
        return None
    time_ns = (int(found[1], 16) - _TAI_EPOCH) * SECOND + int(found[2], 16) % SECOND
    return time_ns if EPOCH_NS_MIN <= time_ns <= EPOCH_NS_MAX else None


def _hexadecimal(text: bytes) -> int | None:
    """A time in hexadecimal digits: a count since 1970, its unit told by its magnitude."""
    found = _HEX.fullmatch(text)
    if found is None:
        return _tai(text)
    counted = int(found[1], 16)
    times = (counted * unit for unit in UNITS)
    return next((t for t in times if EPOCH_NS_MIN <= t <= EPOCH_NS_MAX), None)


def _parse(
    text: bytes, zone: tzinfo, anchor_ns: int, day_first: bool | None = None
) -> int | None:
    found = match(text) if len(text) <= TEXT_BYTES_MAX else None
    if found is None:
        return _hexadecimal(text)
    parts = _parts(found)
    numbers = {name: int(part) for name, part in parts.items() if part.isdigit()}
    if "b" in parts:
        numbers["m"] = _PLACE.get(parts["b"].lower(), 0)
    if parts.get("a", b"mon").lower() not in WEEKDAYS:
        return None
    for time, valid in reading(parts, zone, anchor_ns, day_first).times(numbers):
        if valid:
            return int(time)
    return None


def parse_many(
    texts: Sequence[bytes],
    zone: tzinfo,
    anchor_ns: int,
    day_first: bool | None = None,
) -> Column:
    """What `parse` says of each text, sooner.

    Returns:
        One item a text: UTC epoch nanoseconds; `NO_TIME` where `parse` says None.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    unsaid = (zone, anchor_ns, day_first)
    return parse_spans(b"".join(texts), np.cumsum(lengths) - lengths, lengths, unsaid)


def parse_spans(
    data: bytes,
    starts: Column,
    lengths: Column,
    unsaid: tuple[tzinfo, int, bool | None],
) -> Column:
    """What `parse` says of texts that lie in a buffer; as `parse_many`.

    Args:
        data: The buffer.
        starts: Where each text starts.
        lengths: Of each, bytes.
        unsaid: Zone, anchor and order of day and month, as for `parse`.
    """
    times = np.full(len(starts), NO_TIME, np.int64)
    present = np.flatnonzero(np.bincount(np.minimum(lengths, TEXT_BYTES_MAX + 1)))
    for length in present[(present > 0) & (present <= TEXT_BYTES_MAX)].tolist():
        rows = np.flatnonzero(lengths == length)
        times[rows] = parse_at(data, starts[rows], length, unsaid)
    return times


def parse_at(
    data: bytes, starts: Column, length: int, unsaid: tuple[tzinfo, int, bool | None]
) -> Column:
    """What `parse` says of texts of one length that lie in a buffer; as `parse_many`.

    Args:
        data: The buffer.
        starts: Where each text starts.
        length: Of each, bytes; at most `TEXT_BYTES_MAX`.
        unsaid: Zone, anchor and order of day and month, as for `parse`.
    """
    times = np.full(len(starts), NO_TIME, np.int64)
    # Every place of the buffer as an item of `length` bytes: taking those at the starts
    # of texts copies each text once.
    places = np.ndarray(max(0, len(data) - length + 1), f"V{length}", data, 0, (1,))
    rows = np.arange(len(starts))
    alone = []
    for _ in range(_PLANS_MAX):
        if rows.size < _ROWS_MIN:
            break
        first = int(starts[rows[0]])
        # An at sign, or `0x`: their digits have no fixed places.
        if data[first] == 64 or data[first + 1 : first + 2] in _HEX_MARKS:
            break
        plan = _plan(data[first : first + length], *unsaid)
        rows, doubtful = plan.read(places, starts, rows, times)
        alone.append(doubtful)
    for row in _joined([*alone, rows]).tolist():
        text = data[starts[row] : starts[row] + length]
        times[row] = parse(text, *unsaid) or NO_TIME
    return times


def epoch_ns(value: float | str | bytes) -> int | None:
    """The time that a number states.

    Args:
        value: Seconds, milli-, micro- or nanoseconds since the epoch, told by magnitude;
            a float means the shortest decimal number that reads as it.

    Returns:
        UTC epoch nanoseconds, finer digits dropped; None if it is no number, or outside
        of 1990 to 2100 in every unit.
    """
    if isinstance(value, int):
        text = str(value) if 0 < value <= EPOCH_NS_MAX else ""
    else:
        text = value.decode("latin-1") if isinstance(value, bytes) else str(value)
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    for unit in UNITS:
        if EPOCH_NS_MIN // unit <= number <= EPOCH_NS_MAX // unit:
            return int(_EXACT.multiply(number, Decimal(unit)))
    return None


def iso(ns: int) -> str:
    """`2026-03-04T05:06:07.123Z`: six or nine digits only where three would lose some.

    Args:
        ns: UTC epoch nanoseconds, any int64.
    """
    seconds, rest = divmod(int(ns), SECOND)
    moment = datetime(1970, 1, 1) + timedelta(seconds=seconds)  # noqa: DTZ001 - Z below
    digits = f"{rest:09}"
    kept = 3 if digits.endswith("000000") else 6 if digits.endswith("000") else 9
    return f"{moment.isoformat()}.{digits[:kept]}Z"


def age(ns: int) -> str:
    """A span for people, in two units at most: `3s`, `4m`, `2h 5m`, `3d 4h`.

    Args:
        ns: Nanoseconds; a negative span has a minus.
    """
    sign = "-" if ns <= -SECOND else ""
    minutes, seconds = divmod(abs(ns) // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{sign}{days}d {hours}h" if hours else f"{sign}{days}d"
    if hours:
        return f"{sign}{hours}h {minutes}m" if minutes else f"{sign}{hours}h"
    return f"{sign}{minutes}m" if minutes else f"{sign}{seconds}s"


class _Plan(NamedTuple):
    """Where the parts of one arrangement stand, and what they mean.

    Attributes:
        low: The smallest byte of each column: `0` for digits, `@` for names, else the
            byte itself.
        room: How far above it a byte may lie.
        spans: First and last column of each part that is read, by its name.
        reading: What the numbers mean; None where the arrangement is no time.
    """

    low: NDArray[np.uint8]
    room: NDArray[np.uint8]
    spans: dict[str, tuple[int, int]]
    reading: Reading | None

    def read(
        self, places: NDArray[np.void], starts: Column, rows: Column, times: Column
    ) -> tuple[Column, Column]:
        """Set the times of those rows that are of this arrangement.

        Returns:
            The rows that are not, and those that are but state no valid time.
        """
        others, doubtful = [], []
        for first in range(0, rows.size, _ROWS_BLOCK):
            block = rows[first : first + _ROWS_BLOCK]
            matrix = places[starts[block]].view(np.uint8).reshape(block.size, -1)
            columns = np.ascontiguousarray(matrix.T)
            columns -= self.low
            fits = (columns <= self.room).all(axis=0)
            if not fits.all():
                others.append(block[~fits])
                block, columns = block[fits], columns[:, fits]
            if self.reading and block.size:
                found = self._times(self.reading, columns)
                times[block] = found
                doubtful.append(block[found == NO_TIME])
        return _joined(others), _joined(doubtful)

    def _times(self, meaning: Reading, columns: NDArray[np.uint8]) -> Column:
        """The times of texts whose columns are given, less `low`."""
        numbers: Numbers = {}
        known: NDArray[np.bool] = np.ones(1, np.bool)
        for name, (first, end) in self.spans.items():
            if name == "a":
                known = _WEEKDAY[_code(columns[first:end])] > 0
            elif name == "b":
                numbers["m"] = _MONTH[_code(columns[first:end])]
            else:
                numbers[name] = _number(columns[first:end])
        times = np.full(columns.shape[1], NO_TIME, np.int64)
        for time, valid in meaning.times(numbers):
            np.copyto(times, time, where=known & valid & (times == NO_TIME))
            if times.min() > NO_TIME:
                break
        return times


def _plan(
    example: bytes, zone: tzinfo, anchor_ns: int, day_first: bool | None
) -> _Plan:
    """The plan for texts of the same arrangement; only for equal ones if it is no time."""
    low = np.frombuffer(example, np.uint8).copy().reshape(-1, 1)
    room = np.zeros_like(low)
    found = match(example)
    if found is None:
        return _Plan(low, room, {}, None)
    parts = _parts(found)
    spans = {name: found.span(name) for name in parts if name not in "pzO"}
    for name, (first, end) in spans.items():
        low[first:end], room[first:end] = (0x40, 0x3F) if name in "ab" else (0x30, 9)
    return _Plan(low, room, spans, reading(parts, zone, anchor_ns, day_first))


def _parts(found: re.Match[bytes]) -> dict[str, bytes]:
    """The parts that a text has."""
    return {name: part for name, part in found.groupdict().items() if part is not None}


def _joined(columns: list[Column]) -> Column:
    """All items; of no columns, none."""
    return np.concatenate(columns) if columns else np.empty(0, np.int64)


def _number(digits: NDArray[np.uint8]) -> Column:
    """The number that each text shows, from its digits' values."""
    number: Column = digits[0].astype(np.int64)
    for digit in digits[1:]:
        number *= 10
        number += digit
    return number


def _code(letters: NDArray[np.uint8]) -> Column:
    """A number under 2**15 for three letters of any case."""
    first, second, third = (letters & 31).astype(np.int64)
    code: Column = (first << 10) | (second << 5) | third
    return code


def _numbered(names: list[bytes]) -> Column:
    """By code: a name's place in the list, from 1; 0 for what is no name."""
    table = np.zeros(1 << 15, np.int64)
    letters = np.frombuffer(b"".join(names), np.uint8).reshape(-1, 3).T
    table[_code(letters)] = np.arange(1, len(names) + 1)
    return table


_MONTH: Final = _numbered(MONTHS)
_WEEKDAY: Final = _numbered(WEEKDAYS)
