"""What some records hold in one field: the different values, and which one each record has.

A field has few values, or many that are numbers. So each value is told once, be it read as
a number, tested by a condition or named as a group; of a record a small number is kept.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import orjson
from numpy.typing import NDArray

from log_mcp.query.condition import Condition
from log_mcp.query.quantity import quantity

Rows = NDArray[np.int64]
Codes = NDArray[Any]

VALUE_BYTES: Final = (
    90  # of a text beside its characters, or of a number that is an object
)
_INT64: Final = range(-(2**63), 2**63)


class Numbers(NamedTuple):
    """The values of a column as numbers, in the order of its codes.

    Attributes:
        values: float64; NaN for what is none.
        units: What is written behind each; None if nothing is behind any.
    """

    values: NDArray[np.float64]
    units: tuple[str, ...] | None


class Column:
    """What some records hold in one field.

    Args:
        codes: One a record: 0 for none, else 1 more than the index of its value.
        values: The different values, as `parse` gives them; a few may stand there twice.

    Attributes:
        codes: In as few bytes as will do.
        values: Whole numbers and fractions rest as an array, if all are of one kind.
    """

    __slots__ = ("_numbers", "_of", "codes", "nbytes", "values")

    def __init__(self, codes: Codes, values: Sequence[Any]) -> None:
        self.codes = codes.astype(np.min_scalar_type(len(values)))
        self.values = _packed(values)
        self._numbers: Numbers | None = None
        self._of: Column | None = None
        self.nbytes = int(self.codes.nbytes) + _bytes(self.values) + 9 * len(values)

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def numbers(self) -> Numbers:
        """The values as numbers; the first one stands for none."""
        if self._of is not None:
            return self._of.numbers
        found = self._numbers
        if found is None:
            found = self._numbers = _numbers(self.values)
        return found

    @property
    def texts(self) -> list[str]:
        """The values as texts."""
        every = self.values
        if not isinstance(every, np.ndarray):
            return list(map(text_of, every))
        return list(map(str if every.dtype == np.int64 else text_of, every.tolist()))

    def where(self, condition: Condition) -> NDArray[np.bool_]:
        """Of which records a condition on this field is true; asked once a value."""
        every = self.values
        told = None
        if isinstance(every, np.ndarray):
            told = condition.of_numbers(every)
            every = every.tolist() if told is None else ()
        if told is None:
            told = np.array([*map(condition.admits, every)], np.bool_)
        found: NDArray[np.bool_] = np.append(condition.admits(None), told)[self.codes]
        return found

    def at(self, rows: Rows) -> "Column":
        """The same for some of the records, with all of the values."""
        part = Column.__new__(Column)
        part.codes, part.values, part.nbytes = self.codes[rows], self.values, 0
        part._of, part._numbers = self._of or self, None  # noqa: SLF001 - its own
        return part


class Builder:
    """Makes a column piece by piece.

    Args:
        count: How many records it is of; those that nothing is said of hold no value.
    """

    def __init__(self, count: int) -> None:
        self._codes = np.zeros(count, np.int64)
        self._known: dict[Any, int] = {}
        self._values: list[Any] = []

    def put(
        self, rows: Rows, values: Sequence[Any], codes: Codes | None = None
    ) -> None:
        """Say what some records hold.

        Args:
            rows: Of the records.
            values: One each; None for none.
            codes: Which of the values each has; None if they stand in the same order.
        """
        fractions = codes is not None and set(map(type, values)) == {float}
        if fractions and not self._values:
            found = self._fractions(values)
        else:
            found = np.fromiter(map(self._code, values), np.int64, len(values))
        self._codes[rows] = found if codes is None else found[codes]

    def _fractions(self, values: Sequence[float]) -> Codes:
        """The codes of the first values, if all are fractions: those are many, often.

        They are not remembered, so one that comes again is told twice.
        """
        self._values = list(values)
        return np.arange(1, len(values) + 1)

    def column(self) -> Column:
        """The column."""
        return Column(self._codes, self._values)

    def _code(self, value: Any) -> int:
        if value is None:
            return 0
        # 1, 1.0 and true are equal, and yet written in other ways.
        kind = type(value)
        key: Any = value
        if kind is dict or kind is list:
            key = (kind, text_of(value))
        elif kind is not str:
            key = (kind, value)
        code = self._known.get(key)
        if code is None:
            self._values.append(value)
            code = self._known[key] = len(self._values)
        return code


def whole(values: Sequence[Any]) -> Column:
    """A column of records that hold these values."""
    builder = Builder(len(values))
    builder.put(np.arange(len(values)), values)
    return builder.column()


def text_of(value: Any) -> str:
    """A value as text: what is none as JSON writes it."""
    if isinstance(value, str):
        return value
    return orjson.dumps(value, default=str).decode()


def _packed(values: Sequence[Any]) -> Sequence[Any] | NDArray[Any]:
    kinds = set(map(type, values))
    if kinds == {float}:
        return np.array(values, np.float64)
    if kinds == {int} and min(values) in _INT64 and max(values) in _INT64:
        return np.array(values, np.int64)
    return tuple(values)


def _bytes(values: Sequence[Any] | NDArray[Any]) -> int:
    if isinstance(values, np.ndarray):
        return int(values.nbytes)
    return sum(VALUE_BYTES + _characters(value) for value in values)


def _characters(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    return len(text_of(value)) if isinstance(value, dict | list) else 0


def _numbers(values: Sequence[Any] | NDArray[Any]) -> Numbers:
    if isinstance(values, np.ndarray):
        return Numbers(np.append(np.nan, values.astype(np.float64)), None)
    found = [None, *map(quantity, values)]
    numbers = np.array([np.nan if one is None else _float(one.value) for one in found])
    units = tuple("" if one is None else one.unit for one in found)
    return Numbers(numbers, units if any(units) else None)


def _float(value: float) -> float:
    try:
        found = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        return np.nan
    return found if np.isfinite(found) else np.nan
