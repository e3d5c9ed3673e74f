"""What a source leaves out: `drop` and `sample`."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.config import load
from log_mcp.config_file import SourceConfig
from log_mcp.errors import ConfigError
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask
from log_mcp.record import Level
from log_mcp.thinning import Thinning
from tests.builders import Log
from tests.feeding import eventually

PATIENCE_S = 20.0


def line(at: int, level: str, message: str, **fields) -> str:
    time = f"2026-03-04T05:{at // 60 % 60:02}:{at % 60:02}Z"
    return json.dumps({"time": time, "level": level, "msg": message, **fields}) + "\n"


def book_of(folder: Path, settings: str, **options) -> Logbook:
    (folder / "log-mcp.toml").write_text(
        f"[[source]]\nname = 'api'\npaths = ['api.log*']\n{settings}\n"
    )
    return Logbook(load([], cwd=folder, environ={}, **options))


def messages(book: Logbook) -> list[str]:
    page = book.search(Ask(), order="oldest", limit=500)
    return [row.message for row in page.records]


def test_what_meets_a_condition_is_left_out(tmp_path):
    """From history, from what comes, and said."""
    log = tmp_path / "api.log"
    health = [line(at, "info", "checked", path="/health") for at in range(40)]
    log.write_text("".join([*health, line(41, "info", "paid", path="/pay")]))
    with closing(
        book_of(tmp_path, "drop = ['path = /health', 'message = bye']")
    ) as book:
        book.start()
        assert book.wait_loaded(PATIENCE_S)
        assert ["paid"] == messages(book)
        with log.open("a") as more:
            more.write(
                health[0] + line(50, "info", "bye") + line(51, "error", "failed")
            )
        assert eventually(lambda: len(messages(book)) == 2)
        notes = book.search(Ask()).view.notes

        assert ["paid", "failed"] == messages(book)
        assert any(n.startswith("source api: 42 records left out") for n in notes)
        assert 2 == book.overview().sources[0].records


def test_all_lines_of_a_record_go_with_it(tmp_path):
    """Wherever the blocks are cut: a trace does not pass to the record before."""
    log = tmp_path / "api.log"
    trace = "Traceback (most recent call last):\n" + "".join(
        f'  File "/srv/a{n}.py", line {n}, in f\n    x\n' for n in range(30_000)
    )
    header = "2026-03-04 05:06:07,123 {} shop.{} - {}\n"
    log.write_text(
        header.format("INFO", "a", "before")
        + header.format("ERROR", "noise", "failed")
        + f"{trace}ValueError: gone\n"
        + header.format("INFO", "a", "after")
    )
    with closing(book_of(tmp_path, "drop = ['logger = shop.noise']")) as book:
        book.start()
        assert book.wait_loaded(PATIENCE_S)

        assert ["before", "after"] == messages(book)
        assert 0 == book.search(Ask(query="a77.py")).matched


@pytest.mark.untraced
def test_the_disk_leaves_out_the_same(tmp_path):
    """What is no longer held is read again with the same settings."""
    log = tmp_path / "api.log"
    noise = "x" * 300
    log.write_text(
        "".join(
            line(at, "info", "checked" if at % 2 else "paid", path=noise)
            for at in range(12_000)
        )
    )
    settings = "drop = ['message = checked']"
    with closing(book_of(tmp_path, settings, max_memory="1MB")) as book:
        book.start()
        assert book.wait_loaded(PATIENCE_S)
        page = book.search(Ask(query="paid"), limit=1)

        assert book.ring.snapshot()
        assert 6_000 == page.matched
        assert 0 == book.search(Ask(query="checked")).matched


@pytest.mark.untraced
def test_a_trace_is_whole_or_absent(tmp_path):
    """And about the share that was asked for stays; other levels stay whole."""
    records = [
        line(at, level, f"{level} {at % 400}", trace_id=f"trace-{at % 400}")
        for at in range(2_000)
        for level in ("debug", "info", "error")
    ]
    (tmp_path / "api.log").write_text("".join(records))
    with closing(book_of(tmp_path, "sample = { debug = 0.25 }")) as book:
        book.start()
        assert book.wait_loaded(PATIENCE_S)
        kept = {
            trace: book.search(
                Ask(trace=f"trace-{trace}", where=("level = debug",))
            ).matched
            for trace in range(0, 400, 16)
        }

        assert set(kept.values()) == {0, 5}
        assert 2 <= sum(map(bool, kept.values())) <= 12
        assert 2_000 == book.search(Ask(level="error")).matched


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_keeps_what_a_smaller_one_keeps(tmp_path_factory, one, other):
    """So that changing a setting does not change which traces are known."""
    folder = tmp_path_factory.mktemp("share")
    lines = [line(at, "debug", "x", trace_id=str(at)) for at in range(30)]
    block = Log(folder / "a.log", "".join(lines).encode()).next()
    less, more = (
        Thinning(SourceConfig(sample=((Level.DEBUG, share),)))(block)
        for share in sorted((one, other))
    )

    assert not (less & ~more).any()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("sample = { error = 0.1 }", "errors are always kept"),
        ("sample = { debug = 2 }", "shares from 0 to 1"),
        ("sample = { loud = 0.5 }", "a table of levels"),
        ("sample = 0.5", "a table of levels"),
        ("drop = ['path /health']", "drop: "),
    ],
)
def test_bad_settings(tmp_path, settings, message):
    """Say what would be right, before anything is read."""
    with pytest.raises(ConfigError, match=message):
        book_of(tmp_path, settings)
