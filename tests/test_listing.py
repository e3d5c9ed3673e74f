"""`parse` and `check` as a user runs them."""

import gzip

import orjson
import pytest

from log_mcp import listing
from log_mcp.cli import main
from log_mcp.passage import NOTHING
from tests.feeding import numbered, python_record


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "shop.log"
    path.write_text(numbered(0, 3))
    return path


def run(capfdbinary, *arguments) -> tuple[int, bytes, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capfdbinary.readouterr()
    return status, out, err.decode()


def test_parse_prints_json_lines(log, capfdbinary):
    """One a record."""
    status, out, err = run(capfdbinary, "parse", log)
    records = [orjson.loads(line) for line in out.splitlines()]

    assert (0, "") == (status, err)
    assert ["number 0", "number 1", "number 2"] == [r["message"] for r in records]
    assert [1, 2, 3] == [record["line"] for record in records]


def test_parse_prints_in_pieces(log, capfdbinary, monkeypatch):
    """Big files are not held."""
    monkeypatch.setattr(listing, "BUFFER_BYTES", 10)

    assert 3 == run(capfdbinary, "parse", log)[1].count(b"\n")


def test_parse_goes_on_after_trouble(log, capfdbinary):
    """What is wrong is said, with the file; the exit status tells."""
    damaged = log.with_name("cart.log.1.gz")
    damaged.write_bytes(gzip.compress(numbered(0, 5000).encode())[:-3000])
    status, out, err = run(
        capfdbinary, "parse", log.with_name("gone.log"), damaged, log
    )

    assert 1 == status
    assert b"number 2" in out
    assert [
        f"log-mcp parse: {log.with_name('gone.log')}: {NOTHING}",
        f"log-mcp parse: {damaged}: cannot be unpacked further: damaged or cut short",
    ] == sorted(err.splitlines(), key=lambda line: "cart" in line)


def test_parse_takes_a_format_by_name(log, capfdbinary):
    """And refuses one that is none, with the nearest."""
    assert 0 == run(capfdbinary, "parse", log, "--format", "jsonl")[0]
    status, _, err = run(capfdbinary, "parse", log, "--format", "jsnol")

    assert 2 == status
    assert "Did you mean 'jsonl'" in err


def test_check_as_text(log, capfdbinary):
    """Each file with how it is read, what is in it, and what is wrong."""
    log.write_text(
        python_record(1, "failed", trace=True) + "\n" + numbered(0, 3) + "{}\n"
    )
    (log.parent / "empty.log").touch()
    status, out, err = run(capfdbinary, "check", log.parent)
    lines = out.decode().splitlines()

    assert (0, "") == (status, err)
    assert [str(log.parent / "empty.log"), "  trouble: empty", str(log)] == lines[:3]
    assert "source shop, format text:" in lines[3]
    assert (
        "100.0% of 9 lines read, 5 records, 1 errors (1 with a stack trace)" in lines[3]
    )
    assert "  from 2026-03-04T00:00:01.000Z to 2026-03-04T10:00:02.000Z," in lines[4]
    assert lines[4].endswith("0% with a trace id, 1 without a time")


def test_check_as_json(log, capfdbinary):
    """The same for programs."""
    rows = orjson.loads(run(capfdbinary, "check", log, "--json")[1])

    assert ("shop", 3, 1.0) == (rows[0]["source"], rows[0]["records"], rows[0]["share"])
    assert rows[0]["trouble"] is None


def test_check_without_times(log, capfdbinary):
    """What states none is not given any."""
    log.write_text('{"msg":"a"}\n')

    assert b"from no time stated to -" in run(capfdbinary, "check", log)[1]


def test_check_of_what_is_not_there(log, capfdbinary):
    """It fails, and says what it looked for."""
    status, out, _ = run(capfdbinary, "check", log.with_name("gone.log"))

    assert 1 == status
    assert b"trouble: no such file" in out


def test_without_paths_the_projects_logs_are_found(log, capfdbinary, monkeypatch):
    """Or it is said how to name them."""
    monkeypatch.chdir(log.parent)
    assert b"shop.log" in run(capfdbinary, "check")[1]
    (log.parent / "empty").mkdir()
    monkeypatch.chdir(log.parent / "empty")
    status, out, _ = run(capfdbinary, "check")

    assert 1 == status
    assert b"Name files, folders or globs" in out


def test_parse_tells_patterns(log, tmp_path, capfdbinary):
    """Records of one shape have one pattern, over all files; without asking, none has."""
    other = tmp_path / "other.log"
    other.write_text(numbered(7, 2) + numbered(9, 1).replace("number", "another"))
    status, out, err = run(capfdbinary, "parse", "--patterns", log, other)
    patterns = [orjson.loads(line)["pattern"] for line in out.splitlines()]
    plain = run(capfdbinary, "parse", log)[1]

    assert (0, "") == (status, err)
    assert 6 == len(patterns)
    assert patterns[:1] * 5 == patterns[:5]
    assert patterns[5] not in (None, patterns[0])
    assert {None} == {orjson.loads(line)["pattern"] for line in plain.splitlines()}


def test_parse_tells_patterns_of_what_can_be_read(log, capfdbinary):
    """A damaged file has the patterns of what stands before the damage."""
    damaged = log.with_name("cart.log.1.gz")
    damaged.write_bytes(gzip.compress(numbered(0, 5000).encode())[:-3000])
    status, out, err = run(capfdbinary, "parse", "--patterns", damaged)
    patterns = [orjson.loads(line)["pattern"] for line in out.splitlines()]

    assert 1 == status
    assert 1 == err.count("damaged or cut short")
    assert 1000 < len(patterns)
    assert {patterns[0]} == set(patterns) - {None}
    assert patterns[0] is not None
