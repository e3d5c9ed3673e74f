"""Families: the files that one log leaves behind as it is rotated and put away.

There is no standard for their names; where writers differ this reads them so:

- a number after a dot is a generation (`app.log.2`, `app.2.log`), unless a digit stands
  before the dot (`db-16.2.log`, `10.0.0.7.log`); after a dash only behind `.log`;
- of two bare numbers the smaller is newer, as logrotate and Python count; of two behind
  one date the larger is newer, as logback, log4j and Serilog count;
- a date counts wherever it stands (`2026-03-04-jobs.log`), with what follows it as time
  of day, number or process (`app.log-20260304`, `app-2026-03-04T05-06-07.123.log`);
- a name that is a date and nothing else takes the name of its folder;
- `archive/`, `old/` and folders named after a day or a month hold members of the folder
  above them.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Final, NamedTuple

from log_mcp.epoch import date_of
from log_mcp.lazy import lazy
from log_mcp.span import SECOND

_PACKED: Final = lazy(r"\.(?:gz|bz2|xz|zst)$", re.IGNORECASE)
_OLD: Final = lazy(r"\.(?:old|bak|backup|prev|previous|orig|save)$|~$", re.IGNORECASE)
_SUFFIX: Final = lazy(r"\.(?:log|jsonl|json|txt)$", re.IGNORECASE)
_NUMBER: Final = lazy(
    r"(?<=[^\d.])\.(?P<dot>\d{1,6})$ | (?<=\.log)[-_](?P<dash>\d{1,4})$",
    re.IGNORECASE | re.VERBOSE,
)
_WEEKDAY: Final = lazy(r"[-_.](?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)$")  # PostgreSQL
_DAY: Final = r"(?:0[1-9]|[12]\d|3[01])"
_MONTH: Final = r"(?:0[1-9]|1[0-2])"
_YEAR: Final = r"(?:19|20)\d\d"
_DATE: Final = lazy(
    rf"""[-_.]?
    (?: (?<!\d) (?P<y>{_YEAR}) (?P<s>[-_.]?) (?P<m>{_MONTH}) (?P=s) (?P<d>{_DAY})
      | (?<![^\W_]) (?P<y2>{_YEAR}) [-_] (?P<m2>{_MONTH}) (?![-_.]?\d)
      | (?<![^\W_]) (?P<a>{_DAY}) (?P<t>[-_.]) (?P<b>{_DAY}) (?P=t) (?P<y3>{_YEAR})
      | (?<=[-_.]) (?P<epoch>1[5-9]\d{{8}})
    )
    (?P<time> [T_.-]? (?:[01]\d|2[0-3])
      (?: [-_.:h]? [0-5]\d (?: [-_.:m]? [0-5]\d (?: [-_.,]? \d{{1,9}} )? )? )?
    )?
    (?: Z | [+-]\d\d:?\d\d )?
    (?: [-_.] (?P<n>\d{{1,6}}) )?
    (?![^\W_])
    """,
    re.VERBOSE,
)
_MARKS: Final = {
    "packed": _PACKED,
    "old": _OLD,
    "number": _NUMBER,
    "weekday": _WEEKDAY,
    "date": _DATE,
}
_DATE_DIGITS: Final = 23  # to the nanosecond
_ARCHIVES: Final = {"archive", "archived", "archives", "old", "rotated"}
_DATED_FOLDER: Final = lazy(rf"{_YEAR}([-_.]?){_MONTH}(?:\1{_DAY})?")

_LOG_SUFFIXES: Final = {
    *(".log", ".jsonl", ".ndjson", ".logfmt", ".out", ".err", ".stdout", ".stderr"),
}
_LOG_NAMES: Final = lazy(  # without a suffix of their own, by custom
    r"""(?: .*[^a-z] )? logs?
      | (?: sys|mail|daemon|kern|auth|user|boot|event|work )log
      | messages | secure | dmesg | cron | stdout | stderr | trace
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Family(NamedTuple):
    """What the members of a family share.

    Attributes:
        folder: Where the live file lies or would lie.
        stem: As `stem` gives it.
    """

    folder: Path
    stem: str


