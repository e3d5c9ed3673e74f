"""Whether the beginning of a file can be had in time."""

import os
import sys
import threading
from pathlib import Path

import pytest

from log_mcp.ingest.touch import THREADS_MAX, Touch


def test_files_answer(tmp_path):
    """Also those that are empty, gone or folders: who takes them in says what is wrong."""
    (tmp_path / "a.log").write_text("a\n")
    (tmp_path / "empty.log").write_text("")
    paths = [tmp_path / name for name in ("a.log", "empty.log", "gone.log", ".")]
    touch = Touch()

    assert set() == touch.late(paths, 10)
    touch.close()


def test_one_that_does_not_answer_is_late(tmp_path, monkeypatch):
    """Until it does; the others are not, however many hang."""
    gate = threading.Event()
    slow = {tmp_path / f"slow-{n}.log" for n in range(THREADS_MAX - 1)}
    for path in [*slow, tmp_path / "fast.log"]:
        path.write_text("a\n")
    read = os.pread

    def pread(fd, size, offset):
        name = str(Path(f"/proc/self/fd/{fd}").readlink())
        if "slow" in name:
            gate.wait(20)
        return read(fd, size, offset)

    monkeypatch.setattr(os, "pread", pread)
    touch = Touch()

    assert slow == touch.late([*slow, tmp_path / "fast.log"], 0.2)
    assert slow == touch.late([*slow], 0)
    gate.set()
    while touch.late([*slow], 0):
        os.sched_yield()
    touch.close()


def test_an_answer_about_a_file_that_was_forgotten_is_none(tmp_path):
    """Another file has come to its place, which may hang, too."""
    file = tmp_path / "a.log"
    file.write_text("a\n")
    first, second, begun = (threading.Event() for _ in range(3))
    waits = [first, second]

    def opening(path):
        gate = waits.pop(0)
        if gate is second:
            begun.set()
        gate.wait(20)
        return os.open(path, os.O_RDONLY)

    touch = Touch(opening)
    assert {file} == touch.late([file], 0)
    touch.forget(set())
    assert {file} == touch.late([file], 0)
    first.set()
    begun.wait(20)  # So the first one has answered.

    assert {file} == touch.late([file], 0)
    second.set()
    while touch.late([file], 0):
        os.sched_yield()
    touch.close()


@pytest.mark.untraced
def test_no_answer_is_lost_while_files_are_forgotten(tmp_path):
    """Forgetting those that are gone leaves the answers that come meanwhile."""
    paths = [tmp_path / f"{n}.log" for n in range(300)]
    for path in paths:
        path.write_text("a\n")
    usual = sys.getswitchinterval()
    for _ in range(20):
        touch = Touch()
        # Its threads are there first: who measures coverage looks at each as it starts.
        assert set() == touch.late(paths[:20], 10)
        try:
            sys.setswitchinterval(1e-6)
            for count in range(20, len(paths), 10):
                touch.late(paths[:count], 0)
                touch.forget({Path(str(path)) for path in paths})

            assert set() == touch.late(paths, 10)
        finally:
            sys.setswitchinterval(usual)
            touch.close()
