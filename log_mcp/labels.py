"""What an envelope says of the lines in it: their stream, their pod, their unit.

It is no part of the lines' text, so it rests beside it. Most files know one or two
distinct labels: records share a table of them, and where there is but one it costs nothing
per record, else a byte for each.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Label = tuple[tuple[str, str], ...]  # names and values, in the order they are shown
VALUE_CHARACTERS_MAX: Final = 200

_Kind = TypeVar("_Kind", bound=Hashable)


class Labels(NamedTuple):
    """The labels of some lines or records; immutable.

    Attributes:
        table: Distinct ones, at least one.
        rows: Which of them each line or record has; None if all have the first.
    """

    table: tuple[Label, ...]
    rows: NDArray[Any] | None = None

    def of(self, row: int) -> Label:
        """The label of one."""
        return self.table[0 if self.rows is None else int(self.rows[row])]

    def take(self, rows: Any) -> "Labels":
        """Those of some rows: a slice, a mask or indexes."""
        return self if self.rows is None else Labels(self.table, self.rows[rows])

    @property
    def names(self) -> set[str]:
        """Of all that any of them says."""
        return {name for label in self.table for name, _ in label}

    def said(self, name: str) -> list[str | None]:
        """What each label of the table says under a name; None if nothing."""
        return [dict(label).get(name) for label in self.table]

    def meeting(self, count: int, kinds: Iterable[int]) -> NDArray[np.int64]:
        """The rows, of so many, that have one of some labels of the table."""
        wanted = np.zeros(len(self.table), np.bool_)
        wanted[list(kinds)] = True
        if self.rows is None:
            return np.arange(count if wanted[0] else 0)
        return np.flatnonzero(wanted[self.rows])

    @property
    def nbytes(self) -> int:
        """Bytes of what each row costs; tables are few and shared."""
        return 0 if self.rows is None else self.rows.nbytes


UNLABELLED: Final = Labels(((),))


def distinct(values: Sequence[_Kind]) -> tuple[Sequence[_Kind], NDArray[Any] | None]:
    """The distinct ones of some values, and which of them each value is.

    Args:
        values: At least one.

    Returns:
        They, in any order, and an index for each value; None if all are equal.
    """
    # A quarter of the time that a table takes, and so are most blocks of most files.
    if values.count(values[0]) == len(values):
        return values[:1], None
    if isinstance(values[0], bytes) and (pair := _pair(values)):
        return pair
    kinds = tuple(set(values))
    code = {kind: at for at, kind in enumerate(kinds)}
    codes = map(code.__getitem__, values)
    return kinds, np.fromiter(codes, _narrow(len(kinds)), len(values))


def _pair(values: Sequence[Any]) -> tuple[Sequence[Any], NDArray[Any]] | None:
    """`distinct`, if these are two texts of one length: `stdout` and `stderr`.

    It takes a third of the time that a table takes.
    """
    count, size = len(values), len(values[0]) + 1
    lines = b"\n".join(values) + b"\n"
    if len(lines) != count * size or lines.count(b"\n") != count:
        return None
    column = np.frombuffer(lines, f"S{size}")
    others = column != values[0] + b"\n"
    second = values[int(others.argmax())]
    if np.count_nonzero(column == second + b"\n") != np.count_nonzero(others):
        return None
    return (values[0], second), others.view(np.uint8)


def _narrow(count: int) -> np.dtype[Any]:
    """Of the numbers below a count: a byte for each, where it can be."""
    return np.min_scalar_type(count - 1)


def labels_of(values: Sequence[Label]) -> Labels:
    """The labels of lines, given one by one."""
    if not values:
        return UNLABELLED
    table, rows = distinct(values)
    return Labels(tuple(table), rows)


def joined(parts: Sequence[tuple[Labels, int]]) -> Labels:
    """Labels of neighbouring lines or records as one.

    Args:
        parts: They, and of how many.
    """
    first = parts[0][0]
    if all(one.rows is None and one.table[0] == first.table[0] for one, _ in parts):
        return first
    code: dict[Label, int] = {}
    for one, _ in parts:
        for label in one.table:
            code.setdefault(label, len(code))
    pieces = []
    for one, count in parts:
        codes = np.array([code[label] for label in one.table], _narrow(len(code)))
        pieces.append(np.full(count, codes[0]) if one.rows is None else codes[one.rows])
    return Labels(tuple(code), np.concatenate(pieces))


def with_label(fields: dict[str, Any], label: Label) -> dict[str, Any]:
    """A record's fields and, behind them, what its label says; what it says itself wins."""
    return fields | {name: value for name, value in label if name not in fields}
