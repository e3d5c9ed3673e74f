"""What holds for every test: how hard Hypothesis tries, and that nothing is left open."""

import gc
import os
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("quick", max_examples=15, deadline=None, derandomize=True)
settings.register_profile("long", max_examples=1_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# What tests start is not looked into for coverage: that would take a minute and more.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)

OPEN_NOTHING = {
    *("test_file", "test_tail", "test_source", "test_catalog", "test_watch"),
    *("test_rotation", "test_feed", "test_reach", "test_survey", "test_listing"),
    "test_bad_input",
}
DESCRIPTORS = Path("/proc/self/fd")
CLOSING_S = 5.0  # the watching library lets go of its own in a thread of its own


def descriptors() -> dict[str, str]:
    """What this process holds open, by number; nothing where that cannot be told."""
    found = {}
    for link in DESCRIPTORS.iterdir() if DESCRIPTORS.exists() else ():
        try:
            found[link.name] = str(link.readlink())
        except FileNotFoundError:
            continue  # the listing's own
    return found


def opened_since(before: dict[str, str]) -> dict[str, str]:
    """What is open now and was not then."""
    return {n: what for n, what in descriptors().items() if n not in before}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Coverage doubles the time of what is repeated hundreds of times, and learns nothing."""
    if item.get_closest_marker("untraced") is None:
        return (yield)
    own, others = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        return (yield)
    finally:
        threading.settrace(others)
        sys.settrace(own)


@pytest.fixture(autouse=True)
def _nothing_left_open(request):
    """Tests of what touches the disk leave no descriptor and no thread behind."""
    if request.path.stem not in OPEN_NOTHING:
        yield
        return
    before, threads = descriptors(), set(threading.enumerate())
    yield
    gc.collect()
    left, end = opened_since(before), time.monotonic() + CLOSING_S
    while left and time.monotonic() < end:
        os.sched_yield()
        left = opened_since(before)

    assert {} == left
    assert set() == {t for t in threading.enumerate() if t.is_alive()} - threads