class Age(NamedTuple):
    """Where a file stands in its family; the youngest sorts first.

    Attributes:
        archived: Whether it lies in an archive folder.
        rank: 0 for the live file, 1 for a bare number, 2 for a date.
        date: Digits of date and time, negated; 0 without a date.
        number: Negated where it stands behind a date; 0 without a number.
        mtime_ns: Time of the last change, negated; 0 if it cannot be had.
        packed: Whether it is compressed: while a file is being packed there are two.
        name: So that no two files are equal.
    """

    archived: bool
    rank: int
    date: int
    number: int
    mtime_ns: int
    packed: bool
    name: str


def stem(path: str | PurePath) -> str:
    """The name of a file without what rotation, compression and custom add to it.

    Args:
        path: Its path; folders count only where the name is nothing but a date.

    Returns:
        `ts-order-service` for `ts-order-service.log.2.gz`. The stem of a stem is itself.
    """
    name, whole = _core(os.path.basename(path))  # noqa: PTH119 - asked of ten thousand
    if whole:
        return name
    above = _home(PurePath(path))
    return stem(above) if above.name else _SUFFIX.sub("", name) or name


@lru_cache(maxsize=65_536)  # The same names are asked about again and again.
def _core(name: str) -> tuple[str, bool]:
    """A name without marks and suffixes, and whether that is more than a date."""
    while True:
        shorter = _shorter(name)
        if not _SUFFIX.sub("", shorter).strip("._- "):
            return name, False
        if shorter == name:
            return name, True
        name = shorter


@lru_cache(maxsize=16_384)  # of all files, at every look for new ones
def family_of(path: str | Path) -> Family:
    """The family a file belongs to, by its path alone."""
    folder = os.path.dirname(path)  # noqa: PTH120 - asked of ten thousand
    return Family(_home_of(folder), stem(path))


@lru_cache(maxsize=4096)
def _home_of(folder: str) -> Path:
    """A folder, or the one above where that is an archive."""
    home = Path(folder)
    while is_archive(home.name):
        home = home.parent
    return home


@lru_cache(maxsize=16_384)  # likewise
def is_live(path: str | PurePath) -> bool:
    """Whether nothing in a path says that the file was put away."""
    folder, name = os.path.split(path)
    return (
        not _PACKED.search(name)
        and not is_archive(os.path.basename(folder))  # noqa: PTH119 - likewise
        and not _put_away(name)[0]
    )


def is_archive(folder: str) -> bool:
    """Whether a folder of this name holds members of the folder above it."""
    return folder.lower() in _ARCHIVES or _DATED_FOLDER.fullmatch(folder) is not None


def suffix_of(path: str | PurePath) -> str:
    """What `stem` took for a log's suffix: `.log`, ..., or the empty string."""
    name = os.path.basename(path)  # noqa: PTH119 - asked of ten thousand
    while mark := _mark(name):
        name = _without(name, mark[1])
    found = _SUFFIX.search(name)
    return found.group().lower() if found else ""


def generation(path: str | Path) -> Age:
    """The key that sorts the members of a family from newest to oldest.

    Args:
        path: Need not exist; if it does, the time of its last change breaks ties.
    """
    path = Path(path)
    try:
        mtime_ns = path.stat().st_mtime_ns
    except (OSError, ValueError):
        mtime_ns = 0
    return _age(path, mtime_ns)


def names(families: Iterable[Family]) -> dict[Family, str]:
    """A source name for each family: its stem, behind parent folders where two collide.

    Args:
        families: In any order; equal ones count once.

    Returns:
        Names of printable characters, no two of them equal.
    """
    ordered = sorted(set(families), key=lambda one: (str(one.folder), one.stem))
    depths = dict.fromkeys(ordered, 0)
    while True:
        given = {family: _name(family, depth) for family, depth in depths.items()}
        count = Counter(given.values())
        deeper = [
            family
            for family, depth in depths.items()
            if count[given[family]] > 1 and depth < len(_folders(family))
        ]
        if not deeper:
            return _told_apart(given)
        for family in deeper:
            depths[family] += 1


