"""`python -m tests.locked` writes `requirements.lock`: the versions that the checks passed with.

A file of constraints as pip reads it (`pip install -c requirements.lock ...`): it installs
nothing by itself, and names no place that packages come from.
"""

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME: list[str] = PROJECT["project"]["dependencies"]
DEV: list[str] = PROJECT["dependency-groups"]["dev"]
HEAD = """\
# The versions that the checks passed with, all that they need themselves included:
#   pip install -c requirements.lock -e . --group dev
# To renew: install the newest ones that pyproject.toml allows, pass the checks, and
# write this file with: python -m tests.locked
"""


def closure(wanted: Iterable[str]) -> dict[str, str]:
    """What is installed of some requirements and of all that these need: name to version."""
    found: dict[str, str] = {}
    done: set[tuple[str, str]] = set()
    left = [(one, "") for one in wanted]
    while left:
        text, extra = left.pop()
        one = Requirement(text)
        if (text, extra) in done or (
            one.marker is not None and not one.marker.evaluate({"extra": extra})
        ):
            continue
        done.add((text, extra))
        try:
            installed = distribution(one.name)
        except PackageNotFoundError:
            continue
        found[canonicalize_name(one.name)] = installed.version
        for needed in installed.requires or ():
            left += [(needed, name) for name in ("", *one.extras)]
    return dict(sorted(found.items()))


def locked() -> dict[str, str]:
    """The file's own versions by name."""
    return dict(
        re.findall(r"^([a-z0-9.-]+)==(\S+)$", LOCK.read_text("utf-8"), re.MULTILINE)
    )


def written() -> str:
    """The file as it would be written now."""
    every = closure([*RUNTIME, *DEV])
    return HEAD + "".join(f"{name}=={version}\n" for name, version in every.items())


if __name__ == "__main__":
    LOCK.write_text(written(), "utf-8")
