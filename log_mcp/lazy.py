"""Regular expressions that are compiled when they are first used.

A command uses a few dozen of the hundreds that stand in tables; to compile them all would
take longer than all else at its start.
"""

import re
from typing import Any, AnyStr, cast


class _Lazy:
    """Stands for a `re.Pattern`; from its first use on, its methods are the pattern's."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:
        # Reached once a method: what is set on the object is found without it.
        found = getattr(re.compile(self.pattern, self.flags), name)
        setattr(self, name, found)
        return found


def lazy(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """An expression, as `re.compile` makes it, but at its first use.

    Args:
        pattern: As for `re.compile`; what is wrong with it is raised at its first use, so
            it must be a constant that a test covers.
        flags: Likewise.
    """
    return cast("re.Pattern[AnyStr]", _Lazy(pattern, flags))