def is_log_name(name: str) -> bool:
    """Whether a file of this name is a log, as far as names can tell.

    Args:
        name: Without its folder.

    Returns:
        True for `app.log`, `access_log.1.gz`, `messages-20260304`, `log20260304.txt`;
        False for `notes.txt`, `man.1` and what else a project holds beside its logs.
    """
    dated = False
    while mark := _mark(name):
        dated = dated or mark[0] == "date"
        name = _without(name, mark[1])
    suffix = PurePath("x" + name).suffix.lower()  # `.log` alone, once its date is gone
    if suffix in {"", ".txt", ".json"}:
        core = name[: len(name) - len(suffix)]
        return (dated and not suffix) or _LOG_NAMES.fullmatch(core) is not None
    return suffix in _LOG_SUFFIXES


def _age(path: PurePath, mtime_ns: int) -> Age:
    skipped = path.parts[len(_home(path).parts) : -1]
    archived = any(folder.lower() in _ARCHIVES for folder in skipped)
    rank, date, number = _put_away(path.name)
    if not date and (
        dated := [part for part in skipped if _DATED_FOLDER.fullmatch(part)]
    ):
        rank, date = 2, _digits(re.sub(r"\D", "", dated[0]))
    packed = bool(_PACKED.search(path.name))
    return Age(archived, rank, -date, number, -mtime_ns, packed, path.name)


@lru_cache(maxsize=65_536)  # The same names are asked about again and again.
def _mark(name: str) -> tuple[str, re.Match[str]] | None:
    """The outermost thing that rotation has done to a name, and where it stands."""
    for kind, pattern in _MARKS.items():
        if found := pattern.search(name):
            return kind, found
    return None


def _without(name: str, found: re.Match[str]) -> str:
    """The name less one mark; one at its front takes the separator behind it along."""
    before, behind = name[: found.start()], name[found.end() :]
    if before or not _SUFFIX.sub("", behind):
        return before + behind
    return behind.lstrip("-_.")


def _shorter(name: str) -> str:
    """The name one mark or suffix shorter; as it is if there is neither."""
    if mark := _mark(name):
        return _without(name, mark[1])
    return _SUFFIX.sub("", name)


def _put_away(name: str) -> tuple[int, int, int]:
    """Rank, date and number that a name states, as `Age` has them but for a sign."""
    rank = date = number = 0
    while (shorter := _shorter(name)) != name:
        kind, found = _mark(name) or ("suffix", None)
        if found and kind == "date":
            rank, date, number = 2, _date(found), -int(found["n"] or abs(number))
        elif found and kind == "number":
            rank, number = max(rank, 1), int(found["dot"] or found["dash"])
        elif kind == "old":
            rank, number = max(rank, 1), number or 1
        name = shorter
    return rank, date, number


def _date(found: re.Match[str]) -> int:
    """Digits of a date, comparable between all the ways to write one."""
    if found["epoch"]:
        return _digits(f"{date_of(int(found['epoch']) * SECOND):%Y%m%d%H%M%S}")
    if found["y3"]:  # month first, as log4j's manual has it, where both could be
        month, day = (found["a"], found["b"])
        month, day = (day, month) if int(month) > 12 else (month, day)
        day_digits = found["y3"] + month + day
    elif found["y2"]:
        day_digits = found["y2"] + found["m2"] + "00"
    else:
        day_digits = found["y"] + found["m"] + found["d"]
    return _digits(day_digits + re.sub(r"\D", "", found["time"] or ""))


def _digits(digits: str) -> int:
    return int(digits[:_DATE_DIGITS].ljust(_DATE_DIGITS, "0"))


def _home(path: PurePath) -> PurePath:
    """The folder of a file, or the one above where that is an archive."""
    return _home_of(str(path.parent))


def _folders(family: Family) -> tuple[str, ...]:
    return family.folder.parts[1 if family.folder.anchor else 0 :]


def _name(family: Family, depth: int) -> str:
    name = family.stem
    if depth:
        folders = _folders(family)
        name = "/".join((*folders[len(folders) - depth :], name))
    if name.isprintable() and name:
        return name
    return "".join(char if char.isprintable() else "_" for char in name) or "log"


def _told_apart(given: dict[Family, str]) -> dict[Family, str]:
    """Names that are different even where control characters made them equal."""
    taken: Counter[str] = Counter()
    for family, name in given.items():
        taken[name] += 1
        if taken[name] > 1:
            given[family] = f"{name}#{taken[name]}"
    return given
