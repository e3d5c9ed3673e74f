"""The groups that records are in by the values of some fields, each with a number."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from log_mcp.analysis.column import Column

NAME_CHARACTERS_MAX: Final = 160

Key = tuple[str | None, ...]
Numbers = NDArray[np.int64]


class Keys:
    """Numbers groups in the order in which they come.

    Args:
        most: How many are told apart; what comes later is in none.

    Attributes:
        numbers: Of each group.
        folded: How many records were in none.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.numbers: dict[Key, int] = {}
        self.folded = 0

    def __len__(self) -> int:
        return len(self.numbers)

    def of(self, columns: Sequence[Column], count: int) -> Numbers:
        """The group of each of some records; -1 for none.

        Args:
            columns: What they hold in each field; without any, all are in one group.
            count: How many records there are.
        """
        if not columns:
            self.numbers.setdefault((), 0)
            return np.zeros(count, np.int64)
        joint = np.zeros(count, np.int64)
        sizes = [len(one.values) + 1 for one in columns]
        for column, size in zip(columns, sizes, strict=True):
            joint = joint * size + column.codes
        if float(np.prod(np.array(sizes, np.float64))) <= count:
            present = np.flatnonzero(np.bincount(joint))
            codes = joint
        else:
            present, codes = np.unique(joint, return_inverse=True)
        numbers = self._numbered(present, columns, sizes)
        if codes is joint:
            lookup = np.full(int(present[-1]) + 1, -1, np.int64)
            lookup[present] = numbers
            numbers = lookup
        found: Numbers = numbers[codes]
        self.folded += int(np.count_nonzero(found < 0))
        return found

    def _numbered(
        self, present: Numbers, columns: Sequence[Column], sizes: Sequence[int]
    ) -> Numbers:
        """The numbers of the groups that stand behind some joint codes."""
        names: list[list[str | None]] = []
        rest = present
        for column, size in zip(reversed(columns), reversed(sizes), strict=True):
            rest, codes = np.divmod(rest, size)
            texts: list[str | None] = [None, *map(_cut, column.texts)]
            names.append([texts[code] for code in codes.tolist()])
        known = []
        for key in zip(*reversed(names), strict=True):
            at = self.numbers.get(key)
            if at is None:
                at = len(self.numbers) if len(self.numbers) < self.most else -1
                if at >= 0:
                    self.numbers[key] = at
            known.append(at)
        return np.array(known, np.int64)

    def keep(self, kept: Sequence[Key]) -> Numbers:
        """Forget all groups but some.

        Returns:
            The new number of each old one; -1 for those that are forgotten.
        """
        moved = np.full(len(self.numbers), -1, np.int64)
        fresh = {key: at for at, key in enumerate(kept)}
        for key, at in self.numbers.items():
            moved[at] = fresh.get(key, -1)
        self.numbers = fresh
        return moved


def _cut(text: str) -> str:
    """A name of bounded length; different texts keep different ones."""
    if len(text) <= NAME_CHARACTERS_MAX:
        return text
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=4).hexdigest()
    return f"{text[: NAME_CHARACTERS_MAX - 12]}... {digest}"
