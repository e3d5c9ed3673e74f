"""The benchmarks measure what they say, on inputs too small to mean anything."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import generate
from benchmarks import variants as variants_module
from benchmarks.__main__ import SECTIONS, main
from benchmarks.beats import Beats
from benchmarks.generate import entries, generated
from benchmarks.pouring import begun, poured
from benchmarks.recent import repeated
from benchmarks.table import Row, percentile, printed
from benchmarks.variants import KINDS, variants
from log_mcp.config import load
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask

ROOT = Path(__file__).parents[1]
LINES = 2_000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small input."""
    return generated(LINES, tmp_path_factory.mktemp("data"))


def test_the_input_is_always_the_same():
    """Two figures of one input can be compared."""
    assert list(entries(500)) == list(entries(500))


def test_the_input_is_made_once(made):
    """The second time it is found."""
    before = made.json.stat().st_mtime_ns

    assert made == generated(LINES, made.json.parent)
    assert before == made.json.stat().st_mtime_ns


def test_the_input_has_the_shape_it_claims(made):
    """Levels, shapes, services, and eight lines a trace."""
    found = list(entries(20_000))
    share = dict.fromkeys(generate.LEVELS, 0.0)
    for entry in found:
        share[entry.level] += 1 / len(found)
    shapes = (*generate.INFO, *generate.DEBUG, *generate.WARNING, *generate.FAILURES)
    first = [entry for entry in found if entry.trace == found[0].trace]

    assert pytest.approx(share, abs=0.01) == {
        "INFO": 0.90,
        "DEBUG": 0.05,
        "WARNING": 0.03,
        "ERROR": 0.02,
    }
    assert len(shapes) == 60
    assert len({entry.service for entry in found}) == 6
    assert len(first) == generate.TRACE_LINES
    assert 220 < made.json.stat().st_size / LINES < 320


@pytest.mark.parametrize("form", ["json", "text"])
def test_both_forms_are_read_whole(made, form):
    """Every record with its level, tracebacks joined."""
    book = Logbook(load([str(getattr(made, form))]))
    book.start()
    assert book.wait_loaded(20)
    errors = sum(entry.level == "ERROR" for entry in entries(LINES))
    found = book.overview()
    page = book.search(Ask(query="Traceback"), limit=1)
    book.close()

    assert LINES == found.view.records_held
    assert errors == found.levels["error"] == page.matched


ROWS = [
    Row("load", "all answerable", 1.5, "s", 2.0).beside("lnav", 4.5, 0.25),
    Row("load", "resident", 412, "MB", 400),
    Row("load", "log held", 816, "MB", least=800),
    Row("ask", "trace id", 3.21, "ms", note="8 matches"),
]


def test_the_table_tells_figure_peer_ratio_and_what_was_missed():
    """One line a figure, one headline a section."""
    expected = """\
                     ours  target  peer  theirs  ours/theirs   target

load
  all answerable    1.5 s    <= 2  lnav   4.5 s         0.33  <= 0.25  MISSED
  resident         412 MB  <= 400                                      MISSED
  log held         816 MB  >= 800

ask
  trace id        3.21 ms                                              8 matches"""

    assert expected == printed(ROWS)


def test_a_row_as_json_holds_ratio_and_verdict():
    """What a program would otherwise work out again."""
    found = [(row.as_json()["ratio"], row.as_json()["reached"]) for row in ROWS]

    assert [(1.5 / 4.5, False), (None, False), (None, True), (None, None)] == found


def test_a_percentile_is_one_of_the_values():
    """p99 of a few values is their largest."""
    assert percentile([3, 1, 2], 99) == 3
    assert percentile([3, 1, 2], 50) == 2


@pytest.fixture(scope="module")
def variant(tmp_path_factory):
    """All variants by name, small."""
    folder = tmp_path_factory.mktemp("variants")
    return {one.name: one for one in variants(LINES, folder)}


@pytest.mark.parametrize("name", KINDS)
def test_a_variant_is_as_long_as_the_standard_and_read_whole(variant, name):
    """No record is lost, none is two, and its trace id is found where it stands."""
    one = variant[name]
    book = Logbook(load([str(path) for path in one.paths]))
    book.start()
    assert book.wait_loaded(20)
    held = book.overview().view.records_held
    matched = book.search(Ask(query=one.trace), limit=1).matched
    book.close()

    assert pytest.approx(variant["standard"].size, rel=0.04) == one.size
    assert one.lines == held
    assert matched in range(1, generate.TRACE_LINES + 1)


