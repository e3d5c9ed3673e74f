"""Follow log files, and let an assistant ask what went wrong.

    >>> from log_mcp import Logbook
    >>> from log_mcp.config import load
    >>> book = Logbook(load(["logs/"]))

The names below are loaded when they are first used, so that `log-mcp parse` starts fast.
"""

from typing import TYPE_CHECKING, Any

from log_mcp.record import Level, Record

if TYPE_CHECKING:
    from log_mcp.logbook import Logbook

__version__ = "0.1.0"

__all__ = ["Level", "Logbook", "Record", "__version__"]


def __getattr__(name: str) -> Any:
    if name == "Logbook":
        from log_mcp.logbook import Logbook  # noqa: PLC0415 - numpy, RE2, watchfiles

        return Logbook
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
