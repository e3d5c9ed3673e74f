"""What a program printed, kept in files that are read like a container's."""

import os
import resource
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.capture import (
    FOLDER,
    PIECE_BYTES,
    RETRY_NS,
    Capture,
    folder_of,
    is_name,
    name_of,
)
from log_mcp.config import load
from log_mcp.errors import SourceError
from log_mcp.ingest.reading import Settings
from log_mcp.passage import records
from log_mcp.redact import Redactor, Rules

NOW = 1_780_000_000_123_456_789
TRACE = b"""Traceback (most recent call last):
  File "app.py", line 3, in pay
    charge()
ValueError: no funds
"""


def capture(folder: Path, **options) -> Capture:
    return Capture(folder / FOLDER, "app", lambda: NOW, **options)


def messages(path: Path) -> list[str]:
    settings = Settings(load([], cwd=path.parent).timezone, Redactor(Rules()))
    return [record["message"] for record in records(path, settings)]


def test_lines_carry_their_time_and_stream(tmp_path):
    """As a container's runtime writes them."""
    one = capture(tmp_path)
    one.write("stdout", b"started\r\nhalf ")
    one.write("stderr", b"oops\n")
    one.write("stdout", b"a line\n")
    one.close()

    assert [
        "2026-05-28T20:26:40.123456789Z stdout F started",
        "2026-05-28T20:26:40.123456789Z stderr F oops",
        "2026-05-28T20:26:40.123456789Z stdout F half a line",
    ] == one.path.read_text().splitlines()