VARIED = {
    "docker": lambda line: line.startswith('{"log":"{\\"timestamp'),
    "long": lambda line: 19_000 < len(line) < 20_100,
    "escapes": lambda line: (
        {'\\"', "\\n", "\\t", "\\\\", "\\u00fc"}
        <= set(re.findall(r"\\(?:u....|.)", line))
    ),
    "entropy": lambda line: len(json.loads(line)["message"]) == 160,
}


@pytest.mark.parametrize("name", VARIED)
def test_a_variant_differs_as_it_says(variant, name):
    """Every line of it."""
    lines = variant[name].paths[0].read_text().splitlines()

    assert all(map(VARIED[name], lines))


def test_sources_share_the_records(variant):
    """50 files, about as many records in each."""
    counts = {path.read_text().count("\n") for path in variant["sources"].paths}

    assert variants_module.SOURCES == len(variant["sources"].paths)
    assert max(counts) - min(counts) <= 1


def test_variants_are_made_once(variant):
    """The second time they are found."""
    home = variant["long"].paths[0].parents[2]

    assert list(variant.values()) == list(variants(LINES, home))


def test_lines_are_poured_whole_and_in_order(made, tmp_path):
    """The copy is the beginning of the source; each piece has its time."""
    path = tmp_path / "live.jsonl"
    ready = begun(made.json, path)
    ready.touch()
    written = poured(made.json, path, LINES - 500, None, ready)

    assert made.json.read_bytes().splitlines()[: LINES - 500] == (
        path.read_bytes().splitlines()
    )
    assert len(written) == 2
    assert sorted(written) == written


def test_a_lag_is_from_the_write_of_a_line_to_the_answer_that_knows_it():
    """Of the oldest line that is new to an answer; one with nothing new has none."""
    written = [10.0, 11.0, 12.0]  # 1,000 lines each
    taken = [(10.5, 1000), (12.5, 1000), (13.0, 3000)]

    assert [0.5, 2.0] == Beats([], [], taken).lags_s(written)


def test_a_repeated_file_is_made_of_whole_copies(made, tmp_path):
    """So that its last record is whole."""
    size = made.json.stat().st_size
    path = repeated(made.json, size + 1, tmp_path / "large.jsonl")

    assert made.json.read_bytes() * 2 == path.read_bytes()


def test_each_section_is_explained(capsys):
    """`--help` names what `--only` takes."""
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out

    assert all(f"  {name} " in said for name in SECTIONS)


# What is timed is not slowed by a look at which lines ran.
UNMEASURED = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
SMALL = ("--quick", "--json", "--lines", "2000", "--repeat", "1")
PRINTED = {
    "loading": {"first answer", "all answerable", "indexed", "resident"},
    "redaction": {"JSON, all rules, alone", "text, all answerable"},
    "growth": {"all answerable", "memory over an idle process", "trace id"},
    "questions": {
        "overview",
        "trends",
        "totals per bucket",
        "explanation",
        "count by level",
        "trace id",
        "rare literal",
        "absent literal",
        "common word",
        "expression",
        "overview while a word of every record is counted, p99",
    },
    "numbers": {"average, first", "average, again", "slow records by logger, first"},
    "variants": {"all answerable", "indexed", "rare literal", "overview"},
    "shapes": {
        "JSON, mined",
        "text, mined",
        "JSON, new in an hour, once mined",
        "JSON, two periods compared, once mined",
    },
    "capacity": {"log held", "as the ring counts it"},
    "recent": {
        "first answer, in process, from the start",
        "first answer, over stdio, from the request",
    },
    "pressure": {
        "overview, p99",
        "bounded search, p99",
        "longest from a line to its being found",
        "lost",
    },
    "flood": {"taken a second", "most the ring held", "resident over an idle process"},
    "soak": {"lost", "twice", "answers that show one twice", "threads, most"},
    "start": {"start to first reply", "log-mcp parse, one line", "log-mcp --help"},
    "wire": {"write to found, p99"},
}


@pytest.mark.timeout(300)  # seconds; each starts a dozen processes
@pytest.mark.parametrize("section", SECTIONS)
def test_a_small_run_measures_a_section(section):
    """The command itself, from its own processes, over real stdio."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *SMALL, "--only", section],
        cwd=ROOT,
        env=UNMEASURED,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    by_name = {row["what"]: row for row in rows}

    assert PRINTED[section] <= by_name.keys()
    assert all(row["ours"] >= 0 for row in rows)
    for row in rows:
        if row["what"] in ("lost", "twice", "answers that show one twice"):
            assert row["ours"] == 0
        if row["what"] == "word of every record":
            assert row["note"] == "2,000 matches"  # and so the peers count
