"""The numbers of one field, gathered from many segments, in one unit.

Numbers are in the unit that is written behind them. Where all have the same, they stay as
they are, and the answer names it. Where units differ (`250ms`, `1.5s`), all are told in
seconds or bytes; one without a unit is then in the one its name ends in, else in the only
one that others have, else in seconds or bytes. What measures something else than most do
is no number here.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.column import Column
from log_mcp.query.quantity import factor, scale, unit_of_name

BASES: Final = ("s", "b", "%")


class Amounts:
    """The numbers of one field.

    Attributes:
        field: Its name.
        lacking: Records in which it is no number.
        absent: Those of them that do not have it.
        nbytes: Bytes that are held.
    """

    def __init__(self, field: str) -> None:
        self.field = field
        self.lacking = 0
        self.absent = 0
        self.nbytes = 0
        self._values: list[NDArray[np.float64]] = []
        self._units: list[NDArray[np.uint8]] = []
        self._known = {"": 0}

    def add(self, column: Column) -> None:
        """Take what some more records hold."""
        numbers = column.numbers
        values = numbers.values[column.codes]
        # Of few values it is quickly told that all are numbers.
        if column.codes.all() and not np.isnan(numbers.values[1:]).any():
            lacking = 0
        else:
            lacking = int(np.count_nonzero(np.isnan(values)))
            self.absent += len(values) - int(np.count_nonzero(column.codes))
        self.lacking += lacking
        units = np.zeros(1, np.uint8)  # stands for all of them
        if numbers.units is not None:
            told = [self._known.setdefault(u, len(self._known)) for u in numbers.units]
            units = np.array(told, np.uint8)[column.codes]
        self._values.append(values)
        self._units.append(units)
        self.nbytes += values.nbytes + units.nbytes

    def told(self) -> tuple[NDArray[np.float64], str, list[str]]:
        """All numbers, NaN for what is none; their unit; what to say of units.

        The unit is empty where none is written.
        """
        if not self._values:
            return np.empty(0), "", []
        values = np.concatenate(self._values)
        if len(self._known) == 1:
            return values, "", []
        pairs = zip(self._units, self._values, strict=True)
        units = np.concatenate([np.broadcast_to(u, v.shape) for u, v in pairs])
        counts = np.bincount(units[~np.isnan(values)], minlength=len(self._known))
        held = {name: int(counts[code]) for name, code in self._known.items()}
        written = [name for name, count in held.items() if name and count]
        if not written:
            return values, "", []
        if len(written) == 1 and not held[""]:
            return values, written[0], []
        return self._scaled(values, units, held, written)

    def _scaled(
        self,
        values: NDArray[np.float64],
        units: NDArray[np.uint8],
        held: dict[str, int],
        written: list[str],
    ) -> tuple[NDArray[np.float64], str, list[str]]:
        """Numbers of several units in one."""
        shares = {
            base: sum(held[u] for u in written if scale(u).base == base)
            for base in BASES
        }
        base = max(BASES, key=lambda one: shares[one])
        bare = unit_of_name(self.field)
        bare = bare or (written[0] if len(written) == 1 else base)
        alike = {u for u in written if scale(u).base == base}
        common = bare if alike == {bare} else base
        factors = np.ones(len(self._known))
        for name, code in self._known.items():
            factors[code] = factor(name or bare, common)
        notes = []
        if held[""]:
            notes.append(
                f"{held['']} numbers of {self.field!r} without a unit are read as {bare}"
            )
        odd = sum(held[u] for u in written if u not in alike)
        if odd:
            notes.append(
                f"{odd} numbers of {self.field!r} are left out: others of it are in "
                f"{common}"
            )
        return values * factors[units], common, notes
