"""The architecture is a test: who may import whom.

`docs/architecture.md` draws the same table; a test below keeps the two equal.
"""

import re
from pathlib import Path

import pytest

import log_mcp

PACKAGE = Path(log_mcp.__file__).parent
DOCS = PACKAGE.parent / "docs" / "architecture.md"

TIME = {"span", "epoch", "layout", "moment", "period", "timestamp", "instant", "zone"}
SECRETS = {
    "redact",
    *("secret_rules", "secret_keys", "secret_people"),
    *("secret_below", "secret_columns", "secret_pem"),
}
VALUES = {
    "beat",
    "bytemark",
    "capture",
    "device",
    "depth",
    "errors",
    "finder",
    "keyfile",
    "lazy",
    "numeric",
    "once",
    "record",
    "failure",
    "failure_class",
    "plain",
    "phrase",
    "answer",
    "report",
    "block",
    "labels",
    "unseen",
    "instruction",
    "instruction_rules",
    "instruction_pairs",
    "instruction_words",
    "instruction_foreign",
    "naming",
    *TIME,
    *SECRETS,
}
FILES_ARM = {*VALUES, "formats", "ingest"}
STORE_ARM = {*VALUES, "store", "query", "analysis"}
BOOK = {
    *FILES_ARM,
    *STORE_ARM,
    *(
        "config",
        "config_file",
        "setting",
        "trust",
        "supply",
        "thinning",
        "feed",
        "reach",
        "clocks",
        "census",
        "coverage",
        "hindrance",
        "scope",
        "lookup",
        "pace",
        "bell",
        "leap",
        "turn",
        "memory",
        "calls",
        "sweep",
        "paging",
        "objects",
        "alerts",
        "lookout",
    ),
}
MAY_IMPORT = {
    "beat": set(),
    "bytemark": set(),
    "finder": set(),
    "errors": set(),
    "device": {"lazy"},
    "keyfile": {"lazy"},
    "capture": {"errors", "trust"},
    "trust": {"errors"},
    "depth": set(),
    "job": set(),
    "run": {"capture", "errors", "job"},
    "lazy": set(),
    "numeric": set(),
    "once": set(),
    "record": set(),
    "failure": {"record"},
    "failure_class": set(),
    "plain": set(),
    "phrase": set(),
    "answer": {"failure", "plain"},
    "report": {"answer", "failure"},
    "labels": set(),
    "unseen": {"lazy"},
    "instruction_rules": set(),
    "instruction_words": {"lazy"},
    "instruction_pairs": set(),
    "instruction_foreign": {"instruction_pairs", "instruction_words"},
    "instruction": {
        "instruction_rules",
        "instruction_pairs",
        "instruction_foreign",
        "instruction_words",
        "lazy",
        "unseen",
    },
    "naming": {"instruction", "lazy"},
    "block": {"record", "labels"},
    "span": {"errors", "lazy"},
    "layout": {"errors", "lazy", "record"},
    "epoch": {"span"},
    "moment": {"epoch", "errors", "record", "span", "layout"},
    "period": {"span", "moment"},
    "timestamp": {"errors", "lazy", "record", "span", "layout", "moment"},
    "instant": {"errors", "lazy", "record", "span", "layout", "timestamp"},
    "zone": {"epoch", "errors", "lazy"},
    "secret_rules": {"lazy"},
    "secret_keys": {"lazy", "secret_rules"},
    "secret_people": {"lazy", "secret_rules"},
    "secret_columns": {"lazy", "secret_rules", "secret_keys"},
    "secret_below": {"lazy", "secret_rules", "secret_keys"},
    "secret_pem": {"lazy", "secret_rules", "secret_below"},
    "redact": {"beat", "errors", "finder", "lazy", *SECRETS},
    "sweep": {*FILES_ARM, *STORE_ARM, "feed", "reach", "pace"},
    "paging": {*FILES_ARM, *STORE_ARM, "feed", "reach", "pace", "sweep"},
    "objects": {*FILES_ARM, *STORE_ARM},
    "formats": {
        "beat",
        "bytemark",
        "depth",
        "record",
        "errors",
        "finder",
        "labels",
        "lazy",
        *TIME,
    },
    "ingest": {*VALUES, "formats"},
    "store": VALUES,
    "query": {*VALUES, "store"},
    "analysis": {*VALUES, "store", "query"},
    "setting": {"errors", "lazy", "record", *TIME},
    "config_file": {*VALUES, "formats", "setting"},
    "config": {*VALUES, "config_file", "setting", "trust"},
    "thinning": {*FILES_ARM, *STORE_ARM, "config", "config_file"},
    "supply": {*FILES_ARM, "config", "config_file", "thinning"},
    "pace": {"beat"},
    "bell": set(),
    "leap": {"span"},
    "leisure": {"beat"},
    "arguments": set(),
    "follow": {"answer", "config", "logbook", "naming", "pace", "query", "render"},
    "turn": {"beat"},
    "memory": set(),
    "calls": {"errors", "ingest", "store"},
    "passage": {*FILES_ARM, "store"},
    "survey": {*FILES_ARM, "store", "passage"},
    "starter": {*FILES_ARM, "config", "config_file", "setting", "passage", "survey"},
    "listing": {*FILES_ARM, "analysis", "config", "config_file", "passage"},
    "verdict": {"config", "listing", "redact", "survey", "unseen"},
    "finisher": {*STORE_ARM, "leisure", "memory", "turn"},
    "feed": {*FILES_ARM, *STORE_ARM, "bell", "finisher", "leap", "memory", "turn"},
    "reach": {*FILES_ARM, *STORE_ARM, "feed"},
    "clocks": {*FILES_ARM, *STORE_ARM, "feed"},
    "census": {*FILES_ARM, *STORE_ARM, "feed", "leap", "reach", "scope"},
    "hindrance": {*FILES_ARM, *STORE_ARM, "census", "feed", "leap", "reach"},
    "coverage": {
        "census",
        "hindrance",
        *FILES_ARM,
        *STORE_ARM,
        "calls",
        "clocks",
        "feed",
        "leap",
        "reach",
        "pace",
        "sweep",
    },
    "scope": STORE_ARM,
    "lookup": {*FILES_ARM, *STORE_ARM, "feed"},
    "alerts": {*STORE_ARM, "config", "config_file"},
    "lookout": {
        *FILES_ARM,
        *STORE_ARM,
        "alerts",
        "bell",
        "calls",
        "config",
        "feed",
        "turn",
    },
    "desk": BOOK,
    "ranking": {*STORE_ARM, "calls", "coverage", "desk"},
    "questions": {*BOOK, "desk", "ranking"},
    "logbook": {*BOOK, "desk", "ranking", "questions"},
    "render": {
        "answer",
        "report",
        "failure",
        "plain",
        "phrase",
        "beat",
        "record",
        "errors",
        "lazy",
        "instruction",
        "instruction_rules",
        "unseen",
        *TIME,
    },
    "server": {
        *VALUES,
        *("query", "config", "logbook", "render", "pace", "turn", "__version__"),
    },
    "demo": {"errors"},
    "cli": {
        *BOOK,
        "arguments",
        "logbook",
        "survey",
        "listing",
        "verdict",
        "follow",
        "render",
        "server",
        "demo",
        "run",
        "trust",
        "starter",
    },
    "__init__": {"record", "logbook"},
    "__main__": {"cli"},
}
IMPORT = re.compile(r"^ *(?:from|import) log_mcp(?:\.| import )(\w+)", re.MULTILINE)
SOURCES = sorted(PACKAGE.rglob("*.py"))


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize(
    "path", SOURCES, ids=[str(p.relative_to(PACKAGE)) for p in SOURCES]
)
def test_imports_point_down(path):
    """A file imports only its own part and the parts below it."""
    own = part_of(path)
    imported = set(IMPORT.findall(path.read_text("utf-8"))) - {"__version__"}

    assert imported <= MAY_IMPORT[own] | {own}


def test_the_two_arms_are_joined_only_in_the_book():
    """Files know no ring, and the ring knows no files."""
    assert not MAY_IMPORT["ingest"] & {"store", "query", "analysis"}
    assert not (MAY_IMPORT["store"] | MAY_IMPORT["query"]) & {"formats", "ingest"}


def test_no_part_is_missing_from_the_table():
    """A new part has to be given its place."""
    assert {part_of(path) for path in SOURCES} == set(MAY_IMPORT)


def test_no_part_imports_one_that_imports_it():
    """There is no cycle: every part can be put above all that it imports."""
    left = dict(MAY_IMPORT)
    while left:
        ready = {
            part for part, below in left.items() if not below & (set(left) - {part})
        }

        assert ready, f"these import each other: {sorted(left)}"
        left = {part: below for part, below in left.items() if part not in ready}


def test_the_picture_in_the_docs_shows_every_part():
    """`docs/architecture.md` names each file and folder of the package."""
    picture = DOCS.read_text("utf-8")
    missing = [
        path.name
        for path in PACKAGE.iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists())
        and path.name not in picture
    ]

    assert missing == []