def test_nobody_else_reads_it_and_version_control_passes_over(tmp_path):
    """A program prints what it likes, secrets too."""
    one = capture(tmp_path)
    one.close()

    assert 0o600 == stat.S_IMODE(one.path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(one.path.parent.stat().st_mode)
    assert "*\n" == (one.path.parent / ".gitignore").read_text()


def test_a_trace_is_one_record_though_streams_mix(tmp_path):
    """A line of stdout that comes amid a line of it does not tear it."""
    one = capture(tmp_path)
    one.write("stderr", TRACE[:20])
    one.write("stdout", b"meanwhile\n")
    one.write("stderr", TRACE[20:])
    one.close()
    found = messages(one.path)

    assert "meanwhile" in found
    assert any(message.startswith("ValueError: no funds") for message in found)


def test_a_full_file_is_put_away_between_lines(tmp_path):
    """No line is lost or torn, and the size is bounded."""
    one = capture(tmp_path, file_bytes=4_000)
    for at in range(400):
        one.write("stdout", b"line %d\n" % at)
    one.close()
    files = sorted(one.path.parent.glob("app.log*"), key=lambda p: (len(p.name), p))
    kept = [line for file in files[::-1] for line in file.read_text().splitlines()]

    assert 5 == len(files)
    assert all(file.stat().st_size <= 4_000 for file in files)
    numbers = [int(line.rpartition(" ")[2]) for line in kept]
    assert numbers[-1] == 399
    assert sorted(numbers) == list(range(min(numbers), 400))


def test_a_line_without_end_is_kept_in_pieces(tmp_path):
    """So that what is held in memory is bounded; reading joins them."""
    one = capture(tmp_path)
    one.write("stdout", b"x" * (3 * PIECE_BYTES))
    assert one.path.stat().st_size > 3 * PIECE_BYTES
    one.write("stdout", b" end\n")
    one.close()

    assert ["x" * (3 * PIECE_BYTES) + " end"] == messages(one.path)


def test_two_runs_of_one_name_do_not_mix(tmp_path):
    """The second one has a file of its own, the third takes the first's place."""
    first, second = capture(tmp_path), capture(tmp_path)
    first.close()
    third = capture(tmp_path)
    second.close()
    third.close()

    assert ["app.log", "app-2.log", "app.log"] == [
        one.path.name for one in (first, second, third)
    ]


def test_half_a_line_of_a_killed_run_is_ended(tmp_path):
    """What follows is a line of its own."""
    one = capture(tmp_path)
    one.close()
    one.path.write_bytes(b"2026-05-28T20:26:40.1Z stdout F torn")
    other = capture(tmp_path)
    other.write("stdout", b"whole\n")
    other.close()

    assert ["torn", "whole"] == messages(one.path)


def test_marks_are_records(tmp_path):
    """Their level, message and facts are read as any JSON's."""
    one = capture(tmp_path)
    one.mark("error", "run ended: exit code 3", exit_code=3)
    one.close()
    settings = Settings(load([], cwd=tmp_path).timezone, Redactor(Rules()))
    (record,) = records(one.path, settings)

    assert ("error", "run ended: exit code 3") == (record["level"], record["message"])
    assert 3 == record["fields"]["exit_code"]


def test_a_link_is_not_followed(tmp_path):
    """A checkout cannot have a capture written elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / FOLDER).symlink_to(elsewhere)
    (tmp_path / "b" / FOLDER).mkdir(parents=True)
    (tmp_path / "b" / FOLDER / "app.log").symlink_to(elsewhere / "app.log")

    for place in ("a", "b"):
        with pytest.raises(SourceError, match=FOLDER):
            capture(tmp_path / place)
    assert not list(elsewhere.iterdir())


def test_what_a_checkout_brought_is_the_user_s_alone(tmp_path):
    """A folder and a file that others could read; a pipe is no file."""
    folder = tmp_path / FOLDER
    folder.mkdir(mode=0o755)
    (folder / "app.log").touch(mode=0o644)
    one = capture(tmp_path)
    one.close()

    assert 0o600 == stat.S_IMODE(one.path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    one.path.unlink()
    os.mkfifo(one.path)
    with pytest.raises(SourceError, match=FOLDER):
        capture(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("place", ["", "app.log"])
def test_what_another_user_made_is_not_written_to(tmp_path, place):
    """A folder above, /tmp say, may be his: he would read what a program prints."""
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "app.log").touch()
    os.chown(folder / place, 12345, 12345)

    with pytest.raises(SourceError, match="belongs to somebody else"):
        capture(tmp_path)


def test_two_first_runs_at_once(tmp_path, monkeypatch):
    """One of them makes what keeps version control out, after the other looked for it."""
    capture(tmp_path).close()
    real = os.path.lexists
    monkeypatch.setattr(
        os.path, "lexists", lambda path: Path(path).name != ".gitignore" and real(path)
    )

    capture(tmp_path).close()

    assert "*\n" == (tmp_path / FOLDER / ".gitignore").read_text()


def test_where_no_new_file_can_be_made_none_is_thrown_away(tmp_path):
    """However often it is tried: what was put away stays, and the new one comes later."""
    now = [NOW]
    one = Capture(tmp_path / FOLDER, "app", lambda: now[0], file_bytes=400)
    for at in range(50):
        one.write("stdout", b"line %d\n" % at)
    last = one.path.with_name("app.log.4")
    one.write("stdout", b"x" * 300 + b"\n")
    kept = last.read_text()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, before[1]))
    try:
        for _ in range(6):
            one.write("stdout", b"y" * 300 + b"\n")
            now[0] += RETRY_NS
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    shifted = one.path.with_name("app.log.3").read_text()
    one.close()

    assert kept != last.read_text()  # It was put away once, as the new one was due.
    assert "x" * 300 in one.path.with_name("app.log.1").read_text()
    assert shifted == one.path.with_name("app.log.3").read_text()
    assert "not kept: 6 lines" in messages(one.path)[-1]


def test_a_full_disk_is_told_and_ends_nothing(tmp_path):
    """The program goes on; what was kept until then stays."""
    one = capture(tmp_path)
    one.write("stdout", b"before\n")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        one.write("stdout", b"x" * 200 + b"\n")
        one.write("stdout", b"after\n")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    one.close()

    assert one.failure
    assert "before" == messages(one.path)[0]


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    """Says where, and why."""
    (tmp_path / FOLDER).write_text("a file")

    with pytest.raises(SourceError, match=FOLDER):
        capture(tmp_path)


def test_run_and_serve_agree_on_the_place(tmp_path):
    """The project's folder, told by what it holds; else where one is."""
    below = tmp_path / "services" / "api"
    below.mkdir(parents=True)

    assert below / FOLDER == folder_of(below)
    (tmp_path / ".git").mkdir()
    assert tmp_path / FOLDER == folder_of(below) == folder_of(tmp_path)
    (below / "log-mcp.toml").touch()
    assert below / FOLDER == folder_of(below)


@given(st.text(max_size=90))
def test_every_program_has_a_name(program):
    """That is the name of a file, and only of one."""
    assert is_name(name_of(program))


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", ".hidden", "a\nb", "x" * 64])
def test_names_that_are_none(name):
    """They would lead elsewhere, or be hidden."""
    assert not is_name(name)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["stdout", "stderr"]),
            st.binary(max_size=40).map(lambda data: data.replace(b"\0", b"")),
        ),
        max_size=12,
    )
)
def test_no_byte_of_a_stream_is_lost(tmp_path_factory, writes):
    """However it comes in pieces, and whatever it is."""
    one = capture(tmp_path_factory.mktemp("capture"))
    for stream, data in writes:
        one.write(stream, data)
    one.close()
    found = {"stdout": b"", "stderr": b""}
    for line in one.path.read_bytes().split(b"\n")[:-1]:
        _, stream, mark, text = line.split(b" ", 3)
        found[stream.decode()] += text + (b"\n" if mark == b"F" else b"")
    for stream, kept in found.items():
        whole = b"".join(data for name, data in writes if name == stream)
        lines = whole.split(b"\n")
        expected = [line.removesuffix(b"\r") for line in lines[:-1]]
        expected += [lines[-1]] if lines[-1] else []
        assert b"".join(line + b"\n" for line in expected) == kept


def test_close_gives_the_file_back(tmp_path):
    """No handle stays open."""
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        capture(tmp_path).close()

    assert before == len(list(Path("/proc/self/fd").iterdir()))


def test_what_a_full_disk_kept_out_is_said_once_there_is_room(tmp_path):
    """In the capture itself, between whole lines; then it is kept as before."""
    now = [NOW]
    one = Capture(tmp_path / FOLDER, "app", lambda: now[0])
    one.write("stdout", b"before\n")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        one.write("stdout", b"x" * 200 + b"\nlost\n")
        assert one.stuck
        one.write("stdout", b"lost, too\n")
        now[0] += RETRY_NS
        one.write("stderr", b"still no room\n")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    one.write("stdout", b"too soon to try again\n")
    now[0] += RETRY_NS
    one.write("stdout", b"after\n")
    one.close()
    found = messages(one.path)

    assert ["before", "after"] == [found[0], found[-1]]
    assert "not kept: 5 lines of output in 2 s (File too large)" == found[-2]
    assert one.failure == "File too large"


def test_the_end_of_a_run_is_tried_once_more(tmp_path):
    """What is missing is said at the end at the latest, if there is room by then."""
    one = capture(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        one.write("stdout", b"lost\n")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    one.close()

    assert "not kept: 1 lines of output in 0 s" in messages(one.path)[-1]
